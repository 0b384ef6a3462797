"""The training loop: shuffle, take a batch, step downhill, again."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from digitlearn.checks import (
    as_count,
    as_floats,
    as_generator,
    as_labels,
    as_number,
    as_pixels,
    describe,
)
from digitlearn.layers import Array
from digitlearn.losses import Labels, cross_entropy, cross_entropy_gradient
from digitlearn.network import Network
from digitlearn.optimizers import SGD, Adam, RunningMean


class History(NamedTuple):
    """How training went: tuples with one float an epoch.

    `loss` and `accuracy` are means over the epoch's batches while the network was still learning,
    as Keras reports them; `val_loss` and `val_accuracy` were measured after the epoch, and are
    empty without a validation set. `seconds` is the epoch's time, validation included.

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
    mean: RunningMean | None = None,
    rng: np.random.Generator,
    progress: bool = False,
    unscaled: bool = False,
) -> History:
    """Train a network by mini-batch gradient descent.

    A loss that grows beyond all bounds, as with too great a learning rate, is no error: the
    history shows it. The same generator state, machine and number of threads give the same
    weights and the same history, `seconds` aside, to the last bit.

    A long training is short ones in a row: called again with the same optimizer, generator and
    mean, `fit` goes on where it ended. Only a schedule must then be told which part of the whole
    it is in: in epoch e of E, `schedule=lambda part: cosine((e + part) / E)`.

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
        Such as `optimizers.cosine`: called before each step with the part of this training that
        is done, from 0 to below 1; returns what to multiply the optimizer's learning rate by.
    mean : RunningMean, optional
        Follows the weights, and is what is validated. The network keeps its latest weights;
        `mean.swap(network.layers)` afterwards gives it their mean.
    rng : numpy.random.Generator
        Shuffles the training set and goes to `augment`.
    progress : bool
        Whether to show a progress bar.
    unscaled : bool
        Whether pixels from 0 to 255 are meant. They are refused otherwise, since networks learn
        badly from them.

    Returns
    -------
    History

    Raises
    ------
    TypeError
        If an argument is of another type than described.
    ValueError
        If a set is empty or not finite, a shape or a label does not fit, pixels were not scaled,
        or a number is out of range.

    Examples
    --------
    >>> from digitlearn import data, network, preprocessing
    >>> digits = data.load_embedded("train")
    >>> x = preprocessing.scale_pixels(digits.images)
    >>> net = network.mlp(rng=np.random.default_rng(0))
    >>> history = fit(net, (x, digits.labels), epochs=3, rng=np.random.default_rng(1))
    >>> bool(history.accuracy[-1] > 0.8)
    True
    """
    from tqdm import tqdm

    epochs, batch_size = as_count("epochs", epochs), as_count("batch_size", batch_size)
    x, labels = _check(network, "train", train, unscaled)
    if validation is not None:
        validation = _check(network, "validation", validation, unscaled)
    optimizer = _check_optimizer(Adam() if optimizer is None else optimizer)
    _check_tools(augment, schedule, mean)
    learning_rate, rng = optimizer.learning_rate, as_generator(rng)
    if mean is not None:
        mean.start(network.layers)

    log: dict[str, list[float]] = {name: [] for name in History._fields}
    starts = range(0, len(x), batch_size)
    steps, step = epochs * len(starts), 0
    with tqdm(total=steps, unit="batch", leave=False, disable=not progress) as bar:
        for _ in range(epochs):
            begin = time.perf_counter()
            images = augment(x, labels, rng=rng) if augment else x
            _check_images(images, x.shape)
            order = rng.permutation(len(x))
            loss = accuracy = 0.0
            for start in starts:
                batch = order[start : start + batch_size]
                factor = schedule(step / steps) if schedule else 1.0
                optimizer.learning_rate = learning_rate * as_number("schedule's factor", factor, 0)
                try:
                    scores = _step(network, images[batch], labels[batch], optimizer)
                finally:
                    optimizer.learning_rate = learning_rate
                if mean is not None:
                    mean.update(network.layers)
                loss += len(batch) * scores[0]
                accuracy += len(batch) * scores[1]
                step += 1
                bar.update()
            log["loss"].append(loss / len(x))
            log["accuracy"].append(accuracy / len(x))
            if validation is not None:
                val_loss, val_accuracy = _validate(network, *validation, mean)
                log["val_loss"].append(val_loss)
                log["val_accuracy"].append(val_accuracy)
            log["seconds"].append(time.perf_counter() - begin)
            bar.set_postfix({name: values[-1] for name, values in log.items() if values})
    return History(**{name: tuple(values) for name, values in log.items()})


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

    Examples
    --------
    >>> from digitlearn import network
    >>> net, labels = network.mlp(rng=np.random.default_rng(0)), np.array([7])
    >>> x = np.full((1, 28, 28), 0.5, np.float32)
    >>> before, _ = train_step(net, x, labels, Adam())
    >>> after, _ = train_step(net, x, labels, Adam())
    >>> after < before
    True
    """
    if not isinstance(network, Network):
        raise TypeError(f"Expected a Network, as mlp makes. Received: {describe(network)}")
    x = as_floats("x", x)
    with np.errstate(over="ignore", invalid="ignore"):
        return _step(network, x, labels, _check_optimizer(optimizer))


def _step(network: Network, x: Array, labels: Labels, optimizer: SGD | Adam) -> tuple[float, float]:
    logits = network.forward(x, training=True)
    network.backward(cross_entropy_gradient(logits, labels))
    optimizer.step(network.layers)
    return _score(logits, labels)


def _score(logits: Array, labels: Labels) -> tuple[float, float]:
    accuracy = float((logits.argmax(axis=1) == labels).mean())
    return cross_entropy(logits, labels), accuracy


def _validate(
    network: Network, x: Array, labels: Labels, mean: RunningMean | None
) -> tuple[float, float]:
    """Score the network, with the running mean of its weights if there is one."""
    if mean is None:
        return _score(network.predict_logits(x), labels)
    mean.swap(network.layers)
    try:
        return _score(network.predict_logits(x), labels)
    finally:
        mean.swap(network.layers)


def _check(network: Network, name: str, pair: Any, unscaled: bool) -> tuple[Array, Labels]:
    """Refuse a set that does not fit before the first step rather than after it."""
    if not isinstance(network, Network):
        raise TypeError(f"Expected a Network, as mlp makes. Received: {describe(network)}")
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        images = "scale_pixels(digits.images), digits.labels" if hasattr(pair, "images") else ""
        raise TypeError(
            f"Expected {name} as one pair: write fit(network, ({images or 'x, labels'}), ...). "
            f"Received: {describe(pair)}"
        )
    x = (as_floats if unscaled else as_pixels)(f"the images of {name}", pair[0])
    classes = network.forward(x[:1]).shape[1]
    return x, as_labels(f"the labels of {name}", pair[1], count=len(x), classes=classes)


def _check_optimizer(optimizer: Any) -> Any:
    """Return an optimizer of ours, or one that a reader wrote."""
    if not hasattr(optimizer, "step") or not hasattr(optimizer, "learning_rate"):
        raise TypeError(
            "Expected an optimizer, such as optimizer=optimizers.Adam(). "
            f"Received: {describe(optimizer)}"
        )
    return optimizer


def _check_images(images: Any, shape: tuple[int, ...]) -> None:
    if not isinstance(images, np.ndarray) or images.shape != shape:
        raise ValueError(
            f"Expected augment to return images of shape {shape}. Received: {describe(images)}"
        )


def _check_tools(augment: Any, schedule: Any, mean: Any) -> None:
    for name, tool in (("augment", augment), ("schedule", schedule)):
        if tool is not None and not callable(tool):
            raise TypeError(f"Expected {name} as a function. Received: {describe(tool)}")
    if mean is not None and not isinstance(mean, RunningMean):
        raise TypeError(
            f"Expected mean=optimizers.RunningMean(0.999), say. Received: {describe(mean)}"
        )
