"""People who write to the bot and tap its buttons, and what can be read of what the bot did."""

import mimetypes
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from bot.loopback.dispatcher import Dispatcher
from bot.loopback.markup import find_entities
from bot.loopback.records import (
    ApiChat,
    ApiFile,
    ApiMessage,
    ApiUser,
    Json,
    PendingQuery,
)

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
