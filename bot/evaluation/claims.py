"""Sentences put to the checks as a model's: which false ones pass, which true ones fall."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from bot.checking.statements import FaultKind, StatementFault
from bot.drafting.model_polisher import read_rewording
from bot.drafting.polishing import DraftPart, DraftSentence, judge_paragraph
from bot.evaluation.golden import GoldenClaim, GoldenRewording
from bot.model.checked_generation import give_passage, store_bureaus
from bot.official.findings import StyleContext
from bot.wording import tell
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.models import Identity, Report
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

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
    struck = judge_paragraph(part, wordings.get(part, ()), _STYLE).struck
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
