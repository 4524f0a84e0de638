"""The callback: WeCom calls us over HTTP for each message, and we answer within the call.

It stands in for the long connection: what is brought becomes a frame, and a frame's answer waits
until WeCom calls for it. A message is answered by one stream, for which WeCom calls again and again
until it is finished, and which may bear a card; a pressed card by another look of it, at once. All
else goes to addresses that came with what people wrote: each takes one message within an hour
(https://developer.work.weixin.qq.com/document/path/101039, 101031, 101138).
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.conversation.adapter import (
    AdapterFault,
    ChatClosed,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    try_repeatedly,
)
from bot.conversation.messages import Update
from bot.http_server import read_body
from bot.state.opening import State
from bot.wecom.encryption import Envelope, NotOurs
from bot.wecom.parsing import card_id_of, parse_frame
from bot.wecom.protocol import (
    APP,
    EVENT,
    MESSAGE,
    RESPOND,
    RESPOND_WELCOME,
    SEND,
    UPDATE_CARD,
    Json,
    chat_of,
    fault_of,
    frame_of,
    phrase,
    stream_body,
)
from knowledge.errors import StoreError

_log = logging.getLogger("bot.wecom")
PATH = "/wecom/callback"
_MOST_BYTES = 1 << 20
_POST_SECONDS = 10.0
_FETCHED = "wecom_fetched"
_KEPT_FETCHED, _KEPT_STREAMS = 200, 1000
_MOST_ADDRESSES, _ADDRESS_SECONDS = 6, 3300.0
_MOST_TRIES, _MOST_UNSAID = 4, 3
_CARD_WORDS = 112
"""How many characters a card shows of a text; a longer one is a message of its own."""
_MARKS = str.maketrans("", "", "*>")


@dataclass(frozen=True, slots=True)
class CallbackTiming:
    """Seconds: how long a stream is written, how long WeCom may not call for one, for a press.

    WeCom calls for a stream for six minutes, and lets go of a press after five seconds.
    """

    stream: float = 330.0
    call: float = 15.0
    press: float = 4.0


@dataclass(slots=True)
class _StreamState:
    """What a message is answered with, as far as it is written.

    ``id`` is that of the message, ``key`` what the adapter calls the stream.
    ``closing`` is the phrase that it ends with where it is written no more.
    """

    id: str
    begun: float
    key: str = ""
    content: str = ""
    card: Json | None = None
    is_finished: bool = False
    is_fetched: bool = False
    closing: str = ""
    called: asyncio.Event = field(default_factory=asyncio.Event)

    def body(self) -> Json:
        """What it looks like just now."""
        if self.closing:
            return stream_body(self.id, phrase(self.closing), finish=True)
        words = self.content or phrase("stream.received")
        body = stream_body(self.id, words, finish=self.is_finished)
        if self.card:
            return body | {"msgtype": "stream_with_template_card", "template_card": self.card}
        return body

    def note_fetched(self) -> None:
        """Note that it has left as a whole."""
        self.is_fetched = True
        self.called.set()


@dataclass(slots=True)
class _EventCall:
    """A pressed card, or a chat that was opened, whose call waits for an answer."""

    chat_id: str
    task_id: str
    answer: Json | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Address:
    """Takes one message; ``tries``: how often it is not known whether one has arrived there."""

    url: str
    until: float
    tries: int = 0


class _NotWritten(Exception):
    """What was brought could not be written down: it may be brought again."""


class CallbackConnection:
    """One bot's callback; every call raises an AdapterFault and nothing else.

    ``state`` tells whether somebody still waits for an answer, and keeps which were fetched.
    ``file_key`` is that of the files that people send.
    """

    one_answer = True

    def __init__(
        self,
        envelope: Envelope,
        state: State,
        *,
        file_key: str,
        bot_id: str = "",
        timing: CallbackTiming | None = None,
    ) -> None:
        self._envelope = envelope
        self._state = state
        self._bot_id = bot_id
        self._timing = timing or CallbackTiming()
        self._take: Callable[[Json], bool] | None = None
        self._streams: dict[str, _StreamState] = {}
        self._events: dict[str, _EventCall] = {}
        self._addresses: dict[str, list[_Address]] = {}
        self._unsaid: dict[str, list[Json]] = {}
        self._saying: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=_POST_SECONDS)
        self.file_key = file_key

    @property
    def can_receive(self) -> bool:
        """Whether something can be received just now."""
        return self._take is not None

    async def connect(self) -> None:
        """WeCom comes by itself."""

    async def listen(self, take: Callable[[Json], bool]) -> None:
        """Hand over what comes until cancelled."""
        self._take = take
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        """Let go of the connections to WeCom."""
        for saying in self._saying:
            saying.cancel()
        await self._client.aclose()

    # -- what WeCom calls

    def app(self) -> Starlette:
        """The application that WeCom calls."""
        verify = Route(PATH, self._verify, methods=["GET"])
        app = Starlette(routes=[verify, Route(PATH, self._answer_call, methods=["POST"])])
        app.router.redirect_slashes = False
        return app

    async def _verify(self, request: Request) -> Response:
        """Show that we hold token and key: WeCom asks when the address is saved."""
        told = request.query_params
        try:
            return PlainTextResponse(self._envelope.open(told.get("echostr", ""), told))
        except NotOurs as error:
            return _refuse(error)

    async def _answer_call(self, request: Request) -> Response:
        """Answer what was brought, once it is written down."""
        try:
            body = await self._read(request)
            if body.get("msgtype") == "stream":
                return self._show(str(body["stream"]["id"]))
            return await self._answer(body)
        except NotOurs as error:
            return _refuse(error)
        except (ValueError, LookupError, TypeError, RecursionError, ClientDisconnect):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except (_NotWritten, StoreError):
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)

    async def _read(self, request: Request) -> Json:
        """What was brought; raises NotOurs."""
        encrypted = str(json.loads(await read_body(request, _MOST_BYTES))["encrypt"])
        body = dict(json.loads(self._envelope.open(encrypted, request.query_params)))
        if self._bot_id and body.get("aibotid") != self._bot_id:
            raise NotOurs("bot")
        return body

    async def _answer(self, body: Json) -> Response:
        req_id = str(body["msgid"])
        frame = frame_of(EVENT if body.get("msgtype") == "event" else MESSAGE, req_id, body)
        brought = parse_frame(frame)
        if isinstance(brought, Update) and not brought.press:
            self._hand_over(frame, brought)
            is_to_come = req_id in self._streams or self._is_awaited(req_id)
            return self._show(req_id) if is_to_come else Response()
        if brought is None:
            return Response()
        press = brought.press if isinstance(brought, Update) else None
        chat_id = brought.chat_id if isinstance(brought, Update) else ""
        event = self._events[req_id] = _EventCall(chat_id, card_id_of(press) if press else "")
        try:
            self._hand_over(frame, brought)
            with suppress(TimeoutError):
                await asyncio.wait_for(event.done.wait(), self._timing.press)
        finally:
            del self._events[req_id]
        return self._sealed(event.answer) if event.answer else Response()

    def _hand_over(self, frame: Json, brought: object) -> None:
        """Hand over what was ``brought`` in a frame; raises _NotWritten."""
        self._keep_address(frame, brought)
        if self._take is None or not self._take(frame):
            raise _NotWritten
        if isinstance(brought, Update) and (unsaid := self._unsaid.pop(brought.chat_id, None)):
            saying = asyncio.create_task(self._say_late(unsaid))
            self._saying.add(saying)
            saying.add_done_callback(self._saying.discard)

    async def _say_late(self, bodies: list[Json]) -> None:
        """Say what nobody could be told before."""
        for body in bodies:
            try:
                await try_repeatedly(partial(self._send, body))
            except AdapterFault as fault:
                _log.warning("late: %s", fault)

    def _is_awaited(self, req_id: str) -> bool:
        """Whether a message is still to be answered."""
        return self._state.inbox.is_open(APP, req_id)

    def _show(self, stream_id: str) -> Response:
        """A stream as far as it is written; one that nobody will write any more is finished."""
        stream = self._stream(stream_id)
        stream.called.set()
        if stream.is_finished:
            self._note_fetched(stream.key)
            return self._sealed(stream.body(), BackgroundTask(stream.note_fetched))
        if time.monotonic() - stream.begun > self._timing.stream:
            stream.closing = "stream.later"
        elif not (stream.content or self._is_awaited(stream_id)):
            stream.closing = "stream.unanswered"
        return self._sealed(stream.body())

    def _sealed(self, answer: Json, then: BackgroundTask | None = None) -> Response:
        content = json.dumps(answer, ensure_ascii=False).encode()
        return JSONResponse(self._envelope.seal(content), background=then)

    def _stream(self, stream_id: str) -> _StreamState:
        """The stream of a message; a new one after a restart."""
        if stream_id not in self._streams:
            while len(self._streams) >= _KEPT_STREAMS:
                del self._streams[next(iter(self._streams))]
            self._streams[stream_id] = _StreamState(stream_id, time.monotonic())
        return self._streams[stream_id]

    def _note_fetched(self, key: str) -> None:
        """Write down that WeCom has an answer, before it leaves."""
        fetched = self._fetched()
        if key not in fetched:
            self._state.notes.write(_FETCHED, json.dumps([*fetched, key][-_KEPT_FETCHED:]))

    def _fetched(self) -> list[str]:
        return list(json.loads(self._state.notes.read(_FETCHED) or "[]"))

    def remember(self, frame: Json) -> None:
        """Remember the address that came with something."""
        self._keep_address(frame, parse_frame(frame))

    def _keep_address(self, frame: Json, brought: object) -> None:
        url = frame["body"].get("response_url")
        if isinstance(brought, Update) and url:
            addresses = self._open_addresses(brought.chat_id)
            if all(address.url != url for address in addresses):
                addresses.append(_Address(url, time.monotonic() + _ADDRESS_SECONDS))
            self._addresses[brought.chat_id] = addresses[-_MOST_ADDRESSES:]

    def _open_addresses(self, chat_id: str) -> list[_Address]:
        now = time.monotonic()
        return [each for each in self._addresses.get(chat_id, ()) if now < each.until]

    # -- what is said

    async def call(self, cmd: str, body: Json | None, req_id: str = "") -> Json:
        """Say something, in reply to a frame or unasked.

        The answer names the card whose place was taken, if there is one.
        """
        said = body or {}
        if cmd == RESPOND:
            await self._respond(req_id, said)
        elif cmd == SEND:
            return await self._send(said)
        elif cmd in (UPDATE_CARD, RESPOND_WELCOME):
            self._answer_event(req_id, said)
        else:
            raise Rejected(f"{cmd}: not by callback")
        return {}

    async def _respond(self, req_id: str, body: Json) -> None:
        """Write a message's stream; one that is finished has arrived once WeCom called for it."""
        said = body.get("stream")
        stream = self._stream(req_id)
        if not said or stream.closing or (stream.is_finished and stream.key != said["id"]):
            raise MessageGone("a message is answered by one stream")
        stream.key, stream.content, stream.is_finished = said["id"], said["content"], said["finish"]
        stream.card = body.get("template_card")
        while stream.is_finished and not stream.is_fetched:
            stream.called.clear()
            try:
                await asyncio.wait_for(stream.called.wait(), self._timing.call)
            except TimeoutError:
                if stream.key in self._fetched():  # before a restart, or on a call that broke
                    return
                stream.is_finished, stream.closing = False, "stream.later"
                raise MessageGone("WeCom calls no more") from None

    def _answer_event(self, req_id: str, body: Json) -> None:
        """Answer an event; a pressed card waits for the one that may take its place."""
        event = self._events.get(req_id)
        if event is None:
            return
        event.answer = body
        if card := body.get("template_card"):
            event.answer = body | {"template_card": card | {"task_id": event.task_id}}
        if not card or len(self._open_addresses(event.chat_id)) > 1:
            event.done.set()

    async def _send(self, body: Json) -> Json:
        """Say something unasked, with its card; what was pressed is answered then."""
        chat_id = chat_of(body["chatid"], in_group=body["chat_type"] == 2)
        kind, card = body["msgtype"], body.get("template_card")
        if not (self._open_addresses(chat_id) or self._events_in(chat_id)):
            self._unsaid[chat_id] = [*self._unsaid.get(chat_id, ()), body][-_MOST_UNSAID:]
            return {}
        if card and kind == "markdown" and len(words := body[kind]["content"]) <= _CARD_WORDS:
            card["sub_title_text"] = words.translate(_MARKS)  # it is shown when it is pressed, too
        elif kind != "template_card":
            await self._post(chat_id, {"msgtype": kind, kind: body[kind]})
        told: Json = {}
        pressed = self._events_in(chat_id)
        if card and pressed and not self._open_addresses(chat_id):
            task_id = pressed[-1].task_id
            shown = card | {"task_id": task_id}
            pressed[-1].answer = {"response_type": "update_template_card", "template_card": shown}
            told = {"task_id": task_id}
        elif card:
            await self._post_card(chat_id, card)
        for event in pressed:
            event.done.set()
        return told

    async def _post_card(self, chat_id: str, card: Json) -> None:
        """Send a card; where it bears words, until it has arrived."""
        body = {"msgtype": "template_card", "template_card": card}
        if "sub_title_text" in card:
            await self._post(chat_id, body)
            return
        try:
            await try_repeatedly(lambda: self._post(chat_id, body))
        except AdapterFault as fault:  # its text is there
            _log.warning("card: %s", fault)
            untried = [each for each in self._open_addresses(chat_id) if not each.tries]
            self._addresses[chat_id] = untried

    def _events_in(self, chat_id: str) -> list[_EventCall]:
        """Pressed cards whose answer is being said."""
        events = self._events.values()
        return [e for e in events if e.chat_id == chat_id and e.answer and not e.done.is_set()]

    async def _post(self, chat_id: str, body: Json) -> None:
        """Say something at an address of a chat; raises ChatClosed where none is left.

        At the newest, or again at the one where it may have arrived.
        """
        while addresses := self._open_addresses(chat_id):
            address = next((each for each in addresses if each.tries), addresses[-1])
            try:
                fault = await self._post_to(address, body)
            except OutcomeUnknown:
                address.tries += 1
                if address.tries < _MOST_TRIES:
                    raise
                self._addresses[chat_id] = []
                break
            kept = self._open_addresses(chat_id)
            self._addresses[chat_id] = [each for each in kept if each is not address]
            if fault is None or address.tries:  # that it is used up says that it has arrived
                return
            _log.info("address: %s", fault)
        raise ChatClosed(f"{chat_id}: nowhere to say it")

    async def _post_to(self, address: _Address, body: Json) -> AdapterFault | None:
        """Why an address did not take a message; raises what may pass."""
        try:
            response = await self._client.post(address.url, json=body)
            told: Mapping[str, object] = response.raise_for_status().json()
            code = int(str(told.get("errcode", 0)))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError) as error:
            raise OutcomeUnknown(type(error).__name__) from error
        fault = fault_of(code, str(told.get("errmsg", ""))) if code else None
        if isinstance(fault, RetryLater):
            raise fault
        return fault


def is_answered_at(where: str, envelope: Envelope) -> bool | None:
    """Whether a callback with our token and key is received there; None where nobody answers."""
    host, _, port = where.rpartition(":")
    reached = "127.0.0.1" if host in ("", "0.0.0.0", "[::]") else host  # noqa: S104 - named, not listened at
    sealed = envelope.seal(PATH.encode())
    query = {
        "msg_signature": sealed["msgsignature"],
        "timestamp": sealed["timestamp"],
        "nonce": sealed["nonce"],
        "echostr": sealed["encrypt"],
    }
    try:
        shown = httpx.get(f"http://{reached}:{port}{PATH}", params=query, timeout=_POST_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return shown.is_success and shown.text == PATH


def _refuse(error: NotOurs) -> Response:
    _log.warning("refused a call: %s", error)
    return Response(status_code=HTTPStatus.FORBIDDEN)
