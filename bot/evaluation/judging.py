"""Golden questions, summaries and plans held against what must come out of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from bot.answers import Answer, AnswerStatus, Citation
from bot.assistant.assistant import Assistant
from bot.compositions import Draft, Summary
from bot.evaluation.figures import quotes_of, says, strays
from bot.evaluation.golden import GoldenPlan, GoldenQuestion, GoldenSummary
from bot.official.findings import FindingKind, StyleContext, StyleFinding
from bot.official.style_check import check_style
from bot.summarising.vocabulary import choice_words
from bot.wording import tell
from knowledge.errors import DataFileError, UnreadableFile
from knowledge.library import Library
from knowledge.reading.files import read_source
from knowledge.retrieval.question_bureaus import parts_of
from knowledge.understanding.kinds import without_mark


class Made(Protocol):
    """A summary or a draft, as far as it tells how it was made."""

    @property
    def notice(self) -> str:
        """Why the writer that was set did not write it."""

    @property
    def prompt(self) -> str | None:
        """The prompt and version, if a model wrote it."""

    @property
    def struck(self) -> tuple[str, ...]:
        """What failed the checks."""


def making_of(made: Made | None) -> dict[str, Any]:
    """How something was made, for scripts and records; empty fields where nothing was."""
    return {
        "notice": made.notice if made else "",
        "prompts": [made.prompt] if made and made.prompt else [],
        "struck": list(made.struck) if made else [],
    }


def fault_words(found: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Kinds of faults, each with what was found of it; a kind without any is passed over."""
    return [tell(f"evaluate.fault_{name}", what="、".join(what)) for name, what in found if what]


def miss_of(case: str, asked: str, failure: str, faults: Sequence[str]) -> str:
    """What is wrong with a case, for people; one without faults is wrong for being empty."""
    if failure:
        return tell("evaluate.not_made", id=case, question=asked, why=failure)
    told = "；".join(faults or [tell("evaluate.empty")])
    return tell("evaluate.faults", id=case, question=asked, faults=told)


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
        hits = library.search_with_unidentified(library.read_question(golden.question), _DEPTHS[-1])
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


_STOPS = "。，；：、！？.,;:"


@dataclass(frozen=True, slots=True)
class SummaryOutcome:
    """What came of one case; without a ``summary``, ``failure`` says why there is none.

    ``lost`` are figures that it had to say and does not, ``outside`` those that it says and its
    points' quotes do not hold. ``unnamed`` are those of its ``headings`` that it passes over;
    ``uncited`` are points with no quote behind them.
    """

    golden: GoldenSummary
    summary: Summary | None = None
    failure: str = ""
    headings: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    points: int = 0
    uncited: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The case's id."""
        return self.golden.id

    @property
    def asked(self) -> str:
        """What was to be summarised."""
        golden, words = self.golden, choice_words()
        kinds = [name for name, kind in words.kinds.items() if kind is golden.kind_of_section]
        lengths = [name for name, length in words.lengths.items() if length is golden.length]
        parts = [*golden.report, golden.section, golden.topic, *kinds[:1], *lengths[:1]]
        return tell("evaluate.summary_asked", what=" · ".join(filter(None, parts)))

    @property
    def said(self) -> str:
        """The summary's points, a line each."""
        return "\n".join(_points(self.summary)) if self.summary else ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        faults = (self.failure, self.lost, self.outside, self.unnamed, self.uncited)
        return self.points > 0 and not any(faults)

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        made = self.summary
        return {
            "id": self.id,
            "kind": self.golden.job,
            "question": self.asked,
            "right": self.right,
            "failure": self.failure,
            "figures_lost": list(self.lost),
            "figures_not_in_quotes": list(self.outside),
            "headings_unnamed": list(self.unnamed),
            "points": self.points,
            "points_uncited": list(self.uncited),
            "answer": self.said,
            **making_of(made),
        }

    def miss(self) -> str:
        """What is wrong with it, for people."""
        found = (
            ("lost", self.lost),
            ("outside", self.outside),
            ("unnamed", self.unnamed),
            ("uncited", self.uncited),
        )
        faults = fault_words(found) if self.points else ()
        return miss_of(self.id, self.asked, self.failure, faults)


def judged_summary(
    golden: GoldenSummary, summary: Summary, first_headings: Sequence[str]
) -> SummaryOutcome:
    """A summary held against its case; ``first_headings`` are its report's."""
    points = [point for part in summary.parts for point in part.points]
    text = "\n".join([h for part in summary.parts for h in part.path] + _points(summary))
    headings = owed_headings(golden, first_headings)
    quotes = [quotes_of(point.citations, summary.citations) for point in points]
    pairs = list(zip(points, quotes, strict=True))
    return SummaryOutcome(
        golden=golden,
        summary=summary,
        headings=headings,
        lost=tuple(figure for figure in golden.figures if not says(text, figure)),
        outside=tuple(figure for point, held in pairs for figure in strays(point.text, held)),
        unnamed=tuple(heading for heading in headings if not is_named(heading, summary)),
        points=len(points),
        uncited=tuple(point.text for point, held in pairs if not held),
    )


def summary_not_made(golden: GoldenSummary, why: str) -> SummaryOutcome:
    """The outcome where there is no summary: everything that it had to say is lost."""
    headings = owed_headings(golden, ())
    return SummaryOutcome(
        golden, failure=why, headings=headings, lost=golden.figures, unnamed=headings
    )


def owed_headings(golden: GoldenSummary, first_headings: Sequence[str]) -> tuple[str, ...]:
    """The headings that a summary has to name."""
    if golden.headings is not None:
        return golden.headings
    return tuple(first_headings) if golden.is_of_all else ()


def is_named(heading: str, summary: Summary) -> bool:
    """Whether something is said under a heading, or a point begins with its words alone."""
    words = without_mark(heading).rstrip(_STOPS)
    return any(
        words in (without_mark(above).rstrip(_STOPS) for above in part.path)
        or any(_opens_with(words, without_mark(point.text)) for point in part.points)
        for part in summary.parts
        if part.points
    )


def _opens_with(words: str, text: str) -> bool:
    return text.startswith(words) and text[len(words) : len(words) + 1] in ("", *_STOPS)


def counted_summaries(outcomes: Sequence[SummaryOutcome]) -> dict[str, Any]:
    """The figures of the summaries, by name."""
    made = [o.summary for o in outcomes if o.summary]
    figures, lost = _count(o.golden.figures for o in outcomes), _count(o.lost for o in outcomes)
    headings = _count(o.headings for o in outcomes)
    return {
        "n": len(outcomes),
        "right": sum(o.right for o in outcomes),
        "figures": figures,
        "figures_kept": figures - lost,
        "figures_not_in_quotes": _count(o.outside for o in outcomes),
        "headings": headings,
        "headings_named": headings - _count(o.unnamed for o in outcomes),
        "points": sum(o.points for o in outcomes),
        "points_uncited": _count(o.uncited for o in outcomes),
        "prompts": "、".join(dict.fromkeys(s.prompt for s in made if s.prompt)),
        "struck": sum(bool(s.struck) for s in made),
        "failed": sum(bool(s.notice) for s in made),
        "seconds": round(sum(s.seconds for s in made), 2),
    }


def _points(summary: Summary) -> list[str]:
    return [point.text for part in summary.parts for point in part.points]


def _count(found: Iterable[Sequence[str]]) -> int:
    return sum(map(len, found))


_PAGE = 22 * 28  # lines and characters of a page of an official document


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What came of one case; without a ``draft``, ``failure`` says why there is none.

    ``missed`` are wordings that it had to say and does not, ``outside`` figures that its
    sentences' quotes do not hold. ``findings`` are those of the style check on the whole text,
    names, past and old periods among them; ``uncited`` are paragraphs with no quote behind them.
    """

    golden: GoldenPlan
    draft: Draft | None = None
    failure: str = ""
    missed: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    findings: tuple[StyleFinding, ...] = ()
    uncited: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The case's id."""
        return self.golden.id

    @property
    def asked(self) -> str:
        """What was to be drafted."""
        golden = self.golden
        parts = (golden.bureau, golden.topic, golden.period, golden.length)
        return tell("evaluate.plan_asked", what=" · ".join(filter(None, parts)))

    @property
    def said(self) -> str:
        """The draft's title and paragraphs, a line each."""
        return "\n".join([self.draft.title, *_texts(self.draft)]) if self.draft else ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        faults = (self.failure, self.missed, self.outside, self.findings, self.uncited)
        return bool(self.draft and self.draft.paragraphs) and not any(faults)

    @property
    def characters(self) -> int:
        """How long the paragraphs are together."""
        return sum(map(len, _texts(self.draft))) if self.draft else 0

    def found(self, kind: FindingKind) -> list[str]:
        """The words in which the style check found something of a kind."""
        return [finding.words for finding in self.findings if finding.kind is kind]

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        made = self.draft
        return {
            "id": self.id,
            "kind": self.golden.job,
            "question": self.asked,
            "right": self.right,
            "failure": self.failure,
            "mentions_missed": list(self.missed),
            "figures_not_in_quotes": list(self.outside),
            "foreign": self.found(FindingKind.FOREIGN),
            "past": self.found(FindingKind.PAST),
            "old_periods": self.found(FindingKind.PERIOD),
            "style": [finding.sentence for finding in self.findings],
            "paragraphs": len(made.paragraphs) if made else 0,
            "paragraphs_uncited": list(self.uncited),
            "answer": self.said,
            **making_of(made),
        }

    def miss(self) -> str:
        """What is wrong with it, for people."""
        found = (("missed", self.missed), ("outside", self.outside), ("uncited", self.uncited))
        style = [finding.sentence.rstrip("。") for finding in self.findings]
        return miss_of(self.id, self.asked, self.failure, fault_words(found) + style)


def judged_plan(golden: GoldenPlan, draft: Draft, context: StyleContext) -> PlanOutcome:
    """A draft held against its case; ``context`` says whose it is, for when, and whose it is not.

    Other bureaus' places count as their names do: 江岚市 like 江岚市市场监管局.
    """
    places = (parts_of(name)[0] for name in context.other_names)
    names = dict.fromkeys([*context.other_names, *filter(None, places), *golden.foreign])
    texts = _texts(draft)
    text = "\n".join([draft.title, *texts])
    outside: list[str] = []
    for paragraph in draft.paragraphs:
        outside += strays(paragraph.heading, quotes_of(paragraph.citations, draft.citations))
        for sentence in paragraph.sentences:
            outside += strays(sentence.text, quotes_of(sentence.citations, draft.citations))
    return PlanOutcome(
        golden=golden,
        draft=draft,
        missed=tuple(wording for wording in golden.mentions if not says(text, wording)),
        outside=tuple(outside),
        findings=check_style(draft.title, texts, replace(context, other_names=tuple(names))),
        uncited=tuple(
            paragraph.text
            for paragraph in draft.paragraphs
            if not quotes_of(paragraph.citations, draft.citations)
        ),
    )


def plan_not_made(golden: GoldenPlan, why: str) -> PlanOutcome:
    """The outcome where there is no draft: everything that it had to say is missed."""
    return PlanOutcome(golden, failure=why, missed=golden.mentions)


def counted_plans(outcomes: Sequence[PlanOutcome]) -> dict[str, Any]:
    """The figures of the plans, by name."""
    made = [o.draft for o in outcomes if o.draft]
    mentions = _count_plans(o.golden.mentions for o in outcomes)
    style = _count_plans(o.findings for o in outcomes)
    pages = sum(o.characters for o in outcomes) / _PAGE
    return {
        "n": len(outcomes),
        "right": sum(o.right for o in outcomes),
        "mentions": mentions,
        "mentions_kept": mentions - _count_plans(o.missed for o in outcomes),
        "figures_not_in_quotes": _count_plans(o.outside for o in outcomes),
        "foreign": _count_plans(o.found(FindingKind.FOREIGN) for o in outcomes),
        "past": _count_plans(o.found(FindingKind.PAST) for o in outcomes),
        "old_periods": _count_plans(o.found(FindingKind.PERIOD) for o in outcomes),
        "paragraphs": _count_plans(draft.paragraphs for draft in made),
        "paragraphs_uncited": _count_plans(o.uncited for o in outcomes),
        "style": style,
        "pages": round(pages, 2),
        "style_per_page": round(style / pages, 3) if pages else 0.0,
        "prompts": "、".join(dict.fromkeys(d.prompt for d in made if d.prompt)),
        "struck": sum(bool(d.struck) for d in made),
        "failed": sum(bool(d.notice) for d in made),
        "seconds": round(sum(d.seconds for d in made), 2),
    }


def _texts(draft: Draft) -> list[str]:
    return [paragraph.text for paragraph in draft.paragraphs]


def _count_plans(found: Iterable[Sequence[object]]) -> int:
    return sum(map(len, found))
