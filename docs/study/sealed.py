"""Results files, sealed by the programs that measure: SHA256SUMS beside them says how they were.

A number that is changed by hand, or by a merge, no longer fits its seal: the site is not built.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitlearn.files import complete

SEALS = "SHA256SUMS"


def digest(path: Path) -> str:
    """Return a file's SHA-256; of its text, since a checkout may have other line endings."""
    return hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()


def write(path: Path, value: Any) -> None:
    """Write a results file whole, and its seal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with complete(path) as part:
        part.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    write_seals(path.parent, read_seals(path.parent) | {path.name: digest(path)})


def write_seals(folder: Path, seals: Mapping[str, str]) -> None:
    """Write the SHA-256 of each sealed file in a folder, as `sha256sum --check` reads them."""
    lines = [f"{seal}  {name}\n" for name, seal in sorted(seals.items())]
    with complete(folder / SEALS) as part:
        part.write_bytes("".join(lines).encode("ascii"))


def read_seals(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that was sealed in a folder."""
    path = folder / SEALS
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    return {name: seal for seal, name in (line.split() for line in lines)}


def read(path: Path) -> Any:
    """Return what a results file holds; ValueError if it is not as it was measured."""
    seal = read_seals(path.parent).get(path.name)
    found = digest(path)
    if found != seal:
        raise ValueError(
            f"Expected {path.name} as its program wrote it, with sha256 {seal}: measure again, or "
            f"restore the file. Received: {found}"
        )
    return json.loads(path.read_text(encoding="utf-8"))
