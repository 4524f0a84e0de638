"""Loads files into the store; ``decide`` says what to do with each, apart from doing it."""

import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import numpy as np

from knowledge.errors import AssistantError, EmbedderMismatch, ManifestError, UnreadableFile
from knowledge.lexicon import tokens_of
from knowledge.loading.manifest import manifest_identity
from knowledge.loading.report_reader import ReportReader
from knowledge.models import Identity, Passage, ReadReport
from knowledge.reading.files import find_sources, is_expected
from knowledge.reading.paths import (
    display_path,
    member_place,
    modification_time,
    path_at,
    place_of,
)
from knowledge.reading.result import left_out_of
from knowledge.storage.protocols import Embedder, ReportEntry, ReportSource, Vectors
from knowledge.storage.store import Store
from knowledge.understanding.pipeline import Overrides, restate, understanding_version
from knowledge.understanding.versions import ReportVersion, find_superseded

_VERSIONS_AT = "settled"
"""The key under which the store keeps the generation at which its versions were last found."""


# -- results


class Status(StrEnum):
    """What happened to a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ReviewReason(StrEnum):
    """Why somebody should look at a report that was loaded."""

    BUREAU = "bureau_unknown"
    PERIOD = "period_unknown"
    HEADINGS = "no_headings"
    SUMS = "sums"
    OLDER = "older_version"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """One line of an ingest: the file, what happened to it and what was understood.

    ``doubts`` are values of ReviewReason. ``superseded_by`` and ``supersedes`` name the files of
    the newer version of the report, and of its older ones. ``unreadable`` counts the characters
    of a new report that could not be read, ``left_out`` names what is missing of it.
    A file that was only found in a folder and is none that can be read is SKIPPED, and ``error``
    says why.
    """

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
    doubts: tuple[str, ...] = ()
    superseded_by: str = ""
    supersedes: tuple[str, ...] = ()
    unreadable: int = 0
    left_out: str = ""
    reviews: str = ""


def _result(
    file: str, status: Status, report_id: str, identity: Identity, counts: Sequence[int]
) -> LoadResult:
    """``counts`` are those of sections, passages and figures."""
    bureau = identity.bureau
    sections, passages, figures = counts
    return LoadResult(
        file=file,
        status=status,
        report_id=report_id,
        bureau=bureau.name if bureau else "",
        level=bureau.level or "" if bureau else "",
        period=str(identity.period or ""),
        reviews=str(identity.reviews or ""),
        sections=sections,
        passages=passages,
        figures=figures,
    )


def _entry_result(file: str, status: Status, entry: ReportEntry) -> LoadResult:
    counts = (entry.sections, entry.passages, entry.figures)
    return _result(file, status, entry.id, entry.identity, counts)


# -- decisions


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a file that was read.

    ``rewrite``: write its report to the store, rather than only note the file. ``primary``: the
    report's file, identity and understanding are this file's from now on.
    """

    status: Status
    rewrite: bool
    primary: bool


def decide(
    read: ReadReport,
    source: ReportSource,
    same_text: ReportEntry | None,
    before: ReportEntry | None,
    *,
    gone: bool,
) -> Decision:
    """Decide what to do with a file from what the store holds; pure.

    ``same_text`` is the stored report with the same text, from whichever file; ``before`` is the
    report that this file held. ``gone``: the file of ``same_text`` does not exist any more.
    """
    other = before is not None and before.id != read.report.id
    if same_text is None:
        status = Status.REPLACED if other else Status.ADDED
        return Decision(status, rewrite=True, primary=True)
    primary = gone or same_text.source.place == source.place
    outdated = same_text.source.version != source.version
    restated = primary and (
        same_text.source.understanding != source.understanding
        or same_text.identity != read.report.identity  # a new file name may say it
    )
    status = Status.REPLACED if outdated or restated or other else Status.UNCHANGED
    return Decision(status, rewrite=outdated or restated, primary=primary)


# -- writing reports


def texts_to_embed(text: str, passages: Sequence[Passage]) -> list[str]:
    """What is indexed of each passage: its headings and its words."""
    return ["\n".join((*p.path, text[p.start : p.end])) for p in passages]


class ReportWriter:
    """Writes reports to a store, with the vectors of one embedder.

    ``dry_run``: the store is a dry-run copy, which gets nothing but a report's text.
    """

    def __init__(
        self, store: Store, embedder: Embedder, data_dir: Path, *, dry_run: bool = False
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._data_dir = data_dir
        self._dry_run = dry_run
        self._dimension = store.some_vectors(1).shape[1]

    def write(self, read: ReadReport, source: ReportSource) -> None:
        """Write a report in the place of what its file held before.

        Raises EmbeddingFailed, or EmbedderMismatch for another dimension.
        """
        if self._dry_run:
            read = ReadReport(read.report, (), (), read.doubtful_sums)
        texts = texts_to_embed(read.report.text, read.passages)
        self._store.put(
            read,
            source,
            loaded_at=datetime.now().astimezone().isoformat(timespec="seconds"),
            vectors=self._embed(texts),
            tokens=[" ".join(tokens_of(t)) for t in texts],
        )

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        vectors = self._embedder.embed(texts)
        dimension = vectors.shape[1]
        self._dimension = self._dimension or dimension
        if dimension != self._dimension:
            name = self._embedder.name
            raise EmbedderMismatch(
                stored=f"{name}（{self._dimension} 维）",
                current=f"{name}（{dimension} 维）",
                path=self._data_dir,
            )
        return vectors


class VersionMarker:
    """Marks the older versions of reports in a store, which the caller has locked for writing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mark_beside(self, report_id: str) -> None:
        """Mark the reports of one report's bureau and period."""
        entry = self._store.entry(report_id)
        bureau, period = entry.identity.bureau if entry else None, entry and entry.identity.period
        if not (bureau and period):
            return
        beside = self._store.entries_of(bureau.name, period.year, int(period.part))
        ids = {e.id for e in beside}
        others = {old: new for old, new in self._store.successors().items() if old not in ids}
        self._store.set_successors(others | self._older_among(beside))

    def mark_all(self) -> None:
        """Mark the reports of all bureaus and periods, unless nothing was written since.

        This completes a load that broke off between a report and its marking.
        """
        if self._store.read_meta(_VERSIONS_AT) == self._store.generation:
            return
        older: dict[str, str] = {}
        for shared in self._store.shared_periods():
            older |= self._older_among(self._store.entries_of(*shared))
        self._store.set_successors(older)
        self._store.write_meta(_VERSIONS_AT, self._store.generation)

    def _older_among(self, entries: Sequence[ReportEntry]) -> dict[str, str]:
        if len(entries) < 2:
            return {}
        versions = []
        for number, entry in enumerate(entries):
            text, changed = self._store.text(entry.id), modification_time(entry.source.place)
            title = entry.identity.title
            versions.append(ReportVersion(entry.id, entry.file, title, text, changed, number))
        return find_superseded(versions)


# -- loading


@dataclass(frozen=True, slots=True)
class _Job:
    """A file, or a member of an archive, whose report is to be loaded.

    ``read`` returns the report, or raises UnreadableFile or ManifestError. ``seconds`` were spent
    on it so far. ``expected``: it was named, or is a report by its name.
    """

    source: ReportSource
    read: Callable[[], ReadReport]
    seconds: float
    expected: bool


def _refused(place: str, file: str, error: AssistantError, expected: bool = True) -> _Job:

    def refuse() -> ReadReport:
        raise error

    return _Job(ReportSource(place, file, "", ""), refuse, 0.0, expected)


class Loader:
    """Loads files into one store, which the caller has locked for writing, or a dry-run copy.

    ``reader`` reads the files to come while one is written.
    """

    def __init__(
        self, store: Store, writer: ReportWriter, reader: ReportReader | None = None
    ) -> None:
        self._store = store
        self._writer = writer
        self._reader = reader or ReportReader()
        self._marker = VersionMarker(store)
        self._successors: tuple[int, Mapping[str, str]] = -1, {}
        self._version = understanding_version()

    def load(
        self,
        paths: Sequence[Path],
        stated: Overrides,
        *,
        prune: bool = False,
        on_file: Callable[[Path], None] = lambda _path: None,
        named: Collection[Path] | None = None,
    ) -> Iterator[LoadResult]:
        """Load files and folders one by one, each report in its own transaction.

        ``stated`` is the identity that the user gives all of them. ``on_file`` is called with
        each file before it is loaded. A file that cannot be read gives a FAILED result and the
        others go on; one that nobody named, and that is no report by its name, is SKIPPED.
        ``named`` are the paths that somebody did name, by default these. ``prune``: reports whose
        file was in these folders and is gone are removed.
        """
        seen: set[str] = set()
        pruned: list[Path] = []
        named = paths if named is None else named
        for root in paths:
            try:
                files = _without_repeats(find_sources([root]), seen)
                yield from self._load_files(files, stated, on_file, named)
                pruned.append(root)
            except UnreadableFile as error:
                # a missing folder is not one that became empty: a share may be unmounted
                place = place_of(root)
                known = (source.place.partition("#")[0] for source in self._store.sources())
                if prune and place in known:
                    pruned.append(root)
                else:
                    yield LoadResult(display_path(root), Status.FAILED, error=str(error))
        if prune:
            yield from self.prune(pruned)
        self._marker.mark_all()

    def load_understood(self, path: Path, read: ReadReport, stated: Overrides) -> LoadResult:
        """Load one file whose content was read and understood already, without reading it again.

        ``stated`` is the identity that the user gives it.
        """
        started, place = time.perf_counter(), place_of(path)
        try:
            source, stated = self._source(path, place, "", read.report.sha256, stated)
            restated = partial(restate, read, file=source.file, overrides=stated)
            job = _Job(source, restated, time.perf_counter() - started, expected=True)
        except ManifestError as error:
            job = _refused(place, display_path(path), error)
        result = self._run(job)
        self._marker.mark_all()
        return result

    def prune(self, roots: Sequence[Path]) -> Iterator[LoadResult]:
        """Remove the reports of files that were in these folders, or were these, and are gone."""
        tops = [Path(os.path.realpath(root)) for root in roots]
        for source in self._store.sources():
            path = path_at(source.place)
            inside = any(path == top or top in path.parents for top in tops)
            if not inside or not self._reader.is_gone(source.place):
                continue
            entry = self._store.entry_at(source.place)
            if self._store.unlink(source.place) and entry:
                yield _entry_result(source.file, Status.REMOVED, entry)

    def remove_report(self, report_id: str) -> LoadResult | None:
        """Remove a report, whichever files hold it; None if it is not there.

        A file that still is in a folder brings it back when that folder is loaded again.
        """
        entry = self._store.entry(report_id)
        if entry is None:
            return None
        self._store.remove(report_id)
        return _entry_result(entry.file, Status.REMOVED, entry)

    def remove_if_lost(self, report_id: str) -> LoadResult | None:
        """Remove a report if none of the files that held it exists any more."""
        places = self._store.places(report_id)
        return self.remove_report(report_id) if all(map(self._reader.is_gone, places)) else None

    def remove_file(self, path: Path) -> LoadResult | None:
        """Remove a file from the store, and its report unless another file holds it.

        None where the store does not know the file, or the report stays.
        """
        place = place_of(path)
        entry = self._store.entry_at(place)
        if entry is None or not self._store.unlink(place):
            return None
        return _entry_result(display_path(path), Status.REMOVED, entry)

    def _load_files(
        self,
        files: Iterable[tuple[Path, str]],
        stated: Overrides,
        on_file: Callable[[Path], None],
        named: Collection[Path],
    ) -> Iterator[LoadResult]:
        """Load files, given with their places, in order; the reader may be some files ahead."""
        pending: deque[tuple[Path, _Job]] = deque()

        def finish(room: int) -> Iterator[LoadResult]:
            while len(pending) > room:
                begun, job = pending.popleft()
                on_file(begun)
                yield self._run(job)

        for path, place in files:
            for member, job in self._jobs(path, place, stated, named=path in named):
                pending.append((path, job))
                # members are unpacked one by one
                yield from finish(0 if member else self._reader.room)
        yield from finish(0)

    def _jobs(
        self, path: Path, place: str, stated: Overrides, *, named: bool
    ) -> Iterator[tuple[str, _Job]]:
        """The job of a file, or those of an archive's members, by their paths inside.

        Only a new file that is no member is begun.
        """
        started = time.perf_counter()
        expected = named or is_expected(path.name) or path.is_dir()  # closed to us
        try:
            for content in self._reader.contents(path, named=named):
                member = content.name
                source, identity = self._source(path, place, member, content.sha256, stated)
                if member:
                    expected = is_expected(member)
                if content.refusal:
                    yield member, _refused(source.place, source.file, content.refusal, expected)
                    continue
                read: Callable[[], ReadReport]
                if member or self._known_entry(source):
                    read = partial(self._reader.read, content, source.file, identity)
                else:
                    read = self._reader.submit(path, source.file, identity)
                yield member, _Job(source, read, time.perf_counter() - started, expected)
                started = time.perf_counter()
        except (UnreadableFile, ManifestError) as error:
            yield "", _refused(place, display_path(path), error, expected)

    def _known_entry(self, source: ReportSource) -> ReportEntry | None:
        """The report loaded from just this version of a file, while the report's file exists."""
        entry = self._store.entry_loaded_from(source)
        if entry and entry.source.place != source.place:
            return None if self._reader.is_gone(entry.source.place) else entry
        return entry

    def _source(
        self, path: Path, place: str, member: str, sha256: str, stated: Overrides
    ) -> tuple[ReportSource, Overrides]:
        """A file as it is now, and its stated identity with what its folder's manifest adds."""
        in_manifest = manifest_identity(path, member)
        stated = Overrides(stated.bureau or in_manifest.bureau, stated.period or in_manifest.period)
        understanding = f"{self._version} {stated.bureau} {stated.period or ''}"
        file = display_path(path, member)
        return ReportSource(member_place(place, member), file, sha256, understanding), stated

    def _run(self, job: _Job) -> LoadResult:
        started = time.perf_counter()
        try:
            result = self._with_review(self._load(job))
        except (UnreadableFile, ManifestError) as error:
            # what was not expected to be a report is only passed over
            status = Status.FAILED if job.expected else Status.SKIPPED
            result = LoadResult(job.source.file, status, error=str(error))
        return replace(result, seconds=round(job.seconds + time.perf_counter() - started, 4))

    def _load(self, job: _Job) -> LoadResult:
        source = job.source
        entry = self._known_entry(source)
        if entry:
            return _entry_result(source.file, Status.UNCHANGED, entry)
        read = job.read()
        source = replace(source, sha256=read.report.sha256)  # it may have changed meanwhile
        same_text, before = self._store.entry(read.report.id), self._store.entry_at(source.place)
        gone = same_text is not None and self._reader.is_gone(same_text.source.place)
        decision = decide(read, source, same_text, before, gone=gone)
        if decision.rewrite:
            self._writer.write(read, source)
            self._marker.mark_beside(read.report.id)
        else:
            self._store.link(read.report.id, source, primary=decision.primary)
        counts = (len(read.sections), len(read.passages), read.figure_text.size)
        other = None if decision.primary else same_text
        identity = other.identity if other else read.report.identity
        return _result(source.file, decision.status, read.report.id, identity, counts)

    def _with_review(self, result: LoadResult) -> LoadResult:
        """A result with the reasons to look at it, and the other versions of its report."""
        if self._successors[0] != self._store.changes:
            self._successors = self._store.changes, self._store.successors()
        key, (_, older) = result.report_id, self._successors
        reasons = {
            ReviewReason.BUREAU: not result.bureau,
            ReviewReason.PERIOD: not result.period,
            ReviewReason.HEADINGS: result.sections < 2,
            ReviewReason.SUMS: self._store.doubtful_sums(key) > 0,
            ReviewReason.OLDER: key in older,
        }
        new = result.status in {Status.ADDED, Status.REPLACED}
        text = self._store.text(key) if new else ""
        unreadable, left_out = text.count("\ufffd"), left_out_of(text)
        reasons |= {ReviewReason.UNREADABLE: unreadable > 0, ReviewReason.LEFT_OUT: bool(left_out)}
        newest = self._store.entry(older[key]) if key in older else None
        olds = (self._store.entry(old) for old, new in older.items() if new == key)
        return replace(
            result,
            doubts=tuple(reason.value for reason, applies in reasons.items() if applies),
            unreadable=unreadable,
            left_out=left_out,
            superseded_by=newest.file if newest else "",
            supersedes=tuple(sorted(old.file for old in olds if old)),
        )


def _without_repeats(paths: Iterable[Path], seen: set[str]) -> Iterator[tuple[Path, str]]:
    """Each path with its place, the first time that the place comes."""
    for path in paths:
        place = place_of(path)
        if place not in seen:
            seen.add(place)
            yield path, place
