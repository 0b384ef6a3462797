"""The training loop: shuffle, take a batch, step downhill, again.

Arguments that are not as described raise TypeError or ValueError.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from digitlearn import checks
from digitlearn.layers import Array
from digitlearn.losses import Labels, cross_entropy, cross_entropy_gradient
from digitlearn.network import Network
from digitlearn.optimizers import SGD, Adam, RunningMean


class History(NamedTuple):
    """How training went: tuples with one float an epoch.

    `loss` and `accuracy` are means over the epoch's batches while the network was still learning,
    as Keras reports them; `val_loss` and `val_accuracy` are measured after it, and empty without
    a validation set. `seconds` is the epoch's time, validation included.

    Examples
    --------
    >>> History((0.5, 0.2), (0.8, 0.9), (), (), (1.0, 1.0)).loss[-1]
    0.2
    """

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    val_loss: tuple[float, ...]
    val_accuracy: tuple[float, ...]
    seconds: tuple[float, ...]


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
    mean: RunningMean | None = None,
    rng: np.random.Generator,
    progress: bool = False,
    unscaled: bool = False,
) -> History:
    """Train a network by mini-batch gradient descent.

    A loss that grows beyond all bounds is no error: the history shows it. The same generator
    state, machine and number of threads give the same weights and history to the last bit,
    `seconds` aside.

    A long training is short ones in a row, with the same optimizer, generator and mean. Only a
    schedule must be told where it is: in epoch e of E, counted from 0,
    `lambda part: cosine((e + part) / E)`.

    Parameters
    ----------
    network : Network
        Its parameters are changed in place.
    train, validation : pair of ndarrays (x, labels)
        Float images of shape (N, 28, 28) or (N, 784) scaled to [0, 1], and N integer labels; the
        second pair, if given, is evaluated after each epoch, and never learned from.
    epochs : int
        How often to go through the training set, at least 1.
    batch_size : int
        Examples per step, at least 1; an epoch's last batch may be smaller.
    optimizer : SGD or Adam, optional
        `Adam()` if not given. It keeps its state.
    augment : callable, optional
        Called each epoch as `augment(x, labels, rng=rng)`; returns the epoch's images.
    schedule : callable, optional
        Such as `optimizers.cosine`: from the part of this training that is done, 0 to below 1,
        to what each step multiplies the optimizer's learning rate by.
    mean : RunningMean, optional
        Follows the weights, and is what is validated; `mean.swap(network.layers)` takes it over.
    rng : numpy.random.Generator
        Shuffles the training set and goes to `augment`.
    progress : bool
        Whether to show a progress bar.
    unscaled : bool
        Whether pixels from 0 to 255 are meant; otherwise they are refused.

    Returns
    -------
    History

    Examples
    --------
    >>> from digitlearn import data, network, preprocessing
    >>> images, labels, _ = data.load_embedded("train")
    >>> net, rng = network.mlp(rng=np.random.default_rng(0)), np.random.default_rng(1)
    >>> history = fit(net, (preprocessing.scale_pixels(images), labels), epochs=3, rng=rng)
    >>> history.accuracy[-1] > 0.8
    True
    """
    from tqdm import tqdm

    x, labels = _check_set(network, "train", train, unscaled)
    if validation is not None:
        validation = _check_set(network, "validation", validation, unscaled)
    epochs = checks.as_count("epochs", epochs)
    batch_size = checks.as_count("batch_size", batch_size)
    optimizer = Adam() if optimizer is None else optimizer
    _check_tools(optimizer, mean, augment=augment, schedule=schedule)
    checks.as_generator(rng)
    if mean is not None:
        mean.start(network.layers)

    rows: list[dict[str, float]] = []
    starts = range(0, len(x), batch_size)
    steps = epochs * len(starts)
    with tqdm(total=steps, unit="batch", leave=False, disable=not progress) as bar:
        for epoch in range(epochs):
            begin = time.perf_counter()
            name = "augment's images"
            images = x if augment is None else checks.as_floats(name, augment(x, labels, rng=rng))
            images = checks.as_shaped(name, images, x.shape)
            order = rng.permutation(len(x))
            loss = accuracy = 0.0
            for step, start in enumerate(starts, epoch * len(starts)):
                batch = order[start : start + batch_size]
                with _scheduled(optimizer, schedule, step / steps):
                    scores = _step(network, images[batch], labels[batch], optimizer)
                if mean is not None:
                    mean.update(network.layers)
                loss += len(batch) * scores[0]
                accuracy += len(batch) * scores[1]
                bar.update()
            row = {"loss": loss / len(x), "accuracy": accuracy / len(x)}
            row |= _validate(network, validation, mean)
            rows.append(row | {"seconds": time.perf_counter() - begin})
            bar.set_postfix(rows[-1])
    columns = {name: tuple(row[name] for row in rows if name in row) for name in History._fields}
    return History(**columns)


def train_step(
    network: Network, x: Array, labels: Labels, optimizer: SGD | Adam
) -> tuple[float, float]:
    """Take one step downhill: forward, loss, backward, update.

    Parameters
    ----------
    network : Network
        Its parameters are changed in place.
    x : float ndarray of shape (B, 28, 28) or (B, 784)
        Scaled to [0, 1].
    labels : integer ndarray of shape (B,)
    optimizer : SGD or Adam

    Returns
    -------
    loss, accuracy : float
        On this batch, before the step.

    Examples
    --------
    >>> from digitlearn import network
    >>> net, optimizer = network.mlp(rng=np.random.default_rng(0)), Adam()
    >>> x, labels = np.full((1, 28, 28), 0.5, np.float32), np.array([7])
    >>> losses = [train_step(net, x, labels, optimizer)[0] for _ in range(2)]
    >>> losses[1] < losses[0]
    True
    """
    checks.as_kind("a Network, as mlp makes", network, Network)
    _check_tools(optimizer)
    return _step(network, checks.as_pixels("x", x), labels, optimizer)


# A loss that diverges is a result to look at, not a reason for warnings.
@np.errstate(over="ignore", invalid="ignore")
def _step(network: Network, x: Array, labels: Labels, optimizer: SGD | Adam) -> tuple[float, float]:
    """Take one step downhill, with what has been looked at before."""
    logits = network.forward(x, training=True)
    network.backward(cross_entropy_gradient(logits, labels))
    optimizer.step(network.layers)
    return _score(logits, labels)


def _score(logits: Array, labels: Labels) -> tuple[float, float]:
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    return cross_entropy(logits, labels), accuracy


@contextmanager
def _scheduled(optimizer: SGD | Adam, schedule: Any, progress: float) -> Iterator[None]:
    """Let one step have the learning rate that the schedule gives it."""
    learning_rate = optimizer.learning_rate
    if schedule is not None:
        optimizer.learning_rate *= checks.as_number("factor from schedule", schedule(progress), 0)
    try:
        yield
    finally:
        optimizer.learning_rate = learning_rate


@np.errstate(over="ignore", invalid="ignore")
def _validate(network: Network, validation: Any, mean: RunningMean | None) -> dict[str, float]:
    """Score the network, with the running mean of its weights, on a set; if there are any."""
    if validation is None:
        return {}
    if mean is not None:
        mean.swap(network.layers)
    try:
        loss, accuracy = _score(network.predict_logits(validation[0]), validation[1])
    finally:
        if mean is not None:
            mean.swap(network.layers)
    return {"val_loss": loss, "val_accuracy": accuracy}


def _check_set(network: Network, name: str, pair: Any, unscaled: bool) -> tuple[Array, Labels]:
    """Refuse a set that does not fit before the first step rather than after it."""
    checks.as_kind("a Network, as mlp makes", network, Network)
    images, labels = checks.as_pair(name, pair)
    x = (checks.as_floats if unscaled else checks.as_pixels)(f"the images of {name}", images)
    classes = network.forward(x[:1]).shape[1]
    return x, checks.as_labels(f"the labels of {name}", labels, count=len(x), classes=classes)


def _check_tools(optimizer: Any, mean: Any = None, **functions: Any) -> None:
    """Refuse what is no optimizer, ours or one that a reader wrote, and so on."""
    fits = hasattr(optimizer, "step") and hasattr(optimizer, "learning_rate")
    expected = "an optimizer, such as optimizer=optimizers.Adam()"
    checks.expect(fits, expected, checks.describe(optimizer), TypeError)
    for name, value in functions.items():
        fits = value is None or callable(value)
        checks.expect(fits, f"{name} as a function", checks.describe(value), TypeError)
    checks.as_kind("mean=optimizers.RunningMean(0.999), say", mean, RunningMean | None)
