"""The Bot API: the calls that we make, and its errors in the words of the conversation core.

The only file that knows python-telegram-bot.
"""

import json
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

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
    AdapterFault,
    ChatClosed,
    ChatMoved,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    RunElsewhere,
)
from bot.conversation.messages import Rows
from bot.telegram.parsing import app_id

_CONNECTIONS = 64
_SECONDS = 20.0
_POOL_SECONDS = 60.0
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "group chat was deactivated")
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid")
_SAME = "message is not modified"
_KINDS = ["message", "callback_query", "inline_query"]


class _RawBot(Bot):
    """A bot whose updates come as they are: one that cannot be read must not stop the others."""

    async def raw_updates(self, offset: int | None, seconds: int) -> list[Any]:
        """The updates from ``offset`` on, waited for as long as is said."""
        asked = {"timeout": seconds, "offset": offset, "allowed_updates": _KINDS}
        updates = await self._post("getUpdates", asked, read_timeout=seconds + _SECONDS)
        return updates if isinstance(updates, list) else []


class TelegramClient:
    """The calls; each raises an AdapterFault and nothing else. Texts are HTML."""

    def __init__(self, token: str, api_base: str, proxy: str | None = None) -> None:
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
        self.name = ""

    async def open(self) -> None:
        """Ask who we are: the bot's ``name`` is known from then on."""
        async with _translate_errors():
            await self._bot.initialize()
        self.name = self._bot.username

    async def close(self) -> None:
        """Let go of all connections."""
        async with _translate_errors():
            await self._bot.shutdown()

    async def updates(self, offset: int | None, seconds: int) -> list[Any]:
        """See ``_RawBot.raw_updates``."""
        async with _translate_errors():
            return await self._bot.raw_updates(offset, seconds)

    async def send(
        self, chat_id: int, text: str, rows: Rows = (), reply_to: int | None = None
    ) -> int:
        """Send a new message; its number."""
        async with _translate_errors():
            message = await self._bot.send_message(
                chat_id,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(rows),
                reply_parameters=_reply(reply_to),
            )
            return message.message_id

    async def edit(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> None:
        """Give a message another text and other buttons; one that is the same is no fault."""
        async with _translate_errors():
            await self._bot.edit_message_text(
                text, chat_id, message_id, parse_mode=ParseMode.HTML, reply_markup=_markup(rows)
            )

    async def send_document(self, chat_id: int, name: str, content: bytes) -> int:
        """Send a file; the number of its message."""
        async with _translate_errors():
            message = await self._bot.send_document(
                chat_id, content, filename=name, read_timeout=3 * _SECONDS
            )
            return message.message_id

    async def send_picture(self, chat_id: int, name: str, content: bytes) -> int:
        """Show a picture; the number of its message."""
        async with _translate_errors():
            message = await self._bot.send_photo(
                chat_id, content, filename=name, read_timeout=3 * _SECONDS
            )
            return message.message_id

    async def show_typing(self, chat_id: int) -> None:
        """Show for a few seconds that we are at work."""
        async with _translate_errors():
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)

    async def answer_press(self, query_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed."""
        async with _translate_errors():
            await self._bot.answer_callback_query(query_id, toast or None, show_alert=alert)

    async def answer_inline(self, query_id: str) -> None:
        """Answer with nothing: behind the bot's name nothing is told in other chats."""
        async with _translate_errors():
            await self._bot.answer_inline_query(query_id, [], cache_time=0, is_personal=True)

    async def fetch_file(self, file_id: str, to: Path) -> None:
        """Put a file that was sent where it is wanted."""
        async with _translate_errors():
            file = await self._bot.get_file(file_id)
            await file.download_to_drive(to, read_timeout=3 * _SECONDS)

    async def set_commands(self, commands: Mapping[str, str], place: str | int) -> None:
        """Set the menu of commands of all private chats, of all groups, or of one chat."""
        scopes: dict[str | int, BotCommandScope] = {
            PRIVATE_CHATS: BotCommandScopeAllPrivateChats(),
            GROUP_CHATS: BotCommandScopeAllGroupChats(),
        }
        menu = [BotCommand(name, words) for name, words in commands.items()]
        async with _translate_errors():
            scope = scopes.get(place) or BotCommandScopeChat(place)
            await self._bot.set_my_commands(menu, scope=scope)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates brought to an address."""
        async with _translate_errors():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=_KINDS)

    async def drop_webhook(self) -> None:
        """Have updates kept until they are asked for; none is thrown away."""
        async with _translate_errors():
            await self._bot.delete_webhook(drop_pending_updates=False)


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in rows]
    )


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


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
