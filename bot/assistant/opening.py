"""Opens the assistant and the model writers that the settings name."""

from bot.assistant.assistant import Assistant
from bot.drafting.polishing import Polisher
from bot.errors import ModelMissing
from bot.settings import Settings, WriterChoice
from bot.summarising.condenser import Condenser
from knowledge.library import Library


def open_assistant(settings: Settings, library: Library) -> Assistant:
    """The assistant with the writers that are set.

    Raises ModelMissing, PromptUnusable or SettingsInvalid.
    """
    if not _model_writes(settings):
        return Assistant(library, own_bureau=settings.bureau)
    from bot.assistant.models import open_model  # noqa: PLC0415 - two seconds of langchain and openai

    return Assistant(
        library,
        open_model(settings, library),
        open_summariser(settings, library),
        open_planner(settings, library),
        settings.bureau,
    )


def open_summariser(settings: Settings, library: Library) -> Condenser | None:
    """The model that writes summaries, if one is set; raises what ``open_assistant`` raises."""
    if not _model_writes(settings):
        return None
    from bot.assistant.models import open_condenser  # noqa: PLC0415 - the same two seconds

    return open_condenser(settings, library)


def open_planner(settings: Settings, library: Library) -> Polisher | None:
    """The model that words plans, if one is set; raises what ``open_assistant`` raises."""
    if not _model_writes(settings):
        return None
    from bot.assistant.models import open_polisher  # noqa: PLC0415 - the same two seconds

    return open_polisher(settings, library)


def _model_writes(settings: Settings) -> bool:
    if settings.writer is WriterChoice.MODEL and not settings.has_endpoint:
        raise ModelMissing
    return settings.writer is not WriterChoice.EXTRACTIVE and settings.has_endpoint
