"""The period that a figure tells of, and whether that is done or planned."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from knowledge.models import Section, SectionKind, StatementKind
from knowledge.understanding.clauses import REACH, Label
from knowledge.understanding.governments import Chapter, is_governmental, read_chapters
from knowledge.understanding.periods import Period, PeriodMention, YearPart, period_mentions
from knowledge.understanding.phrases import SHORTEST, SourceText
from knowledge.understanding.sentences import Span

_BASE_OF_COMPARISON = re.compile(r"(?:较|比|与|同)[^，,。；;]{0,4}$")
_NO_PERIOD = re.compile(
    r"(?:全年)?的?[\d.两几一二三四五六七八九十多余]{1,6}倍|以来"
)  # 是2022年的8倍
_LAST_YEAR = re.compile(r"去年|上年|上一年")
_THIS_YEAR = re.compile(r"今年(?!以来)")
_MOST_NAMED = 12  # so that a long sentence takes no longer in proportion
ROLES = {SectionKind.PLAN: StatementKind.PLAN, SectionKind.PROBLEMS: StatementKind.PROBLEM}


class SentencePeriods(NamedTuple):
    """A sentence with what is looked up once: the periods that it names, where each ends."""

    span: Span
    periods: tuple[PeriodMention, ...]


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
        self._named: PeriodMention | None = None  # the last one that a figure told of
        governmental = period is not None and is_governmental(source.text, sections)
        self._chapters = read_chapters(source.text, period) if period and governmental else None

    def read_sentence(self, sentence: Span) -> SentencePeriods:
        """The periods that a sentence names, but for bases of comparisons: 较2022年增长5%."""
        said = self._source.slice(sentence)
        return SentencePeriods(
            sentence,
            tuple(
                replace(m, start=sentence.start + m.start, end=sentence.start + m.end)
                for m in period_mentions(said)
                if not _BASE_OF_COMPARISON.search(said[max(m.start - SHORTEST * 4, 0) : m.start])
                and not _NO_PERIOD.match(said, m.end)
            ),
        )

    def period_of(self, label: Label, sentence: SentencePeriods, leaf: Section) -> Period | None:
        """The period named last before a figure in its sentence, but for bases of comparisons.

        Else that of the headings above it: 一、2024年工作回顾 in a report of 2025.
        """
        end, start = label.figure.start, label.clause.span.start
        own = self._text[max(start, end - REACH) : end]
        if self._chapters and "年" in own and (several := self._chapters.counted(end, own)):
            return several
        if label.item:
            end = label.item.end
        if sentence.periods:
            named = bisect_right(sentence.periods, end, key=attrgetter("end"))
            for mention in reversed(sentence.periods[max(0, named - _MOST_NAMED) : named]):
                if not self._is_former(mention.start, end - mention.end):
                    self._named = mention
                    return self._as_reported(mention.period, leaf, end)
        if self._period and "年" in own:
            found = _LAST_YEAR.search(own)
            former = found and self._is_former(
                end - len(own) + found.start(), len(own) - found.end()
            )
            if found and not (former or _BASE_OF_COMPARISON.search(own[: found.start()])):
                return self._year_before(found[0], end)
            if self._chapters and _THIS_YEAR.search(own):
                return self._period
        return self._headed_period(leaf, end)

    def _year_before(self, wording: str, position: int) -> Period | None:
        """What 去年 or 上年 means; the latter is counted from the year that is looked back on."""
        chapter = self._chapter(position) if wording != "去年" else None
        if chapter and not chapter.plans:
            return chapter.period.previous()
        return replace(self._period, year=self._period.year - 1) if self._period else None

    def _chapter(self, position: int) -> Chapter | None:
        """The part of a government's report that holds a place of it."""
        return self._chapters.at(position) if self._chapters else None

    def _is_former(self, start: int, distance: int) -> bool:
        """Whether a year is the one from which something changed: 由去年的45天压减为20天."""
        return distance > SHORTEST and self._text.startswith(("由", "从"), start - 1)

    def _as_reported(self, period: Period, leaf: Section, position: int) -> Period | None:
        """A period that is named; 2023年 in a report of its first half means that half."""
        own = self._period
        if own and period.year == own.year and own.contains(period) is period.contains(own):
            return period
        same = own is not None and period.year == own.year and period.part is YearPart.YEAR
        return self._headed_period(leaf, position) if same else period

    def _headed_period(self, leaf: Section, position: int) -> Period | None:
        """The year that a heading names, if it is not the report's; else what a report tells of.

        A plan is for the report's next period, unless the report looks back on the one before.
        """
        if leaf.path not in self._headed:
            self._headed[leaf.path] = self._read_headed(leaf)
        headed = self._headed[leaf.path]
        if headed or leaf.kind is SectionKind.OTHER:
            return headed or self._period
        if chapter := self._chapter(position):
            return chapter.period if chapter.period.years == 1 else self._of_term(chapter, position)
        ahead = leaf.kind is SectionKind.PLAN and not (self._looks_back or self._chapters)
        return self._period.next() if self._period and ahead else self._period

    def _of_term(self, chapter: Chapter, position: int) -> Period:
        """What a figure tells of in a part on several years: the last where its paragraph says so.

        2020年修路3公里。建桥2座 tells of that year twice.
        """
        named = self._named
        last = named is not None and named.period == Period(chapter.period.year)
        if named and last and "\n" not in self._text[named.end : position]:
            return named.period
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
        ahead = period and self._period and period.year > self._period.year
        planned = label.clause.planned <= label.figure.start
        return StatementKind.PLAN if ahead or planned else StatementKind.DONE

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
