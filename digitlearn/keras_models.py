"""The same network in Keras: built, trained, and equal to ours weight for weight."""

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from digitlearn import checks
from digitlearn.layers import Array
from digitlearn.losses import Labels
from digitlearn.network import CLASSES, Network
from digitlearn.training import History

MOST_UNITS = 100_000
STDERR = 2  # the system's number of the stream

# TensorFlow's libraries would write a log to the terminal while they are loaded.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # for afterwards; until then they ignore it
_kept = os.dup(STDERR)
with open(os.devnull, "wb") as _nowhere:  # noqa: PTH123
    os.dup2(_nowhere.fileno(), STDERR)
try:
    import keras as keras
except ImportError as error:
    _text = "Expected Keras with TensorFlow, which has releases for Python 3.11 to 3.13, but none "
    _text += 'for Intel Macs or Windows on ARM. Install them with: pip install "digitlearn[keras]"'
    raise ImportError(_text) from error
finally:
    os.dup2(_kept, STDERR)
    os.close(_kept)


def build_ann(
    hidden_units: int | Sequence[int] = (128, 64),
    *more: int,
    dropout: float = 0.0,
    learning_rate: float = 1e-3,
    seed: int,
) -> keras.Sequential:
    """Build and compile Flatten, hidden Dense layers with ReLU, Dense(10) with softmax.

    Trained by Adam on cross-entropy, from He normal kernels and zero biases.

    Parameters
    ----------
    hidden_units : int or sequence of int
        Units of each hidden layer, at least 1 each; one number is one layer.
    *more : int
        Refused: all numbers come in the one sequence.
    dropout : float
        Rate of the Dropout layer after each hidden layer, below 1; 0 for none.
    learning_rate : float
        Of Adam, above 0.
    seed : int
        For the kernels and for dropout.

    Returns
    -------
    keras.Sequential
        For images of shape (B, 28, 28); its outputs are probabilities. Keras takes 64 steps at a
        time, so callbacks hear of every 64th batch.

    Raises
    ------
    TypeError, ValueError
        If a number is none, or out of range.

    Examples
    --------
    >>> build_ann((128, 64), seed=0).count_params()
    109386
    """
    expected = "one sequence: write build_ann((128, 64), seed=0)"
    checks.expect(not more, expected, "several numbers", TypeError)
    units = checks.as_counts("hidden_units", hidden_units, most=MOST_UNITS)
    dropout = checks.as_number("dropout", dropout, 0, 1)
    learning_rate = checks.as_number("learning_rate", learning_rate, 0, open_low=True)
    rng = np.random.default_rng(checks.as_count("seed", seed, least=0))

    def dense(units: int, activation: str) -> Any:
        kernel = keras.initializers.HeNormal(seed=int(rng.integers(2**31)))
        return keras.layers.Dense(units, activation, kernel_initializer=kernel)

    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    for size in units:
        model.add(dense(size, "relu"))
        if dropout > 0:
            model.add(keras.layers.Dropout(dropout, seed=int(rng.integers(2**31))))
    model.add(dense(CLASSES, "softmax"))
    optimizer, loss = keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy"
    # So small a network's steps are over before Python can order the next.
    model.compile(optimizer, loss, metrics=["accuracy"], steps_per_execution=64)
    return model


def fit_keras(
    model: keras.Sequential,
    train: tuple[ArrayLike, ArrayLike],
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    epochs: int,
    batch_size: int = 128,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> History:
    """Train a Keras model as `training.fit` trains a `Network`.

    Seeds all global generators (`keras.utils.set_random_seed`). The same seed, model, machine and
    number of threads give the same history, `seconds` aside, to the last bit.

    Parameters
    ----------
    model : keras.Sequential
        Compiled with the metric "accuracy", as `build_ann` does; trained in place.
    train, validation, epochs, batch_size
        As in `training.fit`; images of shape (N, 28, 28) or (N, 784).
    seed : int
        Decides the order of the examples; 0 to 2**32 - 1.
    callbacks : sequence of keras.callbacks.Callback
        Passed on to Keras.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type than described, a set is empty, a shape, a length or a
        label does not fit, or pixels were not scaled.

    Examples
    --------
    >>> from digitlearn.data import load_embedded
    >>> images, labels, _ = load_embedded("train")
    >>> history = fit_keras(build_ann(seed=0), (images / 255, labels), epochs=3, seed=1)
    >>> history.accuracy[-1] > 0.8
    True
    """
    ready = isinstance(model, keras.Model) and model.compiled
    ready = ready and getattr(model, "input_shape", None) is not None
    expected = "model as a keras.Model, compiled and with an Input, as build_ann returns "
    expected += "(a Network is trained by training.fit)"
    checks.expect(ready, expected, checks.describe(model), TypeError)
    x, labels = _check("train", train, model)
    val = None if validation is None else _check("validation", validation, model)
    epochs = checks.as_count("epochs", epochs)
    batch_size = checks.as_count("batch_size", batch_size, most=2**31 - 1)
    seed = checks.as_count("seed", seed, least=0, most=2**32 - 1)
    kinds = keras.callbacks.Callback
    listed = isinstance(callbacks, list | tuple) and all(isinstance(c, kinds) for c in callbacks)
    checks.expect(listed, "callbacks as a list of them", checks.describe(callbacks), TypeError)
    keras.utils.set_random_seed(seed)
    starts: list[float] = []
    seconds: list[float] = []
    stopwatch = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: starts.append(time.perf_counter()),
        on_epoch_end=lambda epoch, logs: seconds.append(time.perf_counter() - starts[-1]),
    )
    how = {"validation_data": val, "callbacks": [stopwatch, *callbacks], "verbose": 0}
    log = model.fit(x, labels, batch_size, epochs, **how).history
    columns = {name: tuple(map(float, log.get(name, ()))) for name in History._fields}
    return History(**columns | {"seconds": tuple(seconds)})


def _check(name: str, pair: Any, model: keras.Model) -> tuple[Array, Labels]:
    """Return images in the shape that the model takes, and labels, or say what does not fit."""
    images, labels = checks.as_pair(name, pair)
    x, shape = checks.as_pixels(f"x of {name}", images), model.input_shape[1:]
    # Keras would take some of the others, and the model could never be asked again.
    fits = x.ndim >= 2 and x[0].size == np.prod(shape)
    checks.expect(fits, f"x of {name} of shape (N, {', '.join(map(str, shape))})", x)
    labels = checks.as_labels("labels", labels, count=len(x), classes=model.output_shape[-1])
    return x.reshape(len(x), *shape), labels


def copy_weights(source: Network | keras.Model, target: Network | keras.Model) -> None:
    """Give one network the kernels and biases of another.

    Parameters
    ----------
    source : Network or keras.Model
    target : Network or keras.Model
        Changed in place; keeps its dtype.

    Raises
    ------
    TypeError, ValueError
        If one is no network, or the two differ in the number or the shapes of their layers'
        parameters.

    Examples
    --------
    >>> from digitlearn.network import mlp
    >>> network, model = mlp((4,), rng=np.random.default_rng(0)), build_ann((4,), seed=0)
    >>> copy_weights(network, model)
    >>> x = np.ones((1, 28, 28), dtype=np.float32)
    >>> np.allclose(network.predict_proba(x), model(x), atol=1e-5)
    True
    """
    values, current = _weights("source", source), _weights("target", target)
    received, expected = [w.shape for w in values], [w.shape for w in current]
    checks.expect(received == expected, f"weights of shapes {expected}", f"{received}")
    if isinstance(target, Network):
        for param, value in zip(current, values, strict=True):
            param[...] = value
    else:
        target.set_weights(values)


def _weights(name: str, model: Network | keras.Model) -> list[Array]:
    """List kernel and bias of each layer in turn."""
    checks.as_kind(f"{name} as a Network or a Model", model, Network | keras.Model)
    if isinstance(model, Network):
        return [param for layer in model.layers for param in layer.params.values()]
    return list(model.get_weights())
