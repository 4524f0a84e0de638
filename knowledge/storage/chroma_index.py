"""The vector index in Chroma: rebuilt from the store whenever it is damaged or behind.

The only file that imports chromadb. A vector's key changes with the vector (``vector_key``), so
comparing keys is enough to find what is missing and what is left over.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
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

from knowledge.storage.fingerprint import (
    delete_fingerprint,
    is_intact,
    matches_fingerprint,
    save_fingerprint,
)
from knowledge.storage.protocols import IndexDamaged, Progress, Vectors, passage_of_key
from knowledge.storage.store import StoreReader

_log = logging.getLogger(__name__)
_open_paths: set[str] = set()

_BATCH = 5000  # Chroma takes no more than 5461 at once
_PAGE = 10000
_PROBES = 3
_ALIKE = 0.999
_CONNECT_SECONDS = 5.0
# Write vectors out after each batch: those that are not are indexed again at every opening, which
# takes a second for two thousand. Chroma requires more than 2.
_SPACE: CreateHNSWConfiguration = {"space": "cosine", "sync_threshold": 3, "batch_size": 3}
# An unreachable server raises httpx's errors; answers that are not Chroma's, and clients that could
# not be built, raise Python's.
_FAULTS = (
    *(ChromaError, httpx.HTTPError, OSError, ValueError, RuntimeError),
    *(KeyError, TypeError, AttributeError),
)


class ChromaIndex:
    """Passages' vectors by cosine, in a local folder or, with ``host``, on a Chroma server.

    One process writes; the others keep it open, and reopen it when the store has a new
    generation. Not thread-safe.
    """

    def __init__(self, folder: Path, host: str = "") -> None:
        self._folder = folder
        self._host = host
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._generation: str | None = None
        self._opened_path = ""

    def close(self) -> None:
        """Close the index; the next use sees what other processes wrote."""
        client, self._client, self._collection = self._client, None, None
        self._generation = None
        if isinstance(client, Client):
            try:
                client.close()
            except _FAULTS as error:  # its folder was deleted meanwhile
                _log.debug("closing the index: %r", error)
            else:
                _open_paths.discard(self._opened_path)

    def is_current(self, store: StoreReader) -> bool:
        """Whether the index is intact and of the store's generation; nothing is repaired.

        While it stays open only the generations are compared: what was intact when it was opened
        is in memory.
        """
        target = store.generation
        if self._collection is not None and self._generation == target:
            return True
        self.close()
        if not self._host and not matches_fingerprint(self._folder, target):
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
        with self._translate_faults():
            found = self._collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
            )
            distances = (found["distances"] or [[]])[0]
            return [
                (passage_of_key(key), 1.0 - float(distance))
                for key, distance in zip(found["ids"][0], distances, strict=True)
            ]

    def update(self, store: StoreReader, progress: Progress) -> None:
        """Make the index hold the store's vectors; the caller holds the write lock.

        A damaged index is rebuilt from the stored vectors; no embedder is called. Raises
        IndexDamaged if that fails too: no server, no space, no permission.
        """
        if self.is_current(store):
            return
        self.close()
        if not self._host and not is_intact(self._folder):
            self._discard(store)
        try:
            self._synchronise(store, progress)
        except IndexDamaged:
            if self._host:
                with self._translate_faults():
                    hear_from(self._host)  # what a server that is gone holds may be sound
            self._discard(store)
            self._synchronise(store, progress)

    def _discard(self, store: StoreReader) -> None:
        """Delete all vectors; the store can provide them again."""
        try:
            if self._host:
                self._get_client().delete_collection(_name_of(store))
        except _FAULTS as error:
            _log.debug("nothing to delete on the server: %r", error)
        self.close()
        if not self._host:
            shutil.rmtree(self._folder, ignore_errors=True)
            with suppress(OSError):  # a file in the place of the folder
                self._folder.unlink(missing_ok=True)

    def _synchronise(self, store: StoreReader, progress: Progress) -> None:
        """Delete left-over vectors, add missing ones, then reopen and check the result."""
        target = store.generation
        collection = self._open(store)
        with self._translate_faults():
            indexed, expected = _keys(collection), store.vector_keys()
            missing, extra = sorted(expected - indexed), sorted(indexed - expected)
            # rebuilding is cheaper then, and deleted vectors leave holes
            if len(extra) > len(expected & indexed):
                self._discard(store)
                collection = self._open(store)
                missing, extra = sorted(expected), []
            self._write(collection, store, missing, extra, progress)
            collection.modify(metadata={"generation": target})
            self.close()
            if not self._host:
                save_fingerprint(self._folder, target)
        self._open(store)
        self._check(store)

    def _write(
        self,
        collection: Collection,
        store: StoreReader,
        missing: list[str],
        extra: list[str],
        progress: Progress,
    ) -> None:
        if not self._host:
            delete_fingerprint(self._folder)
        for start in range(0, len(extra), _BATCH):
            collection.delete(ids=extra[start : start + _BATCH])
        for start in range(0, len(missing), _BATCH):
            progress(start, len(missing))
            batch = missing[start : start + _BATCH]
            collection.add(ids=batch, embeddings=store.vectors_by_key(batch))
        if missing:
            progress(len(missing), len(missing))

    def _check(self, store: StoreReader) -> None:
        """Count the vectors and query a few by themselves: some losses show only then."""
        with self._translate_faults():
            count = self._collection.count() if self._collection is not None else None
        if count != store.passage_count():
            raise IndexDamaged
        nearest = [self.query(vector, 1) for vector in store.some_vectors(_PROBES)]
        if nearest and not any(found and found[0][1] > _ALIKE for found in nearest):
            raise IndexDamaged

    def _open(self, store: StoreReader) -> Collection:
        if self._collection is None:
            with self._translate_faults():
                self._collection = self._get_client().get_or_create_collection(
                    _name_of(store),
                    embedding_function=None,
                    configuration={"hnsw": _SPACE},
                )
            generation = (self._collection.metadata or {}).get("generation")
            self._generation = generation if isinstance(generation, str) else None
        return self._collection

    @contextmanager
    def _translate_faults(self) -> Iterator[None]:
        """Close the index and raise IndexDamaged for a fault of Chroma or of the file system."""
        try:
            yield
        except _FAULTS as error:
            self.close()
            raise IndexDamaged from error

    def _get_client(self) -> ClientAPI:
        if self._client is None:
            # no keep-alive: closing a client leaves its connections open
            settings = Settings(anonymized_telemetry=False, chroma_http_max_keepalive_connections=0)
            if not self._host:
                self._opened_path = _find_unused_path(self._folder)
                self._client = chromadb.PersistentClient(self._opened_path, settings=settings)
                return self._client
            hear_from(self._host)  # Chroma's client has no timeout
            host, port, secure = _address(self._host)
            self._client = chromadb.HttpClient(host, port, ssl=secure, settings=settings)
        return self._client


def hear_from(host: str) -> None:
    """Return once a Chroma server has answered; raises OSError where none does."""
    name, port, secure = _address(host)
    heartbeat = f"http{'s' * secure}://{name}:{port}/api/v2/heartbeat"
    try:
        with urlopen(heartbeat, timeout=_CONNECT_SECONDS):  # noqa: S310 - http by construction
            pass
    except HTTPException as error:  # what answers is no HTTP server
        raise OSError(heartbeat) from error


def _address(host: str) -> tuple[str, int, bool]:
    """Name and port of a Chroma server, and whether it is spoken to in secret."""
    url = urlsplit(host if "//" in host else f"http://{host}")
    secure = url.scheme == "https"
    return url.hostname or "", url.port or (443 if secure else 8000), secure


def _find_unused_path(folder: Path) -> str:
    """The folder's path, in a spelling that this process has not open.

    Chroma caches one system for each path, even one that failed to start, and returns it for the
    same path again; a rebuilt folder would be mistaken for the old one.
    """
    path = str(folder)
    while path in _open_paths:
        path += "/."
    _open_paths.add(path)
    return path


def _name_of(store: StoreReader) -> str:
    """The collection's name; several stores may share a server."""
    return f"passages-{store.read_meta('store')}"


def _keys(collection: Collection) -> set[str]:
    pages = [
        collection.get(limit=_PAGE, offset=offset, include=[])["ids"]
        for offset in range(0, collection.count(), _PAGE)
    ]
    return {key for page in pages for key in page}
