"""The prompts that the model writer uses, in the versions that the settings pin."""

from dataclasses import dataclass

from bot.errors import PromptUnusable
from bot.settings import Settings
from prompts.loading import Prompt, PromptInvalid, Prompts


@dataclass(frozen=True, slots=True)
class ModelPrompts:
    """The versions in force."""

    answer: Prompt
    rewrite: Prompt
    repair: Prompt
    summary_section: Prompt
    summary_join: Prompt
    plan: Prompt


def chosen_prompts(settings: Settings) -> ModelPrompts:
    """The versions that the settings pin, else the newest; raises PromptUnusable."""
    try:
        held = Prompts.load()
        return ModelPrompts(
            answer=held.choose("answer", settings.prompt_answer),
            rewrite=held.choose("rewrite", settings.prompt_rewrite),
            repair=held.choose("repair", settings.prompt_repair),
            summary_section=held.choose("summary_section", settings.prompt_summary_section),
            summary_join=held.choose("summary_join", settings.prompt_summary_join),
            plan=held.choose("plan", settings.prompt_plan),
        )
    except PromptInvalid as error:
        raise PromptUnusable(fault=error) from error
