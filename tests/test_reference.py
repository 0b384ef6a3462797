"""The reference: true to the signatures, complete, with examples that run and source to read."""

import ast
import doctest
import importlib
import importlib.util
import inspect
import json
import re
import sys
from html import unescape

import griffe
import nbformat
import numpy as np
import pytest
import reference
from building import ROOT
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from numpy.typing import ArrayLike, NDArray
from signatures import Signatures
from test_architecture import TREES, neighbours

MODULES = [*reference.read_package(ROOT / "digitlearn")]
NEEDS = {"keras_models": ["tensorflow"], "export": ["tensorflow", "onnx", "onnxruntime"]}

# What a word in a documented type says of the annotation, which then has one of these. ArrayLike,
# which older NumPy writes out, with _SupportsArray as a part, takes arrays of any kind; that a
# function takes less is said by its documentation alone.
ANY_ARRAY = "ArrayLike|_SupportsArray"
ARRAY = f"ndarray|NDArray|{ANY_ARRAY}"
INTEGER = rf"int(\b|eger|\d)|{ANY_ARRAY}"
KINDS = {
    "array": ARRAY,
    "array-like": ARRAY,
    "binary": "IO",
    "bool": "bool",
    "bytes": "bytes",
    "callable": "Callable",
    "dict": "dict",
    "file": "IO",
    "float": f"float|{ANY_ARRAY}",
    "image": "Image",
    "int": INTEGER,
    "integer": INTEGER,
    "iterable": "Iterable",
    "list": "list",
    "mapping": "Mapping",
    "ndarray": ARRAY,
    "ndarrays": ARRAY,
    "one": f"Sequence|{ANY_ARRAY}",  # "one for each unit"
    "pair": "tuple",
    "path": "Path",
    "path-like": "PathLike",
    "sequence": "Sequence",
    "str": r"\bstr\b",
    "slice": "slice",
    "tuple": "tuple",
}


def skip_where_missing(module):
    for library in NEEDS.get(module, []):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"needs {library}, which is not installed")


def text_of(html):
    return unescape(re.sub(r"<[^>]+>", "", html))


def page_of(site, module):
    html = (site / f"reference/{module}.html").read_text(encoding="utf-8")
    return html[html.index("<h1") : html.index("</article>")]


# What is said of parameters and results


def documented(page):
    """Yield (path, section, name, type, default or None) of all that a page lists."""
    marks = r'<h\d id="(?P<path>digitlearn[\w.]+)"'
    marks += r'|class="doc-section-title">(?P<title>\w+)|<dt>(?P<entry>.*?)</dt>'
    path = title = ""
    for match in re.finditer(marks, page, re.DOTALL):
        path = match["path"] or path
        title = match["title"] or title
        if match["entry"]:
            name = re.search(r'"dl-name">(.*?)</code>', match["entry"])
            default = re.search(r'"dl-default">(.*?)</code>', match["entry"])
            kind = text_of("".join(re.findall(r'"dl-type">.*?</span>', match["entry"])))
            kind = re.sub(r'"dl-type">', "", kind)
            value = text_of(default[1]) if default else None
            if kind.endswith(", optional"):
                value = "None"
            kind = re.sub(", (optional|default)$", "", kind)
            yield path, title, text_of(name[1]) if name else "", kind, value


def disagreements(kind, annotation, names):
    """Return the words of a documented type that contradict the annotation."""
    annotation = inspect.formatannotation(annotation)
    words = re.findall(r"[A-Za-z]\w*(?:-\w+)*", re.sub(r'"\w+"', " str ", kind))
    known = {word: KINDS[word] for word in words if word in KINDS}
    if kind.startswith("("):
        known["tuple"] = "tuple"
    # An alias such as Labels stands for its value, a class for itself.
    for word in words:
        if re.match(r"[A-Z].*[a-z]", word):
            alias = re.escape(inspect.formatannotation(names.get(word, word)))
            known[word] = f"{word}|{alias}"
    if annotation in ("Any", "typing.Any"):
        return []
    if not known:
        return [kind]
    return [word for word, pattern in known.items() if not re.search(pattern, annotation)]


@pytest.mark.parametrize("module", MODULES)
def test_documented_defaults_and_types_are_those_of_the_signature(site, module):
    skip_where_missing(module)
    names = vars(importlib.import_module(f"digitlearn.{module}"))
    listed = {}
    for path, title, name, kind, default in documented(page_of(site, module)):
        thing = importlib.import_module(f"digitlearn.{module}")
        for part in path.split(".")[2:]:
            thing = getattr(thing, part)
        signature = inspect.signature(thing, eval_str=True) if path.count(".") > 1 else None
        if title == "Parameters":
            parameter = signature.parameters[name.lstrip("*")]
            listed.setdefault(path, []).append(parameter.name)
            value = parameter.empty if default is None else eval(default, dict(names))
            assert value == parameter.default, f"{path}: {name}"
            assert disagreements(kind, parameter.annotation, names) == [], f"{path}: {name}, {kind}"
        elif title in ("Returns", "Yields"):
            wrong = disagreements(kind, signature.return_annotation, names)
            assert wrong == [], f"{path} returns {kind}"
    for path, parameters in listed.items():
        thing = importlib.import_module(f"digitlearn.{module}")
        for part in path.split(".")[2:]:
            thing = getattr(thing, part)
        expected = [name for name in inspect.signature(thing).parameters if name != "self"]
        assert parameters == expected, path


def test_most_of_the_package_has_its_parameters_listed(site):
    found = [e for module in MODULES for e in documented(page_of(site, module))]
    assert sum(title == "Parameters" for _, title, *_ in found) > 50
    assert sum(default not in (None, "None") for *_, default in found) > 15


@pytest.mark.parametrize(
    ("kind", "annotation", "wrong"),
    [
        ("float", float, []),
        ("float", int, ["float"]),
        ("int", tuple[np.ndarray, np.ndarray], ["int"]),
        ("integer ndarray of shape (N,)", np.ndarray[int, np.dtype[np.integer]], []),
        ("float ndarray of shape (N,)", np.ndarray[int, np.dtype[np.integer]], ["float"]),
        ('"small" or "large"', str, []),
        ('"small" or "large"', int, ["str"]),
        ("Digits", "Digits", []),
        ("Digits", float, ["Digits"]),
        ("something", float, ["something"]),
        ("Labels", list[int], []),
        ("integer ndarray of shape (N,)", ArrayLike | None, []),
        ("float ndarray of shape (N,)", NDArray[np.integer], ["float"]),
        ("callable", ArrayLike, ["callable"]),
    ],
)
def test_contradicting_types_are_noticed(kind, annotation, wrong):
    assert disagreements(kind, annotation, {"Labels": list[int]}) == wrong


HARD_CASES = '''
class Digit:
    """One."""

def f(a, b: float = 0.9, c: float = 0.999, d: int = 1, e: str = "x", *, g=None, h, i=()):
    """Do.

    Parameters
    ----------
    a : path-like
    b, c : float
        Both.
    d, e
        As elsewhere.
    g : {"train", "test"}, optional
        Which.
    h : {1, 2}
        Required.
    i : sequence of Digit

    Returns
    -------
    first, second : float
        Two of them.

    Raises
    ------
    TypeError, ValueError
        If not.

    Examples
    --------
    >>> 1
    1
    """
'''


def test_parameters_have_their_own_type_and_default_and_share_only_the_text(tmp_path):
    (tmp_path / "digitlearn").mkdir()
    (tmp_path / "digitlearn/__init__.py").write_text(HARD_CASES, encoding="utf-8")
    package = griffe.load(
        "digitlearn",
        search_paths=[tmp_path],
        try_relative_path=False,
        extensions=griffe.load_extensions(Signatures),
        docstring_parser="numpy",
    )
    _, parameters, returns, raises, _ = package["f"].docstring.parsed
    told = [
        (p.name, text_of(str(p.annotation)), None if p.default is None else str(p.default))
        for p in parameters.value
    ]
    assert told == [
        ("a", "path-like", None),
        ("b", "float", "0.9"),
        ("c", "float", "0.999"),
        ("d", "int", "1"),
        ("e", "str", "'x'"),
        ("g", '"train" or "test"', "None"),
        ("h", "1 or 2", None),
        ("i", "sequence of Digit", "()"),
    ]
    texts = [p.description for p in parameters.value]
    assert texts == ["", None, "Both.", None, "As elsewhere.", "Which.", "Required.", ""]
    assert '<autoref identifier="digitlearn.Digit" optional>' in parameters.value[-1].annotation
    assert [(r.name, r.annotation) for r in returns.value] == [("first, second", "float")]
    assert [r.annotation for r in raises.value] == ["TypeError, ValueError"]


# Examples


def public_names(tree):
    """Return the docstring of each public function, class and method of a module, by name.

    Without the methods, properties among them, that another example of the module uses.
    """
    found = {}
    methods = {}
    for node in tree.body:
        if getattr(node, "name", "_").startswith("_"):
            continue
        found[node.name] = ast.get_docstring(node) or ""
        for child in node.body:
            is_method = isinstance(node, ast.ClassDef) and isinstance(child, ast.FunctionDef)
            if is_method and not child.name.startswith("_"):
                methods[f"{node.name}.{child.name}"] = ast.get_docstring(child) or ""
    examples = "\n".join(re.findall(r"^(?:>>>|\.\.\.).*", "\n".join(found.values()), re.MULTILINE))
    for name, docstring in methods.items():
        if not re.search(rf"\.{name.partition('.')[2]}\b", examples):
            found[name] = docstring
    return found


EXAMPLES = {
    f"{module}.{name}": docstring
    for module, tree in TREES.items()
    if module not in ("__init__", "__main__")
    for name, docstring in public_names(tree).items()
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_public_name_has_an_example_that_runs(name, tmp_path, monkeypatch):
    docstring = EXAMPLES[name]
    module = name.partition(".")[0]
    assert re.search(r"^Examples\n--------$", docstring, re.MULTILINE), "it has no example"
    skip_where_missing(module)
    monkeypatch.chdir(tmp_path)
    scope = {"np": np}
    exec(f"from digitlearn.{module} import *", scope)
    example = doctest.DocTestParser().get_doctest(docstring, scope, name, None, None)
    assert example.examples, "its example has no line that begins with >>>"
    report = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=report.append)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    assert not report, "".join(report)


def test_names_without_examples_are_noticed():
    tree = ast.parse(
        "class A:\n    'Has .f()'\n    def f(self): ...\n    def g(self): ...\n"
        "class B:\n    '>>> B().g(1)'\n    def g(self): ...\n    def gg(self): ...\n"
        "def function():\n    def inner(): ...\n"
        "def _private(): ...\n"
    )
    assert [*public_names(tree)] == ["A", "B", "function", "A.f", "B.gg"]


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_shown(site, module):
    text = " ".join(text_of(page_of(site, module)).split())
    for name, docstring in EXAMPLES.items():
        if name.startswith(f"{module}."):
            for example in doctest.DocTestParser().get_examples(docstring):
                line = example.source.splitlines()[0].partition("  # doctest:")[0]
                assert " ".join(line.split()) in text, name


# Source


@pytest.mark.parametrize("module", MODULES)
def test_modules_whose_code_is_to_be_read_show_it_folded(site, module):
    folds = re.findall(r"<details([^>]*)>(.*?)</details>", page_of(site, module), re.DOTALL)
    if module not in ("layers", "losses", "optimizers", "network", "training"):
        assert folds == []
        return
    assert not any("open" in attributes for attributes, _ in folds)
    texts = ["".join(text_of(fold).split()) for _, fold in folds]
    source = (ROOT / f"digitlearn/{module}.py").read_text(encoding="utf-8")
    assert "".join(source.split()) in texts[-1]
    for node in TREES[module].body:
        if not getattr(node, "name", "_").startswith("_"):
            code = "".join(ast.get_source_segment(source, node).split())
            assert any(code in text for text in texts[:-1]), node.name


# Pages, and what they say of the chapters


def test_every_public_module_has_a_page_that_the_navigation_lists_in_the_order_of_imports(site):
    public = {name for name in TREES if name not in ("__init__", "__main__", "cli")}
    html = (site / "reference/index.html").read_text(encoding="utf-8")
    nav = html[html.index("dl-nav") : html.index("md-content")]
    listed = re.findall(r'href="(\w+)\.html"', nav)
    assert listed == ["index", *MODULES, "cli"]
    assert {*MODULES} == public
    for place, name in enumerate(listed[1:], 1):
        assert neighbours(TREES[name]) - {name} <= {*listed[:place], "__version__"}


def test_every_page_in_the_navigation_is_made():
    config = load_config(str(ROOT / "mkdocs.yml"))
    config.plugins._current_plugin = "reference"  # as MkDocs sets it while a hook runs
    reference.on_config(config)
    files = reference.on_files(Files([]), config)
    (entries,) = (entry["Reference"] for entry in config.nav if "Reference" in entry)
    assert [path for entry in entries[1:-1] for path in entry.values()] == [*files.src_uris]
    assert [name for entry in entries[1:-1] for name in entry] == MODULES
    layers = files.get_file_from_path("reference/layers.md").content_string
    assert "# layers\n\nExplained in chapter [3]" in layers
    assert "::: digitlearn.layers\n    options:\n      show_source: true" in layers
    table = reference.on_page_markdown("A\n<!-- table of modules -->", None, config, files)
    assert table.startswith("A\n| module | what it does |\n|---|---|\n| [`")
    assert table.count("\n") == len(MODULES) + 2


def test_overview_says_what_the_modules_say_of_themselves(site):
    html = page_of(site, "index")
    rows = re.findall(r'href="(\w+)\.html">.*?</td>\s*<td>(.*?)</td>', html, re.DOTALL)
    assert [name for name, _ in rows] == MODULES
    for name, row in rows:
        summary = ast.get_docstring(TREES[name]).split("\n\n")[0]
        assert re.findall(r"\w+", text_of(row)) == re.findall(r"\w+", summary)


@pytest.mark.parametrize("module", MODULES)
def test_pages_name_the_chapters_that_use_the_module_and_no_others(site, module):
    intro = page_of(site, module).partition('class="doc ')[0]
    named = re.findall(r"chapters/(\w+)\.html", intro)
    using = []
    for path in sorted(ROOT.glob("docs/chapters/*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        imports = re.findall(r"^ *from digitlearn import (.*)$", code, re.MULTILINE)
        names = {name.strip() for line in imports for name in line.split(",")}
        # What the package itself offers comes from data, and its error from sources.
        offers = {"data": r"digitlearn\.load", "sources": r"import DataUnavailableError"}
        offered = module in offers and re.search(offers[module], code)
        whole = re.search(rf"^(from|import) digitlearn\.{module}\b", code, re.MULTILINE)
        if module in names or whole or offered:
            using.append(path.stem)
    assert sorted(named) == using


def test_use_in_a_chapter_is_found_in_its_code_alone(tmp_path):
    code = [
        "%matplotlib inline\nimport digitlearn\nfrom digitlearn.layers import Dense",
        "!pip list\ndigitlearn.load()\ndigitlearn.network.mlp()",
        "from digitlearn import losses, load_mnist",
    ]
    cells = [{"cell_type": "code", "source": source} for source in code]
    cells.append({"cell_type": "markdown", "source": "from digitlearn import plots"})
    (tmp_path / "01_a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    exports = {"load": "data", "load_mnist": "data"}
    used = {"data", "layers", "losses", "network"}
    assert reference.read_chapters(tmp_path, exports) == {"01_a.ipynb": used}


def test_no_module_can_be_said_to_be_explained_where_it_is_not_used(monkeypatch):
    chapters = {"01_a.ipynb": {"layers"}, "02_b.ipynb": set(), "03_c.ipynb": {"layers"}}
    monkeypatch.setattr(reference, "EXPLAINED", {"layers": [3]})
    expected = "Explained in chapter [3](../chapters/03_c.ipynb); "
    expected += "used in chapter [1](../chapters/01_a.ipynb)."
    assert reference.chapter_line("layers", chapters) == expected
    monkeypatch.setattr(reference, "EXPLAINED", {"layers": [2]})
    with pytest.raises(PluginError, match=r"layers in chapters \[2\]. It is used in: \[1, 3\]"):
        reference.chapter_line("layers", chapters)


def test_modules_that_import_each_other_cannot_be_put_in_order(tmp_path):
    (tmp_path / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "a.py").write_text("from digitlearn import b", encoding="utf-8")
    (tmp_path / "b.py").write_text("import digitlearn.a", encoding="utf-8")
    with pytest.raises(PluginError, match=r"circular imports. Received: \['a', 'b'\]"):
        reference.read_package(tmp_path)
