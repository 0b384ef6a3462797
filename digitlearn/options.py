"""What the command line takes: its commands and their options, with help and examples."""

import argparse
import math
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import digitlearn

NETWORKS = "small or large, as released, or a file: .npz by train, .safetensors by export"
MOST_UNITS = 5000  # in a hidden layer: two such layers, with what Adam remembers, take 600 MB

EXAMPLES = {
    "train": """\
digitlearn train
digitlearn train --epochs 20 --hidden-units 256 128 --output digits.npz
digitlearn train --resume --epochs 5 --output digits.npz
digitlearn train --dataset embedded --output quick.npz""",
    "evaluate": """\
digitlearn evaluate large
digitlearn evaluate digits.npz --json""",
    "predict": """\
digitlearn predict seven.png
digitlearn predict photos/ "scans/*.png"
digitlearn predict --threshold 0.9 --json photos/
digitlearn predict --show --network digits.npz seven.png""",
    "export": """\
digitlearn export digits.npz digits.onnx
digitlearn export large large.keras
digitlearn export digits.npz digits.safetensors --dtype float16""",
}


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Leave examples as they are, and tell the defaults of those options that have one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.default is None or action.default is False:
            return action.help
        return super()._get_help_string(action)


def make_parser() -> ArgumentParser:
    """Describe the commands and their options.

    Returns
    -------
    argparse.ArgumentParser
        What it returns has the command's name as `command`.

    Examples
    --------
    >>> make_parser().parse_args(["evaluate", "small"]).network
    'small'
    """
    text = "Read handwritten digits; train, measure and hand on the networks that do it."
    more = "digitlearn COMMAND --help tells a command's options and gives examples."
    parser = ArgumentParser("digitlearn", description=text, epilog=more)
    parser.add_argument("--version", action="version", version=digitlearn.__version__)
    sub = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")

    def command(name: str, text: str) -> ArgumentParser:
        examples = f"examples:\n{indent(EXAMPLES[name], '  ')}"
        child = sub.add_parser(name, help=text, description=text, epilog=examples)
        child.formatter_class = _Help
        return child

    train = command("train", "Train a network and save it after each epoch.")
    evaluate = command("evaluate", "Measure a network on the test digits.")
    predict = command("predict", "Read the digits in pictures, one in each.")
    export = command("export", "Write a network for the browser, for Keras or as ONNX.")
    _add_training(train)
    _add_reading(predict)
    for child in (evaluate, export):
        child.add_argument("network", metavar="NETWORK", help=NETWORKS)
    add = export.add_argument
    add("output", type=Path, metavar="OUTPUT", help="named .safetensors, .keras or .onnx")
    add("--dtype", choices=["int8", "float16"], help="of kernels in .safetensors; int8 if left out")
    add("--force", action="store_true", help="overwrite OUTPUT if it is there")
    which = "auto: mnist if it can be had (default: $DIGITLEARN_DATASET or auto)"
    for child in (train, evaluate):
        child.add_argument("--dataset", choices=["auto", "mnist", "embedded"], help=which)
    for child in (evaluate, predict):
        child.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _add_training(parser: ArgumentParser) -> None:
    """Add the options of `train` alone."""
    positive = _number(int, "an integer of at least 1", lambda count: count >= 1)
    units = _number(int, f"integers from 1 to {MOST_UNITS}", lambda n: 1 <= n <= MOST_UNITS)
    rate = _number(float, "a finite number above 0", lambda rate: 0 < rate < math.inf)
    split = _number(float, "a number above 0 and below 1", lambda part: 0 < part < 1)
    seed = _number(int, "an integer of at least 0", lambda seed: seed >= 0)
    add, output = parser.add_argument, Path("network.npz")
    add("--output", type=Path, default=output, metavar="FILE", help="save it here, in .npz")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--force", action="store_true", help="overwrite FILE if it is there")
    more = "train the network in FILE for --epochs more; Adam's running means start anew. "
    more += "Give --seed and --validation-split as before: the same images are then set aside"
    either.add_argument("--resume", action="store_true", help=more)
    add("--epochs", type=positive, default=10, metavar="N", help="times through the data")
    add("--batch-size", type=positive, default=128, metavar="N", help="images in a step")
    add("--hidden-units", type=units, nargs=2, metavar="N", help="in both layers (default: 128 64)")
    add("--learning-rate", type=rate, default=1e-3, metavar="X", help="of Adam")
    add("--validation-split", type=split, default=0.1, metavar="X", help="part set aside")
    add("--seed", type=seed, default=0, metavar="N", help="of all randomness")


def _add_reading(parser: ArgumentParser) -> None:
    """Add the options of `predict` alone."""
    share = _number(float, "a number from 0 to 1", lambda share: 0 <= share <= 1)
    add = parser.add_argument
    add("images", nargs="+", metavar="IMAGE", help='a picture, a folder of them, or "*.png"')
    add("--network", default="small", metavar="NETWORK", help=NETWORKS)
    add("--threshold", type=share, default=0.0, metavar="X", help="below this confidence, not sure")
    add("--show", action="store_true", help="print the 28 x 28 pixels that the network sees")


def _number(
    kind: type[int] | type[float], expected: str, fits: Callable[[float], bool]
) -> Callable[[str], float]:
    """Return what turns a typed number into one that fits, or says what was expected."""

    def parse(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan  # fits nowhere
        if not fits(number):
            raise argparse.ArgumentTypeError(f"Expected {expected}. Received: {text:.40}")
        return number

    return parse
