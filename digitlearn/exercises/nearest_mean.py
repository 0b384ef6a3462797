"""Chapter 2: the baseline, the digit whose mean image is nearest."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield images and means, of dtype uint8: one pixel, a tie, brighter than the mean, random."""
    yield np.array([[0]], np.uint8), np.array([[10], [200]], np.uint8)
    yield np.array([[250], [3]], np.uint8), np.array([[10], [200]], np.uint8)
    yield np.array([[5, 5]], np.uint8), np.array([[0, 5], [5, 0], [10, 5]], np.uint8)
    yield np.array([[0, 0]], np.uint8), np.array([[30, 30], [0, 50]], np.uint8)
    for size in range(1, 25):
        means = rng.integers(0, 256, (3, 6), dtype=np.uint8)
        yield rng.integers(0, 256, (size, 6), dtype=np.uint8), means


EXERCISE = Exercise(
    name="nearest_mean",
    chapter=2,
    title="The nearest mean digit",
    statement="""\
`images` has shape (N, pixels), `means` has shape (digits, pixels): the mean image of each digit,
rounded to grey levels. Both are `uint8`. Return for each image the digit whose mean has the
smallest squared distance, an array of N integers; of equals the smaller digit.""",
    starter='''\
import numpy as np


def nearest_mean(images, means):
    """Return the digit whose mean is nearest to each image."""
    return ...
''',
    hints=(
        "What is 3 - 250 in `uint8`? Convert before you subtract.",
        "For one image and all means: `((means - image) ** 2).sum(axis=1)` are the distances.",
        "All at once: `images[:, np.newaxis] - means` has shape (N, digits, pixels). Sum the "
        "squares over the last axis, and take `argmin` over the digits.",
    ),
    solution="""\
def nearest_mean(images, means):
    differences = images[:, np.newaxis].astype(np.float64) - means
    distances = (differences**2).sum(axis=2)
    return distances.argmin(axis=1)
""",
    why="""\
Ten averages and a subtraction read four digits in five: what a network gains is counted from
there. The conversion comes first, since `uint8` knows no negative numbers, and none above 255.""",
    mistakes=(
        Mistake(
            "uint8 overflow",
            "What is np.uint8(3) - np.uint8(250), and its square?",
            "def nearest_mean(images, means):\n"
            "    distances = ((images[:, np.newaxis] - means) ** 2).sum(axis=2)\n"
            "    return distances.argmin(axis=1)",
        ),
        Mistake(
            "Differences that cancel",
            "One pixel is 100 too bright and one 100 too dark. What is your distance?",
            "def nearest_mean(images, means):\n"
            "    differences = images[:, np.newaxis].astype(np.float64) - means\n"
            "    return abs(differences.sum(axis=2)).argmin(axis=1)",
        ),
        Mistake(
            "Without squares",
            "Does one large difference count more than many small ones of the same sum?",
            "def nearest_mean(images, means):\n"
            "    differences = images[:, np.newaxis].astype(np.float64) - means\n"
            "    return abs(differences).sum(axis=2).argmin(axis=1)",
        ),
        Mistake(
            "The farthest instead of the nearest",
            "Do you look for the largest distance or the smallest?",
            "def nearest_mean(images, means):\n"
            "    differences = images[:, np.newaxis].astype(np.float64) - means\n"
            "    return (differences**2).sum(axis=2).argmax(axis=1)",
        ),
        Mistake(
            "Squares too large for int16",
            "What is 250 times 250, and the largest number in `int16`?",
            "def nearest_mean(images, means):\n"
            "    differences = images[:, np.newaxis].astype(np.int16) - means.astype(np.int16)\n"
            "    return (differences**2).sum(axis=2).argmin(axis=1)",
        ),
    ),
    cases=cases,
)
