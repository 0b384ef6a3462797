"""Digits for the tests, and settings for all of them."""

import os

# Before NumPy is imported: small products share two cores badly, and one thread is always the same.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest
from building import build_once
from hypothesis import settings
from own import NAMES

from digitlearn import data, sources
from digitlearn.preprocessing import scale_pixels

# No deadline: how long an example takes says more about the machine than about the code.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Their tests start a browser, a kernel, TensorFlow, a build of the site or other processes.
SLOW_FILES = {
    "test_benchmarks",
    "test_browser_parity",
    "test_chapter_tools",
    "test_chapters",
    "test_cheatsheet",
    "test_export",
    "test_keras_models",
    "test_kit",
    "test_live",
    "test_live_figures",
    "test_mutate",
    "test_pages",
    "test_practice",
    "test_print",
    "test_site",
    "test_study",
    "test_try",
}
# MNIST's tests look at thousands of digits.
SLOW_FIXTURES = {"mnist_test", "mnist_train", "site"}


def pytest_configure(config):
    """Make errors of the warnings that arise in this project's code; others are shown."""
    modules = "|".join(NAMES).replace(".", r"\.")
    config.addinivalue_line("filterwarnings", f"error:::({modules})$")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as quick what is not slow, before ``-m`` chooses."""
    for item in items:
        slow = item.path.stem in SLOW_FILES or SLOW_FIXTURES & set(item.fixturenames)
        if not slow and not item.get_closest_marker("slow"):
            item.add_marker("quick")


@pytest.fixture(scope="session")
def embedded_train():
    """Return the 1,437 embedded training digits."""
    return _frozen(data.load_embedded("train"))


@pytest.fixture(scope="session")
def embedded_test():
    """Return the 360 embedded test digits."""
    return _frozen(data.load_embedded("test"))


@pytest.fixture(scope="session")
def digits(embedded_train):
    """Return the embedded training digits as a network takes them: scaled images, labels."""
    return scale_pixels(embedded_train.images), embedded_train.labels


@pytest.fixture(scope="session")
def validation(embedded_test):
    """Return the embedded test digits, to validate with: scaled images, labels."""
    return scale_pixels(embedded_test.images), embedded_test.labels


@pytest.fixture(scope="session")
def mnist_train():
    """Return MNIST's 60,000 training digits, or skip where MNIST is not to be had."""
    return _mnist("train")


@pytest.fixture(scope="session")
def mnist_test():
    """Return MNIST's 10,000 test digits, or skip where MNIST is not to be had."""
    return _mnist("test")


@pytest.fixture
def splits_loaded(monkeypatch):
    """Return a list to which each call of `data.load` adds the split that it asks for."""
    asked, load = [], data.load
    monkeypatch.setattr(
        data, "load", lambda split, **more: asked.append(split) or load(split, **more)
    )
    return asked


@pytest.fixture(scope="session")
def site(request, tmp_path_factory):
    """Return the folder of the site, built strictly, as without a public address."""
    folder = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):  # of pytest-xdist: all its workers share one
        folder = folder.parent
    return build_once(folder / "site")


def _mnist(split):
    # The tests download nothing. A DIGITLEARN_DATA that does not work is an error, no reason
    # to skip.
    if not os.environ.get("DIGITLEARN_DATA") and not any(f.exists() for f in sources.caches()):
        pytest.skip("needs MNIST: set DIGITLEARN_DATA, or call digitlearn.load_mnist() once")
    return _frozen(data.load_mnist(split))


def _frozen(digits):
    """Make the arrays read-only: every test gets the same ones."""
    digits.images.flags.writeable = False
    digits.labels.flags.writeable = False
    return digits
