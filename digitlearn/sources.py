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
from numpy.typing import NDArray

from digitlearn import formats
from digitlearn.download import cache_folder, fetch
from digitlearn.files import complete, read_npz

# The arrays' bytes are verified, not the files around them: the same digits come as Keras' .npz
# and as four IDX files, compressed or not.
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
# Addresses, and the files to get below each.
IDX_GZ = [f"{file}.gz" for file in formats.IDX_FILES.values()]
MIRRORS = {
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/": ["mnist.npz"],
    "https://ossci-datasets.s3.amazonaws.com/mnist/": IDX_GZ,
    "https://storage.googleapis.com/cvdf-datasets/mnist/": IDX_GZ,
}
ADVICE = f"""\
  - get {next(iter(MIRRORS))}mnist.npz on another computer
    and set the environment variable DIGITLEARN_DATA to where you put it (the four IDX files in
    one folder do as well; while it is set, MNIST is looked for nowhere else); or
  - take the small digits that need no download: load(dataset="embedded")."""

# The 256 pixels of each digit, 0 or 1, and the labels: three public copies agree in them.
SEMEION_SHA256 = {
    "images": "dd7d059b0190462aa0429d7ba47ef18a9103d3683ca12a379eecb0173d071dc3",
    "labels": "9d32221e06f77a74f484948a772e828573e3798db4164e91b12d7a8917336906",
}
SEMEION_HOME = "https://archive.ics.uci.edu/ml/machine-learning-databases/semeion/semeion.data"
SEMEION_ADVICE = f"""\
  - get {SEMEION_HOME}
    on another computer, put it into a folder, and set the environment variable DIGITLEARN_DATA
    to that folder, or to a file in it."""

logger = logging.getLogger(__name__)

Arrays = dict[str, NDArray[np.uint8]]


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
    names: Iterable[str],
    places: list[Path],
    *,
    mirrors: Mapping[str, Iterable[str]] = MIRRORS,
    digests: Mapping[str, str] = SHA256,
    **limits: Any,
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
    digests : mapping of str to str
        The SHA-256 of each array's bytes.
    **limits
        Those of `download.fetch`.

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
    sources = {str(place): partial(formats.read_files, place, names, digests) for place in places}
    for address, files in mirrors.items():
        sources[address] = partial(_download, address, files, digests, places[0], **limits)
    return _first("MNIST", sources, ADVICE)


def find_semeion(
    places: list[Path],
    keep: Path,
    *,
    home: str = SEMEION_HOME,
    digests: Mapping[str, str] = SEMEION_SHA256,
    **limits: Any,
) -> Arrays:
    """Return Semeion's arrays from the first place that has them, or from its home.

    Parameters
    ----------
    places : list of pathlib.Path
        Files.
    keep : pathlib.Path
        Where what was downloaded is kept.
    home : str
        The address to download from.
    digests : mapping of str to str
        The SHA-256 of each array's bytes.
    **limits
        Those of `download.fetch`.

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

    def download() -> Arrays:
        logger.info("Downloading Semeion from %s", home)
        content = fetch(home, formats.MOST_IN_SEMEION, **limits)
        arrays = formats.read_semeion(BytesIO(content), digests)
        _keep("Semeion", keep, lambda part: part.write_bytes(content))
        return arrays

    def read(place: Path) -> Arrays:
        if not place.is_file():
            raise FileNotFoundError("there is no such file")
        with place.open("rb") as stream:
            return formats.read_semeion(stream, digests)

    sources = {str(place): partial(read, place) for place in places}
    return _first("Semeion", sources | {home: download}, SEMEION_ADVICE)


def _first(name: str, sources: Mapping[str, Callable[[], Arrays]], advice: str) -> Arrays:
    """Return what the first source that works has; otherwise say what each of them said."""
    attempts = []
    for source, get in sources.items():
        try:
            return get()
        except Exception as error:  # damaged files and servers make libraries raise almost any
            attempts.append(f"  - {source}: {_reason(error)}")
    lines = [f"{name} cannot be had. Tried:", *attempts, "What you can do:"]
    lines += ["  - connect to the internet and try again; or", advice]
    raise DataUnavailableError("\n".join(lines))


def _reason(error: Exception) -> str:
    """Return what an error says, without the addresses of objects in it."""
    return re.sub(r"<[^<>]* object at 0x[^<>]*>:? ?", "", str(error)) or repr(error)


def _download(
    address: str, files: Iterable[str], digests: Mapping[str, str], keep: Path, **limits: Any
) -> Arrays:
    """Return all arrays from a mirror, verified, and keep them as an .npz file."""
    logger.info("Downloading MNIST from %s", address)
    contents = {}
    for file in files:
        contents[file] = BytesIO(fetch(address + file, formats.MOST_BYTES, **limits))
    if "mnist.npz" in contents:
        arrays = read_npz(contents["mnist.npz"], formats.MOST_IN_NPZ, digests)
    else:
        names = formats.IDX_FILES.items()
        arrays = {name: formats.read_idx(contents[f"{file}.gz"]) for name, file in names}
    formats.verify(arrays, digests)
    _keep("MNIST", keep, lambda part: np.savez_compressed(part, **dict[str, Any](arrays)))
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
