"""The command line: train a network, evaluate it, read digits in pictures, hand it on."""

import argparse
import json
import logging
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from digitlearn import pretrained
from digitlearn.data import DataUnavailableError, load
from digitlearn.evaluation import evaluate, most_confused, percent
from digitlearn.export import check_network, export
from digitlearn.network import Network, mlp
from digitlearn.optimizers import Adam
from digitlearn.preprocessing import scale_pixels, split_validation, to_mnist_style
from digitlearn.training import fit

EXPECTED_ERRORS = (DataUnavailableError, ImportError, OSError, ValueError)
NETWORKS = "small or large, as released, or a file of train or export; a file named so is ./small"
# What is read of a folder. A picture in a format that Pillow does not know is reported.
PICTURES = ".bmp", ".gif", ".heic", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; by default the program's own.

    Returns
    -------
    int
        0 if all went well, 1 if something failed, 130 if interrupted. Wrong usage exits with 2.
    """
    options = _parser().parse_args(argv)
    logging.basicConfig(format="%(message)s")
    logging.getLogger("digitlearn").setLevel(logging.INFO)
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: _complain(message)
        try:
            return int(options.run(options))
        except EXPECTED_ERRORS as error:
            _complain(error)
            return 1
        except KeyboardInterrupt:
            return 130


def _parser() -> argparse.ArgumentParser:
    """Describe the commands and their options."""
    parser = argparse.ArgumentParser("digitlearn", description=__doc__)
    parser.add_argument("--version", action="version", version=version("digitlearn"))
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(run: Callable[[Namespace], int], name: str, text: str) -> argparse.ArgumentParser:
        defaults = argparse.ArgumentDefaultsHelpFormatter
        child = commands.add_parser(name, help=text, description=text, formatter_class=defaults)
        child.set_defaults(run=run)
        return child

    train = command(_train, "train", "Train a network and save it.")
    add = train.add_argument
    add("--output", type=Path, default=Path("network.npz"), metavar="FILE", help="save it here")
    add("--epochs", type=_positive, default=10, metavar="N", help="times through the data")
    add("--batch-size", type=_positive, default=128, metavar="N", help="images in a step")
    add("--hidden-units", type=_positive, nargs=2, default=[128, 64], metavar="N", help="layers")
    add("--learning-rate", type=float, default=1e-3, metavar="X", help="of Adam")
    add("--validation-split", type=float, default=0.1, metavar="X", help="part set aside")
    add("--seed", type=int, default=0, metavar="N", help="of all randomness")
    test = command(_evaluate, "evaluate", "Measure a network on the test digits.")
    read = command(_predict, "predict", "Read the digits in pictures, one in each.")
    read.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="or folder of them")
    read.add_argument("--network", default="large", metavar="NETWORK", help=NETWORKS)
    give = command(_export, "export", "Write a network for the browser, for Keras or as ONNX.")
    for child in (test, give):
        child.add_argument("network", metavar="NETWORK", help=NETWORKS)
    give.add_argument("output", type=Path, help="named .safetensors, .keras or .onnx")
    give.add_argument("--dtype", choices=["int8", "float16"], help="of kernels in .safetensors")
    dataset = os.environ.get("DIGITLEARN_DATASET", "auto")
    for child in (train, test):
        child.add_argument(
            "--dataset", choices=["auto", "mnist", "embedded"], default=dataset, help="which digits"
        )
    for child in (train, give):
        child.add_argument("--force", action="store_true", help="overwrite a file that is there")
    for child in (test, read):
        child.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _load_network(name: str) -> Network:
    """Return a released network, or one in a file."""
    if name in pretrained.names():
        return pretrained.load(name)
    if not Path(name).is_file():
        raise FileNotFoundError(f"Expected small, large or a file. Received: {name}")
    try:
        packed = name.lower().endswith(".safetensors")
        network = pretrained.unpack(Path(name).read_bytes()) if packed else Network.load(name)
        check_network(network)
    except ValueError as error:
        raise ValueError(f"{name} is no network that reads digits. {error}") from error
    return network


def _check_output(options: Namespace) -> None:
    """Make sure that a file can be written, and that none is overwritten by mistake."""
    if options.output.exists() and not options.force:
        raise FileExistsError(f"{options.output} is there already; --force overwrites it")
    if not options.output.absolute().parent.is_dir():
        raise NotADirectoryError(f"There is no folder {options.output.parent} to save in")


def _positive(text: str) -> int:
    """Return a positive integer."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"Expected a positive integer. Received: {text}")
    return int(text)


def _train(options: Namespace) -> int:
    """Train a network on the training digits and save it."""
    _check_output(options)
    rng = np.random.default_rng(options.seed)
    optimizer = Adam(options.learning_rate)
    digits = load("train", dataset=options.dataset)
    images = scale_pixels(digits.images)
    part = options.validation_split
    train, validation = split_validation(images, digits.labels, validation_split=part, rng=rng)
    network = mlp(options.hidden_units, rng=rng)
    history = fit(
        network,
        train,
        validation,
        epochs=options.epochs,
        batch_size=options.batch_size,
        optimizer=optimizer,
        rng=rng,
        progress=True,
    )
    network.save(options.output)
    print(f"Source      {digits.source}")
    print(f"Training    {len(train[1]):,} images")
    print(f"Validation  {len(validation[1]):,} images")
    print("\nepoch    loss  accuracy  val_loss  val_accuracy  seconds")
    row = "{:5}  {:6.4f}  {:8.2%}  {:8.4f}  {:12.2%}  {:7.1f}"
    for epoch, values in enumerate(zip(*history, strict=True), start=1):
        print(row.format(epoch, *values))
    print(f"\nSaved as {options.output}")
    return 0


def _evaluate(options: Namespace) -> int:
    """Measure a network on the test digits."""
    network = _load_network(options.network)
    digits = load("test", dataset=options.dataset)
    report = evaluate(digits.labels, network.predict_proba(scale_pixels(digits.images)))
    confused = most_confused(report.confusion)
    if options.json:
        answer: dict[str, Any] = {"source": digits.source, "images": len(digits.labels)}
        answer |= {name: np.asarray(value).tolist() for name, value in report._asdict().items()}
        answer["most_confused"] = [{"true": t, "predicted": p, "count": n} for t, p, n in confused]
        print(json.dumps(answer, indent=2))
        return 0
    low, high = report.interval
    print(f"Source    {digits.source}")
    print(f"Test      {len(digits.labels):,} images")
    print(f"Accuracy  {report.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})")
    print(f"Log loss  {report.log_loss:.4f}")
    print(f"Expected calibration error  {report.calibration_error:.4f}")
    print("\ndigit  images  precision   recall")
    rows = zip(report.support, report.precision, report.recall, strict=True)
    for digit, (support, precision, recall) in enumerate(rows):
        print(f"{digit:5}  {support:6,}  {precision:9.2%}  {recall:7.2%}")
    print("\nMost confused")
    for true, predicted, count in confused:
        print(f"{true} read as {predicted}: {count}")
    return 0


def _predict(options: Namespace) -> int:
    """Read the digit in each picture; one that fails does not stop the others."""
    network = _load_network(options.network)
    answers = []
    for answer in (answer for path in options.images for answer in _read(network, path)):
        answers.append(answer)
        if "error" in answer:
            _complain("{image}: {error}".format(**answer))
        elif not options.json:
            first, second = map(percent, (answer["confidence"], answer["runner_up_confidence"]))
            print("{image}: {digit} ({}), then {runner_up} ({})".format(first, second, **answer))
    if options.json:
        print(json.dumps(answers, indent=2))
    return int(any("error" in answer for answer in answers))


def _read(network: Network, path: Path) -> Iterator[dict[str, Any]]:
    """Say what digit a picture shows, or each in a folder, or what is wrong with it."""
    try:
        if path.is_dir():
            files = [file for file in path.iterdir() if file.name.lower().endswith(PICTURES)]
            files = sorted(file for file in files if file.name[0] != "." and file.is_file())
            if not files:
                raise FileNotFoundError(f"Expected images in {', '.join(PICTURES)}. Received: none")
            yield from (answer for file in files for answer in _read(network, file))
        else:
            [p] = network.predict_proba(scale_pixels(to_mnist_style(path)[np.newaxis]))
            digit, second = np.argsort(p)[:-3:-1].tolist()
            answer = {"image": str(path), "digit": digit, "confidence": float(p[digit])}
            yield answer | {"runner_up": second, "runner_up_confidence": float(p[second])}
    except EXPECTED_ERRORS as error:
        yield {"image": str(path), "error": str(error)}


def _export(options: Namespace) -> int:
    """Write a network for others to run."""
    _check_output(options)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow tells much of itself
    difference = export(_load_network(options.network), options.output, dtype=options.dtype)
    print(f"Saved as {options.output}; read back, probabilities differ by {difference:.1g} at most")
    return 0


def _complain(message: object) -> None:
    """Say what went wrong, on standard error."""
    print(f"digitlearn: {message}", file=sys.stderr)
