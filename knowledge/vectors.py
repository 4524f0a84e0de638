"""The vector index in Chroma: rebuilt from the truth whenever it is damaged or behind.

The only file that knows chromadb. Vectors go by names that change with them (``vector_key``), so
the names alone tell what is missing and what is too much.
"""

import logging
import shutil
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError

from knowledge.index import IndexDamaged, Progress
from knowledge.seal import break_seal, is_sealed, is_whole, seal
from knowledge.store import Store, Vectors, passage_id_of

_log = logging.getLogger(__name__)
_taken: set[str] = set()

_BATCH = 5000  # Chroma takes no more than 5461 at once
_PAGE = 10000
_PROBES = 3
_ALIKE = 0.999
_CONNECT_SECONDS = 5.0
# Vectors are written out after each batch: what is not, is worked in again at every opening, at a
# second for two thousand. Chroma wants more than 2.
_SPACE: CreateHNSWConfiguration = {"space": "cosine", "sync_threshold": 3, "batch_size": 3}
# A server that is gone shows as httpx's errors, answers that are none of Chroma's and clients that
# could not be built as Python's.
_FAULTS = (
    *(ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError),
    *(KeyError, TypeError, AttributeError),
)


class VectorIndex:
    """Passages' vectors by cosine, in a folder of ours or, with ``host``, on a Chroma server.

    One process writes; the others hold it open, and open it again when the truth has moved.
    Not for two threads at once.
    """

    def __init__(self, folder: Path, host: str = "") -> None:
        self._folder = folder
        self._host = host
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._generation: str | None = None
        self._spelling = ""

    def close(self) -> None:
        """Let go of the index; the next opening sees what others wrote."""
        client, self._client, self._collection = self._client, None, None
        self._generation = None
        if isinstance(client, Client):
            try:
                client.close()
            except _FAULTS as error:  # its folder was deleted meanwhile
                _log.debug("closing the index: %r", error)
            else:
                _taken.discard(self._spelling)

    def holds(self, store: Store) -> bool:
        """Whether the index is whole and level with the truth; nothing is mended.

        Once opened it costs one look at the truth: what was whole when opened is in memory.
        """
        target = store.generation
        if self._collection is not None and self._generation == target:
            return True
        self.close()
        if not self._host and not is_sealed(self._folder, target):
            return False
        try:
            self._open(store)
            self._check(store)
        except IndexDamaged:
            self.close()
            return False
        return self._generation == target

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages' ids with their cosines; raises IndexDamaged."""
        if self._collection is None:
            raise IndexDamaged
        try:
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
            distances = (found["distances"] or [[]])[0]
            return [
                (passage_id_of(key), 1.0 - float(distance))
                for key, distance in zip(found["ids"][0], distances, strict=True)
            ]
        except _FAULTS as error:
            self.close()
            raise IndexDamaged from error

    def bring_up(self, store: Store, progress: Progress) -> None:
        """Make the index hold what the truth holds; the caller holds the write lock.

        A damaged index is made anew from the stored vectors; no embedder is called. Raises
        IndexDamaged if that does not help: no server, no room, no right to write.
        """
        if self.holds(store):
            return
        self.close()
        if not self._host and not is_whole(self._folder):
            self._throw_away(store)
        try:
            self._level(store, progress)
        except IndexDamaged:
            self._throw_away(store)
            self._level(store, progress)

    def _throw_away(self, store: Store) -> None:
        """Forget all vectors; the truth can give them again."""
        try:
            if self._host:
                self._connected().delete_collection(_name_of(store))
        except _FAULTS as error:
            _log.debug("nothing to throw away on the server: %r", error)
        self.close()
        if not self._host:
            shutil.rmtree(self._folder, ignore_errors=True)
            with suppress(OSError):  # where somebody put a file
                self._folder.unlink(missing_ok=True)

    def _level(self, store: Store, progress: Progress) -> None:
        """Take out what is too much and put in what is missing, then look whether it took."""
        target = store.generation
        collection = self._open(store)
        try:
            held, wanted = _keys(collection), store.vector_keys()
            missing, extra = sorted(wanted - held), sorted(held - wanted)
            if len(extra) > len(wanted & held):  # cheaper anew, and deleted vectors leave holes
                self._throw_away(store)
                collection = self._open(store)
                missing, extra = sorted(wanted), []
            self._write(collection, store, missing, extra, progress)
            collection.modify(metadata={"generation": target})
        except _FAULTS as error:
            self.close()
            raise IndexDamaged from error
        self.close()
        try:
            if not self._host:
                seal(self._folder, target)
        except OSError as error:
            raise IndexDamaged from error
        self._open(store)
        self._check(store)

    def _write(
        self,
        collection: Collection,
        store: Store,
        missing: list[str],
        extra: list[str],
        progress: Progress,
    ) -> None:
        if not self._host:
            break_seal(self._folder)
        for start in range(0, len(extra), _BATCH):
            collection.delete(ids=extra[start : start + _BATCH])
        for start in range(0, len(missing), _BATCH):
            progress(start, len(missing))
            batch = missing[start : start + _BATCH]
            collection.add(ids=batch, embeddings=store.vectors_by_key(batch))
        if missing:
            progress(len(missing), len(missing))

    def _check(self, store: Store) -> None:
        """Count, and ask for a few passages by their own vectors: some losses show only then."""
        try:
            whole = self._collection is not None and (
                self._collection.count() == store.passage_count()
            )
        except _FAULTS as error:
            raise IndexDamaged from error
        if not whole:
            raise IndexDamaged
        nearest = [self.query(vector, 1) for vector in store.some_vectors(_PROBES)]
        if nearest and not any(found and found[0][1] > _ALIKE for found in nearest):
            raise IndexDamaged

    def _open(self, store: Store) -> Collection:
        if self._collection is None:
            try:
                self._collection = self._connected().get_or_create_collection(
                    _name_of(store),
                    embedding_function=None,
                    configuration={"hnsw": _SPACE},
                )
            except _FAULTS as error:
                self.close()
                raise IndexDamaged from error
            generation = (self._collection.metadata or {}).get("generation")
            self._generation = generation if isinstance(generation, str) else None
        return self._collection

    def _connected(self) -> ClientAPI:
        if self._client is None:
            # connections are not kept, since closing a client leaves them open
            quiet = Settings(anonymized_telemetry=False, chroma_http_max_keepalive_connections=0)
            if not self._host:
                self._spelling = _free_spelling(self._folder)
                self._client = chromadb.PersistentClient(self._spelling, settings=quiet)
                return self._client
            url = urlsplit(self._host if "//" in self._host else f"http://{self._host}")
            secure = url.scheme == "https"
            port = url.port or (443 if secure else 8000)
            # Chroma's client waits for ever: see first whether anybody is there.
            heartbeat = f"{url.scheme}://{url.hostname}:{port}/api/v2/heartbeat"
            with urlopen(heartbeat, timeout=_CONNECT_SECONDS):  # noqa: S310 - http by construction
                pass
            self._client = chromadb.HttpClient(url.hostname or "", port, ssl=secure, settings=quiet)
        return self._client


def _free_spelling(folder: Path) -> str:
    """The folder's path, spelled as nobody in this process has it open.

    Chroma keeps one system for each path, also one that could not be started, and hands it to
    whoever asks for the same path again; a rebuilt folder would be taken for the one before.
    """
    spelling = str(folder)
    while spelling in _taken:
        spelling += "/."
    _taken.add(spelling)
    return spelling


def _name_of(store: Store) -> str:
    """The collection's name; several stores may share a server."""
    return f"passages-{store.remembered('store')}"


def _keys(collection: Collection) -> set[str]:
    pages = [
        collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
        for offset in range(0, collection.count(), _PAGE)
    ]
    return {key for page in pages for key in page}
