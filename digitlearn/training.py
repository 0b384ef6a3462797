"""The training loop: shuffle, take a batch, step downhill, again."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

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
        If a set is empty or not finite, a shape or a label does not fit, or a number is below 1.
    """
    if epochs < 1 or batch_size < 1:
        raise ValueError(
            "Expected epochs and batch_size of at least 1. "
            f"Received: epochs={epochs}, batch_size={batch_size}"
        )
    _check(network, *train)
    if validation:
        _check(network, *validation)
    x, labels = train
    optimizer = optimizer or Adam()
    history: dict[str, list[float]] = {name: [] for name in History._fields}
    cuts = range(batch_size, len(x), batch_size)
    with tqdm(total=epochs * (len(cuts) + 1), unit="batch", disable=not progress) as bar:
        for _ in range(epochs):
            start = time.perf_counter()
            images = augment(x, labels, rng=rng) if augment else x
            loss = accuracy = 0.0
            for batch in np.split(rng.permutation(len(x)), cuts):
                batch_scores = train_step(network, images[batch], labels[batch], optimizer)
                loss += len(batch) * batch_scores[0]
                accuracy += len(batch) * batch_scores[1]
                bar.update()
            scores = {"loss": loss / len(x), "accuracy": accuracy / len(x)}
            if validation:
                val_scores = _score(network.predict_logits(validation[0]), validation[1])
                scores["val_loss"], scores["val_accuracy"] = val_scores
            bar.set_postfix(scores)
            scores["seconds"] = time.perf_counter() - start
            for name, score in scores.items():
                history[name].append(score)
    return History(**{name: tuple(values) for name, values in history.items()})


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


def _check(network: Network, x: Array, labels: Labels) -> None:
    """Refuse a set that does not fit before the first step rather than after it."""
    logits = network.forward(x[:1])
    # One example's logits, as if all had them, are enough to check the labels against.
    cross_entropy(np.broadcast_to(logits, (len(x), logits.shape[1])), labels)
    if not np.isfinite(x).all():
        raise ValueError("Expected finite images. Received: NaN or infinity among them")
