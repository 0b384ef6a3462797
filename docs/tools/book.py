"""Make the whole book from the built site: one PDF, by Chromium, and one EPUB.

    python docs/tools/book.py SITE

writes `SITE/digitlearn.pdf` and `SITE/digitlearn.epub`, and links both from the front page. It
needs `pip install -e ".[publish]"`, and for the PDF Chromium or Chrome, found on the PATH or
through the environment variable DIGITLEARN_CHROMIUM; `--no-pdf` makes the EPUB alone.
"""

import argparse
import logging
import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import epub
from book_pages import Part, headings, read_parts
from lxml import html
from markdown import markdown
from playwright.sync_api import Route, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit, IndirectObject

from digitlearn.files import complete

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Read handwriting with four layers"
SUBTITLE = "A tutorial on recognizing handwritten digits, from scratch in NumPy and then in Keras"
AUTHOR = "The digitlearn authors"
logging.getLogger("pypdf").setLevel(logging.ERROR)  # it notes how Chromium counts its objects

HOST = "http://book.invalid/"  # no host: each request is answered from the site's folder
SHEETS = ("assets/stylesheets/main.*.css", "assets/site.css", "assets/practice/practice.css")


class BookError(RuntimeError):
    """The book cannot be made; the message says what to do."""


def licences() -> str:
    """Return the README's section on licences as HTML."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## Licences") :].replace("(LICENSE)", "(#licences)")
    return markdown(section.replace("## ", "# ", 1))


def pen(site: Path) -> str:
    """Return the ten digits drawn with a pen, which the front page shows without JavaScript."""
    index = (site / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<svg class="dl-try-still"(.*?</svg>)', index, re.DOTALL)
    if found is None:
        raise BookError(f"Expected the drawn digits in {site / 'index.html'}.")
    return f'<svg xmlns="http://www.w3.org/2000/svg"{found[1]}'


def contents(parts: Sequence[Part], pages: Mapping[str, int]) -> str:
    """Return the table of contents, with the page of each anchor that is known."""

    def line(anchor: str, text: str, kind: str) -> str:
        number = pages.get(anchor, "")
        return f'<p class="{kind}"><a href="#{anchor}">{escape(text)}<span>{number}</span></a></p>'

    texts = Counter(text for part in parts for _, text in headings(part))
    usual = {text for text, count in texts.items() if count > 2}  # "Exercises", in every chapter
    lines = []
    for part in parts:
        lines.append(line(part.slug, part.title, "dl-part"))
        lines += [line(*at, "dl-section") for at in headings(part) if at[1] not in usual]
    lines.append(line("licences", "Licences", "dl-part"))
    return "\n".join(lines)


def running_heads(parts: Sequence[Part]) -> str:
    """Return the style sheet that prints each part's title at the head of its pages."""
    head = (
        '@page {0} {{ @top-left {{ content: "{1}"; font: italic 9pt "Source Serif 4", serif; }} }}'
    )
    rules = ["@page { size: A4; }", "@page title { @bottom-center { content: none; } }"]
    for part in parts:
        if part.slug != "cheatsheet":
            rules.append(head.format(part.slug, part.title.replace('"', "")))
            rules.append(f"#of-{part.slug} {{ page: {part.slug}; }}")
    return "\n".join(rules)


def document(site: Path, parts: Sequence[Part], pages: Mapping[str, int]) -> str:
    """Return the book as one page of HTML, to be printed."""
    sheets = [path.relative_to(site).as_posix() for s in SHEETS for path in site.glob(s)]
    links = "".join(f'<link rel="stylesheet" href="{HOST}{sheet}">' for sheet in sheets)
    links += f'<link rel="stylesheet" href="{HOST}assets/print.css" media="print">'
    texts = {part.slug: html.tostring(part.content, encoding="unicode") for part in parts}
    sections = [f'<section id="of-{slug}">{text}</section>' for slug, text in texts.items()]
    style = Path(__file__).with_name("book.css").read_text(encoding="utf-8")
    return f"""<!doctype html><html lang="en" dir="ltr">
<head><meta charset="utf-8"><title>{TITLE}</title>{links}
<style>{running_heads(parts)}{style}</style></head>
<body data-md-color-scheme="default"><article class="md-typeset dl-book">
<div class="dl-title" style="page: title">{pen(site)}<h1>{TITLE}</h1><p>{SUBTITLE}</p>
<p>{AUTHOR}<br>digitlearn {version("digitlearn")}</p></div>
<section class="dl-contents"><h1>Contents</h1><div>{contents(parts, pages)}</div></section>
{"".join(sections)}
<section id="licences">{licences()}</section></article></body></html>"""


def find_chromium() -> str:
    """Return the path of Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("DIGITLEARN_CHROMIUM") or next(
        filter(None, map(shutil.which, names)), ""
    )
    if not found:
        raise BookError(
            "Expected Chromium or Chrome on the PATH, which prints the PDF. Set DIGITLEARN_CHROMIUM"
            " to its path, or make the EPUB alone with --no-pdf."
        )
    return found


def print_pdf(site: Path, parts: Sequence[Part]) -> bytes:
    """Return the book as a PDF.

    It is printed twice: only a printed book tells which page a section begins on.
    """

    def answer(route: Route) -> None:
        path = site / route.request.url.removeprefix(HOST)
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(body=whole, content_type="text/html; charset=utf-8")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(java_script_enabled=False)
        page.route("**/*", answer)
        pages: dict[str, int] = {}
        for _ in range(2):
            whole = document(site, parts, pages)
            page.goto(HOST, wait_until="load", timeout=300_000)
            printed = page.pdf(prefer_css_page_size=True, tagged=True)
            pages = pages_of(PdfReader(BytesIO(printed)))
        browser.close()
    return with_outline(printed, parts)


def pages_of(reader: PdfReader) -> dict[str, int]:
    """Return the page, from 1, of each place that a link of a PDF leads to."""
    places = reader.named_destinations.items()
    return {name.lstrip("/"): reader.get_destination_page_number(to) + 1 for name, to in places}


def with_outline(printed: bytes, parts: Sequence[Part]) -> bytes:
    """Return a PDF with its chapters and sections as bookmarks, and what it says of itself."""
    writer = PdfWriter(clone_from=BytesIO(printed))
    places = {name.lstrip("/"): to for name, to in writer.named_destinations.items()}
    pages = pages_of(PdfReader(BytesIO(printed)))

    def mark(anchor: str, text: str, parent: IndirectObject | None = None) -> IndirectObject:
        fit = Fit.xyz(left=0, top=float(places[anchor].top))
        return writer.add_outline_item(
            title=text, page_number=pages[anchor] - 1, parent=parent, fit=fit
        )

    for part in parts:
        chapter = mark(part.slug, part.title)
        for anchor, text in headings(part):
            if anchor in pages:
                mark(anchor, text, chapter)
    mark("licences", "Licences")
    writer.add_metadata({"/Title": TITLE, "/Author": AUTHOR, "/Subject": SUBTITLE})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def link_from_front(site: Path, files: Sequence[Path]) -> None:
    """Name the books on the front page, and their sizes; a book that is not there, nowhere."""
    index = site / "index.html"
    text = index.read_text(encoding="utf-8")
    text = re.sub(r' <span class="dl-books">.*?</span>', "", text)
    kinds = [
        f'<a href="{path.name}" download>{path.suffix[1:].upper()}</a> '
        f"({path.stat().st_size / 1e6:.1f} MB)"
        for path in files
    ]
    said = f' <span class="dl-books">All of it is also a book: {" and ".join(kinds)}.</span>'
    text, count = re.subn(
        r"(<p><strong>Read\.</strong>.*?)(</p>)", rf"\1{said}\2", text, flags=re.S
    )
    if count != 1:
        raise BookError(f'Expected one paragraph "Read." in {index}. Received: {count}')
    with complete(index) as part:
        part.write_text(text, encoding="utf-8")


def make(site: Path, *, pdf: bool) -> list[Path]:
    """Write the books into the site, and link them; return their files."""
    parts = read_parts(site, os.environ.get("DIGITLEARN_SITE_URL", ""))
    books = {site / "digitlearn.pdf": print_pdf(site, parts)} if pdf else {}
    about = epub.About(TITLE, SUBTITLE, AUTHOR, version("digitlearn"))
    books[site / "digitlearn.epub"] = epub.write(site, about, parts, licences(), pen(site))
    for path, content in books.items():
        with complete(path) as part:
            part.write_bytes(content)
    link_from_front(site, list(books))
    return list(books)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 1 if there is no book."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("--no-pdf", action="store_true", help="make the EPUB alone")
    options = parser.parse_args(arguments)
    try:
        for path in make(options.site, pdf=not options.no_pdf):
            print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
    except (BookError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
