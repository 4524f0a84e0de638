"""Makes the model writer that the settings name."""

from bot.errors import PromptUnusable
from bot.model.endpoint import ChatEndpoint
from bot.model.writer import ModelPrompts, ModelWriter
from bot.settings import Settings
from knowledge.library import Library
from prompts.errors import PromptInvalid
from prompts.loading import Prompts


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


def chosen_prompts(settings: Settings) -> ModelPrompts:
    """The versions that the settings pin, else the newest; raises PromptUnusable."""
    try:
        held = Prompts.load()
        return ModelPrompts(
            answer=held.choose("answer", settings.prompt_answer),
            rewrite=held.choose("rewrite", settings.prompt_rewrite),
            repair=held.choose("repair", settings.prompt_repair),
        )
    except PromptInvalid as error:
        raise PromptUnusable(fault=error) from error
