"""People who write to the bot and tap its buttons, and all that can be read of what it did."""

import mimetypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any, Protocol, TypeVar

from tests.bot_api.faults import Faults
from tests.bot_api.methods import BOT, TOKEN, World
from tests.bot_api.records import (
    ApiChat,
    ApiMessage,
    ApiUser,
    CallRecord,
    Json,
    MarkedText,
    PendingQuery,
    addresses,
)
from tests.patience import PATIENCE

T = TypeVar("T")
Place = ApiChat | ApiUser | int
"""A chat, or its number, or the user whose private chat it is."""


class CannotBeDone(LookupError):
    """No person could do it: tap a button that is not there."""


class NothingCame(AssertionError):
    """What was waited for did not come; says what there was instead."""


class Served(Protocol):
    """The server, as far as people at it know it."""

    world: World
    changed: threading.Condition
    faults: Faults

    @property
    def url(self) -> str:
        """The root of the server."""


class LoopbackDriver:
    """One bot's Telegram: ``url`` is the root of the server, ``token`` the bot's."""

    token = TOKEN
    bot = BOT

    def __init__(self, server: Served) -> None:
        self.url = server.url
        self.faults = server.faults
        """What is to go wrong."""
        self._world = server.world
        self._lock = server.changed
        self._groups = count(1)

    # -- who there is

    def user(self, name: str, user_id: int) -> ApiUser:
        """A person who opened the private chat with the bot, which has the same number."""
        with self._lock:
            user = self._world.users[user_id] = ApiUser(user_id, name)
            self._world.chats.setdefault(user_id, ApiChat(user_id, "private", name))
            return user

    def group(self) -> ApiChat:
        """A group that the bot is a member of."""
        with self._lock:
            chat = ApiChat(-next(self._groups), "group", "科室")
            self._world.chats[chat.id] = chat
            return chat

    def blocks(self, user: ApiUser) -> None:
        """A person blocks the bot."""
        with self._lock:
            chat = self._world.chats[user.id]
            self._world.chats[user.id] = replace(chat, closed="bot was blocked by the user")
            about = {"chat": chat.as_json(), "from": user.as_json(), "date": int(time.time())}
            for time_of, status in (("old", "member"), ("new", "kicked")):
                about[f"{time_of}_chat_member"] = {"user": BOT.as_json(), "status": status}
            self.put_update({"my_chat_member": about})

    # -- what people do

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is done while the block runs reaches the bot at once."""
        with self._lock:
            yield

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

    def forwards(self, place: Place, user: ApiUser, message: ApiMessage) -> ApiMessage:
        """Another's message, handed on."""
        return self._say(place, user, message.text, forwarded_from=message.sender)

    def edits(self, message: ApiMessage, text: str) -> None:
        """A person's message in other words."""
        with self._lock:
            edited = self._world.edit(message, MarkedText(text))
            self.put_update({"edited_message": self._world.as_json(edited)})

    def deletes(self, message: ApiMessage) -> None:
        """A person takes a message away from their chat with the bot."""
        with self._lock:
            self._world.keep(replace(self.now(message), deleted=True))

    def taps(
        self, message: ApiMessage, label_or_data: str, user: ApiUser | None = None
    ) -> PendingQuery:
        """Tap a button by its label or data; raises CannotBeDone where there is none.

        Without a user named it is the one whose private chat it is.
        """
        with self._lock:
            current = self.now(message)
            button = current.button(label_or_data)
            if button is None:
                raise CannotBeDone(f"no button {label_or_data!r} among {list(current.labels)}")
            tapper = user or self._world.users[message.chat_id]
            query = self._world.open_query()
            update: Json = {
                "id": query.id,
                "from": tapper.as_json(),
                "message": self._world.as_json(current),
                "chat_instance": str(current.chat_id),
                "data": button.data,
            }
            self.put_update({"callback_query": update})
            return query

    def inline_query(self, user: ApiUser, text: str) -> PendingQuery:
        """A question in the line of any chat, after the bot's name."""
        with self._lock:
            query = self._world.open_query()
            asked = {"id": query.id, "from": user.as_json(), "query": text, "offset": ""}
            self.put_update({"inline_query": asked})
            return query

    def put_update(self, update: Json) -> None:
        """An update as it is, whatever it holds; numbered if it has no number."""
        with self._lock:
            self._world.put(update)
            self._lock.notify_all()

    def _say(self, place: Place, user: ApiUser, text: str, **fields: Any) -> ApiMessage:
        with self._lock:
            world, chat = self._world, self._chat(place)
            said = MarkedText(text)
            message = ApiMessage(world.next_id(), chat.id, user, int(time.time()), said, **fields)
            world.keep(message)
            if self._is_visible(chat, message):
                self.put_update({"message": world.as_json(message)})
            return message

    def _is_visible(self, chat: ApiChat, message: ApiMessage) -> bool:
        """Whether Telegram shows a message to a bot in privacy mode."""
        replied = self._world.message(chat.id, message.reply_to)
        to_bot = (replied and replied.sender.is_bot) or addresses(message.text, BOT.username)
        return not chat.closed and (chat.type == "private" or bool(to_bot))

    # -- what there is to read

    def bot_messages(self, place: Place) -> tuple[ApiMessage, ...]:
        """The bot's messages of a chat as they are now, in order."""
        with self._lock:
            chat = self._chat(place)
            messages = self._world.messages.values()
            return tuple(
                m for m in messages if m.chat_id == chat.id and m.sender.is_bot and not m.deleted
            )

    def now(self, message: ApiMessage) -> ApiMessage:
        """A message as it is now, deleted or not."""
        with self._lock:
            return self._world.messages[message.chat_id, message.id]

    def actions(self, place: Place) -> tuple[str, ...]:
        """What the bot showed that it was doing."""
        with self._lock:
            chat = self._chat(place)
            return tuple(action for number, action in self._world.actions if number == chat.id)

    def commands(self, scope: str) -> dict[str, str]:
        """The commands of a scope (``all_private_chats``, ``chat 7``) with their descriptions."""
        with self._lock:
            return self._world.commands.get(scope, {})

    def calls(self, *methods: str) -> tuple[CallRecord, ...]:
        """The calls that were made, of some methods or of all but getUpdates."""
        with self._lock:
            return tuple(c for c in self._world.calls if not methods or c.method in methods)

    def pending(self) -> tuple[Json, ...]:
        """The updates that the bot has not acknowledged."""
        with self._lock:
            return tuple(self._world.updates)

    def _chat(self, place: Place) -> ApiChat:
        return self._world.chats[place if isinstance(place, int) else place.id]

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
    ) -> ApiMessage:
        """The first message of the bot's in a chat that fits, of those after another."""
        last = after.id if after else 0

        def look(api: "LoopbackDriver") -> ApiMessage | None:
            messages = api.bot_messages(place)
            return next((m for m in messages if m.id > last and fits(m)), None)

        return self.wait_for(look)

    def wait_for_answer(self, query: PendingQuery) -> Json:
        """What the bot answers to a tap or an inline question."""
        return self.wait_for(lambda _api: self._world.queries[query.id].answer)

    def wait_until_read(self) -> None:
        """Wait until the bot acknowledged every update."""
        self.wait_for(lambda api: not api.pending())
