"""Takes in what comes: written down before the app is told, then queued in its chat's queue."""

import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence

from bot.conversation.access import Access, allows
from bot.conversation.adapter import Adapter, ReceivedUpdate
from bot.conversation.context import Metrics
from bot.conversation.dispatcher import STOP
from bot.conversation.messages import ButtonPress, Update
from bot.conversation.queues import ChatQueues, QueuedUpdate
from bot.ids import app_of
from bot.state.delivery import Inbox, InboxItem
from bot.state.people import Role

_log = logging.getLogger("bot.conversation")
_A_MINUTE = 60.0
_SWEPT_AT = 1000
_MOST_OF_STRANGERS = 5
_PRESSES_FOR_A_QUESTION = 3
_MOST_IN_A_QUEUE = 30
_MOST_IN_ALL = 600


class UpdateReceiver:
    """``per_minute`` is how much one person may ask; presses of buttons are cheaper."""

    def __init__(  # noqa: PLR0913 - all that an update passes through
        self,
        adapters: Mapping[str, Adapter],
        inbox: Inbox,
        queues: ChatQueues,
        *,
        access: Access,
        metrics: Metrics,
        per_minute: int,
    ) -> None:
        self._adapters = adapters
        self._inbox = inbox
        self._queues = queues
        self._access = access
        self._metrics = metrics
        self._per_minute = per_minute
        self._counter = RequestCounter(per_minute)

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more should be fetched for now."""
        return len(self._queues) >= _MOST_IN_ALL

    def resume(self) -> None:
        """Queue what an earlier run left."""
        unfinished = self._inbox.unfinished()
        for item in unfinished:
            adapter = self._adapters.get(item.app)
            if adapter:  # what an app left that is not served just now waits for it
                self._queue(item, adapter.read_update(item.raw))
        if unfinished:
            _log.info("resumed=%d", len(unfinished))

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        """Write updates down and queue those that are new; raises StoreError."""
        updates: dict[tuple[str, str], Update] = {}
        items = []
        for each in received:
            update = each.update
            app = app_of(update.chat_id)
            updates.setdefault((app, update.id), update)
            verdict = self._verdict(update)
            items.append(InboxItem(app, update.id, update.chat_id, each.raw, verdict))
        for item in self._inbox.take_in(items, time.time()) if items else ():
            self._queue(item, updates[item.app, item.app_update_id])

    def note_receiving(self, *, ok: bool) -> None:
        """Note whether updates can be received just now."""
        self._metrics.receiving_ok = ok

    def note_error(self, error: Exception) -> None:
        """Note that something went wrong in receiving."""
        self._metrics.note_error(error)

    def _queue(self, item: InboxItem, update: Update | None) -> None:
        queued = QueuedUpdate(item, update)
        if update and _is_stop(update) and not item.composed:
            queued.stopped = self._queues.stop(item.chat_id, update.user_id)
        self._queues.add(queued)

    def _verdict(self, update: Update) -> str:
        """What is decided at the door: empty, ``too_fast``, ``crowded``, or ``dropped``."""
        if _is_stop(update):
            return ""
        pressed = isinstance(update.content, ButtonPress)
        most = self._per_minute * (_PRESSES_FOR_A_QUESTION if pressed else 1)
        known = allows(self._access.role_of(update.user_id), Role.READER)
        if not known:
            most = _MOST_OF_STRANGERS
        over = self._counter.count(update.user_id, time.monotonic(), pressed=pressed) - most
        if over > 0:
            return "too_fast" if over == 1 and known and not pressed else "dropped"
        waiting = self._queues.length(update.chat_id)
        if waiting < _MOST_IN_A_QUEUE:
            return ""
        return "crowded" if waiting == _MOST_IN_A_QUEUE else "dropped"


def _is_stop(update: Update) -> bool:
    content = update.content
    return not isinstance(content, ButtonPress) and content.command == STOP and not content.file


class RequestCounter:
    """How much each person asked in the last minute; presses of buttons are counted apart."""

    def __init__(self, per_minute: int) -> None:
        self._most = 10 * per_minute
        self._lately: dict[tuple[str, bool], deque[float]] = {}

    def count(self, user_id: str, now: float, *, pressed: bool) -> int:
        """Count one more request; how many there were, this one included."""
        if len(self._lately) > _SWEPT_AT:
            self._lately = {k: d for k, d in self._lately.items() if now - d[-1] < _A_MINUTE}
        lately = self._lately.setdefault((user_id, pressed), deque(maxlen=self._most))
        while lately and now - lately[0] >= _A_MINUTE:
            lately.popleft()
        lately.append(now)
        return len(lately)
