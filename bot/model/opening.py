"""Makes the model writer that the settings name."""

from bot.model.endpoint import ChatEndpoint
from bot.model.prompts import chosen_prompts
from bot.model.writer import ModelWriter
from bot.settings import Settings
from knowledge.library import Library


def open_model(settings: Settings, library: Library) -> ModelWriter:
    """The model writer; raises PromptUnusable or SettingsInvalid. Nothing is sent yet."""
    key = settings.openai_api_key
    endpoint = ChatEndpoint(
        settings.chat_model,
        key.get_secret_value() if key else "none",
        settings.openai_base_url,
        settings.model_timeout,
    )
    return ModelWriter(
        endpoint,
        chosen_prompts(settings),
        library,
        lambda: [e.identity.bureau for e in library.reports() if e.identity.bureau],
        context=settings.model_context,
        seconds=settings.model_timeout,
    )
