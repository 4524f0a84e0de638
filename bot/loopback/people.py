"""What people do in a chat, and the updates that the bot gets of it."""

from dataclasses import replace
from typing import Any

from bot.loopback.entities import Entity, found_entities, slice_of
from bot.loopback.records import Chat, Json, Message, Query, User
from bot.loopback.world import World


class CannotBeDone(LookupError):
    """Something that no person could do: tap a button that is not there."""


def chat_of(world: World, place: Chat | User | int) -> Chat:
    """The chat, or the private chat of a user; raises CannotBeDone where there is none."""
    number = place if isinstance(place, int) else place.id
    if number not in world.chats:
        raise CannotBeDone(f"no chat {number}")
    return world.chats[number]


def meet(world: World, user: User) -> Chat:
    """A person who opens the private chat with the bot."""
    world.users[user.id] = user
    chat = Chat(user.id, "private", user.first_name, user.username)
    return world.chats.setdefault(user.id, chat)


def say(world: World, message: Message) -> Message:
    """A person's message, with a number of its own; the bot is told if it may see it."""
    chat = world.chats[message.chat_id]
    world.users[message.sender.id] = message.sender
    kept = world.keep(replace(message, id=world.next_id(chat), date=world.now()))
    if _is_seen(world, chat, kept):
        world.updates.put({"message": world.show(kept)})
    return kept


def edit(world: World, message: Message, text: str) -> Message:
    """A person's message in other words."""
    standing = _standing(world, message)
    edited = world.edited(standing, text, tuple(found_entities(text)), None)
    if _is_seen(world, world.chats[edited.chat_id], edited):
        world.updates.put({"edited_message": world.show(edited)})
    return edited


def tap(world: World, message: Message, wanted: str, user: User) -> Query:
    """A tap on the button of a label, or of a data, as the message stands now."""
    standing = _standing(world, message)
    button = standing.button(wanted)
    if button is None or not button.data:
        raise CannotBeDone(f"no button {wanted!r} to tap among {list(standing.labels)}")
    query = world.ask(user, standing)
    told = {"id": query.id, "from": user.as_json(), "message": world.show(standing)}
    instance = {"chat_instance": str(standing.chat_id), "data": button.data}
    world.updates.put({"callback_query": told | instance})
    return query


def ask_inline(world: World, user: User, text: str, offset: str) -> Query:
    """A question in the line of any chat, after the bot's name."""
    world.users[user.id] = user
    query = world.ask(user)
    told = {"id": query.id, "from": user.as_json(), "query": text, "offset": offset}
    world.updates.put({"inline_query": told})
    return query


def close(world: World, chat: Chat, reason: str, by: User) -> None:
    """Shut the bot out of a chat, or with no reason let it in again."""
    before = "kicked" if chat.closed else "member"
    world.chats[chat.id] = replace(chat, closed=reason)
    after = "kicked" if reason else "member"
    told: Json = {"chat": chat.as_json(), "from": by.as_json(), "date": world.now()}
    told["old_chat_member"] = _member(world, before)
    told["new_chat_member"] = _member(world, after)
    world.updates.put({"my_chat_member": told})


def upgrade(world: World, chat: Chat) -> Chat:
    """Make a supergroup of a group; the group's own number is dead from then on."""
    supergroup = replace(chat, id=-(10**12) + chat.id, type="supergroup")
    world.chats[supergroup.id] = supergroup
    world.chats[chat.id] = replace(chat, moved_to=supergroup.id)
    return supergroup


def _member(world: World, status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": world.bot.as_json(), "status": status} | until


def _standing(world: World, message: Message) -> Message:
    standing = world.message(message.chat_id, message.id)
    if standing is None:
        raise CannotBeDone(f"message {message.id} was deleted")
    return standing


def _is_seen(world: World, chat: Chat, message: Message) -> bool:
    """Whether Telegram shows a message of a group to the bot."""
    if chat.closed:
        return False
    if chat.type == "private" or not world.privacy:
        return True
    replied = world.message(chat.id, message.reply_to)
    if replied and replied.from_bot:
        return True
    return any(_is_meant(world, message.text, entity) for entity in message.entities)


def _is_meant(world: World, text: str, entity: Entity) -> bool:
    said = slice_of(text, entity).lower()
    if entity.type == "mention":
        return said == f"@{world.bot.username}".lower()
    if entity.type == "bot_command":
        return said.partition("@")[2] in ("", world.bot.username.lower())
    return False


def worded(chat: Chat, user: User, text: str, **beside: Any) -> Message:
    """A message that is to be said, with what Telegram finds in its text."""
    return Message(0, chat.id, user, 0, text, tuple(found_entities(text)), **beside)
