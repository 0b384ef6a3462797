"""Chapter 6: what was taken for what."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield labels, predictions and a number of classes: one, a missing class, repeats, random."""
    yield np.array([0]), np.array([1]), 2
    yield np.array([0]), np.array([0]), 3
    yield np.array([1, 1, 1]), np.array([0, 0, 0]), 2
    yield np.array([0, 1, 2]), np.array([0, 2, 2]), 4
    for size in range(2, 30):
        yield rng.integers(0, 4, size), rng.integers(0, 4, size), int(rng.integers(4, 6))


EXERCISE = Exercise(
    name="confusion_matrix",
    chapter=6,
    title="What was taken for what",
    statement="""\
Return the confusion matrix of `labels` and `predictions`, two arrays of N digits: an array of
integers of shape (`classes`, `classes`), whose entry in row t and column p counts the images of
class t that were read as p.""",
    starter='''\
import numpy as np


def confusion_matrix(labels, predictions, classes):
    """Count how often each true class was read as each class."""
    matrix = np.zeros((classes, classes), dtype=int)
    ...
    return matrix
''',
    hints=(
        "Go through the images one by one. Which entry does an image add 1 to?",
        "`zip(labels, predictions)` gives the pairs.",
        "`matrix[true, predicted] += 1` for each pair. (`np.add.at` does it at once.)",
    ),
    solution="""\
def confusion_matrix(labels, predictions, classes):
    matrix = np.zeros((classes, classes), dtype=int)
    for true, predicted in zip(labels, predictions):
        matrix[true, predicted] += 1
    return matrix
""",
    why="""\
With arrays as indexes, `matrix[labels, predictions] += 1` would add 1 to each entry once, however
often it is named. A loop counts every image.""",
    mistakes=(
        Mistake(
            "Rows and columns swapped",
            "Row 4 is to say what became of the fours. Does it?",
            "def confusion_matrix(labels, predictions, classes):\n"
            "    matrix = np.zeros((classes, classes), dtype=int)\n"
            "    np.add.at(matrix, (predictions, labels), 1)\n"
            "    return matrix",
        ),
        Mistake(
            "Repeats counted once",
            "What is the sum of your matrix? How many images are there?",
            "def confusion_matrix(labels, predictions, classes):\n"
            "    matrix = np.zeros((classes, classes), dtype=int)\n"
            "    matrix[labels, predictions] += 1\n"
            "    return matrix",
        ),
        Mistake(
            "Shares instead of counts",
            "Is an entry of your matrix a number of images?",
            "def confusion_matrix(labels, predictions, classes):\n"
            "    matrix = np.zeros((classes, classes))\n"
            "    np.add.at(matrix, (labels, predictions), 1)\n"
            "    return matrix / len(labels)",
        ),
        Mistake(
            "Only the mistakes",
            "Where are the images that were read rightly?",
            "def confusion_matrix(labels, predictions, classes):\n"
            "    matrix = np.zeros((classes, classes), dtype=int)\n"
            "    np.add.at(matrix, (labels, predictions), 1)\n"
            "    np.fill_diagonal(matrix, 0)\n"
            "    return matrix",
        ),
        Mistake(
            "Only the classes that occur",
            "Which shape has your matrix if nobody wrote a 9?",
            "def confusion_matrix(labels, predictions, classes):\n"
            "    size = max(labels.max(), predictions.max()) + 1\n"
            "    matrix = np.zeros((size, size), dtype=int)\n"
            "    np.add.at(matrix, (labels, predictions), 1)\n"
            "    return matrix",
        ),
    ),
    cases=cases,
)
