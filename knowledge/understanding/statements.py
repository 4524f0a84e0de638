"""What each figure of a report states: its subject, its measure, its condition, its period.

A clause sets a subject when something is left of it once figures, fillers and words of progress
are taken away; clauses that say only how it went (合格率为97.8%) carry the subject on. A clause
without figures that follows figures opens the next subject. Pure, and linear in the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from itertools import groupby, pairwise
from typing import NamedTuple

from knowledge.models import Quantity, Role, Section, SectionKind, Statement
from knowledge.understanding.figures import ClauseWords, Figure, clause_words
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period, YearPart, period_mentions
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.understanding.tables import TableCell, read_cells
from knowledge.vocabulary import (
    DATA,
    LongestFirst,
    Pattern,
    Vocabulary,
    Words,
    load_vocabulary,
)

_BREAK = re.compile(r"[，,；;。！？!?\n（）()]|[：:](?!\d)|(?<!\d)[：:]")
_OPAQUE = re.compile(r"《[^《》\n]*》|“[^“”\n]*”")
_BRACKETS = re.compile(r"[（(][^（）()\n]{0,60}[）)]")
_LIST_ENDS = re.compile(r"、")
_LISTED = re.compile(r"[、和与及]|以及")
_DEALT_OUT = re.compile(r"分别(?:达到?|为|是|有|增长|下降|提高|约)?[ \u3000]?$")
_AMONG = re.compile(r"其中|包括")
_BASE_OF_COMPARISON = re.compile(r"(?:较|比|与|同)[^，,。；;]{0,4}$")
_LAST_YEAR = re.compile(r"去年|上年|上一年")
_RATE = re.compile(r"[\u4e00-\u9fff]{2}率")
_ROLES = {SectionKind.PLAN: Role.PLAN, SectionKind.PROBLEMS: Role.PROBLEM}
_LEAST = 2
_HEADLINE = 20
_CLOSE = 12
_SPACE = " \u3000\t"
_EDGES = f"{_SPACE}|、，,。；;：:-—"


class StatementWords(Vocabulary):
    """The words by which clauses are read; see the data file for what each is."""

    fillers: Pattern
    stages: LongestFirst
    changes: LongestFirst
    changed_to: Words
    changed_from: Words
    opposites: tuple[tuple[str, str], ...]
    courses: tuple[tuple[str, str], ...]
    rates: LongestFirst
    planned: Pattern
    durations: frozenset[str]
    money: frozenset[str]
    ratios: frozenset[str]

    @cached_property
    def stage(self) -> re.Pattern[str]:
        """A pattern of one word of progress."""
        return re.compile("|".join(map(re.escape, self.stages)))

    @cached_property
    def progress_only(self) -> re.Pattern[str]:
        """A pattern of a change alone: 减到, 增长了."""
        words = "|".join(map(re.escape, self.changes))
        to = "|".join(map(re.escape, self.changed_to))
        return re.compile(rf"(?:{words}|[增减升降压缩提])(?:了|{to})?")

    @cached_property
    def empty(self) -> re.Pattern[str]:
        """A pattern of what a clause may say without a subject: fillers, progress, change."""
        words = "|".join(map(re.escape, (*self.stages, *self.changes)))
        return re.compile(f"(?:{self.fillers.pattern}|{words})+")

    @cached_property
    def opposite(self) -> re.Pattern[str]:
        """A pattern of a word that has an opposite, the negative ones first."""
        return re.compile("|".join(word for pair in self.opposites for word in pair))

    @cached_property
    def change(self) -> re.Pattern[str]:
        """A pattern of a change whose amount follows."""
        to = "|".join(map(re.escape, self.changed_to))
        words = "|".join(map(re.escape, self.changes))
        more = "(?:比|较)[^，,。；;]{0,6}[多少]"
        return re.compile(rf"(?:{words}|{more})(?!率)(?:了|约|近|超过|达到?)?(?!{to})[ \u3000]?$")


statement_words = cache(partial(load_vocabulary, StatementWords, path=DATA / "statements.toml"))


def read_statements(
    text: str, sections: Sequence[Section], figures: Sequence[Figure], period: Period | None
) -> tuple[Statement, ...]:
    """What each of the figures states, in their order; ``period`` is the report's."""
    return tuple(_Reader(text, sections, figures, period).statements())


class _Head(NamedTuple):
    """A figure that set a subject, and what it carries over to those after it.

    ``action`` are the words that the next in a list leaves out: 药品抽检33批次，化妆品4批次.
    """

    subject: str
    measure: str
    unit: str
    span: Span
    action: Span | None
    context: tuple[Span, ...]
    part: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """All that is carried to a clause that says only how it went."""
        return (*self.context, self.span)


@dataclass(slots=True)
class _Topic:
    """What has been spoken of so far.

    ``amounts`` are all its figures, those without a subject of their own too.

    ``announced`` is the last sentence of its section without figures, ``previous`` the last
    subject of the sentence before; ``leads`` are the clauses without figures and ``heads`` the
    subjects of the sentence itself.
    """

    announced: tuple[Span, ...] = ()
    previous: _Head | None = None
    leads: list[Span] = field(default_factory=list)
    heads: list[_Head] = field(default_factory=list)
    amounts: list[_Head] = field(default_factory=list)

    @property
    def head(self) -> _Head | None:
        """The subject that a clause without one goes on with."""
        return self.heads[-1] if self.heads else None if self.leads else self.previous

    def next_sentence(self, *, continued: bool) -> "_Topic":
        """What the next sentence takes over: all of it after ；."""
        if continued:
            return replace(self, heads=[head for head in self.heads if not head.part])
        return _Topic(self.announced, self.heads[-1] if self.heads else None)


class _Label(NamedTuple):
    """The words that go with one figure: those before it and those after it."""

    figure: Figure
    before: Span
    after: Span
    clause: Span
    listed: bool  # whether it follows another figure in a list: 药店86家、医院132家


class _Reader:
    """Reads the figures of one text, sentence by sentence."""

    def __init__(
        self,
        text: str,
        sections: Sequence[Section],
        figures: Sequence[Figure],
        period: Period | None,
    ) -> None:
        self._text = text
        self._folded = fold_width(text)
        self._figures = figures
        self._starts = [figure.start for figure in figures]
        self._leaves = [section for section in sections if section.leaf]
        self._leaf_starts = [leaf.start for leaf in self._leaves]
        self._period = period
        self._words = statement_words()
        self._headed: dict[tuple[str, ...], Period | None] = {}
        self._looks_back = any(self._names_year_before(leaf) for leaf in self._leaves)
        self._veiled = _BRACKETS.sub(_blank, self._folded)
        self._cells = read_cells(self._folded, period)
        self._cell_starts = [cell.span.start for cell in self._cells]

    def statements(self) -> Iterator[Statement]:
        if not self._figures:
            return
        for leaf in self._leaves:
            topic = _Topic()
            for sentence in sentence_spans(self._text, leaf.start, leaf.end):
                inside = self._between(sentence)
                if inside and self._cells and any(map(self._cell_of, inside)):
                    yield from self._read_row(sentence, inside, topic, leaf)
                    topic = _Topic(topic.announced)
                elif inside:
                    yield from self._read_sentence(sentence, inside, topic, leaf)
                    continued = self._slice(sentence).rstrip().endswith(("；", ";"))
                    topic = topic.next_sentence(continued=continued)
                elif _has_thing(self._slice(sentence)):
                    headline = [s for s in topic.announced if s.end - s.start <= _HEADLINE]
                    topic = _Topic((*headline[-1:], sentence))

    def _between(self, span: Span) -> Sequence[Figure]:
        return self._figures[
            bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)
        ]

    def _read_sentence(
        self, sentence: Span, inside: Sequence[Figure], topic: _Topic, leaf: Section
    ) -> Iterator[Statement]:
        for clause in self._clauses(sentence, inside):
            figures = [f for f in inside if clause.start <= f.start < clause.end]
            if figures:
                labels = list(self._labels(clause, figures))
                tail = self._shared_tail(labels)
                for label in labels:
                    statement = self._state(label, sentence, topic, leaf)
                    if tail:
                        statement = statement._replace(context=(*statement.context, *tail))
                    yield statement
            elif _has_thing(self._slice(clause)):
                if topic.heads:
                    topic.leads.clear()
                    topic.heads.clear()
                    topic.amounts.clear()
                topic.leads.append(clause)

    # -- rows of tables

    def _read_row(
        self, sentence: Span, inside: Sequence[Figure], topic: _Topic, leaf: Section
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
        for statement in self._read_sentence(cell.span, figures, _Topic(cell.context), leaf):
            subject = statement.subject
            if cell.context and not _has_thing(subject):
                subject = self._slice(cell.context[-1])
            yield statement._replace(subject=subject, sentence=cell.row)

    def _state_cell(
        self, figure: Figure, cell: TableCell, topic: _Topic, leaf: Section
    ) -> Statement:
        """A figure that fills a cell, by the names of its column and row, and what leads to it."""
        quantity = Quantity.CHANGE if cell.change else self._quantity(figure, cell.name)
        measure = cell.change or self._measure(figure, cell.name, quantity)
        if quantity is Quantity.MONEY:
            measure = cell.name
        rest = cell.name.replace(measure, "", 1)
        places = {span.start for span in cell.context}
        leads = [trim_span(self._text, s) for s in topic.announced if s.start not in places]
        return Statement(
            figure, cell.subject + rest, measure, quantity,
            ("其中" if cell.part else "") + self._polarity(rest), cell.period,
            cell.role or _ROLES.get(leaf.kind, Role.DONE),
            Span(cell.column.start, cell.span.end), cell.row, (*leads, *cell.context, *cell.totals),
        )  # fmt: skip

    # -- clauses and labels

    def _clauses(self, sentence: Span, inside: Sequence[Figure]) -> Iterator[Span]:
        """The clauses of a sentence; brackets without a figure belong to the clause around them."""
        veiled = self._veil(sentence, inside)
        start = sentence.start
        for match in _BREAK.finditer(veiled):
            end = sentence.start + match.start()
            if end > start:
                yield Span(start, end)
            start = sentence.start + match.end()
        if sentence.end > start:
            yield Span(start, sentence.end)

    def _veil(self, sentence: Span, inside: Sequence[Figure]) -> str:
        """A sentence in which no break stands inside figures, titles, quotes and plain brackets."""
        veiled = _OPAQUE.sub(_blank, self._folded[slice(*sentence)])
        for figure in inside:
            start, end = figure.start - sentence.start, figure.end - sentence.start
            veiled = veiled[:start] + "0" * (end - start) + veiled[end:]
        return _BRACKETS.sub(lambda m: m[0] if "0" in m[0] else _blank(m), veiled)

    def _labels(self, clause: Span, figures: Sequence[Figure]) -> Iterator[_Label]:
        """Each figure of a clause with the words before and after it that are its own."""
        starts, listed = [clause.start], [False]
        ends: list[int] = []
        for figure, following in pairwise(figures):
            gap = self._text[figure.end : following.start]
            mark = _LIST_ENDS.search(gap)
            if mark:
                ends.append(figure.end + mark.start())
                starts.append(figure.end + mark.end())
            else:
                counted = gap.startswith(figure.counted) and figure.counted
                ends.append(figure.end + (len(figure.counted) if counted else 0))
                starts.append(ends[-1])
            listed.append(bool(mark))
        ends.append(clause.end)
        for figure, start, end, in_list in zip(figures, starts, ends, listed, strict=True):
            before, after = Span(start, figure.start), Span(figure.end, end)
            yield _Label(figure, before, after, clause, in_list)

    def _shared_tail(self, labels: Sequence[_Label]) -> tuple[Span, ...]:
        """What is said of all that a clause lists: 开展检查 of 对68座加油站、90把加油枪开展检查."""
        last = labels[-1]
        if len(labels) < _LEAST or last.after.end - last.after.start < _LEAST:
            return ()
        if any(self._verb(label.before) for label in labels):
            return ()
        verb = self._verb(last.after)
        return (Span(verb.start, last.after.end),) if verb else ()

    # -- one figure

    def _state(self, label: _Label, sentence: Span, topic: _Topic, leaf: Section) -> Statement:
        figure, before = label.figure, self._slice(label.before)
        item = self._dealt_out(label)
        own_span = Span(label.before.start, label.after.end)
        if item:  # the measure stands once, with the last item
            before = self._text[label.clause.start : self._between(label.clause)[0].start]
            own_span = Span(figure.start, figure.end)
        quantity = self._quantity(figure, before)
        measure = self._measure(figure, before, quantity)
        own = self._slice(item) if item else f"{before}|{self._slice(label.after)}"
        if measure:
            own = own.replace(measure, "", 1)
        part = bool(_AMONG.search(self._text, label.clause.start, figure.start))
        goes_on = topic.head
        if goes_on is None or _has_thing(own):
            head = self._new_head(label, item, topic, measure, part=part)
            topic.heads.append(head)
            topic.amounts.append(head)
            carried = head.context
            carried = (*carried, *self._shared_item(label, item)) if item else carried
            condition = self._polarity(own) or ("其中" if head.part else "")
        else:
            head = self._carried_head(label, topic, goes_on, part=part)
            carried = head.spans
            condition = self._condition(own, part=part)
            topic.amounts.append(head._replace(unit=figure.unit, span=own_span, context=carried))
        if before.rstrip(_SPACE).endswith(self._words.changed_from):
            condition += "由"
        return Statement(
            figure, head.subject, measure or (head.measure if quantity is Quantity.RATE else ""),
            quantity, condition, self._period_of(label, sentence, leaf),
            self._role(label.clause, figure, leaf), own_span, sentence, carried,
        )  # fmt: skip

    def _new_head(
        self, label: _Label, item: Span | None, topic: _Topic, measure: str, *, part: bool
    ) -> _Head:
        """The subject that a figure's own words set, with what it takes over from those before."""
        unit = label.figure.unit
        verb = self._verb(label.before)
        last = topic.heads[-1] if topic.heads else None
        around = (*topic.announced, *topic.leads)
        action = self._action(label.before, verb) if verb else None
        if part:
            totals = [a for a in reversed(topic.amounts) if not a.part]
            alike = [a for a in totals if a.unit == unit]
            total = next(iter(alike or totals), topic.previous)
            context = total.spans if total else around
        elif last is None:
            context = around
        elif last.part and not verb and last.unit == unit:
            context, part = last.context, True
        elif label.listed and not (verb or measure) and last.action:
            action = last.action
            context = (*around, action)
        elif last.unit != unit:
            context = (*around, *(head.span for head in topic.heads))
        elif not (verb or measure) and last.action:
            action = last.action
            context = (*around, action)
        else:
            context = around
        inherited = self._slice(action) if action and not verb else ""
        return _Head(
            inherited + self._subject(label, item, topic, measure), measure, unit,
            item or Span(label.before.start, label.after.end), action, context, part,
        )  # fmt: skip

    def _carried_head(self, label: _Label, topic: _Topic, head: _Head, *, part: bool) -> _Head:
        """The subject that a figure without one of its own goes on with."""
        unit = label.figure.unit
        alike = [h for h in topic.heads if h.unit == unit] if part else []
        return alike[-1] if alike else head

    def _subject(self, label: _Label, item: Span | None, topic: _Topic, measure: str) -> str:
        """A figure's own words as a phrase: what stands before it, else what it counts."""
        if item:
            return self._trim(self._slice(item).replace(measure, "", 1))
        before = self._trim(self._slice(label.before).replace(measure, "", 1))
        if not (before or self._slice(label.after).strip(_EDGES)) and topic.leads:
            before = self._trim(self._slice(topic.leads[-1]))
        after, counted = self._slice(label.after), label.figure.counted
        if counted and counted in after:
            return before + counted
        return before if _has_thing(before) else before + self._trim(after)

    def _verb(self, span: Span) -> Span | None:
        """The last verb of a stretch that is not part of a noun (检查 of 检查药店)."""
        words = clause_words()
        for verb in reversed(list(words.verbs.finditer(self._veiled, *span))):
            if not words.noun_tails.match(self._veiled, verb.end(), span.end):
                return Span(*verb.span())
        return None

    def _action(self, before: Span, verb: Span) -> Span:
        """What the next in a list leaves out: 平台受理 of 平台受理投诉, 抽检 of 药品抽检."""
        last = not _without_fillers(self._text[verb.end : before.end])
        return verb if last else Span(before.start, verb.end)

    def _dealt_out(self, label: _Label) -> Span | None:
        """The item of a list before 分别 that is a figure's: 企业、个体年报率分别为90%、91%."""
        if self._text.find("分别", *label.clause) < 0:
            return None
        figures, items = list(self._between(label.clause)), self._items(label.clause)
        if len(items) < _LEAST or len(items) != len(figures):
            return None
        return items[figures.index(label.figure)]

    def _items(self, clause: Span) -> list[Span]:
        """What stands in a list before 分别; empty where nothing is dealt out."""
        figures = self._between(clause)
        match = _DEALT_OUT.search(self._text[clause.start : figures[0].start])
        if not match:
            return []
        words = self._text[clause.start : clause.start + match.start()]
        return [Span(clause.start + a, clause.start + b) for a, b in _split_list(words)]

    def _shared_item(self, label: _Label, item: Span) -> tuple[Span, ...]:
        """The item of a list that holds what a shorter one leaves out: 对东盟、中东出口."""
        items = self._items(label.clause)
        longest = max((items[0], items[-1]), key=lambda span: span.end - span.start)
        return (longest,) if longest.end - longest.start > item.end - item.start else ()

    def _quantity(self, figure: Figure, before: str) -> Quantity:
        words = self._words
        if words.change.search(before, max(0, len(before) - _CLOSE)) or figure.unit == "百分点":
            return Quantity.CHANGE
        if figure.unit in words.ratios:
            return Quantity.RATE
        if figure.unit in words.money:
            return Quantity.MONEY
        return Quantity.DURATION if figure.unit in words.durations else Quantity.COUNT

    def _measure(self, figure: Figure, before: str, quantity: Quantity) -> str:
        """The measure's name as written: a rate's, a change's; money's is what is counted."""
        if quantity is Quantity.RATE:
            names = [r for r in self._words.rates if r in before] or _RATE.findall(before)[-1:]
            return names[0] if names else ""
        if quantity is Quantity.CHANGE:
            return next((c for c in self._words.changes if c in before), "")
        return figure.counted if quantity is Quantity.MONEY and figure.counted in before else ""

    def _condition(self, own: str, *, part: bool) -> str:
        """What words of progress say of a carried subject: 不合格, 其中移送."""
        found = "".join(dict.fromkeys(self._words.stage.findall(own)))
        return ("其中" if part else "") + found

    def _polarity(self, own: str) -> str:
        """The negative or positive word of a clause that has an opposite: 不合格, 合格."""
        found = self._words.opposite.search(own)
        return found[0] if found else ""

    def _period_of(self, label: _Label, sentence: Span, leaf: Section) -> Period | None:
        """The period named last before a figure in its sentence, but for bases of comparisons.

        Else that of the headings above it: 一、2024年工作回顾 in a report of 2025.
        """
        if self._text.find("年", sentence.start, label.figure.start) < 0:
            return self._headed_period(leaf)
        said = self._text[sentence.start : label.figure.start]
        for mention in reversed(period_mentions(said)):
            if not _BASE_OF_COMPARISON.search(said[: mention.start]):
                return self._as_reported(mention.period, leaf)
        own = self._text[label.clause.start : label.figure.start]
        found = _LAST_YEAR.search(own)
        if found and self._period and not _BASE_OF_COMPARISON.search(own[: found.start()]):
            return replace(self._period, year=self._period.year - 1)
        return self._headed_period(leaf)

    def _as_reported(self, period: Period, leaf: Section) -> Period | None:
        """A period that is named; 2023年 in a report of its first half means that half."""
        own = self._period
        if own and period.year == own.year and own.contains(period) is period.contains(own):
            return period
        same = own is not None and period.year == own.year and period.part is YearPart.YEAR
        return self._headed_period(leaf) if same else period

    def _headed_period(self, leaf: Section) -> Period | None:
        """The year that a heading names, if it is not the report's; else what a report tells of.

        A plan is for the report's next period, unless the report looks back on the one before.
        """
        if leaf.path not in self._headed:
            self._headed[leaf.path] = self._read_headed(leaf)
        return self._headed[leaf.path]

    def _read_headed(self, leaf: Section) -> Period | None:
        period = self._period
        for heading in reversed(leaf.path):
            for mention in period_mentions(heading):
                if period is None or mention.period.year != period.year:
                    return mention.period
        ahead = leaf.kind is SectionKind.PLAN and not self._looks_back
        return period.next() if period and ahead else period

    def _names_year_before(self, leaf: Section) -> bool:
        """Whether a heading names the year before the report's: 2024年工作回顾."""
        years = [m.period.year for h in leaf.path[:2] for m in period_mentions(h)]
        return self._period is not None and self._period.year - 1 in years

    def _role(self, clause: Span, figure: Figure, leaf: Section) -> Role:
        if leaf.kind in _ROLES:
            return _ROLES[leaf.kind]
        planned = self._words.planned.search(self._text, clause.start, figure.start)
        return Role.PLAN if planned else Role.DONE

    # -- words

    def _slice(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _trim(self, phrase: str) -> str:
        """A phrase without the small words that it begins and ends with."""
        words, phrase = clause_words(), phrase.strip(_EDGES)
        while opener := words.openers.match(phrase):
            phrase = phrase[opener.end() :].strip(_EDGES)
        while (closer := _closer(phrase, words)) and closer.start():
            phrase = phrase[: closer.start()].strip(_EDGES)
        return phrase


@lru_cache(maxsize=2048)
def _without_fillers(phrase: str) -> str:
    return statement_words().fillers.sub("", phrase)


@lru_cache(maxsize=2048)
def _has_thing(phrase: str) -> bool:
    return len(statement_words().empty.sub("", phrase).strip(_EDGES)) >= _LEAST


def _closer(phrase: str, words: ClauseWords) -> re.Match[str] | None:
    """The small words that a phrase ends with; it is not searched from its beginning."""
    return words.closers.search(phrase, max(0, len(phrase) - _CLOSE))


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _split_list(words: str) -> list[tuple[int, int]]:
    """Where the items of a list stand: 甲、乙和丙."""
    items, start = [], 0
    for match in _LISTED.finditer(words):
        if match.start() > start:
            items.append((start, match.start()))
        start = match.end()
    return [*items, (start, len(words))] if start < len(words) else items
