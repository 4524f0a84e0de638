"""The heading tree of a report: every character in exactly one leaf, nothing dropped."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from knowledge.headings import (
    Heading,
    Rank,
    item_of,
    lines_of,
    marked_headings,
    unmarked_headings,
)
from knowledge.kinds import OutlineWords, outline_words
from knowledge.models import Section, SectionKind
from knowledge.runin import bare_headings, opens_list, run_in_headings
from knowledge.sentences import Span
from knowledge.titles import is_salutation, signature_lines, title_lines

_YEAR = re.compile(r"(20\d\d)\s*年")
_WORDLESS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class _Layout:
    """The lines of a report by what they are; spans are of its text."""

    text: str
    words: OutlineWords
    title: tuple[Span, ...]
    body: tuple[Span, ...]
    apart: tuple[tuple[Span, str], ...]
    end: int

    def apart_in(self, start: int, end: int) -> Sequence[tuple[Span, str]]:
        """What is set apart (title, furniture) and begins in a stretch."""
        first = bisect_left(self.apart, ((start,), ""))
        last = bisect_left(self.apart, ((end,), ""))
        return self.apart[first:last]


@dataclass(slots=True)
class _Region:
    """The paragraphs under a heading of its own line, up to the next; the first has no heading."""

    heading: Heading | None
    paragraphs: list[Span]
    end: int


@dataclass(slots=True)
class _Node:
    """A heading in the making, with its place in the tree; it reaches to ``limit`` at most."""

    heading: Heading
    path: tuple[str, ...]
    kind: SectionKind
    limit: int
    top: bool
    children: list["_Node"] = field(default_factory=list)
    end: int = 0


def read_outline(text: str, words: OutlineWords | None = None) -> tuple[Section, ...]:
    """The section tree of a report in reading order, parents before children.

    The leaves, in order, are a partition of ``text``; an empty text has no section.
    """
    if not text:
        return ()
    layout = _laid_out(text, words or outline_words())
