"""Long polling on Telegram: a question in, an answer with its quotes out.

This folder alone knows python-telegram-bot. Whoever is no admin is told their number.
"""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, InvalidToken, NetworkError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from bot.assistant import Assistant, holdings
from bot.errors import TelegramRefused, TelegramUnreachable
from bot.opening import open_assistant
from bot.settings import Settings
from bot.speech import announce
from bot.telegram.rendering import answer_messages
from bot.wording import tell
from knowledge.errors import AssistantError
from knowledge.library import Library

_log = logging.getLogger("bot.telegram")
_REMEMBERED = 6

Context = ContextTypes.DEFAULT_TYPE


def run_polling(settings: Settings, library: Library) -> None:
    """Answer until stopped; raises TelegramRefused or TelegramUnreachable at the start."""
    # what the retry loop logs with a traceback is raised here, or told by _speak
    logging.getLogger("telegram.ext").addFilter(lambda record: record.module != "networkloop")
    try:
        make_application(settings, library).run_polling(drop_pending_updates=False)
    except InvalidToken as error:
        raise TelegramRefused from error
    except NetworkError as error:
        raise TelegramUnreachable(url=settings.telegram_api_base) from error


def make_application(
    settings: Settings, library: Library
) -> "Application[Any, Any, Any, Any, Any, Any]":
    """The application with its handlers; nothing is sent before it runs."""
    token = settings.telegram_bot_token
    root = settings.telegram_api_base.rstrip("/")
    application = (
        ApplicationBuilder()
        .token(token.get_secret_value() if token else "")
        .base_url(f"{root}/bot")
        .base_file_url(f"{root}/file/bot")
        .post_init(_announce)
        .build()
    )
    desk = _Desk(library, open_assistant(settings, library), frozenset(settings.admin_ids))
    application.add_handler(CommandHandler(["start", "help"], desk.greet))
    application.add_handler(CommandHandler("reports", desk.list_reports))
    application.add_handler(CommandHandler("new", desk.forget))
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, desk.answer))
    application.add_error_handler(_speak)
    return application


async def _announce(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    announce("bot.started", name=application.bot.username)


class _Desk:
    """The handlers. One thread does all the work: the library is not for two."""

    def __init__(self, library: Library, assistant: Assistant, admins: frozenset[int]) -> None:
        self._library = library
        self._assistant = assistant
        self._admins = admins
        self._worker = ThreadPoolExecutor(max_workers=1)

    async def greet(self, update: Update, _context: Context) -> None:
        """``/start``, ``/help``: what can be asked."""
        if message := await self._admitted(update):
            await message.reply_text(tell("telegram.help"))

    async def list_reports(self, update: Update, _context: Context) -> None:
        """``/reports``: what the store holds."""
        if message := await self._admitted(update):
            await message.reply_text(holdings(await self._do(self._library.reports)))

    async def forget(self, update: Update, context: Context) -> None:
        """``/new``: the next question stands alone."""
        if (message := await self._admitted(update)) and context.chat_data is not None:
            context.chat_data.clear()
            await message.reply_text(tell("chat.fresh"))

    async def answer(self, update: Update, context: Context) -> None:
        """A question; in groups only when the bot is mentioned or replied to."""
        text = _addressed(update, context.bot.username)
        if not text or context.chat_data is None:
            return
        message = await self._admitted(update)
        if message is None:
            return
        await message.chat.send_action(ChatAction.TYPING)
        history = context.chat_data.setdefault("history", [])
        answer = await self._do(self._assistant.ask, text, list(history))
        history[:] = [*history, text][-_REMEMBERED:]
        for piece in answer_messages(answer):
            await message.reply_text(piece, parse_mode=ParseMode.HTML)

    async def _do(self, work: Any, *arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(work, *arguments))

    async def _admitted(self, update: Update) -> Message | None:
        """The message if its sender may ask; others are told their number."""
        message, user = update.effective_message, update.effective_user
        if message is None or user is None:
            return None
        if user.id in self._admins:
            return message
        await message.reply_text(tell("telegram.not_admitted", id=user.id))
        return None


def _addressed(update: Update, username: str) -> str:
    """The question in a message that is meant for the bot, else an empty text."""
    message = update.effective_message
    if message is None or not message.text:
        return ""
    if message.chat.type == ChatType.PRIVATE:
        return message.text
    mention = re.compile(rf"@{re.escape(username)}(?!\w)", re.ASCII | re.IGNORECASE)
    replied = message.reply_to_message
    to_bot = replied is not None and replied.from_user and replied.from_user.username == username
    if not mention.search(message.text) and not to_bot:
        return ""
    return mention.sub(" ", message.text).strip()


async def _speak(update: object, context: Context) -> None:
    """The one place where a handler's error becomes speech."""
    error = context.error
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        # the reply could not be sent, so no other could; a BadRequest is of that reply alone
        _log.warning("telegram: %s", type(error).__name__)
        return
    known = isinstance(error, AssistantError)
    if not known:
        _log.error("unexpected", exc_info=error)
    if isinstance(update, Update) and update.effective_message:
        await update.effective_message.reply_text(str(error) if known else tell("bot.broken"))
