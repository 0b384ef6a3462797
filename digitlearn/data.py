"""Handwritten digits: MNIST, verified, and a small set that needs no network."""

import gzip
import hashlib
import logging
import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitlearn.pictures import fit_to_frame
from digitlearn.preprocessing import split_validation

# The arrays' bytes are verified, not the files around them: the same digits come as Keras' .npz
# and as four IDX files, compressed or not.
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
# Addresses, and the files to get below each.
MIRRORS = {
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/": ["mnist.npz"],
    "https://ossci-datasets.s3.amazonaws.com/mnist/": [f"{f}.gz" for f in IDX_FILES.values()],
    "https://storage.googleapis.com/cvdf-datasets/mnist/": [f"{f}.gz" for f in IDX_FILES.values()],
}
TIMEOUT = (5.0, 30.0)  # seconds to connect, and to wait for each piece of an answer

ADVICE = f"""\
What you can do:
  - connect to the internet and try again; or
  - get {next(iter(MIRRORS))}mnist.npz on another computer
    and set the environment variable DIGITLEARN_DATA to where you put it (the four IDX files in
    one folder do as well; while it is set, MNIST is looked for nowhere else); or
  - take the small digits that need no download: load(dataset="embedded")."""

logger = logging.getLogger(__name__)


class DataUnavailableError(RuntimeError):
    """MNIST cannot be had; the message says what was tried and what you can do."""


class Digits(NamedTuple):
    """Images of N digits: light ink (255) on a dark ground (0), (N, 28, 28) uint8.

    `labels` are the digits 0 to 9, (N,) int64, and `source` says in words which data these are.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: str


def load(split: str = "train", *, dataset: str | None = None) -> Digits:
    """Return MNIST if it can be had, else the embedded digits and a warning.

    Parameters
    ----------
    split : {"train", "test"}
    dataset : {"auto", "mnist", "embedded"}, optional
        By default what the environment variable DIGITLEARN_DATASET says, else "auto", which is
        decided once a process so that training and test digits match.

    Raises
    ------
    ValueError
        If `split` or `dataset` is none of these names.
    DataUnavailableError
        If MNIST is asked for, by name or by setting DIGITLEARN_DATA, and cannot be had.
    """
    _check_split(split)
    choice = dataset or os.environ.get("DIGITLEARN_DATASET") or "auto"
    if choice not in ("auto", "mnist", "embedded"):
        asked = "dataset" if dataset else "DIGITLEARN_DATASET"
        raise ValueError(f'Expected {asked} "auto", "mnist" or "embedded". Received: {choice!r}')
    if choice == "auto":
        choice = "mnist" if os.environ.get("DIGITLEARN_DATA") else _best_available()
    return load_mnist(split) if choice == "mnist" else load_embedded(split)


def load_mnist(split: str = "train", *, path: str | os.PathLike[str] | None = None) -> Digits:
    """Return MNIST, by LeCun, Cortes and Burges, verified byte for byte.

    It is read from `path`, or else from where the environment variable DIGITLEARN_DATA says.
    Without either it is looked for in digitlearn's cache and in Keras' cache, and then
    downloaded to digitlearn's.

    Parameters
    ----------
    split : {"train", "test"}
        60,000 or 10,000 digits.
    path : path-like, optional
        A `.npz` file in Keras' layout, or a folder with `mnist.npz` or the four IDX files,
        gzipped or not.

    Raises
    ------
    ValueError
        If `split` is neither name.
    DataUnavailableError
        If MNIST is not there, or is not MNIST to the last byte.
    """
    names = f"x_{_check_split(split)}", f"y_{split}"
    given = path or os.environ.get("DIGITLEARN_DATA")
    if given:
        arrays = _find(names, [Path(given).expanduser()], mirrors={})
    else:
        arrays = _find(names, _caches())
    images, labels = (arrays[name] for name in names)
    return Digits(images.reshape(-1, 28, 28), labels.reshape(-1).astype(np.int64), "MNIST")


def load_embedded(split: str = "train") -> Digits:
    """Return the 1,797 small digits that come with scikit-learn, in MNIST's form.

    They are the test part of UCI's Optical Recognition of Handwritten Digits (Alpaydin and
    Kaynak 1998): 8x8 pixels with levels 0 to 16, here brought to MNIST's size and position.
    They need no download, and are easier than MNIST.

    Parameters
    ----------
    split : {"train", "test"}
        1,437 or 360 digits; the division is stratified and always the same.

    Raises
    ------
    ValueError
        If `split` is neither name.
    """
    images, labels = _embedded()[_check_split(split)]
    return Digits(images.copy(), labels.copy(), "scikit-learn's 1,797 digits (embedded)")


@cache
def _embedded() -> dict[str, tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """Convert the embedded digits, once a process."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.stack([fit_to_frame(image) for image in bunch.images])
    labels, rng = bunch.target.astype(np.int64), np.random.default_rng(0)
    train, test = split_validation(images, labels, validation_split=360 / 1797, rng=rng)
    return {"train": train, "test": test}


@cache
def _best_available() -> str:
    """Return "mnist" if MNIST can be had, else warn and return "embedded"."""
    try:
        load_mnist("test")
    except DataUnavailableError:
        warnings.warn(
            "MNIST cannot be had, so these are scikit-learn's 1,797 small digits: fewer and "
            "easier, with other results. To get MNIST, connect to the internet or set "
            "DIGITLEARN_DATA to mnist.npz, and start again; load_mnist() says what is wrong.",
            stacklevel=3,
        )
        return "embedded"
    return "mnist"


def _check_split(split: str) -> str:
    """Return `split` if there is one of this name."""
    if split not in ("train", "test"):
        raise ValueError(f'Expected split "train" or "test". Received: {split!r}')
    return split


def _caches() -> list[Path]:
    """Return where digitlearn and Keras keep what they have downloaded."""
    import pooch

    keras = Path(os.environ.get("KERAS_HOME") or "~/.keras", "datasets")
    folders = Path(pooch.os_cache("digitlearn")), keras
    return [folder.expanduser() / "mnist.npz" for folder in folders]


def _find(
    names: Iterable[str],
    places: list[Path],
    *,
    mirrors: Mapping[str, Iterable[str]] = MIRRORS,
    digests: Mapping[str, str] = SHA256,
    timeout: tuple[float, float] = TIMEOUT,
) -> dict[str, NDArray[np.uint8]]:
    """Return the named arrays from the first place or mirror that has them.

    What comes from a mirror is kept in the first place.
    """
    sources = {str(place): partial(_read, place, names, digests) for place in places}
    for address, files in mirrors.items():
        sources[address] = partial(_download, address, files, digests, timeout, places[0])
    attempts = []
    for source, get in sources.items():
        try:
            return get()
        except DataUnavailableError as error:
            attempts.append(f"  - {source}: {error}")
    raise DataUnavailableError("\n".join(["MNIST cannot be had. Tried:", *attempts, ADVICE]))


def _download(
    address: str,
    files: Iterable[str],
    digests: Mapping[str, str],
    timeout: tuple[float, float],
    keep: Path,
) -> dict[str, NDArray[np.uint8]]:
    """Return all arrays from a mirror, verified, and keep them as an .npz file."""
    import pooch

    logger.info("Downloading MNIST from %s", address)
    download = pooch.HTTPDownloader(timeout=timeout)
    with tempfile.TemporaryDirectory() as folder:
        try:
            for file in files:
                download(address + file, str(Path(folder, file)), None)
        except OSError as error:  # as are all of requests' exceptions
            raise DataUnavailableError(str(error)) from error
        arrays = _read(Path(folder), digests, digests)
    try:
        keep.parent.mkdir(parents=True, exist_ok=True)
        # Written elsewhere and then moved, the file is never there in part.
        with tempfile.TemporaryDirectory(dir=keep.parent) as folder:
            part = Path(folder, "part.npz")
            np.savez_compressed(part, **dict[str, Any](arrays))
            part.replace(keep)
    except OSError as error:
        warnings.warn(f"MNIST cannot be kept for the next time: {error}", stacklevel=2)
    return arrays


def _read(
    place: Path, names: Iterable[str], digests: Mapping[str, str]
) -> dict[str, NDArray[np.uint8]]:
    """Return the named arrays of a file or folder, verified."""
    file = place / "mnist.npz" if (place / "mnist.npz").is_file() else place
    try:
        if not file.exists():
            raise FileNotFoundError("there is no such file")
        if file.is_dir():
            arrays = {name: _read_idx(file, IDX_FILES[name]) for name in names}
        elif not zipfile.is_zipfile(file):
            raise ValueError("this is not an .npz file")
        else:
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in names}
    except Exception as error:  # on a damaged file zip, gzip and NumPy raise almost anything
        raise DataUnavailableError(str(error) or repr(error)) from error
    for name, array in arrays.items():
        digest = hashlib.sha256(array.tobytes()).hexdigest()
        if array.dtype != np.uint8 or digest != digests[name]:
            raise DataUnavailableError(
                f"{name} is not MNIST's, uint8 with sha256 {digests[name]}. "
                f"Received: {array.dtype} with {digest}"
            )
    return arrays


def _read_idx(folder: Path, name: str) -> NDArray[np.uint8]:
    """Return the array of an IDX file, gzipped or not.

    The format is from MNIST's first web page: two zero bytes, a type (8 for unsigned bytes), the
    number of dimensions, each one's length as a big-endian 32-bit integer, then the values.
    """
    # Some programs unpack train-images-idx3-ubyte.gz as train-images.idx3-ubyte.
    files = sorted(folder.glob(name.replace("-idx", "?idx") + "*"))
    if not files:
        raise FileNotFoundError(f"there is neither mnist.npz nor {name}[.gz]")
    data = files[0].read_bytes()
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    if not data.startswith(b"\x00\x00\x08"):
        raise ValueError(f"{files[0].name} is not an IDX file of bytes")
    dimensions = data[3]
    shape = np.frombuffer(data, dtype=">u4", count=dimensions, offset=4)
    return np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy()
