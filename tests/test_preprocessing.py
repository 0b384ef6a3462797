"""Scaling, one-hot labels, splits, and pictures brought to MNIST's form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image, ImageDraw

from digitlearn import pretrained
from digitlearn.preprocessing import (
    fit_to_frame,
    flatten,
    one_hot,
    scale_pixels,
    split_validation,
    to_mnist_style,
)


def seven(*, ink=0, paper=255, size=(120, 100), mode="L"):
    """Draw a 7, off centre."""
    image = Image.new(mode, size, paper)
    ImageDraw.Draw(image).line([(20, 20), (60, 20), (35, 90)], fill=ink, width=7)
    return image


def center_of_mass(image):
    rows, columns = np.indices(image.shape)
    return (image * rows).sum() / image.sum(), (image * columns).sum() / image.sum()


def ink_box(image):
    """Height and width of the part with ink."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return np.ptp(rows) + 1, np.ptp(columns) + 1


# scale_pixels, flatten, one_hot


def test_scale_pixels_maps_0_to_255_on_0_to_1():
    scaled = scale_pixels(np.array([[0, 51, 255]], dtype=np.uint8))
    assert scaled.dtype == np.float32
    assert_allclose(scaled, [[0, 0.2, 1]], rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.int64, np.float32, bool])
def test_scale_pixels_refuses_what_may_be_scaled_already(dtype):
    with pytest.raises(TypeError, match=r"uint8: write np.uint8\(images\) .* Received: "):
        scale_pixels(np.zeros((2, 28, 28), dtype))


def test_scale_pixels_takes_a_list_of_grey_levels():
    assert_array_equal(scale_pixels([[0, 255]]), np.array([[0, 1]], dtype=np.float32))
    for strays in ([0, 256], [-1, 0]):
        with pytest.raises(ValueError, match=rf"0 to 255. Received: {strays[0]} to {strays[1]}"):
            scale_pixels(strays)


def test_flatten_lays_rows_end_to_end():
    images = np.arange(2 * 784).reshape(2, 28, 28)
    flat = flatten(images)
    assert flat.shape == (2, 784)
    assert_array_equal(flat[1, 28 * 3 : 28 * 4], images[1, 3])


@pytest.mark.parametrize("shape", [(28, 28), (2, 784), (2, 28, 28, 1), (2, 28, 27)])
def test_flatten_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match=r"\(N, 28, 28\).* Received: "):
        flatten(np.zeros(shape))


def test_one_hot_rows():
    rows = one_hot(np.array([2, 0]), num_classes=3)
    assert rows.dtype == np.float32
    assert_array_equal(rows, [[0, 0, 1], [1, 0, 0]])


@given(st.lists(st.integers(0, 9)))
def test_one_hot_is_undone_by_argmax(labels):
    rows = one_hot(np.array(labels, dtype=np.int64))
    assert rows.shape == (len(labels), 10)
    assert_array_equal(rows.sum(axis=1), np.ones(len(labels)))
    assert_array_equal(rows.argmax(axis=1), labels)


@pytest.mark.parametrize("label", [-1, 10])
def test_one_hot_refuses_a_label_out_of_range(label):
    with pytest.raises(ValueError, match=rf"0 to 9. Received: {label}"):
        one_hot(np.array([3, label]))


def test_one_hot_refuses_floats_and_tables():
    with pytest.raises(TypeError, match=r"integer dtype. Received: float64"):
        one_hot(np.array([1.0]))
    with pytest.raises(ValueError, match=r"\(N,\).* Received: .*\(1, 1\)"):
        one_hot(np.array([[1]]))


def test_one_hot_refuses_more_classes_than_anyone_has():
    assert one_hot(np.array([99_999]), num_classes=100_000)[0, -1] == 1
    with pytest.raises(ValueError, match=r"100[,_]?000.*Received: 100[,_]?001"):
        one_hot(np.array([0]), num_classes=100_001)


def test_flatten_tells_what_to_write_for_one_image_alone():
    with pytest.raises(ValueError, match=r"write images\[np\.newaxis\]\. Received: \(28, 28\)"):
        flatten(np.zeros((28, 28)))
    with pytest.raises(ValueError, match=r"of shape \(N, 28, 28\)\. Received: \(27, 28\)"):
        flatten(np.zeros((27, 28)))


def test_a_list_of_equal_levels_is_scaled_too():
    assert_array_equal(scale_pixels([[51, 51]]), np.full((1, 2), 0.2, dtype=np.float32))


# split_validation


def test_split_sets_a_tenth_aside_unless_told_otherwise():
    _, (x_val, _) = split_validation(np.arange(50), np.zeros(50, int), rng=np.random.default_rng(0))
    assert len(x_val) == 5


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=200),
    st.floats(0.01, 0.99),
    st.integers(0, 2**32),
)
def test_split_keeps_every_example_once_and_every_class_in_proportion(labels, part, seed):
    y = np.array(labels)
    x = np.arange(len(y))
    held_out = round(len(y) * part)
    rng = np.random.default_rng(seed)
    if not 0 < held_out < len(y):
        with pytest.raises(ValueError, match=r"both sides. Received: "):
            split_validation(x, y, validation_split=part, rng=rng)
        return
    (x_train, y_train), (x_val, y_val) = split_validation(x, y, validation_split=part, rng=rng)
    assert len(x_val) == held_out
    assert_array_equal(np.sort(np.concatenate([x_train, x_val])), x)
    assert_array_equal(y_train, y[x_train])
    assert_array_equal(y_val, y[x_val])
    expected = np.bincount(y) * held_out / len(y)
    assert np.all(abs(np.bincount(y_val, minlength=len(expected)) - expected) < 1)


def test_split_depends_on_the_generator_alone():
    x, y = np.arange(100), np.repeat(np.arange(10), 10)
    first, again, other = (
        split_validation(x, y, rng=np.random.default_rng(seed))[1][0] for seed in (0, 0, 1)
    )
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_split_gives_every_example_the_same_chance():
    y = np.repeat([0, 1], [12, 28])
    rng = np.random.default_rng(5)
    counts = np.zeros(len(y))
    for _ in range(2000):
        _, (chosen, _) = split_validation(np.arange(len(y)), y, validation_split=0.25, rng=rng)
        counts[chosen] += 1
    # The standard deviation of each is 19.4.
    assert_allclose(counts, 500, atol=90)


def test_split_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match=r"Expected y for 3 examples. Received: 2"):
        split_validation(np.zeros(3), np.zeros(2, int), rng=np.random.default_rng(0))


@pytest.mark.parametrize("part", [0, 1, 1.5])
def test_split_refuses_a_part_that_is_none(part):
    with pytest.raises(ValueError, match=f"validation_split above 0 and below 1. Received: {part}"):
        split_validation(
            np.zeros(3), [0, 1, 2], validation_split=part, rng=np.random.default_rng(0)
        )


# fit_to_frame


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 5),
    st.integers(0, 2**32),
)
def test_any_ink_fills_the_box_and_is_centered(height, width, margin, seed):
    rng = np.random.default_rng(seed)
    ink = np.pad(rng.uniform(0.5, 1, (height, width)), margin)
    before = ink.copy()
    image = fit_to_frame(ink)
    assert_array_equal(ink, before)
    assert image.dtype == np.uint8
    assert image.shape == (28, 28)
    assert image.max() == 255
    assert max(ink_box(image)) == 20
    assert min(ink_box(image)) == max(1, round(20 * min(height, width) / max(height, width)))
    # Within half a pixel, and a little more for grey levels rounded to integers.
    assert_allclose(center_of_mass(image), (14, 14), atol=0.52)


@pytest.mark.parametrize("width", [6, 8])
def test_between_two_places_ink_lies_further_left_and_further_up(width):
    ink = np.ones((20, width))
    start = 14 - width // 2
    for image in (fit_to_frame(ink), fit_to_frame(ink.T).T):
        assert_array_equal(np.flatnonzero(image.any(axis=0)), np.arange(start, start + width))


def test_blank_ink_is_refused():
    with pytest.raises(ValueError, match=r"Received: a blank one"):
        fit_to_frame(np.zeros((9, 9)))


def test_fine_detail_is_blended_not_dropped():
    stripes = np.tile([1.0, 0.0], (400, 200))
    image = fit_to_frame(stripes)
    assert image[6:22, 6:22].min() > 200


def test_sharp_edges_have_no_halo():
    ink = np.zeros((200, 200))
    ink[:, :100] = ink[100:] = 1
    across = fit_to_frame(ink)[8].astype(int)
    edge = np.flatnonzero(across > 200)[-1]
    assert across[edge - 9 : edge].min() >= 250
    assert_array_equal(across[edge + 2 : edge + 4], [0, 1])


def test_lopsided_ink_stays_within_the_frame():
    """The centre of mass wants the box's long faint tail outside the frame."""
    ink = np.full((20, 20), 0.01)
    ink[:, 0] = 1
    assert ink_box(fit_to_frame(ink)) == (20, 20)


# to_mnist_style


@pytest.fixture(scope="module")
def styled_mnist(mnist_test):
    """Return MNIST's test digits brought into MNIST's form; none of them is taken for several."""
    return np.stack([to_mnist_style(image) for image in mnist_test.images])


def test_mnist_digits_come_back_as_they_are(mnist_test, styled_mnist):
    difference = abs(styled_mnist[:2000].astype(int) - mnist_test.images[:2000]).mean(axis=(1, 2))
    assert difference.mean() < 0.05
    assert np.mean(difference < 1) > 0.995


def test_mnist_digits_are_read_as_before(mnist_test, styled_mnist):
    pairs, net = (mnist_test.images, styled_mnist), pretrained.load("small")
    right = [(net.predict(scale_pixels(x)) == mnist_test.labels).mean() for x in pairs]
    assert abs(styled_mnist.astype(int) - mnist_test.images).mean() < 3
    assert abs(right[0] - right[1]) <= 0.001


def test_embedded_digits_keep_their_form(embedded_test):
    images = embedded_test.images
    styled = np.stack([to_mnist_style(image) for image in images])
    assert abs(styled.astype(int) - images).mean() < 0.1


def test_enlarged_mnist_digits_come_back_close(mnist_test):
    enlarged = mnist_test.images[:200].repeat(8, axis=1).repeat(8, axis=2)
    styled = np.stack([to_mnist_style(255 - image) for image in enlarged])
    assert abs(styled.astype(int) - mnist_test.images[:200]).mean() < 3


def test_a_drawing_is_sized_centered_and_light_on_dark():
    image = to_mnist_style(seven())
    assert image[0, 0] == 0
    assert image.max() == 255
    assert ink_box(image)[0] == 20
    assert_allclose(center_of_mass(image), (14, 14), atol=0.52)
    assert image[:8].max(axis=0).sum() > 2 * image[20:].max(axis=0).sum()  # the bar is on top


def png_16_bit(folder):
    path = folder / "seven.png"
    Image.fromarray(np.asarray(seven()).astype(np.uint16) * 257).save(path)
    return path


def on_its_side(folder):
    """As a phone stores it: lying, with a note which side is up."""
    path = folder / "seven.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be seen, turn clockwise
    seven().transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=100)
    return path


VARIANTS = {
    "light on dark": lambda _: seven(ink=255, paper=0),
    "colour": lambda _: seven(ink=(0, 0, 120), paper=(250, 250, 250), mode="RGB"),
    "dark ink on nothing": lambda _: seven(ink=(0, 0, 0, 255), paper=(0, 0, 0, 0), mode="RGBA"),
    "light ink on nothing": lambda _: seven(
        ink=(255, 255, 255, 255), paper=(0, 0, 0, 0), mode="RGBA"
    ),
    "grey with alpha": lambda _: seven(ink=(0, 255), paper=(0, 0), mode="LA"),
    "palette": lambda _: seven().convert("P"),
    "black and white": lambda _: seven(ink=0, paper=1, mode="1"),
    "32 bits": lambda _: seven(ink=0, paper=65535, mode="I"),
    "floats": lambda _: seven(ink=0.0, paper=1.0, mode="F"),
    "CMYK": lambda _: seven(ink=(0, 0, 0, 255), paper=(0, 0, 0, 0), mode="CMYK"),
    "bool array": lambda _: np.asarray(seven()) > 127,
    "float array": lambda _: np.asarray(seven()) / 255,
    "uint16 array": lambda _: np.asarray(seven()).astype(np.uint16) * 257,
    "RGB array": lambda _: np.asarray(seven().convert("RGB")),
    "RGBA array": lambda _: np.asarray(seven().convert("RGBA")),
    "larger sheet": lambda _: seven(size=(300, 200)),
    "faint pencil": lambda _: seven(ink=160, paper=200),
    "16-bit PNG": png_16_bit,
    "photo on its side": on_its_side,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_same_drawing_in_another_form_gives_the_same_image(variant, tmp_path):
    image = VARIANTS[variant](tmp_path)
    difference = to_mnist_style(image).astype(int) - to_mnist_style(seven())
    assert abs(difference).mean() < (2 if variant == "photo on its side" else 0.1)


def test_colours_count_as_bright_as_they_look():
    """Red, green and blue bars are as dark as bars of the grey levels 76, 150 and 29."""
    colours = np.full((60, 60, 3), 255, np.uint8)
    greys = np.full((60, 60), 255, np.uint8)
    for index, grey in enumerate((76, 150, 29)):
        bar = np.s_[10 + 10 * index : 20 + 10 * index, 10:50]
        colours[bar] = 255 * np.eye(3, dtype=np.uint8)[index]
        greys[bar] = grey
    assert_allclose(to_mnist_style(colours).astype(int), to_mnist_style(greys), atol=1)


def test_paper_grain_is_not_ink():
    rng = np.random.default_rng(0)
    clean = np.asarray(seven()) / 255 * 0.7 + 0.15
    noisy = np.clip(clean + rng.normal(0, 0.01, clean.shape), 0, 1)
    difference = to_mnist_style(noisy).astype(int) - to_mnist_style(seven())
    assert abs(difference).mean() < 3


def test_a_photo_of_many_pixels_is_read_too():
    large = seven().resize((6000, 5000), Image.Resampling.NEAREST)
    fair = seven().resize((1000, 833), Image.Resampling.NEAREST)
    assert abs(to_mnist_style(large).astype(int) - to_mnist_style(fair)).mean() < 3


@pytest.mark.parametrize("size", [(120, 100), (2000, 1500)])
def test_the_input_is_not_changed(size):
    image = seven(size=size, mode="RGB", ink=(0, 0, 0), paper=(255, 255, 255))
    array = np.asarray(image) / 255
    before = array.copy()
    to_mnist_style(array)
    to_mnist_style(image)
    assert_array_equal(array, before)
    assert_array_equal(np.asarray(image) / 255, before)


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((40, 30), np.uint8),
        np.full((40, 30), 255, np.uint8),
        np.random.default_rng(0).normal(0.7, 0.03, (200, 200)),
        Image.new("RGBA", (40, 30), (0, 0, 0, 0)),
    ],
    ids=["black", "white", "grain", "transparent"],
)
def test_a_blank_sheet_is_refused(blank):
    with pytest.raises(ValueError, match=r"with ink on it.* Received: "):
        to_mnist_style(blank)


@pytest.mark.parametrize("shape", [(28,), (0, 5), (2, 28, 28), (28, 28, 1), (1, 28, 28, 3)])
def test_another_shape_is_refused(shape):
    with pytest.raises(ValueError, match=r"Received: "):
        to_mnist_style(np.zeros(shape, np.uint8))


def test_another_dtype_or_range_is_refused():
    with pytest.raises(TypeError, match=r"write np\.uint8\(image\) .*Received: int64"):
        to_mnist_style(np.zeros((28, 28), np.int64))
    with pytest.raises(TypeError, match=r"Received: list"):
        to_mnist_style([[0, 1]])
    with pytest.raises(ValueError, match=r"0 to 1: write image / 255 .*Received: 0 to 255"):
        to_mnist_style(np.array([[0.0, 255.0]]))
    with pytest.raises(ValueError, match=r"Expected floats from 0 to 1.*Received: nan"):
        to_mnist_style(np.array([[0.0, np.nan]]))


def test_a_file_that_is_no_image_is_refused(tmp_path):
    text = tmp_path / "notes.png"
    text.write_text("seven")
    with pytest.raises(ValueError, match=r"image file.*Received: .*notes\.png"):
        to_mnist_style(text)


def test_a_truncated_image_is_refused(tmp_path):
    path = tmp_path / "seven.png"
    seven().save(path)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ValueError, match=r"image file.*Received: .*seven\.png"):
        to_mnist_style(str(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.png"):
        to_mnist_style(tmp_path / "nothing.png")
