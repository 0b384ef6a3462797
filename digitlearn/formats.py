"""The formats that MNIST and Semeion come in, read without making room for more than those.

Peak memory is below four times `MOST_BYTES` (190 MB), whatever a file says of itself.
"""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.files import read_npz

Arrays = dict[str, NDArray[np.uint8]]

# The arrays' bytes are verified, not the files around them: the same digits come as Keras' .npz
# and as four IDX files, compressed or not.
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
# The 256 pixels of each digit, 0 or 1, and the labels: three public copies agree in them.
SEMEION_SHA256 = {
    "images": "dd7d059b0190462aa0429d7ba47ef18a9103d3683ca12a379eecb0173d071dc3",
    "labels": "9d32221e06f77a74f484948a772e828573e3798db4164e91b12d7a8917336906",
}
MOST_IN_NPZ = 60_000 * (28 * 28 + 1) + 10_000 * (28 * 28 + 1) + 4096
MOST_BYTES = 60_000 * 28 * 28 + 1024  # of the largest array, with what its format adds
MOST_IN_SEMEION = 8 * 2**20  # its file has 3 MB, with four decimals for each 0 and 1
IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}


def read_files(place: Path, names: Iterable[str]) -> Arrays:
    """Return the named arrays of an `.npz` file or a folder, verified.

    Parameters
    ----------
    place : pathlib.Path
        In a folder there is `mnist.npz`, or the IDX files.
    names : iterable of str
        Such as "x_test".

    Returns
    -------
    dict of str to ndarray of uint8

    Raises
    ------
    Exception
        Of many kinds, if one is not there, or damaged, or another.

    Examples
    --------
    >>> read_files(Path("nowhere.npz"), ["y_test"])
    Traceback (most recent call last):
        ...
    FileNotFoundError: there is no such file
    """
    place = place.expanduser()
    file = place / "mnist.npz" if (place / "mnist.npz").is_file() else place
    if file.is_dir():
        arrays = {}
        for name in names:
            with find_idx(file, IDX_FILES[name]).open("rb") as stream:
                arrays[name] = read_idx(stream)
    elif file.is_file():
        with file.open("rb") as stream:
            arrays = read_npz(stream, MOST_IN_NPZ, names)
    else:
        raise FileNotFoundError("there is no such file")
    verify(arrays, SHA256, "MNIST")
    return arrays


def verify(arrays: Mapping[str, NDArray[Any]], digests: Mapping[str, str], whose: str) -> None:
    """Make sure that arrays are MNIST's, or another's, to the last byte.

    Parameters
    ----------
    arrays : mapping of str to ndarray
    digests : mapping of str to str
        The SHA-256 of each array's bytes.
    whose : str
        For the message.

    Raises
    ------
    ValueError
        If one has another.

    Examples
    --------
    >>> verify({"y_test": np.zeros(3)}, {"y_test": "ab"}, "MNIST")
    Traceback (most recent call last):
        ...
    ValueError: y_test is not MNIST's, uint8 with sha256 ab. Received: float64
    """
    for name, array in arrays.items():
        found = str(array.dtype)
        if array.dtype == np.uint8:
            found = hashlib.sha256(array.tobytes()).hexdigest()
        if found != digests[name]:
            wanted = f"{whose}'s, uint8 with sha256 {digests[name]}"
            raise ValueError(f"{name} is not {wanted}. Received: {found}")


def find_idx(folder: Path, name: str) -> Path:
    """Return the IDX file of this name, gzipped or not, or in a folder of its own name.

    Parameters
    ----------
    folder : pathlib.Path
    name : str
        Such as "train-images-idx3-ubyte". Some programs unpack it as train-images.idx3-ubyte;
        Kaggle's puts each file in a folder of the same name.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    FileNotFoundError
        If there is none.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "t10k-labels.idx1-ubyte.gz").touch()
    >>> find_idx(folder, "t10k-labels-idx1-ubyte").name
    't10k-labels.idx1-ubyte.gz'
    """
    pattern = name.replace("-idx", "?idx") + "*"
    found = [*sorted(folder.glob(pattern)), *sorted(folder.glob(f"{pattern}/{pattern}"))]
    files = [file for file in found if file.is_file()]
    if not files:
        raise FileNotFoundError(f"there is neither mnist.npz nor {name}[.gz]")
    return files[0]


def read_idx(file: IO[bytes]) -> NDArray[np.uint8]:
    """Return the array of an IDX file, gzipped or not, if it is not larger than MNIST's.

    The format is from MNIST's first web page: two zero bytes, a type (8 for unsigned bytes), the
    number of dimensions, each one's length as a big-endian 32-bit integer, then the values.

    Parameters
    ----------
    file : binary file
        Open for reading, at its start.

    Returns
    -------
    ndarray of uint8

    Raises
    ------
    Exception
        Of many kinds, if the file is none, or damaged, or too large.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_idx(BytesIO(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4])))
    array([5, 0, 4], dtype=uint8)
    """
    zipped = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    data = gzip.GzipFile(fileobj=file).read(MOST_BYTES + 1) if zipped else file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("this is larger than any of MNIST's files")
    if not data.startswith(b"\x00\x00\x08"):
        raise ValueError("this is not an IDX file of bytes")
    try:
        dimensions = data[3]
        shape = np.frombuffer(data, dtype=">u4", count=dimensions, offset=4)
        return np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * dimensions).reshape(shape).copy()
    except (IndexError, ValueError) as error:
        raise ValueError("this IDX file is damaged: it has not the size that it states") from error


def read_semeion(file: IO[bytes]) -> Arrays:
    """Return Semeion's arrays, verified.

    Each line of the file has 256 pixels, 0 or 1, and then the label as one-hot.

    Parameters
    ----------
    file : binary file
        Open for reading, at its start.

    Returns
    -------
    dict of str to ndarray of uint8
        "images", of shape (1593, 256), and "labels", of shape (1593,).

    Raises
    ------
    ValueError
        If the file is none, or damaged, or another.

    Examples
    --------
    >>> from io import BytesIO
    >>> read_semeion(BytesIO(b"<html>"))
    Traceback (most recent call last):
        ...
    ValueError: this is not Semeion's file of numbers
    """
    data = file.read(MOST_IN_SEMEION + 1)
    if len(data) > MOST_IN_SEMEION:
        raise ValueError("this is larger than Semeion's file")
    try:
        table = np.array(data.split(), dtype=np.float32).reshape(-1, 256 + 10)
    except ValueError as error:
        raise ValueError("this is not Semeion's file of numbers") from error
    one_hot = table[:, 256:]
    if not np.isin(table, (0, 1)).all() or not (one_hot.sum(axis=1) == 1).all():
        raise ValueError("Semeion's numbers are 0 and 1, with one label to each digit")
    labels = one_hot.argmax(axis=1)
    arrays = {"images": table[:, :256].astype(np.uint8), "labels": labels.astype(np.uint8)}
    verify(arrays, SEMEION_SHA256, "Semeion")
    return arrays
