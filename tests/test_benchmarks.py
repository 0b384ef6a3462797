"""The benchmark measures what it says, and says when a library is missing."""

import contextlib
import importlib.util
import io
import json
import subprocess
import sys
from pathlib import Path
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


def test_the_peak_is_the_memory_that_this_process_had():
    most = b"1" * (300 * 2**20)  # here, which is none of the other process' memory
    program = "import measure as m; a = m.peak(); b'1' * (200 * 2**20); print(a, m.peak() - a)"
    folder = Path(measure.__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True
    )
    first, more = map(float, done.stdout.split())
    assert 10 < first < len(most) / 2**20
    assert 180 < more < 220


def test_the_peak_is_known_on_windows(monkeypatch, tmp_path):
    process = SimpleNamespace(memory_info=lambda: SimpleNamespace(peak_wset=3 * 2**20))
    monkeypatch.setattr(measure, "STATUS", tmp_path / "there is no such file")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "psutil", SimpleNamespace(Process=lambda: process))
    monkeypatch.setitem(sys.modules, "resource", None)
    assert measure.peak() == 3


def test_our_network_is_timed_first_and_without_validation(monkeypatch, digits, validation):
    asked, fit = [], contenders.fit

    def spy(network, train, validation, **options):
        asked.append(validation)
        return fit(network, train, validation, **options)

    monkeypatch.setattr(contenders, "fit", spy)
    contenders.DigitlearnNumPy([8], seed=0).train(digits, epochs=1, validation=validation)
    assert asked == [None, validation]


def test_with_the_recipe_our_network_reads_with_the_mean_of_its_weights(digits, validation):
    runner = contenders.DigitlearnNumPy([8], seed=0, recipe=True)
    _, accuracies = runner.train(digits, epochs=1, validation=validation)
    assert np.mean(runner.predict(validation[0]) == validation[1]) == accuracies[-1]


def test_scikit_learn_takes_the_examples_in_a_new_order_each_epoch(monkeypatch, digits):
    inner, orders = sklearn.neural_network._multilayer_perceptron, []
    shuffle = inner.shuffle

    def spy(indices, **options):
        orders.append(shuffle(indices, **options))
        return orders[-1]

    monkeypatch.setattr(inner, "shuffle", spy)
    contenders.ScikitLearn([8], seed=0).train(digits, epochs=3)
    assert len({tuple(order) for order in orders}) == 3


def leave_the_threads(monkeypatch):
    """TensorFlow, which other tests may have started, takes a number of threads only before."""
    if importlib.util.find_spec("tensorflow"):
        from tensorflow import config

        for what in ("intra", "inter"):
            setter = f"set_{what}_op_parallelism_threads"
            monkeypatch.setattr(config.threading, setter, lambda number: None)


@pytest.mark.parametrize(("contender", "steps"), [("keras", 64), ("plain_keras", 1)])
def test_the_recipe_leaves_how_keras_takes_its_steps(contender, steps, digits, monkeypatch):
    pytest.importorskip("tensorflow")
    leave_the_threads(monkeypatch)
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
    """Return what the command prints and writes, with everything small and in this process."""

    def measure_here(what, **task):
        return json.loads(json.dumps(measure.WHAT[what](**json.loads(json.dumps(task)))))

    file = tmp_path_factory.mktemp("speed") / "speed.json"
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch, contextlib.redirect_stdout(printed):
        monkeypatch.setattr(speed, "measure", measure_here)
        leave_the_threads(monkeypatch)
        command = ["--quick", "--dataset", "embedded", "--only", "targets", "floor"]
        assert speed.main([*command, "--output", str(file)]) == 0
    return printed.getvalue(), json.loads(file.read_text())


def test_all_contenders_are_measured_alike(quick):
    printed, results = quick
    installed = [c for c in contenders.CONTENDERS.values() if importlib.util.find_spec(c.library)]
    assert list(results["names"].values()) == [contender.name for contender in installed]
    for name, shown in results["names"].items():
        assert shown in printed
        for how, epochs in (("defaults", 3), ("recipe", contenders.RECIPE["epochs"])):
            runs = results["targets"]["runs"][name][how]
            assert len(runs) == speed.QUICK["seeds"]
            for run in runs:
                assert 2 <= len(run["accuracies"]) <= epochs
                assert run["accuracies"][-1] > 0.3
                assert run["epochs"] == [
                    measure.held(run["accuracies"], target) for target in speed.TARGETS
                ]
    for run in results["floor"]["batch_sizes"].values():
        assert len(run["floor"]) == len(run["epoch"]) == speed.QUICK["runs"]
    assert results["machine"]["threads"] == 1


def test_a_measurement_is_a_process_of_its_own():
    task = {"hidden_units": [8], "seed": 0, "recipe": False, "epochs": 1, "targets": [0.5]}
    library = "tensorflow" if importlib.util.find_spec("tensorflow") else "sklearn"
    name = {"tensorflow": "plain_keras", "sklearn": "sklearn"}[library]
    run = speed.measure("reach", contender=name, dataset="embedded", **task)
    assert len(run["accuracies"]) == 1
    # Libraries and network count as the contender's own memory, and nothing of this process does.
    assert 30 < run["memory_before"] < run["memory"] < 1500


def test_a_measurement_has_one_thread(monkeypatch):
    seen = {}

    def run(command, *, env, **options):
        seen.update(env)
        return SimpleNamespace(returncode=0, stdout="{}", stderr="")

    monkeypatch.setattr(speed.subprocess, "run", run)
    speed.measure("reach")
    assert {seen[name] for name in seen if name.endswith(("NUM_THREADS", "OP_THREADS"))} == {"1"}


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
