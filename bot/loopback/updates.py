"""The updates that wait for the bot, and where they go."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.loopback.records import Json

UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that come only to a bot that named them."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address of the bot's own to which updates are posted."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


@dataclass(slots=True)
class Updates:
    """A queue in the order of numbers; what is acknowledged is gone."""

    pending: list[Json] = field(default_factory=list)
    last_id: int = 1_000
    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None

    def put(self, update: Json) -> None:
        """Queue an update; its number is given here unless it brings one.

        An update of a kind that the bot did not ask for is lost, as it is at Telegram.
        """
        kinds = update.keys() - {"update_id"}
        if any(kind not in self.allowed for kind in kinds) if self.allowed else kinds & {*UNASKED}:
            return
        number = update.get("update_id", self.last_id + 1)
        self.last_id = max(self.last_id, number) if isinstance(number, int) else self.last_id
        self.pending.append({"update_id": number} | update)

    def allow(self, kinds: Iterable[str]) -> None:
        """Ask for some kinds alone; for none named, for all but the seldom ones."""
        self.allowed = tuple(kinds)

    def acknowledge(self, offset: int) -> None:
        """Forget the updates before an offset; a negative one counts from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]

    def forget(self, update_id: int) -> None:
        """Drop the update of a number, which was delivered."""
        self.pending = [u for u in self.pending if u["update_id"] != update_id]

    def failed(self, reason: str, at: int) -> None:
        """Keep why the webhook did not take an update."""
        if self.webhook:
            self.webhook = replace(self.webhook, last_error=reason, last_error_at=at)

    def webhook_info(self) -> Json:
        """What getWebhookInfo tells."""
        hook = self.webhook or Webhook("")
        told: Json = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if hook.url:
            told["max_connections"] = hook.max_connections
        if hook.last_error:
            told |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        return told | ({"allowed_updates": list(self.allowed)} if self.allowed else {})
