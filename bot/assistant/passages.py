"""A passage of somebody's own, checked against the reports as it is sent, and mended."""

from bot.answers import Answer, AnswerStatus, Footnotes
from bot.assistant.intents import Intent, reply
from bot.display import check_foot, finding_lines
from bot.proofreading.findings import ProofResult, group_alike
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from bot.wording import name_bureau, name_period
from knowledge.library import Library

_FILE = "passage.txt"
_MOST_TRIED = 10


def check_passage(library: Library, intent: Intent) -> Answer:
    """What is wrong with a passage, each with the quote that says otherwise; or it mended.

    It is compared with the report whose figures it tells most of, among those of the bureau and
    the period that it names.
    """
    result = _compare(library, intent.matter, " ".join(intent.otherwise))
    groups = group_alike((*result.certain, *result.hints))
    notes = Footnotes()
    lines = [reply("check_mended", text=_mend(result))] if intent.name == "mended" else []
    lines.append(reply("check_found" if groups else "check_right", count=len(groups)))
    for n, group in enumerate(groups, 1):
        first, *_ = finding_lines(n, result.draft, group)
        quote = group.first.quote
        lines.append(first + (notes.cite(quote) if quote else ""))
    lines.append(check_foot(result))
    return Answer("", AnswerStatus.DONE, "\n".join(lines), notes.citations())


def _compare(library: Library, text: str, whose: str) -> ProofResult:
    """A passage compared with the report that has most of its figures.

    It is one of the bureau and the period that the passage names, else of those spoken of.
    """
    named = library.read_question(text).scope
    scope = named if named.bureaus else library.read_question(whose).scope
    entries = [e for e in library.reports() if scope.reports is None or e.id in scope.reports]
    requests = [
        CheckRequest(_FILE, text.encode(), name_bureau(one.bureau), name_period(one.period))
        for one in (entry.identity for entry in entries[:_MOST_TRIED])
        if one.bureau and one.period
    ]
    results = [check_draft(library, one) for one in requests]
    results = results or [check_draft(library, CheckRequest(_FILE, text.encode()))]
    return max(results, key=lambda one: (one.compared.equal, one.compared.different))


def _mend(result: ProofResult) -> str:
    """The passage with all put right that has to be."""
    text = result.draft.text.strip()
    start = result.draft.text.index(text)
    for one in sorted(result.certain, key=lambda finding: -finding.start):
        if one.right is not None:
            text = text[: one.start - start] + one.right + text[one.end - start :]
    return text
