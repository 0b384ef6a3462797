"""Chapter 7: a learning rate that falls along a cosine."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield the step, the number of steps and the first rate: start, middle, end, random."""
    yield 0, 1, 1.0
    yield 1, 1, 1.0
    yield 1, 2, 1.0
    yield 1, 4, 0.002
    for _ in range(25):
        steps = int(rng.integers(2, 1000))
        yield int(rng.integers(0, steps + 1)), steps, float(rng.uniform(0.0001, 0.1))


EXERCISE = Exercise(
    name="cosine_rate",
    chapter=7,
    title="A rate that falls",
    statement="""\
Return the learning rate at `step` of a training of `steps` steps that starts with `highest` and
falls along half a cosine: all of it at step 0, half of it in the middle, 0 at step `steps`. The
part that is left after the share $s$ of the steps is $(1 + \\cos \\pi s) / 2$.""",
    starter='''\
import numpy as np


def cosine_rate(step, steps, highest):
    """Return the learning rate at a step of the training."""
    return ...
''',
    hints=(
        "What is the share s at this step?",
        "`np.cos` takes an angle in radians, and `np.pi` is half a turn.",
        "The formula gives a part of 1. What does it have to be multiplied by?",
    ),
    solution="""\
def cosine_rate(step, steps, highest):
    part = (1 + np.cos(np.pi * step / steps)) / 2
    return highest * part
""",
    why="""\
Long steps at first, to get far; short steps at the end, to settle. The cosine is flat at both
ends, so the rate stays high for a while and low for a while.""",
    mistakes=(
        Mistake(
            "A whole turn",
            "What is your rate at step `steps`?",
            "def cosine_rate(step, steps, highest):\n"
            "    return highest * (1 + np.cos(2 * np.pi * step / steps)) / 2",
        ),
        Mistake(
            "Degrees",
            "Does `np.cos(180)` give -1?",
            "def cosine_rate(step, steps, highest):\n"
            "    return highest * (1 + np.cos(180 * step / steps)) / 2",
        ),
        Mistake(
            "Below zero",
            "Between which numbers does a cosine lie? Where would a negative rate go?",
            "def cosine_rate(step, steps, highest):\n"
            "    return highest * np.cos(np.pi * step / steps)",
        ),
        Mistake(
            "A straight line",
            "After a quarter of the steps a line has lost a quarter. And a cosine?",
            "def cosine_rate(step, steps, highest):\n    return highest * (1 - step / steps)",
        ),
        Mistake(
            "Twice as high",
            "What is your rate at step 0?",
            "def cosine_rate(step, steps, highest):\n"
            "    return highest * (1 + np.cos(np.pi * step / steps))",
        ),
    ),
    cases=cases,
)
