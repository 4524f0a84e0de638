"""Files into the store: what is to be done with each is decided apart from doing it."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote_to_bytes

from knowledge.ahead import Ahead, Understood, read_report
from knowledge.errors import ManifestError, UnreadableFile
from knowledge.keeping import Keep
from knowledge.manifest import told_by_manifest
from knowledge.models import Identity, ReadReport
from knowledge.reading import find_sources, sha256_of
from knowledge.store import Entry, Source, Store
from knowledge.understanding import Told, understanding_version


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One line of an ingest: the file, what became of it and what was understood."""

    file: str
    status: Status
    report_id: str = ""
    bureau: str = ""
    level: str = ""
    period: str = ""
    sections: int = 0
    passages: int = 0
    figures: int = 0
    seconds: float = 0.0
    error: str = ""


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

    def __init__(self, store: Store, keep: Keep, ahead: Ahead | None = None) -> None:
        self._store = store
        self._keep = keep
        self._ahead = ahead or Ahead()
        self._version = understanding_version()

    def load(self, paths: Sequence[Path], told: Told, *, prune: bool = False) -> Iterator[Loaded]:
        """Load files and folders one by one, each in its own transaction.

        A file that cannot be read gives a FAILED line and the others go on. ``prune``: reports
        whose file was in these folders and is gone leave the store.
        """
        seen: set[str] = set()
        pruned: list[Path] = []
        for root in paths:
            try:
                yield from self._load_all(_unseen(find_sources([root]), seen), told)
                pruned.append(root)
            except UnreadableFile as error:
                # a folder that is missing is no folder that became empty: a share may be away
                if prune and self._store.source(place_of(root)):
                    pruned.append(root)
                else:
                    yield Loaded(shown(root), Status.FAILED, error=str(error))
        if prune:
            yield from self._prune(pruned)

    def forget(self, report_id: str) -> Loaded | None:
        """Let a report out of the store, whichever files hold it; None if it is not there.

        A file that still lies in a folder brings it back when that folder is loaded again.
        """
        entry = self._store.entry(report_id)
        if entry is None:
            return None
        self._store.remove(report_id)
        return _line(entry.file, Status.REMOVED, entry.id, entry.identity, entry)

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
        return _line(shown(path), Status.REMOVED, entry.id, entry.identity, entry)

    def _load_all(self, files: Iterable[tuple[Path, str]], told: Told) -> Iterator[Loaded]:
        """Load files in their order; as many as there is room for are begun ahead."""
        begun: deque[Callable[[], Loaded]] = deque()
        for path, place in files:
            begun.append(self._begun(path, place, told))
            if len(begun) > self._ahead.room:
                yield begun.popleft()()
        while begun:
            yield begun.popleft()()

    def _begun(self, path: Path, place: str, told: Told) -> Callable[[], Loaded]:
        """Begin with a file: what the store holds is looked at again when its turn comes."""
        started = time.perf_counter()
        try:
            source, understood = self._begin(path, place, told)
        except (UnreadableFile, ManifestError) as error:
            failed = Loaded(shown(path), Status.FAILED, error=str(error))
            return lambda: failed
        spent = time.perf_counter() - started

        def finish() -> Loaded:
            started = time.perf_counter()
            try:
                loaded = self._load_one(source, understood)
            except UnreadableFile as error:
                loaded = Loaded(source.file, Status.FAILED, error=str(error))
            return replace(loaded, seconds=round(spent + time.perf_counter() - started, 4))

        return finish

    def _begin(self, path: Path, place: str, told: Told) -> tuple[Source, Understood]:
        """A file as it lies now, and what will be understood of it."""
        sha256 = sha256_of(path)
        noted = told_by_manifest(path)
        told = Told(told.bureau or noted.bureau, told.period or noted.period)
        understanding = f"{self._version} {told.bureau} {told.period or ''}"
        source = Source(place, shown(path), sha256, understanding)
        if self._known(source):
            return source, lambda: read_report(path, source.file, told)
        return source, self._ahead.begin(path, source.file, told)

    def _load_one(self, source: Source, understood: Understood) -> Loaded:
        before = self._known(source)
        if before:
            return _line(source.file, Status.UNCHANGED, before.id, before.identity, before)
        read = understood()
        source = replace(source, sha256=read.report.sha256)  # it may have changed meanwhile
        return self._load_read(read, source, self._store.entry_at(source.place))

    def _known(self, source: Source) -> Entry | None:
        """What a file holds if it was loaded as it is now, and its report's own file still lies."""
        known = self._store.source(source.place)
        if known is None or (known.sha256, known.understanding) != (
            source.sha256,
            source.understanding,
        ):
            return None
        held = self._store.entry_at(source.place)
        named = held.source.place if held else ""
        return held if named == source.place or not is_gone(named) else None

    def _load_read(self, read: ReadReport, source: Source, before: Entry | None) -> Loaded:
        held = self._store.entry(read.report.id)
        gone = held is not None and is_gone(held.source.place)
        decision = decide(read, source, held, before, gone=gone)
        if decision.anew:
            self._keep(read, source)
        else:
            self._store.link(read.report.id, source, speaks=decision.speaks)
        counts = Counts(len(read.sections), len(read.passages), len(read.figures))
        identity = read.report.identity if decision.speaks or held is None else held.identity
        return _line(source.file, decision.status, read.report.id, identity, counts)

    def _prune(self, roots: Sequence[Path]) -> Iterator[Loaded]:
        """Reports that lay in the folders given, or in the files, and lie nowhere any more."""
        within = [Path(os.path.realpath(root)) for root in roots]
        for source in self._store.sources():
            path = path_at(source.place)
            inside = any(path == root or root in path.parents for root in within)
            if not inside or not is_gone(source.place):
                continue
            entry = self._store.entry_at(source.place)
            if self._store.unlink(source.place) and entry:
                yield _line(source.file, Status.REMOVED, entry.id, entry.identity, entry)


def _unseen(paths: Iterable[Path], seen: set[str]) -> Iterator[tuple[Path, str]]:
    """Each path with its place, the first time that the place comes."""
    for path in paths:
        place = place_of(path)
        if place not in seen:
            seen.add(place)
            yield path, place


def place_of(path: Path) -> str:
    """Where a file really lies, as a URI: whatever bytes its name has, it is plain text."""
    return Path(os.path.realpath(path)).as_uri()


def path_at(place: str) -> Path:
    """The path of a place."""
    return Path(os.fsdecode(unquote_to_bytes(place.removeprefix("file://"))))


def is_gone(place: str) -> bool:
    """Whether a file is no more; where we may not look, it is not gone."""
    try:
        path_at(place).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def shown(path: Path | str) -> str:
    """A path as people read it: a name that is no UTF-8 was mostly made on a Chinese Windows."""
    name = os.fsencode(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sections, passages and figures."""

    sections: int
    passages: int
    figures: int


def _line(
    file: str, status: Status, report_id: str, identity: Identity, counts: Entry | Counts
) -> Loaded:
    bureau = identity.bureau
    return Loaded(
        file=file,
        status=status,
        report_id=report_id,
        bureau=bureau.name if bureau else "",
        level=bureau.level or "" if bureau else "",
        period=str(identity.period or ""),
        sections=counts.sections,
        passages=counts.passages,
        figures=counts.figures,
    )
