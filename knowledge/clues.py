"""What a report says of itself: title, first paragraph, signature, the headings of its plan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.headings import lines_of, plain
from knowledge.kinds import outline_words
from knowledge.models import Section, SectionKind
from knowledge.sentences import Span
from knowledge.titles import is_salutation, signature_lines, title_of_lines

_OPENING_LIMIT = 400
_BLANK = re.compile(r"\s+")
_OFFICIAL = re.compile(
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(]\s?[一二三四五六七八九十]{1,3}\s?[)）]"
)


@dataclass(frozen=True, slots=True)
class Clues:
    """The places of a report that tell whose it is and for when.

    ``head`` is every line of the title and of what stands above it, without blanks; ``lead``
    says that the opening stands above all headings. ``official`` counts headings in the official
    style.
    """

    title: str
    head: tuple[str, ...]
    opening: str
    lead: bool
    plans: tuple[str, ...]
    headings: tuple[str, ...]
    signature: tuple[str, ...]
    stem: str
    official: int

    @property
    def governmental(self) -> bool:
        """Whether it is a government's own report, which is of the year in which it is given."""
        return bool(outline_words().titles.governmental.search("".join(self.head)))


def gather(text: str, sections: Sequence[Section], file: str) -> Clues:
    """Read the clues of a report from its sections and its file's name."""
    titled = [s for s in sections if s.level == 0 and not s.furniture]
    title_lines = [line for s in titled for line in _lines(text, s.start, s.end)]
    opening = _opening(text, sections)
    headed = [s for s in sections if s.level > 0 and not s.run_in and not _unheaded(s)]
    return Clues(
        title=title_of_lines(text, title_lines, outline_words().titles),
        head=tuple(_BLANK.sub("", plain(text[slice(*line)])) for line in title_lines),
        opening=_greetless(text[opening.heading_end : opening.end]) if opening else "",
        lead=bool(opening and len(opening.path) == 1 and _unheaded(opening)),
        plans=tuple(_plans(text, sections)),
        headings=tuple(s.path[-1] for s in headed if s.level == 1),
        signature=_signature(text, sections),
        stem=Path(file).stem,
        official=sum(bool(_OFFICIAL.match(s.path[-1])) for s in headed),
    )


def _unheaded(section: Section) -> bool:
    words = outline_words()
    return section.leaf and section.path[-1] in {words.lead, words.body}


def _lines(text: str, start: int, end: int) -> list[Span]:
    spans = (Span(start + a, start + b) for a, b in lines_of(text[start:end]))
    return [span for span in spans if text[slice(*span)].strip()]


def _opening(text: str, sections: Sequence[Section]) -> Section | None:
    """The first leaf that says anything under its heading."""
    for section in sections:
        if section.leaf and section.level > 0 and text[section.heading_end : section.end].strip():
            return section
    return None


def _greetless(words: str) -> str:
    """The first paragraph without whom it greets, blanks inside numbers left out."""
    lines = [line.strip() for line in words[: _OPENING_LIMIT * 2].splitlines() if line.strip()]
    while lines and is_salutation(lines[0]):
        del lines[0]
    return "\n".join(lines)[:_OPENING_LIMIT]


def _plans(text: str, sections: Sequence[Section]) -> list[str]:
    """The headings of plans, and the beginnings of paragraphs that plan."""
    found = []
    for section in sections:
        if section.kind is SectionKind.PLAN and section.level > 0 and not section.run_in:
            unheaded = section.level == 1 and _unheaded(section)
            found.append(text[section.start : section.end].strip()[:24] if unheaded else "")
            found[-1] = found[-1] or section.path[-1]
    return found


def _signature(text: str, sections: Sequence[Section]) -> tuple[str, ...]:
    last = next((s for s in reversed(sections) if s.leaf and not s.furniture), None)
    if last is None:
        return ()
    lines = _lines(text, last.start, last.end)
    signed = signature_lines(text, lines, outline_words().titles)
    return tuple(_BLANK.sub("", text[slice(*line)]) for line in signed)
