"""Messages in plain words: led to the features, answered, changed, given as files."""

from dataclasses import replace
from io import BytesIO

import docx

from bot.conversation.context import RequestContext
from bot.conversation.features.plain_words import carry_out
from bot.conversation.messages import Outcome
from tests.bot.conversation.features.walking import text

QUESTION = "云溪县2022年立案多少件"


def talk(context: RequestContext, *messages: str) -> list[Outcome]:
    """What comes of messages of one chat, an update each."""
    return [
        carry_out(replace(context, update_id=n), message) for n, message in enumerate(messages, 1)
    ]


def test_an_answer_is_told_in_another_form(context: RequestContext) -> None:
    *_, table = talk(context, QUESTION, "换成表格")
    assert "写的是什么" in text(table)


def test_any_answer_is_given_as_a_file(context: RequestContext) -> None:
    *_, saved = talk(context, QUESTION, "存成word")
    (document,) = saved.documents
    words = "\n".join(p.text for p in docx.Document(BytesIO(document.content)).paragraphs)
    assert QUESTION in words


def test_a_summary_is_given_as_the_file_that_its_button_gives(context: RequestContext) -> None:
    *_, saved = talk(context, "总结一下云溪县2022年的食品安全", "存成word")
    assert "食品安全" in saved.documents[0].name


def test_without_anything_given_nothing_can_be_saved(context: RequestContext) -> None:
    (said,) = talk(context, "存成word")
    assert not said.documents
    assert text(said)
