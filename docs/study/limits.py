"""Choose when the page says that a drawing is no digit; release.py asks for it.

What is refused is set by MNIST's training digits, not by scribbles: of the digits, few may be
refused. Run as `python docs/study/limits.py`, this writes docs/assets/try/limits.js.
"""

from pathlib import Path

import numpy as np

from digitlearn import data, pretrained
from digitlearn.files import complete
from digitlearn.preprocessing import scale_pixels

FILE = Path(__file__).resolve().parents[1] / "assets/try/limits.js"
TEMPLATE = """\
// Made by docs/study/limits.py from MNIST's training digits.
export const LOGIT = {logit:.2f}; // of 100 digits, 98 have a logit above this
export const INK = {ink:.3f}; // of 200 digits, 199 cover a smaller share of the picture
"""


def script(network, images):
    """Return limits.js as a network and images of digits make it."""
    largest = network.predict_logits(scale_pixels(images)).max(axis=1)
    ink = images.mean(axis=(1, 2)) / 255
    return TEMPLATE.format(logit=np.quantile(largest, 0.02), ink=np.quantile(ink, 0.995))


def write(path, network, images):
    """Write limits.js whole."""
    with complete(path) as part:
        part.write_text(script(network, images), encoding="utf-8")


if __name__ == "__main__":
    write(FILE, pretrained.load("small"), data.load_mnist("train").images)
