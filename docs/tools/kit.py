"""Make an offline kit for a class: everything to run the chapters, and nothing from the network.

    python docs/tools/kit.py FOLDER --for windows mac-arm linux

writes FOLDER with the wheels of the package and all it needs, MNIST, the notebooks in both
editions, the site with Python in the page, a script that installs and says whether a laptop is
ready, and a README for the teacher. It builds the site, unless `--site` names one that was built.

The wheels are those for the systems that are named, whichever this machine has, and for one or more
versions of Python: `--python 3.12 3.13`.
"""

import argparse
import itertools
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import NamedTuple

import editions
import kit_wheels
import numpy as np
from hatchling.build import build_wheel
from kit_wheels import KitError

from digitlearn import data, sources

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).with_name("kit_files")
WANTED = "digitlearn[chapters]"
MACHINES = 30
RATE = 30  # MB a second that a plain USB stick is read with


class Kit(NamedTuple):
    """What was made."""

    folder: Path
    seconds: float

    def report(self) -> str:
        """Return its size, how long it took to make, and how long copying it takes."""
        places = sorted((self.folder / "wheels").iterdir())
        common = size(self.folder) - size(self.folder / "wheels")
        lines = [
            f"{self.folder}: {size(self.folder):,.0f} MB, made in {self.seconds / 60:.1f} minutes.",
            f"Every laptop needs {common:,.0f} MB, and the wheels for its kind. Copying both to"
            f" {MACHINES} laptops, one after the other, at {RATE} MB/s (computed, not measured):",
        ]
        for place in places:
            minutes = MACHINES * (common + size(place)) / RATE / 60
            lines.append(f"  {place.name}: {size(place):,.0f} MB of wheels, {minutes:.0f} minutes")
        return "\n".join(lines)


def own_wheel(folder: Path) -> Path:
    """Build the package's own wheel; return it."""
    with chdir(ROOT):
        return folder / build_wheel(str(folder.resolve()))


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


def pages(folder: Path, site: Path | None) -> None:
    """Put the site into a kit: one that was built, or None for one that is built now."""
    place = folder / "site"
    if site is None:
        build_site(place)
    elif (site / "index.html").is_file():
        shutil.copytree(site, place)
    else:
        raise KitError(f"Expected a built site, or no --site to build it. Received: {site}")
    if not list(place.glob("assets/practice/pyodide-*/pyodide.mjs")):
        raise KitError(
            f"Expected a site with Python in its pages. {site or 'The one built now'} has none.\n"
            "Run docs/tools/pyodide.py, which says what is missing, and try again."
        )


def build_site(place: Path) -> None:
    """Build the site into a folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", place.resolve()]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode:
        raise KitError(f"The site cannot be built:\n{built.stderr.strip()}")


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
    folder: Path,
    site: Path | None,
    platforms: Sequence[str],
    pythons: Sequence[str],
    *,
    wanted: str = WANTED,
    build: Callable[[Path], Path] = own_wheel,
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
        for name, python in itertools.product(platforms, pythons):
            place = part / "wheels" / kit_wheels.folder_name(name, python)
            place.mkdir(parents=True, exist_ok=True)
            kit_wheels.gather(place, build(place), wanted, name, python)
    return Kit(folder, time.monotonic() - start)


def size(folder: Path) -> float:
    """Return how large a folder is, in megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if there is no kit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to write the kit")
    parser.add_argument("--site", type=Path, help="the built site (without: it is built now)")
    parser.add_argument(
        "--for",
        dest="platforms",
        nargs="+",
        required=True,
        choices=kit_wheels.PLATFORMS,
        metavar="SYSTEM",
        help=f"of the class's laptops: {', '.join(kit_wheels.PLATFORMS)}",
    )
    parser.add_argument(
        "--python",
        dest="pythons",
        nargs="+",
        default=["3.12"],
        choices=kit_wheels.PYTHONS,
        metavar="VERSION",
        help=f"of Python on them: {', '.join(kit_wheels.PYTHONS)} (without: 3.12)",
    )
    options = parser.parse_args(arguments)
    try:
        kit = make(options.folder, options.site, options.platforms, options.pythons)
    except KitError as error:
        print(error, file=sys.stderr)
        return 1
    print(kit.report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
