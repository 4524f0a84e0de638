"""A request and a library in, a draft of the next period's plan out."""

import logging
import time
from dataclasses import replace

from bot.compositions import Draft, Progress
from bot.drafting.arranging import arrange, choose_measures, drop_repeats
from bot.drafting.fitting import fit_length
from bot.drafting.material import gather
from bot.drafting.notes import notes_of, offer_of
from bot.drafting.opening import find_guidance
from bot.drafting.placing import answer_problems, place_targets
from bot.drafting.polishing import Polisher, polish_draft
from bot.drafting.request import PlanRequest, Task, read_request
from bot.drafting.sources import root_heading
from bot.drafting.targets import find_targets
from bot.drafting.vocabulary import rewording_words
from bot.drafting.writing import topic_name, write_draft, write_opening
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.findings import StyleContext
from bot.official.style_check import mend_draft
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.understanding.topics import topics

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
