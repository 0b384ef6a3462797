"""Optimizers against their formulas, one number at a time in plain Python."""

from math import sqrt
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn.layers import Dense
from digitlearn.optimizers import SGD, Adam, RunningMean, cosine

gradients = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


def learner(value, dtype=np.float64):
    """Return the least that an optimizer needs of a layer."""
    return SimpleNamespace(params={"w": np.array([value], dtype=dtype)}, grads={})


def run(optimizer, value, gradients):
    layer = learner(value)
    for gradient in gradients:
        layer.grads["w"] = np.array([gradient])
        optimizer.step([layer])
    return layer.params["w"][0]


def test_sgd_by_hand():
    # 1 - 0.5 * 2 = 0, then 0 - 0.5 * 4 = -2.
    assert run(SGD(0.5), 1.0, [2.0, 4.0]) == -2


def test_without_momentum_nothing_is_kept_of_a_step():
    optimizer = SGD(0.5)
    run(optimizer, 1.0, [2.0, 4.0])
    assert optimizer.velocity == {}


def test_momentum_by_hand():
    # velocity -1, then 0.5 * -1 - 0.5 * 4 = -2.5: 1 - 1 - 2.5.
    assert run(SGD(0.5, momentum=0.5), 1.0, [2.0, 4.0]) == -2.5


@given(gradients, st.floats(0.01, 1), st.floats(0, 0.99))
def test_momentum_follows_its_formula(gradients, learning_rate, momentum):
    w, velocity = 1.0, 0.0
    for gradient in gradients:
        velocity = momentum * velocity - learning_rate * gradient
        w += velocity
    assert_allclose(run(SGD(learning_rate, momentum), 1.0, gradients), w, rtol=1e-12, atol=1e-12)


# Betas that are exact in float32, to which Adam rounds them for the correction.
@given(
    gradients,
    st.floats(0.001, 1),
    st.sampled_from([0.0, 0.5, 0.875]),
    st.sampled_from([0.5, 0.9375, 1 - 2**-10]),
)
def test_adam_follows_the_papers_algorithm(gradients, learning_rate, beta_1, beta_2):
    # Algorithm 1 of Kingma & Ba; epsilon divided as the efficient form implies.
    w, m, v = 1.0, 0.0, 0.0
    for t, gradient in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient**2
        m_hat = m / (1 - beta_1**t)
        v_hat = v / (1 - beta_2**t)
        w -= learning_rate * m_hat / (sqrt(v_hat) + 1e-7 / sqrt(1 - beta_2**t))
    optimizer = Adam(learning_rate, beta_1, beta_2)
    assert_allclose(run(optimizer, 1.0, gradients), w, rtol=1e-9, atol=1e-9)


def test_adams_first_step_is_the_learning_rate_whatever_the_gradient():
    for gradient in (1e-3, 1.0, -1e3):
        change = run(Adam(0.01), 1.0, [gradient]) - 1
        assert_allclose(change, -0.01 * np.sign(gradient), rtol=0.01)


def test_adams_defaults_are_those_of_keras():
    adam = Adam()
    values = (adam.learning_rate, adam.beta_1, adam.beta_2, adam.epsilon, adam.weight_decay)
    assert values == (0.001, 0.9, 0.999, 1e-7, 0)


def test_a_running_mean_keeps_999_thousandths_by_default():
    assert RunningMean().keep == 0.999


@pytest.mark.parametrize(
    "make", [lambda: SGD(0.1), lambda: SGD(0.1, momentum=0.9), lambda: Adam(0.1)]
)
def test_parameters_are_updated_in_place_and_stay_float32(make):
    optimizer, layer = make(), learner(1.0, np.float32)
    w = layer.params["w"]
    gradient = np.array([2.0], dtype=np.float32)
    gradient.flags.writeable = False
    layer.grads["w"] = gradient
    for _ in range(3):
        optimizer.step([layer])
    assert layer.params["w"] is w
    assert w.dtype == np.float32
    assert w[0] < 0.8


def test_a_numpy_learning_rate_becomes_a_plain_one():
    # Times a float32 array, a NumPy float64 gives float64: twice the memory, half the speed.
    assert type(SGD(np.float64(0.1)).learning_rate) is float
    assert type(Adam(np.float64(0.1)).learning_rate) is float


@pytest.mark.parametrize("optimizer", [SGD(0.1, momentum=0.9), Adam(0.1)])
def test_each_parameter_has_its_own_state(optimizer):
    layers = [
        SimpleNamespace(
            params={"kernel": np.zeros((2, 1)), "bias": np.zeros(1)},
            grads={"kernel": np.ones((2, 1)) * sign, "bias": np.ones(1) * 2 * sign},
        )
        for sign in (1, -1)
    ]
    no_params = SimpleNamespace(params={}, grads={})
    for _ in range(2):
        optimizer.step([layers[0], no_params, layers[1]])
    assert_array_equal(layers[0].params["kernel"], -layers[1].params["kernel"])
    assert_array_equal(layers[0].params["bias"], -layers[1].params["bias"])
    assert np.all(layers[0].params["kernel"] < 0)


def test_weight_decay_shrinks_kernels_by_rate_times_decay_and_nothing_else():
    def weights(decay):
        values = {"kernel": np.array([[3.0]]), "bias": np.array([5.0])}
        grads = {name: np.ones_like(value) for name, value in values.items()}
        layer = SimpleNamespace(params=values, grads=grads)
        Adam(0.1, weight_decay=decay).step([layer])
        return values

    with_decay, without = weights(0.5), weights(0.0)
    assert_allclose(without["kernel"] - with_decay["kernel"], 3.0 * 0.1 * 0.5, rtol=1e-12)
    assert_array_equal(with_decay["bias"], without["bias"])


def test_cosine_falls_from_one_to_zero():
    assert cosine(0) == 1
    assert_allclose([cosine(0.25), cosine(0.5), cosine(1)], [(2 + sqrt(2)) / 4, 0.5, 0], atol=1e-15)


@pytest.mark.parametrize("progress", [-0.1, 1.1, float("nan")])
def test_there_is_no_cosine_before_the_start_or_after_the_end(progress):
    with pytest.raises(ValueError, match=r"progress.*Received: "):
        cosine(progress)


@pytest.mark.parametrize("keep", [0.0, 0.15, 0.6, 0.999])
def test_a_running_mean_warms_up_and_then_keeps_what_it_should(keep):
    layer, mean = learner(3.0), RunningMean(keep)
    mean.start([layer])
    expected = 3.0
    # By step 20 the warm-up keeps (1 + 20) / (10 + 20) = 0.7: more than 0.6, less than 0.999.
    for step in range(1, 21):
        weight = float(step**2)
        layer.params["w"][:] = weight
        mean.update([layer])
        part = min(keep, (1 + step) / (10 + step))
        expected = part * expected + (1 - part) * weight
        assert_allclose(mean.means[0, "w"], [expected], rtol=1e-12)


def test_a_running_mean_begins_once_with_weights_of_its_own():
    layer, mean = learner(3.0), RunningMean(0.9)
    mean.start([layer])
    layer.params["w"][:] = 5.0
    mean.start([layer])
    assert_array_equal(mean.means[0, "w"], [3.0])


@pytest.mark.parametrize("use", [RunningMean.update, RunningMean.swap])
def test_a_running_mean_that_nobody_started_begins_with_what_it_sees(use):
    layer, mean = learner(3.0), RunningMean(0.9)
    use(mean, [layer])
    assert_array_equal(layer.params["w"], [3.0])
    assert_array_equal(mean.means[0, "w"], [3.0])


def test_weights_and_means_change_places_and_back():
    layer, mean = learner(3.0), RunningMean(0.9)
    w = layer.params["w"]
    mean.start([layer])
    w[:] = 5.0
    mean.swap([layer])
    assert layer.params["w"] is w
    assert (w[0], mean.means[0, "w"][0]) == (3.0, 5.0)
    mean.swap([layer])
    assert (w[0], mean.means[0, "w"][0]) == (5.0, 3.0)


@pytest.mark.parametrize("layers", [None, "adam", 5, [None], {"w": 1}])
@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)])
def test_what_is_no_list_of_layers_is_refused(optimizer, layers):
    with pytest.raises(TypeError, match=r"Expected layers.*network\.layers\. Received: "):
        optimizer.step(layers)


@pytest.mark.parametrize("optimizer", [SGD(0.1, momentum=0.9), Adam(0.1)])
def test_an_optimizer_stays_with_its_layers(optimizer):
    layer, other = learner(1.0), learner(1.0)
    layer.grads["w"] = np.zeros(1)
    optimizer.step([layer])
    other.params["w"] = other.grads["w"] = np.zeros(5)
    with pytest.raises(ValueError, match=r"\(0, 'w'\) of shape \(1,\). Received: \(5,\)"):
        optimizer.step([other])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0), "learning_rate above 0. Received: 0"),
        (lambda: SGD(float("inf")), "learning_rate above 0. Received: inf"),
        (lambda: SGD(0.1, momentum=1), "momentum of at least 0 and below 1. Received: 1"),
        (lambda: SGD(0.1, momentum=-0.5), "momentum of at least 0 and below 1. Received: -0.5"),
        (lambda: Adam(-1), "learning_rate above 0. Received: -1"),
        (lambda: Adam(float("nan")), "learning_rate above 0. Received: nan"),
        (lambda: Adam(beta_1=1.0), "beta_1 of at least 0 and below 1. Received: 1.0"),
        (lambda: Adam(beta_2=1.5), "beta_2 of at least 0 and below 1. Received: 1.5"),
        (lambda: Adam(epsilon=0), "epsilon above 0. Received: 0"),
        (lambda: Adam(weight_decay=-1), "weight_decay of at least 0.*Received: -1"),
        (lambda: Adam(0.5, weight_decay=2), "Received: 2 at a learning_rate of 0.5"),
        (lambda: Adam(0.5, weight_decay=float("nan")), "weight_decay.*Received: nan"),
        (lambda: RunningMean(1.0), "keep of at least 0 and below 1. Received: 1.0"),
        (lambda: RunningMean(-0.1), "keep of at least 0 and below 1. Received: -0.1"),
    ],
)
def test_values_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, momentum=0.9), Adam(0.1)])
def test_a_step_needs_gradients(optimizer):
    dense, other = (Dense(2, 3, rng=np.random.default_rng(0)) for _ in range(2))
    before = dense.params["kernel"].copy()
    dense.forward(np.ones((1, 2), np.float32))
    for layers in ([dense], [other, dense]):
        with pytest.raises(ValueError, match=r"backward before step\. Received: step alone"):
            optimizer.step(layers)
        other.backward(other.forward(np.ones((1, 2), np.float32)))
    assert_array_equal(dense.params["kernel"], before)
    assert getattr(optimizer, "iterations", 0) == 0
    dense.backward(dense.forward(np.ones((1, 2), np.float32)))
    optimizer.step([dense])
    assert (dense.params["kernel"] != before).all()


@pytest.mark.parametrize("use", [RunningMean.start, RunningMean.update, RunningMean.swap])
def test_a_running_mean_stays_with_its_layers(use):
    layer, other, mean = learner(3.0), learner(5.0), RunningMean(0.9)
    mean.start((layer,))
    mean.update([layer])
    for layers in ([other], [layer, other], []):
        with pytest.raises(ValueError, match=r"mean began with: make a RunningMean anew"):
            use(mean, layers)
    assert_array_equal(mean.means[0, "w"], [3.0])
