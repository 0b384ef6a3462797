"""How good the pages are by Lighthouse and axe: prints a table, one row a page.

Run as `python tests/benchmarks/lighthouse.py [PAGE ...]`, without pages for the front page, a
chapter, the drawing page and the results; `--all` for every page. It builds the site, serves it
as a web host does (compressed, to be kept by browsers, many files on a connection) and asks
Lighthouse's phone, several times a page, and axe in two widths and both schemes. Times are of the
machine: it should have nothing else to do. The other columns are the same on every machine. It
needs Node.js, Chromium, and npm to get Lighthouse and axe, which are kept in `.cache/lighthouse`.

With `--require`, it fails where a page's accessibility or SEO is below 100, axe finds a violation,
or a script other than assets/scheme.js keeps the page from being drawn.
"""

import argparse
import contextlib
import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "browser"), str(TESTS), str(TESTS.parent / "docs/tools")]
from building import ROOT, build_site
from conftest import ARGUMENTS, find_chromium

TOOLS = ROOT / ".cache/lighthouse"
PAGES = ["index.html", "chapters/04_learning.html", "try.html", "results.html"]
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".ipynb"}
KEPT = "public, max-age=31536000"

CATEGORIES = {
    "perf": "performance",
    "a11y": "accessibility",
    "best": "best-practices",
    "SEO": "seo",
}
AUDITS = {
    "TBT ms": ("total-blocking-time", 1),
    "LCP s": ("largest-contentful-paint", 1 / 1000),
    "CLS": ("cumulative-layout-shift", 1),
    "KB": ("total-byte-weight", 1 / 1000),
    "DOM": ("dom-size", 1),
}
DIGITS = {"LCP s": 2, "CLS": 3}
SCHEME = "assets/scheme.js"  # 0.4 KB that come first, so that no page is white before it is dark
COLUMNS = [*CATEGORIES, *AUDITS, "block", "axe"]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files as a web host does: compressed, to be kept, many on a connection, and quietly."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """Send what comes before a file, and return the file, compressed where that helps."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        content = compress(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path.name))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            self.copyfile(file, self.wfile)
        return None

    def end_headers(self) -> None:
        """Say how long the file may be kept."""
        self.send_header("Cache-Control", KEPT)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@functools.cache
def compress(path: Path) -> bytes:
    """Return a file's content, compressed."""
    return gzip.compress(path.read_bytes())


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a built site; give its address."""
    handler = functools.partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def install() -> str | None:
    """Get Lighthouse and axe into `.cache`; return why that is impossible, or None."""
    if shutil.which("npm") is None:
        return "Lighthouse needs Node.js, with npm."
    TOOLS.mkdir(parents=True, exist_ok=True)
    quiet = ["--no-save", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    command = ["npm", "install", "--prefix", str(TOOLS), *quiet, "lighthouse@^12", "axe-core@^4"]
    npm = subprocess.run(command, capture_output=True, text=True)
    return f"npm got neither Lighthouse nor axe: {npm.stderr}" if npm.returncode else None


def ask_lighthouse(address: str, chromium: str) -> dict[str, float]:
    """Return what Lighthouse's phone says of a page."""
    command = [
        str(TOOLS / "node_modules/.bin/lighthouse"),
        address,
        "--quiet",
        "--output=json",
        f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
        f"--only-categories={','.join(CATEGORIES.values())}",
    ]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}: {done.stderr}")
    report = json.loads(done.stdout)
    found = {
        name: 100 * (report["categories"][category]["score"] or 0)
        for name, category in CATEGORIES.items()
    }
    audits = report["audits"]
    for name, (audit, scale) in AUDITS.items():
        found[name] = scale * audits[audit]["numericValue"]
    blocking = audits["render-blocking-resources"]["details"]["items"]
    scripts = [item["url"] for item in blocking if item["url"].endswith(".js")]
    found["block"] = sum(not url.endswith(SCHEME) for url in scripts)
    return found


def ask_axe(browser: Browser, address: str) -> dict[str, int]:
    """Return the rules of axe that a page breaks, with how often, on a phone and a desktop."""
    source = (TOOLS / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    broken: dict[str, int] = {}
    for scheme in ("light", "dark"):
        for width in (390, 1300):
            size = {"width": width, "height": 844}
            with browser.new_context(viewport=size, color_scheme=scheme) as context:
                page = context.new_page()
                page.goto(address, wait_until="networkidle")
                for figure in page.locator("[data-live]").all():  # which wait for the reader
                    figure.scroll_into_view_if_needed()
                    figure.and_(page.locator("[data-alive]")).wait_for()
                page.evaluate(source)
                for violation in page.evaluate("axe.run().then(result => result.violations)"):
                    count = broken.get(violation["id"], 0)
                    broken[violation["id"]] = max(count, len(violation["nodes"]))
    return broken


def measure(browser: Browser, chromium: str, address: str, runs: int) -> dict[str, float]:
    """Return a page's row: Lighthouse's medians, and what axe finds, which is named below."""
    reports = [ask_lighthouse(address, chromium) for _ in range(runs)]
    row: dict[str, float] = {}
    for name in reports[0] if reports else ():
        row[name] = median(report[name] for report in reports)
    broken = ask_axe(browser, address)
    if broken:
        sys.stderr.write(f"{address}: {broken}\n")
    return {**row, "axe": sum(broken.values())}


def fails(row: dict[str, float]) -> bool:
    """Say whether a page lacks what does not depend on the machine."""
    return min(row["a11y"], row["SEO"]) < 100 or row["axe"] > 0 or row["block"] > 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Ask Lighthouse and axe about the site's pages.")
    parser.add_argument("pages", nargs="*", help="as chapters/03_layers.html")
    parser.add_argument("--all", action="store_true", help="every page")
    parser.add_argument("--runs", type=int, default=3, help="of Lighthouse a page; 0 for none")
    parser.add_argument("--site", type=Path, help="a built site, to build none")
    parser.add_argument("--require", action="store_true", help="fail as said above")
    return parser.parse_args()


def main() -> None:
    """Build the site, serve it, ask, and print."""
    asked = arguments()
    chromium = find_chromium()
    reason = install() if chromium else "Lighthouse needs Chromium: set DIGITLEARN_CHROMIUM."
    if reason:
        sys.exit(reason)
    with contextlib.ExitStack() as stack:
        site = asked.site or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not asked.site and (build := build_site(site)).returncode:
            sys.exit(build.stderr)
        every = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
        address = stack.enter_context(serve(site))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        stack.callback(browser.close)
        print(f"{'page':<36}" + "".join(f"{name:>8}" for name in COLUMNS))
        failed = []
        for page in every if asked.all else asked.pages or PAGES:
            row = measure(browser, chromium, address + page, asked.runs)
            cells = (f"{row[n]:8.{DIGITS.get(n, 0)}f}" if n in row else " " * 8 for n in COLUMNS)
            print(f"{page:<36}" + "".join(cells), flush=True)
            failed += [page] if asked.require and fails(row) else []
    if failed:
        sys.exit(f"Below what is required: {', '.join(failed)}")


if __name__ == "__main__":
    main()
