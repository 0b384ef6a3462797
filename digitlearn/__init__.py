"""Recognize handwritten digits with a neural network, from scratch in NumPy and in Keras."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digitlearn.data import Digits, load, load_embedded, load_mnist, load_semeion
    from digitlearn.sources import DataUnavailableError

    __version__: str

__all__ = ["DataUnavailableError", "Digits", "load", "load_embedded", "load_mnist", "load_semeion"]


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is asked for: `import digitlearn` takes no time (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("digitlearn")
    if name in __all__:
        return getattr(importlib.import_module("digitlearn.data"), name)
    raise AttributeError(f"module 'digitlearn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
