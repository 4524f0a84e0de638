"""A fake server of tests: an ASGI application in a thread and a loop of its own."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import Protocol

import uvicorn
from starlette.types import Receive, Scope, Send


class ChangeSignal:
    """Wakes the coroutines of one loop that wait for a change; sent from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.next = asyncio.Event()
        """Set at the next change; whoever waits takes it before looking for the change."""

    def send(self) -> None:
        """Wake them."""
        self._loop.call_soon_threadsafe(self._swap)

    def _swap(self) -> None:
        past, self.next = self.next, asyncio.Event()
        past.set()


class ClosableApp(Protocol):
    """An ASGI application whose open answers can be brought to an end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

    def close(self) -> None:
        """Let those who wait go."""


@contextmanager
def serve_in_thread(
    listening: socket.socket,
    make_app: Callable[[ChangeSignal], ClosableApp],
    watch: Callable[[Callable[[], None]], AbstractContextManager[None]],
    *,
    log_level: str,
) -> Iterator[None]:
    """Serve an application while the block runs, in a thread and a loop of its own.

    It is made in that loop; its signal is sent at every change that ``watch`` tells of.
    """
    config = uvicorn.Config(
        _no_app, http="h11", ws="none", loop="asyncio", lifespan="off", server_header=False,
        log_config=None, log_level=log_level, access_log=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    signals: list[ChangeSignal] = []

    async def serve() -> None:
        signal = ChangeSignal(asyncio.get_running_loop())
        config.app = app = make_app(signal)
        signals.append(signal)
        with watch(signal.send):
            closing = asyncio.create_task(_close_at_end(server, signal, app))
            await server.serve(sockets=[listening])
            await closing

    thread = Thread(target=lambda: asyncio.run(serve()), name="local-server")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        for signal in signals:
            signal.send()
        thread.join()


async def _no_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stands in the configuration until the application is made in the server's own loop."""


async def _close_at_end(server: uvicorn.Server, signal: ChangeSignal, app: ClosableApp) -> None:
    while not server.should_exit:
        await signal.next.wait()
    app.close()
    signal.send()
