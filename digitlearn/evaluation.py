"""Measure how good a classifier is, how sure that measurement is, and where it goes wrong.

N is the number of examples and C that of classes, 10 for digits. Arguments of another type than
described raise TypeError, those of another shape or out of range ValueError.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitlearn.checks import as_array, as_confusion, as_count, as_labels, as_number, expect


class Report(NamedTuple):
    """What `evaluate` found, for examples of C classes.

    Attributes
    ----------
    accuracy : float
        Part of the predictions that is right, 0 to 1.
    interval : tuple of float
        Bounds of the true accuracy, as of `wilson_interval`.
    confusion : ndarray of int64, shape (C, C)
        Counts: the row is the true class, the column the predicted one.
    precision, recall, f1 : ndarray of float64, shape (C,)
        For each class, 0 to 1; 0 where a class was never predicted, or has no examples.
    support : ndarray of int64, shape (C,)
        Number of examples of each class.
    log_loss : float
        Mean cross-entropy of the probabilities.
    calibration_error : float
        Expected calibration error: the mean gap between confidence and accuracy, 0 to 1, over the
        bins of `reliability`, weighted by their counts (Guo et al., equation 3).

    Examples
    --------
    >>> evaluate([0, 1], [[0.9, 0.1], [0.2, 0.8]]).accuracy
    1.0
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

    Examples
    --------
    >>> compare([0, 1, 2], [0, 1, 2], [0, 2, 1]).p_value
    0.5
    """

    only_a_right: int
    only_b_right: int
    p_value: float


def evaluate(labels: ArrayLike, probabilities: ArrayLike) -> Report:
    """Measure a classifier whose prediction is the class of the highest probability.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
        True classes, 0 to C - 1; one may have no examples.
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.

    Returns
    -------
    Report

    Examples
    --------
    >>> evaluate([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]).confusion.tolist()
    [[1, 0], [1, 1]]
    """
    from sklearn import metrics

    true, rows = _check(labels, probabilities)
    found = rows.argmax(axis=1)
    classes = np.arange(rows.shape[1])
    correct = int(np.count_nonzero(found == true))
    scores = metrics.precision_recall_fscore_support(true, found, labels=classes, zero_division=0)
    precision, recall, f1, support = scores
    # scikit-learn wants sums of 1 to float64's precision; a float32 softmax is less exact.
    normalized = rows / rows.sum(axis=1, keepdims=True)
    bin_confidence, bin_accuracy, bin_count = reliability(true, rows)
    return Report(
        accuracy=correct / len(true),
        interval=wilson_interval(correct, len(true)),
        confusion=metrics.confusion_matrix(true, found, labels=classes),
        precision=precision,
        recall=recall,
        f1=f1,
        support=support,
        log_loss=float(metrics.log_loss(true, normalized, labels=classes)),
        calibration_error=float(np.average(abs(bin_confidence - bin_accuracy), weights=bin_count)),
    )


def wilson_interval(correct: int, total: int) -> tuple[float, float]:
    """Bound the true accuracy of a classifier that was right `correct` times out of `total`.

    The score interval of Wilson (1927, JASA 22), which stays within 0 to 1.

    Parameters
    ----------
    correct, total : int
        0 <= correct <= total, total >= 1.

    Returns
    -------
    (lower, upper) : tuple of float
        In 95% of cases the true accuracy is between them.

    Examples
    --------
    >>> np.round(wilson_interval(9800, 10_000), 4)
    array([0.9771, 0.9826])
    """
    from scipy.stats import binomtest

    total = as_count("total", total, most=2**53)
    correct = as_count("correct", correct, least=0, most=total)
    interval = binomtest(correct, total).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def compare(labels: ArrayLike, predictions_a: ArrayLike, predictions_b: ArrayLike) -> Comparison:
    """Ask whether one classifier is better than another on the same examples.

    The exact test of McNemar (1947, Psychometrika 12): only the examples that exactly one of the
    two gets right count, and between equals each of these is the toss of a coin.

    Parameters
    ----------
    labels, predictions_a, predictions_b : integer ndarray of shape (N,)
        True classes, and what the two classifiers say: digits, or classes among those of `labels`.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> compare([0, 1, 2, 3], [0, 1, 2, 0], [0, 2, 0, 3])
    Comparison(only_a_right=2, only_b_right=1, p_value=1.0)
    """
    from scipy.stats import binomtest

    true = as_labels("labels", labels)
    classes = max(10, int(true.max()) + 1)
    a = as_labels("predictions_a", predictions_a, count=len(true), classes=classes)
    b = as_labels("predictions_b", predictions_b, count=len(true), classes=classes)
    only_a = int(np.count_nonzero((a == true) & (b != true)))
    only_b = int(np.count_nonzero((a != true) & (b == true)))
    differ = only_a + only_b
    p_value = float(binomtest(only_a, differ, 0.5).pvalue) if differ else 1.0
    return Comparison(only_a, only_b, p_value)


def reliability(
    labels: ArrayLike, probabilities: ArrayLike, *, bins: int = 15
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Compare how sure a classifier is with how often it is right.

    The predictions are sorted by confidence, the probability of the predicted class, into bins of
    equal width, open below and closed above (Guo et al., ICML 2017, section 2).

    Parameters
    ----------
    labels, probabilities
        As in `evaluate`.
    bins : int
        Number of bins between 0 and 1, 1 to 10,000.

    Returns
    -------
    confidence, accuracy : ndarray of float64, shape (bins,)
        Means in each bin, 0 to 1. In an empty bin both are the bin's centre: no gap.
    count : ndarray of int64, shape (bins,)
        Number of predictions in each bin.

    Examples
    --------
    >>> confidence, accuracy, count = reliability([1, 1], [[0.6, 0.4], [0.1, 0.9]], bins=2)
    >>> confidence, accuracy, count
    (array([0.25, 0.75]), array([0.25, 0.5 ]), array([0, 2]))
    """
    true, rows = _check(labels, probabilities)
    bins = as_count("bins", bins, most=10_000)
    edges = np.linspace(0, 1, bins + 1)
    highest = rows.max(axis=1)
    right = rows.argmax(axis=1) == true
    which = np.digitize(highest, edges[1:-1], right=True)
    count = np.bincount(which, minlength=bins)
    filled = count > 0
    confidence = (edges[:-1] + edges[1:]) / 2
    accuracy = confidence.copy()
    confidence[filled] = np.bincount(which, highest, bins)[filled] / count[filled]
    accuracy[filled] = np.bincount(which, right, bins)[filled] / count[filled]
    return confidence, accuracy, count


def most_confused(confusion: ArrayLike, *, top: int = 5) -> list[tuple[int, int, int]]:
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

    Examples
    --------
    >>> most_confused([[9, 0, 1], [4, 6, 0], [0, 0, 7]])
    [(1, 0, 4), (0, 2, 1)]
    """
    counts = as_confusion(confusion)
    pairs = [(t, p, int(counts[t, p])) for t, p in np.argwhere(counts).tolist() if t != p]
    pairs.sort(key=lambda pair: -pair[2])
    return pairs[: as_count("top", top, least=0)]


def mistakes(labels: ArrayLike, probabilities: ArrayLike) -> NDArray[np.int64]:
    """Find the wrong predictions, the most confident first.

    Parameters
    ----------
    labels, probabilities
        As in `evaluate`.

    Returns
    -------
    ndarray of int64, shape (number of mistakes,)
        Indices into `labels`. Equally confident mistakes keep their order.

    Examples
    --------
    >>> mistakes([1, 1, 0], [[0.6, 0.4], [0.2, 0.8], [0.1, 0.9]])
    array([2, 0])
    """
    true, rows = _check(labels, probabilities)
    wrong = np.flatnonzero(rows.argmax(axis=1) != true)
    return wrong[np.argsort(-rows[wrong].max(axis=1), kind="stable")]


def percent(probability: float) -> str:
    """Write a probability, 0 to 1, in percent, rounded down: only 1 itself is 100.0%.

    Examples
    --------
    >>> percent(0.99996)
    '99.9%'
    """
    share = as_number("probability", probability, 0, 1 + 1e-3)  # float32 sums exceed 1 a little
    return f"{math.floor(1000 * share) / 10:.1f}%"


def _check(
    labels: ArrayLike, probabilities: ArrayLike
) -> tuple[NDArray[np.integer[Any]], NDArray[np.float64]]:
    """Return both as arrays, or say what is wrong with them."""
    known, rows = as_labels("labels", labels), as_array("probabilities", probabilities)
    expect(rows.ndim == 2 and rows.shape[1] >= 2, "probabilities, as of predict_proba", rows)
    known = as_labels("labels", known, count=len(rows), classes=rows.shape[1])
    rows = rows.astype(np.float64)
    # In this form NaN fails too. 1e-3 allows for the rounding of float16.
    valid = (rows >= 0).all(axis=1) & (abs(rows.sum(axis=1) - 1) <= 1e-3)
    bad = int(np.argmin(valid))
    expected = "each row of probabilities to be >= 0 and sum to 1"
    cure = "write softmax(logits) if these are logits"
    expect(valid.all(), f"{expected}: {cure}", f"row {bad}, {rows[bad, :10].round(4)}")
    return known, rows
