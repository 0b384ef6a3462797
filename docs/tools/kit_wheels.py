"""The wheels of a kit: chosen, fetched and checked for machines unlike this one.

pip fetches wheels for other machines, but decides which packages are needed as if they were for
its own. So uv decides which, and pip fetches. Each reads its own settings for the index to ask.
"""

import email
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from packaging import tags
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

PYTHONS = ("3.11", "3.12", "3.13")


class KitError(RuntimeError):
    """The kit cannot be made; the message says what to do."""


class Platform(NamedTuple):
    """A kind of machine, in the words of those who ask for it."""

    folder: str  # what a machine of this kind calls itself
    uv: str
    tags: tuple[str, ...]  # of the wheels that it can install
    markers: dict[str, str]


def markers(system: str, sys_platform: str, machine: str, os_name: str = "posix") -> dict[str, str]:
    """Return what a machine answers to the conditions of requirements."""
    return {
        "platform_system": system,
        "sys_platform": sys_platform,
        "platform_machine": machine,
        "os_name": os_name,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


# glibc 2.28 and macOS 13 are the oldest that the wheels must run on.
LINUX = (*(f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)), "manylinux2014_x86_64")
LINUX += ("manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64")
PLATFORMS = {
    "windows": Platform(
        "windows-amd64",
        "x86_64-pc-windows-msvc",
        ("win_amd64",),
        markers("Windows", "win32", "AMD64", "nt"),
    ),
    "mac-arm": Platform(
        "darwin-arm64",
        "aarch64-apple-darwin",
        tuple(tags.mac_platforms((13, 0), "arm64")),
        markers("Darwin", "darwin", "arm64"),
    ),
    "mac-intel": Platform(
        "darwin-x86_64",
        "x86_64-apple-darwin",
        tuple(tags.mac_platforms((13, 0), "x86_64")),
        markers("Darwin", "darwin", "x86_64"),
    ),
    "linux": Platform(
        "linux-x86_64", "x86_64-manylinux_2_28", LINUX, markers("Linux", "linux", "x86_64")
    ),
}


def folder_name(name: str, python: str) -> str:
    """Return the name of the folder of wheels, as ready.py looks for it."""
    return f"{PLATFORMS[name].folder}-python{python}"


def told(command: list[str], failure: str) -> str:
    """Run a Python module; return what it prints."""
    finished = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    if finished.returncode:
        raise KitError(
            f"{failure} It says:\n{finished.stderr.strip()[-1500:]}\n"
            "Without a network, connect to one, and run this command again."
        )
    return finished.stdout


def resolve(own: Path, wanted: str, name: str, python: str) -> list[str]:
    """Return what a wheel needs on a machine, with versions: ``numpy==2.4.1``, without itself."""
    if find_spec("uv") is None:
        raise KitError("uv is missing. Install it with: python -m pip install -e '.[kit]'")
    asked = own.with_name("wanted.txt")
    asked.write_text(f"{wanted} @ {own.resolve().as_uri()}\n", encoding="utf-8")
    command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    command += ["--only-binary", ":all:", "--no-emit-package", Requirement(wanted).name]
    command += ["--python-platform", PLATFORMS[name].uv, "--python-version", python, str(asked)]
    try:
        printed = told(command, f"uv finds no wheels of {wanted} for {name}, Python {python}.")
    finally:
        asked.unlink()
    return [line for line in printed.splitlines() if "==" in line]


def download(folder: Path, needed: list[str], name: str, python: str) -> None:
    """Fetch wheels for a machine."""
    command = ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--python-version", python, "--implementation", "cp", "--dest", str(folder)]
    for tag in PLATFORMS[name].tags:
        command += ["--platform", tag]
    told([*command, *needed], f"pip cannot fetch the wheels for {name}, Python {python}.")


def metadata(wheel: Path) -> email.message.Message:
    """Return what a wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.count("/") == 1 and member.endswith(".dist-info/METADATA"):
                return email.message_from_bytes(archive.read(member))
    raise KitError(f"Expected a wheel with METADATA. Received: {wheel.name}")


def needs(wheel: Path, extras: set[str], name: str, python: str) -> Iterator[Requirement]:
    """Yield what a wheel requires on a machine."""
    answers = {"python_version": python, "python_full_version": f"{python}.0"}
    answers |= PLATFORMS[name].markers
    for text in metadata(wheel).get_all("Requires-Dist", []):
        requirement = Requirement(text)
        for extra in {"", *extras}:
            if requirement.marker is None or requirement.marker.evaluate(
                {**answers, "extra": extra}
            ):
                yield requirement
                break


def check(folder: Path, wanted: str, name: str, python: str) -> None:
    """Say which wheel a machine cannot install, or needs and has not.

    Raises
    ------
    KitError
        If there is one.
    """
    version = tuple(int(part) for part in python.split("."))
    accepted = {*tags.cpython_tags(version, platforms=PLATFORMS[name].tags)}
    accepted |= {
        *tags.compatible_tags(version, f"cp{version[0]}{version[1]}", PLATFORMS[name].tags)
    }
    there = {}
    for wheel in sorted(folder.glob("*.whl")):
        package, release, _, fits = parse_wheel_filename(wheel.name)
        if not fits & accepted:
            raise KitError(f"{wheel.name} is not for {name}, Python {python}.")
        there[package] = (release, wheel)
    todo, seen = [Requirement(wanted)], set()
    while todo:
        requirement = todo.pop()
        if str(requirement) in seen:
            continue
        seen.add(str(requirement))
        release, wheel = there.get(canonicalize_name(requirement.name), (None, None))
        if release is None or not requirement.specifier.contains(release, prereleases=True):
            raise KitError(f"There is no wheel of {requirement} for {name}, Python {python}.")
        todo += needs(wheel, requirement.extras, name, python)


def gather(folder: Path, own: Path, wanted: str, name: str, python: str) -> None:
    """Put into a folder, beside the package's own wheel, all that it needs on a machine."""
    needed = resolve(own, wanted, name, python)
    if needed:
        download(folder, needed, name, python)
    check(folder, wanted, name, python)
