"""What the page shows, as values: messages, and the question of each answer."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.conversation.access import allows
from bot.conversation.messages import MarkKind, Text, split_command
from bot.demo.chats import PageChats, PageFile, PageMessage, utf16_length
from bot.demo.words import Player, phrase
from bot.state.people import Role

Json = dict[str, Any]
_MARKS = {MarkKind.FOLDED: "expandable_blockquote"}
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,32}(?![\w/<>@])")
_ADDRESS = re.compile(r"(?i)(?<![\w@])https?://[a-z0-9.-]+(?::\d+)?(?:/[!-~]*)?")


@dataclass(frozen=True, slots=True)
class Scene:
    """The chats, the people played in them, and each one's role, by their number."""

    chats: PageChats
    players: tuple[Player, ...]
    role_of: Callable[[int], Role]

    def person(self, player: Player) -> Json:
        """A person for the page: their role, and the commands they are offered."""
        role = self.role_of(player.number)
        offered = self.chats.commands(player.number)
        return {
            "user": player.number,
            "role": role.value,
            "role_told": phrase(f"role.{role.value}"),
            "note": phrase(f"role_note.{role.value}"),
            "commands": [{"command": name, "told": does} for name, does in offered.items()],
        }


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, and those before it in the conversation, oldest first."""

    question: str
    history: tuple[str, ...]


def questions_of(history: Iterable[PageMessage]) -> dict[int, AskedQuestion]:
    """The question of each of the bot's answers, by the answer's number.

    Answers come in the order of the questions. An example that is tapped is no message of the
    person's: its answer begins with it.
    """
    questions: dict[int, AskedQuestion] = {}
    earlier: list[str] = []
    waiting: deque[str] = deque()
    for message in history:
        text = message.text.plain
        if not message.mine:
            repeated = _repeated_question(text)
            question = repeated or (waiting.popleft() if waiting else "")
            if question:
                questions[message.number] = AskedQuestion(question, tuple(earlier))
                earlier.append(question)
            continue
        command, words = split_command(text)
        if command == "new":
            earlier = []
        elif words and not message.file and command in ("", "ask"):
            waiting.append(words)
    return questions


@cache
def _repetition() -> re.Pattern[str]:
    words = phrase("question.asked", question="\0")
    return re.compile(re.escape(words).replace("\0", "(.+)"))


def _repeated_question(text: str) -> str:
    match = _repetition().fullmatch(text.partition("\n")[0])
    return match[1].strip() if match else ""


def message_json(message: PageMessage, asked: AskedQuestion | None) -> Json:
    """A message for the page."""
    file = message.file
    return {
        "id": message.number,
        "user": message.user,
        "mine": message.mine,
        "date": message.date,
        "text": message.text.plain,
        "entities": _entities(message.text),
        "rows": [[{"text": b.label, "data": b.data} for b in row] for row in message.rows],
        "document": file and _file_json(file),
        "edits": message.edits,
        "asked": asked.question if asked and message.edits else "",
    }


def _file_json(file: PageFile) -> Json:
    size = len(file.content)
    return {"id": file.id, "name": file.name, "size": size, "picture": file.is_picture}


def _entities(text: Text) -> list[Json]:
    """What is set off in a text, an outer one first; places in UTF-16 units, as browsers count."""
    plain = text.plain
    found = [(m.start, m.end, _MARKS.get(m.kind, m.kind.value)) for m in text.marks]
    found += [(*match.span(), "bot_command") for match in _COMMAND.finditer(plain)]
    found += [(*match.span(), "url") for match in _ADDRESS.finditer(plain)]
    return [
        {
            "type": kind,
            "offset": utf16_length(plain[:start]),
            "length": utf16_length(plain[start:end]),
        }
        for start, end, kind in sorted(found, key=lambda f: (f[0], -f[1]))
    ]


class Feed:
    """What one page knows; each look yields what it does not know yet."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._messages: dict[int, PageMessage] = {}
        self._people: dict[int, Json] = {}
        # what was typed before the page was opened is over
        self._typing_seen = {p.number: scene.chats.typing_count(p.number) for p in scene.players}

    def news(self) -> Iterator[tuple[str, Json]]:
        """Events by kind: person, typing, message."""
        for player in self._scene.players:
            yield from self._news_of(player)

    def _news_of(self, player: Player) -> Iterator[tuple[str, Json]]:
        number, chats = player.number, self._scene.chats
        person = self._scene.person(player)
        if self._people.get(number) != person:
            self._people[number] = person
            yield "person", person
        typing = chats.typing_count(number)
        if typing > self._typing_seen[number]:
            self._typing_seen[number] = typing
            yield "typing", {"user": number}
        history = chats.history(number)
        changed = [m for m in history if self._messages.get(m.number) is not m]
        if changed:
            asked = questions_of(history) if allows(Role(person["role"]), Role.READER) else {}
            for message in changed:
                self._messages[message.number] = message
                yield "message", message_json(message, asked.get(message.number))
