"""Files as people send them: how much may be sent, safe names, and archives."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from knowledge.errors import UnreadableFile
from knowledge.reading.archives import ArchiveLimits, Container, Content
from knowledge.reading.files import OpenContainer
from knowledge.reading.formats import recognise

_MEGABYTE = 1 << 20
_LONGEST_BYTES = 150  # file systems hold 255; a number and a marker of our own may be added
_LONGEST_SUFFIX = 12
_NAMELESS = "report.txt"
# Masks and question marks are not for file names everywhere; their wide forms are, and still tell
# a mask.
_WIDE = str.maketrans('*?:"<>|', "＊？：”＜＞｜")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\.|$)|manifest\.csv$", re.IGNORECASE)
_ARCHIVE_LIMITS = ArchiveLimits(
    file=20 * _MEGABYTE, members=200, unpacked=100 * _MEGABYTE, directory=_MEGABYTE // 4
)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much may be sent, in bytes and counts: of one archive, by one person a day, by all.

    ``archive.file`` holds for a file that is sent alone, too: it is what Telegram hands over at
    most. ``characters`` is the longest text: it takes some ten seconds to load, beside the other
    work; work reports have some 20,000, and the longest government reports 350,000.
    """

    archive: ArchiveLimits = _ARCHIVE_LIMITS
    characters: int = 400_000
    all_files: int = 2_000
    all_bytes: int = 500 * _MEGABYTE
    daily_files: int = 200
    daily_bytes: int = 100 * _MEGABYTE


LIMITS = UploadLimits()


# -- archives


def is_archive(data: bytes) -> bool:
    """Whether something holds files, and is no document that is packed as an archive."""
    return bool(recognise(data).container)


def unpack(
    file: Content, open_container: OpenContainer, limits: ArchiveLimits
) -> tuple[int, Iterator[Content]]:
    """How many files an archive has, and they in order under safe names.

    They are unpacked one by one as they are asked for.
    """
    try:
        archive = open_container(file.data, limits)
        if archive is None or not archive.names:
            raise limits.refusal("nothing")
    except UnreadableFile as error:
        return 1, iter([Content(file.name, b"", error)])
    return len(archive.names), _members(file.name, archive)


def _members(name: str, archive: Container) -> Iterator[Content]:
    try:
        for content in archive.members():
            yield replace(content, name=safe_name(content.name))
    except UnreadableFile as error:  # unpacking took more than it may
        yield Content(name, b"", error)


# -- names


def safe_name(path: str) -> str:
    """The last part of a sent path as a file name: never hidden, reserved, empty or too long."""
    text = unicodedata.normalize("NFC", path.encode("utf-8", "ignore").decode())
    last = next((p for p in reversed(re.split(r"[/\\]", text)) if p.strip(" .")), "")
    visible = "".join(c for c in last.translate(_WIDE) if _is_visible(c))
    bare = re.sub(r"\s+", " ", visible).strip(" .").lstrip("~$. ")
    if _RESERVED.match(bare):
        bare = f"_{bare}"
    return _shorten(bare) or _NAMELESS


def numbered_name(name: str, number: int) -> str:
    """A name's ``number``-th variant: 总结.txt, 总结（2）.txt."""
    if number < 2:
        return name
    path = PurePosixPath(name)
    return f"{path.stem}（{number}）{path.suffix}"


def _is_visible(character: str) -> bool:
    """Neither a control nor a mark that turns the direction of what follows."""
    return unicodedata.category(character)[0] != "C" or character in "\t\n"


def _shorten(name: str) -> str:
    if len(name.encode()) <= _LONGEST_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: _LONGEST_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore").rstrip(" .") + suffix
