"""What the page asks for, and what it is answered: one method a kind of request."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from bot.demo.scene import Scene, questions_of
from bot.demo.words import Player, demo_words
from bot.loopback.driving import CannotBeDone
from bot.loopback.methods import LARGEST_DOWNLOAD
from bot.loopback.records import Json, Query
from bot.loopback.world import Bell
from knowledge.errors import AssistantError

_PAGE = Path(__file__).parent / "page"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_LONGEST_TEXT = 4096
_TAP_LIVES = 15.0
MOST_BYTES = LARGEST_DOWNLOAD

TraceOf = Callable[[str, tuple[str, ...]], Json]


class Refused(Exception):
    """A request that does not fit; the argument is its status."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    body: bytes
    kind: str
    beside: tuple[tuple[bytes, bytes], ...] = ()


class Requests:
    """``bell`` rings at every change of the scene; ``trace_of`` runs in ``worker``."""

    def __init__(
        self, scene: Scene, bell: Bell, trace_of: TraceOf, worker: ThreadPoolExecutor
    ) -> None:
        self._scene = scene
        self._bell = bell
        self._trace_of = trace_of
        self._worker = worker
        self._deeds = {
            "say": self._say, "tap": self._tap, "trace": self._trace, "upload": self._upload,
        }  # fmt: skip

    def read(self, path: str) -> Answer:
        """A part of the page, its words, or a file of a chat; raises Refused."""
        if path.startswith("file/"):
            return self._file(path.removeprefix("file/"))
        if path == "words.json":
            return _json(self._words())
        part = _PAGE / (path or "index.html")
        if part.parent != _PAGE or part.suffix not in _KINDS or not part.is_file():
            raise Refused(HTTPStatus.NOT_FOUND)
        return Answer(part.read_bytes(), _KINDS[part.suffix])

    async def do(self, path: str, query: bytes, body: bytes) -> Answer:
        """Something that a person does; raises Refused."""
        if path not in self._deeds:
            raise Refused(HTTPStatus.NOT_FOUND)
        given: Mapping[str, Any] = (
            {name: values[0] for name, values in parse_qs(query.decode("latin-1")).items()}
            | {"content": body}
            if path == "upload"
            else _object(body)
        )
        try:
            return _json(await self._deeds[path](given))
        except CannotBeDone:
            raise Refused(HTTPStatus.CONFLICT) from None

    def _words(self) -> Json:
        people = [{"user": p.number, "name": p.name} for p in self._scene.players]
        limits = {"text": _LONGEST_TEXT, "file": MOST_BYTES}
        tables = demo_words().model_dump(include={"page", "trace", "trace_value"})
        return tables | {"people": people, "limits": limits}

    def _file(self, file_id: str) -> Answer:
        try:
            document = self._scene.api.file(file_id)
        except KeyError:
            raise Refused(HTTPStatus.NOT_FOUND) from None
        # never shown by the browser itself: what somebody sent might be a page
        name = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
        beside = ((b"content-disposition", name.encode()),)
        return Answer(document.content, "application/octet-stream", beside)

    async def _say(self, given: Mapping[str, Any]) -> Json:
        player, text = self._player(given), str(given.get("text", "")).strip()
        if not text or len(text.encode("utf-16-le", "replace")) // 2 > _LONGEST_TEXT:
            raise Refused(HTTPStatus.BAD_REQUEST)
        user = self._scene.api.user(player.name, player.number)
        return {"id": self._scene.api.user_says(user, user, text).id}

    async def _upload(self, given: Mapping[str, Any]) -> Json:
        player, content = self._player(given), given["content"]
        name = str(given.get("name", "")).strip()
        if not name or not content:
            raise Refused(HTTPStatus.BAD_REQUEST)
        user = self._scene.api.user(player.name, player.number)
        caption = str(given.get("caption", ""))
        return {"id": self._scene.api.sends_document(user, user, name, content, caption).id}

    async def _tap(self, given: Mapping[str, Any]) -> Json:
        """What the bot answers to a tap; ``answered`` is false where it does not."""
        player = self._player(given)
        message = self._scene.message(player, _number(given, "message"))
        if message is None:
            raise Refused(HTTPStatus.CONFLICT)
        query = self._scene.api.taps(message, str(given.get("data", "")))
        answer: Json | None = None
        with suppress(TimeoutError):
            answer = await asyncio.wait_for(self._answer(query), _TAP_LIVES)
        told = answer or {}
        text, alert = str(told.get("text", "")), bool(told.get("show_alert"))
        return {"answered": answer is not None, "text": text, "alert": alert}

    async def _answer(self, query: Query) -> Json:
        while True:
            change = self._bell.next
            if answer := self._scene.api.answer(query):
                return answer
            await change.wait()

    async def _trace(self, given: Mapping[str, Any]) -> Json:
        player = self._player(given)
        history = self._scene.api.history(player.number)
        asked = questions_of(history).get(_number(given, "message"))
        if asked is None:
            raise Refused(HTTPStatus.CONFLICT)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._worker, self._trace_of, asked.question, asked.history
            )
        except AssistantError:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None

    def _player(self, given: Mapping[str, Any]) -> Player:
        number = _number(given, "user")
        found = next((p for p in self._scene.players if p.number == number), None)
        if found is None:
            raise Refused(HTTPStatus.BAD_REQUEST)
        return found


def _number(given: Mapping[str, Any], name: str) -> int:
    try:
        return int(given.get(name, 0))
    except (TypeError, ValueError):
        raise Refused(HTTPStatus.BAD_REQUEST) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Refused(HTTPStatus.BAD_REQUEST)
    return given


def _json(told: Json) -> Answer:
    return Answer(json.dumps(told, ensure_ascii=False).encode(), "application/json")
