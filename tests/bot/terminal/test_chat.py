import io
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.terminal.chat import chat
from knowledge.library import Library
from tests.bot.conftest import CLEAR, MARSH, MASKED
from tests.conftest import loaded_library

Talk = Callable[..., str]


@pytest.fixture
def talk(
    assistant: Assistant,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Talk:
    """What is shown when some lines are typed, the last without its end."""

    def run_chat(*lines: str, library: Library = library) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
        asked = assistant if library is assistant._library else Assistant(library)
        chat(asked, library)
        shown = capsys.readouterr()
        assert shown.err == ""
        assert "\x1b" not in shown.out
        assert shown.out.endswith("再见。\n")
        return shown.out

    return run_chat


def test_the_welcome_tells_what_is_held_and_an_example_to_ask(talk: Talk) -> None:
    shown = talk()
    assert "4 份报告" in shown
    assert f"{CLEAR}2022年" in shown
    assert "/help" in shown
    assert "存在哪些问题？" in shown


def test_the_example_can_be_answered(talk: Talk, assistant: Assistant) -> None:
    shown = talk()
    example = next(part for part in shown.splitlines() if part.startswith("比如："))
    assert assistant.ask(example.removeprefix("比如：")).status == "answered"


def test_a_question_is_answered_with_its_quote_and_where_it_stands(talk: Talk) -> None:
    shown = talk("清河县2023年上半年检查药店多少家")
    assert "问> 清河县2023年上半年检查药店多少家\n" in shown
    assert f"{CLEAR}2023年上半年：检查药店83家" in shown
    assert f"  [1] {CLEAR} 2023年上半年 · 一、主要工作开展情况 › （二）守好药品安全：“" in shown
    assert "“检查药店83家、诊所129家、化妆品店57家，立案9件，其中药店4件。”" in shown


def test_a_follow_up_is_understood(talk: Talk) -> None:
    shown = talk("清河县2023年上半年立案多少件", "苇塘区呢？")
    assert "立案205件" in shown


def test_after_new_the_question_before_is_forgotten(talk: Talk) -> None:
    shown = talk("清河县2023年上半年检查药店多少家", "/new", "立案多少件")
    assert "好，换个话题。" in shown
    told = shown.split("问> 立案多少件")[1]
    assert told.count("[1]") == 2
    assert MASKED in told


def test_reports_are_listed(talk: Talk) -> None:
    shown = talk("/reports")
    told = shown.split("问> /reports\n")[1]
    assert all(name in told for name in (CLEAR, MARSH, MASKED, "清河县2022年.txt"))


def test_help_tells_every_command(talk: Talk) -> None:
    told = talk("/help").split("问> /help\n")[1]
    commands = ("/summary", "/plan", "/compare", "/figures", "/search")
    assert all(command in told for command in (*commands, "/reports", "/new", "/help", "/quit"))


def test_commands_do_what_they_do_elsewhere(talk: Talk) -> None:
    shown = talk("/summary 清河县2023年上半年 食品安全", "/figures 立案", "/search 电梯困人")
    assert "食品安全（摘要）" in shown
    assert "205" in shown.split("/figures")[1]
    assert "处置电梯困人31起" in shown.split("/search")[1]


def test_a_command_may_be_followed_on(talk: Talk) -> None:
    shown = talk("/summary 清河县2023年上半年 食品安全", "那苇塘区呢")
    assert f"{MARSH}2023年上半年" in shown.split("那苇塘区呢")[1]


def test_an_unknown_command_is_no_question(talk: Talk) -> None:
    told = talk("/sumary 清河县").split("问> /sumary 清河县\n")[1]
    assert "没有“/sumary”这个命令" in told
    assert "报告里没有" not in told


@pytest.mark.parametrize("leave", ["/quit", "/exit", "/q", "/QUIT", " /quit ", "退出", "Quit"])
def test_quit_leaves_at_once(talk: Talk, leave: str) -> None:
    assert "立案" not in talk(leave, "立案多少件").split("/q", 1)[-1].split("再见")[0]


def test_a_search_for_nothing_says_how_to_search(talk: Talk) -> None:
    assert "后面写上要找的话" in talk("/search")


@pytest.mark.parametrize("word", ["?", "？", "帮助", "/HELP"])
def test_who_is_lost_gets_help(talk: Talk, word: str) -> None:
    assert "/quit" in talk(word).split(f"问> {word}\n")[1]


def test_the_name_of_a_command_is_the_command(talk: Talk) -> None:
    assert "/check 稿子.docx" in talk("核对稿子")
    assert "ingest.py" in talk("怎么上传报告？")


def test_the_end_of_what_is_typed_leaves(talk: Talk) -> None:
    assert talk("/new").count("再见。") == 1


def test_blank_lines_are_passed_over(talk: Talk) -> None:
    assert talk("", "   ", "\t").count("报告里没有") == 0


def test_a_line_of_any_characters_does_no_harm(talk: Talk) -> None:
    shown = talk("[bold]清河县[/bold] [/] \\[x] {0} %s \N{GRINNING FACE}", "[1]")
    assert "[bold]清河县[/bold] [/] \\[x] {0} %s" in shown


def test_a_long_quote_is_folded_until_its_number_is_typed(talk: Talk, tmp_path: Path) -> None:
    middle = "，".join(f"第{n}镇检查诊所{n}家" for n in range(11, 31))
    text = f"清河县市场监管局2023年工作总结\n\n一、工作\n检查药店7家，{middle}，全部合格。\n"
    (tmp_path / "r.txt").write_text(text, encoding="utf-8")
    library = loaded_library(tmp_path / "data", tmp_path / "r.txt")
    shown = talk("清河县2023年检查药店多少家", "1", "[2]", library=library)
    library.close()
    folded, whole = [line for line in shown.splitlines() if "第11镇" in line and "“" in line]
    assert folded.endswith("……”")
    assert "第30镇" not in folded
    assert whole.endswith("全部合格。”")
    assert "没有第 2 条引文" in shown


def test_the_last_answer_is_saved_as_a_document(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = talk("总结一下清河县2023年上半年的食品安全", "谢谢", "存成word")
    (saved,) = tmp_path.glob("*.docx")
    assert saved.name in shown.split("存成word")[1]
    assert "食品安全" in saved.name


def test_nothing_is_saved_in_the_folder_of_the_program(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = "清河县2023年上半年检查药店多少家，检查诊所多少家，立案多少件"
    shown = talk(asked, "存成word")
    (saved,) = tmp_path.glob("*.docx")
    assert str(saved) in shown
    assert saved.stem == asked.partition("，")[0]


def test_an_empty_library_says_how_to_fill_it(talk: Talk, tmp_path: Path) -> None:
    empty = loaded_library(tmp_path / "data")
    shown = talk("立案多少件", library=empty)
    empty.close()
    assert "python ingest.py" in shown.splitlines()[0]


def test_a_draft_is_checked(talk: Talk, tmp_path: Path) -> None:
    draft = tmp_path / "稿子.txt"
    draft.write_text("清河县市场监管局2022年工作总结\n完成食品抽检850批次。\n", encoding="utf-8")
    shown = talk(f"/check {draft}")
    assert "“850批次”→“805批次”" in shown
    assert "/check 稿子.docx" in talk("/check")
    assert "读不了这个文件" in talk("/check 没有.docx")
