"""A request and a library in, a draft of the next period's plan out.

Measures are arranged into paragraphs: which belong together, under what heading, in what order.
"""

import logging
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Origin, Paragraph, Progress
from bot.drafting.likeness import character_pairs, has_same_names, is_like, is_repeat, is_taken_up
from bot.drafting.material import (
    WORK_KINDS,
    Material,
    Measure,
    SourceSentence,
    gather,
    heading_words,
    root_heading,
)
from bot.drafting.polishing import Polisher, polish_draft
from bot.drafting.request import PlanRequest, Task, read_request
from bot.drafting.rewriting import BLANK, drop_known_clauses, split_long, starts_with_verb
from bot.drafting.vocabulary import PlanWords, Theme, phrase, plan_words, rewording_words
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.findings import StyleContext
from bot.official.numbering import chinese_numeral
from bot.official.style_check import mend_draft
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.topics import Topic, topics

_ON_A_FIELD = re.compile(r"^在(?P<what>[^，]{3,20}?)(?:上|方面|中)?(?:[再求下有见出加提].{0,4})?$")
_LONGEST_HEADING, _SHORTEST_HEADING, _FEWEST_GROUPS, _SUBSTANTIAL = 30, 4, 3, 40
_MOST_ITEMS = 8
_SHARED_PAIRS, _LONGEST_PROBLEM = 2, 24
_NO_PROBLEM = re.compile(r"[*×\d。；，]")
_SHORT, _LONG_LIST = 60, 70
_ALL = 99
_WHOLE, _MOST_PARTS = 5, 9


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


_log = logging.getLogger("bot")


def draft_plan(
    library: Library,
    request: PlanRequest,
    progress: Progress = lambda _done, _of: None,
    polisher: Polisher | None = None,
) -> Draft:
    """Wording for the period asked for: in a model's words if a ``polisher`` is given.

    Where its endpoint fails, the reports' own sentences stand, and ``notice`` says so. Raises a
    PlanError where the request is unclear or there is nothing to plan from.
    """
    start = time.perf_counter()
    with library.snapshot():
        draft = _draft(library, request, progress, polisher)
    return replace(draft, seconds=round(time.perf_counter() - start, 4))


def _draft(
    library: Library, request: PlanRequest, progress: Progress, polisher: Polisher | None
) -> Draft:
    task = read_request(library, request)
    everything = gather(library, task)
    material = everything.of(task.topic)
    near = drop_repeats(everything.near(task.topic)) if task.topic else []
    if not (material or near):
        known = "、".join(topic.name for topic in topics() if everything.of(topic))
        raise NothingToPlan(topic=_topic_name(task) if task.topic else "", known=known or "（无）")
    blocks, left_out = _blocks(task, material, near, everything.problems)
    report = library.report(task.entries[0].id)
    draft = _write_draft(task, blocks, report, library.outline(report.id)[0])
    findings = _findings(task, material, blocks, left_out)
    context = style_context(library, task)
    if polisher is not None:
        draft = mend_draft(draft, context)
        draft = _polish_or_fall_back(draft, task, context, polisher, progress)
    return apply_style(replace(draft, findings=findings + draft.findings), context)


def style_context(library: Library, task: Task) -> StyleContext:
    """The period planned, the bureau's earlier ones, and the names of all other bureaus."""
    periods = (e.identity.period for e in task.entries)
    names = dict.fromkeys(e.identity.bureau.name for e in library.reports() if e.identity.bureau)
    return StyleContext(
        planned=task.period,
        old=tuple(period for period in periods if period and period != task.period),
        own_bureau=task.bureau.name,
        other_names=tuple(name for name in names if name != task.bureau.name),
    )


def apply_style(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended where that is certain; findings that are left follow its own."""
    mended = mend_draft(draft, context)
    return replace(mended, findings=draft.findings + mended.findings)


def _polish_or_fall_back(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft in a model's words, or as it is with a notice; the only findings are of that."""
    own = replace(draft, findings=())
    try:
        return polish_draft(own, task, context, polisher, progress)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(own, notice=rewording_words().instead.format(fault=error))


@dataclass(frozen=True, slots=True)
class _Choice:
    """The measures that a plan may be made of, by origin, none twice."""

    own: list[Measure]
    unfinished: list[Measure]
    ongoing: list[Measure]
    ideas: list[Measure]


def _choose(task: Task, material: Material) -> _Choice:
    """The measures of the material; each origin repeats nothing of those before it."""
    own = drop_repeats(material.planned)
    unfinished = drop_repeats(material.unfinished, own)[: task.length.wanted]
    cut = ((m, _new_part(m, own)) for m in material.ongoing)
    ongoing = drop_repeats([replace(m, text=text) for m, text in cut if text], own + unfinished)
    new = [m for m in material.ideas if _new_part(m, own) == m.text]
    return _Choice(own, unfinished, ongoing, drop_repeats(new, own + unfinished + ongoing))


def _new_part(measure: Measure, own: Sequence[Measure]) -> str | None:
    """The part of a measure that the own plan does not have; None for none."""
    texts = [m.text for m in own]
    return drop_known_clauses(measure.text, lambda c: is_taken_up(c, texts), plan_words())


def _blocks(
    task: Task,
    material: Material,
    near: Sequence[Measure],
    problems: Sequence[SourceSentence],
) -> tuple[list[PlanBlock], list[str]]:
    """The paragraphs, and the headings that there was no room for."""
    length, choice = task.length, _choose(task, material)
    if task.topic:
        measures = merge_measures(_measures_on_topic(task, choice, near))
        blocks = group_by_facets(measures, task.topic, plan_words())
    else:
        blocks = _blocks_on_everything(task, choice)
    ranked = sorted(blocks, key=lambda b: -_weight(b))[: _room(task, blocks)]
    most = max(length.most, length.most * length.paragraphs // max(1, 2 * len(ranked)))
    chosen = [limit_measures(b, most) for b in blocks if b in ranked]
    merged = [replace(b, measures=merge_measures(b.measures)) for b in chosen]
    return add_problems(merged, problems), [b.heading for b in blocks if b not in ranked]


def _room(task: Task, blocks: Sequence[PlanBlock]) -> int:
    """How many paragraphs: as many as asked for, else none of the plan's own parts is lost."""
    paragraphs = task.length.paragraphs
    if task.counted or paragraphs < _WHOLE:
        return paragraphs
    own = sum(any(m.origin is Origin.OWN_PLAN for m in b.measures) for b in blocks)
    return max(paragraphs, min(own, _MOST_PARTS))


def _weight(block: PlanBlock) -> int:
    """How much of a block is the bureau's own plan, then how long it is."""
    own = sum(len(m.text) for m in block.measures if m.origin is Origin.OWN_PLAN)
    return own * 10 + sum(len(m.text) for m in block.measures)


def _measures_on_topic(task: Task, choice: _Choice, near: Sequence[Measure]) -> list[Measure]:
    """One topic's measures: the bureau's own first, then what lies near, then others' ideas."""
    length = task.length
    enough = length.paragraphs * length.wanted
    own = choice.own + choice.unfinished
    chosen = own + choice.ongoing[: max(0, enough - len(own))]
    if len(chosen) < length.wanted:
        chosen += drop_repeats(near, chosen)[: length.wanted - len(chosen)]
    missing = max(0, enough - len(chosen))
    return chosen + choice.ideas[: min(length.ideas, missing) if chosen else enough]


def _blocks_on_everything(task: Task, choice: _Choice) -> list[PlanBlock]:
    words, length = plan_words(), task.length
    basis = choice.own or choice.unfinished or choice.ongoing or choice.ideas
    blocks = group_by_parts(choice.own, words) or group_by_divisions(basis, words)
    blocks = fill_blocks(blocks, choice.unfinished, enough=_ALL, limit=length.wanted)
    blocks = fill_blocks(blocks, choice.ongoing, enough=length.wanted, limit=_ALL)
    blocks = fill_blocks(blocks, choice.ideas, enough=length.wanted, limit=length.ideas)
    if len(blocks) < length.paragraphs:
        covered = frozenset(t for block in blocks for t in block.topics)
        more = [m for m in choice.ongoing if m.lead_topic not in covered]
        headings = [block.heading for block in blocks]
        new = [b for b in group_by_divisions(more, words) if not is_like(b.heading, headings)]
        blocks += [b for b in new if len(b.measures) > 1][: length.paragraphs - len(blocks)]
    return blocks


def _write_draft(
    task: Task, blocks: Sequence[PlanBlock], report: Report, sections: Sequence[Section]
) -> Draft:
    kind = _kind(report, sections)
    quoted: list[Quote] = []

    def cite(quotes: Sequence[Quote]) -> tuple[int, ...]:
        quoted.extend(q for q in dict.fromkeys(quotes) if q not in quoted)
        return tuple(quoted.index(q) + 1 for q in dict.fromkeys(quotes))

    text, basis = _opening(task, blocks, report, sections, kind)
    paragraphs = [Paragraph("", (CitedText(text, cite(basis), Origin.BASIS),))]
    for place, block in enumerate(blocks, 1):
        number = chinese_numeral(place)
        alone = len(blocks) == 1  # nobody numbers one thing
        heading = "" if alone else phrase("display.heading", number=number, heading=block.heading)
        sentences = []
        items = list_items(block)
        for order, item in enumerate(items, 1):
            number = chinese_numeral(order)
            lead = phrase("display.item", number=number) if len(items) > 2 else ""
            for measure in item:
                words = lead + split_long(measure.text, plan_words())
                sentences.append(CitedText(words, cite(measure.quotes), measure.origin))
                lead = ""
        paragraphs.append(Paragraph(heading, tuple(sentences)))
    citations = tuple(Citation(n, quote) for n, quote in enumerate(quoted, 1))
    return Draft(_title(task, kind), tuple(paragraphs), citations)


def _kind(report: Report, sections: Sequence[Section]) -> str:
    """What the bureau calls its plans: 工作打算, 工作谋划."""
    heading = root_heading(report, sections, SectionKind.PLAN)
    words = (heading.text if heading else "") + report.identity.title
    return next((k for k in plan_words().kinds if k in words), phrase("title.kind"))


def _title(task: Task, kind: str) -> str:
    fields = {"bureau": task.bureau.name, "period": task.period, "kind": kind}
    if task.topic is None:
        return phrase("title.all", **fields)
    return phrase("title.topic", **fields, topic=_topic_name(task))


def _topic_name(task: Task) -> str:
    """What a sentence calls the topic, or all of them."""
    if task.topic is None:
        return phrase("opening.all_topics")
    return plan_words().topics.get(task.topic.name, task.topic.name)


def _opening(
    task: Task,
    blocks: Sequence[PlanBlock],
    report: Report,
    sections: Sequence[Section],
    kind: str,
) -> tuple[str, tuple[Quote, ...]]:
    """One sentence on what the plan rests on, and the headings that show it."""
    measures = [m for block in blocks for m in block.measures]
    origins = {m.origin for m in measures}
    has_problem = Origin.PROBLEM in origins  # a measure of the own plan that answers one
    has_plan = has_problem or Origin.OWN_PLAN in origins
    plan = root_heading(report, sections, SectionKind.PLAN) if has_plan else None
    problems = root_heading(report, sections, SectionKind.PROBLEMS) if has_problem else None
    basis: tuple[Quote, ...]
    if plan and problems:
        key, basis = "both", (plan, problems)
    elif plan:
        key, basis = "plan", (plan,)
    elif origins == {Origin.SISTER}:
        key, basis = "sisters", measures[0].quotes[:1]
    else:
        first = next((m for m in measures if m.origin is not Origin.SISTER), measures[0])
        done = next((h for k in WORK_KINDS if (h := root_heading(report, sections, k))), None)
        key, basis = "done", (done or first.quotes[0],)
    text = phrase(
        f"opening.{key}",
        period=task.period,
        topic=_topic_name(task),
        kind=kind.removeprefix(phrase("title.work")),
    )
    return text, basis


def _findings(
    task: Task, material: Material, blocks: Sequence[PlanBlock], left_out: Sequence[str]
) -> tuple[str, ...]:
    """What is thin, what was left out, what to fill in, what came from elsewhere."""
    measures = [m for block in blocks for m in block.measures]
    notes = _basis_notes(task, material, blocks)
    if left_out:
        notes.append(phrase("findings.left_out", headings="、".join(left_out)))
    if task.counted and len(blocks) < task.length.paragraphs:
        notes.append(phrase("findings.few", count=len(blocks), wanted=task.length.paragraphs))
    ongoing = sum(m.origin is Origin.CONTINUED for m in measures)
    if ongoing:
        notes.append(phrase("findings.continued", count=ongoing, past=task.newest))
    old = [m.text for m in measures if m.origin is Origin.UNFINISHED]
    if old:
        notes.append(phrase("findings.unfinished", count=len(old), texts="".join(old)))
    if any(BLANK in m.text for m in measures):
        notes.append(phrase("findings.blanks"))
    return tuple(notes)


def _basis_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> list[str]:
    """What the plan rests on beside the bureau's own plan for the period."""
    fields = {"bureau": task.bureau.name, "topic": _topic_name(task)}
    origins = {m.origin for block in blocks for m in block.measures}
    if origins <= {Origin.SISTER}:
        return [phrase("findings.only_sisters", **fields)]
    notes = []
    if not origins & {Origin.OWN_PLAN, Origin.PROBLEM}:
        notes.append(phrase("findings.no_plan", **fields))
    elif material.target and material.target != task.period:
        notes.append(phrase("findings.moved", target=material.target, period=task.period))
    for block in blocks:
        borrowed = [m for m in block.measures if m.origin is Origin.SISTER]
        if borrowed:
            key = "findings.sisters" if len(blocks) > 1 else "findings.sisters_alone"
            fields = {"heading": block.heading, "bureaus": _bureaus(borrowed)}
            notes.append(phrase(key, count=len(borrowed), **fields))
    return notes


def _bureaus(measures: Sequence[Measure]) -> str:
    bureaus = (q.report.identity.bureau for m in measures for q in m.quotes)
    return "、".join(dict.fromkeys(bureau.name for bureau in bureaus if bureau))
