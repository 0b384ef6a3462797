"""The command line as its users meet it: what it prints, writes and returns."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image

from digitlearn.cli import main
from digitlearn.data import load_embedded
from digitlearn.evaluation import evaluate
from digitlearn.network import Network
from digitlearn.preprocessing import scale_pixels

TRAIN = ["train", "--dataset", "embedded", "--epochs", "3", "--hidden-units", "32", "16"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return the file of a network trained by the command line."""
    file = tmp_path_factory.mktemp("networks") / "small.npz"
    assert main([*TRAIN, "--learning-rate", "0.01", "--output", str(file)]) == 0
    return file


@pytest.fixture
def pictures(tmp_path, embedded_test):
    """Return files with the first ten test digits as dark ink on light paper."""
    files = [tmp_path / f"{index}.png" for index in range(10)]
    for file, image in zip(files, embedded_test.images, strict=False):
        Image.fromarray(255 - image).save(file)
    return files


def refused(arguments, capsys):
    """Return the complaint about wrong usage."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def failed(arguments, capsys):
    """Return the complaint about what did not work: one, without a traceback."""
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


# train


def test_train_prints_a_row_an_epoch_and_saves(tmp_path, capsys):
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file)]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[:3] == [
        "Source      scikit-learn's 1,797 digits (embedded)",
        "Training    1,293 images",
        "Validation  144 images",
    ]
    header = lines.index("epoch    loss  accuracy  val_loss  val_accuracy  seconds")
    rows = [line.split() for line in lines[header + 1 : header + 4]]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert float(rows[2][1]) < float(rows[0][1])
    assert lines[-1] == f"Saved as {file}"
    assert "batch" in captured.err  # the progress bar
    shapes = [layer.params["kernel"].shape for layer in Network.load(file).layers if layer.params]
    assert shapes == [(784, 32), (32, 16), (16, 10)]


def test_train_does_the_same_with_the_same_seed(tmp_path):
    def kernel(seed):
        file = tmp_path / "network.npz"
        arguments = ["--seed", seed, "--force", "--output", str(file)]
        assert main([*TRAIN, *arguments]) == 0
        return next(layer.params["kernel"] for layer in Network.load(file).layers if layer.params)

    first, again, other = kernel("3"), kernel("3"), kernel("4")
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)


def test_train_overwrites_only_by_force(tmp_path, capsys):
    file = tmp_path / "precious.npz"
    file.write_text("precious")
    assert "--force" in failed([*TRAIN, "--output", str(file)], capsys)
    assert file.read_text() == "precious"
    assert main([*TRAIN, "--epochs", "1", "--output", str(file), "--force"]) == 0
    assert Network.load(file).layers


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--output", "no/such/folder/network.npz"], "There is no folder"),
        (["--validation-split", "1.5"], "Received: 1.5"),
        (["--learning-rate", "-1"], "Received: "),
    ],
)
def test_train_says_what_is_wrong_before_it_starts(
    arguments, complaint, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    complaints = failed([*TRAIN, *arguments], capsys)
    assert complaint in complaints
    assert "batch" not in complaints
    assert list(tmp_path.iterdir()) == []


def test_interrupted_training_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("digitlearn.cli.fit", interrupt)
    assert main([*TRAIN, "--output", str(tmp_path / "a.npz")]) == 130
    assert list(tmp_path.iterdir()) == []


# evaluate


def test_evaluate_prints_what_evaluation_finds(trained, capsys, embedded_test):
    images = scale_pixels(embedded_test.images)
    report = evaluate(embedded_test.labels, Network.load(trained).predict_proba(images))
    assert main(["evaluate", str(trained), "--dataset", "embedded"]) == 0
    lines = capsys.readouterr().out.splitlines()
    low, high = report.interval
    assert lines[0] == "Source    scikit-learn's 1,797 digits (embedded)"
    assert lines[2] == f"Accuracy  {report.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})"
    header = lines.index("digit  images  precision   recall")
    for digit, line in enumerate(lines[header + 1 : header + 11]):
        assert line.split() == [
            str(digit),
            str(report.support[digit]),
            f"{report.precision[digit]:.2%}",
            f"{report.recall[digit]:.2%}",
        ]
    assert any("read as" in line for line in lines)


def test_evaluate_as_json(trained, capsys, embedded_test):
    images = scale_pixels(embedded_test.images)
    report = evaluate(embedded_test.labels, Network.load(trained).predict_proba(images))
    assert main(["evaluate", str(trained), "--dataset", "embedded", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["images"] == 360
    for name, value in report._asdict().items():
        assert_allclose(answer[name], value)
    worst = answer["most_confused"][0]
    assert report.confusion[worst["true"], worst["predicted"]] == worst["count"]
    assert worst["count"] == np.max(report.confusion - np.diag(np.diag(report.confusion)))


@pytest.mark.parametrize("content", [None, b"", b"not a network"])
def test_evaluate_refuses_what_is_no_network(content, tmp_path, capsys):
    file = tmp_path / "network.npz"
    if content is not None:
        file.write_bytes(content)
    complaint = failed(["evaluate", str(file), "--dataset", "embedded"], capsys)
    assert "network.npz" in complaint


def test_missing_mnist_is_told_without_a_traceback(trained, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DIGITLEARN_DATA", str(tmp_path / "nothing"))
    complaint = failed(["evaluate", str(trained), "--dataset", "mnist"], capsys)
    assert "digitlearn: MNIST cannot be had" in complaint
    assert "What you can do" in complaint


# predict


def test_predict_reads_digits(trained, pictures, capsys, embedded_test):
    assert main(["predict", *map(str, pictures), "--network", str(trained)]) == 0
    lines = capsys.readouterr().out.splitlines()
    read = [
        int(line.removeprefix(f"{file}: ")[0]) for file, line in zip(pictures, lines, strict=True)
    ]
    # The drawing goes through a picture file and comes back as the same digit.
    expected = Network.load(trained).predict(scale_pixels(embedded_test.images[:10]))
    assert read == expected.tolist()


def test_predict_as_json(trained, pictures, capsys, embedded_test):
    assert main(["predict", *map(str, pictures), "--network", str(trained), "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)
    probabilities = Network.load(trained).predict_proba(scale_pixels(embedded_test.images[:10]))
    for file, answer, row in zip(pictures, answers, probabilities, strict=True):
        assert answer["image"] == str(file)
        order = np.argsort(row)[::-1]
        assert [answer["digit"], answer["runner_up"]] == order[:2].tolist()
        assert_allclose(
            [answer["confidence"], answer["runner_up_confidence"]], row[order[:2]], atol=0.02
        )


@pytest.mark.parametrize("as_json", [False, True])
def test_predict_goes_on_after_a_bad_picture(as_json, trained, pictures, tmp_path, capsys):
    (tmp_path / "text.png").write_text("seven")
    Image.new("L", (30, 30), 255).save(tmp_path / "blank.png")
    bad = [tmp_path / name for name in ("text.png", "missing.png", "blank.png")]
    files = [str(file) for file in (*bad, pictures[0])]
    arguments = ["predict", *files, "--network", str(trained)]
    assert main(arguments + ["--json"] * as_json) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 3
    for file in bad:
        assert f"digitlearn: {file}: " in captured.err
    if as_json:
        answers = json.loads(captured.out)
        assert ["error" in answer for answer in answers] == [True, True, True, False]
    else:
        assert captured.out.startswith(f"{pictures[0]}: ")
        assert len(captured.out.splitlines()) == 1


# Usage


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["learn"], "invalid choice: 'learn'"),
        (["train", "--epochs", "0"], "positive integer. Received: 0"),
        (["train", "--batch-size", "many"], "positive integer. Received: many"),
        (["train", "--dataset", "cifar"], "invalid choice: 'cifar'"),
        (["evaluate"], "FILE"),
        (["predict", "--network", "a.npz"], "IMAGE"),
        (["predict", "a.png"], "--network"),
    ],
)
def test_wrong_usage(arguments, complaint, capsys):
    assert complaint in refused(arguments, capsys)


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"]])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    assert "usage: digitlearn" in capsys.readouterr().out


def test_warnings_are_told_in_one_line(trained, capsys, monkeypatch):
    import warnings

    def warn_and_load(split, dataset):
        warnings.warn("fewer digits", stacklevel=1)
        return load_embedded(split)

    monkeypatch.setattr("digitlearn.cli.load", warn_and_load)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["evaluate", str(trained)]) == 0
    assert capsys.readouterr().err == "digitlearn: fewer digits\n"


def test_the_program_starts_quickly_and_knows_its_version():
    code = "import sys; from digitlearn.cli import main; main()"
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.perf_counter() - start < 10
    assert result.stdout.strip() == "0.1.0"
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()
    }
    assert not loaded & {
        "sklearn",
        "scipy",
        "matplotlib",
        "keras",
        "tensorflow",
        "pooch",
        "requests",
    }
    assert "numpy" in loaded
