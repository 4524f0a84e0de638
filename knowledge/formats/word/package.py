"""The zip package of a .docx file: its parts as XML trees, never beyond the limits."""

import io
import posixpath
import struct
import zipfile
import zlib
from functools import cache
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]  # has no types of its own

from knowledge.refusals import refused

Element = Any
"""An element of lxml."""

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_MAIN = "word/document.xml"
# A page of prose makes some 40 kB of XML; formatting that Word keeps for every word, five times
# as much. It grows tenfold as a tree in memory.
MOST_BYTES = 24 << 20
MOST_RATIO = 100
_SMALL = 1 << 20  # what may be packed as tightly as it likes
MOST_TAGS = 600_000  # a page makes some 300; as many as this are read in a few seconds
_ENCRYPTED = 0x1
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may grow without measure
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
_OFF = frozenset({"0", "false", "off"})


class Package:
    """The parts of one file. Raises UnreadableFile where they are broken, locked or too large."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self._archive.infolist()
        except _BROKEN as error:
            raise refused("broken_docx") from error
        self._infos = {_name(info.filename): info for info in infos}
        self.main = self._target(self._relations(""), "officeDocument", "") or _MAIN
        self._of_main = self._relations(self.main)

    def document(self) -> Element:
        """The main part."""
        found = self._part(self.main)
        if found is None:
            raise refused("broken_docx")
        return found

    def beside(self, kind: str) -> Element | None:
        """The part that the main one names as its styles, numbering, footnotes or endnotes."""
        target = self._target(self._of_main, kind, posixpath.dirname(self.main))
        return self._part(target) if target else None

    def _target(self, relations: Element | None, kind: str, folder: str) -> str:
        for relation in relations if relations is not None else ():
            told = str(relation.get("Type")).rsplit("/", 1)[-1]
            if told == kind and relation.get("TargetMode") != "External":
                return _name(posixpath.join("/", folder, relation.get("Target") or ""))
        return ""

    def _relations(self, part: str) -> Element | None:
        folder, name = posixpath.split(part)
        return self._part(_name(posixpath.join(folder, "_rels", f"{name}.rels")))

    def _part(self, name: str) -> Element | None:
        info = self._infos.get(name)
        return None if info is None else _tree(self._bytes(info))

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & _ENCRYPTED:
            raise refused("unsupported.encrypted")
        if info.compress_type not in _PLAIN_METHODS:
            raise refused("broken_docx")
        allowed = min(MOST_BYTES, max(_SMALL, info.compress_size * MOST_RATIO))
        try:
            with self._archive.open(info) as file:  # what the header says of the size may be a lie
                data = file.read(allowed + 1)
        except _BROKEN as error:
            raise refused("broken_docx") from error
        if len(data) > allowed:
            raise refused("bloated_docx")
        return data


def flag(parent: Element | None, name: str) -> bool | None:
    """What a switch such as w:vanish says; None where it is not set."""
    found = None if parent is None else parent.find(W + name)
    return None if found is None else found.get(W + "val", "1").lower() not in _OFF


def value(parent: Element | None, path: str) -> str | None:
    """The w:val of an element below, by its path of names without prefix."""
    if parent is None:
        return None
    found = parent.find(_in_full(path))
    return None if found is None else found.get(W + "val")


@cache
def _in_full(path: str) -> str:
    return "/".join(W + name for name in path.split("/"))


def number(parent: Element | None, path: str) -> int | None:
    """The same as a whole number; None where it is none, or an absurd one."""
    return whole(value(parent, path))


def whole(told: str | None) -> int | None:
    """A whole number as attributes tell it, of at most six digits."""
    bare = (told or "").strip()
    if not bare.removeprefix("-").isdecimal() or len(bare) > 7:
        return None
    return int(bare)


def _name(told: str) -> str:
    """A part's name as it is compared: names differ by case and stroke from program to program."""
    return posixpath.normpath(told.replace("\\", "/").lstrip("/")).lower()


def _tree(data: bytes) -> Element:
    """The tree of a part. No entity is resolved, nothing is fetched; libxml2 bounds the depth."""
    if b"<!DOCTYPE" in data:  # no program writes one; in it lie the traps of XML
        raise refused("broken_docx")
    if data.count(b"<") > MOST_TAGS:
        raise refused("bloated_docx")
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refused("broken_docx") from error
