"""Judge a function by what it does: right, not attempted, or wrong in a way that has a name."""

import inspect
import linecache
import math
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from digitlearn.checks import describe
from digitlearn.exercises._comparing import difference, same, show, show_both
from digitlearn.exercises._running import Outcome, OutOfTimeError, run

Function = Callable[..., Any]
Arguments = tuple[Any, ...]

MOST_SAID = 300  # characters of an error's message


class Verdict(NamedTuple):
    """What was found; the texts are of the smallest input on which the function fails."""

    passed: bool
    attempted: bool
    shown: str = ""
    expected: str = ""
    received: str = ""
    printed: str = ""
    advice: str = ""
    mistake: Any = None
    line: int | None = None


def load(source: str, name: str) -> Function:
    """Return the function of that name that a source defines."""
    scope: dict[str, Any] = {"np": np, "math": math}
    exec(compile(source, f"<{name}>", "exec"), scope)
    function: Function = scope[name]
    return function


def judge(
    candidate: Function,
    right: Function,
    starter: Function,
    wrong: Mapping[Any, Function],
    cases: Sequence[Arguments],
    seconds: float,
) -> Verdict:
    """Try a function on all cases, and compare it with those whose behaviour is known.

    `wrong` has a function for each mistake; the one that behaves as the candidate does on every
    case is the mistake that was made.
    """
    deadline = time.monotonic() + seconds
    outcomes = _try_out(candidate, cases, deadline)
    solved = [run(right, case, math.inf).value for case in cases]
    failed = [
        number
        for number, outcome in enumerate(outcomes)
        if _advice(solved[number], outcome) is not None
    ]
    if not failed:
        return Verdict(True, True)
    if outcomes[0].value is ... or _agree(outcomes, starter, cases):
        return Verdict(False, False)
    smallest = min(failed, key=lambda number: _size(cases[number]))
    outcome, answer = outcomes[smallest], solved[smallest]
    known = (mistake for mistake, function in wrong.items() if _agree(outcomes, function, cases))
    expected, received = show_both(answer, outcome.value)
    if outcome.error is not None:
        received = _describe_error(outcome, candidate)
    elif outcome.changed:
        received = "the input itself has been changed"
    return Verdict(
        passed=False,
        attempted=True,
        shown=_show_arguments(right, cases[smallest]),
        expected=expected,
        received=received,
        printed=outcome.printed,
        advice=_advice(answer, outcome) or "",
        mistake=next(known, None),
        line=outcome.line,
    )


def _try_out(function: Function, cases: Sequence[Arguments], deadline: float) -> list[Outcome]:
    """Run a function on the cases, in their order, up to the first on which time runs out."""
    outcomes = []
    for case in cases:
        outcomes.append(run(function, case, deadline))
        if isinstance(outcomes[-1].error, OutOfTimeError):
            break
    return outcomes


def _agree(outcomes: Sequence[Outcome], other: Function, cases: Sequence[Arguments]) -> bool:
    """Say whether another function does the same on all cases that were tried."""
    for outcome, case in zip(outcomes, cases, strict=False):
        twin = run(other, case, math.inf)
        if type(outcome.error) is not type(twin.error) or outcome.changed != twin.changed:
            return False
        if outcome.error is None and not same(twin.value, outcome.value):
            return False
    return True


def _advice(expected: Any, outcome: Outcome) -> str | None:
    """Say what to do about an outcome that is not as expected; None if it is."""
    if isinstance(outcome.error, OutOfTimeError):
        return "It does not come to an end in time. Which condition ends its loop?"
    if outcome.error is not None:
        return "An error is raised. Its last line names the reason: read that first."
    try:
        found = difference(expected, outcome.value)
    except Exception:  # a value that resists being looked at
        found = f"Return {describe(expected)}."
    if found is None and outcome.changed:
        return "It changes its input. Whoever calls it still needs that: work on a copy."
    return found


def _size(case: Arguments) -> int:
    """Count the numbers in some arguments."""
    return sum(np.size(part) if isinstance(part, np.ndarray) else 1 for part in case)


def _show_arguments(function: Function, case: Arguments) -> str:
    names = inspect.signature(function).parameters
    parts = [f"{name} = {show(value)}" for name, value in zip(names, case, strict=True)]
    return "\n           ".join(parts)


def _describe_error(outcome: Outcome, candidate: Function) -> str:
    if isinstance(outcome.error, OutOfTimeError):
        return "nothing in time"
    text = traceback.format_exception_only(outcome.error)[-1].strip()[:MOST_SAID]
    if outcome.line is None:
        return text
    line = linecache.getline(candidate.__code__.co_filename, outcome.line).strip()
    return f"{text}\n           on line {outcome.line}" + (f": {line}" if line else "")
