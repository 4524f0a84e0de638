"""A WeCom that calls the bot, and the people who write to it.

It does as WeCom does: signs and encrypts each call, calls again for a stream until it is finished,
takes an event's answer only within the call, and one message at each address that it gave. It
refuses what is signed wrongly, too long, of a kind that a call does not take, and what comes to an
address that is used up. Written after the public protocol
(https://developer.work.weixin.qq.com/document/path/100719, 101031, 101033, 101138).
"""

import asyncio
import base64
import hashlib
import json
import os
import struct
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.http_server import listen_at, serve_http
from tests.bot.fake_app import FakeApp
from tests.bot.wecom.fake_server import LONGEST_STREAM, FakeMessage, Json

TOKEN = "t0ken"  # noqa: S105 - of a test
SECRET = bytes(range(32))
AES_KEY = base64.b64encode(SECRET).decode().rstrip("=")
BOT = "aib1"
CUT_OFF = "cut off"
"""A fault: the call is made, and its answer lost on the way."""
_EVERY = 0.01
"""Seconds between two calls for a stream; WeCom's are about one."""


def sealed(content: bytes, receiver: str = "", key: bytes = SECRET) -> str:
    """A content as WeCom encrypts it."""
    whole = os.urandom(16) + struct.pack(">I", len(content)) + content + receiver.encode()
    length = 32 - len(whole) % 32
    cipher = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(
        cipher.update(whole + bytes([length]) * length) + cipher.finalize()
    ).decode()


def opened(encrypted: str, key: bytes = SECRET) -> bytes:
    """What was encrypted for an empty receiver."""
    cipher = Cipher(AES(key), CBC(key[:16])).decryptor()
    whole = cipher.update(base64.b64decode(encrypted)) + cipher.finalize()
    whole = whole[: -whole[-1]]
    (length,) = struct.unpack(">I", whole[16:20])
    assert len(whole) == 20 + length
    return whole[20:]


def signed(encrypted: str, timestamp: str, nonce: str, token: str = TOKEN) -> str:
    """The signature of a call or of its answer."""
    return hashlib.sha1(  # noqa: S324 - the protocol's
        "".join(sorted([token, timestamp, nonce, encrypted])).encode()
    ).hexdigest()


def query_of(encrypted: str, **other: str) -> dict[str, str]:
    """The query of a call."""
    timestamp, nonce = other.get("timestamp", str(int(time.time()))), os.urandom(6).hex()
    signature = signed(encrypted, timestamp, nonce, other.get("token", TOKEN))
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}


@dataclass
class _Address:
    """Where one message may be said, and to whom."""

    chat: str
    is_used: bool = False


class CallingWecom(FakeApp[FakeMessage]):
    """``faults`` come with the next answers and messages of the bot's: an errcode, or CUT_OFF."""

    def __init__(self) -> None:
        super().__init__()
        self.bot_url = self.own_url = ""
        self.faults: deque[int | str | None] = deque()
        self.failed: list[int] = []
        self.is_away = False
        self.gives_addresses = True
        self._numbers = count(1)
        self._streams: dict[str, FakeMessage] = {}
        self._addresses: dict[str, _Address] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self._followed: set[str] = set()
        self._with_card: set[str] = set()
        self._calling: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=60.0)

    # -- calls

    async def post(self, body: Json, **other: str) -> httpx.Response:
        """One call, whatever is answered."""
        encrypted = sealed(json.dumps(body).encode(), other.get("receiver", ""))
        return await self._client.post(
            self.bot_url, params=query_of(encrypted, **other), json={"encrypt": encrypted}
        )

    async def call(self, body: Json) -> Json | None:
        """What a call is answered with; None where nothing is, or it did not come through.

        Raises ConnectionError where the answer was lost on the way.
        """
        try:
            response = await self.post(body)
        except httpx.HTTPError:
            return None
        if response.status_code != 200:
            self.failed.append(response.status_code)
            self._changed.set()
            return None
        if self._fault() == CUT_OFF:
            raise ConnectionError
        if not response.content:
            return None
        told = response.json()
        assert told["msgsignature"] == signed(
            told["encrypt"], str(told["timestamp"]), told["nonce"]
        )
        answer: Json = json.loads(opened(told["encrypt"]))
        return answer

    def _fault(self) -> int | str | None:
        return self.faults.popleft() if self.faults else None

    async def _bring(self, chat: str, body: Json, times: int) -> None:
        for _ in range(times):
            answer = await self._call_again(body)
            if answer and answer["msgtype"].startswith("stream"):
                self._show(chat, answer)
        self._follow(chat, body)

    async def _call_again(self, body: Json) -> Json | None:
        """As ``call``; a call whose answer is lost is made again, as WeCom does."""
        while True:
            with suppress(ConnectionError):
                return await self.call(body)

    def _show(self, chat: str, answer: Json) -> str:
        """What a stream looks like now; its id."""
        stream = answer["stream"]
        assert 0 < len(stream["content"].encode()) <= LONGEST_STREAM
        message = self._streams.get(stream["id"])
        if message is None:
            message = self._streams[stream["id"]] = FakeMessage(chat, "stream", finished=False)
            self.messages.append(message)
        assert message.chat == chat
        assert not message.finished
        message.versions.append(stream["content"])
        if stream["finish"]:  # told in the order in which they are whole
            message.finished = True
            self.messages.remove(message)
            self.messages.append(message)
        if "template_card" in answer:
            assert answer["msgtype"] == "stream_with_template_card"
            assert stream["id"] not in self._with_card
            self._with_card.add(stream["id"])
            self._show_card(chat, answer["template_card"])
        self._changed.set()
        return str(stream["id"])

    def _show_card(self, chat: str, card: Json) -> None:
        message = FakeMessage(chat, "template_card", card=card)
        message.versions += [card[key] for key in ("sub_title_text",) if key in card]
        _check_card(message)
        self.messages.append(message)

    def _follow(self, chat: str, body: Json) -> None:
        """Call for all streams of a chat that are not finished, until they are."""
        for stream_id, message in list(self._streams.items()):
            if message.chat == chat and not message.finished and stream_id not in self._followed:
                task = asyncio.create_task(self._poll(stream_id, message, body))
                self._followed.add(stream_id)
                self._calling.add(task)
                task.add_done_callback(self._calling.discard)

    async def _poll(self, stream_id: str, message: FakeMessage, body: Json) -> None:
        keys = ("aibotid", "chatid", "chattype", "from")
        told = {key: body[key] for key in keys if key in body}
        while not message.finished:
            await asyncio.sleep(_EVERY)
            if self.is_away:
                continue
            number = f"m{next(self._numbers)}"
            refresh = {"msgid": number, "msgtype": "stream", "stream": {"id": stream_id}}
            if answer := await self._call_again({**told, **refresh}):
                assert answer["stream"]["id"] == stream_id
                self._show(message.chat, answer)

    async def close(self) -> None:
        for task in self._calling:
            task.cancel()
        await asyncio.gather(*self._calling, return_exceptions=True)
        await self._client.aclose()

    # -- what the bot says elsewhere

    async def take(self, request: Request) -> Response:
        """One message at an address."""
        address = self._addresses.get(request.path_params["code"])
        fault = self._fault()
        if isinstance(fault, int):
            return _told(fault)
        if address is None or address.is_used:
            return _told(40001)
        body = await request.json()
        message = FakeMessage(address.chat, body["msgtype"])
        if body["msgtype"] == "markdown":
            message.versions.append(body["markdown"]["content"])
            if not 0 < len(message.text.encode()) <= LONGEST_STREAM:
                return _told(40058)
            self.messages.append(message)
        elif body["msgtype"] == "template_card":
            self._show_card(address.chat, body["template_card"])
        else:
            return _told(40008)
        address.is_used = True
        self._changed.set()
        return Response(status_code=502) if fault == CUT_OFF else _told(0)

    async def give_file(self, request: Request) -> Response:
        """A file that somebody sent."""
        name, content = self._files[request.path_params["number"]]
        head = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, headers=head)

    def answers(self, chat: str, count: int) -> list[FakeMessage]:
        """The streams of a chat as they stand there, once so many are finished."""
        streams = [m for m in self._streams.values() if m.chat == chat]
        return streams if sum(m.finished for m in streams) >= count else []

    # -- what people do

    def body_of(self, user: str, group: str, parts: Json) -> Json:
        """What somebody did, as it is brought."""
        number = next(self._numbers)
        body = {
            "msgid": f"m{number}",
            "aibotid": BOT,
            "chattype": "group" if group else "single",
            "from": {"userid": user},
            **parts,
        }
        if self.gives_addresses:
            self._addresses[str(number)] = _Address(group or user)
            body["response_url"] = f"{self.own_url}/response/{number}"
        return {**body, "chatid": group} if group else body

    async def says(self, user: str, text: str, group: str = "", times: int = 1) -> None:
        """Somebody writes; WeCom may bring it several times."""
        parts = {"msgtype": "text", "text": {"content": text}}
        await self._bring(group or user, self.body_of(user, group, parts), times)

    async def sends_file(self, user: str, name: str, content: bytes) -> None:
        """Somebody sends a file, which is encrypted as calls are."""
        padding = 32 - len(content) % 32
        cipher = Cipher(AES(SECRET), CBC(SECRET[:16])).encryptor()
        encrypted = cipher.update(content + bytes([padding]) * padding) + cipher.finalize()
        number = f"f{next(self._numbers)}"
        self._files[number] = (name, encrypted)
        told = {"msgtype": "file", "file": {"url": f"{self.own_url}/file/{number}"}}
        await self._bring(user, self.body_of(user, "", told), 1)

    async def enters(self, user: str) -> Json | None:
        """Somebody opens the chat for the first time today; what they are greeted with."""
        event = {"msgtype": "event", "event": {"eventtype": "enter_chat"}}
        return await self.call(self.body_of(user, "", event))

    async def presses(self, user: str, message: FakeMessage, label: str) -> None:
        """Somebody presses a button, or chooses from a list; one that is gone cannot be pressed."""
        key = next((key for text, key in message.labels.items() if label in text), None)
        if key is None:
            return
        told: Json = {
            "card_type": message.card["card_type"],
            "task_id": message.card["task_id"],
            "event_key": key,
        }
        if "checkbox" in message.card:
            told["event_key"] = message.card["submit_button"]["key"]
            chosen = {"question_key": "choose", "option_ids": {"option_id": [key]}}
            told["selected_items"] = {"selected_item": [chosen]}
        event = {"eventtype": "template_card_event", "template_card_event": told}
        group = message.chat if message.chat.startswith("g") else ""
        brought = self.body_of(user, group, {"msgtype": "event", "event": event})
        with suppress(ConnectionError):  # it is brought once
            if answer := await self.call(brought):
                assert answer["response_type"] == "update_template_card"
                assert answer["template_card"]["task_id"] == told["task_id"]
                message.card = answer["template_card"]
                _check_card(message)
                self._changed.set()


def _check_card(message: FakeMessage) -> None:
    assert 0 < len(message.labels) <= 20
    assert message.card["task_id"]


def _told(code: int) -> Response:
    return JSONResponse({"errcode": code, "errmsg": "refused" if code else "ok"})


@asynccontextmanager
async def calling_wecom() -> AsyncIterator[CallingWecom]:
    """A WeCom that is there for as long as the block runs."""
    fake = CallingWecom()
    listening = listen_at("127.0.0.1:0")
    fake.own_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    routes = [
        Route("/response/{code}", fake.take, methods=["POST"]),
        Route("/file/{number}", fake.give_file),
    ]
    async with serve_http(Starlette(routes=routes), listening):
        try:
            yield fake
        finally:
            with suppress(httpx.HTTPError):
                await fake.close()
