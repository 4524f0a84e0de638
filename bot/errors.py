"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid   an environment variable or a line of .env does not fit
├── GoldenInvalid     a file of golden questions does not parse
├── ModelMissing      WRITER=model without an endpoint
├── PromptUnusable    a prompt's file, or the choice of one, does not fit
├── EndpointFailed    the model endpoint gave no answer that can be used
│   ├── EndpointUnreachable, EndpointSlow, EndpointCut
│   ├── EndpointRefused, EndpointUnpaid, EndpointUnknownModel, EndpointRejected
│   ├── EndpointBusy, EndpointBroken
│   └── EndpointOdd, EndpointSilent, EndpointFiltered
├── RecordInvalid     a record of an evaluation cannot be read or written
├── UnknownHeading    a report has no heading like the one that was named
├── UnclearHeading    several headings fit the words that were given
├── UnknownLength     a length of a summary that is none of ours
├── UnknownKind       a kind of section that is none of ours
├── TopicNeeded       several reports can only be compared on a topic
├── ExportFailed      a .docx cannot be written where it is wanted
├── PlanError         a plan cannot be drafted
│   ├── BureauUnclear   several bureaus and none named
│   ├── BureauUnknown   one that the store does not know
│   ├── TopicUnclear    no such line of work
│   ├── PeriodUnclear   the period to plan cannot be read or told
│   ├── LengthUnclear   neither 短, 中, 长 nor a number of paragraphs
│   └── NothingToPlan   no report holds anything to plan from
├── TelegramRefused   the token is not valid
├── TelegramUnreachable   the Bot API server does not answer
├── Stopped           somebody said /stop
├── AlreadyRunning    another bot serves the data folder
├── StateDamaged      the chat's own state cannot be opened
├── ListenFailed      an address to listen at cannot be used
├── PortTaken         the port that the demonstration was given is taken
├── NotForShow        a folder of a real bot's chats is not for the demonstration
└── AlreadyShown      another demonstration runs over the folder
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


class ModelMissing(BotError):
    """The model is to write, and no endpoint is set."""


class PromptUnusable(BotError):
    """A prompt's file, or the choice of one, does not fit."""


class EndpointFailed(BotError):
    """The model endpoint gave no answer that can be used."""


class EndpointUnreachable(EndpointFailed):
    """Nobody answers at the address."""


class EndpointSlow(EndpointFailed):
    """It took longer than MODEL_TIMEOUT."""


class EndpointCut(EndpointFailed):
    """The answer broke off."""


class EndpointRefused(EndpointFailed):
    """The key is not valid."""


class EndpointUnpaid(EndpointFailed):
    """The account has no credit left."""


class EndpointUnknownModel(EndpointFailed):
    """The address or the model's name is unknown there."""


class EndpointRejected(EndpointFailed):
    """It does not take such a request."""


class EndpointBusy(EndpointFailed):
    """Too many requests."""


class EndpointBroken(EndpointFailed):
    """It failed by itself."""


class EndpointOdd(EndpointFailed):
    """What it sent is not in the protocol."""


class EndpointSilent(EndpointFailed):
    """It answered nothing."""


class EndpointFiltered(EndpointFailed):
    """Its content filter withheld the answer."""


class RecordInvalid(BotError):
    """A record of an evaluation cannot be read or written."""


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


class ExportFailed(BotError):
    """A document cannot be written where it is wanted."""


class PlanError(BotError):
    """A plan that cannot be drafted."""


class BureauUnclear(PlanError):
    """Nobody said for which of several bureaus."""


class BureauUnknown(PlanError):
    """A bureau that the store has no report of."""


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


class Stopped(BotError):
    """Somebody said /stop while it was worked on."""


class ListenFailed(BotError):
    """An address to listen at is taken, or is none."""


class AlreadyRunning(BotError):
    """Another process serves the same data folder."""


class StateDamaged(BotError):
    """The file of the chat's own state cannot be opened."""


class PortTaken(BotError):
    """The demonstration cannot listen at its port."""


class NotForShow(BotError):
    """The folder holds the chats of a real bot, which the demonstration would throw away."""


class AlreadyShown(BotError):
    """Another demonstration runs over the folder, and would lose its chats."""


class UsageError(Exception):
    """What was typed is no command; ``str(error)`` is the sentence for the user."""
