import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checking.checks import PassageChecker, quote_for
from bot.checking.drafts import strip_thinking
from bot.checking.sources import GivenPassage
from bot.checking.statements import (
    CheckedText,
    FaultKind,
    StatementRole,
    settled_length,
    showable_length,
    split_statements,
    without_markup,
)
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.figures import find_figures, same_amount
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span
from prompts.forms import fault_form
from tests.bot.invented import FAITHFUL, PLANTED, seeded, world
from tests.bot.said import FALLS, STANDS, check_said

TIMES = 20
ASKED = frozenset({"r0", "r1"})


def passage(n: int, text: str, bureau: str, period: Period | None, *path: str) -> GivenPassage:
    named = Bureau(bureau, Level.COUNTY) if bureau else None
    report = Report(f"r{n}", f"{n}.txt", "", Identity(named, period), text)
    return GivenPassage(n, report, Span(0, len(text)), path)


TEXT = (
    "青禾县局抓监管。全县共检查书店159家、超市103家，立案1,234件，合格率97.8％。截至11月23日，"
    "新登记市场主体*户，其中企业86户。近300家企业参加，召开专题会议3次。\n罚没款1.5万元，较2022年同期"
    "增长13.7%。推行“37+2”清单，开展三年行动，规范四类场所，排查起重机1233台。向市局移交线索5件。"
    "2022年检查茶馆130家。获评4·26宣传先进，评分3.53。"
)
HALF = Period(2023, YearPart.FIRST_HALF)
GIVEN = (
    passage(1, TEXT, "青禾县市场监督管理局", Period(2023), "一、食品安全", "（一）第六届宣传周"),
    passage(2, "检查书店203家，新登记市场主体751户。", "北岭区市场监管局", Period(2023)),
    passage(3, "全县共检查书店188家。", "青禾县市场监督管理局", Period(2022)),
    passage(4, "上半年检查书店77家。", "柳泉市市场监管局", HALF, "三、下半年打算"),
    passage(5, "检查书店66家。", "", None),
)  # fmt: skip


def check(
    text: str,
    given: Sequence[GivenPassage],
    asked: frozenset[str] | None = None,
    known: Sequence[Bureau] = (),
) -> CheckedText:
    return PassageChecker(given, asked, known).check(text)


def passing_text(found: CheckedText) -> str:
    return "".join(found.text[s.start : s.end] for s in found.passing).strip()


def kinds(text: str, given: tuple[GivenPassage, ...] = GIVEN) -> set[FaultKind]:
    return {fault.kind for s in check(text, given).faulty for fault in s.faults}


def describe_faults(found: CheckedText) -> str:
    return "; ".join(f"{s.text}: {[str(f) for f in s.faults]}" for s in found.faulty)


@pytest.mark.parametrize("kind", PLANTED)
def test_every_planted_fault_is_caught(kind: str) -> None:
    rng = seeded(kind)
    for _ in range(TIMES):
        invented = world(rng)
        text = PLANTED[kind](rng, invented)
        assert check(text, invented.given, ASKED).faulty, (text, invented.one.text)


@pytest.mark.parametrize("form", FAITHFUL)
def test_what_is_faithful_raises_no_alarm(form: str) -> None:
    rng = seeded(form)
    for _ in range(TIMES):
        invented = world(rng)
        text = FAITHFUL[form](rng, invented)
        found = check(text, invented.given, ASKED)
        assert not found.faulty, (describe_faults(found), invented.one.text)
        assert passing_text(found) == text


def test_the_planted_and_the_faithful_are_enough() -> None:
    assert len(PLANTED) * TIMES >= 200
    assert len(FAITHFUL) * TIMES >= 200
    assert sum(len(texts) for texts in FALLS.values()) >= 200
    assert len(STANDS) >= 200


@pytest.mark.parametrize("kind", FALLS)
def test_what_is_wrong_of_a_sample_report_falls(kind: str) -> None:
    assert not [text for text in FALLS[kind] if not check_said(text).faulty]


def test_what_is_true_of_a_sample_report_stands() -> None:
    every = [check_said(text) for text in STANDS]
    assert not [describe_faults(one) for one in every if one.faulty]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("检查书店195家[1]。", FaultKind.FIGURE_MISSING),
        ("评分3.5[1]。", FaultKind.FIGURE_MISSING),
        ("参加企业300家[1]。", FaultKind.FIGURE_MISSING),
        ("参加企业300余家[1]。", FaultKind.FIGURE_MISSING),
        ("检查书店近159家[1]。", FaultKind.FIGURE_MISSING),
        ("排查起重机1233家[1]。", FaultKind.UNIT_CHANGED),
        ("合格率提高97.8个百分点[1]。", FaultKind.UNIT_CHANGED),
        ("共检查书店、超市262家[1]。", FaultKind.FIGURE_MISSING),
        ("检查书店超过一半[1]。", FaultKind.WORDS_ADDED),
        ("检查书店203家[1]。", FaultKind.FIGURE_ELSEWHERE),
        ("检查超市159家，检查书店103家[1]。", FaultKind.FIGURE_MISPLACED),
        ("青禾县局检查书店203家[2]。", FaultKind.WRONG_BUREAU),
        ("梧桐区局检查书店159家[1]。", FaultKind.WRONG_BUREAU),
        ("北岭区局：\n书店159家[1]", FaultKind.WRONG_BUREAU),
        ("2022年检查书店159家[1]。", FaultKind.WRONG_PERIOD),
        ("2023年检查茶馆130家[1]。", FaultKind.WRONG_PERIOD),
        ("2023年下半年检查书店77家[4]。", FaultKind.WRONG_PERIOD),
        ("新登记市场主体751户[1]。", FaultKind.MASK_FILLED),
        ("新登记市场主体86户[1]。", FaultKind.MASK_FILLED),
        ("检查书店***家[1]。", FaultKind.NOT_MASKED),
        ("检查书店的家数原文已隐去[2]。", FaultKind.NOT_MASKED),
        ("截至11月25日，企业86户[1]。", FaultKind.DATE_MISSING),
        ("推行“37+3”清单[1]。", FaultKind.NAME_MISSING),
        ("获评4·27宣传先进[1]。", FaultKind.NAME_MISSING),
        ("开展五年行动[1]。", FaultKind.FIGURE_MISSING),
        ("规范五类场所[1]。", FaultKind.FIGURE_MISSING),
        ("检查书店159家。", FaultKind.FIGURE_UNCITED),
        ("检查书店159家[9]。", FaultKind.UNKNOWN_PASSAGE),
        ("全县书店经营秩序良好。", FaultKind.UNCITED),
        ("文中说“共同守护每一家书店的秩序”[1]。", FaultKind.MISQUOTED),
        ("太阳系里体积最大的行星是木星，它没有固体表面[1]。", FaultKind.WORDS_ADDED),
    ],
)
def test_a_fault_is_named(text: str, kind: FaultKind) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "青禾县局2023年检查书店159家，立案一千二百三十四件[1]。",
        "罚没款15000元，比2022年增长13.7%[1]。",
        "罚没款１.５万元，较上年增长百分之十三点七[1]。",
        "企业近300家参加[1]。",
        "2022年检查茶馆130家[1]。",
        "向市局移交线索5件[1]。",
        "青禾县局2022年检查书店188家[3]，2023年检查159家[1]。",
        "青禾县局[1]和北岭区局[2]分别检查书店159家、203家。",
        "2023年上半年，柳泉市局检查书店77家[4]。",
        "柳泉市局2023年1-6月检查书店77家[4]。",
        "推行“37＋2”清单，开展3年行动，获评4•26宣传先进[1]。",
        "第6届宣传周期间检查书店159家[1]。",
        "规范4类场所，排查起重机1233台[1]。",
        "检查书店66家[5]。",
        "材料里没有找到药品抽检的情况。",
        "关于广告监测，所给材料中没有提到，因此无法比较。",
    ],
)
def test_other_forms_meet_by_value(text: str) -> None:
    found = check(text, GIVEN)
    assert not found.faulty, describe_faults(found)


def test_a_refusal_may_not_carry_more() -> None:
    assert kinds("材料里没有找到药品情况，但合格率很高。") == {FaultKind.UNCITED}


def test_only_what_was_asked_may_be_cited() -> None:
    statement = check("检查书店203家[2]。", GIVEN, frozenset({"r1"})).statements[0]
    assert [fault.kind for fault in statement.faults] == [FaultKind.NOT_ASKED]


def test_a_bureau_of_the_store_is_known_though_not_given() -> None:
    known = [Bureau("石桥县市场监督管理局", Level.COUNTY)]
    faulty = check("石桥检查书店159家[1]。", GIVEN, known=known).faulty
    assert {f.kind for f in faulty[0].faults} == {FaultKind.WRONG_BUREAU}


def test_the_next_period_is_told_of_a_plan() -> None:
    plan = passage(1, "计划检查书店300家。", "青禾县市场监督管理局", Period(2023), "下一年打算")
    done = passage(1, "检查书店300家。", "青禾县市场监督管理局", Period(2023), "成效")
    assert not kinds("2024年检查书店300家[1]。", (plan,))
    assert kinds("2024年检查书店300家[1]。", (done,)) == {FaultKind.WRONG_PERIOD}


def test_a_bare_year_is_not_the_half() -> None:
    half = passage(1, "检查书店70家。", "青禾县市场监管局", Period(2023, YearPart.FIRST_HALF))
    assert kinds("2023年检查书店70家[1]。", (half,)) == {FaultKind.WRONG_PERIOD}
    assert not kinds("2023年，青禾县上半年检查书店70家[1]。", (half,))
    assert not kinds("2023年检查书店70家（上半年）[1]。", (half,))
    later = passage(2, "检查书店80家。", "青禾县市场监管局", Period(2024, YearPart.FIRST_HALF))
    both = "2023年检查书店70家[1]，2024年上半年检查书店80家[2]。"
    assert kinds(both, (half, later)) == {FaultKind.WRONG_PERIOD}


def test_statements_cover_the_text_and_keep_their_marks() -> None:
    text = (
        "书店159家[1]；超市103家。[1]\n[2]\n1. 起重机1233台。【1】［3］\n具体如下：\n会议3次[1-3]"
    )
    statements = check(text, GIVEN).statements
    assert "".join(text[s.start : s.end] for s in statements) == text
    assert [s.cited for s in statements] == [(1,), (1, 2), (1, 3), (), (1, 2, 3)]
    assert statements[3].role is StatementRole.LEAD_IN


def test_a_lead_in_falls_with_what_it_leads_in() -> None:
    text = "青禾县局情况如下：\n书店195家[1]\n北岭区局情况如下：\n书店203家[2]"
    assert passing_text(check(text, GIVEN)) == "北岭区局情况如下：\n书店203家[2]"


def test_a_heading_over_a_lead_in_stays_with_it() -> None:
    text = "青禾县局：\n具体如下：\n书店195家[1]\n超市103家[1]"
    assert passing_text(check(text, GIVEN)) == "青禾县局：\n具体如下：\n超市103家[1]"


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_is_told_in_words_to_the_model_that_repairs(kind: FaultKind) -> None:
    statement, wrong, words = fault_form("检查9家[1]。", kind.value, "9家").split("｜")
    assert (statement, words) == ("检查9家[1]。", "9家")
    assert re.search(r"[\u4e00-\u9fff]", wrong)


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("其中企业86户[1]。", "截至11月23日，新登记市场主体*户，其中企业86户。"),
        ("罚没款15000元[1]。", "罚没款1.5万元，较2022年同期增长13.7%。"),
        (
            "推行清单管理，规范场所[1]。",
            "推行“37+2”清单，开展三年行动，规范四类场所，排查起重机1233台。",
        ),
        ("新登记市场主体户数原文已隐去[1]。", "截至11月23日，新登记市场主体*户，其中企业86户。"),
    ],
)
def test_the_quote_is_the_whole_sentence_that_bears_the_statement(text: str, quote: str) -> None:
    span = quote_for(check(text, GIVEN).statements[0], GIVEN[0])
    assert GIVEN[0].report.text[span.start : span.end] == quote


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>先看[1]</think>\n书店159家[1]。", "书店159家[1]。"),
        ("先看[1]</think>书店159家[1]。", "书店159家[1]。"),
        ("<think>还没有想完", ""),
        ("书店159家[1]。<think>再想", "书店159家[1]。"),
        ("书店159家[1]。", "书店159家[1]。"),
    ],
)
def test_thinking_is_not_shown(text: str, rest: str) -> None:
    assert strip_thinking(text) == rest


def test_a_stream_settles_to_what_the_whole_gives() -> None:
    text = "青禾县局：\n书店159家。[1]\n超市103家[1]；会议3次[1]。材料里没有找到药品情况。"
    whole = [(s.start, s.end, s.faults) for s in check(text, GIVEN).statements]
    for end in range(len(text) + 1):
        done = settled_length(text[:end])
        early = check(text[:done], GIVEN).statements
        assert [(s.start, s.end, s.faults) for s in early] == whole[: len(early)]


untimed = settings(deadline=None, max_examples=60)
PIECES = st.sampled_from(
    ["青禾县局", "北岭区市场监管局", "2023年", "2022年上半年", "书店", "159家", "１５９家", "203家",
     "97.8%", "*户", "[1]", "[2]", "[7]", "。", "；", "，", "\n", "：", "1. ", "第六届", "“37+2”",
     "较", "一百五十九家", "新登记市场主体", "没有找到", "1.5万元", "13.7%", "《", "》", "分别"]
)  # fmt: skip


@untimed
@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_any_text_is_checked_and_what_is_kept_stands_in_its_passages(text: str) -> None:
    found = check(text, GIVEN)
    assert "".join(text[s.start : s.end] for s in found.statements) == text
    by_number = {g.n: g for g in GIVEN}
    for statement in found.passing:
        held = [f for n in statement.cited for f in find_figures(by_number[n].text)]
        for figure in find_figures(plain(text[statement.start : statement.end])):
            assert figure.masked or any(same_amount(figure, other) for other in held)
        for n in statement.cited:
            span = quote_for(statement, by_number[n])
            assert 0 <= span.start < span.end <= len(by_number[n].report.text)


def plain(text: str) -> str:
    for mark in ("[1]", "[2]", "1. "):
        text = text.replace(mark, " " * len(mark))
    return fold_width(text)


@settings(untimed, max_examples=40)  # each kind of sentence is put to many worlds above
@given(st.integers(0, 10**6))
def test_invented_worlds_never_raise_a_false_alarm(seed: int) -> None:
    rng = seeded(seed)
    invented = world(rng)
    text = rng.choice(list(FAITHFUL.values()))(rng, invented)
    assert not check(text, invented.given).faulty


ROWS = (
    "检查餐饮单位，河东所1204家次，河西所987家次，临港所*家次；立案分别为21件、14件、9件。"
    "另查药店*家，立案*件。"
)


@pytest.mark.parametrize(
    "text",
    [
        "河东所、河西所、临港所立案分别为21件、14件、9件[1]。",
        "河东所立案21件，河西所立案14件，临港所立案9件[1]。",
    ],
)
def test_figures_dealt_to_an_earlier_row_are_told_of_its_items(text: str) -> None:
    assert not check(text, (passage(1, ROWS, "云溪县市场监管局", None),)).faulty


def test_figures_dealt_to_an_earlier_row_are_not_exchanged() -> None:
    rows = (passage(1, ROWS, "云溪县市场监管局", None),)
    text = "河东所、河西所、临港所立案分别为14件、21件、9件[1]。"
    assert FaultKind.FIGURE_MISPLACED in kinds(text, rows)


def test_a_period_before_county_and_township_is_no_place() -> None:
    rows = (
        passage(
            1,
            "县、乡、村三级包保干部506名。",
            "云溪县市场监管局",
            Period(2023, YearPart.FIRST_HALF),
        ),
    )
    assert not check("云溪县2023年上半年县、乡、村三级包保干部506名[1]。", rows).faulty


def test_bold_around_a_name_with_masks_is_taken_for_bold() -> None:
    body = split_statements("**市市场监管局*局2022年上半年**检查*家[1]。")[0].body
    assert body.strip().startswith("市市场监管局*局2022年上半年检查*家")
    masked = "**县市场监管局2023年检查*家[1]。"
    assert split_statements(masked)[0].body.startswith("**县市场监管局2023年检查*家")


LISTED = (
    "查办案件291件，其中移送司法机关16件，责令整改8件。在建项目28个，其中超亿元项目25个。",
    "截至5月31日，列入异常名录86户。截至6月30日，移出40户。第二产业增长7.7%，第三产业增长7.4%。环保任务全部完成。",
)


def listed(text: str) -> CheckedText:
    given = [passage(n, told, "青禾县市场监管局", Period(2023)) for n, told in enumerate(LISTED, 1)]
    return check(text, given)


@pytest.mark.parametrize(
    "text",
    [
        "查办案件291件，其中：\n- 移送司法机关16件[1]。\n- 责令整改8件[1]。",
        "查办案件情况如下：\n1. 移送司法机关16件[1]。\n2. 责令整改8件[1]。\n第二产业增长7.7%[2]。",
        "环保任务全部完成，第二产业增长7.7%[2]。",
    ],
)
def test_lists_and_their_lead_ins_stand(text: str) -> None:
    assert not listed(text).faulty


@pytest.mark.parametrize(
    "text",
    [
        "查办案件161件，其中：\n- 移送司法机关16件[1]。",
        "查办大案291件，其中：\n- 移送司法机关16件[1]。",
        "查办案件291件，其中超亿元项目25个[1]。",
        "截至6月30日，列入异常名录86户[2]。",
        "第二产业增长7.4%[2]。",
    ],
)
def test_what_a_lead_in_or_a_list_turns_falls(text: str) -> None:
    assert listed(text).faulty


def test_a_lead_in_that_falls_leaves_its_list() -> None:
    checked = listed("查办案件161件，其中：\n- 移送司法机关16件[1]。\n- 责令整改8件[1]。")
    assert [statement.text for statement in checked.faulty] == ["查办案件161件，其中："]


def test_a_growing_text_is_shown_without_the_lead_in_at_its_end() -> None:
    text = "查办案件291件[1]。\n其中：\n"
    assert text[: showable_length(text)] == "查办案件291件[1]。\n"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("- **“铁拳”行动**：立案3件。", "“铁拳”行动：立案3件。"),
        ("1. **县市场监管局检查药店*家。", "**县市场监管局检查药店*家。"),
        ("检查药店3家。", "检查药店3家。"),
    ],
)
def test_list_marks_and_bold_are_left_out_and_masks_stay(written: str, plain: str) -> None:
    assert without_markup(written) == plain
