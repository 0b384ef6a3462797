"""What a "Make a guess" takes: a comment in it names the kind, and where its result is.

    <!-- guess: number = baseline:.1% -->
    <!-- guess: number (of 1,000) = wrong:.0f -->
    <!-- guess: higher | lower | the same = lower -->
    <!-- guess: drawn -->

A number's result is an expression that the chapter's prose computes, so it is never typed. What is
to be drawn is drawn in the figure below. Without such a comment a guess is some words. The page's
script, docs/assets/practice/guess.js, keeps what the reader guesses.
"""

import re
from html import escape
from typing import Any

COMMENT = re.compile(r"<!-- guess: (?P<kind>.+?)(?: = (?P<result>.+?))? -->")
NUMBER = re.compile(r"number(?: \((?P<label>.+)\))?")
QUESTION = re.compile(
    r"<blockquote>\s*<p>(?P<text><strong>Make a guess\.</strong>.*?)</blockquote>", re.DOTALL
)
MARK = re.compile(r'<span data-guess="(.*?)"></span>')
# A word is no guess at a number: the browser says so.
DECIMAL = 'inputmode="decimal" pattern=" *(−|-)?[0-9][0-9.,]* *%? *" title="a number" size="9"'


def mark(notebook: dict[str, Any]) -> None:
    """Put the field in the place of each comment, as digits in which Markdown sees nothing."""
    values: dict[str, str] = {}
    for cell in notebook["cells"]:
        values |= cell["metadata"].get("values", {})

    def hide(match: re.Match[str]) -> str:
        return f'<span data-guess="{field(match, values).encode().hex()}"></span>'

    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = COMMENT.sub(hide, cell["source"])


def field(match: re.Match[str], values: dict[str, str]) -> str:
    """Return the field for one comment; ValueError if the chapter has no such result."""
    kind, result = match["kind"], match["result"]
    number = NUMBER.fullmatch(kind)
    if number:
        if result not in values:
            raise ValueError(f"Expected a value of the chapter's prose. Received: {match[0]}")
        unit = "%" if values[result].endswith("%") else ""
        label = escape(number["label"] or "")
        about = f'data-unit="{unit}" data-label="{label}" data-result="{escape(values[result])}"'
        return f"<label {about}>{text(label, DECIMAL)} {unit} {label}</label>"
    if kind == "drawn":
        return ""
    options = kind.split(" | ")
    if len(options) < 2 or result not in {None, *options}:
        raise ValueError(f"Expected options, and one of them. Received: {match[0]}")
    radios = "".join(f"<label>{radio(option)} {escape(option)}</label>" for option in options)
    about = f'data-result="{escape(result or "")}" data-options'
    return f"<fieldset {about}><legend>Your guess</legend>{radios}</fieldset>"


def text(label: str = "", kind: str = "") -> str:
    """Return a field for some text."""
    name = f"Your guess: {label}" if label else "Your guess"
    return f'<input name="0" maxlength="200" placeholder="Your guess" aria-label="{name}" {kind}>'


def radio(option: str) -> str:
    """Return a button for one of several options."""
    return f'<input type="radio" name="0" value="{escape(option)}">'


def add_forms(html: str) -> str:
    """Return a page whose questions have their forms, hidden until there is a script."""
    return QUESTION.sub(add_form, html)


def add_form(match: re.Match[str]) -> str:
    """Return a question with its form."""
    found = [bytes.fromhex(mark).decode() for mark in MARK.findall(match["text"])]
    found = found or [f"<label>{text()}</label>"]
    fields = [one.replace('name="0"', f'name="{index}"') for index, one in enumerate(found)]
    question = MARK.sub("", match["text"])
    words = re.sub(r"<.*?>", "", question).lower()
    key = re.sub(r"\W+", "-", words).strip("-")[:80]
    if found == [""]:
        return f"<blockquote>\n<p>{question}</blockquote>"
    form = f'<form class="dl-guess" data-key="{key}" hidden>{"".join(fields)}<button>Keep</button>'
    return f"<blockquote>\n<p>{question}{form}</form>\n</blockquote>"
