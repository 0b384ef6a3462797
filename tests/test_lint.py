"""Formatting, lint and types, as the project's settings want them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy", "--strict", "-p", "digitlearn"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_no_complaints(arguments):
    result = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_chapter_sources_are_among_what_is_checked():
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    checked = set(map(Path, result.stdout.splitlines()))
    chapters = set((ROOT / "docs" / "chapters").glob("*.py"))
    assert chapters
    assert chapters | set((ROOT / "digitlearn").glob("*.py")) <= checked
