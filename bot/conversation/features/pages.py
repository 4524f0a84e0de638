"""Answers, summaries and drafts as blocks of text: titles bold, a line a point, sources folded."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bot.answers import Answer, Citation, doubt_note, headings_of, join_marks, names_of, place_of
from bot.compositions import CitedText, Draft, Summary, SummaryPart
from bot.conversation.messages import Text, bold, cut_short, fold
from bot.conversation.wording import plain, sentence
from bot.display import counts_again, slip_notes, source_of, task_lines
from bot.summarising.vocabulary import caption

_LONGEST_HEAD = 1024
_MOST_APART = 2
_BREAK = re.compile(r"\s*\n\s*")
_STOPS = "。！？…：；"
_ARROW = " › "
_LINES = Text("\n")


def answer_blocks(answer: Answer) -> tuple[Text, ...]:
    """An answer: its text, then its quotes folded under whose words they are, many as one."""
    if len(answer.citations) <= _MOST_APART:
        return (Text(answer.text), *map(_quote, answer.citations))
    lines = [f"{_source(c)}\n“{c.quote.text.strip()}”" for c in answer.citations]
    head = sentence("pages.quotes", count=len(lines))
    return (Text(answer.text), fold_lines(head, lines))


def _quote(citation: Citation) -> Text:
    return bold(_source(citation)) + "\n" + fold(citation.quote.text.strip())


def _source(citation: Citation) -> str:
    return cut_short(source_of(citation), _LONGEST_HEAD)


def summary_blocks(summary: Summary) -> tuple[Text, ...]:
    """A summary or a comparison: the page, then where it stands and what it passes over, folded."""
    blocks = _notice_blocks(summary)
    count = len(summary.report_ids)
    if count > 1:
        topic = _head(summary.scope) or plain("choosing.everything")
        blocks.append(sentence("pages.compared", topic=topic, count=count))
    else:
        blocks.append(sentence("pages.title", title=_head(summary.title)))
    blocks += _table_blocks(summary)
    told = [part for part in summary.parts if part.points or not summary.digest]
    blocks += map(_LINES.join, _sections(told))
    if summary.lines_left_out:
        names = "、".join(summary.lines_left_out)
        count = len(summary.lines_left_out)
        blocks.append(Text(caption("page.lines_left_out", count=count, lines=names)))
    blocks += map(Text, slip_notes(summary))
    blocks += _places(summary)
    if summary.left_out:
        head = sentence("pages.left_out", count=len(summary.left_out))
        blocks.append(fold_lines(head, [f"• {heading}" for heading in summary.left_out]))
    if summary.doubtful:
        blocks.append(Text(doubt_note(summary.doubtful)))
    if summary.struck:
        blocks.append(sentence("pages.struck", count=len(summary.struck)))
    return tuple(filter(None, blocks))


def _table_blocks(summary: Summary) -> Iterator[Text]:
    """Each indicator on a line with what each report states of it, then what stands below."""
    if summary.table is None:
        return
    reports = summary.table.reports
    lines = [
        caption(
            "table.row",
            name=row.name,
            cells=caption("table.apart").join(
                caption("table.cell", report=report, amount=cell.marked)
                for report, cell in zip(reports, row.cells, strict=True)
                if cell.text
            ),
        )
        for row in summary.table.rows
    ]
    if lines:
        yield _LINES.join([plain("pages.point", text=line) for line in lines])
    if any(part.points for part in summary.parts):
        yield bold(caption("table.alone") if summary.digest else caption("table.each"))


def _notice_blocks(made: Summary | Draft) -> list[Text]:
    """That the reports' own sentences stand in, and whether the model wrote any words at all."""
    if not made.notice:
        return []
    return [sentence("pages.unsound" if made.model else "pages.instead")]


def draft_blocks(draft: Draft) -> tuple[Text, ...]:
    """A draft: the text to copy with its marks, what it rests on by origin, what to look at."""
    blocks = _notice_blocks(draft)
    blocks += [Text(draft.offer)] * bool(draft.offer)
    blocks.append(sentence("pages.title", title=_head(draft.title)))
    for paragraph in draft.paragraphs:
        words = "".join(each.marked for each in paragraph.sentences)
        blocks.append(bold(_head(paragraph.heading)) + words)
    blocks.append(Text("\n".join(task_lines(draft)).strip()))
    blocks += _bases(draft)
    if draft.findings:
        lines = [plain("pages.finding", finding=finding) for finding in draft.findings]
        blocks.append(_LINES.join((sentence("pages.findings"), *lines)))
    if draft.struck:
        blocks.append(sentence("pages.struck", count=len(draft.struck)))
    return tuple(filter(None, blocks))


def fold_lines(head: Text, lines: Iterable[str]) -> Text:
    """Lines folded under a bold head."""
    return bold(head) + "\n" + fold("\n".join(lines))


def _head(text: str) -> str:
    """A heading on one line, not too long."""
    return cut_short(_join_lines(text), _LONGEST_HEAD)


def _join_lines(text: str) -> str:
    return _BREAK.sub("", text.strip())


def _sections(parts: Sequence[SummaryPart]) -> Iterator[list[Text | str]]:
    """The lines under each first heading; where headings count again, what the part is before."""
    divided = counts_again(parts)
    kind = None
    for _, group in groupby(parts, key=lambda part: part.path[:1]):
        lines: list[Text | str] = []
        above: tuple[str, ...] = ()
        for part in group:
            if divided and part.path and part.kind and part.kind is not kind:
                kind = part.kind
                lines.append(bold(caption("page.kind", kind=caption(f"kind.{kind.value}"))))
            lines += _part(part, above)
            above = part.path
        yield lines


def _part(part: SummaryPart, above: tuple[str, ...]) -> Iterator[Text | str]:
    """A part's points under the headings that the part ``above`` does not stand under.

    A first heading is bold, and so is one that is all there is to say.
    """
    heading = "".join(part.path[:1])
    known = next(
        (n for n, (a, b) in enumerate(zip(above, part.path, strict=False)) if a != b), len(above)
    )
    below = _ARROW.join(part.path[max(1, known) :])
    if [point.text.rstrip(_STOPS) for point in part.points] == [heading.rstrip(_STOPS)]:
        yield bold(_head(part.points[0].marked))
        return
    if heading and not above:
        yield bold(_head(heading))
    if below:
        yield _head(below)
    if part.line:
        label = caption("page.line", line=part.line)
        yield plain("pages.point", text=label + "".join(map(_point, part.points)))
        return
    for point in part.points:
        yield plain("pages.point", text=_point(point))
    if not part.points:
        yield sentence("pages.no_point")


def _point(point: CitedText) -> str:
    """A point with its marks, before the stop that ends it."""
    text = _join_lines(point.text)
    marks = join_marks(point.citations)
    return text[:-1] + marks + text[-1] if text.endswith(tuple(_STOPS)) else text + marks


def _places(summary: Summary) -> Iterator[Text]:
    """Where each point stands, by report; the words too where the page says it in others."""
    page = "".join(point.text for part in summary.parts for point in part.points)
    reports: dict[str, list[Citation]] = {}
    for citation in summary.citations:
        reports.setdefault(citation.quote.report.id, []).append(citation)
    for citations in reports.values():
        head = sentence("pages.sources")
        if len(reports) > 1:
            bureau, period = names_of(citations[0].quote.report)
            head = sentence("pages.sources_of", bureau=bureau, period=period)
        yield fold_lines(head, _place_lines(citations, page))


def _place_lines(citations: Sequence[Citation], page: str) -> Iterator[str]:
    """A line for all neighbouring quotes under the same headings."""
    for path, group in groupby(citations, key=lambda c: c.quote.path):
        alike = list(group)
        marks = join_marks([c.n for c in alike])
        yield plain("pages.place", marks=marks, path=headings_of(path))
        for citation in alike:
            if citation.quote.text not in page:
                yield plain("pages.quote", quote=_join_lines(citation.quote.text))


def _bases(draft: Draft) -> Iterator[Text]:
    """The quotes behind a draft, folded by where the idea came from."""
    origins = draft.origins
    for origin in dict.fromkeys(origins.values()):
        citations = [c for c in draft.citations if origins.get(c.n) is origin]
        lines = [line for citation in citations for line in _source_lines(citation)]
        head = sentence("pages.basis", origin=plain(f"origin.{origin.value}"))
        yield fold_lines(head, lines)


def _source_lines(citation: Citation) -> Iterator[str]:
    bureau, period = names_of(citation.quote.report)
    path = place_of(citation.quote)
    yield plain("pages.source", mark=f"[{citation.n}]", bureau=bureau, period=period, path=path)
    yield plain("pages.quote", quote=_join_lines(citation.quote.text))
