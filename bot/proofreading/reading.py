"""A writer's draft and what the store holds beside it, as the checks take them."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.checking.facets import StatedFigure
from bot.checking.sources import (
    GivenPassage,
    GroundingSource,
    grounding_source,
    statements_within,
)
from bot.checking.wordings import plain_text
from bot.errors import CheckPeriodUnclear
from bot.ledger.gathering import LedgerEntry, entries_of, stored_entries
from bot.ledger.ledger import calendar_order
from bot.proofreading.alignment import (
    ReadFigure,
    equal_figures,
    pair_figures,
    read_own,
    read_reported,
)
from bot.proofreading.entries import is_of_titled_line
from bot.proofreading.findings import ProofDraft, StoredMaterial
from bot.proofreading.vocabulary import proof_words
from knowledge.library import Library
from knowledge.loading.report_reader import ReportReader
from knowledge.models import (
    Bureau,
    Quantity,
    ReadReport,
    Section,
    SectionKind,
    Statement,
    StatementKind,
)
from knowledge.reading.archives import Content
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.periods import Period, YearPart, exact_period
from knowledge.understanding.pipeline import Overrides, understand
from knowledge.understanding.sentences import Span, sentence_spans
from knowledge.understanding.sums import find_doubts

_SHORTEST_PLACE, _LEAST_SAME, _LEAST_OF_PERIOD = 2, 5, 2
"""How many figures have to be the same in a report of another period, of the draft's own."""
_BEFORE_FIGURE = 24
_YEARS_BEFORE, _THIS_YEAR = re.compile("上一?年|去年|前年"), re.compile(r"[今本]年|20\d\d年")
_FIRST_HALF, _ENDS = "上半年", ("底", "末")


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A draft to check: its file's name and bytes; whose it is and for when, if that is told."""

    file: str
    data: bytes
    bureau: str = ""
    period: str = ""


def stated_identity(library: Library | None, request: CheckRequest) -> Overrides:
    """Whose a draft is and for when as it was told, under its bureau's name in the store.

    Raises CheckPeriodUnclear for a period that is none.
    """
    period = exact_period(request.period) if request.period else None
    if request.period and period is None:
        raise CheckPeriodUnclear(wanted=request.period)
    names = bureaus_meant(library, request.bureau)
    return Overrides(names[0] if len(names) == 1 else request.bureau, period)


def read_draft(reader: ReportReader, request: CheckRequest, stated: Overrides) -> ReadReport:
    """A draft as it is read, without the sources that stand behind it: they are reports' words.

    Raises UnreadableFile.
    """
    read = reader.read(Content("", request.data), request.file, stated)
    report = read.report
    sources = proof_words().sources.search(report.text)
    if not sources:
        return read
    own = report.text[: sources.start()]
    return understand(own, file=report.file, sha256=report.sha256, overrides=stated)


def draft_of(read: ReadReport) -> ProofDraft:
    """A writer's own file as the checks take it."""
    report, text = read.report, read.report.text
    period = report.identity.period
    misnamed = [Span(s.start, s.end) for s in read.sections if _is_misnamed(s, period)]
    sections = tuple(
        s._replace(kind=SectionKind.DONE) if _is_within(s.start, misnamed) else s
        for s in read.sections
    )
    is_plan = _is_plan(report.identity.title)
    look_backs = tuple(_look_backs(sections)) if is_plan else ()
    statements = [*_told_of_others(text, read.statements, period)] if period else read.statements
    if is_plan and period:
        statements = [_told_of_before(s, period, look_backs) for s in statements]
    statements = [
        s._replace(role=StatementKind.DONE, period=period)
        if _is_within(s.figure.start, misnamed) else s
        for s in statements
    ]  # fmt: skip
    doubts = find_doubts(text, statements)
    draft = ProofDraft(
        report,
        sections,
        tuple(entries_of(report, sections, statements, doubts)),
        tuple(_lines(text)),
        tuple(sentence_spans(text)),
        is_plan,
        look_backs,
    )
    return dataclasses.replace(draft, figures=tuple(_read_figures(draft)))


def _is_misnamed(section: Section, period: Period | None) -> bool:
    """Whether its headings call the work done that of the half year to come: 下半年工作情况."""
    if period is None or period.part is not YearPart.FIRST_HALF:
        return False
    words, half = proof_words(), YearPart.SECOND_HALF.wording
    ends = ((h, h.find(half) + len(half)) for h in section.path if half in h)
    return any(
        words.period_heads.match(h, end) and not words.period_plans.match(h, end)
        for h, end in ends
    )  # fmt: skip


def _is_within(place: int, spans: Iterable[Span]) -> bool:
    return any(span.start <= place < span.end for span in spans)


def _read_figures(draft: ProofDraft) -> Iterator[ReadFigure]:
    """Its figures that tell known amounts as results, with the words of each."""
    told = {entry.statement.figure.start: entry for entry in draft.entries if _is_told(entry)}
    for sentence in draft.sentences:
        if any(sentence.start <= place < sentence.end for place in told):
            text, headings = draft.text[slice(*sentence)], draft.path_at(sentence.start)
            for place, stated in read_own(text, sentence.start, headings):
                if entry := told.get(place):
                    yield ReadFigure(entry, _restated(stated, entry))


def _is_told(entry: LedgerEntry) -> bool:
    """Whether it tells a known amount, and not what was aimed at: of a result, a change, a plan."""
    statement, figure = entry.statement, entry.statement.figure
    known = figure.value is not None and not figure.masked and bool(figure.unit)
    goal = proof_words().goal.search(entry.report.text, statement.sentence.start, figure.start)
    return known and goal is None


def _restated(stated: StatedFigure, entry: LedgerEntry) -> StatedFigure:
    """A figure with its words; what a comparison goes by is of what it goes on with."""
    statement, text = entry.statement, entry.report.text
    start = statement.figure.start
    if not proof_words().compared_with.search(text, statement.sentence.start, start):
        return stated
    subject = plain_text(f"{statement.subject}|{statement.measure}")
    return dataclasses.replace(
        stated, statement=statement, subject=subject, before=subject, after=""
    )


def gather_stored(library: Library, draft: ProofDraft) -> StoredMaterial:
    """What the store holds beside a draft."""
    with library.snapshot():
        own = _own_names(library.bureau_names(), draft)
        entries: list[LedgerEntry] = []
        sources: list[GroundingSource] = []
        for report in library.reports():
            bureau = report.identity.bureau
            if bureau and bureau.name in own and report.id != draft.report.id:
                entries += stored_entries(library, report.id)
                sources += _sources_of(library, report.id)
        others = tuple(name for name in library.bureau_names() if name not in own)
    figures = read_reported((e for e in entries if e.statement.figure.value is not None), sources)
    mine = [one for one in draft.figures if not is_of_titled_line(one.entry)]
    pairs = pair_figures(mine, figures)
    return StoredMaterial(tuple(entries), others, tuple(sources), figures, pairs)


def identity_of_figures(library: Library, draft: ProofDraft, stated: Overrides) -> Overrides | None:
    """Whose report tells most of a draft's figures, where none is stored of its own period.

    It is of the draft's bureau, or of one whose name does not tell it from that (**县, 县局), and
    of no earlier period. None where too few figures are the same, or several reports fit as well.
    """
    told: dict[Overrides, int] = {}
    with library.snapshot():
        own = _own_names(library.bureau_names(), draft)
        for report in library.reports():
            bureau, period = report.identity.bureau, report.identity.period
            if not (bureau and period) or report.id == draft.report.id:
                continue
            if bureau.name in own and period == draft.period:
                return None
            is_earlier = draft.period and calendar_order(period) < calendar_order(draft.period)
            may_be = bureau.name in own or not (
                stated.bureau or _are_told_apart(bureau, draft.report.identity.bureau)
            )
            if may_be and not is_earlier:
                sources = [*_sources_of(library, report.id)]
                known = read_reported(stored_entries(library, report.id), sources)
                others = known.get(period, ())
                same = sum(bool(equal_figures(one, others)) for one in draft.figures)
                told[Overrides(bureau.name, period)] = same
    best = max(told, key=lambda one: told[one], default=None)
    if best is None or list(told.values()).count(told[best]) > 1:
        return None
    least = _LEAST_OF_PERIOD if best.period == draft.period else _LEAST_SAME
    return best if told[best] >= max(least, len(draft.figures) // 3) else None


def _are_told_apart(bureau: Bureau, other: Bureau | None) -> bool:
    """Whether two bureaus are of different levels, or the name of one tells its place."""
    if other is None or bureau.level is not other.level:
        return True
    return _tells_place(bureau.name) or _tells_place(other.name)


def _tells_place(name: str) -> bool:
    """Whether a bureau is named by its place, neither masked nor only its level (区局)."""
    place, branch = parts_of(name)
    return "*" not in place + branch and len(place) >= _SHORTEST_PLACE


def _sources_of(library: Library, report_id: str) -> Iterator[GroundingSource]:
    """The sections of a report, read for what a draft may say of them."""
    report, statements = library.report(report_id), library.statements(report_id)
    sections, _ = library.outline(report_id)
    for n, section in enumerate((s for s in sections if s.leaf and not s.furniture), 1):
        span = Span(section.start, section.end)
        within = statements_within(span, statements)
        passage = GivenPassage(n, report, span, section.path, within, section.kind)
        yield grounding_source(passage)


def _is_plan(title: str) -> bool:
    words = proof_words()
    return bool(words.plan_title.search(title)) and not words.report_title.search(title)


def _look_backs(sections: Iterable[Section]) -> Iterator[Span]:
    """The parts of a plan whose headings say that they tell of what was done before it."""
    words = proof_words()
    for section in sections:
        headings = "".join(section.path)
        if section.leaf and words.look_back.search(headings):
            yield Span(section.start, section.end)


def _told_of_others(
    text: str, statements: Sequence[Statement], period: Period
) -> Iterator[Statement]:
    """The statements; those that a part of the draft's year, or an earlier period, leads to."""
    before: Statement | None = None
    base_end = -1
    for statement in statements:
        goes_on = before if before and before.sentence == statement.sentence else None
        if told := _as_base(text, statement, goes_on, period):
            base_end = told.figure.end
        else:
            told = _as_told(text, statement, goes_on, period, base_end)
        yield told
        before = told


def _as_base(
    text: str, statement: Statement, goes_on: Statement | None, period: Period
) -> Statement | None:
    """较2022年的91%, of the period that it names; None where a figure is no base of a comparison.

    It is of what the amount before it is, if its own words tell nothing but the comparison.
    """
    figure, own = statement.figure, goes_on.period if goes_on else None
    start = max(statement.sentence.start, figure.start - _BEFORE_FIGURE)
    compared = proof_words().compared_with.search(text, start, figure.start)
    reported = own if own and own.year < period.year else period
    when = compared and (
        base_period(compared["when"], reported) or base_period(compared["when"], period)
    )
    if not (compared and when):
        return None
    is_bare = compared["when"] in statement.subject or not statement.subject
    is_of_it = is_bare and goes_on and goes_on.figure.unit == figure.unit
    of = goes_on if is_of_it and goes_on else statement._replace(condition="")
    done = StatementKind.DONE
    return of._replace(figure=figure, clause=statement.clause, period=when, role=done)


def _as_told(
    text: str, statement: Statement, goes_on: Statement | None, period: Period, base_end: int
) -> Statement:
    """增加31件 behind such a base is a change; 上半年抽检350批次 is of the half year.

    去年抽检720批次，合格率97% goes on with the year before.
    """
    figure, words = statement.figure, proof_words()
    if base_end >= 0 and words.changed_by.fullmatch(text, base_end, figure.start):
        return statement._replace(quantity=Quantity.CHANGE)
    if statement.period != period:
        return statement
    parts = [*words.part_of_year.finditer(text, statement.sentence.start, figure.start)]
    if parts and period.part is YearPart.YEAR:
        return statement._replace(period=exact_period(f"{period.year}年{parts[-1]['part']}"))
    if goes_on and goes_on.figure.end > base_end and statement.subject == goes_on.subject:
        is_now = _THIS_YEAR.search(text, goes_on.figure.end, figure.start)
        return statement if is_now else statement._replace(period=goes_on.period)
    return statement


def base_period(words: str, period: Period) -> Period | None:
    """The earlier period that a comparison names: 2022年, 上年同期, 上半年; None for none."""
    last = _YEARS_BEFORE.match(words)
    year = period.year - (2 if last and last[0] == "前年" else 1)
    rest = words[last.end() if last else 0 :].removesuffix("同期").removeprefix("同比")
    named = exact_period(rest.rstrip("年底末") + "年" if rest.endswith(_ENDS) else rest)
    if last or not rest:
        part = exact_period(f"{year}年{rest}") if rest else None
        return part or Period(year, YearPart.YEAR if rest else period.part)
    if words == "年初":
        return Period(year)
    if words.endswith(_FIRST_HALF) and period.part in (YearPart.SECOND_HALF, YearPart.YEAR):
        named = named or Period(period.year, YearPart.FIRST_HALF)
    return named if named and calendar_order(named) < calendar_order(period) else None


def _told_of_before(statement: Statement, period: Period, look_backs: Sequence[Span]) -> Statement:
    """A statement of a plan; done where the plan looks back or names an earlier period."""
    told, start = statement.period, statement.figure.start
    is_later = told is None or calendar_order(told) >= calendar_order(period)
    if any(span.start <= start < span.end for span in look_backs):
        is_half = period.part is YearPart.FIRST_HALF
        before = Period(period.year - 1) if is_half else period.previous()
        return statement._replace(role=StatementKind.DONE, period=before if is_later else told)
    return statement if is_later else statement._replace(role=StatementKind.DONE)


def bureaus_meant(library: Library | None, bureau: str) -> tuple[str, ...]:
    """The bureaus of the store that a name as it was typed may mean: 县局 of two counties."""
    return tuple(library.bureaus_like(bureau)) if library and bureau else ()


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _own_names(names: Iterable[str], draft: ProofDraft) -> set[str]:
    """The names in the store that are the draft's bureau's: of the same place and branch.

    A masked place, or 区局 without any, may be anybody's: of such only the very same name counts.
    """
    told = {name for name in names if name == draft.bureau}
    if told or not _tells_place(draft.bureau):
        return told
    return {name for name in names if parts_of(name) == parts_of(draft.bureau)}
