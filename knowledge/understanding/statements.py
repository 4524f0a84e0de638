"""What each figure of a report states: its subject, its measure, its condition, its period.

A clause sets a subject when something is left of it once figures, fillers and words of progress
are taken away; clauses that say only how it went (合格率为97.8%) carry the subject on. A clause
without figures that follows figures opens the next subject. Pure, and linear in the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import NamedTuple

from knowledge.models import Quantity, Section, SectionKind, Statement, StatementKind
from knowledge.understanding.carrying import CarriedTopic, Head, HeadReader, exceeds
from knowledge.understanding.clauses import BRACKET, REACH, Clause, ClauseReader, Label
from knowledge.understanding.figures import Figure, clause_words
from knowledge.understanding.governments import Chapter, is_governmental, read_chapters
from knowledge.understanding.measures import MeasureReader
from knowledge.understanding.periods import Period, YearPart, period_mentions
from knowledge.understanding.phrases import (
    SHORTEST,
    SourceText,
    has_thing,
    statement_words,
    without_fillers,
)
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.understanding.tables import TableCell, read_cells
from knowledge.understanding.time_words import TimeWord, Years, time_words

# -- the period of a figure, done or planned


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


# -- statements


_OPENS, _CLOSES = "（(", "）)"
_CITY = re.compile(r"(?![全我本各])[\u4e00-\u9fff]{2,4}市(?![场民政级容])")
_HEADLINE = 20
_EVERYWHERE = ("全", "我市", "我县", "我区", "我省", "我局")


def read_statements(
    text: str, sections: Sequence[Section], figures: Sequence[Figure], period: Period | None
) -> tuple[Statement, ...]:
    """What each of the figures states, in their order; ``period`` is the report's."""
    return tuple(_Reader(text, sections, figures, period).statements())


class _Reader:
    """Reads the figures of one text, sentence by sentence."""

    def __init__(
        self,
        text: str,
        sections: Sequence[Section],
        figures: Sequence[Figure],
        period: Period | None,
    ) -> None:
        source = SourceText(text)
        self._source = source
        self._text = text
        self._words = statement_words()
        self._figures = figures
        self._starts = [figure.start for figure in figures]
        self._leaves = [section for section in sections if section.leaf]
        self._clauses = ClauseReader(source)
        self._measures = MeasureReader(source)
        self._heads = HeadReader(source, self._clauses)
        self._periods = PeriodReader(source, sections, period)
        self._tells_results = bool(self._words.results.search(text))
        self._cells = read_cells(source.folded, period)
        self._cell_starts = [cell.span.start for cell in self._cells]

    def statements(self) -> Iterator[Statement]:
        if not self._figures:
            return
        for leaf in self._leaves:
            topic = CarriedTopic()
            for sentence in sentence_spans(self._text, leaf.start, leaf.end):
                inside = self._between(sentence)
                if inside:
                    topic.place = self._place(sentence, topic.place, leaf)
                if inside and self._cells and any(map(self._cell_of, inside)):
                    yield from self._read_row(sentence, inside, topic, leaf)
                    topic = CarriedTopic(topic.announced)
                elif inside:
                    yield from self._read_sentence(sentence, inside, topic, leaf)
                    continued = self._source.slice(sentence).rstrip().endswith(("；", ";"))
                    topic = topic.next_sentence(continued=continued)
                elif has_thing(self._source.slice(sentence)):
                    place = self._place(sentence, None, leaf)
                    place = place if place and self._opens_paragraph(sentence, leaf) else None
                    headline = [s for s in topic.announced if s.end - s.start <= _HEADLINE]
                    topic = CarriedTopic((*headline[-1:], sentence), place=place)
                elif topic.place:
                    topic.place = self._place(sentence, topic.place, leaf)

    def _between(self, span: Span) -> Sequence[Figure]:
        return self._figures[
            bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)
        ]

    def _read_sentence(
        self, span: Span, inside: Sequence[Figure], topic: CarriedTopic, leaf: Section
    ) -> Iterator[Statement]:
        sentence = self._periods.read_sentence(span)
        bracketed = BRACKET.search(self._text, *span)
        at, done, counted, dealt = 0, span.start, False, 0
        clauses = list(self._clauses.clause_spans(span, inside))
        for clause, following in zip_longest(clauses, clauses[1:]):
            first = at
            while at < len(inside) and inside[at].start < clause.end:
                at += 1
            if bracketed:
                self._follow_brackets(Span(done, clause.start), topic, counted=counted)
            done, counted = clause.end, at > first
            if at > first:
                own = self._clauses.read_clause(clause, inside[first:at])
                again = len(own.figures) == dealt and self._clauses.is_series(own.figures)
                topic.deal_out(own.figures if own.shares or again else ())
                dealt = len(own.items)
                for label in self._labels(own, following):
                    statement = self._state(label, sentence, topic, leaf)
                    if label.tail:
                        statement = statement._replace(context=(*statement.context, label.tail))
                    yield statement
            elif has_thing(self._source.slice(clause)) and not self._is_remark(clause, topic):
                if topic.heads:
                    topic.leads.clear()
                    topic.heads.clear()
                    topic.amounts.clear()
                    topic.wholes.clear()
                self._lead(clause, topic)

    def _labels(self, clause: Clause, following: Span | None) -> list[Label]:
        """The labels of a clause, its last with what the clause ``following`` says it is for."""
        labels = self._clauses.labels(clause)
        if following and clause.figures[-1].unit in self._words.money:
            inside = self._between(following)
            purpose = self._clauses.purpose(labels[-1], following, inside)
            labels[-1] = labels[-1]._replace(purpose=purpose)
        return labels

    def _is_remark(self, clause: Span, topic: CarriedTopic) -> bool:
        """Whether a clause only judges the figure before it: 收入28亿元，超额完成任务，增长24%."""
        return bool(topic.heads and self._words.remarks.match(self._text, *clause))

    def _lead(self, clause: Span, topic: CarriedTopic) -> None:
        """A clause without figures, which says what those after it are of."""
        topic.leads.append(clause)
        words = self._words
        if self._tells_results:
            topic.result |= bool(words.results.search(self._text, *clause))
        if self._text[clause.end : clause.end + 1] in ("：", ":"):
            topic.goal = bool(words.planned.search(self._text, *clause))

    def _place(self, sentence: Span, before: Span | None, leaf: Section) -> Span | None:
        """The place that a paragraph speaks of: what a sentence begins with, else as before."""
        text = self._text
        ahead = text[sentence.start : sentence.start + REACH // 2]
        if before is None and "区" not in ahead and "县" not in ahead:
            return None
        start = self._first_word(sentence)
        opening = text[start : start + REACH // 4]
        named = "区" in opening or "县" in opening
        if named and (found := self._words.place.match(text, start, sentence.end)):
            acts = self._words.own_acts.match(text, start) or clause_words().verbs.match(
                text, start
            )
            return None if acts else Span(*found.span())
        if before and "市" in opening and _CITY.match(opening):
            return None
        if before is None or self._opens_paragraph(sentence, leaf):
            return None
        return None if opening.startswith(_EVERYWHERE) else before

    def _opens_paragraph(self, sentence: Span, leaf: Section) -> bool:
        start = self._first_word(sentence)
        return start == leaf.start or "\n" in self._text[sentence.start - 1 : start]

    def _first_word(self, sentence: Span) -> int:
        text, start = self._text, sentence.start
        while start < sentence.end and text[start].isspace():
            start += 1
        return start

    def _follow_brackets(self, between: Span, topic: CarriedTopic, *, counted: bool) -> None:
        """What brackets behind a figure count are its parts; they end with the brackets.

        They stand ``between`` two clauses; ``counted``: the one before them has figures.
        """
        gap = self._source.slice(between)
        if any(mark in gap for mark in _CLOSES):
            topic.bracketed = False
            topic.heads[:] = [head for head in topic.heads if not head.part]
        if counted and any(mark in gap for mark in _OPENS):
            topic.bracketed = True

    def _read_row(
        self, sentence: Span, inside: Sequence[Figure], topic: CarriedTopic, leaf: Section
    ) -> Iterator[Statement]:
        """The figures of a row of a table; those in a cell of prose are read as such."""
        for cell, figures in groupby(inside, self._cell_of):
            if cell is None:
                yield from self._read_sentence(sentence, list(figures), topic, leaf)
            elif cell.is_amount:
                first, *others = figures
                yield self._state_cell(first, cell, topic, leaf)
                yield from self._read_prose(cell, others, leaf)
            else:
                yield from self._read_prose(cell, list(figures), leaf)

    def _cell_of(self, figure: Figure) -> TableCell | None:
        """The cell of a table that a figure stands in."""
        at = bisect_right(self._cell_starts, figure.start) - 1
        cell = self._cells[at] if at >= 0 else None
        return cell if cell and figure.end <= cell.span.end else None

    def _read_prose(
        self, cell: TableCell, figures: Sequence[Figure], leaf: Section
    ) -> Iterator[Statement]:
        for statement in self._read_sentence(cell.span, figures, CarriedTopic(cell.context), leaf):
            subject = statement.subject
            if cell.context and not has_thing(subject):
                subject = self._source.slice(cell.context[-1])
            yield statement._replace(subject=subject, sentence=cell.row)

    def _state_cell(
        self, figure: Figure, cell: TableCell, topic: CarriedTopic, leaf: Section
    ) -> Statement:
        """A figure that fills a cell, by the names of its column and row, and what leads to it."""
        quantity = Quantity.CHANGE if cell.change else self._measures.quantity(figure, cell.name)
        measure = cell.change or self._measures.measure(figure, cell.name, quantity)
        if quantity is Quantity.MONEY:
            measure = cell.name
        rest = cell.name.replace(measure, "", 1)
        places = {span.start for span in cell.context}
        leads = [trim_span(self._text, s) for s in topic.announced if s.start not in places]
        return Statement(
            figure, cell.subject + rest, measure, quantity,
            ("其中" if cell.part else "") + self._measures.polarity(rest), cell.period,
            cell.role or ROLES.get(leaf.kind, StatementKind.DONE),
            Span(cell.column.start, cell.span.end), cell.row, (*leads, *cell.context, *cell.totals),
        )  # fmt: skip

    def _state(
        self, label: Label, sentence: SentencePeriods, topic: CarriedTopic, leaf: Section
    ) -> Statement:
        figure, before, item = label.figure, self._source.slice(label.before), label.item
        own_span = Span(label.before.start, label.after.end)
        if item:  # the measure stands once, with the last item
            clause, own_span = label.clause, Span(figure.start, figure.end)
            before = self._text[clause.span.start : clause.figures[0].start]
        measure, quantity = self._measures.measure_of(label, before)
        compared = quantity is Quantity.CHANGE and self._words.compared_with.search(before)
        named = before[: compared.start()] if compared else before
        own = self._source.slice(item) if item else self._own_words(label, named)
        own = self._measures.without_measure(own, measure, quantity)
        part = topic.bracketed or label.clause.among <= figure.start
        goes_on = topic.dealt.get(figure.start) or topic.head
        alone = topic.starts_anew and self._measures.stands_alone(measure, quantity)
        if alone or (goes_on and goes_on is topic.previous and self._is_more(label, own, goes_on)):
            goes_on = None
        total = self._words.total.fullmatch(without_fillers(own)) if goes_on else None
        if goes_on is None or (has_thing(own) and not total) or self._heads.is_noun(label):
            head = self._heads.new_head(label, topic, (measure, quantity), part=part)
            head = self._with_side(label, head)
            if not label.bound:
                topic.add(head, head)
            carried = (*head.context, *self._heads.item_spans(label))
            condition = self._measures.polarity(own) or ("其中" + head.stage if head.part else "")
        else:
            head = self._heads.carried_head(label, topic, goes_on, own, part=part)
            carried = head.spans
            condition = self._measures.condition(own, quantity, part=part)
            if self._heads.goes_on_with_measure(label, topic):
                quantity, measure = topic.amounts[-1].quantity, topic.amounts[-1].measure
            subject = self._heads.carried_subject(label, topic, head, (measure, quantity))
            head = head._replace(subject=subject + (total[0] if total else ""))
            head = self._with_side(label, head)
            amount = head._replace(
                measure=measure or head.measure, quantity=quantity, figure=figure,
                span=own_span, context=carried, stage=condition,
            )  # fmt: skip
            topic.add(amount, amount if total or label.clause.sides else None)
        condition += self._measures.restriction(label, before) + (compared[0] if compared else "")
        period = self._periods.period_of(label, sentence, leaf)
        return Statement(
            figure, head.subject,
            measure or (head.measure if quantity is Quantity.RATE else ""),
            quantity, condition, period,
            self._role(label, topic, leaf, period), own_span, sentence.span, carried,
        )  # fmt: skip

    def _own_words(self, label: Label, before: str) -> str:
        """The words of a figure, those ``before`` it first."""
        said = label.after
        if label.purpose and label.purpose.start < label.clause.span.end:
            said = label.purpose
        elif label.tail:
            said = self._clauses.said_of_all(label) or said
        return f"{before}|{self._source.slice(said)}"

    def _is_more(self, label: Label, own: str, before: Head) -> bool:
        """Whether a stage is of more than what the sentence before it told of."""
        more = exceeds(label.figure, before.figure)
        return more and self._words.stage.search(own) is not None

    def _with_side(self, label: Label, head: Head) -> Head:
        """A subject with the side that its figure is of: 农村 for the last of 城乡…分别."""
        if not (sides := label.clause.sides):
            return head
        both, first, second = sides
        named, side = both, first
        if label.figure is label.clause.figures[-1]:
            named, side = first, second
        return head._replace(subject=head.subject.replace(named, side))

    def _role(
        self, label: Label, topic: CarriedTopic, leaf: Section, period: Period | None
    ) -> StatementKind:
        if self._tells_results:
            topic.result |= bool(self._words.results.search(self._text, *label.before))
            if topic.result:
                return StatementKind.DONE
        role = self._periods.role(label, leaf, period)
        return StatementKind.PLAN if topic.goal and role is StatementKind.DONE else role
