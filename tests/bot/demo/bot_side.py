"""The bot's side of the page's chats, as the conversation core would take it."""

import asyncio
from collections.abc import Sequence

from bot.conversation.adapter import ReceivedUpdate
from bot.conversation.messages import ButtonPress, Rows, Text, Update, as_text
from bot.demo.chats import PageChats, app_id


class _Sink:
    """Keeps what is handed over, and ends the receiving once there is enough."""

    is_full = False

    def __init__(self, least: int) -> None:
        self.updates: list[Update] = []
        self.enough = asyncio.Event()
        self._least = least

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        self.updates += [each.update for each in received]
        if len(self.updates) >= self._least:
            self.enough.set()

    def note_receiving(self, *, ok: bool) -> None:
        assert ok

    def note_error(self, error: Exception) -> None:
        raise error


def handed_over(chats: PageChats, least: int = 0) -> list[Update]:
    """What people did, once there is as much as that."""

    async def receive() -> list[Update]:
        sink = _Sink(least)
        receiving = asyncio.create_task(chats.receive(sink))
        await sink.enough.wait()
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        return sink.updates

    return asyncio.run(receive())


def next_press(chats: PageChats) -> str:
    """The id of the next button that is pressed."""
    (update,) = handed_over(chats, 1)
    assert isinstance(update.content, ButtonPress)
    return update.content.id


def send(chats: PageChats, user: int, text: Text | str, rows: Rows = ()) -> str:
    """The bot writes to a player; the message's id."""
    return asyncio.run(chats.send(app_id(user), as_text(text), rows, None))


def edit(chats: PageChats, user: int, message_id: str, text: Text | str) -> None:
    """The bot gives a message another text."""
    asyncio.run(chats.edit(app_id(user), message_id, as_text(text), ()))
