"""Figures that answer the hand, in a real browser: the front page, the pad on phones, training."""

import base64
import functools
import io
import re
import zlib

import drawings
import kinds
import numpy as np
import pytest
from building import ROOT
from PIL import Image
from playwright.sync_api import expect
from test_try import FRAMES, answer, at, draw, find

from digitlearn import network, pretrained, reading, training
from digitlearn.augmentation import distort, rotate
from digitlearn.losses import softmax
from digitlearn.preprocessing import scale_pixels, to_mnist_style

CHAPTER = "chapters/05_training_in_practice.html"
PHONES = [360, 390, 414]
BAR = [(0.5, 0.25), (0.5, 0.75)]
# Where the page is once a smooth scroll has ended: the same place half a second later.
STOPPED = """() => new Promise(done => {
    const look = before => setTimeout(() => scrollY === before ? done(before) : look(scrollY), 500)
    look(scrollY)
})"""
# In the frame after this one: the kind of the answer, and where the pad is on the screen.
SEEN = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
    const {x, y, width} = document.querySelector("[data-try=pad]").getBoundingClientRect()
    done([document.querySelector(".dl-try").dataset.kind, x, y, width])
})))"""


@pytest.fixture
def open_page(visit):
    """Return a function that opens a page that draws, ready; without animation if not asked."""

    def open_page(path="try.html", **options):
        page = visit(path, until="load", **{"reduced_motion": "reduce", **options})
        page.wait_for_selector(".dl-try[data-ready]")
        return page

    return open_page


def place(page):
    """Return where the pad is on the screen."""
    box = find(page, "pad").bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


@pytest.mark.parametrize("width", PHONES)
def test_the_pad_stays_under_the_finger(open_page, width):
    page = open_page(width=width, has_touch=True)
    session = page.context.new_cdp_session(page)

    def touch(event, *points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": event, "touchPoints": points})

    said, places = set(), set()
    for number, style in [(8, "upright"), (4, "shaky")]:
        strokes = at(page, drawings.digit(number, style, 0))
        for stroke in strokes:
            touch("touchStart", stroke[0])
            for point in stroke[1::3]:
                touch("touchMove", point)
                kind, *box = page.evaluate(SEEN)
                said.add(kind)
                places.add((number, *box))
            touch("touchEnd")
        find(page, "clear").tap()
    assert len(places) == 2, places  # one for each digit: the page may scroll between them
    assert {"sure", "unsure"} <= said  # the answers above it have been short and long


@pytest.mark.parametrize("width", PHONES)
def test_no_answer_moves_the_pad(open_page, width):
    page = open_page(width=width)
    before = place(page)
    texts = [
        "Not sure: an 8 (67.6 %), or an 8?",
        "2 digits? The network reads one at a time.",
        "More loops than a digit has: a scribble? If it is none, draw larger.",
        "The network's weights could not be loaded. Try to reload the page.",
    ]
    for text in texts:
        find(page, "text").evaluate("(e, text) => { e.textContent = text }", text)
        page.locator(".dl-try").evaluate("e => { e.dataset.kind = 'none' }")
        assert place(page) == before, text
        inner, outer = (
            page.locator(selector).evaluate("e => e.getBoundingClientRect().height")
            for selector in (".dl-try-reads > span:last-child", ".dl-try-reads")
        )
        assert inner <= outer + 1, text


def test_failures_to_try_and_what_they_teach(open_page):
    page = open_page()
    why = page.get_by_role("link", name="Why?")
    answers = {
        "A": ("sure", "A 4,", True),
        "scribble": ("none", "a scribble?", True),
        "two": ("none", "2 digits?", True),
        "tiny": ("none", "too small", True),
        "corner": ("sure", "A 5,", False),
        "upstroke": ("unsure", "7", True),
    }
    for name, (kind, words, asks) in answers.items():
        page.locator(f"[data-sample='{name}']").click()
        page.evaluate(FRAMES)
        assert answer(page)[0] == kind, name
        expect(find(page, "text")).to_contain_text(words)
        expect(find(page, "note")).not_to_be_empty()
        assert why.is_visible() == asks, name
    draw(page, [[(0.5, 0.2), (0.5, 0.8)]])
    expect(find(page, "note")).to_be_empty()


def test_an_8_has_its_article(open_page):
    page = open_page()
    page.locator("[data-sample='8']").click()
    expect(find(page, "text")).to_have_text(re.compile(r"^An 8, 9\d\.\d% sure\.$"))


def test_nothing_is_hollow_before_one_draws(open_page):
    page = open_page()
    expect(find(page, "pictures").locator("figure:not([hidden])").first).to_be_attached()
    assert answer(page) == ("empty", "")
    for name in ("seen", "hidden0", "hidden1", "inputs"):
        colours = find(page, name).evaluate(
            "e => new Set(new Uint32Array(e.getContext('2d')"
            ".getImageData(0, 0, e.width, e.height).data.buffer)).size"
        )
        assert colours > 2, name


@pytest.mark.parametrize("size", [(1300, 900), (390, 800)])
def test_the_front_page_begins_with_a_seven_and_a_way_in(open_page, size):
    width, height = size
    page = open_page("index.html", width=width)
    page.set_viewport_size({"width": width, "height": height})
    box = page.get_by_role("link", name="Start with chapter 1").bounding_box()
    assert box["y"] + box["height"] <= height
    page.evaluate(FRAMES)  # the network reads what is written in the frame after it
    assert answer(page) == ("sure", "7")
    assert place(page)[1] < height - 100
    expect(page.locator(".dl-try-flow path").first).to_be_attached()
    assert page.locator(".dl-try-pulse").count() == 0, "motion, where less is wished for"
    draw(page, drawings.digit(3, "upright", 0))
    assert answer(page) == ("sure", "3")
    expect(page.locator(".dl-try-flow")).to_have_count(0)


def test_the_front_page_lets_activity_flow(open_page):
    page = open_page("index.html", reduced_motion="no-preference")
    expect(page.locator(".dl-try-pulse").first).to_be_attached()
    assert answer(page) == ("sure", "7")
    moving = "document.querySelector('.dl-try-pulse').getAnimations().length"
    assert page.evaluate(moving) == 1
    assert page.locator("[role=status]").first.text_content() == "", "said without being asked"


def test_on_a_phone_activity_flows_once_it_is_in_view(open_page):
    page = open_page("index.html", width=390, reduced_motion="no-preference")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("document.querySelector('.dl-try').dataset.sample === '7'")
    page.wait_for_timeout(2500)  # by then it is written, and would have run
    assert answer(page) == ("sure", "7")
    assert page.locator(".dl-try-flow").count() == 0
    find(page, "hidden0").scroll_into_view_if_needed()
    expect(page.locator(".dl-try-pulse")).to_have_count(3)
    edges = page.locator(".dl-try-flow .edges").evaluate_all(
        "all => all.map(e => e.children.length)"
    )
    assert min(edges) >= 6
    digit = page.locator("[data-digit='7']").bounding_box()
    for edge in page.locator(".dl-try-flow .edges").last.locator("path").all():
        box = edge.bounding_box()
        assert box["x"] + box["width"] <= 390
        assert digit["y"] < box["y"] + box["height"] < digit["y"] + digit["height"]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_sample_out_of_the_pads_sight_brings_it_back(open_page, motion):
    page = open_page(width=390, reduced_motion=motion)
    page.set_viewport_size({"width": 390, "height": 800})
    sample = page.locator("button[data-sample='A']")
    sample.scroll_into_view_if_needed()
    y = "document.querySelector('[data-try=pad]').getBoundingClientRect().bottom"
    assert page.evaluate(y) < 0
    sample.evaluate("e => e.click()")
    if motion == "reduce":
        assert page.evaluate(y) > 0  # at once
    expect(find(page, "pad")).to_be_in_viewport(ratio=1)
    expect(find(page, "digit")).to_be_in_viewport(ratio=1)
    before = page.evaluate(STOPPED)  # both are in sight before it ends
    find(page, "pad").scroll_into_view_if_needed()
    sample.evaluate("e => e.click()")
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == before  # it was in sight


def test_a_photo_is_read_in_place_of_a_drawing(open_page, embedded_test, tmp_path):
    page = open_page()
    [seven] = embedded_test.images[embedded_test.labels == 7][:1]
    for name in ("plain", "pasted", "shadow"):
        path = tmp_path / f"{name}.png"
        Image.fromarray(kinds.KINDS[name](seven, np.random.default_rng(1))).save(path)
        find(page, "photo").set_input_files(path)
        expect(find(page, "shot")).to_be_visible()
        expect(find(page, "digit")).to_have_text("7")
        expect(find(page, "light")).to_be_visible(visible=name == "shadow")
    draw(page, drawings.digit(3, "upright", 0))
    assert answer(page) == ("sure", "3")
    expect(find(page, "shot")).to_be_hidden()
    find(page, "photo").set_input_files(path)
    expect(find(page, "digit")).to_have_text("7")
    find(page, "clear").click()
    expect(find(page, "shot")).to_be_hidden()
    expect(find(page, "text")).to_contain_text("Draw a digit")


def test_several_digits_in_a_photo_are_read_one_by_one(open_page, embedded_test, tmp_path):
    page = open_page()
    digits = [embedded_test.images[embedded_test.labels == digit][0] for digit in (4, 2, 7)]
    path = tmp_path / "several.png"
    Image.fromarray(kinds.rows([digits[:2], digits[2:]], np.random.default_rng(1))).save(path)
    find(page, "photo").set_input_files(path)
    row = page.get_by_role("group", name="Digits in the photo")
    expect(row.get_by_role("button")).to_have_count(3)
    expect(row.locator("b")).to_have_text(["4", "2", "7"])
    expect(page.locator(".dl-try-row [role=status]")).to_have_text("3 digits, told apart: 4 2 7")
    expect(find(page, "text")).to_have_text(re.compile(r"^1 of 3: A 4, 9\d\.\d% sure\.$"))
    expect(find(page, "status")).to_have_text(re.compile("^1 of 3: A 4"))
    first = find(page, "seen").screenshot()
    find(page, "even").focus()
    for digit in (4, 2, 7):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(find(page, "digit")).to_have_text(str(digit))
    chosen = row.locator("[aria-pressed=true]")
    expect(chosen).to_have_attribute("aria-label", re.compile("^3 of 3: A 7, .+ sure"))
    expect(chosen).to_be_focused()
    expect(find(page, "status")).to_have_text(re.compile("^3 of 3: A 7"))
    assert find(page, "seen").screenshot() != first
    draw(page, drawings.digit(3, "upright", 0))
    assert answer(page) == ("sure", "3")
    expect(row).to_be_hidden()
    expect(find(page, "text")).to_have_text(re.compile("^A 3"))


def test_steps_can_be_left_out_of_reading_a_photo(open_page, embedded_test, tmp_path):
    page = open_page()
    expect(page.get_by_label("centre of mass")).to_have_count(0)
    path = tmp_path / "four.png"
    [four] = embedded_test.images[embedded_test.labels == 4][:1]
    Image.fromarray(kinds.rows([[four]], np.random.default_rng(1))).save(path)
    find(page, "photo").set_input_files(path)
    expect(find(page, "digit")).to_have_text("4")
    seen = "e => e.toDataURL()"
    before = find(page, "seen").evaluate(seen)
    for name in ("centre of mass", "cutting out"):
        page.get_by_label(name).check()
        page.evaluate(FRAMES)
        assert find(page, "seen").evaluate(seen) != before, name
        page.get_by_label(name).uncheck()
    page.evaluate(FRAMES)
    assert find(page, "seen").evaluate(seen) == before
    find(page, "clear").click()
    expect(page.get_by_label("centre of mass")).to_be_hidden()


def test_more_digits_than_ten_are_refused_with_a_reason(open_page, embedded_test, tmp_path):
    page = open_page()
    path = tmp_path / "many.png"
    digits = embedded_test.images[:12].reshape(2, 6, 28, 28)
    Image.fromarray(kinds.rows(digits, np.random.default_rng(1))).save(path)
    find(page, "photo").set_input_files(path)
    expect(find(page, "text")).to_have_text("12 digits? The page tells at most 10 apart.")
    assert answer(page)[0] == "none"
    assert page.locator(".dl-try-row button").count() == 0


NEAREST = """image => new Promise(done => {
    const url = new URL("assets/live/pool.js", document.baseURI)
    const worker = new Worker(url, {type: "module"})
    worker.onmessage = ({data}) => done([data.count, data.nearest.map(one => one.label)])
    worker.postMessage(Uint8Array.from(image))
})"""


def test_the_nearest_digits_stand_beside_the_drawing(open_page, embedded_train, embedded_test):
    page = open_page()
    loaded = "performance.getEntriesByType('resource').map(e => e.name.split('/').pop())"
    assert not {"nearest.js", "pool.js", "digits.bin"} & set(page.evaluate(loaded))
    button = page.get_by_role("button", name="Nearest digits")
    button.click()
    expect(find(page, "near")).to_contain_text("Draw a digit")
    draw(page, drawings.digit(3, "upright", 0))
    pictures = find(page, "near").locator("canvas")
    expect(pictures).to_have_count(5)
    expect(find(page, "near")).to_contain_text("of scikit-learn’s 1,797 digits")
    button.press("Enter")
    expect(find(page, "near")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    images = np.concatenate([embedded_train.images, embedded_test.images]).astype(float)
    labels = np.concatenate([embedded_train.labels, embedded_test.labels])
    image = np.roll(embedded_test.images[5], 1, axis=1)
    order = ((images - image) ** 2).sum(axis=(1, 2)).argsort()
    count, found = page.evaluate(NEAREST, image.ravel().tolist())
    assert count == len(images)
    assert found == labels[order[:5]].tolist()


@pytest.mark.parametrize("name", ["broken.png", "notes.txt"])
def test_a_file_that_is_no_picture_is_said_to_be_none(name, open_page, tmp_path):
    page = open_page()
    path = tmp_path / name
    path.write_bytes(b"no picture")
    find(page, "photo").set_input_files(path)
    expect(find(page, "text")).to_contain_text("cannot read that picture")
    expect(find(page, "status")).to_contain_text("cannot read that picture")


def test_a_photo_without_ink_is_said_to_have_none(open_page, tmp_path):
    page = open_page()
    path = tmp_path / "blank.png"
    Image.new("L", (120, 90), 200).save(path)
    find(page, "photo").set_input_files(path)
    expect(find(page, "text")).to_have_text("No ink was found in the photo.")
    expect(find(page, "shot")).to_be_visible()
    find(page, "clear").click()
    expect(find(page, "text")).to_contain_text("Draw a digit")


# A file let go over the page's top, not over the pad: whether the browser is kept from opening it.
DROP = """text => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const data = new DataTransfer()
    data.items.add(new File([bytes], "seven.png", {type: "image/png"}))
    const options = {dataTransfer: data, bubbles: true, cancelable: true}
    const top = document.querySelector("header")
    return ["dragover", "drop"].map(name => !top.dispatchEvent(new DragEvent(name, options)))
}"""


def test_a_photo_dropped_anywhere_is_read(open_page, embedded_test):
    page = open_page()
    [seven] = embedded_test.images[embedded_test.labels == 7][:1]
    file = io.BytesIO()
    Image.fromarray(kinds.KINDS["plain"](seven, np.random.default_rng(1))).save(file, "PNG")
    assert page.evaluate(DROP, base64.b64encode(file.getvalue()).decode()) == [True, True]
    expect(find(page, "digit")).to_have_text("7")
    words = "new DragEvent('drop', {dataTransfer: new DataTransfer(), cancelable: true})"
    assert page.evaluate(f"document.body.dispatchEvent({words})"), "text may be dropped as ever"


def answering(content):
    """Return what answers every request with these bytes."""
    kind = "text/javascript" if isinstance(content, str) else None
    return lambda route: route.fulfill(body=content, content_type=kind)


@pytest.fixture
def chapter(visit):
    """Return a function that opens chapter 5 with its figure alive."""

    def chapter(**options):
        page = visit(CHAPTER, until="settled", **options)
        page.locator("[data-live='train']").scroll_into_view_if_needed()
        page.wait_for_selector("[data-live='train'][data-alive]")
        page.wait_for_selector(".dl-live-chart .accent")
        return page

    return chapter


def run(page, guess):
    """Guess, which starts the run; return what is said at its end."""
    page.get_by_role("button", name=guess).click()
    status = page.locator(".dl-live [role=status]").first
    expect(status).to_contain_text("held out", timeout=120_000)
    return status.text_content()


def test_a_network_learns_in_the_page(chapter):
    page = chapter()
    run_button = page.locator(".dl-live").get_by_role("button", name="Run", exact=True)
    expect(run_button).to_be_disabled()
    chart = page.get_by_role("img", name=re.compile(r"^Accuracy"))
    assert int(re.search(r"validation (\d+)", chart.get_attribute("aria-label"))[1]) < 30
    page.get_by_role("button", name="fall and stay low").click()
    learned = re.compile(r"validation (9[1-9]|100)")
    expect(chart).to_have_attribute("aria-label", learned, timeout=60_000)
    page.locator(".dl-live").get_by_role("button", name="Pause").click()
    expect(run_button).to_be_enabled()
    expect(page.locator(".dl-live [role=status]").first).to_contain_text("Paused after")
    assert page.locator(".dl-live-bar[data-best]").count() == 1


@pytest.mark.parametrize(
    ("patient", "guess"), [("B", "hardly move"), ("D", "end as high as a blind guess")]
)
def test_patients_do_what_the_chapters_do(chapter, patient, guess):
    page = chapter()
    page.get_by_role("button", name=f"Patient {patient}").click()
    page.get_by_role("slider", name="Images").press("Home")  # fewer are quicker
    assert run(page, guess).startswith("You guessed right.")


def test_the_figure_answers_keys_and_fingers_and_keeps_its_state_in_the_address(chapter):
    page = chapter(width=390, has_touch=True)
    slider = page.get_by_role("slider", name=re.compile("Hidden units"))
    slider.focus()
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "64 and 32")
    expect(page).to_have_url(re.compile("train="))
    page.get_by_role("button", name="One batch", exact=True).tap()
    chart = page.get_by_role("img", name=re.compile(r"^Loss"))
    expect(chart).to_have_attribute("aria-label", re.compile(r"After 0\.0 epochs"))
    page.locator(".dl-live-pair").last.scroll_into_view_if_needed()  # and the pad is brought
    before = page.locator(".dl-live-bar").first.get_attribute("style")
    pad = page.locator(".dl-live-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.locator(".dl-live").get_by_role("button", name="Clear").tap()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator(".dl-live-bar").first.get_attribute("style") != before
    reading = page.locator(".dl-live-reader p").last
    expect(reading).to_have_text(re.compile(r"^Right now it reads: \d\.$"))
    for across in (0.1, 0.9):  # three dots are not one digit
        page.touchscreen.tap(box["x"] + across * box["width"], box["y"] + box["height"] / 2)
    expect(reading).to_have_text("Not one digit.")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.reload()
    page.locator("[data-live='train']").scroll_into_view_if_needed()
    expect(slider).to_have_attribute("aria-valuetext", "64 and 32")


def test_figures_stay_in_print_and_without_javascript(chapter, browser, address):
    page = chapter()
    page.emulate_media(media="print")
    expect(page.locator("[data-live='train'] .dl-figure").first).to_be_visible()
    for figure in page.locator(".dl-live").all():
        expect(figure).to_be_hidden()
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + CHAPTER)
        expect(page.locator("[data-live='train'] .dl-figure")).to_be_visible()
        expect(page.locator(".dl-live")).to_have_count(0)


def test_pages_without_a_figure_load_nothing_of_it(visit):
    page = visit("glossary.html")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded
    assert not [name for name in loaded if "/live/" in name]


CHAPTERS = sorted((ROOT / "docs/chapters").glob("*.py"))
LIVE = {path.stem: re.findall(r'^# %%.* live="(\w+)"', path.read_text(), re.M) for path in CHAPTERS}


@pytest.mark.parametrize("name", [name for name, figures in LIVE.items() if figures])
def test_every_figure_that_a_chapter_names_comes_alive(visit, name):
    page = visit(f"chapters/{name}.html", until="settled", width=390, scheme="dark")
    found = page.locator("[data-live]").evaluate_all("all => all.map(e => e.dataset.live)")
    assert found == LIVE[name]
    for figure in found:
        root = page.locator(f"[data-live='{figure}']")
        root.scroll_into_view_if_needed()
        expect(root).to_have_attribute("data-alive", "")
        expect(root.locator(".dl-live")).to_have_attribute("aria-label", re.compile("."))
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


WIDTHS = [360, 390, 414, 600, 768, 1024, 1300]
HEIGHTS = "all => all.map(e => [e.dataset.live, e.getBoundingClientRect().height])"
# Each width has a start of its own: figures look how wide they are when they begin.
BEGIN = "width => import(new URL(`../assets/live/live.js?${width}`, document.baseURI))"
STATIC = """all => all.forEach(e => {
    e.querySelector(".dl-live").remove()
    for (const name of ["alive", "shown"]) delete e.dataset[name]
})"""
# What shows that a figure has what it waits for.
WAITS = {"train": ".dl-live-chart .accent", "distortions": ".dl-live-bar[data-best]"}


@pytest.mark.parametrize("name", [name for name, figures in LIVE.items() if figures])
def test_nothing_moves_as_a_figure_comes_alive(visit, name):
    page = visit("changelog.html", own=True)
    page.route("**/live/live.js", answering(""))
    page.goto(page.url.replace("changelog", f"chapters/{name}"), wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    figures = page.locator("[data-live]")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FRAMES)
        before = dict(figures.evaluate_all(HEIGHTS))
        page.evaluate(BEGIN, width)
        for figure in LIVE[name]:
            root = page.locator(f"[data-live='{figure}']")
            root.scroll_into_view_if_needed()
            expect(root).to_have_attribute("data-alive", "")
            root.locator(WAITS.get(figure, ".dl-live")).first.wait_for(state="attached")
        page.evaluate(FRAMES)
        after = dict(figures.evaluate_all(HEIGHTS))
        assert list(after) == LIVE[name]
        assert after == pytest.approx(before, abs=1), width
        figures.evaluate_all(STATIC)


@pytest.fixture
def alive(visit):
    """Return a function that brings a chapter's figure to life; it returns page and figure."""

    def alive(name, figure):
        page = visit(f"chapters/{name}.html", until="settled")
        root = page.locator(f"[data-live='{figure}']")
        root.scroll_into_view_if_needed()
        expect(root).to_have_attribute("data-alive", "")
        return page, root

    return alive


def said(page, words):
    """Return the numbers of the chapter's paragraph that has these words."""
    return numbers(page.locator("article p", has_text=words).first.text_content())


def test_figures_begin_with_the_numbers_of_the_text(alive):
    page, figure = alive("02_images_as_arrays", "means")
    _, to_seven, _, to_nine, *_ = numbers(status(figure))
    assert [to_seven, to_nine] == said(page, "On the right is the squared difference")[:2]
    page, figure = alive("03_layers", "cut")
    captions = figure.locator("figcaption", has_text="After ReLU").all_text_contents()
    silent, _, silent_next, _ = said(page, "units are silent for this image")[:4]
    assert [numbers(one)[0] for one in captions] == [silent, silent_next]
    page, figure = alive("04_learning", "graph")
    weight = said(page, "input times slope of the sum")[-5:]
    figure.get_by_role("button", name="From the start").click()
    for _ in range(10):
        figure.get_by_role("button", name="Next").click()
    assert numbers(status(figure)) == weight


def test_adam_races_in_chapter_4_at_a_rate_that_suits_it(alive):
    _, figure = alive("04_learning", "race")
    expect(figure.get_by_role("slider", name="Rate of")).to_have_count(3)
    _, *before = numbers(status(figure))
    for _ in range(20):
        figure.get_by_role("button", name="One step").click()
    _, _, momentum, adam = numbers(status(figure))
    assert adam < min(before)
    assert adam == pytest.approx(momentum, abs=0.001)
    slider = figure.get_by_role("slider", name="Rate of Adam")
    for key in ("ArrowLeft", "End"):  # a lower rate and a higher one end higher
        slider.press(key)
        for _ in range(20):
            figure.get_by_role("button", name="One step").click()
        assert numbers(status(figure))[-1] > adam


def test_a_photo_is_followed_step_by_step_in_chapter_8(alive, embedded_test, tmp_path):
    page, figure = alive("08_your_own_handwriting", "steps")
    loaded = "performance.getEntriesByType('resource').map(e => e.name.split('/').pop())"
    later = {"stages.js", "preprocess.js", "small.safetensors"}
    assert not later & set(page.evaluate(loaded))
    [seven] = embedded_test.images[embedded_test.labels == 7][:1]
    path = tmp_path / "seven.png"
    Image.fromarray(kinds.KINDS["shadow"](seven, np.random.default_rng(1))).save(path)
    figure.locator("input[type=file]").set_input_files(path)
    expect(figure.get_by_role("status")).to_have_text(re.compile(r"^A 7, 9\d\.\d% sure\.$"))
    assert later <= set(page.evaluate(loaded))
    steps = figure.locator(".dl-live-steps canvas")
    assert steps.evaluate_all("all => all.map(e => e.width)")[::4] == [280, 28]
    drawn = "all => all.map(e => e.toDataURL())"
    before = steps.evaluate_all(drawn)
    changes = {"centre of mass": [4], "cutting out": [3, 4], "noise": [2], "even light": [1, 2]}
    for name, changed in changes.items():
        box = figure.get_by_label(name)
        box.focus()
        page.keyboard.press("Space")
        page.evaluate(FRAMES)
        for step in changed:
            assert steps.nth(step).evaluate("e => e.toDataURL()") != before[step], (name, step)
        page.keyboard.press("Space")
        page.evaluate(FRAMES)
        assert steps.evaluate_all(drawn) == before, name
    path.write_bytes(b"no picture")
    figure.locator("input[type=file]").set_input_files(path)
    expect(figure.get_by_role("status")).to_contain_text("cannot read that picture")


def test_samples_of_chapter_8_are_read_and_need_each_step(alive):
    _, figure = alive("08_your_own_handwriting", "steps")
    for digit in "347":
        figure.get_by_role("button", name=f"A {digit}").click()
        expect(figure.get_by_role("status")).to_have_text(re.compile(rf"^A {digit}, .+ sure"))
    figure.get_by_label("cutting out").check()
    expect(figure.get_by_role("status")).not_to_have_text(re.compile("^A 7, 9"))


MOUNT = """async ([name, data]) => {
    const place = document.createElement("div")
    place.className = "dl-live"
    document.querySelector("article").prepend(place)
    const url = new URL(`assets/live/${name}.js`, document.baseURI)
    const module = await import(url)
    await module.start(place, data)
}"""


@pytest.fixture
def mount(visit):
    """Return a function that starts a figure with data of its own; it returns page and figure.

    The address may hold its state, and it may ask for files that the site does not have.
    """

    def mount(name, data, *, state="", files=None, scheme="light"):
        # A short page with no script but the theme's.
        options = {"scheme": scheme, "reduced_motion": "reduce"}
        page = visit(f"changelog.html?{state}", until="settled", **options)
        for file, content in (files or {}).items():
            page.route(f"**/live/{file}", answering(content))
        page.evaluate(MOUNT, [name, data])
        return page, page.locator(".dl-live")

    return mount


def status(figure):
    return figure.get_by_role("status").text_content()


def numbers(text):
    return [float(n.replace("−", "-")) for n in re.findall(r"[−]?\d+(?:\.\d+)?", text)]


def test_a_pixel_is_found_in_the_line(mount):
    page, figure = mount("pixels", {"levels": [i % 256 for i in range(784)]})
    figure.locator(".dl-live-picture").focus()
    before = status(figure)
    page.keyboard.press("ArrowDown")
    assert status(figure) != before
    row, column, level, *_, place = numbers(status(figure))
    assert (place, level) == (28 * row + column, place % 256)
    figure.locator(".dl-live-picture").click(position={"x": 1, "y": 1})
    assert status(figure).startswith("Row 0, column 0: 0.")


def text(array):
    """Write whole numbers as a cell puts them out."""
    return " ".join(map(str, np.asarray(array).ravel()))


@pytest.fixture
def acquaintances():
    """Return ten images of noise, (10, 784) grey levels."""
    return np.random.default_rng(1).integers(0, 256, (10, 784))


def press(page, canvas, share):
    """Press with the mouse at a place of a picture, a share of its width and height."""
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(*(box[s] + share * box[d] for s, d in (("x", "width"), ("y", "height"))))
    page.mouse.down()


def test_between_two_means_a_third_may_be_nearest(mount):
    rng = np.random.default_rng(3)
    image, means = rng.integers(0, 256, 784), rng.integers(0, 1001, (10, 784))
    means[5] = (means[0] + means[1]) // 2
    _, figure = mount("means", {"image": text(image), "means": text(means)})

    def shown():
        return [float(n) for n in figure.locator(".dl-live-bar > b").all_text_contents()]

    def distances(picture):
        return ((picture - means / 1000) ** 2).sum(axis=1)

    np.testing.assert_allclose(shown(), distances(image / 255), atol=0.051)
    figure.get_by_label("From the mean").select_option("0")
    figure.get_by_label("to the mean").select_option("1")
    np.testing.assert_allclose(shown(), distances(image / 255), atol=0.051)
    slider = figure.get_by_role("slider", name="How far")
    slider.press("ArrowLeft")
    picture = (0.52 * means[0] + 0.48 * means[1]) / 1000
    np.testing.assert_allclose(shown(), distances(picture), atol=0.051)
    to_zero, to_one = distances(picture)[:2]
    assert numbers(status(figure))[:4] == pytest.approx([0, to_zero, 1, to_one], abs=0.051)
    assert "The 0 is nearer than the 1. Of all ten means, the 5 is nearest." in status(figure)
    slider.press("End")
    assert "Of all ten means, the 1 is nearest." in status(figure)
    figure.get_by_role("button", name="Our seven").press("Enter")
    np.testing.assert_allclose(shown(), distances(image / 255), atol=0.051)


def test_a_neurons_sum_grows_pixel_by_pixel(mount, acquaintances):
    weights = np.random.default_rng(1).normal(0, 0.1, 784)
    page, figure = mount("neuron", {"images": text(acquaintances), "weights": text(weights)})
    figure.get_by_role("button", name="The 3").click()
    figure.locator(".dl-live-picture").nth(1).focus()
    page.keyboard.press("ArrowRight")
    row, column, pixel, weight, product, so_far, _, total, best = numbers(status(figure))
    place = int(28 * row + column)
    images = acquaintances / 255
    products = images[3] * weights
    shown = [pixel, weight, product, so_far, total]
    expected = [images[3][place], weights[place], products[place], *products.cumsum()[[place, -1]]]
    np.testing.assert_allclose(shown, expected, atol=0.0051)
    assert best == (images @ weights).argmax()
    notes = [
        numbers(note)[-1] for note in figure.locator(".dl-live-ten button").all_text_contents()
    ]
    np.testing.assert_allclose(notes, images @ weights, atol=0.051)


def test_a_template_is_drawn_with_keys_mouse_and_finger(mount, acquaintances):
    images = acquaintances / 255
    data = {"images": text(acquaintances), "weights": text(np.full(784, 0.2))}
    page, figure = mount("neuron", data)
    picture = figure.locator(".dl-live-picture").nth(1)

    def total():
        return numbers(status(figure))[-2]

    before = total()
    picture.focus()
    _, _, pixel, *_ = numbers(status(figure))
    page.keyboard.press("+")
    assert numbers(status(figure))[3] == 0.3
    assert total() == pytest.approx(before + 0.1 * pixel, abs=0.011)
    for _ in range(3):
        page.keyboard.press("-")
    assert numbers(status(figure))[3] == 0
    figure.get_by_role("button", name="All weights 0").click()
    expect(figure.get_by_role("status")).to_contain_text(
        "of all 784 products +0.00. The ten digits have equal sums."
    )
    expect(figure.locator("[data-best]")).to_have_count(0)
    press(page, picture, 10.5 / 28)
    page.mouse.up()
    middle = 10 * 28 + 10
    stroke = [middle, middle - 1, middle + 1, middle - 28, middle + 28]
    assert total() == pytest.approx(0.5 * images[7, stroke].sum(), abs=0.0051)
    figure.get_by_role("button", name="Draw orange").click()
    press(page, picture, 0.02)
    page.mouse.move(page.viewport_size["width"] - 1, 1)  # leaves the picture, and draws no further
    page.mouse.up()
    drawn = 0.5 * (images[7, stroke].sum() - images[7, [0, 1, 28]].sum())
    assert total() == pytest.approx(drawn, abs=0.0051)
    box = picture.bounding_box()
    session = page.context.new_cdp_session(page)
    at = {"x": box["x"] + box["width"] / 56, "y": box["y"] + box["height"] / 56}
    figure.get_by_role("button", name="Erase").click()
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(figure.get_by_role("status")).to_contain_text("Row 0, column 0")
    assert total() == pytest.approx(0.5 * images[7, stroke].sum(), abs=0.0051)
    figure.get_by_role("button", name="Start over").click()
    assert total() == pytest.approx(before, abs=0.001)


def test_relu_cuts_more_as_biases_fall(mount, acquaintances):
    rng = np.random.default_rng(4)
    sums = rng.normal(0, 1500, (10, 32)).astype(int)
    second, output = (
        rng.normal(0, 300, (32, 16)).astype(int),
        rng.normal(0, 300, (16, 10)).astype(int),
    )
    data = {"images": text(acquaintances), "sums": text(sums), "second": text(second)}
    data |= {"output": text(output), "biases": [[0] * 16, [0] * 10]}
    page, figure = mount("cut", data)
    then = np.maximum(0, sums / 1000) @ second / 1000
    probabilities = softmax(np.maximum(0, then) @ output / 1000)
    reads = figure.locator("p", has_text="The network reads")
    digit, confidence = numbers(reads.text_content())
    assert digit == probabilities[7].argmax()
    assert confidence == pytest.approx(100 * probabilities[7].max(), abs=0.11)
    captions = figure.locator("figcaption", has_text="After ReLU").all_text_contents()
    assert [numbers(one)[0] for one in captions] == [(sums[7] <= 0).sum(), (then[7] <= 0).sum()]
    figure.locator(".dl-live-picture").first.focus()
    page.keyboard.press("ArrowRight")
    layer, unit, value, *awake = numbers(status(figure))
    assert (layer, unit) == (1, 1)
    assert value == pytest.approx(sums[7, 1] / 1000, abs=0.0051)
    assert awake[-(sums[:, 1] > 0).sum() :] == np.flatnonzero(sums[:, 1] > 0).tolist()
    slider = figure.get_by_role("slider", name="Move biases")
    slider.press("Home")
    expect(reads).to_contain_text("Every unit of layer 1 is silent")
    slider.press("End")
    expect(reads).to_contain_text("Nothing is cut in layer 1")
    figure.get_by_role("button", name="Reset").click()
    assert numbers(reads.text_content()) == [digit, confidence]


def test_the_small_graph_goes_forward_back_and_learns(mount):
    graph = {"x": [1, 0.5], "weights": [[0.5, -1], [1, 2]], "right": 1}
    page, figure = mount("graph", graph)
    drawing = figure.locator(".dl-live-graph")

    def written(selector="text:not(.muted)"):
        return [numbers(n)[0] for n in drawing.locator(selector).all_text_contents()]

    assert len(written()) == 20  # as in print: 9 values, 9 slopes, and the probabilities
    assert sorted(written("text.accent"))[-1] == 1.1
    figure.get_by_role("button", name="From the start").click()
    assert sorted(written()) == [-1, 0.5, 0.5, 1, 1, 2]
    following = figure.get_by_role("button", name="Next")
    following.focus()
    page.keyboard.press("Enter")
    assert written("text.lit") == [1]
    assert drawing.locator("path.lit").count() == 2
    for _ in range(3):
        page.keyboard.press("Enter")
    assert "The loss is −ln 0.27 ≈ 1.31." in status(figure)
    figure.get_by_role("button", name="Back").click()
    assert "Softmax" in status(figure)
    for _ in range(13):
        following.click()
    assert numbers(status(figure)) == [1.31, 0.74]
    figure.get_by_role("slider", name="Learning rate").press("End")
    assert "It has fallen." in status(figure)
    following.click()
    expect(figure).to_contain_text("Round 2, step 0")
    figure.get_by_role("button", name="Back").click()
    expect(figure).to_contain_text("Step 16 of 16")
    play = figure.get_by_role("button", name="Play")
    play.click()
    expect(figure).to_contain_text("Step 0 of 16")
    expect(figure).to_contain_text("Step 1 of 16")
    figure.get_by_role("button", name="Pause").click()
    expect(play).to_be_visible()


PRICE = {"thresholds": [0, 0.5, 0.9], "answered": [1000, 950, 900], "mistakes": [20, 6, 5]}
PRICE["ours"] = 0.5
CONFUSED = {
    "counts": [[3 if row == column else 0 for column in range(10)] for row in range(10)],
    **{"labels": [4, 4, 4, 7], "answers": [9, 9, 8, 7], "sure": ["91%", "80%", "70%", "60%"]},
}
CONFUSED["counts"][4][9], CONFUSED["counts"][4][8] = 2, 1

STATES = {
    "pixels": "pixel=300",
    "means": "means=0_1_1_10",
    "neuron": "neuron=3_302",
    "cut": "cut=3_1_5_20",
    "softmax": "softmax=0.5_0_1_2_0_0_4_5_0_0_-3.5",
    "graph": "graph=3_2_0.5_1",
    "race": "race=1.5_-0.5_3_2_1_0.3",
    "refusal": "refusal=0.9_20",
    "confusion": "confusion=4_8",
}


@pytest.fixture
def states(acquaintances, batch):
    """Return data for each figure whose state the address keeps."""
    rng = np.random.default_rng(20)
    sums, kernels = rng.normal(0, 900, (10, 32)).astype(int), rng.normal(0, 300, 32 * 16 + 160)
    kernels = kernels.astype(int)
    cut = {"sums": text(sums), "second": text(kernels[:512]), "output": text(kernels[512:])}
    rates = {"SGD": 4, "momentum": 2, "Adam": 0.3}
    return {
        "pixels": {"levels": [i % 256 for i in range(784)]},
        "means": {"image": text(acquaintances[7]), "means": text(acquaintances)},
        "neuron": {"images": text(acquaintances), "weights": text(rng.normal(0, 0.1, 784))},
        "cut": {"images": text(acquaintances), **cut, "biases": [[0] * 16, [0] * 10]},
        "softmax": {"logits": [0, 1, 2, 0, 0, 4, 5, 0, 0, -3], "label": 5},
        "graph": {"x": [1, 0.5], "weights": [[0.5, -1], [1, 2]], "right": 1},
        "race": {**batch, "start": [-2, 2], "x": [-4, 4], "y": [-4, 4], "rates": rates},
        "refusal": PRICE,
        "confusion": {
            **CONFUSED,
            "strip": strip(acquaintances[:4].reshape(4, 28, 28).astype(np.uint8)),
        },
    }


def do(page, figure, name):
    """Bring a figure by hand to its state in STATES."""

    def press(slider, key, times=1):
        for _ in range(times):
            figure.get_by_role("slider", name=slider).press(key)

    def walk(picture, keys):
        figure.locator(".dl-live-picture").nth(picture).focus()
        for key in keys:
            page.keyboard.press(key)

    if name == "pixels":  # from row 7, column 10
        walk(0, ["ArrowDown"] * 3 + ["ArrowRight"] * 10)
    elif name == "means":
        figure.get_by_label("From the mean").select_option("0")
        figure.get_by_label("to the mean").select_option("1")
        press("How far", "ArrowLeft", 15)
    elif name == "neuron":
        figure.get_by_role("button", name="The 3").click()
        walk(0, ["ArrowRight"] * 2)
    elif name == "cut":
        figure.get_by_role("button", name="The 3").click()
        press("Move biases", "ArrowLeft", 12)
        walk(2, ["ArrowRight"] * 5)
    elif name == "softmax":
        press("Temperature", "ArrowLeft", 2)
        press("Logit of 9", "ArrowLeft", 5)
    elif name == "graph":  # two rounds, at rates 0.5 and 1
        last = figure.get_by_role("button", name="Next")
        for _ in range(3):
            last.click()
        press("Learning rate", "ArrowRight")
        for _ in range(17):
            last.click()
        press("Learning rate", "ArrowRight")
        for _ in range(3):
            last.click()
    elif name == "refusal":
        press("Threshold", "ArrowRight")
        press("A mistake costs", "ArrowRight")
    elif name == "confusion":  # from 9, the commonest mistake
        figure.get_by_role("gridcell", selected=True).press("ArrowLeft")
    else:
        press("Rate of SGD", "ArrowLeft")
        press("Rate of momentum", "ArrowLeft")
        chart = figure.locator(".dl-live-chart")
        box = chart.bounding_box()
        page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
        for _ in range(3):
            figure.get_by_role("button", name="One step").click()


@pytest.mark.parametrize("name", STATES)
def test_the_address_keeps_what_a_figure_shows(mount, states, name):
    page, figure = mount(name, states[name])
    first = figure.inner_text()
    parameter = STATES[name].partition("=")[0]
    assert parameter not in page.url  # until something is changed
    do(page, figure, name)
    state = re.escape(STATES[name])
    if name == "race":  # whose place depends on the window
        state = r"race=[-.\d]+_[-.\d]+_3_2_1_0\.3"
    expect(page).to_have_url(re.compile(rf"\b{state}$"))
    shown, kept = figure.inner_text(), page.url.partition("?")[2].lstrip("&")
    assert shown != first
    _, again = mount(name, states[name], state=kept)
    assert again.inner_text() == shown


@pytest.mark.parametrize("name", STATES)
def test_a_damaged_address_starts_a_figure_all_the_same(mount, states, name):
    parameter = STATES[name].partition("=")[0]
    page, _ = mount(name, states[name])
    for value in ("9999", "-1_-1_-1_-1_-1", "a_b", "", "0.5_99_99_99"):
        page.evaluate("query => history.replaceState(null, '', query)", f"?{parameter}={value}")
        page.evaluate(MOUNT, [name, states[name]])
        shown = page.locator(".dl-live").first.inner_text()
        assert "undefined" not in shown, value
        assert "NaN" not in shown, value


def test_softmax_under_the_hand(mount):
    logits = [0, 1, 2, 0, 0, 4, 5, 0, 0, -3]
    _, figure = mount("softmax", {"logits": logits, "label": 5})
    shares = figure.locator(".dl-live-logit > b")
    before = shares.all_text_contents()
    shown = [numbers(text)[0] for text in before]
    np.testing.assert_allclose(shown, 100 * softmax(np.array([logits]))[0], atol=0.11)
    assert figure.locator("[data-wrong]").count() == 1
    figure.get_by_role("button", name="Add 5").click()
    assert shares.all_text_contents() == before
    slider = figure.get_by_role("slider", name="Logit of 5")
    for _ in range(11):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "+10.1")
    assert figure.locator("[data-wrong]").count() == 0
    figure.get_by_role("slider", name="Temperature").press("End")
    assert numbers(shares.nth(5).text_content())[0] < 25


@pytest.fixture
def batch():
    """Return a batch whose loss has its lowest point where the weights' slopes are zero."""
    rng = np.random.default_rng(2)
    inputs, labels = rng.random((60, 2)), rng.integers(0, 10, 60)
    data = {"logits": rng.normal(0, 1, (60, 10)).tolist(), "labels": labels.tolist(), "digit": 3}
    return data | {"inputs": inputs.tolist(), "weights": [0.5, 0.5]}


def test_a_weight_rolls_down_its_valley(mount, batch):
    one = {**batch, "inputs": [row[:1] for row in batch["inputs"]], "weights": [0.5]}
    page, figure = mount("valley", one)
    weight, loss, slope, *_, step = numbers(status(figure))
    assert step == pytest.approx(-2 * slope, abs=0.0011)
    figure.get_by_role("button", name="One step").click()
    assert numbers(status(figure))[0] == pytest.approx(weight + step, abs=0.006)
    assert numbers(status(figure))[1] < loss
    chart = figure.locator(".dl-live-chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.up()
    assert numbers(status(figure))[0] < weight - 1
    expect(page).to_have_url(re.compile("valley="))
    figure.get_by_role("slider", name="Learning rate").press("End")
    figure.get_by_role("slider", name="Weight").press("ArrowRight")
    assert "−40 ×" in status(figure)


def test_three_optimizers_race(mount, batch):
    rates = {"SGD": 5, "momentum": 2, "Adam": 0.3}
    data = {**batch, "start": [-2, 2], "x": [-4, 4], "y": [-4, 4], "rates": rates}
    _, figure = mount("race", data)
    _, *before = numbers(status(figure))
    for _ in range(5):
        figure.get_by_role("button", name="One step").click()
    steps, *after = numbers(status(figure))
    assert steps == 5
    assert len(set(after)) == 3
    assert all(b < a for a, b in zip(before, after, strict=True))
    figure.get_by_role("button", name="Reset").click()
    assert numbers(status(figure)) == [0, *before]


def test_a_race_begins_where_keys_say(mount, batch):
    data = {**batch, "start": [-2, 2], "x": [-4, 4], "y": [-4, 4], "rates": {"SGD": 5}}
    page, figure = mount("race", data)
    _, before = numbers(status(figure))
    figure.get_by_role("button", name="One step").click()
    first, second = (figure.get_by_role("slider", name=f"Move {n}") for n in ("first", "second"))
    expect(second).to_have_attribute("aria-valuetext", "2.00")
    first.press("ArrowRight")
    expect(first).to_have_attribute("aria-valuetext", "−1.90")
    steps, loss = numbers(status(figure))
    assert steps == 0
    assert loss != before
    second.press("Home")
    expect(page).to_have_url(re.compile(r"race=-1\.9_-4_0_5$"))
    chart = figure.locator(".dl-live-chart")
    box = chart.bounding_box()
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"])
    expect(page).not_to_have_url(re.compile("race=-1.9_-4_"))  # kept a moment later
    x, y = re.search(r"race=([-.\d]+)_([-.\d]+)_", page.url).groups()
    told = [numbers(one.get_attribute("aria-valuetext"))[0] for one in (first, second)]
    assert told == pytest.approx([float(x), float(y)], abs=0.0051)


def test_only_optimizers_with_a_rate_race(mount, batch):
    rates = {"SGD": 5, "momentum": 2}
    data = {**batch, "start": [-2, 2], "x": [-4, 4], "y": [-4, 4], "rates": rates}
    _, figure = mount("race", data)
    expect(figure.get_by_role("slider", name="Rate of")).to_have_count(2)
    assert "Adam" not in status(figure)


def strip(images):
    """Return images as the chapters' cells put them out."""
    file = io.BytesIO()
    Image.fromarray(np.hstack(images // 16 * 17)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_the_digits_behind_a_number(mount, embedded_test):
    data = {**CONFUSED, "strip": strip(embedded_test.images[:4])}
    page, figure = mount("confusion", data)
    pictures = figure.locator(".dl-live-digits canvas")
    assert status(figure) == "True digit 4, read as 9: 2 images."
    expect(pictures).to_have_count(2)
    expect(pictures.first).to_have_attribute("aria-label", "Digit 4, read as 9, 91% sure")
    cell = figure.get_by_role("gridcell", selected=True)
    expect(cell).to_have_attribute("aria-label", "4 read as 9: 2")
    cell.focus()
    page.keyboard.press("ArrowLeft")
    assert status(figure) == "True digit 4, read as 8: 1 image."
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert status(figure) == "True digit 3, read as 8: no images."
    expect(pictures).to_have_count(0)
    figure.get_by_role("gridcell", name="7 read as 7").click()
    assert "3 images, here the 1 of which" in status(figure)
    colours = pictures.evaluate(
        "e => [...e.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 == 0)"
    )
    ink = 255 - np.reshape(colours, (28, 28))
    assert np.corrcoef(ink.ravel(), embedded_test.images[3].ravel())[0, 1] > 0.99


# Each cell's contrast, as WCAG has it, of its colours as they are painted over the paper.
CONTRASTS = """cells => {
    const brush = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true})
    const light = (...colours) => {
        for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1) }
        const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
        const [r, g, b] = brush.getImageData(0, 0, 1, 1).data
        return 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255)
    }
    const paper = getComputedStyle(document.body).getPropertyValue("--dl-paper")
    return cells.filter(cell => cell.textContent).map(cell => {
        const {color, backgroundColor} = getComputedStyle(cell)
        const [low, high] = [light(color), light(paper, backgroundColor)].sort((a, b) => a - b)
        return (high + 0.05) / (low + 0.05)
    })
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_count_can_be_read_on_its_cell(mount, states, scheme):
    _, figure = mount("confusion", states["confusion"], scheme=scheme)
    found = figure.get_by_role("gridcell").evaluate_all(CONTRASTS)
    assert len(found) == 12
    assert min(found) >= 4.5
    assert len({round(one, 2) for one in found}) == 3  # what is right, and two mistakes


def test_ten_digits_are_pushed_over_the_cliffs(mount, embedded_test):
    labels, first = np.unique(embedded_test.labels, return_index=True)
    images = embedded_test.images[first] // 16 * 17
    page, figure = mount("cliffs", {"labels": labels.tolist(), "strip": strip(images)})
    captions = figure.locator("figcaption")
    expect(captions.first).to_have_text("0")  # no network is fetched for nothing
    slider = figure.get_by_role("slider", name="Right")
    slider.focus()
    expect(captions.first).to_have_text(re.compile(r"^\d, \d+\.\d%$"))
    network = pretrained.load("small")
    for pushes in range(6):
        moved = np.roll(scale_pixels(images), pushes, axis=2)
        moved[:, :, :pushes] = 0
        read = reading.predict_proba(network, moved)
        answers = [int(text.partition(",")[0]) for text in captions.all_text_contents()]
        assert answers == read.argmax(axis=1).tolist()
        right = (read.argmax(axis=1) == labels).sum()
        assert status(figure).startswith(f"{right} of 10 are read rightly")
        assert figure.locator("[data-wrong]").count() == 10 - right
        slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("cliffs=6_0_0_0_0"))
    figure.get_by_role("button", name="Reset").click()
    expect(slider).to_have_attribute("aria-valuetext", "0 px")


@pytest.fixture
def two_networks(digits):
    """Return a network that has learned a little from embedded digits, and one that has not."""
    networks = {}
    for name, epochs in (("plain", 0), ("distorted", 3)):
        networks[name] = network.mlp((24, 16), rng=np.random.default_rng(17))
        if epochs:
            training.fit(networks[name], digits, epochs=epochs, rng=np.random.default_rng(18))
    return networks


@pytest.fixture
def distortions(mount, embedded_test, two_networks):
    """Return a function that starts the figure of chapter 7; it returns page and figure."""
    _, first = np.unique(embedded_test.labels, return_index=True)
    fields = np.random.default_rng(19).normal(0, 100, (4, 784)).round().astype(int)
    data = {"strip": strip(embedded_test.images[first]), "fields": text(fields), "same": "99.7%"}
    data |= {"strengths": distort.__kwdefaults__, "plain": "a.bin", "distorted": "b.bin"}
    packed = [zlib.compress(pretrained.pack(one, "int8")) for one in two_networks.values()]
    files = dict(zip(("a.bin", "b.bin"), packed, strict=True))
    return functools.partial(mount, "distortions", data, files=files)


def reads(network, image):
    """Return what the figure says that a network reads."""
    [probabilities] = pretrained.unpack(pretrained.pack(network, "int8")).predict_proba(image)
    best = probabilities.argmax()
    return best, pytest.approx(100 * probabilities[best], abs=0.11)


def test_two_networks_read_a_distorted_digit(distortions, two_networks, embedded_test):
    page, figure = distortions()
    expect(figure.get_by_role("status").first).to_contain_text("sure")
    image = embedded_test.images[embedded_test.labels == 4][:1] // 16 * 17
    told = [value for one in two_networks.values() for value in reads(one, scale_pixels(image))]
    assert numbers(status(figure)) == told
    slider = figure.get_by_role("slider", name="Turn")
    for _ in range(3):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "+15°")
    turned = rotate(scale_pixels(image), 15)
    told = [value for one in two_networks.values() for value in reads(one, turned)]
    assert numbers(status(figure)) == told
    expect(page).to_have_url(re.compile(r"distort=15_0_0_0_0_0_0_4_0$"))
    _, other = distortions(state="distort=15_0_0_0_0_0_0_4_0")
    expect(other.get_by_role("status")).to_contain_text("sure")
    assert numbers(status(other)) == told
    figure.get_by_role("button", name="Distort at random").click()
    assert abs(numbers(slider.get_attribute("aria-valuetext"))[0]) <= 15
    assert figure.get_by_role("slider", name="Bend").get_attribute("aria-valuetext") == "1.00 px"
    figure.get_by_role("button", name="Reset").click()
    expect(slider).to_have_attribute("aria-valuetext", "0°")


@pytest.mark.parametrize("way", ["mouse", "touch", "keys"])
def test_two_networks_read_what_the_reader_draws(distortions, two_networks, way):
    page, figure = distortions()
    expect(figure.get_by_role("status").first).to_contain_text("sure")
    before = status(figure)
    figure.get_by_role("button", name="Draw your own").click()
    pad = figure.locator(".dl-live-pad")
    expect(pad).to_be_focused()
    assert figure.locator("p").filter(has_text=before).count() == 1  # until there is a drawing
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    stroke = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in BAR]
    if way == "mouse":
        page.mouse.move(*stroke[0])
        page.mouse.down()
        page.mouse.move(*stroke[1], steps=5)
        page.mouse.up()
    elif way == "touch":
        session = page.context.new_cdp_session(page)
        for event, points in (("Start", stroke[:1]), ("Move", stroke[1:]), ("End", [])):
            points = [{"x": x, "y": y} for x, y in points]
            session.send(
                "Input.dispatchTouchEvent", {"type": f"touch{event}", "touchPoints": points}
            )
    else:
        page.keyboard.press("Space")
        for _ in range(14):
            page.keyboard.press("ArrowDown")
    says = figure.locator(".dl-live-answer [role=status]")
    expect(says).not_to_have_text(before)
    height, width = np.mgrid[:280, :280] / 280
    bar = 255 * ((abs(width - 0.5) > 0.04) | (abs(height - 0.5) > 0.29))
    seen = scale_pixels(to_mnist_style(bar.astype(np.uint8))[np.newaxis])
    [probabilities] = two_networks["distorted"].predict_proba(seen)
    assert numbers(says.text_content())[2] == probabilities.argmax()
    figure.get_by_role("slider", name="Right").press("End")
    for _ in range(2):
        figure.get_by_role("button", name="Draw another").click()
    figure.get_by_role("combobox", name="Digit").select_option("3")
    expect(pad).to_have_count(0)


def test_networks_that_cannot_be_loaded_are_missed(mount, embedded_test):
    images = embedded_test.images[:10]
    data = {"strip": strip(images), "fields": text(np.zeros((4, 784), int)), "same": "99.7%"}
    files = {"a.bin": zlib.compress(b"no network"), "b.bin": zlib.compress(b"no network")}
    data |= {"strengths": distort.__kwdefaults__, "plain": "a.bin", "distorted": "b.bin"}
    _, figure = mount("distortions", data, files=files)
    expect(figure.get_by_role("status")).to_have_text("The networks could not be loaded.")


def test_the_price_of_saying_nothing(mount):
    _, figure = mount("refusal", PRICE)
    assert "5.00% are refused. Of the 950 answered, 99.37% are right, 6 wrong." in status(figure)
    assert "costs 110" in status(figure)  # 6 mistakes of 10, and 50 questions
    figure.get_by_role("slider", name="A mistake costs").press("Home")
    assert "cheapest would be a threshold of 0.000, with 20." in status(figure)


def test_a_curve_is_drawn_before_it_is_shown(mount):
    truth = [0.8, 0.85] + [0.9] * 18
    data = {"title": "Accuracy", "values": truth, "known": 2, "y": [0.5, 1]}
    page, figure = mount("drawn", data)
    reveal = figure.get_by_role("button", name="Show the curve")
    assert "The first 2 epochs are drawn" in status(figure)
    expect(reveal).to_be_disabled()
    chart = figure.locator("svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()

    def place(across, down):
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    page.mouse.move(*place(0.3, 0.4))
    page.mouse.down()
    page.mouse.move(*place(0.99, 0.9), steps=8)
    page.mouse.up()
    drawn = numbers(status(figure))
    assert len(drawn) == 1
    assert 50 <= drawn[0] < 70
    before = chart.locator("path.accent").get_attribute("d").count("L")
    assert before == 1  # between the two known epochs
    reveal.click()
    assert numbers(status(figure)) == [*drawn, 90, 85, 2]
    assert chart.locator("path.accent").get_attribute("d").count("L") == 19
    expect(reveal).to_be_disabled()
    figure.get_by_role("button", name="Draw again").click()
    slider = figure.get_by_role("slider", name="In epoch 20")
    slider.press("End")
    assert "You drew 100% at the end." in status(figure)
    figure.get_by_role("button", name="Draw again").click()
    page.mouse.move(*place(0.3, 0.4))
    page.mouse.down()
    page.mouse.move(*place(0.6, 0.5), steps=4)
    page.mouse.up()
    height, epoch = numbers(status(figure))
    assert 8 <= epoch <= 14
    assert status(figure) == f"You drew {height:.0f}% in epoch {epoch:.0f}, and no further."
    reveal.click()
    assert numbers(status(figure)) == [height, epoch, 90, epoch, 90, 85, 2]
    figure.get_by_role("button", name="Draw again").click()
    slider.press("End")
    assert chart.locator("path.accent").get_attribute("d").count("L") == 1
