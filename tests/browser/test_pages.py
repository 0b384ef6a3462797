"""Every page in a real browser: it opens, fits, asks nobody else; search and schemes work."""

import re

import pytest
import reference
from building import ROOT
from playwright.sync_api import Error, expect

DOCS = ROOT / "docs"
CHAPTERS = sorted(f"chapters/{path.stem}.html" for path in DOCS.glob("chapters/*.py"))
OTHERS = sorted(
    path.relative_to(DOCS).with_suffix(".html").as_posix()
    for path in [*DOCS.glob("*.md"), *DOCS.glob("reference/*.md")]
)
OTHERS += [f"reference/{module}.html" for module in reference.read_package(ROOT / "digitlearn")]

# Elements that stick out of the page sideways and cannot be scrolled to within it.
OVERFLOWING = """() => [...document.querySelectorAll(".md-main *, .md-footer *, .md-header *")]
    .filter(element => {
        const box = element.getBoundingClientRect()
        if (box.width === 0 || !element.checkVisibility({opacityProperty: true})) return false
        for (let e = element; e; e = e.parentElement) {
            const style = getComputedStyle(e)
            if (style.position === "fixed" || e.dataset.mdComponent === "search") return false
            if (e !== element && e !== document.documentElement && style.overflowX !== "visible")
                return false
        }
        return box.right > innerWidth + 0.5 || box.left < -0.5
    })
    .map(element => element.outerHTML.slice(0, 200))"""

# The size on screen, in CSS pixels, of each figure's smallest letters.
LETTERS = """() => [...document.querySelectorAll(".dl-output svg")].map(svg => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
    const texts = [...svg.querySelectorAll("text")]
    const sizes = texts.map(text => parseFloat(getComputedStyle(text).fontSize))
    return scale * Math.min(Infinity, ...sizes)
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*CHAPTERS, *OTHERS])
def test_page_opens_and_fits(visit, path, scheme):
    page = visit(path, scheme=scheme)
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == []


@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("path", CHAPTERS)
def test_figures_can_be_seen_and_read(visit, path, width):
    page = visit(path, width=width)
    figures = page.locator(".dl-output svg")
    assert figures.count() > 0
    for figure in figures.all():
        expect(figure).to_be_visible()
        box = figure.bounding_box()
        assert box["width"] > 60
        assert box["height"] > 40
    assert min(page.evaluate(LETTERS)) >= 6.5


def test_fonts_are_the_sites_own(visit):
    page = visit(CHAPTERS[0])
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {"Source Serif 4", "IBM Plex Mono"} <= {name.strip('"') for name in loaded}


@pytest.mark.parametrize("width", [390, 1300])
def test_search_finds_a_word_of_a_chapter(visit, width):
    page = visit("index.html", width=width)
    if width < 1000:
        page.locator("label.md-header__button[for='__search']").click()
    page.locator(".md-search__input").press_sequentially("handwriting")
    result = page.locator(".md-search-result__link[href*='01_first_recognizer.html']").first
    expect(result).to_be_visible()
    result.click()
    expect(page).to_have_url(re.compile("01_first_recognizer.html"))


def test_a_link_that_searches_without_end_is_tamed(visit):
    page = visit("index.html?q=softmax~200")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    asked = "document.querySelector('[data-md-component=search-query]').value"
    assert page.evaluate(asked) == "softmax~2"


def test_an_injected_script_does_not_run(browser, address):
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(address + "index.html")
        with pytest.raises(Error, match="Content Security Policy"):
            page.add_script_tag(content="window.injected = true")
        assert page.evaluate("window.injected") is None


@pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
def test_scheme_follows_the_system_until_it_is_switched(visit, scheme, other):
    names = {"light": "default", "dark": "slate"}
    page = visit(CHAPTERS[0], scheme=scheme)
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", names[scheme])
    before = body.evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_title(f"Switch to the {other} scheme").click()
    expect(body).to_have_attribute("data-md-color-scheme", names[other])
    after = body.evaluate("e => getComputedStyle(e).backgroundColor")
    assert before != after
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", names[other])


def test_figures_follow_the_scheme(visit):
    def colours(scheme):
        text = visit(CHAPTERS[0], scheme=scheme).locator(".dl-output svg text").first
        return text.evaluate("e => getComputedStyle(e).fill")

    assert colours("light") != colours("dark")


def test_chapter_can_be_downloaded(visit):
    page = visit(CHAPTERS[0])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download notebook").click()
    assert download.value.suggested_filename.endswith(".ipynb")
