import pytest

from bot.uploads.captions import read_caption
from knowledge.library import Library
from knowledge.models import Bureau, Identity
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import Overrides

NOTHING = Identity(None, None)
HALF = Period(2023, YearPart.FIRST_HALF)


@pytest.mark.parametrize(
    ("caption", "told"),
    [
        ("清河县 2023年上半年", Overrides("清河县市场监管局", HALF)),
        ("清河县", Overrides("清河县市场监管局")),
        ("2022年", Overrides("", Period(2022))),
        ("老河口市2023年第一季度总结", Overrides("老河口市市场监管局", Period(2023, YearPart.Q1))),
        ("**县 2022年", Overrides("**县市场监管局", Period(2022))),
        ("", Overrides()),
        ("请看看这个", Overrides()),
        ("清河县、苇塘区 2023年", Overrides("", Period(2023))),
        ("清河县 2022年和2023年", Overrides("清河县市场监管局")),
        (
            "清河县2023年前三季度",
            Overrides("清河县市场监管局", Period(2023, YearPart.THREE_QUARTERS)),
        ),
        ("清河县2023年1-5月", Overrides("清河县市场监管局")),
    ],
)
def test_a_caption_tells_bureau_and_period(library: Library, caption: str, told: Overrides) -> None:
    assert read_caption(library, caption).overrides(NOTHING) == told


def test_what_the_report_says_itself_is_not_told_again(library: Library) -> None:
    own = Identity(Bureau("江岚市清河县市场监督管理局"), HALF)
    assert read_caption(library, "清河县市场监督管理局 2023年上半年").overrides(own) == Overrides()


def test_a_caption_wins_over_the_report(library: Library) -> None:
    own = Identity(Bureau("苇塘区市场监管局"), Period(2021))
    told = read_caption(library, "清河县 2023年上半年").overrides(own)
    assert told == Overrides("清河县市场监管局", HALF)
