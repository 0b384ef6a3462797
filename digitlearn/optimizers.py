"""Optimizers: how gradients change parameters, in the form that Keras gives them.

Arguments of another type than described raise TypeError, those out of range ValueError.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.checks import as_number, describe, expect

Array = NDArray[np.floating[Any]]
# What is remembered about each parameter; keys are its layer's index and its name there.
Memory = dict[tuple[int, str], Array]


class SGD:
    """Stochastic gradient descent with momentum.

    `velocity = momentum * velocity - learning_rate * gradient; parameter += velocity` (Sutskever
    et al., "On the importance of initialization and momentum in deep learning", ICML 2013).

    Parameters
    ----------
    learning_rate : float
        Above 0.
    momentum : float
        Share of the last step that is kept, at least 0 and below 1.

    Examples
    --------
    >>> from digitlearn.layers import Dense
    >>> dense = Dense(2, 1, rng=np.random.default_rng(0))
    >>> dense.grads = {"kernel": np.ones((2, 1)), "bias": np.ones(1)}
    >>> SGD(learning_rate=0.5).step([dense])
    >>> dense.params["bias"]
    array([-0.5], dtype=float32)
    """

    def __init__(self, learning_rate: float, momentum: float = 0.0) -> None:
        self.learning_rate = as_number("learning_rate", learning_rate, 0, open_low=True)
        self.momentum = as_number("momentum", momentum, 0, 1)
        self.velocity: Memory = {}

    def step(self, layers: Sequence[Any]) -> None:
        """Update every layer's `params` from its `grads`, in place; the same layers each time."""
        for place, (param, grad) in _with_gradients(layers).items():
            if self.momentum == 0:
                param -= self.learning_rate * grad
            else:
                velocity = _recall(self.velocity, place, param)
                velocity *= self.momentum
                velocity -= self.learning_rate * grad
                param += velocity


class Adam:
    """Adam: each parameter's step follows running means of its gradient and of its square.

    The efficient form at the end of section 2 of Kingma & Ba, "Adam: a method for stochastic
    optimization" (ICLR 2015): `epsilon` is added to the root before the bias is corrected.

    Weight decay is decoupled from the gradient (Loshchilov & Hutter, "Decoupled weight decay
    regularization", ICLR 2019) and shrinks kernels only: each step takes the part `learning_rate *
    weight_decay` of every weight away.

    Parameters
    ----------
    learning_rate : float
        Above 0; about the size of one step.
    beta_1 : float
        How much the running mean of the gradient remembers, at least 0 and below 1.
    beta_2 : float
        How much the running mean of the squared gradient remembers, at least 0 and below 1.
    epsilon : float
        Above 0; keeps the division finite where gradients are zero.
    weight_decay : float
        At least 0; `learning_rate * weight_decay` is below 1.

    Examples
    --------
    The first step is about as long as the learning rate, however great the gradient is.

    >>> from digitlearn.layers import Dense
    >>> dense = Dense(2, 1, rng=np.random.default_rng(0))
    >>> dense.grads = {"kernel": np.ones((2, 1)), "bias": np.full(1, 1000.0)}
    >>> Adam(learning_rate=0.5).step([dense])
    >>> dense.params["bias"].round(3)
    array([-0.5], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        *,
        weight_decay: float = 0.0,
    ) -> None:
        self.learning_rate = as_number("learning_rate", learning_rate, 0, open_low=True)
        self.weight_decay = as_number("weight_decay", weight_decay, 0)
        part = self.learning_rate * self.weight_decay
        expected = "a weight_decay that takes less than all of a weight at each step"
        expect(part < 1, expected, f"{weight_decay} at a learning_rate of {learning_rate}")
        self.beta_1 = as_number("beta_1", beta_1, 0, 1)
        self.beta_2 = as_number("beta_2", beta_2, 0, 1)
        self.epsilon = as_number("epsilon", epsilon, 0, open_low=True)
        self.iterations = 0
        self.first_moment: Memory = {}
        self.second_moment: Memory = {}
        self._scratch: Memory = {}

    def step(self, layers: Sequence[Any]) -> None:
        """Update every layer's `params` from its `grads`, in place; the same layers each time."""
        found = _with_gradients(layers)
        self.iterations += 1
        # The means start at zero, so at first they are too small by these factors. Keras takes
        # them from betas rounded to float32; to be its equal, so do we.
        bias_1 = 1 - float(np.float32(self.beta_1)) ** self.iterations
        bias_2 = 1 - float(np.float32(self.beta_2)) ** self.iterations
        rate = self.learning_rate * math.sqrt(bias_2) / bias_1
        for place, (param, grad) in found.items():
            if self.weight_decay and place[1] == "kernel":
                param *= 1 - self.learning_rate * self.weight_decay
            m = _recall(self.first_moment, place, param)
            v = _recall(self.second_moment, place, param)
            step = _recall(self._scratch, place, param)
            # m = beta_1 * m + (1 - beta_1) * grad, and v likewise with grad**2: written so that no
            # array is made anew, which would take as long as the arithmetic.
            m *= self.beta_1
            m += np.multiply(grad, 1 - self.beta_1, out=step)
            v *= self.beta_2
            np.square(grad, out=step)
            step *= 1 - self.beta_2
            v += step
            # param -= rate * m / (sqrt(v) + epsilon)
            np.sqrt(v, out=step)
            step += self.epsilon
            np.divide(m, step, out=step)
            step *= rate
            param -= step


class RunningMean:
    """The running mean of a network's weights, which varies less than the latest of them.

    After step t each mean keeps the part `keep` of itself, or (1 + t) / (10 + t) while that is
    less, and takes the rest from the weights: the form of TensorFlow's ExponentialMovingAverage.
    `training.fit` feeds it and validates with it; `swap` it in at the end.

    Parameters
    ----------
    keep : float
        At least 0 and below 1.

    Examples
    --------
    >>> from digitlearn.layers import Dense
    >>> dense, mean = Dense(2, 1, rng=np.random.default_rng(0)), RunningMean(0.999)
    >>> mean.start([dense])
    >>> dense.params["bias"] += 11
    >>> mean.update([dense])
    >>> mean.swap([dense])
    >>> dense.params["bias"]
    array([9.], dtype=float32)
    """

    def __init__(self, keep: float = 0.999) -> None:
        self.keep = as_number("keep", keep, 0, 1)
        self.steps = 0
        self.means: Memory = {}
        self._layers: list[Any] = []

    def start(self, layers: Sequence[Any]) -> None:
        """Begin with the weights of layers as they are, unless it began before, with the same."""
        params = _parameters(layers)
        self._layers = self._layers or list(layers)
        same = [*map(id, self._layers)] == [*map(id, layers)]
        expect(same, "the layers that the mean began with: make a RunningMean anew", "others")
        self.means = self.means or {place: param.copy() for place, param in params.items()}

    def update(self, layers: Sequence[Any]) -> None:
        """Let the means follow the weights; after each step, with the same layers."""
        self.start(layers)
        self.steps += 1
        keep = min(self.keep, (1 + self.steps) / (10 + self.steps))
        for place, param in _parameters(layers).items():
            self.means[place] += (1 - keep) * (param - self.means[place])

    def swap(self, layers: Sequence[Any]) -> None:
        """Exchange the weights of layers and their means; a second time, back again."""
        self.start(layers)
        for place, param in _parameters(layers).items():
            weights = param.copy()
            param[...] = self.means[place]
            self.means[place] = weights


def cosine(progress: float) -> float:
    """Lower the learning rate along half a cosine, from all of it to none.

    Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts" (ICLR 2017),
    equation 5, without restarts.

    Parameters
    ----------
    progress : float
        Part of the training that is done, 0 to 1.

    Returns
    -------
    float
        What to multiply the learning rate by, 1 to 0.

    Examples
    --------
    >>> [round(cosine(progress), 2) for progress in (0, 0.25, 0.5, 1)]
    [1.0, 0.85, 0.5, 0.0]
    """
    progress = as_number("progress", progress, 0)
    expect(progress <= 1, "progress from 0 to 1", f"{progress}")
    return (1 + math.cos(math.pi * progress)) / 2


def _parameters(layers: Sequence[Any]) -> dict[tuple[int, str], Array]:
    """Return every parameter by its place: its layer's index and its name there."""
    fits = isinstance(layers, list | tuple) and all(hasattr(layer, "params") for layer in layers)
    expect(fits, "layers of digitlearn.layers, such as network.layers", describe(layers), TypeError)
    return {(i, name): p for i, layer in enumerate(layers) for name, p in layer.params.items()}


def _with_gradients(layers: Sequence[Any]) -> dict[tuple[int, str], tuple[Array, Array]]:
    """Return every parameter and its gradient by their place."""
    found = {}
    for place, param in _parameters(layers).items():
        grads = layers[place[0]].grads
        expect(place[1] in grads, "backward before step", "step alone")
        found[place] = param, grads[place[1]]
    return found


def _recall(memory: Memory, place: tuple[int, str], param: Array) -> Array:
    """Return what is remembered about a parameter: zeros before its first step."""
    if place not in memory:
        memory[place] = np.zeros_like(param)
    remembered = memory[place]
    if remembered.shape != param.shape:
        expected = f"the layers of the first step, {place} of shape {remembered.shape}"
        raise ValueError(f"Expected {expected}. Received: {param.shape}")
    return remembered
