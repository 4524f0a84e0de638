"""The section tree of a report: its lines told apart, its headings nested, its leaves labelled."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from operator import attrgetter, itemgetter

from knowledge.models import Section, SectionKind
from knowledge.understanding.headings import (
    BLANKS,
    Heading,
    Rank,
    bare_headings,
    commas_of_lone,
    is_parallel,
    item_of,
    lines_of,
    lone_heading,
    marked_headings,
    paragraph_headings,
    place_of,
    run_in_headings,
    unmarked_headings,
)
from knowledge.understanding.kinds import OutlineWords, outline_words
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.rows import find_rows
from knowledge.understanding.sentences import SENTENCE_ENDS, Span, has_words, without_blanks
from knowledge.understanding.titles import (
    is_salutation,
    signature_lines,
    title_lines,
    title_of_lines,
)

_LOOKED_AT = 40
_PAGE = re.compile(r"[\s.…·．\-—－_]*[（(]?\d{0,3}[)）]?\s*$")
_LONGEST = 60
_ENDS = frozenset(SENTENCE_ENDS) | frozenset("；：;:，")
_LEAST = 3
_LEAST_HEADED = 40
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_start_of = attrgetter("start")
_BARE_LEAST = 3
_LEAD_LIMIT = 3
_YEAR = re.compile(r"([2２][0０]\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LEAD_LOOKED_AT = 500
# A paragraph under them that admits problems stays of their kind.
_SETTLED = frozenset({SectionKind.PLAN, SectionKind.PROBLEMS})


def read_outline(text: str) -> tuple[Section, ...]:
    """The section tree of a report in reading order, parents before children.

    The leaves, in order, are a partition of ``text``; an empty text has no section.
    """
    if not text:
        return ()
    words = outline_words()
    layout = lay_out(text, words)
    regions = regions_of(layout, words)
    return tuple(_Tree(layout, regions, words).sections())


def contents_lines(text: str, lines: Sequence[Span], heads: re.Pattern[str]) -> list[Span]:
    """The line that ``heads`` knows (目录) and those below it that the report says again later.

    None where fewer than three follow, since one or two may be words of the report.
    """
    for number, line in enumerate(lines[:_LOOKED_AT]):
        if heads.fullmatch(without_blanks(text[slice(*line)])):
            listed = _contents_entries(text, lines[number + 1 :])
            return [line, *listed] if len(listed) >= _LEAST else []
    return []


def _contents_entries(text: str, lines: Sequence[Span]) -> list[Span]:
    """The first lines, as long as each is said again later."""
    last = {
        _entry(text, line): line.start for line in lines if line.end - line.start <= 2 * _LONGEST
    }
    return list(takewhile(lambda ln: last.get(_entry(text, ln), 0) > ln.start, lines))


def _entry(text: str, line: Span) -> str:
    return without_blanks(_PAGE.sub("", text[slice(*line)]))


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a text; each has the blank lines after it, so that together they cover it.

    ``body`` is what headings and paragraphs are read from. ``apart`` holds title and furniture,
    with their labels; ``end`` is where the furniture begins that ends the text.
    """

    text: str
    title: tuple[Span, ...]
    body: tuple[Span, ...]
    apart: tuple[tuple[Span, str], ...]
    end: int

    def apart_in(self, start: int, end: int) -> Sequence[tuple[Span, str]]:
        """What is set apart and begins in a stretch."""
        first, last = (
            bisect_left(self.apart, at, key=lambda one: one[0].start) for at in (start, end)
        )
        return self.apart[first:last]

    def paragraphs_in(self, span: Span) -> Iterator[Span]:
        """The lines of a stretch, the first and the last perhaps in part; they cover it."""
        first = bisect_right(self.body, span.start, key=_start_of)
        last = bisect_left(self.body, span.end, key=_start_of)
        cuts = [line.start for line in self.body[first:last]]
        for start, end in zip([span.start, *cuts], [*cuts, span.end], strict=True):
            yield Span(start, end)


@dataclass(slots=True)
class Region:
    """The paragraphs under a heading of its own line, up to the next; the first has no heading.

    What follows a run-in heading on its line is the first paragraph. ``closing`` is the number of
    the paragraph in which the speaker closes what came before, 0 if there is none; ``lone`` those
    of the sentences that stand on a line of their own above the paragraph that they head.
    """

    heading: Heading | None
    paragraphs: list[Span]
    end: int
    closing: int = 0
    lone: frozenset[int] = frozenset()

    def bare(self, text: str, number: int) -> list[Heading]:
        """The short sentences that head parts of a paragraph, on its line or on one above it."""
        paragraph = self.paragraphs[number]
        if number - 1 in self.lone or self._goes_on(text, number):
            return []
        last = number + (number in self.lone)
        end = self.paragraphs[last + 1].start if last + 1 < len(self.paragraphs) else self.end
        whole = Span(paragraph.start, self.paragraphs[last].end)
        within = bare_headings(text, whole, end)
        if last == number:
            return within
        return [
            lone_heading(text, paragraph, end),
            *(heading for heading in within if heading.start >= paragraph.end),
        ]

    def _goes_on(self, text: str, number: int) -> bool:
        """Whether a paragraph is the rest of one that a page's end cut in two."""
        above = text[slice(*self.paragraphs[number - 1])].rstrip() if number else ""
        return bool(above) and above[-1] not in _ENDS


def lay_out(text: str, words: OutlineWords) -> Layout:
    """Sort a text's lines into title, furniture and body."""
    lines = _lines_with_words(text)
    apart = {ln.start: words.furniture for ln in lines if words.is_furniture(text[slice(*ln)])}
    apart |= {ln.start: words.furniture for ln in _values(text, lines, apart)}
    contents = contents_lines(text, lines, words.furniture_words.contents)
    apart |= {ln.start: words.furniture for ln in contents}
    others = [ln for ln in lines if ln.start not in apart]
    title = title_lines(text, others, words)
    apart |= {ln.start: words.title for ln in title}
    others = [ln for ln in others if ln.start not in apart]
    signature = signature_lines(text, others, words.titles)
    body = others[: len(others) - len(signature)]
    end = len(text)
    for line in reversed(lines):
        if apart.get(line.start) != words.furniture:
            break
        end = line.start
    spans = _merge_adjacent([(ln, apart[ln.start]) for ln in lines if ln.start in apart])
    return Layout(text, tuple(title), tuple(body), tuple(spans), end)


def _values(text: str, lines: list[Span], apart: dict[int, str]) -> Iterator[Span]:
    """Short lines that say what the furniture above them names: 责任编辑：, and below it a name."""
    for before, line in pairwise(lines):
        named = before.start in apart and text[slice(*before)].rstrip().endswith(("：", ":"))
        if named and _NAME.fullmatch(text[slice(*line)].strip()):
            yield line


def _lines_with_words(text: str) -> list[Span]:
    """The lines with words, each up to the start of the next."""
    starts = [line.start for line in lines_of(text) if text[slice(*line)].strip(BLANKS + "\r\n")]
    if not starts:
        return []
    return [Span(a, b) for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)]


def _merge_adjacent(apart: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
    merged: list[tuple[Span, str]] = []
    for span, label in apart:
        if merged and merged[-1][1] == label and merged[-1][0].end == span.start:
            merged[-1] = (Span(merged[-1][0].start, span.end), label)
        else:
            merged.append((span, label))
    return merged


def regions_of(layout: Layout, words: OutlineWords) -> list[Region]:
    """The headings that open a line, each with its paragraphs; first the lead without one."""
    text = layout.text
    marked = marked_headings(text, layout.body)
    unmarked = unmarked_headings(text, layout.body, marked, words.heads_alone, words.heads_notes)
    headings = marked | {h.start: h for h in unmarked}
    regions = [Region(None, [], layout.end)]
    for line in layout.body:
        heading = headings.get(line.start)
        if heading is None:
            above = regions[-1].heading
            if above is None or line.start >= above.end:
                regions[-1].paragraphs.append(line)
            continue
        regions[-1].end = line.start
        rest = Span(heading.end, line.end)
        regions.append(Region(heading, [rest] if has_words(text[slice(*rest)]) else [], layout.end))
    for region in regions:
        region.lone = _lone(text, region, words)
    _lower_inner_lists(regions[1:])
    return _with_ends(text, _with_items(text, regions), words)


def _lower_inner_lists(regions: Sequence[Region]) -> None:
    """Put a list that counts 一、二、 anew inside the （一） above it, where what holds it goes on.

    Else, as in an annex, the count begins a part of its own.
    """
    counted = [
        (region, heading, place_of(heading))
        for region in regions
        if (heading := region.heading) and heading.rank in {Rank.CHINESE, Rank.BRACKETED}
    ]
    order = [(heading.rank, place) for _, heading, place in counted]
    outer = inner = listed = 0
    for number, (region, heading, place) in enumerate(counted):
        if heading.rank == Rank.BRACKETED:
            inner, listed = place, 0
            continue
        begins = not listed and inner and place == 1
        goes_on = listed and place in {1, listed + 1}
        if goes_on or (begins and _lists_end_inside(order, number, outer, inner)):
            listed = place
            region.heading = replace(heading, rank=Rank.NTH + 1)
        else:
            outer, inner, listed = place, 0, 0


def _lists_end_inside(
    order: Sequence[tuple[int, int]], number: int, outer: int, inner: int
) -> bool:
    """Whether the first （一） after lists, or the first 一、 that is not of them, counts on.

    ``order`` has the ranks and places of all headings; the lists begin at ``number``.
    """
    listed = 0
    for at in range(number, len(order)):
        rank, place = order[at]
        if rank == Rank.BRACKETED:
            return place == inner + 1
        if place not in {1, listed + 1}:
            return place == outer + 1
        listed = place
    return False


def _with_items(text: str, regions: list[Region]) -> list[Region]:
    """A marked line with nothing below it says something itself: it is an item of a list."""
    for region, following in zip(regions[1:], [*regions[2:], None], strict=False):
        heading = region.heading
        below = following.heading if following else None
        if heading is None or heading.rank == Rank.UNMARKED or region.paragraphs:
            continue
        if not heading.run_in and not (below and heading.above(below)):
            region.heading = item_of(heading, text)
    return regions


def _lone(text: str, region: Region, words: OutlineWords) -> frozenset[int]:
    """The numbers of the short sentences that alone on their lines head the paragraph below.

    One that has commas may be a paragraph like others: only several of them are headings.
    """
    found: dict[int, int] = {}
    before = ""
    for number, (paragraph, below) in enumerate(pairwise(region.paragraphs)):
        line = text[slice(*paragraph)].strip()
        commas = commas_of_lone(line)
        ended = not before or before[-1] in SENTENCE_ENDS
        long = below.end - below.start >= _LEAST_HEADED and number - 1 not in found
        long = long and not (commas is not None and _is_row(text, below))
        if commas is not None and ended and long and not words.speech.announces.search(line):
            found[number] = commas
        before = line
    several = sum(map(bool, found.values())) > 1
    return frozenset(number for number, commas in found.items() if several or not commas)


def _is_row(text: str, line: Span) -> bool:
    """Whether a line is a row of a table, which the sentence above announces."""
    return bool(find_rows(fold_width(text[slice(*line)])))


def _with_ends(text: str, regions: list[Region], words: OutlineWords) -> list[Region]:
    """End the last of some sections before a closing paragraph: 新的一年，我们将….

    Where the speaker turns to the audience, or admits problems, all sections end but those of the
    top.
    """
    above: dict[int, list[Region]] = {}
    for region, following in zip(regions[1:], [*regions[2:], None], strict=False):
        heading = region.heading
        if heading is None:
            continue
        above = {rank: same for rank, same in above.items() if rank <= heading.rank}
        siblings = above.setdefault(heading.rank, [])
        below = following.heading if following else None
        region.closing = _paragraph(text, region, words.closes_all)
        if siblings and (below is None or below.rank < heading.rank):
            ended = list(above)[1:] if region.closing else []
            for rank in ended:
                latest = region if rank == heading.rank else above[rank][-1]
                _end(latest, region.paragraphs[region.closing].start)
            weak = _closes_weakly(text, region, siblings, words, enclosed=len(above) > 1)
            if weak and not (ended and region.closing < weak):
                _end(region, region.paragraphs[weak].start)
        siblings.append(region)
    return regions


def _closes_weakly(
    text: str, region: Region, before: Sequence[Region], words: OutlineWords, *, enclosed: bool
) -> int:
    """The number of a closing paragraph, if no section before has more paragraphs; else 0."""
    cut = _paragraph(text, region, words.after_sections.match)
    longest = max(len(other.paragraphs) for other in before)
    return cut if longest <= cut and (enclosed or len(before) > 1) else 0


def _end(region: Region, at: int) -> None:
    if region.heading:
        region.heading = replace(region.heading, until=at)


def _paragraph(text: str, region: Region, fits: Callable[[str], object]) -> int:
    """The number of the first paragraph, after the first of all, that fits; 0 if none does."""
    for number, paragraph in enumerate(region.paragraphs):
        if number and fits(text[slice(*paragraph)].lstrip()):
            return number
    return 0


def all_headings(text: str, regions: Sequence[Region], words: OutlineWords) -> Iterator[Heading]:
    """Those that open a line and those that run inside what they divide, in order."""
    for region in regions:
        if region.heading:
            yield region.heading
        inner = _paragraphs(text, region, words) or _inner(text, region, words)
        if region.heading and not inner:
            inner = _bare(text, region)
        elif not region.heading and len(regions) == 1:
            inner = _with_bare(text, region, inner)
        yield from inner


def _bare(text: str, region: Region) -> list[Heading]:
    """The short sentences that head a region's paragraphs, and parts of them."""
    found = [region.bare(text, number) for number in range(len(region.paragraphs))]
    several = sum(map(bool, found)) > 1
    return [
        heading
        for headed in found
        for heading in headed
        if not several or heading is headed[0] or is_parallel(headed[0], heading)
    ]


def _paragraphs(text: str, region: Region, words: OutlineWords) -> list[Heading]:
    """The sentences that open and head paragraphs of a region, with what runs inside these."""
    paragraphs = region.paragraphs
    cuts = _closings(text, region, words)
    if not region.heading or region.lone:
        return []
    found: list[Heading] = []
    for begin, end in zip([0, *cuts], [*cuts, len(paragraphs)], strict=True):
        until = paragraphs[end].start if end < len(paragraphs) else region.end
        found += paragraph_headings(text, paragraphs[begin:end], until)
    if not found:
        return []
    inner: list[Heading] = []
    above = paragraphs[0].start if paragraphs else region.end
    for heading in found:
        inner += _between(text, region, above, heading.start)
        below = _between(text, region, heading.end, heading.until or region.end)
        inner += [heading, *(below or _parts_of(text, region, heading))]
        above = heading.until or region.end
    return inner + _between(text, region, above, region.end)


def _between(text: str, region: Region, start: int, end: int) -> list[Heading]:
    """What runs inside a stretch of a region."""
    spans = [
        Span(max(paragraph.start, start), min(paragraph.end, end))
        for paragraph in region.paragraphs
        if paragraph.start < end and paragraph.end > start
    ]
    return run_in_headings(text, spans, end)


def _parts_of(text: str, region: Region, heading: Heading) -> list[Heading]:
    """The short sentences that head parts of the paragraph that a heading opens.

    Those that are worded as it is stand beside it; others, where several are alike, below it.
    """
    paragraph = next(p for p in region.paragraphs if p.start <= heading.start < p.end)
    end = heading.until or region.end
    parts = [part for part in bare_headings(text, paragraph, end) if part.start > heading.start]
    if beside := [part for part in parts if is_parallel(heading, part)]:
        return [replace(part, rank=heading.rank) for part in beside]
    if not parts:  # it says nothing but what its parts are of
        parts = bare_headings(text, Span(heading.end, paragraph.end), end)
        return [part for part in parts if is_parallel(parts[0], part)]
    verbs = Counter(part.title[:2] for part in parts)
    return [part for part in parts if verbs[part.title[:2]] > 1]


def _inner(text: str, region: Region, words: OutlineWords) -> list[Heading]:
    """What runs inside a region; no sequence goes on past a paragraph that closes it."""
    paragraphs = region.paragraphs
    cuts = [0, *_closings(text, region, words)] if region.heading else [0]
    found: list[Heading] = []
    for first, last in zip(cuts, [*cuts[1:], len(paragraphs)], strict=True):
        end = paragraphs[last].start if last < len(paragraphs) else region.end
        found += run_in_headings(text, paragraphs[first:last], end)
    return found


def _closings(text: str, region: Region, words: OutlineWords) -> list[int]:
    """The numbers of the paragraphs, but the first, that close what came before them."""
    return [
        number
        for number, paragraph in enumerate(region.paragraphs)
        if number and words.closes_all(text[slice(*paragraph)].lstrip())
    ]


def _with_bare(text: str, region: Region, inner: list[Heading]) -> list[Heading]:
    """In a report without headings, short first sentences head paragraphs, if several do."""
    taken = {bisect_right(region.paragraphs, (h.start, len(text))) - 1 for h in inner}
    bare = [
        region.bare(text, number)
        for number in range(1, len(region.paragraphs))
        if number not in taken
    ]
    if sum(map(bool, bare)) < _BARE_LEAST:
        return inner
    return sorted([*inner, *(h for found in bare for h in found)], key=lambda h: h.start)


class Opening:
    """The paragraphs before the first heading of its own line: what each is for."""

    def __init__(
        self, layout: Layout, region: Region, words: OutlineWords, default: SectionKind
    ) -> None:
        text, end = layout.text, layout.end
        self.end = region.end
        self._kinds: list[tuple[int, SectionKind]] = []
        overview = _overview(text, region, words, headed=region.end < end)
        current = default
        for number, paragraph in enumerate(region.paragraphs):
            if number >= overview:
                current = words.kind_of_opening(text[slice(*paragraph)]) or current
            kind = SectionKind.OVERVIEW if number < overview else current
            self._kinds.append((paragraph.start, kind))

    def kind_at(self, position: int) -> SectionKind | None:
        """The kind of the paragraph that holds a position; None before the first."""
        number = bisect_right(self._kinds, position, key=itemgetter(0))
        return self._kinds[number - 1][1] if number else None


def _overview(text: str, region: Region, words: OutlineWords, *, headed: bool) -> int:
    """How many paragraphs at the head are overview: up to 现将…汇报如下, else the first."""
    for number, paragraph in enumerate(region.paragraphs[:5]):
        if words.overview_closes.search(text[slice(*paragraph)].rstrip()):
            return number + 1
    greetings = 0
    for paragraph in region.paragraphs:
        if not is_salutation(text[slice(*paragraph)]):
            break
        greetings += 1
    if not headed:
        return greetings
    spoken = len(region.paragraphs) - greetings
    return greetings + (spoken if spoken <= _LEAD_LIMIT else 1)


class Admissions:
    """Where a report admits problems: from 我们也清醒地看到… to the end of its region.

    They end sooner where the speaker turns to the audience again.
    """

    def __init__(self, text: str, regions: Sequence[Region], words: OutlineWords) -> None:
        self._spans = [
            span
            for region in regions
            if region.heading
            for span in _admission_spans(text, region, words)
        ]

    def among(self, span: Span) -> bool:
        """Whether such a stretch begins within a span, past its start."""
        number = bisect_right(self._spans, (span.start, span.end))
        return number < len(self._spans) and self._spans[number].start < span.end

    def parts(self, span: Span) -> Iterator[tuple[Span, bool]]:
        """A span parted into what is such a stretch and what is not."""
        position = span.start
        for start, end in self._spans:
            if span.start < start < span.end:
                yield Span(position, start), False
                position = min(end, span.end)
                yield Span(start, position), True
        if position < span.end:
            yield Span(position, span.end), False

    def holds(self, position: int) -> bool:
        """Whether a position lies in such a stretch."""
        number = bisect_right(self._spans, (position, position + 1)) - 1
        number += number + 1 < len(self._spans) and self._spans[number + 1].start == position
        return number >= 0 and self._spans[number].end > position


def _admission_spans(text: str, region: Region, words: OutlineWords) -> Iterator[Span]:
    start = None
    for paragraph in region.paragraphs:
        opening = text[slice(*paragraph)].lstrip()
        if start is None and words.admits(opening):
            start = paragraph.start
        elif start is not None and words.speech.addresses.match(opening):
            yield Span(start, paragraph.start)
            start = None
    if start is not None:
        yield Span(start, region.end)


@dataclass(slots=True)
class _Node:
    """A heading in the making, with its place in the tree; it reaches to ``limit`` at most."""

    heading: Heading
    path: tuple[str, ...]
    kind: SectionKind
    limit: int
    top: bool
    children: list["_Node"] = field(default_factory=list)
    end: int = 0


class _Tree:
    """The headings nested by their marks; a missing 一、 above （一） simply is not there."""

    def __init__(self, layout: Layout, regions: Sequence[Region], words: OutlineWords) -> None:
        self._layout = layout
        self._words = words
        title = title_of_lines(layout.text, layout.title, words.titles)
        plans = words.titles.plans.search(title) is not None
        self._default = SectionKind.PLAN if plans else SectionKind.DONE
        head = "".join(layout.text[slice(*line)] for line in layout.title)
        self._year = _first_year(title) or _first_year(head)
        self._year = self._year or _lead_year(layout.text, regions[0])
        self._governmental = words.titles.governmental.search(title) is not None
        if self._governmental:  # given at the beginning of the year that it plans
            self._year -= 1
        self._year -= self._looks_back(regions)
        self._opening = Opening(layout, regions[0], words, self._default)
        self._admissions = Admissions(layout.text, regions, words)
        self._roots: list[_Node] = []
        self._reviewed = False
        self._nest(regions)

    def _looks_back(self, regions: Sequence[Region]) -> bool:
        """Whether a report that is dated names the year before as the one that it looks back on."""
        for region in regions:
            heading = region.heading
            if heading and heading.rank <= Rank.UNMARKED:
                if _first_year(heading.title) == self._year - 1:
                    kind = self._words.kind_of_heading(heading.title, top=True)
                    return kind is SectionKind.DONE
                return False
        return False

    def sections(self) -> Iterator[Section]:
        """Nodes and the leaves between them, in reading order."""
        position = 0
        for root in self._roots:
            yield from self._loose(position, root.heading.start)
            yield from self._walk(root)
            position = root.end
        yield from self._loose(position, len(self._layout.text))

    def _nest(self, regions: Sequence[Region]) -> None:
        stack: list[_Node] = []
        for heading in all_headings(self._layout.text, regions, self._words):
            while stack and not _holds(stack[-1], heading):
                closed = stack.pop()
                closed.end = min(heading.start, closed.limit)
            node = self._node(heading, stack[-1] if stack else None)
            (stack[-1].children if stack else self._roots).append(node)
            stack.append(node)
        for node in stack:
            node.end = node.limit

    def _node(self, heading: Heading, parent: _Node | None) -> _Node:
        limit = parent.limit if parent else self._layout.end
        top = parent is None or (
            parent.top and parent.heading.rank < Rank.CHINESE and heading.rank <= Rank.UNMARKED
        )
        return _Node(
            heading=heading,
            path=(*(parent.path if parent else ()), heading.title),
            kind=self._kind(heading, parent, top=top),
            limit=min(limit, heading.until or limit),
            top=top,
        )

    def _kind(self, heading: Heading, parent: _Node | None, *, top: bool) -> SectionKind:
        if parent and parent.kind is SectionKind.OTHER:
            return SectionKind.OTHER  # 名词解释 with its notes
        inside = heading.rank >= Rank.RUN_IN
        named = None
        if heading.rank < Rank.BARE:
            named = self._words.kind_of_heading(
                heading.title, top=top and not inside, run_in=inside, later=self._later(heading)
            )
        settled = parent is not None and parent.kind in _SETTLED
        if named is None and inside and not settled and self._admissions.holds(heading.start):
            return SectionKind.PROBLEMS
        if parent is None:
            self._reviewed = self._reviewed or named is SectionKind.DONE
            opening = self._opening.kind_at(heading.start) if inside else None
            return named or opening or self._following(heading)
        return named or parent.kind

    def _later(self, heading: Heading) -> bool:
        """Whether a heading names a year after the one looked back on."""
        if self._governmental and self._words.speech.this_year.search(heading.title):
            return True
        year = _first_year(heading.title)
        return year > self._year if self._year else bool(year and self._roots)

    def _following(self, heading: Heading) -> SectionKind:
        """The kind of a part that does not say it: a government that has looked back plans."""
        goes_on = self._governmental and self._reviewed
        if goes_on and not self._words.speech.reflects.search(heading.title):
            return SectionKind.PLAN
        return self._default

    def _walk(self, node: _Node) -> Iterator[Section]:
        """A node, then its leaves and children; without either it is a leaf itself."""
        heading = node.heading
        leaf = not node.children and not self._layout.apart_in(heading.start, node.end)
        if leaf and node.kind not in _SETTLED:
            leaf = not self._admissions.among(Span(heading.start, node.end))
        yield Section(
            node.path, len(node.path), node.kind, heading.start, node.end, heading.end, leaf,
            heading.run_in,
        )  # fmt: skip
        if leaf:
            return
        position = heading.start
        for child in node.children:
            yield from self._fill(Span(position, child.heading.start), node)
            yield from self._walk(child)
            position = child.end
        yield from self._fill(Span(position, node.end), node)

    def _fill(self, span: Span, node: _Node) -> Iterator[Section]:
        """Leaves over what no child of a node holds; a plan may stand among what was done."""
        first = span.start == node.heading.start and bool(node.children)
        label = self._words.lead if first else self._words.body
        for stretch, apart in self._stretches(span):
            if apart:
                yield self._apart_leaf(stretch, apart)
                continue
            for piece, kind in self._split_by_kind(stretch, node):
                heading_end = max(piece.start, min(node.heading.end, piece.end))
                yield _leaf((*node.path, label), kind, piece, heading_end)

    def _split_by_kind(self, span: Span, node: _Node) -> list[tuple[Span, SectionKind]]:
        if node.heading.rank >= Rank.RUN_IN:
            return [(span, node.kind)]
        if span.start == node.heading.start and node.kind not in _SETTLED:
            parts = self._admissions.parts(span)
            return [(p, SectionKind.PROBLEMS if own else node.kind) for p, own in parts]
        return self._by_opening(span, node)

    def _loose(self, start: int, end: int) -> Iterator[Section]:
        """Leaves over what stands under no heading."""
        for stretch, apart in self._stretches(Span(start, end)):
            if apart:
                yield self._apart_leaf(stretch, apart)
                continue
            for piece, kind in self._by_opening(stretch, None):
                lead = kind is SectionKind.OVERVIEW
                label = self._words.lead if lead else self._words.body
                yield _leaf((label,), kind, piece, piece.start)

    def _by_opening(self, span: Span, node: _Node | None) -> list[tuple[Span, SectionKind]]:
        """Paragraphs parted where their first words tell another kind."""
        pieces: list[tuple[Span, SectionKind]] = []
        kind = node.kind if node else self._default
        for paragraph in self._layout.paragraphs_in(span):
            if kind is SectionKind.PROBLEMS and node and node.kind is not kind:
                kind = node.kind  # the admission is over
            kind = self._kind_of_paragraph(paragraph, kind, loose=node is None)
            if pieces and pieces[-1][1] is kind:
                pieces[-1] = (Span(pieces[-1][0].start, paragraph.end), kind)
            else:
                pieces.append((paragraph, kind))
        return pieces

    def _kind_of_paragraph(
        self, paragraph: Span, before: SectionKind, *, loose: bool
    ) -> SectionKind:
        if loose and paragraph.start < self._opening.end:
            return self._opening.kind_at(paragraph.start) or before
        if before not in _SETTLED and self._admissions.holds(paragraph.start):
            return SectionKind.PROBLEMS
        kind = self._words.kind_of_opening(self._layout.text[slice(*paragraph)])
        return kind if kind and (loose or kind is SectionKind.PLAN) else before

    def _stretches(self, span: Span) -> Iterator[tuple[Span, str]]:
        """A span parted at what is set apart in it, each with its label or none."""
        position = span.start
        for special, label in self._layout.apart_in(*span):
            if special.start > position:
                yield Span(position, special.start), ""
            yield special, label
            position = special.end
        if span.end > position:
            yield Span(position, span.end), ""

    def _apart_leaf(self, span: Span, label: str) -> Section:
        furniture = label == self._words.furniture
        return Section(
            (label,), 0, SectionKind.OTHER, *span, span.end, leaf=True, furniture=furniture
        )


def _leaf(path: tuple[str, ...], kind: SectionKind, span: Span, heading_end: int) -> Section:
    return Section(path, len(path), kind, span.start, span.end, heading_end, leaf=True)


def _holds(node: _Node, heading: Heading) -> bool:
    return heading.start < node.limit and node.heading.above(heading)


def _first_year(words: str) -> int:
    found = _YEAR.search(words)
    return int(found[1].translate(_DIGITS)) if found else 0


def _lead_year(text: str, opening: Region) -> int:
    lead = opening.paragraphs[0].start if opening.paragraphs else opening.end
    return _first_year(text[lead : min(opening.end, lead + _LEAD_LOOKED_AT)])
