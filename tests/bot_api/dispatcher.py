"""Where calls are answered, one at a time, and whoever waits is told of each change."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.bot_api.calls import ApiRequest
from tests.bot_api.methods import METHODS, Method
from tests.bot_api.records import CallRecord, Json
from tests.bot_api.refusals import ApiError, not_found, unauthorized
from tests.bot_api.world import World

GET_UPDATES = "getUpdates"
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")


class Dispatcher:
    """The state behind its lock, and the methods that change it.

    ``changed`` is the lock, notified of every change. ``failures`` are errors of the server's
    own, which no caller may overlook.
    """

    def __init__(self, world: World, methods: Mapping[str, Method] = METHODS) -> None:
        self.world = world
        self.changed = threading.Condition()
        self.failures: list[Exception] = []
        self.methods = methods
        self._names = {name.lower(): name for name in (*methods, GET_UPDATES)}
        self._listeners: list[Callable[[], None]] = []

    def notify(self) -> None:
        """Tell all who wait that something changed."""
        with self.changed:
            self.changed.notify_all()
            for listener in self._listeners:
                listener()

    @contextmanager
    def watch(self, listener: Callable[[], None]) -> Iterator[None]:
        """Have ``listener`` called, from any thread, after every change while the block runs."""
        with self.changed:
            self._listeners.append(listener)
        try:
            yield
        finally:
            with self.changed:
                self._listeners.remove(listener)

    def check_token(self, token: str) -> None:
        """Raises ApiError for a token that is not the bot's."""
        if not _TOKEN.fullmatch(token):
            raise not_found()
        if token != self.world.token:
            raise unauthorized()

    def method_name(self, name: str) -> str:
        """The name of a method that is spelt in any case; raises ApiError."""
        if name.lower() not in self._names:
            raise not_found()
        return self._names[name.lower()]

    def carry_out(self, method: str, request: ApiRequest) -> Any:
        """Call a method, record it and return its result; raises ApiError."""
        with self.changed:
            try:
                result = self.run_method(method, request)
            except ApiError as error:
                self.record(method, request, error.code, error.description)
                raise
            self.record(method, request, 200, result)
            return result

    def run_method(self, method: str, request: ApiRequest) -> Any:
        """Call a method and return its result; raises ApiError."""
        return self.methods[method](self.world, request)

    def record(self, method: str, request: ApiRequest, status: int, result: Any) -> None:
        """Note a call and how it was answered."""
        self.world.calls.append(CallRecord(method, dict(request.fields), status, result))
        self.notify()

    def begin_poll(self, request: ApiRequest) -> None:
        """Acknowledge updates and take the kinds that a call of getUpdates asks for."""
        with self.changed:
            self.allow_kinds(request)
            self.world.updates.acknowledge(request.number("offset"))
            self.notify()

    def allow_kinds(self, request: ApiRequest) -> None:
        """Queue the kinds of updates that a call asks for; without any named, as before."""
        if request.text("allowed_updates"):
            kinds = request.items("allowed_updates", "allowed updates")
            self.world.updates.allow(str(kind) for kind in kinds)

    def pending_updates(self, request: ApiRequest) -> list[Json]:
        """The updates that a call of getUpdates takes now."""
        with self.changed:
            limit = request.number("limit", 100)
            return self.world.updates.pending[: limit if 1 <= limit <= 100 else 100]
