"""Answers one update, from its words to their delivery.

How far it came is written down, so that what a crash cut off goes on where it was: a message that
was opened is used, what was settled is not worked out again. ``ProgressMessage`` is the message in
which an answer will stand, from before there is one.
"""

import asyncio
import contextlib
import logging
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.conversation.access import Access
from bot.conversation.adapter import (
    Adapter,
    AdapterFault,
    ChatClosed,
    Rejected,
    try_repeatedly,
)
from bot.conversation.context import Attachment, Metrics, Request
from bot.conversation.dispatcher import Dispatch, Route, Routes, Where, dispatch
from bot.conversation.messages import FileRef, Outcome, Reply, Text, Update, reply_with, split_text
from bot.conversation.outgoing import (
    PROGRESS,
    MessageBody,
    Recipient,
    fit_outcome,
    outgoing_messages,
)
from bot.conversation.queues import QueuedUpdate, WorkerPool
from bot.conversation.sender import Sender
from bot.conversation.wording import plain, sentence
from bot.errors import Stopped
from bot.interruption import raise_if_stopped
from bot.speech import handled_update
from bot.state.delivery import LeaseLost, Outbox, OutgoingKind, OutgoingMessage
from bot.state.opening import State
from knowledge.errors import (
    AssistantError,
    DatabaseBusy,
    DatabaseMissing,
    DatabaseRefused,
    DatabaseUnreachable,
    StoreError,
)

_LEFT_SECONDS = 3600.0


class FileFetcher:
    """Fetches into ``folder``, in which a killed run may have left files: they are removed.

    Where other processes fetch into it as well, ``shared``, only what is old is.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        before = time.time() - (_LEFT_SECONDS if shared else 0)
        for path in folder.glob("*"):
            with contextlib.suppress(OSError):  # another process may have removed it
                if path.stat().st_mtime < before:
                    path.unlink()
        self._folder = folder

    async def fetch(self, adapter: Adapter, file: FileRef) -> Attachment | None:
        """The file, which the caller removes; None where it cannot be had."""
        path = self._new_path()
        told = ""

        async def fetch() -> None:
            nonlocal told
            told = await adapter.fetch_file(file.id, path)

        try:
            await try_repeatedly(fetch)
        except AdapterFault as fault:
            _log.warning("file: %s", type(fault).__name__)
            path.unlink(missing_ok=True)
            return None
        return Attachment(file.name or told, path.stat().st_size, path)

    def _new_path(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as made:
            return Path(made.name)


_log = logging.getLogger("bot.conversation")
_CURSOR = " ▍"
_RESTARTING = (DatabaseUnreachable, DatabaseBusy, DatabaseRefused, DatabaseMissing)
"""What a server says that is being started again."""
_MOST_ATTEMPTS = 8  # a process that is killed now and then is no fault of the question
_PATIENCE = 0.7  # a pressed button spins until it is answered


class ProgressMessage:
    """Opened at once or when there is something to show; shows how far the work is.

    ``show`` and ``show_count`` are for a worker's thread, all else for the loop's.
    """

    def __init__(self, sender: Sender, outbox: Outbox, to: Recipient) -> None:
        self._sender = sender
        self._to = to
        self._message = _as_left(outbox, to)
        self._adapter = sender.adapter(to.chat_id)
        abilities = self._adapter.abilities
        self._in_sight = abilities.edits or (abilities.streams and to.reply_to is not None)
        self._shown = self._latest = ""
        self._news = asyncio.Event()
        self._opening = asyncio.Lock()
        self._typing: asyncio.Task[None] | None = None
        self._preview: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()

    def begin(self) -> None:
        """Show that we are at work, and whatever is shown from now on."""
        if self._adapter.abilities.typing:
            self._typing = asyncio.create_task(self._keep_typing())
        if self._in_sight:
            self._preview = asyncio.create_task(self._show_preview())

    async def open(self, words: Text) -> None:
        """Open the message with a few words; raises ChatClosed or Rejected."""
        if self._in_sight:
            await self._open(words)

    def show(self, text: str) -> None:
        """Show the text as far as it is written; raises Stopped."""
        raise_if_stopped()
        self._loop.call_soon_threadsafe(self._note, text)

    def show_count(self, done: int, of: int) -> None:
        """Show how much is done; raises Stopped."""
        self.show(plain("wait.progress", done=done, of=of))

    async def close(self) -> None:
        """Show no more; an edit that is on its way arrives before this returns."""
        self._closed.set_result(None)
        self._news.set()
        if self._typing:
            self._typing.cancel()
        tasks = [task for task in (self._typing, self._preview) if task]
        await asyncio.gather(*tasks, return_exceptions=True)

    def settle(self, outcome: Outcome) -> list[OutgoingMessage]:
        """What is to go out, the first text in place of what was shown meanwhile."""
        message = self._message
        outcome = fit_outcome(outcome, self._adapter.abilities)
        if message.message_id is not None and not outcome.replies:
            outcome = replace(outcome, replies=(Reply((sentence("wait.done"),)),))
        return [
            replace(m, message_id=message.message_id, stage=message.stage) if m.n == PROGRESS else m
            for m in outgoing_messages(outcome, self._to, self._sender.limits)
        ]

    async def _open(self, words: Text | None = None) -> None:
        async with self._opening:  # what is to be shown may come while it is being opened
            self._message = await self._sender.open(self._message, words)

    def _note(self, text: str) -> None:
        self._latest = text
        self._news.set()

    async def _keep_typing(self) -> None:
        while True:
            await self._sender.show_typing(self._to.chat_id)
            await asyncio.sleep(self._adapter.limits.typing_seconds)

    async def _show_preview(self) -> None:
        limits, chat_id = self._adapter.limits, self._to.chat_id
        in_group = self._adapter.is_group(chat_id)
        every = limits.pace.group_preview_every if in_group else limits.pace.preview_every
        while not self._closed.done():
            await self._news.wait()
            self._news.clear()
            if self._closed.done() or self._latest == self._shown:
                continue
            try:
                if self._message.message_id is None:
                    await self._open()
            except AdapterFault as fault:
                _log.info("preview chat=%s: %s", chat_id, type(fault).__name__)
                return
            text = self._latest
            room = limits.message_length - len(_CURSOR)
            head = split_text(Text(text), room, limits.measure)[0] + _CURSOR
            if await self._sender.preview(self._message, head):
                self._shown = text
            else:
                self._news.set()
            await asyncio.wait([self._closed], timeout=every)


def _as_left(outbox: Outbox, to: Recipient) -> OutgoingMessage:
    """The message as a crash left it, or a new one, written down."""
    for message in outbox.of(to.update_id):
        if message.n == PROGRESS:
            return message
    body = MessageBody(Text(""), (), to.reply_to).to_json()
    message = OutgoingMessage(to.update_id, PROGRESS, to.chat_id, OutgoingKind.TEXT, body)
    outbox.put(to.update_id, [message])
    return message


@dataclass(frozen=True, slots=True)
class _Work:
    """An update while it is being answered, and what is to be done about it."""

    queued: QueuedUpdate
    update: Update
    request: Request
    dispatch: Dispatch
    progress: ProgressMessage


class UpdateHandler:
    """Handles updates; that a chat's come one after another is the consumer's affair."""

    def __init__(  # noqa: PLR0913 - all that an update passes through
        self,
        routes: Routes,
        state: State,
        sender: Sender,
        *,
        pools: Mapping[Where, WorkerPool],
        access: Access,
        fetcher: FileFetcher,
        metrics: Metrics,
        receives: bool = True,
    ) -> None:
        self._routes = routes
        self._state = state
        self._sender = sender
        self._pools = pools
        self._access = access
        self._fetcher = fetcher
        self._metrics = metrics
        self._receives = receives

    async def handle(self, queued: QueuedUpdate) -> None:
        """Answer an update. What the app or the disk does not let through stays for later."""
        number = queued.item.id
        handled_update.set(number)
        try:
            if queued.update and not queued.item.composed:
                await self._compose(queued, queued.update)
            for message in self._state.outbox.of(number):
                await self._sender.deliver(message)
            self._state.inbox.finish(number)
        except LeaseLost:
            _log.warning("answered elsewhere")
        except (AdapterFault, StoreError) as error:
            self._metrics.note_error(error)
            _log.error("left for later: %s", type(error).__name__)

    async def _compose(self, queued: QueuedUpdate, update: Update) -> None:
        """Work out what is to be said, and write it down."""
        item = queued.item
        work = self._work(queued, update)
        status = "given_up" if item.attempts > _MOST_ATTEMPTS else "composed"
        try:
            outcome = await self._outcome(work)
        except (ChatClosed, Rejected) as fault:  # nobody is there any more to be answered
            _log.warning("nobody to answer chat=%s: %s", item.chat_id, type(fault).__name__)
            outcome, status = Outcome(), "closed"
        if outcome.toast and not self._can_toast(item.chat_id):
            outcome = _say_toast(outcome)
        begun = time.perf_counter()
        with self._state.transaction():
            self._state.outbox.put(item.id, work.progress.settle(outcome))
            self._state.inbox.mark_composed(item.id)
        if queued.own_seconds:
            self._metrics.note_answer(queued.own_seconds + time.perf_counter() - begun)
        await self._answer_press(work, outcome.toast, alert=outcome.alert)
        _log.info(
            "chat=%s kind=%s status=%s own_ms=%.1f",
            item.chat_id, work.dispatch.name, status, queued.own_seconds * 1000,
        )  # fmt: skip

    def _can_toast(self, chat_id: str) -> bool:
        """Whether a pressed button can be answered with words from here."""
        abilities = self._sender.adapter(chat_id).abilities
        return abilities.toasts and (self._receives or not abilities.toasts_where_received)

    def _work(self, queued: QueuedUpdate, update: Update) -> _Work:
        item, press = queued.item, update.press
        page_of = press.message_id if press else None
        streams = self._sender.adapter(item.chat_id).abilities.streams
        reply_to = update.message_id if streams and not press else update.reply_to
        to = Recipient(item.id, item.chat_id, page_of, reply_to, all_reply=streams)
        progress = ProgressMessage(self._sender, self._state.outbox, to)
        role = self._access.role_of(update.user_id)
        request = Request(
            update_id=item.id,
            chat_id=item.chat_id,
            user_id=update.user_id,
            user_name=update.user_name,
            role=role,
            private=not update.in_group,
            message_id=update.message_id,
            now=time.time(),
            show=progress.show,
            progress=progress.show_count,
        )
        decided = dispatch(self._routes, queued, update, role)
        return _Work(queued, update, request, decided, progress)

    async def _outcome(self, work: _Work) -> Outcome:
        dispatched = work.dispatch
        if work.queued.item.attempts > _MOST_ATTEMPTS:
            _log.warning("given up after %d attempts", _MOST_ATTEMPTS)
            return reply_with(sentence("wait.broken"))
        if dispatched.route is None:
            return dispatched.outcome
        if dispatched.file is None:
            return await self._run(work, dispatched.route)
        return await self._run_with_file(work, dispatched.route, dispatched.file)

    async def _run_with_file(self, work: _Work, route: Route, file: FileRef) -> Outcome:
        adapter = self._sender.adapter(work.update.chat_id)
        most = adapter.limits.file_bytes
        if file.size > most:
            size = -(-file.size >> 20)
            return reply_with(sentence("wait.too_large", size=size, limit=most >> 20))
        attachment = await self._fetcher.fetch(adapter, file)
        if attachment is None:
            return reply_with(sentence("wait.not_fetched"))
        try:
            request = replace(work.request, attachment=attachment)
            return await self._run(replace(work, request=request), route)
        finally:
            attachment.path.unlink(missing_ok=True)

    async def _run(self, work: _Work, route: Route) -> Outcome:
        """What a feature says, or that it was stopped."""
        queued, progress = work.queued, work.progress
        pool = self._pools[route.where]
        progress.begin()
        working = asyncio.ensure_future(
            pool.run(route.run, queued, work.request, work.dispatch.words)
        )
        working.add_done_callback(_retrieve_exception)
        try:
            await self._show_patience(work, working, pool.waiting)
            stopping = asyncio.ensure_future(queued.stopping.wait())
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if working.done():
                return await self._result(working)
            return reply_with(sentence("wait.stopped"))
        finally:
            await progress.close()

    async def _show_patience(
        self, work: _Work, working: "asyncio.Future[Outcome]", waiting: int
    ) -> None:
        """Answer a message with one at once; release a button when the work takes long."""
        if work.update.press is None:
            words = sentence("wait.queued", count=waiting) if waiting else sentence("wait.opening")
            await work.progress.open(words)
            return
        await asyncio.wait({working}, timeout=_PATIENCE)
        if not working.done():
            await self._answer_press(work, "")

    async def _result(self, working: "asyncio.Future[Outcome]") -> Outcome:
        """What came of it; the place where a feature's errors become speech."""
        try:
            return await working
        except Stopped:
            return reply_with(sentence("wait.stopped"))
        except _RESTARTING:  # it is for later, as all that cannot be written down
            raise
        except AssistantError as error:
            _log.warning("request: %s", type(error).__name__)
            return reply_with(Text(str(error)))
        except Exception as error:  # noqa: BLE001 - the one place here that turns any error into speech
            self._metrics.note_error(error)
            _log.exception("unexpected")
            return reply_with(sentence("wait.broken"))

    async def _answer_press(self, work: _Work, toast: str, *, alert: bool = False) -> None:
        """Release a pressed button, once; one that is too old to be answered is no matter."""
        press = work.update.press
        if press is None or work.queued.press_answered:
            return
        work.queued.press_answered = True
        try:
            adapter = self._sender.adapter(work.update.chat_id)
            await adapter.answer_press(press.id, toast, alert=alert)
        except AdapterFault as fault:
            _log.info("press: %s", type(fault).__name__)


def _say_toast(outcome: Outcome) -> Outcome:
    """An outcome whose toast is a message, unless there is something else to be seen."""
    if outcome.replies or outcome.page or outcome.documents:
        return outcome
    return replace(outcome, replies=(Reply((Text(outcome.toast),)),))


def _retrieve_exception(working: "asyncio.Future[Outcome]") -> None:
    """Retrieve the exception of work that was stopped, so that asyncio does not log it."""
    if not working.cancelled():
        working.exception()
