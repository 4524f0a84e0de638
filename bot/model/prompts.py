"""What the model reads: the prompts in force, passages as they stand in them, sizes in tokens."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.checking.sources import GivenPassage
from bot.errors import PromptUnusable
from bot.settings import Settings
from prompts.forms import passage_form
from prompts.loading import Prompt, PromptInvalid, Prompts

_CHINESE, _LATIN = 1.4, 0.5


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


def token_count(text: str) -> int:
    """An upper estimate of a text's tokens, without any model's own table.

    Tokenizers differ and their tables would have to be downloaded. Of those in use, cl100k_base
    takes most for Chinese, about 1.3 a character in running text; newer ones 0.6 to 0.8. Latin
    text and digits take no more than one for two characters.
    """
    latin = sum(character < "\u0080" for character in text)
    return math.ceil(latin * _LATIN + (len(text) - latin) * _CHINESE)


def count_prompt_tokens(prompt: Prompt) -> int:
    """An upper estimate of the tokens of a prompt's own words."""
    empty = dict.fromkeys(prompt.variables, "")
    return sum(token_count(m.text) for m in prompt.template.format_messages(**empty))
