"""The state of one bot's Telegram: users, chats, messages, files, updates and queries."""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.bot_api.markup import Entity
from tests.bot_api.records import (
    ApiChat,
    ApiFile,
    ApiMessage,
    ApiUser,
    CallRecord,
    Json,
    MessageVersion,
    PendingQuery,
)
from tests.bot_api.refusals import bad_request, forbidden

BOT = ApiUser(123456, "监管助手", "jianguan_bot", is_bot=True)
TOKEN = "123456:loopback-AAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105 - nobody's token

_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of updates that come only to a bot that names them."""


@dataclass(slots=True)
class UpdateQueue:
    """The updates that the bot has not acknowledged, by their numbers."""

    pending: list[Json] = field(default_factory=list)
    last_id: int = 1_000
    allowed: tuple[str, ...] = ()

    def put(self, update: Json) -> None:
        """Queue an update; it gets a number unless it has one.

        An update of a kind that the bot did not ask for is lost, as it is at Telegram.
        """
        kinds = update.keys() - {"update_id"}
        if kinds - {*self.allowed} if self.allowed else kinds & _ON_REQUEST:
            return
        number = update.get("update_id", self.last_id + 1)
        self.last_id = max(self.last_id, number) if isinstance(number, int) else self.last_id
        self.pending.append({"update_id": number} | update)

    def allow(self, kinds: Iterable[str]) -> None:
        """Queue these kinds only; with none named, all but those that come on request."""
        self.allowed = tuple(kinds)

    def acknowledge(self, offset: int) -> None:
        """Forget the updates before an offset; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]


@dataclass(slots=True)
class World:
    """All that the server keeps; users of several threads hold the dispatcher's lock.

    ``token`` is None once it is revoked. ``clock`` gives seconds since the epoch;
    ``query_seconds`` is how long a query waits for its answer.
    """

    token: str | None = TOKEN
    bot: ApiUser = BOT
    clock: Callable[[], float] = time.time
    query_seconds: float = 15.0
    users: dict[int, ApiUser] = field(default_factory=dict)
    chats: dict[int, ApiChat] = field(default_factory=dict)
    messages: dict[tuple[int, int], ApiMessage] = field(default_factory=dict)
    files: dict[str, ApiFile] = field(default_factory=dict)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    queries: dict[str, PendingQuery] = field(default_factory=dict)
    calls: list[CallRecord] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    _last_id: int = 0
    _last_ids: dict[int, int] = field(default_factory=dict)

    def now(self) -> int:
        """The date of a message that is written now."""
        return int(self.clock())

    def next_id(self, chat: ApiChat) -> int:
        """A new message's number; each supergroup has its own count, all other chats share one."""
        if chat.type == "supergroup":
            self._last_ids[chat.id] = self._last_ids.get(chat.id, 0) + 1
            return self._last_ids[chat.id]
        self._last_id += 1
        return self._last_id

    def writable_chat(self, chat_id: Any) -> ApiChat:
        """Find a chat that the bot may write to; raises ApiError."""
        chat = self.find_chat(chat_id)
        if chat.moved_to:
            refusal = bad_request("group chat was upgraded to a supergroup chat")
            refusal.parameters["migrate_to_chat_id"] = chat.moved_to
            raise refusal
        if chat.closed:
            raise forbidden(chat.closed)
        return chat

    def find_chat(self, chat_id: Any) -> ApiChat:
        """Find a chat by its number, or a supergroup by its @name; raises ApiError."""
        key = str(chat_id).strip()
        if not key:
            raise bad_request("chat_id is empty")
        for chat in self.chats.values():
            name = chat.type == "supergroup" and chat.username
            if key == str(chat.id) or (name and key.lower() == f"@{name}".lower()):
                return chat
        if key in map(str, self.users):
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")

    def message(self, chat_id: int, message_id: int) -> ApiMessage | None:
        """A message that was not deleted, or None."""
        message = self.messages.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def keep(self, message: ApiMessage) -> ApiMessage:
        """Store a message, new or changed."""
        self.messages[message.chat_id, message.id] = message
        return message

    def edit(
        self, message: ApiMessage, text: str, entities: tuple[Entity, ...], markup: Json | None
    ) -> ApiMessage:
        """Store a message with another content, beside its earlier versions."""
        before = MessageVersion(message.text, message.entities, message.markup)
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

    def keep_file(self, name: str, mime_type: str, content: bytes) -> ApiFile:
        """Store a file under a new identifier."""
        file = ApiFile(f"BQAD{secrets.token_urlsafe(30)}", name, mime_type, content)
        self.files[file.file_id] = file
        return file

    def open_query(self, user: ApiUser, message: ApiMessage | None = None) -> PendingQuery:
        """A new query that waits for an answer."""
        query = PendingQuery(str(secrets.randbits(62)), user, self.clock(), message)
        self.queries[query.id] = query
        return query

    def answer_query(self, query_id: str, answer: Json) -> None:
        """Store the one answer of a query; raises ApiError if it has one or is too old."""
        query = self.queries.get(query_id)
        if query is None or query.answer or self.clock() - query.asked_at > self.query_seconds:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        self.queries[query_id] = replace(query, answer=answer)

    def as_json(self, message: ApiMessage, *, with_reply: bool = True) -> Json:
        """A message as the Bot API writes it."""
        written: Json = {
            "message_id": message.id,
            "from": message.sender.as_json(),
            "chat": self.chats[message.chat_id].as_json(),
            "date": message.date,
        }
        if message.edited_at:
            written["edit_date"] = message.edited_at
        if message.forwarded_from:
            origin = {"type": "user", "date": message.date}
            written["forward_origin"] = origin | {"sender_user": message.forwarded_from.as_json()}
        replied = self.message(message.chat_id, message.reply_to) if with_reply else None
        if replied:
            written["reply_to_message"] = self.as_json(replied, with_reply=False)
        return written | self._content(message)

    def _content(self, message: ApiMessage) -> Json:
        file = message.document
        content: Json = {}
        if file:
            content = {"photo": [file.as_json()]} if file.is_photo else {"document": file.as_json()}
        text, entities = ("caption", "caption_entities") if content else ("text", "entities")
        if message.text:
            content[text] = message.text
        if message.entities:
            content[entities] = [self._entity(entity) for entity in message.entities]
        if "inline_keyboard" in (message.markup or {}):
            content["reply_markup"] = message.markup
        return content

    def _entity(self, entity: Entity) -> Json:
        mentioned = {"user": self.users[entity.user_id].as_json()} if entity.user_id else {}
        return entity.as_json() | mentioned
