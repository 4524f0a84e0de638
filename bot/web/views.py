"""What the page shows, as JSON values."""

import json
import re
from typing import Any

from bot.conversation.features.results import (
    COMPARISON_GIVEN,
    DRAFT_GIVEN,
    SUMMARY_GIVEN,
    stored_quotes,
)
from bot.conversation.messages import MarkKind, Rows, Text, utf16_length
from bot.state.answers import KeptAnswer, KeptQuote
from bot.state.opening import State
from bot.state.web_chats import WebChat, WebFile, WebMessage

_OF_ANSWER = re.compile(r"[qf]:([0-9]{1,15}):.*")
_OF_CHOICE = re.compile(r"([scp]):([0-9]{1,15}):.*")
_GIVEN = {"s": SUMMARY_GIVEN, "c": COMPARISON_GIVEN, "p": DRAFT_GIVEN}
"""The kind of choice behind the buttons of a route."""


def answer_under(state: State, chat_id: str, rows: Rows) -> KeptAnswer | None:
    """The answer that a message gave; None where it is none."""
    for data in _data_of(rows):
        if match := _OF_ANSWER.fullmatch(data):
            return state.answers.find(int(match[1]), chat_id)
    return None


def quotes_given_under(state: State, chat_id: str, user_id: str, rows: Rows) -> list[KeptQuote]:
    """The quotes of a summary or a draft; none of anything else."""
    for data in _data_of(rows):
        if match := _OF_CHOICE.fullmatch(data):
            kind, number = _GIVEN[match[1]], int(match[2])
            return stored_quotes(state.choices.find(number, chat_id, user_id, kind) or {})
    return []


def _data_of(rows: Rows) -> list[str]:
    return [button.data for row in rows for button in row]


Json = dict[str, Any]
_MARKS = {MarkKind.FOLDED: "expandable_blockquote"}
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?![\w/<>@])")
_ADDRESS = re.compile(r"(?i)(?<![\w@])https?://[a-z0-9.-]+(?::\d+)?(?:/[!-~]*)?")


def chat_json(chat: WebChat) -> Json:
    """A conversation for the page's list."""
    return {"id": chat.id, "title": chat.title, "kind": chat.kind.value, "at": int(chat.at)}


def message_json(message: WebMessage, quotes: list[int], *, is_answer: bool) -> Json:
    """A message for the page; ``quotes`` are the numbers in it that can be opened."""
    text = Text.from_json(json.loads(message.text))
    return {
        "id": message.id,
        "chat": message.chat,
        "mine": message.mine,
        "date": int(message.at),
        "text": text.plain,
        "entities": _entities(text),
        "rows": [
            [{"text": b["label"], "data": b["data"]} for b in row]
            for row in json.loads(message.buttons)
        ],
        "document": message.file and _file_json(message.file),
        "edits": message.edits,
        "quotes": quotes,
        "is_answer": is_answer,
        "change": message.change,
    }


def _file_json(file: WebFile) -> Json:
    return {"id": file.id, "name": file.name, "size": file.size, "picture": file.picture}


def _entities(text: Text) -> list[Json]:
    """What is set off in a text, an outer one first; places in UTF-16 units, as browsers count."""
    plain = text.plain
    found = [(m.start, m.end, _MARKS.get(m.kind, m.kind.value)) for m in text.marks]
    found += [(*match.span(), "bot_command") for match in _COMMAND.finditer(plain)]
    found += [(*match.span(), "url") for match in _ADDRESS.finditer(plain)]
    return [
        {
            "type": kind,
            "offset": utf16_length(plain[:start]),
            "length": utf16_length(plain[start:end]),
        }
        for start, end, kind in sorted(found, key=lambda f: (f[0], -f[1]))
    ]
