"""``python -m bot check``: a draft of one's own."""

import json
from pathlib import Path

import pytest

from bot.terminal.commands import main
from knowledge.errors import UnreadableFile
from tests.bot.official.test_comments import anchors
from tests.bot.proofreading.conftest import load_reports
from tests.bot.proofreading.test_proofreading import DRAFT

pytestmark = pytest.mark.usefixtures("reads_here")


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "稿子.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    load_reports(tmp_path).close()
    return tmp_path / "data"


def test_people_read_what_has_to_be_mended_and_why(
    draft: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(draft), "--data-dir", str(data_dir)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("《稿子.txt》：查出9处，8处要改。")
    assert "“702批次”→“720批次”。" in out
    assert "柳溪县市场监管局 2023年：“完成食品监督抽检720批次" in out
    assert "核对了4个数：一致3个，不符1个" in out


def test_scripts_read_one_object_with_places_and_sources(
    draft: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(draft), "--data-dir", str(data_dir), "--json"])
    (line,) = capsys.readouterr().out.splitlines()
    record = json.loads(line)
    found = next(f for f in record["findings"] if f["kind"] == "stored")
    assert DRAFT[found["start"] : found["end"]] == found["text"] == "702批次"
    assert (found["certain"], found["right"]) == (True, "720批次")
    assert found["citation"]["quote"].startswith("完成食品监督抽检720批次")
    assert found["section"] == ["一、主要工作", "（一）食品安全"]


def test_without_a_store_the_draft_alone_is_checked(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(draft), "--data-dir", str(tmp_path / "none")]) == 0
    assert "没有与报告核对" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        main(["check", str(tmp_path / "none.docx")])


def test_a_document_with_comments_is_saved_where_it_is_wanted(
    draft: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = draft.with_name("批注.docx")
    main(["check", str(draft), "--data-dir", str(data_dir), "--docx", str(saved)])
    assert str(saved) in capsys.readouterr().err
    assert "702批次" in anchors(saved.read_bytes()).values()
