"""Matplotlib's SVG, lighter: the same picture, which is sent and laid out sooner."""

import base64
import io
import re
from html import escape

import numpy as np
from PIL import Image

from digitlearn import palette

# The colours of figures; site.css says what these names mean in the light and the dark scheme.
NAMES = ("ink", "muted", "hairline", "accent", "wrong", "paper")
PALETTE = {name: getattr(palette, name.upper()) for name in NAMES}
PAINTED = ("paper", "ink", "accent", "wrong")  # what the pixels of a figure's images are mixed of
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif"
FILTER = (
    '<filter id="dark" color-interpolation-filters="sRGB"><feColorMatrix values="{}"/>'
    '<feComponentTransfer><feFuncA type="gamma" exponent="0.65"/></feComponentTransfer></filter>'
)

# A digit of 28 by 28 pixels takes less; what takes more is a photo.
PHOTO = re.compile(r'data:image/png;base64,([^"]{3000,})')
QUALITY = 85  # of 100: no difference can be seen
WHITE = 250  # of 255: grounds as light as that are blank, not photographed
IMAGE = re.compile(r'<image\b[^>]*?data:image/\w+;base64,([^"]+)"')
GROUP = re.compile(r"(<g\b[^>]*(?<!/)>|</g>)")


def lighten(svg: str) -> str:
    """Return the figure without comments and without groups that only name what is in them."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g( id="[^"]*")?/>', "", svg)  # with nothing in it
    svg = re.sub(r">\s+<", "><", svg)
    svg = PHOTO.sub(press, svg)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    # Matplotlib calls an image by what it shows: the same one twice has one name twice.
    svg = re.sub(r'(<image\b[^>]*?) id="image[0-9a-f]{10}"', r"\1", svg)
    return join(unwrap(svg, used))


def press(match: re.Match[str]) -> str:
    """Return a photo in a twentieth of the size."""
    photo = Image.open(io.BytesIO(base64.b64decode(match[1])))
    file = io.BytesIO()
    photo.save(file, "WEBP", quality=QUALITY, method=6)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def is_photo(data: str) -> bool:
    """Say whether an image, in Base64, was taken with a camera: it covers its ground, with light.

    Ink alone lies on nothing, or on white.
    """
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        pixels = np.asarray(image.convert("RGBA"))
    covers = pixels[..., 3].min() == 255
    return bool(covers and np.median(pixels[..., :3]) < WHITE)


def unwrap(svg: str, used: set[str]) -> str:
    """Return the figure without the groups that say nothing of how their content is drawn."""
    out: list[str] = []
    kept: list[bool] = []
    for part in GROUP.split(svg):
        if part.startswith("<g"):
            bare = re.fullmatch(r'<g(?: id="([^"]*)")?>', part)
            kept.append(bare is None or bare[1] in used)
        if GROUP.fullmatch(part):
            stays = kept.pop() if part == "</g>" else kept[-1]
            out.append(part if stays else "")
        else:
            out.append(part)
    return "".join(out)


def join(svg: str) -> str:
    """Return the figure with neighbouring groups that are drawn alike as one."""
    out: list[str] = []
    open_groups: list[str] = []
    closed = ""  # the group that ended right before, if it may go on
    for part in filter(None, GROUP.split(svg)):
        if part == "</g>":
            closed = open_groups.pop()
        elif part.startswith("<g"):
            open_groups.append(part)
            if part == closed and out[-1] == "</g>" and " id=" not in part:
                out.pop()
                closed = ""
                continue
            closed = ""
        out.append(part)
    return "".join(out)


def scheme(css: str, name: str) -> dict[str, str]:
    """Return the colours of the site's scheme "default" or "slate", which is the dark one."""
    block = re.search(rf'\[data-md-color-scheme="{name}"\] {{(.*?)}}', css, re.DOTALL)
    return dict(re.findall(r"--dl-(\w+): (#\w+);", block[1]))


def rgb(colour: str) -> list[float]:
    """Return red, green and blue, each from 0 to 1."""
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def dark_inks(css: str) -> str:
    """Return SVG's feColorMatrix from what is painted to the same in the dark scheme.

    A colour between two of them becomes the one between their dark ones.
    """
    light = [[*rgb(PALETTE[name]), 1] for name in PAINTED]
    dark = [rgb(scheme(css, "slate")[name]) for name in PAINTED]
    rows = np.linalg.solve(light, dark).T
    values = [[*row[:3], 0, row[3]] for row in rows] + [[0, 0, 0, 1, 0]]
    return " ".join(f"{value:.4g}" for row in values for value in row)


def inks(css: str, name: str) -> str:
    """Return the declarations of a scheme's colours, for a figure's own style sheet."""
    colours = scheme(css, name)
    variables = ";".join(f"--dl-{ink}:{colours[ink]}" for ink in PALETTE if ink != "ink")
    return f"color:{colours['ink']};{variables}"


def picture(svg: str, css: str) -> str:
    """Return Matplotlib's SVG as a file: lighter, on any ground, in the colours of both schemes.

    The page's scheme is what a browser says that the reader of the picture prefers. Raster images
    change their inks in the dark one, where thin ink is made denser: light on dark, it would fade.
    A photo is as it was taken, also beside what is made of it.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = round_paths(lighten(svg))
    svg = re.sub(rf'<path d="[^"]*" style="fill: {PALETTE["paper"]}"/>', "", svg, count=1)
    svg = re.sub(r"font-family: [^;]*; ", "", svg)
    for name, colour in PALETTE.items():
        svg = svg.replace(colour, "currentColor" if name == "ink" else f"var(--dl-{name})")
    dark = f"svg{{{inks(css, 'slate')}}}"
    filter_ = ""
    svg = IMAGE.sub(name_photo, svg)
    photos = svg.count('class="photo"')
    if svg.count("<image") > photos:
        dark += "image{filter:url(#dark)}"
        filter_ = FILTER.format(dark_inks(css))
        if photos:
            dark += ".photo{filter:none}"
    light = f"svg{{{inks(css, 'default')};stroke-linejoin:round}}text{{font-family:{FONT}}}"
    sheet = f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>{filter_}"
    return re.sub(r"<svg[^>]*>", lambda tag: tag[0] + sheet, svg, count=1)


def name_photo(match: re.Match[str]) -> str:
    """Return the beginning of an image's element, with a class if it is a photo."""
    if is_photo(match[1]):
        return match[0].replace("<image", '<image class="photo"', 1)
    return match[0]


def round_paths(svg: str) -> str:
    """Return the figure with the places of its paths to a hundredth of a point."""

    def short(match: re.Match[str]) -> str:
        places = re.sub(r"(\.\d\d)\d+", r"\1", match[1])
        return f' d="{" ".join(places.split())}"'

    return re.sub(r' d="([^"]*)"', short, svg)


def element(svg: str, alt: str, address: str) -> str:
    """Return what shows a figure: fetched when the reader is near, its place kept before."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    width, height = (round(float(points) * 4 / 3) for points in size)
    return (
        f'<img class="dl-figure" src="{address}" alt="{escape(alt)}"'
        f' width="{width}" height="{height}" loading="lazy">'
    )
