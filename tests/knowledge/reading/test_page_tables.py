from collections.abc import Sequence
from itertools import pairwise

import pytest

from knowledge.reading.glyphs import Glyph
from knowledge.reading.glyphs import Rule as PageRule
from knowledge.reading.page_tables import find_tables
from knowledge.reading.pdf import read_pdf
from tests.knowledge.reading.pdfs import Rule, Words, pdf_of

Drawn = list[Words | Rule]
XS = (60.0, 200.0, 280.0, 360.0, 440.0)
HEAD = "凌川县市场监督管理局2024年主要指标完成情况表"
FOOT = "基层监管力量仍然不足，专业人员占比偏低。"


def lines_of(*pages: Sequence[Words | Rule]) -> list[str]:
    return read_pdf(pdf_of(*pages)).text.splitlines()


def cells(
    *rows: Sequence[str], top: float = 700, height: float = 40, xs: Sequence[float] = XS
) -> list[Words]:
    """The words of rows, each cell set in the middle of its height in lines of its own."""
    placed = []
    for number, row in enumerate(rows):
        middle = top - height * (number + 0.5)
        for x, words in zip(xs, row, strict=False):
            lines = words.split("\n") if words else []
            first = middle - 4 + 6 * (len(lines) - 1)
            placed += [Words(ln, x + 4, first - 12 * n, 10) for n, ln in enumerate(lines)]
    return placed


def rules(count: int, top: float = 700, height: float = 40, xs: Sequence[float] = XS) -> list[Rule]:
    """All rules around so many rows."""
    foot = top - count * height
    level = [Rule(xs[0], top - n * height, xs[-1], top - n * height) for n in range(count + 1)]
    return [*level, *(Rule(x, foot, x, top) for x in xs)]


WRAPPED = (
    ["指标", "单位", "年度目标", "完成数"],
    ["食品安全监督抽检\n批次", "批次", "2400", "2518"],
    ["特种设备定期检验\n率（含电梯、锅炉、\n压力容器）", "%", "98", "99.35"],
    ["药品经营企业检查", "家次", "310", "327"],
)
READ = [
    "指标：食品安全监督抽检批次，单位：批次，年度目标：2400，完成数：2518",
    "指标：特种设备定期检验率（含电梯、锅炉、压力容器），单位：%，年度目标：98，完成数：99.35",
    "指标：药品经营企业检查，单位：家次，年度目标：310，完成数：327",
]


def test_wrapped_cells_are_read_by_their_rules() -> None:
    page: Drawn = [Words(HEAD, 60, 760), *cells(*WRAPPED), *rules(4), Words(FOOT, 60, 400)]
    assert lines_of(page) == [HEAD, *READ, FOOT]


def test_boxes_and_open_sides_are_rules_as_well() -> None:
    boxes = [
        Rule(left, 660 - 40 * n, right, 700 - 40 * n, box=True)
        for left, right in pairwise(XS)
        for n in range(4)
    ]
    inner = [rule for rule in rules(4) if XS[0] < rule.left < XS[-1] or rule.left != rule.right]
    for drawn in (boxes, inner):
        assert lines_of([*cells(*WRAPPED), *drawn, Words(FOOT, 60, 400)]) == [*READ, FOOT]


def test_cells_that_no_rule_parts_are_one() -> None:
    rows = (
        ["指标", "2023年", "", "2024年"],
        ["", "目标", "完成", "完成"],
        ["立案（件）", "120", "125", "153"],
    )
    drawn = [
        *(Rule(XS[0], y, XS[-1], y) for y in (700, 620, 580)),
        Rule(XS[1], 660, XS[-1], 660),
        *(Rule(x, 580, x, 700) for x in (XS[0], XS[1], XS[3], XS[4])),
        Rule(XS[2], 580, XS[2], 660),
    ]
    assert lines_of([*cells(*rows), *drawn, Words(FOOT, 60, 400)])[0] == (
        "指标：立案（件），2023年目标：120，2023年完成：125，2024年完成：153"
    )


@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_goes_on_over_the_page(repeated: bool) -> None:
    head, first, second, third = WRAPPED
    below = [head, third] if repeated else [third]
    pages: list[Drawn] = [
        [Words(HEAD, 60, 760), *cells(head, first, second, top=220), *rules(3, top=220)],
        [*cells(*below), *rules(len(below)), Words(FOOT, 60, 400)],
    ]
    read = read_pdf(pdf_of(*pages))
    assert read.text.splitlines() == [HEAD, *READ, FOOT]
    assert read.text[read.pages[1].start :].splitlines() == [READ[2], FOOT]


def test_a_new_table_on_the_next_page_is_its_own() -> None:
    other = [["所别", "立案（件）"], ["城关所", "95"]]
    pages: list[Drawn] = [
        [*cells(*WRAPPED[:2], top=160), *rules(2, top=160)],
        [Words(HEAD, 60, 760), *cells(*other, xs=XS[:3]), *rules(2, xs=XS[:3])],
    ]
    assert lines_of(*pages) == [READ[0], HEAD, "所别：城关所，立案（件）：95"]


def test_the_unit_of_a_table_stands_in_its_rows_and_pages_move_along() -> None:
    rows = [["指标", "2023年", "2024年"], ["罚没款", "68.5", "80.2"]]
    pages: list[Drawn] = [
        [Words("单位：万元", 60, 720), *cells(*rows, xs=XS[:4]), *rules(2, xs=XS[:4])],
        [Words(FOOT, 60, 700)],
    ]
    read = read_pdf(pdf_of(*pages))
    row = "指标：罚没款，2023年（万元）：68.5，2024年（万元）：80.2"
    assert read.text.splitlines() == ["单位：万元", row, FOOT]
    assert read.text[read.pages[1].start :] == f"{FOOT}\n"


def test_columns_without_rules_are_read_by_their_gaps() -> None:
    page = [Words(HEAD, 60, 760), *cells(*WRAPPED), Words(FOOT, 60, 400)]
    assert lines_of(page) == [HEAD, *READ, FOOT]


def test_wrapped_cells_without_rules_and_without_room_belong_to_the_fuller_row_above() -> None:
    rows = [
        ["指标", "单位", "目标", "完成"],
        ["食品抽检", "批次", "2400", "2518"],
        ["（含快检）", "", "", ""],
        ["药店检查", "家次", "310", "327"],
    ]
    assert lines_of(cells(*rows, height=16))[:2] == [
        "指标：食品抽检（含快检），单位：批次，目标：2400，完成：2518",
        "指标：药店检查，单位：家次，目标：310，完成：327",
    ]


def test_what_is_parted_and_has_no_head_stays_in_its_lines() -> None:
    page = [
        *(Words(words, 60, 700 - 30 * n) for n, words in enumerate(("申报单位", "负责人"))),
        *(Words(words, 300, 700 - 30 * n) for n, words in enumerate(("凌川县局", "周某"))),
    ]
    assert lines_of(page) == ["申报单位 凌川县局", "负责人 周某"]


def test_a_rule_down_the_page_parts_columns_of_few_lines() -> None:
    left = ("全县共检查食品经营单位", "三百余家，责令改正若干", "家，立案三件。")
    right = ("检验电梯二百零七台，合", "格率有所提高，督促落实", "主体责任。")
    words = [Words(text, 60, 700 - 28 * n) for n, text in enumerate(left)]
    words += [Words(text, 310, 700 - 28 * n) for n, text in enumerate(right)]
    assert lines_of([*words, Rule(290, 630, 290, 720)]) == ["".join(left), "".join(right)]


def test_a_drawing_of_a_thousand_lines_is_no_table() -> None:
    wild = [PageRule(0, n, 500, n) for n in range(0, 800, 4)]
    wild += [PageRule(n, 0, n, 800) for n in range(0, 500, 4)]
    assert find_tables([], wild) == ([], [])


def middle(text: str, left: float, right: float, bottom: float) -> Words:
    """Words in the middle between two edges."""
    width = sum(5 if char.isascii() else 10 for char in text)
    return Words(text, (left + right - width) / 2, bottom, 10)


def figures(*rows: str, top: float, xs: Sequence[float] = XS) -> list[Words]:
    """Rows of figures, each in the middle of its column, 26 points from one to the next."""
    return [
        middle(figure, left, right, top - 26 * n)
        for n, row in enumerate(rows)
        for figure, (left, right) in zip(row.split(), pairwise(xs[1:]), strict=True)
    ]


def test_lines_lie_around_the_figures_of_their_row_however_close_the_rows_are() -> None:
    names = ("电梯、锅炉和场内车辆", "的监督检查", "计量器具强制检定（含", "衡器、加油机）")
    page = [
        *(middle(w, a, b, 700) for w, (a, b) in zip(WRAPPED[0], pairwise(XS), strict=True)),
        *(Words(words, 64, 680 - 13 * n, 10) for n, words in enumerate(names)),
        *figures("台次 610 644", "台件 950 987", top=673.5),
    ]
    assert lines_of(page) == [
        "指标：电梯、锅炉和场内车辆的监督检查，单位：台次，年度目标：610，完成数：644",
        "指标：计量器具强制检定（含衡器、加油机），单位：台件，年度目标：950，完成数：987",
    ]


def test_a_name_over_several_columns_stands_in_their_middle() -> None:
    page = [
        middle("所别", XS[0], XS[1], 690),
        middle("2023年", XS[1], XS[3], 700),
        middle("2024年", XS[3], XS[3] + 160, 700),
        *(middle(w, x, x + 80, 680) for w, x in zip(("立案", "办结") * 2, XS[1:5], strict=True)),
        *(Words(words, 64, 654 - 26 * n, 10) for n, words in enumerate(("河东所", "合计"))),
        *figures("41 38 57 52", "77 74 106 99", top=654, xs=(*XS, 520)),
    ]
    assert lines_of(page)[1] == (
        "所别：合计，2023年立案：77，2023年办结：74，2024年立案：106，2024年办结：99"
    )


def test_what_stands_between_rows_is_of_them_all() -> None:
    page = [
        *(middle(w, a, b, 700) for w, (a, b) in zip(WRAPPED[0], pairwise(XS), strict=True)),
        Words("特种设备", 64, 661, 10),
        *figures("隐患 310 327", "检查 402 388", top=674),
    ]
    assert lines_of(page) == [
        "指标：特种设备，单位：隐患，年度目标：310，完成数：327",
        "指标：特种设备，单位：检查，年度目标：402，完成数：388",
    ]


def test_what_stands_under_the_rule_over_a_table_is_of_its_head() -> None:
    page: Drawn = [
        Words("抽检情况一览表", 200, 730, 10),
        Rule(XS[0], 715, XS[-1], 715),
        middle("监督抽检", XS[1], XS[3], 700),
        *(middle(w, x, x + 80, 680) for w, x in zip(("合格", "不合格"), XS[1:], strict=False)),
        *(middle(w, XS[3], XS[4], 690) for w in ("后处置",)),
        Words("机构甲", 64, 654, 10),
        Words("机构乙", 64, 628, 10),
        *figures("812 17 100", "655 21 98", top=654),
    ]
    assert lines_of(page) == [
        "抽检情况一览表",
        "机构甲，监督抽检合格：812，监督抽检不合格：17，后处置：100",
        "机构乙，监督抽检合格：655，监督抽检不合格：21，后处置：98",
    ]


def test_a_table_without_rules_goes_on_over_the_page_without_its_head() -> None:
    head, first, second, third = WRAPPED
    pages: list[Drawn] = [
        [Words(HEAD, 60, 760), *cells(head, first, second, top=220)],
        [*cells(third, ["投诉按期办结", "件次", "90", "93"], height=30), Words(FOOT, 60, 400)],
    ]
    assert lines_of(*pages)[3:] == [
        READ[2],
        "指标：投诉按期办结，单位：件次，年度目标：90，完成数：93",
        FOOT,
    ]


def test_figures_at_the_edge_of_their_cells_are_parted_from_the_words_beside_them() -> None:
    rows = (("1", "药店检查", "327"), ("2", "校园周边食品店检查", "1204"))
    page = [
        middle("序号", 60, 100, 700),
        middle("事项", 100, 220, 700),
        middle("家次", 220, 280, 700),
        *(
            placed
            for n, (number, name, figure) in enumerate(rows)
            for placed in (
                Words(f"{number} ", 93, 674 - 26 * n, 10),
                Words(name, 106, 674 - 26 * n, 10),
                Words(figure, 276 - 5 * len(figure), 674 - 26 * n, 10),
            )
        ),
    ]
    assert lines_of(page) == [
        "序号：1，事项：药店检查，家次：327",
        "序号：2，事项：校园周边食品店检查，家次：1204",
    ]


def test_characters_that_stand_for_nothing_are_no_row() -> None:
    blank = [Glyph("", x, 700, x + 10, 710) for x in (60, 200, 340)]
    assert find_tables(blank, [])[0] == []
