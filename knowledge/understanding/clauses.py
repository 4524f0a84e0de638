"""The clauses of a sentence, and the words in them that go with each figure."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from knowledge.understanding.figures import Figure, clause_words
from knowledge.understanding.phrases import (
    BRACKETS,
    CLOSE,
    EDGES,
    SHORTEST,
    SourceText,
    blank_out,
    has_thing,
    statement_words,
    trim_phrase,
    without_fillers,
)
from knowledge.understanding.sentences import Span

_BREAK = re.compile(r"[，,；;。！？!?\n（）()：:](?!(?<=\d[：:])\d)")  # no colon between digits
_OPAQUE = re.compile(r"《[^《》\n]*》|“[^“”\n]*”")
_LIST_ENDS = re.compile(r"、|”“")
LISTED = re.compile(r"[、和与及]|以及|(?<=”)(?=“)")
_JOINTS = ("和", "与", "及")
_LAST_JOINT = re.compile(r"(?:以及|和|与|及)$")
_LISTED_AT_ONCE = re.compile(r"[、”]|和|与|及|以及")
_JOINED = re.compile(r"和|与|及|以及")
_DEALT_OUT = re.compile(r"分别([^，,、；;和\d]{0,10})$")
_AMONG = re.compile(r"其中|包括")
_AMONG_NAMES = re.compile(r"([^其]{2,12}?)包括")  # 项目包括甲、乙等3类 tells of no parts
_AMONG_ALONE = re.compile(r"(?<![\u4e00-\u9fff])其中[，,：:]")
_REACHES = re.compile(r"(?:达到?|为|突破|超过)$")
_COMMAS = ("，", ",")
_AND_OTHERS = re.compile(r"[^、，]{1,20}?等(?![级次候同])")
_GRADE = "级"  # 20万吨级航道
_ROUND = re.compile(r"(?:超过?|过|近)?[十百千万亿]+元")
BRACKET = re.compile("[（(）)]")
REACH = 60


class Clause(NamedTuple):
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


class Label(NamedTuple):
    """The words that go with one figure: those before it and those after it."""

    figure: Figure
    before: Span
    after: Span
    clause: Clause
    listed: bool  # whether it follows another figure in a list: 药店86家、医院132家
    item: Span | None = None  # the item of a list that is dealt out to it
    of: str = ""  # the things of the figure before, where it is theirs: 5个园区实现收入3亿元
    bound: bool = False  # whether it says only how large the things are that are counted next
    tail: Span | None = (
        None  # what the last item says of all: 开展检查 of 对药店3家、医院2家开展检查
    )
    purpose: Span | None = None  # what an outlay alone was for: 改造水厂 of 投资3亿元，改造水厂


class ClauseReader:
    """Cuts the sentences of one text into clauses and labels."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._text = source.text
        self._words = statement_words()

    def clause_spans(self, sentence: Span, inside: Sequence[Figure]) -> Iterator[Span]:
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
        veiled = self._source.folded[slice(*sentence)]
        if "《" in veiled or "“" in veiled:
            veiled = _OPAQUE.sub(blank_out, veiled)
        pieces: list[str] = []
        done = 0
        for figure in inside:
            start, end = figure.start - sentence.start, figure.end - sentence.start
            pieces += (veiled[done:start], "0" * (end - start))
            done = end
        veiled = "".join((*pieces, veiled[done:]))
        if not BRACKET.search(veiled):
            return veiled
        return BRACKETS.sub(lambda m: m[0] if "0" in m[0] else blank_out(m), veiled)

    def read_clause(self, span: Span, figures: Sequence[Figure]) -> Clause:
        """A clause with its figures, and what it deals out to them."""
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
            among = span.end if has_thing(names[1]) else among
        if _AMONG_ALONE.match(text, max(0, span.start - len("其中，")), span.start):
            among = span.start
        items: tuple[Span, ...] = ()
        shares = found is not None
        found = found or self._dealt_amount(before, figures)
        if found:
            split = _split_list(before[: found.start()])
            items = tuple(Span(span.start + a, span.start + b) for a, b in split)
        if len(items) < SHORTEST or len(items) != len(figures):
            items = ()
        shares = shares and not items and len(figures) >= SHORTEST
        sides = None
        if shares and len(figures) == SHORTEST:
            sides = next((three for three in self._words.sides if three[0] in before), None)
        dealt = before[found.start() :] if items and found else ""
        shares = shares and not sides
        return Clause(span, figures, items, dealt, shares, among, planned, sides)

    def _dealt_amount(self, before: str, figures: Sequence[Figure]) -> re.Match[str] | None:
        """What a list has in common: 下降 of 事故、伤亡下降17%、11%, 达到 of 产量、产值达到."""
        if "、" not in before or not self.is_series(figures):
            return None
        changed = self._words.change.search(before, max(0, len(before) - CLOSE))
        return changed or _REACHES.search(before)

    def is_series(self, figures: Sequence[Figure]) -> bool:
        """Whether nothing but 、 and the like stands between several figures."""
        gaps = (self._text[a.end : b.start] for a, b in pairwise(figures))
        return len(figures) >= SHORTEST and all(map(LISTED.fullmatch, gaps))

    def labels(self, clause: Clause) -> list[Label]:
        """Each figure of a clause with the words before and after it that are its own."""
        if clause.items:
            return self._dealt_labels(clause)
        labels, start, listed, of = [], clause.span.start, False, ""
        for figure, following in pairwise(clause.figures):
            gap = self._text[figure.end : following.start]
            mark = self._list_end(gap)
            bound = not mark and self._is_bound(figure, gap)
            own = mark.start() if mark else 0 if bound else self._length_of_counted(figure, gap)
            limited = not gap and following.text.endswith(self._words.bounds)
            upto = following.start if bound else figure.end + own
            reach = min(clause.span.end, figure.end + REACH)
            after = Span(figure.end, reach if limited else upto)
            before = Span(start, figure.start)
            label = Label(figure, before, after, clause, listed, of=of, bound=bound)
            if not bound and figure.unit in self._words.money:
                label = label._replace(purpose=self._purpose_within(before, figure, clause))
            labels.append(label)
            counted = self._source.slice(after)
            vague = counted in self._words.vague
            alike = own == len(gap) and figure.unit == following.unit and not (bound or vague)
            joined = alike or _JOINED.match(gap, own)
            counted = trim_phrase(self._source.slice(before)) if vague else counted
            counted = counted if gap else trim_phrase(self._source.slice(before))
            of = of if mark or bound else "" if joined else counted
            start = start if bound else figure.end + mark.end() if mark else after.end
            start = figure.end if limited else start
            listed = listed if bound else bool(mark or joined)
        last = clause.figures[-1]
        before, after = Span(start, last.start), Span(last.end, clause.span.end)
        sized = bool(labels) and labels[-1].after.end > last.start
        sized = sized or self._text.startswith(_GRADE, last.end)
        of = "" if sized else of
        labels.append(Label(last, before, after, clause, listed, of=of, bound=sized))
        tail = self._shared_tail(labels)
        return [label._replace(tail=tail) for label in labels] if tail else labels

    def _list_end(self, gap: str) -> re.Match[str] | None:
        """Where an item of a list ends between two figures, if it does.

        22处书店、书亭和6个书市: the first figure is of all that stands before 和.
        """
        if gap.endswith(_JOINTS) and not _LISTED_AT_ONCE.match(gap):
            return _LAST_JOINT.search(gap)
        return _LIST_ENDS.search(BRACKETS.sub(blank_out, gap) if "）" in gap else gap)

    def said_of_all(self, label: Label) -> Span | None:
        """The things that the last of a list names for one without: 修建5条、12公里的道路."""
        if not label.tail or label.after.end > label.after.start:
            return None
        verb = self._source.verb(label.before)
        named = self._text[verb.end if verb else label.before.start : label.before.end]
        of_all = self._text.startswith("的", label.tail.start) and not has_thing(named)
        return label.tail if of_all else None

    def purpose(self, label: Label, following: Span, figures: Sequence[Figure]) -> Span | None:
        """What an outlay that stands alone in its clause was for, by the clause after it.

        ``figures`` are those of the clause that follows.
        """
        alone = label.after.end == label.after.start and not (label.item or label.bound)
        joined = alone and self._text[label.clause.span.end : following.start] in _COMMAS
        if not joined or trim_phrase(self._source.slice(label.before)) not in self._words.outlays:
            return None
        said = self._source.slice(following)
        if not (self._act(said) or self._act(trim_phrase(said))):
            return None
        if not figures:
            return following
        before = Span(following.start, figures[0].start)
        return self._things_of(before, Span(figures[-1].end, following.end))

    def _purpose_within(self, before: Span, figure: Figure, clause: Clause) -> Span | None:
        """What an outlay was for, by the words up to the next figure: 投资3亿元新建桥梁2座."""
        spent = trim_phrase(self._source.slice(before))
        if not spent.endswith(self._words.outlays):
            return None
        starts = [*(f.start for f in clause.figures if f.start > figure.start), clause.span.end]
        gap = Span(figure.end, starts[0])
        words = self._source.slice(gap)
        rest = Span(clause.figures[-len(starts) + 1].end, starts[1])
        if words == "的":  # 总投资8亿元的3个项目
            return rest
        return self._things_of(gap, rest) if self._act(words) else None

    def _act(self, phrase: str) -> re.Match[str] | None:
        """What is done, where a phrase begins with it."""
        return self._words.own_acts.match(phrase) or clause_words().verbs.match(phrase)

    def _things_of(self, before: Span, rest: Span) -> Span:
        """Which of two stretches names what is acted on: the words of the act, else the rest."""
        said = trim_phrase(self._source.slice(before))
        act = self._act(said)
        named = trim_phrase(said[act.end() :]) if act else ""
        return before if has_thing(named) else rest

    def _dealt_labels(self, clause: Clause) -> list[Label]:
        """The figures of a clause that deals them out to what it lists before 分别."""
        last = clause.figures[-1]
        labels = []
        for figure, item in zip(clause.figures, clause.items, strict=True):
            after = Span(figure.end, clause.span.end if figure is last else figure.end)
            labels.append(Label(figure, item, after, clause, listed=False, item=item))
        return labels

    def _length_of_counted(self, figure: Figure, gap: str) -> int:
        """How much of what follows a figure belongs to it: 市场 of 为6个市场配备公平秤12台."""
        words = clause_words()
        if gap.startswith("的") and figure.unit in self._words.ratios:
            stop = words.stops.search(gap, 1)
            return stop.start() if stop else 0
        verb = words.verbs.search(gap, 1)
        if verb and verb.end() < len(gap) and figure.counted.startswith(gap[: verb.start()]):
            return verb.start()
        return len(figure.counted) if gap.startswith(figure.counted) else 0

    def _is_bound(self, figure: Figure, gap: str) -> bool:
        """Whether a figure only limits what the next one counts.

        500万元以上项目12个, 满10年的老店30家.
        """
        bounds = self._words.bounds
        bounded = figure.text.endswith(bounds) or gap.startswith((*bounds, _GRADE))
        limits = (*self._words.money, *self._words.durations)
        whose = gap.startswith("的") and figure.unit in limits
        if not (bounded or whose or _ROUND.fullmatch(figure.text)):
            return False
        verb = clause_words().verbs.match(gap.removeprefix("的"))
        return not verb and bool(without_fillers(gap).strip(EDGES))

    def _shared_tail(self, labels: Sequence[Label]) -> Span | None:
        """What is said of all that a clause lists: 开展检查 of 对68座加油站、90把加油枪开展检查."""
        last = labels[-1]
        if len(labels) < SHORTEST or labels[-2].bound:
            return None
        start, end = last.after
        listed = all(label.listed for label in labels[1:])
        if listed and (others := _AND_OTHERS.match(self._text, start, end)):
            return (
                Span(others.end() - 1, end) if has_thing(self._text[others.end() : end]) else None
            )
        counted = self.end_of_counted(last)
        if not self._text.startswith("的", start):
            start += counted
        shared = Span(start, end)
        if self._text.startswith("的", start):
            apart = any("的" in self._source.slice(label.after) for label in labels[:-1])
            return None if apart or not has_thing(self._source.slice(shared)) else shared
        if any(self._source.verb(label.before) for label in labels):
            return None
        each = all(label.after.end > label.after.start for label in labels[:-1])
        if listed and counted and each and len(trim_phrase(self._source.slice(shared))) >= SHORTEST:
            return shared
        verb = self._source.verb(last.after)
        named = verb is None or (verb.end == end and verb.start < start)  # 6个合作组织
        return Span(verb.start, end) if verb and not named else None

    def end_of_counted(self, label: Label) -> int:
        """Where what a figure counts ends in the words after it; 0 where it is not there."""
        after, counted = self._source.slice(label.after), label.figure.counted
        at = after.find(counted) if counted else -1
        return at + len(counted) if at >= 0 else 0

    def up_to_next(self, label: Label) -> str:
        """The words between a figure and the next one of its clause."""
        return self._text[label.figure.end : self.next_start(label)]

    def next_start(self, label: Label) -> int:
        """Where the next figure of a clause begins, or the clause ends."""
        later = (f.start for f in label.clause.figures if f.start > label.figure.start)
        return next(later, label.clause.span.end)


def _split_list(words: str) -> list[tuple[int, int]]:
    """Where the items of a list stand: 甲、乙和丙."""
    items, start = [], 0
    for match in LISTED.finditer(words):
        if match.start() > start:
            items.append((start, match.start()))
        start = match.end()
    return [*items, (start, len(words))] if start < len(words) else items
