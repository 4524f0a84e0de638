"""The material of a plan: sentences of reports by their origin, worded for the period planned."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.answers import Quote
from bot.compositions import Origin
from bot.drafting.likeness import character_pairs, containment
from bot.drafting.request import Task
from bot.drafting.rewriting import (
    BLANK,
    as_borrowed_idea,
    as_measure,
    as_ongoing_work,
    clean_sentence,
    common_words,
    full_width,
    has_only_figures_of,
    is_whole,
    keep_clauses_on,
    move_to_period,
    starts_with_verb,
)
from bot.drafting.vocabulary import PLAN, PlanWords, Routine, plan_words
from knowledge.library import Library
from knowledge.models import Bureau, Report, Section, SectionKind
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period, period_mentions
from knowledge.understanding.sentences import (
    Span,
    sentence_spans,
    trim_span,
    without_final_punctuation,
)
from knowledge.understanding.topics import Topic, topics

_COUNT = "#"
_COUNTED = re.compile(rf"[{_COUNT}、]+")
_HAN = re.compile(r"[\u4e00-\u9fff（）、“”]{2,60}")


def routine_work(text: str, routines: Sequence[Routine]) -> Iterator[tuple[Routine, str]]:
    """What a sentence shows to be regular work: 检查药店1,246家 gives 加强对药店的监督检查.

    Each with the routine that tells it.
    """
    counted = without_counts(text)
    for routine in routines:
        match = routine.pattern.search(counted)
        if not match:
            continue
        told = {name: _things(found) for name, found in match.groupdict().items() if found}
        if all(_HAN.fullmatch(what) for what in told.values()):
            yield routine, routine.text.format(**told)


def without_counts(text: str) -> str:
    """A text with every figure, unit and all, as ``#``."""
    told = text
    for figure in reversed(find_figures(text)):
        told = told[: figure.start] + _COUNT + told[figure.end :]
    return told


def _things(found: str) -> str:
    """药店#、医院# as 药店、医院."""
    return _COUNTED.sub("、", found).strip("、")


_MARK = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}[是、.．]|\d{1,2}[、.．](?!\d)"
    r"|第[一二三四五六七八九十]{1,2}[，、]|(?:首先|其次|再次|最后)[，,]|—+|[①-⑩])[\s、.．]*"
)
WORK_KINDS = (SectionKind.DONE, SectionKind.HIGHLIGHTS)
"""Where reports tell of work: some tell all of it as highlights."""
_MINI = 12
_TRACE = 0.3


@dataclass(frozen=True, slots=True)
class Measure:
    """A sentence of the plan: its words, the quotes it rests on, where it stood.

    ``group`` is the heading of the plan's own part that holds it. ``topics`` are ranked: those
    of its own words, then those of its headings (``headed``).
    """

    text: str
    quotes: tuple[Quote, ...]
    origin: Origin
    topics: tuple[str, ...]
    group: str = ""
    own_topics: tuple[str, ...] = ()
    headed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a report as it stands: its quote, its part's heading, the topics of that."""

    quote: Quote
    group: str
    topics: tuple[str, ...]
    target: Period | None = None


def rank_topics(text: str, known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics whose words a sentence holds, the most telling first; mere traces left out."""
    scores = {t.name: sum(len(w) for w in t.words if w in text) for t in known}
    floor = max(scores.values(), default=0) * _TRACE
    return tuple(sorted((n for n in scores if scores[n] > floor), key=lambda n: -scores[n]))


def heading_words(heading: str) -> str:
    """A heading without its number and the punctuation that ends it."""
    return without_final_punctuation(_MARK.sub("", full_width(heading.strip())))


def strip_mark(text: str) -> str:
    """A sentence without the number before it."""
    return _MARK.sub("", text.strip())


def sentences_of_kind(
    report: Report, sections: Sequence[Section], kind: SectionKind, known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """Every sentence under headings of one kind, in report order, headings themselves left out."""
    for section in sections:
        if not section.leaf or section.kind is not kind or section.furniture:
            continue
        chain = _chain(section, sections, kind)
        start = _body_start(report.text, section, sections)
        group = _words(report.text, chain[1]) if len(chain) > 1 else ""
        if chain[1:2] == [section] and start < section.heading_end:
            group = ""  # no heading, but the sentence itself
        target = _target(report, chain) if chain else None
        heading = "".join(_words(report.text, s) for s in chain[1:])
        headed = rank_topics(heading, known)
        for span in _join_lead_ins(report.text, sentence_spans(report.text, start, section.end)):
            quote = Quote(report, section.path, span)
            yield SourceSentence(quote, group, headed, target)


def problem_headings(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """Each problem that has a heading of its own, which is quoted; the topics are its body's."""
    for section in sections:
        if section.kind is SectionKind.PROBLEMS and section.leaf and section.run_in:
            span = trim_span(report.text, Span(section.start, section.heading_end))
            body = report.text[section.start : section.end]
            yield SourceSentence(Quote(report, section.path, span), "", rank_topics(body, known))


def headings_of_work(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """The headings of the lowest parts of what was done."""
    for section in sections:
        headed = section.leaf and section.heading_end > section.start
        if not headed or section.kind not in WORK_KINDS:
            continue
        if _chain(section, sections, section.kind)[-1:] == [section]:
            span = trim_span(report.text, Span(section.start, section.heading_end))
            quote = Quote(report, section.path, span)
            yield SourceSentence(quote, "", rank_topics(heading_words(quote.text), known))


def root_heading(report: Report, sections: Sequence[Section], kind: SectionKind) -> Quote | None:
    """The heading of the first part of a kind."""
    for section in sections:
        if section.kind is kind and section.heading_end > section.start:
            span = trim_span(report.text, Span(section.start, section.heading_end))
            return Quote(report, section.path, span)
    return None


def _chain(section: Section, sections: Sequence[Section], kind: SectionKind) -> list[Section]:
    """The sections of one kind around a leaf, the outermost first; unheaded leaves left out."""
    return [
        s
        for s in sections
        if s.kind is kind
        and s.start <= section.start
        and section.end <= s.end
        and s.heading_end > s.start
        and (not s.leaf or s is section)
        and (s is not section or section.start != _parent_start(section, sections))
    ]


def _parent_start(section: Section, sections: Sequence[Section]) -> int:
    starts = [
        s.start
        for s in sections
        if not s.leaf and s.start <= section.start and section.end <= s.end
    ]
    return max(starts, default=-1)


def _body_start(text: str, section: Section, sections: Sequence[Section]) -> int:
    """Where the sentences of a leaf begin: a heading that is a sentence of its own stays."""
    ends = [section.start]
    for s in sections:
        if s.start == section.start and s.end >= section.end and s.heading_end <= section.end:
            is_said = _is_sentence(text, s) if s.run_in else False
            ends.append(s.start if is_said or _runs_on(text, s, section) else s.heading_end)
    start = max(ends)
    while start < section.end and text[start] in _CLOSING:
        start += 1
    return start


def _runs_on(text: str, heading: Section, leaf: Section) -> bool:
    """Whether a heading is the beginning, or all, of the sentence of its leaf."""
    if heading is not leaf:
        return False
    body = text[heading.heading_end : heading.end]
    told = text[heading.start : heading.heading_end].rstrip()
    return not body.strip(_CLOSING) or body.startswith("，") or told.endswith("，")


def _is_sentence(text: str, section: Section) -> bool:
    """Whether a run-in heading is a plain sentence, without number or 在……方面."""
    heading = text[section.start : section.heading_end]
    plain = section.path[-1] == heading.strip().rstrip("。；")
    return plain and heading.rstrip().endswith(("。", "；")) and heading[0] not in _MARKS


_CLOSING = "。；：，、:;,. \t\u3000\n"
_MARKS = "一二三四五六七八九十首其再最在第（(0123456789—①②③④⑤⑥⑦⑧⑨"


def _words(text: str, section: Section) -> str:
    return text[section.start : section.heading_end].strip()


def _target(report: Report, chain: Sequence[Section]) -> Period | None:
    """For when a part plans: as its heading says, else the period after the report's own."""
    own = report.identity.period
    named = period_mentions(_words(report.text, chain[0]))
    if named and (own is None or named[-1].period > own):
        return named[-1].period
    return own.next() if own else None


def _join_lead_ins(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences without the white space around them; a short lead-in joins what it leads to."""
    joined: list[Span] = []
    for span in (trim_span(text, s) for s in spans):
        if span.end == span.start:
            continue
        adjoins = bool(joined) and joined[-1].end == span.start
        begins_anew = plan_words().leads.match(text[slice(*span)])
        if adjoins and _is_mini(text, joined[-1]) and not begins_anew:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _is_mini(text: str, span: Span) -> bool:
    return span.end - span.start <= _MINI and text[span.end - 1] in "。；"


_WIDE, _SEVERAL, _TELLING = 3, 2, 3


@cache
def plan_topics() -> tuple[Topic, ...]:
    """The lines of work with the words that plans use for them."""
    extra = plan_words().extra
    return tuple(
        replace(t, words=tuple(dict.fromkeys((*t.words, *extra.get(t.name, ()))))) for t in topics()
    )


def on_topic_of(
    measures: Iterable[Measure], topic: Topic, *, any_word: bool = False
) -> tuple[Measure, ...]:
    """The measures of a topic, less their clauses of others; ``any_word`` lets weak words do."""
    parts = (_part(m, topic.name, any_word=any_word) for m in measures)
    return tuple(part for part in parts if part)


def _part(measure: Measure, topic: str, *, any_word: bool) -> Measure | None:
    """What of a measure is of a topic; None for nothing."""
    if _is_on(measure, topic) or (any_word and _touches(measure, topic)):
        return _keep_topic_clauses(measure, topic)
    return _clause(measure, topic) if any_word else None


def _is_on(measure: Measure, topic: str) -> bool:
    """Whether a measure is of a topic: by its own words, else by its heading's first topic."""
    if _is_apart(measure, topic):
        return False
    if not measure.own_topics:
        return measure.headed[:1] == (topic,)
    held = measure.headed[:1] == (topic,) and any(w in measure.text for w in _words_of(topic))
    return held or topic in measure.own_topics


def leading(ideas: Sequence[Measure], topic: str) -> tuple[Measure, ...]:
    """Those ideas that are of a topic above all; where there are none, all of them."""
    narrow = (m for m in ideas if m.own_topics[:1] == (topic,) and not _ranges(m))
    return tuple(narrow) or tuple(ideas)


def _is_apart(measure: Measure, topic: str) -> bool:
    """Whether a measure is above all of a topic that mixes with no other."""
    lead = next(iter(measure.own_topics), "")
    return lead != topic and lead in plan_words().apart


def _touches(measure: Measure, topic: str) -> bool:
    """Whether a measure lists a topic among others, or has a weak word of it."""
    words = plan_words()
    if not measure.own_topics or _is_apart(measure, topic):
        return False
    if any(word in measure.text for word in words.weak.get(topic, ())):
        return True
    listed = any(word in measure.text for word in _words_of(topic))
    return listed and bool(words.listing.search(measure.text)) and _ranges(measure)


def _clause(measure: Measure, topic: str) -> Measure | None:
    """The clause of a measure of other topics that is plainly of this one and can stand alone."""
    if _is_apart(measure, topic) or topic in plan_words().apart:
        return None
    telling = [word for word in _words_of(topic) if len(word) >= _TELLING]
    cut = _keep_topic_clauses(replace(measure, own_topics=(*measure.own_topics, topic)), topic)
    places = [cut.text.find(word) for word in telling if word in cut.text]
    if cut.text == measure.text or not places:
        return None
    text = cut.text[cut.text.rfind("，", 0, min(places)) + 1 :]
    stands = is_whole(text) and starts_with_verb(text, plan_words())
    return replace(cut, text=text, own_topics=rank_topics(text, plan_topics())) if stands else None


def _ranges(measure: Measure) -> bool:
    """Whether a measure names three lines of work or more."""
    named = (t for t in plan_topics() if any(word in measure.text for word in t.words))
    return sum(1 for _ in named) >= _WIDE


def _words_of(topic: str) -> tuple[str, ...]:
    own = next(t.words for t in plan_topics() if t.name == topic)
    return own + plan_words().weak.get(topic, ())


def _keep_topic_clauses(measure: Measure, topic: str) -> Measure:
    if len(measure.own_topics) < _SEVERAL:
        return measure
    own = _words_of(topic)
    close = {topic, *plan_words().near.get(topic, ())}
    others = [w for t in plan_topics() if t.name not in close for w in t.words if w not in own]
    text = keep_clauses_on(measure.text, own, others, plan_words())
    if text == measure.text:
        return measure
    return replace(measure, text=text, own_topics=rank_topics(text, plan_topics()))


_MENTIONED = 0.45
_SISTERS = 12


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to plan from; ``target`` is the period that the own plan was written for."""

    planned: tuple[Measure, ...]
    unfinished: tuple[Measure, ...]
    continued: tuple[Measure, ...]
    ideas: tuple[Measure, ...]
    problems: tuple[SourceSentence, ...]
    target: Period | None

    def of(self, topic: Topic | None) -> "Material":
        """What of it is of one topic, clauses of other topics cut; all of it for None."""
        if topic is None:
            return self
        return Material(
            on_topic_of(self.planned, topic, any_word=True),
            on_topic_of(self.unfinished, topic, any_word=True),
            on_topic_of(self.continued, topic, any_word=topic.name in plan_words().weak),
            leading(on_topic_of(self.ideas, topic), topic.name),
            tuple(p for p in self.problems if topic.name in p.topics),
            self.target,
        )

    def near(self, topic: Topic) -> tuple[Measure, ...]:
        """What the bureau plans in the topics beside one."""
        names = plan_words().near.get(topic.name, ())
        return tuple(
            m for name in names for m in self.planned
            if m.own_topics[:1] == (name,) and BLANK not in m.text
        )  # fmt: skip

    def __bool__(self) -> bool:
        return bool(self.planned or self.unfinished or self.continued or self.ideas)


@dataclass(frozen=True, slots=True)
class _Gatherer:
    library: Library
    task: Task
    known: Sequence[Topic]
    words: PlanWords

    def read(self, entry: ReportEntry) -> tuple[Report, tuple[Section, ...]]:
        return self.library.report(entry.id), self.library.outline(entry.id)[0]

    def told(self, entry: ReportEntry, kind: SectionKind) -> list[SourceSentence]:
        report, sections = self.read(entry)
        return list(sentences_of_kind(report, sections, kind, self.known))

    def planned(self, entry: ReportEntry, origin: Origin) -> Iterator[Measure]:
        """Measures of a report's plan, and of the sentences elsewhere that look ahead."""
        yield from self._measures(self.told(entry, SectionKind.PLAN), origin)
        period = entry.identity.period
        for kind in (SectionKind.DONE, SectionKind.PROBLEMS, SectionKind.OTHER):
            ahead = [
                SourceSentence(t.quote, "", t.topics, period.next() if period else None)
                for t in self.told(entry, kind)
                if self.words.ahead.match(t.quote.text.strip())
            ]
            yield from self._measures(ahead, origin)

    def _measures(self, told: Iterable[SourceSentence], origin: Origin) -> Iterator[Measure]:
        for sentence in told:
            text = self.worded(sentence)
            if text:
                yield self.measure(text, sentence, origin)

    def worded(self, told: SourceSentence) -> str | None:
        """A plan's sentence worded for the period planned, or None."""
        plain = clean_sentence(strip_mark(told.quote.text), self.words)
        if told.target != self.task.period and self._out_of_season(plain):
            return None
        text = move_to_period(plain, told.target, self.task.period)
        measure = as_measure(text, self.words) if text else None
        sure = measure and has_only_figures_of(measure, [told.quote.text], self.task.period.year)
        return measure if sure else None

    def _out_of_season(self, text: str) -> bool:
        """Whether a text tells of what happens only in the other half of the year."""
        half = self.task.period.part.wording
        others = (found for name, found in self.words.seasons.items() if name != half)
        return half in self.words.seasons and any(found.search(text) for found in others)

    def continued(self, entry: ReportEntry, planned: Sequence[Measure]) -> Iterator[Measure]:
        """Work that goes on: as sentences and headings name it, then as figures show it.

        Regular work that a measure of ``planned`` tells of already is left out.
        """
        report, sections = self.read(entry)
        told = [t for kind in WORK_KINDS for t in self.told(entry, kind)]
        named = (*told, *headings_of_work(report, sections, self.known))
        for sentence in named:
            text = as_ongoing_work(
                clean_sentence(heading_words(sentence.quote.text), self.words), self.words
            )
            text = move_to_period(text, None, self.task.period) if text else None
            if text:
                yield self.measure(text, sentence, Origin.CONTINUED)
        for sentence in told:
            plain = clean_sentence(sentence.quote.text, self.words)
            for routine, text in routine_work(plain, self.words.routines):
                measure = self.measure(text, sentence, Origin.CONTINUED)
                if not _is_planned(routine, measure, planned):
                    yield measure

    def measure(self, text: str, told: SourceSentence, origin: Origin) -> Measure:
        """A measure with the topics of its own words first, those of its heading after."""
        own = rank_topics(text, self.known)
        rest = tuple(name for name in told.topics if name not in own)
        return Measure(text, (told.quote,), origin, own + rest, told.group, own, told.topics)


def _is_planned(routine: Routine, measure: Measure, planned: Sequence[Measure]) -> bool:
    """Whether a measure of the plan, of the same line of work, tells of regular work already."""
    if routine.unless is None:
        return False
    akin = (m for m in planned if set(m.topics) & set(measure.topics))
    return any(routine.unless.search(m.text) for m in akin)


def gather(library: Library, task: Task) -> Material:
    """Everything that the store offers for a plan."""
    gatherer = _Gatherer(library, task, plan_topics(), plan_words())
    newest = task.entries[0]
    planned = tuple(gatherer.planned(newest, Origin.OWN_PLAN))
    told = gatherer.told(newest, SectionKind.PLAN)
    report, sections = gatherer.read(newest)
    return Material(
        planned=planned,
        unfinished=tuple(_unfinished_measures(gatherer)),
        continued=tuple(gatherer.continued(newest, planned)),
        ideas=tuple(_ideas(gatherer)),
        problems=tuple(problem_headings(report, sections, gatherer.known)),
        target=told[0].target if told else None,
    )


def _unfinished_measures(gatherer: _Gatherer) -> Iterator[Measure]:
    """What earlier reports planned and no later one mentions."""
    for index, entry in enumerate(gatherer.task.entries[1:], 1):
        if entry.identity.period is None or entry.identity.period == gatherer.task.newest:
            continue
        later = [
            character_pairs(sentence)
            for e in gatherer.task.entries[:index]
            for sentence in gatherer.library.report(e.id).text.replace("；", "。").split("。")
        ]
        for measure in gatherer.planned(entry, Origin.UNFINISHED):
            own = character_pairs(measure.text)
            once = gatherer.words.once.search(measure.text)
            clear = BLANK not in measure.text and not once and own
            if (
                clear
                and max((containment(own, pairs) for pairs in later), default=1.0) < _MENTIONED
            ):
                yield measure


def _ideas(gatherer: _Gatherer) -> Iterator[Measure]:
    """What other bureaus plan, without anything that is theirs alone."""
    level = _level(gatherer.task.bureau)
    others = _newest_of_others(gatherer.library.reports(), gatherer.task.bureau)
    texts = _texts_of_others(gatherer, others)
    for entry in others:
        is_common = common_words(texts, entry.identity.bureau.name if entry.identity.bureau else "")
        for told in gatherer.told(entry, SectionKind.PLAN):
            target = told.target
            text = move_to_period(
                clean_sentence(strip_mark(told.quote.text), gatherer.words),
                target,
                target or gatherer.task.period,
            )
            measure = as_measure(text, gatherer.words) if text else None
            idea = as_borrowed_idea(measure, gatherer.words, level, is_common) if measure else None
            if idea and not gatherer.words.dated.search(idea):
                yield gatherer.measure(idea, told, Origin.SISTER)


def _texts_of_others(gatherer: _Gatherer, others: Sequence[ReportEntry]) -> dict[str, list[str]]:
    """The words that each bureau uses, and those of the lists, which are everybody's."""
    texts = {"": [word for topic in gatherer.known for word in topic.words]}
    texts[""].append(PLAN.read_text(encoding="utf-8"))
    for entry in (*others, *gatherer.task.entries[:2]):
        name = entry.identity.bureau.name if entry.identity.bureau else ""
        texts.setdefault(name, []).append(gatherer.library.report(entry.id).text)
    return texts


def _newest_of_others(entries: Sequence[ReportEntry], own: Bureau) -> list[ReportEntry]:
    newest: dict[str, ReportEntry] = {}
    for entry in entries:
        bureau, period = entry.identity.bureau, entry.identity.period
        if bureau is None or period is None or bureau.name == own.name:
            continue
        before = newest.get(bureau.name)
        if before is None or before.identity.period is None or period > before.identity.period:
            newest[bureau.name] = entry
    return list(newest.values())[:_SISTERS]


def _level(bureau: Bureau) -> str:
    return bureau.level.value if bureau.level else ""
