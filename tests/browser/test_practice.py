"""Exercises in a real browser: right and wrong answers, faults, and what is kept."""

import gzip
import json
import re
from pathlib import Path

import lessons
import pytest
from playwright.sync_api import expect

from digitlearn import exercises
from digitlearn.exercises import quiz

PAGE = "chapters/01_exercises.html"
PATIENCE = 120_000  # milliseconds; a busy machine is no fault of the page
SOLVED = {name: exercises.get(name) for name in exercises.names()}
IN_PAGE = [e for e in SOLVED.values() if not e.needs]
# One exercise of each chapter.
FIRST = list({e.chapter: e for e in reversed(IN_PAGE)}.values())[::-1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve a site of exercises."""
    if not lessons.has_pyodide():
        pytest.skip("needs Pyodide: set DIGITLEARN_PYODIDE, or run docs/tools/pyodide.py")
    with lessons.serve(lessons.build(tmp_path_factory.mktemp("lessons"))) as server:
        yield server


@pytest.fixture(scope="module")
def enter(browser, server):
    """Return a function that opens the page in a browser of its own; complaints fail the test."""
    complaints = []

    def asked(request):
        if not request.url.startswith((server.address, "data:", "blob:")):
            complaints.append(f"asks for {request.url}")

    contexts = []

    def enter(*, strict=True, **options):
        context = browser.new_context(viewport={"width": 1300, "height": 900}, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("request", asked)
        if strict:
            page.on("console", lambda message: complaints.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.goto(server.address + PAGE)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture(scope="module")
def page(enter):
    """Return one page for most of the tests: Python takes its time to start."""
    return enter()


@pytest.fixture(scope="module")
def still(enter):
    """Return a page for what needs no Python, which would start as soon as something is written."""
    page = enter(strict=False)
    page.route("**/practice/python.js", lambda route: route.abort())
    return page


class Lesson:
    """An exercise on a page, as a reader uses it."""

    def __init__(self, page, name):
        self.page = page
        self.root = page.locator(f'[data-exercise="{name}"]')
        self.editor = self.root.get_by_role("textbox", name="Your code")
        self.verdict = self.root.get_by_role("status")
        self.output = self.root.locator(".dl-practice-output")

    def write(self, source):
        """Put other code into the editor."""
        self.editor.fill(source)

    def press(self, button):
        """Press a button."""
        self.root.get_by_role("button", name=button, exact=True).click()

    def ends(self, kind):
        """Wait until it is known how the code did; return what is said."""
        expect(self.root).not_to_have_attribute("data-busy", "", timeout=PATIENCE)
        expect(self.root).to_have_attribute("data-kind", kind)
        return self.verdict.inner_text()

    def run(self, source, kind):
        """Run some code; return what is said."""
        self.write(source)
        self.press("Run")
        return self.ends(kind)

    def check(self, source, kind):
        """Check some code; return what is said."""
        self.write(source)
        self.press("Check")
        return self.ends(kind)


def with_imports(source):
    return f"import numpy as np\n\n\n{source}"


@pytest.mark.parametrize("exercise", IN_PAGE, ids=lambda e: e.name)
def test_solution_is_right(page, exercise):
    lesson = Lesson(page, exercise.name)
    assert lesson.editor.input_value().strip() == exercise.starter.strip()
    assert "Right" in lesson.check(with_imports(exercise.solution), "right")
    expect(lesson.root).to_have_attribute("data-done", "")


def test_starter_is_not_yet_tried(page):
    starter = SOLVED["softmax"].starter
    assert "Not attempted" in Lesson(page, "softmax").check(starter, "untouched")


@pytest.mark.parametrize("exercise", FIRST, ids=lambda e: f"chapter {e.chapter}")
def test_mistakes_are_named(page, exercise):
    lesson = Lesson(page, exercise.name)
    for mistake in exercise.mistakes:
        said = lesson.check(with_imports(mistake.source), "wrong")
        assert mistake.name in said
        assert mistake.question.replace("`", "") in said
        code = re.findall("`(.+?)`", mistake.question)
        assert lesson.root.locator(".dl-practice-verdict code").all_text_contents() == code


def test_error_marks_its_line(page):
    lesson = Lesson(page, "softmax")
    said = lesson.run("first = 1\n\nsecond = frist + 1\n", "error")
    assert "NameError" in said
    assert "on line 3: second = frist + 1" in said
    expect(lesson.root.locator(".dl-practice-wrong")).to_have_text("second = frist + 1")
    expect(lesson.editor).to_have_attribute("aria-invalid", "true")
    lesson.editor.press("End")
    lesson.editor.press("x")
    expect(lesson.root.locator(".dl-practice-wrong")).to_have_count(0)


def test_error_in_a_check_marks_its_line(page):
    lesson = Lesson(page, "softmax")
    said = lesson.check("def softmax(logits):\n    return logits.nonesuch\n", "wrong")
    assert "AttributeError" in said
    expect(lesson.root.locator(".dl-practice-wrong")).to_have_text("    return logits.nonesuch")


def test_a_long_error_is_read_without_scrolling(page):
    page.set_viewport_size({"width": 390, "height": 800})
    try:
        source = "def softmax(logits):\n    raise ValueError('x' * 90 + ' word' * 60)\n"
        said = Lesson(page, "softmax").check(source, "wrong")
        assert said.count("word") > 30
        widths = page.locator(".dl-practice-verdict > pre").evaluate_all(
            "all => all.map(one => [one.scrollWidth, one.clientWidth])"
        )
        assert widths
        assert all(needed <= there for needed, there in widths)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        page.set_viewport_size({"width": 1300, "height": 900})


def test_prints_are_shown_while_it_runs_and_stop_stops(page):
    lesson = Lesson(page, "softmax")
    lesson.write(
        "n = 0\nwhile True:\n    n += 1\n    if n % 100_000 == 0:\n        print('at', n)\n"
    )
    lesson.press("Run")
    expect(lesson.output).to_contain_text("at 200000", timeout=PATIENCE)
    expect(lesson.root).to_have_attribute("data-busy", "")
    other = Lesson(page, "relu")
    other.press("Run")
    expect(other.verdict).to_contain_text("Another exercise of this page is running")
    page.wait_for_timeout(1500)  # a spare worker is made ready
    stop = lesson.root.get_by_role("button", name="Stop")
    stop.focus()
    stop.press("Enter")
    assert lesson.ends("stopped") == "Stopped."
    expect(lesson.root.get_by_role("button", name="Run")).to_be_focused()
    assert lesson.run("print('again')", "ran") == "It ran."
    expect(lesson.output).to_have_text("again\n")


def test_very_long_output_is_cut(page):
    lesson = Lesson(page, "softmax")
    lesson.run("for _ in range(500):\n    print('x' * 100_000)\n", "ran")
    text = lesson.output.text_content()
    assert 20_000 < len(text) < 20_200
    assert "The rest is not shown" in text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(n):\n    return f(n + 1)\nf(0)", "RecursionError"),
        ("name = input('Name? ')", "input() is not possible here"),
        ("exit()", "exit"),
        ("def f(:", "SyntaxError"),
    ],
)
def test_faults_are_told_and_survived(page, source, said):
    lesson = Lesson(page, "softmax")
    assert said in lesson.run(source, "error")
    lesson.run("6 * 7", "ran")
    expect(lesson.output).to_have_text("42\n")


def test_exercises_do_not_see_each_others_names(page):
    Lesson(page, "softmax").run("secret = 1", "ran")
    assert "NameError" in Lesson(page, "scale_pixels").run("print(secret)", "error")
    assert "NameError" in Lesson(page, "softmax").run("print(secret)", "error")


def test_it_goes_on_without_a_connection(page, server):
    lesson = Lesson(page, "softmax")
    page.context.set_offline(True)
    try:
        assert "Right" in lesson.check(with_imports(SOLVED["softmax"].solution), "right")
    finally:
        page.context.set_offline(False)


def test_little_is_fetched_before_something_is_written(still, server):
    fetched = []
    still.on("response", lambda response: fetched.append(response))
    still.reload(wait_until="networkidle")
    urls = {response.url for response in fetched}
    scripts = [url for url in urls if "/practice/" in url and url.endswith((".js", ".mjs"))]
    assert len(scripts) > 4
    assert not [url for url in urls if re.search(r"python\.js|worker\.js|pyodide|\.zip", url)]
    # A script that was asked for beforehand has no body where it is used.
    bodies = [still.request.get(url).body() for url in scripts]
    assert sum(len(gzip.compress(body)) for body in bodies) < 10_000


def test_work_is_kept(page):
    lesson = Lesson(page, "relu")
    lesson.check(with_imports(SOLVED["relu"].solution), "right")
    lesson.write("# mine")
    page.reload()
    assert lesson.editor.input_value() == "# mine"
    expect(lesson.root).to_have_attribute("data-done", "")


def test_start_over_can_be_undone(still):
    lesson = Lesson(still, "relu")
    lesson.write("# mine")
    lesson.press("Start over")
    assert lesson.editor.input_value().strip() == SOLVED["relu"].starter.strip()
    lesson.editor.press("Control+z")
    assert lesson.editor.input_value() == "# mine"


def test_hints_come_one_by_one_and_the_solution_when_asked_for(still):
    lesson = Lesson(still, "relu")
    hints = lesson.root.locator(".dl-practice-hints li:visible")
    expect(hints).to_have_count(0)
    for count, _ in enumerate(SOLVED["relu"].hints, 1):
        lesson.press("Hint")
        expect(hints).to_have_count(count)
    solution = lesson.root.locator(".dl-practice-solution")
    expect(solution).to_be_hidden()
    lesson.press("Solution")
    expect(solution).to_contain_text("def relu")


def test_keyboard(still):
    lesson = Lesson(still, "relu")
    lesson.write("")
    lesson.editor.press_sequentially("if True:\nprint(1)")
    assert lesson.editor.input_value() == "if True:\n    print(1)"
    lesson.editor.press("Shift+Tab")
    assert lesson.editor.input_value() == "if True:\nprint(1)"
    lesson.editor.press("Home")
    lesson.editor.press("Tab")
    assert lesson.editor.input_value() == "if True:\n    print(1)"
    expect(lesson.editor).to_be_focused()
    lesson.editor.press("Escape")
    lesson.editor.press("Tab")
    expect(lesson.root.get_by_role("button", name="Run")).to_be_focused()


def test_guess_is_kept_and_set_beside_the_result(still):
    field = still.get_by_role("textbox", name="Your guess", exact=True)
    field.fill("five")
    field.press("Enter")
    said = still.locator(".dl-output ~ .dl-guess-kept", has_text="five")
    expect(said).to_be_visible()
    expect(said).to_have_text("You guessed: five")
    still.reload()
    expect(said).to_have_text("You guessed: five")
    assert field.input_value() == "five"


def test_a_guessed_number_is_compared_with_the_result(still):
    field = still.get_by_role("textbox", name="Your guess: of a cake")
    said = still.locator(".dl-guess-kept", has_text="cake")
    field.fill("a lot")
    field.press("Enter")
    expect(said).to_have_count(0)
    assert field.evaluate("field => field.validity.patternMismatch")
    for given in ("55", "55 %", "55%"):
        field.fill(given)
        field.press("Enter")
        expect(said).to_have_text("You guessed 55% of a cake. It is 40%.")
    still.reload()
    expect(said).to_have_text("You guessed 55% of a cake. It is 40%.")


def test_a_guess_may_be_a_choice(still):
    choice = still.get_by_role("group", name="Your guess")
    keep = still.locator(".dl-guess", has=choice).get_by_role("button", name="Keep")
    keep.click()
    expect(still.locator(".dl-guess-kept", has_text="less")).to_have_count(0)
    for option, said in (
        ("more", "You guessed: more. It is: less."),
        ("less", "You guessed it: less."),
    ):
        choice.get_by_role("radio", name=option).check()
        keep.click()
        expect(still.get_by_text(said)).to_be_visible()
    still.reload()
    expect(choice.get_by_role("radio", name="less")).to_be_checked()
    expect(still.get_by_text("You guessed it: less.")).to_be_visible()


def test_progress_is_shown_saved_and_erased(still, server):
    still.evaluate("localStorage.clear()")
    still.evaluate("localStorage.setItem('digitlearn/exercise/relu', '{\"done\": true}')")
    still.reload()
    Lesson(still, "slope").write("# begun")
    still.goto(server.address + "practice.html")

    def state(name):
        return still.locator(f'[data-entry="exercise/{name}"] + .dl-progress-state')

    expect(state("relu")).to_have_text("done")
    expect(state("slope")).to_have_text("begun")
    expect(still.get_by_text(re.compile(r"\d+ of \d+ done"))).to_be_visible()
    with still.expect_download() as download:
        still.get_by_role("button", name="Save a copy").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved["exercise/slope"]["text"] == "# begun"
    assert saved["exercise/relu"]["done"]
    still.get_by_role("button", name="Erase everything").click()
    expect(still.get_by_role("status")).to_contain_text("Press again")
    still.get_by_role("button", name="Erase it, for good").click()
    expect(state("relu")).to_have_text("")
    still.goto(server.address + PAGE)
    assert Lesson(still, "slope").editor.input_value() == SOLVED["slope"].starter.strip()


def test_program_without_end_is_stopped(enter):
    page = enter(strict=False)  # where the clock is moved, the theme complains
    page.clock.install()
    lesson = Lesson(page, "softmax")
    lesson.write("while True:\n    pass\n")
    lesson.press("Run")
    expect(lesson.verdict).to_have_text("It runs.", timeout=PATIENCE)
    page.clock.fast_forward(10_000)
    assert "Stopped after 10 seconds" in lesson.ends("stopped")
    page.close()  # and with it the worker that is loading in the place of the stopped one


@pytest.mark.parametrize("file", ["pyodide.asm.wasm", "digitlearn-", "worker.js"])
def test_refused_files_lead_to_the_notebook(enter, server, file):
    page = enter(strict=False)
    server.refused.add(file)
    try:
        lesson = Lesson(page, "softmax")
        lesson.press("Run")
        assert "Python could not be started" in lesson.ends("failed")
        expect(lesson.root.get_by_role("link", name="this chapter’s notebook")).to_be_visible()
    finally:
        server.refused.clear()


def test_where_webassembly_is_refused_the_page_says_so(enter, server):
    server.policy = "script-src 'self'"
    try:
        lesson = Lesson(enter(strict=False), "softmax")
        lesson.press("Run")
        assert re.search("WebAssembly|Content Security", lesson.ends("failed"))
    finally:
        server.policy = lessons.POLICY


def test_python_that_never_comes_is_given_up(enter, server):
    page = enter(strict=False)
    server.silent.add("pyodide.mjs")
    try:
        page.clock.install()
        lesson = Lesson(page, "softmax")
        lesson.press("Run")
        expect(lesson.verdict).to_contain_text("Python is being fetched")
        page.wait_for_timeout(300)
        page.clock.fast_forward(120_000)
        assert "longer than 120 seconds" in lesson.ends("failed")
    finally:
        server.silent.clear()


def test_without_javascript_it_reads_well(enter):
    page = enter(java_script_enabled=False)
    root = page.locator('[data-exercise="softmax"]')
    expect(root.get_by_role("heading")).to_be_visible()
    expect(root.locator(".highlight").first).to_contain_text("def softmax")
    expect(root.get_by_role("link", name="this chapter’s notebook")).to_be_visible()
    expect(root.locator(".dl-practice-solution")).not_to_contain_text("nonesuch")
    root.get_by_text("Solution", exact=True).click()
    expect(root.locator(".dl-practice-solution .highlight")).to_be_visible()


class Asked:
    """A quick question on a page, as a reader answers it."""

    def __init__(self, page, question):
        self.question = question
        self.root = page.locator(f'[data-question="{question.name}"]')
        self.verdict = self.root.get_by_role("status")

    def answer(self, given):
        """Give an answer; return what is said of it."""
        if self.question.kind == "choice":
            self.root.get_by_role("radio").nth(self.question.shown.index(given)).check()
        elif self.question.kind == "number":
            self.root.get_by_role("textbox").fill(str(given))
        else:
            self.arrange(given)
        self.root.get_by_role("button", name="Answer").click()
        return self.verdict.inner_text()

    def arrange(self, given):
        """Move each step to its place, the first ones first."""
        now = [
            step.removesuffix("UpDown") for step in self.root.locator("ol > li").all_text_contents()
        ]
        for place, step in enumerate(given):
            while (at := now.index(step)) > place:
                self.root.locator("ol > li").nth(at).get_by_text("Up", exact=True).click()
                now.insert(at - 1, now.pop(at))


def words(text):
    """Return the words of some text, or of its Markdown, whose quotation marks differ."""
    return re.sub(r"\W+", " ", text).strip()


KINDS = {question.kind: question for question in reversed(quiz.questions(1))}


@pytest.mark.parametrize("kind", ["choice", "number", "order"])
def test_every_answer_to_a_question_is_explained_and_the_last_is_kept(still, kind):
    question = KINDS[kind]
    asked = Asked(still, question)
    given = question.answer[::-1] if kind == "order" else next(iter(question.options))
    wrong = next(g for g in [given, *question.options] if not question.judge(g).right)
    said = asked.answer(wrong)
    assert said.startswith("Not yet.")
    assert words(question.judge(wrong).explanation) in words(said)
    said = asked.answer(question.answer)
    assert said.startswith("Right.")
    assert words(question.judge(question.answer).explanation) in words(said)
    still.reload()
    expect(asked.verdict).to_contain_text("Right.")


def test_any_other_number_is_answered_too(still):
    asked = Asked(still, KINDS["number"])
    assert words(asked.question.otherwise) in words(asked.answer("123,456.5"))
    assert asked.answer("words").startswith("Not yet.")


def test_a_number_may_be_written_as_a_fraction_or_in_percent(still):
    asked = Asked(still, next(q for q in quiz.questions(1) if q.answer == 0.81))
    for given in ("81/100", "81 %", "0,81", ".81"):
        assert asked.answer(given).startswith("Right."), given
    for given in ("81", "0.81/", "/0.81", "81/100/1", "8.1%"):
        assert asked.answer(given).startswith("Not yet."), given


def test_the_page_judges_as_the_package_does(still):
    for question in quiz.questions(1):
        if question.kind == "number":
            asked = Asked(still, question)
            for number in (question.answer, *question.options):
                expected = question.judge(number)
                said = asked.answer(number)
                assert said.startswith("Right." if expected.right else "Not yet."), question.name
                assert words(expected.explanation) in words(said), question.name
