"""MkDocs hook: the reference has a page for every module of the package.

Pages, their places in the navigation, the table of the overview and the lines that say which
chapters use a module are read from the package and the notebooks.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

TABLE = "<!-- table of modules -->"
ELSEWHERE = {"__init__", "__main__", "cli"}  # the command line has a page written by hand
SHOW_SOURCE = {"layers", "losses", "optimizers", "network", "training"}
# The chapters, by number, that a reader who wants to understand a module is sent to.
EXPLAINED = {
    "augmentation": [7],
    "data": [2],
    "evaluation": [6],
    "ink": [8],
    "keras_models": [1, 3],
    "layers": [3],
    "losses": [3, 4],
    "network": [3],
    "optimizers": [4],
    "pictures": [8],
    "pieces": [8],
    "preprocessing": [2],
    "training": [4, 5],
}
NOTES = {
    "exercises": "How to use them in a class, and to add one: [for teachers](../teaching.md).",
    "export": "On the command line it is [`digitlearn export`](cli.md#export).",
    "pretrained": "What the networks are, and are not, good for: [model card](../model_card.md).",
}
PAGE = """\
---
search:
  boost: 0.3
---

# {name}

{notes}

::: digitlearn.{name}
    options:
      show_source: {show_source}
"""
SOURCE = """
<details class="dl-source-code" markdown="1">
<summary>The whole module: digitlearn/{name}.py</summary>

````python
{source}
````

</details>
"""


def read_package(folder: Path) -> dict[str, str]:
    """Return the source of each module by its name; what a module imports comes before it."""
    paths = {path.stem: path for path in folder.glob("*.py")}
    paths |= {path.parent.name: path for path in folder.glob("*/__init__.py")}
    sources = {name: path.read_text(encoding="utf-8") for name, path in sorted(paths.items())}
    exports = read_exports(sources["__init__"])
    waiting = {name: used_modules(source, exports) for name, source in sources.items()}
    ordered: dict[str, str] = {}
    while waiting:
        ready = [name for name, used in waiting.items() if not used & waiting.keys() - {name}]
        if not ready:
            raise PluginError(f"Expected modules without circular imports. Received: {[*waiting]}")
        for name in ready:
            ordered[name] = sources[name]
            del waiting[name]
    return {name: source for name, source in ordered.items() if name not in ELSEWHERE}


def read_exports(source: str) -> dict[str, str]:
    """Return, for each name that the package itself offers, the module it is from."""
    exports: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("digitlearn."):
            exports |= {alias.name: str(node.module).split(".")[1] for alias in node.names}
    return exports


def used_modules(source: str, exports: dict[str, str]) -> set[str]:
    """Return the package's modules that some code imports, or takes a name of."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        for path in package_paths(node):
            found.add(exports.get(path[0], path[0]))
    return found


def package_paths(node: ast.AST) -> Iterator[list[str]]:
    """Yield what a piece of code names in the package: ["layers"] or ["load"]."""
    if isinstance(node, ast.Import):
        paths = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        paths = [f"{node.module}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        paths = [f"{node.value.id}.{node.attr}"]
    else:
        paths = []
    for path in paths:
        top, *rest = path.split(".")
        if top == "digitlearn" and rest:
            yield rest


def read_chapters(folder: Path, exports: dict[str, str]) -> dict[str, set[str]]:
    """Return the modules that each chapter's code cells use, by the notebook's name."""
    chapters = {}
    for path in sorted(folder.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        python = re.sub(r"^[ \t]*[%!].*$", "", "\n".join(code), flags=re.MULTILINE)
        chapters[path.name] = used_modules(python, exports)
    return chapters


def chapter_line(name: str, chapters: dict[str, set[str]]) -> str:
    """Say, with links, where a module is explained and where else it is used."""
    used = {int(chapter[:2]): chapter for chapter, modules in chapters.items() if name in modules}
    explained = EXPLAINED.get(name, [])
    if not used.keys() >= {*explained}:
        raise PluginError(f"Expected {name} in chapters {explained}. It is used in: {[*used]}")

    def link(numbers: list[int]) -> str:
        links = [f"[{number}](../chapters/{used[number]})" for number in numbers]
        text = ", ".join(links[:-1]) + " and " * (len(links) > 1) + links[-1]
        return ("chapters " if len(links) > 1 else "chapter ") + text

    others = [number for number in used if number not in explained]
    parts = [f"explained in {link(explained)}"] if explained else []
    parts += [f"used in {link(others)}"] if others else []
    line = "; ".join(parts)
    return f"{line[0].upper()}{line[1:]}." if line else ""


def write_page(name: str, source: str, chapters: dict[str, set[str]]) -> str:
    """Return the Markdown of a module's page."""
    notes = f"{chapter_line(name, chapters)} {NOTES.get(name, '')}".strip()
    show_source = name in SHOW_SOURCE
    page = PAGE.format(name=name, notes=notes, show_source=str(show_source).lower())
    return page + (SOURCE.format(name=name, source=source) if show_source else "")


def write_table(modules: dict[str, str]) -> str:
    """Return the overview's table: what each module's docstring says first."""
    rows = ["| module | what it does |", "|---|---|"]
    for name, source in modules.items():
        summary = (ast.get_docstring(ast.parse(source)) or "").split("\n\n")[0].replace("\n", " ")
        rows.append(f"| [`{name}`]({name}.md) | {summary} |")
    return "\n".join(rows)


def on_config(config: MkDocsConfig) -> None:
    """Put the modules into the navigation, between the overview and the command line."""
    modules = read_package(Path(config.config_file_path).parent / "digitlearn")
    config.extra["modules"] = modules
    reference = next(entry["Reference"] for entry in config.nav or [] if "Reference" in entry)
    reference[1:1] = [{name: f"reference/{name}.md"} for name in modules]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each module."""
    package = Path(config.config_file_path).parent / "digitlearn"
    exports = read_exports((package / "__init__.py").read_text(encoding="utf-8"))
    chapters = read_chapters(Path(config.docs_dir, "chapters"), exports)
    for name, source in config.extra["modules"].items():
        page = write_page(name, source, chapters)
        files.append(File.generated(config, f"reference/{name}.md", content=page))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in the overview's table."""
    if TABLE not in markdown:
        return markdown
    return markdown.replace(TABLE, write_table(config.extra["modules"]))
