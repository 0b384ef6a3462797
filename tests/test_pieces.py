"""Which pieces of ink are the digit, and how wide its strokes are."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from PIL import Image
from test_ink import paper_with

from digitlearn.pieces import find_digit, lone_digit, stands_beside, stroke_width, widen
from digitlearn.preprocessing import to_mnist_style

# lone_digit


def test_specks_and_far_strays_are_left_out():
    ink = paper_with((20, 40, 60, 12), (5, 5, 2, 2), (95, 115, 3, 3), (50, 0, 5, 5))
    assert_array_equal(lone_digit(ink), np.ones((60, 12)))


def test_a_detached_stroke_stays():
    ink = paper_with((30, 40, 40, 10), (20, 54, 6, 20))
    assert lone_digit(ink).shape == (50, 34)


@pytest.mark.parametrize(
    "boxes",
    [[(20, 20, 60, 10), (20, 60, 60, 10)], [(5, 30, 30, 20), (60, 30, 30, 20)]],
    ids=["side by side", "one below the other"],
)
def test_two_digits_are_refused(boxes):
    with pytest.raises(ValueError, match=r"one digit. Received: 2 of them"):
        lone_digit(paper_with(*boxes))


def test_pieces_that_touch_at_corners_are_one():
    chain = [(20 + 2 * step, 20 + 2 * step, 2, 2) for step in range(30)]
    ink = paper_with(*chain)
    assert_array_equal(find_digit(ink).ink, ink[20:80, 20:80])


def test_a_speck_close_by_is_left_out():
    ink = paper_with((20, 40, 60, 12), (40, 55, 3, 3))
    assert_array_equal(lone_digit(ink), np.ones((60, 12)))


@pytest.mark.parametrize("corner", [(2, 2), (2, 60), (40, 2), (30, 50)])
@pytest.mark.parametrize("size", [10, 40])
def test_a_digit_anywhere_of_any_size_gives_the_same_image(corner, size):
    ink = paper_with((*corner, size, size // 5), shape=(100, 110))
    assert_array_equal(to_mnist_style(ink)[4:24, 12:16], 255)
    assert to_mnist_style(ink).sum() == 255 * 80


def test_hardly_any_enlarged_mnist_digit_is_taken_for_several(mnist_test):
    refused = 0
    for image in mnist_test.images[:2000]:
        large = Image.fromarray(image).resize((112, 112), Image.Resampling.BICUBIC)
        try:
            lone_digit(np.asarray(large) / 255)
        except ValueError:
            refused += 1
    assert refused <= 2


# find_digit


def test_many_pieces_are_many_digits():
    """As close together as letters are, they would otherwise hang together."""
    letters = [(10 + 12 * row, 10 + 9 * column, 8, 6) for row in range(6) for column in range(9)]
    assert find_digit(paper_with(*letters)).digits == 54


def test_a_broken_stroke_is_one_digit():
    """Its parts lie one below the other, the ends closer than a fifteenth of the digit's size."""
    parts = [(10 + 17 * n, 40, 14, 8) for n in range(5)]
    found = find_digit(paper_with(*parts))
    assert found.digits == 1
    assert found.ink.shape == (82, 8)


@pytest.mark.parametrize(
    ("box", "cut"),
    [
        ((0, 40, 60, 12), True),  # runs off at the top
        ((40, 0, 12, 60), True),  # at the left
        ((20, 40, 60, 12), False),  # nowhere
        ((0, 40, 100, 12), False),  # cut out tightly: it touches both top and bottom
    ],
)
def test_ink_that_runs_off_the_picture_is_told(box, cut):
    assert find_digit(paper_with(box)).cut is cut


def test_faint_ink_counts_at_the_strokes_rim_only():
    ink = paper_with((10, 40, 80, 12))
    ink[10:90, 52:80] = 0.1
    ink[10:90, 60:62] = 1
    found = find_digit(ink)
    assert found.ink.shape == (80, 22)
    assert_array_equal(found.ink[:, [13, 16]], [[0.1, 0]] * 80)


# widen


@pytest.mark.parametrize("width", [1, 2, 4])
def test_thin_strokes_are_brought_to_the_width_of_mnists(width):
    line = np.zeros((300, 40))
    line[:, 20 : 20 + width] = 1
    wide = widen(line)
    assert stroke_width(wide) / max(wide.shape) == pytest.approx(0.08, abs=0.02)


@pytest.mark.parametrize("shape", [(100, 12), (28, 1)])
def test_wide_strokes_and_small_images_stay_as_they_are(shape):
    assert_array_equal(widen(np.ones(shape)), np.ones(shape))


def test_holes_of_a_pixel_make_no_stroke_thin():
    stroke = np.ones((100, 12))
    stroke[2:-2:4, 2:-2:3] = 0
    assert stroke_width(stroke) == stroke_width(np.ones((100, 12)))


# stands_beside


def test_two_digits_in_one_image_are_noticed_and_mnists_are_not(mnist_test):
    assert sum(stands_beside(image) for image in mnist_test.images) <= 3
    pair = np.hstack([np.zeros((28, 28), np.uint8)] * 2)
    noticed = 0
    for n in range(0, 100, 2):
        pair[:, :28], pair[:, 28:] = mnist_test.images[n : n + 2]
        small = Image.fromarray(pair).resize((28, 14), Image.Resampling.BOX)
        noticed += stands_beside(np.pad(np.asarray(small), ((7, 7), (0, 0))))
    assert noticed >= 40


def test_a_digit_with_a_stroke_apart_is_one():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 14:16] = 255
    image[4:8, 18:24] = 255  # beside, but not tall
    assert not stands_beside(image)
