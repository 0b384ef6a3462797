"""A wrong answer is never taken for a right one: mutants of every solution are rejected."""

import ast

import numpy as np
import pytest
from mutate import mutants

from digitlearn import exercises
from digitlearn.exercises._judging import load

ENOUGH = 20
# What else is easily written in place of a name.
OTHERS = {
    **{"sum": "mean", "mean": "sum", "max": "min", "all": "any", "any": "all"},
    **{"argmax": "argmin", "argmin": "argmax", "maximum": "minimum", "median": "mean"},
    **{"float32": "float64", "zeros": "ones", "cos": "sin", "comb": "perm", "sqrt": "square"},
    **{"exp": "exp2", "log": "log2", "std": "var"},
}
# Mutants that do the same as the solution: (exercise, before, after), and why.
EQUIVALENT = {
    ("share_of_amounts", "1", "2"): "reshape counts the rows itself for any negative number",
    ("sigmoid_backward", "-x", "x"): "the slope of a sigmoid is the same on both sides of 0",
    ("mend_backward", "z > 0", "z >= 0"): "ReLU has no slope at 0 itself",
    ("shift_image", "down > 0", "down >= 0"): "shifted[:0] is empty",
    ("shift_image", "right > 0", "right >= 0"): "shifted[:, :0] is empty",
    ("one_hot", "labels", "rows"): "there are as many rows as labels",
    ("cross_entropy", "labels", "logits"): "there are as many rows as labels",
    ("cross_entropy", "labels", "shifted"): "there are as many rows as labels",
    ("cross_entropy", "labels", "log_sums"): "there are as many sums as labels",
    ("nearest_mean", "(differences ** 2).sum", "(differences ** 2).mean"): "the same order",
    ("split_by_writer", "validation", "copies"): "validation images are copies of themselves",
    ("neuron", "x @ weights", "weights @ x"): "the dot product of two vectors",
    ("mcnemar", "labels", "answers_a"): "if A is right, B is wrong where it differs from A",
    ("mcnemar", "labels", "answers_b"): "if B is right, A is wrong where it differs from B",
    ("lift_ink", "float", "paper"): "NumPy takes the dtype of a number for a dtype",
    ("centre_of_mass", "ink.sum", "ink.mean"): "only the proportions of weights count",
}
if np.lib.NumpyVersion(np.__version__) < "2.0.0":
    kept = "an array of float32 that is divided by a number of float64 stays float32"
    EQUIVALENT["scale_pixels", "np.float32", "np.float64"] = kept


def more_mutants(source):
    """Yield (before, after, source): other names, other functions, operands exchanged."""
    tree = ast.parse(source)
    function = tree.body[-1]
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    variables = sorted({argument.arg for argument in function.args.args} | stored - {"np"})
    for node in list(ast.walk(tree)):
        original = dict(vars(node))
        for change in changes(node, variables):
            before = ast.unparse(node)
            vars(node).update(change)
            yield before, ast.unparse(node), ast.unparse(tree)
            vars(node).update(original)


def changes(node, variables):
    """Yield the fields of a node that could have been written otherwise."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in variables:
        yield from ({"id": name} for name in variables if name != node.id)
    elif isinstance(node, ast.Attribute) and node.attr in OTHERS:
        yield {"attr": OTHERS[node.attr]}
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.MatMult):
        yield {"left": node.right, "right": node.left}
    elif isinstance(node, ast.Call):
        for keyword in node.keywords:
            yield {"keywords": [other for other in node.keywords if other is not keyword]}


def one_change_more(source):
    """Yield (before, after, source) of each mutant of a source."""
    yield from ((mutant.before, mutant.after, mutant.source) for mutant in mutants(source))
    yield from more_mutants(source)


def other_ends(source):
    """Yield (before, after, source) with another value returned."""
    before, value = source.rsplit("return ", 1)
    for end in (
        f"-({value})",
        f"({value}) + 1",
        f"2 * ({value})",
        f"({value})[::-1]",
        f"[{value}]",
    ):
        yield value, end, f"{before}return {end}"


def all_mutants(name):
    """Return {source: (before, after)} of an exercise's mutants; of short ones, changed twice."""
    solution = ast.unparse(ast.parse(exercises.get(name).solution))
    changed = [*one_change_more(solution), *other_ends(solution)]
    found = {source: change for *change, source in changed}
    found.pop(solution, None)
    missing = ENOUGH - len(found)
    if missing > 0:
        twice = {}
        for _, end, once in other_ends(solution):
            if end.endswith("[::-1]"):  # the other way round twice is the first way
                continue
            twice |= {source: change for *change, source in one_change_more(once)}
        fresh = [source for source in twice if source not in found and source != solution]
        for source in fresh[:: len(fresh) // missing][:missing]:
            found[source] = twice[source]
    return {source: tuple(change) for source, change in found.items()}


@pytest.mark.parametrize("name", exercises.NAMES)
def test_mutants_of_the_solution_are_rejected(name):
    changed = [*all_mutants(name).items()]
    chosen = changed[:: max(1, len(changed) // ENOUGH)]  # evenly, for the sake of time
    assert len(chosen) >= ENOUGH
    survivors = [
        change
        for source, change in chosen
        if (name, *change) not in EQUIVALENT
        and exercises.check(name, load(source, name), seconds=1).passed
    ]
    assert survivors == []


@pytest.mark.parametrize("name", sorted({name for name, *_ in EQUIVALENT}))
def test_what_is_said_to_be_equivalent_is_not_rejected(name):
    excused = {key[1:] for key in EQUIVALENT if key[0] == name}
    passed = {
        change
        for source, change in all_mutants(name).items()
        if change in excused and exercises.check(name, load(source, name)).passed
    }
    assert passed == excused
