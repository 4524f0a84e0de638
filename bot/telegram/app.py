"""The Telegram bot from its start to its end, alone on its data folder."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.errors import AlreadyRunning, TelegramRefused, TelegramUnreachable
from bot.settings import Settings
from bot.speech import progress_line
from bot.state.opening import State
from bot.telegram.faults import LineFault, Refused
from bot.telegram.line import TelegramLine
from bot.telegram.service import GRACE, Bot, patiently
from knowledge.errors import StoreBusy
from knowledge.storage.database import write_lock

_LOCK = "bot.lock"


def run(settings: Settings, data_dir: Path | None) -> None:
    """Answer until a signal says to stop.

    Raises TelegramRefused, TelegramUnreachable, ListenFailed, and what opening the store and the
    writers raises.
    """
    asyncio.run(_run(settings, data_dir))


async def _run(settings: Settings, data_dir: Path | None) -> None:
    folder = data_dir or settings.data_dir
    with _alone(folder):
        await _serve(settings, folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only bot of a data folder: two would answer everything twice."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(write_lock(folder, GRACE, _LOCK))
        except StoreBusy as error:
            raise AlreadyRunning(path=folder) from error
        yield


async def _serve(settings: Settings, folder: Path) -> None:
    _prepare(settings, folder)
    state = State.open(folder)
    try:
        async with _connected(settings) as line:
            bot = Bot(settings, folder, state, line)
            try:
                await bot.serve(_until_a_signal())
            finally:
                bot.close()
    finally:
        state.close()


def _until_a_signal() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    return stopping


def _prepare(settings: Settings, folder: Path) -> None:
    """See that there is a store and that the writer can be opened, before anybody is greeted."""
    library = open_library(settings, folder, progress_line("ingest.indexing"), create=True)
    try:
        if not library.reports():
            with library.loader():
                pass
        open_assistant(settings, library)
        open_summariser(settings, library)
        open_planner(settings, library)
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
    try:
        await patiently(line.open)
    except Refused as fault:
        raise TelegramRefused from fault
    except LineFault as fault:
        raise TelegramUnreachable(url=settings.telegram_api_base) from fault
    try:
        yield line
    finally:
        await line.close()
