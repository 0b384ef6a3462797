"""Bring images and labels into the form a network learns from."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from digitlearn import checks
from digitlearn.checks import as_array, as_count, as_generator, as_labels, as_number, expect
from digitlearn.ink import find_ink
from digitlearn.pictures import FRAME, Picture, read_grey
from digitlearn.pictures import fit_to_frame as fit_to_frame
from digitlearn.pieces import lone_digit


def scale_pixels(images: ArrayLike) -> NDArray[np.float32]:
    """Scale grey levels from 0-255 to 0-1.

    Parameters
    ----------
    images : ndarray of uint8, any shape
        Or a list of integers from 0 to 255.

    Returns
    -------
    ndarray of float32, same shape

    Raises
    ------
    TypeError
        If `images` are not uint8: they may have been scaled before.
    ValueError
        If a number in a list is not from 0 to 255.

    Examples
    --------
    >>> scale_pixels(np.array([0, 51, 255], dtype=np.uint8))
    array([0. , 0.2, 1. ], dtype=float32)
    """
    levels = as_array("images", images)
    if isinstance(images, list | tuple) and levels.dtype.kind == "i":
        if levels.size:
            low, high = levels.min(), levels.max()
            expect(low >= 0 and high <= 255, "images with levels from 0 to 255", f"{low} to {high}")
        levels = levels.astype(np.uint8)
    cure = "write np.uint8(images) if these are levels from 0 to 255"
    expect(levels.dtype == np.uint8, f"images of dtype uint8: {cure}", levels, TypeError)
    return levels.astype(np.float32) / np.float32(255)


def flatten(images: ArrayLike) -> NDArray[Any]:
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
    TypeError, ValueError
        If `images` are not numbers, or have another shape.

    Examples
    --------
    >>> flatten(np.zeros((5, 28, 28))).shape
    (5, 784)
    """
    array = as_array("images", images)
    advice = ": write images[np.newaxis]" if array.shape == (FRAME, FRAME) else ""
    fits = array.ndim == 3 and array.shape[1:] == (FRAME, FRAME)
    expect(fits, f"images of shape (N, 28, 28){advice}", f"{array.shape}")
    return array.reshape(len(array), FRAME * FRAME)


def one_hot(labels: ArrayLike, num_classes: int = 10) -> NDArray[np.float32]:
    """Turn each label into a row of zeros with a single 1 in the label's column.

    Parameters
    ----------
    labels : integer ndarray of shape (N,)
        Classes from 0 to `num_classes` - 1.
    num_classes : int
        1 to 100,000.

    Returns
    -------
    ndarray of float32, shape (N, num_classes)

    Raises
    ------
    TypeError, ValueError
        If `labels` are not integers, have another shape, or one is out of range.

    Examples
    --------
    >>> one_hot([2, 0], num_classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]], dtype=float32)
    """
    columns = as_count("num_classes", num_classes, most=checks.MOST_CLASSES)
    classes = as_array("labels", labels)
    if classes.shape == (0,):
        return np.zeros((0, columns), dtype=np.float32)
    classes = as_labels("labels", classes, classes=columns)
    rows = np.zeros((len(classes), columns), dtype=np.float32)
    rows[np.arange(len(classes)), classes] = 1
    return rows


def split_validation(
    x: ArrayLike, y: ArrayLike, *, validation_split: float = 0.1, rng: np.random.Generator
) -> tuple[tuple[NDArray[Any], NDArray[Any]], tuple[NDArray[Any], NDArray[Any]]]:
    """Set a part of the examples aside for validation, the same part of every class.

    Parameters
    ----------
    x : ndarray of shape (N, ...)
        Examples.
    y : integer ndarray of shape (N,)
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
    TypeError
        If `x` holds no numbers, `y` no integers, or `rng` is no generator.
    ValueError
        If `x` and `y` differ in length, or one of the two parts would be empty.

    Examples
    --------
    >>> x, y = np.arange(20), np.repeat([0, 1], 10)
    >>> rng = np.random.default_rng(0)
    >>> (x_train, _), (x_val, y_val) = split_validation(x, y, validation_split=0.2, rng=rng)
    >>> len(x_train), y_val
    (16, array([0, 0, 1, 1]))
    """
    rng = as_generator(rng)
    part = as_number("validation_split", validation_split, 0, 1, open_low=True)
    x = np.atleast_1d(as_array("x", x))
    y = as_labels("y", y, count=len(x))
    held_out = round(len(y) * part)
    expected = "a validation_split that leaves examples on both sides"
    expect(0 < held_out < len(y), expected, f"{validation_split} of {len(y)} examples")
    # Once shuffled and then sorted by class, evenly spaced examples hit each class in proportion.
    shuffled = rng.permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    chosen = np.zeros(len(y), dtype=bool)
    chosen[by_class[np.arange(held_out) * len(y) // held_out]] = True
    return (x[~chosen], y[~chosen]), (x[chosen], y[chosen])


def to_mnist_style(image: Picture) -> NDArray[np.uint8]:
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
        If it is not an image, an array is of another dtype, shape or range, or there is no ink,
        or ink of several digits.

    Examples
    --------
    >>> paper = np.full((60, 40), 255, dtype=np.uint8)
    >>> paper[10:50, 18:22] = 0
    >>> one = to_mnist_style(paper)
    >>> one.shape, one[14, 12:16]
    ((28, 28), array([  0, 255, 255,   0], dtype=uint8))
    """
    return fit_to_frame(lone_digit(find_ink(read_grey(image))))
