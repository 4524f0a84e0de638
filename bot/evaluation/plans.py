"""A golden plan held against what must and must not stand in it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.compositions import Draft
from bot.evaluation.figures import quotes_of, says, strays
from bot.evaluation.golden import GoldenPlan
from bot.evaluation.telling import fault_words, making_of, miss_of
from bot.official.findings import Finding, FindingKind, StyleContext
from bot.official.style import check_style
from bot.wording import tell
from knowledge.bureaus import parts_of

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
    findings: tuple[Finding, ...] = ()
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
    mentions = _count(o.golden.mentions for o in outcomes)
    style = _count(o.findings for o in outcomes)
    pages = sum(o.characters for o in outcomes) / _PAGE
    return {
        "n": len(outcomes),
        "right": sum(o.right for o in outcomes),
        "mentions": mentions,
        "mentions_kept": mentions - _count(o.missed for o in outcomes),
        "figures_not_in_quotes": _count(o.outside for o in outcomes),
        "foreign": _count(o.found(FindingKind.FOREIGN) for o in outcomes),
        "past": _count(o.found(FindingKind.PAST) for o in outcomes),
        "old_periods": _count(o.found(FindingKind.PERIOD) for o in outcomes),
        "paragraphs": _count(draft.paragraphs for draft in made),
        "paragraphs_uncited": _count(o.uncited for o in outcomes),
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


def _count(found: Iterable[Sequence[object]]) -> int:
    return sum(map(len, found))
