"""A chat app in memory: people write and press, and all that the core did can be read."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bot.conversation.adapter import (
    Abilities,
    Adapter,
    AdapterFault,
    AppLimits,
    Destination,
    ReceivedUpdate,
    SendPace,
    UpdateSink,
)
from bot.conversation.messages import (
    Button,
    ButtonPress,
    FileRef,
    IncomingMessage,
    Rows,
    Text,
    Update,
)
from bot.conversation.service import ConversationService
from bot.settings import Settings
from bot.state.opening import State
from tests.patience import PATIENCE

ADMIN = "memory:admin"
AT_ONCE = SendPace(
    apart=0.0, group_most=10_000, group_span=1.0, all_most=10_000, all_span=1.0,
    preview_every=0.0, group_preview_every=0.0,
)  # fmt: skip
LIMITS = AppLimits(
    message_length=500, measure=len, file_bytes=1 << 20, typing_seconds=60.0,
    pace=AT_ONCE,
)  # fmt: skip


@dataclass
class MemoryMessage:
    """A message of the service's, with all the texts that it ever had."""

    id: str
    chat_id: str
    versions: list[Text]
    rows: Rows
    reply_to: str | None = None
    key: str = ""

    @property
    def text(self) -> str:
        return self.versions[-1].plain

    def button(self, label: str) -> Button:
        return next(b for row in self.rows for b in row if label in b.label)


@dataclass
class MemoryApp(Adapter):
    """Chats whose ids begin with ``memory:g`` are groups; ``faults`` come with the next calls."""

    abilities: Abilities = field(default_factory=Abilities)
    limits: AppLimits = LIMITS
    name: str = "memory"
    bot_name: str = "assistant"
    faults: deque[AdapterFault | None] = field(default_factory=deque)
    messages: list[MemoryMessage] = field(default_factory=list)
    documents: list[tuple[str, str, bytes]] = field(default_factory=list)
    pictures: list[tuple[str, str, bytes]] = field(default_factory=list)
    toasts: dict[str, tuple[str, bool]] = field(default_factory=dict)
    typing: list[str] = field(default_factory=list)
    commands: dict[str, Mapping[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    received: list[ReceivedUpdate] = field(default_factory=list)
    sink: UpdateSink | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    # -- what the core asks for

    def is_group(self, chat_id: str) -> bool:
        return chat_id.startswith("memory:g")

    def read_update(self, raw: str) -> Update | None:
        stored: dict[str, Any] = json.loads(raw)
        content = stored.pop("content")
        if file := content.get("file"):
            content["file"] = FileRef(**file)
        kind = ButtonPress if "data" in content else IncomingMessage
        return Update(**stored, content=kind(**content))

    async def receive(self, sink: UpdateSink) -> None:
        self.sink = sink
        self._note_change()
        await asyncio.Event().wait()

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        self._fail()
        message_id = f"memory:{next(self.numbers)}"
        message = MemoryMessage(message_id, to.chat_id, [text], rows, to.reply_to, to.key)
        self.messages.append(message)
        self._note_change()
        return message.id

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        self._fail()
        message = next(m for m in self.messages if m.id == message_id)
        assert message.chat_id == chat_id
        message.versions.append(text)
        message.rows = rows
        self._note_change()

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        self._fail()
        self.documents.append((to.chat_id, name, content))
        self._note_change()
        return f"memory:{next(self.numbers)}"

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        self._fail()
        self.pictures.append((to.chat_id, name, content))
        self._note_change()
        return f"memory:{next(self.numbers)}"

    async def show_typing(self, chat_id: str) -> None:
        self.typing.append(chat_id)

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        assert press_id not in self.toasts
        self.toasts[press_id] = (toast, alert)
        self._note_change()

    async def fetch_file(self, file_id: str, to: Path) -> str:
        to.write_bytes(self.files[file_id])  # noqa: ASYNC240 - it is small
        return ""

    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        self.commands[place] = commands
        self._note_change()

    def _fail(self) -> None:
        fault = self.faults.popleft() if self.faults else None
        if fault:
            self._note_change()
            raise fault

    def _note_change(self) -> None:
        self.changed.set()

    # -- what people do

    def update(
        self, user_id: str, content: IncomingMessage | ButtonPress, chat_id: str = ""
    ) -> ReceivedUpdate:
        chat_id = chat_id or user_id
        name = user_id.removeprefix("memory:")
        update = Update(
            str(next(self.numbers)), chat_id, user_id, name, content, self.is_group(chat_id)
        )
        return ReceivedUpdate(update, json.dumps(asdict(update)))

    def _take(self, received: ReceivedUpdate) -> None:
        assert self.sink
        self.received.append(received)
        self.sink.take([received])

    def say(self, user_id: str, text: str, chat_id: str = "") -> str:
        """A person writes; the id of the message."""
        message_id = f"memory:{next(self.numbers)}"
        command, _, words = text.removeprefix("/").partition(" ")
        content = IncomingMessage(message_id, text)
        if text.startswith("/"):
            content = IncomingMessage(message_id, words.strip(), command)
        self._take(self.update(user_id, content, chat_id))
        return message_id

    def press(self, user_id: str, message: MemoryMessage, label: str) -> str:
        """A person presses a button; the id of the press."""
        return self.press_data(user_id, message, message.button(label).data)

    def press_data(self, user_id: str, message: MemoryMessage, data: str) -> str:
        press = ButtonPress(f"press-{next(self.numbers)}", data, message.id)
        self._take(self.update(user_id, press, message.chat_id))
        return press.id

    def send_file(self, user_id: str, name: str, content: bytes, caption: str = "") -> None:
        """A person sends a document."""
        file_id = f"file-{next(self.numbers)}"
        self.files[file_id] = content
        file = FileRef(file_id, name, len(content))
        self._take(self.update(user_id, IncomingMessage("memory:1", caption, file=file)))

    # -- what can be waited for

    async def wait_for(self, is_there: Callable[[], Any]) -> Any:
        """What a function gives once it gives something."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (found := is_there()):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError([message.text for message in self.messages]) from None
        return found

    async def message(self, chat_id: str, words: str) -> MemoryMessage:
        """The last message of a chat that holds some words, once it is there."""

        def find() -> MemoryMessage | None:
            told = [m for m in self.messages if m.chat_id == chat_id and words in m.text]
            return told[-1] if told else None

        found: MemoryMessage = await self.wait_for(find)
        return found

    async def toast(self, press_id: str) -> tuple[str, bool]:
        """What a press was answered with."""
        answer: tuple[str, bool] = await self.wait_for(lambda: self.toasts.get(press_id))
        return answer


@asynccontextmanager
async def serving_memory(folder: Path, app: MemoryApp) -> AsyncIterator[ConversationService]:
    """The conversation core over a folder, with the app in memory."""
    settings = Settings.model_construct(admin_ids=(ADMIN,), data_dir=folder / "not-here")
    state = State.open(folder)
    service = ConversationService(settings, folder, state, [app])
    stopping = asyncio.Event()
    serving = asyncio.create_task(service.serve(stopping))
    try:
        await app.wait_for(lambda: app.sink or serving.done())
        yield service
    finally:
        stopping.set()
        await serving
        service.close()
        state.close()
