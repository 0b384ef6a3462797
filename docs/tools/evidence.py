"""MkDocs hook: pages made from what is there: "How we know", and what the exercises train."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from expressions import CLAIM, CODE
from jinja2 import Environment, StrictUndefined
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from digitlearn import exercises
from digitlearn.formats import SHA256

sys.path.append(str(Path(__file__).resolve().parents[1] / "study"))
import sealed

PAGE = "evidence.md"
LESSONS = "lessons.md"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put into the page what is so today."""
    if page.file.src_uri == LESSONS:
        return render_lessons(markdown)
    if page.file.src_uri != PAGE:
        return markdown
    docs = Path(config.docs_dir)
    fuzz = sealed.read(docs / "results/fuzz.json")
    return render(markdown, docs / "chapters", docs.parent / "tests", fuzz)


def render(markdown: str, chapters: Path, tests: Path, fuzz: dict[str, Any]) -> str:
    """Return the page's Markdown with its numbers; `fuzz` is what became of damaged files."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True)
    rows = [describe(path) for path in sorted(chapters.glob("[0-9]*.ipynb"))]
    functions = sum(count_tests(path) for path in tests.rglob("test_*.py"))
    return environment.from_string(markdown).render(
        chapters=rows, versions=versions(rows), tests=functions, digests=SHA256, fuzz=fuzz
    )


def render_lessons(markdown: str) -> str:
    """Return the lesson plans with every chapter's exercises, and their typical mistakes."""
    found = [exercises.get(name) for name in exercises.names()]
    numbers = sorted({exercise.chapter for exercise in found})
    chapters = [[one for one in found if one.chapter == number] for number in numbers]
    environment = Environment(undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(markdown).render(chapters=chapters)


def describe(path: Path) -> dict[str, Any]:
    """Return what a chapter's notebook says of its execution, and how much of it is checked."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    title = re.search(r"^# \d+ (.+)$", "".join(notebook["cells"][0]["source"]), re.MULTILINE)
    values = [cell["metadata"].get("values", {}) for cell in notebook["cells"]]
    expressions = [expression for found in values for expression in found]
    claims = [expression for expression in expressions if expression.startswith(CLAIM)]
    printed = [expression for expression in expressions if expression.startswith(CODE)]
    return notebook["metadata"]["digitlearn"]["recorded"] | {
        "file": path.name,
        "title": title[1] if title else path.stem,
        "claims": len(claims),
        "numbers": len(expressions) - len(claims) - len(printed),
        "cells": sum(cell["cell_type"] == "code" for cell in notebook["cells"]),
    }


def versions(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the versions of each library that the chapters ran with."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for library, version in row["versions"].items():
            known = found.setdefault(library, [])
            if version not in known:
                known.append(version)
    return found


def count_tests(path: Path) -> int:
    """Return how many test functions a file has; one may run on many cases."""
    return len(re.findall(r"^def test_", path.read_text(encoding="utf-8"), re.MULTILINE))
