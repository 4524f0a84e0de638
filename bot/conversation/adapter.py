"""What a chat app must offer: the seam between the conversation core and Telegram or another app.

What can go wrong on the way to it; none of it is shown to users:

AdapterFault
├── RetryLater        the app asks for a pause
├── OutcomeUnknown    no answer, or none that can be used: what was sent may have arrived
├── Rejected          it does not take what was sent (``unauthorized``: it does not know us)
├── MessageGone       the message to be edited is not there any more
├── ChatClosed        the chat is closed to us
├── ChatMoved         the chat has another id now
└── RunElsewhere      the same bot is being run by another program
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.conversation.messages import MeasureText, Rows, Text, Update, printable
from bot.errors import BotError

PRIVATE_CHATS, GROUP_CHATS = "private", "group"
"""All chats of a kind, where a menu of commands is set for them."""
_TRIES, _FIRST_PAUSE = 5, 0.15


class AdapterFault(Exception):
    """Something went wrong on the way to the app; ``str`` is for the log."""


class RetryLater(AdapterFault):
    """A pause is asked for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:.0f} s")
        self.seconds = seconds


class OutcomeUnknown(AdapterFault):
    """Whether it arrived is not known."""


class Rejected(AdapterFault):
    """It was not taken, and would not be taken again."""

    def __init__(self, reason: str, *, unauthorized: bool = False) -> None:
        super().__init__(reason)
        self.unauthorized = unauthorized


class MessageGone(AdapterFault):
    """The message is no more."""


class ChatClosed(AdapterFault):
    """The chat is closed to us."""


class ChatMoved(AdapterFault):
    """The chat's new id."""

    def __init__(self, chat_id: str) -> None:
        super().__init__(f"moved to {chat_id}")
        self.chat_id = chat_id


class RunElsewhere(AdapterFault):
    """Another program takes the updates."""


@dataclass(slots=True)
class ReconnectPauses:
    """Seconds before the next try to connect: at first, then doubled up to the longest.

    ``superseded`` is the pause after another connection took our place.
    """

    first: float = 1.0
    longest: float = 30.0
    superseded: float = 120.0
    _next: float = field(init=False)

    def __post_init__(self) -> None:
        self._next = self.first

    def begin_anew(self) -> None:
        """Forget the failures so far: the connection is open."""
        self._next = self.first

    def after(self, fault: AdapterFault) -> float:
        """How long to wait after one more failure."""
        pause = self.superseded if isinstance(fault, RunElsewhere) else self._next
        self._next = min(2 * self._next, self.longest)
        return pause


@dataclass(frozen=True, slots=True)
class SendPace:
    """How fast an app lets us speak.

    ``apart`` is the seconds between two calls of a kind in a chat; a group takes ``group_most``
    messages in ``group_span`` seconds, the app ``all_most`` calls in ``all_span``. A message that
    is being written is shown anew every ``preview_every`` seconds, in a group more seldom.
    """

    apart: float
    group_most: int
    group_span: float
    all_most: int
    all_span: float
    preview_every: float
    group_preview_every: float


@dataclass(frozen=True, slots=True)
class AppLimits:
    """What an app takes.

    ``measure`` tells how much of ``message_length`` a text uses up. ``typing_seconds`` is how
    long the sign that we are at work is shown. ``label_width`` is what a button shows, a Chinese
    character being two wide: about that of a phone, unless an app shows more.
    """

    message_length: int
    measure: MeasureText
    file_bytes: int
    typing_seconds: float
    pace: SendPace
    label_width: int = 36


@dataclass(frozen=True, slots=True)
class Abilities:
    """What an app can do; what it cannot is left out or done in a plainer way.

    ``edits``: a message can be given another text at any time. ``streams``: where it cannot, what
    answers a message can still be shown while it is written, until it is finished; all that
    answers a message is sent as a reply to it then. ``toasts``: a pressed button can be answered
    with a few words; ``toasts_where_received``: only by the process that received the press.
    ``speaks_where_it_receives``: what is said goes over the connection that receives, so that no
    other process can say it. ``one_answer``: all that is said to an update must be one message.
    """

    edits: bool = True
    streams: bool = False
    toasts: bool = True
    toasts_where_received: bool = False
    buttons: bool = True
    documents: bool = True
    pictures: bool = True
    typing: bool = True
    command_menu: bool = True
    speaks_where_it_receives: bool = False
    one_answer: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: its chat, and the message that it answers.

    ``key`` is our name of it, the same however often it is sent: an app that takes such a name
    drops what it has already.
    """

    chat_id: str
    reply_to: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An update, and the words of the app from which ``read_update`` reads it again."""

    update: Update
    raw: str


class UpdateSink(Protocol):
    """Where an adapter hands over what it receives."""

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more should be fetched for now."""

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        """Write updates down and queue those that are new; raises StoreError.

        Only when this has returned may the app be told that they were received.
        """

    def note_receiving(self, *, ok: bool) -> None:
        """Note whether updates can be received just now."""

    def note_error(self, error: Exception) -> None:
        """Note that something went wrong in receiving."""


class Adapter(Protocol):
    """One chat app; every asynchronous call raises an AdapterFault and nothing else.

    Ids of chats, people and messages begin with the adapter's ``name`` and a colon. What is done
    here is what most apps do.
    """

    name: str
    bot_name: str
    limits: AppLimits
    abilities: Abilities

    def is_group(self, chat_id: str) -> bool:
        """Whether a chat is one of several people."""

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; None where nothing of it concerns us."""

    async def receive(self, sink: UpdateSink) -> None:
        """Hand over updates until cancelled; may end where others bring them."""

    async def open(self, to: Destination, words: Text) -> str:
        """Send a message whose text is put in later, with a few words in it; its id."""
        return await self.send(to, words, ())

    async def preview(self, chat_id: str, message_id: str, text: Text) -> None:
        """Show in a message that was opened what is written so far."""
        await self.edit(chat_id, message_id, text, ())

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Send a new message; its id."""

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Give a message another text and other buttons; one that is the same is no fault.

        Of an app that only streams: the whole text of a message that was opened.
        """

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Send a file; the id of its message."""

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture; the id of its message."""

    async def show_typing(self, chat_id: str) -> None:
        """Show for a few seconds that we are at work."""
        del chat_id  # without such a sign, the message that is written shows it

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed, with a few words for a moment or to be closed."""

    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; its name if only this tells it."""

    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        """Set the menu of commands of all private chats, of all groups, or of one chat."""
        del commands, place


async def try_repeatedly(call: Callable[[], Awaitable[object]]) -> None:
    """Call, several times if need be; raises the last AdapterFault, and at once what is final."""
    for attempt in range(_TRIES):
        try:
            await call()
        except (RetryLater, OutcomeUnknown) as fault:
            if attempt == _TRIES - 1:
                raise
            pause = fault.seconds if isinstance(fault, RetryLater) else _FIRST_PAUSE * 2**attempt
            await asyncio.sleep(pause)
        else:
            return


async def connect(
    call: Callable[[], Awaitable[object]], refused: BotError, unreachable: BotError
) -> None:
    """Call, several times if need be; raises what tells a user why the app is not to be had."""
    try:
        await try_repeatedly(call)
    except Rejected as fault:
        raise refused from fault
    except AdapterFault as fault:
        raise unreachable from fault


def part_at(value: object, *keys: str) -> Any:
    """What stands at a place of an app's JSON; None where there is nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def text_at(value: object, *keys: str) -> str:
    """The text at a place, as far as a person types it; empty where there is none."""
    text = part_at(value, *keys)
    return printable(text) if isinstance(text, str) else ""


def number_at(value: object, *keys: str) -> int | None:
    """The number at a place; None where there is none that a database can hold."""
    number = part_at(value, *keys)
    fits = isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63
    return number if fits else None


def list_at(value: object, *keys: str) -> list[Any]:
    """The list at a place; empty where there is none."""
    listed = part_at(value, *keys)
    return listed if isinstance(listed, list) else []
