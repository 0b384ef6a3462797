"""Photos and drawings: grey levels read, ink told from paper, the one digit cut out."""

import io
import struct
import zlib

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image, ImageDraw

from digitlearn import pretrained
from digitlearn.pictures import find_ink, lone_digit, read_grey
from digitlearn.preprocessing import scale_pixels, to_mnist_style


def paper_with(*boxes, shape=(100, 120)):
    """Ink of strength 1 in boxes (top, left, height, width)."""
    ink = np.zeros(shape)
    for top, left, height, width in boxes:
        ink[top : top + height, left : left + width] = 1
    return ink


def photographed(digit, *, seed, dark_corner=0.3):
    """Photograph a digit (28, 28) on paper in a light from one side, darker towards the corners."""
    rng = np.random.default_rng(seed)
    size = rng.integers(150, 400)
    ink = np.zeros((500, 600))
    top, left = rng.integers(0, 500 - size), rng.integers(0, 600 - size)
    large = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
    ink[top : top + size, left : left + size] = np.asarray(large) / 255
    down, right = np.indices(ink.shape) / np.array([500, 600]).reshape(2, 1, 1)
    light = dark_corner + (0.9 - dark_corner) * right
    light = light * (1 - 0.6 * ((down - 0.5) ** 2 + (right - 0.5) ** 2))
    photo = light * (1 - 0.75 * ink) + rng.normal(0, 0.015, ink.shape)
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * photo.clip(0, 1)).astype(np.uint8)).save(file, "JPEG", quality=80)
    return np.asarray(Image.open(file))


def header_of_a_huge_png(width, height):
    """Return a PNG file that claims to be of this size, without the pixels."""

    def chunk(kind, content):
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*part) for part in [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    )


# read_grey


def test_large_pictures_are_made_smaller():
    grey = read_grey(np.full((300, 3000), 51, np.uint8))
    assert grey.shape == (102, 1024)
    assert_allclose(grey, 0.2, atol=1e-6)


def test_a_file_that_claims_to_be_huge_is_refused_unread(tmp_path):
    path = tmp_path / "huge.png"
    path.write_bytes(header_of_a_huge_png(50_000, 50_000))
    with pytest.raises(ValueError, match=r"Received: .*huge.png .*2500000000 pixels"):
        to_mnist_style(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(tmp_path):
    """Its pixels are missing, but the size is what the message tells."""
    path = tmp_path / "large.png"
    path.write_bytes(header_of_a_huge_png(12_000, 9_000))
    with pytest.raises(ValueError, match=r"at most 100,000,000 pixels. Received: 12,000 x 9,000"):
        to_mnist_style(path)


def test_a_huge_array_is_refused():
    huge = np.broadcast_to(np.uint8(255), (5_001, 20_000))
    with pytest.raises(ValueError, match="20,000 x 5,001"):
        to_mnist_style(huge)


def test_12_megapixels_are_read(tmp_path):
    image = Image.new("L", (4000, 3000), 200)
    ImageDraw.Draw(image).line([(1000, 600), (2000, 600), (1400, 2400)], fill=60, width=180)
    image.save(tmp_path / "photo.jpg")
    difference = to_mnist_style(tmp_path / "photo.jpg").astype(int) - to_mnist_style(image)
    assert abs(difference).mean() < 1


def test_16_bits_count_like_8():
    eight = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert_allclose(read_grey(eight * np.uint16(257)), read_grey(eight), atol=1e-7)


# find_ink


@pytest.mark.parametrize("paper", [0.0, 0.3, 1.0])
def test_ink_differs_from_paper_either_way(paper):
    ink = paper_with((30, 40, 40, 10))
    grey = paper + ink * (0.6 if paper < 0.5 else -0.6)
    assert_allclose(find_ink(grey), 0.6 * ink, atol=1e-9)


def test_uneven_light_is_not_ink():
    """Where the paper in the shade is as dark as ink in the light, one threshold finds neither."""
    digit = np.zeros((28, 28), np.uint8)
    digit[4:24, 12:16] = 255
    photo = photographed(digit, seed=1, dark_corner=0.2) / 255
    ink = find_ink(photo)
    on, off = ink > ink.max() / 2, photo < photo[ink > ink.max() / 2].max()
    assert off.mean() > 3 * on.mean()
    assert np.ptp(np.flatnonzero(on.any(axis=1))) > 3 * np.ptp(np.flatnonzero(on.any(axis=0)))


def test_photos_of_mnist_digits_are_read(mnist_test):
    images = mnist_test.images[:100]
    photos = [photographed(image, seed=seed) for seed, image in enumerate(images)]
    read = np.stack([to_mnist_style(photo) for photo in photos])
    digits = pretrained.load("small").predict(scale_pixels(read))
    assert (digits == mnist_test.labels[:100]).mean() >= 0.96


def test_blank_paper_in_uneven_light_is_blank():
    blank = photographed(np.zeros((28, 28), np.uint8), seed=2)
    with pytest.raises(ValueError, match="ink on it"):
        to_mnist_style(blank)


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
    assert_array_equal(lone_digit(ink), ink[20:80, 20:80])


def test_a_speck_close_by_is_left_out():
    ink = paper_with((20, 40, 60, 12), (40, 55, 3, 3))
    assert_array_equal(lone_digit(ink), np.ones((60, 12)))


@pytest.mark.parametrize("corner", [(2, 2), (2, 60), (40, 2), (30, 50)])
@pytest.mark.parametrize("size", [10, 40])
def test_a_digit_anywhere_of_any_size_gives_the_same_image(corner, size):
    ink = paper_with((*corner, size, size // 5), shape=(100, 110))
    assert_array_equal(to_mnist_style(ink)[4:24, 12:16], 255)
    assert to_mnist_style(ink).sum() == 255 * 80


def test_no_mnist_digit_is_taken_for_several(mnist_test):
    for image in mnist_test.images:
        lone_digit(image / 255)


def test_hardly_any_enlarged_mnist_digit_is_taken_for_several(mnist_test):
    refused = 0
    for image in mnist_test.images[:2000]:
        large = Image.fromarray(image).resize((112, 112), Image.Resampling.BICUBIC)
        try:
            lone_digit(np.asarray(large) / 255)
        except ValueError:
            refused += 1
    assert refused <= 2
