"""What people do in a chat, as values that know no chat app."""

import re
from dataclasses import dataclass

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class FileRef:
    """A document, not yet fetched: the app's name of it, the sender's name for it, its size."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """What somebody wrote or sent to us.

    ``command`` is a command's name in small letters, ``text`` the words after it, or under the
    ``file``. Where all three are empty it is something that we cannot read: a picture, a voice.
    """

    id: str
    text: str = ""
    command: str = ""
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pressed button. ``id`` is what the app wants to be answered.

    ``message_id`` is the message under which it stands; empty where that is not known.
    """

    id: str
    data: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """Something that a person asks of us. ``id`` is the app's own number of it."""

    id: str
    chat_id: str
    user_id: str
    user_name: str
    content: IncomingMessage | ButtonPress
    in_group: bool = False

    @property
    def press(self) -> ButtonPress | None:
        """The button, if one was pressed."""
        return self.content if isinstance(self.content, ButtonPress) else None

    @property
    def message_id(self) -> str:
        """The message that was sent, or whose button was pressed."""
        content = self.content
        return content.message_id if isinstance(content, ButtonPress) else content.id

    @property
    def reply_to(self) -> str | None:
        """The message that an answer replies to: in a group, where others write between."""
        return self.message_id if self.in_group and not self.press else None


def split_command(text: str) -> tuple[str, str]:
    """A command's name in small letters and the words after it; the name is empty without one."""
    command = _COMMAND.fullmatch(text.strip())
    return (command[1].lower(), (command[2] or "").strip()) if command else ("", text.strip())
