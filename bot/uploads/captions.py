"""Whose report it is and for when, by the few words that are sent along with a file."""

from dataclasses import dataclass

from knowledge.library import Library
from knowledge.models import Bureau, Identity
from knowledge.retrieval.bureau_names import parts_of
from knowledge.retrieval.question_bureaus import BureauMention
from knowledge.understanding.periods import Period, YearPart, part_of_months
from knowledge.understanding.pipeline import Overrides


@dataclass(frozen=True, slots=True)
class Office:
    """How a bureau is called that somebody names by its place alone.

    ``places`` are the characters that places' names end with; ``completion`` follows them.
    """

    places: str
    completion: str


@dataclass(frozen=True, slots=True)
class Caption:
    """What a caption says: a bureau by its full name or only its place, and a period."""

    bureau: str
    period: Period | None
    office: Office

    def overrides(self, own: Identity) -> Overrides:
        """What it says otherwise than the report's own text."""
        bureau = "" if own.bureau and _is_same(self.bureau, own.bureau) else self.bureau
        if bureau and bureau[-1] in self.office.places:
            bureau += self.office.completion
        return Overrides(bureau, None if self.period == own.period else self.period)


def read_caption(library: Library, caption: str, office: Office) -> Caption:
    """Read a caption against what the library holds; it may say nothing of either.

    A caption that names several bureaus, or several periods, says none of them.
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


def _is_same(wording: str, own: Bureau) -> bool:
    """Whether a wording is a report's own bureau, in a fuller wording or another."""
    (place, branch), (own_place, own_branch) = parts_of(wording), parts_of(own.name)
    return own_place.endswith(place) and own_branch == branch


def _bureau(mention: BureauMention) -> str:
    """The known bureau that is meant, else the wording; nothing where it may be several."""
    if len(mention.names) > 1:
        return ""
    return next(iter(mention.names), mention.wording)
