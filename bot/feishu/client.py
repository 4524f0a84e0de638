"""Feishu's API: the calls that we make, and its errors in the words of the conversation core."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.conversation.adapter import (
    AdapterFault,
    ChatClosed,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    RunElsewhere,
)
from bot.feishu.cards import ANSWER
from bot.feishu.parsing import is_group, own_id

Json = dict[str, Any]
_SECONDS = 20.0
_PAUSE = 1.0
"""Seconds after which Feishu, which told no time itself, may be called again."""
_EARLY = 300.0
_EPOCH = 1_735_689_600
"""When a card's sequence numbers begin: 2025, for they must fit 31 bits."""
_SLOWER = (99991400, 230020, 11232, 1000040343, 1)
_CLOSED = (230002, 230013, 230029, 230006, 232009)
_GONE = (230011, 231003, 200740, 200750, 300313)
_STALE_TOKEN = (99991661, 99991663, 99991668, 99991677)
_UNKNOWN_APP = (10003, 10014, 10015, 403, 514, 1000040344)
_TOO_MANY_CONNECTIONS = 1000040350


def fault_of(code: int, words: str) -> AdapterFault:
    """What a ``code`` means to the conversation core."""
    said = f"{code} {words}"
    if code in _SLOWER:
        return RetryLater(_PAUSE)
    if code in _CLOSED:
        return ChatClosed(said)
    if code in _GONE:
        return MessageGone(said)
    if code == _TOO_MANY_CONNECTIONS:
        return RunElsewhere(said)
    return Rejected(said, unauthorized=code in _UNKNOWN_APP)


class FeishuClient:
    """The calls; each raises an AdapterFault and nothing else."""

    def __init__(self, base: str, app_id: str, app_secret: str) -> None:
        self._app = (app_id, app_secret)
        self._http = httpx.AsyncClient(base_url=base.rstrip("/"), timeout=_SECONDS)
        self._token = ""
        self._token_until = 0.0
        self._signing_in = asyncio.Lock()
        self._sequence = 0
        self.name = ""
        self.open_id = ""

    async def open(self) -> None:
        """Ask who we are: ``name`` and ``open_id`` are known from then on."""
        bot = (await self._call("GET", "bot/v3/info")).get("bot") or {}
        self.name, self.open_id = str(bot.get("app_name", "")), str(bot.get("open_id", ""))

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    async def user_name(self, open_id: str) -> str:
        """What somebody is called."""
        path = f"contact/v3/users/{open_id}?user_id_type=open_id"
        user = (await self._data("GET", path)).get("user") or {}
        return str(user.get("name", ""))

    async def connection_url(self) -> tuple[str, int, float]:
        """Where the long connection is, our number on it, and the seconds between its pings."""
        body = {"AppID": self._app[0], "AppSecret": self._app[1]}
        data = (await self._send("POST", "/callback/ws/endpoint", json=body)).get("data") or {}
        url = str(data.get("URL", ""))
        service = parse_qs(urlsplit(url).query).get("service_id", ["0"])[0]
        ping = (data.get("ClientConfig") or {}).get("PingInterval")
        return url, int(service) if service.isdecimal() else 0, float(ping or 120)

    async def create_card(self, card: str) -> str:
        """Make a card that can be sent once; its id."""
        body = {"type": "card_json", "data": card}
        return str((await self._data("POST", "cardkit/v1/cards", json=body)).get("card_id", ""))

    async def write_card(self, card_id: str, markdown: str) -> None:
        """Show a card's text as far as it is written."""
        path = f"cardkit/v1/cards/{card_id}/elements/{ANSWER}/content"
        await self._data("PUT", path, json={"content": markdown, "sequence": self._next()})

    async def replace_card(self, card_id: str, card: str) -> None:
        """Give a card another content."""
        body = {"card": {"type": "card_json", "data": card}, "sequence": self._next()}
        await self._data("PUT", f"cardkit/v1/cards/{card_id}", json=body)

    def _next(self) -> int:
        """A number greater than any before, in earlier runs too; tenths of a second."""
        self._sequence = max(self._sequence + 1, int((time.time() - _EPOCH) * 10))
        return self._sequence

    async def send(
        self, chat_id: str, kind: str, content: Json, *, reply_to: str | None, uuid: str
    ) -> str:
        """Send a message; its id. One whose ``uuid`` Feishu knows is not sent again."""
        body = {"msg_type": kind, "content": json.dumps(content), "uuid": uuid}
        if reply_to:
            path = f"im/v1/messages/{own_id(reply_to)}/reply"
        else:
            receiver = "chat_id" if is_group(chat_id) else "open_id"
            path = f"im/v1/messages?receive_id_type={receiver}"
            body["receive_id"] = own_id(chat_id)
        return str((await self._data("POST", path, json=body)).get("message_id", ""))

    async def upload_file(self, name: str, content: bytes) -> str:
        """Bring a file; its key."""
        form = {"file_type": "stream", "file_name": name}
        files = {"file": (name, content)}
        told = await self._data("POST", "im/v1/files", data=form, files=files)
        return str(told.get("file_key", ""))

    async def upload_image(self, name: str, content: bytes) -> str:
        """Bring a picture; its key."""
        form, files = {"image_type": "message"}, {"image": (name, content)}
        told = await self._data("POST", "im/v1/images", data=form, files=files)
        return str(told.get("image_key", ""))

    async def fetch_file(self, file_id: str, to: Path, most: int) -> None:
        """Put a file that was sent where it is wanted; ``file_id`` is its message and its key."""
        message, _, key = file_id.partition(" ")
        path = f"/open-apis/im/v1/messages/{message}/resources/{key}?type=file"
        content = bytearray()
        try:
            async with self._http.stream("GET", path, headers=await self._sign()) as response:
                if response.is_server_error:
                    raise OutcomeUnknown(str(response.status_code))
                if response.is_error:
                    raise Rejected(f"file: {response.status_code}")
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > most:
                        raise Rejected("file: too large")
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        to.write_bytes(content)  # noqa: ASYNC240 - it is local

    async def _data(self, method: str, path: str, **parts: Any) -> Json:
        return (await self._call(method, path, **parts)).get("data") or {}

    async def _call(self, method: str, path: str, **parts: Any) -> Json:
        """What a call brings; a token that is no longer taken is asked for anew, once."""
        for attempt in (1, 2):
            headers = await self._sign()
            try:
                return await self._send(method, f"/open-apis/{path}", headers=headers, **parts)
            except Rejected as fault:
                if attempt == 2 or not str(fault).startswith(tuple(map(str, _STALE_TOKEN))):
                    raise
                self._token_until = 0.0
        raise AssertionError

    async def _sign(self) -> dict[str, str]:
        async with self._signing_in:
            if time.monotonic() >= self._token_until:
                app_id, app_secret = self._app
                told = await self._send(
                    "POST",
                    "/open-apis/auth/v3/tenant_access_token/internal",
                    json={"app_id": app_id, "app_secret": app_secret},
                )
                self._token = str(told.get("tenant_access_token", ""))
                self._token_until = time.monotonic() + float(told.get("expire", 0)) - _EARLY
        return {"Authorization": f"Bearer {self._token}"}

    async def _send(self, method: str, path: str, **parts: Any) -> Json:
        try:
            response = await self._http.request(method, path, **parts)
            told = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        if response.status_code == 429:
            raise RetryLater(_PAUSE)
        if not isinstance(told, dict) or not isinstance(code := told.get("code"), int):
            raise OutcomeUnknown(f"status {response.status_code}")
        if code:
            raise fault_of(code, str(told.get("msg", "")))
        return told
