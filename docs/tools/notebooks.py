"""Notebooks as the build reads them: from their files, as plain dicts.

The cells are what nbformat's are. It would validate them again, which costs more than to read them;
the runner in chapters.py, which writes notebooks, has done so.
"""

import json
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """Return the notebook in a file."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> dict[str, Any]:
    """Return a notebook of format 4, with each text that its file has as lines in one piece."""
    notebook = json.loads(text)
    if notebook["nbformat"] != 4:
        raise ValueError(f"Expected a notebook of format 4. Received: {notebook['nbformat']}")
    for cell in notebook["cells"]:
        join(cell, "source")
        for output in cell.get("outputs", []):
            join(output, "text")
            for mime in output.get("data", {}):
                join(output["data"], mime)
    return notebook


def join(holder: dict[str, Any], key: str) -> None:
    """Make one text of the lines that a file has for it; what is JSON stays."""
    if isinstance(holder.get(key), list) and not key.endswith("json"):
        holder[key] = "".join(holder[key])
