"""Conversations on the page: what is written, pressed and sent, and what comes of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.conversation.access import allows
from bot.conversation.messages import utf16_length
from bot.http_server import read_body
from bot.state.accounts import Account
from bot.state.people import Role
from bot.state.web_chats import ChatKind, WebChat, WebMessage
from bot.web.adapter import (
    LARGEST_FILE,
    LONGEST_TEXT,
    Written,
    chat_id_of,
    person_id,
    rows_of,
)
from bot.web.requests import COOKIE, attachment, event, fail, read_act
from bot.web.services import PageServices
from bot.web.views import Json, answer_under, chat_json, message_json, quotes_given_under
from bot.web.words import phrase, web_words

_PRESS_SECONDS = 15.0
_HEARTBEAT_SECONDS = 15.0
_BREATH_SECONDS = 0.04  # changes come in crowds
_MOST_STREAMS = 8
_LONGEST_TITLE = 60
_LONGEST_SEARCH = 60
_CLOSING = "closing"
_News = asyncio.Queue[tuple[str, Mapping[str, Any]]]
_Key = Annotated[str, Field(pattern=r"^[0-9a-f-]{16,36}$")]


class _Said(BaseModel):
    chat: int
    key: _Key
    text: str


class _Pressed(BaseModel):
    chat: int
    message: int
    data: str


class _Sent(BaseModel):
    chat: int
    key: _Key
    name: str
    caption: str = ""


class _Title(BaseModel):
    title: str


class ChatEndpoints:
    """What a signed-in person does and sees."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._chats = services.state.web_chats
        self._streams: list[tuple[int, _News]] = []

    async def me(self, request: Request) -> Response:
        """Who is signed in, what they may, and the page's words."""
        session = self._services.session(request)
        limits = {"text": LONGEST_TEXT, "file": LARGEST_FILE}
        words = web_words().model_dump(include={"page", "trace", "trace_value"})
        mine = self._person(session.account) | {"guard": session.guard}
        return JSONResponse(mine | words | {"limits": limits, "since": self._chats.last_change()})

    def _person(self, account: Account) -> Json:
        role = self._services.role_of(account)
        return {
            "user": account.id,
            "name": account.name,
            "role": role.value,
            "role_told": phrase(f"role.{role.value}"),
            "note": phrase(f"role_note.{role.value}"),
            "may_ask": allows(role, Role.READER),
            "may_upload": allows(role, Role.EDITOR),
            "may_invite": allows(role, Role.ADMIN),
            "commands": [
                {"command": name, "told": does}
                for name, does in self._services.adapter.commands(account.id).items()
            ],
            "people": [
                {"user": p.account.id, "name": p.account.name, "path": p.path}
                for p in self._services.players
            ],
        }

    # -- conversations

    async def list(self, request: Request) -> Response:
        """The conversations, the latest first; with ``find``, those that hold some words."""
        account = self._services.session(request).account
        words = request.query_params.get("find", "").strip()[:_LONGEST_SEARCH]
        chats = self._chats.chats_of(account.id, words)
        shown = [chat_json(chat) for chat in chats if self._services.may_see(account, chat)]
        return JSONResponse({"chats": shown})

    async def begin(self, request: Request) -> Response:
        """A new conversation; one that is still empty is taken again."""
        account = self._asking(request)
        chats = (c for c in self._chats.chats_of(account.id) if c.kind is ChatKind.TALK)
        empty = next((c for c in chats if not c.title), None)
        return JSONResponse(chat_json(empty or self._services.adapter.begin(account)))

    async def open(self, request: Request) -> Response:
        """A conversation with all that was said."""
        account = self._services.session(request).account
        chat = self._services.chat(account, request.path_params["chat"])
        since = self._chats.last_change()
        messages = [self._message(chat, m) for m in self._chats.messages(chat.id)]
        return JSONResponse(chat_json(chat) | {"messages": messages, "since": since})

    async def rename(self, request: Request) -> Response:
        """Another title."""
        account = self._services.session(request).account
        chat = self._services.chat(account, request.path_params["chat"])
        title = " ".join((await read_act(request, _Title)).title.split())[:_LONGEST_TITLE]
        if not title:
            fail(HTTPStatus.BAD_REQUEST)
        self._chats.rename(chat.id, title)
        self._services.adapter.note_change(account.id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def delete(self, request: Request) -> Response:
        """Delete a conversation, with the answers that were kept for its buttons."""
        account = self._services.session(request).account
        chat = self._services.chat(account, request.path_params["chat"])
        self._services.state.conversations.forget(chat_id_of(chat))
        self._services.state.answers.forget_chat(chat_id_of(chat))
        self._chats.delete(chat.id)
        self._services.adapter.note_change(account.id)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    # -- what people do

    async def say(self, request: Request) -> Response:
        """Write a text."""
        account = self._services.session(request).account
        said = await read_act(request, _Said)
        chat, text = self._services.chat(account, said.chat), said.text.strip()
        if not text or utf16_length(text) > LONGEST_TEXT:
            fail(HTTPStatus.BAD_REQUEST, phrase("page.too_long", most=LONGEST_TEXT))
        self._wait_for_room()
        return JSONResponse(
            {"id": self._services.adapter.say(account, chat, Written(said.key, text))}
        )

    async def upload(self, request: Request) -> Response:
        """Send a file; the body is its content."""
        account = self._asking(request)
        sent = _Sent.model_validate(dict(request.query_params))
        chat, name = self._services.chat(account, sent.chat), sent.name.strip()
        content = await read_body(request, LARGEST_FILE)
        if not name or not content:
            fail(HTTPStatus.BAD_REQUEST, phrase("page.empty_file"))
        self._wait_for_room()
        file = self._services.adapter.keep_file(chat, name, content)
        written = Written(sent.key, sent.caption.strip(), file)
        number = self._services.adapter.say(account, chat, written)
        return JSONResponse({"id": number})

    async def press(self, request: Request) -> Response:
        """Press a button; ``answered`` is false where no answer came."""
        account = self._services.session(request).account
        pressed = await read_act(request, _Pressed)
        chat = self._services.chat(account, pressed.chat)
        self._wait_for_room()
        pressing = self._services.adapter.press(account, chat, pressed.message, pressed.data)
        answered, words, alert = False, "", False
        with suppress(TimeoutError):
            words, alert = await asyncio.wait_for(pressing, _PRESS_SECONDS)
            answered = True
        return JSONResponse({"answered": answered, "text": words, "alert": alert})

    async def file(self, request: Request) -> Response:
        """A file of a conversation, to be saved: shown by the browser it might be a page.

        Only what the assistant itself sent as a picture is named as one.
        """
        account = self._services.session(request).account
        found = self._chats.file(request.path_params["file"])
        if found is None:
            fail(HTTPStatus.NOT_FOUND)
        file, chat, content = found
        self._services.chat(account, chat)
        return attachment(file.name, content, "image/png" if file.picture else "")

    def _asking(self, request: Request) -> Account:
        """Who asks, if they may ask anything of the reports."""
        account = self._services.session(request).account
        if not allows(self._services.role_of(account), Role.READER):
            fail(HTTPStatus.FORBIDDEN)
        return account

    def _wait_for_room(self) -> None:
        if not self._services.adapter.is_ready:
            fail(HTTPStatus.SERVICE_UNAVAILABLE, phrase("page.crowded"))

    # -- what happens

    async def events(self, request: Request) -> Response:
        """Server-sent events until the page goes away, the session or the server ends."""
        account = self._services.session(request).account
        if [whose for whose, _ in self._streams].count(account.id) >= _MOST_STREAMS:
            fail(HTTPStatus.TOO_MANY_REQUESTS)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        token = request.cookies.get(COOKIE, "")
        news = self._news(account, token, int(since) if since.isdecimal() else 0)
        return StreamingResponse(news, media_type="text/event-stream")

    async def _news(self, account: Account, token: str, since: int) -> AsyncIterator[str]:
        queue: _News = asyncio.Queue()
        queue.put_nowait(("messages", {}))

        def note(whose: int, kind: str, news: Mapping[str, Any]) -> None:
            if whose == account.id:
                queue.put_nowait((kind, news))

        person = self._person(account)
        self._streams.append((account.id, queue))
        try:
            with self._services.adapter.watch(note):
                while _CLOSING not in (kinds := await _next(queue)):
                    if self._services.state.accounts.session(token, time.time()) is None:
                        yield event("over", {})
                        return
                    if (now := self._person(account)) != person:
                        person = now
                        yield event("person", person)
                    for kind in kinds.keys() - {"messages"}:
                        yield event(kind, kinds[kind])
                    for message in self._chats.changed_since(account.id, since):
                        since = message.change
                        chat = self._chats.chat(message.chat)
                        if chat and self._services.may_see(account, chat):
                            first = {"first": self._chats.first_message(chat.id)}
                            news = event("message", self._message(chat, message) | first)
                            yield f"id: {since}\n{news}"
                    yield ":\n\n"  # keeps the connection alive
        finally:
            self._streams.remove((account.id, queue))

    def close(self) -> None:
        """End all streams, as the server is to end."""
        for _, queue in self._streams:
            queue.put_nowait((_CLOSING, {}))

    def _message(self, chat: WebChat, message: WebMessage) -> Json:
        state, place, rows = self._services.state, chat_id_of(chat), rows_of(message.buttons)
        if answer := answer_under(state, place, rows):
            return message_json(message, [q.n for q in answer.quotes], is_answer=True)
        quotes = quotes_given_under(state, place, person_id(chat.account), rows)
        return message_json(message, [q.n for q in quotes], is_answer=False)


async def _next(queue: "_News") -> dict[str, Mapping[str, Any]]:
    """What has happened, once something has, or nothing for a while."""
    kinds: dict[str, Mapping[str, Any]] = {}
    with suppress(TimeoutError):
        kinds.update([await asyncio.wait_for(queue.get(), _HEARTBEAT_SECONDS)])
        await asyncio.sleep(_BREATH_SECONDS)
    while not queue.empty():
        kinds.update([queue.get_nowait()])
    return kinds
