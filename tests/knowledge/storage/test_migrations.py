"""A store from before its schema had numbered steps is opened as it is, with nothing lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.errors import StoreNewer
from knowledge.library import Library
from knowledge.loading.loader import Status
from knowledge.models import Section
from knowledge.storage import sqlite, store
from knowledge.storage.sqlite import SQLiteDatabase, write_lock
from knowledge.storage.store import SQLiteStore
from knowledge.understanding.figures import Figure
from tests.knowledge.material import CountingEmbedder, contents, load, statuses, write_reports

FILE = "knowledge.sqlite3"
STEPS = 7
QUESTION = "检查食品安全单位多少家"
OLD_SCHEMA = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    place TEXT NOT NULL,
    title TEXT NOT NULL,
    bureau TEXT,
    level TEXT,
    year INTEGER,
    part INTEGER,
    loaded_at TEXT NOT NULL,
    sections INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    figures INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE pages (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    starts TEXT NOT NULL
);
CREATE TABLE sources (
    place TEXT PRIMARY KEY,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    understanding TEXT NOT NULL
);
CREATE INDEX sources_by_report ON sources (report_id);
CREATE TABLE sections (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,
    level INTEGER NOT NULL,
    kind TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    heading_end INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    run_in INTEGER NOT NULL,
    furniture INTEGER NOT NULL,
    PRIMARY KEY (report_id, ordinal)
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    topics TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    vector_key TEXT NOT NULL UNIQUE,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_report ON passages (report_id, ordinal);
CREATE TABLE figures (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    value TEXT,
    unit TEXT NOT NULL,
    masked INTEGER NOT NULL,
    approximate INTEGER NOT NULL,
    counted TEXT NOT NULL,
    as_of TEXT,
    PRIMARY KEY (report_id, ordinal)
);
CREATE TABLE remade (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    embedder TEXT NOT NULL,
    vectors BLOB NOT NULL
);
CREATE VIRTUAL TABLE lexicon USING fts5 (tokens, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE lexicon_terms USING fts5vocab (lexicon, 'row');
INSERT INTO meta VALUES ('schema', '3'), ('store', lower(hex(randomblob(8))));
CREATE TABLE IF NOT EXISTS superseded (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    by_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS doubtful (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    sums INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_by_identity ON reports (bureau, year, part);
"""
OLD_ROWS = """
INSERT INTO sections
SELECT report_id, section.key, value -> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8
FROM new.section_texts, json_each(content) AS section;
INSERT INTO figures
SELECT report_id, figure.key, value ->> 1, value ->> 2, value ->> 0, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, value ->> 7, value ->> 8
FROM new.figure_texts, json_each(content) AS figure;
"""
REVIEWED = (Path(store.__file__).parent / "steps" / "sqlite" / "007.sql").read_text(
    encoding="utf-8"
)
BEFORE_PAGES = "DROP TABLE pages; UPDATE meta SET value = '2' WHERE key = 'schema';"
BEFORE_VERSIONS = "DROP TABLE superseded; DROP TABLE doubtful; DROP INDEX reports_by_identity;"


def steps_taken(data_dir: Path) -> int:
    with closing(sqlite3.connect(data_dir / FILE)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def make_old(data_dir: Path, changes: str = "") -> None:
    """Put a store of the old schema with the same rows in the place of a folder's store."""
    new, old = data_dir / FILE, data_dir / "old.sqlite3"
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(OLD_SCHEMA)
        connection.execute("ATTACH ? AS new", (str(new),))
        connection.execute("DELETE FROM meta")
        tables = ("meta", "reports", "pages", "sources", "passages")
        for table in (*tables, "remade", "superseded", "doubtful"):
            connection.execute(f"INSERT INTO {table} SELECT * FROM new.{table}")  # noqa: S608
        connection.execute(
            "INSERT INTO lexicon (rowid, tokens) SELECT rowid, tokens FROM new.lexicon"
        )
        connection.executescript(OLD_ROWS)
        connection.execute("DETACH new")
        connection.executescript(changes)
    old.replace(new)


def outlines(library: Library) -> list[tuple[tuple[Section, ...], tuple[Figure, ...]]]:
    return [library.outline(entry.id) for entry in library.reports()]


def found(library: Library) -> list[tuple[str, float]]:
    hits = library.search(library.read_question(QUESTION), 100)
    return [(h.passage.id, round(h.score, 6)) for h in hits]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(tmp_path / "reports", 5)
    return tmp_path / "reports"


@pytest.mark.parametrize("changes", ["", BEFORE_VERSIONS, BEFORE_PAGES + BEFORE_VERSIONS])
def test_an_old_store_is_migrated_when_it_is_opened(
    library: Library, folder: Path, tmp_path: Path, changes: str
) -> None:
    load(library, folder)
    data_dir, before, expected = tmp_path / "data", contents(tmp_path / "data"), found(library)
    read = outlines(library)
    generation = library._store.generation
    library.close()
    make_old(data_dir, changes)
    assert steps_taken(data_dir) == 0
    embedder = CountingEmbedder()
    with closing(Library(data_dir, embedder)) as opened:
        assert steps_taken(data_dir) == STEPS
        brought = contents(data_dir)
        rows = {table: brought[table] for table in ("sections", "figures")}
        unread: dict[str, list[tuple[object, ...]]] = {
            table: [] for table in ("section_texts", "figure_texts", "statements")
        }
        assert brought == before | rows | unread
        assert outlines(opened) == read
        assert all(sections and figures for sections, figures in read)
        stated = [opened.statements(entry.id) for entry in opened.reports()]
        assert len(before["statements"]) == len(stated) > 0
        assert all(stated)
        assert opened._store.generation == generation
        assert found(opened) == expected
        assert opened.index_is_current()
        embedder.texts.clear()
        assert set(statuses(load(opened, folder)).values()) == {Status.UNCHANGED}
        assert embedder.texts == []
    assert contents(data_dir) == brought


def test_an_old_store_with_all_tables_may_be_only_readable(
    library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(library, folder)
    library.close()
    make_old(tmp_path / "data", REVIEWED)
    monkeypatch.setitem(sqlite._OPTIONS, "timeout", 0.0)
    with closing(sqlite3.connect(tmp_path / "data" / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with closing(SQLiteStore.open(tmp_path / "data")) as old:
            assert len(old.entries()) == 5
            assert all(old.sections(e.id) and old.figures(e.id) for e in old.entries())
    assert steps_taken(tmp_path / "data") == 0


def test_two_processes_may_migrate_at_once(
    library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(library, folder)
    library.close()
    make_old(tmp_path / "data")
    run = SQLiteDatabase.run
    opened: list[SQLiteStore] = []

    def run_after_another(self: SQLiteDatabase, sql: str, values: tuple[object, ...] = ()) -> None:
        if sql == "BEGIN IMMEDIATE" and not opened:
            monkeypatch.undo()
            opened.append(SQLiteStore.open(tmp_path / "data"))
        run(self, sql, values)

    monkeypatch.setattr(SQLiteDatabase, "run", run_after_another)
    with closing(SQLiteStore.open(tmp_path / "data")) as second:
        assert len(second.entries()) == len(opened[0].entries()) == 5
    opened[0].close()
    assert steps_taken(tmp_path / "data") == STEPS


def test_a_store_of_a_later_program_is_left_alone(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    load(library, folder)
    library.close()
    with closing(sqlite3.connect(tmp_path / "data" / FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {STEPS + 1}")
    with pytest.raises(StoreNewer), closing(SQLiteStore.open(tmp_path / "data")):
        pytest.fail("opened")
    with write_lock(tmp_path / "data"):
        pass  # nothing is left locked
