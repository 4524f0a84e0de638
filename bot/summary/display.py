"""A summary as people read it: headings, paragraphs with marks, sources, what it leaves out."""

from collections.abc import Iterator, Sequence

from bot.answers import Citation
from bot.compositions import CitedText, Summary, SummaryPart
from bot.display import place_of
from bot.doubting import doubt_note
from bot.summary.captions import caption
from knowledge.kinds import without_mark

_ARROW = " › "
_STOPS = "。！？!?…：:"
_INDENT = "\u3000\u3000"


def summary_lines(summary: Summary) -> list[str]:
    """The page and, under it, where each statement stands and which headings are left out."""
    lines = [*filter(None, [summary.notice]), summary.title, "", *_page(summary), ""]
    if not any(part.points for part in summary.parts):
        return [summary.title, "", caption("page.nothing")]
    lines.append(caption("page.sources"))
    page = "".join(point.text for part in summary.parts for point in part.points)
    for citation in summary.citations:
        lines += _source(citation, page)
    if summary.doubtful:
        lines.append(doubt_note(summary.doubtful))
    if summary.struck:
        lines.append(caption("page.struck"))
    if summary.left_out:
        headings = "；".join(summary.left_out)
        count = len(summary.left_out)
        lines += ["", caption("page.left_out", count=count, headings=headings)]
    return lines


def _page(summary: Summary) -> Iterator[str]:
    """The first heading as a line where it changes, then a paragraph for each part.

    Where headings begin to count again, a line before them says what the part is.
    """
    heading = ""
    divided = counts_again(summary.parts)
    kind = None
    for part in summary.parts:
        bare = [_unended(p.text) for p in part.points] == [_unended(h) for h in part.path[:1]]
        if divided and part.path and part.kind and part.kind is not kind:
            kind = part.kind
            yield caption(f"kind.{part.kind.value}")
        if part.path and part.path[0] != heading:
            heading = part.path[0]
            yield part.points[0].marked if bare else heading
        if not bare:
            yield _INDENT + _paragraph(part)


def counts_again(parts: Sequence[SummaryPart]) -> bool:
    """Whether two of the first headings bear the same number."""
    headings = dict.fromkeys(part.path[0] for part in parts if part.path)
    numbers = [h.removesuffix(words) for h in headings if (words := without_mark(h)) != h]
    return len(set(numbers)) < len(numbers)


def _unended(text: str) -> str:
    return text.rstrip(_STOPS)


def _paragraph(part: SummaryPart) -> str:
    below = _ARROW.join(part.path[1:])
    opening = below + ("" if below.endswith(tuple(_STOPS)) else "。") if below else ""
    said = "".join(map(_sentence, part.points))
    return opening + (said or caption("page.nothing_here"))


def _sentence(point: CitedText) -> str:
    """A point with its marks, ended by a stop."""
    marks = "".join(f"[{n}]" for n in point.citations)
    if point.text.endswith(tuple(_STOPS)):
        return point.text[:-1] + marks + point.text[-1]
    return f"{point.text}{marks}。"


def _source(citation: Citation, page: str) -> Iterator[str]:
    """Whose words and where; the words too, unless the page shows them."""
    quote = citation.quote
    bureau, period = quote.report.identity.bureau, quote.report.identity.period
    whose = {
        "n": citation.n,
        "bureau": bureau.name if bureau else caption("page.unknown_bureau"),
        "period": str(period) if period else caption("page.unknown_period"),
    }
    if quote.path:
        yield caption("page.source", path=place_of(quote), **whose)
    else:
        yield caption("page.unheaded", **whose)
    if quote.text not in page:
        yield caption("page.quote", quote=quote.text.strip())
