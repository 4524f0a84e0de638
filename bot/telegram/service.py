"""One bot at work: its parts put together, served until it is told to stop."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.conversation.context import Services
from bot.conversation.features.asking import MODEL_ERROR
from bot.conversation.features.status import Live, health
from bot.conversation.features.table import make_routes
from bot.conversation.routes import Where
from bot.conversation.wording import plain, table
from bot.settings import Settings, WriterChoice
from bot.speech import announce
from bot.state.opening import State
from bot.state.people import Role
from bot.telegram.clerk import Clerk
from bot.telegram.courier import Courier
from bot.telegram.desks import Desks
from bot.telegram.errands import Errands
from bot.telegram.faults import LineFault, Unsure, Wait
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.line import TelegramLine
from bot.telegram.pacing import Limits, Pacing
from bot.telegram.polling import poll
from bot.telegram.watch import Watch
from bot.telegram.web import WebApp, Webhook, serving
from knowledge.library import Library

_log = logging.getLogger("bot.telegram")
GRACE = 25.0
"""Seconds in which what was begun is finished when the bot is stopped."""
_INCOMING = "incoming"
_TRIES = 5
_TIDIED_EVERY = 3600.0
_MODEL_THREADS = {Where.ASKING: 8, Where.LONG: 3}
"""Where most of the time is spent waiting for a model; else one thread, for two take turns."""


async def patiently(call: Callable[[], Awaitable[None]]) -> None:
    """Do it, several times if need be; raises the last LineFault, and at once what is final."""
    for attempt in range(_TRIES):
        try:
            return await call()
        except (Wait, Unsure) as fault:
            if attempt == _TRIES - 1:
                raise
            await asyncio.sleep(fault.seconds if isinstance(fault, Wait) else 0.15 * 2**attempt)
    return None


class Bot:
    """All parts of one bot."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        state: State,
        line: TelegramLine,
        limits: Limits | None = None,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._state = state
        self._line = line
        self._watch = Watch()
        self._library = self._opened()
        pacing = Pacing(limits, time.monotonic())
        self._courier = Courier(line, state, plain("wait.opening"), pacing)
        models = settings.has_endpoint and settings.writer is not WriterChoice.EXTRACTIVE
        threads = _MODEL_THREADS if models else {}
        self._desks = {where: Desks(self._open_desk, threads.get(where, 1)) for where in Where}
        errands = Errands(
            make_routes(self.live),
            state,
            line,
            admins=settings.admin_ids,
            incoming=folder / _INCOMING,
        )
        clerk = Clerk(
            line,
            self._courier,
            desks=self._desks,
            state=state,
            errands=errands,
            watch=self._watch,
        )
        self._lanes = Lanes(clerk.handle)
        self._intake = Intake(
            state, self._lanes, errands.role_of, line.name, settings.rate_per_minute
        )

    def _opened(self) -> Library:
        return open_library(self._settings, self._folder, lambda _done, _of: None, create=True)

    def _open_desk(self) -> Services:
        library = self._opened()
        return Services(
            settings=self._settings,
            library=library,
            assistant=open_assistant(self._settings, library),
            condenser=open_summariser(self._settings, library),
            polisher=open_planner(self._settings, library),
            state=self._state,
            bot_name=self._line.name,
        )

    async def serve(self, stopping: asyncio.Event) -> None:
        """Answer until it is time to stop, then finish what was begun."""
        async with contextlib.AsyncExitStack() as open_:
            webhook = self._webhook()
            for listen in self._addresses():
                web = WebApp(self._intake, webhook, self.health)
                await open_.enter_async_context(serving(web, listen))
            left = self._intake.resume()
            announce("bot.started", name=self._line.name)
            if left:
                _log.info("resumed=%d", left)
            tasks = [asyncio.create_task(work) for work in self._works(webhook)]
            waiting = asyncio.create_task(stopping.wait())
            try:
                await self._until_stopped(tasks, waiting)
            finally:
                for task in (*tasks, waiting):
                    task.cancel()
                await asyncio.gather(*tasks, waiting, return_exceptions=True)
                await self._lanes.close(GRACE)

    async def _until_stopped(
        self, tasks: list["asyncio.Task[None]"], waiting: "asyncio.Task[bool]"
    ) -> None:
        """Raises what one of the tasks raises."""
        while not waiting.done() and tasks:
            done, _ = await asyncio.wait({*tasks, waiting}, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in tasks if task in done]:
                tasks.remove(task)
                task.result()

    def _works(self, webhook: Webhook | None) -> list[Coroutine[Any, Any, None]]:
        """What goes on while the bot serves."""
        return [self._introduce(), self._tidy(), self._fetch(webhook)]

    async def _fetch(self, webhook: Webhook | None) -> None:
        """Have updates brought, or go and fetch them."""
        try:
            if webhook:
                await patiently(lambda: self._line.set_webhook(webhook.url, webhook.secret))
                return
            await patiently(self._line.drop_webhook)
        except LineFault as fault:
            self._watch.failed(fault)
            _log.error("webhook: %s", type(fault).__name__)
        if not webhook:
            await poll(self._line, self._intake, self._watch)

    async def _introduce(self) -> None:
        """Set the menus of commands; a bot without them works as well."""
        admins = dict.fromkeys(self._settings.admin_ids, "admin")
        people = (p.user_id for p in self._state.people.everybody() if p.role is Role.ADMIN)
        places: dict[str | int, str] = {"private": "private", "group": "group"}
        for place, menu in (places | admins | dict.fromkeys(people, "admin")).items():
            introduce = partial(self._line.set_commands, table(f"commands_{menu}"), place)
            try:
                await patiently(introduce)
            except LineFault as fault:  # one who never opened the chat has no menu there
                _log.info("commands: %s", type(fault).__name__)

    async def _tidy(self) -> None:
        """Now and then let go of what is old."""
        while True:
            self._state.inbox.forget_old(time.time())
            self._state.answers.forget_old(time.time())
            await asyncio.sleep(_TIDIED_EVERY)

    def _webhook(self) -> Webhook | None:
        if not self._settings.webhook_url:
            return None
        notes = self._state.notes
        secret = notes.read("webhook_secret") or secrets.token_urlsafe(32)
        notes.write("webhook_secret", secret)
        return Webhook(self._settings.webhook_url, secret)

    def _addresses(self) -> list[str]:
        """Where to listen: for updates if they are brought, for those who look after health."""
        wanted = [self._settings.webhook_listen if self._settings.webhook_url else ""]
        return list(dict.fromkeys(a for a in [*wanted, self._settings.health_listen] if a))

    def live(self) -> Live:
        """How the bot is just now."""
        watch = self._watch
        return Live(
            started_at=watch.started_at,
            waiting=len(self._lanes) - self._lanes.working,
            working=self._lanes.working,
            answered=watch.answered,
            median_ms=watch.median_ms,
            p95_ms=watch.p95_ms,
            polling_ok=watch.polling_ok,
            telegram_error=self._courier.last_fault,
            model_error=self._state.notes.read(MODEL_ERROR),
            last_error=watch.last_error,
        )

    def health(self) -> dict[str, Any]:
        """The same for those who look after it."""
        reports, passages = len(self._library.reports()), self._library.passage_count()
        return health(self.live(), reports, passages, time.time())

    def close(self) -> None:
        """Let go of the libraries."""
        for desks in self._desks.values():
            desks.close()
        self._library.close()
