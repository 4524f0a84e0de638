import pytest

from bot.answers import Answer, AnswerFigure, AnswerStatus
from bot.assistant.forms import states, tell_as_chart, tell_shorter

LISTED = """清河县2023年：
1. 药品：召开会议。[1]检查药店30家。[1]
2. 计量：检定台秤5台。[2]送检加油机2台。[2]
3. 广告：开展宣传。[3]"""


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (2, ["1. 检查药店30家。[1]", "2. 计量：检定台秤5台。[2]"]),
        (3, ["1. 检查药店30家。[1]", "2. 计量：检定台秤5台。[2]", "3. 广告：开展宣传。[3]"]),
    ],
)
def test_of_each_thing_one_statement_is_told_before_a_second(most: int, told: list[str]) -> None:
    shorter = tell_shorter(Answer("", AnswerStatus.ANSWERED, LISTED), most)
    assert shorter.text.splitlines() == ["清河县2023年：", *told]


def test_an_answer_of_no_more_than_is_wanted_stays_as_it_is() -> None:
    answer = Answer("", AnswerStatus.ANSWERED, LISTED)
    assert tell_shorter(answer, 5) == answer


@pytest.mark.parametrize("text", ["达标率79％。", "达标率79%。", "达标率７９％。"])
def test_an_amount_is_stated_however_wide_it_is_written(text: str) -> None:
    assert states(text, ["79%"])
    assert not states(text, ["9%"])


COUNTED = [
    AnswerFigure("清河县2023年", "投诉", "30件", 1),
    AnswerFigure("清河县2023年", "举报", "10件", 2),
]


def test_the_shares_of_what_was_told_are_of_its_sum() -> None:
    told = Answer("", AnswerStatus.ANSWERED, "投诉30件[1]，举报10件[2]")
    text = tell_as_chart(told, COUNTED, shares=True).text
    assert "75.0%" in text
    assert "25.0%" in text
    assert "推算" in text


@pytest.mark.parametrize("other", ["5家", "*件"])
def test_there_are_no_shares_where_a_part_is_not_told_in_the_same_unit(other: str) -> None:
    told = Answer("", AnswerStatus.ANSWERED, "")
    figures = [*COUNTED, AnswerFigure("清河县2023年", "咨询", other, 3)]
    assert "75.0%" not in tell_as_chart(told, figures, shares=True).text
