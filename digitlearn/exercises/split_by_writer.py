"""Chapter 2: no writer, and no image, on both sides of a split."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield images, their writers and who is held out: few, copies, random with copies."""
    two = np.array([[1, 1], [2, 2]], np.uint8)
    yield two, np.array([4, 5]), np.array([5])
    yield two[::-1].copy(), np.array([4, 5]), np.array([4])
    yield np.array([[1], [2], [3]], np.uint8), np.array([0, 1, 2]), np.array([2, 0])
    yield np.array([[1, 1], [1, 1], [2, 2]], np.uint8), np.array([4, 5, 4]), np.array([5])
    for size in range(4, 28):
        images = rng.integers(0, 3, (size, 3), dtype=np.uint8)
        writers = rng.integers(0, 5, size)
        yield images, writers, np.unique(rng.integers(0, 5, 2))


EXERCISE = Exercise(
    name="split_by_writer",
    chapter=2,
    title="A split without leakage",
    statement="""\
`images` has shape (N, pixels), `writers` says who wrote each. Return two arrays of N True and
False: which images are for training, which for validation. All images by the writers in
`held_out` are for validation. The others are for training, unless the very same picture is among
the validation images; then it is in neither.""",
    starter='''\
import numpy as np


def split_by_writer(images, writers, held_out):
    """Return which images are for training, and which for validation."""
    validation = ...
    training = ...
    return training, validation
''',
    hints=(
        "`np.isin(writers, held_out)` says of each image whether its writer is held out.",
        "`~validation` is the other side. Now the copies have to be found.",
        "Compare every image with every validation image: `images[:, np.newaxis] == "
        "images[validation]` has shape (N, number of those, pixels). Same picture: all pixels, of "
        "any validation image.",
    ),
    solution="""\
def split_by_writer(images, writers, held_out):
    validation = np.isin(writers, held_out)
    seen = images[validation]
    copies = (images[:, np.newaxis] == seen).all(axis=2).any(axis=1)
    return ~validation & ~copies, validation
""",
    why="""\
A validation image says how good a network is on what it has not seen. A copy in training, or
another page by the same hand, is something it has seen.""",
    mistakes=(
        Mistake(
            "Copies seen in training",
            "Is a picture in your training part that is also in the validation part?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    return ~validation, validation",
        ),
        Mistake(
            "Mask on the wrong side",
            "Who is held out: those you train on?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    copies = (images[:, np.newaxis] == images[validation]).all(axis=2).any(axis=1)\n"
            "    return validation, ~validation & ~copies",
        ),
        Mistake(
            "Only one writer held out",
            "How many writers are in `held_out`?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = writers == held_out[0]\n"
            "    copies = (images[:, np.newaxis] == images[validation]).all(axis=2).any(axis=1)\n"
            "    return ~validation & ~copies, validation",
        ),
        Mistake(
            "Copies taken out of the wrong part",
            "Which part loses the copies? Are all images by the held-out writers still there?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    copies = (images[:, np.newaxis] == images[~validation]).all(axis=2).any(axis=1)\n"
            "    return ~validation, validation & ~copies",
        ),
        Mistake(
            "One equal pixel is enough",
            "Are two pictures the same if any of their pixels are equal?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    copies = (images[:, np.newaxis] == images[validation]).any(axis=2).any(axis=1)\n"
            "    return ~validation & ~copies, validation",
        ),
        Mistake(
            "Copies moved to validation",
            "The same picture, by a writer who is not held out: in which part is it to be?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    copies = (images[:, np.newaxis] == images[validation]).all(axis=2).any(axis=1)\n"
            "    return ~validation & ~copies, validation | copies",
        ),
        Mistake(
            "The copies forgotten, and the parts swapped",
            "Which of the two arrays comes first? And is a picture in both parts?",
            "def split_by_writer(images, writers, held_out):\n"
            "    validation = np.isin(writers, held_out)\n"
            "    return validation, ~validation",
        ),
    ),
    cases=cases,
)
