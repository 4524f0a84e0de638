"""Recognised pages, by what their pictures show: none is recognised twice within a month."""

import json
import time
import zlib
from contextlib import suppress
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from knowledge.reading.glyphs import Glyph, Rule, TypePage

_MOST_PAGES = 3_000  # of some 20 kB
_KEPT_SECONDS = 30 * 86_400.0


@cache
def _recogniser() -> str:
    """What recognises pages now; another one gives others."""
    return sha256(Path(__file__).with_name("recognition.py").read_bytes()).hexdigest()


class PageCache:
    """The pages in a folder, each in a file; the oldest go first. None of it needs a backup."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def key(self, picture: Any, points: float) -> str:
        """What a picture (of Pillow) whose pixels are so many points is known by."""
        told = f"{_recogniser()} {picture.mode} {picture.size} {points!r} ".encode()
        return sha256(told + picture.tobytes()).hexdigest()

    def find(self, key: str) -> TypePage | None:
        """A page; None if it was not recognised yet, or is damaged."""
        with suppress(OSError, ValueError, TypeError, zlib.error):
            stored = json.loads(zlib.decompress((self._folder / key).read_bytes()))
            glyphs, rules = stored
            return TypePage([Glyph(*glyph) for glyph in glyphs], [Rule(*rule) for rule in rules])
        return None

    def put(self, key: str, page: TypePage) -> None:
        """Keep a page; one that cannot be kept is recognised anew."""
        data = zlib.compress(json.dumps([page.glyphs, page.rules]).encode())
        part = self._folder / f"{key}.part"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(self._folder / key)
            self._remove_old()

    def _remove_old(self) -> None:
        written = {path: path.stat().st_mtime for path in self._folder.iterdir()}
        newest = sorted(written, key=lambda path: -written[path])
        oldest = time.time() - _KEPT_SECONDS
        fresh = sum(at >= oldest for at in written.values())
        for path in islice(newest, min(fresh, _MOST_PAGES), None):
            path.unlink(missing_ok=True)
