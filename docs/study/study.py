"""Run the study: every recipe with every seed, on all cores or on a Dask cluster.

Each run leaves one file, complete or not there at all, so an interrupted study goes on where it
stopped; a long run, from its last epoch. When all are there, the table is written.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cloudpickle
import joblib
import numpy as np
import recipes
import resume
import sealed
import styles
from recipes import ROWS, Row, training_digits
from threadpoolctl import threadpool_limits

from digitlearn.evaluation import compare, evaluate
from digitlearn.losses import cross_entropy, softmax

RESULTS = Path(__file__).resolve().parents[1] / "results" / "study.json"

Labels = np.ndarray[Any, np.dtype[np.int64]]
Logits = np.ndarray[Any, np.dtype[np.float32]]  # of several networks: (networks, N, 10)


def one_run(row: Row, seed: int, folder: Path, dataset: str | None) -> str:
    """Run a recipe on one thread, so that several beside each other do not share cores."""
    with threadpool_limits(1):
        path = recipes.run(row, seed, folder, dataset)
    return path.stem


def run_all(
    rows: Sequence[Row],
    folder: Path,
    *,
    dataset: str | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    jobs: int = -1,
) -> None:
    """Run what is not there yet; the longest first, so that no core is left with one at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [(row, seed) for row in rows for seed in range(row.seeds)]
    tasks.sort(key=lambda task: -task[0].recipe.epochs * task[0].recipe.hidden_units[0])
    with parallel(backend, scheduler, jobs) as workers:
        calls = (joblib.delayed(one_run)(row, seed, folder, dataset) for row, seed in tasks)
        for done, name in enumerate(workers(calls), start=1):
            print(f"{done:3} of {len(tasks)}  {name}", flush=True)


def parallel(backend: str, scheduler: str | None, jobs: int) -> joblib.Parallel:
    """Return what runs tasks: processes here, or the workers of a Dask cluster."""
    if backend == "loky":
        return joblib.Parallel(jobs, return_as="generator_unordered")
    from dask.distributed import Client

    # Workers have the package, but not this folder.
    cloudpickle.register_pickle_by_value(recipes)
    cloudpickle.register_pickle_by_value(resume)
    cloudpickle.register_pickle_by_value(styles)
    cloudpickle.register_pickle_by_value(sys.modules[one_run.__module__])
    client = Client(scheduler)
    with joblib.parallel_config(backend="dask", client=client):
        return joblib.Parallel(return_as="generator_unordered")


def table(rows: Sequence[Row], folder: Path, *, dataset: str | None = None) -> dict[str, Any]:
    """Return the study's table from the files of its runs, with an ensemble of the last row."""
    _, (_, labels) = training_digits(dataset=dataset)
    answers, seconds = {}, {}
    for row in rows:
        runs = [np.load(folder / f"{row.name}-{seed}.npz") for seed in range(row.seeds)]
        answers[row.name] = np.stack([run["logits"] for run in runs])
        seconds[row.name] = float(np.median([run["seconds"].sum() for run in runs]))
    top = rows[-1]
    # Each ensemble leaves another network out.
    members = answers[top.name]
    answers["ensemble"] = (members.sum(axis=0) - members) / (len(members) - 1)
    seconds["ensemble"] = seconds[top.name] * (len(members) - 1)
    change = f"mean of the logits of {len(members) - 1} such networks"
    all_rows = [*rows, replace(top, name="ensemble", change=change, before=top.name)]
    return {
        "images": len(labels),
        "rows": [
            {"name": row.name, "change": row.change, "before": row.before}
            | {"recipe": vars(row.recipe), "seconds": seconds[row.name]}
            | scores(labels, answers[row.name], answers.get(row.before))
            for row in all_rows
        ],
    }


def scores(labels: Labels, answers: Logits, before: Logits | None) -> dict[str, Any]:
    """Return what is told of one row: accuracy, calibration, and the test against the row before.

    The test is McNemar's with images as its pairs: of each image it counts only whether one row's
    networks are more often right than the other's.
    """
    reports = [evaluate(labels, softmax(logits)) for logits in answers]
    accuracies = [report.accuracy for report in reports]
    result: dict[str, Any] = {
        "accuracies": accuracies,
        "mean": float(np.mean(accuracies)),
        "spread": float(np.std(accuracies, ddof=1)),
        "log_loss": float(np.mean([report.log_loss for report in reports])),
        "temperature": best_temperature(labels, answers),
    }
    if before is not None:
        now, then = ((a.argmax(axis=2) == labels).mean(axis=0) for a in (answers, before))
        yes = np.ones(len(labels), dtype=np.int64)
        paired = compare(yes, (now > then).astype(np.int64), (then > now).astype(np.int64))
        result |= {"better": paired.only_a_right, "worse": paired.only_b_right}
        result["p_value"] = paired.p_value
    return result


def best_temperature(labels: Labels, answers: Logits) -> float:
    """Return what to divide logits by so that the loss of all networks together is smallest."""
    from scipy.optimize import minimize_scalar

    logits, repeated = np.concatenate(list(answers)), np.tile(labels, len(answers))
    found = minimize_scalar(lambda t: cross_entropy(logits / t, repeated), bounds=(0.2, 5))
    return float(found.x)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    add("--folder", type=Path, default=Path(".cache/study"), help="where runs leave their files")
    add("--output", type=Path, default=RESULTS, help="where the table goes")
    add("--dataset", choices=["mnist", "embedded"], default="mnist")
    add("--backend", choices=["loky", "dask"], default="loky", help="processes here, or a cluster")
    add("--scheduler", metavar="ADDRESS", help="of the Dask cluster; its workers share --folder")
    add("--jobs", type=int, default=-1, help="processes at a time; -1 for one a core")
    add("--rows", nargs="+", choices=[row.name for row in ROWS], help="only these, and no table")
    options = parser.parse_args(arguments)
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    folder = options.folder.resolve()
    run_all(
        rows,
        folder,
        dataset=options.dataset,
        backend=options.backend,
        scheduler=options.scheduler,
        jobs=options.jobs,
    )
    if not options.rows:
        sealed.write(options.output, table(rows, folder, dataset=options.dataset))
    return 0


if __name__ == "__main__":
    sys.exit(main())
