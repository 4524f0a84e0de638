"""What figures in the cells of tables state: of what, by which measure, of when, done or planned.

A cell takes its words from the name of its column, which has all heads above it, and from the
words of its row; what is said of time, of plan or result, of change or total is taken out of
these names, and what is left is the thing and its measure. Pure, and linear in the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import takewhile

from knowledge.models import StatementKind
from knowledge.understanding.figures import clause_words
from knowledge.understanding.periods import (
    Period,
    YearPart,
    label_in,
    months_named,
    part_of_months,
)
from knowledge.understanding.rows import (
    CellKind,
    Row,
    RowCell,
    Table,
    find_tables,
    unit_in_name,
    without_unit,
)
from knowledge.understanding.sentences import Span, without_blanks
from knowledge.vocabulary import DATA, LongestFirst, Pattern, Vocabulary, at, load_vocabulary

_MONTHS = re.compile(
    r"(?:截[至止]到?(?P<until>1?\d)月底?|1?\d(?:月份?)?(?:[-—–－至到~～]{1,2})1?\d月份?|(?<!\d)1?\d月份?(?:底|末)?"
    r"|前\d个?月|[上下]半年|前三季度|第?[一二三四1-4]季度)"
)
_DIGIT = re.compile(r"[\d*]")
_EDGES = " \u3000:：、，,的·-—/()（）"
_MEASURE = re.compile(r"[率数量额款费]$|占比$|比重$|比例$|金额$|面积$|[批家户人件]次$|损失$")


class TableWords(Vocabulary):
    """The words that columns and rows are named by; see the data file for what each is."""

    same: LongestFirst = at("periods.same")
    year_before_same: LongestFirst = at("periods.year_before_same")
    year_before: LongestFirst = at("periods.year_before")
    year_after: LongestFirst = at("periods.year_after")
    whole_year: LongestFirst = at("periods.whole_year")
    unknown: LongestFirst = at("periods.unknown")
    plan: LongestFirst = at("roles.plan")
    done: LongestFirst = at("roles.done")
    done_rates: LongestFirst = at("roles.rates")
    aims: LongestFirst = at("roles.aims")
    changes: Pattern = at("changes.words")
    totals: Pattern = at("totals.all")
    subtotal: str = at("totals.subtotal")
    among: Pattern = at("totals.among")
    numbering: Pattern = at("names.numbering")
    empty: frozenset[str] = at("names.empty")
    titles: LongestFirst = at("names.titles")


table_words = cache(partial(load_vocabulary, TableWords, path=DATA / "tables.toml"))


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell with figures, ``text[span.start:span.end]``, and what they state by its table.

    ``is_amount``: it holds one amount and no more; else it holds prose with figures.
    ``name`` is the measure's name as the table writes it, less its unit, and ``subject`` the other
    words of row and column, outermost first. ``change`` is the wording of a rise or fall (同比增长)
    where the cell gives one. ``period`` is what the table says, else the report's; None where the
    table means one that no report covers (本月). ``role`` is None where the table does not say.
    ``part``: the table has a total that this is a part of, or says 其中; ``totals`` are the cells
    of such totals, each from its column's name to its end.
    ``column`` and ``row`` are the spans of the column's name, empty where it has none, and of the
    row; ``context`` are those of what else names the cell: the table's title and unit, the name of
    its group of rows, the row's first cells with the names of their columns.
    """

    span: Span
    is_amount: bool
    subject: str
    name: str
    change: str
    period: Period | None
    role: StatementKind | None
    part: bool
    totals: tuple[Span, ...]
    column: Span
    row: Span
    context: tuple[Span, ...]


def read_cells(folded: str, period: Period | None) -> tuple[TableCell, ...]:
    """What the figures of each cell of a folded text's tables state, in order.

    ``period`` is the report's.
    """
    tables = find_tables(folded)
    return tuple(cell for t in tables for cell in _TableReader(folded, t, period).cells())


@dataclass(frozen=True, slots=True)
class _Label:
    """The name of a column or row, with what is said of time, plan, change and total taken out.

    ``dated``: it says of when, though ``period`` may be None. ``yearless``: it names a part of a
    year alone (1—6月), which is of the year that another name gives, else of the report's.
    ``partial``: it is a total of some, 小计.
    """

    words: str
    has_unit: bool = False
    dated: bool = False
    yearless: bool = False
    period: Period | None = None
    role: StatementKind | None = None
    change: str = ""
    total: bool = False
    partial: bool = False
    among: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is the total of all beside it, 合计 and not 案件合计."""
        return self.total and not self.words


class _TableReader:
    """Reads the cells of one table."""

    def __init__(self, folded: str, table: Table, period: Period | None) -> None:
        self._folded = folded
        self._table = table
        self._period = self._title_period() or period
        self._labels: dict[tuple[str, bool], _Label] = {}
        rows = [[self._label(c.value, of_row=True) for c in row.names] for row in table.rows]
        if any(label.is_whole and not label.partial for labels in rows for label in labels):
            rows = [[_as_part(label) for label in labels] for labels in rows]
        self._row_labels = rows
        self._totals = self._totals_by_row()
        things = [one[-1].words for one in rows if one and not any(label.total for label in one)]
        self._shared = _shared_ending(things)  # 抽检 of 食品抽检、药品抽检、合计

    def cells(self) -> Iterator[TableCell]:
        group: tuple[Span, ...] = ()
        for index, (row, labels) in enumerate(zip(self._table.rows, self._row_labels, strict=True)):
            group = (self._table.groups[index],) if index in self._table.groups else group
            outer = [self._label(self._group_name(span), of_row=True) for span in group]
            for cell in row.cells:
                if cell.kind is CellKind.AMOUNT or self._holds_figures(row, cell):
                    yield self._cell(index, cell, (*outer, *labels), group)

    def _cell(
        self, index: int, cell: RowCell, labels: Sequence[_Label], group: tuple[Span, ...]
    ) -> TableCell:
        row, column = self._table.rows[index], self._label(cell.name)
        named = [*labels, column]
        words = [label for label in named if label.words]
        if self._shared and not words:
            words = [_Label(self._shared)]
        measure = _measure_of(words)
        subject = "".join(label.words for label in words if label is not measure)
        dated = [label for label in named if label.dated]
        roles = [label.role for label in named if label.role]
        totals = tuple(self._totals_of(index, cell))
        above = tuple(filter(None, (self._table.title, self._table.unit_line)))
        return TableCell(
            span=cell.value,
            is_amount=cell.kind is CellKind.AMOUNT,
            subject=subject,
            name=measure.words if measure else "",
            change=next((label.change for label in reversed(named) if label.change), ""),
            period=_period_of(dated) if dated else self._period,
            role=roles[-1] if roles else None,
            part=bool(totals) or any(label.among for label in named),
            totals=totals,
            column=cell.name,
            row=row.span,
            context=(*dict.fromkeys(above), *group, *_spans_of(row.names)),
        )

    def _holds_figures(self, row: Row, cell: RowCell) -> bool:
        words = cell.kind is CellKind.WORDS and cell not in row.names
        return words and bool(_DIGIT.search(self._folded, *cell.value))

    def _totals_by_row(self) -> list[dict[str, Span]]:
        """For each row the cells of the total row below it, else of the last one above.

        They go by the names of their columns; there are none for a total row.
        """
        rows = [*zip(self._table.rows, self._row_labels, strict=True)]
        cells = [
            {self._column(c): _clause(c) for c in row.of_kind(CellKind.AMOUNT)}
            if any(label.is_whole for label in labels) else {}
            for row, labels in rows
        ]  # fmt: skip
        following = next(filter(None, reversed(cells)), {})
        found: list[dict[str, Span]] = []
        for own, (_, labels) in zip(reversed(cells), reversed(rows), strict=True):
            following = own or following
            found.append({} if any(label.total for label in labels) else following)
        return found[::-1]

    def _totals_of(self, index: int, cell: RowCell) -> Iterator[Span]:
        """The cells that are totals of a cell, one of its column and one of its row."""
        column = self._label(cell.name)
        if total := self._totals[index].get(self._column(cell)):
            yield total
        if column.words and not column.total:
            amounts = self._table.rows[index].of_kind(CellKind.AMOUNT)
            yield from (_clause(one) for one in amounts if self._label(one.name).is_whole)

    def _column(self, cell: RowCell) -> str:
        return without_unit(self._folded[slice(*cell.name)])

    def _title_period(self) -> Period | None:
        title = self._table.title
        words = self._folded[slice(*title)] if title else ""
        if not without_unit(words).strip(_EDGES).endswith(table_words().titles):
            return None
        found = label_in(words)
        return found.period if found else None

    def _group_name(self, line: Span) -> Span:
        """The words of a row that names a group: 一、食品 of 序号：一、食品."""
        mark = self._folded.find("：", *line)
        return Span(mark + 1, line.end)

    def _label(self, span: Span, *, of_row: bool = False) -> _Label:
        key = self._folded[slice(*span)], of_row
        if key not in self._labels:
            self._labels[key] = _read_label(key[0], self._period, of_row=of_row)
        return self._labels[key]


def _as_part(label: _Label) -> _Label:
    """A 小计 beside a 合计, which is one part of that."""
    named = label.is_whole and label.partial
    return replace(label, total=False, words=table_words().subtotal) if named else label


def _shared_ending(names: Sequence[str]) -> str:
    """What is done with the things of several names: 抽检 of 食品抽检 and 药品抽检; else empty."""
    backwards = zip(*map(reversed, names), strict=False) if len(names) > 1 else ()
    ending = "".join(signs[0] for signs in takewhile(lambda signs: len({*signs}) == 1, backwards))
    ending = ending[::-1]
    verb = clause_words().verbs.search(ending)
    return ending[verb.start() :] if verb else ""


def _clause(cell: RowCell) -> Span:
    return Span(cell.name.start, cell.value.end)


def _spans_of(cells: Sequence[RowCell]) -> list[Span]:
    """Their columns' names, where they have any, and their words."""
    return [span for c in cells for span in (c.name, c.value) if span.end > span.start]


def _measure_of(labels: Sequence[_Label]) -> _Label | None:
    """Which of a cell's names is the measure's: one with a unit, else one that ends as such."""
    for is_measure in (lambda x: x.has_unit, lambda x: bool(_MEASURE.search(x.words))):
        if found := next(filter(is_measure, reversed(labels)), None):
            return found
    return labels[-1] if labels else None


def _period_of(labels: Sequence[_Label]) -> Period | None:
    """The period that names give together: of 2022年 and 1—6月, the first half of 2022."""
    periods = [label.period for label in labels]
    if None in periods:
        return None
    year = next((label.period for label in labels if not label.yearless), None)
    part = next((label.period for label in labels if label.yearless), None)
    return replace(part, year=year.year) if part and year else part or year


def _read_label(folded: str, period: Period | None, *, of_row: bool) -> _Label:
    """Read the name of a column, or of a row; ``period`` is the table's."""
    words = table_words()
    bare = words.numbering.sub("", without_blanks(without_unit(folded)))
    label = _Label(bare, has_unit=unit_in_name(folded) is not None)
    label = _take_period(_take_change(_take_among(label)), period)
    label = _take_total(_take_role(label, of_row=of_row))
    rest = label.words.strip(_EDGES)
    return replace(label, words="" if rest in words.empty else rest)


def _take_among(label: _Label) -> _Label:
    found = table_words().among.match(label.words)
    return replace(label, among=True, words=_without(label.words, found)) if found else label


def _take_change(label: _Label) -> _Label:
    found = table_words().changes.search(label.words)
    return replace(label, change=found[0], words=_without(label.words, found)) if found else label


def _take_total(label: _Label) -> _Label:
    found = table_words().totals.search(label.words)
    if not found:
        return label
    partial = found[0] == table_words().subtotal
    return replace(label, total=True, partial=partial, words=_without(label.words, found))


def _take_period(label: _Label, period: Period | None) -> _Label:
    """Take out 2023年1—6月, 上年同期 or 6月; a part that no period covers (1—9月) gives None."""
    if found := label_in(label.words):
        words = table_words()
        said = label.words[found.start : found.end]
        rest = label.words[: found.start] + label.words[found.end :]
        rest = _less(_less(rest, words.year_before_same), (*words.same, *words.whole_year))
        inexact = found.period.part is YearPart.YEAR and _MONTHS.search(said)
        dated = replace(label, dated=True, period=None if inexact else found.period, words=rest)
        return dated if inexact else _take_months(dated, found.period)
    for names, meant in _relative_periods(period):
        if name := _first_of(names, label.words):
            rest = label.words.replace(name, "", 1)
            dated = replace(label, dated=True, period=meant, words=rest)
            return _take_months(dated, meant or period)
    return _take_months(replace(label, yearless=True), period)


def _relative_periods(period: Period | None) -> Iterator[tuple[Sequence[str], Period | None]]:
    """What the words that are relative to the table's period mean, in the order to try."""
    words, year = table_words(), period.year if period else 0
    yield words.unknown, None
    yield words.year_before_same, period and replace(period, year=year - 1)
    yield words.year_before, period and Period(year - 1)
    yield words.year_after, period and Period(year + 1)
    yield words.same, period
    yield words.whole_year, period and Period(year)


def _take_months(label: _Label, period: Period | None) -> _Label:
    """Take out a part of a year that stands without its year: 1—6月, 上半年, 截至6月底."""
    found = _MONTHS.search(label.words)
    if not found:
        return replace(label, yearless=False)
    until = found["until"]
    months = (1, int(until)) if until else months_named(found[0])
    part = part_of_months(months) if months else None
    meant = Period(period.year, part) if period and part is not None else None
    return replace(label, dated=True, period=meant, words=_without(label.words, found))


def _take_role(label: _Label, *, of_row: bool) -> _Label:
    """Take out 目标 or 完成; of a row only where it is all that its name says, or its end."""
    words = table_words()
    if rate := next((r for r in words.done_rates if label.words.endswith(r)), ""):
        of = label.words.removesuffix(rate)
        return replace(label, role=StatementKind.DONE, words=_less(of, words.plan) + rate)
    for names, role in ((words.done, StatementKind.DONE), (words.plan, StatementKind.PLAN)):
        if name := _first_of(names, label.words):
            rest = _less(label.words.replace(name, "", 1), words.plan)
            named = of_row and rest not in words.empty and not label.words.endswith(words.aims)
            return label if rest and named else replace(label, role=role, words=rest)
    return label


def _first_of(names: Sequence[str], words: str) -> str:
    return next((name for name in names if name in words), "")


def _less(words: str, names: Sequence[str]) -> str:
    """Words without the first of some names that they hold."""
    return words.replace(_first_of(names, words), "", 1)


def _without(words: str, found: re.Match[str]) -> str:
    return words[: found.start()] + words[found.end() :]
