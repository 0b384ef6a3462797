"""What the exercises' pages are given: the archive of the package, licences, entries, fallback."""

import gzip
import io
import subprocess
import sys
import zipfile
from types import SimpleNamespace

import lessons
import nbformat
import practice
import pytest
from building import ROOT
from jinja2 import Environment, FileSystemLoader

from digitlearn import exercises
from digitlearn.exercises import quiz

RUNNER = ROOT / "docs/assets/practice/run.py"
# Imports what is in the archive, where importing any other library fails.
IMPORT_ALL = """
import sys
sys.path.insert(0, sys.argv[1])

class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in {*sys.stdlib_module_names, "numpy", "digitlearn", "run"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Only())
import digitlearn
assert digitlearn.__file__.startswith(sys.argv[1])
import importlib
for name in sys.argv[2:]:
    importlib.import_module(name)
from digitlearn import exercises
from digitlearn.exercises import quiz
from digitlearn.exercises import check, get, names
for name in names():
    if not get(name).needs:
        scope = {}
        exec("import math; import numpy as np\\n" + get(name).solution, scope)
        assert check(name, scope[name]), name
"""


@pytest.fixture(scope="module")
def archive():
    return zipfile.ZipFile(io.BytesIO(practice.library(practice.PACKAGE, RUNNER)))


def test_archive_runs_every_exercise_with_numpy_alone(archive, tmp_path):
    archive.extractall(tmp_path)
    modules = [name[:-3].replace("/", ".") for name in archive.namelist() if "__" not in name]
    command = [sys.executable, "-c", IMPORT_ALL, str(tmp_path), *modules]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr


def test_archive_is_small_and_has_what_learners_use(archive):
    names = set(archive.namelist())
    wanted = ("exercises/__init__", "layers", "losses", "optimizers", "network", "evaluation")
    assert {f"digitlearn/{name}.py" for name in wanted} <= names
    assert not names & {"digitlearn/plots.py", "digitlearn/keras_models.py", "digitlearn/export.py"}
    assert len(practice.library(practice.PACKAGE, RUNNER)) < 150_000


def test_scripts_before_the_first_run_are_small():
    later = {"progress.js", "python.js", "worker.js"}
    scripts = [p for p in ROOT.glob("docs/assets/practice/*.js") if p.name not in later]
    assert len(scripts) > 4
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 10_000


def test_archive_is_the_same_every_time():
    assert practice.library(practice.PACKAGE, RUNNER) == practice.library(practice.PACKAGE, RUNNER)


def test_imports_for_later_or_for_types_do_not_count():
    source = (
        "import os.path\n"
        "from typing import TYPE_CHECKING\n"
        "from digitlearn import losses\n"
        "from digitlearn.layers import Dense\n"
        "if TYPE_CHECKING:\n    import scipy\n"
        "class A:\n    import PIL.Image\n"
        "def f():\n    import sklearn\n"
        "try:\n    import tqdm\nexcept ImportError:\n    pass\n"
    )
    expected = {"os", "typing", "PIL", "tqdm", "digitlearn.losses", "digitlearn.layers"}
    assert practice.imported(source) == expected


def test_chapters_have_their_questions_and_the_exercises_of_their_notebooks(tmp_path):
    (tmp_path / "chapters").mkdir()
    for number, metadata in enumerate([{}, {}, {"exercise": "softmax"}], 1):
        cells = [
            nbformat.v4.new_markdown_cell(f"# {number} Title\n\nText."),
            nbformat.v4.new_code_cell("...", metadata=metadata),
        ]
        notebook = nbformat.v4.new_notebook(cells=cells)
        nbformat.write(notebook, tmp_path / f"chapters/0{number}_name.ipynb")
    *_, second, third = practice.chapters(tmp_path)
    assert second[:2] == ("2 Title", "chapters/02_name.ipynb")
    asked = [(q.question, f"question-{q.name}", f"question/{q.name}") for q in quiz.questions(3)]
    softmax = (exercises.get("softmax").title, "exercise-softmax", "exercise/softmax")
    assert third.entries == [*asked, softmax]


@pytest.fixture
def config(tmp_path):
    return SimpleNamespace(
        docs_dir=str(ROOT / "docs"), site_dir=str(tmp_path), use_directory_urls=False, plugins=None
    )


@pytest.fixture
def afresh():
    """Forget before and after what was gathered."""
    practice.gathered.cache_clear()
    yield
    practice.gathered.cache_clear()


def test_without_pyodide_the_site_gets_no_files(config, afresh, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("DIGITLEARN_PYODIDE", str(tmp_path))
    caplog.set_level("INFO")
    assert practice.publish(config) == ([], None)
    assert practice.publish(config) == ([], None)
    assert caplog.text.count("The exercises of this site send their readers to the notebooks") == 1
    assert not [record for record in caplog.records if record.levelname != "INFO"]


def test_with_pyodide_its_files_and_licences_are_published(config, afresh, monkeypatch):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as wheel:
        wheel.writestr("numpy-1.dist-info/licenses/LICENSE.txt", "NumPy's licence")
        wheel.writestr("numpy-1.dist-info/licenses/sub/LICENSE", "that of a part")
    contents = {"pyodide.mjs": b"js", "numpy-1.whl": stream.getvalue()}
    monkeypatch.setattr(practice.pyodide, "gather", lambda: contents)
    config.plugins = SimpleNamespace(_current_plugin=None)
    files, place = practice.publish(config)
    published = {file.src_uri: file.content_bytes for file in files}
    assert published[f"{place.pyodide}pyodide.mjs"] == b"js"
    assert zipfile.is_zipfile(io.BytesIO(published[place.library]))
    licence = published["assets/practice/LICENSE-NumPy.txt"].decode()
    assert "NumPy's licence" in licence
    assert "that of a part" in licence


def test_licences_lie_in_the_repository():
    for name, words in {"Pyodide": "Mozilla Public License", "CPython": "PSF"}.items():
        text = (ROOT / f"docs/assets/practice/LICENSE-{name}.txt").read_text(encoding="utf-8")
        assert words in text


def test_exercise_offers_colab_where_the_site_is_published():
    templates = Environment(loader=FileSystemLoader(ROOT / "docs/tools/templates"))
    write = templates.get_template("exercise.html").module.write
    assert '<a href="https://example.org/colab">in Colab</a>' in write(
        exercises.get("softmax"), "", "a.ipynb", "https://example.org/colab"
    )
    assert "Colab" not in write(exercises.get("softmax"), "", "a.ipynb", "")


def test_what_the_prose_says_is_not_said_twice():
    templates = Environment(loader=FileSystemLoader(ROOT / "docs/tools/templates"))
    write = templates.get_template("exercise.html").module.write
    exercise = exercises.get("softmax")
    assert exercise.statement in write(exercise, "## Exercises", "a.ipynb", "")
    told = write(exercise, f"### {exercise.title}\n\n{exercise.statement}", "a.ipynb", "")
    assert exercise.statement not in told
    assert exercise.starter in told


@pytest.mark.slow
def test_without_pyodide_exercises_offer_the_notebook(tmp_path):
    site = lessons.build(tmp_path, DIGITLEARN_PYODIDE=str(tmp_path / "nothing"))
    page = (site / "chapters/01_exercises.html").read_text(encoding="utf-8")
    assert "data-pyodide" not in page
    assert not [*site.glob("assets/practice/pyodide*")]
    assert page.count('class="dl-practice-elsewhere"') == len(exercises.names())
    assert '<a href="01_exercises.ipynb" download>' in page
    for entry in practice.chapters(tmp_path / "source/docs")[0].entries:
        link = f'data-entry="{entry.key}" href="chapters/01_exercises.html#{entry.id}"'
        assert link in (site / "practice.html").read_text(encoding="utf-8")
