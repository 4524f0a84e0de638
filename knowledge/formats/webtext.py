"""An element of a web page laid out in lines: blocks, breaks, items, and tables row by row."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from knowledge.formats.oneline import parted_block

_Element = Any  # lxml has no types

_BLOCK_TAGS = (
    "address article blockquote body br caption center dd details div dl dt fieldset figcaption"
    " figure form h1 h2 h3 h4 h5 h6 hr html legend li main ol p pre section summary table tbody"
    " td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LINE_END = "\v"  # no page has it, since what is no character is taken out
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_STOPS = re.compile(r"[，。、；：？！（）《》“”…—]")
_UNSEEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\xad]")
_MOST_COLUMNS, _MOST_CELLS = 60, 40_000
_LONGEST_HEAD, _LONGEST_CELL = 20, 200


def laid_out(element: _Element, etree: Any, until: _Element | None = None) -> Iterator[str]:
    """The lines of an element's text, none of them empty; those before ``until``, if given."""
    walk = etree.iterwalk(element, events=("start", "end"))
    said: list[str] = []
    set_as_typed = 0
    for event, node in walk:
        block = node.tag in _BLOCKS
        if block:
            yield from _line(said)
            said = []
        if event == "start":
            if node is until:
                break
            rows = _rows(node) if node.tag == "table" else None
            if rows is not None:
                yield from rows
                walk.skip_subtree()
            else:
                set_as_typed += node.tag == "pre"
                said.append(_typed(node.text, set_as_typed))
        elif node is not element:
            set_as_typed -= node.tag == "pre"
            said.append(_typed(node.tail, set_as_typed))
    yield from _line(said)


def _typed(text: str | None, depth: int) -> str:
    """A stretch of text; inside a pre its line ends are those of lines."""
    return (text or "").replace("\n", _LINE_END) if depth else text or ""


def words_of(element: _Element) -> str:
    """All words of an element in one line."""
    return "".join(_line([str(text) for text in element.itertext()]))


def _line(said: Sequence[str]) -> Iterator[str]:
    words = parted_block(_UNSEEN.sub("", "".join(said)), _LINE_END)
    for typed in words.split(_LINE_END):
        text = _SPACE.sub(partial(_blank, typed), typed).strip(" \u3000")
        if text:
            yield text


def _blank(text: str, found: re.Match[str]) -> str:
    """What is left of a blank: nothing of a line end of the source beside Chinese punctuation."""
    if "\n" in found[0] and "\xa0" not in found[0]:
        around = text[found.start() - 1 : found.start()] + text[found.end() : found.end() + 1]
        if _STOPS.search(around):
            return ""
    return " "


def _rows(table: _Element) -> list[str] | None:
    """A table as lines, 表头：值；表头：值; None if it only lays out the page."""
    grid = _grid(table)
    if grid is None:
        return None
    lines = []
    head: list[str] | None = None
    for row in grid:
        distinct = list(dict.fromkeys(cell for cell in row if cell))
        if len(distinct) < 2:
            lines += distinct
        elif head is None:
            head = row
            if not _is_head(row):
                return None
        else:
            lines.append(_told(head, row))
    return lines if head and len(grid) > 1 else None


def _told(head: Sequence[str], row: Sequence[str]) -> str:
    pairs = dict.fromkeys(zip(head, row, strict=False))
    return "；".join(f"{h}：{c}" if h and h != c else c for h, c in pairs if c)


def _is_head(row: Sequence[str]) -> bool:
    return all(len(cell) <= _LONGEST_HEAD and not cell.endswith(("：", ":")) for cell in row) and (
        not any(cell and cell[0].isdigit() and cell[-1].isdigit() for cell in row)
    )


def _grid(table: _Element) -> list[list[str]] | None:
    """The words of each cell, merged ones repeated; None for what is no table of short cells."""
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for tr in table.iter("tr"):
        if any(cell.find(".//table") is not None for cell in tr):
            return None
        row: list[str] = []
        for cell in (c for c in tr if c.tag in {"td", "th"}):
            _let_hang(row, hanging)
            words = words_of(cell)
            if len(words) > _LONGEST_CELL:
                return None
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if down > 1:
                    hanging[len(row)] = (down - 1, words)
                row.append(words)
        _let_hang(row, hanging)
        rows.append(row)
        if len(row) > _MOST_COLUMNS or len(rows) * len(row) > _MOST_CELLS:
            return None
    return rows


def _let_hang(row: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from rows above."""
    while len(row) in hanging:
        left, words = hanging.pop(len(row))
        if left > 1:
            hanging[len(row)] = (left - 1, words)
        row.append(words)


def _span(cell: _Element, name: str) -> int:
    told = cell.get(name, "1").strip()
    return min(int(told), _MOST_COLUMNS) if told.isascii() and told.isdigit() and told != "0" else 1
