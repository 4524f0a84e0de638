"""The quotes that a message cites, found again by the buttons under it."""

import re
from collections.abc import Mapping
from typing import Any

from bot.answers import names_of
from bot.conversation.features.results import FindReport
from bot.conversation.messages import Rows
from bot.state.answers import KeptAnswer, KeptQuote
from bot.state.opening import State

_OF_ANSWER = re.compile(r"[qf]:([0-9]{1,15}):.*")
_OF_CHOICE = re.compile(r"([scp]):([0-9]{1,15}):.*")
_CHOSEN = {"s": ("summarised", "summary"), "c": ("compared", "summary"), "p": ("drafted", "draft")}
"""The kind of choice behind the buttons of a route, and where in it stands what was shown."""


def answer_under(state: State, chat_id: str, rows: Rows) -> KeptAnswer | None:
    """The answer that a message gave; None where it is none."""
    for data in _data_of(rows):
        if match := _OF_ANSWER.fullmatch(data):
            return state.answers.find(int(match[1]), chat_id)
    return None


def made_numbers_under(state: State, chat_id: str, user_id: str, rows: Rows) -> list[int]:
    """The numbers of the quotes of a summary or a draft; none of anything else."""
    return [citation["n"] for citation in _citations(state, chat_id, user_id, rows)]


def quotes_under(
    state: State, chat_id: str, user_id: str, rows: Rows, find: FindReport
) -> list[KeptQuote]:
    """The quotes of an answer, a summary or a draft; raises ReportNotFound."""
    if answer := answer_under(state, chat_id, rows):
        return list(answer.quotes)
    return [_quote(one, find) for one in _citations(state, chat_id, user_id, rows)]


def _citations(state: State, chat_id: str, user_id: str, rows: Rows) -> list[dict[str, Any]]:
    """The citations of a summary or a draft as they were stored; none of anything else."""
    for data in _data_of(rows):
        if match := _OF_CHOICE.fullmatch(data):
            kind, name = _CHOSEN[match[1]]
            values = state.choices.find(int(match[2]), chat_id, user_id, kind) or {}
            return list((values.get(name) or {}).get("citations", ()))
    return []


def _quote(citation: Mapping[str, Any], find: FindReport) -> KeptQuote:
    report = find(citation["report"])
    start, end = citation["span"]
    bureau, period = names_of(report)
    path, quote = tuple(citation["path"]), report.text[start:end]
    return KeptQuote(citation["n"], report.id, bureau, period, path, start, end, quote)


def _data_of(rows: Rows) -> list[str]:
    return [button.data for row in rows for button in row]
