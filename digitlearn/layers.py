"""The layers of a network: each computes forward and passes gradients backward.

B is the batch size. Backpropagation: Rumelhart, Hinton & Williams, "Learning representations by
back-propagating errors", Nature 323 (1986). Arguments out of range and arrays of a shape that does
not fit raise ValueError.
"""

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


class Layer(ABC):
    """What every layer has.

    Attributes
    ----------
    params : dict of str to ndarray
        What is learned; empty where there is nothing to learn.
    grads : dict of str to ndarray
        The loss' gradient for each of `params`, same keys and shapes, from the latest `backward`.
    """

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute the outputs for a batch, and keep what `backward` will need."""

    @abstractmethod
    def backward(self, grad: Array) -> Array:
        """Find `grads` and the inputs' gradient, given the gradient of the latest outputs."""

    def backward_params(self, grad: Array) -> None:
        """Find `grads` alone: enough for a network's first layer."""
        self.backward(grad)


class Flatten(Layer):
    """Lay each example out as one row."""

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Reshape (B, 28, 28), or any (B, ...), to (B, 784); a view, not a copy."""
        self._shape = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad: Array) -> Array:
        """Reshape the gradient to the inputs' shape."""
        return grad.reshape(self._shape)


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus a bias.

    The kernel starts from a normal distribution of variance 2 / `in_features`, which keeps
    activations from growing or fading through many ReLU layers (He et al., "Delving deep into
    rectifiers", ICCV 2015, section 2.2); the bias starts at zero.

    Parameters
    ----------
    in_features, units : int
        Inputs and outputs per example, at least 1.
    rng : numpy.random.Generator
        Draws the kernel.

    Attributes
    ----------
    params : dict
        "kernel", float32 of shape (in_features, units), and "bias", float32 of shape (units,).
    """

    def __init__(self, in_features: int, units: int, *, rng: np.random.Generator) -> None:
        if in_features < 1 or units < 1:
            raise ValueError(
                "Expected in_features and units of at least 1. "
                f"Received: in_features={in_features}, units={units}"
            )
        kernel = rng.normal(0, math.sqrt(2 / in_features), size=(in_features, units))
        self.params = {
            "kernel": kernel.astype(np.float32),
            "bias": np.zeros(units, dtype=np.float32),
        }
        self.grads = {name: np.zeros_like(param) for name, param in self.params.items()}

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute `x @ kernel + bias`: (B, in_features) to (B, units)."""
        in_features = len(self.params["kernel"])
        if x.ndim != 2 or x.shape[1] != in_features:
            raise ValueError(f"Expected inputs of shape (B, {in_features}). Received: {x.shape}")
        self._inputs = x
        return x @ self.params["kernel"] + self.params["bias"]

    def backward(self, grad: Array) -> Array:
        """Find the gradients of kernel and bias; return that of the inputs."""
        self.backward_params(grad)
        return grad @ self.params["kernel"].T

    def backward_params(self, grad: Array) -> None:
        """Find the gradients of kernel and bias."""
        self.grads["kernel"] = self._inputs.T @ grad
        self.grads["bias"] = grad.sum(axis=0)


class ReLU(Layer):
    """Let what is positive through: `max(x, 0)` (Nair & Hinton, ICML 2010)."""

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Set negative inputs, of any shape, to zero."""
        self._positive = x > 0
        return np.maximum(x, 0)

    def backward(self, grad: Array) -> Array:
        """Let the gradient through where the input was positive."""
        return grad * self._positive


class Sigmoid(Layer):
    """Squeeze any number into the interval from 0 to 1: `1 / (1 + exp(-x))`."""

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Squeeze inputs of any shape."""
        # exp(-x) overflows for x = -1000; the logarithm of the formula does not.
        self._outputs: Array = np.exp(-np.logaddexp(0, -x))
        return self._outputs

    def backward(self, grad: Array) -> Array:
        """Multiply by the slope, `sigmoid(x) * (1 - sigmoid(x))`."""
        return grad * self._outputs * (1 - self._outputs)


class Dropout(Layer):
    """Set inputs to zero at random while training; do nothing otherwise.

    What is kept is divided by `1 - rate`, so that sums stay the same on average (Srivastava et
    al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014).

    Parameters
    ----------
    rate : float
        Probability of dropping an input, at least 0 and below 1.
    rng : numpy.random.Generator
        Draws which are dropped.
    """

    def __init__(self, rate: float, *, rng: np.random.Generator) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"Expected a rate of at least 0 and below 1. Received: {rate}")
        self.rate = rate
        self.rng = rng

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Drop from inputs of any shape if `training`; otherwise return them as they are."""
        self._scale: Array | float = 1.0
        if training:
            kept = self.rng.random(x.shape, dtype=np.float32) >= self.rate
            self._scale = kept.astype(x.dtype) / (1 - self.rate)
        return x * self._scale

    def backward(self, grad: Array) -> Array:
        """Scale the gradient as `forward` scaled the inputs."""
        return grad * self._scale
