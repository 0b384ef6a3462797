"""The same network in Keras: built, trained, and equal to ours weight for weight."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from digitlearn.layers import Array
from digitlearn.losses import Labels, cross_entropy
from digitlearn.network import CLASSES, Network
from digitlearn.training import History

try:
    import keras
except ImportError as error:
    raise ImportError(
        "Expected Keras with TensorFlow, which has releases for Python 3.11 to 3.13, but none for "
        'Macs with an Intel processor. Install them with: pip install "digitlearn[keras]"'
    ) from error


def build_ann(
    hidden_units: Sequence[int] = (128, 64),
    *,
    dropout: float = 0.0,
    learning_rate: float = 1e-3,
    seed: int,
) -> keras.Sequential:
    """Build and compile Flatten, hidden Dense layers with ReLU, Dense(10) with softmax.

    Trained by Adam on cross-entropy, from He normal kernels and zero biases.

    Parameters
    ----------
    hidden_units : sequence of int
        Units of each hidden layer, at least 1 each.
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
    """
    rng = np.random.default_rng(seed)

    def draw_seed() -> int:
        return int(rng.integers(2**31))

    def dense(units: int, activation: str) -> Any:
        kernel = keras.initializers.HeNormal(seed=draw_seed())
        return keras.layers.Dense(units, activation, kernel_initializer=kernel)

    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    for units in hidden_units:
        model.add(dense(units, "relu"))
        if dropout > 0:
            model.add(keras.layers.Dropout(dropout, seed=draw_seed()))
    model.add(dense(CLASSES, "softmax"))
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        # So small a network's steps are over before Python can order the next.
        steps_per_execution=64,
    )
    return model


def fit_keras(
    model: keras.Sequential,
    train: tuple[Array, Labels],
    validation: tuple[Array, Labels] | None = None,
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
        As in `training.fit`; images of shape (N, 28, 28).
    seed : int
        Decides the order of the examples.
    callbacks : sequence of keras.callbacks.Callback
        Passed on to Keras.

    Returns
    -------
    History

    Raises
    ------
    TypeError
        If images are not floats or labels not integers.
    ValueError
        If a set is empty, or a length or a label does not fit.
    """
    for x, labels in (train, validation) if validation else (train,):
        if not np.issubdtype(x.dtype, np.floating):
            raise TypeError(
                "Expected images of a floating dtype, as preprocessing.scale_pixels returns. "
                f"Received: {x.dtype}"
            )
        # Logits of zeros are enough to check the labels against.
        cross_entropy(np.zeros((len(x), CLASSES)), labels)
    keras.utils.set_random_seed(seed)
    starts: list[float] = []
    seconds: list[float] = []
    stopwatch = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: starts.append(time.perf_counter()),
        on_epoch_end=lambda epoch, logs: seconds.append(time.perf_counter() - starts[-1]),
    )
    log = model.fit(
        *train,
        validation_data=validation,
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[stopwatch, *callbacks],
        verbose=0,
    ).history
    columns = {name: tuple(map(float, log.get(name, ()))) for name in History._fields}
    return History(**columns | {"seconds": tuple(seconds)})


def copy_weights(source: Network | keras.Model, target: Network | keras.Model) -> None:
    """Give one network the kernels and biases of another.

    Parameters
    ----------
    source : Network or keras.Model
    target : Network or keras.Model
        Changed in place; keeps its dtype.

    Raises
    ------
    ValueError
        If the two differ in the number or the shapes of their layers' parameters.
    """
    values, current = _weights(source), _weights(target)
    received, expected = ([weight.shape for weight in weights] for weights in (values, current))
    if received != expected:
        raise ValueError(f"Expected weights of shapes {expected}. Received: {received}")
    if isinstance(target, Network):
        for param, value in zip(current, values, strict=True):
            param[...] = value
    else:
        target.set_weights(values)


def _weights(model: Network | keras.Model) -> list[Array]:
    """List kernel and bias of each layer in turn."""
    if isinstance(model, Network):
        return [param for layer in model.layers for param in layer.params.values()]
    return list(model.get_weights())
