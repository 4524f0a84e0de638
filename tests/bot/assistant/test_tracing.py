from bot.assistant.assistant import Assistant
from bot.assistant.tracing import trace, trace_lines, trace_record
from knowledge.library import Library
from tests.bot.conftest import CLEAR

QUESTION = "清河县2023年上半年检查药店多少家"


def test_a_trace_tells_how_the_question_was_read_and_what_was_found(
    library: Library, assistant: Assistant
) -> None:
    told = trace_record(trace(library, assistant, QUESTION))
    assert told["understood"]["bureaus"] == ["清河县"]
    assert told["understood"]["periods"] == ["2023年上半年"]
    assert told["understood"]["wants"] == "figure"
    assert told["passages"][0]["bureau"] == CLEAR
    assert {"text": "83家", "quotes": [1]} in told["figures"]
    assert [step["name"] for step in told["steps"]] == ["reading", "searching", "answering"]


def test_a_follow_up_is_traced_as_it_was_understood(library: Library, assistant: Assistant) -> None:
    told = trace(library, assistant, "那诊所呢", [QUESTION])
    assert "清河县" in told.question.text
    assert "诊所" in told.question.text


def test_nothing_is_searched_for_a_bureau_that_is_not_held(
    library: Library, assistant: Assistant
) -> None:
    told = trace(library, assistant, "朝阳区市场监管局2023年立案多少件")
    assert told.hits == ()
    assert trace_record(told)["understood"]["unknown"]


def test_people_read_it_in_chinese(library: Library, assistant: Assistant) -> None:
    lines = trace_lines(trace(library, assistant, QUESTION))
    assert "单位：清河县" in lines
    assert "数字 83家：出处 [1]" in lines
    assert lines[-1].startswith("用时：读题 ")
