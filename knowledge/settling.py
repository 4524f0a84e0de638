"""Which of a store's reports are older versions of others: asked of the store, noted in it."""

from collections.abc import Callable, Sequence

from knowledge.store import Entry, Store
from knowledge.versions import ReportVersion, superseded

TextOf = Callable[[str], str]
"""A report's text, by its id."""
ChangedAt = Callable[[str], float | None]
"""When the file at a place was last changed; None if that cannot be told."""

_SETTLED = "settled"


class Settler:
    """Notes in one store, which the caller has locked for writing, what supersedes what."""

    def __init__(self, store: Store, text_of: TextOf, changed_at: ChangedAt) -> None:
        self._store = store
        self._text_of = text_of
        self._changed_at = changed_at

    def settle_beside(self, report_id: str) -> None:
        """Settle the reports of one report's bureau and period."""
        entry = self._store.entry(report_id)
        bureau, period = entry.identity.bureau if entry else None, entry and entry.identity.period
        if not (bureau and period):
            return
        beside = self._store.entries_of(bureau.name, period.year, int(period.part))
        ids = {e.id for e in beside}
        others = {old: new for old, new in self._store.superseded().items() if old not in ids}
        self._store.supersede(others | self._among(beside))

    def settle_all(self) -> None:
        """Settle every bureau and period, unless the store is as it was when last settled.

        What was broken off between a report and its settling is made good here.
        """
        if self._store.read_meta(_SETTLED) == self._store.generation:
            return
        older: dict[str, str] = {}
        for shared in self._store.shared_periods():
            older |= self._among(self._store.entries_of(*shared))
        self._store.supersede(older)
        self._store.write_meta(_SETTLED, self._store.generation)

    def _among(self, entries: Sequence[Entry]) -> dict[str, str]:
        if len(entries) < 2:
            return {}
        return superseded(
            [
                ReportVersion(
                    entry.id,
                    entry.file,
                    entry.identity.title,
                    self._text_of(entry.id),
                    self._changed_at(entry.source.place),
                    number,
                )
                for number, entry in enumerate(entries)
            ]
        )
