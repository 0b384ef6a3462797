"""Chapter 8: where the ink has its middle."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield pictures with some ink: one pixel, two unequal ones, a bar, random ones."""
    yield (np.array([[200]], np.uint8),)
    yield (np.array([[0, 0], [0, 7]], np.uint8),)
    yield (np.array([[100, 0, 200]], np.uint8),)
    yield (np.array([[255], [255], [0]], np.uint8),)
    for _ in range(25):
        height, width = rng.integers(2, 8, 2)
        image = rng.integers(0, 256, (height, width)).astype(np.uint8)
        image[rng.random((height, width)) < 0.6] = 0
        image[0, 0] = 30
        yield (image,)


EXERCISE = Exercise(
    name="centre_of_mass",
    chapter=8,
    title="The centre of mass",
    statement="""\
`ink` (H, W) is a picture with some ink, `uint8`, paper 0. Return its centre of mass, two numbers:
the mean row and the mean column of all pixels, each pixel counted as often as it has ink.""",
    starter='''\
import numpy as np


def centre_of_mass(ink):
    """Return the row and the column of the ink's centre of mass."""
    return ..., ...
''',
    hints=(
        "How much ink is in each row? And in each column?",
        "`np.average` takes `weights`.",
        "`np.average(np.arange(len(ink)), weights=ink.sum(axis=1))` is the mean row.",
    ),
    solution="""\
def centre_of_mass(ink):
    height, width = ink.shape
    row = np.average(np.arange(height), weights=ink.sum(axis=1))
    column = np.average(np.arange(width), weights=ink.sum(axis=0))
    return row, column
""",
    why="""\
The middle of the box moves with every thin stroke that sticks out, the centre of mass hardly.
MNIST's digits are placed by it.""",
    mistakes=(
        Mistake(
            "The middle of the box",
            "Does your answer change when one side of the digit gets darker?",
            "def centre_of_mass(ink):\n"
            "    rows = np.flatnonzero(ink.any(axis=1))\n"
            "    columns = np.flatnonzero(ink.any(axis=0))\n"
            "    return (rows[0] + rows[-1]) / 2, (columns[0] + columns[-1]) / 2",
        ),
        Mistake(
            "Rows and columns swapped",
            "A horizontal bar at the very top: which of your two numbers is 0?",
            "def centre_of_mass(ink):\n"
            "    height, width = ink.shape\n"
            "    row = np.average(np.arange(height), weights=ink.sum(axis=1))\n"
            "    column = np.average(np.arange(width), weights=ink.sum(axis=0))\n"
            "    return column, row",
        ),
        Mistake(
            "Pale ink counted like dark ink",
            "Does a pixel of 10 pull as hard as a pixel of 200?",
            "def centre_of_mass(ink):\n"
            "    rows, columns = np.nonzero(ink)\n"
            "    return rows.mean(), columns.mean()",
        ),
        Mistake(
            "The middle of the picture",
            "Does your answer look at the ink at all?",
            "def centre_of_mass(ink):\n    return (ink.shape[0] - 1) / 2, (ink.shape[1] - 1) / 2",
        ),
        Mistake(
            "Counted from 1",
            "Which number has the first row?",
            "def centre_of_mass(ink):\n"
            "    height, width = ink.shape\n"
            "    row = np.average(np.arange(height), weights=ink.sum(axis=1))\n"
            "    column = np.average(np.arange(width), weights=ink.sum(axis=0))\n"
            "    return row + 1, column + 1",
        ),
    ),
    cases=cases,
)
