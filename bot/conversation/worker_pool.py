"""The threads that run the features, each with services of its own; the loop is never held up."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local

from bot.conversation.context import Request, RequestContext, Services
from bot.conversation.messages import Outcome
from bot.conversation.queues import QueuedUpdate
from bot.conversation.routes import Run
from bot.interruption import interruptible


class WorkerPool:
    """``workers`` threads; ``open_services`` opens what one of them works with, in its thread."""

    def __init__(self, open_services: Callable[[], Services], workers: int) -> None:
        self._open_services = open_services
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="conversation")
        self._own = local()
        self._opened: list[Services] = []
        self._workers = workers
        self._under_way = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for a free thread."""
        return max(0, self._under_way - self._workers)

    async def run(self, run: Run, queued: QueuedUpdate, request: Request, words: str) -> Outcome:
        """Run a feature in a thread; raises what it raises, and Stopped."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, self._work, run, queued, request, words
            )
        finally:
            self._under_way -= 1

    def _work(self, run: Run, queued: QueuedUpdate, request: Request, words: str) -> Outcome:
        context = RequestContext.of(request, self._services())
        begun = time.perf_counter()
        try:
            with interruptible(queued.is_stopped.is_set):
                return run(context, words)
        finally:
            queued.own_seconds = time.perf_counter() - begun

    def _services(self) -> Services:
        if not hasattr(self._own, "services"):
            self._own.services = self._open_services()
            self._opened.append(self._own.services)
        services: Services = self._own.services
        return services

    def close(self) -> None:
        """Wait for what is under way, and close the libraries."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for services in self._opened:
            services.library.close()
