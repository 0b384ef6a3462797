"""Digits as MNIST's writers hardly wrote them, drawn by a program, to train with.

MNIST's writers were Americans of 1990. A European one has a long upstroke, a seven a bar, a nine
a hooked tail. Here each such form is a centre line of a few points. Every digit drawn along it has
points, slant, turn, width, bend and pen of its own.
"""

from itertools import pairwise

import numpy as np
from PIL import Image

from digitlearn.pictures import BOX, FRAME, bounds, fit_to_frame
from digitlearn.preprocessing import scale_pixels

# What `parse` made of a line. Not functools.cache: that is sent to a cluster's workers by its name,
# and they do not have this module.
PARSED = {}

# Points "x,y" from "0,0" at the top left to "100,100"; "/" lifts the pen, "!" makes a corner.
LINES = {
    0: [
        "50,0 10,20 0,60 30,100 80,85 100,40 80,8 45,0",
        "45,0 5,30 15,85 60,100 100,60 85,15 60,8",
        "60,5 10,15 0,60 40,100 95,70 85,10 50,2 40,20",
        "95,0 40,5 5,40 20,95 75,90 95,45 75,10 35,10",
        "50,0 10,20 0,60 30,100 80,85 100,40 80,8 45,0 / 85,10 15,90",
        "50,5 10,20 0,60 30,95 80,85 100,40 80,8 45,5 / 110,0 0,105",
    ],
    1: [
        "0,45 60,0! 60,100",
        "0,70 55,0! 50,100",
        "0,95 60,0! 75,100",
        "20,30 55,0! 55,100",
        "0,60 80,0! 45,100",
        "30,50 60,0! 50,100",
        "0,60 35,40 60,0! 55,50 50,100",
        "0,50 60,0! 55,80 75,100",
        "10,40 60,0! 60,75 45,100 20,95",
        "0,80 45,35 65,0! 60,80 75,100 100,90",
        "0,75 50,45 70,10 55,0 50,40 50,100",
        "0,85 55,45 70,8 58,0 52,40 55,90 100,95",
        "0,90 70,0! 60,100",
        "0,15 60,5! 55,100",
        "5,25 55,0! 55,100",
        "15,30 55,0! 55,100 / 15,100 90,100",
        "0,55 55,0! 50,100 / 10,98 85,100",
        "10,60 60,0! 55,100 / 25,100 85,97",
        "0,35 40,20 55,0! 50,100 / 0,100 100,95",
        "0,80 60,0! 55,100 / 30,100 100,92",
        "0,70 50,0! 55,95! 25,100 90,100",
        "50,0 50,100",
    ],
    2: [
        "5,25 40,0 85,20 60,60 0,100! 100,100",
        "0,5 85,0! 5,100! 100,100",
        "0,20 30,0 80,5 70,40 0,95! 90,100",
        "5,20 45,0 80,20 55,65 20,95 5,80 30,80 60,95 100,90",
        "10,20 50,0 85,25 45,75 10,100 0,85 20,80 50,98 95,100",
        "30,25 10,10 40,0 85,15 55,65 5,100! 100,95",
        "5,20 45,0 80,25 10,95! 40,85 70,100 100,90",
        "0,0 60,0 85,20 30,65 10,95! 95,95",
    ],
    3: [
        "5,15 45,0 80,20 45,45! 85,70 50,100 0,90",
        "5,0 85,0! 35,40! 85,65 55,100 0,90",
        "0,0 80,0! 40,40 85,70 50,100 0,95",
        "10,10 50,0 75,20 40,48 30,42 45,42 85,70 45,100 0,90",
        "5,20 20,0 70,5 70,35 30,48! 80,60 80,90 40,100 0,85",
        "0,0 85,0! 45,45! 80,55! 60,100 0,95",
    ],
    4: [
        "15,0 5,55! 95,55 / 70,10 65,100",
        "20,0 0,50! 90,50 / 65,15 60,100",
        "95,65 0,65! 65,0! 65,100",
        "60,0 0,65! 100,65 / 60,0 60,100",
        "45,0 0,70! 100,70 / 48,0 75,100",
        "60,0 10,50! 90,50 / 75,35 50,100",
        "60,0 0,60! 80,60 / 75,45 55,100",
        "60,0 0,60! 100,60 / 65,35 60,100",
        "10,0 10,45 30,55 80,50 / 85,0 80,100",
        "5,0 0,50! 80,50 / 80,10 75,100",
        "20,0 5,45 60,50 85,0! 75,100",
        "40,0 5,45 15,60 90,55 / 70,30 60,100",
        "70,0 5,60! 100,60 / 75,0 65,100",
        "75,15 65,0! 0,65! 100,60 / 70,30 60,100",
        "60,0 5,55! 75,45! 60,100",
        "80,0 0,60! 85,50! 70,100",
        "55,0 0,50! 65,55! 50,100",
        "50,0 15,45 30,60 90,45! 70,100",
        "65,0 5,45 15,70 60,62 95,45! 80,100",
        "75,0 0,55! 60,60 100,50! 60,100",
        "60,0 5,40 0,60 30,65 90,40! 85,100",
        "40,0 5,40 10,65 85,55! 82,35! 75,100",
        "50,0 0,50 20,70 80,45! 90,32! 80,100",
        "75,10 40,20 0,55! 85,60 / 75,0 75,100",
        "45,0 0,75! 90,75 45,0! 50,45 / 75,60 90,100",
    ],
    5: [
        "10,0 5,45! 55,40 85,70 50,100 0,90 / 10,0 85,0",
        "85,0 15,0! 10,45! 60,40 90,70 50,100 0,95",
        "90,0 30,5 15,40 70,55 80,85 30,100 0,90",
        "20,10 15,45! 70,45 80,80 40,100 0,90 / 25,8 95,0",
        "100,0 25,0! 15,45! 75,50! 65,100 0,95",
        "90,0 40,5! 25,45! 60,50 60,90 10,100",
    ],
    6: [
        "70,0 20,35 0,75 40,100 85,80 60,55 5,70",
        "60,0 5,70 35,100 80,85 70,55 30,55 5,75",
        "60,0 10,50 10,90 60,100 90,75 60,55 20,70",
        "90,10 50,0 10,40 5,80 45,100 90,80 60,50 10,65",
        "15,0 5,60 20,100 75,95 85,70 50,55 8,75",
        "100,0 30,15 0,65 40,100 95,85 80,55 20,60",
    ],
    7: [
        "0,0 80,0! 40,100",
        "0,10 40,0 80,5! 45,60 35,100",
        "5,5 60,0 80,15 55,55 45,100",
        "0,20 0,0! 85,0! 40,100",
        "0,0 85,0! 40,100 / 15,50 85,45",
        "0,20 5,2! 85,0! 40,100 / 15,52 85,48",
        "0,8 30,0 60,6 85,0! 50,50 40,100 / 20,55 80,48",
        "0,5 70,0! 60,100 / 30,50 100,50",
        "0,25 10,5 40,12 85,0! 45,60 40,100 / 10,55 90,50",
        "0,5 70,0! 30,100 / 0,60 80,40",
        "0,20 20,5 75,10 70,40 30,100 / 10,65 90,60",
        "0,5 70,0! 35,100 / 0,60 100,75",
        "0,0 90,0! 0,90 / 10,55 80,60",
        "15,20 45,0 70,15 60,60! 65,100 / 30,55 100,60",
        "0,10 75,0! 60,45 55,100 / 10,40 100,65",
        "0,30 10,0! 40,10 70,0! 35,100 / 5,55 90,50",
    ],
    8: [
        "80,15 45,0 10,20 50,48 90,78 50,100 10,80 50,45 85,15",
        "50,45 15,20 50,0 85,20 50,45 10,75 50,100 90,75 50,45",
        "85,5 30,5 15,25 80,70 50,100 10,80 45,45 80,20",
        "95,0 40,0 10,25 85,75 45,100 10,75 55,45 75,20",
        "50,0 20,20 50,42 80,20 50,0 / 50,42 10,70 50,100 90,70 50,42",
        "20,5 80,75 60,100 15,85 50,45 85,15 60,0 25,12",
    ],
    9: [
        "85,20 50,0 10,15 10,40 45,50 85,20! 80,60 75,100",
        "75,20 45,0 10,15 15,40 50,45 80,15! 50,100",
        "80,25 50,0 10,15 10,40 45,50 85,20! 85,70 60,98 15,90",
        "80,10 40,0 5,20 20,45 60,45 85,10! 90,55 80,90 40,100 0,85",
        "85,0 30,0 5,20 25,42 70,42 85,0! 85,95 20,100",
        "90,5 45,0 10,15 20,40 60,50 80,30! 85,5! 85,70 60,100 5,95",
        "80,0 30,5 5,25 30,50 75,35! 85,0! 85,60 70,95 20,100",
        "70,10 30,0 5,20 30,45 75,40! 85,15! 85,80 50,100 10,85",
        "90,5 40,0 5,25 30,50 80,30 90,5 85,60 80,100",
        "80,10 40,0 5,20 20,45 60,45 85,10! 85,70 65,100 20,100 10,80",
        "95,0 30,0! 5,25 25,45 70,40 90,5! 75,100",
        "80,15 40,0 10,20 40,42 80,15! 70,60 40,85 0,100",
        "85,15 40,0 10,20 40,42 80,20 75,60 40,88 0,95",
        "75,0 20,5 10,25 60,35! 90,30! 85,80 40,100 0,90",
        "70,10 45,0 30,15 45,32 72,22! 72,10! 75,40 85,60 75,88 0,95",
        "80,8 55,0 40,15 55,30 80,15! 65,35 80,60 85,85 60,97 0,98",
        "95,10 60,0 15,25 30,45 85,20! 70,55 80,75 60,95 5,90",
        "85,20 50,5 10,25 30,45 85,30! 90,10! 75,55 85,80 60,100 10,95",
        "90,10 40,5 0,35 20,50 80,15! 55,100",
        "30,100 50,40! 95,20 60,0 30,25 50,40",
        "10,100 20,15 60,0 100,10 90,30 30,40",
        "15,100 35,20 65,0 100,12 70,35 25,38",
        "95,15 50,0 5,20 30,42 95,15! 60,45 50,100",
    ],
}
SAMPLES = 128  # points along each line: about half a pixel from one to the next
CHUNK = 16  # digits at a time, few enough to stay in the processor's cache


def enlarge(train, drawn, stretched, *, rng):
    """Return a training set with more digits: drawn ones, and some of its own, widened.

    Parameters
    ----------
    train : pair of ndarrays (x, labels)
        Scaled images of shape (N, 28, 28), and digits.
    drawn, stretched : int
        How many of each to add; of the training digits at most all are widened.
    rng : numpy.random.Generator

    Returns
    -------
    pair of ndarrays (x, labels)
    """
    x, labels = train
    images, digits = draw(drawn, rng=rng)
    chosen = rng.permutation(len(x))[:stretched]
    wide = stretch(np.rint(255 * x[chosen]).astype(np.uint8), rng=rng)
    more = scale_pixels(np.concatenate([images, wide]))
    return np.concatenate([x, more]), np.concatenate([labels, digits, labels[chosen]])


def draw(count, *, rng):
    """Draw digits, of each form equally many on average.

    Parameters
    ----------
    count : int
    rng : numpy.random.Generator

    Returns
    -------
    images : uint8 ndarray of shape (count, 28, 28)
    labels : int64 ndarray of shape (count,)
    """
    forms = [(digit, line) for digit, lines in LINES.items() for line in lines]
    chosen = rng.integers(len(forms), size=count)
    labels = np.array([digit for digit, _ in forms])[chosen]
    lines = np.empty((count, SAMPLES, 2))
    for index, (_, line) in enumerate(forms):
        mine = chosen == index
        if line not in PARSED:
            PARSED[line] = parse(line)
        points, weights = PARSED[line]
        jitter = rng.normal(0, 0.05, (mine.sum(), *points.shape))
        lines[mine] = weights @ (points + jitter)
    return ink(*into_frame(deform(lines, rng), rng), rng), labels


def parse(line):
    """Return a line's points, (K, 2), and how much of each is in each sample, (SAMPLES, K).

    Between corners a line is a Catmull-Rom spline: it goes through all of its points, and each
    sample is a weighted sum of the four points next to it.
    """
    points, spans = [], []
    for stroke in line.split(" / "):
        first = len(points)
        corners = [first]
        for word in stroke.split():
            if word.endswith("!"):
                corners.append(len(points))
            points.append([float(number) / 100 for number in word.rstrip("!").split(",")])
        corners.append(len(points) - 1)
        for start, end in pairwise(corners):
            for i in range(start, end):
                spans.append((max(i - 1, start), i, i + 1, min(i + 2, end)))
    points = np.array(points)
    lengths = [np.hypot(*(points[i] - points[j])) for _, i, j, _ in spans]
    # Evenly along the whole line.
    place = np.interp(
        np.linspace(0, sum(lengths), SAMPLES),
        np.cumsum([0, *lengths]),
        np.arange(len(spans) + 1),
    )
    weights = np.zeros((SAMPLES, len(points)))
    for sample, at in enumerate(place):
        span = min(int(at), len(spans) - 1)
        t = at - span
        parts = (
            -t * (1 - t) ** 2 / 2,
            1 + t * t * (1.5 * t - 2.5),
            t / 2 + t * t * (2 - 1.5 * t),
            t * t * (t - 1) / 2,
        )
        for index, part in zip(spans[span], parts, strict=True):
            weights[sample, index] += part
    return points, weights


def deform(lines, rng):
    """Bend, narrow, slant and turn lines, each in its own way; (N, SAMPLES, 2)."""
    bend, narrow, slant, turn = rng.uniform(
        [-0.3, 0.5, -0.3, -0.2], [0.3, 1.4, 0.5, 0.2], (len(lines), 4)
    ).T[..., np.newaxis]
    x, y = lines[..., 0] - 0.5, lines[..., 1] - 0.5
    x = narrow * (x + bend * (y * y - 0.08)) - slant * y
    return np.stack(
        [np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=-1
    )


def into_frame(lines, rng):
    """Return lines in pixels, as large and where MNIST's digits are, and their pens' widths."""
    pen = rng.uniform(1, 5, (len(lines), 1, 1))
    low, high = lines.min(axis=1, keepdims=True), lines.max(axis=1, keepdims=True)
    lines = lines * (BOX - pen) / (high - low).max(axis=2, keepdims=True)
    lines += FRAME / 2 - lines.mean(axis=1, keepdims=True)
    # A digit whose middle is far from its centre of mass must still be inside.
    low, high = lines.min(axis=1, keepdims=True), lines.max(axis=1, keepdims=True)
    lines += np.maximum(pen / 2 - low, 0) - np.maximum(high + pen / 2 - FRAME, 0)
    return lines, pen


def ink(lines, pen, rng):
    """Draw lines, (N, SAMPLES, 2) in pixels; the edge of the ink is 1 to 2 pixels wide."""
    count = len(lines)
    edge = rng.uniform(1, 2, (count, 1))
    across, down = np.meshgrid(np.arange(FRAME) + 0.5, np.arange(FRAME) + 0.5)
    pixels = np.stack([across.ravel(), down.ravel()])
    # |pixel - sample|^2 = |pixel|^2 - 2 pixel . sample + |sample|^2, the first of them at the end.
    left = np.concatenate([-2 * lines, (lines**2).sum(axis=2, keepdims=True)], axis=2)
    right = np.vstack([pixels, np.ones(FRAME**2)])
    squares = np.empty((count, FRAME**2))
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        squares[part] = (left[part].astype(np.float32) @ right.astype(np.float32)).min(axis=1)
    distance = np.sqrt(np.maximum(squares + (pixels**2).sum(axis=0), 0))
    levels = np.clip(0.5 + (pen[:, 0] / 2 - distance) / edge, 0, 1)
    levels /= levels.max(axis=1, keepdims=True)
    return np.rint(255 * levels).astype(np.uint8).reshape(count, FRAME, FRAME)


def stretch(images, *, rng, most=2.0):
    """Widen digits towards the square box that holds them, as Semeion's are.

    Parameters
    ----------
    images : uint8 ndarray of shape (N, 28, 28)
    rng : numpy.random.Generator
    most : float
        The largest change of width: more would make a block of an upright one.

    Returns
    -------
    uint8 ndarray of shape (N, 28, 28)
    """
    stretched = np.empty_like(images)
    for index, image in enumerate(images):
        digit = Image.fromarray(image[bounds(image > 0)])
        wanted = min(digit.height, most * digit.width)
        width = round(rng.uniform(digit.width, wanted)) if wanted > digit.width else digit.height
        wide = digit.resize((width, digit.height), Image.Resampling.BILINEAR)
        stretched[index] = fit_to_frame(np.asarray(wide, dtype=np.float64))
    return stretched
