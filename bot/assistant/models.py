"""Makes the model writers that the settings name; nothing is sent yet.

Each raises PromptUnusable or SettingsInvalid.
"""

from typing import TypedDict

from langchain_core.prompt_values import StringPromptValue

from bot.answering.model_writer import ModelWriter
from bot.drafting.model_polisher import ModelPolisher
from bot.model.checked_generation import CheckedGenerator
from bot.model.endpoint import ChatEndpoint
from bot.model.prompts import ModelPrompts, choose_prompts
from bot.model.tokens import TokenGauge
from bot.settings import Settings, check_connection_settings
from bot.summarising.model_condenser import ModelCondenser
from knowledge.library import Library

_TOKENS = "model_tokens.json"


class _Limits(TypedDict):
    context: int
    seconds: float


def open_model(settings: Settings, library: Library) -> ModelWriter:
    """The writer of answers."""
    prompts = choose_prompts(settings)
    return ModelWriter(
        _generator(settings, prompts, library), prompts, library, **_limits(settings)
    )


def open_condenser(settings: Settings, library: Library) -> ModelCondenser:
    """The writer of summaries."""
    prompts = choose_prompts(settings)
    return ModelCondenser(
        _generator(settings, prompts, library), prompts, library, **_limits(settings)
    )


def open_polisher(settings: Settings, library: Library) -> ModelPolisher:
    """The writer of plans."""
    prompts = choose_prompts(settings)
    return ModelPolisher(
        _generator(settings, prompts, library), prompts.plan, library, **_limits(settings)
    )


def open_endpoint(settings: Settings, tokens: TokenGauge | None = None) -> ChatEndpoint:
    """The endpoint alone; ``tokens`` learns how many it counts."""
    check_connection_settings()
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return ChatEndpoint(
        settings.chat_model, key, settings.openai_base_url, settings.model_timeout, tokens
    )


def try_endpoint(settings: Settings, question: str) -> None:
    """Ask the endpoint something; raises EndpointFailed or SettingsInvalid where it fails."""
    open_endpoint(settings).invoke(StringPromptValue(text=question))


def _generator(settings: Settings, prompts: ModelPrompts, library: Library) -> CheckedGenerator:
    name = f"{settings.openai_base_url} {settings.chat_model}"
    tokens = TokenGauge(name, library.data_dir / _TOKENS)
    endpoint = open_endpoint(settings, tokens)
    return CheckedGenerator(endpoint, settings.chat_model, prompts.repair, tokens)


def _limits(settings: Settings) -> _Limits:
    return {"context": settings.model_context, "seconds": settings.model_timeout}
