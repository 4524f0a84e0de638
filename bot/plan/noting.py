"""What the reader of a draft has to be told beside it. Pure."""

from collections.abc import Sequence

from bot.compositions import Origin
from bot.plan.arranging import Block
from bot.plan.gathering import Material
from bot.plan.material import Measure
from bot.plan.moving import BLANK
from bot.plan.request import Task
from bot.plan.words import phrase, plan_words


def findings(
    task: Task, material: Material, blocks: Sequence[Block], left_out: Sequence[str]
) -> tuple[str, ...]:
    """What is thin, what was left out, what to fill in, what came from elsewhere."""
    told = [*_basis_notes(task, material, blocks), *_room_notes(task, blocks, left_out)]
    measures = [m for block in blocks for m in block.measures]
    going_on = [m for m in measures if m.origin is Origin.CONTINUED]
    if going_on:
        told.append(phrase("findings.continued", count=len(going_on), past=task.newest))
    old = [m.text for m in measures if m.origin is Origin.UNFINISHED]
    if old:
        told.append(phrase("findings.unfinished", count=len(old), texts="".join(old)))
    if any(BLANK in m.text for m in measures):
        told.append(phrase("findings.blanks"))
    return tuple(told)


def _basis_notes(task: Task, material: Material, blocks: Sequence[Block]) -> list[str]:
    told = []
    measures = [m for block in blocks for m in block.measures]
    topic = phrase("opening.all_topics")
    if task.topic:
        topic = plan_words().topics.get(task.topic.name, task.topic.name)
    fields = {"bureau": task.bureau.name, "topic": topic}
    if all(m.origin is Origin.SISTER for m in measures):
        return [phrase("findings.only_sisters", **fields)]
    if not any(m.origin in (Origin.OWN_PLAN, Origin.PROBLEM) for m in measures):
        told.append(phrase("findings.no_plan", **fields))
    elif material.target and material.target != task.period:
        told.append(phrase("findings.moved", target=material.target, period=task.period))
    for block in blocks:
        borrowed = [m for m in block.measures if m.origin is Origin.SISTER]
        if borrowed:
            told.append(
                phrase(
                    "findings.sisters" if len(blocks) > 1 else "findings.sisters_alone",
                    heading=block.heading,
                    count=len(borrowed),
                    bureaus=_bureaus(borrowed),
                )
            )
    return told


def _room_notes(task: Task, blocks: Sequence[Block], left_out: Sequence[str]) -> list[str]:
    told = []
    if left_out:
        told.append(phrase("findings.left_out", headings="、".join(left_out)))
    if task.counted and len(blocks) < task.length.paragraphs:
        fields = {"count": len(blocks), "wanted": task.length.paragraphs}
        told.append(phrase("findings.few", **fields))
    return told


def _bureaus(measures: Sequence[Measure]) -> str:
    names = {
        q.report.identity.bureau.name: None
        for m in measures
        for q in m.quotes
        if q.report.identity.bureau
    }
    return "、".join(names)
