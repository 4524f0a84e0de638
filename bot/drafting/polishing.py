"""A draft's paragraphs in a language model's words: what is asked for, and what of it stands."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.models import Report

Progress = Callable[[int, int], None]
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_NUMBERED = re.compile(r"\s*[（(][一二三四五六七八九十]{1,3}[）)]")
_LEADING = re.compile(r"^[一二三四五六七八九十\d]+")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft to be reworded; ``report`` holds it alone, as the draft's bureau's."""

    n: int
    report: Report

    @property
    def text(self) -> str:
        """The sentence, without the 一是 before it."""
        return self.report.text


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A paragraph to be reworded: its heading, empty for none, and its sentences."""

    heading: str
    items: tuple[DraftSentence, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its sentences."""
        return frozenset(item.n for item in self.items)


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement of the model, without marks, the sentences it cites, and whether it stands."""

    text: str
    cited: tuple[int, ...]
    stands: bool


@dataclass(frozen=True, slots=True)
class PolishedParts:
    """The statements under each part's heading, in the order of the parts; none for those missed.

    ``astray`` are statements under no heading.
    """

    wordings: tuple[tuple[Wording, ...], ...]
    astray: tuple[str, ...]
    prompts: tuple[str, ...]
    model: str


class Polisher(Protocol):
    """Rewords paragraphs; every call may raise EndpointFailed."""

    @property
    def name(self) -> str:
        """Its name as a writer."""

    def polish(self, parts: Sequence[DraftPart], title: str, progress: Progress) -> PolishedParts:
        """The parts in other words, unchecked as paragraphs; ``progress`` counts calls."""


def is_numbered(line: str) -> bool:
    """Whether a line opens with a heading's number: （一）."""
    return bool(_NUMBERED.match(line))


def heading_key(line: str) -> str:
    """What of a heading tells it: no number, brackets, punctuation, or signs of layout."""
    return _LEADING.sub("", _NOT_WORDS.sub("", line))
