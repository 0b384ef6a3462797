"""Chapter 6: whether one network is better than another."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield labels and two networks' answers: no difference, 1 to 0, 3 to 3, many, random ones."""
    yield np.array([1]), np.array([1]), np.array([1])
    yield np.array([1]), np.array([1]), np.array([2])
    yield np.array([1, 1]), np.array([2, 2]), np.array([3, 1])
    yield np.ones(6, int), np.array([1, 1, 1, 0, 0, 0]), np.array([0, 0, 0, 1, 1, 1])
    yield np.ones(3, int), np.array([0, 0, 0]), np.array([1, 1, 1])
    yield np.ones(100, int), (np.arange(100) < 35).astype(int), (np.arange(100) >= 35).astype(int)
    for size in range(3, 40):
        labels = rng.integers(0, 4, size)
        a, b = np.where(rng.random((2, size)) < 0.6, labels, rng.integers(0, 4, (2, size)))
        yield labels, a, b


EXERCISE = Exercise(
    name="mcnemar",
    chapter=6,
    title="Luck, or better?",
    statement="""\
Given the labels of N images and what two networks read, return three numbers: how many images
only A read rightly, how many only B did, and the exact p-value. That is the chance that a fair
coin, tossed once for each of these images, divides them at least so unevenly, *to either side*;
it is never above 1, and 1 without any toss.""",
    starter='''\
import numpy as np


def mcnemar(labels, answers_a, answers_b):
    """Return how often only A, only B was right, and the p-value."""
    return ..., ..., ...
''',
    hints=(
        "Only A right: `(answers_a == labels) & (answers_b != labels)`, summed.",
        "`import math`: k heads in n tosses can come in `math.comb(n, k)` ways, of `2**n` in all.",
        "Add up the ways from 0 heads to the smaller of the two numbers; that is one side. Double "
        "it, and take at most 1.",
    ),
    solution="""\
import math


def mcnemar(labels, answers_a, answers_b):
    only_a = int(((answers_a == labels) & (answers_b != labels)).sum())
    only_b = int(((answers_a != labels) & (answers_b == labels)).sum())
    tosses = only_a + only_b
    ways = 0
    for heads in range(min(only_a, only_b) + 1):
        ways += math.comb(tosses, heads)
    return only_a, only_b, min(1.0, 2 * ways / 2**tosses)
""",
    why="""\
Images that both read rightly, or both wrongly, say nothing about which is better. What is left
are coin tosses, and those can be counted.""",
    mistakes=(
        Mistake(
            "Too many tosses for NumPy's integers",
            "What is 2**np.int64(100)? And 2**100? `int` turns a count into a Python integer.",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    only_a = ((answers_a == labels) & (answers_b != labels)).sum()\n"
            "    only_b = ((answers_a != labels) & (answers_b == labels)).sum()\n"
            "    n, k = only_a + only_b, min(only_a, only_b)\n"
            "    ways = sum(math.comb(n, i) for i in range(k + 1))\n"
            "    with np.errstate(all='ignore'):\n"
            "        p = min(1.0, 2 * ways / 2**n)\n"
            "    return only_a, only_b, p",
        ),
        Mistake(
            "One side only",
            "Would you have been surprised by the same result with A and B exchanged?",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    only_a = int(((answers_a == labels) & (answers_b != labels)).sum())\n"
            "    only_b = int(((answers_a != labels) & (answers_b == labels)).sum())\n"
            "    n, k = only_a + only_b, min(only_a, only_b)\n"
            "    return only_a, only_b, sum(math.comb(n, i) for i in range(k + 1)) / 2**n",
        ),
        Mistake(
            "A probability above 1",
            "What do you get for three against three?",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    only_a = int(((answers_a == labels) & (answers_b != labels)).sum())\n"
            "    only_b = int(((answers_a != labels) & (answers_b == labels)).sum())\n"
            "    n, k = only_a + only_b, min(only_a, only_b)\n"
            "    return only_a, only_b, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n",
        ),
        Mistake(
            "Only the result itself",
            "Three heads of ten, and what is even more uneven: does that count as well?",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    only_a = int(((answers_a == labels) & (answers_b != labels)).sum())\n"
            "    only_b = int(((answers_a != labels) & (answers_b == labels)).sum())\n"
            "    n, k = only_a + only_b, min(only_a, only_b)\n"
            "    return only_a, only_b, min(1.0, 2 * math.comb(n, k) / 2**n)",
        ),
        Mistake(
            "All right answers counted",
            "What does an image say about which is better that both read rightly?",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    a = int((answers_a == labels).sum())\n"
            "    b = int((answers_b == labels).sum())\n"
            "    n, k = a + b, min(a, b)\n"
            "    return a, b, min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n)",
        ),
        Mistake(
            "A and B exchanged",
            "Which of your first two numbers belongs to A?",
            "def mcnemar(labels, answers_a, answers_b):\n"
            "    only_b = int(((answers_a == labels) & (answers_b != labels)).sum())\n"
            "    only_a = int(((answers_a != labels) & (answers_b == labels)).sum())\n"
            "    n, k = only_a + only_b, min(only_a, only_b)\n"
            "    p = min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n)\n"
            "    return only_a, only_b, p",
        ),
    ),
    cases=cases,
)
