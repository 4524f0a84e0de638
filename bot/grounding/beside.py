"""The words beside a figure: what its clause says of it, on either side."""

import re
from collections.abc import Sequence

from bot.grounding.words import grounding_words
from knowledge.figures import Figure
from knowledge.numerals import fold_width

BREAKS = "，,。；;：:！？!?、（）()\n"
"""Where the words that belong to a figure end."""
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE_ENDS = "。！？!?\n"
_DEALS_WITHIN = "，,。；;：:！？!?（）()\n"
_REACH = 24


Sides = tuple[list[str], list[str]]
"""The pairs of characters before a figure and after it."""


def sides(text: str, figures: Sequence[Figure], index: int) -> Sides:
    """The pairs of characters before and after a figure, up to a mark or another figure."""
    figure, folded = figures[index], fold_width(text)
    dealt = _dealt_words(folded, figures, index)
    if dealt:
        return pairs(dealt), []
    blank = text.count(" ", max(0, figure.start - 2 * _REACH), figure.start)  # names made blank
    left = max(figure.start - _REACH - blank, figures[index - 1].end if index else 0)
    right = min(
        figure.end + _REACH, figures[index + 1].start if index + 1 < len(figures) else len(text)
    )
    start = _clause_start(folded, left, figure.start)
    if folded[start - 1] in "：:" and start > left:
        start = _clause_start(folded, left, start - 1)  # 零售药店：检查159家
    elif folded[start - 1] in "，," and start > left and not pairs(folded[start : figure.start]):
        start = _clause_start(folded, left, start - 1)  # 零售药店方面，为159家
    ends = [folded.find(mark, figure.end, right) for mark in BREAKS]
    end = min([right, *(e for e in ends if e >= 0)])
    return pairs(folded[start : figure.start]), pairs(folded[figure.end : end])


def _dealt_words(folded: str, figures: Sequence[Figure], index: int) -> str:
    """企业、合作社分别达到90%、80% says 90% of 企业 and 80% of 合作社; empty where it does not.

    甲所1204家次，乙所987家次；发现问题分别为316个、245个 says 316个 of 甲所 and of 发现问题.
    """
    figure = figures[index]
    start = 1 + max(folded.rfind(mark, 0, figure.start) for mark in _DEALS_WITHIN)
    word = grounding_words().respectively.search(folded, start, figure.start)
    if word is None:
        return ""
    end = min((e for m in _DEALS_WITHIN if (e := folded.find(m, figure.end)) >= 0), default=None)
    after = [f for f in figures if f.start >= word.end() and (end is None or f.start < end)]
    items = [item.strip() for item in re.split("[、和与及]", folded[start : word.start()])]
    turn, count = after.index(figure), len(after)
    if len(items) == count > 1:
        return items[turn] if turn == count - 1 else f"{items[turn]}，{_shared_noun(items)}"
    if len(items) == 1 and count > 1:
        earlier = [f for f in figures if _sentence_start(folded, start) <= f.start < start][:count]
        return f"{_label(folded, earlier, turn, count)}，{items[0]}"
    return ""


def _shared_noun(items: Sequence[str]) -> str:
    """发现问题 of 河东所、河西所、临港所发现问题: what follows the last of items that end alike."""
    ends = {item[-1:] for item in items[:-1]}
    return items[-1].partition(ends.pop())[2] if len(ends) == 1 and "" not in ends else ""


def _label(folded: str, earlier: Sequence[Figure], turn: int, count: int) -> str:
    """The words before the figure of an earlier row that a dealt figure stands under."""
    if len(earlier) < count or len({figure.unit for figure in earlier}) > 1:
        return ""
    left = earlier[turn - 1].end if turn else max(0, earlier[0].start - _REACH)
    return folded[_clause_start(folded, left, earlier[turn].start) : earlier[turn].start]


def _sentence_start(folded: str, position: int) -> int:
    return 1 + max(folded.rfind(mark, 0, position) for mark in _SENTENCE_ENDS)


def _clause_start(folded: str, left: int, position: int) -> int:
    return max([left, *(folded.rfind(mark, left, position) + 1 for mark in BREAKS)])


def pairs(text: str) -> list[str]:
    """All pairs of neighbouring Chinese characters of a text."""
    return [run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)]
