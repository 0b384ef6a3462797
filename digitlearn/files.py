"""A file gets its name when it is complete."""

import glob
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
