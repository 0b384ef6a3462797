"""The contenders: one network, 784-128-64-10, as each library's users would train it.

Each trains through its own usual call, on float32 images of shape (N, 28, 28) and int64 labels.
Libraries are imported inside the methods: a process loads only what its contender needs, and its
peak memory is that contender's own.

What is timed, for all alike: training alone, from the call that starts it, so that the first
step's compilation counts. Imports, loading the images, building the network and validation do not.
"""

import math
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[2] / "docs/study"))

from recipes import FAST

from digitlearn import optimizers
from digitlearn.network import mlp
from digitlearn.training import fit

# Adam's learning rate falls from its peak along half a cosine to none at the last epoch; the
# weights that count are an exponential moving average over the steps.
RECIPE = {
    name: getattr(FAST, name) for name in ("epochs", "batch_size", "learning_rate", "average")
}
CHUNK = 1024  # images at a time in predictions, as in digitlearn.network

Pair = tuple[Any, Any]
Enough = Callable[[Sequence[float]], bool]


def never(accuracies: Sequence[float]) -> bool:
    """Train all epochs."""
    return False


class Clock:
    """Seconds and validation accuracy of each epoch; it stands still during validation."""

    def __init__(self, predict: Callable[[Any], Any], validation: Pair | None, enough: Enough):
        self.seconds: list[float] = []
        self.accuracies: list[float] = []
        self._predict, self._validation, self._enough = predict, validation, enough
        self._start = time.perf_counter()

    def epoch(self) -> bool:
        """Note an epoch's end, validate, and say whether that was enough."""
        self.seconds.append(time.perf_counter() - self._start)
        if self._validation:
            x, labels = self._validation
            self.accuracies.append(float(np.mean(self._predict(x) == labels)))
        stop = self._enough(self.accuracies)
        self._start = time.perf_counter()
        return stop


class Contender(ABC):
    """A library and how it is used.

    Parameters
    ----------
    hidden_units : sequence of int
    seed : int
        For the first weights and the order of the examples.
    batch_size : int, optional
        The library's default if not given.
    recipe : bool
        Whether to follow `RECIPE`, as far as the library can.
    """

    name = ""
    library = ""  # what must be installed
    scheduled = True  # whether it can follow the recipe's learning rates, which end with it

    def __init__(
        self,
        hidden_units: Sequence[int],
        *,
        seed: int,
        batch_size: int | None = None,
        recipe: bool = False,
    ) -> None:
        self.hidden_units = tuple(hidden_units)
        self.seed = seed
        self.recipe = recipe
        self.batch_size = RECIPE["batch_size"] if recipe else batch_size

    @abstractmethod
    def train(
        self,
        train: Pair,
        *,
        epochs: int,
        validation: Pair | None = None,
        enough: Enough = never,
    ) -> tuple[list[float], list[float]]:
        """Return each epoch's seconds, and each one's validation accuracy if there is a set."""

    @abstractmethod
    def predict(self, x: Any) -> Any:
        """Return the digits that the trained network reads, (N,)."""

    def _given(self) -> dict[str, Any]:
        """Name the batch size, if one was chosen, as most libraries call it."""
        return {} if self.batch_size is None else {"batch_size": self.batch_size}


class DigitlearnNumPy(Contender):
    """`training.fit` with its defaults.

    It is run twice from the same seed, which gives the same weights to the last bit: first, as
    cold as the others start, without validation for the seconds, then with it for the accuracies.
    It runs all its epochs.
    """

    name = "digitlearn, NumPy"
    library = "numpy"

    def train(self, train, *, epochs, validation=None, enough=never):
        """See `Contender`; `enough` is not asked."""
        start = time.perf_counter()
        history = self._fit(train, None, epochs)
        seconds = list(history.seconds)
        # What fit does before the first epoch is training time too.
        seconds[0] += time.perf_counter() - start - sum(seconds)
        accuracies = self._fit(train, validation, epochs).val_accuracy if validation else ()
        return seconds, list(accuracies)

    def predict(self, x):
        """See `Contender`."""
        return self.network.predict(x)

    def _fit(self, train, validation, epochs):
        rng = np.random.default_rng(self.seed)
        self.network = mlp(self.hidden_units, rng=rng)
        options = self._given()
        if not self.recipe:
            return fit(self.network, train, validation, epochs=epochs, rng=rng, **options)
        options["optimizer"] = optimizers.Adam(RECIPE["learning_rate"])
        options["schedule"] = optimizers.cosine
        options["mean"] = mean = optimizers.RunningMean(RECIPE["average"])
        history = fit(self.network, train, validation, epochs=epochs, rng=rng, **options)
        mean.swap(self.network.layers)
        return history


class PlainKeras(Contender):
    """`model.fit` as a first tutorial has it: optimizer "adam", batches of 32, Glorot's weights.

    Without its progress bar, which would cost it time.
    """

    name = "Keras, plain model.fit"
    library = "tensorflow"
    chunk: ClassVar[dict[str, int]] = {}  # predict's own default, 32 images at a time

    def train(self, train, *, epochs, validation=None, enough=never):
        """See `Contender`."""
        import keras
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        self.model = self._build(keras)
        callbacks = self._follow_recipe(keras, epochs, len(train[0])) if self.recipe else []
        clock = Clock(self.predict, validation, enough)

        def end_epoch(epoch, logs):
            self.model.stop_training = clock.epoch()

        callbacks.append(keras.callbacks.LambdaCallback(on_epoch_end=end_epoch))
        self._fit(train, epochs, callbacks)
        return clock.seconds, clock.accuracies

    def predict(self, x):
        """See `Contender`."""
        return self.model.predict(x, verbose=0, **self.chunk).argmax(axis=1)

    def _build(self, keras):
        keras.utils.set_random_seed(self.seed)
        hidden = [keras.layers.Dense(units, activation="relu") for units in self.hidden_units]
        model = keras.Sequential(
            [
                keras.Input((28, 28)),
                keras.layers.Flatten(),
                *hidden,
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile(
            optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        return model

    def _follow_recipe(self, keras, epochs, examples):
        """Compile the model for the recipe; return the callback that validates the averages."""
        steps = epochs * math.ceil(examples / self.batch_size)
        optimizer = keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(RECIPE["learning_rate"], steps),
            use_ema=True,
            ema_momentum=RECIPE["average"],
        )
        self.model.compile(
            optimizer=optimizer,
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
            steps_per_execution=self.model.steps_per_execution,
        )
        return [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]

    def _fit(self, train, epochs, callbacks):
        self.model.fit(*train, epochs=epochs, callbacks=callbacks, verbose=0, **self._given())


class DigitlearnKeras(PlainKeras):
    """`keras_models.build_ann` and `fit_keras` with their defaults: the NumPy network's twin."""

    name = "digitlearn, Keras"
    chunk = {"batch_size": CHUNK}  # noqa: RUF012 (a constant)

    def _build(self, keras):
        from digitlearn.keras_models import build_ann

        return build_ann(self.hidden_units, seed=self.seed)

    def _fit(self, train, epochs, callbacks):
        from digitlearn.keras_models import fit_keras

        options = self._given()
        fit_keras(self.model, train, epochs=epochs, seed=self.seed, callbacks=callbacks, **options)


class ScikitLearn(Contender):
    """`MLPClassifier` with its defaults, an epoch at a time.

    `partial_fit` is one epoch, shuffled, in batches of 200 if nothing else is asked for, and
    keeps Adam's state; `fit` with `warm_start` and `max_iter=1` would start a new Adam each time.
    Of the recipe it takes the batch size and the learning rate; it has no schedule for Adam and no
    average of weights, so it may go on beyond the recipe's epochs.
    """

    name = "scikit-learn, MLPClassifier"
    library = "sklearn"
    scheduled = False

    def train(self, train, *, epochs, validation=None, enough=never):
        """See `Contender`."""
        from sklearn.neural_network import MLPClassifier

        options = self._given()
        if self.recipe:
            options["learning_rate_init"] = RECIPE["learning_rate"]
        # Given a number, partial_fit would start from it each time: every epoch in the same order.
        rng = np.random.RandomState(self.seed)
        self.model = MLPClassifier(
            hidden_layer_sizes=self.hidden_units, random_state=rng, **options
        )
        x, labels = train
        clock = Clock(self.predict, validation, enough)
        for _ in range(epochs):
            self.model.partial_fit(x.reshape(len(x), -1), labels, classes=range(10))
            if clock.epoch():
                break
        return clock.seconds, clock.accuracies

    def predict(self, x):
        """See `Contender`."""
        return self.model.predict(x.reshape(len(x), -1))


class PyTorch(Contender):
    """The usual loop: a DataLoader over a TensorDataset, batches of 64, Adam at 1e-3."""

    name = "PyTorch, usual loop"
    library = "torch"

    def train(self, train, *, epochs, validation=None, enough=never):
        """See `Contender`."""
        import torch
        from torch.utils.data import DataLoader, TensorDataset

        torch.set_num_threads(1)
        torch.manual_seed(self.seed)
        self.model = self._build(torch)
        optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        loss_of = torch.nn.CrossEntropyLoss()
        clock = Clock(self.predict, validation, enough)
        dataset = TensorDataset(*map(torch.from_numpy, train))
        loader = DataLoader(dataset, batch_size=self.batch_size or 64, shuffle=True)
        after_step = lambda: None  # noqa: E731 (replaced below)
        model = self.model
        if self.recipe:
            optimizer, after_step = self._follow_recipe(torch, epochs * len(loader))
        for _ in range(epochs):
            for x, labels in loader:
                optimizer.zero_grad()
                loss_of(model(x), labels).backward()
                optimizer.step()
                after_step()
            if clock.epoch():
                break
        return clock.seconds, clock.accuracies

    def predict(self, x):
        """See `Contender`."""
        import torch

        with torch.inference_mode():
            return self.model(torch.from_numpy(x)).argmax(dim=1).numpy()

    def _build(self, torch):
        layers, features = [torch.nn.Flatten()], 784
        for units in self.hidden_units:
            layers += [torch.nn.Linear(features, units), torch.nn.ReLU()]
            features = units
        return torch.nn.Sequential(*layers, torch.nn.Linear(features, 10))

    def _follow_recipe(self, torch, steps):
        """Return the recipe's Adam and what to do after each step; predict from the averages."""
        from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

        model = self.model
        optimizer = torch.optim.Adam(model.parameters(), lr=RECIPE["learning_rate"])
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: optimizers.cosine(min(step / steps, 1))
        )
        averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(RECIPE["average"]))
        self.model = averaged

        def after_step():
            schedule.step()
            averaged.update_parameters(model)

        return optimizer, after_step


CONTENDERS: dict[str, type[Contender]] = {
    "numpy": DigitlearnNumPy,
    "keras": DigitlearnKeras,
    "plain_keras": PlainKeras,
    "sklearn": ScikitLearn,
    "torch": PyTorch,
}
