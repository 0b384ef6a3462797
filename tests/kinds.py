"""Pictures of every kind that people hand in, made of real digits: frames, desks, light, pens.

Each kind is a function of a digit, (28, 28) uint8 as MNIST's are, and a generator of random
numbers; it returns a picture, uint8 of shape (H, W). `KINDS` has all
that are to be read well, by name, and `WEAK` those that are not yet: they are measured, and nothing
is demanded of them.
"""

import functools
import io

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

SIDE = 280  # of most pictures, in pixels


def strokes(digit, side=SIDE, *, sharp=True):
    """Return a digit's ink from 0 to 1, enlarged, with the sharp edge of a pen or a soft one."""
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    ink = np.asarray(large) / 255
    return ((ink - 0.4) * 6 + 0.5).clip(0, 1) if sharp else ink


def on_paper(ink, *, paper=1.0, pen=0.1):
    """Return grey levels from 0 to 1: ink on paper."""
    return paper + (pen - paper) * ink


def picture(grey):
    """Return grey levels from 0 to 1 as bytes."""
    return np.rint(255 * np.clip(grey, 0, 1)).astype(np.uint8)


def photographed(grey, rng, *, noise=0.012, quality=85):
    """Return grey levels as a photo has them: a little noise, and JPEG's."""
    noisy = picture(grey + rng.normal(0, noise, grey.shape))
    return through_jpeg(noisy, quality)


def through_jpeg(levels, quality):
    """Save a picture as JPEG and read it back."""
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def thinned(mask):
    """Return the centre lines of strokes, one pixel wide (Zhang and Suen 1984)."""
    box = _box(mask)
    framed = np.pad(mask[box], 1)
    inner = framed[1:-1, 1:-1]
    height, width = inner.shape
    # From the north, clockwise: what each pixel has beside it.
    corners = [(0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0)]
    around = [framed[top : top + height, left : left + width] for top, left in corners]
    north, _, east, _, south, _, west, _ = around
    ring = [*around, around[0]]
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            turns = np.sum([ring[i] < ring[i + 1] for i in range(8)], axis=0, dtype=np.uint8)
            total = np.sum(around, axis=0, dtype=np.uint8)
            if first:
                side = (north & east & south) | (east & south & west)
            else:
                side = (north & east & west) | (north & south & west)
            gone = inner & (turns == 1) & (total >= 2) & (total <= 6) & ~side
            changed |= gone.any()
            inner[gone] = False
    lines = np.zeros_like(mask)
    lines[box] = inner
    return lines


def pen_lines(digit, width, side=300):
    """Return a digit's ink, drawn along its centre lines with a pen of a width in pixels."""
    distance = distances(digit.tobytes(), side)
    return (width / 2 + 0.5 - distance).clip(0, 1)


@functools.lru_cache(100)
def distances(digit, side):
    """Return how far each pixel is from a digit's centre lines; several kinds ask for the same."""
    digit = np.frombuffer(digit, np.uint8).reshape(28, 28)
    return ndimage.distance_transform_edt(~thinned(strokes(digit, side) > 0.5))


# Plain


def plain(digit, rng):
    """Draw dark ink on white paper."""
    return picture(on_paper(strokes(digit), pen=rng.uniform(0, 0.3)))


# Something around the paper


def frame_28(digit, rng):
    """Put a frame of one to three pixels in any colour around MNIST's own size."""
    width, level = int(rng.integers(1, 4)), rng.uniform(0, 1)
    grey = digit / 255 if rng.random() < 0.5 else 1 - digit / 255
    return picture(np.pad(grey, width, constant_values=level))


def frame(digit, rng):
    """Put a frame of 1 to 20 pixels in any colour around a drawing."""
    width, level = int(rng.integers(1, 21)), rng.uniform(0, 1)
    grey = on_paper(strokes(digit))
    grey = grey if rng.random() < 0.5 else 1 - grey
    return picture(np.pad(grey, width, constant_values=level))


def desk(digit, rng):
    """Photograph a sheet with the desk around it."""
    margins = [(int(a), int(b)) for a, b in rng.integers(10, 70, (2, 2))]
    sheet = np.pad(np.ones((SIDE, SIDE)), margins)
    grey = np.pad(on_paper(strokes(digit), paper=rng.uniform(0.75, 0.95)), margins)
    wood = rng.uniform(0.15, 0.5) + 0.04 * np.sin(np.arange(sheet.shape[0]) / 5)[:, None]
    return photographed(np.where(sheet, grey, wood), rng)


def desk_turned(digit, rng):
    """Photograph a sheet that lies turned by 2 to 10 degrees on a darker desk, with much of it."""
    margins = [(int(a), int(b)) for a, b in rng.integers(60, 200, (2, 2))]
    grey = np.pad(on_paper(strokes(digit), paper=rng.uniform(0.75, 0.95)), 40, mode="edge")
    angle = rng.choice([-1, 1]) * rng.uniform(2, 10)
    sheet = ndimage.rotate(np.ones_like(grey), angle, order=1)
    grey, sheet = (np.pad(part, margins) for part in (ndimage.rotate(grey, angle, order=1), sheet))
    wood = rng.uniform(0.15, 0.5) + 0.04 * np.sin(np.arange(len(sheet)) / 5)[:, None]
    return photographed(np.where(sheet > 0.5, grey, wood), rng)


def strip(digit, rng):
    """Photograph a digit with a dark strip along one side."""
    width = int(rng.integers(8, 70))
    grey = on_paper(strokes(digit), paper=rng.uniform(0.7, 0.95), pen=0.3)
    margins = np.zeros((2, 2), dtype=int)
    margins.flat[rng.integers(4)] = width
    return photographed(np.pad(grey, margins, constant_values=rng.uniform(0.05, 0.4)), rng)


def corners(digit, rng):
    """Turn a scan by up to 15 degrees; its corners are black."""
    angle = rng.choice([-1, 1]) * rng.uniform(4, 15)
    grey = Image.fromarray(picture(on_paper(strokes(digit))))
    return np.asarray(grey.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=0))


def corners_bold(digit, rng):
    """Turn a closely cut scan of a bold pen by up to 15 degrees; its corners are black."""
    ink = ndimage.grey_dilation(strokes(digit), 15)
    ink = np.pad(ink[_box(ink > 0.5)], 15)
    angle = rng.choice([-1, 1]) * rng.uniform(4, 15)
    scan = Image.fromarray(picture(on_paper(ink)))
    return np.asarray(scan.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=0))


def boxed(digit, rng):
    """Write into a box that is drawn well inside the picture."""
    room, width = int(rng.integers(20, 40)), int(rng.integers(2, 7))
    grey = np.pad(on_paper(strokes(digit)), width, constant_values=0.12)
    return picture(np.pad(grey, room, constant_values=0.98))


def pasted(digit, rng):
    """Paste a white digit on black on a white page."""
    margins = [(int(a), int(b)) for a, b in rng.integers(10, 120, (2, 2))]
    return picture(np.pad(strokes(digit), margins, constant_values=1.0))


# Cut tightly


def _box(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def tight(digit, rng):
    """Cut a drawing to the digit's box."""
    ink = strokes(digit)
    grey = on_paper(ink[_box(ink > 0.5)])
    return picture(grey if rng.random() < 0.5 else 1 - grey)


def tight_16(digit, rng):
    """Stretch a digit to fill 16 x 16 pixels, black or white, as Semeion's are."""
    levels = Image.fromarray(digit[_box(digit > 100)]).resize((16, 16), Image.Resampling.BOX)
    ink = np.asarray(levels) > 110
    return picture(ink if rng.random() < 0.5 else ~ink)


def tight_soft(digit, rng):
    """Cut 60 to 90 soft pixels from a photo, the digit touching the sides."""
    ink = strokes(digit, int(rng.integers(84, 124)), sharp=False)
    ink = ndimage.gaussian_filter(ink[_box(ink > 0.4)], 1)
    paper = rng.uniform(0.5, 0.7) + 0.05 * np.linspace(-1, 1, ink.shape[1])
    return photographed(on_paper(ink, paper=paper, pen=0.35), rng)


def cut_off(digit, rng):
    """Cut off a tenth of a digit, at any side."""
    turns = int(rng.integers(4))
    ink = np.rot90(strokes(digit), turns)
    rows, _ = _box(ink > 0.5)
    cut = rows.start + int(0.1 * (rows.stop - rows.start))
    return picture(on_paper(np.rot90(ink[cut:], -turns)))


# Paper with lines


def _ruled(digit, rng, level, *, squared):
    ink = strokes(digit) if rng.random() < 0.4 else pen_lines(digit, rng.uniform(3, 8), SIDE)
    grey = np.ones((2 * SIDE, 2 * SIDE))
    distance, width = int(rng.integers(24, 60)), int(rng.integers(1, 3))
    for start in range(int(rng.integers(distance)), 2 * SIDE, distance):
        grey[start : start + width] = level
        if squared:
            grey[:, start : start + width] = level
    turned = ndimage.rotate(grey, rng.uniform(-3, 3), reshape=False, order=1)
    grey = turned[SIDE // 2 :][:SIDE, SIDE // 2 :][:, :SIDE]
    paper = rng.uniform(0.85, 1)
    return photographed(np.minimum(paper * grey, on_paper(ink, pen=0.15)), rng, noise=0.006)


def ruled_pale(digit, rng):
    """Write on ruled paper with pale lines."""
    return _ruled(digit, rng, rng.uniform(0.75, 0.9), squared=False)


def ruled_mid(digit, rng):
    """Write on ruled paper with lines half as dark as the ink."""
    return _ruled(digit, rng, rng.uniform(0.5, 0.7), squared=False)


def ruled_dark(digit, rng):
    """Write on ruled paper with lines nearly as dark as the ink."""
    return _ruled(digit, rng, rng.uniform(0.15, 0.4), squared=False)


def squared_pale(digit, rng):
    """Write on squared paper with pale lines."""
    return _ruled(digit, rng, rng.uniform(0.75, 0.9), squared=True)


def squared_mid(digit, rng):
    """Write on squared paper with lines half as dark as the ink."""
    return _ruled(digit, rng, rng.uniform(0.5, 0.7), squared=True)


def margin_line(digit, rng):
    """Write on ruled paper that has a line along its margin."""
    grey = ruled_pale(digit, rng) / 255
    start = int(rng.integers(15, 40))
    grey[:, start : start + 3] *= 0.6
    return photographed(grey, rng, noise=0.006)


# Light


def shadow(digit, rng):
    """Let a shadow with a hard edge take 70 % of the light from a part of the picture."""
    angle, blur = rng.uniform(0, 2 * np.pi), rng.uniform(1, 8)
    down, right = np.indices((SIDE, SIDE)) / SIDE - 0.5
    far = np.cos(angle) * down + np.sin(angle) * right - rng.uniform(-0.2, 0.2)
    light = np.where(far > 0, 1.0, 0.3)
    light = ndimage.gaussian_filter(light, blur)
    return photographed(0.9 * light * on_paper(strokes(digit), pen=0.15), rng, noise=0.005)


def uneven(digit, rng):
    """Photograph in light from one side, darker towards the corners."""
    down, right = np.indices((SIDE, SIDE)) / SIDE
    light = 0.4 + 0.5 * right
    light = light * (1 - 0.6 * ((down - 0.5) ** 2 + (right - 0.5) ** 2))
    return photographed(np.rot90(light, rng.integers(4)) * on_paper(strokes(digit)), rng)


def patch(digit, rng):
    """Paste a grey patch of paper with a digit on white."""
    margins = [(int(a), int(b)) for a, b in rng.integers(20, 100, (2, 2))]
    grey = on_paper(strokes(digit), paper=rng.uniform(0.75, 0.93), pen=0.2)
    return through_jpeg(picture(np.pad(grey, margins, constant_values=1.0)), 90)


def specks_28(digit, rng):
    """Save MNIST's own size as a coarse JPEG, on white or on black."""
    levels = digit if rng.random() < 0.5 else 255 - digit
    return through_jpeg(levels, int(rng.integers(25, 60)))


def small_28(digit, rng):
    """Reduce a photo of a small digit to MNIST's own size: 12 to 17 pixels high, JPEG's noise."""
    size = int(rng.integers(17, 25))
    reduced = Image.fromarray(digit).resize((size, size), Image.Resampling.BILINEAR)
    image = Image.new("L", (28, 28))
    image.paste(reduced, tuple(rng.integers(0, 29 - size, 2).tolist()))
    levels = np.asarray(image) if rng.random() < 0.5 else 255 - np.asarray(image)
    return through_jpeg(levels, int(rng.integers(50, 90)))


def watermark(digit, rng):
    """Add a dark bar with words along the bottom, as stock pictures have."""
    height = int(rng.integers(14, 36))
    image = Image.new("L", (SIDE, height), int(rng.integers(0, 60)))
    words = ImageDraw.Draw(image)
    words.text((8, height / 2), "stock picture 12345", fill=230, anchor="lm")
    return np.vstack([picture(on_paper(strokes(digit))), np.asarray(image)])


def palette(digit, rng):
    """Save a photo in four colours."""
    photo = (uneven, shadow, patch, plain)[rng.integers(4)](digit, rng)
    image = Image.fromarray(photo).convert("RGB")
    return np.asarray(image.quantize(4).convert("L"))


def dither(digit, rng):
    """Make every pixel of a scan black or white (Floyd and Steinberg's dots)."""
    grey = picture(on_paper(strokes(digit), paper=rng.uniform(0.7, 1), pen=0.15))
    return np.asarray(Image.fromarray(grey).convert("1").convert("L"))


# Pens


def thin(digit, rng):
    """Draw a line of one to four pixels on 300, dark on light or light on dark."""
    grey = on_paper(pen_lines(digit, rng.uniform(1, 4)))
    return picture(grey if rng.random() < 0.5 else 1 - grey)


def thin_photo(digit, rng):
    """Photograph a thin ballpoint's line."""
    ink = pen_lines(digit, rng.uniform(1.5, 4))
    return photographed(on_paper(ink, paper=0.8, pen=0.3), rng)


def broken(digit, rng):
    """Draw with a dry pen: the line has gaps."""
    ink = pen_lines(digit, rng.uniform(4, 9))
    rows, columns = np.indices(ink.shape)
    stripes = (rows + columns * rng.uniform(-1, 1) + rng.integers(40)) % rng.integers(35, 60)
    return picture(on_paper(np.where(stripes < 5, 0, ink)))


KINDS = {
    kind.__name__: kind
    for kind in (
        *(plain, frame_28, frame, desk, desk_turned, strip, corners, corners_bold, boxed, pasted),
        *(tight, tight_16, tight_soft, cut_off, ruled_pale, ruled_mid, ruled_dark, squared_pale),
        *(squared_mid, margin_line, shadow, uneven),
        *(patch, specks_28, small_28, watermark, palette, dither, thin, thin_photo, broken),
    )
}


# Several digits


def rows(digits, rng, *, gap=0.3):
    """Photograph digits in rows, each row a list of them, in light from one side."""
    size = 80
    ink = np.zeros((int(size * (1.6 * len(digits) + 0.6)), int(size * (1.2 + gap) * 6)))
    for number, row in enumerate(digits):
        left = size // 2
        for digit in row:
            large = strokes(digit, int(size * rng.uniform(1.25, 1.5)))
            one = large[_box(large > 0.5)]
            top = int(size * (1.6 * number + 0.4 + rng.uniform(-0.1, 0.1)))
            ink[top : top + one.shape[0], left : left + one.shape[1]] = one
            left += one.shape[1] + int(gap * size)
    light = np.linspace(0.5, 0.95, ink.shape[1])
    return photographed(light * on_paper(ink, pen=0.15), rng)


# What is not read well yet


def strip_sloping(digit, rng):
    """Photograph a digit with a dark strip along one side, its edge aslant by 4 to 8 degrees."""
    grey = on_paper(strokes(digit), paper=rng.uniform(0.7, 0.95), pen=0.3)
    edge = rng.uniform(5, 20) + np.tan(np.radians(rng.uniform(4, 8))) * np.arange(SIDE)
    inside = np.arange(SIDE) < edge[:, None]
    return photographed(np.where(np.rot90(inside, int(rng.integers(4))), 0.25, grey), rng)


def shadow_band(digit, rng):
    """Let the shadow of a finger or a phone take 70 % of the light from a band."""
    down, right = np.indices((SIDE, SIDE)) - SIDE / 2
    angle, middle = rng.uniform(0, np.pi), rng.uniform(-60, 60)
    far = abs(np.cos(angle) * down + np.sin(angle) * right - middle)
    light = ndimage.gaussian_filter(np.where(far < rng.uniform(20, 60), 0.3, 1.0), 2)
    return photographed(0.9 * light * on_paper(strokes(digit), pen=0.15), rng, noise=0.005)


WEAK = {kind.__name__: kind for kind in (strip_sloping, shadow_band)}


# Not one digit


def two_digits(digits, rng):
    """Write two digits side by side into one image of MNIST's size."""
    first, second = rng.choice(len(digits), 2, replace=False)
    ink = [strokes(digits[i])[_box(strokes(digits[i]) > 0.5)] for i in (first, second)]
    height = max(part.shape[0] for part in ink)
    padded = [np.pad(part, ((height - part.shape[0], 0), (12, 12))) for part in ink]
    pair = Image.fromarray(picture(np.hstack(padded)))
    pair.thumbnail((24, 24), Image.Resampling.BICUBIC)
    frame = Image.new("L", (28, 28))
    frame.paste(pair, ((28 - pair.width) // 2, (28 - pair.height) // 2))
    return 255 - np.asarray(frame)


def page_of_text(digits, rng):
    """Print a page of text, as large as a photo or made small."""
    words = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "again"]
    image = Image.new("L", (300, 400), 255)
    draw = ImageDraw.Draw(image)
    for row in range(20, 380, 18):
        draw.text((15, row), " ".join(rng.choice(words, 8)), fill=20)
    side = int(rng.choice([28, 64, 128, 400]))
    image.thumbnail((side, side), Image.Resampling.BICUBIC)
    return np.asarray(image)


def letter(digits, rng):
    """Print a letter that no digit looks like."""
    image = Image.new("L", (28, 28), 255)
    font = ImageFont.load_default(int(rng.integers(18, 25)))
    name = rng.choice(list("aekmwxKMWXHNERFA"))
    ImageDraw.Draw(image).text((14, 14), name, fill=0, anchor="mm", font=font)
    return np.asarray(image)


def scribble(digits, rng):
    """Draw one long line that goes back and forth."""
    image = Image.new("L", (SIDE, SIDE), 255)
    points = rng.uniform(0.1, 0.9, (int(rng.integers(12, 25)), 2)) * SIDE
    ImageDraw.Draw(image).line([tuple(p) for p in points.tolist()], fill=0, width=14)
    return np.asarray(image)


NO_DIGIT = {kind.__name__: kind for kind in (two_digits, page_of_text, letter, scribble)}
