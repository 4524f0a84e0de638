"""The checked draft as a .docx with comments."""

from datetime import UTC, datetime
from io import BytesIO

import docx

from bot.proofreading.export import commented_docx
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from knowledge.library import Library
from knowledge.reading.files import read_bytes
from tests.bot.official.test_comments import anchors, packed
from tests.bot.proofreading.conftest import HOME, Checked, words_of
from tests.bot.proofreading.test_proofreading import DRAFT

AT = datetime(2024, 1, 5, tzinfo=UTC)


def test_a_plain_text_becomes_a_document_with_its_words_and_comments(check: Checked) -> None:
    result = check(DRAFT)
    made = commented_docx(result, DRAFT.encode(), at=AT)
    assert read_bytes(made).text.split() == DRAFT.split()
    placed = anchors(made)
    assert [*placed.values()] == [words_of(result, finding) for finding in result.findings]
    assert any("出处：柳溪县市场监管局 2023年" in words for words in placed)


def test_a_document_stays_as_it_is_but_for_the_comments(proof_library: Library) -> None:
    file = docx.Document()
    for line in DRAFT.splitlines():
        file.add_paragraph(line)
    data = packed(file)
    result = check_draft(proof_library, CheckRequest("稿子.docx", data, HOME, "2023年"))
    made = commented_docx(result, data, at=AT)
    assert read_bytes(made).text == read_bytes(data).text
    assert [*anchors(made).values()] == [words_of(result, f) for f in result.findings]


def test_a_sound_draft_has_no_comments(check: Checked) -> None:
    text = "完成食品监督抽检720批次。"
    made = commented_docx(check(text), text.encode(), at=AT)
    assert not list(docx.Document(BytesIO(made)).comments)
