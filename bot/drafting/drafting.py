"""The façade: a request and a library in, a draft out."""

import logging
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Origin, Paragraph
from bot.drafting.arranging import (
    PlanBlock,
    drop_repeats,
    fill_blocks,
    group_by_divisions,
    group_by_facets,
    group_by_parts,
    limit_measures,
    list_items,
)
from bot.drafting.likeness import (
    character_pairs,
    is_covered_by,
    is_like,
    is_taken_up,
    rewording_faults,
    without_item,
)
from bot.drafting.material import (
    WORK_KINDS,
    Material,
    Measure,
    SourceSentence,
    gather,
    heading_words,
    root_heading,
)
from bot.drafting.polishing import DraftPart, DraftSentence, Polisher, Progress, Wording
from bot.drafting.request import PlanRequest, Task, read_request
from bot.drafting.rewriting import BLANK, drop_known_clauses, split_long
from bot.drafting.vocabulary import phrase, plan_words, rewording_words
from bot.errors import EndpointFailed, NothingToPlan
from bot.official.findings import FindingKind, StyleContext
from bot.official.style_check import check_style, mend_draft
from knowledge.library import Library
from knowledge.models import Identity, Report, Section, SectionKind
from knowledge.understanding.sentences import sentence_spans, trim_span
from knowledge.understanding.topics import topics


def style_context(library: Library, task: Task) -> StyleContext:
    """The period planned, the bureau's earlier ones, and the names of all other bureaus."""
    old = tuple(e.identity.period for e in task.entries if e.identity.period)
    names = dict.fromkeys(e.identity.bureau.name for e in library.reports() if e.identity.bureau)
    return StyleContext(
        planned=task.period,
        old=tuple(period for period in old if period != task.period),
        own_bureau=task.bureau.name,
        other_names=tuple(name for name in names if name != task.bureau.name),
    )


def apply_style(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended where that is certain; what is left to say comes after its own findings."""
    checked = mend_draft(draft, context)
    return replace(checked, findings=draft.findings + checked.findings)


_SHARED, _LONGEST = 2, 24
_SHORT, _LONG_LIST = 60, 70
_NO_PROBLEM = re.compile(r"[*×\d。；，]")


def add_problems(
    blocks: Sequence[PlanBlock], problems: Sequence[SourceSentence]
) -> list[PlanBlock]:
    """Blocks with the measures that clearly answer a problem led in by it.

    A problem is named once, and a block names one at most.
    """
    told = list(blocks)
    answered: set[int] = set()
    for problem in problems:
        found = [
            (len(character_pairs(_around(problem)) & character_pairs(m.text)), -i, -j)
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


def _can_answer(measure: Measure, problem: SourceSentence) -> bool:
    words = plan_words()
    wording = heading_words(problem.quote.text)
    if not wording or len(wording) > _LONGEST or _NO_PROBLEM.search(wording):
        return False
    if measure.origin is not Origin.OWN_PLAN:
        return False
    if measure.text.startswith((*words.prepositions, *words.targets)):
        return False
    shared = character_pairs(wording) & character_pairs(measure.text)
    same_topic = bool(problem.topics) and problem.topics[0] in measure.own_topics[:2]
    return same_topic and bool(shared)


def _answering(measure: Measure, problem: SourceSentence) -> Measure:
    lead = phrase("words.connect.problem", problem=heading_words(problem.quote.text))
    quotes = (problem.quote, *measure.quotes)
    return replace(measure, text=lead + measure.text, quotes=quotes, origin=Origin.PROBLEM)


def _around(problem: SourceSentence) -> str:
    """The problem's heading and the sentences under it, as far as the next line."""
    text, end = problem.quote.report.text, problem.quote.span.end
    stop = text.find("\n", end)
    return text[problem.quote.span.start : stop if stop > 0 else len(text)][:200]


def merge_measures(measures: Sequence[Measure]) -> tuple[Measure, ...]:
    """Short measures that begin and end alike, told in one sentence: 加强对甲、乙的监督检查."""
    kept: list[Measure] = []
    for measure in measures:
        frame = _frame(measure)
        index = next(
            (i for i, m in enumerate(kept) if frame and _can_merge(m, measure, frame)), None
        )
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


def _can_merge(before: Measure, measure: Measure, frame: tuple[str, str]) -> bool:
    opening, closing = frame
    alike = before.text.startswith(opening) and before.text.endswith(closing)
    few = len(before.text) <= _LONG_LIST and "，" not in before.text
    akin = opening in plan_words().mixed or before.topics[:1] == measure.topics[:1]
    return alike and few and akin and before.origin is measure.origin


def draft_findings(
    task: Task, material: Material, blocks: Sequence[PlanBlock], left_out: Sequence[str]
) -> tuple[str, ...]:
    """What is thin, what was left out, what to fill in, what came from elsewhere."""
    told = [*_basis_notes(task, material, blocks), *_room_notes(task, blocks, left_out)]
    measures = [m for block in blocks for m in block.measures]
    going_on = [m for m in measures if m.origin is Origin.CONTINUED]
    if going_on:
        told.append(phrase("findings.continued", count=len(going_on), past=task.newest))
    old = [m.text for m in measures if m.origin is Origin.UNFINISHED]
    if old:
        told.append(phrase("findings.unfinished", count=len(old), texts="".join(old)))
    if any(BLANK in m.text for m in measures):
        told.append(phrase("findings.blanks"))
    return tuple(told)


def _basis_notes(task: Task, material: Material, blocks: Sequence[PlanBlock]) -> list[str]:
    told = []
    measures = [m for block in blocks for m in block.measures]
    topic = phrase("opening.all_topics")
    if task.topic:
        topic = plan_words().topics.get(task.topic.name, task.topic.name)
    fields = {"bureau": task.bureau.name, "topic": topic}
    if all(m.origin is Origin.SISTER for m in measures):
        return [phrase("findings.only_sisters", **fields)]
    if not any(m.origin in (Origin.OWN_PLAN, Origin.PROBLEM) for m in measures):
        told.append(phrase("findings.no_plan", **fields))
    elif material.target and material.target != task.period:
        told.append(phrase("findings.moved", target=material.target, period=task.period))
    for block in blocks:
        borrowed = [m for m in block.measures if m.origin is Origin.SISTER]
        if borrowed:
            told.append(
                phrase(
                    "findings.sisters" if len(blocks) > 1 else "findings.sisters_alone",
                    heading=block.heading,
                    count=len(borrowed),
                    bureaus=_bureaus(borrowed),
                )
            )
    return told


def _room_notes(task: Task, blocks: Sequence[PlanBlock], left_out: Sequence[str]) -> list[str]:
    told = []
    if left_out:
        told.append(phrase("findings.left_out", headings="、".join(left_out)))
    if task.counted and len(blocks) < task.length.paragraphs:
        fields = {"count": len(blocks), "wanted": task.length.paragraphs}
        told.append(phrase("findings.few", **fields))
    return told


def _bureaus(measures: Sequence[Measure]) -> str:
    names = {
        q.report.identity.bureau.name: None
        for m in measures
        for q in m.quotes
        if q.report.identity.bureau
    }
    return "、".join(names)


_REFUSED = frozenset(
    {
        FindingKind.PERIOD,
        FindingKind.PAST,
        FindingKind.FOREIGN,
        FindingKind.CHAT,
        FindingKind.CASUAL,
        FindingKind.MARKDOWN,
    }
)
_ENDS = "；;，,、"


def polish_draft(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft with those paragraphs in the model's words that hold; raises EndpointFailed.

    ``draft`` is one of the reports' own sentences, styled. What does not hold is in ``struck``.
    """
    parts, sentences = _parts(draft, task)
    made = polisher.polish(list(parts.values()), draft.title, progress)
    paragraphs, struck, kept = list(draft.paragraphs), list(made.astray), list[str]()
    for (index, part), wordings in zip(parts.items(), made.wordings, strict=True):
        judged = judge_paragraph(part, wordings, context)
        if judged.paragraph:
            told = tuple(_cite_sources(wording, sentences) for wording in judged.paragraph)
            paragraphs[index] = replace(paragraphs[index], sentences=told)
        else:
            kept.append(part.heading.rstrip("。"))
            struck += judged.struck
    return replace(
        draft,
        paragraphs=tuple(paragraphs),
        findings=draft.findings + _kept_finding(kept, len(parts)),
        struck=tuple(dict.fromkeys(struck)),
        writer=polisher.name,
        prompt="+".join(made.prompts) or None,
        model=made.model,
    )


@dataclass(frozen=True, slots=True)
class ParagraphVerdict:
    """The statements of a paragraph that holds; else none, and what is struck of it."""

    paragraph: tuple[Wording, ...]
    struck: tuple[str, ...] = ()


def judge_paragraph(
    part: DraftPart, wordings: Sequence[Wording], context: StyleContext
) -> ParagraphVerdict:
    """Whether a model's paragraph tells what the part tells and nothing else, and how it fails."""
    failing = tuple(w.text for w in wordings if not w.stands or not set(w.cited) <= part.numbers)
    if failing or not wordings:
        return ParagraphVerdict((), failing)
    ended = tuple(replace(w, text=_end_sentence(w.text)) for w in wordings)
    text = "".join(w.text for w in ended)
    sources = [item.text for item in part.items]
    told = all(is_covered_by(item.text, _wording_of(item, ended)) for item in part.items)
    if (
        told
        and not rewording_faults(text, sources, part.heading)
        and not _unstylish(part, text, context)
    ):
        return ParagraphVerdict(ended)
    return ParagraphVerdict((), (text,))


def _wording_of(item: DraftSentence, wordings: Sequence[Wording]) -> str:
    """What cites a sentence; empty for nothing."""
    return "".join(w.text for w in wordings if item.n in w.cited)


def _unstylish(part: DraftPart, text: str, context: StyleContext) -> bool:
    findings = check_style("", [part.heading + text], context)
    return any(finding.kind in _REFUSED for finding in findings)


def _end_sentence(text: str) -> str:
    """A statement as a sentence of its own."""
    bare = text.rstrip(_ENDS)
    return bare if bare.endswith(("。", "：")) else f"{bare}。"


def _parts(draft: Draft, task: Task) -> tuple[dict[int, DraftPart], dict[int, CitedText]]:
    """The paragraphs to be reworded by their places, and what each number is a sentence of.

    The opening is left out: it says nothing of its own.
    """
    parts: dict[int, DraftPart] = {}
    by_number: dict[int, CitedText] = {}
    for index, paragraph in enumerate(draft.paragraphs[1:], 1):
        items = []
        for sentence in paragraph.sentences:
            for text in _sentences(sentence.text):
                n = len(by_number) + 1
                by_number[n] = sentence
                items.append(DraftSentence(n, _report(n, text, task)))
        parts[index] = DraftPart(paragraph.heading, tuple(items))
    return parts, by_number


def _sentences(text: str) -> Iterator[str]:
    """A measure's sentences: an over-long one was cut in two."""
    plain = without_item(text)
    spans = (trim_span(plain, span) for span in sentence_spans(plain))
    return (plain[slice(*span)] for span in spans if span.end > span.start)


def _report(n: int, text: str, task: Task) -> Report:
    """A sentence as a report of its own: the checks hold statements to reports."""
    name = f"draft-{n}"
    return Report(name, name, "", Identity(task.bureau, task.period), text)


def _cite_sources(wording: Wording, sentences: Mapping[int, CitedText]) -> CitedText:
    """A statement with the citations of all that it is made of, and the origin of the first."""
    basis = [sentences[n] for n in wording.cited]
    numbers = tuple(dict.fromkeys(n for sentence in basis for n in sentence.citations))
    return CitedText(wording.text, numbers, basis[0].origin)


def _kept_finding(kept: Sequence[str], parts: int) -> tuple[str, ...]:
    words = rewording_words()
    if not kept:
        return ()
    if len(kept) == parts:
        return (words.kept_whole,)
    return (words.kept.format(count=len(kept), headings="、".join(kept)),)


_log = logging.getLogger("bot")
_ALL = 99
_WHOLE, _MOST_PARTS = 5, 9


def draft_plan(
    library: Library,
    request: PlanRequest,
    progress: Progress = lambda _done, _of: None,
    polisher: Polisher | None = None,
) -> Draft:
    """Wording for the period asked for: in a model's words if a ``polisher`` is given.

    Where its endpoint fails, the reports' own sentences stand, and ``notice`` says so. Raises a
    PlanError where there is nothing to be had.
    """
    begun = time.perf_counter()
    with library.snapshot():
        draft = _draft(library, request, progress, polisher)
    return replace(draft, seconds=round(time.perf_counter() - begun, 4))


def _draft(
    library: Library, request: PlanRequest, progress: Progress, polisher: Polisher | None
) -> Draft:
    task = read_request(library, request)
    everything = gather(library, task)
    material = everything.of(task.topic)
    near = drop_repeats(everything.near(task.topic)) if task.topic else []
    if not (material or near):
        raise NothingToPlan(topic=_topic_name(task), known=_plannable_topics(everything))
    blocks, left_out = _blocks(task, material, near, everything.problems)
    report = library.report(task.entries[0].id)
    draft = _write_draft(task, blocks, report, library.outline(report.id)[0])
    notes = draft_findings(task, material, blocks, left_out)
    context = style_context(library, task)
    if polisher is not None:
        draft = _polish_or_fall_back(mend_draft(draft, context), task, context, polisher, progress)
    return apply_style(replace(draft, findings=notes + draft.findings), context)


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


def _blocks(
    task: Task, material: Material, near: Sequence[Measure], problems: Sequence[SourceSentence]
) -> tuple[list[PlanBlock], list[str]]:
    """The paragraphs, and the headings that there was no room for."""
    length = task.length
    own = drop_repeats(material.planned)
    unfinished = drop_repeats(material.unfinished, own)[: length.wanted]
    cut_short = ((m, _new_part(m, own)) for m in material.continued)
    going_on = drop_repeats([replace(m, text=t) for m, t in cut_short if t], own + unfinished)
    new = [m for m in material.ideas if _new_part(m, own) == m.text]
    ideas = drop_repeats(new, own + unfinished + going_on)
    if task.topic:
        chosen = _of_topic(task, own + unfinished, going_on, ideas, near)
        blocks = group_by_facets(merge_measures(chosen), task.topic, plan_words())
    else:
        blocks = _of_all(task, own, unfinished, going_on, ideas)
    ranked = sorted(blocks, key=lambda b: -_weight(b))[: _room(task, blocks)]
    most = max(length.most, length.most * length.paragraphs // max(1, 2 * len(ranked)))
    cuts = [limit_measures(b, most) for b in blocks if b in ranked]
    joined = [replace(b, measures=merge_measures(b.measures)) for b in cuts]
    kept = add_problems(joined, problems)
    return kept, [b.heading for b in blocks if b not in ranked]


def _new_part(measure: Measure, own: Sequence[Measure]) -> str | None:
    """What of a measure the own plan does not say already."""
    said = [m.text for m in own]
    return drop_known_clauses(measure.text, lambda clause: is_taken_up(clause, said), plan_words())


def _room(task: Task, blocks: Sequence[PlanBlock]) -> int:
    """How many paragraphs: as many as asked for, else none of the plan's own parts is lost."""
    wanted = task.length.paragraphs
    if task.counted or wanted < _WHOLE:
        return wanted
    own = sum(any(m.origin is Origin.OWN_PLAN for m in b.measures) for b in blocks)
    return max(wanted, min(own, _MOST_PARTS))


def _of_topic(
    task: Task,
    own: list[Measure],
    going_on: list[Measure],
    ideas: list[Measure],
    near: Sequence[Measure],
) -> list[Measure]:
    """One topic's measures: the bureau's own first, then what lies near, then others' ideas."""
    length = task.length
    enough = length.paragraphs * length.wanted
    chosen = own + going_on[: max(0, enough - len(own))]
    if len(chosen) < length.wanted:
        chosen += drop_repeats(near, chosen)[: length.wanted - len(chosen)]
    wanted = max(0, enough - len(chosen))
    return chosen + ideas[: min(length.ideas, wanted) if chosen else enough]


def _weight(block: PlanBlock) -> int:
    """How much of a block is the bureau's own plan, then how long it is."""
    own = sum(len(m.text) for m in block.measures if m.origin is Origin.OWN_PLAN)
    return own * 10 + sum(len(m.text) for m in block.measures)


def _of_all(
    task: Task,
    own: list[Measure],
    unfinished: list[Measure],
    going_on: list[Measure],
    ideas: list[Measure],
) -> list[PlanBlock]:
    words, length = plan_words(), task.length
    blocks = group_by_parts(own, words) or group_by_divisions(
        own or unfinished or going_on or ideas, words
    )

    def fits(block: PlanBlock, measure: Measure) -> bool:
        return bool(block.topics & set((measure.own_topics or measure.topics)[:1]))

    blocks = fill_blocks(blocks, unfinished, replace(length, wanted=_ALL), fits, length.wanted)
    blocks = fill_blocks(blocks, going_on, length, fits, _ALL)
    blocks = fill_blocks(blocks, ideas, length, fits, length.ideas)
    if len(blocks) < length.paragraphs:
        held = frozenset(t for block in blocks for t in block.topics)
        more = [m for m in going_on if not set((m.own_topics or m.topics)[:1]) & held]
        taken = [block.heading for block in blocks]
        added = [b for b in group_by_divisions(more, words) if not is_like(b.heading, taken)]
        blocks += [b for b in added if len(b.measures) > 1][: length.paragraphs - len(blocks)]
    return blocks


def _write_draft(
    task: Task,
    blocks: Sequence[PlanBlock],
    report: Report,
    sections: Sequence[Section],
) -> Draft:
    kind = _kind(report, sections)
    notes: list[Quote] = []

    def cite(quotes: Sequence[Quote]) -> tuple[int, ...]:
        notes.extend(q for q in dict.fromkeys(quotes) if q not in notes)
        return tuple(notes.index(q) + 1 for q in dict.fromkeys(quotes))

    text, basis = _opening(task, blocks, report, sections, kind)
    paragraphs = [Paragraph("", (CitedText(text, cite(basis), Origin.BASIS),))]
    numbers = phrase("display.numbers")
    for place, block in enumerate(blocks):
        number = _number(place, numbers)
        alone = len(blocks) == 1  # nobody numbers one thing
        heading = "" if alone else phrase("display.heading", number=number, heading=block.heading)
        sentences = []
        listed = list_items(block)
        for order, item in enumerate(listed):
            lead = phrase("display.item", number=_number(order, numbers)) if len(listed) > 2 else ""
            for nth, measure in enumerate(item):
                words = (lead if nth == 0 else "") + split_long(measure.text, plan_words())
                sentences.append(CitedText(words, cite(measure.quotes), measure.origin))
        paragraphs.append(Paragraph(heading, tuple(sentences)))
    citations = tuple(Citation(n, quote) for n, quote in enumerate(notes, 1))
    return Draft(_title(task, kind), tuple(paragraphs), citations)


def _number(index: int, numbers: str) -> str:
    """一 for 0, 十一 for 10."""
    if index < len(numbers):
        return numbers[index]
    return numbers[-1] + (numbers[index - len(numbers)] if index < 2 * len(numbers) - 1 else "")


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


def _opening(
    task: Task,
    blocks: Sequence[PlanBlock],
    report: Report,
    sections: Sequence[Section],
    kind: str,
) -> tuple[str, tuple[Quote, ...]]:
    """One sentence on what the plan rests on, and the headings that show it."""
    origins = {m.origin for b in blocks for m in b.measures}
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
        key, basis = "sisters", tuple(m.quotes[0] for b in blocks for m in b.measures)[:1]
    else:
        first = next(
            (m for b in blocks for m in b.measures if m.origin is not Origin.SISTER),
            blocks[0].measures[0],
        )
        done = next((h for k in WORK_KINDS if (h := root_heading(report, sections, k))), None)
        key, basis = "done", (done or first.quotes[0],)
    text = phrase(
        f"opening.{key}",
        period=task.period,
        topic=_topic_name(task) if task.topic else phrase("opening.all_topics"),
        kind=kind.removeprefix(phrase("title.work")),
    )
    return text, basis


def _topic_name(task: Task) -> str:
    if task.topic is None:
        return ""
    return plan_words().topics.get(task.topic.name, task.topic.name)


def _plannable_topics(material: Material) -> str:
    names = [topic.name for topic in topics() if material.of(topic)]
    return "、".join(names) or "（无）"
