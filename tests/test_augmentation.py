"""Distortion: what it keeps, what it changes, and by how much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from digitlearn import augmentation, pictures
from digitlearn.augmentation import distort, rotate

NONE = {"rotation": 0, "scale": 0, "shear": 0, "shift": 0, "elastic": 0}
PLACE = np.arange(28) - 13.5


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def blobs(count=1, row=13.5, column=13.5, width=2.0):
    """Return images of a soft round spot."""
    r, c = np.mgrid[:28, :28]
    spot = np.exp(-((r - row) ** 2 + (c - column) ** 2) / (2 * width**2))
    return np.repeat(spot[None], count, axis=0).astype(np.float32)


def centres(images):
    """Return the rows and the columns of the centres of mass, from the middle."""
    mass = images.sum(axis=(1, 2))
    return images.sum(axis=2) @ PLACE / mass, images.sum(axis=1) @ PLACE / mass


def test_without_strength_nothing_changes(digits, rng):
    assert_allclose(distort(digits[0], rng=rng, **NONE), digits[0], atol=1e-5)


@given(st.integers(1, 130), st.integers(0, 2**32 - 1))
def test_results_are_images_within_the_range_of_the_inputs(count, seed):
    rng = np.random.default_rng(seed)
    images = rng.random((count, 28, 28), dtype=np.float32)
    before = images.copy()
    result = distort(images, rng.integers(10, size=count), rng=rng)
    assert result.shape == images.shape
    assert result.dtype == np.float32
    assert result.min() >= 0
    assert result.max() <= images.max() + 1e-6
    assert_array_equal(images, before)


def test_the_same_generator_gives_the_same_bits_and_another_does_not(digits):
    first, again, other = (distort(*digits, rng=np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert_array_equal(first, again)
    assert abs(first - other).mean() > 0.01


def test_every_image_is_distorted_in_its_own_way(rng):
    result = distort(blobs(100, row=8), rng=rng)
    assert len(np.unique(result.reshape(100, -1), axis=0)) == 100


def test_the_place_of_an_image_in_the_set_does_not_matter(rng):
    # 100 images go through in two parts; each must be looked up in itself.
    images = np.concatenate([blobs(99, row=8), np.zeros((1, 28, 28), dtype=np.float32)])
    result = distort(images, rng=rng)
    assert result[-1].max() == 0
    assert result[:-1].max(axis=(1, 2)).min() > 0.5


def test_shift_moves_by_up_to_as_many_pixels(rng):
    down, right = centres(distort(blobs(2000), rng=rng, **NONE | {"shift": 2}))
    for moved in (down, right):
        assert_allclose([moved.min(), moved.max()], [-2, 2], atol=0.1)
        assert_allclose(moved.std(), 2 / np.sqrt(3), rtol=0.05)


def test_rotation_turns_around_the_middle_by_up_to_the_angle(rng):
    down, right = centres(distort(blobs(2000, row=5.5), rng=rng, **NONE | {"rotation": 30}))
    assert_allclose(np.hypot(down, right), 8, atol=0.1)
    angles = np.degrees(np.arctan2(right, -down))
    assert_allclose([angles.min(), angles.max()], [-30, 30], atol=1)


def test_1_and_7_are_turned_half_as_far(rng):
    for digit in range(10):
        labels = np.full(1000, digit)
        down, right = centres(
            distort(blobs(1000, row=5.5), labels, rng=rng, **NONE | {"rotation": 30})
        )
        largest = np.degrees(abs(np.arctan2(right, -down))).max()
        assert_allclose(largest, 15 if digit in (1, 7) else 30, atol=1)


def test_scale_stretches_each_axis_by_itself(rng):
    result = distort(blobs(2000, row=7.5, column=7.5), rng=rng, **NONE | {"scale": 0.2})
    down, right = (moved / -6 for moved in centres(result))
    for stretch in (down, right):
        assert_allclose([stretch.min(), stretch.max()], [0.8, 1.2], atol=0.02)
    assert abs(np.corrcoef(down, right)[0, 1]) < 0.1


def test_shear_slants_columns_in_proportion_to_rows(rng):
    down, right = centres(distort(blobs(2000, row=5.5), rng=rng, **NONE | {"shear": 0.25}))
    assert_allclose(down, -8, atol=0.1)
    assert_allclose([right.min(), right.max()], [-2, 2], atol=0.1)


def test_elastic_displacements_have_the_size_and_the_smoothness_they_say(rng):
    fields = rng.standard_normal((20_000, augmentation.WAVES**2)) @ augmentation.BASIS[3:]
    assert_allclose(fields.std(axis=0), 1, atol=0.03)
    middle = fields.reshape(-1, 28, 28)[:, 14, 14]
    for distance in (1, 5, 10):
        other = fields.reshape(-1, 28, 28)[:, 14, 14 - distance]
        expected = np.exp(-(distance**2) / (4 * augmentation.SMOOTHNESS**2))
        assert_allclose(np.corrcoef(middle, other)[0, 1], expected, atol=0.03)


def test_elastic_bends_what_affine_maps_keep_straight(rng):
    down, right = centres(distort(blobs(2000, width=1), rng=rng, **NONE | {"elastic": 1.5}))
    # A small spot moves about as far as its middle does.
    assert_allclose([down.std(), right.std()], 1.5, rtol=0.1)


IMAGES = np.zeros((3, 28, 28), dtype=np.float32)


@pytest.mark.parametrize(
    ("images", "labels", "error", "message"),
    [
        (IMAGES.astype(np.uint8), None, TypeError, "scale_pixels.*Received: uint8"),
        (IMAGES.astype(np.float64), None, TypeError, "float32.*Received: float64"),
        (IMAGES.reshape(3, 784), None, ValueError, r"Received: \(3, 784\)"),
        (IMAGES[0], None, ValueError, r"Received: \(28, 28\)"),
        (
            IMAGES[:0],
            None,
            ValueError,
            r"at least one example .*\(0, 28, 28\)",
        ),
        (IMAGES + np.nan, None, ValueError, "finite numbers in images. Received: NaN"),
        (IMAGES, np.zeros(3), TypeError, "integer dtype. Received: float64"),
        (IMAGES, np.zeros(2, dtype=int), ValueError, "labels for 3 examples. Received: 2"),
    ],
)
def test_what_does_not_fit_is_refused(images, labels, error, message, rng):
    with pytest.raises(error, match=message):
        distort(images, labels, rng=rng)


@pytest.mark.parametrize("name", NONE)
@pytest.mark.parametrize("value", [-0.1, np.inf, np.nan])
def test_strengths_out_of_range_are_refused(name, value, rng):
    with pytest.raises(ValueError, match=f"{name} of at least 0.*Received: {value}"):
        distort(IMAGES, rng=rng, **{name: value})


def test_a_scale_of_one_would_leave_nothing(rng):
    with pytest.raises(ValueError, match="scale of at least 0 and below 1"):
        distort(IMAGES, rng=rng, scale=1.0)


def test_a_side_is_that_of_a_frame():
    # This module is on the same floor as pictures, and needs no Pillow.
    assert augmentation.SIDE == pictures.FRAME


def test_the_strongest_distortion_still_gives_numbers(rng):
    strongest = dict.fromkeys(NONE, augmentation.STRONGEST * 0.999) | {"scale": 0.999}
    assert np.isfinite(distort(IMAGES + 1, rng=rng, **strongest)).all()


# rotate


@pytest.mark.parametrize("turns", [-1, 0, 1, 2])
def test_quarter_turns_move_pixels(turns, rng):
    images = rng.random((3, 28, 28), dtype=np.float32)
    expected = np.rot90(images, turns, axes=(1, 2))
    assert_allclose(rotate(images, 90 * turns), expected, atol=1e-4)


def test_a_turn_is_counterclockwise_about_the_middle():
    degrees = 30
    [down], [right] = centres(rotate(blobs(row=5.5), degrees))
    assert_allclose(down, -8 * np.cos(np.radians(degrees)), atol=0.05)
    assert_allclose(right, -8 * np.sin(np.radians(degrees)), atol=0.05)


def test_many_images_are_turned_as_each_alone(rng):
    images = rng.random((2 * augmentation.CHUNK + 1, 28, 28), dtype=np.float32)
    turned = rotate(images, 10)
    assert_allclose(turned[-1:], rotate(images[-1:], 10), atol=1e-6)


def test_what_comes_from_outside_is_paper():
    corner = rotate(np.ones((1, 28, 28), np.float32), 45)[0, 0, 0]
    assert corner == 0


def test_unscaled_images_are_refused():
    for function, how in ((rotate, {"degrees": 10}), (distort, {"rng": np.random.default_rng(0)})):
        with pytest.raises(ValueError, match=r"scale_pixels\(images\)\. Received: 255"):
            function(IMAGES + 255, **how)
