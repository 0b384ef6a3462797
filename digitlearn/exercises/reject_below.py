"""Chapter 6: answer only where the network is sure enough."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield labels, probabilities and a threshold: nothing refused, one at the edge, random."""
    yield np.array([1]), np.array([[0.25, 0.75]]), 0.5
    yield np.array([0]), np.array([[0.25, 0.75]]), 0.75
    yield np.array([0, 1]), np.array([[0.25, 0.75], [0.0, 1.0]]), 0.9
    for size in range(3, 40):
        probabilities = rng.dirichlet(np.full(4, 0.6), size)
        labels = rng.integers(0, 4, size)
        labels[::2] = probabilities[::2].argmax(axis=1)
        threshold = min(rng.choice([0.3, 0.5, 0.6]), probabilities.max())
        yield labels, probabilities, float(threshold)


EXERCISE = Exercise(
    name="reject_below",
    chapter=6,
    title="Refuse the unsure ones",
    statement="""\
A machine answers only where its confidence, the largest probability of the row, is at least
`threshold`; what it refuses, a human reads. Given `labels` (N,) and `probabilities` (N, C),
return two numbers: the share of images it answers, and the share of *these answers* that is
right. There is always at least one answer.""",
    starter='''\
import numpy as np


def reject_below(labels, probabilities, threshold):
    """Return the share answered, and the accuracy of the answers."""
    return ..., ...
''',
    hints=(
        "Make an array of True and False first: which images are answered?",
        "`probabilities.max(axis=1)` is the confidence, `probabilities.argmax(axis=1)` the answer.",
        "`right[answered]` picks those that are answered; `.mean()` of True and False is a share.",
    ),
    solution="""\
def reject_below(labels, probabilities, threshold):
    answered = probabilities.max(axis=1) >= threshold
    right = probabilities.argmax(axis=1) == labels
    return answered.mean(), right[answered].mean()
""",
    why="""\
Both numbers belong together: a higher threshold makes the answers better and fewer. Whoever
reports only the second can make it as good as they like.""",
    mistakes=(
        Mistake(
            "Mask on the wrong side",
            "Which images are True in your mask: those that are answered, or those refused?",
            "def reject_below(labels, probabilities, threshold):\n"
            "    answered = probabilities.max(axis=1) < threshold\n"
            "    right = probabilities.argmax(axis=1) == labels\n"
            "    return answered.mean(), right[answered].mean()",
        ),
        Mistake(
            "The edge refused",
            "What is to happen to an image whose confidence is exactly the threshold?",
            "def reject_below(labels, probabilities, threshold):\n"
            "    answered = probabilities.max(axis=1) > threshold\n"
            "    right = probabilities.argmax(axis=1) == labels\n"
            "    return answered.mean(), right[answered].mean()",
        ),
        Mistake(
            "Divided by all images",
            "How many answers are there to be right or wrong: one for every image?",
            "def reject_below(labels, probabilities, threshold):\n"
            "    answered = probabilities.max(axis=1) >= threshold\n"
            "    right = probabilities.argmax(axis=1) == labels\n"
            "    return answered.mean(), (right & answered).mean()",
        ),
        Mistake(
            "Accuracy of all images",
            "Do the refused images still count in your second number?",
            "def reject_below(labels, probabilities, threshold):\n"
            "    answered = probabilities.max(axis=1) >= threshold\n"
            "    right = probabilities.argmax(axis=1) == labels\n"
            "    return answered.mean(), right.mean()",
        ),
    ),
    cases=cases,
)
