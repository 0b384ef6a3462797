"""The program that plants mistakes finds what no test looks at."""

import ast
import os
import textwrap

import mutate
import pytest


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


@needs_fork
@runs_pytest
def test_survivors_are_named(project, capsys):
    killed = mutate.judge("toy", sample=None, seed=0, jobs=2, root=project)
    assert killed == 2 / 3
    assert capsys.readouterr().out.splitlines() == [
        "survived  digitlearn/toy.py:2  x > 9  ->  x >= 9",
        "toy: 66.7% of 3 mutants noticed (2 killed, 0 timeout, 1 survived)",
    ]
    assert "x > 9" in (project / "digitlearn/toy.py").read_text()


@needs_fork
@runs_pytest
def test_a_mutant_that_never_starts_or_never_ends_is_noticed(project, tmp_path):
    laboratory = mutate.Laboratory("toy", tmp_path / "copies", project, jobs=2)
    laboratory.measure()
    assert list(laboratory.try_out(["no Python"])) == ["killed"]
    laboratory.limit = 0
    assert list(laboratory.try_out(["while True:\n    pass\n"])) == ["timeout"]


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
def test_nothing_is_tried_where_the_tests_fail_anyway(project):
    (project / "tests/test_toy.py").write_text("def test_high():\n    assert False\n")
    with pytest.raises(RuntimeError, match=r"Expected tests/test_toy\.py to pass"):
        mutate.judge("toy", sample=1, seed=0, jobs=1, root=project)


@needs_fork
@runs_pytest
def test_a_test_file_that_is_missing_is_said(project):
    (project / "tests/test_toy.py").unlink()
    with pytest.raises(RuntimeError, match="file or directory not found"):
        mutate.judge("toy", sample=1, seed=0, jobs=1, root=project)


@pytest.mark.parametrize(("killed", "status"), [(0.9, 0), (0.89, 1)])
def test_the_command_fails_below_the_bar(killed, status, monkeypatch):
    monkeypatch.setattr(mutate, "judge", lambda module, **options: killed)
    assert mutate.main(["--module", "losses"]) == status
