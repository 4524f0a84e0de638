"""People who write to the bot and tap its buttons, and all that can be read of what it did."""

import mimetypes
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from tests.bot_api.dispatcher import Dispatcher
from tests.bot_api.faults import Faults
from tests.bot_api.markup import Entity, find_entities, slice_of
from tests.bot_api.methods import MessageDraft
from tests.bot_api.records import (
    ApiChat,
    ApiFile,
    ApiMessage,
    ApiUser,
    CallRecord,
    Json,
    PendingQuery,
)
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.bot_api.server import FullDispatcher


Place = ApiChat | ApiUser | int
"""A chat, or its number, or the user whose private chat it is."""


class CannotBeDone(LookupError):
    """No person could do it: tap a button that is not there."""


class Loopback:
    """One bot's Telegram: ``url`` is the root of the server, ``token`` the bot's."""

    def __init__(self, dispatcher: Dispatcher, url: str, token: str) -> None:
        self._dispatcher = dispatcher
        self._world = dispatcher.world
        self._lock = dispatcher.changed
        self.url = url
        self.token = token

    def watch(self, listener: Callable[[], None]) -> AbstractContextManager[None]:
        """Have ``listener`` called, from any thread, after every change while the block runs."""
        return self._dispatcher.watch(listener)

    # -- what people do

    def user(self, name: str, user_id: int, *, username: str = "", language: str = "") -> ApiUser:
        """A person who opened the private chat with the bot, which has the same number."""
        with self._lock:
            user = ApiUser(user_id, name, username, language)
            self._world.users[user.id] = user
            chat = ApiChat(user.id, "private", user.first_name, user.username)
            self._world.chats.setdefault(user.id, chat)
            return user

    def user_says(
        self, place: Place, user: ApiUser, text: str, *, reply_to: ApiMessage | None = None
    ) -> ApiMessage:
        """Write a text, with the commands and mentions that Telegram finds in it."""
        return self._say(place, user, text, reply_to=reply_to.id if reply_to else 0)

    def sends_document(
        self, place: Place, user: ApiUser, name: str, content: bytes, caption: str = ""
    ) -> ApiMessage:
        """Write a file."""
        mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with self._lock:
            document = self._world.keep_file(name, mime_type, content)
            return self._say(place, user, caption, document=document)

    def taps(
        self, message: ApiMessage, label_or_data: str, user: ApiUser | None = None
    ) -> PendingQuery:
        """Tap a button by its label or data; raises CannotBeDone where there is none.

        Without a user named it is the one whose private chat it is.
        """
        with self._lock:
            current = self._current(message)
            button = current.button(label_or_data)
            if button is None or not button.data:
                raise CannotBeDone(f"no button {label_or_data!r} among {list(current.labels)}")
            tapper = user or self._world.users[message.chat_id]
            query = self._world.open_query(tapper, current)
            update: Json = {
                "id": query.id,
                "from": tapper.as_json(),
                "message": self._world.as_json(current),
                "chat_instance": str(current.chat_id),
                "data": button.data,
            }
            self._put({"callback_query": update})
            return query

    def _say(self, place: Place, user: ApiUser, text: str, **fields: Any) -> ApiMessage:
        with self._lock:
            world, chat = self._world, self._chat(place)
            world.users[user.id] = user
            entities, number = tuple(find_entities(text)), world.next_id(chat)
            message = ApiMessage(number, chat.id, user, world.now(), text, entities, **fields)
            world.keep(message)
            if self._is_visible(chat, message):
                self._put({"message": world.as_json(message)})
            return message

    def _is_visible(self, _chat: ApiChat, _message: ApiMessage) -> bool:
        """Whether the bot is shown a person's message; in a private chat it always is."""
        return True

    def _put(self, update: Json) -> None:
        self._world.updates.put(update)
        self._dispatcher.notify()

    # -- what there is to read

    def history(self, place: Place) -> tuple[ApiMessage, ...]:
        """The messages of a chat as they are now, in order."""
        with self._lock:
            chat = self._chat(place)
            messages = self._world.messages.values()
            return tuple(m for m in messages if m.chat_id == chat.id and not m.deleted)

    def bot_messages(self, place: Place) -> tuple[ApiMessage, ...]:
        """The bot's messages of a chat as they are now."""
        return tuple(message for message in self.history(place) if message.from_bot)

    def answer(self, query: PendingQuery) -> Json | None:
        """The bot's answer to a query, or None."""
        with self._lock:
            return self._world.queries[query.id].answer

    def actions(self, place: Place) -> tuple[str, ...]:
        """What the bot showed that it was doing."""
        with self._lock:
            chat = self._chat(place)
            return tuple(action for number, action in self._world.actions if number == chat.id)

    def commands(self, scope: str = "default", language: str = "") -> dict[str, str]:
        """The commands of a scope (``default``, ``chat 7``, …) with their descriptions."""
        with self._lock:
            commands = self._world.commands.get((scope, language), [])
            return {item["command"]: item["description"] for item in commands}

    def file(self, file_id: str) -> ApiFile:
        """A file that was sent; raises KeyError."""
        with self._lock:
            return self._world.files[file_id]

    def _chat(self, place: Place) -> ApiChat:
        number = place if isinstance(place, int) else place.id
        if number not in self._world.chats:
            raise CannotBeDone(f"no chat {number}")
        return self._world.chats[number]

    def _current(self, message: ApiMessage) -> ApiMessage:
        current = self._world.message(message.chat_id, message.id)
        if current is None:
            raise CannotBeDone(f"message {message.id} was deleted")
        return current


T = TypeVar("T")


class NothingCame(AssertionError):
    """What was waited for did not come; says what there was instead."""


class LoopbackDriver(Loopback):
    """One bot's Telegram, with groups, faults and waiting."""

    _dispatcher: "FullDispatcher"

    def __init__(self, dispatcher: "FullDispatcher", url: str, token: str) -> None:
        super().__init__(dispatcher, url, token)
        self._numbers = count(1)

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self._dispatcher.faults

    @property
    def bot(self) -> ApiUser:
        """The bot's account."""
        return self._world.bot

    # -- who there is

    def user(
        self, name: str = "某人", user_id: int = 0, *, username: str = "", language: str = ""
    ) -> ApiUser:
        number = user_id or 1_000 + next(self._numbers)
        return super().user(name, number, username=username, language=language)

    def stranger(self, name: str = "某人", user_id: int = 0) -> ApiUser:
        """A person who never wrote to the bot: it may not begin."""
        with self._lock:
            user = ApiUser(user_id or 1_000 + next(self._numbers), name)
            self._world.users[user.id] = user
            return user

    def group(
        self, title: str = "科室", *, supergroup: bool = False, username: str = ""
    ) -> ApiChat:
        """A group, or a supergroup, that the bot is a member of."""
        with self._lock:
            number = next(self._numbers)
            chat = (
                ApiChat(-(10**12) - number, "supergroup", title, username)
                if supergroup
                else ApiChat(-number, "group", title)
            )
            self._world.chats[chat.id] = chat
            return chat

    def upgrade(self, group: ApiChat) -> ApiChat:
        """The supergroup that a group becomes; the group's own number is dead from then on."""
        with self._lock:
            supergroup = replace(group, id=-(10**12) + group.id, type="supergroup")
            self._world.chats[supergroup.id] = supergroup
            self._world.chats[group.id] = replace(group, moved_to=supergroup.id)
            return supergroup

    def blocks(self, user: ApiUser) -> None:
        """A person blocks the bot."""
        self._close(user, "bot was blocked by the user", user)

    def unblocks(self, user: ApiUser) -> None:
        """A person lets the bot write again."""
        self._close(user, "", user)

    def kicks_bot(self, chat: ApiChat, by: ApiUser) -> None:
        """A person throws the bot out of a group."""
        self._close(chat, f"bot was kicked from the {chat.type} chat", by)

    def _close(self, place: Place, reason: str, by: ApiUser) -> None:
        """Shut the bot out of a chat, or with no reason let it in again."""
        with self._lock:
            chat = self._chat(place)
            self._world.chats[chat.id] = replace(chat, closed=reason)
            self._put(
                {
                    "my_chat_member": {
                        "chat": chat.as_json(),
                        "from": by.as_json(),
                        "date": self._world.now(),
                        "old_chat_member": self._member("kicked" if chat.closed else "member"),
                        "new_chat_member": self._member("kicked" if reason else "member"),
                    }
                }
            )

    def _member(self, status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": self.bot.as_json(), "status": status} | until

    def revoke_token(self) -> None:
        """From now on the token is nobody's."""
        with self._lock:
            self._world.token = None

    def hold(self, place: Place, seconds: float) -> None:
        """Answer 429 to all that the bot writes into a chat, for some seconds."""
        with self._lock:
            limits = self._dispatcher.limits
            limits.block(self._chat(place).id, seconds, self._world.clock())

    # -- what people do

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is done while the block runs reaches the bot at once."""
        with self._lock:
            yield

    def forwards(self, place: Place, user: ApiUser, message: ApiMessage) -> ApiMessage:
        """Another's message, handed on."""
        fields: Json = {"forwarded_from": message.sender, "document": message.document}
        return self._say(place, user, message.text, **fields)

    def edits(self, message: ApiMessage, text: str) -> ApiMessage:
        """A person's message in other words."""
        with self._lock:
            entities = tuple(find_entities(text))
            edited = self._world.edit(self._current(message), text, entities, None)
            if self._is_visible(self._world.chats[edited.chat_id], edited):
                self._put({"edited_message": self._world.as_json(edited)})
            return edited

    def deletes(self, message: ApiMessage) -> None:
        """A person takes a message away from their chat with the bot."""
        with self._lock:
            self._world.keep(replace(self.now(message), deleted=True))

    def inline_query(self, user: ApiUser, text: str, offset: str = "") -> PendingQuery:
        """A question in the line of any chat, after the bot's name."""
        with self._lock:
            self._world.users[user.id] = user
            query = self._world.open_query(user)
            asked = {"id": query.id, "from": user.as_json(), "query": text, "offset": offset}
            self._put({"inline_query": asked})
            return query

    def put_update(self, update: Json) -> None:
        """An update as it is, whatever it holds; numbered if it has no number."""
        with self._lock:
            self._put(update)

    def _is_visible(self, chat: ApiChat, message: ApiMessage) -> bool:
        """Whether Telegram shows a message of a group to a bot in privacy mode."""
        if chat.closed:
            return False
        if chat.type == "private":
            return True
        replied = self._world.message(chat.id, message.reply_to)
        if replied and replied.from_bot:
            return True
        return any(self._is_addressed(message.text, entity) for entity in message.entities)

    def _is_addressed(self, text: str, entity: Entity) -> bool:
        words = slice_of(text, entity).lower()
        if entity.type == "mention":
            return words == f"@{self.bot.username}".lower()
        if entity.type == "bot_command":
            return words.partition("@")[2] in ("", self.bot.username.lower())
        return False

    # -- what there is to read

    def history(self, place: Place, *, deleted: bool = False) -> tuple[ApiMessage, ...]:
        """The messages of a chat as they are now, in order; the deleted too if asked for."""
        if not deleted:
            return super().history(place)
        with self._lock:
            chat = self._chat(place)
            return tuple(m for m in self._world.messages.values() if m.chat_id == chat.id)

    def now(self, message: ApiMessage) -> ApiMessage:
        """A message as it is now, deleted or not."""
        with self._lock:
            return self._world.messages[message.chat_id, message.id]

    def calls(self, *methods: str) -> tuple[CallRecord, ...]:
        """The calls that were made, of some methods or of all but getUpdates."""
        with self._lock:
            return tuple(c for c in self._world.calls if not methods or c.method in methods)

    def drafts(self, place: Place) -> tuple[MessageDraft, ...]:
        """The messages in the making that the bot showed."""
        with self._lock:
            chat = self._chat(place)
            return tuple(d for d in self._dispatcher.more.drafts if d.chat_id == chat.id)

    def reactions(self, message: ApiMessage) -> tuple[str, ...]:
        """The bot's reactions to a message."""
        with self._lock:
            return self._dispatcher.more.reactions.get((message.chat_id, message.id), ())

    def pending(self) -> tuple[Json, ...]:
        """The updates that the bot has not acknowledged."""
        with self._lock:
            return tuple(self._world.updates.pending)

    # -- waiting

    def wait_for(
        self, look: Callable[["LoopbackDriver"], T | None], timeout: float = PATIENCE
    ) -> T:
        """What ``look`` gives, as soon as it gives something true; raises NothingCame."""
        with self._lock:
            found = self._lock.wait_for(lambda: look(self), timeout)
            if found:
                return found
            calls = [(c.method, c.fields.get("text"), c.status) for c in self._world.calls[-8:]]
        raise NothingCame(f"nothing came within {timeout} s; the last calls: {calls}")

    def wait_for_message(
        self,
        place: Place,
        fits: Callable[[ApiMessage], bool] = lambda _message: True,
        *,
        after: ApiMessage | None = None,
        timeout: float = PATIENCE,
    ) -> ApiMessage:
        """The first message of the bot's in a chat that fits, of those after another."""
        last = after.id if after else 0

        def look(api: "LoopbackDriver") -> ApiMessage | None:
            messages = api.bot_messages(place)
            return next((m for m in messages if m.id > last and fits(m)), None)

        return self.wait_for(look, timeout)

    def wait_for_answer(self, query: PendingQuery, timeout: float = PATIENCE) -> Json:
        """What the bot answers to a tap or an inline question."""
        return self.wait_for(lambda api: api.answer(query), timeout)

    def wait_until_read(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot acknowledged every update."""
        self.wait_for(lambda api: not api.pending(), timeout)
