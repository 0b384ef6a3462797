"""Damaged files are answered or refused, and nothing else happens: 200 for each reader."""

import fuzz
import pytest

READERS = {reader.file: reader for reader in fuzz.readers()}


@pytest.mark.parametrize("file", READERS)
def test_damaged_files_are_read_or_refused(file, tmp_path):
    fates = list(fuzz.try_out(READERS[file], 200, tmp_path))
    assert len(fates) == 200
    assert set(fates) <= {"answered", "refused"}
    assert "refused" in fates


@pytest.mark.parametrize("file", READERS)
def test_a_whole_file_is_read(file, tmp_path):
    reader = READERS[file]
    path = tmp_path / file
    path.write_bytes(reader.content)
    if reader.file == "mnist.npz":  # whole, but not MNIST
        with pytest.raises(reader.refusals, match=r"sha256|SHA-256|digest"):
            reader.read(path)
    else:
        assert reader.is_right(reader.read(path))


def test_a_reader_that_fails_is_noticed(tmp_path):
    def read(path):
        return path.read_bytes()[0] // (path.read_bytes()[1] % 2)

    reader = fuzz.Reader(read, "a.bin", b"\1\1\1", lambda answer: answer == 1, (ValueError,))
    fates = set(fuzz.try_out(reader, 100, tmp_path))
    assert any("ZeroDivisionError" in fate for fate in fates)
    assert any("wrong answer" in fate for fate in fates)
