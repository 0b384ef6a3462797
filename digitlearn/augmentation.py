"""Augmentation: new handwriting from old, by distorting digits at random.

A distorted 4 is still a 4. The kinds of distortion are those of Simard, Steinkraus & Platt, "Best
practices for convolutional neural networks applied to visual document analysis" (ICDAR 2003), and
of Ciresan et al., "Deep, big, simple neural nets for handwritten digit recognition" (Neural
Computation 22, 2010), who also turn 1 and 7 less than the rest.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitlearn.checks import as_generator, as_labels, as_number, as_pixels, expect

Floats = NDArray[np.float32]

SIDE = 28  # of an image, in pixels
TURNED_LESS = (1, 7)  # half the rotation: a 1 or a 7 that leans too far looks like the other
SMOOTHNESS = 5.0  # pixels: how far elastic displacements stay alike
STRONGEST = 1e6  # from far larger displacements float32 makes NaN
WAVES = 8  # smooth curves along each axis that displacements are made of; more change nothing
CHUNK = 64  # images at a time, few enough to stay in the processor's cache


def distort(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    rotation: float = 15.0,
    scale: float = 0.15,
    shear: float = 0.15,
    shift: float = 1.0,
    elastic: float = 1.0,
) -> NDArray[np.float32]:
    """Turn, stretch, shear, shift and bend each image a little, each in its own way.

    Each pixel of a result looks up its value at a displaced place in the image, between pixels
    by bilinear interpolation; outside the image is 0. A place's displacement is an affine
    function of its position plus a smooth random field, Gaussian with correlation
    `exp(-d**2 / (4 * SMOOTHNESS**2))` at distance d, as noise blurred by a Gaussian has.

    Parameters
    ----------
    images : float32 ndarray of shape (N, 28, 28)
        Light digits on a ground of 0; not changed.
    labels : integer ndarray of shape (N,), optional
        If given, 1 and 7 are turned half as far as the rest.
    rng : numpy.random.Generator
        Draws the distortions.
    rotation : float
        Largest angle, in degrees, to either side.
    scale, shear : float
        Largest change of each axis' length, as a part of it, below 1; largest slant, in columns
        for each row.
    shift : float
        Largest shift along each axis, in pixels.
    elastic : float
        Standard deviation of the elastic displacement along each axis, in pixels; 0 for none.

    Returns
    -------
    float32 ndarray of shape (N, 28, 28)
        Within the range of the images and 0.

    Raises
    ------
    TypeError
        If `images` are not float32, `labels` not integers, or `rng` is no generator.
    ValueError
        If a shape does not fit, there are no images, one is not finite, or a strength is negative.

    Examples
    --------
    >>> images = np.zeros((2, 28, 28), dtype=np.float32)
    >>> images[:, 5:23, 14] = 1
    >>> first, second = distort(images, [1, 1], rng=np.random.default_rng(0))
    >>> np.array_equal(first, second)
    False
    """
    images = _as_images(images)
    count = len(images)
    if labels is not None:
        labels = as_labels("labels", labels, count=count)
    rng = as_generator(rng)
    strengths = {"rotation": rotation, "scale": scale, "shear": shear, "shift": shift}
    for name, value in strengths.items():
        strengths[name] = as_number(name, value, 0, 1 if name == "scale" else STRONGEST)
    elastic = as_number("elastic", elastic, 0, STRONGEST)
    rows, columns = _affine(count, labels, rng, **strengths)
    bend = elastic * rng.standard_normal((2, count, WAVES**2), dtype=np.float32)
    rows, columns = np.hstack([rows, bend[0]]), np.hstack([columns, bend[1]])
    return _look_up(images, rows, columns)


def rotate(images: ArrayLike, degrees: float) -> NDArray[np.float32]:
    """Turn images about their middle, counterclockwise.

    Parameters
    ----------
    images : float32 ndarray of shape (N, 28, 28)
        Light digits on a ground of 0; not changed.
    degrees : float
        Below 0: clockwise.

    Returns
    -------
    float32 ndarray of shape (N, 28, 28)
        Between pixels by bilinear interpolation; what comes from outside an image is 0.

    Raises
    ------
    TypeError, ValueError
        If `images` are not float32, or of another shape, or `degrees` is no number.

    Examples
    --------
    >>> images = np.zeros((1, 28, 28), dtype=np.float32)
    >>> images[:, 5:23, 14] = 1
    >>> float(rotate(images, 90)[0, 13].sum())
    18.0
    """
    images = _as_images(images)
    angle = np.radians(as_number("degrees", degrees, -STRONGEST, STRONGEST))
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0]], dtype=np.float32)
    rows, columns = np.repeat(turn[:, np.newaxis], len(images), axis=1)
    return _look_up(images, rows, columns)


def _as_images(images: ArrayLike) -> Floats:
    """Return images, or say what is wrong with them."""
    images = as_pixels("images", images)
    cure = "as preprocessing.scale_pixels returns: write np.float32(images)"
    expect(images.dtype == np.float32, f"images of dtype float32, {cure}", images, TypeError)
    expect(images.shape[1:] == (SIDE, SIDE), "images of shape (N, 28, 28)", f"{images.shape}")
    return images


def _affine(
    count: int, labels: ArrayLike | None, rng: np.random.Generator, **strengths: float
) -> tuple[Floats, Floats]:
    """Draw affine maps: what to multiply (row, column, 1) by to get row and column, (N, 3)."""
    draws = rng.uniform(-1, 1, (6, count))
    angle = np.radians(strengths["rotation"] * draws[0])
    if labels is not None:
        angle[np.isin(labels, TURNED_LESS)] /= 2
    height, width = 1 + strengths["scale"] * draws[1:3]
    slant = strengths["shear"] * draws[3]
    down, right = strengths["shift"] * draws[4:6]
    cosine, sine = np.cos(angle), np.sin(angle)
    # A slant, then a turn, then a change of height and width, then a shift.
    rows = np.column_stack([(cosine - sine * slant) / height, -sine / height, down])
    columns = np.column_stack([(sine + cosine * slant) / width, cosine / width, right])
    return rows.astype(np.float32), columns.astype(np.float32)


def _basis() -> Floats:
    """Return the functions of a pixel's place that make up displacements, (3 + WAVES**2, 784).

    Row, column and 1 make the affine maps. Products of smooth curves, one along each axis, make
    the elastic ones: weighted by independent normal numbers they add up to the random field.
    """
    place = np.arange(SIDE) - (SIDE - 1) / 2
    correlation = np.exp(-((place[:, None] - place) ** 2) / (4 * SMOOTHNESS**2))
    strengths, curves = np.linalg.eigh(correlation)
    curves = (curves * np.sqrt(np.maximum(strengths, 0)))[:, -WAVES:].T
    elastic = np.einsum("ir,jc->ijrc", curves, curves).reshape(WAVES**2, SIDE * SIDE)
    row, column = (grid.ravel() for grid in np.meshgrid(place, place, indexing="ij"))
    return np.vstack([row, column, np.ones_like(row), elastic]).astype(np.float32)


BASIS = _basis()


def _look_up(images: Floats, rows: Floats, columns: Floats) -> Floats:
    """Look images up at sums of the first functions in BASIS, weighted by rows and columns."""
    result = np.empty_like(images, order="C")
    basis = BASIS[: rows.shape[1]]
    for start in range(0, len(images), CHUNK):
        part = slice(start, start + CHUNK)
        result[part] = _sample(images[part], rows[part] @ basis, columns[part] @ basis)
    return result


def _sample(images: Floats, rows: Floats, columns: Floats) -> Floats:
    """Look images up at rows and columns counted from their middle, (N, 784), which are changed."""
    count, side = len(images), SIDE + 3
    padded = np.zeros((count, side, side), dtype=np.float32)
    padded[:, 1:-2, 1:-2] = images
    for places in (rows, columns):
        places += SIDE // 2 + 0.5  # now counted from the padded image's first pixel
        np.clip(places, 0, SIDE + 1, out=places)
    top, left = np.floor(rows), np.floor(columns)
    rows -= top
    columns -= left
    # Indices are added up as float32, in which whole numbers below 2**24 are exact: NumPy is slow
    # where floats and integers meet.
    top += np.arange(count, dtype=np.float32)[:, np.newaxis] * side
    top *= side
    top += left
    corner = top.astype(np.intp)
    # mode="clip" spares NumPy a check of every index; none is outside.
    above, above_right, below, below_right = (
        padded.ravel()[offset:].take(corner, mode="clip") for offset in (0, 1, side, side + 1)
    )
    _go_towards(above, above_right, columns)
    _go_towards(below, below_right, columns)
    _go_towards(above, below, rows)
    return above.reshape(images.shape)


def _go_towards(start: Floats, end: Floats, part: Floats) -> None:
    """Let start go a part of its way to end, in place; end is used up."""
    end -= start
    end *= part
    start += end
