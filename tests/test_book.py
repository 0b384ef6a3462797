"""The book made of the built site: its parts, its links, and both its files."""

import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from posixpath import dirname, join, normpath
from urllib.parse import urldefrag

import pytest

etree = pytest.importorskip("lxml.etree")
pypdf = pytest.importorskip("pypdf")

import book  # noqa: E402
import book_pages  # noqa: E402
import epub  # noqa: E402

PAGE = """<html><head></head><body><nav>Menu</nav>
<article class="md-content__inner">{}</article></body></html>"""
INDEX = """
<noscript><svg class="dl-try-still" viewBox="0 0 560 72"><path d="M1 1L2 2"/></svg></noscript>
<h1>Start</h1><p><strong>Read.</strong> The pages.</p>
"""
FIRST = """
<p class="dl-links">Download</p>
<h1 id="1-pixels"><span class="dl-number">Chapter 1</span> Pixels
<a class="headerlink" href="#1-pixels">#</a></h1>
<h2 id="ink">Ink &amp; paper</h2>
<p><a href="../glossary.html#ink">ink</a>, <a href="02_layers.html">next</a>,
<a href="#ink">above</a>,
<a href="../reference/data.html#load">load</a>,
<a href="https://keras.io">Keras</a></p>
<div class="dl-output"><script>live()</script>
<img class="dl-figure" src="figures/dot.svg" alt="A &quot;dot&quot;" width="9" height="9"></div>
<details class="dl-code"><summary>Code of this figure</summary>
<pre><span></span><code>plot()</code></pre></details>
<p>Sum: <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></p>
<p><strong>1.</strong> How many?</p>
<details><summary>Solution</summary><p>Seven.</p></details> <p>Then.</p>
<button>Check</button>
"""
DOT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"
xmlns:xlink="http://www.w3.org/1999/xlink"><style>svg{color:black}</style>
<filter id="dark"><feColorMatrix/></filter>
<defs><clipPath id="p1"><path d="M0 0" id="dot"/></clipPath></defs>
<g clip-path="url(#p1)" style="fill: var(--dl-accent)"><use xlink:href="#dot"/></g></svg>"""
SECOND = '<h1 id="2-layers">Layers</h1><p><a href="01_pixels.html#ink">ink</a><br>two</p>'
GLOSSARY = '<h1 id="glossary">Glossary</h1><dl><dt id="ink">Ink</dt><dd>Dark.</dd></dl>'


def apart(call, *arguments, **options):
    """Call a function in a thread of its own: the browser of other tests lives in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call, *arguments, **options).result()


@pytest.fixture
def small_site(tmp_path):
    """Return the folder of a site of two chapters, as it is built."""
    pages = {
        "index.html": INDEX,
        "chapters/01_pixels.html": FIRST,
        "chapters/02_layers.html": SECOND,
        "glossary.html": GLOSSARY,
    }
    for name, text in pages.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PAGE.format(text), encoding="utf-8")
    (tmp_path / "chapters/figures").mkdir()
    (tmp_path / "chapters/figures/dot.svg").write_text(DOT, encoding="utf-8")
    fonts = tmp_path / "assets/fonts"
    fonts.mkdir(parents=True)
    for font in epub.FONTS:
        (fonts / f"{font}.woff2").write_bytes(b"wOF2")
    return tmp_path


def parts_of(site, address=""):
    return {part.slug: part for part in book_pages.read_parts(site, address)}


def test_the_parts_are_the_chapters_and_then_the_pages_at_the_end(small_site):
    parts = parts_of(small_site)
    assert [*parts] == ["c1", "c2", "glossary"]
    assert [part.title for part in parts.values()] == ["1 Pixels", "Layers", "Glossary"]
    assert book_pages.headings(parts["c1"]) == [
        ("c1-ink", "Ink & paper"),
        ("c1-answers", "Answers"),
    ]


def test_nothing_is_left_to_press_or_to_unfold(small_site):
    text = book_pages.markup(parts_of(small_site)["c1"].content)
    assert not re.search("<(script|button|details|summary|nav)|headerlink|Download|live", text)
    assert "<pre><code>plot()" in text


def test_answers_stand_at_the_end_and_lead_back(small_site):
    content = parts_of(small_site)["c1"].content
    text = " ".join(" ".join(content.itertext()).split())
    assert text.endswith("How many? Solution 1 Then. Answers Solution 1 Seven.")
    asked, answered = content.xpath(".//p[@class='dl-see']/a")
    assert (asked.get("href"), answered.get("id")) == ("#c1-answer-1", "c1-answer-1")
    assert (answered.get("href"), asked.get("id")) == ("#c1-asked-1", "c1-asked-1")


@pytest.mark.parametrize("address", ["", "https://example.org/digits/"])
def test_links_lead_within_the_book_or_to_the_site_or_elsewhere(small_site, address):
    content = parts_of(small_site, address)["c1"].content
    links = {a.text: a.get("href") for a in content.xpath(".//a")}
    assert links["ink"] == "#glossary-ink"
    assert links["next"] == "#c2"
    assert links["above"] == "#c1-ink"
    assert links["Keras"] == "https://keras.io"
    assert links.get("load") == (f"{address}reference/data.html#load" if address else None)


def test_figures_stay_whole(small_site):
    tree = etree.fromstring(book_pages.markup(parts_of(small_site)["c1"].content))
    [svg] = tree.iter("{http://www.w3.org/2000/svg}svg")
    assert svg.get("viewBox") == "0 0 9 9"
    assert svg.get("aria-label") == 'A "dot"'
    assert not [*svg.iter("{*}style"), *svg.iter("{*}filter")]
    [clip] = svg.iter("{http://www.w3.org/2000/svg}clipPath")
    [group] = svg.iter("{http://www.w3.org/2000/svg}g")
    [use] = svg.iter("{http://www.w3.org/2000/svg}use")
    assert group.get("clip-path") == f"url(#{clip.get('id')})" == "url(#c1-dot-p1)"
    assert use.get("{http://www.w3.org/1999/xlink}href") == f"#{clip[0].get('id')}"


def problems_of(content):
    """Return what is wrong with an EPUB: its order, its manifest, its pages, its links."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert files.pop("mimetype") == b"application/epub+zip"
    container = etree.fromstring(files.pop("META-INF/container.xml"))
    root = container.find(".//{*}rootfile").get("full-path")
    package = etree.fromstring(files.pop(root))
    items = {i.get("id"): i for i in package.iter("{*}item")}
    listed = {join(dirname(root), item.get("href")) for item in items.values()}
    found = [f"not in the manifest: {name}" for name in files.keys() - listed]
    found += [f"not there: {name}" for name in listed - files.keys()]
    found += [r.get("idref") for r in package.iter("{*}itemref") if r.get("idref") not in items]
    trees = {n: etree.fromstring(t) for n, t in files.items() if n.endswith((".xhtml", ".svg"))}
    ids = {name: {e.get("id") for e in tree.iter()} for name, tree in trees.items()}
    for name, tree in trees.items():
        if len(tree.xpath("//*[@id]")) != len(ids[name] - {None}):
            found.append(f"an id twice: {name}")
        for link in tree.xpath("//*[local-name()='a']/@href"):
            path, anchor = urldefrag(link)
            target = normpath(join(dirname(name), path)) if path else name
            if "://" not in link and anchor and anchor not in ids.get(target, ()):
                found.append(f"{name}: {link}")
            if "://" not in link and target not in files:
                found.append(f"{name}: {link}")
    return found


def test_the_epub_is_whole_and_its_links_resolve(small_site):
    book.make(small_site, pdf=False)
    content = (small_site / "digitlearn.epub").read_bytes()
    assert problems_of(content) == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        package = archive.read("book/package.opf").decode()
        first = archive.read("book/c1.xhtml").decode()
        navigation = archive.read("book/nav.xhtml").decode()
    for said in (book.TITLE, book.AUTHOR, "<dc:language>en<", 'properties="cover-image"'):
        assert said in package
    assert 'href="c1.xhtml" media-type="application/xhtml+xml" properties="svg mathml"' in package
    assert 'href="glossary.xhtml#glossary-ink"' in first
    assert "var(" not in first
    assert '<a href="c1.xhtml#c1-ink">Ink &amp; paper</a>' in navigation


def test_no_part_of_the_book_has_an_id_twice(site):
    for part in book_pages.read_parts(site):
        ids = part.content.xpath(".//@id")
        assert len(ids) == len(set(ids)), part.slug


def test_the_check_of_an_epub_notices_what_is_wrong(small_site):
    parts = book_pages.read_parts(small_site)
    parts[0].content.xpath(".//a")[0].set("href", "#c1-nowhere")
    about = epub.About("Title", "Subtitle", "Author", "1")
    content = epub.write(small_site, about, parts, "<h1>Licences</h1>", book.pen(small_site))
    assert problems_of(content) == ["book/c1.xhtml: c1.xhtml#c1-nowhere"]


def test_the_same_site_makes_the_same_epub(small_site):
    book.make(small_site, pdf=False)
    first = (small_site / "digitlearn.epub").read_bytes()
    book.make(small_site, pdf=False)
    assert (small_site / "digitlearn.epub").read_bytes() == first


def test_the_front_page_names_the_books_that_are_there_once(small_site, capsys):
    for _ in range(2):
        assert book.main([str(small_site), "--no-pdf"]) == 0
    index = (small_site / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<a href="([^"]+)" download>', index) == ["digitlearn.epub"]
    assert "digitlearn.epub: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (lambda site: (site / "index.html").write_text("<p></p>"), "Expected the drawn digits"),
        (lambda site: (site / "glossary.html").write_text("<p></p>"), "a page with a text and"),
        (
            lambda site: [p.unlink() for p in site.glob("chapters/*.html")],
            "a built site with chapters",
        ),
    ],
)
def test_a_site_that_is_none_is_refused_and_nothing_written(small_site, broken, complaint, capsys):
    broken(small_site)
    assert book.main([str(small_site), "--no-pdf"]) == 1
    assert complaint in capsys.readouterr().err
    assert not list(small_site.glob("digitlearn.*"))


def test_without_chromium_it_says_what_to_do(small_site, monkeypatch, capsys):
    monkeypatch.delenv("DIGITLEARN_CHROMIUM", raising=False)
    monkeypatch.setattr(book.shutil, "which", lambda name: None)
    assert apart(book.main, [str(small_site)]) == 1
    assert "--no-pdf" in capsys.readouterr().err
    assert not list(small_site.glob("digitlearn.*"))


@pytest.mark.slow
def test_the_pdf_has_its_pages_bookmarks_and_links(small_site):
    try:
        book.find_chromium()
    except book.BookError as error:
        pytest.skip(str(error))
    apart(book.make, small_site, pdf=True)
    reader = pypdf.PdfReader(small_site / "digitlearn.pdf")
    assert (reader.metadata.title, reader.metadata.author) == (book.TITLE, book.AUTHOR)
    texts = [page.extract_text() for page in reader.pages]
    begins = {
        name: at for at, text in enumerate(texts) for name in ("Pixels", "Glossary") if name in text
    }
    assert f"Glossary{begins['Glossary'] + 1}" in texts[1].replace(" ", "").replace("\n", "")
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == ["1 Pixels", "Layers", "Glossary", "Licences"]
    pages = [
        reader.get_destination_page_number(item)
        for item in reader.outline
        if not isinstance(item, list)
    ]
    assert pages == sorted(pages)
    assert pages[2] == begins["Glossary"]
    links = [
        annotation.get_object() for page in reader.pages for annotation in page.get("/Annots", ())
    ]
    within = [str(link["/Dest"]).lstrip("/") for link in links if "/Dest" in link]
    assert {"c1", "c2", "glossary", "glossary-ink", "c1-answer-1"} <= set(within)
    known = {name.lstrip("/") for name in reader.named_destinations}
    assert set(within) <= known
