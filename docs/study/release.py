"""Train the released networks; write their weights, seals and cards.

One more network is one more entry of RELEASES.

The recipes and temperatures were chosen on a split of the training digits (study.py). Here they
are run on all 60,000 of them, and each network meets the test digits as it ships: with its weights
rounded. Of the small networks, which also learn from drawn digits, seed 0 is released. The large
one is two networks of 1000-500 units that vote, written as one of 2000-1000: seeds 0 and 1 are
released, whatever the other two pairs give.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import sealed
from recipes import LARGE, SMALL, Recipe
from study import RESULTS
from threadpoolctl import threadpool_limits

from digitlearn import data, pretrained, reading
from digitlearn.evaluation import evaluate, mistakes
from digitlearn.files import complete
from digitlearn.network import Network, build_layers
from digitlearn.preprocessing import scale_pixels


class Release(NamedTuple):
    """What is released."""

    recipe: Recipe
    voters: int  # how many networks of the recipe vote
    row: str  # of the study, whose temperature they get
    seeds: int = 3


# The study has no row with drawn digits; small gets the temperature of its recipe without them.
RELEASES = {
    "small": Release(SMALL, 1, "longer"),
    "large": Release(LARGE, 2, "ensemble"),
}
WEIGHTS = pretrained.SEALS.parent


def train(name: str, seed: int, folder: Path, dataset: str) -> Path:
    """Train on all training digits, on one thread; return the file with the network."""
    path = folder / f"{name}-{seed}.npz"
    if not path.exists():
        recipe = RELEASES[name].recipe
        digits = data.load("train", dataset=dataset)
        pair = scale_pixels(digits.images), digits.labels
        with threadpool_limits(1):
            checkpoint = path.with_suffix(".checkpoint")
            net, history = recipe.fit(pair, seed=seed, checkpoint=checkpoint)
        net.save(path)
        seconds = path.with_suffix(".json")
        seconds.write_text(json.dumps({"seconds": sum(history.seconds)}), encoding="utf-8")
        checkpoint.unlink()
    return path


def merge(networks: Sequence[Network]) -> Network:
    """Return one network whose logits are the mean of several networks' logits.

    Its hidden layers hold all their units side by side. A unit of the second one takes nothing
    from another network's units: those weights are 0.
    """
    from scipy.linalg import block_diag

    first, second, last = zip(
        *([layer.params for layer in net.layers if layer.params] for net in networks), strict=True
    )
    params = {
        "layers": np.array(["Flatten", "Dense", "ReLU", "Dense", "ReLU", "Dense"]),
        "1.kernel": np.hstack([one["kernel"] for one in first]),
        "1.bias": np.concatenate([one["bias"] for one in first]),
        "3.kernel": block_diag(*(one["kernel"] for one in second)),
        "3.bias": np.concatenate([one["bias"] for one in second]),
        "5.kernel": np.vstack([one["kernel"] for one in last]) / np.float32(len(networks)),
        "5.bias": np.mean([one["bias"] for one in last], axis=0),
    }
    return Network(build_layers(params))


def round_weights(net: Network, temperature: float) -> bytes:
    """Return a network's file: its logits divided by the temperature, its weights rounded."""
    for param in net.layers[-1].params.values():
        param /= temperature
    return pretrained.pack(net, "int8")


def card(name: str, folder: Path, dataset: str, temperature: float) -> tuple[bytes, dict[str, Any]]:
    """Return the released file, and the figures of all seeds on the test digits."""
    recipe, voters, _, count = RELEASES[name]
    test = data.load("test", dataset=dataset)
    x = scale_pixels(test.images)
    files, runs = [], []
    for first in range(count):
        seeds = [(first + i) % count for i in range(voters)]
        paths = [folder / f"{name}-{seed}.npz" for seed in seeds]
        seconds = [json.loads(path.with_suffix(".json").read_text())["seconds"] for path in paths]
        files.append(round_weights(merge([Network.load(path) for path in paths]), temperature))
        net = pretrained.unpack(files[-1])
        probabilities = net.predict_proba(x)
        report = evaluate(test.labels, probabilities)._asdict()
        three_looks = evaluate(test.labels, reading.predict_proba(net, x)).accuracy
        runs.append(
            {"seeds": seeds, "seconds": sum(seconds), "as_read": three_looks}
            | {key: np.asarray(value).tolist() for key, value in report.items()}
            | {"mistakes": mistakes(test.labels, probabilities).tolist()}
        )
    singles = [
        evaluate(test.labels, Network.load(path).predict_proba(x)).accuracy
        for path in (folder / f"{name}-{seed}.npz" for seed in range(count))
    ]
    return files[0], {
        "recipe": vars(recipe),
        "voters": voters,
        "temperature": temperature,
        "bytes": len(files[0]),
        "sha256": hashlib.sha256(files[0]).hexdigest(),
        "mean_accuracy": float(np.mean([run["accuracy"] for run in runs])),
        "singles": singles,
        "runs": runs,
    }


def write_release(name: str, content: bytes, folder: Path) -> None:
    """Write a network's file, and its seal; those of other networks stay as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    with complete(path) as part:
        part.write_bytes(content)
    seals = sealed.read_seals(folder) | {path.name: hashlib.sha256(content).hexdigest()}
    sealed.write_seals(folder, seals)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="small or large; default: both")
    add("--folder", type=Path, default=Path(".cache/release"), help="where runs leave their files")
    add("--weights", type=Path, default=WEIGHTS, help="where the released files go")
    add(
        "--results", type=Path, default=RESULTS.parent, help="study.json is here, the cards go here"
    )
    add("--dataset", choices=["mnist", "embedded"], default="mnist")
    add("--train-only", action="store_true", help="leave the test digits alone")
    options = parser.parse_args(arguments)
    names = options.names or list(RELEASES)
    if not RELEASES.keys() >= set(names):
        parser.error(f"expected {' or '.join(RELEASES)}, received: {' '.join(names)}")
    rows = (
        []
        if options.train_only
        else json.loads((options.results / "study.json").read_text(encoding="utf-8"))["rows"]
    )
    temperatures = {row["name"]: row["temperature"] for row in rows}
    options.folder.mkdir(parents=True, exist_ok=True)
    tasks = [(name, seed) for name in sorted(names) for seed in range(RELEASES[name].seeds)]
    calls = (joblib.delayed(train)(*t, options.folder, options.dataset) for t in tasks)
    joblib.Parallel(-1)(calls)
    for name in [] if options.train_only else names:
        temperature = temperatures[RELEASES[name].row]
        content, figures = card(name, options.folder, options.dataset, temperature)
        write_release(name, content, options.weights)
        sealed.write(options.results / f"{name}.json", figures)
        print(f"{name}: {figures['mean_accuracy']:.3%}, sha256 {figures['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
