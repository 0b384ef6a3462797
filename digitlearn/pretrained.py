"""The released networks, and the one file format that Python and the browser both read.

A file is in the safetensors format (a length, a JSON header, then the arrays' bytes). For the
layer at index i it has "i.kernel", of shape (in_features, units), and "i.bias", float32 of shape
(units,). A kernel of int8 has beside it "i.scale", float32 of shape (units,): what to multiply each
column by.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.checks import as_kind, as_shaped, describe, expect
from digitlearn.files import DAMAGED, attempt
from digitlearn.network import Network, build_layers

# Lines as of the program sha256sum; docs/study/release.py writes them, after the weights.
SEALS = Path(__file__).with_name("weights") / "SHA256SUMS"
MOST_BYTES = 2**26  # of a file that is read; the arrays take up to five times as much


def load(name: str | os.PathLike[str]) -> Network:
    """Return a released network, or one in a file.

    `docs/study/release.py` trained the released ones on all of MNIST's training digits, and "small"
    on drawn digits as well; the model card tells how, and how good they are. Their probabilities
    are calibrated.

    Parameters
    ----------
    name : {"small", "large"} or path-like
        784-256-128-10, which the site's pages run too; or 784-2000-1000-10: two networks of half
        the units that vote, side by side in one. Kernels were rounded to 8 bits. Or a file in
        `.safetensors`, as `export` writes it, or in `.npz`, as `Network.save` does. No file takes
        more than 1 GB of memory.

    Returns
    -------
    Network
        Parameters are float32, or as they are in the `.npz` file.

    Raises
    ------
    OSError
        If a file cannot be read.
    TypeError, ValueError
        If there is no network of this name, its file is not the released one, or a file holds no
        network.

    Examples
    --------
    >>> network = load("small")
    >>> [len(layer.params["bias"]) for layer in network.layers if layer.params]
    [256, 128, 10]
    """
    path = Path(as_kind("the name of a network, or a path", name, str | os.PathLike))
    seals = _seals()
    if str(path) in seals:
        return _released(str(path), seals[str(path)])
    if path.suffix.lower() == ".npz":
        return Network.load(path)
    known = ", ".join(map(repr, sorted(seals)))
    fits = path.suffix.lower() == ".safetensors"
    expect(fits, f"{known}, a .safetensors or .npz file", f"{name!s:.60}")
    expect(path.stat().st_size <= MOST_BYTES, f"at most {MOST_BYTES:,} bytes", f"{name}")
    content = path.read_bytes()
    return attempt("a file that pack made", path, lambda: _unpack(content))


def _seals() -> dict[str, str]:
    """Return the SHA-256 of each released network's file."""
    what = "the released networks' SHA256SUMS: install the package again"
    rows = map(str.split, attempt(what, SEALS, SEALS.read_text).splitlines())
    return attempt(what, SEALS, lambda: {f.removesuffix(".safetensors"): d for d, f in rows})


def _released(name: str, seal: str) -> Network:
    """Return a released network, if its file is the one that was sealed."""
    cure, path = "install the package again", SEALS.with_name(f"{name}.safetensors")
    content = attempt(f"the released weights: {cure}", path, path.read_bytes)
    network = attempt(f"the released weights: {cure}", path, lambda: _unpack(content))
    found = hashlib.sha256(content).hexdigest()
    if found != seal:
        # A whole network beside the program that makes them: it was not damaged, but made anew.
        if Path(__file__).parents[1].joinpath("docs/study/release.py").is_file():
            cure = "if you have just made them, run docs/study/release.py again, which seals them"
        raise ValueError(f"Expected weights with sha256 {seal}: {cure}. Received: {found}")
    return network


def pack(network: Network, dtype: str) -> bytes:
    """Return a network as the bytes of a file.

    Parameters
    ----------
    network : Network
        Its layers are Flatten, Dense, ReLU and so on, as `network.mlp` makes them; Dropout, which
        only training knows, is left out.
    dtype : {"int8", "float16"}
        Of the kernels. In 8 bits, each unit's largest weight becomes 127 or -127 and the others
        are rounded in proportion.

    Returns
    -------
    bytes

    Raises
    ------
    TypeError, ValueError
        If `dtype` is neither, the layers are others, or a parameter is not finite or is too
        large for float16.

    Examples
    --------
    >>> from digitlearn.network import mlp
    >>> network = mlp((4,), rng=np.random.default_rng(0))
    >>> len(pack(network, "int8")) < len(pack(network, "float16"))
    True
    """
    from safetensors.numpy import save

    as_kind("network as a Network", network, Network)
    wanted = 'dtype "int8" or "float16"'
    expect(as_kind(wanted, dtype, str) in ("int8", "float16"), wanted, describe(dtype))
    layers = network.predicting_layers
    kinds = [type(layer).__name__ for layer in layers]
    in_turn = kinds == _kinds(len(kinds) // 2)
    expect(in_turn, "Flatten, then Dense and ReLU in turn", f"{kinds}")
    arrays: dict[str, NDArray[Any]] = {}
    for index, layer in enumerate(layers):
        if not layer.params:
            continue
        kernel, bias = (layer.params[name].astype(np.float32) for name in ("kernel", "bias"))
        if dtype == "int8":
            scale = np.maximum(abs(kernel).max(axis=0), np.finfo(np.float32).tiny) / 127
            kernel = np.rint(kernel / scale)
            arrays[f"{index}.scale"] = scale
        with np.errstate(all="ignore"):
            arrays |= {f"{index}.kernel": kernel.astype(dtype), f"{index}.bias": bias}
    for name, array in arrays.items():
        expect(np.isfinite(array).all(), f"finite parameters that fit {dtype}", name)
    return save(arrays, metadata={"layers": " ".join(kinds)})  # several would be in any order


def unpack(content: bytes) -> Network:
    """Return the network in the bytes of a file.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Network
        Parameters are float32.

    Raises
    ------
    TypeError, ValueError
        If they are no such file, or only a part of one.

    Examples
    --------
    >>> from digitlearn.network import mlp
    >>> content = pack(mlp((4,), rng=np.random.default_rng(0)), "float16")
    >>> unpack(content).parameter_count
    3190
    """
    as_kind("content as bytes", content, bytes | bytearray)
    return attempt("a file that pack made", DAMAGED, lambda: _unpack(content))


def _unpack(content: bytes) -> Network:
    from safetensors.numpy import load as parse

    return Network(build_layers(_params(parse(content))))


def _params(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the layers and their float32 parameters, if these are all the arrays of a file."""
    count = sum(name.endswith(".kernel") for name in arrays)
    params: dict[str, NDArray[Any]] = {}
    rest = dict(arrays)
    for index in range(1, 2 * count, 2):
        kernel, bias = rest.pop(f"{index}.kernel"), rest.pop(f"{index}.bias")
        fits = kernel.dtype in (np.int8, np.float16) and bias.dtype == np.float32
        expected = "kernels of int8 or float16 and biases of float32"
        expect(fits, expected, f"layer {index} of {kernel.dtype} and {bias.dtype}")
        params[f"{index}.kernel"] = kernel.astype(np.float32)
        if kernel.dtype == np.int8:
            params[f"{index}.kernel"] *= as_shaped("scale", rest.pop(f"{index}.scale"), bias.shape)
        params[f"{index}.bias"] = bias
    for name, array in params.items():
        expect(np.isfinite(array).all(), "finite numbers", f"NaN or infinity in {name}")
    expect(not rest, "layers alone", f"{', '.join(rest)} beside {count} layers")
    return params | {"layers": np.array(_kinds(count))}


def _kinds(count: int) -> list[str]:
    """Return the kinds of layers in a network of so many Dense layers."""
    return ["Flatten", *["Dense", "ReLU"] * (count - 1), "Dense"]
