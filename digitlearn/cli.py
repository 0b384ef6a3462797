"""The command line: train a network, evaluate it, read digits in pictures."""

import argparse
import json
import logging
import os
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.data import DataUnavailableError, load
from digitlearn.evaluation import evaluate, most_confused
from digitlearn.network import Network, mlp
from digitlearn.optimizers import Adam
from digitlearn.preprocessing import scale_pixels, split_validation, to_mnist_style
from digitlearn.training import fit

EXPECTED_ERRORS = (DataUnavailableError, OSError, ValueError)


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
    add("--force", action="store_true", help="overwrite a file that is there")
    add("--epochs", type=_positive, default=10, metavar="N", help="times through the data")
    add("--batch-size", type=_positive, default=128, metavar="N", help="images in a step")
    add("--hidden-units", type=_positive, nargs=2, default=[128, 64], metavar="N", help="layers")
    add("--learning-rate", type=float, default=1e-3, metavar="X", help="of Adam")
    add("--validation-split", type=float, default=0.1, metavar="X", help="part set aside")
    add("--seed", type=int, default=0, metavar="N", help="of all randomness")
    test = command(_evaluate, "evaluate", "Measure a network on the test digits.")
    test.add_argument("network", type=Path, metavar="FILE", help="a network that train saved")
    read = command(_predict, "predict", "Read the digits in pictures, one in each.")
    read.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="such as PNG or JPEG")
    read.add_argument("--network", type=Path, required=True, metavar="FILE", help="from train")
    dataset = os.environ.get("DIGITLEARN_DATASET", "auto")
    for child in (train, test):
        child.add_argument(
            "--dataset", choices=["auto", "mnist", "embedded"], default=dataset, help="which digits"
        )
    for child in (test, read):
        child.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _positive(text: str) -> int:
    """Return a positive integer."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"Expected a positive integer. Received: {text}")
    return int(text)


def _train(options: Namespace) -> int:
    """Train a network on the training digits and save it."""
    output: Path = options.output
    if output.exists() and not options.force:
        raise FileExistsError(f"{output} is there already; --force overwrites it")
    if not output.absolute().parent.is_dir():
        raise NotADirectoryError(f"There is no folder {output.parent} to save in")
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
    network.save(output)
    print(f"Source      {digits.source}")
    print(f"Training    {len(train[1]):,} images")
    print(f"Validation  {len(validation[1]):,} images")
    print("\nepoch    loss  accuracy  val_loss  val_accuracy  seconds")
    row = "{:5}  {:6.4f}  {:8.2%}  {:8.4f}  {:12.2%}  {:7.1f}"
    for epoch, values in enumerate(zip(*history, strict=True), start=1):
        print(row.format(epoch, *values))
    print(f"\nSaved as {output}")
    return 0


def _evaluate(options: Namespace) -> int:
    """Measure a network on the test digits."""
    network = Network.load(options.network)
    digits = load("test", dataset=options.dataset)
    report = evaluate(digits.labels, network.predict_proba(scale_pixels(digits.images)))
    confused = most_confused(report.confusion)
    if options.json:
        answer: dict[str, Any] = {"source": digits.source, "images": len(digits.labels)}
        answer |= {name: np.asarray(value).tolist() for name, value in report._asdict().items()}
        keys = "true", "predicted", "count"
        answer["most_confused"] = [dict(zip(keys, pair, strict=True)) for pair in confused]
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
    network = Network.load(options.network)
    answers = []
    for path in options.images:
        try:
            answer = {"image": str(path), **_read_digit(network, to_mnist_style(path))}
        except EXPECTED_ERRORS as error:
            answer = {"image": str(path), "error": str(error)}
            _complain(f"{path}: {error}")
        else:
            if not options.json:
                line = "{image}: {digit} ({confidence:.1%}), then {runner_up} ({second:.1%})"
                print(line.format(second=answer["runner_up_confidence"], **answer))
        answers.append(answer)
    if options.json:
        print(json.dumps(answers, indent=2))
    return int(any("error" in answer for answer in answers))


def _read_digit(network: Network, image: NDArray[np.uint8]) -> dict[str, Any]:
    """Return the likeliest digit and the runner-up, each with its probability."""
    [probabilities] = network.predict_proba(scale_pixels(image[np.newaxis]))
    runner_up, digit = np.argsort(probabilities)[-2:].tolist()
    return {
        "digit": digit,
        "confidence": float(probabilities[digit]),
        "runner_up": runner_up,
        "runner_up_confidence": float(probabilities[runner_up]),
    }


def _complain(message: object) -> None:
    """Say what went wrong, on standard error."""
    print(f"digitlearn: {message}", file=sys.stderr)
