"""Chapter 5: when to stop, and which network to keep."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield validation losses and patience: one epoch, ties, a fall after the end, random."""
    yield np.array([0.5]), 1
    yield np.array([0.5, 0.5]), 3
    yield np.array([0.5, 0.4, 0.3]), 2
    yield np.array([0.5, 0.6, 0.7, 0.1]), 2
    yield np.array([0.5, 0.4, 0.4, 0.4, 0.4]), 2
    yield np.array([0.5, 0.6, 0.4, 0.5, 0.5]), 2
    for size in range(2, 30):
        falling = np.linspace(1, 0, size) ** 2
        yield np.round(falling + rng.uniform(0, 0.5, size), 1), int(rng.integers(1, 5))


EXERCISE = Exercise(
    name="stop_epoch",
    chapter=5,
    title="When to stop",
    statement="""\
`val_losses` has the validation loss after each epoch. Training stops as soon as `patience` epochs
in a row have not beaten the best loss so far; an equal loss does not beat it. Return two numbers,
counted from 1: the best epoch, whose network is kept, and the epoch after which training stops.
If it never stops early, that is the last one.""",
    starter='''\
def stop_epoch(val_losses, patience):
    """Return the best epoch, and the epoch after which training stops."""
    best_epoch = 1
    epoch = 1
    ...
    return best_epoch, epoch
''',
    hints=(
        "Go through the losses: `for epoch, loss in enumerate(val_losses, start=1)`. Which epoch "
        "must you remember?",
        "If this loss is below that of the best epoch, this epoch is the best one.",
        "`if epoch - best_epoch == patience: break` ends the loop; `epoch` keeps its value.",
    ),
    solution="""\
def stop_epoch(val_losses, patience):
    best_epoch = 1
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < val_losses[best_epoch - 1]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            break
    return best_epoch, epoch
""",
    why="""\
The rule knows only what has happened so far. It may stop before the loss would have fallen again;
a larger patience makes that rarer, and costs epochs.""",
    mistakes=(
        Mistake(
            "Looked into the future",
            "Which losses are not known yet when training stops?",
            "def stop_epoch(val_losses, patience):\n"
            "    best_epoch = int(np.argmin(val_losses)) + 1\n"
            "    return best_epoch, min(best_epoch + patience, len(val_losses))",
        ),
        Mistake(
            "The last network kept",
            "Which network do you keep: that of the best epoch, or the one you ended with?",
            "def stop_epoch(val_losses, patience):\n"
            "    best_epoch = 1\n"
            "    for epoch, loss in enumerate(val_losses, start=1):\n"
            "        if loss < val_losses[best_epoch - 1]:\n"
            "            best_epoch = epoch\n"
            "        if epoch - best_epoch == patience:\n"
            "            break\n"
            "    return epoch, epoch",
        ),
        Mistake(
            "A tie taken for a gain",
            "Is a loss better than one that is equal?",
            "def stop_epoch(val_losses, patience):\n"
            "    best_epoch = 1\n"
            "    for epoch, loss in enumerate(val_losses, start=1):\n"
            "        if loss <= val_losses[best_epoch - 1]:\n"
            "            best_epoch = epoch\n"
            "        if epoch - best_epoch == patience:\n"
            "            break\n"
            "    return best_epoch, epoch",
        ),
        Mistake(
            "Compared with the epoch before",
            "A loss falls a little after it rose a lot. Is it the best so far?",
            "def stop_epoch(val_losses, patience):\n"
            "    best_epoch = 1\n"
            "    for epoch, loss in enumerate(val_losses, start=1):\n"
            "        if epoch > 1 and loss < val_losses[epoch - 2]:\n"
            "            best_epoch = epoch\n"
            "        if epoch - best_epoch == patience:\n"
            "            break\n"
            "    return best_epoch, epoch",
        ),
        Mistake(
            "One epoch too patient",
            "With a patience of 1, how many epochs may fail before you stop?",
            "def stop_epoch(val_losses, patience):\n"
            "    best_epoch = 1\n"
            "    for epoch, loss in enumerate(val_losses, start=1):\n"
            "        if loss < val_losses[best_epoch - 1]:\n"
            "            best_epoch = epoch\n"
            "        if epoch - best_epoch > patience:\n"
            "            break\n"
            "    return best_epoch, epoch",
        ),
    ),
    cases=cases,
)
