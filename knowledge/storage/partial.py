"""A store as if some of its reports were not in it: nothing of them is read, found or counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.models import Passage, Report, Section, Statement
from knowledge.storage.protocols import ReportEntry, ReportSource, StoreReader, Vectors
from knowledge.understanding.figures import Figure


@dataclass(frozen=True, slots=True)
class PartialReader:
    """Reads ``whole`` without the reports that are ``hidden``; see StoreReader."""

    whole: StoreReader
    hidden: frozenset[str]

    # -- facts about the store

    @property
    def generation(self) -> str:
        """That of the whole store."""
        return self.whole.generation

    def read_meta(self, key: str) -> str | None:
        """A fact about the whole store."""
        return self.whole.read_meta(key)

    # -- reports

    def entries(self) -> list[ReportEntry]:
        """All reports that are not hidden."""
        return self._without_hidden(self.whole.entries())

    def entries_of(self, bureau: str, year: int, part: int) -> list[ReportEntry]:
        """Those of one bureau and period."""
        return self._without_hidden(self.whole.entries_of(bureau, year, part))

    def entry(self, report_id: str) -> ReportEntry | None:
        """One report's entry, or None."""
        return None if report_id in self.hidden else self.whole.entry(report_id)

    def entry_at(self, place: str) -> ReportEntry | None:
        """The report that was loaded from a place, or None."""
        return next(iter(self._without_hidden([self.whole.entry_at(place)])), None)

    def entry_loaded_from(self, source: ReportSource) -> ReportEntry | None:
        """The report that was loaded from just this version of a file, or None."""
        return next(iter(self._without_hidden([self.whole.entry_loaded_from(source)])), None)

    def sources(self) -> list[ReportSource]:
        """The files of reports that are not hidden."""
        hidden = {place for report_id in self.hidden for place in self.whole.places(report_id)}
        return [source for source in self.whole.sources() if source.place not in hidden]

    def places(self, report_id: str) -> list[str]:
        """The places of the files that a report was loaded from."""
        return [] if report_id in self.hidden else self.whole.places(report_id)

    def shared_periods(self) -> list[tuple[str, int, int]]:
        """Bureau, year and part of a year of which more than one report is not hidden."""
        return [
            period for period in self.whole.shared_periods() if len(self.entries_of(*period)) > 1
        ]

    def successors(self) -> dict[str, str]:
        """Ids of older versions of reports, each with that of the newest version."""
        pairs = self.whole.successors().items()
        return {old: new for old, new in pairs if not self.hidden & {old, new}}

    def doubtful_sums(self, report_id: str) -> int:
        """How many of a report's sums do not add up."""
        return 0 if report_id in self.hidden else self.whole.doubtful_sums(report_id)

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""
        return None if report_id in self.hidden else self.whole.report(report_id)

    def text(self, report_id: str) -> str:
        """A report's text; empty where there is no such report."""
        return "" if report_id in self.hidden else self.whole.text(report_id)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """A report's section tree."""
        return () if report_id in self.hidden else self.whole.sections(report_id)

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures."""
        return () if report_id in self.hidden else self.whole.figures(report_id)

    def statements(self, report_id: str) -> tuple[Statement, ...]:
        """What a report's figures state."""
        return () if report_id in self.hidden else self.whole.statements(report_id)

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        """The ids of the reports whose text contains a phrase."""
        return self.whole.reports_containing(phrase, within) - self.hidden

    def reports_telling(self, year: int, within: Collection[str]) -> frozenset[str]:
        """The ids of those reports whose statements tell of a year."""
        return self.whole.reports_telling(year, within) - self.hidden

    # -- passages

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages."""
        return () if report_id in self.hidden else self.whole.passages(report_id)

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those ids that are in the store."""
        found = self.whole.passages_by_id(ids)
        return {key: p for key, p in found.items() if p.report_id not in self.hidden}

    def passage_count(self) -> int:
        """How many passages there are."""
        return sum(entry.passages for entry in self.entries())

    def passages_with(
        self, terms: Sequence[str], within: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many passages contain each term; terms in none are left out."""
        if within is not None:
            return self.whole.passages_with(terms, set(within) - self.hidden)
        counts = self.whole.passages_with(terms)
        hidden = self.whole.passages_with(list(counts), self.hidden)
        seen = {term: count - hidden.get(term, 0) for term, count in counts.items()}
        return {term: count for term, count in seen.items() if count}

    def lexical(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Ids of passages with any of the terms, best first."""
        return self.whole.lexical(terms, limit, self._ids(report_ids))

    # -- vectors

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors."""
        return self.whole.vectors(self._ids(report_ids))

    def vector_keys(self) -> set[str]:
        """The keys of all vectors of the whole store, as an index is over all of it."""
        return self.whole.vector_keys()

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their keys."""
        return self.whole.vectors_by_key(keys)

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors."""
        return self.whole.some_vectors(count)

    def _ids(self, report_ids: Sequence[str] | None) -> list[str]:
        ids = [e.id for e in self.entries()] if report_ids is None else report_ids
        return [report_id for report_id in ids if report_id not in self.hidden]

    def _without_hidden(self, entries: Sequence[ReportEntry | None]) -> list[ReportEntry]:
        return [entry for entry in entries if entry and entry.id not in self.hidden]
