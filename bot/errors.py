"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid   an environment variable or a line of .env does not fit
├── GoldenInvalid     a file of golden questions does not parse
├── UnknownHeading    a report has no heading like the one that was named
├── UnclearHeading    several headings fit the words that were given
├── UnknownLength     a length of a summary that is none of ours
├── UnknownKind       a kind of section that is none of ours
├── TopicNeeded       several reports can only be compared on a topic
├── TelegramRefused   the token is not valid
└── TelegramUnreachable   the Bot API server does not answer
"""

from pathlib import Path
from typing import ClassVar

from knowledge.errors import AssistantError


class BotError(AssistantError):
    """An expected error above the knowledge."""

    wording: ClassVar[Path] = Path(__file__).parent / "data" / "errors.toml"


class SettingsInvalid(BotError):
    """A setting does not fit."""


class GoldenInvalid(BotError):
    """A file of golden questions cannot be used."""


class UnknownHeading(BotError):
    """A heading that was named is not in the report."""


class UnclearHeading(BotError):
    """Several headings fit what was typed."""


class UnknownLength(BotError):
    """What was typed is no length of a summary."""


class UnknownKind(BotError):
    """What was typed is no kind of section."""


class TopicNeeded(BotError):
    """Several reports were named without a topic to compare them on."""


class TelegramRefused(BotError):
    """Telegram does not know the token."""


class TelegramUnreachable(BotError):
    """The Bot API server does not answer."""
