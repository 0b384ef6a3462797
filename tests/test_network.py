"""The stack of layers: forward, backward, predictions, saving and loading."""

from pathlib import Path

import numpy as np
import pytest
from gradients import assert_gradient, to_float64
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import network as network_module
from digitlearn.layers import Dense, Dropout, Flatten, ReLU, Sigmoid
from digitlearn.losses import cross_entropy, cross_entropy_gradient, softmax
from digitlearn.network import Network, mlp


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def small(rng):
    """Return a network of every layer there is, for inputs of shape (B, 2, 3)."""
    first, second = Dense(6, 5, rng=rng), Dense(5, 4, rng=rng)
    dropout = Dropout(0.25, rng=rng)
    return Network([Flatten(), first, ReLU(), dropout, second, Sigmoid(), Dense(4, 3, rng=rng)])


def params(network):
    return [param for layer in network.layers for param in layer.params.values()]


@pytest.mark.parametrize("seed", range(10))
def test_gradients_of_a_whole_network_agree_with_central_differences(seed):
    rng = np.random.default_rng(seed)
    network = small(rng)
    to_float64(network.layers, rng)
    x, labels = rng.normal(size=(4, 2, 3)), rng.integers(3, size=4)

    def loss():
        return cross_entropy(network.forward(x), labels)

    network.backward(cross_entropy_gradient(network.forward(x), labels))
    for index, layer in enumerate(network.layers):
        for name, param in layer.params.items():
            assert_gradient(layer.grads[name], loss, param, f"layer {index}, {name}, seed={seed}")


def test_layers_below_the_first_parameters_get_no_gradient(rng):
    class Unasked(ReLU):
        def backward(self, grad):
            raise AssertionError("nobody needs the gradient of the pixels")

    network = Network([Unasked(), Dense(6, 3, rng=rng)])
    network.backward(network.forward(np.ones((2, 6))))
    assert network.layers[1].grads["kernel"].any()


def test_mlp_has_the_layers_and_parameters_that_the_chapters_count(rng):
    network = mlp(rng=rng)
    kinds = [type(layer) for layer in network.layers]
    assert kinds == [Flatten, Dense, ReLU, Dense, ReLU, Dense]
    shapes = [param.shape for param in params(network)]
    assert shapes == [(784, 128), (128,), (128, 64), (64,), (64, 10), (10,)]
    assert network.parameter_count == 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10 == 109_386


@pytest.mark.parametrize(("hidden_units", "count"), [((), 7850), ((5,), 3985), ((5, 4, 3), 4004)])
def test_mlp_takes_any_number_of_hidden_layers(rng, hidden_units, count):
    network = mlp(hidden_units, rng=rng)
    assert network.parameter_count == count
    assert network.forward(np.zeros((2, 784))).shape == (2, 10)


def test_images_and_rows_give_the_same_logits(rng):
    network = mlp(rng=rng)
    images = rng.random((5, 28, 28), dtype=np.float32)
    logits = network.forward(images)
    assert logits.shape == (5, 10)
    assert_array_equal(network.forward(images.reshape(5, 784)), logits)


def test_predictions_come_from_the_logits(rng):
    network = mlp(rng=rng)
    images = rng.random((5, 28, 28), dtype=np.float32)
    logits = network.forward(images)
    assert_array_equal(network.predict_logits(images), logits)
    assert_array_equal(network.predict_proba(images), softmax(logits))
    assert_array_equal(network.predict(images), logits.argmax(axis=1))
    assert network.predict(images).dtype == np.int64


def test_many_examples_are_predicted_in_chunks(rng, monkeypatch):
    network = mlp((16,), rng=rng)
    images = rng.random((25, 784), dtype=np.float32)
    expected = network.predict_proba(images)
    monkeypatch.setattr(network_module, "CHUNK", 10)
    lengths = []
    network.layers[0].forward = lambda x, training: lengths.append(len(x)) or x
    assert_allclose(network.predict_proba(images), expected, rtol=1e-5)
    assert lengths == [10, 10, 5]


def test_the_parameters_decide_the_dtype(rng):
    network = mlp((5,), rng=rng)
    assert network.forward(np.zeros((2, 784), dtype=np.float64)).dtype == np.float32
    to_float64(network.layers, rng)
    assert network.forward(np.zeros((2, 784), dtype=np.float32)).dtype == np.float64


def test_only_training_drops(rng):
    network = small(rng)
    x = rng.random((4, 2, 3), dtype=np.float32)
    assert_array_equal(network.forward(x), network.predict_logits(x))
    assert not np.array_equal(network.forward(x, training=True), network.forward(x))


def test_unscaled_images_are_refused(rng):
    images = np.zeros((2, 28, 28), dtype=np.uint8)
    for method in (mlp(rng=rng).forward, mlp(rng=rng).predict_proba, mlp(rng=rng).predict):
        with pytest.raises(TypeError, match=r"preprocessing\.scale_pixels.*Received: uint8"):
            method(images)


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_grey_levels_made_floats_are_refused_and_standardized_pixels_are_not(rng, method):
    grey = np.full((2, 28, 28), 128.0)
    predict = getattr(mlp(rng=rng), method)
    with pytest.raises(ValueError, match=r"scale_pixels\(images\).*Received: 128 to 128"):
        predict(grey)
    standardized = (grey - 127.5) / 255
    assert len(predict(standardized - 0.4)) == 2


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_logits"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_has_no_digit(rng, method, value):
    x = np.zeros((2, 784))
    x[1, 7] = value
    with pytest.raises(ValueError, match=r"finite numbers in x\. Received: NaN or infinity"):
        getattr(mlp(rng=rng), method)(x)


def test_lists_and_what_makes_an_array_are_taken(rng):
    class Frame:
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            return np.asarray(self.values, dtype)

    network, rows = mlp((4,), rng=rng), rng.random((3, 784))
    expected = network.predict(rows)
    assert_array_equal(network.predict(rows.tolist()), expected)
    assert_array_equal(network.predict(Frame(rows)), expected)


def test_one_number_of_hidden_units_is_one_hidden_layer(rng):
    assert mlp(5, rng=rng).parameter_count == 3985


def test_a_network_is_shown_as_its_summary(rng):
    assert repr(small(rng)).splitlines() == [
        "Network of 74 parameters",
        "  Flatten  (B, 6)   0",
        "  Dense    (B, 5)  35",
        "  ReLU     (B, 5)   0",
        "  Dropout  (B, 5)   0",
        "  Dense    (B, 4)  24",
        "  Sigmoid  (B, 4)   0",
        "  Dense    (B, 3)  15",
    ]


def test_layers_that_only_train_are_left_out_of_predicting_layers(rng):
    network = small(rng)
    kinds = [type(layer) for layer in network.predicting_layers]
    assert kinds == [Flatten, Dense, ReLU, Dense, Sigmoid, Dense]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda rng: mlp((128, 64), rng=0), r"rng=np.random.default_rng\(0\).*Received: 0"),
        (lambda rng: mlp((1.5,), rng=rng), "each of hidden_units as an integer. Received: 1.5"),
        (lambda rng: mlp("128", rng=rng), "hidden_units as an array of numbers. Received: '128'"),
        (lambda rng: mlp(1.5, rng=rng), "each of hidden_units as an integer. Received: 1.5"),
        (lambda rng: mlp(None, rng=rng), "hidden_units as an array of numbers. Received: None"),
        (
            lambda rng: Network(Flatten()),
            r"one list of layers: write Network\(\[Flatten\(\), \.\.\.\]\)\. Received: Flatten$",
        ),
        (
            lambda rng: Network(Dense(784, 10, rng=rng), ReLU()),
            r"one list of layers: write Network\(\[.*Received: Dense, ReLU$",
        ),
        (
            lambda rng: Network([Dense(784, 10, rng=rng)], ReLU()),
            "one list of layers.*Received: list of length 1, ReLU$",
        ),
        (
            lambda rng: Network([Dense, ReLU]),
            r"layers as objects, such as ReLU\(\) or Dense.*Received: <class '.*Dense'>",
        ),
        (lambda rng: Network(["relu"]), r"layers as objects.*Received: 'relu' \(str\)"),
    ],
)
def test_habits_from_other_libraries_are_told_what_to_write(rng, make, message):
    with pytest.raises(TypeError, match=message):
        make(rng)


@pytest.mark.parametrize("shape", [(28, 28), (2, 27, 28), (2, 783), (784,)])
def test_images_of_another_shape_are_refused(rng, shape):
    with pytest.raises(ValueError, match=r"\(B, 28, 28\) or \(B, 784\).*Received: float32 "):
        mlp(rng=rng).forward(np.zeros(shape, dtype=np.float32))


def test_one_image_alone_is_told_how_to_become_a_batch(rng):
    with pytest.raises(ValueError, match=r"One image alone\? Write x\[np\.newaxis\]\."):
        mlp(rng=rng).predict(np.zeros((28, 28)))


def test_empty_batches_are_refused(rng):
    for method in (mlp(rng=rng).forward, mlp(rng=rng).predict_proba):
        with pytest.raises(ValueError, match=r"Expected .* Received: float32 .*\(0, 28, 28\)"):
            method(np.zeros((0, 28, 28), dtype=np.float32))


def test_a_network_without_parameters_is_refused():
    with pytest.raises(ValueError, match=r"a layer with parameters\. Received: 0 without"):
        Network([])
    with pytest.raises(ValueError, match="a layer with parameters"):
        Network([Flatten(), ReLU()])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_network_comes_back_to_the_last_bit(rng, tmp_path, dtype):
    network = small(rng)
    for layer in network.layers:
        layer.params = {name: p.astype(dtype) for name, p in layer.params.items()}
    network.layers[1].params["bias"][:3] = [np.nan, -0.0, 1e-42]
    network.save(tmp_path / "small.npz")
    loaded = Network.load(str(tmp_path / "small.npz"))
    assert [type(layer) for layer in loaded.layers] == [type(layer) for layer in network.layers]
    assert loaded.layers[3].rate == 0.25
    for ours, theirs in zip(network.layers, loaded.layers, strict=True):
        assert ours.params.keys() == theirs.params.keys()
        assert theirs.grads == {}
        for name in ours.params:
            assert ours.params[name].dtype == theirs.params[name].dtype
            assert ours.params[name].tobytes() == theirs.params[name].tobytes()


def test_a_loaded_network_predicts_the_same_and_can_learn_on(rng, tmp_path):
    network = mlp((8,), rng=rng)
    network.save(tmp_path / "mlp")
    loaded = Network.load(tmp_path / "mlp")
    x = rng.random((3, 784), dtype=np.float32)
    assert_array_equal(loaded.predict_proba(x), network.predict_proba(x))
    loaded.backward(loaded.forward(x, training=True))
    loaded.layers[1].params["kernel"] -= loaded.layers[1].grads["kernel"]


def test_an_interrupted_save_leaves_the_old_file(rng, tmp_path, monkeypatch):
    path = tmp_path / "network.npz"
    mlp((), rng=rng).save(path)
    before = path.read_bytes()

    def run_out_of_space(file, **arrays):
        file.write(b"PK")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", run_out_of_space)
    with pytest.raises(OSError, match="no space left"):
        mlp((), rng=rng).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_layers_of_ones_own_cannot_be_saved(rng, tmp_path):
    class Double(Flatten):
        pass

    with pytest.raises(TypeError, match=r"layers of digitlearn\.layers\. Received: .*Double"):
        Network([Double(), Dense(2, 2, rng=rng)]).save(tmp_path / "network.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_would_fill_the_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(network_module, "MOST_BYTES", 10_000)
    path = tmp_path / "network.npz"
    np.savez_compressed(path, layers=np.zeros(100_000))  # 1 kB in the file
    assert path.stat().st_size < 2000
    with pytest.raises(ValueError, match=r"800,\d+ bytes, more than 10,000"):
        Network.load(path)


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize("share", [0, 0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(rng, tmp_path, share):
    path = tmp_path / "network.npz"
    small(rng).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ValueError, match=r"that Network\.save wrote. Received: .*network\.npz"):
        Network.load(path)


KERNEL, BIAS = np.zeros((6, 3), dtype=np.float32), np.zeros(3, dtype=np.float32)


@pytest.mark.parametrize(
    "arrays",
    [
        {"x_train": np.zeros(3)},
        {"layers": np.array(["Flatten"])},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL},
        {"layers": np.array(["Convolution"])},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL, "0.bias": BIAS[:2]},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL, "0.bias": BIAS[:1]},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL[0], "0.bias": BIAS},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL, "0.bias": BIAS.astype(np.float64)},
        {"layers": np.array(["Dense"]), "0.kernel": KERNEL.astype(int), "0.bias": BIAS.astype(int)},
        {
            "layers": np.array(["Dense", "Dense"]),
            **{"0.kernel": KERNEL, "0.bias": BIAS, "1.kernel": KERNEL, "1.bias": BIAS},
        },
        {
            "layers": np.array(["Dropout", "Dense"]),
            **{"0.rate": np.array(1.5), "1.kernel": KERNEL, "1.bias": BIAS},
        },
    ],
)
def test_other_npz_files_are_refused(tmp_path, arrays):
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(ValueError, match=r"that Network\.save wrote. Received: .*other\.npz"):
        Network.load(tmp_path / "other.npz")


def test_loading_runs_no_code_from_the_file(tmp_path):
    class Touch:
        def __reduce__(self):
            return Path.touch, (tmp_path / "touched",)

    np.savez(tmp_path / "evil.npz", layers=np.array([Touch()], dtype=object))
    with pytest.raises(ValueError, match=r"that Network\.save wrote"):
        Network.load(tmp_path / "evil.npz")
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"\x93NUMPY", b"PK\x03\x04"])
def test_other_files_are_refused(tmp_path, content):
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"that Network\.save wrote"):
        Network.load(path)
    np.save(tmp_path / "array.npy", BIAS)
    with pytest.raises(ValueError, match=r"that Network\.save wrote"):
        Network.load(tmp_path / "array.npy")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    network = Network([Dense(3, 2, rng=np.random.default_rng(0))])
    path = tmp_path_factory.mktemp("flip") / "network.npz"
    network.save(path)
    return network, path, path.read_bytes()


@settings(max_examples=200)
@given(where=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_a_damaged_file_never_gives_another_network(saved, where, mask):
    network, path, content = saved
    damaged = bytearray(content)
    damaged[int(where * len(content))] ^= mask
    path.write_bytes(damaged)
    try:
        loaded = Network.load(path)
    except ValueError:
        return
    assert [type(layer) for layer in loaded.layers] == [Dense]
    for ours, theirs in zip(params(network), params(loaded), strict=True):
        assert_array_equal(theirs, ours)


def test_a_layer_has_one_place(rng):
    """It keeps what it was given last, so in two places its gradients would be wrong."""
    dense, relu = Dense(3, 3, rng=rng), ReLU()
    with pytest.raises(ValueError, match=r"layer once: make another\. Received: one ReLU twice"):
        Network([relu, dense, relu])
    with pytest.raises(ValueError, match=r"Received: one Dense twice"):
        Network([dense, ReLU(), dense])


def test_units_come_in_one_sequence(rng):
    with pytest.raises(
        TypeError, match=r"write mlp\(\(128, 64\), rng=rng\)\. Received: several num"
    ):
        mlp(128, 64, 32, rng=rng)
