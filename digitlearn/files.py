"""Files: one gets its name when it is complete, and is read only if it is what it says."""

import glob
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEFTOVER = 24 * 3600  # seconds after which an unfinished file's writer is taken for dead


@contextmanager
def complete(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a name to write to; what was written there replaces `path` when the block ends.

    Whoever reads `path` meanwhile, or after an error or a kill, finds what was there before, or
    nothing. What a killed writer left is removed a day later, by the next one to write this file.

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
    mark = f".{target.stem}.part-"
    for leftover in target.parent.glob(f"{glob.escape(mark)}*{target.suffix}"):
        if time.time() - leftover.stat().st_mtime > LEFTOVER:
            leftover.unlink(missing_ok=True)
    part = target.with_name(f"{mark}{os.getpid()}{target.suffix}")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def read_npz(path: str | os.PathLike[str], most_bytes: int) -> dict[str, NDArray[Any]]:
    """Return the arrays in an `.npz` file, after a look at how large they say they are.

    Parameters
    ----------
    path : path-like
    most_bytes : int
        That the arrays may take together; about twice as much memory is needed.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no such file, or damaged, or holds more, or objects, or less than it says.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "weights.npz")
    >>> np.savez(path, kernel=np.ones((2, 3)))
    >>> read_npz(path, most_bytes=1000)["kernel"].shape
    (2, 3)
    """
    with Path(path).open("rb") as file:
        try:
            return _read_members(zipfile.ZipFile(file), most_bytes)
        except Exception as error:  # on damaged files zipfile and NumPy raise almost any
            raise ValueError(f"Expected a whole .npz file. Received: {error}") from error


def _read_members(archive: zipfile.ZipFile, most_bytes: int) -> dict[str, NDArray[Any]]:
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if size > most_bytes:
        raise ValueError(f"{size:,} bytes, more than {most_bytes:,}")
    if bad := archive.testzip():
        raise ValueError(f"{bad} is damaged")
    arrays = {}
    for member in members:
        with archive.open(member) as stream:
            version = np.lib.format.read_magic(stream)
            read_header = getattr(np.lib.format, f"read_array_header_{version[0]}_{version[1]}")
            shape, _, dtype = read_header(stream)
            said = stream.tell() + prod(shape) * dtype.itemsize
        if dtype.hasobject or said != member.file_size:
            raise ValueError(f"{member.filename} is not the array it says it is")
        with archive.open(member) as stream:
            arrays[member.filename.removesuffix(".npy")] = np.lib.format.read_array(stream)
    return arrays
