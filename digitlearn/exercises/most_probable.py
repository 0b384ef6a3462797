"""Chapter 1: from ten probabilities to one digit."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield probabilities: one image, a tie, as many images as digits, random batches."""
    yield (np.array([[0.25, 0.75] + 8 * [0.0]]),)
    yield (np.array([[0.5, 0.5] + 8 * [0.0], [0.0, 1.0] + 8 * [0.0], [1.0] + 9 * [0.0]]),)
    yield (np.eye(10),)
    for size in range(1, 30):
        yield (rng.dirichlet(np.ones(10), size),)


EXERCISE = Exercise(
    name="most_probable",
    chapter=1,
    title="From probabilities to a digit",
    statement="""\
A network gives ten probabilities for each image: `probabilities` has shape (N, 10), and column 7
belongs to the digit 7. Return the most probable digit of each image, an array of N integers.
Where two are equally probable, return the smaller one.""",
    starter='''\
import numpy as np


def most_probable(probabilities):
    """Return the most probable digit of each image."""
    return ...
''',
    hints=(
        "You are not asked for the largest probability of a row, but for where it stands.",
        "NumPy calls that `argmax`. It takes an `axis`.",
        "With `axis=1` the columns of a row compete with each other. Of equals, `argmax` takes the "
        "first.",
    ),
    solution="""\
def most_probable(probabilities):
    return probabilities.argmax(axis=1)
""",
    why="""\
The place in the row is the digit, so nothing is left to be looked up. This is all that
is left to do after `predict`.""",
    mistakes=(
        Mistake(
            "Wrong axis",
            "How many answers do you return: one for each image, or one for each digit?",
            "def most_probable(probabilities):\n    return probabilities.argmax(axis=0)",
        ),
        Mistake(
            "The probability instead of its place",
            "Is your answer a digit, or how sure the network is of it?",
            "def most_probable(probabilities):\n    return probabilities.max(axis=1)",
        ),
        Mistake(
            "Counted from 1",
            "Which digit has the first column?",
            "def most_probable(probabilities):\n    return probabilities.argmax(axis=1) + 1",
        ),
        Mistake(
            "One answer for the whole batch",
            "What does `argmax` do when it is told no axis?",
            "def most_probable(probabilities):\n    return probabilities.argmax()",
        ),
    ),
    cases=cases,
)
