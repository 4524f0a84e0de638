"""The ledger: for each indicator a table of bureaus by periods. Pure.

A cell holds what the reports state, in their own figures. Where several statements fit one cell,
the total of the report is shown before its parts; else all are, and none is chosen in silence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.ledger.gathering import LedgerEntry
from bot.ledger.words import ledger_caption, ledger_words
from knowledge.models import Quantity, StatementKind
from knowledge.understanding.indicators import indicator_catalogue, plain_unit
from knowledge.understanding.mentions import find_mentions, fold_width
from knowledge.understanding.periods import Period

_SCALES = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
_SCALE = re.compile(r"[百千]?(万亿|[万亿])")
_BARE_NUMBER = re.compile(r"[\d,]+(?:\.\d+)?")
_LOOSE = re.compile("[余多来]")
_SHORTEST_NAME = 4
_ADDABLE = (Quantity.COUNT, Quantity.MONEY)

CellKey = tuple[str, Period | None]
"""A bureau's name, empty where it is not known, and a period."""


@dataclass(frozen=True, slots=True)
class ColumnUnit:
    """The unit of one table: a unit of figures, times ten thousand (万) or more."""

    unit: str
    scale: str = ""

    def __str__(self) -> str:
        return self.scale + plain_unit(self.unit)

    def amount(self, entry: LedgerEntry) -> Decimal | None:
        """An entry's value in this unit; None for a masked one, and where it is not exactly so."""
        figure = entry.statement.figure
        if figure.value is None or plain_unit(figure.unit) != plain_unit(self.unit):
            return None
        if not self.scale:
            return figure.value
        amount = (figure.value / _SCALES[self.scale]).normalize()
        return amount if amount * _SCALES[self.scale] == figure.value else None


@dataclass(frozen=True, slots=True)
class Cell:
    """What is stated of one indicator, bureau and period.

    ``entries`` are shown, each another amount; ``others`` are parts of these, or the same again.
    """

    entries: tuple[LedgerEntry, ...]
    others: tuple[LedgerEntry, ...] = ()

    @property
    def only(self) -> LedgerEntry | None:
        """The entry, where there is one amount alone and it is no part of what is counted."""
        first, *more = self.entries
        return None if more or first.is_only_a_part else first


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """One indicator: bureaus by periods; a cell that nothing is stated of is not there."""

    name: str
    topic: str
    unit: ColumnUnit
    bureaus: tuple[str, ...]
    periods: tuple[Period | None, ...]
    cells: Mapping[CellKey, Cell]

    def amount(self, key: CellKey) -> Decimal | None:
        """The one amount of a cell in the table's unit, if it states just one that is known."""
        entry = self.cells[key].only if key in self.cells else None
        return self.unit.amount(entry) if entry else None


def build_tables(entries: Iterable[LedgerEntry], *, with_single: bool = False) -> list[LedgerTable]:
    """The tables of what was done: those of the catalogue in its order, then names that meet.

    A name that statements have of themselves makes a table where it says enough and two cells
    bear it; ``with_single`` makes one of every name.
    """
    groups: dict[tuple[str, str], list[LedgerEntry]] = {}
    for entry in entries:
        statement = entry.statement
        if statement.role is not StatementKind.PLAN and statement.quantity is not Quantity.CHANGE:
            unit = "" if entry.indicator else plain_unit(statement.figure.unit)
            groups.setdefault((entry.name, unit), []).append(entry)
    tables = [_build_table(group) for group in groups.values()]
    order = {i.name: n for n, i in enumerate(indicator_catalogue().indicator)}
    shown = [t for t in tables if t.topic or with_single or _is_worth_a_table(t)]
    return sorted(shown, key=lambda t: order.get(t.name, len(order)))


def _is_worth_a_table(table: LedgerTable) -> bool:
    return len(table.cells) > 1 and len(table.name) >= _SHORTEST_NAME


def _build_table(entries: Sequence[LedgerEntry]) -> LedgerTable:
    by_cell: dict[CellKey, list[LedgerEntry]] = {}
    for entry in entries:
        by_cell.setdefault((entry.bureau, entry.period), []).append(entry)
    cells = {key: _fill_cell(group) for key, group in by_cell.items()}
    indicator = entries[0].indicator
    return LedgerTable(
        entries[0].name,
        indicator.topic if indicator else "",
        _column_unit([entry for cell in cells.values() for entry in cell.entries]),
        tuple(dict.fromkeys(bureau for bureau, _ in cells)),
        tuple(sorted({period for _, period in cells}, key=calendar_order)),
        cells,
    )


def calendar_order(period: Period | None) -> tuple[int, int, int]:
    """Sorts a half before the year that it ends in, and what has no period last."""
    if period is None:
        return (9999, 0, 0)
    first, last = period.part.months
    return (period.year, last, -first)


# -- cells


def _fill_cell(entries: Sequence[LedgerEntry]) -> Cell:
    by_amount: dict[object, LedgerEntry] = {}
    for entry in _totals(entries):
        by_amount.setdefault(_amount_key(entry), entry)
    distinct = tuple(by_amount.values())
    return Cell(distinct, tuple(entry for entry in entries if entry not in distinct))


def _amount_key(entry: LedgerEntry) -> object:
    """What makes an amount the same as another; what is masked is only where it is said of one."""
    statement, figure = entry.statement, entry.statement.figure
    said_of = (statement.subject, statement.condition) if figure.masked else ()
    return figure.value, plain_unit(figure.unit), figure.approximate, said_of


def _totals(entries: Sequence[LedgerEntry]) -> Sequence[LedgerEntry]:
    """The entries that tell of the whole report, as far as their wording shows which do."""
    tests = [_is_no_part, _is_of_whole_report, _is_under_own_heading]
    # a masked part may be greater than what is taken for the whole
    if not any(e.is_only_a_part and e.statement.figure.masked for e in entries):
        tests.append(_is_whole)
    is_rate = entries[0].statement.quantity not in _ADDABLE
    for is_total in tests[:1] if is_rate else tests:
        totals = [entry for entry in entries if is_total(entry)]
        others = [entry for entry in entries if not is_total(entry)]
        if totals and others and not _has_greater(others, totals):
            entries = totals
    return entries


def _is_whole(entry: LedgerEntry) -> bool:
    """Whether it counts for the bureau, not for one line of work or in one campaign."""
    return not entry.is_only_a_part


def _is_no_part(entry: LedgerEntry) -> bool:
    return not indicator_catalogue().is_part(entry.statement)


def _is_of_whole_report(entry: LedgerEntry) -> bool:
    """Whether the clause says before the figure that it counts all of the bureau or period."""
    clause = entry.report.text[entry.statement.clause.start : entry.statement.figure.start]
    return bool(ledger_words().whole.search(clause))


def _is_under_own_heading(entry: LedgerEntry) -> bool:
    """Whether its headings are of the indicator's line of work, or of none."""
    line = entry.line_of_heading
    return not line or entry.indicator is None or line == entry.indicator.topic


def _has_greater(parts: Sequence[LedgerEntry], totals: Sequence[LedgerEntry]) -> bool:
    """Whether what was taken for a part is more than what was taken for its total."""
    return any(
        part.statement.figure.value > total.statement.figure.value
        for part in parts
        for total in totals
        if part.statement.figure.value is not None
        and total.statement.figure.value is not None
        and part.statement.figure.unit == total.statement.figure.unit
    )


# -- units


def _column_unit(entries: Sequence[LedgerEntry]) -> ColumnUnit:
    """What most figures of a table are written in, the smaller of two; of masked ones at last."""
    known = [e for e in entries if not e.statement.figure.masked] or entries
    counts = Counter(map(unit_as_written, known))
    return max(counts, key=lambda unit: (counts[unit], -_SCALES[unit.scale]))


def unit_as_written(entry: LedgerEntry) -> ColumnUnit:
    """The unit that a figure is written in, with its 万 or 亿, also where a head has them."""
    figure = entry.statement.figure
    text = fold_width(figure.text)
    if _BARE_NUMBER.fullmatch(text) and figure.value:
        times = figure.value / Decimal(text.replace(",", ""))
        scales = [scale for scale, worth in _SCALES.items() if worth == times]
    else:
        scales = [match[1] for match in _SCALE.finditer(text) if match[1] in _SCALES]
    return ColumnUnit(figure.unit, scales[0] if scales else "")


# -- what a cell says


def amount_text(entry: LedgerEntry, unit: ColumnUnit) -> str:
    """One amount: its digits, ``*`` where it is masked, its own unit where that is another."""
    before, after = amount_marks(entry)
    own = unit_as_written(entry)
    amount, own_amount = unit.amount(entry), own.amount(entry)
    if amount is not None:
        return f"{before}{amount:,f}{after}"
    if own_amount is not None:
        return f"{before}{own_amount:,f}{own}{after}"
    if plain_unit(own.unit) == plain_unit(unit.unit):
        return ledger_words().masked + after
    return fold_width(entry.statement.figure.text) + after


def amount_marks(entry: LedgerEntry) -> tuple[str, str]:
    """What stands before and after an amount's digits: 不超过, 余; a doubt; that it is a part."""
    words, figure = ledger_words(), entry.statement.figure
    before, after = "", ""
    if figure.approximate and not figure.masked:
        text = fold_width(figure.text)
        if mention := next(find_mentions(text), None):
            loose = _LOOSE.search(text) if mention.loose else None
            before, after = mention.lead, (loose[0] if loose else "") + mention.tail
        if not before + after:
            before = words.approximate
    after += words.doubtful if entry.is_doubtful else ""
    return before, after + (words.part if entry.is_only_a_part else "")


def bureau_label(name: str) -> str:
    """A bureau's name as the ledger shows it."""
    return name or ledger_words().unknown_bureau


def period_label(period: Period | None) -> str:
    """A period as the ledger shows it."""
    return str(period or ledger_words().unknown_period)


def table_title(table: LedgerTable) -> str:
    """A table's name with its unit, if figures have one."""
    key = "table.title" if str(table.unit) else "table.title_bare"
    return ledger_caption(key, name=table.name, unit=table.unit)


def legend_lines(tables: Sequence[LedgerTable]) -> list[str]:
    """What the marks in some tables mean; nothing where there are none."""
    cells = [cell for table in tables for cell in table.cells.values()]
    shown = [entry for cell in cells for entry in cell.entries]
    marks = {
        "masked": any(entry.statement.figure.masked for entry in shown),
        "approximate": any(entry.statement.figure.approximate for entry in shown),
        "doubtful": any(entry.is_doubtful for entry in shown),
        "part": any(entry.is_only_a_part for entry in shown),
        "several": any(len(cell.entries) > 1 for cell in cells),
    }
    return [ledger_caption(f"table.{mark}") for mark, is_there in marks.items() if is_there]
