"""The threads that do the work, each at a desk of its own; the loop is never held up."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

from bot.telegram.visit import Desk

_Result = TypeVar("_Result")


class Desks:
    """``workers`` threads; ``open_desk`` opens what one of them works with, in its thread."""

    def __init__(self, open_desk: Callable[[], Desk], workers: int) -> None:
        self._open_desk = open_desk
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="desk")
        self._own = local()
        self._opened: list[Desk] = []
        self._workers = workers
        self._under_way = 0

    @property
    def ahead(self) -> int:
        """How many wait for a free desk."""
        return max(0, self._under_way - self._workers)

    async def run(self, work: Callable[[Desk], _Result]) -> _Result:
        """Do some work at a desk; raises what it raises."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, lambda: work(self._desk())
            )
        finally:
            self._under_way -= 1

    def _desk(self) -> Desk:
        if not hasattr(self._own, "desk"):
            self._own.desk = self._open_desk()
            self._opened.append(self._own.desk)
        desk: Desk = self._own.desk
        return desk

    def close(self) -> None:
        """Wait for what is under way, and let go of the libraries."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for desk in self._opened:
            desk.library.close()
