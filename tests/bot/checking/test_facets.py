"""What a sentence says of a figure must be what a statement of the report says of it."""

from dataclasses import replace

import pytest

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage, statements_within
from bot.checking.statements import CheckedText, FaultKind
from knowledge.models import Bureau, Identity, Level, Report, Section, SectionKind
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span
from knowledge.understanding.statements import read_statements

TEXT = (
    "严守药品安全底线。检查零售药房61家、医疗机构（含个体诊所）82家，检查网络售药门店17家，发现隐患23条，"
    "立案9件。开展疫苗专项整治，检查接种点14家。食品安全监督抽检640批次，检验600批次，585批次合格，15批次不合格，"
    "合格率为97.5%。药品抽检30批次，化妆品4批次，正在检测。工业产品抽检20批次，合格率为85%。"
    "12315、12345、信访平台处理诉求共计390件，其中12345平台受理投诉70件。"
    "企业年报率91.4%，个体工商户年报率88.6%。信用修复45户，其中企业修复12户。"
    "现有发明专利33件，高价值发明专利8件。申请材料由19份减到7份，投诉同比下降6.3%。"
    "检查商超、景区、停车场86家，为消费者挽回损失5.2万元，罚没款38.4万元。"
    "投诉、举报办结率分别为99.1%、98.2%。完成“放心店”建设26家。捣毁黑窝点7处，现存冷库11座，新增商标246件。"
    "批发零售住宿销售额分别增长25.4%、11.7%、12.4%。甲类、乙类企业分别占全区的30%、25%左右。"
    "摊点由2019年的250个增加到409个。工资1200元、奖金300元，年均分别增长15.9%和16.6%。"
    "发展ODR（在线纠纷解决）企业24户。办结量占应分派量的21.42%。"
)  # fmt: skip
BUREAU = Bureau("青禾县市场监督管理局", Level.COUNTY)


def given(text: str = TEXT, *path: str) -> GivenPassage:
    report = Report("r1", "1.txt", "", Identity(BUREAU, Period(2023)), text)
    return GivenPassage(1, report, Span(0, len(text)), path)


def check(text: str, passage: GivenPassage | None = None) -> CheckedText:
    return PassageChecker([passage or given()]).check(f"{text}[1]。")


def kinds(text: str, passage: GivenPassage | None = None) -> set[FaultKind]:
    return {fault.kind for s in check(text, passage).faulty for fault in s.faults}


@pytest.mark.parametrize(
    "text",
    [
        "青禾县2023年共检查零售药房61家",
        "对61家零售药房开展了检查",
        "检查药房61家",
        "检查零售药店61家",
        "在药品安全方面，检查零售药房61家、医疗机构82家",
        "药品安全方面，累计发现隐患23条",
        "检查零售药房61家，检查网络售药门店17家，立案9件",
        "疫苗专项整治中检查接种点14家",
        "食品安全监督抽检合格率97.5%",
        "食品监督抽检640批次，其中585批次合格、15批次不合格，合格率达97.5%",
        "不合格食品15批次",
        "药品、化妆品分别抽检30批次、4批次",
        "12345平台受理投诉70件",
        "12315、12345等平台共处理诉求390件",
        "个体户年报率为88.6%，企业年报率为91.4%",
        "信用修复45户，包括企业12户",
        "申请材料从19份减少到7份",
        "申请材料减到7份，原为19份",
        "投诉比上年同期减少6.3%",
        "检查商超、景区、停车场共86家",
        "检查商超等场所86家",
        "罚没款38.4万元，挽回消费者损失5.2万元",
        "举报办结率98.2%，投诉办结率99.1%",
        "建设放心店26家",
        "批发、零售、住宿销售额分别增长25.4%、11.7%、12.4%",
        "甲类企业占全区的30%左右",
        "发展在线纠纷解决（ODR）企业24户",
        "摊点从2019年的250个增至409个",
        "工资1200元，年均增长15.9%；奖金300元，年均增长16.6%",
    ],
)
def test_what_a_statement_says_in_other_words_stands(text: str) -> None:
    assert not check(text).faulty


@pytest.mark.parametrize(
    "text",
    [
        "发现黑窝点7处",
        "现有商标246件",
        "批发、零售、住宿销售额分别增长11.7%、25.4%、12.4%",
        "办结量占全市办结量的21.42%",
        "检查医院61家",
        "检查零售药房82家",
        "检查诊所82家",
        "检查超市17家",
        "检查零售药房9件",
        "食品抽检30批次",
        "化妆品抽检30批次",
        "食品安全监督抽检合格率85%",
        "食品安全监督抽检640批次，合格率85%",
        "12315平台受理投诉70件",
        "12345平台处理诉求390件",
        "企业年报率88.6%",
        "信用修复12户",
        "现有发明专利8件",
        "检查商超86家",
        "化妆品专项整治中检查接种点14家",
        "举报办结率99.1%",
        "罚没款5.2万元",
    ],
)
def test_another_subject_is_struck(text: str) -> None:
    assert FaultKind.FIGURE_MISPLACED in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "食品安全监督抽检15批次",
        "食品安全监督抽检585批次",
        "食品安全监督抽检合格15批次",
        "食品安全监督抽检不合格率97.5%",
        "不合格率97.5%",
        "结案9件",
        "约谈零售药房61家",
        "申请材料19份",
        "申请材料由7份减到19份",
        "投诉同比上升6.3%",
    ],
)
def test_another_condition_is_struck(text: str) -> None:
    assert FaultKind.FIGURE_MISPLACED in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "食品安全监督抽检覆盖率97.5%",
        "食品安全监督抽检合格率提高97.5%",
        "企业年报率提高91.4%",
        "企业占比91.4%",
        "投诉占6.3%",
        "投诉满意率99.1%",
    ],
)
def test_another_measure_is_struck(text: str) -> None:
    assert FaultKind.FIGURE_MISPLACED in kinds(text)


def test_a_lead_in_says_what_a_bare_figure_is_of() -> None:
    assert not check("食品安全监督抽检合格率：\n97.5%").faulty
    assert FaultKind.FIGURE_MISPLACED in kinds("食品安全监督抽检不合格率：\n97.5%")
    assert FaultKind.FIGURE_MISPLACED in kinds("化妆品抽检：\n30批次")


def test_a_heading_names_the_line_of_work() -> None:
    passage = given("全年抽检30批次，合格率96%。", "二、食品安全")
    assert not check("食品抽检30批次，合格率96%", passage).faulty
    assert FaultKind.WORDS_ADDED in kinds("药品抽检30批次", passage)


def test_what_a_passage_goes_on_with_may_stand_before_it() -> None:
    text = "食品安全监督抽检640批次。合格率为97.5%。"
    sections = (Section((), 0, SectionKind.DONE, 0, len(text), 0, leaf=True),)
    statements = read_statements(text, sections, find_figures(text), Period(2023))
    second = replace(given(text), span=Span(text.index("合格率"), len(text)))
    assert FaultKind.WORDS_ADDED in kinds("食品抽检合格率97.5%", second)
    whole = replace(second, statements=statements_within(second.span, statements))
    assert not check("食品抽检合格率97.5%", whole).faulty
    assert FaultKind.WORDS_ADDED in kinds("药品抽检合格率97.5%", whole)


def test_a_hidden_figure_is_hidden_of_its_own_subject() -> None:
    passage = given("检查药店*家、医院82家，立案*件。")
    assert not check("检查药店*家", passage).faulty
    assert FaultKind.WORDS_ADDED in kinds("检查诊所*家", passage)
    assert kinds("检查药店82家", passage) == {FaultKind.MASK_FILLED}


def test_a_cell_is_of_its_row_and_its_column() -> None:
    text = "| 项目 | 2022年 | 2023年 |\n| 检查药店 | 51家 | 61家 |\n| 检查医院 | 70家 | 82家 |\n"
    passage = given(text)
    assert not check("2023年检查药店61家", passage).faulty
    assert FaultKind.FIGURE_MISPLACED in kinds("2023年检查医院61家", passage)


def test_what_was_added_is_not_told_as_what_there_is() -> None:
    assert kinds("累计商标246件") == {FaultKind.MEANING_TURNED}
    assert not kinds("新登记商标246件")


@pytest.mark.parametrize(
    "text",
    [
        "便民站4个和快检室3个建成投用",
        "检查98家个体户以及水务公司、公交公司等6家企事业单位",
        "监督抽查涉及12个品种、64批次",
        "城区面积53平方公里，绿化率39.1%",
        "参加社保13.8万人，比2003年增加2.3万人；参加医保20.6万人，增加5万人",
        "使用沼气的占农户的50%",
        "三个窗口共收件390件",
        "支持养老、托育两项减税及退税超600万元",
        "办讲座不少于3场",
        "729件建议和831件提案全部办复",
        "为支持养老和托育，减税及退税超600万元",
    ],
)
def test_what_stands_in_a_list_may_stand_otherwise(text: str) -> None:
    passage = given(
        "建成投用了便民站4个、快检室3个等一批设施。检查个体户98家，检查水务公司、公交公司等6家企事业单位。"
        "监督抽查64批次，涉及12个品种。城区面积53平方公里。绿化率39.1%。使用沼气的达到农户的50%。"
        "社保、医保参加人数分别达到13.8万人和20.6万人，比2003年增加2.3万人和5万人。"
        "1号、2号、夜间窗口共收件390件。建议729件、提案831件全部办复。支持养老和托育减税及退税超600万元。"
        "办讲座不少于3场次。"
    )
    assert not check(text, passage).faulty


def test_words_of_another_item_are_struck() -> None:
    passage = given("建成投用了便民站4个、快检室3个等一批设施。筹建冷库2座。")
    assert check("便民站3个建成投用", passage).faulty
    assert check("冷库2座建成投用", passage).faulty
