"""Where MNIST and Semeion come from, what may go wrong on the way, and the embedded digits.

The web is a server on this machine with a small stand-in for MNIST and the faults of real ones.
"""

import copy
import gzip
import hashlib
import os
import pickle
import socket
import struct
import threading
import tracemalloc
import warnings
import zipfile
import zlib
from collections import Counter
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import data, download, formats, sources
from digitlearn.formats import IDX_FILES, SHA256
from digitlearn.sources import MIRRORS, DataUnavailableError

GIVEN = os.environ.get("DIGITLEARN_DATA")  # the tests' environment has none
RNG = np.random.default_rng(0)
ARRAYS = {
    "x_train": RNG.integers(0, 256, (12, 28, 28), dtype=np.uint8),
    "y_train": RNG.integers(0, 10, 12, dtype=np.uint8),
    "x_test": RNG.integers(0, 256, (5, 28, 28), dtype=np.uint8),
    "y_test": RNG.integers(0, 10, 5, dtype=np.uint8),
}
DIGESTS = {name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in ARRAYS.items()}
NAMES = "x_test", "y_test"
IDX_GZ = [f"{name}.gz" for name in IDX_FILES.values()]


def find(places, mirrors):
    """Return the stand-in's arrays, as those of MNIST are found."""
    with standing_in():
        return sources.find_mnist(NAMES, places, mirrors)


@contextmanager
def standing_in():
    """Let the stand-in pass for MNIST and Semeion, and wait for no more than a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "SHA256", DIGESTS)
        patch.setattr(formats, "SEMEION_SHA256", SEMEION_DIGESTS)
        patch.setattr(download, "TIMEOUT", (1, 1))
        patch.setattr(download, "PAUSE", 0.01)
        yield


def npz(**changes):
    """Return the bytes of an .npz file with the stand-in, or some arrays changed."""
    file = BytesIO()
    np.savez(file, **{**ARRAYS, **changes})
    return file.getvalue()


def idx(array):
    """Return the bytes of an IDX file."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(folder, *, separator="-", zipped=False):
    folder.mkdir()
    for name, stem in IDX_FILES.items():
        path = folder / (stem.replace("-idx", f"{separator}idx") + (".gz" if zipped else ""))
        path.write_bytes(gzip.compress(idx(ARRAYS[name])) if zipped else idx(ARRAYS[name]))
    return folder


SEMEION = RNG.integers(0, 2, (7, 256), dtype=np.uint8)
SEMEION_LABELS = np.array([0, 1, 2, 3, 4, 9, 9], dtype=np.uint8)
SEMEION_DIGESTS = {
    "images": hashlib.sha256(SEMEION.tobytes()).hexdigest(),
    "labels": hashlib.sha256(SEMEION_LABELS.tobytes()).hexdigest(),
}


def semeion(images=SEMEION, labels=SEMEION_LABELS, form="%.4f"):
    """Return the bytes of Semeion's file, with the stand-in or others."""
    file = BytesIO()
    np.savetxt(file, np.hstack([images, np.eye(10)[labels]]), form)
    return file.getvalue()


ONE_PIXEL_OFF = ARRAYS["x_test"] ^ np.eye(28, dtype=np.uint8)
BODIES = {
    "/npz/mnist.npz": npz(),
    "/wrong/mnist.npz": npz(x_test=ONE_PIXEL_OFF),
    "/page/mnist.npz": b"<html>Please accept our terms.</html>",
    "/truncated/mnist.npz": npz(),
    "/text/semeion.data": semeion(),
    "/wrong/semeion.data": semeion(1 - SEMEION),
    "/page/semeion.data": b"<html>Please accept our terms.</html>",
    "/truncated/semeion.data": semeion(),
} | {
    f"/idx/{file}": gzip.compress(idx(ARRAYS[name]))
    for name, file in zip(IDX_FILES, IDX_GZ, strict=True)
}


def send(handler, *lines, status=200):
    """Send the head of an answer."""
    reply = "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""])
    handler.wfile.write(reply.encode())


def drip(handler, over):
    while not over.wait(0.05):
        handler.wfile.write(b"a")
        handler.wfile.flush()


def send_endlessly(handler, over, *lines, piece=bytes(2**20)):
    send(handler, *lines)
    while not over.is_set():
        handler.wfile.write(piece)


def send_dripping(handler, over):
    send(handler, "Content-Length: 1000000")
    drip(handler, over)


def send_dripping_head(handler, over):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    drip(handler, over)


def send_bomb(handler, over):
    """Send a gzip stream of zeros: 1 MB on the way is 1 GB."""
    packer = zlib.compressobj(wbits=31)
    zeros = packer.compress(bytes(2**22)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(2**22)) + packer.flush(zlib.Z_FULL_FLUSH)
    send(handler, "Content-Encoding: gzip")
    handler.wfile.write(zeros)
    while not over.is_set():
        handler.wfile.write(again)


def reset(handler, over):
    """Cut the line as a crashing server does."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


FAULTY_ANSWERS = {
    "dripping": send_dripping,
    "dripping-header": send_dripping_head,
    "endless": send_endlessly,
    "bomb": send_bomb,
    "length-abc": lambda handler, over: send(handler, "Content-Length: abc"),
    "length-twice": lambda handler, over: send(handler, *["Content-Length: 0"] * 2),
    "redirect-nowhere": lambda handler, over: send(handler, "Location: http://[x", status=302),
    "redirect-loop": lambda handler, over: send(handler, "Location: mnist.npz", status=302),
    "reset": reset,
    "trouble": lambda handler, over: send(handler, "Content-Length: 0", status=503),
}


@pytest.fixture(scope="module")
def web():
    """Serve the stand-in and the faults; yield the address."""
    over = threading.Event()

    asked = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            fault = self.path.split("/")[1]
            asked[fault] += 1
            if fault == "hanging":
                over.wait()
                return
            if fault in FAULTY_ANSWERS:
                with suppress(ConnectionError):
                    FAULTY_ANSWERS[fault](self, over)
                return
            if fault.endswith("-once"):
                fault = fault.removesuffix("-once")
                if asked[f"{fault}-once"] == 1:
                    FAULTY_ANSWERS[fault](self, over)
                    return
                self.path = "/npz/mnist.npz"
            body = BODIES.get(self.path)
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.path.startswith("/truncated/"):
                body = body[: len(body) // 2]
            with suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Nothing that the machine has is found, and the way to the web is closed."""
    for name in ("DIGITLEARN_DATA", "DIGITLEARN_DATASET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "home" / name)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home" / "keras"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    data._best_available.cache_clear()
    yield
    data._best_available.cache_clear()


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "mnist.npz"


def check_found(arrays):
    for name in NAMES:
        assert arrays[name].dtype == np.uint8
        assert_array_equal(arrays[name], ARRAYS[name])


def check_kept(cache):
    """Check that the cache has everything, and nothing beside it."""
    assert [path.name for path in cache.parent.iterdir()] == ["mnist.npz"]
    with np.load(cache) as archive:
        assert {name: archive[name].tobytes() for name in archive} == {
            name: array.tobytes() for name, array in ARRAYS.items()
        }


# Files and folders


def test_reads_keras_layout(tmp_path):
    (tmp_path / "any name").write_bytes(npz())
    check_found(find([tmp_path / "any name"], mirrors={}))


def test_reads_a_folder_with_keras_file(tmp_path):
    (tmp_path / "mnist.npz").write_bytes(npz())
    check_found(find([tmp_path], mirrors={}))


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("separator", ["-", "."])
def test_reads_four_idx_files(tmp_path, separator, zipped):
    folder = write_idx(tmp_path / "idx", separator=separator, zipped=zipped)
    check_found(find([folder], mirrors={}))


def test_reads_gzipped_files_without_the_ending(tmp_path):
    folder = write_idx(tmp_path / "idx", zipped=True)
    for path in list(folder.iterdir()):
        path.rename(path.with_suffix(""))
    check_found(find([folder], mirrors={}))


class Payload:
    """What a malicious pickle does: run something when it is read."""

    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


BROKEN_FILES = {
    "nothing": (None, "there is no such file"),
    "empty": (b"", "not an .npz file"),
    "a page": (BODIES["/page/mnist.npz"], "not an .npz file"),
    "half a file": (npz()[:4000], "not an .npz file"),
    "other digits": (npz(x_test=ONE_PIXEL_OFF), "x_test is not MNIST's"),
    "other labels": (npz(y_test=ARRAYS["y_test"][::-1]), "y_test is not MNIST's"),
    "signed bytes": (npz(x_test=ARRAYS["x_test"].view(np.int8)), "Received: int8"),
    "wider numbers": (npz(x_test=ARRAYS["x_test"].astype(int)), "Received: int64"),
    "damaged in the middle": (npz().replace(b"NUMPY", b"NUMPI"), "one that is damaged"),
}


@pytest.mark.parametrize("fault", BROKEN_FILES)
def test_a_broken_file_is_refused(tmp_path, fault):
    content, message = BROKEN_FILES[fault]
    if content is not None:
        (tmp_path / "mnist.npz").write_bytes(content)
    with pytest.raises(DataUnavailableError, match="Tried:") as caught:
        find([tmp_path / "mnist.npz"], mirrors={})
    assert message in str(caught.value)
    assert "What you can do" in str(caught.value)


def test_an_npz_file_without_one_of_the_arrays_is_refused(tmp_path):
    np.savez(tmp_path / "mnist.npz", x_test=ARRAYS["x_test"])
    with pytest.raises(DataUnavailableError, match="y_test"):
        find([tmp_path], mirrors={})


def test_pickles_are_not_opened(tmp_path):
    marker = tmp_path / "run"
    (tmp_path / "mnist.npz").write_bytes(pickle.dumps(Payload(marker)))
    np.savez(tmp_path / "objects.npz", **{name: np.array([Payload(marker)]) for name in NAMES})
    for file in ("mnist.npz", "objects.npz"):
        with pytest.raises(DataUnavailableError):
            find([tmp_path / file], mirrors={})
    assert not marker.exists()


BROKEN_IDX = {
    "missing": (None, "neither mnist.npz nor t10k-images-idx3-ubyte"),
    "a page": (b"<html>", "not an IDX file"),
    "empty": (b"", "not an IDX file"),
    "header only": (b"\x00\x00\x08", "not the size that it states"),
    "truncated": (idx(ARRAYS["x_test"])[:-1], "not the size that it states"),
    "truncated gzip": (gzip.compress(idx(ARRAYS["x_test"]))[:-20], "end-of-stream"),
    "floats": (b"\x00\x00\x0d" + idx(ARRAYS["x_test"])[3:], "not an IDX file of bytes"),
    "other digits": (idx(ONE_PIXEL_OFF), "x_test is not MNIST's"),
}


@pytest.mark.parametrize("fault", BROKEN_IDX)
def test_a_broken_idx_file_is_refused(tmp_path, fault):
    content, message = BROKEN_IDX[fault]
    folder = write_idx(tmp_path / "idx")
    images = folder / "t10k-images-idx3-ubyte"
    images.unlink()
    if content is not None:
        images.write_bytes(content)
    with pytest.raises(DataUnavailableError, match=message):
        find([folder], mirrors={})


def test_kaggles_folders_of_the_files_names(tmp_path):
    folder = tmp_path / "kaggle"
    folder.mkdir()
    for name, stem in IDX_FILES.items():
        (folder / stem).mkdir()
        (folder / stem / stem).write_bytes(idx(ARRAYS[name]))
    check_found(find([folder], mirrors={}))
    for name, stem in IDX_FILES.items():
        (folder / stem.replace("-idx", ".idx")).write_bytes(idx(ARRAYS[name]))
    check_found(find([folder], mirrors={}))


def member(name, content, compression=zipfile.ZIP_DEFLATED):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def header(shape, dtype="|u1"):
    """Return the beginning of an .npy file that claims a shape."""
    file = BytesIO()
    description = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, description)
    return file.getvalue()


LARGE = 2**28
BOMBS = {
    "a member that is large": lambda: member("x_test.npy", header((LARGE,)) + bytes(LARGE)),
    "a member that claims to be": lambda: member("x_test.npy", header((2**40,))),
    "wide numbers": lambda: member("x_test.npy", header((2**36,), "<f8")),
    "another compression": lambda: member("x_test.npy", bytes(2**20), zipfile.ZIP_BZIP2),
    "objects": lambda: member("x_test.npy", header((1,), "|O")),
    "no array": lambda: member("x_test.npy", b"no array"),
    "text": lambda: member("x_test.txt", b"no array"),
}
IDX_BOMBS = {
    "gzip": lambda: gzip.compress(b"\x00\x00\x08\x01" + bytes(LARGE), 1),
    "shape": lambda: b"\x00\x00\x08\x03" + b"\xff" * 12,
    "dimensions": lambda: b"\x00\x00\x08\xff" + b"\x01" * 1020,
    "long": lambda: b"\x00\x00\x08\x01" + bytes(LARGE),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_takes_the_memory_is_refused(tmp_path, name):
    (tmp_path / "mnist.npz").write_bytes(BOMBS[name]())
    check_memory(tmp_path)


@pytest.mark.parametrize("name", IDX_BOMBS)
def test_idx_files_that_take_the_memory_are_refused(tmp_path, name):
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(IDX_BOMBS[name]())
    check_memory(tmp_path)


def check_memory(place):
    tracemalloc.start()
    try:
        with pytest.raises(DataUnavailableError, match="What you can do") as caught:
            find([place], mirrors={})
        assert tracemalloc.get_traced_memory()[1] < 4 * formats.MOST_BYTES
    finally:
        tracemalloc.stop()
    assert "pickle" not in str(caught.value)
    assert "0x" not in str(caught.value)


PLACES = {
    "no such user": "~nosuchuser/mnist.npz",
    "too long": "x" * 5000,
    "no name": "a\0b",
    "a letter that is none": "\udcff",
    "beneath a file": f"{__file__}/mnist.npz",
    "a device": "/dev/zero",
}


@pytest.mark.parametrize("name", PLACES)
def test_places_that_cannot_be(name, monkeypatch):
    monkeypatch.setenv("DIGITLEARN_DATA", "unused")
    with pytest.raises(DataUnavailableError, match="What you can do"):
        data.load_mnist("test", path=PLACES[name])


def test_a_folder_that_one_may_not_enter(tmp_path, monkeypatch):
    # The superuser may enter any.
    def refuse(path, **options):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    with pytest.raises(DataUnavailableError, match="Permission denied"):
        data.load_mnist("test", path=tmp_path)


def test_without_a_home_mnist_is_looked_for_elsewhere(web, monkeypatch):
    def no_home(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", no_home)
    with pytest.warns(UserWarning, match="cannot be kept for the next time: Could not determine"):
        check_found(find([Path("~/mnist.npz")], mirrors={f"{web}/npz/": ["mnist.npz"]}))


# Mirrors


def test_downloads_keras_file_and_keeps_it(web, cache):
    check_found(find([cache], mirrors={f"{web}/npz/": ["mnist.npz"]}))
    check_kept(cache)


def test_downloads_idx_files_and_keeps_them(web, cache):
    check_found(find([cache], mirrors={f"{web}/idx/": IDX_GZ}))
    check_kept(cache)


def test_what_is_kept_is_used_the_next_time(web, cache):
    find([cache], mirrors={f"{web}/npz/": ["mnist.npz"]})
    check_found(find([cache], mirrors={}))


def test_a_place_with_mnist_spares_the_download(web, cache, tmp_path):
    folder = write_idx(tmp_path / "other")
    check_found(find([cache, folder], mirrors={f"{web}/npz/": ["mnist.npz"]}))
    assert not cache.exists()


FAULTS = {
    "missing": "404",
    "wrong": "x_test is not MNIST's",
    "page": "not an .npz file",
    "truncated": "IncompleteRead",
    "hanging": "timed out",
    "dripping": "it took longer than 1 seconds",
    "dripping-header": "it took longer than 1 seconds",
    "endless": "it is larger than 100,000 bytes",
    "bomb": "it is larger than 100,000 bytes",
    "length-abc": "abc",
    "length-twice": "0, 0",
    "redirect-nowhere": "redirect-nowhere",
    "redirect-loop": "redirects",
    "reset": "Connection",
    "trouble": "503",
}


@pytest.fixture
def limits(fault, monkeypatch):
    """Narrow the limits, where the fault is to go beyond them."""
    monkeypatch.setattr(formats, "MOST_BYTES", 100_000)
    monkeypatch.setattr(formats, "MOST_IN_SEMEION", 100_000)
    if "dripping" in fault:
        monkeypatch.setattr(sources, "fetch", partial(download.fetch, deadline=1))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("limits")
def test_a_faulty_mirror_is_told_and_nothing_is_kept(web, cache, fault):
    with pytest.raises(DataUnavailableError) as caught:
        find([cache], mirrors={f"{web}/{fault}/": ["mnist.npz"]})
    [line] = [line for line in str(caught.value).splitlines() if f"{web}/{fault}/: " in line]
    assert FAULTS[fault] in line
    assert f"{cache}: there is no such file" in str(caught.value)
    assert not cache.exists()
    assert not list(cache.parent.glob("*"))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("limits")
def test_the_next_mirror_helps_out(web, cache, fault):
    mirrors = {f"{web}/{fault}/": ["mnist.npz"], f"{web}/idx/": IDX_GZ}
    check_found(find([cache], mirrors=mirrors))
    check_kept(cache)


@pytest.mark.parametrize("fault", ["reset-once", "trouble-once"])
def test_what_may_pass_is_asked_for_twice(web, cache, fault):
    check_found(find([cache], mirrors={f"{web}/{fault}/": ["mnist.npz"]}))
    check_kept(cache)


def test_a_dead_mirror_is_told(cache):
    with pytest.raises(DataUnavailableError, match=r"127\.0\.0\.1:9.*Connection"):
        find([cache], mirrors={"http://127.0.0.1:9/": ["mnist.npz"]})


@pytest.mark.parametrize("fault", ["empty", "half a file", "other digits"])
def test_a_broken_cache_is_replaced(web, cache, fault):
    cache.parent.mkdir()
    cache.write_bytes(BROKEN_FILES[fault][0])
    check_found(find([cache], mirrors={f"{web}/npz/": ["mnist.npz"]}))
    check_kept(cache)


def test_a_broken_cache_is_told(cache):
    cache.parent.mkdir()
    cache.write_bytes(b"")
    with pytest.raises(DataUnavailableError) as caught:
        find([cache], mirrors={})
    [line] = [line for line in str(caught.value).splitlines() if f"{cache}: " in line]
    assert "this is not an .npz file" in line


def test_a_cache_that_cannot_be_written_is_no_obstacle(web, tmp_path):
    (tmp_path / "file").touch()
    with pytest.warns(UserWarning, match="cannot be kept for the next time"):
        arrays = find([tmp_path / "file" / "mnist.npz"], mirrors={f"{web}/npz/": ["mnist.npz"]})
    check_found(arrays)


def test_a_write_that_breaks_off_leaves_nothing(web, cache, monkeypatch):
    def break_off(file, **arrays):
        Path(file).write_bytes(npz()[:1000])
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez_compressed", break_off)
    said = r"cannot be kept for the next time: Expected a file .*mnist\.npz \(disk full\)$"
    with pytest.warns(UserWarning, match=said):
        check_found(find([cache], mirrors={f"{web}/npz/": ["mnist.npz"]}))
    assert list(cache.parent.iterdir()) == []


def test_a_download_says_nothing_on_standard_output(web, cache, capfd):
    find([cache], mirrors={f"{web}/npz/": ["mnist.npz"]})
    assert capfd.readouterr() == ("", "")


def test_the_real_mirrors_are_more_than_one_host_and_complete():
    assert len({address.split("/")[2] for address in MIRRORS}) >= 2
    for address, files in MIRRORS.items():
        assert address.startswith("https://")
        assert address.endswith("/")
        assert files in (["mnist.npz"], IDX_GZ)
    assert download.TIMEOUT[0] == 5


# load_semeion


def find_semeion(places, keep, home="http://127.0.0.1:9/semeion.data"):
    """Return the stand-in's arrays."""
    with standing_in(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "SEMEION", home)
        arrays = sources.find_semeion(places, keep)
    assert_array_equal(arrays["images"], SEMEION)
    assert_array_equal(arrays["labels"], SEMEION_LABELS)
    return arrays


@pytest.mark.parametrize("form", ["%.4f", "%d"])
def test_reads_semeion_with_and_without_decimals(tmp_path, form):
    (tmp_path / "semeion.data").write_bytes(semeion(form=form))
    find_semeion([tmp_path / "nowhere", tmp_path / "semeion.data"], tmp_path / "unused")
    assert not (tmp_path / "unused").exists()


def test_downloads_semeion_and_keeps_it(web, tmp_path):
    keep = tmp_path / "cache" / "semeion.data"
    find_semeion([keep], keep, f"{web}/text/semeion.data")
    assert [path.name for path in keep.parent.iterdir()] == ["semeion.data"]
    find_semeion([keep], keep)


def test_semeion_that_cannot_be_kept_is_no_obstacle(web, tmp_path):
    (tmp_path / "file").touch()
    keep = tmp_path / "file" / "semeion.data"
    with pytest.warns(UserWarning, match="Semeion cannot be kept for the next time"):
        find_semeion([], keep, f"{web}/text/semeion.data")


TWO_LABELS = np.hstack([SEMEION, np.ones((7, 10))])
BROKEN_SEMEION = {
    "nothing": (None, "there is no such file"),
    "a page": (BODIES["/page/semeion.data"], "not Semeion's file of numbers"),
    "empty": (b"", "images is not Semeion's"),
    "half a line": (semeion()[:-100], "not Semeion's file of numbers"),
    "half the lines": (semeion(SEMEION[:3], SEMEION_LABELS[:3]), "images is not Semeion's"),
    "other digits": (semeion(1 - SEMEION), "images is not Semeion's"),
    "other labels": (semeion(labels=SEMEION_LABELS[::-1]), "labels is not Semeion's"),
    "grey": (semeion(SEMEION * 0.5), "one label to each digit"),
    "two labels": (
        b"\n".join(b" ".join(b"%d" % n for n in row) for row in TWO_LABELS),
        "one label",
    ),
    "not a number": (semeion().replace(b"1.0000", b"nan", 1), "one label to each digit"),
    "long": (semeion() + b" " * formats.MOST_IN_SEMEION, "larger than Semeion's file"),
}


@pytest.mark.parametrize("fault", BROKEN_SEMEION)
def test_what_is_not_semeion_is_refused(tmp_path, fault):
    content, message = BROKEN_SEMEION[fault]
    place = tmp_path / "semeion.data"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(DataUnavailableError, match=r"^Semeion cannot be had. Tried:") as caught:
        find_semeion([place], tmp_path / "unused")
    [line] = [line for line in str(caught.value).splitlines() if f"{place}: " in line]
    assert message in line
    assert "What you can do" in str(caught.value)
    assert "get http://127.0.0.1:9/semeion.data on another computer" in str(caught.value)


SEMEION_FAULTS = {
    **FAULTS,
    "wrong": "images is not Semeion's",
    "page": "not Semeion's file of numbers",
    "endless": "it is larger than 100,000 bytes",
}


@pytest.mark.parametrize("fault", SEMEION_FAULTS)
@pytest.mark.usefixtures("limits")
def test_a_faulty_home_of_semeion_is_told_and_nothing_is_kept(web, tmp_path, fault):
    keep = tmp_path / "cache" / "semeion.data"
    with pytest.raises(DataUnavailableError) as caught:
        find_semeion([keep], keep, f"{web}/{fault}/semeion.data")
    told = f"{web}/{fault}/semeion.data: "
    [line] = [line for line in str(caught.value).splitlines() if told in line]
    assert SEMEION_FAULTS[fault] in line
    assert not keep.parent.exists()


def test_semeion_is_looked_for_beside_mnist(tmp_path, monkeypatch):
    """In the folder that DIGITLEARN_DATA names, or that of the file that it names."""
    places = []

    def take(found, keep):
        places.append(found[0])
        assert found[1] == keep == tmp_path / "home" / "digitlearn" / "semeion.data"
        return {"images": np.ones((1, 256), np.uint8), "labels": np.array([8], np.uint8)}

    monkeypatch.setattr(data, "find_semeion", take)
    for given in (tmp_path, tmp_path / "mnist.npz"):
        monkeypatch.setenv("DIGITLEARN_DATA", str(given))
        images, labels, source = data.load_semeion()
    assert places == [tmp_path / "semeion.data"] * 2
    assert (images.shape, images.dtype, labels.dtype) == ((1, 28, 28), np.uint8, np.int64)
    assert (labels.tolist(), source) == ([8], "Semeion")
    # MNIST's form: a full box of 16 by 16 pixels is one of 20 by 20, in the middle.
    assert images[0, 4:24, 4:24].min() == 255
    assert images.sum() == 20 * 20 * 255


def test_semeion_that_is_nowhere_is_told(tmp_path):
    with pytest.raises(DataUnavailableError, match="there is no such file") as caught:
        data.load_semeion()
    assert f"  - {sources.SEMEION}: " in str(caught.value)


def test_semeion_is_semeion(monkeypatch):
    given = GIVEN and Path(GIVEN)
    if not given or not ((given if given.is_dir() else given.parent) / "semeion.data").is_file():
        pytest.skip("needs Semeion: put semeion.data where DIGITLEARN_DATA is")
    monkeypatch.setenv("DIGITLEARN_DATA", GIVEN)
    images, labels, _ = data.load_semeion()
    assert images.shape == (1593, 28, 28)
    assert np.bincount(labels).tolist() == [161, 162, 159, 159, 161, 159, 161, 158, 155, 158]
    ink = images > 0
    assert ink.any(axis=1).sum(axis=1).max() == 20
    assert ink.any(axis=2).sum(axis=1).min() > 5


# load_mnist


def test_mnist_is_mnist(mnist_train, mnist_test):
    assert mnist_train.images.shape == (60_000, 28, 28)
    assert mnist_test.images.shape == (10_000, 28, 28)
    assert mnist_train.labels.dtype == np.int64
    assert mnist_train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(mnist_test.labels).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
    ]  # fmt: skip
    assert mnist_train.source == mnist_test.source == "MNIST"


def test_mnist_is_read_from_a_path_and_from_the_caches(mnist_test, tmp_path, monkeypatch):
    """IDX files, then digitlearn's cache, then Keras' cache; all through the front door."""
    folder = tmp_path / "idx"
    folder.mkdir()
    arrays = {"x_test": mnist_test.images, "y_test": mnist_test.labels.astype(np.uint8)}
    for name, array in arrays.items():
        (folder / f"{IDX_FILES[name]}.gz").write_bytes(gzip.compress(idx(array), 1))
    places = sources.caches()
    assert places == [
        tmp_path / "home" / "digitlearn" / "mnist.npz",
        tmp_path / "home" / "keras" / "datasets" / "mnist.npz",
    ]
    for place in places:
        place.parent.mkdir(parents=True)
        np.savez(place, **arrays)
    loaded = [data.load_mnist("test", path=folder), data.load_mnist("test")]
    places[0].unlink()
    loaded.append(data.load_mnist("test"))
    monkeypatch.setenv("DIGITLEARN_DATA", str(folder))
    loaded += [data.load_mnist("test"), data.load("test")]
    for digits in loaded:
        assert_array_equal(digits.images, mnist_test.images)
        assert_array_equal(digits.labels, mnist_test.labels)
        assert digits.images.flags.writeable


@pytest.mark.parametrize("content", [None, b"", npz()])
def test_a_set_but_unusable_place_is_an_error(tmp_path, monkeypatch, content):
    """Neither the caches nor the web are asked, and `load` does not fall back."""
    place = tmp_path / "my.npz"
    if content is not None:
        place.write_bytes(content)
    monkeypatch.setenv("DIGITLEARN_DATA", str(place))
    for load in (data.load_mnist, data.load, partial(data.load_mnist, path=place)):
        with pytest.raises(DataUnavailableError) as caught:
            load("test")
        tried, _ = str(caught.value).split("What you can do")
        assert len(tried.splitlines()) == 2
        assert str(place) in tried


def test_without_any_source_the_error_tells_all(tmp_path):
    with pytest.raises(DataUnavailableError) as caught:
        data.load_mnist()
    message = str(caught.value)
    for place in (*sources.caches(), *MIRRORS):
        assert f"  - {place}: " in message
    assert "DIGITLEARN_DATA" in message
    assert 'load(dataset="embedded")' in message


def test_other_digits_than_mnists_are_refused_by_the_digests_of_mnist(tmp_path):
    (tmp_path / "mnist.npz").write_bytes(npz())
    with pytest.raises(DataUnavailableError, match=SHA256["x_train"]):
        data.load_mnist("train", path=tmp_path)


# load


def test_load_falls_back_with_one_warning():
    with pytest.warns(UserWarning, match=r"scikit-learn's 1,797.*DIGITLEARN_DATA") as caught:
        train, test = data.load("train"), data.load("test")
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert (len(train.images), len(test.images)) == (1437, 360)
    assert train.source == test.source == "scikit-learn's 1,797 digits (embedded)"


def as_files(digits, split):
    return {f"x_{split}": digits.images, f"y_{split}": digits.labels.astype(np.uint8)}


def test_load_takes_mnist_if_it_can(mnist_train, mnist_test):
    place = sources.caches()[0]
    place.parent.mkdir(parents=True)
    np.savez(place, **as_files(mnist_train, "train"), **as_files(mnist_test, "test"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert data.load("test").source == data.load("train").source == "MNIST"


def test_load_never_takes_one_split_of_mnist_and_one_of_the_others(mnist_test):
    place = sources.caches()[0]
    place.parent.mkdir(parents=True)
    np.savez(place, **as_files(mnist_test, "test"))
    with pytest.warns(UserWarning, match="MNIST cannot be had"):
        assert data.load("test").source == data.load("train").source != "MNIST"
    assert len(data.load_mnist("test")) == 10_000
    with pytest.raises(DataUnavailableError, match="x_train"):
        data.load_mnist("train")


def test_load_follows_argument_and_environment(monkeypatch):
    monkeypatch.setenv("DIGITLEARN_DATASET", "mnist")
    with pytest.raises(DataUnavailableError):
        data.load()
    assert len(data.load(dataset="embedded").images) == 1437
    monkeypatch.setenv("DIGITLEARN_DATASET", "embedded")
    assert len(data.load().images) == 1437
    with pytest.raises(DataUnavailableError):
        data.load(dataset="mnist")


def test_unknown_names_are_refused(monkeypatch):
    for load in (data.load, data.load_mnist, data.load_embedded):
        with pytest.raises(ValueError, match="Received: 'validation'"):
            load("validation")
    with pytest.raises(ValueError, match=r"Expected dataset .* Received: 'cifar'"):
        data.load(dataset="cifar")
    monkeypatch.setenv("DIGITLEARN_DATASET", "cifar")
    with pytest.raises(ValueError, match=r"Expected DIGITLEARN_DATASET .* Received: 'cifar'"):
        data.load()


# Digits


def test_readers_of_chapters_are_told_of_digits_that_are_not_mnist(embedded_test):
    assert "scikit-learn's 1,797 digits" in embedded_test.notice
    assert "written for MNIST" in embedded_test.notice
    assert embedded_test._replace(source=data.MNIST).notice == ""


def test_digits_are_as_many_as_there_are_images(embedded_test):
    assert len(embedded_test) == 360
    images, labels, source = embedded_test
    assert images is embedded_test.images
    assert labels is embedded_test[1]
    assert source == embedded_test[-1] == embedded_test.source
    assert embedded_test._fields == ("images", "labels", "source")
    assert tuple(embedded_test) == (images, labels, source)


@pytest.mark.parametrize("part", [np.s_[:100], np.s_[::2], "images", np.array([0, 1])])
def test_a_part_of_digits_is_a_part_of_their_fields(embedded_test, part):
    """A tuple's slice would be of the three fields."""
    cure = (
        r"write digits\.images\[:100\], digits\.labels\[:100\]\. Received: (slice|'images'|int64)"
    )
    with pytest.raises(TypeError, match=cure):
        _ = embedded_test[part]


def test_digits_can_be_changed_copied_and_pickled(embedded_test):
    few = embedded_test._replace(images=embedded_test.images[:5], labels=embedded_test.labels[:5])
    for digits in (few, data.Digits._make(few), copy.copy(few), pickle.loads(pickle.dumps(few))):
        assert type(digits) is data.Digits
        assert len(digits) == 5
        assert_array_equal(digits.images, embedded_test.images[:5])
        assert digits.source == embedded_test.source
    assert few == tuple(few)
    assert list(few._asdict()) == ["images", "labels", "source"]
    with pytest.raises(TypeError):
        data.Digits._make(tuple(few)[:2])


# load_embedded


def test_embedded_digits_are_in_mnists_form(embedded_train, embedded_test):
    for digits, count in ((embedded_train, 1437), (embedded_test, 360)):
        assert digits.images.shape == (count, 28, 28)
        assert digits.images.dtype == np.uint8
        assert digits.labels.dtype == np.int64
        assert_array_equal(digits.images.max(axis=(1, 2)), np.full(count, 255))
        rows, columns = (digits.images.any(axis=axis).sum(axis=1) for axis in (2, 1))
        assert np.all(np.maximum(rows, columns) <= 20)
        mass = digits.images.sum(axis=(1, 2))
        center = (digits.images.sum(axis=2) @ np.arange(28)) / mass
        assert_allclose(center, 14, atol=0.52)


def test_embedded_split_is_stratified_and_complete(embedded_train, embedded_test):
    from sklearn.datasets import load_digits

    train, test = np.bincount(embedded_train.labels), np.bincount(embedded_test.labels)
    assert_array_equal(train + test, np.bincount(load_digits().target))
    assert_allclose(test / (train + test), 360 / 1797, atol=0.006)


def test_embedded_digits_never_change(embedded_test):
    """The chapters' results rest on them."""
    assert embedded_test.labels[:10].tolist() == [2, 4, 7, 9, 0, 2, 3, 7, 9, 5]
    again = data.load_embedded("test")
    again.images[:] = 0
    assert_array_equal(data.load_embedded("test").images, embedded_test.images)


def test_embedded_digits_resemble_mnists(mnist_train, embedded_test):
    """Most have an MNIST digit of their own class as the nearest of 10,000."""
    known = mnist_train.images[:10_000].reshape(-1, 784).astype(np.float32)
    asked = embedded_test.images.reshape(-1, 784).astype(np.float32)
    distances = (known**2).sum(axis=1) - 2 * asked @ known.T
    nearest = mnist_train.labels[distances.argmin(axis=1)]
    assert np.mean(nearest == embedded_test.labels) > 0.75
