"""Figures that answer the hand, in a real browser: the front page, the pad on phones, training."""

import re

import drawings
import pytest
from playwright.sync_api import expect
from test_try import FRAMES, answer, at, draw, find

CHAPTER = "chapters/05_training_in_practice.html"
PHONES = [360, 390, 414]


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

    said = set()
    for number, style in [(8, "upright"), (4, "shaky"), (5, "small")]:
        strokes = at(page, drawings.digit(number, style, 0))
        before = place(page)
        for stroke in strokes:
            touch("touchStart", stroke[0])
            for point in stroke[1::2]:
                touch("touchMove", point)
                page.evaluate(FRAMES)
                assert place(page) == before, (number, find(page, "text").text_content())
                said.add(answer(page)[0])
            touch("touchEnd")
        find(page, "clear").tap()
    assert {"sure", "unsure"} <= said  # the answers above it have been short and long


@pytest.mark.parametrize("width", PHONES)
def test_no_answer_moves_the_pad(open_page, width):
    page = open_page(width=width)
    before = place(page)
    texts = [
        "Not sure: an 8 (67.6 %), or an 8?",
        "2 digits? The network reads one at a time.",
        "Too much ink for a digit: a scribble? If it is none, draw larger.",
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
        "scribble": ("none", "Too much ink", True),
        "two": ("none", "2 digits?", True),
        "tiny": ("none", "draw larger", True),
        "corner": ("sure", "A 5,", False),
        "upstroke": ("sure", "A 7,", False),
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
    expect(find(page, "text")).to_have_text(re.compile(r"^An 8, 9\d\.\d % sure\.$"))


def test_nothing_is_hollow_before_one_draws(open_page):
    page = open_page()
    page.wait_for_function("document.querySelector('[data-try=pictures] figure:not([hidden])')")
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


@pytest.fixture
def chapter(visit):
    """Return a function that opens chapter 5 with its figure alive."""

    def chapter(**options):
        page = visit(CHAPTER, until="load", **options)
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
    expect(page.get_by_role("button", name="Run")).to_be_disabled()
    chart = page.get_by_role("img", name=re.compile(r"^Accuracy"))
    assert int(re.search(r"validation (\d+) %", chart.get_attribute("aria-label"))[1]) < 30
    said = run(page, "fall and stay low")
    assert said.startswith("You guessed right.")
    assert int(re.search(r"reads (\d+) %", said)[1]) > 90
    assert page.locator(".dl-live-bar[data-best]").count() == 1


@pytest.mark.parametrize(
    ("patient", "guess"), [("B", "hardly move"), ("D", "end as high as a blind guess")]
)
def test_patients_do_what_the_chapters_do(chapter, patient, guess):
    page = chapter()
    page.get_by_role("button", name=f"Patient {patient}").click()
    assert run(page, guess).startswith("You guessed right.")


def test_the_figure_answers_keys_and_fingers_and_keeps_its_state_in_the_address(chapter):
    page = chapter(width=390, has_touch=True)
    slider = page.get_by_role("slider", name=re.compile("Hidden units"))
    slider.focus()
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "64 and 32")
    assert "train=" in page.url
    page.get_by_role("button", name="One batch").tap()
    chart = page.get_by_role("img", name=re.compile(r"^Loss"))
    expect(chart).to_have_attribute("aria-label", re.compile(r"After 0\.0 epochs"))
    before = page.locator(".dl-live-bar").first.get_attribute("style")
    pad = page.locator(".dl-live-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.get_by_role("button", name="Clear").tap()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator(".dl-live-bar").first.get_attribute("style") != before
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.reload()
    page.locator("[data-live='train']").scroll_into_view_if_needed()
    expect(slider).to_have_attribute("aria-valuetext", "64 and 32")


def test_figures_stay_in_print_and_without_javascript(chapter, browser, address):
    page = chapter()
    page.emulate_media(media="print")
    expect(page.locator("[data-live='train'] svg[role=img]").first).to_be_visible()
    expect(page.locator(".dl-live")).to_be_hidden()
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + CHAPTER)
        expect(page.locator("[data-live='train'] svg[role=img]")).to_be_visible()
        expect(page.locator(".dl-live")).to_have_count(0)


def test_pages_without_a_figure_load_nothing_of_it(visit):
    page = visit("chapters/08_your_own_handwriting.html")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert loaded
    assert not [name for name in loaded if "/live/" in name]
