"""A text that was read from pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagedText:
    """A text and where each of its pages begins in it, in order; none where there are no pages.

    A page without text begins where the next one does.
    """

    text: str
    pages: tuple[int, ...] = ()
