from pathlib import Path
from threading import Event

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.loading.watch import (
    Debouncer,
    FileStamp,
    files_to_load,
    read_stamp,
    watch_changes,
)

FILE = Path("/reports/a.txt")


class Growing:
    """A file of which each look tells the next size."""

    def __init__(self, *sizes: int) -> None:
        self._sizes = list(sizes)

    def __call__(self, _path: Path) -> FileStamp:
        return (self._sizes.pop(0) if len(self._sizes) > 1 else self._sizes[0]), 0


def test_a_file_is_given_out_when_it_looked_the_same_twice() -> None:
    debouncer = Debouncer(read_stamp=Growing(10))
    assert debouncer.tick({FILE}) == set()
    assert debouncer.tick(set()) == set()
    assert debouncer.tick(set()) == {FILE}
    assert debouncer.tick(set()) == set()


def test_a_file_that_grows_between_two_looks_is_waited_for() -> None:
    debouncer = Debouncer(read_stamp=Growing(10, 10, 20, 20, 20))
    rested = [debouncer.tick({FILE} if not n else set()) for n in range(5)]
    assert rested == [set(), set(), set(), set(), {FILE}]


def test_a_file_that_is_touched_again_is_waited_for_anew() -> None:
    debouncer = Debouncer(read_stamp=Growing(10))
    rested = [debouncer.tick({FILE} if n in (0, 2) else set()) for n in range(5)]
    assert rested == [set(), set(), set(), set(), {FILE}]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2)), max_size=12))
@settings(max_examples=50)
def test_nothing_is_lost_and_nothing_given_out_while_it_changes(
    ticks: list[tuple[bool, int]],
) -> None:
    size = 0

    def look(_path: Path) -> FileStamp:
        return size, 0

    debouncer, due = Debouncer(read_stamp=look), False
    for touched, grown in ticks:
        size += grown
        given_out = debouncer.tick({FILE} if touched else set())
        assert not (given_out and (touched or grown))
        due = (due or touched) and not given_out
    rested = [debouncer.tick(set()) for _ in range(4)]
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


def test_what_is_not_there_has_no_look(tmp_path: Path) -> None:
    assert read_stamp(tmp_path / "none") is None


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
