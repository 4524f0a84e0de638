"""Answers to 哪些: the items of a section (problems, plans, highlights), one a line."""

from collections.abc import Sequence

from bot.answers import Notes
from bot.extractive.concepts import Concept, coverage
from bot.extractive.evidence import Outlined, extended
from bot.extractive.lines import sentences_line, told_as_plan
from bot.retrieval import report_label
from bot.wording import say
from knowledge.kinds import without_mark
from knowledge.lexicon import normalised
from knowledge.models import Report, Section, SectionKind
from knowledge.question import Question
from knowledge.sentences import Span, sentence_spans, trimmed

_MOST_ITEMS = 12
_MOST_REPORTS = 3
_RELEVANT = 0.5
_NAMED = 0.7
_NEARLY = 0.15
_FEW = 2

Item = tuple[str, Span]
"""What a line says, and the words of the report that it rests on."""


def list_lines(
    group: Sequence[Outlined], question: Question, besides: Sequence[Concept], notes: Notes
) -> list[str]:
    """The items asked for, of the first reports in the group that have some; maybe none."""
    lines: list[str] = []
    told = 0
    reports = {source.hit.report.id: source for source in reversed(group)}
    for source in dict.fromkeys(reports[s.hit.report.id] for s in group):
        report = source.hit.report
        if question.kinds:
            items = _about(report.text, _of_kinds(report, source.sections, question.kinds), besides)
        else:
            items = _under_named_heading(report, source.sections, besides)
        if not items:
            continue
        few = bool(besides) and len(items) <= _FEW
        lines += (_told if few else _listed)(source, items[:_MOST_ITEMS], question, notes)
        told += 1
        if question.scope.bureaus or told == _MOST_REPORTS:
            break
    return lines


def _of_kinds(
    report: Report, sections: Sequence[Section], kinds: Sequence[SectionKind]
) -> list[Item]:
    """The headings under the sections of a kind, or their sentences where they have none."""
    items: list[Item] = []
    covered = 0
    for section in sections:
        if section.kind in kinds and section.start >= covered:
            items += _children(report.text, section, sections) or _sentences(report.text, section)
            covered = section.end
    return items


def _under_named_heading(
    report: Report, sections: Sequence[Section], wanted: Sequence[Concept]
) -> list[Item]:
    """What stands under the heading that the question names: 疫情防控采取了哪六项措施."""
    if not wanted:
        return []
    best, items = _NAMED, list[Item]()
    for section in sections:
        covered = coverage(wanted, [(normalised(section.path[-1]), 1.0)])
        if covered > best and not section.leaf:
            found = _children(report.text, section, sections)
            if len(found) > 1:
                best, items = covered, found
    return items


def _children(text: str, section: Section, sections: Sequence[Section]) -> list[Item]:
    """The headings right below a section; lead-ins and what is headed by nothing left out."""
    below = [
        s
        for s in sections
        if s.path[:-1] == section.path
        and section.start <= s.start < section.end
        and (s.run_in or not s.leaf or s.heading_end > s.start)
        and not _is_lead(s, section)
    ]
    return [_headed(text, s) for s in below]


def _is_lead(section: Section, parent: Section) -> bool:
    """Whether a leaf only holds its parent's own words."""
    return section.leaf and not section.run_in and section.heading_end <= parent.heading_end


def _headed(text: str, section: Section) -> Item:
    first = sentence_spans(text, section.start, section.end)[0]
    return without_mark(section.path[-1]), trimmed(text, first)


def _sentences(text: str, section: Section) -> list[Item]:
    start = section.start if section.run_in else max(section.start, section.heading_end)
    spans = [trimmed(text, s) for s in sentence_spans(text, start, section.end)]
    return [(text[slice(*s)].rstrip("。；; "), s) for s in spans if s.end - s.start > 4]


def _about(text: str, items: list[Item], besides: Sequence[Concept]) -> list[Item]:
    """Those items that the question's other words fit; all of them if it has none."""
    if not besides:
        return items
    fits = [coverage(besides, [(normalised(text[slice(*span)]), 1.0)]) for _, span in items]
    floor = max(_RELEVANT, max(fits, default=0.0) - _NEARLY)
    return [item for item, fit in zip(items, fits, strict=True) if fit >= floor]


def _listed(source: Outlined, items: Sequence[Item], question: Question, notes: Notes) -> list[str]:
    head = say("answer.list_head", who=report_label(source.hit.report))
    lines = [told_as_plan(head, source, items[0][1], question)]
    for n, (words, span) in enumerate(items, 1):
        lines.append(say("answer.list_item", n=n, item=words, mark=notes.cite(source.quote(span))))
    return lines


def _told(source: Outlined, items: Sequence[Item], question: Question, notes: Notes) -> list[str]:
    """One or two items on a narrow question: what stands under them, not their names alone."""
    return [
        told_as_plan(sentences_line(source, extended(source, span), notes), source, span, question)
        for _, span in items
    ]
