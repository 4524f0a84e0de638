"""The lines that tell a statement with its quote, or that it is missing and what is there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.answering.asks import FigureAsk
from bot.answering.matching import Match, is_asked_amount, speaks_of
from bot.answering.measures import measures
from bot.answering.placed_statements import PlacedStatement
from bot.answering.session import Retrieval
from bot.answers import AnswerFigure, Derivation, Footnotes, Quote, report_label
from bot.checking.vocabulary import grounding_words
from bot.wording import say
from knowledge.models import Quantity, Report, Statement, StatementKind
from knowledge.understanding.figures import find_figures
from knowledge.understanding.kinds import without_mark

_NO_DATE = "截止至到目前今日"
_PAIR = 2
_MOST_BESIDE = 3
_MOST_UNSAID = 3
_SHORT = 60
_BREAKS = "，；。"
_PARTICLES = re.compile(r"(?:来着|[呢啊呀吧嘛哈])+$")
_CLOSING = "。；;！？\n "


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """The lines of an answer, the statements that they tell, and what was worked out.

    ``lacking``: some line says what is not stated, or how figures compare. ``untold`` are those
    of the lines that say what is not stated.
    """

    lines: tuple[str, ...]
    matches: tuple[Match, ...]
    derived: tuple[Derivation, ...] = ()
    lacking: bool = False
    untold: tuple[str, ...] = ()

    @property
    def masked(self) -> bool:
        """Whether nothing but masked figures is told."""
        return all(m.statement.figure.masked for m in self.matches)

    def share_told_in(self, text: str) -> float:
        """How much of what was found and worked out a text tells; 1 is all."""
        told = find_figures(text)
        hidden = any(f.masked for f in told) or says_masked(text)
        values = {(figure.value, figure.unit) for figure in told}
        found = (match.statement.figure for match in self.matches)
        stated = [hidden if f.masked else (f.value, f.unit) in values for f in found]
        stated += [(one.value, one.unit) in values for one in self.derived]
        return sum(stated) / max(1, len(stated))


def says_masked(text: str) -> bool:
    """Whether a text says in words that something is hidden."""
    return bool(grounding_words().concealed.search(text))


class LineWriter:
    """Writes the lines of an answer; ``notes`` gets their quotes."""

    def __init__(self, retrieval: Retrieval, notes: Footnotes) -> None:
        self._retrieval = retrieval
        self._question = retrieval.question
        self._notes = notes

    def lines(self, found: Sequence[Match]) -> Iterator[str]:
        """What was found, a line for each sentence."""
        for _, same in groupby(found, key=lambda m: (m.placed.report.id, m.statement.sentence)):
            yield self.line(list(same))

    def line(self, same: Sequence[Match]) -> str:
        """What one sentence states, in one line."""
        report, statement = same[0].placed.report, same[0].statement
        told = "、".join(dict.fromkeys(map(name_figure, same))) + _as_of(same)
        if self._retrieval.compares_reports and all(m.off_line for m in same):
            told += say("answer.under", heading=without_mark(same[0].placed.path[-1]))
        told += self._other_period(report, statement)
        if unsaid := same[0].unsaid[:_MOST_UNSAID]:
            words = "".join(say("answer.word", word=word) for word in unsaid)
            told += say("answer.by_sense", words=words)
        mark = self._notes.cite(Quote(report, same[0].placed.path, statement.sentence))
        line = say("answer.figure", who=report_label(report), figures=told, mark=mark)
        planned = statement.role is StatementKind.PLAN and not self._question.plans
        return say("answer.planned", line=line) if planned else line

    def missing_line(self, ask: FigureAsk, reports: Sequence[Sequence[PlacedStatement]]) -> str:
        """What is not stated, with what a report states of the same thing; empty without that."""
        for placed in reports:
            beside = statements_beside(ask, placed)
            if beside:
                figures = dict.fromkeys(name_figure(Match(p, ())) for p in beside)
                report = beside[0].report
                quote = Quote(report, beside[0].path, beside[0].statement.sentence)
                sure = speaks_of(ask, beside[0]) and not _may_be_meant(ask, beside)
                told = "answer.not_told" if sure else "answer.near"
                return say(
                    told,
                    ask=name_ask(ask),
                    who=report_label(report),
                    figures="、".join(figures),
                    mark=self._notes.cite(quote),
                )
        return ""

    def _other_period(self, report: Report, statement: Statement) -> str:
        """The period that a figure tells of, if it is not the report's and is no plan's."""
        period = statement.period
        if period is None or statement.role is StatementKind.PLAN:
            return ""
        if period == report.identity.period:  # which the line begins with
            return ""
        return say("answer.of_period", period=str(period))


def name_ask(ask: FigureAsk) -> str:
    """A part of a question as it is named in an answer."""
    return _PARTICLES.sub("", ask.wording.replace(" ", "")).removeprefix("的")


def name_figure(match: Match) -> str:
    """A figure with what it states."""
    named = match.placed.wording + say("answer.masked_mark") * match.statement.figure.masked
    named += say("answer.together") * match.together
    return (
        say("answer.of_campaign", campaign=match.campaign, figure=named)
        if match.campaign
        else named
    )


def state_figure(match: Match, n: int) -> AnswerFigure:
    """A figure with what it states, apart from its amount; ``n`` numbers its quote."""
    figure = match.statement.figure
    return AnswerFigure(
        who=report_label(match.placed.report),
        name=name_figure(match).partition(figure.text)[0],
        amount=match.placed.amount + say("answer.masked_mark") * figure.masked,
        n=n,
        planned=match.statement.role is StatementKind.PLAN,
    )


def statements_beside(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[PlacedStatement]:
    """The statements of one sentence that come nearest to what is asked, of its own thing."""
    things = [t for t in ask.subject if t in ask.things] or list(ask.carried)
    things = [t for t in things if t.word not in measures().anywhere] or things

    def nearness(one: PlacedStatement) -> tuple[int, int, bool]:
        thing = sum(t.is_in(one.own) or t.is_in(one.carried) for t in things)
        borne = sum(t.is_in(one.own) or t.is_in(one.carried) for t in ask.subject)
        return thing, borne, is_asked_amount(ask, one.statement)

    of_thing = [p for p in placed if any(t.is_in(p.said) for t in things)]
    best = max(of_thing, key=nearness, default=None)
    nearest = nearness(best) if best else (0, 0, False)
    if best is None or nearest[0] * _PAIR < len(things) or nearest[1] * _PAIR < len(ask.subject):
        return []
    same = [p for p in placed if p.statement.sentence == best.statement.sentence]
    return [p for p in same if nearness(p) == nearest][:_MOST_BESIDE]


def _may_be_meant(ask: FigureAsk, beside: Sequence[PlacedStatement]) -> bool:
    """Whether one of some statements is of the kind of amount and the unit that are asked for."""
    kinds = ask.quantities - {Quantity.COUNT} or ask.unit
    return bool(kinds) and any(is_asked_amount(ask, p.statement) for p in beside)


def _as_of(same: Sequence[Match]) -> str:
    """The date that governs the figures if their words leave it out; 截至目前 is none."""
    as_of = same[0].statement.figure.as_of or ""
    named = any(as_of in m.placed.wording for m in same)
    return say("answer.as_of", as_of=as_of) if as_of.strip(_NO_DATE) and not named else ""
