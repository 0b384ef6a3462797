"""Chapter 3: a Dense layer, forward."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield a batch, a kernel and a bias: single numbers, square kernels, random shapes."""
    yield np.array([[2.0]]), np.array([[3.0]]), np.array([1.0])
    yield np.eye(2), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 20.0])
    yield np.ones((1, 2)), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.zeros(3)
    for size in range(1, 20):
        inputs, units = rng.integers(1, 6, 2)
        kernel = rng.normal(0, 1, (inputs, units))
        yield rng.random((size, inputs)), kernel, rng.normal(0, 1, units)


EXERCISE = Exercise(
    name="dense_forward",
    chapter=3,
    title="A Dense layer",
    statement="""\
`x` (B, inputs) is a batch, one example in each row; `kernel` (inputs, units) has the weights of
one unit in each column; `bias` has shape (units,). Return what the layer computes, shape (B,
units).""",
    starter='''\
import numpy as np


def dense_forward(x, kernel, bias):
    """Compute a Dense layer's outputs for a batch."""
    return ...
''',
    hints=(
        "Which shape must come out? Which must stand beside each other for that?",
        "In a matrix product the two inner sizes must agree: (B, inputs) and (inputs, units).",
        "A bias of shape (units,) is added to every row by itself.",
    ),
    solution="""\
def dense_forward(x, kernel, bias):
    return x @ kernel + bias
""",
    why="""\
Entry (n, u) is the dot product of example n with the weights of unit u: a neuron. The shapes
alone tell in which order the two must stand.""",
    mistakes=(
        Mistake(
            "Rows and columns swapped",
            "Where are the weights of one unit: in a row of the kernel or in a column?",
            "def dense_forward(x, kernel, bias):\n    return x @ kernel.T + bias",
        ),
        Mistake(
            "Factors in the wrong order",
            "Does `kernel @ x` multiply an example's inputs by a unit's weights?",
            "def dense_forward(x, kernel, bias):\n    return kernel @ x + bias",
        ),
        Mistake(
            "Bias missing",
            "What comes out for an example of zeros?",
            "def dense_forward(x, kernel, bias):\n    return x @ kernel",
        ),
        Mistake(
            "Elementwise product",
            "Does `*` add anything up?",
            "def dense_forward(x, kernel, bias):\n    return x * kernel + bias",
        ),
        Mistake(
            "An activation too many",
            "May a unit's sum be negative, as long as no ReLU follows?",
            "def dense_forward(x, kernel, bias):\n    return np.maximum(x @ kernel + bias, 0)",
        ),
    ),
    cases=cases,
)
