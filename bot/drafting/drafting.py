"""A request and a library in, a draft of the next period's plan out, with notes for its writer."""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers import Quote
from bot.compositions import Draft, Origin, Progress
from bot.drafting.arranging import OWN_ORIGINS, PlanBlock, arrange, choose_measures, drop_repeats
from bot.drafting.fitting import FittedPlan, fit_length
from bot.drafting.material import Material, Measure, gather
from bot.drafting.placing import answer_problems, find_answer, place_targets
from bot.drafting.polishing import Polisher, polish_draft
from bot.drafting.request import PlanRequest, Task, read_request
from bot.drafting.rewriting import BLANK
from bot.drafting.sources import root_heading
from bot.drafting.targets import find_targets
from bot.drafting.vocabulary import phrase, rewording_words
from bot.drafting.writing import find_guidance, topic_name, write_draft, write_opening
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.findings import StyleContext
from bot.official.style_check import mend_draft
from bot.proofreading.vocabulary import find_slips
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.understanding.periods import YearPart
from knowledge.understanding.topics import topics

# -- notes for the writer


_TOO_SHORT = 0.85
_MOST_FINISHED = 6
_WHOLE_YEAR = re.compile(r"全年[^，。；]*\d[^，。；]*")


def offer_of(task: Task, material: Material, heading: Quote | None) -> str:
    """That the bureau has planned the period, and what can be typed instead; empty for no plan."""
    is_planned = bool(material.planned) and material.target == task.period and heading
    fields = {
        "period": task.period,
        "bureau": task.bureau.name,
        "past": task.newest,
        "following": task.period.next(),
    }
    if task.later:
        reports = "、".join(dict.fromkeys(str(e.identity.period) for e in task.later))
        following = (task.later[0].identity.period or task.period).next()
        return phrase("findings.past", **fields | {"following": following}, reports=reports)
    if is_planned and heading:
        key = "kept" if task.keeps else "planned"
        words = heading.text.strip().lstrip("# ")
        return phrase(f"findings.{key}", **fields, heading=words, count=len(material.planned))
    return phrase("findings.no_keep", **fields) if task.keeps else ""


def notes_of(
    task: Task,
    material: Material,
    arranged: Sequence[PlanBlock],
    fitted: FittedPlan,
    draft: Draft,
) -> tuple[str, ...]:
    """The notes on a draft, problems without a measure first."""
    return (
        *_problem_notes(material, arranged, fitted.blocks),
        *_basis_notes(task, material, fitted.blocks),
        *_length_notes(task, fitted, draft),
        *_origin_notes(task, material, fitted.blocks),
        *_slip_notes(draft),
        *_blank_notes(task, fitted.blocks),
    )


def _problem_notes(
    material: Material, arranged: Sequence[PlanBlock], blocks: Sequence[PlanBlock]
) -> Iterator[str]:
    """Each problem that the text does not name: what meets it, or that nothing does."""
    for problem in material.problems:
        answer = find_answer(blocks, problem)
        if answer is None:
            key = "problem_cut" if find_answer(arranged, problem) else "problem_open"
            yield phrase(f"findings.{key}", problem=_within_quotes(problem.label))
        elif problem.quote not in answer.quotes:
            yield phrase(
                "findings.problem_met", problem=_within_quotes(problem.label), measure=answer.text
            )


def _within_quotes(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’")


def _basis_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    """What the plan rests on beside the bureau's own plan for the period."""
    fields = {"bureau": task.bureau.name, "topic": topic_name(task)}
    origins = {m.origin for block in blocks for m in block.measures}
    if origins <= {Origin.SISTER}:
        yield phrase("findings.only_sisters", **fields)
        return
    if not origins & set(OWN_ORIGINS):
        yield phrase("findings.no_plan", **fields)
    elif material.target and material.target != task.period:
        yield phrase("findings.moved", target=material.target, period=task.period)
    borrowed = [m for block in blocks for m in block.measures if m.origin is Origin.SISTER]
    if borrowed:
        yield phrase("findings.sisters", count=len(borrowed), bureaus=_bureaus(borrowed, task))


def _bureaus(measures: Sequence[Measure], task: Task) -> str:
    bureaus = (q.report.identity.bureau for m in measures for q in m.quotes)
    names = dict.fromkeys(bureau.name for bureau in bureaus if bureau)
    return "、".join(name for name in names if name != task.bureau.name)


def _length_notes(task: Task, fitted: FittedPlan, draft: Draft) -> Iterator[str]:
    if fitted.left_out:
        yield phrase("findings.left_out", headings="、".join(fitted.left_out))
    if fitted.cut:
        yield phrase("findings.cut", count=fitted.cut)
    if task.counted and len(fitted.blocks) < task.length.paragraphs:
        wanted = task.length.paragraphs
        yield phrase("findings.few", count=len(fitted.blocks), wanted=wanted)
    count = sum(len(paragraph.text) for paragraph in draft.paragraphs)
    if not (task.counted or task.keeps) and count < task.length.characters * _TOO_SHORT:
        yield phrase("findings.too_short", count=count, wanted=task.length.characters)


def _origin_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    measures = [m for block in blocks for m in block.measures]
    ongoing = sum(m.origin is Origin.CONTINUED for m in measures)
    if ongoing:
        yield phrase("findings.continued", count=ongoing, past=task.newest)
    old = [m.text for m in measures if m.origin is Origin.UNFINISHED]
    if old:
        yield phrase("findings.unfinished", count=len(old), texts="".join(old))
    for done in material.finished[:_MOST_FINISHED] if not task.keeps else ():
        period = done.report.report.identity.period or ""
        told = done.report.text.strip()
        fields = {"target": done.target, "measure": done.text.rstrip("。"), "report": told}
        yield phrase("findings.done", period=period, **fields)


def _slip_notes(draft: Draft) -> Iterator[str]:
    """The slips of the originals that the text has taken over."""
    text = "".join(paragraph.text for paragraph in draft.paragraphs)
    for citation in draft.citations:
        for wrong, right in find_slips(citation.quote.text):
            if wrong in text:
                yield phrase("findings.slip", n=citation.n, wrong=wrong, right=right)


def _blank_notes(task: Task, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    """What is to be filled in or worked out."""
    measures = [m.text for block in blocks for m in block.measures]
    if task.period.part is not YearPart.YEAR:
        for aim in (match[0] for text in measures for match in _WHOLE_YEAR.finditer(text)):
            yield phrase("findings.whole_year", words=aim, period=task.period)
    targets = sum(len(block.targets) for block in blocks)
    if targets:
        yield phrase("findings.targets", count=targets)
    elif not task.keeps:
        yield phrase("findings.no_targets")
    if any(BLANK in text for text in measures):
        yield phrase("findings.blanks")


# -- drafts


_log = logging.getLogger("bot")
_GUIDED = 900
"""From so many characters on a plan opens with the bureau's guiding thought."""


def draft_plan(
    library: Library,
    request: PlanRequest,
    progress: Progress = lambda _done, _of: None,
    polisher: Polisher | None = None,
) -> Draft:
    """Wording for the period asked for: in a model's words if a ``polisher`` is given.

    Where its endpoint fails, the reports' own sentences stand, and ``notice`` says so. Raises a
    PlanError where the request is unclear or there is nothing to plan from.
    """
    start = time.perf_counter()
    with library.snapshot():
        task = read_request(library, request)
        draft = _draft(library, task)
        context = style_context(library, task)
    if polisher is not None:
        mended = mend_draft(draft, context)
        polished = _polish_or_fall_back(mended, task, context, polisher, progress)
        draft = replace(polished, findings=draft.findings + polished.findings)
    draft = apply_style(draft, context)
    return replace(draft, seconds=round(time.perf_counter() - start, 4))


def _draft(library: Library, task: Task) -> Draft:
    """The plan in the reports' own sentences, with what a person has to know of it."""
    everything = gather(library, task)
    material = everything.of(task.topic)
    near = drop_repeats(everything.near(task.topic)) if task.topic else []
    if not (material or near):
        known = "、".join(topic.name for topic in topics() if everything.of(topic))
        raise NothingToPlan(topic=topic_name(task) if task.topic else "", known=known or "（无）")
    report = library.report(task.entries[0].id)
    sections = library.outline(report.id)[0]
    choice = choose_measures(task, material)
    targets = () if task.keeps else find_targets(library, task)
    blocks = arrange(task, choice, near, targets)
    if not task.keeps:
        blocks = answer_problems(blocks, material.problems, everything.ideas)
        blocks = place_targets(blocks, targets, task.topic)
    guided = task.length.characters >= _GUIDED
    guidance = find_guidance(report, sections, task) if guided else None
    opening = write_opening(task, blocks, report, sections, guidance)
    fitted = fit_length(task, blocks, opening.characters)
    draft = write_draft(task, opening, fitted.blocks, report, sections)
    offer = offer_of(task, material, root_heading(report, sections, SectionKind.PLAN))
    notes = notes_of(task, material, blocks, fitted, draft)
    return replace(draft, offer=offer, findings=notes)


def style_context(library: Library, task: Task) -> StyleContext:
    """The period planned, the bureau's earlier ones, and the names of all other bureaus."""
    periods = (e.identity.period for e in task.entries)
    names = dict.fromkeys(e.identity.bureau.name for e in library.reports() if e.identity.bureau)
    return StyleContext(
        planned=task.period,
        old=tuple(period for period in periods if period and period != task.period),
        own_bureau=task.bureau.name,
        other_names=tuple(name for name in names if name != task.bureau.name),
    )


def apply_style(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended where that is certain; findings that are left follow its own."""
    mended = mend_draft(draft, context)
    return replace(mended, findings=draft.findings + mended.findings)


def _polish_or_fall_back(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft in a model's words, or as it is with a notice; the only findings are of that."""
    own = replace(draft, findings=())
    try:
        return polish_draft(own, task, context, polisher, progress)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(own, notice=rewording_words().instead.format(fault=error))
