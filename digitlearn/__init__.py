"""Recognize handwritten digits with a neural network, from scratch in NumPy and in Keras."""

from importlib.metadata import version

from digitlearn.data import DataUnavailableError, Digits, load, load_embedded, load_mnist

__all__ = ["DataUnavailableError", "Digits", "load", "load_embedded", "load_mnist"]
__version__ = version("digitlearn")
