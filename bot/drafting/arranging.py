"""Measures into paragraphs: which belong together, under what heading, in what order. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.drafting.likeness import has_same_names, is_like, is_repeat
from bot.drafting.material import Measure, heading_words
from bot.drafting.rewriting import BLANK, starts_with_verb
from bot.drafting.vocabulary import PlanLength, PlanWords, Theme, phrase
from knowledge.understanding.topics import Topic

_ON_A_FIELD = re.compile(r"^在(?P<what>[^，]{3,20}?)(?:上|方面|中)?(?:[再求下有见出加提].{0,4})?$")
_LONGEST, _SHORTEST, _FEWEST_GROUPS, _SUBSTANTIAL = 30, 4, 3, 40


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """A paragraph to be: its heading, without its number, and its measures in order."""

    heading: str
    measures: tuple[Measure, ...]

    @property
    def topics(self) -> frozenset[str]:
        """The topics that its measures are most about."""
        return frozenset(t for m in self.measures for t in (m.own_topics or m.topics)[:1])


def drop_repeats(measures: Iterable[Measure], before: Sequence[Measure] = ()) -> list[Measure]:
    """Measures that repeat neither one another nor those before, nor enlarge upon the latter."""
    kept: list[Measure] = []
    earlier = [m.text for m in before]
    for measure in measures:
        again = is_repeat(measure.text, [*earlier, *(m.text for m in kept)])
        again = again or has_same_names(measure.text, earlier)
        if not again and not is_like(measure.text, earlier):
            kept.append(measure)
    return kept


def own_heading(group: str, words: PlanWords) -> str:
    """A report's own heading as a paragraph's, verb first; empty where it does not fit."""
    told = heading_words(group)
    field = _ON_A_FIELD.match(told)
    heading = field["what"] if field else told
    fits = _SHORTEST <= len(heading) <= _LONGEST and not re.search(rf"[*×{BLANK}\d]", heading)
    fits = fits and not words.results.search(heading) and starts_with_verb(heading, words)
    fits = fits and ("，" in heading or not heading.startswith(words.heading_leads))
    return heading if fits else ""


def group_by_parts(measures: Sequence[Measure], words: PlanWords) -> list[PlanBlock]:
    """The plan's own parts as paragraphs; none where it has fewer than three of them."""
    groups = dict.fromkeys(m.group for m in measures if m.group)
    blocks: list[PlanBlock] = []
    for group in groups:
        held = tuple(m for m in measures if m.group == group)
        heading = own_heading(group, words) or _division(held, words).heading
        before = next((b for b in blocks if is_like(heading, [b.heading])), None)
        if before:
            blocks[blocks.index(before)] = PlanBlock(heading, before.measures + held)
        else:
            blocks.append(PlanBlock(heading, held))
    alone = [m for m in measures if not m.group]
    return blocks + group_by_divisions(alone, words) if len(blocks) >= _FEWEST_GROUPS else []


def group_by_divisions(measures: Sequence[Measure], words: PlanWords) -> list[PlanBlock]:
    """Paragraphs by the great divisions of a bureau's work."""
    found: dict[str, list[Measure]] = {}
    for measure in measures:
        if measure.topics:
            found.setdefault(_division([measure], words).heading, []).append(measure)
    order = [division.heading for division in words.divisions]
    return [PlanBlock(h, tuple(found[h])) for h in sorted(found, key=order.index)]


def _division(measures: Sequence[Measure], words: PlanWords) -> Theme:
    names = [name for m in measures for name in m.topics[:1]]
    return max(words.divisions, key=lambda d: sum(name in d.topics for name in names))


def group_by_facets(measures: Sequence[Measure], topic: Topic, words: PlanWords) -> list[PlanBlock]:
    """One topic's measures by what they do, the first told first; thin ones come together."""
    fitting = [f for f in words.facets if topic.name in f.topics]
    if topic.name in words.general:
        fitting += [f for f in words.facets if not f.topics]
    found: dict[str, list[Measure]] = {}
    for measure in measures:
        found.setdefault(_facet(measure, fitting), []).append(measure)
    thin = [
        heading
        for heading, held in found.items()
        if heading and len(held) == 1 and len(held[0].text) < _SUBSTANTIAL
    ]
    thick = [h for h in found if h and h not in thin]
    gathered = set(thin if thick else thin[_FEWEST_GROUPS:])
    if len(gathered) == 1 and "" not in found:
        gathered = set()  # nothing to come together with
    blocks = [
        PlanBlock(heading.format(topic=topic.name), tuple(held))
        for heading, held in found.items()
        if heading and heading not in gathered
    ]
    rest = tuple(m for h, held in found.items() if not h or h in gathered for m in held)
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
    length: PlanLength,
    fits: Callable[[PlanBlock, Measure], bool],
    limit: int,
) -> list[PlanBlock]:
    """Blocks of too few measures with those of ``more`` that fit, at most ``limit`` in all."""
    full = list(blocks)
    used = 0
    for measure in more:
        if used >= limit:
            break
        if is_repeat(measure.text, [m.text for block in full for m in block.measures]):
            continue
        if is_like(measure.text, [block.heading for block in full]):
            continue
        short = (
            i for i, b in enumerate(full) if len(b.measures) < length.wanted and fits(b, measure)
        )
        index = next(short, None)
        if index is not None:
            block = full[index]
            full[index] = replace(block, measures=(*block.measures, measure))
            used += 1
    return full


def limit_measures(block: PlanBlock, most: int) -> PlanBlock:
    """A block of at most so many measures, taken from its topics in turn, in their order."""
    if len(block.measures) <= most:
        return block
    by_topic: dict[str, list[int]] = {}
    for index, measure in enumerate(block.measures):
        by_topic.setdefault(next(iter(measure.own_topics or measure.topics), ""), []).append(index)
    taken: set[int] = set()
    while len(taken) < most:
        for waiting in by_topic.values():
            if waiting and len(taken) < most:
                taken.add(waiting.pop(0))
    return replace(block, measures=tuple(block.measures[i] for i in sorted(taken)))


def list_items(block: PlanBlock, most: int = 8) -> list[list[Measure]]:
    """The measures of a block as its 一是, 二是: one each, or one a topic where there are many."""
    if len(block.measures) <= most:
        return [[m] for m in block.measures]
    runs: list[list[Measure]] = []
    for measure in block.measures:
        lead = next(iter(measure.own_topics or measure.topics), "")
        last = next(iter(runs[-1][-1].own_topics or runs[-1][-1].topics), "") if runs else None
        if runs and last == lead:
            runs[-1].append(measure)
        else:
            runs.append([measure])
    return runs if len(runs) >= _FEWEST_GROUPS else [[m] for m in block.measures]
