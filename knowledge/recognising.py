"""What a file is, told by its content, never by its name; pure."""

import io
import re
import struct
import zipfile

from knowledge.formats.archives import Bounds, list_fits
from knowledge.formats.markup import MAIL_HEAD

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
    if not list_fits(data, Bounds().directory):
        return "archive"
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
