"""MkDocs hook: what the figures that answer the hand need beside their scripts.

A chapter's cell names the module of docs/assets/live that brings its figure to life, as in
`live="train"`. The cell behind it, tagged `remove-cell`, puts out its data. templates/notebook.html
marks the figure and names its data's file, and templates/main.html loads the scripts where there is
such a figure.
"""

import base64
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from digitlearn.preprocessing import split_validation

BYTES = "data:application/octet-stream;base64,"
BITS = 5  # of a pixel: its level is from 0 to 16


def embedded_digits() -> bytes:
    """Return scikit-learn's digits, packed: 40 bytes each, then a byte for each label.

    The 1,437 to train with come first, then the 360 others, both in `data.load_embedded`'s order.
    """
    # From scikit-learn's file: to import it takes longer than to build ten pages.
    place = Path(find_spec("sklearn").origin).with_name("datasets")
    table = np.loadtxt(place / "data/digits.csv.gz", delimiter=",", dtype=np.uint8)
    images, labels = table[:, :-1].reshape(-1, 8, 8), table[:, -1]
    rng = np.random.default_rng(0)
    train, test = split_validation(images, labels, validation_split=360 / 1797, rng=rng)
    images = np.concatenate([train[0], test[0]])
    bits = np.unpackbits(images.reshape(-1, 1), axis=1)[:, -BITS:]
    return np.packbits(bits).tobytes() + train[1].tobytes() + test[1].tobytes()


def publish(files: Files, config: MkDocsConfig, data: dict[str, Any], name: str) -> str:
    """Publish a figure's data beside the scripts, values of bytes apart; return the file's name.

    All of it is fetched as the reader comes near, so that nobody waits for it with the text.
    """
    rest = dict(data)
    for key, value in data.items():
        if isinstance(value, str) and value.startswith(BYTES):
            content = base64.b64decode(value.removeprefix(BYTES))
            rest[key] = f"{name}-{key}.bin"
            files.append(File.generated(config, f"assets/live/{rest[key]}", content=content))
    text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
    files.append(File.generated(config, f"assets/live/{name}.json", content=text))
    return f"{name}.json"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publish the digits that networks learn from in the page."""
    digits = embedded_digits()
    files.append(File.generated(config, "assets/live/digits.bin", content=digits))
    return files
