"""Every chapter: within its limits, run from the top, and up to date in its committed notebook."""

import ast
import copy
import importlib.util
import itertools
import math
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import NamedTuple

import chapters
import expressions
import nbformat
import numpy as np
import outputs
import pytest
from execution import execute
from jupyter_core.utils import ensure_event_loop

SOURCES = sorted(chapters.CHAPTERS.glob("*.py"))
MAX_WORDS, MAX_FIGURES, MAX_CODE_LINES, MAX_SECONDS = 3200, 12, 15, 120

# What a chapter or a solution imports of the libraries that are not to be had everywhere.
NEEDED = {
    "keras": r"^(# )?(import keras|from digitlearn\.keras_models import)",
    "onnxruntime": r"^import onnxruntime",
}


class Band(NamedTuple):
    """Where a value in a chapter's prose must lie, run on the embedded digits and on MNIST."""

    chapter: str
    expression: str
    embedded: tuple[float, float]
    mnist: tuple[float, float]


BANDS = [
    Band("01_first_recognizer", "accuracy:.2%", embedded=(93, 98), mnist=(97.87, 99)),
    Band("02_images_as_arrays", "baseline:.1%", embedded=(88, 90.5), mnist=(81.5, 82.5)),
    Band("03_layers", "one_layer.val_accuracy[-1]:.1%", embedded=(88, 95), mnist=(91, 93)),
    Band("03_layers", "with_relu.val_accuracy[-1]:.1%", embedded=(90, 97), mnist=(96, 98.5)),
    Band("03_layers", "net.parameter_count:,", embedded=(109386,) * 2, mnist=(109386,) * 2),
    Band("03_layers", "right:.1%", embedded=(88, 96), mnist=(96.5, 98.5)),
    Band("04_learning", "np.mean(starts):.2f", embedded=(2.35, 2.6), mnist=(2.35, 2.6)),
    Band("04_learning", "agreed", embedded=(300, 300), mnist=(300, 300)),
    Band("04_learning", "report.accuracy:.2%", embedded=(91.5, 97.5), mnist=(97.87, 99)),
    Band(
        "05_training_in_practice", "overfit.accuracy[-1]:.1%", embedded=(99.5, 100), mnist=(99, 100)
    ),
    Band("05_training_in_practice", "best_epoch", embedded=(30, 60), mnist=(2, 15)),
    Band(
        "05_training_in_practice",
        "dropped.val_loss[-1]:.2f",
        embedded=(0.01, 0.1),
        mnist=(0.3, 0.55),
    ),
    Band(
        "05_training_in_practice",
        "overfit.val_loss[-1]:.2f",
        embedded=(0.01, 0.1),
        mnist=(0.5, 0.7),
    ),
    Band("05_training_in_practice", "good.max():.1g", embedded=(0.001, 0.03), mnist=(0.01, 0.03)),
    Band("05_training_in_practice", "gone:.0%", embedded=(15, 35), mnist=(18, 28)),
    Band("06_evaluation", "report.accuracy:.1%", embedded=(92.5, 98), mnist=(97.8, 99)),
    Band("06_evaluation", "temperature:.1f", embedded=(0.5, 1.1), mnist=(1.2, 2.6)),
    Band("06_evaluation", "right[kept].mean():.2%", embedded=(97.5, 100), mnist=(99.3, 100)),
    Band("06_evaluation", "cliff[4][0]:.0%", embedded=(5, 25), mnist=(20, 45)),
    Band("06_evaluation", "cliff[4][1]:.0%", embedded=(70, 90), mnist=(65, 92)),
]

each_chapter = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)


@cache
def read(source):
    """Return a chapter's source as a notebook."""
    return chapters.read_source(source)


def prose(source):
    """Return a chapter's Markdown as one text."""
    return "\n\n".join(cell.source for cell in read(source).cells if cell.cell_type == "markdown")


def exercises(source):
    """Return the numbers of a chapter's exercises, and what is folded below them."""
    text = prose(source).partition("\n## Exercises\n")[2]
    numbers = [int(number) for number in re.findall(r"^\*\*(\d+)\. ", text, re.M)]
    folded = re.findall(r'^<details markdown="1">\n(.*?)^</details>', text, re.M | re.S)
    return numbers, folded


def solutions(source):
    """Return the code of each exercise's folded solution, if it has any."""
    found = []
    for text in exercises(source)[1]:
        code = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.M | re.S))
        if code:
            found.append(code)
    return found


def lacking(source):
    """Return the library that a chapter needs and this machine does not have, if there is one."""
    text = source.read_text(encoding="utf-8")
    for library, imported in NEEDED.items():
        if re.search(imported, text, re.M) and not importlib.util.find_spec(library):
            return library
    return None


def run_on_embedded_digits(source):
    """Return a chapter's notebook run on the embedded digits."""
    notebook = chapters.read_source(source)
    try:
        with TemporaryDirectory() as folder:
            execute(notebook, Path(folder), dataset="embedded")
    finally:
        ensure_event_loop().close()  # this thread's, which ends with it
    for cell in outputs.code_cells(notebook):
        cell.outputs = outputs.tidy(cell.outputs, cell.metadata.get("alt", ""))
    return notebook


@pytest.fixture(scope="module")
def embedded_runs(request):
    """Return the runs of all chapters that are asked for; two at a time, each in its own kernel."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    asked = {call["embedded_run"] for call in calls if "embedded_run" in call}
    with ThreadPoolExecutor(2) as pool:
        able = [source for source in sorted(asked) if not lacking(source)]
        yield {source: pool.submit(run_on_embedded_digits, source) for source in able}
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module", params=SOURCES, ids=lambda source: source.stem)
def embedded_run(request, embedded_runs):
    """Return a chapter's source, and its notebook run on the embedded digits."""
    if request.param not in embedded_runs:
        pytest.skip(f"needs {lacking(request.param)}")
    return request.param, embedded_runs[request.param].result()


def numbers(notebook, expression):
    """Return the values of an expression wherever a notebook's prose has it."""
    found = [cell.metadata.get("values", {}).get(expression) for cell in notebook.cells]
    return [float(re.sub(r"[,%]", "", value)) for value in found if value is not None]


def test_there_are_chapters():
    assert SOURCES


@each_chapter
def test_each_chapter_has_claims_or_bands(source):
    cells = [cell for cell in read(source).cells if cell.cell_type == "markdown"]
    claims = [e for cell in cells for e in expressions.find(cell.source) if "assert " in e]
    assert claims or any(band.chapter == source.stem for band in BANDS)


@each_chapter
def test_prose_is_short(source):
    text = expressions.CLAIMS.sub("", prose(source))  # these are no words to read
    # What stands in the package's exercises is bounded in tests/test_exercises.py.
    text = re.sub(r"\n## Exercises that answer\n.*(?=\n## Exercises\n)", "", text, flags=re.S)
    text = re.sub(r"\{\{.+?\}\}", "value", text, flags=re.S)
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    words = re.sub(r"\]\([^)]*\)|<[^>]*>", " ", text).split()
    assert len(words) <= MAX_WORDS


@each_chapter
def test_figures_are_few(source):
    assert sum("alt" in cell.metadata for cell in read(source).cells) <= MAX_FIGURES


@each_chapter
def test_code_cells_are_short(source):
    lines = {cell.id: len(cell.source.splitlines()) for cell in outputs.code_cells(read(source))}
    assert {cell: count for cell, count in lines.items() if count > MAX_CODE_LINES} == {}


def names(code):
    """Return the names that a piece of Python binds or uses."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def bound(code):
    """Return the names that a cell leaves behind, changed or new."""
    tree = ast.parse(code)
    # What a comprehension counts with stays in it, on every Python.
    within = [node.target for node in ast.walk(tree) if isinstance(node, ast.comprehension)]
    inner = {id(name) for target in within for name in ast.walk(target)}
    found = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in inner:
            found.add(node.id)
    return found


def test_names_that_a_cell_leaves_behind_are_found():
    code = "a = [b for b in c]\nfor d in a: e, *f = d\ndef g(): pass\na += 1\nh.i = 2"
    assert bound(code) == {"a", "d", "e", "f", "g"}


def asked(source):
    """Return what a chapter's prose and solutions evaluate, as pieces of Python."""
    cells = [cell for cell in read(source).cells if cell.cell_type == "markdown"]
    found = [expression for cell in cells for expression in expressions.find(cell.source)]
    code = [e.removeprefix(expressions.CODE) for e in found if e.startswith(expressions.CODE)]
    claims = [e.removeprefix(expressions.CLAIM) for e in found if e.startswith(expressions.CLAIM)]
    values = [e for e in found if not e.startswith((expressions.CODE, expressions.CLAIM))]
    return [*code, *(f"({claim})" for claim in claims), *('f"""{ ' + e + '}"""' for e in values)]


@each_chapter
def test_the_pages_data_has_cells_of_its_own_that_no_other_needs(source):
    cells = outputs.code_cells(read(source))
    others = [cell.source for cell in cells if not outputs.feeds_page(cell)]
    assert not any("vnd.digitlearn" in code for code in others)
    taken = set().union(*(names(code) for code in [*others, *asked(source)]))
    for before, cell in itertools.pairwise(cells):
        if outputs.feeds_page(cell):
            assert bound(cell.source) & taken == set()
            # What is too long for one cell begins before its figure.
            assert ("vnd.digitlearn" in cell.source) == ("live" in before.metadata)


def test_the_first_recognizer_keeps_its_promise_of_40_lines():
    notebook = read(SOURCES[0])
    cells = [cell for cell in outputs.code_cells(notebook) if "alt" not in cell.metadata]
    code = "\n".join(cell.source for cell in cells)
    until_the_result, _, _ = code.partition('\nprint(f"right:')
    lines = [line for line in until_the_result.splitlines() if line.strip()]
    counted = [line for line in lines if not line.startswith(("print(", "model.summary("))]
    assert "evaluate(x_test" in counted[-1]
    assert len(counted) <= 40
    assert f"the 40 lines? They are {len(counted)}: all from" in prose(SOURCES[0])


@each_chapter
def test_exercises_are_solved_but_for_the_open_ones(source):
    numbers, folded = exercises(source)
    assert numbers == list(range(1, len(numbers) + 1))
    assert 6 <= len(numbers) <= 8
    assert len(numbers) - 3 <= len(folded) < len(numbers)
    assert len(solutions(source)) >= 2


def test_early_stopping_never_takes_nan_for_the_best_loss():
    [chapter] = [source for source in SOURCES if source.stem.startswith("05")]
    [loop] = [
        cell.source for cell in outputs.code_cells(read(chapter)) if "patience = " in cell.source
    ]
    losses = iter([0.5, 0.4, math.nan, 0.45, math.nan, 0.42, math.nan, 0.1])

    def fit(net, *sets, **options):
        net.append(next(losses))
        return SimpleNamespace(val_loss=net[-1:])

    names = {
        **{"copy": copy, "np": np, "x_fit": [], "y_fit": [], "validation": None},
        "network": SimpleNamespace(mlp=lambda *arguments, **options: []),
        "optimizers": SimpleNamespace(Adam=lambda rate: None),
        "training": SimpleNamespace(fit=fit),
    }
    exec(loop, names)
    assert (names["best_epoch"], names["best_loss"]) == (2, 0.4)
    assert names["stopped"] == [0.5, 0.4]
    assert names["epoch"] == 7


def test_runs_from_the_top_on_the_embedded_digits(embedded_run):
    _, notebook = embedded_run
    cells = outputs.code_cells(notebook)
    found = [line for count, cell in enumerate(cells, 1) for line in outputs.problems(cell, count)]
    assert found == []


def test_solutions_show_what_they_print(embedded_run):
    source, notebook = embedded_run
    values = [cell.metadata.get("values", {}) for cell in notebook.cells]
    printed = [
        value
        for found in values
        for expression, value in found.items()
        if expression.startswith(expressions.CODE)
    ]
    assert len(printed) == len(solutions(source)) >= 2
    assert all(text.strip() for text in printed)


def test_embedded_results_lie_in_their_bands(embedded_run):
    source, notebook = embedded_run
    assert outside_their_bands(source.stem, notebook, "embedded") == []


@each_chapter
def test_committed_results_lie_in_their_bands(source):
    assert outside_their_bands(source.stem, committed(source), "mnist") == []


@each_chapter
def test_notebook_is_the_source_executed_on_mnist(source):
    assert chapters.make(source, check=True) == "up to date"


@each_chapter
def test_chapter_runs_in_under_two_minutes(source):
    assert committed(source).metadata["digitlearn"]["recorded"]["seconds"] < MAX_SECONDS


def committed(source):
    """Return the notebook of a chapter as it is in the repository."""
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def outside_their_bands(chapter, notebook, data):
    """Return the values of a chapter that lie outside their bands, or are not there at all."""
    # A chapter whose sentences carry their claims needs no bands on MNIST.
    bands = [band for band in BANDS if band.chapter == chapter]
    wrong = []
    for band in bands:
        low, high = getattr(band, data)
        values = numbers(notebook, band.expression)
        wrong += [
            (band.expression, v) for v in values or [None] if v is None or not low <= v <= high
        ]
    return wrong
