"""All headings of a report in order: those of their own lines, and what runs inside a region."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from knowledge.headings import Heading
from knowledge.layout import Region
from knowledge.runin import run_in_headings

_BARE_LEAST = 3


def all_headings(text: str, regions: Sequence[Region]) -> Iterator[Heading]:
    """Those that open a line and those that run inside what they divide, in order."""
    for region in regions:
        if region.heading:
            yield region.heading
        inner = _inner(text, region)
        if region.heading and not inner:
            inner = [
                h for number in range(len(region.paragraphs)) for h in region.bare(text, number)
            ]
        elif not region.heading and len(regions) == 1:
            inner = _with_bare(text, region, inner)
        yield from inner


def _inner(text: str, region: Region) -> list[Heading]:
    """What runs inside a region; no sequence goes on past a paragraph that closes it."""
    if not region.closing:
        return run_in_headings(text, region.paragraphs, region.end)
    cut = region.paragraphs[region.closing].start
    return [
        *run_in_headings(text, region.paragraphs[: region.closing], cut),
        *run_in_headings(text, region.paragraphs[region.closing :], region.end),
    ]


def _with_bare(text: str, region: Region, inner: list[Heading]) -> list[Heading]:
    """In a report without headings, short first sentences head paragraphs, if several do."""
    taken = {bisect_right(region.paragraphs, (h.start, len(text))) - 1 for h in inner}
    bare = [
        region.bare(text, number)
        for number in range(1, len(region.paragraphs))
        if number not in taken
    ]
    if sum(map(bool, bare)) < _BARE_LEAST:
        return inner
    return sorted([*inner, *(h for found in bare for h in found)], key=lambda h: h.start)
