"""Say whether this laptop is ready for the chapters, and if not, what to do.

    python3 ready.py             install what is missing from this folder, then check
    python3 ready.py --start     the same, then open the notebooks in JupyterLab

Nothing comes from the network.
"""

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = ".".join(platform.python_version_tuple()[:2])
MACHINE = f"{platform.system()}-{platform.machine()}".lower()
KIND = f"{MACHINE}-python{VERSION}"
WHEELS = HERE / "wheels" / KIND
ENVIRONMENT = HERE / "environment"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
WANTED = "digitlearn[chapters]"
LIBRARIES = ["digitlearn", "jupyterlab"]
TENSORFLOW = any(WHEELS.glob("tensorflow-*"))  # there are machines for which it has no release
LOAD = "import digitlearn; digitlearn.load_mnist('train'); digitlearn.load_mnist('test')"


def run(*arguments: str) -> str:
    """Run the environment's Python; return what it complains of, or nothing."""
    known = {**os.environ, "DIGITLEARN_DATA": str(HERE / "data" / "mnist.npz")}
    done = subprocess.run([PYTHON, *arguments], capture_output=True, text=True, env=known)
    return done.stderr.strip()[-400:] or "it failed" if done.returncode else ""


def wheels() -> str:
    """Say whether the kit has wheels for this machine."""
    if WHEELS.is_dir():
        return ""
    there = sorted(path.name for path in (HERE / "wheels").glob("*"))
    fitting = [name.rpartition("python")[2] for name in there if name.startswith(f"{MACHINE}-")]
    advice = "Ask for a kit that has them: docs/tools/kit.py makes it, with --for and --python."
    if fitting:
        versions = " or ".join(fitting)
        advice = f"Install Python {versions} on this laptop, and run this script with it."
        if os.name == "nt":
            advice += f" To run it: py -{fitting[0]} ready.py"
        else:
            advice += f" To run it: python{fitting[0]} ready.py"
    return (
        f"The kit has no wheels for this machine, which is {KIND}."
        f" It has: {', '.join(there) or 'none'}.\n{advice}\n"
        "Without them, the pages in the folder site still work: see README.txt."
    )


def environment() -> str:
    """Make the environment where it is missing, and install the wheels into it."""
    if not PYTHON.exists():
        done = subprocess.run(
            [sys.executable, "-m", "venv", ENVIRONMENT], capture_output=True, text=True
        )
        if done.returncode:
            return f"No environment can be made in {HERE}: {done.stderr.strip()[-400:]}"
    if not imports():
        return ""
    place = ["--no-index", "--find-links", str(WHEELS)]
    complaint = run("-m", "pip", "install", "--quiet", *place, WANTED)
    return complaint and f"The wheels cannot be installed; is the disk full? pip says:\n{complaint}"


def imports() -> str:
    """Say whether the libraries can be imported."""
    libraries = [*LIBRARIES, "tensorflow"] if TENSORFLOW else LIBRARIES
    complaint = run("-c", f"import {', '.join(libraries)}")
    return complaint and f"A library cannot be imported:\n{complaint}"


def mnist() -> str:
    """Say whether MNIST is there, to the last byte."""
    complaint = run("-c", LOAD)
    return complaint and f"MNIST is missing or damaged. Copy the folder data again.\n{complaint}"


def notebooks() -> str:
    """Say whether the notebooks are there."""
    count = len(list((HERE / "notebooks" / "student").glob("*.ipynb")))
    return "" if count else "The notebooks are missing. Copy the folder notebooks again."


CHECKS: dict[str, Callable[[], str]] = {
    "wheels for this machine": wheels,
    "installed": environment,
    "libraries": imports,
    "MNIST": mnist,
    "notebooks": notebooks,
}


def main() -> int:
    """Check one thing after the other; stop at the first that is missing."""
    for name, check in CHECKS.items():
        complaint = check()
        print(f"{name}: {'MISSING' if complaint else 'ok'}", flush=True)
        if complaint:
            print(f"\nThis laptop is not ready.\n{complaint}")
            return 1
    print("\nThis laptop is ready.")
    if not TENSORFLOW:
        print("TensorFlow has no release for it: chapters 1 and 2 do not run, nor Keras in others.")
    if "--start" in sys.argv:
        data = str(HERE / "data" / "mnist.npz")
        command = [PYTHON, "-m", "jupyter", "lab", HERE / "notebooks" / "student"]
        return subprocess.run(command, env={**os.environ, "DIGITLEARN_DATA": data}).returncode
    print("To begin: python3 ready.py --start")
    return 0


if __name__ == "__main__":
    sys.exit(main())
