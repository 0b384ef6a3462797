"""MkDocs hook: what a page says of itself, in search results, when it is shared, and at its top."""

import base64
import re
from html import unescape
from pathlib import Path

import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

LONGEST = 160  # characters of a description that search engines show
SHARED = "assets/shared"
# Of pages without figures of notebooks, those that show what they are about: chapter and cell.
FIGURES = {
    "try": ("08_your_own_handwriting", "08-30"),  # digits that were drawn, as the network sees them
    "results": ("07_same_layers_better", "07-32"),  # every row's share of mistakes
}
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


def figure(path: Path, cell: str = "") -> bytes | None:
    """Return a notebook's first figure, or the first of a cell, as a PNG file."""
    for found in nbformat.read(path, as_version=4).cells:
        for output in found.get("outputs", []):
            if "image/png" in output.get("data", {}) and cell in ("", found.id):
                return base64.b64decode(output["data"]["image/png"])
    return None


def pictures(docs: Path) -> dict[str, bytes]:
    """Return the pictures that stand for pages, by the pages' names."""
    chapters = sorted(docs.glob("chapters/[0-9]*.ipynb"))
    found = {path.stem: figure(path) for path in chapters}
    for page, (chapter, cell) in FIGURES.items():
        found[page] = figure(docs / f"chapters/{chapter}.ipynb", cell)
        if found[page] is None:
            raise ValueError(f"Expected a figure in cell {cell} of {chapter}, for {page}.")
    found["index"] = (docs / "assets/readme.png").read_bytes()
    return {page: content for page, content in found.items() if content}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publish the pictures that stand for pages where they are shared: absolute addresses only."""
    if config.extra["published"]:
        for page, content in pictures(Path(config.docs_dir)).items():
            files.append(File.generated(config, f"{SHARED}/{page}.png", content=content))
    return files


def picture(page: Page, files: Files) -> str:
    """Return which picture stands for a page: its own, else the front page's."""
    shared = [file.url for file in files if file.src_uri.startswith(SHARED)]
    for name in (Path(page.file.src_uri).stem, "index"):
        if f"{SHARED}/{name}.png" in shared:
            return f"{SHARED}/{name}.png"
    return ""


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Describe a page that does not describe itself; count a chapter, and its minutes."""
    if not page.is_homepage:
        page.meta.setdefault("description", describe(html) or config.site_description)
    page.meta["picture"] = picture(page, files)
    if page.file.src_uri.endswith(".ipynb"):
        chapters = sorted(Path(config.docs_dir, "chapters").glob("[0-9]*.ipynb"))
        page.meta["number"], page.meta["of"] = int(page.file.name[:2]), len(chapters)
        page.meta["minutes"] = max(1, round(len(text(html).split()) / PACE))
    return html
