"""One way to write put to all golden cases, and the figures that come of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from bot.assistant import Assistant
from bot.errors import PlanError, TopicNeeded, UnclearHeading, UnknownHeading
from bot.evaluation.golden import Golden, GoldenPlan, GoldenSummary
from bot.evaluation.plans import PlanOutcome, counted_plans, judged_plan, plan_not_made
from bot.evaluation.questions import Outcome, ask_all, counted_questions, question_lines
from bot.evaluation.summaries import (
    SummaryOutcome,
    counted_summaries,
    judged_summary,
    summary_not_made,
)
from bot.plan import PlanRequest, draft_plan
from bot.plan.polished import Polisher
from bot.plan.request import read_request
from bot.plan.styling import style_context
from bot.summary.condensed import Condenser
from bot.summary.headings import headed
from bot.summary.request import SummaryRequest
from bot.summary.summarising import summarise
from bot.wording import tell
from knowledge.errors import ReportNotFound
from knowledge.library import Library


class Judged(Protocol):
    """A case's outcome, whatever its job."""

    @property
    def id(self) -> str:
        """The case's id."""

    @property
    def asked(self) -> str:
        """What was asked for."""

    @property
    def said(self) -> str:
        """The text that came."""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""

    def miss(self) -> str:
        """What is wrong with it, for people."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to write: who answers, and the models that shorten and word plans, if any do."""

    assistant: Assistant
    condenser: Condenser | None = None
    polisher: Polisher | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All outcomes of one way to write, by job, and what is counted from them."""

    writer: str
    outcomes: tuple[Outcome, ...] = ()
    summaries: tuple[SummaryOutcome, ...] = ()
    plans: tuple[PlanOutcome, ...] = ()

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The outcomes of all jobs."""
        return (*self.outcomes, *self.summaries, *self.plans)

    def lines(self) -> list[str]:
        """The figures for people, then every case that went wrong."""
        counted = self.counted()
        lines = [tell("evaluate.title", count=len(self.judged), writer=self.writer)]
        if self.outcomes or not self.judged:
            lines += question_lines(counted)
        for job in ("summaries", "plans"):
            if counted[job]["n"]:
                lines += tell(f"evaluate.{job}", **counted[job]).split("\n")
                if counted[job]["prompts"]:
                    lines.append(tell("evaluate.model", **counted[job]))
        return lines + [judged.miss() for judged in self.judged if not judged.right]

    def records(self) -> Iterator[dict[str, Any]]:
        """One record a case, then the totals."""
        for judged in self.judged:
            yield judged.record() | {"writer": self.writer}
        yield {"total": self.counted(), "writer": self.writer}

    def counted(self) -> dict[str, dict[str, Any]]:
        """The figures, by name."""
        return counted_questions(self.outcomes) | {
            "summaries": counted_summaries(self.summaries),
            "plans": counted_plans(self.plans),
        }


def evaluate(way: Way, library: Library, golden: Golden) -> Evaluation:
    """Put every case to one way to write and hold what comes against the gold."""
    return Evaluation(
        writer=way.name or way.assistant.writer_name,
        outcomes=tuple(ask_all(way.assistant, library, golden.questions)),
        summaries=tuple(_summarised(way, library, case) for case in golden.summaries),
        plans=tuple(_planned(way, library, case) for case in golden.plans),
    )


def _summarised(way: Way, library: Library, golden: GoldenSummary) -> SummaryOutcome:
    try:
        request = SummaryRequest(
            report_ids=tuple(library.find_report(name).id for name in golden.report),
            section=golden.section,
            topic=golden.topic,
            kind=golden.kind_of_section,
            length=golden.length,
        )
        summary = summarise(library, request, condenser=way.condenser)
    except (ReportNotFound, UnknownHeading, UnclearHeading, TopicNeeded) as error:
        return summary_not_made(golden, str(error))
    return judged_summary(golden, summary, _first_headings(library, request.report_ids))


def _first_headings(library: Library, report_ids: tuple[str, ...]) -> list[str]:
    sections = (s for report_id in report_ids for s in headed(library.outline(report_id)[0]))
    return [section.path[0] for section in sections if len(section.path) == 1]


def _planned(way: Way, library: Library, golden: GoldenPlan) -> PlanOutcome:
    request = PlanRequest(golden.bureau, golden.topic, golden.period, golden.length)
    try:
        draft = draft_plan(library, request, polisher=way.polisher)
    except PlanError as error:
        return plan_not_made(golden, str(error))
    return judged_plan(golden, draft, style_context(library, read_request(library, request)))
