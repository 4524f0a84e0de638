"""Headings that run inside paragraphs: 一是…二是…, 首先…其次…, ——…。, 在…方面，, （1）…（2）….

What lies between two headings of their own lines is a region. The style whose marks come first
divides it, and each of its items is divided again by the other styles, so that what stands inside
an item is below it. Marks that count do so only in sequence; a lone 一是 is no heading.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from knowledge.understanding.headings import CN, Heading, Rank, clause_end, title_of
from knowledge.understanding.sentences import Span, sentence_spans

_NUMBER = {c: i for i, c in enumerate(CN, 1)}
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 0}
_BEGIN = r"(?:^|(?<=[。；;：:！!？?]|\s)|(?<=方面[，,])|(?<=领域[，,])|(?<=环节[，,]))"
_FIELD = r"[^，。；：、（(\s“”]{2,14}"
_MARK = re.compile(
    rf"{_BEGIN}\s*+(?:\*\*(?=[一首第其在—（(\d①]))?(?P<mark>"
    rf"(?P<cn>[{CN}]{{1,3}})(?P<verb>[是要])"
    rf"|第(?P<nth>[{CN}])(?:[，,、]|是)"
    rf"|其(?P<that>[{CN}])(?:[，,、]|是)"
    r"|(?P<word>首先|其次|再次|再者|最后)[，,]?"
    r"|(?P<dash>(?:[—―─－–]{2,3}|--)(?=\s?[^—―─－–\-\s])|[—―─－–](?=\s?[^—―─－–\-\s\d]))"
    rf"|(?P<field>在{_FIELD}(?:方面|领域|环节)[，,：:。])"
    rf"|(?P<bare>(?![这各多全]|一方|另一){_FIELD}(?<!等)方面[，,：:。])"
    rf"|[（(]\s?(?P<bracketed>[{CN}]{{1,3}})\s?[)）]"
    r"|[（(]\s?(?P<numbered>\d{1,2})\s?[)）]"
    r"|(?P<arabic>\d{1,2})[.．、](?!\d)"
    r"|(?P<circled>[①-⑳])"
    rf"|(?P<chinese>[{CN}]{{1,3}})、(?![{CN}])"
    r")"
)
_LEAST_ITEM = 20
_BARE = re.compile(r"(?![截至其我全均已本今]|过去|刚刚)[^，,、；;。：:\d*＊]{5,22}。\s*")
_LONE = re.compile(r"[^；;。：:！？!?\d*＊]{5,}。")
_LONGEST_LONE, _MOST_COMMAS = 42, 3
_LEADING = re.compile(r"[。；;：:！？\s*]*")


class MarkStyle(StrEnum):
    """A way of marking items: the verb after 一, or the group of the mark's pattern."""

    IS = "是"
    MUST = "要"
    WORD = "word"
    DASH = "dash"
    FIELD = "field"
    NTH = "nth"
    THAT = "that"
    BRACKETED = "bracketed"
    NUMBERED = "numbered"
    ARABIC = "arabic"
    CIRCLED = "circled"
    CHINESE = "chinese"


_COUNTED_IN_LINE = frozenset(
    {
        MarkStyle.BRACKETED,
        MarkStyle.NUMBERED,
        MarkStyle.ARABIC,
        MarkStyle.CIRCLED,
        MarkStyle.CHINESE,
    }
)
_UNCOUNTED = frozenset({MarkStyle.DASH, MarkStyle.FIELD})


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark at ``at``, the start of a sentence; its section begins at ``start``.

    ``place`` is where it claims to stand in its sequence, 0 if it follows any; ``paragraph``
    counts the region's paragraphs; ``opens`` says that it is the first of its paragraph.
    """

    start: int
    at: int
    end: int
    style: MarkStyle
    place: int
    paragraph: int
    opens: bool


class _Region:
    """The paragraphs between two headings of their own lines."""

    def __init__(self, text: str, paragraphs: Sequence[Span], end: int) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self.end = end
        self.marks = [
            mark
            for number, paragraph in enumerate(paragraphs)
            for mark in _marks_of(text, paragraph, number)
        ]
        self._listed = {m.paragraph for m in self.marks if m.opens and m.style not in _UNCOUNTED}

    def paragraph_end(self, number: int) -> int:
        """Where a paragraph ends, with what is set apart after it."""
        following = number + 1
        return self.paragraphs[following].start if following < len(self.paragraphs) else self.end

    def list_end(self, number: int) -> int:
        """Where the list ends that the paragraphs after this one make."""
        while number + 1 in self._listed:
            number += 1
        return self.paragraph_end(number)


def run_in_headings(text: str, paragraphs: Sequence[Span], end: int) -> list[Heading]:
    """The headings inside a region's paragraphs, in order; the region ends at ``end``."""
    region = _Region(text, paragraphs, end)
    return list(_divide(region, region.marks, end, 0))


def _marks_of(text: str, paragraph: Span, number: int) -> Iterator[_Mark]:
    piece = text[slice(*paragraph)]
    leading = _LEADING.match(piece)
    words_from = leading.end() if leading else 0
    stopped = any(not c.isspace() and c != "*" for c in piece[:words_from])
    for match in _MARK.finditer(piece):
        opens = match.start("mark") <= words_from
        style, place = _claim(match)
        if not opens and (style is MarkStyle.DASH or match["bare"]):
            continue
        at = paragraph.start + match.start("mark")
        start = paragraph.start if opens and not stopped else at
        yield _Mark(start, at, paragraph.start + match.end(), style, place, number, opens)


def _claim(match: re.Match[str]) -> tuple[MarkStyle, int]:
    """A mark's style, and which place in its sequence it claims."""
    groups = match.groupdict()
    if groups["cn"]:
        return MarkStyle(groups["verb"]), _value(groups["cn"])
    if groups["bare"]:
        return MarkStyle.FIELD, 0
    style = next(style for style in MarkStyle if groups.get(style))
    if style is MarkStyle.WORD:
        return style, _WORDS[groups["word"]]
    return style, 0 if style in _UNCOUNTED else _value(groups[style])


def _value(numeral: str) -> int:
    """1 to 99 in digits, in 一…九十九, or in ①…⑳; 0 for what is no number."""
    if numeral.isdecimal():
        return int(numeral)
    if "①" <= numeral <= "⑳":
        return ord(numeral) - ord("①") + 1
    tens, ten, units = numeral.rpartition("十")
    if not ten:
        return _NUMBER[numeral] if len(numeral) == 1 else 0
    return _NUMBER.get(tens, 0 if tens else 1) * 10 + _NUMBER.get(units, 0)


def _divide(region: _Region, marks: Sequence[_Mark], end: int, depth: int) -> Iterator[Heading]:
    """Divide a stretch by the style of its first sequence, then each item by the others."""
    chains = sorted(_chains(marks), key=lambda chain: chain[0].start)
    if not chains:
        return
    style = chains[0][0].style
    own = [chain for chain in chains if chain[0].style is style]
    others = [m for m in marks if m.style is not style]
    starts = [m.start for m in others]
    done = 0
    for chain, limit in zip(own, [*(c[0].start for c in own[1:]), end], strict=True):
        first = bisect_left(starts, chain[0].start)
        yield from _divide(region, others[done:first], chain[0].start, depth)
        for mark, until in _items(region, chain, limit):
            yield _heading(region.text, mark, until, depth)
            done = bisect_left(starts, until)
            inside = others[bisect_left(starts, mark.at + 1) : done]
            yield from _divide(region, inside, until, depth + 1)
    yield from _divide(region, others[done:], end, depth)


def _heading(text: str, mark: _Mark, until: int, depth: int) -> Heading:
    end = mark.end if mark.style is MarkStyle.FIELD else clause_end(text, mark.at, until)
    rank = Rank.RUN_IN + depth
    return Heading(mark.start, end, title_of(text[mark.at : end]), rank, run_in=True, until=until)


def _items(region: _Region, chain: Sequence[_Mark], limit: int) -> Iterator[tuple[_Mark, int]]:
    """The items of a sequence with their ends.

    The last ends with its paragraph, unless an item before it has several.
    """
    long = any(b.paragraph - a.paragraph > 1 for a, b in pairwise(chain))
    for mark, following in zip(chain, [*chain[1:], None], strict=True):
        until = following.start if following else limit
        if mark.style is MarkStyle.FIELD:
            until = min(until, region.list_end(mark.paragraph))
        elif following is None and not long:
            until = min(until, region.paragraph_end(mark.paragraph))
        yield mark, until


def _chains(marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    """Every sequence 1, 2, … among marks of one style; what is not counted, all together."""
    by_style: dict[MarkStyle, list[_Mark]] = {}
    for mark in marks:
        by_style.setdefault(mark.style, []).append(mark)
    for style, same in by_style.items():
        if style in _UNCOUNTED:
            yield same
        else:
            yield from (c for c in _numbered_sequences(same) if len(c) > 1 and _weighs(c))


def _numbered_sequences(marks: Sequence[_Mark]) -> Iterator[list[_Mark]]:
    chain: list[_Mark] = []
    for mark in marks:
        if chain and mark.place in {0, len(chain) + 1}:
            chain.append(mark)
        elif mark.place == 1:
            yield chain
            chain = [mark]
    yield chain


def _weighs(chain: Sequence[_Mark]) -> bool:
    """Whether items counted in line (1.…；2.…) say enough to be headed."""
    if chain[0].style not in _COUNTED_IN_LINE:
        return True
    return chain[-1].start - chain[0].start >= _LEAST_ITEM * (len(chain) - 1)


def bare_headings(text: str, paragraph: Span, end: int) -> list[Heading]:
    """Short sentences that head what follows (``加强广告监管。检测…``), where the first is one.

    Counted only when each is followed by a good deal of text, so that a row of short sentences
    is not taken for headings. The last reaches to ``end``.
    """
    leading = _LEADING.match(text, *paragraph)
    begin = leading.end() if leading and leading[0].strip() else paragraph.start
    spans = sentence_spans(text, begin, paragraph.end)
    candidates = [i for i, span in enumerate(spans[:-1]) if _is_bare(text, span, spans[i + 1])]
    if not candidates or candidates[0] != 0:
        return []
    nexts = [*candidates[1:], len(spans)]
    heads = [
        spans[i]
        for i, following in zip(candidates, nexts, strict=True)
        if spans[following - 1].end - spans[i].end >= 60
    ]
    return [_bare_heading(text, span, end) for span in heads]


def commas_of_lone(line: str) -> int | None:
    """How many commas a line has that is one short sentence without figures; None for others."""
    if len(line) > _LONGEST_LONE or _LONE.fullmatch(line) is None:
        return None
    commas = sum(map(line.count, "，,、"))
    return commas if commas <= _MOST_COMMAS else None


def lone_heading(text: str, line: Span, end: int) -> Heading:
    """The heading that a short sentence on a line of its own is, for what reaches to ``end``."""
    words = text[slice(*line)]
    return _bare_heading(text, Span(line.start + len(words) - len(words.lstrip()), line.end), end)


def _is_bare(text: str, span: Span, following: Span) -> bool:
    words = text[slice(*span)].lstrip()
    return _BARE.fullmatch(words) is not None and following.end - following.start >= 24


def _bare_heading(text: str, span: Span, until: int) -> Heading:
    words = text[slice(*span)].rstrip()
    end = span.start + len(words)
    return Heading(span.start, end, title_of(words), Rank.BARE, run_in=True, until=until)
