"""What the check of a draft finds, and what it goes by: the draft, and the reports of the store."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.answers import Quote
from bot.checking.sources import GroundingSource
from bot.ledger.gathering import LedgerEntry
from bot.proofreading.alignment import FigurePair, ReadFigure
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span, trim_span

MARKDOWN_SIGN, _MARKDOWN_LINES = re.compile(r"#{1,6} |[-*] (?=\S)"), 3


class ProofKind(StrEnum):
    """What is wrong with a place of a draft."""

    STORED = "stored"
    SUMS = "sums"
    TWICE = "twice"
    JUMP = "jump"
    PERIOD = "period"
    FOREIGN = "foreign"
    MASK = "mask"
    NUMBERING = "numbering"
    PUNCTUATION = "punctuation"
    NUMERAL = "numeral"
    NAME = "name"
    REPEATED = "repeated"
    LONG = "long"
    PLAN = "plan"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class ProofFinding:
    """A place of a draft, ``text[start:end]``, and what is wrong with it.

    ``certain`` ones have to be mended, the others a person should look at. ``right`` is what has
    to stand there, ``""`` for nothing at all, None where a person decides. ``quote`` is what a
    report says otherwise.
    """

    kind: ProofKind
    start: int
    end: int
    why: str
    right: str | None = None
    quote: Quote | None = None
    habit: str = ""
    certain: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """A finding with the others of its habit: half-width commas, sentences too long."""

    first: ProofFinding
    others: tuple[ProofFinding, ...] = ()


def group_alike(findings: Iterable[ProofFinding]) -> list[FindingGroup]:
    """The findings as people are told them, one mistake once, by the first place of each."""
    groups: dict[object, list[ProofFinding]] = {}
    for finding in findings:
        key = (finding.kind, finding.habit, finding.certain) if finding.habit else finding
        groups.setdefault(key, []).append(finding)
    return [FindingGroup(first, tuple(others)) for first, *others in groups.values()]


@dataclass(frozen=True, slots=True)
class ProofDraft:
    """A writer's own text, as it was understood; all places are of ``text``.

    ``entries`` are what its figures state, ``figures`` those that are told as results with the
    words of each, ``lines`` its paragraphs without their line ends.
    ``is_plan`` where all of it is a plan; ``look_backs`` are what that tells of the period before.
    """

    report: Report
    sections: tuple[Section, ...]
    entries: tuple[LedgerEntry, ...]
    lines: tuple[Span, ...]
    sentences: tuple[Span, ...]
    is_plan: bool = False
    look_backs: tuple[Span, ...] = ()
    figures: tuple[ReadFigure, ...] = ()

    @property
    def is_markdown(self) -> bool:
        """Whether its lines open with Markdown's signs, which are the file's, not the writer's."""
        lines = (self.text[slice(*line)] for line in self.lines)
        return sum(bool(MARKDOWN_SIGN.match(line)) for line in lines) >= _MARKDOWN_LINES

    @property
    def text(self) -> str:
        """The draft's own words."""
        return self.report.text

    @property
    def bureau(self) -> str:
        """Whose draft it is; empty where nothing tells it."""
        bureau = self.report.identity.bureau
        return bureau.name if bureau else ""

    @property
    def period(self) -> Period | None:
        """The period that it is for."""
        return self.report.identity.period

    def section_at(self, place: int) -> Section | None:
        """The innermost section that holds a place."""
        leaves = [section for section in self.sections if section.leaf]
        at = bisect_right(leaves, place, key=lambda leaf: leaf.start) - 1
        return leaves[at] if at >= 0 else None

    def path_at(self, place: int) -> tuple[str, ...]:
        """The headings that a place stands under."""
        section = self.section_at(place)
        return section.path if section else ()

    def is_planned_at(self, place: int) -> bool:
        """Whether a place stands in what is planned."""
        section = self.section_at(place)
        if any(span.start <= place < span.end for span in self.look_backs):
            return False
        return self.is_plan or (section is not None and section.kind is SectionKind.PLAN)

    def is_furniture_at(self, place: int) -> bool:
        """Whether a place stands in what a page has around its text, such as links to share it."""
        section = self.section_at(place)
        return section is not None and section.furniture

    def sentence_at(self, place: int) -> Span:
        """The sentence that holds a place, without the white space around it."""
        at = bisect_right(self.sentences, place, key=lambda sentence: sentence.start) - 1
        return trim_span(self.text, self.sentences[max(at, 0)])


@dataclass(frozen=True, slots=True)
class StoredMaterial:
    """What the store holds beside a draft: its bureau's own statements, the other bureaus' names.

    ``sources`` are the sections of its own reports, ``figures`` theirs by period, ``pairs`` those
    of the draft, by where they start, with what the reports tell of the same. The draft's own text
    is no part of it, should the store hold that.
    """

    entries: tuple[LedgerEntry, ...] = ()
    other_bureaus: tuple[str, ...] = ()
    sources: tuple[GroundingSource, ...] = ()
    figures: Mapping[Period | None, Sequence[ReadFigure]] = field(default_factory=dict)
    pairs: Mapping[int, FigurePair] = field(default_factory=dict)

    def sources_of(self, period: Period | None) -> list[GroundingSource]:
        """The sections of its reports for a period."""
        return [one for one in self.sources if period and one.passage.period == period]


@dataclass(frozen=True, slots=True)
class ComparedFigures:
    """How many figures of a draft were looked for in the reports, and what came of it."""

    equal: int = 0
    different: int = 0
    missing: int = 0

    @property
    def all(self) -> int:
        """How many were looked for."""
        return self.equal + self.different + self.missing


@dataclass(frozen=True, slots=True)
class ProofResult:
    """A checked draft: its findings by place, and how its figures compare with the reports.

    ``may_be`` are the bureaus of the store that may be meant, where the one told is not clear.
    ``is_held``: the store has the report that it is held against.
    """

    draft: ProofDraft
    findings: tuple[ProofFinding, ...]
    compared: ComparedFigures
    seconds: float = 0.0
    may_be: tuple[str, ...] = ()
    is_held: bool = False

    @property
    def certain(self) -> tuple[ProofFinding, ...]:
        """The findings that have to be mended."""
        return tuple(finding for finding in self.findings if finding.certain)

    @property
    def hints(self) -> tuple[ProofFinding, ...]:
        """The findings that a person should look at."""
        return tuple(finding for finding in self.findings if not finding.certain)
