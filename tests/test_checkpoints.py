"""A training killed at any moment goes on as if nothing had happened; a wrong file is refused."""

import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from digitlearn.augmentation import distort
from digitlearn.layers import Dense, Dropout, Flatten, ReLU
from digitlearn.network import Network, mlp
from digitlearn.optimizers import SGD, Adam, cosine
from digitlearn.training import fit


class Interruption(Exception):  # noqa: N818
    """Stands for whatever ends a program."""


def everything(digits, validation, checkpoint=None, *, stop=None, **changes):
    """Train with all that a checkpoint must hold; end with an error at the given step."""
    steps = -8 if checkpoint else 0  # a checkpoint asks for eight values, to compare them

    def schedule(progress):
        nonlocal steps
        steps += 1
        if steps == stop:
            raise Interruption
        return cosine(progress)

    rng = np.random.default_rng(3)
    dropout = Dropout(0.3, rng=np.random.default_rng(4))
    hidden = [Dense(784, 16, rng=rng), ReLU(), dropout]
    network = Network([Flatten(), *hidden, Dense(16, 10, rng=rng)])
    settings = {
        "epochs": 6,
        "batch_size": 64,
        "optimizer": Adam(0.003, weight_decay=0.01),
        "augment": partial(distort, elastic=0.5),
        "schedule": schedule,
        "average": 0.95,
        "patience": 4,
        "rng": rng,
        "checkpoint": checkpoint,
    }
    return network, fit(network, digits, validation, **settings | changes)


def assert_same(ours, theirs):
    """Compare networks and histories, but for the seconds, to the last bit."""
    for a, b in zip(ours[0].layers, theirs[0].layers, strict=True):
        assert a.params.keys() == b.params.keys()
        for name, param in a.params.items():
            assert_array_equal(param, b.params[name])
    assert ours[1]._replace(seconds=()) == theirs[1]._replace(seconds=())


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
    path, how = tmp_path / "run.npz", {"patience": None, "average": 0.0}
    with pytest.raises(Interruption):
        everything(digits, validation, path, stop=60, optimizer=make(), **how)
    resumed = everything(digits, validation, path, optimizer=make(), **how)
    assert_same(resumed, everything(digits, validation, optimizer=make(), **how))


def test_a_finished_training_is_not_run_again(digits, validation, tmp_path):
    path = tmp_path / "run.npz"
    whole = everything(digits, validation, path)
    written = path.read_bytes()
    assert_same(everything(digits, validation, path, stop=1), whole)
    assert path.read_bytes() == written


PROGRAM = """
import sys
import numpy as np
from digitlearn import data, network, training
from digitlearn.preprocessing import scale_pixels

digits, rng = data.load_embedded(), np.random.default_rng(0)
net = network.mlp((64,), rng=rng)
pair = scale_pixels(digits.images), digits.labels
training.fit(net, pair, epochs=30, batch_size=16, average=0.99, checkpoint=sys.argv[1], rng=rng)
net.save(sys.argv[2])
"""


def test_a_killed_process_leaves_a_checkpoint_to_go_on_from(tmp_path):
    def start(name):
        files = [str(tmp_path / f"{name}.checkpoint"), str(tmp_path / f"{name}.npz")]
        return subprocess.Popen([sys.executable, "-c", PROGRAM, *files])

    assert start("whole").wait(60) == 0
    killed, kills = tmp_path / "killed.checkpoint", 0
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
        ({"epochs": 7}, "epochs: 6, not 7"),
        ({"batch_size": 32}, "batch_size: 64, not 32"),
        ({"average": 0.9}, "average: 0.95, not 0.9"),
        ({"patience": None}, "patience: 4, not None"),
        ({"optimizer": Adam(0.002, weight_decay=0.01)}, "learning_rate: 0.003, not 0.002"),
        ({"optimizer": SGD(0.1)}, "optimizer: Adam, not SGD"),
        ({"augment": partial(distort, elastic=0.6)}, "augment: distort .*0.5.*, not distort .*0.6"),
        ({"augment": None}, "augment: distort .*, not None"),
        ({"schedule": None}, "schedule: .*, not None"),
        ({"rng": np.random.default_rng(9)}, "start: "),
    ],
)
def test_another_trainings_checkpoint_is_refused(digits, validation, tmp_path, changes, named):
    path = tmp_path / "run.npz"
    everything(digits, validation, path)
    written = path.read_bytes()
    with pytest.raises(ValueError, match=f"checkpoint of this training.*Received: .*{named}"):
        everything(digits, validation, path, **changes)
    assert path.read_bytes() == written


def test_other_digits_or_another_network_are_noticed(digits, validation, tmp_path):
    path = tmp_path / "run.npz"
    how = {"epochs": 1, "checkpoint": path}

    def train(pair, hidden_units):
        rng = np.random.default_rng(0)
        fit(mlp(hidden_units, rng=rng), pair, **how, rng=rng)

    train(digits, (16,))
    changed = digits[0].copy()
    changed[700, 3, 3] += 0.01
    for pair, units, named in [
        ((changed, digits[1]), (16,), "data"),
        (digits, (17,), "shapes"),
        (digits, (16, 16), "layers"),
    ]:
        with pytest.raises(ValueError, match=named):
            train(pair, units)


@pytest.mark.parametrize("length", [0, 10, 1000, -1])
def test_a_damaged_checkpoint_is_refused_and_left_alone(digits, validation, tmp_path, length):
    path = tmp_path / "run.npz"
    everything(digits, validation, path)
    path.write_bytes(path.read_bytes()[:length])
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"remove it to start again. Received: .*run\.npz"):
        everything(digits, validation, path)
    assert path.read_bytes() == before


def test_a_saved_network_is_no_checkpoint(digits, validation, tmp_path):
    path = tmp_path / "network.npz"
    mlp((4,), rng=np.random.default_rng(0)).save(path)
    with pytest.raises(ValueError, match="checkpoint that fit wrote"):
        everything(digits, validation, path)
