"""Softmax, and the cross-entropy loss with its gradient.

B is the batch size, C the number of classes. Formulas: Bishop, "Pattern Recognition and Machine
Learning" (2006), section 4.3.4. Arguments that do not fit raise ValueError, labels that are not
integers TypeError.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    """
    _check_labels(logits, labels)
    shifted = _shift(logits)
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
    """
    _check_labels(logits, labels)
    gradient = softmax(logits)
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / len(labels)


def _shift(logits: Array) -> Array:
    """Subtract each row's maximum: probabilities stay the same, and nothing overflows."""
    if logits.ndim != 2:
        raise ValueError(f"Expected logits of shape (B, C). Received: {logits.shape}")
    maxima: Array = logits.max(axis=1, keepdims=True)
    return logits - maxima


def _check_labels(logits: Array, labels: Labels) -> None:
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(f"Expected labels of an integer dtype. Received: {labels.dtype}")
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or len(labels) == 0:
        raise ValueError(
            "Expected logits of shape (B, C) and labels of shape (B,), B at least 1. "
            f"Received: {logits.shape} and {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= logits.shape[1]:
        raise ValueError(
            f"Expected labels from 0 to {logits.shape[1] - 1}. "
            f"Received: {labels.min()} to {labels.max()}"
        )
