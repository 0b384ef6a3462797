"""MkDocs hook: of the theme's files, those that pages use, and of its style sheet, those rules.

The theme brings a script and a search for every language, and styles for everything it can do.
What answers on our pages is assets/page.js. A rule of the theme's style sheet stays where all
classes that it names are in a page or in a script of the site. What is left of it and the site's
own sheets for the screen become one, assets/site.css: a page is drawn when its last one is here.
"""

import re
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

UNUSED = re.compile(r"assets/(javascripts/|images/favicon\.png|stylesheets/(palette|.*\.map))")
SHEETS = ["site.css", "practice/practice.css", "live/live.css", "try/try.css"]  # in this order
REFERENCE = "assets/_mkdocstrings.css"  # of use to the pages of the reference alone
DARK, ANY = '[data-md-color-scheme="slate"]', "[data-md-color-scheme]"
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
QUOTED = r"url\((?:\"[^\"]*\"|'[^']*'|[^)]*)\)"
VARIABLE = re.compile(rf"(--md-[\w-]+):(?:{QUOTED}|[^;{{}}])*;?")  # as it is set


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave out the theme's files that no page asks for."""
    for file in [file for file in files if UNUSED.match(file.src_uri)]:
        files.remove(file)
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Have main.html alone ask for the reference's style sheet."""
    config.extra_css[:] = [sheet for sheet in config.extra_css if sheet != REFERENCE]
    return env


def words(site: Path) -> set[str]:
    """Return everything in the site's pages and scripts that may be the name of a class."""
    found: set[str] = set()
    for path in site.rglob("*.html"):
        for value in re.findall(r'\bclass="([^"]*)"', path.read_text("utf-8")):
            found.update(value.split())
    for path in site.rglob("*.js"):
        found.update(re.findall(r"[A-Za-z_][\w-]*", path.read_text("utf-8")))
    return found


def kept(selectors: str, names: set[str]) -> str:
    """Return those of a rule's selectors that may fit an element."""
    fitting = []
    for one in re.split(r",(?![^(]*\))", selectors):  # a comma in parentheses parts no selectors
        needed = CLASS.findall(re.sub(r"\([^()]*\)", "", one))
        if set(needed) <= names:
            fitting.append(one)
    return ",".join(fitting)


def end(css: str, begin: int) -> int:
    """Return where the block ends that begins at a brace."""
    depth = 0
    for brace in re.compile("[{}]").finditer(css, begin):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    raise ValueError(f"Expected a brace for each that opens. Received: {css[begin : begin + 80]}")


def prune(css: str, names: set[str]) -> str:
    """Return a style sheet without the rules that fit no element."""
    out = ""
    at = 0
    while (begin := css.find("{", at)) >= 0:
        head = css[at:begin].rpartition(";")[2].strip()
        at = end(css, begin) + 1
        body = css[begin + 1 : at - 1]
        if head.startswith(("@media", "@supports")):
            body = prune(body, names)
        elif not head.startswith("@"):
            head = kept(head, names)
        if head and body:
            out += f"{head}{{{body}}}"
    return out


def drop_variables(css: str, others: str) -> str:
    """Return a style sheet that sets no variable of the theme's which nothing asks for."""
    used = set(re.findall(r"var\((--md-[\w-]+)", css + others))
    return VARIABLE.sub(lambda match: match[0] if match[1] in used else "", css)


def on_post_build(config: MkDocsConfig) -> None:
    """Write the style sheet for the screen, and the dark scheme for pages without JavaScript."""
    assets = Path(config.site_dir, "assets")
    [theme] = assets.glob("stylesheets/main.*.css")
    own = [assets / name for name in SHEETS]
    others = "".join(path.read_text("utf-8") for path in [*own, assets / "print.css"])
    css = re.sub(r"/\*.*?\*/", "", theme.read_text("utf-8"), flags=re.DOTALL)
    css = drop_variables(prune(css, words(assets.parent)), others)
    dark = re.findall(
        rf"^{re.escape(DARK)}[^{{]*{{[^}}]*}}", own[0].read_text("utf-8"), re.MULTILINE
    )
    assets.joinpath("dark.css").write_text("\n".join(dark).replace(DARK, ANY), "utf-8")
    css += "".join(path.read_text("utf-8") for path in own)
    for path in [theme, *own]:
        path.unlink()
    own[0].write_text(css, "utf-8")
