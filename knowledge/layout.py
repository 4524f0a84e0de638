"""A report's lines by what they are: title, body, signature, page furniture; and its regions."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.contents import contents_lines
from knowledge.headings import Heading, Rank, item_of, lines_of, marked_headings, unmarked_headings
from knowledge.kinds import OutlineWords
from knowledge.runin import bare_headings, commas_of_lone, lone_heading
from knowledge.sentences import SENTENCE_ENDS, Span
from knowledge.titles import signature_lines, title_lines

_LEAST_HEADED = 40
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")


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
    starts: tuple[int, ...]
    line_starts: tuple[int, ...]
    end: int

    def apart_in(self, start: int, end: int) -> Sequence[tuple[Span, str]]:
        """What is set apart and begins in a stretch."""
        return self.apart[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def paragraphs_in(self, span: Span) -> Iterator[Span]:
        """The lines of a stretch, the first and the last perhaps in part; they cover it."""
        cuts = self.line_starts[
            bisect_right(self.line_starts, span.start) : bisect_left(self.line_starts, span.end)
        ]
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
        if number - 1 in self.lone:
            return []
        last = number + (number in self.lone)
        end = self.paragraphs[last + 1].start if last + 1 < len(self.paragraphs) else self.end
        within = bare_headings(text, Span(paragraph.start, self.paragraphs[last].end), end)
        if last == number:
            return within
        return [
            lone_heading(text, paragraph, end),
            *(heading for heading in within if heading.start >= paragraph.end),
        ]


def lay_out(text: str, words: OutlineWords) -> Layout:
    """Tell a text's lines apart."""
    lines = _filled(text)
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
    spans = _merged([(ln, apart[ln.start]) for ln in lines if ln.start in apart])
    starts = tuple(span.start for span, _ in spans)
    line_starts = tuple(line.start for line in body)
    return Layout(text, tuple(title), tuple(body), tuple(spans), starts, line_starts, end)


def _values(text: str, lines: list[Span], apart: dict[int, str]) -> Iterator[Span]:
    """Short lines that say what the furniture above them names: 责任编辑：, and below it a name."""
    for before, line in pairwise(lines):
        named = before.start in apart and text[slice(*before)].rstrip().endswith(("：", ":"))
        if named and _NAME.fullmatch(text[slice(*line)].strip()):
            yield line


def _filled(text: str) -> list[Span]:
    """The lines with words, each up to the start of the next."""
    starts = [line.start for line in lines_of(text) if not text[slice(*line)].isspace()]
    if not starts:
        return []
    return [Span(a, b) for a, b in zip([0, *starts[1:]], [*starts[1:], len(text)], strict=True)]


def _merged(apart: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
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
            regions[-1].paragraphs.append(line)
            continue
        regions[-1].end = line.start
        rest = Span(heading.end, line.end)
        says = any(c.isalnum() or c in "*＊" for c in text[slice(*rest)])
        regions.append(Region(heading, [rest] if says else [], layout.end))
    for region in regions:
        region.lone = _lone(text, region, words)
    return _with_ends(text, _with_items(text, regions), words)


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
        if commas is not None and ended and long and not words.speech.announces.search(line):
            found[number] = commas
        before = line
    several = sum(map(bool, found.values())) > 1
    return frozenset(number for number, commas in found.items() if several or not commas)


def _with_ends(text: str, regions: list[Region], words: OutlineWords) -> list[Region]:
    """End the last of some sections before a closing paragraph: 新的一年，我们将….

    Where the speaker turns to the audience, or owns to what is wrong, all sections end but those
    of the top.
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
