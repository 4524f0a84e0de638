"""The material of a plan, by where it came from, each sentence worded for the period planned."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.compositions import Origin
from bot.plan.likeness import held, pairs_of
from bot.plan.material import (
    DONE,
    Measure,
    Told,
    done_headings,
    own_words,
    problem_headings,
    ranked_topics,
    told_in,
    unmarked,
)
from bot.plan.moving import BLANK, moved
from bot.plan.request import Task
from bot.plan.rewriting import (
    as_measure,
    borrowed,
    cleaned,
    common_words,
    continued,
    holds_figures,
)
from bot.plan.routines import routine_work
from bot.plan.topical import leading, on_topic_of, plan_topics
from bot.plan.words import PLAN, PlanWords, Routine, plan_words
from knowledge.library import Library
from knowledge.models import Bureau, Report, Section, SectionKind
from knowledge.periods import Period
from knowledge.store import Entry
from knowledge.topics import Topic

_MENTIONED = 0.45
_SISTERS = 12


@dataclass(frozen=True, slots=True)
class Material:
    """All there is to plan from; ``target`` is the period that the own plan was written for."""

    planned: tuple[Measure, ...]
    unfinished: tuple[Measure, ...]
    continued: tuple[Measure, ...]
    ideas: tuple[Measure, ...]
    problems: tuple[Told, ...]
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

    def read(self, entry: Entry) -> tuple[Report, tuple[Section, ...]]:
        return self.library.report(entry.id), self.library.outline(entry.id)[0]

    def told(self, entry: Entry, kind: SectionKind) -> list[Told]:
        report, sections = self.read(entry)
        return list(told_in(report, sections, kind, self.known))

    def planned(self, entry: Entry, origin: Origin) -> Iterator[Measure]:
        """Measures of a report's plan, and of the sentences elsewhere that look ahead."""
        yield from self._measures(self.told(entry, SectionKind.PLAN), origin)
        period = entry.identity.period
        for kind in (SectionKind.DONE, SectionKind.PROBLEMS, SectionKind.OTHER):
            ahead = [
                Told(t.quote, "", t.topics, period.next() if period else None)
                for t in self.told(entry, kind)
                if self.words.ahead.match(t.quote.text.strip())
            ]
            yield from self._measures(ahead, origin)

    def _measures(self, told: Iterable[Told], origin: Origin) -> Iterator[Measure]:
        for sentence in told:
            text = self.worded(sentence)
            if text:
                yield self.measure(text, sentence, origin)

    def worded(self, told: Told) -> str | None:
        """A plan's sentence worded for the period planned, or None."""
        plain = cleaned(unmarked(told.quote.text), self.words)
        if told.target != self.task.period and self._out_of_season(plain):
            return None
        text = moved(plain, told.target, self.task.period)
        measure = as_measure(text, self.words) if text else None
        sure = measure and holds_figures(measure, [told.quote.text], self.task.period.year)
        return measure if sure else None

    def _out_of_season(self, text: str) -> bool:
        """Whether a text tells of what happens only in the other half of the year."""
        half = self.task.period.part.wording
        others = (found for name, found in self.words.seasons.items() if name != half)
        return half in self.words.seasons and any(found.search(text) for found in others)

    def continued(self, entry: Entry, planned: Sequence[Measure]) -> Iterator[Measure]:
        """Work that goes on: as sentences and headings name it, then as figures show it.

        Regular work that a measure of ``planned`` tells of already is left out.
        """
        report, sections = self.read(entry)
        told = [t for kind in DONE for t in self.told(entry, kind)]
        named = (*told, *done_headings(report, sections, self.known))
        for sentence in named:
            text = continued(cleaned(own_words(sentence.quote.text), self.words), self.words)
            text = moved(text, None, self.task.period) if text else None
            if text:
                yield self.measure(text, sentence, Origin.CONTINUED)
        for sentence in told:
            plain = cleaned(sentence.quote.text, self.words)
            for routine, text in routine_work(plain, self.words.routines):
                measure = self.measure(text, sentence, Origin.CONTINUED)
                if not _is_planned(routine, measure, planned):
                    yield measure

    def measure(self, text: str, told: Told, origin: Origin) -> Measure:
        """A measure with the topics of its own words first, those of its heading after."""
        own = ranked_topics(text, self.known)
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
        unfinished=tuple(_unfinished(gatherer)),
        continued=tuple(gatherer.continued(newest, planned)),
        ideas=tuple(_ideas(gatherer)),
        problems=tuple(problem_headings(report, sections, gatherer.known)),
        target=told[0].target if told else None,
    )


def _unfinished(gatherer: _Gatherer) -> Iterator[Measure]:
    """What earlier reports planned and no later one mentions."""
    for index, entry in enumerate(gatherer.task.entries[1:], 1):
        if entry.identity.period is None or entry.identity.period == gatherer.task.newest:
            continue
        later = [
            pairs_of(sentence)
            for e in gatherer.task.entries[:index]
            for sentence in gatherer.library.report(e.id).text.replace("；", "。").split("。")
        ]
        for measure in gatherer.planned(entry, Origin.UNFINISHED):
            own = pairs_of(measure.text)
            once = gatherer.words.once.search(measure.text)
            clear = BLANK not in measure.text and not once and own
            if clear and max((held(own, pairs) for pairs in later), default=1.0) < _MENTIONED:
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
            text = moved(
                cleaned(unmarked(told.quote.text), gatherer.words),
                target,
                target or gatherer.task.period,
            )
            measure = as_measure(text, gatherer.words) if text else None
            idea = borrowed(measure, gatherer.words, level, is_common) if measure else None
            if idea and not gatherer.words.dated.search(idea):
                yield gatherer.measure(idea, told, Origin.SISTER)


def _texts_of_others(gatherer: _Gatherer, others: Sequence[Entry]) -> dict[str, list[str]]:
    """The words that each bureau uses, and those of the lists, which are everybody's."""
    texts = {"": [word for topic in gatherer.known for word in topic.words]}
    texts[""].append(PLAN.read_text(encoding="utf-8"))
    for entry in (*others, *gatherer.task.entries[:2]):
        name = entry.identity.bureau.name if entry.identity.bureau else ""
        texts.setdefault(name, []).append(gatherer.library.report(entry.id).text)
    return texts


def _newest_of_others(entries: Sequence[Entry], own: Bureau) -> list[Entry]:
    newest: dict[str, Entry] = {}
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
