"""Reports that a question takes by their order: 最近一期, 上一期."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.retrieval.holdings import KnownReport, group_by_bureau
from knowledge.retrieval.question_bureaus import BureauMention
from knowledge.retrieval.scope_reports import FoundReports, is_of_one
from knowledge.retrieval.vocabulary import QuestionWords
from knowledge.understanding.sentences import Span

_OF_REPORTS = re.compile(r"[期份]|报告|总结")


@dataclass(frozen=True, slots=True)
class Turn:
    """最近一期, or 上一期 (``back``), and where it stands."""

    span: Span
    wording: str
    back: bool

    def take(
        self,
        found: FoundReports,
        bureaus: Sequence[BureauMention],
        reports: Sequence[KnownReport],
    ) -> FoundReports:
        """Of the reports found the last of each bureau, or those before them of all ``reports``."""
        if not self.back:
            return replace(found, whole=_latest_of(found.whole), plans=())
        whole = _before(found.whole, reports)
        unknown = tuple(
            mention.wording + self.wording
            for mention in bureaus
            if not any(is_of_one(report, [mention]) for report in whole)
        )
        return replace(found, whole=whole, plans=(), by_wording=(), undated=(), unknown=unknown)


def read_turn(question: str, words: QuestionWords, *, scoped: bool) -> Turn | None:
    """Which of each bureau's reports a question is limited to by their order.

    ``scoped``: it names a bureau or a period.
    """
    if before := words.before_latest.search(question):
        return Turn(Span(*before.span()), before[0], back=True)
    latest = words.latest.search(question)
    # 最近的 says as much of things as of reports, where no report is named
    if latest and (scoped or _OF_REPORTS.search(latest[0])):
        return Turn(Span(*latest.span()), latest[0], back=False)
    return None


def _latest_of(reports: Sequence[KnownReport]) -> tuple[KnownReport, ...]:
    """The report of each bureau whose period ends last."""
    return tuple(max(group, key=_end_of) for group in group_by_bureau(reports).values())


def _before(
    named: Sequence[KnownReport], reports: Sequence[KnownReport]
) -> tuple[KnownReport, ...]:
    """For each bureau the report of the period before the one named, else the last before it."""
    found: list[KnownReport] = []
    ids = {report.id for report in named}
    for group in group_by_bureau(reports).values():
        dated = [report for report in group if report.period]
        mine = [report for report in dated if report.id in ids] or dated
        latest = max(mine, key=_end_of, default=None)
        if latest is None or latest.period is None:
            continue
        wanted = latest.period.previous()
        earlier = [report for report in dated if report.end < latest.end]
        same = [report for report in earlier if report.period == wanted]
        found += same or sorted(earlier, key=_end_of)[-1:]
    return tuple(found)


def _end_of(report: KnownReport) -> tuple[int, int]:
    return report.end
