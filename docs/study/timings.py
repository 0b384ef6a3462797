"""What the page says of speed.json: medians, and ratios to our NumPy network."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

OURS = "numpy"


def middle(values: Sequence[float | None]) -> float | None:
    """Return the median; a run that never got there, None, took longer than any that did."""
    value = median(float("inf") if value is None else value for value in values)
    return None if value == float("inf") else value


def until_targets(speed: Mapping[str, Any], how: str) -> list[dict[str, Any]]:
    """Return a row for each contender: per target the time, its ratio to ours, and who got there.

    Parameters
    ----------
    speed : mapping
        What speed.json holds.
    how : {"defaults", "recipe"}
    """
    runs = {name: of_name[how] for name, of_name in speed["targets"]["runs"].items()}
    which = range(len(speed["targets"]["targets"]))
    times = {name: [[run["seconds"][i] for run in runs[name]] for i in which] for name in runs}
    ours = [middle(seconds) for seconds in times[OURS]]
    return [
        {
            "name": speed["names"][name],
            "memory": median(run["memory"] for run in runs[name]),
            "targets": [
                {
                    "seconds": middle(seconds),
                    "ratio": ratio(middle(seconds), ours[i]),
                    "reached": sum(value is not None for value in seconds),
                    "runs": len(seconds),
                }
                for i, seconds in enumerate(times[name])
            ],
        }
        for name in runs
    ]


def epochs(speed: Mapping[str, Any], part: str, figure: str = "seconds") -> list[dict[str, Any]]:
    """Return a row for each contender: for each setting of a part, the time and its ratio to ours.

    Parameters
    ----------
    speed : mapping
        What speed.json holds.
    part : {"batch_sizes", "images", "hidden_units"}
    figure : {"seconds", "inference"}
        An epoch, or the reading of 10,000 images.
    """
    groups = speed["epochs"][part].values()
    names = next(iter(groups))
    return [
        {
            "name": speed["names"][name],
            "cells": [
                {"seconds": median(g[name][figure])}
                | {"ratio": ratio(median(g[name][figure]), median(g[OURS][figure]))}
                for g in groups
            ],
        }
        for name in names
    ]


def over_floor(run: Mapping[str, Sequence[float]]) -> float:
    """Return our epoch as a multiple of its matrix products, the median of pairs."""
    return median(ours / least for ours, least in zip(run["epoch"], run["floor"], strict=True))


def ratio(value: float | None, ours: float | None) -> float | None:
    """Return the ratio, or None where one of both never got there."""
    return value / ours if value is not None and ours is not None else None
