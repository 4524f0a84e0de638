"""The buttons under files that were sent: whose and for when, undone, and looked at again."""

from datetime import datetime

from bot.conversation.access import may_change
from bot.conversation.context import RequestContext
from bot.conversation.features.lines import numbers_in
from bot.conversation.features.uploadcards import (
    batch,
    bureau_of,
    bureaus_page,
    card,
    parts_page,
    shelf_of,
    years_page,
)
from bot.conversation.messages import Outcome, Reply, Text
from bot.conversation.wording import plain, sentence
from bot.state.uploads import Version
from knowledge.errors import StoreBusy
from knowledge.understanding.periods import Period, YearPart

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # what a report's period can be read as


def tapped(context: RequestContext, data: str) -> Outcome:
    """A button under a file: its sender's, or an administrator's, to tap."""
    deed, _, rest = data.partition(":")
    told = numbers_in(rest)
    if not told:
        return _stale()
    uploads = context.state.uploads
    of_batch = uploads.of_update(told[0]) if deed in ("a", "b") else []
    version = of_batch[0] if of_batch else uploads.find(told[0])
    if version is None or (deed in ("a", "b") and not of_batch):
        return _stale()
    if not may_change(context.role, context.user_id, version.user_id):
        return Outcome(toast=plain("button.not_yours"))
    try:
        return _done(context, (deed, *told), version)
    except StoreBusy:
        return Outcome(toast=plain("upload.button_busy"), alert=True)


def _done(context: RequestContext, data: tuple[str | int, ...], version: Version) -> Outcome:
    """What a button does; raises StoreBusy."""
    match data:
        case ("a", _):
            return _undone_all(context, version.update_id)
        case ("b", _, int(page)):
            return Outcome(page=batch(context, version.update_id, page))
        case ("x", _):
            return _undone(context, version)
        case ("s", _, int(sign)):
            bureau = bureau_of(context, version, sign)
            return _corrected(context, version, bureau, version.period) if bureau else _stale()
        case ("t", _, int(year), int(part)) if _is_period(year, part):
            period = str(Period(year, YearPart(part)))
            return _corrected(context, version, version.bureau, period)
    shown = _page(context, data, version)
    return Outcome(page=shown) if shown else _stale()


def _page(context: RequestContext, data: tuple[str | int, ...], version: Version) -> Reply | None:
    """What a button shows that changes nothing; None where it is none of these."""
    match data:
        case ("c", _):
            return _card(context, version)
        case ("u", _, int(page)):
            return bureaus_page(context, version, page)
        case ("y", _):
            this_year = datetime.fromtimestamp(context.now).astimezone().year
            return years_page(context, version, this_year)
        case ("q", _, int(year)) if _is_period(year, 0):
            return parts_page(version, year)
    return None


def _card(context: RequestContext, version: Version, head: Text | None = None) -> Reply:
    """The card of a file; of several that came together with a way back to them."""
    several = len(context.state.uploads.of_update(version.update_id)) > 1
    return card(context, version, head or sentence("upload.head", name=version.name), back=several)


def _corrected(context: RequestContext, version: Version, bureau: str, period: str) -> Outcome:
    """Somebody says whose report it is, or for when: it is read anew with that."""
    current = context.state.uploads.current(version.user_id, version.name)
    if current is None or current.id != version.id:
        return Outcome(page=_card(context, version))
    with context.library.loader() as loader:
        if (bureau, period) != (version.bureau, version.period):
            with context.state.transaction():
                context.state.uploads.tell(version.id, bureau, period)
                context.state.audit.note(
                    context.user_id, "correct", f"{version.name} {bureau} {period}", context.now
                )
        shelf_of(context).settle(loader, version.user_id, version.name)
    told = context.state.uploads.find(version.id) or version
    return Outcome(page=_card(context, told), toast=plain("upload.corrected"))


def _undone(context: RequestContext, version: Version) -> Outcome:
    current = context.state.uploads.current(version.user_id, version.name)
    if not version.withdrawn and current and current.id != version.id:
        return Outcome(toast=plain("upload.overtaken"), alert=True)
    _withdraw(context, [version])
    former = context.state.uploads.current(version.user_id, version.name)
    words = "upload.undone_former" if former else "upload.undone"
    return Outcome(page=Reply((sentence(words, name=version.name),)))


def _undone_all(context: RequestContext, update_id: int) -> Outcome:
    versions = context.state.uploads.of_update(update_id)
    _withdraw(context, versions)
    return Outcome(page=Reply((sentence("upload.undone_all", count=len(versions)),)))


def _withdraw(context: RequestContext, versions: list[Version]) -> None:
    """Take versions back. Done again after a crash, it ends the same."""
    with context.library.loader() as loader:
        with context.state.transaction():
            for version in versions:
                if not version.withdrawn:
                    context.state.audit.note(
                        context.user_id, "undo_upload", version.name, context.now
                    )
            context.state.uploads.withdraw([version.id for version in versions], context.now)
        shelf_of(context).settle_all(loader, versions)


def _is_period(year: int, part: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR and part in [p.value for p in YearPart]


def _stale() -> Outcome:
    return Outcome(toast=plain("button.stale"))
