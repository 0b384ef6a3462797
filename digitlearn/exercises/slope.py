"""Chapter 4: a slope by wiggling, the finite difference."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def square(x: float) -> float:
    """Return x squared."""
    return x**2


def cube(x: float) -> float:
    """Return x to the third."""
    return x**3


def line(x: float) -> float:
    """Return a straight line's height at x."""
    return 3 * x + 1


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield functions, where, and how far to wiggle: a line, a valley's bottom, random places."""
    yield line, 0.0, 0.5
    yield square, 0.0, 0.5
    yield square, 1.0, 0.5
    yield cube, -1.0, 0.25
    for _ in range(10):
        for function in (line, square, cube):
            yield function, float(rng.normal()), float(rng.uniform(0.01, 0.5))


EXERCISE = Exercise(
    name="slope",
    chapter=4,
    title="A slope by wiggling",
    statement="""\
Return the slope of the function `f` at `x` by the finite difference of this chapter: move x by
`h` each way, and divide the change of `f` by the way between the two places.""",
    starter='''\
def slope(f, x, h):
    """Return the slope of f at x, found by moving x by h each way."""
    return ...
''',
    hints=(
        "You need f at two places. Which?",
        "How far apart are x - h and x + h?",
        "The change is `f(x + h) - f(x - h)`.",
    ),
    solution="""\
def slope(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)
""",
    why="""\
To both sides the errors of the curve's bend cancel: a parabola's slope comes out exact for any h.
To one side alone that of x² is off by h.""",
    mistakes=(
        Mistake(
            "To one side only",
            "At the bottom of a valley the slope is 0. What do you get there?",
            "def slope(f, x, h):\n    return (f(x + h) - f(x)) / h",
        ),
        Mistake(
            "Divided by half the way",
            "How far is it from x - h to x + h?",
            "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / h",
        ),
        Mistake(
            "Precedence",
            "In which order does Python compute `a / 2 * h`?",
            "def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / 2 * h",
        ),
        Mistake(
            "Downhill taken for uphill",
            "Which slope has a line that rises: above 0 or below?",
            "def slope(f, x, h):\n    return (f(x - h) - f(x + h)) / (2 * h)",
        ),
        Mistake(
            "Not divided",
            "Does your slope get smaller when h does?",
            "def slope(f, x, h):\n    return f(x + h) - f(x - h)",
        ),
    ),
    cases=cases,
)
