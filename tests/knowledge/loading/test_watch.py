from pathlib import Path
from threading import Event

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loading.watch import files_to_load, settle, watch_changes

FILE = Path("/reports/a.txt")


def test_a_file_that_is_touched_again_is_waited_for_anew() -> None:
    pending: dict[Path, int] = {}
    rested = [settle(pending, {FILE} if n in (0, 1, 3) else set()) for n in range(7)]
    assert rested == [set(), set(), set(), set(), set(), {FILE}, set()]


@given(st.lists(st.booleans(), max_size=12))
@settings(max_examples=50)
def test_nothing_is_lost_and_nothing_given_out_while_it_changes(ticks: list[bool]) -> None:
    pending: dict[Path, int] = {}
    due = False
    for touched in ticks:
        given_out = settle(pending, {FILE} if touched else set())
        assert not (given_out and touched)
        due = (due or touched) and not given_out
    rested = [settle(pending, set()) for _ in range(4)]
    assert any(rested) == due


def test_only_what_changed_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.txt", "b.txt", "inner/c.txt", "photo.jpg", ".hidden.txt"):
        (tmp_path / name).write_text("x")
    gone = tmp_path / "gone.txt"
    changed = {tmp_path / "a.txt", tmp_path / "photo.jpg", tmp_path / ".hidden.txt", gone}
    assert files_to_load([tmp_path], changed) == [tmp_path / "a.txt", tmp_path / "photo.jpg"]
    assert files_to_load([tmp_path], {tmp_path / "inner"}) == [tmp_path / "inner" / "c.txt"]
    assert files_to_load([tmp_path / "away"], changed) == []


def test_a_manifest_tells_something_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.txt", "inner/c.txt"):
        (tmp_path / name).write_text("x")
    inner = files_to_load([tmp_path], {tmp_path / "inner" / "manifest.csv"})
    assert inner == [tmp_path / "inner" / "c.txt"]
    outer = files_to_load([tmp_path], {tmp_path / "manifest.csv"})
    assert outer == [tmp_path / "a.txt"]


def test_watching_ends_when_it_is_told_to(tmp_path: Path) -> None:
    stop = Event()
    stop.set()
    assert list(watch_changes([tmp_path], stop)) == []


def test_what_changed_before_the_watch_began_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("文", encoding="utf-8")
    stop = Event()
    found = watch_changes([tmp_path], stop)
    first = next(found)
    stop.set()
    assert files_to_load([tmp_path], first) == [tmp_path / "a.txt"]
    found.close()  # type: ignore[attr-defined]  # a generator
