"""The training loop: shuffle, take a batch, step downhill, again."""

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from digitlearn.checkpoints import TrainingState
from digitlearn.layers import Array
from digitlearn.losses import Labels, cross_entropy, cross_entropy_gradient
from digitlearn.network import Network
from digitlearn.optimizers import SGD, Adam


class History(NamedTuple):
    """How training went: tuples with one float an epoch.

    `loss` and `accuracy` are means over the epoch's batches while the network was still learning,
    as Keras reports them; `val_loss` and `val_accuracy` were measured after the epoch, and are
    empty without a validation set. `seconds` is the epoch's time, validation included.
    """

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    val_loss: tuple[float, ...]
    val_accuracy: tuple[float, ...]
    seconds: tuple[float, ...]


# A loss that diverges is a result to look at, not a reason for warnings.
@np.errstate(over="ignore", invalid="ignore")
def fit(
    network: Network,
    train: tuple[Array, Labels],
    validation: tuple[Array, Labels] | None = None,
    *,
    epochs: int,
    batch_size: int = 128,
    optimizer: SGD | Adam | None = None,
    augment: Callable[..., Array] | None = None,
    schedule: Callable[[float], float] | None = None,
    average: float = 0.0,
    patience: int | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    rng: np.random.Generator,
    progress: bool = False,
) -> History:
    """Train a network by mini-batch gradient descent.

    A loss that grows beyond all bounds, as with too great a learning rate, is no error: the
    history shows it. The same generator state, machine and number of threads give the same
    weights and the same history, `seconds` aside, to the last bit.

    Parameters
    ----------
    network : Network
        Its parameters are changed in place.
    train : pair of ndarrays (x, labels)
        Float images of shape (N, 28, 28) or (N, 784) scaled to [0, 1], and N integer labels.
    validation : pair of ndarrays, optional
        Evaluated after each epoch; never learned from.
    epochs : int
        How often to go through the training set, at least 1.
    batch_size : int
        Examples per step, at least 1; an epoch's last batch may be smaller.
    optimizer : SGD or Adam, optional
        `Adam()` if not given. It keeps its state, so that a second `fit` can go on.
    augment : callable, optional
        Called once an epoch as `augment(x, labels, rng=rng)`; returns the epoch's images.
    schedule : callable, optional
        Such as `optimizers.cosine`: called before each step with the part of the training that is
        done, from 0 to below 1; returns what to multiply the optimizer's learning rate by.
    average : float
        If above 0, below 1: validated, and in the network at the end, are not the latest weights
        but their running mean, which keeps this part of itself at each step. (It keeps less at
        first, (1 + t) / (10 + t) at step t.)
    patience : int, optional
        Stop when the validation loss has not fallen for so many epochs, and return to the
        weights with which it was lowest.
    checkpoint : path-like, optional
        After each epoch the whole state is written to this file. If it is there already, the
        training it is of, which must be this very one, goes on from there, and ends as if it had
        never been interrupted.
    rng : numpy.random.Generator
        Shuffles the training set and goes to `augment`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    History

    Raises
    ------
    TypeError
        If images are not floats or labels not integers.
    ValueError
        If a set is empty or not finite, a shape or a label does not fit, a number is out of
        range, there is patience but no validation set, or the checkpoint is damaged or another
        training's.
    """
    _check_numbers(epochs, batch_size, average, patience, validation)
    _check(network, *train)
    if validation:
        _check(network, *validation)
    x, labels = train
    state = TrainingState(network.layers, optimizer or Adam(), rng, average)
    if checkpoint:
        recipe = {"epochs": epochs, "batch_size": batch_size, "patience": patience}
        recipe |= state.recipe((train, validation), augment, schedule)
        state.load(checkpoint, recipe)
    total = epochs * math.ceil(len(x) / batch_size)
    with tqdm(
        total=total, initial=state.steps, unit="batch", leave=False, disable=not progress
    ) as bar:
        while state.steps < total and not _is_stale(state.history, patience):
            start = time.perf_counter()
            images = augment(x, labels, rng=rng) if augment else x
            batches = np.split(rng.permutation(len(x)), range(batch_size, len(x), batch_size))
            scores = _train_epoch(network, images, labels, batches, state, schedule, total, bar)
            if validation:
                scores |= _validate(network, *validation, state)
            bar.set_postfix(scores)
            for name, score in (scores | {"seconds": time.perf_counter() - start}).items():
                state.history.setdefault(name, []).append(score)
            if checkpoint:
                state.save(checkpoint, recipe)
    state.put(state.best if patience else state.averages)
    return History(*(tuple(state.history.get(name, ())) for name in History._fields))


def _train_epoch(
    network: Network,
    images: Array,
    labels: Labels,
    batches: Sequence[NDArray[np.integer[Any]]],
    state: TrainingState,
    schedule: Callable[[float], float] | None,
    total: int,
    bar: "tqdm[Any]",
) -> dict[str, float]:
    """Take a step for each batch; return the mean loss and accuracy of all examples."""
    loss = accuracy = 0.0
    learning_rate = state.optimizer.learning_rate
    try:
        for batch in batches:
            if schedule:
                factor = schedule(state.steps / total)
                state.optimizer.learning_rate = learning_rate * factor
            scores = train_step(network, images[batch], labels[batch], state.optimizer)
            state.count_step()
            loss += len(batch) * scores[0]
            accuracy += len(batch) * scores[1]
            bar.update()
    finally:
        state.optimizer.learning_rate = learning_rate
    return {"loss": loss / len(images), "accuracy": accuracy / len(images)}


def _validate(network: Network, x: Array, labels: Labels, state: TrainingState) -> dict[str, float]:
    """Score the network as it would be if training ended now; keep it if it is the best."""
    latest = state.copy()
    state.put(state.averages)
    loss, accuracy = _score(network.predict_logits(x), labels)
    if not loss >= min(state.history.get("val_loss", []), default=math.inf):
        state.best = state.copy()
    state.put(latest)
    return {"val_loss": loss, "val_accuracy": accuracy}


def _is_stale(history: Mapping[str, Sequence[float]], patience: int | None) -> bool:
    """Say whether the validation loss was lowest `patience` epochs ago."""
    losses = np.nan_to_num(history.get("val_loss", [math.inf]), nan=math.inf)
    return patience is not None and len(losses) > patience + int(losses.argmin())


def train_step(
    network: Network, x: Array, labels: Labels, optimizer: SGD | Adam
) -> tuple[float, float]:
    """Take one step downhill: forward, loss, backward, update.

    Parameters
    ----------
    network : Network
        Its parameters are changed in place.
    x : float ndarray of shape (B, 28, 28) or (B, 784)
    labels : integer ndarray of shape (B,)
    optimizer : SGD or Adam

    Returns
    -------
    loss, accuracy : float
        On this batch, before the step.
    """
    logits = network.forward(x, training=True)
    network.backward(cross_entropy_gradient(logits, labels))
    optimizer.step(network.layers)
    return _score(logits, labels)


def _score(logits: Array, labels: Labels) -> tuple[float, float]:
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    return cross_entropy(logits, labels), accuracy


def _check_numbers(
    epochs: int, batch_size: int, average: float, patience: int | None, validation: Any
) -> None:
    if epochs < 1 or batch_size < 1:
        raise ValueError(
            "Expected epochs and batch_size of at least 1. "
            f"Received: epochs={epochs}, batch_size={batch_size}"
        )
    if not 0 <= average < 1:
        raise ValueError(f"Expected average of at least 0 and below 1. Received: {average}")
    if patience is not None and (patience < 1 or not validation):
        raise ValueError(
            "Expected patience of at least 1, and a validation set to watch. "
            f"Received: patience={patience}, {'a' if validation else 'no'} validation set"
        )


def _check(network: Network, x: Array, labels: Labels) -> None:
    """Refuse a set that does not fit before the first step rather than after it."""
    logits = network.forward(x[:1])
    # One example's logits, as if all had them, are enough to check the labels against.
    cross_entropy(np.broadcast_to(logits, (len(x), logits.shape[1])), labels)
    if not np.isfinite(x).all():
        raise ValueError("Expected finite images. Received: NaN or infinity among them")
