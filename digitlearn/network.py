"""A network: layers stacked, asked for predictions, saved and loaded."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from digitlearn.checks import as_counts, as_floats, as_generator, as_pixels, describe, expect
from digitlearn.files import attempt, complete, read_npz
from digitlearn.layers import KINDS, Array, Dense, Flatten, Layer, ReLU
from digitlearn.losses import softmax

PIXELS = 784  # of a 28 x 28 image
CLASSES = 10
CHUNK = 1024  # examples at a time in predictions: bounds the memory that hidden layers take
MOST_BYTES = 2**28  # of a saved network's parameters


class Network:
    """Layers, each fed with the outputs of the one before; the last one's are the logits.

    Its `repr` is a summary: each layer with the shape of its outputs and its parameters.

    Parameters
    ----------
    layers : sequence of Layer
        At least one of them with parameters.
    *more : Layer
        Refused: all layers come in the one list.

    Raises
    ------
    TypeError
        If it is no list, or something in it is no layer, such as a class: `ReLU` for `ReLU()`.
    ValueError
        If no layer has parameters, or one stands there twice.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network = Network([Flatten(), Dense(784, 16, rng=rng), ReLU(), Dense(16, 10, rng=rng)])
    >>> network
    Network of 12,730 parameters
      Flatten  (B, 784)       0
      Dense    (B, 16)   12,560
      ReLU     (B, 16)        0
      Dense    (B, 10)      170

    It predicts: digits, their probabilities, or the logits that these are made of.

    >>> x = np.zeros((2, 28, 28))
    >>> network.predict(x), network.predict_proba(x).shape, network.predict_logits(x).shape
    (array([0, 0]), (2, 10), (2, 10))

    It learns: backward leaves in each layer the gradients that an optimizer needs.

    >>> network.backward(network.forward(x, training=True))
    >>> network.layers[1].grads["kernel"].shape
    (784, 16)

    It is kept in a file.

    >>> network.save("network.npz")
    >>> again = Network.load("network.npz")
    >>> again.parameter_count, len(again.predicting_layers)
    (12730, 4)
    """

    def __init__(self, layers: Sequence[Layer], *more: Layer) -> None:
        listed = isinstance(layers, list | tuple) and not more
        received = ", ".join(map(describe, (layers, *more)))
        expect(listed, "one list of layers: write Network([Flatten(), ...])", received, TypeError)
        for layer in layers:
            made = "layers as objects, such as ReLU() or Dense(784, 10, rng=rng)"
            expect(isinstance(layer, Layer), made, describe(layer), TypeError)
            once = sum(layer is other for other in layers) == 1
            expect(once, "each layer once: make another", f"one {type(layer).__name__} twice")
        self.layers = tuple(layers)
        self._first = next((i for i, layer in enumerate(layers) if layer.params), -1)
        expect(self._first >= 0, "a layer with parameters", f"{len(layers)} without")

    def __repr__(self) -> str:
        rows = []
        # What comes before the first Dense layer hands it as many numbers as it takes.
        first = self.layers[self._first].params
        size = len(first["kernel"]) if "kernel" in first else 0
        for layer in self.layers:
            size = len(layer.params.get("bias", range(size)))
            count = sum(param.size for param in layer.params.values())
            rows.append((type(layer).__name__, f"(B, {size or '?'})", f"{count:,}"))
        name, shape, count = (max(map(len, column)) for column in zip(*rows, strict=True))
        lines = [f"  {row[0]:{name}}  {row[1]:{shape}}  {row[2]:>{count}}" for row in rows]
        return "\n".join([f"Network of {self.parameter_count:,} parameters", *lines])

    @property
    def parameter_count(self) -> int:
        """How many numbers the network learns."""
        return sum(param.size for layer in self.layers for param in layer.params.values())

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute the logits of a batch, whatever the scale of its numbers.

        Parameters
        ----------
        x : float ndarray of shape (B, 28, 28) or (B, 784)
            Pixels; of another shape if the first layer wants it.
        training : bool
            Whether Dropout drops.

        Returns
        -------
        float ndarray of shape (B, C), dtype of the parameters

        Raises
        ------
        TypeError
            If `x` is not of a floating dtype.
        ValueError
            If `x` is empty or does not fit the first layer.
        """
        x = self._check_inputs(as_floats("x", x, finite=False))
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def _check_inputs(self, x: Array) -> Array:
        """Return inputs that fit the first layer, in the parameters' dtype."""
        first = self.layers[self._first].params
        size = len(first.get("kernel", ()))
        if size and not (x.ndim >= 2 and x.size and x[0].size == size):
            shapes = "(B, 28, 28) or (B, 784)" if size == PIXELS else f"(B, {size})"
            hint = " One image alone? Write x[np.newaxis]." if x.size == size else ""
            raise ValueError(
                f"Expected x of shape {shapes}, B >= 1. Received: {describe(x)}.{hint}"
            )
        # Inputs of float64 would make every product float64, and slow.
        with np.errstate(over="ignore"):
            return x.astype(next(iter(first.values())).dtype, copy=False)

    @property
    def predicting_layers(self) -> list[Layer]:
        """The layers without those that only training knows, such as Dropout."""
        return [layer for layer in self.layers if not layer.only_trains]

    def backward(self, grad: Array) -> None:
        """Find every layer's `grads`, given the logits' gradient, (B, C), of the latest batch."""
        for layer in reversed(self.layers[self._first + 1 :]):
            grad = layer.backward(grad)
        # The gradient of the pixels would cost as much again, and nobody asks for it.
        self.layers[self._first].backward_params(grad)

    def predict_logits(self, x: Array) -> Array:
        """Compute the logits, (N, C), of any number N of examples, whatever their scale.

        Raises
        ------
        TypeError, ValueError
            As `forward`; ValueError also if `x` is not finite.
        """
        x = self._check_inputs(given := as_floats("x", x))
        fits = x is given or np.isfinite(x).all()
        expect(fits, "numbers that fit the parameters' dtype", "larger ones")
        return self._in_chunks(x)

    def _in_chunks(self, x: Array) -> Array:
        """Compute the logits of inputs that have been looked at."""
        starts = range(0, len(x), CHUNK)
        return np.concatenate([self.forward(x[start : start + CHUNK]) for start in starts])

    def predict_proba(self, x: Array) -> Array:
        """Compute the probability of each class, (N, C); rows add up to 1.

        Raises
        ------
        TypeError, ValueError
            As `predict_logits`; ValueError also for pixels that were not scaled to [0, 1].
        """
        return softmax(self._in_chunks(self._check_inputs(as_pixels("x", x))))

    def predict(self, x: Array) -> NDArray[np.int64]:
        """Return the most probable class of each example, (N,) int64; checks `x` likewise."""
        logits = self._in_chunks(self._check_inputs(as_pixels("x", x)))
        return np.asarray(logits.argmax(axis=1), np.int64)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write layers and parameters to a `.npz` file; a Dropout's generator is not kept.

        The file gets its name when it is complete, so an interrupted `save` spoils nothing.

        Raises
        ------
        TypeError
            If a layer is not one of `digitlearn.layers`.
        OSError
            If the file cannot be written.
        """
        kinds = [type(layer).__name__ for layer in self.layers]
        arrays: dict[str, Any] = {"layers": np.array(kinds)}
        for index, layer in enumerate(self.layers):
            ours = type(layer) in KINDS.values()
            expect(ours, "layers of digitlearn.layers", kinds[index], TypeError)
            state = layer.params | layer.settings
            arrays |= {f"{index}.{name}": value for name, value in state.items()}
        with complete(path) as part, part.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a network that `save` wrote; its parameters are the same to the last bit.

        A Dropout layer in it draws from a new generator, of seed 0. No file takes more than 1 GB
        of memory.

        Raises
        ------
        OSError, ValueError
            If the file cannot be read, is incomplete, damaged or of another kind.
        """
        expected = "a file that Network.save wrote"
        with Path(path).open("rb") as file:
            return attempt(expected, path, lambda: cls(build_layers(read_npz(file, MOST_BYTES))))


def mlp(hidden_units: int | Sequence[int] = (128, 64), *more: int, rng: Generator) -> Network:
    """Build Flatten, hidden Dense layers with ReLU, and a Dense layer of ten logits.

    Parameters
    ----------
    hidden_units : int or sequence of int
        Units of each hidden layer, at least 1; one number is one layer, none at all is softmax
        regression.
    *more : int
        Refused: all numbers come in the one sequence.
    rng : numpy.random.Generator
        Draws the kernels.

    Returns
    -------
    Network
        For images of shape (B, 28, 28) or (B, 784).

    Examples
    --------
    >>> mlp((128, 64), rng=np.random.default_rng(0)).parameter_count
    109386
    """
    expect(not more, "one sequence: write mlp((128, 64), rng=rng)", "several numbers", TypeError)
    rng = as_generator(rng)
    layers: list[Layer] = [Flatten()]
    features = PIXELS
    for units in as_counts("hidden_units", hidden_units):
        layers += [Dense(features, units, rng=rng), ReLU()]
        features = units
    return Network([*layers, Dense(features, CLASSES, rng=rng)])


def build_layers(arrays: Mapping[str, NDArray[Any]]) -> list[Layer]:
    """Rebuild layers from what is kept of them.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        The kind of each under "layers", and "1.kernel", "1.bias", "2.rate" and so on for the
        parameters and settings of the layers at those indices.

    Returns
    -------
    list of Layer

    Raises
    ------
    TypeError, ValueError
        If one is missing or does not fit.

    Examples
    --------
    >>> state = {"layers": np.array(["Dense"]), "0.kernel": np.ones((2, 1)), "0.bias": np.ones(1)}
    >>> build_layers(state)[0].forward(np.array([[1.0, 2.0]]))
    array([[4.]])
    """
    expect(isinstance(arrays, Mapping), "arrays by name", describe(arrays), TypeError)
    expect("layers" in arrays, "layers among the arrays", f"{', '.join(map(str, arrays)):.80}")
    layers: list[Layer] = []
    features = None
    for index, kind in enumerate(np.ravel(arrays["layers"]).tolist()):
        expect(kind in list(KINDS), f"layers of the kinds {', '.join(KINDS)}", kind)
        prefix = f"{index}."
        state = {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
        layer = KINDS[kind].rebuild(state)
        if isinstance(layer, Dense):
            inputs, units = layer.params["kernel"].shape
            fits = features in (None, inputs)
            expect(fits, f"{features} inputs in layer {index}", f"{inputs}")
            features = units
        layers.append(layer)
    return layers
