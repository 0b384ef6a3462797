"""The most memory that a reader takes, as it says itself, met by the largest files it accepts.

Each reads in a process of its own, whose peak is compared before and after.
"""

import gzip
import subprocess
import sys

import numpy as np
import pytest
from building import ROOT
from PIL import Image
from safetensors.numpy import save_file

from digitlearn import formats, network, pictures, pretrained

MOST_FOR_DATA = 4 * formats.MOST_BYTES / 2**20
SIDE = int(pictures.MOST_PIXELS**0.5)
PROGRAM = """
import sys
from pathlib import Path
import measure
import scipy.ndimage, safetensors.numpy
from digitlearn import formats, pictures, pretrained
from digitlearn.network import Network

pictures.Image.init()
pictures.Image.new("RGBA", (90, 90)).thumbnail((50, 50))
read = eval(sys.argv[1])
before = measure.peak()
try:
    read(sys.argv[2])
except Exception as error:
    print(error, file=sys.stderr)
print(measure.peak() - before)
"""


def memory(read, path):
    """Return the MB that a reader takes for a file, and its complaint."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, read, str(path)],
        **{"cwd": ROOT / "tests/benchmarks", "capture_output": True, "text": True, "check": True},
    )
    return float(done.stdout), done.stderr


PICTURES = {
    "grey with alpha.png": ("LA", {}),
    "turned.png": ("RGBA", {"turned": True}),
    "floats.tif": ("F", {}),
    "numbers.tif": ("I", {}),
    "plain.tif": ("RGBA", {}),
    "packed.tif": ("CMYK", {"compression": "tiff_lzw"}),
    "web.webp": ("RGBA", {"lossless": True, "method": 0}),
    "moving.gif": ("P", {}),
    "photo.jpg": ("CMYK", {"turned": True}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_takes_more_than_a_gigabyte(name, tmp_path):
    mode, options = PICTURES[name]
    if options.pop("turned", False):
        options["exif"] = Image.Exif()
        options["exif"][pictures.ORIENTATION] = 6
    Image.new(mode, (SIDE, SIDE)).save(tmp_path / name, **options)
    most, complaint = memory("pictures.read_grey", tmp_path / name)
    assert complaint == ""
    assert 20 < most < 1000


@pytest.mark.parametrize(
    ("name", "read", "most"),
    [("a.png", pictures.read_grey, 268_435_456), ("a.safetensors", pretrained.load, 67_108_864)],
)
def test_a_file_beyond_all_bounds_is_not_read(tmp_path, name, read, most):
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.truncate(most + 1)
    with pytest.raises(ValueError, match=rf"at most {most:,} bytes\. Received: .*{name}"):
        read(path)


@pytest.mark.slow
def test_no_saved_network_takes_more_than_a_gigabyte(tmp_path):
    path = tmp_path / "network.npz"
    inputs = network.MOST_BYTES // (8 * 784 + 16)
    arrays = {"1.kernel": np.zeros((784, inputs)), "1.bias": np.zeros(inputs)}
    np.savez_compressed(path, layers=np.array(["Flatten", "Dense"]), **arrays)
    assert path.stat().st_size < 2_000_000
    most, complaint = memory("Network.load", path)
    assert complaint == ""
    assert 200 < most < 1000


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.int8, np.float16])
def test_no_packed_network_takes_more_than_a_gigabyte(dtype, tmp_path):
    path = tmp_path / "network.safetensors"
    units = (pretrained.MOST_BYTES - 100_000) // (784 * np.dtype(dtype).itemsize + 8)
    few = np.zeros(units, np.float32)
    arrays = {"1.kernel": np.ones((784, units), dtype), "1.bias": few}
    if dtype == np.int8:
        arrays["1.scale"] = few + 1
    save_file(arrays, path, metadata={"layers": "Flatten Dense"})
    most, complaint = memory("pretrained.load", path)
    assert complaint == ""
    assert 100 < most < 1000


@pytest.mark.slow
def test_mnist_takes_no_more_than_its_reader_says(tmp_path):
    path = tmp_path / "mnist.npz"
    np.savez_compressed(path, x_train=np.zeros((60_000, 28, 28), np.uint8))
    most, complaint = memory("lambda path: formats.read_files(Path(path), ['x_train'])", path)
    assert complaint.startswith("x_train is not MNIST's")
    assert 80 < most < MOST_FOR_DATA


@pytest.mark.slow
@pytest.mark.parametrize("zipped", [True, False])
def test_idx_files_take_no_more_than_their_reader_says(zipped, tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    content = bytes([0, 0, 8, 1]) + (2**31).to_bytes(4, "big") + bytes(2**28)
    path.write_bytes(gzip.compress(content, 1) if zipped else content)
    most, complaint = memory("lambda path: formats.read_idx(open(path, 'rb'))", path)
    assert "larger than any of MNIST's" in complaint
    assert 30 < most < MOST_FOR_DATA


@pytest.mark.slow
def test_semeion_takes_no_more_than_its_reader_says(tmp_path):
    path = tmp_path / "semeion.data"
    path.write_bytes(b"0 " * (formats.MOST_IN_SEMEION // 2))
    most, complaint = memory("lambda path: formats.read_semeion(open(path, 'rb'))", path)
    assert "Semeion" in complaint
    assert 20 < most < MOST_FOR_DATA
