"""Golden questions: what is asked, what the answer must hold, and where it stands."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from bot.answers import AnswerStatus
from bot.errors import GoldenInvalid


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
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenInvalid(path=path, line=0, fault="读不到这个文件") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(GoldenQuestion.model_validate_json(line))
            except ValidationError as error:
                where = error.errors(include_url=False)[0]["loc"]
                fault = f"字段 {where[0]} 不对" if where else "不是一个 JSON 对象"
                raise GoldenInvalid(path=path, line=number, fault=fault) from error
    return questions
