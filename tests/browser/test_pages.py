"""Every page in a real browser: it opens, fits, asks nobody else; search and schemes work."""

import io
import re

import numpy as np
import pytest
import reference
from building import ROOT
from PIL import Image
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

# The size on screen, in CSS pixels, of the smallest letters of a figure, and of a static figure.
LETTERS = """async () => {
    const shown = []
    for (const image of document.querySelectorAll("img.dl-figure")) {
        const file = await (await fetch(image.src)).text()
        const svg = new DOMParser().parseFromString(file, "image/svg+xml").documentElement
        shown.push([svg, image])
    }
    for (const svg of document.querySelectorAll(".dl-output svg")) shown.push([svg, svg])
    return shown.map(([svg, place]) => {
        const scale = place.getBoundingClientRect().width / svg.viewBox.baseVal.width
        const texts = [...svg.querySelectorAll("text")]
        const size = text => text.style.fontSize || getComputedStyle(text).fontSize
        const sizes = texts.map(text => parseFloat(size(text)))
        return scale * Math.min(Infinity, ...sizes)
    })
}"""

# Of elements: whether they can be seen, their width and their height.
BOXES = """all => all.map(element => {
    const {width, height} = element.getBoundingClientRect()
    return [element.checkVisibility({visibilityProperty: true}), width, height]
})"""


@pytest.mark.parametrize("path", [*CHAPTERS, *OTHERS])
def test_page_opens_and_fits(visit, path):
    page = visit(path)
    check_that_it_fits(page, "default")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 1300, "height": 844})
    page.reload()
    check_that_it_fits(page, "slate")


def test_a_page_comes_alive_where_nothing_tells_of_its_first_paint(visit):
    page = visit("changelog.html", own=True)
    page.add_init_script("PerformanceObserver.prototype.observe = () => {}")
    page.goto(page.url.replace("changelog", "chapters/02_images_as_arrays"))
    page.locator("[data-live]").first.scroll_into_view_if_needed()
    expect(page.locator("[data-live]").first).to_have_attribute("data-alive", "")


def check_that_it_fits(page, scheme):
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
    for width in (1300, 390):
        page.set_viewport_size({"width": width, "height": 844})
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert page.evaluate(OVERFLOWING) == []


# CSS pixels on a phone, where figures are smallest; and the chapters that have a figure below it.
LEAST = 10.8
SMALLER = {
    "chapters/02_images_as_arrays.html": 10.5,  # the sizes of three splits in one bar
    "chapters/08_your_own_handwriting.html": 9.4,  # thirteen pictures, each with its name
}


@pytest.mark.parametrize("path", CHAPTERS)
def test_figures_can_be_seen_and_read(visit, path):
    page = visit(path, until="settled")
    for width in (390, 1300):
        page.set_viewport_size({"width": width, "height": 900})
        figures = page.locator(".dl-output :is(svg, .dl-figure)").evaluate_all(BOXES)
        assert figures
        for is_visible, figure_width, height in figures:
            assert is_visible
            assert figure_width > 60
            assert height > 40
        assert min(page.evaluate(LETTERS)) >= SMALLER.get(path, LEAST)


def test_the_chart_of_results_can_be_read_on_a_phone(visit):
    chart = visit("results.html", width=390).locator("svg[aria-label^='Share of mistakes']")
    scale = chart.evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
    assert scale * chart.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 11


def test_fonts_are_the_sites_own(visit):
    page = visit(CHAPTERS[0])
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {"Source Serif 4", "IBM Plex Mono"} <= {name.strip('"') for name in loaded}


@pytest.mark.parametrize("width", [390, 1300])
def test_search_finds_a_word_of_a_chapter(visit, width):
    # From a page that asks for nothing late: whoever leaves another breaks off its requests.
    page = visit("changelog.html", width=width, until="settled")
    if width < 1000:
        page.locator("label.md-header__button[for='__search']").click()
    page.locator(".md-search__input").press_sequentially("handwriting")
    result = page.locator(".md-search-result__link[href*='01_first_recognizer.html']").first
    expect(result).to_be_visible()
    result.click()
    expect(page).to_have_url(re.compile("01_first_recognizer.html"))


QUESTIONS = {
    "what is relu": ("Glossary", "3 Layers"),
    "what is softmax": ("Glossary", "3 Layers"),
    "learning rate": ("Glossary", "5 Training in practice"),
    "overfitting": ("Glossary", "5 Training in practice"),
    "backpropagation": ("Glossary", "4 Learning"),
    "confusion matrix": ("Glossary", "6 Evaluation"),
}


def test_search_leaves_a_phones_page_as_wide_as_the_phone(visit):
    page = visit("chapters/04_learning.html", width=390, is_mobile=True, has_touch=True)
    page.locator("label.md-header__button[for='__search']").tap()
    page.locator(".md-search__input").press_sequentially("softmax")
    page.locator(".md-search-result__link").first.wait_for()
    page.wait_for_timeout(500)  # what moves has arrived
    assert page.evaluate("innerWidth") == 390
    assert page.locator(".md-search-result__link").first.bounding_box()["width"] <= 390


def test_questions_find_the_glossary_and_the_chapter_first(visit):
    page = visit("index.html", until="settled")
    field = page.locator(".md-search__input")
    for question, (first, chapter) in QUESTIONS.items():
        field.fill(question)
        links = page.locator(".md-search-result__link")
        term = question.removeprefix("what is ")
        expect(links.first.locator("strong")).to_have_text(re.compile(term, re.IGNORECASE))
        places = links.locator(".dl-search-page").all_inner_texts()
        assert places[0] == first, question
        assert chapter in places[:4], (question, places)


def test_search_is_loaded_when_it_is_touched(visit):
    page = visit("glossary.html")
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert loaded
    assert not [address for address in loaded if "search" in address]
    with page.expect_response("**/assets/search.json"):
        page.keyboard.press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    assert {"search.js", "search.json"} <= set(asked)


def test_search_answers_to_keys(visit):
    page = visit("glossary.html", until="settled")
    with page.expect_response("**/assets/search.json"):
        page.keyboard.press("/")
    page.keyboard.type("nonesuchword")
    expect(page.locator(".md-search-result__meta")).to_have_text("Nothing found.")
    page.locator(".md-search__input").fill("softmax")
    expect(page.locator(".md-search-result__link")).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".md-search-result__link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("glossary.html#softmax"))
    expect(page.locator(".md-search__output")).to_have_css("opacity", "0")


def test_a_link_can_search_and_no_question_takes_long(visit):
    page = visit("index.html?q=softmax~200" + "%20the" * 3000, until="settled")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    assert len(page.locator(".md-search__input").input_value()) == 100


def test_code_can_be_copied(visit):
    page = visit(CHAPTERS[0], permissions=["clipboard-read", "clipboard-write"], until="settled")
    block = page.locator(".md-content .highlight").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").text_content()
    assert "import" in copied


def test_no_line_of_code_is_out_of_sight_on_a_phone(visit):
    page = visit(CHAPTERS[2], width=390, until="settled")
    blocks = page.locator(".md-content pre.highlight > code:visible").element_handles()
    texts = [block.text_content() for block in blocks]
    wide = "e => e.scrollWidth > e.clientWidth + 1"
    assert any(block.evaluate(wide) for block in blocks)
    for block, text in zip(blocks, texts, strict=True):
        block.scroll_into_view_if_needed()
        page.wait_for_function(f"e => !({wide})(e)", arg=block, timeout=5000)
        assert block.text_content() == text


@pytest.mark.parametrize("path", ["results.html", "notation.html", "reference/cli.html"])
def test_wide_tables_are_lists_on_a_phone(visit, path):
    page = visit(path, width=390, until="settled")
    for table in page.locator(".dl-table").all():
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    cell = page.locator(".dl-stack td[data-column]").first
    name = cell.evaluate("e => getComputedStyle(e, '::before').content")
    assert name.strip('"').strip() == cell.get_attribute("data-column")


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_without_javascript_the_scheme_is_the_systems(visit, scheme, dark):
    page = visit("glossary.html", scheme=scheme, java_script_enabled=False, until="load")
    paper = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    levels = [int(level) for level in re.findall(r"\d+", paper)]
    assert (max(levels) < 100) is dark
    expect(page.locator(".md-search")).to_be_hidden()


def test_a_link_leads_to_its_heading_past_figures_that_are_not_laid_out(visit):
    path = next(path for path in CHAPTERS if "evaluation" in path)
    page = visit(path, until="settled")
    for link in page.locator(".dl-toc a").all()[-3:]:
        page.evaluate("scrollTo(0, 0)")
        link.click()
        page.wait_for_timeout(300)
        heading = page.locator(link.get_attribute("href"))
        assert 0 <= heading.bounding_box()["y"] < 300
        expect(link).to_have_attribute("aria-current", "true")


def test_names_and_options_stay_whole_on_a_phone(visit):
    page = visit("cheatsheet.html", width=390, until="settled")
    long = "sparse_categorical_crossentropy"
    page.locator(".highlight", has_text=long).first.scroll_into_view_if_needed()
    line = page.locator(".dl-line", has_text=long).first
    expect(line).to_be_visible()
    assert line.evaluate("e => e.innerHTML").count("_<wbr>") == 2
    page = visit("reference/cli.html", width=390, until="settled")
    page.locator(".highlight", has_text="--network").first.scroll_into_view_if_needed()
    whole = page.locator(".dl-whole", has_text="--network").first
    expect(whole).to_be_visible()
    assert whole.evaluate("e => e.getClientRects().length") == 1
    key = page.locator("td:first-child code", has_text="runner_up_confidence")
    assert key.evaluate("e => e.getClientRects().length") == 1


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
    page = visit(CHAPTERS[0], scheme=scheme, until="settled")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", names[scheme])
    before = body.evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_title(f"Switch to the {other} scheme").click()
    expect(body).to_have_attribute("data-md-color-scheme", names[other])
    after = body.evaluate("e => getComputedStyle(e).backgroundColor")
    assert before != after
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", names[other])


def test_figures_follow_the_scheme_that_is_chosen(visit):
    page = visit(CHAPTERS[0], scheme="light", until="settled")
    figure = page.locator(".dl-figure").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_js_property("complete", True)

    def level():
        with Image.open(io.BytesIO(figure.screenshot())) as shown:
            return np.asarray(shown.convert("L")).mean()

    assert level() > 170
    page.get_by_title("Switch to the dark scheme").click()
    assert level() < 90


def test_chapter_can_be_downloaded(visit):
    page = visit(CHAPTERS[0], until="settled")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download notebook").click()
    assert download.value.suggested_filename.endswith(".ipynb")
