"""Chapter 4: a step of SGD with momentum."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield weights, velocity, gradient, rate and momentum: from rest, downhill, random."""
    yield np.array([1.0]), np.array([0.0]), np.array([2.0]), 0.5, 0.5
    yield np.array([1.0]), np.array([4.0]), np.array([0.0]), 0.5, 0.5
    yield np.array([1.0]), np.array([4.0]), np.array([2.0]), 0.5, 0.0
    for size in range(1, 25):
        weights, velocity, grad = rng.normal(0, 1, (3, size))
        yield weights, velocity, grad, float(rng.uniform(0.01, 0.5)), float(rng.uniform(0.1, 0.95))


EXERCISE = Exercise(
    name="momentum_step",
    chapter=4,
    title="A step with momentum",
    statement="""\
Take one step of SGD with momentum: the new velocity is `momentum` times the old one, minus
`learning_rate` times the gradient `grad`; the new weights are the old ones plus the new velocity.
Return the new weights and the new velocity. The arrays that you are given stay as they are.""",
    starter='''\
def momentum_step(weights, velocity, grad, learning_rate, momentum):
    """Return the weights and the velocity after one step."""
    return ..., ...
''',
    hints=(
        "Compute the new velocity first, and give it a name of its own.",
        "`a += b` changes the array a, for whoever else has it too. `a = a + b` makes a new one.",
        "Downhill is against the gradient: where does the minus sign stand?",
    ),
    solution="""\
def momentum_step(weights, velocity, grad, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * grad
    return weights + velocity, velocity
""",
    why="""\
Pushes that agree add up in the velocity, pushes that alternate cancel. With a momentum of 0 it is
plain gradient descent.""",
    mistakes=(
        Mistake(
            "Uphill",
            "The loss rises along the gradient. Where do you go?",
            "def momentum_step(weights, velocity, grad, learning_rate, momentum):\n"
            "    velocity = momentum * velocity + learning_rate * grad\n"
            "    return weights + velocity, velocity",
        ),
        Mistake(
            "A step with the old velocity",
            "Does this step know of this gradient?",
            "def momentum_step(weights, velocity, grad, learning_rate, momentum):\n"
            "    new = momentum * velocity - learning_rate * grad\n"
            "    return weights + velocity, new",
        ),
        Mistake(
            "The arrays changed in place",
            "What do `*=` and `-=` do to the velocity of whoever called you?",
            "def momentum_step(weights, velocity, grad, learning_rate, momentum):\n"
            "    velocity *= momentum\n"
            "    velocity -= learning_rate * grad\n"
            "    weights += velocity\n"
            "    return weights, velocity",
        ),
        Mistake(
            "A mean instead of a sum",
            "By what is the gradient multiplied here: the rate alone?",
            "def momentum_step(weights, velocity, grad, learning_rate, momentum):\n"
            "    velocity = momentum * velocity - (1 - momentum) * learning_rate * grad\n"
            "    return weights + velocity, velocity",
        ),
        Mistake(
            "The learning rate for the old velocity too",
            "The old velocity holds steps, not slopes. What has it been multiplied by already?",
            "def momentum_step(weights, velocity, grad, learning_rate, momentum):\n"
            "    velocity = learning_rate * (momentum * velocity - grad)\n"
            "    return weights + velocity, velocity",
        ),
    ),
    cases=cases,
)
