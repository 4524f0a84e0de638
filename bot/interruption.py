"""Work that somebody may stop: whoever does it looks now and then whether it is to go on."""

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


def heed() -> None:
    """Raises Stopped where the work under way is to stop."""
    if _halted.get()():
        raise Stopped
