"""Chapter 2: grey levels from 0 to 255 become floats from 0 to 1."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield images: none at all, single pixels, random ones."""
    yield (np.zeros((0, 28, 28), dtype=np.uint8),)
    yield (np.array([255], dtype=np.uint8),)
    yield (np.array([0], dtype=np.uint8),)
    yield (np.array([51, 128], dtype=np.uint8),)
    for size in range(1, 20):
        yield (rng.integers(0, 256, (size, 3, 3), dtype=np.uint8),)
    for size in range(1, 4):
        yield (rng.integers(0, 100, (size, 28, 28), dtype=np.uint8),)


EXERCISE = Exercise(
    name="scale_pixels",
    chapter=2,
    title="From grey levels to numbers near 1",
    statement="""\
Scale `images`, an array of `uint8` with grey levels from 0 to 255 and any shape. Return an array
of the same shape with numbers from 0 to 1, of dtype `float32`: 51 becomes 0.2.""",
    starter='''\
import numpy as np


def scale_pixels(images):
    """Scale grey levels from 0-255 to 0-1."""
    return ...
''',
    hints=(
        "Which number must become 1?",
        "An array has a method `astype(dtype)` that makes a converted copy.",
        "Convert to `np.float32` first, and then divide by 255.",
    ),
    solution="""\
def scale_pixels(images):
    return images.astype(np.float32) / np.float32(255)
""",
    why="""\
float32 is exact enough for pixels and takes half the memory of float64. What is divided by the
largest possible level, and not by the largest that occurs, is scaled alike in every image.""",
    mistakes=(
        Mistake(
            "Divided by the number of levels",
            "There are 256 levels. What is the largest of them, and what does it become?",
            "def scale_pixels(images):\n    return images.astype(np.float32) / np.float32(256)",
        ),
        Mistake(
            "float64 instead of float32",
            "Which dtype has an array of `uint8` after a division? How many bytes is that a pixel?",
            "def scale_pixels(images):\n    return images / 255",
        ),
        Mistake(
            "Whole numbers only",
            "What is 128 // 255?",
            "def scale_pixels(images):\n    return (images // 255).astype(np.float32)",
        ),
        Mistake(
            "Scaled by the image instead of the scale",
            "Would a pale digit still be pale? Does an image without any ink survive?",
            "def scale_pixels(images):\n"
            "    return images.astype(np.float32) / np.float32(images.max())",
        ),
    ),
    cases=cases,
)
