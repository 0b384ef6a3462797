"""Chapter 1: accuracy."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield predictions and labels: one image, all right, all wrong, random ones."""
    yield np.array([7]), np.array([7])
    yield np.array([7]), np.array([1])
    yield np.array([7, 2, 1]), np.array([7, 2, 1])
    yield np.array([7, 2, 1, 0]), np.array([7, 2, 1, 9])
    for size in range(2, 30):
        labels = rng.integers(0, 10, size)
        guesses = rng.integers(0, 10, size)
        yield np.where(rng.random(size) < 0.7, labels, guesses), labels


EXERCISE = Exercise(
    name="share_right",
    chapter=1,
    title="How many are right?",
    statement="""\
`predictions` and `labels` are two arrays of N digits. Return the accuracy: the share of images
whose prediction is the label, a number from 0 to 1.""",
    starter='''\
import numpy as np


def share_right(predictions, labels):
    """Return the share of predictions that are right."""
    return ...
''',
    hints=(
        "Compare the two arrays with `==`. What do you get?",
        "True counts as 1 and False as 0.",
        "The mean of an array of True and False is the share of True.",
    ),
    solution="""\
def share_right(predictions, labels):
    return (predictions == labels).mean()
""",
    why="""\
A comparison of arrays makes an array of True and False. Its sum counts, and its mean is a share;
most of what chapter 6 measures begins like this.""",
    mistakes=(
        Mistake(
            "A count instead of a share",
            "Could you compare your number with that of a test set twice as large?",
            "def share_right(predictions, labels):\n    return (predictions == labels).sum()",
        ),
        Mistake(
            "The share of mistakes",
            "What do you get if every prediction is right?",
            "def share_right(predictions, labels):\n    return (predictions != labels).mean()",
        ),
        Mistake(
            "Percent",
            "What is the largest number that you return? What was asked for?",
            "def share_right(predictions, labels):\n"
            "    return 100 * (predictions == labels).mean()",
        ),
        Mistake(
            "All or nothing",
            "Do you want to know whether everything is right, or how much?",
            "def share_right(predictions, labels):\n"
            "    return float((predictions == labels).all())",
        ),
    ),
    cases=cases,
)
