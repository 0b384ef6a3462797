"""Figures in the dark scheme: what they show can be seen there, and none is a glaring white."""

import io
from pathlib import Path

import figures
import numpy as np
import pytest
from building import ROOT
from PIL import Image

CHAPTERS = sorted(path.stem for path in (ROOT / "docs/chapters").glob("*.py"))
SEEN = 4  # to 1: an image whose contrast is less on white paper may have as little on dark paper
GLARING = 0.8  # of the luminance of white; the dark scheme's ink has 0.75

# The places of the page's figure and of the images in it.
PLACES = """() => [...document.querySelectorAll("svg, image")].map(element => {
    const {x, y, width, height} = element.getBoundingClientRect()
    return [x, y, x + width, y + height].map(Math.round)
})"""
PAGE = '<body style="margin: 0; width: 640px; background: {}">{}</body>'


def luminance(colours):
    """Return the relative luminance of colours as WCAG 2 has it, from 0 to 1."""
    levels = np.asarray(colours, float)
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Return the contrast of luminances, from 1 to 21."""
    return (np.maximum(one, other) + 0.05) / (np.minimum(one, other) + 0.05)


def shown(page, svg, scheme, ground):
    """Return the luminances of a figure in a scheme, and of each image in it."""
    page.emulate_media(color_scheme=scheme)
    page.set_content(PAGE.format(ground, svg))
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        levels = luminance(np.asarray(picture.convert("RGB")) / 255)
    places = page.evaluate(PLACES)
    return [levels[top:bottom, left:right] for left, top, right, bottom in places]


def strongest(levels, ground):
    """Return the contrast that one pixel in a hundred has to its ground."""
    return np.percentile(contrast(levels, luminance(figures.rgb(ground))), 99)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_figures_are_seen_on_dark_paper_as_on_white(browser, site, chapter):
    css = (ROOT / "docs/assets/site.css").read_text("utf-8")
    white, dark = (figures.scheme(css, name)["paper"] for name in ("default", "slate"))
    files = sorted(Path(site).glob(f"chapters/figures/{chapter[:2]}-*.svg"))
    assert files
    with browser.new_context(viewport={"width": 640, "height": 500}) as context:
        page = context.new_page()
        for file in files:
            svg = file.read_text("utf-8")
            on_white, on_dark = shown(page, svg, "light", white), shown(page, svg, "dark", dark)
            # Lines and letters are thin.
            drawn = contrast(on_dark[0], luminance(figures.rgb(dark))) > 4.5
            assert drawn.mean() > 0.01, file.name
            for index, (before, after) in enumerate(zip(on_white[1:], on_dark[1:], strict=True)):
                least = min(SEEN, strongest(before, white))
                assert strongest(after, dark) >= least, (file.name, index)
                assert np.median(after) < GLARING, (file.name, index)
