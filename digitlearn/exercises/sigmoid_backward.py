"""Chapter 4: the way back through a sigmoid."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield inputs and gradients: zero, far out on both sides, random ones."""
    yield np.array([[0.0]]), np.array([[1.0]])
    yield np.array([[0.0]]), np.array([[2.0]])
    yield np.array([[50.0, -50.0]]), np.array([[1.0, 1.0]])
    yield np.array([[1.0, -1.0]]), np.array([[1.0, -3.0]])
    for size in range(1, 25):
        yield rng.normal(0, 2, (size, 3)), rng.normal(0, 1, (size, 3))


EXERCISE = Exercise(
    name="sigmoid_backward",
    chapter=4,
    title="Back through a sigmoid",
    statement="""\
A sigmoid layer has computed $a = 1 / (1 + e^{-x})$ for every number of `x`. Its slope is $a (1 -
a)$. `grad`, of the shape of `x`, is the loss's gradient for the layer's outputs. Return the
gradient for `x`.""",
    starter='''\
import numpy as np


def sigmoid_backward(x, grad):
    """Return the gradient for the inputs of a sigmoid layer."""
    return ...
''',
    hints=(
        "Slopes along a chain multiply. Which two?",
        "The slope is written with the output a, and you are given x: compute a first.",
        "`a = 1 / (1 + np.exp(-x))`, and everything is elementwise.",
    ),
    solution="""\
def sigmoid_backward(x, grad):
    a = 1 / (1 + np.exp(-x))
    return grad * a * (1 - a)
""",
    why="""\
The slope is at most a quarter and nearly 0 far out: through many sigmoids little of a gradient is
left. That is why hidden layers use ReLU today.""",
    mistakes=(
        Mistake(
            "The input taken for the output",
            "Is the letter a in the formula what went into the layer, or what came out?",
            "def sigmoid_backward(x, grad):\n    return grad * x * (1 - x)",
        ),
        Mistake(
            "Gradient not passed on",
            "How far does the loss move when the output does? Where is that in your answer?",
            "def sigmoid_backward(x, grad):\n    a = 1 / (1 + np.exp(-x))\n    return a * (1 - a)",
        ),
        Mistake(
            "Forward again",
            "Is this the layer's output or its slope?",
            "def sigmoid_backward(x, grad):\n    return grad / (1 + np.exp(-x))",
        ),
        Mistake(
            "Half of the formula",
            "Which slope has a sigmoid far to the left, where it is flat?",
            "def sigmoid_backward(x, grad):\n"
            "    a = 1 / (1 + np.exp(-x))\n"
            "    return grad * (1 - a)",
        ),
        Mistake(
            "ReLU's slope",
            "Does a sigmoid let a gradient through unchanged anywhere?",
            "def sigmoid_backward(x, grad):\n    return grad * (x > 0)",
        ),
    ),
    cases=cases,
)
