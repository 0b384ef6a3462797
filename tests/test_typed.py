"""No text states a measured number that nobody computed: chapters, pages, templates, README."""

import json
import re

import chapters
import pages
import pytest
import typed
from building import ROOT

# Numbers that are no measurement of ours wherever they stand: where they are from.
EVERYWHERE = {
    "97.87%": "the target, another recognizer's; docs/index.md says what is known of it",
    "98% of what?": "the title of chapter 6",
    "95% confidence": "an interval's level, chosen",
    "95% interval": "an interval's level, chosen",
    "90% confidence": "a threshold, chosen",
    "confidence of 90%": "a threshold, chosen",
    "Below 90%": "a threshold, chosen",
    "255 times as large": "255 grey levels",
    "1.96": "the normal distribution's, for 95%",
    "0.05": "a level of significance, chosen",
    "learning rate of 0.001": "a setting",
    "step size of 0.001": "a setting",
}
# The same in one text. Each excuses only itself, and must be there.
CITED = {
    "README.md": {
        "720 MB of disk": "the installation's size",
        "3.1 GB": "the installation's size",
        "16 MB": "the size of Pyodide's files, which docs/tools/pyodide.py lists",
    },
    "CONTRIBUTING.md": {
        "It touched 33 files, 3 of them": "counted when the move was tried",
        "6 of 195 browser tests failed": "counted when the move was tried",
    },
    "cheatsheet.md": {
        "95% of the time": "an interval's level, chosen",
        "98% of 10,000, \N{PLUS-MINUS SIGN} 0.27 points": "by hand, as in chapter 6",
        "90% of the answers": "what calibration means",
    },
    "glossary.md": {"90% are right": "what calibration means"},
    "index.md": {
        "two hundred mistakes": "test_the_front_page_counts_mistakes_as_they_are",
        "11 MB": "the size of MNIST's file",
        '"over 98%"': "the target's description",
    },
    "teaching.md": {
        "1,815 MB in a minute and a half": "what the command printed where the text says",
        "51 MB and": "what the command printed where the text says",
        "549 MB, 424 MB and 791 MB": "what the command printed where the text says",
        "30 MB/s": "a speed, chosen",
        "10, 8 and 14 minutes": "what the command computed",
    },
    "lessons.md": {
        '"98% right"': "an invented example",
        "98% of 50 images, 98% of 10,000": "an invented example",
    },
    "model_card.md": {"Chapter 7 shows every mistake": "a chapter's number"},
    "reference/cli.md": {
        "0.001": "an option's default",
        "0.00001": "a bound in the code",
        "0.01": "a bound in the code",
    },
    "01_first_recognizer": {
        "was above 99% in all five": "a claim holds it",
        "a probability of 0.98": "an invented example",
        "rises towards 100%": "the end of the scale",
    },
    "02_images_as_arrays": {
        "95 of 100 images": "an invented example",
        "95% accuracy": "an invented example",
    },
    "03_layers": {
        "2.7 times as large": "the number e",
    },
    "04_learning": {
        "of one in ten": "ten equal shares",
        "3 times as far": "an invented example",
        "2 times as far": "an invented example",
        "6 times as far": "an invented example",
        "right in 0.9 × 0.5 = 0.45 of": "an invented example",
        "ln 0.45 = ln 0.9 + ln 0.5": "the same example",
        "a rate of 0.01: they move by −0.03 and +0.04": "an example by hand",
        "3 × (−0.03) = −0.09 and −4 × 0.04 = −0.16": "the same example",
        "so 0.001 serves many networks": "a default",
        "is 0.2 and is 0.004": "Adam's formula, by hand",
        "divided by 0.1 and 0.001": "Adam's formula",
        "is 0.999 times plus 0.001 times the square": "Adam's formula",
        "rate of 0.25 the step is -0.25 × 4": "an example by hand",
        "to 1.5; the next leads to 1.25": "the same example",
        "nine in ten of the validation images": "an exercise's goal",
    },
    "05_training_in_practice": {
        "1.1 times the lowest": "a rule of the exercise",
        "30, 34 and 32 mistakes": "an exercise by hand",
        "0.3 points in ten runs: squared, 0.09": "an invented example",
        "0.18; divided by ten, 0.018; the root, 0.13 points": "an invented example",
        "validation loss 0.9 and rising": "an invented example",
        "94 of 100 right": "an invented example",
        "40 of 100": "an invented example",
    },
    "06_evaluation": {
        "0.00000196; the root is 0.0014": "by hand, from 0.98 and 10,000",
        "about 0.0027": "by hand, from 0.98 and 10,000",
        "with 95% of them within": "the normal distribution",
        "20 right answers of 20": "an invented example",
        "20 of 20": "an invented example",
        "nine of ten answers are 1 point too sure and the rest 11": "an invented example",
        "one in twenty": "a level of significance, or the share refused: chosen",
        "misses nine in ten, would get 0.55": "an invented example",
        "nine in ten are right": "what calibration means",
        "ten mistakes": "as many as the cell shows",
        "15 of 100": "Northcutt, Athalye and Mueller 2021",
        "one of ten digits": "ten classes",
        "361 of 400": "an exercise by hand",
        "0.00022; the root is 0.0148": "an exercise by hand",
        "0.029, that is 2.9 points": "an exercise by hand",
        "80 of 100": "an exercise by hand",
    },
    "07_same_layers_better": {
        "98 of 100": "chapter 1's result, which its claims hold",
        "up to 0.15": "a setting",
        "99.91%": "An et al. 2020",
        "nine mistakes": "An et al. 2020",
        "15 of them most did not choose the label": "Northcutt, Athalye and Mueller 2021",
        'at least ten "mistakes"': "Northcutt, Athalye and Mueller 2021",
        "(2010) reached an error of 0.35%": "Ciresan et al.",
        "rate of 0.002": "an exercise by hand",
        "0.002, then half of that, 0.001": "an exercise by hand",
    },
    "08_your_own_handwriting": {
        "of 10 are right": "the count is computed; ten are shown",
        "255 is right": "the largest grey level",
    },
}
# An exam's numbers are invented, and its answers computed by tests/test_exam.py.
INVENTED = ("exam.md", "exam_answers.md")
WORDINGS = [
    "It is right on 97.9 % of them.",
    "[Chapter 1](01_first_recognizer.ipynb) reaches 97.9%.",
    "In 2024 this network got 97.9% right.",
    "It reads 9,787 of them.",
    "It makes 213 mistakes in 10,000.",
    "It makes two hundred and thirteen mistakes.",
    "Of the test digits it misreads 213.",
    "Of 10,000 digits 213 were wrong.",
    "It reads 9,787 of the test digits.",
    "It reads 9,787 out of 10,000.",
    "It reads 9787/10000 of them.",
    "The accuracy is 0.979.",
    "Its accuracy is now 97.9, and rising.",
    "The target is 97.5 percent of the digits, which it passes.",
    "With a learning rate chosen so, 97.9 per cent are right.",
    "Ninety-eight percent are right.",
    "About 98 in a hundred are right.",
    "Nine in ten are read.",
    "That is 0.42 percentage points better.",
    "The validation loss fell to 0.2.",
    "It is right on **97.9**% of them.",
    "It is right on $97.9\\%$ of them.",
    "It is right on $0.979$ of them.",
    "The rate is `0.979`.",
    "It is right on 97.9&nbsp;% of them.",
    "It is right on <b>97.9</b>\n% of them.",
    "| Adam | 97.9% |",
    "- SGD: 97.5%\n- Adam: 97.9%",
    "It takes 12.3 seconds.",
    "One epoch is 2.4 times as fast.",
    "More than ninety in a hundred are read {{ accuracy:.0%}}.",
    "It makes 213 mistakes. {{ assert accuracy > 0.97 }}",
]
COMPUTED = [
    "It is right on {{ accuracy:.1%}} of them, {{ right:,}} of 10,000.",
    "It makes {{ wrong }} mistakes, `accuracy * 100`, $a = 0.979$.",
    "More than nine in ten are right. {{ assert accuracy > 0.9 }} So it is.",
    "There are 60,000 images of 28 by 28 pixels in 10 classes; the second has 128 units.",
    "```\naccuracy 0.979\n```",
    "![A figure](assets/97.9%.png) <!-- 97.9% -->",
    "One of them is a 7. Row 4 of the table; 15 epochs; chapters 1 to 8.",
]


def texts():
    """Return every text that a reader of the repository or of the site meets, by its name."""
    docs = ROOT / "docs"
    found = {"README.md": ROOT / "README.md", "CONTRIBUTING.md": ROOT / ".github/CONTRIBUTING.md"}
    found |= {"mkdocs.yml": ROOT / "mkdocs.yml"}
    found |= {path.relative_to(docs).as_posix(): path for path in docs.glob("*.md")}
    found |= {path.relative_to(docs).as_posix(): path for path in docs.glob("reference/*.md")}
    found |= {path.name: path for path in docs.glob("tools/templates/**/*.html")}
    for name in INVENTED:
        del found[name]
    written = {name: path.read_text(encoding="utf-8") for name, path in found.items()}
    for source in chapters.CHAPTERS.glob("[0-9]*.py"):
        cells = chapters.read_source(source).cells
        parts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        parts += [cell.metadata["alt"] for cell in cells if "alt" in cell.metadata]
        written[source.stem] = "\n\n".join(parts)
    return written


TEXTS = texts()


def test_every_kind_of_text_is_read():
    assert {"README.md", "index.md", "try.md", "glossary.md", "practice.md"} <= set(TEXTS)
    assert {*pages.PAGES, "reference/cli.md", "try.html", "exercise.html"} <= set(TEXTS)
    assert sum(name.startswith("0") for name in TEXTS) == 8
    assert "Validation error against the learning rate" in TEXTS["05_training_in_practice"]
    assert set(CITED) <= set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_measured_numbers_are_computed_or_cited(name):
    cited = CITED.get(name, {})
    found, met = typed.find(TEXTS[name], EVERYWHERE | cited)
    assert found == []
    assert set(cited) - met == set()


def test_what_is_excused_everywhere_is_somewhere():
    met = [typed.find(text, EVERYWHERE)[1] for text in TEXTS.values()]
    assert set.union(*met) == set(EVERYWHERE)


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_typed_measurement_is_found(wording):
    assert typed.find(wording, EVERYWHERE)[0]
    assert typed.find(f"As one sees. {wording} So it is.", EVERYWHERE)[0]


@pytest.mark.parametrize("name", TEXTS)
def test_typed_measurements_are_found_in_every_text(name):
    cited = EVERYWHERE | CITED.get(name, {})
    planted = [f"As one sees. {wording} So it is." for wording in WORDINGS]
    found, _ = typed.find("\n\n".join([TEXTS[name], *planted]), cited)
    for wording in planted:
        assert set(typed.find(wording, cited)[0]) <= set(found), wording


@pytest.mark.parametrize("text", COMPUTED)
def test_what_is_computed_or_no_measurement_is_let_be(text):
    assert typed.find(text, {}) == ([], set())


def test_a_phrase_excuses_only_itself():
    said = "The target is 97.87%, and it reaches 97.9%."
    assert typed.find(said, EVERYWHERE) == ([said], {"97.87%"})
    assert typed.find("The target is 97.88%.", EVERYWHERE)[0]


def test_the_front_page_counts_mistakes_as_they_are():
    assert "some two hundred mistakes on the test digits to fewer than fifty" in " ".join(
        TEXTS["index.md"].split()
    )
    notebook = json.loads((chapters.CHAPTERS / "01_first_recognizer.ipynb").read_text("utf-8"))
    values = [cell["metadata"].get("values", {}) for cell in notebook["cells"]]
    [accuracy] = {found["accuracy:.2%"] for found in values if "accuracy:.2%" in found}
    assert 150 < 10_000 * (1 - float(accuracy.rstrip("%")) / 100) < 250
    large = pages.read_results(ROOT / "docs/results")["large"]["runs"][0]
    assert len(large["mistakes"]) < 50
    assert re.fullmatch(r"0\.99\d+", str(large["accuracy"]))
