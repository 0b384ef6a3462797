"""Chapter 8: the smallest box around the ink."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield pictures: one pixel, all ink, a corner, two strokes, random ones with some ink."""
    yield (np.array([[9]], np.uint8),)
    yield (np.array([[0, 0], [0, 5]], np.uint8),)
    yield (np.array([[0, 0, 0], [7, 1, 0]], np.uint8),)
    yield (np.full((2, 3), 255, np.uint8),)
    yield (np.array([[0, 0, 0, 0], [0, 3, 0, 9], [0, 0, 0, 0], [0, 0, 1, 0]], np.uint8),)
    for _ in range(25):
        height, width = rng.integers(2, 8, 2)
        image = np.where(rng.random((height, width)) < 0.15, 200, 0).astype(np.uint8)
        image[rng.integers(height), rng.integers(width)] = 50
        yield (image,)


EXERCISE = Exercise(
    name="find_box",
    chapter=8,
    title="A box around the ink",
    statement="""\
`ink` (H, W) is a picture with some ink: paper is 0, ink is above 0. Return four whole numbers,
`top`, `bottom`, `left` and `right`, so that `ink[top:bottom, left:right]` is the smallest piece
with all the ink in it.""",
    starter='''\
import numpy as np


def find_box(ink):
    """Return top, bottom, left and right of the ink."""
    return ..., ..., ..., ...
''',
    hints=(
        "In which rows is any ink? In which columns?",
        "`np.flatnonzero(ink.any(axis=1))` are the numbers of the rows with ink.",
        "The first of them is `top`. A slice ends *before* its second number: `bottom` is one more "
        "than the last.",
    ),
    solution="""\
def find_box(ink):
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
""",
    why="""\
The box frees the digit from its place and its size, the two things that MNIST's makers took away
first. A single speck far out spoils it, so specks must go before.""",
    mistakes=(
        Mistake(
            "The last row cut off",
            "Does `ink[0:5]` contain row 5?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero(ink.any(axis=1))\n"
            "    columns = np.flatnonzero(ink.any(axis=0))\n"
            "    return rows[0], rows[-1], columns[0], columns[-1]",
        ),
        Mistake(
            "Rows and columns swapped",
            "What do you get from `ink.any(axis=0)`: a value for each row, or for each column?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero(ink.any(axis=0))\n"
            "    columns = np.flatnonzero(ink.any(axis=1))\n"
            "    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1",
        ),
        Mistake(
            "Only rows that are all ink",
            "Which rows do you look for: those with some ink, or those full of it?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero(ink.all(axis=1))\n"
            "    columns = np.flatnonzero(ink.all(axis=0))\n"
            "    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1",
        ),
        Mistake(
            "Pale ink overlooked",
            "How dark must a pixel be to count as ink here?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero((ink > 127).any(axis=1))\n"
            "    columns = np.flatnonzero((ink > 127).any(axis=0))\n"
            "    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1",
        ),
        Mistake(
            "Height and width",
            "Is your second number a place or a length?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero(ink.any(axis=1))\n"
            "    columns = np.flatnonzero(ink.any(axis=0))\n"
            "    return rows[0], rows[-1] + 1 - rows[0], columns[0], columns[-1] + 1 - columns[0]",
        ),
        Mistake(
            "Corner after corner",
            "In which order are your four numbers asked for: bottom before left, or after it?",
            "def find_box(ink):\n"
            "    rows = np.flatnonzero(ink.any(axis=1))\n"
            "    columns = np.flatnonzero(ink.any(axis=0))\n"
            "    return rows[0], columns[0], rows[-1] + 1, columns[-1] + 1",
        ),
        Mistake(
            "Gaps in the ink",
            "Does your box still end after the last ink if an empty row is in between?",
            "def find_box(ink):\n"
            "    rows, columns = ink.any(axis=1), ink.any(axis=0)\n"
            "    top, left = rows.argmax(), columns.argmax()\n"
            "    return top, top + rows.sum(), left, left + columns.sum()",
        ),
    ),
    cases=cases,
)
