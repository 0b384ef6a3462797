"""Each layer by itself: its outputs, and its gradients against central differences."""

import copy

import numpy as np
import pytest
from gradients import assert_gradient, to_float64
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import layers
from digitlearn.layers import KINDS, Dense, Dropout, Flatten, Layer, ReLU, Sigmoid

CATALOGUE = {
    "Flatten": (lambda rng: Flatten(), (2, 3, 4)),
    "Dense": (lambda rng: Dense(5, 4, rng=rng), (3, 5)),
    "ReLU": (lambda rng: ReLU(), (3, 5)),
    "Sigmoid": (lambda rng: Sigmoid(), (3, 5)),
    "Dropout": (lambda rng: Dropout(0.4, rng=rng), (3, 5)),
}


def make(name, rng):
    make_layer, shape = CATALOGUE[name]
    # At least 0.1 away from zero, where ReLU has no gradient.
    x = rng.uniform(0.1, 2, size=shape) * rng.choice([-1, 1], size=shape)
    return make_layer(rng), x


def test_the_catalogue_has_every_kind_of_layer():
    assert CATALOGUE.keys() == KINDS.keys()


@pytest.mark.parametrize("name", CATALOGUE)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_gradients_agree_with_central_differences(name, seed):
    rng = np.random.default_rng(seed)
    layer, x = make(name, rng)
    to_float64([layer], rng)
    fresh = copy.deepcopy(layer)
    grad = rng.normal(size=layer.forward(x, training=True).shape)
    x_grad = layer.backward(grad)

    def loss():
        # A copy each time: Dropout has to drop the same values.
        return (grad * copy.deepcopy(fresh).forward(x, training=True)).sum()

    assert_gradient(x_grad, loss, x, f"{name}, inputs, seed={seed}")
    assert layer.grads.keys() == layer.params.keys()
    for key, param in fresh.params.items():
        assert_gradient(layer.grads[key], loss, param, f"{name}, {key}, seed={seed}")


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_gradients_keep_the_dtype(name, dtype):
    layer, x = make(name, np.random.default_rng(0))
    for key, param in layer.params.items():
        layer.params[key] = param.astype(dtype)
    y = layer.forward(x.astype(dtype), training=True)
    assert y.dtype == dtype
    assert layer.backward(y).dtype == dtype
    assert all(grad.dtype == dtype for grad in layer.grads.values())


@pytest.mark.parametrize("name", CATALOGUE)
def test_inputs_are_never_changed(name):
    layer, x = make(name, np.random.default_rng(0))
    x.flags.writeable = False
    grad = layer.forward(x, training=True).copy()
    grad.flags.writeable = False
    layer.backward(grad)


def test_backward_params_is_backward_without_the_inputs_gradient():
    rng = np.random.default_rng(0)
    dense = Dense(5, 4, rng=rng)
    dense.forward(rng.normal(size=(3, 5)))
    grad = rng.normal(size=(3, 4))
    dense.backward(grad)
    expected = dense.grads.copy()
    dense.backward_params(grad)
    assert_array_equal(dense.grads["kernel"], expected["kernel"])
    assert_array_equal(dense.grads["bias"], expected["bias"])


def test_a_layer_of_ones_own_may_leave_backward_params_out():
    class Scale(Layer):
        def __init__(self):
            self.params = {"factor": np.array(3.0)}
            self.grads = {"factor": np.array(0.0)}

        def forward(self, x, *, training=False):
            self.x = x
            return x * self.params["factor"]

        def backward(self, grad):
            self.grads["factor"] = (grad * self.x).sum()
            return grad * self.params["factor"]

    layer = Scale()
    layer.forward(np.array([1.0, 2.0]))
    layer.backward_params(np.array([10.0, 100.0]))
    assert layer.grads["factor"] == 210


def test_flatten_lays_rows_end_to_end_and_back():
    images = np.arange(2 * 28 * 28, dtype=np.float32).reshape(2, 28, 28)
    layer = Flatten()
    rows = layer.forward(images)
    assert rows.shape == (2, 784)
    assert rows[1, 28] == images[1, 1, 0]
    assert np.shares_memory(rows, images)
    assert_array_equal(layer.backward(rows), images)


@pytest.mark.parametrize("shape", [(5, 3), (1, 2, 1), (2, 3, 4, 5)])
def test_flatten_takes_any_shape_of_examples(shape):
    x = np.arange(np.prod(shape)).reshape(shape)
    assert_array_equal(Flatten().forward(x), [np.ravel(example) for example in x])


@pytest.mark.parametrize("shape", [(), (5,), (0, 28, 28), (5, 0)])
def test_flatten_refuses_what_is_no_batch(shape):
    with pytest.raises(ValueError, match=r"x of shape \(B, \.\.\.\)\. Received: "):
        Flatten().forward(np.zeros(shape))


def test_dense_is_a_weighted_sum_plus_bias():
    dense = Dense(2, 3, rng=np.random.default_rng(0))
    dense.params["kernel"] = np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]])
    dense.params["bias"] = np.array([100.0, 200.0, 300.0])
    assert_array_equal(dense.forward(np.array([[1.0, 1.0]])), [[111, 222, 333]])


def test_dense_starts_from_he_normal_and_zero_bias():
    dense = Dense(784, 512, rng=np.random.default_rng(0))
    kernel = dense.params["kernel"]
    assert kernel.dtype == np.float32
    assert kernel.shape == (784, 512)
    # 401,408 draws: the sample's spread is within 0.3 % of the distribution's.
    assert_allclose(kernel.std(), np.sqrt(2 / 784), rtol=0.005)
    assert_allclose(kernel.mean(), 0, atol=3e-4)
    # Not truncated: 0.27 % of a normal distribution lie beyond three standard deviations.
    beyond = np.mean(np.abs(kernel) > 3 * np.sqrt(2 / 784))
    assert_allclose(beyond, 0.0027, atol=0.0004)
    assert_array_equal(dense.params["bias"], np.zeros(512, dtype=np.float32))
    assert dense.grads == {}, "until backward finds them"


def test_dense_draws_from_the_given_generator():
    kernels = [Dense(4, 3, rng=np.random.default_rng(s)).params["kernel"] for s in (1, 1, 2)]
    assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])


def test_relu_stops_what_is_negative():
    layer = ReLU()
    assert_array_equal(layer.forward(np.array([-2.0, 0.0, 3.0])), [0, 0, 3])
    assert_array_equal(layer.backward(np.array([5.0, 5.0, 5.0])), [0, 0, 5])


def test_sigmoid_is_right_and_does_not_overflow():
    x = np.array([-1000, -20, 0, np.log(3), 1000], dtype=np.float32)
    assert_allclose(Sigmoid().forward(x), [0, 2.0611537e-09, 0.5, 0.75, 1], rtol=1e-6)


def test_dropout_does_nothing_when_not_training():
    x = np.arange(6.0).reshape(2, 3)
    layer = Dropout(0.5, rng=np.random.default_rng(0))
    layer.forward(x, training=True)
    assert_array_equal(layer.forward(x), x)
    assert_array_equal(layer.backward(x), x)


@pytest.mark.parametrize("rate", [0.0, 0.25, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    x = np.ones((500, 400), dtype=np.float32)
    layer = Dropout(rate, rng=np.random.default_rng(0))
    y = layer.forward(x, training=True)
    assert_allclose(np.mean(y == 0), rate, atol=0.005)
    assert_allclose(y[y > 0], 1 / (1 - rate), rtol=1e-6)
    assert_allclose(y.mean(), 1, atol=0.03)
    assert_array_equal(layer.backward(x), y)


def test_dropout_alone_has_nothing_to_do_in_predictions():
    assert [name for name, kind in KINDS.items() if kind.only_trains] == ["Dropout"]


def test_dropout_draws_anew_each_time():
    x = np.ones((10, 10))
    layer = Dropout(0.5, rng=np.random.default_rng(0))
    first = layer.forward(x, training=True)
    assert not np.array_equal(layer.forward(x, training=True), first)


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_dropout_refuses_a_rate_out_of_range(rate):
    with pytest.raises(ValueError, match=f"at least 0 and below 1.*Received: {rate}"):
        Dropout(rate, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("in_features", "units", "error", "message"),
    [
        (0, 3, ValueError, "in_features of at least 1. Received: 0"),
        (3, 0, ValueError, "units of at least 1. Received: 0"),
        (-1, 3, ValueError, "in_features of at least 1. Received: -1"),
        (2.5, 3, TypeError, "in_features as an integer. Received: 2.5"),
        (3, (4, 5), TypeError, "units as an integer. Received: tuple of length 2"),
    ],
)
def test_dense_refuses_sizes_that_are_none(in_features, units, error, message):
    with pytest.raises(error, match=message):
        Dense(in_features, units, rng=np.random.default_rng(0))


def test_a_layer_that_would_fill_the_memory_is_refused(monkeypatch):
    assert layers.MOST_WEIGHTS == 2**28
    monkeypatch.setattr(layers, "MOST_WEIGHTS", 6)
    assert Dense(2, 3, rng=np.random.default_rng(0)).params["kernel"].shape == (2, 3)
    for sizes in ((7, 1), (3, 3)):
        received = "{} x {}".format(*sizes)
        with pytest.raises(ValueError, match=f"at most 6 weights. Received: {received}$"):
            Dense(*sizes, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    "make", [lambda rng: Dense(2, 3, rng=rng), lambda rng: Dropout(0.5, rng=rng)]
)
@pytest.mark.parametrize("rng", [0, None, np.random, np.random.RandomState(0)])
def test_what_draws_needs_a_generator(make, rng):
    with pytest.raises(TypeError, match=r"rng=np\.random\.default_rng\(0\), a generator"):
        make(rng)


@pytest.mark.parametrize("shape", [(5,), (2, 4), (2, 5, 1)])
def test_dense_refuses_inputs_of_another_shape(shape):
    dense = Dense(5, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"x of shape \(B, 5\)\. Received: ") as error:
        dense.forward(np.zeros(shape))
    assert str(error.value).endswith(f"of shape {shape}")


@pytest.mark.parametrize("name", CATALOGUE)
def test_backward_wants_a_forward_and_a_gradient_of_its_outputs_shape(name):
    make_layer, shape = CATALOGUE[name]
    layer = make_layer(np.random.default_rng(0))
    with pytest.raises(ValueError, match="Expected forward before backward"):
        layer.backward(np.zeros(shape))
    outputs = layer.forward(np.ones(shape))
    with pytest.raises(ValueError, match=r"Expected grad of shape .*Received: float64 array"):
        layer.backward(np.zeros((*outputs.shape, 1)))
    with pytest.raises(TypeError, match=r"grad as an array of numbers\. Received: None"):
        layer.backward(None)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_kind_takes_lists_and_refuses_what_is_no_array(name):
    make_layer, shape = CATALOGUE[name]
    layer = make_layer(np.random.default_rng(0))
    x = np.ones(shape)
    assert_array_equal(layer.forward(x.tolist()), layer.forward(x))
    with pytest.raises(TypeError, match=r"x as an array of numbers\. Received: 'x'"):
        layer.forward("x")


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_kind_is_made_anew_from_its_parameters_and_settings(name):
    make_layer, shape = CATALOGUE[name]
    layer = make_layer(np.random.default_rng(0))
    again = type(layer).rebuild(layer.params | {k: np.array(v) for k, v in layer.settings.items()})
    assert again.settings == layer.settings
    x = np.random.default_rng(1).random(shape)
    assert_array_equal(again.forward(x), layer.forward(x))


def test_dropout_made_anew_draws_as_from_seed_0():
    x = np.ones((4, 5))
    again = Dropout.rebuild({"rate": np.array(0.5)})
    fresh = Dropout(0.5, rng=np.random.default_rng(0))
    assert_array_equal(again.forward(x, training=True), fresh.forward(x, training=True))


@pytest.mark.parametrize(
    ("kernel", "bias", "message"),
    [
        (np.zeros(3), np.zeros(3), r"a bias \(units,\) .* Received: \(3,\) float64 and \(3,\)"),
        (np.zeros((0, 3)), np.zeros(3), r"Received: \(0, 3\) .* \(3,\) float64$"),
        (np.zeros((2, 3)), np.zeros(2), r"Received: \(2, 3\) .* \(2,\) float64$"),
        (np.zeros((2, 3)), np.zeros((3, 1)), r"Received: \(2, 3\) .* \(3, 1\) float64$"),
        (np.zeros((2, 3), int), np.zeros(3, int), "one floating dtype. Received: .*int64 .*int64"),
        (np.zeros((2, 3)), np.zeros(3, np.float32), "Received: .* float64 and .* float32$"),
    ],
)
def test_dense_is_not_made_anew_from_arrays_that_do_not_fit(kernel, bias, message):
    with pytest.raises(ValueError, match=message):
        Dense.rebuild({"kernel": kernel, "bias": bias})


def test_dense_is_made_anew_with_one_input_and_one_unit():
    dense = Dense.rebuild({"kernel": np.full((1, 1), 2.0), "bias": np.ones(1)})
    assert_array_equal(dense.forward(np.full((1, 1), 3.0)), [[7]])


def test_whole_numbers_are_not_wrapped_around():
    x = np.array([[0, 3]], dtype=np.uint8)
    assert_allclose(Sigmoid().forward(x), Sigmoid().forward(x.astype(float)))


@pytest.mark.parametrize("kind", [Dense, Dropout])
def test_a_layer_is_made_anew_from_arrays_by_name(kind):
    with pytest.raises(TypeError, match=r"a layer's state by name\. Received: list of length 0"):
        kind.rebuild([])
    with pytest.raises(TypeError, match=r"Expected (kernel|rate) as an array of numbers"):
        kind.rebuild({})
    with pytest.raises(ValueError, match=r"Expected no state\. Received: dict of length 1"):
        ReLU.rebuild({"rate": 0.5})
