"""Deals with one update, from its words to their delivery.

How far it came is written down, so that what a crash cut off goes on where it was: a message that
was opened is used, what was settled is not worked out again.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation.context import RequestContext, Services
from bot.conversation.messages import Outcome, Reply, Text, reply_with
from bot.conversation.routes import Where
from bot.conversation.wording import plain, sentence
from bot.errors import Stopped
from bot.interruption import heed, interruptible
from bot.state.opening import State
from bot.state.parcels import Parcel
from bot.telegram.anchor import Anchor
from bot.telegram.courier import Courier
from bot.telegram.desks import Desks
from bot.telegram.errands import Errand, Errands
from bot.telegram.faults import Gone, LineFault, Refused
from bot.telegram.lanes import Job
from bot.telegram.line import TelegramLine
from bot.telegram.packing import ANCHOR, opening_parcel, parcels_of
from bot.telegram.routing import Inquired
from bot.telegram.watch import Watch
from knowledge.errors import AssistantError, StoreError

_log = logging.getLogger("bot.telegram")
_MOST_ATTEMPTS = 8  # a process that is killed now and then is no fault of the question
_PATIENCE = 0.7  # a tapped button spins until it is answered


class Clerk:
    """Handles jobs; the chat's turn is the lanes' affair."""

    def __init__(  # noqa: PLR0913 - all that an update passes through
        self,
        line: TelegramLine,
        courier: Courier,
        *,
        desks: Mapping[Where, Desks],
        state: State,
        errands: Errands,
        watch: Watch,
    ) -> None:
        self._line = line
        self._courier = courier
        self._desks = desks
        self._state = state
        self._errands = errands
        self._watch = watch

    async def handle(self, job: Job) -> None:
        """Answer an update. What Telegram or the disk does not let through stays for later."""
        update_id = job.received.update_id
        try:
            if isinstance(job.request, Inquired):
                await self._pass_over(job)
            elif job.request is not None and not job.received.composed:
                await self._compose(job)
            for parcel in self._state.parcels.of(update_id):
                await self._courier.deliver(parcel)
            self._state.inbox.finish(update_id)
        except (LineFault, StoreError) as error:
            self._watch.failed(error)
            _log.error("update=%d left for later: %s", update_id, type(error).__name__)

    async def _compose(self, job: Job) -> None:
        """Work out what is to be said, and write it down."""
        update_id = job.received.update_id
        self._state.inbox.begin(update_id)
        anchor = Anchor(self._courier, self._line, self._opening(job))
        errand = await self._errands.of(job)
        try:
            outcome = await self._outcome(job, errand, anchor)
        except (Gone, Refused):  # nobody is there any more to be answered
            outcome = Outcome()
        finally:
            errand.clean_up()
        begun = time.perf_counter()
        with self._state.transaction():
            self._pack(job, anchor, outcome)
            self._state.inbox.compose(update_id)
        if errand.seconds:
            self._watch.worked(errand.seconds + time.perf_counter() - begun)
        await self._let_go(job, outcome.toast, alert=outcome.alert)
        _log.info(
            "update=%d chat=%d kind=%s own_ms=%.1f",
            update_id, job.received.chat_id, errand.name, errand.seconds * 1000,
        )  # fmt: skip

    def _opening(self, job: Job) -> Parcel:
        """The parcel of the anchor: as a crash left it, or a new one."""
        update_id = job.received.update_id
        known = [p for p in self._state.parcels.of(update_id) if p.n == ANCHOR]
        if known:
            return known[0]
        parcel = opening_parcel(update_id, job.received.chat_id, job.replied_to)
        self._state.parcels.pack([parcel])
        return parcel

    async def _outcome(self, job: Job, errand: Errand, anchor: Anchor) -> Outcome:
        if job.received.attempts >= _MOST_ATTEMPTS:
            return reply_with(sentence("wait.broken"))
        if errand.work is None:
            return errand.outcome
        context = self._visit(job, errand, anchor)
        anchor.begin()
        desks = self._desks[errand.where]

        def work(services: Services) -> Outcome:
            with interruptible(job.halted.is_set):
                return errand.run(services, context)

        working = asyncio.ensure_future(desks.run(work))
        working.add_done_callback(_heard)
        try:
            await self._show_patience(job, working, anchor, desks.ahead)
            halting = asyncio.ensure_future(job.halting.wait())
            await asyncio.wait({working, halting}, return_when=asyncio.FIRST_COMPLETED)
            halting.cancel()
            return (
                await self._spoken(working)
                if working.done()
                else reply_with(sentence("wait.stopped"))
            )
        finally:
            await anchor.close()

    async def _show_patience(
        self, job: Job, working: "asyncio.Future[Outcome]", anchor: Anchor, ahead: int
    ) -> None:
        """A message is answered with one at once, a button let go when it takes long."""
        if job.incoming.callback_query is None:
            await anchor.open(plain("wait.queued", count=ahead) if ahead else plain("wait.opening"))
            return
        await asyncio.wait({working}, timeout=_PATIENCE)
        if not working.done():
            await self._let_go(job, "")

    async def _spoken(self, working: "asyncio.Future[Outcome]") -> Outcome:
        """What came of it; the place where a feature's errors become speech."""
        try:
            return await working
        except Stopped:
            return reply_with(sentence("wait.stopped"))
        except AssistantError as error:
            _log.warning("request: %s", type(error).__name__)
            return reply_with(Text(str(error)))
        except Exception as error:  # noqa: BLE001 - the one place here that turns any error into speech
            self._watch.failed(error)
            _log.exception("unexpected")
            return reply_with(sentence("wait.broken"))

    def _visit(self, job: Job, errand: Errand, anchor: Anchor) -> RequestContext:
        loop = asyncio.get_running_loop()

        def show(text: str) -> None:
            heed()
            loop.call_soon_threadsafe(anchor.show, text)

        def progress(done: int, of: int) -> None:
            show(plain("wait.progress", done=done, of=of))

        incoming = job.incoming
        message = incoming.message or (incoming.callback_query and incoming.callback_query.message)
        return RequestContext(
            update_id=job.received.update_id,
            chat_id=job.received.chat_id,
            user_id=job.user_id,
            user_name=incoming.sender.name if incoming.sender else "",
            role=errand.role,
            private=bool(message) and message.chat.type == "private" if message else False,
            message_id=message.message_id if message else 0,
            now=time.time(),
            show=show,
            progress=progress,
        )

    def _pack(self, job: Job, anchor: Anchor, outcome: Outcome) -> None:
        if not outcome.replies:
            if anchor.is_open:
                outcome = replace(outcome, replies=(Reply((sentence("wait.done"),)),))
            else:
                self._state.parcels.drop(anchor.parcel)
        tap = job.incoming.callback_query
        page_of = tap.message.message_id if tap and tap.message else 0
        update_id, chat_id = job.received.update_id, job.received.chat_id
        self._state.parcels.pack(parcels_of(outcome, update_id, chat_id, page_of, job.replied_to))

    async def _pass_over(self, job: Job) -> None:
        """Tell whoever types behind the bot's name elsewhere that there is nothing for them."""
        query = job.incoming.inline_query
        try:
            await self._line.answer_inline(query.id if query else "")
        except LineFault as fault:
            _log.info("inline: %s", type(fault).__name__)

    async def _let_go(self, job: Job, toast: str, *, alert: bool = False) -> None:
        """Answer a tapped button, once; one that is too old to be answered is no matter."""
        tap = job.incoming.callback_query
        if tap is None or job.let_go:
            return
        job.let_go = True
        try:
            await self._line.answer_tap(tap.id, toast, alert=alert)
        except LineFault as fault:
            _log.info("tap: %s", type(fault).__name__)


def _heard(working: "asyncio.Future[Outcome]") -> None:
    """What became of work that was stopped is nobody's concern; asyncio wants it asked for."""
    if not working.cancelled():
        working.exception()
