"""The seal of a folder that another program writes: a note of its files as we last left them.

Chroma does not notice every damage: of a vector file that was cut short or is missing it finds
less, and one that was overwritten may crash the process that opens it. So its folder is sealed
when it is whole and the seal broken before it is written; without a seal that fits, the folder is
thrown away unopened.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

_NAME = "sealed.json"
_WHOLE = 1 << 20
_BLOCK = 4096
_BLOCKS = 64

# A database tells of its own damage, and whoever opens it writes to it.
_DATABASES = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")


def seal(folder: Path, generation: str) -> None:
    """Note that the folder is whole and holds this generation."""
    note = json.dumps({"generation": generation, "files": _files(folder)})
    fresh = folder / f"{_NAME}.new"
    fresh.write_text(note, encoding="utf-8")
    fresh.replace(folder / _NAME)


def break_seal(folder: Path) -> None:
    """Note that the folder is about to be written."""
    (folder / _NAME).unlink(missing_ok=True)


def is_sealed(folder: Path, generation: str) -> bool:
    """Whether the folder is whole and was sealed at this generation."""
    return _note(folder).get("generation") == generation and is_whole(folder)


def is_whole(folder: Path) -> bool:
    """Whether the folder's files are as they were when it was sealed."""
    try:
        return bool(note := _note(folder)) and note.get("files") == _files(folder)
    except OSError:
        return False


def _note(folder: Path) -> dict[str, object]:
    try:
        note = json.loads((folder / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _files(folder: Path) -> dict[str, list[object]]:
    """Size and digest of each file; of a database only that it is there."""
    return {
        str(path.relative_to(folder)): [] if path.name.endswith(_DATABASES) else _look(path)
        for path in sorted(_walk(folder))
        if not path.name.startswith(_NAME) and not path.name.endswith(_DATABASES[1:])
    }


def _walk(folder: Path) -> Iterator[Path]:
    for directory, _, names in os.walk(folder):
        yield from (Path(directory) / name for name in names)


def _look(path: Path) -> list[object]:
    """A file's size and a digest of its content; of a large one, of blocks spread all over it."""
    size = path.stat().st_size
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        if size <= _WHOLE:
            digest.update(file.read())
        else:
            for number in range(_BLOCKS):
                file.seek((size - _BLOCK) * number // (_BLOCKS - 1))
                digest.update(file.read(_BLOCK))
    return [size, digest.hexdigest()]
