"""`{{ expression }}` in a chapter's prose: where it may stand, and how its value gets in."""

import re
from collections.abc import Mapping

TOKEN = re.compile(  # every alternative but the last swallows what is left alone
    r"""
      ^[ >]*(`{3,}|~{3,}).*?(?:^[ >]*\1[`~]*[ ]*$|\Z)                   # fenced code
    | (?<![\\`])(`+)(?!`).+?(?<!`)\2(?!`)                               # inline code
    | (?<!\\)\$\$.+?\$\$                                                # display math
    | (?<![\\$])\$(?![\s$])(?:\\.|(?!\n\s*\n)[^$\\])+?(?<!\s)\$(?!\d)   # inline math
    | \{\{(?P<expression>.+?)\}\}""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)


def find(markdown: str) -> list[str]:
    """Return the expressions in a Markdown text, in order."""
    return [m["expression"].strip() for m in TOKEN.finditer(markdown) if m["expression"]]


def render(markdown: str, values: Mapping[str, str]) -> str:
    """Put the values in their expressions' places."""
    return TOKEN.sub(
        lambda m: values[m["expression"].strip()] if m["expression"] else m[0], markdown
    )
