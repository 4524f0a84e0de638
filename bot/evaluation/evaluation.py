"""Golden cases put to one writer or to several, the figures of each, and records of runs."""

import json
import platform
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.assistant.assistant import Assistant
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from bot.checking.statements import FaultKind, StatementFault
from bot.drafting.drafting import draft_plan, style_context
from bot.drafting.model_polisher import read_rewording
from bot.drafting.polishing import DraftPart, DraftSentence, Polisher, judge_paragraph
from bot.drafting.request import PlanRequest, read_request
from bot.errors import PlanError, RecordInvalid, UnclearHeading, UnknownHeading
from bot.evaluation.golden import (
    Golden,
    GoldenClaim,
    GoldenPlan,
    GoldenRewording,
    GoldenSummary,
    read_golden,
)
from bot.evaluation.judging import (
    PlanOutcome,
    QuestionOutcome,
    SummaryOutcome,
    ask_all,
    count_plans,
    count_questions,
    count_summaries,
    failed_plan,
    failed_summary,
    judge_plan,
    judge_summary,
    kind_in_chinese,
    question_lines,
)
from bot.model.checked_generation import give_passage, store_bureaus
from bot.official.findings import StyleContext
from bot.records import json_line
from bot.settings import Settings, WriterChoice
from bot.summarising.assessment import assess
from bot.summarising.condenser import Condenser
from bot.summarising.request import SummaryRequest
from bot.summarising.scope import stands_out, titled_sections
from bot.summarising.summarising import read_report, read_scopes, summarise
from bot.wording import tell
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.models import Identity, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span, sentence_spans

_WHOSE = Identity(None, Period(2024))
_STYLE = StyleContext(planned=Period(2024), old=(), own_bureau="", other_names=())


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """What the checks find in a sentence; ``failure``: why it could not be put to them."""

    golden: GoldenClaim | GoldenRewording
    faults: tuple[StatementFault, ...] = ()
    failure: str = ""

    @property
    def id(self) -> str:
        """The case's id."""
        return self.golden.id

    @property
    def request(self) -> str:
        """The sentence."""
        return self.golden.says

    @property
    def text(self) -> str:
        """The words that are found fault with."""
        return "、".join(fault.words for fault in self.faults)

    @property
    def shown(self) -> bool:
        """Whether it would reach the reader."""
        return not (self.faults or self.failure)

    @property
    def right(self) -> bool:
        """Whether a true sentence is shown, a false one not."""
        return not self.failure and self.shown == self.golden.stands

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        return {
            "id": self.id,
            "kind": self.golden.kind,
            "split": self.golden.split,
            "question": self.request,
            "stands": self.golden.stands,
            "right": self.right,
            "failure": self.failure,
            "faults": [[fault.kind.value, fault.words] for fault in self.faults],
            "answer": self.text,
        }

    def miss(self) -> str:
        """What is wrong with it, for people."""
        if self.failure:
            return tell("evaluate.not_made", id=self.id, question=self.request, why=self.failure)
        verdict = "claim_struck" if self.golden.stands else "claim_shown"
        told = tell(f"evaluate.{verdict}", what=self.text)
        return tell("evaluate.faults", id=self.id, question=self.request, faults=told)


def judge_claim(library: Library, golden: GoldenClaim) -> ClaimOutcome:
    """Check a sentence against its passage, which is given with its neighbours."""
    with library.snapshot():
        try:
            report = library.find_report(golden.report)
        except ReportNotFound as error:
            return ClaimOutcome(golden, failure=str(error))
        given = list(_given_passages(library, report, report.text.find(golden.at)))
        if not given:
            return ClaimOutcome(golden, failure=tell("evaluate.claim_nowhere", what=golden.at))
        checked = PassageChecker(given, None, store_bureaus(library)).check(golden.says)
    faults = (fault for statement in checked.faulty for fault in statement.faults)
    return ClaimOutcome(golden, tuple(faults))


def judge_rewording(golden: GoldenRewording) -> ClaimOutcome:
    """Check a paragraph against the sentences of the plan that it words."""
    reports = (Report("", "", "", _WHOSE, text) for text in golden.drafted)
    part = DraftPart("", tuple(DraftSentence(n, r) for n, r in enumerate(reports, 1)))
    checked, wordings = read_rewording(golden.says, [part], ())
    faults = [fault for statement in checked.faulty for fault in statement.faults]
    _, struck = judge_paragraph(part, wordings.get(part, ()), _STYLE)
    lost = (StatementFault(FaultKind.MEANING_TURNED, text) for text in struck)
    return ClaimOutcome(golden, tuple(faults or lost))


def _given_passages(library: Library, report: Report, place: int) -> Iterator[GivenPassage]:
    """The passage that holds a place, as the first, and those before and after it."""
    own = library.passage_at(report.id, place)
    if own is None:
        return
    beside = (library.passage_at(report.id, at) for at in (own.start - 1, own.end))
    for n, passage in enumerate((own, *(p for p in beside if p and p != own)), 1):
        span = Span(passage.start, passage.end)
        yield give_passage(library, n, report, span, passage.path)


def count_claims(outcomes: Sequence[ClaimOutcome]) -> dict[str, Any]:
    """The figures of the sentences: of all, of those held out of tuning, and of each kind."""
    held_out = [outcome for outcome in outcomes if outcome.golden.split == "held"]
    kinds = dict.fromkeys((o.golden.stands, o.golden.kind) for o in outcomes)
    of_kinds = {
        kind: [o for o in outcomes if (o.golden.stands, o.golden.kind) == kind] for kind in kinds
    }
    return {
        **_rates(outcomes),
        "held_out": _rates(held_out),
        "kinds": [
            {"stands": stands, "kind": kind, "n": len(own), "wrong": sum(not o.right for o in own)}
            for (stands, kind), own in of_kinds.items()
        ],
    }


def _rates(outcomes: Sequence[ClaimOutcome]) -> dict[str, Any]:
    """How many false sentences pass, and how many true ones are struck."""
    true = [outcome for outcome in outcomes if outcome.golden.stands]
    false = [outcome for outcome in outcomes if not outcome.golden.stands]
    struck, passed = (sum(not o.right for o in group) for group in (true, false))
    return {
        "n": len(outcomes),
        "false": len(false),
        "passed": passed,
        "passed_share": passed / max(1, len(false)),
        "true": len(true),
        "struck": struck,
        "struck_share": struck / max(1, len(true)),
    }


def claim_lines(job: str, counts: Mapping[str, Any]) -> list[str]:
    """The figures of ``claims`` or ``rewordings`` for people."""
    lines = [tell(f"evaluate.{job}", **counts)]
    if counts["held_out"]["n"]:
        lines.append(tell("evaluate.claims_held", **counts["held_out"]))
    for stands, line in ((False, "claims_false"), (True, "claims_true")):
        kinds = [k for k in counts["kinds"] if k["stands"] is stands]
        listed = (tell("evaluate.claim_kind", **kind) for kind in kinds)
        lines.append(tell(f"evaluate.{line}", what="，".join(listed)))
    return lines


_OF_QUESTIONS = ("questions", "refusals", "quotes", "model")
_OF_JOB = {
    "summaries": (
        "summaries",
        "summary_figures",
        "summary_headings",
        "summary_points",
        "summary_lines",
        "summary_model",
    ),
    "plans": ("plans", "plan_mentions", "plan_figures", "plan_faults", "plan_style", "plan_model"),
}
_LIBRARIES = ("chromadb", "langchain-core", "langchain-openai", "openai", "pydantic")


CaseOutcome = QuestionOutcome | SummaryOutcome | PlanOutcome | ClaimOutcome
"""What came of one case."""


@dataclass(frozen=True, slots=True)
class EvaluatedWriter:
    """Who answers, and the models that shorten summaries and word plans, if any do."""

    assistant: Assistant
    condenser: Condenser | None = None
    polisher: Polisher | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All outcomes of one writer, by job."""

    writer: str
    questions: tuple[QuestionOutcome, ...] = ()
    summaries: tuple[SummaryOutcome, ...] = ()
    plans: tuple[PlanOutcome, ...] = ()
    claims: tuple[ClaimOutcome, ...] = ()
    rewordings: tuple[ClaimOutcome, ...] = ()

    @property
    def all(self) -> tuple[CaseOutcome, ...]:
        """The outcomes of all jobs."""
        return (*self.questions, *self.summaries, *self.plans, *self.claims, *self.rewordings)

    def lines(self) -> list[str]:
        """The figures for people, then every case that went wrong."""
        counts = self.counts()
        lines = [tell("evaluate.title", count=len(self.all), writer=self.writer)]
        if self.questions or not self.all:
            lines += question_lines(counts)
        for job in ("summaries", "plans"):
            if counts[job]["n"]:
                lines += tell(f"evaluate.{job}", **counts[job]).split("\n")
                if counts[job]["prompts"]:
                    lines.append(tell("evaluate.model", **counts[job]))
        for job, outcomes in (("claims", self.claims), ("rewordings", self.rewordings)):
            if outcomes:
                lines += claim_lines(job, counts[job])
        return lines + [outcome.miss() for outcome in self.all if not outcome.right]

    def records(self) -> Iterator[dict[str, Any]]:
        """One record a case, then the totals."""
        for outcome in self.all:
            yield outcome.record() | {"writer": self.writer}
        yield {"total": self.counts(), "writer": self.writer}

    def counts(self) -> dict[str, dict[str, Any]]:
        """The figures, by name."""
        return count_questions(self.questions) | {
            "summaries": count_summaries(self.summaries),
            "plans": count_plans(self.plans),
            "claims": count_claims(self.claims),
            "rewordings": count_claims(self.rewordings),
        }


def evaluate(writer: EvaluatedWriter, library: Library, golden: Golden) -> Evaluation:
    """Put every case to one writer and judge what comes."""
    return Evaluation(
        writer=writer.name or writer.assistant.writer_name,
        questions=tuple(ask_all(writer.assistant, library, golden.questions)),
        summaries=tuple(_evaluate_summary(writer, library, case) for case in golden.summaries),
        plans=tuple(_evaluate_plan(writer, library, case) for case in golden.plans),
        claims=tuple(judge_claim(library, case) for case in golden.claims),
        rewordings=tuple(map(judge_rewording, golden.rewordings)),
    )


def _evaluate_summary(
    writer: EvaluatedWriter, library: Library, golden: GoldenSummary
) -> SummaryOutcome:
    try:
        request = SummaryRequest(
            report_ids=tuple(library.find_report(name).id for name in golden.report),
            section=golden.section,
            topic=golden.topic,
            kind=golden.kind_of_section,
            length=golden.length,
        )
        summary = summarise(library, request, condenser=writer.condenser)
        scopes = read_scopes([read_report(library, key) for key in request.report_ids], request)
    except (ReportNotFound, UnknownHeading, UnclearHeading) as error:
        return failed_summary(golden, str(error))
    assessment = assess(scopes[0], summary) if summary.digest and len(scopes) == 1 else None
    headings = _first_headings(library, request.report_ids)
    return judge_summary(golden, summary, headings, assessment)


def _first_headings(library: Library, report_ids: tuple[str, ...]) -> list[str]:
    sections = (
        s for report_id in report_ids for s in titled_sections(library.outline(report_id)[0])
    )
    return [s.path[0] for s in sections if len(s.path) == 1 and stands_out(s)]


def _evaluate_plan(writer: EvaluatedWriter, library: Library, golden: GoldenPlan) -> PlanOutcome:
    request = PlanRequest(golden.bureau, golden.topic, golden.period, golden.length)
    try:
        draft = draft_plan(library, request, polisher=writer.polisher)
    except PlanError as error:
        return failed_plan(golden, str(error))
    return judge_plan(golden, draft, style_context(library, read_request(library, request)))


def comparison_lines(evaluations: Sequence[Evaluation]) -> list[str]:
    """A table with a column for each, and for each case what one says and another does not."""
    counts = [evaluation.counts() for evaluation in evaluations]
    lines = [_row(tell("comparison.head"), [e.writer for e in evaluations])]
    for kind in counts[0]["kinds"]:
        cells = [tell("comparison.share", **c["kinds"][kind]) for c in counts]
        lines.append(_row(kind_in_chinese(kind), cells))
    rows = [(name, name) for name in _OF_QUESTIONS if evaluations[0].questions]
    for job, names in _OF_JOB.items():
        if counts[0][job]["n"]:
            rows += [(job, name) for name in names]
    for table, name in rows:
        cells = [tell(f"comparison.{name}_cell", **c[table]) for c in counts]
        lines.append(_row(tell(f"comparison.{name}"), cells))
    return lines + list(_difference_lines(evaluations))


def _row(head: str, cells: Sequence[str]) -> str:
    return " | ".join([head, *cells])


def _difference_lines(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    for outcomes in zip(*(e.all for e in evaluations), strict=True):
        if len({outcome.text for outcome in outcomes}) > 1:
            yield from _differing_sentences(evaluations, outcomes)


def _differing_sentences(
    evaluations: Sequence[Evaluation], outcomes: Sequence[CaseOutcome]
) -> Iterator[str]:
    texts = [_sentences(outcome.text) for outcome in outcomes]
    everywhere = set.intersection(*map(set, texts))
    yield tell("comparison.question", id=outcomes[0].id, question=outcomes[0].request)
    for evaluation, outcome, sentences in zip(evaluations, outcomes, texts, strict=True):
        own = [sentence for sentence in sentences if sentence not in everywhere]
        mark = tell("comparison.right" if outcome.right else "comparison.wrong")
        text = "".join(own) or tell("comparison.nothing_more")
        yield tell("comparison.said", mark=mark, writer=evaluation.writer, text=text)


def _sentences(text: str) -> list[str]:
    return [part for span in sentence_spans(text) if (part := text[slice(*span)].strip())]


class OutcomeRecord(BaseModel, frozen=True, extra="ignore"):
    """One case's outcome."""

    id: str
    question: str
    right: bool
    answer: str


class EvaluationRecord(BaseModel, frozen=True, extra="ignore"):
    """What one writer answered to the golden cases, as an earlier run recorded it."""

    writer: str
    outcomes: tuple[OutcomeRecord, ...]


class RunRecord(BaseModel, frozen=True, extra="ignore"):
    """A run, as far as a later one is compared with it; more fields are written."""

    made_at: str
    evaluations: tuple[EvaluationRecord, ...]


def run_record(
    evaluations: Sequence[Evaluation], settings: Settings, golden: Path
) -> dict[str, Any]:
    """A run as JSON, without the secrets among the settings."""
    secrets = {
        *(
            "openai_api_key",
            "telegram_bot_token",
            "wecom_secret",
            "wecom_token",
            "wecom_aes_key",
            "feishu_app_secret",
        ),
        "database_url",
    }
    return {
        "made_at": datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": {name: version(name) for name in _LIBRARIES}
        | {"python": platform.python_version()},
        "settings": settings.model_dump(mode="json", exclude=secrets),
        "golden": {"file": str(golden), "sha256": sha256(golden.read_bytes()).hexdigest()},
        "evaluations": [
            {
                "writer": evaluation.writer,
                "total": evaluation.counts(),
                "outcomes": [outcome.record() for outcome in evaluation.all],
            }
            for evaluation in evaluations
        ],
    }


def write_record(path: Path, run: dict[str, Any]) -> None:
    """Write a run to a file; raises RecordInvalid."""
    try:
        path.write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise RecordInvalid(path=path) from error


def read_record(path: Path) -> RunRecord:
    """Read an earlier run; raises RecordInvalid."""
    try:
        return RunRecord.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise RecordInvalid(path=path) from error


def compare_runs(evaluations: Sequence[Evaluation], earlier: RunRecord) -> Iterator[dict[str, Any]]:
    """For each writer, the cases that got better and those that broke.

    It is compared with the earlier one of the same name, or with the only one there was.
    """
    by_name = {evaluation.writer: evaluation for evaluation in earlier.evaluations}
    for evaluation in evaluations:
        before = by_name.get(evaluation.writer)
        if before is None and len(earlier.evaluations) == len(evaluations) == 1:
            before = earlier.evaluations[0]
        if before is not None:
            yield _compare(evaluation, before)


def _compare(evaluation: Evaluation, before: EvaluationRecord) -> dict[str, Any]:
    was = {outcome.id: outcome.right for outcome in before.outcomes}
    shared = [outcome for outcome in evaluation.all if outcome.id in was]
    return {
        "writer": evaluation.writer,
        "against": before.writer,
        "shared": len(shared),
        "better": [j.id for j in shared if j.right and not was[j.id]],
        "broke": [j.id for j in shared if not j.right and was[j.id]],
    }


def change_lines(change: dict[str, Any], earlier: RunRecord) -> list[str]:
    """What changed, for people."""
    none = tell("comparison.none")
    return [
        tell("comparison.against", made_at=earlier.made_at, **change),
        tell("comparison.better", ids="、".join(change["better"]) or none),
        tell("comparison.broke", ids="、".join(change["broke"]) or none),
    ]


def evaluation_lines(library: Library, typed: Namespace, settings: Settings) -> Iterator[str]:
    """The lines of ``evaluate``, for people or as JSON; raises what reading and answering raise."""
    golden = read_golden(typed.golden)
    earlier = read_record(typed.compare) if typed.compare else None
    writers = [
        EvaluatedWriter(
            open_assistant(own, library),
            open_summariser(own, library),
            open_planner(own, library),
            name,
        )
        for name, own in _settings_of_writers(settings, typed.writer, typed.prompt)
    ]
    evaluations = [evaluate(writer, library, golden) for writer in writers]
    if typed.record:
        write_record(typed.record, run_record(evaluations, settings, typed.golden))
    changed = list(compare_runs(evaluations, earlier)) if earlier else []
    if typed.json:
        yield from (
            json_line(record) for evaluation in evaluations for record in evaluation.records()
        )
        yield from (json_line({"compare": change}) for change in changed)
        return
    yield from comparison_lines(evaluations) if len(evaluations) > 1 else evaluations[0].lines()
    if earlier:
        yield from (text for change in changed for text in change_lines(change, earlier))


def _settings_of_writers(
    settings: Settings, writer: str, prompt: tuple[str, tuple[str, ...]] | None
) -> list[tuple[str, Settings]]:
    """The settings of each writer to evaluate, with its name; an empty one means the writer's."""
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
