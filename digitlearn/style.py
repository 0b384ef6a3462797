"""The look of every figure: ink on paper, in six colours."""

import sys
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.rcsetup import cycler
from numpy.typing import ArrayLike

from digitlearn.checks import as_kind
from digitlearn.palette import ACCENT, HAIRLINE, INK, MUTED, PAPER, WRONG

WIDTH = 5.2  # inches; a phone shows it at seven tenths, with letters still 11 pixels high

# Zero is no ink at all, so that pictures lie on paper of any colour.
INKS = LinearSegmentedColormap.from_list("inks", [to_rgba(INK, 0), to_rgba(INK, 1)])
NEGATIVE = [(0, to_rgba(WRONG)), (0.5, to_rgba(WRONG, 0))]
POSITIVE = [(0.5, to_rgba(ACCENT, 0)), (1, to_rgba(ACCENT))]
SIGNS = LinearSegmentedColormap.from_list("signs", NEGATIVE + POSITIVE)

STYLE: dict[Any, Any] = {
    "axes.edgecolor": HAIRLINE,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=[ACCENT, MUTED, WRONG, INK]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "figure.constrained_layout.use": True,
    "figure.facecolor": PAPER,
    "figure.figsize": (WIDTH, 3.2),
    # The reader's own sans-serif; the second name, which comes with Matplotlib, is the font that
    # text is measured with, so that layouts are the same on all machines.
    "font.family": "sans-serif",
    "font.sans-serif": ["sans-serif", "DejaVu Sans"],
    "font.size": 12,
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
# Above a function: it draws in this style whether it is the default or not.
styled = matplotlib.rc_context(STYLE)


def use_style() -> None:
    """Make this style Matplotlib's default, and a notebook's figures SVG, with a PNG beside it.

    Saved without a date, an SVG is then the same to the last byte in every run. JupyterLab shows
    the PNG in notebooks that it does not trust, such as those that were just downloaded.

    Examples
    --------
    >>> with plt.rc_context():
    ...     use_style()
    ...     assert plt.rcParams["figure.facecolor"] == PAPER
    """
    plt.rcParams.update(STYLE)
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        metadata = dict.fromkeys(["Creator", "Date", "Format", "Type"])
        how = {"bbox_inches": "tight", "facecolor": PAPER, "metadata": metadata}
        set_matplotlib_formats("svg", "png", **how)  # type: ignore[no-untyped-call]


def axes_or_new(ax: Axes | None, figsize: tuple[float, float]) -> Axes:
    """Return the Axes to draw on, those of a new figure if none are given.

    Parameters
    ----------
    ax : Axes, optional
    figsize : (float, float)
        Width and height of a new figure, in inches.

    Returns
    -------
    Axes
        The given ones, or new ones.

    Raises
    ------
    TypeError
        If `ax` is something else: a Figure, or the pair that `plt.subplots` returns.

    Examples
    --------
    >>> ax = axes_or_new(None, (4, 3))
    >>> axes_or_new(ax, (4, 3)) is ax
    True
    """
    if ax is None:
        return plt.figure(figsize=figsize).add_subplot()
    as_kind("ax as Matplotlib's Axes: write figure, ax = plt.subplots()", ax, Axes)
    return ax


def picture(ax: Axes, values: ArrayLike, limit: float, *, signed: bool) -> None:
    """Draw an array in ink, or in the colours of its signs, without a frame.

    Parameters
    ----------
    ax : Axes
        To draw on.
    values : array of shape (H, W)
        From 0, or from -limit, to limit.
    limit : float
        The value that is drawn in full ink; 0 where all are 0.
    signed : bool
        Positive values are blue, negative ones orange.

    Examples
    --------
    >>> _, ax = plt.subplots()
    >>> picture(ax, [[0, 0.5], [1, 0]], 1, signed=False)
    """
    cmap, vmin = (SIGNS, -limit) if signed else (INKS, 0)
    ax.imshow(values, cmap=cmap, vmin=vmin, vmax=limit or 1, interpolation="none")
    ax.set_axis_off()
