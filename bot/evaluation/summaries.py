"""A golden summary held against what must stand in it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.compositions import Summary
from bot.evaluation.figures import quotes_of, says, strays
from bot.evaluation.golden import GoldenSummary
from bot.evaluation.telling import fault_words, making_of, miss_of
from bot.summary.words import choice_words
from bot.wording import tell
from knowledge.kinds import without_mark

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
