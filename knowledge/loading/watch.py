"""Watching folders: a changed file is reported once it no longer changes, say after a copy."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import watch

from knowledge.errors import UnreadableFile
from knowledge.reading.files import MANIFEST, find_sources

_TICK_MS = 1000
_QUIET_TICKS = 2


def settle(pending: dict[Path, int], touched: Iterable[Path]) -> set[Path]:
    """The paths that nobody touched for some ticks.

    ``pending`` says how many it were of each path that was touched; it is kept up to date.
    """
    for path in pending:
        pending[path] += 1
    pending |= dict.fromkeys(touched, 0)
    rested = {path for path, quiet in pending.items() if quiet >= _QUIET_TICKS}
    for path in rested:
        del pending[path]
    return rested


def watch_changes(roots: Sequence[Path], stop: Event) -> Iterator[set[Path]]:
    """The paths in files and folders that changed, appeared or went, until ``stop`` is set.

    The first are the roots themselves, once they are watched: they include what came before.
    """
    pending: dict[Path, int] = {}
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
        if rested := settle(pending, {Path(path) for _, path in changes}):
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
