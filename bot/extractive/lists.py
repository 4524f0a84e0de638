"""Answers to 哪些: the items of a section (problems, plans, highlights), one a line."""

import re
from collections.abc import Sequence

from bot.answers import Notes
from bot.extractive.concepts import Concept, coverage
from bot.extractive.evidence import Outlined
from bot.extractive.figures import who
from bot.wording import say
from knowledge.kinds import without_mark
from knowledge.lexicon import normalised
from knowledge.models import Report, Section, SectionKind
from knowledge.question import Question
from knowledge.sentences import Span, sentence_spans, trimmed

_MOST = 12
_RELEVANT = 0.5
_LABEL = re.compile(r"^(?:导语|正文)$")


def list_lines(
    group: Sequence[Outlined], question: Question, concepts: Sequence[Concept], notes: Notes
) -> list[str]:
    """The items of the first report in the group that has a section of the kind asked for."""
    lines: list[str] = []
    seen: set[str] = set()
    for source in group:
        report = source.hit.report
        if report.id in seen:
            continue
        seen.add(report.id)
        items = _items(report, source.sections, question.kinds)
        items = _about(report.text, items, concepts)[:_MOST]
        if items:
            lines.append(say("answer.list_head", who=who(report), count=len(items)))
            for n, (title, span) in enumerate(items, 1):
                mark = notes.cite(source.quote(span))
                lines.append(say("answer.list_item", n=n, item=title, mark=mark))
        if lines and question.scope.bureaus:
            break
        if len(seen) == 3:
            break
    return lines


def _items(
    report: Report, sections: Sequence[Section], kinds: Sequence[SectionKind]
) -> list[tuple[str, Span]]:
    """The headings under the section of a kind, or its sentences where it has none."""
    tops = [s for s in sections if s.kind in kinds and not _inside(s, sections, kinds)]
    items: list[tuple[str, Span]] = []
    for top in tops:
        below = [s for s in sections if s.path[:-1] == top.path and s.run_in and s is not top]
        below = below or [
            s for s in sections
            if s.path[:-1] == top.path and not s.leaf or s.path[:-1] == top.path and s.run_in
        ]  # fmt: skip
        if below:
            items += [_headed(report.text, s) for s in below]
        else:
            items += _sentences(report.text, top)
    return items


def _inside(
    section: Section, sections: Sequence[Section], kinds: Sequence[SectionKind]
) -> bool:
    return any(
        s is not section and s.kind in kinds and s.path == section.path[: len(s.path)]
        and s.start <= section.start and section.end <= s.end and len(s.path) < len(section.path)
        for s in sections
    )  # fmt: skip


def _headed(text: str, section: Section) -> tuple[str, Span]:
    first = sentence_spans(text, section.start, section.end)[0]
    return without_mark(section.path[-1]), trimmed(text, first)


def _sentences(text: str, section: Section) -> list[tuple[str, Span]]:
    spans = sentence_spans(text, section.heading_end if not section.run_in else section.start, section.end)  # noqa: E501
    kept = [trimmed(text, s) for s in spans if len(text[slice(*s)].strip()) > 4]
    return [(text[slice(*s)].rstrip("。；; "), s) for s in kept]


def _about(
    text: str, items: list[tuple[str, Span]], concepts: Sequence[Concept]
) -> list[tuple[str, Span]]:
    """Those items that the question's other words fit; all of them if it has none."""
    wanted = [c for c in concepts if not re.search(r"问题|不足|困难|打算|计划|谋划|亮点|短板|安排|重点|任务|举措|下一?步|存在|主要", c.word)]  # noqa: E501
    if not wanted:
        return items
    fitting = [
        (t, s) for t, s in items
        if coverage(wanted, [(normalised(text[slice(*s)]), 1.0)]) >= _RELEVANT
    ]  # fmt: skip
    return fitting
