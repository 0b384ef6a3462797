"""What turns pages into lighter and clearer ones: figures, formulas, tables, style, search."""

import base64
import gc
import io
import logging
import re

import citations
import figures
import formulas
import hook
import numpy as np
import pytest
import search
import tables
import theme
from PIL import Image

from digitlearn.palette import ACCENT, INK, PAPER


@pytest.mark.parametrize(("command", "collects"), [("build", False), ("serve", True)])
def test_only_what_goes_on_collects_garbage(command, collects):
    try:
        hook.on_startup(command, dirty=False)
        assert gc.isenabled() == collects
    finally:
        gc.enable()


SVG = """<svg viewBox="0 0 72 36"><!-- a tick -->
 <g id="axes_1">
  <g id="line_1"><path d="M0 0"/></g>
  <g id="used"><rect/></g>
  <g clip-path="url(#p)"><use href="#used"/></g>
  <g clip-path="url(#p)"><use href="#used" x="1"/></g>
  <g clip-path="url(#q)"><circle/></g>
  <g id="empty"/>
 </g>
</svg>"""


def test_figures_keep_what_is_drawn_and_lose_groups_that_only_name():
    assert figures.lighten(SVG) == (
        '<svg viewBox="0 0 72 36"><path d="M0 0"/><g id="used"><rect/></g>'
        '<g clip-path="url(#p)"><use href="#used"/><use href="#used" x="1"/></g>'
        '<g clip-path="url(#q)"><circle/></g></svg>'
    )


def test_photos_are_small_and_look_the_same():
    rng = np.random.default_rng(0)
    shade = np.linspace(60, 200, 160)[None, :, None]
    pixels = np.clip(shade + rng.normal(0, 3, (120, 160, 1)), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.repeat(3, axis=2)).save(file, "PNG")
    png = base64.b64encode(file.getvalue()).decode()
    svg = figures.lighten(f'<svg><image href="data:image/png;base64,{png}"/></svg>')
    assert len(svg) < len(png) / 4
    webp = re.search('data:image/webp;base64,([^"]*)', svg)[1]
    with Image.open(io.BytesIO(base64.b64decode(webp))) as shown:
        difference = np.asarray(shown.convert("RGB"), int) - pixels
    assert np.sqrt((difference**2).mean()) < 4


def test_groups_are_joined_only_side_by_side_and_on_one_level():
    svg = '<g a="1"><b/></g><c/><g a="1"><d/></g><g a="2"><g a="2"><e/></g></g><g a="2"><f/></g>'
    assert figures.join(svg) == svg.replace('</g></g><g a="2"><f/>', "</g><f/>")


INKS = """[data-md-color-scheme="default"] {
  --dl-ink: #000000; --dl-muted: #666666; --dl-hairline: #cccccc;
  --dl-accent: #0000ff; --dl-wrong: #ff8000; --dl-paper: #ffffff; }
[data-md-color-scheme="slate"] {
  --dl-ink: #eeeeee; --dl-muted: #999999; --dl-hairline: #444444;
  --dl-accent: #9999ff; --dl-wrong: #ffaa66; --dl-paper: #111111; }"""
DRAWN = f"""<?xml version="1.0"?>
<svg viewBox="0 0 72 36"><metadata>2026</metadata><style>* {{}}</style>
<path d="M 0 0
L 1.23456 -2.5
z
" style="fill: {PAPER}"/>
<path d="M 0.12345 0" style="fill: {ACCENT}"/><image id="i"/>
<text style="font-size: 12px; font-family: sans-serif, 'DejaVu Sans'; fill: {INK}"/></svg>"""


def test_a_figure_has_its_place_before_it_is_there():
    shown = figures.element(SVG, 'a "7"', "figures/04-01-1.svg")
    assert shown == (
        '<img class="dl-figure" src="figures/04-01-1.svg" alt="a &quot;7&quot;"'
        ' width="96" height="48" loading="lazy">'
    )


def test_a_figure_is_a_file_of_both_schemes_on_any_ground():
    svg = figures.picture(DRAWN, INKS)
    light, dark = re.search(
        r"<style>(.*)@media \(prefers-color-scheme:dark\)(.*)</style>", svg
    ).groups()
    assert "color:#000000" in light
    assert "--dl-accent:#0000ff" in light
    assert "color:#eeeeee" in dark
    assert "--dl-accent:#9999ff" in dark
    assert "image{filter:url(#dark)}" in dark
    body = svg[svg.index("</filter>") :]
    assert body == (
        '</filter><path d="M 0.12 0" style="fill: var(--dl-accent)"/><image id="i"/>'
        '<text style="font-size: 12px; fill: currentColor"/></svg>'
    )


def image(pixels):
    """Return an image of a figure."""
    file = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(file, "PNG")
    return f'<image href="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"/>'


INK_ALONE = [[[0, 0, 0, 255], [0, 0, 0, 0]]]
INK_ON_WHITE = [[[0, 0, 0], [255, 255, 255], [255, 255, 255]]]
PHOTO = [[[40, 40, 40], [120, 120, 120], [220, 220, 220]]]
CHALK = [[[20, 20, 20], [30, 30, 30], [255, 255, 255]]]


@pytest.mark.parametrize("pixels", [INK_ALONE, INK_ON_WHITE])
def test_ink_changes_its_colour_in_the_dark_scheme(pixels):
    svg = figures.picture(DRAWN.replace('<image id="i"/>', image(pixels)), INKS)
    assert "image{filter:url(#dark)}" in svg
    assert "photo" not in svg


@pytest.mark.parametrize("pixels", [PHOTO, CHALK])
def test_a_photo_is_as_it_was_taken_in_either_scheme(pixels):
    assert "filter" not in figures.picture(DRAWN.replace('<image id="i"/>', image(pixels)), INKS)


def test_ink_beside_a_photo_changes_its_colour():
    pair = image(PHOTO) + image(INK_ALONE)
    svg = figures.picture(DRAWN.replace('<image id="i"/>', pair), INKS)
    assert "image{filter:url(#dark)}.photo{filter:none}" in svg
    assert re.findall(r'<image( class="photo")? href', svg) == [' class="photo"', ""]


READING = """<p><a href="#further-reading">{}</a> and
<a class="headerlink" href="#further-reading">#</a></p>
<ul><li>Another list, 1927.</li></ul>
<h2 id="further-reading">Further reading</h2>
<ul>
<li>E. B. Wilson, <a href="https://a.org">Probable inference</a>, <em>J. A.</em> 22,
1209–1212, 1927. Reprinted, 1951.</li>
<li>Q. McNemar and C. Guo, Note, 1947.</li>
<li>C. Guo, Calibration, 2017.</li>
<li>Semeion Center, Digits.</li>
</ul>
<p>Next: <a href="#further-reading">Guo (2017)</a></p>"""


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("Wilson (1927)", "wilson-1927"),
        ("C. Guo\net al. 2017", "guo-2017"),
        ("<em>McNemar</em>&rsquo;s, 1947", "mcnemar-1947"),
        ("1947", "mcnemar-1947"),
        ("Semeion", "semeion"),
    ],
)
def test_a_citation_leads_to_the_item_that_it_names(text, item):
    html = citations.lead(READING.format(text))
    ids = ["wilson-1927", "mcnemar-1947", "guo-2017", "semeion"]
    assert re.findall(r'<li id="(.*?)">', html) == [f"cited-{name}" for name in ids]
    links = re.findall(r'<a href="#(.*?)">(.*?)</a>', html, re.DOTALL)
    assert links == [(f"cited-{item}", text), ("cited-guo-2017", "Guo (2017)")]
    back = re.sub(r' id="cited-[^"]*"', "", html)
    assert re.sub('"#cited-[^"]*"', '"#further-reading"', back) == READING.format(text)


@pytest.mark.parametrize("text", ["Wilson (1928)", "Guo", "Bayes", "see below"])
def test_a_citation_of_no_item_or_of_several_fails_a_strict_build(text, caplog):
    with caplog.at_level(logging.WARNING, "mkdocs"):
        html = citations.lead(READING.format(text))
    assert f'<a href="#further-reading">{text}</a>' in html
    assert f'Expected one item of further reading for "{text}"' in caplog.text


def formula(tex, before="", after=""):
    marked = rf'{before}<span class="arithmatex">\({tex}\)</span>{after}'
    return formulas.write(marked)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("b = -4", '<mo form="prefix">&#x02212;</mo><mn>4</mn>'),
        ("a - 4", "<mi>a</mi><mo>&#x02212;</mo><mn>4</mn>"),
        ("(d,)", '<mo rspace="0">&#x0002C;</mo><mo'),
        ("(d, u)", "<mo>&#x0002C;</mo><mi>u</mi>"),
        ("N = 10,000", "<mn>10,000</mn>"),
        (r"\frac{1}{B}", "<mfrac><mn>1</mn><mi>B</mi></mfrac>"),
        (r"e^{z_y}", "<msup><mi>e</mi><msub><mi>z</mi><mi>y</mi></msub></msup>"),
        (
            r"e^{z_y^{p_k}}",
            "<msubsup><mi>z</mi><mi>y</mi><msub><mi>p</mi><mi>k</mi></msub></msubsup></msup>",
        ),
        (r"e^{a_k b_k}", "<mrow><msub><mi>a</mi><mi>k</mi></msub><msub>"),
        (r"A(b, c)", '"inline"><mi>A</mi><mo'),
        (r"\pmatrix{b \\ c}", '"inline"><mrow><mo>&#x00028;</mo><mtable>'),
        (r"\sqrt{2n}", 'depth="0.2em"/><mn>2</mn><mi>n</mi></msqrt>'),
    ],
)
def test_formulas_are_spaced_as_they_are_read(tex, expected):
    assert expected in formula(tex)


@pytest.mark.parametrize(("tex", "text"), [("0.9", "0.9"), ("10,000", "10,000")])
def test_a_number_alone_is_text(tex, text):
    assert formula(tex, "a (", ").") == f"a ({text})."


def test_no_mark_is_parted_from_its_formula():
    assert re.fullmatch(
        r'a <span class="dl-held">\(<math.*</math>\),</span> b', formula("x", "a (", "), b")
    )
    assert formula("x", "a ", " b").startswith("a <math")
    assert formula("N", "a ", "-th").endswith("</math>-th</span>")


def test_a_minus_has_one_form_in_prose_and_stays_in_code():
    html = 'is -0.5, 3-1, 2020-10-05 and (-1) <a title="-1"><code>x[-1]</code> or -2</a>'
    assert formulas.write(html) == html.replace(" -0.5", " −0.5").replace("(-1)", "(−1)").replace(
        "or -2", "or −2"
    )
    assert (
        formulas.write("0.5 - 1 + (2) - (3), a - b, x - 1") == "0.5 − 1 + (2) − (3), a - b, x - 1"
    )


TABLE = (
    "<table><thead><tr><th>symbol</th><th></th><th>what it is</th></tr></thead>"
    "<tbody><tr><td>x</td><td></td><td>{}</td></tr></tbody></table>"
)


def test_wide_tables_name_the_column_of_each_cell():
    html = tables.fit(TABLE.format("one of the inputs, from zero to one, of a layer"))
    assert html.startswith('<div class="dl-table dl-stack"><table>')
    assert '<td>x</td><td data-column=""></td><td data-column="what it is">one of' in html


def test_rows_of_a_first_column_without_a_name_bear_one():
    html = tables.fit(
        "<table><thead><tr><th></th><th>s</th></tr></thead>"
        '<tbody><tr><td align="left">NumPy</td><td>5</td></tr></tbody></table>'
    )
    assert "<tr><td></td><th>s</th></tr>" in html
    assert '<tr><th scope="row" align="left">NumPy</th><td>5</td></tr>' in html


def test_a_row_without_a_name_has_no_header():
    html = tables.fit(
        "<table><thead><tr><th></th><th>s</th></tr></thead><tbody><tr><td>NumPy</td><td>5</td></tr>"
        "<tr><td> </td><td>6</td></tr></tbody></table>"
    )
    assert '<tr><th scope="row">NumPy</th><td>5</td></tr><tr><td> </td><td>6</td></tr>' in html


def test_narrow_tables_stay_as_they_are():
    html = tables.fit(TABLE.format("input"))
    assert html == f'<div class="dl-table">{TABLE.format("input")}</div>'.replace(
        "<th></th>", "<td></td>"
    )


CSS = """@charset "UTF-8";:root{--md-used:red;--md-idle:url("data:image/svg+xml;ab");}
.md-a,.md-b{color:var(--md-used)}@media print{.md-b{top:0}}@media screen{.md-a:not(.md-c,.md-d)
{top:1px}.md-b:is(p,q){top:0}.md-a>p{left:0}}@keyframes turn{0%{top:0}}p{margin:0}"""


def test_a_style_sheet_keeps_the_rules_that_fit_an_element():
    css = theme.prune(CSS, {"md-a"})
    assert css == (
        ':root{--md-used:red;--md-idle:url("data:image/svg+xml;ab");}.md-a{color:var(--md-used)}'
        "@media screen{.md-a:not(.md-c,.md-d){top:1px}.md-a>p{left:0}}"
        "@keyframes turn{0%{top:0}}p{margin:0}"
    )


def test_a_style_sheet_sets_the_variables_that_are_asked_for():
    css = ':root{--md-used:red;--md-idle:url("data:x;ab");--md-else:1px}p{color:var(--md-used)}'
    assert theme.drop_variables(css, "q{top:var(--md-else)}") == (
        ":root{--md-used:red;--md-else:1px}p{color:var(--md-used)}"
    )


def test_a_brace_without_an_end_is_reported():
    with pytest.raises(ValueError, match="Expected a brace for each that opens"):
        theme.prune(".a{color:red", {"a"})


PAGE = """<h1 id="a">Softmax<a class="headerlink" href="#a">#</a></h1>
<p>One<br/>two, <em>three</em>.</p><pre><code>x = 1</code></pre>
<svg><g><path d=""/></g>drawn</svg><h2 id="b">B</h2><dl><dt id="c">C</dt>
<dd>said<div data-search-exclude><p>not <img src="x">this</p></div></dd></dl>"""


def test_search_reads_sections_without_code_and_drawings():
    sections = search.Sections(PAGE).found[1:]
    assert [(s.id, search.joined(s.title), search.joined(s.text)) for s in sections] == [
        ("a", "Softmax", "One two, three."),
        ("b", "B", ""),
        ("c", "C", "said"),
    ]


def test_search_shows_no_formula_that_cannot_be_read_in_a_line():
    said = "with <math><mi>x</mi><mo>=</mo><mn>2</mn></math> and <math><msup>e2</msup></math>."
    assert search.joined(search.Sections(search.flat(said)).found[0].text) == "with x=2 and …."
