"""The threads that do the work, each at a services of its own; the loop is never held up."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

from bot.conversation.context import Services

_Result = TypeVar("_Result")


class Desks:
    """``workers`` threads; ``open_desk`` opens what one of them works with, in its thread."""

    def __init__(self, open_desk: Callable[[], Services], workers: int) -> None:
        self._open_desk = open_desk
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="services")
        self._own = local()
        self._opened: list[Services] = []
        self._workers = workers
        self._under_way = 0

    @property
    def ahead(self) -> int:
        """How many wait for a free services."""
        return max(0, self._under_way - self._workers)

    async def run(self, work: Callable[[Services], _Result]) -> _Result:
        """Do some work at a services; raises what it raises."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, lambda: work(self._desk())
            )
        finally:
            self._under_way -= 1

    def _desk(self) -> Services:
        if not hasattr(self._own, "services"):
            self._own.services = self._open_desk()
            self._opened.append(self._own.services)
        services: Services = self._own.services
        return services

    def close(self) -> None:
        """Wait for what is under way, and let go of the libraries."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for services in self._opened:
            services.library.close()
