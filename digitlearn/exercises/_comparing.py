"""Compare what a function returned with what it should have returned."""

import math
from numbers import Integral, Real
from typing import Any

import numpy as np

from digitlearn.checks import describe

# Parts by which two right answers may differ, by the size of their floats in bytes.
RELATIVE = {4: 1e-5, 8: 1e-7}
ABSOLUTE = {4: 1e-6, 8: 1e-9}
LONGEST = 400  # characters of a value that is shown


def difference(expected: Any, received: Any) -> str | None:
    """Say what to do about a received value that is not as expected; None if it is.

    The answer is empty where only the numbers differ.
    """
    if received is None and expected is not None:
        return "It returns nothing. Does every way through it end in `return`?"
    if isinstance(expected, np.ndarray):
        return _array_difference(expected, received)
    if isinstance(expected, tuple):
        if not isinstance(received, tuple | list) or len(received) != len(expected):
            return f"Return {len(expected)} values, separated by commas."
        found = [difference(*pair) for pair in zip(expected, received, strict=True)]
        return next((text for text in found if text is not None), None)
    if isinstance(expected, bool | np.bool_):
        return _number_difference(expected, received, (bool, np.bool_), "True or False")
    if isinstance(expected, Integral):
        return _number_difference(expected, received, Integral, "a whole number, an int")
    if isinstance(expected, Real):
        return _number_difference(expected, received, Real, "one number, a float")
    return None if type(expected) is type(received) and expected == received else ""


def same(a: Any, b: Any) -> bool:
    """Say whether two values are the same, as far as `difference` sees."""
    try:
        return a is b or difference(a, b) is None
    except Exception:  # whatever cannot even be compared
        return False


def _array_difference(expected: np.ndarray[Any, Any], received: Any) -> str | None:
    if not isinstance(received, np.ndarray):
        return f"Return an array. Received: {describe(received)}"
    if received.shape != expected.shape:
        return f"Return an array of shape {expected.shape}. Received: {received.shape}"
    # Which integers are NumPy's own depends on the platform; what else is asked for does not.
    kinds = expected.dtype.kind, received.dtype.kind
    alike = kinds[0] == kinds[1] or kinds == ("i", "u")
    if not alike or (expected.dtype.kind in "fu" and received.dtype != expected.dtype):
        return f"Return an array of dtype {expected.dtype}. Received: {received.dtype}"
    if np.array_equal(expected, received):
        return None
    if expected.dtype.kind != "f":
        return ""
    bytes_each = expected.dtype.itemsize
    close = np.allclose(
        received, expected, RELATIVE[bytes_each], ABSOLUTE[bytes_each], equal_nan=True
    )
    return None if close else ""


def _number_difference(expected: Any, received: Any, kinds: Any, wanted: str) -> str | None:
    if isinstance(received, np.ndarray) and received.ndim == 0:
        received = received[()]
    is_bool = isinstance(received, bool | np.bool_)
    if not isinstance(received, kinds) or is_bool != isinstance(expected, bool | np.bool_):
        return f"Return {wanted}. Received: {describe(received)}"
    if isinstance(expected, float) and math.isnan(expected) and math.isnan(received):
        return None
    close = math.isclose(received, expected, rel_tol=RELATIVE[8], abs_tol=ABSOLUTE[8])
    return None if close else ""


def show(value: Any, precision: int = 4) -> str:
    """Write a value on a few lines."""
    try:
        text = _write(value, precision)
    except Exception as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    if len(text) > LONGEST:
        text = text[: LONGEST - 3] + "..."
    return text.replace("\n", "\n           ")  # in line with what stands above


def _write(value: Any, precision: int) -> str:
    if callable(value):
        return str(getattr(value, "__name__", type(value).__name__))
    with np.printoptions(
        precision=precision, suppress=precision < 10, threshold=30, edgeitems=3, linewidth=72
    ):
        text = repr(_plain(value, precision))
    if isinstance(value, np.ndarray) and "..." in text and "shape=" not in text:
        text += f" of shape {value.shape}"
    return text


def _plain(value: Any, precision: int) -> Any:
    """Return numbers, and tuples of them, without NumPy's names of their types."""
    if isinstance(value, tuple):
        return tuple(_plain(part, precision) for part in value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.{precision + 2}g}")
    return value


def show_both(expected: Any, received: Any) -> tuple[str, str]:
    """Write two different values so that one sees it."""
    pair = show(expected), show(received)
    return (show(expected, 17), show(received, 17)) if pair[0] == pair[1] else pair
