"""The knowledge as the assistant sees it: reports in, ranked passages out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from knowledge.ahead import Ahead
from knowledge.dense import DenseSearch
from knowledge.embedding import Embedder
from knowledge.errors import EmbedderMismatch, ReportNotFound, StoreMissing
from knowledge.figures import Figure
from knowledge.index import Index, Progress
from knowledge.keeping import Keeper, embedded_texts, pretending
from knowledge.loading import Loader
from knowledge.models import Report, Section
from knowledge.places import path_at
from knowledge.question import Question, read_question
from knowledge.scope import Listed
from knowledge.seal import is_sealed
from knowledge.search import Hit, Searcher
from knowledge.store import Entry, Store, write_lock
from knowledge.sums import Doubt, find_doubts
from knowledge.view import View

__all__ = ["Library", "Progress", "current_year", "label"]

_TEXTS_KEPT = 500
_LOCK_SECONDS = 3.0  # what a reader needs to bring up a small index
_TRIES = 3
_CLEARLY_LESS = 0.95


def current_year() -> int:
    """The calendar's year where the user sits."""
    return datetime.now().astimezone().year


def label(entry: Entry) -> str:
    """How a report is called among people: bureau and period, or its file."""
    identity = entry.identity
    name = (identity.bureau.name if identity.bureau else "") + str(identity.period or "")
    return name or Path(entry.file).name


class Library:
    """One data folder's reports.

    ``progress`` is told when the vector index is made anew. Without ``create`` a folder that
    holds no store raises StoreMissing; with it, the store is made when the first report is
    loaded. Vectors of another embedder raise EmbedderMismatch, unless they are to be made anew
    (``reindex``).
    """

    def __init__(  # noqa: PLR0913 - the data folder, and what each entry point adds
        self,
        data_dir: Path,
        embedder: Embedder,
        *,
        chroma_host: str = "",
        progress: Progress = lambda _done, _of: None,
        create: bool = False,
        reindex: bool = False,
    ) -> None:
        self._data_dir = data_dir
        self._embedder = embedder
        try:
            self._store = Store.open(data_dir)
        except StoreMissing:
            if not create:
                raise
            self._store = Store.unwritten(data_dir)
        self._chroma = data_dir / "chroma"
        self._chroma_host = chroma_host
        self._rested: str | None = None
        self._dense = DenseSearch(
            self._store, data_dir, self._make_index, progress, self._index_rests
        )
        self._searcher = Searcher(self._store, embedder, self.report, self._dense.nearest)
        self._view = View(None, [], [])
        if not reindex:
            self._check_embedder()

    def _check_embedder(self) -> None:
        made_by = self._store.remembered("embedder")
        if made_by and made_by != self._embedder.name and self._store.passage_count():
            self._store.close()
            raise EmbedderMismatch(stored=made_by, current=self._embedder.name, path=self._data_dir)

    def close(self) -> None:
        """Let go of the data folder."""
        self._dense.close()
        self._store.close()

    # -- reading

    def reports(self) -> list[Entry]:
        """The reports that are answered from, by bureau and period: older versions left out."""
        return [entry for entry in self._current().entries if not entry.superseded_by]

    def all_reports(self) -> list[Entry]:
        """The store's list with the older versions of reports, by bureau and period."""
        return list(self._current().entries)

    def report(self, report_id: str) -> Report:
        """A report with its text; raises ReportNotFound."""
        reports = self._current().reports
        if report_id not in reports:
            found = self._store.report(report_id)
            if found is None:
                raise ReportNotFound(wanted=report_id, known="、".join(map(label, self.reports())))
            if len(reports) >= _TEXTS_KEPT:
                reports.clear()
            reports[report_id] = found
        return reports[report_id]

    def files_of(self, report_id: str) -> list[Path]:
        """Where the files lie that hold a report, whether they are still there or not."""
        return [path_at(place) for place in self._store.places(report_id)]

    def find_report(self, wanted: str) -> Report:
        """A report by its id, its file, or 云溪县2023年 and the like; raises ReportNotFound."""
        entries = self.reports()
        by_name = [
            e for e in self.all_reports()
            if wanted in (e.id, e.file, Path(e.file).name, Path(e.file).stem)
            or (len(wanted) >= 8 and e.id.startswith(wanted))
        ]  # fmt: skip
        if not by_name:
            scope = self.read_question(wanted).scope
            by_name = [] if scope.unknown else [
                e for e in entries if scope.reports and e.id in scope.reports - scope.plan_only
            ]  # fmt: skip
        if len(by_name) != 1:
            raise ReportNotFound(wanted=wanted, known="、".join(map(label, by_name or entries)))
        return self.report(by_name[0].id)

    def outline(self, report_id: str) -> tuple[tuple[Section, ...], tuple[Figure, ...]]:
        """A report's sections and figures in reading order."""
        outlines = self._current().outlines
        if report_id not in outlines:
            if len(outlines) >= _TEXTS_KEPT:
                outlines.clear()
            outlines[report_id] = (self._store.sections(report_id), self._store.figures(report_id))
        return outlines[report_id]

    def doubts(self, report_id: str) -> tuple[Doubt, ...]:
        """The figures of a report that do not add up among themselves; raises ReportNotFound."""
        doubts = self._current().doubts
        if report_id not in doubts:
            if len(doubts) >= _TEXTS_KEPT:
                doubts.clear()
            text = self.report(report_id).text
            doubts[report_id] = find_doubts(text, *self.outline(report_id))
        return doubts[report_id]

    def read_question(self, text: str, this_year: int | None = None) -> Question:
        """A stand-alone question read against what the store holds now."""
        listed = self._current().listed
        return read_question(text, listed, this_year or current_year(), self._holding)

    def _holding(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        return self._store.reports_holding(phrase, within)

    def search(
        self, question: Question, limit: int = 10, report_ids: Sequence[str] | None = None
    ) -> list[Hit]:
        """Ranked passages within the question's scope, or of some reports, best first."""
        if report_ids is None and question.scope.reports is not None:
            report_ids = sorted(question.scope.reports)
        return self._ranked(question, limit, report_ids)

    def _ranked(
        self, question: Question, limit: int, report_ids: Sequence[str] | None
    ) -> list[Hit]:
        for _ in range(_TRIES - 1):
            try:
                return self._search(question, limit, report_ids)
            except ReportNotFound:  # it left between two looks at the store
                continue
        return self._search(question, limit, report_ids)

    def _search(
        self, question: Question, limit: int, report_ids: Sequence[str] | None
    ) -> list[Hit]:
        older = {e.id for e in self.all_reports() if e.superseded_by} if not report_ids else ()
        return self._searcher.search(question, limit, report_ids, without=older)

    def look_up(self, question: Question, limit: int = 10) -> list[Hit]:
        """Ranked passages to look at, rather than to answer from.

        A report of which nobody knows whose it is, or for when, may be what is looked for: such
        reports are shown, as what they are, where those that fit say clearly less.
        """
        scope = question.scope
        if scope.reports is None or not scope.undated:
            return self.search(question, limit)
        open_to = scope.reports | scope.undated
        if len(open_to) * 2 > len(self.reports()):  # leaving out a few is quicker than naming all
            found = self._ranked(question, limit * 2, None)
            wide = [hit for hit in found if hit.report.id in open_to][:limit]
        else:
            wide = self._ranked(question, limit, sorted(open_to))
        by_identity = scope.reports - scope.anchored
        fitting = [hit.score for hit in wide if hit.report.id in by_identity]
        if fitting and max(fitting) >= _CLEARLY_LESS * wide[0].score:
            return self.search(question, limit)
        return wide

    def passages_with(self, terms: Sequence[str]) -> Mapping[str, int]:
        """How many passages hold each term; those in none are left out."""
        return self._store.passages_with(terms)

    def passage_count(self) -> int:
        """How many passages the store holds."""
        return self._store.passage_count()

    def _current(self) -> View:
        """What is known of the store's present generation; another process may have moved it."""
        generation = self._store.generation
        if generation != self._view.generation:
            older = self._store.superseded()
            entries = [replace(e, superseded_by=older.get(e.id, "")) for e in self._store.entries()]
            listed = [
                Listed(e.id, e.identity.bureau, e.identity.period)
                for e in entries
                if not e.superseded_by
            ]
            self._view = View(generation, entries, listed)
        return self._view

    def index_is_current(self) -> bool:
        """Whether the vector index holds what the truth holds; nothing is mended."""
        return self._dense.is_level()

    def _index_rests(self) -> bool:
        """Whether the index's folder was as it was left, for what the truth holds now."""
        generation = self._store.generation
        if self._rested != generation and not self._chroma_host:
            self._rested = generation if is_sealed(self._chroma, generation) else None
        return self._rested == generation

    def _make_index(self) -> Index:
        from knowledge.vectors import VectorIndex  # noqa: PLC0415 - half a second of chromadb

        return VectorIndex(self._chroma, self._chroma_host)

    # -- writing

    @contextmanager
    def loader(self, *, dry_run: bool = False, processes: int = 0) -> Iterator[Loader]:
        """Load reports as the only writer; the vector index is brought up at the end.

        ``processes`` understand reports ahead, if there are many; see Ahead.
        If loading breaks off, what was loaded stays, and whoever asks next brings the index up.
        """
        if dry_run:
            shadow = self._store.shadow()
            try:
                text = self._store.text  # the shadow has the texts of what was loaded into it alone
                yield Loader(shadow, pretending(shadow), lambda key: shadow.text(key) or text(key))
            finally:
                shadow.close()
            return
        with (
            write_lock(self._data_dir, _LOCK_SECONDS),
            closing(Ahead(processes)) as ahead,
        ):
            self._store.create()
            self._check_embedder()
            self._store.remember("embedder", self._embedder.name)
            keeper = Keeper(self._store, self._embedder, self._data_dir)
            yield Loader(self._store, keeper.keep, self._store.text, ahead)
            ahead.close()  # their memory is worth more to the index
            # a load that changed nothing pays for no chromadb
            if self._chroma_host or not is_sealed(self._chroma, self._store.generation):
                self._dense.bring_up()

    def reindex(self, progress: Progress) -> None:
        """Make every vector anew with the present embedder; ``progress`` counts reports.

        The old vectors serve until all the new ones are there. Broken off, it goes on where it
        was with the same embedder.
        """
        with write_lock(self._data_dir, _LOCK_SECONDS):
            self._store.create()
            name, entries = self._embedder.name, self._store.entries()
            done = self._store.staged(name)
            for number, entry in enumerate(entries, 1):
                if entry.id not in done:
                    passages = self._store.passages(entry.id)
                    texts = embedded_texts(self.report(entry.id).text, passages)
                    self._store.stage_vectors(entry.id, self._embedder.embed(texts), name)
                progress(number, len(entries))
            self._store.adopt_staged(name)
            self._dense.bring_up()
