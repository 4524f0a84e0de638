"""What stands before and after a report's body: title, letterhead, salutation, signature."""

import re
from collections.abc import Sequence
from itertools import pairwise

from knowledge.understanding.headings import Rank, marked_heading, plain
from knowledge.understanding.kinds import OutlineWords, TitleWords
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.rows import NAMED_BY, find_rows
from knowledge.understanding.sentences import Span, without_blanks

_TITLE_LIMIT = 60
_LOOKED_AT = 10
_PRECEDED, _SURE_LIMIT = 6, 30
_LONGEST = 7
_LEAST_REPEATED = 4
_MOST_BETWEEN, _LONGEST_BETWEEN = 3, 16
_ENDS = "。！？；：，,;:!?…、"
_DATE = re.compile(
    r"[（(]?(?:[2２][0０]\d\d|二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2})年"
    r"(?:[\d一二三四五六七八九十]{1,3}月)?(?:[\d一二三四五六七八九十]{1,3}日)?[）)]?"
    r"|[（(]?[2２][0０]\d\d[-/.]\d{1,2}[-/.]\d{1,2}[）)]?"
)
_SALUTATION = re.compile(r"(?!.*(?:如下|总结|汇报|报告|是|有|以下))[^，。；！？\d]{2,30}[:：]")
_SPACED = re.compile(r"[^\x00-\xff]\s|\s[^\x00-\xff]")
# What a title has and the heading of a section has not.
_OWN = re.compile(
    r"总结|汇报|报告|述职|局|\d{4}年|二[〇○零0].{2}年|[省市县区州旗][2２][0０]\d\d"
    r"|[省市县区州旗].{1,14}(?:委|院|会|府|室|所|中心)"
)
_DASHES = ("—", "―", "─", "－－", "--")
_SUBTITLE = ("（", "(", *_DASHES)


def title_lines(text: str, lines: Sequence[Span], words: OutlineWords) -> list[Span]:
    """The lines of the title and of the letterhead above it, none if the report has no title.

    ``lines`` are those with words, furniture left out; a title stands in one stretch, at the head
    or, that of a government's report, below a few lines of an editor.
    """
    for at in range(min(_PRECEDED, len(lines))):
        if at and not _is_governments(text, lines[at], words):
            continue
        if title := _title_at_head(text, lines[at : at + _LOOKED_AT], words):
            return title
    return []


def _title_at_head(text: str, lines: Sequence[Span], words: OutlineWords) -> list[Span]:
    """The lines of the title and of the letterhead above it, with which a text begins."""
    head = _stretch(text, lines, words)
    skipped = 0
    letterhead = words.titles.letterhead
    while skipped < len(head) and letterhead.fullmatch(_bare(text, head[skipped])):
        skipped += 1
    taken = 0
    for line in head[skipped : skipped + _LONGEST]:
        if not _belongs(text, head[skipped:], taken, line, words):
            break
        taken += 1
    if not taken:
        return []
    return list(head[: skipped + taken + _spoken_by(text, head[skipped + taken :])])


def _spoken_by(text: str, below: Sequence[Span]) -> int:
    """How many short lines, such as an office and a name, lead from the title to a salutation."""
    for number, line in enumerate(below[: _MOST_BETWEEN + 1]):
        bare = _bare(text, line)
        if is_salutation(bare):
            return number
        if len(bare) > _LONGEST_BETWEEN or bare[-1:] in _ENDS or marked_heading(text, line):
            break
    return 0


def _is_governments(text: str, line: Span, words: OutlineWords) -> bool:
    """Whether a line is so surely a title that something may stand above it: 政府工作报告."""
    bare = _bare(text, line)
    sure = len(bare) <= _SURE_LIMIT and words.titles.governmental.search(bare)
    return bool(sure and words.titles.complete.search(bare))


def title_of_lines(text: str, lines: Sequence[Span], words: TitleWords) -> str:
    """The title's own words in one line: no letterhead, no date, no bureau's line below it."""
    parts: list[str] = []
    for line in lines:
        bare = _bare(text, line)
        if words.letterhead.fullmatch(bare) or _DATE.fullmatch(bare) or words.speaker.match(bare):
            continue
        if parts and words.complete.search(parts[-1]) and not bare.startswith(_SUBTITLE):
            continue
        shown = plain(text[slice(*line)])
        parts.append(bare if _SPACED.search(shown) else shown)
    return "".join(parts).lstrip("—―－–-")  # what a subtitle without a title begins with


def is_salutation(words: str) -> bool:
    """Whether a line greets those whom the report is for: 县政府：."""
    return bool(_SALUTATION.fullmatch(words.strip()))


def signature_lines(text: str, lines: Sequence[Span], words: TitleWords) -> list[Span]:
    """The lines at the end that only name the bureau and the date."""
    taken = len(lines)
    while taken > 1 and _signs(without_blanks(text[slice(*lines[taken - 1])]), words):
        taken -= 1
    return list(lines[taken:])


def _signs(bare: str, words: TitleWords) -> bool:
    if len(bare) > 40 or not bare:
        return False
    date = _last_date(bare)
    name = bare[: len(bare) - len(date)]
    return not name or (
        name.endswith(words.organs)
        and not re.search(r"[，。；：、]|^第?[一二三四五六七八九十\d（(#]", name)
    )


def _last_date(bare: str) -> str:
    for start in range(max(0, len(bare) - 14), len(bare) - 4):
        if _DATE.fullmatch(bare, start) and not bare[start - 1 : start].isdigit():
            return bare[start:]
    return ""


def _bare(text: str, line: Span) -> str:
    """A line's words without blanks, since a title is also set in spaced characters."""
    return without_blanks(plain(text[slice(*line)]))


def _stretch(text: str, lines: Sequence[Span], words: OutlineWords) -> Sequence[Span]:
    """The first lines up to where something is set apart between them.

    A subtitle is the title's all the same (——2018年1月20日在…会议上), so is who spoke, and the
    title itself, once more below what the page says of it.
    """
    for count, (line, following) in enumerate(pairwise(lines), 1):
        if text[line.end : following.start].strip():
            bare = _bare(text, following)
            belongs = bare.startswith(_DASHES) or _says_where(bare, words.titles)
            belongs = belongs or _is_governments(text, following, words)
            if not belongs and not _repeats(text, lines[:count], bare):
                return lines[:count]
    return lines


def _repeats(text: str, before: Sequence[Span], bare: str) -> bool:
    """Whether a line says a part of the title again: 工作报告 below 2010年工作报告."""
    return len(bare) >= _LEAST_REPEATED and any(bare in _bare(text, line) for line in before)


def _belongs(text: str, head: Sequence[Span], taken: int, line: Span, words: OutlineWords) -> bool:
    """Whether a line is the title's first, or goes on with what was taken of it."""
    bare = _bare(text, line)
    if not bare or len(bare) > _TITLE_LIMIT or bare[-1] in _ENDS:
        return False
    if NAMED_BY in (folded := fold_width(text[slice(*line)])) and find_rows(folded):
        return False
    marked = marked_heading(text, line)
    if marked and (taken or marked.rank != Rank.HASH + 1):
        return False
    if taken == 0:
        return _begins(text, head, bare, words)
    before = _bare(text, head[taken - 1])
    closing = bare.startswith(_SUBTITLE) or bool(_DATE.fullmatch(bare))
    closing = closing or _names_organ(bare, words.titles) or _says_where(bare, words.titles)
    closing = closing or _repeats(text, head[:taken], bare)
    closing = closing or _is_governments(text, line, words)
    if words.titles.complete.search(before) or _DATE.fullmatch(before):
        return closing
    return closing or bool(words.titles.words.search(bare))


def _begins(text: str, head: Sequence[Span], bare: str, words: OutlineWords) -> bool:
    """Whether a line without a mark of its own can be a title's first."""
    if words.titles.words.search(bare):
        heading = words.heads_alone(bare) and not _OWN.search(bare)
        return not heading and not _DATE.fullmatch(bare)
    if len(head) < 2:
        return False
    following = _bare(text, head[1])
    titled = bool(words.titles.words.search(following)) and len(following) <= _TITLE_LIMIT
    titled = titled and following[-1:] not in _ENDS and marked_heading(text, head[1]) is None
    spoken = words.titles.occasion.match(f"{bare}上")  # 在…大会, of which the title goes on
    return titled and bool(
        _names_organ(bare, words.titles) or spoken or following.startswith(_DASHES)
    )


def _says_where(bare: str, words: TitleWords) -> bool:
    """Whether a line tells at what meeting a report was given, or by whom."""
    return bool(words.occasion.match(bare) or words.speaker.match(bare))


def _names_organ(bare: str, words: TitleWords) -> bool:
    return len(bare) <= 30 and bare.endswith(words.organs) and not re.search(r"[，。；：]", bare)
