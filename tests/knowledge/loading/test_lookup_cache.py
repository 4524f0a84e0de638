"""What the loader remembers of the store between two writes."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.loading.loader import LookupCache
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.store import SQLiteStore
from tests.knowledge.material import load, write_reports


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    write_reports(tmp_path / "reports", 2)
    with closing(Library(tmp_path / "data", BuiltinEmbedder(), create=True)) as library:
        load(library, tmp_path / "reports")
    store = SQLiteStore.open(tmp_path / "data")
    yield store
    store.close()


def test_a_file_that_was_loaded_as_it_lies_is_known(store: SQLiteStore) -> None:
    cache = LookupCache(store)
    for source in store.sources():
        known = cache.find_entry(source)
        assert known
        assert known.source == source


def test_a_file_is_unknown_once_it_is_let_out(store: SQLiteStore) -> None:
    cache = LookupCache(store)
    first, second = store.sources()
    assert cache.find_entry(first)
    store.unlink(first.place)
    assert cache.find_entry(first) is None
    assert cache.find_entry(second)


def test_a_file_whose_reports_own_file_is_gone_is_read_again(store: SQLiteStore) -> None:
    first, _ = store.sources()
    copied = type(first)(f"{first.place}-2", "副本.txt", first.sha256, first.understanding)
    entry = store.entry_at(first.place)
    assert entry
    store.link(entry.id, copied, primary=False)
    assert LookupCache(store).find_entry(copied)
    Path(first.place.removeprefix("file://")).unlink()
    assert LookupCache(store).find_entry(copied) is None


def test_older_versions_are_looked_up_anew_after_a_write(store: SQLiteStore) -> None:
    cache = LookupCache(store)
    older, newer = (entry.id for entry in store.entries())
    assert cache.successors() == {}
    store.set_successors({older: newer})
    assert cache.successors() == {older: newer}
