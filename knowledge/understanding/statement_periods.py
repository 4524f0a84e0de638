"""The period that a figure tells of, and whether that is done or planned."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from knowledge.models import Section, SectionKind, StatementKind
from knowledge.understanding.clauses import REACH, Label
from knowledge.understanding.governments import Chapter, is_governmental, read_chapters
from knowledge.understanding.periods import Period, YearPart, period_mentions
from knowledge.understanding.phrases import SHORTEST, SourceText
from knowledge.understanding.sentences import Span
from knowledge.understanding.time_words import TimeWord, Years, time_words

_MOST_NAMED = 12  # so that a long sentence takes no longer in proportion
ROLES = {SectionKind.PLAN: StatementKind.PLAN, SectionKind.PROBLEMS: StatementKind.PROBLEM}


class SentencePeriods(NamedTuple):
    """A sentence with what is looked up once: its words that say when, where each ends."""

    span: Span
    words: tuple[TimeWord, ...]


class PeriodReader:
    """Reads what period the figures of one text tell of; ``period`` is the report's.

    They are read in order: a figure may tell of the period that one before it named.
    """

    def __init__(
        self, source: SourceText, sections: Sequence[Section], period: Period | None
    ) -> None:
        self._source = source
        self._text = source.text
        self._period = period
        self._looks_back = period is not None and _names_year_before(sections, period)
        self._headed: dict[tuple[str, ...], Period | None] = {}
        self._named: TimeWord | None = None  # the last one that a figure told of
        governmental = period is not None and is_governmental(source.text, sections)
        self._chapters = read_chapters(source.text, period) if period and governmental else None

    def read_sentence(self, sentence: Span) -> SentencePeriods:
        """What a sentence says of when, but for bases of comparisons: 较2022年增长5%."""
        return SentencePeriods(sentence, time_words(self._source.slice(sentence), sentence.start))

    def period_of(self, label: Label, sentence: SentencePeriods, leaf: Section) -> Period | None:
        """The period named last before a figure, in its clause or for all that follows it.

        Else that of the headings above it: 一、2024年工作回顾 in a report of 2025.
        """
        headed = self._headed_period(leaf, label.figure.start)
        if not sentence.words:
            return headed
        end = label.item.end if label.item else label.figure.start
        own = max(label.clause.span.start, label.figure.start - REACH)
        named = bisect_right(sentence.words, end, key=attrgetter("end"))
        years = self._years(leaf, label.figure.start)
        for word in reversed(sentence.words[max(0, named - _MOST_NAMED) : named]):
            if not (word.reaches or word.start >= own):
                continue
            if self._is_former(word.start, end - word.end):
                continue
            if period := word.period(years):
                return self._as_named(word, period, headed)
        return headed

    def _as_named(self, word: TimeWord, period: Period, headed: Period | None) -> Period | None:
        """A period that is named; 2023年 in a report of its first half means that half."""
        if not word.is_written_out:
            return period
        self._named = word
        own = self._period
        if own is None or period.years > 1 or period.year != own.year:
            return period
        if own.contains(period) is period.contains(own):
            return period
        return headed if period.part is YearPart.YEAR else period

    def _years(self, leaf: Section, position: int) -> Years | None:
        """What words such as 去年 and 五年来 count from at a place."""
        if self._period is None:
            return None
        chapter = self._chapter(position)
        plans = chapter.plans if chapter else leaf.kind is SectionKind.PLAN
        return Years(
            own=self._period,
            told=self._told_period(leaf, chapter) or self._period,
            ahead=self._planned_period(self._period),
            plans=plans,
            speaks_of_year=self._chapters is not None,
        )

    def _planned_period(self, own: Period) -> Period:
        """What a plan is for: the next period, unless the report looks back on the one before."""
        return own if self._looks_back or self._chapters else own.next()

    def _chapter(self, position: int) -> Chapter | None:
        """The part of a government's report that holds a place of it."""
        return self._chapters.at(position) if self._chapters else None

    def _is_former(self, start: int, distance: int) -> bool:
        """Whether a year is the one from which something changed: 由去年的45天压减为20天."""
        return distance > SHORTEST and self._text.startswith(("由", "从"), start - 1)

    def _headed_period(self, leaf: Section, position: int) -> Period | None:
        """What the figures of a place tell of where their sentence says nothing of it."""
        chapter = self._chapter(position)
        told = self._told_period(leaf, chapter)
        several = chapter is not None and told == chapter.period and told.years > 1
        return self._of_term(chapter, position) if chapter and several else told

    def _told_period(self, leaf: Section, chapter: Chapter | None) -> Period | None:
        """The year that a heading names, if it is not the report's; else what a report tells of."""
        if leaf.path not in self._headed:
            self._headed[leaf.path] = self._read_headed(leaf)
        headed = self._headed[leaf.path]
        if headed or leaf.kind is SectionKind.OTHER:
            return headed or self._period
        if chapter:
            return chapter.period
        planned = self._period and leaf.kind is SectionKind.PLAN
        return self._planned_period(self._period) if self._period and planned else self._period

    def _of_term(self, chapter: Chapter, position: int) -> Period:
        """What a figure tells of in a part on several years: the last where its paragraph says so.

        2020年修路3公里。建桥2座 tells of that year twice.
        """
        named = self._named
        year = Period(chapter.period.year)
        last = named is not None and named.named == year
        if named and last and "\n" not in self._text[named.end : position]:
            return year
        return chapter.period

    def _read_headed(self, leaf: Section) -> Period | None:
        """The year that the nearest heading names, if it is not the report's."""
        for heading in reversed(leaf.path):
            for mention in period_mentions(heading):
                if self._period is None or mention.period.year != self._period.year:
                    return mention.period
        return None

    def role(self, label: Label, leaf: Section, period: Period | None) -> StatementKind:
        """Whether a figure that tells of a period was done, is planned or owed."""
        kind = self._kind_at(label.figure.start, leaf, period)
        if kind in ROLES:
            return ROLES[kind]
        ahead = period is not None and self._is_ahead(period)
        planned = label.clause.planned <= label.figure.start
        return StatementKind.PLAN if ahead or planned else StatementKind.DONE

    def _is_ahead(self, period: Period) -> bool:
        """Whether a period begins, or ends in a year, after the report's."""
        own = self._period
        return own is not None and (
            period.year > own.year
            or (period.year == own.year and period.part.months[0] > own.part.months[1])
        )

    def _kind_at(self, position: int, leaf: Section, period: Period | None) -> SectionKind:
        """What a figure's part is for: in a government's report its chapter says so first."""
        chapter = self._chapter(position)
        if chapter is None or leaf.kind in (SectionKind.PROBLEMS, SectionKind.OTHER):
            return leaf.kind
        past = period is not None and self._period is not None and period.year < self._period.year
        return SectionKind.PLAN if chapter.plans and not past else SectionKind.DONE


def _names_year_before(sections: Sequence[Section], period: Period) -> bool:
    """Whether a heading names the year before the report's: 2024年工作回顾."""
    headings = {heading for section in sections if section.leaf for heading in section.path[:2]}
    return period.year - 1 in {m.period.year for h in headings for m in period_mentions(h)}
