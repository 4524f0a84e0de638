"""The knowledge as the assistant sees it: reports in, ranked passages out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.embedding import Embedder
from knowledge.errors import EmbedderMismatch, ReportNotFound, StoreBusy, StoreMissing
from knowledge.figures import Figure
from knowledge.loading import Loader, embedded_texts
from knowledge.models import Report, Section
from knowledge.question import Question, read_question
from knowledge.scope import Listed, Scope
from knowledge.search import Hit, Searcher
from knowledge.store import Entry, Store, Vectors, write_lock

if TYPE_CHECKING:
    from knowledge.vectors import VectorIndex

Progress = Callable[[int, int], None]
"""Told how many of how many passages are in the vector index."""


@dataclass(slots=True)
class _View:
    """What was read of one generation of the store."""

    generation: int
    entries: list[Entry]
    reports: dict[str, Report]


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
    holds no store raises StoreMissing; vectors of another embedder raise EmbedderMismatch,
    unless they are to be made anew (``reindex``).
    """

    def __init__(
        self,
        data_dir: Path,
        embedder: Embedder,
        *,
        chroma_host: str = "",
        progress: Progress = lambda _done, _of: None,
        create: bool = False,
        reindex: bool = False,
    ) -> None:
        if not create and not Store.exists(data_dir):
            raise StoreMissing(path=data_dir)
        self._data_dir = data_dir
        self._embedder = embedder
        self._chroma_host = chroma_host
        self._progress = progress
        self._store = Store.open(data_dir)
        self._view = _View(-1, [], {})
        made_by = self._store.remembered("embedder")
        another = made_by and made_by != embedder.name and self._store.passage_count()
        if another and not reindex:
            self._store.close()
            raise EmbedderMismatch(stored=made_by, current=embedder.name, path=data_dir)

    def close(self) -> None:
        """Let go of the data folder."""
        if "_index" in self.__dict__:
            self._index.close()
        self._store.close()

    # -- reading

    def reports(self) -> list[Entry]:
        """The store's list, by bureau and period."""
        return list(self._current().entries)

    def report(self, report_id: str) -> Report:
        """A report with its text; raises ReportNotFound."""
        reports = self._current().reports
        if report_id not in reports:
            found = self._store.report(report_id)
            if found is None:
                raise ReportNotFound(wanted=report_id, known="、".join(map(label, self.reports())))
            reports[report_id] = found
        return reports[report_id]

    def find_report(self, wanted: str) -> Report:
        """A report by its id, its file, or 云溪县2023年 and the like; raises ReportNotFound."""
        entries = self.reports()
        by_name = [
            e for e in entries
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
        return self._store.sections(report_id), self._store.figures(report_id)

    def read_question(self, text: str, this_year: int | None = None) -> Question:
        """A stand-alone question read against what the store holds now."""
        listed = [Listed(e.id, e.identity.bureau, e.identity.period) for e in self.reports()]
        return read_question(text, listed, this_year or current_year(), self._holding)

    def _holding(self, phrase: str) -> frozenset[str]:
        return frozenset(e.id for e in self.reports() if phrase in self.report(e.id).text)

    def search(
        self, question: Question, limit: int = 10, report_ids: Sequence[str] | None = None
    ) -> list[Hit]:
        """Ranked passages within the question's scope, or of some reports, best first."""
        if report_ids is None:
            report_ids = self._within(question.scope)
        return self._searcher.search(question, limit, report_ids)

    def _within(self, scope: Scope) -> Sequence[str] | None:
        """The reports to search; where no report fits, those of which nobody knows whose."""
        if scope.reports is None:
            return None
        ids = scope.reports or scope.undated
        return None if len(ids) == len(self.reports()) else sorted(ids)

    def passages_with(self, terms: Sequence[str]) -> Mapping[str, int]:
        """How many passages hold each term; those in none are left out."""
        return self._store.passages_with(terms)

    def passage_count(self) -> int:
        """How many passages the store holds."""
        return self._store.passage_count()

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self._store, self._embedder, self.report, self._nearest)

    def _nearest(
        self, vector: Vectors, limit: int, report_ids: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """The dense side: exact over a few reports, or while the index is behind the truth."""
        if report_ids is None and self._index_is_current():
            return self._index.query(vector, limit)
        from knowledge.vectors import cosines

        return cosines(vector, *self._store.vectors(report_ids))[:limit]

    def _current(self) -> _View:
        """What is known of the store's present generation; another process may have moved it."""
        generation = self._store.generation
        if generation != self._view.generation:
            self._view = _View(generation, self._store.entries(), {})
        return self._view

    # -- writing

    @contextmanager
    def loader(self, *, dry_run: bool = False) -> Iterator[Loader]:
        """Load reports as the only writer; the vector index is brought up at the end."""
        if dry_run:
            yield Loader(self._store, self._embedder)
            return
        with write_lock(self._data_dir):
            self._store.remember("embedder", self._embedder.name)
            try:
                yield Loader(self._store, self._embedder)
            finally:
                self._index.bring_up(self._store, self._progress)

    def reindex(self, progress: Progress) -> None:
        """Make every vector anew with the present embedder; ``progress`` counts reports."""
        with write_lock(self._data_dir):
            entries = self._store.entries()
            vectors = {}
            for done, entry in enumerate(entries, 1):
                text = self.report(entry.id).text
                passages = self._store.passages(entry.id)
                vectors[entry.id] = self._embedder.embed(embedded_texts(text, passages))
                progress(done, len(entries))
            self._store.put_vectors(vectors, self._embedder.name)
            self._index.throw_away()
            self._index.bring_up(self._store, self._progress)

    def index_is_current(self) -> bool:
        """Whether the vector index holds what the truth holds; nothing is mended."""
        return self._index.generation == self._store.generation

    # -- the vector index

    def _index_is_current(self) -> bool:
        """Whether the index has the truth's generation, after trying to bring it there."""
        if self._index.generation == self._store.generation:
            return True
        self._index.close()
        if self._index.generation == self._store.generation:
            return True
        try:
            with write_lock(self._data_dir):
                self._index.bring_up(self._store, self._progress)
        except StoreBusy:
            return False
        return True

    @cached_property
    def _index(self) -> "VectorIndex":
        from knowledge.vectors import VectorIndex  # chromadb takes half a second to import

        return VectorIndex(self._data_dir / "chroma", self._chroma_host)
