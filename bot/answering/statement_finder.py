"""Finds what the reports in a question's scope state of each of its parts.

Of the statements that match, those count that are of the periods asked for, and done or planned
as the question has it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.answering.asks import FigureAsk
from bot.answering.concepts import Term, done_in
from bot.answering.matching import (
    Match,
    bears,
    best_matches,
    is_asked_amount,
    is_limited,
)
from bot.answering.measures import has_opposite, is_stage, measures
from bot.answering.other_matters import is_of_another_line
from bot.answering.placed_statements import PlacedStatement
from bot.wording import name_bureau
from knowledge.models import Report, StatementKind
from knowledge.retrieval.question import Question
from knowledge.retrieval.question_asks import words_of_ask
from knowledge.retrieval.question_periods import QuestionPeriod
from knowledge.understanding.governments import is_government
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.phrases import statement_words

_MONTH = re.compile(r"(?<![\d\-—–~至到])0?(1[0-2]|[1-9])月(?!龄)")

_OF_WHICH = "其中"
_END = re.compile(r"[达增升加扩提]到|达\||[至到]\||现有|实有|[年期][末底]|总数|总量")


@dataclass(frozen=True, slots=True)
class AskedReport:
    """One report with the statements that answer each part of a question, in the parts' order."""

    placed: tuple[PlacedStatement, ...]
    found: tuple[tuple[Match, ...], ...]

    @property
    def report(self) -> Report:
        """The report that all its statements are of."""
        return self.placed[0].report

    @property
    def answers(self) -> bool:
        """Whether it answers any part."""
        return any(self.found)

    @property
    def exact(self) -> bool:
        """Whether it states just what some part asks."""
        return any(not m.extras for found in self.found for m in found)

    @property
    def borne(self) -> int:
        """The most words asked for that one of its statements bears out."""
        return max((m.borne for found in self.found for m in found), default=0)

    @property
    def is_close(self) -> bool:
        """Whether it states what some part asks, in its own line of work and by its own verb."""
        return any(not (m.loose or m.off_line) for found in self.found for m in found)


class StatementFinder:
    """Finds statements of the periods that a question asks for, done or planned as it has it."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def ask_report(
        self, asks: Sequence[FigureAsk], placed: tuple[PlacedStatement, ...]
    ) -> AskedReport:
        """What a report states of each part; a part without a thing goes on with those before."""
        found: list[tuple[Match, ...]] = []
        for ask in asks:
            beside = _beside(found, placed)
            everywhere = self.find(ask, placed)
            told = [m for m in everywhere if m.placed in beside]
            told = told or (self.find(ask, beside) if everywhere else [])
            told = told or self._of_siblings(ask, found, beside)
            told = told or _of_same_line(ask, everywhere)
            if all(m.off_line for m in told):
                amounts = set(map(_amount, told))
                known = [m for m in self._of_indicator(ask, placed) if _amount(m) not in amounts]
                known = [m for m in known if not is_of_another_line(ask, m.placed)]
                told = known or told  # of all work, before what one line of work had of it
            if not told and ask.goes_on and beside:
                told = self.find(replace(ask, carried=()), beside)
            if not told and ask.goes_on and (nouns := _nouns(ask.carried)):
                wider = self.find(replace(ask, carried=nouns), placed)
                told = [m for m in wider if m.statement.quantity in ask.quantities]
            if not told and ask.unit:
                told = _only_of_unit(ask, beside)
            told = self._untold_before(ask, told, found, beside)
            if ask.wording.startswith(_OF_WHICH):
                found, told = _apart(found, told)
            found.append(tuple(told))
        return AskedReport(placed, tuple(found))

    def _untold_before(
        self,
        ask: FigureAsk,
        told: list[Match],
        found: Sequence[Sequence[Match]],
        beside: Sequence[PlacedStatement],
    ) -> list[Match]:
        """What itself tells of a part, beside what answers those before it.

        集中学了几次 behind 中心组学了几次 is another time.
        """
        before = {m.statement for answers in found for m in answers}
        if not told or not before.issuperset(m.statement for m in told):
            return told
        others = self.find(ask, [p for p in beside if p.statement not in before])
        return [m for m in others if all(t.is_in(m.placed.said) for t in ask.terms)] or told

    def _of_siblings(
        self, ask: FigureAsk, found: Sequence[Sequence[Match]], beside: Sequence[PlacedStatement]
    ) -> list[Match]:
        """What answers of the other parts of that which the answers before are parts of.

        信用修复企业多少户、个体户多少户 asks for no 个体户 that are told of elsewhere.
        """
        wholes = {
            m.statement.context[-1]
            for answers in found
            for m in answers
            if m.statement.condition.startswith("其中") and m.statement.context
        }
        return self.find(ask, [p for p in beside if wholes & {*p.statement.context[-1:]}])

    def find(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What answers of all the years asked for together, else of each, else of any period."""
        placed, asked = self.of_periods(placed), self._question.scope.periods
        together = [one for one in placed if _tells_of_several(one) and _tells_of_one(one, asked)]
        if found := self._done_or_planned(ask, together):
            return found
        apart = (p for p in asked if p.year and not p.among)
        told = [[one for one in placed if _tells_of_one(one, [period])] for period in apart]
        if sum(map(bool, told)) > 1:
            return list(dict.fromkeys(m for of in told for m in self._done_or_planned(ask, of)))
        return self._done_or_planned(ask, placed)

    def _of_indicator(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What a report tells of the indicator of the ledger that is asked for by its name."""
        catalogue = indicator_catalogue()
        name = measures().counting.sub("", words_of_ask(ask.wording).replace(" ", ""))
        thing = "".join(t.word for t in ask.things if t.word not in measures().acts)
        asked = catalogue.find_by_whole_name(name) or catalogue.find_by_whole_name(thing)
        planned = placed and placed[0].report.id in self._question.scope.plan_only
        if not asked or planned:
            return []
        return [
            Match(p, (p.statement.subject,), borne=len(ask.subject))
            for p in self.of_periods(placed)
            if p.statement.role is not StatementKind.PLAN
            and is_asked_amount(ask, p.statement)
            and not is_limited(ask, p)
            and not catalogue.is_part(p.statement)
            and all(bears(p, term) for term in ask.subject if has_opposite(term.word))
            and catalogue.find(p.statement, p.report.text) in asked
        ]

    def _done_or_planned(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What is done before what is planned; what is planned alone where plans are asked for."""
        planned = [p for p in placed if p.statement.role is StatementKind.PLAN]
        done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
        if placed and placed[0].report.id in self._question.scope.plan_only:
            return self._of_nearest_period(best_matches(ask, planned))
        if measures().done.search(ask.wording):
            return self._of_nearest_period(best_matches(ask, done))
        if ask.planned or (len(self._question.asks) == 1 and self._question.plans):
            owed = [p for p in done if p.statement.role is StatementKind.PROBLEM]
            return self._of_nearest_period(best_matches(ask, planned) or best_matches(ask, owed))
        return self._of_nearest_period(best_matches(ask, done) or best_matches(ask, planned))

    def _of_nearest_period(self, found: list[Match]) -> list[Match]:
        """Of matches of several periods, those of the one asked for, else of the report's own."""
        dated = [p for p in self._question.scope.periods if p.year]
        told = [(m, m.statement.period) for m in found if m.statement.period]
        asked = [m for m, period in told if any(p.tells_of(period) for p in dated)]
        own = [m for m, period in told if period == m.placed.report.identity.period]
        return asked or own or found

    def of_periods(self, placed: Sequence[PlacedStatement]) -> Sequence[PlacedStatement]:
        """Without what is of another period than those named; a plan is of its report's next."""
        periods = self._question.scope.periods
        if placed and placed[0].report.id in self._question.scope.plan_only:
            placed = [p for p in placed if p.statement.role is StatementKind.PLAN]
        if not placed or all(period.of_report for period in periods):
            return placed
        months = [period.month for period in periods if period.month]
        if months and not _names_month(placed[0].report.identity.title, months):
            placed = [p for p in placed if _names_month(_sentence_of(p), months)]
        if not placed:
            return placed

        def fits(one: PlacedStatement) -> bool:
            told = one.statement.period
            return (
                told is None
                or any(p.tells_of(told) for p in periods)
                or (told.years > 1 and _is_end(one) and any(p.year == told.year for p in periods))
            )

        if placed[0].report.id in self._question.scope.telling:
            return [p for p in placed if fits(p)]
        own = placed[0].report.identity.period
        shifted = [p for p in placed if p.statement.period != own and not fits(p)]
        governments = is_government(name_bureau(placed[0].report.identity.bureau))
        return [p for p in placed if p not in shifted or (_is_dated(p) and not governments)]


def _apart(
    found: Sequence[Sequence[Match]], part: Sequence[Match]
) -> tuple[list[tuple[Match, ...]], list[Match]]:
    """What answers the parts before and a part of one of them, each statement for one of them.

    For a part only where it tells less than all: 发明专利授权 is no 专利授权, 投诉举报 no 举报.
    """
    all_of = {m.statement for whole in found for m in whole if not m.extras}
    told = [m for m in part if m.statement not in all_of]
    of_part = {m.statement for m in told}
    return [tuple(m for m in whole if m.statement not in of_part) for whole in found], told


def _is_end(one: PlacedStatement) -> bool:
    """Whether a statement of several years says what there was in the last of them."""
    return bool(_END.search(one.own)) and not one.statement.condition.endswith("由")


def _names_month(text: str, months: Sequence[int]) -> bool:
    """Whether a text names one of some months, and not only as the end of several."""
    return any(int(found[1]) in months for found in _MONTH.finditer(fold_width(text)))


def _sentence_of(one: PlacedStatement) -> str:
    return one.report.text[slice(*one.statement.sentence)]


def _of_same_line(ask: FigureAsk, told: Sequence[Match]) -> list[Match]:
    """What answers a part that names only an act or money: of the line of work of those before.

    药品立案多少件，罚了多少 asks for no fines of the whole bureau.
    """
    named = {*measures().acts, *statement_words().money_names}
    if not ask.carried or any(named.isdisjoint((t.word, *t.forms)) for t in ask.terms):
        return list(told)
    before = replace(ask, terms=tuple(t for t in ask.carried if not is_stage(t.word)), carried=())
    return [m for m in told if not is_of_another_line(before, m.placed)]


def _amount(match: Match) -> tuple[Decimal | None, str]:
    """What a statement counts: its value and unit."""
    return match.statement.figure.value, match.statement.figure.unit


def _nouns(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Those of some terms that name things, where others say what was done with them."""
    nouns = tuple(t for t in terms if not t.is_verb)
    return nouns if len(nouns) < len(terms) else ()


def _is_dated(one: PlacedStatement) -> bool:
    """Whether a statement is a plan, or its own sentence shows the period that it tells of."""
    statement, text = one.statement, one.report.text
    year = str(statement.period.year) if statement.period else ""
    return statement.role is StatementKind.PLAN or year in text[slice(*statement.sentence)]


def _tells_of_several(one: PlacedStatement) -> bool:
    """Whether a statement tells of several years together."""
    return one.statement.period is not None and one.statement.period.years > 1


def _tells_of_one(one: PlacedStatement, asked: Sequence[QuestionPeriod]) -> bool:
    """Whether a statement tells of one of the periods asked for."""
    period = one.statement.period
    return period is not None and any(p.tells_of(period) for p in asked)


def _beside(
    found: Sequence[Sequence[Match]], placed: Sequence[PlacedStatement]
) -> list[PlacedStatement]:
    """The statements of the sentences that answer the parts before."""
    sentences = {m.statement.sentence for answers in found for m in answers}
    return [one for one in placed if one.statement.sentence in sentences]


def _only_of_unit(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only one of some statements in the unit asked for, if it tells what was done.

    Empty where there are more, or where the part names a thing that it does not speak of.
    """
    bare = all(t.word in measures().common for t in ask.terms)
    acts = done_in(ask.wording)
    frames = measures().frames
    things = [t for t in ask.things if t.word not in frames and not acts & done_in(t.word)]
    of_unit = [p for p in placed if p.statement.figure.unit == ask.unit]
    found = [
        Match(p, (), loose=not bare)
        for p in of_unit
        if bare or (acts & p.acts and all(bears(p, t) for t in things))
    ]
    return found if len(of_unit) == 1 else []
