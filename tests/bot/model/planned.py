"""What a model makes of a plan: a faithful wording of the sentences that it was given."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from bot.model.deadline import Deadline
from bot.model.delta import Delta
from prompts.loading import Prompt
from tests.bot.model.chat_server import Request

PASSAGE = re.compile(r'<passage n="(\d+)"[^>]*section="([^"]*)">([^<]*)')
Told = tuple[int, str, str]
"""A passage: number, heading, words."""
NUMBERS = "一二三四五六七八九十"


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


@dataclass
class Scripted:
    """A model without a network that writes the faithful plan with a change made to it.

    It does the same when asked to mend it.
    """

    change: Callable[[str], str]
    calls: list[str] = field(default_factory=list)
    model: str = "m"

    def stream(
        self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline
    ) -> Iterator[Delta]:
        """All at once."""
        assert deadline.left() > 0
        self.calls.append(prompt.label)
        yield Delta(self.change(plan_of(variables["passages"])), "stop")
