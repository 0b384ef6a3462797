"""A small site of exercises, and a server of it that can be difficult."""

import http.server
import os
import shutil
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import nbformat
from building import ROOT, build_site
from pyodide import FILES, cache_folder

from digitlearn import exercises

POLICY = "script-src 'self' 'wasm-unsafe-eval'"
CONFIG = """\
INHERIT: base.yml
nav: [index.md, practice.md, chapters/01_exercises.ipynb]
hooks:
  - docs/tools/hook.py
  - docs/tools/search.py
  - docs/tools/tables.py
  - docs/tools/theme.py
  - docs/tools/policy.py
plugins: [mkdocs-jupyter: {include: ["*.ipynb"], include_source: true, cache: false}]
"""
PROSE = """\
# 1 Exercises

> **Make a guess.** What is two and two?

And:

> **Make a guess.** How much of it? <!-- guess: number (of a cake) = two:.0% -->

And:

> **Make a guess.** More or less? <!-- guess: more | less | the same = less -->

"""


def has_pyodide():
    """Say whether the site can have its own Python without a download."""
    folder = os.environ.get("DIGITLEARN_PYODIDE") or cache_folder()
    return all(Path(folder, name).exists() for name in FILES)


def build(folder, **environment):
    """Build a site with a chapter of all exercises; return its folder."""
    source = write(folder / "source", cells_of_exercises())
    site = folder / "site"
    finished = build_site(site, root=source, PYTHONPATH=str(ROOT), **environment)
    assert finished.returncode == 0, finished.stderr
    return site


def cells_of_exercises():
    """Return the cells of a chapter of all exercises."""
    prose = nbformat.v4.new_markdown_cell(PROSE, metadata={"values": {"two:.0%": "40%"}})
    cells = [prose, nbformat.v4.new_code_cell("print(2 + 2)")]
    cells[1].outputs = [nbformat.v4.new_output("stream", text="4\n")]
    cells.append(nbformat.v4.new_markdown_cell("Text.\n\n## Exercises"))
    for name in exercises.names():
        cells.append(nbformat.v4.new_code_cell("...", metadata={"exercise": name}))
    return cells


def write(source, cells):
    """Write the sources of a site with a chapter of these cells; return their folder."""
    for name in ("assets", "tools"):
        shutil.copytree(ROOT / "docs" / name, source / "docs" / name)
    shutil.copytree(ROOT / "digitlearn/weights", source / "digitlearn/weights")
    shutil.copy(ROOT / "mkdocs.yml", source / "base.yml")
    (source / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    shutil.copy(ROOT / "docs/practice.md", source / "docs")
    (source / "docs/index.md").write_text("# Start\n", encoding="utf-8")
    (source / "docs/chapters").mkdir()
    path = source / "docs/chapters/01_exercises.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return source


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve a site under /digits/ as strictly as its server says."""

    def do_GET(self):
        """Answer, refuse, or never answer."""
        if any(name in self.path for name in self.server.silent):
            self.server.end.wait()
        if any(name in self.path for name in self.server.refused):
            self.send_error(503)
            return
        super().do_GET()

    def translate_path(self, path):
        """Return the file for a path."""
        return super().translate_path(path.removeprefix("/digits"))

    def end_headers(self):
        """Say which scripts may run, and for how long a browser may keep what it has."""
        self.send_header("Content-Security-Policy", self.server.policy)
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def serve(site):
    """Yield a server of a site; what it refuses, and its policy, may be changed."""
    handler = partial(Handler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.refused, server.silent, server.policy = set(), set(), POLICY
        server.end = threading.Event()
        server.address = f"http://127.0.0.1:{server.server_port}/digits/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.end.set()
            server.shutdown()
            thread.join()
