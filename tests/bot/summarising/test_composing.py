import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.compositions import Summary
from bot.errors import UnknownHeading
from bot.records import summary_record
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import compose, read_scopes
from bot.summarising.vocabulary import SummaryLength
from knowledge.models import SectionKind
from knowledge.understanding.figures import find_figures
from tests.bot.summarising.readings import (
    FULL,
    MASKED,
    RUN_IN_ONLY,
    UNHEADED,
    reading,
    rests_on,
)
from tests.bot.summarising.test_units import PIECES


def summary(text: str, **asked: object) -> Summary:
    request = SummaryRequest(("r",), **asked)  # type: ignore[arg-type]  # a test's own fields
    return compose(read_scopes([reading(text)], request))


def points(made: Summary) -> list[str]:
    return [point.text for part in made.parts for point in part.points]


def whole_text(made: Summary) -> str:
    """What a script reads that only joins the points' texts."""
    return "".join(point["text"] for point in summary_record(made)["points"])


@given(
    st.lists(PIECES, max_size=60).map("".join),
    st.sampled_from([*SummaryLength, None]),
    st.sampled_from(["", "食品安全", "药品"]),
)
@settings(max_examples=40)
def test_whatever_the_text_every_point_is_of_the_words_that_it_cites(
    text: str, length: SummaryLength | None, topic: str
) -> None:
    made = summary(text, length=length, topic=topic)
    quotes = {c.n: c.quote.text for c in made.citations}
    assert sorted(quotes) == list(range(1, len(quotes) + 1))
    for part in made.parts:
        for point in part.points:
            assert point.text
            assert point.citations
            assert rests_on(point.text, "".join(quotes[n] for n in point.citations))
    assert {n for part in made.parts for p in part.points for n in p.citations} == set(quotes)


@pytest.mark.parametrize("text", [FULL, MASKED, UNHEADED, RUN_IN_ONLY])
@pytest.mark.parametrize("length", list(SummaryLength))
def test_figures_and_masks_stand_as_the_report_has_them(text: str, length: SummaryLength) -> None:
    held = [(f.text, f.masked) for f in find_figures(text)]
    shown = [
        (f.text, f.masked) for p in points(summary(text, length=length)) for f in find_figures(p)
    ]
    assert shown
    assert set(shown) <= set(held)


def test_a_page_names_every_first_heading_and_holds_eight_figures() -> None:
    made = summary(FULL)
    for heading in ("一、主要工作", "二、存在的问题", "三、下半年打算"):
        assert heading in whole_text(made)
    plain = {f.text for p in points(made) for f in find_figures(p) if not f.masked}
    assert len(plain) >= 8


def test_points_stand_under_the_report_s_own_headings_in_its_order() -> None:
    made = summary(FULL)
    assert [part.path for part in made.parts][-2:] == [("二、存在的问题",), ("三、下半年打算",)]
    firsts = dict.fromkeys(part.path[0] for part in made.parts if part.path)
    assert [*firsts] == sorted(firsts, key=FULL.index)


def test_what_is_said_twice_is_shown_once_and_cited_twice() -> None:
    made = summary(FULL, topic="食品安全")
    repeated = [p for part in made.parts for p in part.points if "320批次" in p.text]
    assert [len(p.citations) for p in repeated] == [2]


def test_slogans_are_left_to_sections_that_have_nothing_else() -> None:
    made = summary(FULL)
    assert not any("高度重视" in p or "政治站位" in p for p in points(made))
    empty = (
        "一、工作\n检查药店90家，立案12件。\n二、党建\n提高政治站位，以会议精神为指导抓好党建。\n"
    )
    assert "政治站位" in whole_text(summary(empty))


def test_problems_and_plans_are_told_with_what_stands_below_their_headings() -> None:
    assert points(summary(FULL))[-4:] == [
        "人手偏紧：一线执法人员只有17人，人均要管六百多户。",
        "设备老旧：快检设备已用9年。",
        "建好快检室：年底前建成乡镇快检室3个，食品抽检不少于350批次。",
        "整治老旧电梯：对全县老旧电梯逐台评估。",
    ]


@pytest.mark.parametrize(
    ("length", "most"), [(SummaryLength.SENTENCE, 95), (SummaryLength.HALF, 330)]
)
def test_a_summary_keeps_to_its_length(length: SummaryLength, most: int) -> None:
    long = FULL.replace("检查电梯", "检查叉车33台，立案4件。检查锅炉21台，立案2件。检查电梯")
    said = "".join(points(summary(long, length=length)))
    assert 20 < len(said) <= most


def test_a_page_of_a_long_report_keeps_to_a_page() -> None:
    body = "".join(f"检查第{n}类经营单位{n}2家，立案{n}件，罚没款{n}.5万元。" for n in range(1, 90))
    made = summary(f"一、工作\n{body}\n二、问题\n人手偏紧，缺口7人。\n")
    assert 700 < len("".join(points(made))) < 1050


def test_a_heading_without_text_is_named_as_left_out() -> None:
    made = summary("一、工作\n检查药店90家，立案12件，罚没款3万元。\n二、下步打算\n")
    assert made.left_out == ("二、下步打算",)
    assert "二、下步打算" not in whole_text(made)


def test_headings_that_are_passed_over_are_told_once_the_outermost() -> None:
    made = summary(FULL, length=SummaryLength.SENTENCE)
    assert "二、存在的问题" in made.left_out
    assert "（一）人手偏紧" not in made.left_out
    assert "（二）守住底线，保障民生安全" not in summary(FULL, topic="食品安全").left_out


@pytest.mark.parametrize(
    "text", [UNHEADED, RUN_IN_ONLY, "检查药店12家。", "一、工作\n检查药店*家。"]
)
def test_reports_of_few_words_are_summarised_too(text: str) -> None:
    assert points(summary(text))


def test_a_report_without_any_words_has_no_points() -> None:
    assert summary("").parts == ()


def test_a_heading_s_summary_stays_under_it() -> None:
    made = summary(FULL, section="守住底线")
    assert made.scope == "（二）守住底线，保障民生安全"
    assert points(made)
    assert all("（二）守住底线，保障民生安全" in c.quote.path for c in made.citations)
    with pytest.raises(UnknownHeading):
        summary(FULL, section="乡村振兴")


def test_a_kind_s_summary_holds_that_kind() -> None:
    made = summary(FULL, kind=SectionKind.PROBLEMS)
    assert points(made) == [
        "人手偏紧：一线执法人员只有17人，人均要管六百多户。",
        "设备老旧：快检设备已用9年。",
    ]
    assert all(c.quote.path[0] == "二、存在的问题" for c in made.citations)
    assert summary(UNHEADED, kind=SectionKind.PLAN).parts == ()


def compare(*texts: str) -> Summary:
    readings = [reading(t, f"松溪{n}县市场监管局") for n, t in enumerate(texts)]
    return compose(read_scopes(readings, SummaryRequest(("a", "b"), topic="食品安全")))


def test_several_reports_are_compared_part_by_part_in_one_order_of_matters() -> None:
    first = "一、工作\n立案查处食品案件3件。检查餐饮单位9家。食品抽检20批次，合格率95%。\n"
    second = "一、工作\n检查餐饮单位7家。食品抽检40批次，合格率98%。\n二、其他\n检查药店9家。\n"
    made = compare(first, second)
    assert [part.path[0] for part in made.parts] == [
        "松溪0县市场监管局2023年上半年",
        "松溪1县市场监管局2023年上半年",
    ]
    assert [[p.text[:4] for p in part.points] for part in made.parts] == [
        ["食品抽检", "检查餐饮", "立案查处"],
        ["食品抽检", "检查餐饮"],
    ]


def test_a_report_that_says_nothing_of_the_topic_has_an_empty_part() -> None:
    made = compare(FULL, "一、工作\n检查药店9家。\n")
    assert [bool(part.points) for part in made.parts] == [True, False]


def test_a_report_of_nobody_and_no_time_is_summarised() -> None:
    request = SummaryRequest(("r",))
    made = compose(read_scopes([reading(UNHEADED, "", "")], request))
    assert points(made)
    assert "未写明单位" in made.title


def test_progress_counts_the_reports() -> None:
    seen: list[tuple[int, int]] = []
    readings = [reading(FULL), reading(MASKED, "**县市场监管局")]
    request = SummaryRequest(("a", "b"), topic="药品")
    compose(read_scopes(readings, request), lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
