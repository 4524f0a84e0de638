"""Whose figures a statement says it tells, and of when; and whether a passage is theirs."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.checking.claims import is_plan
from bot.checking.dates import Date, find_dates
from bot.checking.sources import BREAKS, GroundingSource
from bot.checking.vocabulary import grounding_words
from knowledge.models import Bureau
from knowledge.retrieval.question_bureaus import BureauMention, find_bureaus, parts_of
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import Figure, clause_words
from knowledge.understanding.identity import OFFICE
from knowledge.understanding.periods import YearPart
from knowledge.understanding.sentences import Span

_TITLES = re.compile(r"《[^《》\n]{0,80}》")
_BRACKETS = re.compile(r"[（(][^（()）]{0,20}[)）]")
_JOINERS = ("、", "和", "与", "及", "以及")


@dataclass(frozen=True, slots=True)
class StatedScope:
    """The bureaus and the period that figures are said to be of; empty where nothing was said."""

    bureaus: tuple[BureauMention, ...] = ()
    date: Date | None = None
    planned: bool = False


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
        events: list[BureauMention | Date] = [*self.bureaus, *self.dates]
        for event in sorted((e for e in events if e.end <= position), key=lambda e: e.start):
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
        several = (
            len(self.scope_at(word.start()).bureaus) > 1
            or len(self._listed_dates(word.start())) > 1
        )
        return word.start() if several else None

    def _listed_dates(self, before: int) -> tuple[Date, ...]:
        joined: list[Date] = []
        for date in (d for d in self.dates if d.end <= before):
            gap = self.body[joined[-1].end : date.start].strip() if joined else ""
            joined = [*joined, date] if joined and gap in _JOINERS else [date]
        return tuple(joined)

    def spans(self) -> list[Span]:
        """Where names and dates stand."""
        return [Span(named.start, named.end) for named in self.bureaus] + [
            Span(date.start, date.end) for date in self.dates
        ]

    def without_names(self) -> str:
        """The statement with its names and dates made blank."""
        kept = list(self.body)
        for start, end in self.spans():
            kept[start:end] = [" "] * (end - start)
        return "".join(kept)

    def is_leading(self, event: BureauMention | Date) -> bool:
        """Whether nothing but names, dates and small words stands before it in its clause."""
        if isinstance(event, Date) and (event.compared or event.titled):
            return False
        start = 1 + max(self.body.rfind(mark, 0, event.start) for mark in BREAKS)
        before = list(self.body[start : event.start])
        for other in self.spans():
            for place in range(max(start, other.start), min(event.start, other.end)):
                before[place - start] = " "
        plain = re.sub(r"[\s、和与及]+", "", "".join(before))
        return bool(grounding_words().before_name.fullmatch(plain))

    def _continues_list(self, event: BureauMention, held: Sequence[BureauMention]) -> bool:
        if not held or held[-1] not in self.bureaus:
            return False
        between = _BRACKETS.sub("", self.body[held[-1].end : event.start])
        return between.strip() in _JOINERS


def attribute(
    body: str, known: Sequence[Bureau], sources: Sequence[GroundingSource], carried: StatedScope
) -> Attribution:
    """Read the names and dates of a statement."""

    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        found = frozenset(s.passage.report.id for s in sources if s.holds(phrase))
        return found if within is None else found & set(within)

    titles = [match.span() for match in _TITLES.finditer(body)]
    found = find_dates(body)
    apart = _without_neighbours(body, found)
    named = [
        _match_exactly(mention, known)
        for mention in find_bureaus(apart, known, question_words(), occurs)
        if not any(start <= mention.start < end for start, end in titles)
        and (mention.names or _is_place(body, mention))
    ]
    part, year = (carried.date.part, carried.date.year) if carried.date else (None, None)
    dates = [d.with_beside(part) if part and year in (None, d.year) else d for d in found]
    return Attribution(body, tuple(named), tuple(dates), carried)


def _without_neighbours(body: str, dates: Sequence[Date]) -> str:
    """A text without words that could be taken for a place's: 隐去区市场监管局, 上半年县、乡."""
    apart = grounding_words().concealed.sub(lambda said: "，" * len(said[0]), body)
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


def _match_exactly(mention: BureauMention, known: Sequence[Bureau]) -> BureauMention:
    """县市场监管局 is not **县市场监管局 where both are known."""
    if not OFFICE.search(mention.wording):
        return mention
    parts = parts_of(mention.wording)
    exact = frozenset(bureau.name for bureau in known if parts_of(bureau.name) == parts)
    return replace(mention, names=exact) if exact else mention


def is_from_bureau(source: GroundingSource, mention: BureauMention, *, leading: bool) -> bool:
    """Whether a passage is of the bureau that is named, or names it itself."""
    if source.bureau in mention.names or source.holds(mention.wording):
        return True
    generic = bool(grounding_words().generic.fullmatch(mention.wording))
    return generic and not (leading and source.bureau)


def supports_bureau(
    source: GroundingSource, amount: Figure, bureaus: Sequence[BureauMention]
) -> bool:
    """Whether an amount of a passage is of one of the bureaus, by its report or its sentence."""
    if not bureaus:
        return True
    sentence = source.sentence(amount.start)
    return any(
        source.bureau in mention.names
        or mention.wording in sentence
        or (not source.bureau and source.holds(mention.wording))
        for mention in bureaus
    )


def supports_period(source: GroundingSource, amount: Figure, date: Date | None) -> bool:
    """Whether an amount of a passage is of a period, by its report or by its own sentence."""
    if date is None:
        return True
    first = source.sentence_start(amount.start)
    own = [d for d in source.dates if first <= d.start < amount.start and not d.compared]
    dated = [d for d in own if d.start >= source.clause_start(amount.start)]
    period = source.passage.period
    if dated and dated[-1].year and period and dated[-1].year != period.year:
        return date.year in (None, dated[-1].year)
    if dated and dated[-1].part and date.part and dated[-1].part != date.part:
        return False
    return covers_period(source, date) or any(_same_period(source, date, d) for d in own)


def _same_period(source: GroundingSource, date: Date, other: Date) -> bool:
    period = source.passage.period
    year = other.year or (period.year if period else None)
    same_part = date.part == other.part or (date.part is None and other.part in date.beside)
    return date.year in (None, year) and same_part


def covers_period(source: GroundingSource, date: Date) -> bool:
    """Whether a period that is named is that of the passage's report, or its next in a plan."""
    period = source.passage.period
    if period is None:
        return False
    if date.denotes(period):
        return True
    following = period.next()
    whole = date.part in (None, YearPart.YEAR) and date.year in (None, following.year)
    if whole and is_plan(source):
        return True  # 全年 is planned in a report of the first half
    words = grounding_words()
    plans = words.planning.search(source.heading) or words.ahead.search(source.squeezed)
    return bool(plans) and date.denotes(following)
