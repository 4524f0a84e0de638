"""A document as it is laid out: title, paragraphs under their headings, and its sources."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.answers import Answer, AnswerStatus, Citation
from bot.compositions import (
    CitedText,
    Draft,
    Paragraph,
    Summary,
    SummaryPart,
    SummaryTable,
)
from bot.official.layout import official_layout
from bot.official.numbering import mark_level
from knowledge.understanding.kinds import outline_words

_NOT_IN_FILE_NAMES = str.maketrans({**dict.fromkeys('\\/:?"<>|\n\r\t'), "*": "＊"})
_LONGEST_FILE_NAME, _CLAUSE_END = 30, re.compile("[，。？！；]")
_RUN_IN_LIMIT = 40
_FIRST_SENTENCE = re.compile(rf"[^。！？；：\n]{{2,{_RUN_IN_LIMIT}}}。")


@dataclass(frozen=True, slots=True)
class DocumentBlock:
    """A paragraph. ``level`` is that of its heading: 1 一、, 2 （一）, 3 1., 0 for none.

    ``heading`` is set in its level's font; with ``text`` it runs in to it, without it stands alone.
    """

    text: str = ""
    level: int = 0
    heading: str = ""


@dataclass(frozen=True, slots=True)
class AppendixSource:
    """A quote of the appendix: where it is from, under its number, and its words."""

    n: int
    origin: str
    quote: str


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table: its title, empty for none, what its columns are called, its rows.

    It stands behind the text, or before it where it ``leads``: then it compares what the heads
    name.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """What goes into a file: ``sources`` make the appendix; none, no appendix.

    ``compact``: it is set closer, as a summary is.
    """

    title: str
    blocks: tuple[DocumentBlock, ...]
    sources: tuple[AppendixSource, ...] = ()
    compact: bool = False
    table: DocumentTable | None = None


def from_draft(draft: Draft, *, with_sources: bool) -> OfficialDocument:
    """A draft as a document; ``[n]`` marks and the appendix only with its sources."""
    blocks = [
        block
        for paragraph in draft.paragraphs
        for block in _paragraph_blocks(paragraph, marked=with_sources)
    ]
    sources = _sources(draft.citations) if with_sources else ()
    return OfficialDocument(draft.title, tuple(blocks), sources, table=_task_table(draft))


def _task_table(draft: Draft) -> DocumentTable | None:
    """The table of tasks; None where none was asked for."""
    words = official_layout()
    rows = tuple((str(row.n), row.task, row.unit, row.by) for row in draft.tasks)
    return DocumentTable(words.words["tasks"], words.task_heads, rows) if rows else None


def from_summary(summary: Summary, *, with_sources: bool) -> OfficialDocument:
    """A summary as a document: a digest set closely, else each part under its own headings."""
    blocks = (
        _digest_blocks(summary, marked=with_sources)
        if summary.digest
        else (_part_blocks(summary, marked=with_sources))
    )
    sources = _sources(summary.citations) if with_sources else ()
    return OfficialDocument(
        summary.title,
        tuple(blocks),
        sources,
        compact=summary.digest,
        table=_indicator_table(summary.table, marked=with_sources) if summary.table else None,
    )


def _indicator_table(table: SummaryTable, *, marked: bool) -> DocumentTable | None:
    """The table of several reports; None where it has no row."""
    words = official_layout().words
    rows = tuple(
        (row.name, *((c.marked if marked else c.text) or words["no_figure"] for c in row.cells))
        for row in table.rows
    )
    heads = (words["indicator"], *table.reports)
    return DocumentTable("", heads, rows, leads=True) if rows else None


def _digest_blocks(summary: Summary, *, marked: bool) -> Iterator[DocumentBlock]:
    """A paragraph for each first heading, which runs in; the lines of work by name."""
    if summary.table:
        yield DocumentBlock(level=1, heading=official_layout().words["alone"])
    for path, group in groupby(summary.parts, key=lambda part: _headings(part.path)[:1]):
        text = "".join(_line_text(part, marked=marked) for part in group)
        heading = path[0].rstrip("。") + "。" if path else ""
        yield DocumentBlock(text, _heading_level(heading, 0) if path else 0, heading)
    if summary.lines_left_out and any(part.path for part in summary.parts):
        lines = "、".join(summary.lines_left_out)
        yield DocumentBlock(official_layout().words["left_out"].format(lines=lines))


def _line_text(part: SummaryPart, *, marked: bool) -> str:
    label = official_layout().words["line"].format(line=part.line) if part.line else ""
    return label + _join_text(map(_with_full_stop, part.points), marked=marked)


def _part_blocks(summary: Summary, *, marked: bool) -> Iterator[DocumentBlock]:
    """Each part under its report's headings, each heading once."""
    above: tuple[str, ...] = ()
    for part in summary.parts:
        path = _headings(part.path)
        new = list(_new_headings(path, above))
        above = path
        if new and _is_bare(part, path):
            heading = _join_text(part.points[:1], marked=marked)
            yield from (*new[:-1], replace(new[-1], heading=heading))
            continue
        yield from new
        text = _join_text(map(_with_full_stop, part.points), marked=marked)
        yield from map(DocumentBlock, _lines(text))


def from_answer(answer: Answer) -> OfficialDocument:
    """An answer as it was shown: what was made under its own title, else under the question."""
    title, *lines = answer.text.splitlines()
    if answer.status is not AnswerStatus.DONE:
        title, lines = answer.matter or answer.question, [title, *lines]
    blocks = tuple(DocumentBlock(line.strip()) for line in lines if line.strip())
    return OfficialDocument(title, blocks, _sources(answer.citations))


def from_text(text: str, title: str = "") -> OfficialDocument:
    """A plain text as a document, each line a paragraph, headings by their marks."""
    lines = _lines(text)
    if title and lines[:1] == [title]:
        lines = lines[1:]
    else:
        title = ""
    return OfficialDocument(title, tuple(map(_block_of_line, lines)))


def file_name(title: str, ending: str) -> str:
    """A title, or the first clause of a long question, as the name of a file anywhere."""
    words = title.translate(_NOT_IN_FILE_NAMES)
    words = words if len(words) <= _LONGEST_FILE_NAME else _CLAUSE_END.split(words)[0]
    return words.strip(". ")[:_LONGEST_FILE_NAME] + f".{ending}"


def _headings(path: Sequence[str]) -> tuple[str, ...]:
    """The headings that stand in the report; what only labels a piece without one is left out."""
    words = outline_words()
    labels = (words.title, words.lead, words.body, words.furniture)
    return tuple(heading for heading in path if heading not in labels)


def _is_bare(part: SummaryPart, path: Sequence[str]) -> bool:
    """Whether all that a part says is its heading."""
    texts = [point.text.rstrip("。；") for point in part.points]
    return texts == [heading.rstrip("。；") for heading in path[-1:]]


def _new_headings(path: Sequence[str], above: Sequence[str]) -> Iterator[DocumentBlock]:
    """The headings of a part that the part before does not stand under."""
    known = True
    for depth, heading in enumerate(path):
        known = known and depth < len(above) and above[depth] == heading
        if not known:
            yield DocumentBlock(level=_heading_level(heading, depth), heading=heading)


def _heading_level(heading: str, depth: int) -> int:
    return min(mark_level(heading) or depth + 1, 3)


def _paragraph_blocks(paragraph: Paragraph, *, marked: bool) -> Iterator[DocumentBlock]:
    text = _join_text(paragraph.sentences, marked=marked)
    heading = paragraph.heading.strip()
    if not heading:
        yield from (_block_of_line(line) for line in _lines(text))
        return
    level = _heading_level(heading, 1)
    first, *others = _lines(text) or [""]
    if heading.endswith(("。", "：")):
        yield DocumentBlock(first, level, heading)
    else:
        yield DocumentBlock(level=level, heading=heading)
        others = [first, *others] if first else others
    yield from (DocumentBlock(line) for line in others)


def _block_of_line(line: str) -> DocumentBlock:
    """A line that opens with a mark is headed by its first sentence, or is all heading."""
    level = mark_level(line)
    if not level or level > 3:
        return DocumentBlock(line)
    if first := _FIRST_SENTENCE.match(line):
        return DocumentBlock(line[first.end() :], level, first[0])
    if len(line) <= _RUN_IN_LIMIT and not line.endswith("；"):
        return DocumentBlock(level=level, heading=line)
    return DocumentBlock(line)


def _with_full_stop(point: CitedText) -> CitedText:
    """A point as a sentence: a heading's words get the full stop that they lack."""
    ended = point.text.endswith(("。", "！", "？", "；", "”", "："))
    return point if ended else replace(point, text=point.text + "。")


def _join_text(pieces: Iterable[CitedText], *, marked: bool) -> str:
    return "".join(piece.marked if marked else piece.text for piece in pieces)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sources(citations: Sequence[Citation]) -> tuple[AppendixSource, ...]:
    return tuple(AppendixSource(c.n, _origin(c), c.quote.text.strip()) for c in citations)


def _origin(citation: Citation) -> str:
    words = official_layout().words
    identity = citation.quote.report.identity
    bureau = identity.bureau.name if identity.bureau else ""
    report = f"{bureau}{identity.period or ''}" or identity.title or citation.quote.report.file
    headings = " › ".join(_headings(citation.quote.path))
    wording = words["origin" if headings else "origin_without_headings"]
    return wording.format(n=citation.n, report=report, headings=headings)
