"""Takes in what comes: written down before Telegram is told, then queued in its chat's lane."""

import json
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from bot.state.inbox import Received
from bot.state.opening import State
from bot.state.people import Role
from bot.telegram.errands import STOP
from bot.telegram.incoming import Incoming, read_update
from bot.telegram.lanes import Job, Lanes
from bot.telegram.routing import Command, Request, Tapped, request_of

_log = logging.getLogger("bot.telegram")
_A_MINUTE = 60.0
_STRANGERS_MOST = 5
_TAPS_FOR_A_QUESTION = 3
_MOST_IN_A_LANE = 30
_MOST_IN_ALL = 600
_SWEPT_AT = 1000


class Intake:
    """``per_minute`` is how much one person may ask; taps are cheaper."""

    def __init__(
        self,
        state: State,
        lanes: Lanes,
        role_of: Callable[[int], Role],
        username: str,
        per_minute: int,
    ) -> None:
        self._state = state
        self._lanes = lanes
        self._role_of = role_of
        self._username = username
        self._per_minute = per_minute
        self._lately: dict[tuple[int, bool], deque[float]] = {}

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more should be fetched for now."""
        return len(self._lanes) >= _MOST_IN_ALL

    def resume(self) -> int:
        """Queue what an earlier run left; how much that is."""
        left = self._state.inbox.open()
        for received in left:
            incoming = read_update(json.loads(received.raw)) or Incoming(
                update_id=received.update_id
            )
            self._queue(received, incoming, request_of(incoming, self._username))
        return len(left)

    def take(self, updates: Sequence[Any]) -> int | None:
        """Write down some updates and queue those that are new; the highest number there was."""
        read = [(raw, incoming) for raw in updates if (incoming := read_update(raw))]
        requests: dict[int, tuple[Incoming, Request | None]] = {}
        received = []
        for raw, incoming in read:
            request = request_of(incoming, self._username)
            if request is not None:
                requests[incoming.update_id] = (incoming, request)
                verdict = self._verdict(incoming, request)
                told = json.dumps(raw)
                received.append(
                    Received(incoming.update_id, incoming.chat_id, told, verdict=verdict)
                )
        for new in self._state.inbox.take_in(received, time.time()) if received else ():
            self._queue(new, *requests[new.update_id])
        return max((incoming.update_id for _, incoming in read), default=None)

    def _queue(self, received: Received, incoming: Incoming, request: Request | None) -> None:
        job = Job(received, incoming, request)
        if isinstance(request, Command) and request.name == STOP and not received.composed:
            job.stopped = self._lanes.stop(received.chat_id, job.user_id)
        self._lanes.add(job)

    def _verdict(self, incoming: Incoming, request: Request) -> str:
        """What is decided at the door: empty, ``too_fast``, ``crowded``, or ``dropped``."""
        user_id = incoming.sender.id if incoming.sender else 0
        if isinstance(request, Command) and request.name == STOP:
            return ""
        tapped = isinstance(request, Tapped)
        most = self._per_minute * (_TAPS_FOR_A_QUESTION if tapped else 1)
        known = self._role_of(user_id).covers(Role.READER)
        if not known:
            most = _STRANGERS_MOST
        over = self._count(user_id, tapped=tapped) - most
        if over > 0:
            return "too_fast" if over == 1 and known and not tapped else "dropped"
        waiting = self._lanes.length(incoming.chat_id)
        if waiting < _MOST_IN_A_LANE:
            return ""
        return "crowded" if waiting == _MOST_IN_A_LANE else "dropped"

    def _count(self, user_id: int, *, tapped: bool) -> int:
        """How much somebody asked in the last minute, this included."""
        now = time.monotonic()
        if len(self._lately) > _SWEPT_AT:
            self._lately = {k: d for k, d in self._lately.items() if now - d[-1] < _A_MINUTE}
        lately = self._lately.setdefault((user_id, tapped), deque(maxlen=10 * self._per_minute))
        while lately and now - lately[0] >= _A_MINUTE:
            lately.popleft()
        lately.append(now)
        return len(lately)
