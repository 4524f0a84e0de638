"""What is to be done about an update: which feature, whether its sender may, or a few words.

The one place where it is decided who may do what.
"""

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.conversation.context import Attachment, RequestContext, Services
from bot.conversation.messages import Outcome, reply_with
from bot.conversation.routes import Route, Routes, Where
from bot.conversation.wording import plain, sentence
from bot.state.opening import State
from bot.state.people import Role
from bot.telegram.faults import LineFault, Unsure, Wait
from bot.telegram.lanes import Job
from bot.telegram.line import TelegramLine
from bot.telegram.routing import Command, Sent, Tapped, Unreadable

_log = logging.getLogger("bot.telegram")
_MOST_BYTES = 20 << 20
"""What a Bot API server gives out: https://core.telegram.org/bots/api#getfile."""
_FETCHES = 4
STOP = "stop"

Work = Callable[[Services, RequestContext], Outcome]


@dataclass(slots=True)
class Errand:
    """Some work for a services, or words that need none; ``seconds`` is how long the work took."""

    name: str
    role: Role
    work: Work | None = None
    where: Where = Where.SHORT
    outcome: Outcome = field(default_factory=Outcome)
    seconds: float = 0.0
    fetched: Path | None = None

    def run(self, services: Services, context: RequestContext) -> Outcome:
        """Do the work, at a services's thread."""
        begun = time.perf_counter()
        try:
            return self.work(services, context) if self.work else self.outcome
        finally:
            self.seconds = time.perf_counter() - begun

    def clean_up(self) -> None:
        """Let go of the file that was fetched for it."""
        if self.fetched:
            _remove(self.fetched)


class Errands:
    """Decides by the table of routes and the roles people have.

    ``incoming`` is a folder for files on their way, emptied at the start.
    """

    def __init__(
        self,
        routes: Routes,
        state: State,
        line: TelegramLine,
        *,
        admins: Sequence[int],
        incoming: Path,
    ) -> None:
        shutil.rmtree(incoming, ignore_errors=True)  # what a killed run left
        self._incoming = incoming
        self._routes = routes
        self._state = state
        self._admins = frozenset(admins)
        self._line = line

    def role_of(self, user_id: int) -> Role:
        """What somebody is; those named in the settings are administrators."""
        if user_id in self._admins:
            return Role.ADMIN
        person = self._state.people.find(user_id)
        return person.role if person else Role.STRANGER

    async def of(self, job: Job) -> Errand:
        """What is to be done about an update."""
        role = self.role_of(job.user_id)
        verdict = job.received.verdict
        if verdict or job.halted.is_set():
            # what is stopped before it began is passed over: the answer to /stop says so
            told = (
                reply_with(sentence(f"wait.{verdict}"))
                if verdict in ("crowded", "too_fast")
                else None
            )
            return Errand(verdict or "halted", role, outcome=told or Outcome())
        match job.request:
            case Command():
                return self._command(job, job.request, role)
            case Tapped():
                return self._tap(job.request, role)
            case Sent():
                return await self._upload(job.request, role)
            case Unreadable():
                return self._guarded(
                    "unreadable",
                    Route(lambda _d, _v, _w: reply_with(sentence("wait.unreadable"))),
                    "",
                    role,
                )
        return Errand("nothing", role)

    def _command(self, job: Job, command: Command, role: Role) -> Errand:
        if command.name == STOP and role.covers(Role.READER):
            key = "wait.stopping" if job.stopped else "wait.nothing_to_stop"
            return Errand(STOP, role, outcome=reply_with(sentence(key)))
        route = self._routes.commands.get(command.name)
        in_group = job.received.chat_id < 0
        if route and in_group and route.needs is Role.ADMIN and role.covers(Role.ADMIN):
            return Errand(command.name, role, outcome=reply_with(sentence("access.in_private")))
        if route:
            return self._guarded(command.name, route, command.words, role)
        if in_group:  # it it may have been for somebody else
            return Errand("unknown", role)
        return self._guarded("unknown", Route(self._routes.unknown), f"/{command.name}", role)

    def _tap(self, tap: Tapped, role: Role) -> Errand:
        taps = self._routes.taps
        route = taps.get(tap.prefix + tap.data) or taps.get(tap.prefix)
        if route is None:
            stale = Outcome(toast=plain("button.stale"))
            return self._guarded("stale", Route(lambda _d, _v, _w: stale), "", role, tapped=True)
        return self._guarded(f"tap {tap.prefix}", route, tap.data, role, tapped=True)

    async def _upload(self, sent: Sent, role: Role) -> Errand:
        needs = self._routes.loads
        if not role.covers(needs):
            return self._guarded("upload", Route(self._routes.unknown, needs), "", role)
        size = sent.file.file_size
        if size > _MOST_BYTES:
            told = sentence("wait.too_large", size=-(-size >> 20), limit=_MOST_BYTES >> 20)
            return Errand("upload", role, outcome=reply_with(told))
        path = await self._fetched(sent.file.file_id)
        if path is None:
            return Errand("upload", role, outcome=reply_with(sentence("wait.not_fetched")))
        upload = Attachment(sent.file.file_name, path.stat().st_size, path)

        def load(services: Services, context: RequestContext) -> Outcome:
            return self._routes.load(services, context, upload, sent.caption)

        return Errand("upload", role, load, where=Where.WRITING, fetched=path)

    async def _fetched(self, file_id: str) -> Path | None:
        """The file, in a place of its own; None where it cannot be had."""
        path = _place_for_a_file(self._incoming)
        for attempt in range(1, _FETCHES + 1):
            try:
                await self._line.download(file_id, path)
            except (Wait, Unsure) as fault:
                _log.warning("download: %s", type(fault).__name__)
                await asyncio.sleep(fault.seconds if isinstance(fault, Wait) else 0.5 * attempt)
            except LineFault as fault:
                _log.warning("download: %s", type(fault).__name__)
                break
            else:
                return path
        _remove(path)
        return None

    def _guarded(
        self, name: str, route: Route, words: str, role: Role, *, tapped: bool = False
    ) -> Errand:
        """A route's work if the role covers it, else words that say why not."""
        if role.covers(route.needs):

            def run(services: Services, context: RequestContext) -> Outcome:
                return route.run(services, context, words)

            return Errand(name, role, run, where=route.where)
        key = "access.needs_admin" if route.needs is Role.ADMIN else "access.needs_editor"
        if not role.covers(Role.READER):
            key = "access.short"
        if tapped:
            return Errand(name, role, outcome=Outcome(toast=plain(key), alert=True))
        if key == "access.short":
            return Errand(name, role, self._routes.refused)
        return Errand(name, role, outcome=reply_with(sentence(key)))


def _place_for_a_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as made:
        return Path(made.name)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
