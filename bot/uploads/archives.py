"""Zip archives that people send: their members by safe names, or why they are not taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.uploads.limits import Limits
from bot.uploads.names import safe_name
from knowledge.reading.archives import Archive, ArchiveLimits, ArchiveMember, list_fits
from knowledge.reading.files import recognise

_OPENINGS = (b"PK\x03\x04", b"PK\x05\x06")


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
    if not data.startswith(_OPENINGS):
        return False
    return not list_fits(data, Limits().directory) or recognise(data) == "archive"


def unpacked(name: str, data: bytes, limits: Limits) -> tuple[int, Iterator[Member | Refusal]]:
    """How many files an archive has, and they in order: each as it is or why it is not taken.

    They are unpacked one by one as they are asked for. What an operating system leaves in archives
    is passed over.
    """
    bounds = ArchiveLimits(
        limits.file, limits.members, limits.unpacked, limits.directory, limits.ratio, limits.small
    )
    archive = Archive(data, bounds)
    if archive.fault:
        return 1, iter([Refusal(name, Reason(archive.fault))])
    return len(archive.names), map(_member, archive.members())


def _member(packed: ArchiveMember) -> Member | Refusal:
    name = safe_name(packed.name)
    if not isinstance(packed.content, bytes):
        return Refusal(name, Reason(packed.content))
    if packed.content.startswith(b"PK") and is_archive(packed.content):
        return Refusal(name, Reason.NESTED)
    return Member(name, packed.content)
