"""A draft through the style check, in the knowledge of whose it is and whose it is not."""

from dataclasses import replace

from bot.compositions import Draft
from bot.official.drafts import style_checked
from bot.official.findings import StyleContext
from bot.plan.request import Task
from knowledge.library import Library


def style_context(library: Library, task: Task) -> StyleContext:
    """The period planned, the bureau's earlier ones, and the names of all other bureaus."""
    old = tuple(e.identity.period for e in task.entries if e.identity.period)
    names = dict.fromkeys(e.identity.bureau.name for e in library.reports() if e.identity.bureau)
    return StyleContext(
        planned=task.period,
        old=tuple(period for period in old if period != task.period),
        own_bureau=task.bureau.name,
        other_names=tuple(name for name in names if name != task.bureau.name),
    )


def styled(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended where that is certain; what is left to say comes after its own findings."""
    checked = style_checked(draft, context)
    return replace(checked, findings=draft.findings + checked.findings)
