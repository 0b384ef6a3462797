"""The pages whose numbers come from results files: nothing typed, nothing missing."""

import hashlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import chart
import hands as hand_pictures
import jinja2
import numpy as np
import pages
import pytest
import sealed
import timings
from building import ROOT
from mkdocs.exceptions import PluginError
from PIL import Image
from scipy.stats import binomtest

from digitlearn import pretrained
from digitlearn.data import Digits
from digitlearn.evaluation import evaluate, mistakes, most_confused
from digitlearn.preprocessing import scale_pixels
from digitlearn.reading import predict_proba

TEXTS = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in pages.PAGES}
RECIPE = {
    **{"hidden_units": [256, 128], "scaled": True, "optimizer": "Adam", "learning_rate": 0.002},
    **{"cosine": True, "dropout": 0.0, "average": 0.999, "elastic": 1.0, "weight_decay": 0.0},
    **{"epochs": 77, "batch_size": 128, "drawn": 12_345, "stretched": 678},
}


def study():
    """Return what study.json may hold: each row makes 10 mistakes in 1,000 less."""
    names = ["raw", "scaled", "longer", "wide_plain", "large", "ensemble"]
    rows = []
    for index, name in enumerate(names):
        accuracies = [0.93 + 0.01 * index + 0.001 * seed for seed in (-1, 0, 1)]
        row = {"name": name, "change": f"change {index}", "before": names[index - 1]}
        row |= {"recipe": RECIPE, "seconds": 4.0 + index, "accuracies": accuracies}
        row |= {"mean": accuracies[1], "spread": 0.001, "log_loss": 0.2, "temperature": 1.1}
        rows.append(row | {"better": 40 + index, "worse": 30, "p_value": 0.012})
    rows[0]["before"] = None
    for key in ("better", "worse", "p_value"):
        del rows[0][key]
    rows[-1] |= {"better": 21, "worse": 17, "p_value": 0.63}
    return {"images": 1000, "rows": rows}


def levers():
    """Return what levers.json may hold; the study's row *longer* has a mean of 95 %."""
    rows = []
    changes = {"longer": 0.9495, "smoothing": 0.94, "pen": 0.9501, "drawn": 0.951, "taught": 0.962}
    for name, accuracy in changes.items():
        row = {"name": name, "change": f"change {name}", "accuracy": accuracy}
        row |= {"settings": {"smoothing": 0.2, "pen": 0.35, "temperature": 3.0}}
        rows.append(row | {"temperature": 1.2, "log_loss": 0.321, "semeion": 0.891})
    return {"images": 1000, "semeion": 765, "rows": rows}


def card(seed, voters):
    """Return what a released network's file may hold."""
    rng = np.random.default_rng(seed)
    runs = []
    for number in range(3):
        labels = np.arange(2000) % 10
        logits = 4 * np.eye(10)[labels] + rng.standard_normal((2000, 10))
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        report = evaluate(labels, probabilities)._asdict()
        wrong = mistakes(labels, probabilities).tolist()
        run = {key: np.asarray(value).tolist() for key, value in report.items()}
        seeds = [number, (number + 1) % 3][:voters]
        run |= {"seeds": seeds, "seconds": 2400.0, "mistakes": wrong}
        runs.append(run | {"as_read": 0.9944})
    mean = float(np.mean([run["accuracy"] for run in runs]))
    card = {"recipe": RECIPE, "voters": voters, "temperature": 1.25, "bytes": 238_616}
    card |= {"singles": [0.9911, 0.9922, 0.9933]}
    return card | {"sha256": f"{seed:064x}", "mean_accuracy": mean, "runs": runs}


def speed():
    """Return what speed.json may hold: the second contender takes twice as long."""
    reach = {"seconds": [2.0, None], "epochs": [2, None], "accuracies": [], "memory": 400.0}
    targets = {"targets": [0.975, 0.98], "epochs": 25, "recipe": RECIPE, "runs": {}}
    for name, factor in (("numpy", 1), ("torch", 2)):
        run = {**reach, "seconds": [factor * 2.0, factor * 3.0]}
        never = {**reach, "seconds": [factor * 2.0, None]}
        targets["runs"][name] = {"defaults": [run, never, never], "recipe": [run, run, run]}
    group = {
        "numpy": {"seconds": [0.5, 0.4, 9.0], "inference": [0.02, 0.02, 0.02], "memory": 400.0},
        "torch": {"seconds": [1.0, 1.5, 0.9], "inference": [0.03, 0.03, 0.03], "memory": 500.0},
    }
    parts = ({"32": group, "128": group}, {"6000": group}, {"64-32": group})
    epochs = dict(zip(("batch_sizes", "images", "hidden_units"), parts, strict=True))
    floor = {"floor": [0.2, 0.3, 0.2], "epoch": [0.4, 0.45, 0.5]}
    return {
        "machine": {
            **{"processor": "Abacus 3000", "cores": 2, "threads": 1, "python": "3.11.1"},
            **{"versions": {"numpy": "2.0.0"}, "date": "2001-02-03"},
        },
        "names": {"numpy": "ours", "torch": "theirs"},
        "targets": targets,
        "epochs": {**epochs, "sample": 12_000},
        "floor": {"batch_sizes": {"128": floor}, "augmentation": [31_234.0, 30_000.0, 40_000.0]},
    }


def hands():
    """Return what hands.json may hold: large reads a tenth less than small."""
    both = {}
    for name, less in (("small", 0.0), ("large", 0.1)):
        of_set = {"images": 1500, "network_alone": 0.95 - less, "as_read": 0.96 - less}
        of_set |= {"second_half": 0.94 - less, "digits": [0.9 + digit / 100 for digit in range(10)]}
        pictures = {"photo": [40, 38, 1, 0], "thin line": [20, 19, 0, 1]}
        both[name] = {"mnist": of_set, "semeion": of_set, "pictures": pictures}
        both[name]["made"] = {"Frame": [50, 50, 0, 0], "Palette": [50, 40, 3, 2]}
        both[name]["made"] |= {"Fog": [50, 30, 5, 6]}
        both[name] |= {"weak": {"Desk": [50, 7, 8, 9]}, "no_digit": {"Letter": [50, 0, 33, 4]}}
    return both


@pytest.fixture
def results():
    """Return results of every kind."""
    values = {"study": study(), "speed": speed(), "small": card(1, 1), "large": card(2, 2)}
    values |= {"hands": hands(), "levers": levers()}
    return json.loads(json.dumps(values))  # no part is shared with another


def page(name, results, folder):
    """Return a page as the hook makes it from results files."""
    for key, value in results.items():
        sealed.write(folder / "results" / f"{key}.json", value)
    source = SimpleNamespace(file=SimpleNamespace(src_uri=name))
    text = TEXTS.get(name, "{{ untouched }}")
    return pages.on_page_markdown(text, source, SimpleNamespace(docs_dir=folder), None)


def cells(markdown, start):
    """Return the cells of the table row that starts so."""
    [line] = [line for line in markdown.splitlines() if line.startswith(start)]
    return [cell.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in line.split("|")[1:-1]]


# The pages


@pytest.fixture(scope="module")
def committed():
    """Return the results that the pages are made of."""
    return pages.read_results(ROOT / "docs/results")


def test_every_committed_result_is_as_it_was_measured(committed):
    assert None not in committed.values()
    assert set(sealed.read_seals(ROOT / "docs/results")) == {f"{name}.json" for name in committed}


@pytest.mark.parametrize("name", ["small", "large"])
def test_a_card_says_what_the_released_weights_do(name, committed, mnist_test):
    released, network = committed[name]["runs"][0], pretrained.load(name)
    report = evaluate(mnist_test.labels, network.predict_proba(scale_pixels(mnist_test.images)))
    assert released["accuracy"] == report.accuracy
    assert released["confusion"] == report.confusion.tolist()
    assert released["log_loss"] == pytest.approx(report.log_loss, rel=1e-3)
    assert released["calibration_error"] == pytest.approx(report.calibration_error, abs=2e-4)
    file = pretrained.SEALS.with_name(f"{name}.safetensors").read_bytes()
    assert committed[name]["sha256"] == hashlib.sha256(file).hexdigest()
    assert committed[name]["bytes"] == len(file)
    if "as_read" in released:  # large was measured before the package looked three times
        looks = predict_proba(network, scale_pixels(mnist_test.images))
        assert released["as_read"] == np.mean(looks.argmax(axis=1) == mnist_test.labels)
    accuracies = [run["accuracy"] for run in committed[name]["runs"]]
    assert committed[name]["mean_accuracy"] == pytest.approx(np.mean(accuracies), abs=1e-12)


def test_the_rows_of_the_study_agree_with_themselves(committed):
    for row in committed["study"]["rows"]:
        assert row["mean"] == pytest.approx(np.mean(row["accuracies"]), abs=1e-12)
        assert row["spread"] == pytest.approx(np.std(row["accuracies"], ddof=1), abs=1e-12)
        if row["before"]:
            test = binomtest(row["better"], row["better"] + row["worse"])
            assert row["p_value"] == pytest.approx(test.pvalue, rel=1e-9)


def test_study_table_says_what_the_file_says(results, tmp_path):
    text = page("results.md", results, tmp_path)
    [line] = [line for line in text.splitlines() if "**scaled**" in line and line[0] == "|"]
    row = [cell.strip() for cell in line.replace("\N{NO-BREAK SPACE}", " ").split("|")[2:-1]]
    ours = "94.00%&nbsp;±&nbsp;0.10", "3", "0.2000", "+1.00", "+12.2", "41&nbsp;/&nbsp;30", "0.012"
    assert row == [*ours]
    assert "From 93.00" in text
    assert "to 98.00" in text
    [idle] = [line for line in text.splitlines() if line.startswith("- **")]
    assert idle.startswith("- **ensemble** (change 5), against *large*: +1.00 points, 21 images")


@pytest.mark.parametrize(
    ("spread", "mean", "p", "said"),
    [
        (0.001, 0.97, 0.6, "better by 12.2 standard errors"),
        (0.001, 0.95, 0.6, "worse by 12.2 standard errors"),
        (0.05, 0.97, 0.6, "Neither the seeds nor the images"),
        (0.0, 0.97, 0.6, "These images do not show a difference"),
        (0.05, 0.95, 0.01, "It made things worse"),
    ],
)
def test_verdict_is_that_of_both_tests(results, spread, mean, p, said):
    rows = results["study"]["rows"]
    rows[3]["spread"] = rows[4]["spread"] = spread
    rows[4] |= {"mean": mean, "p_value": p}
    assert said in pages.verdict(results["study"], rows[4])


def test_speed_tables_say_what_the_file_says(results, tmp_path):
    text = page("results.md", results, tmp_path)
    defaults, recipe = text.split("### With our recipe")
    expected = ["theirs", "4.0 s", "2.0", "3 of 3", "never", "–", "1 of 3", "400&nbsp;MB"]
    assert cells(defaults, "| theirs") == expected
    recipe, epoch = recipe.split("### An epoch")
    expected = ["theirs", "4.0 s", "2.0", "3 of 3", "6.0 s", "2.0", "3 of 3", "400&nbsp;MB"]
    assert cells(recipe, "| theirs") == expected
    epoch, growth = epoch.split("How the epoch grows")
    expected = ["theirs", "1.0 s", "2.0", "1.0 s", "2.0", "0.030 s", "1.5"]
    assert cells(epoch, "| theirs") == expected
    assert cells(growth, "| 128") == ["128", "0.20 s", "0.45 s", "2.0"]
    for said in ("31,200 new images", "Abacus 3000", "2001-02-03", "numpy 2.0.0", "77 epochs"):
        assert said in growth + recipe


def test_model_card_says_what_the_files_say(results, tmp_path):
    text = page("model_card.md", results, tmp_path)
    small, large = (results[name]["runs"][0] for name in ("small", "large"))
    both = [f"**{run['accuracy']:.2%}**" for run in (small, large)]
    assert cells(text, "| **Accuracy**")[1:] == both
    assert cells(text, "| Mistakes")[1:] == [str(len(run["mistakes"])) for run in (small, large)]
    seven = cells(text, "| 7 | 200")
    assert seven[2] == f"{100 * small['precision'][7]:.2f}%"
    assert seven[5] == f"{100 * large['recall'][7]:.2f}%"
    written, read, count = most_confused(np.array(small["confusion"]), top=1)[0]
    assert cells(text, "| small")[1:] == [str(written), str(read), str(count)]
    for said in (results["small"]["sha256"], results["large"]["sha256"], "1.250 for small"):
        assert said in text
    assert cells(text, "| Layers")[1:] == ["784-256-128-10", "784-512-256-10"]
    assert "Seed 0 is released as small, and the mean of seeds 0 and 1 as large" in text
    assert cells(text, "| Epochs") == ["Epochs", "77", "77"]
    assert cells(text, "| Time to train")[1:] == ["40 min", "40 min"]


def test_model_card_says_who_is_read(results, tmp_path):
    text = page("model_card.md", results, tmp_path)
    assert cells(text, "| **Semeion**")[1:] == ["**96.0%**", "**86.0%**"]
    assert cells(text, "| Semeion, 7")[1:] == ["97.0%", "97.0%"]
    assert cells(text, "| photo")[1:5] == ["40", "38", "1", "0"]
    assert cells(text, "| **all**")[1:] == ["60", "57", "1", "1", "57", "1", "1"]
    for said in ("12,345 drawn", "678 MNIST digits made wider", "1,500 digits by about"):
        assert said in text
    results["hands"]["small"]["pictures"] = results["hands"]["large"]["pictures"] = {}
    assert "Kind of picture" not in page("model_card.md", results, tmp_path)


def test_model_card_says_which_pictures_are_read_badly(results, tmp_path):
    text = page("model_card.md", results, tmp_path)
    assert "makes 3 kinds of pictures, each kind from 50 of" in text
    assert "Of each of 1 kinds, small reads at least 97% rightly" in text
    assert text.index("| Fog |") < text.index("| Palette |") < text.index("| *Desk* |")
    assert "| Frame |" not in text
    assert cells(text, "| Palette |")[1:4] == ["40", "3", "2"]
    assert cells(text, "| *Desk* |")[1:4] == ["7", "8", "9"]
    assert cells(text, "| Letter |")[1:3] == ["33", "4"]
    kinds = {"a": [100, 97, 0, 0], "b": [100, 96, 0, 0], "c": [10, 1, 0, 0]}
    assert pages.weakest(kinds, 0.97) == ["c", "b"]


def test_sentences_beside_the_kinds_hold(committed):
    small = committed["hands"]["small"]
    assert sum(surely_wrong for _, _, surely_wrong, _ in small["weak"].values()) > 0
    believed = {kind: row[2] for kind, row in small["no_digit"].items()}
    assert max(believed, key=believed.get).startswith("Print a letter"), "the weak spot"


@pytest.mark.parametrize("runs", [1, 3])
def test_model_card_says_how_many_runs_it_rests_on(results, tmp_path, runs):
    del results["small"]["runs"][runs:]
    text = page("model_card.md", results, tmp_path)
    assert cells(text, "| Runs")[1:] == [str(runs), "3"]
    assert cells(text, "| Mean accuracy over the seeds, in three looks")[1:] == ["99.44%"] * 2
    assert ("rest on that one run" in text) == (runs == 1)
    accuracies = [run["accuracy"] for run in results["small"]["runs"]]
    both = f"{min(accuracies):.2%}, {max(accuracies):.2%}"
    assert cells(text, "| Lowest and highest")[1] == ("–" if runs == 1 else both)


def test_study_says_which_settings_differ():
    before = {"name": "a", "before": None, "recipe": {"learning_rate": 0.1, "scaled": False}}
    after = {"name": "b", "before": "a", "recipe": {"learning_rate": 0.02, "scaled": True}}
    study = {"rows": [before, after, {**before, "before": "a"}]}
    said = "learning rate: 0.1 → 0.02; pixels divided by 255: no → yes"
    assert pages.differences(study, after) == said
    assert pages.differences(study, study["rows"][2]) == "the same recipe"


@pytest.mark.parametrize(
    ("name", "path", "value", "seen"),
    [
        ("results.md", "study rows 2 mean", 0.8765, "87.65"),
        ("results.md", "study rows 3 p_value", 0.04321, "0.043"),
        ("results.md", "levers rows 1 accuracy", 0.9321, "93.21"),
        ("results.md", "study images", 4321, "4,321"),
        ("results.md", "speed epochs images 6000 torch seconds", [7.7], "7.7 s"),
        ("results.md", "speed machine cores", 64, "64 cores"),
        ("model_card.md", "small runs 0 accuracy", 0.8765, "87.65"),
        ("model_card.md", "large runs 0 calibration_error", 0.0765, "0.0765"),
        ("model_card.md", "large bytes", 7_654_321, "7.65 MB"),
        ("model_card.md", "large singles 1", 0.8765, "87.65"),
        ("model_card.md", "hands small mnist network_alone", 0.8765, "87.65"),
        ("model_card.md", "hands large semeion digits 3", 0.8761, "87.6"),
    ],
)
def test_changed_number_changes_the_page(results, tmp_path, name, path, value, seen):
    assert seen not in page(name, results, tmp_path).replace("\N{NO-BREAK SPACE}", " ")
    change(results, path, value)
    assert seen in page(name, results, tmp_path).replace("\N{NO-BREAK SPACE}", " ")


def change(results, path, *value):
    """Set the value at a path, or take it away."""
    *keys, last = path.split()
    for key in keys:
        results = results[int(key) if isinstance(results, list) else key]
    last = int(last) if isinstance(results, list) else last
    if value:
        results[last] = value[0]
    else:
        del results[last]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("results.md", "study rows 1 mean"),
        ("results.md", "study rows 1 log_loss"),
        ("results.md", "study rows 2 p_value"),
        ("results.md", "levers rows 1 log_loss"),
        ("results.md", "study rows 2"),
        ("results.md", "speed machine processor"),
        ("results.md", "speed targets"),
        ("results.md", "speed floor augmentation"),
        ("results.md", "speed epochs batch_sizes 32 numpy"),
        ("model_card.md", "small sha256"),
        ("model_card.md", "large runs 0 precision 9"),
        ("model_card.md", "small recipe epochs"),
        ("model_card.md", "hands small semeion second_half"),
    ],
)
def test_missing_number_fails_the_build(results, tmp_path, name, path):
    change(results, path)
    with pytest.raises(PluginError, match=name):
        page(name, results, tmp_path)


def test_results_that_are_not_there_leave_their_part_out(results, tmp_path):
    for name in TEXTS:
        text = page(name, {}, tmp_path)
        assert text.startswith("# ")
        assert ".json" not in text
        assert "|" not in text
    text = page("results.md", {"speed": results["speed"]}, tmp_path)
    assert "speed.json" in text
    assert "study.json" not in text


def test_lever_table_says_what_the_file_says(results, tmp_path):
    text = page("results.md", results, tmp_path)
    begin = '| <span style="display: inline-block; min-width: 9rem">'
    first, last = (
        cells(text, f"{begin}**{name}**: change {name}") for name in ("longer", "taught")
    )
    # The study's three runs have a standard deviation of 0.1 points: one more, and their mean.
    assert first[1:] == ["94.95%", "\N{MINUS SIGN}0.05", "\N{MINUS SIGN}0.4", "0.3210", "89.1%"]
    assert last[1:] == ["96.20%", "+1.20", "+10.4", "0.3210", "89.1%"]
    assert "a standard deviation of 0.100 points" in text
    assert "about σ = 0.115 points" in text
    assert "of 765 digits" in text
    assert "such a share is 1.1 points" in text
    assert "asks for 82% of the right digit and 2% of each other" in text
    assert "At most 35% of the mixture" in text
    assert "logits are divided by 3 " in text
    assert "Better by 2 σ or more: taught.\nWorse by 2 σ or more: smoothing." in text
    results["levers"]["rows"][4]["accuracy"] = 0.9523  # a run like that is not rare
    results["levers"]["rows"][1]["accuracy"] = 0.9478
    text = page("results.md", results, tmp_path)
    assert "No change is better" in text
    assert "Worse by" not in text


def test_lever_table_without_semeion_has_no_such_column(results, tmp_path):
    results["levers"]["semeion"] = 0
    for row in results["levers"]["rows"]:
        del row["semeion"]
    text = page("results.md", results, tmp_path)
    assert "Semeion" not in text
    start = '| <span style="display: inline-block; min-width: 9rem">**taught**'
    assert len(cells(text, start)) == 5


@pytest.mark.parametrize("name", TEXTS)
def test_tables_have_as_many_cells_in_every_row(results, tmp_path, name):
    lines = page(name, results, tmp_path).splitlines()
    tables = 0
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|"):
            tables += not before
            assert before.startswith("|") or not before, f"not a table of its own: {line}"
            assert not before or before.count("|") == line.count("|"), line
    assert tables >= 4


@pytest.mark.parametrize("name", TEXTS)
def test_no_result_is_typed(name):
    prose = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|```.*?```", "", TEXTS[name], flags=re.DOTALL)
    prose = prose.replace("95% interval", "")
    assert not re.findall(r"\d+(?:\.\d+)?\s*%|\b\d+ times|\d\s*(?:s|ms|min|MB)\b", prose)
    decimals = set(re.findall(r"\b\d+\.\d+\b(?!\.)", prose))
    addresses = {
        "10.1109",
        "5.726791",
        "1503.02531",
        "1512.00567",
        "1706.04599",
        "1810.03993",
        "1905.10498",
    }
    assert decimals <= {"0.05", *addresses}  # a level besides


@pytest.mark.parametrize("name", TEXTS)
def test_pages_can_be_made_from_the_results_that_are_there(name):
    folder = ROOT / "docs/results"
    text = pages.render(TEXTS[name], pages.read_results(folder))
    for link in re.findall(r"\]\(results/([^)]+)\)", text):
        assert (folder / link).is_file()


def test_other_pages_are_left_alone(results, tmp_path):
    assert page("index.md", results, tmp_path) == "{{ untouched }}"


def test_hook_needs_no_heavy_library():
    code = "import pages, sys; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "docs/study",
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "jinja2" in loaded
    assert not {"tensorflow", "joblib", "matplotlib", "scipy", "sklearn"} & set(loaded)


# Other hands


def test_figures_of_other_hands_are_what_the_networks_read(embedded_test, tmp_path, monkeypatch):
    digits = Digits(embedded_test.images[:120], embedded_test.labels[:120], "some")
    for name in ("load_mnist", "load_semeion"):
        monkeypatch.setattr(hand_pictures.data, name, lambda *split: digits)
    (tmp_path / "images").mkdir()
    Image.fromarray(digits.images[0]).save(tmp_path / "images/a.png")
    (tmp_path / "labels.csv").write_text(f"file,label,kind\na.png,{digits.labels[0]},scan\n")
    output = tmp_path / "hands.json"
    arguments = ["hands.py", str(tmp_path), "--output", str(output), "--count", "1"]
    monkeypatch.setattr(sys, "argv", arguments)
    hand_pictures.main()
    figures = json.loads(output.read_text(encoding="utf-8"))
    for name in ("small", "large"):
        network = pretrained.load(name)
        x = scale_pixels(digits.images)
        right = predict_proba(network, x).argmax(axis=1) == digits.labels
        found = figures[name]["semeion"]
        assert found == figures[name]["mnist"]
        assert (found["images"], found["as_read"]) == (120, right.mean())
        assert found["second_half"] == right[60:].mean()
        assert found["network_alone"] == (network.predict(x) == digits.labels).mean()
        assert found["digits"][3] == right[digits.labels == 3].mean()
        [(kind, [count, well, surely_wrong, refused])] = figures[name]["pictures"].items()
        assert (kind, count) == ("scan", 1)
        assert well + surely_wrong + refused <= 1
        for group, functions in hand_pictures.GROUPS.items():
            rows = figures[name][group]
            assert list(rows) == [kind.__doc__.partition(".")[0] for kind in functions.values()]
            assert all(row[0] == 1 for row in rows.values())


def test_card_is_not_made_without_the_pictures(tmp_path, monkeypatch, capsys):
    output = tmp_path / "hands.json"
    monkeypatch.setattr(sys, "argv", ["hands.py", str(tmp_path), "--output", str(output)])
    with pytest.raises(SystemExit) as stopped:
        hand_pictures.main()
    assert stopped.value.code == 2
    assert f"found no {tmp_path / 'labels.csv'}" in capsys.readouterr().err
    assert not output.exists()


# How numbers are said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (pages.percent(0.978712), "97.87%"),
        (pages.percent(0.98, 1), "98.0%"),
        (pages.points(0.00354), "+0.35"),
        (pages.points(-0.0002), "−0.02"),
        (pages.points(-0.00002), "0.00"),
        (pages.p_value(0.0421), "0.042"),
        (pages.p_value(0.00042), "0.0004"),
        (pages.p_value(3e-9), "&lt; 0.0001"),
        (pages.times(1.0), "1.0"),
        (pages.times(0.123), "0.12"),
        (pages.times(12.3), "12"),
        (pages.times(123.4), "123"),
        (pages.times(None), "–"),
        (pages.seconds(0.0456), "0.046 s"),
        (pages.seconds(None), "never"),
        (pages.duration(65.0), "65 s"),
        (pages.duration(2400), "40 min"),
        (pages.thousands(12345), "12,345"),
        (pages.plain(True), "yes"),
        (pages.plain(0.0), "0"),
        (pages.plain(150), "150"),
    ],
)
def test_numbers_are_said_in_few_digits(said, expected):
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_unknown_row_is_an_error():
    with pytest.raises(KeyError, match="no row 'none'"):
        pages.row_named(study(), "none")


def test_doubtful_rows_are_those_not_found_better():
    results = study()
    results["rows"][1] |= {"better": 10, "worse": 60, "p_value": 1e-6}
    assert [row["name"] for row in pages.doubtful(results)] == ["scaled", "ensemble"]


def test_undefined_is_an_error_not_an_empty_place():
    with pytest.raises(jinja2.UndefinedError, match="nothing"):
        pages.render("{{ study.nothing }}", {"study": {}})


# The chart


def test_chart_has_a_dot_for_every_seed_and_grows_with_the_mistakes():
    svg = chart.chart(study())
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    assert len(dots) == 6 * 3
    means = dots[1::3]
    assert means == sorted(means, reverse=True)
    # Of a logarithmic axis: from 7 to 6 mistakes is as far as from 3.5 to 3.
    gaps = -np.diff(means) / -np.diff(np.log([7, 6, 5, 4, 3, 2]))
    np.testing.assert_allclose(gaps, gaps[0], rtol=0.01)
    assert 'role="img" aria-label="Share of mistakes' in svg
    assert "from 7.00% in the row raw to 2.00% in the row ensemble" in svg
    assert set(re.findall(r"(?:fill|stroke)[=:]\s*\"?([^\";]+)", svg)) <= {
        *("currentColor", "var(--dl-accent)", "var(--dl-hairline)"),
    }


def test_chart_has_a_place_for_no_mistake_at_all():
    results = study()
    results["rows"][-1] |= {"accuracies": [1.0, 1.0, 1.0], "mean": 1.0}
    assert "nan" not in chart.chart(results)


# Timings


def test_a_run_that_never_got_there_took_longest():
    assert timings.middle([3.0, None, 1.0]) == 3.0
    assert timings.middle([3.0, None, None]) is None


def test_ratios_are_of_medians_and_ours_is_one():
    ours, theirs = timings.epochs(speed(), "batch_sizes")
    assert [cell["ratio"] for cell in ours["cells"]] == [1, 1]
    assert theirs["cells"][0] == {"seconds": 1.0, "ratio": 2.0}
    ours, theirs = timings.until_targets(speed(), "defaults")
    assert theirs["targets"][0] == {"seconds": 4.0, "ratio": 2.0, "reached": 3, "runs": 3}
    assert theirs["targets"][1] == {"seconds": None, "ratio": None, "reached": 1, "runs": 3}


def test_floor_is_compared_turn_by_turn():
    assert timings.over_floor({"floor": [1, 2, 4], "epoch": [3, 2, 8]}) == 2
