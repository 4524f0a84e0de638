"""WeCom from its start to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.conversation.adapter import AdapterFault, Rejected, try_repeatedly
from bot.conversation.service import AdapterApp
from bot.errors import SettingsInvalid, WecomRefused, WecomUnreachable
from bot.settings import Settings
from bot.state.opening import State
from bot.wecom.adapter import WecomAdapter
from bot.wecom.connection import LongConnection, WecomTiming
from bot.wording import tell


@asynccontextmanager
async def open_wecom(settings: Settings, folder: Path, state: State) -> AsyncIterator[AdapterApp]:
    """WeCom, once it knows us; raises SettingsInvalid, WecomRefused and WecomUnreachable."""
    del folder, state  # the core keeps what there is to keep
    async with open_connection(settings) as connection:
        adapter = WecomAdapter(connection)
        async with adapter.keep_connected():
            yield AdapterApp(adapter, tell("bot.started_wecom"))


@asynccontextmanager
async def open_connection(
    settings: Settings, timing: WecomTiming | None = None
) -> AsyncIterator[LongConnection]:
    """An open connection; raises as ``open_wecom``."""
    secret = settings.wecom_secret
    if secret is None:
        raise SettingsInvalid(name="WECOM_SECRET")
    url = settings.wecom_api_base
    connection = LongConnection(
        url, settings.wecom_bot_id, secret.get_secret_value(), timing or WecomTiming()
    )
    try:
        await try_repeatedly(connection.open)
    except Rejected as fault:
        raise WecomRefused from fault
    except AdapterFault as fault:
        raise WecomUnreachable(url=url) from fault
    try:
        yield connection
    finally:
        await connection.close()


def try_wecom(settings: Settings) -> None:
    """See whether WeCom knows the bot, which takes its connection from whoever has it.

    Raises as ``open_wecom``.
    """

    async def connect() -> None:
        async with open_connection(settings):
            pass

    asyncio.run(connect())
