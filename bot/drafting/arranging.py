"""Measures into paragraphs: which belong together, under what heading, in what order. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.compositions import Origin
from bot.drafting.likeness import character_pairs, has_same_names, is_like, is_repeat
from bot.drafting.material import Measure, SourceSentence, heading_words
from bot.drafting.rewriting import BLANK, starts_with_verb
from bot.drafting.vocabulary import PlanWords, Theme, phrase, plan_words
from knowledge.understanding.topics import Topic

_ON_A_FIELD = re.compile(r"^在(?P<what>[^，]{3,20}?)(?:上|方面|中)?(?:[再求下有见出加提].{0,4})?$")
_LONGEST_HEADING, _SHORTEST_HEADING, _FEWEST_GROUPS, _SUBSTANTIAL = 30, 4, 3, 40
_MOST_ITEMS = 8
_SHARED_PAIRS, _LONGEST_PROBLEM = 2, 24
_NO_PROBLEM = re.compile(r"[*×\d。；，]")
_SHORT, _LONG_LIST = 60, 70


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """A paragraph to be: its heading, without its number, and its measures in order."""

    heading: str
    measures: tuple[Measure, ...]

    @property
    def topics(self) -> frozenset[str]:
        """The topics that its measures are most about."""
        return frozenset(filter(None, (m.lead_topic for m in self.measures)))


def drop_repeats(measures: Iterable[Measure], before: Sequence[Measure] = ()) -> list[Measure]:
    """Measures that repeat neither one another nor those before, nor enlarge upon the latter."""
    distinct: list[Measure] = []
    earlier = [m.text for m in before]
    for measure in measures:
        again = is_repeat(measure.text, [*earlier, *(m.text for m in distinct)])
        again = again or has_same_names(measure.text, earlier)
        if not again and not is_like(measure.text, earlier):
            distinct.append(measure)
    return distinct


def group_by_parts(measures: Sequence[Measure], words: PlanWords) -> list[PlanBlock]:
    """The plan's own parts as paragraphs; none where it has fewer than three of them."""
    blocks: list[PlanBlock] = []
    for group in dict.fromkeys(m.group for m in measures if m.group):
        members = tuple(m for m in measures if m.group == group)
        heading = _own_heading(group, words) or _division(members, words).heading
        before = next((b for b in blocks if is_like(heading, [b.heading])), None)
        if before:
            blocks[blocks.index(before)] = PlanBlock(heading, before.measures + members)
        else:
            blocks.append(PlanBlock(heading, members))
    alone = [m for m in measures if not m.group]
    return blocks + group_by_divisions(alone, words) if len(blocks) >= _FEWEST_GROUPS else []


def _own_heading(group: str, words: PlanWords) -> str:
    """A report's own heading as a paragraph's, verb first; empty where it does not fit."""
    heading = heading_words(group)
    if field := _ON_A_FIELD.match(heading):
        heading = field["what"]
    fits = (
        _SHORTEST_HEADING <= len(heading) <= _LONGEST_HEADING
        and not re.search(rf"[*×{BLANK}\d]", heading)
        and not words.results.search(heading)
        and starts_with_verb(heading, words)
        and ("，" in heading or not heading.startswith(words.heading_leads))
    )
    return heading if fits else ""


def group_by_divisions(measures: Sequence[Measure], words: PlanWords) -> list[PlanBlock]:
    """Paragraphs by the great divisions of a bureau's work."""
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.topics:
            groups.setdefault(_division([measure], words).heading, []).append(measure)
    order = [division.heading for division in words.divisions]
    return [PlanBlock(h, tuple(groups[h])) for h in sorted(groups, key=order.index)]


def _division(measures: Sequence[Measure], words: PlanWords) -> Theme:
    names = [name for m in measures for name in m.topics[:1]]
    return max(words.divisions, key=lambda d: sum(name in d.topics for name in names))


def group_by_facets(measures: Sequence[Measure], topic: Topic, words: PlanWords) -> list[PlanBlock]:
    """One topic's measures by what they do, in the order of their first; thin ones together."""
    fitting = [f for f in words.facets if topic.name in f.topics]
    if topic.name in words.general:
        fitting += [f for f in words.facets if not f.topics]
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(_facet(measure, fitting), []).append(measure)
    thin = [
        heading
        for heading, members in groups.items()
        if heading and len(members) == 1 and len(members[0].text) < _SUBSTANTIAL
    ]
    thick = [h for h in groups if h and h not in thin]
    gathered = set(thin if thick else thin[_FEWEST_GROUPS:])
    if len(gathered) == 1 and "" not in groups:
        gathered = set()  # nothing to come together with
    blocks = [
        PlanBlock(heading.format(topic=topic.name), tuple(members))
        for heading, members in groups.items()
        if heading and heading not in gathered
    ]
    rest = [m for h, members in groups.items() if not h or h in gathered for m in members]
    if rest:
        ordered = tuple(m for m in measures if m in rest)
        name = words.topics.get(topic.name, topic.name)
        blocks.append(PlanBlock(phrase("rest.heading", topic=name), ordered))
    return sorted(blocks, key=lambda block: measures.index(block.measures[0]))


def _facet(measure: Measure, facets: Sequence[Theme]) -> str:
    scores = {f.heading: sum(word in measure.text for word in f.words) for f in facets}
    best = max(scores.values(), default=0)
    return next((h for h, score in scores.items() if score == best), "") if best else ""


def fill_blocks(
    blocks: Sequence[PlanBlock],
    more: Iterable[Measure],
    enough: int,
    limit: int,
) -> list[PlanBlock]:
    """Blocks of fewer than ``enough`` measures with those of ``more`` on their topics.

    At most ``limit`` measures are added in all.
    """
    full = list(blocks)
    added = 0
    for measure in more:
        if added >= limit:
            break
        if is_repeat(measure.text, [m.text for block in full for m in block.measures]):
            continue
        if is_like(measure.text, [block.heading for block in full]):
            continue
        topic = measure.lead_topic
        short = (i for i, b in enumerate(full) if len(b.measures) < enough and topic in b.topics)
        index = next(short, None)
        if index is not None:
            block = full[index]
            full[index] = replace(block, measures=(*block.measures, measure))
            added += 1
    return full


def limit_measures(block: PlanBlock, most: int) -> PlanBlock:
    """A block of at most so many measures, taken from its topics in turn, in their order."""
    if len(block.measures) <= most:
        return block
    by_topic: dict[str, list[int]] = {}
    for index, measure in enumerate(block.measures):
        by_topic.setdefault(measure.lead_topic, []).append(index)
    chosen: set[int] = set()
    while len(chosen) < most:
        for waiting in by_topic.values():
            if waiting and len(chosen) < most:
                chosen.add(waiting.pop(0))
    return replace(block, measures=tuple(block.measures[i] for i in sorted(chosen)))


def list_items(block: PlanBlock) -> list[list[Measure]]:
    """The measures of a block as its 一是, 二是: one each, or one a topic where there are many."""
    single = [[m] for m in block.measures]
    if len(single) <= _MOST_ITEMS:
        return single
    runs = [list(run) for _, run in groupby(block.measures, key=lambda m: m.lead_topic)]
    return runs if len(runs) >= _FEWEST_GROUPS else single


def merge_measures(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Short measures that begin and end alike, merged into one sentence: 加强对甲、乙的监督检查."""
    merged: list[Measure] = []
    for measure in measures:
        frame = _frame(measure)
        index = next(
            (i for i, m in enumerate(merged) if frame and _can_merge(m, measure, frame)), None
        )
        if frame is None or index is None:
            merged.append(measure)
            continue
        before, (opening, closing) = merged[index], frame
        things = measure.text.removeprefix(opening).removesuffix(closing).split("、")
        new = [thing for thing in things if thing not in before.text]
        text = "、".join([before.text.removesuffix(closing), *new]) + closing
        quotes = tuple(dict.fromkeys(before.quotes + measure.quotes))
        merged[index] = replace(before, text=text, quotes=quotes)
    return tuple(merged)


def _frame(measure: Measure) -> tuple[str, str] | None:
    """How a sentence of one clause begins and ends, if it is of a form that can be joined."""
    if "，" in measure.text or len(measure.text) > _SHORT:
        return None
    forms = plan_words().joins
    return next(
        (f for f in forms if measure.text.startswith(f[0]) and measure.text.endswith(f[1])), None
    )


def _can_merge(before: Measure, measure: Measure, frame: tuple[str, str]) -> bool:
    opening, closing = frame
    alike = before.text.startswith(opening) and before.text.endswith(closing)
    few = len(before.text) <= _LONG_LIST and "，" not in before.text
    akin = opening in plan_words().mixed or before.topics[:1] == measure.topics[:1]
    return alike and few and akin and before.origin is measure.origin


def add_problems(
    blocks: Sequence[PlanBlock], problems: Sequence[SourceSentence]
) -> list[PlanBlock]:
    """Blocks with the measures that clearly answer a problem led in by it.

    A problem is named once, and a block names one at most.
    """
    result = list(blocks)
    answered: set[int] = set()
    for problem in problems:
        around = character_pairs(_around(problem))
        answers = [
            (len(around & character_pairs(m.text)), -i, -j)
            for i, block in enumerate(result)
            for j, m in enumerate(block.measures)
            if i not in answered and _can_answer(m, problem)
        ]
        shared, i, j = max(answers, default=(0, 0, 0))
        if shared >= _SHARED_PAIRS:
            answered.add(-i)
            measures = list(result[-i].measures)
            measures[-j] = _answer(measures[-j], problem)
            result[-i] = replace(result[-i], measures=tuple(measures))
    return result


def _can_answer(measure: Measure, problem: SourceSentence) -> bool:
    words = plan_words()
    wording = heading_words(problem.quote.text)
    if not wording or len(wording) > _LONGEST_PROBLEM or _NO_PROBLEM.search(wording):
        return False
    if measure.origin is not Origin.OWN_PLAN:
        return False
    if measure.text.startswith((*words.prepositions, *words.targets)):
        return False
    shared = character_pairs(wording) & character_pairs(measure.text)
    same_topic = bool(problem.topics) and problem.topics[0] in measure.own_topics[:2]
    return same_topic and bool(shared)


def _answer(measure: Measure, problem: SourceSentence) -> Measure:
    lead = phrase("words.connect.problem", problem=heading_words(problem.quote.text))
    quotes = (problem.quote, *measure.quotes)
    return replace(measure, text=lead + measure.text, quotes=quotes, origin=Origin.PROBLEM)


def _around(problem: SourceSentence) -> str:
    """The problem's heading and the sentences under it, as far as the next line."""
    text, end = problem.quote.report.text, problem.quote.span.end
    stop = text.find("\n", end)
    return text[problem.quote.span.start : stop if stop > 0 else len(text)][:200]
