"""How long a test waits for what never comes, and addresses that nothing else can take."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 300.0
"""Seconds; only a test that hangs waits so long, however busy the machine is."""

_PORTS = range(20_000, 32_000)  # below those that a system gives out of itself
_chance = random.Random(os.getpid())  # noqa: S311 - the processes of a run are to differ


def free_port() -> int:
    """A port of the loopback that is free and that no connection is given by chance."""
    for port in _chance.sample(_PORTS, 100):
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")


@contextmanager
def address_of_nobody() -> Iterator[str]:
    """The host and port of the loopback at which nobody answers while the block runs."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # it is taken, and does not listen
        yield f"127.0.0.1:{silent.getsockname()[1]}"
