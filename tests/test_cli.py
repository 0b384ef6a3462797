"""The command line as its users meet it: what it prints, writes and returns."""

import json
import os
import re
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

import digitlearn
from digitlearn import cli, pretrained, reading
from digitlearn.cli import main
from digitlearn.data import load_embedded
from digitlearn.evaluation import evaluate
from digitlearn.layers import Dense, Flatten
from digitlearn.network import Network
from digitlearn.options import EXAMPLES, make_parser
from digitlearn.preprocessing import scale_pixels, to_mnist_style
from digitlearn.reading import predict_proba

ROOT = Path(__file__).parents[1]
TRAIN = ["train", "--dataset", "embedded", "--epochs", "3", "--hidden-units", "32", "16"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return the file of a network trained by the command line."""
    file = tmp_path_factory.mktemp("networks") / "small.npz"
    assert main([*TRAIN, "--learning-rate", "0.01", "--output", str(file)]) == 0
    return file


@pytest.fixture
def packed(trained, tmp_path):
    """Return the file of the same network as export writes it."""
    file = tmp_path / "packed.safetensors"
    file.write_bytes(pretrained.pack(Network.load(trained), "float16"))
    return file


@pytest.fixture
def released(trained, packed, monkeypatch):
    """Let the trained network be the released small one."""
    load = pretrained.load

    def load_instead(name):
        return load(packed if name == "small" else name)

    monkeypatch.setattr(pretrained, "load", load_instead)


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


def program(*arguments, **options):
    """Start the program as a user does, in a process of its own."""
    command = [sys.executable, "-m", "digitlearn", *map(os.fspath, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    # As it is for users: what is printed waits in a buffer.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    options["env"] = environment | options.get("env", {})
    return subprocess.Popen(command, **options)


# train


def test_train_prints_a_row_an_epoch_and_saves(tmp_path, capsys):
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file)]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[:4] == [
        "Source      scikit-learn's 1,797 digits (embedded)",
        "Training    1,293 images",
        "Validation  144 images, by seed 0 and split 0.1",
        "Network     32-16-10 units",
    ]
    header = lines.index("epoch    loss  accuracy  val_loss  val_accuracy  seconds")
    rows = [line.split() for line in lines[header + 1 : header + 4]]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert float(rows[2][1]) < float(rows[0][1])
    assert lines[-1] == f"Saved as {file}"
    assert captured.err == ""  # no progress bar where nobody watches
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
    complaint = failed([*TRAIN, "--output", str(file)], capsys)
    assert "--force" in complaint
    assert "--resume" in complaint
    assert file.read_text() == "precious"
    assert main([*TRAIN, "--epochs", "1", "--output", str(file), "--force"]) == 0
    assert Network.load(file).layers


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["--output", "no/such/folder/network.npz"],
            "network.npz (No such file or directory)",
        ),
        (["--output", "folder.npz"], "Received: folder.npz, which is no file"),
        (["--output", "folder.npz", "--force"], "Received: folder.npz, which is no file"),
        (["--output", "network.onnx"], "Expected .npz; export writes other formats"),
        (["--output", "n" * 300 + ".npz"], "File name too long"),
        (["--resume"], "There is no network.npz to go on with: leave --resume out to begin"),
        (["--validation-split", "1e-9"], "Received: 1e-09"),
    ],
)
def test_train_says_what_is_wrong_before_it_starts(
    arguments, complaint, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(cli, "fit", None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.npz").mkdir()
    assert complaint in failed([*TRAIN, *arguments], capsys)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.npz"]


def test_train_notices_a_folder_it_may_not_write_to(tmp_path, capsys, monkeypatch):
    def forbid(**_):
        raise PermissionError(13, "Permission denied")

    # The tests may be run by root, who may write everywhere.
    monkeypatch.setattr(cli.tempfile, "NamedTemporaryFile", forbid)
    monkeypatch.setattr(cli, "load", None)
    file = tmp_path / "a.npz"
    complaint = failed([*TRAIN, "--output", str(file)], capsys)
    assert "choose another folder or name" in complaint
    assert f"{file} (Permission denied)" in complaint


def test_train_ends_when_the_loss_is_not_finite(tmp_path, capsys):
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file), "--learning-rate", "1e30"]) == 1
    assert "try a smaller --learning-rate. Nothing is saved" in capsys.readouterr().err
    assert not file.exists()


def test_interrupted_training_keeps_the_last_complete_epoch(tmp_path, capsys, monkeypatch):
    fit, weights = cli.fit, []

    def interrupt(network, *args, **options):
        if len(weights) == 2:
            network.layers[1].params["kernel"] += 1  # as half an epoch would change it
            raise KeyboardInterrupt
        history = fit(network, *args, **options)
        weights.append(network.layers[1].params["kernel"].copy())
        return history

    monkeypatch.setattr(cli, "fit", interrupt)
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file)]) == 130
    complaint = f"digitlearn: Stopped. {file} has the network of epoch 2; --resume goes on\n"
    assert capsys.readouterr().err == complaint
    assert_array_equal(Network.load(file).layers[1].params["kernel"], weights[1])


@pytest.mark.parametrize("there", [False, True])
def test_training_interrupted_in_its_first_epoch_leaves_what_was_there(
    there, tmp_path, capsys, monkeypatch
):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "fit", interrupt)
    file = tmp_path / "a.npz"
    if there:
        file.write_text("precious")
    assert main([*TRAIN, "--force", "--output", str(file)]) == 130
    told = f"{file} is as it was" if there else "Nothing is saved"
    assert capsys.readouterr().err == f"digitlearn: Stopped. {told}\n"
    assert [path.read_text() for path in tmp_path.iterdir()] == ["precious"] * there


@pytest.fixture
def interruptible():
    """Let new processes hear Ctrl-C: one that runs in the background hands on that it does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.Signals(9)])
def test_killed_training_leaves_a_network(number, tmp_path, capsys):
    file = tmp_path / "a.npz"
    training = program(*TRAIN, "--epochs", "1000000", "--output", file)
    try:
        rows = []
        while len(rows) < 3:  # read through a pipe, as the epochs end
            line = training.stdout.readline()
            assert line, training.stderr.read()
            rows += [line] if re.match(r" +\d+  ", line) else []
        training.send_signal(number)
        out, err = training.communicate(timeout=60)
    finally:
        training.kill()
    last = int((rows + [line for line in out.splitlines() if line])[-1].split()[0])
    if number == 9:
        assert training.returncode == -9
    else:
        assert training.returncode == 130
        # It may have been hit between saving and printing.
        told = "digitlearn: Stopped. {} has the network of epoch {}; --resume goes on\n"
        assert err in (told.format(file, last), told.format(file, last + 1))
        assert list(tmp_path.iterdir()) == [file]
    assert main(["evaluate", str(file), "--dataset", "embedded", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.4


def test_train_puts_the_handler_of_a_kill_back(trained, tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    assert main([*TRAIN, "--epochs", "1", "--output", str(tmp_path / "a.npz")]) == 0
    assert signal.getsignal(signal.SIGTERM) == before


def test_resume_goes_on_with_the_network_and_sets_the_same_digits_aside(
    tmp_path, capsys, monkeypatch
):
    fit, calls = cli.fit, []

    def watch(network, train, validation, **options):
        calls.append((network.layers[1].params["kernel"].copy(), validation[0]))
        return fit(network, train, validation, **options)

    monkeypatch.setattr(cli, "fit", watch)
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file)]) == 0
    kept = Network.load(file).layers[1].params["kernel"]
    again = ["train", "--dataset", "embedded", "--resume", "--epochs", "2"]
    assert main([*again, "--output", str(file)]) == 0
    said = capsys.readouterr().out
    assert "Network     32-16-10 units, trained before" in said
    assert said.count("Validation  144 images, by seed 0 and split 0.1\n") == 2
    assert len(calls) == 5
    assert_array_equal(calls[3][0], kept)
    assert_array_equal(calls[3][1], calls[0][1])
    assert not np.array_equal(Network.load(file).layers[1].params["kernel"], kept)


def test_a_new_network_has_the_units_that_the_help_names(tmp_path):
    [option] = [action for action in commands()["train"]._actions if action.dest == "hidden_units"]
    file = tmp_path / "a.npz"
    assert main(["train", "--dataset", "embedded", "--epochs", "1", "--output", str(file)]) == 0
    units = [len(layer.params["bias"]) for layer in Network.load(file).layers if layer.params]
    assert f"(default: {units[0]} {units[1]})" in option.help


def test_resume_keeps_the_units_that_the_network_has(trained, capsys):
    content = trained.read_bytes()
    complaint = failed([*TRAIN, "--resume", "--output", str(trained)], capsys)
    expected = f"Expected --hidden-units for a new network only. Received: --resume {trained}"
    assert expected in complaint
    assert trained.read_bytes() == content


def test_without_an_option_the_environment_chooses_the_digits(trained, capsys, monkeypatch):
    monkeypatch.setenv("DIGITLEARN_DATASET", "embedded")
    assert main(["evaluate", str(trained)]) == 0
    assert "Test      360 images" in capsys.readouterr().out
    monkeypatch.setenv("DIGITLEARN_DATASET", "cifar")
    assert "Expected DIGITLEARN_DATASET" in failed(["evaluate", str(trained)], capsys)
    monkeypatch.delenv("DIGITLEARN_DATA", raising=False)
    monkeypatch.setenv("DIGITLEARN_DATASET", "")  # as good as none
    monkeypatch.setattr("digitlearn.data._best_available", lambda: "embedded")
    assert main(["evaluate", str(trained)]) == 0


def test_epochs_one_at_a_time_are_one_training(tmp_path):
    file = tmp_path / "a.npz"
    assert main([*TRAIN, "--output", str(file)]) == 0
    rng = np.random.default_rng(0)
    digits = load_embedded("train")
    sets = cli.split_validation(
        scale_pixels(digits.images), digits.labels, validation_split=0.1, rng=rng
    )
    network = cli.mlp([32, 16], rng=rng)
    cli.fit(network, *sets, epochs=3, rng=rng)
    for ours, theirs in zip(Network.load(file).layers, network.layers, strict=True):
        for name, param in ours.params.items():
            assert_array_equal(param, theirs.params[name])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_bar_is_shown_where_a_person_watches(tmp_path):
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    training = program(*TRAIN, "--output", tmp_path / "a.npz", stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # how Linux tells that the other side has closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    out = training.communicate(timeout=60)[0]
    assert b"batch" in seen
    assert "batch" not in out
    assert training.returncode == 0
    assert b"\n" not in seen  # the bar goes when the epoch ends: its row is what stays


# evaluate


def test_evaluate_prints_what_evaluation_finds(trained, capsys, embedded_test):
    images = scale_pixels(embedded_test.images)
    report = evaluate(embedded_test.labels, Network.load(trained).predict_proba(images))
    assert main(["evaluate", str(trained), "--dataset", "embedded"]) == 0
    lines = capsys.readouterr().out.splitlines()
    low, high = report.interval
    assert lines[0] == "Source    scikit-learn's 1,797 digits (embedded)"
    assert lines[2] == f"Accuracy  {report.accuracy:.2%} (95% interval {low:.2%} to {high:.2%})"
    looks = predict_proba(Network.load(trained), images).argmax(axis=1) == embedded_test.labels
    assert lines[3].split()[:4] == [f"{looks.mean():.2%}", "in", "three", "looks,"]
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
    looks = predict_proba(Network.load(trained), images).argmax(axis=1) == embedded_test.labels
    assert answer["accuracy_in_three_looks"] == looks.mean()
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


def test_networks_by_name_and_in_files(trained, packed, released, tmp_path, capsys, monkeypatch):
    def accuracy(name):
        assert main(["evaluate", name, "--dataset", "embedded", "--json"]) == 0
        return json.loads(capsys.readouterr().out)["log_loss"]

    assert_allclose(accuracy("small"), accuracy(str(packed)), rtol=1e-12)
    assert_allclose(accuracy("small"), accuracy(str(trained)), rtol=0.01)


@pytest.mark.parametrize("name", ["small", "large"])
def test_the_released_networks_read_the_embedded_digits(name, capsys):
    if not pretrained.SEALS.with_name(f"{name}.safetensors").is_file():
        pytest.skip(f"{name} is not in this copy of the package")
    assert main(["evaluate", name, "--dataset", "embedded", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.9


@pytest.mark.parametrize("command", [["evaluate"], ["predict", "a.png", "--network"], ["export"]])
@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("medium", None, "Expected 'large', 'small', a .safetensors or .npz file. Received: med"),
        (".", None, "Expected 'large', 'small', a .safetensors or .npz file. Received: ."),
        ("", None, "Expected 'large', 'small', a .safetensors or .npz file. Received: "),
        ("b.npz", None, "No such file or directory: 'b.npz'"),
        ("a.npz", b"not a network", "a.npz is no network that reads digits. Expected a file that"),
        ("a.safetensors", b"", "a.safetensors is no network that reads digits. Expected a file"),
    ],
)
def test_what_is_no_network(command, name, content, complaint, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    rest = ["b.onnx"] if command == ["export"] else []
    assert complaint in failed([*command, name, *rest], capsys)
    assert not (tmp_path / "b.onnx").exists()


@pytest.mark.parametrize(
    ("pixels", "units", "complaint"), [(64, 10, "x of shape (B, 64)"), (784, 9, "10 finite logits")]
)
def test_a_network_for_other_data(pixels, units, complaint, tmp_path, capsys):
    file = tmp_path / "a.npz"
    Network([Flatten(), Dense(pixels, units, rng=np.random.default_rng(0))]).save(file)
    complaints = failed(["predict", "--network", str(file), "a.png", "b.png"], capsys)
    assert f"{file} is no network that reads digits" in complaints
    assert complaint in complaints


# predict


def test_predict_uses_the_released_small_network(released, packed, pictures, capsys):
    assert main(["predict", *map(str, pictures), "--network", str(packed)]) == 0
    expected = capsys.readouterr().out
    assert main(["predict", *map(str, pictures)]) == 0
    assert capsys.readouterr().out == expected


def test_predict_reads_folders(released, pictures, tmp_path, capsys):
    folder = tmp_path / "digits"
    (folder / "more.png").mkdir(parents=True)
    for name in ("b.png", "a.PNG", "c.JPEG", "d.webp", ".hidden.png", "more.png/e.png"):
        Image.open(pictures[3]).resize((56, 56)).save(folder / name)
    (folder / "notes.txt").write_text("not a picture")
    arguments = ["predict", str(pictures[1]), str(folder), str(pictures[0]), "--json"]
    assert main(arguments) == 0
    answers = json.loads(capsys.readouterr().out)
    read = [str(folder / name) for name in ("a.PNG", "b.png", "c.JPEG", "d.webp")]
    assert [answer["image"] for answer in answers] == [str(pictures[1]), *read, str(pictures[0])]
    assert answers[1]["digit"] == answers[2]["digit"]
    assert answers[1]["runner_up"] != answers[1]["digit"]


def test_predict_goes_on_after_a_bad_picture_in_a_folder(released, pictures, tmp_path, capsys):
    folder, empty = tmp_path / "digits", tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").write_text("not a picture")
    folder.mkdir()
    for name in ("a.heic", "b.heif", "c.avif"):
        (folder / name).write_text("a format that is not read")
    shutil.copy(pictures[0], folder / "d.png")
    assert main(["predict", str(empty), str(folder)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{folder / 'd.png'}: ")
    assert len(captured.out.splitlines()) == 1
    complaints = captured.err.splitlines()
    assert complaints[0].startswith(f"digitlearn: {empty}: Expected images in .bmp, ")
    for name, complaint in zip(("a.heic", "b.heif", "c.avif"), complaints[1:], strict=True):
        assert complaint.startswith(f"digitlearn: {folder / name}: Expected an image file")


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
    images = scale_pixels(embedded_test.images[:10])
    probabilities = predict_proba(Network.load(trained), images)
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


def test_predict_reads_a_pattern_that_the_shell_left(released, pictures, tmp_path, capsys):
    Image.open(pictures[1]).save(tmp_path / "a[1].png")
    (tmp_path / "sub1").mkdir()
    shutil.copy(pictures[2], tmp_path / "sub1")
    arguments = [str(tmp_path / name) for name in ("[34].png", "a[1].png", "sub?", "x*.png")]
    assert main(["predict", *arguments, "--json"]) == 1
    captured = capsys.readouterr()
    answers = json.loads(captured.out)
    names = ["3.png", "4.png", "a[1].png", "sub1/2.png", "x*.png"]
    assert [answer["image"] for answer in answers] == [str(tmp_path / name) for name in names]
    assert [answer for answer in answers if "error" in answer] == answers[-1:]
    assert captured.err.splitlines()[0].endswith("x*.png: " + answers[-1]["error"])


def test_a_link_that_leads_nowhere_is_an_error(released, tmp_path, capsys):
    link = tmp_path / "a.png"
    try:
        link.symlink_to(tmp_path / "nothing.png")
    except OSError:
        pytest.skip("links may not be made here")
    assert f"digitlearn: {link}: " in failed(["predict", str(link)], capsys)


def answer_with(monkeypatch, confidence=0.8, doubt=None):
    """Let every picture be read in the same way."""
    answer = {"digit": 7, "confidence": confidence, "runner_up": 1, "runner_up_confidence": 0.15}
    same = reading.Reading(**answer, doubt=doubt, cut=False, image=np.full((28, 28), 255))
    monkeypatch.setattr(cli, "read", lambda file, network: same)


@pytest.mark.parametrize(
    ("threshold", "line", "code"),
    [
        ([], "7 (80.0%), then 1 (15.0%)", 0),
        (["--threshold", "0.8"], "7 (80.0%), then 1 (15.0%)", 0),
        (["--threshold", "0.81"], "not sure; perhaps 7 (80.0%) or 1 (15.0%)", 3),
        (["--threshold", "1"], "not sure; perhaps 7 (80.0%) or 1 (15.0%)", 3),
    ],
)
def test_below_the_threshold_it_is_not_sure(threshold, line, code, pictures, capsys, monkeypatch):
    answer_with(monkeypatch)
    assert main(["predict", str(pictures[0]), *threshold]) == code
    assert capsys.readouterr().out == f"{pictures[0]}: {line}\n"
    assert main(["predict", str(pictures[0]), "--json", *threshold]) == code
    [answer] = json.loads(capsys.readouterr().out)
    assert answer == {
        "image": str(pictures[0]),
        "digit": 7,
        "confidence": 0.8,
        "runner_up": 1,
        "runner_up_confidence": 0.15,
        "doubt": None,
        "cut": False,
        "sure": code == 0,
    }


def test_a_failure_counts_for_more_than_an_answer_that_is_not_sure(pictures, capsys, monkeypatch):
    answer_with(monkeypatch)
    arguments = ["predict", str(pictures[0]), "nothing.png", "--threshold", "0.9"]
    assert main(arguments) == 1
    assert "not sure" in capsys.readouterr().out


def test_a_doubt_is_told_beside_the_answer(pictures, capsys, monkeypatch):
    answer_with(monkeypatch, doubt="it is upside down")
    assert main(["predict", str(pictures[0])]) == 3
    captured = capsys.readouterr()
    assert captured.out == f"{pictures[0]}: not sure; perhaps 7 (80.0%) or 1 (15.0%)\n"
    assert captured.err == f"digitlearn: {pictures[0]}: it is upside down\n"


def test_ink_that_runs_off_the_edge_is_told(released, pictures, tmp_path, capsys):
    image = Image.open(pictures[3])
    cut = tmp_path / "cut.png"
    image.crop((0, 0, 28, 14)).save(cut)  # the upper half of a digit
    assert main(["predict", str(pictures[3]), str(cut)]) == 0
    complaint = f"digitlearn: {cut}: ink runs off the picture's edge\n"
    assert capsys.readouterr().err == complaint


def test_show_prints_what_the_network_sees(released, pictures, capsys):
    seen = to_mnist_style(pictures[3])
    assert main(["predict", str(pictures[3]), "--show"]) == 0
    answer, top, *rows, bottom = capsys.readouterr().out.splitlines()
    assert answer.startswith(f"{pictures[3]}: ")
    assert top == bottom == "+" + 56 * "-" + "+"
    drawn = np.array([list(row[1:-1:2]) for row in rows])
    assert_array_equal(drawn, [list(row[2::2]) for row in rows])
    assert drawn.shape == (28, 28)
    assert_array_equal(drawn == " ", seen < 26)
    assert_array_equal(drawn == "@", seen >= 231)
    assert "".join(rows).isascii()
    assert main(["predict", str(pictures[3]), "--show", "--json"]) == 0
    assert_array_equal(json.loads(capsys.readouterr().out)[0]["pixels"], seen)


@pytest.mark.parametrize(
    "error",
    [
        SyntaxError("not a TIFF file"),
        struct.error("too short"),
        MemoryError(),
        OSError("truncated"),
    ],
)
def test_no_picture_stops_the_next(error, released, pictures, capsys, monkeypatch):
    """Pillow raises almost anything: each of these was seen on damaged files."""

    def stumble(file, network):
        if file == pictures[0]:
            raise error
        return reading.read(file, network)

    monkeypatch.setattr(cli, "read", stumble)
    assert main(["predict", *map(str, pictures[:2])]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{pictures[1]}: ")
    assert captured.err == f"digitlearn: {pictures[0]}: {str(error) or 'MemoryError'}\n"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_no_damage_to_a_picture_stops_the_next(form, released, pictures, tmp_path, capsys):
    image = Image.open(pictures[1]).convert("RGB").resize((56, 56))
    exif = image.getexif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    whole, folder = tmp_path / "whole", tmp_path / "damaged"
    image.save(whole, form, exif=exif)
    content, rng = whole.read_bytes(), np.random.default_rng(0)
    folder.mkdir()
    # The EXIF block, if it is found, and the whole file, hit in random places; and cut files.
    start = max(content.find(b"Exif"), content.find(b"II*\0"), content.find(b"MM\0*"), 0)
    for index in range(60):
        hurt = bytearray(content)
        low, high = ((start, start + 60), (0, len(content)))[index % 2]
        for place in rng.integers(low, min(high, len(content)), size=1 + index % 7):
            hurt[place] = rng.integers(256)
        end = len(hurt) if index % 5 else int(rng.integers(len(hurt)))
        (folder / f"{index:02}.png").write_bytes(hurt[:end])
    assert main(["predict", str(folder), str(pictures[0]), "--json"]) in (0, 1)
    answers = json.loads(capsys.readouterr().out)
    assert len(answers) == 61
    assert answers[-1]["image"] == str(pictures[0])
    assert "digit" in answers[-1]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are Unicode there")
def test_names_may_be_any_bytes(packed, pictures, tmp_path):
    folder = os.fsencode(tmp_path / "names")
    os.mkdir(folder)  # noqa: PTH102
    names = [b"\xff.png", "\N{SNOWMAN}.png".encode(), b"z.png"]
    for name in names:
        shutil.copy(pictures[0], os.path.join(folder, name))  # noqa: PTH118
    arguments = ["predict", folder.decode(), "--network", packed]
    for encoding, shown in (
        ("utf-8", ["\\udcff", "\N{SNOWMAN}"]),
        ("ascii", ["\\udcff", "\\u2603"]),
    ):
        reading = program(*arguments, env={"PYTHONIOENCODING": encoding}, encoding="utf-8")
        out, err = reading.communicate(timeout=120)
        assert (reading.returncode, err) == (0, "")
        stems = sorted(Path(line.partition(": ")[0]).stem for line in out.splitlines())
        assert stems == sorted([*shown, "z"])
    reading = program(*arguments, "--json")
    answers = json.loads(reading.communicate(timeout=120)[0])
    read = {os.path.basename(os.fsencode(answer["image"])) for answer in answers}  # noqa: PTH119
    assert read == set(names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of a closed pipe otherwise")
@pytest.mark.parametrize("arguments", [["predict", "--network"], ["evaluate"], ["--help"]])
def test_a_closed_pipe_is_silent(arguments, packed, pictures):
    if arguments != ["--help"]:
        arguments = [*arguments, packed]
    arguments += {"predict": pictures, "evaluate": ["--dataset", "embedded"]}.get(arguments[0], [])
    reader, writer = os.pipe()
    os.close(reader)
    reading = program(*arguments, stdout=writer)
    os.close(writer)
    assert reading.communicate(timeout=120)[1] == ""
    assert reading.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_told_without_a_traceback(packed):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        reading = program("evaluate", packed, "--dataset", "embedded", stdout=full)
        err = reading.communicate(timeout=120)[1]
    assert reading.returncode == 1
    assert err == "digitlearn: [Errno 28] No space left on device\n"


def test_predict_keeps_to_one_thread(released, pictures, monkeypatch):
    from threadpoolctl import threadpool_info, threadpool_limits

    threads = []

    def count(file, network):
        threads.extend(p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas")
        return reading.read(file, network)

    monkeypatch.setattr(cli, "read", count)
    with threadpool_limits(2, user_api="blas"):
        assert main(["predict", str(pictures[0])]) == 0
    if not threads:
        pytest.skip("this NumPy's library of products is not known to threadpoolctl")
    assert set(threads) == {1}


# export


def test_export_writes_what_predict_reads(trained, pictures, tmp_path, capsys):
    file = tmp_path / "a.safetensors"
    assert main(["export", str(trained), str(file), "--dtype", "float16"]) == 0
    assert capsys.readouterr().out.startswith(f"Saved as {file}; read back, probabilities differ")
    kernels = [
        next(layer.params["kernel"] for layer in network.layers if layer.params)
        for network in (pretrained.unpack(file.read_bytes()), Network.load(trained))
    ]
    assert_array_equal(kernels[0], kernels[1].astype(np.float16))
    assert main(["predict", str(pictures[0]), "--network", str(file)]) == 0


def test_export_to_onnx(trained, tmp_path, capsys):
    pytest.importorskip("onnx")
    assert main(["export", str(trained), str(tmp_path / "a.onnx")]) == 0
    assert (tmp_path / "a.onnx").stat().st_size > 4 * 784 * 32


def test_export_overwrites_only_by_force(trained, tmp_path, capsys):
    file = tmp_path / "a.safetensors"
    file.write_text("precious")
    assert "--force" in failed(["export", str(trained), str(file)], capsys)
    assert file.read_text() == "precious"
    assert main(["export", str(trained), str(file), "--force"]) == 0
    assert pretrained.unpack(file.read_bytes()).layers
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.safetensors"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["a.txt"], "Expected a name in .safetensors, .keras, .onnx. Received: a.txt"),
        (["no/such/a.onnx"], "a.onnx (No such file or directory)"),
        (["a.onnx", "--dtype", "int8"], "a dtype for .safetensors only. Received: int8"),
        ([".", "--force"], "Expected a file to write. Received: ., which is no file"),
    ],
)
def test_export_says_what_is_wrong(arguments, complaint, trained, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert complaint in failed(["export", str(trained), *arguments], capsys)
    assert list(tmp_path.iterdir()) == []


def test_export_names_what_to_install(trained, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    complaint = failed(["export", str(trained), str(tmp_path / "a.onnx")], capsys)
    assert 'pip install "digitlearn[export]"' in complaint


# Usage


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "COMMAND"),
        (["learn"], "invalid choice: 'learn'"),
        (["train", "--force", "--resume"], "--resume: not allowed with argument --force"),
        (["train", "--dataset", "cifar"], "invalid choice: 'cifar'"),
        (["evaluate"], "NETWORK"),
        (["predict", "--network", "a.npz"], "IMAGE"),
        (["predict"], "IMAGE"),
        (["export", "small"], "OUTPUT"),
        (["export", "small", "a.safetensors", "--dtype", "int4"], "invalid choice: 'int4'"),
    ],
)
def test_wrong_usage(arguments, complaint, capsys):
    assert complaint in refused(arguments, capsys)


COUNT = "Expected an integer of at least 1"
UNITS = "Expected integers from 1 to 5000"
RATE = "Expected a finite number above 0"
SPLIT = "Expected a number above 0 and below 1"
SEED = "Expected an integer of at least 0"
THRESHOLD = "Expected a number from 0 to 1"


@pytest.mark.parametrize(
    ("option", "expected", "values"),
    [
        ("--epochs", COUNT, ["0", "-1", "1.5", "inf", "nan", "many", "", "9" * 5000]),
        ("--batch-size", COUNT, ["0", "-1", "1e3", "inf", "nan"]),
        ("--hidden-units", UNITS, ["0", "-1", "5001", "10000000000", "inf", "nan"]),
        ("--learning-rate", RATE, ["0", "-1", "inf", "-inf", "nan", "1e999", "fast"]),
        ("--validation-split", SPLIT, ["0", "1", "-0.1", "inf", "-inf", "nan", "10%"]),
        ("--seed", SEED, ["-1", "0.5", "inf", "nan"]),
        ("--threshold", THRESHOLD, ["-0.1", "1.1", "inf", "nan", "90%"]),
    ],
)
def test_numbers_out_of_range_are_named(option, expected, values, capsys):
    command = ["predict", "a.png"] if option == "--threshold" else ["train"]
    rest = ["64"] if option == "--hidden-units" else []
    for value in values:
        # A value such as -inf looks like an option; with an equals sign it cannot.
        typed = [option, value, *rest] if rest else [f"{option}={value}"]
        complaint = refused([*command, *typed], capsys)
        assert f"argument {option}: {expected}. Received: {value[:40]}\n" in complaint
    assert f"argument {option}: " in refused([*command, option, "-1", *rest], capsys)


def commands():
    """Return the parsers of the commands."""
    [group] = make_parser()._subparsers._group_actions
    return group.choices


@pytest.mark.parametrize("command", ["", "train", "evaluate", "predict", "export"])
def test_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([*command.split(), "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "usage: digitlearn" in text
    assert "None" not in text
    assert "False" not in text
    if command:
        assert f"examples:\n  digitlearn {command}" in text


def test_every_command_has_examples_that_it_takes():
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    lines = re.findall(r"^digitlearn [^\[\n]+$", page, flags=re.M)
    assert len(lines) >= 4
    for command, examples in EXAMPLES.items():
        assert len(examples.splitlines()) >= 2
        for line in examples.splitlines():
            assert line.startswith(f"digitlearn {command}")
            lines.append(line)
    for line in lines:
        assert make_parser().parse_args(shlex.split(line)[1:]).command == line.split()[1]
    assert set(EXAMPLES) == set(commands())


def documented(command):
    """Return the options in a command's table of the page, each with its default, and its usage."""
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {command}\n(.+?)(?=^## |\Z)", page, flags=re.M | re.S).group(1)
    usage = re.search(r"^```\n(digitlearn .+?)^```", section, flags=re.M | re.S).group(1)
    rows = re.findall(r"^\| `(--[^`]+)` \| (.*?) ?\|", section, flags=re.M)
    return {name: default.replace("`", "") for name, default in rows}, usage


@pytest.mark.parametrize("command", ["train", "evaluate", "predict", "export"])
def test_the_page_is_what_the_parser_takes(command):
    options, usage = documented(command)
    found = {}
    for action in commands()[command]._actions:
        if not action.option_strings or action.dest == "help":
            continue
        name = action.option_strings[0]
        if action.nargs != 0:
            metavar = {"dtype": "TYPE", "dataset": "NAME"}.get(action.dest, action.metavar)
            name = " ".join([name, *[metavar] * (action.nargs or 1)])
        default = action.default
        if action.dest in ("dataset", "hidden_units"):  # told in words: None, if left out
            default = re.search(r"\(default: (.+)\)$", action.help)[1]
        found[name] = "" if default is None or default is False else str(default)
    assert options == found
    for name in options:
        assert name in usage
    for action in commands()[command]._actions:
        if not action.option_strings:
            assert action.metavar in usage


def test_the_page_tells_the_keys_of_the_json_and_the_exit_codes(released, pictures, capsys):
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    section = page.partition("In JSON there is")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.+?)\|", section, flags=re.M))))
    assert main(["predict", "--json", "--show", str(pictures[0]), "nothing.png"]) == 1
    answers = json.loads(capsys.readouterr().out)
    assert {key for answer in answers for key in answer} == told
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", page, flags=re.M)}
    assert codes == {0, 1, 2, cli.NOT_SURE, cli.INTERRUPTED, cli.CLOSED_PIPE}


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


HEAVY = {"sklearn", "matplotlib", "keras", "tensorflow", "onnx", "pooch", "requests"}


def loaded(*arguments):
    """Return what the program prints, and the libraries it loads."""
    code = "import sys; from digitlearn.cli import main; sys.exit(main())"
    command = [sys.executable, "-X", "importtime", "-c", code, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    names = (line.rpartition("|")[2].strip() for line in result.stderr.splitlines())
    return result.stdout.strip(), {name.partition(".")[0] for name in names}


def test_the_program_starts_quickly_and_knows_its_version():
    start = time.perf_counter()
    output, libraries = loaded("--version")
    assert time.perf_counter() - start < 10
    assert output == digitlearn.__version__
    assert not libraries & (HEAVY | {"scipy", "safetensors"})
    assert "numpy" in libraries


def test_predict_loads_nothing_heavy(packed, pictures):
    output, libraries = loaded("predict", str(pictures[0]), "--network", str(packed))
    assert output.startswith(f"{pictures[0]}: ")
    assert not libraries & HEAVY
    assert "safetensors" in libraries


def test_no_answer_is_a_whole_hundred_percent(pictures, capsys, monkeypatch):
    sure = np.full((1, 10), 0.00001)
    sure[0, 9] = 0.00002
    sure[0, 3] += 1 - sure.sum()
    monkeypatch.setattr("digitlearn.reading.predict_logits", lambda network, x: np.log(sure))
    assert main(["predict", str(pictures[0])]) == 0
    assert capsys.readouterr().out == f"{pictures[0]}: 3 (99.9%), then 9 (0.0%)\n"


@pytest.mark.parametrize(
    "start",
    [
        "import runpy; runpy.run_module('digitlearn', run_name='__main__')",
        # As pip's launcher of the installed command does.
        "from importlib.metadata import entry_points as all\n"
        "[command] = all(group='console_scripts', name='digitlearn'); sys.exit(command.load()())",
    ],
    ids=["module", "command"],
)
def test_ctrl_c_while_modules_are_loaded_leaves_no_traceback(start):
    """A finder stands in for the moment at which it comes."""
    code = f"""
import sys
class Stop:
    def find_spec(self, name, path, target=None):
        if name == "digitlearn.evaluation":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
{start}
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (cli.INTERRUPTED, "", "")
