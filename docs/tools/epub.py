"""An EPUB 3 of the book: what https://www.w3.org/TR/epub-33/ asks for, and no more."""

import hashlib
import re
import zipfile
from collections.abc import Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from book_pages import Part, headings, markup

from digitlearn import palette

EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip's first moment: the same book is the same file
FONTS = ("source-serif-4-latin-400-normal", "ibm-plex-mono-latin-400-normal")
CSS = Path(__file__).with_name("epub.css")
PAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
 lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>{body}</body>
</html>
"""
PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:digitlearn:{digest}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>en</dc:language>
<dc:description>{subtitle}</dc:description>
<dc:rights>Text and figures: CC BY 4.0. Code: MIT.</dc:rights>
<meta property="dcterms:modified">1980-01-01T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Formulas are MathML, figures have a text.</meta>
</metadata>
<manifest>
{items}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
COVER = """\
<?xml version="1.0" encoding="utf-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800">
<rect width="600" height="800" fill="{paper}"/>
<g fill="none" stroke="{accent}" stroke-width="5" stroke-linecap="round"
 stroke-linejoin="round" transform="translate(20 180)">{digits}</g>
<text x="40" y="360" font-family="serif" font-size="50" fill="{ink}">Read handwriting</text>
<text x="40" y="420" font-family="serif" font-size="50" fill="{ink}">with four layers</text>
<text x="40" y="740" font-family="serif" font-size="22" fill="{ink}">{author}</text>
</svg>
"""
TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class About(NamedTuple):
    """What a book says of itself."""

    title: str
    subtitle: str
    author: str
    version: str


def write(site: Path, about: About, parts: Sequence[Part], licences: str, pen: str) -> bytes:
    """Return the book as the content of an EPUB file."""
    pages = {f"{part.slug}.xhtml": across(plain(markup(part.content)), parts) for part in parts}
    pages["licences.xhtml"] = f'<div id="licences">{licences}</div>'
    titles = {f"{part.slug}.xhtml": part.title for part in parts} | {"licences.xhtml": "Licences"}
    title = f"<h1>{about.title}</h1><p>{about.subtitle}</p>"
    title += f"<p>{about.author}<br/>digitlearn {about.version}</p>"
    files = {"title.xhtml": page(about.title, title)}
    files["nav.xhtml"] = page("Contents", navigation(parts))
    for name, body in pages.items():
        files[name] = page(titles[name], body)
    digits = re.sub(r"</?svg[^>]*>", "", pen)
    colours = {"paper": palette.PAPER, "ink": palette.INK, "accent": palette.ACCENT}
    files["cover.svg"] = COVER.format(digits=digits, author=about.author, **colours)
    files["book.css"] = CSS.read_text(encoding="utf-8")
    contents = {name: text.encode() for name, text in files.items()}
    for font in FONTS:
        contents[f"{font}.woff2"] = (site / f"assets/fonts/{font}.woff2").read_bytes()
    contents["package.opf"] = package(about, contents, ["title.xhtml", "nav.xhtml", *pages])
    return archive(contents)


def page(title: str, body: str) -> str:
    """Return a page of the book."""
    return PAGE.format(title=escape(title), body=body)


def plain(text: str) -> str:
    """Return a page's XHTML with its figures in the colours of ink on paper.

    Not every reader of books knows the variables that a site's style sheet gives its colours.
    """
    text = text.replace("var(--dl-paper)", "white")  # as a book's pages are
    for name in ("muted", "hairline", "accent", "wrong", "ink"):
        text = text.replace(f"var(--dl-{name})", getattr(palette, name.upper()))
    return re.sub(r' (markdown|data-[\w-]+|align)="[^"]*"', "", text)


def across(text: str, parts: Sequence[Part]) -> str:
    """Return a page whose links lead to the other pages' files."""
    slugs = [part.slug for part in parts]

    def link(match: re.Match[str]) -> str:
        anchor = match[1]
        of = next((s for s in slugs if anchor == s or anchor.startswith(f"{s}-")), None)
        return f'href="{of}.xhtml#{anchor}"' if of else match[0]

    return re.sub(r'(?<=<a )href="#([^"]*)"', link, text)


def navigation(parts: Sequence[Part]) -> str:
    """Return the navigation document's body."""
    items = []
    for part in parts:
        name = f"{part.slug}.xhtml"
        below = [
            f'<li><a href="{name}#{at}">{escape(text)}</a></li>' for at, text in headings(part)
        ]
        nested = f"<ol>{''.join(below)}</ol>" if below else ""
        items.append(f'<li><a href="{name}">{escape(part.title)}</a>{nested}</li>')
    items.append('<li><a href="licences.xhtml">Licences</a></li>')
    return f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{"".join(items)}</ol></nav>'


def package(about: About, contents: dict[str, bytes], spine: Sequence[str]) -> bytes:
    """Return the package document: what the book is, what belongs to it, and in which order."""
    items = []
    for name, content in contents.items():
        properties = {"nav.xhtml": ["nav"], "cover.svg": ["cover-image"]}.get(name, [])
        if name.endswith(".xhtml"):
            properties += [kind for kind in ("svg", "mathml") if has(content, kind)]
        said = f' properties="{" ".join(properties)}"' if properties else ""
        kind = TYPES[Path(name).suffix]
        items.append(f'<item id="{identifier(name)}" href="{name}" media-type="{kind}"{said}/>')
    order = [f'<itemref idref="{identifier(name)}"/>' for name in spine]
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()[:32]
    said = about._asdict() | {"digest": digest}
    lines = {"items": "\n".join(items), "spine": "\n".join(order)}
    return PACKAGE.format(**said, **lines).encode()


def identifier(name: str) -> str:
    """Return the id of a file in the manifest."""
    return f"i-{name.replace('.', '-')}"


def has(content: bytes, kind: str) -> bool:
    """Say whether a page has figures or formulas of that kind."""
    return {"svg": b"<svg", "mathml": b"<math"}[kind] in content


def archive(contents: dict[str, bytes]) -> bytes:
    """Return the files as one; its type stands first, uncompressed."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype", EPOCH), "application/epub+zip")
        container = {"META-INF/container.xml": CONTAINER.encode()}
        named = {f"book/{name}": content for name, content in contents.items()}
        for name, content in {**container, **named}.items():
            info = zipfile.ZipInfo(name, EPOCH)
            file.writestr(info, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
