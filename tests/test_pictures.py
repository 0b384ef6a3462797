"""Grey levels read from any file or array, and what no file may do."""

import struct
import sys
import tracemalloc
import types
import zlib

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import EpsImagePlugin, Image, ImageDraw, ImageOps

from digitlearn import pictures
from digitlearn.pictures import bounds, read_grey
from digitlearn.preprocessing import to_mnist_style


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


def test_large_pictures_are_made_smaller():
    grey = read_grey(np.full((300, 3000), 51, np.uint8))
    assert grey.shape == (50, 500)
    assert_allclose(grey, 0.2, atol=1e-6)


def test_a_file_that_claims_to_be_huge_is_refused_unread(tmp_path):
    path = tmp_path / "huge.png"
    path.write_bytes(header_of_a_huge_png(50_000, 50_000))
    with pytest.raises(ValueError, match=r"at most 50,000,000 pixels. Received: 50,000 x 50,000$"):
        to_mnist_style(path)
    assert Image.MAX_IMAGE_PIXELS  # Pillow's own limit stays for the rest of the program


def test_a_file_that_is_too_large_is_refused_before_it_is_decoded(tmp_path):
    """Its pixels are missing, but the size is what the message tells."""
    path = tmp_path / "large.png"
    path.write_bytes(header_of_a_huge_png(12_000, 9_000))
    with pytest.raises(ValueError, match=r"at most 50,000,000 pixels. Received: 12,000 x 9,000"):
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


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_shrinking_takes_the_mean_of_squares_of_pixels(channels):
    levels = np.random.default_rng(0).integers(0, 256, (40, 1030), dtype=np.uint8)
    colours = [levels] * min(channels, 3) + [np.full_like(levels, 255)] * (channels == 4)
    picture = Image.fromarray(np.dstack(colours).squeeze())
    grey = read_grey(picture)
    assert grey.shape == (14, 344)
    # An opaque picture is not rounded; one with alpha is, to whole levels.
    atol = 0.51 / 255 if channels == 4 else 1e-6
    assert_allclose(grey[1, 1], levels[3:6, 3:6].mean() / 255, atol=atol)
    assert_allclose(grey[-1, -1], levels[39:, 1029:].mean() / 255, atol=atol)
    if channels == 1:
        assert_allclose(read_grey(levels), grey, atol=1e-6)


def test_a_large_jpeg_is_read_reduced(tmp_path):
    """More pixels than may be decoded are declared; decoded reduced, they are fewer."""
    image = Image.new("L", (12_000, 9_000), 255)
    ImageDraw.Draw(image).line([(6000, 2000), (6000, 7000)], fill=0, width=600)
    image.save(tmp_path / "large.jpg", quality=50)
    assert read_grey(tmp_path / "large.jpg").shape == (375, 500)


def test_200_megapixels_are_read_reduced(tmp_path):
    """As today's phones take them: more than Pillow opens by itself."""
    Image.new("L", (16_320, 12_240), 255).save(tmp_path / "phone.jpg", quality=50)
    assert read_grey(tmp_path / "phone.jpg").shape == (383, 510)


def test_a_large_array_takes_little_memory():
    huge = np.broadcast_to(np.uint16(65535), (7_000, 7_000))
    tracemalloc.start()
    read_grey(huge)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150e6


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"VP8L", b"\x2f" + (0x3FFF | 0x3FFF << 14).to_bytes(4, "little")),
        (b"VP8X", bytes(4) + (2 * (16_383).to_bytes(3, "little"))),
        (b"VP8 ", bytes(6) + 2 * (16_383).to_bytes(2, "little")),
    ],
)
def test_the_size_that_a_webp_declares_is_looked_at_first(kind, body, tmp_path):
    """Pillow makes room for all pixels as it opens such a file: 38 bytes take 2 GB."""
    path = tmp_path / "small.webp"
    chunk = kind + len(body).to_bytes(4, "little") + body
    path.write_bytes(b"RIFF" + (4 + len(chunk)).to_bytes(4, "little") + b"WEBP" + chunk)
    with pytest.raises(ValueError, match=r"at most 50,000,000 pixels. Received: 16,38"):
        read_grey(path)


@pytest.mark.parametrize("lossless", [True, False])
def test_webp_is_read(lossless, tmp_path):
    path = tmp_path / "seven.webp"
    Image.new("RGB", (300, 200), (51, 51, 51)).save(path, lossless=lossless)
    assert_allclose(read_grey(path), np.full((200, 300), 0.2), atol=0.01)


def test_no_picture_starts_another_program(tmp_path, monkeypatch):
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", None)
    path = tmp_path / "photo.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    with pytest.raises(ValueError, match=r"image file.*Received: .*photo\.png$"):
        read_grey(path)


def test_a_damaged_file_is_named_and_no_object_in_memory(tmp_path):
    path = tmp_path / "notes.png"
    path.write_bytes(b"seven")
    with pytest.raises(ValueError, match=r"notes\.png") as caught:
        read_grey(path)
    assert "0x" not in str(caught.value)


@pytest.mark.parametrize(
    ("mode", "kind", "settings"),
    [("RGB", b"VP8 ", {}), ("RGB", b"VP8L", {"lossless": True}), ("RGBA", b"VP8X", {})],
)
def test_a_webp_declares_the_size_that_it_has(mode, kind, settings, tmp_path):
    path = tmp_path / "wide.webp"
    image = Image.new(mode, (301, 17), "white")
    image.putpixel((5, 5), (0,) * len(mode))
    image.save(path, **settings)
    data = path.read_bytes()
    assert data[12:16] == kind
    assert pictures._webp_size(data) == (301, 17)


def test_a_large_jpeg_is_not_reduced_further_than_another_file(tmp_path):
    path = tmp_path / "large.jpg"
    Image.new("L", (4000, 3000), 255).save(path)
    assert read_grey(path).shape == (375, 500)


def test_bounds_of_nothing_are_refused():
    with pytest.raises(ValueError, match=r"true somewhere. Received: one that is nowhere"):
        bounds(np.zeros((2, 2), dtype=bool))


def test_damaged_exif_is_passed_over(tmp_path):
    path = tmp_path / "seven.jpg"
    Image.new("L", (30, 20), 255).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    assert read_grey(path).shape == (20, 30)


def exif(orientation, tag, kind):
    """Return an EXIF block with an orientation, and another tag of a kind that it never has."""
    entries = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    entries += struct.pack("<HHI4s", tag, kind, 3, b"ab\0\0")
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4)


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("tag", [0x0100, 0x011A, 0x8769])  # words for a width, for a resolution
def test_the_side_that_is_up_is_found_beside_damage(orientation, tag, tmp_path):
    path = tmp_path / "levels.png"
    picture = Image.fromarray(np.arange(120, dtype=np.uint8).reshape(10, 12))
    picture.save(path, exif=exif(orientation, tag, 2))
    whole = Image.Exif()
    whole[0x0112] = orientation
    picture.info["exif"] = whole.tobytes()
    expected = np.asarray(ImageOps.exif_transpose(picture)) / 255
    assert_allclose(read_grey(path), expected)


HEIC = b"\0\0\0\x18ftypheic" + bytes(40)


def test_heic_without_its_library_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    path = tmp_path / "photo.heic"
    path.write_bytes(HEIC)
    with pytest.raises(ValueError, match=r"Save it as JPEG.*Received: .*photo\.heic"):
        read_grey(path)


def test_heic_is_read_with_its_library(tmp_path, monkeypatch):
    """A stand-in for the library: the size is looked at before the pixels are decoded."""
    library = types.ModuleType("pillow_heif")
    file = types.SimpleNamespace(size=(30, 20), to_pillow=lambda: Image.new("RGB", (30, 20)))
    monkeypatch.setattr(library, "open_heif", lambda data: file, raising=False)
    monkeypatch.setitem(sys.modules, "pillow_heif", library)
    path = tmp_path / "photo.png"  # whatever its name
    path.write_bytes(HEIC)
    assert read_grey(path).shape == (20, 30)
    file.size, file.to_pillow = (12_000, 9_000), None
    with pytest.raises(ValueError, match=r"^Expected a picture of at most .*: 12,000 x 9,000$"):
        read_grey(path)


@pytest.mark.parametrize("brand", ["avif", "avis", "heim", "heis", "hevm", "hevs", "msf1", "mp42"])
@pytest.mark.parametrize("library", ["none", "one that does not know it"])
def test_what_a_phone_keeps_in_other_formats_is_to_be_saved_as_jpeg(
    brand, library, tmp_path, monkeypatch
):
    def refuse(data):
        raise RuntimeError("unsupported feature")

    stand_in = None if library == "none" else types.SimpleNamespace(open_heif=refuse)
    monkeypatch.setitem(sys.modules, "pillow_heif", stand_in)
    path = tmp_path / "photo.jpg"
    path.write_bytes(HEIC.replace(b"heic", brand.encode()))
    with pytest.raises(ValueError, match=r"an image file.* Save it as JPEG.*: .*photo\.jpg$"):
        read_grey(path)
