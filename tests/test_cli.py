"""The command line as its users meet it: what it prints, writes and returns."""

import json
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from digitlearn import pretrained
from digitlearn.cli import main
from digitlearn.data import load_embedded
from digitlearn.evaluation import evaluate
from digitlearn.layers import Dense, Flatten
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
def packed(trained, tmp_path):
    """Return the file of the same network as export writes it."""
    file = tmp_path / "packed.safetensors"
    file.write_bytes(pretrained.pack(Network.load(trained), "float16"))
    return file


@pytest.fixture
def released(trained, packed, monkeypatch):
    """Let the trained network be the released large one."""

    def load(name):
        assert name == "large"
        return pretrained.unpack(packed.read_bytes())

    monkeypatch.setattr(pretrained, "load", load)


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


def test_networks_by_name_and_in_files(trained, packed, released, tmp_path, capsys, monkeypatch):
    def accuracy(name):
        assert main(["evaluate", name, "--dataset", "embedded", "--json"]) == 0
        return json.loads(capsys.readouterr().out)["log_loss"]

    assert_allclose(accuracy("large"), accuracy(str(packed)), rtol=1e-12)
    assert_allclose(accuracy("large"), accuracy(str(trained)), rtol=0.01)
    # A name means the released network, even beside a file of the same name.
    monkeypatch.chdir(tmp_path)
    Network([Flatten(), Dense(784, 10, rng=np.random.default_rng(0))]).save("large")
    assert_allclose(accuracy("large"), accuracy(str(packed)), rtol=1e-12)
    assert accuracy("./large") > 2 * accuracy("large")


@pytest.mark.parametrize("name", ["small", "large"])
def test_the_released_networks_read_the_embedded_digits(name, capsys):
    if name not in pretrained.names():
        pytest.skip(f"{name} is not in this copy of the package")
    assert main(["evaluate", name, "--dataset", "embedded", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] > 0.9


@pytest.mark.parametrize("command", [["evaluate"], ["predict", "a.png", "--network"], ["export"]])
@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("medium", None, "Expected small, large or a file. Received: medium"),
        (".", None, "Expected small, large or a file. Received: ."),
        ("", None, "Expected small, large or a file. Received: "),
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
    ("pixels", "units", "complaint"), [(64, 10, "inputs of shape"), (784, 9, "10 finite logits")]
)
def test_a_network_for_other_data(pixels, units, complaint, tmp_path, capsys):
    file = tmp_path / "a.npz"
    Network([Flatten(), Dense(pixels, units, rng=np.random.default_rng(0))]).save(file)
    complaints = failed(["predict", "--network", str(file), "a.png", "b.png"], capsys)
    assert f"{file} is no network that reads digits" in complaints
    assert complaint in complaints


# predict


def test_predict_uses_the_released_large_network(released, packed, pictures, capsys):
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
    (folder / "a.heic").write_text("a format that Pillow does not know")
    shutil.copy(pictures[0], folder / "b.png")
    assert main(["predict", str(empty), str(folder)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{folder / 'b.png'}: ")
    assert len(captured.out.splitlines()) == 1
    complaints = captured.err.splitlines()
    assert complaints[0].startswith(f"digitlearn: {empty}: Expected images in .bmp, ")
    assert complaints[1].startswith(f"digitlearn: {folder / 'a.heic'}: Expected an image file")
    assert len(complaints) == 2


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
        (["a.txt"], "in .safetensors, .keras or .onnx. Received: a.txt"),
        (["no/such/a.onnx"], "There is no folder"),
        (["a.onnx", "--dtype", "int8"], "a dtype for .safetensors only. Received: int8"),
        ([".", "--force"], "in .safetensors, .keras or .onnx. Received: ."),
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
        (["train", "--epochs", "0"], "positive integer. Received: 0"),
        (["train", "--batch-size", "many"], "positive integer. Received: many"),
        (["train", "--dataset", "cifar"], "invalid choice: 'cifar'"),
        (["evaluate"], "NETWORK"),
        (["predict", "--network", "a.npz"], "IMAGE"),
        (["predict"], "IMAGE"),
        (["export", "small"], "output"),
        (["export", "small", "a.safetensors", "--dtype", "int4"], "invalid choice: 'int4'"),
    ],
)
def test_wrong_usage(arguments, complaint, capsys):
    assert complaint in refused(arguments, capsys)


@pytest.mark.parametrize("command", [[], ["train"], ["evaluate"], ["predict"], ["export"]])
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
    assert output == "0.1.0"
    assert not libraries & (HEAVY | {"scipy", "safetensors"})
    assert "numpy" in libraries


def test_predict_loads_nothing_heavy(packed, pictures):
    output, libraries = loaded("predict", str(pictures[0]), "--network", str(packed))
    assert output.startswith(f"{pictures[0]}: ")
    assert not libraries & HEAVY
    assert "safetensors" in libraries


def test_no_answer_is_a_whole_hundred_percent(pictures, capsys, monkeypatch):
    sure = np.full((1, 10), 0.00001)
    sure[0, 3] = 1 - sure.sum() + 0.00001
    monkeypatch.setattr(Network, "predict_proba", lambda self, x: sure)
    assert main(["predict", str(pictures[0])]) == 0
    assert capsys.readouterr().out == f"{pictures[0]}: 3 (99.9%), then 9 (0.0%)\n"
