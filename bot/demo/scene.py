"""What the page shows, as values: messages, and which question each answer is of."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.conversation.access import allows
from bot.demo.words import Player, phrase
from bot.loopback.driving import Loopback
from bot.loopback.records import Json, Message
from bot.state.people import Role

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scene:
    """The loopback's chats, who plays in them, and what each may (by number) just now."""

    api: Loopback
    players: tuple[Player, ...]
    role_of: Callable[[int], Role]

    def person(self, player: Player) -> Json:
        """What is told of a person: what they may, and the commands they are offered."""
        role = self.role_of(player.number)
        scopes = (f"chat {player.number}", "all_private_chats", "default")
        offered = next((c for c in map(self.api.commands, scopes) if c), {})
        return {
            "user": player.number,
            "role": role.value,
            "role_told": phrase(f"role.{role.value}"),
            "note": phrase(f"role_note.{role.value}"),
            "commands": [{"command": name, "told": does} for name, does in offered.items()],
        }

    def message(self, player: Player, number: int) -> Message | None:
        """A message of somebody's chat."""
        history = self.api.history(player.number)
        return next((message for message in history if message.id == number), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and those before it in the conversation, oldest first."""

    question: str
    history: tuple[str, ...]


def questions_of(history: Iterable[Message]) -> dict[int, Asked]:
    """The question that each of the bot's answers is of, by the answer's number.

    Answers come in the order of the questions. An example that was tapped is no message of the
    person's: its answer begins with it.
    """
    found: dict[int, Asked] = {}
    earlier: list[str] = []
    waiting: deque[str] = deque()
    for message in history:
        if message.from_bot:
            repeated = _asked_again(message.text)
            question = repeated or (waiting.popleft() if waiting else "")
            if question:
                found[message.id] = Asked(question, tuple(earlier))
                earlier.append(question)
        elif _begins_anew(message.text):
            earlier = []
        elif question := _question(message):
            waiting.append(question)
    return found


def _question(message: Message) -> str:
    """What a person's message asks; empty for commands and files."""
    command = _COMMAND.fullmatch(message.text.strip())
    if command:
        return command[2].strip() if command[1].lower() == "ask" else ""
    return "" if message.document else message.text.strip()


def _begins_anew(text: str) -> bool:
    command = _COMMAND.fullmatch(text.strip())
    return command is not None and command[1].lower() == "new"


@cache
def _opening() -> re.Pattern[str]:
    words = phrase("question.asked", question="\0")
    return re.compile(re.escape(words).replace("\0", "(.+)"))


def _asked_again(text: str) -> str:
    match = _opening().fullmatch(text.partition("\n")[0])
    return match[1].strip() if match else ""


def told_message(message: Message, asked: Asked | None) -> Json:
    """A message for the page."""
    document = message.document
    return {
        "id": message.id,
        "user": message.chat_id,
        "mine": not message.from_bot,
        "date": message.date,
        "text": message.text,
        "entities": [entity.as_json() for entity in message.entities],
        "rows": [
            [{"text": b.text, "data": b.data, "url": b.url} for b in row]
            for row in message.buttons
        ],
        "document": document and {
            "id": document.file_id, "name": document.name, "size": len(document.content)
        },
        "edits": len(message.versions),
        "asked": asked.question if asked and message.versions else "",
    }  # fmt: skip


class Feed:
    """What one page was told so far; each look gives what it does not know yet."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._messages: dict[tuple[int, int], Message] = {}
        self._people: dict[int, Json] = {}
        # what was shown before the page came is over
        self._typed = {p.number: len(scene.api.actions(p.number)) for p in scene.players}

    def news(self) -> Iterator[tuple[str, Json]]:
        """Kinds of events with what they tell."""
        for player in self._scene.players:
            yield from self._of(player)

    def _of(self, player: Player) -> Iterator[tuple[str, Json]]:
        number = player.number
        person = self._scene.person(player)
        if self._people.get(number) != person:
            self._people[number] = person
            yield "person", person
        actions = len(self._scene.api.actions(number))
        if actions > self._typed[number]:
            self._typed[number] = actions
            yield "typing", {"user": number}
        history = self._scene.api.history(number)
        standing = {(number, message.id): message for message in history}
        changed = [m for key, m in standing.items() if self._messages.get(key) is not m]
        if changed:
            asked = questions_of(history) if allows(Role(person["role"]), Role.READER) else {}
            for message in changed:
                self._messages[number, message.id] = message
                yield "message", told_message(message, asked.get(message.id))
        for key in [k for k in self._messages if k[0] == number and k not in standing]:
            del self._messages[key]
            yield "deleted", {"user": number, "id": key[1]}
