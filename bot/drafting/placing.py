"""Answers to problems and targets, put into the parts of a plan that they belong to. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.compositions import Origin
from bot.drafting.arranging import OWN_ORIGINS, PlanBlock, facet_heading, place_of_work
from bot.drafting.likeness import character_pairs, is_taken_up
from bot.drafting.material import Measure
from bot.drafting.problems import Problem
from bot.drafting.rewriting import BLANK
from bot.drafting.targets import Target
from bot.drafting.vocabulary import phrase, plan_words
from knowledge.understanding.topics import Topic

_FEWEST_TARGETS = 3


def answer_problems(
    blocks: Sequence[PlanBlock], problems: Sequence[Problem], ideas: Sequence[Measure]
) -> list[PlanBlock]:
    """Blocks in which what answers a problem is led in by it; others' ideas where nothing does."""
    result = list(blocks)
    for problem in problems:
        result = (
            _lead_in(result, problem)
            if _places_of_answers(result, problem)
            else _add_answer(result, problem, ideas)
        )
    return result


def find_answer(blocks: Sequence[PlanBlock], problem: Problem) -> Measure | None:
    """The measure that answers a problem: one that names it, else one of the own plan."""
    measures = [m for block in blocks for m in block.measures]
    named = (m for m in measures if problem.quote in m.problems)
    own = (m for m in measures if m.origin in OWN_ORIGINS and _answers(m, problem))
    return next(named, None) or next(own, None)


def _answers(measure: Measure, problem: Problem) -> bool:
    return problem.is_answered_by(measure.text, measure.own_topics[:2])


def _places_of_answers(blocks: Sequence[PlanBlock], problem: Problem) -> list[tuple[int, int]]:
    """Where the own plan answers a problem, the likeliest first; else where work that goes on.

    Regular work answers none: that there is a problem shows that it is not enough.
    """
    around = character_pairs(problem.around)
    places = [
        (m.origin is Origin.CONTINUED, -len(around & character_pairs(m.text)), i, j)
        for i, block in enumerate(blocks)
        for j, m in enumerate(block.measures)
        if (m.origin in OWN_ORIGINS or _may_answer(m, problem)) and _answers(m, problem)
    ]
    return [(i, j) for *_, i, j in sorted(places)]


def _may_answer(measure: Measure, problem: Problem) -> bool:
    """Whether work that goes on is of a problem's own line, or on the staff."""
    akin = {*problem.topics[:1], *plan_words().apart} & set(measure.own_topics[:2])
    return measure.origin is Origin.CONTINUED and bool(akin) and not measure.is_routine


def _lead_in(blocks: list[PlanBlock], problem: Problem) -> list[PlanBlock]:
    """Blocks whose likeliest answer is led in by a problem: one that none leads in yet, if any."""
    places = [
        (bool(m.problems), rank, i, j)
        for rank, (i, j) in enumerate(_places_of_answers(blocks, problem))
        for m in blocks[i].measures[j : j + 1]
        if problem.name and (m.problems or _can_be_led_in(m))
    ]
    for *_, i, j in sorted(places)[:1]:
        measures = list(blocks[i].measures)
        is_own = measures[j].origin is Origin.OWN_PLAN
        origin = Origin.PROBLEM if is_own else measures[j].origin
        measures[j] = replace(_led_in(measures[j], problem), origin=origin)
        blocks[i] = replace(blocks[i], measures=tuple(measures))
    return blocks


def _can_be_led_in(measure: Measure) -> bool:
    words = plan_words()
    return not measure.text.startswith((*words.prepositions, *words.targets)) or (
        measure.text.startswith("围绕")
    )


def _led_in(measure: Measure, problem: Problem) -> Measure:
    """A measure led in by a problem, beside those that lead it in already."""
    before, after = phrase("words.connect.problem", problem="\0").split("\0")
    led = bool(measure.problems) and after in measure.text
    names, text = measure.text.split(after, 1) if led else ("", measure.text)
    name = f"{names}、{problem.name}" if led else before + problem.name
    problems = (*measure.problems, problem.quote)
    own = [quote for quote in measure.quotes if quote not in problems]
    return replace(measure, text=name + after + text, quotes=(*problems, *own), problems=problems)


def _add_answer(
    blocks: list[PlanBlock], problem: Problem, ideas: Sequence[Measure]
) -> list[PlanBlock]:
    """Blocks with another bureau's idea that answers a problem, where it belongs."""
    taken = {quote for block in blocks for m in block.measures for quote in m.quotes}
    fitting = (m for m in ideas if _answers(m, problem) and _can_be_led_in(m))
    around = character_pairs(problem.around)
    best = max(fitting, key=lambda m: len(around & character_pairs(m.text)), default=None)
    if best is None or not problem.name or not blocks:
        return blocks
    if set(best.quotes) <= taken:
        blocks = [
            replace(b, measures=tuple(m for m in b.measures if m.quotes != best.quotes))
            for b in blocks
        ]
    place = place_of_work(blocks, best.lead_topic)
    index = len(blocks) - 1 if place is None else place
    blocks[index] = blocks[index].with_measure(_led_in(best, problem))
    return blocks


def place_targets(
    blocks: Sequence[PlanBlock], targets: Sequence[Target], topic: Topic | None
) -> list[PlanBlock]:
    """Blocks with the targets of their work; what the own plan aims at already is left out.

    Masked bases do where fewer than three are known.
    Of one topic, a target goes by what is done (抽检, 检查), into a part of its own if need be.
    """
    result = list(blocks)
    said = [m.text for block in blocks for m in block.measures if m.origin in OWN_ORIGINS]
    for target in targets:
        aim = target.aim
        if target.is_masked and sum(len(block.targets) for block in result) >= _FEWEST_TARGETS:
            break
        if any(is_taken_up(aim, [text]) and _counts(text) for text in said):
            continue
        index = _place_by_facet(result, aim, topic) if topic else _place_of_target(result, target)
        if index is not None:
            block = result[index]
            result[index] = replace(block, targets=(*block.targets, target))
        elif topic:
            heading = facet_heading(aim, topic)
            if heading:
                result.insert(_before_the_rest(result, topic), PlanBlock(heading, (), (target,)))
    return result


def _place_of_target(blocks: Sequence[PlanBlock], target: Target) -> int | None:
    """The block most of which is of a target's division of the field, else any of its work."""
    akin = next((d.topics for d in plan_words().divisions if target.topic in d.topics), ())
    shares = [
        sum(m.lead_topic in akin for m in block.measures) / max(len(block.measures), 1)
        for block in blocks
    ]
    most = max(shares, default=0)
    return shares.index(most) if most else place_of_work(blocks, target.topic)


def _before_the_rest(blocks: Sequence[PlanBlock], topic: Topic) -> int:
    """Where a part is put in: at the end, before the one for what fits nowhere else."""
    rest = phrase("rest.heading", topic=plan_words().topics.get(topic.name, topic.name))
    return len(blocks) - (blocks[-1:] != [] and blocks[-1].heading == rest)


def _counts(text: str) -> bool:
    return bool(re.search(rf"\d|{BLANK}", text))


def _place_by_facet(blocks: Sequence[PlanBlock], aim: str, topic: Topic) -> int | None:
    if len(blocks) == 1:
        return 0
    heading = facet_heading(aim, topic)
    same = next((i for i, b in enumerate(blocks) if b.heading == heading), None)
    return same if same is not None or heading else len(blocks) - 1
