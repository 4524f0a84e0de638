"""A signal from any thread to those who wait in the server's."""

import asyncio


class Bell:
    """Wakes those of the server's thread who wait for a change; rung from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.next = asyncio.Event()
        """Set at the next ring; whoever waits takes it before looking for the change."""

    def ring(self) -> None:
        """Wake them."""
        self._loop.call_soon_threadsafe(self._swap)

    def _swap(self) -> None:
        rung, self.next = self.next, asyncio.Event()
        rung.set()
