"""Every public name, called with what it does not expect: a right result or a kind error.

One table holds a valid call of each public function, constructor and method; another holds values
that no one should pass. Each argument of each call is replaced by each of these values in turn.
The call may work, if the value can only mean one thing: then its result is like that of the valid
call, and finite. Or it raises an error that says what was expected and what it received.
"""

import contextlib
import copy
import decimal
import fractions
import importlib
import inspect
import io
import itertools
import math
import pickle
import pkgutil
import re
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

import digitlearn
from digitlearn import (
    augmentation,
    checks,
    data,
    evaluation,
    exercises,
    export,
    files,
    layers,
    losses,
    network,
    optimizers,
    pictures,
    pieces,
    plots,
    preprocessing,
    pretrained,
    reading,
    training,
)
from digitlearn.ink import find_ink

SAID = re.compile(r"Expected .* Received: ", re.DOTALL)
# What Python itself says of a path that is none; it names both.
NO_PATH = re.compile(r"os\.PathLike object|embedded null|surrogates not allowed")
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
# Under other names, or with nothing to check: the command line reads words (tests/test_cli.py).
# The command line has tests of its own; what figures share gets what they have looked at.
EXEMPT = {"cli.main", "options.make_parser", "data.load_semeion"}  # the last takes no argument
EXEMPT |= {"exercises.Exercise"}  # what the room's own modules say of themselves
EXEMPT |= {"style.styled", "style.axes_or_new", "style.picture"}
# What comes from outside may make libraries raise anything; `data` says what was wrong with it, and
# tests/test_data.py tries that.
OUTSIDE = {"download", "formats", "sources"}
# These pass numbers on: what NaN or infinity becomes in them is arithmetic, and no fault.
PASS_ON = re.compile(
    r"layers\.|losses\.|training.train_step|network.Network\.(forward|backward)|checks.as_(array|shaped)|preprocessing.(fl|sp)"
)
# Figures, other libraries' models and downloads take their time: each argument is given only some
# of the values, and the next one others.
ENOUGH = 200  # cases of a function
SLOW = re.compile(r"plots\.|export\.export|keras_models\.|data\.load")

# Hostile values


class FrameLike:
    """What pandas and tensors have: a way to become an array."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __array__(self, dtype=None, copy=None):
        return self.values.astype(dtype or self.values.dtype)

    def __len__(self):
        return len(self.values)


class BrokenTensor:
    """A tensor that lives elsewhere: it has no array and no length."""

    shape = (3, 28, 28)
    dtype = "float32"

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("Can't call numpy() on a tensor that requires grad.")

    def __len__(self):
        raise TypeError("len() of a 0-d tensor")


SHAPES = [(), (0,), (1,), (3,), (10,), (0, 10), (3, 10), (10, 10), (28, 28), (3, 784)]
SHAPES += [(0, 28, 28), (3, 28, 28), (3, 28, 27), (3, 28, 28, 1), (1, 1, 1, 1, 1)]
DTYPES = ["bool", "uint8", "int8", "int64", "uint64", "float16", "float32", ">f8", "complex64"]
DTYPES += ["object", "U3", "M8[s]"]


def arrays():
    """Return arrays of many shapes and dtypes, read-only: no argument may be changed."""
    rng = np.random.default_rng(0)
    values = {
        f"{dtype} array of {shape}": np.asarray(rng.integers(0, 2, shape)).astype(dtype)
        for dtype in DTYPES
        for shape in SHAPES
    }
    for fill in (np.nan, np.inf, -np.inf, -1.0, 0.5, 255.0, 1e30, -1e300):
        for shape in ((3,), (3, 10), (28, 28), (3, 28, 28)):
            values[f"{fill} in {shape}"] = np.full(shape, fill)
    for fill in (-1, 10, 2**40, -(2**63)):
        values[f"labels of {fill}"] = np.full(3, fill)
    values["levels above 255"] = np.full((3, 28, 28), 1000)
    values["turned around"] = np.ones((3, 28, 28))[::-1, ::-1, ::2]
    for array in values.values():
        array.flags.writeable = False
    return values


def objects():
    """Return what is no array: numbers, text, containers, things."""
    numbers = [None, True, False, 0, 1, 2, -1, 10, 1.5, 0.5, -0.0, math.nan, math.inf, -math.inf]
    numbers += [2**70, -(2**70), 10**400, 1e308, 5e-324, 1j, np.int8(3), np.float32(0.5)]
    numbers += [np.float64("nan"), np.bool_(True), fractions.Fraction(1, 2), decimal.Decimal("1")]
    text = [
        "",
        "x",
        "small",
        "0",
        "adam",
        "a\0b",
        "x" * 5000,
        "~nosuchuser/x",
        "é\udcff",
        b"",
        b"x",
    ]
    containers = [[], (), [1, 2, 3], [[1, 2], [3]], ["a"], [None], {}, {"a": 1}, set(), {1, 2}]
    containers += [[[]], [math.nan], [1.5], [-1], [True], ["1"], range(3), iter([1]), (1, 2), (1,)]
    containers += [(None, None), ([], []), (np.ones((3, 784)), [0, 1, 2]), [2**70], [object()]]
    things = [object(), int, print, lambda *a, **k: None, Path("none.npz"), io.BytesIO(b"x")]
    things += [np.random.RandomState(0), np.random.default_rng, memoryview(b"abc"), bytearray(3)]
    things += [BrokenTensor(), np, ValueError("x"), Ellipsis, NotImplemented, slice(3)]
    things += [FrameLike(x) for x in ([0, 1, 2], [[1.0, 2.0]], ["a"], np.ones((3, 28, 28)))]
    things += [np.ma.masked_less([1, 2, 3], 2), np.ma.masked_all((3, 28, 28)), np.ma.masked]
    things += [np.ma.array([1, 2, 3]), np.rec.array([(1, 2.0)]), np.zeros(3, "V4")]
    return {
        f"{index} {_short(v)}": v for index, v in enumerate(numbers + text + containers + things)
    }


def _short(value):
    try:
        return f"{type(value).__name__} {value!r:.40}"
    except ValueError:  # an integer of too many digits
        return type(value).__name__


HOSTILE = arrays() | objects()


# Valid calls


def rng():
    return np.random.default_rng(0)


def net():
    return network.mlp((6, 5), rng=rng())


def trained_layers():
    """Return layers that have gradients."""
    model = net()
    model.backward(model.forward(X) / 10)
    return list(model.layers)


X = rng().random((3, 28, 28), dtype=np.float32)
Y = np.array([2, 0, 1])
P = losses.softmax(rng().normal(size=(3, 10)))
COUNTS = np.array([[5, 1], [0, 4]])
INK = np.pad(np.ones((12, 3)), 6)
DRAWING = 1 - INK
REPORT = evaluation.evaluate(Y, P)
HISTORY = training.History((0.5, 0.4), (0.8, 0.9), (), (), (1.0, 1.0))
PACKED = pretrained.pack(network.mlp((6, 5), rng=rng()), "int8")


def forward(kind, **settings):
    return lambda x, training: kind(**settings).forward(x, training=training)


def backward(kind, method="backward", **settings):
    def call(grad):
        layer = kind(**settings)
        layer.forward(X.reshape(3, 784), training=True)
        return getattr(layer, method)(grad)

    return call


def backward_of_network(grad):
    model = net()
    model.forward(X)
    return model.backward(grad)


def step(optimizer):
    return lambda layers: optimizer.step(layers)


def save(model, path):
    model.save(path)
    return network.Network.load(path).parameter_count


def write(path):
    with files.complete(path) as part:
        part.write_bytes(b"x")


def read_nothing(value):
    if value is not None:
        raise KeyError(value)


def read_network(path):
    net().save("there.npz")
    return network.Network.load(path)


def read_arrays(path, most_bytes):
    np.savez("there.npz", a=np.ones(3))
    return files.read_npz(path, most_bytes)


SMALL = {"in_features": 4, "units": 3, "rng": rng}
WIDE = {"in_features": 784, "units": 3, "rng": rng()}
G = X.reshape(3, 784) - 0.5
# Of each public name: what to call, and a valid value of each argument; a function makes a new
# one for each call.
CALLS = {
    "augmentation.rotate": (augmentation.rotate, {"images": X, "degrees": 10.0}),
    "augmentation.distort": (
        augmentation.distort,
        {"images": X, "labels": Y, "rng": rng}
        | dict.fromkeys(("rotation", "scale", "shear", "shift", "elastic"), 0.5),
    ),
    "checks.describe": (checks.describe, {"value": 1}),
    "checks.as_array": (lambda value: checks.as_array("x", value), {"value": X}),
    "checks.as_floats": (lambda value: checks.as_floats("x", value), {"value": X}),
    "checks.as_pixels": (lambda value: checks.as_pixels("x", value), {"value": X}),
    "checks.as_labels": (
        lambda value: checks.as_labels("y", value, count=3, classes=10),
        {"value": Y},
    ),
    "checks.expect": (
        lambda value: checks.expect(value is None, "none", checks.describe(value)),
        {"value": None},
    ),
    "checks.as_kind": (lambda value: checks.as_kind("a number", value, int), {"value": 3}),
    "checks.as_pair": (lambda value: checks.as_pair("train", value), {"value": (X, Y)}),
    "checks.as_shaped": (lambda value: checks.as_shaped("x", value, (3, 10)), {"value": P}),
    "checks.as_table": (lambda value: checks.as_table("ink", value), {"value": P}),
    "checks.as_confusion": (checks.as_confusion, {"value": COUNTS}),
    "checks.as_generator": (checks.as_generator, {"rng": rng}),
    "checks.as_counts": (lambda value: checks.as_counts("units", value), {"value": (4, 3)}),
    "checks.as_count": (lambda value: checks.as_count("n", value), {"value": 3}),
    "checks.as_number": (lambda value: checks.as_number("n", value, 0), {"value": 0.5}),
    "data.load": (data.load, {"split": "train", "dataset": "embedded"}),
    "data.load_mnist": (data.load_mnist, {"split": "test", "path": "nowhere.npz"}),
    "data.load_embedded": (data.load_embedded, {"split": "test"}),
    "evaluation.evaluate": (evaluation.evaluate, {"labels": Y, "probabilities": P}),
    "evaluation.wilson_interval": (
        evaluation.wilson_interval,
        {"correct": 8, "total": 10},
    ),
    "evaluation.compare": (
        evaluation.compare,
        {"labels": Y, "predictions_a": Y, "predictions_b": Y},
    ),
    "evaluation.reliability": (
        evaluation.reliability,
        {"labels": Y, "probabilities": P, "bins": 4},
    ),
    "evaluation.most_confused": (evaluation.most_confused, {"confusion": COUNTS, "top": 3}),
    "evaluation.percent": (evaluation.percent, {"probability": 0.5}),
    "evaluation.mistakes": (evaluation.mistakes, {"labels": Y, "probabilities": P}),
    "export.check_network": (export.check_network, {"network": net}),
    "export.export": (
        export.export,
        {"network": net, "path": "a.safetensors", "dtype": "float16"},
    ),
    "files.complete": (write, {"path": "a.txt"}),
    "files.attempt": (
        lambda read: files.attempt("a read", checks.describe(read), lambda: read_nothing(read)),
        {"read": None},
    ),
    "files.read_npz": (read_arrays, {"path": "there.npz", "most_bytes": 1000}),
    "layers.Flatten": (layers.Flatten, {}),
    "layers.Dense": (layers.Dense, SMALL),
    "layers.Dense.rebuild": (
        lambda state: layers.Dense.rebuild(state),
        {"state": {"kernel": np.ones((2, 1), np.float32), "bias": np.ones(1, np.float32)}},
    ),
    "layers.ReLU": (layers.ReLU, {}),
    "layers.Sigmoid": (layers.Sigmoid, {}),
    "layers.Dropout": (layers.Dropout, {"rate": 0.5, "rng": rng}),
    "layers.Dropout.rebuild": (
        lambda state: layers.Dropout.rebuild(state),
        {"state": {"rate": np.array(0.5)}},
    ),
    "losses.softmax": (losses.softmax, {"logits": P}),
    "losses.cross_entropy": (losses.cross_entropy, {"logits": P, "labels": Y}),
    "losses.cross_entropy_gradient": (losses.cross_entropy_gradient, {"logits": P, "labels": Y}),
    "network.Network": (network.Network, {"layers": lambda: list(net().layers)}),
    "network.Network.forward": (
        lambda x, training: net().forward(x, training=training),
        {"x": X, "training": True},
    ),
    "network.Network.backward": (backward_of_network, {"grad": P}),
    "network.Network.predict_logits": (lambda x: net().predict_logits(x), {"x": X}),
    "network.Network.predict_proba": (lambda x: net().predict_proba(x), {"x": X}),
    "network.Network.predict": (lambda x: net().predict(x), {"x": X}),
    "network.Network.save": (lambda path: save(net(), path), {"path": "a.npz"}),
    "network.Network.load": (read_network, {"path": "there.npz"}),
    "network.mlp": (network.mlp, {"hidden_units": (4, 3), "rng": rng}),
    "network.build_layers": (
        network.build_layers,
        {
            "arrays": {
                "layers": np.array(["Dense"]),
                "0.kernel": np.ones((2, 1), np.float32),
                "0.bias": np.ones(1, np.float32),
            }
        },
    ),
    "optimizers.SGD": (optimizers.SGD, {"learning_rate": 0.1, "momentum": 0.5}),
    "optimizers.SGD.step": (step(optimizers.SGD(0.1)), {"layers": trained_layers}),
    "optimizers.Adam": (
        optimizers.Adam,
        {
            "learning_rate": 0.1,
            "beta_1": 0.9,
            "beta_2": 0.9,
            "epsilon": 1e-7,
            "weight_decay": 0.0,
        },
    ),
    "optimizers.Adam.step": (step(optimizers.Adam()), {"layers": trained_layers}),
    "optimizers.RunningMean": (lambda keep: optimizers.RunningMean(keep), {"keep": 0.9}),
    **{
        f"optimizers.RunningMean.{name}": (
            lambda layers, name=name: getattr(optimizers.RunningMean(), name)(layers),
            {"layers": trained_layers},
        )
        for name in ("start", "update", "swap")
    },
    "optimizers.cosine": (optimizers.cosine, {"progress": 0.5}),
    "pictures.read_grey": (pictures.read_grey, {"image": DRAWING}),
    "ink.find_ink": (find_ink, {"grey": DRAWING}),
    "exercises.check": (
        lambda name: exercises.check(name, lambda x: x, seconds=5.0),
        {"name": "relu"},
    ),
    "exercises.get": (exercises.get, {"name": "relu"}),
    "exercises.hint": (exercises.hint, {"name": "relu", "number": 1}),
    "exercises.names": (exercises.names, {"chapter": 3}),
    "exercises.solution": (exercises.solution, {"name": "relu"}),
    "pieces.count_holes": (pieces.count_holes, {"image": INK}),
    "pieces.find_digit": (pieces.find_digit, {"ink": INK}),
    "pieces.lone_digit": (pieces.lone_digit, {"ink": INK}),
    "pieces.stroke_width": (pieces.stroke_width, {"digit": INK}),
    "pieces.widen": (pieces.widen, {"digit": INK}),
    "pieces.stands_beside": (pieces.stands_beside, {"image": INK}),
    "reading.predict_logits": (reading.predict_logits, {"network": net, "x": X}),
    "reading.predict_proba": (reading.predict_proba, {"network": net, "x": X}),
    "reading.read": (reading.read, {"picture": DRAWING, "network": net}),
    "pictures.fit_to_frame": (pictures.fit_to_frame, {"ink": INK}),
    "pictures.bounds": (pictures.bounds, {"mask": INK > 0}),
    "style.use_style": (plots.use_style, {}),
    "galleries.plot_digits": (
        plots.plot_digits,
        {"images": X, "labels": Y, "predictions": Y, "columns": 3},
    ),
    "galleries.plot_mistakes": (
        plots.plot_mistakes,
        {"images": X, "labels": Y, "probabilities": P, "top": 2, "columns": 2},
    ),
    "galleries.plot_weights": (
        plots.plot_weights,
        {"kernel": np.ones((784, 2)), "labels": ["a", "b"], "columns": 2},
    ),
    "plots.plot_history": (plots.plot_history, {"history": HISTORY}),
    "plots.plot_confusion": (
        plots.plot_confusion,
        {"confusion": COUNTS, "normalize": True, "ax": None},
    ),
    "plots.plot_per_class": (plots.plot_per_class, {"report": REPORT, "ax": None}),
    "plots.plot_reliability": (
        plots.plot_reliability,
        {"labels": Y, "probabilities": P, "bins": 4, "ax": None},
    ),
    "diagrams.plot_activations": (plots.plot_activations, {"network": net, "image": X[0]}),
    "diagrams.plot_network": (
        plots.plot_network,
        {"hidden_units": (4, 3), "image": X[0], "highlight": (1,), "ax": None},
    ),
    "preprocessing.scale_pixels": (preprocessing.scale_pixels, {"images": np.uint8(X * 255)}),
    "preprocessing.flatten": (preprocessing.flatten, {"images": X}),
    "preprocessing.one_hot": (preprocessing.one_hot, {"labels": Y, "num_classes": 4}),
    "preprocessing.split_validation": (
        preprocessing.split_validation,
        {"x": X, "y": Y, "validation_split": 0.4, "rng": rng},
    ),
    "preprocessing.to_mnist_style": (preprocessing.to_mnist_style, {"image": DRAWING}),
    "pretrained.load": (pretrained.load, {"name": "small"}),
    "pretrained.pack": (pretrained.pack, {"network": net, "dtype": "int8"}),
    "pretrained.unpack": (pretrained.unpack, {"content": PACKED}),
    "training.fit": (
        training.fit,
        {
            "network": net,
            "train": (X, Y),
            "validation": (X, Y),
            "epochs": 1,
            "batch_size": 2,
            "optimizer": optimizers.Adam,
            "augment": None,
            "schedule": None,
            "mean": None,
            "rng": rng,
            "progress": False,
            "unscaled": False,
        },
    ),
    "training.train_step": (
        training.train_step,
        {"network": net, "x": X, "labels": Y, "optimizer": optimizers.Adam},
    ),
}
for kind in ("Flatten", "Dense", "ReLU", "Sigmoid", "Dropout"):
    cls = getattr(layers, kind)
    settings = {"Dense": WIDE, "Dropout": {"rate": 0.5, "rng": rng()}}.get(kind, {})
    x = X.reshape(3, 784)
    CALLS[f"layers.{kind}.forward"] = (forward(cls, **settings), {"x": x, "training": True})
    grads = {"grad": G[:, :3] if kind == "Dense" else G}
    CALLS[f"layers.{kind}.backward"] = (backward(cls, **settings), grads)
    CALLS[f"layers.{kind}.backward_params"] = (backward(cls, "backward_params", **settings), grads)


def keras_calls():
    """Return the calls of the module that needs Keras, or none without it."""
    with contextlib.suppress(ImportError):
        from digitlearn import keras_models

        def fit(**arguments):
            return keras_models.fit_keras(**arguments)

        model = keras_models.build_ann((4,), seed=0)
        return {
            "keras_models.build_ann": (
                keras_models.build_ann,
                {"hidden_units": (4,), "dropout": 0.5, "learning_rate": 0.1, "seed": 0},
            ),
            "keras_models.fit_keras": (
                fit,
                {
                    "model": lambda: model,
                    "train": (X, Y),
                    "validation": (X, Y),
                    "epochs": 1,
                    "batch_size": 2,
                    "seed": 0,
                    "callbacks": (),
                },
            ),
            "keras_models.copy_weights": (
                keras_models.copy_weights,
                {
                    "source": lambda: network.mlp((4,), rng=rng()),
                    "target": lambda: network.mlp((4,), rng=rng()),
                },
            ),
        }
    return {}


# What is public


def public_names():
    """Return "module.name" of all public functions and classes, and of the classes' methods."""
    names = {}
    for module in pkgutil.iter_modules(digitlearn.__path__):
        if module.name in {"__main__", *OUTSIDE}:
            continue
        try:
            found = importlib.import_module(f"digitlearn.{module.name}")
        except ImportError:
            continue
        for name, value in vars(found).items():
            ours = getattr(value, "__module__", None) == found.__name__
            if ours and callable(value) and not name.startswith("_"):
                names |= {f"{module.name}.{path}": thing for path, thing in members(name, value)}
    return names


def members(name, value):
    """Yield a function, or a class that computes something, and its public methods."""
    holds = inspect.isclass(value) and (issubclass(value, tuple | Exception))
    if not holds and not inspect.isabstract(value):
        yield name, value
        if inspect.isclass(value):
            for method, thing in vars(value).items():
                if isinstance(thing, types.FunctionType | classmethod) and method[0] != "_":
                    yield f"{name}.{method}", thing


NAMES = public_names()


def test_every_public_name_has_a_valid_call():
    assert set(NAMES) - EXEMPT - set(CALLS) - set(keras_calls()) == set()


# The walk


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Files named by hostile values go into an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DIGITLEARN_DATA", "DIGITLEARN_DATASET"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")


def fresh(arguments):
    """Return valid arguments that no call has changed yet."""
    return {
        name: value() if callable(value) else copy.copy(value) for name, value in arguments.items()
    }


def finite(result):
    """Say whether no number in a result is NaN or infinite."""
    if isinstance(result, tuple | list):
        return all(map(finite, result))
    if isinstance(result, float | np.ndarray | np.generic) and np.asarray(result).dtype.kind == "f":
        return bool(np.isfinite(result).all())
    return True


def complaint(call, arguments, name, kind, pass_on):
    """Return what is wrong with the answer to a hostile value, or None."""
    try:
        with np.errstate(all="ignore") if pass_on else contextlib.nullcontext():
            result = call(**arguments)
    except data.DataUnavailableError as error:
        message = str(error)
        return None if "What you can do" in message and not ADDRESS.search(message) else message
    except (TypeError, ValueError, OSError) as error:
        message = str(error)
        if name in ("path", "image", "picture", "name") and (
            isinstance(error, OSError) or NO_PATH.search(message)
        ):
            return None
        if SAID.search(message) and not ADDRESS.search(message) and len(message) < 1000:
            return None
        return f"{type(error).__name__}: {message:.200}"
    except Exception as error:
        return f"{type(error).__name__}: {error!s:.200}"
    finally:
        close_figures()
    if not isinstance(result, (kind, np.generic) if kind is np.ndarray else kind):
        return f"returned {type(result).__name__}"
    return None if pass_on or finite(result) else "returned NaN or infinity"


def close_figures():
    import matplotlib.pyplot as plt

    plt.close("all")


def walk(path, call, arguments):
    """Replace each argument by each hostile value; fail with the complaints."""
    kind = type(call(**fresh(arguments))) if arguments.get("path") != "nowhere.npz" else None
    found, count, pass_on = [], 0, bool(PASS_ON.match(path))
    for name, label in cases(path, arguments):
        value = HOSTILE[label]
        if name == "epochs" and isinstance(value, int) and value > 10:
            continue  # right, but long
        if name in ("augment", "schedule") and callable(value):
            continue  # what a reader's own function raises is the reader's
        said = complaint(call, fresh(arguments) | {name: value}, name, kind, pass_on)
        count += bool(said)
        if said and sum(line.startswith(f"{name}=") for line in found) < 12:
            found.append(f"{name}={label}: {said}")
    assert not found, f"{count} complaints\n" + "\n".join(found)


def cases(path, arguments):
    """Return the arguments to replace, each with the labels of the values to give it."""
    # Where only yes or no is asked, Python takes anything.
    names = [name for name, valid in arguments.items() if not isinstance(valid, bool)]
    every = min(5, len(names) * len(HOSTILE) // ENOUGH) if SLOW.match(path) else 1
    return [
        (name, label)
        for index, name in enumerate(names)
        for label in itertools.islice(HOSTILE, index % every, None, every)
    ]


def test_every_function_has_enough_cases():
    found = {name: len(cases(name, arguments)) for name, (_, arguments) in CALLS.items()}
    without = {"layers.Flatten", "layers.ReLU", "layers.Sigmoid", "style.use_style"}
    assert {name for name, count in found.items() if count < ENOUGH} == without
    assert {count for name, count in found.items() if name in without} == {0}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_hostile_values_give_a_right_result_or_a_kind_error(name):
    walk(name, *CALLS[name])


@pytest.mark.parametrize("name", sorted(n for n in NAMES if n.startswith("keras_models.")))
def test_hostile_values_in_keras(name):
    walk(name, *keras_calls()[name])


# Files


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def document():
    """Return a zip of something else, as word processors write it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return file.getvalue()


def lone_array():
    file = io.BytesIO()
    np.save(file, X)
    return file.getvalue()


KERNEL = {"0.kernel": np.ones((2, 1), np.float32)}
SAVED = npz(layers=np.array(["Dense"]), **KERNEL, **{"0.bias": np.ones(1, np.float32)})
WRONG_FILES = {
    "empty": b"",
    "text": b"seven\n" * 20,
    "page": b"<html><body>404</body></html>",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "pickle": pickle.dumps({"layers": 1}),
    "npy": lone_array(),
    "zip of something else": document(),
    "cut short": SAVED[:-50],
    "damaged": SAVED.replace(b"NUMPY", b"NUMPI"),
    "other arrays": npz(x_train=X),
    "objects": npz(layers=np.array([{1: 2}], dtype=object)),
    "kind": npz(layers=np.array(["Convolution"])),
    "no kind": npz(layers=np.array(3.0)),
    "rows of kinds": npz(layers=np.array([["Dense"]])),
    "no bias": npz(layers=np.array(["Dense"]), **KERNEL),
    "other file": PACKED[:-10],
    "other header": PACKED[:8] + b"x" + PACKED[9:],
    "float32": safetensors.numpy.save({"1.kernel": X[0], "1.bias": X[0, 0]}),
    "without scale": safetensors.numpy.save({"1.kernel": np.int8(X[0]), "1.bias": X[0, 0]}),
}
READERS = {
    "network.npz": network.Network.load,
    "released.npz": pretrained.load,
    "released.safetensors": pretrained.load,
    "digits.npz": lambda path: data.load_mnist("test", path=path),
}
# What NumPy, zipfile and safetensors say of what they cannot read.
RAW = re.compile(r"magic|allow_pickle|archive|CRC|reshape|buffer|deserializ|NoneType|^'|\"", re.I)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("kind", WRONG_FILES)
def test_a_wrong_file_is_named_in_plain_words(name, kind):
    Path(name).write_bytes(WRONG_FILES[kind])
    with pytest.raises((ValueError, data.DataUnavailableError)) as caught:
        READERS[name](name)
    said = str(caught.value)
    [line] = [line for line in said.splitlines() if name in line]
    assert SAID.search(line)
    assert not RAW.search(line)
    assert line.count("Expected") == 1


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
@pytest.mark.parametrize("place", ["no/a.{}", "notes.txt/a.{}", "folder.{}"])
def test_what_cannot_be_written_is_called_as_the_caller_called_it(place, suffix):
    Path("notes.txt").touch()
    path = place.format(suffix)
    Path(f"folder.{suffix}").mkdir()
    writer = net().save if suffix == "npz" else lambda path: export.export(net(), path)
    with pytest.raises(OSError, match=rf"that can be written\. Received: {path} \(\w+ .*\)$"):
        writer(path)
    assert sorted(path.name for path in Path().iterdir()) == [f"folder.{suffix}", "notes.txt"]


# Habits


DIGITS = data.Digits(np.uint8(X * 255), Y, "a test")
HABITS = {
    "predict(digits)": (lambda: net().predict(DIGITS), "write scale_pixels(digits.images)"),
    "forward(digits)": (lambda: net().forward(DIGITS), "write scale_pixels(digits.images)"),
    "fit(net, digits)": (
        lambda: training.fit(net(), DIGITS, epochs=1, rng=rng()),
        "write train=(scale_pixels(digits.images), digits.labels)",
    ),
    "fit(net, x, y)": (
        lambda: training.fit(net(), X, Y, epochs=1, rng=rng()),
        "write train=(x, labels)",
    ),
    "scale_pixels(digits)": (lambda: preprocessing.scale_pixels(DIGITS), "write digits.images"),
    "flatten(digits)": (lambda: preprocessing.flatten(DIGITS), "write digits.images"),
    "one_hot(digits)": (lambda: preprocessing.one_hot(DIGITS), "write digits.labels"),
    "plot_digits(digits)": (lambda: plots.plot_digits(DIGITS), "write digits.images"),
    "digits[:100]": (lambda: DIGITS[:100], "write digits.images[:100], digits.labels[:100]"),
    "mlp(128, 64)": (lambda: network.mlp(128, 64, rng=rng()), "write mlp((128, 64), rng=rng)"),
    "labels in a column": (lambda: preprocessing.one_hot(Y[:, None]), "write labels.ravel()"),
    "labels in rows": (lambda: preprocessing.one_hot(np.eye(3)), "write labels.argmax(axis=1)"),
    "levels as floats": (lambda: pictures.read_grey(255 * DRAWING), "write image / 255"),
    "levels as int64": (lambda: pictures.read_grey(np.int64(DRAWING)), "write np.uint8(image)"),
    "train_step of levels": (
        lambda: training.train_step(net(), 255 * X, Y, optimizers.Adam()),
        "write scale_pixels(images)",
    ),
    "distort levels": (
        lambda: augmentation.distort(255 * X, rng=rng()),
        "write scale_pixels(images)",
    ),
    "step without backward": (
        lambda: optimizers.Adam().step(net().layers),
        "Expected backward before step",
    ),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_is_told_what_to_write_instead(habit):
    call, cure = HABITS[habit]
    with pytest.raises((TypeError, ValueError)) as caught:
        call()
    assert cure in str(caught.value)
    assert SAID.search(str(caught.value))
