"""The record of an evaluation: what was asked, with which versions and settings, what came out."""

import json
import platform
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import RecordInvalid
from bot.evaluation.evaluation import Evaluation
from bot.settings import Settings
from bot.wording import tell

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
