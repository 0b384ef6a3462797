"""How quick the page that draws is, in Chromium: prints a table, asserts nothing.

Run as `python tests/benchmarks/browser.py`; the machine should have nothing else to do. The site is
served as lighthouse.py does it: compressed, many files on a connection.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "browser"), str(TESTS), str(TESTS.parent / "docs/tools")]
import drawings
from building import build_site
from conftest import ARGUMENTS, find_chromium
from lighthouse import serve

# Load the modules and the weights anew, and time each step of an update by its median.
MEASURE = """async strokes => {
    const base = new URL("assets/try/", document.baseURI)
    const [ink, style, net, reader, backwards] = await Promise.all(
        ["ink", "preprocess", "network", "weights", "backwards"].map(
            name => import(new URL(`${name}.js`, base))))
    const weights = await (await fetch(new URL("small.safetensors", base))).arrayBuffer()
    const median = (call, runs) => {
        const times = Array.from({length: runs + 10}, () => {
            const start = performance.now()
            for (let i = 0; i < 10; i++) call()
            return (performance.now() - start) / 10
        }).slice(10).sort((a, b) => a - b)
        return times[runs >> 1]
    }
    const layers = reader.readLayers(weights)
    const values = ink.rasterize(strokes, 0.08)
    const picture = {values, width: ink.SIDE, height: ink.SIDE}
    const {image} = style.toMnistStyle(picture)
    const result = net.forward(layers, image)
    return {
        "reading the weights": median(() => reader.readLayers(weights), 10),
        "rasterizing a drawing": median(() => ink.rasterize(strokes, 0.08), 20),
        "bringing it to MNIST's form": median(() => style.toMnistStyle(picture), 20),
        "one inference": median(() => net.forward(layers, image), 100),
        "who spoke for a digit": median(() => backwards.shares(layers, result, 7), 50),
    }
}"""


def visit(page, address):
    """Return how long after the page was asked for the first digit could be read, in ms."""
    page.goto(f"{address}index.html")
    page.wait_for_selector(".dl-try[data-ready]")
    return page.evaluate("performance.getEntriesByName('try-ready')[0].startTime")


def measure(address, visits):
    """Return (what, value, unit) for each quantity; each visit has an empty cache."""
    executable = find_chromium() or sys.exit("needs Chromium: set DIGITLEARN_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        times = []
        for _ in range(visits):
            with browser.new_context() as context:
                times.append(visit(context.new_page(), address))
        rows = [("ready after", median(times), "ms")]
        page = browser.new_page()
        visit(page, address)
        sizes = page.evaluate(
            "performance.getEntriesByType('resource').filter(e => e.name.includes('/assets/try/'))"
            ".map(e => [e.name.split('/').pop(), e.encodedBodySize / 1000])"
        )
        weights = dict(sizes)["small.safetensors"]
        rows += [("the weights", weights, "KB")]
        rows += [("scripts and style", sum(size for _, size in sizes) - weights, "KB")]
        times = page.evaluate(MEASURE, drawings.digit(8, "upright", 0))
        rows += [(what, value, "ms") for what, value in times.items()]
        browser.close()
    return rows


def main():
    """Build the site, serve it, measure, and print."""
    parser = argparse.ArgumentParser(description="Time the page that draws, in Chromium.")
    parser.add_argument("--site", type=Path, help="a built site, to build none")
    parser.add_argument("--visits", type=int, default=9, help="of the front page")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        site = asked.site or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not asked.site and (build := build_site(site)).returncode:
            sys.exit(build.stderr)
        rows = measure(stack.enter_context(serve(site)), asked.visits)
    for what, value, unit in rows:
        sys.stdout.write(f"{what:<28} {value:8.2f} {unit}\n")


if __name__ == "__main__":
    main()
