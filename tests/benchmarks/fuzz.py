"""What do the readers make of damaged files? Each gets thousands, and may only answer or refuse.

    python tests/benchmarks/fuzz.py --output docs/results/fuzz.json

A valid file is damaged: bits turned over, bytes set, cut out or doubled. Its reader
then either gives what it promises, or raises an error that it declares. Anything else is printed
with the seed that makes it again. `tests/test_fuzz.py` does the same with fewer files.
"""

import argparse
import gzip
import hashlib
import io
import random
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import numpy as np
from PIL import Image

from digitlearn import download, formats, pretrained, sources
from digitlearn.data import load_embedded, load_mnist
from digitlearn.formats import IDX_FILES
from digitlearn.network import Network, mlp
from digitlearn.optimizers import Adam
from digitlearn.preprocessing import to_mnist_style
from digitlearn.sources import DataUnavailableError, find_mnist, find_semeion
from digitlearn.training import fit

sys.path.append(str(Path(__file__).resolve().parents[2] / "docs/study"))
import resume
import sealed

PICTURES = ("bmp", "gif", "jpg", "png", "ppm", "tif", "webp")


class Reader(NamedTuple):
    """A reader, a valid file of its own, what it may answer and what it may raise."""

    read: Callable[[Path], object]
    file: str
    content: bytes
    is_right: Callable[[object], bool]
    refusals: tuple[type[Exception], ...]


def readers() -> list[Reader]:
    """Return every reader of files that someone else may have made."""
    pictures = [
        Reader(to_mnist_style, f"digit.{suffix}", picture(suffix), is_image, (OSError, ValueError))
        for suffix in PICTURES
    ]
    return [*pictures, *readers_of_networks(), *readers_of_data(), reader_of_trainings()]


def readers_of_networks() -> list[Reader]:
    """Return the readers of both kinds of networks' files."""
    network = mlp((8, 6), rng=np.random.default_rng(0))

    def is_same(answer: object) -> bool:
        """Say whether a network is the saved one, to the last bit: the file has checksums."""
        pairs = zip(answer.layers, network.layers, strict=True)
        return all(
            np.array_equal(ours.params[name], theirs.params[name])
            for ours, theirs in pairs
            for name in ours.params
        )

    refusals = (OSError, ValueError)
    saved, packed = written(network.save, "network.npz"), pretrained.pack(network, "int8")
    return [
        Reader(Network.load, "network.npz", saved, is_same, refusals),
        Reader(pretrained.load, "network.safetensors", packed, is_network, refusals),
    ]


def readers_of_data() -> list[Reader]:
    """Return the readers of MNIST's and Semeion's files, told apart by digests of a few digits."""
    refusals = (DataUnavailableError,)
    few = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    arrays = io.BytesIO()
    np.savez(arrays, x_train=few, y_train=few[0, 0, :1], x_test=few, y_test=few[0, 0, :1])
    never = lambda answer: False  # noqa: E731  it is not MNIST, damaged or not
    labels = np.arange(30, dtype=np.uint8) % 10
    digests = {"y_test": sha256(labels)}
    ink = np.arange(30 * 256).reshape(30, 256) % 7 == 0
    table = np.hstack([ink, np.eye(10)[labels]])
    lines = "\n".join(" ".join(f"{number:.4f}" for number in row) for row in table)
    of_semeion = {"images": sha256(ink.astype(np.uint8)), "labels": sha256(labels)}

    def load(path: Path) -> object:
        return load_mnist("test", path=path)

    def load_idx(path: Path) -> object:
        with mock.patch.object(formats, "SHA256", digests):
            return find_mnist(["y_test"], [path.parent], mirrors={})["y_test"]

    def load_semeion(path: Path) -> object:
        with (
            mock.patch.object(formats, "SEMEION_SHA256", of_semeion),
            mock.patch.object(sources, "SEMEION", "http://127.0.0.1:9/"),
            mock.patch.object(download, "PAUSE", 0.0),
        ):
            return find_semeion([path], path)["labels"]

    def are_the_labels(answer: object) -> bool:
        return np.array_equal(answer, labels)

    idx = gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 30]) + labels.tobytes(), mtime=0)
    name = f"{IDX_FILES['y_test']}.gz"
    return [
        Reader(load, "mnist.npz", arrays.getvalue(), never, refusals),
        Reader(load_idx, name, idx, are_the_labels, refusals),
        Reader(load_semeion, "semeion.data", lines.encode(), are_the_labels, refusals),
    ]


def reader_of_trainings() -> Reader:
    """Return the reader of a training that was interrupted."""

    def begin() -> resume.Training:
        rng = np.random.default_rng(0)
        return resume.Training(mlp((4,), rng=rng), Adam(), rng)

    training = begin()
    few = np.zeros((2, 28, 28), np.float32), np.array([3, 4])
    fit(training.network, few, epochs=1, optimizer=training.optimizer, rng=training.rng)
    identity = {"recipe": "a recipe"}
    saved = written(lambda path: resume.save(training, path, identity), "training.npz")
    end = resume.digest(*training.arrays().values())

    def load(path: Path) -> object:
        again = begin()
        resume.load(again, path, identity)
        return again

    def is_same(answer: object) -> bool:
        return resume.digest(*answer.arrays().values()) == end

    return Reader(load, "training.npz", saved, is_same, (ValueError,))


def written(write: Callable[[Path], object], name: str) -> bytes:
    """Return what is in the file that `write` writes."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, name))
        return Path(folder, name).read_bytes()


def sha256(array: np.ndarray) -> str:
    """Return the digest of an array's bytes."""
    return hashlib.sha256(array.tobytes()).hexdigest()


def picture(suffix: str) -> bytes:
    """Return a photo's bytes: a real digit, with EXIF where the format has it."""
    digit = Image.fromarray(255 - load_embedded("test").images[7]).resize((56, 56)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "turned"
    buffer = io.BytesIO()
    kind = {"jpg": "jpeg", "tif": "tiff"}.get(suffix, suffix)
    options = {"exif": exif} if kind in ("jpeg", "png", "webp", "tiff") else {}
    digit.save(buffer, kind, **options)
    return buffer.getvalue()


def is_image(answer: object) -> bool:
    """Say whether this is an image in MNIST's form."""
    return isinstance(answer, np.ndarray) and answer.shape == (28, 28) and answer.dtype == np.uint8


def is_network(answer: object) -> bool:
    """Say whether this is a network whose numbers are finite."""
    return isinstance(answer, Network) and all(
        np.isfinite(array).all() for layer in answer.layers for array in layer.params.values()
    )


def damage(content: bytes, chance: random.Random) -> bytes:
    """Return the content with one to four things wrong, most of them near its beginning."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        length = min(len(data), chance.choice((64, 512, 1 << 30)))
        if not length:
            break
        at = chance.randrange(length)
        some = chance.randint(1, 16)
        kind = chance.choice(("bit", "byte", "cut", "end", "double", "extreme"))
        if kind == "bit":
            data[at] ^= 1 << chance.randrange(8)
        elif kind == "byte":
            data[at] = chance.randrange(256)
        elif kind == "cut":
            del data[at : at + some]
        elif kind == "end":
            del data[at:]
        elif kind == "double":
            data[at:at] = data[at : at + some]
        else:
            data[at : at + 4] = chance.choice((b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff"))
    return bytes(data)


def try_out(reader: Reader, inputs: int, folder: Path, seed: int = 0) -> Iterator[str]:
    """Yield for each damaged file "answered", "refused", or what should not have been."""
    path = folder / reader.file
    for number in range(inputs):
        path.write_bytes(damage(reader.content, random.Random(f"{seed} {number} {reader.file}")))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                right = reader.is_right(reader.read(path))
            yield "answered" if right else f"seed {seed}, input {number}: a wrong answer"
        except reader.refusals as error:
            told = str(error).strip()
            yield "refused" if told else f"seed {seed}, input {number}: refused without a word"
        except Exception as error:
            yield f"seed {seed}, input {number}: {type(error).__name__}: {error}"


def main() -> int:
    """Run the command; return 1 if anything was neither answered nor refused."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--inputs", type=int, default=50_000, help="in all; default: 50,000")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    parser.add_argument("--output", type=Path, help="where to write what became, as JSON")
    options = parser.parse_args()
    every = readers()
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        for reader in every:
            fates = Counter(
                try_out(reader, -(-options.inputs // len(every)), Path(folder), options.seed)
            )
            counts[reader.file] = [fates.pop("answered", 0), fates.pop("refused", 0), len(fates)]
            print(
                "{:28}{:8} answered{:8} refused{:8} wrong".format(reader.file, *counts[reader.file])
            )
            for fate in fates:
                print("   ", fate)
    if options.output:
        libraries = {name: version(name) for name in ("numpy", "pillow", "safetensors")}
        found = {"date": f"{date.today()}", "seed": options.seed, "versions": libraries}
        sealed.write(options.output, found | {"files": counts})
    return int(any(wrong for _, _, wrong in counts.values()))


if __name__ == "__main__":
    sys.exit(main())
