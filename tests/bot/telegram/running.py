"""The whole bot over a folder, against a Bot API server on the loopback, while a test talks."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.conversation.service import ConversationService
from bot.serving import serve_opened
from bot.settings import Settings
from bot.state.opening import State
from bot.telegram.adapter import LIMITS, PACE
from bot.telegram.app import open_telegram
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.records import ApiMessage

ADMIN = 7
AT_ONCE = replace(LIMITS, pace=replace(PACE, apart=0.0, group_most=10_000, all_most=10_000))
OPENINGS = ("正在翻报告", "已收到")


def settings_for(api: LoopbackDriver, folder: Path, **more: Any) -> Settings:
    """Settings of a bot with one administrator."""
    return Settings.model_construct(
        telegram_bot_token=SecretStr(api.token),
        telegram_api_base=api.url + "/",
        admin_ids=(f"telegram:{ADMIN}",),
        data_dir=folder,
        **more,
    )


@asynccontextmanager
async def serving_telegram(
    api: LoopbackDriver, folder: Path, **settings: Any
) -> AsyncIterator[ConversationService]:
    """The bot, for as long as the block runs."""
    stopping = asyncio.Event()
    state = State.open(folder)
    given = settings_for(api, folder, **settings)
    async with open_telegram(given, folder, state, AT_ONCE) as app:
        service = ConversationService(given, folder, state, [app.adapter])
        serving = asyncio.create_task(serve_opened(service, [app], stopping))
        try:
            yield service
        finally:
            stopping.set()
            await serving
            service.close()
    state.close()


def while_serving(
    api: LoopbackDriver, folder: Path, talk: Callable[[], None], **settings: Any
) -> dict[str, Any]:
    """Run the bot while ``talk`` goes on in a thread; its own state of health at the end."""

    async def run() -> dict[str, Any]:
        async with serving_telegram(api, folder, **settings) as service:
            await asyncio.to_thread(talk)
            return service.health()

    return asyncio.run(run())


def folder_like(data_dir: Path, tmp_path: Path) -> Path:
    """A copy of a store of one's own."""
    folder = tmp_path / "own"
    shutil.copytree(data_dir, folder)
    return folder


def is_final(message: ApiMessage) -> bool:
    """Whether a message holds more than that it is being worked on."""
    return not message.text.startswith(OPENINGS) and not message.text.endswith("▍")


def button(message: ApiMessage, label: str) -> str:
    """The data of the button with a label."""
    return next(b.data for row in message.buttons for b in row if label in b.text)
