"""The conversation core over a folder, with WeCom on the loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.conversation.adapter import ReconnectPauses
from bot.conversation.service import AdapterApp, ConversationService
from bot.serving import serve_opened
from bot.settings import Settings
from bot.state.opening import State
from bot.wecom.adapter import LIMITS, WecomAdapter
from bot.wecom.app import open_connection
from bot.wecom.connection import WecomTiming
from tests.bot.wecom.fake_server import FakeWecom
from tests.patience import PATIENCE

ADMIN = "wang"
FAST = replace(LIMITS, pace=replace(LIMITS.pace, apart=0.0, group_most=10_000, all_most=10_000))
AT_ONCE = ReconnectPauses(first=0.0, longest=0.0, superseded=0.0)
PATIENT = WecomTiming(beat=PATIENCE, answer=PATIENCE, open=PATIENCE)


def settings_for(fake: FakeWecom, folder: Path, **more: Any) -> Settings:
    """Settings of a bot with one administrator."""
    values: dict[str, Any] = {
        "wecom_bot_id": fake.bot_id,
        "wecom_secret": SecretStr(fake.secret),
        "wecom_api_base": fake.url,
        "admin_ids": (f"wecom:{ADMIN}",),
        "data_dir": folder,
    }
    return Settings.model_construct(**(values | more))


@asynccontextmanager
async def serving_wecom(
    fake: FakeWecom, folder: Path, *, timing: WecomTiming = PATIENT, **more: Any
) -> AsyncIterator[ConversationService]:
    """The bot, for as long as the block runs."""
    settings = settings_for(fake, folder, **more)
    state = State.open(folder)
    stopping = asyncio.Event()
    async with open_connection(settings, timing) as connection:
        adapter = WecomAdapter(connection, FAST, AT_ONCE, disk_pause=0.0)
        service = ConversationService(settings, folder, state, [adapter])
        async with adapter.keep_connected():
            serving = asyncio.create_task(
                serve_opened(service, [AdapterApp(adapter, "")], stopping, lambda _said: None)
            )
            try:
                yield service
            finally:
                stopping.set()
                await serving
                service.close()
                state.close()
