"""How a question's parts were read, and why the nearest statements were not taken: for traces."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.asks import FigureAsk
from bot.answering.figure_question import read_figure_question
from bot.answering.matching import bears, is_asked_amount, is_narrower, matches
from bot.answering.other_matters import is_of_another_topic
from bot.answering.placed_statements import PlacedStatement
from bot.answering.session import Retrieval
from knowledge.library import Library

_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class NearStatement:
    """A statement near to what is asked: what it fails (nothing if taken) and leaves unsaid."""

    placed: PlacedStatement
    failed: tuple[str, ...]
    unsaid: tuple[str, ...]


ExplainedAsk = tuple[FigureAsk, list[NearStatement]]
"""A part of a question as it was read, with the statements that are nearest to it."""


def explain_asks(library: Library, retrieval: Retrieval) -> Iterator[ExplainedAsk]:
    """Explain each part of a question for figures whose scope the store holds."""
    read = read_figure_question(library, retrieval)
    asked = read.ask_reports()
    in_time = {p for placed in read.reports for p in map(id, read.finder.of_periods(placed))}
    placed = [one for report in read.reports for one in report]
    for n, ask in enumerate(read.asks):
        told = {m.statement for one in asked for found in one.found[n : n + 1] for m in found}
        near = [_explain(ask, p, p.statement in told, id(p) in in_time) for p in placed]
        near.sort(key=lambda one: (bool(one.failed), len(one.unsaid), len(one.failed)))
        yield ask, near[:_MOST_NEAR]


def _explain(ask: FigureAsk, one: PlacedStatement, taken: bool, in_time: bool) -> NearStatement:
    unsaid = tuple(term.word for term in ask.subject if not bears(one, term))
    holds = {
        "period": in_time,
        "amount": is_asked_amount(ask, one.statement),
        "words": not unsaid,
        "whole": not is_narrower(ask, one),
        "topic": not is_of_another_topic(ask, one),
    }
    rest = "nearer" if any(matches(ask, [one])) else "own_words"
    failed = [name for name, held in holds.items() if not held] or [rest]
    return NearStatement(one, () if taken else tuple(failed), unsaid)
