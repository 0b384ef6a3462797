"""The program that plants mistakes finds what no test looks at."""

import ast
import os
import subprocess
import sys
import textwrap

import mutate
import pytest
from building import ROOT


def changes(code):
    """Return (before, after) of every mutant of some code."""
    return [(m.before, m.after) for m in mutate.mutants(textwrap.dedent(code))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a = b + c", {("b + c", "b - c")}),
        ("a *= b", {("a *= b", "a /= b"), ("a *= b", "pass")}),
        ("a = b and c", {("b and c", "b or c")}),
        ("a = b < c", {("b < c", "b <= c"), ("b < c", "b >= c")}),
        ("a = b < c < d", {("b < c < d", f"b {x} d") for x in ("<= c <", ">= c <", "< c <=")}
         | {("b < c < d", "b < c >= d")}),
        ("a = b is None", {("b is None", "b is not None")}),
        ("a = not b", {("not b", "b")}),
        ("a = -b", {("-b", "b")}),
        ("a = 3", {("3", "4")}),
        ("a = 0.25", {("0.25", "0.5")}),
        ("a = 0.0", {("0.0", "1.0")}),
        ("a = True", {("True", "False")}),
        ("a = b.sum(axis=1)", {("axis=1", "axis=0")}),
        ("a = f(b, c)", {("f(b, c)", "f(c, b)")}),
        ("a = min(b, c)", {("min(b, c)", "b"), ("min(b, c)", "c")}),
        ("a = np.clip(b, c, d)", {("np.clip(b, c, d)", "b")}),
        ("a = b.clip(c, d)", {("b.clip(c, d)", "b")}),
        ("a = abs(b) + b.max()", {("abs(b)", "b"), ("abs(b) + b.max()", "abs(b) - b.max()")}),
        ("f(b)", {("f(b)", "pass")}),
        ("a.b = c", {("a.b = c", "pass")}),
        ("a[b] = c", {("a[b] = c", "pass")}),
        ("if a:\n    b = c", {("if a:\n    b = c", "if not a:\n    b = c")}),
        ("if a:\n    raise E('more than ' + 3)", {
            ("if a:\n    raise E('more than ' + 3)", "if not a:\n    raise E('more than ' + 3)"),
            ("raise E('more than ' + 3)", "pass"),
        }),
    ],
)  # fmt: skip
def test_each_kind_of_mistake_is_made(code, expected):
    assert set(changes(code)) == expected


@pytest.mark.parametrize(
    "code",
    ['"""Documented."""', "def f(a: int | None) -> b[0]: return a", "a = f(b, b)", "a = 'text'"],
)
def test_what_says_nothing_about_the_tests_stays(code):
    assert changes(code) == []


def test_a_mutant_differs_in_one_place_and_knows_its_line():
    code = "def f(a):\n    # Why.\n    a += 1\n    return a < 2\n"
    made = mutate.mutants(code)
    plain = ast.unparse(ast.parse(code)).splitlines()
    assert [mutant.line for mutant in made] == [3, 3, 3, 4, 4, 4]
    for mutant in made:
        lines = mutant.source.splitlines()
        assert len(lines) == len(plain)
        assert sum(a != b for a, b in zip(lines, plain, strict=True)) == 1


needs_fork = pytest.mark.skipif(os.name == "nt", reason="Windows cannot fork")
runs_pytest = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    """Return the folder of a project with a module of three mutants, and its tests."""
    (tmp_path / "digitlearn").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (tmp_path / "digitlearn/__init__.py").write_text("")
    (tmp_path / "digitlearn/toy.py").write_text("def is_high(x):\n    return x > 9\n")
    (tmp_path / "tests/test_toy.py").write_text(
        "from digitlearn.toy import is_high\n\n"
        "def test_high():\n    assert is_high(10)\n\n"
        "def test_low():\n    assert not is_high(8)\n"
    )
    return tmp_path


def alone(project, code):
    """Run code that forks in a process of its own: what the other tests loaded has threads."""
    start = "import sys, mutate; from pathlib import Path; project = Path(sys.argv[1])\n"
    start += "mutate.LIBRARIES = ['json']\n"  # the package's take seconds, and the toy needs none
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests/benchmarks")])
    return subprocess.run(
        [sys.executable, "-c", start + textwrap.dedent(code), project],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_fork
@runs_pytest
def test_survivors_are_named(project):
    run = alone(project, 'print(mutate.judge("toy", sample=None, seed=0, jobs=2, root=project))')
    assert run.stdout.splitlines() == [
        "survived  digitlearn/toy.py:2  x > 9  ->  x >= 9",
        "toy: 66.7% of 3 mutants noticed (2 killed, 0 timeout, 1 survived)",
        str(2 / 3),
    ], run.stderr
    assert "x > 9" in (project / "digitlearn/toy.py").read_text()


@needs_fork
@runs_pytest
def test_a_mutant_that_never_starts_or_never_ends_is_noticed(project):
    code = """
        laboratory = mutate.Laboratory("toy", project / "copies", project, jobs=2)
        laboratory.measure()
        print(*laboratory.try_out(["no Python"]))
        laboratory.limit = 0
        print(*laboratory.try_out(["while True:\\n    pass\\n"]))
    """
    run = alone(project, code)
    assert run.stdout.split() == ["killed", "timeout"], run.stderr


@needs_fork
def test_a_sample_is_the_same_each_time(project, monkeypatch):
    tried = []

    def try_out(self, sources):
        tried.extend(sources)
        return ["survived"] * len(sources)

    monkeypatch.setattr(mutate.Laboratory, "try_out", try_out)
    monkeypatch.setattr(mutate.Laboratory, "measure", lambda self: None)
    for seed in (0, 0, 1):
        mutate.judge("toy", sample=1, seed=seed, jobs=1, root=project)
    first, again, other = tried
    assert first == again != other


@needs_fork
@runs_pytest
@pytest.mark.parametrize(
    ("tests", "complaint"),
    [
        ("def test_high():\n    assert False\n", "Expected tests/test_toy.py to pass"),
        (None, "file or directory not found"),
    ],
)
def test_nothing_is_tried_where_the_tests_fail_or_are_missing(project, tests, complaint):
    file = project / "tests/test_toy.py"
    file.unlink()
    if tests:
        file.write_text(tests)
    run = alone(project, 'mutate.judge("toy", sample=1, seed=0, jobs=1, root=project)')
    assert run.returncode != 0
    assert complaint in run.stderr
