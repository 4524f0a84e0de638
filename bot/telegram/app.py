"""The bot as a whole: put together, run until it is told to stop, stopped in good order."""

import asyncio
import contextlib
import logging
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import TelegramRefused, TelegramUnreachable
from bot.opening import open_assistant, open_library, open_summariser
from bot.settings import Settings, WriterChoice
from bot.speech import announce, progress_line
from bot.state.opening import State
from bot.telegram.clerk import Clerk
from bot.telegram.courier import Courier
from bot.telegram.desks import Desks
from bot.telegram.errands import Errands
from bot.telegram.faults import LineFault, Refused, Wait
from bot.telegram.features.table import make_routes
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.line import TelegramLine
from bot.telegram.polling import poll
from bot.telegram.visit import Desk
from bot.telegram.watch import Watch
from bot.telegram.web import WebApp, Webhook, serving
from bot.telegram.words import html, table

_log = logging.getLogger("bot.telegram")
_TRIES = 6
_GRACE = 25.0
_TIDIED_EVERY = 3600.0
_MODEL_DESKS, _EXTRACTIVE_DESKS = 6, 2


def run(settings: Settings, data_dir: Path | None) -> None:
    """Answer until a signal says to stop.

    Raises TelegramRefused, TelegramUnreachable, ListenFailed, and what opening the store and the
    writers raises.
    """
    asyncio.run(_run(settings, data_dir))


async def _run(settings: Settings, data_dir: Path | None) -> None:
    folder = data_dir or settings.data_dir
    _prepare(settings, folder)
    state = State.open(folder)
    try:
        async with _connected(settings) as line:
            bot = Bot(settings, folder, state, line)
            try:
                await bot.serve()
            finally:
                bot.close()
    finally:
        state.close()


def _prepare(settings: Settings, folder: Path) -> None:
    """See that there is a store and that the writer can be opened, before anybody is greeted."""
    library = open_library(settings, folder, progress_line("ingest.indexing"), create=True)
    try:
        if not library.reports():
            with library.loader():
                pass
        open_assistant(settings, library)
        open_summariser(settings, library)
    finally:
        library.close()


@contextlib.asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[TelegramLine]:
    """The line, once Telegram has told who we are."""
    token = settings.telegram_bot_token
    line = TelegramLine(
        token.get_secret_value() if token else "",
        settings.telegram_api_base,
        settings.https_proxy or None,
    )
    for attempt in range(_TRIES):
        try:
            await line.__aenter__()
            break
        except LineFault as fault:
            if isinstance(fault, Refused):
                raise TelegramRefused from fault
            if attempt == _TRIES - 1:
                raise TelegramUnreachable(url=settings.telegram_api_base) from fault
            await asyncio.sleep(fault.seconds if isinstance(fault, Wait) else 0.2 * 2**attempt)
    try:
        yield line
    finally:
        with contextlib.suppress(LineFault):
            await line.__aexit__()


class Bot:
    """All parts of one bot."""

    def __init__(
        self, settings: Settings, folder: Path, state: State, line: TelegramLine
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._state = state
        self._line = line
        self._watch = Watch()
        self._courier = Courier(line, state, html("wait.opening"))
        models = settings.has_endpoint and settings.writer is not WriterChoice.EXTRACTIVE
        self._desks = Desks(self._open_desk, _MODEL_DESKS if models else _EXTRACTIVE_DESKS)
        errands = Errands(make_routes(self.live), state, settings.admin_ids, line)
        clerk = Clerk(
            line, self._courier, desks=self._desks, state=state, errands=errands, watch=self._watch
        )
        self._lanes = Lanes(clerk.handle)
        self._intake = Intake(
            state, self._lanes, errands.role_of, line.name, settings.rate_per_minute
        )

    def _open_desk(self) -> Desk:
        library = open_library(self._settings, self._folder, lambda _done, _of: None)
        return Desk(
            settings=self._settings,
            library=library,
            assistant=open_assistant(self._settings, library),
            condenser=open_summariser(self._settings, library),
            state=self._state,
            bot_name=self._line.name,
        )
