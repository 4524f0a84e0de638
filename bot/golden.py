"""Golden questions: what is asked, what the answer must hold, and where it stands."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.answers import AnswerStatus
from bot.errors import GoldenInvalid
from bot.wording import tell


class GoldenQuestion(BaseModel):
    """One question; ``accept`` lists, for each thing the answer must say, its wordings."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: str
    question: str
    status: tuple[AnswerStatus, ...]
    history: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    accept: tuple[tuple[str, ...], ...] = ()
    files: tuple[str, ...] = ()

    @field_validator("status", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions of a JSONL file; raises GoldenInvalid with the line that does not fit."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # U+2028 may stand in a string
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenInvalid(path=path, fault=tell("golden.unreadable")) from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(GoldenQuestion.model_validate_json(line))
            except ValidationError as error:
                raise GoldenInvalid(path=path, fault=_fault(number, error)) from error
    return questions


def _fault(line: int, error: ValidationError) -> str:
    where = error.errors(include_url=False)[0]["loc"]
    if where:
        return tell("golden.field", line=line, field=where[0])
    return tell("golden.json", line=line)
