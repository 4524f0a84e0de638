import json
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.settings import Settings
from bot.terminal.arguments import read_bot_arguments
from bot.terminal.commands import run
from tests.conftest import loaded_library
from tests.knowledge.material import report_text

TEXT = report_text(0)


def test_the_newer_version_alone_is_answered_from_and_the_older_one_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "青禾县（初稿）.txt").write_text(TEXT, encoding="utf-8")
    (folder / "青禾县（定稿）.txt").write_text(TEXT.replace("11家", "12家", 1), encoding="utf-8")
    library = loaded_library(tmp_path / "data", folder)
    answer = Assistant(library).ask("青禾县2023年检查食品安全单位多少家？")
    assert "12家" in answer.text
    assert {Path(c.quote.report.file).stem for c in answer.citations} == {"青禾县（定稿）"}
    library.close()
    command = ["reports", "--data-dir", str(tmp_path / "data")]
    run(read_bot_arguments(command), Settings(_env_file=None))
    marked = [line for line in capsys.readouterr().out.splitlines() if "已有更新的一版" in line]
    assert len(marked) == 1
    assert "初稿" in marked[0]
    run(read_bot_arguments([*command, "--json"]), Settings(_env_file=None))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_name = {Path(line["file"]).stem: line for line in told}
    assert by_name["青禾县（初稿）"]["superseded_by"] == by_name["青禾县（定稿）"]["report_id"]
    assert by_name["青禾县（定稿）"]["superseded_by"] == ""
