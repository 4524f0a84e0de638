import asyncio
import signal
from collections.abc import Iterator

import pytest

from bot.conversation.service import stop_event
from tests.patience import PATIENCE


@pytest.fixture
def usual_signals() -> Iterator[None]:
    usual = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    for name, handler in usual.items():
        signal.signal(name, handler)


@pytest.mark.usefixtures("usual_signals")
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("of_loop", [True, False])
def test_a_signal_stops_whether_the_loop_takes_it_or_not(
    name: signal.Signals, of_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:  # as on Windows
        raise NotImplementedError

    async def run() -> None:
        if not of_loop:
            monkeypatch.setattr(asyncio.get_running_loop(), "add_signal_handler", refuse)
        stopping = stop_event()
        signal.raise_signal(name)
        await asyncio.wait_for(stopping.wait(), PATIENCE)

    asyncio.run(run())
