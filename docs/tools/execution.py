"""Run a notebook's cells in a fresh kernel, its solutions, and the expressions in its prose."""

import ast
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from expressions import CLAIM, CODE, find, operands, sentence_before
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from tqdm import tqdm

# What a chapter shows must not depend on the terminal, the graphics card or the number of cores.
ENVIRONMENT = {
    "COLUMNS": "100",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "2",
}


class ChapterError(Exception):
    """A chapter that can't be published; the message names the cell and the reason."""


def execute(notebook: NotebookNode, folder: Path, dataset: str, timeout: float = 900) -> float:
    """Fill in a notebook's outputs and, in its Markdown cells' metadata, the values in its prose.

    `dataset` is what ``digitlearn.load`` returns; `timeout` holds for all cells, in seconds.
    Returned are the seconds it took, those of the solutions aside: a reader does not run these.
    """
    import matplotlib.font_manager  # noqa: F401 - its font cache is made here, not in a chapter

    # Without a folder of kernels to choose from, Jupyter starts the Python that runs this.
    kernel = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    # Captured file descriptors would put TensorFlow's C++ log lines into the outputs.
    quiet = ["--IPKernelApp.capture_fd_output=False", "--log-level=ERROR"]
    client = NotebookClient(notebook, km=kernel, coalesce_streams=True, extra_arguments=quiet)
    title = f"chapter {notebook.cells[0].id[:2]}"
    start, in_solutions = time.monotonic(), 0.0
    with TemporaryDirectory() as settings:  # instead of the user's IPython profile
        env = os.environ | ENVIRONMENT | {"DIGITLEARN_DATASET": dataset, "IPYTHONDIR": settings}
        with client.setup_kernel(cwd=str(folder), env=env, cleanup_kc=True):
            for index, cell in enumerate(tqdm(notebook.cells, title, leave=False)):
                client.timeout = max(1, round(start + timeout - time.monotonic()))
                try:
                    client.execute_cell(cell, index)
                    if cell.cell_type == "markdown" and (found := find(cell.source)):
                        before = time.monotonic()
                        printed = run_solutions(client, index, found)
                        in_solutions += time.monotonic() - before
                        cell.metadata["values"] = evaluate(client, cell, found) | printed
                        if dataset == "mnist":  # the text was written for it
                            check_claims(client, cell, found)
                except (CellControlSignal, DeadKernelError, LookupError, TimeoutError) as error:
                    raise ChapterError(f"cell {cell.id}: {error}") from error
    return time.monotonic() - start - in_solutions


def run_solutions(client: NotebookClient, index: int, found: list[str]) -> dict[str, str]:
    """Run the code in a Markdown cell's text, and return what each piece of it prints."""
    cell = client.nb.cells[index]
    printed = {}
    for code in [expression for expression in found if expression.startswith(CODE)]:
        solution = new_code_cell(code.removeprefix(CODE), id=f"{cell.id}-solution")
        client.execute_cell(solution, index, store_history=False)
        client.nb.cells[index] = cell  # where nbclient has put what it ran
        streams = {output.get("name"): output.get("text") for output in solution.outputs}
        if "stderr" in streams or not streams.get("stdout"):
            raise LookupError(f"a solution must print its result, and nothing else: {streams}")
        printed[code] = streams["stdout"]
    return printed


def evaluate(client: NotebookClient, cell: NotebookNode, found: list[str]) -> dict[str, str]:
    """Return expressions formatted as in an f-string; of a claim, nothing."""
    # The space keeps an expression that begins with a brace from looking like an escaped one.
    asked = {e: "f'''{ " + e + "}'''" for e in found if not e.startswith((CLAIM, CODE))}
    answers = ask(client, cell, asked)
    return {e: ast.literal_eval(answers[e]) if e in answers else "" for e in found}


def check_claims(client: NotebookClient, cell: NotebookNode, found: list[str]) -> None:
    """Raise LookupError for the first claim that is not true, with its sentence and values."""
    claims = [e for e in found if e.startswith(CLAIM)]
    truths = ask(client, cell, {claim: f"bool({claim.removeprefix(CLAIM)})" for claim in claims})
    for claim, truth in truths.items():
        if truth != "True":
            values = ask(client, cell, {operand: operand for operand in operands(claim)})
            listed = "; ".join(f"{operand} = {value}" for operand, value in values.items())
            sentence = sentence_before(cell.source, claim)
            raise LookupError(f"{{{{ {claim} }}}} is not true of {sentence!r}: {listed}")


def ask(client: NotebookClient, cell: NotebookNode, asked: dict[str, str]) -> dict[str, str]:
    """Return the repr of each expression, without leaving a trace in the kernel."""
    question = client.kc.execute("", silent=True, user_expressions=asked)
    reply = client.wait_for_reply(question, cell)
    values = {}
    for expression, answer in reply["content"]["user_expressions"].items():
        if answer["status"] == "error":
            raise LookupError(f"{{{{ {expression} }}}}: {answer['ename']}: {answer['evalue']}")
        values[expression] = answer["data"]["text/plain"]
    return values
