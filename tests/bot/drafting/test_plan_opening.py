"""The opening of a plan: the bureau's own words, moved to the new period."""

import pytest

from bot.drafting.request import PlanRequest
from bot.drafting.writing import reword_guidance
from knowledge.library import Library
from knowledge.understanding.periods import Period, YearPart
from tests.bot.drafting.planned import own_draft

YEAR, HALF = Period(2024), Period(2024, YearPart.SECOND_HALF)


@pytest.mark.parametrize(
    ("sentence", "target", "period", "told"),
    [
        (
            "2023年，溪口县市场监管局以高质量发展为统领，着力优化环境，圆满完成各项任务。",
            Period(2023), YEAR,
            "2024年，溪口县市场监管局将以高质量发展为统领，着力优化环境。",
        ),
        (
            "2024年，我局将紧扣全县中心工作，以服务发展为主线，重点抓好以下工作：",
            YEAR, YEAR,
            "2024年，我局将紧扣全县中心工作，以服务发展为主线。",
        ),
        (
            "上半年，**县市场监管局紧紧围绕县委部署，严守安全底线。",
            Period(2024, YearPart.FIRST_HALF), HALF,
            "2024年下半年，我局将紧紧围绕县委部署，严守安全底线。",
        ),
        ("按照通知要求，现将工作报告如下：", Period(2023), YEAR, None),
        ("全年检查药店83家，立案9件。", Period(2023), YEAR, None),
    ],
)  # fmt: skip
def test_a_bureau_s_own_opening_is_moved(
    sentence: str, target: Period, period: Period, told: str | None
) -> None:
    assert reword_guidance(sentence, target, period) == told


def test_a_whole_plan_opens_so_and_a_short_one_does_not(sample_library: Library) -> None:
    whole = own_draft(sample_library, PlanRequest("石桥县"))
    first = whole.paragraphs[0].sentences[0]
    assert first.text.startswith("2024年，在县委、县政府的坚强领导下，石桥县市场监督管理局将")
    assert first.citations
    short = own_draft(sample_library, PlanRequest("石桥县", length="短"))
    assert len(short.paragraphs[0].sentences) == 1
