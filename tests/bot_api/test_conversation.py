"""A whole bot of python-telegram-bot's, as it is, against the server: asked, answered, tapped."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import ApplicationBuilder, CallbackQueryHandler, MessageHandler, filters

from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import broken
from tests.bot_api.server import serving
from tests.patience import PATIENCE

MORE = InlineKeyboardMarkup([[InlineKeyboardButton("原文", callback_data="quote:1")]])


async def answer(update: Update, _context: Any) -> None:
    assert update.message
    await update.message.reply_text("<b>159</b>家 [1]", "HTML", reply_markup=MORE)


async def quote(update: Update, _context: Any) -> None:
    assert update.callback_query
    await update.callback_query.answer("好")
    await update.callback_query.edit_message_text("新增159家。")


@contextmanager
def running(api: LoopbackDriver) -> Iterator[None]:
    """The bot, polling in a thread of its own."""
    over = Event()

    async def run() -> None:
        builder = ApplicationBuilder().token(api.token).base_url(f"{api.url}/bot")
        builder = builder.connect_timeout(PATIENCE).read_timeout(PATIENCE).pool_timeout(PATIENCE)
        application = builder.build()
        application.add_handler(MessageHandler(filters.TEXT, answer))
        application.add_handler(CallbackQueryHandler(quote))
        async with application:
            await application.start()
            assert application.updater
            await application.updater.start_polling(poll_interval=0.01)
            await asyncio.to_thread(over.wait)
            await application.updater.stop()
            await application.stop()

    thread = Thread(target=asyncio.run, args=[run()])
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_question_is_answered_and_its_quote_opened() -> None:
    with serving() as api, running(api):
        user = api.user("张三")
        api.user_says(user, user, "新增多少家？")
        said = api.wait_for_message(user)
        assert (said.text, said.labels) == ("159家 [1]", ("原文",))
        query = api.taps(said, "原文")
        assert api.wait_for_answer(query)["text"] == "好"
        api.wait_for(lambda loopback: loopback.now(said).text == "新增159家。")


def test_a_poll_that_fails_loses_no_question() -> None:
    with serving() as api:
        api.faults.plan(broken(502, after=True), "getUpdates")
        user = api.user()
        api.user_says(user, user, "新增多少家？")
        with running(api):
            assert api.wait_for_message(user).text == "159家 [1]"
