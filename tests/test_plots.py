"""What the figures say, and that they say it in the page's colours, the same in every run."""

import base64
import functools
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal
from own import STRICT
from PIL import Image

from digitlearn import plots
from digitlearn.data import load_embedded
from digitlearn.evaluation import evaluate, reliability, wilson_interval
from digitlearn.layers import Dense, Dropout, Flatten, ReLU, Sigmoid
from digitlearn.network import Network
from digitlearn.plots import ACCENT, HAIRLINE, INK, MUTED, PAPER, WRONG
from digitlearn.preprocessing import scale_pixels
from digitlearn.training import History

IMAGES, LABELS, _ = load_embedded("test")
# Right for about three in four, with all degrees of confidence.
PROBABILITIES = np.random.default_rng(4).dirichlet(np.full(10, 0.1), size=len(LABELS))
for _row, _label in zip(PROBABILITIES[:250], LABELS[:250], strict=True):
    _best = _row.argmax()
    _row[[_label, _best]] = _row[[_best, _label]]
PREDICTIONS = PROBABILITIES.argmax(axis=1)
REPORT = evaluate(LABELS, PROBABILITIES)
HISTORY = History(
    (0.9, 0.3, 0.2), (0.7, 0.92, 0.95), (0.4, 0.25, 0.3), (0.88, 0.94, 0.93), (1.0, 1.0, 1.0)
)


def small_network():
    rng = np.random.default_rng(2)
    first, second, last = Dense(784, 32, rng=rng), Dense(32, 16, rng=rng), Dense(16, 10, rng=rng)
    return Network([Flatten(), first, ReLU(), Dropout(0.5, rng=rng), second, Sigmoid(), last])


NETWORK = small_network()
KERNEL = NETWORK.layers[1].params["kernel"]
DIGIT = scale_pixels(IMAGES)[0]

# One of each, for what holds of all.
FIGURES = {
    "digits": lambda: plots.plot_digits(IMAGES[:25], LABELS[:25], predictions=PREDICTIONS[:25]),
    "history": lambda: plots.plot_history(HISTORY),
    "confusion": lambda: plots.plot_confusion(REPORT.confusion),
    "per class": lambda: plots.plot_per_class(REPORT),
    "reliability": lambda: plots.plot_reliability(LABELS, PROBABILITIES),
    "mistakes": lambda: plots.plot_mistakes(IMAGES, LABELS, PROBABILITIES),
    "weights": lambda: plots.plot_weights(KERNEL, range(32), columns=8),
    "activations": lambda: plots.plot_activations(NETWORK, DIGIT),
    "network": lambda: plots.plot_network((12, 8), image=DIGIT, highlight=(2,)),
}
every_figure = pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
every_name = pytest.mark.parametrize("name", FIGURES)


@pytest.fixture(autouse=True)
def own_style():
    with plt.rc_context():
        yield
    plt.close("all")


def svg(drawn):
    figure = drawn if isinstance(drawn, Figure) else drawn.figure
    file = io.BytesIO()
    figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    return file.getvalue()


@functools.cache
def drawn(name):
    """Return a figure as the site has it; drawn once, for the tests that only look at it."""
    with plt.rc_context():
        plots.use_style()
        return svg(FIGURES[name]())


def captions(figure):
    return [[text.get_text() for text in ax.texts] for ax in figure.axes]


def pictures(figure):
    return [ax.images[0].get_array() for ax in figure.axes]


def painted(element, fill="#000000", stroke="none"):
    """Yield each colour that a browser would paint an SVG element and its children in."""
    style = dict(re.findall(r"([\w-]+): ([^;]+)", element.get("style", "")))
    fill, stroke = style.get("fill", fill), style.get("stroke", stroke)
    tag = element.tag.rpartition("}")[2]
    if tag == "defs":
        return
    if tag in ("path", "use", "text"):
        yield from {fill, stroke} - {"none"}
    for child in element:
        yield from painted(child, fill, stroke)


def rasters(drawing):
    """Yield the pixels, red, green, blue and alpha, of each picture in an SVG."""
    for image in drawing.iter("{http://www.w3.org/2000/svg}image"):
        data = image.get("{http://www.w3.org/1999/xlink}href").partition(",")[2]
        with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
            yield np.array(picture)


@pytest.mark.parametrize("styled", [True, False])
@every_name
def test_figures_have_the_palette_alone(name, styled):
    drawing = ElementTree.fromstring(drawn(name) if styled else svg(FIGURES[name]()))
    colors = set(painted(drawing))
    assert PAPER in colors
    assert colors <= {INK, MUTED, HAIRLINE, ACCENT, WRONG, PAPER}
    for pixels in rasters(drawing):
        visible = np.unique(pixels[pixels[..., 3] > 0], axis=0)
        assert {to_hex(rgb / 255) for rgb in visible[:, :3]} <= {INK, ACCENT, WRONG}


@every_name
def test_text_stays_text_in_the_readers_own_font(name, caplog):
    texts = re.findall(rb"<text style=\"([^\"]*)", drawn(name))
    assert texts
    assert all(b"font-family: sans-serif," in style for style in texts)
    assert not caplog.records


@every_figure
def test_figures_can_be_saved_again(draw):
    plots.use_style()
    figure = draw()
    # Layouts settle by a hair, so not to the byte.
    first, second = (set(painted(ElementTree.fromstring(svg(figure)))) for _ in range(2))
    assert first == second


@every_figure
def test_figures_print_nothing_and_leave_the_settings_alone(draw, capsys):
    before = plt.rcParams.copy()
    draw()
    assert plt.rcParams == before
    assert capsys.readouterr() == ("", "")


def test_a_page_of_25_digits_is_small_and_at_its_own_resolution():
    page = drawn("digits")
    assert len(page) < 60_000
    assert page.count(b"image-rendering:pixelated") == 25
    assert [pixels.shape for pixels in rasters(ElementTree.fromstring(page))] == 25 * [(28, 28, 4)]


def run(code, folder, **environment):
    """Run code in a new process, beside this module, and return what it printed."""
    completed = subprocess.run(
        [sys.executable, *STRICT, "-c", code],
        cwd=Path(__file__).parent,
        env={**os.environ, "IPYTHONDIR": str(folder), "MPLBACKEND": "Agg", **environment},
        capture_output=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr.decode()
    return completed.stdout


@pytest.mark.slow
def test_figures_are_the_same_to_the_last_byte_in_every_run(tmp_path):
    code = """if True:
        import sys, test_plots
        test_plots.plots.use_style()
        for draw in test_plots.FIGURES.values():
            sys.stdout.buffer.write(test_plots.svg(draw()))
    """
    # The hashes of this process, and the order in which it drew them, are most likely others.
    there = run(code, tmp_path, PYTHONHASHSEED="1")
    assert there == b"".join(map(drawn, FIGURES))


def test_notebooks_draw_svg_on_paper_without_a_date(tmp_path):
    code = """if True:
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        from digitlearn import plots
        plots.use_style()
        import matplotlib.pyplot as plt
        figure, ax = plt.subplots(facecolor="none")
        print(shell.display_formatter.formatters["image/svg+xml"](figure))
    """
    drawn = run(code, tmp_path).decode()
    assert drawn.count("</svg>") == 1
    assert f"fill: {PAPER}" in drawn
    assert "<metadata>" not in drawn


def test_digits_are_drawn_as_they_are_with_their_labels_below():
    figure = plots.plot_digits(IMAGES[:7], LABELS[:7], columns=3)
    assert_array_equal(pictures(figure), IMAGES[:7])
    assert captions(figure) == [[f"{label}"] for label in LABELS[:7]]
    left, bottom = np.transpose([ax.get_position().p0 for ax in figure.axes])
    assert_allclose(left, np.array([0, 1, 2, 0, 1, 2, 0]) / 3, atol=1e-9)
    assert len(np.unique(bottom.round(6))) == 3
    assert (np.diff(bottom[::3]) < 0).all()
    assert not any(ax.axison for ax in figure.axes)
    # All by the same scale, and paper where there is no ink.
    image = figure.axes[0].images[0]
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(0, IMAGES[:7].max())}
    assert image.cmap(0.0)[3] == 0
    assert to_hex(image.cmap(1.0)) == INK


def test_wrong_predictions_are_named_in_their_colour():
    figure = plots.plot_digits(IMAGES[:3], [1, 2, 3], predictions=np.array([1, 7, 3]))
    assert captions(figure) == [["1"], ["2 as 7"], ["3"]]
    assert [ax.texts[0].get_color() for ax in figure.axes] == [INK, WRONG, INK]


def test_a_row_that_is_not_full_is_as_wide_as_its_digits():
    figure = plots.plot_digits(IMAGES[:2], columns=9)
    assert_allclose(figure.axes[1].get_position().x0, 0.5)


def test_digits_may_go_without_labels_or_with_predictions_alone():
    assert captions(plots.plot_digits(np.zeros((2, 28, 28)))) == [[], []]
    assert captions(plots.plot_digits(IMAGES[:2], predictions=[4, 9])) == [["4"], ["9"]]


def test_mistakes_are_shown_most_confident_first_and_never_as_quite_sure():
    labels = np.array([1, 2, 3, 0])
    sure = np.array([0.6, 0.99996, 0.9, 0.8])
    probabilities = np.column_stack([sure, 1 - sure, np.zeros(4), np.zeros(4)])
    figure = plots.plot_mistakes(IMAGES[:4], labels, probabilities)
    assert_array_equal(pictures(figure), IMAGES[[1, 2, 0]])
    assert captions(figure) == [["2 as 0", "99.9%"], ["3 as 0", "90.0%"], ["1 as 0", "60.0%"]]
    assert {ax.texts[0].get_color() for ax in figure.axes} == {WRONG}
    assert len(plots.plot_mistakes(IMAGES[:4], labels, probabilities, top=2).axes) == 2
    with pytest.raises(ValueError, match=r"a mistake to show. Received: 1 right predictions$"):
        plots.plot_mistakes(IMAGES[3:4], labels[3:], probabilities[3:])


def test_weights_are_images_of_the_kernels_columns_by_one_scale():
    figure = plots.plot_weights(KERNEL, labels=[f"unit {i}" for i in range(32)])
    assert_array_equal(np.reshape(pictures(figure), (32, 784)), KERNEL.T)
    assert captions(figure)[31] == ["unit 31"]
    limit = abs(KERNEL).max()
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(-limit, limit)}
    colors = figure.axes[0].images[0].cmap(np.array([0.0, 0.5, 1.0]))
    assert [to_hex(color) for color in colors[[0, 2]]] == [WRONG, ACCENT]
    assert_allclose(colors[1, 3], 0, atol=0.01)


def test_history_counts_epochs_from_1_and_labels_the_ends_of_its_lines():
    figure = plots.plot_history(HISTORY)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["loss", "accuracy"]
    assert figure.axes[1].get_xlabel() == "epoch"
    for ax, values in zip(figure.axes, [HISTORY[:4:2], HISTORY[1:4:2]], strict=True):
        assert [line.get_color() for line in ax.lines] == [MUTED, ACCENT]
        for line, text, expected in zip(ax.lines, ax.texts, values, strict=True):
            assert_array_equal(line.get_xdata(), [1, 2, 3])
            assert_array_equal(line.get_ydata(), expected)
            assert text.xy == (3, expected[-1])
            assert text.get_color() == line.get_color()
        assert [text.get_text() for text in ax.texts] == ["training", "validation"]
        ticks = ax.get_xticks()
        assert_array_equal(ticks, ticks.round())
    figure.draw_without_rendering()
    assert "90%" in [label.get_text() for label in figure.axes[1].get_yticklabels()]


@pytest.mark.parametrize("gap", [-1e-6, 0.0, 1e-6])
def test_the_labels_of_lines_that_end_together_do_not_meet(gap):
    history = HISTORY._replace(val_loss=(0.5, 0.3, 0.2 + gap))
    figure = plots.plot_history(history)
    figure.draw_without_rendering()
    training, validation = (text.get_window_extent() for text in figure.axes[0].texts)
    lower, upper = sorted([training, validation], key=lambda box: box.y0)
    assert lower.y1 <= upper.y0 + 1e-6
    assert gap == 0 or (upper is validation) == (gap > 0)


def test_history_may_have_one_epoch_no_validation_or_a_loss_that_explodes():
    single = plots.plot_history(History((0.5,), (0.9,), (), (), (1.0,)))
    assert [len(ax.lines) for ax in single.axes] == [1, 1]
    single.draw_without_rendering()
    assert 1 in single.axes[1].get_xticks()

    exploding = HISTORY._replace(loss=(2.0, 9.0, np.inf), val_loss=(np.nan, np.nan, np.nan))
    figure = plots.plot_history(exploding)
    figure.draw_without_rendering()
    assert [text.xy for text in figure.axes[0].texts] == [(2, 9.0)]

    with pytest.raises(ValueError, match=r"at least one epoch.* Received: {'loss': 0, "):
        plots.plot_history(History((), (), (), (), ()))


def test_history_of_keras_is_drawn_alike():
    plots.use_style()
    lists = {name: list(values) for name, values in HISTORY._asdict().items()}
    for of_keras in (lists, SimpleNamespace(history=lists)):
        assert svg(plots.plot_history(of_keras)) == svg(plots.plot_history(HISTORY))


def test_confusion_writes_counts_leaves_zeros_blank_and_shades_the_worst_mistake_most():
    confusion = np.array([[90, 10, 0], [0, 50, 0], [1, 4, 0]])
    ax = plots.plot_confusion(confusion)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "90", (1, 0): "10", (1, 1): "50", (0, 2): "1", (1, 2): "4"}
    shades = {
        tuple(np.add(cell.get_xy(), 0.48).round(6)): cell.get_facecolor() for cell in ax.patches
    }
    assert shades.keys() == written.keys()
    assert to_hex(shades[0, 0]) == ACCENT
    wrong = [shades[place] for place in [(1, 2), (0, 2), (1, 0)]]
    assert {to_hex(color) for color in wrong} == {WRONG}
    # Shares of a row count: 4 of 5, 1 of 5, 10 of 100.
    assert wrong[0][3] > wrong[1][3] > wrong[2][3]
    # The worst is as dark as legible numbers allow, however rare mistakes are.
    rare = plots.plot_confusion(np.array([[999, 1], [0, 1000]])).patches[1]
    assert_allclose([rare.get_facecolor()[3], wrong[0][3]], 0.6)
    assert (ax.get_xlabel(), ax.get_title(loc="left")) == ("predicted digit", "true digit")
    assert_array_equal(ax.get_xticks(), [0, 1, 2])
    assert ax.yaxis_inverted()


def test_confusion_writes_percentages_of_rows():
    ax = plots.plot_confusion(np.array([[399, 1], [0, 0]]), normalize=True)
    assert [text.get_text() for text in ax.texts] == ["99.8", "0.2"]


def test_confusion_without_mistakes_has_a_diagonal_alone():
    assert len(plots.plot_confusion(5 * np.eye(4, dtype=int)).patches) == 4


def test_per_class_shows_what_is_defined():
    # No example is a 2, and nothing was read as a 1.
    probabilities = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, 0, 1.0]])
    ax = plots.plot_per_class(evaluate(np.array([0, 0, 1]), probabilities))
    recall, precision = ax.lines
    assert_array_equal(recall.get_xdata(), [0, 1, 2])
    assert_array_equal(recall.get_ydata(), [0.5, 0, np.nan])
    assert_array_equal(precision.get_ydata(), [1, np.nan, 0])
    assert [text.get_text() for text in ax.get_legend().texts] == ["recall", "precision"]
    assert_array_equal(ax.get_xticks(), [0, 1, 2])


def test_reliability_draws_a_dot_and_its_interval_for_each_bin_that_is_not_empty():
    ax = plots.plot_reliability(LABELS, PROBABILITIES, bins=12)
    confidence, accuracy, count = reliability(LABELS, PROBABILITIES, bins=12)
    filled = count > 0
    assert not filled.all()
    diagonal, dots = ax.lines
    assert_array_equal(diagonal.get_xydata(), [[0, 0], [1, 1]])
    assert_array_equal(dots.get_xydata(), np.column_stack([confidence, accuracy])[filled])
    whiskers = ax.collections[0].get_segments()
    assert_allclose([whisker[0, 0] for whisker in whiskers], confidence[filled])
    last = wilson_interval(round(accuracy[-1] * count[-1]), int(count[-1]))
    assert_allclose(whiskers[-1][:, 1], last)


def test_activations_follow_the_digit_through_every_layer():
    figure = plots.plot_activations(NETWORK, DIGIT)
    titles = ["image: 28 × 28 pixels", "flatten: 784 values", "hidden layer 1: 32 values"]
    titles += ["hidden layer 2: 16 values", "softmax: 10 probabilities"]
    assert [ax.get_title(loc="left") for ax in figure.axes] == titles
    *strips, bars = figure.axes
    assert not any(ax.axison for ax in strips)
    after_relu = np.maximum(DIGIT.reshape(1, 784) @ KERNEL, 0)
    expected = [DIGIT, DIGIT.reshape(1, 784), after_relu]
    for ax, values in zip(strips, expected, strict=False):
        assert_allclose(ax.images[0].get_array(), values, rtol=1e-6)
    after_sigmoid = strips[3].images[0].get_array()
    assert 0 < after_sigmoid.min() < after_sigmoid.max() < 1
    probabilities = NETWORK.predict_proba(DIGIT[np.newaxis])[0]
    assert_allclose([bar.get_height() for bar in bars.patches], probabilities, rtol=1e-6)
    best = probabilities.argmax()
    colors = [to_hex(bar.get_facecolor()) for bar in bars.patches]
    assert colors == [ACCENT if digit == best else MUTED for digit in range(10)]
    assert [text.get_text() for text in bars.texts] == [f"{probabilities[best]:.1%}"]


def test_network_names_and_counts_every_layer_and_lights_the_part_asked_for():
    ax = plots.plot_network((512, 256), image=DIGIT, highlight=(2,))
    texts = {text.get_text(): text.get_color() for text in ax.texts if text.get_text()}
    names = {"image", "Flatten", "Dense", "ReLU", "softmax"}
    assert names | {"28 × 28", "784", "512", "256", "10"} <= texts.keys()
    assert texts["image"] == texts["Flatten"] == INK
    lit = [text.get_position()[0] for text in ax.texts if text.get_color() == ACCENT]
    assert lit == [2, 2]
    assert_array_equal(ax.images[0].get_array(), DIGIT)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: plots.plot_confusion(REPORT.confusion, ax=ax),
        lambda ax: plots.plot_network(ax=ax),
        lambda ax: plots.plot_per_class(REPORT, ax=ax),
        lambda ax: plots.plot_reliability(LABELS, PROBABILITIES, ax=ax),
    ],
)
def test_axes_that_are_given_are_drawn_on(draw):
    _, ax = plt.subplots()
    assert draw(ax) is ax
    assert len(plt.get_fignums()) == 1


class Frame:
    """An object that NumPy takes for an array, as those of pandas and PyTorch."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        """Return the array."""
        return np.asarray(self.values, dtype)


@pytest.mark.parametrize(
    ("draw", "habit"),
    [
        (lambda: plots.plot_digits(IMAGES[:1], LABELS[:1]), ("digits", IMAGES[0], LABELS[0])),
        (lambda: plots.plot_digits(IMAGES[:3]), ("digits", IMAGES[:3].reshape(3, 784))),
        (lambda: plots.plot_digits(IMAGES[:3]), ("digits", IMAGES[:3, ..., np.newaxis])),
        (lambda: plots.plot_digits(IMAGES[:1]), ("digits", IMAGES[:1].tolist())),
        (
            lambda: plots.plot_digits(IMAGES[:3], LABELS[:3]),
            ("digits", Frame(IMAGES[:3]), Frame(LABELS[:3])),
        ),
        (
            lambda: plots.plot_mistakes(IMAGES, LABELS, PROBABILITIES),
            ("mistakes", IMAGES, LABELS.tolist(), PROBABILITIES.tolist()),
        ),
        (lambda: plots.plot_weights(KERNEL), ("weights", KERNEL.tolist())),
        (
            lambda: plots.plot_confusion(REPORT.confusion),
            ("confusion", Frame(REPORT.confusion.astype(float))),
        ),
        (
            lambda: plots.plot_reliability(LABELS, PROBABILITIES),
            ("reliability", Frame(LABELS), Frame(PROBABILITIES)),
        ),
        (lambda: plots.plot_activations(NETWORK, DIGIT), ("activations", NETWORK, DIGIT.ravel())),
        (lambda: plots.plot_network((64,)), ("network", 64)),
    ],
)
def test_what_can_only_mean_one_thing_is_taken(draw, habit):
    plots.use_style()
    name, *arguments = habit
    assert svg(getattr(plots, f"plot_{name}")(*arguments)) == svg(draw())


ZEROS = np.zeros((2, 2))


def test_a_report_is_taken_for_its_confusion():
    for_report, for_matrix = (
        [text.get_text() for text in plots.plot_confusion(given).texts]
        for given in (REPORT, REPORT.confusion)
    )
    assert for_report == for_matrix != []


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda: plots.plot_digits(IMAGES[0][1:]), ValueError, r"images of shape .*\(27, 28\)$"),
        (lambda: plots.plot_digits(IMAGES[:0]), ValueError, r"images .*\(0, 28, 28\)$"),
        (lambda: plots.plot_digits(IMAGES[:3], [1, 2]), ValueError, "labels for 3 .*: 2$"),
        (
            lambda: plots.plot_digits(IMAGES[:2], [1, 2], predictions=[1]),
            *(ValueError, "predictions for 2 .*: 1$"),
        ),
        (lambda: plots.plot_digits(IMAGES[:2], predictions=[1]), ValueError, "predictions for 2"),
        (lambda: plots.plot_digits(IMAGES[:2], np.eye(2)), ValueError, "labels.argmax"),
        (lambda: plots.plot_digits(IMAGES[:2], "45"), TypeError, "labels as an array .*'45'"),
        (lambda: plots.plot_digits(IMAGES[:2], columns=0), ValueError, "columns .*: 0$"),
        (lambda: plots.plot_digits(IMAGES * np.nan), ValueError, "finite .* NaN"),
        (lambda: plots.plot_digits(None), TypeError, "images as an array .*None$"),
        (lambda: plots.plot_digits(load_embedded("test")), TypeError, r"write digits\.images"),
        (
            lambda: plots.plot_mistakes(IMAGES[:2], LABELS, PROBABILITIES),
            *(ValueError, "images for 360 labels. Received: 2$"),
        ),
        (lambda: plots.plot_mistakes(IMAGES, LABELS, PROBABILITIES, top=0), ValueError, "top"),
        (lambda: plots.plot_weights(KERNEL.T), ValueError, r"write kernel\.T.*\(32, 784\)$"),
        (lambda: plots.plot_weights(KERNEL[1:]), ValueError, r"units\)\. .*\(783, 32\)$"),
        (lambda: plots.plot_weights(NETWORK), TypeError, r"net\.layers\[1\].*Network$"),
        (lambda: plots.plot_weights(KERNEL, labels=[1]), ValueError, "labels for 32 .* length 1$"),
        (lambda: plots.plot_weights(KERNEL, labels=1), ValueError, r"labels for 32 .*: 1 \(int\)$"),
        (lambda: plots.plot_history(None), TypeError, "fit returns it.*None$"),
        (lambda: plots.plot_history(NETWORK), TypeError, "fit returns it.*Network$"),
        (lambda: plots.plot_history({"loss": [1.0]}), ValueError, "'loss': 1, 'accuracy': 0"),
        (
            lambda: plots.plot_history(HISTORY._replace(val_loss=(0.1,))),
            *(ValueError, "'val_loss': 1, "),
        ),
        (lambda: plots.plot_confusion(ZEROS[:1]), ValueError, r"confusion .*\(1, 2\)$"),
        (lambda: plots.plot_confusion(ZEROS + 0.5), ValueError, "as shares of a row.*: 0.5$"),
        (lambda: plots.plot_confusion(ZEROS - 1), ValueError, r"counts.*: -1\.0$"),
        (lambda: plots.plot_confusion(ZEROS * np.nan), ValueError, "counts.*: nan$"),
        (lambda: plots.plot_confusion(ZEROS, ax=plt), TypeError, r"plt\.subplots\(\).*module$"),
        (lambda: plots.plot_per_class(REPORT._asdict()), TypeError, "evaluate.*dict of length 9$"),
        (lambda: plots.plot_reliability(PROBABILITIES, LABELS), ValueError, "labels.argmax"),
        (lambda: plots.plot_reliability(LABELS, "x"), TypeError, r"probabilities .*'x' \(str\)$"),
        (lambda: plots.plot_reliability(LABELS, PROBABILITIES, bins=1.5), TypeError, "bins"),
        (lambda: plots.plot_activations(NETWORK, DIGIT[1:]), ValueError, r"image .*\(27, 28\)$"),
        (lambda: plots.plot_activations(NETWORK, IMAGES[0]), TypeError, "image .*scale_pixels"),
        (lambda: plots.plot_activations(NETWORK, 255 * DIGIT), ValueError, "write scale_pixels"),
        (lambda: plots.plot_activations(KERNEL, DIGIT), TypeError, r"Network.*\(784, 32\)$"),
        (lambda: plots.plot_network(NETWORK), TypeError, "hidden_units .*Network$"),
        (lambda: plots.plot_network((64, 0)), ValueError, "hidden_units .*: 0$"),
        (lambda: plots.plot_network(highlight=1.5), TypeError, r"highlight .*1\.5"),
        (lambda: plots.plot_network(image=IMAGES), ValueError, r"image .*\(360, 28, 28\)$"),
    ],
)
def test_what_does_not_fit_is_named(draw, error, message):
    plt.close("all")
    with pytest.raises(error, match=f"^Expected .*{message}"):
        draw()
    assert not plt.get_fignums()
