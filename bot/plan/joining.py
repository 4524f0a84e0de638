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
_SHORT, _MOST_TOGETHER = 34, 3
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
    lead = phrase("words/connect.problem", problem=own_words(problem.quote.text))
    quotes = (problem.quote, *measure.quotes)
    return replace(measure, text=lead + measure.text, quotes=quotes, origin=Origin.PROBLEM)


def _around(problem: Told) -> str:
    """The problem's heading and the sentences under it, as far as the next line."""
    text, end = problem.quote.report.text, problem.quote.span.end
    stop = text.find("\n", end)
    return text[problem.quote.span.start : stop if stop > 0 else len(text)][:200]


def merged(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Short measures of one clause that open with the same verb, told in one sentence."""
    kept: list[Measure] = []
    for measure in measures:
        opening = _opening(measure)
        index = next(
            (i for i, m in enumerate(kept) if opening and _takes(m, measure, opening)), None
        )
        if index is None:
            kept.append(measure)
            continue
        before = kept[index]
        added = measure.text.removeprefix(opening)
        kept[index] = replace(
            before,
            text=f"{before.text.removesuffix('。')}、{added}",
            quotes=before.quotes + measure.quotes,
        )
    return tuple(kept)


def _opening(measure: Measure) -> str:
    """继续开展 of 继续开展……专项整治; empty where a sentence has clauses or says more."""
    if "，" in measure.text or len(measure.text) > _SHORT:
        return ""
    words = plan_words()
    found = words.going_on.match(measure.text)
    return found[0] if found else ""


def _takes(before: Measure, measure: Measure, opening: str) -> bool:
    same = before.origin is measure.origin and before.text.startswith(opening)
    few = len(before.quotes) < _MOST_TOGETHER and "，" not in before.text
    return same and few and _tail(before) == _tail(measure)


def _tail(measure: Measure) -> str:
    """整治 or 检查 or 监管: things of one sort can stand side by side."""
    return measure.text.rstrip("。")[-2:]
