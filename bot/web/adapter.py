"""The page's chats as an adapter of the conversation core: what passes is kept in the state.

A conversation of the page is a chat of the core's (``web:c7``), an account a person (``web:3``).
What the core tells a person unasked goes to their conversation of notices. Everything here happens
in the loop of the core.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.conversation.adapter import (
    PRIVATE_CHATS,
    Abilities,
    Adapter,
    AppLimits,
    ChatClosed,
    Destination,
    MessageGone,
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
    split_command,
)
from bot.state.accounts import Account
from bot.state.opening import State
from bot.state.web_chats import ChatKind, WebChat
from bot.web.words import phrase

APP = "web"
LONGEST_TEXT = 4096
LARGEST_FILE = 20 << 20
_TITLE_LENGTH = 24

LIMITS = AppLimits(
    message_length=20_000,
    measure=len,
    file_bytes=LARGEST_FILE,
    typing_seconds=4.5,
    pace=SendPace(
        apart=0.02,
        group_most=1,
        group_span=0.0,
        all_most=400,
        all_span=1.0,
        preview_every=0.2,
        group_preview_every=0.2,
    ),
    label_width=200,
)


class CannotBeDone(LookupError):
    """No person could do it: press a button that is not there."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes or sends; ``key`` is the page's own name of it."""

    key: str
    text: str
    file: FileRef | None = None


def person_id(account: int) -> str:
    """The id that an account has in the core."""
    return f"{APP}:{account}"


def chat_id(chat: int) -> str:
    """The id that a conversation has in the core."""
    return f"{APP}:c{chat}"


def message_id(message: int) -> str:
    """The id that a message has in the core."""
    return f"{APP}:{message}"


def _number(full: str) -> int:
    digits = full.removeprefix(f"{APP}:").removeprefix("c")
    return int(digits) if digits.isdecimal() else 0


def text_json(text: Text) -> str:
    """A message's text as it is kept."""
    return json.dumps(text.to_json(), ensure_ascii=False)


def buttons_json(rows: Rows) -> str:
    """The rows of a message's buttons as they are kept."""
    return json.dumps([[asdict(b) for b in row] for row in rows], ensure_ascii=False)


def rows_of(buttons: str) -> Rows:
    """What ``buttons_json`` was given."""
    return tuple(tuple(Button(**b) for b in row) for row in json.loads(buttons))


class WebAdapter(Adapter):
    """Keeps what people write on the page, and what the core answers; whoever watches is told."""

    name = APP
    bot_name = ""
    limits = LIMITS
    abilities = Abilities(speaks_where_it_receives=True)

    def __init__(self, state: State) -> None:
        self._state = state
        self._chats = state.web_chats
        self._sink: UpdateSink | None = None
        self._commands: dict[str, Mapping[str, str]] = {}
        self._watching: list[Callable[[int, str, Mapping[str, Any]], None]] = []
        self._answers: dict[str, asyncio.Future[tuple[str, bool]]] = {}

    @property
    def is_ready(self) -> bool:
        """Whether what people do can be taken just now."""
        return self._sink is not None and not self._sink.is_full

    # -- what people do

    def begin(self, account: Account) -> WebChat:
        """A new conversation."""
        chat = self._chats.begin(account.id, "", time.time())
        self._tell(account.id, "chats", {})
        return chat

    def say(self, account: Account, chat: WebChat, written: Written) -> int:
        """Write a text or send a file in a conversation; the number of its message.

        It is handed over before it is shown: what is shown is answered, whatever comes between.
        """
        command, words = ("", written.text) if written.file else split_command(written.text)
        content = IncomingMessage(f"{APP}:{written.key}", words, command, written.file)
        self._hand_over(account, chat_id_of(chat), written.key, content)
        return self._show_mine(chat, written)

    def keep_file(self, chat: WebChat, name: str, content: bytes) -> FileRef:
        """Keep a file that is to be sent in a conversation."""
        return FileRef(self._chats.keep_file(chat.id, name, content), name, len(content))

    async def press(
        self, account: Account, chat: WebChat, message: int, data: str
    ) -> tuple[str, bool]:
        """Press a button; the words of its answer, and whether they are to be closed.

        Raises CannotBeDone.
        """
        under = self._chats.message(message)
        offered = {b.data for row in rows_of(under.buttons) for b in row} if under else set()
        if under is None or under.chat != chat.id or data not in offered:
            raise CannotBeDone(data)
        return await self._press(account, chat_id_of(chat), message_id(message), data)

    async def apply(self, account: Account) -> None:
        """Ask to be let in, as a stranger does in a chat."""
        await self._press(account, person_id(account.id), "", "u:ask")

    async def _press(
        self, account: Account, chat: str, message: str, data: str
    ) -> tuple[str, bool]:
        press = uuid4().hex
        self._answers[press] = asyncio.get_running_loop().create_future()
        self._hand_over(account, chat, press, ButtonPress(press, data, message))
        try:
            return await self._answers[press]
        finally:
            self._answers.pop(press, None)

    def _show_mine(self, chat: WebChat, written: Written) -> int:
        if not chat.title:
            title = " ".join(written.text.split()) or (written.file.name if written.file else "")
            self._chats.rename(chat.id, title[:_TITLE_LENGTH])
            self._tell(chat.account, "chats", {})
        body = text_json(Text(written.text))
        file = written.file.id if written.file else None
        number = self._chats.add(chat.id, body, time.time(), mine=True, file=file, key=written.key)
        self._tell(chat.account, "messages", {})
        return number

    def _hand_over(
        self, account: Account, chat: str, key: str, content: IncomingMessage | ButtonPress
    ) -> None:
        update = Update(key, chat, person_id(account.id), account.name, content)
        if self._sink is None:
            raise ChatClosed(chat)
        raw = json.dumps(asdict(update), ensure_ascii=False)
        self._sink.take([ReceivedUpdate(update, raw)])

    # -- what there is to read

    def commands(self, account: int) -> Mapping[str, str]:
        """The commands that somebody is offered, with what they do."""
        return self._commands.get(person_id(account)) or self._commands.get(PRIVATE_CHATS, {})

    @contextmanager
    def watch(self, listener: Callable[[int, str, Mapping[str, Any]], None]) -> Iterator[None]:
        """Have ``listener`` told of each change: whose, of what, and which."""
        self._watching.append(listener)
        try:
            yield
        finally:
            self._watching.remove(listener)

    def note_change(self, account: int) -> None:
        """Tell those who watch that an account's chats changed."""
        self._tell(account, "chats", {})

    def _tell(self, account: int, kind: str, news: Mapping[str, Any]) -> None:
        for listener in self._watching:
            listener(account, kind, news)

    # -- the adapter

    def is_group(self, chat_id: str) -> bool:
        """Never: each conversation is one person's."""
        return not chat_id

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; what was said is shown if it was not yet."""
        values = json.loads(raw)
        content = values.pop("content")
        if "data" in content:
            return Update(**values, content=ButtonPress(**content))
        file = FileRef(**content["file"]) if content["file"] else None
        update = Update(**values, content=IncomingMessage(**{**content, "file": file}))
        try:
            chat = self._chat(update.chat_id)
        except ChatClosed:  # it was deleted
            return None
        command = f"/{content['command']} " if content["command"] else ""
        words = f"{command}{content['text']}".strip()
        self._show_mine(chat, Written(update.id, words, file))
        return update

    async def receive(self, sink: UpdateSink) -> None:
        """Hand over what people do until cancelled."""
        self._sink = sink
        sink.note_receiving(ok=True)
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Show a new message; its id."""
        chat = self._chat(to.chat_id)
        body = text_json(text)
        number = self._chats.add(chat.id, body, time.time(), buttons=buttons_json(rows))
        self._tell(chat.account, "messages", {})
        return message_id(number)

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Give a message another text and other buttons; raises MessageGone."""
        chat = self._chat(chat_id)
        body = text_json(text)
        if not self._chats.edit(_number(message_id), body, buttons_json(rows)):
            raise MessageGone(message_id)
        self._tell(chat.account, "messages", {})

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Show a file; the id of its message."""
        return self._send_file(to.chat_id, name, content, picture=False)

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture; the id of its message."""
        return self._send_file(to.chat_id, name, content, picture=True)

    def _send_file(self, chat_id: str, name: str, content: bytes, *, picture: bool) -> str:
        chat = self._chat(chat_id)
        file = self._chats.keep_file(chat.id, name, content, picture=picture)
        number = self._chats.add(chat.id, text_json(Text("")), time.time(), file=file)
        self._tell(chat.account, "messages", {})
        return message_id(number)

    async def show_typing(self, chat_id: str) -> None:
        """Show that we are at work."""
        chat = self._chat(chat_id)
        self._tell(chat.account, "typing", {"chat": chat.id})

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed."""
        waiting = self._answers.get(press_id)
        if waiting and not waiting.done():
            waiting.set_result((toast, alert))

    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; raises ChatClosed where it was deleted."""
        found = self._chats.file(file_id)
        if found is None:
            raise ChatClosed(file_id)
        to.write_bytes(found[2])  # noqa: ASYNC240 - from one local file to another
        return ""

    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        """Set the commands of everybody, or of one person."""
        self._commands[place] = commands

    def _chat(self, full: str) -> WebChat:
        """The conversation of an id; of a person, that of their notices. Raises ChatClosed."""
        number = _number(full)
        if full.startswith(f"{APP}:c"):
            chat = self._chats.chat(number)
        elif self._state.accounts.find(number):
            chat = self._chats.notices(number, phrase("page.notices"), time.time())
        else:
            chat = None
        if chat is None:
            raise ChatClosed(full)
        return chat


def chat_id_of(chat: WebChat) -> str:
    """A conversation's id in the core; that of notices is the person's own."""
    return person_id(chat.account) if chat.kind is ChatKind.NOTICES else chat_id(chat.id)
