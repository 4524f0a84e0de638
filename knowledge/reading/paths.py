"""Where files lie: their places as URIs, and their paths as people read them."""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes

from knowledge.errors import UnreadableFile
from knowledge.reading.encoding import decode_name
from knowledge.reading.files import OpenContainer, members_of
from knowledge.reading.formats import open_container


def place_of(path: Path, member: str = "") -> str:
    """Where a file really lies, as a URI: whatever bytes its name has, it is plain text.

    A member of an archive is a part of the place of that.
    """
    return member_place(Path(os.path.realpath(path)).as_uri(), member)


def member_place(place: str, member: str) -> str:
    """The place of a member of the archive that lies at a place; without a member, that place."""
    return f"{place}#{quote(member)}" if member else place


def path_at(place: str) -> Path:
    """The path of a place; of an archive's member, that of the archive."""
    return Path(os.fsdecode(unquote_to_bytes(place.partition("#")[0].removeprefix("file://"))))


def is_gone(place: str, open_container: OpenContainer = open_container) -> bool:
    """Whether a file, or an archive's member, is no more; where we may not look, it is not gone."""
    path, member = path_at(place), unquote(place.partition("#")[2])
    try:
        status = path.stat()
        if not member:
            return False
        return member not in _members(path, status.st_mtime_ns, status.st_size, open_container)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, UnreadableFile):
        return False


@lru_cache(maxsize=1)
def _members(
    path: Path, _changed: int, _size: int, open_container: OpenContainer
) -> frozenset[str]:
    """What an archive holds, read again when it has changed."""
    return members_of(path, open_container)


def modification_time(place: str) -> float | None:
    """When a file was last changed; None where it is no file, or we may not look."""
    try:
        return path_at(place).stat().st_mtime
    except OSError:
        return None


def display_path(path: Path | str, member: str = "") -> str:
    """A path as people read it, with the path of a member of the archive that lies there."""
    raw = os.fsencode(path)
    return f"{decode_name(raw) or raw.decode('utf-8', 'replace')}{'/' if member else ''}{member}"
