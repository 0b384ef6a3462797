"""The command line: train a network, evaluate it, read digits in pictures, hand it on."""

import json
import logging
import math
import os
import signal
import sys
import tempfile
import warnings
from argparse import Namespace
from collections.abc import Iterator, Sequence
from glob import glob
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import numpy as np

from digitlearn import pretrained
from digitlearn.checks import expect
from digitlearn.data import load
from digitlearn.evaluation import evaluate, most_confused, percent
from digitlearn.export import check_network, export
from digitlearn.network import Network, mlp
from digitlearn.optimizers import Adam
from digitlearn.options import make_parser
from digitlearn.preprocessing import scale_pixels, split_validation
from digitlearn.reading import predict_proba, read
from digitlearn.sources import DataUnavailableError
from digitlearn.training import fit

EXPECTED_ERRORS = (DataUnavailableError, ImportError, MemoryError, OSError, ValueError)
INTERRUPTED = 130  # exit codes as a shell gives them: 128 and the signal's number
CLOSED_PIPE = 141
NOT_SURE = 3
# What is read of a folder. A picture in a format that Pillow does not know is reported.
PICTURES: tuple[str, ...] = ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"
PICTURES += ".avif", ".heic", ".heif"
SHADES = " .:-=+*#%@"  # from bare paper to ink


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; by default the program's own.

    Returns
    -------
    int
        0 if all went well, 1 if something failed, 3 if all went well but an answer is not sure,
        130 if interrupted, 141 if nobody reads the output. Wrong usage exits with 2.

    Examples
    --------
    >>> main(["predict", "no_such_picture.png"])
    1
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may be any bytes
    try:
        try:
            return _run(make_parser().parse_args(argv))
        finally:
            print(end="", flush=True)  # not at exit, where nothing can be done about an error
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE if isinstance(error, BrokenPipeError) else 1


def _run(options: Namespace) -> int:
    """Run a command, and say in a line what goes wrong."""
    commands = {"train": _train, "evaluate": _evaluate, "predict": _predict, "export": _export}
    logging.basicConfig(format="%(message)s")
    logging.getLogger("digitlearn").setLevel(logging.INFO)
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: _complain(message)
        try:
            code = commands[options.command](options)
            print(end="", flush=True)  # a disk may be full
            return code
        except BrokenPipeError:
            raise
        except EXPECTED_ERRORS as error:
            _complain(error)
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED


def _load_network(name: str) -> Network:
    """Return a released network, or one in a file, that reads digits."""
    try:
        network = pretrained.load(name)
        check_network(network)
    except ValueError as error:
        raise ValueError(f"{name} is no network that reads digits. {error}") from error
    return network


def _check_output(output: Path, force: bool, advice: str) -> None:
    """Make sure that a file can be written, and is not there unless it may be overwritten."""
    is_file = output.is_file() or not output.exists()
    expect(is_file, "a file to write", f"{output}, which is no file", FileExistsError)
    if output.exists() and not force:
        raise FileExistsError(f"{output} is there already; {advice}")
    try:
        tempfile.NamedTemporaryFile(dir=output.absolute().parent, prefix=output.name).close()
    except OSError as error:
        expected = "an output that can be written: choose another folder or name"
        raise OSError(f"Expected {expected}. Received: {output} ({error.strerror})") from error


def _train(options: Namespace) -> int:
    """Train a network on the training digits, saved after each epoch."""
    output, resume, units = options.output, options.resume, options.hidden_units
    expect(output.suffix.lower() == ".npz", ".npz; export writes other formats", f"{output}")
    if resume and not output.is_file():
        raise FileNotFoundError(f"There is no {output} to go on with: leave --resume out to begin")
    expect(not (resume and units), "--hidden-units for a new network only", f"--resume {output}")
    there = "--force overwrites it, --resume trains it further"
    _check_output(output, options.force or resume, there)
    rng, part = np.random.default_rng(options.seed), options.validation_split
    images, labels, source = load("train", dataset=options.dataset)
    sets = split_validation(scale_pixels(images), labels, validation_split=part, rng=rng)
    network = _load_network(str(output)) if resume else mlp(units or (128, 64), rng=rng)
    counts = [str(len(layer.params["bias"])) for layer in network.layers if layer.params]
    print(f"Source      {source}")
    print(f"Training    {len(sets[0][1]):,} images")
    print(f"Validation  {len(sets[1][1]):,} images, by seed {options.seed} and split {part}")
    print(f"Network     {'-'.join(counts)} units{', trained before' if resume else ''}")
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)  # a kill is as Ctrl-C
    try:
        return _train_epochs(network, sets, options, rng)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _train_epochs(network: Network, sets: Any, options: Namespace, rng: np.random.Generator) -> int:
    """Train an epoch at a time; print a row after each, and save the network."""
    how = {"batch_size": options.batch_size, "optimizer": Adam(options.learning_rate), "rng": rng}
    watched = sys.stderr is not None and sys.stderr.isatty()
    saved = f"{options.output} is as it was" if options.output.exists() else "Nothing is saved"
    row = "{:5}  {:6.4f}  {:8.2%}  {:8.4f}  {:12.2%}  {:7.1f}"
    print("\nepoch    loss  accuracy  val_loss  val_accuracy  seconds", flush=True)
    try:
        for epoch in range(1, options.epochs + 1):
            history = fit(network, *sets, epochs=1, progress=watched, **how)
            [scores] = zip(*history, strict=True)
            if not math.isfinite(sum(scores)):
                raise ValueError(f"The loss is not finite: try a smaller --learning-rate. {saved}")
            network.save(options.output)
            saved = f"{options.output} has the network of epoch {epoch}; --resume goes on"
            print(row.format(epoch, *scores), flush=True)
    except KeyboardInterrupt:
        _complain(f"Stopped. {saved}")
        return INTERRUPTED
    print(f"\nSaved as {options.output}")
    return 0


def _evaluate(options: Namespace) -> int:
    """Measure a network on the test digits."""
    network = _load_network(options.network)
    digits = load("test", dataset=options.dataset)
    x = scale_pixels(digits.images)
    report = evaluate(digits.labels, network.predict_proba(x))
    looks = float(np.mean(predict_proba(network, x).argmax(axis=1) == digits.labels))
    confused = most_confused(report.confusion)
    if options.json:
        answer: dict[str, Any] = {"source": digits.source, "images": len(digits.labels)}
        answer["accuracy_in_three_looks"] = looks  # all else is of one
        answer |= {name: np.asarray(value).tolist() for name, value in report._asdict().items()}
        answer["most_confused"] = [{"true": t, "predicted": p, "count": n} for t, p, n in confused]
        print(json.dumps(answer, indent=2))
        return 0
    low, high = report.interval
    print(f"Source    {digits.source}")
    print(f"Test      {len(digits.labels):,} images")
    print(f"Accuracy  {report.accuracy:.2%} (95% interval {low:.2%} to {high:.2%})")
    print(f"          {looks:.2%} in three looks, as predict reads; all else is of one")
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
    from threadpoolctl import threadpool_limits

    network = _load_network(options.network)
    answers = []
    # For one picture a second thread costs more than it brings.
    with threadpool_limits(1, user_api="blas"):
        for answer in _read(network, options.images):
            answers.append(answer)
            if "error" in answer:
                _complain("{image}: {error}".format(**answer))
                continue
            answer["sure"] = answer["confidence"] >= options.threshold and not answer["doubt"]
            if answer["doubt"]:
                _complain("{image}: {doubt}".format(**answer))
            if answer["cut"]:
                _complain("{image}: ink runs off the picture's edge".format(**answer))
            if not options.show:
                del answer["pixels"]
            if not options.json:
                _print_answer(answer)
    if options.json:
        print(json.dumps(answers, indent=2))
    if any("error" in answer for answer in answers):
        return 1
    return 0 if all(answer["sure"] for answer in answers) else NOT_SURE


def _print_answer(answer: dict[str, Any]) -> None:
    """Print what a picture shows, and the pixels if there are any in the answer."""
    first, second = map(percent, (answer["confidence"], answer["runner_up_confidence"]))
    line = "{digit} ({}), then {runner_up} ({})"
    if not answer["sure"]:
        line = "not sure; perhaps {digit} ({}) or {runner_up} ({})"
    print(answer["image"], line.format(first, second, **answer), sep=": ", flush=True)
    if "pixels" in answer:
        # Two characters are about as wide as a line is high.
        edge = f"+{'--' * len(answer['pixels'])}+"
        print(edge)
        for row in answer["pixels"]:
            print("|", *(2 * SHADES[level * len(SHADES) // 256] for level in row), "|", sep="")
        print(edge)


def _read(network: Network, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Say what digit is in each picture that the arguments mean, or what is wrong with it."""
    for name in names:
        try:
            files = _find_pictures(name)
        except OSError as error:
            yield {"image": name, "error": str(error)}
            continue
        for file in files:
            try:
                answer = read(file, network)._asdict()
                answer["pixels"] = answer.pop("image").tolist()
            except Exception as error:  # a damaged picture may raise almost any
                answer = {"error": str(error) or type(error).__name__}
            yield {"image": str(file)} | answer


def _find_pictures(name: str) -> list[Path]:
    """Return the pictures that an argument means: one, a folder's, those that fit a pattern."""
    # The shell of Windows leaves patterns to the program.
    found = [name] if os.path.lexists(name) else sorted(glob(name))  # noqa: PTH207
    expect(found, "a picture, or a folder or pattern", "no such file", FileNotFoundError)
    pictures = []
    for path in map(Path, found):
        if path.is_dir():
            files = [file for file in path.iterdir() if file.name.lower().endswith(PICTURES)]
            pictures += sorted(file for file in files if file.name[0] != "." and file.is_file())
        else:
            pictures.append(path)
    expect(pictures, f"images in {', '.join(PICTURES)}", "none", FileNotFoundError)
    return pictures


def _export(options: Namespace) -> int:
    """Write a network for others to run."""
    _check_output(options.output, options.force, "--force overwrites it")
    network = _load_network(options.network)
    difference = export(network, options.output, dtype=options.dtype)
    print(f"Saved as {options.output}; read back, probabilities differ by {difference:.1g} at most")
    return 0


def _complain(message: object) -> None:
    """Say what went wrong, on standard error."""
    print(f"digitlearn: {message}", file=sys.stderr)
