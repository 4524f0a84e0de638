"""The heading tree of a report: every character in exactly one leaf, nothing dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.headingorder import all_headings
from knowledge.headings import Heading, Rank
from knowledge.kinds import OutlineWords, outline_words
from knowledge.layout import Layout, Region, lay_out, regions_of
from knowledge.models import Section, SectionKind
from knowledge.openings import Admissions, Opening
from knowledge.sentences import Span
from knowledge.titles import title_of_lines

_YEAR = re.compile(r"([2２][0０]\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LEAD_LOOKED_AT = 500
# What a paragraph under them owns to is no other kind.
_SETTLED = frozenset({SectionKind.PLAN, SectionKind.PROBLEMS})


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


def read_outline(text: str, words: OutlineWords | None = None) -> tuple[Section, ...]:
    """The section tree of a report in reading order, parents before children.

    The leaves, in order, are a partition of ``text``; an empty text has no section.
    """
    if not text:
        return ()
    words = words or outline_words()
    layout = lay_out(text, words)
    regions = regions_of(layout, words)
    return tuple(_Tree(layout, regions, words).sections())


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
                    told = self._words.kind_of_heading(heading.title, top=True)
                    return told is SectionKind.DONE
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
        for heading in all_headings(self._layout.text, regions):
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
            told = self._opening.kind_at(heading.start) if inside else None
            return named or told or self._following(heading)
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
            path=node.path,
            level=len(node.path),
            kind=node.kind,
            start=heading.start,
            end=node.end,
            heading_end=heading.end,
            leaf=leaf,
            run_in=heading.run_in,
        )
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
            for piece, kind in self._parted(stretch, node):
                held = max(piece.start, min(node.heading.end, piece.end))
                yield _leaf((*node.path, label), kind, piece, held)

    def _parted(self, span: Span, node: _Node) -> list[tuple[Span, SectionKind]]:
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
                kind = node.kind  # what was owned to is over
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
        told = self._words.kind_of_opening(self._layout.text[slice(*paragraph)])
        return told if told and (loose or told is SectionKind.PLAN) else before

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
        return Section(
            path=(label,),
            level=0,
            kind=SectionKind.OTHER,
            start=span.start,
            end=span.end,
            heading_end=span.end,
            leaf=True,
            furniture=label == self._words.furniture,
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
