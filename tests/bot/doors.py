"""A person at a chat app's fake server: what they do there, and all that they are shown.

One interface over Telegram, the page, WeCom and Feishu, so that one test can hold at each of them.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bot.ids import shown_id
from bot.state.opening import State
from bot.state.people import Role
from tests.bot.fake_app import FakeApp, SentMessage
from tests.bot.feishu import running as feishu_running
from tests.bot.feishu.fake_server import fake_feishu
from tests.bot.telegram import running as telegram_running
from tests.bot.telegram.running import is_final, serving_telegram
from tests.bot.web.office import Json, Visitor, page_office
from tests.bot.web.office import is_final as is_final_on_page
from tests.bot.wecom import running as wecom_running
from tests.bot.wecom.fake_caller import calling_wecom
from tests.bot.wecom.fake_server import fake_wecom
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.records import ApiUser
from tests.bot_api.server import serving

_MANY: dict[str, Any] = {"rate_per_minute": 10_000}
_UNSIGNED = re.compile(r"[\W_]+")


class Shown(NamedTuple):
    """A finished message of the bot's: its words, its buttons, and the file that it brings."""

    text: str
    labels: tuple[str, ...] = ()
    name: str = ""
    content: bytes = b""

    @property
    def bare(self) -> str:
        """Its words without what each app writes in its own way: spaces and signs."""
        return _UNSIGNED.sub("", self.text)

    @property
    def whole(self) -> str:
        """All that can be read of it, of a packed file too."""
        parts = [self.text, *self.labels, self.name]
        if self.content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
                parts += [packed.read(name).decode(errors="replace") for name in packed.namelist()]
        return "\n".join(parts)


class Door(Protocol):
    """A person in a chat of their own; ``person`` is their id in the core."""

    person: str

    async def write(self, text: str) -> None:
        """Write, and wait for nothing."""

    def buttons(self) -> "list[Press]":
        """The buttons under all messages that there are, the last message's last."""

    async def send_file(self, name: str, content: bytes) -> None:
        """Send a file."""

    async def shown(self) -> list[Shown]:
        """The finished messages of the bot's, in their order."""

    def toasts(self) -> list[str]:
        """The few words that presses were answered with."""

    async def wait_until_told(self, words: str, times: int) -> None:
        """Wait until so many messages hold some words."""


class Press(NamedTuple):
    """A button that can be pressed, by its label."""

    label: str
    press: Callable[[], Coroutine[Any, Any, object]]


async def press(door: Door, label: str) -> None:
    """Press the last button with a label."""
    await next(b for b in reversed(door.buttons()) if label in b.label).press()


async def settle(door: Door) -> None:
    """Wait until all that was done so far is answered: a chat is worked on in order."""
    words = f"您的编号是 {shown_id(door.person)}"
    times = sum(words in each.text.replace("`", "") for each in await door.shown())
    await door.write("/id")
    await door.wait_until_told(words, times + 1)


async def told_after(door: Door, doing: Awaitable[object]) -> list[Shown]:
    """What is shown after something was done, once it is answered."""
    before = len(await door.shown())
    await doing
    await settle(door)
    return (await door.shown())[before:-1]


class FakeAppDoor:
    """WeCom or Feishu."""

    def __init__(self, fake: FakeApp[Any], app: str, user: str) -> None:
        self.person = f"{app}:{user}"
        self._fake = fake
        self._user = user

    def _messages(self) -> list[SentMessage]:
        return [m for m in self._fake.messages if m.chat == self._user and m.is_final]

    async def write(self, text: str) -> None:
        await self._fake.says(self._user, text)

    def buttons(self) -> list[Press]:
        return [
            Press(label, partial(self._fake.presses, self._user, message, label))
            for message in self._messages()
            for label in message.labels
        ]

    def toasts(self) -> list[str]:
        return list(self._fake.toasts.values())

    async def send_file(self, name: str, content: bytes) -> None:
        await self._fake.sends_file(self._user, name, content)

    async def shown(self) -> list[Shown]:
        return [Shown(m.text, tuple(m.labels), m.name, m.content) for m in self._messages()]

    async def wait_until_told(self, words: str, times: int) -> None:
        def are_told() -> bool:
            return sum(words in m.text.replace("`", "") for m in self._messages()) >= times

        await self._fake.wait_for(are_told)


class TelegramDoor:
    """Telegram, whose server runs in a thread."""

    def __init__(self, api: LoopbackDriver, user: ApiUser) -> None:
        self.person = f"telegram:{user.id}"
        self._api = api
        self._user = user

    async def write(self, text: str) -> None:
        self._api.user_says(self._user, self._user, text)

    def buttons(self) -> list[Press]:
        return [
            Press(each.text, partial(asyncio.to_thread, self._api.taps, message, each.data))
            for message in self._api.bot_messages(self._user)
            for row in message.buttons
            for each in row
        ]

    def toasts(self) -> list[str]:
        return [str(c.fields.get("text", "")) for c in self._api.calls("answerCallbackQuery")]

    async def send_file(self, name: str, content: bytes) -> None:
        self._api.sends_document(self._user, self._user, name, content)

    async def shown(self) -> list[Shown]:
        messages = filter(is_final, self._api.bot_messages(self._user))
        return [
            Shown(m.text, m.labels, m.document.name, m.document.content)
            if m.document
            else Shown(m.text, m.labels)
            for m in messages
        ]

    async def wait_until_told(self, words: str, times: int) -> None:
        def are_told(api: LoopbackDriver) -> bool:
            return sum(words in m.text for m in api.bot_messages(self._user)) >= times

        await asyncio.to_thread(self._api.wait_for, are_told)


class PageDoor:
    """The page, whose service runs in a thread."""

    def __init__(self, visitor: Visitor) -> None:
        self.person = f"web:{visitor.enter()['user']}"
        self.visitor = visitor
        self._chat = visitor.begin()
        self._said = 0
        self._toasts: list[str] = []

    def _messages(self) -> list[Json]:
        return [m for m in self.visitor.messages(self._chat) if not m["mine"]]

    async def write(self, text: str) -> None:
        self._said = self.visitor.say(self._chat, text)

    def buttons(self) -> list[Press]:
        return [
            Press(each["text"], partial(self._press, message, each["data"]))
            for message in self._messages()
            for row in message["rows"]
            for each in row
        ]

    async def _press(self, message: Json, data: str) -> None:
        answer = self.visitor.press_data(message, data)  # refused where it is not there any more
        self._toasts.append(answer.get("text", ""))

    def toasts(self) -> list[str]:
        return self._toasts

    async def send_file(self, name: str, content: bytes) -> None:
        assert self.visitor.upload(self._chat, name, content).status_code == 200

    async def shown(self) -> list[Shown]:
        return [self._read(m) for m in self._messages() if is_final_on_page(m)]

    def _read(self, message: Json) -> Shown:
        labels = tuple(b["text"] for row in message["rows"] for b in row)
        sent = message["document"]
        if not sent:
            return Shown(message["text"], labels)
        content = self.visitor.get(f"/api/files/{sent['id']}").content
        return Shown(message["text"], labels, sent["name"], content)

    async def wait_until_told(self, words: str, times: int) -> None:
        del times  # what is waited for answers what was written last
        self.visitor.wait_for(self._chat, lambda m: words in m["text"], after=self._said)


# -- the doors, each with one person; ``role`` is theirs, an administrator is named by the settings


def _let_in(folder: Path, person: str, role: Role) -> None:
    if role is not Role.ADMIN:
        state = State.open(folder)
        state.people.give(person, "甲", role, 0.0)
        state.close()


class _AppDoors(NamedTuple):
    """The doors of an app: its name, an administrator and another, its fake, what serves it."""

    app: str
    administrator: str
    other: str
    fake_app: Callable[[], AbstractAsyncContextManager[Any]]
    serving_app: Callable[..., AbstractAsyncContextManager[object]]

    @asynccontextmanager
    async def open(self, folder: Path, role: Role) -> AsyncIterator[Door]:
        user = self.administrator if role is Role.ADMIN else self.other
        async with self.fake_app() as fake, self.serving_app(fake, folder, **_MANY):
            door = FakeAppDoor(fake, self.app, user)
            _let_in(folder, door.person, role)
            yield door


_WECOM = _AppDoors("wecom", wecom_running.ADMIN, "zhao", fake_wecom, wecom_running.serving_wecom)
_WECOM_CALLBACK = _WECOM._replace(
    fake_app=calling_wecom, serving_app=wecom_running.serving_callback
)
_FEISHU = _AppDoors(
    "feishu", feishu_running.ADMIN, "ou_zhao", fake_feishu, feishu_running.serving_feishu
)


@asynccontextmanager
async def _telegram(folder: Path, role: Role) -> AsyncIterator[Door]:
    with serving() as api:
        async with serving_telegram(api, folder, **_MANY):
            user = api.user("甲", telegram_running.ADMIN if role is Role.ADMIN else 99)
            door = TelegramDoor(api, user)
            _let_in(folder, door.person, role)
            yield door


@asynccontextmanager
async def _page(folder: Path, role: Role) -> AsyncIterator[Door]:
    with page_office(folder) as office:
        yield PageDoor(office.person("甲", role))


OpenDoor = Callable[[Path, Role], AbstractAsyncContextManager[Door]]
DOORS: dict[str, OpenDoor] = {
    "telegram": _telegram, "page": _page, "wecom": _WECOM.open, "feishu": _FEISHU.open,
    "wecom_callback": _WECOM_CALLBACK.open,
}  # fmt: skip
