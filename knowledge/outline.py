"""The heading tree of a report: every character in exactly one leaf, nothing dropped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.headings import (
    BARE,
    CHINESE,
    Heading,
    bare_headings,
    field_headings,
    line_headings,
    lines_of,
    run_in_headings,
)
from knowledge.kinds import OutlineWords, outline_words
from knowledge.models import Section, SectionKind
from knowledge.sentences import Span, trimmed

_TITLE_LIMIT = 60
_TITLE_WORDS = re.compile(
    r"总结|汇报|报告|谋划|计划|打算|要点|情况|材料|安排|述职|公报|通报|市场监|\d{4}年"
)
_DATE_LINE = re.compile(r"^[（(]?(?:20\d\d|二[〇○零].{2})年.{1,3}月.{0,4}日?[）)]?$")
_SIGNATURE = re.compile(r"(?:局|所|办公室|委员会|中心)$")
_UNMARKED = CHINESE + 5
_ENDS = "。！？；：，,;:!?…、"


@dataclass(slots=True)
class _Node:
    """A heading in the making, with its place in the tree."""

    heading: Heading
    start: int
    path: tuple[str, ...]
    kind: SectionKind
    children: list["_Node"] = field(default_factory=list)
    end: int = 0


def read_outline(text: str, words: OutlineWords | None = None) -> tuple[Section, ...]:
    """The section tree of a report in reading order, parents before children.

    The leaves, in order, are a partition of ``text``; an empty text has no section.
    """
    if not text:
        return ()
    words = words or outline_words()
    lines = list(lines_of(text))
    furniture = [line for line in lines if words.is_furniture(text[slice(*line)])]
    title = title_span(text, [line for line in lines if line not in furniture])
    body = [ln for ln in lines if ln not in furniture and not (title and _within(ln, title))]
    headings = _all_headings(text, body, title.end if title else 0)
    roots = _tree(text, headings, _default_kind(text, title, words), words)
    apart = [(span, words.furniture) for span in furniture]
    if title:
        apart.append((title, words.title))
    page = _Page(text, _closed_up(text, sorted(apart)), words)
    return tuple(_sections(page, roots))


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start < outer.end


def _closed_up(text: str, apart: list[tuple[Span, str]]) -> tuple[tuple[Span, str], ...]:
    """The blanks around what stands apart go with it, so that no leaf is only white space."""
    closed: list[tuple[Span, str]] = []
    for span, label in apart:
        start = span.start if closed or text[: span.start].strip() else 0
        blank = re.compile(r"\s*").match(text, span.end)
        end = blank.end() if blank else span.end
        closed.append((Span(start, text.rfind("\n", span.end, end) + 1 or span.end), label))
    return tuple(closed)


def title_span(text: str, lines: list[Span]) -> Span | None:
    """The title's lines: up to three short lines at the head that end no sentence."""
    taken: list[Span] = []
    for line in [ln for ln in lines if text[slice(*ln)].strip()][:3]:
        words = text[slice(*line)].strip()
        plain = words.lstrip("#").strip()
        marked = bool(line_headings(text, [line])) and plain == words
        if marked or not plain or len(plain) > _TITLE_LIMIT or plain[-1] in _ENDS:
            break
        if not taken and not _TITLE_WORDS.search(plain):
            break
        if taken and not (_TITLE_WORDS.search(plain) or plain.startswith(("（", "(", "—"))):
            break
        taken.append(line)
    return Span(taken[0].start, taken[-1].end) if taken else None


def _default_kind(text: str, title: Span | None, words: OutlineWords) -> SectionKind:
    """What an unmarked top heading is: done, or plan in a document that only plans."""
    named = re.sub(r"\s", "", text[slice(*title)]) if title else ""
    only_plan = words.kind_of_heading(named, top=True) is SectionKind.PLAN
    return SectionKind.PLAN if only_plan and "总结" not in named else SectionKind.DONE


def _unmarked_headings(text: str, lines: list[Span], taken: set[int]) -> list[Heading]:
    """Short lines without mark or final punctuation that stand before a paragraph."""
    found = []
    filled = [line for line in lines if text[slice(*line)].strip()]
    for line, following in zip(filled, filled[1:], strict=False):
        span = trimmed(text, line)
        words = text[slice(*span)]
        if (
            span.start not in taken
            and 2 <= len(words) <= 25
            and words[-1] not in _ENDS
            and not _DATE_LINE.match(words)
            and not _SIGNATURE.search(words)
            and len(text[slice(*following)].strip()) >= 30
            and re.search(r"[\u4e00-\u9fff]{2}", words)
        ):
            found.append(Heading(span.start, span.end, words, _UNMARKED, run_in=False))
    return found


def _all_headings(text: str, lines: list[Span], begin: int) -> list[Heading]:
    """Line headings first, then those that run inside what they divide."""
    marked = line_headings(text, lines)
    opening = sorted(
        [*marked, *_unmarked_headings(text, lines, {h.start for h in marked})],
        key=lambda h: h.start,
    )
    found = list(opening)
    stops = [*(h.start for h in opening), len(text)]
    regions = [Span(begin, stops[0])] + [
        Span(h.end, stop) for h, stop in zip(opening, stops[1:], strict=True)
    ]
    for number, region in enumerate(regions):
        inner = run_in_headings(text, region) + field_headings(text, region)
        if number and not inner:
            inner = _bare_in(text, region)
        found += inner
    return sorted(found, key=lambda h: (h.start, h.rank))


def _bare_in(text: str, region: Span) -> list[Heading]:
    found = []
    body = Span(region.start + len(_leading_stops(text, region)), region.end)
    for line in lines_of(text[slice(*body)]):
        found += bare_headings(text, Span(body.start + line.start, body.start + line.end))
    return found


def _leading_stops(text: str, region: Span) -> str:
    match = re.compile(r"[。；：:\s]*").match(text, *region)
    return match[0] if match else ""


def _tree(
    text: str, headings: list[Heading], default: SectionKind, words: OutlineWords
) -> list[_Node]:
    """Nest the headings by rank; a missing 一、 above （一） simply is not there."""
    roots: list[_Node] = []
    stack: list[_Node] = []
    for heading in headings:
        start = _line_start(text, heading.start)
        while stack and stack[-1].heading.rank >= heading.rank:
            stack.pop().end = start
        parent = stack[-1] if stack else None
        marked = heading.rank < BARE
        named = words.kind_of_heading(heading.title, top=parent is None) if marked else None
        node = _Node(
            heading,
            start,
            (*(parent.path if parent else ()), heading.title),
            named or (parent.kind if parent else default),
        )
        (parent.children if parent else roots).append(node)
        stack.append(node)
    for node in stack:
        node.end = len(text)
    return roots


def _line_start(text: str, position: int) -> int:
    """The start of the line if only blanks stand before the position, else the position."""
    start = text.rfind("\n", 0, position) + 1
    return start if not text[start:position].strip() else position


@dataclass(frozen=True, slots=True)
class _Page:
    """What the leaves are cut from: the text and what stands apart from its headings."""

    text: str
    apart: tuple[tuple[Span, str], ...]
    words: OutlineWords

    def apart_in(self, start: int, end: int) -> list[tuple[Span, str]]:
        return [(span, label) for span, label in self.apart if start <= span.start < end]


def _sections(page: _Page, roots: list[_Node]) -> Iterator[Section]:
    """Nodes and the leaves between them, in reading order."""
    first = roots[0].start if roots else len(page.text)
    if roots and not page.text[:first].strip():
        roots[0].start = first = 0
    if roots:
        yield from _fill(page, Span(0, first), (), SectionKind.OVERVIEW, page.words.lead)
    else:
        yield from _fill(page, Span(0, first), (), SectionKind.DONE, page.words.body)
    for root in roots:
        yield from _walk(page, root)


def _walk(page: _Page, node: _Node) -> Iterator[Section]:
    """A node, then its leaves and children; without either it is a leaf itself."""
    heading = node.heading
    leaf = not node.children and not page.apart_in(node.start, node.end)
    yield Section(
        path=node.path,
        level=len(node.path),
        kind=node.kind,
        start=node.start,
        end=node.end,
        heading_end=heading.end,
        leaf=leaf,
        run_in=heading.run_in,
    )
    if leaf:
        return
    position = node.start
    for child in node.children:
        gap = Span(position, child.start)
        yield from _fill(page, gap, node.path, node.kind, page.words.lead, heading.end)
        yield from _walk(page, child)
        position = child.end
    rest = Span(position, node.end)
    yield from _fill(page, rest, node.path, node.kind, page.words.body, heading.end)


def _fill(
    page: _Page,
    span: Span,
    path: tuple[str, ...],
    kind: SectionKind,
    label: str,
    heading_end: int = 0,
) -> Iterator[Section]:
    """Leaves over a stretch that no heading divides."""
    position = span.start
    for special, name in [*page.apart_in(*span), (Span(span.end, span.end), "")]:
        stretch = Span(position, special.start)
        for piece, opened in _by_opening(page, stretch, path, kind):
            held = max(piece.start, min(heading_end, piece.end))
            yield Section((*path, label), len(path) + 1, opened, *piece, held, leaf=True)
        if name:
            yield _apart_leaf(special, name, page.words)
        position = special.end


def _apart_leaf(span: Span, label: str, words: OutlineWords) -> Section:
    return Section(
        path=(label,),
        level=0,
        kind=SectionKind.OTHER,
        start=span.start,
        end=span.end,
        heading_end=span.end,
        leaf=True,
        furniture=label == words.furniture,
    )


def _by_opening(
    page: _Page, span: Span, path: tuple[str, ...], kind: SectionKind
) -> list[tuple[Span, SectionKind]]:
    """Paragraphs under no heading, parted where their first words tell another kind."""
    if span.start >= span.end:
        return []
    if path or kind is SectionKind.OVERVIEW:
        return [(span, kind)]
    pieces: list[tuple[Span, SectionKind]] = []
    current = kind
    for line in lines_of(page.text[slice(*span)]):
        here = Span(span.start + line.start, span.start + line.end)
        current = page.words.kind_of_opening(page.text[slice(*here)]) or current
        if pieces and pieces[-1][1] is current:
            pieces[-1] = (Span(pieces[-1][0].start, here.end), current)
        else:
            pieces.append((here, current))
    return pieces
