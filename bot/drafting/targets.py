"""Targets of a plan, from what the ledger holds of the last period.

A target's amount is a blank for a person to fill in; what it builds on stands beside it, as the
report has it: 食品抽检不少于××批次（2023年为1763批次）.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.drafting.request import Task
from bot.drafting.rewriting import BLANK, full_width
from bot.drafting.vocabulary import phrase, plan_words
from bot.ledger.gathering import LedgerEntry, LedgerRequest
from bot.ledger.gathering import gather as gather_entries
from bot.ledger.ledger import LedgerTable, build_tables, calendar_order
from knowledge.library import Library
from knowledge.models import StatementKind
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.periods import Period

_BEFORE_UNIT = re.compile(r"[^\d*＊]{0,4}(?:\d[\d.,]*|[*＊]+)[余多来]?")
"""An amount less its unit: 3000余, 不超过1, **."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target: its words with blank and base, the sentence that holds the base, its topic."""

    text: str
    quote: Quote
    topic: str
    is_masked: bool = False

    @property
    def aim(self) -> str:
        """What is aimed at, without its amount: 食品抽检不少于."""
        return self.text.split(BLANK)[0]


def find_targets(library: Library, task: Task) -> tuple[Target, ...]:
    """The targets that the newest report of a bureau gives a base for, the foremost first.

    What the report itself plans an amount of is left out: that is a target already. Indicators
    whose amount is masked come last.
    """
    newest = task.entries[0].id
    request = LedgerRequest(bureau=task.bureau.name)
    entries = [e for e in gather_entries(library, request) if e.report.id == newest]
    planned = {e.name for e in entries if e.statement.role is StatementKind.PLAN}
    tables = [
        table
        for table in build_tables(entries)
        if table.name not in planned and (task.topic is None or table.topic == task.topic.name)
    ]
    return (*_targets(tables, masked=False), *_targets(tables, masked=True))


def _targets(tables: Sequence[LedgerTable], *, masked: bool) -> list[Target]:
    bases = {table.name: base for table in tables if (base := _base(table, masked=masked))}
    aims = indicator_catalogue().aims
    return [_target(aims[name], bases[name]) for name in aims if name in bases]


def _target(wording: str, base: LedgerEntry) -> Target:
    amount = _amount(base)
    blank = _BEFORE_UNIT.sub(BLANK, amount, count=1)
    key = "targets.masked" if base.statement.figure.masked else "targets.base"
    fields = {"wording": wording, "blank": blank, "period": base.period, "amount": amount}
    topic = base.indicator.topic if base.indicator else ""
    is_masked = base.statement.figure.masked
    return Target(phrase(key, **fields), base.quote, topic, is_masked)


def _base(table: LedgerTable, *, masked: bool) -> LedgerEntry | None:
    """The newest amount of an indicator; None where none is told, or several are."""
    dated = [key for key in table.cells if key[1]]
    for key in sorted(dated, key=lambda key: calendar_order(key[1]), reverse=True):
        entry = table.cells[key].only
        if entry and entry.statement.figure.masked is masked and _can_be_base(entry):
            return entry
    return None


def _can_be_base(entry: LedgerEntry) -> bool:
    amount = _amount(entry)
    counts = _BEFORE_UNIT.match(amount) and not plan_words().not_base.search(amount)
    return bool(counts) and not entry.is_doubtful


def _amount(entry: LedgerEntry) -> str:
    """The figure as the report writes it, in full width."""
    return full_width(entry.statement.figure.text).replace(" ", "").replace("％", "%")


def join_targets(targets: Sequence[Target], period: Period) -> list[tuple[str, Quote]]:
    """Targets as pieces of sentences of a few each, every piece with its quote."""
    pieces: list[tuple[str, Quote]] = []
    together = plan_words().targets_together
    span = "" if period.part.wording else phrase("targets.whole_year")
    for place, target in enumerate(targets):
        opens = place % together == 0
        closes = place % together == together - 1 or place == len(targets) - 1
        key = "targets.also" if place else "targets.lead"
        lead = phrase(key, span=span) if opens else "，"
        pieces.append((lead + target.text + ("。" if closes else ""), target.quote))
    return pieces
