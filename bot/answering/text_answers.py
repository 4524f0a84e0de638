"""Answers what asks for no figure, from the part of each report that is about it.

Which part that is follows from the heading tree: its kind (problems, plan, highlights, opening)
and what its headings and sentences speak of. A heading that names the thing asked answers with
what stands below it; a whole chapter is told by its headings, each with its first sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby, islice, takewhile
from pathlib import Path

from bot.answering.concepts import Concept, Term, concepts_of
from bot.answering.concepts import terms_of as telling_terms
from bot.answering.session import Retrieval
from bot.answers import Footnotes, Quote, report_label
from bot.checking.sources import is_demand
from bot.summarising.belonging import topic_words, units_of_topic
from bot.summarising.units import Reading, Unit, units_of
from bot.wording import say
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind, StatementKind
from knowledge.retrieval.text_question import Sought, TextAsk
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.kinds import outline_words, without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.understanding.topics import topics
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
_LITERAL, _LATE = 1.2, 0.05
_TITLE, _ABOVE, _EARLIER = 0.9, 0.65, 0.5
_FLOOR, _NEAREST_FLOOR = 0.5, 0.25
_AS_GOOD = 0.06
_NAMED, _NAMES_TOPIC, _OTHER_WORDS = 0.7, 0.97, 0.95
_SHORT, _BRIEF, _SHARED, _FULL = 10, 100, 160, 260
_MOST_ITEMS, _MOST_LEAVES, _MOST_REPORTS, _FEW = 12, 4, 5, 2
_MOST_READ, _MOST_TOLD, _MOST_NAMED = 12, 12, 40
_NEAREST = 2
_FEWEST_TELLING = 3
_FIRST, _FIGURES_COUNTED, _SLOGAN = 0.5, 3, 14
_TELLING_FIGURES, _TELLING_THE_THING = (0.5, 1.0), (2.0, 0.25)
"""What a sentence's fit and each of its figures count where not all sentences are told."""
_STOPS = "。！？；;"
_ABOUT_A_THING = re.compile("(?<=..)(?:安全|监管|管理|工作)+$")
_ACT = re.compile("^(?:优化|推进|推动|加强|强化|深化|促进|改善|提升|保障|开展|实施|做好|抓好?|搞)+")
_JOINING = re.compile("[和与及跟、]|以及")
_NO_MARKS = re.compile(r"[^\w*]")


_folded = lru_cache(8192)(normalise)


class _ContentWords(Vocabulary):
    """What tells a kind of content in a sentence; see the data file."""

    honours: Pattern = at("content.honours")
    not_honours: Pattern = at("content.not_honours")
    guidance: Pattern = at("content.guidance")
    empty: Pattern = at("content.empty")
    reason: Pattern = at("content.reason")
    time: Pattern = at("content.time")
    person: Pattern = at("content.person")
    leaning: Pattern = at("content.leaning")


@lru_cache(1)
def _content_words() -> _ContentWords:
    return load_vocabulary(_ContentWords, _FILE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an ask is about: its words as they stand, and as concepts."""

    literal: str
    concepts: tuple[Concept, ...]

    def shares(self, text: str) -> list[float]:
        """How surely a normalised text speaks of each concept."""
        return [concept.in_text(text) for concept in self.concepts]

    def fit(self, own: str, shares: Sequence[float], beside: Sequence[float] = ()) -> float:
        """How well a normalised text speaks of it, by its shares and by what stands around it."""
        bare = _NO_MARKS.sub("", own)
        if self.literal and (at := bare.find(self.literal)) >= 0:
            return _LITERAL - _LATE * at / len(bare)  # a sentence begins with what it is about
        whole = sum(concept.weight for concept in self.concepts)
        best = map(max, shares, beside or shares)
        got = sum(c.weight * share for c, share in zip(self.concepts, best, strict=True))
        return got / whole if whole else 0.0

    def title_fit(self, title: str) -> float:
        """How well a heading names it."""
        words = normalise(title)
        return self.fit(words, self.shares(words))


@dataclass(frozen=True, slots=True)
class FoundPart:
    """Sentences of one section that answer, in order, and how well they do.

    ``title`` is the heading that is told before them; it stands in the first span.
    """

    report: Report
    section: Section
    spans: tuple[Span, ...]
    fit: float
    title: str = ""


class ReportTree:
    """One report's headings and sentences, as they are answered from.

    ``reviews``: only what it says of the year before, without what it plans.
    """

    def __init__(self, library: Library, report_id: str, *, reviews: bool = False) -> None:
        self._reviews = reviews
        self.report = library.report(report_id)
        sections, self._figures = library.outline(report_id)
        self.sections = [s for s in sections if not s.furniture]

    @cached_property
    def leaves(self) -> list[Section]:
        """The leaves that hold prose."""
        title = outline_words().title
        leaves = (s for s in self.sections if s.leaf and s.path[-1] != title)
        return [s for s in leaves if not (self._reviews and s.kind is SectionKind.PLAN)]

    @cached_property
    def units(self) -> list[Unit]:
        """All that a summary may show of it."""
        return units_of(Reading(self.report, tuple(self.sections), tuple(self._figures)))

    def sentences(self, section: Section) -> list[Span]:
        """The sentences below a section's heading, those of the sections below it too."""
        text = self.report.text
        start = section.heading_end
        ends = text[start - 1 : start + 1]
        if section.run_in and not any(stop in ends for stop in "。！？\n"):
            start = section.start  # 在食品安全方面，开展…: the heading begins the sentence
        spans = (trim_span(text, s) for s in sentence_spans(text, start, section.end))
        told = (s for s in spans if any(map(str.isalnum, text[slice(*s)])))
        return [s for s in told if not is_demand(text[slice(*s)])]

    def choose(
        self, spans: Sequence[Span], limit: int, subject: Subject, worth: tuple[float, float]
    ) -> list[Span]:
        """As many of some sentences as fit, in their order, those worth most first.

        ``worth`` is what the fit to a subject and each figure count; one that leans on the
        sentence before (其中…) is told only with it.
        """
        if sum(span.end - span.start for span in spans) <= limit:
            return [*spans]
        by_fit, by_figure = worth
        values = list[float]()
        for span in spans:
            own = _folded(self.report.text[slice(*span)])
            figures = min(self._figures_in(span), _FIGURES_COUNTED)
            fit = subject.fit(own, subject.shares(own))
            values.append(by_fit * fit + by_figure * figures + _FIRST * (not values))
        long = [not (self._is_heading(s) or self.is_slogan(s)) for s in spans]
        told = [n for n in range(len(spans)) if long[n] or values[n] >= by_fit + by_figure]
        chosen, left, leaning = set[int](), limit, _content_words().leaning
        for best in sorted(told or [0], key=lambda n: -values[n]):
            first = best
            while first and leaning.match(self.report.text, spans[first].start):
                first -= 1
            added = {*range(first, best + 1)} - chosen
            size = sum(spans[n].end - spans[n].start for n in added)
            if size <= left or not chosen:
                chosen |= added
                left -= size
            elif not by_figure:  # in their order, without gaps
                break
        return [spans[n] for n in sorted(chosen)]

    def is_slogan(self, span: Span) -> bool:
        """Whether a sentence is a few words that lead others: 不遗余力创国卫."""
        return span.end - span.start <= _SLOGAN and not self._figures_in(span)

    def _is_heading(self, span: Span) -> bool:
        """Whether a sentence is no more than the heading of a part (一是深化改革激发活力)."""
        ends = self._heading_ends
        return span.start in ends and span.end <= ends[span.start] + 1

    @cached_property
    def _heading_ends(self) -> dict[int, int]:
        return {section.start: section.heading_end for section in self.sections}

    def _figures_in(self, span: Span) -> int:
        """How many figures a sentence tells that are not masked."""
        first = bisect_left(self._figures, span.start, key=lambda figure: figure.start)
        within = takewhile(lambda figure: figure.start < span.end, self._figures[first:])
        return sum(not figure.masked for figure in within)

    def children(self, section: Section) -> list[Section]:
        """The titled sections right below a section."""
        return [
            s
            for s in self.sections
            if s.path[:-1] == section.path
            and section.start <= s.start < section.end
            and title_of(s)
        ]


def title_of(section: Section) -> str:
    """A section's own heading without its mark; empty for text that stands under none."""
    words = outline_words()
    if section.path[-1] in (words.title, words.lead, words.body, words.furniture):
        return ""
    return without_mark(section.path[-1])


class TextAnswers:
    """Answers the parts of one question that ask for no figure.

    Quotes are numbered by ``notes`` in the order in which they are cited.
    """

    def __init__(self, library: Library, retrieval: Retrieval, notes: Footnotes) -> None:
        self._library = library
        self._retrieval = retrieval
        self._question = retrieval.question
        self._notes = notes
        self._trees: dict[str, ReportTree] = {}

    def lines(self, ask: TextAsk) -> list[str]:
        """The lines that answer one part; empty where no report does."""
        keys = self._reports_of(ask)
        if ask.sought is Sought.MENTION:
            return self._mention_lines(ask, keys)
        found = {key: self._find(self._tree(key), ask) for key in keys}
        told = {key: findings for key, findings in found.items() if findings}
        if not told:
            return self._done_instead(ask)
        besides = list[str]()
        if not (ask.everyone or self._question.scope.reports):
            literal = _literal_first(told)
            done = _done_before_planned(literal) if ask.role is StatementKind.DONE else literal
            best = _best_reports(done)
            told = {key: done[key] for key in done if key in best[:_MOST_REPORTS]}
            named = (key for key in literal if any(f.fit > 1 for f in literal[key]))
            besides = [key for key in dict.fromkeys((*best, *named)) if key not in told]
        lines = self._told_lines(ask, told)
        if besides:
            lines.append(say("answer.told_too", who=self._labels(besides)))
        return [*lines, *self._silent_line(ask, keys, found)]

    def _done_instead(self, ask: TextAsk) -> list[str]:
        """What was done of a thing, where a report has no highlights that speak of it."""
        if not ask.subject or ask.kinds != (SectionKind.HIGHLIGHTS,):
            return []
        trees = map(self._tree, self._reports_of(ask))
        if any(section.kind in ask.kinds for tree in trees for section in tree.sections):
            return []
        done = self.lines(replace(ask, kinds=(), role=StatementKind.DONE))
        words = ask.subject.replace(" ", "")
        return [say("answer.no_highlights", ask=words), *done] if done else []

    def _mention_lines(self, ask: TextAsk, keys: Sequence[str]) -> list[str]:
        """Who speaks of it in the words asked, then who does in others, then who does not."""
        if self._question.scope.reports is None and len(keys) > _MOST_READ:
            rest = keys[_MOST_TOLD:]  # they hold the words; to read them all would take too long
            lines = self._mention_lines(ask, keys[:_MOST_TOLD])
            return [*lines, say("answer.told_too", who=self._labels(rest))] if lines else []
        trees = {key: self._tree(key) for key in keys}
        leaves = {key: _leaves_within(tree, ask) for key, tree in trees.items()}
        found = {key: _find_mention(t, leaves[key], ask.subject) for key, t in trees.items()}
        if not any(found.values()):
            subject = self._subject(ask.subject)
            found = {key: _find_part(t, leaves[key], subject)[:1] for key, t in trees.items()}
            found = {key: [replace(f, fit=0.0) for f in fs] for key, fs in found.items()}
        if not any(found.values()) and (ask.kinds or ask.role):
            elsewhere = self._mention_lines(replace(ask, kinds=(), role=None), keys)
            return [say("answer.not_within", ask=ask.subject), *elsewhere] if elsewhere else []
        own = {key: fs for key, fs in found.items() if fs and fs[0].fit >= 1.0}
        near = {key: fs for key, fs in found.items() if fs and key not in own}
        lines = self._told_lines(ask, own)
        if near:
            words = ask.subject.replace(" ", "")
            if own or len(words) <= _SHORT:
                lines.append(say("answer.near_words" if own else "answer.other_words", ask=words))
            lines += self._told_lines(ask, near)
        return [*lines, *self._silent_line(ask, keys, found)] if lines else []

    def _told_lines(self, ask: TextAsk, told: Mapping[str, Sequence[FoundPart]]) -> list[str]:
        several = ask.everyone and len(told) > 1 and len(self._question.scope.bureaus) < _FEW
        brief = len(told) > _FEW or several
        if brief and _is_chapter(ask):
            brief = sum(map(len, told.values())) > _MOST_ITEMS
        room = _BRIEF if len(told) > _MOST_REPORTS else _SHARED
        return [
            line
            for key, findings in told.items()
            for line in self._report_lines(ask, findings, brief=brief, room=room)
        ]

    def _silent_line(
        self, ask: TextAsk, keys: Sequence[str], found: Mapping[str, Sequence[FoundPart]]
    ) -> list[str]:
        """One line that names all reports that say nothing, where each was asked."""
        asked = ask.everyone or (self._question.scope.bureaus and len(keys) <= _MOST_REPORTS)
        silent = [key for key in keys if not found.get(key)] if asked else []
        return [say("answer.not_mentioned", who=self._labels(silent))] if silent else []

    def _labels(self, keys: Sequence[str]) -> str:
        names = "、".join(report_label(self._library.report(key)) for key in keys[:_MOST_NAMED])
        rest = len(keys) - _MOST_NAMED
        return say("answer.and_more", names=names, count=len(keys)) if rest > 0 else names

    def missing(self, ask: TextAsk) -> str:
        """One line that says that nothing answers a part."""
        about = ask.subject if ask.sought is Sought.REASON or not ask.kinds else ask.part
        words = about.replace(" ", "")
        if ask.sought in (Sought.HONOURS, Sought.REASON) and words:
            key = "no_honours" if ask.sought is Sought.HONOURS else "no_reason"
            return say(f"answer.{key}", ask=words)
        if ask.sought is Sought.MENTION and 0 < len(words) <= _SHORT:
            return self._not_mentioned(ask, words)
        if ask.role is StatementKind.PLAN and words:
            return say("answer.plan_missing", ask=words)
        return say("answer.ask_missing", ask=words or ask.part.strip())

    def _not_mentioned(self, ask: TextAsk, words: str) -> str:
        """That the bureaus asked do not speak of a thing, and which others do."""
        asked = self._reports_of(ask) if self._question.scope.bureaus else []
        if not asked or len(asked) > _MOST_REPORTS:
            return say("answer.nowhere_mentioned", ask=words)
        others = self._mentioning(ask) - {*asked}
        written = [
            entry.id
            for entry in self._library.reports()
            if entry.id in others
            and _find_mention(self._tree(entry.id), self._tree(entry.id).leaves, ask.subject)
        ]
        told = say("answer.not_mentioned_in", who=self._labels(asked), ask=words)
        return told + (say("answer.mentioned_by", who=self._labels(written)) if written else "")

    def nearest(self, ask: TextAsk, most: int = _NEAREST, least: float = 0.0) -> list[str]:
        """The nearest sentences to what is asked, marked as such; empty where none is near.

        ``least`` is how well one has to fit at least. Of a kind of section that does not speak of
        it, all that stands there.
        """
        if ask.sought is Sought.HONOURS:
            return []
        if ask.kinds and ask.subject and ask.sought is not Sought.REASON:
            return self._chapter_instead(ask)
        subject = self._subject(ask.subject)
        found: list[FoundPart] = []
        for key in self._reports_of(ask, near=True):
            tree = self._tree(key)
            for leaf in tree.leaves:
                found += _weigh_sentences(tree, leaf, subject)
        found.sort(key=lambda f: -f.fit)
        floor = max(_NEAREST_FLOOR, least, found[0].fit - _AS_GOOD) if found else 0.0
        found = [f for f in found if f.fit >= floor]
        lines: list[str] = []
        for finding in found[:most]:
            text, mark = self._cite(finding.report, finding.section, finding.spans[0], _FULL)
            who = report_label(finding.report)
            line = say("answer.nearest", who=who, quote=text, mark=mark)
            lines.append(self._mark_planned(line, finding.section, ask))
        return lines

    def _chapter_instead(self, ask: TextAsk) -> list[str]:
        """All that stands in a kind of section, where it does not speak of what is asked."""
        whole = replace(ask, subject="")
        lines = [
            self._headings_line(report_label(self._tree(key).report), whole, findings)
            for key in self._reports_of(whole)[:_MOST_TOLD]
            if (findings := _find_chapter(self._tree(key), whole))
        ]
        words = ask.subject.replace(" ", "")
        if SectionKind.PROBLEMS in ask.kinds:
            return [say("answer.no_such_problem", ask=words), *lines] if lines else []
        return [say("answer.no_such_highlight", ask=words), *lines] if lines else []

    # -- which reports

    def _tree(self, key: str) -> ReportTree:
        if key not in self._trees:
            reviews = key in self._question.scope.reviewing
            self._trees[key] = ReportTree(self._library, key, reviews=reviews)
        return self._trees[key]

    def _reports_of(self, ask: TextAsk, *, near: bool = False) -> list[str]:
        """The reports that an ask is answered from, in the order of answers."""
        scope = self._question.scope
        everything = [entry.id for entry in self._library.reports()]
        if ask.sooner and not scope.bureaus:
            keys = everything
        elif scope.reports is not None:
            told = scope.reports - scope.plan_only  # the report before only plans for the period
            wants_plan = ask.role is StatementKind.PLAN or SectionKind.PLAN in ask.kinds
            allowed = scope.reports if wants_plan or not told else told
            allowed = allowed or scope.reviewing
            keys = [key for key in everything if key in allowed]
        elif ask.sought is Sought.MENTION and not near:
            mentioning = self._mentioning(ask)
            keys = everything if len(everything) <= _MOST_READ else [
                key for key in everything if key in mentioning
            ]  # fmt: skip
        else:
            keys = everything
        if len(keys) > _MOST_READ and not (ask.sought is Sought.MENTION and not near):
            ranked = self._retrieval.reports
            keys = [key for key in keys if key in ranked]
        return sorted(keys, key=lambda key: report_label(self._library.report(key)))

    def _mentioning(self, ask: TextAsk) -> frozenset[str]:
        """The reports that hold the words of an ask."""
        found: frozenset[str] | None = None
        for term in telling_terms(ask.subject):
            holding = frozenset[str]()
            for form in term.forms:
                holding |= self._library.reports_containing(form)
            found = holding if found is None else found & holding
        return found or frozenset()

    def _subject(self, words: str) -> Subject:
        total, frequencies = self._library.passage_count(), self._library.passages_with
        literal = _bare(words)
        return Subject(literal, concepts_of(words, frequencies, total))

    # -- what in a report

    def _find(self, tree: ReportTree, ask: TextAsk) -> list[FoundPart]:
        if ask.sought is Sought.HONOURS:
            return _find_honours(tree, self._subject(ask.subject))
        if ask.sought is Sought.OPENING:
            return _find_opening(tree, ask)
        if ask.sought is Sought.CLOSING:
            return _find_closing(tree)
        if not ask.subject:
            return _find_chapter(tree, ask)
        subject = self._subject(ask.subject)
        topical = ask.sought is Sought.PART and not ask.kinds
        topic = _topic_of(subject.literal) if topical else ""
        for leaves in _permitted(tree, ask):
            found = _find_about(tree, leaves, subject, topic)
            if ask.sought is Sought.REASON:
                found = [f for f in found if _gives_reason(f) and _names_all(f, ask.subject)]
            if ask.sought is Sought.PERSON:
                found = _find_whose(tree, leaves, subject) or found
            if ask.sought is Sought.TIME:
                found = [f for f in found if _says(f, _content_words().time)]
            if found:
                return found
        return []

    # -- what is said of it

    def _report_lines(
        self, ask: TextAsk, findings: Sequence[FoundPart], *, brief: bool, room: int
    ) -> Iterator[str]:
        tree = self._tree(findings[0].report.id)
        who = report_label(tree.report)
        if brief and _is_chapter(ask):
            yield self._headings_line(who, ask, findings)
            return
        most, limit = (1, room) if brief and ask.subject else (_MOST_ITEMS, _FULL)
        if _is_chapter(ask):
            limit = room
        elif not brief and ask.subject:
            findings = [one for finding in findings for one in _by_child(tree, finding)]
            limit = _FULL if len(findings) <= _MOST_LEAVES else room
        items = [(finding, self._item(ask, finding, limit)) for finding in findings[:most]]
        if len(items) == 1:
            finding, text = items[0]
            line = say("answer.sentence", who=who, quote=text)
            yield self._mark_planned(line, finding.section, ask)
            return
        head = say("answer.list_head", who=who)
        planned = all(f.section.kind is SectionKind.PLAN for f, _ in items)
        yield self._mark_planned(head, items[0][0].section, ask) if planned else head
        for n, (finding, text) in enumerate(items, 1):
            line = say("answer.list_item", n=n, item=text, mark="")
            yield line if planned else self._mark_planned(line, finding.section, ask)

    def _headings_line(self, who: str, ask: TextAsk, findings: Sequence[FoundPart]) -> str:
        pieces = []
        for finding in findings:
            text, mark = self._cite(finding.report, finding.section, _whole(finding), _BRIEF)
            pieces.append((finding.title or text.rstrip("。；")) + mark)
        line = say("answer.sentence", who=who, quote="；".join(pieces))
        return self._mark_planned(line, findings[0].section, ask)

    def _item(self, ask: TextAsk, finding: FoundPart, limit: int) -> str:
        """The words of a finding, as many sentences as fit, each with the mark of its quote."""
        report = finding.report
        shown = self._choose(ask, finding, limit)
        size = sum(span.end - span.start for span in shown)
        last = shown[-1]
        clipped = _clip(report.text, last, max(limit - (size - (last.end - last.start)), _BRIEF))
        runs = _runs(report.text, [*shown[:-1], clipped])
        if finding.title:
            runs[0] = Span(finding.section.start, runs[0].end)
        pieces = [f"{finding.title}：" if finding.title else ""]
        for run in runs:
            mark = self._notes.cite(Quote(report, finding.section.path, run))
            inside = [s for s in (*shown[:-1], clipped) if run.start <= s.start < run.end]
            for span in inside:
                cut = "……" if span == clipped and clipped.end < last.end else ""
                pieces.append(report.text[slice(*span)].strip() + cut + mark)
        return "".join(pieces)

    def _choose(self, ask: TextAsk, finding: FoundPart, limit: int) -> list[Span]:
        """The sentences of a finding that are told: reasons in their order, else the best."""
        subject, worth = self._subject(ask.subject), _TELLING_FIGURES
        if ask.sought is Sought.REASON or finding.section.kind is SectionKind.PROBLEMS:
            worth = (0.0, 0.0)
        elif ask.sought is not Sought.PART:
            worth = _TELLING_THE_THING
        return self._tree(finding.report.id).choose(finding.spans, limit, subject, worth)

    def _cite(self, report: Report, section: Section, span: Span, limit: int) -> tuple[str, str]:
        """A slice as it is shown, and the mark of its quote."""
        span = _clip(report.text, span, limit)
        return report.text[slice(*span)].strip(), self._notes.cite(
            Quote(report, section.path, span)
        )

    def _mark_planned(self, line: str, section: Section, ask: TextAsk) -> str:
        """A line on a slice; what is only planned is said to be so, unless plans are asked for."""
        of_form = ask.sought in (Sought.OPENING, Sought.CLOSING)
        alone = len(self._question.texts) < _FEW
        asked = ask.role is StatementKind.PLAN or (self._question.plans and alone) or of_form
        planned = section.kind is SectionKind.PLAN and not asked
        return say("answer.planned", line=line) if planned else line


# -- the parts of a report


def _is_chapter(ask: TextAsk) -> bool:
    """Whether all of a kind of section is asked for: 存在哪些问题."""
    return not ask.subject and ask.sought is Sought.PART


def _permitted(tree: ReportTree, ask: TextAsk) -> Iterator[list[Section]]:
    """The leaves that may answer, those of the kind asked for first."""
    plan = [s for s in tree.leaves if s.kind is SectionKind.PLAN]
    rest = [s for s in tree.leaves if s.kind is not SectionKind.PLAN]
    if ask.role is StatementKind.PLAN:
        yield plan
        return
    if ask.kinds:
        yield [s for s in rest if s.kind in ask.kinds]
        if ask.sought is not Sought.REASON:
            return
        plan = []
        rest = [s for s in rest if s.kind not in ask.kinds]
    if ask.role is StatementKind.DONE:
        yield [s for s in rest if s.kind is not SectionKind.PROBLEMS]
        rest = [s for s in rest if s.kind is SectionKind.PROBLEMS]
    yield rest
    yield plan


def _leaves_within(tree: ReportTree, ask: TextAsk) -> list[Section]:
    """The leaves of the kind of section that is asked about; all where none is named."""
    kinds = (SectionKind.PLAN,) if ask.role is StatementKind.PLAN else ask.kinds
    return [leaf for leaf in tree.leaves if not kinds or leaf.kind in kinds]


def _find_chapter(tree: ReportTree, ask: TextAsk) -> list[FoundPart]:
    """What a report says under the kinds asked for: their headings, each with what is below it."""
    by_role = {StatementKind.PLAN: (SectionKind.PLAN,), StatementKind.DONE: (SectionKind.DONE,)}
    kinds = ask.kinds or (by_role[ask.role] if ask.role else ())
    found: list[FoundPart] = []
    chapters = [s for s in tree.sections if s.kind in kinds]
    chapters = [s for s in chapters if not any(_holds(other, s) for other in chapters)]
    if len(chapters) > _FEW and all(map(title_of, chapters)):  # no chapter has them all below it
        return [_finding(tree, s, tree.sentences(s), 1.0) for s in chapters][:_MOST_ITEMS]
    covered = 0
    for section in tree.sections:
        if section.kind in kinds and section.start >= covered:
            children = tree.children(section)
            if children:
                found += [_finding(tree, child, tree.sentences(child), 1.0) for child in children]
            else:
                spans = (_after_mark(tree.report.text, s) for s in tree.sentences(section))
                spans = (s for s in spans if _says_something(tree.report.text[slice(*s)]))
                found += [FoundPart(tree.report, section, (span,), 1.0) for span in spans]
            covered = section.end
    return [f for f in found if f.spans][:_MOST_ITEMS]


def _holds(section: Section, other: Section) -> bool:
    """Whether a section holds another one."""
    return section is not other and section.start <= other.start and other.end <= section.end


def _says_something(sentence: str) -> bool:
    """Whether a sentence is more than an announcement of others, a close or a signature."""
    return sentence[-1:] in _STOPS and not _content_words().empty.search(sentence)


def _finding(tree: ReportTree, section: Section, spans: Sequence[Span], fit: float) -> FoundPart:
    """A finding, told with its heading where it begins with what stands below that."""
    below = tree.sentences(section)
    title = title_of(section)
    if spans and spans[0].start == section.start:  # 四是加强…排查，…: no heading of its own
        spans = [_after_mark(tree.report.text, spans[0]), *spans[1:]]
    whole = bool(spans and below) and spans[0] == below[0] and section.heading_end <= spans[0].start
    if not below:
        text = tree.report.text
        own = (trim_span(text, s) for s in sentence_spans(text, section.start, section.end))
        spans = [_after_mark(text, s) for s in own if not is_demand(text[slice(*s)])]
    return FoundPart(tree.report, section, tuple(spans), fit, title if whole else "")


def _find_about(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, topic: str
) -> list[FoundPart]:
    """What is about a subject; of a line of work, all that belongs to it.

    A thing that is only called so (双随机一公开 of 信用监管) is a word of its own where the report
    writes it.
    """
    is_topic = bool(topic) and (topic in subject.literal or subject.literal in topic)
    if topic and not is_topic:  # 电梯安全 asks of 电梯 where a report speaks of that
        stem = _ABOUT_A_THING.sub("", subject.literal)
        subject = Subject(stem, subject.concepts) if stem in _folded(tree.report.text) else subject
    of_topic = _find_topic(tree, leaves, subject, topic) if is_topic else []
    if of_topic:
        return of_topic
    found = _find_part(tree, leaves, subject)
    if not topic or (not is_topic and any(f.fit > 1 for f in found)):
        return found
    said = [f for f in found if f.section.kind is not SectionKind.OVERVIEW]
    literal = [replace(f, fit=min(f.fit, _OTHER_WORDS)) for f in said]
    return literal if is_topic else _find_topic(tree, leaves, subject, topic) or literal


def _find_topic(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, topic: str
) -> list[FoundPart]:
    """The sentences of a line of work: below the headings that name it, then single ones.

    Below other headings only those sentences count that name it themselves.
    """
    # an opening names everything and tells nothing of it
    starts = {leaf.start: leaf for leaf in leaves if leaf.kind is not SectionKind.OVERVIEW}
    units = [u for u in units_of_topic(tree.units, topic) if u.leaf in starts]
    found: list[FoundPart] = []
    covered = 0
    for section in tree.sections:
        if section.start < covered or not _names(title_of(section), topic):
            continue
        within = [u for u in units if section.start <= u.span.start < section.end]
        size = sum(u.span.end - u.span.start for u in within)
        most = size * 2 >= section.end - section.heading_end
        titled = subject.literal in _bare(title_of(section))
        if within and (most or titled):
            spans = _sentences_of(tree, section, within if section.leaf else ())
            found.append(_finding(tree, section, spans, 1.0 if titled else _NAMES_TOPIC))
            covered = section.end
    rest = [u for u in units if not any(_is_within(u.span, f.section) for f in found)]
    for start, group in groupby(rest, key=lambda u: u.leaf):
        leaf = starts[start]
        named = _names(title_of(leaf), topic)
        within = [u for u in group if named or _names(u.text, topic)]
        if within:
            finding = _finding(tree, leaf, _sentences_of(tree, leaf, within), _OTHER_WORDS)
            found.append(finding if named else replace(finding, title=""))
    found.sort(key=lambda f: (-f.fit, -_size(f)))
    return sorted(found[:_MOST_LEAVES], key=lambda f: (-f.fit, f.section.start))


def _sentences_of(tree: ReportTree, section: Section, units: Sequence[Unit]) -> list[Span]:
    """The whole sentences that some units of a section are of; all of them without units."""
    spans = tree.sentences(section)
    if not units:
        return spans
    return [s for s in spans if any(u.span.start < s.end and s.start < u.span.end for u in units)]


def _is_within(span: Span, section: Section) -> bool:
    return section.start <= span.start < section.end


def _by_child(tree: ReportTree, finding: FoundPart) -> list[FoundPart]:
    """What stands below a heading, one finding for each heading right below it."""
    children = tree.children(finding.section) if finding.title else []
    if not children:
        return [finding]
    text, below = tree.report.text, tree.sentences(finding.section)
    lead = [s for s in below if s.end <= children[0].start and _says_something(text[slice(*s)])]
    first = [_finding(tree, finding.section, lead, finding.fit)] if lead else []
    return first + [_finding(tree, c, tree.sentences(c), finding.fit) for c in children]


def _names(text: str, topic: str) -> bool:
    return any(topic in mention.topics for mention in topic_words(topic).mentions(text))


def _size(finding: FoundPart) -> int:
    return sum(s.end - s.start for s in finding.spans)


def _find_part(tree: ReportTree, leaves: Sequence[Section], subject: Subject) -> list[FoundPart]:
    """What is about some words: below the heading that names them, else the sentences."""
    weighed = {leaf.start: _weigh_sentences(tree, leaf, subject) for leaf in leaves}
    best = max((f.fit for found in weighed.values() for f in found), default=0.0)
    heading, named = _best_heading(tree, leaves, subject)
    if heading and named >= max(_NAMED, best - _AS_GOOD):
        return [_finding(tree, heading, tree.sentences(heading), named)]
    if best < _FLOOR:
        return []
    found = []
    for leaf in leaves:
        good = [f for f in weighed[leaf.start] if f.fit >= best - _AS_GOOD]
        if good:
            spans = _go_on(tree, leaf, [f.spans[0] for f in good], subject)
            finding = _finding(tree, leaf, spans, max(f.fit for f in good))
            named = subject.title_fit(finding.title) >= _FLOOR
            found.append(finding if named else replace(finding, title=""))
    found.sort(key=lambda f: -f.fit)
    return found[:_FEW]


def _best_heading(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject
) -> tuple[Section | None, float]:
    """The heading above some leaves that names most of the words; the outermost of equals."""
    best: Section | None = None
    most = 0.0
    for section in tree.sections:
        title = title_of(section)
        if title and any(section.start <= leaf.start < section.end for leaf in leaves):
            named = subject.title_fit(title)
            if named > most:
                best, most = section, named
    return best, most


def _weigh_sentences(tree: ReportTree, leaf: Section, subject: Subject) -> list[FoundPart]:
    """Every sentence of a leaf, weighed by its words, its headings and the sentence before."""
    text, found = tree.report.text, []
    less = 2 * _LATE if leaf.kind is SectionKind.OVERVIEW else 0.0  # it speaks of everything
    titles = subject.shares(_folded(title_of(leaf)))
    above = subject.shares(_folded("".join(leaf.path[:-1])))
    earlier = [0.0] * len(titles)
    for span in tree.sentences(leaf):
        own = _folded(text[slice(*span)])
        shares = subject.shares(own)
        beside = [
            max(_TITLE * t, _ABOVE * a, _EARLIER * e)
            for t, a, e in zip(titles, above, earlier, strict=True)
        ]
        fit = subject.fit(own, shares, beside) - less
        found.append(FoundPart(tree.report, leaf, (span,), fit))
        earlier = shares
    return found


def _go_on(tree: ReportTree, leaf: Section, spans: list[Span], subject: Subject) -> list[Span]:
    """Some sentences of a leaf, with the next one where they say little and it goes on.

    It does where it speaks of the same, or where a slogan leads both (不遗余力创国卫).
    """
    if sum(s.end - s.start for s in spans) >= _BRIEF:
        return spans
    text, sentences = tree.report.text, tree.sentences(leaf)
    after = [s for s in sentences if s.start >= spans[-1].end][:1]
    slogans = [tree.is_slogan(s) for s in sentences if s.end <= spans[-1].end]
    goes_on = any(
        any(subject.shares(_folded(text[slice(*s)])))
        or _content_words().leaning.match(text, s.start)
        or (any(slogans) and not tree.is_slogan(s))
        for s in after
    )
    return [*spans, *after] if goes_on else spans


def _find_mention(tree: ReportTree, leaves: Sequence[Section], subject: str) -> list[FoundPart]:
    """The sentence that speaks of all of a thing's words, in short: its own or its heading's.

    ``fit`` is 1 or more where they are the words that were asked for, less where others stand for
    them. An opening speaks of everything, so that any other place comes before it.
    """
    literal, terms = _bare(subject), telling_terms(subject)
    found: list[FoundPart] = []
    for leaf in leaves:
        less = 2 * _LATE if leaf.kind is SectionKind.OVERVIEW else 0.0
        above, sentences = _folded("".join(leaf.path)), tree.sentences(leaf)
        for span in sentences:
            fit = _mention_fit(literal, terms, _folded(tree.report.text[slice(*span)]))
            if fit:
                found.append(FoundPart(tree.report, leaf, (span,), fit - less))
        fit = _mention_fit(literal, terms, above)
        if not fit:
            found += _mention_below(tree, leaf, literal, terms)
        if fit and sentences:
            found.append(_finding(tree, leaf, sentences[:1], fit - _LATE - less))
    found.sort(key=lambda f: (-f.fit, _size(f) > _FULL))
    return found[:1]


def _mention_below(
    tree: ReportTree, leaf: Section, literal: str, terms: Sequence[Term]
) -> list[FoundPart]:
    """The sentences that speak of all of a thing's words together with their heading."""
    title, text = _folded(title_of(leaf)), tree.report.text
    own = [(span, _folded(text[slice(*span)])) for span in tree.sentences(leaf)]
    fits = ((span, _mention_fit(literal, terms, title + words)) for span, words in own if title)
    return [
        FoundPart(tree.report, leaf, (span,), _OTHER_WORDS - _LATE) for span, fit in fits if fit
    ]


def _mention_fit(literal: str, terms: Sequence[Term], text: str) -> float:
    """How surely a normalised text speaks of a thing, at least 1 with the words asked for."""
    if literal in _NO_MARKS.sub("", text):
        return _LITERAL
    if terms and all(term.word in text for term in terms):
        return _LITERAL - _LATE
    if any(normalise(form) in text for form in synonyms().same(literal)):
        return _OTHER_WORDS
    nouns = [term for term in terms if not term.is_verb] or terms
    vague = len(nouns) == 1 and len(nouns[0].word) < _FEWEST_TELLING and len(terms) > 1
    needed = terms if vague else nouns  # 乡村 alone is no 乡村振兴
    return _OTHER_WORDS if needed and all(term.is_in(text) for term in needed) else 0.0


def _find_honours(tree: ReportTree, subject: Subject) -> list[FoundPart]:
    """The sentences that tell of honours, of what is asked where that is narrower."""
    words = _content_words()
    found = []
    for leaf in tree.leaves:
        if leaf.kind is SectionKind.PLAN:
            continue
        for finding in _weigh_sentences(tree, leaf, subject):
            clauses = tree.report.text[slice(*finding.spans[0])]
            told = words.honours.search(clauses) and not words.not_honours.search(clauses)
            if told and (not subject.literal or finding.fit >= _FLOOR):
                found.append(finding)
    return found


def _find_opening(tree: ReportTree, ask: TextAsk) -> list[FoundPart]:
    """How a report begins; of a plan, where that is asked for, how the plan does."""
    kind = SectionKind.PLAN if ask.role is StatementKind.PLAN else SectionKind.OVERVIEW
    leaf = next((s for s in tree.leaves if s.kind is kind), None)
    if leaf is None:
        return []
    spans, words = tree.sentences(leaf), _content_words()
    guiding = [s for s in spans if words.guidance.search(tree.report.text[slice(*s)])]
    return [FoundPart(tree.report, leaf, (span,), 1.0) for span in guiding[:1]]


def _find_closing(tree: ReportTree) -> list[FoundPart]:
    """How a report ends: its last sentence that says something."""
    text, last = tree.report.text, tree.leaves[-1:]
    spans = reversed(tree.sentences(last[0])) if last else iter(())
    said = (s for s in spans if s.end - s.start > _SHORT and _says_something(text[slice(*s)]))
    return [FoundPart(tree.report, last[0], (span,), 1.0) for span in islice(said, 1)]


def _find_whose(tree: ReportTree, leaves: Sequence[Section], subject: Subject) -> list[FoundPart]:
    """The sentences on a subject that tell who does it, or for whom; before all that do not."""
    text, person = tree.report.text, _content_words().person
    found = _find_part(tree, leaves, replace(subject, literal=""))
    told = [(f, tuple(s for s in f.spans if person.search(text[slice(*s)]))) for f in found]
    return [replace(f, spans=spans, fit=f.fit + 1) for f, spans in told if spans]


def _gives_reason(finding: FoundPart) -> bool:
    return finding.section.kind is SectionKind.PROBLEMS or _says(finding, _content_words().reason)


def _names_all(finding: FoundPart, subject: str) -> bool:
    """Whether a passage, with its headings, speaks of all the things that are asked of."""
    terms = telling_terms(subject)
    text = "".join(finding.report.text[slice(*span)] for span in finding.spans)
    said = _folded("".join(finding.section.path) + text)
    nouns = [t for t in terms if not t.is_verb] or terms
    return all(t.is_in(said) for t in nouns) if nouns else _bare(subject) in _NO_MARKS.sub("", said)


def _says(finding: FoundPart, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(finding.report.text[slice(*span)]) for span in finding.spans)


def _topic_of(words: str) -> str:
    """The line of work that some words name, each of them where several are joined."""
    called = {_bare(name): t.name for t in topics() for name in (*t.aliases, t.name)}
    bare = _ACT.sub("", words)  # 优化营商环境 asks of 营商环境
    parts = [name for name in (words, bare) if name in called][:1] or _JOINING.split(words)
    named = {called.get(part, "") for part in parts}
    return named.pop() if len(named) == 1 else ""


def _bare(words: str) -> str:
    """Normalised words without punctuation: 双随机、一公开."""
    return _NO_MARKS.sub("", normalise(words))


def _done_before_planned(found: Mapping[str, list[FoundPart]]) -> dict[str, list[FoundPart]]:
    """Those reports that tell of more than plans; all of them, if none does."""
    done = {
        key: findings
        for key, findings in found.items()
        if any(f.section.kind is not SectionKind.PLAN for f in findings)
    }
    return done or dict(found)


def _literal_first(found: Mapping[str, list[FoundPart]]) -> dict[str, list[FoundPart]]:
    """Those reports that write what is asked as it was typed; all of them, if none does."""
    literal = {key: fs for key, fs in found.items() if any(f.fit > 1 for f in fs)}
    return literal or dict(found)


def _best_reports(found: Mapping[str, Sequence[FoundPart]]) -> list[str]:
    """The reports that answer as well as the best, where nobody says whose answer is meant."""
    fits = {key: max(f.fit for f in findings) for key, findings in found.items()}
    floor = max(fits.values()) - _AS_GOOD
    sizes = {key: max(map(_size, findings)) for key, findings in found.items()}
    return sorted((k for k in found if fits[k] >= floor), key=lambda k: (-fits[k], -sizes[k]))


def _after_mark(text: str, span: Span) -> Span:
    """A sentence without the number before it."""
    span = trim_span(text, span)
    words = without_mark(text[slice(*span)])
    return Span(span.end - len(words), span.end) if words else span


def _whole(finding: FoundPart) -> Span:
    start = finding.section.start if finding.title else finding.spans[0].start
    return Span(start, finding.spans[0].end)


def _clip(text: str, span: Span, limit: int) -> Span:
    """A sentence as it is, or to its last comma within a limit."""
    if span.end - span.start <= limit * 3 // 2:
        return span
    at = max(text.rfind(mark, span.start, span.start + limit) for mark in "，；,;")
    return Span(span.start, at) if at > span.start else span


def _runs(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences that follow each other as one slice."""
    runs: list[Span] = []
    for span in spans:
        if runs and not any(map(str.isalnum, text[runs[-1].end : span.start])):
            runs[-1] = Span(runs[-1].start, span.end)
        else:
            runs.append(span)
    return runs
