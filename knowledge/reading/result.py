"""What reading a file gives: a text with its pages, or the error that says why there is none."""

from dataclasses import dataclass

from knowledge.errors import UnreadableFile
from knowledge.models import Page
from knowledge.vocabulary import DATA, fill_in


@dataclass(frozen=True, slots=True)
class PagedText:
    """A text and the pages of its file in order; none where there are no pages.

    A page without text begins where the next one does.
    """

    text: str
    pages: tuple[Page, ...] = ()


def refusal(reason: str, **fields: object) -> UnreadableFile:
    """Make the error that says a reason; ``unsupported.doc`` and the like name one in a table."""
    return UnreadableFile(reason=fill_in(DATA / "reading.toml", reason, fields))
