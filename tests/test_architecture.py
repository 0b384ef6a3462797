"""The package keeps to its plan: floors, light imports, silence, docstrings, size."""

import ast
import importlib
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import digitlearn

PACKAGE = Path(digitlearn.__file__).parent
ROOM = PACKAGE / "exercises"
MODULES = {path.stem: path for path in sorted(PACKAGE.glob("*.py"))}
MODULES["exercises"] = ROOM / "__init__.py"
# The exercises themselves, their questions, and what tries an answer out.
PARTS = {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted(ROOM.glob("[!_]*.py"))}
PARTS |= {path.stem: ast.parse(path.read_text("utf-8")) for path in ROOM.glob("_[!_]*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}

FLOORS = {
    "checks": 0,
    "files": 0,
    "formats": 1,
    "download": 0,
    "pictures": 1,
    "ink": 2,
    "pieces": 2,
    "augmentation": 1,
    "layers": 1,
    "losses": 1,
    "optimizers": 1,
    "preprocessing": 3,
    "network": 3,
    "evaluation": 3,
    "sources": 2,
    "data": 4,
    "training": 4,
    "pretrained": 4,
    "keras_models": 5,
    "export": 6,
    "reading": 5,
    "palette": 0,
    "style": 1,
    "galleries": 4,
    "diagrams": 4,
    "plots": 5,
    "exercises": 4,
    "options": 6,
    "cli": 7,
    "__main__": 8,
    "__init__": 8,
}
# Modules that may not use all of the floors below them; all may use the lowest one.
NEIGHBOURS = {
    "__init__": {"data", "sources"},
    "__main__": {"cli"},
    "ink": {"pictures"},
    "pieces": {"pictures"},
    "preprocessing": {"ink", "pictures", "pieces"},
    "reading": {
        *("augmentation", "ink", "losses", "network", "pictures", "pieces", "preprocessing"),
        "pretrained",
    },
    "data": {"formats", "pictures", "preprocessing", "sources"},
    "sources": {"formats"},
    "network": {"layers", "losses"},
    "evaluation": set(),
    "exercises": set(),
    "options": set(),
    "pretrained": {"layers", "network"},
    "keras_models": {"layers", "losses", "network", "training"},
}
LOWEST = {name for name, floor in FLOORS.items() if floor == 0}
# Libraries: what a module may import as it is loaded, and only inside its functions.
ANYWHERE = {
    "pictures": {"numpy", "PIL"},
    "ink": {"numpy", "PIL"},
    "preprocessing": {"numpy", "PIL"},
    "training": {"numpy", "tqdm"},
    "keras_models": {"numpy", "keras"},
    "style": {"numpy", "matplotlib"},
    "galleries": {"numpy", "matplotlib"},
    "diagrams": {"numpy", "matplotlib"},
    "plots": {"numpy", "matplotlib"},
}
INSIDE_FUNCTIONS = {
    "pictures": {"pillow_heif"},
    "ink": {"scipy"},
    "pieces": {"scipy"},
    "export": {"onnx", "onnxruntime"},
    "pretrained": {"safetensors"},
    "data": {"sklearn"},
    "download": {"pooch"},
    "evaluation": {"sklearn", "scipy"},
    "style": {"matplotlib_inline"},
    "cli": {"threadpoolctl"},
}
HEAVY = {"sklearn", "scipy", "matplotlib", "keras", "tensorflow"}


def imports(tree):
    """Yield (module, names, whether it is inside a function) of every import."""

    def visit(node, inside):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from ((alias.name, (), inside) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, "imports are absolute"
                yield child.module, [alias.name for alias in child.names], inside
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from visit(child, inside or function)

    return list(visit(tree, False))


def neighbours(tree):
    """Return the package's own modules that one of them imports."""
    found = set()
    for module, names, _ in imports(tree):
        top, _, rest = module.partition(".")
        if top == "digitlearn":
            found |= {rest.partition(".")[0]} if rest else set(names)
    return found


def libraries(tree, *, inside):
    """Return the libraries imported inside or outside functions, the standard one aside."""
    found = {
        module.partition(".")[0] for module, _, is_inside in imports(tree) if is_inside == inside
    }
    return found - set(sys.stdlib_module_names) - {"digitlearn"}


def test_the_package_is_flat_but_for_the_exercises_and_every_module_has_a_floor():
    assert {path.parent for path in PACKAGE.rglob("*.py")} == {PACKAGE, ROOM}
    assert set(MODULES) <= set(FLOORS)


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_from_floors_below(module):
    below = {name for name, floor in FLOORS.items() if floor < FLOORS[module]}
    used = neighbours(TREES[module]) - {module}
    assert used <= (NEIGHBOURS.get(module, below) | LOWEST) & below


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_their_libraries(module):
    anywhere = ANYWHERE.get(module, {"numpy"})
    assert libraries(TREES[module], inside=False) <= anywhere
    assert libraries(TREES[module], inside=True) <= anywhere | INSIDE_FUNCTIONS.get(module, set())


@pytest.mark.parametrize("part", PARTS)
def test_exercises_need_numpy_and_their_own_room_alone(part):
    tree = PARTS[part]
    assert neighbours(tree) <= {"exercises", "checks"}
    assert libraries(tree, inside=False) | libraries(tree, inside=True) <= {"numpy"}


def test_the_rules_notice_what_breaks_them():
    tree = ast.parse(
        "import numpy.linalg\n"
        "from digitlearn import plots\n"
        "from digitlearn.cli import main\n"
        "class A:\n"
        "    def method(self):\n"
        "        if True:\n"
        "            from sklearn.metrics import f1_score\n"
        "        import digitlearn.training\n"
    )
    assert neighbours(tree) == {"plots", "cli", "training"}
    assert libraries(tree, inside=False) == {"numpy"}
    assert libraries(tree, inside=True) == {"sklearn"}


def loaded_by(code):
    """Return the names of the libraries that are loaded after some code was run."""
    code += "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


def test_importing_the_package_loads_nothing_but_the_standard_library():
    loaded = loaded_by("import digitlearn; dir(digitlearn)")
    assert "digitlearn" in loaded
    assert not loaded & {"numpy", "PIL", "tqdm", *HEAVY}


def test_importing_its_functions_loads_nothing_heavy():
    loaded = loaded_by("from digitlearn import load, Digits")
    assert {"numpy", "digitlearn"} <= loaded
    assert not loaded & {"tqdm", *HEAVY}


def test_the_package_names_its_functions_and_its_version():
    from importlib.metadata import version

    assert digitlearn.__version__ == version("digitlearn")
    assert {"load", "load_mnist", "Digits", "__version__"} <= set(dir(digitlearn))
    assert digitlearn.load is importlib.import_module("digitlearn.data").load
    with pytest.raises(AttributeError, match="module 'digitlearn' has no attribute 'lode'"):
        _ = digitlearn.lode


def prints(tree):
    """Return the lines that print or write to the terminal."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "print")
        or (isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr"))
    ]


def test_only_the_command_line_prints():
    assert prints(TREES["cli"])
    trees = TREES | PARTS
    assert {name: lines for name, tree in trees.items() if (lines := prints(tree))}.keys() == {
        "cli"
    }


def undocumented(tree, prefix=""):
    """Return the public functions, classes and methods without a docstring."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            name = f"{prefix}{node.name}"
            found += [] if ast.get_docstring(node) else [name]
            if isinstance(node, ast.ClassDef):
                found += undocumented(node, f"{name}.")
    return found


@pytest.mark.parametrize("module", [*TREES, *PARTS])
def test_everything_public_is_documented(module):
    tree = (TREES | PARTS)[module]
    assert ast.get_docstring(tree)
    assert undocumented(tree) == []


def test_undocumented_code_is_noticed():
    tree = ast.parse('class A:\n    "Doc."\n    def f(self): ...\ndef g(): ...\ndef _h(): ...')
    assert undocumented(tree) == ["A.f", "g"]


def lines_of_code(text):
    """Count the lines that are neither blank, nor comment, nor docstring."""
    documented = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            documented |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in documented
        for number, line in lines
    )


def test_lines_of_code_are_counted():
    assert (
        lines_of_code('"""Doc\nstring."""\n\n# why\nx = 1\ndef f():\n    "d"\n    return 2\n') == 3
    )


def test_the_package_stays_small():
    lines = {
        name: lines_of_code(path.read_text(encoding="utf-8"))
        for name, path in MODULES.items()
        if name != "exercises"
    }
    assert sum(lines.values()) <= 2_762, lines


LONGER = {"exercises": 350}  # with the examples of all that it shows


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_read_at_a_sitting(module):
    lines = MODULES[module].read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGER.get(module, 300)


def lengths(text):
    """Return how many lines of code each function has, its signature and docstring aside."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = text.splitlines()[node.body[0].lineno - 1 : node.end_lineno]
            found[node.name] = lines_of_code(textwrap.dedent("\n".join(lines)))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_function_is_seen_at_a_glance(module):
    found = lengths(MODULES[module].read_text(encoding="utf-8"))
    assert {name for name, length in found.items() if length > 40} == set()


def test_lengths_of_functions_are_counted():
    text = 'def f():\n    "Doc."\n\n    # why\n    if 1:\n        pass\n'
    text += "def g(\n    a,\n):\n    return a\n"
    assert lengths(text) == {"f": 2, "g": 1}
