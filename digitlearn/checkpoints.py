"""What a training is at any moment, and how it is kept in a file to go on from."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.layers import Array, Dropout, Layer
from digitlearn.optimizers import SGD, Adam

MEMORIES = ("velocity", "first_moment", "second_moment")  # what optimizers remember


class TrainingState:
    """All that changes in the course of a training.

    Parameters
    ----------
    layers : sequence of Layer
        Their parameters are changed in place.
    optimizer : SGD or Adam
    rng : numpy.random.Generator
        What the training draws from; those of Dropout layers are found.
    average : float
        How much of itself the running mean of the weights keeps at each step; 0 for no mean.

    Attributes
    ----------
    steps : int
        How many were taken.
    history : dict of str to list of float
        What was logged, a number an epoch.
    params, averages, best : dict of str to ndarray
        The weights as they are, their running means, and those with the lowest validation loss.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        optimizer: SGD | Adam,
        rng: np.random.Generator,
        average: float,
    ) -> None:
        self.optimizer, self.average = optimizer, average
        self.kinds = [type(layer).__name__ for layer in layers]
        self.generators = [rng, *(layer.rng for layer in layers if isinstance(layer, Dropout))]
        self.params = {
            f"{index}.{name}": param
            for index, layer in enumerate(layers)
            for name, param in layer.params.items()
        }
        self.averages = self.copy() if average else {}
        self.best: dict[str, Array] = {}
        self.history: dict[str, list[float]] = {}
        self.steps = 0

    def copy(self) -> dict[str, Array]:
        """Return the weights as they are now."""
        return {name: param.copy() for name, param in self.params.items()}

    def put(self, values: Mapping[str, Array]) -> None:
        """Set weights to these values."""
        for name, value in values.items():
            self.params[name][...] = value

    def count_step(self) -> None:
        """Count a step, and let the running means follow the weights."""
        self.steps += 1
        kept = min(self.average, (1 + self.steps) / (10 + self.steps))
        for name, mean in self.averages.items():
            change = self.params[name] - mean
            change *= 1 - kept
            mean += change

    def recipe(
        self,
        sets: Sequence[Sequence[NDArray[Any]] | None],
        augment: Callable[..., Any] | None,
        schedule: Callable[[float], float] | None,
    ) -> dict[str, Any]:
        """Return what tells one training from another, taken before its first step."""
        arrays, notes = self.freeze()
        return {
            "layers": self.kinds,
            "shapes": [param.shape for param in self.params.values()],
            "optimizer": type(self.optimizer).__name__,
            **{k: v for k, v in vars(self.optimizer).items() if isinstance(v, float)},
            "average": self.average,
            "augment": augment and _name(augment),
            "schedule": schedule and [schedule(eighth / 8) for eighth in range(8)],
            "data": [_digest(*pair) if pair else None for pair in sets],
            "start": _digest(*arrays.values(), notes),
        }

    def freeze(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return the state as arrays and, for the rest, JSON-like values."""
        groups = {"params": self.params, "averages": self.averages, "best": self.best}
        for memory in MEMORIES:
            remembered = getattr(self.optimizer, memory, {})
            groups[memory] = {f"{i}.{name}": array for (i, name), array in remembered.items()}
        arrays = {f"{g}/{name}": a for g, group in groups.items() for name, a in group.items()}
        return arrays, {
            "steps": self.steps,
            "iterations": getattr(self.optimizer, "iterations", 0),
            "history": self.history,
            "generators": [generator.bit_generator.state for generator in self.generators],
        }

    def thaw(self, arrays: Mapping[str, NDArray[Any]], notes: Mapping[str, Any]) -> None:
        """Return to a state that `freeze` gave."""
        for key, array in arrays.items():
            group, _, name = key.partition("/")
            index, _, param = name.partition(".")
            if group == "params":
                self.params[name][...] = array
            elif group in MEMORIES:
                getattr(self.optimizer, group)[int(index), param] = array
            else:
                getattr(self, group)[name] = array
        self.steps, self.history = notes["steps"], notes["history"]
        if isinstance(self.optimizer, Adam):
            self.optimizer.iterations = notes["iterations"]
        for generator, state in zip(self.generators, notes["generators"], strict=True):
            generator.bit_generator.state = state

    def save(self, path: str | os.PathLike[str], recipe: Mapping[str, Any]) -> None:
        """Write the state to a file, which gets its name when it is complete."""
        arrays, notes = self.freeze()
        text = _json({"recipe": recipe, "notes": notes})
        temporary = Path(f"{os.fspath(path)}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                np.savez(file, **dict[str, Any](arrays), checkpoint=np.array(text))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def load(self, path: str | os.PathLike[str], recipe: Mapping[str, Any]) -> None:
        """Return to the state in a file, if there is one.

        Raises
        ------
        ValueError
            If the file is another recipe's, cut short, damaged or no checkpoint. Nothing changes.
        """
        try:
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as archive:
                arrays = dict(archive)
                saved = json.loads(str(arrays.pop("checkpoint")))
        except FileNotFoundError:
            return
        except Exception as error:  # a damaged file makes NumPy raise almost any
            raise ValueError(
                f"Expected a checkpoint that fit wrote; remove it to start again. "
                f"Received: {path} ({error})"
            ) from error
        then, now = saved["recipe"], json.loads(_json(recipe))
        if other := [f"{k}: {then.get(k)}, not {now[k]}" for k in now if then.get(k) != now[k]]:
            raise ValueError(
                "Expected a checkpoint of this training; remove it to start again. "
                f"Received: {path} with {'; '.join(other)}"
            )
        self.thaw(arrays, saved["notes"])


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=np.ndarray.tolist)


def _digest(*values: Any) -> str:
    """Return 16 hex digits that stand for arrays and JSON-like values, to the last bit."""
    sha = hashlib.sha256()
    for value in values:
        if isinstance(value, np.ndarray):
            sha.update(f"{value.dtype} {value.shape}".encode())
            sha.update(np.ascontiguousarray(value).data)
        else:
            sha.update(_json(value).encode())
    return sha.hexdigest()[:16]


def _name(function: Callable[..., Any]) -> str:
    """Return what a function is called, with the arguments it is bound to."""
    if isinstance(function, partial):
        return f"{_name(function.func)} {function.args} {function.keywords}"
    return getattr(function, "__qualname__", type(function).__qualname__)
