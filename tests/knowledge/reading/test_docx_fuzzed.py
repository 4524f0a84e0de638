import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from tests.knowledge.reading.spoiling import rich_document, spoilt

WHOLE = rich_document()


def test_the_document_to_be_spoilt_is_read_whole() -> None:
    assert read_bytes(WHOLE).text.split() == [
        "一、食品", "一、项目", "一.1", "项目", "一.2", "项目", "二、项目", "检查5（注：注）", "框",
        "所：城关所，抽检批次：5，抽检不合格：*", "控件",
    ]  # fmt: skip


def outcome(data: bytes) -> str:
    try:
        return read_bytes(data).text
    except UnreadableFile as error:
        return str(error).replace("\n", "\0")


@pytest.mark.parametrize("seed", range(60))
def test_a_spoilt_document_is_read_or_refused_in_one_line(seed: int) -> None:
    said = outcome(spoilt("docx", seed))
    assert "\0" not in said
    assert len(said) < 100_000
