import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from knowledge.storage.chroma_index import ChromaIndex
from knowledge.storage.protocols import IndexDamaged, ReportSource
from knowledge.storage.store import SQLiteStore
from knowledge.understanding.pipeline import understand
from tests.chroma import ChromaServer
from tests.knowledge.material import CountingEmbedder, garbage, report_text
from tests.patience import address_of_nobody

ROOT = Path(__file__).parents[3]


def put(store: SQLiteStore, number: int, embedder: CountingEmbedder | None = None) -> None:
    name = f"{number}.txt"
    read = understand(report_text(number), file=name, sha256=name)
    vectors = (embedder or CountingEmbedder()).embed(
        [read.report.text[p.start : p.end] for p in read.passages]
    )
    store.put(
        read,
        ReportSource(f"file:///{name}", name, name, "v1  "),
        loaded_at="",
        vectors=vectors,
        tokens=["" for _ in read.passages],
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore.in_memory(tmp_path)
    made.create()
    for number in range(4):
        put(made, number)
    yield made
    made.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[ChromaIndex]:
    made = ChromaIndex(tmp_path / "chroma")
    yield made
    made.close()


class Progress:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def __call__(self, done: int, of: int) -> None:
        self.told.append((done, of))

    @property
    def written(self) -> int:
        return self.told[-1][1] if self.told else 0


def brought_up(index: ChromaIndex, store: SQLiteStore) -> int:
    """How many vectors were written to bring it up."""
    progress = Progress()
    index.update(store, progress)
    assert index.is_current(store)
    return progress.written


def assert_finds_everything(index: ChromaIndex, store: SQLiteStore) -> None:
    ids, vectors = store.vectors()
    for key, vector in zip(ids, vectors, strict=True):
        found = dict(index.query(vector, len(ids)))
        assert found.keys() == set(ids)
        assert found[key] == pytest.approx(1.0, abs=1e-5)


def test_the_nearest_come_first_with_their_cosines(index: ChromaIndex, store: SQLiteStore) -> None:
    assert brought_up(index, store) == store.passage_count()
    ids, vectors = store.vectors()
    exact = vectors @ vectors[0]
    found = index.query(vectors[0], 3)
    assert [c for _, c in found] == pytest.approx(sorted(exact, reverse=True)[:3], abs=1e-5)
    assert found[0][0] == ids[0]
    assert_finds_everything(index, store)


def test_progress_counts_to_the_end(index: ChromaIndex, store: SQLiteStore) -> None:
    progress = Progress()
    index.update(store, progress)
    of = store.passage_count()
    assert progress.told[0] == (0, of)
    assert progress.told[-1] == (of, of)


def test_a_level_index_is_not_written_again(index: ChromaIndex, store: SQLiteStore) -> None:
    brought_up(index, store)
    index.close()
    assert brought_up(index, store) == 0


def test_only_the_difference_is_written(index: ChromaIndex, store: SQLiteStore) -> None:
    brought_up(index, store)
    before = store.passage_count()
    put(store, 9)
    assert not index.is_current(store)
    assert brought_up(index, store) == store.passage_count() - before
    store.unlink("file:///0.txt")
    assert brought_up(index, store) == 0
    assert_finds_everything(index, store)


def test_a_vector_that_changed_under_its_passage_is_written_again(
    index: ChromaIndex, store: SQLiteStore
) -> None:
    brought_up(index, store)
    put(store, 0, CountingEmbedder("another/16"))
    assert brought_up(index, store) > 0
    assert_finds_everything(index, store)


def test_vectors_of_another_dimension_take_the_place_of_all(
    index: ChromaIndex, store: SQLiteStore
) -> None:
    brought_up(index, store)
    for number in range(4):
        put(store, number, CountingEmbedder(dimension=24))
    assert brought_up(index, store) == store.passage_count()
    assert_finds_everything(index, store)


def test_an_index_of_a_store_that_is_no_more_is_not_taken_for_this_ones(
    tmp_path: Path, index: ChromaIndex, store: SQLiteStore
) -> None:
    brought_up(index, store)
    index.close()
    (tmp_path / "knowledge.sqlite3").unlink()
    other = SQLiteStore.in_memory(tmp_path)
    other.create()
    for number in range(4):
        put(other, number, CountingEmbedder("another/16"))
    assert not index.is_current(other)
    assert brought_up(index, other) == other.passage_count()
    assert_finds_everything(index, other)
    other.close()


def test_an_empty_store_has_an_index(tmp_path: Path, index: ChromaIndex) -> None:
    store = SQLiteStore.in_memory(tmp_path)
    store.create()
    assert brought_up(index, store) == 0
    assert index.query(np.ones(16, dtype=np.float32), 5) == []
    put(store, 1)
    brought_up(index, store)
    assert_finds_everything(index, store)
    store.close()


def _vector_files(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.is_dir())


def _folder_gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _folder_is_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


def _database_gone(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def _database_garbage(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(garbage(5000))


def _database_cut_short(folder: Path) -> None:
    path = folder / "chroma.sqlite3"
    os.truncate(path, path.stat().st_size // 2)


def _vectors_gone(folder: Path) -> None:
    shutil.rmtree(_vector_files(folder))


def _vectors_garbage(folder: Path) -> None:
    for path in _vector_files(folder).iterdir():
        path.write_bytes(garbage(path.stat().st_size))


def _vectors_cut_short(folder: Path) -> None:
    for path in _vector_files(folder).iterdir():
        os.truncate(path, path.stat().st_size // 2)


def _one_vector_file_gone(folder: Path) -> None:
    (_vector_files(folder) / "index_metadata.pickle").unlink()


def _seal_gone(folder: Path) -> None:
    (folder / "sealed.json").unlink()


def _seal_garbage(folder: Path) -> None:
    (folder / "sealed.json").write_bytes(b"\xff[")


HARMS: list[Callable[[Path], None]] = [
    _folder_gone,
    _folder_is_a_file,
    _database_gone,
    _database_garbage,
    _database_cut_short,
    _vectors_gone,
    _vectors_garbage,
    _vectors_cut_short,
    _one_vector_file_gone,
    _seal_gone,
    _seal_garbage,
]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_is_noticed_and_made_anew(
    tmp_path: Path, store: SQLiteStore, harm: Callable[[Path], None]
) -> None:
    index = ChromaIndex(tmp_path / "chroma")
    brought_up(index, store)
    index.close()
    harm(tmp_path / "chroma")
    assert not index.is_current(store)
    assert brought_up(index, store) == store.passage_count()
    assert_finds_everything(index, store)
    index.close()


@pytest.mark.parametrize("harm", [_folder_gone, _vectors_garbage, _database_garbage])
def test_a_damage_under_an_open_index_costs_no_answer(
    tmp_path: Path, store: SQLiteStore, harm: Callable[[Path], None]
) -> None:
    index = ChromaIndex(tmp_path / "chroma")
    brought_up(index, store)
    harm(tmp_path / "chroma")
    vector = store.vectors()[1][0]
    try:
        assert index.query(vector, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    except IndexDamaged:
        assert brought_up(index, store) == store.passage_count()
        assert_finds_everything(index, store)
    index.close()


def test_an_index_left_half_written_is_never_opened(
    tmp_path: Path, index: ChromaIndex, store: SQLiteStore
) -> None:
    class Killed(BaseException):
        pass

    def killed(_done: int, _of: int) -> None:
        raise Killed

    brought_up(index, store)
    put(store, 9)
    with pytest.raises(Killed):
        index.update(store, killed)
    index.close()
    # what lies there now would crash whoever opens it
    _vectors_garbage(tmp_path / "chroma")
    assert brought_up(index, store) == store.passage_count()
    assert_finds_everything(index, store)


def test_an_index_that_cannot_be_written_says_so(tmp_path: Path, store: SQLiteStore) -> None:
    (tmp_path / "file").write_text("here")
    index = ChromaIndex(tmp_path / "file" / "chroma")
    assert not index.is_current(store)
    with pytest.raises(IndexDamaged):
        index.update(store, Progress())
    with pytest.raises(IndexDamaged):
        index.query(np.ones(16, dtype=np.float32), 1)


WRITER = """
import sys
from pathlib import Path
from knowledge.storage.store import SQLiteStore
from knowledge.storage.chroma_index import ChromaIndex
from tests.knowledge.storage.test_chroma_index import put
folder = Path(sys.argv[1])
store = SQLiteStore.open(folder)
put(store, 9)
index = ChromaIndex(folder / "chroma")
index.update(store, lambda done, of: None)
index.close()
store.close()
"""


def test_what_another_process_wrote_is_found(
    tmp_path: Path, index: ChromaIndex, store: SQLiteStore
) -> None:
    brought_up(index, store)
    assert_finds_everything(index, store)
    before = store.passage_count()
    subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, check=True)  # noqa: S603
    assert store.passage_count() > before
    assert index.is_current(store)
    assert_finds_everything(index, store)


def test_without_its_server_the_index_says_so(store: SQLiteStore, tmp_path: Path) -> None:
    with address_of_nobody() as address:
        for host in (f"http://{address}", address, "http://:nope"):
            index = ChromaIndex(tmp_path / "chroma", host)
            assert not index.is_current(store)
            with pytest.raises(IndexDamaged):
                index.update(store, Progress())


class _NoChroma(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer as a web site would."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>welcome</html>")

    do_POST = do_GET  # noqa: N815 - http.server's own naming

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def test_a_server_that_is_no_chroma_is_no_index(store: SQLiteStore, tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), _NoChroma) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        index = ChromaIndex(tmp_path / "chroma", f"http://127.0.0.1:{server.server_port}")
        assert not index.is_current(store)
        with pytest.raises(IndexDamaged):
            index.update(store, Progress())
        server.shutdown()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = ChromaServer(tmp_path_factory.mktemp("server"))
    yield running.url
    running.kill()


def test_a_server_serves_as_the_index(server: str, tmp_path: Path, store: SQLiteStore) -> None:
    writer, reader = ChromaIndex(tmp_path / "chroma", server), ChromaIndex(tmp_path / "c", server)
    assert not reader.is_current(store)
    assert brought_up(writer, store) == store.passage_count()
    assert reader.is_current(store)
    assert_finds_everything(reader, store)
    before = store.passage_count()
    put(store, 9)
    assert not reader.is_current(store)
    assert brought_up(writer, store) == store.passage_count() - before
    assert reader.is_current(store)
    assert_finds_everything(reader, store)
    for index in (writer, reader):
        index.close()
    assert not (tmp_path / "chroma").exists()


def test_two_stores_share_a_server(server: str, tmp_path: Path, store: SQLiteStore) -> None:
    other = SQLiteStore.in_memory(tmp_path / "other")
    other.create()
    put(other, 9)
    one, two = ChromaIndex(tmp_path / "c", server), ChromaIndex(tmp_path / "d", server)
    brought_up(one, store)
    brought_up(two, other)
    assert_finds_everything(one, store)
    assert_finds_everything(two, other)
    other.close()
    for index in (one, two):
        index.close()


def test_what_a_server_lost_is_given_to_it_again(
    server: str, tmp_path: Path, store: SQLiteStore
) -> None:
    index = ChromaIndex(tmp_path / "c", server)
    brought_up(index, store)
    quiet = Settings(chroma_http_max_keepalive_connections=0)
    client = chromadb.HttpClient(port=int(server.rpartition(":")[2]), settings=quiet)
    client.delete_collection(f"passages-{store.read_meta('store')}")
    with pytest.raises(IndexDamaged):
        index.query(store.vectors()[1][0], 1)
    assert not index.is_current(store)
    assert brought_up(index, store) == store.passage_count()
    for number in range(4):
        put(store, number, CountingEmbedder(dimension=24))
    assert brought_up(index, store) == store.passage_count()
    assert_finds_everything(index, store)
    index.close()
