"""Telegram as an adapter of the conversation core; its texts go out as Telegram's HTML.

The only file that knows python-telegram-bot: the calls of the Bot API, its errors in our words.
"""

import asyncio
import json
import logging
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.conversation.adapter import (
    GROUP_CHATS,
    PRIVATE_CHATS,
    Abilities,
    Adapter,
    AdapterFault,
    AppLimits,
    ChatClosed,
    ChatMoved,
    Destination,
    MessageGone,
    OutcomeUnknown,
    ReceivedUpdate,
    ReconnectPauses,
    Rejected,
    RetryLater,
    RunElsewhere,
    SendPace,
    UpdateSink,
    try_repeatedly,
)
from bot.conversation.messages import Rows, Text, Update
from bot.errors import TelegramRefused
from bot.telegram.parsing import APP, InlineQuery, app_id, number_of, parse_update
from bot.telegram.rendering import html_units, render_html
from knowledge.errors import StoreError

_log = logging.getLogger("bot.telegram")
LIMIT = 4096
"""What one message holds."""
_POLL_SECONDS = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 15.0
_FULL_PAUSE = 0.1
_CONNECTIONS = 64
_SECONDS = 20.0
_POOL_SECONDS = 60.0
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was deactivated")
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SAME = "message is not modified"
_KINDS = ["message", "callback_query", "inline_query"]
PACE = SendPace(
    apart=1.05,
    group_most=18,
    group_span=61.0,
    all_most=24,
    all_span=1.1,
    preview_every=1.2,
    group_preview_every=4.0,
)
"""A little less than what is allowed (https://core.telegram.org/bots/faq, on hitting limits).

One message a second in a chat, 20 a minute in a group, about 30 a second over all.
"""
LIMITS = AppLimits(
    message_length=LIMIT,
    measure=html_units,
    file_bytes=20 << 20,  # https://core.telegram.org/bots/api#getfile
    typing_seconds=4.5,  # Telegram shows it for five
    pace=PACE,
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret that it shows."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path or "/"


@asynccontextmanager
async def _translate_errors() -> AsyncIterator[None]:
    """Raise the library's errors as our own; what asks for what is there already is none."""
    try:
        yield
    except TelegramError as error:
        fault = _fault_of(error)
        if fault is not None:
            raise fault from error
    except (OSError, json.JSONDecodeError) as error:
        raise OutcomeUnknown(type(error).__name__) from error


def _fault_of(error: TelegramError) -> AdapterFault | None:  # noqa: C901, PLR0911 - a row for each error
    said = str(error).lower()
    match error:
        case RetryAfter():
            pause = error.retry_after
            seconds = pause.total_seconds() if isinstance(pause, timedelta) else pause
            return RetryLater(float(seconds))
        case BadRequest() if _SAME in said:
            return None
        case BadRequest() if any(words in said for words in _NO_MESSAGE):
            return MessageGone(said)
        case BadRequest() if not any(words in said for words in _GONE):
            return Rejected(said)
        case BadRequest() | Forbidden():
            return ChatClosed(said)
        case ChatMigrated():
            return ChatMoved(app_id(error.new_chat_id))
        case Conflict():
            return RunElsewhere(said)
        case InvalidToken():
            return Rejected(said, unauthorized=True)
        case NetworkError():
            return OutcomeUnknown(type(error.__cause__ or error).__name__)
        case _ if type(error) is TelegramError:  # what came back is not the Bot API's
            return OutcomeUnknown(said)
    return Rejected(said)


class _RawBot(Bot):
    """A bot whose updates come as they are: one that cannot be read must not stop the others."""

    async def raw_updates(self, offset: int | None) -> list[Any]:
        """The updates from ``offset`` on, waited for."""
        asked = {"timeout": _POLL_SECONDS, "offset": offset, "allowed_updates": _KINDS}
        updates = await self._post("getUpdates", asked, read_timeout=_POLL_SECONDS + _SECONDS)
        return updates if isinstance(updates, list) else []


class TelegramAdapter(Adapter):
    """Sends texts as HTML, and fetches updates unless they are brought to a webhook."""

    name = APP
    abilities = Abilities()
    bot_name = ""

    def __init__(
        self,
        token: str,
        api_base: str,
        proxy: str | None = None,
        webhook: Webhook | None = None,
        limits: AppLimits = LIMITS,
    ) -> None:
        root = api_base.rstrip("/")
        # the library announces another type of this figure to come; both are read
        warnings.filterwarnings("ignore", message="[\\s\\S]*attribute `retry_after`")

        def request(connections: int) -> HTTPXRequest:
            return HTTPXRequest(
                connection_pool_size=connections,
                read_timeout=_SECONDS,
                write_timeout=_SECONDS,
                connect_timeout=_SECONDS / 2,
                pool_timeout=_POOL_SECONDS,
                proxy=proxy if root.startswith("https:") else None,
            )

        self._bot = _RawBot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=request(_CONNECTIONS),
            get_updates_request=request(1),
        )
        self._inline_answers: set[asyncio.Task[None]] = set()
        self.webhook = webhook
        self.limits = limits

    @_translate_errors()
    async def connect(self) -> None:
        """Ask who we are: ``bot_name`` is known from then on."""
        await self._bot.initialize()
        self.bot_name = self._bot.username

    @_translate_errors()
    async def close(self) -> None:
        """Let go of all connections."""
        await self._bot.shutdown()

    def is_group(self, chat_id: str) -> bool:
        """Whether a chat is one of several people: their numbers are below 0."""
        return number_of(chat_id) < 0

    # -- what comes in

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; None where nothing of it concerns us."""
        parsed = parse_update(json.loads(raw), self.bot_name)
        return parsed.content if parsed and isinstance(parsed.content, Update) else None

    async def receive(self, sink: UpdateSink) -> None:
        """Set the webhook, which brings them, or poll until cancelled.

        Raises TelegramRefused when the token is no longer known.
        """
        hook = self.webhook
        try:
            if hook:
                await try_repeatedly(partial(self._set_webhook, hook))
            else:
                await try_repeatedly(self._drop_webhook)
        except AdapterFault as fault:
            sink.note_error(fault)
            _log.error("webhook: %s", type(fault).__name__)
        if not hook:
            await self._poll(sink)

    async def _poll(self, sink: UpdateSink) -> None:
        offset: int | None = None
        pauses = ReconnectPauses(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            if sink.is_full:  # what is not fetched is kept by Telegram
                await asyncio.sleep(_FULL_PAUSE)
                continue
            try:
                updates = await self._fetch(offset)
                highest = self.hand_over(updates, sink)
            except StoreError as error:  # a full disk: what was not written down is fetched again
                sink.note_error(error)
                _log.error("updates not written down: %s", type(error).__name__)
                await asyncio.sleep(_LONGEST_PAUSE)
            except AdapterFault as fault:
                if isinstance(fault, Rejected) and fault.unauthorized:
                    raise TelegramRefused from fault
                sink.note_receiving(ok=False)
                sink.note_error(fault)
                twice = ", run twice?" if isinstance(fault, RunElsewhere) else ""
                _log.warning("updates: %s%s", type(fault).__name__, twice)
                pause = pauses.after(fault)
                await asyncio.sleep(fault.seconds if isinstance(fault, RetryLater) else pause)
            else:
                sink.note_receiving(ok=True)
                pauses.begin_anew()
                if highest is not None:  # the next fetch tells that these are written down
                    offset = highest + 1
                elif updates:  # nothing that could be told to be received: it will come again
                    await asyncio.sleep(_LONGEST_PAUSE)

    @_translate_errors()
    async def _set_webhook(self, hook: Webhook) -> None:
        await self._bot.set_webhook(hook.url, secret_token=hook.secret, allowed_updates=_KINDS)

    @_translate_errors()
    async def _drop_webhook(self) -> None:
        """Have updates kept until they are asked for; none is thrown away."""
        await self._bot.delete_webhook(drop_pending_updates=False)

    @_translate_errors()
    async def _fetch(self, offset: int | None) -> list[Any]:
        return await self._bot.raw_updates(offset)

    def hand_over(self, updates: Sequence[Any], sink: UpdateSink) -> int | None:
        """Give updates to the core; the highest number there was. Raises StoreError."""
        highest: int | None = None
        received, inline = [], []
        for raw in updates:
            parsed = parse_update(raw, self.bot_name)
            if parsed is None:
                continue
            highest = parsed.number if highest is None else max(highest, parsed.number)
            if isinstance(parsed.content, InlineQuery):
                inline.append(parsed.content)
            elif parsed.content:
                received.append(ReceivedUpdate(parsed.content, json.dumps(raw)))
        sink.take(received)
        for query in inline:
            answering = asyncio.create_task(self._answer_inline(query))
            self._inline_answers.add(answering)
            answering.add_done_callback(self._inline_answers.discard)
        return highest

    async def _answer_inline(self, query: InlineQuery) -> None:
        """Tell whoever types behind the bot's name elsewhere that there is nothing for them."""
        try:
            async with _translate_errors():
                await self._bot.answer_inline_query(query.id, [], cache_time=0, is_personal=True)
        except AdapterFault as fault:
            _log.info("inline: %s", type(fault).__name__)

    @_translate_errors()
    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; its name came with the message."""
        file = await self._bot.get_file(file_id)
        await file.download_to_drive(to, read_timeout=3 * _SECONDS)
        return ""

    # -- what goes out

    @_translate_errors()
    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Send a new message; its id."""
        replied = None
        if to.reply_to is not None:
            replied = ReplyParameters(number_of(to.reply_to), allow_sending_without_reply=True)
        message = await self._bot.send_message(
            number_of(to.chat_id),
            render_html(text),
            parse_mode=ParseMode.HTML,
            reply_markup=_markup(rows),
            reply_parameters=replied,
        )
        return app_id(message.message_id)

    @_translate_errors()
    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Give a message another text and other buttons; one that is the same is no fault."""
        await self._bot.edit_message_text(
            render_html(text),
            number_of(chat_id),
            number_of(message_id),
            parse_mode=ParseMode.HTML,
            reply_markup=_markup(rows),
        )

    @_translate_errors()
    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Send a file; the id of its message."""
        message = await self._bot.send_document(
            number_of(to.chat_id), content, filename=name, read_timeout=3 * _SECONDS
        )
        return app_id(message.message_id)

    @_translate_errors()
    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture; the id of its message."""
        message = await self._bot.send_photo(
            number_of(to.chat_id), content, filename=name, read_timeout=3 * _SECONDS
        )
        return app_id(message.message_id)

    @_translate_errors()
    async def show_typing(self, chat_id: str) -> None:
        """Show for a few seconds that we are at work."""
        await self._bot.send_chat_action(number_of(chat_id), ChatAction.TYPING)

    @_translate_errors()
    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed."""
        await self._bot.answer_callback_query(press_id, toast or None, show_alert=alert)

    @_translate_errors()
    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        """Set the menu of commands of all private chats, of all groups, or of one chat."""
        scopes: dict[str, BotCommandScope] = {
            PRIVATE_CHATS: BotCommandScopeAllPrivateChats(),
            GROUP_CHATS: BotCommandScopeAllGroupChats(),
        }
        scope = scopes.get(place) or BotCommandScopeChat(number_of(place))
        menu = [BotCommand(name, words) for name, words in commands.items()]
        await self._bot.set_my_commands(menu, scope=scope)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in rows]
    )
