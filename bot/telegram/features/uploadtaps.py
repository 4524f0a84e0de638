"""The buttons under files that were sent: whose and for when, undone, and looked at again."""

from datetime import datetime

from bot.state.people import Role
from bot.state.uploads import Version
from bot.telegram.features.lines import numbers_in
from bot.telegram.features.uploadcards import (
    batch,
    bureau_of,
    bureaus_page,
    card,
    parts_page,
    shelf_of,
    years_page,
)
from bot.telegram.replies import Outcome, Reply
from bot.telegram.visit import Desk, Visit
from bot.telegram.words import html, plain
from knowledge.errors import StoreBusy
from knowledge.periods import Part, Period

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # what a report's period can be read as


def tapped(desk: Desk, visit: Visit, data: str) -> Outcome:
    """A button under a file: its sender's, or an administrator's, to tap."""
    deed, _, rest = data.partition(":")
    told = numbers_in(rest)
    if not told:
        return _stale()
    uploads = desk.state.uploads
    of_batch = uploads.of_update(told[0]) if deed in ("a", "b") else []
    version = of_batch[0] if of_batch else uploads.find(told[0])
    if version is None or (deed in ("a", "b") and not of_batch):
        return _stale()
    if version.user_id != visit.user_id and not visit.role.covers(Role.ADMIN):
        return Outcome(toast=plain("button.not_yours"))
    try:
        return _done(desk, visit, (deed, *told), version)
    except StoreBusy:
        return Outcome(toast=plain("upload.button_busy"), alert=True)


def _done(desk: Desk, visit: Visit, data: tuple[str | int, ...], version: Version) -> Outcome:
    """What a button does; raises StoreBusy."""
    match data:
        case ("a", _):
            return _undone_all(desk, visit, version.update_id)
        case ("b", _, int(page)):
            return Outcome(page=batch(desk, version.update_id, page))
        case ("x", _):
            return _undone(desk, visit, version)
        case ("s", _, int(sign)):
            bureau = bureau_of(desk, version, sign)
            return _corrected(desk, visit, version, bureau, version.period) if bureau else _stale()
        case ("t", _, int(year), int(part)) if _is_period(year, part):
            period = str(Period(year, Part(part)))
            return _corrected(desk, visit, version, version.bureau, period)
    shown = _page(desk, visit, data, version)
    return Outcome(page=shown) if shown else _stale()


def _page(desk: Desk, visit: Visit, data: tuple[str | int, ...], version: Version) -> Reply | None:
    """What a button shows that changes nothing; None where it is none of these."""
    match data:
        case ("c", _):
            return _card(desk, version)
        case ("u", _, int(page)):
            return bureaus_page(desk, version, page)
        case ("y", _):
            this_year = datetime.fromtimestamp(visit.now).astimezone().year
            return years_page(desk, version, this_year)
        case ("q", _, int(year)) if _is_period(year, 0):
            return parts_page(version, year)
    return None


def _card(desk: Desk, version: Version, head: str = "") -> Reply:
    """The card of a file; of several that came together with a way back to them."""
    several = len(desk.state.uploads.of_update(version.update_id)) > 1
    return card(desk, version, head or html("upload.head", name=version.name), back=several)


def _corrected(desk: Desk, visit: Visit, version: Version, bureau: str, period: str) -> Outcome:
    """Somebody says whose report it is, or for when: it is read anew with that."""
    current = desk.state.uploads.current(version.user_id, version.name)
    if current is None or current.id != version.id:
        return Outcome(page=_card(desk, version))
    with desk.library.loader() as loader:
        if (bureau, period) != (version.bureau, version.period):
            with desk.state.transaction():
                desk.state.uploads.tell(version.id, bureau, period)
                desk.state.audit.note(
                    visit.user_id, "correct", f"{version.name} {bureau} {period}", visit.now
                )
        shelf_of(desk).settle(loader, version.user_id, version.name)
    told = desk.state.uploads.find(version.id) or version
    return Outcome(page=_card(desk, told), toast=plain("upload.corrected"))


def _undone(desk: Desk, visit: Visit, version: Version) -> Outcome:
    current = desk.state.uploads.current(version.user_id, version.name)
    if not version.withdrawn and current and current.id != version.id:
        return Outcome(toast=plain("upload.overtaken"), alert=True)
    _withdraw(desk, visit, [version])
    former = desk.state.uploads.current(version.user_id, version.name)
    words = "upload.undone_former" if former else "upload.undone"
    return Outcome(page=Reply((html(words, name=version.name),)))


def _undone_all(desk: Desk, visit: Visit, update_id: int) -> Outcome:
    versions = desk.state.uploads.of_update(update_id)
    _withdraw(desk, visit, versions)
    return Outcome(page=Reply((html("upload.undone_all", count=len(versions)),)))


def _withdraw(desk: Desk, visit: Visit, versions: list[Version]) -> None:
    """Take versions back. Done again after a crash, it ends the same."""
    with desk.library.loader() as loader:
        with desk.state.transaction():
            for version in versions:
                if not version.withdrawn:
                    desk.state.audit.note(visit.user_id, "undo_upload", version.name, visit.now)
            desk.state.uploads.withdraw([version.id for version in versions], visit.now)
        shelf_of(desk).settle_all(loader, versions)


def _is_period(year: int, part: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR and part in [p.value for p in Part]


def _stale() -> Outcome:
    return Outcome(toast=plain("button.stale"))
