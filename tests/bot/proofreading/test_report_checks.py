"""What a draft says otherwise than its bureau's report of the same period."""

from collections.abc import Iterator

import pytest

from bot.proofreading.findings import ComparedFigures
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from knowledge.library import Library
from tests.bot.proofreading.conftest import shown
from tests.conftest import loaded_library

REPORT = """柳溪县市场监管局2023年工作总结

今年，柳溪县市场监管局以“基层建设年”为抓手，较好完成各项任务，信用监管走在全市前列。

一、主要工作
（一）安全监管
联合农业农村部门检查农资店86家，处置老旧电梯困人警情41起，比上年少12起。排查隐患35处，已全部整改。
检查药店52家、诊所37家；公开销毁不合格化肥12.4吨。落实县委第二巡察组要求。向县城居民宣传，在夜市公开销毁。
（二）消费维权
每周二、周五在县城夜市现场受理投诉，夜市投诉量下降三成。线下无理由退货店新增9家，总数达到31家。
受理来电203件，来电按期办结率100%，向省局移交案件线索3件。登记服务点由5个增加到9个。服务大厅5月底建成1处，一年接送游客近2万人次。
（三）特种设备安全
实施“六大工程”，受理投诉举报3件。开展观光车专项整治，检查经营户151家，下达整改通知书11份。现有授权专利614件。修复信用512户，平均用时2.3天。
二、2024年工作打算
（一）补齐短板
30处老旧计量设备全部更换到位，投诉热线接通率达到96%。
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    reports = tmp_path_factory.mktemp("reports")
    (reports / "柳溪县2023年.txt").write_text(REPORT, encoding="utf-8")
    library = loaded_library(tmp_path_factory.mktemp("data"), reports)
    yield library
    library.close()


def stored(library: Library, text: str) -> list[str]:
    request = CheckRequest("稿子.txt", text.encode(), "柳溪县市场监管局", "2023年")
    return shown(check_draft(library, request), "stored")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("以“能力建设年”为抓手推动工作。", ["?能力建设年"]),
        ("联合公安部门检查农资店86家。", ["?公安部门"]),
        ("每周一、周五在县城夜市受理投诉。", ["?周一"]),
        ("夜市投诉量上升三成。", ["?上升"]),
        ("信用监管工作走在全省前列。", ["?全省前列"]),
        ("受理投诉量居全市第一。", ["?居全市第一"]),
        ("排查隐患35处，仍有2处未整改。", ["?未整改"]),
        ("老旧计量设备已全部更换到位。", ["?已"]),
        ("排查隐患35处，基本整改。", ["?基本"]),
        ("检查药店37家、诊所52家。", ["!37家", "?52家"]),
        ("公开销毁不合格化肥12.4公斤。", ["!12.4公斤"]),
        ("老旧电梯困人警情41起，比上年多12起。", ["?比上年多"]),
        ("该局收缴假冒白酒12.4吨。", ["?12.4吨"]),
        ("农资店查了68家。", ["?68家"]),
        ("农资店查了86家，药店查了86家。", ["?86家"]),
        ("办结来电203件。", ["?办结"]),
        ("受理来电203件，来电立案率100%。", ["?100%"]),
        ("在县城早市现场受理投诉。", ["?早市"]),
        ("向市局移交案件线索3件。", ["?市局"]),
        ("一年接送游客2万人次。", ["?2万人次"]),
        ("以“基层建设月”为抓手推动工作。", ["?基层建设月"]),
        ("对第三巡察组的反馈，逐条落实到位。", ["?第三巡察"]),
        ("向县城居民宣传，在夜市公开销售。", ["?销售"]),
        ("6月底建成服务大厅1处。", ["?6月"]),
        ("全年接送游客超过2万人次。", ["?超过2万人次"]),
        ("检查药店52家、诊所89家。", ["?89家"]),
        ("新授权专利614件。", ["?新授权"]),
        ("信用修复512户，平均用时3.2天。", ["!3.2天"]),
        ("以七大工程为抓手，补齐短板。", ["?七大工程"]),
        ("联合农业农村部门检查农资店86户。", ["?86户"]),
        ("开展观光车专项整治，检查经营户46家。", ["?46家"]),
        ("警情处置了41起，每月办理老旧计量设备更换，联合公安部门检查农资店86家。", ["?公安部门"]),
    ],
)
def test_what_is_told_otherwise_is_found_at_its_words(
    library: Library, text: str, found: list[str]
) -> None:
    assert stored(library, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "该局围绕“基层建设年”，各项任务完成较好。",
        "与农业农村部门一道，检查86家农资店；35处隐患已全部整改。",
        "老旧电梯困人警情全年处置41起，较上年减少12起。",
        "夜市投诉量降了三成，每周二、周五现场受理。",
        "无理由退货店新增9家，累计31家。",
        "下一年，投诉热线接通率将达到96%。",
        "组织计量宣传进校园18场，发放手册600册。",
        "一共走访农资店86家。",
        "一年接送游客约2万人次。",
        "落实县委第二巡察组和第一督导组要求。",
        "围绕6大工程狠抓落实。",
        "受理投诉举报9件。",
        "开展液化气专项整治，检查经营户46家，下达整改通知书21份。",
        "检查药店、诊所共89家。",
        "全年来电受理203件，移交省局线索3件；服务大厅5月底就建成1处，接送游客近2万人次。",
    ],
)
def test_the_same_in_other_words_and_what_is_new_pass(library: Library, text: str) -> None:
    assert not stored(library, text)


def test_a_change_is_held_to_the_amount_before_that_the_report_tells(library: Library) -> None:
    for change, found in (("4个", []), ("5个", ["?多5个"])):
        text = f"登记服务点增加到9个，比上年多{change}。"
        request = CheckRequest("稿子.txt", text.encode(), "柳溪县市场监管局", "2023年")
        assert shown(check_draft(library, request), "sums") == found


def test_figures_in_other_words_are_told_to_be_the_same(library: Library) -> None:
    text = "农资店查了86家，困人警情办理41起，药店52家、诊所37家都查过，无理由退货新增9家店。"
    request = CheckRequest("稿子.txt", text.encode(), "柳溪县市场监管局", "2023年")
    assert check_draft(library, request).compared == ComparedFigures(equal=5)


def test_a_word_of_the_report_with_a_character_that_makes_none_is_a_hint(library: Library) -> None:
    for text, found in (("较好完成各项任物。", ["?成各项任物"]), ("各项任务完成较好。", [])):
        request = CheckRequest("稿子.txt", text.encode(), "柳溪县市场监管局", "2023年")
        assert shown(check_draft(library, request), "name") == found
