"""Changes in folders, told once they are over: a file that is still being copied is waited for."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from watchfiles import watch

from knowledge.errors import UnreadableFile
from knowledge.loading.manifest import NAME as MANIFEST
from knowledge.reading.files import find_sources

_TICK_MS = 1000
_QUIET_TICKS = 2

Look = tuple[int, int] | None
"""A file's size and time of change; None where there is no file."""


def look_at(path: Path) -> Look:
    """How a file looks now."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


@dataclass(slots=True)
class Waiting:
    """Paths that changed, until they look the same for ``_QUIET_TICKS`` ticks on end."""

    look: Callable[[Path], Look] = look_at
    _held: dict[Path, tuple[Look, int]] = field(default_factory=dict)

    def tick(self, touched: set[Path]) -> set[Path]:
        """Take in what was touched since the last tick; give out what has come to rest."""
        for path in touched:
            self._held[path] = (self.look(path), 0)
        for path in self._held.keys() - touched:
            seen, quiet = self._held[path]
            now = self.look(path)
            self._held[path] = (now, quiet + 1 if now == seen else 0)
        rested = {path for path, (_, quiet) in self._held.items() if quiet >= _QUIET_TICKS}
        for path in rested:
            del self._held[path]
        return rested


def changes(roots: Sequence[Path], stop: Event) -> Iterator[set[Path]]:
    """What changed, appeared or went in files and folders, by and by, until ``stop`` is set.

    The first are the roots themselves, once they are watched: what came before is in them.
    """
    waiting = Waiting()
    notices = watch(
        *roots,
        watch_filter=None,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for number, noticed in enumerate(notices):
        if not number:
            yield set(roots)
        rested = waiting.tick({Path(path) for _, path in noticed})
        if rested:
            yield rested


def to_be_loaded(roots: Sequence[Path], changed: set[Path]) -> list[Path]:
    """The files to load after a change: those that changed, and those in folders that did.

    A manifest that changed tells something of all files in its folder.
    """
    places = {Path(os.path.realpath(path)) for path in changed}
    told_anew = {place.parent for place in places if place.name == MANIFEST}
    found = []
    for root in roots:
        top = Path(os.path.realpath(root))
        try:
            for path in find_sources([root]):
                place = Path(os.path.realpath(path))
                inside = {p for p in place.parents if top in p.parents}
                touched = top in places or not places.isdisjoint({place, *inside})
                if touched or place.parent in told_anew:
                    found.append(path)
        except UnreadableFile:
            continue  # a root that is away for now
    return found
