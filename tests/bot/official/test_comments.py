"""Comments in a .docx: each at its words, everything else as it was."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from bot.official.comments import CommentAuthor, DocxComment, comment_docx
from knowledge.reading.docx import read_docx

AUTHOR = CommentAuthor("核对人", "核", datetime(2024, 1, 5, tzinfo=UTC))
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(file: Any) -> bytes:
    content = BytesIO()
    file.save(content)
    return content.getvalue()


def sample() -> bytes:
    """A title, a paragraph in three fonts, a table, and a paragraph whose number is automatic."""
    file = docx.Document()
    file.add_heading("某县2023年总结", 0)
    paragraph = file.add_paragraph("  完成抽检")
    paragraph.add_run("702").bold = True
    paragraph.add_run("批次，罚没款\t75.4万元。")
    table = file.add_table(2, 2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells],
        ["单位", "立案（件）", "城关所", "31"],
        strict=True,
    ):
        cell.text = words
    file.add_paragraph("加强检查", style="List Number")
    return packed(file)


def anchors(data: bytes) -> dict[str, str]:
    """The words of each comment with the words of the text that it is put to."""
    file = docx.Document(BytesIO(data))
    words: dict[str, str] = {}
    opened: set[str] = set()
    for element in file.element.body.iter():
        number = element.get(qn("w:id"))
        if element.tag == qn("w:commentRangeStart"):
            opened.add(number)
            words[number] = ""
        elif element.tag == qn("w:commentRangeEnd"):
            opened.discard(number)
        elif element.tag == qn("w:t"):
            words |= {number: words[number] + element.text for number in opened}
    return {comment.text: words[str(comment.comment_id)] for comment in file.comments}


def commented(data: bytes, *wanted: str) -> bytes:
    text = read_docx(data)
    comments = [DocxComment(text.index(w), text.index(w) + len(w), w) for w in wanted]
    made = comment_docx(data, text, comments, AUTHOR)
    assert made
    return made


@pytest.mark.parametrize(
    "words", ["702批次", "检702", "完成抽检702批次，罚没款", "万元。", "31", "2023年"]
)
def test_a_comment_stands_at_its_words_and_the_text_is_untouched(words: str) -> None:
    data = sample()
    made = commented(data, words)
    assert anchors(made)[words].replace("\t", "") == words
    assert read_docx(made) == read_docx(data)


def test_comments_may_overlap_and_keep_the_fonts() -> None:
    made = commented(sample(), "抽检702批次", "2批次，", "702")
    assert anchors(made) == {w: w for w in ("抽检702批次", "2批次，", "702")}
    runs = docx.Document(BytesIO(made)).paragraphs[1].runs
    assert "".join(run.text for run in runs if run.bold) == "702"


def test_a_comment_at_an_automatic_number_stands_at_what_it_numbers() -> None:
    data = sample()
    text = read_docx(data)
    at = text.index("加强检查") - 2
    made = comment_docx(data, text, [DocxComment(at, at + 1, "编号")], AUTHOR)
    assert made
    assert anchors(made) == {"编号": "加"}


def test_what_is_missing_is_noted_at_the_character_before() -> None:
    data = sample()
    text = read_docx(data)
    at = text.index("加强检查") + len("加强检查")
    made = comment_docx(data, text, [DocxComment(at, at, "句号")], AUTHOR)
    assert made
    assert anchors(made) == {"句号": "查"}


def test_deleted_words_are_passed_over() -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("检查药店")
    deleted = f'<w:del {WORD} w:id="9" w:author="a"><w:r><w:delText>二</w:delText></w:r></w:del>'
    paragraph._p.append(parse_xml(deleted))
    paragraph.add_run("三家。")
    made = commented(packed(file), "药店三家")
    assert anchors(made) == {"药店三家": "药店三家"}


def test_comments_tell_whose_they_are_and_when() -> None:
    file = docx.Document(BytesIO(commented(sample(), "702")))
    (comment,) = file.comments
    assert (comment.author, comment.initials) == ("核对人", "核")
    assert comment.timestamp == AUTHOR.at


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"text"])
def test_what_is_no_document_gets_none(data: bytes) -> None:
    assert comment_docx(data, "文字", [DocxComment(0, 1, "批注")], AUTHOR) is None
