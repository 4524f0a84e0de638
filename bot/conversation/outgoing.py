"""An outcome as the messages that go out, and back as what the sender needs; pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.adapter import Abilities, AppLimits, Destination
from bot.conversation.messages import (
    Button,
    Document,
    Outcome,
    Reply,
    Rows,
    Text,
    fit_blocks,
    pack_blocks,
)
from bot.conversation.wording import parse_markup, plain, sentence
from bot.display import text_width
from bot.ids import full_id
from bot.state.delivery import OutgoingKind, OutgoingMessage

PROGRESS = 0
"""The number of the message that may be opened before its text is known."""


@dataclass(frozen=True, slots=True)
class MessageBody:
    """What a text message holds: its text, its buttons, and the message that it answers."""

    text: Text
    rows: Rows = ()
    reply_to: str | None = None

    def to_json(self) -> str:
        """The body as it is written down."""
        rows = [[(button.label, button.data) for button in row] for row in self.rows]
        body = {"text": self.text.to_json(), "rows": rows, "reply_to": self.reply_to}
        return json.dumps(body, ensure_ascii=True)


def read_body(message: OutgoingMessage) -> MessageBody:
    """The body of a text message. Earlier versions wrote HTML, and bare numbers as ids."""
    body: dict[str, Any] = json.loads(message.body)
    text, reply_to = body.get("text", ""), body.get("reply_to")
    return MessageBody(
        parse_markup(text) if isinstance(text, str) else Text.from_json(text),
        tuple(tuple(Button(*button) for button in row) for row in body.get("rows", ())),
        None if reply_to is None else full_id(reply_to),
    )


def read_document(message: OutgoingMessage) -> Document:
    """The document that a message brings."""
    body: dict[str, Any] = json.loads(message.body)
    return Document(body["name"], message.content or b"", body.get("as_picture", False))


def destination_of(message: OutgoingMessage) -> Destination:
    """Where a message goes, and the name that it keeps."""
    name = f"{message.update_id}/{message.n}/{message.chat_id}/{message.body}"
    key = hashlib.sha256(name.encode()).hexdigest()[:32]
    reply_to = json.loads(message.body).get("reply_to")
    return Destination(message.chat_id, None if reply_to is None else full_id(reply_to), key)


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom an outcome goes: what a page replaces, and what it answers.

    Only the first new message is sent as a reply, or with ``all_reply`` each.
    """

    update_id: int
    chat_id: str
    page_of: str | None = None
    reply_to: str | None = None
    all_reply: bool = False

    @property
    def later_reply_to(self) -> str | None:
        """What all but the first answer."""
        return self.reply_to if self.all_reply else None


def fit_outcome(outcome: Outcome, abilities: Abilities) -> Outcome:
    """An outcome as an app can show it; of files that it does not take, the names are told."""
    documents, names = [], []
    for document in outcome.documents:
        if abilities.pictures if document.as_picture else abilities.documents:
            documents.append(document)
        elif not document.as_picture:  # its file comes after it
            names.append(document.name)
    replies = outcome.replies
    if names:
        replies += (Reply((sentence("wait.no_files", names="、".join(names)),)),)
    outcome = replace(outcome, replies=replies, documents=tuple(documents))
    said = (outcome.page, *replies) if outcome.page else replies
    if len(said) < 2 or not abilities.one_answer:
        return outcome
    blocks = tuple(block for reply in said for block in reply.blocks)
    rows = tuple(row for reply in said for row in reply.rows)
    return replace(outcome, page=None, replies=(Reply(blocks, rows),))


def outgoing_messages(
    outcome: Outcome, to: Recipient, limits_of: Callable[[str], AppLimits]
) -> list[OutgoingMessage]:
    """What is to go out, in order; the first reply takes the number of the progress message.

    ``limits_of`` tells what the app of a chat takes.
    """
    replies = [
        _message(to, to.chat_id, MessageBody(text, rows, to.later_reply_to if n else to.reply_to))
        for n, (text, rows) in enumerate(_cut(outcome.replies, limits_of(to.chat_id)))
    ]
    others = _page(outcome.page, to, limits_of(to.chat_id)) if outcome.page else []
    for document in outcome.documents:
        named = {"name": document.name, "as_picture": document.as_picture}
        if to.later_reply_to:
            named["reply_to"] = to.later_reply_to
        body = json.dumps(named, ensure_ascii=True)
        kind = OutgoingKind.DOCUMENT
        others.append(OutgoingMessage(to.update_id, 0, to.chat_id, kind, body, document.content))
    for notice in outcome.notices:
        others += [
            _message(to, notice.chat_id, MessageBody(text, rows))
            for text, rows in _cut([notice.reply], limits_of(notice.chat_id))
        ]
    numbered = [*enumerate(replies, PROGRESS), *enumerate(others, max(1, len(replies)))]
    return [replace(message, n=n) for n, message in numbered]


def _page(page: Reply, to: Recipient, limits: AppLimits) -> list[OutgoingMessage]:
    """What takes the place of a message, and what does not fit there."""
    first, *more = (
        _message(to, to.chat_id, MessageBody(text, rows, to.later_reply_to))
        for text, rows in _cut([page], limits)
    )
    return [replace(first, kind=OutgoingKind.PAGE, message_id=to.page_of), *more]


def _message(to: Recipient, chat_id: str, body: MessageBody) -> OutgoingMessage:
    return OutgoingMessage(to.update_id, 0, chat_id, OutgoingKind.TEXT, body.to_json())


def _cut(replies: Iterable[Reply], limits: AppLimits) -> Iterator[tuple[Text, Rows]]:
    """The texts that replies take; the buttons of each go under its last."""
    room, measure = limits.message_length, limits.measure
    for reply in replies:
        blocks = reply.blocks
        if reply.one_message:
            blocks = tuple(fit_blocks(blocks, plain("search.cut"), room, measure))
        *before, last = pack_blocks(blocks, room, measure)
        yield from ((text, ()) for text in before)
        yield last, _fit_labels(reply.rows, limits.label_width)


def _fit_labels(rows: Rows, width: int) -> Rows:
    return tuple(
        tuple(replace(button, label=shorten_label(button.label, width)) for button in row)
        for row in rows
    )


def shorten_label(label: str, width: int) -> str:
    """A label that fits a width: a long one loses its middle."""
    if text_width(label) <= width:
        return label
    head, tail, tail_width = label, label, width * 5 // 12
    while text_width(head) > width - tail_width - 1:
        head = head[:-1]
    while text_width(tail) > tail_width:
        tail = tail[1:]
    return f"{head}…{tail}"
