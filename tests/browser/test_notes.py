"""Links to the glossary and citations: a note beside the line, at a phone's edge; still a link."""

import re

import pytest
from playwright.sync_api import expect

CHAPTER = "chapters/03_layers.html"
GLOSSARY = re.compile(r"/glossary\.html#relu$")


def link_to(page, term="relu"):
    """Return the chapter's first link to a term, once notes are there to answer it."""
    page.locator(".dl-note").wait_for(state="attached")
    link = page.locator(f".md-content__inner a[href$='glossary.html#{term}']").first
    link.evaluate("e => e.scrollIntoView({block: 'center'})")
    return link


def note_of(page):
    """Return the note that is shown."""
    note = page.locator(".dl-note")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Open in the glossary")
    return note


def citation(page, item="wilson-1927"):
    """Return the chapter's first citation of an item, in the middle of the window."""
    page.locator(".dl-note").wait_for(state="attached")
    link = page.locator(f".md-content__inner a[href='#cited-{item}']").first
    link.evaluate("e => e.scrollIntoView({block: 'center'})")
    return link


def edges(locator):
    """Return where an element begins and ends, in the window's pixels: left, top, right, bottom."""
    box = locator.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def overlap(a, b):
    """Say whether two boxes share a point."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("width", [1280, 1920])
def test_pointing_shows_a_note_beside_the_line_and_moves_no_text(visit, width):
    page = visit(CHAPTER, width=width)
    link = link_to(page)
    before = edges(link)
    link.hover()
    note = edges(note_of(page))
    assert edges(link) == before
    assert note[1] == pytest.approx(before[1], abs=1)
    paragraph = edges(link.locator("xpath=ancestor::p"))
    contents = edges(page.locator(".dl-toc nav"))
    assert paragraph[2] < note[0] < note[2] < contents[0]
    page.mouse.move(5, 5)
    expect(page.locator(".dl-note")).to_be_hidden()


@pytest.mark.parametrize("term", ["relu", "dead-relu", "softmax-regression"])
def test_a_note_says_what_the_glossary_says(visit, term):
    page = visit(CHAPTER)
    link_to(page, term).hover()
    note = note_of(page)
    name, definition = note.locator("strong").inner_text(), note.locator("span").first.inner_text()
    page = visit("glossary.html")
    assert page.locator(f"#{term}").inner_text() == name
    whole = page.locator(f"#{term} ~ dd").first.inner_text()
    words, said = " ".join(whole.split()), " ".join(definition.split())
    assert len(said) > 30
    assert words.startswith(said)
    assert re.fullmatch(r"( ?(Chapter )?\d,?)+( · .*)?", words.removeprefix(said))


def test_a_note_that_is_clicked_stays_until_escape_or_another_click(visit):
    page = visit(CHAPTER)
    link = link_to(page)
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(640, 5)):
        link.click()
        note = note_of(page)
        page.mouse.move(5, 5)
        page.wait_for_timeout(500)  # longer than a note waits for the pointer
        expect(note).to_be_visible()
        leave()
        expect(note).to_be_hidden()
    expect(page).to_have_url(re.compile("03_layers"))
    link.click()
    note_of(page).get_by_role("link").click()
    expect(page).to_have_url(GLOSSARY)


@pytest.mark.parametrize("focused", ["link", "field"])
def test_the_link_in_a_note_is_followed_whatever_has_the_focus(visit, focused):
    page = visit(CHAPTER)
    link = link_to(page)
    if focused == "link":
        link.focus()
    else:
        page.locator("a[href*='03_layers'], .md-content a").first.focus()
        link.hover()
    note_of(page).get_by_role("link").click()
    expect(page).to_have_url(GLOSSARY)


def test_a_pointer_can_go_to_the_note(visit):
    page = visit(CHAPTER)
    link_to(page).hover()
    note = note_of(page)
    note.locator("strong").hover()
    page.wait_for_timeout(500)
    expect(note).to_be_visible()


def test_keys_show_close_and_follow(visit):
    page = visit(CHAPTER)
    link = link_to(page)
    link.focus()
    note = note_of(page)
    expect(note).to_have_role("status")  # a screen reader says what it becomes
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(link).to_be_focused()
    note_of(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(GLOSSARY)


def test_a_click_for_a_tab_of_its_own_opens_one(visit):
    page = visit(CHAPTER)
    link = link_to(page)
    for how in ({"modifiers": ["Control"]}, {"button": "middle"}):
        with page.context.expect_page() as opened:
            link.click(**how)
        expect(opened.value).to_have_url(GLOSSARY)
    expect(page).to_have_url(re.compile("03_layers"))


@pytest.mark.parametrize("block", ["start", "center", "end"])
def test_on_a_phone_a_tap_opens_a_note_that_leaves_the_line_in_sight(visit, block):
    page = visit(CHAPTER, width=390, is_mobile=True, has_touch=True)
    link = link_to(page)
    link.evaluate("(e, block) => e.scrollIntoView({block})", block)
    page.wait_for_timeout(300)  # figures that come near find their size
    link.tap()
    note = edges(note_of(page))
    assert not overlap(note, edges(link))
    assert not overlap(note, edges(page.locator(".md-header")))
    assert 0 <= note[0] < note[2] <= 390
    assert note[3] <= 900
    page.locator("h1").evaluate("e => e.click()")
    expect(page.locator(".dl-note")).to_be_hidden()
    link.tap()
    note_of(page).get_by_role("link").tap()
    expect(page).to_have_url(GLOSSARY)


def test_without_javascript_a_link_is_a_link(visit):
    page = visit(CHAPTER, java_script_enabled=False)
    page.locator(".md-content__inner a[href$='glossary.html#relu']").first.click()
    expect(page).to_have_url(GLOSSARY)


def test_without_the_glossarys_text_a_link_is_a_link(browser, address):
    with browser.new_context() as context:
        page = context.new_page()
        refused = []

        def refuse(route):
            if route.request.resource_type != "fetch":
                return route.continue_()
            refused.append(route.request.url)
            return route.abort()

        page.route("**/glossary.html*", refuse)
        page.goto(address + CHAPTER)
        link = link_to(page)
        link.hover()
        page.wait_for_timeout(500)
        expect(page.locator(".dl-note")).to_be_hidden()
        link.click()
        expect(page).to_have_url(GLOSSARY)
        assert refused


def test_a_chapter_does_not_fetch_the_glossary_before_it_is_asked(visit):
    page = visit(CHAPTER)
    link = link_to(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.mouse.move(5, 5)
    assert not page.evaluate(
        "performance.getEntriesByType('resource').filter(e => /glossary/.test(e.name)).length"
    )
    link.hover()
    note_of(page)
    page.keyboard.press("Escape")
    link_to(page, "logits").hover()
    note_of(page)
    assert len([url for url in asked if "glossary" in url]) == 1


def test_paper_has_no_notes(visit):
    page = visit(CHAPTER)
    link_to(page).click()
    note = note_of(page)
    page.emulate_media(media="print")
    expect(note).to_be_hidden()


def at_rest(locator):
    """Return an element's edges once code above it, which is laid out as it comes near, stands."""
    before, now = None, edges(locator)
    while now != before:
        locator.page.wait_for_timeout(100)
        before, now = now, edges(locator)
    return now


@pytest.mark.parametrize("width", [390, 1280])
def test_a_citation_shows_its_item_and_leads_to_it(visit, width):
    page = visit("chapters/06_evaluation.html", width=width, until="settled")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    link = citation(page)
    before = at_rest(link)
    link.click()
    note = page.locator(".dl-note")
    expect(note).to_be_visible()
    assert edges(link) == before
    assert not overlap(edges(note), before)
    item = page.locator("#cited-wilson-1927")
    assert item.inner_text() == note.locator("span").first.inner_text()
    assert len(item.inner_text()) > 50
    paper = item.get_by_role("link").get_attribute("href")
    assert note.get_by_role("link").first.get_attribute("href") == paper
    note.get_by_role("link", name="Go to the list").click()
    expect(note).to_be_hidden()
    expect(page).to_have_url(re.compile("06_evaluation.html#cited-wilson-1927$"))
    expect(item).to_be_in_viewport()
    assert edges(item)[1] >= edges(page.locator(".md-header"))[3]
    assert not [url for url in asked if "glossary" in url]


def test_a_citation_is_a_link_for_keys_and_for_a_second_click(visit):
    page = visit("chapters/06_evaluation.html")
    link = citation(page, "guo-2017")
    note, item = page.locator(".dl-note"), page.locator("#cited-guo-2017")
    link.click()
    expect(note).to_contain_text("On calibration")
    page.wait_for_timeout(600)  # a slow second click, not a double one
    link.click()
    expect(item).to_be_in_viewport()
    expect(note).to_be_hidden()
    citation(page, "guo-2017").focus()
    expect(note).to_contain_text("On calibration")
    page.keyboard.press("Enter")
    expect(item).to_be_in_viewport()
    expect(note).to_be_hidden()


def test_without_javascript_a_citation_leads_to_its_item(visit):
    page = visit("chapters/08_your_own_handwriting.html", java_script_enabled=False)
    page.locator(".md-content__inner a[href='#cited-semeion']").click()
    expect(page.locator("#cited-semeion")).to_be_in_viewport()
