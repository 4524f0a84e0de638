"""The page's chats: a chat app in memory, and its adapter to the conversation core.

People act from the page's thread, the core sends from its own loop; one lock guards both.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from bot.conversation.adapter import (
    PRIVATE_CHATS,
    Abilities,
    AppLimits,
    MessageGone,
    ReceivedUpdate,
    Rejected,
    SendPace,
    UpdateSink,
)
from bot.conversation.messages import (
    BUTTON_BYTES,
    ButtonPress,
    FileRef,
    IncomingMessage,
    Rows,
    Text,
    Update,
    split_command,
)
from bot.demo.words import Player
from knowledge.errors import StoreError

APP = "demo"
LONGEST_TEXT = 4096
LARGEST_FILE = 20 << 20
_PAUSE = 0.5


def utf16_length(text: str) -> int:
    """The length of a text as a browser counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


LIMITS = AppLimits(
    message_length=LONGEST_TEXT,
    measure=lambda text: utf16_length(text.plain),
    button_bytes=BUTTON_BYTES,
    file_bytes=LARGEST_FILE,
    typing_seconds=4.5,
    pace=SendPace(
        apart=0.05,
        group_most=1,
        group_span=0.0,
        all_most=100,
        all_span=0.5,
        preview_every=0.3,
        group_preview_every=0.3,
    ),
)


class CannotBeDone(LookupError):
    """No person could do it: press a button that is not there."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file in a chat; ``is_picture`` is shown there."""

    id: str
    name: str
    content: bytes
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class PageMessage:
    """A message of the chat of the player ``user``; ``mine`` is one that the player wrote."""

    number: int
    user: int
    mine: bool
    date: int
    text: Text
    rows: Rows = ()
    file: PageFile | None = None
    edits: int = 0


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What the bot answers to a button: a few words for a moment, or to be closed."""

    text: str
    alert: bool


def app_id(number: int) -> str:
    """The id that a number of the page's has in the conversation core."""
    return f"{APP}:{number}"


def _number_of(full: str) -> int:
    return int(full.removeprefix(f"{APP}:"))


class PageChats:
    """One private chat with the bot for each player; all is gone when the process ends."""

    name = APP
    bot_name = ""
    limits = LIMITS
    abilities = Abilities()

    def __init__(self, players: Sequence[Player]) -> None:
        self._lock = threading.RLock()
        self._names = {player.number: player.name for player in players}
        self._messages: dict[int, dict[int, PageMessage]] = {p.number: {} for p in players}
        self._numbers = count(1)
        self._files: dict[str, PageFile] = {}
        self._typing: Counter[int] = Counter()
        self._commands: dict[str, Mapping[str, str]] = {}
        self._answers: dict[str, PressAnswer | None] = {}
        self._updates: list[Update] = []
        self._wake: Callable[[], object] = lambda: None
        self._listeners: list[Callable[[], None]] = []

    # -- what people do

    def say(self, user: int, text: str) -> PageMessage:
        """Write a text to the bot."""
        command, words = split_command(text)
        with self._lock:
            message = self._add(user, Text(text), mine=True)
            self._put(message, IncomingMessage(app_id(message.number), words, command))
            return message

    def upload(self, user: int, name: str, content: bytes, caption: str = "") -> PageMessage:
        """Send a file to the bot."""
        with self._lock:
            file = self._keep_file(name, content)
            message = self._add(user, Text(caption), mine=True, file=file)
            sent = FileRef(file.id, name, len(content))
            self._put(message, IncomingMessage(app_id(message.number), caption, file=sent))
            return message

    def press(self, user: int, message: int, data: str) -> str:
        """Press a button; the id under which its answer comes. Raises CannotBeDone."""
        with self._lock:
            under = self._messages[user].get(message)
            if under is None or data not in [b.data for row in under.rows for b in row]:
                raise CannotBeDone(data)
            press = str(next(self._numbers))
            self._answers[press] = None
            self._put(under, ButtonPress(press, data, app_id(message)))
            return press

    # -- what there is to read

    def history(self, user: int) -> tuple[PageMessage, ...]:
        """The messages of a player's chat as they are now, in order."""
        with self._lock:
            return tuple(self._messages[user].values())

    def answer(self, press: str) -> PressAnswer | None:
        """The bot's answer to a button, or None while there is none."""
        with self._lock:
            return self._answers[press]

    def typing_count(self, user: int) -> int:
        """How often the bot showed that it was at work."""
        return self._typing[user]

    def commands(self, user: int) -> Mapping[str, str]:
        """The commands that a player is offered, with their descriptions."""
        return self._commands.get(app_id(user)) or self._commands.get(PRIVATE_CHATS, {})

    def file(self, file_id: str) -> PageFile:
        """A file that was sent; raises KeyError."""
        with self._lock:
            return self._files[file_id]

    @contextmanager
    def watch(self, listener: Callable[[], None]) -> Iterator[None]:
        """Have ``listener`` called, from any thread, after every change while the block runs."""
        with self._lock:
            self._listeners.append(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners.remove(listener)

    # -- the adapter

    def is_group(self, chat_id: str) -> bool:
        """Never: each chat is one player's."""
        return not chat_id

    def read_update(self, raw: str) -> Update | None:
        """None: the chats of an earlier process are gone, and what was asked there with them."""
        del raw
        return None

    async def receive(self, sink: UpdateSink) -> None:
        """Hand over what people do until cancelled."""
        arrived, loop = asyncio.Event(), asyncio.get_running_loop()
        arrived.set()
        with self._lock:
            self._wake = lambda: loop.call_soon_threadsafe(arrived.set)
        try:
            while True:
                await arrived.wait()
                arrived.clear()
                await self._hand_over(sink, arrived)
        finally:
            with self._lock:
                self._wake = lambda: None

    async def _hand_over(self, sink: UpdateSink, arrived: asyncio.Event) -> None:
        with self._lock:
            updates, self._updates = self._updates, []
        try:
            sink.take([ReceivedUpdate(update, "") for update in updates])
        except StoreError as error:  # a full disk: it is handed over again
            sink.note_error(error)
            with self._lock:
                self._updates = updates + self._updates
            arrived.set()
            await asyncio.sleep(_PAUSE)

    async def send(self, chat_id: str, text: Text, rows: Rows, reply_to: str | None) -> str:
        """Show a new message; its id."""
        del reply_to  # for groups
        with self._lock:
            return app_id(self._add(self._player(chat_id), text, rows=rows).number)

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Give a message another text and other buttons; raises MessageGone."""
        with self._lock:
            messages, number = self._messages[self._player(chat_id)], _number_of(message_id)
            if number not in messages:
                raise MessageGone(message_id)
            former = messages[number]
            if (former.text, former.rows) != (text, rows):
                messages[number] = replace(former, text=text, rows=rows, edits=former.edits + 1)
                self._notify()

    async def send_document(self, chat_id: str, name: str, content: bytes) -> str:
        """Show a file; the id of its message."""
        with self._lock:
            file = self._keep_file(name, content)
            return app_id(self._add(self._player(chat_id), Text(""), file=file).number)

    async def send_picture(self, chat_id: str, name: str, content: bytes) -> str:
        """Show a picture; the id of its message."""
        with self._lock:
            file = self._keep_file(name, content, is_picture=True)
            return app_id(self._add(self._player(chat_id), Text(""), file=file).number)

    async def show_typing(self, chat_id: str) -> None:
        """Show that the bot is at work."""
        with self._lock:
            self._typing[self._player(chat_id)] += 1
            self._notify()

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed."""
        with self._lock:
            self._answers[press_id] = PressAnswer(toast, alert)
            self._notify()

    async def fetch_file(self, file_id: str, to: Path) -> None:
        """Put a file that was sent where it is wanted."""
        to.write_bytes(self.file(file_id).content)  # noqa: ASYNC240 - from memory to a local disk

    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        """Set the commands of all chats, or of one."""
        with self._lock:
            self._commands[place] = commands
            self._notify()

    # -- with the lock held

    def _player(self, chat_id: str) -> int:
        user = _number_of(chat_id)
        if user not in self._messages:
            raise Rejected(f"no chat {chat_id}")
        return user

    def _add(
        self,
        user: int,
        text: Text,
        *,
        mine: bool = False,
        rows: Rows = (),
        file: PageFile | None = None,
    ) -> PageMessage:
        number = next(self._numbers)
        message = PageMessage(number, user, mine, int(time.time()), text, rows, file)
        self._messages[user][number] = message
        self._notify()
        return message

    def _keep_file(self, name: str, content: bytes, *, is_picture: bool = False) -> PageFile:
        file = PageFile(str(next(self._numbers)), name, content, is_picture)
        self._files[file.id] = file
        return file

    def _put(self, message: PageMessage, content: IncomingMessage | ButtonPress) -> None:
        """Queue an update for the core."""
        person = app_id(message.user)
        name = self._names[message.user]
        self._updates.append(Update(str(next(self._numbers)), person, person, name, content))
        self._wake()

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
