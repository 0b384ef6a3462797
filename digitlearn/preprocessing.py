"""Bring images and labels into the form a network learns from."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from digitlearn.ink import find_ink
from digitlearn.pictures import FRAME, Picture, fit_to_frame, read_grey
from digitlearn.pieces import lone_digit

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
        If it is not an image, an array is of another dtype, shape or range, or there is no ink.
    """
    return fit_to_frame(lone_digit(find_ink(read_grey(image))))
