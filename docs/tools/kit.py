"""Make an offline kit for a class: everything to run the chapters, and nothing from the network.

    python docs/tools/kit.py FOLDER --site SITE

writes FOLDER with the wheels of the package and all it needs, MNIST, the notebooks in both
editions, the built site with Python in the page, a script that installs and says whether a laptop
is ready, and a README for the teacher. `python -m mkdocs build` makes SITE.

The wheels are those for a machine like this one: its system, its processor, its version of Python.
For a class with others, run the command on one machine of each kind with `--add`: it puts that
kind's wheels into a kit that is there.
"""

import argparse
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import NamedTuple

import editions
import numpy as np
from hatchling.build import build_wheel

from digitlearn import data, sources

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).with_name("kit_files")
WANTED = "digitlearn[chapters]"
MACHINES = 30
RATE = 30  # MB a second that a plain USB stick is read with


class KitError(RuntimeError):
    """The kit cannot be made; the message says what to do."""


class Kit(NamedTuple):
    """What was made."""

    folder: Path
    megabytes: float
    seconds: float

    def report(self) -> str:
        """Return its size, and how long it takes to make and to copy."""
        minutes = MACHINES * self.megabytes / RATE / 60
        return (
            f"{self.folder}: {self.megabytes:,.0f} MB, made in {self.seconds / 60:.1f} minutes.\n"
            f"Copying it to {MACHINES} machines, one after the other, takes {minutes:.0f} minutes"
            f" at {RATE} MB/s (computed, not measured)."
        )


def kind() -> str:
    """Return the kind of this machine, as the folder of its wheels is named."""
    version = ".".join(platform.python_version_tuple()[:2])
    return f"{platform.system()}-{platform.machine()}-python{version}".lower()


def own_wheel(folder: Path) -> None:
    """Build the package's own wheel."""
    with chdir(ROOT):
        build_wheel(str(folder.resolve()))


def download(folder: Path, wanted: str) -> None:
    """Gather the wheels of a requirement and of all that it needs."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    command += ["--find-links", str(folder), "--dest", str(folder), wanted]
    finished = subprocess.run(command, capture_output=True, text=True)
    if finished.returncode:
        raise KitError(
            f"pip cannot gather {wanted}. It says:\n{finished.stderr.strip()[-1000:]}\n"
            "Connect to the internet, and run this command again."
        )


def wheels(place: Path, wanted: str, build: Callable[[Path], None]) -> None:
    """Put the wheels for this kind of machine into a folder."""
    build(place)
    download(place, wanted)


def mnist(folder: Path) -> None:
    """Put MNIST into a kit, verified, in Keras' layout."""
    place = folder / "data"
    place.mkdir()
    try:
        train, test = data.load_mnist("train"), data.load_mnist("test")
    except sources.DataUnavailableError as error:
        raise KitError(str(error)) from error
    arrays = {"x_train": train.images, "y_train": train.labels.astype(np.uint8)}
    arrays |= {"x_test": test.images, "y_test": test.labels.astype(np.uint8)}
    np.savez_compressed(place / "mnist.npz", **arrays)


def notebooks(folder: Path) -> None:
    """Put both editions of the notebooks into a kit, the full one for the teacher."""
    for source in sorted(editions.CHAPTERS.glob("*.ipynb")):
        editions.write(source, folder / "notebooks")


def pages(folder: Path, site: Path) -> None:
    """Put the built site into a kit."""
    if not (site / "index.html").is_file():
        raise KitError(
            f"Expected a built site. Received: {site}\nBuild it with: python -m mkdocs build"
        )
    if not list(site.glob("assets/practice/pyodide-*/pyodide.mjs")):
        raise KitError(
            f"Expected a site with Python in its pages. {site} has none.\n"
            "Run docs/tools/pyodide.py, which says what is missing, and build the site again."
        )
    shutil.copytree(site, folder / "site")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Give a folder to write to, which gets its name when everything is in it."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        yield part
        part.rename(folder)
    except OSError as error:
        raise KitError(f"{folder} cannot be written: {error}. Nothing was kept of it.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def make(
    folder: Path, site: Path, *, wanted: str = WANTED, build: Callable[[Path], None] = own_wheel
) -> Kit:
    """Make a kit, whole or not at all.

    Raises
    ------
    KitError
        If something is missing; the message says what to do.
    """
    if folder.exists():
        raise KitError(f"{folder} is there already. Take another name, or remove it first.")
    start = time.monotonic()
    with whole(folder) as part:
        # What is small and may be missing comes first, before the long download.
        pages(part, site)
        mnist(part)
        notebooks(part)
        for path in FILES.iterdir():
            shutil.copy(path, part)
        place = part / "wheels" / kind()
        place.mkdir(parents=True)
        wheels(place, wanted, build)
    return Kit(folder, size(folder), time.monotonic() - start)


def add(folder: Path, *, wanted: str = WANTED, build: Callable[[Path], None] = own_wheel) -> Kit:
    """Add the wheels for a machine like this one to a kit that is there."""
    if not (folder / "ready.py").is_file():
        raise KitError(f"Expected a kit. Received: {folder}")
    start = time.monotonic()
    place = folder / "wheels" / kind()
    if place.exists():
        raise KitError(f"{folder} has wheels for this kind of machine: {place.name}")
    with whole(place) as part:
        wheels(part, wanted, build)
    return Kit(folder, size(folder), time.monotonic() - start)


def size(folder: Path) -> float:
    """Return how large a folder is, in megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if there is no kit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the kit")
    parser.add_argument("--site", type=Path, default=Path("site"), help="the built site")
    parser.add_argument("--add", action="store_true", help="add wheels to a kit that is there")
    options = parser.parse_args(arguments)
    try:
        kit = add(options.folder) if options.add else make(options.folder, options.site)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    print(kit.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
