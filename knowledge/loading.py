"""Files into the store: what is to be done with each is decided apart from doing it."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from knowledge.embedding import Embedder
from knowledge.errors import AssistantError, ManifestError, UnreadableFile
from knowledge.lexicon import tokens_of
from knowledge.manifest import told_by_manifest
from knowledge.models import Passage, ReadReport
from knowledge.reading import find_sources, read_source
from knowledge.store import Entry, Store
from knowledge.understanding import Told, understand, understanding_version


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
    """What to do with a file that was read: the status, and which reports it replaces."""

    status: Status
    instead_of: tuple[str, ...] = ()
    renamed: bool = False


def decide(
    report_id: str, place: str, understanding: str, held: Entry | None, there: Sequence[Entry]
) -> Decision:
    """Decide from what the store holds; pure, and the same for a dry run.

    ``held`` has the same text, wherever it lies; ``there`` are the reports of the same place.
    """
    replaced = tuple(e.id for e in there if e.id != report_id)
    if held is None:
        return Decision(Status.REPLACED if replaced else Status.ADDED, replaced)
    renamed = held.place != place and not Path(held.place).exists()
    if held.understanding == understanding and not replaced:
        return Decision(Status.UNCHANGED, renamed=renamed)
    return Decision(Status.REPLACED, replaced)


def embedded_texts(text: str, passages: Sequence[Passage]) -> list[str]:
    """What is indexed of each passage: its headings and its words."""
    return ["\n".join((*p.path, text[p.start : p.end])) for p in passages]


class Loader:
    """Loads files into one store with one embedder. The caller holds the write lock."""

    def __init__(
        self, store: Store, embedder: Embedder, now: Callable[[], datetime] = datetime.now
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._now = now
        self._version = understanding_version()

    def load(
        self, paths: Sequence[Path], told: Told, *, prune: bool = False, dry_run: bool = False
    ) -> Iterator[Loaded]:
        """Load files and folders one by one, each in its own transaction.

        A file that cannot be read gives a FAILED line and the others go on.
        """
        seen: set[str] = set()
        for root in paths:
            yield from self._load_under(root, told, seen, dry_run=dry_run)
        if prune:
            yield from self._prune(paths, seen, dry_run=dry_run)

    def _load_under(
        self, root: Path, told: Told, seen: set[str], *, dry_run: bool
    ) -> Iterator[Loaded]:
        try:
            for path in find_sources([root]):
                seen.add(str(path.resolve()))
                yield self._timed(path, told, dry_run=dry_run)
        except AssistantError as error:
            yield Loaded(str(root), Status.FAILED, error=str(error))

    def _timed(self, path: Path, told: Told, *, dry_run: bool) -> Loaded:
        begun = time.perf_counter()
        try:
            loaded = self._load_one(path, told, dry_run=dry_run)
        except (UnreadableFile, ManifestError) as error:
            loaded = Loaded(str(path), Status.FAILED, error=str(error))
        return replace(loaded, seconds=round(time.perf_counter() - begun, 4))

    def _load_one(self, path: Path, told: Told, *, dry_run: bool) -> Loaded:
        source = read_source(path)
        noted = told_by_manifest(path)
        told = Told(told.bureau or noted.bureau, told.period or noted.period)
        place, understanding = str(path.resolve()), f"{self._version} {told.bureau} {told.period}"
        there = self._store.entries_at(place)
        for entry in there:
            if (entry.sha256, entry.understanding) == (source.sha256, understanding):
                return _line_of_entry(entry, Status.UNCHANGED)
        read = understand(source.text, file=source.path, sha256=source.sha256, told=told)
        held = self._store.entry(read.report.id)
        decision = decide(read.report.id, place, understanding, held, there)
        if not dry_run:
            self._carry_out(decision, read, place, understanding)
        return _line(read, decision.status)

    def _carry_out(
        self, decision: Decision, read: ReadReport, place: str, understanding: str
    ) -> None:
        if decision.status is Status.UNCHANGED:
            if decision.renamed:
                self._store.rename(read.report.id, read.report.file, place)
            return
        texts = embedded_texts(read.report.text, read.passages)
        self._store.put(
            read,
            place=place,
            understanding=understanding,
            loaded_at=self._now().isoformat(timespec="seconds"),
            vectors=self._embedder.embed(texts),
            tokens=[" ".join(tokens_of(t)) for t in texts],
            instead_of=decision.instead_of,
        )

    def _prune(self, paths: Sequence[Path], seen: set[str], *, dry_run: bool) -> Iterator[Loaded]:
        """Reports whose file is gone from the folders given (or was given itself)."""
        roots = [p.resolve() for p in paths]
        for entry in self._store.entries():
            place = Path(entry.place)
            inside = any(place == root or root in place.parents for root in roots)
            if inside and entry.place not in seen and not place.exists():
                if not dry_run:
                    self._store.remove(entry.id)
                yield _line_of_entry(entry, Status.REMOVED)


def _line_of_entry(entry: Entry, status: Status) -> Loaded:
    bureau = entry.identity.bureau
    return Loaded(
        file=entry.file,
        status=status,
        report_id=entry.id,
        bureau=bureau.name if bureau else "",
        level=bureau.level or "" if bureau else "",
        period=str(entry.identity.period or ""),
        sections=entry.sections,
        passages=entry.passages,
        figures=entry.figures,
    )


def _line(read: ReadReport, status: Status) -> Loaded:
    bureau, period = read.report.identity.bureau, read.report.identity.period
    return Loaded(
        file=read.report.file,
        status=status,
        report_id=read.report.id,
        bureau=bureau.name if bureau else "",
        level=bureau.level or "" if bureau else "",
        period=str(period or ""),
        sections=len(read.sections),
        passages=len(read.passages),
        figures=len(read.figures),
    )
