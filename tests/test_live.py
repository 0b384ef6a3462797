"""What the figures compute in the page is what the package computes: training, and the digits."""

import base64
import gzip
import itertools
import json
import re
import shutil
import subprocess
from types import SimpleNamespace

import live
import numpy as np
import pytest
from building import ROOT
from mkdocs.structure.files import Files
from scipy import ndimage

from digitlearn import data, losses, optimizers, training
from digitlearn.augmentation import BASIS, distort, rotate
from digitlearn.layers import Dense, Dropout, Flatten, ReLU
from digitlearn.network import Network
from digitlearn.preprocessing import scale_pixels

ASSETS = ROOT / "docs/assets"
STEPS = 100
BATCH = 16


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Return a function that runs tasks with the figures' modules in Node, or skip without it."""
    if shutil.which("node") is None:
        pytest.skip("needs Node.js")
    folder = tmp_path_factory.mktemp("scripts")
    for name in ("try", "live"):
        shutil.copytree(ASSETS / name, folder / name)
    (folder / "package.json").write_text('{"type": "module"}')  # the site's modules end in .js

    def run(name, task):
        (folder / "tasks.json").write_text(json.dumps([[name, task]]))
        command = ["node", ROOT / "tests/browser/learn.mjs", folder, folder / "tasks.json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)[0]

    return run


def encode(array):
    return base64.b64encode(np.ascontiguousarray(array, np.float64).tobytes()).decode()


def network(sizes, rng, *, dropout=0.0):
    """Return a network in float64, with biases that are not zero."""
    layers = [Flatten()]
    for inputs, units in itertools.pairwise(sizes):
        dense = Dense(inputs, units, rng=rng)
        dense.params = {
            "kernel": dense.params["kernel"].astype(np.float64),
            "bias": rng.normal(0, 0.1, units),
        }
        layers += [dense, ReLU()]
        if dropout:
            layers.append(Dropout(dropout, rng=rng))
    return Network(layers[: -2 if dropout else -1])


def described(net):
    """Return the layers as learn.mjs builds them; Flatten does nothing to flat rows."""
    found = []
    for layer in net.layers[1:]:
        one = {"kind": type(layer).__name__, **layer.settings}
        if layer.params:
            inputs, units = layer.params["kernel"].shape
            params = {name: encode(param) for name, param in layer.params.items()}
            one |= {"inputs": inputs, "units": units, **params}
        found.append(one)
    return found


class Draws:
    """A generator of NumPy's that remembers what it drew."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.drawn = []

    def random(self, shape, dtype):
        """Draw as Dropout does."""
        values = self.rng.random(shape, dtype=dtype)
        self.drawn.append(values.ravel().astype(np.float64))
        return values


def batches(rng, digits):
    x, labels = digits
    for _ in range(STEPS):
        chosen = rng.choice(len(x), BATCH, replace=False)
        yield x[chosen].reshape(BATCH, -1).astype(np.float64), labels[chosen]


@pytest.mark.parametrize(
    "told",
    [["SGD", 0.1], ["SGD", 0.05, 0.9], ["Adam", 0.002]],
    ids=["SGD", "momentum", "Adam"],
)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_hundred_steps_give_the_packages_losses(node, digits, told, dropout):
    optimizer = getattr(optimizers, told[0])(*told[1:])
    rng = np.random.default_rng(5)
    net = network((784, 24, 16, 10), rng, dropout=dropout)
    layers, draws = described(net), Draws(6)
    for layer in net.layers:
        if isinstance(layer, Dropout):
            layer.rng = draws
    steps, told_batches = [], []
    for x, labels in batches(rng, digits):
        steps.append(training.train_step(net, x, labels, optimizer))
        told_batches.append({"x": encode(x), "labels": labels.tolist()})
    task = {"layers": layers, "optimizer": told, "batches": told_batches}
    drawn = np.concatenate(draws.drawn) if draws.drawn else np.zeros(0)
    result = node("train", {**task, "draws": encode(drawn)})
    theirs = [(step["loss"], step["accuracy"]) for step in result["steps"]]
    np.testing.assert_allclose(theirs, steps, rtol=0, atol=1e-9)
    losses = np.array(steps)[:, 0]
    assert losses[-10:].mean() < 0.9 * losses[:10].mean()  # it has learned in the meantime
    kernel = np.frombuffer(base64.b64decode(result["kernel"])).reshape(16, 10)
    np.testing.assert_allclose(kernel, net.layers[-1].params["kernel"], rtol=0, atol=1e-8)


def test_gradients_are_the_losss_slopes(node):
    rng = np.random.default_rng(7)
    net = network((6, 5, 4, 10), rng, dropout=0.4)
    task = {
        "layers": described(net),
        "x": encode(rng.random((3, 6))),
        "labels": [3, 0, 9],
        "draws": encode(rng.random(1000)),
        "step": 1e-6,
    }
    found = node("gradients", task)
    assert len(found) == 6
    for one in found:
        message = f"{one['name']} of layer {one['index']}"
        np.testing.assert_allclose(
            one["gradient"], one["slopes"], rtol=1e-6, atol=1e-8, err_msg=message
        )
        assert np.any(np.abs(one["gradient"]) > 1e-4), message


def test_the_pages_digits_are_the_embedded_ones(node, tmp_path, embedded_train, embedded_test):
    path = tmp_path / "digits.bin"
    path.write_bytes(live.embedded_digits())
    assert path.stat().st_size < 80_000
    result = node("unpack", str(path))
    images = np.frombuffer(base64.b64decode(result["images"]), np.uint8).reshape(-1, 28, 28)
    ours = np.concatenate([embedded_train.images, embedded_test.images])
    assert np.abs(images.astype(int) - ours).max() <= 1
    labels = np.concatenate([embedded_train.labels, embedded_test.labels])
    np.testing.assert_array_equal(result["labels"], labels)
    np.testing.assert_array_equal(data.load_embedded("test").images, embedded_test.images)


def test_networks_begin_as_the_packages_do(node):
    first, second, last = node("mlp", {"hidden": [40, 30], "seed": 3})
    for kernel, inputs in ((first, 784), (second, 40), (last, 30)):
        assert np.std(kernel) == pytest.approx((2 / inputs) ** 0.5, rel=0.1)
        assert abs(np.mean(kernel)) < 4 * np.std(kernel) / len(kernel) ** 0.5
    drawn = np.array(node("draw", {"seed": 3, "count": 10_000}))
    assert drawn.min() >= 0
    assert drawn.max() < 1
    counts, _ = np.histogram(drawn, bins=20, range=(0, 1))
    assert np.abs(counts - 500).max() < 110  # five standard deviations
    assert not np.array_equal(drawn, node("draw", {"seed": 4, "count": 10_000}))


def test_a_run_is_told_from_its_validation_loss(node):
    def history(loss, validation):
        return [[i, a, 0, b, 0] for i, (a, b) in enumerate(zip(loss, validation, strict=True))]

    runs = [
        history([2.3, 0.4, 0.1], [2.3, 0.3, 0.2]),
        history([2.3, 0.1, 0.0], [2.3, 0.5, 0.8]),
        history([2.3, 2.2, 2.1], [2.3, 2.2, 2.1]),
        history([2.3, 90.0, 2.3], [2.3, 5.0, 2.3]),
        history([2.3, 1e300, 1e300], [2.3, 9.0, 8.0]),
    ]
    told = node("outcomes", runs)
    assert told[:3] == ["fall and stay low", "fall, then rise", "hardly move"]
    assert told[3:] == ["end as high as a blind guess"] * 2


@pytest.mark.parametrize("side", [6, 7, 11])
def test_closing_is_scipys(node, side):
    values = np.random.default_rng(8).random((40, 30))
    task = {"values": encode(values), "width": 30, "height": 40, "side": side}
    closed = np.reshape(node("close", task), values.shape)
    np.testing.assert_allclose(closed, ndimage.grey_closing(values, (side, side)), atol=1e-12)


def test_distances_are_the_sums_of_squares(node):
    rng = np.random.default_rng(11)
    image, means = rng.random(784), rng.random((10, 784))
    found = node("distances", {"image": image.tolist(), "all": means.tolist()})
    np.testing.assert_allclose(found, ((image - means) ** 2).sum(axis=1), rtol=1e-12)


def test_a_neurons_sum_is_the_dot_product(node):
    rng = np.random.default_rng(12)
    pixels, weights = rng.random(784), rng.normal(0, 0.3, 784)
    found = node("multiply", {"pixels": pixels.tolist(), "weights": weights.tolist()})
    np.testing.assert_allclose(found["products"], pixels * weights, rtol=1e-12)
    np.testing.assert_allclose(found["sums"], np.cumsum(pixels * weights), rtol=0, atol=1e-9)


def test_what_relu_cuts_is_what_the_package_cuts(node, digits):
    net = network((784, 48, 32, 10), np.random.default_rng(13))
    first, _, second, _, last = net.layers[1:]
    image = digits[0][0].reshape(1, -1).astype(np.float64)
    sums = first.forward(image)
    told = {"biases": [second.params["bias"].tolist(), last.params["bias"].tolist()]}
    for name, layer in {"second": second, "output": last}.items():
        thousandths = (1000 * layer.params["kernel"]).round().astype(int)
        layer.params["kernel"] = thousandths / 1000
        told[name] = " ".join(map(str, thousandths.ravel()))
    for moved in (-1, 0, 0.5):
        found = node("follow", {"data": told, "sums": (sums[0] + moved).tolist()})
        hidden = np.maximum(0, sums + moved)
        then = np.maximum(0, second.forward(hidden))
        expected = losses.softmax(last.forward(then))[0]
        np.testing.assert_allclose(found["activations"][0], hidden[0], rtol=1e-5)
        np.testing.assert_allclose(found["activations"][1], then[0], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found["probabilities"], expected, rtol=0, atol=1e-4)
        if moved == 0:
            np.testing.assert_allclose(expected, net.predict_proba(image)[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("right", [0, 1])
def test_the_small_graph_is_a_dense_layer_and_cross_entropy(node, right):
    x, weights, rate = np.array([[1.0, 0.5]]), np.array([[0.5, -1.0], [1.0, 2.0]]), 0.7
    layer = Dense(2, 2, rng=np.random.default_rng(14))
    layer.params = {"kernel": weights.copy(), "bias": np.zeros(2)}
    sums, label = layer.forward(x), np.array([right])
    loss, slopes = losses.cross_entropy(sums, label), losses.cross_entropy_gradient(sums, label)
    inputs = layer.backward(slopes)[0]
    kernel = layer.grads["kernel"]
    optimizers.SGD(rate).step([layer])
    graph = {"x": x[0].tolist(), "weights": weights.tolist(), "right": right}
    found = node("graph", {"graph": graph, "rate": rate})
    expected = {
        **{"sums": sums[0], "probabilities": losses.softmax(sums)[0], "loss": loss},
        **{"forSums": slopes[0], "forWeights": kernel, "forInputs": inputs},
        "moved": layer.params["kernel"],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=0, atol=1e-12, err_msg=name)
    told = "\n".join(found["says"]).replace("−", "-")
    after = losses.cross_entropy(x @ layer.params["kernel"], label)
    assert f"is -ln {losses.softmax(sums)[0, right]:.2f} ≈ {loss:.2f}." in told
    assert f"0.50 × 1.00 = {sums[0, 0]:.2f}." in told
    for value in [*kernel.ravel(), *inputs]:
        assert f" = {value:+.2f}." in told
    assert f"was {loss:.2f} and is {after:.2f}. It has fallen." in told
    assert len(found["says"]) == 17


def test_the_valleys_loss_and_slopes_are_those_of_the_weights(node):
    rng = np.random.default_rng(10)
    inputs, others = rng.random((20, 2)), rng.normal(0, 1, (20, 10))
    labels, weights, digit = rng.integers(0, 10, 20), np.array([0.3, -0.7]), 4

    def loss(moved):
        logits = others.copy()
        logits[:, digit] += inputs @ moved
        return losses.cross_entropy(logits, labels)

    logits = others.copy()
    logits[:, digit] += inputs @ weights
    told = {"logits": logits.tolist(), "inputs": inputs.tolist(), "labels": labels.tolist()}
    told |= {"digit": digit, "weights": weights.tolist()}
    places = weights + rng.normal(0, 1, (5, 2))
    results = node("slopes", {"batch": told, "weights": places.tolist()})
    for place, result in zip(places, results, strict=True):
        assert result["loss"] == pytest.approx(loss(place), abs=1e-12)
        for axis, slope in enumerate(result["slopes"]):
            step = 1e-6 * np.eye(2)[axis]
            wiggled = (loss(place + step) - loss(place - step)) / 2e-6
            assert slope == pytest.approx(wiggled, abs=1e-8)


def test_digits_are_pushed_as_scipy_would(node):
    image = np.random.default_rng(11).random((28, 28)).astype(np.float32)
    still = {"thickness": 0, "turn": 0, "right": 0, "down": 0, "noise": 0}
    ways = {
        "shift": (still | {"right": 3, "down": -2}, ndimage.shift(image, (-2, 3), order=0)),
        "turn": (still | {"turn": 25}, rotate(image[np.newaxis], 25)[0]),
    }
    for side in (2, 3, 4):
        grown = ndimage.grey_dilation(image, size=(side, side), mode="constant")
        ways[f"dilation {side}"] = still | {"thickness": side}, grown
    shrunk = ndimage.grey_erosion(image, size=(2, 2), mode="constant")
    ways["erosion"] = still | {"thickness": -2}, shrunk
    task = {"image": encode(image), "ways": [way for way, _ in ways.values()]}
    for (name, (_, expected)), found in zip(ways.items(), node("push", task), strict=True):
        found = np.reshape(found, (28, 28))
        np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    "strengths",
    [
        {"scale": 0, "shear": 0, "shift": 0, "elastic": 0},
        {"rotation": 0, "shear": 0, "shift": 0, "elastic": 0},
        {"rotation": 0, "scale": 0, "shift": 0, "elastic": 0},
        {"rotation": 0, "scale": 0, "shear": 0, "elastic": 0, "shift": 6},
        {"rotation": 0, "scale": 0, "shear": 0, "shift": 0, "elastic": 3},
        {},
        {"rotation": 60, "scale": 0.4, "shear": 0.6, "shift": 6, "elastic": 4},
    ],
    ids=["turn", "stretch", "slant", "shift", "bend", "as in training", "all"],
)
def test_digits_are_distorted_as_the_package_does(node, embedded_test, strengths):
    images = scale_pixels(embedded_test.images[:20])
    strengths = distort.__kwdefaults__ | strengths
    expected = distort(images, rng=np.random.default_rng(15), **strengths)
    rng = np.random.default_rng(15)  # what distort draws, in its order
    draws = rng.uniform(-1, 1, (6, len(images)))
    fields = rng.standard_normal((2, len(images), len(BASIS) - 3), dtype=np.float32) @ BASIS[3:]
    most = [strengths[name] for name in ("rotation", "scale", "scale", "shear", "shift", "shift")]
    names = ("turn", "height", "width", "slant", "down", "right")
    tasks = []
    for image, drawn, field in zip(images, draws.T, fields.transpose(1, 0, 2), strict=True):
        how = dict(zip(names, most * drawn, strict=True)) | {"bend": strengths["elastic"]}
        how |= {"height": 1 + how["height"], "width": 1 + how["width"]}
        tasks.append({"image": encode(image), "how": how, "field": field.tolist()})
    found = np.reshape(node("distort", tasks), images.shape)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert np.abs(found - images).max() > 0.1


def test_two_fields_mix_into_one_that_is_as_strong(node):
    both = np.random.default_rng(16).normal(0, 100, (2, 2, 784)).round()
    mixed = [node("mix", {"both": both.ravel().tolist(), "angle": angle}) for angle in (0, 1, 2)]
    np.testing.assert_allclose(mixed[0], both[0] / 100)
    expected = (np.cos(1) * both[0] + np.sin(1) * both[1]) / 100
    np.testing.assert_allclose(mixed[1], expected, atol=1e-12)
    assert np.std(mixed[2]) == pytest.approx(1, abs=0.06)


def test_noise_is_normally_distributed(node):
    drawn = np.concatenate([node("noise", seed) for seed in range(10)])
    assert abs(drawn.mean()) < 4 / len(drawn) ** 0.5
    assert drawn.std() == pytest.approx(1, abs=0.03)
    assert np.mean(np.abs(drawn) < 1) == pytest.approx(0.683, abs=0.02)


def test_a_figures_scripts_are_small():
    sizes = {path.name: path.read_bytes() for path in (ASSETS / "live").glob("*.js")}
    assert len(sizes) >= 4
    for name, script in sizes.items():
        assert script.count(b"\n") <= 200, name
        assert len(gzip.compress(script)) < 6_000, name


def with_imports(path):
    """Return a script and all scripts that it imports, and those that these do."""
    found, waiting = set(), [path]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        names = re.findall(r'^import .* from "(.+)"', path.read_text(encoding="utf-8"), re.M)
        waiting.extend((path.parent / name).resolve() for name in names)
    return found


FIGURES = ["means", "pixels", "neuron", "cut", "graph", "confusion", "refusal", "cliffs"]
FIGURES += ["softmax", "valley", "race", "distortions", "train", "drawn", "flow", "steps"]


def test_every_figure_is_listed():
    chapters = (ROOT / "docs/chapters").glob("*.py")
    named = {name for path in chapters for name in re.findall(r' live="(\w+)"', path.read_text())}
    assert set(FIGURES) == named | {"flow"}  # which the front page asks for


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_small_with_all_it_imports(name):
    scripts = with_imports(ASSETS / f"live/{name}.js")
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 12_000


def test_what_draws_comes_only_to_who_draws():
    scripts = with_imports(ASSETS / "live/distortions.js")
    assert not {path.name for path in scripts} & {"sketch.js", "pad.js", "preprocess.js"}
    scripts |= with_imports(ASSETS / "live/sketch.js")
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 26_000


def test_the_pad_comes_only_to_who_comes_near():
    scripts = with_imports(ASSETS / "live/train.js")
    assert not {path.name for path in scripts} & {"reader.js", "pad.js", "preprocess.js"}
    # A figure and all of Draw a digit that brings a drawing to the form of MNIST's images.
    scripts |= with_imports(ASSETS / "live/reader.js")
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 26_900


def test_the_worker_that_learns_is_small():
    # Beside the page, which does not wait for it: the layers, and what makes MNIST's form of the
    # digits, which are sent as they come with scikit-learn.
    scripts = with_imports(ASSETS / "live/trainer.js")
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 15_400


def test_data_are_files_of_their_own(tmp_path):
    plugins = SimpleNamespace(_current_plugin="a hook")
    config = SimpleNamespace(site_dir=str(tmp_path), use_directory_urls=False, plugins=plugins)
    files = Files([])
    data = {"labels": [1, 2], "strip": "data:image/png;base64,AAAA", "net": live.BYTES + "AAEC"}
    assert live.publish(files, config, data, "07-23") == "07-23.json"
    weights, rest = files
    assert (weights.src_uri, weights.content_bytes) == ("assets/live/07-23-net.bin", b"\0\1\2")
    assert rest.src_uri == "assets/live/07-23.json"
    assert json.loads(rest.content_string) == data | {"net": "07-23-net.bin"}


def test_chapter_8_photographs_digits_of_the_page_to_draw_in():
    pen = re.compile(r'"(\d)"(?:: |, "an? \d", [\d.]+, \d+, )"(M[^"]+)"')
    template = ROOT / "docs/tools/templates/try.html"
    page, figure = (
        dict(pen.findall(path.read_text(encoding="utf-8")))
        for path in (template, ASSETS / "live/steps.js")
    )
    assert len(page) == 10
    assert len(figure) >= 3
    assert figure.items() <= page.items()
