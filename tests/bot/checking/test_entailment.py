"""A sentence's words must follow from the sentences that it cites."""

import re

import pytest

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from bot.checking.statements import CheckedText, FaultKind
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

DONE = (
    "夜间检查抓紧抓实。联合城管部门检查烧烤店61家，立案9件，对初次违法的经营户不予处罚，由分管领导逐一约谈。"
    "抽检水果40批次，全部合格。投诉由30件减到12件，未发生群体投诉。发现隐患8条，部分隐患正在整改。"
    "国庆期间开展“放心吃”行动，对重点摊点一律上门检查，结果当场公开。春季以外的检查由乡镇负责。"
)  # fmt: skip
PLAN = "建设快检室3间，力争通过省级验收。推行“码上查”，让市民随时查询。"
FAIR = (
    "所长评卷、科长打分，荣获全市先进集体。查处流动摊贩逃避监管23起，没有一处违规占道的摊点漏查。"
    "甲类门店罚款由5%降到2%，乙类门店升到9%。检查摊点6个、门店8家、市场3座，案件正在办理。"
    "责令整改4家，设备无法更新。不合格饮料线索全部上报。联合有关部门整治占道经营，甲村、乙村建成示范点。"
    "罚没收入2月份负增长8%。饮料厂迁入本县的前期工作稳步推进。夜市营业额突破9亿元，新接入摊点11个。"
    "差错率低于目标2个百分点。启动清零行动，交付摊位5个。"
)  # fmt: skip
BUREAU = Bureau("青禾县市场监督管理局", Level.COUNTY)


def given(n: int, text: str, *path: str) -> GivenPassage:
    report = Report(f"r{n}", f"{n}.txt", "", Identity(BUREAU, Period(2023)), text)
    return GivenPassage(n, report, Span(0, len(text)), path)


PASSAGES = (
    given(1, DONE, "二、食品安全"),
    given(2, PLAN, "四、下一年打算"),
    given(3, FAIR, "三、市场秩序全面好转"),
)


def check(text: str) -> CheckedText:
    return PassageChecker(PASSAGES).check(f"{text}。")


def faults(text: str) -> set[FaultKind]:
    return {fault.kind for s in check(text).faulty for fault in s.faults}


@pytest.mark.parametrize(
    "text",
    [
        "青禾县市场监管局2023年联合城管部门对61家烧烤店开展了检查[1]",
        "首次违法的经营户免予处罚，分管领导逐一进行了约谈[1]",
        "水果抽检40批次，均合格[1]",
        "投诉从30件下降到12件，没有发生群体投诉[1]",
        "部分隐患正在整改[1]",
        "国庆期间，重点摊点全部上门检查，检查结果当场公开[1]",
        "在食品安全方面，该局开展了“放心吃”行动[1]",
        "春季以外的检查，由乡镇负责[1]",
        "下一年计划建设快检室3间，争取通过省级验收[2]",
        "2024年将推行“码上查”，市民可随时查询[2]",
        "全县开展“放心吃”行动[1]",
        "科长打分、所长评卷[3]",
        "摊点、门店和市场分别检查6个、8家和3座[3]",
        "流动摊贩逃避监管的，查处了23起[3]",
        "4家被责令整改，设备没法更新[3]",
        "整治占道经营，甲村、乙村均建成示范点[3]",
        "青禾县市场监督管理局（以下简称“县局”）整治占道经营[3]",
        "罚没收入2月份下降8%[3]",
        "整治占道经营，甲村、乙村新建成示范点[3]",
        "夜市营业额超过了9亿元[3]",
        "新增摊点11个[3]",
        "差错率比目标低2个百分点[3]",
        "清零行动交付摊位5个[3]",
        "通过清零行动，交付摊位5个[3]",
        "该局与有关部门一起整治占道经营[3]",
    ],
)
def test_the_same_in_other_words_stands(text: str) -> None:
    assert not check(text).faulty


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联合公安部门检查烧烤店61家[1]", FaultKind.WORDS_ADDED),
        ("抽检水果40批次，口碑良好[1]", FaultKind.WORDS_ADDED),
        ("立案9件，当事人被拘留[1]", FaultKind.WORDS_ADDED),
        ("中秋期间开展“放心吃”行动[1]", FaultKind.WORDS_ADDED),
        ("全省开展“放心吃”行动[1]", FaultKind.WORDS_ADDED),
        ("The fruit passed the inspection[1]", FaultKind.WORDS_ADDED),
        ("对初次违法的经营户予以处罚[1]", FaultKind.MEANING_TURNED),
        ("投诉由30件减到12件，发生群体投诉[1]", FaultKind.MEANING_TURNED),
        ("投诉由30件增到12件[1]", FaultKind.MEANING_TURNED),
        ("抽检水果40批次，部分合格[1]", FaultKind.MEANING_TURNED),
        ("隐患正在整改[1]", FaultKind.MEANING_TURNED),
        ("部分隐患已整改[1]", FaultKind.MEANING_TURNED),
        ("城管部门检查烧烤店61家[1]", FaultKind.MEANING_TURNED),
        ("由经营户逐一约谈[1]", FaultKind.MEANING_TURNED),
        ("春季的检查由乡镇负责[1]", FaultKind.MEANING_TURNED),
        ("计划对重点摊点一律上门检查[1]", FaultKind.MEANING_TURNED),
        ("建设了快检室3间[2]", FaultKind.MEANING_TURNED),
        ("快检室通过省级验收[2]", FaultKind.MEANING_TURNED),
        ("开展“放心买”行动[1]", FaultKind.MISQUOTED),
        ("检查了若干烧烤店[1]", FaultKind.FIGURE_MISSING),
        ("所长打分、科长评卷[3]", FaultKind.MEANING_TURNED),
        ("荣获全省先进集体[3]", FaultKind.MEANING_TURNED),
        ("查处流动摊贩监管23起[3]", FaultKind.MEANING_TURNED),
        ("设备得到更新[3]", FaultKind.MEANING_TURNED),
        ("检查市场3座，案件已办结[3]", FaultKind.MEANING_TURNED),
        ("整改4家[3]", FaultKind.MEANING_TURNED),
        ("饮料线索没有上报[3]", FaultKind.MEANING_TURNED),
        ("夜市营业额不到9亿元[3]", FaultKind.FIGURE_MISSING),
        ("差错率比目标高2个百分点[3]", FaultKind.FIGURE_MISPLACED),
        ("不合格燃料线索全部上报[3]", FaultKind.WORDS_ADDED),
        ("自行整治占道经营[3]", FaultKind.WORDS_ADDED),
        ("由副局长逐一约谈[1]", FaultKind.WORDS_ADDED),
        ("所有村建成示范点[3]", FaultKind.MEANING_TURNED),
        ("全县所有村建成示范点[3]", FaultKind.MEANING_TURNED),
        ("罚没收入2月份增长8%[3]", FaultKind.MEANING_TURNED),
        ("饮料厂已迁入本县[3]", FaultKind.MEANING_TURNED),
        ("有关部门整治占道经营[3]", FaultKind.MEANING_TURNED),
        ("青禾县市场监督管理局（简称“工商局”）整治占道经营[3]", FaultKind.MISQUOTED),
        ("摊点、门店和市场分别检查8家、6个和3座[3]", FaultKind.FIGURE_MISPLACED),
    ],
)
def test_what_is_added_or_turned_is_struck(text: str, kind: FaultKind) -> None:
    assert kind in faults(text)


def test_a_plan_goes_on_in_the_next_sentence() -> None:
    said = "下一年计划建设快检室3间[2]。推行“码上查”[2]"
    assert not check(said).faulty
    assert FaultKind.MEANING_TURNED in faults("推行“码上查”[2]")


def test_under_its_heading_a_plan_need_not_be_told_as_one() -> None:
    checker = PassageChecker(PASSAGES, under_headings=True)
    assert not checker.check("推行“码上查”[2]。").faulty
    assert checker.check("推行了“码上查”[2]。").faulty
    assert checker.check("快检室通过省级验收[2]。").faulty


def test_harmless_words_may_be_added_where_they_are_named() -> None:
    said = "计划久久为功推行“码上查”[2]。"
    assert check(said[:-1]).faulty
    assert not PassageChecker(PASSAGES, harmless=re.compile("久久为功")).check(said).faulty


@pytest.mark.parametrize(
    ("text", "left", "cut"),
    [
        (
            "抽检水果40批次，全部合格，居全省前列[1]。",
            "抽检水果40批次，全部合格[1]。",
            ("居全省前列",),
        ),
        (
            "抽检水果40批次[1]，当事人均被拘留[1]。投诉由30件减到12件[1]。",
            "抽检水果40批次[1]。投诉由30件减到12件[1]。",
            ("当事人均被拘留",),
        ),
        ("国庆期间，处罚了经营户[1]。", "国庆期间，处罚了经营户[1]。", ()),
        ("当事人均被拘留[1]。", "当事人均被拘留[1]。", ()),
    ],
)
def test_what_is_added_behind_a_true_part_is_cut_off(
    text: str, left: str, cut: tuple[str, ...]
) -> None:
    checker = PassageChecker(PASSAGES)
    found = checker.without_false_tails(checker.check(text))
    assert (found.text, found.cut) == (left, cut)
    assert bool(found.faulty) is not bool(cut)


CAUSES = (
    given(
        1,
        "监管人员年龄偏大，后继乏力。检验条件简陋，样品全部外送。商户（含摊点）86户，多数商户无台账，"
        "企业台账不健全。立案*件，结案*件。设备采购工作预计12月完成。",
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("由于监管人员年龄偏大，后继乏力[1]", True),
        ("由于检验条件简陋，后继乏力[1]", False),
        ("多数商户无台账[1]", True),
        ("所有商户均无台账[1]", False),
        ("商户86户，均为摊点[1]", False),
        ("立案*件，全部结案[1]", False),
        ("设备采购预计12月完成[1]", True),
        ("设备采购已于12月完成[1]", False),
    ],
)
def test_causes_and_wholes_are_those_of_one_sentence(text: str, *, stands: bool) -> None:
    checked = PassageChecker(CAUSES).check(f"{text}。")
    assert (not checked.faulty) is stands


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("6名商户代表受聘监督检查", True),
        ("深化夜市规范管理", True),
        ("补收摊位费1.7万元", False),
        ("摊位不再交押金", True),
        ("计划夜市扩编到5处", False),
        ("夜市缩编到5处", False),
    ],
)
def test_a_verb_may_vary_the_one_in_its_place(text: str, *, stands: bool) -> None:
    passage = given(
        1,
        "聘请6名商户代表监督检查，深入推进夜市规范管理，退还多收摊位费1.7万元，夜市扩编到5处。"
        "取消摊位交押金。推行“一街一策”计划。",
    )
    assert (not PassageChecker([passage]).check(f"{text}[1]。").faulty) is stands
