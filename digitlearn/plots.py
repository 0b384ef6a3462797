"""Draw one idea per figure, as ink on paper.

A function draws on the Axes it is given, or on a new figure's, and returns the Axes; galleries and
figures of several panels return their Figure. Nothing is shown or printed. Arguments of another
type than described raise TypeError, those of another shape or out of range ValueError.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from digitlearn.checks import as_array, as_confusion, as_kind, expect
from digitlearn.diagrams import plot_activations, plot_network
from digitlearn.evaluation import Report, reliability, wilson_interval
from digitlearn.galleries import plot_digits, plot_mistakes, plot_weights
from digitlearn.palette import ACCENT, HAIRLINE, INK, MUTED, PAPER, WRONG
from digitlearn.style import INKS, WIDTH, axes_or_new, styled, use_style
from digitlearn.training import History

# Chapters have these from here.
__all__ = ["ACCENT", "HAIRLINE", "INK", "INKS", "MUTED", "PAPER", "WRONG", "use_style"]
__all__ += ["plot_activations", "plot_digits", "plot_mistakes", "plot_network", "plot_weights"]
__all__ += ["plot_confusion", "plot_history", "plot_per_class", "plot_reliability"]


@styled
def plot_history(history: History) -> Figure:
    """Draw loss and accuracy after each epoch, in one panel each.

    Parameters
    ----------
    history : History
        Of at least one epoch, with or without validation. What is not finite is left out. What
        Keras' `fit` returns, or its dict, is taken too.

    Returns
    -------
    Figure
        With Axes for the loss and for the accuracy.

    Examples
    --------
    >>> figure = plot_history({"loss": [0.9, 0.3], "accuracy": [0.7, 0.9]})
    >>> [ax.get_title(loc="left") for ax in figure.axes]
    ['loss', 'accuracy']
    """
    columns = _columns(history)
    epochs = len(columns["loss"])
    figure, (above, below) = plt.subplots(2, 1, figsize=(WIDTH, 4.4), sharex=True)
    for ax, title in ((above, "loss"), (below, "accuracy")):
        training, validation = columns[title], columns[f"val_{title}"]
        # The upper label sits on its line's end, the lower one hangs from it: they never meet.
        sides = ["center", "center"]
        if validation:
            sides = ["bottom", "top"] if training[-1] > validation[-1] else ["top", "bottom"]
        _line(ax, training, "training", MUTED, sides[0])
        _line(ax, validation, "validation", ACCENT, sides[1])
        ax.set_title(title)
        ax.spines["bottom"].set_bounds(1, epochs)
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    below.yaxis.set_major_formatter(_per_cent)
    below.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
    below.set_xlabel("epoch")
    return figure


@styled
def plot_confusion(
    confusion: ArrayLike, *, normalize: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw a confusion matrix in which the mistakes stand out.

    Parameters
    ----------
    confusion : integer ndarray of shape (C, C)
        Counts: the row is the true class, the column the predicted one. Zeros are left blank.
    normalize : bool
        Write percentages of the row in place of counts.
    ax : Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    Axes
        Those that were drawn on.

    Examples
    --------
    >>> ax = plot_confusion(np.array([[90, 10], [0, 50]]))
    >>> [text.get_text() for text in ax.texts]
    ['90', '10', '50']
    """
    counts = as_confusion(confusion)
    ax = axes_or_new(ax, (4.8, 4.8))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    worst = np.where(np.eye(len(shares)), 0, shares).max()
    for row, column in np.argwhere(counts):
        share, right = shares[row, column], row == column
        shade = to_rgba(ACCENT, 0.1) if right else to_rgba(WRONG, 0.08 + 0.52 * share / worst)
        ax.add_patch(Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, fc=shade, ec="none"))
        text = f"{100 * share:.1f}" if normalize else f"{counts[row, column]}"
        color = MUTED if right else INK
        ax.text(column, row, text, color=color, ha="center", va="center_baseline")
    edge = len(counts) - 0.5
    ax.set(xticks=range(len(counts)), yticks=range(len(counts)), aspect="equal")
    ax.set(xlim=(-0.5, edge), ylim=(edge, -0.5), xlabel="predicted digit", title="true digit")
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelcolor=INK)
    return ax


@styled
def plot_per_class(report: Report, *, ax: Axes | None = None) -> Axes:
    """Draw recall and precision of each class.

    Parameters
    ----------
    report : Report
        From `evaluation.evaluate`. A class without examples gets no recall, one never predicted
        no precision.
    ax : Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    Axes
        Those that were drawn on.

    Examples
    --------
    >>> from digitlearn.evaluation import evaluate
    >>> report = evaluate(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]))
    >>> ax = plot_per_class(report)
    """
    as_kind("report from evaluation.evaluate", report, Report)
    ax = axes_or_new(ax, (WIDTH, 3.2))
    digits = range(len(report.support))
    recall = np.where(report.support > 0, report.recall, np.nan)
    precision = np.where(report.confusion.sum(axis=0) > 0, report.precision, np.nan)
    ax.vlines(digits, precision, recall, color=HAIRLINE, linewidth=2, zorder=1)
    ax.plot(digits, recall, "o", color=ACCENT, markersize=7, label="recall")
    ax.plot(digits, precision, "o", color=ACCENT, markersize=7, mfc=PAPER, label="precision")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0, handletextpad=0)
    ax.set(xticks=digits, xlabel="digit")
    ax.yaxis.set_major_formatter(_per_cent)
    return ax


@styled
def plot_reliability(
    labels: ArrayLike, probabilities: ArrayLike, *, bins: int = 15, ax: Axes | None = None
) -> Axes:
    """Draw how often a network is right against how sure it is.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
        True classes.
    probabilities : float ndarray of shape (N, C)
        Each row sums to 1.
    bins : int
        Of equal width between 0 and 1. Each that is not empty gets a dot with the accuracy's
        95% Wilson interval.
    ax : Axes, optional
        To draw on; by default those of a new figure.

    Returns
    -------
    Axes
        Those that were drawn on.

    Examples
    --------
    >>> ax = plot_reliability(np.array([0, 1]), np.array([[0.9, 0.1], [0.4, 0.6]]), bins=5)
    """
    confidence, accuracy, count = reliability(labels, probabilities, bins=bins)
    ax = axes_or_new(ax, (4.8, 4.4))
    ax.plot([0, 1], [0, 1], color=HAIRLINE, linewidth=1)
    x, y, n = confidence[count > 0], accuracy[count > 0], count[count > 0]
    bounds = [wilson_interval(round(a * k), int(k)) for a, k in zip(y, n, strict=True)]
    ax.vlines(x, *np.transpose(bounds), color=ACCENT, linewidth=1)
    ax.plot(x, y, "o", color=ACCENT, clip_on=False)
    ax.text(0.03, 0.97, "too unsure", color=MUTED, va="top")
    ax.text(0.97, 0.03, "too sure", color=MUTED, ha="right")
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="confidence", title="accuracy")
    ax.xaxis.set_major_formatter(_per_cent)
    ax.yaxis.set_major_formatter(_per_cent)
    return ax


def _columns(history: Any) -> dict[str, list[float]]:
    """Return what was measured after each epoch, by name; nothing where there was no validation."""
    values = getattr(history, "history", history)  # Keras keeps a dict there
    if isinstance(values, History):
        values = values._asdict()
    as_kind("history as training.fit or Keras' fit returns it", values, Mapping)
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    columns = {name: as_array(name, values.get(name, ())).reshape(-1).tolist() for name in names}
    lengths = {name: len(column) for name, column in columns.items()}
    epochs = lengths["loss"]
    fits = epochs and lengths["accuracy"] == epochs and {*lengths.values()} <= {0, epochs}
    expected = "a history of at least one epoch, with a loss and an accuracy for each"
    expect(fits, expected, f"{lengths}")
    return columns


def _per_cent(value: float, _position: object) -> str:
    return f"{100 * value:g}%"


def _line(ax: Axes, values: Sequence[float], name: str, color: str, va: str) -> None:
    """Draw one value an epoch, and the name where the line ends."""
    finite = [(epoch, value) for epoch, value in enumerate(values, 1) if np.isfinite(value)]
    if finite:
        ax.plot(*np.transpose(finite), color=color, marker="o", markevery=[-1], markersize=4)
        ax.annotate(name, finite[-1], (7, 0), textcoords="offset points", color=color, va=va)
