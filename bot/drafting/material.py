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

WORK_KINDS = (SectionKind.DONE, SectionKind.HIGHLIGHTS)
"""Where reports name the work done: some name all of it as highlights."""
_MENTIONED = 0.45
_MOST_SISTERS = 12
_WIDE, _SEVERAL, _TELLING = 3, 2, 3
_TRACE = 0.3
_LEAD_IN = 12
_COUNT = "#"
_COUNTS = re.compile(rf"[{_COUNT}、]+")
_THINGS = re.compile(r"[\u4e00-\u9fff（）、“”]{2,60}")
_MARK = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}[是、.．]|\d{1,2}[、.．](?!\d)"
    r"|第[一二三四五六七八九十]{1,2}[，、]|(?:首先|其次|再次|最后)[，,]|—+|[①-⑩])[\s、.．]*"
)
_CLOSING = "。；：，、:;,. \t\u3000\n"
_MARK_BEGINS = "一二三四五六七八九十首其再最在第（(0123456789—①②③④⑤⑥⑦⑧⑨"


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

    @property
    def lead_topic(self) -> str:
        """What it is most about, by its own words or else its headings; empty for nothing."""
        return next(iter(self.own_topics or self.topics), "")


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a report as it stands: its quote, its part's heading, the topics of that.

    ``target`` is the period that it plans for, if it is of a plan.
    """

    quote: Quote
    group: str
    topics: tuple[str, ...]
    target: Period | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to plan from; ``target`` is the period that the own plan was written for."""

    planned: tuple[Measure, ...]
    unfinished: tuple[Measure, ...]
    ongoing: tuple[Measure, ...]
    ideas: tuple[Measure, ...]
    problems: tuple[SourceSentence, ...]
    target: Period | None

    def of(self, topic: Topic | None) -> "Material":
        """What of it is of one topic, clauses of other topics cut; all of it for None."""
        if topic is None:
            return self
        return Material(
            _on_topic(self.planned, topic.name, any_word=True),
            _on_topic(self.unfinished, topic.name, any_word=True),
            _on_topic(self.ongoing, topic.name, any_word=topic.name in plan_words().weak),
            _leading(_on_topic(self.ideas, topic.name), topic.name),
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
        return bool(self.planned or self.unfinished or self.ongoing or self.ideas)


def gather(library: Library, task: Task) -> Material:
    """Everything that the store offers for a plan."""
    gatherer = _Gatherer(library, task, plan_topics(), plan_words())
    newest = task.entries[0]
    planned = tuple(gatherer.plan_measures(newest, Origin.OWN_PLAN))
    plan = gatherer.sentences(newest, SectionKind.PLAN)
    report, sections = gatherer.read(newest)
    return Material(
        planned=planned,
        unfinished=tuple(gatherer.unfinished_measures()),
        ongoing=tuple(gatherer.ongoing_measures(newest, planned)),
        ideas=tuple(gatherer.borrowed_ideas()),
        problems=tuple(_problem_headings(report, sections, gatherer.known)),
        target=plan[0].target if plan else None,
    )


@dataclass(frozen=True, slots=True)
class _Gatherer:
    library: Library
    task: Task
    known: Sequence[Topic]
    words: PlanWords

    def read(self, entry: ReportEntry) -> tuple[Report, tuple[Section, ...]]:
        return self.library.report(entry.id), self.library.outline(entry.id)[0]

    def sentences(self, entry: ReportEntry, kind: SectionKind) -> list[SourceSentence]:
        report, sections = self.read(entry)
        return list(_sentences_of_kind(report, sections, kind, self.known))

    def plan_measures(self, entry: ReportEntry, origin: Origin) -> Iterator[Measure]:
        """Measures of a report's plan, and of the sentences elsewhere that look ahead."""
        sentences = self.sentences(entry, SectionKind.PLAN)
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
        plain = clean_sentence(_strip_mark(sentence.quote.text), self.words)
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
        """Work that goes on: as sentences and headings name it, then as figures show it.

        Regular work that a measure of ``planned`` has already is left out.
        """
        report, sections = self.read(entry)
        sentences = [s for kind in WORK_KINDS for s in self.sentences(entry, kind)]
        for sentence in (*sentences, *_headings_of_work(report, sections, self.known)):
            plain = clean_sentence(heading_words(sentence.quote.text), self.words)
            text = as_ongoing_work(plain, self.words)
            text = move_to_period(text, None, self.task.period) if text else None
            if text:
                yield self._measure(text, sentence, Origin.CONTINUED)
        for sentence in sentences:
            plain = clean_sentence(sentence.quote.text, self.words)
            for routine, text in routine_work(plain, self.words.routines):
                measure = self._measure(text, sentence, Origin.CONTINUED)
                if not _is_planned(routine, measure, planned):
                    yield measure

    def unfinished_measures(self) -> Iterator[Measure]:
        """What earlier reports planned and no later one mentions."""
        entries = self.task.entries
        for index, entry in enumerate(entries[1:], 1):
            if entry.identity.period is None or entry.identity.period == self.task.newest:
                continue
            later = [
                character_pairs(sentence)
                for e in entries[:index]
                for sentence in self.library.report(e.id).text.replace("；", "。").split("。")
            ]
            for measure in self.plan_measures(entry, Origin.UNFINISHED):
                own = character_pairs(measure.text)
                if BLANK in measure.text or self.words.once.search(measure.text) or not own:
                    continue
                if max((containment(own, pairs) for pairs in later), default=1.0) < _MENTIONED:
                    yield measure

    def borrowed_ideas(self) -> Iterator[Measure]:
        """What other bureaus plan, without anything that is theirs alone."""
        level = self.task.bureau.level.value if self.task.bureau.level else ""
        others = _newest_of_others(self.library.reports(), self.task.bureau)
        texts = self._texts_by_bureau(others)
        for entry in others:
            is_common = common_words(texts, _bureau_name(entry))
            for sentence in self.sentences(entry, SectionKind.PLAN):
                plain = clean_sentence(_strip_mark(sentence.quote.text), self.words)
                target = sentence.target
                text = move_to_period(plain, target, target or self.task.period)
                measure = as_measure(text, self.words) if text else None
                idea = measure and as_borrowed_idea(measure, self.words, level, is_common)
                if idea and not self.words.dated.search(idea):
                    yield self._measure(idea, sentence, Origin.SISTER)

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
        match = routine.pattern.search(counted)
        if not match:
            continue
        groups = match.groupdict().items()  # 药店#、医院# is 药店、医院
        things = {name: _COUNTS.sub("、", words).strip("、") for name, words in groups if words}
        if all(map(_THINGS.fullmatch, things.values())):
            yield routine, routine.text.format(**things)


@cache
def plan_topics() -> tuple[Topic, ...]:
    """The lines of work with the words that plans use for them."""
    extra = plan_words().extra
    return tuple(
        replace(t, words=tuple(dict.fromkeys((*t.words, *extra.get(t.name, ()))))) for t in topics()
    )


def rank_topics(text: str, known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics by how much of their words a sentence holds; mere traces are left out."""
    scores = {t.name: sum(len(w) for w in t.words if w in text) for t in known}
    floor = max(scores.values(), default=0) * _TRACE
    return tuple(sorted((n for n in scores if scores[n] > floor), key=lambda n: -scores[n]))


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
    return _with_text(cut, text) if stands else None


def _ranges(measure: Measure) -> bool:
    """Whether a measure names three lines of work or more."""
    return sum(any(word in measure.text for word in t.words) for t in plan_topics()) >= _WIDE


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
    return measure if text == measure.text else _with_text(measure, text)


def _with_text(measure: Measure, text: str) -> Measure:
    return replace(measure, text=text, own_topics=rank_topics(text, plan_topics()))


def heading_words(heading: str) -> str:
    """A heading without its number and the punctuation that ends it."""
    return without_final_punctuation(_MARK.sub("", full_width(heading.strip())))


def _strip_mark(text: str) -> str:
    """A sentence without the number before it."""
    return _MARK.sub("", text.strip())


def _sentences_of_kind(
    report: Report, sections: Sequence[Section], kind: SectionKind, known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """Every sentence under headings of one kind, in report order, headings themselves left out."""
    for section in sections:
        if not section.leaf or section.kind is not kind or section.furniture:
            continue
        chain = _chain(section, sections, kind)
        start = _body_start(report.text, section, sections)
        headings = [_heading(report.text, s) for s in chain]
        group = "".join(headings[1:2])
        if chain[1:2] == [section] and start < section.heading_end:
            group = ""  # no heading, but the sentence itself
        target = _target(report, headings[0]) if headings else None
        headed = rank_topics("".join(headings[1:]), known)
        for span in _join_lead_ins(report.text, sentence_spans(report.text, start, section.end)):
            yield SourceSentence(Quote(report, section.path, span), group, headed, target)


def _problem_headings(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """Each problem that has a heading of its own, which is quoted; the topics are its body's."""
    for section in sections:
        if section.kind is SectionKind.PROBLEMS and section.leaf and section.run_in:
            topics_of_body = rank_topics(report.text[section.start : section.end], known)
            yield SourceSentence(_quote_heading(report, section), "", topics_of_body)


def _headings_of_work(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """The headings of the lowest parts of what was done."""
    for section in sections:
        headed = section.leaf and section.heading_end > section.start
        if not headed or section.kind not in WORK_KINDS:
            continue
        if _chain(section, sections, section.kind)[-1:] == [section]:
            quote = _quote_heading(report, section)
            yield SourceSentence(quote, "", rank_topics(heading_words(quote.text), known))


def root_heading(report: Report, sections: Sequence[Section], kind: SectionKind) -> Quote | None:
    """The heading of the first part of a kind."""
    of_kind = (s for s in sections if s.kind is kind and s.heading_end > s.start)
    first = next(of_kind, None)
    return _quote_heading(report, first) if first else None


def _quote_heading(report: Report, section: Section) -> Quote:
    span = trim_span(report.text, Span(section.start, section.heading_end))
    return Quote(report, section.path, span)


def _chain(section: Section, sections: Sequence[Section], kind: SectionKind) -> list[Section]:
    """The sections of one kind around a leaf, the outermost first; unheaded leaves left out."""
    around = [s for s in sections if s.start <= section.start and section.end <= s.end]
    parent_start = max((s.start for s in around if not s.leaf), default=-1)
    return [
        s
        for s in around
        if s.kind is kind
        and s.heading_end > s.start
        and (not s.leaf or s is section)
        and (s is not section or section.start != parent_start)
    ]


def _body_start(text: str, section: Section, sections: Sequence[Section]) -> int:
    """Where the sentences of a leaf begin: a heading that is a sentence of its own stays."""
    ends = [section.start]
    for s in sections:
        if s.start == section.start and s.end >= section.end and s.heading_end <= section.end:
            is_said = s.run_in and _is_sentence(text, s)
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
    words = text[heading.start : heading.heading_end].rstrip()
    return not body.strip(_CLOSING) or body.startswith("，") or words.endswith("，")


def _is_sentence(text: str, section: Section) -> bool:
    """Whether a run-in heading is a plain sentence, without number or 在……方面."""
    heading = text[section.start : section.heading_end]
    plain = section.path[-1] == heading.strip().rstrip("。；")
    return plain and heading.rstrip().endswith(("。", "；")) and heading[0] not in _MARK_BEGINS


def _heading(text: str, section: Section) -> str:
    return text[section.start : section.heading_end].strip()


def _target(report: Report, heading: str) -> Period | None:
    """For when a part plans: as its heading says, else the period after the report's own."""
    own = report.identity.period
    mentions = period_mentions(heading)
    if mentions and (own is None or mentions[-1].period > own):
        return mentions[-1].period
    return own.next() if own else None


def _join_lead_ins(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences without the white space around them; a short lead-in joins what it leads to."""
    joined: list[Span] = []
    for span in (trim_span(text, s) for s in spans):
        if span.end == span.start:
            continue
        adjoins = bool(joined) and joined[-1].end == span.start
        begins_anew = plan_words().leads.match(text[slice(*span)])
        if adjoins and _is_lead_in(text, joined[-1]) and not begins_anew:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _is_lead_in(text: str, span: Span) -> bool:
    return span.end - span.start <= _LEAD_IN and text[span.end - 1] in "。；"
