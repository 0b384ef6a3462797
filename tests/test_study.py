"""The study and the training of the released networks, on the embedded digits and in seconds."""

import hashlib
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace

import cloudpickle
import joblib
import numpy as np
import pytest
import recipes
import release
import sealed
import study
import styles
from building import ROOT
from own import STRICT
from recipes import Recipe, Row
from threadpoolctl import threadpool_info, threadpool_limits

from digitlearn import pretrained
from digitlearn.augmentation import distort
from digitlearn.losses import cross_entropy, softmax
from digitlearn.network import mlp

PLAIN = Recipe(hidden_units=(16, 8), scaled=True, epochs=2)
FULL = replace(PLAIN, optimizer="Adam", learning_rate=0.01, cosine=True, average=0.9, elastic=1.0)
TINY = [
    Row("plain", "nothing", PLAIN, None, 2),
    Row("thinned", "dropout", replace(PLAIN, dropout=0.2), "plain", 2),
    Row("full", "all else", FULL, "plain", 2),
]
# The first runs first, because it is the longer one as the study reckons.
WIDE = Row("wide", "width", replace(PLAIN, hidden_units=(700, 8)), None, 2)
LONG = Row("long", "epochs", replace(PLAIN, hidden_units=(8, 8), epochs=150, dropout=0.1), None, 1)
INTERRUPTED = [LONG, WIDE]

ENVIRONMENT = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "docs/study", ROOT / "tests"))),
}
COMMAND = """
import runpy, sys
import recipes, test_study
recipes.ROWS = test_study.TINY
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""
# Its workers know the package, and nothing of the study.
CLUSTER = """
import json, sys
from dask.distributed import Client, LocalCluster, get_task_stream
if __name__ == "__main__":
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        get_task_stream(client) as stream,
    ):
        print(cluster.scheduler_address, flush=True)
        sys.stdin.readline()
        workers = stream.client.sync(client.scheduler.get_task_stream, start=0)
        print(json.dumps([task["worker"] for task in workers]), flush=True)
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return the folder of the tiny study's runs, made in this process."""
    folder = tmp_path_factory.mktemp("runs")
    study.run_all(TINY, folder, dataset="embedded", jobs=1)
    return folder


def contents(path):
    """Return what a run left, without how long it took."""
    with np.load(path) as run:
        return {name: run[name] for name in run.files if name != "seconds"}


def assert_same_runs(folder, expected):
    names = sorted(path.name for path in expected.iterdir())
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        ours, theirs = contents(folder / name), contents(expected / name)
        assert ours.keys() == theirs.keys()
        for key in ours:
            np.testing.assert_array_equal(ours[key], theirs[key], err_msg=f"{name}: {key}")


def command(*arguments):
    """Run the study's command, with the tiny rows in place of its own."""
    return subprocess.run(
        [sys.executable, *STRICT, "-c", COMMAND, ROOT / "docs/study/study.py", *arguments],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=1200,
    )


# Recipes


def test_rows_are_one_change_away_from_the_row_before():
    names = [row.name for row in recipes.ROWS]
    assert len(set(names)) == len(names)
    for row in recipes.ROWS[1:]:
        [before] = [other for other in recipes.ROWS if other.name == row.before]
        assert names.index(before.name) < names.index(row.name)
        now, then = vars(row.recipe), vars(before.recipe)
        changed = {key for key in now if now[key] != then[key]}
        # A rate belongs to its optimizer and to the scale of the pixels.
        changed -= {"learning_rate", "cosine"} if changed & {"optimizer", "scaled"} else set()
        assert len(changed) == 1, f"{row.name}: {changed}"


def test_recipe_is_handed_to_the_package(monkeypatch):
    seen = {}

    def train(training, sets, path, **options):
        seen.update(options, training=training, sets=sets, path=path)
        seen["layers"] = [type(layer).__name__ for layer in training.network.layers]

    monkeypatch.setattr(recipes.resume, "train", train)
    replace(FULL, dropout=0.2).fit("digits", seed=3, checkpoint="there")
    dense = ["Dense", "ReLU", "Dropout"]
    assert seen["layers"] == ["Flatten", *dense, *dense, "Dense"]
    assert (seen["sets"], seen["path"]) == (("digits", None), "there")
    assert (seen["epochs"], seen["training"].mean.keep) == (2, 0.9)
    optimizer = seen["training"].optimizer
    assert (optimizer.learning_rate, type(optimizer).__name__) == (0.01, "Adam")
    assert seen["schedule"] is recipes.optimizers.cosine
    assert seen["augment"].func is distort
    assert seen["augment"].keywords == {"elastic": 1.0, **recipes.AFFINE}
    assert "dropout=0.2" in seen["recipe"]
    PLAIN.fit("digits", seed=3)
    assert seen["layers"] == ["Flatten", "Dense", "ReLU", "Dense", "ReLU", "Dense"]
    assert (seen["augment"], seen["schedule"], seen["training"].mean) == (None, None, None)
    optimizer = seen["training"].optimizer
    assert (type(optimizer).__name__, optimizer.momentum) == ("SGD", 0.9)
    assert seen["unscaled"] is False
    replace(PLAIN, scaled=False).fit("digits", seed=3)
    assert seen["unscaled"] is True


def test_every_run_has_the_same_split_and_never_the_test_digits(splits_loaded):
    (x, _), (x_held, held) = recipes.training_digits(dataset="embedded")
    (raw, _), (_, held_again) = recipes.training_digits(scaled=False, dataset="embedded")
    assert splits_loaded == ["train", "train"]
    assert len(x) + len(x_held) == 1437
    assert len(held) == 144
    np.testing.assert_array_equal(held, held_again)
    assert (x.max(), raw.max(), raw.dtype) == (1, 255, np.float32)
    np.testing.assert_allclose(x * 255, raw, atol=1e-4)


# Runs


def test_each_run_leaves_one_file(runs):
    expected = {f"{row.name}-{seed}.npz" for row in TINY for seed in (0, 1)}
    assert {path.name for path in runs.iterdir()} == expected
    answers = contents(runs / "full-0.npz")
    assert answers["logits"].shape == (144, 10)
    assert answers["val_accuracy"].shape == (2,)
    assert (answers["logits"] != contents(runs / "full-1.npz")["logits"]).any()


def test_processes_give_what_one_process_gives(runs, tmp_path):
    study.run_all(TINY, tmp_path / "new" / "folder", dataset="embedded", jobs=2)
    assert_same_runs(tmp_path / "new" / "folder", runs)


def test_task_runs_on_one_thread(monkeypatch, tmp_path):
    threads = []

    def run(row, seed, folder, dataset):
        threads.extend(pool["num_threads"] for pool in threadpool_info())
        return tmp_path / f"{row.name}-{seed}.npz"

    monkeypatch.setattr(recipes, "run", run)
    with threadpool_limits(2):
        assert max(pool["num_threads"] for pool in threadpool_info()) == 2
        assert study.one_run(TINY[0], 1, tmp_path, None) == "plain-1"
    assert set(threads) == {1}


@pytest.mark.skipif(os.name == "nt", reason="needs a signal that Windows does not have")
def test_killed_study_goes_on_where_it_stopped(tmp_path):
    folder, whole = tmp_path / "killed", tmp_path / "whole"
    code = (
        "import pathlib, sys, study; from test_study import INTERRUPTED;"
        "study.run_all(INTERRUPTED, pathlib.Path(sys.argv[1]), dataset='embedded', jobs=1)"
    )
    with subprocess.Popen([sys.executable, "-c", code, folder], env=ENVIRONMENT) as process:
        checkpoint = folder / "long-0.checkpoint"
        deadline = time.monotonic() + 600
        while not checkpoint.exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    with np.load(checkpoint) as saved:
        history = json.loads(str(saved["notes"]))["counts"]["history"]
    before = [seconds for *_, [seconds] in history]
    assert 0 < len(before) < LONG.recipe.epochs
    assert not (folder / "long-0.npz").exists()
    finished = {path: path.stat().st_mtime_ns for path in folder.glob("wide-*.npz")}
    assert len(finished) == WIDE.seeds

    study.run_all(INTERRUPTED, folder, dataset="embedded", jobs=1)
    assert {path: path.stat().st_mtime_ns for path in finished} == finished
    with np.load(folder / "long-0.npz") as run:
        assert run["seconds"][: len(before)].tolist() == before
        assert len(run["seconds"]) == LONG.recipe.epochs
    study.run_all(INTERRUPTED, whole, dataset="embedded", jobs=1)
    for path in folder.glob(".*.part-*"):  # a checkpoint that was being written
        path.unlink()
    assert_same_runs(folder, whole)


def test_run_that_fails_leaves_no_result(tmp_path, monkeypatch):
    original = np.savez

    def fail(file, **arrays):
        if "logits" not in arrays:  # a checkpoint
            return original(file, **arrays)
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        recipes.run(TINY[0], 0, tmp_path, "embedded")
    assert not (tmp_path / "plain-0.npz").exists()
    monkeypatch.undo()
    recipes.run(TINY[0], 0, tmp_path, "embedded")
    assert contents(tmp_path / "plain-0.npz")["logits"].shape == (144, 10)


def test_dask_cluster_gives_what_processes_give(runs, tmp_path):
    folder, output = tmp_path / "runs", tmp_path / "study.json"
    cluster = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with cluster:
        address = cluster.stdout.readline().strip()
        ran = command(
            *("--dataset", "embedded", "--folder", folder, "--output", output),
            *("--backend", "dask", "--scheduler", address),
        )
        tasks, _ = cluster.communicate("enough\n", timeout=1200)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert cluster.returncode == 0
    workers = json.loads(tasks)
    assert len(set(workers)) == 2, "both workers had work"
    assert_same_runs(folder, runs)
    expected = study.table(TINY, runs, dataset="embedded")
    for row, same in zip(json.loads(output.read_text())["rows"], expected["rows"], strict=True):
        assert row["accuracies"] == same["accuracies"]
        assert row["log_loss"] == same["log_loss"]


def test_task_takes_no_digits_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(styles, "PARSED", {})  # as where nothing has been drawn yet
    for module in (recipes, study, styles):
        cloudpickle.register_pickle_by_value(module)
    try:
        task = cloudpickle.dumps(joblib.delayed(study.one_run)(TINY[0], 0, tmp_path, "embedded"))
    finally:
        for module in (recipes, study, styles):
            cloudpickle.unregister_pickle_by_value(module)
    assert len(task) < 50_000
    assert pickle.loads(task)[1] == (TINY[0], 0, tmp_path, "embedded")


def test_command_runs_some_rows_and_makes_no_table(tmp_path):
    folder = tmp_path / "runs"
    options = ("--dataset", "embedded", "--folder", folder, "--output", tmp_path / "study.json")
    ran = command(*options, "--rows", "plain", "--jobs", "1")
    assert ran.returncode == 0, ran.stderr
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["1", "2"]
    assert {path.name for path in folder.iterdir()} == {"plain-0.npz", "plain-1.npz"}
    assert list(tmp_path.iterdir()) == [folder]


def test_command_makes_the_table_when_all_rows_are_there(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(study, "ROWS", TINY)
    monkeypatch.setattr(Recipe, "fit", None)  # nothing is left to be trained
    options = ["--dataset", "embedded", "--folder", str(runs), "--jobs", "1"]
    assert study.main([*options, "--output", str(tmp_path / "study.json")]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"study.json", sealed.SEALS}
    made = sealed.read(tmp_path / "study.json")
    assert made == json.loads(json.dumps(study.table(TINY, runs, dataset="embedded")))


def test_command_knows_its_rows(capsys):
    with pytest.raises(SystemExit, match="2"):
        study.main(["--rows", "none"])
    assert "invalid choice: 'none'" in capsys.readouterr().err


# Drawn digits


def test_drawn_digits_are_in_mnists_form_and_never_the_same():
    images, labels = styles.draw(400, rng=np.random.default_rng(0))
    assert (images.shape, images.dtype, labels.dtype) == ((400, 28, 28), np.uint8, np.int64)
    assert set(labels) == set(range(10))
    assert (images.max(axis=(1, 2)) == 255).all()
    assert len({image.tobytes() for image in images}) == 400
    ink = images > 127
    heights, widths = (ink.any(axis=axis).sum(axis=1) for axis in (2, 1))
    assert np.maximum(heights, widths).max() <= styles.BOX + 1
    assert np.median(np.maximum(heights, widths)) >= styles.BOX - 2
    place = np.arange(28) + 0.5
    for axis in (1, 2):
        centre = images.sum(axis=axis) @ place / images.sum(axis=(1, 2))
        assert abs(centre - 14).max() < 3
        assert abs(centre - 14).mean() < 0.5
    again, _ = styles.draw(400, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(again, images)


def test_a_form_is_drawn_as_often_as_any_other(monkeypatch):
    monkeypatch.setattr(styles, "LINES", {3: ["0,0 9,9"], 7: ["0,9 9,0", "0,0 0,9", "0,0 9,0"]})
    _, labels = styles.draw(4000, rng=np.random.default_rng(0))
    assert (labels == 3).mean() == pytest.approx(0.25, abs=0.03)
    assert ((labels == 3) | (labels == 7)).all()


@pytest.mark.parametrize(
    ("line", "corner"), [("0,0 100,0! 100,100", True), ("0,0 100,0 100,100", False)]
)
def test_line_goes_through_its_points_and_rounds_what_is_no_corner(line, corner):
    points, weights = styles.parse(line)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    way = weights @ points
    np.testing.assert_allclose(way[[0, -1]], [[0, 0], [1, 1]], atol=1e-12)
    assert np.linalg.norm(way - [1, 0], axis=1).min() < 0.01
    steps = np.diff(way, axis=0)
    cosines = (steps[1:] * steps[:-1]).sum(axis=1)
    cosines /= np.linalg.norm(steps[1:], axis=1) * np.linalg.norm(steps[:-1], axis=1)
    assert (cosines.min() < 0.8) == corner


def test_pen_is_lifted_between_strokes():
    points, weights = styles.parse("0,0 100,0 / 0,100 100,100")
    way = weights @ points
    assert set(way[:, 1].round(6)) == {0, 1}


def test_lines_of_the_study_are_whole():
    assert list(styles.LINES) == list(range(10))
    lines = [line for lines in styles.LINES.values() for line in lines]
    assert len(set(lines)) == len(lines) > 50
    for line in lines:
        points, weights = styles.parse(line)
        assert points.min() >= -0.2
        assert points.max() <= 1.2
        assert np.isfinite(weights).all()


def test_pen_is_as_wide_as_it_says():
    lines = np.stack([np.full(styles.SAMPLES, 14.5), np.linspace(6, 22, styles.SAMPLES)], axis=-1)
    pens = np.array([1.0, 3.0, 5.0]).reshape(3, 1, 1)
    images = styles.ink(np.repeat(lines[np.newaxis], 3, axis=0), pens, np.random.default_rng(0))
    widths = images[:, 14].sum(axis=1) / 255
    np.testing.assert_allclose(widths, [1, 3, 5], atol=0.6)


def test_stretched_digits_are_wider_and_as_high(embedded_train):
    images = embedded_train.images[:100]
    before = images.copy()
    wide = styles.stretch(images, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(images, before)
    assert (wide.shape, wide.dtype) == (images.shape, np.uint8)
    heights, widths = ([(x > 0).any(axis=a).sum(axis=1) for x in (images, wide)] for a in (2, 1))
    np.testing.assert_allclose(heights[0], heights[1], atol=1)
    assert (widths[1] >= widths[0] - 1).all()
    assert (widths[1] <= 2 * widths[0] + 2).all()
    assert widths[1].mean() > widths[0].mean() + 1


def test_enlarged_set_has_the_old_digits_first(digits):
    x, labels = styles.enlarge(digits, 30, 20, rng=np.random.default_rng(0))
    old = len(digits[1])
    assert (x.shape, x.dtype, len(labels)) == ((old + 50, 28, 28), np.float32, old + 50)
    np.testing.assert_array_equal(x[:old], digits[0])
    np.testing.assert_array_equal(labels[:old], digits[1])
    assert 0.5 < x[old:].max() <= 1


def test_recipe_learns_from_drawn_digits_of_its_seed(monkeypatch, digits):
    seen = []
    monkeypatch.setattr(
        recipes.resume, "train", lambda training, sets, path, **options: seen.append(sets)
    )
    recipe = replace(FULL, drawn=30, stretched=20)
    for seed in (0, 0, 1):
        recipe.fit(digits, digits, seed=seed)
    (first, validation), (again, _), (other, _) = seen
    assert validation is digits
    assert len(first[1]) == len(digits[1]) + 50
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


# The table


@pytest.fixture
def answers(tmp_path):
    """Return the held-out labels, and logits of two rows that were left in a folder."""
    _, (_, labels) = recipes.training_digits(dataset="embedded")
    rng = np.random.default_rng(0)
    logits = {}
    for name, strength, seeds in (("weak", 1.5, 2), ("strong", 3.0, 3)):
        noise = 2 * rng.standard_normal((seeds, len(labels), 10))
        logits[name] = (noise + strength * np.eye(10)[labels]).astype(np.float32)
        for seed, of_seed in enumerate(logits[name]):
            seconds = np.array([1.0, seed])
            np.savez(tmp_path / f"{name}-{seed}.npz", logits=of_seed, seconds=seconds)
    return labels, logits


def test_table_is_what_one_reckons_by_hand(answers, tmp_path):
    labels, logits = answers
    rows = [
        Row("weak", "", PLAIN, None, seeds=2),
        Row("strong", "strength", FULL, "weak", seeds=3),
    ]
    table = study.table(rows, tmp_path, dataset="embedded")
    weak, strong, ensemble = table["rows"]
    assert table["images"] == len(labels)
    assert [row["name"] for row in table["rows"]] == ["weak", "strong", "ensemble"]
    assert "p_value" not in weak
    assert strong["recipe"] == vars(FULL)
    assert strong["seconds"] == 2
    assert ensemble["seconds"] == 4

    right = {name: values.argmax(axis=2) == labels for name, values in logits.items()}
    for row in (weak, strong):
        shares = [float(of_seed.mean()) for of_seed in right[row["name"]]]
        assert row["accuracies"] == pytest.approx(shares)
        mean = sum(shares) / len(shares)
        variance = sum((share - mean) ** 2 for share in shares) / (len(shares) - 1)
        assert row["mean"] == pytest.approx(mean)
        assert row["spread"] == pytest.approx(math.sqrt(variance))
        losses = [cross_entropy(of_seed, labels) for of_seed in logits[row["name"]]]
        assert row["log_loss"] == pytest.approx(np.mean(losses), rel=1e-5)

    better = worse = 0
    for image in range(len(labels)):
        # Of 2 and of 3 networks: sixths.
        strong_right, weak_right = (int(right[n][:, image].sum()) for n in ("strong", "weak"))
        change = 2 * strong_right - 3 * weak_right
        better, worse = better + (change > 0), worse + (change < 0)
    assert (strong["better"], strong["worse"]) == (better, worse)
    tosses, fewer = better + worse, min(better, worse)
    tail = sum(math.comb(tosses, heads) for heads in range(fewer + 1)) / 2**tosses
    assert strong["p_value"] == pytest.approx(min(1, 2 * tail))


def test_ensemble_leaves_one_network_out_at_a_time(answers, tmp_path):
    labels, logits = answers
    table = study.table([Row("strong", "", PLAIN, None, 3)], tmp_path, dataset="embedded")
    ensemble = table["rows"][1]
    a, b, c = logits["strong"]
    pairs = [(b + c) / 2, (a + c) / 2, (a + b) / 2]
    expected = [float((pair.argmax(axis=1) == labels).mean()) for pair in pairs]
    assert ensemble["accuracies"] == pytest.approx(expected)
    assert ensemble["before"] == "strong"
    assert ensemble["change"] == "mean of the logits of 2 such networks"


def test_temperature_has_the_smallest_loss_of_a_grid(answers):
    labels, logits = answers
    found = study.best_temperature(labels, logits["strong"])
    grid = np.linspace(0.2, 5, 481)
    losses = [
        np.mean([cross_entropy(of_seed / t, labels) for of_seed in logits["strong"]]) for t in grid
    ]
    assert found == pytest.approx(grid[int(np.argmin(losses))], abs=0.01)
    assert 0.3 < found < 4.9


def test_results_file_has_its_name_only_when_complete(tmp_path):
    path = tmp_path / "study.json"
    sealed.write(path, {"a": 1})
    with pytest.raises(TypeError, match="not JSON serializable"):
        sealed.write(path, {"a": object()})
    assert sealed.read(path) == {"a": 1}
    assert {*tmp_path.iterdir()} == {path, tmp_path / sealed.SEALS}


def test_a_results_file_that_was_changed_is_refused(tmp_path):
    sealed.write(tmp_path / "a.json", {"accuracy": 0.98})
    sealed.write(tmp_path / "b.json", {"accuracy": 0.97})
    assert sealed.read(tmp_path / "a.json") == {"accuracy": 0.98}
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    (tmp_path / "a.json").write_text(text.replace("0.98", "0.99"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"Expected a\.json as its program wrote it"):
        sealed.read(tmp_path / "a.json")
    assert sealed.read(tmp_path / "b.json") == {"accuracy": 0.97}


# The released networks


@pytest.fixture
def short(monkeypatch, tmp_path):
    """Shorten the recipes; return the options of a release into a folder, with a study beside."""
    short = replace(FULL, epochs=3)
    monkeypatch.setattr(
        release,
        "RELEASES",
        {
            "small": release.Release(short, 1, "full", seeds=2),
            "large": release.Release(short, 2, "full"),
        },
    )
    sealed.write(tmp_path / "study.json", {"rows": [{"name": "full", "temperature": 1.25}]})
    folders = [("--folder", "runs"), ("--weights", "weights"), ("--results", ".")]
    options = [text for name, folder in folders for text in (name, str(tmp_path / folder))]
    with joblib.parallel_config(backend="threading"):
        yield ["--dataset", "embedded", *options]


def test_a_release_seals_its_own_weights_alone(tmp_path):
    """Whatever lies under another network's name stays what its seal says, or damaged."""
    release.write_release("large", b"as released", tmp_path)
    (tmp_path / "large.safetensors").write_bytes(b"changed since")
    release.write_release("small", b"new", tmp_path)
    assert sealed.read_seals(tmp_path) == {
        "large.safetensors": hashlib.sha256(b"as released").hexdigest(),
        "small.safetensors": hashlib.sha256(b"new").hexdigest(),
    }


def test_release_writes_the_weights_and_what_they_are_worth(
    short, tmp_path, embedded_test, validation, capsys
):
    assert release.main(["small", *short]) == 0
    content = (tmp_path / "weights/small.safetensors").read_bytes()
    card = json.loads((tmp_path / "small.json").read_text(encoding="utf-8"))
    assert card["sha256"] == hashlib.sha256(content).hexdigest()
    assert card["sha256"] in capsys.readouterr().out
    seals = (tmp_path / "weights/SHA256SUMS").read_text(encoding="ascii")
    assert seals == f"{card['sha256']}  small.safetensors\n"
    assert (card["bytes"], card["voters"], card["temperature"]) == (len(content), 1, 1.25)
    assert card["recipe"] == {**vars(release.RELEASES["small"].recipe), "hidden_units": [16, 8]}
    assert [run["seeds"] for run in card["runs"]] == [[0], [1]]
    assert card["mean_accuracy"] == pytest.approx(np.mean([r["accuracy"] for r in card["runs"]]))

    # The released file is seed 0's, and the figures are those of the file.
    x, labels = validation
    shipped = pretrained.unpack(content)
    wrong = np.flatnonzero(shipped.predict(x) != labels)
    assert sorted(card["runs"][0]["mistakes"]) == wrong.tolist()
    assert card["runs"][0]["accuracy"] == pytest.approx(1 - len(wrong) / len(labels))
    assert np.array(card["runs"][0]["confusion"]).sum() == len(labels)
    loss = cross_entropy(shipped.predict_logits(x), labels)
    assert card["runs"][0]["log_loss"] == pytest.approx(loss, rel=1e-4)

    # Rounded and cooled down, it is still the network that was trained.
    trained = release.Network.load(tmp_path / "runs/small-0.npz")
    expected = softmax(trained.predict_logits(x) / 1.25)
    np.testing.assert_allclose(shipped.predict_proba(x), expected, atol=0.05)
    assert not [*tmp_path.rglob("*.part"), *tmp_path.rglob("*.checkpoint")]


def test_release_repeats_no_finished_training(short, tmp_path, monkeypatch):
    release.main([*short, "--train-only"])
    assert len([*(tmp_path / "runs").glob("*.npz")]) == 5
    monkeypatch.setattr(Recipe, "fit", None)
    release.main(["large", *short])
    first = (tmp_path / "weights/large.safetensors").read_bytes()
    assert (tmp_path / "large.json").exists()
    assert not (tmp_path / "small.json").exists()
    release.main(["large", *short])
    assert (tmp_path / "weights/large.safetensors").read_bytes() == first


def test_release_uses_the_test_digits_once_a_network_and_only_to_report(short, splits_loaded):
    release.main([*short, "--train-only"])
    assert splits_loaded == ["train"] * 5
    release.main(short)
    assert splits_loaded == ["train"] * 5 + ["test"] * 2


def test_release_without_a_study_trains_nothing(short, tmp_path):
    (tmp_path / "study.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"study\.json"):
        release.main(short)
    assert not (tmp_path / "runs").exists()
    assert not (tmp_path / "weights").exists()


def test_release_knows_its_networks(short, capsys):
    with pytest.raises(SystemExit):
        release.main(["medium", *short])
    assert "medium" in capsys.readouterr().err


def test_released_recipes_are_rows_of_the_study():
    small, large = (release.RELEASES[name] for name in ("small", "large"))
    rows = {row.name: row for row in recipes.ROWS}
    without = replace(small.recipe, drawn=0, stretched=0)
    assert (without, *small[1:3]) == (rows["longer"].recipe, 1, "longer")
    # The study's ensemble is of its last row's networks, all but one.
    assert large[:3] == (recipes.ROWS[-1].recipe, recipes.ROWS[-1].seeds - 1, "ensemble")


def test_merged_network_gives_the_mean_of_the_logits(validation):
    x = validation[0][:50]
    networks = [mlp((12, 7), rng=np.random.default_rng(seed)) for seed in range(3)]
    for network in networks:
        for index in (1, 3, 5):
            network.layers[index].params["bias"][:] = np.random.default_rng(index).normal()
    merged = release.merge(networks)
    assert [merged.layers[index].params["bias"].size for index in (1, 3, 5)] == [36, 21, 10]
    expected = np.mean([network.predict_logits(x) for network in networks], axis=0)
    np.testing.assert_allclose(merged.predict_logits(x), expected, rtol=1e-4, atol=1e-5)


def test_released_vote_is_of_the_first_two_seeds(short, tmp_path, validation):
    release.main(["large", *short])
    card = json.loads((tmp_path / "large.json").read_text(encoding="utf-8"))
    assert [run["seeds"] for run in card["runs"]] == [[0, 1], [1, 2], [2, 0]]
    names = [f"runs/large-{seed}" for seed in (0, 1)]
    networks = [release.Network.load(tmp_path / f"{name}.npz") for name in names]
    logits = np.mean([network.predict_logits(validation[0]) for network in networks], axis=0)
    shipped = pretrained.unpack((tmp_path / "weights/large.safetensors").read_bytes())
    np.testing.assert_allclose(
        shipped.predict_proba(validation[0]), softmax(logits / 1.25), atol=0.05
    )
    seconds = [json.loads((tmp_path / f"{name}.json").read_text())["seconds"] for name in names]
    assert card["runs"][0]["seconds"] == pytest.approx(sum(seconds))
