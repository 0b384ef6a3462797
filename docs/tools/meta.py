"""MkDocs hook: what a page says of itself, in search results, when it is shared, and at its top."""

import re
from html import unescape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

LONGEST = 160  # characters of a description that search engines show
PACE = 130  # words a minute: a text to be understood, beside code and figures, is read slowly


def text(html: str) -> str:
    """Return what is read of HTML: no tags, no figures, no code."""
    html = re.sub(r"<(svg|pre|script|style|math)\b.*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r'<a class="headerlink".*?</a>', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def describe(html: str) -> str:
    """Return a page's description: the sentences of its first paragraphs, as many as fit."""
    paragraphs = re.findall(r"<p>(.*?)</p>", html, re.DOTALL)
    words = text(" ".join(paragraphs))
    if len(words) <= LONGEST:
        return words
    sentences = re.match(rf"(.{{60,{LONGEST - 1}}}[.?!])\s", words)
    if sentences:
        return sentences[1]
    return words[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Describe a page that does not describe itself; count a chapter, and its minutes."""
    if not page.is_homepage:
        page.meta.setdefault("description", describe(html) or config.site_description)
    if page.file.src_uri.endswith(".ipynb"):
        chapters = sorted(Path(config.docs_dir, "chapters").glob("[0-9]*.ipynb"))
        page.meta["number"], page.meta["of"] = int(page.file.name[:2]), len(chapters)
        page.meta["minutes"] = max(1, round(len(text(html).split()) / PACE))
    return html
