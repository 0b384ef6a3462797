"""The way of a digit through the layers of a network. `plots` has these functions too.

Arguments of another type than described raise TypeError, those of another shape or out of range
ValueError.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from digitlearn.checks import as_array, as_counts, as_kind, as_pixels, expect
from digitlearn.evaluation import percent
from digitlearn.layers import Dense, Flatten
from digitlearn.losses import softmax
from digitlearn.network import Network
from digitlearn.palette import ACCENT, HAIRLINE, INK, MUTED
from digitlearn.style import INKS, WIDTH, axes_or_new, picture, styled


@styled
def plot_activations(network: Network, image: ArrayLike) -> Figure:
    """Follow one digit through the layers of a network, down to its probabilities.

    Parameters
    ----------
    network : Network
        Of Flatten and Dense layers with their activations; the last one's outputs are logits.
    image : float ndarray of shape (28, 28)
        Scaled to [0, 1].

    Returns
    -------
    Figure
        With Axes for each layer, the image first and the probabilities last.

    Examples
    --------
    >>> from digitlearn.network import mlp
    >>> net = mlp((16, 8), rng=np.random.default_rng(0))
    >>> figure = plot_activations(net, np.eye(28))
    >>> [ax.get_title(loc="left") for ax in figure.axes][2:4]
    ['hidden layer 1: 16 values', 'hidden layer 2: 8 values']
    """
    as_kind("a digitlearn Network", network, Network)
    pixels = _image(as_pixels("image", image))
    *strips, (_, logits) = _outputs(network, pixels).items()
    probabilities = softmax(logits)[0]
    heights = [1.2, *[0.25] * len(strips), 1.2]
    size = (WIDTH, sum(heights) + 0.4 * len(heights))
    figure, axes = plt.subplots(len(heights), 1, figsize=size, height_ratios=heights)
    picture(axes[0], pixels, 1, signed=False)
    axes[0].set(title="image: 28 × 28 pixels", anchor="W")
    for ax, (name, values) in zip(axes[1:-1], strips, strict=True):
        picture(ax, values, float(abs(values).max()), signed=True)
        ax.set(title=f"{name}: {values.size} values", aspect="auto")
    best, digits = int(probabilities.argmax()), range(len(probabilities))
    colors = [ACCENT if digit == best else MUTED for digit in digits]
    axes[-1].bar(digits, probabilities, color=colors, width=0.7)
    sure = percent(probabilities[best])
    axes[-1].text(best, probabilities[best], sure, ha="center", va="bottom")
    axes[-1].set(title=f"softmax: {len(digits)} probabilities")
    axes[-1].set(xticks=digits, yticks=[], ylim=(0, 1.2))
    axes[-1].spines["left"].set_visible(False)
    return figure


@styled
def plot_network(
    hidden_units: int | Sequence[int] = (128, 64),
    *,
    image: ArrayLike | None = None,
    highlight: int | Sequence[int] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the way from an image through the layers to ten probabilities.

    Parameters
    ----------
    hidden_units : sequence of int
        Units of each hidden Dense layer; a single number is one layer.
    image : ndarray of shape (28, 28), optional
        The digit at the start; an empty frame without it.
    highlight : sequence of int
        What to show in blue: 0 the image, 1 Flatten, 2 the first hidden layer, and so on.
    ax : Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    Axes
        Those that were drawn on.

    Examples
    --------
    >>> ax = plot_network((128, 64), image=np.eye(28), highlight=(2,))
    """
    widths = as_counts("hidden_units", hidden_units)
    lit = as_counts("highlight", highlight, least=0)
    pixels = None if image is None else _image(as_array("image", image))
    ax = axes_or_new(ax, (WIDTH, 2.7))
    sizes = ["28 × 28", 784, *widths, 10]
    names = ["image", "Flatten", *["ReLU\nDense"] * len(widths), "softmax\nDense"]
    colors = [ACCENT if part in lit else INK for part in range(len(names))]
    # Dots stand for a layer's units: the ends of its column, with a gap for all between them.
    halves = [np.linspace(0.3, 1.05, 7), *[np.linspace(0.3, 0.9, 5)] * len(widths)]
    columns = [np.r_[half, -half] for half in halves] + [np.linspace(0.8, -0.8, 10)]
    for part, (left, right) in enumerate(itertools.pairwise(columns), 2):
        # One line that is lifted after each edge takes a third of the space of many lines.
        edges = [[(part - 1, a), (part, b), (np.nan, np.nan)] for a in left for b in right]
        color = ACCENT if part in lit else HAIRLINE
        ax.plot(*np.concatenate(edges).T, color=color, linewidth=0.4, zorder=1)
    for part, column in enumerate(columns, 1):
        ax.plot([part] * len(column), column, "o", markersize=4, color=colors[part])
    frame = (-0.45, 0.45, -0.45, 0.45)
    if pixels is not None:
        ax.imshow(pixels, cmap=INKS, extent=frame, interpolation="none")
    ax.plot([-0.45, 0.45, 0.45, -0.45, -0.45], [-0.45, -0.45, 0.45, 0.45, -0.45], color=HAIRLINE)
    ax.annotate("", (0.88, 0), (0.52, 0), arrowprops={"arrowstyle": "->", "color": MUTED})
    last = len(columns)
    for digit, y in enumerate(columns[-1]):
        ax.text(last + 0.13, y, f"{digit}", va="center_baseline", color=MUTED)
    for part, (name, size) in enumerate(zip(names, sizes, strict=True)):
        # Text of two lines would not be centred in the reader's own font.
        for row, line in enumerate(name.split("\n")):
            ax.text(part, 1.2 + 0.27 * row, line, ha="center", color=colors[part])
        ax.text(part, -1.2, f"{size}", ha="center", va="top", color=MUTED)
    ax.set(xlim=(-0.5, last + 0.4), ylim=(-1.5, 1.8), aspect="equal")
    ax.set_axis_off()
    return ax


def _image(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return the one image in an array; a flat one, and axes of one, can mean nothing else."""
    expect(pixels.size == 784, "image of shape (28, 28)", pixels)
    return pixels.reshape(28, 28)


def _outputs(network: Network, image: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the output, (1, units), of each Flatten and of each Dense, activated, by its name."""
    outputs: dict[str, NDArray[Any]] = {}
    x: NDArray[Any] = image[np.newaxis]
    name, hidden = "image", 0
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, Flatten):
            name = "flatten"
        elif isinstance(layer, Dense):
            hidden += 1
            name = f"hidden layer {hidden}"
        outputs[name] = x
    return outputs
