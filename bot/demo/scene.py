"""What the page shows, as values: messages, and the question of each answer."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bot.conversation.access import allows
from bot.demo.words import Player, phrase
from bot.loopback.driving import Loopback
from bot.loopback.records import ApiMessage, Json
from bot.state.people import Role

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Scene:
    """The loopback's chats, the people played in them, and each one's role, by their number."""

    api: Loopback
    players: tuple[Player, ...]
    role_of: Callable[[int], Role]

    def person(self, player: Player) -> Json:
        """A person for the page: their role, and the commands they are offered."""
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

    def message(self, player: Player, number: int) -> ApiMessage | None:
        """A message of a player's chat, by its number, or None."""
        history = self.api.history(player.number)
        return next((message for message in history if message.id == number), None)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, and those before it in the conversation, oldest first."""

    question: str
    history: tuple[str, ...]


def questions_of(history: Iterable[ApiMessage]) -> dict[int, AskedQuestion]:
    """The question of each of the bot's answers, by the answer's number.

    Answers come in the order of the questions. An example that is tapped is no message of the
    person's: its answer begins with it.
    """
    questions: dict[int, AskedQuestion] = {}
    earlier: list[str] = []
    waiting: deque[str] = deque()
    for message in history:
        if message.from_bot:
            repeated = _repeated_question(message.text)
            question = repeated or (waiting.popleft() if waiting else "")
            if question:
                questions[message.id] = AskedQuestion(question, tuple(earlier))
                earlier.append(question)
        elif _is_new_topic(message.text):
            earlier = []
        elif question := _question(message):
            waiting.append(question)
    return questions


def _question(message: ApiMessage) -> str:
    """The question of a person's message; empty for commands and files."""
    command = _COMMAND.fullmatch(message.text.strip())
    if command:
        return command[2].strip() if command[1].lower() == "ask" else ""
    return "" if message.document else message.text.strip()


def _is_new_topic(text: str) -> bool:
    command = _COMMAND.fullmatch(text.strip())
    return command is not None and command[1].lower() == "new"


@cache
def _repetition() -> re.Pattern[str]:
    words = phrase("question.asked", question="\0")
    return re.compile(re.escape(words).replace("\0", "(.+)"))


def _repeated_question(text: str) -> str:
    match = _repetition().fullmatch(text.partition("\n")[0])
    return match[1].strip() if match else ""


def message_json(message: ApiMessage, asked: AskedQuestion | None) -> Json:
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
    """What one page knows; each look yields what it does not know yet."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._messages: dict[tuple[int, int], ApiMessage] = {}
        self._people: dict[int, Json] = {}
        # actions from before the page was opened are over
        self._actions_seen = {p.number: len(scene.api.actions(p.number)) for p in scene.players}

    def news(self) -> Iterator[tuple[str, Json]]:
        """Events by kind: person, typing, message, deleted."""
        for player in self._scene.players:
            yield from self._news_of(player)

    def _news_of(self, player: Player) -> Iterator[tuple[str, Json]]:
        number = player.number
        person = self._scene.person(player)
        if self._people.get(number) != person:
            self._people[number] = person
            yield "person", person
        actions = len(self._scene.api.actions(number))
        if actions > self._actions_seen[number]:
            self._actions_seen[number] = actions
            yield "typing", {"user": number}
        history = self._scene.api.history(number)
        current = {(number, message.id): message for message in history}
        changed = [m for key, m in current.items() if self._messages.get(key) is not m]
        if changed:
            asked = questions_of(history) if allows(Role(person["role"]), Role.READER) else {}
            for message in changed:
                self._messages[number, message.id] = message
                yield "message", message_json(message, asked.get(message.id))
        for key in [k for k in self._messages if k[0] == number and k not in current]:
            del self._messages[key]
            yield "deleted", {"user": number, "id": key[1]}
