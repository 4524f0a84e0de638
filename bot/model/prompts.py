"""What the model reads: the prompts in force, passages as they stand in them, sizes in tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checking.sources import GivenPassage
from bot.errors import PromptUnusable
from bot.model.tokens import token_count
from bot.settings import Settings
from prompts.forms import passage_form
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


def choose_prompts(settings: Settings) -> ModelPrompts:
    """The versions that the settings pin, else the newest; raises PromptUnusable."""
    try:
        prompts = Prompts.load()
        return ModelPrompts(
            answer=prompts.choose("answer", settings.prompt_answer),
            rewrite=prompts.choose("rewrite", settings.prompt_rewrite),
            repair=prompts.choose("repair", settings.prompt_repair),
            summary_section=prompts.choose("summary_section", settings.prompt_summary_section),
            summary_join=prompts.choose("summary_join", settings.prompt_summary_join),
            plan=prompts.choose("plan", settings.prompt_plan),
        )
    except PromptInvalid as error:
        raise PromptUnusable(fault=error) from error


def format_passage(passage: GivenPassage) -> str:
    """A passage as it is written into a prompt."""
    bureau = passage.bureau.name if passage.bureau else ""
    period = str(passage.period or "")
    return passage_form(passage.n, bureau, period, passage.path, passage.text)


def format_passages(passages: Sequence[GivenPassage]) -> str:
    """All passages as they are written into a prompt."""
    return "\n".join(map(format_passage, passages))


def count_prompt_tokens(prompt: Prompt) -> int:
    """An upper estimate of the tokens of a prompt's own words."""
    empty = dict.fromkeys(prompt.variables, "")
    return sum(token_count(m.text) for m in prompt.template.format_messages(**empty))
