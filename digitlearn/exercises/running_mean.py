"""Chapter 7: the running mean of the weights."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield weights after each step, and how much is kept: one step, two, constant, random."""
    yield np.array([[3.0]]), 0.5
    yield np.array([[1.0], [3.0]]), 0.75
    yield np.array([[2.0], [2.0], [2.0]]), 0.9
    yield np.array([[0.0], [1.0], [0.0], [1.0]]), 0.5
    for size in range(2, 25):
        yield rng.normal(0, 1, (size, 3)), float(rng.uniform(0.55, 0.99))


EXERCISE = Exercise(
    name="running_mean",
    chapter=7,
    title="The running mean of the weights",
    statement="""\
`weights` has a row for each step, with all weights of a network after it. The running mean begins
with the first row. With every further row it keeps the part `keep` of itself and takes the rest,
`1 - keep`, from that row. Return the running mean after the last one, with the shape of a row.""",
    starter='''\
import numpy as np


def running_mean(weights, keep):
    """Return the running mean of the weights after the last step."""
    mean = weights[0]
    ...
    return mean
''',
    hints=(
        "A loop over `weights[1:]`. What happens to the mean at each row?",
        "The two parts together are 1: `keep` and `1 - keep`.",
        "`mean = keep * mean + (1 - keep) * row`. (`mean *= keep` would change the first row.)",
    ),
    solution="""\
def running_mean(weights, keep):
    mean = weights[0]
    for row in weights[1:]:
        mean = keep * mean + (1 - keep) * row
    return mean
""",
    why="""\
The weights jump about the bottom of the valley, and their mean lies nearer to it than most of
them. Old steps fade: nothing has to be remembered but the mean.""",
    mistakes=(
        Mistake(
            "Shares swapped",
            "With keep = 0.99, does your mean move slowly or fast?",
            "def running_mean(weights, keep):\n"
            "    mean = weights[0]\n"
            "    for row in weights[1:]:\n"
            "        mean = (1 - keep) * mean + keep * row\n"
            "    return mean",
        ),
        Mistake(
            "Begun at zero",
            "What is the running mean of weights that never change?",
            "def running_mean(weights, keep):\n"
            "    mean = np.zeros(weights.shape[1])\n"
            "    for row in weights:\n"
            "        mean = keep * mean + (1 - keep) * row\n"
            "    return mean",
        ),
        Mistake(
            "All steps counted alike",
            "Does the first step still count as much as the last?",
            "def running_mean(weights, keep):\n    return weights.mean(axis=0)",
        ),
        Mistake(
            "The rest forgotten",
            "Do the two parts of your sum add up to 1?",
            "def running_mean(weights, keep):\n"
            "    mean = weights[0]\n"
            "    for row in weights[1:]:\n"
            "        mean = keep * mean + row\n"
            "    return mean",
        ),
        Mistake(
            "The first row overwritten",
            "`mean` and the first row of `weights` are one array. What does `*=` do to it?",
            "def running_mean(weights, keep):\n"
            "    mean = weights[0]\n"
            "    for row in weights[1:]:\n"
            "        mean *= keep\n"
            "        mean += (1 - keep) * row\n"
            "    return mean",
        ),
    ),
    cases=cases,
)
