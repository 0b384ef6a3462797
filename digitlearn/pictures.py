"""Find the one digit in a picture: read its grey levels, tell ink from paper, leave out specks.

`preprocessing.to_mnist_style` takes these steps in turn, and then `fit_to_frame`. On a clean
drawing, such as the site's page makes, paper has one brightness and no noise: `find_ink` only
subtracts, and measures no uneven light.
"""

import io
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image, ImageOps

Picture = str | os.PathLike[str] | Image.Image | NDArray[Any]

FRAME = 28  # side of an MNIST image, in pixels
BOX = 20  # side of the box the digit itself is fitted into
LUMA = (0.299, 0.587, 0.114)  # brightness of red, green and blue (ITU-R BT.601)
LARGEST = 1024  # pixels a side that are looked at; larger pictures are made smaller
MOST_PIXELS = 100_000_000  # a picture may have; decoded, these take 300 MB
MIN_CONTRAST = 0.1  # between ink and paper, where black to white is 1
TIE = 1e-6  # keeps rounding errors from deciding what is equal
GRID = 48  # cells a side in which uneven light is measured
SPECK = 0.03  # of the largest piece's ink: smaller pieces are dirt
DIGIT = 0.3  # of the same: a smaller piece is no digit by itself
APART = 0.15, 0.35  # of the largest piece's size: the gap beside and below it to another digit
STRAY = 0.5  # of the same: a piece further away does not belong to the digit


def read_grey(image: Picture) -> NDArray[np.float64]:
    """Return the grey levels of a picture as it is meant to be seen.

    Parameters
    ----------
    image : path, PIL image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        Grey, RGB or RGB with alpha; what is transparent becomes white, or black where only light
        ink was drawn. Arrays are bool, unsigned integers (their full range) or floats from 0 to 1.

    Returns
    -------
    ndarray of float64, shape (H, W)
        0 is black, 1 white. Longer sides than 1,024 pixels are made as short as that.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    TypeError, ValueError
        If it is not an image, or damaged, or too large, or an array is of another dtype, shape or
        range.
    """
    if isinstance(image, str | os.PathLike):
        image = _open(Path(image))
    if isinstance(image, Image.Image):
        _check_size(image.size)
        image = _pixels(image)
    if not isinstance(image, np.ndarray):
        raise TypeError(f"Expected a path, PIL image or ndarray. Received: {type(image).__name__}")
    if 0 in image.shape or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))):
        raise ValueError(
            f"Expected an image of shape (H, W), (H, W, 3) or (H, W, 4). Received: {image.shape}"
        )
    _check_size(image.shape[1::-1])
    grey = _blend(_levels(image))
    if max(grey.shape) > LARGEST:
        small = Image.fromarray(grey.astype(np.float32))
        small.thumbnail((LARGEST, LARGEST))
        grey = np.asarray(small, dtype=np.float64)
    return grey


def find_ink(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tell ink from paper, be it dark on light or light on dark.

    The paper is as bright as the middle of the picture's border; under uneven light, as in a photo,
    it is in each place as bright as the middle of what surrounds it.

    Parameters
    ----------
    grey : float ndarray of shape (H, W)
        From 0 to 1.

    Returns
    -------
    ndarray of float64, shape (H, W)
        0 where the paper is bare; more, the more the ink differs from the paper.

    Raises
    ------
    ValueError
        If nothing differs from the paper enough.
    """
    ink = grey - np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    strength = abs(ink)
    # A drawing has hardly a pixel between ink and paper, a shadow many.
    shades = np.mean((strength > 0.04) & (strength < strength.max() / 2))
    uneven = shades > 0.1 and min(grey.shape) > GRID
    if uneven:
        paper = _paper(grey)
        ink = grey - paper
    # Paper varies a little; what differs from it most is ink.
    if (ink**3).sum() < 0:
        ink = -ink / np.maximum(paper, MIN_CONTRAST) if uneven else -ink
    # Eight times the median deviation is beyond nearly all of a photo's noise, and is zero on a
    # clean drawing.
    noise = min(8 * float(np.median(abs(ink))), float(ink.max()) / 2)
    if ink.max() - noise < MIN_CONTRAST:
        raise ValueError(
            f"Expected an image with ink on it, at least {MIN_CONTRAST:.0%} darker or lighter "
            f"than the paper. Received: {ink.max() - noise:.0%}"
        )
    clear: NDArray[np.float64] = np.clip(ink - noise, 0, None)
    return clear


def lone_digit(ink: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut out the digit, without the specks around it.

    A piece of ink is what hangs together, corners included. Small ones are left out, and those far
    from the largest; a stroke that is broken, or that was drawn apart, stays.

    Parameters
    ----------
    ink : float ndarray of shape (H, W)
        As `find_ink` returns it.

    Returns
    -------
    ndarray of float64, shape (h, w)

    Raises
    ------
    ValueError
        If there are several digits.
    """
    from scipy import ndimage

    # In a large picture the faint rim of a stroke is blur or JPEG's ringing; at MNIST's own size
    # it is a part of the stroke.
    side = max(ink[bounds(ink > ink.max() / 2 + TIE)].shape)
    mask = ink > ink.max() / 4 * max(0, 1 - 20 / side) + TIE
    pieces, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    mass = np.bincount(pieces[mask], ink[mask])[1:]
    main = mass.argmax()
    boxes = [
        (rows.start, rows.stop, columns.start, columns.stop)
        for rows, columns in ndimage.find_objects(pieces)
    ]
    top, bottom, left, right = np.array(boxes).T
    height, size = bottom - top, max((bottom - top)[main], (right - left)[main])
    beside = np.maximum(left - right[main], left[main] - right) / size
    below = np.maximum(top - bottom[main], top[main] - bottom) / size
    large = mass >= SPECK * mass[main]
    apart = (beside > APART[0]) | (below > APART[1])
    others = apart & (mass >= DIGIT * mass[main]) & (height >= height[main] / 2)
    if others.any():
        raise ValueError(f"Expected an image of one digit. Received: {others.sum() + 1} of them")
    kept = large & (np.maximum(beside, below) <= STRAY)
    dirt = mask & ~np.append(False, kept)[pieces]
    return np.where(dirt, 0, ink)[bounds(mask & ~dirt)]


def fit_to_frame(ink: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Size and centre one digit as MNIST's are.

    The digit is fitted into a 20x20 box keeping its proportions, anti-aliased, and set into a
    28x28 frame with its centre of mass in the middle (LeCun, Bottou, Bengio and Haffner 1998,
    "Gradient-based learning applied to document recognition", section III.A).

    Parameters
    ----------
    ink : float ndarray of shape (H, W)
        Ink in each pixel: 0 is bare paper, the largest value becomes 255.

    Returns
    -------
    ndarray of uint8, shape (28, 28)

    Raises
    ------
    ValueError
        If there is no ink.
    """
    if not (ink > 0).any():
        raise ValueError("Expected an image with ink on it. Received: a blank one")
    digit = ink[bounds(ink > 0)].astype(np.float32)
    height, width = (max(1, round(side * BOX / max(digit.shape))) for side in digit.shape)
    resized = Image.fromarray(digit).resize((width, height), Image.Resampling.LANCZOS)
    # Beside sharp edges this filter goes a little too far, both ways.
    levels = np.clip(np.asarray(resized), 0, digit.max())
    levels = levels * (255 / levels.max())

    # MNIST's centres of mass lie within half a pixel of row 14 and column 14.
    mass = levels.sum(dtype=np.float64)
    down, across = (levels.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
    top = round(FRAME / 2 - down @ np.arange(height) / mass - TIE)
    left = round(FRAME / 2 - across @ np.arange(width) / mass - TIE)
    top, left = min(max(top, 0), FRAME - height), min(max(left, 0), FRAME - width)
    frame = np.zeros((FRAME, FRAME), dtype=np.uint8)
    frame[top : top + height, left : left + width] = np.rint(levels)
    return frame


def bounds(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns of the smallest box around all that is true."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _paper(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how bright the paper is in each place: the median of a quarter of the picture."""
    cells = Image.fromarray(grey.astype(np.float32)).resize((GRID, GRID), Image.Resampling.BOX)
    padded = np.pad(np.asarray(cells), GRID // 4, mode="reflect", reflect_type="odd")
    windows = sliding_window_view(padded, (GRID // 2 + 1, GRID // 2 + 1))
    paper = np.median(windows.reshape(GRID, GRID, -1), axis=2)
    whole = Image.fromarray(paper).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(whole, dtype=np.float64)


def _check_size(size: tuple[int, ...]) -> None:
    """Refuse a picture that would fill the memory."""
    if size[0] * size[1] > MOST_PIXELS:
        raise ValueError(
            f"Expected at most {MOST_PIXELS:,} pixels. Received: {size[0]:,} x {size[1]:,}"
        )


def _open(path: Path) -> Image.Image:
    """Return the image in a file, fully read."""
    data = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data))
        _check_size(image.size)
        image.draft(None, (2 * LARGEST, 2 * LARGEST))  # large JPEG files are read faster
        image.load()
    except Exception as error:  # on a damaged file Pillow raises almost anything
        raise ValueError(
            f"Expected an image file, such as PNG or JPEG. Received: {path} ({error})"
        ) from error
    return image


def _pixels(image: Image.Image) -> NDArray[Any]:
    """Return the pixels of a PIL image as it is meant to be seen."""
    image = ImageOps.exif_transpose(image)
    if image.mode == "I":  # Pillow's 32 bits hold the 16 of a PNG file
        return np.asarray(image).clip(0, 65535).astype(np.uint16)
    if image.mode.startswith("I;16") or image.mode == "F":
        return np.asarray(image)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((LARGEST, LARGEST))
    return np.asarray(image)


def _levels(image: NDArray[Any]) -> NDArray[np.float64]:
    """Return an array's values as floats from 0 to 1."""
    if np.issubdtype(image.dtype, np.unsignedinteger):
        levels = image / np.iinfo(image.dtype).max
    elif image.dtype == bool or np.issubdtype(image.dtype, np.floating):
        levels = image.astype(np.float64)
    else:
        raise TypeError(f"Expected bool, unsigned integers or floats. Received: {image.dtype}")
    if not (levels.min() >= 0 and levels.max() <= 1):  # also turns away NaN
        raise ValueError(f"Expected 0 to 1. Received: {levels.min():g} to {levels.max():g}")
    return levels


def _blend(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the brightness of (H, W), (H, W, 3) or (H, W, 4) levels on opaque paper."""
    if levels.ndim == 2:
        return levels
    grey: NDArray[np.float64] = levels[..., :3] @ LUMA
    if levels.shape[2] == 4:
        alpha = levels[..., 3]
        light = grey[alpha > 0.5].min(initial=1) > 0.5 and alpha.any()
        grey = grey * alpha + (0 if light else 1) * (1 - alpha)
    return grey
