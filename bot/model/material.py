"""What a model is given to read: the best passages that fit, in report order, as fenced forms."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.grounding import Given
from bot.model.tokens import token_count
from bot.retrieval import who
from knowledge.search import Hit
from knowledge.sentences import Span
from prompts.forms import passage_form


def chosen_within(groups: Sequence[Sequence[Hit]], room: int) -> tuple[Given, ...]:
    """The best passages of each group by turns, whole, within ``room`` tokens; at least one.

    They are numbered from 1 in report order, so that what belongs together is read together.
    """
    taken: list[Hit] = []
    for hit in _by_turns(groups):
        needed = token_count(form_of(_given(0, hit)))
        if taken and needed > room:
            continue
        taken.append(hit)
        room -= needed
    taken.sort(key=lambda hit: (who(hit.report), hit.report.id, hit.passage.start))
    return tuple(_given(n, hit) for n, hit in enumerate(taken, 1))


def form_of(given: Given) -> str:
    """A passage as it is written into a prompt."""
    bureau = given.bureau.name if given.bureau else ""
    return passage_form(given.n, bureau, str(given.period or ""), given.path, given.text)


def material_of(given: Sequence[Given]) -> str:
    """All passages as they are written into a prompt."""
    return "\n".join(map(form_of, given))


def _by_turns(groups: Sequence[Sequence[Hit]]) -> Iterator[Hit]:
    for row in zip_longest(*groups):
        yield from (hit for hit in row if hit is not None)


def _given(n: int, hit: Hit) -> Given:
    passage = hit.passage
    return Given(n, hit.report, Span(passage.start, passage.end), passage.path)
