"""The driving side: people who write and tap, and all that can be read of what the bot did."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

from bot.loopback.dispatcher import Desk
from bot.loopback.faults import Faults
from bot.loopback.markup import Entity, found_entities, slice_of
from bot.loopback.records import Call, Chat, Document, Draft, Json, Message, Query, User
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


PATIENCE = 10.0
Place = Chat | User | int
T = TypeVar("T")


class NothingCame(AssertionError):
    """What was waited for did not come; says what there was instead."""


class Loopback:
    """One bot's Telegram: ``url`` is the root of the server, ``token`` the bot's."""

    def __init__(self, desk: Desk, url: str, token: str) -> None:
        self._desk = desk
        self._world = desk.world
        self._numbers = count(1)
        self.url = url
        self.token = token

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._desk.faults

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self._world.bot

    # -- who there is

    def user(
        self, name: str = "某人", user_id: int = 0, *, username: str = "", language: str = ""
    ) -> User:
        """A person who opened the private chat with the bot, which bears the same number."""
        with self._desk.changed:
            user = User(user_id or 1_000 + next(self._numbers), name, username, language)
            meet(self._world, user)
            return user

    def stranger(self, name: str = "某人", user_id: int = 0) -> User:
        """A person who never wrote to the bot: it may not begin."""
        with self._desk.changed:
            user = User(user_id or 1_000 + next(self._numbers), name)
            self._world.users[user.id] = user
            return user

    def group(self, title: str = "科室", *, supergroup: bool = False, username: str = "") -> Chat:
        """A group, or a supergroup, that the bot is a member of."""
        with self._desk.changed:
            number = next(self._numbers)
            chat = (
                Chat(-(10**12) - number, "supergroup", title, username)
                if supergroup
                else Chat(-number, "group", title)
            )
            self._world.chats[chat.id] = chat
            return chat

    def upgrade(self, group: Chat) -> Chat:
        """The supergroup that a group becomes."""
        with self._desk.changed:
            return upgrade(self._world, group)

    def blocks(self, user: User) -> None:
        """A person blocks the bot."""
        self._close(user, "bot was blocked by the user", user)

    def unblocks(self, user: User) -> None:
        """A person lets the bot write again."""
        self._close(user, "", user)

    def kicks_bot(self, chat: Chat, by: User) -> None:
        """A person throws the bot out of a group."""
        self._close(chat, f"bot was kicked from the {chat.type} chat", by)

    def _close(self, place: Place, reason: str, by: User) -> None:
        with self._desk.changed:
            close(self._world, chat_of(self._world, place), reason, by)
            self._desk.ring()

    def revoke_token(self) -> None:
        """From now on the token is nobody's."""
        with self._desk.changed:
            self._world.token = None

    # -- what people do

    def user_says(
        self, place: Place, user: User, text: str, *, reply_to: Message | None = None
    ) -> Message:
        """A text, with the commands and mentions that Telegram finds in it."""
        return self._say(place, user, text, reply_to=reply_to.id if reply_to else 0)

    def forwards(self, place: Place, user: User, message: Message) -> Message:
        """Another's message, handed on."""
        beside: Json = {"forwarded_from": message.sender, "document": message.document}
        return self._say(place, user, message.text, **beside)

    def sends_document(
        self, place: Place, user: User, name: str, content: bytes, caption: str = ""
    ) -> Message:
        """A file."""
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._desk.changed:
            document = self._world.keep_file(name, mime_type, content)
            return self._say(place, user, caption, document=document)

    def _say(self, place: Place, user: User, text: str, **beside: Any) -> Message:
        with self._desk.changed:
            chat = chat_of(self._world, place)
            said = say(self._world, worded(chat, user, text, **beside))
            self._desk.ring()
            return said

    def edits(self, message: Message, text: str) -> Message:
        """A person's message in other words."""
        with self._desk.changed:
            edited = edit(self._world, message, text)
            self._desk.ring()
            return edited

    def deletes(self, message: Message) -> None:
        """A person takes a message away from their chat with the bot."""
        with self._desk.changed:
            key = (message.chat_id, message.id)
            self._world.messages[key] = replace(self._world.messages[key], deleted=True)

    def taps(self, message: Message, wanted: str, user: User | None = None) -> Query:
        """A tap on the button of a label or a data; raises CannotBeDone where there is none.

        Where nobody is named it is the one whose private chat it is.
        """
        with self._desk.changed:
            by = user or self._world.users[message.chat_id]
            query = tap(self._world, message, wanted, by)
            self._desk.ring()
            return query

    def inline_query(self, user: User, text: str, offset: str = "") -> Query:
        """A question in the line of any chat."""
        with self._desk.changed:
            query = ask_inline(self._world, user, text, offset)
            self._desk.ring()
            return query

    def put_raw(self, update: Json) -> None:
        """An update as it is, whatever it holds; numbered if it has no number."""
        with self._desk.changed:
            self._world.updates.put(update)
            self._desk.ring()

    def hold(self, place: Place, seconds: float) -> None:
        """Answer 429 to all that the bot writes into a chat, for some seconds."""
        with self._desk.changed:
            chat = chat_of(self._world, place)
            self._desk.limits.hold(chat.id, seconds, self._world.clock())

    # -- what there is to read

    def history(self, place: Place, *, deleted: bool = False) -> tuple[Message, ...]:
        """The messages of a chat as they stand, in order; those taken away if asked for."""
        with self._desk.changed:
            chat = chat_of(self._world, place)
            found = [m for m in self._world.messages.values() if m.chat_id == chat.id]
            return tuple(m for m in found if deleted or not m.deleted)

    def said_by_bot(self, place: Place) -> tuple[Message, ...]:
        """The bot's messages of a chat as they stand."""
        return tuple(message for message in self.history(place) if message.from_bot)

    def now(self, message: Message) -> Message:
        """A message as it stands, deleted or not."""
        with self._desk.changed:
            return self._world.messages[message.chat_id, message.id]

    def answer(self, query: Query) -> Json | None:
        """What the bot answered to a tap or an inline question, or None."""
        with self._desk.changed:
            return self._world.queries[query.id].answer

    def calls(self, *methods: str) -> tuple[Call, ...]:
        """The calls that were made, of some methods or of all but getUpdates."""
        with self._desk.changed:
            return tuple(c for c in self._world.calls if not methods or c.method in methods)

    def actions(self, place: Place) -> tuple[str, ...]:
        """What the bot showed that it was doing."""
        with self._desk.changed:
            chat = chat_of(self._world, place)
            return tuple(action for number, action in self._world.actions if number == chat.id)

    def drafts(self, place: Place) -> tuple[Draft, ...]:
        """The messages in the making that the bot showed."""
        with self._desk.changed:
            chat = chat_of(self._world, place)
            return tuple(draft for draft in self._world.drafts if draft.chat_id == chat.id)

    def commands(self, scope: str = "default", language: str = "") -> dict[str, str]:
        """The commands of a scope (``default``, ``chat 7``, …) and what they are said to do."""
        with self._desk.changed:
            offered = self._world.commands.get((scope, language), [])
            return {item["command"]: item["description"] for item in offered}

    def file(self, file_id: str) -> Document:
        """A file that was sent."""
        with self._desk.changed:
            return self._world.files[file_id]

    def pending(self) -> tuple[Json, ...]:
        """The updates that the bot has not acknowledged."""
        with self._desk.changed:
            return tuple(self._world.updates.pending)

    @contextmanager
    def watched(self, ring: Callable[[], None]) -> Iterator[None]:
        """Have ``ring`` called, from any thread, after every change while the block runs."""
        with self._desk.changed:
            self._desk.rings.append(ring)
        try:
            yield
        finally:
            with self._desk.changed:
                self._desk.rings.remove(ring)

    def wait_for(self, wanted: Callable[["Loopback"], T | None], timeout: float = PATIENCE) -> T:
        """What ``wanted`` gives, as soon as it gives something true; raises NothingCame."""
        with self._desk.changed:
            found = self._desk.changed.wait_for(lambda: wanted(self), timeout)
            if found:
                return found
            calls = [(c.method, c.given.get("text"), c.status) for c in self._world.calls[-8:]]
        raise NothingCame(f"nothing came within {timeout} s; the last calls: {calls}")

    def wait_for_message(
        self,
        place: Place,
        fits: Callable[[Message], bool] = lambda _message: True,
        *,
        after: Message | None = None,
        timeout: float = PATIENCE,
    ) -> Message:
        """The first message of the bot's in a chat that fits, of those after another."""
        last = after.id if after else 0

        def wanted(api: "Loopback") -> Message | None:
            said = api.said_by_bot(place)
            return next((m for m in said if m.id > last and fits(m)), None)

        return self.wait_for(wanted, timeout)

    def wait_for_answer(self, query: Query, timeout: float = PATIENCE) -> Json:
        """What the bot answers to a tap or an inline question."""
        return self.wait_for(lambda api: api.answer(query), timeout)

    def wait_until_read(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot acknowledged every update."""
        self.wait_for(lambda api: not api.pending(), timeout)
