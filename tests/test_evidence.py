"""The page "How we know" says what the notebooks and the tests say."""

import ast
import json

import evidence
import pytest
import sealed
from building import ROOT
from fuzz import readers as fuzz_readers
from jinja2 import UndefinedError

from digitlearn import exercises

TEMPLATE = (ROOT / "docs/evidence.md").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    """Return a folder with one chapter of two numbers and one claim, and three tests."""
    notebook = {
        "metadata": {
            "digitlearn": {
                "recorded": {"date": "2020-02-03", "seconds": 7, "versions": {"numpy": "1.2"}}
            }
        },
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# 1 A toy\n", "Text."]},
            {"cell_type": "code", "metadata": {}, "source": "1 + 1"},
            {
                "cell_type": "markdown",
                "metadata": {"values": {"a": "2", "b": "3", "assert a < b": ""}},
                "source": "{{ a }} {{ b }} {{ assert a < b }}",
            },
        ],
    }
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/01_toy.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "tests/below").mkdir(parents=True)
    (tmp_path / "tests/test_a.py").write_text("def test_a(): pass\ndef help(): pass\n")
    (tmp_path / "tests/below/test_b.py").write_text("def test_b(): pass\ndef test_c(): pass\n")
    (tmp_path / "tests/other.py").write_text("def test_d(): pass\n")
    return tmp_path


FUZZ = {"files": {"a.png": [1200, 34, 5]}, "date": "2021-03-04", "versions": {"pillow": "9.8"}}


def render(project, template=TEMPLATE):
    return evidence.render(template, project / "chapters", project / "tests", FUZZ)


def test_the_page_counts_what_is_there(project):
    page = render(project)
    assert "| [A toy](chapters/01_toy.ipynb) | 2020-02-03 | 7 | 1 | 2 | 1 |" in page
    assert "2 numbers and 1 claims" in page
    assert "numpy 1.2." in page
    assert "There are 3 test functions" in page
    assert "| `a.png` | 1,239 | 1,200 | 34 | 5 |" in page
    assert "Run on 2021-03-04 with pillow 9.8, and" in page


def test_tests_are_counted_as_python_counts_them():
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(paths) > 50
    for path in paths:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        tests = [name for name in functions if name.startswith("test_")]
        assert evidence.count_tests(path) == len(tests), path.name


def test_versions_that_differ_are_all_named(project):
    path = project / "chapters/01_toy.ipynb"
    other = json.loads(path.read_text())
    other["metadata"]["digitlearn"]["recorded"]["versions"]["numpy"] = "1.3"
    path.with_name("02_other.ipynb").write_text(json.dumps(other))
    assert "numpy 1.2 and 1.3." in render(project)


def test_what_is_asked_for_and_not_there_is_an_error(project):
    with pytest.raises(UndefinedError):
        render(project, "{{ chapters[0].weather }}")


def test_every_chapter_is_in_the_page():
    page = evidence.render(TEMPLATE, ROOT / "docs/chapters", ROOT / "tests", FUZZ)
    for path in (ROOT / "docs/chapters").glob("*.ipynb"):
        assert f"](chapters/{path.name})" in page


def test_no_damaged_file_was_taken_wrongly():
    fuzz = sealed.read(ROOT / "docs/results/fuzz.json")
    readers = {reader.file for reader in fuzz_readers()}
    assert set(fuzz["files"]) == readers
    assert sum(map(sum, fuzz["files"].values())) >= 50_000
    assert [wrong for _, _, wrong in fuzz["files"].values()] == [0] * len(readers)


def test_lesson_plans_name_every_exercise_and_its_mistakes():
    page = evidence.render_lessons((ROOT / "docs/lessons.md").read_text(encoding="utf-8"))
    for name in exercises.names():
        exercise = exercises.get(name)
        assert f"`{name}`" in page
        for mistake in exercise.mistakes:
            assert f"*{mistake.name}*" in page
