"""Files to text: what a file is, is decided by its content, never by its name."""

import hashlib
import io
import os
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import (
    BROKEN,
    Archive,
    ArchiveFault,
    ArchiveLimits,
    clean_member_path,
    list_fits,
)
from knowledge.reading.encoding import MAIL_HEAD, NotText, decode
from knowledge.reading.plain_text import split_at_blanks, unwrap_lines
from knowledge.reading.result import PagedText, refusal

_SIGNATURES = (
    ("pdf", rb"\s*%PDF-"),
    ("rtf", rb"\s*\{\\rtf"),
    ("zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    ("ole", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("archive", rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\0"),
    ("image", rb"\x89PNG\r|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP"),
    ("html", rb"(?i:(?:(?><!--.*?-->)|(?><\?xml\b.*?\?>)|\s)*+<(?:!doctype\s+)?html\b)"),
    ("html", rb"(?i:\s*<(?:head|body|meta)\b)"),
    ("html", MAIL_HEAD.pattern),
    ("xml", rb"\s*<\?xml\b"),
)
_FORMS = tuple((form, re.compile(pattern, re.DOTALL)) for form, pattern in _SIGNATURES)
_HEAD_BYTES = 4096
# The article of a page alone, without a head.
_TAG = re.compile(rb"(?i)</?(?:p|br|div|span|td|font|strong|b)(?:\s[^<>]*)?/?>")
_LEAST_TAGS = 8
# A mark and UTF-16's NULs are taken off before a web page is looked for, whatever its encoding.
_MARK = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")

_OFFICE_PARTS = (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/"))
_PASSWORD_STREAM = "EncryptedPackage".encode("utf-16-le")
MAX_BYTES = 64 << 20
Reader = Callable[[bytes], str | PagedText]
# Only these are taken from folders, among them forms that cannot be read yet: a user is told so.
_ENDINGS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".docx", ".doc", ".wps", ".pdf", ".ofd", ".odt", ".rtf"}
    | {".html", ".htm", ".mht", ".mhtml", ".zip"}
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its path as given, its text, and the hash and size of its bytes.

    ``pages`` are the places in the text where its pages begin, if it has any.
    """

    path: str
    text: str
    sha256: str
    size: int
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, or of a ``member`` of an archive, whose text is not read yet.

    ``refusal`` is why there are none.
    """

    member: str
    data: bytes
    refusal: UnreadableFile | None = None

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def read(self) -> PagedText:
        """The text; raises UnreadableFile with the reason where there is none."""
        if self.refusal:
            raise self.refusal
        return read_bytes(self.data)


def read_source(path: Path) -> SourceFile:
    """Read one file; raises UnreadableFile with the reason where it has no text."""
    content = Content("", load_bytes(path))
    read = content.read()
    return SourceFile(str(path), read.text, content.sha256, len(content.data), read.pages)


def contents_of(path: Path) -> Iterator[Content]:
    """A file's content, or that of each member of a zip archive that may be a report, in order.

    Members bear their path inside; one that cannot be unpacked bears the refusal. Raises
    UnreadableFile for the file as a whole.
    """
    data = load_bytes(path)
    if not _is_zip(data):
        yield Content("", data)
        return
    archive = Archive(data, ArchiveLimits())
    reports = _report_members(archive)
    if archive.fault or not reports:
        raise refusal(f"archive.{archive.fault or ArchiveFault.NOTHING}")
    names = list(reports)
    for name, packed in zip(names, archive.members(list(reports.values())), strict=True):
        if not isinstance(packed.content, bytes):
            yield Content(name, b"", refusal(f"archive.{packed.content}"))
        elif _is_zip(packed.content):
            yield Content(name, b"", refusal(f"archive.{ArchiveFault.NESTED}"))
        else:
            yield Content(name, packed.content)


def members_of(path: Path) -> frozenset[str]:
    """The paths of the members that ``contents_of`` gives; none if the file is no archive.

    Raises UnreadableFile for a broken archive.
    """
    data = load_bytes(path)
    if recognise(data) == "broken_zip":
        raise refusal("archive.broken")
    archive = Archive(data, ArchiveLimits()) if _is_zip(data) else None
    if archive and archive.fault not in {None, ArchiveFault.NOTHING}:
        raise refusal(f"archive.{archive.fault}")
    return frozenset(_report_members(archive) if archive else ())


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files to read: named files always, in folders those that may be reports.

    Folders are walked in the order of names without hidden entries; a folder that cannot be opened
    is yielded itself, for read_source to refuse. A missing path raises UnreadableFile when reached.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            raise _refusal(error, path) from error
        if stat.S_ISDIR(mode):
            yield from _walk(path)
        else:
            yield path


def read_bytes(data: bytes) -> PagedText:
    """The text of a file's bytes, whatever their form; raises UnreadableFile."""
    form = recognise(data)
    reader = READERS.get(form)
    if reader is None:
        raise refusal(f"unsupported.{form}")
    try:
        read = reader(data)
    except NotText as error:
        raise refusal("not_text") from error
    paged = read if isinstance(read, PagedText) else PagedText(read)
    if not paged.text.strip():
        raise refusal("empty")
    return paged


def recognise(data: bytes) -> str:
    """Name the form of a file's content; whatever has no other mark is ``text``."""
    plain = _MARK.sub(b"", data[:_HEAD_BYTES]).replace(b"\0", b"")
    for form, pattern in _FORMS:
        if pattern.match(plain if form in {"html", "xml"} else data):
            break
    else:
        return "html" if len(_TAG.findall(plain)) >= _LEAST_TAGS else "text"
    match form:
        case "zip":
            return _zip_form(data)
        case "ole":
            return "encrypted" if _PASSWORD_STREAM in data else "office"
        case _:
            return form


def _zip_form(data: bytes) -> str:
    if not list_fits(data, ArchiveLimits().directory):
        return "archive"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except BROKEN:
        return "broken_zip"
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        for form, folder in _OFFICE_PARTS:
            if any(name.startswith(folder) for name in names):
                return form
    if "mimetype" in names and "content.xml" in names:
        return "odt"
    return "archive"


def _read_text(data: bytes) -> str:
    return unwrap_lines(split_at_blanks(decode(data)))


def _read_docx(data: bytes) -> str:
    from knowledge.reading.docx import read_docx  # noqa: PLC0415 - lxml takes 40 ms to import

    return read_docx(data)


def _read_office(data: bytes) -> str:
    from knowledge.reading.docx import read_office  # noqa: PLC0415 - it needs lxml too

    return read_office(data)


def _read_pdf(data: bytes) -> PagedText:
    from knowledge.reading.pdf import read_pdf  # noqa: PLC0415 - text needs it not

    return read_pdf(data)


def _read_html(data: bytes) -> str:
    from knowledge.reading.html import read_html  # noqa: PLC0415 - text needs it not

    return read_html(data)


# A form that ``recognise`` can name is readable once it has a reader here. A reader gives the
# text, with its pages if it has any, or raises NotText or UnreadableFile; a form without one is
# refused in its own words ([unsupported] in data/reading.toml).
READERS: Mapping[str, Reader] = {
    "text": _read_text,
    "docx": _read_docx,
    "office": _read_office,
    "pdf": _read_pdf,
    "html": _read_html,
}


def _is_zip(data: bytes) -> bool:
    return data.startswith(b"PK") and recognise(data) == "archive"


def _report_members(archive: Archive) -> dict[str, int]:
    """The members that may be reports, by path; a second one of the same path is numbered."""
    reports: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for number, raw_name in enumerate(archive.names):
        path = PurePosixPath(name := clean_member_path(raw_name))
        if path.suffix.lower() not in _ENDINGS:
            continue
        counts[name] += 1
        count = counts[name]
        while name in reports:
            name = str(path.with_stem(f"{path.stem}（{count}）"))
            count += 1
        reports[name] = number
    return reports


def load_bytes(path: Path) -> bytes:
    """The bytes of a file; raises UnreadableFile with the reason where they cannot be had."""
    try:
        status = path.stat()
        _check_kind(path, status.st_mode)
        _check_size(status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refusal(error, path) from error
    _check_size(len(data))
    return data


def _check_kind(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        os.scandir(path).close()  # a folder that is closed to us is refused as that
        raise refusal("folder")
    if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer for ever
        raise refusal("not_a_file")


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise refusal("too_large", size=-(-size >> 20), limit=MAX_BYTES >> 20)


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            ordered = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in ordered:
        if entry.name.startswith((".", "~$")):  # ~$ is what Word leaves beside an open document
            continue
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path)
        elif path.suffix.lower() in _ENDINGS:
            yield path


def _refusal(error: OSError | ValueError, path: Path) -> UnreadableFile:
    match error:
        # ValueError: a path that no file system can hold, such as one with a NUL
        case FileNotFoundError() | NotADirectoryError() | ValueError():
            shown = os.fsencode(path).decode("utf-8", "replace")
            return refusal("missing", path=shown)
        case PermissionError():
            return refusal("denied")
        case _:
            return refusal("failed", fault=error.strerror or type(error).__name__)
