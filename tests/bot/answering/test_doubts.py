import json

import pytest

from bot.assistant.assistant import Assistant
from bot.conversation.features.pages import summary_blocks
from bot.conversation.messages import Text
from bot.display import summary_lines
from bot.settings import Settings
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import summarise
from bot.terminal.arguments import read_bot_arguments
from bot.terminal.commands import run
from knowledge.library import Library

NOTE = "（[1]所引的原文数字前后不一致，请与原件核对。）"
WUTONG = "梧桐区局2022年总结（定稿）.txt"


def test_an_answer_that_quotes_a_wrong_sum_says_so_after_its_text(sample_library: Library) -> None:
    assistant = Assistant(sample_library)
    answer = assistant.ask("梧桐区局2022年受理投诉举报多少件？")
    assert answer.text.endswith("\n" + NOTE)
    assert "2,864件" in answer.citations[0].quote.text
    assert "2874" not in answer.text  # no report holds what the sum would be
    assert not answer.notice
    sound = assistant.ask("云溪县2023年受理投诉举报多少件？")
    assert "不一致" not in sound.text


def test_a_quote_beside_the_wrong_sum_is_not_doubted(sample_library: Library) -> None:
    answer = Assistant(sample_library).ask("梧桐区局2022年检查眼镜店多少家？")
    assert answer.citations
    assert "不一致" not in answer.text


def test_a_summary_says_so_under_its_sources_wherever_it_is_read(sample_library: Library) -> None:
    report = sample_library.find_report(WUTONG)
    summary = summarise(sample_library, SummaryRequest((report.id,), topic="消费维权"))
    assert summary.doubtful == (1,)
    assert NOTE in summary_lines(summary)
    assert Text(NOTE) in summary_blocks(summary)
    other = sample_library.find_report("report-07.txt")
    assert not summarise(sample_library, SummaryRequest((other.id,), topic="消费维权")).doubtful


def test_an_outline_tells_what_does_not_add_up(
    sample_library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["outline", "--data-dir", str(sample_library.data_dir), WUTONG]
    assert run(read_bot_arguments(arguments), Settings(_env_file=None)) == 0
    assert capsys.readouterr().out.endswith(
        "数字前后不一致：\n  · 分项超过合计：2,310件、564件 相加为 2874件，原文合计 2,864件\n"
    )
    run(read_bot_arguments([*arguments, "--json"]), Settings(_env_file=None))
    (doubt,) = json.loads(capsys.readouterr().out)["doubts"]
    assert doubt["kind"] == "parts"
    assert doubt["figures"] == ["2,864件", "2,310件", "564件"]
    text = sample_library.report(sample_library.find_report(WUTONG).id).text
    assert text[doubt["start"] : doubt["end"]].startswith("2,864件")
