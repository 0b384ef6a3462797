"""Griffe extension: what the reference says of a parameter is what its signature says.

Griffe gives all the names of an entry like `beta_1, beta_2 : float` the default, and without a
type also the annotation, of the first; takes the first of `{"train", "test"}` for a default; and
reads types that are prose as Python, which makes "path - like" of path-like. Here types are shown
as they are written and defaults come from the signature, each parameter's own.
"""

import re
from collections.abc import Iterator
from typing import Any

import griffe
from markupsafe import Markup, escape

TITLES = {
    griffe.DocstringSectionKind.attributes: "Attributes",
    griffe.DocstringSectionKind.parameters: "Parameters",
    griffe.DocstringSectionKind.raises: "Raises",
    griffe.DocstringSectionKind.returns: "Returns",
    griffe.DocstringSectionKind.yields: "Yields",
}


class Signatures(griffe.Extension):
    """Correct the documented parameters of a package, and the types of all that is documented."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Correct every docstring of the package."""
        correct_members(pkg)


def correct_members(thing: griffe.Object) -> None:
    """Correct the docstrings of a module, class or function and of all within it."""
    if thing.docstring:
        correct(thing.docstring, thing)
    for member in thing.members.values():
        if not member.is_alias:
            correct_members(member)


def correct(docstring: griffe.Docstring, owner: griffe.Object) -> None:
    """Give what is documented the types as written, and parameters their own defaults."""
    for section in docstring.parsed:
        if section.kind not in TITLES:
            continue
        entries = list(read_entries(docstring.lines, TITLES[section.kind]))
        if section.kind is griffe.DocstringSectionKind.parameters:
            documented = {parameter.name: parameter for parameter in section.value}
            for names, written in entries:
                correct_parameters(names.split(", "), written, documented, owner)
            continue
        for item, (name, written) in zip(section.value, entries, strict=True):
            # What returns, yields or raises may have a name before its type; an attribute has.
            if section.kind is not griffe.DocstringSectionKind.attributes and not written:
                written = name
            elif section.kind is not griffe.DocstringSectionKind.raises:
                item.name = name
            item.annotation = link_classes(written, owner)


def correct_parameters(
    names: list[str],
    written: str,
    documented: dict[str, griffe.DocstringParameter],
    owner: Any,
) -> None:
    """Correct the parameters of one entry; only the last one has the text that is about all."""
    for name in names:
        parameter = owner.parameters[name]
        item = documented[name]
        item.annotation = link_classes(written, owner) if written else parameter.annotation
        item.value = None if name.startswith("*") else parameter.default
        if name != names[-1]:
            item.description = None


def read_entries(lines: list[str], title: str) -> Iterator[tuple[str, str]]:
    """Yield the two sides of the colon of each entry in a docstring's section."""
    start = lines.index(title) + 2
    for number, line in enumerate(lines[start:], start):
        if "".join(lines[number + 1 : number + 2]).startswith("---"):
            return
        if line and not line.startswith(" "):
            name, _, written = line.partition(" : ")
            yield name, written


def link_classes(written: str, owner: griffe.Object) -> Markup:
    """Return a type as HTML: choices as a sentence says them, the package's classes as links."""
    written = re.sub(r", (optional|default.*)$", "", written)
    choices = re.fullmatch(r"\{(.+)\}", written)
    if choices:
        written = " or ".join(choices[1].split(", "))

    def link(match: re.Match[str]) -> str:
        try:
            path = owner.resolve(match[0])
        except griffe.NameResolutionError:
            return match[0]
        if not path.startswith("digitlearn."):
            return match[0]
        return f'<autoref identifier="{path}" optional>{match[0]}</autoref>'

    return Markup(re.sub(r"\b[A-Z]\w+", link, str(escape(written))))
