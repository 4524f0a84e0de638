"""Files to text: what a file is, is told by its content, never by its name."""

import hashlib
import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.datafiles import DATA, read_toml
from knowledge.encoding import NotText, decode
from knowledge.errors import UnreadableFile

MAX_BYTES = 64 << 20

Reader = Callable[[bytes], str]

# A form that ``recognise`` can name is readable once it has a reader here. A reader gives the
# text, or raises NotText or UnreadableFile; a form without one is refused in its own words
# ([unsupported] in data/reading.toml).
READERS: Mapping[str, Reader] = {"text": decode}

# Inside folders only what may be a report is taken; what cannot be read yet is taken too, so that
# a user hears of it.
_ENDINGS = frozenset(
    {".txt", ".text", ".md", ".markdown", ".docx", ".doc", ".wps", ".pdf", ".ofd", ".odt", ".rtf"}
    | {".html", ".htm", ".mht", ".mhtml", ".zip"}
)

_SIGNATURES = (
    ("pdf", rb"\s*%PDF-"),
    ("rtf", rb"\s*\{\\rtf"),
    ("zip", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"),
    ("ole", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("archive", rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\0"),
    ("image", rb"\x89PNG\r|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP"),
    ("html", rb"(?i:(?:(?><!--.*?-->)|(?><\?xml\b.*?\?>)|\s)*+<(?:!doctype\s+)?html\b)"),
    ("html", rb"(?i:\s*<(?:head|body|meta)\b)|MIME-Version:"),
    ("xml", rb"\s*<\?xml\b"),
)
_FORMS = tuple((form, re.compile(pattern, re.DOTALL)) for form, pattern in _SIGNATURES)
_HEAD_BYTES = 4096
# A mark and UTF-16's NULs are taken off before a web page is looked for, whatever its encoding.
_MARK = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")

_OFFICE_PARTS = (("docx", "word/"), ("xlsx", "xl/"), ("pptx", "ppt/"))
_PASSWORD_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was read: its path as given, its text, and the hash and size of its bytes."""

    path: str
    text: str
    sha256: str
    size: int


def read_source(path: Path) -> SourceFile:
    """Read one file; raises UnreadableFile, which says why there is no text to be had."""
    data = _bytes_of(path)
    return SourceFile(
        path=str(path),
        text=_text_of(data),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes alone; raises UnreadableFile where they cannot be had."""
    return hashlib.sha256(_bytes_of(path)).hexdigest()


def find_sources(paths: Sequence[Path]) -> Iterator[Path]:
    """Give the files to read: what is named itself always, inside folders what may be a report.

    Folders are walked in the order of names, less what is hidden; a folder that cannot be opened
    is given itself, for read_source to refuse. A missing path raises UnreadableFile when reached.
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


def recognise(data: bytes) -> str:
    """Name the form of a file's content; whatever has no other mark is ``text``."""
    plain = _MARK.sub(b"", data[:_HEAD_BYTES]).replace(b"\0", b"")
    for form, pattern in _FORMS:
        if pattern.match(plain if form in {"html", "xml"} else data):
            break
    else:
        return "text"
    match form:
        case "zip":
            return _zip_form(data)
        case "ole":
            return "encrypted" if _PASSWORD_STREAM in data else "office"
        case _:
            return form


def _zip_form(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError):
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


def _text_of(data: bytes) -> str:
    form = recognise(data)
    reader = READERS.get(form)
    if reader is None:
        raise UnreadableFile(reason=_wording()["unsupported"][form])
    try:
        text = reader(data)
    except NotText as error:
        raise refused("not_text") from error
    if not text.strip():
        raise refused("empty")
    return text


def _bytes_of(path: Path) -> bytes:
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
        raise refused("folder")
    if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer for ever
        raise refused("not_a_file")


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise refused("too_large", size=-(-size >> 20), limit=MAX_BYTES >> 20)


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
            return refused("missing", path=shown)
        case PermissionError():
            return refused("denied")
        case _:
            return refused("failed", fault=error.strerror or type(error).__name__)


def refused(reason: str, **fields: object) -> UnreadableFile:
    """The refusal of a file for a reason of ``data/reading.toml``."""
    return UnreadableFile(reason=_wording()[reason].format(**fields))


@cache
def _wording() -> dict[str, Any]:
    return read_toml(DATA / "reading.toml")
