"""Chapter 6: how many of each digit were found."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield confusion matrices: no mistakes, a class without examples or never read, random."""
    yield (np.array([[3, 0], [0, 2]]),)
    yield (np.array([[3, 1], [0, 0]]),)
    yield (np.array([[0, 3], [0, 2]]),)
    yield (np.array([[8, 2], [1, 4]]),)
    for size in range(2, 20):
        yield (rng.integers(0, 5, (size, size)),)


EXERCISE = Exercise(
    name="recall",
    chapter=6,
    title="How many were found?",
    statement="""\
`confusion` is a confusion matrix (C, C) of counts, a row for each true class. Return the recall
of each class, an array of C `float64`: of the images that *are* of this class, the share that was
found. The recall of a class without images is 0.""",
    starter='''\
import numpy as np


def recall(confusion):
    """Return the recall of each class."""
    return ...
''',
    hints=(
        "What was found stands on the diagonal: `np.diag(confusion)`.",
        "How many images are of class 4? Which entries do you add up, a row's or a column's?",
        "A class without images has a row of zeros: divide by `np.maximum(total, 1)`.",
    ),
    solution="""\
def recall(confusion):
    total = confusion.sum(axis=1)
    return np.diag(confusion) / np.maximum(total, 1)
""",
    why="""\
Recall divides by the row, precision by the column. Either alone can be made perfect by saying one
digit always, or nearly never.""",
    mistakes=(
        Mistake(
            "Precision instead of recall",
            "Do you divide by the images that are fives, or by those that were read as fives?",
            "def recall(confusion):\n"
            "    return np.diag(confusion) / np.maximum(confusion.sum(axis=0), 1)",
        ),
        Mistake(
            "Precision instead of recall, and zero divided by zero",
            "Which images does a column of the matrix count, and which does a row?",
            "def recall(confusion):\n    return np.diag(confusion) / confusion.sum(axis=0)",
        ),
        Mistake(
            "Divided by all images",
            "Is the share of found fives one of all images, or of the fives?",
            "def recall(confusion):\n"
            "    return np.diag(confusion) / np.maximum(confusion.sum(), 1)",
        ),
        Mistake(
            "Zero divided by zero",
            "What does your function say of a class without images?",
            "def recall(confusion):\n    return np.diag(confusion) / confusion.sum(axis=1)",
        ),
        Mistake(
            "Divided by the mistakes alone",
            "Do the images that were found belong to their class?",
            "def recall(confusion):\n"
            "    found = np.diag(confusion)\n"
            "    return found / np.maximum(confusion.sum(axis=1) - found, 1)",
        ),
    ),
    cases=cases,
)
