"""Who may: strangers who ask to be let in, and the administrators who decide."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.state.people import Person, Role
from bot.telegram.features.lines import numbers_in
from bot.telegram.keyboards import paged, shortened
from bot.telegram.replies import Button, Notice, Outcome, Reply, Rows, says
from bot.telegram.visit import Desk, Visit
from bot.telegram.words import html, plain

_LONGEST_NAME = 24
_GIVEN = {role.value: role for role in (Role.READER, Role.EDITOR, Role.ADMIN, Role.REFUSED)}


def refused(desk: Desk, visit: Visit) -> Outcome:
    """What somebody is told who may not: how to ask, or that it was asked or decided already."""
    match visit.role:
        case Role.REFUSED:
            return says(html("people.refused", id=visit.user_id))
        case Role.ASKING:
            return says(html("people.waiting", id=visit.user_id))
        case Role.STRANGER if not admins_of(desk):
            return says(html("people.no_admin", id=visit.user_id))
        case Role.STRANGER:
            rows: Rows = ((Button(plain("people.ask"), "u:ask"),),)
            return says(html("people.stranger", id=visit.user_id), rows=rows)
        case _:
            return says(html("people.only_admins"))


def number(_desk: Desk, visit: Visit, _words: str) -> Outcome:
    """``/id``: one's own number, and in a group the group's."""
    if visit.private:
        return says(html("people.own_number", id=visit.user_id))
    return says(html("people.own_and_chat", id=visit.user_id, chat=visit.chat_id))


def users(desk: Desk, visit: Visit, _words: str) -> Outcome:
    """``/users``: everybody, each with a card."""
    introduce(desk, visit)
    return Outcome(replies=(_list(desk, 0),))


def tapped(desk: Desk, visit: Visit, data: str) -> Outcome:
    """A button of these: ``ask``, which is for strangers, or one for administrators."""
    if data == "ask":
        return _asked(desk, visit)
    if not visit.role.covers(Role.ADMIN):
        return Outcome(toast=plain("people.only_admins"))
    introduce(desk, visit)
    deed, _, rest = data.partition(":")
    given, _, number_told = rest.rpartition(":")
    told = numbers_in(number_told)
    if told is None or (given and given not in _GIVEN):
        return Outcome(toast=plain("button.stale"))
    return _administered(desk, visit, deed, _GIVEN.get(given), told[0])


def _administered(desk: Desk, visit: Visit, deed: str, role: Role | None, told: int) -> Outcome:
    """What an administrator taps: ``told`` is a person's number, or a page of the list."""
    match deed, role:
        case "p", None:
            return Outcome(page=_list(desk, told))
        case "c", None:
            return _card(desk, visit, told)
        case "x", None:
            return _removed(desk, visit, told)
        case "ok", (Role.READER | Role.EDITOR | Role.REFUSED):
            return _decided(desk, visit, told, role)
        case "r", Role():
            return _changed(desk, visit, told, role)
    return Outcome(toast=plain("button.stale"))


def admins_of(desk: Desk) -> list[int]:
    """The numbers of all administrators."""
    found = [p.user_id for p in desk.state.people.everybody() if p.role is Role.ADMIN]
    return sorted({*desk.settings.admin_ids, *found})


def decent(name: str) -> str:
    """A person's name on one line: nothing hidden, nothing that turns the text around, not long."""
    shown = "".join(
        " " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    cut = " ".join(shown.split())[:_LONGEST_NAME].strip()
    return cut or plain("people.nameless")


def name_of(desk: Desk, user_id: int) -> str:
    """How somebody is called; the number where nobody knows a name."""
    person = desk.state.people.find(user_id)
    noted = "" if person else desk.state.notes.read(f"name:{user_id}")
    return person.name if person else noted or str(user_id)


def introduce(desk: Desk, visit: Visit) -> None:
    """Remember the name of an administrator of the settings, whom nobody let in."""
    name, note = decent(visit.user_name), f"name:{visit.user_id}"
    if visit.user_id in desk.settings.admin_ids and desk.state.notes.read(note) != name:
        desk.state.notes.write(note, name)


# -- asking to be let in


def _asked(desk: Desk, visit: Visit) -> Outcome:
    """A stranger asks: every administrator hears of it, once."""
    if visit.role.covers(Role.READER):
        return Outcome(toast=plain("people.already"))
    if visit.role is Role.REFUSED:
        page = Reply((html("people.refused", id=visit.user_id),))
        return Outcome(page=page)
    name = decent(visit.user_name)
    note = f"asked:{visit.user_id}"
    with desk.state.transaction():
        # the same tap again, after a crash: who was to hear of it must still
        again = desk.state.notes.read(note) == str(visit.update_id)
        if visit.role is Role.STRANGER and not again:
            desk.state.people.give(visit.user_id, name, Role.ASKING, visit.now)
            desk.state.notes.write(note, str(visit.update_id))
            desk.state.audit.note(visit.user_id, "ask_in", name, visit.now)
            again = True
    notices = tuple(Notice(admin, _request(visit.user_id, name)) for admin in admins_of(desk))
    page = Reply((html("people.waiting", id=visit.user_id),))
    return Outcome(page=page, notices=notices if again else (), toast=plain("people.asked"))


def _request(user_id: int, name: str) -> Reply:
    rows: Rows = (
        (
            Button(plain("people.allow_reader"), f"u:ok:reader:{user_id}"),
            Button(plain("people.allow_editor"), f"u:ok:editor:{user_id}"),
        ),
        (Button(plain("people.deny"), f"u:ok:refused:{user_id}"),),
    )
    return Reply((html("people.wants_in", name=name, id=user_id),), rows)


@dataclass(frozen=True, slots=True)
class _Decision:
    """Who decided last on somebody, with which tap."""

    update_id: int
    by: int
    name: str


def _last_decision(desk: Desk, user_id: int) -> _Decision | None:
    noted = desk.state.notes.read(f"decided:{user_id}")
    return _Decision(**json.loads(noted)) if noted else None


def _give(desk: Desk, visit: Visit, person: Person, role: Role, deed: str) -> bool:
    """Give a role in one transaction with who gave it; False where it was given before.

    The same tap again counts as giving it: what follows from it may not have been said yet.
    """
    last = _last_decision(desk, person.user_id)
    if last and last.update_id == visit.update_id:
        return True
    if person.role is role:
        return False
    by = {"update_id": visit.update_id, "by": visit.user_id, "name": decent(visit.user_name)}
    with desk.state.transaction():
        desk.state.people.give(person.user_id, "", role, visit.now)
        desk.state.notes.write(f"decided:{person.user_id}", json.dumps(by, ensure_ascii=False))
        desk.state.audit.note(visit.user_id, deed, f"{person.name} {_worded(role)}", visit.now)
    return True


def _decided(desk: Desk, visit: Visit, user_id: int, role: Role) -> Outcome:
    """An administrator's word on somebody who asked; later words change nothing."""
    person = desk.state.people.find(user_id)
    if person is None:
        return Outcome(toast=plain("button.stale"))
    last = _last_decision(desk, user_id)
    by_this_tap = last is not None and last.update_id == visit.update_id
    if person.role is not Role.ASKING and not by_this_tap:
        by = last.name if last else plain("people.somebody")
        told = {"name": person.name, "id": user_id, "role": _worded(person.role), "by": by}
        return Outcome(page=Reply((html("people.done_before", **told),)))
    allowed = role is not Role.REFUSED
    _give(desk, visit, person, role, "let_in" if allowed else "deny")
    by = decent(visit.user_name)
    told = {"name": person.name, "id": user_id, "role": _worded(role), "by": by}
    words = f"people.welcome_{role.value}" if allowed else "people.not_approved"
    return Outcome(
        page=Reply((html("people.let_in" if allowed else "people.denied", **told),)),
        notices=(Notice(user_id, Reply((html(words),))),),
    )


# -- the list


def _everybody(desk: Desk) -> list[Person]:
    """All who are known; administrators of the settings as that, though nobody let them in."""
    known = {person.user_id: person for person in desk.state.people.everybody()}
    set_ones = [
        Person(number, name_of(desk, number), Role.ADMIN, 0.0) for number in desk.settings.admin_ids
    ]
    others = [p for p in known.values() if p.user_id not in desk.settings.admin_ids]
    asking = [p for p in others if p.role is Role.ASKING]
    return asking + set_ones + [p for p in others if p.role is not Role.ASKING]


def _list(desk: Desk, page: int) -> Reply:
    people = _everybody(desk)
    if not people:
        return Reply((html("people.nobody"),))
    buttons = [
        Button(
            shortened(plain("people.label", name=p.name, role=_worded(p.role))), f"u:c:{p.user_id}"
        )
        for p in people
    ]
    rows = paged(buttons, page, lambda n: f"u:p:{n}")
    return Reply((html("people.list", count=len(people)),), rows)


def _card(desk: Desk, visit: Visit, user_id: int) -> Outcome:
    person = next((p for p in _everybody(desk) if p.user_id == user_id), None)
    if person is None:
        return Outcome(toast=plain("button.stale"))
    blocks = [html("people.card", name=person.name, id=user_id, role=_worded(person.role))]
    if person.since:
        since = datetime.fromtimestamp(person.since).astimezone()
        blocks.append(html("people.since", date=f"{since:%Y-%m-%d}"))
    back = (Button(plain("button.back"), "u:p:0"),)
    if fixed := _fixed(desk, visit, user_id):
        blocks.append(html("people.card_set" if fixed == "set_by_settings" else "people.card_own"))
        return Outcome(page=Reply(tuple(blocks), (back,)))
    changes = [
        Button(plain(f"people.make_{value}"), f"u:r:{value}:{user_id}")
        for value, role in _GIVEN.items()
        if role is not person.role
    ]
    rows = tuple(tuple(changes[n : n + 2]) for n in range(0, len(changes), 2))
    remove = (Button(plain("people.remove"), f"u:x:{user_id}"),)
    return Outcome(page=Reply(tuple(blocks), (*rows, remove, back)))


def _fixed(desk: Desk, visit: Visit, user_id: int) -> str:
    """Why somebody's role is not to be changed by this visitor; empty where it may be."""
    if user_id in desk.settings.admin_ids:
        return "set_by_settings"
    return "not_oneself" if user_id == visit.user_id else ""


def _changed(desk: Desk, visit: Visit, user_id: int, role: Role) -> Outcome:
    person = desk.state.people.find(user_id)
    if person is None:
        return Outcome(toast=plain("button.stale"))
    if fixed := _fixed(desk, visit, user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    given = _give(desk, visit, person, role, "role")
    told = Reply((html("people.changed", role=_worded(role)),))
    notices = (Notice(user_id, told),) if given and role is not Role.REFUSED else ()
    return Outcome(page=_card(desk, visit, user_id).page, notices=notices)


def _removed(desk: Desk, visit: Visit, user_id: int) -> Outcome:
    if fixed := _fixed(desk, visit, user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    person = desk.state.people.find(user_id)
    if person is None:  # gone already: the list tells
        return Outcome(page=_list(desk, 0))
    with desk.state.transaction():
        desk.state.people.remove(user_id)
        desk.state.notes.write(f"asked:{user_id}", "")
        desk.state.audit.note(visit.user_id, "expel", person.name, visit.now)
    return Outcome(
        page=Reply(
            (html("people.removed", name=person.name, id=user_id),),
            ((Button(plain("button.back"), "u:p:0"),),),
        )
    )


def _worded(role: Role) -> str:
    return plain(f"people_role.{role.value}")
