"""The source of a web page: out of its wrapping, and in its encoding."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message

from knowledge.encoding import NotText, decode
from knowledge.refusals import refused

# A page that a browser saved with all that belongs to it begins as a mail does.
MAIL_HEAD = re.compile(
    rb"(?i)(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?MIME-Version:",
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED = re.compile(rb"""(?i)(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)""")
_HEAD_BYTES = 4096
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "cp950"}
_WIDER |= dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii"), "")
_MOST_LOST = 0.01
_SURE_BYTES = 60  # more of them than characters


def source_of(data: bytes) -> str:
    """The source of a web page or of the page in a single-file archive; raises NotText.

    An archive without a page raises UnreadableFile.
    """
    if not MAIL_HEAD.match(data[:_HEAD_BYTES].removeprefix(codecs.BOM_UTF8)):
        return _decoded(data, _declared(data))
    try:
        page = _page_in(message_from_bytes(data.removeprefix(codecs.BOM_UTF8)))
    except RecursionError as error:  # parts within parts, made to trip readers
        raise refused("html.no_article") from error
    if page is None:
        raise refused("html.no_article")
    payload = page.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise refused("html.no_article")
    return _decoded(payload, page.get_content_charset() or _declared(payload))


def _page_in(message: Message) -> Message | None:
    parts = [part for part in message.walk() if not part.is_multipart()]
    for kind in ("text/html", "application/xhtml+xml"):
        for part in parts:
            if part.get_content_type() == kind:
                return part
    return None


def _declared(data: bytes) -> str:
    found = _DECLARED.search(data[:_HEAD_BYTES])
    return found[1].decode("ascii", "replace") if found else ""


def _decoded(data: bytes, declared: str) -> str:
    """The text by its mark, as it is declared, else as it can be told; a few bytes may be lost."""
    if data.startswith(_MARKS):
        return decode(data)
    name = _WIDER.get(declared.lower(), declared)
    for codec in ("utf-8", name):  # what reads as UTF-8 throughout is that, whatever it says
        try:
            text = data.decode(codec) if codec else decode(data)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
        if codec == name or len(data) - len(text) >= _SURE_BYTES:
            return text
    return _told(data, name)


def _told(data: bytes, name: str) -> str:
    try:
        return decode(data)
    except NotText:
        text = min(_attempts(data, name), key=lambda read: read.count("\ufffd"))
        if text.count("\ufffd") > _MOST_LOST * len(text) or "\0" in text:
            raise
        return text


def _attempts(data: bytes, name: str) -> Iterator[str]:
    """The text in each encoding that it may have, with marks for the bytes that it loses."""
    for codec in ("utf-8", "gb18030", name):
        with suppress(LookupError, ValueError):
            yield data.decode(codec, "replace")
