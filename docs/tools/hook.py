"""MkDocs hook: notebooks become pages like any other, and the published site serves Colab.

A notebook is written out as Markdown (templates/notebook.html), so the site's own Markdown
renders it: table of contents, search, and strict checks of every link come with that.

Nothing in this project names a public address. Whoever publishes the site sets

- ``DIGITLEARN_SITE_URL``: where the site will be. Its copies of the notebooks then have absolute
  links and a first cell that installs this very version of the package, which the site carries.
- ``DIGITLEARN_REPOSITORY``: ``owner/name`` on GitHub. Chapters then link to Colab, which opens
  their copies on the branch ``gh-pages``.
"""

import base64
import functools
import gc
import hashlib
import logging
import re
from contextlib import chdir
from pathlib import Path
from urllib.parse import urljoin

import citations
import figures
import formulas
import guesses
import live
import nbformat
import practice
from jinja2 import Environment, StrictUndefined
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from outputs import feeds_page

from digitlearn import exercises, pretrained
from digitlearn.exercises.quiz import questions
from digitlearn.files import complete

log = logging.getLogger("mkdocs.hooks.digitlearn")  # a warning there fails a strict build

# Code as Pygments writes it.
BLOCK = re.compile(
    r'<div class="([^"]*\bhighlight)"><pre><span></span><code>(.*?)</code></pre></div>', re.DOTALL
)
INSTALL = """\
# Installs digitlearn and what it still needs here; numpy and tensorflow keep their versions.
from importlib.metadata import distributions
from pathlib import Path

keep = [d for d in distributions() if d.name in ("numpy", "tensorflow", "keras")]
Path("keep.txt").write_text("\\n".join(f"{{d.name}}=={{d.version}}" for d in keep))
%pip install --quiet --constraint keep.txt {wheel} onnx onnxruntime"""


def add_figure(config: MkDocsConfig, files: Files, svg: str, alt: str | None, name: str) -> str:
    """Publish a figure as a file; return the element that shows it."""
    if not alt:
        log.warning("Figure %s has no alt text.", name)
    css = Path(config.docs_dir, "assets/site.css").read_text("utf-8")
    content = figures.picture(svg, css)
    files.append(File.generated(config, f"chapters/figures/{name}.svg", content=content))
    return figures.element(svg, alt or "", f"figures/{name}.svg")


def on_startup(command: str, dirty: bool) -> None:
    """Look for no garbage in a build, which ends too soon for that to pay.

    That takes 21 MB more than 123, and 0.4 s less than 4.7. What serves goes on and on.
    """
    if command == "build":
        gc.disable()


def on_config(config: MkDocsConfig) -> None:
    """Make the links that need a public address; keep a line for each chapter off the terminal."""
    logging.getLogger("mkdocs.plugins.mkdocs_jupyter").setLevel(logging.WARNING)
    repository = config.extra["repository"]
    if repository:
        config.repo_url = f"https://github.com/{repository}"
    if repository and config.extra["published"]:
        colab = f"https://colab.research.google.com/github/{repository}/blob/gh-pages/"
        config.extra["colab"] = colab


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Publish the small network's weights for the page that draws, and what runs exercises."""
    config.extra["templates"] = config.theme.get_env()  # once: each has templates of its own
    source = Path(config.config_file_path).parent / "digitlearn/weights/small.safetensors"
    weights = File.generated(config, "assets/try/small.safetensors", abs_src_path=str(source))
    files.append(weights)
    made, config.extra["python"] = practice.publish(config)
    for file in made:
        files.append(file)
    return files


def integrity() -> str:
    """Return the digest of the page's weights, as a browser asks for it."""
    digest = hashlib.sha256(pretrained.SEALS.with_name("small.safetensors").read_bytes()).digest()
    return "sha256-" + base64.b64encode(digest).decode()


@functools.cache
def layer_sizes() -> list[int]:
    """Return the number of values before and after each Dense layer of the page's network."""
    layers = pretrained.load("small").layers
    kernels = [layer.params["kernel"] for layer in layers if layer.params]
    return [len(kernels[0]), *(kernel.shape[1] for kernel in kernels)]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn a notebook into Markdown, and leave its rendering to MkDocs; fill in what draws."""
    if page.meta.get("draw") or page.meta.get("practice"):
        strict = config.extra["templates"].overlay(trim_blocks=True, undefined=StrictUndefined)
        return strict.from_string(markdown).render(
            units=layer_sizes(),
            integrity=integrity(),
            chapters=functools.partial(practice.chapters, Path(config.docs_dir)),
        )
    if not page.file.src_uri.endswith(".ipynb"):
        return markdown
    # mkdocs-jupyter makes notebooks pages, but its own rendering checks no links, knows no math
    # and brings 570 KB of CSS to every page.
    del page.render
    page.meta["practice"] = "main.js"
    template = config.extra["templates"].get_template("notebook.html")
    notebook = nbformat.reads(markdown, as_version=4)
    guesses.mark(notebook)
    return template.render(
        notebook=notebook,
        figure=functools.partial(add_figure, config, files),
        publish=functools.partial(live.publish, files, config),
        exercise=exercises.get,
        quiz=questions(int(page.file.name[:2])),
        file=f"{page.file.name}.ipynb",
        colab=config.extra["colab"] + page.file.src_uri if "colab" in config.extra else "",
    )


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead citations to their items, turn math into MathML, lighten code, set a number apart."""
    html = formulas.write(citations.lead(html))
    html = guesses.add_forms(practice.fold_answers(html))
    # Only keywords, comments and the prompts and answers of examples have a colour; marks for
    # the rest would double a page's size.
    plain = r'<span class="(?!(?:k|kn|kd|kc|ow|c1|sd|gp|go)")[a-z][a-z0-9]?">([^<]*)</span>'
    html = BLOCK.sub(r'<pre class="\1"><code>\2</code></pre>', re.sub(plain, r"\1", html))
    number = r'\1<span class="dl-number">Chapter \2</span> '
    return re.sub(r"(<h1[^>]*>)(\d+) ", number, html, count=1)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """Tell the templates which modules pages need at once."""
    scripts = sorted(file.src_uri for file in files if file.src_uri.endswith(".js"))
    env.globals["modules"] = [n for n in scripts if re.match(r"assets/try/(?!main)", n)]
    later = r"assets/practice/(?!main|progress|python|worker)"
    env.globals["practice_modules"] = [n for n in scripts if re.match(later, n)]
    return env


def on_post_build(config: MkDocsConfig) -> None:
    """Fit the published copies of the notebooks to run anywhere, where an address is known."""
    if not config.extra["published"]:
        return
    from hatchling.build import build_wheel

    with chdir(Path(config.config_file_path).parent):
        wheel = build_wheel(str(Path(config.site_dir, "assets")))
    source = INSTALL.format(wheel=urljoin(config.site_url, f"assets/{wheel}"))
    for path in Path(config.site_dir).rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        address = urljoin(config.site_url, path.relative_to(config.site_dir).as_posix())
        notebook.cells = [cell for cell in notebook.cells if not feeds_page(cell)]
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = absolute_links(cell.source, address)
        first = [cell.cell_type for cell in notebook.cells].index("code")
        notebook.cells.insert(first, nbformat.v4.new_code_cell(source, id="install"))
        with complete(path) as part:
            nbformat.write(notebook, part)


def absolute_links(markdown: str, address: str) -> str:
    """Return the Markdown with its relative links made absolute, to the site's pages."""

    def link(match: re.Match[str]) -> str:
        page = re.sub(r"\.(ipynb|md)(?=#|$)", ".html", match[1])
        return f"]({urljoin(address, page)})"

    return re.sub(r"\]\((?!\w+:)([^)\s]+)\)", link, markdown)
