"""Measure how good a classifier is, how sure that measurement is, and where it goes wrong.

N is the number of examples and C that of classes, 10 for digits. Classes that are not integers
raise TypeError; all else that is not as described raises ValueError.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
Probabilities = NDArray[np.floating]


class Report(NamedTuple):
    """What `evaluate` found.

    Attributes
    ----------
    accuracy : float
        Part of the predictions that is right, 0 to 1.
    interval : tuple of float
        95 % Wilson interval of the accuracy: (lower, upper), 0 to 1.
    confusion : ndarray of int64, shape (C, C)
        Counts: the row is the true class, the column the predicted one.
    precision, recall, f1 : ndarray of float64, shape (C,)
        For each class, 0 to 1. 0 where undefined: the precision of a class never predicted, the
        recall of a class without examples.
    support : ndarray of int64, shape (C,)
        Number of examples of each class.
    log_loss : float
        Mean cross-entropy of the probabilities, in nats.
    calibration_error : float
        Expected calibration error: the mean gap between confidence and accuracy over the 15 bins
        of `reliability`, each weighted by its count (Guo et al. 2017, equation 3). 0 to 1.
    """

    accuracy: float
    interval: tuple[float, float]
    confusion: NDArray[np.int64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.int64]
    log_loss: float
    calibration_error: float


class Comparison(NamedTuple):
    """Where two classifiers differ on the same examples.

    Attributes
    ----------
    only_a_right, only_b_right : int
        Number of examples that one classifies rightly and the other wrongly.
    p_value : float
        How often two equally good classifiers would differ at least this much, 0 to 1.
    """

    only_a_right: int
    only_b_right: int
    p_value: float


def evaluate(labels: Labels, probabilities: Probabilities) -> Report:
    """Measure a classifier on labelled examples.

    The prediction is the class with the highest probability, the first one if several tie.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
        True classes, 0 to C - 1. A class may have no examples.
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.

    Returns
    -------
    Report
    """
    from sklearn import metrics

    labels, probabilities = _check(labels, probabilities)
    predictions = probabilities.argmax(axis=1)
    classes = np.arange(probabilities.shape[1])
    correct = int(np.count_nonzero(predictions == labels))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=classes, zero_division=0
    )
    # scikit-learn wants sums of 1 to float64's precision; a float32 softmax is less exact.
    normalized = probabilities / probabilities.sum(axis=1, keepdims=True)
    bin_confidence, bin_accuracy, bin_count = reliability(labels, probabilities)
    return Report(
        accuracy=correct / len(labels),
        interval=wilson_interval(correct, len(labels)),
        confusion=metrics.confusion_matrix(labels, predictions, labels=classes),
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        log_loss=float(metrics.log_loss(labels, normalized, labels=classes)),
        calibration_error=float(np.average(abs(bin_confidence - bin_accuracy), weights=bin_count)),
    )


def wilson_interval(correct: int, total: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Bound the true accuracy of a classifier that was right `correct` times out of `total`.

    The score interval of Wilson (1927), "Probable inference, the law of succession, and
    statistical inference". Unlike accuracy ± 2 standard errors it stays within 0 to 1 and keeps
    its width at 0 and 100 %.

    Parameters
    ----------
    correct, total : int
        0 <= correct <= total, total >= 1.
    confidence : float
        How often such an interval covers the true accuracy, between 0 and 1.

    Returns
    -------
    (lower, upper) : tuple of float
    """
    from scipy.stats import binomtest

    if not 0 <= correct <= total or total < 1:
        raise ValueError(
            f"Expected 0 <= correct <= total and total >= 1. Received: {correct} and {total}"
        )
    if not 0 < confidence < 1:
        raise ValueError(f"Expected confidence between 0 and 1. Received: {confidence}")
    interval = binomtest(correct, total).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)


def compare(labels: Labels, predictions_a: Labels, predictions_b: Labels) -> Comparison:
    """Ask whether one classifier is better than another on the same examples.

    The exact test of McNemar (1947), "Note on the sampling error of the difference between
    correlated proportions or percentages": only the examples that exactly one of the two gets
    right count, and between equals each of these is the toss of a coin.

    Parameters
    ----------
    labels, predictions_a, predictions_b : integer ndarray of shape (N,)
        True classes, and what the two classifiers say.

    Returns
    -------
    Comparison
    """
    from scipy.stats import binomtest

    labels, a, b = (_check_labels(classes) for classes in (labels, predictions_a, predictions_b))
    if not len(labels) == len(a) == len(b):
        raise ValueError(
            f"Expected as many predictions as labels. "
            f"Received: {len(labels)} labels, {len(a)} and {len(b)} predictions"
        )
    only_a = int(np.count_nonzero((a == labels) & (b != labels)))
    only_b = int(np.count_nonzero((a != labels) & (b == labels)))
    differ = only_a + only_b
    p_value = float(binomtest(only_a, differ, 0.5).pvalue) if differ else 1.0
    return Comparison(only_a, only_b, p_value)


def reliability(
    labels: Labels, probabilities: Probabilities, *, bins: int = 15
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Compare how sure a classifier is with how often it is right.

    The predictions are sorted by confidence, the probability of the predicted class, into bins of
    equal width, open below and closed above (Guo, Pleiss, Sun and Weinberger 2017, "On
    calibration of modern neural networks", section 2).

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
    probabilities : float ndarray of shape (N, C)
        As in `evaluate`.
    bins : int
        Number of bins between 0 and 1, at least 1.

    Returns
    -------
    confidence, accuracy : ndarray of float64, shape (bins,)
        Means in each bin, 0 to 1. In an empty bin both are the bin's centre: no gap.
    count : ndarray of int64, shape (bins,)
        Number of predictions in each bin. Draw only bins with count > 0.
    """
    labels, probabilities = _check(labels, probabilities)
    if bins < 1:
        raise ValueError(f"Expected at least 1 bin. Received: {bins}")
    edges = np.linspace(0, 1, bins + 1)
    highest = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    which = np.digitize(highest, edges[1:-1], right=True)
    count = np.bincount(which, minlength=bins)
    filled = count > 0
    confidence = (edges[:-1] + edges[1:]) / 2
    accuracy = confidence.copy()
    confidence[filled] = np.bincount(which, highest, bins)[filled] / count[filled]
    accuracy[filled] = np.bincount(which, right, bins)[filled] / count[filled]
    return confidence, accuracy, count


def most_confused(confusion: NDArray[np.integer], *, top: int = 5) -> list[tuple[int, int, int]]:
    """List the commonest mistakes.

    Parameters
    ----------
    confusion : integer ndarray of shape (C, C)
        Counts: the row is the true class, the column the predicted one.
    top : int
        Length of the list, at least 0. It is shorter if there are fewer kinds of mistakes.

    Returns
    -------
    list of (true, predicted, count)
        The largest count first; among equals the smaller classes first.
    """
    counts = np.array(confusion, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"Expected a confusion of shape (C, C). Received: {counts.shape}")
    if top < 0:
        raise ValueError(f"Expected top >= 0. Received: {top}")
    np.fill_diagonal(counts, 0)
    order = np.argsort(-counts, axis=None, kind="stable")[:top]
    pairs = zip(*np.unravel_index(order, counts.shape), strict=True)
    return [(int(t), int(p), int(counts[t, p])) for t, p in pairs if counts[t, p] > 0]


def mistakes(labels: Labels, probabilities: Probabilities) -> NDArray[np.int64]:
    """Find the wrong predictions, the most confident first.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
    probabilities : float ndarray of shape (N, C)
        As in `evaluate`.

    Returns
    -------
    ndarray of int64, shape (number of mistakes,)
        Indices into `labels`. Equally confident mistakes keep their order.
    """
    labels, probabilities = _check(labels, probabilities)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    return wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]


def percent(probability: float) -> str:
    """Write a probability in percent, rounded down: no softmax is ever 100 % sure.

    Parameters
    ----------
    probability : float
        From 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.99996)
    '99.9%'
    """
    return f"{math.floor(1000 * float(probability)) / 10:.1f}%"


def _check(labels: Labels, probabilities: Probabilities) -> tuple[Labels, NDArray[np.float64]]:
    """Return both as arrays, or say what is wrong with them."""
    labels = _check_labels(labels)
    rows = np.asarray(probabilities, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] < 2 or len(rows) != len(labels):
        raise ValueError(
            f"Expected labels of shape (N,) and probabilities of shape (N, C), C >= 2. "
            f"Received: {labels.shape} and {rows.shape}"
        )
    last = rows.shape[1] - 1
    if labels.min() < 0 or labels.max() > last:
        raise ValueError(
            f"Expected labels from 0 to {last}. Received: {labels.min()} to {labels.max()}"
        )
    # In this form NaN fails too. 1e-3 allows for the rounding of float16.
    valid = (rows >= 0).all(axis=1) & (abs(rows.sum(axis=1) - 1) <= 1e-3)
    if not valid.all():
        bad = int(np.argmin(valid))
        raise ValueError(
            f"Expected each row of probabilities to be >= 0 and sum to 1. "
            f"Received: row {bad}, {rows[bad]}"
        )
    return labels, rows


def _check_labels(labels: Labels) -> Labels:
    """Return the classes as an array, or say what is wrong with them."""
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(f"Expected integer classes. Received: {labels.dtype}")
    if labels.ndim != 1 or len(labels) == 0:
        raise ValueError(f"Expected classes of shape (N,), N >= 1. Received: {labels.shape}")
    return labels
