"""Citations: a link to a page's "Further reading" leads to the very item that it names.

A chapter writes ``[Wilson (1927)](#further-reading)``, which JupyterLab can follow too. The item is
the one with that name and year. ``[1947](#further-reading)`` is enough where one item has it.
The page's script, docs/assets/notes.js, shows the item beside the line.
"""

import logging
import re
from html import unescape

log = logging.getLogger("mkdocs.hooks.digitlearn")  # a warning there fails a strict build

LIST = re.compile(r'<h2 id="further-reading">.*?</ul>', re.DOTALL)
ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
LINK = re.compile(r'<a href="#further-reading">(.*?)</a>', re.DOTALL)
NAME = r"[^\W\d_]{2,}"  # initials are shorter
YEAR = r"\d{4}"


def plain(html: str) -> str:
    """Return the words of some HTML."""
    return unescape(re.sub(r"<[^>]+>", "", html))


def lead(html: str) -> str:
    """Return a page whose items of further reading have ids, to which its citations lead."""
    items: dict[str, set[str]] = {}  # the words of each, by its id

    def name(match: re.Match[str]) -> str:
        words = plain(match[1])
        # An item ends with its year, before what is said of it; its pages may look like years.
        found = re.search(rf"({NAME})(?:.*?, ({YEAR})\.)?", words, re.DOTALL)
        key = "-".join(["cited", *filter(None, found.groups())]).lower()
        items[key] = set(re.findall(r"\w+", words))
        return f'<li id="{key}">{match[1]}</li>'

    def cite(match: re.Match[str]) -> str:
        words = plain(match[1])
        named = [re.search(pattern, words) for pattern in (NAME, YEAR)]
        wanted = {found[0] for found in named if found}
        keys = [key for key, there in items.items() if wanted <= there]
        if len(keys) != 1:
            log.warning('Expected one item of further reading for "%s". Found: %s', words, keys)
            return match[0]
        return f'<a href="#{keys[0]}">{match[1]}</a>'

    html = LIST.sub(lambda match: ITEM.sub(name, match[0]), html)
    return LINK.sub(cite, html)
