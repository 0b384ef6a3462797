"""Draw a digit, in a real browser: mouse, pen, finger and keys; what is shown, and what is said."""

import base64
import gzip
import io
import re
import subprocess
import sys

import drawings
import numpy as np
import pytest
from building import ROOT
from PIL import Image
from playwright.sync_api import expect

from digitlearn.preprocessing import to_mnist_style

PAGES = ["index.html", "try.html"]
FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def open_page(visit):
    """Return a function that opens a page that draws, ready and without animation."""

    def open_page(path="try.html", **options):
        page = visit(path, until="load", **{"reduced_motion": "reduce", **options})
        page.wait_for_selector(".dl-try[data-ready]")
        return page

    return open_page


def find(page, name):
    return page.locator(f"[data-try='{name}']")


def at(page, strokes):
    """Return strokes in the pixels of the page, where the pad is."""
    pad = find(page, "pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    return [
        [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        for stroke in strokes
    ]


def draw(page, strokes):
    """Draw with the mouse; wait until the network has read it."""
    for stroke in at(page, strokes):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for point in [*stroke[1:-1:2], stroke[-1]]:  # each move waits for the page's next frame
            page.mouse.move(*point)
        page.mouse.up()
    page.evaluate(FRAMES)


def draw_by(page, kind, strokes):
    """Draw with a pen or a finger, as the browser's own protocol sends it."""
    session = page.context.new_cdp_session(page)

    def touch(event, *points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": event, "touchPoints": points})

    def pen(event, x, y):
        held = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        session.send("Input.dispatchMouseEvent", {"type": event, "x": x, "y": y, **held})

    for stroke in at(page, strokes):
        if kind == "touch":
            touch("touchStart", stroke[0])
            for point in stroke[1:]:
                touch("touchMove", point)
            touch("touchEnd")
        else:
            pen("mousePressed", *stroke[0])
            for point in stroke[1:]:
                pen("mouseMoved", *point)
            pen("mouseReleased", *stroke[-1])
    page.evaluate(FRAMES)


def answer(page):
    """Return the kind of the answer, and the digit as it is written large."""
    kind = page.locator(".dl-try").get_attribute("data-kind")
    return kind, find(page, "digit").text_content()


def pixels(page, name):
    """Return the pixels of a canvas as (height, width, 4)."""
    png = find(page, name).evaluate("canvas => canvas.toDataURL().split(',')[1]")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA"))


# What the page does with strokes, without the pad, for as many drawings as wanted.
READ = """async drawings => {
    const load = name => import(new URL(`assets/try/${name}.js`, document.baseURI))
    const names = ["ink", "preprocess", "network", "answer", "weights"]
    const [ink, {toMnistStyle}, {look}, {judge}, {readLayers}] =
        await Promise.all(names.map(load))
    const file = await fetch(new URL("assets/try/small.safetensors", document.baseURI))
    const layers = readLayers(await file.arrayBuffer())
    return drawings.map(({strokes, width}) => {
        const values = ink.rasterize(strokes, width)
        const seen = toMnistStyle({values, width: ink.SIDE, height: ink.SIDE})
        const {kind, short} = judge(seen, seen.image && look(layers, seen.image).logits)
        return [kind, short]
    })
}"""
PEN = 0.08  # the width of the page's pen, as a share of the pad


def test_digits_of_every_hand_are_read(open_page):
    page = open_page()
    for style in drawings.STYLES:
        keys = [(number, v) for number in range(10) for v in range(drawings.VARIATIONS)]
        strokes = [drawings.digit(number, style, variation) for number, variation in keys]
        answers = page.evaluate(READ, [{"strokes": one, "width": PEN} for one in strokes])
        wrong = [
            (style, *key, *said)
            for key, said in zip(keys, answers, strict=True)
            if said != ["sure", str(key[0])]
        ]
        assert len(wrong) <= 1, wrong  # of 20: at least 95% in each of the five hands


def test_digits_drawn_by_hand_are_read_as_their_strokes_are(open_page):
    page = open_page()
    wrong = []
    for number in range(10):
        style = list(drawings.STYLES)[number % len(drawings.STYLES)]
        draw(page, drawings.digit(number, style, number % drawings.VARIATIONS))
        if answer(page) != ("sure", str(number)):
            wrong.append((number, style, answer(page)))
        find(page, "clear").click()
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_draws_a_seven(open_page, path):
    page = open_page(path)
    find(page, "clear").click(force=True)  # the front page has written a 7 by itself
    page.evaluate(FRAMES)
    assert answer(page) == ("empty", "")
    expect(find(page, "text")).to_contain_text("Draw a digit")
    draw(page, drawings.digit(7, "upright", 1))
    assert answer(page) == ("sure", "7")
    expect(find(page, "text")).to_have_text(re.compile(r"^A 7, 9\d\.\d% sure\.$"))


@pytest.mark.parametrize("kind", ["touch", "pen"])
def test_a_finger_or_a_pen_draws_without_scrolling(open_page, kind):
    page = open_page("index.html", width=390, has_touch=kind == "touch")
    at(page, [])
    before = page.evaluate("scrollY")
    draw_by(page, kind, drawings.digit(3, "upright", 0))
    assert answer(page) == ("sure", "3")
    assert page.evaluate("scrollY") == before


def test_a_second_finger_does_not_draw(open_page):
    page = open_page(width=390, has_touch=True)
    session = page.context.new_cdp_session(page)
    [[a, b, c]] = at(page, [[(0.5, 0.2), (0.5, 0.8), (0.1, 0.5)]])
    for event, points in [("touchStart", [a]), ("touchStart", [a, c]), ("touchMove", [b, c])]:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": event, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(FRAMES)
    ink = pixels(page, "pad")[..., 3] > 0
    assert ink[:, : ink.shape[1] // 4].sum() == 0
    assert ink.any()


def test_keys_draw_undo_and_clear(open_page):
    page = open_page()
    pad = find(page, "pad")
    before = pixels(page, "pad")
    page.locator("body").press("Tab")
    while not pad.evaluate("e => e === document.activeElement"):
        page.keyboard.press("Tab")
    assert pad.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert (pixels(page, "pad") != before).any(), "the pen cannot be seen"
    page.keyboard.press("Space")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.evaluate(FRAMES)
    assert answer(page) == ("sure", "1")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.evaluate(FRAMES)
    page.keyboard.press("Control+z")
    page.evaluate(FRAMES)
    assert answer(page) == ("empty", "")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.evaluate(FRAMES)
    assert answer(page)[0] != "empty"
    page.keyboard.press("Delete")
    page.evaluate(FRAMES)
    assert answer(page) == ("empty", "")
    page.keyboard.press("Tab")
    assert not pad.evaluate("e => e === document.activeElement"), "the pad holds the focus"


def test_undo_goes_back_stroke_by_stroke_and_clear_can_be_undone(open_page):
    page = open_page()
    first, second = drawings.digit(4, "upright", 0)[:2]
    draw(page, [first])
    one = pixels(page, "pad")
    draw(page, [second])
    two = pixels(page, "pad")
    assert (one != two).any()
    find(page, "undo").click()
    np.testing.assert_array_equal(pixels(page, "pad"), one)
    find(page, "undo").click()
    page.evaluate(FRAMES)
    assert answer(page) == ("empty", "")
    expect(find(page, "undo")).to_be_disabled()
    expect(find(page, "clear")).to_be_disabled()
    draw(page, [first, second])
    find(page, "clear").click()
    find(page, "undo").click()
    np.testing.assert_array_equal(pixels(page, "pad"), two)


def test_drawing_survives_resizing(open_page):
    page = open_page()
    draw(page, drawings.digit(5, "upright", 0))
    before = pixels(page, "seen")
    for width in (390, 700, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(FRAMES)
        assert answer(page) == ("sure", "5")
        np.testing.assert_array_equal(pixels(page, "seen"), before)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        box = find(page, "pad").bounding_box()
        assert find(page, "pad").evaluate("e => e.width") == round(box["width"] - 2)  # its border
    draw(page, drawings.digit(5, "small", 1))
    find(page, "clear").click()
    draw(page, drawings.digit(2, "upright", 1))
    assert answer(page) == ("sure", "2")


def test_pad_is_sharp_on_a_fine_screen(open_page):
    page = open_page(device_scale_factor=3, width=390)
    pad = find(page, "pad")
    assert pad.evaluate("e => e.width === Math.round(3 * e.clientWidth)")
    draw(page, drawings.digit(6, "upright", 0))
    assert answer(page) == ("sure", "6")


def test_samples_are_read(open_page):
    page = open_page()
    for number in range(10):
        page.locator(f"[data-sample='{number}']").click()
        page.evaluate(FRAMES)
        assert answer(page) == ("sure", str(number))


def stop_the_clock(page):
    """Let the page's time pass only as the test says."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)


def ink_on(page):
    return (pixels(page, "pad")[..., 3] > 0).sum()


def test_samples_are_written_slowly_unless_less_motion_is_wished_for(open_page):
    def inks(motion):
        """Return how much ink there is after each tenth of a second."""
        page = open_page(reduced_motion=motion, own=True)
        stop_the_clock(page)
        page.locator("[data-sample='8']").dispatch_event("click")
        found = []
        for _ in range(12):
            page.clock.run_for(100)
            found.append(ink_on(page))
        return found

    slowly = inks("no-preference")
    assert slowly == sorted(slowly)
    assert len(set(slowly)) > 5
    assert slowly[-1] == slowly[-2]
    assert inks("reduce") == [slowly[-1]] * len(slowly)


def test_drawing_stops_a_sample_that_is_being_written(open_page):
    page = open_page(reduced_motion="no-preference", own=True)
    stop_the_clock(page)
    page.locator("[data-sample='8']").dispatch_event("click")
    page.clock.run_for(200)
    assert ink_on(page)
    find(page, "clear").dispatch_event("click")
    page.clock.run_for(1000)
    assert answer(page) == ("empty", "")


def test_scribbles_are_not_called_digits(open_page):
    page = open_page()
    scribbles = [drawings.scribble(np.random.default_rng(seed)) for seed in range(10)]
    answers = page.evaluate(READ, [{"strokes": one, "width": PEN} for one in scribbles])
    assert [kind for kind, _ in answers].count("sure") <= 2
    draw(page, scribbles[0])
    assert answer(page) == tuple(answers[0])
    find(page, "clear").click()
    page.locator("[data-sample='scribble']").click()
    page.evaluate(FRAMES)
    assert answer(page)[0] == "none"
    find(page, "clear").click()
    draw(page, [[(0.5, 0.5), (0.5, 0.5)]])
    assert answer(page)[0] != "sure", "a dot"


def test_two_digits_are_not_called_one(open_page):
    page = open_page()
    for across in (0.2, 0.8):
        draw(page, [[(across, 0.2), (across, 0.5), (across, 0.8)]])
    assert answer(page) == ("none", "?")
    expect(find(page, "text")).to_contain_text("2 digits?")
    find(page, "undo").click()
    page.evaluate(FRAMES)
    assert answer(page) == ("sure", "1")


def test_doubt_leads_to_its_explanation(open_page):
    page = open_page()
    why = page.get_by_role("link", name="Why?")
    page.locator("[data-sample='7']").click()
    page.evaluate(FRAMES)
    assert answer(page)[0] == "sure"
    expect(why).to_be_hidden()
    page.locator("[data-sample='scribble']").click()
    page.evaluate(FRAMES)
    expect(why).to_be_visible()
    why.click()
    expect(page).to_have_url(re.compile(r"08_your_own_handwriting\.html#what-is-not-a-digit$"))
    expect(page.locator("#what-is-not-a-digit")).to_be_in_viewport()


def test_works_with_the_network_cut(open_page):
    page = open_page(own=True)
    page.context.set_offline(True)
    draw(page, drawings.digit(9, "upright", 0))
    assert answer(page) == ("sure", "9")
    find(page, "hidden0").hover()
    expect(find(page, "sentence")).to_contain_text("first hidden layer")


def test_what_can_be_pressed_has_an_edge(visit):
    page = visit("try.html")
    pressed = page.locator(".dl-try-tools :is(button, label), .dl-try-samples > button").all()
    assert len(pressed) == 4
    for one in pressed:
        assert one.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
        assert one.bounding_box()["height"] >= 30


def test_loads_little_and_from_here_only(visit, address, site):
    # `visit` reports every request to another host.
    page = visit("index.html")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(e => [e.name, e.encodedBodySize])"
    )
    assert all(name.startswith((address, "data:")) for name, _ in loaded)
    sizes = {name.rpartition("/")[2]: size for name, size in loaded if "/assets/try/" in name}
    assert 200_000 < sizes["small.safetensors"] < 300_000
    texts = [site / "assets/try" / name for name in sizes if name != "small.safetensors"]
    assert len(texts) > 10
    assert sum(len(gzip.compress(path.read_bytes())) for path in texts) < 30_000  # as it is sent


@pytest.mark.parametrize("damage", ["missing", "cut", "changed"])
def test_damaged_weights_are_refused_and_can_be_asked_for_again(browser, address, site, damage):
    whole = (site / "assets/try/small.safetensors").read_bytes()
    changed = bytearray(whole)
    changed[100_000] ^= 1
    answers = {"cut": {"body": whole[:200_000]}, "changed": {"body": bytes(changed)}}
    with browser.new_context() as context:
        page = context.new_page()
        answer = answers.get(damage, {"status": 404})
        page.route("**/small.safetensors", lambda route: route.fulfill(**answer))
        page.goto(address + "try.html")
        expect(find(page, "text")).to_have_text("The network could not be loaded.")
        draw(page, drawings.digit(7, "upright", 1))
        expect(find(page, "text")).to_have_text("The network could not be loaded.")
        page.unroute("**/small.safetensors")
        find(page, "again").click()
        expect(find(page, "digit")).to_have_text("7")
        expect(find(page, "again")).to_be_hidden()


@pytest.mark.parametrize("path", PAGES)
def test_without_javascript_there_is_a_picture_and_a_sentence(browser, address, path):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address + path)
        expect(page.locator(".dl-try noscript svg")).to_be_visible()
        expect(page.locator(".dl-try noscript p")).to_be_visible()
        expect(page.locator(".dl-try noscript p")).to_contain_text("With JavaScript on")
        expect(page.locator(".dl-try-live")).to_be_hidden()


def test_hidden_unit_shows_what_it_looks_for_and_adds(open_page):
    page = open_page()
    draw(page, drawings.digit(2, "upright", 0))
    resting = pixels(page, "hidden1")
    expect(find(page, "hint")).to_be_visible()
    find(page, "hidden0").hover(position={"x": 40, "y": 40})
    expect(find(page, "sentence")).to_have_text(re.compile(r"^Unit \d+ of the first hidden layer"))
    expect(find(page, "heading")).to_have_text("adds")
    expect(find(page, "pictures").locator("figure:visible")).to_have_count(2)
    assert (pixels(page, "hidden1") != resting).any()
    find(page, "hidden1").hover(position={"x": 20, "y": 40})
    expect(find(page, "sentence")).to_contain_text("second hidden layer")
    find(page, "pad").hover()
    expect(find(page, "hint")).to_be_visible()
    expect(find(page, "heading")).to_have_text("logit")
    np.testing.assert_array_equal(pixels(page, "hidden1"), resting)


def test_hidden_units_can_be_walked_with_keys(open_page):
    page = open_page()
    draw(page, drawings.digit(2, "upright", 0))
    slider = page.get_by_role("slider", name="Unit of the first hidden layer")
    slider.focus()
    expect(find(page, "sentence")).to_contain_text("Unit 1 of")
    for key, unit in [("ArrowRight", 2), ("ArrowDown", 18), ("ArrowLeft", 17), ("ArrowUp", 1)]:
        slider.press(key)
        expect(find(page, "sentence")).to_contain_text(f"Unit {unit} of the first")
        expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^Unit {unit} of"))
    slider.press("ArrowUp")
    expect(find(page, "sentence")).to_contain_text("Unit 1 of")
    slider.press("Tab")
    page.keyboard.press("Tab")
    expect(find(page, "sentence")).not_to_contain_text("first hidden")


def test_hidden_unit_answers_a_tap(open_page):
    page = open_page(width=390, has_touch=True)
    page.locator("[data-sample='3']").tap()
    find(page, "hidden1").tap(position={"x": 20, "y": 20})
    expect(find(page, "sentence")).to_contain_text("second hidden layer")
    page.locator("[data-digit='3']").tap()
    expect(find(page, "sentence")).to_contain_text("The logit of 3 is")


@pytest.mark.parametrize("way", ["hover", "focus"])
def test_digit_shows_who_spoke_for_and_against_it(open_page, way):
    page = open_page()
    draw(page, drawings.digit(2, "upright", 0))
    row = page.locator("[data-digit='2']")
    getattr(row, way)()
    sentence = find(page, "sentence")
    expect(sentence).to_contain_text("speak for 2")
    logit, above, below, bias = (
        float(number.replace("−", "-"))
        for number in re.findall(r"[+−]?\d+\.\d", sentence.text_content())
    )
    assert above + below + bias == pytest.approx(logit, abs=0.21)  # each is rounded to a tenth
    expect(row.locator(".dl-try-logit")).to_have_text(re.compile(f"{abs(logit):.1f}$"))
    captions = find(page, "pictures").locator("figcaption").all_text_contents()
    assert len(captions) == 6
    assert ["+" in c for c in captions] == [True] * 3 + [False] * 3


def test_the_network_sees_what_the_package_sees(open_page):
    """The picture and its form as MNIST's, in Chromium's own arithmetic, against Python's."""
    page = open_page()
    samples = drawings.drawings(200, np.random.default_rng(30))
    results = page.evaluate(
        """async samples => {
            const load = name => import(new URL(`assets/try/${name}.js`, document.baseURI))
            const [ink, {toMnistStyle}] = await Promise.all([load("ink"), load("preprocess")])
            const base64 = bytes => btoa(Array.from(bytes, b => String.fromCharCode(b)).join(""))
            return samples.map(({strokes, width}) => {
                const values = ink.rasterize(strokes, width)
                const {image} = toMnistStyle({values, width: ink.SIDE, height: ink.SIDE})
                return [base64(values), image && base64(image)]
            })
        }""",
        samples,
    )
    for picture, seen in results:
        values = np.frombuffer(base64.b64decode(picture), np.uint8)
        side = round(len(values) ** 0.5)
        try:
            expected = to_mnist_style(values.reshape(side, side))
        except ValueError:
            assert seen is None
            continue
        image = np.frombuffer(base64.b64decode(seen), np.uint8).reshape(28, 28)
        assert np.abs(image.astype(int) - expected).max() <= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_follow_the_switch(open_page, scheme):
    page = open_page(scheme=scheme)
    draw(page, drawings.digit(0, "upright", 0))
    names = ("pad", "seen", "inputs", "hidden0", "hidden1")
    before = {name: pixels(page, name) for name in names}
    page.get_by_title(re.compile("Switch to the")).locator("visible=true").first.click()
    page.evaluate(FRAMES)
    for name in names:
        assert (pixels(page, name) != before[name]).any(), name


def test_answer_is_said_once_it_rests(open_page):
    page = open_page(own=True)
    stop_the_clock(page)
    status = page.get_by_role("status")
    said = []
    for number in (3, 7):
        page.locator(f"[data-sample='{number}']").dispatch_event("click")
        page.clock.run_for(600)
        said.append(status.text_content())
    assert not any(text.startswith("A ") for text in said)
    page.clock.run_for(200)
    assert status.text_content() == find(page, "text").text_content()
    assert status.text_content().startswith("A 7, ")
    assert status.get_attribute("aria-live") in (None, "polite")


def test_links_lead_to_the_chapters(open_page):
    page = open_page()
    links = page.locator(".dl-try a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    assert len(links) >= 6
    assert all(re.match(r"chapters/\d\d_\w+\.html#[\w-]+$", link) for link in links)


# The benchmark


def test_the_benchmark_finds_all_that_it_times(browser, site):
    command = [sys.executable, ROOT / "tests/benchmarks/browser.py", "--site", site]
    done = subprocess.run([*command, "--visits", "1"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = dict(re.findall(r"^(.+?) +([\d.]+) (?:ms|KB)$", done.stdout, re.MULTILINE))
    assert len(rows) == len(done.stdout.splitlines()) == 8
    assert min(map(float, rows.values())) > 0
