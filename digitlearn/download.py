"""Bytes from the web: not too many, not for too long, and asked for twice if that may help."""

import http.client
import io
import time
import warnings
from pathlib import Path
from threading import Thread
from typing import Any

TIMEOUT = (5.0, 30.0)  # seconds to connect, and to wait for each piece of an answer
DEADLINE = 300.0  # seconds that a file may take in all
PAUSE = 1.0  # seconds before the second try


def cache_folder() -> Path:
    """Return the folder where digitlearn keeps what it has downloaded, which may not be there.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> cache_folder().name
    'digitlearn'
    """
    return Path(_load_pooch().os_cache("digitlearn"))


def _load_pooch() -> Any:
    """Import pooch without the warning, in notebooks, that its progress bar could be prettier."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pooch
    return pooch


def fetch(address: str, most_bytes: int, *, deadline: float = DEADLINE) -> bytes:
    """Return what is at an address.

    An answer that breaks off, or a server that says it is in trouble itself, is given a second try.

    Parameters
    ----------
    address : str
    most_bytes : int
        No more are taken, whatever the server says or sends; about twice as much memory is needed.
    deadline : float
        Seconds for a try in all.

    Returns
    -------
    bytes

    Raises
    ------
    Exception
        Of many kinds, as the libraries below raise them.

    Examples
    --------
    >>> try:
    ...     fetch("http://127.0.0.1:9/mnist.npz", most_bytes=1000)
    ... except OSError:
    ...     print("There is no answer.")
    There is no answer.
    """
    try:
        return _fetch(address, most_bytes, deadline)
    except Exception as error:
        if not _may_pass(error):
            raise
    time.sleep(PAUSE)
    return _fetch(address, most_bytes, deadline)


class _Limited(io.BytesIO):
    """Memory for a limited number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self.most_bytes:
            raise ValueError(f"it is larger than {self.most_bytes:,} bytes")
        return super().write(data)


def _fetch(address: str, most_bytes: int, deadline: float) -> bytes:
    """Download in a thread: whatever drips in there, it is left after the deadline."""
    pooch = _load_pooch()
    body, errors = _Limited(most_bytes), list[Exception]()

    def run() -> None:
        try:
            pooch.HTTPDownloader(timeout=TIMEOUT)(address, body, None)
        except Exception as error:
            if not body.closed:
                errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(deadline)
    if thread.is_alive():
        body.close()  # which ends the thread as soon as something comes
        raise TimeoutError(f"it took longer than {deadline:g} seconds")
    if errors:
        raise errors.pop()  # kept, it would keep the connection
    return body.getvalue()


def _may_pass(error: Exception) -> bool:
    """Say whether a second try is worth it: the server is in trouble, or the line was cut."""
    response = getattr(error, "response", None)
    if response is not None:
        return bool(response.status_code >= 500 or response.status_code == 429)
    cut = ConnectionResetError, ConnectionAbortedError, BrokenPipeError, http.client.IncompleteRead
    cause: BaseException | None = error
    while cause and not isinstance(cause, cut):
        cause = cause.__context__  # in whose handling it was raised
    return cause is not None
