from dataclasses import replace

from bot.conversation.adapter import Abilities, AppLimits
from bot.conversation.messages import Button, Document, Notice, Outcome, Reply, Text, bold
from bot.conversation.outgoing import (
    PROGRESS,
    MessageBody,
    Recipient,
    fit_outcome,
    outgoing_messages,
    read_body,
    read_document,
)
from bot.conversation.wording import parse_markup
from bot.state.delivery import OutgoingKind, OutgoingMessage
from bot.telegram.adapter import LIMIT, LIMITS
from bot.telegram.rendering import html_units

ROWS = ((Button("[1]", "q:1:1"),),)
BLOCK = bold("检查") + "家" * 1500
TO = Recipient(5, "t:7", page_of="t:42")


def limits_of(_chat_id: str) -> AppLimits:
    return LIMITS


def test_a_long_reply_takes_several_messages_with_the_buttons_under_the_last() -> None:
    outcome = Outcome(replies=(Reply((BLOCK, BLOCK, BLOCK), ROWS),))
    to = Recipient(5, "t:7", reply_to="t:99")
    messages = outgoing_messages(outcome, to, limits_of)
    bodies = [read_body(message) for message in messages]
    assert [m.n for m in messages] == [PROGRESS, 1]
    assert "".join(body.text.plain for body in bodies).count("检查") == 3
    assert all(html_units(body.text) <= LIMIT for body in bodies)
    assert [body.rows for body in bodies] == [(), ROWS]
    assert [body.reply_to for body in bodies] == ["t:99", None]


def test_a_page_takes_the_place_of_its_message_and_leaves_the_progress_message_alone() -> None:
    (page,) = outgoing_messages(Outcome(page=Reply((Text("页"),), ROWS)), TO, limits_of)
    assert (page.kind, page.message_id, page.chat_id) == (OutgoingKind.PAGE, "t:42", "t:7")
    assert page.n != PROGRESS


def test_every_message_has_a_number_of_its_own() -> None:
    outcome = Outcome(
        replies=(Reply((Text("甲"),)), Reply((Text("乙"),))),
        page=Reply((BLOCK, BLOCK, BLOCK)),
        documents=(Document("图.png", b"1", as_picture=True), Document("总结.docx", b"2")),
        notices=(Notice("t:8", Reply((Text("丙"),))),),
    )
    messages = outgoing_messages(outcome, TO, limits_of)
    assert len({m.n for m in messages}) == len(messages) == 7
    documents = [m for m in messages if m.kind is OutgoingKind.DOCUMENT]
    assert tuple(map(read_document, documents)) == outcome.documents
    assert [m.chat_id for m in messages] == ["t:7"] * 6 + ["t:8"]


def test_nothing_said_is_nothing_sent() -> None:
    assert outgoing_messages(Outcome(toast="好"), TO, limits_of) == []


def test_a_body_of_an_earlier_version_is_read() -> None:
    html = "<b>a</b>&lt;3 <blockquote expandable>x</blockquote>"
    body = f'{{"text": "{html}", "rows": [[["[1]", "q:1:1"]]], "reply_to": 99}}'
    read = read_body(OutgoingMessage(1, 0, "telegram:7", OutgoingKind.TEXT, body))
    assert read == MessageBody(parse_markup(html), ROWS, "telegram:99")


def test_a_reply_for_one_message_is_shortened_to_fit_it() -> None:
    reply = Reply((Text("头"), BLOCK, BLOCK, BLOCK), ROWS, one_message=True)
    (page,) = outgoing_messages(Outcome(page=reply), TO, limits_of)
    body = read_body(page)
    assert html_units(body.text) <= LIMIT
    assert body.text.plain.count("……") == 3
    assert body.rows == ROWS


def test_a_label_is_as_long_as_its_app_shows_it_and_keeps_its_ends() -> None:
    long = "阿坝藏族羌族自治州汶川县市场监督管理局 2023年上半年"

    def label_of(width: int) -> str:
        outcome = Outcome(replies=(Reply((Text("页"),), ((Button(long, "q:1:1"),),)),))
        limits = replace(LIMITS, label_width=width)
        (message,) = outgoing_messages(outcome, TO, lambda _chat_id: limits)
        return read_body(message).rows[0][0].label

    assert label_of(200) == long
    short = label_of(36)
    assert short.startswith("阿坝藏族羌族")
    assert "…" in short
    assert short.endswith("2023年上半年")


def test_a_document_of_an_earlier_version_is_no_picture() -> None:
    message = OutgoingMessage(5, 1, "t:7", OutgoingKind.DOCUMENT, '{"name": "甲.docx"}', b"1")
    assert read_document(message) == Document("甲.docx", b"1")


CHART = (Document("图.png", b"1", as_picture=True), Document("图.png", b"1"))


def test_an_app_without_pictures_gets_the_file_alone() -> None:
    outcome = Outcome(documents=CHART)
    assert fit_outcome(outcome, Abilities()) == outcome
    assert fit_outcome(outcome, Abilities(pictures=False)).documents == CHART[1:]


def test_an_app_without_files_is_told_their_names_once() -> None:
    outcome = Outcome(replies=(Reply((Text("甲"),)),), documents=CHART)
    fitted = fit_outcome(outcome, Abilities(documents=False, pictures=False))
    assert not fitted.documents
    first, told = fitted.replies
    assert first.blocks == (Text("甲"),)
    assert told.blocks[0].plain.count("图.png") == 1


def test_what_must_be_one_message_is_joined_with_all_its_buttons() -> None:
    outcome = Outcome(
        page=Reply((Text("选好了"),)),
        replies=(Reply((Text("甲"),), ROWS), Reply((Text("乙"),), ROWS)),
        toast="好",
    )
    joined = fit_outcome(outcome, Abilities(one_answer=True))
    assert joined.replies == (Reply((Text("选好了"), Text("甲"), Text("乙")), ROWS + ROWS),)
    assert (joined.page, joined.toast) == (None, "好")
    assert fit_outcome(outcome, Abilities()) == outcome
