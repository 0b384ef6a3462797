"""Make each chapter's notebook from its source: execute what changed, on the real MNIST.

A chapter is written as ``docs/chapters/NN_name.py`` (jupytext's percent format). This command makes
``NN_name.ipynb`` beside it, which nobody edits by hand; a change of the prose alone runs no code.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path

import jupytext
import nbformat
import stamp
from execution import ChapterError, execute
from expressions import CLAIM, CODE, find, render, sentence_before
from nbformat import NotebookNode
from outputs import REMOVED, code_cells, feeds_page, problems, reduce_colours, tidy

from digitlearn import data
from digitlearn.files import complete

HIDDEN = "hide-input"  # Jupyter's name for a cell whose code is folded: one that only draws
KEPT = ("alt", "exercise", "live")  # what a cell says of itself to the page
CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"


def read_source(source: Path) -> NotebookNode:
    """Return a chapter's source as a notebook with stable cell ids and minimal metadata."""
    cells = jupytext.read(source, fmt="py:percent").cells
    for index, cell in enumerate(cells, start=1):
        cell.id = f"{source.stem.split('_')[0]}-{index:02d}"
        kept = {key: value for key, value in cell.metadata.items() if key in KEPT}
        if HIDDEN in cell.metadata.get("tags", []):
            kept["tags"] = [HIDDEN]
        if feeds_page(cell):
            # JupyterLab, where the cell must stay, shows a bar in its place.
            kept |= {"tags": [REMOVED], "jupyter": {"source_hidden": True}}
        cell.metadata = kept
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.from_dict(nbformat.v4.new_notebook(cells=cells, metadata=metadata))


def values_by_place(notebook: NotebookNode) -> list[dict[str, str]]:
    """Return the values in the prose before the first code cell, after it, after the second..."""
    places: list[dict[str, str]] = [{}]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            places.append({})
        places[-1] |= cell.metadata.get("values", {})
    return places


def sync(written: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """Return a chapter as written, with the outputs and values of the same code executed.

    Raises KeyError for an expression that was not yet there when the code was executed.
    """
    notebook = deepcopy(written)
    place, values, ran = 0, values_by_place(executed), code_cells(executed)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = ran[place].execution_count
            cell.outputs = tidy(ran[place].outputs, cell.metadata.get("alt", ""))
            place += 1
        elif found := find(cell.source):
            cell.metadata["values"] = {e: values[place][e] for e in found}
            cell.source = render(cell.source, cell.metadata["values"])
    notebook.metadata["digitlearn"] = deepcopy(executed.metadata["digitlearn"])
    notebook.metadata["digitlearn"]["compared"] |= stamp.of_outputs(notebook)
    return notebook


def changes(source: Path, written: NotebookNode, made: NotebookNode) -> list[str]:
    """Return why a chapter's code must run again: what differs from what its notebook is from."""
    then = made.metadata.get("digitlearn", {}).get("compared", {})
    now = stamp.of_inputs(source, written) | stamp.of_outputs(made)
    if different := sorted(key for key in then | now if then.get(key) != now.get(key)):
        return different
    try:
        sync(written, made)
    except KeyError as error:
        missing = error.args[0]
        return ["a solution" if missing.startswith(CODE) else f"{{{{ {missing} }}}}"]
    return []


def run(source: Path, written: NotebookNode, made: NotebookNode | None) -> NotebookNode:
    """Return a chapter executed and stamped; if its outputs did not change, as recorded before."""
    data.load_mnist("test")  # fails here, not in the middle of a chapter, if there is none
    inputs, executed = stamp.of_inputs(source, written), deepcopy(written)
    seconds = execute(executed, source.parent, dataset="mnist")
    for cell in code_cells(executed):
        reduce_colours(cell.outputs)
    compared = inputs | stamp.of_outputs(executed)
    old = made.metadata.get("digitlearn", {}) if made else {}
    same = old.get("compared", {}).get("outputs") == compared["outputs"]
    if made and stamp.of_outputs(made)["outputs"] == compared["outputs"]:
        executed = deepcopy(made)  # with its PNGs, whose bytes do not count
    recorded = old["recorded"] if same else stamp.record(seconds)
    executed.metadata["digitlearn"] = {"compared": compared, "recorded": recorded}
    return executed


def make(source: Path, *, check: bool = False, force: bool = False) -> str:
    """Bring a chapter's notebook up to date, or only `check` that it is; say what was done.

    Raises ChapterError, and leaves the notebook as it was, if it is not fit to be published.
    """
    path, written = source.with_suffix(".ipynb"), read_source(source)
    made = nbformat.read(path, as_version=4) if path.exists() else None
    reasons = changes(source, written, made) if made else ["there is no notebook"]
    if check and reasons:
        raise ChapterError(f"must be executed; changed: {', '.join(reasons)}")
    notebook = sync(written, run(source, written, made) if force or reasons else made)
    found = [line for n, cell in enumerate(code_cells(notebook), 1) for line in problems(cell, n)]
    if found:
        raise ChapterError("\n".join(found))
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    if made and text == path.read_text(encoding="utf-8"):
        return "up to date"
    if check:
        raise ChapterError("its prose changed and must be written into the notebook")
    with complete(path) as part:
        part.write_bytes(text.encode())
    return f"executed; changed: {', '.join(reasons)}" if reasons else "prose written"


def list_claims(sources: Iterable[Path]) -> None:
    """Print what each sentence of the chapters rests on, and how many claims there are."""
    for source in sources:
        count = 0
        for cell in read_source(source).cells:
            for claim in find(cell.source) if cell.cell_type == "markdown" else ():
                if claim.startswith(CLAIM):
                    count += 1
                    print(f"{cell.id}  {sentence_before(cell.source, claim)}\n       {claim}")
        print(f"{source.stem}: {count} claims\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a chapter failed or, with ``--check``, is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="as 01 or 01_first; default: all")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--claims", action="store_true", help="only list each sentence's claims")
    mode.add_argument("--check", action="store_true", help="only fail if one is stale")
    mode.add_argument("--force", action="store_true", help="execute even what is up to date")
    options = parser.parse_args(arguments)
    stems = sorted({path.stem for path in CHAPTERS.glob("[0-9][0-9]_*")})
    chosen = [s for s in stems if not options.names or s.startswith(tuple(options.names))]
    failed = False
    if options.claims:
        list_claims(CHAPTERS / f"{stem}.py" for stem in chosen)
        return 0
    for stem in chosen or parser.error(f"no such chapter; there are {', '.join(stems)}"):
        try:
            done = make(CHAPTERS / f"{stem}.py", check=options.check, force=options.force)
            print(f"{stem}: {done}", flush=True)
        except (ChapterError, data.DataUnavailableError, OSError, SyntaxError) as error:
            print(f"{stem}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
