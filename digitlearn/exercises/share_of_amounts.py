"""Chapter 1: an amount is read only if each of its digits is."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield which digits are right and how many make an amount: short, uneven, random."""
    yield np.array([True]), 1
    yield np.array([True, False]), 2
    yield np.array([True, False]), 1
    yield np.array([True, True, True, False, True, True]), 2
    yield np.array([True, True, True, False, True, True]), 3
    for amounts in range(1, 25):
        digits = int(rng.integers(2, 6))
        yield rng.random(amounts * digits) < 0.85, digits


EXERCISE = Exercise(
    name="share_of_amounts",
    chapter=1,
    title="Whole amounts",
    statement="""\
A machine reads the digits of cheques one after the other: the first `digits` of them are the
first amount, the next `digits` the second, and so on. `right`, of shape (amounts × digits,), says
of each digit whether it was read rightly. Return the share of *amounts* without a mistake.""",
    starter='''\
import numpy as np


def share_of_amounts(right, digits):
    """Return the share of amounts whose digits are all right."""
    return ...
''',
    hints=(
        "Give each amount a row of its own.",
        "`right.reshape(-1, digits)` does that; NumPy counts the rows for you.",
        "An array has a method `all`, which takes an `axis`.",
    ),
    solution="""\
def share_of_amounts(right, digits):
    amounts = right.reshape(-1, digits)
    return amounts.all(axis=1).mean()
""",
    why="""\
An accuracy of digits is not that of amounts: one wrong digit spoils the whole. Ask what counts
for whoever uses it, and count that.""",
    mistakes=(
        Mistake(
            "Digits counted instead of amounts",
            "What is an amount worth of which three digits in four are right?",
            "def share_of_amounts(right, digits):\n    return right.mean()",
        ),
        Mistake(
            "One right digit is enough",
            "Does the bank pay if any digit is right, or if all are?",
            "def share_of_amounts(right, digits):\n"
            "    return right.reshape(-1, digits).any(axis=1).mean()",
        ),
        Mistake(
            "Rows and columns swapped",
            "Which digits stand in one row of your array: those of one amount?",
            "def share_of_amounts(right, digits):\n"
            "    return right.reshape(digits, -1).all(axis=0).mean()",
        ),
        Mistake(
            "Taken for independent",
            "You multiply probabilities. What if the mistakes all stand in one amount?",
            "def share_of_amounts(right, digits):\n    return right.mean() ** digits",
        ),
    ),
    cases=cases,
)
