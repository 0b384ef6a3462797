"""Read a picture's digit, and say when the answer is in doubt.

Softmax shares out all of its belief among ten digits, whatever it is shown: its confidence alone
does not notice a scribble or a letter. So other signs are looked at as well, which hardly any digit
shows. The site's page has the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitlearn import pretrained
from digitlearn.augmentation import rotate
from digitlearn.checks import as_kind, as_pixels
from digitlearn.ink import find_ink
from digitlearn.losses import softmax
from digitlearn.network import Network
from digitlearn.pictures import Picture, fit_to_frame, read_grey
from digitlearn.pieces import Found, count_holes, find_digit, stands_beside, stroke_width, widen
from digitlearn.preprocessing import scale_pixels

TURN = 10  # degrees to each side that an image is turned for a second and a third look
SMALLEST = 10  # pixels a digit must be high or wide
MOST_HOLES = 2  # an 8 has as many; more have about one in a thousand of MNIST's digits
THICKEST = 0.45  # of the digit's size: with wider strokes it is a dot


class Reading(NamedTuple):
    """What a picture is read as.

    Examples
    --------
    >>> reading = read(np.pad(np.zeros((12, 2), dtype=np.uint8), 8, constant_values=255))
    >>> reading.digit, reading.doubt is None
    (1, True)
    """

    digit: int  # the most probable one
    confidence: float  # its probability
    runner_up: int  # the second most probable
    runner_up_confidence: float
    doubt: str | None  # why this may be no digit, or not one alone
    cut: bool  # whether the digit runs off the picture
    image: NDArray[np.uint8]  # of shape (28, 28): what the network saw


def predict_logits(network: Network, x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the mean logits of three looks at each image: as it is, and turned to each side.

    The looks err in different ways, and part of that cancels out.

    Parameters
    ----------
    network : Network
    x : float ndarray of shape (N, 28, 28)
        Images, scaled to 0-1.

    Returns
    -------
    float ndarray of shape (N, 10)

    Raises
    ------
    TypeError, ValueError
        As `Network.predict_proba`; only images of 28x28 can be turned.

    Examples
    --------
    >>> predict_logits(pretrained.load("small"), np.zeros((2, 28, 28))).shape
    (2, 10)
    """
    as_kind("network as a Network", network, Network)
    x = as_pixels("x", x).astype(np.float32)
    looks = (x, rotate(x, -TURN), rotate(x, TURN))
    logits: NDArray[np.floating] = np.mean([network.predict_logits(look) for look in looks], axis=0)
    return logits


def predict_proba(network: Network, x: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return each digit's probability, the way `read` and the site's page do: in three looks.

    Parameters
    ----------
    network : Network
    x : float ndarray of shape (N, 28, 28)
        Images, scaled to 0-1.

    Returns
    -------
    float ndarray of shape (N, 10)
        Each row adds up to 1.

    Raises
    ------
    TypeError, ValueError
        As `predict_logits`.

    Examples
    --------
    >>> predict_proba(pretrained.load("small"), np.zeros((2, 28, 28))).shape
    (2, 10)
    """
    return softmax(predict_logits(network, x))


def read(picture: Picture, network: Network | None = None) -> Reading:
    """Read the digit in a picture.

    Parameters
    ----------
    picture : path, PIL image or ndarray
        As `preprocessing.to_mnist_style` takes it.
    network : Network, optional
        By default the released "small" one, as on the site's page.

    Returns
    -------
    Reading
        With a `doubt`, the digit is a guess.

    Raises
    ------
    OSError, TypeError, ValueError
        As `to_mnist_style`; several digits are no error, but a doubt.

    Examples
    --------
    >>> picture = np.ones((60, 60))
    >>> picture[10:50, 28:33] = 0
    >>> reading = read(picture)
    >>> reading.digit, reading.doubt
    (1, None)
    """
    found = find_digit(find_ink(read_grey(picture)))
    image = fit_to_frame(widen(found.ink))
    x = scale_pixels(image[np.newaxis])
    network = pretrained.load("small") if network is None else network
    [probabilities] = predict_proba(network, x)
    digit, second = (int(place) for place in np.argsort(-probabilities)[:2])
    confidence = float(probabilities[digit])
    doubt = _doubt(found, image)
    return Reading(digit, confidence, second, float(probabilities[second]), doubt, found.cut, image)


def _doubt(found: Found, image: NDArray[np.uint8]) -> str | None:
    """Say what is odd about the ink."""
    size = max(found.ink.shape)
    if found.digits > 1:
        return f"{found.digits} digits? The network reads one at a time."
    if size < SMALLEST or stroke_width(found.ink) > THICKEST * size:
        return "Drawn too small, or a dot."
    if not found.cut and stands_beside(image):  # a 0 that is cut off at the bottom is two strokes
        return "2 digits? The network reads one at a time."
    if count_holes(image) > MOST_HOLES:
        return "More loops than a digit has: a scribble?"
    return None
