import json
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.terminal.arguments import read_bot_arguments
from bot.terminal.commands import main
from knowledge.errors import AssistantError
from knowledge.library import Library


@pytest.fixture
def run_summary(
    data_dir: Path, library: Library, capsys: pytest.CaptureFixture[str]
) -> "SummaryRun":
    assert library
    return SummaryRun(data_dir, capsys)


class SummaryRun:
    """What ``summary`` prints for some words, with its exit code."""

    def __init__(self, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data_dir = data_dir
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(["summary", *words, "--data-dir", str(self._data_dir)])
        return code, *self._capsys.readouterr()


def test_a_page_is_printed_with_its_sources(run_summary: SummaryRun) -> None:
    code, out, _ = run_summary("清河县2023年上半年")
    assert code == 0
    assert "一、主要工作开展情况" in out
    assert "[1] 清河县市场监管局 2023年上半年 · 开头部分\n" in out
    assert "[2] 清河县市场监管局 2023年上半年 · " in out


def test_with_json_one_object_stands_alone(run_summary: SummaryRun) -> None:
    code, out, _ = run_summary("清河县2023年上半年", "--topic", "药品", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["scope"] == "药品"
    assert any("药店83家" in point["text"] for point in record["points"])


def test_several_reports_are_compared(run_summary: SummaryRun) -> None:
    code, out, _ = run_summary("清河县2022年", "苇塘区2023年上半年", "--topic", "消费维权")
    assert code == 0
    assert out.index("1,391件[1]") < out.index("1,118件[")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["清河县2022年", "--section", "天文"], "二、存在的问题"),
        (["清河县2022年", "--topic", "天文"], "食品安全"),
        (["清河县2022年", "--length", "两页"], "半页"),
        (["清河县2022年", "--kind", "天气"], "打算"),
        (["朝阳区2022年"], "清河县"),
    ],
)
def test_what_cannot_be_done_is_told_with_what_can(
    run_summary: SummaryRun, words: list[str], told: str
) -> None:
    with pytest.raises(AssistantError) as raised:
        run_summary(*words)
    assert told in str(raised.value)


def test_one_part_is_summarised_at_a_time() -> None:
    with pytest.raises(UsageError):
        read_bot_arguments(["summary", "甲", "--topic", "药品", "--section", "乙"])
