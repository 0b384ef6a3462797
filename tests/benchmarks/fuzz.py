"""What do the readers make of damaged files? Each gets thousands, and may only answer or refuse.

    python tests/benchmarks/fuzz.py --inputs 50000

A valid file is damaged: bits turned over, bytes set, cut out, doubled or put elsewhere. Its reader
then either gives what it promises, or raises an error that it declares. Anything else is printed
with the seed that makes it again. `tests/test_fuzz.py` does the same with fewer files.
"""

import argparse
import io
import random
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from digitlearn import pretrained
from digitlearn.data import DataUnavailableError, load_embedded, load_mnist
from digitlearn.network import Network, mlp
from digitlearn.preprocessing import to_mnist_style

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
    found = [
        Reader(to_mnist_style, f"digit.{suffix}", picture(suffix), is_image, (OSError, ValueError))
        for suffix in PICTURES
    ]
    network = mlp((8, 6), rng=np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as folder:
        network.save(Path(folder, "network.npz"))
        saved = Path(folder, "network.npz").read_bytes()

    def is_same(answer: object) -> bool:
        """Say whether a network is the saved one, to the last bit: the file has checksums."""
        pairs = zip(answer.layers, network.layers, strict=True)
        return all(
            np.array_equal(ours.params[name], theirs.params[name])
            for ours, theirs in pairs
            for name in ours.params
        )

    refusals = (OSError, ValueError)
    found.append(Reader(Network.load, "network.npz", saved, is_same, refusals))
    packed = pretrained.pack(network, "int8")
    found.append(Reader(pretrained.load, "network.safetensors", packed, is_network, refusals))
    arrays = io.BytesIO()
    few = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    np.savez(arrays, x_train=few, y_train=few[0, 0, :1], x_test=few, y_test=few[0, 0, :1])

    def load(path: Path) -> object:
        return load_mnist("test", path=path)

    never = lambda answer: False  # noqa: E731  it is not MNIST, damaged or not
    found.append(Reader(load, "mnist.npz", arrays.getvalue(), never, (DataUnavailableError,)))
    return found


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
    options = parser.parse_args()
    every = readers()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for reader in every:
            fates = Counter(
                try_out(reader, options.inputs // len(every), Path(folder), options.seed)
            )
            answered, refused = fates.pop("answered", 0), fates.pop("refused", 0)
            print(f"{reader.file:20}{answered:8} answered{refused:8} refused{len(fates):8} wrong")
            for fate in fates:
                print("   ", fate)
            wrong += len(fates)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
