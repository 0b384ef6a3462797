"""How much do the tests notice? Change one thing in a module, and see whether a test fails.

    python tests/benchmarks/mutate.py --module losses

A mutant is a copy of the package in which a module has one small mistake, such as a `<` for a `<=`,
a sum along the other axis, or a statement left out. A test that fails kills it; a mutant that
survives shows what no test looks at, or a change that changes nothing. Each module is judged by
`tests/test_<module>.py` alone. Takes minutes to an hour a module; `--sample 50` tries 50 of them.
"""

import argparse
import ast
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = "digitlearn"
MODULES = (
    *("layers", "losses", "optimizers", "training"),
    *("preprocessing", "pictures", "evaluation"),
)
BAR = 0.9  # the part of a module's mutants that its tests are to kill
PATIENCE = 5  # a mutant may take so many times as long as the tests of the module as it is,
SLACK = 10  # and so many seconds more

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
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        first, second, *others = node.args
        if ast.dump(first) != ast.dump(second):
            yield _with(node, args=[second, first, *others])
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


class Laboratory:
    """Private copies of the package, and the tests of one module to try mutants with."""

    def __init__(self, module: str, folder: Path, root: Path = ROOT, jobs: int = 2) -> None:
        self.module, self.root = module, root
        self.tests = [f"tests/test_{module}.py"]
        self.copies: queue.Queue[Path] = queue.Queue()
        for number in range(jobs):
            copy = folder / f"copy-{number}"
            shutil.copytree(
                root / PACKAGE, copy / PACKAGE, ignore=shutil.ignore_patterns("__pycache__")
            )
            self.copies.put(copy)
        source = self._file(root).read_text(encoding="utf-8")
        self.mutants = mutants(source)
        self._measure(ast.unparse(ast.parse(source)), folder / "report.xml")

    def _file(self, folder: Path) -> Path:
        return folder / PACKAGE / f"{self.module}.py"

    def _measure(self, source: str, report: Path) -> None:
        """See that the module passes as it is, how long it takes, and which tests are quick."""
        self.limit = 3600.0
        start = time.monotonic()
        if self.try_out(source, f"--junitxml={report}") != "survived":
            raise RuntimeError(f"Expected {self.tests[0]} to pass before anything is changed.")
        self.limit = SLACK + PATIENCE * (time.monotonic() - start)
        seconds: Counter[str] = Counter()
        for case in ET.parse(report).iter("testcase"):
            seconds[case.attrib["name"].partition("[")[0]] += float(case.attrib["time"])
        quick_first = sorted(seconds, key=lambda name: (round(seconds[name], 1), name))
        self.tests = [f"{self.tests[0]}::{name}" for name in quick_first]

    def try_out(self, source: str, *options: str) -> str:
        """Return whether the module, as in `source`, is "killed", "survived" or "timeout"."""
        copy = self.copies.get()
        try:
            self._file(copy).write_text(source, encoding="utf-8")
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
            done = subprocess.run(
                [*command, *options, *self.tests],
                cwd=self.root,
                env=self._environment(copy),
                capture_output=True,
                text=True,
                timeout=self.limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "timeout"
        finally:
            self.copies.put(copy)
        if done.returncode > 2:  # neither passed, nor failed, nor refused to be imported
            raise RuntimeError(f"Expected pytest to run. Received: {done.stdout}{done.stderr}")
        return "killed" if done.returncode else "survived"

    def _environment(self, copy: Path) -> dict[str, str]:
        return {
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the start takes half as long
            "CI": "1",  # Hypothesis tries the same examples each time
            "PYTHONDONTWRITEBYTECODE": "1",  # two mutants in a second may be of the same size
            "PYTHONPATH": str(copy),
            "PYTHONSAFEPATH": "1",  # else the folder it starts in, with the package, comes first
        }


def judge(module: str, *, sample: int | None, seed: int, jobs: int, root: Path = ROOT) -> float:
    """Try a module's mutants, print which survive, and return the part that was killed."""
    with tempfile.TemporaryDirectory() as folder:
        laboratory = Laboratory(module, Path(folder), root, jobs)
        chosen = laboratory.mutants
        if sample is not None and sample < len(chosen):
            numbers = random.Random(seed).sample(range(len(chosen)), sample)
            chosen = [chosen[number] for number in sorted(numbers)]
        fates: Counter[str] = Counter()
        with ThreadPoolExecutor(jobs) as pool:
            tried = pool.map(laboratory.try_out, [mutant.source for mutant in chosen])
            for mutant, fate in zip(chosen, tried, strict=True):
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
