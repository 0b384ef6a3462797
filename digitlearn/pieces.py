"""Which pieces of ink are the one digit, and how wide its strokes are."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitlearn.checks import as_table, expect
from digitlearn.pictures import BOX, CORNERS_TOO, TIE, bounds

SPECK = 0.03  # of the largest piece's ink: smaller pieces are dirt
MOST_PIECES = 20  # of a stroke broken into parts; a page of text has hundreds
GAP = 30  # a broken stroke's ends are nearer than two of so many parts of the digit's size
DIGIT = 0.3  # of the largest piece's ink: less is no digit by itself
APART = 0.15, 0.35  # of the largest piece's size: the gap beside and below it to another digit
TALL = 0.6  # of the height of all: two pieces as tall, and not one above the other, are two digits
PART = 0.15  # of all ink: if both have as much
STRAY = 0.5  # of the largest piece's size: what is further away does not belong to the digit
RIM = 50  # parts of the digit's size: as far from a stroke, faint ink is its rim
THINNEST = 0.08  # of the digit's size: MNIST's thin strokes, to which thinner ones are brought


class Found(NamedTuple):
    """The digit in a picture's ink.

    Examples
    --------
    >>> find_digit(np.pad(np.ones((12, 2)), 8)).digits
    1
    """

    ink: NDArray[np.float64]  # of shape (h, w): the digit's alone, cut to its box
    digits: int  # how many digits there seem to be
    cut: bool  # whether the digit runs off the picture, at one side or two that meet


def find_digit(ink: NDArray[np.float64]) -> Found:
    """Find the digit, without the specks around it.

    A piece of ink is what hangs together, corners included, or is hardly apart, as the ends of a
    broken stroke. Small ones are left out, and those far from the largest; a stroke that was drawn
    apart stays.

    Parameters
    ----------
    ink : float ndarray of shape (H, W)
        As `ink.find_ink` returns it.

    Returns
    -------
    Found

    Raises
    ------
    ValueError
        If there is no ink.

    Examples
    --------
    >>> ink = np.zeros((9, 9))
    >>> ink[2:8, 4] = 1
    >>> find_digit(ink).ink.shape
    (6, 1)
    """
    from scipy import ndimage

    ink = as_table("ink", ink)
    expect(ink.max() > TIE, "an image with ink on it", "a blank one")
    # In a picture larger or smaller than MNIST's the faint rim of a stroke is blur or JPEG's noise;
    # at MNIST's own size it is a part of the stroke.
    side = max(ink[bounds(ink > ink.max() / 2 + TIE)].shape)
    mask = ink > ink.max() / 4 * min(1, abs(1 - BOX / side)) + TIE
    strokes, number = _without_specks(ink, mask)
    near = ndimage.maximum_filter(strokes, 1 + 2 * (side // GAP))
    pieces = ndimage.label(near, structure=CORNERS_TOO)[0] * strokes
    mass = np.bincount(pieces[strokes], ink[strokes])[1:]
    main = mass.argmax()
    rows, columns = zip(*ndimage.find_objects(pieces), strict=True)
    top, bottom = np.array([(extent.start, extent.stop) for extent in rows]).T
    left, right = np.array([(extent.start, extent.stop) for extent in columns]).T
    height = bottom - top
    size = max(height[main], (right - left)[main])
    beside = np.maximum(left - right[main], left[main] - right) / size
    below = np.maximum(top - bottom[main], top[main] - bottom) / size
    apart = (beside > APART[0]) | (below > APART[1])
    others = apart & (mass >= DIGIT * mass[main]) & (height >= height[main] / 2)
    kept = np.maximum(beside, below) <= STRAY
    digit = np.append(False, kept)[pieces]
    box = bounds(digit)
    # What is fainter counts beside the strokes only.
    rim = ndimage.maximum_filter(digit[box], 3 + 2 * (side // RIM)) & ~(mask & ~digit)[box]
    digits = number if number > MOST_PIECES else int(others.sum()) + 1
    return Found(np.where(rim, ink[box], 0), digits, _runs_off(digit))


def lone_digit(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut out the digit, its strokes wide enough.

    Parameters
    ----------
    ink : float ndarray of shape (H, W)
        As `ink.find_ink` returns it.

    Returns
    -------
    ndarray of float64, shape (h, w)

    Raises
    ------
    ValueError
        If there are several digits, or there is no ink.

    Examples
    --------
    >>> lone_digit(np.eye(3)).shape
    (3, 3)
    """
    found = find_digit(ink)
    expect(found.digits == 1, "an image of one digit", f"{found.digits} of them")
    return widen(found.ink)


def stroke_width(digit: NDArray[np.float64]) -> float:
    """Return how wide a digit's strokes are, in pixels: twice their area by that of their edges.

    Examples
    --------
    >>> stroke_width(np.ones((30, 4)))
    3.75
    """
    from scipy import ndimage

    digit = as_table("digit", digit)
    expect(digit.max() > 0, "a digit with ink", "a blank one")
    mask = np.pad(digit >= digit.max() / 2, 2)
    mask = ndimage.grey_closing(mask, (3, 3))  # holes of a pixel, as a scan has, are no edges
    inside = ndimage.binary_erosion(mask)
    return 2 * float(mask.sum()) / float((mask & ~inside).sum())


def widen(digit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring thin strokes to the width of MNIST's; at MNIST's own size leave them.

    A line that is thinner than a pixel once it has been fitted into MNIST's frame is grey there, or
    breaks.

    Parameters
    ----------
    digit : float ndarray of shape (h, w)

    Returns
    -------
    ndarray of float64, as large or larger

    Examples
    --------
    >>> line = np.ones((100, 2))
    >>> stroke_width(widen(line)) > stroke_width(line)
    True
    """
    from scipy import ndimage

    digit = as_table("digit", digit)
    size = max(digit.shape)
    more = round((THINNEST * size - stroke_width(digit)) / 2)
    if size <= 2 * BOX or more <= 0:
        return digit
    wide: NDArray[np.float64] = ndimage.maximum_filter(np.pad(digit, more), 2 * more + 1)
    return wide


def stands_beside(image: NDArray[np.uint8]) -> bool:
    """Say whether an image shows two tall pieces side by side, as two digits are.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
        As the network sees it.

    Examples
    --------
    >>> image = np.zeros((28, 28), dtype=np.uint8)
    >>> image[5:20, [8, 20]] = 255
    >>> stands_beside(image)
    True
    """
    from scipy import ndimage

    levels = as_table("image", image)
    if not levels.any():
        return False
    mask = levels > levels.max() / 4
    pieces, _ = ndimage.label(mask, structure=CORNERS_TOO)
    mass = np.bincount(pieces[mask], levels[mask])
    rows, _ = bounds(mask)
    ends = []  # of each tall piece: its first column, and the first beyond it
    boxes: list[Any] = ndimage.find_objects(pieces)  # one for each piece
    for piece, (down, across) in enumerate(boxes, start=1):
        tall = down.stop - down.start >= TALL * (rows.stop - rows.start)
        if tall and mass[piece] >= PART * mass.sum():
            ends.append((across.start, across.stop))
    ends.sort()
    return any(left[1] <= right[0] for left, right in pairwise(ends))


def count_holes(image: NDArray[np.uint8]) -> int:
    """Count the holes in an image's ink: a 0 has one, an 8 has two.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
        As the network sees it.

    Examples
    --------
    >>> image = np.full((3, 3), 255, dtype=np.uint8)
    >>> image[1, 1] = 0
    >>> count_holes(image)
    1
    """
    from scipy import ndimage

    levels = as_table("image", image)
    paper = np.pad(levels <= levels.max() / 2, 1, constant_values=True)
    return int(ndimage.label(paper, structure=CORNERS_TOO)[1]) - 1


def _without_specks(
    ink: NDArray[np.float64], mask: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], int]:
    """Return a mask's pieces of ink that are not too small, and how many they are."""
    from scipy import ndimage

    pieces, _ = ndimage.label(mask, structure=CORNERS_TOO)
    mass = np.bincount(pieces[mask], ink[mask])
    large = mass >= SPECK * mass.max()
    return large[pieces] & mask, int(large.sum())


def _runs_off(digit: NDArray[np.bool_]) -> bool:
    """Say whether ink runs off the picture; a digit cut out tightly touches opposite sides."""
    top, bottom, left, right = (
        bool(side.any()) for side in (digit[0], digit[-1], digit[:, 0], digit[:, -1])
    )
    return (top != bottom and not (left and right)) or (left != right and not (top and bottom))
