"""How fast we may speak, and how fast people may ask.

Both are pure: times are given to them.
"""

import math
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from bot.conversation.adapter import SendPace

_IDLE = 120.0
_A_MINUTE = 60.0
_SWEPT_AT = 1000


class CallKind(StrEnum):
    """What is done to a chat; a new message and an edit are counted apart."""

    SEND = "send"
    EDIT = "edit"
    TYPING = "typing"
    """The sign that it is being worked on; it is no message, but it is a call."""


class RateLimiter:
    """What was sent lately on one app, and who asked us to wait; times are seconds of one clock.

    ``begun`` is when this run began: what an earlier one sent just before is not known.
    """

    def __init__(
        self, pace: SendPace, is_group: Callable[[str], bool], begun: float = -math.inf
    ) -> None:
        self._pace = pace
        self._is_group = is_group
        self._begun = begun
        self._last: dict[tuple[str, CallKind], float] = {}
        self._group: dict[str, deque[float]] = {}
        self._all: deque[float] = deque(maxlen=pace.all_most)
        self._paused: dict[str, float] = {}
        self._swept = begun

    def wait(self, chat_id: str, call: CallKind, now: float) -> float:
        """Seconds until this may be done; 0 is now."""
        pace = self._pace
        until = self._paused.get(chat_id, now)
        if len(self._all) == pace.all_most:
            until = max(until, self._all[0] + pace.all_span)
        until = max(until, self._last.get((chat_id, call), self._begun) + pace.apart)
        lately = self._group.get(chat_id)
        if call is not CallKind.TYPING and lately and len(lately) == pace.group_most:
            until = max(until, lately[0] + pace.group_span)
        return max(0.0, until - now)

    def note(self, chat_id: str, call: CallKind, now: float) -> None:
        """Write down a call that is made."""
        self._sweep(now)
        self._last[chat_id, call] = now
        self._all.append(now)
        if call is not CallKind.TYPING and self._is_group(chat_id):
            lately = self._group.setdefault(chat_id, deque(maxlen=self._pace.group_most))
            lately.append(now)

    def note_arrival(self, chat_id: str, call: CallKind, now: float) -> None:
        """Write down that the app has it: it may have counted it only now."""
        self._last[chat_id, call] = now

    def pause(self, chat_id: str, seconds: float, now: float) -> None:
        """Keep quiet in a chat where the app asked for it; the others go on."""
        self._paused[chat_id] = max(self._paused.get(chat_id, now), now + seconds)

    def _sweep(self, now: float) -> None:
        """Forget chats that have been quiet, now and then."""
        if now - self._swept < _IDLE:
            return
        self._swept = now
        self._last = {key: at for key, at in self._last.items() if now - at < _IDLE}
        self._group = {key: d for key, d in self._group.items() if now - d[-1] < _IDLE}
        self._paused = {key: until for key, until in self._paused.items() if until > now}


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
