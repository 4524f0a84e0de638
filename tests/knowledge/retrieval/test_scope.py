from collections.abc import Collection

import pytest

from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.scope import Scope, read_scope
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period, YearPart

H1 = YearPart.FIRST_HALF
THIS_YEAR = 2023


def listed(key: str, bureau: str, year: int | None, part: YearPart = YearPart.YEAR) -> KnownReport:
    name = bureau_named(bureau) if bureau else None
    return KnownReport(key, name, Period(year, part) if year else None)


CLEAR_22 = listed("clear22", "清河县市场监管局", 2022)
CLEAR_23 = listed("clear23", "清河县市场监管局", 2023)
CLEAR_23H = listed("clear23h", "清河县市场监管局", 2023, H1)
MARSH_22 = listed("marsh22", "白沙市苇塘区市场监管局", 2022)
MARSH_23 = listed("marsh23", "白沙市苇塘区市场监管局", 2023)
CITY_23H = listed("city23h", "白沙市市场监管局", 2023, H1)
MASKED_22 = listed("masked22", "**县市场监管局", 2022)
STORE = [CLEAR_22, CLEAR_23, CLEAR_23H, MARSH_22, MARSH_23, CITY_23H, MASKED_22]
TEXTS = {"clear23": "2022年度企业年报率93.1%。", "marsh23": "较2022年度略有提高。"}


def scope(
    question: str, store: list[KnownReport] | None = None, this_year: int = THIS_YEAR
) -> Scope:
    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        ids = TEXTS if within is None else within
        return frozenset(key for key in ids if phrase in TEXTS.get(key, ""))

    return read_scope(question, Holdings(STORE if store is None else store), this_year, occurs)


def ids(found: Scope) -> set[str]:
    """The reports that a limited scope holds."""
    assert found.reports is not None
    return set(found.reports)


def held(question: str, this_year: int = THIS_YEAR) -> set[str]:
    """The reports that are searched as wholes."""
    found = scope(question, this_year=this_year)
    return ids(found) - found.plan_only


def test_without_bureau_and_period_every_report_is_meant() -> None:
    found = scope("立案多少件？")
    assert found == Scope(None)
    assert found.spans == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县市场监管局2022年立案多少件", {"clear22"}),
        ("清河2022年立案多少件", {"clear22"}),
        ("清河县2023年上半年立案多少件", {"clear23h"}),
        ("清河县2023年的上半年立案多少件", {"clear23h"}),
        ("清河县2023上半年立案多少件", {"clear23h"}),
        ("2023年上半年清河县立案多少件", {"clear23h"}),
        ("清河县2023年度立案多少件", {"clear23"}),
        ("清河县2023年全年立案多少件", {"clear23"}),
        ("清河县22年立案多少件", {"clear22"}),
        ("清河县二〇二二年立案多少件", {"clear22"}),
        ("清河县二零二二年立案多少件", {"clear22"}),
        ("清河县2022年12月底有多少户", {"clear22"}),
        ("区局2023年立案多少件", {"marsh23"}),
        ("县局2022年立案多少件", {"clear22", "masked22"}),
        ("**县局2022年立案多少件", {"masked22"}),
        ("市局2023年上半年立案多少件", {"city23h"}),
        ("清河县立案多少件", {"clear22", "clear23", "clear23h"}),
        ("2022年立案多少件", {"clear22", "marsh22", "masked22"}),
    ],
)
def test_a_bureau_and_a_period_name_the_reports(question: str, expected: set[str]) -> None:
    found = scope(question)
    assert held(question) == expected
    assert not found.unknown


def test_a_year_without_its_own_report_means_those_of_its_parts() -> None:
    assert held("市局2023年立案多少件") == {"city23h"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县 2022 年立案多少件", {"clear22"}),
        ("清河县2022 年立案多少件", {"clear22"}),
        ("清河县２０２２年立案多少件", {"clear22"}),
        ("清河县 2023 年 上半年立案多少件", {"clear23h"}),
        ("清河县2023年1-6月立案多少件", {"clear23h"}),
        ("清河县2023年1至6月立案多少件", {"clear23h"}),
        ("清河县2023年1—6月份立案多少件", {"clear23h"}),
        ("清河县2023年1月至6月立案多少件", {"clear23h"}),
        ("清河县2023年1月1日至6月30日立案多少件", {"clear23h"}),
        ("清河县2023年一至六月立案多少件", {"clear23h"}),
        ("清河县2023年前6个月立案多少件", {"clear23h"}),
        ("清河县2023年半年度立案多少件", {"clear23h"}),
        ("清河县2023H1立案多少件", {"clear23h"}),
        ("清河县23年上半年立案多少件", {"clear23h"}),
        ("清河县二三年上半年立案多少件", {"clear23h"}),
        ("清河县二0二二年立案多少件", {"clear22"}),
        ("清河县二二年立案多少件", {"clear22"}),
        ("清河县（2022年）立案多少件", {"clear22"}),
        ("清河县2023年1-12月立案多少件", {"clear23"}),
        ("清河县2022、2023年立案各多少件", {"clear22", "clear23"}),
        ("清河县22和23年立案各多少件", {"clear22", "clear23"}),
        ("清河县2022-2023年立案各多少件", {"clear22", "clear23"}),
        ("截至2023年6月底清河县立案多少件", {"clear23"}),
    ],
)
def test_a_period_is_read_as_people_type_it(question: str, expected: set[str]) -> None:
    assert held(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "清河县2022立案多少件",
        "清河2022立案多少件",
        "2022清河县立案多少件",
        "清河县 2022 立案多少件",
        "清河县立案2022多少件",
        "清河县立案多少件（2022）",
    ],
)
def test_a_year_in_digits_alone_is_a_year(question: str) -> None:
    assert held(question) == {"clear22"}


@pytest.mark.parametrize(
    "question",
    [
        "近22年来有什么变化",
        "第12年举办的是什么",
        "12315受理多少件",
        "谁检查了2023家药店",
        "使用15年以上的电梯多少台",
        "使用15年的老电梯多少台",
        "GB5009-2023是什么",
        "市监〔2023〕5号是什么",
        "3-4月龄配方奶粉抽检多少批次",
        "网上年报率是多少",
    ],
)
def test_a_number_is_no_year(question: str) -> None:
    assert scope(question) == Scope(None)


@pytest.mark.parametrize(
    "question",
    [
        "碧岭县2023年立案多少件",
        "碧岭县市场监管局立案多少件",
        "清河区2023年立案多少件",
        "**市局2023年立案多少件",
    ],
)
def test_an_unknown_bureau_is_told_and_never_widens(question: str) -> None:
    found = scope(question)
    assert found.reports == frozenset()
    assert len(found.unknown) == 1
    assert question.startswith(found.unknown[0])


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("清河县2021年立案多少件", "清河县2021年"),
        ("清河县2023年第一季度立案多少件", "清河县2023年第一季度"),
        ("市局2022年立案多少件", "市局2022年"),
        ("2019年立案多少件", "2019年"),
        ("一季度立案多少件", "第一季度"),
        ("清河县2023年前三季度立案多少件", "清河县2023年前三季度"),
        ("清河县2023年1-9月立案多少件", "清河县2023年前三季度"),
        ("清河县2023年1-3月立案多少件", "清河县2023年第一季度"),
        ("清河县2023年一至三季度立案多少件", "清河县2023年前三季度"),
        ("清河县2023年一、二季度立案多少件", "清河县2023年第一季度、2023年第二季度"),
        ("清河县２０２１ 年立案多少件", "清河县2021年"),
        ("清河县2023年5月立案多少件", "清河县2023年5月"),
        ("清河县上季度立案多少件", "清河县上季度"),
        ("前三季度立案多少件", "前三季度"),
    ],
)
def test_an_unknown_period_is_told_and_never_widens(question: str, unknown: str) -> None:
    found = scope(question)
    assert found.reports == frozenset()
    assert found.unknown == (unknown,)


@pytest.mark.parametrize(
    "question",
    [
        "清河县和碧岭县2022年立案各多少件",
        "碧岭县和清河县2022年立案各多少件",
        "碧岭县、清河县2022年立案各多少件",
    ],
)
def test_of_two_bureaus_the_unknown_one_is_told_and_the_other_searched(question: str) -> None:
    found = scope(question)
    assert ids(found) == {"clear22"}
    assert found.unknown == ("碧岭县",)


@pytest.mark.parametrize(
    "question",
    ["清河县2021年和2022年立案各多少件", "清河县2022年、2021年立案各多少件"],
)
def test_of_two_periods_the_unknown_one_is_told_and_the_other_searched(question: str) -> None:
    found = scope(question)
    assert ids(found) == {"clear22"}
    assert any("2021年" in wording for wording in found.unknown)


def test_of_two_bureaus_the_one_without_the_period_is_told() -> None:
    found = scope("清河县和苇塘区2023年上半年立案各多少件")
    assert ids(found) == {"clear23h"}
    assert any("苇塘区" in wording for wording in found.unknown)


def test_a_period_is_that_of_the_bureau_beside_it_where_the_other_has_none() -> None:
    found = scope("苇塘区和清河县2023年上半年立案各多少件")
    assert ids(found) == {"clear23h", "marsh23"}
    assert [wording for _, wording in found.instead] == ["2023年"]
    of_both = scope("2023年上半年苇塘区和清河县立案各多少件")
    assert ids(of_both) == {"clear23h"}
    assert any("苇塘区" in wording for wording in of_both.unknown)


def test_a_difference_is_asked_of_the_report_that_holds_the_period_and_it_is_said() -> None:
    found = scope("苇塘区比清河县2023年上半年多立案多少件")
    assert ids(found) == {"clear23h", "marsh23"}
    assert [wording for _, wording in found.instead] == ["2023年"]
    assert not found.unknown


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("苇塘区2023年和清河县2022年立案各多少件", {"marsh23", "clear22"}),
        ("区局2023年和县局2022年立案各多少件", {"marsh23", "clear22", "masked22"}),
        ("清河县2022年、苇塘区2023年立案各多少件", {"marsh23", "clear22"}),
        ("清河县和苇塘区2022年立案各多少件", {"marsh22", "clear22"}),
        ("清河县2022年和2023年立案各多少件", {"clear22", "clear23"}),
        ("2023年苇塘区和2022年清河县立案各多少件", {"marsh23", "clear22"}),
        ("市局上半年和清河县2022年立案各多少件", {"city23h", "clear22"}),
        ("清河县2022年和市局2023年上半年立案各多少件", {"clear22", "city23h"}),
        ("清河县2022年、2023年和苇塘区2022年立案", {"clear22", "clear23", "marsh22"}),
        ("2023年清河县上半年和市局上半年立案各多少件", {"clear23h", "city23h"}),
        ("清河县2022年立案比苇塘区多多少件", {"clear22", "marsh22"}),
    ],
)
def test_each_bureau_goes_with_its_own_period(question: str, expected: set[str]) -> None:
    assert held(question) == expected


@pytest.mark.parametrize(
    ("question", "this_year", "expected"),
    [
        ("清河县今年立案多少件", 2023, {"clear23"}),
        ("清河县本年度立案多少件", 2023, {"clear23"}),
        ("清河县去年立案多少件", 2023, {"clear22"}),
        ("清河县上年立案多少件", 2023, {"clear22"}),
        ("去年清河县立案多少件", 2023, {"clear22"}),
        ("清河县前年立案多少件", 2024, {"clear22"}),
        ("清河县今年上半年立案多少件", 2023, {"clear23h"}),
        ("清河县今年1-6月立案多少件", 2023, {"clear23h"}),
        ("清河县去年同期立案多少件", 2023, {"clear22"}),
        ("今年比去年清河县立案多多少件", 2023, {"clear22", "clear23"}),
        ("清河县2023年立案比去年多多少件", 2023, {"clear23"}),
        ("清河县去年立案多少件", 2024, {"clear23"}),
    ],
)
def test_this_year_and_last_are_counted_from_the_year_given(
    question: str, this_year: int, expected: set[str]
) -> None:
    assert held(question, this_year) == expected
    assert scope(question, this_year=this_year).assumed_year is None


def test_where_this_year_has_no_reports_the_newest_year_is_taken_and_told() -> None:
    found = scope("清河县今年立案多少件", this_year=2030)
    assert ids(found) == {"clear23"}
    assert found.assumed_year == 2023


def test_a_year_in_words_gives_way_to_one_in_digits() -> None:
    found = scope("清河县今年立案多少件，2022年的", this_year=2030)
    assert ids(found) == {"clear22"}
    assert found.assumed_year is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("上半年立案多少件", {"clear23h", "city23h"}),
        ("清河县上半年立案多少件", {"clear23h"}),
    ],
)
def test_a_half_without_its_year_means_every_such_half(question: str, expected: set[str]) -> None:
    assert held(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县2023年下半年打算抓哪几项", {"clear23h"}),
        ("清河县下半年打算抓哪几项", {"clear23h"}),
        ("市局2023年下半年谋划了什么", {"city23h"}),
        ("清河县2024年打算抓哪几项", {"clear23"}),
    ],
)
def test_of_the_period_before_only_the_plan_counts(question: str, expected: set[str]) -> None:
    found = scope(question)
    assert ids(found) == found.plan_only == expected
    assert not found.unknown


def test_a_report_of_the_period_itself_leaves_no_room_for_plans() -> None:
    assert not scope("苇塘区2023年打算抓哪几项").plan_only


def test_a_report_that_writes_the_period_with_the_words_asked_is_searched_too() -> None:
    assert held("清河县2022年度企业年报率是多少") == {"clear22", "clear23"}
    assert held("2022年度企业年报率是多少") == {"clear22", "clear23", "marsh22", "masked22"}


def test_a_period_written_elsewhere_in_other_words_does_not_widen() -> None:
    assert held("苇塘区2022年度企业年报率是多少") == {"marsh22"}


NOBODY, TIMELESS = listed("nobody", "", 2022), listed("timeless", "清河县市场监管局", None)
OTHERS_TIMELESS = listed("others", "白沙市苇塘区市场监管局", None)


def scope_beside_unknown_ones(question: str, texts: dict[str, str]) -> Scope:
    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        ids = texts if within is None else within
        return frozenset(key for key in ids if phrase in texts.get(key, ""))

    store = [*STORE, NOBODY, TIMELESS, OTHERS_TIMELESS]
    return read_scope(question, Holdings(store), THIS_YEAR, occurs)


def test_reports_of_nobody_or_of_no_time_are_told_apart() -> None:
    texts = {"nobody": "清河县2022年立案", "timeless": "2022年立案", "others": "2022年立案"}
    assert scope_beside_unknown_ones("清河县立案多少件", texts).unidentified == {"nobody"}
    assert scope_beside_unknown_ones("区局立案多少件", texts).unidentified == {"nobody"}
    assert scope_beside_unknown_ones("清河县2022年立案多少件", texts).unidentified == {"nobody"}
    assert scope_beside_unknown_ones("立案多少件", texts).unidentified == frozenset()


def test_a_report_of_nobody_that_does_not_name_the_bureau_is_not_looked_at() -> None:
    texts = {"nobody": "苇塘区立案"}
    assert scope_beside_unknown_ones("清河县立案多少件", texts).unidentified == frozenset()
    assert scope_beside_unknown_ones("白沙市立案多少件", texts).unidentified == frozenset()


def test_a_report_of_no_time_is_searched_where_it_names_the_year() -> None:
    texts = {"timeless": "2022年立案", "others": "2021年立案"}
    found = scope_beside_unknown_ones("清河县2022年立案多少件", texts)
    assert (ids(found), set(found.undated)) == ({"clear22", "timeless"}, {"timeless"})
    found = scope_beside_unknown_ones("2021年立案多少件", texts)
    assert (ids(found), found.unknown) == ({"others"}, ())
    assert not scope_beside_unknown_ones("清河县2021年立案多少件", texts).reports


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县上一期立案多少件", {"clear22"}),
        ("清河县上期立案多少件", {"clear22"}),
        ("清河县2023年上半年的上一期立案多少件", {"clear22"}),
        ("苇塘区上一期报告立案多少件", {"marsh22"}),
        ("清河县最近一期立案多少件", {"clear23"}),
        ("清河县本期立案多少件", {"clear23"}),
        ("上一期立案多少件", {"clear22", "marsh22"}),
        ("最新一期立案多少件", {"clear23", "marsh23", "city23h", "masked22"}),
    ],
)
def test_a_report_is_taken_by_its_order(question: str, expected: set[str]) -> None:
    assert ids(scope(question)) == expected


def test_a_bureau_with_one_report_has_none_before() -> None:
    found = scope("市局上一期立案多少件")
    assert (ids(found), found.unknown) == (set(), ("市局上一期",))


@pytest.mark.parametrize(
    "question",
    ["投诉比上期降了多少", "最近的电梯事故有几起", "上期间", "截至上期末", "晚上一期培训办了几次"],
)
def test_a_word_like_an_order_of_reports_is_none(question: str) -> None:
    assert scope(question).reports is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县2023年和去年同期立案各多少件", {"clear22", "clear23"}),
        ("清河县2023年的去年同期立案多少件", {"clear22"}),
        ("苇塘区去年同期立案多少件", {"marsh22"}),
    ],
)
def test_the_same_period_a_year_before_goes_with_the_one_beside_it(
    question: str, expected: set[str]
) -> None:
    assert held(question) == expected


def test_the_same_period_a_year_before_the_last_report_is_a_part_as_that_is() -> None:
    store = [listed(f"h{year}", "清河县市场监管局", year, H1) for year in (2022, 2023)]
    found = scope("清河县去年同期立案多少件", [*store, listed("y22", "清河县市场监管局", 2022)])
    assert [str(p) for p in found.periods] == ["2022年上半年"]
    assert ids(found) == {"h2022"}


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("清河县2023年总结里上一年立案多少件", "2022年"),
        ("清河县2023年总结里立案多少件", "2023年"),
        ("清河县2023年比上年多立案多少件", "2023年"),
    ],
)
def test_the_year_before_is_that_before_the_report_that_is_named(
    question: str, period: str
) -> None:
    assert [str(p) for p in scope(question).periods] == [period]


def test_a_report_answers_for_the_year_that_it_looks_back_on() -> None:
    government = bureau_named("青岚县人民政府")
    speech = KnownReport("speech", government, Period(2021), reviews=Period(2020))
    found = scope("青岚县2020年修了多少路", [speech])
    assert found.reviewing == {"speech"}
    assert not found.unknown
    assert scope("青岚县2019年修了多少路", [speech]).unknown == ("青岚县2019年",)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("清河县去年立案多少件", "2022年"),
        ("清河县今年立案多少件", "2022年"),
        ("苇塘区去年立案多少件", "2023年"),
        ("苇塘区今年立案多少件", "2023年"),
    ],
)
def test_in_an_old_store_a_year_is_that_of_the_newest_report(question: str, period: str) -> None:
    store = [listed("clear", "清河县市场监管局", 2022), listed("marsh", "苇塘区市场监管局", 2023)]
    found = scope(question, store, this_year=2031)
    assert [str(p) for p in found.periods] == [period]


def test_a_report_of_nobody_answers_for_no_bureau() -> None:
    nobody = listed("nobody", "", 2022)
    assert ids(scope("清河县2022年立案多少件", [*STORE, nobody])) == {"clear22"}
    assert ids(scope("2022年立案多少件", [nobody])) == {"nobody"}


def test_an_empty_store_knows_no_bureau_and_no_period() -> None:
    found = scope("清河县2022年立案多少件", [])
    assert found.reports == frozenset()
    assert found.unknown


def test_spans_are_the_places_of_bureaus_and_periods() -> None:
    question = "清河县2022年立案多少件"
    assert [question[s.start : s.end] for s in scope(question).spans] == ["清河县", "2022年"]


def test_a_month_alone_is_answered_from_the_reports_that_name_it() -> None:
    texts = {"clear23": "5月，开展夜查。", "clear22": "5月，开展夜查。"}

    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        ids = texts if within is None else within
        return frozenset(key for key in ids if phrase in texts.get(key, ""))

    assert ids(read_scope("清河县2023年5月开展了什么", Holdings(STORE), THIS_YEAR, occurs)) == {
        "clear23"
    }


def test_as_many_bureaus_of_a_level_as_there_are_are_meant() -> None:
    assert ids(scope("两个县2022年立案多少件")) == {"clear22", "masked22"}


@pytest.mark.parametrize("question", ["三个县2022年立案多少件", "各县2022年立案多少件"])
def test_some_bureaus_or_all_of_them_limit_nothing(question: str) -> None:
    assert held(question) == {"clear22", "marsh22", "masked22"}
    assert not scope(question).unknown


def test_the_places_of_a_period_in_two_words_are_both_known() -> None:
    question = "2023年清河县上半年立案多少件"
    places = [question[s.start : s.end] for s in scope(question).spans]
    assert places == ["2023年", "清河县", "上半年"]


GOVERNMENT = [listed(f"gov{year}", "青岚县人民政府", year) for year in (2020, 2021)]


def scope_of_governments(question: str, store: list[KnownReport]) -> Scope:
    """The scope where each government's report tells of its own year and of the one before."""

    def tells(year: int, within: Collection[str]) -> frozenset[str]:
        return frozenset(r.id for r in store if r.id in within and f"{year}" in told[r.id])

    told = {r.id: f"{r.period.year - 1} {r.period.year}" for r in store if r.period}
    return read_scope(
        question, Holdings(store), 2022, lambda _phrase, _within=None: frozenset(), tells
    )


def test_what_a_year_has_brought_a_government_tells_in_its_next_report() -> None:
    found = scope_of_governments("青岚县2020年新建公路多少公里", GOVERNMENT)
    assert (ids(found), set(found.telling)) == ({"gov2020"}, {"gov2021"})
    found = scope_of_governments("青岚县2020年新建公路多少公里", GOVERNMENT[1:])
    assert (ids(found), set(found.telling)) == (set(), {"gov2021"})


def test_a_governments_report_does_not_plan_the_year_after_it() -> None:
    found = scope_of_governments("青岚县2022年新建公路多少公里", GOVERNMENT)
    assert not found.reports
    assert not found.telling


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("青岚县2016到2020年新建公路多少公里", "新建公路多少公里"),
        ("青岚县2020年底公路多少公里", "公路多少公里"),
        ("青岚县2020年政府工作报告提出修公路多少公里", "修公路多少公里"),
        ("1998年和1999年公路多少公里", "公路多少公里"),
        ("一九九八年公路多少公里", "公路多少公里"),
    ],
)
def test_all_words_of_a_period_are_taken_as_such(question: str, rest: str) -> None:
    spans = scope_of_governments(question, GOVERNMENT).spans
    left = "".join(
        c for at, c in enumerate(question) if not any(s.start <= at < s.end for s in spans)
    )
    assert left == rest


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("2016到2020年新建公路多少公里", True),
        ("2016年至2020年新建公路多少公里", True),
        ("2016到2020这五年新建公路多少公里", True),
        ("2018到2020年新建公路多少公里", False),
        ("2020年新建公路多少公里", False),
        ("2016年和2020年新建公路多少公里", False),
    ],
)
def test_a_figure_of_several_years_answers_for_just_these(question: str, fits: bool) -> None:
    periods = scope_of_governments(question, GOVERNMENT).periods
    assert any(p.tells_of(Period(2020, years=5)) for p in periods) is fits


WRITINGS = {
    "clear22": "推广“码上溯源”，赴白沙市考察。",
    "marsh23": "建成夜市快检小站。",
    "masked22": "白沙市评选的腊味小镇。",
}


def described(question: str) -> set[str]:
    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        ids = WRITINGS if within is None else within
        return frozenset(key for key in ids if phrase in WRITINGS.get(key, ""))

    return ids(read_scope(question, Holdings(STORE), THIS_YEAR, occurs))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("搞码上溯源的那个县2022年立案多少件", {"clear22"}),
        ("建夜市快检小站那个区2023年立案多少件", {"marsh23"}),
        ("有腊味小镇的那个县局立案多少件", {"masked22"}),
        ("白沙县局2022年立案多少件", {"masked22"}),  # the other one only travelled there
    ],
)
def test_a_bureau_is_known_by_what_its_report_writes(question: str, expected: set[str]) -> None:
    assert described(question) == expected


@pytest.mark.parametrize(
    "question",
    ["打码的那个县局立案多少件", "名字打了星号的那家，立案多少件", "隐去名字的县局立案多少件"],
)
def test_a_bureau_may_be_that_whose_name_is_hidden(question: str) -> None:
    assert described(question) == {"masked22"}


def test_the_only_bureau_of_a_level_is_that_level() -> None:
    assert described("唯一那个区局2023年立案多少件") == described("区局2023年立案多少件")


REGIONS = {
    "masked22": "受理甘肃信访平台案件3件，与浙江省结对，群众满意度90%，新建市场3个，城镇2处。",
    "city23h": "赴云南考察。",
    "clear23": "赴云南考察。",
}


def scope_of_regions(question: str) -> Scope:
    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        return frozenset(k for k in within or REGIONS if phrase in REGIONS.get(k, ""))

    return read_scope(question, Holdings(STORE), THIS_YEAR, occurs)


@pytest.mark.parametrize(
    "question",
    [
        "甘肃那边立案多少件",
        "甘肃的局",
        "甘肃县局立案多少件",
        "甘肃县立案多少件",
        "甘肃的县局立案多少件",
        "那个甘肃的县局2022年立案多少件",
        "甘肃的呢",
        "甘肃2022年立案多少件",
        "浙江立案多少件",
    ],
)
def test_a_nameless_bureau_is_known_by_the_place_that_its_report_names(question: str) -> None:
    assert ids(scope_of_regions(question)) == {"masked22"}


@pytest.mark.parametrize(
    "question", ["海南那边立案多少件", "海南的呢", "海南2022年立案多少件", "云南的局立案多少件"]
)
def test_a_place_that_is_no_bureaus_is_unknown(question: str) -> None:
    found = scope_of_regions(question)
    assert (ids(found), len(found.unknown)) == (set(), 1)


@pytest.mark.parametrize("question", ["满意度多少", "新建多少个", "城镇的呢", "海关2022年查了几次"])
def test_a_word_that_the_dictionary_has_among_places_is_none(question: str) -> None:
    assert scope_of_regions(question).bureaus == ()


@pytest.mark.parametrize(
    "question", ["甘肃的呢", "甘肃呢", "甘肃那边呢", "甘肃的局呢", "甘肃县局呢"]
)
def test_a_place_stands_for_its_bureau_before_other_words(question: str) -> None:
    (mention,) = scope_of_regions(question).bureaus
    assert ids(scope_of_regions(f"{mention.standing}立案多少件")) == {"masked22"}


def test_a_place_that_named_bureaus_write_of_is_a_matter_of_theirs() -> None:
    assert scope_of_regions("云南学了什么").reports is None


def test_a_bureau_that_no_report_fits_is_unknown() -> None:
    found = scope("种人参的那个县2022年立案多少件")
    assert (ids(found), found.unknown) == (set(), ("种人参的那个县",))


def test_the_whole_year_is_not_its_half() -> None:
    assert held("白沙市2023年全年立案多少件") == set()
    assert held("清河县2023年全年比上半年多立案多少件") == {"clear23", "clear23h"}


NATION = [listed(f"nation{year}", "国务院", year) for year in (2020, 2021)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("2021年全国新建公路多少公里", {"nation2021"}),
        ("国务院2021年新建公路多少公里", {"nation2021"}),
        ("青岚县2021年新建公路多少公里，全国呢", {"gov2021"}),
        ("2021年获全国文明单位多少个", {"gov2021", "nation2021"}),
        ("2021年公路里程居全国第几", {"gov2021", "nation2021"}),
    ],
)
def test_the_whole_country_is_what_its_government_reports_on(
    question: str, found: set[str]
) -> None:
    assert ids(scope_of_governments(question, [*GOVERNMENT, *NATION])) == found


def test_a_branch_is_meant_only_where_the_bureau_called_so_lacks_the_period() -> None:
    district, branch = (
        listed("own", "区市场监管局", 2023),
        listed("branch", "市市场监管局*局", 2022),
    )
    assert scope("区局去年立案多少件", [district, branch]).branches == ()
    found = scope("区局2022年立案多少件", [district, branch])
    assert ids(found) == {"branch"}
    assert found.branches == (("区局", "市市场监管局*局"),)
    found = scope("区局2023年立案多少件", [district, branch])
    assert ids(found) == {"own"}
    assert not found.branches
    assert scope("区局2021年立案多少件", [district, branch]).unknown == ("区局2021年",)
    assert ids(scope("区局立案多少件", [district, branch])) == {"own"}


def test_a_level_behind_a_place_stands_for_its_bureau() -> None:
    assert ids(scope_of_regions("甘肃那县2022年立案多少件")) == {"masked22"}
