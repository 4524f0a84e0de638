"""Telegram's flood limits, counted as Telegram publishes them."""

import math
from collections import deque
from dataclasses import dataclass, field

from tests.bot_api.records import ApiChat


@dataclass(frozen=True, slots=True)
class Rules:
    """How much is let through; the figures are those that Telegram publishes."""

    private_per_second: float = 1.0
    private_burst: int = 3
    group_per_minute: int = 20
    overall_per_second: int = 30


@dataclass(slots=True)
class FloodLimits:
    """Counts what was let through; without rules everything is."""

    rules: Rules | None = None
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _overall: deque[float] = field(default_factory=deque)

    def wait(self, chat: ApiChat, now: float) -> int:
        """Whole seconds that a message to a chat must wait, 0 when it is let through."""
        if self.rules is None:
            return 0
        overall = _window(self._overall, self.rules.overall_per_second, 1, now)
        longest = max(overall, self._chat_wait(chat, self.rules, now))
        if longest > 0:
            return max(math.ceil(longest), 1)
        self._count(chat, self.rules, now)
        return 0

    def _chat_wait(self, chat: ApiChat, rules: Rules, now: float) -> float:
        if chat.type == "private":
            return (1 - self._tokens(chat.id, rules, now)) / rules.private_per_second
        times = self._groups.setdefault(chat.id, deque())
        return _window(times, rules.group_per_minute, 60, now)

    def _tokens(self, chat_id: int, rules: Rules, now: float) -> float:
        tokens, then = self._buckets.get(chat_id, (float(rules.private_burst), now))
        return min(tokens + (now - then) * rules.private_per_second, float(rules.private_burst))

    def _count(self, chat: ApiChat, rules: Rules, now: float) -> None:
        self._overall.append(now)
        if chat.type == "private":
            self._buckets[chat.id] = (self._tokens(chat.id, rules, now) - 1, now)
        else:
            self._groups[chat.id].append(now)


def _window(times: deque[float], most: int, seconds: float, now: float) -> float:
    """Seconds until a sliding window has room again."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0.0
