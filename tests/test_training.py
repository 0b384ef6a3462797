"""The training loop: what it learns, what it reports, and that it does so again."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import training
from digitlearn.layers import Dense, Dropout, Flatten, ReLU
from digitlearn.losses import cross_entropy
from digitlearn.network import Network, mlp
from digitlearn.optimizers import SGD, Adam, RunningMean, cosine
from digitlearn.preprocessing import scale_pixels
from digitlearn.training import History, fit, train_step


def train(pair, validation=None, *, seed=0, hidden_units=(16,), **kwargs):
    rng = np.random.default_rng(seed)
    network = mlp(hidden_units, rng=rng)
    return network, fit(network, pair, validation, rng=rng, **kwargs)


def params(network):
    return [param for layer in network.layers for param in layer.params.values()]


def assert_same(ours, theirs):
    """Compare networks and histories, but for the seconds, to the last bit."""
    for a, b in zip(params(ours[0]), params(theirs[0]), strict=True):
        assert_array_equal(a, b)
    assert ours[1]._replace(seconds=()) == theirs[1]._replace(seconds=())


def test_it_learns_to_read_digits(digits, validation):
    network, history = train(digits, validation, hidden_units=(128, 64), epochs=5, batch_size=32)
    assert history.loss[-1] < 0.12 < 1 < history.loss[0]
    assert history.val_accuracy[-1] > 0.92
    assert_allclose(
        np.mean(network.predict(validation[0]) == validation[1]), history.val_accuracy[-1]
    )


def test_one_epoch_of_mnist_gives_95_percent(mnist_train, mnist_test):
    # Ten seeds gave 95.0 to 95.8 %.
    pair = scale_pixels(mnist_train.images), mnist_train.labels
    network, history = train(pair, hidden_units=(128, 64), epochs=1)
    predictions = network.predict(scale_pixels(mnist_test.images))
    assert_allclose(np.mean(predictions == mnist_test.labels), 0.955, atol=0.01)
    assert history.val_loss == history.val_accuracy == ()


def test_one_batch_is_learned_by_heart(digits):
    pair = digits[0][:32], digits[1][:32]
    _, history = train(pair, epochs=200, batch_size=32, optimizer=Adam(0.01))
    assert history.loss[-1] < 0.01
    assert history.accuracy[-1] == 1


def test_the_first_loss_is_near_the_logarithm_of_ten(digits):
    _, history = train(digits, epochs=1, batch_size=2000, hidden_units=(128, 64))
    assert 2.0 < history.loss[0] < 3.5


@pytest.mark.parametrize("make_optimizer", [lambda: SGD(0.1, momentum=0.9), Adam])
def test_the_same_seed_gives_the_same_bits(digits, validation, make_optimizer):
    runs = [
        train(digits, validation, seed=seed, epochs=2, optimizer=make_optimizer())
        for seed in (1, 1, 2)
    ]
    assert_same(runs[0], runs[1])
    assert runs[0][1].loss != runs[2][1].loss


def test_dropout_and_augmentation_repeat_too(digits):
    def noisy(images, labels, *, rng):
        return images + rng.normal(0, 0.1, images.shape).astype(np.float32)

    def run():
        rng = np.random.default_rng(0)
        dropout = Dropout(0.5, rng=rng)
        layers = [Flatten(), Dense(784, 16, rng=rng), ReLU(), dropout, Dense(16, 10, rng=rng)]
        network = Network(layers)
        return network, fit(network, digits, epochs=2, augment=noisy, rng=rng)

    assert_same(run(), run())


def test_adam_is_the_default(digits):
    assert_same(train(digits, epochs=1), train(digits, epochs=1, optimizer=Adam()))


def test_a_batch_has_128_examples_by_default(digits):
    assert_same(train(digits, epochs=1), train(digits, epochs=1, batch_size=128))


def test_validation_is_not_learned_from(digits, validation):
    with_validation, history = train(digits, validation, epochs=2)
    without, _ = train(digits, epochs=2)
    for a, b in zip(params(with_validation), params(without), strict=True):
        assert_array_equal(a, b)
    val_loss = cross_entropy(with_validation.predict_logits(validation[0]), validation[1])
    assert val_loss == history.val_loss[-1]


def test_the_history_reports_means_over_all_examples(digits):
    # 100 examples in batches of 48, 48 and 4: the last counts for less.
    pair = digits[0][:100], digits[1][:100]
    network, history = train(pair, epochs=1, batch_size=48, optimizer=SGD(1e-12))
    logits = network.forward(pair[0])
    assert_allclose(history.loss, [cross_entropy(logits, pair[1])], rtol=1e-5)
    assert_allclose(history.accuracy, [np.mean(logits.argmax(axis=1) == pair[1])])


def test_loss_is_measured_while_learning(digits):
    network, history = train(digits, epochs=1, optimizer=SGD(0.1))
    assert history.loss[0] > cross_entropy(network.forward(digits[0]), digits[1]) + 0.1


def test_every_epoch_sees_each_example_once_in_a_new_order():
    class Recorder(Flatten):
        def __init__(self):
            super().__init__()
            self.seen = []

        def forward(self, x, *, training=False):
            if training:
                self.seen.append(x[:, 0].astype(int).tolist())
            return super().forward(x)

    rng = np.random.default_rng(0)
    recorder = Recorder()
    network = Network([recorder, Dense(1, 2, rng=rng)])
    pair = np.arange(10, dtype=np.float32)[:, None], np.zeros(10, dtype=np.int64)
    fit(network, pair, epochs=2, batch_size=4, rng=rng, unscaled=True)
    assert [len(batch) for batch in recorder.seen] == [4, 4, 2, 4, 4, 2]
    first, second = np.split(np.concatenate(recorder.seen), 2)
    assert_array_equal(np.sort(first), np.arange(10))
    assert_array_equal(np.sort(second), np.arange(10))
    assert not np.array_equal(first, np.arange(10))
    assert not np.array_equal(first, second)


def test_augment_makes_each_epochs_images(digits):
    calls = []

    def blank(images, labels, *, rng):
        calls.append((images, labels, rng))
        return np.zeros_like(images)

    rng = np.random.default_rng(0)
    network = mlp((16,), rng=rng)
    kernel = network.layers[1].params["kernel"].copy()
    fit(network, digits, epochs=3, augment=blank, rng=rng)
    assert len(calls) == 3
    assert all(images is digits[0] and labels is digits[1] for images, labels, _ in calls)
    assert all(generator is rng for *_, generator in calls)
    assert_array_equal(network.layers[1].params["kernel"], kernel)


def test_a_history_has_a_number_an_epoch(digits, validation):
    _, history = train(digits, validation, epochs=3)
    assert isinstance(history, History)
    for column in history:
        assert isinstance(column, tuple)
        assert [type(value) for value in column] == [float] * 3


def test_seconds_are_those_of_each_epoch_validation_included(digits, validation, monkeypatch):
    now = 100.0

    class Slow(SGD):
        def step(self, layers):
            nonlocal now
            now += 1
            super().step(layers)

    def score(logits, labels):
        nonlocal now
        now += 10
        return 0.0, 0.0

    monkeypatch.setattr(training, "time", SimpleNamespace(perf_counter=lambda: now))
    monkeypatch.setattr(training, "_score", score)
    few = digits[0][:30], digits[1][:30]
    _, history = train(few, validation, epochs=2, batch_size=10, optimizer=Slow(0.1))
    # Three steps, each scored, and the validation.
    assert history.seconds == (43.0, 43.0)


def test_data_are_not_changed_and_may_be_float64_or_small_integers(digits):
    # The fixtures' labels are read-only; so are these images.
    images = digits[0].astype(np.float64)
    images.flags.writeable = False
    double = train((images, digits[1].astype(np.uint8)), epochs=1)
    assert_same(double, train(digits, epochs=1))


def test_fit_goes_on_where_it_stopped(digits):
    rng = np.random.default_rng(0)
    network, optimizer = mlp((16,), rng=rng), Adam()
    first = fit(network, digits, epochs=1, optimizer=optimizer, rng=rng)
    second = fit(network, digits, epochs=1, optimizer=optimizer, rng=rng)
    whole = train(digits, epochs=2)
    assert first.loss + second.loss == whole[1].loss
    assert_same((network, whole[1]), whole)


@pytest.mark.parametrize("optimizer", [SGD(1e3), SGD(1e9), SGD(1e30, momentum=0.9), Adam(1e20)])
def test_a_diverging_loss_is_recorded_without_warnings(digits, validation, optimizer):
    _, history = train(digits, validation, epochs=2, optimizer=optimizer)
    assert len(history.loss) == 2
    assert not history.loss[-1] < 10
    assert history.val_accuracy[-1] < 0.3


def test_a_step_reports_loss_and_accuracy_before_it(digits):
    network = mlp(rng=np.random.default_rng(0))
    x, labels = digits[0][:64], digits[1][:64]
    logits = network.forward(x)
    loss, accuracy = train_step(network, x, labels, SGD(0.01))
    assert loss == cross_entropy(logits, labels)
    assert accuracy == np.mean(logits.argmax(axis=1) == labels)
    assert cross_entropy(network.forward(x), labels) < loss


def test_a_schedule_is_asked_before_each_step_and_the_rate_comes_back(digits):
    asked, optimizer = [], SGD(0.5)

    def schedule(progress):
        asked.append(progress)
        return 0.0

    rng = np.random.default_rng(0)
    network = mlp((16,), rng=rng)
    before = [param.copy() for param in params(network)]
    pair = digits[0][:100], digits[1][:100]
    how = {"epochs": 2, "batch_size": 30, "optimizer": optimizer, "schedule": schedule}
    fit(network, pair, **how, rng=rng)
    assert_allclose(asked, np.arange(8) / 8)
    for param, old in zip(params(network), before, strict=True):
        assert_array_equal(param, old)
    assert optimizer.learning_rate == 0.5


def test_a_schedule_multiplies_the_learning_rate(digits):
    halved = train(digits, epochs=1, optimizer=SGD(0.2), schedule=lambda progress: 0.5)
    assert_same(halved, train(digits, epochs=1, optimizer=SGD(0.1)))


def test_the_average_follows_its_formula(digits, validation):
    pair = digits[0][:90], digits[1][:90]
    latest = []

    class Spy(SGD):
        def step(self, layers):
            super().step(layers)
            latest.append([param.copy() for layer in layers for param in layer.params.values()])

    rng = np.random.default_rng(0)
    network = mlp((16,), rng=rng)
    means = [param.astype(np.float64) for param in params(network)]
    how = {"epochs": 10, "batch_size": 30, "optimizer": Spy(0.05)}
    mean = RunningMean(0.6)
    history = fit(network, pair, validation, **how, mean=mean, rng=rng)
    for step, weights in enumerate(latest, start=1):
        kept = min(0.6, (1 + step) / (10 + step))
        means = [kept * mean + (1 - kept) * w for mean, w in zip(means, weights, strict=True)]
    for param, last in zip(params(network), latest[-1], strict=True):
        assert_array_equal(param, last)
    mean.swap(network.layers)
    for param, expected, last in zip(params(network), means, latest[-1], strict=True):
        assert_allclose(param, expected, rtol=1e-4, atol=1e-6)
        assert abs(param - last).max() > 1e-4
    # What is validated is the mean.
    assert (
        cross_entropy(network.predict_logits(validation[0]), validation[1]) == history.val_loss[-1]
    )


def test_a_mean_begins_with_the_weights_before_the_first_step(digits):
    rng = np.random.default_rng(0)
    network, mean = mlp((16,), rng=rng), RunningMean(0.9)
    before = [param.copy() for param in params(network)]
    how = {"epochs": 1, "batch_size": len(digits[0]), "optimizer": SGD(0.5)}
    fit(network, digits, **how, mean=mean, rng=rng)
    after = [param.copy() for param in params(network)]
    mean.swap(network.layers)
    for param, old, new in zip(params(network), before, after, strict=True):
        assert_allclose(param, (2 * old + 9 * new) / 11, rtol=1e-5, atol=1e-7)


def test_a_mean_does_not_change_how_the_network_learns(digits, validation):
    with_mean, history = train(digits, validation, epochs=3, mean=RunningMean(0.9))
    without, plain = train(digits, validation, epochs=3)
    assert history.loss == plain.loss
    assert history.val_loss != plain.val_loss
    for a, b in zip(params(with_mean), params(without), strict=True):
        assert_array_equal(a, b)


def test_a_mean_that_cannot_be_validated_gives_the_weights_back(digits, monkeypatch):
    rng = np.random.default_rng(0)
    network, mean = mlp((16,), rng=rng), RunningMean(0.9)
    fit(network, digits, epochs=1, mean=mean, rng=rng)
    before = [param.copy() for param in params(network)]

    def fail(x):
        raise KeyboardInterrupt

    monkeypatch.setattr(network, "predict_logits", fail)
    with pytest.raises(KeyboardInterrupt):
        training._validate(network, digits, mean)
    for param, old in zip(params(network), before, strict=True):
        assert_array_equal(param, old)


def test_short_trainings_in_a_row_are_a_long_one(digits, validation):
    how = {"validation": validation, "batch_size": 100}

    def start():
        rng = np.random.default_rng(0)
        return mlp((16,), rng=rng), {"optimizer": Adam(), "mean": RunningMean(0.9), "rng": rng}

    network, state = start()
    whole = fit(network, digits, epochs=4, schedule=cosine, **how, **state)
    again, state = start()
    parts = [
        fit(again, digits, epochs=1, schedule=lambda p, e=e: cosine((e + p) / 4), **how, **state)
        for e in range(4)
    ]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert getattr(whole, name) == sum((getattr(part, name) for part in parts), ())
    for a, b in zip(params(network), params(again), strict=True):
        assert_array_equal(a, b)


def test_a_copy_of_the_best_mean_is_the_network_that_was_validated(digits, validation):
    """Whoever stops early copies network and mean after an epoch, and swaps the mean in later."""
    rng = np.random.default_rng(0)
    network, mean, optimizer = mlp((16,), rng=rng), RunningMean(0.9), Adam(0.01)
    copies, losses = [], []
    for _ in range(4):
        how = {"epochs": 1, "optimizer": optimizer, "mean": mean, "rng": rng}
        losses += fit(network, digits, validation, **how).val_loss
        copies.append(copy.deepcopy((network, mean)))
    assert len(set(losses)) == 4
    for (kept, its_mean), loss in zip(copies, losses, strict=True):
        its_mean.swap(kept.layers)
        assert cross_entropy(kept.predict_logits(validation[0]), validation[1]) == loss


def test_a_validation_loss_that_is_no_number_is_told_as_it_is(digits, validation):
    network = mlp((16,), rng=np.random.default_rng(0))
    network.layers[-1].params["bias"][0] = np.nan
    history = fit(network, digits, validation, epochs=2, rng=np.random.default_rng(0))
    assert np.isnan(history.val_loss).all()
    assert np.isnan(history.loss).all()


def test_an_interrupted_step_leaves_the_learning_rate_as_it_was(digits):
    class Interrupted(SGD):
        def step(self, layers):
            raise KeyboardInterrupt

    optimizer = Interrupted(0.5)
    with pytest.raises(KeyboardInterrupt):
        train(digits, epochs=1, optimizer=optimizer, schedule=lambda progress: 0.1)
    assert optimizer.learning_rate == 0.5


def test_progress_is_shown_only_when_asked_for(digits, validation, capsys):
    train(digits, epochs=1)
    assert capsys.readouterr() == ("", "")
    train(digits, validation, epochs=2, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "24/24" in err
    assert "val_accuracy=0." in err


X, Y = np.zeros((6, 784), dtype=np.float32), np.zeros(6, dtype=np.int64)


@pytest.mark.parametrize(
    ("pair", "error", "message"),
    [
        ((X.astype(np.uint8), Y), TypeError, "floating dtype.*scale_pixels.*Received: uint8"),
        ((X + 255, Y), ValueError, r"pixels from 0 to 1 .*scale_pixels\(images\). Received: 255"),
        ((X[:0], Y[:0]), ValueError, r"at least one example .*Received: .*\(0, 784\)"),
        ((X[:, 1:], Y), ValueError, r"\(B, 28, 28\) or \(B, 784\).*Received: .*\(1, 783\)"),
        ((X, Y[:5]), ValueError, "labels of .* for 6 examples. Received: 5"),
        ((X, Y[:, None]), ValueError, r"write labels\.ravel\(\)\. Received: int64 .*\(6, 1\)"),
        ((X, np.eye(10)[Y]), ValueError, r"argmax\(axis=1\) if they are one-hot"),
        ((X, Y.astype(float)), TypeError, "labels of .* of an integer dtype. Received: float64"),
        ((X, Y + 10), ValueError, "labels of .* from 0 to 9. Received: 10"),
        ((X, Y - 1), ValueError, "labels of .* from 0 to 9. Received: -1"),
        ((np.full_like(X, np.nan), Y), ValueError, "finite numbers .*Received: NaN"),
        ((np.full_like(X, -np.inf), Y), ValueError, "finite numbers .*Received: NaN or infinity"),
        (X, TypeError, r"=\(x, labels\). Received: float32 array"),
        ((X, Y, "MNIST"), TypeError, "one pair.*Received: tuple of length 3"),
    ],
)
@pytest.mark.parametrize("role", ["train", "validation"])
def test_sets_that_do_not_fit_are_refused_before_the_first_step(pair, error, message, role):
    rng = np.random.default_rng(0)
    network = mlp((), rng=rng)
    before = [param.copy() for param in params(network)]
    sets = {"train": (X + 1, Y), "validation": (X, Y)} | {role: pair}
    with pytest.raises(error, match=message):
        fit(network, **sets, epochs=1, rng=rng)
    for param, old in zip(params(network), before, strict=True):
        assert_array_equal(param, old)


@pytest.mark.parametrize("role", ["train", "validation"])
def test_lists_are_taken_for_what_they_mean(digits, role):
    few = digits[0][:20].astype(float), digits[1][:20]
    lists = [few[0].tolist(), few[1].tolist()]
    how = {"train": few, "validation": few, "epochs": 1}

    def run(**sets):
        rng = np.random.default_rng(0)
        network = mlp((8,), rng=rng)
        return network, fit(network, rng=rng, **how | sets)

    assert_same(run(**{role: lists}), run())


def test_pixels_up_to_255_are_learned_from_only_if_meant(digits):
    raw = digits[0] * 255, digits[1]
    with pytest.raises(ValueError, match=r"write scale_pixels\(images\)"):
        train(raw, epochs=1)
    _, history = train(raw, raw, epochs=1, unscaled=True)
    assert len(history.val_loss) == 1


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"epochs": 0}, ValueError, "epochs of at least 1. Received: 0"),
        ({"epochs": 1.5}, TypeError, "epochs as an integer. Received: 1.5"),
        ({"epochs": float("nan")}, TypeError, "epochs as an integer. Received: nan"),
        ({"epochs": True}, TypeError, "epochs as an integer. Received: True"),
        ({"batch_size": 0}, ValueError, "batch_size of at least 1. Received: 0"),
        ({"rng": 0}, TypeError, r"rng=np.random.default_rng\(0\), a generator. Received: 0"),
        ({"optimizer": "adam"}, TypeError, r"optimizers\.Adam\(\)\. Received: 'adam'"),
        # A class in place of an object has a step, but no learning rate yet.
        ({"optimizer": Adam}, TypeError, r"optimizer=optimizers\.Adam\(\)\. Received: "),
        ({"augment": "distort"}, TypeError, "augment as a function. Received: 'distort'"),
        ({"schedule": 0.5}, TypeError, "schedule as a function. Received: 0.5"),
        ({"mean": 0.999}, TypeError, r"mean=optimizers\.RunningMean\(0\.999\), say. Received: 0"),
        ({"network": "mlp"}, TypeError, "Expected a Network, as mlp makes. Received: 'mlp'"),
    ],
)
def test_settings_that_mean_nothing_are_refused_with_what_to_write(settings, error, message):
    rng = np.random.default_rng(0)
    how = {"network": mlp((), rng=rng), "train": (X, Y), "epochs": 1, "rng": rng}
    with pytest.raises(error, match=message):
        fit(**how | settings)


def test_digits_as_they_are_loaded_are_told_how_to_become_a_pair(embedded_train):
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"train=\(scale_pixels\(digits.images\), digits."):
        fit(mlp((), rng=rng), embedded_train, epochs=1, rng=rng)


def test_a_step_refuses_unscaled_images():
    network = mlp((), rng=np.random.default_rng(0))
    before = [param.copy() for param in params(network)]
    with pytest.raises(ValueError, match=r"pixels from 0 to 1 .*scale_pixels\(images\)"):
        train_step(network, X + 255, Y, SGD(0.1))
    for old, new in zip(before, params(network), strict=True):
        assert_array_equal(old, new)
    standardized = np.random.default_rng(0).normal(size=X.shape)
    train_step(network, standardized, Y, SGD(0.1))


@pytest.mark.parametrize("fault", [np.nan, np.inf])
def test_what_augment_returns_is_looked_at(fault):
    def spoil(x, labels, *, rng):
        return np.full_like(x, fault)

    network = mlp((), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="finite numbers in augment's images"):
        fit(network, (X, Y), epochs=1, augment=spoil, rng=np.random.default_rng(0))
