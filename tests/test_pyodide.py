"""Where the pages' Python comes from, and what may go wrong on the way.

The release is a server on this machine, with two small stand-ins and the faults of real ones.
"""

import hashlib
import os
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyodide
import pytest
from pyodide import Pin, PyodideUnavailableError, gather

from digitlearn import download

REAL = Path(os.environ.get("DIGITLEARN_PYODIDE") or pyodide.cache_folder())
CONTENTS = {"python.wasm": b"wasm" * 50_000, "lock.json": b"{}"}
PINS = {name: Pin(len(c), hashlib.sha256(c).hexdigest()) for name, c in CONTENTS.items()}


@pytest.fixture(scope="module")
def web():
    """Serve the stand-ins below /good/, and faults below other addresses."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _, fault, name = self.path.split("/")
            server.asked.append(name)
            body = CONTENTS[name]
            if fault == "missing":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            body = {"other": b"x" * len(body), "half": body[: len(body) // 2]}.get(fault, body)
            with suppress(ConnectionError):
                while fault == "dripping" and not over.wait(0.01):
                    self.wfile.write(b"x")
                self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        server.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def environment(monkeypatch, web):
    """Forget this machine's settings; ask a second time at once."""
    monkeypatch.delenv("DIGITLEARN_PYODIDE", raising=False)
    monkeypatch.setattr(download, "PAUSE", 0.0)
    web.asked.clear()


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the stand-ins."""
    (tmp_path / "here").mkdir()
    for name, content in CONTENTS.items():
        (tmp_path / "here" / name).write_bytes(content)
    return tmp_path / "here"


def test_files_come_from_the_folder_that_is_named(folder, monkeypatch):
    assert gather(folder, files=PINS) == CONTENTS
    monkeypatch.setenv("DIGITLEARN_PYODIDE", str(folder))
    assert gather(files=PINS) == CONTENTS


def damage(folder, fault):
    path = folder / "python.wasm"
    if fault == "missing":
        path.unlink()
    elif fault == "half":
        path.write_bytes(path.read_bytes()[:1000])
    elif fault == "longer":
        path.write_bytes(path.read_bytes() + b"x")
    else:
        path.write_bytes(b"x" * path.stat().st_size)


@pytest.mark.parametrize("fault", ["missing", "half", "longer", "other"])
def test_a_named_folder_with_a_fault_is_told_and_nothing_else_tried(folder, web, fault, tmp_path):
    damage(folder, fault)
    with pytest.raises(PyodideUnavailableError) as caught:
        gather(folder, files=PINS, release=f"{web.address}/good/", cache=tmp_path / "cache")
    assert str(folder) in str(caught.value)
    assert "python.wasm" in str(caught.value)
    assert "DIGITLEARN_PYODIDE" in str(caught.value)
    assert not web.asked


def test_files_are_downloaded_once_and_kept(web, tmp_path):
    cache = tmp_path / "deep" / "cache"
    for _ in range(2):
        found = gather(files=PINS, release=f"{web.address}/good/", cache=cache)
        assert found == CONTENTS
    assert web.asked == list(CONTENTS)
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == CONTENTS


@pytest.mark.parametrize("fault", ["missing", "half", "longer", "other"])
def test_a_damaged_file_in_the_cache_is_replaced(folder, web, fault):
    damage(folder, fault)
    assert gather(files=PINS, release=f"{web.address}/good/", cache=folder) == CONTENTS
    assert web.asked == ["python.wasm"]
    assert (folder / "python.wasm").read_bytes() == CONTENTS["python.wasm"]


@pytest.mark.parametrize("fault", ["missing", "half", "other", "dripping"])
def test_a_faulty_release_is_told_and_nothing_is_kept(web, tmp_path, fault):
    cache = tmp_path / "cache"
    with pytest.raises(PyodideUnavailableError) as caught:
        gather(files=PINS, release=f"{web.address}/{fault}/", cache=cache, deadline=1)
    assert f"{web.address}/{fault}/" in str(caught.value)
    assert not cache.exists()


def test_all_downloads_together_have_a_deadline(web, tmp_path):
    with pytest.raises(PyodideUnavailableError, match=r"no time left for python\.wasm"):
        gather(files=PINS, release=f"{web.address}/good/", cache=tmp_path, deadline=0)
    assert not web.asked


def test_a_cache_that_cannot_be_written_is_no_obstacle(web, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    caplog.set_level("INFO")
    cache = tmp_path / "file" / "cache"
    assert gather(files=PINS, release=f"{web.address}/good/", cache=cache) == CONTENTS
    assert "python.wasm cannot be kept for the next time" in caplog.text


def test_command_says_what_it_did(folder, monkeypatch, capsys):
    monkeypatch.setattr(pyodide, "FILES", PINS)
    monkeypatch.setenv("DIGITLEARN_PYODIDE", str(folder))
    assert pyodide.main() == 0
    assert "2 files, 0.2 MB, verified" in capsys.readouterr().out
    (folder / "lock.json").unlink()
    assert pyodide.main() == 1
    assert "lock.json" in capsys.readouterr().err


def test_the_table_is_whole():
    numpy = [name for name in pyodide.FILES if name.startswith("numpy-")]
    assert len(numpy) == 1
    assert "pyodide.mjs" in pyodide.FILES
    for pin in pyodide.FILES.values():
        assert len(pin.sha256) == 64
        assert pin.size > 10_000
    assert pyodide.VERSION in pyodide.RELEASE


def test_the_real_files_are_what_the_table_says():
    if not all((REAL / name).exists() for name in pyodide.FILES):
        pytest.skip("needs Pyodide: set DIGITLEARN_PYODIDE")
    for name, pin in pyodide.FILES.items():
        assert len(pyodide.read(REAL / name, pin)) == pin.size
