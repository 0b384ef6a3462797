"""A network: layers stacked, asked for predictions, saved and loaded."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from digitlearn.layers import Array, Dense, Dropout, Flatten, Layer, ReLU, Sigmoid
from digitlearn.losses import softmax

KINDS: dict[str, Any] = {kind.__name__: kind for kind in (Flatten, Dense, ReLU, Sigmoid, Dropout)}
PIXELS = 784  # of a 28 x 28 image
CLASSES = 10
CHUNK = 1024  # examples at a time in predictions: bounds the memory that hidden layers take


class Network:
    """Layers, each fed with the outputs of the one before; the last one's are the logits.

    Parameters
    ----------
    layers : sequence of Layer
        At least one of them with parameters.

    Raises
    ------
    ValueError
        If no layer has parameters.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)
        self._first = next((i for i, layer in enumerate(layers) if layer.params), -1)
        if self._first < 0:
            raise ValueError(f"Expected a layer with parameters. Received: {layers}")

    @property
    def parameter_count(self) -> int:
        """How many numbers the network learns."""
        return sum(param.size for layer in self.layers for param in layer.params.values())

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute the logits of a batch.

        Parameters
        ----------
        x : float ndarray of shape (B, 28, 28) or (B, 784)
            Pixels in [0, 1]; of another shape if the first layer wants it.
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
        if not np.issubdtype(x.dtype, np.floating):
            raise TypeError(
                "Expected inputs of a floating dtype, as preprocessing.scale_pixels returns. "
                f"Received: {x.dtype}"
            )
        if x.size == 0:
            raise ValueError(f"Expected at least one example. Received: shape {x.shape}")
        # Inputs of float64 would make every product float64, and slow.
        dtype = next(iter(self.layers[self._first].params.values())).dtype
        x = x.astype(dtype, copy=False)
        for layer in self.layers:
            x = layer.forward(x, training=training)
        return x

    def backward(self, grad: Array) -> None:
        """Find every layer's `grads`, given the logits' gradient, (B, C), of the latest batch."""
        for layer in reversed(self.layers[self._first + 1 :]):
            grad = layer.backward(grad)
        # The gradient of the pixels would cost as much again, and nobody asks for it.
        self.layers[self._first].backward_params(grad)

    def predict_logits(self, x: Array) -> Array:
        """Compute the logits, (N, C), of any number N of examples."""
        starts = range(0, max(len(x), 1), CHUNK)
        return np.concatenate([self.forward(x[start : start + CHUNK]) for start in starts])

    def predict_proba(self, x: Array) -> Array:
        """Compute the probability of each class, (N, C); rows add up to 1."""
        return softmax(self.predict_logits(x))

    def predict(self, x: Array) -> NDArray[np.int64]:
        """Return the most probable class of each example, (N,) int64."""
        classes: NDArray[np.int64] = self.predict_logits(x).argmax(axis=1)
        return classes

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write layers and parameters to a `.npz` file; a Dropout's generator is not kept.

        The file gets its name when it is complete, so an interrupted `save` spoils nothing.

        Raises
        ------
        TypeError
            If a layer is not one of `digitlearn.layers`.
        """
        kinds = [type(layer).__name__ for layer in self.layers]
        arrays: dict[str, Any] = {"layers": np.array(kinds)}
        for index, layer in enumerate(self.layers):
            if type(layer) not in KINDS.values():
                raise TypeError(f"Expected layers of digitlearn.layers. Received: {layer}")
            for name, param in layer.params.items():
                arrays[f"{index}.{name}"] = param
            if isinstance(layer, Dropout):
                arrays[f"{index}.rate"] = layer.rate
        temporary = Path(f"{os.fspath(path)}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                np.savez(file, **arrays)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a network that `save` wrote; its parameters are the same to the last bit.

        A Dropout layer in it draws from a new generator, of seed 0.

        Raises
        ------
        ValueError
            If the file is incomplete, damaged or of another kind.
        """
        with Path(path).open("rb") as file:
            try:
                with np.load(file, allow_pickle=False) as archive:
                    return cls(build_layers(archive))
            except Exception as error:  # a damaged file makes NumPy raise almost any
                raise ValueError(
                    f"Expected a file that Network.save wrote. Received: {path} ({error})"
                ) from error


def mlp(hidden_units: Sequence[int] = (128, 64), *, rng: np.random.Generator) -> Network:
    """Build Flatten, hidden Dense layers with ReLU, and a Dense layer of ten logits.

    Parameters
    ----------
    hidden_units : sequence of int
        Units of each hidden layer, at least 1; none at all is softmax regression.
    rng : numpy.random.Generator
        Draws the kernels.

    Returns
    -------
    Network
        For images of shape (B, 28, 28) or (B, 784).
    """
    layers: list[Layer] = [Flatten()]
    features = PIXELS
    for units in hidden_units:
        layers += [Dense(features, units, rng=rng), ReLU()]
        features = units
    return Network([*layers, Dense(features, CLASSES, rng=rng)])


def build_layers(arrays: Mapping[str, NDArray[Any]]) -> list[Layer]:
    """Rebuild layers from what is kept of them.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        The kind of each under "layers", and "1.kernel", "1.bias", "2.rate" and so on for the
        parameters of the layers at those indices.

    Returns
    -------
    list of Layer

    Raises
    ------
    ValueError, KeyError
        If one is missing or does not fit.
    """
    rng = np.random.default_rng(0)
    layers: list[Layer] = []
    features = None
    for index, kind in enumerate(arrays["layers"]):
        if kind == "Dense":
            kernel, bias = arrays[f"{index}.kernel"], arrays[f"{index}.bias"]
            floats = np.issubdtype(kernel.dtype, np.floating) and kernel.dtype == bias.dtype
            fits = bias.shape == kernel.shape[1:] and features in (None, len(kernel))
            if not (floats and fits and kernel.ndim == 2 and kernel.size > 0):
                raise ValueError(
                    f"layer {index} of shape {kernel.shape} with {bias.shape}, {kernel.dtype}"
                )
            features = len(bias)
            layer: Layer = Dense(1, 1, rng=rng)
            layer.params = {"kernel": kernel, "bias": bias}
            layer.grads = {name: np.zeros_like(param) for name, param in layer.params.items()}
        elif kind == "Dropout":
            layer = Dropout(float(arrays[f"{index}.rate"]), rng=rng)
        else:
            layer = KINDS[kind]()
        layers.append(layer)
    return layers
