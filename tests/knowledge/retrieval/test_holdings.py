import pytest

from knowledge.models import Bureau, Level
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.understanding.periods import Period

BUREAU = Bureau("清河县市场监管局", Level.COUNTY)
GOVERNMENT = Bureau("清河县人民政府", Level.COUNTY)
REPORTS = tuple(KnownReport(str(year), BUREAU, Period(year)) for year in (2021, 2022, 2023))


@pytest.mark.parametrize(("this_year", "meant"), [(2023, 2023), (2024, 2024), (2031, 2023)])
def test_this_year_is_the_newest_held_where_the_store_is_old(this_year: int, meant: int) -> None:
    assert Holdings(REPORTS).year_spoken_in(this_year) == meant


def test_this_year_is_the_calendars_where_nothing_is_held() -> None:
    assert Holdings().year_spoken_in(2031) == 2031


@pytest.mark.parametrize(("this_year", "meant"), [(2025, 2025), (2026, 2025)])
def test_a_report_that_looks_back_is_read_in_its_own_year_alone(this_year: int, meant: int) -> None:
    speech = KnownReport("speech", GOVERNMENT, Period(2025), reviews=Period(2024))
    assert Holdings([speech]).year_spoken_in(this_year) == meant
    newer = KnownReport("newer", BUREAU, Period(2026))
    assert Holdings([speech, newer]).year_spoken_in(this_year, {GOVERNMENT.name}) == meant
