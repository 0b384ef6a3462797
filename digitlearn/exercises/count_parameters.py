"""Chapter 3: how many numbers a network learns."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield layer sizes: the smallest network, no hidden layer, the chapter's, random ones."""
    yield ((1, 1),)
    yield ((2, 3),)
    yield ((784, 10),)
    yield ((784, 128, 64, 10),)
    for length in range(2, 8):
        for _ in range(4):
            yield (tuple(int(size) for size in rng.integers(1, 9, length)),)


EXERCISE = Exercise(
    name="count_parameters",
    chapter=3,
    title="Count the parameters",
    statement="""\
`sizes` is a tuple: how many numbers enter the network and how many leave each Dense layer, such
as `(784, 128, 64, 10)`. Return how many parameters all Dense layers have together, weights and
biases.""",
    starter='''\
def count_parameters(sizes):
    """Return the number of weights and biases of all Dense layers."""
    total = 0
    ...
    return total
''',
    hints=(
        "How many Dense layers belong to four sizes?",
        "A layer from a to b numbers has a weight for each pair, and a bias for each of the b.",
        "`zip(sizes[:-1], sizes[1:])` gives the pairs of neighbors.",
    ),
    solution="""\
def count_parameters(sizes):
    total = 0
    for inputs, units in zip(sizes[:-1], sizes[1:]):
        total += inputs * units + units
    return total
""",
    why="""\
Nearly all parameters of our network are in its first layer: the picture is large. The biases are
few, and forgotten easily.""",
    mistakes=(
        Mistake(
            "Biases forgotten",
            "How many biases has a layer of 10 units?",
            "def count_parameters(sizes):\n"
            "    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))",
        ),
        Mistake(
            "A bias for each input",
            "Who has the bias: what enters a layer, or its units?",
            "def count_parameters(sizes):\n"
            "    return sum(a * b + a for a, b in zip(sizes[:-1], sizes[1:]))",
        ),
        Mistake(
            "The input counted as a layer",
            "Do the pixels have biases?",
            "def count_parameters(sizes):\n"
            "    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])) + sum(sizes)",
        ),
        Mistake(
            "One bias a layer",
            "Do all units of a layer share one bias?",
            "def count_parameters(sizes):\n"
            "    return sum(a * b + 1 for a, b in zip(sizes[:-1], sizes[1:]))",
        ),
    ),
    cases=cases,
)
