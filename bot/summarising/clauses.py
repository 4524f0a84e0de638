"""The clauses of a unit: what each is worth to a chief, and which others it leans on.

Of a long sentence a summary shows the clauses with the figures that are asked for first; a clause
that takes its subject over from another is shown with it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.summarising.belonging import LinesOfWork
from bot.summarising.units import Reading, Unit, span_without_number
from bot.summarising.vocabulary import choice_words
from knowledge.models import Quantity, SectionKind, Statement, StatementKind
from knowledge.understanding.indicators import Indicator, indicator_catalogue
from knowledge.understanding.sentences import Span, trim_span

_OPENERS, _CLOSERS = "（(“《【「", "）)”》】」"
_BREAK = re.compile(r"[，；;。！？\n]|,(?!\d{3})")
_MANY = 20
_LONG = 40
_SHORT = 7
_LISTED = 2
_LEANS = 1.5
_WORD = 2
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORTH_LEADING, _WORTH_INDICATOR, _WORTH_NEWS = 9.0, 1.6, 3.0


@dataclass(frozen=True, slots=True)
class DigestClause:
    """A slice of a unit up to its comma.

    ``needs`` are the places of the clauses before it that it cannot stand without. ``leading`` are
    where figures stand that a chief asks for first, ``counted`` how many are of the ledger's
    indicators. ``hidden``: all its figures are masked; ``news``: a first time, an honour, a rank.
    """

    span: Span
    worth: float
    needs: tuple[int, ...]
    leading: frozenset[int]
    counted: int
    hidden: bool
    news: bool


class DigestClauseReader:
    """Reads the clauses of the units of one report.

    ``stated`` is for each indicator the statement that tells it.
    """

    def __init__(self, reading: Reading, units: Sequence[Unit], lines: LinesOfWork) -> None:
        self._statements = reading.statements
        catalogue, text = indicator_catalogue(), reading.report.text
        self._indicators = {
            statement.figure.start: found
            for statement in reading.statements
            if (found := catalogue.find(statement, text))
        }
        own = [s for u in units if not u.headline for s in self._of_line(u, lines)]
        self.stated = _stated_indicators(own, self._indicators)
        self._leading = frozenset(s.figure.start for s in self.leading.values())

    @property
    def leading(self) -> dict[str, Statement]:
        """Those that a chief asks for first, and whose figures are known."""
        leads = {i.name for i in indicator_catalogue().indicator if i.leading}
        known = {name: told for name, told in self.stated.items() if not told.figure.masked}
        return {name: told for name, told in known.items() if name in leads}

    def _of_line(self, unit: Unit, lines: LinesOfWork) -> Iterator[Statement]:
        """The statements of a unit whose indicators are of a line of work that it belongs to."""
        of = lines.of(unit)
        for statement in _within(unit.span, self._statements):
            indicator = self._indicators.get(statement.figure.start)
            if indicator and (not of or indicator.topic in of):
                yield statement

    def read(self, unit: Unit) -> tuple[DigestClause, ...]:
        """The clauses of a unit, in order."""
        within = _within(unit.span, self._statements)
        spans = list(_split(unit, frozenset(s.figure.end for s in within)))
        return tuple(self._clause(unit, spans, n, within) for n in range(len(spans)))

    def _clause(
        self, unit: Unit, spans: Sequence[Span], n: int, within: Sequence[Statement]
    ) -> DigestClause:
        own = _within(spans[n], within)
        plain = [s for s in own if not s.figure.masked]
        written = unit.report.text[slice(*spans[n])]
        clause = DigestClause(
            span=spans[n],
            worth=0.0,
            needs=_needs(unit, spans, n, own),
            leading=frozenset(s.figure.start for s in plain) & self._leading,
            counted=sum(s.figure.start in self._indicators for s in plain),
            hidden=bool(own) and not plain,
            news=_is_news(written, hidden=bool(own) and not plain),
        )
        leans = n == 0 and choice_words().leaning.match(written) is not None
        return replace(clause, worth=_worth(clause, written, own, unit.kind) - _LEANS * leans)


def _is_news(written: str, *, hidden: bool) -> bool:
    words = choice_words()
    honoured = not hidden and words.honours.search(written)
    return bool(words.first_time.search(written) or honoured)


def closure(clauses: Sequence[DigestClause], place: int) -> frozenset[int]:
    """A clause's place with those of all clauses that it needs."""
    found = {place}
    todo = [place]
    while todo:
        new = set(clauses[todo.pop()].needs) - found
        found |= new
        todo += new
    return frozenset(found)


def _stated_indicators(
    statements: Sequence[Statement], indicators: Mapping[int, Indicator]
) -> dict[str, Statement]:
    """The statement that tells each indicator: of amounts the greatest, as the total.

    A masked one where no other is told.
    """
    best: dict[str, Statement] = {}
    for statement in statements:
        indicator, value = indicators.get(statement.figure.start), statement.figure.value or 0
        told = (value or statement.figure.masked) and statement.role is StatementKind.DONE
        if indicator and told:
            other = best.get(indicator.name)
            before = other.figure.value or 0 if other else 0
            more = value > before and not (before and statement.quantity is Quantity.RATE)
            if other is None or more:
                best[indicator.name] = statement
    return best


def _split(unit: Unit, figure_ends: Collection[int]) -> Iterator[Span]:
    """A unit's clauses behind its number; the items of a list with a figure each, or of honours."""
    text = unit.report.text
    whole = Span(span_without_number(unit).start, unit.span.end)
    for clause in _cut(text, whole, lambda at: _BREAK.match(text, at) is not None):
        written = text[slice(*clause)]
        honours = written.count("、") >= _LISTED and choice_words().honours.search(written)
        dealt_out = choice_words().dealt_out.search(written)  # 分别为90%、91%、92%
        ends: Collection[int] = () if dealt_out else range(len(text)) if honours else figure_ends

        def parts_list(at: int, ends: Collection[int] = ends) -> bool:
            return text[at] == "、" and at in ends

        yield from _cut(text, clause, parts_list)


def _cut(text: str, span: Span, is_break: Callable[[int], bool]) -> Iterator[Span]:
    """The pieces of a span; what brackets and quotation marks hold stays together."""
    start, depth = span.start, 0
    for at in range(*span):
        depth += (text[at] in _OPENERS) - (text[at] in _CLOSERS and depth > 0)
        if depth == 0 and is_break(at):
            if at > start:
                yield trim_span(text, Span(start, at))
            start = at + 1
    if start < span.end:
        yield trim_span(text, Span(start, span.end))


def _within(span: Span, statements: Sequence[Statement]) -> Sequence[Statement]:
    first = bisect_left(statements, span.start, key=lambda s: s.figure.start)
    last = bisect_left(statements, span.end, key=lambda s: s.figure.start)
    return statements[first:last]


def _worth(
    clause: DigestClause, written: str, statements: Sequence[Statement], kind: SectionKind
) -> float:
    """What a clause is worth; one of masks alone nothing."""
    words = choice_words()
    news = _WORTH_NEWS * clause.news
    if clause.hidden:
        return news - 1.0
    worth = news + (_WORTH_LEADING if clause.leading else _WORTH_INDICATOR * bool(clause.counted))
    worth += min(2.0, sum(map(_size, statements)))
    worth += 0.6 * bool(words.results.search(written)) + 0.6 * bool(words.core.search(written))
    worth += 0.5 * bool(words.named.search(written))
    if kind is SectionKind.PROBLEMS:
        worth += 1.0 * bool(words.problems.search(written))
        worth += 1.0 * bool(words.reasons.search(written))
    if kind is SectionKind.PLAN:
        worth += 1.2 * bool(words.deadlines.search(written))
        worth += 0.8 * bool(words.measures.search(written))
    worth -= 1.6 * bool(words.minor.search(written))
    worth -= 1.2 * bool(words.slogans.search(written))
    if not statements:
        worth += 0.4 * bool(words.measures.search(written))
        worth -= 2.5 * bool(words.adverbial.search(written))
        short = len(written) < _SHORT and not words.results.search(written)
        worth -= 1.0 * (short and kind is not SectionKind.PROBLEMS)
    return worth - max(0, len(written) - _LONG) / 30


def _size(statement: Statement) -> float:
    """A figure's share: a handful of something says less than a rate or a large number."""
    figure = statement.figure
    if figure.masked or figure.value is None:
        return 0.0
    rate = statement.quantity in (Quantity.RATE, Quantity.CHANGE, Quantity.MONEY)
    return 1.2 if rate else 0.8 if figure.value >= _MANY else 0.3


def _needs(
    unit: Unit, spans: Sequence[Span], n: int, statements: Sequence[Statement]
) -> tuple[int, ...]:
    """The earlier clauses whose words the figures of a clause go on with."""
    if n == 0:
        return ()
    words, text = choice_words(), unit.report.text
    own, first = text[slice(*spans[n])], _list_start(text, spans, n)
    of_parts = first < n and words.leaning.match(text[slice(*spans[first])])  # 其中甲3件、乙2件
    caused = words.causes.match(text[slice(*spans[n - 1])])
    planned = unit.kind is SectionKind.PLAN and words.acts.match(own)  # 进一步完善…
    if of_parts or caused or (words.leaning.match(own) and not planned):
        return (n - 1,)
    if statements:
        return _subject_places(text, spans[: n + 1], statements)
    alone = unit.kind is SectionKind.PROBLEMS or words.acts.match(own)
    if first < n:
        return (first,)
    return () if alone and len(own) >= _SHORT - 1 else (n - 1,)


def _subject_places(
    text: str, spans: Sequence[Span], statements: Sequence[Statement]
) -> tuple[int, ...]:
    """The places of the clauses that name the subjects of the figures in the last one."""
    *earlier, own = (set(text[slice(*span)]) for span in spans)
    left = {c for s in statements for c in s.subject if _HAN.match(c)} - own
    needed = list[int]()
    for place in range(len(earlier) - 1, -1, -1):
        if len(left & earlier[place]) * 2 >= len(left) > 0:
            needed.append(place)
            left -= earlier[place]
    if len(left) >= _WORD and not needed and any(s.context for s in statements):
        return (len(earlier) - 1,)  # what several clauses name: 检查药店、诊所…，立案26件
    acts = {act for s in statements if len(act := s.measure.removesuffix("率")) >= _WORD}
    if not needed and text[spans[-2].end] == "，":  # of whom: 摊主已全部体检，复检率98%
        before = text[slice(*spans[-2])]
        needed += [len(earlier) - 1] * any(act in before for act in acts)
    return tuple(sorted(needed))


def _list_start(text: str, spans: Sequence[Span], n: int) -> int:
    """The place of the first item of the list that a clause is an item of."""
    while n > 0 and text[spans[n - 1].end : spans[n].start].strip() == "、":
        n -= 1
    return n
