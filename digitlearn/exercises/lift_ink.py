"""Chapter 8: what is ink and what is paper."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield grey pictures: bare paper, pen on paper, chalk on a board, both, random ones."""
    yield (np.full((1, 3), 200, np.uint8),)
    yield (np.array([[200, 200, 30]], np.uint8),)
    yield (np.array([[40, 250, 40]], np.uint8),)
    yield (np.array([[128, 128, 128], [0, 255, 128]], np.uint8),)
    for _ in range(25):
        height, width = rng.integers(3, 7, 2)
        paper = rng.integers(30, 226)
        image = (paper + rng.integers(-2, 3, (height, width))).astype(np.uint8)
        image[0, : width // 2] = rng.integers(0, 256, width // 2)
        yield (image,)


EXERCISE = Exercise(
    name="lift_ink",
    chapter=8,
    title="Ink or paper?",
    statement="""\
`image` (H, W) is a grey picture, `uint8`: a pen on light paper, or chalk on a dark board. Paper
fills most of it, so the brightness of bare paper is the *median*. Ink is what differs from it, to
either side. Return the distance of every pixel from the paper, as `float64` of shape (H, W).""",
    starter='''\
import numpy as np


def lift_ink(image):
    """Return how far each pixel is from the brightness of the paper."""
    return ...
''',
    hints=(
        "`np.median(image)` is the brightness of the paper.",
        "Ink may be darker or lighter than the paper. What makes a distance of a difference?",
        "`abs(image.astype(float) - paper)`",
    ),
    solution="""\
def lift_ink(image):
    paper = np.median(image)
    return abs(image.astype(float) - paper)
""",
    why="""\
Whether ink is dark or light need not be decided: it is what there is less of. A few pixels of ink
move the mean, and the median hardly.""",
    mistakes=(
        Mistake(
            "The mean taken for paper",
            "One black stroke on white paper: is the mean a brightness that occurs?",
            "def lift_ink(image):\n    return abs(image.astype(float) - image.mean())",
        ),
        Mistake(
            "Always dark on light",
            "What becomes of chalk on a blackboard?",
            "def lift_ink(image):\n    return 255 - image.astype(float)",
        ),
        Mistake(
            "Only ink darker than the paper",
            "May ink be lighter than its paper? What is left of it?",
            "def lift_ink(image):\n    return np.maximum(np.median(image) - image, 0.0)",
        ),
        Mistake(
            "uint8 overflow",
            "What is 30 - 200 in `uint8`?",
            "def lift_ink(image):\n"
            "    paper = np.uint8(np.median(image))\n"
            "    return (image - paper).astype(float)",
        ),
        Mistake(
            "Differences with a sign",
            "What would a network do with ink of -170?",
            "def lift_ink(image):\n    return image - np.median(image)",
        ),
        Mistake(
            "Differences from the other side",
            "What does chalk on a dark board give, if you subtract the image from its paper?",
            "def lift_ink(image):\n    return np.median(image) - image",
        ),
        Mistake(
            "Squared",
            "How far is 190 from 200: 10 or 100?",
            "def lift_ink(image):\n    return (image - np.median(image)) ** 2",
        ),
    ),
    cases=cases,
)
