"""Handwritten digits: MNIST and Semeion, verified, and a small set that needs no download."""

import os
import warnings
from collections.abc import Iterable
from functools import cache
from numbers import Integral
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from digitlearn.checks import as_kind, describe, expect
from digitlearn.download import cache_folder
from digitlearn.formats import SHA256
from digitlearn.pictures import fit_to_frame
from digitlearn.preprocessing import split_validation
from digitlearn.sources import DataUnavailableError, caches, find_mnist, find_semeion

MNIST = "MNIST"  # the source of these digits, in words


class _Fields(NamedTuple):
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    source: str


class Digits(_Fields):
    """Images of N digits: light ink (255) on a dark ground (0), (N, 28, 28) uint8.

    `labels` are the digits 0 to 9, (N,) int64, and `source` says in words which data these are.
    The three can be unpacked as those of a tuple; the length is N.

    Examples
    --------
    >>> images, labels, source = digits = load_embedded("test")
    >>> images.shape, len(digits)
    ((360, 28, 28), 360)
    """

    __slots__ = ()

    @property
    def notice(self) -> str:
        """What readers of the chapters must know about these digits: nothing if they are MNIST.

        Examples
        --------
        >>> print(load_embedded().notice.splitlines()[0])
        NOTICE: these are scikit-learn's 1,797 digits (embedded), not MNIST.
        """
        if self.source == MNIST:
            return ""
        return (
            f"NOTICE: these are {self.source}, not MNIST.\n"
            "The text was written for MNIST. Your results differ from those it names, and what it\n"
            "says of them (which is better, how often, why) need not hold here.\n"
        )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Any) -> Any:
        # A tuple's slice would be of the three fields.
        expected = "a part of a field: write digits.images[:100], digits.labels[:100]"
        return super().__getitem__(as_kind(expected, index, Integral))

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Self:  # type: ignore[override]
        # The one that a NamedTuple brings counts fields by len.
        return cls(*iterable)


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

    Examples
    --------
    >>> load("train", dataset="embedded").images.shape
    (1437, 28, 28)
    """
    _check_split(split)
    asked = "DIGITLEARN_DATASET" if dataset is None else "dataset"
    choice = os.environ.get("DIGITLEARN_DATASET") or "auto" if dataset is None else dataset
    known = isinstance(choice, str) and choice in ("auto", "mnist", "embedded")
    expect(known, f'{asked} "auto", "mnist" or "embedded"', describe(choice))
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
    TypeError, ValueError
        If `split` is neither name, or `path` is no path.
    DataUnavailableError
        If MNIST is not there, or is not MNIST to the last byte.

    Examples
    --------
    >>> load_mnist("test", path="nowhere.npz")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    digitlearn.sources.DataUnavailableError: MNIST cannot be had. Tried:
      - nowhere.npz: there is no such file
    ...
    """
    names = f"x_{_check_split(split)}", f"y_{split}"
    given = os.environ.get("DIGITLEARN_DATA") or None if path is None else path
    if given is None:
        arrays = find_mnist(names, caches())
    else:
        place = Path(as_kind("path as a path", given, str | os.PathLike))
        arrays = find_mnist(names, [place], mirrors={})
    images, labels = (arrays[name] for name in names)
    return Digits(images.reshape(-1, 28, 28), labels.reshape(-1).astype(np.int64), MNIST)


def load_semeion() -> Digits:
    """Return Semeion: 1,593 digits that about 80 people wrote, collected in Italy; verified.

    Each wrote the ten digits twice, carefully and in haste. They were scanned in 16x16 pixels,
    black or white, and stretched to fill them; here they are brought to MNIST's size and position.
    By Semeion, Rome, and Tattile, Brescia; UCI Machine Learning Repository 178, CC BY 4.0
    (https://doi.org/10.24432/C5SC8V).

    `semeion.data` is looked for in the folder that the environment variable DIGITLEARN_DATA
    names, or beside the file that it names, then in digitlearn's cache, and then downloaded.

    Returns
    -------
    Digits
        In the order of the file.

    Raises
    ------
    DataUnavailableError
        If it is not to be had, or is not Semeion to the last pixel.

    Examples
    --------
    >>> load_semeion().images.shape  # doctest: +SKIP
    (1593, 28, 28)
    """
    cache = cache_folder() / "semeion.data"
    places = [cache]
    given = os.environ.get("DIGITLEARN_DATA")
    if given:
        place = Path(given).expanduser()
        places.insert(0, (place if place.is_dir() else place.parent) / "semeion.data")
    arrays = find_semeion(places, cache)
    ink = arrays["images"].reshape(-1, 16, 16).astype(np.float32)
    images = np.stack([fit_to_frame(image) for image in ink])
    return Digits(images, arrays["labels"].astype(np.int64), "Semeion")


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

    Examples
    --------
    >>> load_embedded("test").labels[:5]
    array([2, 4, 7, 9, 0])
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
        find_mnist(SHA256, caches())  # both splits: never one of MNIST's with one of the others
    except DataUnavailableError:
        text = "MNIST cannot be had, so these are scikit-learn's 1,797 small digits: fewer and "
        text += "easier, with other results. To get MNIST, connect to the internet or set "
        text += "DIGITLEARN_DATA to mnist.npz, and start again; load_mnist() says what is wrong."
        warnings.warn(text, stacklevel=3)
        return "embedded"
    return "mnist"


def _check_split(split: str) -> str:
    """Return `split` if there is one of this name."""
    known = isinstance(split, str) and split in ("train", "test")
    expect(known, 'split "train" or "test"', describe(split))
    return split
