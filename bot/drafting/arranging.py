"""Measures arranged into the parts of a plan: which belong together, under what heading. Pure."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.compositions import Origin
from bot.drafting.likeness import (
    REPEAT,
    character_pairs,
    has_same_names,
    is_like,
    is_repeat,
    is_taken_up,
)
from bot.drafting.material import Material, Measure, Problem
from bot.drafting.request import Task
from bot.drafting.rewriting import BLANK, drop_known_clauses, starts_with_verb
from bot.drafting.sources import heading_words, plan_topics, rank_topics
from bot.drafting.targets import Target
from bot.drafting.vocabulary import PlanWords, Theme, phrase, plan_words
from knowledge.understanding.topics import Topic

_ON_A_FIELD = re.compile(r"^在(?P<what>[^，]{3,20}?)(?:上|方面|中)?(?:[再求下有见出加提].{0,4})?$")
_LONGEST_HEADING, _SHORTEST_HEADING, _FEWEST_GROUPS, _SUBSTANTIAL = 30, 4, 3, 40
_MOST_ITEMS = 8
_SHORT, _LONG_LIST = 60, 70
_BRACKETED = re.compile("（[^（）]*）")
_LONG = 2000
"""From so many characters on what only other bureaus do makes parts of its own."""
_FEWEST_OF_A_BLOCK = 2
_SAME_PLAN = 0.8
"""A plan lists lines of work again and again, and plans something else for each."""
OWN_ORIGINS = (Origin.OWN_PLAN, Origin.PROBLEM)
"""What is the bureau's own plan."""


@dataclass(frozen=True, slots=True)
class PlanBlock:
    """A paragraph to be: its heading, without its number, its measures in order, its targets."""

    heading: str
    measures: tuple[Measure, ...]
    targets: tuple[Target, ...] = ()

    @property
    def topics(self) -> frozenset[str]:
        """The topics that its measures are most about."""
        return frozenset(filter(None, (m.lead_topic for m in self.measures)))

    @property
    def named(self) -> frozenset[str]:
        """The topics that its heading names."""
        return frozenset(rank_topics(self.heading, plan_topics()))

    @property
    def leads(self) -> frozenset[str]:
        """The topics that its measures are most about, and those that its heading names."""
        return self.topics | self.named

    @property
    def reach(self) -> frozenset[str]:
        """All topics that its heading and the bureau's own plan under it name."""
        named = (topic for m in self.measures if m.origin in OWN_ORIGINS for topic in m.own_topics)
        return self.leads.union(named)

    def with_measure(self, measure: Measure) -> "PlanBlock":
        """The block with one measure more, at its end."""
        return replace(self, measures=(*self.measures, measure))


@dataclass(frozen=True, slots=True)
class Choice:
    """The measures that a plan may be made of, by origin, none twice."""

    own: list[Measure]
    unfinished: list[Measure]
    ongoing: list[Measure]
    ideas: list[Measure]


def choose_measures(task: Task, material: Material) -> Choice:
    """The measures of the material; each origin repeats nothing of those before it."""
    own = drop_repeats(material.planned, alike=_SAME_PLAN)
    if task.keeps:
        return Choice(own, [], [], [])
    unfinished = drop_repeats(material.unfinished, own)[: task.length.wanted]
    cut = ((m, _new_part(m, own)) for m in material.ongoing)
    ongoing = drop_repeats([replace(m, text=text) for m, text in cut if text], own + unfinished)
    known = own + unfinished + ongoing
    cut = ((m, _new_part(m, known)) for m in material.ideas)
    ideas = drop_repeats([replace(m, text=text) for m, text in cut if text], known)
    return Choice(own, unfinished, ongoing, ideas)


def _new_part(measure: Measure, own: Sequence[Measure]) -> str | None:
    """The part of a measure that the bureau's own do not have; None for none."""
    texts = [m.text for m in own]
    return drop_known_clauses(measure.text, lambda c: is_taken_up(c, texts), plan_words())


def drop_repeats(
    measures: Iterable[Measure], before: Sequence[Measure] = (), alike: float = REPEAT
) -> list[Measure]:
    """Measures that repeat neither one another nor those before, nor enlarge upon the latter.

    ``alike`` is how much of one measure another has to hold for that.
    """
    distinct: list[Measure] = []
    earlier = [m.text for m in before]
    for measure in measures:
        again = is_repeat(measure.text, [*earlier, *(m.text for m in distinct)], alike)
        again = again or has_same_names(measure.text, earlier)
        if not again and not is_like(measure.text, earlier):
            distinct.append(measure)
    return distinct


def arrange(
    task: Task, choice: Choice, near: Sequence[Measure], targets: Sequence[Target]
) -> list[PlanBlock]:
    """The parts of a plan, all that fits into them included: length is another matter.

    Of one topic, what there are ``targets`` for gets a part of its own.
    """
    if task.topic:
        measures = merge_measures(_measures_on_topic(task, choice, near))
        aims = {facet_heading(target.aim, task.topic) for target in targets}
        return group_by_facets(measures, task.topic, plan_words(), aims)
    blocks = _blocks_on_everything(choice, with_ideas=task.length.characters >= _LONG)
    return [replace(block, measures=merge_measures(block.measures)) for block in blocks]


def _measures_on_topic(task: Task, choice: Choice, near: Sequence[Measure]) -> list[Measure]:
    """One topic's measures: the bureau's own first, then what lies near, then others' ideas."""
    own = choice.own + choice.unfinished + choice.ongoing
    if task.keeps:
        return own
    if len(own) < _FEWEST_OF_A_BLOCK:
        own += drop_repeats(near, own)[: _FEWEST_OF_A_BLOCK - len(own)]
    return own + choice.ideas


def _blocks_on_everything(choice: Choice, *, with_ideas: bool) -> list[PlanBlock]:
    """The own plan's parts in its order; what is none of theirs stands where the field has it.

    ``with_ideas`` makes parts of what only others do.
    """
    words = plan_words()
    basis = choice.own or choice.unfinished or choice.ongoing or choice.ideas
    more, ideas = (
        [m for m in measures if m not in basis]
        for measures in (choice.unfinished + choice.ongoing, choice.ideas)
    )
    blocks = group_by_parts(choice.own, words) or group_by_divisions(basis, words)
    blocks, others = _add_measures(blocks, more, _place_of_topic)
    blocks, others = add_blocks(blocks, others, words)
    blocks, others = _add_measures(blocks, others, place_of_work)
    blocks, unplaced = _add_measures(blocks, ideas, place_of_work)
    return add_blocks(blocks, others + unplaced, words)[0] if with_ideas else blocks


def add_blocks(
    blocks: Sequence[PlanBlock], measures: Sequence[Measure], words: PlanWords
) -> tuple[list[PlanBlock], list[Measure]]:
    """Blocks with those that some measures make by division, and the measures left over."""
    result, others = list(blocks), list[Measure]()
    for block in group_by_divisions(measures, words):
        like = next((i for i, b in enumerate(result) if _have_one_subject(block, b)), None)
        if like is not None:
            result[like] = replace(result[like], measures=result[like].measures + block.measures)
        elif len(block.measures) >= _FEWEST_OF_A_BLOCK:
            result = _insert_block(result, block, words)
        else:
            others += block.measures
    return result, others


def _have_one_subject(block: PlanBlock, other: PlanBlock) -> bool:
    """Whether two headings are alike, or name one line of work: 优化营商环境, 创优营商环境."""
    return is_like(block.heading, [other.heading]) or bool(block.named & other.named)


PlaceOf = Callable[[Sequence[PlanBlock], str], int | None]
"""The place of the block that a topic belongs to; None for none."""


def _add_measures(
    blocks: Sequence[PlanBlock], more: Iterable[Measure], place_of: PlaceOf
) -> tuple[list[PlanBlock], list[Measure]]:
    """Blocks with those of ``more`` that are of their work and say anything new; the rest."""
    full, others = list(blocks), list[Measure]()
    for measure in more:
        texts = [m.text for block in full for m in block.measures]
        headings = [block.heading for block in full]
        if is_repeat(measure.text, texts) or is_like(measure.text, headings):
            continue
        place = place_of(blocks, measure.lead_topic)
        if place is None:
            others.append(measure)
        elif measure.origin is not Origin.SISTER or not _has_same_aim(measure, full[place]):
            full[place] = full[place].with_measure(measure)
    return full, others


def _has_same_aim(idea: Measure, block: PlanBlock) -> bool:
    """Whether a measure of a block is of an idea's topic and would answer the same problem."""
    kinds = plan_words().problem_kinds
    aims = [kind.answers for kind in kinds if kind.answers.search(idea.text)]
    same = (m.text for m in block.measures if m.lead_topic == idea.lead_topic)
    return any(aim.search(text) for text in same for aim in aims)


def place_of_work(blocks: Sequence[PlanBlock], topic: str) -> int | None:
    """The block that a topic belongs to: by its lead, its division, or a mention."""
    naming = (i for i, b in enumerate(blocks) if topic in b.reach)
    place = _place_of_topic(blocks, topic)
    return next(naming, None) if place is None and topic else place


def _place_of_topic(blocks: Sequence[PlanBlock], topic: str) -> int | None:
    """The block that is most about a topic, else one most of which is of its division."""
    is_means = topic in plan_words().means  # found in many parts, at home where one is headed so
    leading = (i for i, b in enumerate(blocks) if topic in (b.named if is_means else b.leads))
    akin = (i for i, b in enumerate(blocks) if topic in _topics_of_most(b))
    return next(leading, next(akin, None)) if topic else None


def _topics_of_most(block: PlanBlock) -> tuple[str, ...]:
    """The topics of the division that half of a block's measures, or more, are of."""
    topics = _division(block.measures, plan_words()).topics
    share = sum(m.lead_topic in topics for m in block.measures)
    return topics if share * 2 >= len(block.measures) else ()


def _insert_block(
    blocks: Sequence[PlanBlock], block: PlanBlock, words: PlanWords
) -> list[PlanBlock]:
    """Blocks with one more, behind the last that the field puts before it; its heading as theirs.

    A heading of two halves gives up the second where theirs have one each.
    """
    rank = _rank(block, words)
    at = max((i + 1 for i, b in enumerate(blocks) if _rank(b, words) <= rank), default=0)
    if sum("，" in b.heading for b in blocks) * 2 < len(blocks):
        block = replace(block, heading=block.heading.split("，")[0])
    return [*blocks[:at], block, *blocks[at:]]


def _rank(block: PlanBlock, words: PlanWords) -> int:
    """The place of a block's work in the order of the field."""
    return words.divisions.index(_division(block.measures, words))


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


def group_by_facets(
    measures: Sequence[Measure], topic: Topic, words: PlanWords, aims: Collection[str] = ()
) -> list[PlanBlock]:
    """One topic's measures by what they do, in the order of their first; thin ones together.

    Under headings of ``aims`` even one measure is enough.
    """
    fitting = facets_of(topic)
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(_facet(measure.text, fitting), []).append(measure)
    thin = [
        heading
        for heading, members in groups.items()
        if heading
        and len(members) == 1
        and len(members[0].text) < _SUBSTANTIAL
        and heading.format(topic=topic.name) not in aims
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
    blocks.sort(key=lambda block: measures.index(block.measures[0]))
    if rest:
        ordered = tuple(m for m in measures if m in rest)
        name = words.topics.get(topic.name, topic.name)
        blocks.append(PlanBlock(phrase("rest.heading", topic=name), ordered))
    return blocks


def facets_of(topic: Topic) -> list[Theme]:
    """What a plan on one topic is divided by: its own divisions, then those of all."""
    facets = plan_words().facets
    general = topic.name in plan_words().general
    return [f for f in facets if topic.name in f.topics] + [
        f for f in facets if general and not f.topics
    ]


def _facet(text: str, facets: Sequence[Theme]) -> str:
    scores = {f.heading: sum(word in text for word in f.words) for f in facets}
    best = max(scores.values(), default=0)
    return next((h for h, score in scores.items() if score == best), "") if best else ""


def list_items(block: PlanBlock) -> list[list[Measure]]:
    """The measures of a block as its 一是, 二是: one a line of work, or each of a few lines."""
    by_line: dict[str, list[Measure]] = {}
    for measure in block.measures:
        by_line.setdefault(_line_of(measure), []).append(measure)
    several = len(by_line) > _FEWEST_OF_A_BLOCK or len(block.measures) > _MOST_ITEMS
    return [*by_line.values()] if several else [[m] for m in block.measures]


def _line_of(measure: Measure) -> str:
    """The line of work that a measure is listed under: drugs and devices go together."""
    topic = measure.lead_topic
    return next((lines[0] for lines in plan_words().together if topic in lines), topic)


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
        new = [thing for thing in things if _BRACKETED.sub("", thing) not in before.text]
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
    akin = _line_of(before) == _line_of(measure) and before.origin is measure.origin
    return alike and few and akin


def facet_heading(aim: str, topic: Topic) -> str:
    """The heading of what a target counts; empty where no facet has it."""
    return _facet(aim, facets_of(topic)).format(topic=topic.name)


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
        measures[j] = replace(_lead_measure_in(measures[j], problem), origin=origin)
        blocks[i] = replace(blocks[i], measures=tuple(measures))
    return blocks


def _can_be_led_in(measure: Measure) -> bool:
    words = plan_words()
    return not measure.text.startswith((*words.prepositions, *words.targets)) or (
        measure.text.startswith("围绕")
    )


def _lead_measure_in(measure: Measure, problem: Problem) -> Measure:
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
    blocks[index] = blocks[index].with_measure(_lead_measure_in(best, problem))
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
