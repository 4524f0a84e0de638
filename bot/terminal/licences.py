"""The licences of the libraries that are installed, as their own metadata state them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, distributions

_LONGEST = 60  # what is longer is the licence's own text
_CLASSIFIER = "License :: "
_UNKNOWN = ("", "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Licence:
    """A library's name and version, and its licence; empty where it states none."""

    name: str
    version: str
    licence: str


def installed_licences() -> list[Licence]:
    """Of every library that this program could import, by name."""
    return sorted(set(_read(d.metadata for d in distributions())), key=lambda x: x.name.lower())


def _read(stated: Iterable[PackageMetadata]) -> Iterator[Licence]:
    for metadata in stated:
        if name := _field(metadata, "Name"):
            yield Licence(name, _field(metadata, "Version"), licence_of(metadata))


def licence_of(metadata: PackageMetadata) -> str:
    """The expression, else what the classifiers name, else a short licence field."""
    if expression := _field(metadata, "License-Expression"):
        return expression
    classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith(_CLASSIFIER)]
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.count(" :: ") > 1]
    first, _, rest = _field(metadata, "License").strip().partition("\n")
    if not rest and first not in _UNKNOWN and len(first) <= _LONGEST:
        return first
    return " / ".join(named) or (first[:_LONGEST] if first not in _UNKNOWN else "")


def _field(metadata: PackageMetadata, name: str) -> str:
    return str(next(iter(metadata.get_all(name, [])), ""))
