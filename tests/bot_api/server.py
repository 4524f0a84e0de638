"""The HTTP side of the fake Bot API: methods at ``/bot<token>/METHOD``, files at ``/file/bot…``."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import httpx

from tests.bot_api.calls import ApiError, ApiRequest, read_request, too_many
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import Faults
from tests.bot_api.limits import FloodLimits, Rules
from tests.bot_api.methods import METHODS, TOKEN, World
from tests.bot_api.records import CallRecord, Json
from tests.patience import PATIENCE

RETRY_AFTER = 0.2
"""Seconds before an update that was not taken is posted again; Telegram's own are longer."""
_LONGEST_POLL = 50
_MOST_UPDATES = 100
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.*)", re.DOTALL)
_WRITING = ("sendMessage", "sendDocument", "sendPhoto", "editMessageText")
"""The methods that count against the flood limits."""


class ConnectionCut(Exception):
    """The connection is to be cut before an answer is whole."""


class BotApi(ThreadingHTTPServer):
    """The server; ``changed`` is the lock of its world, notified of every change.

    ``failures`` are errors of its own, which no caller may overlook.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, rules: Rules | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.world = World()
        self.changed = threading.Condition()
        self.failures: list[Exception] = []
        self.faults = Faults()
        self.closing = False
        self._limits = FloodLimits(rules)
        self._webhook = ("", "")
        self._polling: object | None = None

    @property
    def url(self) -> str:
        """The root of the server."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of the server's."""

    def call(self, method: str, request: ApiRequest) -> Any:
        """Carry out a call and return its result; raises ApiError and ConnectionCut."""
        with self.changed:
            fault = self.faults.decide(method, request.number("chat_id") or None)
            self.changed.notify_all()
            if fault.delay:
                self.changed.wait_for(lambda: self.closing, fault.delay)
        if not fault.loses:
            return self._carry_out(method, request)
        if fault.after:
            with suppress(ApiError):  # its own refusal is lost as well
                self._carry_out(method, request)
        else:
            self._record(method, request, fault.status, None)
        if fault.drop:
            raise ConnectionCut
        raise too_many(fault.retry_after) if fault.retry_after else ApiError(fault.status, "Broken")

    def _carry_out(self, method: str, request: ApiRequest) -> Any:
        with self.changed:
            if method == "getUpdates":
                return self._poll(request)
            try:
                result = self._run(method, request)
            except ApiError as error:
                self._record(method, request, error.code, error.description)
                raise
            self._record(method, request, 200, result)
            return result

    def _run(self, method: str, request: ApiRequest) -> Any:
        if method in ("setWebhook", "deleteWebhook"):
            self._webhook = (request.text("url"), request.text("secret_token"))
            self._allow_kinds(request)
            return True
        if method not in METHODS:
            raise ApiError(404, "Not Found")
        if method in _WRITING:
            wait = self._limits.wait(self.world.writable_chat(request), time.time())
            if wait:
                raise too_many(wait)
        return METHODS[method](self.world, request)

    def _record(self, method: str, request: ApiRequest, status: int, result: Any) -> None:
        with self.changed:
            self.world.calls.append(CallRecord(method, dict(request.fields), status, result))
            self.changed.notify_all()

    def _allow_kinds(self, request: ApiRequest) -> None:
        """Queue the kinds of updates that a call asks for; without any named, as before."""
        self.world.allowed = tuple(request.nested("allowed_updates") or self.world.allowed)

    def _poll(self, request: ApiRequest) -> list[Json]:
        """Updates, waited for; a second poll ends the first."""
        if self._webhook[0]:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        self._allow_kinds(request)
        world, mine = self.world, object()
        if offset := request.number("offset"):
            world.updates = [u for u in world.updates if u["update_id"] >= offset]
        self._polling = mine
        self.changed.notify_all()

        def is_over() -> bool:
            return bool(world.updates) or self._polling is not mine or self.closing

        self.changed.wait_for(is_over, min(request.number("timeout"), _LONGEST_POLL))
        if self._polling is not mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
        return world.updates[:_MOST_UPDATES]

    def file(self, path: str) -> bytes:
        """The content of a file; raises ApiError."""
        file = self.world.files.get(path.removeprefix("documents/"))
        if file is None:
            raise ApiError(404, "Not Found")
        return file.content

    # -- updates that are brought

    def post_updates(self) -> None:
        """Post updates for as long as a webhook is set, until the server closes."""
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            while True:
                with self.changed:
                    self.changed.wait_for(
                        lambda: self.closing or (self._webhook[0] and self.world.updates)
                    )
                    if self.closing:
                        return
                    update, (url, secret) = self.world.updates[0], self._webhook
                taken = _is_taken(client, url, secret, update)
                with self.changed:
                    if taken:
                        self.world.updates.remove(update)
                        self.changed.notify_all()
                    else:
                        self.changed.wait(RETRY_AFTER)


def _is_taken(client: httpx.Client, url: str, secret: str, update: Json) -> bool:
    shown = {"X-Telegram-Bot-Api-Secret-Token": secret}
    try:
        return client.post(url, json=update, headers=shown).is_success
    except httpx.HTTPError:
        return False


def _read_path(path: str) -> tuple[bool, str]:
    """Whether a file is asked for, and its name or the method's; raises ApiError."""
    match = _PATH.fullmatch(path)
    if match is None or match["token"] != TOKEN:
        raise ApiError(401, "Unauthorized")
    return bool(match["file"]), match["rest"]


class _Handler(BaseHTTPRequestHandler):
    server: BotApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # whoever asked was killed while asking
            self.close_connection = True
            return
        try:
            status, kind, answer = self._answer(body)
        except ConnectionCut:
            self._begin(200, "application/json", 1)
            self.close_connection = True
            return
        except Exception as error:
            self.server.failures.append(error)
            raise
        self._begin(status, kind, len(answer))
        self.wfile.write(answer)

    def _begin(self, status: int, kind: str, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _answer(self, body: bytes) -> tuple[int, str, bytes]:
        try:
            is_file, name = _read_path(unquote(self.path))
            if is_file:
                return 200, "application/octet-stream", self.server.file(name)
            request = read_request(self.headers.get("Content-Type", "").encode(), body)
            result = self.server.call(name, request)
        except ApiError as error:
            return error.code, "application/json", json.dumps(error.as_json()).encode()
        return 200, "application/json", json.dumps({"ok": True, "result": result}).encode()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def serving(*, rules: Rules | None = None) -> Iterator[LoopbackDriver]:
    """A server for as long as the block runs.

    Without ``rules`` nothing floods. An error of the server's own is raised at the end.
    """
    with BotApi(rules) as server:
        runs = (server.serve_forever, server.post_updates)
        threads = [threading.Thread(target=run) for run in runs]
        for thread in threads:
            thread.start()
        try:
            yield LoopbackDriver(server)
        finally:
            with server.changed:
                server.closing = True
                server.changed.notify_all()
            server.shutdown()
            for thread in threads:
                thread.join()
    if server.failures:
        raise server.failures[0]
