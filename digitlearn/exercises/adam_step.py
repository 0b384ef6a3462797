"""Chapter 4: a step of Adam."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield weights, gradient, both means, step and rate: the first step, tiny slopes, random."""
    yield np.array([1.0]), np.array([4.0]), np.zeros(1), np.zeros(1), 1, 0.5
    yield np.array([1.0]), np.zeros(1), np.zeros(1), np.zeros(1), 1, 0.5
    yield np.array([1.0]), np.array([1e-7]), np.zeros(1), np.zeros(1), 1, 0.5
    yield np.array([1.0]), np.array([-2.0]), np.array([0.5]), np.array([3.0]), 2, 0.1
    for step in range(2, 25):
        weights, grad, m = rng.normal(0, 1, (3, 4))
        yield weights, grad, m, rng.random(4), step, float(rng.uniform(0.001, 0.5))


EXERCISE = Exercise(
    name="adam_step",
    chapter=4,
    title="A step of Adam",
    statement="""\
Take step number `t` (1, 2, ...) of Adam. The new mean of the slope is $0.9$ times `m` plus $0.1$
times `grad`; the new mean of its square is $0.999$ times `s` plus $0.001$ times the square of
`grad`. Corrected for having begun at zero, they are divided by $1 - 0.9^t$ and $1 - 0.999^t$. The
weights move by `learning_rate` times the corrected mean, divided by $10^{-7}$ plus the
root of the corrected square, downhill. Return new weights, leaving the old ones as they are, and
both new means before their correction.""",
    starter='''\
import numpy as np


def adam_step(weights, grad, m, s, t, learning_rate):
    """Return the weights and both means after step t of Adam."""
    m = ...
    s = ...
    return ..., m, s
''',
    hints=(
        "First both means, then their corrected copies, then the weights: three lines or more.",
        "At t = 1 the corrections divide by 0.1 and 0.001: only the slope is left, and its square.",
        "`m_hat = m / (1 - 0.9**t)`, and the step is `m_hat / (np.sqrt(s_hat) + 1e-7)`.",
    ),
    solution="""\
def adam_step(weights, grad, m, s, t, learning_rate):
    m = 0.9 * m + 0.1 * grad
    s = 0.999 * s + 0.001 * grad**2
    m_hat = m / (1 - 0.9**t)
    s_hat = s / (1 - 0.999**t)
    step = m_hat / (np.sqrt(s_hat) + 1e-7)
    return weights - learning_rate * step, m, s
""",
    why="""\
A slope divided by its own usual size: no weight moves much farther than the learning rate,
whatever the scale of its slopes.""",
    mistakes=(
        Mistake(
            "The small number in another place",
            "Is 1e-7 added to the root of the square that is already corrected? (Keras and the "
            "package's Adam add it before they correct, which is almost the same step.)",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * grad**2\n"
            "    rate = learning_rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)\n"
            "    return weights - rate * m / (np.sqrt(s) + 1e-7), m, s",
        ),
        Mistake(
            "Added under the root",
            "Is 1e-7 added to the square, or to its root?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * grad**2\n"
            "    step = m / (1 - 0.9**t) / np.sqrt(s / (1 - 0.999**t) + 1e-7)\n"
            "    return weights - learning_rate * step, m, s",
        ),
        Mistake(
            "Not corrected",
            "How large is m after the first step, and how large the slope?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * grad**2\n"
            "    return weights - learning_rate * m / (np.sqrt(s) + 1e-7), m, s",
        ),
        Mistake(
            "Root forgotten",
            "Divided by a square, does the step still forget the slope's scale?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * grad**2\n"
            "    step = m / (1 - 0.9**t) / (s / (1 - 0.999**t) + 1e-7)\n"
            "    return weights - learning_rate * step, m, s",
        ),
        Mistake(
            "Corrected for good",
            "Are the means that you return the corrected ones? What becomes of them next time?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = (0.9 * m + 0.1 * grad) / (1 - 0.9**t)\n"
            "    s = (0.999 * s + 0.001 * grad**2) / (1 - 0.999**t)\n"
            "    return weights - learning_rate * m / (np.sqrt(s) + 1e-7), m, s",
        ),
        Mistake(
            "The square of the mean",
            "Is the mean of the squares the same as the square of the mean?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * m**2\n"
            "    step = m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-7)\n"
            "    return weights - learning_rate * step, m, s",
        ),
        Mistake(
            "Against the hill",
            "Which way does the loss fall: along the slope, or against it?",
            "def adam_step(weights, grad, m, s, t, learning_rate):\n"
            "    m = 0.9 * m + 0.1 * grad\n"
            "    s = 0.999 * s + 0.001 * grad**2\n"
            "    step = m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + 1e-7)\n"
            "    return weights + learning_rate * step, m, s",
        ),
    ),
    cases=cases,
)
