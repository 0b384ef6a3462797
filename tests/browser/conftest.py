"""The site, served from a folder of a local server, and a browser to read it in."""

import collections
import functools
import http.server
import os
import shutil
import threading

import pytest
from playwright.sync_api import sync_playwright

# No sandbox in a container; and a browser that fetches nothing on its own account, nor from
# anywhere but here.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the site under /digits/ only, quietly."""

    def translate_path(self, path):
        """Return the file for a path."""
        if not path.startswith("/digits/"):
            return os.devnull + "/none"
        return super().translate_path(path.removeprefix("/digits"))

    def log_message(self, *args):
        """Say nothing."""


def find_chromium():
    """Return the path of Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (path for name in names if (path := shutil.which(name)))
    return os.environ.get("DIGITLEARN_CHROMIUM") or next(found, None)


# All scripts of a page have run: those that are fetched when it has been drawn, too, and what waits
# for an idle moment. Before, they still fold blocks and lay out code.
SETTLED = """async () => {
    const later = document.getElementById("dl-later")
    while (later?.content.childElementCount) await new Promise(requestAnimationFrame)
    const scripts = [...document.querySelectorAll("script[type=module][src]")]
    await Promise.all(scripts.map(script => import(script.src)))
    await new Promise(done => requestIdleCallback(done))
    await document.fonts.ready
}"""


@pytest.fixture(scope="session")
def browser():
    """Return Chromium, or skip where there is none."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("needs Chromium: set DIGITLEARN_CHROMIUM to its path")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def address(site):
    """Serve the site; return its address."""
    handler = functools.partial(Handler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/digits/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def left():
    """Return the pages that tests have left, by their options: one is opened again much faster."""
    return collections.defaultdict(list)


PRELOADED = "was preloaded using link preload but not used"


@pytest.fixture
def visit(browser, address, left):
    """Return a function that opens a page of the site; the page's complaints fail the test.

    A test that changes what outlives a page, its clock or its network, asks for one of its `own`.
    One that counts or measures what scripts change waits until the page has `settled`.
    """
    complaints, again = [], []

    def said(message):
        # A tab that had the fonts before finds no use for them a second time, in Chromium 150.
        if message.page not in again or PRELOADED not in message.text:
            complaints.append(f"console: {message.text}")

    def asked(request):
        if not request.url.startswith((address, "data:", "blob:")):
            complaints.append(f"asks for {request.url}")

    def answered(response):
        if response.status >= 400:
            complaints.append(f"{response.status} for {response.url}")

    listeners = {
        "request": asked,
        "console": said,
        "pageerror": lambda error: complaints.append(f"error: {error}"),
        "requestfailed": lambda request: complaints.append(f"failed: {request.url}"),
        "response": answered,
    }
    visited = []

    def visit(path, *, scheme="light", width=1300, until="networkidle", own=False, **options):
        motion = options.pop("reduced_motion", "no-preference")
        pages = [] if own else left[repr(sorted(options.items()))]
        if pages:
            page = pages.pop()
            again.append(page)
        else:
            page = browser.new_context(**options).new_page()
        visited.append((page, pages, own))
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion=motion)
        for event, listener in listeners.items():
            page.on(event, listener)
        page.goto(address + path, wait_until="load" if until == "settled" else until)
        if until == "settled":
            page.evaluate(SETTLED)
        return page

    yield visit
    found = list(complaints)
    for page, pages, own in visited:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        if own:
            page.context.close()
        else:
            forget(page, address)
            pages.append(page)
    assert not found


def forget(page, address):
    """Make a page as if nobody had been there."""
    page.unroute_all(behavior="wait")
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.mouse.move(-1, -1)
    session = page.context.new_cdp_session(page)
    everything = {"origin": address.removesuffix("/digits/"), "storageTypes": "all"}
    session.send("Storage.clearDataForOrigin", everything)
    session.detach()
