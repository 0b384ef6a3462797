"""What pyproject.toml and the files beside it promise, and agree on."""

import re
import subprocess
import sys
import tomllib
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from own import NAMES, STRICT
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
EXTRAS = PROJECT["optional-dependencies"]


def warn_in(module):
    warnings.warn_explicit("planted", UserWarning, "a.py", 1, module=module)


@pytest.mark.parametrize("module", NAMES)
def test_a_warning_in_our_code_is_an_error(module):
    with pytest.raises(UserWarning, match="planted"):
        warn_in(module)


@pytest.mark.parametrize("module", ["numpy", "digitlearned", "test.support", "pages.other"])
def test_a_warning_in_other_code_is_shown(module):
    with warnings.catch_warnings(record=True) as shown:
        warn_in(module)
    assert [str(warning.message) for warning in shown] == ["planted"]


def test_a_new_process_does_the_same():
    code = "import warnings; warnings.warn_explicit('planted', UserWarning, 'a.py', 1, module={!r})"
    for module, complaint in (("stamp", 1), ("digitlearn.layers", 1), ("numpy", 0)):
        command = [sys.executable, *STRICT, "-c", code.format(module)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == complaint


def test_every_folder_with_code_has_its_own():
    assert {"digitlearn.layers", "chapters", "study", "measure", "conftest", "test_try"} <= set(
        NAMES
    )


def requirements(extra=None):
    """Return the requirements of an extra, or of the package, but not those on itself."""
    listed = EXTRAS[extra] if extra else PROJECT["dependencies"]
    found = [Requirement(line) for line in listed]
    return [requirement for requirement in found if requirement.name != PROJECT["name"]]


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_every_requirement_has_one_lower_bound(extra):
    for requirement in requirements(extra):
        bounds = [bound.version for bound in requirement.specifier if bound.operator == ">="]
        assert len(bounds) == 1, requirement


def test_every_requirement_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    listed = [(above, line) for above, line in pairwise(lines) if ">=" in line]
    found = [pair for pair in listed if pair[1].startswith('    "')]
    assert len(found) == sum(len(requirements(extra)) for extra in [None, *EXTRAS])
    assert [line for above, line in found if not re.search(r"# .{5,}", line + above)] == []


def installed_on(name, **environment):
    """Return whether a requirement of the extra `export` or `keras` is installed there."""
    linux = {"sys_platform": "linux", "platform_machine": "x86_64", "extra": ""}
    [requirement] = [r for r in requirements("keras") + requirements("export") if r.name == name]
    return requirement.marker.evaluate(linux | environment)


INTEL_MAC = {"sys_platform": "darwin", "platform_machine": "x86_64"}
ARM_MAC = {"sys_platform": "darwin", "platform_machine": "arm64"}
WINDOWS = {"sys_platform": "win32", "platform_machine": "AMD64"}
ARM_WINDOWS = {"sys_platform": "win32", "platform_machine": "ARM64"}


@pytest.mark.parametrize(
    ("version", "system", "tensorflow", "onnxruntime"),
    [
        ("3.11", {}, True, True),
        ("3.13", {"platform_machine": "aarch64"}, True, True),
        ("3.14", {}, False, True),
        ("3.15", {}, False, False),
        ("3.13", INTEL_MAC, False, True),
        ("3.14", INTEL_MAC, False, False),
        ("3.13", ARM_MAC, True, True),
        ("3.14", ARM_MAC, False, True),
        ("3.13", WINDOWS, True, True),
        ("3.13", ARM_WINDOWS, False, True),
    ],
)
def test_tensorflow_and_onnx_are_left_out_where_they_have_no_release(
    version, system, tensorflow, onnxruntime
):
    environment = {"python_version": version, **system}
    assert installed_on("tensorflow", **environment) == tensorflow
    assert installed_on("onnxruntime", **environment) == onnxruntime
    assert installed_on("onnx", **environment) == onnxruntime


def test_the_pythons_of_tensorflow_are_the_same_wherever_they_are_named():
    first = PROJECT["requires-python"].removeprefix(">=")
    minor = (
        next(n for n in range(20) if not installed_on("tensorflow", python_version=f"3.{n}")) - 1
    )
    module = (ROOT / "digitlearn/keras_models.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Python {first} to 3.{minor}" in module
    assert re.search(rf"has a release: {first}, .* or 3\.{minor}\.", readme)
    assert f"no\nrelease (Python 3.{minor + 1} and newer" in readme


def test_the_version_is_the_same_wherever_it_is_named():
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation
