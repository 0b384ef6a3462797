"""Pictures by many people: the page makes of them what the package makes."""

import base64

import hands
import numpy as np
import pytest

from digitlearn import pretrained, reading
from digitlearn.preprocessing import scale_pixels, to_mnist_style

# A picture's file, as base64: the image that the network sees; null if it is not one digit.
SEE = """async files => {
    const load = name => import(new URL(`assets/live/${name}.js`, document.baseURI))
    const [{readPhoto}, {findInk, seenIn}] = await Promise.all(["levels", "findink"].map(load))
    const images = []
    for (const file of files) {
        const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0))
        const taken = await readPhoto(new Blob([bytes]))
        const {image} = seenIn(findInk(taken).ink)
        images.push(image && Array.from(image))
    }
    return images
}"""


def in_python(path):
    """Return the image that the package makes of a picture, or None if it is not one digit."""
    try:
        return to_mnist_style(path).ravel()
    except ValueError:
        return None


def is_close(theirs, ours):
    """Say whether two images are the same within two grey levels."""
    if theirs is None or ours is None:
        return theirs is ours
    return np.abs(theirs - ours.astype(int)).max() <= 2


def answers(images):
    """Return the digits that the small network reads; -1 where there is no image."""
    digits = np.full(len(images), -1)
    found = [i for i, image in enumerate(images) if image is not None]
    x = scale_pixels(np.array([images[i] for i in found], dtype=np.uint8).reshape(-1, 28, 28))
    digits[found] = reading.predict_proba(pretrained.load("small"), x).argmax(axis=1)
    return digits


def test_pictures_by_many_people_are_read_as_the_package_reads_them(visit):
    if not (hands.FOLDER / "labels.csv").is_file():
        pytest.skip("needs pictures by other people: set DIGITLEARN_HANDS to their folder")
    paths = [path for _, path, _ in hands.written(hands.FOLDER)]
    files = [base64.b64encode(path.read_bytes()).decode() for path in paths]
    page = visit("try.html")
    theirs = [None if one is None else np.array(one) for one in page.evaluate(SEE, files)]
    ours = [in_python(path) for path in paths]
    same = [is_close(one, other) for one, other in zip(theirs, ours, strict=True)]
    assert np.mean(same) >= 0.95, [
        path.name for path, one in zip(paths, same, strict=True) if not one
    ]
    assert np.mean(answers(theirs) == answers(ours)) >= 0.99
