"""The long connection: events come over it, and are said to be received once they are kept.

Its frames are protobuf messages: ``Frame {1 SeqID, 2 LogID, 3 service, 4 method: varint;
5 headers: {1 key, 2 value}…; 6 payload_encoding, 7 payload_type: text; 8 payload: bytes;
9 LogIDNew: text}``.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.conversation.adapter import OutcomeUnknown
from bot.feishu.client import FeishuClient

# -- frames


_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5
_LONGEST_VARINT = 70
CONTROL, DATA = 0, 1
"""What a frame's ``method`` is."""


@dataclass(frozen=True, slots=True)
class ProtoFrame:
    """A frame; what we do not read of it is kept for its answer."""

    method: int
    service: int = 0
    seq_id: int = 0
    log_id: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    others: tuple[tuple[int, bytes], ...] = ()


def encode_frame(frame: ProtoFrame) -> bytes:
    """A frame as bytes."""
    numbers = ((1, frame.seq_id), (2, frame.log_id), (3, frame.service), (4, frame.method))
    parts = [_varint(n << 3) + _varint(value) for n, value in numbers]
    for key, value in frame.headers.items():
        parts.append(_encode(5, _encode(1, key.encode()) + _encode(2, value.encode())))
    parts += [_encode(number, value) for number, value in (*frame.others, (8, frame.payload))]
    return b"".join(parts)


def decode_frame(raw: bytes) -> ProtoFrame:
    """Bytes as a frame; raises ValueError where they are none."""
    numbers = {1: 0, 2: 0, 3: 0, 4: 0}
    headers: dict[str, str] = {}
    payload, others = b"", []
    for number, value in _fields(raw):
        if isinstance(value, int):
            numbers[number] = value
        elif number == 5:
            header = {n: v for n, v in _fields(value) if isinstance(v, bytes)}
            headers[header.get(1, b"").decode()] = header.get(2, b"").decode()
        elif number == 8:
            payload = value
        else:
            others.append((number, value))
    return ProtoFrame(
        numbers[4], numbers[3], numbers[1], numbers[2], headers, payload, tuple(others)
    )


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def _encode(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _SIZED) + _varint(len(value)) + value


def _fields(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(raw):
        tag, at = _read_varint(raw, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _read_varint(raw, at)
            yield tag >> 3, value
            continue
        sizes = {_EIGHT: 8, _FOUR: 4}
        if kind == _SIZED:
            size, at = _read_varint(raw, at)
        elif kind in sizes:
            size = sizes[kind]
        else:
            raise ValueError("unknown kind of field")
        if at + size > len(raw):
            raise ValueError("a field is cut off")
        yield tag >> 3, raw[at : at + size]
        at += size


def _read_varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(raw) and shift < _LONGEST_VARINT:
        value |= (raw[at] & 0x7F) << shift
        if raw[at] < 0x80:
            return value, at + 1
        at, shift = at + 1, shift + 7
    raise ValueError("a number is cut off")


# -- the connection


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

    async def listen(self, answer: Answer, opened: Callable[[], None]) -> None:
        """Have events answered until the connection ends; raises why it ended."""
        url, service, pause = await self._client.connection_url()
        try:
            async with connect(url, ping_interval=None, open_timeout=self._timing.open) as socket:
                opened()
                pinging = asyncio.create_task(_ping(socket, service, pause))
                try:
                    await self._answer_all(socket, pause, answer)
                finally:
                    pinging.cancel()
                    await asyncio.gather(pinging, *self._answering, return_exceptions=True)
        except (OSError, ValueError, WebSocketException) as error:  # a time-out is an OSError
            raise OutcomeUnknown(type(error).__name__) from error

    async def _answer_all(self, socket: ClientConnection, pause: float, answer: Answer) -> None:
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
