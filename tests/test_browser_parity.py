"""The page's JavaScript gives what the package gives: the same picture, logits and answers."""

import base64
import collections
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import fuzz
import kinds
import numpy as np
import pytest
from building import ROOT
from PIL import Image

from digitlearn import ink, pictures, pieces, preprocessing, pretrained, reading
from digitlearn.evaluation import percent
from digitlearn.network import mlp
from digitlearn.preprocessing import scale_pixels, to_mnist_style

sys.path.insert(0, str(ROOT / "tests/browser"))
import drawings

WEIGHTS = ROOT / "digitlearn/weights/small.safetensors"
SIDE = 224  # of the pad's picture


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Return a function that runs tasks with the page's modules in Node, or skip without it."""
    if shutil.which("node") is None:
        pytest.skip("needs Node.js; the browser tests compare some of this in Chromium")
    folder = tmp_path_factory.mktemp("scripts")
    for name in ("try", "live"):
        shutil.copytree(ROOT / "docs/assets" / name, folder / name)
    (folder / "package.json").write_text('{"type": "module"}')  # the site's modules end in .js

    def run(*tasks):
        (folder / "tasks.json").write_text(json.dumps(tasks))
        runner = ROOT / "tests/browser/run.mjs"
        command = ["node", runner, folder, WEIGHTS, folder / "tasks.json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return run


@pytest.fixture(scope="module")
def network():
    return pretrained.load("small")


def array(text, dtype, *shape):
    return np.frombuffer(base64.b64decode(text), dtype).reshape(shape)


def in_python(picture):
    """Return the image the package makes of a picture, or None where there is not one digit."""
    try:
        return to_mnist_style(picture)
    except ValueError:
        return None


def decoded(text):
    """Return an image that the page made, or None."""
    return None if text is None else array(text, np.uint8, 28, 28)


def answer(network, image):
    """Return the digit that the network reads in an image."""
    return reading.predict_proba(network, scale_pixels(image[np.newaxis])).argmax()


def largest_difference(theirs, ours):
    """Return the largest difference in grey levels; None on one side only is as far as it gets."""
    if theirs is None or ours is None:
        return 0 if theirs is ours else 255
    return np.abs(decoded(theirs).astype(int) - ours).max()


def told(picture):
    """Return a picture as run.mjs reads it."""
    height, width = picture.shape
    values = base64.b64encode(picture.tobytes()).decode()
    return {"values": values, "width": width, "height": height}


def compare(node, pictures):
    """Make sure that pictures become the same images in the page, to within a grey level."""
    [seen] = node(["style", [told(picture) for picture in pictures]])
    differences = [
        largest_difference(theirs, in_python(picture))
        for theirs, picture in zip(seen, pictures, strict=True)
    ]
    assert max(differences) <= 1, differences


def test_drawings_become_the_same_images(node):
    rng = np.random.default_rng(20)
    samples = drawings.drawings(300, rng)
    [seen] = node(["see", samples])
    pictures = [array(one["picture"], np.uint8, SIDE, SIDE) for one in seen]
    assert all(picture.min() < 255 for picture in pictures)
    images = [in_python(picture) for picture in pictures]
    assert sum(image is not None for image in images) >= 200
    differences = [
        largest_difference(one["seen"], image) for one, image in zip(seen, images, strict=True)
    ]
    assert max(differences) <= 1, [i for i, d in enumerate(differences) if d > 1]


def test_pictures_of_other_sizes_and_grounds_become_the_same_images(node):
    rng = np.random.default_rng(21)
    pictures = []
    for number in range(40):
        side = int(rng.integers(20, 200)), int(rng.integers(20, 200))
        picture = np.full(side, rng.integers(200, 256), dtype=np.uint8)
        top, left = (int(rng.integers(0, s // 2)) for s in side)
        patch = picture[top : top + side[0] // 3 + 1, left : left + side[1] // 3 + 1]
        patch[: side[0] // 9 + 1] = rng.integers(0, 90)
        patch[:, side[1] // 5 :] = rng.integers(0, 90)
        pictures.append(picture if number % 2 else 255 - picture)
    compare(node, pictures)


@pytest.mark.parametrize(
    "kind", ["plain", "tight", "tight_16", "cut_off", "dither", "thin", "broken"]
)
def test_pictures_of_a_kind_become_the_same_images(kind, node, embedded_test):
    rng = np.random.default_rng(24)
    pictures = [kinds.KINDS[kind](digit, rng) for digit in embedded_test.images[:30]]
    compare(node, pictures)


PHOTOS = 8  # of each kind: 248


def reduced(picture):
    """Leave out every other pixel of a large picture, before either side would make it smaller."""
    return picture[::2, ::2] if max(picture.shape) > pictures.LARGEST else picture


@pytest.fixture(scope="module")
def photos(node, embedded_test):
    """Return what the page and the package make of photos: kind -> (theirs, ours) of each."""
    rng = np.random.default_rng(24)
    digits = embedded_test.images[:PHOTOS]
    kinds_and_digits = itertools.product(kinds.KINDS.items(), digits)
    made = [(name, reduced(kind(digit, rng))) for (name, kind), digit in kinds_and_digits]
    with ThreadPoolExecutor() as pool:  # Node computes while Python does
        task = pool.submit(node, ["photos", [told(picture) for _, picture in made]])
        images = [in_python(picture) for _, picture in made]
    found = collections.defaultdict(list)
    for (name, _), one, image in zip(made, task.result()[0], images, strict=True):
        found[name].append((one, image))
    return found


# No kind is left out: the page computes what decides in the same floating-point numbers.
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_photos_of_a_kind_become_the_same_images(kind, photos):
    differences = [largest_difference(one["image"], ours) for one, ours in photos[kind]]
    assert max(differences) <= 1, differences


def test_photos_are_read_as_the_package_reads_them(network, photos):
    both = [pair for found in photos.values() for pair in found]
    assert len(both) >= 200
    same = [largest_difference(one["image"], ours) <= 2 for one, ours in both]
    assert np.mean(same) >= 0.95
    answers = [
        [None if image is None else answer(network, image) for image in pair]
        for pair in ((decoded(one["image"]), ours) for one, ours in both)
    ]
    assert np.mean([theirs == ours for theirs, ours in answers]) >= 0.99
    assert np.mean([ours is not None for _, ours in answers]) > 0.9
    shaded = [one for name in ("shadow", "uneven", "thin_photo") for one, _ in photos[name]]
    assert sum(one["uneven"] for one in shaded) >= 12


def test_digits_in_rows_are_told_apart_and_read_in_order(node, embedded_test):
    rng = np.random.default_rng(26)
    labels = embedded_test.labels
    expected, pictures = [], []
    for counts in [(2,), (3,), (5, 5), (3, 3, 3)] * 4:
        rows = [rng.integers(0, len(labels), count) for count in counts]
        expected.append([str(labels[i]) for row in rows for i in row])
        digits = [[embedded_test.images[i] for i in row] for row in rows]
        pictures.append(kinds.rows(digits, rng))
    [found] = node(["apart", [told(picture) for picture in pictures]])
    assert [one["count"] for one in found] == [len(each) for each in expected]
    read = [short.rstrip("?") for one in found for short in one["read"]]
    right = [a == b for a, b in zip(read, itertools.chain(*expected), strict=True)]
    assert np.mean(right) > 0.9  # scikit-learn's are coarse


def test_each_of_several_digits_is_seen_as_if_it_were_alone(node, embedded_test):
    digits = embedded_test.images[:3]
    pictures = [kinds.strokes(digit, 100) for digit in digits]
    alone = [kinds.picture(kinds.on_paper(np.pad(ink, 30))) for ink in pictures]
    together = kinds.picture(kinds.on_paper(np.pad(np.hstack(pictures), 30)))
    [found] = node(["apart", [told(together)]])
    for image, picture in zip(found[0]["images"], alone, strict=True):
        assert largest_difference(image, in_python(picture)) <= 1


def test_one_digit_in_pieces_is_not_told_apart_nor_is_what_is_no_digit(node, embedded_test):
    rng = np.random.default_rng(27)
    digits = embedded_test.images
    made = [kinds.broken(digit, rng) for digit in digits[:40]]
    others = (kinds.page_of_text, kinds.letter, kinds.scribble)
    made += [other(digits, rng) for other in others for _ in range(10)]
    twelve = kinds.rows(digits[:12].reshape(2, 6, 28, 28), rng)
    [found] = node(["apart", [told(picture) for picture in (*made, twelve)]])
    assert [one["read"] for one in found] == [[]] * len(found)
    *_, many = found
    assert [one["count"] for one in found[:40]] == [1] * 40
    assert many["count"] == 12


def test_steps_that_are_left_out_change_what_chapter_8_says_they_do(node, embedded_test):
    [four] = embedded_test.images[embedded_test.labels == 4][:1]
    picture = kinds.rows([[four]], np.random.default_rng(28))[:, :300]
    steps = ("centre", "place", "noise")
    found = node(*(["without", {"picture": told(picture), "step": one}] for one in steps))
    centre, place, noise = found
    image = decoded(centre["left"]).reshape(28, 28)
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    assert abs(rows[0] - (27 - rows[-1])) <= 1
    assert abs(columns[0] - (27 - columns[-1])) <= 1
    ink = np.frombuffer(base64.b64decode(place["ink"])).reshape(picture.shape).astype(np.float32)
    small = np.asarray(Image.fromarray(ink).resize((28, 28), Image.Resampling.LANCZOS))
    expected = np.rint(255 * (small / small.max()).clip(0))
    assert np.abs(decoded(place["left"]).reshape(28, 28) - expected).max() <= 1
    grains = [np.frombuffer(base64.b64decode(one["ink"])) for one in (noise, centre)]
    assert (grains[0] > 0).mean() > (grains[1] > 0).mean() + 0.2
    assert largest_difference(centre["all"], in_python(picture)) <= 1


def test_no_ink_in_a_photo_is_none(node):
    blank = np.full((120, 90), 200, dtype=np.uint8)
    noise = np.random.default_rng(25).normal(200, 3, blank.shape).astype(np.uint8)
    [seen] = node(["photos", [told(blank), told(noise)]])
    assert [one["digits"] for one in seen] == [0, 0]
    assert [in_python(picture) for picture in (blank, noise)] == [None, None]


def test_pictures_of_no_digit_or_two_give_no_image(node):
    two = [[[0.2, 0.2], [0.2, 0.8]], [[0.8, 0.2], [0.8, 0.8]]]
    seen = node(["see", [{"strokes": strokes, "width": 0.08} for strokes in ([], two)]])[0]
    assert [one["digits"] for one in seen] == [0, 2]
    assert [one["seen"] for one in seen] == [None, None]
    for one, words in zip(seen, ("ink on it", "2 of them"), strict=True):
        with pytest.raises(ValueError, match=words):
            to_mnist_style(array(one["picture"], np.uint8, SIDE, SIDE))


def test_dirt_is_left_out_alike(node):
    rng = np.random.default_rng(22)
    samples = []
    for number in range(60):
        strokes = drawings.digit(number % 10, "upright", number // 10)
        strokes += [[point, point] for point in rng.uniform(0.02, 0.98, (4, 2)).tolist()]
        samples.append({"strokes": strokes, "width": 0.03})
    [seen] = node(["see", samples])
    assert [one["digits"] for one in seen] == [1] * len(samples)
    for one in seen:
        ours = in_python(array(one["picture"], np.uint8, SIDE, SIDE))
        assert largest_difference(one["seen"], ours) <= 1


def read_in_node(node, images, folder):
    """Return what the page reads in images."""
    path = folder / "images"
    path.write_bytes(images.tobytes())
    [result] = node(["read", str(path)])
    return result


def check_reading(result, network, images):
    """Compare the logits and predictions of all images, of the first look and of all three."""
    x = scale_pixels(images)
    ways = {"first": network.predict_logits(x), "logits": reading.predict_logits(network, x)}
    for name, expected in ways.items():
        logits = array(result[name], np.float32, len(images), 10)
        np.testing.assert_allclose(logits, expected, atol=1e-3, rtol=0)
        np.testing.assert_array_equal(logits.argmax(axis=1), expected.argmax(axis=1))


def test_embedded_digits_are_read_alike(node, network, embedded_test, tmp_path):
    result = read_in_node(node, embedded_test.images, tmp_path)
    check_reading(result, network, embedded_test.images)


@pytest.fixture(scope="module")
def mnist_result(node, mnist_test, tmp_path_factory):
    """Return what the page reads in all of MNIST's test digits."""
    return read_in_node(node, mnist_test.images, tmp_path_factory.mktemp("mnist"))


def test_all_test_images_are_read_alike(mnist_result, network, mnist_test):
    check_reading(mnist_result, network, mnist_test.images)


def test_what_units_and_pixels_add_adds_up_to_the_logits(node, network, embedded_test):
    image = embedded_test.images[0]
    [told] = node(["explain", base64.b64encode(image.tobytes()).decode()])
    x = scale_pixels(image).reshape(1, 784)
    first, second, last = (layer.params for layer in network.layers if layer.params)
    hidden1 = np.maximum(x @ first["kernel"] + first["bias"], 0)[0]
    hidden2 = np.maximum(hidden1 @ second["kernel"] + second["bias"], 0)
    logits = hidden2 @ last["kernel"] + last["bias"]
    np.testing.assert_allclose(told["hidden"][0], hidden1, atol=1e-4)
    np.testing.assert_allclose(told["hidden"][1], hidden2, atol=1e-4)

    # Of the active units alone, the network is a product of matrices.
    open2 = last["kernel"] * (hidden2 > 0)[:, None]
    open1 = (second["kernel"] @ open2) * (hidden1 > 0)[:, None]
    shares2, shares1 = hidden2[:, None] * last["kernel"], hidden1[:, None] * open1
    pixels = x.T * (first["kernel"] @ open1)
    np.testing.assert_allclose(told["units"][1], shares2.T, atol=1e-4)
    np.testing.assert_allclose(told["units"][0], shares1.T, atol=1e-4)
    np.testing.assert_allclose(told["pixels"], pixels.T, atol=1e-4)
    np.testing.assert_allclose(told["adds"][1], shares2, atol=1e-4)
    np.testing.assert_allclose(told["adds"][0], shares1, atol=1e-4)

    biases = last["bias"] + second["bias"] @ open2 + first["bias"] @ open1
    np.testing.assert_allclose(np.sum(told["pixels"], axis=1) + biases, logits, atol=1e-3)
    np.testing.assert_allclose(np.sum(told["units"][1], axis=1) + last["bias"], logits, atol=1e-3)


def test_a_unit_speaks_for_a_digit_only_if_it_adds_to_it(node, network, embedded_test):
    one_sided = 0
    for image in embedded_test.images[:5]:
        [told] = node(["explain", base64.b64encode(image.tobytes()).decode()])
        for added, says in zip(told["adds"][1], told["says"], strict=True):
            active = any(added)
            assert ("most for" in says, "most against" in says) == (max(added) > 0, min(added) < 0)
            assert ("is silent" in says) != active
            one_sided += active and min(added) * max(added) >= 0
    assert one_sided


def constants(name):
    """Return the numbers that a module of the page gives names to: name -> number, or tuple."""
    text = (ROOT / f"docs/assets/{name}.js").read_text(encoding="utf-8")
    found = re.findall(r"^(?:export )?const ([A-Z_]+) = ([^;]+);", text, re.MULTILINE)
    values = {name: json.loads(value) for name, value in found}
    return {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}


CONSTANTS = {
    "try/preprocess": 6,
    "try/pieces": 15,
    "try/network": 1,
    "live/levels": 2,
    "live/photo": 3,
    "live/sheet": 1,
    "live/lines": 1,
}
ALONE = {"STRIP"}  # of how the page reads a file; the package does so otherwise


@pytest.mark.parametrize(("module", "least"), CONSTANTS.items())
def test_constants_of_reading_pictures_are_the_packages(module, least):
    found = constants(module)
    theirs = {name: value for name, value in found.items() if name not in ALONE}
    assert len(theirs) >= least
    ours = vars(preprocessing) | vars(pictures) | vars(ink) | vars(pieces) | vars(reading)
    assert theirs == {name: ours.get(name) for name in theirs}


def test_confidence_is_rounded_down_alike(node):
    rng = np.random.default_rng(23)
    probabilities = [0.0, 0.0004, 0.29, 0.5, 0.57, 0.9, 0.999, 0.9999999, 1.0, *rng.random(500)]
    [written] = node(["percent", probabilities])
    assert [text.replace(" ", "") for text in written] == [percent(p) for p in probabilities]
    assert written[7] == "99.9%"


def test_templates_are_weights_of_pixels(node, network, embedded_test):
    image = embedded_test.images[1]
    [told] = node(["explain", base64.b64encode(image.tobytes()).decode()])
    first, second, _ = (layer.params for layer in network.layers if layer.params)
    x = scale_pixels(image).reshape(784)
    active = (x @ first["kernel"] + first["bias"]) > 0
    np.testing.assert_allclose(told["templates"][0], first["kernel"].T, atol=1e-6)
    expected = first["kernel"] @ (second["kernel"] * active[:, None])
    np.testing.assert_allclose(told["templates"][1], expected.T, atol=1e-4)


def test_digits_are_rarely_refused(mnist_result, network, mnist_test):
    kinds = np.array(mnist_result["kinds"])
    digits = reading.predict_logits(network, scale_pixels(mnist_test.images)).argmax(axis=1)
    right = digits == mnist_test.labels
    assert (kinds == "none").mean() < 0.005
    assert (kinds == "sure").mean() > 0.9
    assert right[kinds == "sure"].mean() > 0.995
    assert right[kinds != "sure"].mean() < 0.95  # refusing picks those it may well misread


def with_header(change):
    """Return the file of the page's weights with another header."""
    content = WEIGHTS.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    change(header)
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + content[8 + length :]


def test_weights_that_lie_about_themselves_are_refused(node):
    from safetensors.numpy import save

    content = WEIGHTS.read_bytes()
    length = int.from_bytes(content[:8], "little")

    def set_kernel(**fields):
        return with_header(lambda header: header["1.kernel"].update(fields))

    seven_classes = {
        "1.kernel": np.ones((784, 7), dtype=np.int8),
        "1.scale": np.ones(7, dtype=np.float32),
        "1.bias": np.zeros(7, dtype=np.float32),
    }
    not_finite = bytearray(content)
    not_finite[8 + length : 8 + length + 4] = np.float32(np.nan).tobytes()
    files = {
        "header of at most": b"\xff" * 8 + content[8:],
        "more than 8 bytes": content[:5],
        "sizes above 0": set_kernel(shape=[4294967296, -1]),
        "bytes for 1.kernel": set_kernel(shape=[4294967296, 4294967296]),
        "arrays of I8 or F32": set_kernel(dtype="constructor"),
        "where numbers begin and end": set_kernel(data_offsets=["0", 200704]),
        "1.kernel of shape 784,784": set_kernel(shape=[256, 784]),
        "1.scale of shape 256": with_header(lambda head: head["1.scale"].update(shape=[16, 16])),
        "finite numbers in 1.bias": bytes(not_finite),
        "a whole file for 5.kernel": content[:-1],
        "a file of": content + b"\0",
        "5.bias of shape 10": with_header(lambda head: head.update(a=head.pop("5.bias"))),
        "kernel, scale and bias": save(seven_classes | {"a": np.zeros(1, dtype=np.float32)}),
        "10 units in the last layer": save(seven_classes),
    }
    [messages] = node(
        ["refuse", [base64.b64encode(file).decode() for file in [content, *files.values()]]]
    )
    assert messages[0] is None
    for expected, message in zip(files, messages[1:], strict=True):
        assert expected in (message or "read"), (expected, message)
    cuts = [content[: len(content) * percent // 100] for percent in range(0, 100, 7)]
    [messages] = node(["refuse", [base64.b64encode(file).decode() for file in cuts]])
    assert None not in messages


def test_damaged_weights_are_refused_by_the_page_too(node):
    network = mlp((8, 6), rng=np.random.default_rng(0))
    content = pretrained.pack(network, "int8")
    files = [content, *(fuzz.damage(content, random.Random(f"page {n}")) for n in range(2000))]
    [messages] = node(["refuse", [base64.b64encode(file).decode() for file in files]])
    assert messages[0] is None
    assert sum(message is not None for message in messages) > 1500
    for number, message in enumerate(messages):
        known = message is None or message.startswith("Expected ") or "JSON" in message
        assert known, (number, message)
