"""WeCom from its start to its end: its callback where a token is set, else its long connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing
from pathlib import Path

from bot.conversation.adapter import connect
from bot.conversation.service import AdapterApp
from bot.errors import (
    ListenFailed,
    SettingsInvalid,
    WecomCallbackSilent,
    WecomRefused,
    WecomUnreachable,
)
from bot.http_server import listen_at, serve_http
from bot.settings import Settings
from bot.state.opening import State
from bot.wecom.adapter import CALLBACK_LIMITS, WecomAdapter
from bot.wecom.callback import CallbackConnection, CallbackTiming, is_answered_at
from bot.wecom.connection import LongConnection, WecomTiming
from bot.wecom.encryption import Envelope
from bot.wording import tell


@asynccontextmanager
async def open_wecom(settings: Settings, folder: Path, state: State) -> AsyncIterator[AdapterApp]:
    """WeCom, once it knows us.

    Raises SettingsInvalid, ListenFailed, WecomRefused and WecomUnreachable.
    """
    del folder  # files are fetched to where the core says
    if settings.wecom_token:
        async with open_callback(settings, state) as callback:
            adapter = WecomAdapter(callback, CALLBACK_LIMITS)
            told = tell("bot.started_wecom_callback", where=settings.wecom_listen)
            async with adapter.keep_connected():
                yield AdapterApp(adapter, told)
        return
    async with open_connection(settings) as connection:
        adapter = WecomAdapter(connection)
        async with adapter.keep_connected():
            yield AdapterApp(adapter, tell("bot.started_wecom"))


@asynccontextmanager
async def open_callback(
    settings: Settings, state: State, timing: CallbackTiming | None = None
) -> AsyncIterator[CallbackConnection]:
    """A callback that is served; raises SettingsInvalid and ListenFailed."""
    key = settings.wecom_aes_key
    connection = CallbackConnection(
        _envelope(settings),
        state,
        file_key=key.get_secret_value() if key else "",
        bot_id=settings.wecom_bot_id,
        timing=timing,
    )
    async with aclosing(connection):
        with closing(listen_at(settings.wecom_listen)) as listening:
            async with serve_http(connection.app(), listening):
                yield connection


def _envelope(settings: Settings) -> Envelope:
    """Raises SettingsInvalid."""
    token, key = settings.wecom_token, settings.wecom_aes_key
    if not (token and key):
        raise SettingsInvalid(name="WECOM_AES_KEY")
    return Envelope(token.get_secret_value(), key.get_secret_value())


@asynccontextmanager
async def open_connection(
    settings: Settings, timing: WecomTiming | None = None
) -> AsyncIterator[LongConnection]:
    """An open connection; raises SettingsInvalid, WecomRefused and WecomUnreachable."""
    secret = settings.wecom_secret
    if secret is None:
        raise SettingsInvalid(name="WECOM_SECRET")
    url = settings.wecom_api_base
    connection = LongConnection(
        url, settings.wecom_bot_id, secret.get_secret_value(), timing or WecomTiming()
    )
    await connect(connection.connect, WecomRefused(), WecomUnreachable(url=url))
    try:
        yield connection
    finally:
        await connection.close()


def try_wecom(settings: Settings) -> None:
    """See whether WeCom knows the bot, which takes its connection from whoever has it.

    Raises as ``open_connection``.
    """

    async def try_once() -> None:
        async with open_connection(settings):
            pass

    asyncio.run(try_once())


def try_callback(settings: Settings) -> None:
    """See whether the callback can be received, or is being received.

    Raises SettingsInvalid and WecomCallbackSilent, or ListenFailed where nobody can listen.
    """
    envelope, where = _envelope(settings), settings.wecom_listen
    try:
        listen_at(where).close()
    except ListenFailed:
        answered = is_answered_at(where, envelope)
        if answered is None:
            raise
        if not answered:
            raise WecomCallbackSilent(where=where) from None
