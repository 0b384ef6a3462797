"""The recipes that the study compares, and how each is run."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import resume
import styles

from digitlearn import data, layers, network, optimizers
from digitlearn.augmentation import distort
from digitlearn.files import complete
from digitlearn.preprocessing import scale_pixels, split_validation

AFFINE = {"rotation": 15.0, "scale": 0.15, "shear": 0.15, "shift": 1.0}


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained; the fields are arguments of the package's functions."""

    hidden_units: tuple[int, int] = (128, 64)
    scaled: bool = False
    optimizer: str = "SGD"
    learning_rate: float = 0.1
    cosine: bool = False
    dropout: float = 0.0
    average: float = 0.0
    elastic: float | None = None  # None: no distortion at all
    weight_decay: float = 0.0
    epochs: int = 15
    batch_size: int = 128
    drawn: int = 0  # digits of forms that MNIST hardly has, added to the training set
    stretched: int = 0  # training digits, widened, added too

    def fit(self, train, validation=None, *, seed, checkpoint=None):
        """Train a network, from the last epoch in a file if there is one.

        With drawn or stretched digits the history's accuracy is on those as well.

        Returns
        -------
        network : Network
        history : History
        """
        train = self.enlarged(train, seed)
        rng = np.random.default_rng(seed)
        net = network.mlp(self.hidden_units, rng=rng)
        if self.dropout:
            thinned = []
            for layer in net.layers:
                thinned.append(layer)
                if isinstance(layer, layers.ReLU):
                    thinned.append(layers.Dropout(self.dropout, rng=rng))
            net = network.Network(thinned)
        if self.optimizer == "SGD":
            optimizer = optimizers.SGD(self.learning_rate, momentum=0.9)
        else:
            optimizer = optimizers.Adam(self.learning_rate, weight_decay=self.weight_decay)
        mean = optimizers.RunningMean(self.average) if self.average else None
        augment = None
        if self.elastic is not None:
            augment = partial(distort, elastic=self.elastic, **AFFINE)
        history = resume.train(
            resume.Training(net, optimizer, rng, mean),
            (train, validation),
            checkpoint,
            epochs=self.epochs,
            schedule=optimizers.cosine if self.cosine else None,
            recipe=repr(self),
            batch_size=self.batch_size,
            augment=augment,
            unscaled=not self.scaled,
        )
        return net, history

    def enlarged(self, train, seed):
        """Return a training set with the drawn and stretched digits of a seed, if there are any."""
        if not self.drawn and not self.stretched:
            return train
        rng = np.random.default_rng([seed, 1])
        return styles.enlarge(train, self.drawn, self.stretched, rng=rng)


RAW = Recipe(learning_rate=1e-4)  # with pixels up to 255, at ten times as much nothing is learned
SCALED = replace(RAW, scaled=True, learning_rate=0.1)
WIDER = replace(SCALED, hidden_units=(256, 128))
ADAM = replace(WIDER, optimizer="Adam", learning_rate=2e-3, cosine=True)
# What the benchmark trains with, in every library that can follow it.
FAST = replace(
    SCALED,
    optimizer="Adam",
    learning_rate=2e-3,
    cosine=True,
    average=0.998,
    epochs=10,
    batch_size=64,
)
DROPOUT = replace(ADAM, dropout=0.2)
AVERAGED = replace(ADAM, average=0.999)
TURNED = replace(AVERAGED, elastic=0.0)
BENT = replace(TURNED, elastic=1.0)
BENT_MORE = replace(BENT, elastic=2.0)
DECAYED = replace(BENT, weight_decay=0.01)
LONGER = replace(BENT, epochs=150)
SMALL = replace(LONGER, drawn=28_000, stretched=6_000)
LARGE = replace(LONGER, hidden_units=(1000, 500))
LARGE_PLAIN = replace(LARGE, elastic=None, epochs=15)


@dataclass(frozen=True)
class Row:
    """A row of the study's table: a recipe, and the row that it is one change away from."""

    name: str
    change: str
    recipe: Recipe
    before: str | None
    seeds: int = 5


ROWS = [
    Row("raw", "128-64, pixels from 0 to 255, plain gradient descent with momentum", RAW, None),
    Row("scaled", "pixels from 0 to 1", SCALED, "raw"),
    Row("wider", "256-128 hidden units", WIDER, "scaled"),
    Row("adam", "Adam, its learning rate falling along a cosine", ADAM, "wider"),
    Row("dropout", "dropout of 20 %", DROPOUT, "adam"),
    Row("averaged", "running mean of the weights, without dropout", AVERAGED, "adam"),
    Row("affine", "digits turned, stretched, slanted and shifted", TURNED, "averaged"),
    Row("elastic", "and bent", BENT, "affine"),
    Row("bent_more", "bent twice as much", BENT_MORE, "elastic"),
    Row("decay", "weight decay of 0.01", DECAYED, "elastic"),
    Row("longer", "150 epochs", LONGER, "elastic"),
    Row(
        "wide_plain", "1000-500 hidden units, no distortion, 15 epochs", LARGE_PLAIN, "averaged", 3
    ),
    Row("large", "1000-500 hidden units", LARGE, "longer", 3),
]


def training_digits(*, scaled=True, dataset=None):
    """Return the study's split of the training digits, 9 to 1, as pairs (x, labels).

    The split is always the same; the test digits are never loaded.
    """
    digits = data.load("train", dataset=dataset)
    x = scale_pixels(digits.images) if scaled else digits.images.astype(np.float32)
    return split_validation(x, digits.labels, rng=np.random.default_rng(2026))


def run(row: Row, seed: int, folder: Path, dataset: str | None = None) -> Path:
    """Run a row's recipe with one seed; return the file with its answers, made if not yet there."""
    path = folder / f"{row.name}-{seed}.npz"
    if path.exists():
        return path
    train, validation = training_digits(scaled=row.recipe.scaled, dataset=dataset)
    checkpoint = path.with_suffix(".checkpoint")
    net, history = row.recipe.fit(train, validation, seed=seed, checkpoint=checkpoint)
    with complete(path) as part, part.open("wb") as file:
        np.savez(file, logits=net.predict_logits(validation[0]), **history._asdict())
    checkpoint.unlink()
    return path
