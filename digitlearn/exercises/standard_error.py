"""Chapter 5: how sure a mean over seeds is."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield results of several seeds: two, equal ones, the chapter's by hand, random ones."""
    yield (np.array([1.0, 3.0]),)
    yield (np.array([2.0, 2.0, 2.0]),)
    yield (np.array([30.0, 34.0, 32.0]),)
    for size in range(2, 30):
        yield (rng.normal(0.97, 0.01, size),)


EXERCISE = Exercise(
    name="standard_error",
    chapter=5,
    title="The error of a mean over seeds",
    statement="""\
`results` holds what R trainings reached that differ by their seed alone, R at least 2. Return the
standard error of their mean: the standard deviation, with R less 1 as divisor, divided by the
root of R.""",
    starter='''\
import numpy as np


def standard_error(results):
    """Return the standard error of the mean of some results."""
    return ...
''',
    hints=(
        "Two steps: a standard deviation, and a division.",
        "`results.std()` divides by R. Its argument `ddof` says what is taken from R.",
        "`results.std(ddof=1) / np.sqrt(len(results))`",
    ),
    solution="""\
def standard_error(results):
    return results.std(ddof=1) / np.sqrt(len(results))
""",
    why="""\
The standard deviation says how far one run lies from the mean, the standard error how far the
mean itself may lie from the truth. Four times the seeds halve the second, never the first.""",
    mistakes=(
        Mistake(
            "Divided by R instead of R - 1",
            "By what does `std` divide if you do not tell it?",
            "def standard_error(results):\n    return results.std() / np.sqrt(len(results))",
        ),
        Mistake(
            "The spread of single runs",
            "Would your number get smaller with a hundred seeds?",
            "def standard_error(results):\n    return results.std(ddof=1)",
        ),
        Mistake(
            "The root forgotten",
            "What do you divide by: R, or the root of R?",
            "def standard_error(results):\n    return results.std(ddof=1) / len(results)",
        ),
        Mistake(
            "A variance",
            "If results are shares, which unit has a square of them?",
            "def standard_error(results):\n    return results.var(ddof=1) / len(results)",
        ),
    ),
    cases=cases,
)
