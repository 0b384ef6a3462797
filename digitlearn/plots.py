"""Draw one idea per figure, as ink on paper.

A function draws on the Axes it is given, or on a new figure's, and returns the Axes; galleries and
figures of several panels return their Figure. Nothing is shown or printed. Arrays of other shapes
than described raise ValueError.
"""

import functools
import itertools
import sys
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.rcsetup import cycler
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from digitlearn.evaluation import Report, mistakes, reliability, wilson_interval
from digitlearn.layers import Dense, Flatten
from digitlearn.losses import softmax
from digitlearn.network import Network
from digitlearn.training import History

P = ParamSpec("P")
R = TypeVar("R")
Classes = Sequence[int] | NDArray[np.integer]
Caption = list[tuple[str, str]]  # lines, each with its colour

# Every figure has these colours alone, so that a page can exchange them for its own. Blue and
# orange look different to colour-blind readers too.
INK = "#1c1b19"
MUTED = "#77736b"
HAIRLINE = "#cdc8bd"
ACCENT = "#1d4e9e"
WRONG = "#c2540a"
PAPER = "#fffdf8"

WIDTH = 5.2  # inches; a phone shows it at seven tenths, with letters still 10 pixels high

# Zero is no ink at all, so that pictures lie on paper of any colour.
INKS = LinearSegmentedColormap.from_list("inks", [to_rgba(INK, 0), to_rgba(INK, 1)])
SIGNS = LinearSegmentedColormap.from_list(
    "signs",
    [
        (0, to_rgba(WRONG)),
        (0.5, to_rgba(WRONG, 0)),
        (0.5, to_rgba(ACCENT, 0)),
        (1, to_rgba(ACCENT)),
    ],
)

STYLE: dict[Any, Any] = {
    "axes.edgecolor": HAIRLINE,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=[ACCENT, MUTED, WRONG, INK]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.constrained_layout.use": True,
    "figure.facecolor": PAPER,
    "figure.figsize": (WIDTH, 3.2),
    # The reader's own sans-serif; the second name, which comes with Matplotlib, is the font that
    # text is measured with, so that layouts are the same on all machines.
    "font.family": "sans-serif",
    "font.sans-serif": ["sans-serif", "DejaVu Sans"],
    "font.size": 11,
    "image.interpolation": "none",
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "digitlearn",
    "text.color": INK,
    "xtick.color": HAIRLINE,
    "xtick.labelcolor": MUTED,
    "ytick.color": HAIRLINE,
    "ytick.labelcolor": MUTED,
}


def use_style() -> None:
    """Make this style Matplotlib's default, and a notebook's figures SVG.

    Saved without a date, a figure is then the same to the last byte in every run.
    """
    plt.rcParams.update(STYLE)
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        metadata = dict.fromkeys(["Creator", "Date", "Format", "Type"])
        set_matplotlib_formats(  # type: ignore[no-untyped-call]
            "svg", bbox_inches="tight", facecolor=PAPER, metadata=metadata
        )


def _styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in this style whether it is the default or not."""

    @functools.wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> R:
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return styled


@_styled
def plot_digits(
    images: NDArray[Any],
    labels: Classes | None = None,
    *,
    predictions: Classes | None = None,
    columns: int = 5,
) -> Figure:
    """Show digits with their labels.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
        0 is bare paper, the largest value in all of them full ink.
    labels : N int, optional
        Captions.
    predictions : N int, optional
        What a network read: "4 as 9" in orange is a 4 read as a 9.
    columns : int
        Images in a row.
    """
    captions: list[Caption] = [[] for _ in images]
    first = predictions if labels is None else labels
    if first is not None:
        second = first if predictions is None else predictions
        _require(len(first) == len(second), f"{len(first)} predictions", len(second))
        captions = [[_reading(*pair)] for pair in zip(first, second, strict=True)]
    return _gallery(images, captions, columns)


@_styled
def plot_mistakes(
    images: NDArray[Any],
    labels: NDArray[np.integer],
    probabilities: NDArray[np.floating],
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
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.
    top : int
        Number of mistakes to show, fewer if there are fewer. If there is none: ValueError.
    columns : int
        Images in a row.
    """
    _require(len(images) == len(labels), f"{len(labels)} images", len(images))
    chosen = mistakes(labels, probabilities)[:top]
    captions: list[Caption] = []
    for label, row in zip(labels[chosen], probabilities[chosen], strict=True):
        captions.append([_reading(label, row.argmax()), (_sure(row.max()), MUTED)])
    return _gallery(images[chosen], captions, columns)


@_styled
def plot_weights(
    kernel: NDArray[np.floating], labels: Sequence[Any] | None = None, *, columns: int = 5
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
    """
    _require(kernel.ndim == 2 and len(kernel) == 784, "a (784, units) kernel", kernel.shape)
    pictures = kernel.T.reshape(-1, 28, 28)
    captions: list[Caption] = [[] for _ in pictures]
    if labels is not None:
        captions = [[(str(label), INK)] for label in labels]
    return _gallery(pictures, captions, columns, signed=True)


@_styled
def plot_history(history: History) -> Figure:
    """Draw loss and accuracy after each epoch, in one panel each.

    Parameters
    ----------
    history : History
        Of at least one epoch, with or without validation. What is not finite is left out.
    """
    epochs = len(history.loss)
    _require(epochs > 0, "a history of at least one epoch", "an empty one")
    figure, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 4.4), sharex=True)
    for ax, title in ((above, "loss"), (below, "accuracy")):
        training, validation = getattr(history, title), getattr(history, f"val_{title}")
        # The upper label sits on its line's end, the lower one hangs from it: they never meet.
        sides = ["center", "center"]
        if validation:
            sides = ["bottom", "top"] if training[-1] > validation[-1] else ["top", "bottom"]
        _line(ax, training, "training", MUTED, sides[0])
        _line(ax, validation, "validation", ACCENT, sides[1])
        ax.set_title(title)
        ax.spines["bottom"].set_bounds(1, epochs)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    below.yaxis.set_major_formatter(_percent)
    below.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    below.set_xlabel("epoch")
    return figure


@_styled
def plot_confusion(
    confusion: NDArray[np.integer], *, normalize: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw a confusion matrix in which the mistakes stand out.

    Parameters
    ----------
    confusion : integer ndarray of shape (C, C)
        Counts: the row is the true class, the column the predicted one. Zeros are left blank.
    normalize : bool
        Write percentages of the row in place of counts.
    ax : Axes, optional
    """
    shape = confusion.shape
    _require(len(shape) == 2 and shape[0] == shape[1], "a confusion of shape (C, C)", shape)
    ax = _axes(ax, (4.8, 4.8))
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    worst = np.where(np.eye(len(shares)), 0, shares).max()
    for row, column in np.argwhere(confusion):
        share, right = shares[row, column], row == column
        shade = to_rgba(ACCENT, 0.1) if right else to_rgba(WRONG, 0.08 + 0.52 * share / worst)
        ax.add_patch(Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, fc=shade, ec="none"))
        text = f"{100 * share:.1f}" if normalize else f"{confusion[row, column]}"
        color = MUTED if right else INK
        ax.text(column, row, text, color=color, size=9, ha="center", va="center_baseline")
    edge = len(confusion) - 0.5
    ax.set(xticks=range(len(confusion)), yticks=range(len(confusion)), aspect="equal")
    ax.set(xlim=(-0.5, edge), ylim=(edge, -0.5), xlabel="predicted digit", title="true digit")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    return ax


@_styled
def plot_per_class(report: Report, *, ax: Axes | None = None) -> Axes:
    """Draw recall and precision of each class.

    Parameters
    ----------
    report : Report
        From `evaluation.evaluate`. A class without examples gets no recall, one never predicted
        no precision.
    ax : Axes, optional
    """
    ax = _axes(ax, (WIDTH, 3.2))
    digits = range(len(report.support))
    recall = np.where(report.support > 0, report.recall, np.nan)
    precision = np.where(report.confusion.sum(axis=0) > 0, report.precision, np.nan)
    ax.vlines(digits, precision, recall, color=HAIRLINE, linewidth=2, zorder=1)
    ax.plot(digits, recall, "o", color=ACCENT, markersize=7, label="recall")
    ax.plot(digits, precision, "o", color=ACCENT, markersize=7, mfc=PAPER, label="precision")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, handletextpad=0)
    ax.set(xticks=digits, xlabel="digit")
    ax.yaxis.set_major_formatter(_percent)
    return ax


@_styled
def plot_reliability(
    labels: NDArray[np.integer],
    probabilities: NDArray[np.floating],
    *,
    bins: int = 15,
    ax: Axes | None = None,
) -> Axes:
    """Draw how often a network is right against how sure it is.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.
    bins : int
        Of equal width between 0 and 1. Each that is not empty gets a dot with the accuracy's
        95 % Wilson interval.
    ax : Axes, optional
    """
    confidence, accuracy, count = reliability(labels, probabilities, bins=bins)
    ax = _axes(ax, (4.8, 4.4))
    ax.plot([0, 1], [0, 1], color=HAIRLINE, linewidth=1)
    x, y, n = confidence[count > 0], accuracy[count > 0], count[count > 0]
    bounds = [wilson_interval(round(a * k), int(k)) for a, k in zip(y, n, strict=True)]
    ax.vlines(x, *np.transpose(bounds), color=ACCENT, linewidth=1)
    ax.plot(x, y, "o", color=ACCENT, clip_on=False)
    ax.text(0.03, 0.97, "too unsure", color=MUTED, va="top")
    ax.text(0.97, 0.03, "too sure", color=MUTED, ha="right")
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="confidence", title="accuracy")
    ax.xaxis.set_major_formatter(_percent)
    ax.yaxis.set_major_formatter(_percent)
    return ax


@_styled
def plot_activations(network: Network, image: NDArray[np.floating]) -> Figure:
    """Follow one digit through the layers of a network, down to its probabilities.

    Parameters
    ----------
    network : Network
        Of Flatten and Dense layers with their activations; the last one's outputs are logits.
    image : float ndarray of shape (28, 28)
        Scaled to [0, 1].
    """
    _require(image.shape == (28, 28), "an image of shape (28, 28)", image.shape)
    *strips, (_, logits) = _outputs(network, image)
    probabilities = softmax(logits)[0]
    heights = [1.2, *[0.25] * len(strips), 1.2]
    size = (WIDTH, sum(heights) + 0.4 * len(heights))
    figure, axes = plt.subplots(len(heights), 1, figsize=size, height_ratios=heights)
    _picture(axes[0], image, 1, signed=False)
    axes[0].set(title="image: 28 × 28 pixels", anchor="W")
    for ax, (name, values) in zip(axes[1:-1], strips, strict=True):
        _picture(ax, values, float(abs(values).max()), signed=True)
        ax.set(title=f"{name}: {values.size} values", aspect="auto")
    best, digits = int(probabilities.argmax()), range(len(probabilities))
    colors = [ACCENT if digit == best else MUTED for digit in digits]
    axes[-1].bar(digits, probabilities, color=colors, width=0.7)
    axes[-1].text(best, probabilities[best], _sure(probabilities[best]), ha="center", va="bottom")
    axes[-1].set(
        title=f"softmax: {len(digits)} probabilities", xticks=digits, yticks=[], ylim=(0, 1.2)
    )
    axes[-1].spines["left"].set_visible(False)
    return figure


@_styled
def plot_network(
    hidden_units: Sequence[int] = (128, 64),
    *,
    image: NDArray[Any] | None = None,
    highlight: Sequence[int] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the way from an image through the layers to ten probabilities.

    Parameters
    ----------
    hidden_units : sequence of int
        Units of each hidden Dense layer.
    image : ndarray of shape (28, 28), optional
        The digit at the start; an empty frame without it.
    highlight : sequence of int
        What to show in blue: 0 the image, 1 Flatten, 2 the first hidden layer, and so on.
    ax : Axes, optional
    """
    ax = _axes(ax, (WIDTH, 2.7))
    sizes = ["28 × 28", 784, *hidden_units, 10]
    names = ["image", "Flatten", *["ReLU\nDense"] * len(hidden_units), "softmax\nDense"]
    colors = [ACCENT if part in highlight else INK for part in range(len(names))]
    # Dots stand for a layer's units: the ends of its column, with a gap for all between them.
    halves = [np.linspace(0.3, 1.05, 7), *[np.linspace(0.3, 0.9, 5)] * len(hidden_units)]
    columns = [np.r_[half, -half] for half in halves] + [np.linspace(0.8, -0.8, 10)]
    for part, (left, right) in enumerate(itertools.pairwise(columns), 2):
        # One line that is lifted after each edge takes a third of the space of many lines.
        edges = [[(part - 1, a), (part, b), (np.nan, np.nan)] for a in left for b in right]
        color = ACCENT if part in highlight else HAIRLINE
        ax.plot(*np.concatenate(edges).T, color=color, linewidth=0.4, zorder=1)
    for part, column in enumerate(columns, 1):
        ax.plot([part] * len(column), column, "o", markersize=4, color=colors[part])
    frame = (-0.45, 0.45, -0.45, 0.45)
    if image is not None:
        ax.imshow(image, cmap=INKS, extent=frame, interpolation="none")
    ax.plot([-0.45, 0.45, 0.45, -0.45, -0.45], [-0.45, -0.45, 0.45, 0.45, -0.45], color=HAIRLINE)
    ax.annotate("", (0.88, 0), (0.52, 0), arrowprops={"arrowstyle": "->", "color": MUTED})
    for digit, y in enumerate(columns[-1]):
        ax.text(part + 0.13, y, f"{digit}", va="center_baseline", size=9, color=MUTED)
    for part, (name, size) in enumerate(zip(names, sizes, strict=True)):
        # Text of two lines would not be centred in the reader's own font.
        for row, line in enumerate(name.split("\n")):
            ax.text(part, 1.2 + 0.27 * row, line, ha="center", color=colors[part])
        ax.text(part, -1.2, f"{size}", ha="center", va="top", color=MUTED)
    ax.set(xlim=(-0.5, part + 0.4), ylim=(-1.5, 1.8), aspect="equal")
    ax.set_axis_off()
    return ax


def _outputs(network: Network, image: NDArray[np.floating]) -> list[tuple[str, NDArray[Any]]]:
    """Return the name and the output, (1, units), of each Flatten and of each Dense, activated."""
    outputs: list[tuple[str, NDArray[Any]]] = []
    x: NDArray[Any] = image[np.newaxis]
    for layer in network.layers:
        x = layer.forward(x)
        if isinstance(layer, Flatten):
            outputs.append(("flatten", x))
        elif isinstance(layer, Dense):
            hidden = sum(name != "flatten" for name, _ in outputs) + 1
            outputs.append((f"hidden layer {hidden}", x))
        else:
            outputs[-1] = (outputs[-1][0], x)
    return outputs


def _require(condition: bool, expected: str, received: object) -> None:
    if not condition:
        raise ValueError(f"Expected {expected}. Received: {received}")


def _axes(ax: Axes | None, figsize: tuple[float, float]) -> Axes:
    """Return the Axes to draw on, those of a new figure if none are given."""
    return plt.figure(figsize=figsize).add_subplot() if ax is None else ax


def _sure(probability: float) -> str:
    """Write a probability, rounded down: no softmax is ever 100 % sure."""
    return f"{np.floor(probability * 1000) / 1000:.1%}"


def _percent(value: float, _position: object) -> str:
    return f"{100 * value:g}%"


def _line(ax: Axes, values: Sequence[float], name: str, color: str, va: str) -> None:
    """Draw one value an epoch, and the name where the line ends."""
    finite = [(epoch, value) for epoch, value in enumerate(values, 1) if np.isfinite(value)]
    if finite:
        ax.plot(*np.transpose(finite), color=color, marker="o", markevery=[-1], markersize=4)
        ax.annotate(name, finite[-1], (7, 0), textcoords="offset points", color=color, va=va)


def _reading(label: int, prediction: int) -> tuple[str, str]:
    """Return one line of a caption, and its colour."""
    return (f"{label}", INK) if label == prediction else (f"{label} as {prediction}", WRONG)


def _gallery(
    pictures: NDArray[Any], captions: Sequence[Caption], columns: int, *, signed: bool = False
) -> Figure:
    """Lay pictures out in rows, their captions below them."""
    shape = pictures.shape
    _require(len(shape) == 3 and shape[0] > 0, "images of shape (N, H, W), N >= 1", shape)
    _require(len(captions) == len(pictures), f"{len(pictures)} captions", len(captions))
    _require(columns > 0, "at least one column", columns)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    side, leading = min(WIDTH / columns, 1.1), 0.17
    lines = max(map(len, captions))
    pitch = side + leading * lines + 0.1 * bool(lines)
    # What is left of a side, a twentieth, keeps neighbours apart.
    width, height = 0.95 / columns, 0.95 * side / (rows * pitch)
    # With no layout engine at all, Matplotlib would fall back on the style's after one saving.
    as_placed = PlaceHolderLayoutEngine(adjust_compatible=True, colorbar_gridspec=True)
    figure = plt.figure(figsize=(columns * side, rows * pitch), layout=as_placed)
    limit = float(abs(pictures).max())
    for i, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        row, column = divmod(i, columns)
        ax = figure.add_axes((column / columns, 1 - row / rows - height, width, height))
        _picture(ax, picture, limit, signed=signed)
        for line, (text, color) in enumerate(caption, 1):
            # Nearer to its own picture than to the one below.
            below = (0.02 - line * leading) / (0.95 * side)
            ax.text(0.5, below, text, color=color, size=10, ha="center", transform=ax.transAxes)
    return figure


def _picture(ax: Axes, values: NDArray[Any], limit: float, *, signed: bool) -> None:
    """Draw an array of values up to `limit` in ink, or in the colours of its signs."""
    cmap, vmin = (SIGNS, -limit) if signed else (INKS, 0)
    ax.imshow(values, cmap=cmap, vmin=vmin, vmax=limit or 1, interpolation="none")
    ax.set_axis_off()
