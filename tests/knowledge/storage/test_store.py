import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import StoreBusy, StoreDamaged, StoreError, StoreMissing, StoreUnwritable
from knowledge.lexicon import tokens_of
from knowledge.models import Page, PlaceInFile, ReadReport
from knowledge.storage.opening import open_store
from knowledge.storage.protocols import ReportSource, Vectors
from knowledge.storage.sqlite import write_lock
from knowledge.storage.store import SQLiteStore, Store
from knowledge.understanding.pipeline import understand
from tests.knowledge.material import CountingEmbedder, report_text

FILE = "knowledge.sqlite3"


def read_report(number: int, year: int = 2023) -> ReadReport:
    return understand(report_text(number, year), file=f"r{number}.txt", sha256=f"sha-{number}")


def source_of(name: str, sha256: str = "sha") -> ReportSource:
    return ReportSource(f"file:///{name}", name, sha256, "v1  ")


def vectors_for(read: ReadReport) -> Vectors:
    return CountingEmbedder().embed([read.report.text[p.start : p.end] for p in read.passages])


def tokens_for(read: ReadReport) -> list[str]:
    return [" ".join(tokens_of(read.report.text[p.start : p.end])) for p in read.passages]


def put(store: Store, read: ReadReport, name: str = "a.txt") -> None:
    store.put(
        read,
        source_of(name),
        loaded_at="2026-01-01",
        vectors=vectors_for(read),
        tokens=tokens_for(read),
    )


def opened(data_dir: Path, url: str) -> Store:
    store = open_store(data_dir, url, create=True)
    assert isinstance(store, Store)
    store.create()
    return store


@pytest.fixture
def store(tmp_path: Path, database_url: str) -> Iterator[Store]:
    made = opened(tmp_path, database_url)
    yield made
    made.close()


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[SQLiteStore]:
    made = SQLiteStore.in_memory(tmp_path)
    made.create()
    yield made
    made.close()


def row_counts(store: Store) -> dict[str, int]:
    """How many rows each table holds."""
    lexical = ["lexicon"] if store._db.has_table("lexicon") else ["postings", "token_counts"]
    tables = ["meta", "reports", "sources", "section_texts", "figure_texts", "statements"]
    counts = {t: f"SELECT count(*) FROM {t}" for t in [*tables, "passages", *lexical]}  # noqa: S608
    return {table: store._db.value(sql) for table, sql in counts.items()}


def nothing_is_left_of(store: Store) -> bool:
    counts = row_counts(store)
    meta = counts.pop("meta")
    return not any(counts.values()) and meta >= 2 and not store.entries()


def test_what_is_put_in_is_read_back_whole(store: Store) -> None:
    read = read_report(1)
    put(store, read)
    key = read.report.id
    assert store.report(key) == replace(read.report, file="a.txt", sha256="sha")
    assert store.sections(key) == read.sections
    assert store.figures(key) == read.figures
    assert store.statements(key) == read.statements
    assert [s.figure for s in read.statements] == list(read.figures)
    assert store.passages(key) == read.passages
    ids, vectors = store.vectors()
    assert ids == [p.id for p in read.passages]
    assert np.array_equal(vectors, vectors_for(read))


def test_the_list_tells_all_but_the_text(store: Store) -> None:
    read = read_report(1)
    put(store, read)
    (entry,) = store.entries()
    assert entry.identity == read.report.identity
    assert (entry.file, entry.loaded_at) == ("a.txt", "2026-01-01")
    counts = (len(read.sections), len(read.passages), len(read.figures))
    assert (entry.sections, entry.passages, entry.figures) == counts


def test_a_report_put_in_again_leaves_no_second_row(store: Store) -> None:
    put(store, read_report(1))
    before = row_counts(store)
    put(store, read_report(1))
    assert row_counts(store) == before | {"meta": 3}


def test_a_report_that_breaks_off_leaves_nothing(store: Store) -> None:
    read = read_report(1)
    generation = store.generation
    with pytest.raises(ValueError, match="shorter"):
        store.put(
            read, source_of("a.txt"), loaded_at="", vectors=vectors_for(read), tokens=["one"]
        )  # fmt: skip
    assert store.generation == generation
    assert nothing_is_left_of(store)
    put(store, read)
    assert len(store.entries()) == 1


def test_what_breaks_off_leaves_the_old_report_whole(store: Store) -> None:
    old, new = read_report(1), read_report(2)
    put(store, old)
    with pytest.raises(ValueError, match="shorter"):
        store.put(new, source_of("a.txt"), loaded_at="", vectors=vectors_for(new), tokens=[])
    assert store.passages(old.report.id) == old.passages
    assert store.report(new.report.id) is None


def test_another_reader_sees_a_report_only_when_it_is_whole(
    store: Store, tmp_path: Path, database_url: str
) -> None:
    reader = open_store(tmp_path, database_url, create=False)
    seen = []

    class Watched(list[str]):
        def __iter__(self) -> Iterator[str]:
            for token in super().__iter__():
                seen.append((len(reader.entries()), reader.passage_count()))
                yield token

    read = read_report(1)
    store.put(
        read,
        source_of("a.txt"),
        loaded_at="",
        vectors=vectors_for(read),
        tokens=Watched(tokens_for(read)),
    )
    assert set(seen) == {(0, 0)}
    assert (len(reader.entries()), reader.passage_count()) == (1, len(read.passages))
    reader.close()


def test_the_generation_changes_with_what_enters_and_leaves(store: Store) -> None:
    seen = [store.generation]
    put(store, read_report(1))
    seen.append(store.generation)
    put(store, read_report(2))
    seen.append(store.generation)
    store.unlink("file:///a.txt")
    seen.append(store.generation)
    store.write_meta("embedder", "x")
    assert store.generation == seen[-1]
    assert len(set(seen)) == 4


def test_two_stores_never_have_the_same_generation(store: Store, tmp_path: Path) -> None:
    other = SQLiteStore.in_memory(tmp_path / "other")
    other.create()
    put(store, read_report(1))
    put(other, read_report(1))
    assert store.generation != other.generation
    assert store.read_meta("store") != other.read_meta("store")
    other.close()


def test_a_report_leaves_with_everything_that_was_understood_of_it(
    store: Store,
) -> None:
    put(store, read_report(1))
    store.remove(read_report(1).report.id)
    assert nothing_is_left_of(store)
    assert not store.lexical(["食品"], 10)


def test_a_changed_file_has_its_old_report_replaced(store: Store) -> None:
    put(store, read_report(1), "a.txt")
    put(store, read_report(2), "a.txt")
    assert [e.id for e in store.entries()] == [read_report(2).report.id]


def test_a_text_in_two_files_stays_until_both_are_gone(store: Store) -> None:
    read = read_report(1)
    put(store, read, "a.txt")
    generation = store.generation
    store.link(read.report.id, source_of("b.txt"), primary=False)
    assert store.generation == generation
    assert not store.unlink("file:///a.txt")
    assert [e.file for e in store.entries()] == ["b.txt"]
    assert store.unlink("file:///b.txt")
    assert not store.entries()


def test_a_file_that_changed_to_another_files_text_lets_its_own_report_go(
    store: Store,
) -> None:
    one, two = read_report(1), read_report(2)
    put(store, one, "a.txt")
    put(store, two, "b.txt")
    store.link(one.report.id, source_of("b.txt"), primary=False)
    assert [e.id for e in store.entries()] == [one.report.id]


def test_a_moved_file_speaks_for_its_report(store: Store) -> None:
    read = read_report(1)
    put(store, read, "a.txt")
    store.link(read.report.id, source_of("b.txt"), primary=True)
    assert [e.file for e in store.entries()] == ["b.txt"]
    assert [s.file for s in store.sources()] == ["b.txt"]


def test_a_vectors_name_changes_with_the_vector(store: Store) -> None:
    read = read_report(1)
    put(store, read)
    names = store.vector_keys()
    put(store, read)
    assert store.vector_keys() == names
    store.put(
        read,
        source_of("a.txt"),
        loaded_at="",
        vectors=-vectors_for(read),
        tokens=tokens_for(read),
    )
    assert not store.vector_keys() & names


def test_vectors_of_another_embedder_take_effect_all_at_once(store: Store) -> None:
    one, two = read_report(1), read_report(2)
    put(store, one, "a.txt")
    put(store, two, "b.txt")
    before = store.vectors()[1]
    store.stage_vectors(one.report.id, -vectors_for(one), "new")
    assert store.staged_reports("new") == {one.report.id}
    assert not store.staged_reports("another")
    assert np.array_equal(store.vectors()[1], before)
    store.stage_vectors(two.report.id, -vectors_for(two), "new")
    store.adopt_staged("new")
    assert np.array_equal(store.vectors()[1], -before)
    assert store.read_meta("embedder") == "new"
    assert not store.staged_reports("new")


def test_a_report_put_in_anew_forgets_the_vectors_kept_for_its_old_self(store: Store) -> None:
    read = read_report(1)
    put(store, read)
    store.stage_vectors(read.report.id, vectors_for(read), "new")
    put(store, read)
    assert not store.staged_reports("new")


def test_words_are_found_within_the_reports_named(store: Store) -> None:
    put(store, read_report(1), "a.txt")
    put(store, read_report(2), "b.txt")
    one = read_report(1).report.id
    found = store.lexical(["食品"], 10)
    assert {i.partition("-")[0] for i, _ in found} == {one, read_report(2).report.id}
    assert {i.partition("-")[0] for i, _ in store.lexical(["食品"], 10, [one])} == {one}
    assert store.lexical(["食品"], 10, []) == []
    assert store.reports_containing("编号1的") == {one}
    assert store.passages_with(["食品", "没有"])["食品"] >= 2


def test_a_shadow_takes_what_the_store_is_spared(store: Store) -> None:
    put(store, read_report(1), "a.txt")
    before = row_counts(store)
    shadow = store.dry_run_copy()
    assert shadow.entries() == store.entries()
    put(shadow, read_report(2), "b.txt")
    shadow.unlink("file:///a.txt")
    assert len(shadow.entries()) == 1
    shadow.close()
    assert row_counts(store) == before


def test_a_folder_without_a_store_is_told_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        SQLiteStore.open(tmp_path / "nothing")
    assert not list(tmp_path.iterdir())


def test_a_making_that_was_broken_off_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with pytest.raises(StoreMissing):
        SQLiteStore.open(tmp_path)
    store = SQLiteStore.in_memory(tmp_path)
    store.create()
    put(store, read_report(1))
    store.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"\x07garbage" * 1000)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _somebody_elses(path: Path) -> None:
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()


def _another_version(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("UPDATE meta SET value = '0' WHERE key = 'schema'")
    other.commit()
    other.close()


@pytest.mark.parametrize(
    "harm", [_garbage, _truncated, _directory, _somebody_elses, _another_version]
)
def test_a_damaged_truth_is_told_in_one_sentence(
    in_file: SQLiteStore, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    put(in_file, read_report(1))
    in_file.close()
    harm(tmp_path / FILE)
    with pytest.raises(StoreDamaged) as told:
        SQLiteStore.open(tmp_path)
    assert "\n" not in str(told.value)
    assert str(tmp_path) in str(told.value)
    fresh = SQLiteStore.in_memory(tmp_path)
    with pytest.raises(StoreDamaged):
        fresh.create()


def test_a_damage_inside_is_told_when_it_is_met(in_file: SQLiteStore, tmp_path: Path) -> None:
    for number in range(20):
        put(in_file, read_report(number), f"{number}.txt")
    in_file.close()
    path = tmp_path / FILE
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(StoreDamaged):
        _read_everything(tmp_path)


def _read_everything(data_dir: Path) -> None:
    store = SQLiteStore.open(data_dir)
    try:
        for entry in store.entries():
            store.passages(entry.id)
            store.figures(entry.id)
        store.vectors()
        store.lexical(["食品"], 10)
    finally:
        store.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nope")):
        with pytest.raises(StoreUnwritable) as told:
            SQLiteStore.in_memory(place).create()
        assert "\n" not in str(told.value)


def test_a_second_writer_is_told_at_once(tmp_path: Path) -> None:
    with write_lock(tmp_path), pytest.raises(StoreBusy), write_lock(tmp_path):
        pytest.fail("two writers")
    with write_lock(tmp_path):
        pass


HOLDER = """
import sys, pathlib
from knowledge.storage.sqlite import write_lock
with write_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_writer_that_is_killed_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(StoreBusy), write_lock(tmp_path):
            pytest.fail("two writers")
        holder.kill()
    with write_lock(tmp_path):
        pass


def test_a_lock_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable), write_lock(Path("/proc/nope")):
        pytest.fail("locked")
    (tmp_path / "writer.lock").mkdir()
    with pytest.raises(StoreError), write_lock(tmp_path):
        pytest.fail("locked")


def test_the_pages_of_a_report_are_kept_and_leave_with_it(store: Store) -> None:
    read = read_report(1)
    pages = (Page(0), Page(5, "指标!A2:C2"), Page(9, "", recognised=True, doubtful=(9,)))
    paged = replace(read, report=replace(read.report, pages=pages))
    put(store, paged)
    kept = store.report(read.report.id)
    assert kept
    assert kept.pages == pages
    first, named = PlaceInFile(1), PlaceInFile(None, "指标!A2:C2")
    last = PlaceInFile(3, recognised=True)
    places = [kept.place_in_file(place) for place in (0, 4, 5, 8, 9, 99)]
    assert places == [first, first, named, named, last, last]
    put(store, read)
    kept = store.report(read.report.id)
    assert kept
    assert kept.place_in_file(5) == PlaceInFile()
    store.remove(read.report.id)
    assert nothing_is_left_of(store)


def test_a_store_of_the_version_before_is_brought_up(in_file: SQLiteStore, tmp_path: Path) -> None:
    put(in_file, read_report(1))
    in_file.close()
    old = sqlite3.connect(tmp_path / FILE)
    old.executescript(
        "DROP TABLE pages; UPDATE meta SET value = '2' WHERE key = 'schema';"
        " PRAGMA user_version = 0"
    )
    old.close()
    opened = SQLiteStore.open(tmp_path)
    known = opened.report(read_report(1).report.id)
    opened.close()
    assert known
    assert known.text == read_report(1).report.text
    again = SQLiteStore.open(tmp_path)
    assert again.read_meta("schema") == "3"
    again.close()
