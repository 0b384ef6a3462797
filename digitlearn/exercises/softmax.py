"""Chapter 3: softmax that does not overflow."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield logits: equal, enormous, and random batches that are not square."""
    yield (np.array([[0.0, 0.0]]),)
    yield (np.array([[1000.0, 0.0]]),)
    yield (np.array([[-1000.0, -1001.0]]),)
    yield (np.array([[1000.0], [-5.0]]),)
    yield (np.array([[0.0, 1000.0, 0.0], [1.0, 2.0, 3.0]]),)
    for size in range(1, 20):
        yield (rng.normal(0, 3, (size, 4)),)
        yield (rng.normal(0, 300, (size, 10)),)


EXERCISE = Exercise(
    name="softmax",
    chapter=3,
    title="Softmax that survives large logits",
    statement="""\
Turn `logits` of shape (B, C) into probabilities of the same shape: each $e^{z_k}$ divided by the
sum of its row. It must work for logits of 1,000 too, where `np.exp` alone says `inf`.""",
    starter='''\
import numpy as np


def softmax(logits):
    """Turn each row of logits into probabilities."""
    return ...
''',
    hints=(
        "Add the same number to all logits of a row. What happens to the probabilities?",
        "Only differences of logits count. What is the largest exponent after you subtracted the "
        "maximum?",
        "`logits.max(axis=1, keepdims=True)` has shape (B, 1), so it can be subtracted from every "
        "row. `sum` takes the same two arguments.",
    ),
    solution="""\
def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
""",
    why="""\
A number subtracted from a whole row cancels in the fraction. With the maximum subtracted the
largest exponential is 1: nothing overflows, and the sum is never 0.""",
    mistakes=(
        Mistake(
            "Maximum not subtracted",
            "What is np.exp(1000)? Which number may you take from all logits of a row?",
            "def softmax(logits):\n"
            "    exponentials = np.exp(logits)\n"
            "    return exponentials / exponentials.sum(axis=1, keepdims=True)",
        ),
        Mistake(
            "Sum along the wrong axis",
            "What must add up to 1: the probabilities of an example, or those of a class?",
            "def softmax(logits):\n"
            "    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
            "    return exponentials / exponentials.sum(axis=0)",
        ),
        Mistake(
            "One sum for the whole batch",
            "May the probabilities of one example depend on which others are in its batch?",
            "def softmax(logits):\n"
            "    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
            "    return exponentials / exponentials.sum()",
        ),
        Mistake(
            "One maximum for the whole batch",
            "What is left of a row whose logits are all far below those of another row?",
            "def softmax(logits):\n"
            "    exponentials = np.exp(logits - logits.max())\n"
            "    return exponentials / exponentials.sum(axis=1, keepdims=True)",
        ),
        Mistake(
            "Not divided by the sum",
            "Do the numbers of a row add up to 1?",
            "def softmax(logits):\n    return np.exp(logits - logits.max(axis=1, keepdims=True))",
        ),
    ),
    cases=cases,
)
