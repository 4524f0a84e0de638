"""Who may: strangers who ask to be let in, and the administrators who decide."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.access import FixedRole, allows
from bot.conversation.context import RequestContext
from bot.conversation.menus import numbers_in, page_rows, shorten_label
from bot.conversation.messages import Button, Notice, Outcome, Reply, Rows, reply_with
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, short_id
from bot.state.people import Person, Role

_LONGEST_NAME = 24
_PERSON = re.compile(r"[0-9]{1,18}|[a-z]+:\S+")
_GIVEN = {role.value: role for role in (Role.READER, Role.EDITOR, Role.ADMIN, Role.REFUSED)}


def refused(context: RequestContext, _words: str) -> Outcome:
    """What somebody is told who may not: how to ask, or that it was asked or decided already."""
    own_id = short_id(context.user_id)
    match context.role:
        case Role.REFUSED:
            return reply_with(sentence("people.refused", id=own_id))
        case Role.ASKING:
            return reply_with(sentence("people.waiting", id=own_id))
        case Role.STRANGER if not context.access.admins():
            return reply_with(sentence("people.no_admin", id=own_id))
        case Role.STRANGER:
            rows: Rows = ((Button(plain("people.ask"), "u:ask"),),)
            return reply_with(sentence("people.stranger", id=own_id), rows=rows)
        case _:
            return reply_with(sentence("people.only_admins"))


def number(context: RequestContext, _words: str) -> Outcome:
    """``/id``: one's own number, and in a group the group's."""
    own_id = short_id(context.user_id)
    if context.private:
        return reply_with(sentence("people.own_number", id=own_id))
    return reply_with(sentence("people.own_and_chat", id=own_id, chat=short_id(context.chat_id)))


def users(context: RequestContext, _words: str) -> Outcome:
    """``/users``: everybody, each with a card."""
    introduce(context)
    return Outcome(replies=(_list(context, 0),))


def administer(context: RequestContext, data: str) -> Outcome:
    """A button for administrators: of the list, of a card, or of somebody who asks."""
    introduce(context)
    action, _, rest = data.partition(":")
    if action == "p":
        page = numbers_in(rest)
        return Outcome(page=_list(context, page[0])) if page else _stale()
    given, _, who = rest.partition(":") if action in ("ok", "r") else ("", "", rest)
    if not _PERSON.fullmatch(who):
        return _stale()
    return _administer_person(context, action, _GIVEN.get(given), full_id(who))


def _administer_person(
    context: RequestContext, action: str, role: Role | None, user_id: str
) -> Outcome:
    """What an administrator's button does to somebody."""
    match action, role:
        case "c", None:
            return _card(context, user_id)
        case "x", None:
            return _removed(context, user_id)
        case "ok", (Role.READER | Role.EDITOR | Role.REFUSED):
            return _decided(context, user_id, role)
        case "r", Role():
            return _changed(context, user_id, role)
    return _stale()


def _stale() -> Outcome:
    return Outcome(toast=plain("button.stale"))


def decent(name: str) -> str:
    """A person's name on one line: nothing hidden, nothing that turns the text around, not long."""
    shown = "".join(
        " " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    cut = " ".join(shown.split())[:_LONGEST_NAME].strip()
    return cut or plain("people.nameless")


def name_of(context: RequestContext, user_id: str) -> str:
    """How somebody is called; the number where nobody knows a name."""
    person = context.state.people.find(user_id)
    noted = "" if person else context.state.notes.read(f"name:{user_id}")
    return person.name if person else noted or short_id(user_id)


def introduce(context: RequestContext) -> None:
    """Remember the name of an administrator of the settings, whom nobody let in."""
    name, note = decent(context.user_name), f"name:{context.user_id}"
    if context.access.is_set(context.user_id) and context.state.notes.read(note) != name:
        context.state.notes.write(note, name)


# -- asking to be let in


def ask_in(context: RequestContext, _data: str) -> Outcome:
    """A stranger asks to be let in: every administrator hears of it, once."""
    if allows(context.role, Role.READER):
        return Outcome(toast=plain("people.already"))
    if context.role is Role.REFUSED:
        page = Reply((sentence("people.refused", id=short_id(context.user_id)),))
        return Outcome(page=page)
    name = decent(context.user_name)
    note = f"asked:{context.user_id}"
    with context.state.transaction():
        # the same tap again, after a crash: who was to hear of it must still
        again = context.state.notes.read(note) == str(context.update_id)
        if context.role is Role.STRANGER and not again:
            context.state.people.give(context.user_id, name, Role.ASKING, context.now)
            context.state.notes.write(note, str(context.update_id))
            context.note_action("ask_in", name)
            again = True
    notices = tuple(
        Notice(admin, _request(context.user_id, name)) for admin in context.access.admins()
    )
    page = Reply((sentence("people.waiting", id=short_id(context.user_id)),))
    return Outcome(page=page, notices=notices if again else (), toast=plain("people.asked"))


def _request(user_id: str, name: str) -> Reply:
    rows: Rows = (
        (
            Button(plain("people.allow_reader"), f"u:ok:reader:{short_id(user_id)}"),
            Button(plain("people.allow_editor"), f"u:ok:editor:{short_id(user_id)}"),
        ),
        (Button(plain("people.deny"), f"u:ok:refused:{short_id(user_id)}"),),
    )
    return Reply((sentence("people.wants_in", name=name, id=short_id(user_id)),), rows)


@dataclass(frozen=True, slots=True)
class _Decision:
    """Who decided last on somebody, with which tap."""

    update_id: int
    by: str
    name: str


def _last_decision(context: RequestContext, user_id: str) -> _Decision | None:
    noted = context.state.notes.read(f"decided:{user_id}")
    return _Decision(**json.loads(noted)) if noted else None


def _give(context: RequestContext, person: Person, role: Role, deed: str) -> bool:
    """Give a role in one transaction with who gave it; False where it was given before.

    The same tap again counts as giving it: what follows from it may not have been said yet.
    """
    last = _last_decision(context, person.user_id)
    if last and last.update_id == context.update_id:
        return True
    if person.role is role:
        return False
    by = {"update_id": context.update_id, "by": context.user_id, "name": decent(context.user_name)}
    with context.state.transaction():
        context.state.people.give(person.user_id, "", role, context.now)
        context.state.notes.write(f"decided:{person.user_id}", json.dumps(by, ensure_ascii=False))
        context.note_action(deed, f"{person.name} {_worded(role)}")
    return True


def _decided(context: RequestContext, user_id: str, role: Role) -> Outcome:
    """An administrator's word on somebody who asked; later words change nothing."""
    person = context.state.people.find(user_id)
    if person is None:
        return _stale()
    last = _last_decision(context, user_id)
    by_this_tap = last is not None and last.update_id == context.update_id
    if person.role is not Role.ASKING and not by_this_tap:
        by = last.name if last else plain("people.somebody")
        told = {
            "name": person.name,
            "id": short_id(user_id),
            "role": _worded(person.role),
            "by": by,
        }
        return Outcome(page=Reply((sentence("people.done_before", **told),)))
    allowed = role is not Role.REFUSED
    _give(context, person, role, "let_in" if allowed else "deny")
    by = decent(context.user_name)
    told = {"name": person.name, "id": short_id(user_id), "role": _worded(role), "by": by}
    words = f"people.welcome_{role.value}" if allowed else "people.not_approved"
    return Outcome(
        page=Reply((sentence("people.let_in" if allowed else "people.denied", **told),)),
        notices=(Notice(user_id, Reply((sentence(words),))),),
    )


# -- the list


def _everybody(context: RequestContext) -> list[Person]:
    """All who are known; administrators of the settings as that, though nobody let them in."""
    known = {person.user_id: person for person in context.state.people.everybody()}
    set_ones = [
        Person(number, name_of(context, number), Role.ADMIN, 0.0)
        for number in context.access.set_admins()
    ]
    others = [p for p in known.values() if not context.access.is_set(p.user_id)]
    asking = [p for p in others if p.role is Role.ASKING]
    return asking + set_ones + [p for p in others if p.role is not Role.ASKING]


def _list(context: RequestContext, page: int) -> Reply:
    people = _everybody(context)
    if not people:
        return Reply((sentence("people.nobody"),))
    buttons = [
        Button(
            shorten_label(plain("people.label", name=p.name, role=_worded(p.role))),
            f"u:c:{short_id(p.user_id)}",
        )
        for p in people
    ]
    rows = page_rows(buttons, page, lambda n: f"u:p:{n}")
    return Reply((sentence("people.list", count=len(people)),), rows)


def _card(context: RequestContext, user_id: str) -> Outcome:
    person = next((p for p in _everybody(context) if p.user_id == user_id), None)
    if person is None:
        return _stale()
    blocks = [
        sentence("people.card", name=person.name, id=short_id(user_id), role=_worded(person.role))
    ]
    if person.since:
        since = datetime.fromtimestamp(person.since).astimezone()
        blocks.append(sentence("people.since", date=f"{since:%Y-%m-%d}"))
    back = (Button(plain("button.back"), "u:p:0"),)
    if fixed := context.access.fixed_role(user_id, context.user_id):
        blocks.append(
            sentence("people.card_set" if fixed is FixedRole.SET_BY_SETTINGS else "people.card_own")
        )
        return Outcome(page=Reply(tuple(blocks), (back,)))
    changes = [
        Button(plain(f"people.make_{value}"), f"u:r:{value}:{short_id(user_id)}")
        for value, role in _GIVEN.items()
        if role is not person.role
    ]
    rows = tuple(tuple(changes[n : n + 2]) for n in range(0, len(changes), 2))
    remove = (Button(plain("people.remove"), f"u:x:{short_id(user_id)}"),)
    return Outcome(page=Reply(tuple(blocks), (*rows, remove, back)))


def _changed(context: RequestContext, user_id: str, role: Role) -> Outcome:
    person = context.state.people.find(user_id)
    if person is None:
        return _stale()
    if fixed := context.access.fixed_role(user_id, context.user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    given = _give(context, person, role, "role")
    told = Reply((sentence("people.changed", role=_worded(role)),))
    notices = (Notice(user_id, told),) if given and role is not Role.REFUSED else ()
    return Outcome(page=_card(context, user_id).page, notices=notices)


def _removed(context: RequestContext, user_id: str) -> Outcome:
    if fixed := context.access.fixed_role(user_id, context.user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    person = context.state.people.find(user_id)
    if person is None:  # gone already: the list tells
        return Outcome(page=_list(context, 0))
    with context.state.transaction():
        context.state.people.remove(user_id)
        context.state.notes.write(f"asked:{user_id}", "")
        context.note_action("expel", person.name)
    return Outcome(
        page=Reply(
            (sentence("people.removed", name=person.name, id=short_id(user_id)),),
            ((Button(plain("button.back"), "u:p:0"),),),
        )
    )


def _worded(role: Role) -> str:
    return plain(f"people_role.{role.value}")
