"""Makes the model writers that the settings name; nothing is sent yet."""

from bot.answering.model_writer import ModelWriter
from bot.drafting.model_polisher import ModelPolisher
from bot.model.checked_generation import CheckedGenerator
from bot.model.endpoint import ChatEndpoint
from bot.model.prompts import ModelPrompts, choose_prompts
from bot.settings import Settings
from bot.summarising.model_condenser import ModelCondenser
from knowledge.library import Library


def open_model(settings: Settings, library: Library) -> ModelWriter:
    """The writer of answers; raises PromptUnusable or SettingsInvalid."""
    prompts = choose_prompts(settings)
    return ModelWriter(
        _open_generator(settings, prompts),
        prompts,
        library,
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def open_condenser(settings: Settings, library: Library) -> ModelCondenser:
    """The writer of summaries; raises PromptUnusable or SettingsInvalid."""
    prompts = choose_prompts(settings)
    return ModelCondenser(
        _open_generator(settings, prompts),
        prompts,
        library,
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def open_polisher(settings: Settings, library: Library) -> ModelPolisher:
    """The writer of plans; raises PromptUnusable or SettingsInvalid."""
    prompts = choose_prompts(settings)
    return ModelPolisher(
        _open_generator(settings, prompts),
        prompts.plan,
        library,
        context=settings.model_context,
        seconds=settings.model_timeout,
    )


def open_endpoint(settings: Settings) -> ChatEndpoint:
    """The endpoint that the settings name; raises SettingsInvalid."""
    key = settings.openai_api_key
    return ChatEndpoint(
        settings.chat_model,
        key.get_secret_value() if key else "none",
        settings.openai_base_url,
        settings.model_timeout,
    )


def _open_generator(settings: Settings, prompts: ModelPrompts) -> CheckedGenerator:
    return CheckedGenerator(open_endpoint(settings), settings.chat_model, prompts.repair)
