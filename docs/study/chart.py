"""A picture of the study, as SVG in the page's own colours and type."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

WIDTH = 340  # about what a phone has for it, so that letters stay as large there


def label(name: str) -> str:
    """Return what a row is called on the page."""
    return name.replace("_", "\N{NO-BREAK SPACE}")


def chart(study: Mapping[str, Any]) -> str:
    """Return a picture of the study: of every row, the share of mistakes of each seed.

    The axis is logarithmic: wherever half the mistakes go, the distance is the same.
    """
    rows = study["rows"]
    least = 0.5 / study["images"]  # a network without a mistake has its place too
    errors = [[max(1 - a, least) for a in row["accuracies"]] for row in rows]
    flat = [error for row in errors for error in row]
    left, right, top, step = 70, 288, 24, 19
    low, high = math.log(min(flat) * 0.9), math.log(max(flat) * 1.1)
    bottom = top + step * len(rows) - 4

    def x(error: float) -> float:
        return round(left + (right - left) * (math.log(error) - low) / (high - low), 1)

    parts = []
    ticks = [digit * 10**power for power in (-4, -3, -2, -1) for digit in (1, 2, 5)]
    for tick in (t for t in ticks if low <= math.log(t) <= high):
        parts += [
            f'<path d="M{x(tick)} {top - 8}V{bottom}" stroke="var(--dl-hairline)" />',
            f'<text x="{x(tick)}" y="{top - 12}" text-anchor="middle">{100 * tick:g}%</text>',
        ]
    for index, (row, of_seeds) in enumerate(zip(rows, errors, strict=True)):
        y = top + step * index + 6
        parts.append(f'<text x="0" y="{y + 3}">{escape(label(row["name"]))}</text>')
        parts += [
            f'<circle cx="{x(e)}" cy="{y}" r="2.6" fill="var(--dl-accent)" fill-opacity="0.45" />'
            for e in of_seeds
        ]
        mean = max(1 - row["mean"], least)
        parts.append(
            f'<path d="M{x(mean)} {y - 6}v12" stroke="var(--dl-accent)" stroke-width="1.6" />'
            f'<text x="{WIDTH}" y="{y + 3}" text-anchor="end">{100 - 100 * row["mean"]:.2f}%</text>'
        )
    best = max(rows, key=lambda row: row["mean"])
    first, last = (
        f"{100 - 100 * row['mean']:.2f}% in the row {row['name']}" for row in (rows[0], best)
    )
    alt = f"Share of mistakes of each row's networks, from {first} to {last}."
    return (
        f'<svg role="img" aria-label="{escape(alt)}" viewBox="0 0 {WIDTH} {bottom + 4}" '
        'style="display: block; max-width: 26rem; fill: currentColor; '
        f'font: 11px var(--dl-sans)">{"".join(parts)}</svg>'
    )
