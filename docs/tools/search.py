"""MkDocs hook: what the site's search looks through: the text of each section, without code.

assets/search.js loads it when the search field is touched. A section begins at a heading or at a
term of the glossary; a page's front matter may say how much its sections count
(`search: {boost: 0.5}`).
"""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

BEGINS = {"h1", "h2", "h3", "dt"}
SILENT = {"button", "noscript", "pre", "script", "style", "svg"}
BLOCKS = {
    "blockquote",
    "br",
    "dd",
    "details",
    "div",
    "dt",
    "h1",
    "h2",
    "h3",
    "li",
    "p",
    "summary",
    "td",
    "th",
}
STACKED = re.compile("<m(sub|sup|frac|sqrt|under|over|table)")
EMPTY = {"br", "col", "hr", "img", "input", "source", "wbr"}  # they have no end
index: list[dict[str, str | float]] = []


class Section(NamedTuple):
    """A section's place on its page, the pieces of its title, and those of its text."""

    id: str
    title: list[str]
    text: list[str]


class Sections(HTMLParser):
    """The sections of a page."""

    def __init__(self, html: str) -> None:
        """Read the page."""
        super().__init__()
        self.found = [Section("", [], [])]
        self.inside: list[str] = []  # the elements that are open within one that is left out
        self.in_title = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a section, or something that is left out."""
        values = dict(attrs)
        left_out = tag in SILENT or "data-search-exclude" in values
        if self.inside or left_out or values.get("class") == "headerlink":
            if tag not in EMPTY:
                self.inside.append(tag)
        elif tag in BEGINS and "id" in values:
            self.found.append(Section(values["id"] or "", [], []))
            self.in_title = tag
        elif tag in BLOCKS:
            self.handle_data(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass over what has no content, as parts of a drawing; a line may end."""
        if tag in BLOCKS:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a title, or something that was left out."""
        if self.inside:
            self.inside.pop()
        elif tag == self.in_title:
            self.in_title = ""

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        if not self.inside:
            section = self.found[-1]
            (section.title if self.in_title else section.text).append(data)


def flat(html: str) -> str:
    """Return a page with dots for the formulas that cannot be read as a line of letters."""

    def line(match: re.Match[str]) -> str:
        return "…" if STACKED.search(match[0]) else match[0]

    return re.sub(r"<math\b.*?</math>", line, html, flags=re.DOTALL)


def joined(pieces: list[str]) -> str:
    """Return the pieces of a text as one, with single spaces."""
    return " ".join("".join(pieces).split())


def on_pre_build(config: MkDocsConfig) -> None:
    """Forget the pages of an earlier build: `mkdocs serve` builds again and again."""
    index.clear()


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Remember a page's sections."""
    weight = page.meta.get("search", {}).get("boost", 1)
    name = str(page.title)
    if page.file.src_uri.startswith("reference/"):
        name = f"Reference: {name}"
    for section in Sections(flat(html)).found:
        title = joined(section.title) or name
        text = joined(section.text)
        if text or section.title:
            url = f"{page.url}#{section.id}" if section.id else page.url
            entry = {"url": url, "title": title, "page": name, "text": text}
            index.append({**entry, "weight": weight})
    return html


def on_post_build(config: MkDocsConfig) -> None:
    """Write what the pages' search reads."""
    path = Path(config.site_dir, "assets/search.json")
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
