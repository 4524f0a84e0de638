"""Golden cases put to one writer, or to several side by side, and the record of it."""

import json
import platform
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.assistant.assistant import Assistant
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.drafting.drafting import draft_plan, style_context
from bot.drafting.polishing import Polisher
from bot.drafting.request import PlanRequest, read_request
from bot.errors import PlanError, RecordInvalid, TopicNeeded, UnclearHeading, UnknownHeading
from bot.evaluation.golden import Golden, GoldenPlan, GoldenSummary, read_golden
from bot.evaluation.judging import (
    Outcome,
    PlanOutcome,
    SummaryOutcome,
    ask_all,
    counted_plans,
    counted_questions,
    counted_summaries,
    judged_plan,
    judged_summary,
    kind_in_chinese,
    plan_not_made,
    question_lines,
    summary_not_made,
)
from bot.records import json_line
from bot.settings import Settings, WriterChoice
from bot.summarising.condenser import Condenser
from bot.summarising.headings import titled_sections
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import summarise
from bot.wording import tell
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.understanding.sentences import sentence_spans


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
    sections = (
        s for report_id in report_ids for s in titled_sections(library.outline(report_id)[0])
    )
    return [section.path[0] for section in sections if len(section.path) == 1]


def _planned(way: Way, library: Library, golden: GoldenPlan) -> PlanOutcome:
    request = PlanRequest(golden.bureau, golden.topic, golden.period, golden.length)
    try:
        draft = draft_plan(library, request, polisher=way.polisher)
    except PlanError as error:
        return plan_not_made(golden, str(error))
    return judged_plan(golden, draft, style_context(library, read_request(library, request)))


_OF_QUESTIONS = ("refusals", "quotes", "model")
_OF_JOB = {
    "summaries": (
        "summaries",
        "summary_figures",
        "summary_headings",
        "summary_points",
        "summary_model",
    ),
    "plans": ("plans", "plan_mentions", "plan_figures", "plan_faults", "plan_style", "plan_model"),
}


def side_by_side(evaluations: Sequence[Evaluation]) -> list[str]:
    """A table with a column for each, and for each question what one says and another does not."""
    counted = [evaluation.counted() for evaluation in evaluations]
    lines = [_row(tell("comparison.head"), [e.writer for e in evaluations])]
    for kind in counted[0]["kinds"]:
        cells = [tell("comparison.share", **c["kinds"][kind]) for c in counted]
        lines.append(_row(kind_in_chinese(kind), cells))
    rows = [(name, name) for name in _OF_QUESTIONS if evaluations[0].outcomes]
    for job, names in _OF_JOB.items():
        if counted[0][job]["n"]:
            rows += [(job, name) for name in names]
    for table, name in rows:
        cells = [tell(f"comparison.{name}_cell", **c[table]) for c in counted]
        lines.append(_row(tell(f"comparison.{name}"), cells))
    return lines + [line for told in _differences(evaluations) for line in told]


def _row(head: str, cells: Sequence[str]) -> str:
    return " | ".join([head, *cells])


def _differences(evaluations: Sequence[Evaluation]) -> Iterator[list[str]]:
    for outcomes in zip(*(e.judged for e in evaluations), strict=True):
        if len({outcome.said for outcome in outcomes}) > 1:
            yield list(_difference(evaluations, outcomes))


def _difference(evaluations: Sequence[Evaluation], outcomes: Sequence[Judged]) -> Iterator[str]:
    said = [_sentences(outcome.said) for outcome in outcomes]
    everywhere = set.intersection(*map(set, said))
    yield tell("comparison.question", id=outcomes[0].id, question=outcomes[0].asked)
    for evaluation, outcome, sentences in zip(evaluations, outcomes, said, strict=True):
        own = [sentence for sentence in sentences if sentence not in everywhere]
        mark = tell("comparison.right" if outcome.right else "comparison.wrong")
        text = "".join(own) or tell("comparison.nothing_more")
        yield tell("comparison.said", mark=mark, writer=evaluation.writer, text=text)


def _sentences(text: str) -> list[str]:
    return [part for span in sentence_spans(text) if (part := text[slice(*span)].strip())]


_LIBRARIES = ("chromadb", "langchain-core", "langchain-openai", "openai", "pydantic")


class OutcomeRecord(BaseModel):
    """One case's outcome."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    right: bool
    answer: str


class EvaluationRecord(BaseModel):
    """One way to answer, and what came of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    writer: str
    outcomes: tuple[OutcomeRecord, ...]


class Record(BaseModel):
    """What is kept of a run; more fields are written than are read again."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    made_at: str
    evaluations: tuple[EvaluationRecord, ...]


def record(evaluations: Sequence[Evaluation], settings: Settings, golden: Path) -> dict[str, Any]:
    """A run as JSON can hold it. Keys are no part of it."""
    kept = settings.model_dump(mode="json", exclude={"openai_api_key", "telegram_bot_token"})
    return {
        "made_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": {name: version(name) for name in _LIBRARIES}
        | {"python": platform.python_version()},
        "settings": kept,
        "golden": {"file": str(golden), "sha256": sha256(golden.read_bytes()).hexdigest()},
        "evaluations": [
            {
                "writer": evaluation.writer,
                "total": evaluation.counted(),
                "outcomes": [judged.record() for judged in evaluation.judged],
            }
            for evaluation in evaluations
        ],
    }


def write_record(path: Path, kept: dict[str, Any]) -> None:
    """Keep a run in a file; raises RecordInvalid."""
    try:
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise RecordInvalid(path=path) from error


def read_record(path: Path) -> Record:
    """An earlier run; raises RecordInvalid."""
    try:
        return Record.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise RecordInvalid(path=path) from error


def changes(evaluations: Sequence[Evaluation], earlier: Record) -> Iterator[dict[str, Any]]:
    """For each way to answer, the cases that got better and those that broke.

    It is held against the earlier one of the same name, or the only one there was.
    """
    by_name = {evaluation.writer: evaluation for evaluation in earlier.evaluations}
    for evaluation in evaluations:
        before = by_name.get(evaluation.writer)
        if before is None and len(earlier.evaluations) == len(evaluations) == 1:
            before = earlier.evaluations[0]
        if before is not None:
            yield _change(evaluation, before)


def _change(evaluation: Evaluation, before: EvaluationRecord) -> dict[str, Any]:
    was = {outcome.id: outcome.right for outcome in before.outcomes}
    shared = [judged for judged in evaluation.judged if judged.id in was]
    return {
        "writer": evaluation.writer,
        "against": before.writer,
        "shared": len(shared),
        "better": [j.id for j in shared if j.right and not was[j.id]],
        "broke": [j.id for j in shared if not j.right and was[j.id]],
    }


def change_lines(change: dict[str, Any], earlier: Record) -> list[str]:
    """What changed, for people."""
    none = tell("comparison.none")
    return [
        tell("comparison.against", made_at=earlier.made_at, **change),
        tell("comparison.better", ids="、".join(change["better"]) or none),
        tell("comparison.broke", ids="、".join(change["broke"]) or none),
    ]


def evaluation_lines(library: Library, typed: Namespace, settings: Settings) -> Iterator[str]:
    """What is told of a run, for people or as JSON; raises what reading and answering raise."""
    golden = read_golden(typed.golden)
    earlier = read_record(typed.compare) if typed.compare else None
    ways = [
        Way(
            open_assistant(changed, library),
            open_summariser(changed, library),
            open_planner(changed, library),
            name,
        )
        for name, changed in _ways(settings, typed.writer, typed.prompt)
    ]
    evaluations = [evaluate(way, library, golden) for way in ways]
    if typed.record:
        write_record(typed.record, record(evaluations, settings, typed.golden))
    changed = list(changes(evaluations, earlier)) if earlier else []
    if typed.json:
        yield from (json_line(kept) for evaluation in evaluations for kept in evaluation.records())
        yield from (json_line({"compare": change}) for change in changed)
        return
    yield from side_by_side(evaluations) if len(evaluations) > 1 else evaluations[0].lines()
    if earlier:
        yield from (told for change in changed for told in change_lines(change, earlier))


def _ways(
    settings: Settings, writer: str, prompt: tuple[str, tuple[str, ...]] | None
) -> list[tuple[str, Settings]]:
    """The ways to answer that are asked for, each with its name; an empty name is the writer's."""
    if prompt:
        job, versions = prompt
        model = settings.model_copy(update={"writer": WriterChoice.MODEL})
        return [
            (f"{job}/{version}", model.model_copy(update={f"prompt_{job}": version}))
            for version in versions
        ]
    choices = {"both": ("extractive", "model"), "": ()}.get(writer, (writer,))
    return [
        (choice, settings.model_copy(update={"writer": WriterChoice(choice)})) for choice in choices
    ] or [("", settings)]
