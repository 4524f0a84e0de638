import pytest

from knowledge.understanding.headings import (
    Rank,
    bare_headings,
    marked_heading,
    plain,
    run_in_headings,
    title_of,
)
from knowledge.understanding.sentences import Span
from tests.knowledge.outlines import LONG


@pytest.mark.parametrize(
    ("line", "rank"),
    [
        ("第一部分 上半年工作", Rank.PART),
        ("第二章、存在问题", Rank.PART),
        ("第1部分：工作情况", Rank.PART),
        ("第一部分工作情况", Rank.PART),
        ("一、主要工作", Rank.CHINESE),
        ("十二、其他", Rank.CHINESE),
        ("二．存在问题", Rank.CHINESE),
        ("一 主要工作", Rank.CHINESE),
        ("三　下步打算", Rank.CHINESE),
        ("（一）食品安全", Rank.BRACKETED),
        ("(二)药品安全", Rank.BRACKETED),
        ("（ 三 ）计量", Rank.BRACKETED),
        ("（四)标准", Rank.BRACKETED),
        ("五）广告", Rank.BRACKETED),
        ("㈠价格", Rank.BRACKETED),
        ("1.食品", Rank.ARABIC),
        ("２．药品", Rank.ARABIC),
        ("3、计量", Rank.ARABIC),
        ("4 . 标准", Rank.ARABIC),
        ("5.2023年专项行动", Rank.ARABIC),
        ("⒍广告", Rank.ARABIC),
        ("1.1 食品生产", Rank.ARABIC + 1),
        ("1.2.1 药店", Rank.ARABIC + 2),
        ("（1）小作坊", Rank.BRACKETED_ARABIC),
        ("(２) 小餐饮", Rank.BRACKETED_ARABIC),
        ("⑶小摊点", Rank.BRACKETED_ARABIC),
        ("4）食堂", Rank.BRACKETED_ARABIC + 1),
        ("①登记", Rank.CIRCLED),
        ("\u3000\u3000一、缩进的标题", Rank.CHINESE),
        ("\t \f（一）制表符后的标题", Rank.BRACKETED),
        ("**一、加粗的标题**", Rank.CHINESE),
    ],
)
def test_a_mark_at_the_head_of_a_line_ranks_its_heading(line: str, rank: int) -> None:
    heading = marked_heading(f"{line}\n", Span(0, len(line) + 1))
    assert heading is not None
    assert heading.rank == rank
    assert not heading.run_in


@pytest.mark.parametrize(
    "line",
    [
        "一、二、三等奖共12名",
        "二、三级医院全部检查",
        "一、二线品牌",
        "1.5万户企业参加",
        "3.15晚会曝光的问题全部整改",
        "12315热线",
        "3.2%",
        "2023年，检查药店12家。",
        "第一季度检查药店12家。",
        "一是登记。",
        "**县市场监管局",
        "*户",
        "#",
        "一、",
        "",
        "   ",
    ],
)
def test_what_only_looks_like_a_mark_is_none(line: str) -> None:
    heading = marked_heading(line, Span(0, len(line)))
    assert heading is None or line == "一、"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("一、主要工作", "一、主要工作"),
        ("（一）严守底线，护航民生。", "（一）严守底线，护航民生"),
        ("（一）专业力量不足。网络直播等新业态监管要求高。", "（一）专业力量不足"),
        ("1.食品安全：完成监督抽检1,034批次。", "1.食品安全"),
        ("（二）完成抽检486批次；检查86家。", "（二）完成抽检486批次"),
        ("## 一、主要工作 ##", "一、主要工作"),
        ("**（一）食品安全。**检查120家。", "（一）食品安全"),
        ("1. **计量**：检定衡器12台，检定压力表23块。", "1. 计量"),
        ("**（三）特种设备**", "（三）特种设备"),
        ("2. **县建成计量站", "2. **县建成计量站"),
        ("3. 检查**区、**区药店", "3. 检查**区、**区药店"),
        ("#工作打算", "工作打算"),
    ],
)
def test_a_title_is_the_headings_own_words(line: str, title: str) -> None:
    heading = marked_heading(line, Span(0, len(line)))
    assert heading is not None
    assert heading.title == title


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("（一）专业力量不足。网络直播等新业态监管要求高。", "（一）专业力量不足"),
        ("1.全年立案203件，结案195件。", "1.全年立案203件，结案195件"),
    ],
)
def test_a_heading_that_runs_into_its_paragraph_is_the_first_of_its_body(
    line: str, words: str
) -> None:
    heading = marked_heading(line, Span(0, len(line)))
    assert heading is not None
    assert heading.run_in
    assert line[heading.start : heading.end] == words


def test_a_long_first_sentence_heads_by_its_first_clause() -> None:
    line = f"（一）围绕“增总量、优结构”，{'扎实推进各项工作' * 8}。"
    heading = marked_heading(line, Span(0, len(line)))
    assert heading is not None
    assert heading.title == "（一）围绕“增总量、优结构”"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("## **工作亮点** ##\n", "工作亮点"),
        ("**云溪县市场监管局总结**", "云溪县市场监管局总结"),
        ("**县市场监管局总结", "**县市场监管局总结"),
        ("****县市场监管局总结**", "**县市场监管局总结"),
        ("**市**区市场监管局", "**市**区市场监管局"),
        ("新增*户", "新增*户"),
    ],
)
def test_bold_marks_are_taken_off_and_masks_are_not(words: str, expected: str) -> None:
    assert plain(words) == expected


def test_a_title_of_nothing_but_a_mark_keeps_it() -> None:
    assert title_of("一、\n") == "一、"


def headed(*paragraphs: str) -> list[tuple[str, str]]:
    """Title and slice of each run-in heading of some paragraphs."""
    text = "\n".join(paragraphs)
    spans, position = [], 0
    for paragraph in paragraphs:
        spans.append(Span(position, min(len(text), position + len(paragraph) + 1)))
        position = spans[-1].end
    return [(h.title, text[h.start : h.until]) for h in run_in_headings(text, spans, len(text))]


@pytest.mark.parametrize(
    "marks",
    [
        ("一是", "二是", "三是"),
        ("一要", "二要", "三要"),
        ("首先，", "其次，", "再次，", "最后，"),
        ("首先", "其次", "最后"),
        ("第一，", "第二，", "第三，"),
        ("其一，", "其二，"),
        ("——", "——"),
        ("—— ", "—— "),
        ("（1）", "（2）"),
        ("①", "②", "③"),
    ],
)
@pytest.mark.parametrize("joint", ["", "\n"])
def test_each_item_of_a_sequence_is_headed(marks: tuple[str, ...], joint: str) -> None:
    if marks[0].startswith("——"):
        joint = "\n"
    items = [f"{mark}抓好第{number}件事。{LONG}" for number, mark in enumerate(marks)]
    found = headed(*joint.join(items).split("\n"))
    assert [title for title, _ in found] == [
        f"{mark}抓好第{number}件事" for number, mark in enumerate(marks)
    ]
    assert [words.strip() for _, words in found] == items


@pytest.mark.parametrize(
    "paragraph",
    [
        "一是登记提速。企业开办用时缩短。",
        "工作中一是抓检查，二是抓整改，三是抓考核。",
        "首先感谢各位。",
        "二是抓检查。三是抓整改。",
        "重点抓好：1.食品；2.药品；3.计量。",
        "一方面，检查药店。另一方面，检查诊所。",
        "各方面，工作都有进步。",
        "共检查——包括复查——12家。",
    ],
)
def test_what_is_no_sequence_heads_nothing(paragraph: str) -> None:
    assert headed(paragraph) == []


def test_what_stands_inside_an_item_is_below_it() -> None:
    text = (
        f"首先，抓检查。一是查药店。{LONG}二是查诊所。{LONG}其次，抓整改。在药品方面，{LONG}"
        f"在诊所方面，{LONG}"
    )
    found = run_in_headings(text, [Span(0, len(text))], len(text))
    depths = [(h.rank - Rank.RUN_IN, h.title) for h in found]
    assert depths == [
        (0, "首先，抓检查"),
        (1, "一是查药店"),
        (1, "二是查诊所"),
        (0, "其次，抓整改"),
        (1, "在药品方面"),
        (1, "在诊所方面"),
    ]


def test_the_last_item_ends_with_its_paragraph() -> None:
    found = headed(f"一是抓检查。{LONG}二是抓整改。{LONG}", "以上工作取得成效。")
    assert found[-1][1] == f"二是抓整改。{LONG}\n"


def test_the_last_item_goes_on_where_those_before_it_do() -> None:
    found = headed("一是抓检查。", LONG, LONG, "二是抓整改。", LONG, LONG)
    assert found[-1][1] == f"二是抓整改。\n{LONG}\n{LONG}"


def test_a_field_holds_the_list_after_it_and_ends_with_its_paragraph_else() -> None:
    found = headed("在食品方面，主要做法：", f"一是查。{LONG}", f"二是改。{LONG}", "全县有序。")
    assert [title for title, _ in found] == ["在食品方面", "一是查", "二是改"]
    assert found[0][1].endswith(f"二是改。{LONG}\n")
    assert headed(f"药品监管方面，{LONG}", LONG)[0][1] == f"药品监管方面，{LONG}\n"


def test_short_first_sentences_head_what_they_open() -> None:
    text = f"加强广告监管。{LONG}{LONG}加大价格检查。{LONG}{LONG}"
    found = bare_headings(text, Span(0, len(text)), len(text))
    assert [h.title for h in found] == ["加强广告监管", "加大价格检查"]


@pytest.mark.parametrize(
    "text",
    ["加强广告监管。加大价格检查。规范网络交易。", f"检查药店12家。{LONG}{LONG}", f"{LONG}{LONG}"],
)
def test_short_sentences_alone_head_nothing(text: str) -> None:
    assert bare_headings(text, Span(0, len(text)), len(text)) == []
