"""The knowledge as the assistant uses it: reports are loaded, ranked passages come out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from knowledge.errors import EmbedderMismatch, ReportNotFound
from knowledge.loading.loader import Loader, ReportWriter, texts_to_embed
from knowledge.loading.report_reader import ReportReader, rare_garbage_collections
from knowledge.models import Passage, Report, Section, Statement
from knowledge.reading.paths import path_at
from knowledge.retrieval.bureau_names import fold_masks
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import Question, read_question
from knowledge.retrieval.question_asks import substance
from knowledge.retrieval.scope import Scope
from knowledge.retrieval.search import CollectionStatistics, DenseSearch, Hit, Searcher
from knowledge.retrieval.slips import find_place_slips, find_slips, mend
from knowledge.storage.opening import open_store
from knowledge.storage.partial import PartialReader
from knowledge.storage.protocols import Embedder, Progress, ReportEntry
from knowledge.storage.store import StoreReader
from knowledge.understanding.figures import Figure
from knowledge.understanding.sentences import without_blanks
from knowledge.understanding.statements import read_statements
from knowledge.understanding.sums import Doubt, find_doubts

_MOST_CACHED = 500
_LOCK_SECONDS = 3.0  # what a reader needs to update a small index
_MOST_COUNTED = 50_000
_MOST_CATALOGUES = 16  # those of people who may read different reports
_MOST_QUESTIONS = 32  # those of a conversation; each may hold the ids of all reports

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def current_year() -> int:
    """The calendar's year where the user sits."""
    return datetime.now().astimezone().year


def label(entry: ReportEntry) -> str:
    """A report's name for people: its bureau and period, or its file."""
    identity = entry.identity
    name = (identity.bureau.name if identity.bureau else "") + str(identity.period or "")
    return name or Path(entry.file).name


@dataclass
class Catalogue:
    """What is cached of one generation of the store: all entries, some contents."""

    generation: str | None = None
    entries: tuple[ReportEntry, ...] = ()
    holdings: Holdings = field(default_factory=Holdings)
    older: frozenset[str] = frozenset()
    reports: dict[str, Report] = field(default_factory=dict)
    outlines: dict[str, tuple[tuple[Section, ...], tuple[Figure, ...]]] = field(
        default_factory=dict
    )
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)
    statements: dict[str, tuple[Statement, ...]] = field(default_factory=dict)
    passages: dict[str, tuple[Passage, ...]] = field(default_factory=dict)
    passages_with: dict[str, int] = field(default_factory=dict)
    containing: dict[str, frozenset[str]] = field(default_factory=dict)
    questions: dict[tuple[str, int], Question] = field(default_factory=dict)

    @cached_property
    def passage_count(self) -> int:
        """How many passages the store holds."""
        return sum(entry.passages for entry in self.entries)

    @classmethod
    def of(cls, store: StoreReader | PartialReader) -> "Catalogue":
        """The catalogue of a snapshot, without contents."""
        newest = store.successors()
        entries = [replace(e, superseded_by=newest.get(e.id, "")) for e in store.entries()]
        holdings = Holdings(_known_report(e) for e in entries if not e.superseded_by)
        older = frozenset(e.id for e in entries if e.superseded_by)
        return cls(store.generation, tuple(entries), holdings, older)


def _known_report(entry: ReportEntry) -> KnownReport:
    identity = entry.identity
    names = (Path(entry.file).stem, without_blanks(identity.title))
    return KnownReport(entry.id, identity.bureau, identity.period, names, identity.reviews)


@dataclass(frozen=True, slots=True)
class _View:
    """A snapshot of the store with its catalogue; ``whole`` holds hidden reports too."""

    whole: StoreReader
    store: StoreReader | PartialReader
    catalogue: Catalogue

    @property
    def hides_some(self) -> bool:
        """Whether some reports are not to be seen in it."""
        return self.store is not self.whole

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        """The reports whose texts contain a phrase; of all of them it is looked up once."""
        cache = self.catalogue.containing
        if phrase not in cache:
            if within is not None:
                return self.store.reports_containing(phrase, within)
            _keep(cache, phrase, self.store.reports_containing(phrase))
        found = cache[phrase]
        return found if within is None else found & set(within)


_VIEWS: ContextVar[Mapping["Library", _View]] = ContextVar("views", default=MappingProxyType({}))
"""The snapshot that each library is read from in this context."""
_HIDDEN: ContextVar[Mapping["Library", frozenset[str]]] = ContextVar(
    "hidden", default=MappingProxyType({})
)
"""The ids of the reports that are not to be seen in this context."""


class Library:
    """One data folder's reports, kept in it or in the PostgreSQL database of ``database_url``.

    ``progress`` is called while the vector index is rebuilt. Without ``create`` a folder that
    holds no store raises StoreMissing; with it, the store is created when the first report is
    loaded. Vectors of another embedder raise EmbedderMismatch, unless all are to be made again
    (``reindex``). Files are read by ``reader``, by default in this process.
    """

    def __init__(  # noqa: PLR0913 - the data folder, and what each entry point adds
        self,
        data_dir: Path,
        embedder: Embedder,
        *,
        database_url: str = "",
        chroma_host: str = "",
        progress: Progress = lambda _done, _of: None,
        create: bool = False,
        reindex: bool = False,
        reader: ReportReader | None = None,
    ) -> None:
        self.data_dir = data_dir
        """The folder that holds all that is known."""
        self.reader = reader or ReportReader()
        """What reads the files that are loaded."""
        self._embedder = embedder
        self._store = open_store(data_dir, database_url, create=create)
        self._dense = DenseSearch(self._store, data_dir, chroma_host, progress)
        self._catalogues: dict[frozenset[str], Catalogue] = {}
        if not reindex:
            self._check_embedder()

    def _check_embedder(self) -> None:
        made_by = self._store.read_meta("embedder")
        if made_by and made_by != self._embedder.name and self._store.passage_count():
            self._store.close()
            raise EmbedderMismatch(stored=made_by, current=self._embedder.name, path=self.data_dir)

    def close(self) -> None:
        """Close the store and the index, and end what reads files."""
        self.reader.close()
        self._dense.close()
        self._store.close()

    # -- reading

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything inside from one generation of the store, whatever is loaded meanwhile.

        It holds for this thread, and for tasks and threads that copy its context; snapshots may
        be nested. Without one, every reading method takes its own.
        """
        with self._view():
            yield

    @contextmanager
    def hiding(self, report_ids: frozenset[str]) -> Iterator[None]:
        """Read everything inside as if the store did not hold some reports.

        It holds as a snapshot does, and for the snapshots that begin inside.
        """
        token = _HIDDEN.set({**_HIDDEN.get(), self: report_ids})
        try:
            yield
        finally:
            _HIDDEN.reset(token)

    @contextmanager
    def _view(self) -> Iterator[_View]:
        views = _VIEWS.get()
        if self in views:
            yield views[self]
            return
        hidden = _HIDDEN.get().get(self, frozenset())
        with self._store.snapshot() as whole:
            store = PartialReader(whole, hidden) if hidden else whole
            catalogue = self._catalogues.get(hidden)
            if catalogue is None or store.generation != catalogue.generation:
                catalogue = Catalogue.of(store)
                _keep(self._catalogues, hidden, catalogue, _MOST_CATALOGUES)
            view = _View(whole, store, catalogue)
            token = _VIEWS.set({**views, self: view})
            try:
                yield view
            finally:
                _VIEWS.reset(token)

    def reports(self) -> list[ReportEntry]:
        """The reports that are answered from, by bureau and period, without older versions."""
        return [entry for entry in self.all_reports() if not entry.superseded_by]

    def all_reports(self) -> list[ReportEntry]:
        """All reports, older versions too, by bureau and period."""
        with self._view() as view:
            return list(view.catalogue.entries)

    def report(self, report_id: str) -> Report:
        """A report with its text; raises ReportNotFound."""
        with self._view() as view:
            cache = view.catalogue.reports
            if report_id in cache:
                return cache[report_id]
            report = view.store.report(report_id)
            if report is None:
                raise ReportNotFound(wanted=report_id, known="、".join(map(label, self.reports())))
            return _keep(cache, report_id, report)

    def files_of(self, report_id: str) -> list[Path]:
        """The files that a report was loaded from, whether they still exist or not."""
        with self._view() as view:
            return [path_at(place) for place in view.store.places(report_id)]

    def find_report(self, name: str) -> Report:
        """A report by its id, its file, or 云溪县2023年 and the like; raises ReportNotFound."""
        with self._view() as view:
            found = [
                e for e in view.catalogue.entries
                if name in (e.id, e.file, Path(e.file).name, Path(e.file).stem)
                or (len(name) >= 8 and e.id.startswith(name))
            ]  # fmt: skip
            entries = self.reports()
            if not found:
                scope = self.read_question(name).scope
                found = [] if scope.unknown else [
                    e for e in entries if scope.reports and e.id in scope.reports - scope.plan_only
                ]  # fmt: skip
            if len(found) != 1:
                raise ReportNotFound(wanted=name, known="、".join(map(label, found or entries)))
            return self.report(found[0].id)

    def bureau_names(self) -> list[str]:
        """The bureaus that there are reports of, in the order of the reports."""
        bureaus = (entry.identity.bureau for entry in self.reports())
        return list(dict.fromkeys(bureau.name for bureau in bureaus if bureau))

    def bureaus_like(self, wording: str) -> list[str]:
        """The names of bureaus that a wording may mean: the same, else as a question reads it."""
        with self._view():
            names = self.bureau_names()
            plain = fold_masks(wording)
            if same := [name for name in names if fold_masks(name) == plain]:
                return same
            scope = self.read_question(wording).scope
            if read := {name for mention in scope.bureaus for name in mention.names}:
                return [name for name in names if name in read]
            return [name for name in names if len(plain) > 1 and plain in fold_masks(name)]

    def outline(self, report_id: str) -> tuple[tuple[Section, ...], tuple[Figure, ...]]:
        """A report's sections and figures in reading order."""
        with self._view() as view:
            cache, store = view.catalogue.outlines, view.store
            if report_id in cache:
                return cache[report_id]
            return _keep(cache, report_id, (store.sections(report_id), store.figures(report_id)))

    def statements(self, report_id: str) -> tuple[Statement, ...]:
        """What a report's figures state, along them; raises ReportNotFound."""
        with self._view() as view:
            cache = view.catalogue.statements
            if report_id in cache:
                return cache[report_id]
            statements = view.store.statements(report_id)
            sections, figures = self.outline(report_id)
            if len(statements) < len(figures):  # a report that an older version has read
                report = self.report(report_id)
                period = report.identity.period
                statements = read_statements(report.text, sections, figures, period)
            return _keep(cache, report_id, statements)

    def passage_at(self, report_id: str, place: int) -> Passage | None:
        """The passage of a report that holds a place of its text."""
        with self._view() as view:
            cache = view.catalogue.passages
            if report_id not in cache:
                _keep(cache, report_id, view.store.passages(report_id))
            passages = cache[report_id]
            return next((p for p in passages if p.start <= place < p.end), None)

    def doubts(self, report_id: str) -> tuple[Doubt, ...]:
        """The figures of a report that do not add up among themselves; raises ReportNotFound."""
        with self._view() as view:
            cache = view.catalogue.doubts
            if report_id in cache:
                return cache[report_id]
            doubts = find_doubts(self.report(report_id).text, self.statements(report_id))
            return _keep(cache, report_id, doubts)

    def read_question(self, text: str, this_year: int | None = None) -> Question:
        """A stand-alone question, read against the reports of the store, its slips mended."""
        with self._view() as view:
            cache, year = view.catalogue.questions, this_year or current_year()
            if (text, year) in cache:
                return cache[text, year]
            known, occurs = view.catalogue.holdings, view.reports_containing
            places = find_place_slips(text, known.bureaus.stems)
            slips = (*places, *find_slips(mend(text, places), self.passages_with, occurs))
            tells = view.store.reports_telling
            question = read_question(mend(text, slips), known, year, occurs, tells)
            return _keep(cache, (text, year), replace(question, slips=slips), _MOST_QUESTIONS)

    def search(
        self, question: Question, limit: int = 10, report_ids: Sequence[str] | None = None
    ) -> list[Hit]:
        """Ranked passages within the question's scope, or of some reports, best first."""
        if report_ids is None and question.scope.reports is not None:
            report_ids = sorted(question.scope.reports)
        return self._search(question, limit, report_ids)

    def _search(
        self, question: Question, limit: int, report_ids: Sequence[str] | None
    ) -> list[Hit]:
        with self._view() as view:
            if report_ids is None and view.hides_some:  # the index is over all reports
                report_ids = [entry.id for entry in self.reports()]
            without: Collection[str] = () if report_ids else view.catalogue.older
            statistics = CollectionStatistics(view.catalogue.passage_count, self.passages_with)
            nearest = partial(self._dense.nearest, view.whole)
            searcher = Searcher(view.store, statistics, self._embedder, nearest, self.report)
            return searcher.search(question, limit, report_ids, without)

    def search_with_unidentified(self, question: Question, limit: int = 10) -> list[Hit]:
        """Ranked passages to look at, rather than to answer from.

        A report whose bureau or period is unknown may be the one that is looked for, whether or
        not its text names them, and one of another period may tell of the one named: such
        reports are searched too.
        """
        with self._view() as view:
            scope = question.scope
            nameless = _nameless(scope, view.catalogue.holdings)
            allowed = (scope.reports or frozenset()) | nameless | scope.telling
            if scope.reports is None or allowed == scope.reports:
                return self.search(question, limit)
            if nameless:
                wider = replace(scope, unidentified=nameless - scope.reports)
                text = substance(question.text)
                question = replace(question, scope=wider, search_text=text)
            if len(allowed) * 2 > len(self.reports()):  # excluding a few is faster than naming all
                found = self._search(question, limit * 2, None)
                return [hit for hit in found if hit.report.id in allowed][:limit]
            return self._search(question, limit, sorted(allowed))

    def reports_containing(self, phrase: str) -> frozenset[str]:
        """The ids of the reports whose text contains a phrase, older versions left out."""
        with self._view() as view:
            return view.store.reports_containing(phrase) - view.catalogue.older

    def reports_telling(self, years: Collection[int], within: Collection[str]) -> frozenset[str]:
        """The ids of those of some reports that tell of one of the years, whatever their own."""
        with self._view() as view:
            telling = (view.store.reports_telling(year, within) for year in years)
            return frozenset(chain.from_iterable(telling))

    def passages_with(self, terms: Sequence[str]) -> Mapping[str, int]:
        """How many passages contain each term; terms in none are left out."""
        with self._view() as view:
            cache = view.catalogue.passages_with
            counts = {term: cache.get(term) for term in terms}
            if missing := [term for term, count in counts.items() if count is None]:
                found = view.store.passages_with(missing)
                fresh = {term: found.get(term, 0) for term in missing}
                if len(cache) > _MOST_COUNTED:
                    cache.clear()
                cache.update(fresh)
                counts.update(fresh)
            return {term: count for term, count in counts.items() if count}

    def passage_count(self) -> int:
        """How many passages the store holds."""
        with self._view() as view:
            return view.catalogue.passage_count

    def index_is_current(self) -> bool:
        """Whether the vector index holds what the store holds; nothing is repaired."""
        return self._dense.index_is_current()

    def index_server_answers(self) -> bool | None:
        """Whether the index's Chroma server answers; None where the index is in the folder."""
        return self._dense.server_answers()

    # -- writing

    @contextmanager
    def loader(self, *, dry_run: bool = False) -> Iterator[Loader]:
        """Load reports as the only writer; the vector index is updated at the end.

        If loading breaks off, what was loaded stays, and the next search updates the index.
        """
        if dry_run:
            with closing(self._store.dry_run_copy()) as copy:
                writer = ReportWriter(copy, self._embedder, self.data_dir, dry_run=True)
                yield Loader(copy, writer, self.reader)
            return
        with self._store.write_lock(_LOCK_SECONDS), rare_garbage_collections():
            self._store.create()
            self._check_embedder()
            self._store.write_meta("embedder", self._embedder.name)
            writer = ReportWriter(self._store, self._embedder, self.data_dir)
            yield Loader(self._store, writer, self.reader)
            self.reader.release()  # the index needs the memory more
            self._dense.update_index()

    def reindex(self, progress: Progress) -> None:
        """Make every vector again with the present embedder; ``progress`` counts reports.

        The old vectors are used until all new ones are there. Broken off, it continues where it
        was with the same embedder.
        """
        with self._store.write_lock(_LOCK_SECONDS):
            self._store.create()
            name, entries = self._embedder.name, self._store.entries()
            done = self._store.staged_reports(name)
            for number, entry in enumerate(entries, 1):
                if entry.id not in done:
                    passages = self._store.passages(entry.id)
                    texts = texts_to_embed(self._store.text(entry.id), passages)
                    self._store.stage_vectors(entry.id, self._embedder.embed(texts), name)
                progress(number, len(entries))
            self._store.adopt_staged(name)
            self._dense.update_index()


def _nameless(scope: Scope, holdings: Holdings) -> frozenset[str]:
    """The reports that lack the bureau or the period by which a question limits its scope."""
    names = {name for mention in scope.bureaus for name in mention.names}
    undated = holdings.undated if scope.periods else ()
    return frozenset(
        report.id
        for report in (*(holdings.nameless if scope.bureaus else ()), *undated)
        if not scope.bureaus or report.bureau is None or report.bureau.name in names
    )


def _keep(cache: dict[_Key, _Value], key: _Key, value: _Value, most: int = 0) -> _Value:
    """Cache a value and return it; a cache of ``most`` values is emptied first."""
    if len(cache) >= (most or _MOST_CACHED):
        cache.clear()
    cache[key] = value
    return value
