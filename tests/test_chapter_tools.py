"""The chapter runner, on tiny chapters that need neither MNIST nor TensorFlow."""

import base64
import io
import json
import os
import re
import signal
import subprocess
import sys

import chapters
import expressions
import nbformat
import numpy as np
import outputs
import pytest
import stamp
from execution import ChapterError, execute
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from digitlearn import data, formats

FIGURE = """import io, os
from IPython.display import display
from PIL import Image
file = io.BytesIO()
Image.new("RGB", (2, 1), tuple(os.urandom(3))).save(file, "PNG")  # another in every run
svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>"
both = {"image/svg+xml": svg, "image/png": file.getvalue()}
display(both, raw=True, metadata={"isolated": True})"""
CHAPTER = f"""# %% [markdown]
# # A chapter, in {{{{ 2**3 * 3 }}}} hours

# %%
import toylearn
right = {{"share": 0.97871}}
print("one", flush=True)
print("two")

# %% [markdown]
# Right: {{{{ right["share"]:.2%}}}}, not `{{{{ this }}}}`.

# %% alt="An empty picture." tags=["wide", "hide-input"]
{FIGURE}

# %% [markdown]
# The end.
"""


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Return the source of a chapter in a project of its own, with a package and without MNIST."""
    package = tmp_path / "toylearn"
    package.mkdir()
    (package / "__init__.py").write_text("from toylearn.first import one\n", encoding="utf-8")
    (package / "first.py").write_text(
        "def one():\n    from . import second\n    return second\n", encoding="utf-8"
    )
    (package / "second.py").write_text("import json\n", encoding="utf-8")
    (package / "third.py").write_text("", encoding="utf-8")
    source = tmp_path / "docs" / "chapters" / "07_toy.py"
    source.parent.mkdir(parents=True)
    source.write_text(CHAPTER, encoding="utf-8")
    monkeypatch.setitem(chapters.execute.__globals__["ENVIRONMENT"], "PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(stamp, "PACKAGE", package)
    monkeypatch.setattr(chapters, "CHAPTERS", source.parent)
    monkeypatch.setattr(data, "load_mnist", lambda split: None)
    return source


@pytest.fixture(scope="session")
def toy_notebook(tmp_path_factory):
    """Return the text of the toy chapter's notebook, executed once for all tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        path = source.__wrapped__(tmp_path_factory.mktemp("toy"), monkeypatch)
        assert chapters.make(path).startswith("executed")
        return path.with_suffix(".ipynb").read_text(encoding="utf-8")


@pytest.fixture
def made(source, toy_notebook, monkeypatch):
    """Return the toy chapter's source, its notebook beside it, and no kernel to be had."""

    def no_kernel(*arguments, **options):
        raise AssertionError("a kernel was started")

    source.with_suffix(".ipynb").write_text(toy_notebook, encoding="utf-8")
    monkeypatch.setattr(chapters, "execute", no_kernel)
    return source


def notebook_of(source):
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# Expressions


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("{{ a }} and {{b:.1%}}", ["a", "b:.1%"]),
        ("| {{ a[0] }} | **{{ a[1] }}** |", ["a[0]", "a[1]"]),
        ("> quoted {{ a }}", ["a"]),
        ("{{ a +\n   b }}", ["a +\n   b"]),
        ("inline `{{ a }}` and ``{{ ` b }}`` code, {{ c }}", ["c"]),
        ("```python\n{{ a }}\n```\n{{ b }}", ["b"]),
        ("   ~~~\n{{ a }}\n```\n{{ b }}\n   ~~~\n{{ c }}", ["c"]),
        ("> ````\n> ```\n> {{ a }}\n> ````\n> {{ b }}", ["b"]),
        ("```\nnever closed {{ a }}", []),
        ("$x_{{1}}$ and $$\n\\frac{{a}}{{b}}\n$$ and {{ c }}", ["c"]),
        ("$5 and {{ a }} and $6", ["a"]),
        (r"\$5 and {{ a }} and 6$", ["a"]),
        ("from $5\n\nto {{ a }}\n\n6$", ["a"]),
        ("US$5, {{ a }}/$6", ["a"]),
        ("a stray ` and {{ a }}", ["a"]),
        (r"an escaped \` and {{ a }} and a stray `", ["a"]),
    ],
)
def test_expressions_stand_in_text_but_not_in_code_or_math(markdown, expected):
    assert expressions.find(markdown) == expected


def test_values_replace_expressions_and_nothing_else():
    markdown = "**{{ a }}** `{{ a }}` $a_{{1}}$\n\n| {{ b:.1f }} |"
    rendered = expressions.render(markdown, {"a": r"\1", "b:.1f": "2.0"})
    assert rendered == "**\\1** `{{ a }}` $a_{{1}}$\n\n| 2.0 |"


SOLUTION = """\
```python
for n in (1, 2):
    print(n)
```

{{ printed }}

And {{ n }}."""


def test_code_to_be_run_is_found_and_shown_with_what_it_prints():
    code = expressions.CODE + "for n in (1, 2):\n    print(n)\n"
    assert expressions.find(SOLUTION) == [code, "n"]
    rendered = expressions.render(SOLUTION, {code: "1\n2\n", "n": "2"})
    assert rendered == SOLUTION.replace(
        "{{ printed }}", "It prints:\n\n```text\n1\n2\n```"
    ).replace("{{ n }}", "2")


CLAIMED = """\
The second is better. It is *much* better:
{{ a:.1f }} against {{ b:.1f }}.{{ assert a - b > 0.5 and len(name) < 9 }} A third is worse.
{{ assert c
< b }}

{{ d }} follows.
"""


def test_claims_are_found_and_leave_no_trace():
    found = ["a:.1f", "b:.1f", "assert a - b > 0.5 and len(name) < 9", "assert c\n< b", "d"]
    assert expressions.find(CLAIMED) == found
    values = {"a:.1f": "2.0", "b:.1f": "1.0", found[2]: "", found[3]: "", "d": "The rest"}
    assert expressions.render(CLAIMED, values) == (
        "The second is better. It is *much* better:\n2.0 against 1.0. A third is worse.\n\n"
        "The rest follows.\n"
    )


def test_a_claim_knows_its_sentence_and_what_it_compares():
    claim = "assert a - b > 0.5 and len(name) < 9"
    sentence = expressions.sentence_before(CLAIMED, claim)
    assert sentence == "{{ a:.1f }} against {{ b:.1f }}."
    assert expressions.operands(claim) == ["a - b", "len(name)"]
    assert expressions.operands("assert 0 < x.y[1] <=\n z") == ["x.y[1]", "z"]
    with pytest.raises(ValueError, match=r"Expected a claim.*Received: assert a$"):
        expressions.sentence_before(CLAIMED, "assert a")


# Outputs


def code_cell(*cell_outputs, alt="", count=1):
    metadata = {"alt": alt} if alt else {}
    cell = new_code_cell("x", execution_count=count, outputs=list(cell_outputs), metadata=metadata)
    return nbformat.from_dict(cell | {"id": "07-03"})


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**mimes):
    mimes = {"text/plain": mimes["plain"]} if "plain" in mimes else {"image/svg+xml": mimes["svg"]}
    return new_output("display_data", data=mimes)


VALUE = new_output("execute_result", data={"text/plain": "(0.1, 0.4)"}, execution_count=1)


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (code_cell(count=2), "did not run in its turn"),
        (code_cell(count=None), "did not run in its turn"),
        (code_cell(stream("no data\n", "stderr")), "stderr: no data"),
        (code_cell(stream("file.py:3: UserWarning: slow\n")), "UserWarning: slow"),
        (code_cell(shown(plain="<Adam object at 0x7f11aa22bb33>")), "0x7f11aa22bb33"),
        (code_cell(shown(plain="<Figure size 640x480 with 1 Axes>")), "<Figure size"),
        (code_cell(shown(plain="<Axes: xlabel='epoch'>")), "<Axes"),
        (code_cell(shown(plain="[<Axes: >]")), "<Axes"),
        (code_cell(stream("saved to /home/ada/net.npz")), "/home/ada/net.npz"),
        (code_cell(stream(r"saved to C:\Users\ada\net.npz")), r"C:\\Users"),
        (code_cell(stream("\x1b[1mbold")), "bold"),
        (code_cell(shown(svg="<svg/>")), "without alt="),
        (code_cell(stream("text"), alt="A picture."), "has alt but no figure"),
        (code_cell(shown(svg="<svg/>"), shown(svg="<svg/>"), alt="A picture."), "twice"),
        (code_cell(shown(svg="<svg/>"), VALUE, alt="A picture."), "its last line's value"),
    ],
)
def test_problems_name_the_cell_and_what_is_wrong(cell, complaint):
    [problem] = outputs.problems(cell, 1)
    assert problem.startswith("cell 07-03 ")
    assert complaint in problem


@pytest.mark.parametrize(
    "cell",
    [
        code_cell(stream("train/val/test, 1/2/3, 10 / 784, and/or\n0xff, a <b>, C: \\n")),
        code_cell(shown(plain="array([0.5], dtype=float32)")),
        code_cell(VALUE),
        code_cell(
            shown(
                svg='<svg xmlns="http://www.w3.org/2000/svg"><path d="M 0/1 2"/>'
                '<image xlink:href="data:image/png;base64,iV+/ab/cd/0x1234567=&#10;"/></svg>'
            ),
            alt="A picture.",
        ),
        code_cell(
            new_output("display_data", data={"image/svg+xml": "<svg/>", "image/png": "/ab/cd/ef="}),
            alt="A picture.",
        ),
    ],
)
def test_ordinary_outputs_are_no_problem(cell):
    assert outputs.problems(cell, 1) == []


# A notebook's form


def test_notebook_has_stable_ids_minimal_metadata_and_joined_streams(made):
    notebook = notebook_of(made)
    nbformat.validate(notebook)
    text = made.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert text.endswith("\n}\n")
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"digitlearn", "kernelspec", "language_info"}
    assert [cell.id for cell in notebook.cells] == [f"07-0{index}" for index in range(1, 6)]
    assert [cell.execution_count for cell in outputs.code_cells(notebook)] == [1, 2]
    assert notebook.cells[1].outputs == [stream("one\ntwo\n")]
    assert notebook.cells[1].metadata == {}
    assert notebook.cells[3].metadata == {"alt": "An empty picture.", "tags": ["hide-input"]}


def test_prose_has_values_in_place_of_expressions(made):
    cells = notebook_of(made).cells
    assert cells[0].source == "# A chapter, in 24 hours"
    assert cells[0].metadata == {"values": {"2**3 * 3": "24"}}
    assert cells[2].source == "Right: 97.87%, not `{{ this }}`."
    assert cells[2].metadata == {"values": {'right["share"]:.2%': "97.87%"}}
    assert cells[4].metadata == {}


def test_figure_is_text_with_the_alt_text_beside_it(made):
    [output] = notebook_of(made).cells[3].outputs
    assert output.data["image/svg+xml"].startswith("<svg")
    assert output.data["text/plain"] == "An empty picture."
    assert output.metadata == {}


def png(colour):
    """Return a large PNG of many colours, as JupyterLab keeps it."""
    ramp = np.linspace(0, 255, 300 * 200).reshape(200, 300)
    picture = Image.fromarray(
        np.stack([ramp, ramp[::-1], np.full_like(ramp, colour)], -1).astype("u1")
    )
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_a_png_beside_an_svg_gets_few_colours_and_keeps_its_picture():
    both = new_output("display_data", data={"image/svg+xml": "<svg/>", "image/png": png(90)})
    alone = new_output("display_data", data={"image/png": png(90)})
    outputs.reduce_colours([stream("text"), both, alone])
    small = Image.open(io.BytesIO(base64.b64decode(both.data["image/png"])))
    drawn = Image.open(io.BytesIO(base64.b64decode(png(90))))
    apart = np.abs(np.asarray(small.convert("RGB"), float) - np.asarray(drawn, float))
    assert len(both.data["image/png"]) < len(png(90)) / 2
    assert small.size == (300, 200)
    assert apart.max() < 60
    assert alone.data["image/png"] == png(90)


def test_a_colour_of_few_pixels_stays_in_a_small_png():
    """As that of a wrong answer's name, below pictures of digits in many greys."""
    ramp = np.linspace(0, 255, 300 * 200).reshape(200, 300)
    drawn = np.stack([ramp] * 3, -1).astype(np.uint8)
    drawn[10:14, 10:40] = 0xB9, 0x4F, 0x08
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, "PNG")
    data = {"image/svg+xml": "<svg/>", "image/png": base64.b64encode(file.getvalue()).decode()}
    both = new_output("display_data", data=data)
    outputs.reduce_colours([both])
    small = Image.open(io.BytesIO(base64.b64decode(both.data["image/png"]))).convert("RGB")
    assert np.abs(np.asarray(small, float)[10:14, 10:40] - drawn[10:14, 10:40]).max() < 10


def test_the_digest_counts_the_svg_and_not_the_png_beside_it():
    def digest(**data):
        cell = code_cell(new_output("display_data", data=data))
        return stamp.of_outputs(new_notebook(cells=[cell]))

    figure = {"image/svg+xml": "<svg/>", "image/png": png(90)}
    assert digest(**figure) == digest(**figure | {"image/png": png(91)})
    assert digest(**figure) != digest(**figure | {"image/svg+xml": "<svg></svg>"})
    assert digest(**{"image/png": png(90)}) != digest(**{"image/png": png(91)})


# What is stale, and why


def test_fresh_notebook_is_up_to_date(made, toy_notebook):
    assert chapters.make(made, check=True) == "up to date"
    assert chapters.make(made) == "up to date"
    assert made.with_suffix(".ipynb").read_text(encoding="utf-8") == toy_notebook


def test_only_modules_that_are_imported_count(made):
    compared = notebook_of(made).metadata.digitlearn.compared
    modules = [name for name in compared if name.startswith("toylearn")]
    assert modules == ["toylearn/__init__.py", "toylearn/first.py", "toylearn/second.py"]


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("docs/chapters/07_toy.py", "0.97871", "0.97872", "code"),
        ("docs/chapters/07_toy.py", "# The end.", "# {{ right }}", "{{ right }}"),
        ("docs/chapters/07_toy.py", "# The end.", '# {{ right["share"]:.2%}}', "{{ right"),
        ("toylearn/__init__.py", "one", "one as uno", "toylearn/__init__.py"),
        ("toylearn/first.py", "second", "third", "toylearn/first.py, toylearn/second.py"),
        ("toylearn/second.py", "json", "json  # changed", "toylearn/second.py"),
        ("docs/chapters/07_toy.ipynb", '"one\\n"', '"won\\n"', "outputs"),
        ("docs/chapters/07_toy.ipynb", '.2%": "97.87%"', '.2%": "99.87%"', "outputs"),
        ("docs/chapters/07_toy.ipynb", '"execution_count": 2', '"execution_count": null', "output"),
        ("docs/chapters/07_toy.ipynb", '"digitlearn": {', '"other": {', "code, data, outputs"),
    ],
)
def test_change_that_matters_is_stale(made, tmp_path, file, old, new, reason):
    replace(tmp_path / file, old, new)
    before = made.with_suffix(".ipynb").read_bytes()
    with pytest.raises(ChapterError, match=f"must be executed; changed: .*{re.escape(reason)}"):
        chapters.make(made, check=True)
    with pytest.raises(AssertionError, match="a kernel was started"):
        chapters.make(made)
    assert made.with_suffix(".ipynb").read_bytes() == before


def test_other_data_is_stale(made, monkeypatch):
    monkeypatch.setitem(formats.SHA256, "x_test", "0" * 64)
    with pytest.raises(ChapterError, match="changed: data"):
        chapters.make(made, check=True)


def test_missing_notebook_is_stale(source):
    with pytest.raises(ChapterError, match="there is no notebook"):
        chapters.make(source, check=True)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("The end.", "The End.", "The End."),
        ("Right:", 'In short, {{ right["share"]:.2%}}. Right:', "In short, 97.87%. Right:"),
        ("The end.", "More.\n\n# %% [markdown]\n# A cell more.", "A cell more."),
        ("# Right", "# Before.\n\n# %% [markdown]\n# Right", "Right: 97.87%"),
        ("An empty picture.", "A white square.", '"A white square."'),
        ('Right: {{ right["share"]:.2%}}, not', "Not", "Not `{{ this }}`."),
    ],
)
def test_prose_is_written_again_without_a_kernel(made, old, new, expected):
    recorded = notebook_of(made).metadata.digitlearn.recorded
    replace(made, old, new)
    with pytest.raises(ChapterError, match="its prose changed"):
        chapters.make(made, check=True)
    assert chapters.make(made) == "prose written"
    assert expected in made.with_suffix(".ipynb").read_text(encoding="utf-8").replace("\\n", "\n")
    assert notebook_of(made).metadata.digitlearn.recorded == recorded
    assert {file.name for file in made.parent.iterdir()} == {"07_toy.py", "07_toy.ipynb"}
    assert chapters.make(made, check=True) == "up to date"


def test_prose_edited_in_the_notebook_is_noticed_and_put_right(made, toy_notebook):
    path = made.with_suffix(".ipynb")
    replace(path, "The end.", "The end of it.")
    with pytest.raises(ChapterError, match="its prose changed"):
        chapters.make(made, check=True)
    assert chapters.make(made) == "prose written"
    assert path.read_text(encoding="utf-8") == toy_notebook


def test_alt_text_that_is_taken_away_fails(made):
    replace(made, ' alt="An empty picture."', "")
    with pytest.raises(ChapterError, match="cell 07-04 shows a figure without alt="):
        chapters.make(made, check=True)


# Execution


def test_running_again_leaves_the_same_bytes(source, toy_notebook):
    path = source.with_suffix(".ipynb")
    path.write_text(toy_notebook, encoding="utf-8")
    recorded = json.dumps(notebook_of(source).metadata.digitlearn.recorded["date"])
    replace(path, recorded, '"2001-02-03"')
    before = path.read_bytes()
    assert chapters.make(source, force=True) == "up to date"
    assert path.read_bytes() == before


def test_changed_outputs_are_recorded_anew(source, toy_notebook):
    path = source.with_suffix(".ipynb")
    path.write_text(toy_notebook, encoding="utf-8")
    replace(path, json.dumps(notebook_of(source).metadata.digitlearn.recorded["date"]), '"2001"')
    replace(source, "two", "three")
    assert chapters.make(source) == "executed; changed: code"
    recorded = notebook_of(source).metadata.digitlearn.recorded
    assert recorded["date"] != "2001"
    assert recorded["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert notebook_of(source).cells[1].outputs == [stream("one\nthree\n")]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('print("two")', "1 / 0", "cell 07-02: (?s:.*)ZeroDivisionError"),
        ('right["share"]', 'wrong["share"]', r"cell 07-03: .*\{\{ wrong.*NameError"),
        ('print("two")', "import warnings; warnings.warn('slow')", "cell 07-02 shows .*stderr"),
        ('print("two")', "import os; os._exit(1)", "cell 07-02: Kernel died"),
    ],
)
def test_failure_names_the_cell_and_keeps_the_old_notebook(
    source, toy_notebook, old, new, complaint
):
    path = source.with_suffix(".ipynb")
    path.write_text(toy_notebook, encoding="utf-8")
    replace(source, old, new)
    with pytest.raises(ChapterError, match=complaint):
        chapters.make(source)
    assert path.read_text(encoding="utf-8") == toy_notebook
    assert {file.name for file in source.parent.iterdir()} == {"07_toy.py", "07_toy.ipynb"}


@pytest.mark.skipif(os.name == "nt", reason="needs a signal that Windows does not have")
def test_interrupted_run_keeps_the_old_notebook(source, toy_notebook):
    path = source.with_suffix(".ipynb")
    path.write_text(toy_notebook, encoding="utf-8")
    interrupt = f"import os, time; os.kill({os.getpid()}, {signal.SIGINT.value}); time.sleep(60)"
    replace(source, 'print("two")', interrupt)
    # A program started in the background may have been told to ignore this signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            chapters.make(source)
    finally:
        signal.signal(signal.SIGINT, before)
    assert path.read_text(encoding="utf-8") == toy_notebook


def test_kernel_is_this_python_in_a_fixed_environment(tmp_path, monkeypatch):
    # Another kernel of the same name is installed, and the kernel can't know that this is a test.
    installed = tmp_path / "kernels" / "python3" / "kernel.json"
    installed.parent.mkdir(parents=True)
    installed.write_text('{"argv": ["no-such-program"], "display_name": "x", "language": "x"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    code = """import os, sys
print(sys.executable, os.getcwd(), os.environ["DIGITLEARN_DATASET"], os.environ["COLUMNS"])
_ = os.write(1, b"a line of a C++ library")
_ = os.write(2, b"another one")"""
    notebook = new_notebook(cells=[new_code_cell(code), new_markdown_cell("{{ {2, 2 - 1} }}")])
    execute(notebook, tmp_path, dataset="embedded")
    assert notebook.cells[0].outputs == [stream(f"{sys.executable} {tmp_path} embedded 100\n")]
    assert notebook.cells[1].metadata["values"] == {"{2, 2 - 1}": "{1, 2}"}


def claim(text, dataset, tmp_path):
    cells = [new_code_cell("a, b = 0.25, 1"), new_markdown_cell(text)]
    notebook = new_notebook(cells=cells)
    execute(notebook, tmp_path, dataset=dataset)
    return notebook.cells[1].metadata["values"]


def test_claim_that_is_true_is_kept_as_nothing(tmp_path):
    text = "It is {{ a:.0%}}. The second is more. {{ assert a < b }}"
    assert claim(text, "mnist", tmp_path) == {"a:.0%": "25%", "assert a < b": ""}


def test_claim_that_is_false_stops_the_chapter_with_its_sentence_and_values(tmp_path):
    text = "The first is {{ a }}. The first is more,\nby far. {{ assert a > b and b == 1 }}"
    complaint = (
        r"assert a > b and b == 1 .* not true of 'The first is more, by far.': a = 0.25; b = 1"
    )
    with pytest.raises(ChapterError, match=complaint):
        claim(text, "mnist", tmp_path)
    # Other digits have other results; the reader is told so, and goes on.
    assert claim(text, "embedded", tmp_path)["assert a > b and b == 1"] == ""


def test_solutions_print_in_the_chapters_kernel_and_leave_its_counts(tmp_path):
    text = "```python\nprint(a + b)\na = 2\n```\n\n{{ printed }}\n\nNow a is {{ a }}."
    cells = [new_code_cell("a, b = 1, 1"), new_markdown_cell(text), new_code_cell("a")]
    notebook = new_notebook(cells=cells)
    execute(notebook, tmp_path, dataset="embedded")
    code = expressions.CODE + "print(a + b)\na = 2\n"
    assert notebook.cells[1].cell_type == "markdown"
    assert notebook.cells[1].metadata["values"] == {code: "2\n", "a": "2"}
    assert [cell.execution_count for cell in outputs.code_cells(notebook)] == [1, 2]


@pytest.mark.parametrize("code", ["a = 1", "import sys; print(1); print(2, file=sys.stderr)"])
def test_solution_must_print_its_result_and_nothing_else(tmp_path, code):
    cells = [new_markdown_cell(f"```python\n{code}\n```\n\n{{{{ printed }}}}")]
    with pytest.raises(ChapterError, match="must print its result, and nothing else"):
        execute(new_notebook(cells=cells), tmp_path, dataset="embedded")


def test_solution_that_fails_stops_the_chapter(tmp_path):
    cells = [new_markdown_cell("```python\nprint(1)\nassert False\n```\n\n{{ printed }}")]
    with pytest.raises(ChapterError, match="AssertionError"):
        execute(new_notebook(cells=cells), tmp_path, dataset="embedded")


def test_changed_solution_is_stale(made):
    replace(made, "The end.", "```python\n# print(1)\n# ```\n#\n# {{ printed }}")
    with pytest.raises(ChapterError, match="changed: a solution"):
        chapters.make(made, check=True)


def test_claims_are_listed_with_their_sentences(made, capsys):
    replace(made, "The end.", "The end. It is much. {{ assert right['share'] > 0.9 }}")
    assert chapters.main(["--claims"]) == 0
    assert capsys.readouterr().out == (
        "07-05  It is much.\n       assert right['share'] > 0.9\n07_toy: 1 claims\n\n"
    )


def test_chapter_that_takes_too_long_fails(tmp_path):
    notebook = new_notebook(cells=[new_code_cell("import time; time.sleep(60)")])
    with pytest.raises(ChapterError, match="timed out"):
        execute(notebook, tmp_path, dataset="embedded", timeout=1)


# The command


def test_command_says_what_it_did(made, capsys):
    assert chapters.main([]) == 0
    assert capsys.readouterr().out == "07_toy: up to date\n"


def test_command_fails_and_goes_on_after_a_stale_chapter(made, capsys):
    (made.parent / "06_first.py").write_text("# %%\n1\n", encoding="utf-8")
    assert chapters.main(["--check"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "06_first: must be executed; changed: there is no notebook\n"
    assert captured.out == "07_toy: up to date\n"


@pytest.mark.parametrize("name", ["07", "07_toy"])
def test_command_takes_a_chapter_by_name(made, name):
    (made.parent / "06_first.py").write_text("# %%\n1\n", encoding="utf-8")
    assert chapters.main(["--check", name]) == 0


def test_command_knows_no_other_name(made, capsys):
    with pytest.raises(SystemExit, match="2"):
        chapters.main(["08"])
    assert "no such chapter; there are 07_toy" in capsys.readouterr().err


def test_notebook_without_a_source_fails(made, capsys):
    made.unlink()
    assert chapters.main(["--check"]) == 1
    assert "07_toy.py" in capsys.readouterr().err


def test_missing_mnist_is_said_before_anything_runs(made, monkeypatch, capsys):
    def unavailable(split):
        raise data.DataUnavailableError("Set DIGITLEARN_DATA.")

    monkeypatch.setattr(data, "load_mnist", unavailable)
    assert chapters.main(["--force"]) == 1
    assert capsys.readouterr().err == "07_toy: Set DIGITLEARN_DATA.\n"


def test_command_loads_neither_tensorflow_nor_keras_itself():
    program = "import chapters, sys; print({'keras', 'tensorflow'} & set(sys.modules))"
    tools = chapters.CHAPTERS.parent / "tools"
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=tools, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
