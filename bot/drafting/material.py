"""The material of a plan: sentences of reports by their origin, worded for the period planned."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.answers import Quote
from bot.compositions import Origin
from bot.drafting.likeness import character_pairs, containment, is_repeat
from bot.drafting.request import Task
from bot.drafting.rewriting import (
    BLANK,
    as_borrowed_idea,
    as_measure,
    as_ongoing_work,
    clean_sentence,
    common_words,
    has_only_figures_of,
    is_whole,
    keep_clauses_on,
    keep_items_on,
    move_to_period,
    pair_users,
    starts_with_verb,
)
from bot.drafting.sources import (
    SourceSentence,
    heading_words,
    plan_topics,
    quote_heading,
    rank_topics,
    sentences_of_kind,
    strip_mark,
)
from bot.drafting.vocabulary import PLAN, PlanWords, ProblemKind, Routine, phrase, plan_words
from knowledge.library import Library
from knowledge.models import Bureau, Report, Section, SectionKind
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period
from knowledge.understanding.topics import Topic

_SHARED_PAIRS = 2
_AROUND = 200
_CLAUSE_ENDS = re.compile("[，,；;。：:]")
_UNFIT = re.compile(r"[*×\d]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: where it stands, what a measure calls it, and all that is said of it.

    ``name`` is empty where its words hold figures or masks, or are too long to be called so.
    """

    quote: Quote
    label: str
    around: str
    topics: tuple[str, ...]

    @property
    def name(self) -> str:
        """What 针对……的问题 calls it; empty where that cannot be."""
        fits = len(self.label) <= plan_words().longest_problem and not _UNFIT.search(self.label)
        return self.label if fits else ""

    @property
    def kinds(self) -> tuple[ProblemKind, ...]:
        """What it is a problem of, by its own words, else by what is said of it."""
        kinds = plan_words().problem_kinds
        by_label = tuple(kind for kind in kinds if kind.words.search(self.label))
        return by_label or tuple(kind for kind in kinds if kind.words.search(self.around))

    def is_on(self, topic: str, words: Sequence[str]) -> bool:
        """Whether it is of a topic above all, or its name has one of the topic's ``words``."""
        return self.topics[:1] == (topic,) or any(word in self.label for word in words)

    def is_answered_by(self, text: str, topics: Sequence[str]) -> bool:
        """Whether a measure, of the ``topics`` that it is most about, answers it."""
        if kinds := self.kinds:
            return any(k.topic in ("", *topics) and k.answers.search(text) for k in kinds)
        own = character_pairs(text)
        shared = own & character_pairs(self.around)
        akin = bool(self.topics) and self.topics[0] in topics
        return akin and len(shared) >= _SHARED_PAIRS and bool(own & character_pairs(self.label))


def read_problems(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> tuple[Problem, ...]:
    """The problems of a report in its order: those with a heading, else each sentence."""
    headed = tuple(_headed_problems(report, sections, known))
    if headed:
        return headed
    leads, sentences = (
        plan_words().leads_to_problems,
        sentences_of_kind(report, sections, SectionKind.PROBLEMS, known),
    )
    return tuple(_problem_of(s, known) for s in sentences if not leads.search(s.quote.text.strip()))


def _headed_problems(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[Problem]:
    for section in sections:
        if section.kind is SectionKind.PROBLEMS and section.leaf and section.run_in:
            quote = quote_heading(report, section)
            around = report.text[section.start : section.end].strip()[:_AROUND]
            yield Problem(quote, heading_words(quote.text), around, rank_topics(around, known))


def _problem_of(sentence: SourceSentence, known: Sequence[Topic]) -> Problem:
    text = sentence.quote.text.strip()
    label = heading_words(_CLAUSE_ENDS.split(heading_words(text))[0])
    return Problem(sentence.quote, label, text[:_AROUND], rank_topics(text, known))


WORK_KINDS = (SectionKind.DONE, SectionKind.HIGHLIGHTS)
"""Where reports name the work done: some name all of it as highlights."""
_MENTIONED = 0.45
_MOST_SISTERS = 12
_WIDE, _SEVERAL, _TELLING = 3, 2, 3
_LED_BY, _BARE, _SHORTEST_IDEA = 4, 16, 10
_SHORTEST_NAME, _LONGEST_NAME = 4, 16
_COUNT = "#"
_COUNTS = re.compile(rf"[{_COUNT}、]+")
_THINGS = re.compile(r"[\u4e00-\u9fff（）、“”+＋]{2,60}")


@dataclass(frozen=True, slots=True)
class Measure:
    """A sentence of the plan: its words, the quotes it rests on, where it stood.

    ``group`` is the heading of the plan's own part that holds it. ``topics`` are ranked: those
    of its own words, then those of its headings (``headed``). ``problems`` are what it answers.
    ``is_routine``: it is regular work that only figures show.
    """

    text: str
    quotes: tuple[Quote, ...]
    origin: Origin
    topics: tuple[str, ...]
    group: str = ""
    own_topics: tuple[str, ...] = ()
    headed: tuple[str, ...] = ()
    problems: tuple[Quote, ...] = ()
    is_routine: bool = False

    @property
    def lead_topic(self) -> str:
        """What it is most about, by its own words or else its headings; empty for nothing.

        What is a means in any line of work goes behind the line that it is used in.
        """
        named = self.own_topics or self.topics
        means = plan_words().means
        return next((t for t in named if t not in means), next(iter(named), ""))


@dataclass(frozen=True, slots=True)
class FinishedMeasure:
    """What an earlier report planned, and the sentence of a later one that tells of it."""

    text: str
    target: Period
    report: Quote


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to plan from; ``target`` is the period that the own plan was written for.

    ``finished`` is what earlier plans held and a later report tells of.
    """

    planned: tuple[Measure, ...]
    unfinished: tuple[Measure, ...]
    ongoing: tuple[Measure, ...]
    ideas: tuple[Measure, ...]
    problems: tuple[Problem, ...]
    finished: tuple[FinishedMeasure, ...]
    target: Period | None

    def of(self, topic: Topic | None) -> "Material":
        """What of it is of one topic, clauses of other topics cut; all of it for None.

        Of all of it, what other bureaus plan for several lines of work at once is left out.
        """
        if topic is None:
            return replace(self, ideas=tuple(m for m in self.ideas if not _ranges(m)))
        return Material(
            _on_topic(self.planned, topic.name, any_word=True),
            _on_topic(self.unfinished, topic.name, any_word=True),
            _on_topic(self.ongoing, topic.name, any_word=topic.name in plan_words().weak),
            _leading(_on_topic(self.ideas, topic.name), topic.name),
            tuple(p for p in self.problems if p.is_on(topic.name, _words_of(topic.name))),
            tuple(f for f in self.finished if any(w in f.text for w in _words_of(topic.name))),
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
        return bool(self.planned or self.unfinished or self.ongoing or self.ideas)


def gather(library: Library, task: Task) -> Material:
    """Everything that the store offers for a plan."""
    gatherer = _Gatherer(library, task, plan_topics(), plan_words())
    newest = task.entries[0]
    plan = gatherer.sentences(newest, SectionKind.PLAN)
    planned, done = gatherer.part_finished(newest, Origin.OWN_PLAN, task.later)
    unfinished, finished = gatherer.earlier_measures()
    return Material(
        planned=tuple(planned),
        unfinished=tuple(unfinished),
        ongoing=tuple(
            measure
            for entry in _recent(task)
            for measure in gatherer.ongoing_measures(entry, planned)
        ),
        ideas=tuple(gatherer.borrowed_ideas()),
        problems=read_problems(*gatherer.read(newest), gatherer.known),
        finished=(*done, *finished),
        target=plan[0].target if plan else None,
    )


@dataclass(frozen=True, slots=True)
class _Gatherer:
    library: Library
    task: Task
    known: Sequence[Topic]
    words: PlanWords
    read_already: dict[tuple[str, SectionKind], Sequence[SourceSentence]] = field(
        default_factory=dict
    )

    def read(self, entry: ReportEntry) -> tuple[Report, tuple[Section, ...]]:
        return self.library.report(entry.id), self.library.outline(entry.id)[0]

    def sentences(self, entry: ReportEntry, kind: SectionKind) -> Sequence[SourceSentence]:
        key = (entry.id, kind)
        if key not in self.read_already:
            report, sections = self.read(entry)
            self.read_already[key] = tuple(sentences_of_kind(report, sections, kind, self.known))
        return self.read_already[key]

    def plan_measures(self, entry: ReportEntry, origin: Origin) -> Iterator[Measure]:
        """Measures of a report's plan, and of the sentences elsewhere that look ahead."""
        sentences = list(self.sentences(entry, SectionKind.PLAN))
        period = entry.identity.period
        target = period.next() if period else None
        for kind in (SectionKind.DONE, SectionKind.PROBLEMS, SectionKind.OTHER):
            sentences += [
                SourceSentence(s.quote, "", s.topics, target)
                for s in self.sentences(entry, kind)
                if self.words.ahead.match(s.quote.text.strip())
            ]
        for sentence in sentences:
            if text := self._reword(sentence):
                yield self._measure(text, sentence, origin)

    def _reword(self, sentence: SourceSentence) -> str | None:
        """A plan's sentence worded for the period planned; None where that cannot be done."""
        plain = clean_sentence(strip_mark(sentence.quote.text), self.words)
        if sentence.target != self.task.period and self._is_out_of_season(plain):
            return None
        text = move_to_period(plain, sentence.target, self.task.period)
        measure = as_measure(text, self.words) if text else None
        sources, year = [sentence.quote.text], self.task.period.year
        return measure if measure and has_only_figures_of(measure, sources, year) else None

    def _is_out_of_season(self, text: str) -> bool:
        """Whether a text is of work that is done only in the other half of the year."""
        half = self.task.period.part.wording
        others = (pattern for name, pattern in self.words.seasons.items() if name != half)
        return half in self.words.seasons and any(pattern.search(text) for pattern in others)

    def ongoing_measures(self, entry: ReportEntry, planned: Sequence[Measure]) -> Iterator[Measure]:
        """Work that goes on: as sentences name it, then as figures show it.

        Regular work that a measure of ``planned`` has already is left out.
        """
        for work, sentence in self._running_work(entry):
            if text := move_to_period(work, None, self.task.period):
                yield self._measure(text, sentence, Origin.CONTINUED)
        yield from self._highlights(entry)
        for routine, text, sentence in self._routines(entry):
            measure = self._measure(text, sentence, Origin.CONTINUED)
            measure = replace(measure, is_routine=True)
            if not _is_planned(routine, measure, planned):
                yield measure

    def _routines(self, entry: ReportEntry) -> Iterator[tuple[Routine, str, SourceSentence]]:
        """The regular work that the sentences of a report show."""
        for sentence in (s for kind in WORK_KINDS for s in self.sentences(entry, kind)):
            plain = clean_sentence(sentence.quote.text, self.words)
            for routine, text in routine_work(plain, self.words.routines):
                if self.task.topic or not routine.of_topic:
                    yield routine, text, sentence

    def _highlights(self, entry: ReportEntry) -> Iterator[Measure]:
        """What a bureau is proud of and has a name for, as work to be kept up."""
        report, sections = self.read(entry)
        for section in sections:
            if section.kind is not SectionKind.HIGHLIGHTS or not section.leaf:
                continue
            quote = quote_heading(report, section)
            name = heading_words(quote.text)
            is_name = _SHORTEST_NAME <= len(name) <= _LONGEST_NAME
            if is_name and not self.words.not_highlight.search(name):
                text = phrase("words.highlight", name=name)
                own = rank_topics(quote.report.text[section.start : section.end], self.known)
                yield Measure(text, (quote,), Origin.CONTINUED, own, "", own[:1])

    def earlier_measures(self) -> tuple[list[Measure], list[FinishedMeasure]]:
        """What earlier reports planned: what no later one mentions, and what one tells of."""
        unfinished: list[Measure] = []
        finished: list[FinishedMeasure] = []
        entries = self.task.entries
        for index, entry in enumerate(entries[1:], 1):
            if entry.identity.period in (None, self.task.newest):
                continue
            later = (*self.task.later, *entries[:index])
            open_, done = self.part_finished(entry, Origin.UNFINISHED, later)
            finished += done
            unfinished += [
                measure
                for measure in open_
                if BLANK not in measure.text and not self.words.once.search(measure.text)
            ]
        return unfinished, finished

    def part_finished(
        self, entry: ReportEntry, origin: Origin, later: Sequence[ReportEntry]
    ) -> tuple[list[Measure], list[FinishedMeasure]]:
        """What a report planned that no later one tells of, and what one tells as done.

        What a later one only plans again is neither.
        """
        measures = list(self.plan_measures(entry, origin))
        told = self._told_in(later)
        if not told or entry.identity.period is None:
            return measures, []
        target = entry.identity.period.next()
        still_open: list[Measure] = []
        finished: list[FinishedMeasure] = []
        for measure in measures:
            own = character_pairs(measure.text)
            share, quote, is_work = max(
                ((containment(own, pairs), quote, work) for pairs, quote, work in told),
                key=lambda found: found[0],
            )
            if share < _MENTIONED:
                still_open.append(measure)
            elif is_work:
                finished.append(FinishedMeasure(measure.text, target, quote))
        return still_open, finished

    def _told_in(self, entries: Sequence[ReportEntry]) -> list[tuple[frozenset[str], Quote, bool]]:
        """Every sentence of some reports: its pairs, itself, whether it tells of work done."""
        return [
            (character_pairs(sentence.quote.text), sentence.quote, kind in WORK_KINDS)
            for entry in entries
            for kind in SectionKind
            for sentence in self.sentences(entry, kind)
        ]

    def borrowed_ideas(self) -> Iterator[Measure]:
        """What other bureaus plan, then what they keep doing, without what is theirs alone.

        Of one topic, their regular work too, and that of their earlier reports.
        """
        level = self.task.bureau.level.value if self.task.bureau.level else ""
        reports = self.library.reports()
        newest = _newest_of_others(reports, self.task.bureau)
        own, whose = self.task.bureau.name, {_bureau_name(entry) for entry in newest}
        earlier = [e for e in reports if _bureau_name(e) in whose - {own} and e not in newest]
        others = [*newest, *earlier] if self.task.topic else newest
        users = pair_users(self._texts_by_bureau(others))
        kinds = [self._planned_work, self._running_work]
        for work_of in (*kinds, self._routine_work) if self.task.topic else kinds:
            for entry in others:
                is_common = common_words(users, _bureau_name(entry))
                for text, sentence in work_of(entry):
                    idea = as_borrowed_idea(text, self.words, level, is_common)
                    if idea and not self.words.dated.search(idea):
                        yield self._measure(idea, sentence, Origin.SISTER)

    def _planned_work(self, entry: ReportEntry) -> Iterator[tuple[str, SourceSentence]]:
        for sentence in self.sentences(entry, SectionKind.PLAN):
            plain = clean_sentence(strip_mark(sentence.quote.text), self.words)
            text = move_to_period(plain, sentence.target, sentence.target or self.task.period)
            if measure := as_measure(text, self.words) if text else None:
                yield measure, sentence

    def _running_work(self, entry: ReportEntry) -> Iterator[tuple[str, SourceSentence]]:
        for sentence in (s for kind in WORK_KINDS for s in self.sentences(entry, kind)):
            plain = clean_sentence(heading_words(sentence.quote.text), self.words)
            text = as_ongoing_work(plain, self.words)
            if text and not _is_bare_heading(text, sentence):
                yield text, sentence

    def _routine_work(self, entry: ReportEntry) -> Iterator[tuple[str, SourceSentence]]:
        for _, text, sentence in self._routines(entry):
            yield text, sentence

    def _texts_by_bureau(self, others: Sequence[ReportEntry]) -> dict[str, list[str]]:
        """The words that each bureau uses; under "" those of the lists, which are everybody's."""
        texts = {"": [word for topic in self.known for word in topic.words]}
        texts[""].append(PLAN.read_text(encoding="utf-8"))
        for entry in (*others, *self.task.entries[:2]):
            report = self.library.report(entry.id)
            texts.setdefault(_bureau_name(entry), []).append(report.text)
        return texts

    def _measure(self, text: str, sentence: SourceSentence, origin: Origin) -> Measure:
        """A measure with the topics of its own words first, those of its heading after."""
        own = rank_topics(text, self.known)
        rest = tuple(name for name in sentence.topics if name not in own)
        quotes = (sentence.quote,)
        return Measure(text, quotes, origin, own + rest, sentence.group, own, sentence.topics)


def _recent(task: Task) -> Sequence[ReportEntry]:
    """The reports whose work goes on: the newest; of one topic those of the year before too."""
    newest = task.entries[0].identity.period
    if task.topic is None or newest is None:
        return task.entries[:1]
    periods = ((entry, entry.identity.period) for entry in task.entries)
    return [entry for entry, when in periods if when and when.year >= newest.year - 1]


def _is_bare_heading(text: str, sentence: SourceSentence) -> bool:
    """Whether a text only heads what was done: 加大……宣贯, or 强化……支撑 and no more."""
    headings = [heading_words(heading) for heading in sentence.quote.path]
    is_heading = len(text) <= max(map(len, headings), default=0) + _LED_BY
    is_bare = "，" not in text and len(text) <= _BARE and not plan_words().going_on.match(text)
    opens = f"{heading_words(sentence.quote.text)}。".startswith(text)
    return (is_heading and is_repeat(text, headings)) or (is_bare and opens)


def _bureau_name(entry: ReportEntry) -> str:
    return entry.identity.bureau.name if entry.identity.bureau else ""


def _newest_of_others(entries: Sequence[ReportEntry], own: Bureau) -> list[ReportEntry]:
    newest: dict[str, tuple[Period, ReportEntry]] = {}
    for entry in entries:
        name, period = _bureau_name(entry), entry.identity.period
        if not name or period is None or name == own.name:
            continue
        if name not in newest or period > newest[name][0]:
            newest[name] = period, entry
    return [entry for _, entry in newest.values()][:_MOST_SISTERS]


def _is_planned(routine: Routine, measure: Measure, planned: Sequence[Measure]) -> bool:
    """Whether a measure of the plan in the same line of work has the regular work already."""
    if routine.unless is None:
        return False
    akin = (m for m in planned if set(m.topics) & set(measure.topics))
    return any(routine.unless.search(m.text) for m in akin)


def routine_work(text: str, routines: Sequence[Routine]) -> Iterator[tuple[Routine, str]]:
    """What a sentence shows to be regular work: 检查药店1,246家 gives 加强对药店的监督检查.

    Each with the routine that matched.
    """
    counted = text
    for figure in reversed(find_figures(text)):
        counted = counted[: figure.start] + _COUNT + counted[figure.end :]
    for routine in routines:
        for match in routine.pattern.finditer(counted):
            groups = match.groupdict().items()  # 药店#、医院# is 药店、医院
            things = {name: _COUNTS.sub("、", words).strip("、") for name, words in groups if words}
            if all(map(_THINGS.fullmatch, things.values())):
                yield routine, routine.text.format(**things)


def _on_topic(
    measures: Iterable[Measure], topic: str, *, any_word: bool = False
) -> tuple[Measure, ...]:
    """The measures of a topic, less their clauses of others; ``any_word`` lets weak words do."""
    parts: list[Measure | None] = []
    for measure in measures:
        if _is_on(measure, topic) or (any_word and _touches(measure, topic)):
            parts.append(_keep_topic_clauses(measure, topic))
        elif any_word:
            parts.append(_clause(measure, topic))
    return tuple(part for part in parts if part)


def _is_on(measure: Measure, topic: str) -> bool:
    """Whether a measure is of a topic: by its own words, else by its heading's first topic."""
    if _is_apart(measure, topic):
        return False
    headed = measure.headed[:1] == (topic,)
    if not measure.own_topics:
        return headed
    return topic in measure.own_topics or (
        headed and any(w in measure.text for w in _words_of(topic))
    )


def _leading(ideas: Sequence[Measure], topic: str) -> tuple[Measure, ...]:
    """Those ideas that are of a topic, or one close to it, above all; where none is, all."""
    whole = [m for m in ideas if len(m.text) >= _SHORTEST_IDEA]
    close = {topic, *plan_words().near.get(topic, ())}
    narrow = (m for m in whole if m.lead_topic in close and not _ranges(m, close - {topic}))
    return tuple(narrow) or tuple(whole)


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
    return _with_text(cut, text) if stands else None


def _ranges(measure: Measure, close: Collection[str] = ()) -> bool:
    """Whether a measure names three lines of work or more, beside those ``close`` to one."""
    others = (t for t in plan_topics() if t.name not in close)
    return sum(any(word in measure.text for word in t.words) for t in others) >= _WIDE


def _words_of(topic: str) -> tuple[str, ...]:
    own = next(t.words for t in plan_topics() if t.name == topic)
    return own + plan_words().weak.get(topic, ())


def _keep_topic_clauses(measure: Measure, topic: str) -> Measure:
    """A measure less its clauses of topics that are neither this one nor close to it."""
    if len(measure.own_topics) < _SEVERAL:
        return measure
    own = _words_of(topic)
    close = {topic, *plan_words().near.get(topic, ())}
    others = [w for t in plan_topics() if t.name not in close for w in t.words if w not in own]
    text = keep_clauses_on(measure.text, own, others, plan_words())
    text = keep_items_on(text, own, others, plan_words())
    return measure if text == measure.text else _with_text(measure, text)


def _with_text(measure: Measure, text: str) -> Measure:
    return replace(measure, text=text, own_topics=rank_topics(text, plan_topics()))
