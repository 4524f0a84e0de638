"""What the fake servers of chat apps have in common: messages to wait for, and a person at them."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from tests.patience import PATIENCE


class SentMessage(Protocol):
    """A message of the bot's; ``labels`` are those of its buttons."""

    chat: str
    name: str
    content: bytes

    @property
    def text(self) -> str: ...

    @property
    def is_final(self) -> bool: ...

    @property
    def labels(self) -> Mapping[str, Any]: ...


Message = TypeVar("Message", bound=SentMessage)


class FakeApp(Generic[Message]):
    """Keeps what the bot sent; who changes ``messages`` sets ``_changed``."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self._changed = asyncio.Event()

    async def wait_for(self, is_there: Callable[[], Any]) -> Any:
        """What a function gives once it gives something."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := is_there()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError([m.text for m in self.messages]) from None
        return found

    async def told(self, chat: str, words: str, since: int = 0) -> Message:
        """The first finished message of a chat that holds some words, once it is there."""

        def find() -> Message | None:
            in_chat = (m for m in self.messages[since:] if m.chat == chat and m.is_final)
            return next((m for m in in_chat if words in m.text), None)

        found: Message = await self.wait_for(find)
        return found

    async def says(self, user: str, text: str) -> object:
        """Somebody writes."""
        raise NotImplementedError

    async def presses(self, user: str, message: Message, label: str) -> object:
        """Somebody presses a button."""
        raise NotImplementedError

    async def sends_file(self, user: str, name: str, content: bytes) -> object:
        """Somebody sends a file."""
        raise NotImplementedError


class FakeAppDoor(Generic[Message]):
    """A person in a chat of their own, as the common script wants one."""

    def __init__(self, fake: FakeApp[Message], person: str) -> None:
        self._fake = fake
        self._person = person

    async def say(self, text: str, words: str) -> str:
        since = len(self._fake.messages)
        await self._fake.says(self._person, text)
        return (await self._fake.told(self._person, words, since)).text

    async def press(self, label: str, words: str) -> str:
        def has_label(message: Message) -> bool:
            return any(label in text for text in message.labels)

        message = await self._fake.wait_for(
            lambda: next((m for m in reversed(self._fake.messages) if has_label(m)), None)
        )
        since = len(self._fake.messages)
        await self._fake.presses(self._person, message, label)
        return (await self._fake.told(self._person, words, since)).text

    async def send_file(self, name: str, content: bytes, words: str) -> str:
        since = len(self._fake.messages)
        await self._fake.sends_file(self._person, name, content)
        return (await self._fake.told(self._person, words, since)).text

    async def document(self, ending: str) -> bytes:
        def sent() -> list[Message]:
            return [m for m in self._fake.messages if m.name.endswith(ending)]

        found: list[Message] = await self._fake.wait_for(sent)
        return found[-1].content
