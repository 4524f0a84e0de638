import pytest

from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.scope import Scope, read_scope
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period, YearPart

CLEAR = bureau_named("清河县市场监管局")
MARSH = bureau_named("苇塘区市场监管局")
STORE = [
    KnownReport("clear22", CLEAR, Period(2022), ("清河县2022年工作总结", "清河县工作总结")),
    KnownReport("clear23", CLEAR, Period(2023), ("清河县2023年总结（定稿）", "工作总结")),
    KnownReport("marsh23", MARSH, Period(2023), ("report-07", "苇塘区2023年工作情况汇报")),
    KnownReport("code", MARSH, Period(2022), ("2022", "苇塘区2022年重点工作谋划")),
]


def scope(question: str) -> Scope:
    return read_scope(question, Holdings(STORE), 2023, lambda _phrase, _within=None: frozenset())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("report-07里立案多少件", {"marsh23"}),
        ("report-07.txt立案多少件", {"marsh23"}),
        ("清河县2022年工作总结里立案多少件", {"clear22"}),
        ("《工作情况汇报》里立案多少件", {"marsh23"}),
        ("定稿那份立案多少件", {"clear23"}),
        ("清河县定稿那份立案多少件", {"clear23"}),
        ("清河县那份定稿里立案多少件", {"clear23"}),
        ("那个情况汇报里立案多少件", {"marsh23"}),
        ("情况汇报那个里头立案多少件", {"marsh23"}),
        ("苇塘区总结和谋划那份立案多少件", {"code"}),
        ("rep开头那个文件，立案多少件", {"marsh23"}),
        ("清河县2022年工作总结和2023年的比，立案多了吗", {"clear22", "clear23"}),
    ],
)
def test_a_file_or_title_names_its_report(question: str, expected: set[str]) -> None:
    assert set(scope(question).reports or ()) == expected


@pytest.mark.parametrize("question", ["工作总结里怎么说电梯", "那份总结立案多少件", "立案多少件"])
def test_a_name_that_any_report_may_have_names_none(question: str) -> None:
    assert scope(question).reports is None


def test_a_longer_period_than_that_of_a_file_does_not_name_it() -> None:
    store = [
        KnownReport("clear23", CLEAR, Period(2023), ("清河县二〇二三年",)),
        KnownReport("clear23h", CLEAR, Period(2023, YearPart.FIRST_HALF), ("清河县半年",)),
    ]
    found = read_scope(
        "清河县二〇二三年上半年立案", Holdings(store), 2023, lambda _p, _w=None: frozenset()
    )
    assert set(found.reports or ()) == {"clear23h"}


def test_a_year_is_no_file() -> None:
    assert set(scope("2022年立案多少件").reports or ()) == {"clear22", "code"}


def test_a_file_of_another_bureau_does_not_widen_the_one_named() -> None:
    assert set(scope("苇塘区定稿那份立案多少件").reports or ()) == {"marsh23", "code"}


def test_a_file_of_one_period_leaves_those_of_the_other() -> None:
    question = "清河县2022年那个和2023年定稿那个比，立案多少件"
    assert set(scope(question).reports or ()) == {"clear22", "clear23"}


@pytest.mark.parametrize(
    "named", ["report-07里", "report-07.txt 这个文件里", "report-07那个文件里写的", "report-07.txt"]
)
def test_the_words_of_a_file_are_no_matter(named: str) -> None:
    question = f"{named}立案多少件"
    (span,) = scope(question).spans
    assert question[span.start : span.end] == named
