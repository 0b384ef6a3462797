"""Chapter 6: how far confidence is from accuracy."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield right answers, confidences and bins: one, an edge, an empty bin, random ones."""
    yield np.array([True]), np.array([1.0]), 1
    yield np.array([False]), np.array([1.0]), 2
    yield np.array([True, False]), np.array([0.5, 0.75]), 2
    yield np.array([True, False, False]), np.array([0.25, 0.5, 1.0]), 4
    yield np.array([True, False, True]), np.array([0.9, 0.9, 0.2]), 4
    for size in range(2, 30):
        confidence = rng.uniform(0.1, 1, size)
        yield rng.random(size) < confidence**2, confidence, int(rng.choice([2, 4, 5]))


EXERCISE = Exercise(
    name="calibration_error",
    chapter=6,
    title="Expected calibration error",
    statement="""\
`confidence` (N,) says how sure a network was of each answer, above 0 and up to 1; `right` (N,)
says whether it was right. Divide the range from 0 to 1 into `bins` of equal width; a confidence
on an edge belongs to the bin below. In every bin that is not empty, the gap is the distance
between mean confidence and share of right answers. Return the mean of the gaps, each counted as
often as its bin has answers.""",
    starter='''\
import numpy as np


def calibration_error(right, confidence, bins):
    """Return the expected calibration error."""
    error = 0.0
    ...
    return error
''',
    hints=(
        "Go through the bins: number k reaches from k / bins to (k + 1) / bins.",
        "`inside = (confidence > k / bins) & (confidence <= (k + 1) / bins)`; skip an empty bin.",
        "The gap of a bin is `abs(confidence[inside].mean() - right[inside].mean())`, and its "
        "share of the answers is `inside.mean()`.",
    ),
    solution="""\
def calibration_error(right, confidence, bins):
    error = 0.0
    for k in range(bins):
        inside = (confidence > k / bins) & (confidence <= (k + 1) / bins)
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
    return error
""",
    why="""\
Too sure in one bin and too modest in another must not cancel: hence the bins, and the distance.
Bins with few answers count little.""",
    mistakes=(
        Mistake(
            "Every bin counted alike",
            "Does a bin with one answer say as much as a bin with a thousand?",
            "def calibration_error(right, confidence, bins):\n"
            "    gaps = []\n"
            "    for k in range(bins):\n"
            "        inside = (confidence > k / bins) & (confidence <= (k + 1) / bins)\n"
            "        if inside.any():\n"
            "            gaps.append(abs(confidence[inside].mean() - right[inside].mean()))\n"
            "    return np.mean(gaps)",
        ),
        Mistake(
            "Gaps that cancel",
            "Too sure here, too modest there: is that well calibrated?",
            "def calibration_error(right, confidence, bins):\n"
            "    return abs(confidence.mean() - right.mean())",
        ),
        Mistake(
            "Gaps with a sign",
            "May a distance be negative?",
            "def calibration_error(right, confidence, bins):\n"
            "    return confidence.mean() - right.mean()",
        ),
        Mistake(
            "Edges in the bin above",
            "Where does a confidence of exactly 1 go?",
            "def calibration_error(right, confidence, bins):\n"
            "    error = 0.0\n"
            "    for k in range(bins):\n"
            "        inside = (confidence >= k / bins) & (confidence < (k + 1) / bins)\n"
            "        if inside.any():\n"
            "            gap = abs(confidence[inside].mean() - right[inside].mean())\n"
            "            error += inside.mean() * gap\n"
            "    return error",
        ),
        Mistake(
            "Distance of single answers",
            "An answer with confidence 0.7 is right or wrong. Can its own gap be 0?",
            "def calibration_error(right, confidence, bins):\n"
            "    return abs(confidence - right).mean()",
        ),
    ),
    cases=cases,
)
