"""Summaries and drafts as blocks of HTML: titles bold, a line a point, sources folded."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.answers import Citation
from bot.compositions import CitedText, Draft, Origin, Summary, SummaryPart
from bot.conversation.wording import escaped, html, plain
from bot.display import names_of, with_page
from bot.doubting import doubt_note
from bot.summary.captions import caption
from bot.summary.display import counts_again
from bot.telegram.rendering import LIMIT, split, units

_OPEN, _CLOSE = "<blockquote expandable>", "</blockquote>"
_LONGEST_HEAD = 1024
_BREAK = re.compile(r"\s*\n\s*")
_STOPS = "。！？…：；"
_ARROW = " › "


def summary_blocks(summary: Summary) -> tuple[str, ...]:
    """A summary or a comparison: the page, then where it stands and what it passes over, folded."""
    blocks = [html("pages.instead")] if summary.notice else []
    count = len(summary.report_ids)
    if count > 1:
        blocks.append(html("pages.compared", topic=_short(summary.scope), count=count))
    else:
        blocks.append(html("pages.title", title=_short(summary.title)))
    for lines in _sections(summary.parts):
        blocks += packed(lines)
    blocks += _places(summary)
    if summary.left_out:
        head = html("pages.left_out", count=len(summary.left_out))
        blocks += folded(head, [f"• {heading}" for heading in summary.left_out])
    if summary.doubtful:
        blocks.append(escaped(doubt_note(summary.doubtful)))
    if summary.struck:
        blocks.append(html("pages.struck", count=len(summary.struck)))
    return tuple(blocks)


def has_points(summary: Summary) -> bool:
    """Whether a summary says anything."""
    return any(part.points for part in summary.parts)


def draft_blocks(draft: Draft) -> tuple[str, ...]:
    """A draft: the text to copy with its marks, what it rests on by origin, what to look at."""
    blocks = [html("pages.instead")] if draft.notice else []
    blocks.append(html("pages.title", title=_short(draft.title)))
    for paragraph in draft.paragraphs:
        text = "".join(sentence.marked for sentence in paragraph.sentences)
        heading = f"<b>{escaped(_short(paragraph.heading))}</b>" if paragraph.heading else ""
        first, *others = split(text, LIMIT - units(heading))
        blocks += packed([heading + escaped(first), *map(escaped, others)])
    blocks += _bases(draft)
    if draft.findings:
        told = [line for f in draft.findings for line in _lines(plain("pages.finding", finding=f))]
        blocks += packed([html("pages.findings"), *told])
    if draft.struck:
        blocks.append(html("pages.struck", count=len(draft.struck)))
    return tuple(blocks)


def packed(lines: Iterable[str]) -> list[str]:
    """Lines of HTML, each whole in itself, in as few blocks as the limit allows."""
    return _joined(lines, LIMIT)


def folded(head: str, texts: Iterable[str]) -> list[str]:
    """Texts folded under a bold head, in as many blocks as it takes."""
    head = f"<b>{head}</b>\n"
    room = LIMIT - units(head) - units(_OPEN + _CLOSE)
    lines = [escaped(piece) for text in texts for piece in split(text, room)]
    bodies = _joined(lines, room)
    return [("" if n else head) + _OPEN + body + _CLOSE for n, body in enumerate(bodies)]


def _joined(lines: Iterable[str], room: int) -> list[str]:
    blocks: list[str] = []
    for line in lines:
        if blocks and units(blocks[-1]) + units(line) + 1 <= room:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
    return blocks


def _short(text: str) -> str:
    """A head that leaves room for what stands under it."""
    return split(_unbroken(text), _LONGEST_HEAD)[0]


def _lines(text: str) -> list[str]:
    return [escaped(piece) for piece in split(text, LIMIT)]


def _unbroken(text: str) -> str:
    return _BREAK.sub("", text.strip())


def _sections(parts: Sequence[SummaryPart]) -> Iterator[list[str]]:
    """The lines under each first heading; where headings count again, what the part is before."""
    divided = counts_again(parts)
    kind = None
    for _, group in groupby(parts, key=lambda part: part.path[:1]):
        lines: list[str] = []
        above: tuple[str, ...] = ()
        for part in group:
            if divided and part.path and part.kind and part.kind is not kind:
                kind = part.kind
                lines.append(f"<b>{escaped(caption(f'kind.{kind.value}'))}</b>")
            lines += _part(part, above)
            above = part.path
        yield lines


def _part(part: SummaryPart, above: tuple[str, ...]) -> Iterator[str]:
    """A part's points under the headings that the part ``above`` does not stand under.

    A first heading is bold, and so is one that is all there is to say.
    """
    heading = "".join(part.path[:1])
    known = next(
        (n for n, (a, b) in enumerate(zip(above, part.path, strict=False)) if a != b), len(above)
    )
    below = _ARROW.join(part.path[max(1, known) :])
    said = [point.text.rstrip(_STOPS) for point in part.points]
    if said and said == [heading.rstrip(_STOPS)]:
        yield f"<b>{escaped(_short(part.points[0].marked))}</b>"
        return
    if heading and not above:
        yield f"<b>{escaped(_short(heading))}</b>"
    if below:
        yield escaped(_short(below))
    for point in part.points:
        yield from _lines(plain("pages.point", text=_point(point)))
    if not part.points:
        yield html("pages.no_point")


def _point(point: CitedText) -> str:
    """A point with its marks, before the stop that ends it."""
    text = _unbroken(point.text)
    marks = _marks(point.citations)
    return text[:-1] + marks + text[-1] if text.endswith(tuple(_STOPS)) else text + marks


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _places(summary: Summary) -> Iterator[str]:
    """Where each point stands, by report; the words too where the page says it in others."""
    page = "".join(point.text for part in summary.parts for point in part.points)
    whose = [(c, c.quote.report.id) for c in summary.citations]
    reports = list(dict.fromkeys(key for _, key in whose))
    for key in reports:
        held = [c for c, of in whose if of == key]
        bureau, period = names_of(held[0].quote.report)
        head = html("pages.sources_of", bureau=bureau, period=period)
        yield from folded(
            head if len(reports) > 1 else html("pages.sources"), _place_lines(held, page)
        )


def _place_lines(citations: Sequence[Citation], page: str) -> Iterator[str]:
    """A line for all neighbouring quotes under the same headings."""
    for path, group in groupby(citations, key=lambda c: c.quote.path):
        held = list(group)
        told = _ARROW.join(path) or plain("pages.unheaded")
        yield plain("pages.place", marks=_marks(c.n for c in held), path=told)
        for citation in held:
            if citation.quote.text not in page:
                yield plain("pages.quote", quote=_unbroken(citation.quote.text))


def _bases(draft: Draft) -> Iterator[str]:
    """The quotes behind a draft, folded by where the idea came from."""
    origins: dict[int, Origin] = {}
    for sentence in (s for p in draft.paragraphs for s in p.sentences):
        for n in sentence.citations:
            origins.setdefault(n, sentence.origin or Origin.BASIS)
    for origin in dict.fromkeys(origins.values()):
        told = plain(f"origin.{origin.value}")
        held = [c for c in draft.citations if origins.get(c.n) is origin]
        lines = [line for c in held for line in _source(c)]
        yield from folded(html("pages.basis", origin=told), lines)


def _source(citation: Citation) -> Iterator[str]:
    bureau, period = names_of(citation.quote.report)
    headings = _ARROW.join(citation.quote.path) or plain("pages.unheaded")
    path = with_page(headings, citation.quote.page)
    yield plain("pages.source", mark=f"[{citation.n}]", bureau=bureau, period=period, path=path)
    yield plain("pages.quote", quote=_unbroken(citation.quote.text))
