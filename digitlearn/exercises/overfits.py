"""Chapter 5: which of two curves shows overfitting."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield training and validation losses: one epoch, a gap that is none, divergence, random."""
    yield np.array([0.5]), np.array([0.6])
    yield np.array([0.5, 0.4]), np.array([0.5, 0.9])
    yield np.array([0.5, 0.3]), np.array([0.9, 0.8])
    yield np.array([0.5, 0.9]), np.array([0.5, 0.9])
    yield np.array([0.5, 0.5]), np.array([0.5, 0.9])
    yield np.array([0.5, 0.4]), np.array([0.0, 0.0])
    yield np.array([0.9, 0.5, 0.4]), np.array([0.9, 0.5, 0.52])
    yield np.array([0.9, 0.5, 0.6, 0.55]), np.array([0.9, 0.8, 0.5, 0.8])
    for size in range(3, 30):
        epochs = np.linspace(0, 1, size)
        training = 1.5 - rng.uniform(-0.5, 1) * epochs + rng.normal(0, 0.05, size)
        bend = rng.uniform(0.2, 1.2)
        yield training, 1.5 + 2 * (epochs - bend) ** 2 - bend + rng.normal(0, 0.05, size)


EXERCISE = Exercise(
    name="overfits",
    chapter=5,
    title="Which curve overfits?",
    statement="""\
`losses` and `val_losses` are the training and the validation loss after each epoch. Return True
if they show overfitting, else False. The rule: at the end the validation loss is more than `1.1`
times the lowest it has ever been, while the training loss is lower than it was in that best
epoch.""",
    starter='''\
import numpy as np


def overfits(losses, val_losses):
    """Say whether the two curves show overfitting."""
    return ...
''',
    hints=(
        "Find the best epoch first, by the validation loss.",
        "`np.argmin(val_losses)` is its place; `val_losses[-1]` is the end.",
        "Two conditions, joined by `and`. `bool(...)` makes True or False of NumPy's.",
    ),
    solution="""\
def overfits(losses, val_losses):
    best = np.argmin(val_losses)
    worse_on_new = val_losses[-1] > 1.1 * val_losses[best]
    better_on_old = losses[-1] < losses[best]
    return bool(worse_on_new and better_on_old)
""",
    why="""\
A validation loss above the training loss is no overfitting yet: new digits are mostly harder. It
is the rise that tells, while the examples are learned better and better. If both rise, training
diverges.""",
    mistakes=(
        Mistake(
            "A gap taken for overfitting",
            "Both losses fall, one above the other. Would longer training hurt?",
            "def overfits(losses, val_losses):\n    return bool(val_losses[-1] > losses[-1])",
        ),
        Mistake(
            "Divergence taken for overfitting",
            "Both losses rise. Does the network know its examples better and better?",
            "def overfits(losses, val_losses):\n"
            "    return bool(val_losses[-1] > 1.1 * val_losses.min())",
        ),
        Mistake(
            "Compared with the first epoch",
            "The loss falls far and rises half-way back. With which epoch do you compare the end?",
            "def overfits(losses, val_losses):\n"
            "    rises = val_losses[-1] > 1.1 * val_losses[0]\n"
            "    return bool(rises and losses[-1] < losses[0])",
        ),
        Mistake(
            "The best epoch of training",
            "Which of the two curves says which epoch was the best?",
            "def overfits(losses, val_losses):\n"
            "    best = np.argmin(losses)\n"
            "    rises = val_losses[-1] > 1.1 * val_losses[best]\n"
            "    return bool(rises and losses[-1] < losses[best])",
        ),
        Mistake(
            "No room for noise",
            "The last epoch is worse by a hair. Is that more than `1.1` times?",
            "def overfits(losses, val_losses):\n"
            "    best = np.argmin(val_losses)\n"
            "    return bool(val_losses[-1] > val_losses[best] and losses[-1] < losses[best])",
        ),
    ),
    cases=cases,
)
