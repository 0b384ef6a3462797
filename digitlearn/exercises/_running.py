"""Run a function that anyone may have written, and come back."""

import io
import math
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from copy import deepcopy
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from digitlearn.exercises._comparing import same

AGAIN = 0.05  # seconds from one attempt to stop a function to the next
MOST_PRINTED = 500  # characters that are kept of what a function prints


class OutOfTimeError(BaseException):
    """The time is up; no `except Exception` holds it back."""


class Outcome(NamedTuple):
    """What became of a call."""

    value: Any
    error: BaseException | None
    line: int | None  # of the function's source, where it raised the error
    printed: str
    changed: bool  # whether it changed its arguments


class _Paper(io.StringIO):
    """Keeps the first of what is printed, however much it is."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, MOST_PRINTED - self.tell())])
        return len(text)


def run(function: Callable[..., Any], arguments: tuple[Any, ...], deadline: float) -> Outcome:
    """Call a function with copies of the arguments; whatever it does, an outcome is returned.

    Only Ctrl-C, KeyboardInterrupt, passes. `deadline` is a time of `time.monotonic`.
    """
    given = deepcopy(arguments)
    paper = _Paper()
    value, error = None, None
    try:
        with redirect_stdout(paper), redirect_stderr(paper), _quiet(), _until(deadline):
            value = function(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as raised:  # SystemExit among them
        error = raised
    changed = not all(same(a, b) for a, b in zip(arguments, given, strict=True))
    return Outcome(value, error, _line(function, error), paper.getvalue(), changed)


@contextmanager
def _quiet() -> Iterator[None]:
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _until(deadline: float) -> Iterator[None]:
    """Raise OutOfTimeError at the deadline, where the platform has a timer that can do so."""
    able = hasattr(signal, "setitimer") and sys.platform != "emscripten"
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not able or not in_main_thread or deadline == math.inf:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if _is_running(frame):
            raise OutOfTimeError

    handler = signal.signal(signal.SIGALRM, stop)
    # Again and again: a bare `except:` would swallow the first.
    remaining = max(1e-3, deadline - time.monotonic())
    timer = signal.setitimer(signal.ITIMER_REAL, remaining, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def _is_running(frame: FrameType | None) -> bool:
    """Say whether the function that `run` was given runs, rather than what is around it."""
    called = None
    while frame is not None and frame.f_code is not run.__code__:
        called = frame
        frame = frame.f_back
    ours = run.__code__.co_filename, contextmanager.__code__.co_filename
    return frame is not None and called is not None and called.f_code.co_filename not in ours


def _line(function: Callable[..., Any], error: BaseException | None) -> int | None:
    """Return the last line of the function's own file that an error passed through."""
    code = getattr(function, "__code__", None)
    if error is None or code is None:
        return None
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    return lines[-1] if lines else None
