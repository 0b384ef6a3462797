"""How fast is it? One command measures all contenders side by side and prints one table each.

    .venv/bin/python -m pip install -e ".[test,benchmark]"
    .venv/bin/python tests/benchmarks/speed.py

Every measurement is a process of its own with one thread, started in turns, so that whatever else
slows the machine down slows all contenders down. Never run it beside other work.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

from contenders import CONTENDERS, RECIPE  # which finds the study's modules
from sealed import write

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "docs/results/speed.json"
TARGETS = (0.975, 0.98)
HIDDEN = (128, 64)
ONE_THREAD = dict.fromkeys(
    [
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
        *("VECLIB_MAXIMUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    ],
    "1",
)
FULL = {
    "seeds": 5,
    "runs": 5,
    "epochs": 25,
    "images": 54_000,
    "batch_sizes": [32, 128, 512],
    "growth_images": [6_000, 18_000, 54_000],
    "growth_hidden": [[64, 32], [256, 128], [1024, 512]],
    "growth_sample": 12_000,
}
QUICK = {
    "seeds": 1,
    "runs": 2,
    "epochs": 3,
    "images": 600,
    "batch_sizes": [32, 128],
    "growth_images": [300, 600],
    "growth_hidden": [[16, 8], [32, 16]],
    "growth_sample": 300,
}


def measure(what, **task):
    """Return what a process of its own measured."""
    command = [sys.executable, HERE / "measure.py", json.dumps({"what": what, **task})]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    result = subprocess.run(
        command, env=os.environ | ONE_THREAD | quiet, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RuntimeError(f"Expected {task} to be measured. Received: {result.stderr[-2000:]}")
    print(".", end="", file=sys.stderr, flush=True)
    return json.loads(result.stdout.splitlines()[-1])


def until_targets(contenders, plan, dataset):
    """Measure how long each contender trains until it reads well: with defaults, and our recipe."""
    runs = {name: {"defaults": [], "recipe": []} for name in contenders}
    for seed in range(plan["seeds"]):
        for how in ("defaults", "recipe"):
            for name in contenders:
                task = {"seed": seed, "recipe": how == "recipe", "epochs": plan["epochs"]}
                task |= {"targets": TARGETS, "hidden_units": HIDDEN, "dataset": dataset}
                runs[name][how].append(measure("reach", contender=name, **task))
    return {"targets": TARGETS, "epochs": plan["epochs"], "recipe": RECIPE, "runs": runs}


def epochs(contenders, plan, dataset):
    """Measure epochs of several batch sizes, numbers of images and widths, and predictions."""

    def all_of(images, hidden_units, batch_size):
        task = {"images": images, "hidden_units": hidden_units, "batch_size": batch_size}
        task |= {"runs": plan["runs"], "dataset": dataset}
        return {name: measure("epochs", contender=name, **task) for name in contenders}

    images, sample = plan["images"], plan["growth_sample"]
    return {
        "batch_sizes": {size: all_of(images, HIDDEN, size) for size in plan["batch_sizes"]},
        "images": {count: all_of(count, HIDDEN, 128) for count in plan["growth_images"]},
        "hidden_units": {
            "-".join(map(str, units)): all_of(sample, units, 128) for units in plan["growth_hidden"]
        },
        "sample": sample,
    }


def floors(_contenders, plan, dataset):
    """Measure our epoch beside its matrix products alone, and augmentation."""
    task = {"images": plan["images"], "hidden_units": HIDDEN}
    task |= {"runs": plan["runs"], "dataset": dataset}
    found = {size: measure("floor", batch_size=size, **task) for size in plan["batch_sizes"]}
    task = {"images": plan["images"], "runs": plan["runs"], "dataset": dataset}
    return {"batch_sizes": found, "augmentation": measure("augmentation", **task)["rate"]}


SECTIONS = {"targets": until_targets, "epochs": epochs, "floor": floors}


def machine():
    """Return what the figures depend on."""
    cpu = Path("/proc/cpuinfo")
    names = [
        line.partition(": ")[2]
        for line in (cpu.read_text().splitlines() if cpu.exists() else [])
        if line.startswith("model name")
    ]
    packages = ("numpy", "tensorflow", "keras", "scikit-learn", "torch")
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "threads": 1,
        "python": platform.python_version(),
        "versions": {
            name: importlib.metadata.version(name)
            for name in packages
            if importlib.util.find_spec(name.replace("scikit-learn", "sklearn"))
        },
        "date": date.today().isoformat(),
    }


def middle(values):
    """Return the median; a run that did not get there took longer than any that did."""
    value = median(float("inf") if v is None else v for v in values)
    return None if value == float("inf") else value


def print_tables(results):
    """Print each section as a table of medians and of ratios to ours."""
    names = {name: contender.name for name, contender in CONTENDERS.items()}
    if "targets" in results:
        for how in ("defaults", "recipe"):
            for i, target in enumerate(results["targets"]["targets"]):
                print(f"\nSeconds of training until {target:.1%} is held, {how}")
                runs = results["targets"]["runs"]
                took = {n: middle([r["seconds"][i] for r in runs[n][how]]) for n in runs}
                for name, value in took.items():
                    memory = median(run["memory"] for run in runs[name][how])
                    ratio = f"{value / took['numpy']:6.1f}" if value and took["numpy"] else "     –"
                    seconds = f"{value:8.2f}" if value else "   never"
                    print(f"  {names[name]:30} {seconds}  {ratio}  {memory:6.0f} MB")
    for part, groups in results.get("epochs", {}).items():
        if part == "sample":
            continue
        print(f"\nSeconds an epoch, and for reading 10,000 images, by {part}")
        for key, group in groups.items():
            ours = median(group["numpy"]["seconds"])
            for name, run in group.items():
                seconds, reading = median(run["seconds"]), median(run["inference"])
                print(f"  {key!s:9} {names[name]:30} {seconds:8.3f}  {seconds / ours:6.1f}", end="")
                print(f"  {reading:8.4f}")
    if "floor" in results:
        print("\nOur epoch, as a multiple of its matrix products alone")
        for size, run in results["floor"]["batch_sizes"].items():
            ratio = median(e / f for e, f in zip(run["epoch"], run["floor"], strict=True))
            print(f"  batches of {size}: {ratio:.2f}")
        print(f"Distorted images a second: {median(results['floor']['augmentation']):,.0f}")


def main(arguments=None):
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--output", type=Path, default=RESULTS)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--dataset", choices=["mnist", "embedded"], default="mnist")
    parser.add_argument("--quick", action="store_true", help="see that it works; not the figures")
    options = parser.parse_args(arguments)
    there = [n for n, c in CONTENDERS.items() if importlib.util.find_spec(c.library)]
    for name in CONTENDERS.keys() - set(there):
        print(f"left out, not installed: {CONTENDERS[name].name}", file=sys.stderr)
    results = {"machine": machine(), "names": {name: CONTENDERS[name].name for name in there}}
    for section in options.only:
        plan = QUICK if options.quick else FULL
        results[section] = SECTIONS[section](there, plan, options.dataset)
    write(options.output, results)
    print_tables(results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
