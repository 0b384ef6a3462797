"""Chapter 4: the way back through a Dense layer."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield inputs, kernel and gradient: single numbers, square shapes, random ones."""
    yield np.array([[2.0]]), np.array([[3.0]]), np.array([[5.0]])
    yield np.array([[2.0], [1.0]]), np.array([[3.0]]), np.array([[5.0], [7.0]])
    yield np.array([[1.0, 2.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.5, 1.0]])
    for size in range(1, 20):
        inputs, units = rng.integers(1, 6, 2)
        kernel = rng.normal(0, 1, (inputs, units))
        yield rng.random((size, inputs)), kernel, rng.normal(0, 1, (size, units))


EXERCISE = Exercise(
    name="dense_backward",
    chapter=4,
    title="Back through a Dense layer",
    statement="""\
A Dense layer has computed `x @ kernel + bias`, with `x` (B, inputs) and `kernel` (inputs, units).
`grad` (B, units) is the loss's gradient for its outputs, already divided by B. Return three
gradients: for the kernel, for the bias, and for `x`.""",
    starter='''\
import numpy as np


def dense_backward(x, kernel, grad):
    """Return the gradients for the kernel, the bias and the inputs."""
    for_kernel = ...
    for_bias = ...
    for_x = ...
    return for_kernel, for_bias, for_x
''',
    hints=(
        "Each gradient has the shape of what it is the gradient for. Write down all shapes.",
        "(inputs, units) can only come from (inputs, B) times (B, units).",
        "A bias is added in every example of the batch: add up its column of `grad`.",
    ),
    solution="""\
def dense_backward(x, kernel, grad):
    for_kernel = x.T @ grad
    for_bias = grad.sum(axis=0)
    for_x = grad @ kernel.T
    return for_kernel, for_bias, for_x
""",
    why="""\
What the forward pass multiplies, the backward pass multiplies too, with the other factor; what it
uses several times is added up. The shapes tell the order.""",
    mistakes=(
        Mistake(
            "Divided by the batch size twice",
            "Who has divided by B already?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad / len(x), grad.mean(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "All three divided by the batch size again",
            "Is `grad` a sum over the batch, or was it divided by B before it came to you?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad / len(x), grad.mean(axis=0), grad @ kernel.T / len(x)",
        ),
        Mistake(
            "The kernel's gradient averaged",
            "A kernel moves the loss in every example: are its gradients added up or averaged?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad / len(x), grad.sum(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "Rows and columns of the kernel swapped",
            "Which shape has your first gradient, and which the kernel?",
            "def dense_backward(x, kernel, grad):\n"
            "    return grad.T @ x, grad.sum(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "The bias averaged",
            "In how many examples does a bias move the loss: in one, or in all?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad, grad.mean(axis=0), grad @ kernel.T",
        ),
        Mistake(
            "The bias summed along the wrong axis",
            "How many biases has the layer: one for each unit, or one for each example?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad, grad.sum(axis=1), grad @ kernel.T",
        ),
        Mistake(
            "The kernel not turned round",
            "On the way back, from which size to which does the kernel lead?",
            "def dense_backward(x, kernel, grad):\n"
            "    return x.T @ grad, grad.sum(axis=0), grad @ kernel",
        ),
    ),
    cases=cases,
)
