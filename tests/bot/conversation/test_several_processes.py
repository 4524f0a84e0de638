import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.conversation.adapter import Abilities
from bot.conversation.features.status import metrics_text
from bot.conversation.service import ConversationService
from bot.conversation.wording import plain
from bot.settings import Settings
from bot.state.delivery import AppQueue, InboxItem
from bot.state.opening import State
from tests.bot.conversation.features.office.test_status import LIVE
from tests.bot.conversation.memory_app import ADMIN, MemoryApp, MemoryMessage


@pytest.fixture
def settings(tmp_path: Path, postgres_url: str) -> Settings:
    url = SecretStr(postgres_url)
    return Settings.model_construct(admin_ids=(ADMIN,), data_dir=tmp_path, database_url=url)


@pytest.fixture
def state(tmp_path: Path, settings: Settings) -> Iterator[State]:
    with closing(State.open(tmp_path, settings.database)) as opened:
        yield opened


def written_down(app: MemoryApp, text: str = "", *, press: str = "") -> InboxItem:
    """What the process that receives writes down of a message, or of a press with some data."""
    taken: list[InboxItem] = []

    class Sink:
        is_full = False

        def take(self, received: list) -> None:  # type: ignore[type-arg] # of one
            (each,) = received
            update = each.update
            taken.append(InboxItem("memory", update.id, update.chat_id, each.raw))

    app.sink = Sink()  # type: ignore[assignment] # it only takes
    if press:
        app.press_data(ADMIN, MemoryMessage("memory:1", ADMIN, [], ()), press)
    else:
        app.say(ADMIN, text)
    return taken[0]


async def work(service: ConversationService, app: MemoryApp, chat: str, words: str) -> None:
    stopping = asyncio.Event()
    serving = asyncio.create_task(service.serve(stopping))
    await app.message(chat, words)
    stopping.set()
    await serving


def test_a_worker_answers_what_another_process_received(
    tmp_path: Path, settings: Settings, state: State
) -> None:
    app = MemoryApp()
    state.inbox.take_in([written_down(app, "/id")], 0.0)
    app.sink = None
    with closing(ConversationService(settings, tmp_path, state, [app], receives=False)) as worker:
        asyncio.run(work(worker, app, ADMIN, ADMIN))
    assert app.sink is None
    assert not app.commands
    assert not state.inbox.count_open(["memory"])


def test_what_only_the_receiving_process_can_say_is_left_to_it(
    tmp_path: Path, settings: Settings, state: State
) -> None:
    bound = MemoryApp(Abilities(speaks_where_it_receives=True))
    free = MemoryApp(name="free")
    item = written_down(bound, "/id")
    state.inbox.take_in([item, InboxItem("free", "1", "free:1", item.raw)], 0.0)
    apps = [bound, free]
    with closing(ConversationService(settings, tmp_path, state, apps, receives=False)) as worker:
        assert worker._consumer.apps == {"free"}


def test_words_for_a_press_that_only_its_receiver_can_say_become_a_message(
    tmp_path: Path, settings: Settings, state: State
) -> None:
    app = MemoryApp(Abilities(toasts_where_received=True))
    state.inbox.take_in([written_down(app, press="a:999")], 0.0)
    with closing(ConversationService(settings, tmp_path, state, [app], receives=False)) as worker:
        asyncio.run(work(worker, app, ADMIN, plain("button.stale")))


def test_metrics_are_told_as_prometheus_reads_them() -> None:
    text = metrics_text(LIVE, [AppQueue("memory", 3, 1, 40.0)], 50.0)
    lines = text.splitlines()
    assert 'supervision_waiting_updates{app="memory"} 3' in lines
    assert 'supervision_oldest_update_seconds{app="memory"} 10' in lines
    assert "supervision_answered_total 40" in lines
    assert "chroma" not in text
    assert "supervision_chroma_up 0\n" in metrics_text(replace(LIVE, chroma_ok=False), [], 50.0)
