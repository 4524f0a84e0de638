from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.lexicon import tokens_of
from knowledge.storage.opening import open_store
from knowledge.storage.store import Store
from tests.knowledge.material import PLACES
from tests.knowledge.storage.test_store import put, read_report

REPORTS = [read_report(number, 2020 + number % 3) for number in range(12)]
QUESTIONS = (
    "食品安全检查了多少家单位",
    "编号7的问题",
    "云岭县2021年",
    "继续抓好药品监管工作，争取新突破",
    "立案 立案 12件",
    "没有这回事吗",
    "。",
)


@pytest.fixture
def stores(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Store, Store]]:
    """The same reports in a file and on PostgreSQL."""
    with (
        closing(open_store(tmp_path, "", create=True)) as one,
        closing(open_store(tmp_path, postgres_url, create=True)) as other,
    ):
        for store in (one, other):
            store.create()
            for number, read in enumerate(REPORTS):
                put(store, read, f"{number}.txt")
            store.remove(REPORTS[4].report.id)
            put(store, REPORTS[5], "5.txt")
        yield one, other


def test_both_find_the_same_in_the_same_order(stores: tuple[Store, Store]) -> None:
    some = [REPORTS[number].report.id for number in (2, 4, 5, 9)]
    for question in QUESTIONS:
        for terms in (list(tokens_of(question)), list(dict.fromkeys(tokens_of(question)))):
            for limit, among in ((5, None), (200, None), (7, some), (9, some[1:2]), (9, [])):
                first, second = (store.lexical(terms, limit, among) for store in stores)
                assert first == second, question


def test_both_count_the_same(stores: tuple[Store, Store]) -> None:
    some = [REPORTS[number].report.id for number in (2, 4, 5)]
    for question in QUESTIONS:
        terms = list(tokens_of(question))
        for among in (None, some, []):
            first, second = (store.passages_with(terms, among) for store in stores)
            assert first == second
    for phrase in ("编号5的问题", "食品安全", "检查药品", "%", "\0"):
        assert stores[0].reports_containing(phrase) == stores[1].reports_containing(phrase)


def test_reports_are_listed_in_the_same_order(stores: tuple[Store, Store]) -> None:
    one, other = stores
    assert [e.id for e in one.entries()] == [e.id for e in other.entries()]
    for period in [(f"{place}市场监管局", year, 0) for place in PLACES for year in (2020, 2021)]:
        assert one.entries_of(*period) == other.entries_of(*period)
    assert one.shared_periods() == other.shared_periods()
    assert one.sources() == other.sources()
