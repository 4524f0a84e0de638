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
from operator import attrgetter
from typing import NamedTuple

from knowledge.models import Quantity, Section, SectionKind, Statement, StatementKind
from knowledge.understanding.figures import ClauseWords, Figure, clause_words
from knowledge.understanding.governments import Chapter, is_governmental, read_chapters
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period, PeriodMention, YearPart, period_mentions
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

_BREAK = re.compile(r"[，,；;。！？!?\n（）()：:](?!(?<=\d[：:])\d)")  # no colon between digits
_OPAQUE = re.compile(r"《[^《》\n]*》|“[^“”\n]*”")
_BRACKETS = re.compile(r"[（(][^（）()\n]{0,60}[）)]")
_LIST_ENDS = re.compile(r"、|”“")
_LISTED = re.compile(r"[、和与及]|以及|(?<=”)(?=“)")
_JOINED = re.compile(r"和|与|及|以及")
_DEALT_OUT = re.compile(r"分别([^，,、；;和\d]{0,10})$")
_AMONG = re.compile(r"其中|包括")
_AMONG_NAMES = re.compile(r"([^其]{2,12}?)包括")  # 项目包括甲、乙等3类 tells of no parts
_AMONG_ALONE = re.compile(r"(?<![\u4e00-\u9fff])其中[，,：:]")
_BASE_OF_COMPARISON = re.compile(r"(?:较|比|与|同)[^，,。；;]{0,4}$")
_NO_PERIOD = re.compile(
    r"(?:全年)?的?[\d.两几一二三四五六七八九十多余]{1,6}倍|以来"
)  # 是2022年的8倍
_LAST_YEAR = re.compile(r"去年|上年|上一年")
_THIS_YEAR = re.compile(r"今年(?!以来)")
_RATE = re.compile(r"[\u4e00-\u9fff]{2}(?:[化证]|（[^（）]{1,6}）)?率")
_SEVERAL_RATES = re.compile(rf"{_RATE.pattern}(?:[、和与及][\u4e00-\u9fff]{{2,8}}率)+(?=均)")
_RATE_AT_END = re.compile(f"{_RATE.pattern}$")
_REACHES = re.compile(r"(?:已|累计|总计)*(?:达到?|突破|超过)?")
_CITY = re.compile(r"(?![全我本各])[\u4e00-\u9fff]{2,4}市(?![场民政级容])")
_OWNERS = tuple("业镇村民险")  # 工业 of 工业、服务业增加值
_OWNED = re.compile(rf".*[{''.join(_OWNERS)}](.{{2,}})")
_SHARE = re.compile(r"占[^，,]{0,16}$|(?:为|是|相当于)[^，,]{2,12}的$")
_OF_ALL = re.compile(r"占[^，,]{1,16}(?:比重|比例)")
_COMPARED = re.compile(
    r"(?:比|较)(?:去年|上年|年初|同期|前|过去|\d{1,2}年前|\d{4}年|上一?个)[^，,。；;、]{0,6}$"
)
_ROUND = re.compile(r"(?:超过?|过|近)?[十百千万亿]+元")
_OPENS, _CLOSES = "（(", "）)"
_BRACKET = re.compile(f"[{_OPENS}{_CLOSES}]")
_ROLES = {SectionKind.PLAN: StatementKind.PLAN, SectionKind.PROBLEMS: StatementKind.PROBLEM}
_LEAST = 2
_HEADLINE = 20
_CLOSE = 12
_LONGEST_PREDICATE = 20
_LONGEST_PURPOSE = 30
_MOST = 12  # of what is carried over, so that long sentences take no longer in proportion
_REACH = 60
_TOWARDS = "向为给"
_EVERYWHERE = ("全", "我市", "我县", "我区", "我省", "我局")
_SPACE = " \u3000\t"
_EDGES = f"{_SPACE}|、，,。；;：:-—"


class StatementWords(Vocabulary):
    """The words by which clauses are read; see the data file for what each is."""

    fillers: Pattern
    stages: LongestFirst
    changes: LongestFirst
    changed_to: Words
    changed_from: Pattern
    opposites: tuple[tuple[str, str], ...]
    courses: tuple[tuple[str, str], ...]
    rates: LongestFirst
    money_names: LongestFirst
    totals: LongestFirst
    added: LongestFirst
    nouns: Words
    compared_with: Pattern
    adverbs: Words
    turns: Words
    achieved: Words
    bare: frozenset[str]
    kept: frozenset[str]
    bounds: Words
    results: Pattern
    places: Pattern
    no_places: Words
    remarks: Pattern
    sides: tuple[tuple[str, str, str], ...]
    helping: frozenset[str]
    amounts: LongestFirst
    vague: frozenset[str]
    own_acts: Pattern
    shared_acts: LongestFirst
    outlays: Words
    planned: Pattern
    durations: frozenset[str]
    money: frozenset[str]
    ratios: frozenset[str]

    @cached_property
    def stage(self) -> re.Pattern[str]:
        """A pattern of one word of progress, with what says that it is not yet done: 未结案."""
        return re.compile(f"(?:尚?未|正在)?(?:{'|'.join(map(re.escape, self.stages))})")

    @cached_property
    def money_name(self) -> re.Pattern[str]:
        """A pattern of a word for money that does not say what it was for."""
        return re.compile("|".join(map(re.escape, self.money_names)))

    @cached_property
    def total(self) -> re.Pattern[str]:
        """A pattern of a word for all of what was spoken of."""
        return re.compile("|".join(map(re.escape, self.totals)))

    @cached_property
    def turned(self) -> re.Pattern[str]:
        """A pattern of a change to the amount that follows: 增加到."""
        words, to = "|".join(map(re.escape, self.turns)), "|".join(self.changed_to)
        return re.compile(rf"(?:{words})了?(?:{to})[ \u3000]?$")

    @cached_property
    def shared_act(self) -> re.Pattern[str]:
        """A pattern of a word that the items of a list share."""
        return re.compile("|".join(map(re.escape, self.shared_acts)))

    @cached_property
    def progress_only(self) -> re.Pattern[str]:
        """A pattern of a change alone: 减到, 增长了."""
        words = "|".join(map(re.escape, self.changes))
        to = "|".join(map(re.escape, self.changed_to))
        return re.compile(rf"(?:{words}|[增减升降压缩提])(?:了|{to})?")

    @cached_property
    def thing(self) -> re.Pattern[str]:
        """A pattern of a phrase with a thing: two signs beside fillers, progress and change.

        It is matched from the beginning, and ends with the second of these signs.
        """
        stages, changes = ("|".join(map(re.escape, w)) for w in (self.stages, self.changes))
        words = f"{stages}|(?:{changes})(?!值)"  # 增加值 is a thing
        empty = f"{self.fillers.pattern}|{words}|[{re.escape(_EDGES)}]"
        return re.compile(f"(?:(?:{empty})*+.){{{_LEAST}}}", re.DOTALL)

    @cached_property
    def opposite(self) -> re.Pattern[str]:
        """A pattern of a word that has an opposite, the negative ones first."""
        words = "|".join(word for pair in self.opposites for word in pair)
        return re.compile(rf"(?:{words})(?!率|时[间限]|(?<=符合)[^的，,|]{{5}})")

    @cached_property
    def place(self) -> re.Pattern[str]:
        """A pattern of a place that a paragraph begins with."""
        return re.compile(f"(?!{'|'.join(self.no_places)})(?:{self.places.pattern})")

    @cached_property
    def change(self) -> re.Pattern[str]:
        """A pattern of a change whose amount follows."""
        to = "|".join(map(re.escape, self.changed_to))
        words = "|".join(map(re.escape, self.changes))
        more = "(?:比|较)[^，,。；;]{0,6}[多少]"
        about = "均?(?:了|约|近|超过|达到?)?"
        return re.compile(rf"(?:{words}|{more})(?!率){about}(?!{to})[ \u3000]?$")


statement_words = cache(partial(load_vocabulary, StatementWords, path=DATA / "statements.toml"))


def read_statements(
    text: str, sections: Sequence[Section], figures: Sequence[Figure], period: Period | None
) -> tuple[Statement, ...]:
    """What each of the figures states, in their order; ``period`` is the report's."""
    return tuple(_Reader(text, sections, figures, period).statements())


class _Head(NamedTuple):
    """A figure that set a subject, and what it carries over to those after it.

    ``action`` are the words that the next in a list leaves out: 药品抽检33批次，化妆品4批次.
    ``before`` is the one before it in a list: what comes after the list is of both.
    ``stage`` is how far a carried subject had come (立案), which holds of its parts too.
    """

    subject: str
    measure: str
    unit: str
    span: Span
    action: Span | None
    context: tuple[Span, ...]
    quantity: Quantity
    part: bool = False
    before: "_Head | None" = None
    stage: str = ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """All that is carried to a clause that says only how it went."""
        return (*self.context, self.span)


@dataclass(slots=True)
class _Topic:
    """What has been spoken of so far.

    ``amounts`` are all its figures, those without a subject of their own too, ``wholes`` those
    that are no parts of others; ``bracketed``:
    what comes stands in brackets behind one of them. ``place`` began the paragraph: 高新区.
    ``goal`` and ``result``: a clause before said so, 主要目标是： and 初步预计.

    ``announced`` is the last sentence of its section without figures, ``previous`` the last
    subject of the sentence before; ``leads`` are the clauses without figures and ``heads`` the
    subjects of the sentence itself.
    """

    announced: tuple[Span, ...] = ()
    previous: _Head | None = None
    leads: list[Span] = field(default_factory=list)
    heads: list[_Head] = field(default_factory=list)
    amounts: list[_Head] = field(default_factory=list)
    wholes: list[_Head] = field(default_factory=list)
    bracketed: bool = False
    place: Span | None = None
    dealt: dict[int, _Head] = field(default_factory=dict)
    goal: bool = False
    result: bool = False

    def add(self, amount: _Head, head: _Head | None) -> None:
        """Take note of a figure, and of the subject that it sets."""
        self.amounts.append(amount)
        if not amount.part:
            self.wholes.append(amount)
        if head:
            self.heads.append(head)

    def deal_out(self, figures: Sequence[Figure]) -> None:
        """Give each figure of a clause that says 分别 one of the subjects before it."""
        heads = self.heads[-len(figures) :] if figures else []
        fits = figures and len(heads) == len(figures)
        self.dealt = dict(zip((f.start for f in figures), heads, strict=True)) if fits else {}

    def total(self, unit: str) -> _Head | None:
        """What a part is of: the last whole of its unit, else the last."""
        whole = self.wholes[-1] if self.wholes else self.previous
        return _last(self.wholes, unit) or whole

    @property
    def starts_with_leads(self) -> bool:
        """Whether clauses without figures are all that was said in the sentence."""
        return bool(self.leads and not self.heads)

    @property
    def starts_anew(self) -> bool:
        """Whether nothing was spoken of yet in the sentence."""
        return not (self.heads or self.leads)

    @property
    def head(self) -> _Head | None:
        """The subject that a clause without one goes on with."""
        return self.heads[-1] if self.heads else None if self.leads else self.previous

    def next_sentence(self, *, continued: bool) -> "_Topic":
        """What the next sentence takes over: all of it after ；."""
        if continued:
            return replace(self, heads=[head for head in self.heads if not head.part])
        last = self.heads[-1] if self.heads else None
        return _Topic(self.announced, last, place=self.place)


class _Sentence(NamedTuple):
    """A sentence with what is looked up once: the periods that it names, where each ends."""

    span: Span
    periods: tuple[PeriodMention, ...]


class _Clause(NamedTuple):
    """A clause with figures, and what is looked up once.

    ``items`` are dealt out to its figures (企业、个体年报率分别为90%、91%), ``dealt`` is what
    is said of all of them; ``shares``: they are dealt out to what was named before.
    ``among`` and ``planned`` are where a word of parts and one of plans end, or the clause's end.
    """

    span: Span
    figures: Sequence[Figure]
    items: tuple[Span, ...]
    dealt: str
    shares: bool
    among: int
    planned: int
    sides: tuple[str, str, str] | None = None  # what two figures are dealt out to: 城乡


class _Label(NamedTuple):
    """The words that go with one figure: those before it and those after it."""

    figure: Figure
    before: Span
    after: Span
    clause: _Clause
    listed: bool  # whether it follows another figure in a list: 药店86家、医院132家
    item: Span | None = None  # the item of a list that is dealt out to it
    of: str = ""  # the things of the figure before, where it is theirs: 5个园区实现收入3亿元
    bound: bool = False  # whether it says only how large the things are that are counted next
    tail: Span | None = (
        None  # what the last item says of all: 开展检查 of 对药店3家、医院2家开展检查
    )


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
        self._looks_back = self._names_year_before()
        governmental = period is not None and is_governmental(text, sections)
        self._named: PeriodMention | None = None  # the last one that a figure told of
        self._chapters = read_chapters(text, period) if period and governmental else None
        self._veiled = _BRACKETS.sub(_blank, self._folded)
        self._tells_results = bool(self._words.results.search(text))
        self._cells = read_cells(self._folded, period)
        self._cell_starts = [cell.span.start for cell in self._cells]

    def statements(self) -> Iterator[Statement]:
        if not self._figures:
            return
        for leaf in self._leaves:
            topic = _Topic()
            for sentence in sentence_spans(self._text, leaf.start, leaf.end):
                inside = self._between(sentence)
                topic.place = self._place(sentence, topic.place, leaf)
                if inside and self._cells and any(map(self._cell_of, inside)):
                    yield from self._read_row(sentence, inside, topic, leaf)
                    topic = _Topic(topic.announced)
                elif inside:
                    yield from self._read_sentence(sentence, inside, topic, leaf)
                    continued = self._slice(sentence).rstrip().endswith(("；", ";"))
                    topic = topic.next_sentence(continued=continued)
                elif _has_thing(self._slice(sentence)):
                    topic.place = self._place(sentence, None, leaf)
                    headline = [s for s in topic.announced if s.end - s.start <= _HEADLINE]
                    topic = _Topic((*headline[-1:], sentence), place=topic.place)

    def _between(self, span: Span) -> Sequence[Figure]:
        return self._figures[
            bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)
        ]

    def _read_sentence(
        self, span: Span, inside: Sequence[Figure], topic: _Topic, leaf: Section
    ) -> Iterator[Statement]:
        sentence = _Sentence(span, self._periods_in(span))
        bracketed = _BRACKET.search(self._text, *span)
        at, done, counted = 0, span.start, False
        for clause in self._clauses(span, inside):
            first = at
            while at < len(inside) and inside[at].start < clause.end:
                at += 1
            if bracketed:
                self._follow_brackets(Span(done, clause.start), topic, counted=counted)
            done, counted = clause.end, at > first
            if at > first:
                own = self._clause(clause, inside[first:at])
                topic.deal_out(own.figures if own.shares else ())
                for label in self._labels(own):
                    statement = self._state(label, sentence, topic, leaf)
                    if label.tail:
                        statement = statement._replace(context=(*statement.context, label.tail))
                    yield statement
            elif _has_thing(self._slice(clause)) and not self._is_remark(clause, topic):
                if topic.heads:
                    topic.leads.clear()
                    topic.heads.clear()
                    topic.amounts.clear()
                    topic.wholes.clear()
                self._lead(clause, topic)

    def _is_remark(self, clause: Span, topic: _Topic) -> bool:
        """Whether a clause only judges the figure before it: 收入28亿元，超额完成任务，增长24%."""
        return bool(topic.heads and self._words.remarks.match(self._text, *clause))

    def _lead(self, clause: Span, topic: _Topic) -> None:
        """A clause without figures, which says what those after it are of."""
        topic.leads.append(clause)
        words = self._words
        if self._tells_results:
            topic.result |= bool(words.results.search(self._text, *clause))
        if self._text[clause.end : clause.end + 1] in ("：", ":"):
            topic.goal = bool(words.planned.search(self._text, *clause))

    def _periods_in(self, sentence: Span) -> tuple[PeriodMention, ...]:
        """The periods that a sentence names, but for bases of comparisons: 较2022年增长5%."""
        said = self._slice(sentence)
        return tuple(
            replace(m, start=sentence.start + m.start, end=sentence.start + m.end)
            for m in period_mentions(said)
            if not _BASE_OF_COMPARISON.search(said[max(m.start - _LEAST * 4, 0) : m.start])
            and not _NO_PERIOD.match(said, m.end)
        )

    def _clause(self, span: Span, figures: Sequence[Figure]) -> _Clause:
        first, text = figures[0].start, self._text
        before = text[span.start : first]
        found = _DEALT_OUT.search(before) if "分别" in before else None
        among, planned = (
            match.end() if match else span.end
            for match in (
                _AMONG.search(text, *span),
                self._words.planned.search(text, span.start, figures[-1].start),
            )
        )
        if among < span.end and (names := _AMONG_NAMES.match(text, *span)):
            among = span.end if _has_thing(names[1]) else among
        if _AMONG_ALONE.match(text, max(0, span.start - len("其中，")), span.start):
            among = span.start
        items: tuple[Span, ...] = ()
        shares = found is not None
        found = found or self._dealt_change(before, figures)
        if found:
            split = _split_list(before[: found.start()])
            items = tuple(Span(span.start + a, span.start + b) for a, b in split)
        if len(items) < _LEAST or len(items) != len(figures):
            items = ()
        shares = shares and not items and len(figures) >= _LEAST
        sides = None
        if shares and len(figures) == _LEAST:
            sides = next((three for three in self._words.sides if three[0] in before), None)
        dealt = before[found.start() :] if items and found else ""
        shares = shares and not sides
        return _Clause(span, figures, items, dealt, shares, among, planned, sides)

    def _dealt_change(self, before: str, figures: Sequence[Figure]) -> re.Match[str] | None:
        """The change that a list has in common: 事故、伤亡下降17%、11%."""
        if len(figures) < _LEAST or "、" not in before:
            return None
        gaps = (self._text[a.end : b.start] for a, b in pairwise(figures))
        if not all(map(_LISTED.fullmatch, gaps)):
            return None
        return self._words.change.search(before, max(0, len(before) - _CLOSE))

    def _place(self, sentence: Span, before: Span | None, leaf: Section) -> Span | None:
        """The place that a paragraph speaks of: what a sentence begins with, else as before."""
        text, start = self._text, sentence.start
        while start < sentence.end and text[start].isspace():
            start += 1
        opening = text[start : start + _REACH // 4]
        named = "区" in opening or "县" in opening
        if named and (found := self._words.place.match(text, start, sentence.end)):
            acts = self._words.own_acts.match(text, start) or clause_words().verbs.match(
                text, start
            )
            return None if acts else Span(*found.span())
        if before and "市" in opening and _CITY.match(opening):
            return None
        if before is None or start == leaf.start or "\n" in text[sentence.start - 1 : start]:
            return None
        return None if opening.startswith(_EVERYWHERE) else before

    def _follow_brackets(self, between: Span, topic: _Topic, *, counted: bool) -> None:
        """What brackets behind a figure count are its parts; they end with the brackets.

        They stand ``between`` two clauses; ``counted``: the one before them has figures.
        """
        gap = self._slice(between)
        if any(mark in gap for mark in _CLOSES):
            topic.bracketed = False
            topic.heads[:] = [head for head in topic.heads if not head.part]
        if counted and any(mark in gap for mark in _OPENS):
            topic.bracketed = True

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
            cell.role or _ROLES.get(leaf.kind, StatementKind.DONE),
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
        veiled = self._folded[slice(*sentence)]
        if "《" in veiled or "“" in veiled:
            veiled = _OPAQUE.sub(_blank, veiled)
        pieces: list[str] = []
        done = 0
        for figure in inside:
            start, end = figure.start - sentence.start, figure.end - sentence.start
            pieces += (veiled[done:start], "0" * (end - start))
            done = end
        veiled = "".join((*pieces, veiled[done:]))
        if not _BRACKET.search(veiled):
            return veiled
        return _BRACKETS.sub(lambda m: m[0] if "0" in m[0] else _blank(m), veiled)

    def _labels(self, clause: _Clause) -> list[_Label]:
        """Each figure of a clause with the words before and after it that are its own."""
        if clause.items:
            return self._dealt_labels(clause)
        labels, start, listed, of = [], clause.span.start, False, ""
        for figure, following in pairwise(clause.figures):
            gap = self._text[figure.end : following.start]
            mark = _LIST_ENDS.search(_BRACKETS.sub(_blank, gap) if "）" in gap else gap)
            bound = not mark and self._is_bound(figure, gap)
            own = mark.start() if mark else 0 if bound else self._length_of_counted(figure, gap)
            limited = not gap and following.text.endswith(self._words.bounds)
            upto = following.start if bound else figure.end + own
            reach = min(clause.span.end, figure.end + _REACH)
            after = Span(figure.end, reach if limited else upto)
            before = Span(start, figure.start)
            labels.append(_Label(figure, before, after, clause, listed, of=of, bound=bound))
            counted = self._slice(after)
            vague = counted in self._words.vague
            alike = own == len(gap) and figure.unit == following.unit and not (bound or vague)
            joined = alike or _JOINED.match(gap, own)
            counted = _trim(self._slice(before)) if vague else counted
            of = of if mark or bound else "" if joined else counted
            start = start if bound else figure.end + mark.end() if mark else after.end
            start = figure.end if limited else start
            listed = listed if bound else bool(mark or joined)
        last = clause.figures[-1]
        before, after = Span(start, last.start), Span(last.end, clause.span.end)
        sized = bool(labels) and labels[-1].after.end > last.start
        of = "" if sized else of
        labels.append(_Label(last, before, after, clause, listed, of=of, bound=sized))
        tail = self._shared_tail(labels)
        return [label._replace(tail=tail) for label in labels] if tail else labels

    def _dealt_labels(self, clause: _Clause) -> list[_Label]:
        """The figures of a clause that deals them out to what it lists before 分别."""
        last = clause.figures[-1]
        labels = []
        for figure, item in zip(clause.figures, clause.items, strict=True):
            after = Span(figure.end, clause.span.end if figure is last else figure.end)
            labels.append(_Label(figure, item, after, clause, listed=False, item=item))
        return labels

    def _length_of_counted(self, figure: Figure, gap: str) -> int:
        """How much of what follows a figure belongs to it: 市场 of 为6个市场配备公平秤12台."""
        verb = clause_words().verbs.search(gap, 1)
        if verb and verb.end() < len(gap) and figure.counted.startswith(gap[: verb.start()]):
            return verb.start()
        return len(figure.counted) if gap.startswith(figure.counted) else 0

    def _is_bound(self, figure: Figure, gap: str) -> bool:
        """Whether a figure only limits what the next one counts: 500万元以上项目12个."""
        bounds = self._words.bounds
        bounded = figure.text.endswith(bounds) or gap.startswith(bounds)
        whose = gap.startswith("的") and figure.unit in self._words.money
        if not (bounded or whose or _ROUND.fullmatch(figure.text)):
            return False
        verb = clause_words().verbs.match(gap.removeprefix("的"))
        return not verb and bool(_without_fillers(gap).strip(_EDGES))

    def _shared_tail(self, labels: Sequence[_Label]) -> Span | None:
        """What is said of all that a clause lists: 开展检查 of 对68座加油站、90把加油枪开展检查."""
        last = labels[-1]
        if len(labels) < _LEAST or labels[-2].bound:
            return None
        start = last.after.start + self._end_of_counted(last)
        shared = Span(start, last.after.end)
        if self._text.startswith("的", start):
            return shared if _has_thing(self._slice(shared)) else None
        if any(self._verb(label.before) for label in labels):
            return None
        verb = self._verb(last.after)
        if not all(label.listed for label in labels[1:]):
            return Span(verb.start, last.after.end) if verb else None
        if (
            all(label.after.end > label.after.start for label in labels[:-1])
            and len(_trim(self._slice(shared))) >= _LEAST
        ):
            return shared
        return Span(verb.start, last.after.end) if verb else None

    def _end_of_counted(self, label: _Label) -> int:
        """Where what a figure counts ends in the words after it; 0 where it is not there."""
        after, counted = self._slice(label.after), label.figure.counted
        at = after.find(counted) if counted else -1
        return at + len(counted) if at >= 0 else 0

    # -- one figure

    def _state(self, label: _Label, sentence: _Sentence, topic: _Topic, leaf: Section) -> Statement:
        figure, before, item = label.figure, self._slice(label.before), label.item
        own_span = Span(label.before.start, label.after.end)
        if item:  # the measure stands once, with the last item
            clause, own_span = label.clause, Span(figure.start, figure.end)
            before = self._text[clause.span.start : clause.figures[0].start]
        measure, quantity = self._measured(label, before)
        compared = quantity is Quantity.CHANGE and self._words.compared_with.search(before)
        named = before[: compared.start()] if compared else before
        own = self._slice(item) if item else f"{named}|{self._slice(label.after)}"
        own = self._without_measure(own, measure, quantity)
        part = topic.bracketed or label.clause.among <= figure.start
        goes_on = topic.dealt.get(figure.start) or topic.head
        if topic.starts_anew and self._stands_alone(measure, quantity):
            goes_on = None
        total = self._words.total.fullmatch(_without_fillers(own)) if goes_on else None
        if goes_on is None or (_has_thing(own) and not total) or self._is_noun(label):
            head = self._new_head(label, topic, (measure, quantity), part=part)
            if not label.bound:
                topic.add(head, head)
            carried = (*head.context, *((item,) if item else ()), *self._shared_item(label))
            condition = self._polarity(own) or ("其中" + head.stage if head.part else "")
        else:
            head = self._carried_head(label, topic, goes_on, own, part=part)
            carried = head.spans
            condition = self._condition(own, quantity, part=part)
            if self._goes_on_with_measure(label, topic):
                quantity, measure = topic.amounts[-1].quantity, topic.amounts[-1].measure
            subject = self._carried_subject(label, topic, head, (measure, quantity))
            head = head._replace(subject=subject + (total[0] if total else ""))
            amount = head._replace(
                measure=measure or head.measure, quantity=quantity, unit=figure.unit,
                span=own_span, context=carried, stage=condition,
            )  # fmt: skip
            topic.add(amount, amount if total else None)
        if self._words.changed_from.search(before, max(0, len(before) - _CLOSE)):
            condition += "由"
        if label.bound:
            condition += next((w for w in self._words.bounds if w in figure.text), "限定")
        if compared:
            condition += compared[0]
        period = self._period_of(label, sentence, leaf)
        return Statement(
            figure, self._side(label, head.subject),
            measure or (head.measure if quantity is Quantity.RATE else ""),
            quantity, condition, period,
            self._role(label, topic, leaf, period), own_span, sentence.span, carried,
        )  # fmt: skip

    def _measured(self, label: _Label, before: str) -> tuple[str, Quantity]:
        """A figure's measure and what it is a quantity of; ``before`` are the words before it."""
        quantity = self._quantity(label.figure, before)
        measure = "" if label.bound else self._measure(label.figure, before, quantity)
        if quantity is Quantity.MONEY and self._is_sized(label, measure):
            return "", quantity
        if quantity is Quantity.RATE and not measure:
            found = _RATE_AT_END.search(label.of)
            return found[0] if found else "", quantity
        return measure, quantity

    def _side(self, label: _Label, subject: str) -> str:
        """A subject with the side that its figure is of: 农村 for the last of 城乡…分别."""
        if not (sides := label.clause.sides):
            return subject
        both, first, second = sides
        return subject.replace(both, second if label.figure is label.clause.figures[-1] else first)

    def _without_measure(self, own: str, measure: str, quantity: Quantity) -> str:
        """A figure's own words but for its measure; of money what it was for is a thing."""
        if quantity is Quantity.MONEY:
            return self._words.money_name.sub("", own)
        return _without_last(measure, own)

    def _is_noun(self, label: _Label) -> bool:
        """Whether what follows a figure is counted, though before one it would be a stage."""
        counted = self._text.startswith(self._words.nouns, label.after.start)
        return counted and not _without_fillers(self._slice(label.before))

    def _stands_alone(self, measure: str, quantity: Quantity) -> bool:
        """Whether a measure at the beginning of a sentence is of no sentence before it."""
        if quantity is Quantity.RATE:  # 城镇化率 is a thing of its own, 合格率 is not
            return measure.endswith("率") and measure not in self._words.rates
        return measure in self._words.outlays

    def _goes_on_with_measure(self, label: _Label, topic: _Topic) -> bool:
        """Whether a figure without words follows a change or a share: 分别增长7%和9%."""
        last = topic.amounts[-1] if topic.amounts else None
        return (
            last is not None
            and (last.quantity is Quantity.CHANGE or last.quantity is Quantity.RATE)
            and last.unit == label.figure.unit
            and not label.figure.text.startswith("突破")
            and last.span.start >= label.clause.span.start
            and not _without_fillers(self._slice(label.before)).strip(_EDGES)
        )

    def _reaches(self, label: _Label, head: _Head) -> bool:
        """Whether a figure is all that there is by now: 书店新增9家，达到20家."""
        before = self._slice(label.before).strip(_EDGES)
        reached = before or (label.figure.text.startswith("突破") and not label.listed)
        return (
            bool(reached and _REACHES.fullmatch(before))
            and head.unit == label.figure.unit
            and any(word in head.subject for word in self._words.added)
        )

    def _carried_subject(
        self, label: _Label, topic: _Topic, head: _Head, measured: tuple[str, Quantity]
    ) -> str:
        """The subject that is carried to a figure: of a total not only the new ones."""
        measure, quantity = measured
        total = self._words.total.fullmatch(_without_fillers(self._slice(label.before)))
        if total or measure.startswith("净增") or self._reaches(label, head):
            return self._whole(head.subject)
        return self._subject_of_change(head, topic) if quantity is Quantity.CHANGE else head.subject

    def _subject_of_change(self, head: _Head, topic: _Topic) -> str:
        """What changed: the money, where it is that of things: 9个项目完成投资3亿元，增长5%."""
        last = topic.amounts[-1] if topic.amounts else None
        measured = last and last.quantity in (Quantity.MONEY, Quantity.RATE)
        if last is None or not measured or last.subject != head.subject:
            return head.subject
        return head.subject + ("" if last.measure in head.subject else last.measure)

    def _is_sized(self, label: _Label, measure: str) -> bool:
        """Whether money is the size of the thing behind it: 组建2亿元的母基金."""
        verb = _find_verb(measure) if measure not in self._words.outlays else None
        acts = verb is not None and verb.end == len(measure)
        return acts and _has_thing(self._slice(label.after))

    def _whole(self, subject: str) -> str:
        """A subject of which not only the new ones are counted."""
        for word in self._words.added:
            subject = subject.replace(word, "", 1)
        return subject

    def _new_head(
        self, label: _Label, topic: _Topic, measured: tuple[str, Quantity], *, part: bool
    ) -> _Head:
        """The subject that a figure's own words set, with what it takes over from those before."""
        unit, item = label.figure.unit, label.item
        measure, quantity = measured
        verb = None if item else self._verb(label.before)
        last = topic.heads[-1] if topic.heads else None
        around = (*topic.announced, *topic.leads[-_MOST:])
        shared = None if item or verb else self._shared_act(label.before)
        action = self._action(label.before, verb) if verb else shared
        named = measure and quantity is not Quantity.MONEY
        context, stage = around, ""
        shared_by = last.action if last and self._shares_action(label, last, quantity) else None
        if part:
            total = topic.total(unit)
            context, stage = (total.spans, total.stage) if total else (around, "")
            if shared_by and last and last.part and not (action or named):
                action = shared_by
                context = (*context, action)
        elif last is None:
            pass
        elif last.part and last.unit == unit and self._is_next_part(label, verb):
            context, part, stage = last.context, True, last.stage
        elif shared_by and not (action or named or item):
            action = shared_by
            context = (*around, action)
        elif last.unit.removesuffix("次") != unit.removesuffix("次"):  # 家 and 家次 are one
            context = (*around, *[head.span for head in topic.heads[-_MOST:]])
        elif (
            not (action or measure or item) and last.action and self._leaves_out_action(label, last)
        ):
            action = last.action
            context = (*around, action)
        inherited = self._slice(action) if action and not (verb or shared) else ""
        if inherited in self._words.achieved:
            inherited = ""
        subject = _balance_quotes(
            inherited + self._owner(label, measure) + self._subject(label, topic, measured)
        )
        subject, more = self._whose(subject, topic)
        context = (*more, *context)
        return _Head(
            subject, measure, unit, item or Span(label.before.start, label.after.end), action,
            context, quantity, part, last if label.listed else None, stage,
        )  # fmt: skip

    def _whose(self, subject: str, topic: _Topic) -> tuple[str, tuple[Span, ...]]:
        """A subject with whose it is where it does not say so, and what says it.

        粮食产量 for 产量 after 粮食播种面积; with the place that its paragraph began with.
        """
        said: list[Span] = []
        holder, place = topic.head, topic.place
        if holder and subject in self._words.amounts:
            other = next((a for a in self._words.amounts if holder.subject.endswith(a)), "")
            subject = holder.subject.removesuffix(other) + subject
            said.append(holder.span)
        if place and self._slice(place) not in subject:
            subject = self._slice(place) + subject
            said.append(place)
        return subject, tuple(said)

    def _owner(self, label: _Label, measure: str) -> str:
        """The things of the figure before where this one is theirs, but for its own rate."""
        return label.of.removesuffix(measure) if measure.endswith("率") else label.of

    def _is_next_part(self, label: _Label, verb: Span | None) -> bool:
        """Whether a figure after a part is one more: no act of its own, or one done to it (被)."""
        before = self._slice(label.before).lstrip(_EDGES)
        apart = verb or self._words.own_acts.match(before) or self._words.total.search(before)
        return before.startswith("被") or not apart

    def _shares_action(self, label: _Label, last: _Head, quantity: Quantity) -> bool:
        """Whether an item of a list is done what is done to the one before it."""
        if not (label.listed and last.action):
            return False
        before = self._slice(label.before).lstrip(_EDGES)
        adds = self._slice(last.action) in self._words.added
        apart = quantity is Quantity.MONEY and last.quantity is not Quantity.MONEY
        return not (apart or self._words.own_acts.match(before) or (adds and before[:1] == "总"))

    def _leaves_out_action(self, label: _Label, last: _Head) -> bool:
        """Whether a clause goes on with the action of the one before: 抽检甲33批次，乙4批次."""
        before = self._slice(label.before).lstrip(_EDGES)
        shared = last.action and self._words.shared_act.fullmatch(self._slice(last.action))
        acts = self._words.own_acts.match(before) or self._words.stage.match(before)
        return not (shared or acts or self._verb(label.after))

    def _shared_act(self, before: Span) -> Span | None:
        """A word that the next items of a list leave out: 新增 of 新增甲35人、乙47人."""
        found = self._words.shared_act.search(self._text, *before)
        if found is None or _without_fillers(self._text[before.start : found.start()]):
            return None  # 培育 of 优势培育企业 is no act
        return Span(*found.span())

    def _carried_head(
        self, label: _Label, topic: _Topic, head: _Head, own: str, *, part: bool
    ) -> _Head:
        """The subject that a figure without one of its own goes on with.

        What ends a course (结案, 整改) ends the last amount of its unit.
        """
        unit, found = label.figure.unit, head
        if label.figure.start in topic.dealt:
            return head
        if head.unit != unit:
            if part:
                found = _last(topic.heads, unit) or head
            elif any(end in own for _start, end in self._words.courses):
                found = _last(topic.amounts, unit) or head
        if found.span.start >= label.clause.span.start or not found.before:
            return found
        if found.part:
            return topic.total(found.unit) or found
        return self._listed_head(found)

    def _listed_head(self, head: _Head) -> _Head:
        """All that a list names as one subject: 责令整改28家 after 检查药店71家、医院33家."""
        listed, at = [head], head.before
        while at and len(listed) < _MOST:
            if at.quantity is head.quantity:
                listed.append(at)
            at = at.before
        first, *others = reversed(listed)
        action = self._slice(head.action) if head.action else ""
        names = (first.subject, *(one.subject.removeprefix(action) for one in others))
        spans = (span for one in (first, *others[:-1]) for span in one.spans)
        context = tuple(dict.fromkeys((*spans, *head.context)))
        return head._replace(subject="、".join(names), context=context, before=None)

    def _subject(self, label: _Label, topic: _Topic, measured: tuple[str, Quantity]) -> str:
        """A figure's own words as a phrase: what stands before it, else what it counts."""
        measure, quantity = measured
        if quantity is Quantity.MONEY:
            measure = ""  # 服务业增加值 is both
        if label.item:
            return self._dealt_subject(label, label.item, measured)
        if label.bound:
            return _trim(self._text[label.before.start : label.after.end])
        before = self._without_progress(self._slice(label.before), measure, quantity)
        before, raw = _trim(before), before.strip(_EDGES)
        if raw in self._words.helping or (before and not _has_thing(before) and _has_thing(raw)):
            before = raw
        bare = not before or (before in self._words.bare and topic.starts_with_leads)
        if bare and topic.leads and not self._slice(label.after).strip(_EDGES):
            before = _trim(self._slice(topic.leads[-1]))
        said = self._slice(label.after)
        if end := self._end_of_counted(label):
            counted = label.figure.counted
            if quantity is Quantity.COUNT:
                counted = _RATE_AT_END.sub("", counted) or counted
            return self._act_on_last(label, before) + counted + self._predicate(label, end)
        if self._completes(label, before, measured):
            return self._act_on_last(label, before) + _trim(said)
        named = before if _has_thing(before) else before + _trim(said)
        return named or _trim(self._up_to_next(label))

    def _completes(self, label: _Label, before: str, measured: tuple[str, Quantity]) -> bool:
        """Whether what stands behind a figure belongs to its subject: 投资3亿元修建桥梁."""
        measure, quantity = measured
        said, text = self._slice(label.after), self._slice(label.before)
        if quantity in (Quantity.MONEY, Quantity.DURATION):
            verb = _find_verb(before)
            acts = len(before) <= _LEAST or (verb is not None and verb.end == len(before))
            if acts and len(said) <= _LONGEST_PURPOSE:
                return True
        of_rate = quantity is Quantity.RATE and not measure and said.startswith("的")
        follows = of_rate or (text.endswith(("的", "等")) and not self._words.turned.search(said))
        follows = follows or (bool(said) and label.after.end > self._next_start(label))
        things = follows or (len(said) == 1 and bool(label.figure.unit))
        return len(said) <= _LONGEST_PREDICATE and things

    def _act_on_last(self, label: _Label, before: str) -> str:
        """What is done to the last of several, which alone is counted: 建成市场、公园和3座桥."""
        text = self._slice(label.before)
        if not text.rstrip(_SPACE).endswith(("和", "与", "及")):
            return before
        if act := self._words.own_acts.match(before):
            return act[0]
        verb = _find_verb(before)
        return before[: verb.end] if verb else before

    def _up_to_next(self, label: _Label) -> str:
        """The words between a figure and the next one of its clause."""
        return self._text[label.figure.end : self._next_start(label)]

    def _next_start(self, label: _Label) -> int:
        """Where the next figure of a clause begins, or the clause ends."""
        later = (f.start for f in label.clause.figures if f.start > label.figure.start)
        return next(later, label.clause.span.end)

    def _without_progress(self, before: str, measure: str, quantity: Quantity) -> str:
        """What stands before a figure without its measure, and what it changed from or to."""
        words = self._words
        if quantity is Quantity.CHANGE:
            before = _without_last(measure, words.compared_with.sub("", before))
            return _COMPARED.sub("", before)
        if quantity is Quantity.RATE and measure:
            named, _, rest = before.partition(measure)
            return named if _has_thing(named) else named + rest
        if found := self._words.changed_from.search(before, max(0, len(before) - _CLOSE)):
            before = before[: found.start()]
        elif before.rstrip(_SPACE).endswith(words.changed_to):
            before = words.turned.sub("", before)
        return before.replace(measure, "", 1) if measure else before

    def _predicate(self, label: _Label, end: int) -> str:
        """What is said of the things counted: 列入名录 of 5户企业列入名录."""
        said = _trim(self._slice(label.after)[end:])
        if not said and label.tail:
            tail = _trim(self._slice(label.tail))
            said = "" if label.figure.counted.endswith(tail) else tail
        return said if _LEAST <= len(said) <= _LONGEST_PREDICATE else ""

    def _dealt_subject(self, label: _Label, item: Span, measured: tuple[str, Quantity]) -> str:
        """An item of a list with what is dealt out: 交通完成投资 of 交通、水利分别完成投资."""
        said = label.clause.dealt.removeprefix("分别")
        measure, quantity = measured
        own, last = self._slice(item), self._slice(label.clause.items[-1])
        if quantity in (Quantity.RATE, Quantity.CHANGE):
            own, said, last = (words.replace(measure, "", 1) for words in (own, said, last))
        owned = _OWNED.fullmatch(last)
        others = map(self._slice, label.clause.items[:-1])
        if owned and own.endswith(_OWNERS) and all(o.endswith(_OWNERS) for o in others):
            own += owned[1]
        said = _trim(said)
        return _trim(own) + ("" if self._words.progress_only.fullmatch(said) else said)

    def _verb(self, span: Span) -> Span | None:
        """The last verb of a stretch that is not part of a noun (检查 of 检查药店)."""
        found = _find_verb(self._veiled[span.start : span.end])
        return Span(span.start + found.start, span.start + found.end) if found else None

    def _action(self, before: Span, verb: Span) -> Span:
        """What the next in a list leaves out: 平台受理 of 平台受理投诉, 抽检 of 药品抽检."""
        last = not _without_fillers(self._text[verb.end : before.end])
        return verb if last else Span(before.start, verb.end)

    def _shared_item(self, label: _Label) -> tuple[Span, ...]:
        """The item of a list that holds what a shorter one leaves out: 对东盟、中东出口."""
        items, item = label.clause.items, label.item
        if not item:
            return ()
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
            if "均" in before and (several := _SEVERAL_RATES.search(before)):
                return several[0]
            names = [r for r in self._words.rates if r in before] or _RATE.findall(before)[-1:]
            share = _OF_ALL.search(before) if names else _SHARE.search(before)
            names = [] if share else names
            return names[0] if names else share[0].removesuffix("的") if share else ""
        if quantity is Quantity.CHANGE:
            return _last_of(self._words.changes, before)
        if quantity is not Quantity.MONEY:
            return ""
        if not figure.counted or figure.counted not in before:
            found = self._words.money_name.search(before, max(0, len(before) - _CLOSE))
            return found[0] if found else ""
        named = _has_thing(figure.counted) or self._words.money_name.search(figure.counted)
        return _trim(figure.counted) if named else ""

    def _condition(self, own: str, quantity: Quantity, *, part: bool) -> str:
        """What words of progress say of a carried subject: 不合格, 其中移送; 完成 not of money."""
        words = dict.fromkeys(self._words.stage.findall(own))
        if quantity is Quantity.MONEY:
            words.pop("完成", None)
        found = "".join(words)
        return ("其中" if part else "") + found

    def _polarity(self, own: str) -> str:
        """The negative or positive word of a clause that has an opposite: 不合格, 合格."""
        found = self._words.opposite.search(own)
        return found[0] if found else ""

    def _period_of(self, label: _Label, sentence: _Sentence, leaf: Section) -> Period | None:
        """The period named last before a figure in its sentence, but for bases of comparisons.

        Else that of the headings above it: 一、2024年工作回顾 in a report of 2025.
        """
        end, start = label.figure.start, label.clause.span.start
        own = self._text[max(start, end - _REACH) : end]
        if self._chapters and "年" in own and (several := self._chapters.counted(end, own)):
            return several
        if label.item:
            end = label.item.end
        if sentence.periods:
            named = bisect_right(sentence.periods, end, key=attrgetter("end"))
            for mention in reversed(sentence.periods[max(0, named - _MOST) : named]):
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
        return distance > _LEAST and self._text.startswith(("由", "从"), start - 1)

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

    def _names_year_before(self) -> bool:
        """Whether a heading names the year before the report's: 2024年工作回顾."""
        headings = {heading for leaf in self._leaves for heading in leaf.path[:2]}
        years = {m.period.year for h in headings for m in period_mentions(h)}
        return self._period is not None and self._period.year - 1 in years

    def _role(
        self, label: _Label, topic: _Topic, leaf: Section, period: Period | None
    ) -> StatementKind:
        if self._tells_results:
            topic.result |= bool(self._words.results.search(self._text, *label.before))
            if topic.result:
                return StatementKind.DONE
        kind = self._kind_at(label.figure.start, leaf, period)
        if kind in _ROLES:
            return _ROLES[kind]
        ahead = period and self._period and period.year > self._period.year
        planned = label.clause.planned <= label.figure.start
        return StatementKind.PLAN if ahead or topic.goal or planned else StatementKind.DONE

    def _kind_at(self, position: int, leaf: Section, period: Period | None) -> SectionKind:
        """What a figure's part is for: in a government's report its chapter says so first."""
        chapter = self._chapter(position)
        if chapter is None or leaf.kind in (SectionKind.PROBLEMS, SectionKind.OTHER):
            return leaf.kind
        past = period is not None and self._period is not None and period.year < self._period.year
        return SectionKind.PLAN if chapter.plans and not past else SectionKind.DONE

    # -- words

    def _slice(self, span: Span) -> str:
        return self._text[span.start : span.end]


@lru_cache(maxsize=8192)
def _trim(phrase: str) -> str:
    """A phrase without the small words that it begins and ends with."""
    words, reading, phrase = clause_words(), statement_words(), _trim_start(phrase)
    while (closer := _closer(phrase, words)) and closer.start() and closer[0] not in reading.kept:
        phrase = phrase[: closer.start()].strip(_EDGES)
    while last := next((w for w in reading.adverbs if phrase.endswith(w) and phrase != w), ""):
        phrase = phrase.removesuffix(last)
    while opening := next((w for w in reading.achieved if phrase.startswith(w)), ""):
        rest = phrase[len(opening) :]
        rest = _trim_start(rest) or rest
        if len(rest) < _LEAST:
            break
        phrase = rest
    return phrase


def _trim_start(phrase: str) -> str:
    """A phrase without the small words that it begins with, but for those of 向市局移交."""
    openers, phrase = clause_words().openers, phrase.strip(_EDGES)
    while opener := openers.match(phrase):
        start = opener.end()
        if phrase[start - 1] in _TOWARDS and _find_verb(phrase[start:]):
            return phrase[start - 1 :]
        phrase = phrase[start:].strip(_EDGES)
    return phrase


@lru_cache(maxsize=8192)
def _find_verb(veiled: str) -> Span | None:
    words = clause_words()
    for verb in reversed(list(words.verbs.finditer(veiled))):
        if not words.noun_tails.match(veiled, verb.end()):
            return Span(*verb.span())
    return None


def _last(heads: Sequence[_Head], unit: str) -> _Head | None:
    """The last of some subjects that is counted in a unit."""
    return next((head for head in reversed(heads[-_MOST:]) if head.unit == unit), None)


@lru_cache(maxsize=8192)
def _without_fillers(phrase: str) -> str:
    return statement_words().fillers.sub("", phrase)


@lru_cache(maxsize=8192)
def _has_thing(phrase: str) -> bool:
    return statement_words().thing.match(phrase) is not None


def _closer(phrase: str, words: ClauseWords) -> re.Match[str] | None:
    """The small words that a phrase ends with; it is not searched from its beginning."""
    return words.closers.search(phrase, max(0, len(phrase) - _CLOSE))


def _blank(match: re.Match[str]) -> str:
    return "□" * len(match[0])


def _last_of(words: Sequence[str], phrase: str) -> str:
    """The one of some words that ends last in a phrase, the longer first; "" where none is."""
    return max(
        (w for w in words if w in phrase), key=lambda w: phrase.rfind(w) + len(w), default=""
    )


def _without_last(word: str, phrase: str) -> str:
    """A phrase without the last of a word: 增加值 of 增加值增加."""
    before, found, after = phrase.rpartition(word) if word else ("", "", phrase)
    return before + after if found else phrase


def _balance_quotes(phrase: str) -> str:
    """A phrase without quotation marks of which the other half or what they hold is missing."""
    phrase = phrase.replace("“”", "")
    if phrase.count("“") == phrase.count("”"):
        return phrase
    return phrase.replace("“", "").replace("”", "").strip(_EDGES)


def _split_list(words: str) -> list[tuple[int, int]]:
    """Where the items of a list stand: 甲、乙和丙."""
    items, start = [], 0
    for match in _LISTED.finditer(words):
        if match.start() > start:
            items.append((start, match.start()))
        start = match.end()
    return [*items, (start, len(words))] if start < len(words) else items
