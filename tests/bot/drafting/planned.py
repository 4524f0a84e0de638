"""Plans in the reports' own sentences, and what a model makes of one: a faithful wording of it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from langchain_core.messages import AIMessageChunk
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableConfig

from bot.compositions import Draft
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.interruption import Deadline
from knowledge.library import Library
from prompts.loading import Prompts
from tests.bot.model.chat_server import Request

PASSAGE = re.compile(r'<passage n="(\d+)"[^>]*section="([^"]*)">([^<]*)')
Told = tuple[int, str, str]
"""A passage: number, heading, words."""
NUMBERS = "一二三四五六七八九十"
LABELS = {
    prompt.template.format_messages(**dict.fromkeys(prompt.variables, ""))[0].text: prompt.label
    for prompt in Prompts.load().all()
}
"""Each prompt's label by the words that it begins with."""


@cache
def own_draft(library: Library, request: PlanRequest) -> Draft:
    """The plan in the reports' own sentences; made once of a library that is not written to."""
    return draft_plan(library, request)


def passages_of(request: Request) -> list[Told]:
    """The passages of a request, in order."""
    return passages_in(request["messages"][1]["content"])


def passages_in(text: str) -> list[Told]:
    """The passages that a prompt holds, in order."""
    found = PASSAGE.findall(text)
    return [(int(n), heading, text.strip()) for n, heading, text in found]


def faithful(request: Request) -> str:
    """What ``plan_of`` makes of a request."""
    return plan_of(request["messages"][1]["content"])


def plan_of(text: str) -> str:
    """Each paragraph with its sentences in another order, the first two joined, and counted."""
    pieces = []
    for heading, told in groupby(passages_in(text), key=lambda passage: passage[1]):
        pieces += [heading] * bool(heading)
        pieces.append(paragraph(list(told)))
    return "\n".join(pieces)


def paragraph(told: list[Told]) -> str:
    """The sentences of one paragraph: reordered, joined, numbered, with their marks."""
    bodies = [(text.rstrip("。"), f"[{n}]") for n, _, text in told]
    if len(bodies) > 2:
        (one, first), (other, second), *rest = bodies
        bodies = [*reversed(rest), (f"{one}，同时{other}", first + second)]
    elif len(bodies) > 1:
        bodies.reverse()
    leads = [f"{n}是" for n in NUMBERS] if len(bodies) > 2 else [""] * len(NUMBERS)
    return "".join(
        f"{lead}{text}{marks}。" for lead, (text, marks) in zip(leads, bodies, strict=False)
    ) + "".join(f"{text}{marks}。" for text, marks in bodies[len(leads) :])


@dataclass(eq=False)
class Scripted(Runnable[PromptValue, AIMessageChunk]):
    """A model without a network that writes the faithful plan with a change made to it.

    It does the same when asked to mend it.
    """

    change: Callable[[str], str]
    calls: list[str] = field(default_factory=list)

    def stream(
        self,
        input: PromptValue,  # noqa: A002 - Runnable's name
        config: RunnableConfig | None = None,
        *,
        temperature: float | None = None,
        deadline: Deadline | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """All at once."""
        del config, temperature, kwargs
        assert deadline
        assert deadline.remaining() > 0
        system, user = input.to_messages()
        self.calls.append(LABELS[system.text])
        text = self.change(plan_of(user.text))
        yield AIMessageChunk(content=text, response_metadata={"finish_reason": "stop"})

    def invoke(
        self,
        input: PromptValue,  # noqa: A002 - Runnable's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AIMessageChunk:
        """The same."""
        (piece,) = self.stream(input, config, **kwargs)
        return piece
