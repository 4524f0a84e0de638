"""A store as if some of its reports were not in it: nothing of them is read, found or counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.models import Passage, Report, Section, Statement
from knowledge.storage.protocols import ReportEntry
from knowledge.storage.store import StoreReader
from knowledge.understanding.figures import Figure


@dataclass(frozen=True, slots=True)
class PartialReader:
    """Reads ``whole`` without the reports that are ``hidden``, as StoreReader does, for people."""

    whole: StoreReader
    hidden: frozenset[str]

    # -- facts about the store

    @property
    def generation(self) -> str:
        """That of the whole store."""
        return self.whole.generation

    # -- reports

    def entries(self) -> list[ReportEntry]:
        """All reports that are not hidden."""
        return [entry for entry in self.whole.entries() if entry.id not in self.hidden]

    def places(self, report_id: str) -> list[str]:
        """The places of the files that a report was loaded from."""
        return [] if report_id in self.hidden else self.whole.places(report_id)

    def successors(self) -> dict[str, str]:
        """Ids of older versions of reports, each with that of the newest version."""
        pairs = self.whole.successors().items()
        return {old: new for old, new in pairs if not self.hidden & {old, new}}

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""
        return None if report_id in self.hidden else self.whole.report(report_id)

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

    def passages_with(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages contain each term; terms in none are left out."""
        counts = self.whole.passages_with(terms)
        hidden = self.whole.passages_with(list(counts), self.hidden)
        seen = {term: count - hidden.get(term, 0) for term, count in counts.items()}
        return {term: count for term, count in seen.items() if count}

    def lexical(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Ids of passages with any of the terms, best first."""
        ids = [e.id for e in self.entries()] if report_ids is None else report_ids
        return self.whole.lexical(terms, limit, [key for key in ids if key not in self.hidden])
