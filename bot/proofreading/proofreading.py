"""The check of a draft: read it, ask each check in turn, arrange what they find."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from bot.proofreading.arithmetic_checks import sum_findings
from bot.proofreading.figure_checks import jump_findings, twice_findings
from bot.proofreading.findings import (
    ProofDraft,
    ProofFinding,
    ProofKind,
    ProofResult,
    StoredMaterial,
)
from bot.proofreading.leftover_checks import foreign_findings, mask_findings, period_findings
from bot.proofreading.name_checks import (
    law_findings,
    quoted_findings,
    slip_findings,
    sound_findings,
    term_findings,
)
from bot.proofreading.reading import (
    CheckRequest,
    bureaus_meant,
    draft_of,
    gather_stored,
    identity_of_figures,
    read_draft,
    stated_identity,
)
from bot.proofreading.report_checks import (
    count_findings,
    rank_findings,
    reported_name_findings,
)
from bot.proofreading.stored_checks import (
    compare_figures,
    date_findings,
    growth_findings,
    other_period_findings,
    stored_findings,
    worded_findings,
)
from bot.proofreading.table_checks import table_findings
from bot.proofreading.wording_checks import (
    arabic_findings,
    percent_findings,
    plan_findings,
    repeat_findings,
    rule_findings,
    style_findings,
)
from knowledge.library import Library
from knowledge.loading.report_reader import ReportReader
from knowledge.understanding.pipeline import restate
from knowledge.understanding.sentences import Span

Check = Callable[[ProofDraft, StoredMaterial], Iterator[ProofFinding]]
CHECKS: tuple[Check, ...] = (
    stored_findings,
    other_period_findings,
    sum_findings,
    table_findings,
    growth_findings,
    twice_findings,
    jump_findings,
    worded_findings,
    date_findings,
    rank_findings,
    count_findings,
    reported_name_findings,
    period_findings,
    foreign_findings,
    mask_findings,
    slip_findings,
    law_findings,
    term_findings,
    quoted_findings,
    sound_findings,
    rule_findings,
    arabic_findings,
    percent_findings,
    style_findings,
    repeat_findings,
    plan_findings,
)
"""All checks, those first whose word counts where two mark the same place."""


def check_draft(
    library: Library | None, request: CheckRequest, reader: ReportReader | None = None
) -> ProofResult:
    """Check a draft against itself and, if there is a library, its bureau's reports.

    It is read by ``reader``, else by the library's. Nothing is stored. Raises UnreadableFile, and
    CheckPeriodUnclear for a period that is none.
    """
    started = time.perf_counter()
    reader = reader or (library.reader if library else ReportReader())
    stated = stated_identity(library, request)
    read = read_draft(reader, request, stated)
    draft = draft_of(read)
    stored = gather_stored(library, draft) if library else StoredMaterial()
    if library and not request.period and (known := identity_of_figures(library, draft, stated)):
        draft = draft_of(restate(read, file=request.file, overrides=known))
        stored = gather_stored(library, draft)
    found = [
        finding
        for check in CHECKS
        for finding in check(draft, stored)
        if not draft.is_furniture_at(finding.start)
    ]
    compared = compare_figures(draft, stored)
    seconds = round(time.perf_counter() - started, 4)
    may_be = bureaus_meant(library, request.bureau)
    return ProofResult(
        draft,
        arrange(found),
        compared,
        seconds,
        may_be if len(may_be) > 1 else (),
        is_held=bool(stored.sources_of(draft.period)),
    )


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
