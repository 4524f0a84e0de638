"""What ends work early: somebody who stops it, and a deadline; whoever works looks now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.errors import Stopped


def _never() -> bool:
    return False


_halted: ContextVar[Callable[[], bool]] = ContextVar("halted", default=_never)


@contextmanager
def interruptible(halted: Callable[[], bool]) -> Iterator[None]:
    """What this thread does within the block ends once ``halted`` says so."""
    token = _halted.set(halted)
    try:
        yield
    finally:
        _halted.reset(token)


def raise_if_stopped() -> None:
    """Raises Stopped where the work under way is to stop."""
    if _halted.get()():
        raise Stopped


class Deadline:
    """So many seconds from now; every call that a question needs shares them."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self._ends - time.monotonic())
