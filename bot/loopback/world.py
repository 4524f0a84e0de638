"""The state of one bot's Telegram: who there is, what was said, what waits, what is too fast."""

import asyncio
import math
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.loopback.markup import Entity
from bot.loopback.records import Call, Chat, Document, Draft, Json, Message, Query, User, Version
from bot.loopback.refusals import bad_request, forbidden


class Bell:
    """Wakes those of the server's thread who wait for a change; rung from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.next = asyncio.Event()
        """Set at the next ring; whoever waits takes it before looking for the change."""

    def ring(self) -> None:
        """Wake them."""
        self._loop.call_soon_threadsafe(self._swap)

    def _swap(self) -> None:
        rung, self.next = self.next, asyncio.Event()
        rung.set()


@dataclass(frozen=True, slots=True)
class Rules:
    """How much is let through; the figures are those that Telegram publishes."""

    private_per_second: float = 1.0
    private_burst: int = 3
    group_per_minute: int = 20
    overall_per_second: int = 30


@dataclass(slots=True)
class FloodLimits:
    """Counts what was let through. Without rules only a chat that is held is limited."""

    rules: Rules | None = None
    _held: dict[int, float] = field(default_factory=dict)
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _overall: deque[float] = field(default_factory=deque)

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Let nothing into a chat for some seconds."""
        self._held[chat_id] = now + seconds

    def wait(self, chat: Chat, now: float) -> int:
        """Whole seconds that a message to a chat must wait, 0 when it is let through."""
        waits = [self._held.get(chat.id, 0) - now]
        if self.rules:
            overall = _window(self._overall, self.rules.overall_per_second, 1, now)
            waits += [overall, self._chat_wait(chat, self.rules, now)]
        longest = max(waits)
        if longest > 0:
            return max(math.ceil(longest), 1)
        if self.rules:
            self._count(chat, self.rules, now)
        return 0

    def _chat_wait(self, chat: Chat, rules: Rules, now: float) -> float:
        if chat.type == "private":
            return (1 - self._tokens(chat.id, rules, now)) / rules.private_per_second
        times = self._groups.setdefault(chat.id, deque())
        return _window(times, rules.group_per_minute, 60, now)

    def _tokens(self, chat_id: int, rules: Rules, now: float) -> float:
        left, then = self._buckets.get(chat_id, (float(rules.private_burst), now))
        return min(left + (now - then) * rules.private_per_second, float(rules.private_burst))

    def _count(self, chat: Chat, rules: Rules, now: float) -> None:
        self._overall.append(now)
        if chat.type == "private":
            self._buckets[chat.id] = (self._tokens(chat.id, rules, now) - 1, now)
        else:
            self._groups[chat.id].append(now)


def _window(times: deque[float], most: int, seconds: float, now: float) -> float:
    """Seconds until a window that slides has room again."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0.0


UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that come only to a bot that named them."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of the bot's own to which updates are posted."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass(slots=True)
class Updates:
    """A queue in the order of numbers; what is acknowledged is gone."""

    pending: list[Json] = field(default_factory=list)
    last_id: int = 1_000
    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None

    def put(self, update: Json) -> None:
        """Queue an update; its number is given here unless it brings one.

        An update of a kind that the bot did not ask for is lost, as it is at Telegram.
        """
        kinds = update.keys() - {"update_id"}
        if any(kind not in self.allowed for kind in kinds) if self.allowed else kinds & {*UNASKED}:
            return
        number = update.get("update_id", self.last_id + 1)
        self.last_id = max(self.last_id, number) if isinstance(number, int) else self.last_id
        self.pending.append({"update_id": number} | update)

    def allow(self, kinds: Iterable[str]) -> None:
        """Ask for some kinds alone; for none named, for all but the seldom ones."""
        self.allowed = tuple(kinds)

    def acknowledge(self, offset: int) -> None:
        """Forget the updates before an offset; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]

    def forget(self, update_id: int) -> None:
        """Drop the update of a number, which was delivered."""
        self.pending = [u for u in self.pending if u["update_id"] != update_id]

    def failed(self, reason: str, at: int) -> None:
        """Keep why the webhook did not take an update."""
        if self.webhook:
            self.webhook = replace(self.webhook, last_error=reason, last_error_at=at)

    def webhook_info(self) -> Json:
        """What getWebhookInfo tells."""
        hook = self.webhook or Webhook("")
        told: Json = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if hook.url:
            told["max_connections"] = hook.max_connections
        if hook.last_error:
            told |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        return told | ({"allowed_updates": list(self.allowed)} if self.allowed else {})


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
