"""A plan as text: its title, its opening, its numbered parts with their sources, its tasks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Footnotes, Quote
from bot.checking.sources import is_demand
from bot.compositions import CitedText, Draft, DraftTask, Origin, Paragraph
from bot.drafting.arranging import PlanBlock, list_items
from bot.drafting.material import WORK_KINDS, Measure
from bot.drafting.request import Task
from bot.drafting.rewriting import clauses_of, full_width, move_to_period, split_long
from bot.drafting.sources import plan_topics, rank_topics, root_heading, strip_mark
from bot.drafting.targets import join_targets
from bot.drafting.vocabulary import OpeningWords, phrase, plan_words
from bot.official.numbering import chinese_numeral
from bot.proofreading.vocabulary import find_slips
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import sentence_spans, trim_span

_MOST_SENTENCES = 3
_LED_IN = 3


@dataclass(frozen=True, slots=True)
class Guidance:
    """The bureau's guiding thought and aims for a period, and the sentence that has them."""

    text: str
    quote: Quote


def find_guidance(report: Report, sections: Sequence[Section], task: Task) -> Guidance | None:
    """What the plan of a report opens with, else the report itself, worded for the new period."""
    own = report.identity.period
    following = own.next() if own else None
    for kind, target in ((SectionKind.PLAN, following), (SectionKind.OVERVIEW, own)):
        for quote in _first_sentences(report, sections, kind):
            text = reword_guidance(quote.text, target, task.period)
            if text and _is_on(text, task):
                return Guidance(text, quote)
    return None


def _is_on(text: str, task: Task) -> bool:
    """Whether a thought may open a plan of one topic: it names none, or that."""
    named = rank_topics(text, plan_topics())
    return task.topic is None or not named or task.topic.name in named


def _first_sentences(
    report: Report, sections: Sequence[Section], kind: SectionKind
) -> Iterator[Quote]:
    """The sentences before the first heading below the first part of a kind."""
    section = next((s for s in sections if s.kind is kind and s.leaf), None)
    if section is None:
        return
    start = max(section.start, section.heading_end)
    spans = sentence_spans(report.text, start, section.end)
    for span in spans[:_MOST_SENTENCES]:
        inner = trim_span(report.text, span)
        if inner.end > inner.start and not is_demand(report.text[slice(*span)]):
            yield Quote(report, section.path, inner)


def reword_guidance(sentence: str, target: Period | None, period: Period) -> str | None:
    """A bureau's own opening for another period; None where a sentence is none."""
    words = plan_words().own_opening
    plain = words.leads_on.sub("", full_width(strip_mark(sentence)))
    undated = words.when.sub("", plain)
    clauses = [c for c in clauses_of(undated) if not words.past.search(c)]
    text = "，".join(clauses)
    if not words.thought.search(text):
        return None
    led = _with_subject(text, words)
    moved = move_to_period(led, target, period)
    if not moved or len(moved) > words.longest:
        return None
    opening = phrase("opening.own.text", period=period, thought=moved.rstrip("，。；：") + "。")
    return split_long(opening, plan_words())


def _with_subject(text: str, words: OpeningWords) -> str:
    """A thought with whose it is in front and 将 behind that: 我局将……."""
    subject = words.subject.search(text)
    head = text[: subject.start()] if subject else ""
    if subject is None or head.count("，") >= _LED_IN:
        return words.ours + words.will + text.removeprefix(words.will)
    name = words.ours if re.search(r"[*＊×]", subject[0]) else subject[0]
    rest = text[subject.end() :]
    will = "" if rest.startswith((words.will, "要")) else words.will
    return head + name + will + rest.lstrip("，")


_ITEMISED = 2


PlanOpening = tuple[tuple[str, tuple[Quote, ...]], ...]
"""What a plan opens with: sentences, each with what it rests on."""


def write_opening(
    task: Task,
    blocks: Sequence[PlanBlock],
    report: Report,
    sections: Sequence[Section],
    guidance: Guidance | None,
) -> PlanOpening:
    """The bureau's own guiding thought, if there is one, and what the plan rests on."""
    basis, quotes = _basis(blocks, report, sections)
    key = "guided" if guidance else basis
    kind = _kind(report, sections).removeprefix(phrase("title.work"))
    text = phrase(f"opening.{key}", period=task.period, topic=topic_name(task), kind=kind)
    own = [(guidance.text, (guidance.quote,))] if guidance else []
    return (*own, (text, quotes))


def _basis(
    blocks: Sequence[PlanBlock], report: Report, sections: Sequence[Section]
) -> tuple[str, tuple[Quote, ...]]:
    """What a plan rests on, and the headings that show it."""
    measures = [m for block in blocks for m in block.measures]
    origins = {m.origin for m in measures}
    has_problem = Origin.PROBLEM in origins  # a measure of the own plan that answers one
    has_plan = has_problem or Origin.OWN_PLAN in origins
    plan = root_heading(report, sections, SectionKind.PLAN) if has_plan else None
    problems = root_heading(report, sections, SectionKind.PROBLEMS) if has_problem else None
    if plan and problems:
        return "both", (plan, problems)
    if plan:
        return "plan", (plan,)
    if origins == {Origin.SISTER}:
        return "sisters", measures[0].quotes[:1]
    done = next((h for k in WORK_KINDS if (h := root_heading(report, sections, k))), None)
    own = (q for m in measures if m.origin is not Origin.SISTER for q in m.quotes)
    targets = (target.quote for block in blocks for target in block.targets)
    return "done", (done or next(own, None) or next(targets),)


def write_draft(
    task: Task,
    opening: PlanOpening,
    blocks: Sequence[PlanBlock],
    report: Report,
    sections: Sequence[Section],
) -> Draft:
    """The draft without its findings."""
    sources = Footnotes()
    opened = (CitedText(t, _cite(sources, quotes), Origin.BASIS) for t, quotes in opening)
    paragraphs = [Paragraph("", tuple(opened))]
    for place, block in enumerate(blocks, 1):
        number = chinese_numeral(place)
        alone = len(blocks) == 1  # nobody numbers one thing
        heading = "" if alone else phrase("display.heading", number=number, heading=block.heading)
        paragraphs.append(Paragraph(heading, tuple(_sentences(task, block, sources))))
    tasks = tuple(_tasks(blocks, sources)) if task.with_tasks else ()
    title = _title(task, _kind(report, sections))
    return Draft(title, tuple(paragraphs), sources.citations(), tasks=tasks)


def _sentences(task: Task, block: PlanBlock, sources: Footnotes) -> Iterator[CitedText]:
    """The measures of a part, counted where there are three or more, then its targets."""
    items = list_items(block)
    for order, item in enumerate(items, 1):
        number = chinese_numeral(order)
        lead = phrase("display.item", number=number) if len(items) > _ITEMISED else ""
        for measure in item:
            told = measure.text.removeprefix(f"{block.heading}，")
            text = lead + split_long(told, plan_words())
            numbers = _cite(sources, measure.quotes)
            problems = _cite(sources, measure.problems)
            yield CitedText(text, numbers, measure.origin, _note(measure), problems)
            lead = ""
    for text, quote in join_targets(block.targets, task.period):
        yield CitedText(text, _cite(sources, (quote,)), Origin.TARGET)


def _cite(sources: Footnotes, quotes: Iterable[Quote]) -> tuple[int, ...]:
    """The numbers of some quotes, each once."""
    return tuple(dict.fromkeys(map(sources.number, quotes)))


def _note(measure: Measure) -> str:
    """What is said behind a measure: that it is another bureau's, that it has a slip."""
    borrowed = phrase("display.borrowed") if measure.origin is Origin.SISTER else ""
    misspelt = any(find_slips(measure.text))
    return borrowed + (phrase("display.as_printed") if misspelt else "")


def _tasks(blocks: Sequence[PlanBlock], sources: Footnotes) -> Iterator[DraftTask]:
    """The measures and targets as rows; whose they are is for a person to fill in."""
    rows = [
        row
        for block in blocks
        for row in (
            *((m.text, m.quotes) for m in block.measures),
            *((t.text, (t.quote,)) for t in block.targets),
        )
    ]
    for n, (text, quotes) in enumerate(rows, 1):
        due = plan_words().deadline.search(text)
        by = due[0] if due else phrase("tasks.by")
        yield DraftTask(n, text.rstrip("。"), phrase("tasks.unit"), by, _cite(sources, quotes))


def _kind(report: Report, sections: Sequence[Section]) -> str:
    """What the bureau calls its plans: 工作打算, 工作谋划."""
    heading = root_heading(report, sections, SectionKind.PLAN)
    words = (heading.text if heading else "") + report.identity.title
    return next((k for k in plan_words().kinds if k in words), phrase("title.kind"))


def _title(task: Task, kind: str) -> str:
    fields = {"bureau": task.bureau.name, "period": task.period, "kind": kind}
    if task.topic is None:
        return phrase("title.all", **fields)
    return phrase("title.topic", **fields, topic=topic_name(task))


def topic_name(task: Task) -> str:
    """What a sentence calls the topic, or all of them."""
    if task.topic is None:
        return phrase("opening.all_topics")
    return plan_words().topics.get(task.topic.name, task.topic.name)
