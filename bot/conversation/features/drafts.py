"""A draft that was sent, and the buttons under it: as a file, longer or shorter, of another."""

from dataclasses import asdict, replace

from bot.conversation.context import RequestContext, Services
from bot.conversation.features.choosing import Tap, data_for, keep, stale
from bot.conversation.features.filing import filed
from bot.conversation.features.kept import draft_of, held_draft
from bot.conversation.features.pages import draft_blocks
from bot.conversation.messages import Button, Outcome, Reply, Rows
from bot.conversation.wording import plain
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.drafting.vocabulary import plan_words
from bot.errors import NothingToPlan
from bot.official.document import from_draft

SAVE, SAVE_BARE, RESIZE, OTHER_TOPIC, OTHER_PERIOD = "d", "e", "l", "o", "q"


def drafted(
    services: Services, context: RequestContext, request: PlanRequest, prefix: str, kind: str
) -> Reply:
    """The draft with its buttons; raises a PlanError or ReportNotFound."""
    draft = draft_plan(services.library, request, context.progress, services.polisher)
    held = {"request": asdict(request), "draft": held_draft(draft)}
    number = keep(services, context, kind, held)
    return Reply(draft_blocks(draft), _rows(request, number, prefix))


def draft_tapped(
    services: Services, context: RequestContext, tap: Tap, prefix: str, kind: str
) -> Outcome:
    """The file of a draft, or the draft at another length; raises as ``drafted``."""
    if tap.act in (SAVE, SAVE_BARE):
        draft = draft_of(tap.held["draft"], services.library.report)
        document = from_draft(draft, with_sources=tap.act == SAVE)
        return Outcome(documents=(filed(document, context.now),))
    name = tap.picked(_lengths()) if tap.act == RESIZE else None
    if name is None:
        return stale()
    request = replace(PlanRequest(**tap.held["request"]), length=name)
    try:
        return Outcome(replies=(drafted(services, context, request, prefix, kind),))
    except NothingToPlan:  # what it was drafted from has left the store
        return stale()


def _lengths() -> list[str]:
    """What the lengths of a draft are called, the usual one in the middle."""
    return list(plan_words().lengths)


def _rows(request: PlanRequest, number: int, prefix: str) -> Rows:
    data = data_for(prefix, number)
    names = _lengths()
    present = request.length or names[len(names) // 2]
    lengths = tuple(
        Button(name, data(RESIZE, n)) for n, name in enumerate(names) if name != present
    )
    return (
        (Button(plain("plan.save"), data(SAVE)), Button(plain("plan.save_bare"), data(SAVE_BARE))),
        lengths,
        (
            Button(plain("plan.other_topic"), data(OTHER_TOPIC)),
            Button(plain("plan.other_period"), data(OTHER_PERIOD)),
        ),
    )
