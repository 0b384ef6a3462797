"""The levers that were tried once, on the embedded digits and in seconds."""

import json
from dataclasses import replace
from functools import partial

import levers
import numpy as np
import pytest
import sealed
from levers import Lever
from recipes import Recipe

from digitlearn.augmentation import distort
from digitlearn.losses import softmax
from digitlearn.network import Network, mlp

TINY = Recipe(
    hidden_units=(16, 8),
    scaled=True,
    optimizer="Adam",
    learning_rate=0.01,
    cosine=True,
    average=0.9,
    elastic=1.0,
    epochs=2,
)
PLAIN = Lever("plain", "nothing", TINY)
FEW = [PLAIN, Lever("taught", "a teacher", TINY, teacher=PLAIN, temperature=2)]


@pytest.fixture
def train():
    """Return the training part of the embedded digits."""
    return levers.training_digits(dataset="embedded")[0]


def params(net):
    return [param for layer in net.layers for param in layer.params.values()]


@pytest.mark.parametrize("more", [{}, {"drawn": 40, "stretched": 20}])
def test_lever_that_changes_nothing_is_its_recipe_to_the_last_bit(train, more):
    recipe = replace(TINY, **more)
    ours = levers.fit(Lever("plain", "", recipe), train, None)
    theirs, _ = recipe.fit(train, seed=levers.SEED)
    for one, other in zip(params(ours), params(theirs), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "change", [{"smoothing": 0.1}, {"late": True}, {"pen": 0.6}, {"straight": True}]
)
def test_each_lever_changes_the_network(train, change):
    plain, pulled = (
        levers.fit(Lever("one", "", TINY, **options), train, None) for options in ({}, change)
    )
    for one, other in zip(params(plain), params(pulled), strict=True):
        assert (one != other).any()


def test_smoothed_answer_leaves_a_share_to_every_digit(train):
    x, labels = train
    found = levers.answers(Lever("one", "", smoothing=0.1), x, labels, None)
    assert (found.shape, found.dtype) == ((len(x), 10), np.float32)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-6)
    assert (found.argmax(axis=1) == labels).all()
    np.testing.assert_allclose(np.unique(found.round(6)), [0.01, 0.91], rtol=1e-5)


def test_teachers_answer_is_softened(train):
    x, labels = train
    teacher = mlp((16, 8), rng=np.random.default_rng(0))
    lever = Lever("one", "", teacher=PLAIN, temperature=2)
    expected = softmax(teacher.predict_logits(x) / 2)
    np.testing.assert_allclose(levers.answers(lever, x, labels, teacher), expected, atol=1e-7)


def test_taught_network_follows_its_teacher_and_not_the_labels(train):
    x, labels = train
    recipe = replace(TINY, hidden_units=(64, 32), elastic=0.0, epochs=8)
    teacher, _ = recipe.fit((x, (labels + 1) % 10), seed=1)
    lever = replace(FEW[1], recipe=recipe)
    answers = levers.fit(lever, train, teacher).predict(x)
    assert (answers == (labels + 1) % 10).mean() > 0.8
    assert (answers == labels).mean() < 0.1


def test_late_bending_grows_from_none_to_twice_as_much(train):
    x, labels = train
    lever = Lever("one", "", TINY, late=True)
    for part, elastic in [(0, 0.0), (0.5, 1.0), (1, 2.0)]:
        ours = levers.change(lever, x, labels, part, np.random.default_rng(5))
        rng = np.random.default_rng(5)
        theirs = distort(x, labels, rng=rng, elastic=elastic, **levers.AFFINE)
        np.testing.assert_array_equal(ours, theirs)


def test_pen_makes_strokes_thicker_and_thinner():
    stroke = np.zeros((5, 28, 28), np.float32)
    stroke[:, 5:23, 13:16] = 1
    amounts = np.array([0, 1, -1, 0.5, -0.5])
    middles = levers.repen(stroke, amounts)[:, 14].sum(axis=1)
    np.testing.assert_allclose(middles, [3, 5, 1, 4, 2])
    drawn = levers.repen(stroke, amounts)
    assert (drawn.dtype, drawn.min(), drawn.max()) == (np.float32, 0, 1)
    assert stroke[1, 14].sum() == 3, "the images themselves stay as they are"


def test_straightened_digits_do_not_lean(train):
    stroke = np.zeros((3, 28, 28), np.float32)
    for row in range(5, 23):
        for image, slant in zip(stroke, (0, 0.5, -0.5), strict=True):
            column = 14 + round(slant * (row - 14))
            image[row, column - 1 : column + 2] = 1
    before = stroke.copy()
    straight = levers.straighten(stroke)
    np.testing.assert_allclose(straight[0], stroke[0], atol=1e-6)
    assert (straight > 0.5).any(axis=1).sum(axis=1).max() <= 5, "columns that have ink"
    np.testing.assert_allclose(straight.sum(axis=(1, 2)), 54, rtol=0.01)
    np.testing.assert_array_equal(stroke, before)
    once = levers.straighten(train[0])
    assert np.abs(levers.straighten(once) - once).mean() < 1e-3 < np.abs(once - train[0]).mean()


def test_straightened_network_reads_straightened_digits(tmp_path, monkeypatch):
    seen = []
    straighten = levers.straighten

    def watch(images):
        seen.append(len(images))
        return straighten(images)

    monkeypatch.setattr(levers, "straighten", watch)
    monkeypatch.setattr(levers, "semeion", lambda: tuple(part[:9] for part in validation))
    train, validation = levers.training_digits(dataset="embedded")
    lever = replace(PLAIN, straight=True)
    levers.run_all([lever], tmp_path, "embedded", jobs=1)
    levers.table([lever], tmp_path, "embedded")
    assert seen == [len(train[0]), len(validation[0]), 9]


def test_levers_go_on_from_the_studys_row():
    names = [lever.name for lever in levers.LEVERS]
    assert len(set(names)) == len(names)
    assert levers.LEVERS[0] == Lever("longer", levers.LEVERS[0].change)
    for lever in levers.LEVERS:
        assert lever.recipe.optimizer == "Adam"
        assert lever.recipe.weight_decay == lever.recipe.dropout == 0
        assert lever.teacher is None or lever.teacher in levers.LEVERS


def test_run_is_kept_and_the_test_digits_stay_closed(tmp_path, monkeypatch, splits_loaded):
    levers.run_all(FEW, tmp_path, "embedded", jobs=1)
    assert set(splits_loaded) == {"train"}
    files = {levers.file_of(lever, tmp_path, "embedded") for lever in FEW}
    assert set(tmp_path.iterdir()) == files
    monkeypatch.setattr(levers, "fit", None)  # nothing is left to be trained
    levers.run_all(FEW, tmp_path, "embedded", jobs=1)


def test_other_settings_digits_or_teachers_have_another_file(tmp_path):
    taught = FEW[1]
    other = replace(PLAIN, smoothing=0.2)
    places = [
        levers.file_of(taught, tmp_path, "mnist"),
        levers.file_of(taught, tmp_path, "embedded"),
        levers.file_of(replace(taught, temperature=3), tmp_path, "embedded"),
        levers.file_of(replace(taught, teacher=other), tmp_path, "embedded"),
        levers.file_of(replace(taught, recipe=replace(TINY, epochs=3)), tmp_path, "embedded"),
    ]
    assert len(set(places)) == len(places)
    said = replace(taught, change="said otherwise")
    assert levers.file_of(said, tmp_path, "mnist") == places[0]


def test_no_pupil_without_its_teacher(tmp_path):
    with pytest.raises(FileNotFoundError, match="plain-"):
        levers.run(FEW[1], tmp_path, "embedded")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("abroad", [True, False])
def test_table_says_what_each_network_reads(tmp_path, monkeypatch, embedded_test, abroad):
    half = (embedded_test.images / np.float32(255), embedded_test.labels)
    monkeypatch.setattr(levers, "semeion", lambda: half if abroad else None)
    levers.run_all(FEW, tmp_path, "embedded", jobs=1)
    found = levers.table(FEW, tmp_path, "embedded")
    _, (x, labels) = levers.training_digits(dataset="embedded")
    nets = [Network.load(levers.file_of(lever, tmp_path, "embedded")) for lever in FEW]
    second = found["rows"][1]
    assert [row["accuracy"] for row in found["rows"]] == [
        (net.predict(x) == labels).mean() for net in nets
    ]
    for row, net in zip(found["rows"], nets, strict=True):
        losses = -np.log(softmax(net.predict_logits(x) / row["temperature"])[range(144), labels])
        assert row["log_loss"] == pytest.approx(losses.mean(), rel=1e-4)
    assert (found["images"], found["semeion"]) == (144, 360 if abroad else 0)
    if abroad:
        assert second["semeion"] == (nets[1].predict(half[0]) == half[1]).mean()
    else:
        assert "semeion" not in second
    assert second["settings"]["teacher"]["recipe"]["hidden_units"] == (16, 8)
    assert second["settings"]["recipe"]["epochs"] == 2
    assert json.loads(json.dumps(found))["rows"][1]["name"] == "taught"


def test_no_semeion_is_said(monkeypatch, capsys):
    def none():
        raise levers.data.DataUnavailableError("no network")

    monkeypatch.setattr(levers.data, "load_semeion", none)
    assert levers.semeion() is None
    assert "goes without Semeion: no network" in capsys.readouterr().err


def test_command_writes_a_sealed_table(tmp_path, monkeypatch):
    monkeypatch.setattr(levers, "LEVERS", FEW)
    monkeypatch.setattr(levers, "semeion", lambda: None)
    monkeypatch.setattr(levers, "run_all", partial(levers.run_all, jobs=1))
    folder, output = tmp_path / "runs", tmp_path / "levers.json"
    arguments = ["--dataset", "embedded", "--folder", str(folder), "--output", str(output)]
    assert levers.main(arguments) == 0
    assert [row["name"] for row in sealed.read(output)["rows"]] == ["plain", "taught"]
