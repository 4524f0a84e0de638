"""An outcome as parcels, and back as what the courier needs; pure."""

import json
from collections.abc import Iterator
from typing import Any

from bot.conversation.messages import Button, Outcome, Reply, Rows, Text
from bot.conversation.splitting import fit_blocks, pack_blocks
from bot.conversation.wording import parse_markup, plain
from bot.state.parcels import Kind, Parcel
from bot.telegram.rendering import LIMIT, html_units, render_html

ANCHOR = 0
"""The number of the parcel whose message may be opened before its text is known."""


def parcels_of(
    outcome: Outcome, update_id: int, chat_id: int, message_id: int, reply_to: int | None
) -> list[Parcel]:
    """What is to go out, in order; the first reply takes the anchor's number.

    ``message_id`` is the message that a page replaces, ``reply_to`` what new messages answer.
    """
    parcels: list[Parcel] = []
    texts = [piece for reply in outcome.replies for piece in _messages(reply)]
    for n, (text, rows) in enumerate(texts):
        body = _body(text, rows, reply_to if not n else None)
        parcels.append(Parcel(update_id, n, chat_id, Kind.TEXT, body))
    if outcome.page:
        number = max(1, len(parcels))
        (text, rows), *more = _messages(outcome.page)
        page = Parcel(update_id, number, chat_id, Kind.PAGE, _body(text, rows), None, message_id)
        parcels.append(page)
        for n, (further, under) in enumerate(more, number + 1):
            parcels.append(Parcel(update_id, n, chat_id, Kind.TEXT, _body(further, under)))
    start = max(1, len(parcels) + 1)
    for n, document in enumerate(outcome.documents, start):
        name = json.dumps({"name": document.name}, ensure_ascii=True)
        parcels.append(Parcel(update_id, n, chat_id, Kind.DOCUMENT, name, document.content))
    start += len(outcome.documents)
    notices = [(notice.chat_id, piece) for notice in outcome.notices
               for piece in _messages(notice.reply)]  # fmt: skip
    for n, (other, (text, rows)) in enumerate(notices, start):
        parcels.append(Parcel(update_id, n, other, Kind.TEXT, _body(text, rows)))
    return parcels


def contents(parcel: Parcel) -> tuple[str, Rows, int | None]:
    """A text parcel's HTML, its buttons, and the message that it answers."""
    held = json.loads(parcel.body)
    rows = tuple(tuple(Button(*button) for button in row) for row in held.get("rows", ()))
    return render_html(_text(held.get("text", ""))), rows, held.get("reply_to")


def _text(value: str | dict[str, Any]) -> Text:
    """The text of a body; versions before this one kept HTML."""
    return parse_markup(value) if isinstance(value, str) else Text.from_json(value)


def document_name(parcel: Parcel) -> str:
    """What a document is called."""
    return str(json.loads(parcel.body)["name"])


def _messages(reply: Reply) -> Iterator[tuple[Text, Rows]]:
    """The texts that a reply takes; the buttons go under the last."""
    blocks = reply.blocks
    if reply.one_message:
        blocks = tuple(fit_blocks(blocks, plain("search.cut"), LIMIT, html_units))
    *before, last = pack_blocks(blocks, LIMIT, html_units)
    yield from ((text, ()) for text in before)
    yield last, reply.rows


def _body(text: Text, rows: Rows, reply_to: int | None = None) -> str:
    under = [[(button.label, button.data) for button in row] for row in rows]
    held = {"text": text.to_json(), "rows": under, "reply_to": reply_to}
    return json.dumps(held, ensure_ascii=True)


def opening_parcel(update_id: int, chat_id: int, reply_to: int | None) -> Parcel:
    """The anchor before there is anything to say."""
    return Parcel(update_id, ANCHOR, chat_id, Kind.TEXT, _body(Text(""), (), reply_to))
