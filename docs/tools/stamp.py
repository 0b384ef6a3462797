"""What a notebook was made from: digests that tell whether it is still up to date."""

import hashlib
import json
import platform
from contextlib import suppress
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from modulefinder import ModuleFinder
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from outputs import PNG, SVG, code_cells, tidy

from digitlearn import formats

PACKAGE = Path(__file__).resolve().parents[2] / "digitlearn"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "matplotlib", "tensorflow", "keras")


def digest(value: Any) -> str:
    """Return the first 16 hex digits of the SHA-256 of a JSON-like value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def of_inputs(source: Path, written: NotebookNode) -> dict[str, str]:
    """Return digests of the code, the data, and each package module imported at any remove."""
    finder = ModuleFinder(path=[str(PACKAGE.parent)])
    finder.run_script(str(source))
    files = {Path(module.__file__) for module in finder.modules.values() if module.__file__}
    code = [cell.source for cell in code_cells(written)]
    # Text, not bytes: a checkout on Windows may have other line endings.
    return {"code": digest(code), "data": digest(formats.SHA256)} | {
        file.relative_to(PACKAGE.parent).as_posix(): digest(file.read_text(encoding="utf-8"))
        for file in files
        if file.is_relative_to(PACKAGE)
    }


def of_outputs(notebook: NotebookNode) -> dict[str, str]:
    """Return the digest of the outputs and of the values in the prose.

    A PNG beside an SVG shows the same figure, but its bytes depend on libraries; it does not count.
    """
    outputs = []
    for cell in code_cells(notebook):
        shown = tidy(cell.outputs)
        for output in shown:
            if SVG in output.get("data", {}):
                output.data.pop(PNG, None)
        outputs.append([cell.execution_count, shown])
    values = [cell.metadata["values"] for cell in notebook.cells if "values" in cell.metadata]
    return {"outputs": digest([outputs, values])}


def record(seconds: float) -> dict[str, Any]:
    """Return what is kept for the curious and never compared."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):  # TensorFlow is not to be had everywhere
            versions[name] = version(name)
    return {"date": date.today().isoformat(), "seconds": round(seconds), "versions": versions}
