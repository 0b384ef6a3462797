"""Tell ink from paper, and from whatever else is in a picture.

`find_ink` is a chain of small steps, each for one thing that pictures have: a frame, uneven light,
a desk beside the sheet, a sheet on the desk, noise, ruled lines. In a clean drawing none is found.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitlearn.checks import as_table, expect
from digitlearn.pictures import CORNERS_TOO

Grey = NDArray[np.float64]
Mask = NDArray[np.bool_]

MIN_CONTRAST = 0.1  # between ink and paper, where black to white is 1
SHADE = 0.04  # levels that differ by less are one
LEVELS = 50  # in which the paper is looked for
CORNERS = 0.12  # of the picture: for as much its four corners count when the paper is looked for
GRID = 24  # cells a side in which uneven light is measured
WIDEST = 0.35  # of the picture's longer side: no stroke is wider
PATCH = 0.05  # of the paper around a digit that was cut out tightly: smaller pieces do not count
BLOB = 0.3  # of its size: no digit's strokes are wider
SMALLEST_SHEET = 0.25  # of the picture's longer side
SMALLEST_RULED = 100  # pixels a side: in smaller pictures no ruled lines are looked for
ROUNDING = 1e-6  # by which a level may lie outside


def find_ink(grey: Grey) -> Grey:
    """Tell the ink from the paper, be it dark on light or light on dark.

    Parameters
    ----------
    grey : float ndarray of shape (H, W)
        From 0, black, to 1, white.

    Returns
    -------
    ndarray of float64, shape (h, w)
        0 where the paper is bare; more, the more the ink differs from the paper. Smaller than
        `grey` where there was a frame, or a sheet that lay on something else.

    Raises
    ------
    ValueError
        If levels are not from 0 to 1, or nothing differs from the paper enough.

    Examples
    --------
    >>> grey = np.ones((5, 5))
    >>> grey[1:4, 2] = 0.25
    >>> find_ink(grey)[2]
    array([0.  , 0.  , 0.75, 0.  , 0.  ])
    """
    grey = as_table("grey", grey)
    low, high = grey.min(), grey.max()
    fits = low >= -ROUNDING and high <= 1 + ROUNDING
    expect(fits, "grey from 0, black, to 1, white", f"levels from {low:g} to {high:g}")
    grey = grey[_within_frame(grey)]
    ink, is_tight = _ink_in_even_light(grey)
    sheet = _sheet(grey, ink)
    if sheet is not None:
        try:
            return find_ink(sheet)
        except ValueError:  # nothing on it: it is ink itself
            pass
    if not is_tight and _is_uneven(grey):
        ink = _ink_in_uneven_light(grey)
    # What is on the paper's other side is no ink: its spread is the paper's. Four times the median
    # is beyond nearly all of a photo's noise.
    other = -ink[ink < 0]
    noise = 4 * float(np.median(other)) if len(other) > 0.05 * ink.size else 0.0
    noise = min(noise, float(ink.max()) / 4)
    contrast = ink.max() - noise
    least = f"at least {MIN_CONTRAST:.0%} darker or lighter than the paper"
    expect(contrast >= MIN_CONTRAST, f"an image with ink on it, {least}", f"{contrast:.0%}")
    return _without_lines(np.clip(ink - noise, 0, None))


def _within_frame(grey: Grey) -> tuple[slice, ...]:
    """Return the rows and columns inside a frame; all of them where there is none.

    A frame runs along all four sides and ends at once. A photo's dark corners end bit by bit.
    """
    whole = slice(None), slice(None)
    far = abs(grey - _paper_level(grey)) > SHADE
    if min(side.mean() for side in (far[0], far[-1], far[:, 0], far[:, -1])) < 0.9:
        return whole
    found = []
    for share in (far.mean(axis=1), far.mean(axis=0)):
        soft = 2 + len(share) // 50
        start, stop = (int((lines < 0.5).argmax()) for lines in (share, share[::-1]))
        if min(share[max(0, start - soft)], share[-1 - max(0, stop - soft)]) < 0.9:
            return whole
        found.append(slice(start, len(share) - stop))
    return tuple(found)


def _paper_level(grey: Grey) -> float:
    """Return how bright the paper is: the most frequent level, the corners counting extra."""
    bins, reach = LEVELS + 1, (-0.5 / LEVELS, 1 + 0.5 / LEVELS)
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    share, extra = (np.histogram(some, bins, reach)[0] / some.size for some in (grey, corners))
    most = np.convolve(share + CORNERS * extra, np.ones(3), mode="same").argmax()
    return float(np.median(grey[abs(grey - most / LEVELS) < 1.5 / LEVELS]))


def _ink_in_even_light(grey: Grey) -> tuple[Grey, bool]:
    """Return what differs from the paper's level, ink above 0; and if it was cut out tightly."""
    ink = grey - _paper_level(grey)
    ink[_surroundings(abs(ink))] = 0
    # Paper varies a little; what differs from it most is ink: its cube outweighs (`**3` is slow).
    ink = -ink if (ink * ink**2).sum() < 0 else ink
    mask = ink > ink.max() / 2
    is_tight = _is_paper_of_a_tight_cut(mask)
    return (np.median(ink[mask]) - ink if is_tight else ink), is_tight


def _is_paper_of_a_tight_cut(mask: Mask) -> bool:
    """Say whether what was taken for ink is the paper around a digit that was cut out tightly.

    There may be more ink than paper, but not in the corners as well, and the paper falls apart.
    """
    from scipy import ndimage

    pieces, _ = ndimage.label(mask, structure=CORNERS_TOO)
    large = np.bincount(pieces[mask]) > PATCH * mask.sum()
    sides = mask[0], mask[-1], mask[:, 0], mask[:, -1]
    border = np.concatenate(sides).mean()
    corners = mask[[0, 0, -1, -1], [0, -1, 0, -1]].mean()
    much = mask.mean() + border / 2 + corners / 2 > 1
    return bool(much and large.sum() > 1 and all(side.any() for side in sides))


def _is_uneven(grey: Grey) -> bool:
    """Tell a photo, which has shades, from a drawing, which hardly has a flat place between."""
    if min(grey.shape) <= GRID:
        return False
    strength = abs(grey - _paper_level(grey))
    strength[_surroundings(strength)] = 0
    between = (strength > SHADE) & (strength < 0.8 * strength.max())
    flat = abs(np.diff(grey, axis=1)) < SHADE
    return bool(np.mean(between[:, 1:] & flat) > 0.05)


def _ink_in_uneven_light(grey: Grey) -> Grey:
    """Return what differs from the paper around it: ink above 0.

    Closing, the least of the greatest around, fills in all that is narrow and dark, and leaves the
    straight edge of a shadow where it is (Serra 1982, "Image Analysis and Mathematical Morphology",
    chapter II). Opening does so with what is light.
    """
    from scipy import ndimage

    paper = _local_paper(grey)
    difference = grey - paper
    difference[_surroundings(abs(difference))] = 0
    light_ink = (difference * difference**2).sum() > 0
    # Beyond its border the picture goes on as bare paper, ever darker where it gets darker.
    width = int(WIDEST * max(grey.shape))
    margin = width // 2
    wide = np.pad(paper, margin, mode="reflect", reflect_type="odd")
    inside = slice(margin, -margin), slice(margin, -margin)
    wide[inside] = grey
    fill = ndimage.grey_opening if light_ink else ndimage.grey_closing
    paper = fill(wide, (width, width))[inside]
    # In the shade dark ink takes the same part of less light.
    ink: Grey = grey - paper if light_ink else 1 - grey / np.maximum(paper, MIN_CONTRAST)
    ink -= _paper_level(ink)
    ink[_surroundings(ink)] = 0
    return ink


def _local_paper(grey: Grey) -> Grey:
    """Return roughly how bright the paper is: the median of a quarter of the picture."""
    from scipy import ndimage

    cells = Image.fromarray(grey.astype(np.float32)).resize((GRID, GRID), Image.Resampling.BOX)
    padded = np.pad(np.asarray(cells), GRID // 4, mode="reflect", reflect_type="odd")
    paper = ndimage.median_filter(padded, GRID // 2 + 1)[GRID // 4 :, GRID // 4 :][:GRID, :GRID]
    whole = Image.fromarray(paper).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(whole, dtype=np.float64)


def _surroundings(strength: Grey) -> Mask:
    """Find what lies around the paper: desk, strip, black corner, another's bar of text.

    Such a piece lies along the border with all of its length; a stroke only ends there. Where the
    largest of the others touches the border, the digit was cut out tightly, and all of it is kept.
    """
    from scipy import ndimage

    pieces, count = ndimage.label(strength > MIN_CONTRAST, structure=CORNERS_TOO)
    borders = ((pieces[0], 1), (pieces[-1], 1), (pieces[:, 0], 0), (pieces[:, -1], 0))
    along = np.zeros(count + 1, dtype=bool)
    none = np.zeros_like(strength, dtype=bool)
    if not any(side.any() for side, _ in borders):
        return none
    boxes: list[Any] = ndimage.find_objects(pieces)  # one for each piece
    sides = np.zeros(count + 1, dtype=int)
    for side, axis in borders:
        contact = np.bincount(side, minlength=count + 1)
        for piece in np.flatnonzero(contact[1:]) + 1:
            extent = boxes[piece - 1][axis]
            sides[piece] += 1
            along[piece] |= contact[piece] >= 0.85 * (extent.stop - extent.start)
    mass = np.bincount(pieces.ravel(), strength.ravel())
    mass[along] = mass[0] = 0
    main = mass.argmax()
    if main == 0 or sides[main]:
        return none
    digit = pieces[boxes[main - 1]] == main
    if max(digit.shape) < max(strength.shape) / 10:
        return none  # what is left must be more than dirt
    edge = digit & ~ndimage.binary_erosion(digit)
    if 2 * digit.sum() > BLOB * max(digit.shape) * edge.sum():
        return none  # and made of strokes: not paper in the loop of a digit
    for piece in np.flatnonzero(along):
        both = zip(boxes[piece - 1], boxes[main - 1], strict=True)
        around = all(out.start < own.start and out.stop > own.stop for out, own in both)
        # From one side only, a piece around what is left has it as its hole.
        along[piece] &= sides[piece] > 1 or not around
    return np.asarray(along[pieces])


def _sheet(grey: Grey, ink: Grey) -> Grey | None:
    """Cut out a sheet, or a pasted picture, that lies on something else, or what a box encloses.

    It is a rectangle, which is set upright. The border cuts off none, as it does most shadows.
    """
    from scipy import ndimage

    pieces, _ = ndimage.label(ink > ink.max() / 2, structure=CORNERS_TOO)
    boxes: list[Any] = ndimage.find_objects(pieces)
    areas = [(rows.stop - rows.start) * (columns.stop - columns.start) for rows, columns in boxes]
    main = int(np.argmax([0, *areas]))
    borders = pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]
    if main == 0 or any(np.mean(border == main) > 0.1 for border in borders):
        return None
    piece, around = pieces[boxes[main - 1]] == main, grey[boxes[main - 1]]
    left, right = piece.argmax(axis=1), piece.shape[1] - piece[:, ::-1].argmax(axis=1)
    ends = np.concatenate([left, right - 1]) + 1j * np.tile(np.arange(len(piece)), 2)
    turns = np.exp(1j * np.radians(np.arange(-45, 45)))
    turned = np.outer(turns, ends)  # points are x + iy, so a product turns them
    sizes = np.ptp([turned.imag, turned.real], axis=2) + 1
    best = sizes.prod(axis=0).argmin()
    short, long = sorted(sizes[:, best])
    area = (right - left).sum()
    if short < max(0.3 * long, SMALLEST_SHEET * max(ink.shape)) or area < 0.9 * short * long:
        return None
    if 2 * piece.sum() < area and ndimage.label(~np.pad(piece, 1))[1] != 2:
        return None  # a box has one hole, an 8 two
    if area > 0.95 * piece.size:
        return around if piece.size < ink.size else None
    rows, columns = np.indices(tuple(np.rint(sizes[:, best]).astype(int).clip(5) - 4)) + 2
    corner = turned[best].real.min() + 1j * turned[best].imag.min()
    at = (corner + columns + 1j * rows) / turns[best]
    return np.asarray(ndimage.map_coordinates(around, [at.imag, at.real], order=1, mode="nearest"))


def _without_lines(ink: Grey) -> Grey:
    """Take out the lines of ruled or squared paper."""
    if min(ink.shape) < SMALLEST_RULED:
        return ink
    mask = ink > ink.max() / 6
    (rows, level), (columns, upright) = _lines(mask), _lines(mask.T)
    for lines in (rows, columns.T):
        pale = 1.4 * np.median(ink[lines & mask]) if lines.any() else 0
        # A stroke along a line is darker than the line. What is alone is a line if it is paler.
        if max(level, upright) > 1 or np.sum(ink > 1.2 * pale) > 0.3 * lines.sum():
            ink = np.where(lines & (ink < pale), 0, ink)
    return ink


def _lines(mask: Mask) -> tuple[Mask, int]:
    """Find thin lines that are more or less level; say how many go across the whole picture."""
    from scipy.ndimage import find_objects, label, maximum_filter1d, minimum_filter1d

    width = mask.shape[1]
    thin = max(mask.shape) // 40 // 2 * 2 + 3
    thick = maximum_filter1d(minimum_filter1d(mask, thin, axis=0), thin, axis=0)  # a stroke
    # The dots of a scan in black and white are no lines, however they lie.
    runs = maximum_filter1d(minimum_filter1d(mask, 3, axis=1), 3, axis=1)
    flat = maximum_filter1d(runs & ~thick, 3, axis=0)
    joined = minimum_filter1d(maximum_filter1d(flat, 5, axis=1), 5, axis=1)
    run = width // 20 * 2 + 1
    long = maximum_filter1d(minimum_filter1d(joined, run, axis=1), run, axis=1)
    # A digit hides a part of a line, or so much that only its ends are seen.
    pieces, _ = label(maximum_filter1d(long, width // 6, axis=1), structure=CORNERS_TOO)
    chosen, across = [False], 0
    boxes: list[Any] = find_objects(pieces)
    for rows, columns in boxes:
        is_level = rows.stop - rows.start < width / 8
        across += is_level and columns.stop - columns.start > 0.9 * width
        chosen.append(is_level and (columns.start == 0 or columns.stop == width))
    lines: Mask = mask & ~thick & np.array(chosen)[pieces] & (across > 0)
    return maximum_filter1d(lines, 3, axis=0) & ~thick, across
