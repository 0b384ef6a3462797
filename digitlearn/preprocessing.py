"""Bring images and labels into the form a network learns from."""

import io
import os
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

FRAME = 28  # side of an MNIST image, in pixels
BOX = 20  # side of the box the digit itself is fitted into
LUMA = (0.299, 0.587, 0.114)  # brightness of red, green and blue (ITU-R BT.601)
LARGEST = 1024  # pixels a side; as floats, a phone's 50 megapixels would be over a gigabyte
MIN_CONTRAST = 0.1  # between ink and paper, where black to white is 1

X = TypeVar("X", bound=np.generic)
Y = TypeVar("Y", bound=np.generic)


def scale_pixels(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Scale grey levels from 0-255 to 0-1.

    Parameters
    ----------
    images : ndarray of uint8, any shape

    Returns
    -------
    ndarray of float32, same shape

    Raises
    ------
    TypeError
        If `images` are not uint8: they may have been scaled before.
    """
    if images.dtype != np.uint8:
        raise TypeError(f"Expected images of dtype uint8. Received: {images.dtype}")
    return images.astype(np.float32) / np.float32(255)


def flatten(images: NDArray[X]) -> NDArray[X]:
    """Lay the rows of each image end to end.

    Parameters
    ----------
    images : ndarray of shape (N, 28, 28)

    Returns
    -------
    ndarray of shape (N, 784), same dtype
        A view of `images` where NumPy can give one.

    Raises
    ------
    ValueError
        If `images` have another shape.
    """
    if images.shape[1:] != (FRAME, FRAME):
        raise ValueError(f"Expected images of shape (N, 28, 28). Received: {images.shape}")
    return images.reshape(len(images), FRAME * FRAME)


def one_hot(labels: NDArray[np.integer], num_classes: int = 10) -> NDArray[np.float32]:
    """Turn each label into a row of zeros with a single 1 in the label's column.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
        Classes from 0 to `num_classes` - 1.
    num_classes : int

    Returns
    -------
    ndarray of float32, shape (N, num_classes)

    Raises
    ------
    TypeError, ValueError
        If `labels` are not integers, have another shape, or one is out of range.
    """
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(f"Expected labels of an integer dtype. Received: {labels.dtype}")
    if labels.ndim != 1:
        raise ValueError(f"Expected labels of shape (N,). Received: {labels.shape}")
    strays = labels[(labels < 0) | (labels >= num_classes)]
    if len(strays):
        raise ValueError(f"Expected labels from 0 to {num_classes - 1}. Received: {strays[0]}")
    rows = np.zeros((len(labels), num_classes), dtype=np.float32)
    rows[np.arange(len(labels)), labels] = 1
    return rows


def split_validation(
    x: NDArray[X], y: NDArray[Y], *, validation_split: float = 0.1, rng: np.random.Generator
) -> tuple[tuple[NDArray[X], NDArray[Y]], tuple[NDArray[X], NDArray[Y]]]:
    """Set a part of the examples aside for validation, the same part of every class.

    Parameters
    ----------
    x : ndarray of shape (N, ...)
        Examples.
    y : ndarray of shape (N,)
        Their labels.
    validation_split : float
        Part to set aside, between 0 and 1.
    rng : numpy.random.Generator
        Chooses the examples.

    Returns
    -------
    (x_train, y_train), (x_val, y_val)
        Each example is in one of the two, in its original order. Of every class, the second
        has its share to within one example.

    Raises
    ------
    ValueError
        If `x` and `y` differ in length, or one of the two parts would be empty.
    """
    if len(x) != len(y):
        raise ValueError(f"Expected as many examples as labels. Received: {len(x)} and {len(y)}")
    held_out = round(len(y) * validation_split)
    if not 0 < held_out < len(y):
        raise ValueError(
            "Expected a validation_split that leaves examples on both sides. "
            f"Received: {validation_split} of {len(y)} examples"
        )
    # Once shuffled and then sorted by class, evenly spaced examples hit each class in proportion.
    shuffled = rng.permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    chosen = np.zeros(len(y), dtype=bool)
    chosen[by_class[np.arange(held_out) * len(y) // held_out]] = True
    return (x[~chosen], y[~chosen]), (x[chosen], y[chosen])


def to_mnist_style(
    image: str | os.PathLike[str] | Image.Image | NDArray[Any],
) -> NDArray[np.uint8]:
    """Bring a drawing or photo of one digit into the form of MNIST's images.

    Parameters
    ----------
    image : path, PIL image or ndarray of shape (H, W), (H, W, 3) or (H, W, 4)
        Dark ink on light paper or light on dark; grey, RGB or RGB with alpha. Arrays are bool,
        unsigned integers (their full range) or floats from 0 to 1.

    Returns
    -------
    ndarray of uint8, shape (28, 28)
        Light digit on a dark ground, sized and centred as `fit_to_frame` does.

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError, ValueError
        If it is not an image, an array is of another dtype, shape or range, or there is no ink.
    """
    grey = _grey_levels(image)
    paper = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    # Paper varies a little; what differs from it most is ink.
    ink = grey - paper if grey.max() - paper > paper - grey.min() else paper - grey
    # Eight times the median deviation is beyond nearly all of a photo's noise, and is zero on a
    # clean drawing.
    noise = min(8 * float(np.median(np.abs(ink))), float(ink.max()) / 2)
    if ink.max() - noise < MIN_CONTRAST:
        raise ValueError(
            f"Expected an image with ink on it, at least {MIN_CONTRAST:.0%} darker or lighter "
            f"than the paper. Received: {ink.max() - noise:.0%}"
        )
    ink = np.clip(ink - noise, 0, None)
    # In a large picture the faint rim of a stroke is blur or JPEG's ringing; at MNIST's own size
    # it is a part of the stroke.
    side = max(ink[_bounds(ink > ink.max() / 2)].shape)
    rim = ink.max() / 4 * max(0, 1 - BOX / side)
    return fit_to_frame(ink[_bounds(ink > rim)])


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
    digit = ink[_bounds(ink > 0)].astype(np.float32)
    height, width = (max(1, round(side * BOX / max(digit.shape))) for side in digit.shape)
    resized = Image.fromarray(digit).resize((width, height), Image.Resampling.LANCZOS)
    # Beside sharp edges this filter goes a little too far, both ways.
    levels = np.clip(np.asarray(resized), 0, digit.max())
    levels = levels * (255 / levels.max())

    # MNIST's centres of mass lie within half a pixel of row 14 and column 14.
    mass = levels.sum()
    top = round(FRAME / 2 - levels.sum(axis=1) @ np.arange(height) / mass)
    left = round(FRAME / 2 - levels.sum(axis=0) @ np.arange(width) / mass)
    top, left = min(max(top, 0), FRAME - height), min(max(left, 0), FRAME - width)
    frame = np.zeros((FRAME, FRAME), dtype=np.uint8)
    frame[top : top + height, left : left + width] = np.rint(levels)
    return frame


def _bounds(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns of the smallest box around all that is true."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _grey_levels(image: str | os.PathLike[str] | Image.Image | NDArray[Any]) -> NDArray[np.float64]:
    """Return `image` as grey levels of shape (H, W), 0 black to 1 white."""
    if isinstance(image, str | os.PathLike):
        image = _open(Path(image))
    if isinstance(image, Image.Image):
        image = _pixels(image)
    if not isinstance(image, np.ndarray):
        raise TypeError(f"Expected a path, PIL image or ndarray. Received: {type(image).__name__}")
    if 0 in image.shape or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))):
        raise ValueError(
            f"Expected an image of shape (H, W), (H, W, 3) or (H, W, 4). Received: {image.shape}"
        )
    if np.issubdtype(image.dtype, np.unsignedinteger):
        levels = image / np.iinfo(image.dtype).max
    elif image.dtype == bool or np.issubdtype(image.dtype, np.floating):
        levels = image.astype(np.float64)
    else:
        raise TypeError(f"Expected bool, unsigned integers or floats. Received: {image.dtype}")
    if not (levels.min() >= 0 and levels.max() <= 1):  # also turns away NaN
        raise ValueError(f"Expected 0 to 1. Received: {levels.min():g} to {levels.max():g}")
    if levels.ndim == 2:
        return levels
    grey = levels[..., :3] @ LUMA
    if levels.shape[2] == 4:
        # What is transparent becomes white paper, or black where only light ink was drawn.
        alpha = levels[..., 3]
        light = grey[alpha > 0.5].min(initial=1) > 0.5 and alpha.any()
        grey = grey * alpha + (0 if light else 1) * (1 - alpha)
    return grey


def _open(path: Path) -> Image.Image:
    """Return the image in a file, fully read."""
    data = path.read_bytes()
    try:
        image = Image.open(io.BytesIO(data))
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
