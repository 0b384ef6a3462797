"""Where MNIST and Semeion come from: a folder, a cache, or the web; verified by content."""

import logging
import os
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from digitlearn import formats
from digitlearn.download import cache_folder, fetch
from digitlearn.files import complete, read_npz
from digitlearn.formats import Arrays

# Addresses, and the files to get below each.
IDX_GZ = [f"{file}.gz" for file in formats.IDX_FILES.values()]
MIRRORS = {
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/": ["mnist.npz"],
    "https://ossci-datasets.s3.amazonaws.com/mnist/": IDX_GZ,
    "https://storage.googleapis.com/cvdf-datasets/mnist/": IDX_GZ,
}
SEMEION = "https://archive.ics.uci.edu/ml/machine-learning-databases/semeion/semeion.data"

ADVICE = """\
What you can do:
  - connect to the internet and try again; or
  - get {} on another computer,
    and set the environment variable DIGITLEARN_DATA to the folder where you put it"""
MNIST_ADVICE = """
    (the four IDX files do as well; while it is set, MNIST is looked for nowhere else); or
  - take the small digits that need no download: load(dataset="embedded")"""

logger = logging.getLogger(__name__)


class DataUnavailableError(RuntimeError):
    """MNIST or Semeion cannot be had; the message says what was tried and what you can do.

    Examples
    --------
    >>> try:
    ...     find_mnist(["x_test"], [Path("nowhere.npz")], mirrors={})
    ... except DataUnavailableError as error:
    ...     print(str(error).splitlines()[1])
      - nowhere.npz: there is no such file
    """


def caches() -> list[Path]:
    """Return where digitlearn and Keras keep what they have downloaded, which may not be there.

    Returns
    -------
    list of pathlib.Path

    Examples
    --------
    >>> [path.name for path in caches()]
    ['mnist.npz', 'mnist.npz']
    """
    keras = Path(os.environ.get("KERAS_HOME") or "~/.keras", "datasets")
    return [folder / "mnist.npz" for folder in (cache_folder(), keras)]


def find_mnist(
    names: Iterable[str], places: list[Path], mirrors: Mapping[str, Iterable[str]] = MIRRORS
) -> Arrays:
    """Return arrays of MNIST from the first place or mirror that has them.

    What comes from a mirror is kept in the first place.

    Parameters
    ----------
    names : iterable of str
        Such as "x_test".
    places : list of pathlib.Path
        Files or folders.
    mirrors : mapping of str to iterable of str
        Addresses, and the files to get below each.

    Returns
    -------
    dict of str to ndarray of uint8

    Raises
    ------
    DataUnavailableError
        If none has them. It says what each of them said.

    Examples
    --------
    >>> arrays = find_mnist(["y_test"], caches())  # doctest: +SKIP
    """
    sources = {str(place): partial(formats.read_files, place, names) for place in places}
    for address, files in mirrors.items():
        sources[address] = partial(_download_mnist, address, files, places[0])
    home = next(iter(MIRRORS)) + "mnist.npz"
    return _first("MNIST", sources, ADVICE.format(home) + MNIST_ADVICE)


def find_semeion(places: list[Path], keep: Path) -> Arrays:
    """Return Semeion's arrays from the first place that has them, or from its home.

    Parameters
    ----------
    places : list of pathlib.Path
        Files.
    keep : pathlib.Path
        Where what was downloaded is kept.

    Returns
    -------
    dict of str to ndarray of uint8
        "images" and "labels".

    Raises
    ------
    DataUnavailableError
        If it is not to be had. It says what each place said.

    Examples
    --------
    >>> arrays = find_semeion([Path("semeion.data")], Path("kept.data"))  # doctest: +SKIP
    """
    sources = {str(place): partial(_read_semeion, place) for place in places}
    sources[SEMEION] = partial(_download_semeion, keep)
    return _first("Semeion", sources, ADVICE.format(SEMEION))


def _first(name: str, sources: Mapping[str, Callable[[], Arrays]], advice: str) -> Arrays:
    """Return what the first source that works has; otherwise say what each of them said."""
    attempts = []
    for source, get in sources.items():
        try:
            return get()
        except Exception as error:  # damaged files and servers make libraries raise almost any
            attempts.append(f"  - {source}: {_reason(error)}")
    raise DataUnavailableError("\n".join([f"{name} cannot be had. Tried:", *attempts, advice]))


def _reason(error: Exception) -> str:
    """Return what an error says, without the addresses of objects in it."""
    return re.sub(r"<[^<>]* object at 0x[^<>]*>:? ?", "", str(error)) or repr(error)


def _download_mnist(address: str, files: Iterable[str], keep: Path) -> Arrays:
    """Return all arrays from a mirror, verified, and keep them as an .npz file."""
    logger.info("Downloading MNIST from %s", address)
    contents = {file: BytesIO(fetch(address + file, formats.MOST_BYTES)) for file in files}
    if "mnist.npz" in contents:
        arrays = read_npz(contents["mnist.npz"], formats.MOST_IN_NPZ, formats.SHA256)
    else:
        names = formats.IDX_FILES.items()
        arrays = {name: formats.read_idx(contents[f"{file}.gz"]) for name, file in names}
    formats.verify(arrays, formats.SHA256, "MNIST")
    _keep("MNIST", keep, lambda part: np.savez_compressed(part, **dict[str, Any](arrays)))
    return arrays


def _read_semeion(place: Path) -> Arrays:
    """Return the arrays in a file, verified."""
    if not place.is_file():
        raise FileNotFoundError("there is no such file")
    with place.open("rb") as stream:
        return formats.read_semeion(stream)


def _download_semeion(keep: Path) -> Arrays:
    """Return the arrays from their home, verified, and keep the file."""
    logger.info("Downloading Semeion from %s", SEMEION)
    content = fetch(SEMEION, formats.MOST_IN_SEMEION)
    arrays = formats.read_semeion(BytesIO(content))
    _keep("Semeion", keep, lambda part: part.write_bytes(content))
    return arrays


def _keep(name: str, path: Path, write: Callable[[Path], object]) -> None:
    """Write a file for the next time; if that cannot be, warn."""
    try:
        path = path.expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
        with complete(path) as part:
            write(part)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        warnings.warn(f"{name} cannot be kept for the next time: {error}", stacklevel=2)
