"""The layers of a network: each computes forward and passes gradients backward.

B is the batch size. Backpropagation: Rumelhart, Hinton & Williams, "Learning representations by
back-propagating errors", Nature 323 (1986). A new kind of layer is a class here, and in `KINDS`.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from digitlearn import checks

Array = NDArray[np.floating[Any]]

MOST_WEIGHTS = 2**28  # of a layer: a gigabyte, and more is a slip of the finger


class Layer(ABC):
    """What every layer has.

    Attributes
    ----------
    params : dict of str to ndarray
        What is learned; empty where there is nothing to learn.
    grads : dict of str to ndarray
        The loss's gradient for each of `params`, same keys and shapes, from the latest `backward`;
        empty before it.
    settings : dict of str to float
        What its constructor was told and no array shows.
    only_trains : bool
        Whether it changes nothing in predictions.

    Examples
    --------
    >>> class Double(Layer):
    ...     def forward(self, x, *, training=False):
    ...         return 2 * x
    ...
    ...     def backward(self, grad):
    ...         return 2 * grad
    >>> layer = Double()
    >>> layer.forward(np.array([[0.5]])), layer.backward(np.array([[1.0]]))
    (array([[1.]]), array([[2.]]))
    """

    only_trains = False

    def __init__(self) -> None:
        self.params: dict[str, Array] = {}
        self.grads: dict[str, Array] = {}
        self.settings: dict[str, float] = {}
        self._kept: Any = None
        self._shape: tuple[int, ...] | None = None

    @abstractmethod
    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute the outputs for a batch, and keep what `backward` will need."""

    @abstractmethod
    def backward(self, grad: Array) -> Array:
        """Find `grads` and the inputs' gradient, given the gradient of the latest outputs."""

    def backward_params(self, grad: Array) -> None:
        """Find `grads` alone: enough for a network's first layer."""
        self.backward(grad)

    @classmethod
    def rebuild(cls, state: Mapping[str, NDArray[Any]]) -> Self:
        """Make a layer anew from its parameters and settings, by name."""
        checks.expect(not state, "no state", checks.describe(state))
        return cls()

    def _keep(self, value: Any, outputs: Array) -> Array:
        """Keep a value for `backward`; return the outputs."""
        self._kept, self._shape = value, outputs.shape
        return outputs

    def _recall(self, grad: Array) -> Any:
        """Return what `forward` kept, if this can be the gradient of what it returned."""
        if self._shape is None:
            raise ValueError("Expected forward before backward. Received: backward alone")
        checks.as_shaped("grad", grad, self._shape)
        return self._kept


class Flatten(Layer):
    """Lay each example out as one row.

    Examples
    --------
    >>> Flatten().forward(np.zeros((5, 28, 28))).shape
    (5, 784)
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Reshape (B, 28, 28) to (B, 784), any (B, ...) likewise; a view where NumPy can."""
        x = checks.as_array("x", x)
        checks.expect(x.ndim >= 2 and x.size, "x of shape (B, ...)", x)
        return self._keep(x.shape, x.reshape(len(x), -1))

    def backward(self, grad: Array) -> Array:
        """Reshape the gradient to the inputs' shape."""
        return np.reshape(grad, self._recall(grad))


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus a bias.

    The kernel starts from a normal distribution of variance 2 / `in_features`, which keeps
    activations from growing or fading through many ReLU layers (He et al., "Delving deep into
    rectifiers", ICCV 2015, section 2.2); the bias starts at zero.

    Parameters
    ----------
    in_features : int
        Inputs per example, at least 1.
    units : int
        Outputs per example, at least 1.
    rng : numpy.random.Generator
        Draws the kernel.

    Attributes
    ----------
    params : dict
        "kernel", float32 of shape (in_features, units), and "bias", float32 of shape (units,).

    Examples
    --------
    >>> dense = Dense(784, 128, rng=np.random.default_rng(0))
    >>> outputs = dense.forward(np.ones((5, 784), np.float32))
    >>> dense.backward(outputs).shape, dense.grads["kernel"].shape
    ((5, 784), (784, 128))
    >>> dense.backward_params(outputs)  # without the gradient of the inputs
    >>> again = Dense.rebuild(dense.params)
    >>> bool((again.forward(np.ones((5, 784), np.float32)) == outputs).all())
    True
    """

    def __init__(self, in_features: int, units: int, *, rng: np.random.Generator) -> None:
        in_features = checks.as_count("in_features", in_features)
        units = checks.as_count("units", units)
        fits = in_features * units <= MOST_WEIGHTS
        checks.expect(fits, f"at most {MOST_WEIGHTS:,} weights", f"{in_features} x {units}")
        spread = math.sqrt(2 / in_features)
        kernel = checks.as_generator(rng).normal(0, spread, size=(in_features, units))
        self._start(kernel.astype(np.float32), np.zeros(units, dtype=np.float32))

    def _start(self, kernel: Array, bias: Array) -> None:
        super().__init__()
        self.params = {"kernel": kernel, "bias": bias}

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Compute `x @ kernel + bias`: (B, in_features) to (B, units)."""
        x = checks.as_array("x", x)
        kernel, bias = self.params["kernel"], self.params["bias"]
        checks.expect(x.shape[1:] == kernel.shape[:1], f"x of shape (B, {len(kernel)})", x)
        return self._keep(x, x @ kernel + bias)

    def backward(self, grad: Array) -> Array:
        """Find the gradients of kernel and bias; return that of the inputs."""
        self.backward_params(grad)
        # An input x[b, i] reaches the loss through every unit u, by the weight kernel[i, u]:
        # dL/dx[b, i] = sum over u of grad[b, u] * kernel[i, u]
        # (B, in_features) = (B, units) @ (units, in_features)
        return grad @ self.params["kernel"].T

    def backward_params(self, grad: Array) -> None:
        """Find the gradients of kernel and bias."""
        x = self._recall(grad)
        # A weight kernel[i, u] is multiplied by x[b, i] in every example b:
        # dL/dkernel[i, u] = sum over b of x[b, i] * grad[b, u]
        # (in_features, units) = (in_features, B) @ (B, units)
        self.grads["kernel"] = x.T @ grad
        # A bias is added as it is: dL/dbias[u] = sum over b of grad[b, u], of shape (units,).
        self.grads["bias"] = np.sum(grad, axis=0)

    @classmethod
    def rebuild(cls, state: Mapping[str, NDArray[Any]]) -> Self:
        """Make a layer anew from its kernel and bias, whatever floats they are."""
        checks.as_kind("a layer's state by name", state, Mapping)
        kernel, bias = (checks.as_array(name, state.get(name)) for name in ("kernel", "bias"))
        fits = kernel.ndim == 2 and kernel.size and bias.shape == kernel.shape[1:]
        fits = fits and kernel.dtype.kind == "f" and kernel.dtype == bias.dtype
        expected = "a kernel (in_features, units) and a bias (units,) of one floating dtype"
        received = f"{kernel.shape} {kernel.dtype} and {bias.shape} {bias.dtype}"
        checks.expect(fits, expected, received)
        dense = cls.__new__(cls)  # as __init__ does, without drawing a kernel
        dense._start(kernel, bias)
        return dense


class ReLU(Layer):
    """Let what is positive through: `max(x, 0)` (Nair & Hinton, ICML 2010).

    Examples
    --------
    >>> ReLU().forward(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Set negative inputs, of any shape, to zero."""
        x = checks.as_array("x", x)
        return self._keep(x > 0, np.maximum(x, 0))

    def backward(self, grad: Array) -> Array:
        """Let the gradient through where the input was positive."""
        positive: Array = self._recall(grad)
        # The slope is 1 where x > 0 and 0 elsewhere: dL/dx = grad * (x > 0), of x's shape.
        return grad * positive


class Sigmoid(Layer):
    """Squeeze any number into the interval from 0 to 1: `1 / (1 + exp(-x))`.

    Examples
    --------
    >>> Sigmoid().forward(np.array([[0.0, 1000.0]]))
    array([[0.5, 1. ]])
    """

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Squeeze inputs of any shape."""
        x = checks.as_array("x", x)
        # exp(-x) overflows for x = -1000; the logarithm of the formula does not.
        outputs: Array = np.exp(-np.logaddexp(0, -1.0 * x))
        return self._keep(outputs, outputs)

    def backward(self, grad: Array) -> Array:
        """Multiply by the slope, `sigmoid(x) * (1 - sigmoid(x))`."""
        outputs: Array = self._recall(grad)
        # dL/dx = grad * y * (1 - y) with y = sigmoid(x), of x's shape.
        return grad * outputs * (1 - outputs)


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

    Examples
    --------
    >>> dropout = Dropout(0.5, rng=np.random.default_rng(0))
    >>> dropout.forward(np.ones((1, 4)), training=True)
    array([[2., 2., 2., 0.]])
    """

    only_trains = True

    def __init__(self, rate: float, *, rng: np.random.Generator) -> None:
        super().__init__()
        self.rate = checks.as_number("rate", rate, 0, 1)
        self.rng = checks.as_generator(rng)
        self.settings = {"rate": self.rate}

    def forward(self, x: Array, *, training: bool = False) -> Array:
        """Drop from inputs of any shape if `training`; otherwise return them as they are."""
        x = checks.as_array("x", x)
        scale = np.ones_like(x)
        if training:
            kept = self.rng.random(x.shape, dtype=np.float32) >= self.rate
            scale = kept.astype(x.dtype) / (1 - self.rate)
        return self._keep(scale, x * scale)

    def backward(self, grad: Array) -> Array:
        """Scale the gradient as `forward` scaled the inputs."""
        scale: Array = self._recall(grad)
        # y = x * scale, so dL/dx = grad * scale, of x's shape.
        return grad * scale

    @classmethod
    def rebuild(cls, state: Mapping[str, NDArray[Any]]) -> Self:
        """Make a layer anew from its rate; it draws from a new generator, of seed 0."""
        checks.as_kind("a layer's state by name", state, Mapping)
        rate = checks.as_shaped("rate", state.get("rate"), ())
        return cls(rate.item(), rng=np.random.default_rng(0))


KINDS: dict[str, type[Layer]] = {k.__name__: k for k in (Flatten, Dense, ReLU, Sigmoid, Dropout)}
