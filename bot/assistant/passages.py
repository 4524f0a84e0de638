"""A passage of somebody's own, checked against the reports as it is sent, and mended."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from bot.answers import Answer, AnswerStatus, Footnotes, report_label
from bot.assistant.forms import states
from bot.assistant.intents import Intent, reply
from bot.display import finding_lines
from bot.proofreading.findings import ProofFinding, ProofResult, group_alike
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from bot.wording import name_bureau, name_period
from knowledge.library import Library
from knowledge.loading.report_reader import ReportReader
from knowledge.models import Report
from knowledge.understanding.figures import find_figures

_FILE = "passage.txt"
_MOST_TRIED = 10


class _Compared(NamedTuple):
    """What was found in a passage that was held against a report, if there was one."""

    result: ProofResult
    report: Report | None


def check_passage(library: Library, intent: Intent) -> Answer:
    """What is wrong with a passage, each with the quote that says otherwise; or it mended.

    It is compared with the report whose figures it tells most of, among those of the bureau and
    the period that it names. Figures that this does not tell are named.
    """
    compared = _compare(library, intent.matter, " ".join(intent.otherwise))
    result, report = compared
    groups = group_alike((*result.certain, *result.hints))
    untold = list(_untold(compared))
    notes = Footnotes()
    mended = _mend(result) if intent.name == "mended" else ""
    key = "check_mended" if mended != result.draft.text.strip() else "check_kept"
    lines = [reply(key, text=mended)] if mended else []
    if groups or not untold:
        compared_all = report or not find_figures(result.draft.text)
        nothing = "check_right" if compared_all else "check_uncompared"
        lines.append(reply("check_found" if groups else nothing, count=len(groups)))
    for n, group in enumerate(groups, 1):
        first, *_ = finding_lines(n, result.draft, group)
        quote = group.first.quote
        lines.append(first + (notes.cite(quote) if quote else ""))
    if untold and report:
        lines.append(reply("check_untold", who=report_label(report), figures="、".join(untold)))
    if report:
        lines.append(reply("check_against", who=report_label(report)))
    return Answer("", AnswerStatus.DONE, "\n".join(lines), notes.citations())


def _compare(library: Library, text: str, whose: str) -> _Compared:
    """A passage compared with the report that has most of its figures.

    It is one of the bureau and the period that the passage names, else of those spoken of; where
    none of these tells a figure of it, any other.
    """
    named = library.read_question(text).scope
    scope = named if named.bureaus else library.read_question(whose).scope
    entries = library.reports()
    meant = [e for e in entries if scope.reports is None or e.id in scope.reports]
    others = [] if named.bureaus else [e for e in entries if e not in meant]
    reader = ReportReader()  # what is typed needs no process of its own
    alone = _Compared(check_draft(library, _request_of(text), reader), None)
    tried = list[_Compared]()
    for some in (meant, others):
        tried += [
            _Compared(check_draft(library, request, reader), library.report(entry.id))
            for entry in some[:_MOST_TRIED]
            for one in (entry.identity,)
            if one.bureau and one.period
            for request in (_request_of(text, name_bureau(one.bureau), name_period(one.period)),)
        ]
        if any(one.result.compared.equal for one in tried):
            break
    best = max(tried, key=_likeness, default=alone)
    result, report = best if _likeness(best) > (0, 0) else alone
    findings = tuple(one for one in result.findings if not _is_told(one, result, report))
    return _Compared(replace(result, findings=findings), report)


def _request_of(text: str, bureau: str = "", period: str = "") -> CheckRequest:
    return CheckRequest(_FILE, text.encode(), bureau, period)


def _likeness(compared: _Compared) -> tuple[int, int]:
    """How many figures of a passage a report tells, and how many it tells otherwise."""
    counts = compared.result.compared
    return counts.equal, counts.different


def _is_told(finding: ProofFinding, result: ProofResult, report: Report | None) -> bool:
    """Whether what is said to differ is a figure that the report tells in another place."""
    said = result.draft.text[finding.start : finding.end]
    amounts = [figure.text for figure in find_figures(said)]
    return bool(report and finding.quote and amounts and states(report.text, amounts))


def _untold(compared: _Compared) -> Iterator[str]:
    """The figures of a passage that the report does not tell, and no finding is about."""
    result, report = compared
    for figure in find_figures(result.draft.text) if report else ():
        found = any(f.start < figure.end and figure.start < f.end for f in result.findings)
        if not found and report and not states(report.text, [figure.text]):
            yield figure.text


def _mend(result: ProofResult) -> str:
    """The passage with all put right that has to be."""
    text = result.draft.text.strip()
    start = result.draft.text.index(text)
    for one in sorted(result.certain, key=lambda finding: -finding.start):
        if one.right is not None:
            text = text[: one.start - start] + one.right + text[one.end - start :]
    return text
