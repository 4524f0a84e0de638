"""``/access``: which bureaus' reports are for some readers alone, and for whom."""

from collections.abc import Sequence

from bot.conversation.context import RequestContext
from bot.conversation.features.people import name_of
from bot.conversation.menus import (
    BACK,
    TURN,
    MenuPress,
    button_data,
    page_rows,
    read_press,
    stale_button,
    store_choice,
)
from bot.conversation.messages import Button, Outcome, Reply, reply_with
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, shown_id
from bot.state.people import Role, group_reader

PREFIX, _LIST, _CARD = "a", "access_list", "access"
_VIEW, _TOGGLE, _OPEN, _CLOSE = "v", "t", "o", "c"
_GROUP, _CHAT = "组", "群"
_MARK = "✓ "


def access(context: RequestContext, words: str) -> Outcome:
    """``/access``: all bureaus; ``组 名称 人…`` makes a group, ``群 编号 单位`` lets one read."""
    kind, *rest = words.split() or [""]
    if kind == _GROUP and rest:
        return _set_group(context, rest[0], rest[1:])
    if kind == _CHAT and len(rest) > 1:
        return _let_chat_read(context, full_id(rest[0]), "".join(rest[1:]))
    if words.strip():
        return reply_with(sentence("access_rules.how"))
    return Outcome(replies=(_list(context, 0),))


def on_access_press(context: RequestContext, data: str) -> Outcome:
    """A bureau of the list, or what is to change of its readers."""
    if listed := read_press(context, data, _LIST):
        bureaus: list[str] = listed.stored["bureaus"]
        if listed.action == TURN:
            return Outcome(page=_list(context, max(listed.index, 0)))
        bureau = listed.option(bureaus) if listed.action == _VIEW else None
        return Outcome(page=_card(context, bureau, 0)) if bureau else stale_button()
    press = read_press(context, data, _CARD)
    return _change(context, press) if press else stale_button()


def _change(context: RequestContext, press: MenuPress) -> Outcome:
    rules, bureau = context.state.restrictions, str(press.stored["bureau"])
    match press.action:
        case action if action == BACK:
            return Outcome(page=_list(context, 0))
        case action if action == TURN:
            return Outcome(page=_card(context, bureau, max(press.index, 0)))
        case action if action == _OPEN:
            rules.open(bureau)
        case action if action == _CLOSE:
            rules.open(bureau)
            rules.limit(bureau)
        case action if action == _TOGGLE and (reader := press.option(press.stored["readers"])):
            if reader in rules.readers(bureau):
                rules.disallow(bureau, reader)
            else:
                rules.allow(bureau, reader)
        case _:
            return stale_button()
    context.note_action("access", f"{bureau} {'、'.join(rules.readers(bureau))}".strip())
    return Outcome(page=_card(context, bureau, int(press.stored["page"])))


def _list(context: RequestContext, page: int) -> Reply:
    rules = context.state.restrictions
    limited, bureaus = rules.limited_bureaus(), context.library.bureau_names()
    if not bureaus:
        return Reply((sentence("access_rules.no_reports"),))
    data = button_data(PREFIX, store_choice(context, _LIST, {"bureaus": bureaus}))
    buttons = []
    for n, bureau in enumerate(bureaus):
        count = len(rules.readers(bureau))
        key = "access_rules.limited" if bureau in limited else "access_rules.everybody"
        label = plain(key, bureau=bureau, count=count)
        buttons.append(Button(label, data(_VIEW, n)))
    return Reply(
        (sentence("access_rules.list"),), page_rows(buttons, page, lambda n: data(TURN, n))
    )


def _card(context: RequestContext, bureau: str, page: int) -> Reply:
    rules = context.state.restrictions
    allowed, limited = rules.readers(bureau), bureau in rules.limited_bureaus()
    readers = list(
        dict.fromkeys([*allowed, *map(group_reader, rules.groups()), *_persons(context)])
    )
    stored = {"bureau": bureau, "readers": readers, "page": page}
    data = button_data(PREFIX, store_choice(context, _CARD, stored))
    toggles = [
        Button(_MARK * (reader in allowed) + _name(context, reader), data(_TOGGLE, n))
        for n, reader in enumerate(readers)
    ]
    names = "、".join(_name(context, reader) for reader in allowed) or plain("access_rules.nobody")
    key = "access_rules.card_limited" if limited else "access_rules.card_open"
    ends = (
        Button(plain("access_rules.open"), data(_OPEN)),
        Button(plain("access_rules.close"), data(_CLOSE)),
    )
    rows = page_rows(toggles, page, lambda n: data(TURN, n))
    back = (Button(plain("button.back"), data(BACK)),)
    return Reply((sentence(key, bureau=bureau, names=names),), (*rows, ends, back))


def _persons(context: RequestContext) -> list[str]:
    """Those who may be let read: administrators read everything anyway."""
    people = context.state.people.everybody()
    return [p.user_id for p in people if p.role in (Role.READER, Role.EDITOR)]


def _name(context: RequestContext, reader: str) -> str:
    group = reader.removeprefix(group_reader(""))
    if group != reader:
        return plain("access_rules.group", name=group)
    known = context.state.people.find(reader)
    return name_of(context, reader) if known else shown_id(reader)


def _set_group(context: RequestContext, name: str, names: Sequence[str]) -> Outcome:
    """Make a group of the persons of some names or ids; without any it is dissolved."""
    persons, unknown = [], []
    for wanted in names:
        found = [
            p.user_id
            for p in context.state.people.everybody()
            if wanted in (p.name, p.user_id, shown_id(p.user_id))
        ]
        persons += found if len(found) == 1 else []
        unknown += [wanted] if len(found) != 1 else []
    if unknown:
        return reply_with(sentence("access_rules.unclear", names="、".join(unknown)))
    context.state.restrictions.set_members(name, persons)
    context.note_action("access_group", f"{name} {'、'.join(names)}".strip())
    key = "access_rules.group_set" if persons else "access_rules.group_gone"
    return reply_with(sentence(key, name=name, names="、".join(names)))


def _let_chat_read(context: RequestContext, chat: str, wording: str) -> Outcome:
    names = context.library.bureaus_like(wording)
    if len(names) != 1:
        return reply_with(sentence("access_rules.which", names="、".join(names)))
    context.state.restrictions.allow(names[0], chat)
    context.note_action("access", f"{names[0]} {chat}")
    return reply_with(sentence("access_rules.chat_set", bureau=names[0], chat=shown_id(chat)))
