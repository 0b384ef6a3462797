"""Pages on paper: black on white from either scheme, nothing cut, folded or to be pressed."""

import io

import figures
import pytest
from playwright.sync_api import expect

from digitlearn import palette

PAGES = [
    *("index.html", "try.html", "practice.html", "results.html", "notation.html", "lessons.html"),
    *("chapters/04_learning.html", "reference/layers.html", "reference/cli.html"),
]
WIDTH = 642  # pixels between the margins of an A4 page

COLOURS = """() => [...document.querySelectorAll("body, .md-typeset, .md-typeset *")]
    .filter(element => element.checkVisibility() && !element.closest("svg"))
    .flatMap(element => {
        const style = getComputedStyle(element)
        const grounds = ["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"]
        const inks = ["rgb(0, 0, 0)", "rgb(68, 68, 68)", "rgb(153, 153, 153)"]
        const found = []
        if (!grounds.includes(style.backgroundColor)) found.push(style.backgroundColor)
        if (!inks.includes(style.color)) found.push(style.color)
        return found.map(colour => colour + " of " + element.outerHTML.slice(0, 120))
    })"""
# What reaches over the edge of the paper, or scrolls what it holds.
CUT = """() => [...document.querySelectorAll(".md-typeset *")]
    .filter(element => element.checkVisibility() && !element.closest("svg, math"))
    .filter(element => {
        const style = getComputedStyle(element)
        const scrolls = /auto|scroll/.test(style.overflowX)
        const isWider = element.scrollWidth > element.clientWidth
        return (scrolls && isWider) || element.getBoundingClientRect().right > innerWidth + 1
    })
    .map(element => element.outerHTML.slice(0, 200))"""
PRESSED = """() => [...document.querySelectorAll(
    ".md-header, .md-sidebar, .md-footer, .headerlink, .dl-live, button, input, textarea, canvas")]
    .filter(element => element.checkVisibility())
    .map(element => element.outerHTML.slice(0, 120))"""


@pytest.fixture
def on_paper(visit):
    """Return a function that opens a page as it is printed."""

    def on_paper(path, scheme="light"):
        page = visit(path, scheme=scheme, width=WIDTH)
        page.emulate_media(media="print")
        return page

    return on_paper


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_printed_black_on_white_and_whole(on_paper, path, scheme):
    page = on_paper(path, scheme)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate(COLOURS) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(PRESSED) == []


def test_figures_are_printed_with_the_same_inks_from_either_scheme(visit):
    pypdf = pytest.importorskip("pypdf")

    def drawn(scheme):
        """Return what the pages of a chapter's PDF draw; nobody has scrolled to its figures."""
        page = visit("chapters/04_learning.html", scheme=scheme)
        page.keyboard.press("Control")  # as who prints may do
        page.evaluate("Promise.all(Array.from(document.images, (image) => image.decode()))")
        printed = pypdf.PdfReader(io.BytesIO(page.pdf()))
        return [sheet.get_contents().get_data() for sheet in printed.pages]

    light, dark = drawn("light"), drawn("dark")
    assert light == dark
    accent = " ".join(f"{level:.4f}".lstrip("0") for level in figures.rgb(palette.ACCENT))
    assert sum(page.count(f"{accent} rg".encode()) for page in light) > 20


def test_a_live_figure_is_printed_as_it_was_drawn(on_paper):
    page = on_paper("chapters/03_layers.html")
    live = page.locator("[data-live=neuron]")
    drawn = live.locator(".dl-figure").first
    drawn.evaluate("e => { e.loading = 'eager' }")  # as in print, which this only imitates
    expect(drawn).to_be_visible()
    expect(live.locator(".dl-live")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_solutions_are_printed_where_they_are_folded(browser, address, scripts):
    # A browser without scripts gives up what it loads beforehand, which `visit` would complain of.
    with browser.new_context(java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(address + "chapters/03_layers.html")
        page.emulate_media(media="print")
        solutions = page.locator(".dl-practice-solution .highlight")
        assert solutions.count() >= 4
        for solution in solutions.all():
            # Playwright counts what closed details hold as hidden, whatever a style sheet says.
            assert solution.evaluate("e => e.checkVisibility({contentVisibilityAuto: true})")
            assert solution.bounding_box()["height"] > 10
        expect(page.locator(".dl-practice-hints").first).to_be_hidden()


def test_an_address_is_printed_where_it_leads_elsewhere(on_paper):
    page = on_paper("chapters/03_layers.html")
    after = "e => getComputedStyle(e, '::after').content"
    links = page.locator(".md-typeset a:not(.headerlink)")
    said = {link.get_attribute("href"): link.evaluate(after) for link in links.all()}
    outside = {href for href in said if href.startswith("http")}
    assert outside
    assert {href for href, content in said.items() if content != "none"} == outside


def test_the_style_sheet_for_paper_keeps_no_screen_waiting(visit):
    page = visit("notation.html")
    media = "e => e.media"
    assert page.locator("link[href$='print.css']").evaluate(media) == "print"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cheat_sheet_is_one_page(visit, scheme):
    pypdf = pytest.importorskip("pypdf")
    page = visit("cheatsheet.html", scheme=scheme)
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    width, height = (round(float(side)) for side in printed.pages[0].mediabox[2:])
    assert (width, height) == (595, 842)  # A4, in points
    text = printed.pages[0].extract_text()
    assert "From pixel to prediction" in text
    assert "28 × 28." in text  # the last words of the last table
