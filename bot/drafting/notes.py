"""What a person has to know of a draft: what is thin, left out, to be filled in, borrowed."""

import re
from collections.abc import Iterator, Sequence

from bot.answers import Quote
from bot.compositions import Draft, Origin
from bot.drafting.arranging import OWN_ORIGINS, PlanBlock
from bot.drafting.fitting import FittedPlan
from bot.drafting.material import Material, Measure
from bot.drafting.placing import find_answer
from bot.drafting.request import Task
from bot.drafting.rewriting import BLANK
from bot.drafting.slips import find_slips
from bot.drafting.vocabulary import phrase
from bot.drafting.writing import topic_name
from knowledge.understanding.periods import YearPart

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
