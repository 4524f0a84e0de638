"""What a model makes of a plan: a faithful wording of the sentences that it was given."""

import re
from collections.abc import Callable
from itertools import groupby

from tests.bot.model.chat_server import Request

PASSAGE = re.compile(r'<passage n="(\d+)"[^>]*section="([^"]*)">([^<]*)')
Told = tuple[int, str, str]
"""A passage: number, heading, words."""
NUMBERS = "一二三四五六七八九十"


def passages_of(request: Request) -> list[Told]:
    """The passages of a request, in order."""
    found = PASSAGE.findall(request["messages"][1]["content"])
    return [(int(n), heading, text.strip()) for n, heading, text in found]


def faithful(request: Request) -> str:
    """Each paragraph with its sentences in another order, the first two joined, and counted."""
    pieces = []
    for heading, told in groupby(passages_of(request), key=lambda passage: passage[1]):
        pieces += [heading] * bool(heading)
        pieces.append(paragraph(list(told)))
    return "\n".join(pieces)


def paragraph(told: list[Told]) -> str:
    """The sentences of one paragraph: reordered, joined, numbered, with their marks."""
    bodies = [(text.rstrip("。"), f"[{n}]") for n, _, text in told]
    if len(bodies) > 2:
        (one, first), (other, second), *rest = bodies
        bodies = [*reversed(rest), (f"{one}，同时{other}", first + second)]
    leads = [f"{n}是" for n in NUMBERS] if len(bodies) > 2 else [""] * len(NUMBERS)
    return "".join(
        f"{lead}{text}{marks}。" for lead, (text, marks) in zip(leads, bodies, strict=False)
    ) + "".join(f"{text}{marks}。" for text, marks in bodies[len(leads) :])


def changed(change: Callable[[str], str]) -> Callable[[Request], str]:
    """The faithful plan with a change made to it, the same when asked to mend it."""
    return lambda request: change(faithful(request))
