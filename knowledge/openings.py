"""What paragraphs are for that stand under no heading that says it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from knowledge.kinds import OutlineWords
from knowledge.layout import Layout, Region
from knowledge.models import SectionKind
from knowledge.sentences import Span
from knowledge.titles import is_salutation

_LEAD_LIMIT = 3


class Opening:
    """The paragraphs before the first heading of its own line: what each is for."""

    def __init__(
        self, layout: Layout, region: Region, words: OutlineWords, default: SectionKind
    ) -> None:
        text, end = layout.text, layout.end
        self.end = region.end
        self.starts: list[int] = []
        self.kinds: list[SectionKind] = []
        overview = _overview(text, region, words, headed=region.end < end)
        current = default
        for number, paragraph in enumerate(region.paragraphs):
            if number >= overview:
                current = words.kind_of_opening(text[slice(*paragraph)]) or current
            self.starts.append(paragraph.start)
            self.kinds.append(SectionKind.OVERVIEW if number < overview else current)

    def kind_at(self, position: int) -> SectionKind | None:
        """The kind of the paragraph that holds a position; None before the first."""
        number = bisect_right(self.starts, position)
        return self.kinds[number - 1] if number else None


def _overview(text: str, region: Region, words: OutlineWords, *, headed: bool) -> int:
    """How many paragraphs at the head are overview: up to 现将…汇报如下, else the first."""
    for number, paragraph in enumerate(region.paragraphs[:5]):
        if words.overview_closes.search(text[slice(*paragraph)].rstrip()):
            return number + 1
    greetings = 0
    for paragraph in region.paragraphs:
        if not is_salutation(text[slice(*paragraph)]):
            break
        greetings += 1
    if not headed:
        return greetings
    spoken = len(region.paragraphs) - greetings
    return greetings + (spoken if spoken <= _LEAD_LIMIT else 1)


class Admissions:
    """Where a report owns to what is wrong: 我们也清醒地看到…, to the end of its region.

    They end sooner where the speaker turns to the audience again.
    """

    def __init__(self, text: str, regions: Sequence[Region], words: OutlineWords) -> None:
        self._spans = [
            span for region in regions if region.heading for span in _admitted(text, region, words)
        ]

    def among(self, span: Span) -> bool:
        """Whether such a stretch begins within a span, past its start."""
        number = bisect_right(self._spans, (span.start, span.end))
        return number < len(self._spans) and self._spans[number].start < span.end

    def parts(self, span: Span) -> Iterator[tuple[Span, bool]]:
        """A span parted into what is such a stretch and what is not."""
        position = span.start
        for start, end in self._spans:
            if span.start < start < span.end:
                yield Span(position, start), False
                position = min(end, span.end)
                yield Span(start, position), True
        if position < span.end:
            yield Span(position, span.end), False

    def holds(self, position: int) -> bool:
        """Whether a position lies in such a stretch."""
        number = bisect_right(self._spans, (position, position + 1)) - 1
        number += number + 1 < len(self._spans) and self._spans[number + 1].start == position
        return number >= 0 and self._spans[number].end > position


def _admitted(text: str, region: Region, words: OutlineWords) -> Iterator[Span]:
    start = None
    for paragraph in region.paragraphs:
        opening = text[slice(*paragraph)].lstrip()
        if start is None and words.admits(opening):
            start = paragraph.start
        elif start is not None and words.speech.addresses.match(opening):
            yield Span(start, paragraph.start)
            start = None
    if start is not None:
        yield Span(start, region.end)
