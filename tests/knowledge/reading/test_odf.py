from collections.abc import Sequence

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from knowledge.reading.odf import read_odf
from knowledge.understanding.outline import read_outline
from tests.knowledge.reading.writing import packed

_NAMES = ("office", "text", "table", "style", "draw")
_SPACES = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in _NAMES)


def odf(kind: str, body: str, styles: str = "", manifest: str = "") -> bytes:
    """A file of a kind, text or spreadsheet."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {_SPACES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
        },
        method=0,
    )


def p(words: str) -> str:
    return f"<text:p>{words}</text:p>"


def h(words: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{words}</text:h>'


def table(*rows: Sequence[str], name: str = "") -> str:
    """A table; what is no cell is a cell's text."""
    lines = (f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}">{"".join(lines)}</table:table>'


def cell(words: str, *, span: int = 1, down: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-spanned="{span}"'
        f' table:number-rows-spanned="{down}">{p(words)}</table:table-cell>'
    )


COVERED = "<table:covered-table-cell/>"


def _cell(words: str) -> str:
    return words if words.startswith("<") else cell(words)


def spreadsheet(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of one sheet."""
    return odf("spreadsheet", table(*rows, name=name))


def lines(body: str, styles: str = "") -> list[str]:
    return read_odf(odf("text", body, styles)).text.splitlines()


def test_paragraphs_are_lines_and_what_no_reader_sees_is_left_out() -> None:
    body = (
        "<text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        + p("一、<text:span>检查</text:span><text:s text:c='2'/>12家<text:line-break/>立案3件")
        + p("二、甲<office:annotation><text:p>批注</text:p></office:annotation>乙")
    )
    assert lines(body) == ["一、检查  12家", "立案3件", "二、甲乙"]


def test_a_note_stands_at_the_end_of_its_paragraph() -> None:
    note = f"<text:note><text:note-body>{p('含快检')}</text:note-body></text:note>"
    assert lines(p(f"抽检206批次{note}，合格200批次。")) == [
        "抽检206批次，合格200批次。（注：含快检）"
    ]


def test_a_heading_by_style_alone_is_one() -> None:
    text = read_odf(
        odf("text", p("凌川县局2024年工作总结") + h("主要工作", 1) + p("检查12家。"))
    ).text
    assert read_outline(text)[-1].path == ("主要工作",)


@pytest.mark.parametrize(
    ("form", "numbers"),
    [("1", ["1.", "2."]), ("一, 二, 三, ...", ["一.", "二."]), ("a", ["a.", "b."]), ("", ["", ""])],
)
def test_automatic_numbers_stand_as_typed_ones(form: str, numbers: Sequence[str]) -> None:
    numbered = f'style:num-suffix="." style:num-format="{form}"'
    level = f'<text:list-level-style-number text:level="1" {numbered}/>'
    styles = f'<text:list-style style:name="L1">{level}</text:list-style>'
    items = "".join(f"<text:list-item>{p(words)}</text:list-item>" for words in ("甲", "乙"))
    body = f'<text:list text:style-name="L1">{items}</text:list>'
    assert [line.replace(" ", "") for line in lines(body, styles)] == [
        f"{number}{words}" for number, words in zip(numbers, "甲乙", strict=True)
    ]


def test_tables_are_read_as_those_of_word() -> None:
    body = table(
        ["指标", cell("2024年", span=2), COVERED],
        ["", "目标", "完成"],
        [cell("立案（件）", down=2), "12", "13"],
        [COVERED, "14", "15"],
    )
    assert lines(body) == [
        "指标：立案（件），2024年目标：12，2024年完成：13",
        "指标：立案（件），2024年目标：14，2024年完成：15",
    ]


def test_repeated_cells_and_rows_are_where_they_are_shown() -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
        ' table:number-columns-repeated="16000"/></table:table-row>'
        "<table:table-row>"
        '<table:table-cell table:number-columns-repeated="2"><text:p>甲</text:p></table:table-cell>'
        "</table:table-row>"
    )
    read = read_odf(odf("spreadsheet", f'<table:table table:name="表">{rows}</table:table>'))
    assert read.text == "甲 甲\n\u205f表\n"
    assert read.pages[0].name == "表!A1048001:B1048001"


def test_what_is_neither_text_nor_sheets_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="只能读文本和表格"):
        read_bytes(odf("presentation", ""))


def test_a_locked_document_is_told_as_that() -> None:
    with pytest.raises(UnreadableFile, match="加了密码"):
        read_bytes(odf("text", p("甲"), manifest="<manifest:encryption-data/>"))


def test_a_document_nested_without_end_is_refused() -> None:
    deep = "<text:section>" * 200 + p("甲") + "</text:section>" * 200
    with pytest.raises(UnreadableFile, match="损坏"):
        read_odf(odf("text", deep))


def test_what_a_file_is_its_content_says_where_its_type_is_damaged() -> None:
    for data, said in (
        (odf("text", p("检查12家。")), "检查12家。\n"),
        (spreadsheet("甲", [["所", "立案"], ["河东所", "7"]]), "所：河东所，立案：7\n"),
    ):
        assert read_bytes(data.replace(b"opendocument", b"opendokument", 1)).text.endswith(said)
