"""The benchmark measures what it says, and says when a library is missing."""

import importlib.util
import json
import subprocess
import sys
from types import SimpleNamespace

import contenders
import measure
import numpy as np
import pytest
import sklearn.neural_network
import speed


@pytest.mark.parametrize(
    ("accuracies", "epoch"),
    [
        ([], None),
        ([0.99], None),
        ([0.98, 0.98], 2),
        ([0.98, 0.97, 0.98], None),
        ([0.97, 0.98, 0.979, 0.98, 0.99, 0.97], 5),
    ],
)
def test_a_target_is_held_from_the_second_epoch_on(accuracies, epoch):
    assert measure.held(accuracies, 0.98) == epoch


def test_the_clock_stands_still_during_validation(monkeypatch):
    now = iter([0.0, 2.0, 10.0, 13.0, 20.0])
    monkeypatch.setattr(contenders, "time", SimpleNamespace(perf_counter=lambda: next(now)))
    pair = np.array([1, 0]), np.array([1, 1])
    clock = contenders.Clock(lambda x: x, pair, lambda scores: len(scores) == 2)
    assert [clock.epoch(), clock.epoch()] == [False, True]
    assert clock.seconds == [2.0, 3.0]
    assert clock.accuracies == [0.5, 0.5]


def test_our_network_is_timed_first_and_without_validation(monkeypatch, digits, validation):
    asked, fit = [], contenders.fit

    def spy(network, train, validation, **options):
        asked.append(validation)
        return fit(network, train, validation, **options)

    monkeypatch.setattr(contenders, "fit", spy)
    contenders.DigitlearnNumPy([8], seed=0).train(digits, epochs=1, validation=validation)
    assert asked == [None, validation]


def test_scikit_learn_takes_the_examples_in_a_new_order_each_epoch(monkeypatch, digits):
    inner, orders = sklearn.neural_network._multilayer_perceptron, []
    shuffle = inner.shuffle

    def spy(indices, **options):
        orders.append(shuffle(indices, **options))
        return orders[-1]

    monkeypatch.setattr(inner, "shuffle", spy)
    contenders.ScikitLearn([8], seed=0).train(digits, epochs=3)
    assert len({tuple(order) for order in orders}) == 3


@pytest.mark.parametrize(("contender", "steps"), [("keras", 64), ("plain_keras", 1)])
def test_the_recipe_leaves_how_keras_takes_its_steps(contender, steps, digits, monkeypatch):
    # TensorFlow, which other tests may have started, takes a number of threads only before.
    threading = pytest.importorskip("tensorflow").config.threading
    for what in ("intra", "inter"):
        monkeypatch.setattr(threading, f"set_{what}_op_parallelism_threads", lambda number: None)
    runner = contenders.CONTENDERS[contender]([8], seed=0, recipe=True)
    runner.train(digits, epochs=1)
    assert runner.model.steps_per_execution == steps


@pytest.mark.parametrize(
    ("scheduled", "recipe", "epochs"),
    [(True, False, 25), (False, False, 25), (True, True, 10), (False, True, 25)],
)
def test_only_a_schedule_ends_with_the_recipe(scheduled, recipe, epochs, monkeypatch):
    asked = []

    class Fake(contenders.Contender):
        def train(self, train, *, epochs, **others):
            asked.append(epochs)
            return [], []

        def predict(self, x):
            pytest.fail("Nothing is to be predicted here.")

    Fake.scheduled = scheduled
    monkeypatch.setitem(contenders.RECIPE, "epochs", 10)
    monkeypatch.setitem(measure.CONTENDERS, "fake", Fake)
    task = {"seed": 0, "recipe": recipe, "epochs": 25, "targets": [0.5], "hidden_units": [8]}
    measure.reach("fake", dataset="embedded", **task)
    assert asked == [epochs]


def test_figures_are_kept_though_printing_fails(monkeypatch, tmp_path):
    def fail(results):
        raise BrokenPipeError

    monkeypatch.setattr(speed, "SECTIONS", {"targets": lambda *_: "measured"})
    monkeypatch.setattr(speed, "print_tables", fail)
    file = tmp_path / "speed.json"
    with pytest.raises(BrokenPipeError):
        speed.main(["--output", str(file)])
    assert json.loads(file.read_text())["targets"] == "measured"


def test_a_median_of_runs_that_mostly_fail_is_never():
    assert speed.middle([1, None, 3]) == 3
    assert speed.middle([1, None, None]) is None


def test_the_floor_multiplies_every_matrix_of_a_step(monkeypatch):
    flops = 0

    def count(a, b, out):
        nonlocal flops
        flops += 2 * a.shape[0] * a.shape[1] * b.shape[1]

    monkeypatch.setattr(measure.np, "matmul", count)
    measure.multiply(20, 10, [784, 128, 64, 10])
    forward = 2 * 10 * (784 * 128 + 128 * 64 + 64 * 10)
    back = forward - 2 * 10 * 784 * 128
    assert flops == 2 * (2 * forward + back)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Return what the command prints and writes, with everything small."""
    file = tmp_path_factory.mktemp("speed") / "speed.json"
    command = [sys.executable, speed.__file__, "--quick", "--dataset", "embedded"]
    command += ["--only", "targets", "floor", "--output", file]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout, json.loads(file.read_text())


def test_all_contenders_are_measured_alike(quick):
    printed, results = quick
    expected = {"numpy", "sklearn"}
    if importlib.util.find_spec("keras"):
        expected |= {"keras", "plain_keras"}
    assert set(results["names"]) >= expected
    for name, shown in results["names"].items():
        assert shown in printed
        for how, epochs in (("defaults", 3), ("recipe", contenders.RECIPE["epochs"])):
            runs = results["targets"]["runs"][name][how]
            assert len(runs) == speed.QUICK["seeds"]
            for run in runs:
                assert 2 <= len(run["accuracies"]) <= epochs
                assert run["accuracies"][-1] > 0.3
                assert 30 < run["memory_before"] <= run["memory"]
                assert run["epochs"] == [
                    measure.held(run["accuracies"], target) for target in speed.TARGETS
                ]
    for run in results["floor"]["batch_sizes"].values():
        assert all(least > 0 for least in run["floor"])
    assert results["machine"]["threads"] == 1


def test_a_library_that_is_missing_is_left_out(monkeypatch, tmp_path, capsys):
    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else there(name)
    )
    monkeypatch.setattr(speed, "SECTIONS", {"targets": lambda names, *_: {"names": names}})
    monkeypatch.setattr(speed, "print_tables", lambda results: None)
    file = tmp_path / "speed.json"
    assert speed.main(["--output", str(file)]) == 0
    assert "left out, not installed: PyTorch" in capsys.readouterr().err
    assert "torch" not in json.loads(file.read_text())["targets"]["names"]


def test_a_measurement_that_fails_tells_why(tmp_path):
    with pytest.raises(RuntimeError, match=r"Received: (.|\n)*KeyError: 'nonesuch'"):
        speed.measure("nonesuch")
