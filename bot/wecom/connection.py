"""The long connection: opened, kept alive, and what is asked over it answered.

Each frame that asks something is answered by one with its ``req_id``. Frames with one ``req_id``
follow each other: WeCom refuses a second before it has answered the first.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from weakref import WeakValueDictionary

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.conversation.adapter import AdapterFault, OutcomeUnknown
from bot.wecom.protocol import CALLBACKS, PING, SUBSCRIBE, Json, fault_of, frame_of

_log = logging.getLogger("bot.wecom")
_MISSED = 2


@dataclass(frozen=True, slots=True)
class WecomTiming:
    """Seconds: between two signs of life, for an answer, for an open connection."""

    beat: float = 25.0
    answer: float = 10.0
    open: float = 10.0


class LongConnection:
    """One bot's connection; every call raises an AdapterFault and nothing else."""

    one_answer = False
    file_key = ""

    def __init__(self, url: str, bot_id: str, secret: str, timing: WecomTiming) -> None:
        self._url = url
        self._credentials = {"bot_id": bot_id, "secret": secret}
        self._timing = timing
        self._socket: ClientConnection | None = None
        self._is_open = asyncio.Event()
        self._answers: dict[str, asyncio.Future[Json]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._early: list[Json] = []

    @property
    def can_receive(self) -> bool:
        """Whether something can be received just now."""
        return self._socket is not None

    async def connect(self) -> None:
        """Connect and say who we are; nothing where that is done."""
        if self._socket:
            return
        try:
            async with asyncio.timeout(self._timing.open):
                socket = await connect(self._url, ping_interval=None, open_timeout=None)
                try:
                    await self._subscribe(socket)
                except BaseException:
                    await socket.close()
                    raise
        except (OSError, ValueError, WebSocketException) as error:  # a time-out is an OSError
            raise OutcomeUnknown(type(error).__name__) from error
        self._socket = socket
        self._is_open.set()

    async def _subscribe(self, socket: ClientConnection) -> None:
        req_id = _request_id(SUBSCRIBE)
        await socket.send(json.dumps(frame_of(SUBSCRIBE, req_id, self._credentials)))
        while _request_of(frame := _read(await socket.recv())) != req_id:
            self._early.append(frame)
        if code := frame.get("errcode"):
            raise fault_of(code, str(frame.get("errmsg", "")))

    async def listen(self, take: Callable[[Json], bool]) -> None:
        """Hand over what comes until the connection ends; raises why it ended."""
        socket = self._socket
        if socket is None:
            raise OutcomeUnknown("not connected")
        beating = asyncio.create_task(self._beat(socket))
        try:
            for frame in self._early:
                take(frame)
            self._early.clear()
            async for raw in socket:
                self._sort(_read(raw), take)
        except ConnectionClosed as error:
            raise OutcomeUnknown(type(error).__name__) from error
        finally:
            beating.cancel()
            await self.close()
        raise OutcomeUnknown("connection closed")

    def _sort(self, frame: Json, take: Callable[[Json], bool]) -> None:
        if frame.get("cmd") in CALLBACKS:
            take(frame)
            return
        waiting = self._answers.get(_request_of(frame))
        if waiting and not waiting.done():
            waiting.set_result(frame)

    async def _beat(self, socket: ClientConnection) -> None:
        """Give signs of life; a connection on which they are not answered is given up."""
        missed = 0
        while missed < _MISSED:
            await asyncio.sleep(self._timing.beat)
            try:
                await self.call(PING, None)
            except AdapterFault as fault:
                missed += 1
                _log.info("ping: %s", type(fault).__name__)
            else:
                missed = 0
        await socket.close()

    def remember(self, frame: Json) -> None:
        """A frame is answered over the connection, by its id alone."""

    async def close(self) -> None:
        """Let go of the connection; what waits for an answer learns that it may have arrived."""
        socket, self._socket = self._socket, None
        self._is_open.clear()
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(OutcomeUnknown("connection closed"))
        if socket:
            with suppress(OSError):
                await socket.close()

    async def call(self, cmd: str, body: Json | None, req_id: str = "") -> Json:
        """Ask for something, in reply to a frame or unasked; what the answer holds."""
        req_id = req_id or _request_id(cmd)
        turn = self._turns.setdefault(req_id, asyncio.Lock())
        try:
            async with turn, asyncio.timeout(self._timing.answer):
                frame = await self._ask(frame_of(cmd, req_id, body), req_id)
        except (TimeoutError, ConnectionClosed) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        if code := frame.get("errcode"):
            raise fault_of(code, str(frame.get("errmsg", "")))
        told = frame.get("body")
        return told if isinstance(told, dict) else {}

    async def _ask(self, frame: Json, req_id: str) -> Json:
        await self._is_open.wait()
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._answers[req_id] = waiting
        try:
            if self._socket is None:
                raise OutcomeUnknown("not connected")
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
            return await waiting
        finally:
            del self._answers[req_id]
            waiting.cancel()


def _request_id(cmd: str) -> str:
    return f"{cmd}_{uuid4().hex}"


def _request_of(frame: Json) -> str:
    headers = frame.get("headers")
    return str(headers.get("req_id", "")) if isinstance(headers, dict) else ""


def _read(raw: str | bytes) -> Json:
    """A frame; an empty one where it is none."""
    try:
        frame: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}
