import pytest

from knowledge.retrieval.bureau_names import KnownBureaus
from knowledge.retrieval.pairing import pair_mentions
from knowledge.retrieval.question_bureaus import find_bureaus
from knowledge.retrieval.question_periods import find_periods
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.identity import bureau_named

KNOWN = KnownBureaus(
    map(bureau_named, ("清河县市场监管局", "苇塘区市场监管局", "白沙市市场监管局"))
)


def pairs(question: str) -> list[tuple[list[str], list[str]]]:
    words = question_words()
    bureaus = find_bureaus(question, KNOWN, words, lambda _phrase, _within=None: frozenset())
    asked = find_periods(question, 2023, words)
    return [
        ([b.wording for b in bureaus], [str(a) for a in periods])
        for bureaus, periods in pair_mentions(question, bureaus, asked)
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("区局上半年和县局2022年", [(["区局"], ["上半年"]), (["县局"], ["2022年"])]),
        ("区局2022年和县局上半年", [(["区局"], ["2022年"]), (["县局"], ["2022年上半年"])]),
        ("2022年区局和2023年县局", [(["区局"], ["2022年"]), (["县局"], ["2023年"])]),
        ("区局、市局2022年和县局2023年", [(["区局", "市局"], ["2022年"]), (["县局"], ["2023年"])]),
        (
            "2022年区局上半年和县局下半年",
            [(["区局"], ["2022年上半年"]), (["县局"], ["2022年下半年"])],
        ),
        ("区局2022年立案比县局多多少", [(["区局"], ["2022年"]), (["县局"], ["2022年"])]),
    ],
)
def test_each_bureau_keeps_its_own_period(
    question: str, expected: list[tuple[list[str], list[str]]]
) -> None:
    assert pairs(question) == expected


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("2023年区局上半年", ["2023年上半年"]),
        ("上半年区局2023年", ["2023年上半年"]),
        ("区局2023年和上半年", ["2023年", "2023年上半年"]),
        ("区局2022年上半年和下半年", ["2022年上半年", "2022年下半年"]),
        ("2022年、2023年区局上半年", ["2022年上半年", "2023年上半年"]),
        ("区局今年上半年，2022年的", ["2022年上半年"]),
        ("区局去年多少，2023年多少", ["2022年", "2023年"]),
        ("区局", []),
    ],
)
def test_of_one_bureau_a_part_goes_with_its_year(question: str, periods: list[str]) -> None:
    assert pairs(question) == [(["区局"], periods)]


def test_without_a_bureau_the_periods_stand_together() -> None:
    assert pairs("2022年和2023年上半年") == [([], ["2022年", "2023年上半年"])]
