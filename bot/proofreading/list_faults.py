"""Faults of a draft's lists: how items end, how they are set apart, how they are counted; pure.

What stands at the head of a paragraph is counted by ``bot.official.numbering``; here is what that
leaves: marks within a paragraph, 一要 and 第一.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.official.findings import FindingKind, StyleFault
from bot.official.numbering import PlacedFault, line_mark, mark_level
from bot.official.vocabulary import style_words
from knowledge.understanding.figures import clause_words

_ITEM = re.compile(r"(?P<before>^|[，；。：])\s*(?P<n>[一二三四五六七八九十]{1,2})[是要](?!否)")
_MARK_WITHIN = re.compile(
    r"(?:^\s*|(?<=[。；：]))(?P<mark>[（(]?(?P<n>\d{1,2})[)）、.．])\s?(?!\d)"
)
_SMALL = "〇一二三四五六七八九"
_OTHER_ITEMS = (
    re.compile(r"(?:^\s*|(?<=[。；：，]))(?P<item>(?P<n>[一二三四五六七八九])要)(?![求素点么害])"),
    re.compile(r"(?:^\s*|(?<=[。；：]))(?P<item>第(?P<n>[一二三四五六七八九]))(?=[，、])"),
)
_ORDINAL = re.compile("(?:首先|其次|再次|最后)(?=，)")
_WORD = "[\u4e00-\u9fff“”]{2,6}"
_LIST_ENDS = (
    # 检查教育，医疗、停车等收费单位94家: a clause that is nothing but the rest of a list
    re.compile(
        rf"(?P<items>{_WORD}(?:、{_WORD})*)等(?:[\u4e00-\u9fff]{{1,8}})?\d[\d,.]*[余多]?[万亿]?"
        r"[\u4e00-\u9fff]{1,2}(?=[，。；])"
    ),
    # 紧盯春节，国庆两个旅游旺季: as many as it says only with the word before it
    re.compile(
        r"(?P<items>[\u4e00-\u9fff]{2,3}(?:、[\u4e00-\u9fff]{2,3})*)"
        r"(?P<n>[两二三四五六])(?=[个项类大种])"
    ),
)
_HEAD, _LONGEST_ITEM = 2, 6
_COUNTS = dict(zip("两二三四五六", (2, 2, 3, 4, 5, 6), strict=True))
_SHORT_CLAUSE = 6
_HEAD_REACH = 24
_HIGHEST = 2
"""The levels of headings that end a list: 一、 and （一）."""


def list_faults(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """All of them, by kind."""
    yield from _items_without_stop(lines)
    yield from _items_apart(lines)
    yield from _commas_in_lists(lines)
    yield from _marks_within(lines)
    yield from _other_items(lines)
    yield from _ordinals(lines)


def marks_once(lines: Sequence[str], faults: Iterator[PlacedFault]) -> Iterator[PlacedFault]:
    """The faults of numbering; those that only follow from one before are left out."""
    last: dict[int, int] = {}
    for n, fault in faults:
        mark = line_mark(lines[n][fault.start :]) if fault.key == "mark_sequence" else None
        if mark and last.get(mark.level) == mark.number - 1:
            last[mark.level] = mark.number
            continue
        if mark:
            last[mark.level] = mark.number
        yield n, fault


def _items_without_stop(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """Items of a list that do not end as the one before: a heading would have a text below it."""
    filled = [(n, line.rstrip()) for n, line in enumerate(lines) if line.strip()]
    levels = [mark_level(line.lstrip()) for _, line in filled]
    ends: dict[int, bool] = {}
    for place, (n, line) in enumerate(filled):
        level = levels[place]
        below = levels[place + 1] if place + 1 < len(filled) else level
        ended = line.endswith("。")
        if not level:
            continue
        if ends.get(level) and 0 < below <= level and "，" in line:
            start = len(line) - line.endswith("；")
            if start < len(line) or line[-1].isalnum():
                yield n, StyleFault(FindingKind.PUNCTUATION, start, len(line), "no_stop", "。")
        ends[level] = ended
    for (n, line), level, below in zip(filled, levels, levels[1:], strict=False):
        if line.endswith("；") and 0 < below <= _HIGHEST and (not level or below < level):
            yield n, StyleFault(FindingKind.PUNCTUATION, len(line) - 1, len(line), "no_stop", "。")


def _items_apart(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """三是 behind a comma where 二是 stands behind a ；; a ； that ends an item with a 。 in it."""
    for n, line in enumerate(lines):
        items = list(_ITEM.finditer(line))
        marks = [item["before"] for item in items[1:]]
        for item in items[1:]:
            strong = next((mark for mark in marks if mark in "；。"), "")
            if item["before"] == "，" and strong and item["n"] != "一":
                yield n, StyleFault(FindingKind.PUNCTUATION, *item.span("before"), "apart", strong)
        words = line.rstrip()
        mark = line_mark(words.lstrip())
        if mark and words.endswith("；") and "。" in words[_HEAD_REACH:]:
            end = len(words)
            yield n, StyleFault(FindingKind.PUNCTUATION, end - 1, end, "no_stop", "。")


def _commas_in_lists(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """A ， between the first things of a list, where what follows it has no verb of its own."""
    verbs = clause_words().verbs
    for n, line in enumerate(lines):
        for comma in re.finditer("，", line):
            before = re.split("[，。；：、]", line[: comma.start()])[-1]
            verb = verbs.match(before)
            item = before[verb.end() :] if verb else before[_HEAD:]
            if not _HEAD <= len(item) <= _LONGEST_ITEM or verbs.match(item):
                continue
            for pattern in _LIST_ENDS:
                rest = pattern.match(line, comma.end())
                items = rest["items"].split("、") if rest else []
                counted = rest and rest.groupdict().get("n")
                fits = bool(verb)
                if counted:
                    fits = len(before) <= _SHORT_CLAUSE and _COUNTS[counted] == len(items) + 1
                if items and fits and not any(map(verbs.match, items)):
                    kind = FindingKind.PUNCTUATION
                    yield n, StyleFault(kind, *comma.span(), "list_comma", "、")


def _marks_within(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """1.…。2、…。（3）… within a paragraph: marks of another form than the first, or left out."""
    for n, line in enumerate(lines):
        marks = list(_MARK_WITHIN.finditer(line))
        if len(marks) < 2 or marks[0]["n"] != "1":
            continue
        form = Counter(map(_form, marks)).most_common(1)[0][0].replace("{}、", "{}.")
        for number, mark in enumerate(marks, 1):
            if (_form(mark), int(mark["n"])) != (form, number):
                key = "mark_form" if int(mark["n"]) == number else "mark_sequence"
                right = form.format(number)
                yield n, StyleFault(FindingKind.NUMBERING, *mark.span("mark"), key, right)


def _other_items(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """一要, 二要 and 第一，第二， that are skipped or repeated; the first begins a sequence."""
    for pattern in _OTHER_ITEMS:
        number = 0
        for n, line in enumerate(lines):
            for match in pattern.finditer(line):
                found = _SMALL.index(match["n"])
                if found not in (1, number + 1) and number:
                    words = match["item"].replace(match["n"], _SMALL[number + 1])
                    kind, span = FindingKind.NUMBERING, match.span("item")
                    yield n, StyleFault(kind, *span, "item_sequence", words)
                number = found if found == 1 or number else 0


def _ordinals(lines: Sequence[str]) -> Iterator[PlacedFault]:
    """首先, 再次 without 其次 between them; 其次, 再次 without 首先 before."""
    before = ""
    for n, line in enumerate(lines):
        for match in _ORDINAL.finditer(line):
            key, right = "", None
            if (before, match[0]) == ("首先", "再次"):
                key, right = "item_sequence", "其次"
            elif (
                before != "首先" and match[0] == "其次" and not _opens_items(line[: match.start()])
            ):
                key = "item_unopened"
            if key:
                yield n, StyleFault(FindingKind.NUMBERING, *match.span(), key, right)
            before = match[0]


def _opens_items(text: str) -> bool:
    return bool(style_words().opens_items.search(text))


def _form(mark: re.Match[str]) -> str:
    form = mark["mark"].replace(mark["n"], "{}")
    return form.replace("．", ".").replace("(", "（").replace(")", "）")
