"""The Telegram bot from its start to its end, alone on its data folder."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from bot.conversation.adapter import AdapterFault, AppLimits, Rejected, try_repeatedly
from bot.conversation.service import (
    ConversationService,
    check_setup,
    hold_folder,
    stop_event,
)
from bot.errors import TelegramRefused, TelegramUnreachable
from bot.settings import Settings
from bot.speech import print_notice
from bot.state.notes import Notes
from bot.state.opening import State
from bot.telegram.adapter import LIMITS, TelegramAdapter, Webhook
from bot.telegram.client import TelegramClient
from bot.telegram.web import BotWebApp, serve_http
from bot.wording import tell


def run(settings: Settings, data_dir: Path | None) -> None:
    """Answer until a signal says to stop.

    Raises TelegramRefused, TelegramUnreachable, ListenFailed, and what opening the store and the
    writers raises.
    """
    asyncio.run(_run(settings, data_dir or settings.data_dir))


class TelegramBot:
    """The conversation core with Telegram as its app, and its web endpoints."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        state: State,
        client: TelegramClient,
        limits: AppLimits = LIMITS,
    ) -> None:
        self._settings = settings
        self._webhook = _webhook(settings, state.notes)
        self._adapter = TelegramAdapter(client, self._webhook, limits)
        self.service = ConversationService(settings, folder, state, [self._adapter])

    async def serve(self, stopping: asyncio.Event) -> None:
        """Answer until it is time to stop, then finish what was begun."""
        service = self.service
        async with contextlib.AsyncExitStack() as servers:
            app = BotWebApp(self._adapter, service.receiver, self._webhook, service.health)
            for listen in self._addresses():
                await servers.enter_async_context(serve_http(app.build(), listen))
            print_notice(tell("bot.started", name=self._adapter.bot_name))
            await service.serve(stopping)

    def _addresses(self) -> list[str]:
        """Where to listen: for updates if they are brought, for those who look after health."""
        settings = self._settings
        hook = settings.webhook_listen if self._webhook else ""
        return list(dict.fromkeys(a for a in (hook, settings.health_listen) if a))


def _webhook(settings: Settings, notes: Notes) -> Webhook | None:
    if not settings.webhook_url:
        return None
    secret = notes.read("webhook_secret") or secrets.token_urlsafe(32)
    notes.write("webhook_secret", secret)
    return Webhook(settings.webhook_url, secret)


async def _run(settings: Settings, folder: Path) -> None:
    with hold_folder(folder):
        check_setup(settings, folder)
        with contextlib.closing(State.open(folder)) as state:
            async with _connected(settings) as client:
                bot = TelegramBot(settings, folder, state, client)
                with contextlib.closing(bot.service):
                    await bot.serve(stop_event())


@contextlib.asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[TelegramClient]:
    """The client, once Telegram has told who we are."""
    token = settings.telegram_bot_token
    client = TelegramClient(
        token.get_secret_value() if token else "",
        settings.telegram_api_base,
        settings.https_proxy or None,
    )
    try:
        await try_repeatedly(client.open)
    except Rejected as fault:
        raise TelegramRefused from fault
    except AdapterFault as fault:
        raise TelegramUnreachable(url=settings.telegram_api_base) from fault
    try:
        yield client
    finally:
        await client.close()
