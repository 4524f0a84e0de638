import pytest

from bot.assistant.antecedents import (
    Conversation,
    matter_of,
    period_words,
    scope_words,
    without_refused_scope,
)
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import Question, read_question
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period, YearPart

CLEAR, MARSH = bureau_named("清河县市场监管局"), bureau_named("苇塘区市场监管局")
STORE = [
    KnownReport("clear22", CLEAR, Period(2022)),
    KnownReport("clear23h", CLEAR, Period(2023, YearPart.FIRST_HALF)),
    KnownReport("marsh23", MARSH, Period(2023)),
]


def read(text: str) -> Question:
    return read_question(text, Holdings(STORE), 2023, lambda _phrase, _within=None: frozenset())


@pytest.mark.parametrize(
    ("refused", "before", "kept"),
    [
        ("清河县2020年立案多少件", None, "清河县立案多少件"),
        ("碧岭县2022年立案多少件", None, "立案多少件"),
        ("碧岭县投诉多少件", "清河县2022年立案多少件", "清河县2022年投诉多少件"),
    ],
)
def test_of_a_refused_question_what_is_held_stays(
    refused: str, before: str | None, kept: str
) -> None:
    assert without_refused_scope(read(refused), read(before) if before else None) == kept


@pytest.mark.parametrize("question", ["清河县2022年立案多少件", "立案多少件"])
def test_a_question_that_was_held_stays_as_it_is(question: str) -> None:
    assert without_refused_scope(read(question), None) is None


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("清河县2022年立案多少件", "立案多少件"),
        ("清河县和苇塘区的及时率", "及时率"),
        ("各局投诉", "各局投诉"),
    ],
)
def test_the_matter_is_what_is_left_of_a_question_without_its_scope(
    question: str, matter: str
) -> None:
    assert matter_of(read(question)) == matter


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("上一期呢", "2023年上半年上一期"),
        ("去年同期呢", "2023年上半年去年同期"),
        ("最近一期呢", "最近一期"),
        ("2022年呢", "2022年"),
        ("苇塘区呢", "2023年上半年"),
    ],
)
def test_the_period_before_is_that_of_the_question_before(text: str, words: str) -> None:
    assert period_words(read(text), read("清河县2023年上半年立案多少件")) == words


def test_a_bureau_that_was_named_twice_is_asked_of_once() -> None:
    before = read("苇塘区和清河县和清河县2023年立案多少件")
    assert len(before.scope.bureaus) == 3
    assert scope_words(read("那2022年呢"), before) == "苇塘区和清河县2022年"


def test_the_period_before_goes_with_no_bureau_of_which_a_branch_alone_has_it() -> None:
    own, branch = bureau_named("区市场监管局"), bureau_named("市市场监管局*局", "我区")
    reports = [KnownReport("own", own, Period(2023)), KnownReport("branch", branch, Period(2022))]

    def read_of(text: str) -> Question:
        held = Holdings([STORE[0], *reports])
        return read_question(text, held, 2023, lambda _phrase, _within=None: frozenset())

    talk = Conversation((), read_of, lambda *_: [])
    asked = read_of("清河县2022年立案多少件")
    assert talk.scope_words(read_of("区局呢"), asked) == "区局"
    assert read_of("区局2022年立案多少件").scope.branches
