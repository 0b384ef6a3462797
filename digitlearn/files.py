"""Files: one gets its name when it is complete, and is read only if it is what it says."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Read = TypeVar("Read")
DAMAGED = "one that is damaged, or is none"  # for what libraries say in words of their own


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
    except OSError as error:  # it speaks of a name that nobody has asked for
        reason = error.strerror or str(error).replace(str(part), str(path))
        expected = "a file that can be written"
        raise type(error)(f"Expected {expected}. Received: {path} ({reason})") from error
    finally:
        with suppress(OSError):
            part.unlink()


def attempt(expected: str, received: str | os.PathLike[str], read: Callable[[], Read]) -> Read:
    """Return what a function reads, or say what was expected, whatever a library says.

    Parameters
    ----------
    expected : str
    received : path-like or str
    read : callable
        Without arguments.

    Returns
    -------
    Read
        What `read` returns.

    Raises
    ------
    ValueError
        If `read` raises anything.

    Examples
    --------
    >>> attempt("a number", "x.txt", lambda: float("seven"))
    Traceback (most recent call last):
        ...
    ValueError: Expected a number. Received: x.txt
    """
    try:
        return read()
    except Exception as error:  # on damaged files libraries raise almost any
        said = str(error).replace("Expected", "expected").replace(". Received:", "; received")
        known = f" ({said})" if said.startswith("expected") else ""  # ours: in plain words
        raise ValueError(f"Expected {expected}. Received: {received}{known}") from error


class _UnfitError(ValueError):
    """What is wrong with a file, in our own words."""


def read_npz(
    file: str | os.PathLike[str] | IO[bytes], most_bytes: int, names: Iterable[str] | None = None
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
            raise _UnfitError("this is not an .npz file")
        with zipfile.ZipFile(file) as archive:
            return _read_members(archive, most_bytes, names)
    except Exception as error:  # on damaged files zipfile and NumPy raise almost any
        received = error if isinstance(error, _UnfitError) else DAMAGED
        raise ValueError(f"Expected a whole .npz file. Received: {received}") from error


def _read_members(
    archive: zipfile.ZipFile, most_bytes: int, names: Iterable[str] | None
) -> dict[str, NDArray[Any]]:
    members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
    wanted = list(members if names is None else names)
    missing = ", ".join(name for name in wanted if name not in members)
    if missing:
        raise _UnfitError(f"one without {missing}")
    size = sum(members[name].file_size for name in wanted)
    if size > most_bytes:
        raise _UnfitError(f"{size:,} bytes, more than {most_bytes:,}")
    arrays = {}
    for name in wanted:
        member = members[name]
        # In the other kinds of compression a few bytes may become any number.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _UnfitError(f"{member.filename}, compressed in an unknown way")
        content = BytesIO(archive.read(member))  # compares the checksum
        if np.lib.format.read_magic(content) != (1, 0):
            raise _UnfitError(f"{member.filename}, of an unknown version")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(content)
        if dtype.hasobject:
            raise _UnfitError(f"{member.filename}, which holds Python objects in place of numbers")
        array = np.frombuffer(content.read(), dtype)
        order: Literal["F", "C"] = "F" if fortran_order else "C"
        arrays[name] = array.reshape(shape, order=order).copy()
    return arrays
