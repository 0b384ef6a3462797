"""The offline kit: what is in it, what it says when something is missing, and its check."""

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile

import kit
import nbformat
import numpy as np
import pytest
from building import ROOT

from digitlearn import data, sources

WHEEL = "tinything-1.0-py3-none-any.whl"


def tiny_wheel(folder):
    """Build the wheel of a package of one line."""
    about = "tinything-1.0.dist-info"
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr("tinything.py", "ANSWER = 42\n")
        wheel.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")


@pytest.fixture(autouse=True, scope="module")
def without_network_and_mnist(embedded_train, embedded_test):
    """Let pip ask nobody, and the embedded digits stand in for MNIST."""
    digits = {"train": embedded_train, "test": embedded_test}
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setattr(data, "load_mnist", lambda split: digits[split])
        yield


def write_site(folder):
    """Write a site with Python in its pages; return its folder."""
    python = folder / "site/assets/practice/pyodide-1"
    python.mkdir(parents=True)
    (python / "pyodide.mjs").write_text("")
    (folder / "site/index.html").write_text("Start")
    return folder / "site"


@pytest.fixture
def small_site(tmp_path):
    """Return the folder of a site with Python in its pages."""
    return write_site(tmp_path)


@pytest.fixture(scope="module")
def first(without_network_and_mnist, tmp_path_factory):
    """Return the kit that the tests' kits are copies of."""
    folder = tmp_path_factory.mktemp("first")
    return kit.make(folder / "kit", write_site(folder), wanted="tinything", build=tiny_wheel)


@pytest.fixture
def made(first, tmp_path):
    """Return a kit."""
    return first._replace(folder=shutil.copytree(first.folder, tmp_path / "kit"))


def ready_of(folder):
    """Return the script of a kit as a module, for a kit of tinything."""
    spec = importlib.util.spec_from_file_location("ready", folder / "ready.py")
    ready = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ready)
    ready.WANTED, ready.LIBRARIES = "tinything", ("tinything",)
    ready.LOAD = (
        "import os, zipfile; zipfile.ZipFile(os.environ['DIGITLEARN_DATA']).testzip() and 1 / 0"
    )
    return ready


def test_a_kit_has_everything(made, embedded_train):
    folder = made.folder
    assert (folder / "wheels" / kit.kind() / WHEEL).is_file()
    with np.load(folder / "data/mnist.npz") as arrays:
        assert {*arrays} == {"x_train", "y_train", "x_test", "y_test"}
        np.testing.assert_array_equal(arrays["x_train"], embedded_train.images)
    for edition in ("student", "full"):
        found = sorted((folder / "notebooks" / edition).glob("*.ipynb"))
        assert len(found) == len(list(ROOT.glob("docs/chapters/*.py")))
        nbformat.validate(nbformat.read(found[0], as_version=4))
    assert (folder / "site/index.html").read_text() == "Start"
    assert "ready.py" in (folder / "README.txt").read_text(encoding="utf-8")
    assert f"{made.megabytes:,.0f} MB" in made.report()


def test_copying_is_computed(tmp_path):
    report = kit.Kit(tmp_path, 1800.0, 90.0).report()
    assert "made in 1.5 minutes" in report
    assert "30 machines, one after the other, takes 30 minutes at 30 MB/s (computed" in report


def nothing_is_left(tmp_path):
    return [path.name for path in tmp_path.iterdir()] == ["site"]


def no_mnist(split):
    raise sources.DataUnavailableError("MNIST cannot be had. Tried:")


def no_room(*args):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("module", "name", "fault", "complaint"),
    [
        (data, "load_mnist", no_mnist, "MNIST cannot be had"),
        (kit.shutil, "copytree", no_room, "No space left on device. Nothing was kept of it"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_left(
    tmp_path, small_site, monkeypatch, module, name, fault, complaint
):
    monkeypatch.setattr(module, name, fault)
    with pytest.raises(kit.KitError, match=complaint):
        kit.make(tmp_path / "kit", small_site, wanted="tinything", build=tiny_wheel)
    assert nothing_is_left(tmp_path)


def test_without_a_network_it_says_so_and_nothing_is_left(tmp_path, small_site):
    with pytest.raises(kit.KitError, match=r"pip cannot gather otherthing(.|\n)*internet"):
        kit.make(tmp_path / "kit", small_site, wanted="otherthing", build=tiny_wheel)
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    ("missing", "advice"),
    [("index.html", "mkdocs build"), ("assets/practice/pyodide-1/pyodide.mjs", "pyodide.py")],
)
def test_a_site_that_will_not_do_is_refused(tmp_path, small_site, missing, advice, capsys):
    (small_site / missing).unlink()
    assert kit.main([str(tmp_path / "kit"), "--site", str(small_site)]) == 1
    assert advice in capsys.readouterr().err
    assert nothing_is_left(tmp_path)


def test_a_kit_that_is_there_is_kept(made, small_site):
    with pytest.raises(kit.KitError, match="is there already"):
        kit.make(made.folder, small_site, wanted="tinything", build=tiny_wheel)
    assert (made.folder / "ready.py").is_file()


def test_wheels_of_another_kind_are_added(made, monkeypatch):
    with pytest.raises(kit.KitError, match="has wheels for this kind"):
        kit.add(made.folder, wanted="tinything", build=tiny_wheel)
    first = kit.kind()
    monkeypatch.setattr(kit, "kind", lambda: "windows-amd64-python3.12")
    kit.add(made.folder, wanted="tinything", build=tiny_wheel)
    found = sorted(path.name for path in (made.folder / "wheels").iterdir())
    assert found == sorted([first, "windows-amd64-python3.12"])
    with pytest.raises(kit.KitError, match="Expected a kit"):
        kit.add(made.folder / "site", wanted="tinything", build=tiny_wheel)


def test_a_laptop_becomes_ready_without_a_network(made, capsys):
    ready = ready_of(made.folder)
    assert ready.main() == 0
    assert "This laptop is ready." in capsys.readouterr().out
    answer = "import tinything; print(tinything.ANSWER)"
    printed = subprocess.run([ready.PYTHON, "-c", answer], capture_output=True, text=True)
    assert printed.stdout == "42\n"
    (made.folder / "data/mnist.npz").unlink()
    assert ready.main() == 1
    assert "MNIST is missing or damaged" in capsys.readouterr().out


def test_a_laptop_of_another_kind_is_told_so(made):
    (made.folder / "wheels" / kit.kind()).rename(made.folder / "wheels/other-kind")
    checked = subprocess.run(
        [sys.executable, made.folder / "ready.py"], capture_output=True, text=True
    )
    assert checked.returncode == 1
    assert f"which is {kit.kind()}. It has: other-kind." in checked.stdout
    assert not (made.folder / "environment").exists()


def test_missing_notebooks_are_noticed(made):
    ready = ready_of(made.folder)
    assert ready.notebooks() == ""
    for path in (made.folder / "notebooks/student").iterdir():
        path.unlink()
    assert "Copy the folder notebooks again" in ready.notebooks()
