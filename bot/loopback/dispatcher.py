"""Where calls are answered: one at a time, each with the mishap that befalls it."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.loopback.calls import Given
from bot.loopback.faults import Fault, Faults
from bot.loopback.methods import METHODS, NAMES, WRITING, allow_kinds
from bot.loopback.records import Call, Json
from bot.loopback.refusals import Refused, conflict, not_found, too_many, unauthorized
from bot.loopback.world import FloodLimits, World

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_BROKEN = {500: "Internal Server Error", 502: "Bad Gateway"}


@dataclass(slots=True)
class Desk:
    """The state behind its lock. ``changed`` is told of every change; ``rings`` are called, too.

    ``failures`` are errors of the server's own, which no caller may overlook.
    """

    world: World
    limits: FloodLimits = field(default_factory=FloodLimits)
    faults: Faults = field(default_factory=Faults)
    changed: threading.Condition = field(default_factory=threading.Condition)
    rings: list[Callable[[], None]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def ring(self) -> None:
        """Tell all who wait that something changed."""
        with self.changed:
            self.changed.notify_all()
            for ring in self.rings:
                ring()

    def admit(self, token: str) -> None:
        """Raises Refused for a token that is nobody's."""
        if not _TOKEN.fullmatch(token):
            raise not_found()
        if token != self.world.token:
            raise unauthorized()

    def method_of(self, name: str) -> str:
        """The method of a name, spelt in any case; raises Refused."""
        if name.lower() not in NAMES:
            raise not_found()
        return NAMES[name.lower()]

    def fault_of(self, method: str, given: Given) -> Fault:
        """The mishap that befalls a call."""
        with self.changed:
            fault = self.faults.decide(method, given.number("chat_id") or None)
            self.ring()
            return fault

    def carry_out(self, method: str, given: Given) -> Any:
        """The result of a call; raises Refused."""
        with self.changed:
            try:
                if method in WRITING:
                    self._check_flood(given)
                result = METHODS[method](self.world, given)
            except Refused as refused:
                self._note(method, given, refused.code, refused.description)
                raise
            self._note(method, given, 200, result)
            return result

    def give_up(self, method: str, given: Given, fault: Fault) -> Refused | None:
        """The answer to a call that goes wrong, none where the connection is to be cut."""
        if not fault.after:
            with self.changed:
                self._note(method, given, fault.status, None)
        if fault.drop:
            return None
        if fault.status == 429:
            return too_many(fault.retry_after)
        return Refused(fault.status, _BROKEN.get(fault.status, "Internal Server Error"))

    def _check_flood(self, given: Given) -> None:
        chat = self.world.open_chat(given.text("chat_id"))
        if seconds := self.limits.wait(chat, self.world.clock()):
            raise too_many(seconds)

    def _note(self, method: str, given: Given, status: int, result: Any) -> None:
        self.world.calls.append(Call(method, dict(given.fields), status, result))
        self.ring()

    def begin_poll(self, given: Given) -> None:
        """Take what a call of getUpdates says beside asking; raises Refused."""
        with self.changed:
            updates = self.world.updates
            if updates.webhook:
                raise conflict(
                    "can't use getUpdates method while webhook is active; "
                    "use deleteWebhook to delete the webhook first"
                )
            allow_kinds(self.world, given)
            updates.acknowledge(given.number("offset"))
            self.ring()

    def waiting_updates(self, given: Given) -> list[Json]:
        """The updates that a call of getUpdates takes now; raises Refused."""
        with self.changed:
            if self.world.updates.webhook:
                raise conflict("terminated by setWebhook request")
            limit = given.number("limit", 100)
            return self.world.updates.pending[: limit if 1 <= limit <= 100 else 100]
