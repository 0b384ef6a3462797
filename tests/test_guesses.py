"""A guess takes what its comment says, and its result is one that the chapter computes."""

import re

import chapters
import expressions
import guesses
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

SOURCES = sorted(chapters.CHAPTERS.glob("[0-9]*.py"))


def page(*texts, values=None):
    """Return the questions as the site has them, of Markdown that is HTML already."""
    cells = [new_markdown_cell(text) for text in texts]
    cells[-1].metadata["values"] = values or {}
    notebook = new_notebook(cells=cells)
    guesses.mark(notebook)
    html = "".join(
        f"<blockquote>\n<p><strong>Make a guess.</strong> {cell.source}</p>\n</blockquote>"
        for cell in notebook.cells
    )
    return guesses.add_forms(html)


def test_a_number_knows_its_result_and_its_unit():
    html = page("How many? <!-- guess: number (of 10) = a:.0% -->", values={"a:.0%": "73%"})
    assert '<label data-unit="%" data-label="of 10" data-result="73%">' in html
    assert 'inputmode="decimal"' in html
    assert "% of 10</label>" in html
    assert "<!--" not in html


def test_a_choice_has_its_options_and_perhaps_a_result():
    html = page("Which? <!-- guess: more | less = less -->", "And? <!-- guess: a | b -->")
    assert re.findall(r'type="radio" name="0" value="(.*?)"', html) == ["more", "less", "a", "b"]
    assert 'data-result="less" data-options' in html
    assert 'data-result="" data-options' in html


def test_what_is_asked_twice_has_two_fields_and_what_is_drawn_none():
    html = page(
        "Two? <!-- guess: number = a --> <!-- guess: yes | no = no -->",
        "Draw. <!-- guess: drawn -->",
        "Words?",
        values={"a": "1"},
    )
    two, drawn, words = html.split("</blockquote>")[:3]
    assert [re.search(f'name="{n}"', two) is not None for n in range(3)] == [True, True, False]
    assert "<form" not in drawn
    assert words.count("<input") == 1
    assert 'data-key="make-a-guess-words"' in words


def test_markup_in_a_comment_is_text():
    html = page('<!-- guess: a "quoted" | b < c = b < c -->')
    assert 'value="a &quot;quoted&quot;"' in html
    assert 'data-result="b &lt; c"' in html


@pytest.mark.parametrize(
    "comment", ["number = nowhere", "number", "only one", "a | b = c", "numbers = a"]
)
def test_a_comment_that_means_nothing_fails_the_build(comment):
    with pytest.raises(ValueError, match="Received: <!-- guess"):
        page(f"<!-- guess: {comment} -->", values={"a": "1"})


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_guesses_of_a_chapter_have_results(source):
    cells = chapters.read_source(source).cells
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    values = {expression: "1" for text in prose for expression in expressions.find(text)}
    asked = [text for text in prose if "**Make a guess.**" in text]
    assert asked
    comments = [m for text in prose for m in guesses.COMMENT.finditer(text)]
    assert comments
    assert sum(text.count("<!-- guess") for text in prose) == len(comments)
    for comment in comments:
        guesses.field(comment, values)
    drawn = sum(comment["kind"] == "drawn" for comment in comments)
    assert drawn == sum(cell.metadata.get("live") == "drawn" for cell in cells)


def test_most_guesses_take_a_number_or_a_choice():
    text = "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    questions = re.findall(
        r"\*\*Make a guess\.\*\*(?:(?!# >\n).)*?(?=\n# %%|\n#\n|\n\n)", text, re.S
    )
    typed = [question for question in questions if "<!-- guess" in question]
    assert len(questions) > 25
    assert len(typed) > 0.75 * len(questions)
