"""The assistant's own branch of the tree of errors; sentences in ``data/errors.toml``.

BotError
├── SettingsInvalid, ModelMissing, PromptUnusable, GoldenInvalid, RecordInvalid
├── EndpointFailed
│   ├── EndpointUnreachable, EndpointProxyFailed, EndpointUntrusted, EndpointMisconfigured
│   ├── EndpointSlow, EndpointCut, EndpointBusy, EndpointBroken
│   ├── EndpointRefused, EndpointUnpaid, EndpointUnknownModel, EndpointNotFound
│   ├── EndpointTooLong, EndpointRejected
│   └── EndpointOdd, EndpointSilent, EndpointFiltered
├── UntoldTopic, UnknownHeading, UnclearHeading, UnknownLength, UnknownKind, ExportFailed
├── PlanError
│   ├── BureauUnclear, BureauUnknown, TopicUnclear, PeriodUnclear, LengthUnclear, WayUnclear
│   │   └── BureauAmbiguous
│   └── NothingToPlan
├── LedgerError
│   ├── LedgerBureauUnknown, LedgerPeriodUnclear, LedgerPeriodUnknown
│   └── IndicatorUnknown, ChartImpossible, LedgerEmpty
├── TelegramRefused, TelegramUnreachable, WecomRefused, WecomUnreachable
├── FeishuRefused, FeishuUnreachable, Stopped, StateDamaged
├── UploadsFull, DailyUploadsUsed
├── BackupUnwritable, BackupUnusable, FolderHolds, RestoreToFiles, RestoreUnfinished
└── AlreadyRunning, StillServed, ListenFailed, NotForShow, AlreadyShown
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
    """The address does not answer."""


class EndpointProxyFailed(EndpointFailed):
    """The address does not answer through the proxy that is set."""


class EndpointUntrusted(EndpointFailed):
    """Its certificate cannot be verified."""


class EndpointMisconfigured(EndpointFailed):
    """A proxy or certificate that is set cannot be used."""


class EndpointSlow(EndpointFailed):
    """It took longer than MODEL_TIMEOUT."""


class EndpointCut(EndpointFailed):
    """The answer broke off."""


class EndpointRefused(EndpointFailed):
    """The key is not valid."""


class EndpointUnpaid(EndpointFailed):
    """The account has no credit left."""


class EndpointUnknownModel(EndpointFailed):
    """It has no model of that name, or not for this key."""


class EndpointNotFound(EndpointFailed):
    """The address, or perhaps the model, is unknown there."""


class EndpointTooLong(EndpointFailed):
    """It was sent more than the model can read."""


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


class UntoldTopic(BotError):
    """The reports say nothing of a topic."""


class UnknownHeading(BotError):
    """A heading that was named is not in the report."""


class UnclearHeading(BotError):
    """Several headings fit what was typed."""


class UnknownLength(BotError):
    """A length of a summary cannot be read."""


class UnknownKind(BotError):
    """There is no such kind of section."""


class ExportFailed(BotError):
    """A document cannot be written where it is wanted."""


class PlanError(BotError):
    """A plan that cannot be drafted."""


class BureauUnclear(PlanError):
    """The store knows several bureaus, and none was named."""


class BureauAmbiguous(BureauUnclear):
    """The words that were given name several bureaus of the store."""


class BureauUnknown(PlanError):
    """A bureau that the store has no report of."""


class TopicUnclear(PlanError):
    """There is no such line of work."""


class PeriodUnclear(PlanError):
    """The period to plan is not given, or cannot be read."""


class LengthUnclear(PlanError):
    """The length is neither 短, 中, 长 nor a number of paragraphs."""


class WayUnclear(PlanError):
    """The way is neither 沿用 nor 细化."""


class NothingToPlan(PlanError):
    """No report holds anything to plan from."""


class LedgerError(BotError):
    """A ledger that cannot be made."""


class LedgerBureauUnknown(LedgerError):
    """A bureau that the store has no report of."""


class LedgerPeriodUnclear(LedgerError):
    """The words are no period."""


class IndicatorUnknown(LedgerError):
    """No report states anything of this name."""


class LedgerEmpty(LedgerError):
    """Nothing in the store is of what was asked for."""


class LedgerPeriodUnknown(LedgerError):
    """No report tells anything of a period."""


class ChartImpossible(LedgerError):
    """There is nothing that a chart could show, or no font to label it with."""


class CheckPeriodUnclear(BotError):
    """The words that tell a draft's period are no period."""


class TelegramRefused(BotError):
    """Telegram does not know the token."""


class TelegramUnreachable(BotError):
    """The Bot API server does not answer."""


class WecomRefused(BotError):
    """WeCom does not know the bot's id and secret."""


class WecomUnreachable(BotError):
    """WeCom's server does not answer."""


class WecomCallbackSilent(BotError):
    """Where the callback is received, something else answers."""


class FeishuRefused(BotError):
    """Feishu does not know the app's id and secret, or gives it no long connection."""


class FeishuUnreachable(BotError):
    """Feishu's server does not answer."""


class Stopped(BotError):
    """The work was stopped by /stop."""


class ListenFailed(BotError):
    """An address to listen at is taken or invalid."""


class AlreadyRunning(BotError):
    """Another process serves the same data folder."""


class StillServed(BotError):
    """A service or a worker runs on what is to be moved."""


class StateDamaged(BotError):
    """The file of the chat's own state cannot be opened."""


class RestoreToFiles(BotError):
    """A backup is restored into files, whatever it was made of; the data is to be on a server."""


class BackupUnwritable(BotError):
    """The file of a backup cannot be written."""


class BackupUnusable(BotError):
    """A file is no backup, or not whole."""


class FolderHolds(BotError):
    """A data folder holds something that restoring would replace."""


class RestoreUnfinished(BotError):
    """Restoring a data folder was broken off while it was put in place."""


class NotForShow(BotError):
    """The folder holds the chats of a real bot, which the demonstration would throw away."""


class AlreadyShown(BotError):
    """Another demonstration runs over the folder, and would lose its chats."""


class UploadsFull(BotError):
    """There is no room for more files that are sent."""


class DailyUploadsUsed(BotError):
    """Somebody has sent as much today as they may."""


class UsageError(Exception):
    """A command line that cannot be parsed; ``str(error)`` is the sentence for the user."""
