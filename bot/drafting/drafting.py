"""A request and a library in, a draft of the next period's plan out, with notes for its writer."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.answers import Quote
from bot.compositions import Draft, Origin, Progress
from bot.drafting.arranging import (
    OWN_ORIGINS,
    PlanBlock,
    answer_problems,
    arrange,
    choose_measures,
    drop_repeats,
    find_answer,
    place_targets,
)
from bot.drafting.material import Material, Measure, gather
from bot.drafting.polishing import Polisher, polish_draft
from bot.drafting.request import PlanRequest, Task, read_request
from bot.drafting.rewriting import BLANK, shorten
from bot.drafting.sources import root_heading
from bot.drafting.targets import find_targets
from bot.drafting.vocabulary import PlanLength, phrase, plan_words, rewording_words
from bot.drafting.writing import find_guidance, topic_name, write_draft, write_opening
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.findings import StyleContext
from bot.official.style_check import mend_draft
from bot.proofreading.vocabulary import find_slips
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.understanding.periods import YearPart
from knowledge.understanding.topics import topics

_TOLERANCE = 1.05
_AROUND_HEADING, _ITEM, _LEAD_OF_TARGETS = 4, 2, 5
_FEWEST_TARGETS = 3
_SHARE = 1.3
_WHOLE = 900
"""From so many characters on no part of the bureau's own plan is left out for its length."""
_MOST_PARTS, _MOST_IDEAS, _ANY_NUMBER = 9, 4, 1000


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """The parts of a plan as there is room for; what there was none for.

    ``left_out`` are headings, ``cut`` counts the sentences of the own plan under the others.
    """

    blocks: tuple[PlanBlock, ...]
    left_out: tuple[str, ...] = ()
    cut: int = 0


def fit_length(task: Task, blocks: Sequence[PlanBlock], opening: int) -> FittedPlan:
    """The parts with as many measures and targets as fit behind an ``opening`` of so many.

    Turn by turn, so that no part is starved: every part keeps one measure and three targets go
    first, then answers to problems, the own plan, more targets, what was planned before, what
    goes on, what others do; then what else goes on and, of one topic, what else others do.
    """
    if task.keeps:
        return FittedPlan(tuple(blocks))
    chosen = _choose_blocks(task, blocks)
    most_ideas = task.length.ideas if task.topic is None else _ANY_NUMBER
    plan = _Fitting(task.length, chosen, opening, most_ideas)
    plan.add_targets(_FEWEST_TARGETS)
    plan.open_parts()
    plan.fill(lambda m: m.origin is Origin.PROBLEM)
    plan.fill(lambda m: m.origin is Origin.OWN_PLAN)
    plan.fill(lambda m: bool(m.problems))
    plan.add_targets(task.length.targets)
    plan.fill(lambda m: m.origin is Origin.UNFINISHED, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.CONTINUED, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.SISTER, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.CONTINUED)
    plan.fill(lambda m: m.origin is Origin.SISTER and task.topic is not None)
    left_out = tuple(b.heading for b in blocks if b not in chosen)
    return FittedPlan(tuple(plan.blocks()), left_out, plan.count_cut())


def _choose_blocks(task: Task, blocks: Sequence[PlanBlock]) -> list[PlanBlock]:
    """As many parts as asked for; unless the plan is short, none of the plan's own is lost."""
    most = task.length.paragraphs
    if not task.counted and task.length.characters >= _WHOLE:
        own = sum(any(m.origin in OWN_ORIGINS for m in b.measures) for b in blocks)
        most = max(most, min(own, _MOST_PARTS))
    ranked = sorted(blocks, key=_weight, reverse=True)[:most]
    return [block for block in blocks if block in ranked]


def _weight(block: PlanBlock) -> int:
    """How much of a block is the bureau's own plan and its targets, then how long it is."""
    own = sum(len(m.text) for m in block.measures if m.origin in OWN_ORIGINS)
    own += sum(len(target.text) for target in block.targets)
    return own * 10 + sum(len(m.text) for m in block.measures)


def _shorten(measure: Measure, share: int) -> Measure:
    """A measure, cut to its leading clauses where it is much longer than its share."""
    if len(measure.text) <= share * _SHARE:
        return measure
    return replace(measure, text=shorten(measure.text, share, plan_words()))


def _cost(measure: Measure) -> int:
    return len(measure.text) + _ITEM


@dataclass(slots=True)
class _Fitting:
    """A plan while it is filled: of each part the measures, by place, and how many targets."""

    length: PlanLength
    parts: list[PlanBlock]
    used: int
    most_ideas: int
    measures: list[dict[int, Measure]] = field(init=False)
    targets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.measures = [{} for _ in self.parts]
        self.targets = [0] * len(self.parts)
        self.used += sum(len(block.heading) + _AROUND_HEADING for block in self.parts)

    @property
    def room(self) -> float:
        """How many characters are left."""
        return self.length.characters * _TOLERANCE - self.used

    def open_parts(self) -> None:
        """Give every part its first measure, shortened where it would take others' room."""
        for left, index in zip(range(len(self.parts), 0, -1), range(len(self.parts)), strict=True):
            measures = self.parts[index].measures
            if not measures:
                continue
            share = int(self.room / left)
            own = [(i, m) for i, m in enumerate(measures) if m.origin in OWN_ORIGINS]
            offered = [(i, _shorten(m, share)) for i, m in own or enumerate(measures)]
            fitting = (each for each in offered if len(each[1].text) <= share * _SHARE)
            shortest = min(offered, key=lambda each: len(each[1].text))
            self._add(index, *next(fitting, shortest))

    def fill(self, is_wanted: Callable[[Measure], bool], most: int = _ANY_NUMBER) -> None:
        """Add what is wanted, a measure a part in turn, to parts of fewer than ``most``."""
        waiting = [list(self._open_places(i, is_wanted)) for i in range(len(self.parts))]
        while any(waiting):
            for index, places in enumerate(waiting):
                if places:
                    place = self._next_place(index, places)
                    places.remove(place)
                    measure = self.parts[index].measures[place]
                    few = len(self.measures[index]) < most
                    if few and self._may_borrow(index, measure) and _cost(measure) <= self.room:
                        self._add(index, place, measure)

    def add_targets(self, most: int) -> None:
        """Add targets, one a part in turn, until there are ``most`` in all."""
        before = -1
        while before != sum(self.targets) < most:
            before = sum(self.targets)
            for index, part in enumerate(self.parts):
                place = self.targets[index]
                if place < len(part.targets) and sum(self.targets) < most:
                    cost = len(part.targets[place].text) + 1 + _LEAD_OF_TARGETS * (place == 0)
                    if cost <= self.room:
                        self.targets[index] += 1
                        self.used += cost

    def blocks(self) -> Iterator[PlanBlock]:
        """The parts as filled; those of which nothing is left are dropped."""
        for part, measures, count in zip(self.parts, self.measures, self.targets, strict=True):
            if measures or count:
                ordered = tuple(measures[place] for place in sorted(measures))
                yield replace(part, measures=ordered, targets=part.targets[:count])

    def count_cut(self) -> int:
        """How many sentences of the own plan there was no room for."""
        return sum(
            m.origin in OWN_ORIGINS and place not in self.measures[index]
            for index, part in enumerate(self.parts)
            for place, m in enumerate(part.measures)
        )

    def _open_places(self, index: int, is_wanted: Callable[[Measure], bool]) -> Iterator[int]:
        for place, measure in enumerate(self.parts[index].measures):
            if place not in self.measures[index] and is_wanted(measure):
                yield place

    def _next_place(self, index: int, places: Sequence[int]) -> int:
        """The first of some measures of a part that is of a line of work not yet in it, if any.

        A line that the part's heading names goes first.
        """
        measures, named = self.parts[index].measures, self.parts[index].named
        told = {measure.lead_topic for measure in self.measures[index].values()}
        new = [place for place in places if measures[place].lead_topic not in told]
        headed = (place for place in new if measures[place].lead_topic in named)
        return next(headed, next(iter(new), places[0]))

    def _may_borrow(self, index: int, measure: Measure) -> bool:
        """Whether a measure is no other bureau's, or one may be added to a part and in all."""
        if measure.origin is not Origin.SISTER:
            return True
        ideas = [sum(m.origin is Origin.SISTER for m in each.values()) for each in self.measures]
        most = max(_MOST_IDEAS, self.most_ideas // len(self.parts))
        return sum(ideas) < self.most_ideas and ideas[index] < most

    def _add(self, index: int, place: int, measure: Measure) -> None:
        self.measures[index][place] = measure
        self.used += _cost(measure)


# -- notes for the writer


_TOO_SHORT = 0.85
_MOST_FINISHED = 6
_WHOLE_YEAR = re.compile(r"全年[^，。；]*\d[^，。；]*")


def offer_of(task: Task, material: Material, heading: Quote | None) -> str:
    """That the bureau has planned the period, and what can be typed instead; empty for no plan."""
    is_planned = bool(material.planned) and material.target == task.period and heading
    fields = {
        "period": task.period,
        "bureau": task.bureau.name,
        "past": task.newest,
        "following": task.period.next(),
    }
    if task.later:
        reports = "、".join(dict.fromkeys(str(e.identity.period) for e in task.later))
        following = (task.later[0].identity.period or task.period).next()
        return phrase("findings.past", **fields | {"following": following}, reports=reports)
    if is_planned and heading:
        key = "kept" if task.keeps else "planned"
        words = heading.text.strip().lstrip("# ")
        return phrase(f"findings.{key}", **fields, heading=words, count=len(material.planned))
    return phrase("findings.no_keep", **fields) if task.keeps else ""


def notes_of(
    task: Task,
    material: Material,
    arranged: Sequence[PlanBlock],
    fitted: FittedPlan,
    draft: Draft,
) -> tuple[str, ...]:
    """The notes on a draft, problems without a measure first."""
    return (
        *_problem_notes(material, arranged, fitted.blocks),
        *_basis_notes(task, material, fitted.blocks),
        *_length_notes(task, fitted, draft),
        *_origin_notes(task, material, fitted.blocks),
        *_slip_notes(draft),
        *_blank_notes(task, fitted.blocks),
    )


def _problem_notes(
    material: Material, arranged: Sequence[PlanBlock], blocks: Sequence[PlanBlock]
) -> Iterator[str]:
    """Each problem that the text does not name: what meets it, or that nothing does."""
    for problem in material.problems:
        answer = find_answer(blocks, problem)
        if answer is None:
            key = "problem_cut" if find_answer(arranged, problem) else "problem_open"
            yield phrase(f"findings.{key}", problem=_within_quotes(problem.label))
        elif problem.quote not in answer.quotes:
            yield phrase(
                "findings.problem_met", problem=_within_quotes(problem.label), measure=answer.text
            )


def _within_quotes(text: str) -> str:
    return text.replace("“", "‘").replace("”", "’")


def _basis_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    """What the plan rests on beside the bureau's own plan for the period."""
    fields = {"bureau": task.bureau.name, "topic": topic_name(task)}
    origins = {m.origin for block in blocks for m in block.measures}
    if origins <= {Origin.SISTER}:
        yield phrase("findings.only_sisters", **fields)
        return
    if not origins & set(OWN_ORIGINS):
        yield phrase("findings.no_plan", **fields)
    elif material.target and material.target != task.period:
        yield phrase("findings.moved", target=material.target, period=task.period)
    borrowed = [m for block in blocks for m in block.measures if m.origin is Origin.SISTER]
    if borrowed:
        yield phrase("findings.sisters", count=len(borrowed), bureaus=_bureaus(borrowed, task))


def _bureaus(measures: Sequence[Measure], task: Task) -> str:
    bureaus = (q.report.identity.bureau for m in measures for q in m.quotes)
    names = dict.fromkeys(bureau.name for bureau in bureaus if bureau)
    return "、".join(name for name in names if name != task.bureau.name)


def _length_notes(task: Task, fitted: FittedPlan, draft: Draft) -> Iterator[str]:
    if fitted.left_out:
        yield phrase("findings.left_out", headings="、".join(fitted.left_out))
    if fitted.cut:
        yield phrase("findings.cut", count=fitted.cut)
    if task.counted and len(fitted.blocks) < task.length.paragraphs:
        wanted = task.length.paragraphs
        yield phrase("findings.few", count=len(fitted.blocks), wanted=wanted)
    count = sum(len(paragraph.text) for paragraph in draft.paragraphs)
    if not (task.counted or task.keeps) and count < task.length.characters * _TOO_SHORT:
        yield phrase("findings.too_short", count=count, wanted=task.length.characters)


def _origin_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    measures = [m for block in blocks for m in block.measures]
    ongoing = sum(m.origin is Origin.CONTINUED for m in measures)
    if ongoing:
        yield phrase("findings.continued", count=ongoing, past=task.newest)
    old = [m.text for m in measures if m.origin is Origin.UNFINISHED]
    if old:
        yield phrase("findings.unfinished", count=len(old), texts="".join(old))
    for done in material.finished[:_MOST_FINISHED] if not task.keeps else ():
        period = done.report.report.identity.period or ""
        told = done.report.text.strip()
        fields = {"target": done.target, "measure": done.text.rstrip("。"), "report": told}
        yield phrase("findings.done", period=period, **fields)


def _slip_notes(draft: Draft) -> Iterator[str]:
    """The slips of the originals that the text has taken over."""
    text = "".join(paragraph.text for paragraph in draft.paragraphs)
    for citation in draft.citations:
        for wrong, right in find_slips(citation.quote.text):
            if wrong in text:
                yield phrase("findings.slip", n=citation.n, wrong=wrong, right=right)


def _blank_notes(task: Task, blocks: Sequence[PlanBlock]) -> Iterator[str]:
    """What is to be filled in or worked out."""
    measures = [m.text for block in blocks for m in block.measures]
    if task.period.part is not YearPart.YEAR:
        for aim in (match[0] for text in measures for match in _WHOLE_YEAR.finditer(text)):
            yield phrase("findings.whole_year", words=aim, period=task.period)
    targets = sum(len(block.targets) for block in blocks)
    if targets:
        yield phrase("findings.targets", count=targets)
    elif not task.keeps:
        yield phrase("findings.no_targets")
    if any(BLANK in text for text in measures):
        yield phrase("findings.blanks")


# -- drafts


_log = logging.getLogger("bot")
_GUIDED = 900
"""From so many characters on a plan opens with the bureau's guiding thought."""


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
        task = read_request(library, request)
        draft = _draft(library, task)
        context = style_context(library, task)
    if polisher is not None:
        mended = mend_draft(draft, context)
        polished = _polish_or_fall_back(mended, task, context, polisher, progress)
        draft = replace(polished, findings=draft.findings + polished.findings)
    draft = apply_style(draft, context)
    return replace(draft, seconds=round(time.perf_counter() - start, 4))


def _draft(library: Library, task: Task) -> Draft:
    """The plan in the reports' own sentences, with what a person has to know of it."""
    everything = gather(library, task)
    material = everything.of(task.topic)
    near = drop_repeats(everything.near(task.topic)) if task.topic else []
    if not (material or near):
        known = "、".join(topic.name for topic in topics() if everything.of(topic))
        raise NothingToPlan(topic=topic_name(task) if task.topic else "", known=known or "（无）")
    report = library.report(task.entries[0].id)
    sections = library.outline(report.id)[0]
    choice = choose_measures(task, material)
    targets = () if task.keeps else find_targets(library, task)
    blocks = arrange(task, choice, near, targets)
    if not task.keeps:
        blocks = answer_problems(blocks, material.problems, everything.ideas)
        blocks = place_targets(blocks, targets, task.topic)
    guided = task.length.characters >= _GUIDED
    guidance = find_guidance(report, sections, task) if guided else None
    opening = write_opening(task, blocks, report, sections, guidance)
    fitted = fit_length(task, blocks, sum(len(text) for text, _ in opening))
    draft = write_draft(task, opening, fitted.blocks, report, sections)
    offer = offer_of(task, material, root_heading(report, sections, SectionKind.PLAN))
    notes = notes_of(task, material, blocks, fitted, draft)
    return replace(draft, offer=offer, findings=notes)


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
