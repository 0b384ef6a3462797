"""Exercises on the pages: what a notebook's cells become there, and the files that run them."""

import ast
import functools
import hashlib
import io
import logging
import re
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat
import pyodide
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from digitlearn import exercises
from digitlearn.exercises import quiz

log = logging.getLogger("mkdocs.hooks.digitlearn")

ROOM = "assets/practice"  # below docs, and on the site
PACKAGE = Path(exercises.__file__).parents[1]
EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's first moment: the same files make the same archive


class Place(NamedTuple):
    """Where on the site the page's Python is: Pyodide's folder, and the archive of digitlearn."""

    pyodide: str
    library: str


class Entry(NamedTuple):
    """What a reader can do on a chapter's page, and what it is kept as."""

    title: str
    id: str
    key: str


class Chapter(NamedTuple):
    """A chapter, as the page of progress shows it."""

    title: str
    uri: str
    entries: list[Entry]


def chapters(docs: Path) -> list[Chapter]:
    """Return the chapters, with their questions and their notebooks' exercises."""
    found = []
    for path in sorted(docs.glob("chapters/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        title = cells[0]["source"].partition("\n")[0].removeprefix("# ")
        entries = [
            Entry(question.question, f"question-{question.name}", f"question/{question.name}")
            for question in quiz.questions(int(path.name[:2]))
        ]
        for cell in cells:
            if "exercise" in cell["metadata"]:
                name = cell["metadata"]["exercise"]
                what = exercises.get(name).title
                entries.append(Entry(what, f"exercise-{name}", f"exercise/{name}"))
        found.append(Chapter(title, path.relative_to(docs).as_posix(), entries))
    return found


@functools.cache
def gathered() -> dict[str, bytes] | None:
    """Return Pyodide's files, or None, once a process, with a line that says what to do."""
    try:
        return pyodide.gather()
    except pyodide.PyodideUnavailableError as error:
        log.info("The exercises of this site send their readers to the notebooks. %s", error)
        return None


def publish(config: MkDocsConfig) -> tuple[list[File], Place | None]:
    """Return the files that run the exercises, to be added to the site, and where they will be."""
    contents = gathered()
    if contents is None:
        return [], None
    archive = library(PACKAGE, Path(config.docs_dir, ROOM, "run.py"))
    # The names change with what is in them, so that no browser takes an old one from its cache.
    place = Place(
        pyodide=f"{ROOM}/pyodide-{pyodide.VERSION}/",
        library=f"{ROOM}/digitlearn-{hashlib.sha256(archive).hexdigest()[:8]}.zip",
    )
    files = {f"{place.pyodide}{name}": content for name, content in contents.items()}
    files[place.library] = archive
    files[f"{ROOM}/LICENSE-NumPy.txt"] = licences(contents)
    made = [File.generated(config, uri, content=content) for uri, content in files.items()]
    return made, place


def licences(contents: Mapping[str, bytes]) -> bytes:
    """Return the licences in NumPy's wheel: its own, and those of what it includes."""
    [wheel] = [content for name, content in contents.items() if name.endswith(".whl")]
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
        texts = [f"{name}\n\n".encode() + archive.read(name) for name in sorted(names)]
    return b"\n\n".join(texts)


def library(package: Path, runner: Path) -> bytes:
    """Return an archive of the package's modules that need NumPy alone, and of the runner."""
    paths = {
        f"{package.name}/{path.relative_to(package).as_posix()}": path
        for path in numpy_only(package)
    }
    paths[runner.name] = runner
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(paths.items()):
            # As text: a checkout on Windows may have other line endings.
            archive.writestr(
                zipfile.ZipInfo(name, EPOCH), path.read_text(encoding="utf-8"), zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()


def numpy_only(package: Path) -> list[Path]:
    """Return the modules that can be imported where there is only NumPy."""
    paths = {module_name(package, path): path for path in package.rglob("*.py")}
    wanted = {name: imported(path.read_text(encoding="utf-8")) for name, path in paths.items()}
    there = {*sys.stdlib_module_names, "numpy"}
    while True:
        lost = [name for name in paths if not wanted[name] <= there | paths.keys()]
        if not lost:
            return sorted(paths.values())
        for name in lost:
            del paths[name]


def module_name(package: Path, path: Path) -> str:
    """Return what a module of the package is imported as."""
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str) -> set[str]:
    """Return what a module imports as it is loaded: its own package's modules, and libraries."""
    modules = set()
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == PACKAGE.name:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
        elif not is_for_later(node):
            waiting += ast.iter_child_nodes(node)
    return {name if name.startswith(PACKAGE.name) else name.partition(".")[0] for name in modules}


def is_for_later(node: ast.AST) -> bool:
    """Say whether some code does not run as its module is loaded."""
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    return isinstance(node, ast.FunctionDef | ast.Lambda)


def fold_answers(html: str) -> str:
    """Return a page whose answers to "Check your understanding" wait to be asked for."""
    question = r"(<p><strong>Check your understanding\.</strong>.*?</p>)"
    answer = r"\s*(?!</blockquote>)(.+?)(?=</blockquote>)"
    folded = r"\1\n<details>\n<summary>Answer</summary>\n\2</details>\n"
    return re.sub(question + answer, folded, html, flags=re.DOTALL)
