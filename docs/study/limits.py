"""Choose when the package and the page say that a picture is no digit; release.py asks for it.

What is refused is set by MNIST's training digits, not by scribbles: of the digits, few may be
refused. Run as `python docs/study/limits.py`, this writes digitlearn/weights/limits.json and
docs/assets/try/limits.js.
"""

import json
from pathlib import Path

import numpy as np

from digitlearn import data, pretrained
from digitlearn.files import complete
from digitlearn.losses import softmax
from digitlearn.preprocessing import scale_pixels
from digitlearn.reading import LIMITS, SURE, predict_logits

FILE = Path(__file__).resolve().parents[1] / "assets/try/limits.js"
TEMPLATE = """\
// Made by docs/study/limits.py from MNIST's training digits.
export const LOGIT = {logit:.2f}; // of 1,000 digits read with confidence, 999 have a higher logit
export const INK = {ink:.3f}; // of 1,000 digits, 998 cover a smaller share of the picture
"""


def measure(network, images):
    """Return the limits that a network and images of digits make."""
    x = scale_pixels(images)
    logits = predict_logits(network, x)
    largest, sure = logits.max(axis=1), softmax(logits).max(axis=1) >= SURE
    ink = images.mean(axis=(1, 2)) / 255
    logit, most = np.quantile(largest[sure], 0.001), np.quantile(ink, 0.998)
    return {"logit": round(float(logit), 2), "ink": round(float(most), 3)}


def script(network, images):
    """Return limits.js as a network and images of digits make it."""
    return TEMPLATE.format(**measure(network, images))


def write(page, package, network, images):
    """Write the limits whole, for the page and for the package."""
    with complete(page) as part:
        part.write_text(script(network, images), encoding="utf-8")
    with complete(package) as part:
        part.write_text(json.dumps(measure(network, images)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(FILE, LIMITS, pretrained.load("small"), data.load_mnist("train").images)
