"""MkDocs hook: of the theme's files, those that pages use, and of its style sheet, those rules.

The theme brings a script and a search for every language, and styles for everything it can do.
What answers on our pages is assets/page.js. A rule of the theme's style sheet stays where all
classes that it names are in a page or in a script of the site.
"""

import re
from pathlib import Path

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

SHEET = re.compile(r"assets/stylesheets/main\.\w+\.min\.css")
UNUSED = re.compile(r"assets/(javascripts/|images/favicon\.png|stylesheets/(palette|.*\.map))")
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
    """Tell the templates which style sheets of others they need; main.html asks for them."""
    config.extra_css[:] = [sheet for sheet in config.extra_css if sheet != REFERENCE]
    env.globals["theme_sheets"] = [f.src_uri for f in files if SHEET.fullmatch(f.src_uri)]
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
    """Write the theme's style sheet, pruned, and the dark scheme for pages without JavaScript."""
    site = Path(config.site_dir)
    own = [*site.glob("assets/*.css"), *site.glob("assets/*/*.css")]
    sheets = [path for path in own if SHEET.fullmatch(path.relative_to(site).as_posix())]
    others = "".join(path.read_text("utf-8") for path in own if path not in sheets)
    names = words(site)
    for sheet in sheets:
        css = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        sheet.write_text(drop_variables(prune(css, names), others), "utf-8")
    css = site.joinpath("assets/site.css").read_text("utf-8")
    dark = re.findall(rf"^{re.escape(DARK)}[^{{]*{{[^}}]*}}", css, re.MULTILINE)
    site.joinpath("assets/dark.css").write_text("\n".join(dark).replace(DARK, ANY), "utf-8")
