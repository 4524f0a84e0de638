import io
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import ReadReport
from knowledge.reading.docx import read_docx
from knowledge.reading.files import read_source
from knowledge.understanding.headings import STYLED
from knowledge.understanding.pipeline import understand
from tests.conftest import SAMPLES
from tests.knowledge.reading.writing import (
    STYLES,
    document,
    files_of,
    numbered,
    numbering,
    p,
    packed,
    r,
    table,
)
from tests.knowledge.reading.writing import level as lv

PROSE = "全年共检查食品经营单位1,286家次，下达责令改正通知书*份，立案查处32件，罚没款18.6万元。"


def lines(body: str, **parts: str) -> list[str]:
    return read_docx(document(body, **parts)).splitlines()


def understood(text: str) -> ReadReport:
    return understand(text, file="a", sha256="")


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in understood(text).sections if section.level]


def by_library(text: str) -> bytes:
    made = docx.Document()
    for line in text.split("\n"):
        made.add_paragraph(line)
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    "path", sorted((SAMPLES / "reports").iterdir()), ids=lambda path: path.stem
)
def test_a_document_made_from_a_text_is_that_text(path: Path) -> None:
    text = read_source(path).text.rstrip("\n") + "\n"
    read = read_docx(by_library(text.rstrip("\n")))
    assert read == text
    assert understood(read) == understood(text)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("一二（）、.1# *县局。；：食品\u3000-—%"), max_size=20), min_size=1
    )
)
def test_any_paragraphs_are_the_lines_of_the_text(told: list[str]) -> None:
    body = "".join(p(line) if line else p() for line in told)
    assert read_docx(document(body)) == "".join(f"{line}\n" for line in told)


def test_automatic_numbers_give_the_outline_that_typed_ones_give() -> None:
    levels = (
        lv(0, "chineseCountingThousand", "%1、")
        + lv(1, "chineseCounting", "（%2）")
        + lv(2, "decimal", "%3.")
        + lv(3, "decimalEnclosedCircle", "%4")
    )
    told = [
        (0, "主要工作"), (1, "食品安全"), (2, "抓抽检"), (2, "抓整治"), (3, "校园"), (3, "农村"),
        (1, "药品安全"), (2, "抓巡查"), (0, "存在问题"), (1, "力量不足"),
    ]  # fmt: skip
    signs = [
        "一、", "（一）", "1.", "2.", "①", "②", "（二）", "1.", "二、", "（一）",
    ]  # fmt: skip
    typed = "".join(f"{s}{words}\n{PROSE}\n" for s, (_, words) in zip(signs, told, strict=True))
    body = "".join(numbered(words, 1, at) + p(PROSE) for at, words in told)
    read = read_docx(document(body, numbering=numbering(levels)))
    assert read == typed
    assert len({path for path in paths(read) if len(path) == 4}) >= 2


def test_a_number_that_would_run_into_its_text_is_parted_from_it() -> None:
    levels = lv(0, "decimal", "%1") + lv(1, "decimal", "%1.%2") + lv(2, "decimal", "%3.")
    body = numbered("概况", 1) + numbered("食品安全", 1, 1) + numbered("3家单位", 1, 2)
    assert lines(body, numbering=numbering(levels)) == ["1 概况", "1.1 食品安全", "1. 3家单位"]


def test_a_num_that_starts_anew_does_and_others_go_on() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    parts = numbering(lv(0, "decimal", "%1."), {1: "", 2: "", 3: again})
    body = "".join(numbered("项", num) for num in (1, 2, 3, 3, 1))
    assert lines(body, numbering=parts) == ["1.项", "2.项", "1.项", "2.项", "3.项"]


def test_levels_start_and_restart_as_told() -> None:
    never = '<w:lvlRestart w:val="0"/>'
    parts = numbering(
        lv(0, "decimal", "%1.", start=3) + lv(1, "lowerLetter", "%2)", never)
    )  # fmt: skip
    body = "".join(numbered("项", 1, at) for at in (0, 1, 1, 0, 1))
    assert lines(body, numbering=parts) == ["3.项", "a)项", "b)项", "4.项", "c)项"]


def test_numbering_comes_from_a_style_and_what_that_is_based_on() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="甲"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="乙"/><w:basedOn w:val="a"/>'
        "</w:style>"
    )
    parts = numbering(
        lv(0, "chineseCounting", "%1、", '<w:pStyle w:val="a"/>')
        + lv(1, "chineseCounting", "（%2）", '<w:pStyle w:val="b"/>')
    )
    none = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p("工作", style="a") + p("食品", style="b") + p("无", style="a", properties=none)
    assert lines(body, numbering=parts, styles=styles) == ["一、工作", "（一）食品", "无"]


def test_a_bullet_is_shown_as_one() -> None:
    body = numbered("食品", 1)
    assert lines(body, numbering=numbering(lv(0, "bullet", "\uf06c"))) == ["• 食品"]


def styled(*told: tuple[str, str]) -> str:
    return "".join(p(text, style=style) for style, text in told)


def test_headings_by_style_alone_are_headings_and_nobody_sees_how() -> None:
    body = styled(
        ("1", "食品安全"), ("2", "抓抽检"), ("", "检查5家。"), ("2", "抓整治"), ("", "整治6家。"),
        ("1", "药品"), ("", "检查7家。"),
    )  # fmt: skip
    read = read_docx(document(body, styles=STYLES))
    assert ("食品安全", "抓整治") in paths(read)
    assert ("药品",) in paths(read)
    assert read.split() == [
        "食品安全",
        "抓抽检",
        "检查5家。",
        "抓整治",
        "整治6家。",
        "药品",
        "检查7家。",
    ]
    assert "#" not in read


def test_headings_with_numbers_need_no_mark() -> None:
    body = styled(
        ("1", "一、食品"), ("2", "（一）抽检"), ("", PROSE), ("1", "二、药品"), ("", PROSE)
    )
    assert STYLED not in read_docx(document(body, styles=STYLES))


def test_headings_with_numbers_and_without_stand_in_one_tree() -> None:
    body = styled(
        ("1", "一、食品"), ("2", "抓抽检"), ("", "检查5家。"), ("1", "二、药品"), ("", PROSE)
    )
    assert ("一、食品", "抓抽检") in paths(read_docx(document(body, styles=STYLES)))


def test_a_style_is_no_guide_where_the_first_headings_have_none() -> None:
    body = styled(("", "一、食品"), ("3", "抓抽检"), ("", PROSE), ("", "二、药品"), ("", PROSE))
    read = read_docx(document(body, styles=STYLES))
    assert STYLED not in read
    assert ("一、食品", "抓抽检") in paths(read)


def test_prose_in_a_heading_s_style_is_prose() -> None:
    body = styled(("1", "食品安全"), ("1", PROSE), ("2", PROSE))
    assert ("食品安全",) in paths(read_docx(document(body, styles=STYLES)))
    assert f"\n{PROSE}\n" in read_docx(document(body, styles=STYLES))


@pytest.mark.parametrize(
    "titles", [("清河县市场监管局2023年工作总结",), ("清河县市场监管局", "2023年工作总结")]
)
def test_a_title_in_a_heading_s_style_is_the_title(titles: tuple[str, ...]) -> None:
    body = styled(*(("1", t) for t in titles), ("2", "食品安全"), ("", "检查5家。"))
    read = understood(read_docx(document(body, styles=STYLES)))
    assert read.report.identity.title == "".join(titles)
    assert ("食品安全",) in [s.path for s in read.sections]


def test_a_quote_of_a_marked_heading_is_a_slice_of_the_report() -> None:
    body = styled(("1", "食品安全"), ("", PROSE))
    read = understood(read_docx(document(body + p("1", style="1"), styles=STYLES)))
    heading = next(s for s in read.sections if s.path == ("食品安全",))
    assert read.report.text[heading.start : heading.heading_end].strip() == "食品安全"


def test_changes_are_as_accepted() -> None:
    body = p(
        "检查", f"<w:ins>{r('1,286')}</w:ins>",
        "<w:del><w:r><w:delText>999</w:delText></w:r></w:del>",
        f"<w:moveFrom>{r('旧')}</w:moveFrom><w:moveTo>{r('家')}</w:moveTo>",
    )  # fmt: skip
    assert lines(body) == ["检查1,286家"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    body = p("检查", properties="<w:rPr><w:del/></w:rPr>") + p("5家。")
    assert lines(body) == ["检查5家。"]


def test_deleted_rows_are_gone() -> None:
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr>"
    assert lines(table(["项目", "数"], ["食品", "5"]).replace("</w:tbl>", f"{gone}</w:tbl>")) == [
        "项目：食品，数：5"
    ]


def test_hidden_text_is_not_shown() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="h"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr>'
        "</w:style>"
    )
    body = p(
        "甲", r("密", "<w:vanish/>"), r("密", '<w:rStyle w:val="h"/>'),
        r("乙", '<w:rStyle w:val="h"/><w:vanish w:val="0"/>'),
    )  # fmt: skip
    assert lines(body, styles=styles) == ["甲乙"]


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instruction(words: str) -> str:
    return f"<w:r><w:instrText>{words}</w:instrText></w:r>"


def test_a_field_shows_its_result() -> None:
    inner = mark("begin") + instruction(" DATE ") + r("码") + mark("separate")
    body = p("第", inner, "3", mark("end"), f'<w:fldSimple w:instr="PAGE">{r("4")}</w:fldSimple>')
    assert lines(body) == ["第34"]


def test_a_table_of_contents_is_left_out() -> None:
    toc = p(mark("begin"), instruction('TOC \\o "1-3"'), mark("separate"), "一、工作\t1")
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{p('目录')}</w:sdtContent></w:sdt>"
    )
    assert lines(control + toc + p("二、打算\t9", mark("end")) + p("正文")) == ["正文"]


def test_a_field_that_never_ends_hides_nothing() -> None:
    assert lines(p(mark("begin"), instruction("TOC"), "一") + p("正文")) == ["一", "正文"]


def test_a_content_control_is_its_text_and_a_prompt_is_none() -> None:
    prompt = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
    kept = f"<w:sdt><w:sdtContent>{r('甲')}</w:sdtContent></w:sdt>"
    assert lines(p(kept, f"<w:sdt>{prompt}<w:sdtContent>{r('点此')}</w:sdtContent></w:sdt>")) == [
        "甲"
    ]


def test_signs_and_breaks_are_as_shown() -> None:
    signs = (
        "<w:r><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:br/><w:br w:type='page'/>"
        '<w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    )
    assert read_docx(document(p("甲", signs, "乙"))) == "甲\t-\n☑乙\n"


def test_a_link_and_a_ruby_are_their_words() -> None:
    ruby = (
        f"<w:r><w:ruby><w:rt>{r('zhuan')}</w:rt><w:rubyBase>{r('专')}</w:rubyBase></w:ruby></w:r>"
    )
    assert lines(p(f"<w:hyperlink>{r('甲')}</w:hyperlink>", ruby)) == ["甲专"]


def test_notes_stand_at_the_end_of_their_paragraph() -> None:
    note = '<w:r><w:{0}Reference w:id="2"/></w:r>'
    texts = {
        f"{kind}s": f'<w:{kind} w:id="2">{p(words)}</w:{kind}>'
        for kind, words in (("footnote", "含网络经营"), ("endnote", "截至年底"))
    }
    body = p("检查5家", note.format("footnote"), note.format("endnote"), "，立案3件。")
    assert lines(body, **texts) == ["检查5家，立案3件。（注：含网络经营）（注：截至年底）"]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p('框里的话')}</w:txbxContent>"
    body = p(
        "甲",
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx>"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>",
        "乙",
    )
    assert lines(body + p("丙")) == ["甲乙", "框里的话", "丙"]


def test_masks_are_text() -> None:
    assert lines(p("**县新增市场主体*户")) == ["**县新增市场主体*户"]


def test_the_strict_form_is_read_too() -> None:
    usual = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    files = files_of(p("甲", style="1"), styles=STYLES)
    read = read_docx(packed({n: x.replace(usual, strict) for n, x in files.items()}))
    assert read == f"{STYLED}甲\n"


def test_a_fraction_of_an_equation_keeps_its_stroke() -> None:
    space = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    parts = (
        f"<m:{part}><m:r><m:t>{n}</m:t></m:r></m:{part}>"
        for part, n in (("num", 317), ("den", 318))
    )
    equation = f"<m:oMath {space}><m:f>{''.join(parts)}</m:f></m:oMath>"
    assert read_docx(document(p("按时办结率为", equation, "。"))) == "按时办结率为317/318。\n"
