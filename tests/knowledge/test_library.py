import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path

import pytest

from knowledge.errors import (
    EmbedderMismatch,
    EmbeddingFailed,
    ReportNotFound,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreMissing,
    StoreUnwritable,
)
from knowledge.library import Library
from knowledge.loading.loader import Status
from knowledge.storage.protocols import Vectors
from knowledge.storage.sqlite import SQLiteDatabase, write_lock
from knowledge.storage.store import SQLiteStore
from knowledge.understanding.pipeline import Overrides
from tests.knowledge.material import (
    CountingEmbedder,
    database_of,
    files_below,
    garbage,
    load,
    report_text,
    write_reports,
)

ROOT = Path(__file__).parents[2]
QUESTION = "检查食品安全单位多少家"


@pytest.fixture(autouse=True)
def _every_store_is_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small store is searched without its index, unless a test is about that."""
    if "small" not in request.function.__name__:
        monkeypatch.setattr("knowledge.retrieval.search._SMALL", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports", 6)
    return tmp_path / "reports"


def opened(data_dir: Path, **options: object) -> Library:
    return Library(data_dir, CountingEmbedder(), **options)  # type: ignore[arg-type]


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    made = opened(tmp_path / "data", create=True)
    load(made, folder)
    yield made
    made.close()


def found(library: Library, question: str = QUESTION) -> list[str]:
    return sorted(h.report.file for h in library.search(library.read_question(question), 100))


def nearest(library: Library, limit: int = 100) -> list[tuple[str, float]]:
    vector = CountingEmbedder().embed([QUESTION])[0]
    with library._store.snapshot() as snapshot:
        return library._dense.nearest(snapshot, vector, limit)


def assert_answers(library: Library) -> None:
    """The dense side gives every passage, each with its exact cosine."""
    ids, vectors = library._store.vectors()
    question = CountingEmbedder().embed([QUESTION])[0]
    exact = dict(zip(ids, (vectors @ question).tolist(), strict=True))
    assert dict(nearest(library)) == pytest.approx(exact, abs=1e-4)
    assert found(library)


# -- opening


def test_a_folder_without_a_store_is_left_alone(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(StoreMissing):
            opened(tmp_path / "data")
    library = opened(tmp_path / "data", create=True)
    assert library.reports() == []
    assert found(library) == []
    library.close()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told_when_reports_come(
    tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "file").write_text("here")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nope")):
        library = opened(place, create=True)
        with pytest.raises(StoreUnwritable):
            load(library, folder)
        library.close()


def test_a_store_that_is_damaged_is_told_when_opened(library: Library, tmp_path: Path) -> None:
    library.close()
    (tmp_path / "data" / "knowledge.sqlite3").write_bytes(b"garbage" * 2000)
    for create in (True, False):
        with pytest.raises(StoreDamaged):
            opened(tmp_path / "data", create=create)


# -- the embedder


def test_another_embedder_is_refused_with_the_command_that_rebuilds(
    library: Library, tmp_path: Path
) -> None:
    library.close()
    with pytest.raises(EmbedderMismatch) as told:
        Library(tmp_path / "data", CountingEmbedder("other/16"))
    assert f"python ingest.py --reindex --data-dir {tmp_path / 'data'}" in str(told.value)
    assert "counting-1/16" in str(told.value)
    assert "other/16" in str(told.value)


def test_another_embedder_cannot_slip_in_by_loading(library: Library, tmp_path: Path) -> None:
    library.close()
    other = Library(tmp_path / "data", CountingEmbedder("other/16"), reindex=True)
    with pytest.raises(EmbedderMismatch), other.loader():
        pytest.fail("two embedders in one store")


def test_an_empty_store_takes_any_embedder(tmp_path: Path, folder: Path) -> None:
    library = opened(tmp_path / "data", create=True)
    load(library, tmp_path / "reports" / "nothing.txt")
    library.close()
    library = Library(tmp_path / "data", CountingEmbedder("other/16"))
    load(library, folder)
    assert_answers_with(library, "other/16", 16)
    library.close()


def assert_answers_with(library: Library, name: str, dimension: int) -> None:
    embedder = CountingEmbedder(name, dimension)
    vectors = library._store.vectors()[1]
    question = embedder.embed([QUESTION])[0]
    with library._store.snapshot() as snapshot:
        cosines = [c for _, c in library._dense.nearest(snapshot, question, 100)]
    assert cosines == pytest.approx(sorted((vectors @ question).tolist(), reverse=True), abs=1e-4)
    assert library._store.read_meta("embedder") == name


@pytest.mark.parametrize("dimension", [16, 40])
def test_a_rebuild_takes_the_other_embedder(
    library: Library, tmp_path: Path, dimension: int
) -> None:
    library.close()
    other = Library(tmp_path / "data", CountingEmbedder("other", dimension), reindex=True)
    told: list[tuple[int, int]] = []
    other.reindex(lambda done, of: told.append((done, of)))
    assert told[-1] == (6, 6)
    assert_answers_with(other, "other", dimension)
    assert other.index_is_current()
    other.close()
    again = Library(tmp_path / "data", CountingEmbedder("other", dimension))
    assert_answers_with(again, "other", dimension)
    again.close()
    with pytest.raises(EmbedderMismatch):
        opened(tmp_path / "data")


class BreakingEmbedder(CountingEmbedder):
    """Gives vectors for so many calls."""

    calls = 3

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.calls -= 1
        if self.calls < 0:
            raise EmbeddingFailed(reason="返回错误 429")
        return super().embed(texts)


def test_a_rebuild_that_broke_off_goes_on_where_it_was(library: Library, tmp_path: Path) -> None:
    library.close()
    breaking = BreakingEmbedder("other")
    other = Library(tmp_path / "data", breaking, reindex=True)
    with pytest.raises(EmbeddingFailed):
        other.reindex(lambda _done, _of: None)
    other.close()
    library = opened(tmp_path / "data")  # the old vectors serve
    assert_answers(library)
    library.close()
    embedder = CountingEmbedder("other")
    other = Library(tmp_path / "data", embedder, reindex=True)
    other.reindex(lambda _done, _of: None)
    paid = embedder.texts
    assert not set(paid) & set(breaking.texts)
    assert len(paid) + len(breaking.texts) == other.passage_count()
    assert_answers_with(other, "other", 16)
    other.close()


def test_a_model_that_changed_its_dimension_is_told(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    library.close()
    library = Library(tmp_path / "data", CountingEmbedder(dimension=40))
    with pytest.raises(EmbedderMismatch) as told:
        found(library)
    assert "--reindex" in str(told.value)
    write_reports(folder, 1, first=7)
    with pytest.raises(EmbedderMismatch):
        load(library, folder)
    library.close()


# -- what another process does meanwhile

INGEST = """
import sys
from pathlib import Path
from knowledge.library import Library
from tests.knowledge.material import CountingEmbedder, load
library = Library(Path(sys.argv[1]), CountingEmbedder(), create=True)
print(len(load(library, *map(Path, sys.argv[2:]), prune=True)))
library.close()
"""


def in_another_process(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def test_an_open_library_sees_what_another_process_loads_and_takes_out(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    assert_answers(library)
    (new,) = write_reports(folder, 1, first=8)
    gone = folder / "report-0000.txt"
    gone.unlink()
    in_another_process(INGEST, tmp_path / "data", folder)
    files = [entry.file for entry in library.reports()]
    assert str(new) in files
    assert str(gone) not in files
    assert {str(new)} <= set(found(library))
    assert str(gone) not in found(library)
    assert library.index_is_current()
    assert_answers(library)
    question = library.read_question("青禾县2023年" + QUESTION)
    assert {h.report.file for h in library.search(question)} == {str(new)}


def test_a_report_that_leaves_during_a_search_is_seen_until_its_end(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    other = opened(tmp_path / "data")
    paths = sorted(folder.iterdir())
    found_before = found(library)
    embed = library._embedder.embed
    left: list[str] = []

    def embed_slowly(texts: Sequence[str]) -> Vectors:
        if not left:
            left.append(str(paths[0]))
            paths[0].unlink()
            load(other, folder, prune=True)
        return embed(texts)

    assert isinstance(library._embedder, CountingEmbedder)
    library._embedder.embed = embed_slowly  # type: ignore[method-assign]
    assert found(library) == found_before
    assert left
    assert set(found(library)) == set(found_before) - {str(paths[0])}
    other.close()


def test_a_snapshot_is_of_one_generation(library: Library, tmp_path: Path, folder: Path) -> None:
    other = opened(tmp_path / "data")
    gone = min(folder.iterdir())
    before = found(library)
    with library.snapshot():
        gone.unlink()
        load(other, folder, prune=True)
        assert found(library) == before
        assert len(library.reports()) == 6
        with library.snapshot():
            assert library.find_report(gone.name).file == str(gone)
        copied = copy_context()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(copied.run, found, library).result() == before
            assert str(gone) not in pool.submit(found, library).result()
        assert len(other.reports()) == 5
    assert set(found(library)) == set(before) - {str(gone)}
    other.close()


def test_a_library_is_written_beside_its_own_snapshot(library: Library, folder: Path) -> None:
    with library.snapshot():
        write_reports(folder, 1, first=6)
        load(library, folder)
        assert len(library.reports()) == 6
    assert len(library.reports()) == 7
    assert_answers(library)
    assert library.index_is_current()


def test_snapshots_reuse_their_connections(library: Library) -> None:
    database = database_of(library)
    assert isinstance(database, SQLiteDatabase)
    readers = database._readers
    for _ in range(3):
        assert found(library)
        assert len(readers) == 1
    with library.snapshot(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(found, library).result()
    assert len(readers) == 2


def test_a_snapshot_that_outlives_its_library_is_closed_with_it(tmp_path: Path) -> None:
    library = opened(tmp_path / "data", create=True)
    with library.loader():
        pass
    database = database_of(library)
    with library.snapshot():
        library.close()
        assert library.reports() == []
    assert isinstance(database, SQLiteDatabase)
    assert database._readers == []


def test_reading_goes_on_while_another_writes(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    write_reports(folder, 3, first=6)
    other = opened(tmp_path / "data")
    seen = []
    with other.loader() as loader:
        for _ in loader.load([folder], Overrides()):
            assert_answers(library)
            seen.append(len(library.reports()))
    assert seen == [6, 6, 6, 6, 6, 6, 7, 8, 9]
    other.close()
    assert_answers(library)


def test_a_second_writer_is_told_and_harms_nothing(
    library: Library, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._LOCK_SECONDS", 0.0)
    (path,) = write_reports(folder, 1, first=6)
    other = opened(tmp_path / "data")
    with other.loader() as loader:
        with pytest.raises(StoreBusy) as told:
            load(library, folder)
        assert "\n" not in str(told.value)
        assert [n.status for n in loader.load([path], Overrides())] == [Status.ADDED]
    other.close()
    assert len(library.reports()) == 7


def test_threads_may_share_a_library(library: Library, tmp_path: Path, folder: Path) -> None:
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(5):
                assert len(found(library)) >= 6
        except BaseException as fault:  # noqa: BLE001 - told in the main thread
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    other = opened(tmp_path / "data")
    write_reports(folder, 2, first=6)
    load(other, folder)
    other.close()
    for thread in threads:
        thread.join()
    assert not faults


# -- the index


def _chroma_gone(data_dir: Path) -> None:
    shutil.rmtree(data_dir / "chroma")


def _database_gone(data_dir: Path) -> None:
    (data_dir / "chroma" / "chroma.sqlite3").unlink()


def _garbage_everywhere(data_dir: Path) -> None:
    for path in (data_dir / "chroma").rglob("*"):
        if path.is_file():
            path.write_bytes(garbage(3000))


HARMS: list[Callable[[Path], None]] = [_chroma_gone, _database_gone, _garbage_everywhere]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_costs_no_answer_and_is_made_anew_with_progress(
    library: Library, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    library.close()
    harm(tmp_path / "data")
    told: list[tuple[int, int]] = []
    library = opened(tmp_path / "data", progress=lambda done, of: told.append((done, of)))
    assert not library.index_is_current()
    assert_answers(library)
    assert told[-1] == (library.passage_count(), library.passage_count())
    assert library.index_is_current()
    embedder = library._embedder
    assert isinstance(embedder, CountingEmbedder)
    assert set(embedder.texts) <= {QUESTION, "检查食品安全单位"} or len(embedder.texts) <= 2
    library.close()


@pytest.mark.parametrize("harm", HARMS)
def test_an_index_that_is_damaged_while_in_use_costs_no_answer(
    library: Library, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    assert_answers(library)
    harm(tmp_path / "data")
    for _ in range(3):
        assert_answers(library)


def test_an_index_that_cannot_be_made_is_told_once_and_costs_no_answer(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = "http://127.0.0.1:9"
    library = opened(tmp_path / "data", create=True, chroma_host=nobody)
    assert {n.status for n in load(library, folder)} == {Status.ADDED}
    for _ in range(3):
        assert_answers(library)
    assert [r.getMessage() for r in caplog.records if "向量索引" in r.getMessage()] == [
        "向量索引暂时用不了，先逐段比较，回答照常、稍慢；恢复后会自动重建。"
    ]
    library.close()


def test_a_load_that_broke_off_is_made_good_by_the_next_question(
    tmp_path: Path, folder: Path
) -> None:
    library = opened(tmp_path / "data", create=True)
    with suppress(KeyboardInterrupt), library.loader() as loader:
        for number, _ in enumerate(loader.load([folder], Overrides())):
            if number == 3:
                raise KeyboardInterrupt
    assert len(library.reports()) == 4
    assert not library.index_is_current()
    assert_answers(library)
    assert library.index_is_current()
    library.close()


def test_a_load_that_changes_nothing_writes_nothing(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    library.close()
    before = files_below(tmp_path / "data")
    library = opened(tmp_path / "data", create=True)
    load(library, folder)
    library.close()
    assert files_below(tmp_path / "data") == before


@pytest.mark.parametrize("harm", [_chroma_gone, _garbage_everywhere])
def test_a_small_store_is_answered_exactly_and_its_index_mended_all_the_same(
    library: Library, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    library.close()
    harm(tmp_path / "data")
    library = opened(tmp_path / "data")
    assert not library.index_is_current()
    assert_answers(library)
    assert library.index_is_current()
    library.close()
    library = opened(tmp_path / "data")
    assert_answers(library)
    assert "_index" not in vars(library._dense)
    library.close()


# -- a folder that may only be read


@contextmanager
def without_privileges() -> Iterator[None]:
    """As root, act as another user: root writes where it has no permission to."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(65534)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user may enter, pytest's own being closed to others."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield Path(place)


def test_a_folder_that_may_only_be_read_answers_and_sees_what_its_owner_loads(
    public: Path, folder: Path
) -> None:
    data_dir = public / "data"
    owner = opened(data_dir, create=True)
    load(owner, folder)
    owner.close()
    for path in data_dir.glob("*.sqlite3*"):
        path.chmod(0o644)  # its owner lets others read it
    data_dir.chmod(0o555)
    before = files_below(data_dir)
    with without_privileges():
        reader = opened(data_dir)
        assert_answers(reader)
        assert len(reader.reports()) == 6
        with pytest.raises(StoreUnwritable):
            load(reader, folder)
        assert_answers(reader)
    assert files_below(data_dir) == before
    data_dir.chmod(0o755)
    owner = opened(data_dir)
    write_reports(folder, 1, first=6)
    load(owner, folder)
    owner.close()
    data_dir.chmod(0o555)
    with without_privileges():
        assert len(reader.reports()) == 7
        assert_answers(reader)
        reader.close()
    data_dir.chmod(0o755)


def test_a_closed_folder_is_told(public: Path, folder: Path) -> None:
    data_dir = public / "data"
    owner = opened(data_dir, create=True)
    load(owner, folder)
    owner.close()
    data_dir.chmod(0o700 if os.geteuid() == 0 else 0o000)
    with without_privileges(), pytest.raises(StoreUnwritable):
        opened(data_dir, create=True)
    data_dir.chmod(0o755)


# -- reports by name


def test_a_report_is_found_by_what_people_call_it(library: Library) -> None:
    entry = next(e for e in library.reports() if e.file.endswith("report-0003.txt"))
    for name in (entry.id, entry.id[:8], entry.file, "report-0003.txt", "report-0003"):
        assert library.find_report(name).id == entry.id
    assert library.find_report("松原县2023年").id == entry.id
    for name in ("没有的县", "2023年", "", "report-9999.txt"):
        with pytest.raises(ReportNotFound) as told:
            library.find_report(name)
        assert "松原县市场监管局2023年" in str(told.value)


def test_a_report_that_is_not_held_is_told(library: Library) -> None:
    with pytest.raises(ReportNotFound):
        library.report("0123")


def test_texts_are_not_all_kept_in_memory(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._MOST_CACHED", 2)
    for entry in library.reports():
        assert library.report(entry.id).id == entry.id
        (catalogue,) = library._catalogues.values()
        assert len(catalogue.reports) <= 2


def test_a_question_is_read_once_until_something_is_loaded(library: Library) -> None:
    read = library.read_question(QUESTION)
    assert library.read_question(QUESTION) is read
    with library.loader() as loader:
        loader.remove_report(library.reports()[0].id)
    assert library.read_question(QUESTION) is not read


def test_the_store_may_be_opened_by_its_own_hand(library: Library, tmp_path: Path) -> None:
    store = SQLiteStore.open(tmp_path / "data")
    with write_lock(tmp_path / "data"):
        store.remove(store.entries()[0].id)
    store.close()
    assert len(library.reports()) == 5
    assert issubclass(StoreMissing, StoreError)
    assert report_text(0)
