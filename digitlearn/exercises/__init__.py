"""Exercises that answer: check your own function, ask for a hint, compare it with a solution.

Each exercise is a small module of this package, named as the function it asks for. To add one,
copy one, and put its name among `NAMES`.
"""

import difflib
import html
import importlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from digitlearn.checks import as_count, describe
from digitlearn.exercises._judging import judge, load
from digitlearn.exercises._messages import Text, begin, explain

# In the order of the chapters, from warm-up to stretch.
NAMES = (
    *("most_probable", "share_right", "share_of_amounts"),
    *("scale_pixels", "one_hot", "nearest_mean", "split_by_writer"),
    *("neuron", "dense_forward", "relu", "softmax", "count_parameters"),
    *("cross_entropy", "slope", "dense_backward", "sigmoid_backward"),
    *("mend_backward", "momentum_step", "adam_step"),
    *("stop_epoch", "overfits", "standard_error"),
    *("confusion_matrix", "recall", "wilson_interval"),
    *("mcnemar", "calibration_error", "reject_below"),
    *("shift_image", "cosine_rate", "running_mean"),
    *("find_box", "centre_of_mass", "lift_ink"),
)


class Mistake(NamedTuple):
    """A typical mistake in an exercise.

    Attributes
    ----------
    name : str
        What it is called.
    question : str
        What to ask oneself to find it.
    source : str
        A function that makes it. Whatever behaves as this one does has made the mistake.

    Examples
    --------
    >>> Mistake("Wrong sign", "What is -(-1)?", "def same(x): return -x").name
    'Wrong sign'
    """

    name: str
    question: str
    source: str


@dataclass(frozen=True)
class Exercise:
    """What an exercise is made of. `np` and `math` are known to every source.

    Attributes
    ----------
    name : str
        The exercise's, its module's and that of the function that is to be written.
    chapter : int
        The chapter that explains it.
    title : str
        Its heading.
    statement : str
        What is to be done, as Markdown.
    starter : str
        Source to begin with. Its `...` are to be filled in, or it has a mistake to be found.
    hints : tuple of str
        Each says more than the one before.
    solution : str
        Source of a right answer.
    why : str
        What the solution is meant to show.
    mistakes : tuple of Mistake
        Those that are recognized.
    cases : callable
        Given a NumPy generator, yields the arguments to try, the simplest and strangest first.
    needs : tuple of str
        Libraries it needs beside NumPy.

    Examples
    --------
    >>> exercise = get("softmax")
    >>> exercise.chapter, exercise.function, exercise.needs
    (3, 'softmax', ())
    """

    name: str
    chapter: int
    title: str
    statement: str
    starter: str
    hints: tuple[str, ...]
    solution: str
    why: str
    mistakes: tuple[Mistake, ...]
    cases: Callable[[np.random.Generator], Iterable[tuple[Any, ...]]]
    needs: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """The name of the function that is to be written."""
        return self.name


class CheckResult(NamedTuple):
    """What `check` found; true where the answer is right.

    Attributes
    ----------
    passed : bool
        Whether the answer is right.
    message : str
        What to say to whoever wrote it.
    attempted : bool
        False as long as the starter is as it was.
    line : int or None
        Where an error was raised, counted from the first line of the candidate's source.

    Examples
    --------
    >>> check("softmax", lambda logits: logits).passed
    False
    """

    passed: bool
    message: str
    attempted: bool
    line: int | None = None

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        verdict, *parts = self.message.split("\n\n")
        written = [f"<p><strong>{html.escape(verdict)}</strong></p>"]
        for part in parts:
            tag = "pre" if part.startswith("Input") else "p"
            written.append(f"<{tag}>{html.escape(part)}</{tag}>")
        return f'<div class="dl-check">{"".join(written)}</div>'


def names(chapter: int | None = None) -> tuple[str, ...]:
    """List the exercises, in the order of the chapters.

    Parameters
    ----------
    chapter : int, optional
        Only those of one chapter.

    Examples
    --------
    >>> "softmax" in names(chapter=3)
    True
    """
    if chapter is None:
        return NAMES
    chapter = as_count("chapter", chapter)
    return tuple(name for name in NAMES if get(name).chapter == chapter)


def get(name: str) -> Exercise:
    """Return an exercise.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    Exercise

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> get("softmax").title
    'Softmax that survives large logits'
    """
    if not isinstance(name, str) or name not in NAMES:
        close = difflib.get_close_matches(str(name), NAMES)
        advice = f", such as {', '.join(close)}" if close else ": see exercises.names()"
        raise ValueError(f"Expected the name of an exercise{advice}. Received: {describe(name)}")
    exercise: Exercise = importlib.import_module(f"digitlearn.exercises.{name}").EXERCISE
    return exercise


def check(name: str, candidate: Callable[..., Any], *, seconds: float = 5.0) -> CheckResult:
    """Try a function on many inputs, and say whether it does what the exercise asks for.

    It looks at what the function returns, never at how it is written. What the function prints is
    not shown, but quoted where its answer is wrong.

    Parameters
    ----------
    name : str
        One of `names()`.
    candidate : callable
        The function itself: `check("softmax", softmax)`.
    seconds : float
        How long it may take for all inputs, where the platform can stop it.

    Returns
    -------
    CheckResult

    Raises
    ------
    TypeError, ValueError
        If `candidate` is no function, or there is no such exercise.

    Examples
    --------
    >>> def softmax(logits):
    ...     return ...
    >>> check("softmax", softmax)
    Not attempted yet.
    <BLANKLINE>
    Write your code in place of the three dots. To begin: hint("softmax").
    """
    exercise = get(name)
    if not callable(candidate):
        raise TypeError(
            f'Expected the function itself: write check("{name}", {name}). '
            f"Received: {describe(candidate)}"
        )
    arguments = [tuple(case) for case in exercise.cases(np.random.default_rng(0))]
    right = load(exercise.solution, name)
    starter = load(exercise.starter, name)
    wrong = {mistake: load(mistake.source, name) for mistake in exercise.mistakes}
    verdict = judge(candidate, right, starter, wrong, arguments, seconds)
    if verdict.passed:
        message = f'Right, on all of {len(arguments)} inputs.\n\nCompare: solution("{name}").'
        return CheckResult(True, message, True)
    if not verdict.attempted:
        message = f'Not attempted yet.\n\n{begin(exercise.starter)} To begin: hint("{name}").'
        return CheckResult(False, message, False)
    return CheckResult(False, explain(verdict, name), True, verdict.line)


def hint(name: str, number: int = 1) -> str:
    """Return a hint; each says more than the one before.

    Parameters
    ----------
    name : str
        One of `names()`.
    number : int
        Which, from 1 on.

    Returns
    -------
    str

    Examples
    --------
    >>> hint("softmax", 2)
    Only differences of logits count. What is the largest exponent after you subtracted the maximum?
    """
    hints = get(name).hints
    number = as_count("number", number, most=len(hints))
    return Text(hints[number - 1])


def solution(name: str) -> str:
    """Return a right answer, and what it is meant to show.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    str

    Examples
    --------
    >>> print(solution("scale_pixels"))
    def scale_pixels(images):
        return images.astype(np.float32) / np.float32(255)
    <BLANKLINE>
    Why: ...
    """
    exercise = get(name)
    return Text(f"{exercise.solution.strip()}\n\nWhy: {exercise.why}")
