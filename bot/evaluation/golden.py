"""Golden cases: questions, summaries, plans and sentences, each with what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Discriminator,
    Tag,
    TypeAdapter,
    ValidationError,
)

from bot.answers import AnswerStatus
from bot.errors import GoldenInvalid, UnknownKind, UnknownLength
from bot.summarising.request import parse_kind, parse_length
from bot.summarising.vocabulary import SummaryLength
from bot.wording import tell
from knowledge.models import SectionKind

_JOB, _QUESTION = "job", "question"


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_typed(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a word as the command line does."""

    def read(value: object) -> object:
        try:
            return parse(value) if isinstance(value, str) else value
        except (UnknownKind, UnknownLength) as error:
            raise ValueError(value) from error

    return BeforeValidator(read)


class GoldenQuestion(BaseModel, frozen=True, extra="ignore"):
    """One question.

    ``accept`` lists, for each thing that the answer must say, its wordings; ``figures`` likewise
    what it must state itself, not only in a quotation. ``missing`` lists, for each thing asked
    that no report tells, words of which one must stand where the answer says so. ``reject`` are
    figures that it must not give as the answer. ``first`` are names, of which a ranking must
    have the first one first.
    """

    id: str
    kind: str
    question: str
    status: Annotated[tuple[AnswerStatus, ...], BeforeValidator(_one_or_more)]
    history: tuple[str, ...] = ()
    gold: tuple[str, ...] = ()
    accept: tuple[tuple[str, ...], ...] = ()
    figures: tuple[tuple[str, ...], ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    reject: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class GoldenSummary(BaseModel, frozen=True, extra="forbid"):
    """One summary; an unknown field is a mistake, as it would ask for nothing.

    It must say the ``figures`` as they are and name the ``headings``; None stands for every
    first heading of the report if all of it is summarised, for none if a part is.
    """

    id: str
    job: Literal["summary"]
    report: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
    section: str = ""
    topic: str = ""
    kind_of_section: Annotated[SectionKind | None, _as_typed(parse_kind)] = None
    length: Annotated[SummaryLength | None, _as_typed(parse_length)] = None
    figures: tuple[str, ...] = ()
    headings: tuple[str, ...] | None = None
    note: str = ""

    @property
    def covers_whole_report(self) -> bool:
        """Whether no part of the report is named."""
        return not (self.section or self.topic or self.kind_of_section)


class GoldenPlan(BaseModel, frozen=True, extra="forbid"):
    """One plan; an empty field is the command's default, an unknown one a mistake.

    ``mentions`` are wordings that it must say, ``foreign`` names that it must not, beside those
    of the library's other bureaus.
    """

    id: str
    job: Literal["plan"]
    bureau: str = ""
    topic: str = ""
    period: str = ""
    length: str = ""
    mentions: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    note: str = ""


class GoldenClaim(BaseModel, frozen=True, extra="forbid"):
    """One sentence as a model may say it, [1] for the passage of ``report`` that holds ``at``.

    ``stands``: it is true to that passage. ``split`` is ``held`` where no check was tuned on it.
    """

    id: str
    job: Literal["claim"]
    kind: str
    report: str
    at: str
    says: str
    stands: bool
    split: Literal["dev", "held"] = "dev"


class GoldenRewording(BaseModel, frozen=True, extra="forbid"):
    """A paragraph of a plan as a model may word it, [n] for the n-th of the ``drafted`` sentences.

    ``stands``: it says what those say, and nothing else.
    """

    id: str
    job: Literal["rewording"]
    kind: str
    drafted: tuple[str, ...]
    says: str
    stands: bool
    split: Literal["dev", "held"] = "dev"


@dataclass(frozen=True, slots=True)
class Golden:
    """The cases of a file, by job, each in the file's order."""

    questions: tuple[GoldenQuestion, ...] = ()
    summaries: tuple[GoldenSummary, ...] = ()
    plans: tuple[GoldenPlan, ...] = ()
    claims: tuple[GoldenClaim, ...] = ()
    rewordings: tuple[GoldenRewording, ...] = ()


def _job(line: Any) -> str | None:
    return str(line.get(_JOB, _QUESTION)) if isinstance(line, Mapping) else None


_Case = GoldenQuestion | GoldenSummary | GoldenPlan | GoldenClaim | GoldenRewording
_CASE: TypeAdapter[_Case] = TypeAdapter(
    Annotated[
        Annotated[GoldenQuestion, Tag(_QUESTION)]
        | Annotated[GoldenSummary, Tag("summary")]
        | Annotated[GoldenPlan, Tag("plan")]
        | Annotated[GoldenClaim, Tag("claim")]
        | Annotated[GoldenRewording, Tag("rewording")],
        Discriminator(_job),
    ]
)


def read_golden(path: Path) -> Golden:
    """The cases of a JSONL file; raises GoldenInvalid with the line that does not fit."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # U+2028 may stand in a string
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenInvalid(path=path, fault=tell("golden.unreadable")) from error
    cases = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                cases.append(_CASE.validate_json(line))
            except ValidationError as error:
                raise GoldenInvalid(path=path, fault=_fault(number, error)) from error
    return Golden(
        tuple(case for case in cases if isinstance(case, GoldenQuestion)),
        tuple(case for case in cases if isinstance(case, GoldenSummary)),
        tuple(case for case in cases if isinstance(case, GoldenPlan)),
        tuple(case for case in cases if isinstance(case, GoldenClaim)),
        tuple(case for case in cases if isinstance(case, GoldenRewording)),
    )


def _fault(line: int, error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    if fault["type"] == "union_tag_invalid":
        return tell("golden.field", line=line, field=_JOB)
    _job_of_line, *where = fault["loc"] or ("",)
    if where:
        return tell("golden.field", line=line, field=where[0])
    return tell("golden.json", line=line)
