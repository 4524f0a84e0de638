"""The long connection: events come over it, and are said to be received once they are kept.

Its frames are protobuf messages, declared here as far as they are read: what else they hold is kept
for their answer.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessages
from google.protobuf.text_format import Parse
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.conversation.adapter import OutcomeUnknown
from bot.feishu.client import FeishuClient

_log = logging.getLogger("bot.feishu")
_PARTS = 200
CONTROL, DATA = 0, 1
"""What a frame's ``method`` is."""
_DECLARED = """
name: "feishu_frame.proto"
message_type {
  name: "Header"
  field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
  field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
}
message_type {
  name: "Frame"
  field { name: "seq_id" number: 1 type: TYPE_UINT64 label: LABEL_OPTIONAL }
  field { name: "log_id" number: 2 type: TYPE_UINT64 label: LABEL_OPTIONAL }
  field { name: "service" number: 3 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "method" number: 4 type: TYPE_INT32 label: LABEL_OPTIONAL }
  field { name: "headers" number: 5 type: TYPE_MESSAGE type_name: "Header" label: LABEL_REPEATED }
  field { name: "payload" number: 8 type: TYPE_BYTES label: LABEL_OPTIONAL }
}
"""
_Frame: Any = GetMessages([Parse(_DECLARED, FileDescriptorProto())])["Frame"]
_MARGIN = 10.0


def new_frame(method: int, service: int, headers: Mapping[str, str], payload: bytes = b"") -> Any:
    """A frame; Feishu wants all its numbers, those that say nothing too."""
    pairs = [{"key": key, "value": value} for key, value in headers.items()]
    numbers = {"seq_id": 0, "log_id": 0, "service": service, "method": method}
    return _Frame(**numbers, headers=pairs, payload=payload)


def read_frame(raw: bytes | str) -> Any:
    """A frame that was brought, of which ``headers_of`` can be told; raises ValueError."""
    try:
        frame = _Frame.FromString(raw if isinstance(raw, bytes) else raw.encode())
    except DecodeError as error:
        raise ValueError(str(error)) from error
    headers_of(frame)
    return frame


def headers_of(frame: Any) -> dict[str, str]:
    """The headers of a frame."""
    return {header.key: header.value for header in frame.headers}


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
                frame = read_frame(raw)
            except ValueError as error:
                _log.info("frame: %s", error)
                continue
            if frame.method == DATA and (payload := self._whole(frame)) is not None:
                task = asyncio.create_task(_answer(socket, frame, payload, answer))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    def _whole(self, frame: Any) -> bytes | None:
        """What a frame brings; None while parts of it are missing."""
        headers, payload = headers_of(frame), bytes(frame.payload)
        count, at = headers.get("sum", "1"), headers.get("seq", "0")
        if not (count.isdecimal() and at.isdecimal()) or int(count) <= 1:
            return payload
        number = headers.get("message_id", "")
        parts = self._parts.setdefault(number, {})
        parts[int(at)] = payload
        if len(parts) < int(count):
            while len(self._parts) > _PARTS:
                del self._parts[next(iter(self._parts))]
            return None
        del self._parts[number]
        return b"".join(parts[n] for n in sorted(parts))


async def _ping(socket: ClientConnection, service: int, pause: float) -> None:
    ping = new_frame(CONTROL, service, {"type": "ping"}).SerializeToString()
    while True:
        await socket.send(ping)
        await asyncio.sleep(pause)


async def _answer(socket: ClientConnection, frame: Any, payload: bytes, answer: Answer) -> None:
    """Say that an event was received, with what is answered; or that it was not."""
    try:
        told = await answer(json.loads(payload))
    except (ValueError, RecursionError):
        told = {}  # coming again would not help
    reply: dict[str, Any] = {"code": 500 if told is None else 200}
    if told:
        reply["data"] = base64.b64encode(json.dumps(told).encode()).decode()
    frame.payload = json.dumps(reply).encode()
    try:
        await socket.send(frame.SerializeToString())
    except ConnectionClosed as error:
        _log.info("answer: %s", type(error).__name__)  # it comes again
