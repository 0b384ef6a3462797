"""The editions for a class, and the exercises in the chapters they are made of."""

import re

import chapters
import editions
import nbformat
import pytest
from execution import execute
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from digitlearn import exercises
from digitlearn.exercises import quiz

SOURCES = sorted(chapters.CHAPTERS.glob("*.py"))
MARKDOWN = """\
**1. By hand.** How many? <!-- guess: number = 7 -->

<details markdown="1">
<summary>Solution</summary>

Seven.

</details>

> **Check your understanding.** Is it
> so?
>
> No, never.
> Not once.

> Another quotation.
>
> It stays.

**2.** Why?

<details markdown="1">
<summary>More</summary>

This stays, too.

</details>
"""

each_chapter = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)


def chapter_with(*names):
    """Return a notebook with some text and the cells of some exercises."""
    cells = [new_markdown_cell(MARKDOWN, id="text")]
    cells.append(new_markdown_cell("## Exercises that answer", id="exercises"))
    for name in names:
        code = f"{exercises.get(name).starter}\n\nfrom digitlearn.exercises import check"
        cells.append(new_code_cell(code, id=name.replace("_", "-"), metadata={"exercise": name}))
    return new_notebook(cells=cells)


@each_chapter
def test_a_chapter_has_its_exercises_with_their_statements_and_starters(source):
    cells = chapters.read_source(source).cells
    found = []
    for number, cell in enumerate(cells):
        if name := cell.metadata.get("exercise"):
            found.append(name)
            exercise = exercises.get(name)
            check = f'check("{name}", {exercise.function})'
            assert cell.source == f"{exercise.starter.rstrip()}\n\n\n{check}"
            assert cells[number - 1].source == f"### {exercise.title}\n\n{exercise.statement}"
    chapter = int(source.stem[:2])
    assert tuple(found) == exercises.names(chapter)


@each_chapter
def test_an_exercise_leaves_the_chapter_its_names(source):
    cells = [cell for cell in chapters.read_source(source).cells if cell.cell_type == "code"]
    first = next(i for i, cell in enumerate(cells) if "exercise" in cell.metadata)
    later = [cell for cell in cells[first:] if "exercise" not in cell.metadata]
    text = source.read_text(encoding="utf-8").partition("\n# ## Exercises\n")[2]
    solutions = "\n".join(re.findall(r"^# ```python\n(.*?)^# ```", text, re.MULTILINE | re.DOTALL))
    code = "\n".join([solutions, *(cell.source for cell in later)])
    for name in exercises.names(int(source.stem[:2])):
        assert not re.search(rf"(?<![.\w]){name}\(", code), name


def test_the_student_edition_has_no_solutions():
    edition = editions.student(chapter_with("softmax"), 3)
    text = "\n".join(cell.source for cell in edition.cells)
    for gone in ("Seven.", "No, never.", "Not once.", "Solution", "exp(shifted)", "Answer"):
        assert gone not in text
    for kept in ("How many?", "Is it\n> so?", "It stays.", "This stays, too.", "**2.** Why?"):
        assert kept in text
    assert exercises.get("softmax").starter in text
    assert all(question.question in text for question in quiz.questions(3))
    assert "guess:" not in text
    assert [cell.cell_type for cell in edition.cells if not cell.source] == ["code"]


def test_the_full_edition_solves_every_exercise():
    edition = editions.full(chapter_with("softmax", "relu"), 3)
    assert [cell.id for cell in edition.cells] == [
        *("text", "quick-questions", "exercises"),
        *("softmax", "solution-softmax", "why-softmax", "relu", "solution-relu", "why-relu"),
    ]
    assert edition.cells[0].source == MARKDOWN
    assert all(
        mistake.question in edition.cells[5].source for mistake in exercises.get("softmax").mistakes
    )
    for question in quiz.questions(3):
        for said in question.options.values():
            assert said in edition.cells[1].source


def test_the_full_edition_runs_and_everything_is_right(tmp_path):
    names = exercises.names(1) + exercises.names(6)
    edition = editions.full(chapter_with(*names), 1)
    for number, cell in enumerate(edition.cells):
        cell.id = f"01-{number}"
    execute(edition, tmp_path, dataset="embedded")
    results = [cell.outputs[-1].data["text/plain"] for cell in edition.cells if cell.get("outputs")]
    assert len(results) == len(names)
    assert all(result.startswith("Right, on all of ") for result in results)


def test_the_command_writes_both_editions_of_every_chapter(tmp_path, capsys):
    editions.main([str(tmp_path)])
    names = [source.with_suffix(".ipynb").name for source in SOURCES]
    assert capsys.readouterr().out.split() == names
    for edition in ("student", "full"):
        assert sorted(path.name for path in (tmp_path / edition).iterdir()) == names
    texts = {
        edition: "".join(path.read_text("utf-8") for path in (tmp_path / edition).iterdir())
        for edition in ("student", "full")
    }
    assert "<summary>Solution" not in texts["student"]
    assert "<summary>Solution" in texts["full"]
    for text in texts.values():
        assert not re.search(r"[^!]\[[^\]]+\]\(\.\./", text)
        assert "](03_layers.ipynb" in text
        assert "vnd.digitlearn" not in text  # what only the page's figures need
    first = nbformat.read(tmp_path / "student" / names[0], as_version=4)
    assert "digitlearn" not in first.metadata
