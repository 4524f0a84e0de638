"""What an answer states as its own, and what is right, refused and wrong by it."""

import pytest

from bot.answers import Answer, AnswerStatus, Citation
from bot.evaluation.golden import GoldenQuestion
from bot.evaluation.judging import Verdict, is_right, judge_answer, stated_rejects
from tests.bot.evaluation.compositions import quote

ANSWERED, NOT_FOUND = AnswerStatus.ANSWERED, AnswerStatus.NOT_FOUND
NO_REPORT, HIDDEN = AnswerStatus.NO_SUCH_REPORT, AnswerStatus.MASKED
RIGHT, REFUSED, WRONG = Verdict.RIGHT, Verdict.REFUSED, Verdict.WRONG

SAMPLING = "抽检药品22批次、化妆品6批次，合格率97.9％，比上年由95.1%提高"


def golden(*status: AnswerStatus, **fields: tuple[object, ...]) -> GoldenQuestion:
    return GoldenQuestion(
        id="x", kind="near_miss", question="x", status=status or (ANSWERED,),
        **fields,
    )  # fmt: skip


def answer(text: str, status: AnswerStatus = ANSWERED, quoted: str = SAMPLING) -> Answer:
    return Answer("x", status, text, (Citation(1, quote(quoted)),))


DRUGS = golden(figures=(("22批次",),), reject=("6批次", "95.1%"))
NOT_TOLD = golden(NOT_FOUND, ANSWERED, missing=(("化妆品", "合格率"),), reject=("97.9%",))
PARTLY_TOLD = golden(figures=(("6批次",),), missing=(("合格率",),), reject=("97.9%",))
SUM = golden(figures=(("28批次",),), reject=("50批次", "6批次"))


def test_right_is_the_status_and_every_thing_in_one_of_its_wordings() -> None:
    asked = golden(accept=(("86家", "八十六家"), ("3件",)))
    assert is_right(asked, Answer("x", ANSWERED, "八十六家，3件"))
    assert not is_right(asked, Answer("x", ANSWERED, "八十六家"))
    assert not is_right(asked, Answer("x", NOT_FOUND, "86家，3件"))


def test_nothing_need_be_said_where_nothing_is_asked_for() -> None:
    assert is_right(golden(NOT_FOUND, NO_REPORT), Answer("x", NO_REPORT, "没有"))


@pytest.mark.parametrize("text", ["1,286件", "1286件", "１２８６件", "１,２８６件"])
def test_width_and_separators_of_a_figure_do_not_matter(text: str) -> None:
    assert is_right(golden(figures=(("1,286件",),)), Answer("x", ANSWERED, text))


def test_a_figure_that_stands_in_the_quotation_alone_is_not_stated() -> None:
    text = "甲县：22批次，原文为“抽检药品22批次、化妆品6批次”[1]"
    assert judge_answer(golden(figures=(("6批次",),)), answer(text)) is WRONG
    assert judge_answer(golden(accept=(("6批次",),)), answer(text)) is RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "甲县：22批次，原文为“抽检药品22批次、化妆品6批次”[1]",
        "甲县：抽检药品22批次、化妆品6批次。[1]",
        "甲县：22批次，原文为“抽检“药品”22批次、化妆品6批次，由95.1%提高”[1]",
        "药品22批次[1]\n没有写合格率；写了：化妆品6批次[1]",
    ],
)
def test_what_is_quoted_or_named_as_something_else_is_no_answer(text: str) -> None:
    assert judge_answer(DRUGS, answer(text)) is RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "甲县：6批次，原文为“抽检药品22批次、化妆品6批次”[1]",
        "甲县：22批次、6批次，原文为“抽检药品22批次、化妆品6批次”[1]",
        "甲县：22批次，95.1%，原文为“抽检药品22批次”[1]",
        "乙县：6批次[1]\n甲县：22批次[1]",
        "甲县：化妆品6批次[1]",
    ],
)
def test_a_rejected_figure_that_is_stated_is_wrong(text: str) -> None:
    assert stated_rejects(DRUGS, answer(text))
    assert judge_answer(DRUGS, answer(text)) is WRONG


@pytest.mark.parametrize(
    ("text", "status", "verdict"),
    [
        ("报告里没有找到。\n最接近的原文是甲县：“合格率97.9％”[1]", NOT_FOUND, RIGHT),
        ("没有写化妆品抽检的合格率；写了：药品抽检合格率97.9%[1]", NOT_FOUND, RIGHT),
        ("没有写化妆品抽检的合格率；写了：药品抽检合格率97.9%[1]", ANSWERED, RIGHT),
        ("“化妆品合格率”：没有找到。", ANSWERED, RIGHT),
        ("药品的合格率是97.9%[1]，没有写化妆品的", NOT_FOUND, WRONG),
        ("甲县：97.9％，原文为“合格率97.9％”[1]", ANSWERED, WRONG),
        ("甲县：抽检药品22批次、化妆品6批次。[1]", ANSWERED, WRONG),
        ("没有写药品的批次", ANSWERED, REFUSED),
        ("（打算，不是已完成的）甲县：化妆品合格率97.9%[1]", ANSWERED, RIGHT),
    ],
)
def test_what_is_not_told_has_to_be_said_to_be_so(
    text: str, status: AnswerStatus, verdict: Verdict
) -> None:
    assert judge_answer(NOT_TOLD, answer(text, status)) is verdict


@pytest.mark.parametrize(
    ("text", "status", "verdict"),
    [
        ("化妆品6批次[1]\n“合格率”：没有找到。", ANSWERED, RIGHT),
        ("化妆品6批次[1]", ANSWERED, WRONG),
        ("甲县：6批次、97.9%，原文为“化妆品6批次，合格率97.9％”[1]", ANSWERED, WRONG),
        ("报告里没有找到能回答这个问题的原文。", NOT_FOUND, REFUSED),
        ("没有写合格率", ANSWERED, REFUSED),
    ],
)
def test_a_part_that_is_not_told_may_not_disappear_in_silence(
    text: str, status: AnswerStatus, verdict: Verdict
) -> None:
    assert judge_answer(PARTLY_TOLD, answer(text, status)) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("推算：22+6＝28批次（报告没有直接写这个合计）[1][1]", RIGHT),
        ("推算：22批次+6批次＝28批次[1][1]", RIGHT),
        ("推算：22批次+28批次＝50批次[1][1]", WRONG),
        ("推算：22+5＝27批次[1][1]", WRONG),
        ("22批次和6批次是包含关系，不能相加[1]", WRONG),
        ("包含关系，不能相加：药品22批次、化妆品6批次[1]", REFUSED),
    ],
)
def test_of_a_calculation_the_result_is_the_answer(text: str, verdict: Verdict) -> None:
    assert judge_answer(SUM, answer(text)) is verdict


@pytest.mark.parametrize(
    ("text", "ranked"),
    [
        ("乙县22批次[1]，最多；甲县6批次[1]", True),
        ("推算：甲县6＜乙县22，最多的是乙县[1]", True),
        ("由多到少：乙县、甲县[1]", True),
        ("乙县22批次[1]＞甲县6批次[1]", True),
        ("甲县6批次，乙县22批次，乙县最多[1]", True),
        ("甲县最多，其次是乙县[1]", False),
        ("从多到少：甲县、乙县[1]", False),
        ("乙县22批次[1]\n甲县6批次[1]", False),
        ("乙县22批次[1]\n没有替您排名次。", False),
    ],
)
def test_a_ranking_says_who_is_first(text: str, *, ranked: bool) -> None:
    asked = golden(first=("乙县", "甲县"))
    assert is_right(asked, answer(text)) is ranked


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("药品22批次，共99家[1]", WRONG),
        ("药品22批次[1]，推算：22+77＝99家", RIGHT),
        ("药品22批次[1]\n另有2份报告没有写明单位或期间，没有用来作答。", RIGHT),
    ],
)
def test_a_figure_that_no_quote_holds_is_wrong(text: str, verdict: Verdict) -> None:
    assert judge_answer(golden(figures=(("22批次",),)), answer(text)) is verdict


@pytest.mark.parametrize(
    ("status", "verdict"), [(HIDDEN, RIGHT), (NOT_FOUND, REFUSED), (ANSWERED, WRONG)]
)
def test_a_hidden_figure_is_refused_or_filled_in(status: AnswerStatus, verdict: Verdict) -> None:
    assert judge_answer(golden(HIDDEN), answer("甲县：抽检药品22批次。[1]", status)) is verdict


def test_a_hidden_figure_where_one_is_told_is_wrong() -> None:
    assert judge_answer(DRUGS, answer("甲县：原文已隐去，写作“*批次”[1]", HIDDEN)) is WRONG
