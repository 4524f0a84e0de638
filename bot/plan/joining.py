"""Problems joined to the measures that answer them, short measures to one another. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.compositions import Origin
from bot.plan.arranging import Block
from bot.plan.likeness import pairs_of
from bot.plan.material import Measure, Told, own_words
from bot.plan.words import phrase, plan_words

_SHARED, _LONGEST = 2, 24
_SHORT, _LONG_LIST = 60, 70
_NO_PROBLEM = re.compile(r"[*×\d。；，]")


def with_problems(blocks: Sequence[Block], problems: Sequence[Told]) -> list[Block]:
    """Blocks with the measures that clearly answer a problem led in by it.

    A problem is named once, and a block names one at most.
    """
    told = list(blocks)
    answered: set[int] = set()
    for problem in problems:
        found = [
            (len(pairs_of(_around(problem)) & pairs_of(m.text)), -i, -j)
            for i, block in enumerate(told)
            for j, m in enumerate(block.measures)
            if i not in answered and _can_answer(m, problem)
        ]
        shared, i, j = max(found, default=(0, 0, 0))
        if shared >= _SHARED:
            answered.add(-i)
            measures = list(told[-i].measures)
            measures[-j] = _answering(measures[-j], problem)
            told[-i] = replace(told[-i], measures=tuple(measures))
    return told


def _can_answer(measure: Measure, problem: Told) -> bool:
    words = plan_words()
    wording = own_words(problem.quote.text)
    if not wording or len(wording) > _LONGEST or _NO_PROBLEM.search(wording):
        return False
    if measure.origin is not Origin.OWN_PLAN:
        return False
    if measure.text.startswith((*words.prepositions, *words.targets)):
        return False
    shared = pairs_of(wording) & pairs_of(measure.text)
    same_topic = bool(problem.topics) and problem.topics[0] in measure.own_topics[:2]
    return same_topic and bool(shared)


def _answering(measure: Measure, problem: Told) -> Measure:
    lead = phrase("words.connect.problem", problem=own_words(problem.quote.text))
    quotes = (problem.quote, *measure.quotes)
    return replace(measure, text=lead + measure.text, quotes=quotes, origin=Origin.PROBLEM)


def _around(problem: Told) -> str:
    """The problem's heading and the sentences under it, as far as the next line."""
    text, end = problem.quote.report.text, problem.quote.span.end
    stop = text.find("\n", end)
    return text[problem.quote.span.start : stop if stop > 0 else len(text)][:200]


def merged(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Short measures that begin and end alike, told in one sentence: 加强对甲、乙的监督检查."""
    kept: list[Measure] = []
    for measure in measures:
        frame = _frame(measure)
        index = next((i for i, m in enumerate(kept) if frame and _takes(m, measure, frame)), None)
        if frame is None or index is None:
            kept.append(measure)
            continue
        before, (opening, closing) = kept[index], frame
        things = measure.text.removeprefix(opening).removesuffix(closing).split("、")
        new = [thing for thing in things if thing not in before.text]
        text = "、".join([before.text.removesuffix(closing), *new]) + closing
        quotes = tuple(dict.fromkeys(before.quotes + measure.quotes))
        kept[index] = replace(before, text=text, quotes=quotes)
    return tuple(kept)


def _frame(measure: Measure) -> tuple[str, str] | None:
    """How a sentence of one clause begins and ends, if it is of a form that can be joined."""
    if "，" in measure.text or len(measure.text) > _SHORT:
        return None
    forms = plan_words().joins
    return next(
        (f for f in forms if measure.text.startswith(f[0]) and measure.text.endswith(f[1])), None
    )


def _takes(before: Measure, measure: Measure, frame: tuple[str, str]) -> bool:
    opening, closing = frame
    alike = before.text.startswith(opening) and before.text.endswith(closing)
    few = len(before.text) <= _LONG_LIST and "，" not in before.text
    akin = opening in plan_words().mixed or before.topics[:1] == measure.topics[:1]
    return alike and few and akin and before.origin is measure.origin
