"""A report in a given room: what a chief reads first of every line of work, problems and plans.

Clauses are chosen, not sentences: those with leading indicators, first-time results, honours and
ranks before others, a line of work that is not told yet before one that is.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import groupby

from bot.answers import Quote
from bot.summarising.belonging import LinesOfWork, lines_of_work, topic_words
from bot.summarising.clauses import DigestClause, DigestClauseReader, closure
from bot.summarising.condenser import Point
from bot.summarising.scope import HeadingPath, ReportScope, stands_out, titled_sections
from bot.summarising.units import (
    HEADING_LED_KINDS,
    Unit,
    group_repeats,
    is_announcing,
    span_without_number,
)
from bot.summarising.vocabulary import caption, choice_words
from bot.summarising.wording import PointWriter, with_stop
from knowledge.models import Report, SectionKind, Statement
from knowledge.understanding.sentences import Span

_LEAST_WORTH, _LEAST_OF_FEW, _LEAST_OF_NODE = 0.4, -0.5, -1.2
NEVER = -9.0
"""What a clause is worth that is told in no case."""
_HIDDEN = -8.0
_AGAIN, _AGAIN_LEADING = 0.75, 0.95
_UNTOLD, _NEW_LINE, _NEW_CHAPTER = 0.6, 1.7, 3.0
_SHORT_ENOUGH, _FALL, _GENTLE_FALL = 12, 0.6, 0.4
_LONGEST_FORCED = 60
_UNCLEAR = 0.25
"""The share of its worth that a clause has where nothing says of which line of work it is."""
_NEEDED = 2.0
"""What a clause adds at most that is told because another needs it."""

Place = tuple[int, int]
"""Where a unit starts, and the number of one of its clauses."""


class ClauseChoice:
    """The clauses chosen so far, and what they say.

    ``varied``: a line of work that is not told yet goes before others, and each chapter is told.
    ``labelled``: the name of a line takes room.
    """

    def __init__(
        self,
        clauses: Mapping[int, Sequence[DigestClause]],
        lines: LinesOfWork,
        writer: PointWriter,
        *,
        varied: bool,
        labelled: bool = False,
    ) -> None:
        self._clauses = clauses
        self._lines = lines
        self._writer = writer
        self._varied = varied
        self._labelled = labelled
        self._chosen: dict[int, frozenset[int]] = {}
        self._texts: dict[int, str] = {}
        self._told: Counter[str] = Counter()
        self._clear: dict[Place, bool] = {}
        self._least = _LEAST_WORTH
        self._treated = frozenset(lines.treated)

    def choose(self, chapters: Sequence[Sequence[Unit]], room: int) -> None:
        """Choose from the units of each chapter until the room is used; one of each at least."""
        chapter_of = {u.span.start: n for n, units in enumerate(chapters) for u in units}
        units = {u.span.start: u for own in chapters for u in own}
        missing = {n for n, own in enumerate(chapters) if own}
        left = room
        length = sum(unit.span.end - unit.span.start for unit in units.values())
        few = _LEAST_OF_FEW if self._varied else _LEAST_OF_NODE
        self._least = _LEAST_WORTH if length > room else few

        def rated(place: Place) -> tuple[float, Place]:
            start, n = place
            return -self._gain(units[start], n, chapter_of[start] in missing), place

        # a gain only falls as more is told, but for the clauses of the same unit
        queue = [rated((start, n)) for start in units for n in range(len(self._clauses[start]))]
        heapify(queue)
        while queue:
            rating, place = heappop(queue)
            if rated(place)[0] > rating:
                heappush(queue, rated(place))
                continue
            (start, n), chapter = place, chapter_of[place[0]]
            forced = chapter in missing and self._clauses[start][n].worth > NEVER
            if rating >= 0 and not forced:
                continue
            cost = self._cost(units[start], n)
            fits = cost <= left or (forced and cost <= max(_LONGEST_FORCED, left))
            if cost and fits and self._take(units[start], n):
                left -= cost
                missing.discard(chapter)
                for other in range(len(self._clauses[start])):
                    heappush(queue, rated((start, other)))

    def text(self, unit: Unit) -> str:
        """What is told of a unit, without its stop; empty for nothing."""
        return self._texts.get(unit.span.start, "")

    def by_line(self, units: Sequence[Unit]) -> Iterator[tuple[str, list[Unit]]]:
        """Those of some units that are told of, by their line of work, the leading ones first."""
        groups: dict[str, list[Unit]] = {}
        for unit in filter(self.text, units):
            groups.setdefault(self._lines.own(unit), []).append(unit)
        for line, own in groups.items():
            yield line, sorted(own, key=lambda u: (self._rank(u), u.span))

    def _rank(self, unit: Unit) -> int:
        told = [self._clauses[unit.span.start][n] for n in self._chosen[unit.span.start]]
        return 0 if any(c.leading for c in told) else 1 if any(c.news for c in told) else 2

    def _new(self, unit: Unit, n: int) -> frozenset[int]:
        start = unit.span.start
        return closure(self._clauses[start], n) - self._chosen.get(start, frozenset())

    def _cost(self, unit: Unit, n: int) -> int:
        clauses = self._clauses[unit.span.start]
        cost = sum(clauses[p].span.end - clauses[p].span.start + 1 for p in self._new(unit, n))
        line = self._lines.own(unit)
        return cost + (len(line) + 1 if cost and self._labelled and not self._told[line] else 0)

    def _gain(self, unit: Unit, n: int, missing: bool) -> float:
        """What a clause is worth for its length; below nothing where it is not worth telling."""
        clauses, new = self._clauses[unit.span.start], self._new(unit, n)
        if not new or (clauses[n].hidden and not clauses[n].news):
            return _HIDDEN
        worth = sum(clauses[p].worth if p == n else min(clauses[p].worth, _NEEDED) for p in new)
        untold = {line for line in self._lines.of(unit) if not self._told[line]}
        worth += _UNTOLD * (self._varied and bool(untold & self._treated))
        if worth < self._least:
            return worth - _NEEDED
        worth = max(worth, _LEAST_WORTH)
        if self._varied:
            worth *= _NEW_LINE if untold & self._treated else 1.0
            again = _AGAIN_LEADING if clauses[n].leading else _AGAIN
            worth = worth * again ** self._told[self._lines.own(unit)] + _NEW_CHAPTER * missing
        if self._varied and not self._labelled and not self._stands_alone(unit, n):
            worth *= _UNCLEAR
        fall = _FALL if self._varied else _GENTLE_FALL
        return float(worth / (self._cost(unit, n) + _SHORT_ENOUGH) ** fall)

    def _stands_alone(self, unit: Unit, n: int) -> bool:
        """Whether a clause with what it needs says of which line of work it is."""
        place, line = (unit.span.start, n), self._lines.own(unit)
        if place not in self._clear:
            clauses, text = self._clauses[unit.span.start], unit.report.text
            spans = [clauses[p].span for p in sorted(closure(clauses, n))]
            words = "，".join(text[slice(*span)] for span in spans)
            self._clear[place] = not line or self._lines.is_told_by(line, words)
        return self._clear[place]

    def _take(self, unit: Unit, n: int) -> bool:
        """Take a clause with what it needs, unless the words would not stand."""
        start = unit.span.start
        clauses, before = self._clauses[start], self._chosen.get(start, frozenset())
        places = closure(clauses, n) | before
        text = self._writer.write([clauses[p].span for p in sorted(places)], unit.span, unit.path)
        if not text:
            return False
        if not before:
            self._told.update(self._lines.of(unit))
        self._chosen[start] = places
        self._texts[start] = text
        return True


# -- the opening


@dataclass(frozen=True, slots=True)
class DigestOpening:
    """The opening sentences, without their last stop, and what they rest on."""

    text: str
    quotes: tuple[Quote, ...]
    units: tuple[Unit, ...]


def lead_of(report: Report) -> str:
    """``2023年，云溪县市场监管局``: when and who, as far as they are known."""
    identity = report.identity
    period = f"{identity.period}，" if identity.period else ""
    return period + (identity.bureau.name if identity.bureau else "")


def write_opening(
    units: Sequence[Unit], writer: PointWriter, clauses: DigestClauseReader, room: int
) -> DigestOpening | None:
    """The opening out of a report's first sentences, else out of its headings; None of neither.

    What only says under whose guidance is left out as far as the rest says anything.
    """
    lead = lead_of(writer.reading.report)
    first = [u for u in units if u.kind is SectionKind.OVERVIEW and not u.path and not u.headline]
    told = [u for u in first if not is_announcing(u)] or [
        u for u in first if len(clauses.read(u)) > 2
    ]
    for unit in told[:3]:
        if opening := _from_sentence(unit, clauses.read(unit), writer, lead, room):
            return opening
    return _from_headings(units, writer, clauses, lead, room)


def _from_sentence(
    unit: Unit, clauses: Sequence[DigestClause], writer: PointWriter, lead: str, room: int
) -> DigestOpening | None:
    report = unit.report
    scored = [(_worth(report, c), n) for n, c in enumerate(clauses)]
    chosen: list[int] = []
    left = room - len(lead)
    for worth, n in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
        length = clauses[n].span.end - clauses[n].span.start + 1
        if worth > 0 and (length <= left or not chosen):
            chosen.append(n)
            left -= length
    first = min(chosen, default=0)
    while first > 0 and choice_words().subjects.match(report.text[slice(*clauses[first].span)]):
        first -= 1
        chosen.append(first)
    spans = [clauses[n].span for n in sorted(set(chosen))]
    text = writer.write(spans, unit.span, unit.path, lead) if spans else None
    if text is None:
        return None
    return DigestOpening(text, (unit.quote,), (unit,))


def _worth(report: Report, clause: DigestClause) -> float:
    """What a clause of the first sentence says of the whole; of whose report it is, nothing."""
    words, written = choice_words(), report.text[slice(*clause.span)]
    bureau = report.identity.bureau
    says_nothing = (
        (bureau and bureau.name in written)
        or words.only_dates.fullmatch(written)
        or words.slogans.search(written)
        or words.announcing.search(written)
    )
    if says_nothing or clause.hidden:
        return 0.0
    worth = 1.0 + 2.0 * bool(words.purposes.search(written)) + clause.worth
    return worth - len(written) / 60


def _from_headings(
    units: Sequence[Unit], writer: PointWriter, clauses: DigestClauseReader, lead: str, room: int
) -> DigestOpening | None:
    """The headings of what was done, one after the other, as what the bureau did."""
    heads = [u for u in units if u.headline and u.kind is SectionKind.DONE]
    depth = next((n for n in (1, 2) if sum(len(u.path) == n for u in heads) > 2), 0)
    pieces: list[str] = []
    shown: list[Unit] = []
    for unit in (u for u in heads if len(u.path) == depth):
        span = telling_clause(unit, clauses.read(unit))
        text = writer.write([span], unit.span, unit.path)
        if text and len(lead) + len("".join(pieces)) + len(text) <= room:
            pieces.append(text)
            shown.append(unit)
    if not shown:
        return None
    quotes = tuple(unit.quote for unit in shown)
    return DigestOpening(lead + "，".join(pieces), quotes, tuple(shown))


def telling_clause(unit: Unit, clauses: Sequence[DigestClause]) -> Span:
    """The first clause of a heading that does more than say where it stands."""
    start, text = span_without_number(unit).start, unit.report.text
    spans = [Span(max(start, c.span.start), c.span.end) for c in clauses if c.span.end > start]
    telling = (s for s in spans if not choice_words().framing.match(text[slice(*s)]))
    return next(telling, spans[0])


# -- problems, plans and highlights, by their headings


_LEAST_ROOM = 20
_CONNECTIVE = 3
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Node:
    """One problem, plan or highlight: its heading, if it has one, and its sentences."""

    head: Unit | None
    units: tuple[Unit, ...]


def nodes_of(units: Sequence[Unit], depth: int) -> list[Node]:
    """The nodes below the headings of a depth; where there is none below, all is one."""
    below = [u for u in units if not (u.headline and len(u.path) <= depth)]
    if not any(len(u.path) > depth for u in below):
        return [Node(None, _sentences(below))] if _sentences(below) else []
    nodes: list[Node] = []
    for path, group in groupby(below, key=lambda u: u.path[: depth + 1]):
        members = tuple(group)
        if len(path) > depth:  # else it only leads to the nodes
            head = next((u for u in members if u.headline and u.path == path), None)
            nodes.append(Node(head, _sentences(members)))
    return nodes


def _sentences(units: Sequence[Unit]) -> tuple[Unit, ...]:
    return tuple(u for u in units if not u.headline and not is_announcing(u))


def _with_heading(head: Unit, unit: Unit) -> tuple[Quote, ...]:
    """One quote from the heading on, or two where that would be long."""
    span = Span(head.span.start, unit.span.end)
    if span.end - span.start <= _LONGEST_QUOTE:
        return (Quote(unit.report, unit.path, span),)
    return head.quote, unit.quote


# -- the page


_SHARES = {SectionKind.PROBLEMS: 0.16, SectionKind.PLAN: 0.19, SectionKind.HIGHLIGHTS: 0.08}
"""The part of the room that is for what is no work done."""
_OPENING_SHARE, _SHORTEST_OPENING = 0.1, 36
_BARE, _MOST_HEADINGS = 250, 0.25
"""A digest of fewer characters, or more of headings, has neither headings nor names of lines."""
_LINE_WITH_OPENING = 80
_OTHER_LINE = 5.0
_TINY = 150
"""A digest of fewer characters is one sentence of facts."""


@dataclass(frozen=True, slots=True)
class DigestPart:
    """Points under a highest heading, of one line of work, or one kind."""

    path: HeadingPath
    kind: SectionKind
    points: tuple[Point, ...]
    line: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """The parts, and the units that they tell of, in order."""

    parts: tuple[DigestPart, ...]
    covered: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class DigestChapter:
    """What stands under one of the highest headings and is of one kind."""

    path: HeadingPath
    kind: SectionKind
    units: tuple[Unit, ...]


def chapters_of(scope: ReportScope) -> list[DigestChapter]:
    """The chapters of a scope, in order; all that is neither problem, plan nor highlight is done.

    What only runs in to prose, without a number, makes no chapter.
    """
    prose = {s.path[-1:] for s in titled_sections(scope.reading.sections) if not stands_out(s)}
    chapters: dict[tuple[HeadingPath, SectionKind], list[Unit]] = {}
    for unit in scope.units:
        kind = unit.kind if unit.kind in HEADING_LED_KINDS else SectionKind.DONE
        path = scope.outermost(unit)
        chapters.setdefault((() if path in prose else path, kind), []).append(unit)
    return [DigestChapter(path, kind, tuple(units)) for (path, kind), units in chapters.items()]


class DigestWriter:
    """Writes digests of one scope, of any length."""

    def __init__(self, scope: ReportScope) -> None:
        self._scope = scope
        self._chapters = chapters_of(scope)
        self._lines = lines_of_work(scope.units)
        self._writer = PointWriter(scope.reading)
        self._reader = DigestClauseReader(scope.reading, scope.units, self._lines)
        self._clauses = {
            u.span.start: tuple(self._within_topic(c, u) for c in self._reader.read(u))
            for u in scope.units
            if not u.headline
        }
        self._once = frozenset(group[0].span for group in group_repeats(scope.units))

    @property
    def stated(self) -> Mapping[str, Statement]:
        """For each indicator the statement that tells it."""
        return self._reader.stated

    def choice(self, *, varied: bool, labelled: bool = False) -> ClauseChoice:
        """A choice of clauses that is yet to be made."""
        return ClauseChoice(
            self._clauses, self._lines, self._writer, varied=varied, labelled=labelled
        )

    def choice_without(self, is_told: Callable[[str], bool]) -> ClauseChoice:
        """The same without clauses that are told already, or that state a ledger's indicator."""
        text = self._scope.reading.report.text
        clauses = {
            start: tuple(
                replace(c, worth=NEVER) if c.counted or is_told(text[slice(*c.span)]) else c
                for c in own
            )
            for start, own in self._clauses.items()
        }
        return ClauseChoice(clauses, self._lines, self._writer, varied=True)

    def points_of(self, choice: ClauseChoice, units: Sequence[Unit]) -> Iterator[Point]:
        """What was chosen of some units, by their line of work."""
        for _, told in choice.by_line(units):
            yield from (_point(unit, choice.text(unit)) for unit in told)

    def lines_without(self, digest: Digest) -> tuple[str, ...]:
        """The lines of work that the scope treats and a digest of it does not tell."""
        text = "\n".join(point.text for part in digest.parts for point in part.points)
        return self._lines.without(digest.covered, text)

    def write(self, characters: int, wanted: int) -> Digest:
        """A digest of about so many characters, in the form of one as long as ``wanted``."""
        if wanted < _TINY:
            return self.write_line(characters)
        headings = sum(len("".join(path)) for path in {c.path for c in self._chapters})
        bare = wanted < _BARE or headings > _MOST_HEADINGS * wanted
        left = characters
        opening = self._write_opening(characters) if self._scope.whole else None
        left -= len(opening.text) if opening else 0
        left -= 0 if bare else headings
        led = self._write_led(left)
        used = sum(len(point.text) for told in led.values() for point, _ in told)
        opened = opening.units if opening else ()
        done = {n: self._facts_of(c, opened) for n, c in enumerate(self._chapters) if n not in led}
        choice = self.choice(varied=True, labelled=not bare)
        choice.choose(list(done.values()), left - used)
        parts, covered = list[DigestPart](), list[Unit](opened)
        if opening:
            point = Point(with_stop(opening.text), opening.quotes)
            parts.append(DigestPart((), SectionKind.OVERVIEW, (point,)))
        for n, chapter in enumerate(self._chapters):
            path, named = (chapter.path, "") if not bare else ((), self._name_plan(chapter))
            if n in led:
                points = tuple(point for point, _ in led[n])
                parts.append(DigestPart(path, chapter.kind, points, named))
                covered += [unit for _, units in led[n] for unit in units]
                continue
            for line, units in choice.by_line(done[n]):
                points = tuple(_point(unit, choice.text(unit)) for unit in units)
                parts.append(DigestPart(path, chapter.kind, points, named if bare else line))
                covered += units
        shown = tuple(part for part in parts if part.points)
        return Digest(shown, tuple(sorted(covered, key=lambda u: u.span)))

    def _name_plan(self, chapter: DigestChapter) -> str:
        """That a chapter is of plans, where no heading says so and others are of work done."""
        kinds = {one.kind for one in self._chapters}
        planned = chapter.kind is SectionKind.PLAN and len(kinds) > 1
        return caption(f"kind.{chapter.kind.value}") if planned else ""

    def write_line(self, characters: int) -> Digest:
        """One sentence: whose report, the whole where there is room for it, and the first facts."""
        opening = None
        if self._scope.whole and characters >= _LINE_WITH_OPENING:
            opening = self._write_opening(characters)
        opened = opening.units if opening else ()
        lead = lead_of(self._scope.reading.report) if self._scope.whole and not opening else ""
        units = [u for c in self._chapters for u in self._facts_of(c, opened)]
        done = [u for u in units if u.kind not in HEADING_LED_KINDS] or units
        choice = self.choice(varied=True)
        choice.choose([done], characters - len(opening.text if opening else lead))
        told = list(filter(choice.text, done))
        acts = choice_words().acts
        first = next((u for u in told if acts.match(choice.text(u))), None)
        told.sort(key=lambda u: (u is not first, u.span))  # what the bureau did follows its name
        points = [_point(unit, choice.text(unit)) for unit in told]
        if opening:
            points.insert(0, Point(opening.text, opening.quotes))
        elif points:
            points[0] = replace(points[0], text=lead + points[0].text)
        joined = [replace(p, text=f"{p.text.rstrip('。')}；") for p in points[:-1]]
        parts = (DigestPart((), SectionKind.DONE, (*joined, *points[-1:])),)
        return Digest(parts, tuple(sorted((*opened, *told), key=lambda u: u.span)))

    def _within_topic(self, clause: DigestClause, unit: Unit) -> DigestClause:
        """A clause that is worth less where it speaks of other lines than the one asked for."""
        topic = self._scope.topic
        written = unit.report.text[slice(*clause.span)]
        mentions = topic_words(topic).mentions(written) if topic else []
        if not mentions or any(topic in mention.topics for mention in mentions):
            return clause
        return replace(clause, worth=clause.worth - _OTHER_LINE)

    def _write_opening(self, characters: int) -> DigestOpening | None:
        room = max(_SHORTEST_OPENING, int(characters * _OPENING_SHARE))
        return write_opening(self._scope.units, self._writer, self._reader, room)

    def _write_led(self, room: int) -> dict[int, list[tuple[Point, list[Unit]]]]:
        """The points of the chapters of problems, plans and highlights, by their place."""
        led = {n: c for n, c in enumerate(self._chapters) if c.kind in HEADING_LED_KINDS}
        kinds = [chapter.kind for chapter in led.values()]
        shares = {kind: _SHARES[kind] / kinds.count(kind) for kind in kinds}
        whole = 1.0 if len(led) < len(self._chapters) else sum(shares[kind] for kind in kinds)
        depth = len(self._scope.base)
        return {
            n: list(
                self._write_nodes(
                    nodes_of(chapter.units, depth + len(chapter.path)),
                    int(room * shares[chapter.kind] / whole),
                )
            )
            for n, chapter in led.items()
        }

    def _write_nodes(self, nodes: Sequence[Node], room: int) -> Iterator[tuple[Point, list[Unit]]]:
        """The points of the nodes that the room holds, each with the units that it tells of."""
        shown = nodes[: max(1, room // _LEAST_ROOM)]
        left = room
        for n, node in enumerate(shown):
            share = left // (len(shown) - n)
            for point, units in self._write_node(node, share):
                left -= len(point.text)
                yield point, units

    def _write_node(self, node: Node, room: int) -> Iterator[tuple[Point, list[Unit]]]:
        head = self._head_text(node.head) if node.head else ""
        choice = self.choice(varied=False)
        choice.choose([node.units], room - len(head) - 1)
        told = [unit for unit in node.units if choice.text(unit)]
        if not told and node.head and head:
            yield Point(with_stop(head), (node.head.quote,)), [node.head]
        for n, unit in enumerate(told):
            text = choice.text(unit) + ("" if unit is told[-1] else "；")
            if n == 0 and node.head and head:
                quotes = _with_heading(node.head, unit)
                yield Point(with_stop(f"{head}：{text}"), quotes), [node.head, unit]
            else:
                yield Point(with_stop(text), (unit.quote,)), [unit]

    def _head_text(self, head: Unit) -> str:
        """The clause of a heading that says what it is about, without its number."""
        span = telling_clause(head, self._reader.read(head))
        if span.end - span.start <= _CONNECTIVE:  # 首先
            return ""
        return self._writer.write([span], head.span, head.path) or head.report.text[slice(*span)]

    def _facts_of(self, chapter: DigestChapter, opened: Sequence[Unit]) -> list[Unit]:
        """The sentences of a chapter that may be told, each once."""
        told = {unit.span for unit in opened}
        once = (u for u in chapter.units if u.span in self._once and u.span not in told)
        return [unit for unit in once if not (unit.headline or is_announcing(unit))]


def _point(unit: Unit, text: str) -> Point:
    return Point(with_stop(text), (unit.quote,))
