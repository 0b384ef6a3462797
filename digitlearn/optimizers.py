"""Optimizers: how gradients change parameters, in the form that Keras gives them.

Weight decay is decoupled from the gradient (Loshchilov & Hutter, "Decoupled weight decay
regularization", ICLR 2019) and shrinks kernels only: each step takes the part `learning_rate *
weight_decay` of every weight away.

Arguments out of range raise ValueError.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    weight_decay : float
        At least 0; `learning_rate * weight_decay` is below 1.
    """

    def __init__(
        self, learning_rate: float, momentum: float = 0.0, *, weight_decay: float = 0.0
    ) -> None:
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.momentum = _share("momentum", momentum)
        self.weight_decay = _decay(weight_decay, learning_rate)
        self.velocity: Memory = {}

    def step(self, layers: Iterable[Any]) -> None:
        """Update every layer's `params` from its `grads`, in place; the same layers each time."""
        for place, param, grad in _parameters(layers):
            _shrink(param, place, self.learning_rate * self.weight_decay)
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

    Parameters
    ----------
    learning_rate : float
        Above 0; about the size of one step.
    beta_1, beta_2 : float
        How much the two running means remember, at least 0 and below 1.
    epsilon : float
        Above 0; keeps the division finite where gradients are zero.
    weight_decay : float
        At least 0; `learning_rate * weight_decay` is below 1.
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
        self.learning_rate = _positive("learning_rate", learning_rate)
        self.beta_1 = _share("beta_1", beta_1)
        self.beta_2 = _share("beta_2", beta_2)
        self.epsilon = _positive("epsilon", epsilon)
        self.weight_decay = _decay(weight_decay, learning_rate)
        self.iterations = 0
        self.first_moment: Memory = {}
        self.second_moment: Memory = {}
        self._scratch: Memory = {}

    def step(self, layers: Iterable[Any]) -> None:
        """Update every layer's `params` from its `grads`, in place; the same layers each time."""
        self.iterations += 1
        # The means start at zero, so at first they are too small by these factors. Keras takes
        # them from betas rounded to float32; to be its equal, so do we.
        bias_1 = 1 - float(np.float32(self.beta_1)) ** self.iterations
        bias_2 = 1 - float(np.float32(self.beta_2)) ** self.iterations
        rate = self.learning_rate * math.sqrt(bias_2) / bias_1
        for place, param, grad in _parameters(layers):
            _shrink(param, place, self.learning_rate * self.weight_decay)
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
    """
    return (1 + math.cos(math.pi * progress)) / 2


def _parameters(layers: Iterable[Any]) -> Iterator[tuple[tuple[int, str], Array, Array]]:
    for index, layer in enumerate(layers):
        for name, param in layer.params.items():
            yield (index, name), param, layer.grads[name]


def _recall(memory: Memory, place: tuple[int, str], param: Array) -> Array:
    """Return what is remembered about a parameter: zeros before its first step."""
    if place not in memory:
        memory[place] = np.zeros_like(param)
    if memory[place].shape != param.shape:
        raise ValueError(
            f"Expected the layers of the first step, {place} of shape {memory[place].shape}. "
            f"Received: {param.shape}"
        )
    return memory[place]


def _shrink(param: Array, place: tuple[int, str], part: float) -> None:
    """Take a part of every weight away; biases stay."""
    if part and place[1] == "kernel":
        param *= 1 - part


def _positive(name: str, value: float) -> float:
    if not 0 < value < math.inf:
        raise ValueError(f"Expected a finite {name} above 0. Received: {value}")
    return float(value)


def _share(name: str, value: float) -> float:
    if not 0 <= value < 1:
        raise ValueError(f"Expected {name} of at least 0 and below 1. Received: {value}")
    return float(value)


def _decay(weight_decay: float, learning_rate: float) -> float:
    if not (weight_decay >= 0 and weight_decay * learning_rate < 1):
        raise ValueError(
            "Expected a weight_decay of at least 0 that takes less than all of a weight. "
            f"Received: {weight_decay} at a learning_rate of {learning_rate}"
        )
    return float(weight_decay)
