"""What people read on the command line: plain Chinese text, made from values."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from bot.answers import Answer, Citation, Footnotes, doubt_note, headings_of, names_of, place_of
from bot.compositions import CitedText, Draft, Summary, SummaryPart
from bot.drafting.vocabulary import phrase, rewording_words
from bot.ledger.ledger import (
    Cell,
    LedgerTable,
    amount_text,
    bureau_label,
    legend_lines,
    period_label,
    table_title,
)
from bot.ledger.words import ledger_caption, ledger_words
from bot.proofreading.findings import (
    FindingGroup,
    ProofDraft,
    ProofKind,
    ProofResult,
    group_alike,
)
from bot.proofreading.vocabulary import find_slips, proof_phrase
from bot.summarising.vocabulary import caption
from bot.wording import name_bureau, name_period, say, tell
from knowledge.library import label
from knowledge.loading.loader import LoadResult
from knowledge.models import Section
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import Figure
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import without_blanks
from knowledge.understanding.sums import Doubt

_ARROW = " › "
_STOPS = "。！？!?…：:"
_INDENT = "\u3000\u3000"
_MOST_QUOTED = 6
_LONGEST_HEADING, _LONGEST_WORDS, _MOST_PLACES, _BESIDE = 16, 32, 5, 6
_MOST_NAMES = 5


def source_lines(answer: Answer) -> list[str]:
    """Each quote of an answer with whose it is and where it stands, after an empty line."""
    lines = [""] if answer.citations else []
    for citation in answer.citations:
        lines.append(source_of(citation))
        lines.append(tell("answer.quote", quote=citation.quote.text.strip()))
    return lines


def source_of(citation: Citation) -> str:
    """Whose a quote is and where it stands, behind its number."""
    return tell("answer.source", **_place_fields(citation))


def _place_fields(citation: Citation) -> dict[str, object]:
    bureau, period = names_of(citation.quote.report)
    return {"n": citation.n, "bureau": bureau, "period": period, "path": place_of(citation.quote)}


def hit_lines(hits: Sequence[Hit]) -> list[str]:
    """Ranked passages."""
    if not hits:
        return [tell("answer.no_hits")]
    lines = []
    for n, hit in enumerate(hits, 1):
        lines.append(hit_line(n, hit))
        lines.append(tell("answer.quote", quote=hit.text.strip()))
    return lines


def hit_line(n: int, hit: Hit) -> str:
    """Whose a ranked passage is, where it stands and how near it is."""
    bureau, period = names_of(hit.report)
    path = headings_of(hit.passage.path)
    return tell("answer.hit", n=n, score=hit.score, bureau=bureau, period=period, path=path)


def entry_line(entry: ReportEntry) -> str:
    """One report of the list."""
    bureau, period = names_of(entry)
    if reviews := entry.identity.reviews:
        period += tell("ingest.reviews", period=reviews)
    return tell(
        "answer.report_line",
        bureau=bureau,
        period=period,
        passages=entry.passages,
        file=entry.file,
        id=entry.id,
        older=tell("answer.older") if entry.superseded_by else "",
    )


def ledger_lines(tables: Sequence[LedgerTable]) -> list[str]:
    """Tables of bureaus by periods; of a few, each amount's quote under them."""
    quoted = Footnotes() if len(tables) <= _MOST_QUOTED else None
    lines: list[str] = []
    for table in tables:
        lines += [*table_lines(table, quoted), ""]
    lines += legend_lines(tables)
    if quoted is None:
        return [*lines, ledger_caption("table.many", count=len(tables))]
    for citation in quoted.citations():
        lines.append(source_of(citation))
        lines.append(tell("answer.quote", quote=citation.quote.text.strip()))
    return lines


def table_lines(table: LedgerTable, quoted: Footnotes | None) -> Iterator[str]:
    """A table's title, head and rows in columns of equal width; marks where quotes are wanted."""
    rows = [[ledger_caption("table.bureau"), *map(period_label, table.periods)]]
    for bureau in table.bureaus:
        cells = [table.cells.get((bureau, period)) for period in table.periods]
        texts = [_cell_text(cell, table, quoted) if cell else "" for cell in cells]
        rows.append([bureau_label(bureau), *texts])
    yield table_title(table)
    yield from column_lines(rows)


def column_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns of equal width."""
    widths = [max(map(text_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            text + " " * (width - text_width(text)) for text, width in zip(row, widths, strict=True)
        ]
        yield ("  " + "  ".join(padded)).rstrip()


def _cell_text(cell: Cell, table: LedgerTable, quoted: Footnotes | None) -> str:
    """All amounts of a cell, each with the mark of its quote."""
    return ledger_words().apart.join(
        amount_text(entry, table.unit) + (quoted.cite(entry.quote) if quoted else "")
        for entry in cell.entries
    )


def text_width(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def outline_lines(sections: Sequence[Section], figures: Sequence[Figure]) -> list[str]:
    """The section tree, each leaf with its figures."""
    lines = []
    for section in sections:
        indent = "  " * max(section.level - 1, 0)
        kind = tell(f"kind.{section.kind.value}")
        lines.append(tell("answer.section_line", indent=indent, title=section.path[-1], kind=kind))
        inside = [f.text for f in figures if section.start <= f.start < section.end]
        if section.leaf and inside:
            lines.append(tell("answer.section_figures", indent=indent, figures="、".join(inside)))
    return lines


def doubt_lines(doubts: Sequence[Doubt]) -> list[str]:
    """What does not add up, under a heading of its own; nothing where all does."""
    lines = [tell("answer.doubt_line", doubt=doubt.sentence) for doubt in doubts]
    return [tell("answer.doubts"), *lines] if lines else []


def holdings_line(entries: Sequence[ReportEntry]) -> str:
    """All reports in one line, for a greeting; no more than a dozen by name."""
    return "、".join(label(e) for e in entries[:12]) + ("……" if len(entries) > 12 else "")


def load_result_names(line: LoadResult) -> tuple[str, str]:
    """Bureau and period, unknown ones said so."""
    period = line.period or tell("ingest.unknown_period")
    if line.reviews:
        period += tell("ingest.reviews", period=line.reviews)
    return line.bureau or tell("ingest.unknown_bureau"), period


def load_doubts(line: LoadResult) -> str:
    """What a user should check, and which file is the newer or the older version."""
    newer = Path(line.superseded_by).name
    notes = [
        tell(f"doubt.{doubt}", newer=newer, unreadable=line.unreadable, left_out=line.left_out)
        for doubt in line.doubts
    ]
    if line.supersedes:
        older = "、".join(Path(file).name for file in line.supersedes)
        notes.append(tell("ingest.supersedes", older=older))
    return "；".join(notes)


def load_result_line(line: LoadResult) -> str:
    """A file that was loaded, in one line."""
    bureau, period = load_result_names(line)
    text = tell(
        "ingest.line",
        status=tell(f"status.{line.status.value}"),
        file=line.file,
        bureau=bureau,
        period=period,
        sections=line.sections,
        passages=line.passages,
        figures=line.figures,
    )
    doubts = load_doubts(line)
    return text + tell("ingest.look", doubts=doubts) if doubts else text


def summary_lines(summary: Summary) -> list[str]:
    """The page and, under it, where each statement stands and which headings are left out."""
    if not summary.says_something:
        return [summary.title, "", caption("page.nothing")]
    lines = [*summary_page_lines(summary), "", caption("page.sources")]
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


def summary_page_lines(summary: Summary) -> list[str]:
    """The page alone, under what there is to say of how it was made, over what it leaves out."""
    lines = [*filter(None, [summary.notice]), summary.title, "", *_summary_table(summary)]
    lines += _page(summary)
    if summary.lines_left_out:
        count, names = len(summary.lines_left_out), "、".join(summary.lines_left_out)
        lines.append(caption("page.lines_left_out", count=count, lines=names))
    return [*lines, *slip_notes(summary)]


def slip_notes(summary: Summary) -> Iterator[str]:
    """The names that the report misspells, where the summary shows them."""
    for point in (point for part in summary.parts for point in part.points):
        for wrong, right in find_slips(point.text):
            yield caption("page.slip", n=point.citations[0], wrong=wrong, right=right)


def _summary_table(summary: Summary) -> Iterator[str]:
    """The indicators of several reports in columns, and what stands below."""
    if summary.table is None:
        return
    if summary.table.rows:
        head = [caption("table.indicator"), *summary.table.reports]
        rows = [[row.name, *map(_table_cell, row.cells)] for row in summary.table.rows]
        yield from column_lines([head, *rows])
        yield ""
    yield caption("table.alone") if summary.digest else caption("table.each")


def _table_cell(cell: CitedText) -> str:
    return cell.marked if cell.text else caption("table.none")


def _page(summary: Summary) -> Iterator[str]:
    """The first heading as a line where it changes, then a paragraph for each part.

    Where headings begin to count again, a line before them says what the part is.
    """
    heading = ""
    divided = counts_again(summary.parts)
    nothing = caption("page.nothing_alone") if summary.digest else caption("page.nothing_here")
    kind = None
    for part in summary.parts:
        points, heads = [point.text for point in part.points], list(part.path[:1])
        bare = [p.rstrip(_STOPS) for p in points] == [h.rstrip(_STOPS) for h in heads]
        if divided and part.path and part.kind and part.kind is not kind:
            kind = part.kind
            yield caption("page.kind", kind=caption(f"kind.{part.kind.value}"))
        if part.path and part.path[0] != heading:
            heading = part.path[0]
            yield part.points[0].marked if bare else heading
        if not bare:
            yield _INDENT + _paragraph(part, nothing)


def counts_again(parts: Sequence[SummaryPart]) -> bool:
    """Whether two of the first headings bear the same number."""
    headings = dict.fromkeys(part.path[0] for part in parts if part.path)
    numbers = [h.removesuffix(words) for h in headings if (words := without_mark(h)) != h]
    return len(set(numbers)) < len(numbers)


def _paragraph(part: SummaryPart, nothing: str) -> str:
    below = _ARROW.join(part.path[1:])
    stop = "" if not below or below.endswith(tuple(_STOPS)) else "。"
    points = "".join(map(_end_with_stop, part.points))
    if part.line:
        below, stop = caption("page.line", line=part.line), ""
    return below + stop + (points or nothing)


def _end_with_stop(point: CitedText) -> str:
    """A point with its marks, ended by a stop."""
    marks = "".join(f"[{n}]" for n in point.citations)
    if point.text.endswith((*_STOPS, "；")):
        return point.text[:-1] + marks + point.text[-1]
    return f"{point.text}{marks}。"


def _source(citation: Citation, page: str) -> Iterator[str]:
    """Whose words and where; the words too, unless the page shows them."""
    quote, identity = citation.quote, citation.quote.report.identity
    bureau, period = name_bureau(identity.bureau), name_period(identity.period)
    whose = {"n": citation.n, "bureau": bureau, "period": period}
    yield caption("page.source", path=place_of(quote), **whose)
    if quote.text not in page:
        yield caption("page.quote", quote=quote.text.strip())


def draft_lines(draft: Draft) -> list[str]:
    """Title, paragraphs with [n] marks, the sources with their origin, the findings."""
    lines = draft_page_lines(draft)
    if draft.struck:
        lines += ["", rewording_words().struck]
    lines += ["", phrase("display.sources"), *_draft_sources(draft), *note_lines(draft)]
    return [*lines, "", phrase("display.flags")] if draft.offer else lines


def note_lines(draft: Draft) -> Iterator[str]:
    """What a person has to look at, a line each; nothing where there is nothing."""
    if draft.findings:
        yield from ("", phrase("display.findings"))
        yield from (phrase("display.finding", finding=finding) for finding in draft.findings)


def draft_page_lines(draft: Draft) -> list[str]:
    """Title and paragraphs with [n] marks, under what there is to say of how they were made."""
    paragraphs = [p.heading + "".join(s.marked for s in p.sentences) for p in draft.paragraphs]
    above = filter(None, [draft.notice, draft.offer])
    return [*above, draft.title, "", *paragraphs, *task_lines(draft)]


def task_lines(draft: Draft) -> Iterator[str]:
    """The table of tasks, a line a row; nothing where none was asked for."""
    if draft.tasks:
        yield from ("", phrase("tasks.title"))
        for row in draft.tasks:
            yield phrase("tasks.line", n=row.n, task=row.task, unit=row.unit, by=row.by)


def _draft_sources(draft: Draft) -> Iterator[str]:
    """Each quote, with the origin of the first sentence that rests on it."""
    origins = draft.origins
    for citation in draft.citations:
        origin = origins.get(citation.n)
        name = phrase(f"display.{origin.value}") if origin else ""
        yield phrase("display.source", origin=name, **_place_fields(citation))
        yield phrase("display.quote", quote=citation.quote.text.strip())


def check_lines(result: ProofResult) -> list[str]:
    """A checked draft: what has to be mended, what to look at, and what was compared."""
    lines = [check_head(result)]
    for key, findings in (("certain", result.certain), ("hints", result.hints)):
        lines += [proof_phrase(f"answer.{key}")] if findings else []
        for n, group in enumerate(group_alike(findings), 1):
            lines += finding_lines(n, result.draft, group)
    return [*lines, check_foot(result)]


def check_head(result: ProofResult) -> str:
    """How many places were found, and how many of them have to be mended."""
    count, certain = len(result.findings), len(result.certain)
    key = "head" if certain else "head_hints"
    key = "head_certain" if certain == count else key
    file = Path(result.draft.report.file).name
    return proof_phrase(
        f"answer.{key if count else 'nothing'}", file=file, count=count, certain=certain
    )


def finding_lines(n: int, draft: ProofDraft, group: FindingGroup) -> Iterator[str]:
    """A finding: its kind and place, what stands there, what is right and why; then its quote.

    Of others of the same mistake it tells how many there are, and their words where they differ.
    """
    finding = group.first
    path = _ARROW.join(
        shorten(heading, _LONGEST_HEADING) for heading in draft.path_at(finding.start)
    )
    words = without_blanks(draft.text[finding.start : finding.end])
    right = ""
    if not words:  # a blank, or a mark that is missing: the words around it
        line = draft.text.rfind("\n", 0, finding.start) + 1
        words = draft.text[max(line, finding.start - _BESIDE) : finding.end + _BESIDE]
        words = words.partition("\n")[0]
    elif finding.right is not None:
        key = "right" if finding.right else "remove"
        right = proof_phrase(f"answer.{key}", right=finding.right)
    yield proof_phrase(
        "answer.item",
        n=n,
        kind=proof_phrase(f"kind.{finding.kind}"),
        place=proof_phrase("answer.place", path=path) if path else "",
        words=shorten(words, _LONGEST_WORDS) or words,
        right=right,
        why=_why(draft, group),
    ).replace(f"“{words}”“{words}”", f"“{words}”")  # a reason may begin with the words themselves
    if finding.quote:
        bureau, period = names_of(finding.quote.report)
        yield proof_phrase("answer.source", bureau=bureau, period=period, quote=finding.quote.text)


def _why(draft: ProofDraft, group: FindingGroup) -> str:
    said, count = group.first.why, len(group.others)
    if not group.others:
        return said
    if group.first.kind is ProofKind.LONG:
        return proof_phrase("say.times_long", said=said, count=count)
    first, *words = (draft.text[f.start : f.end].strip() for f in (group.first, *group.others))
    elsewhere = {shorten(w, _LONGEST_WORDS): None for w in words if w != first}
    if len(elsewhere) != count or count > _MOST_PLACES:
        return proof_phrase("say.times", said=said, count=count)
    listed = "".join(f"“{w}”" for w in elsewhere)
    return proof_phrase("say.times_elsewhere", said=said, count=count, words=listed)


def check_foot(result: ProofResult) -> str:
    """What the figures were compared with, or why they were not."""
    draft, compared = result.draft, result.compared
    if result.may_be:
        names = "、".join(result.may_be[:_MOST_NAMES])
        return proof_phrase("answer.unclear_bureau", bureau=draft.bureau, names=names)
    if not draft.bureau or draft.period is None:
        return proof_phrase("answer.no_bureau")
    if not compared.equal + compared.different:
        why = "answer.none_matched" if result.is_held else "answer.not_compared"
        return proof_phrase(why, bureau=draft.bureau, period=draft.period)
    counts = {name: getattr(compared, name) for name in ("equal", "different", "missing")}
    told = [proof_phrase(f"answer.{name}", count=n) for name, n in counts.items() if n]
    parts = proof_phrase("answer.joint").join(told)
    return proof_phrase("answer.compared", bureau=draft.bureau, count=compared.all, parts=parts)


def shorten(words: str, most: int) -> str:
    """Words with their middle left out where they are more than so many characters."""
    return words if len(words) <= most else f"{words[: most // 2]}…{words[-(most // 2) :]}"


def describe_holdings(entries: Sequence[ReportEntry]) -> str:
    """All bureaus and periods that the store holds, a line for each bureau."""
    lines = [
        say("answer.holding", bureau=name, periods="、".join(periods))
        for name, periods in _periods_by_bureau(entries).items()
    ]
    return say("answer.holdings", count=len(entries), lines="\n".join(lines))


def name_holdings(entries: Sequence[ReportEntry], question: Question) -> str:
    """What there is of the bureaus that the question names; else a few of all bureaus."""
    named = {name for mention in question.scope.bureaus for name in mention.names}
    periods = _periods_by_bureau(entries)
    order = [bureau for bureau in periods if bureau in named] or list(periods)
    shown = [
        say("answer.bureau_periods", bureau=name, periods="、".join(periods[name]))
        for name in order[:_MOST_NAMES]
    ]
    key = "answer.there_are" if len(order) <= _MOST_NAMES else "answer.there_are_more"
    return say(key, names="、".join(shown), count=len(order))


def _periods_by_bureau(entries: Sequence[ReportEntry]) -> dict[str, list[str]]:
    periods: dict[str, list[str]] = {}
    for entry in entries:
        named = periods.setdefault(name_bureau(entry.identity.bureau), [])
        if (period := name_period(entry.identity.period)) not in named:
            named.append(period)
    return periods
