"""Python for the pages: gather the files of Pyodide that run the exercises, each verified.

They are not part of the repository. They come from the folder that the environment variable
``DIGITLEARN_PYODIDE`` names, or else from digitlearn's cache, or else from Pyodide's release on its
CDN, and are then kept in the cache. This command gathers them and says where they are.

A newer Pyodide is one change of the table below: its version, and for each file how many bytes it
has and their SHA-256; ``pyodide-lock.json`` of the release has NumPy's.
"""

import hashlib
import logging
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pooch

from digitlearn.download import fetch
from digitlearn.files import complete

log = logging.getLogger("mkdocs.hooks.digitlearn")


class Pin(NamedTuple):
    """What a file must be, to the last byte."""

    size: int
    sha256: str


VERSION = "314.0.4"
FILES = {
    "pyodide.mjs": Pin(17_931, "c75dd73bb0c70674135f9f4ab746c9b5316e9fe027cafacb2be445e658f04c92"),
    "pyodide.asm.mjs": Pin(
        1_249_500, "fd7a3cefa122ff6463dcf2997961eb341250e4cc4ed60281448390f0a767cca2"
    ),
    "pyodide.asm.wasm": Pin(
        9_596_386, "6c8986a8ee583401069aa403e76ee79d4633a1478ab11cea76030bc299aded9f"
    ),
    "python_stdlib.zip": Pin(
        2_545_198, "b5ca2308e9fa72eda319889a1ddf086389e9f1234ced279cc71267fe9ba56e54"
    ),
    "pyodide-lock.json": Pin(
        113_804, "c963d22858f6bcb8f41586a2142f03905ab370c88ea22a86a2736e95fac2a8f3"
    ),
    "numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl": Pin(
        2_916_023, "0cad9c1b91f0082e4f959bc0e0bf5835a2efbba6ab3b1e9d1fe6e7e564cca98e"
    ),
}
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
DEADLINE = 300.0  # seconds that all downloads together may take
ADVICE = f"""\
What you can do:
  - connect to the internet and build the site again; or
  - get these files from {RELEASE} on another computer, and set the
    environment variable DIGITLEARN_PYODIDE to the folder where you put them:
      {" ".join(FILES)}"""


class PyodideUnavailableError(RuntimeError):
    """Pyodide cannot be had; the message says what was tried and what you can do."""


def gather(
    folder: str | os.PathLike[str] | None = None,
    *,
    cache: Path | None = None,
    release: str = RELEASE,
    files: Mapping[str, Pin] = FILES,
    deadline: float = DEADLINE,
) -> dict[str, bytes]:
    """Return the content of each file, verified.

    Parameters
    ----------
    folder : path-like, optional
        Where they are, and then they are looked for nowhere else. By default what the environment
        variable DIGITLEARN_PYODIDE names; without either, the cache and the release.
    cache : Path, optional
        A folder to keep what was downloaded in.
    release : str
        The address below which they can be downloaded.
    files : mapping of str to Pin
    deadline : float
        Seconds that all downloads together may take.

    Raises
    ------
    PyodideUnavailableError
        If one of them is not there, or not what it should be.
    """
    given = folder or os.environ.get("DIGITLEARN_PYODIDE")
    attempts = []
    if given:
        place = Path(given).expanduser()
        try:
            return {name: read(place / name, pin) for name, pin in files.items()}
        except (OSError, ValueError) as error:
            attempts.append(f"{place}: {error}")
    else:
        try:
            return collect(cache or cache_folder(), release, files, deadline)
        except Exception as error:  # servers make libraries raise almost any
            attempts.append(f"{release}: {error}")
    raise PyodideUnavailableError(report(attempts))


def cache_folder() -> Path:
    """Return where downloaded files are kept."""
    return Path(pooch.os_cache("digitlearn"), f"pyodide-{VERSION}")


def report(attempts: Iterable[str]) -> str:
    """Return what was tried, and what one can do."""
    tried = [f"  - {attempt}" for attempt in attempts]
    return "\n".join([f"Pyodide {VERSION} cannot be had. Tried:", *tried, ADVICE])


def read(path: Path, pin: Pin) -> bytes:
    """Return a file's content.

    Raises OSError if it cannot be read, and ValueError if it is not what it should be.
    """
    with path.open("rb") as file:
        content = file.read(pin.size + 1)  # no more, whatever lies there
    return verify(path.name, content, pin)


def verify(name: str, content: bytes, pin: Pin) -> bytes:
    """Return the content of a file if it is what it should be.

    Raises ValueError if it is not.
    """
    received = hashlib.sha256(content).hexdigest()
    if received != pin.sha256:
        raise ValueError(f"Expected {name} with SHA-256 {pin.sha256}. Received: {received}")
    return content


def collect(
    cache: Path, release: str, files: Mapping[str, Pin], deadline: float
) -> dict[str, bytes]:
    """Return the files from the cache; what is not there is downloaded and kept there."""
    contents = {}
    end = time.monotonic() + deadline
    for name, pin in files.items():
        try:
            contents[name] = read(cache / name, pin)
        except (OSError, ValueError):
            contents[name] = download(release + name, pin, end)
            keep(cache / name, contents[name])
    return contents


def download(address: str, pin: Pin, end: float) -> bytes:
    """Return what is at an address, verified, before the clock says `end`."""
    name = address.rpartition("/")[2]
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"there was no time left for {name}")
    log.info("Downloading %s (%.1f MB) from %s", name, pin.size / 1e6, address)
    # Half of it, for `fetch` may try twice.
    return verify(name, fetch(address, pin.size, deadline=left / 2), pin)


def keep(path: Path, content: bytes) -> None:
    """Write a file to the cache, whole or not at all; without a cache the site is built as well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with complete(path) as part:
            part.write_bytes(content)
    except OSError as error:
        log.info("%s cannot be kept for the next time: %s", path.name, error)


def main() -> int:
    """Gather the files; return 1 if they cannot be had."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        contents = gather(files=FILES)
    except PyodideUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    size = sum(len(content) for content in contents.values())
    print(f"Pyodide {VERSION}: {len(contents)} files, {size / 1e6:.1f} MB, verified.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
