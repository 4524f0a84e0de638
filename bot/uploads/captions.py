"""Whose report it is and for when, by the few words that are sent along with a file."""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from knowledge.library import Library
from knowledge.models import Bureau, Identity
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.periods import Period, YearPart, part_of_months
from knowledge.understanding.pipeline import Overrides
from knowledge.vocabulary import Vocabulary, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "captions.toml"


class _CaptionWords(Vocabulary):
    place_ends: str
    office: str


_words = cache(partial(load_vocabulary, _CaptionWords, path=_FILE))


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption says: a bureau by its full name or only its place, and a period."""

    bureau: str = ""
    period: Period | None = None

    def overrides(self, own: Identity) -> Overrides:
        """What it says otherwise than the report's own text."""
        bureau = "" if own.bureau and _is_same(self.bureau, own.bureau) else self.bureau
        if bureau.endswith(tuple(_words().place_ends)):
            bureau += _words().office
        return Overrides(bureau, None if self.period == own.period else self.period)


def read_caption(library: Library, caption: str) -> Caption:
    """Read a caption against what the library holds; it may say nothing of either.

    A caption that names several bureaus, or several periods, says none of them.
    """
    if not caption.strip():
        return Caption()
    scope = library.read_question(caption).scope
    # a known bureau, else the wording; nothing where it may be several
    bureaus = {
        next(iter(mention.names), mention.wording) if len(mention.names) < 2 else ""
        for mention in scope.bureaus
    }
    periods = {
        Period(asked.year, part)
        for asked in scope.periods
        if asked.year is not None
        and (part := part_of_months(asked.months or YearPart.YEAR.months)) is not None
    }
    return Caption(
        bureaus.pop() if len(bureaus) == 1 else "",
        periods.pop() if len(periods) == 1 else None,
    )


def _is_same(wording: str, own: Bureau) -> bool:
    """Whether a wording is a report's own bureau, in a fuller wording or another."""
    (place, branch), (own_place, own_branch) = parts_of(wording), parts_of(own.name)
    return own_place.endswith(place) and own_branch == branch
