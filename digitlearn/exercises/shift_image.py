"""Chapter 7: the simplest distortion."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield images and shifts: none, one pixel each way, out of the picture, random ones."""
    image = np.array([[1.0, 2.0], [3.0, 4.0]])
    for down, right in ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (2, 0), (0, -3)):
        yield image.copy(), down, right
    for _ in range(25):
        height, width = rng.integers(2, 6, 2)
        down, right = rng.integers(-2, 3, 2)
        yield rng.random((height, width)), int(down), int(right)


EXERCISE = Exercise(
    name="shift_image",
    chapter=7,
    title="Distort by a shift",
    statement="""\
Move `image` (H, W) by whole pixels: `down` rows down and `right` columns to the right, upwards or
to the left where they are negative. Return a new array of the same shape. What leaves the picture
is lost, and what enters it is paper, 0.""",
    starter='''\
import numpy as np


def shift_image(image, down, right):
    """Return the image moved down and to the right."""
    return ...
''',
    hints=(
        "`np.roll(image, (down, right), axis=(0, 1))` moves it, but what leaves comes in again on "
        "the other side.",
        "Which rows must be cleared after rolling down by 2? And after rolling up by 2?",
        "`shifted[:down] = 0` clears the first rows, `shifted[down:] = 0` with a negative number "
        "the last ones.",
    ),
    solution="""\
def shift_image(image, down, right):
    shifted = np.roll(image, (down, right), axis=(0, 1))
    if down > 0:
        shifted[:down] = 0
    if down < 0:
        shifted[down:] = 0
    if right > 0:
        shifted[:, :right] = 0
    if right < 0:
        shifted[:, right:] = 0
    return shifted
""",
    why="""\
A distorted image must be one that somebody could have drawn. A stroke that leaves on the right
and comes in again on the left is none.""",
    mistakes=(
        Mistake(
            "What leaves comes in again",
            "What stands in the rows that your digit moved away from?",
            "def shift_image(image, down, right):\n"
            "    return np.roll(image, (down, right), axis=(0, 1))",
        ),
        Mistake(
            "Rows and columns swapped",
            "Which axis of an image counts the rows?",
            "def shift_image(image, down, right):\n"
            "    shifted = np.zeros_like(image)\n"
            "    for row, column in np.ndindex(image.shape):\n"
            "        r, c = row - right, column - down\n"
            "        if 0 <= r < image.shape[0] and 0 <= c < image.shape[1]:\n"
            "            shifted[row, column] = image[r, c]\n"
            "    return shifted",
        ),
        Mistake(
            "The other way",
            "Row 0 is at the top. Which row comes to row 5 after a shift down by 2?",
            "def shift_image(image, down, right):\n"
            "    shifted = np.zeros_like(image)\n"
            "    for row, column in np.ndindex(image.shape):\n"
            "        r, c = row + down, column + right\n"
            "        if 0 <= r < image.shape[0] and 0 <= c < image.shape[1]:\n"
            "            shifted[row, column] = image[r, c]\n"
            "    return shifted",
        ),
        Mistake(
            "Only one way thought of",
            "What does `[:down]` choose when `down` is negative?",
            "def shift_image(image, down, right):\n"
            "    shifted = np.roll(image, (down, right), axis=(0, 1))\n"
            "    shifted[:down] = 0\n"
            "    shifted[:, :right] = 0\n"
            "    return shifted",
        ),
    ),
    cases=cases,
)
