"""Chapter 3: one neuron, a weighted sum and a bar."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield inputs, weights and a bias: one input, a sum of zero, random ones."""
    yield np.array([0.5]), np.array([2.0]), 1.0
    yield np.array([1.0, 1.0]), np.array([1.0, -1.0]), 0.0
    yield np.array([1.0, 0.0, 0.5]), np.array([0.5, 3.0, 1.0]), -4.0
    for size in range(2, 30):
        yield rng.random(size), rng.normal(0, 1, size), float(rng.normal())


EXERCISE = Exercise(
    name="neuron",
    chapter=3,
    title="One neuron",
    statement="""\
A neuron multiplies each of its inputs `x` (n,) by its own weight in `weights` (n,), adds
everything up, and adds its `bias`. Return that number, without an activation.""",
    starter='''\
import numpy as np


def neuron(x, weights, bias):
    """Return the weighted sum of the inputs, plus the bias."""
    return ...
''',
    hints=(
        "`x * weights` are the products.",
        "Add up the products: that is a dot product, and NumPy has a sign for it.",
        "`x @ weights` is the sum. How often is the bias added?",
    ),
    solution="""\
def neuron(x, weights, bias):
    return x @ weights + bias
""",
    why="""\
The dot product asks how well the input fits the weights; the bias says how well it must fit.
Every Dense layer is this, many times side by side.""",
    mistakes=(
        Mistake(
            "Bias forgotten",
            "What does your neuron answer when all inputs are 0?",
            "def neuron(x, weights, bias):\n    return x @ weights",
        ),
        Mistake(
            "Bias added to every product",
            "How many times does the bias count in your sum?",
            "def neuron(x, weights, bias):\n    return (x * weights + bias).sum()",
        ),
        Mistake(
            "Not added up",
            "How many numbers does one neuron send on?",
            "def neuron(x, weights, bias):\n    return x * weights + bias",
        ),
        Mistake(
            "A mean instead of a sum",
            "What happens to the answer if you append an input that is 0?",
            "def neuron(x, weights, bias):\n    return (x * weights).mean() + bias",
        ),
        Mistake(
            "An activation too many",
            "May this sum be negative?",
            "def neuron(x, weights, bias):\n    return max(x @ weights + bias, 0.0)",
        ),
    ),
    cases=cases,
)
