"""The conversation core over a folder, with WeCom on the loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.conversation.adapter import AppLimits, ReconnectPauses
from bot.conversation.service import AdapterApp, ConversationService
from bot.serving import serve_opened
from bot.settings import Settings
from bot.state.opening import State
from bot.wecom.adapter import CALLBACK_LIMITS, LIMITS, WecomAdapter
from bot.wecom.app import open_callback, open_connection
from bot.wecom.callback import PATH, CallbackConnection, CallbackTiming
from bot.wecom.connection import LongConnection, WecomTiming
from tests.bot.wecom.fake_caller import AES_KEY, BOT, TOKEN, CallingWecom
from tests.bot.wecom.fake_server import FakeWecom
from tests.patience import PATIENCE, free_port

ADMIN = "wang"
AT_ONCE = ReconnectPauses(first=0.0, longest=0.0, superseded=0.0)
PATIENT = WecomTiming(beat=PATIENCE, answer=PATIENCE, open=PATIENCE)
PATIENT_CALLS = CallbackTiming(stream=PATIENCE, call=PATIENCE, press=PATIENCE)


def _fast(limits: AppLimits) -> AppLimits:
    pace = replace(limits.pace, apart=0.0, group_most=10_000, all_most=10_000)
    return replace(limits, pace=pace)


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


def callback_settings(fake: CallingWecom, folder: Path, **more: Any) -> Settings:
    """Settings of a bot that is called; the caller is told where."""
    where = f"127.0.0.1:{free_port()}"
    fake.bot_url = f"http://{where}{PATH}"
    values: dict[str, Any] = {
        "wecom_bot_id": BOT,
        "wecom_token": SecretStr(TOKEN),
        "wecom_aes_key": SecretStr(AES_KEY),
        "wecom_listen": where,
        "admin_ids": (f"wecom:{ADMIN}",),
        "data_dir": folder,
    }
    return Settings.model_construct(**(values | more))


@asynccontextmanager
async def serving_wecom(
    fake: FakeWecom, folder: Path, *, timing: WecomTiming = PATIENT, **more: Any
) -> AsyncIterator[ConversationService]:
    """The bot, for as long as the block runs."""
    settings, state = settings_for(fake, folder, **more), State.open(folder)
    opening = open_connection(settings, timing)
    async with _serving(settings, folder, state, opening, LIMITS) as service:
        yield service


@asynccontextmanager
async def serving_callback(
    fake: CallingWecom, folder: Path, *, timing: CallbackTiming = PATIENT_CALLS, **more: Any
) -> AsyncIterator[ConversationService]:
    """The bot that is called, for as long as the block runs."""
    settings, state = callback_settings(fake, folder, **more), State.open(folder)
    opening = open_callback(settings, state, timing)
    async with _serving(settings, folder, state, opening, CALLBACK_LIMITS) as service:
        yield service


@asynccontextmanager
async def _serving(
    settings: Settings,
    folder: Path,
    state: State,
    opening: AbstractAsyncContextManager[LongConnection | CallbackConnection],
    limits: AppLimits,
) -> AsyncIterator[ConversationService]:
    stopping = asyncio.Event()
    async with opening as connection:
        adapter = WecomAdapter(connection, _fast(limits), AT_ONCE, disk_pause=0.0)
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
