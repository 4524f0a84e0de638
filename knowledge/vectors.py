"""The vector index in Chroma: rebuilt from the truth whenever it is damaged or behind.

The only file that knows chromadb. Killed while it writes, an embedded Chroma may crash the
process that opens it next; so a mark lies beside the index while it is written, and an index
that is found with its mark is thrown away unopened.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import chromadb
from chromadb.api import ClientAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError

from knowledge.store import Store, Vectors

Progress = Callable[[int, int], None]
"""Told how many passages of how many are in the index."""

_COLLECTION = "passages"
_BATCH = 2000
_PAGE = 10000


class IndexDamaged(Exception):
    """The index cannot be used as it is; the truth can make it anew."""


@dataclass(slots=True)
class VectorIndex:
    """Passages' vectors by cosine. ``host`` (``http://name:port``) is used instead of a folder."""

    folder: Path
    host: str = ""
    _client: ClientAPI | None = field(default=None, repr=False)
    _collection: Collection | None = field(default=None, repr=False)

    @property
    def _mark(self) -> Path:
        return self.folder.with_name(self.folder.name + ".writing")

    @property
    def generation(self) -> int | None:
        """The truth's generation that the index was last brought to; None if it is unusable."""
        if self._mark.exists():
            return None
        try:
            metadata = self._opened().metadata or {}
        except IndexDamaged:
            return None
        found = metadata.get("generation")
        return found if isinstance(found, int) else None

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages' ids with their cosines; raises IndexDamaged."""
        try:
            found = self._opened().query(
                query_embeddings=[vector], n_results=limit, include=["distances"]
            )
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            raise IndexDamaged from error
        distances = (found["distances"] or [[]])[0]
        return [(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances, strict=True)]

    def close(self) -> None:
        """Let go of the index; the next use opens it again and sees what others wrote."""
        client, self._client, self._collection = self._client, None, None
        if client is not None and not self.host:
            client.close()

    def bring_up(self, store: Store, progress: Progress) -> None:
        """Make the index hold what the truth holds; the caller holds the write lock.

        A damaged index is made anew from the stored vectors; no embedder is called.
        """
        target = store.generation
        try:
            if self._mark.exists():
                raise IndexDamaged
            self._apply_difference(store, target, progress)
            self._probe(store)
        except IndexDamaged:
            self.throw_away()
            self._apply_difference(store, target, progress)

    def _apply_difference(self, store: Store, target: int, progress: Progress) -> None:
        collection = self._opened()
        held, wanted = self._ids(collection), store.passage_ids()
        missing, extra = sorted(wanted - held), sorted(held - wanted)
        with self._writing():
            for start in range(0, len(extra), _BATCH):
                collection.delete(ids=extra[start : start + _BATCH])
            for start in range(0, len(missing), _BATCH):
                batch = missing[start : start + _BATCH]
                collection.add(ids=batch, embeddings=store.vectors_of(batch))
                progress(start + len(batch), len(missing))
            collection.modify(metadata={"generation": target})
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep the mark while writing; Chroma's own faults become IndexDamaged."""
        if not self.host:
            self._mark.touch()
        try:
            yield
        except ChromaError as error:
            raise IndexDamaged from error
        self._mark.unlink(missing_ok=True)

    def _ids(self, collection: Collection) -> set[str]:
        try:
            count = collection.count()
            pages = [
                collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
                for offset in range(0, count, _PAGE)
            ]
        except (ChromaError, OSError, ValueError) as error:
            raise IndexDamaged from error
        return {i for page in pages for i in page}

    def _probe(self, store: Store) -> None:
        """Ask for a few passages by their own vectors: lost files show only then."""
        ids = sorted(store.passage_ids())
        for known in dict.fromkeys(ids[:1] + ids[len(ids) // 2:][:1] + ids[-1:]):
            vector = store.vectors_of([known])[0]
            nearest = self.query(vector, 1)
            if not nearest or nearest[0][1] < 0.999:
                raise IndexDamaged

    def throw_away(self) -> None:
        """Forget all vectors; the truth can give them again."""
        if self.host:
            self._connect().delete_collection(_COLLECTION)
            self.close()
            return
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._mark.unlink(missing_ok=True)

    def _opened(self) -> Collection:
        if self._collection is None:
            try:
                self._collection = self._connect().get_or_create_collection(
                    _COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine", "sync_threshold": 100_000}},
                )
            except (ChromaError, OSError, ValueError) as error:
                raise IndexDamaged from error
        return self._collection

    def _connect(self) -> ClientAPI:
        if self._client is None:
            quiet = Settings(anonymized_telemetry=False)
            if self.host:
                address, _, port = self.host.removeprefix("http://").partition(":")
                self._client = chromadb.HttpClient(address, int(port or 8000), settings=quiet)
            else:
                self._client = chromadb.PersistentClient(str(self.folder), settings=quiet)
        return self._client


def cosines(question: Vectors, ids: Sequence[str], vectors: Vectors) -> list[tuple[str, float]]:
    """Exact cosines of unit vectors, best first; for a few reports faster than an index."""
    if not ids:
        return []
    scores = vectors @ question
    order = scores.argsort()[::-1]
    return [(ids[i], float(scores[i])) for i in order]
