"""A chapter's outputs: brought to one form, and searched for what must not be published."""

import base64
import io
import re
from copy import deepcopy

from nbformat import NotebookNode
from PIL import Image

DEBRIS = re.compile(
    r"""^stderr:
      | \b[A-Z]\w*Warning:\s
      | \b0x[0-9a-fA-F]{6,}                                 # an object's address
      | <Figure\ size | <Axes                               # a figure's repr
      | (?<![\w.:/<])/([\w.@-]+/)+[\w.@-] | \b[A-Z]:\\\w    # a path of this machine
      | [\x00-\x08\r\x1b]                                   # colours, progress bars""",
    re.VERBOSE,
)

PNG, SVG = "image/png", "image/svg+xml"
RARE_TOO = Image.Quantize.MAXCOVERAGE  # of few colours, those of thin letters too
REMOVED = "remove-cell"  # Jupyter Book's name for a cell that is not shown: here a figure's data


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def feeds_page(cell: NotebookNode) -> bool:
    """Say whether a cell only hands the page the data of the figure before it."""
    return REMOVED in cell.metadata.get("tags", [])


def is_figure(output: NotebookNode) -> bool:
    """Say whether an output is an image."""
    return any(mime.startswith("image/") for mime in output.get("data", {}))


def reduce_colours(outputs: list[NotebookNode]) -> None:
    """Make the PNG beside each SVG small: a third of its size, in 32 colours."""
    for output in outputs:
        if {PNG, SVG} <= set(output.get("data", {})):
            drawn = Image.open(io.BytesIO(base64.b64decode(output.data[PNG])))
            few = drawn.convert("RGB").quantize(32, RARE_TOO, dither=Image.Dither.NONE)
            file = io.BytesIO()
            few.save(file, "PNG", optimize=True)
            output.data[PNG] = base64.b64encode(file.getvalue()).decode()


def tidy(outputs: list[NotebookNode], alt: str = "") -> list[NotebookNode]:
    """Return outputs without metadata; the alt text takes the place of each figure's repr."""
    outputs = deepcopy(outputs)
    for output in outputs:
        if "metadata" in output:
            output.metadata = {}
        if is_figure(output):  # JupyterLab shows this text until the reader trusts the notebook.
            output.data["text/plain"] = alt
    return outputs


def problems(cell: NotebookNode, count: int) -> list[str]:
    """Return what forbids publishing a code cell, the `count`-th of its notebook."""
    found = [] if cell.execution_count == count else ["did not run in its turn"]
    for output in cell.outputs:
        stream = f"{output.get('name')}: {output.get('text')}"
        shown = [str(value) for mime, value in output.get("data", {}).items() if mime != PNG]
        text = "\n".join([stream, *shown])
        if match := DEBRIS.search(re.sub(r"base64,[\w+/=\s]*", "", text)):
            found.append(f"shows what is not for readers: {match.string[match.start() :][:80]!r}")
    figures = [output.data for output in cell.outputs if is_figure(output)]
    if bool(figures) != bool(cell.metadata.get("alt")):
        found.append('shows a figure without alt="..." in its header, or has alt but no figure')
    if any(figure in figures[:index] for index, figure in enumerate(figures)):
        found.append("shows a figure twice: give the last line's value a name")
    values = [output for output in cell.outputs if output.output_type == "execute_result"]
    if figures and not all(is_figure(output) for output in values):
        found.append("shows its last line's value beside a figure: give the value a name")
    return [f"cell {cell.id} {problem}" for problem in found]
