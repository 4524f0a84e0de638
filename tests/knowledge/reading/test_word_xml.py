"""Word documents that are one XML file: what Word 2003 wrote, and flat packages."""

import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from tests.knowledge.reading.writing import STYLES, W, cell, document, files_of, p, table

OLD = 'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
HINTS = 'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
CHANGES = 'xmlns:aml="http://schemas.microsoft.com/aml/2001/core"'
OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="Word.Document"?>'


def of_2003(body: str, more: str = "") -> bytes:
    root = f"<w:wordDocument {OLD} {HINTS} {CHANGES}>"
    return f"{OPENING}{root}{more}<w:body>{body}</w:body></w:wordDocument>".encode()


def numbered(number: str, text: str) -> str:
    listed = f'<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="{number}"/></w:listPr>'
    return p(text, properties=listed)


def lines(data: bytes) -> list[str]:
    return read_bytes(data).text.split()


def test_paragraphs_in_sections_are_read_with_their_numbers() -> None:
    body = f"<wx:sect><wx:sub-section>{numbered('一、', '食品安全')}{p('抽检5批次。')}"
    assert lines(of_2003(f"{body}</wx:sub-section></wx:sect>")) == ["一、食品安全", "抽检5批次。"]


def test_tables_are_rows() -> None:
    body = table(["所", "抽检批次"], ["城关所", "5"], ["城东所", "7"])
    told = lines(of_2003(p("一、食品") + body))
    assert told[1:] == ["所：城关所，抽检批次：5", "所：城东所，抽检批次：7"]
    merged = [cell("所", merge="restart"), cell("", merge="continue")]
    spanned = table(*([one, str(n)] for n, one in enumerate(merged)))
    assert lines(of_2003(spanned.replace("vMerge", "vmerge"))) == lines(document(spanned))


def test_changes_are_as_accepted() -> None:
    changed = (
        '<aml:annotation w:type="Word.Insertion"><aml:content>'
        "<w:r><w:t>新增</w:t></w:r></aml:content></aml:annotation>"
        '<aml:annotation w:type="Word.Deletion"><aml:content>'
        "<w:r><w:delText>删去</w:delText></w:r></aml:content></aml:annotation>"
    )
    assert lines(of_2003(p("检查", changed, "5家"))) == ["检查新增5家"]


def test_styles_tell_headings() -> None:
    body = p("食品安全", style="1") + p("抽检5批次。") + p("药品", style="1")
    modern = read_bytes(document(body, styles=STYLES)).text
    assert read_bytes(of_2003(body, f"<w:styles>{STYLES}</w:styles>")).text == modern


def test_a_flat_package_is_read_as_the_document_that_it_is() -> None:
    files = files_of(p("食品安全", style="1") + p("抽检5批次。"), styles=STYLES)
    parts = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{xml}</pkg:xmlData></pkg:part>'
        for name, xml in files.items()
    )
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    flat = f'{OPENING}<pkg:package xmlns:pkg="{space}">{parts}</pkg:package>'.encode()
    assert lines(flat) == ["食品安全", "抽检5批次。"]


@pytest.mark.parametrize(
    "data",
    [
        of_2003(p("甲"))[:-30],
        of_2003("").replace(b"<w:body></w:body>", b""),
        of_2003(p("甲")).replace(b"<w:wordD", b"<!DOCTYPE a><w:wordD"),
        f"{OPENING}<w:wordDocument {W}/>".encode(),
    ],
)
def test_damaged_ones_are_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="Word 文档已损坏") as refused:
        read_bytes(data)
    assert "\n" not in str(refused.value)
