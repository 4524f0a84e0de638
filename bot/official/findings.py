"""The context that the style check is given, and its findings."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.understanding.periods import Period


class FindingKind(StrEnum):
    """What is wrong with the wording."""

    NUMBERING = "numbering"
    PERIOD = "period"
    PUNCTUATION = "punctuation"
    REPEATED = "repeated"
    LONG = "long"
    CHAT = "chat"
    PAST = "past"
    FOREIGN = "foreign"
    CASUAL = "casual"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class StyleContext:
    """Whose draft it is and for when; every field may be left out.

    Without ``planned`` the text is no plan: old periods and past tense pass. ``other_names`` are
    bureaus and places that are not the draft's own.
    """

    planned: Period | None = None
    old: tuple[Period, ...] = ()
    own_bureau: str = ""
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StyleFault:
    """A fault of one text: ``text[start:end]``, how it is worded, and what is right if certain."""

    kind: FindingKind
    start: int
    end: int
    key: str
    right: str | None = None


@dataclass(frozen=True, slots=True)
class StyleFinding:
    """A fault and its place: paragraph 0 is the title, the first paragraph is 1.

    ``sentence`` tells people; ``replacement`` stands in for ``words`` where that is certain, and
    is None where a person has to decide.
    """

    kind: FindingKind
    paragraph: int
    start: int
    end: int
    words: str
    sentence: str
    replacement: str | None = None

    @property
    def certain(self) -> bool:
        """Whether it can be mended without asking."""
        return self.replacement is not None
