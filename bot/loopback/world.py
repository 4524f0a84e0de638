"""The state of one bot's Telegram: who there is, what was said, what waits."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.loopback.entities import Entity
from bot.loopback.records import Call, Chat, Document, Draft, Json, Message, Query, User, Version
from bot.loopback.refusals import bad_request, forbidden
from bot.loopback.updates import Updates

BOT = User(123456, "监管助手", "jianguan_bot", is_bot=True)
QUERY_LIVES = 15.0
"""Seconds that a tap waits for its answer."""


@dataclass(slots=True)
class World:
    """All that the server keeps. Whoever uses it from several threads holds a lock.

    ``token`` is None once it was revoked. ``privacy``: in groups the bot sees only what is meant
    for it. ``clock`` gives seconds since the epoch.
    """

    token: str | None
    bot: User = BOT
    privacy: bool = True
    clock: Callable[[], float] = time.time
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    files: dict[str, Document] = field(default_factory=dict)
    updates: Updates = field(default_factory=Updates)
    queries: dict[str, Query] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    """The bot's name and descriptions, by field and language."""
    _last_id: int = 0
    _last_ids: dict[int, int] = field(default_factory=dict)

    def now(self) -> int:
        """The date that a message bears."""
        return int(self.clock())

    def next_id(self, chat: Chat) -> int:
        """The next number: a supergroup counts for itself, all other chats together."""
        if chat.type == "supergroup":
            self._last_ids[chat.id] = self._last_ids.get(chat.id, 0) + 1
            return self._last_ids[chat.id]
        self._last_id += 1
        return self._last_id

    def open_chat(self, chat_id: Any) -> Chat:
        """The chat of a number or name, for the bot to write to; raises Refused."""
        chat = self.known_chat(chat_id)
        if chat.moved_to:
            refused = bad_request("group chat was upgraded to a supergroup chat")
            refused.parameters["migrate_to_chat_id"] = chat.moved_to
            raise refused
        if chat.closed:
            raise forbidden(chat.closed)
        return chat

    def known_chat(self, chat_id: Any) -> Chat:
        """The chat of a number or of a supergroup's @name; raises Refused."""
        wanted = str(chat_id).strip()
        if not wanted:
            raise bad_request("chat_id is empty")
        for chat in self.chats.values():
            named = chat.type == "supergroup" and chat.username
            if wanted == str(chat.id) or (named and wanted.lower() == f"@{named}".lower()):
                return chat
        if wanted in map(str, self.users):
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that stands, or none."""
        found = self.messages.get((chat_id, message_id))
        return None if found is None or found.deleted else found

    def keep(self, message: Message) -> Message:
        """Put a message in its place, new or changed."""
        self.messages[message.chat_id, message.id] = message
        return message

    def edited(
        self, message: Message, text: str, entities: tuple[Entity, ...], markup: Json | None
    ) -> Message:
        """Change a message and keep how it stood."""
        before = Version(message.text, message.entities, message.markup)
        return self.keep(
            replace(
                message,
                text=text,
                entities=entities,
                markup=markup,
                edited_at=self.now(),
                versions=(*message.versions, before),
            )
        )

    def keep_file(self, name: str, mime_type: str, content: bytes) -> Document:
        """A file with a new identifier."""
        document = Document(f"BQAD{secrets.token_urlsafe(30)}", name, mime_type, content)
        self.files[document.file_id] = document
        return document

    def ask(self, user: User, message: Message | None = None) -> Query:
        """A new query that waits for an answer."""
        query = Query(str(secrets.randbits(62)), user, self.clock(), message)
        self.queries[query.id] = query
        return query

    def answered(self, query_id: str, answer: Json) -> None:
        """Take the one answer of a query; raises Refused when it has one or waits no more."""
        query = self.queries.get(query_id)
        if query is None or query.answer or self.clock() - query.asked_at > QUERY_LIVES:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        self.queries[query_id] = replace(query, answer=answer)

    def show(self, message: Message, *, with_reply: bool = True) -> Json:
        """A message as the Bot API writes it."""
        told: Json = {
            "message_id": message.id,
            "from": message.sender.as_json(),
            "chat": self.chats[message.chat_id].as_json(),
            "date": message.date,
        }
        if message.edited_at:
            told["edit_date"] = message.edited_at
        if message.forwarded_from:
            origin = {"type": "user", "date": message.date}
            told["forward_origin"] = origin | {"sender_user": message.forwarded_from.as_json()}
        replied = self.message(message.chat_id, message.reply_to) if with_reply else None
        if replied:
            told["reply_to_message"] = self.show(replied, with_reply=False)
        return told | self._content(message)

    def _content(self, message: Message) -> Json:
        told: Json = {"document": message.document.as_json()} if message.document else {}
        text, entities = ("caption", "caption_entities") if told else ("text", "entities")
        if message.text:
            told[text] = message.text
        if message.entities:
            told[entities] = [self._entity(entity) for entity in message.entities]
        if "inline_keyboard" in (message.markup or {}):
            told["reply_markup"] = message.markup
        return told

    def _entity(self, entity: Entity) -> Json:
        told = entity.as_json()
        return told | ({"user": self.users[entity.user_id].as_json()} if entity.user_id else {})
