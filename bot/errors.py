"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid   an environment variable or a line of .env does not fit
└── GoldenInvalid     a file of golden questions does not parse
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

