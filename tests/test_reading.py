"""A picture's digit, its confidence, and the reason for doubt."""

import kinds
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from digitlearn import pretrained, reading
from digitlearn.augmentation import rotate
from digitlearn.losses import softmax
from digitlearn.preprocessing import scale_pixels, to_mnist_style
from digitlearn.reading import read


def enlarged(image, side=140):
    """Return a digit as dark ink on white, enlarged."""
    return 255 - np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC))


def test_a_reading_tells_what_the_network_says(embedded_test):
    network = pretrained.load("large")
    picture = enlarged(embedded_test.images[1])
    found = read(picture, network)
    assert_array_equal(found.image, to_mnist_style(picture))
    [p] = reading.predict_proba(network, scale_pixels(found.image[np.newaxis]))
    order = np.argsort(-p)
    assert (found.digit, found.runner_up) == tuple(order[:2])
    assert (found.confidence, found.runner_up_confidence) == tuple(p[order[:2]])
    assert found.digit == embedded_test.labels[1]


def test_three_looks_are_averaged(embedded_test):
    network = pretrained.load("small")
    x = scale_pixels(embedded_test.images[:50])
    looks = [network.predict_logits(rotate(x, degrees)) for degrees in (-10, 0, 10)]
    logits = reading.predict_logits(network, x)
    assert_allclose(logits, np.mean(looks, axis=0), atol=1e-4)
    assert_allclose(reading.predict_proba(network, x), softmax(logits), atol=1e-6)


def test_without_a_network_it_is_read_by_the_pages(embedded_test):
    picture = enlarged(embedded_test.images[2])
    assert read(picture).confidence == read(picture, pretrained.load("small")).confidence


def test_hardly_any_digit_of_mnist_is_doubted(mnist_test):
    doubts = [read(image).doubt for image in mnist_test.images[:3000]]
    assert sum(doubt is not None for doubt in doubts) <= 15


def two_bars(gap):
    picture = np.ones((100, 160))
    picture[20:80, 40:52] = picture[20:80, 52 + gap : 64 + gap] = 0
    return picture


@pytest.mark.parametrize(
    ("picture", "doubt"),
    [
        (two_bars(40), "2 digits?"),
        (two_bars(7), "2 digits?"),
        (np.pad(np.zeros((6, 2)), 20, constant_values=1), "too small"),
        (np.pad(np.zeros((12, 12)), 80, constant_values=1), "a dot"),
    ],
    ids=["far apart", "close", "small", "dot"],
)
def test_what_is_not_one_digit_is_doubted(picture, doubt):
    assert doubt in read(picture).doubt


def test_more_loops_than_a_digit_has_are_doubted():
    picture = np.ones((200, 200))
    for start in (30, 94, 158):
        picture[start : start + 12, 30:170] = 0
        picture[30:170, start : start + 12] = 0
    assert "scribble" in read(picture).doubt


def test_a_zero_that_is_cut_off_is_not_two_digits():
    down, right = np.indices((120, 120)) - 60
    far = np.hypot(down / 50, right / 40)
    ring = np.where((far < 1) & (far > 0.7), 0.0, 1.0)
    assert read(ring[20:100]).doubt is None
    assert "2 digits" in read(np.pad(ring[25:95], 10, constant_values=1)).doubt


@pytest.mark.parametrize(
    ("kind", "most"),
    [("two_digits", 0.05), ("page_of_text", 0.1), ("scribble", 0.2), ("letter", 0.8)],
)
def test_what_is_no_digit_is_seldom_answered_with_confidence(kind, most, mnist_test):
    rng = np.random.default_rng(3)
    sure = 0
    for _ in range(60):
        found = read(kinds.NO_DIGIT[kind](mnist_test.images, rng))
        sure += found.doubt is None and found.confidence > 0.9
    assert sure / 60 <= most
