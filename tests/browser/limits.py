"""Choose when the package and the page say that a picture is no digit; run me after new weights.

What is refused is set by MNIST's training digits, not by scribbles: of the digits, few may be
refused. Run as `python tests/browser/limits.py`, this writes digitlearn/weights/limits.json and
docs/assets/try/limits.js.
"""

import json
from pathlib import Path

import numpy as np

from digitlearn import data, pretrained
from digitlearn.preprocessing import scale_pixels
from digitlearn.reading import SURE

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "digitlearn/weights/limits.json"
PAGE = ROOT / "docs/assets/try/limits.js"
TEMPLATE = """\
// Made by tests/browser/limits.py from MNIST's training digits.
export const LOGIT = {logit:.2f}; // of 1,000 digits read with confidence, 999 have a higher logit
export const INK = {ink:.3f}; // of 1,000 digits, 998 cover a smaller share of the picture
"""


def measure(network, images):
    """Return the limits that a network and images of digits make."""
    x = scale_pixels(images)
    largest = network.predict_logits(x).max(axis=1)
    sure = network.predict_proba(x).max(axis=1) >= SURE
    ink = images.mean(axis=(1, 2)) / 255
    logit, most = np.quantile(largest[sure], 0.001), np.quantile(ink, 0.998)
    return {"logit": round(float(logit), 2), "ink": round(float(most), 3)}


def write(limits):
    """Write the limits for the package and for the page."""
    PACKAGE.write_text(json.dumps(limits) + "\n", encoding="utf-8")
    PAGE.write_text(TEMPLATE.format(**limits), encoding="utf-8")


if __name__ == "__main__":
    digits = data.load_mnist("train")
    write(measure(pretrained.load("small"), digits.images))
