"""The registry of formats: how each is told by its content, and who reads it.

A new format is a module beside this one, with a function from bytes to text, and an entry in
``FORMATS``. Modules are imported with the first file that needs them: no load pays for the others.
"""

import importlib
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from knowledge.reading.archives import BROKEN, ArchiveLimits, Container, list_fits
from knowledge.reading.csv import is_csv
from knowledge.reading.encoding import MAIL_HEAD
from knowledge.reading.result import PagedText

_HEAD_BYTES = 4096
# A mark and UTF-16's NULs are taken off before the opening of a text is looked at.
_MARK = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
# The article of a page alone, without a head.
_TAG = re.compile(rb"(?i)</?(?:p|br|div|span|td|font|strong|b)(?:\s[^<>]*)?/?>")
_TABLE = re.compile(rb"(?is)<table\b.*?(?:</table\s*>|\Z)")
_LEAST_TAGS = 8
_PACKED = rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\0"
_PICTURES = ".png .jpg .jpeg .bmp .tif .tiff .webp"
# What programs of offices write before what they encrypt.
_LOCKED = rb"%TSD-Header|.{0,4}DRMONE|SCDSA00\d|<## NASCA DRM|.{4,32}E-SafeNet"
_WORD_XML = (
    rb"\s*<\?xml\b[^>]*>\s*"
    rb"(?:<\?mso-application[^>]*Word\.Document|<w:wordDocument\b|<pkg:package\b)"
)
_IMAGE = rb"\x89PNG\r|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP"
# Unlike a page that a browser saved, a mail says to whom it goes, or by what way it came.
_MAIL = (
    rb"(?i)(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?"
    rb"(?:to|received|message-id|return-path|delivered-to):"
)
_ZIP = rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Probe:
    """A file's content as formats look at it; everything is worked out once, and only if needed."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def plain_head(self) -> bytes:
        """The first bytes of a text without its byte order mark and UTF-16's NULs."""
        return _MARK.sub(b"", self.data[:_HEAD_BYTES]).replace(b"\0", b"")

    @cached_property
    def members(self) -> Sequence[str] | None:
        """The names that a zip archive lists, none of a list that is too long; None if broken."""
        if not re.match(_ZIP, self.data) or not list_fits(self.data, ArchiveLimits().directory):
            return ()
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
                return archive.namelist()
        except BROKEN:
            return None


Test = Callable[[Probe], bool]
"""Whether a content is of a format."""
Reader = Callable[[bytes], str | PagedText]
"""Gives the text, with its pages if it has any; raises NotText or UnreadableFile."""


def opens_with(pattern: bytes) -> Test:
    """The content begins with what a pattern matches."""
    opening = re.compile(pattern, re.DOTALL)
    return lambda probe: opening.match(probe.data) is not None


def opens_as_text(*patterns: bytes) -> Test:
    """The content, a text in any encoding, begins with what one of the patterns matches."""
    openings = [re.compile(pattern, re.DOTALL) for pattern in patterns]
    return lambda probe: any(opening.match(probe.plain_head) for opening in openings)


def is_zip_with(*names: str) -> Test:
    """A zip archive that lists all these names; one that ends in a slash is a folder's."""

    def lists(probe: Probe, name: str) -> bool:
        members = probe.members or ()
        return name in members or (name.endswith("/") and any(m.startswith(name) for m in members))

    return lambda probe: all(lists(probe, name) for name in names)


def is_ole_with(*streams: str) -> Test:
    """An old Office file (OLE) with one of these streams; without any named, every such file."""
    wanted = [stream.encode("utf-16-le") for stream in streams or ("",)]
    return lambda probe: (
        probe.data.startswith(_OLE) and any(stream in probe.data for stream in wanted)
    )


def _is_article(probe: Probe) -> bool:
    outside = _TABLE.sub(b"", probe.plain_head)  # a text may have tables of tags, as Markdown has
    looked_at = outside if outside.strip() else probe.plain_head
    return len(_TAG.findall(looked_at)) >= _LEAST_TAGS


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, whether a content ``is`` one, and its reader as ``module.function``.

    One without a reader is refused in its own words ([unsupported] in data/reading.toml).
    ``container`` is, in the same way, what gives the members of a file that holds others; it is
    made and used as ``archives.Archive``. ``endings`` are those of files to take from folders.
    """

    name: str
    test: Test
    reader: str = ""
    endings: str = ""
    container: str = ""


FORMATS = (
    Format("drm", opens_with(_LOCKED)),
    Format("drm", is_ole_with("DRMEncryptedDataSpace")),
    Format("pdf", opens_with(rb"\s*%PDF-"), "pdf.read_pdf", ".pdf"),
    Format("rtf", opens_with(rb"\s*\{\\rtf"), "rtf.read_rtf", ".rtf"),
    Format("broken_zip", lambda probe: probe.members is None),
    Format("ofd", is_zip_with("OFD.xml"), "ofd.read_ofd", ".ofd"),
    Format("docx", is_zip_with("[Content_Types].xml", "word/"), "docx.read_docx", ".docx .docm"),
    Format("xlsx", is_zip_with("[Content_Types].xml", "xl/"), "xlsx.read_xlsx", ".xlsx .xlsm"),
    Format("pptx", is_zip_with("[Content_Types].xml", "ppt/"), "pptx.read_pptx", ".pptx"),
    Format("odf", is_zip_with("mimetype", "content.xml"), "odf.read_odf", ".odt .ods"),
    Format("zip", opens_with(_ZIP), "", ".zip", container="archives.Archive"),
    Format("encrypted", is_ole_with("EncryptedPackage")),
    Format("msg", is_ole_with("__properties_version1.0"), "", ".msg", container="mail.open_msg"),
    Format("office", is_ole_with("WordDocument"), "office.read_office", ".doc .wps"),
    Format("xls", is_ole_with("Workbook", "Book\0\0"), "xls.read_xls", ".xls .et"),
    Format("office", is_ole_with(), "office.read_office"),
    Format("archive", opens_with(_PACKED)),
    Format("image", opens_with(_IMAGE), "scans.read_picture", _PICTURES),
    Format("eml", opens_as_text(_MAIL), "", ".eml", container="mail.open_eml"),
    Format("word_xml", opens_as_text(_WORD_XML), "word_xml.read_word_xml"),
    Format(
        "html",
        opens_as_text(
            rb"(?i:(?:(?><!--.*?-->)|(?><\?xml\b.*?\?>)|\s)*+<(?:!doctype\s+)?html\b)",
            rb"(?i:\s*<(?:head|body|meta)\b)",
            MAIL_HEAD.pattern,
        ),
        "html.read_html",
        ".html .htm .mht .mhtml",
    ),
    Format("xml", opens_as_text(rb"\s*<\?xml\b")),
    Format("html", _is_article, "html.read_html"),
    Format("csv", lambda probe: is_csv(probe.data), "sheets.read_csv", ".csv"),
    Format("text", lambda _: True, "text.read_text", ".txt .text .md .markdown"),
)  # fmt: skip
"""All formats; a content is of the first one whose test it passes."""

ENDINGS = frozenset(ending for form in FORMATS for ending in form.endings.split())
"""What the names of files end in that are taken from folders and archives."""


def recognise(data: bytes) -> Format:
    """The format of a file's content."""
    probe = Probe(data)
    return next(form for form in FORMATS if form.test(probe))


def open_container(data: bytes, limits: ArchiveLimits) -> Container | None:
    """The files that a file holds, None if it is no container; raises UnreadableFile."""
    container = recognise(data).container
    opened: Container | None = _load(container)(data, limits) if container else None
    return opened


def load_reader(form: Format) -> Reader | None:
    """The function that reads a format; None if there is none."""
    return _load(form.reader) if form.reader else None


@lru_cache
def _load(name: str) -> Any:
    """What a module of this package is imported for: ``pdf.read_pdf``."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(f"{__package__}.{module}"), attribute)
