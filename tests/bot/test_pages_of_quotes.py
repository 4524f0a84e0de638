from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers import Answer, AnswerStatus, Citation, Quote, add_scan_note
from bot.conversation.features.pages import answer_blocks
from bot.display import source_lines
from bot.records import answer_record
from knowledge.loading.report_reader import read_report
from knowledge.models import Bureau, Identity, Page, PlaceInFile, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.pipeline import Overrides
from knowledge.understanding.sentences import Span
from tests.knowledge.reading.pdfs import pdf_of, set_in_type

TEXT = "一、食品安全\n检查企业12家。\n二、药品安全\n检查药店8家。\n"
WORDS = "检查药店8家。"


def citation_of(report: Report) -> Citation:
    start = report.text.index(WORDS)
    return Citation(1, Quote(report, ("二、药品安全",), Span(start, start + len(WORDS))))


@pytest.fixture
def report() -> Report:
    identity = Identity(Bureau("云溪县市场监管局"), Period(2023))
    return Report("r1", "a.pdf", "", identity, TEXT, (Page(0), Page(TEXT.index("二、"))))


def test_a_quote_of_a_pdf_names_its_page_wherever_it_is_shown(report: Report) -> None:
    citation = citation_of(report)
    answer = Answer("问", AnswerStatus.ANSWERED, "答[1]", (citation,))
    assert "二、药品安全（第2页）" in source_lines(answer)[1]
    assert "二、药品安全（第2页）" in answer_blocks(answer)[1].plain
    assert answer_record(answer)["citations"][0]["page"] == 2


def test_a_quote_of_a_scan_says_that_it_was_recognised(report: Report) -> None:
    page = Page(TEXT.index("二、"), recognised=True)
    citation = citation_of(replace(report, pages=(Page(0), page)))
    answer = Answer("问", AnswerStatus.ANSWERED, "答[1]", (citation,))

    assert "二、药品安全（第2页，扫描识别，请对照原件）" in source_lines(answer)[1]
    assert add_scan_note(answer) == answer


def test_an_answer_tells_of_digits_that_were_not_read_alike_twice(report: Report) -> None:
    page = Page(0, recognised=True, doubtful=(TEXT.index("8家"),))
    citation = citation_of(replace(report, pages=(page,)))
    answer = Answer("问", AnswerStatus.ANSWERED, "答[1]", (citation,))

    assert "[1]所引的是扫描识别的文字，其中有数字两次识别不一致" in add_scan_note(answer).text


def test_a_quote_of_a_sheet_names_its_cells(report: Report) -> None:
    citation = citation_of(replace(report, pages=(Page(0, "检查!A2:B2"), Page(20, "检查!A3:B3"))))
    answer = Answer("问", AnswerStatus.ANSWERED, "答[1]", (citation,))
    assert "二、药品安全（检查!A3:B3）" in source_lines(answer)[1]
    assert "二、药品安全（检查!A3:B3）" in answer_blocks(answer)[1].plain
    assert answer_record(answer)["citations"][0]["cells"] == "检查!A3:B3"


def test_a_quote_of_a_text_names_no_page(report: Report) -> None:
    citation = citation_of(replace(report, pages=()))
    answer = Answer("问", AnswerStatus.ANSWERED, "答[1]", (citation,))
    assert "页" not in source_lines(answer)[1] + answer_blocks(answer)[1].plain
    assert answer_record(answer)["citations"][0]["page"] is None


def test_the_page_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(*set_in_type(TEXT, per_page=2)))
    read = read_report(path, "a.pdf", Overrides())
    assert citation_of(read.report).quote.place == PlaceInFile(2)
