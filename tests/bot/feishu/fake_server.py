"""A Feishu on the loopback: one app's API and long connection, and the people who write to it.

It refuses as Feishu does: a wrong secret, a stale token, a sequence that does not rise, a card that
is not there or was sent before, a chat in which the bot is not. What was not said to be received is
brought again. Written after https://open.feishu.cn/document.
"""

import asyncio
import base64
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from html import unescape
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bot.feishu.connection import CONTROL, DATA, headers_of, new_frame, read_frame
from bot.http_server import listen_at, serve_http
from tests.bot.fake_app import FakeApp

Json = dict[str, Any]
LOST, UNANSWERED, HELD, HELD_DONE = "lost", "unanswered", "held", "held when done"
"""Faults: a call is not done and not answered, or done and not answered; at once, or never."""
BOT = "ou_bot"


@dataclass
class FakeCard:
    """A card with all the texts that it had."""

    id: str
    versions: list[Json]
    sequence: int = 0
    is_sent: bool = False

    @property
    def now(self) -> Json:
        return self.versions[-1]

    @property
    def is_streaming(self) -> bool:
        return bool(self.now["config"]["streaming_mode"])

    @property
    def text(self) -> str:
        return unescape(self.now["body"]["elements"][0]["content"])


@dataclass
class FakeMessage:
    """A message of the bot's."""

    id: str
    chat: str
    card: FakeCard | None = None
    name: str = ""
    content: bytes = b""
    kind: str = "interactive"
    reply_to: str = ""

    @property
    def text(self) -> str:
        return self.card.text if self.card else ""

    @property
    def is_final(self) -> bool:
        return self.card is None or not self.card.is_streaming

    @property
    def labels(self) -> dict[str, Json]:
        """The values of the buttons, by their labels."""
        found: dict[str, Json] = {}

        def collect(element: Json) -> None:
            if element["tag"] == "button":
                found[element["text"]["content"]] = element["behaviors"][0]["value"]
            for inner in [*element.get("columns", ()), *element.get("elements", ())]:
                collect(inner)

        for element in self.card.now["body"]["elements"] if self.card else ():
            collect(element)
        return found


class FakeFeishu(FakeApp[FakeMessage]):
    """``faults`` come with the next messages and cards: a code, or one of those above."""

    def __init__(self) -> None:
        super().__init__()
        self.app_id, self.secret = "cli_1", "s-e-c-r-e-t"
        self.url = self.socket_url = ""
        self.cards: dict[str, FakeCard] = {}
        self.faults: deque[int | str | None] = deque()
        self.connections = self.held = 0
        self.is_deaf = False
        self.ping = 120
        self.names = {"ou_li": "李平"}
        self.acknowledged: list[str] = []
        self._token = ""
        self._socket: ServerConnection | None = None
        self._ended = asyncio.Event()
        self._numbers = count(1)
        self._by_uuid: dict[str, FakeMessage] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self._waiting: dict[str, Json] = {}
        self._known: set[str] = {BOT}
        self._chats: dict[str, str] = {}

    def number(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"

    # -- the long connection

    async def serve_connection(self, socket: ServerConnection) -> None:
        self._socket = socket
        self.connections += 1
        self._changed.set()
        try:
            for event in list(self._waiting.values()):
                await self._bring(event)
            async for raw in socket:
                assert isinstance(raw, bytes)
                frame = read_frame(raw)
                if frame.method == CONTROL and not self.is_deaf:
                    pong = new_frame(CONTROL, frame.service, {"type": "pong"})
                    await socket.send(pong.SerializeToString())
                if frame.method == DATA:
                    self._take_answer(frame)
                self._changed.set()
        except ConnectionClosed:
            return
        finally:
            if self._socket is socket:
                self._socket = None
            self._changed.set()

    def _take_answer(self, frame: Any) -> None:
        told = json.loads(frame.payload)
        number = headers_of(frame)["message_id"]
        if told["code"] != 200:
            return
        self.acknowledged.append(number)
        self._waiting.pop(number, None)
        data = json.loads(base64.b64decode(told["data"])) if "data" in told else {}
        self.toasts[number] = data.get("toast", {}).get("content", "")

    async def _bring(self, event: Json, parts: int = 1) -> None:
        """Bring an event, in one frame or several."""
        if self._socket is None:
            return
        payload = json.dumps(event).encode()
        size = -(-len(payload) // parts)
        for n in range(parts):
            headers = {
                "type": "event", "message_id": event["header"]["event_id"],
                "sum": str(parts), "seq": str(n), "trace_id": "t",
            }  # fmt: skip
            part = payload[n * size : (n + 1) * size]
            try:
                await self._socket.send(new_frame(DATA, 7, headers, part).SerializeToString())
            except ConnectionClosed:
                return

    # -- the API

    async def answer(self, request: Request) -> Response:  # noqa: PLR0911 - a row for each refusal
        path = request.url.path.removeprefix("/open-apis/")
        if path == "/callback/ws/endpoint":
            body = await request.json()
            if (body["AppID"], body["AppSecret"]) != (self.app_id, self.secret):
                return _refused(514)
            data = {"URL": self.socket_url, "ClientConfig": {"PingInterval": self.ping}}
            return JSONResponse({"code": 0, "data": data})
        if path == "auth/v3/tenant_access_token/internal":
            body = await request.json()
            if (body["app_id"], body["app_secret"]) != (self.app_id, self.secret):
                return _refused(10014)
            self._token = self.number("t")
            told = {"code": 0, "tenant_access_token": self._token, "expire": 7200}
            return JSONResponse(told)
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return _refused(99991663)
        fault = self._fault(path)
        if fault in (LOST, HELD):
            return await self._leave(fault)
        answer = _refused(fault) if isinstance(fault, int) else await self._do(request, path)
        self._changed.set()
        if fault in (UNANSWERED, HELD_DONE):
            return await self._leave(fault)
        return answer

    def _fault(self, path: str) -> int | str | None:
        spoken = path.startswith(("cardkit", "im/v1/messages")) and "resources" not in path
        return self.faults.popleft() if spoken and self.faults else None

    async def _leave(self, fault: int | str | None) -> Response:
        """Not answer: break off, or keep whoever asks waiting."""
        if fault in (HELD, HELD_DONE):
            self.held += 1
            self._changed.set()
            await self._ended.wait()
        return Response("no JSON", 502)

    async def _do(self, request: Request, path: str) -> Response:  # noqa: PLR0911 - a row for each call
        match path.split("/"):
            case ["bot", "v3", "info"]:
                return JSONResponse({"code": 0, "bot": {"app_name": "监管助手", "open_id": BOT}})
            case ["contact", "v3", "users", user]:
                return (
                    _done(user={"name": self.names[user]})
                    if user in self.names
                    else _refused(41050)
                )
            case ["cardkit", "v1", "cards"]:
                card = FakeCard(self.number("card"), [json.loads((await request.json())["data"])])
                self.cards[card.id] = card
                return _done(card_id=card.id)
            case ["cardkit", "v1", "cards", number, *rest]:
                return self._change(self.cards[number], await request.json(), rest)
            case ["im", "v1", "messages", message, "resources", key]:
                name, content = self._files[f"{message} {key}"]
                assert name
                return Response(content)
            case ["im", "v1", "messages", *rest]:
                return self._send(await request.json(), rest[0] if rest else "")
            case ["im", "v1", "files" | "images"]:
                return await self._upload(request)
        return _refused(404)

    def _change(self, card: FakeCard, body: Json, rest: list[str]) -> Response:
        if body["sequence"] <= card.sequence:
            return _refused(300317)
        card.sequence = body["sequence"]
        assert card.sequence < 2**31
        if not rest:
            data = json.loads(body["card"]["data"])
            if len(body["card"]["data"].encode()) > 30_000:
                return _refused(200860)
            card.versions.append(data)
            return _done()
        if not card.is_streaming:
            return _refused(300309)
        new = json.loads(json.dumps(card.now))
        new["body"]["elements"][0]["content"] = body["content"]
        card.versions.append(new)
        return _done()

    def _send(self, body: Json, reply_to: str) -> Response:
        if known := self._by_uuid.get(body["uuid"]):
            return _done(message_id=known.id)
        chat = self._chats[reply_to] if reply_to else body["receive_id"]
        if chat not in self._known:
            return _refused(230002 if chat.startswith("oc_") else 230013)
        content = json.loads(body["content"])
        kind = body["msg_type"]
        message = FakeMessage(self.number("om"), chat, kind=kind, reply_to=reply_to)
        if kind == "interactive":
            message.card = self.cards[content["data"]["card_id"]]
            if message.card.is_sent:
                return _refused(230099)
            message.card.is_sent = True
        else:
            message.name, message.content = self._files[next(iter(content.values()))]
        self.messages.append(message)
        self._by_uuid[body["uuid"]] = message
        return _done(message_id=message.id)

    async def _upload(self, request: Request) -> Response:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        told = message_from_bytes(head + await request.body(), policy=policy.HTTP)
        form = {part.get_param("name", header="content-disposition"): part for part in told.walk()}
        sent = "file" if "file" in form else "image"
        content = form[sent].get_payload(decode=True)
        assert isinstance(content, bytes)
        name = form[sent].get_filename() or ""
        key = self.number("file")
        self._files[key] = (name, content)
        return _done(**{f"{sent}_key": key})

    # -- what people do

    async def _event(self, kind: str, event: Json, parts: int = 1, times: int = 1) -> str:
        number = self.number("e")
        payload = {
            "schema": "2.0",
            "header": {"event_id": number, "event_type": kind, "app_id": self.app_id},
            "event": event,
        }
        self._waiting[number] = payload
        for _ in range(times):
            await self._bring(payload, parts)
        return number

    async def _message(self, user: str, group: str, message: Json, **how: int) -> str:
        chat = group or user
        number = self.number("om")
        self._chats[number] = chat
        self._known |= {chat, user}
        event = {
            "sender": {"sender_id": {"open_id": user}, "sender_type": "user"},
            "message": {
                "message_id": number,
                "chat_id": group or f"oc_of_{user}",
                "chat_type": "group" if group else "p2p",
                **message,
            },
        }
        await self._event("im.message.receive_v1", event, **how)
        return number

    async def says(self, user: str, text: str, group: str = "", **how: int) -> str:
        """Somebody writes; the id of the message. ``@助手`` is a mention of the bot."""
        mentions = []
        if "@助手" in text:
            text = text.replace("@助手", "@_user_1")
            mentions = [{"key": "@_user_1", "id": {"open_id": BOT}, "name": "监管助手"}]
        content = json.dumps({"text": text})
        message = {"message_type": "text", "content": content, "mentions": mentions}
        return await self._message(user, group, message, **how)

    async def sends_file(self, user: str, name: str, content: bytes) -> None:
        """Somebody sends a file."""
        key = self.number("file")
        told = json.dumps({"file_key": key, "file_name": name})
        number = await self._message(user, "", {"message_type": "file", "content": told})
        self._files[f"{number} {key}"] = (name, content)

    async def presses(self, user: str, message: FakeMessage, label: str) -> str:
        """Somebody presses a button; the number of the press, by which its toast is known."""
        value = next(value for text, value in message.labels.items() if label in text)
        chat = message.chat if message.chat.startswith("oc_") else f"oc_of_{message.chat}"
        event = {
            "operator": {"open_id": user},
            "action": {"tag": "button", "value": value},
            "context": {"open_message_id": message.id, "open_chat_id": chat},
        }
        return await self._event("card.action.trigger", event)

    def drop(self) -> None:
        """Break the connection."""
        if self._socket:
            self._socket.transport.abort()

    def let_go(self) -> None:
        """Answer whoever was kept waiting, so that the servers can end."""
        self._ended.set()

    def forget_token(self) -> None:
        """Take the token no more."""
        self._token = "none"  # noqa: S105 - of a test


def _done(**data: Any) -> Response:
    return JSONResponse({"code": 0, "msg": "success", "data": data})


def _refused(code: int) -> Response:
    return JSONResponse({"code": code, "msg": "refused"}, 400)


@asynccontextmanager
async def fake_feishu() -> AsyncIterator[FakeFeishu]:
    """The servers, for as long as the block runs."""
    fake = FakeFeishu()
    methods = ["GET", "POST", "PUT", "PATCH"]
    app = Starlette(routes=[Route("/{path:path}", fake.answer, methods=methods)])
    listening = listen_at("127.0.0.1:0")
    fake.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with serve(fake.serve_connection, "127.0.0.1", 0) as server, serve_http(app, listening):
        port = next(iter(server.sockets)).getsockname()[1]
        fake.socket_url = f"ws://127.0.0.1:{port}/?device_id=d&service_id=7"
        yield fake
        fake.let_go()
