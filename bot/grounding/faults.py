"""What can be wrong with a statement, and a text that was checked."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """Why a statement does not stand; ``prompts/repair`` tells the model what each asks for."""

    UNKNOWN_PASSAGE = "unknown_passage"
    UNCITED = "uncited"
    FIGURE_UNCITED = "figure_uncited"
    FIGURE_MISSING = "figure_missing"
    UNIT_CHANGED = "unit_changed"
    FIGURE_ELSEWHERE = "figure_elsewhere"
    FIGURE_DERIVED = "figure_derived"
    FIGURE_MISPLACED = "figure_misplaced"
    MASK_FILLED = "mask_filled"
    NOT_MASKED = "not_masked"
    WRONG_BUREAU = "wrong_bureau"
    WRONG_PERIOD = "wrong_period"
    NOT_ASKED = "not_asked"
    DATE_MISSING = "date_missing"
    NAME_MISSING = "name_missing"
    MISQUOTED = "misquoted"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the words of the statement that it is about."""

    kind: FaultKind
    words: str


class Role(StrEnum):
    """What a statement does: it asserts, leads in to others, or says that there is nothing."""

    ASSERTION = "assertion"
    LEAD_IN = "lead_in"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the checked text, ``text[start:end]``; ``text`` has no space at its ends."""

    text: str
    start: int
    end: int
    cited: tuple[int, ...]
    role: Role = Role.ASSERTION
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A text with what was found; the statements cover it without a gap."""

    text: str
    statements: tuple[Statement, ...]

    @property
    def faulty(self) -> tuple[Statement, ...]:
        """Those that do not stand."""
        return tuple(statement for statement in self.statements if statement.faults)

    @property
    def kept(self) -> tuple[Statement, ...]:
        """Those that stand; a lead-in only if something that it leads in to stands too."""
        kept: list[Statement] = []
        led = passed = False
        for statement in reversed(self.statements):
            if statement.role is Role.LEAD_IN:
                passed = True
                if led and not statement.faults:
                    kept.append(statement)
                continue
            led = led if statement.faults and not passed else not statement.faults
            passed = False
            if not statement.faults:
                kept.append(statement)
        return tuple(reversed(kept))

    @property
    def kept_text(self) -> str:
        """What stands, as it was written."""
        return "".join(self.text[s.start : s.end] for s in self.kept).strip()
