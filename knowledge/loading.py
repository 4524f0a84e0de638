"""Files into the store: what is to be done with each is decided apart from doing it."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.ahead import Ahead, Understood, read_content
from knowledge.errors import ManifestError, UnreadableFile
from knowledge.held import Held
from knowledge.keeping import Keep
from knowledge.loaded import Counts, Doubtful, Loaded, Status, line_of
from knowledge.manifest import told_by_manifest
from knowledge.models import ReadReport
from knowledge.places import changed_at, is_gone, path_at, place_of, shown, within
from knowledge.reading import Content, contents_of, find_sources
from knowledge.settling import Settler, TextOf
from knowledge.store import Entry, Source, Store
from knowledge.understanding import Told, understanding_version

__all__ = ["Loaded", "Loader", "Status"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a file that was read.

    ``anew``: its report is to be put in, else only the file noted. ``speaks``: the report is this
    file's, as far as where it lies and what was told of it goes.
    """

    status: Status
    anew: bool
    speaks: bool


def decide(
    read: ReadReport, source: Source, held: Entry | None, before: Entry | None, *, gone: bool
) -> Decision:
    """Decide from what the store holds; pure.

    ``held`` has the same text, wherever it lies; ``before`` is what this file held. ``gone``: the
    file that ``held`` was read from is no more.
    """
    other = before is not None and before.id != read.report.id
    if held is None:
        return Decision(Status.REPLACED if other else Status.ADDED, anew=True, speaks=True)
    speaks = gone or held.source.place == source.place
    stale = held.source.version != source.version
    retold = speaks and (
        held.source.understanding != source.understanding
        or held.identity != read.report.identity  # a new file name may tell it
    )
    status = Status.REPLACED if stale or retold or other else Status.UNCHANGED
    return Decision(status, anew=stale or retold, speaks=speaks)


class Loader:
    """Loads files into one store, which the caller has locked for writing, or into its shadow.

    ``ahead`` understands the files to come while one is written.
    """

    def __init__(
        self, store: Store, keep: Keep, text_of: TextOf, ahead: Ahead | None = None
    ) -> None:
        self._store = store
        self._keep = keep
        self._settler = Settler(store, text_of, changed_at)
        self._ahead = ahead or Ahead()
        self._held = Held(store)
        self._version = understanding_version()

    def load(
        self,
        paths: Sequence[Path],
        told: Told,
        *,
        prune: bool = False,
        reading: Callable[[Path], None] = lambda _path: None,
    ) -> Iterator[Loaded]:
        """Load files and folders one by one, each in its own transaction.

        ``reading`` is told of each file before it is read. A file that cannot be read gives a
        FAILED line and the others go on. ``prune``: reports whose file was in these folders and
        is gone leave the store.
        """
        seen: set[str] = set()
        pruned: list[Path] = []
        for root in paths:
            try:
                yield from self._load_all(_unseen(find_sources([root]), seen), told, reading)
                pruned.append(root)
            except UnreadableFile as error:
                # a folder that is missing is no folder that became empty: a share may be away
                if prune and self._knows(root):
                    pruned.append(root)
                else:
                    yield Loaded(shown(root), Status.FAILED, error=str(error))
        if prune:
            yield from self.prune(pruned)
        self._settler.settle_all()

    def _knows(self, path: Path) -> bool:
        """Whether the store holds something of a file, or of an archive."""
        place = place_of(path)
        return any(source.place.partition("#")[0] == place for source in self._store.sources())

    def forget(self, report_id: str) -> Loaded | None:
        """Let a report out of the store, whichever files hold it; None if it is not there.

        A file that still lies in a folder brings it back when that folder is loaded again.
        """
        entry = self._store.entry(report_id)
        if entry is None:
            return None
        self._store.remove(report_id)
        return line_of(entry.file, Status.REMOVED, entry.id, entry.identity, entry)

    def forget_lost(self, report_id: str) -> Loaded | None:
        """Let a report out if none of the files that held it lies there any more."""
        places = self._store.places(report_id)
        return self.forget(report_id) if all(map(is_gone, places)) else None

    def let_go(self, path: Path) -> Loaded | None:
        """Part a file from its report, which leaves if no other file holds it.

        None where the store knows no such file, or the report stays.
        """
        place = place_of(path)
        entry = self._store.entry_at(place)
        if entry is None or not self._store.unlink(place):
            return None
        return line_of(shown(path), Status.REMOVED, entry.id, entry.identity, entry)

    def _load_all(
        self, files: Iterable[tuple[Path, str]], told: Told, reading: Callable[[Path], None]
    ) -> Iterator[Loaded]:
        """Load files in their order; as many as there is room for are begun ahead.

        Each comes with its place, which costs a look at every folder above it.
        """
        begun: deque[tuple[Path, Callable[[], Iterator[Loaded]]]] = deque()
        for path, place in files:
            begun.append((path, self._begun(path, place, told)))
            if len(begun) > self._ahead.room:
                yield from _finished(begun, reading)
        while begun:
            yield from _finished(begun, reading)

    def _begun(self, path: Path, place: str, told: Told) -> Callable[[], Iterator[Loaded]]:
        """Begin with a file; the members of an archive wait for its turn."""
        started = time.perf_counter()
        try:
            content = next(contents_of(path))
            if content.member:
                return lambda: self._load_archive(path, place, told)
            source, understood = self._begin(path, place, content, told)
        except (UnreadableFile, ManifestError) as error:
            seconds = round(time.perf_counter() - started, 4)
            failed = Loaded(shown(path), Status.FAILED, seconds=seconds, error=str(error))
            return lambda: iter([failed])
        spent = time.perf_counter() - started
        return lambda: iter([self._timed(source, understood, spent)])

    def _load_archive(self, path: Path, place: str, told: Told) -> Iterator[Loaded]:
        """Each member of an archive as a file of its own."""
        started = time.perf_counter()
        try:
            for content in contents_of(path):
                yield self._load_member(path, place, content, told, started)
                started = time.perf_counter()
        except UnreadableFile as error:
            seconds = round(time.perf_counter() - started, 4)
            yield Loaded(shown(path), Status.FAILED, seconds=seconds, error=str(error))

    def _load_member(
        self, path: Path, place: str, content: Content, told: Told, started: float
    ) -> Loaded:
        try:
            source, understood = self._begin(path, place, content, told)
        except ManifestError as error:
            file = shown(path, content.member)
            return Loaded(file, Status.FAILED, error=str(error))
        return self._timed(source, understood, time.perf_counter() - started)

    def _timed(self, source: Source, understood: Understood, spent: float) -> Loaded:
        started = time.perf_counter()
        try:
            loaded = self._load_one(source, understood)
        except UnreadableFile as error:
            loaded = Loaded(source.file, Status.FAILED, error=str(error))
        return replace(loaded, seconds=round(spent + time.perf_counter() - started, 4))

    def _begin(
        self, path: Path, place: str, content: Content, told: Told
    ) -> tuple[Source, Understood]:
        """A file as it lies now, and what will be understood of it."""
        file = shown(path, content.member)
        noted = told_by_manifest(path, content.member)
        told = Told(told.bureau or noted.bureau, told.period or noted.period)
        understanding = f"{self._version} {told.bureau} {told.period or ''}"
        source = Source(within(place, content.member), file, content.sha256, understanding)
        if content.member or self._held.known(source):
            return source, lambda: read_content(content, file, told)
        return source, self._ahead.begin(path, file, told)

    def _load_one(self, source: Source, understood: Understood) -> Loaded:
        before = self._held.known(source)
        if before:
            line = line_of(source.file, Status.UNCHANGED, before.id, before.identity, before)
            return self._with_doubts(line)
        read = understood()
        source = replace(source, sha256=read.report.sha256)  # it may have changed meanwhile
        return self._load_read(read, source, self._store.entry_at(source.place))

    def _load_read(self, read: ReadReport, source: Source, before: Entry | None) -> Loaded:
        held = self._store.entry(read.report.id)
        gone = held is not None and is_gone(held.source.place)
        decision = decide(read, source, held, before, gone=gone)
        if decision.anew:
            self._keep(read, source)
            self._settler.settle_beside(read.report.id)
        else:
            self._store.link(read.report.id, source, speaks=decision.speaks)
        counts = Counts(len(read.sections), len(read.passages), len(read.figures))
        identity = read.report.identity if decision.speaks or held is None else held.identity
        line = line_of(source.file, decision.status, read.report.id, identity, counts)
        return self._with_doubts(line)

    def _with_doubts(self, line: Loaded) -> Loaded:
        """A line with what somebody should look at, and the other versions of its report."""
        key, older = line.report_id, self._held.superseded()
        told = {
            Doubtful.BUREAU: not line.bureau,
            Doubtful.PERIOD: not line.period,
            Doubtful.HEADINGS: line.sections < 2,
            Doubtful.SUMS: self._store.doubtful_sums(key) > 0,
            Doubtful.OLDER: key in older,
        }
        newest = self._store.entry(older[key]) if key in older else None
        olds = (self._store.entry(old) for old, new in older.items() if new == key)
        return replace(
            line,
            doubts=tuple(doubt.value for doubt, holds in told.items() if holds),
            superseded_by=newest.file if newest else "",
            supersedes=tuple(sorted(old.file for old in olds if old)),
        )

    def prune(self, roots: Sequence[Path]) -> Iterator[Loaded]:
        """Reports that lay in the folders given, or in the files, and lie nowhere any more."""
        within = [Path(os.path.realpath(root)) for root in roots]
        for source in self._store.sources():
            path = path_at(source.place)
            inside = any(path == root or root in path.parents for root in within)
            if not inside or not is_gone(source.place):
                continue
            entry = self._store.entry_at(source.place)
            if self._store.unlink(source.place) and entry:
                yield line_of(source.file, Status.REMOVED, entry.id, entry.identity, entry)


def _finished(
    begun: "deque[tuple[Path, Callable[[], Iterator[Loaded]]]]", reading: Callable[[Path], None]
) -> Iterator[Loaded]:
    """The lines of the file that was begun first."""
    path, finish = begun.popleft()
    reading(path)
    yield from finish()


def _unseen(paths: Iterable[Path], seen: set[str]) -> Iterator[tuple[Path, str]]:
    """Each path with its place, the first time that the place comes."""
    for path in paths:
        place = place_of(path)
        if place not in seen:
            seen.add(place)
            yield path, place
