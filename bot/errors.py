"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid   an environment variable or a line of .env does not fit
├── GoldenInvalid     a file of golden questions does not parse
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


class TelegramRefused(BotError):
    """Telegram does not know the token."""


class TelegramUnreachable(BotError):
    """The Bot API server does not answer."""
