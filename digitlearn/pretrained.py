"""The released networks, and the one file format that Python and the browser both read.

A file is in the safetensors format (a length, a JSON header, then the arrays' bytes). For the
layer at index i it has "i.kernel", of shape (in_features, units), and "i.bias", float32 of shape
(units,). A kernel of int8 has beside it "i.scale", float32 of shape (units,): what to multiply each
column by.
"""

import hashlib
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitlearn.layers import Dropout
from digitlearn.network import Network, build_layers

SHA256 = {
    "small": "c4218ac4d566dd9560ed544bd2f885a44b6357b2bcb777f564b72686f84ec45d",
    "large": "94bcc70ccaf60683d370a2d04b6c3e83c5cdb3e42b0ccbba6c4fec7528574e20",
}


def load(name: str) -> Network:
    """Return a released network.

    Trained on all of MNIST's training digits by `docs/study/release.py`; the model card tells how,
    and how good they are. Their probabilities are calibrated.

    Parameters
    ----------
    name : {"small", "large"}
        784-256-128-10, which the site's pages run too; or 784-2000-1000-10: two networks of half
        the units that vote, side by side in one. Kernels were rounded to 8 bits.

    Returns
    -------
    Network
        Parameters are float32.

    Raises
    ------
    ValueError
        If there is no network of this name, or its file is not the released one.
    """
    if name not in SHA256:
        raise ValueError(f'Expected "small" or "large". Received: {name!r}')
    content = files("digitlearn").joinpath("weights", f"{name}.safetensors").read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise ValueError(
            f"Expected the released weights, with sha256 {SHA256[name]}; install the package "
            f"again. Received: {found}"
        )
    return unpack(content)


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
    ValueError
        If `dtype` is neither, the layers are others, or a parameter is not finite or is too
        large for float16.
    """
    from safetensors.numpy import save

    if dtype not in ("int8", "float16"):
        raise ValueError(f'Expected dtype "int8" or "float16". Received: {dtype!r}')
    layers = [layer for layer in network.layers if not isinstance(layer, Dropout)]
    kinds = [type(layer).__name__ for layer in layers]
    if kinds != _kinds(len(kinds) // 2):
        raise ValueError(f"Expected Flatten, then Dense and ReLU in turn. Received: {kinds}")
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
        if not np.isfinite(array).all():
            raise ValueError(f"Expected finite parameters that fit {dtype}. Received: {name}")
    return save(arrays, metadata={"layers": " ".join(kinds)})  # several would be in any order


def unpack(content: bytes) -> Network:
    """Return the network in the bytes of a file.

    Returns
    -------
    Network
        Parameters are float32.

    Raises
    ------
    ValueError
        If they are no such file, or only a part of one.
    """
    from safetensors.numpy import load as parse

    try:
        arrays = parse(content)
        count = sum(name.endswith(".kernel") for name in arrays)
        params: dict[str, NDArray[Any]] = {"layers": np.array(_kinds(count))}
        for index in range(1, 2 * count, 2):
            scale = arrays.get(f"{index}.scale", np.float32(1))
            params[f"{index}.kernel"] = arrays[f"{index}.kernel"].astype(np.float32) * scale
            params[f"{index}.bias"] = arrays[f"{index}.bias"]
        return Network(build_layers(params))
    except Exception as error:  # a damaged file may raise almost any
        raise ValueError(f"Expected a file that pack made. Received: {error}") from error


def _kinds(count: int) -> list[str]:
    """Return the kinds of layers in a network of so many Dense layers."""
    return ["Flatten", *["Dense", "ReLU"] * (count - 1), "Dense"]
