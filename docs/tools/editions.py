"""Make two editions of the chapters' notebooks for a class: without solutions, and with them.

    python docs/tools/editions.py FOLDER

writes `FOLDER/student` and `FOLDER/full`, from the notebooks in `docs/chapters`. In the student
edition there are no solutions: neither folded below an exercise, nor anywhere else; an empty cell
stands where one was. (The package still has them: `solution("softmax")`.) In the full edition the
solution of each exercise that answers stands below it, in a cell that can be run, with its reason
and its typical mistakes. The quick questions are in both, in the full one with answers. Links lead
from notebook to notebook; those to other pages of the site are left out, as they would be dead.
"""

import argparse
import re
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from outputs import feeds_page

from digitlearn import exercises
from digitlearn.exercises import quiz
from digitlearn.files import complete

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"
FOLDED = re.compile(
    r"\n*<details[^>]*>\s*<summary>(?:Solution|Answer)[^<]*</summary>.*?</details>", re.DOTALL
)
SOLUTION = re.compile(r"<summary>Solution")
GUESS = re.compile(r"<!-- guess: .*?-->")  # it names the answer
ELSEWHERE = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)\s]*\)")  # a link out of the folder
ASKED = "**Check your understanding.**"


def student(notebook: NotebookNode, chapter: int) -> NotebookNode:
    """Return a chapter without solutions."""
    edition = deepcopy(notebook)
    cells = []
    for number, cell in enumerate(edition.cells):
        to_solve = cell.cell_type == "markdown" and SOLUTION.search(cell.source)
        if cell.cell_type == "markdown":
            cell.source = without_answers(GUESS.sub("", FOLDED.sub("", cell.source)))
        if cell.source.strip():
            cells.append(cell)
        if to_solve:
            cells.append(new_code_cell("", id=f"yours-{number}"))
    edition.cells = cells
    ask(edition, chapter, answered=False)
    return edition


def without_answers(markdown: str) -> str:
    """Return a text without what its quoted questions answer themselves: all but the question."""
    kept = []
    quoting = answering = False
    for line in markdown.split("\n"):
        quoting = line.startswith(">") and (quoting or ASKED in line)
        answering = quoting and (answering or line.strip() == ">")
        if not answering:
            kept.append(line)
    return "\n".join(kept)


def full(notebook: NotebookNode, chapter: int) -> NotebookNode:
    """Return a chapter with the solution of each exercise and the answers of its questions."""
    edition = deepcopy(notebook)
    cells = []
    for cell in edition.cells:
        cells.append(cell)
        if name := cell.metadata.get("exercise"):
            cells += solved(exercises.get(name))
    edition.cells = cells
    ask(edition, chapter, answered=True)
    return edition


def ask(edition: NotebookNode, chapter: int, *, answered: bool) -> None:
    """Put a chapter's quick questions before its exercises, as the page has them."""
    headings = [cell.source.startswith("## Exercises") for cell in edition.cells]
    first = headings.index(True) if any(headings) else len(headings)
    parts = ["## Quick questions"]
    for number, question in enumerate(quiz.questions(chapter), start=1):
        parts.append(f"**{number}.** {question.question}")
        parts.append("\n".join(f"- {option}" for option in question.shown))
        parts.append(answers(question) if answered else "")
    text = "\n\n".join(part for part in parts if part)
    edition.cells.insert(first, new_markdown_cell(text, id="quick-questions"))


def solved(exercise: exercises.Exercise) -> list[NotebookNode]:
    """Return an exercise's solution as a cell to run, and what is to be said of it."""
    code = f'{exercise.solution.strip()}\n\n\ncheck("{exercise.name}", {exercise.function})'
    mistakes = "\n".join(f"- {mistake.name}. *{mistake.question}*" for mistake in exercise.mistakes)
    text = f"{exercise.why.strip()}\n\nTypical mistakes:\n\n{mistakes}"
    return [
        new_code_cell(code, id=f"solution-{exercise.name.replace('_', '-')}"),
        new_markdown_cell(text, id=f"why-{exercise.name.replace('_', '-')}"),
    ]


def answers(question: quiz.Question) -> str:
    """Return the right answer, and what is to be said of the wrong ones."""
    answer = question.answer
    if question.kind == "choice":
        answer = f"{answer}: {question.options[answer]}"
        wrong = {o: said for o, said in question.options.items() if o != question.answer}
    elif question.kind == "number":
        answer = f"{answer}: {question.right}"
        wrong = {**question.options, "Anything else": question.otherwise}
    else:
        answer = f"{'; '.join(answer)}. {question.right}"
        wrong = {f"{step}, too late": said for step, said in question.options.items() if said}
    lines = [f"- *{option}:* {said}" for option, said in wrong.items()]
    return f"> **Answer.** {answer}\n\n" + "\n".join(lines)


def write(source: Path, folder: Path) -> None:
    """Write both editions of a chapter's notebook."""
    notebook = nbformat.read(source, as_version=4)
    chapter = int(source.stem.split("_")[0])
    for name, make in (("student", student), ("full", full)):
        edition = make(notebook, chapter)
        edition.cells = [cell for cell in edition.cells if not feeds_page(cell)]
        edition.metadata.pop("digitlearn", None)  # it is not the notebook that was stamped
        for cell in edition.cells:
            if cell.cell_type == "markdown":
                cell.source = ELSEWHERE.sub(r"\1", cell.source)
        nbformat.validate(edition)
        path = folder / name / source.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with complete(path) as part:
            nbformat.write(edition, part)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the folders student and full")
    options = parser.parse_args(arguments)
    for source in sorted(CHAPTERS.glob("*.ipynb")):
        write(source, options.folder)
        print(source.name)


if __name__ == "__main__":
    main()
