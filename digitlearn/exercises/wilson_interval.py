"""Chapter 6: an interval for an accuracy, also at its ends."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield right answers and images: one image, all wrong, all right, random ones."""
    yield 1, 1
    yield 0, 1
    yield 20, 20
    yield 9800, 10_000
    for _ in range(25):
        total = int(rng.integers(2, 500))
        yield int(rng.integers(0, total + 1)), total


EXERCISE = Exercise(
    name="wilson_interval",
    chapter=6,
    title="An interval at the ends",
    statement="""\
`correct` of `total` images were read rightly, a share $a$ of $N$. With $z = 1.96$, the middle of
Wilson's interval is $(a + z^2 / (2N)) / (1 + z^2/N)$, and half its width is $z$ times the root of
$a (1 - a) / N + z^2 / (4N^2)$, divided by $1 + z^2/N$. Return its lower and its upper end. Try 20
of 20: what would the rule of thumb, $a$ plus and minus $1.96$ times the root of $a (1 - a) / N$,
say?""",
    starter='''\
import numpy as np


def wilson_interval(correct, total):
    """Return the lower and the upper end of Wilson's interval."""
    return ..., ...
''',
    hints=(
        "Give the parts names: the share, what both are divided by, the middle, half the width.",
        "`shrink = 1 + z**2 / total` is used twice.",
        "`half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / shrink`",
    ),
    solution="""\
def wilson_interval(correct, total):
    z = 1.96
    share = correct / total
    shrink = 1 + z**2 / total
    middle = (share + z**2 / (2 * total)) / shrink
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / shrink
    return middle - half, middle + half
""",
    why="""\
The interval leans towards one half: 20 of 20 may be the luck of a network that errs now and then.
It never leaves the range from 0 to 1.""",
    mistakes=(
        Mistake(
            "The rule of thumb",
            "How wide is your interval for 20 of 20? Are you that sure?",
            "def wilson_interval(correct, total):\n"
            "    share = correct / total\n"
            "    half = 1.96 * np.sqrt(share * (1 - share) / total)\n"
            "    return share - half, share + half",
        ),
        Mistake(
            "The middle not moved",
            "Does your interval for 20 of 20 reach beyond 1?",
            "def wilson_interval(correct, total):\n"
            "    z = 1.96\n"
            "    share = correct / total\n"
            "    shrink = 1 + z**2 / total\n"
            "    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / shrink\n"
            "    return share - half, share + half",
        ),
        Mistake(
            "Root forgotten",
            "With four times the images, is your interval half as wide, or a quarter?",
            "def wilson_interval(correct, total):\n"
            "    z = 1.96\n"
            "    share = correct / total\n"
            "    shrink = 1 + z**2 / total\n"
            "    middle = (share + z**2 / (2 * total)) / shrink\n"
            "    half = z * (share * (1 - share) / total + z**2 / (4 * total**2)) / shrink\n"
            "    return middle - half, middle + half",
        ),
        Mistake(
            "Not divided by 1 + z²/N",
            "Are the middle and half the width both divided?",
            "def wilson_interval(correct, total):\n"
            "    z = 1.96\n"
            "    share = correct / total\n"
            "    middle = share + z**2 / (2 * total)\n"
            "    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))\n"
            "    return middle - half, middle + half",
        ),
    ),
    cases=cases,
)
