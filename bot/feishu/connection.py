"""The long connection: events come over it, and are said to be received once they are kept."""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.conversation.adapter import OutcomeUnknown
from bot.feishu.client import FeishuClient
from bot.feishu.frames import CONTROL, DATA, ProtoFrame, decode_frame, encode_frame

_log = logging.getLogger("bot.feishu")
_PARTS = 200
_MARGIN = 10.0

Answer = Callable[[Any], Awaitable[dict[str, Any] | None]]
"""Takes an event, gives what is answered to it; None where it could not be kept."""


@dataclass(frozen=True, slots=True)
class FeishuTiming:
    """Seconds: for an open connection; a share of the ping's pause after which silence ends it."""

    open: float = 15.0
    silence: float = 2.0


class EventConnection:
    """One connection; it raises an AdapterFault and nothing else."""

    def __init__(self, client: FeishuClient, timing: FeishuTiming) -> None:
        self._client = client
        self._timing = timing
        self._parts: dict[str, dict[int, bytes]] = {}
        self._answering: set[asyncio.Task[None]] = set()

    async def receive(self, answer: Answer, opened: Callable[[], None]) -> None:
        """Have events answered until the connection ends; raises why it ended."""
        url, service, pause = await self._client.connection_url()
        try:
            async with connect(url, ping_interval=None, open_timeout=self._timing.open) as socket:
                opened()
                pinging = asyncio.create_task(_ping(socket, service, pause))
                try:
                    await self._listen(socket, pause, answer)
                finally:
                    pinging.cancel()
                    await asyncio.gather(pinging, *self._answering, return_exceptions=True)
        except (OSError, ValueError, WebSocketException) as error:  # a time-out is an OSError
            raise OutcomeUnknown(type(error).__name__) from error

    async def _listen(self, socket: ClientConnection, pause: float, answer: Answer) -> None:
        while True:
            async with asyncio.timeout(pause * self._timing.silence + _MARGIN):
                raw = await socket.recv()
            try:
                frame = decode_frame(raw if isinstance(raw, bytes) else raw.encode())
            except ValueError as error:
                _log.info("frame: %s", error)
                continue
            if frame.method == DATA and (payload := self._whole(frame)) is not None:
                task = asyncio.create_task(_answer(socket, frame, payload, answer))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    def _whole(self, frame: ProtoFrame) -> bytes | None:
        """What a frame brings; None while parts of it are missing."""
        count, at = frame.headers.get("sum", "1"), frame.headers.get("seq", "0")
        if not (count.isdecimal() and at.isdecimal()) or int(count) <= 1:
            return frame.payload
        number = frame.headers.get("message_id", "")
        parts = self._parts.setdefault(number, {})
        parts[int(at)] = frame.payload
        if len(parts) < int(count):
            while len(self._parts) > _PARTS:
                del self._parts[next(iter(self._parts))]
            return None
        del self._parts[number]
        return b"".join(parts[n] for n in sorted(parts))


async def _ping(socket: ClientConnection, service: int, pause: float) -> None:
    ping = encode_frame(ProtoFrame(CONTROL, service, headers={"type": "ping"}))
    while True:
        await socket.send(ping)
        await asyncio.sleep(pause)


async def _answer(
    socket: ClientConnection, frame: ProtoFrame, payload: bytes, answer: Answer
) -> None:
    """Say that an event was received, with what is answered; or that it was not."""
    try:
        told = await answer(json.loads(payload))
    except (ValueError, RecursionError):
        told = {}  # coming again would not help
    reply: dict[str, Any] = {"code": 500 if told is None else 200}
    if told:
        reply["data"] = base64.b64encode(json.dumps(told).encode()).decode()
    try:
        await socket.send(encode_frame(replace(frame, payload=json.dumps(reply).encode())))
    except ConnectionClosed as error:
        _log.info("answer: %s", type(error).__name__)  # it comes again
