from knowledge.reading.docx import read_docx
from knowledge.understanding.sentences import sentence_spans
from tests.knowledge.reading.writing import cell, document, p, table

PROSE = "全年共检查食品经营单位1,286家次，下达责令改正通知书*份，立案查处32件，罚没款18.6万元。" * 2


def lines(body: str) -> list[str]:
    return read_docx(document(body)).splitlines()


def test_a_row_says_what_each_of_its_figures_is_in_one_sentence() -> None:
    read = lines(
        table(["监管所", "检查（家次）", "立案"], ["城关所", "486", "*"], ["河东所", "", "9"])
    )
    assert read == ["监管所：城关所，检查（家次）：486，立案：*", "监管所：河东所，立案：9"]
    assert all(len(sentence_spans(line)) == 1 for line in read)


def test_a_row_that_is_marked_as_header_is_one() -> None:
    assert lines(table(["问题", "措施"], ["人手少", "招录"], header=True)) == [
        "问题：人手少，措施：招录"
    ]


def test_a_header_may_name_years_and_leave_its_corner_empty() -> None:
    assert lines(table(["", "2022年", "2023年"], ["立案", "3", "5"])) == [
        "立案，2022年：3，2023年：5"
    ]


def test_cells_without_a_header_stand_side_by_side() -> None:
    assert lines(table(["单位", "清河县局"], ["负责人", "*某"])) == ["单位 清河县局", "负责人 *某"]


def test_the_unit_of_a_whole_table_stands_in_its_rows() -> None:
    rows = ["指标", "2022年", "同比"], ["罚没款", "68.5", "17%"], ["执行率", "99", "1"]
    assert lines(p("单位：万元") + table(*rows)) == [
        "单位：万元",
        "指标：罚没款，2022年（万元）：68.5，同比：17%",
        "指标：执行率，2022年：99，同比：1",
    ]
    sums = ["项目", "完成"], ["食品（批次）", "4"], ["药品（批次）", "3"], ["合计", "7"]
    assert lines(table(*sums))[-1] == "项目：合计，完成（批次）：7"


def test_without_a_header_words_before_a_figure_are_its_name() -> None:
    assert lines(table(["检查", "5家"], ["立案", "3件"])) == ["检查：5家", "立案：3件"]
    rows = ["检查", "5", "立案", "3"], ["约谈", "*", "整改", "2"]
    assert lines(table(*rows)) == ["检查：5，立案：3", "约谈：*，整改：2"]
    assert lines(table(["检查", "5家", "药店"])) == ["检查 5家 药店"]


def test_a_header_in_two_rows_need_not_be_merged_downwards() -> None:
    rows = (
        ["项目", cell("2022年", span=2), cell("2023年", span=2)],
        ["", "目标", "完成", "目标", "完成"],
        ["抽检（批次）", "10", "11", "12", "13"],
    )
    assert lines(table(*rows)) == [
        "项目：抽检（批次），2022年目标：10，2022年完成：11，2023年目标：12，2023年完成：13"
    ]


def test_a_header_may_name_platforms_and_time_limits() -> None:
    rows = ["所", "12345受理（件）", "30日办结（件）"], ["城关所", "40", "38"]
    assert lines(table(*rows)) == ["所：城关所，12345受理（件）：40，30日办结（件）：38"]


def test_a_title_with_its_unit_beside_is_a_line() -> None:
    title = [cell("办案情况表", span=2), cell("单位：万元")]
    rows = title, ["所", "罚款", "没收"], ["城关所", "4.5", "1"]
    assert lines(table(*rows)) == [
        "办案情况表 单位：万元",
        "所：城关所，罚款（万元）：4.5，没收（万元）：1",
    ]


def test_a_header_in_two_rows_is_read_from_the_top_down() -> None:
    rows = (
        [cell("单位", merge="restart"), cell("食品抽检", span=2), cell("备注", merge="restart")],
        [cell("", merge="continue"), "批次", "不合格", cell("", merge="continue")],
        ["城关所", "40", "2", "无"],
    )
    assert lines(table(*rows)) == ["单位：城关所，食品抽检批次：40，食品抽检不合格：2，备注：无"]


def test_a_merged_cell_holds_for_each_of_its_rows() -> None:
    rows = (
        ["类别", "项目", "数量"],
        [cell("食品", merge="restart"), "检查", "5"],
        [cell("", merge="continue"), "立案", "3"],
        [cell("合计", span=2), "8"],
    )
    assert lines(table(*rows)) == [
        "类别：食品，项目：检查，数量：5",
        "类别：食品，项目：立案，数量：3",
        "类别：合计，数量：8",
    ]


def test_a_title_across_the_table_is_a_line() -> None:
    rows = ([cell("抽检情况表", span=2)], ["所", "批次"], ["城关所", "4"])
    assert lines(table(*rows)) == ["抽检情况表", "所：城关所，批次：4"]


def test_a_header_broken_for_want_of_room_is_one_name() -> None:
    assert lines(table(["所", cell("检查\n家次")], ["城关所", "4"])) == ["所：城关所，检查家次：4"]


def test_a_frame_around_paragraphs_is_not_seen() -> None:
    assert lines(table([cell(f"一、食品\n{PROSE}")])) == ["一、食品", PROSE]


def test_a_report_set_in_a_form_keeps_its_paragraphs() -> None:
    read = lines(table(["单位", "清河县局"], ["总结", cell(f"一、食品\n{PROSE}\n{PROSE}")]))
    assert read == ["单位 清河县局", "总结", "一、食品", PROSE, PROSE]


def test_a_table_within_a_table_is_read() -> None:
    inner = table(["项", "数"], ["食品", "5"])
    outer = table(["甲", f"<w:tc><w:tcPr/>{inner}{p()}</w:tc>"], ["乙", "丙"])
    assert lines(outer) == ["甲 项：食品，数：5", "乙 丙"]


def test_text_goes_on_after_a_table() -> None:
    assert lines(p("前") + table(["甲", "乙"]) + p("后")) == ["前", "甲 乙", "后"]


def test_a_table_of_nothing_is_nothing() -> None:
    assert lines(p("前") + table(["", ""], ["", ""]) + "<w:tbl/>") == ["前"]


def test_absurd_spans_do_no_harm() -> None:
    wide = cell("宽", span=99_999)
    assert lines(table([wide, wide, "甲"], ["乙", "丙", "3"]))
