import asyncio
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread
from urllib.parse import quote

import pytest

from knowledge.errors import (
    DatabaseAddressInvalid,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseEncodingUnfit,
    DatabaseMissing,
    DatabaseRefused,
    DatabaseUnreachable,
    DatabaseUnwritable,
    StoreError,
    StoreNewer,
)
from knowledge.storage.postgres import PostgresDatabase, Server
from tests.patience import PATIENCE
from tests.postgres import PASSWORD, PostgresServer

FIRST = "CREATE TABLE people (name text NOT NULL, at double precision NOT NULL DEFAULT 0);"
SECOND = "ALTER TABLE people ADD COLUMN role text NOT NULL DEFAULT 'reader';"
BROKEN = "CREATE TABLE more (x text); INSERT INTO nowhere VALUES (1);"
SCHEMA = "trial"


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    postgres_server.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    return postgres_server.url()


@pytest.fixture
def database(url: str) -> Iterator[PostgresDatabase]:
    with closing(PostgresDatabase.of_steps(url, SCHEMA, [FIRST])) as opened:
        yield opened


def test_steps_are_taken_once_and_rows_stay(url: str, database: PostgresDatabase) -> None:
    database.run("INSERT INTO people (name) VALUES (?)", ("老王",))
    with closing(PostgresDatabase.of_steps(url, SCHEMA, [FIRST, SECOND])) as later:
        assert later.rows("SELECT name, role FROM people") == [("老王", "reader")]
    with pytest.raises(StoreNewer, match="postgres"):
        PostgresDatabase.of_steps(url, SCHEMA, [FIRST])


def test_a_step_that_fails_takes_no_effect_at_all(url: str, database: PostgresDatabase) -> None:
    with pytest.raises(DatabaseDamaged):
        PostgresDatabase.of_steps(url, SCHEMA, [FIRST, SECOND, BROKEN])
    assert not database.has_table("more")
    assert database.column("SELECT taken FROM schema_steps") == [1]


def test_any_text_comes_back_as_it_was(database: PostgresDatabase) -> None:
    text = "合格率\0 100% ？? 𠮷 %s"
    database.run("INSERT INTO people (name) VALUES (?)", (text,))
    assert database.column("SELECT name FROM people WHERE name = ?", (text,)) == [text]
    assert database.column("SELECT '100%' FROM people") == ["100%"]


def test_a_transaction_is_its_threads_own(database: PostgresDatabase) -> None:
    written, seen = Event(), []

    def look() -> None:
        assert written.wait(PATIENCE)
        seen.extend(database.column("SELECT count(*) FROM people"))

    reader = Thread(target=look)
    reader.start()
    with database.transaction():
        database.run("INSERT INTO people (name) VALUES ('老王')")
        written.set()
        reader.join()
        assert database.column("SELECT count(*) FROM people") == [1]
    assert seen == [0]


def test_a_snapshot_sees_nothing_of_what_is_written_meanwhile(database: PostgresDatabase) -> None:
    with database.snapshot() as before:
        assert before.rows("SELECT name FROM people") == []
        database.run_many("INSERT INTO people (name) VALUES (?)", [("老王",), ("小李",)])
        assert before.rows("SELECT name FROM people") == []
    with database.snapshot() as after:
        assert after.value("SELECT count(*) FROM people") == 2
        with pytest.raises(DatabaseUnwritable):
            after.run("DELETE FROM people")


def test_databases_of_one_process_share_their_connections(
    url: str, database: PostgresDatabase
) -> None:
    others = [PostgresDatabase.of_steps(url, SCHEMA, [FIRST]) for _ in range(5)]
    backends = {opened.value("SELECT pg_backend_pid()") for opened in (database, *others)}
    assert len(backends) == 1
    for other in others:
        other.close()
        other.close()
    assert database.column("SELECT count(*) FROM people") == [0]


def test_a_lock_has_one_holder(url: str) -> None:
    with Server(url).lock("a"), Server(url).lock("b"):
        for wait in (0.0, 0.01):
            with pytest.raises(DatabaseBusy), Server(url).lock("a", wait):
                pytest.fail("two holders")
    with Server(url).lock("a", 0.01):
        pass


def test_a_restart_of_the_server_is_survived(
    postgres_server: PostgresServer, database: PostgresDatabase
) -> None:
    database.run("INSERT INTO people (name) VALUES ('老王')")
    postgres_server.stop()
    postgres_server.start()
    assert database.column("SELECT name FROM people") == ["老王"]


def test_an_event_loop_does_not_stand_still_until_a_server_is_back(
    postgres_server: PostgresServer, database: PostgresDatabase
) -> None:
    async def ask() -> None:
        database.rows("SELECT name FROM people")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.storage.postgres._WAIT_IN_LOOP_SECONDS", 0.01)
        postgres_server.stop()
        with pytest.raises(DatabaseUnreachable):
            asyncio.run(ask())
        postgres_server.start()
    assert database.column("SELECT name FROM people") == []


def test_a_restart_within_a_transaction_leaves_nothing_of_it(
    postgres_server: PostgresServer, database: PostgresDatabase
) -> None:
    def break_off() -> None:
        with database.transaction():
            database.run("INSERT INTO people (name) VALUES ('老王')")
            postgres_server.stop()
            postgres_server.start()
            database.run("INSERT INTO people (name) VALUES ('小李')")

    with pytest.raises(DatabaseUnreachable):
        break_off()
    assert database.column("SELECT name FROM people") == []


@pytest.mark.usefixtures("url")
def test_what_is_wrong_is_said_in_one_line_without_the_password(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = f"guarded:{quote(PASSWORD, safe='')}"
    faults: dict[str, type[StoreError]] = {
        postgres_server.url("guarded:wr0ng"): DatabaseRefused,
        postgres_server.url("nobody-here"): DatabaseRefused,
        postgres_server.url(right, "nowhere"): DatabaseMissing,
        "postgresql://a:wr0ng@127.0.0.1:1/x": DatabaseUnreachable,
        "postgresql://a:wr0ng@127.0.0.1:no/x": DatabaseUnreachable,
        "mysql://a:wr0ng@127.0.0.1/x": DatabaseAddressInvalid,
        "postgresql://a:wr0ng@[/x": DatabaseAddressInvalid,
    }
    for url, kind in faults.items():
        with pytest.raises(kind) as told:
            PostgresDatabase.of_steps(url, SCHEMA, [FIRST])
        assert "\n" not in str(told.value)
        assert "wr0ng" not in str(told.value)
        assert PASSWORD not in str(told.value)
    with pytest.raises(DatabaseUnwritable):
        PostgresDatabase.of_steps(postgres_server.url(right), SCHEMA, [FIRST])
    with closing(PostgresDatabase.of_steps(postgres_server.url(), SCHEMA, [FIRST])) as database:
        monkeypatch.setattr("knowledge.storage.postgres._WAIT_SECONDS", 0.05)
        postgres_server.stop()
        try:
            with pytest.raises(DatabaseUnreachable):
                database.rows("SELECT * FROM people")
        finally:
            postgres_server.start()


def test_a_database_that_cannot_hold_chinese_is_refused(postgres_server: PostgresServer) -> None:
    postgres_server.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(DatabaseEncodingUnfit, match="LATIN1"):
        PostgresDatabase.of_steps(postgres_server.url(name="latin"), SCHEMA, [FIRST])
