"""Checks of a draft's tables: totals, what was done of what was aimed at, and changes; pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from bot.ledger.ledger import calendar_order
from bot.proofreading.amounts import amount, is_exact, is_mistyped
from bot.proofreading.arithmetic_checks import change_findings, false_share, rest_finding
from bot.proofreading.findings import ProofDraft, ProofFinding, StoredMaterial
from knowledge.models import Quantity, Statement, StatementKind
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span
from knowledge.understanding.sums import sum_words
from knowledge.understanding.tables import TableCell, read_cells, table_words

_PERCENT = "%"
_Told = tuple[TableCell, Statement]


def table_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Totals, rates and changes of tables that do not come out."""
    statements = {entry.statement.figure.start: entry.statement for entry in draft.entries}
    told = [
        (cell, statement)
        for cell in read_cells(fold_width(draft.text), draft.period)
        if cell.is_amount and (statement := statements.get(cell.span.start))
    ]
    yield from _totals(told)
    for _, row in groupby(told, key=lambda one: one[0].row):
        known = [(cell, one) for cell, one in row if is_exact(one.figure)]
        yield from _fulfilments(draft.text, known)
        yield from _rates(draft.text, known)
        yield from _changes(known)


def _totals(told: Sequence[_Told]) -> Iterator[ProofFinding]:
    """Cells that are not the sum of those that they are the total of."""
    ends = {cell.span.end: statement for cell, statement in told}
    spans = dict.fromkeys(span for cell, _ in told for span in cell.totals)
    for span in spans:
        total = ends.get(span.end)
        parts = [(cell, one.figure) for cell, one in told if span in cell.totals]
        alike = total and all(figure.unit == total.figure.unit for _, figure in parts)
        if not (total and alike and len(parts) > 1 and total.quantity is Quantity.COUNT):
            continue
        if not all(is_exact(figure) for figure in (total.figure, *(f for _, f in parts))):
            continue
        lowest = [figure for cell, figure in parts if not _is_total(cell, spans)]
        sums = [sum(map(amount, some), Decimal(0)) for some in ([f for _, f in parts], lowest)]
        if total.figure.value not in sums:
            key = "sums_rest" if is_mistyped(amount(total.figure), sums[0]) else "sums_mistyped"
            listed = [figure for _, figure in parts]
            yield rest_finding(total.figure, total.figure, listed, total.figure, key=key)


def _is_total(cell: TableCell, totals: Sequence[Span] | dict[Span, None]) -> bool:
    return any(span.end == cell.span.end for span in totals)


def _fulfilments(text: str, row: Sequence[_Told]) -> Iterator[ProofFinding]:
    """年度目标：700，全年完成：720，完成率：105%: what was done, as a share of the aim."""
    done_rates = table_words().done_rates
    for cell, rate in row:
        if not any(word in text[slice(*cell.column)] for word in done_rates):
            continue
        counts = [one for _, one in row if one.figure.unit != _PERCENT]
        aims = [one.figure for one in counts if one.role is StatementKind.PLAN]
        done = [one.figure for one in counts if one.role is not StatementKind.PLAN]
        if len(aims) == len(done) == 1 and aims[0].unit == done[0].unit:
            yield from false_share(done, aims, rate.figure, (rate.figure, rate.figure))


def _rates(text: str, row: Sequence[_Told]) -> Iterator[ProofFinding]:
    """抽检：64，不合格：6，合格率：90.6%: a rate of two counts, as their columns are named."""
    counts = [(text[slice(*c.column)], one.figure) for c, one in row if one.figure.unit != _PERCENT]
    for cell, rate in row:
        name = text[slice(*cell.column)]
        words = next((w for w in sum_words().rates if name.startswith(w.names)), None)
        if words is None:
            continue
        left = [f for column, f in counts if column.startswith(words.rest)]
        part = left or [f for column, f in counts if column.startswith(words.part)]
        base = [f for column, f in counts if any(w in column for w in words.base)]
        base = [figure for figure in base if figure not in part]
        if len(part) == len(base) == 1 and part[0].unit == base[0].unit:
            ends = rate.figure, rate.figure
            yield from false_share(part, base, rate.figure, ends, is_rest=bool(left))


def _changes(row: Sequence[_Told]) -> Iterator[ProofFinding]:
    """2022年：120，2023年：128，增长：8.7%: the change from one period's amount to another's."""
    changes = [one for cell, one in row if cell.change and one.figure.unit == _PERCENT]
    counts = [one for cell, one in row if not cell.change and one.role is not StatementKind.PLAN]
    dated = sorted(
        ((calendar_order(one.period), one) for one in counts if one.period),
        key=lambda pair: pair[0],
    )
    if len(changes) != 1 or len(counts) != 2 or len({order for order, _ in dated}) != 2:
        return
    old, new = (one.figure for _, one in dated)
    change = changes[0].figure
    if old.unit == new.unit != _PERCENT:
        falls = amount(new) < amount(old)
        yield from change_findings(old, new, change, (change, change), falls=falls)
