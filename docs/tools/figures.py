"""Matplotlib's SVG with fewer elements: the same picture, which a browser lays out sooner."""

import re

GROUP = re.compile(r"(<g\b[^>]*>|</g>)")


def lighten(svg: str) -> str:
    """Return the figure without comments and without groups that only name what is in them."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<g\b[^>]*/>", "", svg)  # with nothing in it
    svg = re.sub(r">\s+<", "><", svg)
    used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
    return join(unwrap(svg, used))


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
