"""The parts of a .docx file as XML trees, never beyond the limits, and the styles in them."""

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]  # has no types of its own

from knowledge.reading.archives import BROKEN, ENCRYPTED, PLAIN_METHODS
from knowledge.reading.result import refusal

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
_OFF = frozenset({"0", "false", "off"})
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_LAST_LEVEL = 8  # of outlineLvl; 9 says that a paragraph is body text
_LONGEST_CHAIN = 20


class Package:
    """The parts of one file. Raises UnreadableFile where they are broken, locked or too large."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self._archive.infolist()
        except BROKEN as error:
            raise refusal("broken_docx") from error
        self._infos = {_name(info.filename): info for info in infos}
        self.main = self._target(self._relations(""), "officeDocument", "") or _MAIN
        self._of_main = self._relations(self.main)

    def document(self) -> Element:
        """The main part."""
        found = self._part(self.main)
        if found is None:
            raise refusal("broken_docx")
        return found

    def beside(self, kind: str) -> Element | None:
        """The part that the main one names as its styles, numbering, footnotes or endnotes."""
        target = self._target(self._of_main, kind, posixpath.dirname(self.main))
        return self._part(target) if target else None

    def _target(self, relations: Element | None, kind: str, folder: str) -> str:
        for relation in relations if relations is not None else ():
            target_kind = str(relation.get("Type")).rsplit("/", 1)[-1]
            if target_kind == kind and relation.get("TargetMode") != "External":
                return _name(posixpath.join("/", folder, relation.get("Target") or ""))
        return ""

    def _relations(self, part: str) -> Element | None:
        folder, name = posixpath.split(part)
        return self._part(_name(posixpath.join(folder, "_rels", f"{name}.rels")))

    def _part(self, name: str) -> Element | None:
        info = self._infos.get(name)
        return None if info is None else _tree(self._bytes(info))

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & ENCRYPTED:
            raise refusal("unsupported.encrypted")
        if info.compress_type not in PLAIN_METHODS:
            raise refusal("broken_docx")
        allowed = min(MOST_BYTES, max(_SMALL, info.compress_size * MOST_RATIO))
        try:
            with self._archive.open(info) as file:  # what the header says of the size may be a lie
                data = file.read(allowed + 1)
        except BROKEN as error:
            raise refusal("broken_docx") from error
        if len(data) > allowed:
            raise refusal("bloated_docx")
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


def whole(text: str | None) -> int | None:
    """An attribute's whole number of at most seven characters; None for anything else."""
    bare = (text or "").strip()
    if not bare.removeprefix("-").isdecimal() or len(bare) > 7:
        return None
    return int(bare)


def _name(raw: str) -> str:
    """A part's name for comparison: programs differ in case and slashes."""
    return posixpath.normpath(raw.replace("\\", "/").lstrip("/")).lower()


def _tree(data: bytes) -> Element:
    """The tree of a part. No entity is resolved, nothing is fetched; libxml2 bounds the depth."""
    if b"<!DOCTYPE" in data:  # no program writes one; in it lie the traps of XML
        raise refusal("broken_docx")
    if data.count(b"<") > MOST_TAGS:
        raise refusal("bloated_docx")
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refusal("broken_docx") from error


@dataclass(frozen=True, slots=True)
class DocxStyle:
    """A style with what it has of those below it.

    ``outline`` is the level of a heading, 0 the highest. ``num`` and ``level`` name the automatic
    numbering. None is what no style tells.
    """

    id: str = ""
    outline: int | None = None
    num: int | None = None
    level: int | None = None
    hidden: bool | None = None
    contents: bool = False


_NONE = DocxStyle()


class DocxStyles:
    """The styles of a document, by id."""

    def __init__(self, part: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._styles: dict[str, DocxStyle] = {}
        self.usual = ""
        for style in part.iterfind(f"{W}style") if part is not None else ():
            key = style.get(W + "styleId", "")
            self._elements.setdefault(key, style)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true"}:
                self.usual = self.usual or key

    def style(self, key: str | None) -> DocxStyle:
        """The style of an id; one that says nothing where there is none."""
        if key not in self._styles:
            self._styles[key or ""] = self._resolve(key or "")
        return self._styles[key or ""]

    def num_of(self, key: str) -> int | None:
        """The numbering that a numbering style names."""
        return number(self._elements.get(key), "pPr/numPr/numId")

    def _resolve(self, key: str) -> DocxStyle:
        chain: list[Element] = []
        while (element := self._elements.get(key)) is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(element)
            key = value(element, "basedOn") or ""
        style = _NONE
        for element in reversed(chain):
            style = _inherit(style, element)
        return style


def _inherit(below: DocxStyle, element: Element) -> DocxStyle:
    """A style over the one that it is based on."""
    name = value(element, "name") or ""
    outline = number(element, "pPr/outlineLvl")
    if outline is None and (named := _HEADING.fullmatch(name.strip())):
        outline = int(named[1]) - 1
    num, level = number(element, "pPr/numPr/numId"), number(element, "pPr/numPr/ilvl")
    hidden = flag(element.find(f"{W}rPr"), "vanish")
    return DocxStyle(
        element.get(W + "styleId", ""),
        below.outline if outline is None else outline,
        below.num if num is None else num,
        below.level if level is None else level,
        below.hidden if hidden is None else hidden,
        contents=below.contents or bool(_TABLE_OF_CONTENTS.fullmatch(name.strip())),
    )


def outline_level(style: DocxStyle, properties: Element | None) -> int | None:
    """The heading level of a paragraph, 1 the highest; None for body text."""
    own = number(properties, "outlineLvl")
    level = style.outline if own is None else own
    return level + 1 if level is not None and 0 <= level <= _LAST_LEVEL else None
