"""Metrics against hand-computed values, published examples and properties."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import metrics

from digitlearn.evaluation import (
    compare,
    evaluate,
    mistakes,
    most_confused,
    percent,
    reliability,
    wilson_interval,
)

# Four examples of three classes; only the third is wrong, and no one says 1.
LABELS = np.array([0, 2, 1, 0])
PROBABILITIES = np.array([[0.5, 0.25, 0.25], [0.0, 0.25, 0.75], [0.0, 0.1, 0.9], [0.6, 0.4, 0.0]])


@st.composite
def classified(draw):
    """Labels of shape (N,) and probabilities of shape (N, C) that may have nothing in common."""
    count, classes = draw(st.integers(1, 40)), draw(st.integers(2, 10))
    labels = draw(hnp.arrays(np.int64, count, elements=st.integers(0, classes - 1)))
    weights = draw(hnp.arrays(np.float64, (count, classes), elements=st.floats(0.01, 1)))
    return labels, weights / weights.sum(axis=1, keepdims=True)


def calibrated(count, rng):
    """Labels drawn from the probabilities themselves: perfectly calibrated."""
    probabilities = rng.dirichlet(np.full(10, 0.3), size=count)
    drawn = rng.random((count, 1)) < probabilities.cumsum(axis=1)
    return drawn.argmax(axis=1), probabilities


def test_evaluate_agrees_with_values_computed_by_hand():
    report = evaluate(LABELS, PROBABILITIES)
    assert report.accuracy == 0.75
    assert_array_equal(report.confusion, [[2, 0, 0], [0, 0, 1], [0, 0, 1]])
    assert report.confusion.dtype == np.int64
    assert_allclose(report.precision, [1, 0, 1 / 2])
    assert_allclose(report.recall, [1, 0, 1])
    assert_allclose(report.f1, [1, 0, 2 / 3])
    assert_array_equal(report.support, [2, 1, 1])
    assert_allclose(report.log_loss, -np.log([0.5, 0.75, 0.1, 0.6]).mean())
    # Confidences .5, .75, .9 and .6 fall into bins of their own (the 8th, 12th, 14th and 9th).
    assert_allclose(report.calibration_error, (0.5 + 0.25 + 0.9 + 0.4) / 4)
    assert report.interval == wilson_interval(3, 4)


def test_evaluate_agrees_with_scikit_learn():
    rng = np.random.default_rng(6)
    probabilities = rng.dirichlet(np.ones(10), size=500)
    labels = np.where(rng.random(500) < 0.7, probabilities.argmax(axis=1), rng.integers(10))
    predictions = probabilities.argmax(axis=1)
    report = evaluate(labels, probabilities)
    assert_allclose(report.accuracy, metrics.accuracy_score(labels, predictions))
    assert_allclose(report.f1.mean(), metrics.f1_score(labels, predictions, average="macro"))
    assert_allclose(report.recall.mean(), metrics.balanced_accuracy_score(labels, predictions))
    assert_allclose(report.log_loss, metrics.log_loss(labels, probabilities))


def test_evaluate_takes_a_float32_softmax_and_classes_without_examples():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(10), size=200).astype(np.float32)
    report = evaluate(np.full(200, 3, dtype=np.uint8), probabilities)
    assert_array_equal(report.support, 200 * (np.arange(10) == 3))
    assert_array_equal(report.recall[report.support == 0], 0)


@given(classified())
def test_report_is_consistent_with_itself(example):
    labels, probabilities = example
    report = evaluate(labels, probabilities)
    assert report.confusion.sum() == len(labels)
    assert_array_equal(report.confusion.sum(axis=1), report.support)
    assert_allclose(report.confusion.trace() / len(labels), report.accuracy)
    assert report.interval[0] <= report.accuracy <= report.interval[1]
    # Gaps of bins with different signs do not cancel out, those of the means do.
    gap = abs(probabilities.max(axis=1).mean() - report.accuracy)
    assert gap - 1e-12 <= report.calibration_error <= 1
    wrong = mistakes(labels, probabilities)
    assert len(wrong) == len(labels) - report.confusion.trace()
    assert sum(n for _, _, n in most_confused(report.confusion, top=90)) == len(wrong)


@given(classified(), st.integers(0, 2**32))
def test_report_does_not_depend_on_the_order_of_examples(example, seed):
    labels, probabilities = example
    order = np.random.default_rng(seed).permutation(len(labels))
    shuffled = evaluate(labels[order], probabilities[order])
    for value, expected in zip(shuffled, evaluate(labels, probabilities), strict=True):
        assert_allclose(value, expected, atol=1e-12)


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
@pytest.mark.parametrize(
    ("correct", "total", "expected"),
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_interval_agrees_with_newcombe(correct, total, expected):
    assert_allclose(wilson_interval(correct, total), expected, atol=5e-5)


def test_wilson_interval_of_98_percent_on_mnist_is_a_quarter_point_wide_on_each_side():
    low, high = wilson_interval(9800, 10000)
    assert_allclose((high - low) / 2, 0.00275, atol=5e-6)


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_wilson_interval_holds_the_accuracy_and_narrows_with_more_examples(total, part):
    correct = round(part * total)
    low, high = wilson_interval(correct, total)
    assert 0 <= low <= correct / total <= high <= 1
    more_low, more_high = wilson_interval(2 * correct, 2 * total)
    assert more_high - more_low < high - low
    mirrored = wilson_interval(total - correct, total)
    assert_allclose(mirrored, (1 - high, 1 - low), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((5, 4), "correct of at most 4. Received: 5"),
        ((-1, 4), "correct of at least 0. Received: -1"),
        ((0, 0), "total of at least 1. Received: 0"),
    ],
)
def test_wilson_interval_names_what_is_out_of_range(arguments, complaint):
    with pytest.raises(ValueError, match=f"{complaint}$"):
        wilson_interval(*arguments)


def test_compare_agrees_with_a_published_example():
    # Fagerland, Lydersen & Laake 2013, "The McNemar test for binary matched-pairs data", table 1:
    # 21 children, 8 of whom changed, 7 in one direction; exact conditional p = 0.070.
    labels = np.zeros(21, dtype=int)
    before = np.repeat([0, 0, 1, 1], [1, 1, 7, 12])
    after = np.repeat([0, 1, 0, 1], [1, 1, 7, 12])
    comparison = compare(labels, before, after)
    assert comparison[:2] == (1, 7)
    # Two tails of (1 + 8) of the 2**8 ways eight coins can fall.
    assert_allclose(comparison.p_value, 2 * 9 / 256)


def test_compare_does_not_count_examples_that_both_get_wrong():
    labels = np.array([0, 1, 2, 3])
    comparison = compare(labels, np.array([0, 2, 0, 3]), np.array([0, 1, 1, 3]))
    assert comparison == (0, 1, 1.0)


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_compare_is_antisymmetric_and_sees_no_difference_from_itself(count, seed):
    labels, a, b = np.random.default_rng(seed).integers(0, 3, size=(3, count))
    forth, back = compare(labels, a, b), compare(labels, b, a)
    assert (forth.only_a_right, forth.only_b_right) == (back.only_b_right, back.only_a_right)
    assert_allclose(forth.p_value, back.p_value)
    # Both tails of so many coins.
    smaller, differ = min(forth[:2]), sum(forth[:2])
    tail = sum(comb(differ, k) for k in range(smaller + 1)) / 2**differ
    assert_allclose(forth.p_value, min(1, 2 * tail))
    gap = np.count_nonzero(a == labels) - np.count_nonzero(b == labels)
    assert forth.only_a_right - forth.only_b_right == gap
    assert compare(labels, a, a) == (0, 0, 1.0)


def test_reliability_bins_are_closed_above_and_empty_bins_show_no_gap():
    probabilities = np.array([[0.5, 0.5], [0.25, 0.75], [0.2, 0.8], [0.0, 1.0]])
    confidence, accuracy, count = reliability(np.array([1, 1, 0, 0]), probabilities, bins=4)
    assert_array_equal(count, [0, 1, 1, 2])
    assert_allclose(confidence, [0.125, 0.5, 0.75, 0.9])
    assert_allclose(accuracy, [0.125, 0, 1, 0])


def test_reliability_has_one_bin_at_least():
    confidence, accuracy, count = reliability(LABELS, PROBABILITIES, bins=1)
    assert_allclose([confidence, accuracy, count], [[0.6875], [0.75], [4]])
    with pytest.raises(ValueError, match=r"Received: 0$"):
        reliability(LABELS, PROBABILITIES, bins=0)


def test_calibration_error_tells_calibrated_from_overconfident():
    labels, probabilities = calibrated(100_000, np.random.default_rng(8))
    assert evaluate(labels, probabilities).calibration_error < 0.005
    sharpened = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert evaluate(labels, sharpened).calibration_error > 0.1


def test_calibration_error_of_a_classifier_surely_wrong_is_1():
    assert evaluate(np.array([0, 1]), np.array([[0.0, 1.0], [1.0, 0.0]])).calibration_error == 1


@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_most_confused_lists_the_largest_counts_and_leaves_its_argument_alone(dtype):
    confusion = np.array([[9, 2, 0], [5, 9, 2], [0, 1, 9]], dtype=dtype)
    expected = [(1, 0, 5), (0, 1, 2), (1, 2, 2), (2, 1, 1)]
    assert most_confused(confusion) == expected
    assert most_confused(confusion, top=2) == expected[:2]
    assert most_confused(confusion, top=0) == []
    assert_array_equal(confusion.diagonal(), 9)


def test_ties_keep_their_order():
    # Long enough that an unstable sort shows.
    rows, columns = np.nonzero(~np.eye(10, dtype=bool))
    confused = most_confused(np.ones((10, 10), dtype=int), top=90)
    assert_array_equal(confused, np.column_stack([rows, columns, np.ones(90)]))
    sure_of_0 = np.tile([0.75, 0.9], 50)
    wrong = mistakes(np.ones(100, dtype=int), np.column_stack([sure_of_0, 1 - sure_of_0]))
    assert_array_equal(wrong, np.r_[1:100:2, 0:100:2])


@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_most_confused_wants_a_square(shape):
    with pytest.raises(ValueError, match="Received: "):
        most_confused(np.zeros(shape, dtype=int))
    with pytest.raises(ValueError, match=r"Received: -1$"):
        most_confused(np.eye(2, dtype=int), top=-1)


def test_mistakes_come_most_confident_first():
    labels = np.array([1, 1, 1, 1, 1])
    sure_of_0 = np.array([0.6, 0.9, 0.2, 0.8, 0.75])
    wrong = mistakes(labels, np.column_stack([sure_of_0, 1 - sure_of_0]))
    assert_array_equal(wrong, [1, 3, 4, 0])
    assert wrong.dtype == np.int64
    assert len(mistakes(np.zeros(5, dtype=int), np.tile([1.0, 0.0], (5, 1)))) == 0


@pytest.mark.parametrize("function", [evaluate, reliability, mistakes])
@pytest.mark.parametrize(
    ("labels", "probabilities", "received"),
    [
        ([0, 2, 1], PROBABILITIES, "3$"),
        (LABELS, PROBABILITIES[0], r".*\(3,\)"),
        (LABELS, np.ones((4, 1)), r".*\(4, 1\)"),
        ([[0], [1]], PROBABILITIES[:2], r".*\(2, 1\)"),
        (np.zeros(0, dtype=int), PROBABILITIES[:0], r".*\(0,\)"),
        ([0, 2, 1, 3], PROBABILITIES, "3$"),
        ([0, 2, 1, -1], PROBABILITIES, "-1$"),
        (LABELS, PROBABILITIES * [[1], [1], [1.01], [1]], "row 2, "),
        (LABELS, np.add(PROBABILITIES, [-0.1, 0.1, 0.0]), "row 1, "),
        (LABELS, PROBABILITIES * [[1], [np.nan], [1], [1]], "row 1, .*nan"),
    ],
)
def test_bad_input_is_named(function, labels, probabilities, received):
    with pytest.raises(ValueError, match=f"Received: {received}"):
        function(np.asarray(labels), np.asarray(probabilities))


def test_labels_are_integers_and_as_many_as_predictions():
    with pytest.raises(TypeError, match=r"Received: float64 array of shape \(4,\)$"):
        evaluate(LABELS.astype(float), PROBABILITIES)
    with pytest.raises(TypeError, match=r"predictions_a .* Received: bool array of"):
        compare(LABELS, LABELS == 1, LABELS)
    with pytest.raises(ValueError, match=r"predictions_b for 4 examples. Received: 3$"):
        compare(LABELS, LABELS, LABELS[:3])


def test_most_confused_takes_counts_of_any_type_and_refuses_parts_of_a_row():
    counts = np.array([[8, 2], [1, 9]])
    expected = [(0, 1, 2), (1, 0, 1)]
    for confusion in (counts.astype(float), counts.tolist(), counts.astype(np.uint8)):
        assert most_confused(confusion) == expected
    with pytest.raises(ValueError, match=r"report\.confusion\. Received: 0\.8$"):
        most_confused(counts / counts.sum(axis=1, keepdims=True))
    with pytest.raises(ValueError, match=r"Received: -1$"):
        most_confused(-counts.clip(0, 1))
    with pytest.raises(TypeError, match="Received: bool array"):
        most_confused(counts > 1)


def test_lists_are_taken_and_logits_named():
    report = evaluate(LABELS.tolist(), PROBABILITIES.tolist())
    assert_array_equal(report.confusion, evaluate(LABELS, PROBABILITIES).confusion)
    with pytest.raises(ValueError, match=r"softmax\(logits\)"):
        evaluate(LABELS, np.log(PROBABILITIES + 0.5))
    with pytest.raises(ValueError, match=r"labels\.argmax\(axis=1\)"):
        evaluate(np.eye(3, dtype=int)[LABELS], PROBABILITIES)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0.0%"), (0.12399, "12.3%"), (0.9996, "99.9%"), (1.0, "100.0%"), (1.0005, "100.0%")],
)
def test_a_confidence_is_rounded_down(probability, text):
    assert percent(probability) == text


@pytest.mark.parametrize("probability", [-0.1, 1.0015, np.nan])
def test_what_is_no_probability_has_no_percent(probability):
    with pytest.raises(ValueError, match="a finite probability of at least 0 and below 1"):
        percent(probability)


@pytest.mark.parametrize(("total", "fits"), [(1.0009, True), (1.0015, False), (0.9985, False)])
def test_rows_may_miss_1_by_rounding_alone(total, fits):
    rows = np.array([[0.75, 0.25], [0.1, 0.9]])
    if fits:
        report = evaluate([0, 1], total * rows)
        assert_allclose(report.log_loss, evaluate([0, 1], rows).log_loss, rtol=1e-12)
    else:
        with pytest.raises(ValueError, match=r"sum to 1.* Received: row 0"):
            evaluate([0, 1], total * rows)


def test_an_empty_bin_is_at_its_centre():
    confidence, accuracy, count = reliability([0, 1], [[0.9, 0.1], [0.2, 0.8]])
    assert count.tolist() == [0] * 11 + [1, 0, 1, 0]
    empty = count == 0
    assert_allclose(confidence[empty], (np.arange(15)[empty] + 0.5) / 15)
    assert_array_equal(accuracy[empty], confidence[empty])


def test_five_kinds_of_mistakes_are_listed_if_not_told_otherwise():
    assert len(most_confused(np.ones((4, 4)))) == 5


@pytest.mark.parametrize(
    ("call", "most"),
    [
        (lambda: reliability(LABELS, PROBABILITIES, bins=10_001), "10,000"),
        (lambda: wilson_interval(1, 2**53 + 1), "9,007,199,254,740,992"),
    ],
)
def test_more_than_can_be_counted_is_refused(call, most):
    with pytest.raises(ValueError, match=f"of at most {most}"):
        call()


@pytest.mark.parametrize(("stray", "known"), [(-1, 9), (10, 9), (2**40, 9), (14, 13)])
def test_answers_of_no_class_are_refused(stray, known):
    """There are ten digits, or as many classes as the labels show."""
    labels = np.array([0, 3, known])
    assert compare(labels, labels, [7, 3, known]).only_a_right == 1
    with pytest.raises(ValueError, match=rf"predictions_b from 0 to {known}\. Received: {stray}"):
        compare(labels, labels, [0, stray, known])
    with pytest.raises(ValueError, match=r"labels from 0 to 99999\. Received: -1"):
        compare([0, -1], [0, 1], [0, 1])
