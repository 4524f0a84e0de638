"""The parts of a zipped document (Word, Excel, presentations, ODF, OFD), within limits."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from lxml import etree  # type: ignore[import-untyped]  # has no types of its own

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import BROKEN, ENCRYPTED, PLAIN_METHODS
from knowledge.reading.result import left_out_name, left_out_note, refusal

Element = Any
"""An element of lxml."""

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = tuple(
    (b"http://purl.oclc.org/ooxml/" + strict, b"http://schemas.openxmlformats.org/" + usual)
    for strict, usual in (
        (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
        (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
        (b"presentationml/main", b"presentationml/2006/main"),
        (b"drawingml/main", b"drawingml/2006/main"),
        (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    )
)
# A page of prose makes some 40 kB of XML; formatting that Word keeps for every word, five times
# as much. It grows tenfold as a tree in memory.
MOST_BYTES = 24 << 20
MOST_RATIO = 100
_SMALL = 1 << 20  # what may be packed as tightly as it likes
MOST_TAGS = 600_000  # a page makes some 300; as many as this are read in a few seconds


class Parts:
    """The parts of one file by their paths, whose case and kind of slash mean nothing.

    ``form`` names the file to its user, in [forms] of reading.toml. Everything but ``optional``
    raises UnreadableFile for what is broken, locked or too large.
    """

    def __init__(self, data: bytes, form: str) -> None:
        self._form = form
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self._archive.infolist()
        except BROKEN as error:
            raise self.broken_refusal() from error
        self._infos = {part_name(info.filename): info for info in infos}
        self._left = 4 * MOST_BYTES
        self.left_out: list[str] = []
        """What could not be read of the file, in words for its user."""

    def broken_refusal(self) -> UnreadableFile:
        """The error that says that the file is damaged."""
        return refusal(f"broken.{self._form}")

    def tree(self, name: str) -> Element | None:
        """The XML of a part; None where there is no such part."""
        data = self.content(name)
        return None if data is None else xml_tree(data, self._form)

    def optional(
        self, name: str, label: str, /, *, listed: bool = False, **fields: object
    ) -> Element | None:
        """The XML of a part without which the rest is sound; None where it cannot be read.

        It is then noted as left out, under its label in [left_out] of reading.toml; so is one
        that is ``listed`` as a piece of the document, and is not there.
        """
        found = None
        with suppress(UnreadableFile):
            found = self.tree(name)
            if found is not None or not listed:
                return found
        self.leave_out(label, **fields)
        return None

    def leave_out(self, label: str, /, **fields: object) -> None:
        """Note what could not be read, by its label."""
        self.left_out.append(left_out_name(label, **fields))

    def with_note(self, text: str) -> str:
        """A text with a last line on what was left out of it; there has to be something else."""
        if self.left_out and not text.strip():
            raise self.broken_refusal()
        return text + left_out_note(self.left_out)

    def main(self, name: str) -> Element:
        """The XML of a part without which there is no document."""
        found = self.tree(name)
        if found is None:
            raise self.broken_refusal()
        return found

    def content(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is no such part."""
        info = self._infos.get(part_name(name))
        if info is None:
            return None
        if info.flag_bits & ENCRYPTED:
            raise refusal("unsupported.encrypted")
        if info.compress_type not in PLAIN_METHODS:
            raise self.broken_refusal()
        allowed = min(MOST_BYTES, self._left, max(_SMALL, info.compress_size * MOST_RATIO))
        try:
            with self._archive.open(info) as file:  # what the header says of the size may be a lie
                data = file.read(allowed + 1)
        except BROKEN as error:
            raise self.broken_refusal() from error
        self._left -= len(data)
        if len(data) > allowed:
            raise refusal(f"bloated.{self._form}")
        return data


def xml_tree(data: bytes, form: str) -> Element:
    """The tree of some XML, such as a part; raises UnreadableFile with the words of a form.

    No entity is resolved, nothing fetched; libxml2 bounds the depth.
    """
    if b"<!DOCTYPE" in data:  # no program writes one; in it lie the traps of XML
        raise refusal(f"broken.{form}")
    if data.count(b"<") > MOST_TAGS:
        raise refusal(f"bloated.{form}")
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refusal(f"broken.{form}") from error


class Relation(NamedTuple):
    """What a part of an Office file names: the last word of the kind, and the other part."""

    kind: str
    target: str


class OfficeParts(Parts):
    """The parts of an Office file, which name one another by relations."""

    def __init__(self, data: bytes, form: str) -> None:
        super().__init__(data, form)
        self.relations = cache(self._relations)

    def _relations(self, part: str) -> dict[str, Relation]:
        """What a part names, by id; nothing that lies outside the file."""
        folder, name = posixpath.split(part)
        tree = self.optional(posixpath.join(folder, "_rels", f"{name}.rels"), "relations")
        return dict(_relations_in(tree, folder)) if tree is not None else {}

    def related(
        self, part: str, element: Element, kind: str, /, **fields: object
    ) -> tuple[Element | None, str]:
        """The XML and the name of the part of a kind that an element of a part names.

        One that cannot be read is left out, under its kind.
        """
        found = self.relations(part).get(element.get(_RELATION_ID, ""))
        named = found.target if found and found.kind == kind else ""
        return (self.optional(named, kind, listed=True, **fields) if named else None), named

    def target(self, part: str, kind: str) -> str:
        """The first part of a kind that a part names; ``""`` for none."""
        found = (r.target for r in self.relations(part).values() if r.kind == kind)
        return next(found, "")


def _relations_in(tree: Element, folder: str) -> Iterator[tuple[str, Relation]]:
    for relation in tree:
        if relation.get("TargetMode") != "External":
            kind = str(relation.get("Type")).rsplit("/", 1)[-1]
            target = part_name(posixpath.join("/", folder, relation.get("Target") or ""))
            yield relation.get("Id") or "", Relation(kind, target)


def part_name(raw: str) -> str:
    """A part's name for comparison: programs differ in case and slashes."""
    return posixpath.normpath(raw.replace("\\", "/").lstrip("/")).lower()
