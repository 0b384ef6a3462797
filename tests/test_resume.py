"""A training killed at any moment goes on as if nothing had happened; a wrong file is refused."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
import resume
from building import ROOT
from numpy.testing import assert_array_equal

from digitlearn.augmentation import distort
from digitlearn.layers import Dense, Dropout, Flatten, ReLU
from digitlearn.network import Network, mlp
from digitlearn.optimizers import SGD, Adam, RunningMean, cosine
from digitlearn.training import fit


class Interruption(Exception):  # noqa: N818
    """Stands for whatever ends a program."""


def everything(digits, validation, path=None, *, stop=None, optimizer=None, mean=0.95, **changes):
    """Train with all that a file must hold; end with an error at the given step."""
    steps = 0

    def schedule(progress):
        nonlocal steps
        steps += 1
        if steps == stop:
            raise Interruption
        return cosine(progress)

    rng = np.random.default_rng(changes.pop("seed", 3))
    dropout = Dropout(0.3, rng=np.random.default_rng(4))
    hidden = [Dense(784, 16, rng=rng), ReLU(), dropout]
    network = Network([Flatten(), *hidden, Dense(16, 10, rng=rng)])
    training = resume.Training(
        network,
        optimizer or Adam(0.003, weight_decay=0.01),
        rng,
        RunningMean(mean) if mean else None,
    )
    settings = {
        "epochs": 6,
        "batch_size": 64,
        "augment": partial(distort, elastic=0.5),
        "schedule": schedule,
        "recipe": "everything",
    }
    history = resume.train(training, (digits, validation), path, **settings | changes)
    return network, history


def assert_same(ours, theirs):
    """Compare networks and histories, but for the seconds, to the last bit."""
    for a, b in zip(ours[0].layers, theirs[0].layers, strict=True):
        assert a.params.keys() == b.params.keys()
        for name, param in a.params.items():
            assert_array_equal(param, b.params[name])
    assert ours[1]._replace(seconds=()) == theirs[1]._replace(seconds=())


def test_a_training_in_parts_is_a_training_in_one_go(digits, validation):
    ours = everything(digits, validation, mean=None)
    rng = np.random.default_rng(3)
    dropout = Dropout(0.3, rng=np.random.default_rng(4))
    hidden = [Dense(784, 16, rng=rng), ReLU(), dropout]
    network = Network([Flatten(), *hidden, Dense(16, 10, rng=rng)])
    how = {"optimizer": Adam(0.003, weight_decay=0.01), "schedule": cosine, "rng": rng}
    augment = partial(distort, elastic=0.5)
    history = fit(network, digits, validation, epochs=6, batch_size=64, augment=augment, **how)
    assert_same(ours, (network, history))


@pytest.mark.parametrize("stop", [1, 23, 24, 70, 137])
def test_an_interrupted_training_ends_as_an_uninterrupted_one(digits, validation, tmp_path, stop):
    # An epoch has 23 steps: interrupted at its first step, at its last, in the middle.
    path = tmp_path / "run.npz"
    whole = everything(digits, validation)
    with pytest.raises(Interruption):
        everything(digits, validation, path, stop=stop)
    assert path.exists() == (stop > 23)
    assert_same(everything(digits, validation, path), whole)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]


def test_it_may_be_interrupted_again_and_again(digits, validation, tmp_path):
    path = tmp_path / "run.npz"
    for _ in range(5):
        with pytest.raises(Interruption):
            everything(digits, validation, path, stop=30)
    assert_same(everything(digits, validation, path), everything(digits, validation))


@pytest.mark.parametrize("make", [lambda: SGD(0.1, momentum=0.9), lambda: SGD(0.1)])
def test_plain_gradient_descent_is_kept_too(digits, validation, tmp_path, make):
    path = tmp_path / "run.npz"
    with pytest.raises(Interruption):
        everything(digits, validation, path, stop=60, optimizer=make(), mean=None)
    resumed = everything(digits, validation, path, optimizer=make(), mean=None)
    assert_same(resumed, everything(digits, validation, optimizer=make(), mean=None))


def test_a_finished_training_is_not_run_again(digits, validation, tmp_path):
    path = tmp_path / "run.npz"
    whole = everything(digits, validation, path)
    written = path.read_bytes()
    assert_same(everything(digits, validation, path, stop=1), whole)
    assert path.read_bytes() == written


PROGRAM = """
import sys
from pathlib import Path
import numpy as np
import resume
from digitlearn import network, optimizers

rng = np.random.default_rng(0)
net = network.mlp((64,), rng=rng)
pair = rng.random((1437, 784), dtype=np.float32), rng.integers(10, size=1437)
training = resume.Training(net, optimizers.Adam(), rng, optimizers.RunningMean(0.99))
resume.train(training, (pair,), Path(sys.argv[1]), epochs=30, batch_size=16, recipe="killed")
net.save(sys.argv[2])
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a signal that Windows does not have")
def test_a_killed_process_leaves_a_file_to_go_on_from(tmp_path):
    path = os.pathsep.join(map(str, (ROOT, ROOT / "docs/study")))
    environment = os.environ | {"PYTHONPATH": path}

    def start(name):
        files = [str(tmp_path / f"{name}.state"), str(tmp_path / f"{name}.npz")]
        return subprocess.Popen([sys.executable, "-c", PROGRAM, *files], env=environment)

    assert start("whole").wait(60) == 0
    killed, kills = tmp_path / "killed.state", 0
    while not (tmp_path / "killed.npz").exists():
        process = start("killed")
        deadline, size = time.monotonic() + 60, killed.stat().st_mtime_ns if killed.exists() else 0
        while process.poll() is None and time.monotonic() < deadline:
            moved_on = killed.exists() and killed.stat().st_mtime_ns != size
            if moved_on and kills < 3:
                process.send_signal(signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.005)
        process.wait(60)
    assert kills == 3
    whole, resumed = (np.load(tmp_path / f"{name}.npz") for name in ("whole", "killed"))
    assert whole.files == resumed.files
    for name in whole.files:
        assert_array_equal(whole[name], resumed[name])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"epochs": 7}, "recipe everything, 6 epochs, not everything, 7 epochs"),
        ({"recipe": "another"}, "recipe everything, 6 epochs, not another"),
        ({"seed": 9}, "start "),
        ({"mean": None}, "start "),
        ({"optimizer": SGD(0.1)}, "optimizer Adam .*, not SGD"),
        ({"optimizer": Adam(0.002, weight_decay=0.01)}, "optimizer .*0.003.*, not .*0.002"),
    ],
)
def test_another_trainings_file_is_refused(digits, validation, tmp_path, changes, named):
    path = tmp_path / "run.npz"
    everything(digits, validation, path)
    written = path.read_bytes()
    with pytest.raises(ValueError, match=f"state of this training.*Received: {named}"):
        everything(digits, validation, path, **changes)
    assert path.read_bytes() == written


def test_other_digits_or_another_network_are_noticed(digits, tmp_path):
    path = tmp_path / "run.npz"

    def train(pair, hidden_units):
        rng = np.random.default_rng(0)
        training = resume.Training(mlp(hidden_units, rng=rng), Adam(), rng)
        resume.train(training, (pair,), path, epochs=1, recipe="")

    train(digits, (16,))
    changed = digits[0].copy()
    changed[700, 3, 3] = 1 - changed[700, 3, 3]
    for pair, units, named in [
        ((changed, digits[1]), (16,), "data"),
        (digits, (17,), "start"),
        (digits, (16, 16), "start"),
    ]:
        with pytest.raises(ValueError, match=f"Received: {named}"):
            train(pair, units)


def state_of(training):
    """Return copies of all that changes in a training."""
    arrays = {name: array.copy() for name, array in training.arrays().items()}
    return arrays, json.dumps(training.counts())


def damaged(arrays, notes):
    """Yield files that look right at first, with what is wrong in them."""
    counts = notes["counts"]
    yield "shape", arrays | {"params/1/kernel": np.zeros((2, 2))}, notes
    yield "1/kernell", arrays | {"params/1/kernell": np.zeros(2)}, notes
    yield "elsewhere", arrays | {"elsewhere/1/kernel": arrays["params/1/kernel"]}, notes
    yield "3 arrays of means", {k: v for k, v in arrays.items() if k != "means/1/bias"}, notes
    yield "generators", arrays, notes | {"counts": counts | {"generators": []}}
    yield "state", arrays, notes | {"counts": counts | {"generators": [{"state": 1}]}}
    yield "history", arrays, notes | {"counts": {k: v for k, v in counts.items() if k != "history"}}
    yield "", arrays, notes | {"counts": counts | {"history": [[1, 2]]}}
    yield "many", arrays, notes | {"counts": counts | {"iterations": "many"}}
    yield "identity", arrays, {"counts": counts}


def test_a_crafted_file_is_refused_and_nothing_has_changed(digits, tmp_path):
    path = tmp_path / "run.npz"

    def start():
        rng = np.random.default_rng(0)
        return resume.Training(mlp((8,), rng=rng), Adam(), rng, RunningMean(0.9))

    def train(training):
        return resume.train(training, (digits,), path, epochs=2, recipe="")

    train(start())
    with np.load(path) as archive:
        arrays = dict(archive)
    notes = json.loads(str(arrays.pop("notes")))
    tried = 0
    for named, changed, changed_notes in damaged(arrays, notes):
        np.savez(path, notes=np.array(json.dumps(changed_notes)), **changed)
        training = start()
        training.mean.start(training.network.layers)
        before = state_of(training)
        with pytest.raises(ValueError, match=rf"remove .*run\.npz to start again.*{named}"):
            train(training)
        after = state_of(training)
        assert before[1] == after[1], named
        for name, array in before[0].items():
            assert_array_equal(array, after[0][name], err_msg=named)
        tried += 1
    assert tried == 10


@pytest.mark.parametrize("length", [0, 10, 1000, -1])
def test_a_damaged_file_is_refused_and_left_alone(digits, validation, tmp_path, length):
    path = tmp_path / "run.npz"
    everything(digits, validation, path)
    path.write_bytes(path.read_bytes()[:length])
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"remove .*run\.npz to start again"):
        everything(digits, validation, path)
    assert path.read_bytes() == before


def test_a_saved_network_is_no_training(digits, validation, tmp_path):
    path = tmp_path / "network.npz"
    mlp((4,), rng=np.random.default_rng(0)).save(path)
    with pytest.raises(ValueError, match="Expected a training's state"):
        everything(digits, validation, path)
