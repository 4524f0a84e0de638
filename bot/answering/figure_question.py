"""A question for figures with the reports that it is put to."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.answering.asks import PLAIN, FigureAsk, read_ask
from bot.answering.concepts import terms_of
from bot.answering.derivations import (
    DerivationKind,
    derivation_asked,
    derivation_words,
    is_bare_total,
    like_unit,
)
from bot.answering.matching import Match
from bot.answering.measures import measures
from bot.answering.placed_statements import PlacedStatement, placed_statements
from bot.answering.session import Retrieval
from bot.answering.statement_finder import AskedReport, StatementFinder
from bot.wording import name_bureau
from knowledge.library import Library
from knowledge.models import Quantity
from knowledge.retrieval.question import Question, without_spans
from knowledge.retrieval.question_asks import Ask, split_asks
from knowledge.retrieval.vocabulary import question_words

_HIGH = re.compile("[高低]")
_PAIR = 2
_MARK = "\0"
# the scope's places left out: 区局|的药店和|县局|2023年|的诊所，哪个查得多
_TWO_THINGS = re.compile(
    rf"{_MARK}*的?(?P<first>[^{_MARK}，,？?]+?)(?:和|跟|与|比)?[，,]?{_MARK}+的?"
    rf"(?P<second>[^{_MARK}，,？?]+?)"
    rf"(?P<asked>(?:[，,][^{_MARK}]*?)?(?:哪|谁)[^{_MARK}]*|[多少高低]出?了?(?:多少|几)[^{_MARK}]*)"
)


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """What a question asks figures of: its parts as typed, and each read into facets (``asks``).

    ``kind`` is what is to be worked out from what the reports state. ``answered``: some report
    answers the parts as they stand. ``compares_reports``: the reports are put side by side.
    ``own_asks`` are what each bureau is asked of its own, by the bureau's name: 区局的药店和县局的
    诊所哪个查得多.
    """

    question: Question
    reports: tuple[tuple[PlacedStatement, ...], ...]
    finder: StatementFinder
    compares_reports: bool
    parts: tuple[Ask, ...]
    asks: tuple[FigureAsk, ...]
    kind: DerivationKind | None = None
    answered: bool = False
    own_asks: Mapping[str, FigureAsk] = field(default_factory=dict)

    def with_asks(self, asks: Iterable[FigureAsk]) -> "FigureQuestion":
        """The same with other facets."""
        return replace(self, asks=tuple(asks))

    def find(self, ask: FigureAsk) -> list[Match]:
        """What all the reports state of a part."""
        return [m for placed in self.reports for m in self.finder.find(ask, placed)]

    def ask_reports(self) -> list[AskedReport]:
        """What each report states of each part."""
        return [self.finder.ask_report(self._asks_of(placed), placed) for placed in self.reports]

    def _asks_of(self, placed: Sequence[PlacedStatement]) -> tuple[FigureAsk, ...]:
        own = self.own_asks.get(name_bureau(placed[0].report.identity.bureau))
        return (own,) if own else self.asks

    def ask_reports_apart(self) -> list[AskedReport]:
        """The same, where no part goes on with those before it."""
        return [
            AskedReport(placed, tuple(tuple(self.finder.find(ask, placed)) for ask in self.asks))
            for placed in self.reports
        ]

    @property
    def is_named(self) -> bool:
        """Whether it names whose reports are meant, or puts some side by side."""
        return bool(self.question.scope.bureaus) or self.compares_reports

    @property
    def ranks_things(self) -> bool:
        """Whether it is which of the things in a report there were most of."""
        question = self.question
        return question.ranks_things or (question.ranks and len(self.reports) == 1)

    @property
    def ranks_lowest(self) -> bool:
        """Whether the least is asked for, where some are ranked."""
        words = derivation_words()
        return bool(words.lowest.search(self.question.text)) and not words.highest.search(
            self.question.text
        )

    @property
    def is_since_last_year(self) -> bool:
        """Whether it is how much more or less there was than the year before."""
        changes = self.kind or all(Quantity.CHANGE in ask.quantities for ask in self.asks)
        since = derivation_words().since_last_year.search(self.question.text)
        return bool(changes and since and len(self.question.scope.periods) < _PAIR)

    @property
    def words_asked(self) -> int:
        """How many words of it a statement may bear out."""
        return max(len(ask.subject) for ask in self.asks)


def read_figure_question(library: Library, retrieval: Retrieval) -> FigureQuestion:
    """Read the parts of a question; one that only sums up the others asks for a total."""
    question, asks = retrieval.question, retrieval.question.asks
    asks = tuple(part for part in asks if _asks_anything(read_ask(part))) or asks
    if question.ranks:  # 哪个局最多，金额报一下
        asks = (*asks[:1], *(part for part in asks[1:] if not _asks_how_much(read_ask(part))))
    units = {part.unit for part in asks if not is_bare_total(read_ask(part))}
    parts = tuple(
        part
        for part in asks
        if not (is_bare_total(read_ask(part)) and {part.unit, ""} & {"", *units})
    )
    kind = derivation_asked(question.text, periods=len(question.scope.periods))
    if parts and len(parts) < len(asks):
        kind = DerivationKind.TOTAL
    elif kind is DerivationKind.GROWTH and len(asks) > 1:
        kind = None  # 2024年增长多少，2025年想增多少 asks each as it is told
    parts = parts or asks
    if own := dict(_own_asks(question)):
        parts, kind = parts[:1], kind if kind is DerivationKind.DIFFERENCE else None
    read = FigureQuestion(
        question,
        tuple(filter(None, (placed_statements(library, key) for key in retrieval.reports))),
        StatementFinder(question),
        retrieval.compares_reports,
        parts,
        tuple(_with_frame(read_ask(part), part is parts[0], len(parts)) for part in parts),
        kind,
        own_asks=own,
    )
    asks_of_one = question.excludes or bool(measures().exclusive.search(question.text))
    return read.with_asks(
        [replace(_as_rate(ask, read), exclusive=asks_of_one) for ask in read.asks]
    )


def _own_asks(question: Question) -> Iterator[tuple[str, FigureAsk]]:
    """What each of two bureaus is asked of its own, by its name; none where both are asked one.

    Between them and behind the second stand their things, and then what is asked of both.
    """
    text, scope = question.punctuated, question.scope
    found = _TWO_THINGS.fullmatch(without_spans(text, scope, between=_MARK))
    compares = question.ranks or derivation_words().difference.search(text)
    if not (found and compares) or len(scope.bureaus) != _PAIR:
        return
    things = [found["first"], found["second"]]
    known = [{t.word for t in terms_of(one)} for one in things]
    if not all(known) or known[0] == known[1]:
        return
    asked = question_words().superlative_words.sub(" ", found["asked"])
    for mention, thing in zip(scope.bureaus, things, strict=True):
        part = f"{thing}{asked}"
        for name in mention.names:
            yield name, read_ask(split_asks(part)[0])


def _asks_anything(ask: FigureAsk) -> bool:
    """Whether a part names something, or a kind of amount: 比谁高还是低 only compares others."""
    return bool(ask.terms or ask.unit or ask.quantities != PLAIN or is_bare_total(ask))


def _asks_how_much(ask: FigureAsk) -> bool:
    """Whether a part only asks again for the amount: 几件, 金额多少."""
    return all(term.word in measures().optional for term in ask.terms)


def _with_frame(ask: FigureAsk, is_first: bool, parts: int) -> FigureAsk:
    """A part with whether what stands before it says where to look.

    It does before a single part, and before one that names nothing but an act: 查了多少家.
    """
    acts = tuple(measures().acts)
    bare = is_first and all(term.word.startswith(acts) for term in ask.terms)
    return replace(ask, framed=bare or parts == 1)


def _as_rate(ask: FigureAsk, read: FigureQuestion) -> FigureAsk:
    """What is high or low is a rate, where one is told of it: 食品抽检哪个高."""
    if not (read.question.ranks and ask.quantities == PLAIN and _HIGH.search(read.question.text)):
        return ask
    rate = replace(ask, quantities=frozenset({Quantity.RATE}))
    return rate if read.find(rate) else ask


def in_one_unit(read: FigureQuestion, asked: list[AskedReport]) -> list[AskedReport]:
    """What is compared in the unit that some report tells just what is asked in, if it can be.

    特种设备使用单位 are 家 in one report, and no 登记证260项 in another.
    """
    ask = read.asks[0]
    compares = read.compares_reports or read.question.ranks
    if len(read.asks) > 1 or ask.unit or not compares:
        return asked
    exact = [{like_unit(m) for m in one.found[0] if not m.extras} for one in asked]
    shared = set.union(*exact)
    if len(shared) != 1 and len(exact) > 1:
        shared = set.intersection(*filter(None, exact)) if any(exact) else set()
    if len(shared) != 1:
        return asked
    told = read.with_asks([replace(ask, unit=shared.pop())]).ask_reports()
    return [new if new.answers else one for one, new in zip(asked, told, strict=True)]
