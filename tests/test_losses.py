"""Softmax and cross-entropy: their values, their gradient, and numbers that tempt overflow."""

import numpy as np
import pytest
import scipy.special
from gradients import assert_gradient
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn.losses import cross_entropy, cross_entropy_gradient, softmax

batches = st.tuples(st.integers(1, 4), st.integers(2, 5)).flatmap(
    lambda shape: st.tuples(
        arrays(np.float64, shape, elements=st.floats(-20, 20)),
        arrays(np.int64, shape[:1], elements=st.integers(0, shape[1] - 1)),
    )
)


@given(batches)
def test_gradient_agrees_with_central_differences(batch):
    logits, labels = batch
    gradient = cross_entropy_gradient(logits, labels)
    what = f"cross_entropy, labels={labels}"
    assert_gradient(gradient, lambda: cross_entropy(logits, labels), logits, what)


@given(batches)
def test_softmax_and_cross_entropy_agree_with_scipy(batch):
    logits, labels = batch
    assert_allclose(softmax(logits), scipy.special.softmax(logits, axis=1), rtol=1e-12)
    log_probabilities = scipy.special.log_softmax(logits, axis=1)
    expected = -np.mean([row[label] for row, label in zip(log_probabilities, labels, strict=True)])
    assert_allclose(cross_entropy(logits, labels), expected, rtol=1e-12, atol=1e-15)


@given(batches, st.floats(-100, 100))
def test_adding_a_number_to_all_logits_changes_nothing(batch, number):
    logits, labels = batch
    assert_allclose(softmax(logits + number), softmax(logits), rtol=1e-9)
    shifted = cross_entropy(logits + number, labels)
    assert_allclose(shifted, cross_entropy(logits, labels), rtol=1e-9, atol=1e-12)


def test_softmax_by_hand():
    assert_allclose(softmax(np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]])


def test_cross_entropy_by_hand():
    logits = np.log([[1.0, 3.0], [1.0, 1.0]])
    assert_allclose(cross_entropy(logits, np.array([1, 0])), (np.log(4 / 3) + np.log(2)) / 2)


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    loss = cross_entropy(np.zeros((7, 10), dtype=np.float32), np.arange(7))
    assert isinstance(loss, float)
    assert_allclose(loss, 2.302585, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_overflow_nothing(dtype):
    logits = np.array([[1000, 0, -1000]], dtype=dtype)
    assert_array_equal(softmax(logits), [[1, 0, 0]])
    assert cross_entropy(logits, np.array([0])) == 0
    assert cross_entropy(logits, np.array([2])) == 2000
    gradient = cross_entropy_gradient(logits, np.array([2]))
    assert_array_equal(gradient, [[1, 0, -1]])
    assert softmax(logits).dtype == gradient.dtype == dtype


def test_arguments_are_not_changed():
    logits = np.random.default_rng(0).normal(size=(3, 4))
    logits.flags.writeable = False
    softmax(logits)
    cross_entropy(logits, np.array([0, 1, 2]))
    cross_entropy_gradient(logits, np.array([0, 1, 2]))


@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_gradient])
@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0.0, 1.0], TypeError, "integer dtype. Received: float64"),
        ([True, False], TypeError, "integer dtype. Received: bool"),
        ([0, 3], ValueError, "from 0 to 2. Received: 3"),
        ([-1, 1], ValueError, "from 0 to 2. Received: -1"),
        ([0, 1, 2], ValueError, "labels for 2 examples. Received: 3"),
        ([[0], [1]], ValueError, r"shape \(N,\).*Received: int64 .*\(2, 1\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(function, labels, error, message):
    with pytest.raises(error, match=message):
        function(np.zeros((2, 3)), np.array(labels))


@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_gradient])
def test_empty_batches_are_refused(function):
    with pytest.raises(ValueError, match=r"B >= 1. Received: .* shape \(0, 3\)"):
        function(np.zeros((0, 3)), np.zeros(0, dtype=np.int64))


def test_logits_of_one_dimension_are_refused():
    with pytest.raises(ValueError, match=r"shape \(B, C\).*Received: .* shape \(3,\)"):
        softmax(np.zeros(3))
    with pytest.raises(ValueError, match=r"shape \(B, C\)"):
        cross_entropy(np.zeros(3), np.zeros(3, dtype=np.int64))


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_logits_that_are_whole_numbers_count_as_what_they_are(dtype):
    logits = np.array([[0, 1, 0]], dtype=dtype)
    expected = logits.astype(np.float64)
    assert_allclose(softmax(logits), softmax(expected))
    for function in (cross_entropy, cross_entropy_gradient):
        assert_allclose(function(logits, np.array([1])), function(expected, np.array([1])))


def test_lists_are_taken_for_what_they_mean():
    assert cross_entropy([[0.0, 0.0]], [1]) == pytest.approx(np.log(2))
    with pytest.raises(TypeError, match=r"logits as an array of numbers\. Received: 'logits'"):
        softmax("logits")
