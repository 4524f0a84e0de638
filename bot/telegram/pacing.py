"""How fast Telegram lets a bot speak (https://core.telegram.org/bots/faq, on hitting limits).

One message a second in a chat, 20 a minute in a group, about 30 a second over all. The decisions
are pure: ``wait`` says how long from a given time, ``note`` writes down what was sent.
"""

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

_IDLE = 120.0


class Deed(StrEnum):
    """What is done to a chat; a new message and an edit are counted apart."""

    SEND = "send"
    EDIT = "edit"
    TYPE = "type"
    """The sign that it is being worked on; it is no message, but it is a call."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A little less than what is allowed.

    Seconds between two deeds of a kind in a chat; how many in a span, in a group and over all.
    """

    apart: float = 1.05
    group_most: int = 18
    group_span: float = 61.0
    all_most: int = 24
    all_span: float = 1.1


class Pacing:
    """What was sent lately, and who asked us to wait; times are seconds of one clock.

    ``begun`` is when this run began: what an earlier one sent just before is not known.
    """

    def __init__(self, limits: Limits | None = None, begun: float = -math.inf) -> None:
        self._limits = limits or Limits()
        self._begun = begun
        self._last: dict[tuple[int, Deed], float] = {}
        self._group: dict[int, deque[float]] = {}
        self._all: deque[float] = deque(maxlen=self._limits.all_most)
        self._held: dict[int, float] = {}
        self._swept = begun

    def wait(self, chat_id: int, deed: Deed, now: float) -> float:
        """Seconds until this may be done; 0 is now. Chats below 0 are groups."""
        limits = self._limits
        until = self._held.get(chat_id, now)
        if len(self._all) == limits.all_most:
            until = max(until, self._all[0] + limits.all_span)
        until = max(until, self._last.get((chat_id, deed), self._begun) + limits.apart)
        lately = self._group.get(chat_id)
        if deed is not Deed.TYPE and lately and len(lately) == limits.group_most:
            until = max(until, lately[0] + limits.group_span)
        return max(0.0, until - now)

    def note(self, chat_id: int, deed: Deed, now: float) -> None:
        """It is done."""
        self._sweep(now)
        self._last[chat_id, deed] = now
        self._all.append(now)
        if chat_id < 0 and deed is not Deed.TYPE:
            lately = self._group.setdefault(chat_id, deque(maxlen=self._limits.group_most))
            lately.append(now)

    def arrived(self, chat_id: int, deed: Deed, now: float) -> None:
        """Telegram has it: it may have counted it only now."""
        self._last[chat_id, deed] = now

    def hold(self, chat_id: int, seconds: float, now: float) -> None:
        """Telegram asked for a pause in this chat; the others go on."""
        self._held[chat_id] = max(self._held.get(chat_id, now), now + seconds)

    def _sweep(self, now: float) -> None:
        """Forget chats that have been quiet, now and then."""
        if now - self._swept < _IDLE:
            return
        self._swept = now
        self._last = {key: at for key, at in self._last.items() if now - at < _IDLE}
        self._group = {key: d for key, d in self._group.items() if now - d[-1] < _IDLE}
        self._held = {key: until for key, until in self._held.items() if until > now}
