"""Mails (eml, and msg of Outlook) as what they hold: the letter, and the files sent with it.

A mail is a container as an archive is: its letter is a member that is read as text, and each
attachment is a file of its own.
"""

import io
import re
import struct
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

import olefile  # type: ignore[import-untyped]  # has no types of its own

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import ArchiveLimits, Container, Content
from knowledge.reading.encoding import NotText, decode, decode_name
from knowledge.reading.html import page_lines

LETTER = "邮件正文.txt"
_UNNAMED = "附件{}"
_FIELD = re.compile(rb"(?im)^(?:subject|content-(?:type|disposition)):[^\n]*(?:\n[ \t][^\n]*)*")
# Property ids of MS-OXPROPS, as the names of streams have them; 001F is UTF-16, 001E its bytes.
_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_LONG_NAME, _SHORT_NAME, _DATA, _BYTES = "3707", "3704", "3701", "0102"
_OLE_ERRORS = (
    OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error,
    RecursionError, OverflowError,
)  # fmt: skip
"""What olefile raises for damaged files."""


class _Mail:
    """A mail as a Container; ``files`` are the letter and what is sent with it."""

    def __init__(self, files: Iterator[Content], limits: ArchiveLimits) -> None:
        try:
            self._files = list(files)
        except (*_OLE_ERRORS, MessageError) as error:
            raise limits.refusal("broken") from error
        if len(self._files) > limits.members:
            raise limits.refusal("too_many")
        self._limits = limits
        self.names = tuple(file.name for file in self._files)

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[Content]:
        """The letter and the attachments, or those with the numbers."""
        for file in self._files if numbers is None else map(self._files.__getitem__, numbers):
            fits = len(file.data) <= self._limits.file
            yield file if fits else Content(file.name, b"", self._limits.refusal("too_large"))


def open_eml(data: bytes, limits: ArchiveLimits) -> Container:
    """A mail as it is sent (RFC 5322); raises UnreadableFile."""
    return _Mail(_files_of_eml(data), limits)


def open_msg(data: bytes, limits: ArchiveLimits) -> Container:
    """A mail that Outlook saved (MS-OXMSG); raises UnreadableFile."""
    return _Mail(_files_of_msg(data), limits)


def _files_of_eml(data: bytes) -> Iterator[Content]:
    message = message_from_bytes(_FIELD.sub(_as_utf8, data), EmailMessage, policy=policy.default)
    yield from _letter(str(message.get("subject", "")), _letter_of(message))
    for count, part in enumerate(_attachments(message), 1):
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield Content(part.get_filename() or _UNNAMED.format(count), payload)


def _as_utf8(field: re.Match[bytes]) -> bytes:
    """A field of a mail's head that an old program wrote as it was typed, mostly in GB18030."""
    return (decode_name(field[0]) or "").encode() or field[0]


def _letter(subject: str, words: str) -> Iterator[Content]:
    """The letter under its subject; none where it says nothing."""
    lines = [subject.strip(), *words.strip().splitlines()]
    if words.strip():
        yield Content(LETTER, "\n".join(filter(None, lines)).encode())


def _letter_of(message: EmailMessage) -> str:
    plain = message.get_body(("plain",))
    if plain is not None:
        return _decode(plain.get_payload(decode=True))
    page = message.get_body(("html",))
    return _page_words(page.get_payload(decode=True)) if page is not None else ""


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    """The files of a mail, those of mails that are attached to it as well; no pictures in it."""
    for part in message.walk():
        picture = part.get_content_maintype() == "image" and not part.is_attachment()
        if part.get_filename() and not part.is_multipart() and not picture:
            yield part


def _decode(payload: object) -> str:
    if not isinstance(payload, bytes):
        return ""
    try:
        return decode(payload)
    except NotText:
        return payload.decode("gb18030", "replace")


def _page_words(payload: object) -> str:
    try:
        return "\n".join(page_lines(payload)) if isinstance(payload, bytes) else ""
    except (NotText, UnreadableFile):
        return ""


def _files_of_msg(data: bytes) -> Iterator[Content]:
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        words = _text(ole, [], _BODY) or _page_words(_stream(ole, [], _HTML, _BYTES))
        yield from _letter(_text(ole, [], _SUBJECT), words)
        folders = dict.fromkeys(
            path[0] for path in ole.listdir() if path[0].startswith("__attach_version1.0_")
        )
        for number, folder in enumerate(folders, 1):
            content = _stream(ole, [folder], _DATA, _BYTES)
            name = _text(ole, [folder], _LONG_NAME) or _text(ole, [folder], _SHORT_NAME)
            if content:
                yield Content(name or _UNNAMED.format(number), content)


def _stream(ole: olefile.OleFileIO, folder: list[str], prop: str, kind: str) -> bytes:
    path = [*folder, f"__substg1.0_{prop}{kind}"]
    if not ole.exists(path):
        return b""
    with ole.openstream(path) as stream:
        return bytes(stream.read())


def _text(ole: olefile.OleFileIO, folder: list[str], prop: str) -> str:
    wide = _stream(ole, folder, prop, "001F")
    words = wide.decode("utf-16-le", "replace") or _decode(_stream(ole, folder, prop, "001E"))
    return words.partition("\0")[0].strip()  # what fills up the stream is no text
