"""Makes the model writers that the settings name."""

from collections.abc import Callable, Sequence

from bot.model.condenser import ModelCondenser
from bot.model.endpoint import ChatEndpoint
from bot.model.held import HeldModel
from bot.model.polisher import ModelPolisher
from bot.model.prompts import chosen_prompts
from bot.model.writer import ModelWriter
from bot.settings import Settings
from knowledge.library import Library
from knowledge.models import Bureau


def open_model(settings: Settings, library: Library) -> ModelWriter:
    """The writer of answers; raises PromptUnusable or SettingsInvalid. Nothing is sent yet."""
    return ModelWriter(
        _endpoint(settings),
        chosen_prompts(settings),
        library,
        _bureaus_of(library),
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def open_condenser(settings: Settings, library: Library) -> ModelCondenser:
    """The writer of summaries; raises PromptUnusable or SettingsInvalid. Nothing is sent yet."""
    prompts = chosen_prompts(settings)
    return ModelCondenser(
        HeldModel(_endpoint(settings), prompts.repair),
        prompts.summary_section,
        prompts.summary_join,
        _bureaus_of(library),
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def open_polisher(settings: Settings, library: Library) -> ModelPolisher:
    """The writer of plans; raises PromptUnusable or SettingsInvalid. Nothing is sent yet."""
    prompts = chosen_prompts(settings)
    return ModelPolisher(
        HeldModel(_endpoint(settings), prompts.repair),
        prompts.plan,
        _bureaus_of(library),
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def _endpoint(settings: Settings) -> ChatEndpoint:
    key = settings.openai_api_key
    return ChatEndpoint(
        settings.chat_model,
        key.get_secret_value() if key else "none",
        settings.openai_base_url,
        settings.model_timeout,
    )


def _bureaus_of(library: Library) -> Callable[[], Sequence[Bureau]]:
    return lambda: [e.identity.bureau for e in library.reports() if e.identity.bureau]
