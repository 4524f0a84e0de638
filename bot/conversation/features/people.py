"""Who may: strangers who ask to be let in, and the administrators who decide."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.access import FixedRole, allows
from bot.conversation.context import RequestContext
from bot.conversation.menus import (
    grid,
    numbers_in,
    page_rows,
    replace_page,
    stale_button,
)
from bot.conversation.messages import Button, Notice, Outcome, Reply, Rows, reply_with
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, short_id, shown_id
from bot.state.people import Person, Role

_LONGEST_NAME = 24
_PAIR = 2
_PERSON = re.compile(r"[0-9]{1,18}|[a-z]+:\S+")
_ROLES = {role.value: role for role in (Role.READER, Role.EDITOR, Role.ADMIN, Role.REFUSED)}


def refuse(context: RequestContext, _words: str) -> Outcome:
    """Say to somebody without access how to ask for it, or that it was asked or decided already."""
    own_id = shown_id(context.user_id)
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


def show_id(context: RequestContext, _words: str) -> Outcome:
    """``/id``: one's own id, and in a group the group's."""
    own_id = shown_id(context.user_id)
    if context.private:
        return reply_with(sentence("people.own_number", id=own_id))
    return reply_with(sentence("people.own_and_chat", id=own_id, chat=shown_id(context.chat_id)))


def users(context: RequestContext, _words: str) -> Outcome:
    """``/users``: everybody, each with a card."""
    introduce(context)
    return Outcome(replies=(_list(context, 0),))


def link(context: RequestContext, words: str) -> Outcome:
    """``/link 编号 编号``: the first id is the second person's from now on; one alone ends that."""
    ids = [full_id(word) for word in words.split() if _PERSON.fullmatch(word)]
    if len(ids) != len(words.split()) or not 1 <= len(ids) <= _PAIR:
        return reply_with(sentence("people.link_how"))
    alias, people = ids[0], context.state.people
    if len(ids) == 1:
        people.unlink(alias)
        context.note_action("unlink", alias)
        return reply_with(sentence("people.unlinked", id=shown_id(alias)))
    person = people.person_of(ids[1])
    if person == alias or context.access.is_set(alias) or people.aliases_of(alias):
        return reply_with(sentence("people.link_not", id=shown_id(alias)))
    people.link(alias, person)
    context.note_action("link", f"{alias} {person}")
    name = name_of(context, person)
    return reply_with(sentence("people.linked", id=shown_id(alias), name=name))


def administer(context: RequestContext, data: str) -> Outcome:
    """A button for administrators: of the list, of a card, or of somebody who asks."""
    introduce(context)
    action, _, rest = data.partition(":")
    if action == "p":
        page = numbers_in(rest)
        return Outcome(page=_list(context, page[0])) if page else stale_button()
    role, _, who = rest.partition(":") if action in ("ok", "r") else ("", "", rest)
    if not _PERSON.fullmatch(who):
        return stale_button()
    return _administer_person(context, action, _ROLES.get(role), full_id(who))


def _administer_person(
    context: RequestContext, action: str, role: Role | None, user_id: str
) -> Outcome:
    """What an administrator's button does to somebody."""
    match action, role:
        case "c", None:
            return _card(context, user_id)
        case "x", None:
            return _remove(context, user_id)
        case "ok", (Role.READER | Role.EDITOR | Role.REFUSED):
            return _decide(context, user_id, role)
        case "r", Role():
            return _change_role(context, user_id, role)
    return stale_button()


def clean_name(name: str) -> str:
    """A name on one line, without hidden signs or signs that turn the text around, and not long."""
    visible = "".join(
        " " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return " ".join(visible.split())[:_LONGEST_NAME].strip() or plain("people.nameless")


def name_of(context: RequestContext, user_id: str) -> str:
    """How somebody is called; the id where nobody knows a name."""
    person = context.state.people.find(user_id)
    note = "" if person else context.state.notes.read(f"name:{user_id}")
    return person.name if person else note or shown_id(user_id)


def introduce(context: RequestContext) -> None:
    """Remember the name of an administrator of the settings, whom nobody let in."""
    name, note = clean_name(context.user_name), f"name:{context.user_id}"
    if context.access.is_set(context.user_id) and context.state.notes.read(note) != name:
        context.state.notes.write(note, name)


# -- asking to be let in


def ask_in(context: RequestContext, _data: str) -> Outcome:
    """A stranger asks to be let in: every administrator hears of it, once."""
    if allows(context.role, Role.READER):
        return Outcome(toast=plain("people.already"))
    if context.role is Role.REFUSED:
        return replace_page(sentence("people.refused", id=shown_id(context.user_id)))
    name = clean_name(context.user_name)
    note = f"asked:{context.user_id}"
    with context.state.transaction():
        # the same press again, after a crash: the administrators may not have been told
        again = context.state.notes.read(note) == str(context.update_id)
        if context.role is Role.STRANGER and not again:
            context.state.people.give(context.user_id, name, Role.ASKING, context.now)
            context.state.notes.write(note, str(context.update_id))
            context.note_action("ask_in", name)
            again = True
    notices = tuple(
        Notice(admin, _request(context.user_id, name)) for admin in context.access.admins()
    )
    page = Reply((sentence("people.waiting", id=shown_id(context.user_id)),))
    return Outcome(page=page, notices=notices if again else (), toast=plain("people.asked"))


def _request(user_id: str, name: str) -> Reply:
    rows: Rows = (
        (
            Button(plain("people.allow_reader"), f"u:ok:reader:{short_id(user_id)}"),
            Button(plain("people.allow_editor"), f"u:ok:editor:{short_id(user_id)}"),
        ),
        (Button(plain("people.deny"), f"u:ok:refused:{short_id(user_id)}"),),
    )
    return Reply((sentence("people.wants_in", name=name, id=shown_id(user_id)),), rows)


@dataclass(frozen=True, slots=True)
class _Decision:
    """Who decided last on somebody, in which update."""

    update_id: int
    by: str
    name: str


def _last_decision(context: RequestContext, user_id: str) -> _Decision | None:
    note = context.state.notes.read(f"decided:{user_id}")
    return _Decision(**json.loads(note)) if note else None


def _give_role(context: RequestContext, person: Person, role: Role, action: str) -> bool:
    """Give a role in one transaction with who gave it; False where it was given before.

    The same press again counts as giving it: what follows from it may not have been said yet.
    """
    last = _last_decision(context, person.user_id)
    if last and last.update_id == context.update_id:
        return True
    if person.role is role:
        return False
    by = {
        "update_id": context.update_id,
        "by": context.user_id,
        "name": clean_name(context.user_name),
    }
    with context.state.transaction():
        context.state.people.give(person.user_id, "", role, context.now)
        context.state.notes.write(f"decided:{person.user_id}", json.dumps(by, ensure_ascii=False))
        context.note_action(action, f"{person.name} {_role_words(role)}")
    return True


def _decide(context: RequestContext, user_id: str, role: Role) -> Outcome:
    """Let in somebody who asked, or not; later decisions change nothing."""
    person = context.state.people.find(user_id)
    if person is None:
        return stale_button()
    last = _last_decision(context, user_id)
    by_this_press = last is not None and last.update_id == context.update_id
    words = {"name": person.name, "id": shown_id(user_id)}
    if person.role is not Role.ASKING and not by_this_press:
        words["by"] = last.name if last else plain("people.somebody")
        return replace_page(sentence("people.done_before", role=_role_words(person.role), **words))
    words |= {"role": _role_words(role), "by": clean_name(context.user_name)}
    allowed = role is not Role.REFUSED
    _give_role(context, person, role, "let_in" if allowed else "deny")
    notice = sentence(f"people.welcome_{role.value}" if allowed else "people.not_approved")
    return Outcome(
        page=Reply((sentence("people.let_in" if allowed else "people.denied", **words),)),
        notices=(Notice(user_id, Reply((notice,))),),
    )


# -- the list


def _everybody(context: RequestContext) -> list[Person]:
    """All known people, those first who ask; administrators of the settings among them."""
    known = {person.user_id: person for person in context.state.people.everybody()}
    set_ones = [
        Person(user_id, name_of(context, user_id), Role.ADMIN, 0.0)
        for user_id in context.access.set_admins()
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
            plain("people.label", name=p.name, role=_role_words(p.role)),
            f"u:c:{short_id(p.user_id)}",
        )
        for p in people
    ]
    rows = page_rows(buttons, page, lambda n: f"u:p:{n}")
    return Reply((sentence("people.list", count=len(people)),), rows)


def _card(context: RequestContext, user_id: str) -> Outcome:
    person = next((p for p in _everybody(context) if p.user_id == user_id), None)
    if person is None:
        return stale_button()
    blocks = [
        sentence(
            "people.card", name=person.name, id=shown_id(user_id), role=_role_words(person.role)
        )
    ]
    if others := context.state.people.aliases_of(user_id):
        blocks.append(sentence("people.aliases", ids="、".join(map(shown_id, others))))
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
        for value, role in _ROLES.items()
        if role is not person.role
    ]
    remove = (Button(plain("people.remove"), f"u:x:{short_id(user_id)}"),)
    return Outcome(page=Reply(tuple(blocks), (*grid(changes, 2), remove, back)))


def _change_role(context: RequestContext, user_id: str, role: Role) -> Outcome:
    person = context.state.people.find(user_id)
    if person is None:
        return stale_button()
    if fixed := context.access.fixed_role(user_id, context.user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    changed = _give_role(context, person, role, "role")
    notice = Reply((sentence("people.changed", role=_role_words(role)),))
    notices = (Notice(user_id, notice),) if changed and role is not Role.REFUSED else ()
    return Outcome(page=_card(context, user_id).page, notices=notices)


def _remove(context: RequestContext, user_id: str) -> Outcome:
    if fixed := context.access.fixed_role(user_id, context.user_id):
        return Outcome(toast=plain(f"people.{fixed}"), alert=True)
    person = context.state.people.find(user_id)
    if person is None:  # removed already, as the list shows
        return Outcome(page=_list(context, 0))
    with context.state.transaction():
        context.state.people.remove(user_id)
        context.state.notes.write(f"asked:{user_id}", "")
        context.note_action("expel", person.name)
    words = sentence("people.removed", name=person.name, id=shown_id(user_id))
    return replace_page(words, rows=((Button(plain("button.back"), "u:p:0"),),))


def _role_words(role: Role) -> str:
    return plain(f"people_role.{role.value}")
