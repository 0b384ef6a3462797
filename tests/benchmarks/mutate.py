"""How much do the tests notice? Change one thing in a module, and see whether a test fails.

    python tests/benchmarks/mutate.py --module losses

A mutant is a copy of the package in which a module has one small mistake, such as a `<` for a `<=`,
a sum along the other axis, or a statement left out. A test that fails kills it; a mutant that
survives shows what no test looks at, or a change that changes nothing. Each module is judged by
its `tests/test_<module>.py`. It takes minutes to an hour a module; `--sample 50` tries 50 of its
mutants. It needs a system that forks: not Windows.
"""

import argparse
import ast
import importlib
import multiprocessing.connection
import os
import random
import shutil
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tqdm import tqdm

ROOT = Path(__file__).parents[2]
PACKAGE = "digitlearn"
MODULES = (
    *("layers", "losses", "optimizers", "training"),
    *("preprocessing", "pictures", "evaluation"),
)
# What else is about a module: its own tests, and those of the functions that are made of it.
ALSO = {"pictures": ["preprocessing"]}
BAR = 0.9  # the part of a module's mutants that its tests are to kill
PATIENCE = 5  # a mutant may take so many times as long as the tests of the module as it is,
SLACK = 10  # and so many seconds more
# What the package and its tests load.
LIBRARIES = (
    *("hypothesis.extra.numpy", "numpy", "PIL.Image", "pooch", "tqdm"),
    *("scipy.ndimage", "scipy.stats", "sklearn.datasets", "sklearn.metrics"),
)

OPERATORS: dict[type, type] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add},
    **{ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult},
    **{ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd},
    **{ast.And: ast.Or, ast.Or: ast.And},
}
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,)},
    **{ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,)},
}
# Of which the arguments' order is nothing, but each of them should count.
BOUNDS = ("abs", "clip", "logaddexp", "max", "maximum", "min", "minimum")


class Mutant(NamedTuple):
    """A module with one mistake."""

    line: int
    before: str
    after: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found = []
    for holder, place, node in list(_places(tree)):
        for changed in _changes(node):
            holder[place] = changed
            mutated = ast.unparse(tree)
            holder[place] = node
            found.append(Mutant(node.lineno, ast.unparse(node), ast.unparse(changed), mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _places(node: ast.AST) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (holder, key, node) of all that may be changed: `holder[key]` is the node."""
    for field, value in ast.iter_fields(node):
        # What an error says and what type an argument has is not what these tests are about.
        if field in ("annotation", "returns") or isinstance(node, ast.Raise):
            continue
        for key, child in enumerate(value) if isinstance(value, list) else [(field, value)]:
            if isinstance(child, ast.AST):
                if hasattr(child, "lineno"):
                    yield value if isinstance(value, list) else vars(node), key, child
                if not (isinstance(child, ast.keyword) and child.arg == "axis"):
                    yield from _places(child)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the mistakes that could have been made in place of a node."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        if type(node.op) in OPERATORS:
            yield _with(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                yield _with(node, ops=ops)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    elif isinstance(node, ast.keyword) and node.arg == "axis":
        # A sum along axis 2 of a matrix is no mistake that anyone makes.
        if isinstance(node.value, ast.Constant) and node.value.value in (0, 1):
            yield _with(node, value=ast.Constant(1 - node.value.value))
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        if isinstance(node.test, ast.Name | ast.Attribute | ast.Call):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif _can_go(node):
        yield ast.Pass(lineno=getattr(node, "lineno", 0))


def _with(node: Any, **fields: Any) -> Any:
    """Return a copy of a node with other fields."""
    changed = deepcopy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    """Yield a call without its bounds, or with its first two arguments in the other order."""
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name in BOUNDS and (len(node.args) > 1 or name == "abs"):
        is_method = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) != "np"
        yield node.func.value if is_method else node.args[0]
        if name != "clip":
            yield from node.args[1:]
    elif len(node.args) > 1:
        first, second, *others = node.args
        if ast.dump(first) != ast.dump(second):
            yield _with(node, args=[second, first, *others])


def _other_constants(node: ast.Constant) -> Iterator[ast.Constant]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, float):
        yield ast.Constant(2 * node.value if node.value else 1.0)


def _can_go(node: ast.AST) -> bool:
    """Say whether the module still makes sense without a statement."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)  # a docstring
    if isinstance(node, ast.Assign):  # without a name nothing would run
        return not any(isinstance(target, ast.Name | ast.Tuple) for target in node.targets)
    return isinstance(node, ast.AugAssign | ast.Raise | ast.Break | ast.Continue)


class QuickFirst:
    """Sorts tests by the seconds they took, so that most mutants die soon."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def read(self, report: Path) -> None:
        """Take the seconds from pytest's report."""
        for case in ET.parse(report).iter("testcase"):
            self.seconds[case.attrib["name"]] = round(float(case.attrib["time"]), 1)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests."""
        items.sort(key=lambda item: (self.seconds.get(item.name, 0), item.name))


class Laboratory:
    """Private copies of the package, and the tests of one module to try mutants with.

    The libraries are loaded once, here; every mutant gets a fork of this process.
    """

    def __init__(self, module: str, folder: Path, root: Path = ROOT, jobs: int = 2) -> None:
        self.module, self.root = module, root
        self.tests = [f"tests/test_{name}.py" for name in (module, *ALSO.get(module, []))]
        self.order = QuickFirst()
        self.copies = [folder / f"copy-{number}" for number in range(jobs)]
        for copy in self.copies:
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / PACKAGE, copy / PACKAGE, ignore=ignored)
        self.source = self._file(root).read_text(encoding="utf-8")
        self.limit = 3600.0  # seconds that the tests may take
        self.processes = multiprocessing.get_context("fork")
        for library in LIBRARIES:
            importlib.import_module(library)

    def _file(self, folder: Path) -> Path:
        return folder / PACKAGE / f"{self.module}.py"

    def measure(self) -> None:
        """See that the module passes as it is, how long that takes, and which tests are quick."""
        start = time.monotonic()
        report = self.copies[0] / "report.xml"
        unchanged = ast.unparse(ast.parse(self.source))
        if list(self.try_out([unchanged], f"--junitxml={report}")) != ["survived"]:
            raise RuntimeError(
                f"Expected {' '.join(self.tests)} to pass before anything is changed."
            )
        self.limit = SLACK + PATIENCE * (time.monotonic() - start)
        self.order.read(report)

    def try_out(self, sources: Sequence[str], *options: str) -> Iterator[str]:
        """Yield whether the module, as in each source, is "killed", "survived" or "timeout"."""
        fates: dict[int, str] = {}
        running: dict[Path, tuple[int, BaseProcess, float]] = {}
        waiting = list(enumerate(sources))[::-1]
        shown = 0
        while shown < len(sources):
            for copy in self.copies:
                if copy not in running and waiting:
                    number, source = waiting.pop()
                    self._file(copy).write_text(source, encoding="utf-8")
                    process = self.processes.Process(target=self._run_tests, args=(copy, *options))
                    process.start()
                    running[copy] = number, process, time.monotonic() + self.limit
            multiprocessing.connection.wait([run[1].sentinel for run in running.values()], 1)
            for copy, (number, process, deadline) in list(running.items()):
                if process.exitcode is not None:
                    fates[number] = self._fate(process.exitcode, copy)
                    del running[copy]
                elif time.monotonic() > deadline:
                    process.kill()
                    process.join()
                    fates[number] = "timeout"
                    del running[copy]
            while shown in fates:
                yield fates[shown]
                shown += 1

    def _fate(self, status: int, copy: Path) -> str:
        if status > 2:  # neither passed, nor failed, nor refused to be imported
            log = (copy / "log.txt").read_text(errors="replace")
            raise RuntimeError(f"Expected pytest to run. Received: {log[-2000:]}")
        return "killed" if status else "survived"

    def _run_tests(self, copy: Path, *options: str) -> None:
        """Run the tests on a copy of the package, and end this process with pytest's status."""
        sys.stdout = sys.stderr = (copy / "log.txt").open("w", buffering=1)
        os.dup2(sys.stdout.fileno(), 1)
        os.dup2(sys.stdout.fileno(), 2)
        os.chdir(self.root)
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        os.environ["CI"] = "1"  # Hypothesis tries the same examples each time
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        os.environ.pop("PYTEST_ADDOPTS", None)  # no plugin here knows its options, such as --cov
        os.environ["PYTHONPATH"] = str(copy)
        sys.path.insert(0, str(copy))
        sys.dont_write_bytecode = True  # two mutants in a second may be of the same size
        command = ["-x", "-q", "-p", "no:cacheprovider", *options, *self.tests]
        os._exit(pytest.main(command, plugins=[self.order]))


def judge(module: str, *, sample: int | None, seed: int, jobs: int, root: Path = ROOT) -> float:
    """Try a module's mutants, print which survive, and return the part that was killed."""
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(module, Path(folder), root, jobs)
        chosen = mutants(laboratory.source)
        if sample is not None and sample < len(chosen):
            numbers = random.Random(seed).sample(range(len(chosen)), sample)
            chosen = [chosen[number] for number in sorted(numbers)]
        laboratory.measure()
        fates: Counter[str] = Counter()
        tried = laboratory.try_out([mutant.source for mutant in chosen])
        for mutant, fate in zip(
            tqdm(chosen, module, leave=False, disable=None), tried, strict=True
        ):
            fates[fate] += 1
            if fate != "killed":
                change = f"{_short(mutant.before)}  ->  {_short(mutant.after)}"
                print(f"{fate}  {PACKAGE}/{module}.py:{mutant.line}  {change}", flush=True)
    # A mutant that goes on for ever is noticed, too.
    killed = (fates["killed"] + fates["timeout"]) / max(1, len(chosen))
    counts = ", ".join(f"{fates[fate]} {fate}" for fate in ("killed", "timeout", "survived"))
    print(f"{module}: {killed:.1%} of {len(chosen)} mutants noticed ({counts})", flush=True)
    return killed


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= 70 else line[:67] + "..."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if a module is below the bar."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--module", choices=MODULES, nargs="+", default=MODULES)
    parser.add_argument("--sample", type=int, metavar="N", help="try so many; default: all")
    parser.add_argument("--seed", type=int, default=0, help="which are tried; default: 0")
    parser.add_argument("--jobs", type=int, default=2, help="at the same time; default: 2")
    options = parser.parse_args(arguments)
    killed = [
        judge(module, sample=options.sample, seed=options.seed, jobs=options.jobs)
        for module in options.module
    ]
    return int(min(killed) < BAR)


if __name__ == "__main__":
    sys.exit(main())
