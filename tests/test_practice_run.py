"""What runs the readers' code in the page, run here: namespaces, errors, prints, checks."""

import importlib.util
import sys

import numpy as np
import pytest
from building import ROOT

from digitlearn import exercises

_spec = importlib.util.spec_from_file_location("run", ROOT / "docs/assets/practice/run.py")
page = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page)


def run(source):
    """Return the outcome of some code, and what it printed."""
    pieces = []
    outcome = page.run(source, pieces.append)
    return outcome, "".join(pieces)


def test_prints_and_the_last_value_are_sent():
    outcome, printed = run("print('a', 1)\nx = 2\nx + 1")
    assert outcome == {"kind": "ran", "message": "", "line": None}
    assert printed == "a 1\n3\n"


def test_a_last_value_of_none_is_not_shown():
    assert run("None")[1] == ""
    assert run("x = 1")[1] == ""
    assert run("")[0]["kind"] == "ran"


def test_numpy_and_math_are_there():
    assert run("np.ones(2).sum() + math.floor(1.5)")[1] == f"{np.float64(3.0)!r}\n"


def test_what_a_notebook_calls_is_there():
    _, printed = run("def softmax(logits):\n    return ...\ncheck('softmax', softmax)")
    assert printed.startswith("Not attempted yet.")
    assert run("hint('softmax')")[1].strip() == exercises.get("softmax").hints[0]


def test_every_run_has_names_of_its_own():
    run("secret = 1\nprint = None")
    outcome, _ = run("secret")
    assert outcome["message"].startswith("NameError: name 'secret' is not defined")
    assert run("print('still here')")[1] == "still here\n"


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("x = 1\n\ny = z", 3, "NameError: name 'z' is not defined\n\non line 3: y = z"),
        ("x = 1\n1 / 0", 2, "ZeroDivisionError: division by zero\n\non line 2: 1 / 0"),
        ("def f():\n    return 1 / 0\n\nf()", 2, "on line 2: return 1 / 0"),
        ("import json\njson.loads('{')", 2, "on line 2: json.loads('{')"),
        ("def f(:\n    pass", 1, "SyntaxError: "),
        ("if True:\nx = 1", 2, "IndentationError: "),
        ("raise SystemExit(3)", 1, "SystemExit: 3"),
        ("exit_ = 1\nraise KeyboardInterrupt", 2, "KeyboardInterrupt"),
        ("name = input('Name? ')", 1, "RuntimeError: input() is not possible here."),
        ("def f(n):\n    return f(n + 1)\nf(0)", 2, "RecursionError: "),
        ("class E(Exception):\n    def __str__(self):\n        return 1\nraise E", 4, "E: "),
    ],
)
def test_an_error_says_where(source, line, said):
    outcome, _ = run(source)
    assert outcome["kind"] == "error"
    assert outcome["line"] == line
    assert said in outcome["message"]


def test_what_was_printed_before_an_error_is_sent():
    assert run("print('before')\n1 / 0")[1] == "before\n"


def test_warnings_quote_the_readers_line():
    for _ in range(2):  # in every run anew
        _, printed = run("x = np.array([1000.0])\nnp.exp(x)")
        assert "your code:2: RuntimeWarning: overflow" in printed
        assert "np.exp(x)" in printed


@pytest.mark.parametrize("source", ["print('x' * 10**6)", "for _ in range(10**5): print('xxxx')"])
def test_long_output_is_cut(source):
    _, printed = run(source)
    assert printed.startswith("xxxx")
    assert 20_000 < len(printed) < 20_100
    assert printed.count("[The rest is not shown: 20,000 characters are.]") == 1


def test_output_comes_in_pieces():
    pieces = []
    page.run("import time\nfor n in range(3):\n    print(n)\n    time.sleep(0.1)", pieces.append)
    assert len(pieces) >= 3
    assert "".join(pieces) == "0\n1\n2\n"


def test_streams_and_numpys_settings_are_as_before():
    streams = sys.stdout, sys.stderr
    run("np.seterr(all='raise')\nnp.set_printoptions(precision=1)\nprint(1)")
    assert (sys.stdout, sys.stderr) == streams
    assert "RuntimeWarning" in run("np.exp(np.array([1000.0]))")[1]
    assert run("np.array([0.25])")[1] == "array([0.25])\n"


def check(name, source):
    pieces = []
    return page.check(name, source, pieces.append)


def test_a_check_says_right_wrong_or_not_tried():
    exercise = exercises.get("softmax")
    right = check("softmax", exercise.solution)
    assert right["kind"] == "right"
    assert "Compare: press Solution." in right["message"]
    assert check("softmax", exercise.starter)["kind"] == "untouched"
    for mistake in exercise.mistakes:
        wrong = check("softmax", mistake.source)
        assert wrong["kind"] == "wrong"
        assert mistake.question in wrong["message"]


def test_a_check_without_the_function_says_its_name():
    outcome = check("softmax", "softmax = 3")
    assert outcome["kind"] == "error"
    assert outcome["message"] == "Expected a function softmax. Received: none of that name."


def test_a_check_says_on_which_line_the_function_failed():
    outcome = check("softmax", "\n\ndef softmax(logits):\n    return logits.nonesuch\n")
    assert outcome["kind"] == "wrong"
    assert outcome["line"] == 4
    assert "return logits.nonesuch" in outcome["message"]
