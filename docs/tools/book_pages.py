"""The pages of the built site as the parts of a book: nothing folded, nothing to press.

What the site folds cannot be unfolded on paper. A figure's code is printed below it. Answers and
solutions go to the end of their chapter, so that nobody reads one by accident, and each leads back.
"""

import re
from copy import deepcopy
from pathlib import Path
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement, builder

ENDING = (
    *("glossary.html", "notation.html", "cheatsheet.html"),
    *("results.html", "model_card.html", "evidence.html"),
)
PRESSED = (
    "//script | //noscript | //button | //*[contains(@class, 'headerlink')]"
    " | //*[contains(@class, 'dl-links')] | //*[contains(@class, 'dl-run')]"
    " | //*[contains(@class, 'dl-practice-elsewhere')]"
    " | //pre/span[not(node())]"
)
ANSWERS = ("Solution", "Answer")
# Names that HTML's parser writes small, and XML may not.
NAMES = {"clippath": "clipPath", "lineargradient": "linearGradient"}
ATTRIBUTES = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}


class Part(NamedTuple):
    """A chapter of the book, or a page at its end."""

    slug: str  # what its ids begin with
    title: str
    content: HtmlElement


def read_parts(site: Path, address: str = "") -> list[Part]:
    """Return the parts of the book in order, from a built site.

    Parameters
    ----------
    site : Path
    address : str
        Where the site will be: links to pages that are not in the book lead there. Without it
        they are text.

    Raises
    ------
    ValueError
        If there is no such site, or a page has no text or no title.
    """
    chapters = sorted(path.relative_to(site).as_posix() for path in site.glob("chapters/*.html"))
    if not chapters:
        raise ValueError(f"Expected a built site with chapters. Received: {site}")
    names = chapters + [name for name in ENDING if (site / name).is_file()]
    slugs = {name: slug(name) for name in names}
    return [read_part(site, name, slugs, address) for name in names]


def slug(name: str) -> str:
    """Return what a page's ids begin with: c1 for a chapter, or its name."""
    stem = Path(name).stem
    number = re.match(r"\d+", stem)
    return f"c{int(number[0])}" if number else stem


def read_part(site: Path, name: str, slugs: dict[str, str], address: str) -> Part:
    """Return a page of the site as a part of the book."""
    page = site / name
    tree = html.fromstring(inline(page.read_text(encoding="utf-8"), page.parent))
    articles = tree.xpath("//article")
    headings = tree.xpath("//article//h1")
    if not articles or not headings:
        raise ValueError(f"Expected a page with a text and a title. Received: {site / name}")
    content = builder.DIV(*articles[0])
    for element in content.xpath(PRESSED):
        element.drop_tree()
    for element in content.iter():
        mend_names(element)
    unfold(content, slugs[name])
    lead_within(content, name, slugs, address)
    heading = content.find(".//h1")
    title = " ".join(heading.text_content().split())
    content.set("id", slugs[name])
    return Part(slugs[name], title.removeprefix("Chapter "), content)


def inline(text: str, folder: Path) -> str:
    """Return a page with its figures in it, their ids made unique, instead of links to them."""

    def figure(match: re.Match[str]) -> str:
        path = folder / match[1]
        svg = re.sub(
            r"<style>.*?</style>|<filter.*?</filter>", "", path.read_text(encoding="utf-8")
        )
        svg = re.sub(r'( id="|url\(#|href="#)', rf"\g<1>{path.stem}-", svg)
        return svg.replace("<svg", f'<svg role="img" aria-label="{match[2]}"', 1)

    return re.sub(r'<img class="dl-figure" src="([^"]*)" alt="([^"]*)"[^>]*>', figure, text)


def mend_names(element: HtmlElement) -> None:
    """Give an element of a figure its right name, and its attributes theirs."""
    if not isinstance(element.tag, str):  # a comment
        return
    element.tag = NAMES.get(element.tag, element.tag)
    for small, right in ATTRIBUTES.items():
        if small in element.attrib:
            element.set(right, element.attrib.pop(small))


def unfold(content: HtmlElement, prefix: str) -> None:
    """Lay open what is folded; answers go to the end."""
    answers = builder.DIV(builder.H2("Answers", id="answers"))
    for details in content.xpath(".//details"):
        label = details.find("summary").text_content().strip()
        details.remove(details.find("summary"))
        details.tag = "div"
        details.attrib.pop("open", None)
        if label.startswith(ANSWERS):
            number = len(answers)
            link = builder.A(f"{label} {number}", href=f"#answer-{number}", id=f"asked-{number}")
            replace(details, builder.P(link, **{"class": "dl-see"}))
            back = builder.A(f"{label} {number}", href=f"#asked-{number}", id=f"answer-{number}")
            details.insert(0, builder.P(back, **{"class": "dl-see"}))
            answers.append(details)
        else:
            details.insert(0, builder.P(label, **{"class": "dl-see"}))
    if len(answers) > 1:
        content.append(answers)


def replace(old: HtmlElement, new: HtmlElement) -> None:
    """Put an element into another one's place; the text after it stays where it is."""
    new.tail, old.tail = old.tail, None
    old.getparent().replace(old, new)


def lead_within(content: HtmlElement, name: str, slugs: dict[str, str], address: str) -> None:
    """Give ids the part's prefix, and links their place in the book."""
    prefix = slugs[name]
    for element in content.xpath(".//*[@id]"):
        element.set("id", f"{prefix}-{element.get('id')}")
    for element in content.xpath(".//*[@*[contains(., '#')]]"):
        for key, value in element.attrib.items():
            if value.startswith("#") and element.tag != "a":
                element.set(key, f"#{prefix}-{value[1:]}")
            element.set(key, element.get(key).replace("url(#", f"url(#{prefix}-"))
    known = set(content.xpath(".//@id"))
    for link in content.xpath(".//a[@href]"):
        target = lead(link.get("href"), name, slugs, address)
        if target is None or (target.startswith(f"#{prefix}-") and target[1:] not in known):
            link.drop_tag()
        else:
            link.set("href", target)
        link.attrib.pop("download", None)


def lead(href: str, name: str, slugs: dict[str, str], address: str) -> str | None:
    """Return where a link of a page leads in the book, or None if it leads nowhere."""
    scheme, _, path, _, fragment = urlsplit(href)
    if scheme:
        return href
    page = normpath(urljoin(name, path)) if path else name
    if page in slugs:
        return f"#{slugs[page]}-{fragment}" if fragment else f"#{slugs[page]}"
    return urljoin(address, urljoin(name, href)) if address else None


def headings(part: Part) -> list[tuple[str, str]]:
    """Return (id, text) of the sections of a part."""
    return [(h.get("id"), " ".join(h.text_content().split())) for h in part.content.iter("h2")]


def markup(content: HtmlElement) -> str:
    """Return a part as XHTML."""
    text = html.tostring(deepcopy(content), encoding="unicode", method="xml")
    text = re.sub(r"<(svg)(?![^>]*xmlns=)", r'<\1 xmlns="http://www.w3.org/2000/svg"', text)
    return re.sub(
        r"<svg(?=[^>]*>(?:(?!</svg>).)*xlink:href)(?![^>]*xmlns:xlink)",
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink"',
        text,
        flags=re.DOTALL,
    )
