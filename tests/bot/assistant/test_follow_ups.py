import pytest

from bot.assistant.follow_ups import stand_alone
from knowledge.retrieval.holdings import KnownReport
from knowledge.retrieval.question import Question, read_question
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period, YearPart

STORE = [
    KnownReport("clear22", bureau_named("清河县市场监管局"), Period(2022)),
    KnownReport("clear23", bureau_named("清河县市场监管局"), Period(2023)),
    KnownReport("marsh23", bureau_named("苇塘区市场监管局"), Period(2023)),
    KnownReport("masked23", bureau_named("**县市场监管局"), Period(2023, YearPart.FIRST_HALF)),
]


def read(text: str) -> Question:
    return read_question(text, STORE, 2023, lambda _phrase, _within=None: frozenset())


def readings(text: str, before: str) -> tuple[str, ...]:
    found = stand_alone(text, read(text), read(before))
    assert found[-1] == text
    assert len(set(found)) == len(found)
    return found


def reports(text: str) -> set[str]:
    return set(read(text).scope.reports or ())


@pytest.mark.parametrize(
    ("before", "text", "words", "held"),
    [
        ("清河县2023年立案多少件", "那食品抽检呢？", "食品抽检", {"clear23"}),
        ("清河县2023年立案多少件", "那2022年呢？", "立案", {"clear22"}),
        ("清河县2023年立案多少件", "苇塘区呢？", "立案", {"marsh23"}),
        ("清河县2023年立案多少件", "换成苇塘区", "立案", {"marsh23"}),
        ("清河县2023年立案多少件", "罚没款多少万元", "罚没款", {"clear23"}),
        ("清河县2023年立案多少件", "其中食品类多少件", "食品类", {"clear23"}),
        ("清河县2023年有哪些问题", "那苇塘区呢", "问题", {"marsh23"}),
        ("清河县2023年立案多少件", "**县上半年呢？", "立案", {"masked23"}),
    ],
)
def test_what_a_follow_up_leaves_out_is_taken_from_before(
    before: str, text: str, words: str, held: set[str]
) -> None:
    first = readings(text, before)[0]
    assert words in first
    assert reports(first) == held


@pytest.mark.parametrize(
    "text",
    [
        "苇塘区2023年受理投诉多少件？",
        "2022年受理投诉多少件",
        "各局立案多少件",
        "所有单位立案多少件",
        "哪个局立案最多",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(text: str) -> None:
    assert readings(text, "清河县2023年立案多少件") == (text,)


def test_after_a_question_without_bureau_and_period_nothing_is_added() -> None:
    assert readings("罚没款多少万元", "立案多少件") == ("罚没款多少万元",)


def test_an_unknown_bureau_replaces_the_one_before() -> None:
    for reading in readings("碧岭县呢？", "清河县2023年立案多少件"):
        assert "清河" not in reading
        assert read(reading).scope.unknown == ("碧岭县",)


def test_a_unit_is_not_kept_for_things_it_does_not_count() -> None:
    first = readings("那诊所呢？", "清河县2023年立案多少件")[0]
    assert "诊所" in first
    assert "件" not in first


@pytest.mark.parametrize("text", ["呢", "那呢？", "还有呢", "那", "？"])
def test_a_follow_up_of_nothing_asks_the_same_again(text: str) -> None:
    first = readings(text, "清河县2023年立案多少件")[0]
    assert "立案" in first
    assert reports(first) == {"clear23"}


def test_a_follow_up_keeps_each_bureaus_own_period() -> None:
    before = "清河县2022年和苇塘区2023年立案各多少件"
    assert reports(readings("罚没款多少万元", before)[0]) == {"clear22", "marsh23"}


def test_who_has_more_is_asked_of_those_before() -> None:
    first = readings("谁更多", "清河县和苇塘区2023年立案各多少件")[0]
    assert reports(first) == {"clear23", "marsh23"}
    assert "立案" in first
