"""What the fake servers of chat apps have in common: messages to wait for, and a person at them."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from tests.bot.conftest import CLEAR
from tests.patience import PATIENCE

ASKED = {
    "清河县2023年上半年检查药店多少家": "83家",
    "清河县2022年检查药店多少家": "81家",
    "清河县2023年上半年立案多少件": "146件",
    "苇塘区2023年上半年立案多少件": "205件",
    "清河县2022年立案多少件": "287件",
}
"""Questions of the invented reports, each with what its answer holds."""


def are_answers_in_order(texts: Iterable[str]) -> bool:
    """Whether each question of ``ASKED`` has one answer among what was told, in their order."""
    answers = [text for text in texts if text.startswith(CLEAR[:1]) or "205件" in text]
    pairs = zip(ASKED.values(), answers, strict=False)
    return len(answers) == len(ASKED) and all(amount in text for amount, text in pairs)


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
        self.toasts: dict[str, str] = {}
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
