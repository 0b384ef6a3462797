"""The cheat sheet: its programs run and learn, and its numbers are right."""

import contextlib
import io
import re

import numpy as np
import pytest
from building import ROOT

from digitlearn import evaluation, network

SHEET = (ROOT / "docs/cheatsheet.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```", SHEET, re.MULTILINE | re.DOTALL)


def accuracy(program, monkeypatch):
    """Run a program on the embedded digits; return the accuracy it prints."""
    monkeypatch.setenv("DIGITLEARN_DATASET", "embedded")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, "cheatsheet.md", "exec"), {})
    return float(re.search(r"accuracy (\S+)", printed.getvalue())[1])


def test_numpys_program_learns(monkeypatch):
    assert accuracy(PROGRAMS[0], monkeypatch) > 0.9


def test_keras_program_learns(monkeypatch):
    pytest.importorskip("keras")
    assert accuracy(PROGRAMS[1], monkeypatch) > 0.85


def test_there_are_no_other_programs():
    assert len(PROGRAMS) == 2


def test_its_sizes_are_those_of_the_network():
    net = network.mlp(hidden_units=(128, 64), rng=np.random.default_rng(0))
    sizes = [
        sum(array.size for array in layer.params.values()) for layer in net.layers if layer.params
    ]
    assert [f"= {size:,} |" in SHEET for size in sizes] == [True] * 3
    assert f"{sum(sizes):,} together" in SHEET


def test_its_numbers_are_computed_right():
    assert rf"\ln 10 = {np.log(10):.2f}" in SHEET
    low, high = evaluation.wilson_interval(9800, 10_000)
    half = 1.96 * np.sqrt(0.98 * 0.02 / 10_000)
    assert f"± {100 * half:.2f} points" in SHEET
    assert abs(100 * (high - low) / 2 - 100 * half) < 0.01
