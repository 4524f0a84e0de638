"""The conversation core over a folder, with Feishu on the loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.conversation.adapter import ReconnectPauses
from bot.conversation.service import AdapterApp, ConversationService
from bot.feishu.adapter import LIMITS, FeishuAdapter
from bot.feishu.app import open_client
from bot.feishu.connection import EventConnection, FeishuTiming
from bot.serving import serve_opened
from bot.settings import Settings
from bot.state.opening import State
from tests.bot.feishu.fake_server import FakeFeishu
from tests.patience import PATIENCE

ADMIN = "ou_wang"
FAST = replace(LIMITS, pace=replace(LIMITS.pace, apart=0.0, group_most=10_000, all_most=10_000))
AT_ONCE = ReconnectPauses(first=0.0, longest=0.0, superseded=0.0)
PATIENT = FeishuTiming(open=PATIENCE, silence=PATIENCE)


def settings_for(fake: FakeFeishu, folder: Path, **more: Any) -> Settings:
    """Settings of a bot with one administrator."""
    values: dict[str, Any] = {
        "feishu_app_id": fake.app_id,
        "feishu_app_secret": SecretStr(fake.secret),
        "feishu_api_base": fake.url + "/",
        "admin_ids": (f"feishu:{ADMIN}",),
        "data_dir": folder,
    }
    return Settings.model_construct(**(values | more))


@asynccontextmanager
async def serving_feishu(
    fake: FakeFeishu, folder: Path, timing: FeishuTiming = PATIENT, **more: Any
) -> AsyncIterator[ConversationService]:
    """The bot, for as long as the block runs."""
    settings = settings_for(fake, folder, **more)
    state = State.open(folder)
    stopping = asyncio.Event()
    async with open_client(settings) as client:
        adapter = FeishuAdapter(client, EventConnection(client, timing), FAST, AT_ONCE)
        service = ConversationService(settings, folder, state, [adapter])
        serving = asyncio.create_task(
            serve_opened(service, [AdapterApp(adapter, "")], stopping, lambda _said: None)
        )
        try:
            await fake.wait_for(lambda: fake.connections or serving.done())
            yield service
        finally:
            stopping.set()
            await serving
            service.close()
            state.close()
