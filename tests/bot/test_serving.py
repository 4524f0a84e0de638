import asyncio
import contextlib
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.conversation.service import stop_event
from bot.serving import _Place, serve_worker
from bot.settings import Settings
from bot.wording import tell
from knowledge.errors import DatabaseUnreachable, StoreError, StoreNewer
from knowledge.storage.opening import PlaceCheck, service_lock, workers_lock
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


@pytest.fixture
def eager() -> Iterator[None]:
    """Places that are taken are tried again at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.serving._TRIED_EVERY", 0.01)
        yield


def wait_for_place(
    folder: Path, url: str, other: AbstractContextManager[PlaceCheck], *, receives: bool
) -> list[str]:
    """What a process says that waits for its place until another leaves it, and has it then."""
    said: list[str] = []

    async def take() -> None:
        with ExitStack() as others, ExitStack() as held:
            others.enter_context(other)

            def hear(words: str) -> None:
                said.append(words)
                asyncio.get_running_loop().call_soon(others.close)

            place = _Place(folder, url, hear, receives=receives)
            check = await place.take(held, asyncio.Event())
            assert check
            check()

    asyncio.run(take())
    return said


@pytest.mark.usefixtures("eager")
def test_one_that_stands_by_takes_the_place_that_is_left(tmp_path: Path, postgres_url: str) -> None:
    leading = service_lock(tmp_path / "elsewhere", postgres_url, 0.0)
    said = wait_for_place(tmp_path, postgres_url, leading, receives=True)
    assert said == [tell("bot.standing_by")]


@pytest.mark.usefixtures("eager")
def test_a_worker_waits_while_the_data_is_moved(tmp_path: Path, postgres_url: str) -> None:
    moving = workers_lock(postgres_url, shared=False)
    said = wait_for_place(tmp_path, postgres_url, moving, receives=False)
    assert said == [tell("bot.worker_stands_by")]


@pytest.mark.parametrize("receives", [True, False])
def test_an_address_where_nothing_is_ends_the_start(tmp_path: Path, receives: bool) -> None:
    place = _Place(tmp_path, f"postgresql:///x?host={tmp_path}", print, receives=receives)
    with pytest.raises(DatabaseUnreachable), ExitStack() as held:
        asyncio.run(place.take(held, asyncio.Event()))


@pytest.mark.usefixtures("eager", "usual_signals")
@pytest.mark.parametrize("fault", [DatabaseUnreachable, StoreNewer])
def test_one_that_served_waits_for_its_database_and_ends_before_a_newer_one(
    fault: type[StoreError], tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[StoreError | None] = [None, fault(address="", path=""), None]

    async def serve(*arguments: Any, **_more: object) -> None:
        if error := turns.pop(0):
            raise error
        if not turns:
            signal.raise_signal(signal.SIGTERM)
            await arguments[-1].wait()

    monkeypatch.setattr("bot.serving._serve", serve)
    chosen = Settings.model_construct(database_url=SecretStr(postgres_url))
    waits = fault is DatabaseUnreachable
    with contextlib.nullcontext() if waits else pytest.raises(fault):
        serve_worker(chosen, tmp_path, [], print)
    assert bool(turns) is not waits
