"""The check of a draft: read it, ask each check in turn, arrange what they find."""

import hashlib
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.errors import CheckPeriodUnclear
from bot.ledger.gathering import LedgerEntry, entries_of, stored_entries
from bot.ledger.ledger import calendar_order
from bot.proofreading.arithmetic_checks import sum_findings
from bot.proofreading.figure_checks import (
    compare_figures,
    jump_findings,
    like_findings,
    period_of_figures,
    stored_findings,
    twice_findings,
)
from bot.proofreading.findings import (
    ProofDraft,
    ProofFinding,
    ProofKind,
    ProofResult,
    StoredMaterial,
)
from bot.proofreading.leftover_checks import foreign_findings, mask_findings, period_findings
from bot.proofreading.name_checks import (
    edition_findings,
    ended_findings,
    law_findings,
    slip_findings,
    term_findings,
)
from bot.proofreading.vocabulary import proof_words
from bot.proofreading.wording_checks import (
    arabic_findings,
    percent_findings,
    plan_findings,
    repeat_findings,
    rule_findings,
    style_findings,
)
from knowledge.library import Library
from knowledge.models import Section, Statement, StatementKind
from knowledge.reading.files import read_bytes
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.periods import Period, YearPart, exact_period
from knowledge.understanding.pipeline import Overrides, understand
from knowledge.understanding.sentences import Span, sentence_spans
from knowledge.understanding.sums import find_doubts

_SHORTEST_PLACE = 2

Check = Callable[[ProofDraft, StoredMaterial], Iterator[ProofFinding]]
CHECKS: tuple[Check, ...] = (
    stored_findings,
    like_findings,
    sum_findings,
    twice_findings,
    jump_findings,
    period_findings,
    foreign_findings,
    mask_findings,
    slip_findings,
    law_findings,
    edition_findings,
    ended_findings,
    term_findings,
    rule_findings,
    arabic_findings,
    percent_findings,
    style_findings,
    repeat_findings,
    plan_findings,
)
"""All checks, those first whose word counts where two mark the same place."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A draft to check: its file's name and bytes; whose it is and for when, if that is told."""

    file: str
    data: bytes
    bureau: str = ""
    period: str = ""


def check_draft(library: Library | None, request: CheckRequest) -> ProofResult:
    """Check a draft against itself and, if there is a library, its bureau's reports.

    Nothing is stored. Raises UnreadableFile, and CheckPeriodUnclear for a period that is none.
    """
    started = time.perf_counter()
    draft = read_written_draft(library, request)
    stored = gather_stored(library, draft, request) if library else StoredMaterial()
    if not request.period and (period := period_of_figures(draft, stored)):
        draft = read_written_draft(library, replace(request, period=str(period)))
    found = [
        finding
        for check in CHECKS
        for finding in check(draft, stored)
        if not draft.is_furniture_at(finding.start)
    ]
    compared = compare_figures(draft, stored)
    seconds = round(time.perf_counter() - started, 4)
    return ProofResult(draft, arrange(found), compared, seconds)


def read_written_draft(library: Library | None, request: CheckRequest) -> ProofDraft:
    """A writer's own file as it is understood, under its bureau's name in the store."""
    paged = read_bytes(request.data)
    period = exact_period(request.period) if request.period else None
    if request.period and period is None:
        raise CheckPeriodUnclear(wanted=request.period)
    read = understand(
        paged.text,
        file=request.file,
        sha256=hashlib.sha256(request.data).hexdigest(),
        overrides=Overrides(_known_name(library, request.bureau), period),
        pages=paged.pages,
    )
    report, text = read.report, paged.text
    is_plan = _is_plan(report.identity.title)
    look_backs = tuple(_look_backs(read.sections)) if is_plan else ()
    statements = [_told_of_before(s, report.identity.period, look_backs) for s in read.statements]
    doubts = find_doubts(text, statements)
    return ProofDraft(
        report,
        read.sections,
        tuple(entries_of(report, read.sections, statements, doubts)),
        tuple(_lines(text)),
        tuple(sentence_spans(text)),
        is_plan,
        look_backs,
    )


def _is_plan(title: str) -> bool:
    words = proof_words()
    return bool(words.plan_title.search(title)) and not words.report_title.search(title)


def _look_backs(sections: Iterable[Section]) -> Iterator[Span]:
    """The parts of a plan whose headings say that they tell of what was done before it."""
    words = proof_words()
    for section in sections:
        headings = "".join(section.path)
        if section.leaf and words.look_back.search(headings):
            yield Span(section.start, section.end)


def _told_of_before(
    statement: Statement, period: Period | None, look_backs: Sequence[Span]
) -> Statement:
    """A statement of a plan; done, and in the period before, where the plan looks back."""
    start = statement.figure.start
    if period is None or not any(span.start <= start < span.end for span in look_backs):
        return statement
    is_half = period.part is YearPart.FIRST_HALF
    before = Period(period.year - 1) if is_half else period.previous()
    told = statement.period
    is_later = told is None or calendar_order(told) >= calendar_order(period)
    return statement._replace(role=StatementKind.DONE, period=before if is_later else told)


def _known_name(library: Library | None, bureau: str) -> str:
    """A bureau as the store names it, where one alone may be meant; else as it was typed."""
    names = library.bureaus_like(bureau) if library and bureau else []
    return names[0] if len(names) == 1 else bureau


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def gather_stored(library: Library, draft: ProofDraft, request: CheckRequest) -> StoredMaterial:
    """What the store holds beside a draft."""
    with library.snapshot():
        own = _own_names(library.bureau_names(), draft, request)
        entries: list[LedgerEntry] = []
        for report in library.reports():
            bureau = report.identity.bureau
            if bureau and bureau.name in own and report.id != draft.report.id:
                entries += stored_entries(library, report.id)
        others = tuple(name for name in library.bureau_names() if name not in own)
    return StoredMaterial(tuple(entries), others)


def _own_names(names: Iterable[str], draft: ProofDraft, request: CheckRequest) -> set[str]:
    """The names in the store that are the draft's bureau's: of the same place and branch.

    A masked place, or 区局 without any, may be anybody's, unless it was told just so.
    """
    told = {name for name in names if request.bureau and name == draft.bureau}
    place, branch = parts_of(draft.bureau)
    if told or "*" in place + branch or len(place) < _SHORTEST_PLACE:
        return told
    return {name for name in names if parts_of(name) == (place, branch)}


def arrange(findings: Iterable[ProofFinding]) -> tuple[ProofFinding, ...]:
    """The findings by place, each place once: certain ones first, then in the checks' order."""
    kept: dict[Span, ProofFinding] = {}
    places: dict[ProofKind, list[Span]] = {}
    for finding in sorted(findings, key=lambda finding: not finding.certain):
        span, of_kind = Span(finding.start, finding.end), places.setdefault(finding.kind, [])
        at = bisect_left(of_kind, span)
        beside = of_kind[max(at - 1, 0) : at + 1]
        if span in kept or any(span.start < s.end and s.start < span.end for s in beside):
            continue
        kept[span] = finding
        of_kind.insert(at, span)
    return tuple(kept[span] for span in sorted(kept))
