"""Whose report it is and for when, by the few words that are sent along with a file."""

from dataclasses import dataclass

from knowledge.library import Library
from knowledge.models import Bureau, Identity
from knowledge.retrieval.question_bureaus import BureauMention, parts_of
from knowledge.understanding.periods import Period, YearPart, part_of_months
from knowledge.understanding.pipeline import Overrides


@dataclass(frozen=True, slots=True)
class Office:
    """How a bureau is called that somebody names by its place alone.

    ``places`` are the characters that places' names end with; ``completion`` follows them.
    """

    places: str
    completion: str


def told_by(library: Library, caption: str, office: Office) -> "Caption":
    """Read a caption against what the library holds; it may say nothing of either.

    Where a caption names several bureaus, or several periods, none of them is told.
    """
    if not caption.strip():
        return Caption("", None, office)
    scope = library.read_question(caption).scope
    bureaus = {_bureau(mention) for mention in scope.bureaus}
    periods = {
        Period(asked.year, part)
        for asked in scope.periods
        if asked.year is not None
        and (part := part_of_months(asked.months or YearPart.YEAR.months)) is not None
    }
    return Caption(
        bureaus.pop() if len(bureaus) == 1 else "",
        periods.pop() if len(periods) == 1 else None,
        office,
    )


class Caption:
    """What a caption says: a bureau by its full name or only its place, and a period."""

    def __init__(self, bureau: str, period: Period | None, office: Office) -> None:
        self._bureau = bureau
        self._period = period
        self._office = office

    def __call__(self, read: Identity) -> Overrides:
        """What it adds to a report that understands itself so."""
        bureau = "" if read.bureau and _is_same(self._bureau, read.bureau) else self._bureau
        if bureau and bureau[-1] in self._office.places:
            bureau += self._office.completion
        period = None if self._period == read.period else self._period
        return Overrides(bureau, period)


def _is_same(told: str, own: Bureau) -> bool:
    """Whether a report's own bureau is the one that is told, in a fuller wording or another."""
    (place, branch), (own_place, own_branch) = parts_of(told), parts_of(own.name)
    return own_place.endswith(place) and own_branch == branch


def _bureau(mention: BureauMention) -> str:
    """The known bureau that is meant, else the wording; nothing where it may be several."""
    if len(mention.names) > 1:
        return ""
    return next(iter(mention.names), mention.wording)
