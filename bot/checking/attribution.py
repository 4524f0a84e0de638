"""Whose figures a statement says it states, and of when; and whether a passage is theirs."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.checking.date_checks import covers_period, date_faults
from bot.checking.dates import TITLES, Date, find_dates
from bot.checking.names import blank_out
from bot.checking.sources import BREAKS, GroundingSource, Sources, Support, start_after
from bot.checking.statements import FaultKind, Segment, StatementFault
from bot.checking.vocabulary import grounding_words
from knowledge.retrieval.bureau_names import KnownBureaus
from knowledge.retrieval.question_bureaus import BureauMention, find_bureaus
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import Figure, clause_words
from knowledge.understanding.identity import OFFICE
from knowledge.understanding.sentences import Span

_BRACKETS = re.compile(r"[（(][^（()）]{0,20}[)）]")
_JOINERS = ("、", "和", "与", "及", "以及")


@dataclass(frozen=True, slots=True)
class StatedScope:
    """The bureaus and the period that figures are said to be of; empty where nothing was said.

    ``lead`` are the other words of a lead-in: 食品抽检合格率 above a line with the figure alone;
    ``header`` the cells that head a table, ``before`` the sentence before, which 其中 goes on with.
    """

    bureaus: tuple[BureauMention, ...] = ()
    date: Date | None = None
    planned: bool = False
    lead: str = ""
    header: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The bureaus and dates of one statement, and what it took over from a line above it."""

    body: str
    bureaus: tuple[BureauMention, ...]
    dates: tuple[Date, ...]
    carried: StatedScope

    def scope_at(self, position: int) -> StatedScope:
        """Whose a figure that stands there is said to be."""
        scope = self.carried
        before = (event for event in self._events() if event.end <= position)
        for event in sorted(before, key=lambda event: event.start):
            if not self.is_leading(event):
                continue
            if isinstance(event, Date):
                if event.year is not None or event.part is not None:
                    scope = replace(scope, date=event)
            elif self._continues_list(event, scope.bureaus):
                scope = replace(scope, bureaus=(*scope.bureaus, event))
            else:
                scope = replace(scope, bureaus=(event,))
        return scope

    def scope_of(self, places: Sequence[int], index: int) -> StatedScope:
        """Whose the figure at ``places[index]`` is: 甲、乙分别为1家、2家 deals them out in turn."""
        scope = self.scope_at(places[index])
        word = self.respectively_at()
        after = [place for place in places if word is not None and place > word]
        if word is None or places[index] not in after:
            return scope
        turn = after.index(places[index])
        dates = self._listed_dates(word)
        if len(scope.bureaus) == len(after) > 1:
            scope = replace(scope, bureaus=(scope.bureaus[turn],))
        if len(dates) == len(after) > 1:
            scope = replace(scope, date=dates[turn])
        return scope

    def respectively_at(self) -> int | None:
        """Where the word stands that deals figures out to several bureaus or periods named."""
        word = grounding_words().respectively.search(self.body)
        if word is None:
            return None
        place = word.start()
        several = len(self.scope_at(place).bureaus) > 1 or len(self._listed_dates(place)) > 1
        return place if several else None

    def _listed_dates(self, before: int) -> tuple[Date, ...]:
        listed: list[Date] = []
        for date in (d for d in self.dates if d.end <= before):
            gap = self.body[listed[-1].end : date.start].strip() if listed else ""
            listed = [*listed, date] if listed and gap in _JOINERS else [date]
        return tuple(listed)

    def spans(self) -> list[Span]:
        """Where names and dates stand; a name as far as it is the bureau's own."""
        dates = [Span(date.start, date.end) for date in self.dates]
        return dates + [Span(m.start, m.end + self._rest_of_name(m)) for m in self.bureaus]

    def _rest_of_name(self, mention: BureauMention) -> int:
        """How much of a bureau's name stands behind what was found of it: 人民政府 of 四川省."""
        rests = (name.partition(mention.wording)[2] for name in mention.names)
        return max((len(r) for r in rests if self.body.startswith(r, mention.end)), default=0)

    def _events(self) -> list[BureauMention | Date]:
        return [*self.bureaus, *self.dates]

    def without_names(self) -> str:
        """The statement with its names and dates made blank."""
        return blank_out(self.body, self.spans())

    def is_leading(self, event: BureauMention | Date) -> bool:
        """Whether nothing but names, dates and small words stands before it in its clause."""
        if isinstance(event, Date) and (event.compared or event.titled):
            return False
        start = start_after(BREAKS, self.body, event.start)
        before = self.without_names()[start : event.start]
        plain = re.sub(r"[\s、和与及]+", "", before)
        return bool(grounding_words().before_name.fullmatch(plain))

    def _continues_list(self, event: BureauMention, before: Sequence[BureauMention]) -> bool:
        if not before or before[-1] not in self.bureaus:
            return False
        between = _BRACKETS.sub("", self.body[before[-1].end : event.start])
        return between.strip() in _JOINERS


def attribute(
    body: str, known: KnownBureaus, sources: Sources, carried: StatedScope
) -> Attribution:
    """Read the names and dates of a statement."""

    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        found = frozenset(s.passage.report.id for s in sources if s.holds(phrase))
        return found if within is None else found & set(within)

    titles = [match.span() for match in TITLES.finditer(body)]
    found = find_dates(body)
    apart = _without_neighbours(body, found)
    named = [
        mention
        for mention in find_bureaus(apart, known, question_words(), occurs)
        if not any(start <= mention.start < end for start, end in titles)
        and (mention.names or _is_place(body, mention))
    ]
    part, year = (carried.date.part, carried.date.year) if carried.date else (None, None)
    dates = [d.with_beside(part) if part and year in (None, d.year) else d for d in found]
    return Attribution(body, tuple(named), tuple(dates), carried)


def _without_neighbours(body: str, dates: Sequence[Date]) -> str:
    """A text without words that could be taken for a place's: 隐去区市场监管局, 上半年县、乡."""
    apart = grounding_words().concealed.sub(lambda match: "，" * len(match[0]), body)
    for date in dates:
        apart = apart[: date.start] + "，" * (date.end - date.start) + apart[date.end :]
    return apart


def _is_place(body: str, mention: BureauMention) -> bool:
    """Whether an unknown bureau is one: 包括区 of 包括区供电公司 and 兑现县 of 县长 are not."""
    words = grounding_words()
    if OFFICE.search(mention.wording):
        return True
    verb = clause_words().verbs.match(mention.wording)
    led = mention.wording.startswith(words.before_place) or (verb and verb.end() > 1)
    return not (led or body.startswith(words.after_place, mention.end))


def scope_faults(
    attribution: Attribution,
    figures: Sequence[Figure],
    segment: Segment,
    cited: Sources,
    whole: Sources,
) -> Iterator[StatementFault]:
    """The bureaus and dates that a segment names and its passages are not of.

    ``whole`` is what the statement cites in all: 甲、乙分别……[1]、……[2] names 乙 before [1]. A date
    inside one of the ``figures`` is none: 30日 of 30日内, but not 3月 before 3个月.
    """
    dealt_from = attribution.respectively_at()

    def bearers(end: int) -> Sources:
        return whole if dealt_from is not None and end <= dealt_from else cited

    for mention in filter(lambda m: segment.holds(m.start), attribution.bureaus):
        leading = attribution.is_leading(mention)
        if not any(is_from_bureau(s, mention, leading=leading) for s in bearers(mention.end)):
            yield StatementFault(FaultKind.WRONG_BUREAU, mention.wording)
    reports = len({source.passage.report.id for source in whole})
    for date in filter(lambda d: segment.holds(d.start), attribution.dates):
        if not any(figure.start <= date.start < figure.end for figure in figures):
            words = attribution.body[date.start : date.end]
            yield from date_faults(words, date, bearers(date.end), reports)


def is_from_bureau(source: GroundingSource, mention: BureauMention, *, leading: bool) -> bool:
    """Whether a passage is of the bureau that is named, or names it itself."""
    if source.bureau in mention.names or source.holds(mention.wording):
        return True
    generic = bool(grounding_words().generic.fullmatch(mention.wording))
    return generic and not (leading and source.bureau)


def supports_bureau(support: Support, bureaus: Sequence[BureauMention]) -> bool:
    """Whether an amount of a passage is of one of the bureaus, by its report or its sentence."""
    if not bureaus:
        return True
    source = support.source
    sentence = source.sentence(support.amount.start)
    return any(
        source.bureau in mention.names
        or mention.wording in sentence
        or (not source.bureau and source.holds(mention.wording))
        for mention in bureaus
    )


def supports_period(support: Support, date: Date | None) -> bool:
    """Whether a supporting amount is of ``date``, by its own sentence or by its report's period.

    True where ``date`` is None: then no period is stated.
    """
    if date is None:
        return True
    source, position = support.source, support.amount.start
    first, clause = source.sentence_start(position), source.clause_start(position)
    own = [d for d in source.dates if first <= d.start < position and not d.compared]
    nearest = next((d for d in reversed(own) if d.start >= clause), None)
    period = source.passage.period
    told = support.stated.statement.period if support.stated else None
    if told and date.denotes(told):
        return True
    if nearest and nearest.year and period and nearest.year != period.year:
        return date.year in (None, nearest.year)
    if nearest and nearest.part and date.part and nearest.part != date.part:
        return False
    return covers_period(source, date) or any(_same_period(source, date, d) for d in own)


def _same_period(source: GroundingSource, date: Date, other: Date) -> bool:
    period = source.passage.period
    year = other.year or (period.year if period else None)
    same_part = date.part == other.part or (date.part is None and other.part in date.beside)
    return date.year in (None, year) and same_part
