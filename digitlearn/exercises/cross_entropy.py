"""Chapter 4: one number for how wrong a batch is."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from digitlearn.exercises import Exercise, Mistake


def cases(rng: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Yield logits and labels: one row, enormous logits, random batches."""
    yield np.array([[0.0, 0.0]]), np.array([1])
    yield np.array([[2.0, -1.0]]), np.array([0])
    yield np.array([[1000.0, 0.0]]), np.array([1])
    yield np.array([[0.0, 0.0], [5.0, 1.0]]), np.array([0, 1])
    yield np.array([[0.0, 0.0], [1000.0, 1000.0]]), np.array([0, 1])
    for size in range(1, 20):
        yield rng.normal(0, 3, (size, 4)), rng.integers(0, 4, size)
        yield rng.normal(0, 300, (size, 10)), rng.integers(0, 10, size)


EXERCISE = Exercise(
    name="cross_entropy",
    chapter=4,
    title="Cross-entropy from logits",
    statement="""\
`logits` has shape (B, C), `labels` shape (B,). Return the mean over the batch of $-\\ln p_y$,
minus the natural logarithm of the probability that softmax gives the right class. It must be a
finite number even where that probability rounds to 0.""",
    starter='''\
import numpy as np


def cross_entropy(logits, labels):
    """Return the mean of -ln of the right class' probability."""
    return ...
''',
    hints=(
        "Write -ln(exp(z[y]) / sum(exp(z))) as a difference. Which logarithm undoes what?",
        "It is ln(sum(exp(z))) - z[y]. Subtract each row's maximum from the logits first.",
        "`shifted[np.arange(len(labels)), labels]` picks the right class of every row.",
    ),
    solution="""\
def cross_entropy(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    of_label = shifted[np.arange(len(labels)), labels]
    return (log_sums - of_label).mean()
""",
    why="""\
The logarithm undoes the exponential, so it is never necessary to compute a probability that may
round to 0, and its logarithm, minus infinity.""",
    mistakes=(
        Mistake(
            "Off by the batch size",
            "Is the loss of two equal batches together larger than that of one?",
            "def cross_entropy(logits, labels):\n"
            "    shifted = logits - logits.max(axis=1, keepdims=True)\n"
            "    log_sums = np.log(np.exp(shifted).sum(axis=1))\n"
            "    return (log_sums - shifted[np.arange(len(labels)), labels]).sum()",
        ),
        Mistake(
            "The logarithm of zero",
            "Which probability has the right class at logits of 1000 and 0, in the computer?",
            "def cross_entropy(logits, labels):\n"
            "    shifted = logits - logits.max(axis=1, keepdims=True)\n"
            "    probabilities = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)\n"
            "    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()",
        ),
        Mistake(
            "Logits taken for probabilities",
            "Can you take the logarithm of a logit of -1? What turns logits into probabilities?",
            "def cross_entropy(logits, labels):\n"
            "    return -np.log(logits[np.arange(len(labels)), labels]).mean()",
        ),
        Mistake(
            "Wrong sign",
            "Is your loss larger when the network is more wrong?",
            "def cross_entropy(logits, labels):\n"
            "    shifted = logits - logits.max(axis=1, keepdims=True)\n"
            "    log_sums = np.log(np.exp(shifted).sum(axis=1))\n"
            "    return (shifted[np.arange(len(labels)), labels] - log_sums).mean()",
        ),
        Mistake(
            "Exponentials that overflow",
            "Whose maximum must be subtracted before `np.exp`?",
            "def cross_entropy(logits, labels):\n"
            "    log_sums = np.log(np.exp(logits).sum(axis=1))\n"
            "    return (log_sums - logits[np.arange(len(labels)), labels]).mean()",
        ),
        Mistake(
            "Zero times minus infinity",
            "What is 0 times the logarithm of 0? Pick the label's number out instead of adding up.",
            "def cross_entropy(logits, labels):\n"
            "    powers = np.exp(logits - logits.max(axis=1, keepdims=True))\n"
            "    probabilities = powers / powers.sum(axis=1, keepdims=True)\n"
            "    one_hot = np.eye(logits.shape[1])[labels]\n"
            "    return -(one_hot * np.log(probabilities)).sum(axis=1).mean()",
        ),
        Mistake(
            "Every row with every label",
            "Which shape has `logits[:, labels]`? Which row belongs to which label?",
            "def cross_entropy(logits, labels):\n"
            "    shifted = logits - logits.max(axis=1, keepdims=True)\n"
            "    log_sums = np.log(np.exp(shifted).sum(axis=1, keepdims=True))\n"
            "    return (log_sums - shifted[:, labels]).mean()",
        ),
        Mistake(
            "A softmax that overflows",
            "What is `np.exp(1000)` in the computer, and what is that divided by itself?",
            "def cross_entropy(logits, labels):\n"
            "    powers = np.exp(logits)\n"
            "    probabilities = powers / powers.sum(axis=1, keepdims=True)\n"
            "    return -np.log(probabilities[np.arange(len(labels)), labels]).mean()",
        ),
    ),
    cases=cases,
)
