"""The site as it is built: links, weights, figures, math, colours, and what publishing adds."""

import gzip
import importlib.util
import json
import logging
import re
from html import unescape
from html.parser import HTMLParser
from posixpath import join, normpath
from types import SimpleNamespace
from urllib.parse import unquote, urljoin, urlsplit

import figures
import lessons
import nbformat
import numpy as np
import pytest
import reference
from building import ROOT, build_site
from mkdocs.structure.files import Files
from outputs import code_cells, feeds_page

from digitlearn import options, palette, pretrained

PACKAGE = ROOT / "digitlearn"
ADDRESS = "https://example.org/digits/"

_spec = importlib.util.spec_from_file_location("hook", ROOT / "docs/tools/hook.py")
hook = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hook)


class Page(HTMLParser):
    """The elements of a page: a list of (tag, attributes)."""

    def __init__(self, path):
        super().__init__()
        self.elements = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def values(self, *names):
        """Return (tag, value) for every attribute of these names."""
        return [(tag, attrs[n]) for tag, attrs in self.elements for n in names if n in attrs]


@pytest.fixture(scope="module")
def pages(site):
    return {path.relative_to(site).as_posix(): Page(path) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the folder of the site as it is built for a public address."""
    folder = tmp_path_factory.mktemp("published")
    public = {"DIGITLEARN_SITE_URL": ADDRESS, "DIGITLEARN_REPOSITORY": "owner/name"}
    build = build_site(folder, **public)
    assert build.returncode == 0, build.stderr
    return folder


def chapters(site):
    found = sorted(site.glob("chapters/*.html"))
    assert found, "the site has no chapters"
    return found


def test_site_has_a_page_for_every_source_and_no_sources(site):
    docs = ROOT / "docs"
    sources = [*docs.glob("*.md"), *docs.glob("reference/*.md"), *docs.glob("chapters/*.py")]
    expected = {path.relative_to(docs).with_suffix(".html").as_posix() for path in sources}
    expected |= {f"reference/{module}.html" for module in reference.read_package(PACKAGE)}
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert built == expected | {"404.html"}
    assert not [*site.rglob("*.py"), *site.rglob("tools")]


def test_chapters_weigh_little_without_their_figures(site):
    for path in chapters(site):
        html = path.read_text(encoding="utf-8")
        assert len(html.encode()) < 150_000, path.name


def test_a_chapters_first_view_is_light(site, pages):
    always = ["assets/site.css", "assets/page.js", "assets/scheme.js", "assets/print.css"]
    always += [path.relative_to(site).as_posix() for path in site.glob("assets/fonts/*.woff2")]
    for path in chapters(site):
        name = path.relative_to(site).as_posix()
        asked = [value for tag, value in pages[name].values("href", "src") if tag != "a"]
        asked = {normpath(join("chapters", urlsplit(value).path)) for value in asked}
        asked = {value for value in asked if not value.endswith((".html", ".ipynb"))}
        drawn = sorted(value for value in asked if "/figures/" in value)
        asked = {*asked, *always, name} - {*drawn[3:]}  # the others wait for the reader
        sizes = {one: len(gzip.compress((site / one).read_bytes())) for one in asked}
        assert sum(sizes.values()) < 200_000, (name, sizes)


def test_a_chapter_has_few_elements(site, pages):
    for path in chapters(site):
        elements = pages[path.relative_to(site).as_posix()].elements
        assert len(elements) < 1400, path.name


def test_local_links_lead_somewhere(site, pages):
    for name, page in pages.items():
        if name == "404.html":  # shown at any address, so its links cannot be relative
            continue
        for _, value in page.values("href", "src"):
            scheme, host, path, _, fragment = urlsplit(value)
            if scheme or host:
                continue
            assert not path.startswith("/"), f"{name}: {value} ignores where the site lies"
            target = unquote(urljoin(name, path)) if path else name
            assert (site / target).is_file(), f"{name}: no {value}"
            if fragment and target in pages:
                ids = {value for _, value in pages[target].values("id", "name")}
                assert fragment in ids or fragment.startswith("__"), f"{name}: no {value}"


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for name, page in pages.items():
        loaded = [v for _, v in page.values("src", "srcset", "poster", "data", "xlink:href")]
        loaded += [v for tag, v in page.values("href") if tag in ("link", "image", "use")]
        assert not [v for v in loaded if re.match(r"(https?:)?//", v)], name
    for path in site.rglob("*.css"):
        imported = re.findall(
            r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')]+)", path.read_text()
        )
        assert not imported, path.name


def test_every_page_says_what_it_may_run(site):
    for path in site.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        [policy] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', html)
        before = html[: html.index("Content-Security-Policy")]
        assert not re.search("<(script|link|style)", before), path
        assert not re.search('<link rel="(next|prev)', html), path
        [rule] = [r for r in unescape(policy).split("; ") if r.startswith("script-src ")]
        assert rule == "script-src 'self' 'wasm-unsafe-eval'"
        assert not re.search("<script>|<script (?!src=|type=)", html), path


def test_one_small_script_runs_before_a_page_is_drawn(pages, site):
    assert site.joinpath("assets/scheme.js").stat().st_size < 600
    for name, page in pages.items():
        scripts = [attrs for tag, attrs in page.elements if tag == "script" and "src" in attrs]
        early = [attrs["src"] for attrs in scripts if attrs.get("type") != "module"]
        assert [src.rpartition("/")[2] for src in early] == ["scheme.js"], name
        assert len(scripts) > 1, name


def test_a_page_waits_for_one_small_style_sheet(site, pages):
    assert not [*site.glob("assets/javascripts/**/*.js"), *site.rglob("*.map")]
    for name, page in pages.items():
        links = [a for _, a in page.elements if a.get("rel") == "stylesheet"]
        sheets = [link["href"] for link in links if "media" not in link]
        others = {sheet.rpartition("/")[2] for sheet in sheets} - {"_mkdocstrings.css"}
        assert others == {"site.css"}, name
    css = site.joinpath("assets/site.css").read_text(encoding="utf-8")
    theme, own, _ = css.partition(CSS.read_text(encoding="utf-8"))
    assert own
    assert len(gzip.compress(theme.encode())) < 11_000
    assert len(gzip.compress(css.encode())) < 18_000
    assert not {*site.glob("assets/*/*.css")}  # all is in it


def test_a_page_without_javascript_may_be_dark(site, pages):
    dark = site.joinpath("assets/dark.css").read_text(encoding="utf-8")
    slate = scheme_named("slate")
    assert slate
    assert all(f"--dl-{name}: {colour};" in dark for name, colour in slate.items())
    assert "slate" not in dark
    for page in pages.values():
        [sheet] = [a for _, a in page.elements if "dark.css" in a.get("href", "")]
        assert sheet["media"] == "(prefers-color-scheme: dark)"


def test_shared_pages_show_a_picture_of_theirs(published, site):
    own = ("index.html", "try.html", "results.html")
    seen = {}
    for path in published.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        if path.name == "404.html":
            continue
        [address] = re.findall('<meta property="og:image" content="(.*?)">', html)
        picture = published / address.removeprefix(ADDRESS)
        assert picture.read_bytes().startswith(b"\x89PNG"), path
        if path.parent.name == "chapters" or path.relative_to(published).as_posix() in own:
            assert picture.stem == path.stem
            seen[picture.read_bytes()] = path
    assert len(seen) == len([*published.glob("chapters/*.html"), *own])
    assert "og:image" not in (site / "index.html").read_text(encoding="utf-8")


def test_every_module_of_the_drawing_page_is_asked_for_at_once(site, pages):
    modules = {f"assets/try/{path.name}" for path in site.glob("assets/try/*.js")}
    elements = pages["index.html"].elements
    asked = [attrs["href"] for tag, attrs in elements if attrs.get("rel") == "modulepreload"]
    asked += [attrs["src"] for _, attrs in elements if attrs.get("type") == "module"]
    assert len(modules) > 10
    assert sorted(asked) == sorted([*modules, "assets/page.js"])
    assert not any(
        attrs.get("rel") == "modulepreload" for _, attrs in pages["glossary.html"].elements
    )


def test_every_picture_has_a_text(pages):
    for name, page in pages.items():
        for tag, attrs in page.elements:
            if tag == "img":
                assert attrs.get("alt"), f"{name}: {attrs}"
            if attrs.get("role") == "img":
                assert attrs.get("aria-label"), f"{name}: {attrs}"


def test_ids_are_unique(pages):
    for name, page in pages.items():
        ids = [value for _, value in page.values("id")]
        assert len(ids) == len(set(ids)), name


def test_ids_of_figures_are_unique(site):
    for path in site.glob("chapters/figures/*.svg"):
        ids = re.findall(r' id="([^"]*)"', path.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids)), path.name


def test_figures_use_the_pages_colours_only(site, pages):
    named = {colour for name in ("default", "slate") for colour in scheme_named(name).values()}
    for path in chapters(site):
        elements = pages[path.relative_to(site).as_posix()].elements
        shown = [attrs for _, attrs in elements if attrs.get("class") == "dl-figure"]
        assert shown, f"{path.name} shows no figure"
        for figure in shown:
            assert int(figure["width"]) > 60
            assert figure["loading"] == "lazy"
            svg = (path.parent / figure["src"]).read_text(encoding="utf-8")
            style, drawn = re.fullmatch("(.*</style>)(.*)", svg, re.DOTALL).groups()
            assert set(re.findall(r"#[0-9a-fA-F]{6}\b", style)) <= named
            drawn = re.sub(r"data:image/\w+;base64,[^\"]*", "", drawn)
            assert not re.findall(r"[:\"]\s*#[0-9a-fA-F]{3,8}\b", drawn), figure["src"]


def test_chapters_say_their_number_and_how_to_run_them(site):
    for path in chapters(site):
        html = path.read_text(encoding="utf-8")
        assert f'<span class="dl-number">Chapter {int(path.name[:2])}</span>' in html
        assert f'<a href="{path.stem}.ipynb" download>Download notebook</a>' in html
        assert f"jupyter lab --ServerApp.root_dir=docs docs/chapters/{path.stem}.ipynb" in html
        assert "colab" not in html
        notebook = path.with_suffix(".ipynb").read_bytes()
        assert notebook == (ROOT / "docs/chapters" / f"{path.stem}.ipynb").read_bytes()


def test_every_page_describes_itself(site, pages):
    seen = {}
    for path, page in pages.items():
        metas = [attrs for tag, attrs in page.elements if tag == "meta"]
        said = {attrs.get("name", attrs.get("property")): attrs.get("content") for attrs in metas}
        assert 20 <= len(said["description"]) <= 160, path
        assert said["og:description"] == said["description"]
        assert said["og:title"]
        if path == "index.html":
            assert said["og:title"] == said["og:site_name"] == "digitlearn"
        if path not in ("404.html", "index.html"):
            assert said["description"] not in seen, (path, seen)
            seen[said["description"]] = path


def test_answers_wait_until_they_are_asked_for(site):
    asked = 0
    for path in chapters(site):
        html = path.read_text(encoding="utf-8")
        boxes = re.findall(r"<blockquote>\s*<p><strong>Check your.*?</blockquote>", html, re.DOTALL)
        for box in boxes:
            assert box.count("<p><strong>Check") == 1
            assert re.search(r"</p>\s*<details>\s*<summary>Answer</summary>\s*<p>", box)
        asked += len(boxes)
    assert asked >= 8


def test_chapters_say_how_long_they_take(site):
    found = chapters(site)
    for number, path in enumerate(found, start=1):
        html = path.read_text(encoding="utf-8")
        minutes = re.search(rf"Chapter {number} of {len(found)}, about (\d+) minutes", html)
        assert 5 <= int(minutes[1]) <= 60


def test_the_page_of_a_wrong_address_leads_on_from_anywhere(published):
    html = (published / "404.html").read_text(encoding="utf-8")
    assert "<title>There is no such page - digitlearn</title>" in html
    links = set(re.findall(r'href="(/digits/[^"]+\.html)"', html))
    assert len(links) > 10
    for link in links:
        assert (published / link.removeprefix("/digits/")).is_file(), link


def test_search_knows_the_chapters_but_not_their_code(site):
    index = json.loads((site / "assets/search.json").read_text(encoding="utf-8"))
    for path in chapters(site):
        found = [section for section in index if section["url"].startswith(f"chapters/{path.name}")]
        assert len(found) > 3
        text = " ".join(section["text"] for section in found)
        assert len(text.split()) > 500
        assert "import numpy" not in text
        assert "plots.use_style" not in text


def test_search_leads_to_places_that_are_there(site, pages):
    index = json.loads((site / "assets/search.json").read_text(encoding="utf-8"))
    for section in index:
        name, _, fragment = section["url"].partition("#")
        ids = {value for _, value in pages[name].values("id")}
        assert not fragment or fragment in ids, section["url"]


def test_broken_link_in_a_chapter_fails_the_build(tmp_path):
    links = "[a](99_none.ipynb) [b](../practice.md#none) ![c](none.png) $\\nonesuch$"
    cells = [*lessons.cells_of_exercises(), nbformat.v4.new_markdown_cell(links)]
    source = lessons.write(tmp_path, cells)
    build = build_site(tmp_path / "site", root=source, PYTHONPATH=str(ROOT))
    assert build.returncode != 0
    for what in ("99_none.ipynb", "practice.md#none", "none.png", r"\nonesuch"):
        assert what in build.stderr
    assert build.stderr.count("WARNING") == 4


def test_published_notebooks_install_the_package_and_link_to_the_site(published):
    [wheel] = published.glob("assets/*.whl")
    for path in published.glob("chapters/*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        install = f"--constraint keep.txt {ADDRESS}assets/{wheel.name} onnx onnxruntime"
        assert code[0].endswith(install)
        original = nbformat.read(ROOT / "docs/chapters" / path.name, as_version=4)
        # The data of the page's figures is the page's alone.
        written = [cell.source for cell in code_cells(original) if not feeds_page(cell)]
        assert code[1:] == written
        prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
        for link in re.findall(r"\]\(([^)]+)\)", prose):
            assert urlsplit(link).scheme in ("http", "https"), link
            if link.startswith(ADDRESS):
                page = urlsplit(link.removeprefix(ADDRESS)).path
                assert (published / page).is_file(), link


def test_published_pages_link_to_colab_and_to_the_source(published):
    for path in chapters(published):
        html = path.read_text(encoding="utf-8")
        colab = "https://colab.research.google.com/github/owner/name/blob/gh-pages/chapters/"
        assert f'href="{colab}{path.stem}.ipynb"' in html
        assert 'href="https://github.com/owner/name"' in html
        assert 'data-md-component="source"' not in html  # which makes the theme call GitHub


def test_serving_publishes_nothing(tmp_path):
    # MkDocs gives the site it serves an address: http://127.0.0.1:8000/
    config = SimpleNamespace(
        extra={"published": False},
        site_url="http://127.0.0.1:8000/",
        site_dir=tmp_path,
        config_file_path=ROOT / "mkdocs.yml",
    )
    hook.on_post_build(config)
    assert not [*tmp_path.iterdir()]


def test_absolute_links_leave_other_links_alone():
    text = (
        "[a](02_b.ipynb#c) [d](../reference/data.md) ![e](../assets/e.svg) [f](https://f.org/g.md)"
    )
    assert hook.absolute_links(text, f"{ADDRESS}chapters/01_x.ipynb") == (
        f"[a]({ADDRESS}chapters/02_b.html#c) [d]({ADDRESS}reference/data.html) "
        f"![e]({ADDRESS}assets/e.svg) [f](https://f.org/g.md)"
    )


def convert(tex, tag="span"):
    """Return what the page shows for math in a line, or displayed (`tag="div"`)."""
    opening, closing = (r"\(", r"\)") if tag == "span" else (r"\[", r"\]")
    html = f'<{tag} class="arithmatex">{opening}{tex}{closing}</{tag}>'
    return hook.on_page_content(html, None, None, None)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x &lt; 1", "<mi>x</mi><mo>&#x0003C;</mo><mn>1</mn>"),
        (r"\ln 10", '<mo lspace="0em" rspace="0.17em">ln</mo><mn>10</mn>'),
        (r"n\log n", '<mo lspace="0.17em" rspace="0.17em">log</mo><mi>n</mi>'),
        (r"\max(0, x)", '<mo lspace="0em" rspace="0em">max</mo><mo stretchy="false">'),
        (r"\ln", '<mo lspace="0em" rspace="0em">ln</mo>'),
        (r"\sqrt{s}", f"<msqrt>{hook.formulas.STRUT}<mi>s</mi></msqrt>"),
        (r"\partial L", "<mi>&#x02202;</mi><mi>L</mi>"),
        ("1 / B", '<mn>1</mn><mo lspace="0" rspace="0">&#x0002F;</mo><mi>B</mi>'),
        (r"98 \pm 0.27", "<mn>98</mn><mo>&#x000B1;</mo><mn>0.27</mn>"),
    ],
)
def test_math_becomes_mathml(tex, expected):
    html = convert(tex)
    assert html.startswith("<math")
    assert 'display="inline"' in html
    assert expected in html
    assert 'display="block"' in convert(tex, "div")


def test_aligned_math_becomes_a_table():
    html = convert(r"\begin{aligned} a &amp;= b \\ c &amp;= d \end{aligned}", "div")
    assert html.count("<mtr>") == 2
    assert html.count("<mtd") == 4


def test_math_that_cannot_be_converted_is_reported(caplog):
    with caplog.at_level(logging.WARNING):
        convert(r"\nonesuch{x}")
    assert r"Math that cannot be converted: \nonesuch{x}" in caplog.text


def test_figure_without_text_is_reported(caplog):
    config = SimpleNamespace(
        docs_dir=ROOT / "docs",
        site_dir="site",
        use_directory_urls=False,
        plugins=SimpleNamespace(_current_plugin="a hook"),
    )
    with caplog.at_level(logging.WARNING):
        hook.add_figure(config, Files([]), '<svg viewBox="0 0 9 9"></svg>', None, "01-02-1")
    assert "Figure 01-02-1 has no alt text" in caplog.text


CSS = ROOT / "docs/assets/site.css"


def scheme_named(name):
    """Return the colours of a scheme of the site: name -> "#rrggbb"."""
    return figures.scheme(CSS.read_text(encoding="utf-8"), name)


def scheme_of(name):
    """Return the colours of a scheme of the site: name -> RGB, each 0 to 1."""
    return {name: np.array(figures.rgb(colour)) for name, colour in scheme_named(name).items()}


def test_figures_and_the_light_scheme_have_the_same_colours():
    light = scheme_named("default")
    named = {name: value for name, value in vars(palette).items() if re.match("#", str(value))}
    assert len(named) == 6
    assert {name.lower(): value for name, value in named.items()}.items() <= light.items()
    assert named.keys() == {name.upper() for name in figures.PALETTE}


def test_both_schemes_name_the_same_colours():
    assert scheme_of("default").keys() == scheme_of("slate").keys()


def test_colours_are_written_nowhere_else():
    kinds = {".css", ".html", ".js", ".md", ".py", ".svg", ".yml"}
    files = [path for path in ROOT.glob("docs/**/*.*") if path.suffix in kinds]
    files += [*ROOT.glob("digitlearn/*.py"), ROOT / "mkdocs.yml"]
    found = {}
    for path in files:
        text = path.read_text(encoding="utf-8")
        if path == CSS:
            text = re.sub(
                r"\[data-md-color-scheme=\"\w+\"\] {.*?}", "", text, count=2, flags=re.DOTALL
            )
        if colours := re.findall(r"[\"': ](#[0-9a-fA-F]{6}\b|rgba?\([\d. ,]+\))", text):
            found[path.relative_to(ROOT).as_posix()] = set(colours)
    assert found.pop("digitlearn/palette.py") == set(figures.PALETTE.values())
    # The tab's icon cannot ask for the page's colours.
    assert found.pop("docs/assets/favicon.svg") == {palette.PAPER, palette.INK}
    assert not found


def contrast(a, b):
    """Contrast of two colours by WCAG 2.2, 1 to 21."""

    def luminance(colour):
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    return max(luminance(a) / luminance(b), luminance(b) / luminance(a))


@pytest.mark.parametrize("scheme", ["default", "slate"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *(
            (ink, ground)
            for ink in ("ink", "muted", "accent", "wrong")
            for ground in ("paper", "shade")
        ),
        *(("ink", "mark"), ("accent", "mark")),
    ],
)
def test_text_can_be_read(scheme, ink, ground):
    colours = scheme_of(scheme)
    assert contrast(colours[ink], colours[ground]) >= 4.5


def test_dark_scheme_exchanges_the_inks_of_pictures():
    values = figures.dark_inks(CSS.read_text(encoding="utf-8")).split()
    matrix = np.array(values, dtype=float).reshape(4, 5)
    for name in ("paper", "ink", "accent", "wrong"):
        light = [*figures.rgb(figures.PALETTE[name]), 1, 1]
        expected = [*scheme_of("slate")[name], 1]
        np.testing.assert_allclose(matrix @ light, expected, atol=0.5 / 255)


def test_drawing_page_has_the_sizes_of_the_released_network(pages):
    kernels = [layer.params["kernel"] for layer in pretrained.load("small").layers if layer.params]
    first, second, digits = (kernel.shape[1] for kernel in kernels)
    for name in ("index.html", "try.html"):
        elements = [attrs for _, attrs in pages[name].elements]
        of = {attrs["data-try"]: attrs for attrs in elements if "data-try" in attrs}
        assert int(of["inputs"]["width"]) == len(kernels[0])
        assert int(of["seen"]["width"]) * int(of["seen"]["height"]) == len(kernels[0])
        rows = int(re.search(r"--rows: (\d+)", of["layers"]["style"])[1])
        for layer, units in enumerate((first, second)):
            assert int(of[f"unit{layer}"]["max"]) == units - 1
            assert int(of[f"hidden{layer}"]["data-columns"]) * rows == units
        assert [a["data-digit"] for a in elements if "data-digit" in a] == [
            *map(str, range(digits))
        ]
        samples = [attrs["data-sample"] for attrs in elements if "data-sample" in attrs]
        assert samples[:digits] == [*map(str, range(digits))]
        failures = [attrs["data-sample"] for attrs in elements if "data-note" in attrs]
        assert samples[digits:] == failures
        assert {"A", "scribble"} < set(failures)


def test_command_line_page_names_every_option():
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^## ", page, flags=re.MULTILINE)
    documented = {
        s.split()[0]: set(re.findall(r"^\| `(--[\w-]+)", s, re.MULTILINE)) for s in sections
    }
    parser = options.make_parser()
    [commands] = [a.choices for a in parser._actions if isinstance(a.choices, dict)]
    real = {
        name: {o for a in command._actions for o in a.option_strings if o.startswith("--")}
        for name, command in commands.items()
    }
    assert documented == {name: options - {"--help"} for name, options in real.items()}
