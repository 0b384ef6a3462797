"""Train for hours, be killed at any moment, and go on as if nothing had happened.

A long training is short ones in a row, so it is enough to keep, after each epoch, all that the
next one starts from: weights, their running means, the optimizer's memory, the generators' states,
the history.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.files import complete, read_npz
from digitlearn.network import Network
from digitlearn.optimizers import SGD, Adam, RunningMean
from digitlearn.training import History, fit

MEMORIES = ("velocity", "first_moment", "second_moment")  # what optimizers remember
MOST_BYTES = 2**30  # of a file: weights, means and an optimizer's memory of a large network

Arrays = dict[str, NDArray[Any]]


@dataclass
class Training:
    """What a training is at any moment; `history` has a History of one epoch for each."""

    network: Network
    optimizer: SGD | Adam
    rng: np.random.Generator
    mean: RunningMean | None = None
    history: list[History] = field(default_factory=list)

    def groups(self) -> dict[str, dict[tuple[int, str], NDArray[Any]]]:
        """Return all arrays that change, by what they are and the parameter they belong to."""
        layers = enumerate(self.network.layers)
        found = {
            "params": {(i, name): p for i, layer in layers for name, p in layer.params.items()}
        }
        for memory in MEMORIES:
            if hasattr(self.optimizer, memory):
                found[memory] = getattr(self.optimizer, memory)
        if self.mean:
            found["means"] = self.mean.means
        return found

    def generators(self) -> list[np.random.Generator]:
        """Return the training's generator, and those of layers that draw too."""
        return [self.rng, *(x.rng for x in self.network.layers if hasattr(x, "rng"))]

    def arrays(self) -> Arrays:
        """Return all arrays that change, each under one name."""
        return {
            f"{group}/{index}/{name}": array
            for group, arrays in self.groups().items()
            for (index, name), array in arrays.items()
        }

    def counts(self) -> dict[str, Any]:
        """Return what changes and is no array."""
        return {
            "iterations": getattr(self.optimizer, "iterations", 0),
            "steps": self.mean.steps if self.mean else 0,
            "generators": [generator.bit_generator.state for generator in self.generators()],
            "history": self.history,
        }

    def restore(self, arrays: Arrays, counts: Mapping[str, Any]) -> None:
        """Return to a state that `arrays` and `counts` described; ValueError before any change."""
        groups, params = self.groups(), self.groups()["params"]
        for key, array in arrays.items():
            group, index, name = key.split("/")
            param = params.get((int(index), name), np.zeros(0))
            if group not in groups or (array.shape, array.dtype) != (param.shape, param.dtype):
                raise ValueError(f"{key} of shape {array.shape}, {array.dtype}")
        for group in groups:
            kept = sum(key.startswith(f"{group}/") for key in arrays)
            if kept != len(params) and not (group == "velocity" and kept == 0):
                raise ValueError(f"{kept} arrays of {group} for {len(params)} parameters")
        history = [History(*map(tuple, epoch)) for epoch in counts["history"]]
        iterations, steps = int(counts["iterations"]), int(counts["steps"])
        for state in counts["generators"]:
            np.random.default_rng(0).bit_generator.state = state  # raises if it is none
        if len(counts["generators"]) != len(self.generators()):
            raise ValueError(f"{len(counts['generators'])} generators")
        # Nothing can go wrong from here on.
        for key, array in arrays.items():
            group, index, name = key.split("/")
            if group == "params":
                params[int(index), name][...] = array
            else:
                groups[group][int(index), name] = array
        for generator, state in zip(self.generators(), counts["generators"], strict=True):
            generator.bit_generator.state = state
        self.history = history
        if isinstance(self.optimizer, Adam):
            self.optimizer.iterations = iterations
        if self.mean:
            self.mean.steps = steps


def train(
    training: Training,
    sets: Sequence[Any],
    path: Path | None = None,
    *,
    epochs: int,
    schedule: Callable[[float], float] | None = None,
    recipe: str,
    **settings: Any,
) -> History:
    """Train a network to the end, from the last epoch that is kept in a file.

    Parameters
    ----------
    training : Training
        As it is before its first step; changed in place. The network has the means at the end.
    sets : sequence
        The training set, and perhaps a validation set: pairs (x, labels).
    path : path-like, optional
        Where the state is kept after each epoch.
    epochs : int
    schedule : callable, optional
        Of the learning rate, over the whole training.
    recipe : str
        What tells this training from others, beside its data and its start.
    settings
        For `fit`.

    Raises
    ------
    ValueError
        If the file is damaged, or another training's; then nothing has changed.
    """
    if training.mean:
        training.mean.start(training.network.layers)
    identity = {
        "recipe": f"{recipe}, {epochs} epochs",
        "optimizer": settings_of(training.optimizer),
        "data": digest(*(array for pair in sets if pair for array in pair)),
        "start": digest(*training.arrays().values(), training.counts()),
    }
    if path and path.exists():
        load(training, path, identity)
    for epoch in range(len(training.history), epochs):
        history = fit(
            training.network,
            *sets,
            epochs=1,
            optimizer=training.optimizer,
            schedule=schedule and whole(schedule, epoch, epochs),
            mean=training.mean,
            rng=training.rng,
            **settings,
        )
        training.history.append(history)
        if path:
            save(training, path, identity)
    if training.mean:
        training.mean.swap(training.network.layers)
    return History(*(sum(column, ()) for column in zip(*training.history, strict=True)))


def whole(schedule: Callable[[float], float], epoch: int, epochs: int) -> Callable[[float], float]:
    """Return the part of a schedule that belongs to one epoch of many."""
    return lambda part: schedule((epoch + part) / epochs)


def settings_of(optimizer: SGD | Adam) -> str:
    """Return an optimizer's kind and settings as text."""
    numbers = {name: value for name, value in vars(optimizer).items() if isinstance(value, float)}
    return f"{type(optimizer).__name__} {numbers}"


def save(training: Training, path: Path, identity: Mapping[str, str]) -> None:
    """Write the state to a file, which gets its name when it is complete."""
    notes = json.dumps({"identity": identity, "counts": training.counts()})
    with complete(path) as part, part.open("wb") as file:
        np.savez(file, notes=np.array(notes), **dict[str, Any](training.arrays()))


def load(training: Training, path: Path, identity: Mapping[str, str]) -> None:
    """Return to the state in a file."""
    advice = f"remove {path} to start again"
    try:
        arrays = read_npz(path, MOST_BYTES)
        notes = json.loads(str(arrays.pop("notes")))
        then = notes["identity"]
        other = [
            f"{key} {then[key]}, not {now}" for key, now in identity.items() if then[key] != now
        ]
        if not other:
            training.restore(arrays, notes["counts"])
    except (KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise ValueError(f"Expected a training's state; {advice}. Received: {error}") from error
    if other:
        raise ValueError(f"Expected the state of this training; {advice}. Received: {other[0]}")


def digest(*values: Any) -> str:
    """Return 16 hex digits that stand for arrays and JSON-like values, to the last bit."""
    sha = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            sha.update(f"{value.dtype} {value.shape}".encode())
            sha.update(np.ascontiguousarray(value).data)
        else:
            sha.update(json.dumps(value, sort_keys=True).encode())
    return sha.hexdigest()[:16]
