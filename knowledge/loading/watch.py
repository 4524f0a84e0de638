"""Watching folders: a changed file is reported once it no longer changes, say after a copy."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from watchfiles import watch

from knowledge.errors import UnreadableFile
from knowledge.reading.files import MANIFEST, find_sources

_TICK_MS = 1000
_QUIET_TICKS = 2

FileStamp = tuple[int, int] | None
"""A file's size and time of change; None where there is no file."""


def read_stamp(path: Path) -> FileStamp:
    """The stamp of a file as it is now."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


@dataclass(slots=True)
class Debouncer:
    """Holds back changed paths until their stamps stay the same for ``_QUIET_TICKS`` ticks."""

    read_stamp: Callable[[Path], FileStamp] = read_stamp
    _pending: dict[Path, tuple[FileStamp, int]] = field(default_factory=dict)

    def tick(self, touched: set[Path]) -> set[Path]:
        """Add the paths touched since the last tick; return those that have come to rest."""
        for path in touched:
            self._pending[path] = (self.read_stamp(path), 0)
        for path in self._pending.keys() - touched:
            before, quiet = self._pending[path]
            now = self.read_stamp(path)
            self._pending[path] = (now, quiet + 1 if now == before else 0)
        rested = {path for path, (_, quiet) in self._pending.items() if quiet >= _QUIET_TICKS}
        for path in rested:
            del self._pending[path]
        return rested


def watch_changes(roots: Sequence[Path], stop: Event) -> Iterator[set[Path]]:
    """The paths in files and folders that changed, appeared or went, until ``stop`` is set.

    The first are the roots themselves, once they are watched: they include what came before.
    """
    debouncer = Debouncer()
    notices = watch(
        *roots,
        watch_filter=None,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for number, changes in enumerate(notices):
        if not number:
            yield set(roots)
        if rested := debouncer.tick({Path(path) for _, path in changes}):
            yield rested


def files_to_load(roots: Sequence[Path], changed: set[Path]) -> list[Path]:
    """The files to load after a change: those that changed, and those in folders that did.

    A manifest that changed states identities for all files in its folder.
    """
    places = {Path(os.path.realpath(path)) for path in changed}
    stated_anew = {place.parent for place in places if place.name == MANIFEST}
    found = []
    for root in roots:
        top = Path(os.path.realpath(root))
        try:
            for path in find_sources([root]):
                place = Path(os.path.realpath(path))
                inside = {p for p in place.parents if top in p.parents}
                touched = top in places or not places.isdisjoint({place, *inside})
                if touched or place.parent in stated_anew:
                    found.append(path)
        except UnreadableFile:
            continue  # a root that is missing for now
    return found
