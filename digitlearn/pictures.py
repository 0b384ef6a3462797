"""A picture's grey levels, read from any file or array, and one digit's set into MNIST's frame.

`preprocessing.to_mnist_style` does the first, then what `ink` and `pieces` do, then the last.
"""

import io
import os
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlearn.checks import as_kind, as_table, expect
from digitlearn.files import attempt

Picture = str | os.PathLike[str] | Image.Image | NDArray[Any]

FRAME = 28  # side of an MNIST image, in pixels
BOX = 20  # side of the box the digit itself is fitted into
LUMA = (0.299, 0.587, 0.114)  # brightness of red, green and blue (ITU-R BT.601)
LARGEST = 512  # pixels a side that are looked at; larger pictures are made smaller
MOST_PIXELS = 50_000_000  # a picture may have; decoded, these take 200 MB, several times over
MOST_BYTES = 2**28  # of its file
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # none that runs a program
OPENING = Lock()  # held while Pillow's own limit, which all of a program shares, is lifted
AN_IMAGE = "an image file, such as PNG or JPEG, that is whole"
ORIENTATION = 0x0112  # the EXIF tag that says which way up a camera was held
# How a picture is turned upright. ImageOps.exif_transpose writes EXIF anew, and fails at damage.
_TURN = Image.Transpose
TURNS = {2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM}
TURNS |= {5: _TURN.TRANSPOSE, 6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90}
TIE = 1e-6  # keeps rounding errors from deciding what is equal
CORNERS_TOO = np.ones((3, 3))  # in `ndimage.label`: pixels that touch at corners hang together


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
        0 is black, 1 white. Pictures of more than 512 pixels a side are made smaller.
        No picture takes more than 1 GB of memory.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read.
    TypeError, ValueError
        If it is not an image, or damaged, or too large, or an array is of another dtype, shape or
        range.

    Examples
    --------
    >>> read_grey(np.array([[0, 51, 255]], dtype=np.uint8))
    array([[0. , 0.2, 1. ]])
    """
    if isinstance(image, str | os.PathLike):
        image = _open(Path(image))
    if isinstance(image, Image.Image):
        _check_size(image.size)
        image = _pixels(image)
    as_kind("a path, PIL image or ndarray", image, np.ndarray)
    fits = image.ndim == 2 or (image.ndim == 3 and image.shape[2] in (3, 4))
    shapes = "an image of shape (H, W), (H, W, 3) or (H, W, 4)"
    expect(fits and image.size, shapes, f"{image.shape}")
    _check_size(image.shape[1::-1])
    step = max(1, max(image.shape[:2]) // (2 * LARGEST))
    grey = _blend(_levels(image[::step, ::step]))
    if max(grey.shape) <= LARGEST:
        return grey
    return np.asarray(_reduced(Image.fromarray(grey.astype(np.float32))), dtype=np.float64)


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

    Examples
    --------
    >>> fit_to_frame(np.ones((40, 8)))[:, 14].nonzero()[0]  # 20 pixels high, in the middle
    array([ 4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
           21, 22, 23])
    """
    ink = as_table("ink", ink)
    expect((ink > 0).any(), "an image with ink on it", "a blank one")
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
    """Return the rows and columns of the smallest box around all that is true.

    Parameters
    ----------
    mask : bool ndarray of shape (H, W)

    Returns
    -------
    rows, columns : slice

    Raises
    ------
    ValueError
        If nothing is true.

    Examples
    --------
    >>> bounds(np.array([[False, False, False], [False, True, True]]))
    (slice(1, 2, None), slice(1, 3, None))
    """
    mask = as_table("mask", mask) != 0
    expect(mask.any(), "a mask that is true somewhere", "one that is nowhere")
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _check_size(size: tuple[int, ...]) -> None:
    """Refuse a picture that would fill the memory."""
    fits = size[0] * size[1] <= MOST_PIXELS
    expect(fits, f"a picture of at most {MOST_PIXELS:,} pixels", f"{size[0]:,} x {size[1]:,}")


def _open(path: Path) -> Image.Image:
    """Return the image in a file, fully read."""
    size = path.stat().st_size
    expect(size <= MOST_BYTES, f"at most {MOST_BYTES:,} bytes", f"{path} of {size:,}")
    data = path.read_bytes()
    if data[4:8] == b"ftyp":  # HEIC, AVIF and the like
        return _open_heic(path, data)
    if data[8:12] == b"WEBP":
        _check_size(_webp_size(data))  # Pillow makes room for its pixels as it opens it
    with OPENING:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            image = attempt(AN_IMAGE, path, lambda: Image.open(io.BytesIO(data), formats=FORMATS))
        finally:
            Image.MAX_IMAGE_PIXELS = limit
    if image.width * image.height > MOST_PIXELS:
        image.draft(None, (2 * LARGEST, 2 * LARGEST))  # decodes a JPEG file reduced
    _check_size(image.size)
    attempt(AN_IMAGE, path, image.load)
    return image


def _open_heic(path: Path, data: bytes) -> Image.Image:
    """Return the image in a phone's HEIC file, where there is a library that reads them."""
    try:
        from pillow_heif import open_heif

        picture = open_heif(io.BytesIO(data))
    except Exception as error:  # there is none, or it does not know the format
        cure = "Save it as JPEG, or install pillow-heif if it is HEIC"
        raise ValueError(f"Expected {AN_IMAGE}. {cure}. Received: {path}") from error
    _check_size(picture.size)
    image: Image.Image = attempt(AN_IMAGE, path, picture.to_pillow)
    return image


def _webp_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that a WebP file declares (RFC 9649, section 2)."""
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


def _pixels(image: Image.Image) -> NDArray[Any]:
    """Return the pixels of a PIL image as it is meant to be seen."""
    try:
        turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged, which says nothing of the pixels
        turn = None
    if turn is not None:
        image = image.transpose(turn)
    if image.mode == "I":  # Pillow's 32 bits hold the 16 of a PNG file
        return np.asarray(image).clip(0, 65535).astype(np.uint16)
    if image.mode.startswith("I;16") or image.mode == "F":
        return np.asarray(image)
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.mode == "RGB" and max(image.size) > LARGEST:
        return np.asarray(_reduced(image.convert("F"))) / 255  # not rounded to whole levels
    return np.asarray(_reduced(image))


def _reduced(image: Image.Image) -> Image.Image:
    """Return a picture that is small enough: the means of squares of pixels."""
    return image.reduce(-(-max(image.size) // LARGEST))


def _levels(image: NDArray[Any]) -> NDArray[np.float64]:
    """Return an array's values as floats from 0 to 1."""
    if np.issubdtype(image.dtype, np.unsignedinteger):
        levels = image / np.iinfo(image.dtype).max
    elif image.dtype == bool or np.issubdtype(image.dtype, np.floating):
        levels = image.astype(np.float64)
    else:
        kinds = "bool, unsigned integers or floats: write np.uint8(image) if it is 0 to 255"
        raise TypeError(f"Expected {kinds}. Received: {image.dtype}")
    low, high = levels.min(), levels.max()  # NaN, if it is among them
    expected = "floats from 0 to 1: write image / 255 if they are 0 to 255"
    expect(low >= 0 and high <= 1, expected, f"{low:g} to {high:g}")
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
