"""Read what other people wrote, kind by kind: how much is right, wrong with confidence, refused.

Run as `python tests/benchmarks/hands.py [FOLDER] [--before CHECKOUT]`. The folder has `labels.csv`
and `images/`, and beside it lies `semeion.data`; by default it is $DIGITLEARN_HANDS, or
`../shared/data/other-hands`. Pictures of each kind in tests/kinds.py are made of MNIST's test
digits, or of the embedded ones where MNIST is not to be had. With another checkout of the package,
such as an earlier version, its figures stand beside. With --output it writes what the model card
says of both released networks instead.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
import kinds

from digitlearn import data, pretrained
from digitlearn.preprocessing import scale_pixels, to_mnist_style

try:
    from digitlearn.reading import predict_proba, read
except ImportError:  # version 0.1 has no such module
    predict_proba = read = None
FOLDER = Path(os.environ.get("DIGITLEARN_HANDS", ROOT.parent / "shared/data/other-hands"))
NO_DIGIT = -1
SURE = 0.9
GROUPS = {"made": kinds.KINDS, "weak": kinds.WEAK, "no_digit": kinds.NO_DIGIT}


def written(folder):
    """Yield (kind, picture, label) of people's pictures."""
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield row["kind"], folder / "images" / row["file"], int(row["label"])


def semeion(file):
    """Yield (kind, picture, label) of Semeion's digits."""
    table = np.loadtxt(file)
    labels = table[:, 256:266].argmax(axis=1)
    for digit in range(10):
        for row in table[labels == digit]:
            yield f"Semeion, {digit}", row[:256].reshape(16, 16), digit


def made(count):
    """Yield (kind, picture, label) of what a program makes, pictures without a digit last."""
    try:
        digits = data.load_mnist("test")
    except data.DataUnavailableError:
        digits = data.load_embedded("test")
    for group in ("made", "weak"):
        for name, kind in GROUPS[group].items():
            rng = np.random.default_rng(7)
            for image, label in zip(digits.images[:count], digits.labels[:count], strict=True):
                yield f"{group}, {name}", kind(image, rng), int(label)
    for name, kind in GROUPS["no_digit"].items():
        rng = np.random.default_rng(7)
        for _ in range(count):
            yield f"no_digit, {name}", kind(digits.images, rng), NO_DIGIT


def answer(picture, network):
    """Return the digit that a picture is read as and the confidence; None where it is refused."""
    try:
        if read is None:
            image = to_mnist_style(picture)
            [p] = network.predict_proba(scale_pixels(image[np.newaxis]))
            return int(p.argmax()), float(p.max())
        reading = read(picture, network)
    except ValueError:
        return None
    return None if reading.doubt else (reading.digit, reading.confidence)


def measure(pictures, network):
    """Return for each kind: how many there are, right, wrong with confidence, refused."""
    counts = defaultdict(lambda: [0, 0, 0, 0])
    for kind, picture, label in pictures:
        found = answer(picture, network)
        row = counts[kind]
        row[0] += 1
        row[1] += found is not None and found[0] == label
        row[2] += found is not None and found[0] != label and found[1] > SURE
        row[3] += found is None
    return dict(counts)


def figures(folder, name, count):
    """Return what a released network makes of MNIST's test digits, of Semeion, of pictures."""
    net = pretrained.load(name)
    found = {
        "mnist": looks(net, data.load_mnist("test")),
        "semeion": looks(net, data.load_semeion()),
        "pictures": measure(written(folder), net),
    }
    for title, row in measure(made(count), net).items():
        group, _, kind = title.partition(", ")
        in_words = GROUPS[group][kind].__doc__.partition(".")[0]
        found.setdefault(group, {})[in_words] = row
    return found


def looks(network, digits):
    """Return the shares read right: by the network alone, and as the package reads, by digit."""
    x = scale_pixels(digits.images)
    alone = network.predict(x) == digits.labels
    right = predict_proba(network, x).argmax(axis=1) == digits.labels
    return {
        "images": len(x),
        "network_alone": float(alone.mean()),
        "as_read": float(right.mean()),
        "second_half": float(right[len(x) // 2 :].mean()),
        "digits": [float(right[digits.labels == digit].mean()) for digit in range(10)],
    }


def every(folder, count):
    """Yield all pictures; say what is missing."""
    if (folder / "labels.csv").is_file():
        yield from written(folder)
    else:
        print(f"No pictures by other people: there is no {folder}/labels.csv", file=sys.stderr)
    if (folder.parent / "semeion.data").is_file():
        yield from semeion(folder.parent / "semeion.data")
    else:
        print(f"No Semeion: there is no {folder.parent}/semeion.data", file=sys.stderr)
    yield from made(count)


def totals(rows):
    """Return the rows with the sums of those whose names begin alike."""
    sums = {}
    for kind, row in rows.items():
        head, _, rest = kind.partition(", ")
        group = head if rest and head in ("Semeion", *GROUPS) else "pictures"
        sums[group] = [a + b for a, b in zip(sums.get(group, [0] * 4), row, strict=True)]
    return rows | {f"all: {group}": row for group, row in sums.items()}


def report(columns):
    """Print the table: for each kind, and of each version, the three shares in percent."""
    print(f"{'':42}{'n':>6}", *(f"{name:>24}" for name in columns))
    print(f"{'':48}", *(f"{'right  wrong  refused':>24}" for _ in columns))
    for kind, (number, *_) in next(iter(columns.values())).items():
        shares = []
        for rows in columns.values():
            _, right, wrong, refused = rows[kind]
            shares.append([100 * part / number for part in (right, wrong, refused)])
        cells = (f"{right:10.1f}{wrong:7.1f}{refused:7.1f}" for right, wrong, refused in shares)
        print(f"{kind[:42]:42}{number:6}", *cells)


def main():
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    add("folder", nargs="?", type=Path, default=FOLDER)
    add("--before", type=Path, help="another checkout, to compare with")
    add("--network", default="small", choices=["small", "large"])
    add("--count", type=int, default=100, help="pictures of each made kind")
    add("--output", type=Path, help="write the model card's figures to this file")
    add("--json", action="store_true", help="print the counts alone")
    options = parser.parse_args()
    if options.output:
        if not (options.folder / "labels.csv").is_file():
            parser.error(f"expected people's pictures, found no {options.folder / 'labels.csv'}")
        both = {name: figures(options.folder, name, options.count) for name in ("small", "large")}
        sys.path.append(str(ROOT / "docs/study"))
        import sealed

        sealed.write(options.output, both)
        return
    rows = measure(every(options.folder, options.count), pretrained.load(options.network))
    if options.json:
        print(json.dumps(rows))
        return
    columns = {"this version": totals(rows)}
    if options.before:
        arguments = [options.folder, "--network", options.network, "--count", options.count]
        command = [sys.executable, __file__, *map(str, arguments), "--json"]
        environment = os.environ | {"PYTHONPATH": str(options.before)}
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        columns = {"before": totals(json.loads(run.stdout)), **columns}
    report(columns)


if __name__ == "__main__":
    main()
