"""Rows of pictures with captions: digits, mistakes, weights. `plots` has these functions too.

Arguments of another type than described raise TypeError, those of another shape or out of range
ValueError.
"""

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from numpy.typing import ArrayLike, NDArray

from digitlearn.checks import as_array, as_count, as_labels, describe, expect
from digitlearn.evaluation import mistakes, percent
from digitlearn.palette import INK, MUTED, WRONG
from digitlearn.style import WIDTH, picture, styled

Caption = list[tuple[str, str]]  # lines, each with its colour


@styled
def plot_digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    predictions: ArrayLike | None = None,
    columns: int = 5,
) -> Figure:
    """Show digits with their labels.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
        0 is bare paper, the largest value in all of them full ink. One image, of shape (28, 28),
        flat ones, of shape (N, 784), and a last axis of one channel are taken too.
    labels : N int, optional
        Captions.
    predictions : N int, optional
        What a network read: "4 as 9" in orange is a 4 read as a 9.
    columns : int
        Images in a row.

    Returns
    -------
    Figure
        With Axes for each image.

    Examples
    --------
    >>> images = np.zeros((3, 28, 28))
    >>> figure = plot_digits(images, [4, 1, 7], predictions=[9, 1, 7])
    >>> figure.axes[0].texts[0].get_text()
    '4 as 9'
    """
    pictures = _images(images)
    captions: list[Caption] = [[] for _ in pictures]
    known = {"labels": labels, "predictions": predictions}
    classes = [_classes(n, v, len(pictures)) for n, v in known.items() if v is not None]
    if classes:
        captions = [[_reading(*pair)] for pair in zip(classes[0], classes[-1], strict=True)]
    return _gallery(pictures, captions, columns)


@styled
def plot_mistakes(
    images: ArrayLike,
    labels: ArrayLike,
    probabilities: ArrayLike,
    *,
    top: int = 10,
    columns: int = 5,
) -> Figure:
    """Show the most confident mistakes: "4 as 9" is a 4 read as a 9, and how sure the network was.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
        As in `plot_digits`.
    labels : integer ndarray of shape (N,)
        True classes.
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.
    top : int
        Number of mistakes to show, fewer if there are fewer.
    columns : int
        Images in a row.

    Returns
    -------
    Figure
        With Axes for each image.

    Raises
    ------
    ValueError
        If there is no mistake.

    Examples
    --------
    >>> images, labels = np.zeros((2, 28, 28)), np.array([0, 1])
    >>> figure = plot_mistakes(images, labels, np.array([[0.9, 0.1], [0.75, 0.25]]))
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1 as 0', '75.0%']
    """
    shown, written = _images(images), as_labels("labels", labels)
    read = as_array("probabilities", probabilities)
    expect(len(shown) == len(written), f"images for {len(written)} labels", f"{len(shown)}")
    chosen = mistakes(written, read)[: as_count("top", top)]
    expect(len(chosen), "a mistake to show", f"{len(written)} right predictions")
    captions: list[Caption] = []
    for label, row in zip(written[chosen], read[chosen], strict=True):
        captions.append([_reading(label, row.argmax()), (percent(row.max()), MUTED)])
    return _gallery(shown[chosen], captions, columns)


@styled
def plot_weights(
    kernel: ArrayLike, labels: Sequence[Any] | None = None, *, columns: int = 5
) -> Figure:
    """Show what each unit of a first Dense layer looks for.

    Parameters
    ----------
    kernel : float ndarray of shape (784, units)
        Positive weights are blue, negative ones orange, by the same scale in all images.
    labels : one for each unit, optional
        Captions.
    columns : int
        Images in a row.

    Returns
    -------
    Figure
        With Axes for each image.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> figure = plot_weights(rng.standard_normal((784, 3)), ["a", "b", "c"])
    """
    cure = "write net.layers[1].params['kernel']"
    expect(not hasattr(kernel, "layers"), f"a kernel: {cure}", kernel, TypeError)
    weights = as_array("kernel", kernel)
    cure = ": write kernel.T" if weights.shape[1:] == (784,) else ""
    fits = weights.ndim == 2 and len(weights) == 784
    expect(fits, f"a kernel of shape (784, units){cure}", weights)
    pictures = weights.T.reshape(-1, 28, 28)
    captions: list[Caption] = [[] for _ in pictures]
    if labels is not None:
        listed = isinstance(labels, Sequence) or (isinstance(labels, np.ndarray) and labels.ndim)
        fits = listed and len(labels) == len(pictures)
        expect(fits, f"labels for {len(pictures)} units", describe(labels))
        captions = [[(str(label), INK)] for label in labels]
    return _gallery(pictures, captions, columns, signed=True)


def _images(value: Any) -> NDArray[Any]:
    """Return images as an array of shape (N, H, W), N at least 1."""
    images = as_array("images", value)
    if images.shape[-1:] == (1,):
        images = images[..., 0]
    if images.ndim == 2 and images.shape[1] == 784:
        images = images.reshape(-1, 28, 28)
    if images.shape == (28, 28):
        images = images[np.newaxis]
    expect(images.ndim == 3 and len(images), "images of shape (N, H, W), N >= 1", value)
    return images


def _classes(name: str, value: Any, count: int) -> NDArray[Any]:
    """Return the class of each image; that of a single one may be a number alone."""
    return as_labels(name, np.atleast_1d(as_array(name, value)), count=count)


def _reading(label: int, prediction: int) -> tuple[str, str]:
    """Return one line of a caption, and its colour."""
    return (f"{label}", INK) if label == prediction else (f"{label} as {prediction}", WRONG)


def _gallery(
    pictures: NDArray[Any], captions: Sequence[Caption], columns: int, *, signed: bool = False
) -> Figure:
    """Lay pictures out in rows, their captions below them."""
    columns = min(as_count("columns", columns), len(pictures))
    limit = float(abs(pictures).max())
    expect(np.isfinite(limit), "finite numbers in pictures", "NaN or infinity")
    rows = -(-len(pictures) // columns)
    side, leading = min(WIDTH / columns, 1.1), 0.2
    lines = max(map(len, captions))
    pitch = side + leading * lines + 0.1 * bool(lines)
    # What is left of a side, a twentieth, keeps neighbours apart.
    width, height = 0.95 / columns, 0.95 * side / (rows * pitch)
    # With no layout engine at all, Matplotlib would fall back on the style's after one saving.
    as_placed = PlaceHolderLayoutEngine(adjust_compatible=True, colorbar_gridspec=True)
    figure = plt.figure(figsize=(columns * side, rows * pitch), layout=as_placed)
    for i, (values, caption) in enumerate(zip(pictures, captions, strict=True)):
        row, column = divmod(i, columns)
        ax = figure.add_axes((column / columns, 1 - row / rows - height, width, height))
        picture(ax, values, limit, signed=signed)
        for line, (text, color) in enumerate(caption, 1):
            # Nearer to its own picture than to the one below.
            below = (0.02 - line * leading) / (0.95 * side)
            ax.text(0.5, below, text, color=color, ha="center", transform=ax.transAxes)
    return figure
