"""Run what a reader wrote, in the page's Python: what it prints, where it fails, if it is right.

worker.js calls `run` and `check`. Both give the code a namespace of its own, so that two exercises
on a page do not see each other's names.
"""

import ast
import io
import linecache
import math
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

from digitlearn import exercises

FILE = "your code"  # what tracebacks and warnings call it
MOST_PRINTED = 20_000  # characters; a page with more of them stops answering
PAUSE = 0.05  # seconds between two pieces of what is printed
# What the chapter has imported above the exercise.
KNOWN = {
    **{"np": np, "math": math},
    **{name: getattr(exercises, name) for name in ("check", "hint", "solution")},
}

Send = Callable[[str], None]
Outcome = dict[str, Any]


class Paper(io.TextIOBase):
    """Takes what is printed and sends it on in pieces, up to a limit."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.left = MOST_PRINTED
        self.waiting: list[str] = []
        self.sent = time.monotonic()

    def write(self, text: str) -> int:
        """Take some text."""
        if self.left >= 0:
            self.waiting.append(text[: self.left])
            self.left -= len(text)
            if self.left < 0:
                self.waiting.append(
                    f"\n[The rest is not shown: {MOST_PRINTED:,} characters are.]\n"
                )
            if time.monotonic() - self.sent > PAUSE:
                self.flush()
        return len(text)

    def warn(self, *warning: Any) -> None:
        """Take a warning; the arguments are those of `warnings.showwarning`."""
        message, category, file, line = warning[:4]
        self.write(warnings.formatwarning(message, category, file, line))

    def flush(self) -> None:
        """Send on what is waiting."""
        if self.waiting:
            self.send("".join(self.waiting))
        self.waiting.clear()
        self.sent = time.monotonic()


def run(source: str, send: Send) -> Outcome:
    """Run some source, and show the value of its last line as a notebook does.

    Returns
    -------
    dict
        With "kind", which is "ran" or "error", "message", and the "line" of an error, or None.
    """
    return _watched(lambda: _show(_execute(source)[1]), send)


def check(name: str, source: str, send: Send) -> Outcome:
    """Run some source, and check the function of an exercise that it defines.

    Returns
    -------
    dict
        As `run` does; "kind" may be "right", "wrong" or "untouched" as well.
    """
    exercise = exercises.get(name)

    def judge() -> Outcome:
        scope, _ = _execute(source)
        if not callable(scope.get(exercise.function)):
            missing = f"Expected a function {exercise.function}. Received: none of that name."
            return _outcome("error", missing)
        result = exercises.check(name, scope[exercise.function])
        kind = "right" if result.passed else "wrong" if result.attempted else "untouched"
        # On the page, these are buttons.
        message = result.message.replace(f'hint("{name}")', "press Hint")
        message = message.replace(f'solution("{name}")', "press Solution")
        return _outcome(kind, message, result.line)

    return _watched(judge, send)


def _outcome(kind: str, message: str = "", line: int | None = None) -> Outcome:
    return {"kind": kind, "message": message, "line": line}


def _watched(work: Callable[[], Outcome], send: Send) -> Outcome:
    """Do some work; what it prints is sent on, and an error is reported."""
    paper = Paper(send)
    try:
        with _sent_to(paper), np.errstate(), np.printoptions():
            return work()
    except BaseException as error:  # exit() and Ctrl-C among them
        return _describe(error)
    finally:
        paper.flush()


@contextmanager
def _sent_to(paper: Paper) -> Iterator[None]:
    """Send on what is printed, and warnings."""
    with redirect_stdout(paper), redirect_stderr(paper), warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = paper.warn
        yield


def _execute(source: str) -> tuple[dict[str, Any], Any]:
    """Run some source in a fresh namespace; return that, and the value of the last line."""
    scope = {"__name__": "__main__", "input": _no_input, **KNOWN}
    # Here warnings and errors find the lines that they quote.
    linecache.cache[FILE] = len(source), None, source.splitlines(keepends=True), FILE
    tree = ast.parse(source, FILE)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, FILE, "exec"), scope)
    value = eval(compile(last, FILE, "eval"), scope) if last else None
    return scope, value


def _no_input(prompt: object = "", /) -> str:
    """Stand in for `input`: nobody could answer while the program runs."""
    raise RuntimeError("input() is not possible here. Write the value into the code instead.")


def _show(value: Any) -> Outcome:
    if value is not None:
        sys.stdout.write(f"{value!r}\n")
    return _outcome("ran")


def _describe(error: BaseException) -> Outcome:
    """Return what an error says and the last line of the reader's code that it passed through."""
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line, reason = error.lineno, f"{type(error).__name__}: {error.msg}"
    else:
        frames = traceback.walk_tb(error.__traceback__)
        lines = [number for frame, number in frames if frame.f_code.co_filename == FILE]
        line = lines[-1] if lines else None
        reason = "".join(traceback.format_exception_only(error)).strip()[:MOST_PRINTED]
    if line is None:
        return _outcome("error", reason)
    quoted = linecache.getline(FILE, line).strip()
    return _outcome("error", f"{reason}\n\non line {line}: {quoted}", line)


if sys.platform == "emscripten":
    # Deeper calls would break WebAssembly's own stack before Python notices.
    sys.setrecursionlimit(500)
