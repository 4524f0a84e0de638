"""What a store holds of files, looked up once as long as nothing is written."""

from collections.abc import Mapping

from knowledge.places import is_gone
from knowledge.store import Entry, Source, Store


class Held:
    """Answers from one store, for its only writer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changes = store.changes
        self._known: dict[Source, Entry | None] = {}
        self._superseded: Mapping[str, str] | None = None

    def known(self, source: Source) -> Entry | None:
        """What a file holds if it was loaded as it is now, and its report's own file still lies."""
        self._forget_if_written()
        if source not in self._known:
            self._known[source] = self._looked_up(source)
        return self._known[source]

    def superseded(self) -> Mapping[str, str]:
        """Older versions, each with the newest one of its report."""
        self._forget_if_written()
        if self._superseded is None:
            self._superseded = self._store.superseded()
        return self._superseded

    def _forget_if_written(self) -> None:
        if self._changes != self._store.changes:
            self._changes = self._store.changes
            self._known.clear()
            self._superseded = None

    def _looked_up(self, source: Source) -> Entry | None:
        held = self._store.entry_loaded_from(source)
        if held is None or (held.source.place != source.place and is_gone(held.source.place)):
            return None
        return held
