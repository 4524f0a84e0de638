"""A library that hides some reports answers as one that never held them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import ReportNotFound
from knowledge.library import Library
from tests.bot.conftest import MARSH, REPORTS
from tests.conftest import loaded_library

HIDDEN_FILE = "苇塘区2023年上半年.txt"
QUESTIONS = (
    "检查药店多少家", "苇塘区检查药店多少家", "哪个局立案最多", "2023年上半年食品抽检合格率",
    "存在哪些问题", "下半年有什么打算", "苇塘区市场监管局", "投诉", "上一期立案多少件",
)  # fmt: skip


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    """One that holds all reports, and one that never held the secret one."""
    folder = tmp_path_factory.mktemp("reports")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    whole = loaded_library(tmp_path_factory.mktemp("whole"), folder)
    others = [path for path in sorted(folder.iterdir()) if path.name != HIDDEN_FILE]
    part = loaded_library(tmp_path_factory.mktemp("part"), *others)
    yield whole, part
    whole.close()
    part.close()


def hidden_of(whole: Library) -> frozenset[str]:
    return frozenset(e.id for e in whole.all_reports() if Path(e.file).name == HIDDEN_FILE)


def test_nothing_of_a_hidden_report_is_named_counted_or_found(
    libraries: tuple[Library, Library],
) -> None:
    whole, part = libraries
    hidden = hidden_of(whole)
    assert hidden
    with whole.hiding(hidden):
        assert {e.id for e in whole.all_reports()} == {e.id for e in part.all_reports()}
        assert whole.bureau_names() == part.bureau_names()
        assert whole.passage_count() == part.passage_count()
        terms = ["药店", "芦苇", "苇塘", "立案"]
        assert whole.passages_with(terms) == part.passages_with(terms)
        assert whole.reports_containing("药店") == part.reports_containing("药店")
        for report_id in hidden:
            with pytest.raises(ReportNotFound) as told:
                whole.report(report_id)
            assert "苇塘" not in str(told.value)
            assert whole.outline(report_id) == ((), ())
            assert whole.files_of(report_id) == []
            assert whole.passage_at(report_id, 10) is None


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_read_and_searched_as_if_the_report_had_never_been_there(
    libraries: tuple[Library, Library], text: str
) -> None:
    whole, part = libraries
    with whole.hiding(hidden_of(whole)):
        question = whole.read_question(text, 2023)
        expected = part.read_question(text, 2023)
        assert question == expected
        found = {hit.passage.id: hit.score for hit in whole.search(question, 100)}
        wanted = {hit.passage.id: hit.score for hit in part.search(expected, 100)}
        assert found == pytest.approx(wanted)


def test_outside_all_is_seen_again(libraries: tuple[Library, Library]) -> None:
    whole, _ = libraries
    with whole.hiding(hidden_of(whole)):
        pass
    assert MARSH in whole.bureau_names()
