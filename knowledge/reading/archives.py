"""Zip archives, unpacked member by member in memory, never beyond the limits."""

import hashlib
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from knowledge.errors import UnreadableFile
from knowledge.reading.encoding import decode_name
from knowledge.reading.result import refusal

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

    def refusal(self, reason: str) -> UnreadableFile:
        """The error that says why a container or a member cannot be unpacked."""
        size, unpacked = self.file // _MEGABYTE, self.unpacked // _MEGABYTE
        return refusal(f"archive.{reason}", size=size, members=self.members, unpacked=unpacked)


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file; ``refusal`` is why there are none.

    ``name`` is its path inside the file that holds it, or what somebody calls it that sends it.
    """

    name: str
    data: bytes
    refusal: UnreadableFile | None = None

    @property
    def sha256(self) -> str:
        """The hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


class Container(Protocol):
    """A file that holds others, such as an archive; ``names`` are its members' paths.

    Opening it raises UnreadableFile where it cannot be unpacked.
    """

    names: tuple[str, ...]

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[Content]:
        """Unpack all members, or those with the numbers, one by one on demand."""


class Archive:
    """A zip archive, without what operating systems leave in archives; see Container."""

    def __init__(self, data: bytes, limits: ArchiveLimits) -> None:
        if not list_fits(data, limits.directory):
            raise limits.refusal("too_many")
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN as error:
            raise limits.refusal("broken") from error
        self._limits = limits
        self._infos = [info for info in self._file.infolist() if not _is_litter(info)]
        if len(self._infos) > limits.members:
            raise limits.refusal("too_many")
        self.names = tuple(map(_name_of, self._infos))

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[Content]:
        """Unpack all members, or those with the numbers, one by one on demand."""
        room = self._limits.unpacked
        for number in range(len(self._infos)) if numbers is None else numbers:
            try:
                content = Content(self.names[number], self._read(self._infos[number], room))
            except UnreadableFile as error:
                content = Content(self.names[number], b"", error)
            room -= len(content.data)
            yield content

    def _read(self, info: zipfile.ZipInfo, room: int) -> bytes:
        limits = self._limits
        if info.flag_bits & ENCRYPTED:
            raise limits.refusal("encrypted")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise limits.refusal("link")
        if info.compress_type not in PLAIN_METHODS:
            raise limits.refusal("method")
        if info.file_size > limits.file:
            raise limits.refusal("too_large")
        allowed = min(limits.file, room, max(limits.small, info.compress_size * limits.ratio))
        try:
            with self._file.open(info) as file:  # what the header says of the size may be a lie
                data = file.read(allowed + 1)
        except BROKEN as error:
            raise limits.refusal("broken") from error
        if len(data) > allowed:
            raise limits.refusal("unpacked" if allowed == room else "grows")
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


def _name_of(info: zipfile.ZipInfo) -> str:
    return member_name(info.orig_filename, is_unicode=bool(info.flag_bits & _UNICODE))


def is_litter(name: str) -> bool:
    """Whether a file is hidden, or one that systems and programs leave in folders."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER  # ~$: an open Word document's


def _is_litter(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(_name_of(info).replace("\\", "/")).parts
    hidden = parts and parts[-1] not in ("..", ".") and is_litter(parts[-1])
    return info.is_dir() or not parts or "__MACOSX" in parts or bool(hidden)
