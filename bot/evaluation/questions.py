"""Golden questions put to the assistant, and the figures that come of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answers import Answer, AnswerStatus, Citation
from bot.assistant import Assistant
from bot.evaluation.figures import says
from bot.evaluation.golden import GoldenQuestion
from bot.wording import tell
from knowledge.errors import DataFileError, UnreadableFile
from knowledge.library import Library
from knowledge.reading import read_source

_REFUSALS = frozenset({AnswerStatus.NOT_FOUND, AnswerStatus.NO_SUCH_REPORT})
_DEPTHS = (1, 5, 10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question's outcome; ``rank`` is that of the first passage with the gold words.

    ``verbatim`` counts the quotes found in their files, ``sought`` those whose files were read.
    """

    golden: GoldenQuestion
    answer: Answer
    right: bool
    rank: int | None
    verbatim: int
    sought: int

    @property
    def id(self) -> str:
        """The question's id."""
        return self.golden.id

    @property
    def asked(self) -> str:
        """The question."""
        return self.golden.question

    @property
    def said(self) -> str:
        """The answer's text."""
        return self.answer.text

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        return {
            "id": self.golden.id,
            "kind": self.golden.kind,
            "question": self.golden.question,
            "right": self.right,
            "rank": self.rank,
            "status": self.answer.status.value,
            "answer": self.answer.text,
            "prompts": list(self.answer.prompts),
            "struck": list(self.answer.struck),
        }

    def miss(self) -> str:
        """What was wanted and what came instead, for people."""
        golden = self.golden
        wanted = "；".join("/".join(w) for w in golden.accept) or "、".join(golden.status)
        return tell(
            "evaluate.miss",
            id=golden.id,
            question=golden.question,
            wanted=wanted,
            status=self.answer.status.value,
            answer=self.answer.text.replace("\n", " ")[:80],
        )


def ask_all(
    assistant: Assistant, library: Library, questions: Sequence[GoldenQuestion]
) -> list[Outcome]:
    """Ask every question and hold the answers against the gold."""
    outcomes = []
    sources: dict[str, str | None] = {}
    for golden in questions:
        answer = assistant.ask(golden.question, golden.history)
        hits = library.look_up(library.read_question(golden.question), _DEPTHS[-1])
        texts = [hit.text for hit in hits]
        rank = next((n for n, t in enumerate(texts, 1) if any(g in t for g in golden.gold)), None)
        found = [_stands_in_file(citation, sources) for citation in answer.citations]
        outcomes.append(
            Outcome(
                golden=golden,
                answer=answer,
                right=is_right(golden, answer),
                rank=rank,
                verbatim=found.count(True),
                sought=len(found) - found.count(None),
            )
        )
    return outcomes


def counted_questions(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Any]]:
    """The figures of the questions, by name."""
    ranked = [o for o in outcomes if o.golden.gold and not o.golden.history]
    hits = {
        f"h{depth}": _share(sum(o.rank is not None and o.rank <= depth for o in ranked), ranked)
        for depth in _DEPTHS
    }
    kinds: dict[str, Any] = {}
    for kind in dict.fromkeys(o.golden.kind for o in outcomes):
        of_kind = [o for o in outcomes if o.golden.kind == kind]
        right = sum(o.right for o in of_kind)
        kinds[kind] = {"right": right, "n": len(of_kind), "share": _share(right, of_kind)}
    owed = [o for o in outcomes if set(o.golden.status) <= _REFUSALS]
    other = [o for o in outcomes if not set(o.golden.status) & _REFUSALS]
    prompts = dict.fromkeys(p for o in outcomes for p in o.answer.prompts)
    return {
        "retrieval": {**hits, "n": len(ranked)},
        "kinds": kinds,
        "refusals": {
            "right": sum(o.answer.status in _REFUSALS for o in owed),
            "n": len(owed),
            "wrong": sum(o.answer.status in _REFUSALS for o in other),
            "m": len(other),
        },
        "quotes": {
            "verbatim": sum(o.verbatim for o in outcomes),
            "n": sum(o.sought for o in outcomes),
        },
        "model": {
            "prompts": "、".join(prompts),
            "struck": sum(bool(o.answer.struck) for o in outcomes),
            "failed": sum(bool(o.answer.notice) for o in outcomes),
            "seconds": round(sum(o.answer.seconds for o in outcomes), 2),
        },
    }


def question_lines(counted: dict[str, dict[str, Any]]) -> list[str]:
    """The figures of the questions for people."""
    lines = [tell("evaluate.retrieval", **counted["retrieval"])]
    for kind, row in counted["kinds"].items():
        lines.append(tell("evaluate.kind_line", kind=kind_in_chinese(kind), **row))
    lines.append(tell("evaluate.refusals", **counted["refusals"]))
    lines.append(tell("evaluate.quotes", **counted["quotes"]))
    if counted["model"]["prompts"]:
        lines.append(tell("evaluate.model", **counted["model"]))
    return lines


def _stands_in_file(citation: Citation, sources: dict[str, str | None]) -> bool | None:
    """Whether a quote stands in the file that its report was read from; None if that is gone."""
    file = citation.quote.report.file
    if file not in sources:
        try:
            sources[file] = read_source(Path(file)).text
        except UnreadableFile:
            sources[file] = None
    source = sources[file]
    return None if source is None else citation.quote.text in source


def is_right(golden: GoldenQuestion, answer: Answer) -> bool:
    """Whether the status fits and the answer says everything that it must."""
    if answer.status not in golden.status:
        return False
    return all(any(says(answer.text, w) for w in wordings) for wordings in golden.accept)


def _share(part: int, whole: Sequence[Outcome]) -> float:
    return part / len(whole) if whole else 0.0


def kind_in_chinese(kind: str) -> str:
    """A kind in Chinese; one of the user's own as it is."""
    try:
        return tell(f"golden_kind.{kind}")
    except DataFileError:
        return kind
