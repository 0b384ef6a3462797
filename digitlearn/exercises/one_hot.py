"""Chapter 2: a label as a row with a single 1."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield labels and a number of classes: none, the last class, classes that are missing."""
    yield np.array([], dtype=np.int64), 3
    yield np.array([0]), 2
    yield np.array([2]), 3
    yield np.array([2, 0]), 4
    yield np.array([1, 1, 1]), 3
    for size in range(1, 25):
        classes = int(rng.integers(3, 12))
        yield rng.integers(0, classes - 1, size), classes


EXERCISE = Exercise(
    name="one_hot",
    chapter=2,
    title="Digits are names",
    statement="""\
Turn `labels`, N digits, into an array of shape (N, `classes`) and dtype `float32`: row n has a 1
in the column of label n and zeros elsewhere. Some classes may have no label at all.""",
    starter='''\
import numpy as np


def one_hot(labels, classes):
    """Turn each label into a row of zeros with a single 1."""
    rows = np.zeros((len(labels), classes), dtype=np.float32)
    ...
    return rows
''',
    hints=(
        "For row 0 alone: which entry must become 1?",
        "A loop over the rows will do. NumPy can also set many entries at once: "
        "`rows[row_numbers, column_numbers] = 1`.",
        "The row numbers are `np.arange(len(labels))`, the column numbers are the labels.",
    ),
    solution="""\
def one_hot(labels, classes):
    rows = np.zeros((len(labels), classes), dtype=np.float32)
    rows[np.arange(len(labels)), labels] = 1
    return rows
""",
    why="""\
Two arrays of indexes pick pairs: row 0 with label 0, row 1 with label 1. A slice in place of the
first would pick every row with every label.""",
    mistakes=(
        Mistake(
            "Every row gets every label",
            "What does the colon in `rows[:, labels]` choose? How many ones has a row?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((len(labels), classes), dtype=np.float32)\n"
            "    rows[:, labels] = 1\n"
            "    return rows",
        ),
        Mistake(
            "Counted the classes in the labels",
            "What if no label of this batch is the last class?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((len(labels), labels.max(initial=-1) + 1), dtype=np.float32)\n"
            "    rows[np.arange(len(labels)), labels] = 1\n"
            "    return rows",
        ),
        Mistake(
            "Classes in rows",
            "Which comes first in the shape: the examples or the classes?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((classes, len(labels)), dtype=np.float32)\n"
            "    rows[labels, np.arange(len(labels))] = 1\n"
            "    return rows",
        ),
        Mistake(
            "The digit instead of a 1",
            "Is a 7 seven times as much as a 1?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((len(labels), classes), dtype=np.float32)\n"
            "    rows[np.arange(len(labels)), labels] = labels\n"
            "    return rows",
        ),
        Mistake(
            "Whole rows of ones",
            "What does `rows[3] = 1` fill: one place, or a row? Which columns did you name?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((len(labels), classes), dtype=np.float32)\n"
            "    rows[labels] = 1\n"
            "    return rows",
        ),
        Mistake(
            "Counted from 1",
            "Which number has the first column: 0 or 1?",
            "def one_hot(labels, classes):\n"
            "    rows = np.zeros((len(labels), classes), dtype=np.float32)\n"
            "    rows[np.arange(len(labels)), labels - 1] = 1\n"
            "    return rows",
        ),
    ),
    cases=cases,
)
