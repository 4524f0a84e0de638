"""What ends work early: a stop, which long work checks for, and a deadline."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.errors import Stopped

_halted: ContextVar[Callable[[], bool]] = ContextVar("halted", default=lambda: False)


@contextmanager
def interruptible(halted: Callable[[], bool]) -> Iterator[None]:
    """Work of this thread within the block stops once ``halted`` returns True."""
    token = _halted.set(halted)
    try:
        yield
    finally:
        _halted.reset(token)


def raise_if_stopped() -> None:
    """Raise Stopped if the work under way is to stop."""
    if _halted.get()():
        raise Stopped


class Deadline:
    """A number of seconds from now, shared by all calls that a question needs."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """The seconds left, never below zero."""
        return max(0.0, self._ends - time.monotonic())
