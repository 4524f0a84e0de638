"""The .docx as its XML says it: page, grid, fonts, sizes, numbers, and the schema's order."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.official.document import (
    AppendixSource,
    DocumentBlock,
    DocumentTable,
    OfficialDocument,
)
from bot.official.docx import docx_bytes

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MOMENT = datetime(2023, 7, 1, 9, tzinfo=UTC)
DOCUMENT = OfficialDocument(
    "云溪县市场监管局2023年下半年工作谋划",
    (
        DocumentBlock("做好下半年“三个”重点工作，检查**家、*户[1]。"),
        DocumentBlock(level=1, heading="一、重点任务"),
        DocumentBlock("检查餐饮单位××家[1][2]。", 2, "（一）守牢安全底线。"),
        DocumentBlock("见文件[9]。", 3, "1.加强检查。"),
    ),
    (
        AppendixSource(1, "[1] 云溪县2023年上半年", "检查**家。\n立案*件。"),
        AppendixSource(2, "[2] 同上", "好。"),
    ),
)
TWIPS = 1440 / 25.4


def words_of(text: str) -> list[str]:
    return text.split()


def parse(xml: bytes) -> ET.Element:
    return ET.fromstring(xml)  # noqa: S314 - of our own making


P_ORDER = words_of(
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr "
    "sectPr pPrChange"
)
R_ORDER = words_of(
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
)
SECTION_ORDER = words_of(
    "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders "
    "lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter "
    "docGrid printerSettings sectPrChange"
)
STYLE_ORDER = words_of(
    "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed "
    "qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr"
)
SETTINGS_ORDER = words_of(
    "zoom evenAndOddHeaders defaultTabStop characterSpacingControl compat rsids themeFontLang"
)
ORDERS = {
    "pPr": P_ORDER,
    "rPr": R_ORDER,
    "sectPr": SECTION_ORDER,
    "style": STYLE_ORDER,
    "settings": SETTINGS_ORDER,
    "styles": ["docDefaults", "latentStyles", "style"],
    "font": ["altName", "panose1", "charset", "family", "notTrueType", "pitch", "sig"],
}


def parts_of(document: OfficialDocument = DOCUMENT, author: str = "") -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(docx_bytes(document, at=MOMENT, author=author)))
    return {name: archive.read(name) for name in archive.namelist()}


PARTS = parts_of()
BODY, STYLES, SETTINGS = (
    parse(PARTS[f"word/{name}.xml"]) for name in ("document", "styles", "settings")
)


def value(element: ET.Element | None, name: str = "val") -> str:
    assert element is not None
    return element.attrib[f"{W}{name}"]


def style(name: str) -> ET.Element:
    return next(s for s in STYLES.iter(f"{W}style") if value(s.find(f"{W}name")) == name)


def texts(document: OfficialDocument) -> list[str]:
    read = docx.Document(io.BytesIO(docx_bytes(document, at=MOMENT)))
    return [paragraph.text for paragraph in read.paragraphs]


def test_the_page_is_a4_with_the_standard_margins() -> None:
    size, margins = BODY.find(f".//{W}pgSz"), BODY.find(f".//{W}pgMar")
    assert [round(int(value(size, side)) / TWIPS) for side in "wh"] == [210, 297]
    sides = ("top", "bottom", "left", "right")
    assert [round(int(value(margins, side)) / TWIPS) for side in sides] == [37, 35, 28, 26]


def test_the_grid_holds_22_lines_of_28_characters() -> None:
    grid = BODY.find(f".//{W}docGrid")
    assert value(grid, "type") == "linesAndChars"
    height, width = 225 * TWIPS, 156 * TWIPS
    assert height // int(value(grid, "linePitch")) == 22
    pitch = 16 + int(value(grid, "charSpace")) / 4096
    assert width / 20 // pitch == 28
    assert height // (28 * 20) == 22


@pytest.mark.parametrize(
    ("name", "font", "half_points", "align"),
    [
        ("公文标题", "方正小标宋简体", 44, "center"),
        ("公文正文", "仿宋_GB2312", 32, "both"),
        ("公文一级标题", "黑体", 32, "both"),
        ("公文二级标题", "楷体_GB2312", 32, "both"),
        ("公文三级标题", "仿宋_GB2312", 32, "both"),
        ("公文单页页码", "宋体", 28, "right"),
        ("公文双页页码", "宋体", 28, "left"),
    ],
)
def test_a_style_has_its_font_size_and_place(
    name: str, font: str, half_points: int, align: str
) -> None:
    fonts = style(name).find(f"{W}rPr/{W}rFonts")
    assert {value(fonts, kind) for kind in ("ascii", "hAnsi", "eastAsia")} == {font}
    assert int(value(style(name).find(f"{W}rPr/{W}sz"))) == half_points
    assert value(style(name).find(f"{W}pPr/{W}jc")) == align


def test_only_the_third_level_is_bold() -> None:
    bold = {
        value(s.find(f"{W}name"))
        for s in STYLES.iter(f"{W}style")
        if s.find(f".//{W}b") is not None
    }
    assert bold == {"公文三级标题", "公文三级标题字"}


def test_the_body_is_indented_by_two_characters_on_lines_of_28_points() -> None:
    indent = style("公文正文").find(f"{W}pPr/{W}ind")
    spacing = style("公文正文").find(f"{W}pPr/{W}spacing")
    assert value(indent, "firstLineChars") == "200"
    assert (value(spacing, "line"), value(spacing, "lineRule")) == ("560", "exact")


def test_headings_show_in_the_navigation_and_are_no_builtin_ones() -> None:
    levels = [
        value(style(f"公文{n}级标题").find(f"{W}pPr/{W}outlineLvl")) for n in ("一", "二", "三")
    ]
    assert levels == ["0", "1", "2"]
    assert not [s for s in STYLES.iter(f"{W}name") if value(s).lower().startswith("heading")]


def styled_runs(words: str) -> list[tuple[str, str]]:
    found = next(p for p in BODY.iter(f"{W}p") if words in "".join(p.itertext()))
    return [
        (
            "".join(run.itertext()),
            run.find(f"{W}rPr/{W}rStyle").attrib[f"{W}val"]  # type: ignore[union-attr]
            if run.find(f"{W}rPr/{W}rStyle") is not None
            else "",
        )
        for run in found.iter(f"{W}r")
    ]


def test_a_run_in_heading_has_its_own_font_and_the_rest_that_of_the_body() -> None:
    assert styled_runs("守牢安全底线") == [
        ("（一）守牢安全底线。", "heading2-run"),
        ("检查餐饮单位××家", ""),
        ("[1][2]", "citation"),
        ("。", ""),
    ]
    assert value(style("公文二级标题字").find(f"{W}rPr/{W}rFonts"), "eastAsia") == "楷体_GB2312"


def test_brackets_that_are_no_source_stay_as_they_are() -> None:
    assert styled_runs("见文件") == [
        ("1.加强检查。", "heading3-run"),
        ("见文件", ""),
        ("[9]", ""),
        ("。", ""),
    ]


def test_pages_are_numbered_by_fields_on_the_outer_side() -> None:
    assert SETTINGS.find(f"{W}evenAndOddHeaders") is not None
    relationships = parse(PARTS["word/_rels/document.xml.rels"])
    targets = {r.attrib["Id"]: r.attrib["Target"] for r in relationships}
    styles = {}
    for reference in BODY.iter(f"{W}footerReference"):
        part = parse(PARTS[f"word/{targets[reference.attrib[f'{R}id']]}"])
        assert "".join(part.itertext()) == "—  PAGE 1 —"
        kinds = [value(c, "fldCharType") for c in part.iter(f"{W}fldChar")]
        assert kinds == ["begin", "separate", "end"]
        styles[value(reference, "type")] = value(part.find(f".//{W}pStyle"))
    assert styles == {"default": "odd", "even": "even"}
    assert value(style("公文单页页码").find(f"{W}pPr/{W}ind"), "rightChars") == "100"
    assert value(style("公文双页页码").find(f"{W}pPr/{W}ind"), "leftChars") == "100"


def test_quotation_marks_are_set_as_chinese() -> None:
    runs = [run for run in BODY.iter(f"{W}r") if run.find(f"{W}t") is not None]
    assert runs
    assert all(value(run.find(f"{W}rPr/{W}rFonts"), "hint") == "eastAsia" for run in runs)


def test_the_language_is_chinese_and_nothing_is_told_of_the_library() -> None:
    language = STYLES.find(f".//{W}lang")
    assert value(language, "eastAsia") == "zh-CN"
    # of figures: as Chinese they would break at a line's end
    assert value(language) == "en-US"
    whole = b"".join(PARTS.values())
    assert not [word for word in (b"python-docx", b"Macintosh", b"2013") if word in whole]
    read = docx.Document(io.BytesIO(docx_bytes(DOCUMENT, at=MOMENT, author="办公室")))
    assert (read.core_properties.title, read.core_properties.author) == (DOCUMENT.title, "办公室")


def test_sources_begin_a_page_of_their_own_and_can_be_left_out() -> None:
    assert style("公文附录标题").find(f"{W}pPr/{W}pageBreakBefore") is not None
    assert texts(DOCUMENT)[5:] == [
        "引用来源",
        "[1] 云溪县2023年上半年",
        "检查**家。",
        "立案*件。",
        "[2] 同上",
        "好。",
    ]
    assert "引用来源" not in texts(OfficialDocument("谋划", (DocumentBlock("正文。"),)))


def test_every_style_in_use_is_defined() -> None:
    defined = {s.attrib[f"{W}styleId"] for s in STYLES.iter(f"{W}style")}
    parts = [
        parse(xml)
        for name, xml in PARTS.items()
        if name.startswith("word/") and name.endswith(".xml")
    ]
    kinds = ("pStyle", "rStyle", "basedOn", "next", "link")
    used = {value(e) for part in parts for kind in kinds for e in part.iter(f"{W}{kind}")}
    assert used <= defined


@pytest.mark.parametrize("part", [name for name in PARTS if name.startswith("word/")])
def test_children_stand_in_the_order_of_the_schema(part: str) -> None:
    for element in parse(PARTS[part]).iter():
        order = ORDERS.get(element.tag.removeprefix(W))
        if order:
            places = [order.index(child.tag.removeprefix(W)) for child in element]
            assert places == sorted(places)


def test_every_part_is_referenced_and_every_reference_is_there() -> None:
    def targets() -> Iterator[str]:
        for name, xml in PARTS.items():
            folder = posixpath.dirname(posixpath.dirname(name))
            if name.endswith(".rels"):
                for relationship in parse(xml):
                    target = relationship.attrib["Target"]
                    yield posixpath.normpath(posixpath.join(folder, target)).lstrip("/")

    content = {name for name in PARTS if not name.endswith(".rels")}
    assert set(targets()) | {"[Content_Types].xml"} == content
    typed = {o.attrib.get("PartName", "").lstrip("/") for o in parse(PARTS["[Content_Types].xml"])}
    assert content - {"[Content_Types].xml"} <= typed


def test_a_table_of_tasks_stands_behind_the_text_with_lines_and_heads() -> None:
    rows = (("1", "完成食品抽检", "××", "10月底前"), ("2", "培训", "××", "××"))
    table = DocumentTable("附：工作任务分解表", ("序号", "任务", "责任单位", "完成时限"), rows)
    content = docx_bytes(replace(DOCUMENT, table=table), at=MOMENT)
    (read,) = docx.Document(io.BytesIO(content)).tables
    cells = [tuple(cell.text for cell in row.cells) for row in read.rows]
    assert cells == [table.heads, *rows]
    assert table.title in texts(replace(DOCUMENT, table=table))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert docx_bytes(DOCUMENT, at=MOMENT) == docx_bytes(DOCUMENT, at=MOMENT)


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    read = texts(OfficialDocument("谋\x00划", (DocumentBlock("检\x0b查\ud800**\ufffe家。"),)))
    assert read == ["谋划", "检查**家。"]


@settings(max_examples=25)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_makes_a_file_that_opens(title: str, text: str) -> None:
    document = OfficialDocument(
        title, (DocumentBlock(text), DocumentBlock(text, 1, title or "一、"))
    )
    assert len(texts(document)) == 3
