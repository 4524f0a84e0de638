"""The heading that a user means: found by its words, never silently another."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from bot.errors import UnclearHeading, UnknownHeading
from bot.summarising.units import heading_path
from knowledge.models import Section, SectionKind
from knowledge.understanding.kinds import without_mark

_LEVELS = re.compile(r"\s*[›>》/／]\s*")
_NEARLY = 0.55
_CLEARLY = 0.15
_MOST_TITLES = 40


def titled_sections(sections: Sequence[Section]) -> list[Section]:
    """The sections that a heading opens, in order."""
    return [s for s in sections if s.level and heading_path(s) == s.path]


def stands_out(section: Section) -> bool:
    """Whether a heading is set apart from the prose or numbered; what only runs in is not."""
    return not section.run_in or without_mark(section.path[-1]) != section.path[-1]


def find_heading(sections: Sequence[Section], typed: str) -> Section:
    """The one section whose heading is meant; ``上级标题›标题`` distinguishes two alike.

    What was done goes before what is planned under headings that hold the same words.

    Raises UnknownHeading, with all headings, where none fits, and UnclearHeading, with those
    that fit equally, where several do.
    """
    titled = titled_sections(sections)
    *above, last = _LEVELS.split(typed.strip())
    matches = _best_matches([s for s in titled if _stands_under(s, above)], last)
    if not matches:
        raise UnknownHeading(wanted=typed, known=_list_titles([s.path[-1] for s in titled]))
    done = [s for s in matches if s.kind is not SectionKind.PLAN]
    matches = done if len(done) == 1 else matches
    top = matches[0]
    if any(not (top.start <= s.start and s.end <= top.end) for s in matches):
        titles = ["›".join(s.path[-2:]) for s in matches]
        raise UnclearHeading(wanted=typed, known=_list_titles(titles))
    return top


def _stands_under(section: Section, above: Sequence[str]) -> bool:
    return all(
        any(fits(title, words) for title in section.path[:-1] for fits in _FITS) for words in above
    )


def _best_matches(sections: Sequence[Section], typed: str) -> list[Section]:
    """The sections that fit best: word for word, else holding the words, else nearly so."""
    if not _plain(typed):
        return []
    for fits in _FITS:
        if matches := [s for s in sections if fits(s.path[-1], typed)]:
            return matches
    likeness = [(_likeness(s.path[-1], typed), s) for s in sections]
    best = max((share for share, _ in likeness), default=0.0)
    return [s for share, s in likeness if share > best - _CLEARLY] if best >= _NEARLY else []


def _is_same(title: str, typed: str) -> bool:
    return _plain(without_mark(title)) == _plain(without_mark(typed)) != ""


def _is_numbered(title: str, typed: str) -> bool:
    """Whether what is typed is a number alone (``二、``, ``（三）``), and this heading's."""
    mark, title = (unicodedata.normalize("NFKC", text) for text in (typed, title))
    return not _plain(without_mark(typed)) and title.startswith(mark.strip())


def _holds(title: str, typed: str) -> bool:
    words = _plain(typed)
    return len(words) >= 2 and words in _plain(title)


def _likeness(title: str, typed: str) -> float:
    """The share of pairs of characters that two headings have in common."""
    a, b = _pairs(without_mark(title)), _pairs(without_mark(typed))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(words: str) -> set[tuple[str, str]]:
    return set(pairwise(_plain(words)))


def _plain(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum() or c == "*")


def _list_titles(titles: Sequence[str]) -> str:
    return "；".join(titles[:_MOST_TITLES]) + ("……" if len(titles) > _MOST_TITLES else "")


_FITS = (_is_same, _is_numbered, _holds)
