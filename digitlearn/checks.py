"""What arguments are taken, and what is said of those that are not.

A value that can only mean one thing is taken: a list, a DataFrame or a tensor where `np.asarray`
makes an array of it. Everything else is refused with what was expected, what came and, where a
habit of another library is behind it, what to write: TypeError for another type, else ValueError.
"""

import math
from numbers import Integral, Real
from types import UnionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_CLASSES = 100_000


def describe(value: Any) -> str:
    """Say in a few words what a value is, without a dump of its contents.

    Examples
    --------
    >>> describe(np.zeros((2, 3))), describe(7)
    ('float64 array of shape (2, 3)', '7 (int)')
    """
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    kind = type(value).__name__
    if value is None or isinstance(value, type):
        return str(value)
    if isinstance(value, str | Real):
        plain = value.item() if isinstance(value, np.generic) else value
        return f"{plain!r:.60} ({kind})"
    try:
        return f"{kind} of length {len(value)}"
    except Exception:  # it has no length, or is a tensor without dimensions
        return kind


def expect(
    fits: object, expected: str, received: object, error: type[Exception] = ValueError
) -> None:
    """Go on if something fits; otherwise say what was expected, and what came: words or a value.

    Examples
    --------
    >>> expect(2 < 1, "a number below 1", 2)
    Traceback (most recent call last):
        ...
    ValueError: Expected a number below 1. Received: 2 (int)
    """
    if not fits:
        words = received if isinstance(received, str) else describe(received)
        raise error(f"Expected {expected}. Received: {words}")


def as_kind(expected: str, value: Any, kind: type | UnionType) -> Any:
    """Return a value that is of a kind, or say what was expected.

    Examples
    --------
    >>> as_kind("a name", 7, str)
    Traceback (most recent call last):
        ...
    TypeError: Expected a name. Received: 7 (int)
    """
    expect(isinstance(value, kind), expected, describe(value), TypeError)
    return value


def as_array(name: str, value: Any) -> NDArray[Any]:
    """Return a value as an array of numbers.

    Examples
    --------
    >>> as_array("labels", [5, 0, 4])
    array([5, 0, 4])
    """
    if np.ma.is_masked(value):
        expected = f"{name} without a mask: write {name}.compressed() or {name}.filled(0)"
        raise ValueError(f"Expected {expected}. Received: {describe(value)}, some of it masked")
    try:
        array = np.asarray(value)
    except Exception as error:  # tensors and ragged lists have errors of their own
        raise _no_array(name, value) from error
    if array.dtype.kind not in "biuf":
        raise _no_array(name, value)
    return array


def _no_array(name: str, value: Any) -> TypeError:
    cure = ": write digits.labels" if name in ("y", "labels") else ": write digits.images"
    expected = f"{name} as an array of numbers{cure if hasattr(value, 'images') else ''}"
    return TypeError(f"Expected {expected}. Received: {describe(value)}")


def as_pair(name: str, value: Any) -> tuple[Any, Any]:
    """Return the two of a pair: the images of a set and their labels.

    Examples
    --------
    >>> as_pair("train", 7)
    Traceback (most recent call last):
        ...
    TypeError: Expected one pair: write train=(x, labels). Received: 7 (int)
    """
    if isinstance(value, tuple | list) and len(value) == 2:
        return value[0], value[1]
    is_digits = hasattr(value, "images")
    pair = "scale_pixels(digits.images), digits.labels" if is_digits else "x, labels"
    raise TypeError(f"Expected one pair: write {name}=({pair}). Received: {describe(value)}")


def as_shaped(name: str, value: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return a value as an array of numbers of this shape.

    Examples
    --------
    >>> as_shaped("grad", [[1, 2]], (1, 2))
    array([[1, 2]])
    """
    array = as_array(name, value)
    expect(array.shape == shape, f"{name} of shape {shape}", array)
    return array


def as_table(name: str, value: Any) -> NDArray[np.float64]:
    """Return a value as a table of finite numbers, of at least one.

    Examples
    --------
    >>> as_table("ink", [[0, 1]])
    array([[0., 1.]])
    """
    array = as_array(name, value)
    fits = array.ndim == 2 and array.size and np.isfinite(array).all()
    expect(fits, f"{name} as finite numbers of shape (H, W)", array)
    return array.astype(np.float64, copy=False)


def as_floats(name: str, value: Any, *, finite: bool = True) -> NDArray[np.floating[Any]]:
    """Return a value as an array of floats, finite if not told otherwise, that is not empty.

    Examples
    --------
    >>> as_floats("x", [0.5, 1.0])
    array([0.5, 1. ])
    """
    cure = f"{name}: write scale_pixels(digits.images)"
    expect(not hasattr(value, "images"), cure, describe(value), TypeError)
    array = as_array(name, value)
    floating = f"{name} of a floating dtype, as preprocessing.scale_pixels returns"
    expect(array.dtype.kind == "f", floating, array, TypeError)
    expect(array.size, f"at least one example in {name}", array)
    if finite:
        expect(np.isfinite(array).all(), f"finite numbers in {name}", "NaN or infinity among them")
    return array


def as_pixels(name: str, value: Any) -> NDArray[np.floating[Any]]:
    """Return images as floats, and refuse grey levels that were never scaled to [0, 1].

    Standardized pixels, some of them below zero, are taken, up to 100 from it.

    Examples
    --------
    >>> as_pixels("x", np.full((1, 28, 28), 255.0))
    Traceback (most recent call last):
        ...
    ValueError: Expected pixels from 0 to 1 in x: write scale_pixels(images). Received: 255 to 255
    """
    array = as_floats(name, value, finite=False)
    low, high = float(array.min()), float(array.max())  # NaN, if it is among them
    expect(math.isfinite(low + high), f"finite numbers in {name}", "NaN or infinity among them")
    fits = low >= -100 and high <= (1 if low >= 0 else 100)
    expected = f"pixels from 0 to 1 in {name}: write scale_pixels(images)"
    expect(fits, expected, f"{low:g} to {high:g}")
    return array


def as_labels(
    name: str, value: Any, *, count: int | None = None, classes: int | None = None
) -> NDArray[np.integer[Any]]:
    """Return labels as integers of shape (N,), if told N = `count` of them, and below `classes`.

    Examples
    --------
    >>> as_labels("labels", [7, 2, 10], classes=10)
    Traceback (most recent call last):
        ...
    ValueError: Expected labels from 0 to 9. Received: 10
    """
    array = as_array(name, value)
    column = array.ndim == 2 and array.shape[1] == 1
    cure = "ravel()" if column else "argmax(axis=1) if they are one-hot"
    expect(array.ndim != 2, f"{name} of shape (N,): write labels.{cure}", array)
    expect(array.dtype.kind in "iu", f"{name} of an integer dtype", array, TypeError)
    expect(array.ndim == 1 and len(array), f"{name} of shape (N,), N >= 1", array)
    expect(count in (None, len(array)), f"{name} for {count} examples", f"{len(array)}")
    classes = MOST_CLASSES if classes is None else classes
    strays = array[(array < 0) | (array >= classes)]
    expect(not len(strays), f"{name} from 0 to {classes - 1}", ", ".join(map(str, strays[:1])))
    return array


def as_confusion(value: Any) -> NDArray[np.int64]:
    """Return a confusion matrix, or a report's, as counts (C, C); floats that are whole will do.

    Examples
    --------
    >>> as_confusion([[9.0, 1.0], [0.0, 7.0]])
    array([[9, 1],
           [0, 7]])
    """
    matrix = as_array("confusion", getattr(value, "confusion", value))
    square = matrix.ndim == 2 and matrix.size and matrix.shape[0] == matrix.shape[1]
    expect(square, "confusion of shape (C, C)", matrix)
    expect(matrix.dtype != bool, "confusion as numbers", matrix, TypeError)
    with np.errstate(invalid="ignore"):  # NaN becomes some integer, and differs from it
        counts = matrix.astype(np.int64)
    strays = matrix[(counts < 0) | (counts != matrix)]
    expected = "confusion as counts, not as shares of a row: write report.confusion"
    expect(not len(strays), expected, ", ".join(map(str, strays[:1])))
    return counts


def as_generator(rng: Any) -> np.random.Generator:
    """Return a generator of random numbers, or say how to make one.

    Examples
    --------
    >>> as_generator(0)
    Traceback (most recent call last):
        ...
    TypeError: Expected rng=np.random.default_rng(0), a generator. Received: 0 (int)
    """
    seed = rng if isinstance(rng, Integral) and not isinstance(rng, bool) else 0
    expected = f"rng=np.random.default_rng({seed}), a generator"
    generator: np.random.Generator = as_kind(expected, rng, np.random.Generator)
    return generator


def as_count(name: str, value: Any, *, least: int = 1, most: int | None = None) -> int:
    """Return a whole number that is not too small, nor too large for what it counts.

    Examples
    --------
    >>> as_count("epochs", 1.5)
    Traceback (most recent call last):
        ...
    TypeError: Expected epochs as an integer. Received: 1.5 (float)
    """
    fits = isinstance(value, Integral) and not isinstance(value, bool)
    expect(fits, f"{name} as an integer", describe(value), TypeError)
    count = int(value)
    expect(count >= least, f"{name} of at least {least}", f"{count}")
    if most is not None:
        expect(count <= most, f"{name} of at most {most:,}", f"{count}")
    return count


def as_counts(name: str, value: Any, *, least: int = 1, most: int | None = None) -> list[int]:
    """Return whole numbers, each as `as_count` takes it; one alone is taken too.

    Examples
    --------
    >>> as_counts("hidden_units", (128, 64)), as_counts("hidden_units", 128)
    ([128, 64], [128])
    """
    numbers = np.atleast_1d(as_array(name, value)).tolist()
    return [as_count(f"each of {name}", number, least=least, most=most) for number in numbers]


def as_number(
    name: str, value: Any, low: float, high: float = math.inf, *, open_low: bool = False
) -> float:
    """Return a finite number from `low` (above it if `open_low`) to below `high`.

    Examples
    --------
    >>> as_number("learning_rate", -1, 0, open_low=True)
    Traceback (most recent call last):
        ...
    ValueError: Expected a finite learning_rate above 0. Received: -1
    """
    fits = isinstance(value, Real) and not isinstance(value, bool)
    expect(fits, f"{name} as a number", describe(value), TypeError)
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        number = math.inf
    fits = (low < number if open_low else low <= number) and number < high
    lower = f"above {low:g}" if open_low else f"of at least {low:g}"
    upper = "" if high == math.inf else f" and below {high:g}"
    expect(fits, f"a finite {name} {lower}{upper}", f"{value}")
    return number
