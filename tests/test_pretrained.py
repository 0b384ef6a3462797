"""The file format of released networks, and the networks themselves."""

import hashlib
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from digitlearn import pretrained
from digitlearn.evaluation import evaluate
from digitlearn.layers import Dense, Dropout, Flatten, ReLU, Sigmoid
from digitlearn.network import Network, mlp
from digitlearn.preprocessing import scale_pixels
from digitlearn.pretrained import pack, unpack
from digitlearn.reading import predict_proba


def dense(network):
    return [layer for layer in network.layers if isinstance(layer, Dense)]


@given(st.lists(st.integers(1, 6), max_size=3), st.integers(0, 2**32 - 1))
def test_eight_bits_keep_every_weight_to_half_a_step(hidden_units, seed):
    rng = np.random.default_rng(seed)
    network = mlp(hidden_units, rng=rng)
    for layer in dense(network):
        layer.params["bias"][:] = rng.normal(size=layer.params["bias"].shape)
    again = unpack(pack(network, "int8"))
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in network.layers]
    for layer, other in zip(dense(network), dense(again), strict=True):
        kernel = layer.params["kernel"]
        step = abs(kernel).max(axis=0) / 127
        assert (abs(other.params["kernel"] - kernel) <= step * 0.5001).all()
        assert_array_equal(other.params["bias"], layer.params["bias"])
        assert other.params["kernel"].dtype == np.float32


def test_sixteen_bits_keep_three_digits():
    network = mlp((7, 5), rng=np.random.default_rng(0))
    again = unpack(pack(network, "float16"))
    for layer, other in zip(dense(network), dense(again), strict=True):
        expected = layer.params["kernel"].astype(np.float16).astype(np.float32)
        assert_array_equal(other.params["kernel"], expected)


def test_the_file_is_what_its_description_says():
    # Read by hand, as a page does.
    network = mlp((3,), rng=np.random.default_rng(0))
    content = pack(network, "int8")
    [length] = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    assert header["__metadata__"] == {"layers": "Flatten Dense ReLU Dense"}
    entry = header["1.kernel"]
    assert (entry["dtype"], entry["shape"]) == ("I8", [784, 3])
    start, end = (8 + length + offset for offset in entry["data_offsets"])
    kernel = np.frombuffer(content[start:end], dtype=np.int8).reshape(784, 3)
    assert_array_equal(abs(kernel.astype(int)).max(axis=0), 127)
    start, end = (8 + length + offset for offset in header["1.scale"]["data_offsets"])
    scale = np.frombuffer(content[start:end], dtype="<f4")
    assert_array_equal(kernel * scale, dense(unpack(content))[0].params["kernel"])


def test_a_unit_without_weights_stays_so():
    network = mlp((3,), rng=np.random.default_rng(0))
    dense(network)[0].params["kernel"][:, 1] = 0
    assert not dense(unpack(pack(network, "int8")))[0].params["kernel"][:, 1].any()


def test_dropout_is_left_out():
    rng = np.random.default_rng(0)
    first, last = Dense(784, 3, rng=rng), Dense(3, 10, rng=rng)
    with_it = Network([Flatten(), first, ReLU(), Dropout(0.5, rng=rng), last])
    assert pack(with_it, "float16") == pack(Network([Flatten(), first, ReLU(), last]), "float16")


def test_what_cannot_be_packed_is_refused():
    rng = np.random.default_rng(0)
    network = mlp((3,), rng=rng)
    with pytest.raises(ValueError, match=r'"int8" or "float16". Received: .int4.'):
        pack(network, "int4")
    sigmoid = Network([Flatten(), Dense(784, 3, rng=rng), Sigmoid(), Dense(3, 10, rng=rng)])
    with pytest.raises(ValueError, match=r"Received: .*'Sigmoid'"):
        pack(sigmoid, "int8")
    for value, dtype in [(np.nan, "int8"), (np.inf, "float16"), (1e6, "float16")]:
        dense(network)[0].params["kernel"][5, 1] = value
        with pytest.raises(ValueError, match=rf"fit {dtype}. Received: 1\."):
            pack(network, dtype)


@pytest.mark.parametrize("length", [0, 4, 100, 1000, -1])
def test_a_part_of_a_file_is_refused(length):
    content = pack(mlp((3,), rng=np.random.default_rng(0)), "int8")
    with pytest.raises(ValueError, match=r"a file that pack made. Received: "):
        unpack(content[:length])


def test_another_safetensors_file_is_refused():
    from safetensors.numpy import save

    for arrays in [{"a": np.zeros(3)}, {"1.kernel": np.zeros((4, 3)), "1.bias": np.zeros(2)}]:
        with pytest.raises(ValueError, match=r"a file that pack made. Received: "):
            unpack(save(arrays))


def test_every_bit_of_a_header_counts():
    # A changed bit there once gave a network with other weights, and no word about it.
    network = mlp((3,), rng=np.random.default_rng(0))
    content = pack(network, "int8")
    weights = [layer.params for layer in dense(unpack(content))]
    [length] = struct.unpack("<Q", content[:8])
    refused = 0
    for bit in range(8 * (8 + length)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            again = unpack(bytes(damaged))
        except ValueError:
            refused += 1
            continue
        for old, new in zip(weights, dense(again), strict=True):
            assert_array_equal(old["kernel"], new.params["kernel"])
            assert_array_equal(old["bias"], new.params["bias"])
    assert refused > 7 * length


def test_numbers_that_are_none_are_refused():
    content = bytearray(pack(mlp((3,), rng=np.random.default_rng(0)), "float16"))
    content[-2:] = np.float16(np.nan).tobytes()
    expected = r"a file that pack made\. Received: .*received NaN or infinity in "
    with pytest.raises(ValueError, match=expected):
        unpack(bytes(content))


def test_a_released_network_has_a_name_that_may_be_a_path():
    one, other = pretrained.load(Path("small")), pretrained.load("small")
    for ours, theirs in zip(dense(one), dense(other), strict=True):
        assert_array_equal(ours.params["kernel"], theirs.params["kernel"])


def test_there_are_two_released_networks():
    with pytest.raises(ValueError, match=r"'large', 'small', a .*npz file\. Received: medium$"):
        pretrained.load("medium")


def test_a_network_in_a_file_is_loaded_by_its_path(tmp_path):
    network = mlp((6, 5), rng=np.random.default_rng(0))
    network.save(tmp_path / "a.npz")
    (tmp_path / "a.safetensors").write_bytes(pack(network, "float16"))
    for name in ("a.npz", "a.safetensors"):
        for path in (tmp_path / name, str(tmp_path / name)):
            assert pretrained.load(path).parameter_count == network.parameter_count
    with pytest.raises(FileNotFoundError):
        pretrained.load(tmp_path / "b.safetensors")


@pytest.mark.parametrize(
    ("name", "hidden_units", "limit"), [("small", (256, 128), 300_000), ("large", None, 3_700_000)]
)
def test_a_released_network_is_as_described(name, hidden_units, limit):
    layers = dense(pretrained.load(name))
    units = [len(layer.params["bias"]) for layer in layers]
    assert len(layers[0].params["kernel"]) == 784
    assert len(units) == 3
    assert units[-1] == 10
    assert hidden_units is None or tuple(units[:2]) == hidden_units
    file = pretrained.SEALS.with_name(f"{name}.safetensors")
    assert len(file.read_bytes()) < limit
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert f"{digest}  {name}.safetensors" in pretrained.SEALS.read_text().splitlines()


@pytest.mark.parametrize(("name", "accuracy"), [("small", 0.9938), ("large", 0.9954)])
def test_released_networks_are_as_good_as_promised(name, accuracy, mnist_test):
    """As the package and the page read, in three looks."""
    network = pretrained.load(name)
    report = evaluate(mnist_test.labels, predict_proba(network, scale_pixels(mnist_test.images)))
    assert report.accuracy >= accuracy
    assert report.calibration_error < 0.005


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """Return a folder like the package's own, with one small network in it, sealed."""
    folder = tmp_path / "digitlearn" / "weights"
    folder.mkdir(parents=True)
    content = pack(mlp((3,), rng=np.random.default_rng(0)), "int8")
    (folder / "tiny.safetensors").write_bytes(content)
    seals = folder / "SHA256SUMS"
    seals.write_text(f"{hashlib.sha256(content).hexdigest()}  tiny.safetensors\n")
    monkeypatch.setattr(pretrained, "SEALS", seals)
    monkeypatch.setattr(pretrained, "__file__", str(tmp_path / "digitlearn" / "pretrained.py"))
    return folder


def test_a_third_network_is_one_more_line(weights):
    assert pretrained.load("tiny").parameter_count == 2395


@pytest.mark.parametrize("content", [None, b"", b"x" * 100])
@pytest.mark.parametrize("file", ["tiny.safetensors", "SHA256SUMS"])
def test_a_damaged_package_is_to_be_installed_again(content, file, weights):
    (weights / file).unlink()
    if content is not None:
        (weights / file).write_bytes(content)
    if file == "SHA256SUMS" and content == b"":
        return
    with pytest.raises(ValueError, match=r"install the package again\. Received: "):
        pretrained.load("tiny")


def test_weights_just_made_are_to_be_sealed(weights, tmp_path):
    (weights / "tiny.safetensors").write_bytes(
        pack(mlp((4,), rng=np.random.default_rng(0)), "int8")
    )
    with pytest.raises(ValueError, match=r"install the package again\. Received: [0-9a-f]{64}"):
        pretrained.load("tiny")
    (tmp_path / "docs" / "study").mkdir(parents=True)
    (tmp_path / "docs" / "study" / "release.py").touch()
    with pytest.raises(ValueError, match=r"run docs/study/release\.py again, which seals them"):
        pretrained.load("tiny")


def test_loading_needs_no_heavy_library():
    code = (
        "import sys; from digitlearn import pretrained; pretrained.load('small'); "
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert not {"sklearn", "scipy", "matplotlib", "keras", "tensorflow", "torch"} & set(loaded)
