"""The rows of tables as they stand in a report's text, a line each, and the units of their cells.

``指标：立案数（件），上年同期：125，本年累计：153``: each cell stands behind its column's name,
so that the quote of a row says by itself what its figures are. Pure, and linear in the text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, cached_property, lru_cache, partial
from typing import NamedTuple

from knowledge.understanding.mentions import (
    MASK,
    MULTIPLIER,
    find_mentions,
    fold_width,
    unit_words,
)
from knowledge.understanding.sentences import Span
from knowledge.vocabulary import DATA, Pattern, Vocabulary, Words, at, load_vocabulary

NAMED_BY, NEXT_CELL = "：", "，"
_SIGN = r"[+＋↑↓▲▼±]?[ ]?"
_LEAD = r"(?:约|近|超过?)?"
_SPOT = re.compile(rf"{NAMED_BY}[ \u3000]?{_SIGN}{_LEAD}-?[\d*]")
_AMOUNT = re.compile(
    rf"[ \u3000]?{_SIGN}(?P<amount>{_LEAD}-?(?:{MASK}|\d[\d,]*(?:\.\d+)?))"
    rf"[ ]?[余多]?(?:{MULTIPLIER})?[余多]?[ ]?(?P<unit>[^\s\d():，。；、]{{0,5}})"
    r"(?:\([^()]{0,20}\))?[ \u3000]?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = frozenset({"年", "年份", "年度", "年月", "时间", "日期"})
_NOTHING = re.compile(r"[ \u3000]*[—–\-/／无]*[ \u3000]*")
_LONG_CELL = re.compile(r"[，。；;！？!?]")
_SENTENCE_END = re.compile(r"[。；;！？!?]")
_KNOWN_NAMES = 1000  # each row of a table says the names of its columns again
_BRACKETS = re.compile(r"\((?:单位[：:])?((?:[^()]|\([^()]*\)){1,12})\)")
_UNIT_LINE = re.compile(r"单位[：:][ ]*([^，。；\n()]{1,20}?)[ ]*\)?[ ]*$")
_LISTED = re.compile(r"[、,，/或和]")
_CORNER = re.compile(rf"单位[：:]([^：:，]{{1,8}}){NAMED_BY}")
# 35岁以下, 36至45岁, 100—500平方米: what the things of a row are sorted by.
_CLASS = re.compile(
    r"[^\d\s]{0,4}\d[\d.]*[^\d\s]{0,4}(?:[-—–~至到]+\d[\d.]*[^\d\s]{1,4}(?:\(不?含\))?(?:以[上下内])?"
    r"|(?:\(不?含\))?及?以[上下内])"
)
_NAME_LIMIT = 60
_LABEL = 40  # of a cell that says what its row is about
_ROW_LIMIT = 4000
_ABOVE = 3  # lines over a table that may be its title and its unit
_TITLE_LIMIT = 60


class RowWords(Vocabulary):
    """What the columns of a table are by their names."""

    ordinals: frozenset[str]
    unit_columns: frozenset[str]
    ratios: Words
    money: Words
    counts: Words
    counted: Pattern
    totals: Pattern = at("totals.all")

    @cached_property
    def ratio(self) -> re.Pattern[str]:
        """A pattern of what makes a name that of a rate or a change."""
        return re.compile("|".join(map(re.escape, self.ratios)))


row_words = cache(partial(load_vocabulary, RowWords, path=DATA / "tables.toml"))


class CellKind(Enum):
    """What stands in a cell: words, an amount, a row's number, a unit, or nothing."""

    WORDS = auto()
    AMOUNT = auto()
    ORDINAL = auto()
    UNIT = auto()
    NOTHING = auto()


class RowCell(NamedTuple):
    """A cell of a row; ``name`` is the span of its column's name, empty where it has none.

    The ``value`` of an amount begins with its number, behind any sign such as +.
    """

    name: Span
    value: Span
    kind: CellKind


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its line without the line end, its cells, and which of them name it.

    ``names`` are the short cells of words before its first amount: what the row is about.
    """

    span: Span
    cells: tuple[RowCell, ...]
    names: tuple[RowCell, ...]

    def of_kind(self, kind: CellKind) -> list[RowCell]:
        """Its cells of one kind."""
        return [cell for cell in self.cells if cell.kind is kind]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one table, with the lines over them that give its title and its unit.

    ``groups`` are the lines between rows that name those below them, by the index of the first.
    """

    rows: tuple[Row, ...]
    title: Span | None
    unit_line: Span | None
    groups: Mapping[int, Span]


class NamedUnit(NamedTuple):
    """A unit as a column's name has it: 万元 is 万 and 元."""

    multiplier: str
    unit: str


class CellAmount(NamedTuple):
    """Where an amount of a table stands, with the unit that its table gives it, if any.

    ``name`` is that of its column. ``in_row``: its row says the unit, not only the table around.
    ``ordinal``: it is the number of a row and no amount.
    """

    span: Span
    name: Span
    unit: NamedUnit | None
    in_row: bool
    ordinal: bool


def row_sentence(parts: Sequence[tuple[str, str]]) -> str:
    """Write a row: the name of its column, or ``""``, and the words of each cell."""
    if not any(name for name, _ in parts):
        return " ".join(text for _, text in parts)
    return NEXT_CELL.join(f"{name}{NAMED_BY}{text}" if name else text for name, text in parts)


def find_rows(folded: str) -> list[Row]:
    """Find the rows with amounts in a text that ``fold_width`` has folded, in order."""
    rows, end = [], -1
    for spot in _SPOT.finditer(folded):
        if spot.start() < end:
            continue
        start = folded.rfind("\n", 0, spot.start()) + 1
        end = folded.find("\n", spot.start())
        end = len(folded) if end < 0 else end
        row = _read_row(folded, Span(start, end)) if end - start <= _ROW_LIMIT else None
        if row:
            rows.append(row)
    return rows


def find_tables(folded: str) -> list[Table]:
    """Find the tables of a folded text: rows that follow one another and share their columns."""
    tables: list[list[Row]] = []
    groups: list[dict[int, Span]] = []
    for row in find_rows(folded):
        last = tables[-1][-1] if tables else None
        between = _lines_between(folded, last.span.end, row.span.start) if last else None
        if last and between is not None and _share_columns(folded, last, row):
            if between:
                groups[-1][len(tables[-1])] = between[0]
            tables[-1].append(row)
        else:
            tables.append([row])
            groups.append(_group_above(folded, row))
    return [
        Table(tuple(rows), *_lines_above(folded, group.get(0, rows[0].span).start), group)
        for rows, group in zip(tables, groups, strict=True)
    ]


def cell_amounts(folded: str) -> dict[int, CellAmount]:
    """The amounts in the cells of a folded text's tables, by the places where they start."""
    return {
        amount.span.start: amount
        for table in find_tables(folded)
        for amount in _TableUnits(folded, table).amounts()
    }


def repeat_units(text: str) -> str:
    """Write the unit of a whole table into its rows: 2023年（万元）：80.2 under 单位：万元.

    So the quote of a row has the units of all its amounts.
    """
    return with_units(text, ())[0]


def with_units(text: str, places: Sequence[int]) -> tuple[str, list[int]]:
    """The same, with where the places of the text, in order, are then."""
    pieces, end, longer = [], 0, 0
    moved: list[int] = []
    for amount in cell_amounts(fold_width(text)).values() if NAMED_BY in text else ():
        if amount.unit and not amount.in_row:
            unit = f"（{''.join(amount.unit)}）"
            moved += (place + longer for place in places[len(moved) :] if place <= amount.name.end)
            pieces += [text[end : amount.name.end], unit]
            end = amount.name.end
            longer += len(unit)
    moved += (place + longer for place in places[len(moved) :])
    return "".join((*pieces, text[end:])), moved


@lru_cache(_KNOWN_NAMES)
def unit_named(words: str) -> NamedUnit | None:
    """The unit that words are, 件 or 万元; None where they are anything else."""
    plain = words.strip().replace("/", "")
    match = re.fullmatch(rf"({MULTIPLIER})?(.*)", plain)
    for multiplier, unit in (("", plain), match.groups("") if match else ("", "")):
        bare = re.sub(r"[()]", "", unit)
        if written := next((u for u in (unit, bare) if u in _units()), ""):
            return NamedUnit(multiplier, unit_words().canonical(written))
    return None


def unit_in_cell(cell: str) -> NamedUnit | None:
    """The unit of its row that a cell of a column of units holds: 单位：万元."""
    called, _, words = cell.partition(NAMED_BY)
    return unit_named(words) if called in row_words().unit_columns else None


@lru_cache(_KNOWN_NAMES)
def unit_in_name(name: str) -> NamedUnit | None:
    """The unit that a column's or a row's folded name gives: 罚没款(万元), 合格率%, 受理件数."""
    for match in _BRACKETS.finditer(name):
        if unit := unit_named(re.sub(r"[±+\-]", "", match[1])):
            return unit
    if name.endswith(("%", "‰")):
        return unit_named(name[-1])
    if "/" in name and not name.endswith(")"):
        return unit_named(name.rpartition("/")[2])
    counted = row_words().counted.search(name)
    return unit_named(next(filter(None, counted.groups()))) if counted else None


@lru_cache(_KNOWN_NAMES)
def without_unit(name: str) -> str:
    """A folded name without its unit: 罚没款 of 罚没款(万元)."""
    name = _BRACKETS.sub(lambda m: "" if unit_named(re.sub(r"[±+\-]", "", m[1])) else m[0], name)
    name = name.removesuffix("%").removesuffix("‰")
    head, slash, tail = name.rpartition("/")
    if slash and not tail.endswith(")") and unit_named(tail):
        return head
    counted = row_words().counted.search(name)
    return name[: counted.start()] if counted else name


@cache
def _units() -> frozenset[str]:
    words = unit_words()
    return frozenset((*words.written, *words.spellings.values()))


def _read_row(folded: str, line: Span) -> Row | None:
    """Read a line as a row; None for prose and for what has no amounts."""
    cells = list(_cells(folded, line))
    amounts = [cell for cell in cells if cell.kind is CellKind.AMOUNT]
    named = [cell for cell in cells if cell.name.end > cell.name.start]
    if not amounts or len(named) + 1 < len(cells):
        return None
    if len(cells) == 1:  # 立案（件）：12, of a table of two columns
        return Row(line, (*cells,), ()) if unit_in_name(folded[slice(*cells[0].name)]) else None
    first = next(cell for cell in cells if cell.kind is not CellKind.ORDINAL)
    words = [cell for cell in cells if cell.kind is CellKind.WORDS]
    if first.kind is CellKind.AMOUNT and words:
        return None  # 合计：153件，其中：食品95件
    if len(named) < 2 and first.kind is not CellKind.WORDS:
        return None
    leading = (cell for cell in words if cell.value.end < amounts[0].value.start)
    return Row(line, (*cells,), tuple(c for c in leading if _is_label(folded[slice(*c.value)])))


def _is_label(words: str) -> bool:
    """Whether a cell of words names its row, and does not tell of what was done with figures."""
    if len(words) > _LABEL or _LONG_CELL.search(words):
        return False
    if _CLASS.fullmatch(words.strip()):
        return True
    return not any(m.unit and m.kind == "arabic" for m in find_mentions(words))


def _cells(folded: str, line: Span) -> Iterator[RowCell]:
    """The cells of a line; words behind a comma that no name leads belong to the words before."""
    parts: list[tuple[Span, Span]] = []
    for part in _parts(folded, line):
        name = _name_of(folded, part)
        if parts and name.end == name.start and not _is_amount(folded, *parts[-1]):
            parts[-1] = (parts[-1][0], Span(parts[-1][1].start, part.end))
        else:
            start = name.end + len(NAMED_BY) if name.end > name.start else part.start
            parts.append((name, Span(start, part.end)))
    first = True
    for name, value in parts:
        kind = _kind(folded, name, value, first=first)
        first = first and kind is CellKind.ORDINAL
        amount = _AMOUNT.fullmatch(folded, *value) if kind is CellKind.AMOUNT else None
        yield RowCell(name, Span(amount.start("amount"), value.end) if amount else value, kind)


def _parts(folded: str, line: Span) -> Iterator[Span]:
    start = line.start
    for mark in [*_marks(folded, line), line.end]:
        yield Span(start, mark)
        start = mark + len(NEXT_CELL)


def _marks(folded: str, line: Span) -> Iterator[int]:
    mark = folded.find(NEXT_CELL, *line)
    while mark >= 0:
        yield mark
        mark = folded.find(NEXT_CELL, mark + 1, line.end)


def _name_of(folded: str, part: Span) -> Span:
    """The name that leads a cell; empty where none does.

    Of several colons the last leads an amount (其中：企业：12), the first leads words.
    """
    nothing = Span(part.start, part.start)
    last = folded.rfind(NAMED_BY, *part)
    if last < 0:
        return nothing
    corner = _CORNER.match(folded, *part)
    first = corner.end() - 1 if corner else folded.find(NAMED_BY, *part)
    end = last if _AMOUNT.fullmatch(folded, last + 1, part.end) else first
    said = folded[part.start : end]
    fits = said.strip() and len(said) <= _NAME_LIMIT and not _SENTENCE_END.search(said)
    return Span(part.start, end) if fits else nothing


def _kind(folded: str, name: Span, value: Span, *, first: bool) -> CellKind:
    called, words = folded[slice(*name)], folded[slice(*value)].strip()
    if _NOTHING.fullmatch(words):
        return CellKind.NOTHING
    if unit_in_cell(f"{called}{NAMED_BY}{words}"):
        return CellKind.UNIT
    if not _is_amount(folded, name, value):
        return CellKind.WORDS
    if called.replace(" ", "") in row_words().ordinals:
        return CellKind.ORDINAL
    leads = first and not unit_in_name(called)
    named = leads and (words in unit_words().names or "*" in words)
    year = (leads or called in _DATED) and _YEAR.fullmatch(words)
    return CellKind.WORDS if named or year else CellKind.AMOUNT


def _is_amount(folded: str, name: Span, value: Span) -> bool:
    """Whether a cell holds one amount and no more than its unit and a remark in brackets."""
    match = _AMOUNT.fullmatch(folded, *value)
    if not match:
        return False
    unit = match["unit"]
    if unit:
        return unit not in {"年", "月", "日"} and (unit in _units() or unit in "%‰")
    return name.end > name.start


class _TableUnits:
    """Finds the units of the bare numbers of one table."""

    def __init__(self, folded: str, table: Table) -> None:
        self._folded = folded
        self._table = table
        self._own = [self._row_unit(row) for row in table.rows]
        self._shared = set(filter(None, self._own))
        line = _UNIT_LINE.search(folded, *table.unit_line) if table.unit_line else None
        self._listed = _units_listed(line[1]) if line else []

    def amounts(self) -> Iterator[CellAmount]:
        for row, own in zip(self._table.rows, self._own, strict=True):
            for cell in row.cells:
                match = _AMOUNT.fullmatch(self._folded, *cell.value)
                if match and cell.kind in {CellKind.AMOUNT, CellKind.ORDINAL}:
                    bare = cell.kind is CellKind.AMOUNT and not match["unit"]
                    in_row = self._unit_in_row(row, own, cell) if bare else None
                    unit = in_row or (self._unit_of_table(row, own, cell) if bare else None)
                    ordinal = cell.kind is CellKind.ORDINAL
                    span = Span(*match.span("amount"))
                    yield CellAmount(span, cell.name, unit, in_row is not None, ordinal)

    def _words(self, span: Span) -> str:
        return self._folded[slice(*span)]

    def _row_unit(self, row: Row) -> NamedUnit | None:
        """The unit in a row's column of units, else in the words that it begins with."""
        if column := next(iter(row.of_kind(CellKind.UNIT)), None):
            return unit_named(self._words(column.value))
        names = (self._words(cell.value) for cell in reversed(row.names))
        return next(filter(None, map(unit_in_name, names)), None)

    def _unit_in_row(self, row: Row, own: NamedUnit | None, cell: RowCell) -> NamedUnit | None:
        """The unit that a bare number has of its column's name, or ``own`` of its row."""
        name = self._words(cell.name)
        if (unit := unit_in_name(name)) or row_words().ratio.search(name):
            return unit
        corner = _UNIT_LINE.search(self._words(row.cells[0].name))
        listed = _units_listed(corner[1]) if corner else ()
        return own or self._fitting_unit(listed, row, cell)

    def _unit_of_table(self, row: Row, own: NamedUnit | None, cell: RowCell) -> NamedUnit | None:
        """The unit of all rows for a total, else that of the line over the table."""
        if own or row_words().ratio.search(self._words(cell.name)):
            return None
        total = any(row_words().totals.search(self._words(named.value)) for named in row.names)
        if total and len(self._shared) == 1:
            return next(iter(self._shared))
        return self._fitting_unit(self._listed, row, cell)

    def _fitting_unit(
        self, units: Sequence[NamedUnit], row: Row, cell: RowCell
    ) -> NamedUnit | None:
        names = [self._words(cell.name), *(self._words(named.value) for named in row.names)]
        ratio = any(map(row_words().ratio.search, names))
        return None if ratio or not units else _fitting(units, names)


def _units_listed(words: str) -> list[NamedUnit]:
    whole = unit_named(words)
    return [whole] if whole else [u for u in map(unit_named, _LISTED.split(words)) if u]


def _fitting(units: Sequence[NamedUnit], names: Sequence[str]) -> NamedUnit | None:
    """Which of a table's units is that of a cell by its names; None where that is not clear."""
    words = row_words()
    is_money = any(word in name for name in names for word in words.money)
    is_count = any(without_unit(name).endswith(words.counts) for name in names)
    sums = [unit for unit in units if unit.unit.endswith("元")]
    others = [unit for unit in units if unit not in sums]
    if is_money or not others:
        return None if is_count and not is_money else next(iter(sums), None)
    return others[0] if len(others) == 1 else None


def _share_columns(folded: str, one: Row, other: Row) -> bool:
    """Whether two rows are of one table: half the columns of the shorter are the other's too."""
    names = [{without_unit(folded[slice(*c.name)]) for c in r.cells} for r in (one, other)]
    return 2 * len(names[0] & names[1]) >= min(map(len, names))


def _lines_between(folded: str, start: int, end: int) -> list[Span] | None:
    """What stands between two rows: nothing, or a line that names a group; None for more."""
    lines = [span for span in _line_spans(folded, start, end) if folded[slice(*span)].strip()]
    if not lines:
        return []
    grouped = len(lines) == 1 and len(folded[slice(*lines[0])]) <= _NAME_LIMIT
    return lines if grouped and NAMED_BY in folded[slice(*lines[0])] else None


def _line_spans(folded: str, start: int, end: int) -> Iterator[Span]:
    while start < end:
        stop = folded.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield Span(start, stop)
        start = stop + 1


def _group_above(folded: str, row: Row) -> dict[int, Span]:
    """The line that names the group of a table's first rows, under its first column's name."""
    start = folded.rfind("\n", 0, max(row.span.start - 1, 0)) + 1
    line = Span(start, max(row.span.start - 1, start))
    name = folded[row.cells[0].name.start : row.cells[0].value.start]
    named = name.endswith(NAMED_BY) and folded.startswith(name, start)
    return {0: line} if named and line.end - start <= _NAME_LIMIT else {}


def _lines_above(folded: str, place: int) -> tuple[Span | None, Span | None]:
    """The title of a table that begins at a place and the line with its unit, which may be one."""
    title = unit = None
    end = place - 1
    for _ in range(_ABOVE):
        while end > 0 and folded[end - 1] in "\n ":
            end -= 1
        start = folded.rfind("\n", 0, max(end, 0)) + 1
        line = folded[start:end] if end > start else ""
        long = len(line) > _TITLE_LIMIT
        if not line or long or _SENTENCE_END.search(line) or _SPOT.search(line):
            break
        is_unit = _UNIT_LINE.search(line)
        if is_unit and unit is None:
            unit = Span(start, end)
        if not is_unit or is_unit.start() > 4:
            title = Span(start, end)
            break
        end = start - 1
    return title, unit
