"""What else might mend the last mistakes: each lever pulled once, from the row *longer*.

A lever changes that row's recipe, or what no recipe says: what the network is asked to answer, how
distortion goes along with the training. One run each tells which are worth more runs, and no more.
As in the study, the test digits are never loaded. A run takes minutes, up to an hour, and is kept
when it is complete.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import resume
import sealed
from recipes import AFFINE, LARGE, LONGER, SMALL, Recipe, training_digits
from scipy.ndimage import affine_transform
from study import RESULTS, best_temperature
from threadpoolctl import threadpool_limits

from digitlearn import data
from digitlearn.augmentation import distort
from digitlearn.losses import cross_entropy, softmax
from digitlearn.network import Network, mlp
from digitlearn.optimizers import Adam, RunningMean, cosine
from digitlearn.preprocessing import scale_pixels

OUTPUT = RESULTS.with_name("levers.json")
SEED = 0

Floats = np.ndarray[Any, np.dtype[np.float32]]
Labels = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Lever:
    """A change to a recipe's training; without one it is the recipe, to the last bit."""

    name: str
    change: str
    recipe: Recipe = LONGER
    smoothing: float = 0.0  # share of the answer that is spread over all ten classes
    late: bool = False  # bending grows from nothing to twice as much as usual, with the epochs
    pen: float = 0.0  # largest share of a copy whose strokes are a pixel thicker or thinner
    straight: bool = False  # digits lose their slant first, those that are read as well
    teacher: "Lever | None" = None  # whose network's answers are learned, not the labels
    temperature: float = 1.0  # divides the logits of both while one learns from the other


TEACHER = Lever("teacher", "1000-500 hidden units", LARGE)
LEVERS = [
    Lever("longer", "the study's row once more, to compare with"),
    Lever("smoothing", "labels smoothed: a tenth is spread over all digits", smoothing=0.1),
    Lever("late", "bending grows with the epochs, from none to twice as much", late=True),
    Lever("pen", "strokes made thicker and thinner, too", pen=0.6),
    Lever("drawn", "drawn and widened digits added, as small learns from", SMALL),
    Lever("straightened", "slant taken out of every digit first", straight=True),
    Lever("straightened_drawn", "both: slant taken out, digits added", SMALL, straight=True),
    Lever("300_epochs", "trained twice as long", replace(LONGER, epochs=300)),
    Lever("600_epochs", "trained four times as long", replace(LONGER, epochs=600)),
    TEACHER,
    Lever("taught", "learns the answers of *teacher*", teacher=TEACHER, temperature=2),
]


def fit(lever: Lever, train: tuple[Floats, Labels], teacher: Network | None) -> Network:
    """Train a network as a lever says; the teacher answers each epoch's distorted digits."""
    recipe = lever.recipe
    x, labels = recipe.enlarged(train, SEED)
    x = prepared(lever, x)
    rng = np.random.default_rng(SEED)
    net = mlp(recipe.hidden_units, rng=rng)
    optimizer, mean = Adam(recipe.learning_rate), RunningMean(recipe.average)
    mean.start(net.layers)
    starts = range(0, len(x), recipe.batch_size)
    for epoch in range(recipe.epochs):
        images = change(lever, x, labels, epoch / recipe.epochs, rng)
        targets = answers(lever, images, labels, teacher)
        order = rng.permutation(len(x))
        for step, start in enumerate(starts):
            batch = order[start : start + recipe.batch_size]
            part = (epoch + step / len(starts)) / recipe.epochs
            optimizer.learning_rate = recipe.learning_rate * cosine(part)
            # The loss is cross-entropy times the temperature, which drops out of its gradient.
            logits = net.forward(images[batch], training=True) / np.float32(lever.temperature)
            net.backward((softmax(logits) - targets[batch]) / len(batch))
            optimizer.step(net.layers)
            mean.update(net.layers)
    mean.swap(net.layers)
    return net


def change(
    lever: Lever, x: Floats, labels: Labels, part: float, rng: np.random.Generator
) -> Floats:
    """Return an epoch's images; `part` of the training is done."""
    elastic = lever.recipe.elastic
    assert elastic is not None, "levers go on from a recipe with distortion"
    if lever.late:
        elastic *= 2 * part
    images = distort(x, labels, rng=rng, elastic=elastic, **AFFINE)
    return repen(images, rng.uniform(-lever.pen, lever.pen, len(x))) if lever.pen else images


def prepared(lever: Lever, x: Floats) -> Floats:
    """Return images as a lever's network is shown them."""
    return straighten(x) if lever.straight else x


def straighten(images: Floats) -> Floats:
    """Return digits without their slant, as far as the second moments of their ink tell it.

    Each row is moved so that the columns of the ink no longer lean with its rows.
    """
    rows = np.arange(images.shape[1])
    ink = images.sum(axis=(1, 2))
    down = rows - (images.sum(axis=2) @ rows / ink)[:, np.newaxis]
    right = rows - (images.sum(axis=1) @ rows / ink)[:, np.newaxis]
    together = np.einsum("nrc,nr,nc->n", images, down, right, optimize=True)
    slants = together / np.einsum("nrc,nr->n", images, down**2, optimize=True)
    straight = np.empty_like(images)
    for result, image, slant, middle in zip(straight, images, slants, -down[:, 0], strict=True):
        shear, start = [[1, 0], [slant, 1]], [0, -slant * middle]
        affine_transform(image, shear, start, output=result, order=1)
    return straight


def repen(images: Floats, amounts: Floats) -> Floats:
    """Return digits with thicker strokes, or thinner ones where an amount is below 0.

    At 1 each pixel is the lightest of itself and its four neighbours, at -1 the darkest, and
    between them a mixture.
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    around = [padded[:, 1:-1, :-2], padded[:, 1:-1, 2:], padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]]
    lightest, darkest = images.copy(), images.copy()
    for neighbour in around:
        np.maximum(lightest, neighbour, out=lightest)
        np.minimum(darkest, neighbour, out=darkest)
    goals = np.where(amounts[:, None, None] > 0, lightest, darkest)
    shares = np.abs(amounts)[:, None, None].astype(np.float32)
    return images + shares * (goals - images)


def answers(lever: Lever, images: Floats, labels: Labels, teacher: Network | None) -> Floats:
    """Return the probabilities that a network is to learn, (N, 10)."""
    if teacher:
        return softmax(teacher.predict_logits(images) / np.float32(lever.temperature))
    right = np.eye(10, dtype=np.float32)[labels]
    return right + np.float32(lever.smoothing) * (np.float32(0.1) - right)


def file_of(lever: Lever, folder: Path, dataset: str) -> Path:
    """Return where a lever's network is kept: no other settings or digits have the same place."""
    return folder / f"{lever.name}-{resume.digest(settings(lever), SEED, dataset)}.npz"


def run(lever: Lever, folder: Path, dataset: str) -> None:
    """Pull a lever, unless its network is there."""
    path = file_of(lever, folder, dataset)
    if path.exists():
        return
    teacher = lever.teacher and Network.load(file_of(lever.teacher, folder, dataset))
    train, _ = training_digits(dataset=dataset)
    start = time.perf_counter()
    with threadpool_limits(1):
        net = fit(lever, train, teacher)
    net.save(path)
    print(f"{lever.name}: {time.perf_counter() - start:.0f} s", flush=True)


def run_all(levers: Sequence[Lever], folder: Path, dataset: str, jobs: int = -1) -> None:
    """Pull what was not pulled yet: first those without a teacher, and of these the longest."""
    folder.mkdir(parents=True, exist_ok=True)
    longest = sorted(levers, key=lambda one: -one.recipe.epochs * one.recipe.hidden_units[0])
    for taught in (False, True):
        group = [one for one in longest if bool(one.teacher) is taught]
        joblib.Parallel(jobs)(joblib.delayed(run)(one, folder, dataset) for one in group)


def table(levers: Sequence[Lever], folder: Path, dataset: str) -> dict[str, Any]:
    """Return what each lever's network reads of the validation images, and of Semeion's digits."""
    _, (x, labels) = training_digits(dataset=dataset)
    abroad = semeion()
    rows = []
    for lever in levers:
        net = Network.load(file_of(lever, folder, dataset))
        logits = net.predict_logits(prepared(lever, x))
        temperature = best_temperature(labels, logits[np.newaxis])
        row = {"name": lever.name, "change": lever.change, "settings": settings(lever)}
        row |= {"accuracy": float((logits.argmax(axis=1) == labels).mean())}
        row |= {"temperature": temperature}
        row |= {"log_loss": cross_entropy(logits / np.float32(temperature), labels)}
        if abroad:
            row |= {"semeion": float((net.predict(prepared(lever, abroad[0])) == abroad[1]).mean())}
        rows.append(row)
    return {"images": len(labels), "semeion": len(abroad[1]) if abroad else 0, "rows": rows}


def semeion() -> tuple[Floats, Labels] | None:
    """Return the first half of Semeion's digits, which is for choosing; None if not to be had."""
    try:
        digits = data.load_semeion()
    except data.DataUnavailableError as error:
        print(f"The table goes without Semeion: {error}", file=sys.stderr)
        return None
    half = len(digits.images) // 2
    return scale_pixels(digits.images[:half]), digits.labels[:half]


def settings(lever: Lever) -> dict[str, Any]:
    """Return what a lever says beside what it is in words, and its teacher's settings."""
    rest = {key: value for key, value in vars(lever).items() if key not in ("name", "change")}
    teacher = lever.teacher and settings(lever.teacher)
    return rest | {"recipe": vars(lever.recipe), "teacher": teacher}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    add = parser.add_argument
    add("--folder", type=Path, default=Path(".cache/levers"), help="where runs leave their files")
    add("--output", type=Path, default=OUTPUT, help="where the table goes")
    add("--dataset", choices=["mnist", "embedded"], default="mnist")
    options = parser.parse_args(arguments)
    run_all(LEVERS, options.folder, options.dataset)
    sealed.write(options.output, table(LEVERS, options.folder, options.dataset))
    return 0


if __name__ == "__main__":
    sys.exit(main())
