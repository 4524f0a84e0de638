"""The façade: a request and a library in, a draft out."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Origin, Paragraph
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.drafts import style_checked
from bot.official.findings import StyleContext
from bot.plan.arranging import (
    Block,
    by_divisions,
    by_facets,
    by_own_groups,
    cut,
    distinct,
    filled,
    items,
)
from bot.plan.gathering import Material, gather
from bot.plan.joining import merged, with_problems
from bot.plan.likeness import is_like, takes_up
from bot.plan.material import DONE, Measure, Told, root_heading
from bot.plan.modelled import reworded
from bot.plan.noting import findings
from bot.plan.polished import Polisher, Progress
from bot.plan.request import PlanRequest, Task, read_request
from bot.plan.rewordingwords import rewording_words
from bot.plan.rewriting import in_two, unsaid
from bot.plan.styling import style_context, styled
from bot.plan.words import phrase, plan_words
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind
from knowledge.topics import topics

_log = logging.getLogger("bot")
_ALL = 99
_WHOLE, _MOST_PARTS = 5, 9


def draft_plan(
    library: Library,
    request: PlanRequest,
    progress: Progress = lambda _done, _of: None,
    polisher: Polisher | None = None,
) -> Draft:
    """Wording for the period asked for: in a model's words if a ``polisher`` is given.

    Where its endpoint fails, the reports' own sentences stand, and ``notice`` says so. Raises a
    PlanError where there is nothing to be had.
    """
    begun = time.perf_counter()
    with library.snapshot():
        draft = _drafted(library, request, progress, polisher)
    return replace(draft, seconds=round(time.perf_counter() - begun, 4))


def _drafted(
    library: Library, request: PlanRequest, progress: Progress, polisher: Polisher | None
) -> Draft:
    task = read_request(library, request)
    everything = gather(library, task)
    material = everything.of(task.topic)
    near = distinct(everything.near(task.topic)) if task.topic else []
    if not (material or near):
        raise NothingToPlan(topic=_topic_name(task), known=_known_topics(everything))
    blocks, left_out = _blocks(task, material, near, everything.problems)
    report = library.report(task.entries[0].id)
    draft = _written(task, blocks, report, library.outline(report.id)[0])
    notes = findings(task, material, blocks, left_out)
    context = style_context(library, task)
    if polisher is not None:
        draft = _polished(style_checked(draft, context), task, context, polisher, progress)
    return styled(replace(draft, findings=notes + draft.findings), context)


def _polished(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft in a model's words, or as it is with a notice; the only findings are of that."""
    own = replace(draft, findings=())
    try:
        return reworded(own, task, context, polisher, progress)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(own, notice=rewording_words().instead.format(fault=error))


def _blocks(
    task: Task, material: Material, near: Sequence[Measure], problems: Sequence[Told]
) -> tuple[list[Block], list[str]]:
    """The paragraphs, and the headings that there was no room for."""
    length = task.length
    own = distinct(material.planned)
    unfinished = distinct(material.unfinished, own)[: length.wanted]
    cut_short = ((m, _left(m, own)) for m in material.continued)
    going_on = distinct([replace(m, text=t) for m, t in cut_short if t], own + unfinished)
    new = [m for m in material.ideas if _left(m, own) == m.text]
    ideas = distinct(new, own + unfinished + going_on)
    if task.topic:
        chosen = _of_topic(task, own + unfinished, going_on, ideas, near)
        blocks = by_facets(merged(chosen), task.topic, plan_words())
    else:
        blocks = _of_all(task, own, unfinished, going_on, ideas)
    ranked = sorted(blocks, key=lambda b: -_weight(b))[: _room(task, blocks)]
    most = max(length.most, length.most * length.paragraphs // max(1, 2 * len(ranked)))
    cuts = [cut(b, most) for b in blocks if b in ranked]
    joined = [replace(b, measures=merged(b.measures)) for b in cuts]
    kept = with_problems(joined, problems)
    return kept, [b.heading for b in blocks if b not in ranked]


def _left(measure: Measure, own: Sequence[Measure]) -> str | None:
    """What of a measure the own plan does not say already."""
    said = [m.text for m in own]
    return unsaid(measure.text, lambda clause: takes_up(clause, said), plan_words())


def _room(task: Task, blocks: Sequence[Block]) -> int:
    """How many paragraphs: as many as asked for, else none of the plan's own parts is lost."""
    wanted = task.length.paragraphs
    if task.counted or wanted < _WHOLE:
        return wanted
    own = sum(any(m.origin is Origin.OWN_PLAN for m in b.measures) for b in blocks)
    return max(wanted, min(own, _MOST_PARTS))


def _of_topic(
    task: Task,
    own: list[Measure],
    going_on: list[Measure],
    ideas: list[Measure],
    near: Sequence[Measure],
) -> list[Measure]:
    """One topic's measures: the bureau's own first, then what lies near, then others' ideas."""
    length = task.length
    enough = length.paragraphs * length.wanted
    chosen = own + going_on[: max(0, enough - len(own))]
    if len(chosen) < length.wanted:
        chosen += distinct(near, chosen)[: length.wanted - len(chosen)]
    wanted = max(0, enough - len(chosen))
    return chosen + ideas[: min(length.ideas, wanted) if chosen else enough]


def _weight(block: Block) -> int:
    """How much of a block is the bureau's own plan, then how long it is."""
    own = sum(len(m.text) for m in block.measures if m.origin is Origin.OWN_PLAN)
    return own * 10 + sum(len(m.text) for m in block.measures)


def _of_all(
    task: Task,
    own: list[Measure],
    unfinished: list[Measure],
    going_on: list[Measure],
    ideas: list[Measure],
) -> list[Block]:
    words, length = plan_words(), task.length
    blocks = by_own_groups(own, words) or by_divisions(
        own or unfinished or going_on or ideas, words
    )

    def fits(block: Block, measure: Measure) -> bool:
        return bool(block.topics & set((measure.own_topics or measure.topics)[:1]))

    blocks = filled(blocks, unfinished, replace(length, wanted=_ALL), fits, length.wanted)
    blocks = filled(blocks, going_on, length, fits, _ALL)
    blocks = filled(blocks, ideas, length, fits, length.ideas)
    if len(blocks) < length.paragraphs:
        held = frozenset(t for block in blocks for t in block.topics)
        more = [m for m in going_on if not set((m.own_topics or m.topics)[:1]) & held]
        taken = [block.heading for block in blocks]
        added = [b for b in by_divisions(more, words) if not is_like(b.heading, taken)]
        blocks += [b for b in added if len(b.measures) > 1][: length.paragraphs - len(blocks)]
    return blocks


def _written(
    task: Task,
    blocks: Sequence[Block],
    report: Report,
    sections: Sequence[Section],
) -> Draft:
    kind = _kind(report, sections)
    notes: list[Quote] = []

    def cite(quotes: Sequence[Quote]) -> tuple[int, ...]:
        notes.extend(q for q in dict.fromkeys(quotes) if q not in notes)
        return tuple(notes.index(q) + 1 for q in dict.fromkeys(quotes))

    text, basis = _opening(task, blocks, report, sections, kind)
    paragraphs = [Paragraph("", (CitedText(text, cite(basis), Origin.BASIS),))]
    numbers = phrase("display.numbers")
    for place, block in enumerate(blocks):
        number = _number(place, numbers)
        alone = len(blocks) == 1  # nobody numbers one thing
        heading = "" if alone else phrase("display.heading", number=number, heading=block.heading)
        sentences = []
        listed = items(block)
        for order, item in enumerate(listed):
            lead = phrase("display.item", number=_number(order, numbers)) if len(listed) > 2 else ""
            for nth, measure in enumerate(item):
                words = (lead if nth == 0 else "") + in_two(measure.text, plan_words())
                sentences.append(CitedText(words, cite(measure.quotes), measure.origin))
        paragraphs.append(Paragraph(heading, tuple(sentences)))
    citations = tuple(Citation(n, quote) for n, quote in enumerate(notes, 1))
    return Draft(_title(task, kind), tuple(paragraphs), citations)


def _number(index: int, numbers: str) -> str:
    """一 for 0, 十一 for 10."""
    if index < len(numbers):
        return numbers[index]
    return numbers[-1] + (numbers[index - len(numbers)] if index < 2 * len(numbers) - 1 else "")


def _kind(report: Report, sections: Sequence[Section]) -> str:
    """What the bureau calls its plans: 工作打算, 工作谋划."""
    heading = root_heading(report, sections, SectionKind.PLAN)
    words = (heading.text if heading else "") + report.identity.title
    return next((k for k in plan_words().kinds if k in words), phrase("title.kind"))


def _title(task: Task, kind: str) -> str:
    fields = {"bureau": task.bureau.name, "period": task.period, "kind": kind}
    if task.topic is None:
        return phrase("title.all", **fields)
    return phrase("title.topic", **fields, topic=_topic_name(task))


def _opening(
    task: Task,
    blocks: Sequence[Block],
    report: Report,
    sections: Sequence[Section],
    kind: str,
) -> tuple[str, tuple[Quote, ...]]:
    """One sentence on what the plan rests on, and the headings that show it."""
    origins = {m.origin for b in blocks for m in b.measures}
    has_problem = Origin.PROBLEM in origins  # a measure of the own plan that answers one
    has_plan = has_problem or Origin.OWN_PLAN in origins
    plan = root_heading(report, sections, SectionKind.PLAN) if has_plan else None
    problems = root_heading(report, sections, SectionKind.PROBLEMS) if has_problem else None
    basis: tuple[Quote, ...]
    if plan and problems:
        key, basis = "both", (plan, problems)
    elif plan:
        key, basis = "plan", (plan,)
    elif origins == {Origin.SISTER}:
        key, basis = "sisters", tuple(m.quotes[0] for b in blocks for m in b.measures)[:1]
    else:
        first = next(
            (m for b in blocks for m in b.measures if m.origin is not Origin.SISTER),
            blocks[0].measures[0],
        )
        done = next((h for k in DONE if (h := root_heading(report, sections, k))), None)
        key, basis = "done", (done or first.quotes[0],)
    text = phrase(
        f"opening.{key}",
        period=task.period,
        topic=_topic_name(task) if task.topic else phrase("opening.all_topics"),
        kind=kind.removeprefix(phrase("title.work")),
    )
    return text, basis


def _topic_name(task: Task) -> str:
    if task.topic is None:
        return ""
    return plan_words().topics.get(task.topic.name, task.topic.name)


def _known_topics(material: Material) -> str:
    names = [topic.name for topic in topics() if material.of(topic)]
    return "、".join(names) or "（无）"
