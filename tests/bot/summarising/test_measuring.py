from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest

from bot.official.document import AppendixSource, DocumentBlock, DocumentTable, OfficialDocument
from bot.official.docx import docx_bytes
from bot.official.layout import official_layout
from bot.summarising.fitting import line_count

LAYOUT = official_layout()
COMPACT = LAYOUT.compact_form()


def lines_of(text: str, title: str = "题", **more: object) -> int:
    """The lines of one paragraph, those of the title taken off."""
    document = OfficialDocument(title, (DocumentBlock(text),), **more)  # type: ignore[arg-type]
    return line_count(document, LAYOUT) - line_count(OfficialDocument(title, ()), LAYOUT)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字" * 26, 1),  # two characters of indent
        ("字" * 27, 2),
        ("字" * 26 + "。", 1),  # no line begins with a stop
        ("字" * (26 + 28), 2),
        ("1" * 40, 1),
        ("字" * 23 + "[12][13]", 1),  # raised marks are small
    ],
)
def test_a_paragraph_breaks_where_its_line_is_full(text: str, lines: int) -> None:
    assert lines_of(text) == lines


def test_the_title_has_a_blank_line_and_a_large_one_more_lines() -> None:
    assert line_count(OfficialDocument("题" * 20, ()), LAYOUT) == 2
    assert line_count(OfficialDocument("题" * 21, ()), LAYOUT) == 3


def test_sources_do_not_count() -> None:
    source = AppendixSource(1, "[1] 甲", "引文")
    assert lines_of("字", sources=(source,)) == 1


def test_a_row_is_as_high_as_its_fullest_cell() -> None:
    """The first column is narrower; a line in a cell is as high as any."""
    assert lines_of("字", table=DocumentTable("", ("甲", "乙"), (("字", "字" * 60),))) == 1 + 1 + 3
    assert lines_of("字", table=DocumentTable("", ("甲", "乙"), (("字" * 19, "字"),))) == 1 + 1 + 3


def test_the_compact_page_holds_its_lines() -> None:
    page = COMPACT.page
    height = (page.height - page.top - page.bottom) / 25.4 * 72
    assert page.lines * page.line_points <= height
    assert page.characters * COMPACT.styles["body"].size <= (160 / 25.4 * 72)
    assert COMPACT.styles["heading1"].size == COMPACT.styles["body"].size < 16


def test_a_table_stands_between_title_and_text_with_its_head_repeated() -> None:
    heads, row = ("指标", "甲局", "乙局"), ("立案", "3件[1]", "—")
    table = DocumentTable("", heads, (row,), leads=True)
    source = AppendixSource(1, "[1] 甲", "立案3件。")
    document = OfficialDocument(
        "对比", (DocumentBlock("正文"),), sources=(source,), compact=True, table=table
    )
    file = docx.Document(BytesIO(docx_bytes(document, at=datetime(2024, 1, 1, tzinfo=UTC))))
    assert [[cell.text for cell in row.cells] for row in file.tables[0].rows] == [
        list(heads),
        list(row),
    ]
    assert "w:tblHeader" in file.tables[0].rows[0]._tr.xml
    order = [child.tag.rsplit("}", 1)[1] for child in file.element.body][:3]
    assert order == ["p", "tbl", "p"]
