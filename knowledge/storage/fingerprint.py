"""The fingerprint of a folder that another program writes: its files as we last left them.

Chroma does not notice all damage: of a vector file that was cut short or is missing it finds
less, and one that was overwritten may crash the process that opens it. So the fingerprint is
deleted before the folder is written and saved afterwards; a folder that does not match its
fingerprint is discarded unopened.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

_FILE = "sealed.json"
_SMALL = 1 << 20
_BLOCK = 4096
_BLOCKS = 64

# SQLite detects damage itself, and opening a database writes to it.
_DATABASES = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")


def save_fingerprint(folder: Path, generation: str) -> None:
    """Record that the folder is intact and of this generation."""
    content = json.dumps({"generation": generation, "files": _files(folder)})
    fresh = folder / f"{_FILE}.new"
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(folder / _FILE)


def delete_fingerprint(folder: Path) -> None:
    """Record that the folder is about to be written."""
    (folder / _FILE).unlink(missing_ok=True)


def matches_fingerprint(folder: Path, generation: str) -> bool:
    """Whether the folder is intact and of this generation."""
    return _read(folder).get("generation") == generation and is_intact(folder)


def is_intact(folder: Path) -> bool:
    """Whether the folder's files are as its fingerprint says."""
    try:
        return bool(saved := _read(folder)) and saved.get("files") == _files(folder)
    except OSError:
        return False


def _read(folder: Path) -> dict[str, object]:
    try:
        saved = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}


def _files(folder: Path) -> dict[str, list[object]]:
    """Size and digest of each file; nothing of a database but its name."""
    return {
        str(path.relative_to(folder)): [] if path.name.endswith(_DATABASES) else _digest(path)
        for path in sorted(_walk(folder))
        if not path.name.startswith(_FILE) and not path.name.endswith(_DATABASES[1:])
    }


def _walk(folder: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(folder):
        yield from (Path(directory) / name for name in names)


def _digest(path: Path) -> list[object]:
    """A file's size and a digest of its content, or of blocks spread over it if it is large."""
    size = path.stat().st_size
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        if size <= _SMALL:
            digest.update(file.read())
        else:
            for number in range(_BLOCKS):
                file.seek((size - _BLOCK) * number // (_BLOCKS - 1))
                digest.update(file.read(_BLOCK))
    return [size, digest.hexdigest()]
