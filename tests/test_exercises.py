"""Exercises: right answers pass, mistakes are called by their names, and nothing else is said."""

import ast
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from digitlearn import augmentation, evaluation, exercises, layers, losses, optimizers
from digitlearn import preprocessing as prepared
from digitlearn.exercises import quiz
from digitlearn.exercises._comparing import show
from digitlearn.exercises._judging import load

EXERCISES = [exercises.get(name) for name in exercises.names()]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]
QUESTIONS = {mistake.question for _, mistake in MISTAKES}
CHAPTERS = range(1, 9)

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_question = pytest.mark.parametrize("question", quiz.questions(), ids=lambda q: q.name)


# What there is


def test_every_chapter_has_exercises_from_warm_up_to_stretch():
    assert [len(exercises.names(chapter)) >= 3 for chapter in CHAPTERS] == [True] * 8
    assert exercises.names() == tuple(n for chapter in CHAPTERS for n in exercises.names(chapter))
    assert len(EXERCISES) >= 24
    assert sum(exercise.needs == () for exercise in EXERCISES) >= 18


@each_exercise
def test_an_exercise_is_whole(exercise):
    assert exercise.statement.strip()
    assert len(exercise.statement.split()) <= 100
    assert exercise.why.strip()
    assert len(exercise.hints) >= 3
    assert len(exercise.mistakes) >= 3
    for source in (exercise.starter, exercise.solution):
        defined = [n.name for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
        assert defined == [exercise.function]
    # The page and the notebook lay code out alike.
    assert all(len(line) <= 84 for line in exercise.starter.splitlines())


def test_names_of_mistakes_are_not_used_twice_in_an_exercise():
    for exercise in EXERCISES:
        assert len({mistake.name for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert len(QUESTIONS) == len(MISTAKES)


@each_exercise
def test_the_cases_are_many_and_the_same_each_time(exercise):
    first, again = (list(exercise.cases(np.random.default_rng(0))) for _ in range(2))
    assert len(first) >= 20
    assert repr(first) == repr(again)


# Answers


@each_exercise
def test_the_solution_is_right(exercise):
    result = exercises.check(exercise.name, load(exercise.solution, exercise.name))
    assert result.passed, result
    assert result.attempted
    assert result.message.startswith("Right, on all of ")


@each_exercise
def test_the_untouched_starter_is_not_attempted(exercise):
    result = exercises.check(exercise.name, load(exercise.starter, exercise.name))
    assert (result.passed, result.attempted) == (False, False)
    assert result.message.startswith("Not attempted yet.")


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=lambda x: x.name.replace(" ", "-"))
def test_a_mistake_gets_its_message_and_no_other(exercise, mistake):
    result = exercises.check(exercise.name, load(mistake.source, exercise.name))
    assert (result.passed, result.attempted) == (False, True)
    assert f"{mistake.name}. {mistake.question}" in result.message
    assert {question for question in QUESTIONS if question in result.message} == {mistake.question}


def softmax_of_one_row(logits):
    """Forget that there is a batch."""
    exponentials = np.exp(logits - logits.max())
    return exponentials / exponentials.sum() + (len(logits) > 1)


def test_a_mistake_without_a_name_gets_a_hint():
    result = exercises.check("softmax", softmax_of_one_row)
    assert not result
    assert 'Work this input out by hand. If that does not help: hint("softmax").' in result.message
    assert not any(question in result.message for question in QUESTIONS)


def test_the_message_shows_the_smallest_input_that_fails():
    def relu(x):
        return np.where(x > -1e9, np.maximum(x, 0), 0) + (x.size > 2)

    smallest = min(
        (case[0] for case in exercises.get("relu").cases(np.random.default_rng(0))),
        key=lambda x: x.size if x.size > 2 else 1e9,
    )
    message = exercises.check("relu", relu).message
    assert show(smallest) in message
    assert "Expected:" in message
    assert "Received:" in message


def test_two_values_that_look_alike_are_shown_with_all_their_digits():
    message = exercises.check("share_right", lambda p, y: (p == y).mean() + 1e-6).message
    assert "1.000001" in message


# Whatever a function does


def never_ends(logits):
    """Never return."""
    while True:
        pass


def swallows(logits):
    """Never return, and swallow the first attempt to stop it."""
    try:
        never_ends(logits)
    except:  # noqa: E722
        never_ends(logits)


def leaves(logits):
    """End the program."""
    raise SystemExit


def calls_itself(logits):
    """Recur without an end."""
    return calls_itself(logits)


def changes_its_input(logits):
    """Work in place."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    return logits / logits.sum(axis=1, keepdims=True)


class Strange:
    """Neither looked at nor compared."""

    def __repr__(self):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    __hash__ = None


class Liar:
    """Does not say what it is."""

    @property
    def __class__(self):
        raise RuntimeError


class StrangeError(Exception):
    """Nor read."""

    def __str__(self):
        raise RuntimeError


def raises_strangely(logits):
    """Raise what cannot be printed."""
    raise StrangeError


HOSTILE = {
    "no result": (lambda logits: None, "It returns nothing."),
    "a list": (lambda logits: logits.tolist(), "Return an array. Received: list of length 1"),
    "text": (lambda logits: "0.5", "Return an array. Received: '0.5' (str)"),
    "integers": (lambda logits: logits.astype(int), "Return an array of dtype float64."),
    "float32": (lambda logits: np.float32(logits), "Received: float32"),
    "objects": (lambda logits: np.array([[Strange()] * 2]), "Return an array of dtype float64."),
    "another shape": (lambda logits: logits[0], "Return an array of shape (1, 2). Received: (2,)"),
    "NaN": (lambda logits: logits * np.nan, "array([[nan, nan]])"),
    "a strange object": (lambda logits: Strange(), "Return an array. Received: Strange"),
    "a liar": (lambda logits: Liar(), "Return float64 array of shape (1, 2)."),
    "an error": (lambda logits: logits[7], "IndexError: index 7 is out of bounds"),
    "too few arguments": (lambda: 0, "TypeError"),
    "a changed input": (changes_its_input, "It changes its input."),
    "exit": (leaves, "SystemExit"),
    "recursion": (calls_itself, "RecursionError"),
    "a strange error": (raises_strangely, "StrangeError"),
    "a class": (Strange, "TypeError"),
    "no end": (never_ends, "It does not come to an end in time."),
    "no end, twice": (swallows, "It does not come to an end in time."),
}
needs_timer = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such timer")


@pytest.mark.parametrize("name", HOSTILE)
@needs_timer
def test_a_check_survives(name):
    candidate, said = HOSTILE[name]
    result = exercises.check("softmax", candidate, seconds=0.2)
    assert (result.passed, result.attempted) == (False, True)
    assert said in result.message


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("share_right", lambda p, y: "1", "Return one number, a float. Received: '1' (str)"),
        ("share_right", lambda p, y: np.array([1.0]), "Return one number, a float."),
        ("share_right", lambda p, y: True, "Return one number, a float. Received: True (bool)"),
        ("count_parameters", lambda sizes: 2.0, "Return a whole number, an int."),
        ("overfits", lambda a, b: 0, "Return True or False. Received: 0 (int)"),
        ("find_box", lambda ink: 0, "Return 4 values, separated by commas."),
        ("neuron", lambda x, w, b: None, "It returns nothing."),
        ("centre_of_mass", lambda ink: (None, 0.0), "It returns nothing."),
    ],
)
def test_another_kind_of_result_is_named(name, wrong, said):
    assert said in exercises.check(name, wrong).message


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("share_right", lambda value: np.array(value)),
        ("share_right", np.float32),
        ("centre_of_mass", list),
        ("find_box", lambda box: [int(side) for side in box]),
        ("overfits", np.bool_),
        ("confusion_matrix", lambda matrix: matrix.astype(np.int32)),
        ("most_probable", lambda digits: digits.astype(np.uint8)),
    ],
)
def test_the_same_in_another_form_is_right(name, form):
    right = load(exercises.get(name).solution, name)
    result = exercises.check(name, lambda *arguments: form(right(*arguments)))
    assert result.passed, result


def test_an_answer_by_the_words_of_the_text_is_right():
    """Ten columns, and losses of which one is 1.1 times another."""

    def most_probable(probabilities):
        return np.array([max(range(10), key=lambda digit: row[digit]) for row in probabilities])

    def overfits(losses, val_losses):
        best = val_losses.argmin()
        with np.errstate(invalid="ignore"):  # both may be 0
            return val_losses[-1] / val_losses[best] > 1.1 and losses[-1] < losses[best]

    for answer in (most_probable, overfits):
        result = exercises.check(answer.__name__, answer)
        assert result.passed, result


def test_rounding_is_allowed_for():
    right = load(exercises.get("softmax").solution, "softmax")
    assert exercises.check("softmax", lambda logits: right(logits) * (1 + 1e-12))


def test_what_is_printed_is_kept_apart_and_quoted(capsys):
    def softmax(logits):
        for number in range(1000):
            sys.stdout.write(f"row {number}\n")
        return logits

    result = exercises.check("softmax", softmax)
    assert "It printed: row 0\nrow 1\n" in result.message
    assert len(result.message) < 2000
    assert capsys.readouterr() == ("", "")


@needs_timer
def test_the_timer_stops_nothing_but_the_function(monkeypatch):
    monkeypatch.setattr("digitlearn.exercises._running.AGAIN", 3e-4)

    def waits(logits):
        time.sleep(0.001)
        return logits

    # The time is up at any moment: while the function runs, or while what is around it does.
    for _ in range(100):
        exercises.check("softmax", waits, seconds=0)
        exercises.check("softmax", np.exp, seconds=0)


@needs_timer
def test_the_timer_leaves_nothing_behind():
    import signal

    before = signal.getsignal(signal.SIGALRM)
    exercises.check("softmax", never_ends, seconds=0.05)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_it_works_outside_the_main_thread():
    results = []
    right = load(exercises.get("relu").solution, "relu")
    thread = threading.Thread(target=lambda: results.append(exercises.check("relu", right)))
    thread.start()
    thread.join()
    assert results[0].passed


def test_ctrl_c_ends_a_check():
    def relu(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exercises.check("relu", relu)


def test_an_error_is_located_in_the_source():
    source = (
        "def relu(x):\n    y = x\n    return helper(y)\n\n\ndef helper(y):\n    return y / None\n"
    )
    result = exercises.check("relu", load(source, "relu"))
    assert result.line == 7
    assert "TypeError" in result.message
    assert "on line 7" in result.message
    assert exercises.check("relu", lambda x: x).line is None


def test_a_place_left_to_fill_in_is_not_attempted():
    result = exercises.check("reject_below", lambda labels, probabilities, threshold: ...)
    assert not result.attempted


# What is asked for


def test_hints_lead_on_and_end():
    hints = exercises.get("softmax").hints
    assert [exercises.hint("softmax", n) for n in (1, 2, 3)] == [*hints]
    assert exercises.hint("softmax") == hints[0]
    for number in (0, 4):
        with pytest.raises(ValueError, match="Expected number of at"):
            exercises.hint("softmax", number)
    assert repr(exercises.hint("softmax")) == hints[0]


def test_a_solution_has_its_reason():
    text = exercises.solution("relu")
    assert text.startswith("def relu(x):")
    assert exercises.get("relu").why in text


def test_wrong_requests_say_what_to_write():
    with pytest.raises(ValueError, match="such as softmax"):
        exercises.check("soft_max", len)
    with pytest.raises(ValueError, match=r"see exercises\.names\(\)"):
        exercises.hint("zzz")
    with pytest.raises(TypeError, match=re.escape('write check("relu", relu)')):
        exercises.check("relu", np.zeros(3))
    with pytest.raises(TypeError, match="Expected chapter as an integer"):
        exercises.names("3")


def test_a_result_is_as_true_as_the_answer_and_reads_well():
    wrong = exercises.check("relu", abs)
    assert not wrong
    assert repr(wrong) == wrong.message
    html = exercises.CheckResult(False, "No.\n\nInput:  x < 1\n\n<b>", True)._repr_html_()
    assert html.startswith('<div class="dl-check"><p><strong>No.</strong></p>')
    assert "<pre>Input:  x &lt; 1</pre><p>&lt;b&gt;</p></div>" in html


# The solutions and the package


def solved(name):
    return load(exercises.get(name).solution, name)


def cases(name):
    return list(exercises.get(name).cases(np.random.default_rng(1)))


def test_solutions_agree_with_the_package():
    for (logits,) in cases("softmax"):
        np.testing.assert_allclose(solved("softmax")(logits), losses.softmax(logits))
    for case in cases("cross_entropy"):
        np.testing.assert_allclose(solved("cross_entropy")(*case), losses.cross_entropy(*case))
    for (images,) in cases("scale_pixels"):
        expected = prepared.scale_pixels(images)
        np.testing.assert_array_equal(solved("scale_pixels")(images), expected)
    for labels, classes in cases("one_hot"):
        expected = prepared.one_hot(labels, classes)
        np.testing.assert_array_equal(solved("one_hot")(labels, classes), expected)
    for step, steps, highest in cases("cosine_rate"):
        expected = highest * optimizers.cosine(step / steps)
        assert solved("cosine_rate")(step, steps, highest) == pytest.approx(expected)


def test_backward_solutions_agree_with_the_layers():
    for x, grad in cases("sigmoid_backward"):
        sigmoid = layers.Sigmoid()
        sigmoid.forward(x)
        np.testing.assert_allclose(
            solved("sigmoid_backward")(x, grad), sigmoid.backward(grad), atol=1e-12
        )
    for x, kernel, grad in cases("dense_backward"):
        dense = layers.Dense.rebuild({"kernel": kernel, "bias": np.zeros(kernel.shape[1])})
        dense.forward(x)
        for_kernel, for_bias, for_x = solved("dense_backward")(x, kernel, grad)
        np.testing.assert_allclose(for_x, dense.backward(grad))
        np.testing.assert_allclose(for_kernel, dense.grads["kernel"])
        np.testing.assert_allclose(for_bias, dense.grads["bias"])


def test_optimizer_solutions_agree_with_the_optimizers():
    grads = np.random.default_rng(0).normal(0, 1, (5, 3, 2))
    kernel = np.ones((3, 2))
    for optimizer in (optimizers.SGD(0.1, 0.9), optimizers.Adam(0.1)):
        dense = layers.Dense.rebuild({"kernel": kernel.copy(), "bias": np.zeros(2)})
        weights, first, second = kernel, np.zeros((3, 2)), np.zeros((3, 2))
        for t, grad in enumerate(grads, start=1):
            dense.grads = {"kernel": grad, "bias": np.zeros(2)}
            optimizer.step([dense])
            if isinstance(optimizer, optimizers.SGD):
                weights, first = solved("momentum_step")(weights, first, grad, 0.1, 0.9)
            else:
                weights, first, second = solved("adam_step")(weights, grad, first, second, t, 0.1)
        # The package follows Keras, which takes Adam's betas from float32.
        np.testing.assert_allclose(dense.params["kernel"], weights, rtol=1e-4)


def test_evaluation_solutions_agree_with_the_package():
    for correct, total in cases("wilson_interval"):
        expected = evaluation.wilson_interval(correct, total)
        np.testing.assert_allclose(solved("wilson_interval")(correct, total), expected, atol=1e-4)
    for case in cases("mcnemar"):
        np.testing.assert_allclose(solved("mcnemar")(*case), evaluation.compare(*case))
    for right, confidence, bins in cases("calibration_error"):
        if (confidence >= 0.5).all():  # of two classes, the predicted one
            rows = np.column_stack([confidence, 1 - confidence])
            mean, share, count = evaluation.reliability(1 - right.astype(int), rows, bins=bins)
            expected = np.average(abs(mean - share), weights=count)
            assert solved("calibration_error")(right, confidence, bins) == pytest.approx(expected)
    for labels, predictions, classes in cases("confusion_matrix"):
        matrix = solved("confusion_matrix")(labels, predictions, classes)
        report = evaluation.evaluate(labels, np.eye(classes)[predictions])
        np.testing.assert_array_equal(matrix, report.confusion)
        np.testing.assert_allclose(solved("recall")(matrix), report.recall)


def test_a_shift_is_what_distort_does_with_a_shift_alone():
    rng = np.random.default_rng(0)
    image = np.zeros((28, 28), np.float32)
    image[8:20, 8:20] = rng.random((12, 12))
    still = {"rotation": 0, "scale": 0, "shear": 0, "elastic": 0}
    distorted = augmentation.distort(image[None], rng=np.random.default_rng(3), shift=3, **still)
    whole = [solved("shift_image")(image, d, r) for d in range(-3, 4) for r in range(-3, 4)]
    # Part of a pixel is a mean of whole shifts: no brighter than the brightest of them.
    assert (distorted[0] <= np.max(whole, axis=0) + 1e-6).all()


# Quick questions


def test_there_are_five_questions_a_chapter_of_every_kind():
    for chapter in CHAPTERS:
        asked = quiz.questions(chapter)
        assert len(asked) == 5
        assert {question.kind for question in asked} == {"choice", "number", "order"}
    assert len({question.name for question in quiz.questions()}) == 40


@each_question
def test_a_question_explains_every_wrong_answer(question):
    assert question.judge(question.answer).right
    assert question.judge(question.answer).explanation
    if question.kind == "choice":
        assert len(question.options) == 4
        wrong = [option for option in question.options if option != question.answer]
    elif question.kind == "number":
        assert question.shown == ()
        wrong = [*question.options, 12345.0]
    else:
        wrong = [question.answer[::-1], question.shown]
        for place in range(len(question.answer) - 1):
            steps = [*question.answer]
            steps[place : place + 2] = steps[place : place + 2][::-1]
            wrong.append(tuple(steps))
    for answer in wrong:
        judged = question.judge(answer)
        assert not judged.right
        assert judged.explanation
    said = [question.judge(answer).explanation for answer in wrong]
    assert len(set(said)) >= len(wrong) - 2


@each_question
def test_an_impossible_answer_is_refused(question):
    with pytest.raises((TypeError, ValueError)):
        question.judge("what?")


def test_the_shown_order_is_always_the_same_and_not_the_right_one():
    for question, again in zip(quiz.questions(), quiz.questions(), strict=True):
        if question.kind == "order":
            assert question.shown == again.shown != question.answer
            assert sorted(question.shown) == sorted(question.answer)


# The page for teachers


def test_the_example_for_teachers_is_an_exercise(monkeypatch):
    page = (Path(__file__).parents[1] / "docs/teaching.md").read_text(encoding="utf-8")
    [source] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    module = ModuleType("digitlearn.exercises.negative")
    exec(source, vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(exercises, "NAMES", ("negative",))
    exercise = exercises.get("negative")
    test_an_exercise_is_whole(exercise)
    test_the_cases_are_many_and_the_same_each_time(exercise)
    test_the_solution_is_right(exercise)
    test_the_untouched_starter_is_not_attempted(exercise)
    for mistake in exercise.mistakes:
        result = exercises.check("negative", load(mistake.source, "negative"))
        assert f"{mistake.name}. {mistake.question}" in result.message


# Where there is only NumPy

BARE = """
import sys

class OnlyNumPy:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in {"numpy", "digitlearn", *sys.stdlib_module_names}:
            raise ImportError(name)

sys.meta_path.insert(0, OnlyNumPy())
from digitlearn import exercises
from digitlearn.exercises import quiz, _judging
for name in exercises.names():
    exercise = exercises.get(name)
    assert exercises.check(name, _judging.load(exercise.solution, name)), name
print(len(quiz.questions()))
"""


def test_everything_works_with_numpy_alone():
    command = [sys.executable, "-c", BARE]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout == "40\n", result.stderr
