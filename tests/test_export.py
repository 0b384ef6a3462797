"""Networks handed on: what Keras, ONNX Runtime and the page read of them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import export as module
from digitlearn.export import check_network, export
from digitlearn.layers import Dense, Dropout, Flatten, ReLU, Sigmoid
from digitlearn.network import Network, mlp
from digitlearn.pretrained import unpack

ROOT = Path(__file__).parent.parent
# TensorFlow's variables know nothing of NumPy 2's copy keyword.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def random_network(*layers, seed=0):
    """Return a network whose biases are random too, so that a mixed-up bias shows."""
    rng = np.random.default_rng(seed)
    network = Network(layers) if layers else mlp((24, 12), rng=rng)
    for layer in network.layers:
        if layer.params:
            layer.params["bias"][:] = rng.normal(size=len(layer.params["bias"]))
    return network


def with_all_layers():
    rng = np.random.default_rng(1)
    first, second, last = (Dense(*shape, rng=rng) for shape in [(784, 9), (9, 8), (8, 10)])
    one, other = Dropout(0.5, rng=rng), Dropout(0.5, rng=rng)
    return random_network(Flatten(), first, Sigmoid(), one, second, ReLU(), other, last)


@pytest.fixture
def onnx():
    pytest.importorskip("onnxruntime")
    return pytest.importorskip("onnx")


@pytest.fixture
def keras():
    return pytest.importorskip("keras")


def images(count=7):
    """Return images with pixels that are all different."""
    return np.random.default_rng(5).random((count, 28, 28), dtype=np.float32)


# Keras


def test_keras_reads_it_without_digitlearn(keras, tmp_path):
    networks = {"a": random_network(), "b": with_all_layers()}
    for name, network in networks.items():
        assert 0 < export(network, tmp_path / f"{name}.keras") < 1e-5
    np.save(tmp_path / "images.npy", images())
    code = """if True:
        import sys, keras, numpy as np
        for name in "ab":
            model = keras.models.load_model(f"{name}.keras")
            np.save(f"{name}.npy", model.predict(np.load("images.npy"), verbose=0))
        assert "digitlearn" not in sys.modules
    """
    command = [sys.executable, "-c", code]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    for name, network in networks.items():
        found = np.load(tmp_path / f"{name}.npy")
        assert_allclose(found, network.predict_proba(images()), atol=1e-5)


# ONNX


@pytest.mark.parametrize("make", [random_network, with_all_layers])
@pytest.mark.parametrize("count", [1, 7])
def test_onnx_takes_batches_of_images_and_gives_probabilities(make, count, onnx, tmp_path):
    import onnxruntime

    network, file = make(), tmp_path / "a.onnx"
    assert 0 < export(network, file) < 1e-5
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    [taken], [given] = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.type, taken.shape) == ("images", "tensor(float)", ["B", 28, 28])
    assert (given.name, given.type, given.shape) == ("probabilities", "tensor(float)", ["B", 10])
    [found] = session.run(["probabilities"], {"images": images(count)})
    assert_allclose(found, network.predict_proba(images(count)), atol=1e-5)


def test_onnx_files_are_the_same_each_time(onnx, tmp_path):
    for name in ("a.onnx", "b.onnx"):
        export(random_network(), tmp_path / name)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    model = onnx.load(tmp_path / "a.onnx")
    assert [node.op_type for node in model.graph.node] == [
        *("Flatten", "Gemm", "Relu", "Gemm", "Relu", "Gemm", "Softmax")
    ]
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)


# The page


@pytest.mark.parametrize(("dtype", "tolerance"), [(None, 0.02), ("int8", 0.02), ("float16", 1e-3)])
def test_the_packed_file_is_read_back(dtype, tolerance, tmp_path):
    network, file = random_network(), tmp_path / "a.safetensors"
    difference = export(network, file, dtype=dtype)
    assert 0 < difference < tolerance
    found = unpack(file.read_bytes()).predict_proba(images())
    assert_allclose(found, network.predict_proba(images()), atol=tolerance)


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
def test_the_page_reads_it(tmp_path):
    network = random_network()
    export(network, tmp_path / "a.safetensors")
    levels = np.rint(images(3) * 255)
    (tmp_path / "images.json").write_text(json.dumps(levels.reshape(3, 784).tolist()))
    script = """
        import { readFileSync } from "node:fs";
        const [folder, weights, images] = process.argv.slice(1);
        const { readLayers } = await import(`${folder}/weights.js`);
        const { forward, scalePixels } = await import(`${folder}/network.js`);
        const file = readFileSync(weights);
        const start = file.byteOffset;
        const layers = readLayers(file.buffer.slice(start, start + file.length));
        const inputs = JSON.parse(readFileSync(images)).map(scalePixels);
        const results = inputs.map((input) => forward(layers, input));
        console.log(JSON.stringify(results.map(({ probabilities }) => probabilities)));
    """
    shutil.copytree(ROOT / "docs/assets/try", tmp_path / "try")
    (tmp_path / "package.json").write_text('{"type": "module"}')  # the site's modules end in .js
    names = [str(tmp_path / name) for name in ("try", "a.safetensors", "images.json")]
    command = ["node", "--input-type=module", "-e", script, *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    packed = unpack((tmp_path / "a.safetensors").read_bytes())
    expected = packed.predict_proba((levels / 255).astype(np.float32))
    assert_allclose(json.loads(result.stdout), expected, atol=1e-5)


@pytest.mark.parametrize("hidden_units", [(), (8,), (8, 8, 8)])
def test_layers_that_the_page_cannot_show_are_refused(hidden_units, tmp_path):
    network = mlp(hidden_units, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"the page shows, .* Received: Flatten Dense"):
        export(network, tmp_path / "a.safetensors")
    with pytest.raises(ValueError, match=r"Received: .*Sigmoid"):
        export(with_all_layers(), tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.keras", "a.onnx"])
def test_no_log_of_a_library_reaches_the_terminal(name, keras, onnx, tmp_path):
    random_network().save(tmp_path / "a.npz")
    command = [sys.executable, "-m", "digitlearn", "export", tmp_path / "a.npz", tmp_path / name]
    private = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=private)
    assert result.stderr == ""
    assert result.stdout.startswith(f"Saved as {tmp_path / name}; ")
    assert len(result.stdout.splitlines()) == 1


# What is refused


@pytest.mark.parametrize("name", ["a", "a.npz", "a.h5", "keras"])
def test_a_name_says_the_format(name, tmp_path):
    with pytest.raises(
        ValueError, match=rf"name in \.safetensors, \.keras, \.onnx\. Received: .*{name}"
    ):
        export(random_network(), tmp_path / name)


def test_dtype_is_for_packed_files(tmp_path):
    with pytest.raises(ValueError, match=r"a dtype for .safetensors only. Received: int8 for"):
        export(random_network(), tmp_path / "a.onnx", dtype="int8")
    with pytest.raises(ValueError, match=r'"int8" or "float16". Received: .int4.'):
        export(random_network(), tmp_path / "a.safetensors", dtype="int4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("layer", "value"), [(1, np.nan), (1, np.inf), (5, np.nan), (5, np.inf), (5, -np.inf)]
)
def test_a_network_must_be_finite(layer, value):
    network = random_network()
    network.layers[layer].params["kernel"][:, 3] = value
    with pytest.raises(ValueError, match=r"Expected 10 finite logits for an image. Received: "):
        check_network(network)


def test_a_network_must_read_digits(tmp_path):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"x of shape \(B, 64\).*Received: .*\(1, 28, 28\)"):
        export(Network([Flatten(), Dense(64, 10, rng=rng)]), tmp_path / "a.onnx")
    with pytest.raises(ValueError, match=r"Expected 10 finite logits for an image. Received: "):
        export(Network([Flatten(), Dense(784, 9, rng=rng)]), tmp_path / "a.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "library", "extra"), [("a.keras", "Keras", "keras"), ("a.onnx", "onnx", "export")]
)
def test_a_missing_library_is_named(name, library, extra, tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "digitlearn.keras_models", raising=False)
    monkeypatch.setitem(sys.modules, library.lower(), None)
    advice = rf'{library} .*pip install "digitlearn\[{extra}\]"$'
    with pytest.raises(ImportError, match=advice) as caught:
        export(random_network(), tmp_path / name)
    assert str(caught.value).count("Expected") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        export(random_network(), tmp_path / "no" / "a.safetensors")


# What is damaged while it is written


def damage(monkeypatch, file):
    """Let a file be written wrongly."""
    if file.suffix == ".safetensors":

        def write(network, dtype):
            other = random_network()
            other.layers[5].params["kernel"][:] = network.layers[5].params["kernel"][:, ::-1]
            return pack(other, dtype)

        pack = module.pack
        monkeypatch.setattr(module, "pack", write)
    elif file.suffix == ".keras":
        import keras

        load = keras.models.load_model

        def read(name):
            model = load(name)
            values = model.get_weights()
            model.set_weights([*values[:-1], values[-1] + 0.01 * np.arange(10)])
            return model

        monkeypatch.setattr(keras.models, "load_model", read)
    else:
        import onnx

        save = onnx.save

        def save_another(model, name):
            bias = onnx.numpy_helper.to_array(model.graph.initializer[-1])
            other = bias + 0.01 * np.arange(10, dtype=np.float32)
            model.graph.initializer[-1].CopyFrom(onnx.numpy_helper.from_array(other, "bias_5"))
            save(model, name)

        monkeypatch.setattr(onnx, "save", save_another)


@pytest.mark.parametrize("suffix", ["safetensors", "keras", "onnx"])
@pytest.mark.parametrize("before", [None, b"precious"])
def test_other_probabilities_are_noticed(suffix, before, tmp_path, monkeypatch):
    if suffix != "safetensors":
        pytest.importorskip(suffix)
    file = tmp_path / f"a.{suffix}"
    if before:
        file.write_bytes(before)
    damage(monkeypatch, file)
    with pytest.raises(ValueError, match=r"Expected probabilities, read back, within .* Received"):
        export(random_network(), file)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([before] if before else [])


def test_a_part_of_a_file_is_noticed(tmp_path, monkeypatch):
    write = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda path, data: write(path, data[:-100]))
    with pytest.raises(ValueError, match="Expected a file that pack made"):
        export(random_network(), tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_the_network_is_left_as_it_was(onnx, keras, tmp_path):
    network = with_all_layers()
    before = [param.copy() for layer in network.layers for param in layer.params.values()]
    for name in ("a.keras", "a.onnx"):
        export(network, tmp_path / name)
    after = [param for layer in network.layers for param in layer.params.values()]
    for one, other in zip(before, after, strict=True):
        assert_array_equal(one, other)
    assert len(network.layers) == 8
