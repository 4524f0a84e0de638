import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import UsageError
from bot.terminal.arguments import (
    TERMINAL_COMMANDS,
    bot_parser,
    read_bot_arguments,
    read_ingest_arguments,
)
from bot.terminal.commands import main
from bot.terminal.ingest import ingest
from knowledge.errors import ASSISTANT, INGEST, ReportNotFound, StoreMissing
from knowledge.library import Library
from tests.conftest import loaded_library
from tests.forked import run_forked
from tests.patience import PATIENCE

OURS = {"PYTHONPATH": str(Path(__file__).parent.parent.parent.parent)}
"""A process starts in the test's own folder, where no ``.env`` lies."""
QUESTION = "清河县2023年上半年检查药店多少家"
OTHER = "苇塘区2023年上半年立案多少件"
FOREIGN = re.compile(r"[A-Za-z]{3,}")
NO_WORDS = re.compile(
    rf"PostgreSQL|postgresql://|{re.escape(ASSISTANT)}|{re.escape(INGEST)}|manifest\.csv"
    r"|\.(?:env|txt|jsonl)|--[a-z-]+|\b(?:extractive|model|both|files|answer=v1,v2)\b"
    r"|[A-Z]+(?:_[A-Z]+)*|\./data|\b(?:" + "|".join(TERMINAL_COMMANDS) + r")\b"
)
"""What may stand in a help text in Latin letters: commands, options, names."""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(data_dir: Path, library: Library, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command over the invented reports: exit code, output, error output."""
    assert library

    def ran(command: str, *words: str, data: Path = data_dir) -> tuple[int, str, str]:
        code = main([command, *words, "--data-dir", str(data)])
        return code, *capsys.readouterr()

    return ran


# -- what may be typed


@pytest.mark.parametrize("words", [["frobnicate"], ["Ask"], ["--json", "as"], ["立案多少件"]])
def test_an_unknown_command_is_told_with_those_there_are(words: list[str]) -> None:
    with pytest.raises(UsageError) as raised:
        read_bot_arguments(words)
    assert f"“{words[-1]}”" in str(raised.value)
    assert all(command in str(raised.value) for command in TERMINAL_COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "--wrong"],
        ["search", "--top", "none"],
        ["search", "--top", "0"],
        ["search", "--top", "-1"],
        ["outline"],
        ["outline", "甲", "乙"],
        ["evaluate"],
        ["reports", "--data-dir"],
        ["--data-dir", "/somewhere", "frobnicate"],
        ["doctor", "extra"],
    ],
)
def test_a_wrong_use_is_told_in_chinese(words: list[str]) -> None:
    with pytest.raises(UsageError, match=r"[\u4e00-\u9fff].*--help"):
        read_bot_arguments(words)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["outline"], "还要写上 REPORT（报告编号、文件名"),
        (["compare", "甲"], "还要写上 REPORT（报告编号、文件名"),
        (["outline", "甲", "乙"], "不认得 乙。"),
        (["search", "--top", "0"], "--top 写得不对（最多给几段"),
        (["search", "--top"], "--top 写得不对（最多给几段"),
        (["summary", "甲", "--topic", "乙", "--kind", "丙"], "--kind 写得不对（只总结这一类"),
    ],
)
def test_a_wrong_use_is_told_by_what_is_wrong(words: list[str], fault: str) -> None:
    with pytest.raises(UsageError, match=re.escape(fault)):
        read_bot_arguments(words)


def test_commands_are_named_as_they_can_be_typed_again(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bot", "reports"],
        cwd=tmp_path, env=OURS, capture_output=True, text=True, check=False,
    ).stderr  # fmt: skip
    assert f"{sys.executable} ingest.py" in told


@pytest.mark.parametrize("words", [[], ["--prune"], ["x", "--wrong"], ["--data-dir"]])
def test_a_wrong_use_of_ingest_is_told_in_chinese(words: list[str]) -> None:
    with pytest.raises(UsageError, match=r"[\u4e00-\u9fff].*--help"):
        read_ingest_arguments(words)


def test_a_period_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="上个月"):
        ingest(["x", "--period", "上个月", "--data-dir", str(tmp_path / "data")])
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--data-dir", "d", "--json", "ask", "q"],
        ["ask", "q", "--data-dir", "d", "--json"],
        ["--json", "ask", "--data-dir=d", "q"],
    ],
)
def test_common_options_stand_before_or_after_the_command(words: list[str]) -> None:
    typed = read_bot_arguments(words)
    assert (typed.command, typed.questions) == ("ask", ["q"])
    assert (typed.data_dir, typed.json) == (Path("d"), True)


def test_what_is_not_typed_is_left_to_the_settings() -> None:
    typed = read_bot_arguments([])
    assert (typed.command, typed.data_dir, typed.json) == (None, None, False)
    assert read_bot_arguments(["search"]).top == 10


@pytest.mark.parametrize("command", ["", *TERMINAL_COMMANDS])
def test_every_command_has_help_in_chinese(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        bot_parser().parse_args([command, "--help"] if command else ["--help"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert told.startswith("用法：")
    assert all(name in told for name in ("--data-dir", "--json", "--help"))
    assert not FOREIGN.findall(NO_WORDS.sub("", told))


def test_ingest_has_help_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        read_ingest_arguments(["-h"])
    told = capsys.readouterr().out
    assert left.value.code == 0
    assert not FOREIGN.findall(NO_WORDS.sub("", told))


# -- the commands


def test_ask_answers_a_question_with_its_quote(run: Run) -> None:
    code, out, err = run("ask", QUESTION)
    assert (code, err) == (0, "")
    assert "：检查药店83家" in out
    assert "[1] 清河县市场监管局 2023年上半年 · 一、主要工作开展情况 › （二）守好药品安全" in out


def test_ask_answers_several_questions_in_order_each_on_its_own(run: Run) -> None:
    code, out, _ = run("ask", QUESTION, "2022年呢？", OTHER)
    assert code == 0
    assert 0 < out.index("83家") < out.index("205件")
    assert "81家" not in out.split("205件")[0].split("83家", 1)[1].split("\n\n\n")[0]


def test_ask_reads_questions_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{QUESTION}\r\n\n  \n{OTHER}"))
    code, out, _ = run("ask", "--json")
    records = [json.loads(text) for text in out.splitlines()]
    assert code == 0
    assert [record["question"] for record in records] == [QUESTION, OTHER]


def test_no_question_gives_no_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert run("ask") == (0, "", "")
    assert run("ask", "  ") == (0, "", "")


@pytest.mark.parametrize(
    ("command", "words", "count"),
    [
        ("ask", [QUESTION, OTHER, "碧岭县2023年立案多少件"], 3),
        ("search", [QUESTION, "？"], 2),
        ("reports", [], 4),
        ("outline", ["清河县2022年"], 1),
    ],
)
def test_with_json_there_are_only_objects_one_a_line(
    run: Run, command: str, words: list[str], count: int
) -> None:
    code, out, err = run(command, *words, "--json")
    assert (code, err) == (0, "")
    records = [json.loads(text) for text in out.splitlines()]
    assert len(records) == count
    assert all(isinstance(record, dict) for record in records)


def test_what_is_not_found_is_an_answer_too(run: Run) -> None:
    assert run("ask", "碧岭县2023年立案多少件")[0] == 0
    assert run("search", "？")[0] == 0


def test_search_shows_as_many_as_are_wanted(run: Run) -> None:
    out = run("search", QUESTION, "--top", "2")[1]
    assert "1. 清河县市场监管局 2023年上半年" in out
    assert "2. " in out
    assert "\n3. " not in out


def test_reports_are_listed_a_line_each(run: Run) -> None:
    out = run("reports")[1]
    assert len(out.splitlines()) == 4
    assert "**县市场监管局  2023年上半年" in out


@pytest.mark.parametrize("name", ["清河县2022年", "清河县2022年.txt", "清河县市场监管局2022年"])
def test_an_outline_shows_headings_kinds_and_figures(run: Run, name: str) -> None:
    code, out, _ = run("outline", name)
    assert code == 0
    assert "二、存在的问题  〔问题〕" in out
    assert "三、2023年工作打算  〔打算〕" in out
    assert "数字：805批次、96.4%、44家" in out


@pytest.mark.parametrize("name", ["碧岭县2022年", "清河县", "立案多少件", "0000000000000000"])
def test_a_report_that_is_not_one_is_told_with_those_there_are(run: Run, name: str) -> None:
    with pytest.raises(ReportNotFound) as raised:
        run("outline", name)
    assert f"“{name}”" in str(raised.value)
    assert "清河县市场监管局2022年" in str(raised.value)


def test_evaluate_counts_what_is_right(run: Run, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    record = {"id": "a", "kind": "figure", "question": QUESTION, "status": "answered"}
    golden.write_text(json.dumps(record | {"accept": [["83家"]]}) + "\n", encoding="utf-8")
    code, out, _ = run("evaluate", str(golden))
    assert code == 0
    assert "数字  1/1  100.0%" in out
    *_, total = map(json.loads, run("evaluate", str(golden), "--json")[1].splitlines())
    assert total["total"]["kinds"]["figure"]["right"] == 1


@pytest.mark.parametrize(
    "words", [["ask", QUESTION], ["search", QUESTION], ["reports"], ["chat"], ["outline", "x"]]
)
def test_a_missing_folder_is_told_and_not_made(run: Run, tmp_path: Path, words: list[str]) -> None:
    missing = tmp_path / "none"
    with pytest.raises(StoreMissing, match=r"python ingest\.py"):
        run(*words, data=missing)
    assert not missing.exists()


def test_an_empty_store_says_how_to_fill_it(run: Run, tmp_path: Path) -> None:
    loaded_library(tmp_path / "data").close()
    code, out, _ = run("ask", QUESTION, data=tmp_path / "data")
    assert (code, "python ingest.py" in out) == (0, True)
    code, out, _ = run("reports", data=tmp_path / "data")
    assert (code, "python ingest.py" in out) == (0, True)
    assert run("reports", "--json", data=tmp_path / "data") == (0, "", "")


def test_without_a_token_the_bot_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 1
    told = capsys.readouterr().out
    assert "@BotFather" in told
    assert "python -m bot chat" in told


def test_the_folder_may_come_from_the_settings(
    data_dir: Path,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert library
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    assert main(["reports"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4


# -- as people run them


def test_a_wrong_command_ends_with_2_and_one_line() -> None:
    ended = run_forked("frobnicate")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


def test_an_expected_error_ends_with_1_and_one_line(tmp_path: Path) -> None:
    ended = run_forked("ask", QUESTION, environment={"DATA_DIR": str(tmp_path / "none")})
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    assert str(tmp_path / "none") in ended.stderr


def test_a_faulty_setting_ends_with_1_and_one_line() -> None:
    ended = run_forked("reports", environment={"WRITER": "nobody"})
    assert (ended.returncode, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "WRITER" in ended.stderr


def test_questions_in_answers_out_whatever_the_locale(data_dir: Path, library: Library) -> None:
    assert library
    words = ("ask", "--json", "--data-dir", str(data_dir))
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "bot", *words],
        env=os.environ | OURS | {"LC_ALL": "C", "PYTHONUTF8": "0"},
        input=f"{QUESTION}\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "83家" in json.loads(ended.stdout)["answer"]


def test_a_reader_that_goes_away_is_no_error(data_dir: Path, library: Library) -> None:
    assert library
    read_end, write_end = os.pipe()
    os.close(read_end)
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "bot", "reports", "--data-dir", str(data_dir)],
        env=os.environ | OURS,
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
        timeout=PATIENCE,
    )
    os.close(write_end)
    assert (ended.returncode, ended.stderr) == (0, b"")


INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "bot"
runpy.run_module("bot", run_name="__main__")
"""
"""A process that a job in the background started would ignore interrupts."""


def test_an_interrupt_ends_quietly(data_dir: Path, library: Library) -> None:
    assert library
    command = [sys.executable, "-c", INTERRUPTIBLE, "ask", "--data-dir", str(data_dir)]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, env=os.environ | OURS, encoding="utf-8",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as asking:  # fmt: skip
        assert asking.stdin
        assert asking.stdout
        assert asking.stderr
        asking.stdin.write(f"{QUESTION}\n")
        asking.stdin.flush()
        assert "83家" in asking.stdout.readline()
        asking.send_signal(signal.SIGINT)
        assert asking.stderr.read() == "已停止。\n"
    assert asking.returncode == 130
