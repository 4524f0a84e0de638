import sqlite3
from pathlib import Path

import pytest

from bot.errors import StateDamaged
from bot.state.opening import FILE, State
from bot.state.people import Role
from knowledge.errors import StoreDamaged, StoreNewer
from knowledge.storage.sqlite import SQLiteDatabase

FIRST = "CREATE TABLE people (name TEXT NOT NULL) STRICT;"
SECOND = "ALTER TABLE people ADD COLUMN role TEXT NOT NULL DEFAULT 'reader';"
BROKEN = "CREATE TABLE more (x TEXT) STRICT; INSERT INTO nowhere VALUES (1);"


def version_of(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path, database_url: str) -> None:
    first = State.open(tmp_path, database_url)
    first.people.give("t:7", "老王", Role.EDITOR, 1.0)
    first.close()
    second = State.open(tmp_path, database_url)
    person = second.people.find("t:7")
    assert person
    assert (person.name, person.role) == ("老王", Role.EDITOR)
    second.close()


def test_it_lies_beside_the_knowledge(tmp_path: Path) -> None:
    State.open(tmp_path / "data").close()
    assert (tmp_path / "data" / FILE).is_file()


def test_a_second_step_is_applied_to_a_file_of_the_first_and_its_rows_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    first = SQLiteDatabase.of_steps(path, [FIRST])
    first.run("INSERT INTO people VALUES ('老王')")
    first.close()
    assert version_of(path) == 1
    second = SQLiteDatabase.of_steps(path, [FIRST, SECOND])
    assert second.rows("SELECT name, role FROM people") == [("老王", "reader")]
    second.close()
    assert version_of(path) == 2


def test_steps_that_were_taken_are_not_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    SQLiteDatabase.of_steps(path, [FIRST, SECOND]).close()
    again = SQLiteDatabase.of_steps(path, [FIRST, SECOND])
    assert again.rows("SELECT * FROM people") == []
    again.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    later = SQLiteDatabase.of_steps(path, [FIRST, SECOND])
    later.run("INSERT INTO people VALUES ('老王', 'admin')")
    later.close()
    with pytest.raises(StoreNewer, match=r"x\.sqlite3"):
        SQLiteDatabase.of_steps(path, [FIRST])
    still = SQLiteDatabase.of_steps(path, [FIRST, SECOND])
    assert still.rows("SELECT name, role FROM people") == [("老王", "admin")]
    still.close()


def test_a_step_that_fails_takes_no_effect_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    SQLiteDatabase.of_steps(path, [FIRST]).close()
    with pytest.raises(StoreDamaged):
        SQLiteDatabase.of_steps(path, [FIRST, BROKEN])
    assert version_of(path) == 1
    mended = SQLiteDatabase.of_steps(path, [FIRST, SECOND])
    assert mended.rows("SELECT name FROM sqlite_master WHERE name = 'more'") == []
    mended.close()


def test_a_state_of_the_first_step_gets_the_later_ones(tmp_path: Path) -> None:
    steps = sorted((Path(__file__).parents[3] / "bot/state/steps/sqlite").glob("*.sql"))
    old = SQLiteDatabase.of_steps(tmp_path / FILE, [steps[0].read_text(encoding="utf-8")])
    old.run("INSERT INTO people VALUES (7, '老王', 'admin', 1.0)")
    old.close()
    state = State.open(tmp_path)
    person = state.people.find("telegram:7")
    assert person
    assert person.role is Role.ADMIN
    assert state.uploads.usage().files == 0
    state.close()


def test_what_is_done_together_is_done_wholly_or_not_at_all(state: State) -> None:
    def break_off() -> None:
        with state.transaction():
            state.notes.write("a", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert state.notes.read("a") == ""
    with state.transaction():
        state.notes.write("a", "2")
    assert state.notes.read("a") == "2"


def test_another_program_s_file_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(StateDamaged):
        State.open(tmp_path)
