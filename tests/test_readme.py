"""The README's promises: its Python runs, its commands are the ones that CI runs, paths exist."""

import os
import re
import runpy
import subprocess
from pathlib import Path

import pytest

from digitlearn import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON_BLOCKS = re.findall(r"^```python\n(.*?)^```", README, flags=re.M | re.S)


def command(name):
    match = re.search(rf"<!-- command: {name} -->\n```\n(.+)\n```", README)
    assert match, f"README.md has no command marked {name!r}"
    return match.group(1)


def test_there_is_python_in_the_readme():
    assert PYTHON_BLOCKS


@pytest.mark.parametrize("block", PYTHON_BLOCKS)
def test_python_block_runs(block, tmp_path):
    script = tmp_path / "block.py"
    script.write_text(block, encoding="utf-8")
    runpy.run_path(str(script))


@pytest.mark.parametrize("name", ["serve", "test"])
def test_command_installs_an_extra_that_exists(name):
    extra = re.search(r'install -e "\.\[(\w+)\]"', command(name)).group(1)
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert re.search(rf"^{extra} = \[", pyproject, flags=re.M)


@pytest.mark.skipif(os.name == "nt", reason="needs bash")
@pytest.mark.parametrize("name", ["serve", "test"])
def test_ci_finds_the_commands(name):
    found = subprocess.run(
        [ROOT / ".ci" / "command", name], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == command(name)


@pytest.mark.parametrize("script", ["run", "lowest"])
def test_ci_runs_the_test_command(script):
    assert "$(.ci/command test)" in (ROOT / ".ci" / script).read_text(encoding="utf-8")


@pytest.mark.parametrize("subcommand", ["train", "evaluate", "predict"])
def test_command_line_examples_have_options_that_exist(subcommand, capsys):
    examples = re.findall(rf"^digitlearn {subcommand}\b(.*)$", README, flags=re.M)
    assert examples
    with pytest.raises(SystemExit) as stop:
        cli.main([subcommand, "--help"])
    assert stop.value.code == 0
    known = capsys.readouterr().out
    for flag in re.findall(r"--[\w-]+", " ".join(examples)):
        assert flag in known


def test_every_path_of_the_layout_exists():
    paths = re.findall(r"^\| `([\w./]+/)` \|", README, flags=re.M)
    assert paths
    for path in paths:
        assert (ROOT / path).is_dir(), path


@pytest.mark.parametrize("page", ["README.md", ".github/CONTRIBUTING.md"])
def test_every_path_and_link_exists(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    paths = re.findall(
        r"((?:\.ci|docs|tests|digitlearn)/[\w./]*\w)",
        text.replace("NN_name", "01_first_recognizer"),
    )
    links = re.findall(r"\]\(([\w./]+)\)", text)
    assert paths
    assert links
    for path in paths:
        assert (ROOT / path).exists(), path
    for link in links:
        assert (ROOT / page).parent.joinpath(link).exists(), link
