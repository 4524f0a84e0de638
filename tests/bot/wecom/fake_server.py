"""A WeCom on the loopback: one bot's long connection, and the people who write to it.

It refuses as WeCom does: a wrong secret, a reply to what it never brought or to a pressed card, a
stream that is finished, what is too long, a chat in which nobody has written. Written after the
public protocol (https://developer.work.weixin.qq.com/document/path/101463).
"""

import base64
import hashlib
import json
import os
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.bot.fake_app import FakeApp

Json = dict[str, Any]
LONGEST_STREAM, LONGEST_PUSH = 20_480, 4_096
LOST, UNANSWERED = "lost", "unanswered"
HELD, HELD_DONE = "held", "held when done"
"""Faults: the connection breaks before a command is done, or after it and before its answer; or
it stays, and nothing is answered."""


@dataclass
class FakeMessage:
    """A message of the bot's; ``versions`` are all the texts that it had."""

    chat: str
    kind: str
    versions: list[str] = field(default_factory=list)
    finished: bool = True
    card: Json = field(default_factory=dict)
    name: str = ""
    content: bytes = b""

    @property
    def text(self) -> str:
        return self.versions[-1] if self.versions else ""

    @property
    def is_final(self) -> bool:
        return self.finished

    @property
    def labels(self) -> dict[str, str]:
        """The keys of a card's buttons or options, by their labels."""
        buttons = {b["text"]: b["key"] for b in self.card.get("button_list", ())}
        options = self.card.get("checkbox", {}).get("option_list", ())
        return buttons | {o["text"]: o["id"] for o in options}


class FakeWecom(FakeApp[FakeMessage]):
    """``faults`` come with the next replies and messages: an errcode, LOST or UNANSWERED."""

    def __init__(self, bot_id: str = "bot", secret: str = "s-e-c-r-e-t") -> None:  # noqa: S107 - of a test
        super().__init__()
        self.bot_id, self.secret = bot_id, secret
        self.url = ""
        self.faults: deque[int | str | None] = deque()
        self.commands: list[Json] = []
        self.connections = 0
        self.held = 0
        self.is_deaf = False
        self._socket: ServerConnection | None = None
        self._numbers = count(1)
        self._chats: dict[str, str] = {}
        self._streams: dict[str, FakeMessage] = {}
        self._presses: dict[str, str] = {}
        self._tasks: set[str] = set()
        self._uploads: dict[str, Json] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self._spoken: set[str] = set()
        self._kept: list[Json] = []

    # -- the server

    async def serve_connection(self, socket: ServerConnection) -> None:
        try:
            async for raw in socket:
                frame = json.loads(raw)
                self.commands.append(frame)
                if frame["cmd"] == "ping" and self.is_deaf:
                    continue
                fault = self._fault(frame["cmd"])
                if fault == LOST:
                    break
                if fault == HELD:
                    self._hold()
                    continue
                answer = self._answer(frame, fault)
                if fault == HELD_DONE:
                    self._hold()
                    continue
                if fault == UNANSWERED:
                    break
                await socket.send(json.dumps({"headers": frame["headers"], **answer}))
                if frame["cmd"] == "aibot_subscribe" and answer["errcode"] == 0:
                    await self._replace(socket)
                self._changed.set()
        except ConnectionClosed:
            return
        finally:
            if self._socket is socket:
                self._socket = None
            self._changed.set()

    def _hold(self) -> None:
        self.held += 1
        self._changed.set()

    async def _replace(self, socket: ServerConnection) -> None:
        old, self._socket = self._socket, socket
        self.connections += 1
        if old:
            event = {"eventtype": "disconnected_event"}
            await old.send(json.dumps(self._callback("aibot_event_callback", {"event": event})))
            await old.close()
        kept, self._kept = self._kept, []
        for frame in kept:
            await self._bring(frame)

    def _fault(self, cmd: str) -> int | str | None:
        spoken = cmd in ("aibot_respond_msg", "aibot_send_msg")
        return self.faults.popleft() if spoken and self.faults else None

    def _answer(self, frame: Json, fault: int | str | None) -> Json:  # noqa: PLR0911 - a row for each command
        if isinstance(fault, int):
            return _refused(fault)
        body, req_id = frame.get("body", {}), frame["headers"]["req_id"]
        match frame["cmd"]:
            case "aibot_subscribe":
                known = (body["bot_id"], body["secret"]) == (self.bot_id, self.secret)
                return _done() if known else _refused(853000)
            case "ping" | "aibot_respond_welcome_msg":
                return _done()
            case "aibot_respond_msg":
                chat = self._chats.get(req_id)
                return self._say(chat, body) if chat else _refused(846605)
            case "aibot_send_msg":
                chat = body["chatid"]
                assert body["chat_type"] == (2 if chat.startswith("g") else 1)
                return self._say(chat, body) if chat in self._spoken else _refused(93006)
            case "aibot_respond_update_msg":
                card = body["template_card"]
                if self._presses.get(req_id) != card["task_id"]:
                    return _refused(846605)
                next(
                    m for m in self.messages if m.card.get("task_id") == card["task_id"]
                ).card = card
                return _done()
            case cmd if cmd.startswith("aibot_upload_media"):
                return self._upload(cmd, body)
        return _refused(40008)

    def _say(self, chat: str, body: Json) -> Json:
        kind = body["msgtype"]
        message = FakeMessage(chat, kind)
        match kind:
            case "stream":
                return self._stream(chat, body["stream"])
            case "markdown":
                message.versions.append(body["markdown"]["content"])
                if len(message.text.encode()) > LONGEST_PUSH:
                    return _refused(40058)
            case "template_card":
                message.card = body["template_card"]
                task = message.card["task_id"]
                if task in self._tasks or not 0 < len(message.labels) <= 20:
                    return _refused(40058)
                self._tasks.add(task)
            case "file" | "image":
                uploaded = self._uploads[body[kind]["media_id"]]
                message.name, message.content = uploaded["filename"], uploaded["content"]
            case _:
                return _refused(40008)
        self.messages.append(message)
        return _done()

    def _stream(self, chat: str, stream: Json) -> Json:
        if len(stream["content"].encode()) > LONGEST_STREAM or not stream["content"].strip():
            return _refused(40058)
        message = self._streams.get(stream["id"])
        if message is None:
            message = self._streams[stream["id"]] = FakeMessage(chat, "stream", finished=False)
            self.messages.append(message)
        if message.finished:
            return _refused(846608)
        assert message.chat == chat
        message.versions.append(stream["content"])
        message.finished = stream["finish"]
        return _done()

    def _upload(self, cmd: str, body: Json) -> Json:
        if cmd.endswith("init"):
            number = f"upload-{next(self._numbers)}"
            self._uploads[number] = {**body, "content": b""}
            return _done(upload_id=number)
        upload = self._uploads[body["upload_id"]]
        if cmd.endswith("chunk"):
            part = base64.b64decode(body["base64_data"])
            assert len(part) <= 512 << 10
            upload["content"] += part
            return _done()
        assert hashlib.md5(upload["content"], usedforsecurity=False).hexdigest() == upload["md5"]
        assert len(upload["content"]) == upload["total_size"]
        return _done(media_id=body["upload_id"])

    def answer_get(self, _connection: ServerConnection, request: Request) -> Response | None:
        """A file that somebody sent; None where a websocket is wanted."""
        if not request.path.startswith("/file/"):
            return None
        name, content = self._files.get(request.path.removeprefix("/file/"), ("", b""))
        if not content:
            return Response(404, "Not Found", Headers({"Content-Length": "0"}))
        head = {
            "Content-Length": str(len(content)),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        return Response(200, "OK", Headers(head), content)

    # -- what people do

    def _callback(self, cmd: str, body: Json) -> Json:
        return {"cmd": cmd, "headers": {"req_id": f"r{next(self._numbers)}"}, "body": body}

    async def _bring(self, frame: Json) -> None:
        """Bring a callback; kept where nobody is connected, for the tests' sake."""
        if self._socket is None:
            self._kept.append(frame)
            return
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
        except ConnectionClosed:
            self._kept.append(frame)

    def _message(self, user: str, group: str, parts: Json) -> Json:
        chat = group or user
        body = {
            "msgid": f"m{next(self._numbers)}",
            "aibotid": self.bot_id,
            "chattype": "group" if group else "single",
            "from": {"userid": user},
            **parts,
        }
        if group:
            body["chatid"] = group
        frame = self._callback("aibot_msg_callback", body)
        self._chats[frame["headers"]["req_id"]] = chat
        self._spoken.add(chat)
        return frame

    async def says(self, user: str, text: str, group: str = "", times: int = 1) -> None:
        """Somebody writes; WeCom may bring it several times."""
        parts = {"msgtype": "text", "text": {"content": text}}
        frame = self._message(user, group, parts)
        for _ in range(times):
            await self._bring(frame)

    async def sends_file(self, user: str, name: str, content: bytes) -> None:
        """Somebody sends a file, which is told without its name."""
        key = os.urandom(32)
        padding = 32 - len(content) % 32
        sealing = Cipher(AES(key), CBC(key[:16])).encryptor()
        sealed = sealing.update(content + bytes([padding]) * padding) + sealing.finalize()
        number = f"f{next(self._numbers)}"
        self._files[number] = (name, sealed)
        url = f"{self.url.replace('ws:', 'http:')}/file/{number}"
        told = {"url": url, "aeskey": base64.b64encode(key).decode().rstrip("=")}
        await self._bring(self._message(user, "", {"msgtype": "file", "file": told}))

    async def enters(self, user: str) -> None:
        """Somebody opens the chat for the first time today."""
        body = {"msgid": "e1", "from": {"userid": user}, "event": {"eventtype": "enter_chat"}}
        await self._bring(self._callback("aibot_event_callback", body))

    async def presses(self, user: str, message: FakeMessage, label: str) -> None:
        """Somebody presses a button, or chooses from a list."""
        key = next(key for text, key in message.labels.items() if label in text)
        told: Json = {"task_id": message.card["task_id"], "event_key": key}
        if "checkbox" in message.card:
            told["event_key"] = message.card["submit_button"]["key"]
            chosen = {"question_key": "choose", "option_ids": {"option_id": [key]}}
            told["selected_items"] = {"selected_item": [chosen]}
        in_group = message.chat.startswith("g")
        body = {
            "msgid": f"m{next(self._numbers)}",
            "chattype": "group" if in_group else "single",
            "from": {"userid": user},
            "event": {"eventtype": "template_card_event", "template_card_event": told},
        }
        if in_group:
            body["chatid"] = message.chat
        frame = self._callback("aibot_event_callback", body)
        self._presses[frame["headers"]["req_id"]] = told["task_id"]
        await self._bring(frame)

    def forget_requests(self) -> None:
        """Take no more replies to what was brought so far."""
        self._chats.clear()

    async def drop(self) -> None:
        """Break the connection."""
        if self._socket:
            self._socket.transport.abort()


def _done(**body: Any) -> Json:
    return {"errcode": 0, "errmsg": "ok", **({"body": body} if body else {})}


def _refused(code: int) -> Json:
    return {"errcode": code, "errmsg": "refused"}


@asynccontextmanager
async def fake_wecom() -> AsyncIterator[FakeWecom]:
    """The server, for as long as the block runs."""
    fake = FakeWecom()
    server: Server
    async with serve(
        fake.serve_connection, "127.0.0.1", 0, process_request=fake.answer_get
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        fake.url = f"ws://127.0.0.1:{port}"
        yield fake
