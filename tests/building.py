"""Build the site, for the tests of the site and of its pages in a browser."""

import os
import subprocess
import sys
import time
from pathlib import Path

from digitlearn.files import complete

ROOT = Path(__file__).parents[1]


def build_site(folder, root=ROOT, **environment):
    """Run the strict build into `folder`; return the finished process."""
    from pyodide import cache_folder

    private = {k: v for k, v in os.environ.items() if not k.startswith("DIGITLEARN_")}
    # The tests download nothing: without Pyodide's files at hand the site is built without them.
    private["DIGITLEARN_PYODIDE"] = os.environ.get("DIGITLEARN_PYODIDE") or str(cache_folder())
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=root,
        env={**private, "NO_MKDOCS_2_WARNING": "1", **environment},
        capture_output=True,
        text=True,
        timeout=1200,  # a busy machine is no fault of the site
    )


def build_once(folder):
    """Build the site into a folder that several processes share; return it.

    The process that makes the folder builds; the others wait for what it says of it.
    """
    said = folder.with_suffix(".txt")
    try:
        folder.mkdir()
    except FileExistsError:
        while not said.exists():
            time.sleep(0.2)
    else:
        build = build_site(folder)
        with complete(said) as part:
            part.write_text(build.stderr if build.returncode else "", encoding="utf-8")
    assert said.read_text(encoding="utf-8") == ""
    return folder
