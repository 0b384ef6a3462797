"""The exam: each question has an answer, and each number in an answer is computed here."""

import re

import numpy as np
import pytest
from building import ROOT

from digitlearn import evaluation, losses, network
from digitlearn.layers import ReLU


def numbered(name):
    """Return the text of each number of a page."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    pieces = re.split(r"^\*\*(\d+)\.", text, flags=re.MULTILINE)
    return {
        int(number): " ".join(re.split(r"^## ", piece, flags=re.MULTILINE)[0].split())
        for number, piece in zip(pieces[1::2], pieces[2::2], strict=True)
    }


QUESTIONS = numbered("exam.md")
ANSWERS = numbered("exam_answers.md")


def table(number):
    """Return the numbers of a question's table, without its heads."""
    rows = re.findall(r"\|((?: [\d.]+ \|)+)", QUESTIONS[number].partition("--:|")[2])
    return np.array([[float(cell) for cell in row.split(" | ")] for row in map(tidy, rows)])


def tidy(row):
    """Return a row of a table without the signs at its ends."""
    return row.strip(" |")


def test_every_question_has_an_answer():
    assert [*QUESTIONS] == [*ANSWERS] == [*range(1, 25)]


def test_questions_do_not_hold_their_answers():
    page = (ROOT / "docs/exam.md").read_text(encoding="utf-8")
    assert "<details" not in page
    for number, (answer, *_) in COMPUTED.items():
        assert answer not in QUESTIONS[number], number


def parameters(*hidden_units):
    """Return the number of parameters of each Dense layer."""
    net = network.mlp(hidden_units, rng=np.random.default_rng(0))
    return [sum(a.size for a in layer.params.values()) for layer in net.layers if layer.params]


def softmax():
    """Return the probabilities of question 9."""
    return [f"{p:.3f}" for p in losses.softmax(np.array([[3.0, 1.0, 0.0]]))[0]]


def neuron(bias):
    """Return what the neuron of question 7 puts out."""
    total = np.array([[1, 0.5, 2]]) @ np.array([[0.5], [-2], [0.25]]) + bias
    return float(ReLU().forward(total)[0, 0])


def confusion():
    """Return what question 16 asks for."""
    matrix = table(16).astype(int)
    right = np.trace(matrix)
    nine = matrix[2, 2]
    [(true, taken, count)] = evaluation.most_confused(matrix, top=1)
    assert (true, taken) == (2, 0)
    return [
        f"{right} / {matrix.sum()} = {right / matrix.sum():.1%}",
        f"{nine} / {matrix[2].sum()} = {nine / matrix[2].sum():.1%}",
        f"{nine} / {matrix[:, 2].sum()} = {nine / matrix[:, 2].sum():.1%}",
        f"a 9 is taken for a 4, {count} times",
    ]


def interval():
    """Return what question 17 asks for."""
    half = 1.96 * np.sqrt(0.98 * 0.02 / 400)
    needed = int(np.ceil(0.98 * 0.02 * (1.96 / 0.003) ** 2))
    bounds = f"from {100 * (0.98 - half):.1f} to {100 * (0.98 + half):.1f}%"
    return [f"± {100 * half:.2f} points", bounds, f"{needed:,} images"]


def versus():
    """Return what question 18 asks for, by the exact test."""
    labels = np.ones(24, int)
    only_a = np.arange(24) < 18
    result = evaluation.compare(labels, np.where(only_a, 1, 0), np.where(only_a, 0, 1))
    deviation = np.sqrt(24) / 2
    away = (18 - 12) / deviation
    return [f"= {deviation:.2f}$", f"{away:.2f} standard", f"p = {result.p_value:.3f}"]


def stopping():
    """Return what question 13 asks for: the best epoch, and the one in which it stops."""
    _, validation = table(13)[-2:]
    best = int(validation.argmin()) + 1
    return [
        f"rises after epoch {best}",
        f"stops after epoch {best + 2}",
        f"of epoch {best} are kept",
    ]


def lighter():
    """Return what question 6 asks for."""
    image = np.array([10, 250], np.uint8)
    wider = np.clip(image.astype(int) + 10, 0, 255).astype(np.uint8)
    return [f"`{(image + np.uint8(10)).tolist()}`", f"`{wider.tolist()}`"]


def mass():
    """Return the centre of mass that question 22 asks for."""
    image = table(22)
    rows, columns = np.indices(image.shape)
    row, column = ((axis * image).sum() / image.sum() for axis in (rows, columns))
    return [f"Row {row:g}, column {column:g}", f"ink is {image.sum():g} in all"]


def rate(t):
    """Return the rate of question 20."""
    return 0.002 * (1 + np.cos(np.pi * t)) / 2


RUNS = np.array([98.1, 98.3, 98.2, 98.0, 98.4])
IMAGE, MEANS = np.array([0.2, 0.8, 0]), np.array([[0, 1, 0], [0.5, 0.5, 0.5]])
SIZES = parameters(100, 50)
COMPUTED = {
    2: [f"= {0.98**6:.3f}$", f"About {1000 * (1 - 0.98**6):.0f} of"],
    4: [f"(500, {28 * 28})", f"{500 * 784:,} bytes", f"{500 * 784 * 4:,} as"],
    5: [" and ".join(f"{d:.2f}" for d in ((MEANS - IMAGE) ** 2).sum(axis=1))],
    6: lighter(),
    7: [f"= {neuron(0.2):.1f}, which", f"puts out {neuron(-0.2):g}"],
    8: [f"{' + '.join(f'{size:,}' for size in SIZES)} = {sum(SIZES):,}"],
    9: [", ".join(softmax())],
    10: [f"= {-np.log(0.25):.3f}$", f"= {np.log(10):.3f}$"],
    11: [f"= {0.5 - 0.1 * 2:.1f}.", f"= {-0.09 - 0.2:.2f}", f"weight {0.5 - 0.29:.2f}"],
    13: stopping(),
    14: [
        f"Mean {RUNS.mean():.1f}",
        f"deviation {RUNS.std(ddof=1):.3f}",
        f"error {RUNS.std(ddof=1) / np.sqrt(5):.3f}",
    ],
    16: confusion(),
    17: interval(),
    18: versus(),
    20: [f"{rate(0.5):g} and {rate(0.75):.6f}"],
    22: mass(),
}


@pytest.mark.parametrize("number", COMPUTED)
def test_an_answers_numbers_are_computed_right(number):
    for said in COMPUTED[number]:
        assert said in ANSWERS[number]


def test_every_question_by_hand_is_computed():
    by_hand = {number for number, text in QUESTIONS.items() if text.startswith("By hand")}
    assert len(by_hand) >= 11
    assert by_hand <= COMPUTED.keys()
