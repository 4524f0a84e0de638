"""The ways in which a model's statement deals its figures out: lists, and rows of tables.

甲、乙分别为3件、2件 says 甲3件、乙2件; 甲率、乙率均为9% says it of each; in a row, a cell says what
its column is headed. A reading is a text with the figures of the statement at their places.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.checking.vocabulary import entailment_words
from knowledge.understanding.figures import Figure
from knowledge.understanding.sentences import Span

JOINT = re.compile("[、和与及]|”“")
_ITEMS = r"(?P<items>[^，,。；;：:！？!?（）()\n|]+?)"
_EACH_ITS_OWN = re.compile(rf"{_ITEMS}(?:(?P<dealt>分别|依次)[为是有达]?到?|(?<!\d)(?=[\d*]))")
_ALL_THE_SAME = re.compile(rf"{_ITEMS}(?:均|都|皆)[为是有达]?到?(?=[\d*])")
_VALUE = re.compile(r"[\d*×]")
_CELL = re.compile(r"[^|]+")
_RULE = re.compile(r"[\s|:]*-[\s|:-]*")
_BLANK = " \t\n。"
_VERB = 6


@dataclass(frozen=True, slots=True)
class FigureReading:
    """A text with figures; ``numbers`` tell which of the statement's figures each of them is."""

    text: str
    figures: tuple[Figure, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Share:
    """Some words, and the stretch of the statement that is said of them."""

    words: str
    span: Span


def readings_of(
    text: str, figures: Sequence[Figure], header: Sequence[str] = ()
) -> Iterator[FigureReading]:
    """A statement as it is written, and as a list in it deals its figures out.

    ``header`` are the cells that head the table whose row it is: then each cell is read as its
    column says, and in no other way. A figure that is said of each of several is of each.
    """
    cells = row_cells(text)
    if len(cells) == len(header) > 1:
        label = text[slice(*cells[0])].strip()
        columns = zip(cells[1:], header[1:], strict=True)
        shares = [_Share(f"{label}{name}", cell) for cell, name in columns]
        yield _rewrite(text, figures, [(Span(0, cells[-1].end), shares)], "，")
        return
    of_each = next(_shared_figures(text, figures), None)
    if of_each:
        yield _rewrite(text, figures, [of_each], "、")
        return
    dealt = list(_dealt_figures(text, figures))
    for lists in ([], *([one] for one in dealt), *([dealt] if len(dealt) > 1 else ())):
        yield _rewrite(text, figures, lists, "、")


def row_cells(text: str) -> list[Span]:
    """The cells of a row of a table; none of any other text, nor of the line below a head."""
    if not text.lstrip().startswith("|") or is_rule(text):
        return []
    cells = (Span(*match.span()) for match in _CELL.finditer(text))
    return [cell for cell in cells if text[slice(*cell)].strip(_BLANK)]


def is_rule(text: str) -> bool:
    """Whether a text is the line below the head of a table."""
    return bool(_RULE.fullmatch(text.strip()))


def _dealt_figures(text: str, figures: Sequence[Figure]) -> Iterator[tuple[Span, list[_Share]]]:
    """The lists whose items have figures of their own behind them, once or several times."""
    named = list[str]()
    for match in _EACH_ITS_OWN.finditer(text):
        start = _list_start(match, figures)
        listed = _items(match, start)
        again = bool(match["dealt"] and not listed)  # 甲、乙分别为3件、2件，分别增长5%、6%
        named = listed or named
        items = named if again else listed
        own = list(_listed_figures(text, [f for f in figures if f.start >= match.end()]))
        if len(items) == len(own) > 1 and len(verb := text[match.end() : own[0].start]) <= _VERB:
            verb = f"{match['items']}{verb}" if again else verb
            spans = [Span(figure.start, figure.end) for figure in own]
            shares = [_Share(f"{i}{verb}", span) for i, span in zip(items, spans, strict=True)]
            yield Span(start, spans[-1].end), shares


def _shared_figures(text: str, figures: Sequence[Figure]) -> Iterator[tuple[Span, list[_Share]]]:
    """The lists with one figure behind them that is of each item."""
    for match in _ALL_THE_SAME.finditer(text):
        start = _list_start(match, figures)
        items = _items(match, start)
        if items and items[-1].endswith("率") and not all(i.endswith("率") for i in items):
            continue  # 甲、乙的合格率均为9%: one rate, of both together
        spans = [Span(f.start, f.end) for f in figures if f.start == match.end()]
        if spans and len(items) > 1:
            shares = [_Share(item, spans[0]) for item in items]
            yield Span(start, spans[0].end), shares


def _list_start(match: re.Match[str], figures: Sequence[Figure]) -> int:
    """Where a list starts: behind the last figure before it."""
    ends = (f.end for f in figures if match.start("items") < f.end <= match.end("items"))
    return max(ends, default=match.start("items"))


def _items(match: re.Match[str], start: int) -> list[str]:
    """What a list names; nothing where a name is left out or has a value."""
    listed = match.string[start : match.end("items")]
    items = entailment_words().list_marks.split(listed)
    return items if len(items) > 1 and all(items) and not _VALUE.search(listed) else []


def _listed_figures(text: str, figures: Sequence[Figure]) -> Iterator[Figure]:
    """The first figures and those that only a mark of a list parts from it."""
    yield from figures[:1]
    for one, following in pairwise(figures):
        if not JOINT.fullmatch(text[one.end : following.start]):
            return
        yield following


def _rewrite(
    text: str,
    figures: Sequence[Figure],
    lists: Sequence[tuple[Span, Sequence[_Share]]],
    mark: str,
) -> FigureReading:
    """A text with some shares in the place of each of some stretches, parted by a mark."""
    written, placed = "", list[tuple[int, Figure]]()

    def go_on(stretch: Span) -> None:
        nonlocal written
        moved = len(written) - stretch.start
        placed.extend(
            (number, figure._replace(start=figure.start + moved, end=figure.end + moved))
            for number, figure in enumerate(figures)
            if stretch.start <= figure.start < stretch.end
        )
        written += text[slice(*stretch)]

    end = 0
    for span, shares in lists:
        go_on(Span(end, span.start))
        for n, share in enumerate(shares):
            written += f"{mark if n else ''}{share.words}"
            go_on(share.span)
        end = span.end
    go_on(Span(end, len(text)))
    return FigureReading(written, tuple(f for _, f in placed), tuple(n for n, _ in placed))
