"""Headings of official prose: where they stand, how deep, and what they say.

Two passes over a text: headings that open a line (一、（一）1.（1）第一部分 ——…。), then headings
that run inside a paragraph (一是…二是…, 首先…其次…, 在…方面，), which count only in sequence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.sentences import Span, sentence_spans, without_final_punctuation

_CN = "一二三四五六七八九十"
_NUMBER = {c: i for i, c in enumerate(_CN, 1)}

PART, CHINESE, BRACKETED, ARABIC, BRACKETED_ARABIC, DASH, FIELD_LINE, RUN_IN, ORDINAL, FIELD, BARE = (
    10, 20, 30, 40, 50, 55, 57, 60, 62, 70, 80,
)  # fmt: skip

_LINE_MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (PART, re.compile(rf"第[{_CN}]{{1,3}}(?:部分|章|篇)[、，,:：\s]?")),
    (CHINESE, re.compile(rf"[{_CN}]{{1,3}}\s?[、．.]")),
    (BRACKETED, re.compile(rf"[（(]\s?[{_CN}]{{1,3}}\s?[)）][、.．]?")),
    (ARABIC, re.compile(r"[0-9０-９]{1,2}\s?[.．、](?![0-9０-９])")),
    (BRACKETED_ARABIC, re.compile(r"[（(]\s?[0-9０-９]{1,2}\s?[)）][、.．]?|[①-⑳]")),
    (DASH, re.compile(r"(?:—{1,2}|－－|--)(?=[^—\-\s])")),
    (FIELD_LINE, re.compile(r"在?[^，。；：、（(\s]{2,14}(?:方面|领域|环节)[，,：:]")),
)
_MARKDOWN = re.compile(r"(#{1,6})[ \t]+")
_RUN_IN = re.compile(rf"(?:(?P<cn>[{_CN}]{{1,2}})[是要]|第(?P<nth>[{_CN}])[，,]|(?P<word>首先|其次|再次|最后)[，,]?)")  # noqa: E501
_FIELD = re.compile(r"在[^，。；：、（(\s]{2,14}(?:方面|领域|环节)[，,]")
_AFTER = "。；;：:！!？?\n"
_WORDS = {"首先": 1, "其次": 2, "再次": 3}
_LINE_LIMIT = 60
_CLAUSE_LIMIT = 40
_BARE = re.compile(r"(?![截至其我全均已本今])[^，,、；;。：:\d０-９*＊]{5,22}。\s*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its title is ``text[start:end]`` less its final punctuation.

    ``rank`` orders the marks, the smaller the higher; ``run_in`` says that the sentence that
    bears it is also the first of its body.
    """

    start: int
    end: int
    title: str
    rank: int
    run_in: bool


def lines_of(text: str) -> Iterator[Span]:
    """The lines of a text with their line ends; they cover it."""
    position = 0
    while position < len(text):
        end = text.find("\n", position) + 1 or len(text)
        yield Span(position, end)
        position = end


def _title(text: str) -> str:
    return without_final_punctuation(text.replace("**", "") if text.startswith("**") else text)


def _first_clause_end(text: str, start: int, end: int) -> int:
    """Where a run-in heading ends: its first sentence, or less if that is long."""
    stop = re.compile(r"[。；;！!？?：:\n]").search(text, start, end)
    cut = stop.start() if stop else end
    if cut - start <= _CLAUSE_LIMIT:
        return cut
    comma = re.compile(r"[，,、]").search(text, start + 4, cut)
    return min(comma.start() if comma else cut, start + _CLAUSE_LIMIT)


def _line_heading(text: str, line: Span, rank: int, content: int) -> Heading:
    """The heading that a marked line bears: the whole line, or its first sentence."""
    body = text[content : line.end].rstrip()
    whole = len(body) <= _LINE_LIMIT and not re.search(r"[。；！？].", body) and rank < DASH
    end = content + len(body) if whole else _first_clause_end(text, content, content + len(body))
    return Heading(content, end, _title(text[content:end]), rank, run_in=not whole)


def _marked_line(text: str, line: Span) -> Heading | None:
    """The heading at the head of a line, if a mark stands there."""
    piece = text[line.start : line.end]
    content = line.start + len(piece) - len(piece.lstrip())
    markdown = _MARKDOWN.match(text, content, line.end)
    if markdown:
        content = markdown.end()
    if text.startswith("**", content) and (bold := re.match(r"\*\*(?=[第（(一二三四五六七八九十\d])", text[content:])):  # noqa: E501
        inner = content + bold.end()
    else:
        inner = content
    for rank, mark in _LINE_MARKERS:
        found = mark.match(text, inner, line.end)
        if found and rank == FIELD_LINE:
            return Heading(content, found.end(), _title(found[0]), rank, run_in=True)
        if found:
            return _line_heading(text, line, rank, content)
    if markdown:
        return _line_heading(text, line, PART + 10 * (len(markdown[1]) - 1), content)
    return None


def line_headings(text: str, lines: list[Span]) -> list[Heading]:
    """The headings that open a line, in order."""
    return [h for line in lines if (h := _marked_line(text, line)) is not None]


def _ordinal(match: re.Match[str], last: int) -> int:
    """Which place in its sequence a run-in mark claims."""
    if match["word"]:
        return _WORDS.get(match["word"], last + 1 if last else 0)
    numeral = match["cn"] or match["nth"]
    if len(numeral) == 2:  # 十一是 and on
        return 10 + _NUMBER[numeral[1]] if numeral[0] == "十" else 0
    return _NUMBER[numeral]


def _style(match: re.Match[str]) -> str:
    if match["word"]:
        return "首先"
    return match[0][-1] if match["cn"] else "第"


def run_in_headings(text: str, region: Span) -> list[Heading]:
    """一是…二是… inside a region that no line heading divides; a lone 一是 is no heading."""
    marks = [
        m
        for m in _RUN_IN.finditer(text, region.start, region.end)
        if not text[region.start : m.start()].strip()
        or text[m.start() - 1] in _AFTER
        or text[region.start : m.start()].rstrip(" \t\u3000*").endswith(tuple(_AFTER))
    ]
    styles = dict.fromkeys(_style(m) for m in marks)
    return [h for style in styles for h in _sequences(text, [m for m in marks if _style(m) == style], region)]


def _sequences(text: str, marks: list[re.Match[str]], region: Span) -> Iterator[Heading]:
    """The headings of every unbroken run 1, 2, … among marks of one style."""
    run: list[re.Match[str]] = []
    for mark in [*marks, None]:
        last = len(run)
        if mark and last and _ordinal(mark, last) == last + 1:
            run.append(mark)
        elif mark is None or _ordinal(mark, 0) == 1:
            if last > 1:
                yield from _accepted(text, run, region)
            run = [mark] if mark else []


def _accepted(text: str, run: list[re.Match[str]], region: Span) -> Iterator[Heading]:
    rank = RUN_IN if _style(run[0]) in "是要" else ORDINAL
    for mark in run:
        end = _first_clause_end(text, mark.start(), region.end)
        yield Heading(mark.start(), end, _title(text[mark.start() : end]), rank, run_in=True)


def field_headings(text: str, region: Span) -> list[Heading]:
    """在…方面， at the start of a sentence inside a paragraph."""
    return [
        Heading(m.start(), m.end(), _title(m[0]), FIELD, run_in=True)
        for m in _FIELD.finditer(text, region.start, region.end)
        if m.start() > region.start and text[m.start() - 1] in _AFTER[:-1]
    ]


def bare_headings(text: str, paragraph: Span) -> list[Heading]:
    """Short sentences that head what follows (``加强广告监管。检测…``), where the first is one.

    Counted only when each is followed by a good deal of text, so that a row of short
    sentences is not taken for headings.
    """
    spans = sentence_spans(text, *paragraph)
    candidates = [
        i
        for i, span in enumerate(spans[:-1])
        if _BARE.fullmatch(text, *span) and spans[i + 1].end - spans[i + 1].start >= 24
    ]
    if not candidates or candidates[0] != 0:
        return []
    kept = []
    for i, following in zip(candidates, [*candidates[1:], len(spans)], strict=True):
        if spans[following - 1].end - spans[i].end >= 60:
            start = spans[i].start + len(text[slice(*spans[i])]) - len(text[slice(*spans[i])].lstrip())
            end = start + len(text[start : spans[i].end].rstrip())
            kept.append(Heading(start, end, _title(text[start:end]), BARE, run_in=True))
    return kept
