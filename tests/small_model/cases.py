"""Which golden cases are put to the model, and what came of each, a line of JSON a case."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.answers import AnswerStatus
from bot.evaluation.golden import Golden, GoldenPlan, GoldenSummary
from bot.records import json_line
from bot.wording import say

Case = TypeVar("Case")


class CaseRecord(BaseModel, frozen=True, extra="ignore"):
    """What came of one case; ``drafts`` is all that the model wrote for it, unchecked."""

    id: str
    kind: str
    question: str
    right: bool
    verdict: str = ""
    status: str = ""
    answer: str = ""
    writer: str = ""
    notice: str = ""
    prompts: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    recited: tuple[str, ...] = ()
    seconds: float = 0.0
    drafts: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it is neither a summary nor a plan."""
        return bool(self.verdict)

    @property
    def fell_back(self) -> bool:
        """Whether the reports' own sentences stand for the model's."""
        return bool(self.notice)

    @property
    def asked(self) -> bool:
        """Whether the model had a part in it."""
        return bool(self.prompts or self.notice)

    @property
    def in_own_words(self) -> bool:
        """Whether sentences of the model's are shown."""
        return self.beside_reports or (
            self.writer == "model" and self.asked and self.status != AnswerStatus.NOT_FOUND
        )

    @property
    def beside_reports(self) -> bool:
        """Whether the reports' own sentences stand beside the model's."""
        between = (say("answer.besides"), say("answer.own_words"))
        return any(words in self.answer for words in between)


def draw_cases(goldens: Iterable[Golden], seed: int, questions: int) -> Golden:
    """Some of the questions, one summary and one plan, each of these two of a part of a report."""
    every = list(goldens)
    asked = [question for golden in every for question in golden.questions]
    summaries = [case for golden in every for case in golden.summaries if _is_of_part(case)]
    plans = [case for golden in every for case in golden.plans if _is_of_part(case)]
    return Golden(
        questions=_draw(asked, questions, seed),
        summaries=_draw(summaries, 1, seed),
        plans=_draw(plans, 1, seed),
    )


def _draw(cases: Sequence[Case], count: int, seed: int) -> tuple[Case, ...]:
    """So many of the cases, whatever is drawn beside them."""
    return tuple(Random(seed).sample(cases, min(count, len(cases))))  # noqa: S311 - no secret


def _is_of_part(case: GoldenSummary | GoldenPlan) -> bool:
    """Whether it is soon written: on two cores a whole report takes an hour."""
    if isinstance(case, GoldenPlan):
        return bool(case.topic)
    return not case.covers_whole_report and len(case.report) == 1


def single_cases(golden: Golden) -> Iterator[tuple[str, Golden]]:
    """Each case alone, with its id."""
    yield from ((case.id, Golden(questions=(case,))) for case in golden.questions)
    yield from ((case.id, Golden(summaries=(case,))) for case in golden.summaries)
    yield from ((case.id, Golden(plans=(case,))) for case in golden.plans)


def read_records(path: Path) -> list[CaseRecord]:
    """What an earlier run found; a line that was cut off is passed over."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").split("\n")
    return [CaseRecord.model_validate_json(line) for line in lines if line.endswith("}")]


def add_record(path: Path, record: dict[str, Any], drafts: Sequence[str]) -> None:
    """Add a case to what was found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = path.read_text("utf-8") if path.exists() else ""
    begin = "" if known.endswith("\n") or not known else "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{begin}{json_line(record | {'drafts': list(drafts)})}\n")
