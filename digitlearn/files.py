"""Files: one gets its name when it is complete, and is read only if it is what it says."""

import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray


@contextmanager
def complete(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a name to write to; what was written there replaces `path` when the block ends.

    Whoever reads `path` meanwhile, or after an error or a kill, finds what was there before, or
    nothing.

    Parameters
    ----------
    path : path-like
        If it is a symbolic link, the file it leads to is written, and the link stays.

    Yields
    ------
    pathlib.Path
        In the same folder, with the same ending, and a name that begins with a point.

    Raises
    ------
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with complete(folder / "answer.txt") as part:
    ...     _ = part.write_text("42")
    >>> [file.name for file in folder.iterdir()]
    ['answer.txt']
    """
    target = Path(path).resolve()
    part = target.with_name(f".{target.stem}.part-{os.getpid()}{target.suffix}")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read_npz(
    file: str | os.PathLike[str] | IO[bytes],
    most_bytes: int,
    names: Iterable[str] | None = None,
) -> dict[str, NDArray[Any]]:
    """Return the arrays in an `.npz` file; no size that it states of itself is trusted.

    Parameters
    ----------
    file : path-like or binary file
    most_bytes : int
        That the arrays may take together; up to three times as much memory is needed.
    names : iterable of str, optional
        Of the arrays that are wanted; by default all.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError, ValueError
        If it is no such file, or damaged, or holds more, or objects, or not all the names.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "weights.npz")
    >>> np.savez(path, kernel=np.ones((2, 3)))
    >>> read_npz(path, most_bytes=1000)["kernel"].shape
    (2, 3)
    """
    if isinstance(file, str | os.PathLike):
        with Path(file).open("rb") as stream:
            return read_npz(stream, most_bytes, names)
    if not hasattr(file, "read"):  # a number would be taken for an open file, and closed
        raise TypeError(f"Expected a path or a binary file. Received: {type(file).__name__}")
    try:
        if not zipfile.is_zipfile(file):
            raise ValueError("this is not an .npz file")
        with zipfile.ZipFile(file) as archive:
            return _read_members(archive, most_bytes, names)
    except Exception as error:  # on damaged files zipfile and NumPy raise almost any
        raise ValueError(f"Expected a whole .npz file. Received: {error}") from error


def _read_members(
    archive: zipfile.ZipFile, most_bytes: int, names: Iterable[str] | None
) -> dict[str, NDArray[Any]]:
    members = archive.infolist()
    if names is not None:
        members = [archive.getinfo(f"{name}.npy") for name in names]
    size = sum(member.file_size for member in members)
    if size > most_bytes:
        raise ValueError(f"{size:,} bytes, more than {most_bytes:,}")
    arrays = {}
    for member in members:
        # In the other kinds of compression a few bytes may become any number.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{member.filename}, compressed in an unknown way")
        content = BytesIO(archive.read(member))  # compares the checksum
        if np.lib.format.read_magic(content) != (1, 0):
            raise ValueError(f"{member.filename}, of an unknown version")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(content)
        array = np.frombuffer(content.read(), dtype)
        order: Literal["F", "C"] = "F" if fortran_order else "C"
        arrays[member.filename.removesuffix(".npy")] = array.reshape(shape, order=order).copy()
    return arrays
