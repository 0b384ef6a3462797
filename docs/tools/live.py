"""MkDocs hook: what the figures that answer the hand need beside their scripts.

A chapter's cell names the module of docs/assets/live that brings its figure to life, as in
`live="train"`. The cell behind it, tagged `remove-cell`, puts out its data. templates/notebook.html
marks the figure and hands over the data, and templates/main.html loads the scripts where there is
such a figure.
"""

import numpy as np
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from sklearn.datasets import load_digits

from digitlearn.preprocessing import split_validation

BITS = 5  # of a pixel: its level is from 0 to 16


def embedded_digits() -> bytes:
    """Return scikit-learn's digits, packed: 40 bytes each, then a byte for each label.

    The 1,437 to train with come first, then the 360 others, both in `data.load_embedded`'s order.
    """
    bunch = load_digits()
    images, labels = bunch.images.astype(np.uint8), bunch.target.astype(np.uint8)
    rng = np.random.default_rng(0)
    train, test = split_validation(images, labels, validation_split=360 / 1797, rng=rng)
    images = np.concatenate([train[0], test[0]])
    bits = np.unpackbits(images.reshape(-1, 1), axis=1)[:, -BITS:]
    return np.packbits(bits).tobytes() + train[1].tobytes() + test[1].tobytes()


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publish the digits that networks learn from in the page."""
    digits = embedded_digits()
    files.append(File.generated(config, "assets/live/digits.bin", content=digits))
    return files
