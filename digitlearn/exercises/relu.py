"""Chapter 3: what is positive passes."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield arrays: zero, one number, several axes, large and small ones."""
    yield (np.array([0.0]),)
    yield (np.array([-2.0]),)
    yield (np.array([3.0]),)
    yield (np.array([-0.5, 0.5]),)
    for size in range(1, 20):
        yield (rng.normal(0, 1, (size, 3)),)
        yield (rng.normal(0, 100, (2, size, 2)),)


EXERCISE = Exercise(
    name="relu",
    chapter=3,
    title="What is positive passes",
    statement="""\
Return an array like `x`, of any shape, in which everything below 0 has become 0. Leave `x` itself
as it is: whoever calls you may still need it.""",
    starter='''\
import numpy as np


def relu(x):
    """Return x with zeros where it was negative."""
    return ...
''',
    hints=(
        "Each number becomes the larger of itself and 0.",
        "`np.max` finds one maximum of an array. Another function compares two arrays.",
        "`np.maximum(x, 0)`, or a product with `x > 0`.",
    ),
    solution="""\
def relu(x):
    return np.maximum(x, 0)
""",
    why="""\
Without something that bends between them, Dense layers in a row are one Dense layer. This bends
as little as possible, and that is enough.""",
    mistakes=(
        Mistake(
            "The input itself is changed",
            "What does `x[x < 0] = 0` do to the array of whoever called you?",
            "def relu(x):\n    x[x < 0] = 0\n    return x",
        ),
        Mistake(
            "One maximum of everything",
            "Does your answer have the shape of x?",
            "def relu(x):\n    return np.max(x)",
        ),
        Mistake(
            "Absolute value",
            "What becomes of -2?",
            "def relu(x):\n    return abs(x)",
        ),
        Mistake(
            "Mask instead of values",
            "What becomes of 3?",
            "def relu(x):\n    return (x > 0).astype(x.dtype)",
        ),
        Mistake(
            "The wrong side kept",
            "Which numbers are to stay: those above 0 or those below?",
            "def relu(x):\n    return np.minimum(x, 0)",
        ),
    ),
    cases=cases,
)
