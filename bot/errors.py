"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid   an environment variable or a line of .env does not fit
├── GoldenInvalid     a file of golden questions does not parse
├── PlanError         a plan cannot be drafted
│   ├── BureauUnclear   several bureaus and none named, or one that the store does not know
│   ├── TopicUnclear    no such line of work
│   ├── PeriodUnclear   the period to plan cannot be read or told
│   ├── LengthUnclear   neither 短, 中, 长 nor a number of paragraphs
│   └── NothingToPlan   no report holds anything to plan from
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


class PlanError(BotError):
    """A plan that cannot be drafted."""


class BureauUnclear(PlanError):
    """Nobody said for which bureau, or for one that is not there."""


class TopicUnclear(PlanError):
    """A line of work that is not in the list."""


class PeriodUnclear(PlanError):
    """The period to plan cannot be told."""


class LengthUnclear(PlanError):
    """A length that is no length."""


class NothingToPlan(PlanError):
    """Nothing in the store to plan from."""


class TelegramRefused(BotError):
    """Telegram does not know the token."""


class TelegramUnreachable(BotError):
    """The Bot API server does not answer."""
