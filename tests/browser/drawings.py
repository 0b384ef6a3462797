"""Drawings for the tests, made by rule: ten digits in five hands, and strokes of every kind.

A drawing is a list of strokes, a stroke a list of points (x, y), each from 0 to 1 across the pad.
"""

import numpy as np

# The points a pen passes through, on a grid 10 wide and 16 high. Where people write a digit in two
# ways, both are here.
SHAPES = {
    0: [[[(6, 0), (2, 2), (0, 8), (2, 14), (6, 16), (9, 13), (10, 7), (8, 2), (6, 0)]]],
    1: [
        [[(5, 0), (5, 5), (5, 11), (5, 16)]],
        [[(3.5, 3), (5, 1.5), (6, 0)], [(6, 0), (6, 8), (6, 16)]],
    ],
    2: [
        [[(1, 4), (3, 1), (6, 0), (9, 3), (7, 8), (3, 12), (0, 16)], [(0, 16), (5, 16), (10, 16)]],
        [[(1, 3), (4, 0), (8, 1), (9, 5), (6, 10), (1, 15)], [(1, 15), (4, 14), (7, 16), (10, 15)]],
    ],
    3: [
        [
            [(1, 2), (5, 0), (9, 2), (8, 6), (4, 7.5)],
            [(4, 7.5), (8, 8.5), (10, 12), (7, 15.5), (3, 16), (0, 14)],
        ]
    ],
    4: [
        [
            [(6, 0), (4, 4), (2, 8), (0, 11)],
            [(0, 11), (5, 11), (10, 11)],
            [(7, 6), (7, 11), (7, 16)],
        ],
        [[(1, 0), (1, 4), (0, 8)], [(0, 8), (5, 8), (9, 8)], [(9, 0), (9, 8), (9, 16)]],
    ],
    5: [
        [
            [(9, 0), (5, 0), (2, 0)],
            [(2, 0), (1.5, 4), (1, 7)],
            [(1, 7), (5, 5.5), (9, 8), (9, 13), (5, 16), (0, 14.5)],
        ]
    ],
    6: [
        [
            [(8, 0), (3, 4), (0, 10), (2, 15), (6, 16), (9.5, 13), (8, 9), (4, 8.5), (0.5, 11)],
        ]
    ],
    7: [
        [[(0, 1), (5, 0.5), (10, 0)], [(10, 0), (7, 6), (4, 16)]],
        [[(0, 1), (5, 0.5), (10, 0)], [(10, 0), (7, 6), (4, 16)], [(3, 8), (6, 7.7), (9, 7.5)]],
    ],
    8: [
        [
            [
                *[(8.5, 2), (5, 0), (1.5, 2.5), (3, 6.5), (7, 9), (9.5, 12.5), (5, 16)],
                *[(0.5, 12.5), (3, 9), (7, 6.5), (9, 3), (8.5, 2)],
            ]
        ]
    ],
    9: [
        [[(9, 3), (5, 0), (1, 3), (2, 7), (6, 8), (9, 4)], [(9, 4), (9, 10), (8, 16)]],
        [[(9, 2), (4, 0), (0.5, 4), (4, 8), (9, 4), (9, 2)], [(9, 2), (9.5, 9), (7, 14), (2, 16)]],
    ],
}

# Each hand: its slant, its width to its height, its height and place on the pad, and how unsteady
# it is. "upright" is what the others depart from.
STYLES = {
    "upright": {"slant": 0.0, "aspect": 0.62, "height": 0.62, "centre": (0.5, 0.5), "wobble": 0.0},
    "slanted": {
        "slant": 0.25,
        "aspect": 0.6,
        "height": 0.66,
        "centre": (0.5, 0.5),
        "wobble": 0.006,
    },
    "wide": {"slant": 0.0, "aspect": 0.85, "height": 0.6, "centre": (0.45, 0.55), "wobble": 0.006},
    "small": {
        "slant": 0.08,
        "aspect": 0.65,
        "height": 0.38,
        "centre": (0.3, 0.35),
        "wobble": 0.003,
    },
    "shaky": {
        "slant": -0.08,
        "aspect": 0.62,
        "height": 0.8,
        "centre": (0.52, 0.5),
        "wobble": 0.014,
    },
}
VARIATIONS = 2


def curve(points, steps=4):
    """Return a smooth line through points (Catmull and Rom's spline), shape (n, 2)."""
    points = np.array(points, dtype=float)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * b
            + (c - a) * t
            + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.vstack([*pieces, points[-1:]])


def digit(number, style, variation):
    """Return the strokes of a digit in one of the STYLES; the same ones each time."""
    hand = STYLES[style]
    rng = np.random.default_rng([number, *style.encode(), variation])
    shapes = SHAPES[number]
    strokes = []
    tilt, aspect = hand["slant"] + rng.normal(0, 0.04), hand["aspect"] * rng.uniform(0.92, 1.08)
    if number == 1:
        aspect = min(aspect, 0.65)  # a wide 1 is a 7 to anyone
    phase, waves = rng.uniform(0, 2 * np.pi, 4), rng.uniform(1.5, 4, 4)
    for shape in shapes[variation % len(shapes)]:
        x, y = (curve(shape) - (5, 8)).T
        x, y = hand["height"] * np.array([x / 10 * aspect - y / 16 * tilt, y / 16])
        sway = [
            hand["wobble"] * np.sin(2 * np.pi * waves[i] * at / hand["height"] + phase[i])
            for i, at in enumerate((y, x))
        ]
        strokes.append((np.column_stack([x + sway[0], y + sway[1]]) + hand["centre"]).tolist())
    return strokes


def scribble(rng):
    """Return one long stroke that goes back and forth all over the pad."""
    return [curve(rng.uniform(0.1, 0.9, (int(rng.integers(10, 20)), 2))).tolist()]


def drawings(count, rng):
    """Return `count` drawings of strokes of every size, place and width."""
    found = []
    for _ in range(count):
        size, place = rng.uniform(0.03, 0.9), rng.uniform(0.05, 0.95, 2)
        strokes = []
        for _ in range(rng.integers(1, 5)):
            points = place + size * rng.uniform(-0.5, 0.5, (int(rng.integers(2, 7)), 2))
            strokes.append(np.clip(curve(points), -0.1, 1.1).tolist())
        found.append({"strokes": strokes, "width": float(rng.uniform(0.01, 0.2))})
    return found
