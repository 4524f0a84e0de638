"""``python -m bot move``: a deployment's data from its files to PostgreSQL, or back."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bot.errors import StillServed
from bot.state.opening import move_state
from knowledge.errors import MoveTargetUsed, StoreBusy
from knowledge.moving import move_store
from knowledge.storage.opening import service_lock, workers_lock

FILES = "files"
"""What is typed for the files of the data folder."""


def move(folder: Path, url: str, to: str) -> Iterator[tuple[str, int]]:
    """Move reports and chats, each with how many rows it is made of once it is there.

    ``url`` is where they are: an address, or nothing for files. Raises StillServed while a
    service or a worker runs on either, MoveTargetUsed, MoveFailed, and what opening and writing
    raise.
    """
    target = "" if to == FILES else to
    if target == url:
        raise MoveTargetUsed
    with ExitStack() as stack:
        try:
            stack.enter_context(service_lock(folder, url or target, 0.0))
            stack.enter_context(workers_lock(url or target, shared=False))
        except StoreBusy as error:
            raise StillServed from error
        yield "reports", move_store(folder, url, target)
        yield "chats", move_state(folder, url, target)
