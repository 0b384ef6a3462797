"""Write a network for others to run: for the browser, for Keras, for any that reads ONNX."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from digitlearn.checks import as_kind, expect
from digitlearn.data import load_embedded
from digitlearn.files import complete
from digitlearn.layers import Array, Dense, Flatten, Layer, ReLU
from digitlearn.network import CLASSES, Network
from digitlearn.pictures import FRAME
from digitlearn.preprocessing import scale_pixels
from digitlearn.pretrained import pack, unpack

ON_PAGE = "Flatten Dense ReLU Dense ReLU Dense"  # the layers that it shows
# How far a probability may differ on the digits tried: rounding, of sums or of the kernels.
TOLERANCES = {".keras": 1e-5, ".onnx": 1e-5, "float16": 0.01, "int8": 0.2}


@np.errstate(all="ignore")
def check_network(network: Network) -> None:
    """Make sure that a network reads digits: images of 28 x 28 pixels in, ten logits out.

    Raises
    ------
    TypeError, ValueError
        If it is none, takes or gives another shape, or numbers that are not finite.

    Examples
    --------
    >>> from digitlearn.network import mlp
    >>> check_network(mlp((8,), rng=np.random.default_rng(0)))
    """
    as_kind("network as a Network", network, Network)
    logits = network.predict_logits(np.full((1, FRAME, FRAME), 0.5, np.float32))
    fits = logits.shape == (1, CLASSES) and np.isfinite(logits).all()
    expect(fits, f"{CLASSES} finite logits for an image", f"{logits}")


def export(network: Network, path: str | os.PathLike[str], *, dtype: str | None = None) -> float:
    """Write a network to a file in another program's format, read it back and try it.

    The format follows from how the name ends:

    - `.safetensors`: the site's page, and `pretrained.load`. Two hidden layers with ReLU.
    - `.keras`: `keras.models.load_model`.
    - `.onnx`: ONNX Runtime and all else that reads ONNX. The input is "images", the output
      "probabilities".

    In Keras and ONNX the network takes float32 images of shape (B, 28, 28), with pixels in
    [0, 1], and gives probabilities of shape (B, 10). Dropout, which only training knows, is left
    out.

    Parameters
    ----------
    network : Network
        From images of shape (B, 28, 28) to ten logits.
    path : path-like
        A file that is there is overwritten. It gets its name when it has been read back and its
        probabilities have been compared with the network's: until then nothing is there, or what
        was there before.
    dtype : {"int8", "float16"}, optional
        Of the kernels in a `.safetensors` file, by default "int8". The page reads only "int8".

    Returns
    -------
    float
        The largest difference between the probabilities, on the embedded test digits and on
        noise.

    Raises
    ------
    TypeError, ValueError
        If `check_network` refuses the network, the name ends in none of the three, the format
        cannot hold the network, or what was read back gives other probabilities: by more than
        0.00001 for Keras and ONNX, 0.01 for "float16", 0.2 for "int8".
    ImportError
        If a library that the format needs is not installed.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from digitlearn.network import mlp
    >>> network = mlp((24, 12), rng=np.random.default_rng(0))
    >>> export(network, Path(tempfile.mkdtemp(), "small.safetensors")) < 0.2
    True
    """
    path = Path(path)
    suffix, kernels = path.suffix.lower(), "int8" if dtype is None else dtype
    writers: dict[str, Callable[[list[Layer], Path, Array], Array]]
    writers = {".safetensors": partial(_to_browser, dtype=kernels)}
    writers |= {".keras": _to_keras, ".onnx": _to_onnx}
    expect(suffix in writers, f"a name in {', '.join(writers)}", f"{path!s:.200}")
    as_kind('dtype "int8" or "float16"', dtype, str | None)
    fits = dtype is None or suffix == ".safetensors"
    expect(fits, "a dtype for .safetensors only", f"{dtype} for {path}")
    tolerance = TOLERANCES.get(suffix) or TOLERANCES.get(kernels, 0)
    check_network(network)
    noise = np.random.default_rng(0).random((40, FRAME, FRAME), dtype=np.float32)
    images = np.concatenate([scale_pixels(load_embedded("test").images), noise])
    layers = network.predicting_layers
    with complete(path) as file:
        found = writers[suffix](layers, file, images)
        difference = float(abs(found - network.predict_proba(images)).max())
        near = difference <= tolerance  # NaN is not
        expect(near, f"probabilities, read back, within {tolerance}", f"{difference:.2g}")
    return difference


def _to_browser(layers: list[Layer], file: Path, images: Array, *, dtype: str) -> Array:
    """Write the format of `pretrained`; return the probabilities of what was written."""
    kinds = " ".join(type(layer).__name__ for layer in layers)
    expect(kinds == ON_PAGE, f"the layers that the page shows, {ON_PAGE}", kinds)
    file.write_bytes(pack(Network(layers), dtype))
    return unpack(file.read_bytes()).predict_proba(images)


def _to_keras(layers: list[Layer], file: Path, images: Array) -> Array:
    """Write a Keras model; return the probabilities of what was written."""
    from digitlearn.keras_models import keras  # without the log of its libraries

    model = keras.Sequential([keras.Input((FRAME, FRAME))])
    for layer in layers:
        if isinstance(layer, Dense):
            model.add(keras.layers.Dense(len(layer.params["bias"])))
        elif isinstance(layer, Flatten):
            model.add(keras.layers.Flatten())
        else:
            model.add(keras.layers.Activation(type(layer).__name__.lower()))
    model.add(keras.layers.Softmax())
    model.set_weights([param for layer in layers for param in layer.params.values()])
    model.save(file)
    return np.asarray(keras.models.load_model(file)(images))


def _to_onnx(layers: list[Layer], file: Path, images: Array) -> Array:
    """Write an ONNX model; return the probabilities of what was written."""
    try:
        import onnx
        import onnxruntime
        from onnx.numpy_helper import from_array
    except ImportError as error:
        advice = f'{error}. Install it with: pip install "digitlearn[export]"'
        raise ImportError(f"Expected the libraries for .onnx. Received: {advice}") from error
    steps, weights, x = [], list[onnx.TensorProto](), "images"
    for i, layer in enumerate(layers):
        kind = {Dense: "Gemm", ReLU: "Relu"}.get(type(layer), type(layer).__name__)
        weights += [from_array(p.astype(np.float32), f"{n}_{i}") for n, p in layer.params.items()]
        steps.append(f"x_{i} = {kind} ({', '.join([x, *(f'{n}_{i}' for n in layer.params)])})")
        x = f"x_{i}"
    # The versions are those of 2022: whatever runs ONNX today knows them.
    model = onnx.parser.parse_model(
        f"""<ir_version: 8, opset_import: ["": 17]> digitlearn (float[B,{FRAME},{FRAME}] images)
        => (float[B,{CLASSES}] probabilities)
        {{ {" ".join(steps)} probabilities = Softmax ({x}) }}"""
    )
    model.graph.initializer.extend(weights)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, file)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"images": images})[0])
