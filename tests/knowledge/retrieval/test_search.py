"""Only what the store and the scope have to do with search; how well it ranks is elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.models import SectionKind
from tests.knowledge.material import CountingEmbedder, load, report_text, write_reports

YEARS = (2022, 2023)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Eight bureaus, two of them in two years, and a report that nobody knows whose it is."""
    folder = tmp_path_factory.mktemp("search")
    write_reports(folder / "reports", 8)
    for number in (0, 1):
        path = folder / "reports" / f"older-{number}.txt"
        path.write_text(report_text(number, 2022), encoding="utf-8")
    body = "一、主要工作\n检查食品安全单位9999家，立案77件。\n"
    (folder / "reports" / "x.txt").write_text(body, encoding="utf-8")
    made = Library(folder / "data", CountingEmbedder(), create=True)
    load(made, folder / "reports")
    yield made
    made.close()


def told(library: Library, question: str, limit: int = 100) -> set[tuple[str, str]]:
    """Bureau and period of all that is found."""
    hits = library.search(library.read_question(question, 2026), limit)
    found = [h.report.identity for h in hits]
    return {(i.bureau.name if i.bureau else "", str(i.period or "")) for i in found}


def test_a_bureau_and_a_period_that_are_named_bound_the_search(library: Library) -> None:
    assert told(library, "青禾县2023年检查食品安全单位多少家") == {("青禾县市场监管局", "2023年")}
    assert told(library, "青禾县检查食品安全单位多少家") == {
        ("青禾县市场监管局", "2022年"),
        ("青禾县市场监管局", "2023年"),
    }
    assert {period for _, period in told(library, "2022年检查食品安全单位多少家")} == {"2022年"}


@pytest.mark.parametrize(
    "question", ["柳湾县2023年检查食品安全单位多少家", "青禾县2019年检查食品安全单位多少家"]
)
def test_a_bureau_or_period_that_is_not_held_never_widens_to_others(
    library: Library, question: str
) -> None:
    read = library.read_question(question, 2026)
    assert read.scope.reports == frozenset()
    found = library.search(read, 100)
    assert {h.report.id for h in found} <= set(read.scope.unidentified)


def test_without_a_bureau_or_period_everything_is_searched(library: Library) -> None:
    assert len(told(library, "检查食品安全单位多少家")) == 11


def test_reports_that_are_named_bound_the_search_whatever_the_question_says(
    library: Library,
) -> None:
    entry = library.reports()[0]
    question = library.read_question("检查食品安全单位多少家")
    assert {h.report.id for h in library.search(question, 100, [entry.id])} == {entry.id}
    assert library.search(question, 100, []) == []


def test_a_report_that_only_plans_for_the_period_has_only_its_plan_to_say(
    library: Library,
) -> None:
    question = library.read_question("青禾县2024年工作打算", 2026)
    assert question.scope.plan_only
    found = library.search(question, 100)
    assert found
    assert {h.passage.kind for h in found} == {SectionKind.PLAN}


def test_a_hit_is_a_slice_of_its_report_best_first(library: Library) -> None:
    found = library.search(library.read_question("检查食品安全单位多少家"), 5)
    assert len(found) == 5
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    for hit in found:
        assert hit.text == hit.report.text[hit.passage.start : hit.passage.end]


@pytest.mark.parametrize("question", ["", "？", "*", '" OR lexicon', "a'b\"c", "\0", "的" * 3000])
def test_whatever_is_typed_is_searched(library: Library, question: str) -> None:
    library.search(library.read_question(question), 10)


def test_a_report_in_the_middle_of_nowhere_is_found_by_its_words(
    library: Library, tmp_path: Path
) -> None:
    assert not list(tmp_path.iterdir())
    hit = library.search(library.read_question("编号5的问题解决了吗"), 1)[0]
    assert "编号5的问题" in hit.text


def test_a_report_that_may_be_the_one_named_is_shown_beside_the_one_that_is(
    library: Library,
) -> None:
    read = library.read_question("青禾县2023年检查食品安全单位9999家", 2026)
    hits = library.search_with_unidentified(read, 20)
    shown = {hit.report.identity.bureau for hit in hits}
    assert None in shown
    assert {bureau.name for bureau in shown if bureau} == {"青禾县市场监管局"}
