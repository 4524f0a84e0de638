"""Headings of official prose: where they stand, how deep, and what they say.

Those that open a line: 第一部分, 一、, （一）, 1., （1）, ① and Markdown's #, by their marks; short
lines without a mark where what stands around them shows that they head it. Those that run inside
paragraphs: 一是…二是…, 首先…其次…, ——…。, 在…方面，, （1）…（2）….
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from itertools import pairwise
from operator import attrgetter

from knowledge.understanding.sentences import Span, sentence_spans, without_final_punctuation

CN = "一二三四五六七八九十"
_STOPS = "、．.﹑"
BLANKS = " \t\u3000\xa0\u200b\ufeff\f\v"
STYLED = "\u205f"
"""What readers of styled documents put before a heading, once a level, as Markdown does #.

It is a blank that no one types, so it is neither seen nor quoted.
"""
_POINT = re.compile(r"[.．]")
_SERIES = rf"(?!\s?[{CN}]{{1,3}}[、﹑和及等级类线期批审档产])"
# 一 工作情况 with a blank for its stop is a heading only as a line of its own.
_ALONE = rf"[{CN}]{{1,3}}[ \t\u3000]+(?=(?:20\d\d年|[^\W\d_{CN}]).{{1,30}}(?<![。；：])$)"
_WORDS_ALONE = r"(?=[^\W\d])(?![万亿]).{2,40}(?<![。；])$"
_PARTED = r"(?:[、，,:：]|\s+|(?=.{2,20}$))"
_OPENING = re.compile(
    rf"(?:[^\S{STYLED}]|[\u200b\ufeff])*+"
    rf"(?:(?P<hashes>#{{1,6}}(?![#\d])|{STYLED}{{1,6}})[{BLANKS}]*+)?"
    rf"(?P<bold>\*\*(?=[第（(〔{CN}\d㈠-㈩①-⒛]))?"
)
# Asterisks that embrace words are Markdown's; before 县, 区 and the like they mask a name.
_BOLD = re.compile(r"(\*\*|__)(?![\s省市州盟县区旗乡镇村街局])(.+?)\1(?!\*)")
_WITHIN = re.compile(r"[。；;！？](?=.)|[:：](?=.{12})")
_CLAUSE_STOP = re.compile(r"[。；;：:！!？?\n]")
_COMMA = re.compile(r"[，,]")
_FOLLOWS = re.compile(r"[，,]|以下|如下|下[述列面]|几[个项方点]")
_FIGURE = re.compile(r"[\d＊*][^。]*。$")
_LINE_LIMIT = 60
_CLAUSE_LIMIT = 40
_FAR = 400
_LOOKED_AT = 20
_UNMARKED_LIMIT = 25
_UNIT_NOTE = re.compile(r"单位[：:]")
_NOTES_LIMIT = 40
_ENDS = "。！？；：，,;:!?…、"
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_MEASURED = re.compile(r"[\d*＊]\s?[余多]?[万亿]?\s?[家件户个起批人元台条份次名项期场%％]")
_NTH = re.compile(
    rf"\s*+(?P<words>第(?P<nth>[{CN}])[，,、](?:(?P<alone>[^，,；;。：:！？\d*＊]{{4,30}}。?)\s*$)?)"
)
_LISTED = re.compile(r"[-+•·*|>◆●■★]\s|\|")
_NUMBER = {c: i for i, c in enumerate(CN, 1)}
_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": 0}
# The first look, at one character, spares most places of a text the rest.
_BEGIN = (
    r"(?<![^。；;：:！!？?，,\s])"
    r"(?:^|(?<=[。；;：:！!？?])|(?<=\s)(?!\s)|(?<=方面[，,])|(?<=领域[，,])|(?<=环节[，,]))"
)
_FIELD = r"[^，。；：、（(\s“”]{2,14}"
_MARK = re.compile(
    rf"{_BEGIN}\s*+(?:\*\*(?=[一首第其在—（(\d①]))?(?P<mark>"
    rf"(?P<cn>[{CN}]{{1,3}})(?P<verb>[是要])"
    rf"|第(?P<nth>[{CN}])(?:[，,、]|是)"
    rf"|其(?P<that>[{CN}])(?:[，,、]|是)"
    r"|(?P<word>首先|其次|再次|再者|最后)[，,]?"
    r"|(?!.{0,3}(?:19|20)\d\d年)(?P<dash>(?:[—―─－–]{2,3}|--)(?=\s?[^—―─－–\-\s])|[—―─－–](?=\s?[^—―─－–\-\s\d]))"
    rf"|(?P<field>在{_FIELD}(?:方面|领域|环节)[，,：:。])"
    rf"|(?P<bare>(?![这各多全]|一方|另一|[^，。；：]{{0,20}}以下){_FIELD}(?<![等个])方面[，,：:。])"
    rf"|[（(]\s?(?P<bracketed>[{CN}]{{1,3}})\s?[)）]"
    r"|[（(]\s?(?P<numbered>\d{1,2})\s?[)）]"
    r"|(?P<arabic>\d{1,2})[.．、](?!\d)"
    r"|(?P<circled>[①-⑳])"
    rf"|(?P<chinese>[{CN}]{{1,3}})、(?![{CN}])"
    r")"
)
_NUMERAL = re.compile(rf"[（(〔]?\s?([{CN}]{{1,3}})")
_LEAST_ITEM = 20
# What a sentence begins with, or has in it, that tells something and heads nothing.
_TELLS = (
    r"(?![截至其我全均已本今这那此要也应]|率先|过去|刚刚|目前|当[前今]|现在|必须|同时|因此|很显然"
    r"|(?:基本|全面|圆满|顺利|如期)?(?:成立|设立|建成|启动|出台|印发|完成|举办|召开))"
    r"(?![^。]*(?:[^于别实像但而可总凡]是|具有|带来|面临|比较|也要|都要|有人|入选|获批|获评|荣获"
    r"|[^为]了[^解]|(?:投产|投用|开工|竣工|通车|落成|揭牌)。))"
)
_BARE = re.compile(rf"{_TELLS}[^，,、；;。：:\d*＊]{{5,22}}。\s*")
_OPENING_SENTENCE = re.compile(rf"{_TELLS}[^，,；;。：:！？\d*＊]{{5,24}}。")
_HEADLINE = re.compile(
    r"(?!.*百分之)(?![^。]*[，,]是)(?![我其]|过去|刚刚|各位|[今去全一]年)[^，,；;。：:！\d*＊]{4,}(?:[，,][^，,；;。：:！\d*＊]{3,}){1,2}。\s*"
)
_OPENS = re.compile(r"\s*+[^；;。：:！？\d*＊]{5,35}。")
"""What a paragraph that a sentence heads begins with, at the least."""
_LEAST_OPENINGS, _SHARE_OF_OPENINGS = 2, 3
_LONGEST_HEADLINE, _LEAST_HEADLINES, _LEAST_BELOW = 32, 3, 60
_LONGEST_PARALLEL, _MOST_APART = 12, 4
_SINGLE_ACTS = ("支持", "探索")
_LONE = re.compile(r"(?!现在|因此|可见|很显然|至于)[^；;。：:！？!?\d*＊]{5,}。")
_LONGEST_LONE, _MOST_COMMAS = 42, 3
_LEADING = re.compile(r"[。；;：:！？\s*]*")


class Rank(IntEnum):
    """The order of the marks, the smaller the higher; a line without a mark lies in between."""

    PART = 10
    HASH = 11
    CHINESE = 20
    UNMARKED = 25
    BRACKETED = 30
    NTH = 31
    ARABIC = 40
    BRACKETED_ARABIC = 50
    CIRCLED = 53
    PARAGRAPH = 57
    RUN_IN = 60
    BARE = 80


# 一、二、三等奖 and 二、三级医院 name a series; 3.53万元 is an amount, 1.2023年 is not.
DECIMAL = Rank.ARABIC + 1
_ANNEX = rf"附件\s?(?:(?:[{CN}]{{1,2}}|\d{{1,2}})(?=[:：、\s]|$)|(?=[:：]?\s*$))[:：、]?"
_MARKS = tuple(
    (int(rank), re.compile(pattern))
    for rank, pattern in (
        (Rank.PART, _ANNEX),
        (Rank.PART, rf"第\s?(?:[{CN}]{{1,3}}|\d{{1,2}})\s?(?:部分|板块|章|篇){_PARTED}"),
        (Rank.CHINESE, rf"[{CN}]{{1,3}}\s?[{_STOPS}]{_SERIES}|{_ALONE}"),
        (Rank.BRACKETED, rf"[（(〔]?\s?[{CN}]{{1,3}}\s?[)）〕][{_STOPS}]?|[㈠-㈩]"),
        (DECIMAL, rf"\d{{1,2}}(?:[.．]\d{{1,2}}){{1,4}}[ \t\u3000、]+{_WORDS_ALONE}"),
        (Rank.ARABIC, rf"\d{{1,2}}\s?[{_STOPS}](?:(?=20\d\d年)|(?!\d))|[⒈-⒛]"),
        (Rank.BRACKETED_ARABIC, rf"[（(〔]\s?\d{{1,2}}\s?[)）〕][{_STOPS}]?|[⑴-⒇]"),
        (Rank.BRACKETED_ARABIC + 1, rf"\d{{1,2}}\s?[)）][{_STOPS}]?"),
        (Rank.CIRCLED, r"[①-⑳]"),
    )
)


_ANNEX_ALONE = re.compile(_ANNEX)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with its line or its mark, is ``text[start:end]``; ``title`` is its words.

    ``run_in`` says that its sentence is also the first of its body. ``hashes`` counts Markdown's
    # or STYLED. Where the body ends before the next heading, ``until`` says so.
    """

    start: int
    end: int
    title: str
    rank: int
    run_in: bool
    hashes: int = 0
    until: int | None = None

    def above(self, other: "Heading") -> bool:
        """Whether the other heading, following this one, is below it."""
        if self.hashes and other.hashes and self.hashes != other.hashes:
            return self.hashes < other.hashes
        return self.rank < other.rank


def lines_of(text: str) -> Iterator[Span]:
    """The lines of a text with their line ends; they cover it."""
    position = 0
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        yield Span(position, end)
        position = end


def plain(words: str) -> str:
    """A line's words without Markdown's # and **; asterisks that mask stay."""
    bare = words.strip().strip(BLANKS)
    if bare.startswith("#"):
        bare = bare.strip("#").strip(BLANKS)
    return _BOLD.sub(r"\2", bare) if "**" in bare or "__" in bare else bare


def title_of(words: str) -> str:
    """A heading's words without the punctuation that ends it."""
    whole = plain(words)
    title = without_final_punctuation(whole)
    return title if len(title) > 2 else whole


def clause_end(text: str, start: int, end: int) -> int:
    """Where a run-in heading ends: at its first sentence's end, or sooner if that is long."""
    end = min(end, start + _FAR)
    stop = _CLAUSE_STOP.search(text, start + 1, end)
    cut = stop.start() if stop else end
    if cut - start <= _CLAUSE_LIMIT:
        return cut
    comma = _COMMA.search(text, start + 4, cut)
    return min(comma.start() if comma else cut, start + _CLAUSE_LIMIT)


def marked_heading(text: str, line: Span | None = None) -> Heading | None:
    """The heading at the head of a line, or of a text that is one, if a mark stands there."""
    line = line or Span(0, len(text))
    piece = text[slice(*line)].rstrip()
    opening = _OPENING.match(piece)
    if opening is None or opening.end() == len(piece):
        return None
    hashes = len(opening["hashes"] or "")
    content = opening.end()
    for rank, mark in _MARKS:
        if found := mark.match(piece, content):
            deeper = max(0, len(_POINT.findall(found[0])) - 1) if rank == DECIMAL else 0
            return _heading_at_mark(text, line, piece, opening, rank + deeper, found.end())
    if hashes:
        return _heading_at_mark(text, line, piece, opening, Rank.HASH + hashes, content)
    return None


def _heading_at_mark(  # noqa: PLR0913, PLR0917
    text: str, line: Span, piece: str, opening: re.Match[str], rank: int, words_from: int
) -> Heading:
    """The heading that a marked line bears: all of the line, or its first clause."""
    bold = opening["bold"] or ""
    body = plain(bold + piece[opening.end() :])
    whole = len(body) <= _LINE_LIMIT and not _WITHIN.search(body)
    whole = whole and not _FIGURE.search(piece, words_from)
    start = line.start + opening.end()
    end = line.start + len(piece) if whole else clause_end(text, start, line.start + len(piece))
    words = bold + text[start:end]
    if bold and words.count(bold) == 1:  # **（一）标题。正文** is cut before its close
        words += bold
    hashes = opening["hashes"] or ""
    title = title_of(hashes + words)
    return Heading(line.start, end, title, rank, run_in=not whole, hashes=len(hashes))


def item_of(heading: Heading, text: str) -> Heading:
    """A marked line that nothing follows is no heading but an item: its words are the body."""
    start = heading.start
    if opening := _OPENING.match(text, start, heading.end):
        start = opening.start("bold") if opening["bold"] else opening.end()
    end = clause_end(text, start, heading.end)
    title = title_of(text[start:end]) or heading.title
    return replace(heading, end=end, title=title, run_in=True)


def place_of(heading: Heading) -> int:
    """What a heading that is counted in Chinese numerals, 一、 or （一）, counts as; else 0."""
    numeral = _NUMERAL.match(heading.title)
    return _value(numeral[1]) if numeral else 0


def marked_headings(text: str, lines: Sequence[Span]) -> dict[int, Heading]:
    """The headings that marks show, by the start of their line."""
    found = [marked_heading(text, line) for line in lines]
    for number, (heading, below) in enumerate(pairwise(found)):
        if heading and not below and _ANNEX_ALONE.fullmatch(heading.title):
            found[number] = _with_name(text, heading, lines[number + 1])
    marked = {h.start: h for h in found if h is not None and h.title}
    return marked | _nth_headings(text, lines, marked)


def _nth_headings(
    text: str, lines: Sequence[Span], marked: Mapping[int, Heading]
) -> dict[int, Heading]:
    """Short sentences that stand alone on their lines, 第一，…。, and what counts on from one.

    What is counted 一、 below one is inside it.
    """
    counted: dict[int, Heading] = {}
    place, alone = 0, 0
    for line in lines:
        above = marked.get(line.start)
        if above and above.rank <= Rank.BRACKETED:
            place = place if above.rank == Rank.CHINESE else 0
        if not (found := _NTH.match(text, *line)):
            continue
        sentence = found["alone"]
        alone += sentence is not None
        if sentence or (place and _value(found["nth"]) == place + 1):
            place = _value(found["nth"])
            start = found.start("words")
            end = found.end("alone") if sentence else clause_end(text, start, line.end)
            title = title_of(text[start:end])
            counted[line.start] = Heading(line.start, end, title, Rank.NTH, run_in=not sentence)
    return counted if alone > 1 else {}


def _with_name(text: str, annex: Heading, line: Span) -> Heading:
    """The heading of an annex with its name, if that is what the next line holds."""
    name = plain(text[slice(*line)])
    if len(name) > _NOTES_LIMIT or name[-1:] in _ENDS:
        return annex
    end = line.start + len(text[slice(*line)].rstrip())
    return replace(annex, end=end, title=f"{annex.title.rstrip('：:')} {name}")


def unmarked_headings(
    text: str,
    lines: Sequence[Span],
    marked: dict[int, Heading],
    is_known: Callable[[str], bool],
    is_notes: Callable[[str], bool],
) -> list[Heading]:
    """Short lines without a mark that head what follows: 存在问题, 工作亮点.

    ``is_known`` tells the wordings that are headings at the top of a report. Others stand just
    below the last of these, or the marked heading, before them. ``is_notes`` tells what heads the
    notes after the report, which are below nothing.
    """
    found: list[Heading] = []
    above: Heading | None = None
    rank = int(Rank.UNMARKED)
    for before, line, following in zip([None, *lines], lines, lines[1:], strict=False):
        if heading := marked.get(line.start):
            above = heading
            rank = max(heading.rank + 5, Rank.UNMARKED)
        if above and line.start < above.end:
            continue
        words = plain(text[slice(*line)])
        title = words.rstrip("：: ")
        if len(words) <= _NOTES_LIMIT and is_notes(title):
            found.append(_unmarked_heading(text, line, title, Rank.PART))
            rank = int(Rank.UNMARKED)
            continue
        if len(words) > _UNMARKED_LIMIT + 1 or not _HAN.search(words) or _LISTED.match(words):
            continue
        if title[-1:] not in _ENDS and is_known(title) and not _announces(words):
            found.append(_unmarked_heading(text, line, title, Rank.UNMARKED))
            rank = max(rank, Rank.UNMARKED + 2)
        elif not (before and _goes_on(text, before, marked, found)) and _heads(
            words, following, marked, text
        ):
            found.append(_unmarked_heading(text, line, title, rank))
    return _raise_to_parts(_raise_above_lists(found, marked), marked)


def _raise_above_lists(found: list[Heading], marked: dict[int, Heading]) -> list[Heading]:
    """Those below which the count of what stands above them begins anew stand above that count.

    加强政府自身建设, after （九） and above another （一）, is no part of （九）.
    """
    order = sorted(marked.values(), key=lambda heading: heading.start)
    starts = [heading.start for heading in order]
    raised = []
    for heading in found:
        number = bisect_left(starts, heading.start)
        before, below = order[number - 1 : number], order[number : number + 1]
        anew = before and below and place_of(below[0]) == 1 and before[0].rank == below[0].rank
        inside = anew and heading.rank > below[0].rank
        raised.append(replace(heading, rank=below[0].rank - 1) if inside else heading)
    return raised


def _raise_to_parts(found: list[Heading], marked: dict[int, Heading]) -> list[Heading]:
    """Those of known wording above 一、, where the first stands before any and 一、 after the last.

    2014年工作回顾 and 2015年工作安排 are parts then, each with its own 一、 and 二、.
    """
    known = [heading for heading in found if heading.rank == Rank.UNMARKED]
    counted = [heading for heading in marked.values() if heading.rank == Rank.CHINESE]
    if len(known) < 2 or not counted or known[0].start > min(h.start for h in counted):
        return found
    below = [heading for heading in counted if heading.start > known[-1].start]
    begins = not below or any(heading.title.startswith("一") for heading in below)
    raised = {h.start for h in known if begins}
    return [replace(h, rank=int(Rank.PART)) if h.start in raised else h for h in found]


def _unmarked_heading(text: str, line: Span, title: str, rank: int) -> Heading:
    end = line.start + len(text[slice(*line)].rstrip())
    return Heading(line.start, end, title, rank, run_in=False)


def _announces(words: str) -> bool:
    """Whether a line says that something follows: 围绕上述目标，要重点抓好几项工作：."""
    return words[-1] in "：:" and _FOLLOWS.search(words) is not None


def _goes_on(text: str, before: Span, marked: dict[int, Heading], found: Sequence[Heading]) -> bool:
    """Whether a line is the rest of one that was broken, as words set in bold often are."""
    above = text[slice(*before)].strip()
    if above.count("“") > above.count("”"):
        return True
    if before.start in marked or (found and found[-1].start == before.start):
        return False
    return bool(above) and above[-1] not in _ENDS


def _heads(words: str, following: Span, marked: dict[int, Heading], text: str) -> bool:
    """Whether a short line of no known wording heads the line that follows."""
    if words[-1] in _ENDS or len(words) > _UNMARKED_LIMIT or _MEASURED.search(words):
        return False
    if _UNIT_NOTE.search(words):  # over a table: 单位：万元
        return False
    beneath = marked.get(following.start)
    if beneath:
        return beneath.rank >= Rank.BRACKETED
    return len(text[slice(*following)].strip()) >= 30


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
        if spans[following - 1].end - spans[i].end >= _LEAST_BELOW
    ]
    return [_bare_heading(text, span, end) for span in heads]


def paragraph_headings(text: str, paragraphs: Sequence[Span], end: int) -> list[Heading]:
    """The short sentences that open paragraphs and head them, each with the list that follows.

    深化国企改革。… and 深化财税改革。一是…: where several do, and one of them is followed by a
    list or by a sentence of some length. As a rule of the paragraphs, the sentences may have
    several clauses. One in the middle of a list is none.
    """
    if (
        sum(_OPENS.match(text, *paragraph) is not None for paragraph in paragraphs)
        < _LEAST_OPENINGS
    ):
        return []
    region = _Region(text, paragraphs, end)
    listed = {mark.paragraph: mark.place for mark in reversed(region.marks) if mark.opens}
    begun = {mark.paragraph for mark in region.marks if mark.place == 1}
    found: dict[int, Span] = {}
    headlines: dict[int, Span] = {}
    sure = 0
    for number, paragraph in enumerate(paragraphs):
        if number in listed or (number and _goes_on_from(text, paragraph.start)):
            continue
        lists_below = listed.get(number + 1) == 1
        if opening := _opening_sentence(text, paragraph, _OPENING_SENTENCE, listed=lists_below):
            found[number] = opening
            pairs = pairwise(sentence_spans(text, *paragraph)[:3])
            lists = lists_below or number in begun
            sure += lists or any(_is_bare(text, *pair) for pair in pairs)
        elif (headline := _opening_sentence(text, paragraph, _HEADLINE)) and (
            len(text[slice(*headline)].strip()) <= _LONGEST_HEADLINE
        ):
            headlines[number] = headline
    long = sum(p.end - p.start > _LEAST_BELOW for n, p in enumerate(paragraphs) if n not in listed)
    if len(headlines) >= _LEAST_HEADLINES and 2 * len(found | headlines) >= long:
        found = dict(sorted((found | headlines).items()))
    elif not sure or len(found) < max(_LEAST_OPENINGS, long / _SHARE_OF_OPENINGS):
        return []
    headings: list[Heading] = []
    limit = len(paragraphs)
    counted = [mark for mark in region.marks if mark.place]
    for number in reversed(found):
        first, beyond = (
            bisect_left(counted, at, key=attrgetter("paragraph")) for at in (number, limit)
        )
        marks = counted[first:beyond]
        if marks and marks[0].place > 1:
            continue
        last = _last_listed(region, marks, number)
        headings.append(_bare_heading(text, found[number], region.paragraph_end(last)))
        limit = number
    return [replace(heading, rank=int(Rank.PARAGRAPH)) for heading in reversed(headings)]


def _last_listed(region: _Region, marks: Sequence[_Mark], number: int) -> int:
    """The paragraph in which the lists end that begin in one, or right below it.

    A short line may announce them: 重点抓好五项工作。
    """
    last, place = number, 0
    for mark in marks:
        between = region.paragraphs[last + 1 : mark.paragraph]
        near = all(paragraph.end - paragraph.start <= _CLAUSE_LIMIT for paragraph in between)
        begins = mark.place == 1 and near and (mark.opens or mark.paragraph == number)
        if begins or mark.place == place + 1 > 1:
            last, place = mark.paragraph, mark.place
    return last


def _goes_on_from(text: str, start: int) -> bool:
    """Whether a paragraph is the rest of the one above, which a page's end cut in two."""
    return text[max(0, start - _LOOKED_AT) : start].rstrip()[-1:] not in _ENDS


def _opening_sentence(
    text: str, paragraph: Span, form: re.Pattern[str], *, listed: bool = False
) -> Span | None:
    """The first sentence of a paragraph, where it has a form and heads a good deal, or a list."""
    words = text[slice(*paragraph)]
    opening = form.match(words, len(words) - len(words.lstrip()))
    if opening is None or (len(words.rstrip()) - opening.end() < _LEAST_BELOW and not listed):
        return None
    return Span(paragraph.start, paragraph.start + opening.end())


def is_parallel(first: Heading, other: Heading) -> bool:
    """Whether a sentence heads its part as the first of its paragraph does.

    加强协同创新 goes with 加强产业协作; 成立人工智能学院 tells what was done.
    """
    length = len(other.title)
    return (
        length <= _LONGEST_PARALLEL
        and abs(length - len(first.title)) <= _MOST_APART
        and not other.title.startswith(_SINGLE_ACTS)
    )


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
