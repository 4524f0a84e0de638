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


def test_a_trace_names_what_the_nearest_statement_fails(
    library: Library, assistant: Assistant
) -> None:
    lines = trace_lines(trace(library, assistant, "清河县2023年上半年检查奶茶店多少家"))
    ask = next(n for n, line in enumerate(lines) if line.startswith("读作："))
    assert "奶茶店" in lines[ask]
    assert "单位：家" in lines[ask]
    assert "没有说到奶茶店" in lines[ask + 1]


def test_a_trace_tells_which_statement_was_taken(library: Library, assistant: Assistant) -> None:
    asks = trace_record(trace(library, assistant, QUESTION))["asks"]
    assert asks[1].endswith("：采用")
    assert "83家" in asks[1]


def test_a_trace_names_another_kind_of_amount(library: Library, assistant: Assistant) -> None:
    traced = trace(library, assistant, "清河县2023年上半年检查药店花了多少万元")
    assert "不是所问的那种数或单位" in trace_record(traced)["asks"][1]
