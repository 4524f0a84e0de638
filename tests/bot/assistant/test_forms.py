import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.forms import states, tell_shorter

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
