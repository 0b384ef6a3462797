"""Chapter 4: find the bug in a backward pass."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield inputs, kernel, bias and gradient: single numbers, then random batches."""
    yield np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]), np.array([[3.0]])
    yield np.array([[1.0]]), np.array([[2.0]]), np.array([0.0]), np.array([[-3.0]])
    yield np.array([[1.0]]), np.array([[-2.0]]), np.array([0.5]), np.array([[3.0]])
    for size in range(1, 20):
        inputs, units = rng.integers(1, 6, 2)
        kernel, bias = rng.normal(0, 1, (inputs, units)), rng.normal(0, 1, units)
        yield rng.normal(0, 1, (size, inputs)), kernel, bias, rng.normal(0, 1, (size, units))


EXERCISE = Exercise(
    name="mend_backward",
    chapter=4,
    title="Find the bug",
    statement="""\
This is meant to go back through a Dense layer that is followed by ReLU. The network learns with
it, but its gradients differ from those found by wiggling. One line is wrong: mend it.""",
    starter='''\
import numpy as np


def mend_backward(x, kernel, bias, grad):
    """Return the gradients for the kernel, the bias and the inputs."""
    z = x @ kernel + bias
    grad = grad * np.maximum(z, 0)
    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T
''',
    hints=(
        "Take one input, one unit, x = 1, kernel = 2, bias = 0, grad = 3. What must come out?",
        "Which line is about ReLU? Is what stands there its output or its slope?",
        "The slope of ReLU is 1 where z is above 0, and 0 elsewhere: `z > 0`.",
    ),
    solution="""\
def mend_backward(x, kernel, bias, grad):
    z = x @ kernel + bias
    grad = grad * (z > 0)
    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T
""",
    why="""\
A loss that falls does not prove that gradients are right: these led roughly downhill, with the
wrong sizes. Only a comparison with the finite difference does.""",
    mistakes=(
        Mistake(
            "Mask left out",
            "How much does the loss change with a unit that ReLU has set to 0?",
            "def mend_backward(x, kernel, bias, grad):\n"
            "    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "Mask on the wrong side of zero",
            "Where does ReLU have slope 1: where z is above 0 or below?",
            "def mend_backward(x, kernel, bias, grad):\n"
            "    grad = grad * (x @ kernel + bias < 0)\n"
            "    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "Mask of the gradient",
            "What does ReLU look at: what went into it, or the gradient that comes back?",
            "def mend_backward(x, kernel, bias, grad):\n"
            "    grad = grad * (grad > 0)\n"
            "    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "Two masks",
            "May a gradient that reaches ReLU be negative?",
            "def mend_backward(x, kernel, bias, grad):\n"
            "    grad = grad * (grad > 0) * (x @ kernel + bias > 0)\n"
            "    return x.T @ grad, grad.sum(axis=0), grad @ kernel.T",
        ),
    ),
    cases=cases,
)
