"""Feishu from its start to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.conversation.adapter import AdapterFault, connect
from bot.conversation.service import AdapterApp
from bot.errors import FeishuRefused, FeishuUnreachable, SettingsInvalid
from bot.feishu.adapter import FeishuAdapter
from bot.feishu.client import FeishuClient
from bot.feishu.connection import EventConnection, FeishuTiming
from bot.settings import Settings
from bot.state.opening import State
from bot.wording import tell


@asynccontextmanager
async def open_feishu(settings: Settings, folder: Path, state: State) -> AsyncIterator[AdapterApp]:
    """Feishu, once it knows us; raises SettingsInvalid, FeishuRefused and FeishuUnreachable."""
    del folder, state  # the core keeps what there is to keep
    async with open_client(settings) as client:
        adapter = FeishuAdapter(client, EventConnection(client, FeishuTiming()))
        yield AdapterApp(adapter, tell("bot.started_feishu", name=adapter.bot_name))


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[FeishuClient]:
    """The client, once Feishu has told who we are; raises as ``open_feishu``."""
    secret, base = settings.feishu_app_secret, settings.feishu_api_base
    if secret is None:
        raise SettingsInvalid(name="FEISHU_APP_SECRET")
    client = FeishuClient(base, settings.feishu_app_id, secret.get_secret_value())
    try:
        await connect(client.open, FeishuRefused(), FeishuUnreachable(url=base))
        yield client
    finally:
        await client.close()


def try_feishu(settings: Settings) -> str:
    """See whether Feishu knows the app and gives it a long connection; the bot's name.

    Raises as ``open_feishu``.
    """

    async def ask() -> str:
        async with open_client(settings) as client:
            try:
                await client.connection_url()
            except AdapterFault as fault:
                raise FeishuRefused from fault
            return client.name

    return asyncio.run(ask())
