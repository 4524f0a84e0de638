"""A Bot API server on the loopback: it hands out updates and keeps what the bot sends."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "123456:secret-of-the-bot"  # noqa: S105 - nobody's token
USERNAME = "jianguan_bot"
BOT = {"id": 123456, "is_bot": True, "first_name": "监管助手", "username": USERNAME}
SECONDS = 20.0
_HELD_OPEN = 0.5


@dataclass(frozen=True)
class Call:
    """One method that the bot called, with what it gave."""

    method: str
    given: dict[str, str]

    @property
    def text(self) -> str:
        return self.given.get("text", "")


class BotApi:
    """The server. ``refused`` are methods that are answered with an error, each once."""

    def __init__(self) -> None:
        self._updates: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._calls: SimpleQueue[Call] = SimpleQueue()
        self._count = 0
        self.known = True
        self.refused: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, message: dict[str, Any]) -> None:
        """Let the bot find a message."""
        self._count += 1
        about = {"message_id": self._count, "date": 1_700_000_000}
        self._updates.put({"update_id": self._count, "message": about | message})

    def call(self, *methods: str) -> Call:
        """The next call of one of some methods; others are passed over."""
        while True:
            call = self._calls.get(timeout=SECONDS)
            if call.method in methods:
                return call

    def sent(self) -> Call:
        """The next message that the bot sends."""
        return self.call("sendMessage")

    def answer(self, method: str, given: dict[str, str]) -> tuple[int, Any]:
        """What the server says to a call: a status and a result."""
        self._calls.put(Call(method, given))
        if not self.known:
            return 401, "Unauthorized"
        if method in self.refused:
            self.refused.remove(method)
            return 400, "Bad Request: can't parse entities"
        return 200, self._result(method, given)

    def _result(self, method: str, given: dict[str, str]) -> Any:
        match method:
            case "getMe":
                return BOT
            case "getUpdates":
                return self._next_updates(wait=given.get("timeout", "0") != "0")
            case "sendMessage":
                chat = {"id": int(given["chat_id"]), "type": "private"}
                return {"message_id": 1, "date": 0, "chat": chat, "text": given["text"]}
        return True

    def _next_updates(self, *, wait: bool) -> list[dict[str, Any]]:
        """One update, waited for as a long poll is, only not for long."""
        try:
            return [self._updates.get(block=wait, timeout=_HELD_OPEN)]
        except Empty:
            return []


def _handler(api: BotApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            bot, _, method = self.path.removeprefix("/").partition("/")
            if bot == f"bot{TOKEN}":
                status, result = api.answer(method, dict(parse_qsl(body)))
            else:
                status, result = 404, "Not Found"
            told = {"ok": True, "result": result}
            if status != 200:
                told = {"ok": False, "error_code": status, "description": result}
            self._reply(status, json.dumps(told).encode())

        def _reply(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:  # the bot was stopped while it waited for updates
                self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def serving() -> Iterator[BotApi]:
    """A server for as long as the block runs."""
    api = BotApi()
    thread = Thread(target=api.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.server.shutdown()
        thread.join()
        api.server.server_close()


def message(
    text: str, *, sender: int, group: bool = False, reply_to: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A message as the Bot API gives it."""
    user = {"id": sender, "is_bot": False, "first_name": "某人"}
    chat = (
        {"id": -9, "type": "group", "title": "科室"} if group else {"id": sender, "type": "private"}
    )
    written: dict[str, Any] = {"from": user, "chat": chat, "text": text}
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        written["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    if reply_to:
        written["reply_to_message"] = {"message_id": 99, "date": 0, "chat": chat} | reply_to
    return written
