"""The fake Bot API server as the load test uses it: the one file here that knows how it is made."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import broken, dropped, flood, slow
from tests.bot_api.limits import Rules
from tests.bot_api.server import serving

_WRITING = ("sendMessage", "sendDocument", "sendPhoto", "editMessageText")
_FAULTY = (*_WRITING, "sendChatAction", "getUpdates")
_CHANCES = {
    flood(retry_after=1): 0.04,
    broken(500): 0.04,
    dropped(after=False): 0.03,
    dropped(after=True): 0.03,
    slow(0.1): 0.1,
    slow(0.3): 0.1,
}
_SAME_TEXT = "message is not modified"


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message of the bot's as it stands, with the texts that it had, and its buttons."""

    id: int
    text: str
    texts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tap_data: tuple[str, ...] = ()
    has_document: bool = False


class FakeTelegram:
    """People who write to the bot, and what it did."""

    def __init__(self, api: LoopbackDriver) -> None:
        self._api = api
        self._calls, self._called_at = 0, time.monotonic()
        self.url, self.token, self.bot_name = api.url, api.token, api.bot.username

    def break_at_random(self, seed: int) -> None:
        """Let about a third of the calls be refused, cut off or slow."""
        self._api.faults.at_random(seed, _CHANCES, *_FAULTY)

    def break_next_polls(self) -> None:
        """Let the next two attempts to fetch updates fail before they confirm the last ones."""
        self._api.faults.plan(broken(502), "getUpdates", times=2)

    def add_user(self, user_id: int) -> None:
        """A person who opened the private chat with the bot."""
        self._api.user(f"用户{user_id}", user_id)

    def add_group(self) -> int:
        """A group that the bot is a member of; its number."""
        return self._api.group().id

    def send_file(self, user_id: int, name: str, content: bytes) -> str:
        """A document that a person sends to the bot; the file's id."""
        user = self._api.user(f"用户{user_id}", user_id)
        document = self._api.sends_document(user, user, name, content).document
        return document.file_id if document else ""

    def say(self, user_id: int, text: str) -> None:
        """A person's message to the bot."""
        self._api.user_says(user_id, self._api.user(f"用户{user_id}", user_id), text)

    def put(self, update: dict[str, Any]) -> None:
        """An update as it is, but for its number; kinds that the bot did not ask for are lost."""
        self._api.put_update(update)

    @property
    def is_behind(self) -> bool:
        """Whether more updates wait for the bot than it fetches at a time."""
        return len(self._api.pending()) > 100

    def seconds_silent(self) -> float:
        """How long no call was made, by what was seen each time that this was asked."""
        if (calls := len(self._api.calls())) != self._calls:
            self._calls, self._called_at = calls, time.monotonic()
        return time.monotonic() - self._called_at

    def wait_for_quiet(self, quiet: float, longest: float) -> None:
        """Wait until everything was fetched and no call was made for some seconds."""
        self._called_at = time.monotonic()  # what came just now may not be answered yet
        until = self._called_at + longest
        while time.monotonic() < until and (self.seconds_silent() < quiet or self._api.pending()):
            time.sleep(0.1)

    def messages(self, chat_id: int) -> list[BotMessage]:
        """What the bot said in a chat, in the order in which the messages were sent."""
        return [
            BotMessage(
                message.id,
                message.text,
                (*message.earlier, message.text),
                message.labels,
                tuple(button.data for row in message.buttons for button in row),
                message.document is not None,
            )
            for message in self._api.bot_messages(chat_id)
        ]

    def count_writes(self) -> int:
        """Messages sent and edited, whatever became of the call."""
        return len(self._api.calls(*_WRITING))

    def count_pace_violations(self) -> int:
        """Calls refused by the flood limits; those refused at random carry no description."""
        return sum(c.status == 429 and c.result is not None for c in self._api.calls(*_WRITING))

    def refused_edits(self) -> dict[str, int]:
        """How many edits were refused, and each reason; without those that change nothing."""
        edits = self._api.calls("editMessageText")
        reasons = [str(call.result) for call in edits if call.status == 400]
        counted = Counter(reason for reason in reasons if _SAME_TEXT not in reason)
        return {"refused_edits": counted.total()} | {f"- {why}": n for why, n in counted.items()}

    def tap_answers(self) -> list[tuple[str, str]]:
        """What taps were answered with, each beside the id of its query."""
        calls = self._api.calls("answerCallbackQuery")
        return [(str(c.fields["callback_query_id"]), str(c.fields.get("text", ""))) for c in calls]

    def count_inline_results(self) -> int:
        """Inline questions that were answered with something."""
        given = [call.fields["results"] for call in self._api.calls("answerInlineQuery")]
        return sum(results not in ("[]", []) for results in given)


@contextmanager
def fake_telegram() -> Iterator[FakeTelegram]:
    """A server with Telegram's flood limits; an error of its own is raised at the end."""
    with serving(rules=Rules()) as api:
        yield FakeTelegram(api)
