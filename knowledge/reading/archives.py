"""Zip archives, unpacked member by member in memory, never beyond the limits."""

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Protocol

from knowledge.reading.encoding import decode_name

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_END_BYTES, _END_64_BYTES = 22, 20
_COMMENT_BYTES = 1 << 16
ENCRYPTED, _UNICODE = 0x1, 0x800
PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may grow without measure
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
"""What zipfile raises for archives and members that are damaged or in unknown forms."""
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
_MEGABYTE = 1 << 20


class ArchiveFault(StrEnum):
    """Why an archive or a member of it is not unpacked; the words are [archive] in reading.toml."""

    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    METHOD = "method"
    LINK = "link"
    NESTED = "nested"
    GROWS = "grows"
    UNPACKED = "unpacked"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may hold, in bytes and counts.

    ``ratio`` is how far a member may grow, where it is larger than ``small``. ``directory`` is how
    long an archive's own list may be.
    """

    file: int = 64 * _MEGABYTE
    members: int = 2_000
    unpacked: int = 512 * _MEGABYTE
    directory: int = _MEGABYTE
    ratio: int = 100
    small: int = _MEGABYTE // 4


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A member by its path inside the archive: its bytes, or why it has none."""

    name: str
    content: bytes | ArchiveFault


class Container(Protocol):
    """A file that holds others, such as an archive: opened with its bytes and its limits.

    ``fault`` is why it cannot be unpacked, None if it can; ``names`` are its members' paths.
    """

    names: tuple[str, ...]
    fault: ArchiveFault | None

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[ArchiveMember]:
        """Unpack all members, or those with the numbers, one by one on demand."""


class Archive:
    """A zip archive; ``fault`` is why it cannot be unpacked, None if it can.

    ``names`` are the paths of its members in order, less what operating systems leave in archives.
    """

    def __init__(self, data: bytes, bounds: ArchiveLimits) -> None:
        self._bounds = bounds
        self._infos: Sequence[zipfile.ZipInfo] = ()
        self.names: tuple[str, ...] = ()
        self.fault: ArchiveFault | None = None
        if not list_fits(data, bounds.directory):
            self.fault = ArchiveFault.TOO_MANY
            return
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN:
            self.fault = ArchiveFault.BROKEN
            return
        self._infos = [info for info in self._file.infolist() if not _is_litter(info)]
        if not self._infos:
            self.fault = ArchiveFault.NOTHING
        elif len(self._infos) > bounds.members:
            self.fault = ArchiveFault.TOO_MANY
        self.names = tuple(map(_name_of, self._infos))

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[ArchiveMember]:
        """Unpack all members, or those with the numbers, one by one on demand."""
        room = self._bounds.unpacked
        for number in range(len(self._infos)) if numbers is None else numbers:
            content = self._content(self._infos[number], room)
            if isinstance(content, bytes):
                room -= len(content)
            yield ArchiveMember(self.names[number], content)

    def _content(self, info: zipfile.ZipInfo, room: int) -> bytes | ArchiveFault:
        bounds = self._bounds
        if fault := _header_fault(info, bounds):
            return fault
        allowed = min(bounds.file, room, max(bounds.small, info.compress_size * bounds.ratio))
        try:
            with self._file.open(info) as file:  # what the header says of the size may be a lie
                data = file.read(allowed + 1)
        except BROKEN:
            return ArchiveFault.BROKEN
        if len(data) > allowed:
            return ArchiveFault.UNPACKED if allowed == room else ArchiveFault.GROWS
        return data


def list_fits(data: bytes, most: int) -> bool:
    """Whether an archive's directory has at most so many bytes, before anything reads it.

    A Zip64 archive gives that length elsewhere and counts as too long.
    """
    end = data.rfind(_END, max(0, len(data) - _END_BYTES - _COMMENT_BYTES))
    if end < 0 or len(data) < end + _END_BYTES:
        return True  # no archive: opening it will fail at once
    (length,) = struct.unpack_from("<L", data, end + 12)
    large = data[max(0, end - _END_64_BYTES) : end].startswith(_END_64)
    return length <= most and not large


def member_name(name: str, *, is_unicode: bool) -> str:
    """The name of an archive's member; one without the mark of Unicode is mostly GB18030."""
    if is_unicode:
        return name
    try:
        raw = name.encode("cp437")  # what zipfile takes unmarked names for
    except UnicodeEncodeError:
        return name
    return decode_name(raw) or name


def clean_member_path(name: str) -> str:
    """A member's path for display: forward slashes, no root, no control characters."""
    parts = name.replace("\\", "/").split("/")
    visible = (p.encode("utf-8", "ignore").decode() for p in parts if p not in {"", ".", ".."})
    return "/".join("".join(c for c in p if unicodedata.category(c)[0] != "C") for p in visible)


def _header_fault(info: zipfile.ZipInfo, bounds: ArchiveLimits) -> ArchiveFault | None:
    """Why a member's header forbids opening it, if it does."""
    if info.flag_bits & ENCRYPTED:
        return ArchiveFault.ENCRYPTED
    if stat.S_ISLNK(info.external_attr >> 16):
        return ArchiveFault.LINK
    if info.compress_type not in PLAIN_METHODS:
        return ArchiveFault.METHOD
    return ArchiveFault.TOO_LARGE if info.file_size > bounds.file else None


def _name_of(info: zipfile.ZipInfo) -> str:
    return member_name(info.orig_filename, is_unicode=bool(info.flag_bits & _UNICODE))


def is_litter(name: str) -> bool:
    """Whether a file is hidden, or one that systems and programs leave in folders."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER  # ~$: an open Word document's


def _is_litter(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_name_of(info).replace("\\", "/")).parts
    hidden = parts and parts[-1] not in ("..", ".") and is_litter(parts[-1])
    return info.is_dir() or not parts or "__MACOSX" in parts or bool(hidden)
