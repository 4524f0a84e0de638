"""What came of the cases with a model beside what came without, as a table."""

import re
import statistics
from collections.abc import Callable, Iterator, Sequence

from bot.evaluation.judging import Verdict
from tests.small_model.cases import CaseRecord

Records = Sequence[CaseRecord]

_MARK = re.compile(r"\[\d+\]")
_WORD = re.compile(r"\w")

_ROWS: tuple[tuple[str, Callable[[Records], object], bool], ...] = (
    ("right", lambda of: _count(of, Verdict.RIGHT), True),
    ("refused, though there is an answer", lambda of: _count(of, Verdict.REFUSED), True),
    ("wrong", lambda of: _count(of, Verdict.WRONG), True),
    ("told in the model's words", lambda of: sum(r.in_own_words for r in of), False),
    ("… beside the reports' own sentences", lambda of: sum(r.beside_reports for r in of), False),
    ("fallen back on the reports' own sentences", lambda of: sum(r.fell_back for r in of), False),
    ("the reports' own, as the model's tell no more", lambda of: sum(map(_is_left, of)), False),
    ("the model not asked", lambda of: sum(not r.asked for r in of), False),
    ("sentences struck", lambda of: sum(len(r.struck) for r in of), False),
    ("sentences re-cited", lambda of: sum(len(r.recited) for r in of), False),
    ("answers of citations alone", lambda of: sum(map(of_citations_alone, of)), True),
    ("seconds an answer, median", lambda of: _seconds(of, statistics.median), True),
    ("seconds an answer, most", lambda of: _seconds(of, max), True),
)
"""A name, how it is counted over questions, and whether it is told of a run without a model."""


def table_of(model: str, with_model: Records, without: Records) -> str:
    """A Markdown table of the questions, a line each for the summary and the plan."""
    asked = [record for record in with_model if record.is_question]
    plain = [record for record in without if record.is_question]
    lines = [f"| {len(asked)} questions | {model} | no model |", "| --- | ---: | ---: |"]
    for name, count, both in _ROWS:
        lines.append(f"| {name} | {count(asked)} | {count(plain) if both else ''} |")
    others = {record.id: record for record in without}
    for record in with_model:
        if not record.is_question:
            name = f"{record.kind} {record.id}"
            lines.append(f"| {name} | {_page(record)} | {_page(others[record.id])} |")
    return "\n".join(lines)


def differences(with_model: Records, without: Records) -> Iterator[str]:
    """The questions that end otherwise with a model, a line each."""
    plain = {record.id: record for record in without}
    for record in with_model:
        other = plain[record.id]
        if record.is_question and record.verdict != other.verdict:
            yield f"{record.id} {record.question}: {other.verdict} without, {record.verdict} with"


def shortfalls(with_model: Records, without: Records) -> list[str]:
    """In what a run with a model is worse than one without; each a line."""
    right = _count(with_model, Verdict.RIGHT), _count(without, Verdict.RIGHT)
    wrong = _count(with_model, Verdict.WRONG), _count(without, Verdict.WRONG)
    alone = [record.id for record in with_model if of_citations_alone(record)]
    found = []
    if right[0] < right[1]:
        found.append(f"{right[0]} right answers, {right[1]} without a model")
    if wrong[0] > wrong[1]:
        found.append(f"{wrong[0]} wrong answers, {wrong[1]} without a model")
    if alone:
        found.append(f"answers of citations alone: {', '.join(alone)}")
    return found


def of_citations_alone(record: CaseRecord) -> bool:
    """Whether an answer says nothing beside its citations."""
    return not _WORD.search(_MARK.sub("", record.answer))


def _is_left(record: CaseRecord) -> bool:
    return record.asked and not (record.in_own_words or record.fell_back)


def _count(records: Records, verdict: Verdict) -> int:
    return sum(record.verdict == verdict for record in records)


def _seconds(records: Records, of: Callable[[list[float]], float]) -> str:
    taken = [record.seconds for record in records if record.asked] or [r.seconds for r in records]
    return f"{of(taken):.1f}" if taken else ""


def _page(record: CaseRecord) -> str:
    """A summary or a plan in a few words."""
    told = ["right" if record.right else "faulty"]
    told += ["fallen back"] if record.fell_back else []
    told += [f"{len(record.struck)} struck, {len(record.recited)} re-cited"] * record.asked
    return ", ".join([*told, f"{record.seconds:.1f} s"])
