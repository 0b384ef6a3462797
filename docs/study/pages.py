"""MkDocs hook: pages whose numbers come from the results files, and from nowhere else.

The pages below are Jinja templates. In them the names in `RESULTS` are what the files of these
names in `docs/results` hold, or None where there is no such file yet; everything else that a page
may use is in `FILTERS` and `FUNCTIONS`. What a page asks for and a file does not have fails the
build.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sealed
import timings
from chart import chart, label
from jinja2 import Environment, StrictUndefined, TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from digitlearn.evaluation import most_confused

PAGES = ("results.md", "model_card.md")
RESULTS = ("study", "levers", "speed", "small", "large", "hands", "fuzz")

SETTINGS = {  # what a recipe's fields are called on the page
    "hidden_units": "hidden units",
    "scaled": "pixels divided by 255",
    "learning_rate": "learning rate",
    "cosine": "it falls along a cosine",
    "average": "running mean of the weights, kept at each step",
    "elastic": "distortion (a number: affine, and how strongly bent besides)",
    "weight_decay": "weight decay",
    "batch_size": "batch size",
}

Row = Mapping[str, Any]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the numbers into a page."""
    if page.file.src_uri not in PAGES:
        return markdown
    try:
        return render(markdown, read_results(Path(config.docs_dir, "results")))
    except (TemplateError, TypeError, KeyError, ValueError) as error:
        raise PluginError(f"{page.file.src_uri}: {type(error).__name__}: {error}") from error


def read_results(folder: Path) -> dict[str, Any]:
    """Return what the results files hold; None for one that is not there."""
    paths = {name: folder / f"{name}.json" for name in RESULTS}
    return {name: sealed.read(path) if path.exists() else None for name, path in paths.items()}


def render(markdown: str, results: Mapping[str, Any]) -> str:
    """Return a page with its numbers; jinja2.UndefinedError if one is missing."""
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= FILTERS
    return environment.from_string(markdown).render(**results, **FUNCTIONS)


def percent(share: float, digits: int = 2) -> str:
    """Return a share, 0 to 1, in percent."""
    return f"{100 * share:.{digits}f}%"


def points(difference: float, digits: int = 2) -> str:
    """Return the difference of two shares in percentage points, with its sign unless it is 0."""
    rounded = round(100 * difference, digits) + 0.0  # not -0.0
    return f"{rounded:{'+' if rounded else ''}.{digits}f}".replace("-", "\N{MINUS SIGN}")


def signed(value: float | None) -> str:
    """Return a number with its sign and one decimal, or a dash."""
    return "–" if value is None else f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def p_value(p: float) -> str:
    """Return a p-value with as many digits as mean something."""
    return "&lt;\N{NO-BREAK SPACE}0.0001" if p < 0.0001 else f"{p:.{4 if p < 0.001 else 3}f}"


def digits_after(value: float) -> int:
    """Return how many decimals show two digits of a number."""
    return max(0, 1 - math.floor(math.log10(value)))


def times(factor: float | None) -> str:
    """Return a ratio with two digits, or a dash."""
    return "–" if factor is None else f"{factor:.{digits_after(factor)}f}"


def seconds(value: float | None) -> str:
    """Return seconds with two digits or more, or that it never happened."""
    return "never" if value is None else f"{value:.{digits_after(value)}f}\N{NO-BREAK SPACE}s"


def duration(seconds: float) -> str:
    """Return a time in the unit one would say it in."""
    if seconds < 100:
        return f"{seconds:.{0 if seconds >= 10 else 1}f}\N{NO-BREAK SPACE}s"
    return f"{seconds / 60:.0f}\N{NO-BREAK SPACE}min"


def thousands(count: int) -> str:
    """Return a count with its thousands set apart."""
    return f"{count:,}"


def extremes(runs: Sequence[Row]) -> str:
    """Return the lowest and the highest accuracy of several runs, or a dash for a single one."""
    if len(runs) == 1:
        return "–"
    accuracies = [run["accuracy"] for run in runs]
    return f"{percent(min(accuracies))}, {percent(max(accuracies))}"


def plain(value: Any) -> str:
    """Return a setting as one says it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "-".join(str(number) for number in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def kinds(pictures: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Return, of each kind of picture and of all together, how many there are and what became.

    Parameters
    ----------
    pictures : mapping
        Of each kind: how many, right, wrong with more than 90 % confidence, refused.
    """
    everything = [sum(column) for column in zip(*pictures.values(), strict=True)]
    names = ("images", "right", "surely_wrong", "refused")
    rows = {**pictures, "**all**": everything}
    return [{"name": kind} | dict(zip(names, row, strict=True)) for kind, row in rows.items()]


def weakest(pictures: Mapping[str, Sequence[int]], least: float) -> list[str]:
    """Return the kinds of which a smaller share than `least` is read rightly, the worst first."""
    shares = {kind: right / images for kind, (images, right, *_) in pictures.items()}
    return sorted((kind for kind in shares if shares[kind] < least), key=lambda kind: shares[kind])


def row_named(study: Row, name: str) -> Row:
    """Return a row of the study, or of another table; KeyError without it."""
    for row in study["rows"]:
        if row["name"] == name:
            return row
    raise KeyError(f"no row {name!r}")


def differences(study: Row, row: Row) -> str:
    """Return each setting in which a row's recipe differs from that of the row before."""
    before = row_named(study, row["before"])["recipe"]
    found = [
        f"{SETTINGS.get(name, name)}: {plain(before[name])} → {plain(value)}"
        for name, value in row["recipe"].items()
        if value != before[name]
    ]
    return "; ".join(found) or "the same recipe"


def gain(study: Row, row: Row) -> float:
    """Return the difference in accuracy to the row before."""
    return row["mean"] - row_named(study, row["before"])["mean"]


def in_errors(study: Row, row: Row) -> float | None:
    """Return the gain in standard errors over the seeds; None where runs share networks."""
    if row["name"] == "ensemble":
        return None
    before = row_named(study, row["before"])
    variance = sum(one["spread"] ** 2 / len(one["accuracies"]) for one in (row, before))
    return gain(study, row) / math.sqrt(variance) if variance else None


def verdict(study: Row, row: Row, level: float = 0.05, errors: float = 3) -> str:
    """Return what both tests together say of a row that is not clearly better."""
    change, found = gain(study, row), in_errors(study, row)
    if change < 0 and row["p_value"] < level:
        return " It made things worse."
    if found is None:
        return " These images do not show a difference."
    if abs(found) < errors:
        return " Neither the seeds nor the images show a difference."
    how = "better" if change > 0 else "worse"
    return (
        f" Over the seeds it is {how} by {abs(found):.1f} standard errors: on these images, other "
        "seeds would show it too. Whether other images would, these are too few to say."
    )


def doubtful(study: Row, level: float = 0.05) -> list[Row]:
    """Return the rows that the paired test does not find better than the row before."""
    rows = [row for row in study["rows"] if row["before"]]
    return [row for row in rows if row["p_value"] >= level or row["better"] <= row["worse"]]


def scatter(study: Row) -> float:
    """Return how far one more run of the row *longer* lies from the mean of those in the study.

    A standard deviation; the mean of so few varies, too.
    """
    row = row_named(study, "longer")
    return float(row["spread"]) * math.sqrt(1 + 1 / len(row["accuracies"]))


def in_scatter(study: Row, row: Row) -> float:
    """Return how many such standard deviations a lever's run lies above the mean of *longer*."""
    return float(row["accuracy"] - row_named(study, "longer")["mean"]) / scatter(study)


def beyond(study: Row, levers: Row, least: float = 2) -> tuple[list[str], list[str]]:
    """Return the names of the levers that are better, and worse, by `least` of these or more."""
    found = {label(row["name"]): in_scatter(study, row) for row in levers["rows"]}
    better = [name for name, change in found.items() if change >= least]
    return better, [name for name, change in found.items() if change <= -least]


FILTERS = {
    "percent": percent,
    "points": points,
    "signed": signed,
    "p_value": p_value,
    "times": times,
    "seconds": seconds,
    "duration": duration,
    "thousands": thousands,
    "extremes": extremes,
    "plain": plain,
    "label": label,
}
FUNCTIONS = {
    "row_named": row_named,
    "gain": gain,
    "differences": differences,
    "in_errors": in_errors,
    "verdict": verdict,
    "doubtful": doubtful,
    "scatter": scatter,
    "in_scatter": in_scatter,
    "beyond": beyond,
    "confused": most_confused,
    "kinds": kinds,
    "weakest": weakest,
    "chart": chart,
    "until_targets": timings.until_targets,
    "epochs": timings.epochs,
    "over_floor": timings.over_floor,
    "middle": timings.middle,
}
