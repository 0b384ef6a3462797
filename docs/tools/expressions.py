"""`{{ expression }}` in a chapter's prose: where it may stand, and how its value gets in.

`{{ assert condition }}` is a claim: it stands behind the sentence that is true only if the
condition is, and renders to nothing.

`{{ printed }}` below a fence of Python is what this code prints when it is run there: a solution's
result.
"""

import ast
import re
from collections.abc import Mapping

TOKEN = re.compile(  # those in the middle swallow what is left alone
    r"""
      ^```python\n(?P<code>(?:(?!```)[^\n]*\n)+)```\n\n\{\{[ ]printed[ ]\}\}  # code to be run
    | ^[ >]*(?P<fence>`{3,}|~{3,}).*?(?:^[ >]*(?P=fence)[`~]*[ ]*$|\Z)  # other fenced code
    | (?<![\\`])(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`)            # inline code
    | (?<!\\)\$\$.+?\$\$                                                # display math
    | (?<![\\$])\$(?![\s$])(?:\\.|(?!\n\s*\n)[^$\\])+?(?<!\s)\$(?!\d)   # inline math
    | (?P<gap>\s*)\{\{(?P<expression>.+?)\}\}""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
CLAIM = "assert "
CODE = "printed by:\n"  # begins what stands for a fence of code to be run
CLAIMS = re.compile(r"\s*\{\{\s*assert .+?\}\}", re.DOTALL)


def find(markdown: str) -> list[str]:
    """Return the expressions in a Markdown text, claims and code to be run among them, in order."""
    found = []
    for match in TOKEN.finditer(markdown):
        if match["code"]:
            found.append(CODE + match["code"])
        elif match["expression"]:
            found.append(match["expression"].strip())
    return found


def render(markdown: str, values: Mapping[str, str]) -> str:
    """Put the values in their expressions' places; a claim goes, with the space before it."""

    def fill(match: re.Match[str]) -> str:
        if match["code"]:
            shown = values[CODE + match["code"]]
            return f"```python\n{match['code']}```\n\nIt prints:\n\n```text\n{shown}```"
        if not match["expression"]:
            return match[0]
        expression = match["expression"].strip()
        gap = "" if expression.startswith(CLAIM) else match["gap"]
        return gap + values[expression]

    return TOKEN.sub(fill, markdown)


def sentence_before(markdown: str, claim: str) -> str:
    """Return the text that a claim protects: what is between it and the full stop before."""
    for match in TOKEN.finditer(markdown):
        if match["expression"] and match["expression"].strip() == claim:
            text = re.sub(
                r"\s*\{\{\s*assert .+?\}\}", "", markdown[: match.start()], flags=re.DOTALL
            )
            parts = re.split(r"(?<=[.:?!])\s+|\n\s*\n", text.strip())
            return " ".join(parts[-1].split())
    raise ValueError(f"Expected a claim of this text. Received: {claim}")


def operands(claim: str) -> list[str]:
    """Return what a claim compares, as source code: names, attributes, calls, items."""
    tree = ast.parse(f"({claim.removeprefix(CLAIM)})", mode="eval")
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                if not isinstance(side, ast.Constant) and ast.unparse(side) not in found:
                    found.append(ast.unparse(side))
    return found
