"""What long work checks for: a stop, a deadline, and who is shown how far it is."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.errors import Stopped

_halted: ContextVar[Callable[[], bool]] = ContextVar("halted", default=lambda: False)


_on_page: ContextVar[Callable[[int, int], None]] = ContextVar(
    "on_page", default=lambda _number, _count: None
)


@contextmanager
def showing_pages(show: Callable[[int, int], None]) -> Iterator[None]:
    """Have ``show`` called for each page that this thread waits for, with its number and count."""
    token = _on_page.set(show)
    try:
        yield
    finally:
        _on_page.reset(token)


def show_page(number: int, count: int) -> None:
    """Show that a page of so many is being recognised; 0 if it is not known of how many."""
    _on_page.get()(number, count)


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
