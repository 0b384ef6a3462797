"""The offline kit: what is in it, what it says when something is missing, and its check."""

import errno
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import zipfile

import kit
import kit_wheels
import lessons
import nbformat
import numpy as np
import pytest
from building import ROOT

from digitlearn import data, sources

WHEEL = "tinything-1.0-py3-none-any.whl"
HERE = ".".join(platform.python_version_tuple()[:2])
KIND = f"{platform.system()}-{platform.machine()}-python{HERE}".lower()


def write_wheel(folder, name, tag="py3-none-any", needs=()):
    """Write the wheel of a package of one line; return it."""
    about = f"{name}-1.0.dist-info"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "ANSWER = 42\n")
        wheel.writestr(
            f"{about}/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nProvides-Extra: more\n{requires}",
        )
        wheel.writestr(f"{about}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        wheel.writestr(f"{about}/RECORD", "")
    return path


def tiny_wheel(folder):
    """Build the wheel of a package that needs no other."""
    return write_wheel(folder, "tinything")


def make(folder, site, platforms=("windows", "mac-arm"), build=tiny_wheel):
    """Make a kit of a small package."""
    return kit.make(folder, site, platforms, ["3.12"], wanted="tinything", build=build)


@pytest.fixture(autouse=True, scope="module")
def without_network_and_mnist(embedded_train, embedded_test):
    """Let pip ask nobody, and the embedded digits stand in for MNIST."""
    digits = {"train": embedded_train, "test": embedded_test}
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("UV_OFFLINE", "1")
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
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(kit_wheels, "resolve", lambda *args: [])
        return make(folder / "kit", write_site(folder))


@pytest.fixture
def made(first, tmp_path):
    """Return a kit."""
    return first._replace(folder=shutil.copytree(first.folder, tmp_path / "kit"))


@pytest.fixture
def for_here(made):
    """Return a kit's folder with wheels for this machine, whichever it is."""
    (made.folder / "wheels/windows-amd64-python3.12").rename(made.folder / "wheels" / KIND)
    return made.folder


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
    for place in ("windows-amd64-python3.12", "darwin-arm64-python3.12"):
        assert (folder / "wheels" / place / WHEEL).is_file()
    with np.load(folder / "data/mnist.npz") as arrays:
        assert {*arrays} == {"x_train", "y_train", "x_test", "y_test"}
        np.testing.assert_array_equal(arrays["x_train"], embedded_train.images)
    for edition in ("student", "full"):
        found = sorted((folder / "notebooks" / edition).glob("*.ipynb"))
        assert len(found) == len(list(ROOT.glob("docs/chapters/*.py")))
        nbformat.validate(nbformat.read(found[0], as_version=4))
    assert (folder / "site/index.html").read_text() == "Start"
    assert "ready.py" in (folder / "README.txt").read_text(encoding="utf-8")


def test_copying_is_computed_for_each_kind_of_laptop(tmp_path, monkeypatch):
    sizes = {"kit": 3800.0, "wheels": 3000.0, "a-laptop": 1000.0, "b-laptop": 2000.0}
    for name in ("a-laptop", "b-laptop"):
        (tmp_path / "kit/wheels" / name).mkdir(parents=True)
    monkeypatch.setattr(kit, "size", lambda folder: sizes[folder.name])
    report = kit.Kit(tmp_path / "kit", 90.0).report()
    assert "3,800 MB, made in 1.5 minutes" in report
    assert "Every laptop needs 800 MB" in report
    assert "a-laptop: 1,000 MB of wheels, 30 minutes" in report
    assert "b-laptop: 2,000 MB of wheels, 47 minutes" in report


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
        make(tmp_path / "kit", small_site)
    assert nothing_is_left(tmp_path)


def test_without_a_network_it_says_so_and_nothing_is_left(tmp_path, small_site, monkeypatch):
    monkeypatch.setattr(kit_wheels, "resolve", lambda *args: ["otherthing==1.0"])
    with pytest.raises(kit.KitError, match=r"windows, Python 3.12(.|\n)*otherthing(.|\n)*connect"):
        make(tmp_path / "kit", small_site)
    assert nothing_is_left(tmp_path)


def test_without_uv_it_says_so_and_nothing_is_left(tmp_path, small_site, monkeypatch):
    monkeypatch.setattr(kit_wheels, "find_spec", lambda name: None)
    with pytest.raises(kit.KitError, match=r"uv is missing.*\[kit\]"):
        make(tmp_path / "kit", small_site)
    assert nothing_is_left(tmp_path)


def test_an_unknown_system_is_told_which_are_known(tmp_path, capsys):
    with pytest.raises(SystemExit):
        kit.main([str(tmp_path / "kit"), "--for", "amiga"])
    said = capsys.readouterr().err
    for name in kit_wheels.PLATFORMS:
        assert name in said.partition("amiga")[2]


CONDITIONS = [
    "winthing; sys_platform == 'win32'",
    "newthing; python_version >= '3.13'",
    "morething; extra == 'more'",
]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Return a folder of wheels that uv and pip look into, and nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for program in ("PIP", "UV"):
        monkeypatch.setenv(f"{program}_FIND_LINKS", str(folder))
    write_wheel(folder, "winthing", "cp312-cp312-win_amd64")
    write_wheel(folder, "newthing")
    write_wheel(folder, "morething", "cp311-abi3-macosx_12_0_arm64")
    return folder


@pytest.mark.parametrize(
    ("name", "python", "wanted", "expected"),
    [
        ("windows", "3.12", "tinything", {"tinything", "winthing"}),
        ("linux", "3.13", "tinything", {"tinything", "newthing"}),
        ("mac-arm", "3.12", "tinything[more]", {"tinything", "morething"}),
    ],
)
def test_each_system_gets_what_it_needs(tmp_path, shelf, name, python, wanted, expected):
    pytest.importorskip("uv")
    place = tmp_path / "place"
    place.mkdir()
    own = write_wheel(place, "tinything", needs=CONDITIONS)
    kit_wheels.gather(place, own, wanted, name, python)
    assert {path.name.partition("-")[0] for path in place.iterdir()} == expected


def test_a_package_without_a_wheel_for_a_system_is_named(tmp_path, shelf):
    pytest.importorskip("uv")
    own = write_wheel(tmp_path, "tinything", needs=CONDITIONS)
    with pytest.raises(kit.KitError, match=r"for windows, Python 3.12(.|\n)*morething"):
        kit_wheels.gather(tmp_path, own, "tinything[more]", "windows", "3.12")


@pytest.mark.parametrize(
    ("wheels", "complaint"),
    [
        ({}, "no wheel of winthing"),
        ({"winthing": "cp312-cp312-win_amd64"}, ""),
        ({"winthing": "cp310-abi3-win_amd64"}, ""),
        (
            {"winthing": "cp313-cp313-win_amd64"},
            "winthing-1.0-cp313-cp313-win_amd64.whl is not for",
        ),
        ({"winthing": "py3-none-macosx_11_0_arm64"}, "is not for windows, Python 3.12"),
    ],
)
def test_wheels_that_will_not_install_are_noticed(tmp_path, wheels, complaint):
    write_wheel(tmp_path, "tinything", needs=CONDITIONS)
    for name, tag in wheels.items():
        write_wheel(tmp_path, name, tag)
    if complaint:
        with pytest.raises(kit.KitError, match=complaint):
            kit_wheels.check(tmp_path, "tinything", "windows", "3.12")
    else:
        kit_wheels.check(tmp_path, "tinything", "windows", "3.12")


def test_a_wheel_of_another_version_is_noticed(tmp_path):
    write_wheel(tmp_path, "tinything", needs=["newthing>=2"])
    write_wheel(tmp_path, "newthing")
    with pytest.raises(kit.KitError, match="no wheel of newthing>=2 for linux"):
        kit_wheels.check(tmp_path, "tinything", "linux", "3.12")


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        ("index.html", "no --site to build it"),
        ("assets/practice/pyodide-1/pyodide.mjs", "pyodide.py"),
    ],
)
def test_a_site_that_will_not_do_is_refused(tmp_path, small_site, missing, advice, capsys):
    (small_site / missing).unlink()
    assert kit.main([str(tmp_path / "kit"), "--site", str(small_site), "--for", "linux"]) == 1
    assert advice in capsys.readouterr().err
    assert nothing_is_left(tmp_path)


def test_without_a_built_site_it_is_built(tmp_path, monkeypatch):
    source = lessons.write(tmp_path / "source", lessons.cells_of_exercises())
    monkeypatch.setattr(kit, "ROOT", source)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DIGITLEARN_PYODIDE", str(tmp_path))
    with pytest.raises(kit.KitError, match="The one built now has none"):
        make(tmp_path / "kit", None)  # nowhere are Pyodide's files
    build = kit.build_site

    def build_with_python(place):
        build(place)
        write_site(place.parent)

    monkeypatch.setattr(kit, "build_site", build_with_python)
    folder = make(tmp_path / "kit", None, platforms=()).folder
    page = (folder / "site/chapters/01_exercises.html").read_text(encoding="utf-8")
    assert "What is two and two?" in page
    assert not (source / "site").exists()


def test_a_site_that_cannot_be_built_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "mkdocs.yml").write_text("site_name: [", encoding="utf-8")
    monkeypatch.setattr(kit, "ROOT", tmp_path)
    with pytest.raises(kit.KitError, match=r"The site cannot be built:\s+\S"):
        make(tmp_path / "kit", None)
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]


def test_a_kit_that_is_there_is_kept(made, small_site):
    with pytest.raises(kit.KitError, match="is there already"):
        make(made.folder, small_site)
    assert (made.folder / "ready.py").is_file()


def test_a_laptop_becomes_ready_without_a_network(for_here, capsys):
    ready = ready_of(for_here)
    assert ready.main() == 0
    said = capsys.readouterr().out
    assert "This laptop is ready." in said
    assert "TensorFlow has no release for it" in said  # no wheel of it is here
    answer = "import tinything; print(tinything.ANSWER)"
    printed = subprocess.run([ready.PYTHON, "-c", answer], capture_output=True, text=True)
    assert printed.stdout == "42\n"
    (for_here / "data/mnist.npz").unlink()
    assert ready.main() == 1
    assert "MNIST is missing or damaged" in capsys.readouterr().out


def test_tensorflow_is_asked_for_where_the_kit_has_it(for_here):
    def imported():
        ready = ready_of(for_here)
        ready.run = lambda *arguments: arguments[-1]
        return ready.imports()

    assert imported().endswith("import tinything")
    (for_here / "wheels" / KIND / "tensorflow-2.21.0-py3-none-any.whl").touch()
    assert imported().endswith("import tinything, tensorflow")


def test_a_laptop_of_another_kind_is_told_so(made):
    shutil.rmtree(made.folder / "wheels/darwin-arm64-python3.12")
    (made.folder / "wheels/windows-amd64-python3.12").rename(made.folder / "wheels/other-kind")
    checked = subprocess.run(
        [sys.executable, made.folder / "ready.py"], capture_output=True, text=True
    )
    assert checked.returncode == 1
    assert f"which is {KIND}. It has: other-kind." in checked.stdout
    assert "--for" in checked.stdout
    assert not (made.folder / "environment").exists()


def test_a_laptop_with_another_python_is_told_which_to_install(for_here):
    machine = KIND.rpartition("-")[0]
    (for_here / "wheels" / KIND).rename(for_here / "wheels" / f"{machine}-python3.2")
    complaint = ready_of(for_here).wheels()
    assert "Install Python 3.2 on this laptop" in complaint
    assert "3.2 ready.py" in complaint


def test_missing_notebooks_are_noticed(made):
    ready = ready_of(made.folder)
    assert ready.notebooks() == ""
    for path in (made.folder / "notebooks/student").iterdir():
        path.unlink()
    assert "Copy the folder notebooks again" in ready.notebooks()
