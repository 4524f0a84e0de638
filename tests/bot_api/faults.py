"""Faults between a bot and Telegram, planned or at random from a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call.

    ``delay``: seconds that the answer takes. ``status``: answered with this error. ``drop``: the
    connection is cut. With ``after`` the call is carried out before its answer is lost.
    """

    status: int = 0
    retry_after: int = 0
    drop: bool = False
    after: bool = False
    delay: float = 0.0

    @property
    def loses(self) -> bool:
        """Whether the call's own answer does not arrive."""
        return self.drop or bool(self.status)


def flood(retry_after: int) -> Fault:
    """Refused for coming too soon."""
    return Fault(status=429, retry_after=retry_after)


def broken(status: int = 502, *, after: bool = False) -> Fault:
    """Answered with a 500 or 502."""
    return Fault(status=status, after=after)


def dropped(*, after: bool) -> Fault:
    """The connection is cut, before the call was carried out or after."""
    return Fault(drop=True, after=after)


def slow(seconds: float) -> Fault:
    """Carried out after some seconds."""
    return Fault(delay=seconds)


@dataclass(slots=True)
class _Plan:
    fault: Fault
    methods: tuple[str, ...]
    chat_id: int | None
    times: int

    def fits(self, method: str, chat_id: int | None) -> bool:
        named = method in self.methods if self.methods else method != "getUpdates"
        return named and self.times > 0 and self.chat_id in (None, chat_id)


@dataclass(slots=True)
class Faults:
    """Decides for each call. Of several plans that fit, the first made goes first.

    Where no method is named, every one but getUpdates is meant.
    """

    _plans: list[_Plan] = field(default_factory=list)
    _chances: Mapping[Fault, float] = field(default_factory=dict)
    _methods: tuple[str, ...] = ()
    _dice: random.Random = field(default_factory=random.Random)

    def plan(self, fault: Fault, *methods: str, chat_id: int | None = None, times: int = 1) -> None:
        """Let the next calls of some methods fail, to one chat or to any."""
        self._plans.append(_Plan(fault, methods, chat_id, times))

    def at_random(self, seed: int, chances: Mapping[Fault, float], *methods: str) -> None:
        """Let calls fail by chances, which sum to 1 at most."""
        self._dice = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._chances, self._methods = dict(chances), methods

    def clear(self) -> None:
        """Let no more calls fail."""
        self._plans.clear()
        self._chances = {}

    def decide(self, method: str, chat_id: int | None) -> Fault:
        """The fault of a call, an empty one for none."""
        for plan in self._plans:
            if plan.fits(method, chat_id):
                plan.times -= 1
                return plan.fault
        if self._chances and (method in self._methods or not self._methods):
            return self._draw() if method != "getUpdates" or self._methods else Fault()
        return Fault()

    def _draw(self) -> Fault:
        number = self._dice.random()
        for fault, chance in self._chances.items():
            number -= chance
            if number < 0:
                return fault
        return Fault()
