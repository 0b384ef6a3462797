"""Tell the ink of one digit from paper, and from whatever else is in the picture."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

from digitlearn.pictures import TIE, bounds

Grey = NDArray[np.float64]

MIN_CONTRAST = 0.1  # between ink and paper, where black to white is 1
PEN = 0.35  # of the picture's longer side: no stroke is wider
SMALLEST_RULED = 100
GRID = 24  # cells a side in which uneven light is measured
CORNERS = 0.12  # of a picture's pixels: as much its four corners count when the paper is looked for
SHADES = 0.04  # levels of paper that differ by less are one
SPECK = 0.03  # of the largest piece's ink: smaller pieces are dirt
DIGIT = 0.3  # of the same: a smaller piece is no digit by itself
APART = 0.15, 0.35  # of the largest piece's size: the gap beside and below it to another digit
STRAY = 0.5  # of the same: a piece further away does not belong to the digit


def find_ink(grey: Grey) -> Grey:
    grey = grey[inner(grey)]
    if is_uneven(grey):
        ink = uneven_ink(grey)
    else:
        ink = grey - paper_level(grey)
        ink = np.where(surroundings(abs(ink)), 0, ink)
        # Paper varies a little; what differs from it most is ink.
        if (ink**3).sum() < 0:
            ink = -ink
    inside = panel(ink > ink.max() / 2)
    if inside is not None:
        try:
            return find_ink(grey[inside])
        except ValueError:
            pass
    noise = 4 * float(np.median(-ink[ink < 0])) if (ink < 0).mean() > 0.05 else 0
    noise = min(noise, float(ink.max()) / 2)
    if ink.max() - noise < MIN_CONTRAST:
        raise ValueError(
            f"Expected an image with ink on it, at least {MIN_CONTRAST:.0%} darker or lighter "
            f"than the paper. Received: {ink.max() - noise:.0%}"
        )
    return erase_lines(np.clip(ink - noise, 0, None))


def inner(grey: Grey) -> tuple[slice, ...]:
    """Return the rows and columns within a frame."""
    far = abs(grey - paper_level(grey)) > SHADES
    if min(side.mean() for side in (far[0], far[-1], far[:, 0], far[:, -1])) < 0.9:
        return slice(None), slice(None)
    found = []
    for share in (far.mean(axis=1), far.mean(axis=0)):
        start, stop = (int((line < 0.5).argmax()) for line in (share, share[::-1]))
        soft = 2 + len(share) // 50
        if share[max(0, start - soft)] < 0.9 or share[-1 - max(0, stop - soft)] < 0.9:
            return slice(None), slice(None)
        found.append(slice(start, len(share) - stop))
    return tuple(found)


def paper_level(grey: Grey) -> float:
    """Return how bright the paper is: the most frequent level, the corners counting extra."""
    corners = grey[[0, 0, -1, -1], [0, -1, 0, -1]]
    counts = np.histogram(grey, bins=51, range=(-0.01, 1.01))[0] / grey.size
    counts += CORNERS * np.histogram(corners, bins=51, range=(-0.01, 1.01))[0] / 4
    around = np.convolve(counts, np.ones(3), mode="same")
    middle = 0.02 * around.argmax()
    return float(np.median(grey[abs(grey - middle) < 0.03]))


def is_uneven(grey: Grey) -> bool:
    """Tell a photo's shades from a drawing, which has hardly a flat place between ink and paper."""
    strength = abs(grey - paper_level(grey))
    strength[surroundings(strength)] = 0
    between = (strength > 0.04) & (strength < 0.8 * strength.max())
    flat = abs(np.diff(grey, axis=1, prepend=grey[:, :1])) < 0.04
    return min(grey.shape) > GRID and bool(np.mean(between & flat) > 0.05)


def uneven_ink(grey: Grey) -> Grey:
    """Take uneven light out."""
    from scipy import ndimage

    difference = grey - _paper(grey)
    difference[surroundings(abs(difference))] = 0
    width = int(PEN * max(grey.shape))
    if (difference**3).sum() > 0:
        ink = grey - ndimage.grey_opening(grey, width)
    else:
        ink = 1 - grey / np.maximum(ndimage.grey_closing(grey, width), MIN_CONTRAST)
    ink -= paper_level(ink)
    return np.where(surroundings(ink), 0, ink)


def _paper(grey: Grey) -> Grey:
    """Return how bright the paper is in each place: the median of a quarter of the picture."""
    cells = Image.fromarray(grey.astype(np.float32)).resize((GRID, GRID), Image.Resampling.BOX)
    padded = np.pad(np.asarray(cells), GRID // 4, mode="reflect", reflect_type="odd")
    windows = sliding_window_view(padded, (GRID // 2 + 1, GRID // 2 + 1))
    paper = np.median(windows.reshape(GRID, GRID, -1), axis=2)
    whole = Image.fromarray(paper).resize(grey.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(whole, dtype=np.float64)


def surroundings(strength: Grey) -> NDArray[np.bool_]:
    """Find what lies around the paper."""
    from scipy import ndimage

    mask = strength > MIN_CONTRAST
    pieces, count = ndimage.label(mask, structure=np.ones((3, 3)))
    if not count:
        return mask
    along = np.zeros(count + 1, dtype=bool)
    touches = np.zeros(count + 1, dtype=bool)
    boxes = ndimage.find_objects(pieces)
    for side, axis in ((pieces[0], 1), (pieces[-1], 1), (pieces[:, 0], 0), (pieces[:, -1], 0)):
        contact = np.bincount(side, minlength=count + 1)
        touches |= contact > 0
        for piece in np.flatnonzero(contact[1:]) + 1:
            extent = boxes[piece - 1][axis]
            length = extent.stop - extent.start
            along[piece] |= contact[piece] >= 0.85 * length
    along[0] = touches[0] = False
    mass = np.bincount(pieces.ravel(), strength.ravel())
    mass[0] = 0
    mass[along] = 0
    main = mass.argmax()
    if not along.any() or mass[main] == 0 or touches[main]:
        return np.zeros_like(mask)
    box = boxes[main - 1]
    if max(box[0].stop - box[0].start, box[1].stop - box[1].start) < max(mask.shape) / 10:
        return np.zeros_like(mask)
    return along[pieces]


def panel(mask):
    """Find sheet"""
    from scipy import ndimage

    pieces, count = ndimage.label(mask, structure=np.ones((3, 3)))
    if not count:
        return None
    main = np.bincount(pieces[mask]).argmax()
    box = ndimage.find_objects(pieces)[main - 1]
    piece = pieces[box] == main
    if min(piece.shape) < 12 or ndimage.binary_fill_holes(piece).mean() < 0.95 or piece.mean() < 0.5:
        return None
    return box


def erase_lines(ink: Grey) -> Grey:
    """Leave out the lines of ruled or squared paper."""
    mask = ink > ink.max() / 6
    if min(mask.shape) < SMALLEST_RULED:
        return ink
    level, count = ruled(mask)
    upright, other = ruled(mask.T)
    if count + other < 2:
        return ink
    return np.where(level | upright.T, 0, ink)


def ruled(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int]:
    """Find thin lines that run across the whole picture, more or less level."""
    from scipy import ndimage

    def wide(mask, size, axis):
        return ndimage.maximum_filter1d(mask, size, axis=axis)

    def opened(mask, size, axis):
        narrow = ndimage.minimum_filter1d(mask, size, axis=axis)
        return ndimage.maximum_filter1d(narrow, size, axis=axis, origin=-((size + 1) % 2))

    width = mask.shape[1]
    # Where a line crosses a stroke, ink is high; there it stays.
    thick = opened(mask, max(mask.shape) // 40 + 1, 0)
    thin = mask & ~thick
    # A line that is not quite level goes up or down a row at times.
    long = wide(thin, 3, 0)
    long = ndimage.minimum_filter1d(wide(long, 9, 1), 9, axis=1)
    long = opened(long, width // 10, 1)
    # A digit hides a part of a line.
    pieces, _ = ndimage.label(wide(long, width // 6, 1), structure=np.ones((3, 3)))
    across = [box[1].stop - box[1].start > 0.9 * width for box in ndimage.find_objects(pieces)]
    lines = thin & np.append(False, across).astype(bool)[pieces]
    return wide(lines, 3, 0) & ~thick, sum(across)


def lone_digit(ink: Grey) -> Grey:
    from scipy import ndimage

    # In a large picture the faint rim of a stroke is blur or JPEG's ringing; at MNIST's own size
    # it is a part of the stroke.
    side = max(ink[bounds(ink > ink.max() / 2 + TIE)].shape)
    mask = ink > ink.max() / 4 * max(0, 1 - 20 / side) + TIE
    pieces, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    mass = np.bincount(pieces[mask], ink[mask])
    large = mass >= SPECK * mass[1:].max()
    large[0] = False
    strokes = large[pieces]
    pieces, _ = ndimage.label(ndimage.maximum_filter(strokes, 1 + 2 * (side // 30)), structure=np.ones((3, 3)))
    pieces[~strokes] = 0
    mass = np.bincount(pieces[strokes], ink[strokes])[1:]
    main = mass.argmax()
    boxes = [
        (rows.start, rows.stop, columns.start, columns.stop)
        for rows, columns in ndimage.find_objects(pieces)
    ]
    top, bottom, left, right = np.array(boxes).T
    height, size = bottom - top, max((bottom - top)[main], (right - left)[main])
    beside = np.maximum(left - right[main], left[main] - right) / size
    below = np.maximum(top - bottom[main], top[main] - bottom) / size
    apart = (beside > APART[0]) | (below > APART[1])
    others = apart & (mass >= DIGIT * mass[main]) & (height >= height[main] / 2)
    if others.any():
        raise ValueError(f"Expected an image of one digit. Received: {others.sum() + 1} of them")
    kept = np.maximum(beside, below) <= STRAY
    digit = np.append(False, kept)[pieces]
    box = bounds(digit)
    # Ink fainter than that belongs to the digit where it lies at a stroke's rim.
    rim = ndimage.maximum_filter(digit[box], 3 + 2 * (side // 50)) & ~(mask & ~digit)[box]
    return np.where(rim, ink[box], 0)
