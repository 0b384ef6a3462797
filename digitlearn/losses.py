"""Softmax, and the cross-entropy loss with its gradient.

B is the batch size, C the number of classes. Formulas: Bishop, "Pattern Recognition and Machine
Learning" (2006), section 4.3.4. Arguments that do not fit raise ValueError, those of a wrong type
TypeError.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.checks import as_array, as_labels, expect

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.integer[Any]]


def softmax(logits: Array) -> Array:
    """Turn each row of logits into probabilities: `exp(logits) / sum(exp(logits))`.

    Parameters
    ----------
    logits : float ndarray of shape (B, C)
        Any numbers; the greater, the more probable.

    Returns
    -------
    float ndarray of shape (B, C), dtype of `logits`
        From 0 to 1; each row adds up to 1.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0, 1000.0]]))
    array([[0., 0., 1.]])
    """
    exponentials: Array = np.exp(_shift(logits))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


def cross_entropy(logits: Array, labels: Labels) -> float:
    """Average, over a batch, minus the logarithm of the true class' probability.

    Parameters
    ----------
    logits : float ndarray of shape (B, C)
    labels : integer ndarray of shape (B,)
        True classes, 0 to C - 1.

    Returns
    -------
    float
        0 if certain and right; ln C if every class is held equally likely; no upper bound.

    Examples
    --------
    >>> round(cross_entropy(np.zeros((1, 10)), np.array([7])), 3)
    2.303
    """
    shifted = _shift(logits)
    labels = _check(labels, shifted)
    # -log(softmax) written out: it stays finite where a probability rounds to zero.
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return float(losses.mean())


def cross_entropy_gradient(logits: Array, labels: Labels) -> Array:
    """Gradient of `cross_entropy` for the logits: `(softmax(logits) - one_hot(labels)) / B`.

    Parameters
    ----------
    logits : float ndarray of shape (B, C)
    labels : integer ndarray of shape (B,)
        True classes, 0 to C - 1.

    Returns
    -------
    float ndarray of shape (B, C), dtype of `logits`

    Examples
    --------
    >>> cross_entropy_gradient(np.zeros((1, 2)), np.array([1]))
    array([[ 0.5, -0.5]])
    """
    gradient = softmax(logits)
    labels = _check(labels, gradient)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


def _shift(logits: Array) -> Array:
    """Subtract each row's maximum: probabilities stay the same, and nothing overflows."""
    logits = as_array("logits", logits)
    expect(logits.ndim == 2 and logits.size, "logits of shape (B, C), B >= 1", logits)
    if logits.dtype.kind != "f":  # uint8 has no room for what is below the maximum
        logits = logits.astype(np.float64)
    maxima: Array = logits.max(axis=1, keepdims=True)
    return logits - maxima


def _check(labels: Labels, logits: Array) -> Labels:
    """Return labels that fit logits of shape (B, C)."""
    return as_labels("labels", labels, count=len(logits), classes=logits.shape[1])
