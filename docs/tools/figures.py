"""Matplotlib's SVG, lighter: the same picture, which is sent and laid out sooner."""

import base64
import io
import re

from PIL import Image

# A digit of 28 by 28 pixels takes less; what takes more is a photo.
PHOTO = re.compile(r'data:image/png;base64,([^"]{3000,})')
QUALITY = 85  # of 100: no difference can be seen
GROUP = re.compile(r"(<g\b[^>]*(?<!/)>|</g>)")


def lighten(svg: str) -> str:
    """Return the figure without comments and without groups that only name what is in them."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g( id="[^"]*")?/>', "", svg)  # with nothing in it
    svg = re.sub(r">\s+<", "><", svg)
    svg = PHOTO.sub(press, svg)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    return join(unwrap(svg, used))


def press(match: re.Match[str]) -> str:
    """Return a photo in a twentieth of the size."""
    photo = Image.open(io.BytesIO(base64.b64decode(match[1])))
    file = io.BytesIO()
    photo.save(file, "WEBP", quality=QUALITY, method=6)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


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


def frame(svg: str) -> str:
    """Return the style of a figure's place: as large as the figure, before that is drawn."""
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    return f"aspect-ratio: {width} / {height}; max-width: {width}pt"
