"""The NumPy network and its Keras twin: the same numbers, forward and while learning."""

import importlib
import sys
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn.layers import Dense, Dropout, Flatten, Sigmoid
from digitlearn.network import Network, mlp
from digitlearn.optimizers import SGD, Adam
from digitlearn.training import History, train_step


@pytest.fixture(scope="module")
def keras_models():
    return pytest.importorskip("digitlearn.keras_models", exc_type=ImportError)


@pytest.fixture(scope="module")
def keras(keras_models):
    return keras_models.keras


@pytest.fixture
def float64(keras):
    """Make Keras compute in float64."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


def random_network(seed=0, dtype=np.float32):
    """Return an `mlp` whose biases are random too, so that a mixed-up bias shows."""
    rng = np.random.default_rng(seed)
    network = mlp(rng=rng)
    for layer in network.layers:
        for name, param in layer.params.items():
            layer.params[name] = param.astype(dtype)
        if layer.params:
            layer.params["bias"] += rng.normal(0, 0.1, layer.params["bias"].shape)
    return network


def params(network):
    return [param for layer in network.layers for param in layer.params.values()]


def assert_same_steps(keras_models, digits, steps, ours, theirs, dtype=np.float32, atol=1e-5):
    """Take the same steps in both, from the same start on the same batches; compare weights."""
    network = random_network(dtype=dtype)
    start = [param.copy() for param in params(network)]
    model = keras_models.build_ann(seed=0)
    model.compile(theirs, "sparse_categorical_crossentropy", jit_compile=False)
    keras_models.copy_weights(network, model)
    rng = np.random.default_rng(0)
    for _ in range(steps):
        batch = rng.choice(len(digits[0]), 128, replace=False)
        x, labels = digits[0][batch].astype(dtype), digits[1][batch]
        train_step(network, x, labels, ours)
        model.train_on_batch(x, labels)
    for a, b, old in zip(params(network), model.get_weights(), start, strict=True):
        assert a.dtype == b.dtype == dtype
        assert np.abs(a - old).max() > 3e-3
        assert_allclose(a, b, rtol=0, atol=atol)


def test_same_weights_give_the_same_probabilities(keras_models, digits):
    network, model = random_network(), keras_models.build_ann(seed=0)
    keras_models.copy_weights(network, model)
    theirs = model.predict(digits[0], verbose=0)
    assert theirs.std() > 0.03
    assert_allclose(network.predict_proba(digits[0]), theirs, rtol=0, atol=1e-5)


def test_sigmoid_and_dropout_predict_as_in_keras(keras_models, keras, digits):
    rng = np.random.default_rng(0)
    hidden = [Dense(784, 32, rng=rng), Sigmoid(), Dropout(0.5, rng=rng)]
    network = Network([Flatten(), *hidden, Dense(32, 10, rng=rng)])
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(32, "sigmoid"),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(10, "softmax"),
        ]
    )
    keras_models.copy_weights(network, model)
    theirs = model.predict(digits[0], verbose=0)
    assert_allclose(network.predict_proba(digits[0]), theirs, rtol=0, atol=1e-5)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_fifty_sgd_steps_give_the_same_weights(keras_models, keras, digits, momentum):
    theirs = keras.optimizers.SGD(0.05, momentum=momentum)
    assert_same_steps(keras_models, digits, 50, SGD(0.05, momentum), theirs)


def test_five_adam_steps_give_the_same_weights(keras_models, keras, digits):
    assert_same_steps(keras_models, digits, 5, Adam(), keras.optimizers.Adam())


def test_fifty_adam_steps_give_the_same_weights_in_float64(keras_models, keras, digits, float64):
    # 2**-10 is exact in float32 too. The first difference beyond rounding would grow: Adam turns
    # it into whole steps where gradients are tiny.
    ours, theirs = Adam(2**-10), keras.optimizers.Adam(2**-10)
    assert_same_steps(keras_models, digits, 50, ours, theirs, np.float64, atol=1e-12)


def test_weights_come_back_from_keras(keras_models):
    model = keras_models.build_ann((7, 5), seed=3)
    network = mlp((7, 5), rng=np.random.default_rng(0))
    keras_models.copy_weights(model, network)
    for a, b in zip(params(network), model.get_weights(), strict=True):
        assert_array_equal(a, b)


def test_copies_are_copies(keras_models):
    source, target = random_network(0), random_network(1)
    held = params(target)
    keras_models.copy_weights(source, target)
    source.layers[1].params["kernel"][:] = 0
    assert target.layers[1].params["kernel"].all()
    assert all(a is b for a, b in zip(params(target), held, strict=True))


@pytest.mark.parametrize("hidden_units", [(128,), (64, 128), (128, 64, 32)])
def test_networks_of_another_shape_are_refused(keras_models, hidden_units):
    model = keras_models.build_ann(seed=0)
    network = mlp(hidden_units, rng=np.random.default_rng(0))
    before = [param.copy() for param in params(network)]
    with pytest.raises(ValueError, match=r"shapes \[\(784, 128\).*Received: \[\(784,"):
        keras_models.copy_weights(network, model)
    with pytest.raises(ValueError, match=r"Expected weights of shapes .*Received: \[\(784, 128\)"):
        keras_models.copy_weights(model, network)
    for param, old in zip(params(network), before, strict=True):
        assert_array_equal(param, old)


def test_build_ann_has_the_four_layers(keras_models):
    model = keras_models.build_ann(learning_rate=0.01, seed=0)
    assert [type(layer).__name__ for layer in model.layers] == ["Flatten"] + ["Dense"] * 3
    assert [layer.units for layer in model.layers[1:]] == [128, 64, 10]
    activations = [layer.activation.__name__ for layer in model.layers[1:]]
    assert activations == ["relu", "relu", "softmax"]
    assert model.count_params() == 109_386
    assert type(model.optimizer).__name__ == "Adam"
    assert_allclose(float(model.optimizer.learning_rate), 0.01, rtol=1e-6)


def test_build_ann_puts_dropout_after_each_hidden_layer(keras_models):
    model = keras_models.build_ann((8, 8), dropout=0.25, seed=0)
    names = [type(layer).__name__ for layer in model.layers]
    assert names == ["Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense"]
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.25, 0.25]


def test_build_ann_starts_from_he_normal_by_its_seed(keras_models):
    first, again, other = (keras_models.build_ann((512, 512), seed=s) for s in (0, 0, 1))
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        assert_array_equal(a, b)
    kernels = first.get_weights()[::2]
    assert not np.array_equal(kernels[0], other.get_weights()[0])
    for kernel in kernels:
        assert_allclose(kernel.std(), np.sqrt(2 / len(kernel)), rtol=0.03)
    assert not np.array_equal(kernels[0][:512, :10], kernels[2])
    assert not any(bias.any() for bias in first.get_weights()[1::2])


def test_fit_keras_repeats_to_the_last_bit(keras_models, digits, validation):
    def run(seed):
        model = keras_models.build_ann(dropout=0.2, seed=1)
        history = keras_models.fit_keras(model, digits, validation, epochs=2, seed=seed)
        return model.get_weights(), history._replace(seconds=())

    (weights, history), (weights_again, again), (_, other) = run(5), run(5), run(6)
    assert history == again
    assert history.loss != other.loss
    for a, b in zip(weights, weights_again, strict=True):
        assert_array_equal(a, b)


def test_fit_keras_learns_and_reports_as_fit_does(keras_models, digits, validation, capsys):
    model = keras_models.build_ann(seed=0)
    history = keras_models.fit_keras(model, digits, validation, epochs=5, batch_size=32, seed=0)
    assert isinstance(history, History)
    for column in history:
        assert [type(value) for value in column] == [float] * 5
    assert history.loss[-1] < 0.2 < history.loss[0]
    assert history.val_accuracy[-1] > 0.9
    probabilities = model.predict(validation[0], verbose=0)
    accuracy = np.mean(probabilities.argmax(axis=1) == validation[1])
    assert_allclose(accuracy, history.val_accuracy[-1], rtol=1e-6)
    assert capsys.readouterr().out == ""


def test_fit_keras_passes_callbacks_on(keras_models, keras, digits):
    model = keras_models.build_ann((8,), seed=0)
    # An accuracy cannot rise by 2: training stops after the second epoch.
    stop = keras.callbacks.EarlyStopping("accuracy", min_delta=2, patience=1)
    batches = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: batches.append(batch)
    )
    history = keras_models.fit_keras(
        model, digits, epochs=9, batch_size=10, seed=0, callbacks=[stop, count]
    )
    # 144 batches an epoch, heard of at every 64th and after the last.
    assert len(batches) == 3 * 2
    assert batches[:2] == [63, 127]
    assert len(history.loss) == len(history.seconds) == 2
    assert history.val_loss == history.val_accuracy == ()


@pytest.mark.parametrize(
    ("x", "labels", "error", "expected"),
    [
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 2]), TypeError, "scale_pixels"),
        (np.zeros((2, 28, 28)), np.array([1.0, 2.0]), TypeError, "float64"),
        (np.zeros((2, 28, 28)), np.array([1]), ValueError, "Received"),
        (np.zeros((2, 28, 28)), np.array([1, 10]), ValueError, "10"),
        (np.zeros((0, 28, 28)), np.array([], int), ValueError, "Received"),
    ],
)
def test_fit_keras_refuses_what_does_not_fit(keras_models, x, labels, error, expected):
    model = keras_models.build_ann((4, 4), seed=0)
    before = model.get_weights()
    with pytest.raises(error, match=expected):
        keras_models.fit_keras(model, (x, labels), epochs=1, seed=0)
    for weight, kept in zip(model.get_weights(), before, strict=True):
        assert_array_equal(weight, kept)


def test_flat_images_are_taken_and_others_refused_and_the_model_stays_whole(keras_models):
    x, labels = np.random.default_rng(0).random((4, 784)), np.arange(4)
    model = keras_models.build_ann((4,), seed=0)
    history = keras_models.fit_keras(model, (x, labels), (x, labels), epochs=1, seed=0)
    again = keras_models.build_ann((4,), seed=0)
    images = x.reshape(4, 28, 28).tolist()
    same = keras_models.fit_keras(again, (images, [0, 1, 2, 3]), (x, labels), epochs=1, seed=0)
    assert_allclose(history.val_loss, same.val_loss, rtol=1e-6)
    for shape in [(4, 783), (4, 28, 28, 3), (784,)]:
        with pytest.raises(ValueError, match=r"x of train of shape \(N, 28, 28\)\. Received: "):
            keras_models.fit_keras(model, (np.zeros(shape), labels), epochs=1, seed=0)
    assert model.predict(x.reshape(4, 28, 28), verbose=0).shape == (4, 10)


def test_habits_from_other_libraries_are_named(keras_models, keras):
    x, labels = np.random.default_rng(0).random((4, 28, 28)), np.arange(4)
    model = keras_models.build_ann(4, seed=0)
    assert [layer.units for layer in model.layers[1:]] == [4, 10]
    fit = partial(keras_models.fit_keras, seed=0)
    with pytest.raises(TypeError, match=r"write train=\(x, labels\)"):
        fit(model, x, labels, epochs=1)
    with pytest.raises(TypeError, match=r"epochs as an integer\. Received: 1\.5"):
        fit(model, (x, labels), epochs=1.5)
    with pytest.raises(ValueError, match=r"scale_pixels\(images\)"):
        fit(model, (255 * x, labels), epochs=1)
    with pytest.raises(ValueError, match=r"labels\.argmax\(axis=1\)"):
        fit(model, (x, np.eye(10, dtype=int)[labels]), epochs=1)
    with pytest.raises(TypeError, match=r"by training\.fit\)\. Received: Network"):
        fit(random_network(), (x, labels), epochs=1)
    for unready in (keras.Sequential([keras.Input((28, 28))]), keras.Sequential()):
        with pytest.raises(TypeError, match=r"compiled and with an Input"):
            fit(unready, (x, labels), epochs=1)


def test_without_keras_the_error_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "digitlearn.keras_models", raising=False)
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ImportError, match=r'pip install "digitlearn\[keras\]"'):
        importlib.import_module("digitlearn.keras_models")


def test_units_come_in_one_sequence(keras_models):
    with pytest.raises(TypeError, match=r"write build_ann\(\(128, 64\), seed=0\)"):
        keras_models.build_ann(128, 64, seed=0)
