"""Zip archives, unpacked member by member in memory, never beyond the limits."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from bot.uploads.limits import Limits
from bot.uploads.names import member_name, safe_name
from knowledge.reading import recognise

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_BYTES, _END_64_BYTES = 22, 20
_COMMENT_BYTES = 1 << 16
_ENCRYPTED, _UNICODE = 0x1, 0x800
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may grow without measure
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip


class Reason(StrEnum):
    """Why a file is not taken; the words are ``upload_refused`` of the chat app."""

    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    METHOD = "method"
    LINK = "link"
    NESTED = "nested"
    GROWS = "grows"
    UNPACKED = "unpacked"
    NOTHING = "nothing"
    UNREADABLE = "unreadable"
    FULL = "full"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is not taken; ``detail`` is what the reader said of it."""

    name: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file that was sent, or that an archive held."""

    name: str
    data: bytes


def is_archive(data: bytes) -> bool:
    """Whether something is a zip archive of files, not a document that is packed as one.

    An archive whose own list is too long counts as one without being opened.
    """
    if not data.startswith((b"PK\x03\x04", _END)):
        return False
    return not _list_fits(data, Limits()) or recognise(data) == "archive"


def unpacked(name: str, data: bytes, limits: Limits) -> tuple[int, Iterator[Member | Refusal]]:
    """How many files an archive has, and they in order: each as it is or why it is not taken.

    They are unpacked one by one as they are asked for. What an operating system leaves in archives
    is passed over.
    """
    if not _list_fits(data, limits):
        return 1, iter([Refusal(name, Reason.TOO_MANY)])
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN:
        return 1, iter([Refusal(name, Reason.BROKEN)])
    infos = [info for info in archive.infolist() if not _is_litter(info)]
    if not infos:
        return 1, iter([Refusal(name, Reason.NOTHING)])
    if len(infos) > limits.members:
        return 1, iter([Refusal(name, Reason.TOO_MANY)])
    return len(infos), _members(archive, infos, limits)


def _members(
    archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], limits: Limits
) -> Iterator[Member | Refusal]:
    room = limits.unpacked
    for info in infos:
        found = _member(archive, info, limits, room)
        if isinstance(found, Member):
            room -= len(found.data)
        yield found


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, room: int
) -> Member | Refusal:
    name = safe_name(_name_of(info))
    if reason := _forbidden(info, limits):
        return Refusal(name, reason)
    allowed = min(limits.file, room, max(limits.small, info.compress_size * limits.ratio))
    try:
        with archive.open(info) as file:  # what the header says of the size may be a lie
            data = file.read(allowed + 1)
    except (*_BROKEN, NotImplementedError):
        return Refusal(name, Reason.BROKEN)
    if len(data) > allowed:
        return Refusal(name, Reason.UNPACKED if allowed == room else Reason.GROWS)
    if data.startswith(b"PK") and is_archive(data):
        return Refusal(name, Reason.NESTED)
    return Member(name, data)


def _forbidden(info: zipfile.ZipInfo, limits: Limits) -> Reason | None:
    """Why a member is not even opened, by what its header says."""
    if info.flag_bits & _ENCRYPTED:
        return Reason.ENCRYPTED
    if stat.S_ISLNK(info.external_attr >> 16):
        return Reason.LINK
    if info.compress_type not in _PLAIN_METHODS:
        return Reason.METHOD
    return Reason.TOO_LARGE if info.file_size > limits.file else None


def _name_of(info: zipfile.ZipInfo) -> str:
    return member_name(info.orig_filename, is_unicode=bool(info.flag_bits & _UNICODE))


def _is_litter(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_name_of(info).replace("\\", "/")).parts
    hidden = parts and parts[-1] not in ("..", ".") and parts[-1].startswith((".", "~$"))
    by_system = parts and (parts[0] == "__MACOSX" or parts[-1].lower() == "thumbs.db")
    return info.is_dir() or not parts or bool(hidden or by_system)


def _list_fits(data: bytes, limits: Limits) -> bool:
    """Whether the archive's own list is short, told before anything reads it whole.

    An archive in the form for more than 4 GB gives that length elsewhere: it is taken for long.
    """
    end = data.rfind(_END, max(0, len(data) - _END_BYTES - _COMMENT_BYTES))
    if end < 0 or len(data) < end + _END_BYTES:
        return True  # no archive: opening it will fail at once
    (length,) = struct.unpack_from("<L", data, end + 12)
    large = data[max(0, end - _END_64_BYTES) : end].startswith(_END_64)
    return length <= limits.directory and not large
