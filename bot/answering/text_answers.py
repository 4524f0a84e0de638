"""Answers what asks for no figure, from the part of each report that is about it.

Which part that is follows from the heading tree: its kind (problems, plan, highlights, opening)
and what its headings and sentences speak of (``report_parts.py``). A heading that names the thing
asked answers with what stands below it; a whole chapter is told by its headings, each with its
first sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.answering.concepts import concepts_of, terms_of
from bot.answering.report_parts import (
    AS_GOOD,
    MOST_ITEMS,
    MOST_LEAVES,
    by_child,
    find_chapter,
    find_mention,
    find_part,
    find_parts,
    is_chapter,
    leaves_within,
    names_all,
    names_first,
    names_half,
    size_of,
    tells_faults,
    tells_handling,
    weigh_sentences,
)
from bot.answering.report_tree import FoundPart, ReportTree, Subject, bare
from bot.answering.session import Retrieval
from bot.answers import Footnotes, Quote, report_label
from bot.wording import say
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind, StatementKind
from knowledge.retrieval.text_question import Sought, TextAsk
from knowledge.understanding.sentences import Span

_NEAREST_FLOOR = 0.25
_SHORT, _BRIEF, _SHARED, _FULL = 10, 100, 160, 260
_MOST_REPORTS, _FEW = 5, 2
_MOST_READ, _MOST_TOLD, _MOST_NAMED = 12, 12, 40
_NEAREST = 2
_TELLING_FIGURES, _TELLING_THE_THING = (0.5, 1.0), (2.0, 0.25)
"""What a sentence's fit and each of its figures count where not all sentences are told."""


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
        subject = self._subject(ask.subject)
        found = {key: _pick(find_parts(self._tree(key), ask, subject), ask) for key in keys}
        told = {key: findings for key, findings in found.items() if findings}
        if not told:
            return self._done_instead(ask) or self._faults_found(ask)
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

    def _faults_found(self, ask: TextAsk) -> list[str]:
        """What was found wrong with a thing (药店发现什么毛病), where no problem is of it."""
        if not ask.subject or ask.sought is not Sought.PART or ask.kinds != (SectionKind.PROBLEMS,):
            return []
        subject = self._subject(ask.subject)
        leaves = {key: self._tree(key).leaves for key in self._reports_of(ask)}
        weighed = {
            key: [f for leaf in found for f in weigh_sentences(self._tree(key), leaf, subject)]
            for key, found in leaves.items()
        }
        told = {
            key: [f for f in found if tells_faults(f) and names_all(f, ask.subject)][:_FEW]
            for key, found in weighed.items()
        }
        lines = self._told_lines(replace(ask, kinds=()), {k: fs for k, fs in told.items() if fs})
        words = ask.subject.replace(" ", "")
        return [say("answer.not_within", ask=words), *lines] if lines else []

    def _mention_lines(self, ask: TextAsk, keys: Sequence[str]) -> list[str]:
        """Who speaks of it in the words asked, then who does in others, then who does not."""
        if self._question.scope.reports is None and len(keys) > _MOST_READ:
            rest = keys[_MOST_TOLD:]  # they hold the words; to read them all would take too long
            lines = self._mention_lines(ask, keys[:_MOST_TOLD])
            return [*lines, say("answer.told_too", who=self._labels(rest))] if lines else []
        trees = {key: self._tree(key) for key in keys}
        leaves = {key: leaves_within(tree, ask) for key, tree in trees.items()}
        found = {key: find_mention(t, leaves[key], ask.subject) for key, t in trees.items()}
        if not any(found.values()):
            subject = self._subject(ask.subject)
            found = {key: find_part(t, leaves[key], subject)[:1] for key, t in trees.items()}
            found = {
                key: [replace(f, fit=0.0) for f in fs if names_first(f, ask.subject)]
                for key, fs in found.items()
            }
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
        if brief and is_chapter(ask):
            brief = sum(map(len, told.values())) > MOST_ITEMS
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
        return say("answer.ask_missing", ask=ask.part.replace(" ", "").lstrip("的"))

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
            and find_mention(self._tree(entry.id), self._tree(entry.id).leaves, ask.subject)
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
                found += weigh_sentences(tree, leaf, subject)
        found = [f for f in found if names_half(f, ask.subject)]
        if ask.sought is Sought.HANDLING:
            found = [f for f in found if tells_handling(f)]
        found.sort(key=lambda f: -f.fit)
        floor = max(_NEAREST_FLOOR, least, found[0].fit - AS_GOOD) if found else 0.0
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
            if (findings := find_chapter(self._tree(key), whole))
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
        for term in terms_of(ask.subject):
            holding = frozenset[str]()
            for form in term.forms:
                holding |= self._library.reports_containing(form)
            found = holding if found is None else found & holding
        return found or frozenset()

    def _subject(self, words: str) -> Subject:
        total, frequencies = self._library.passage_count(), self._library.passages_with
        literal = bare(words)
        return Subject(literal, concepts_of(words, frequencies, total))

    # -- what in a report

    # -- what is said of it

    def _report_lines(
        self, ask: TextAsk, findings: Sequence[FoundPart], *, brief: bool, room: int
    ) -> Iterator[str]:
        tree = self._tree(findings[0].report.id)
        who = report_label(tree.report)
        if ask.counts and not ask.item:
            who = say("answer.counted", who=who, count=len(findings))
        if is_chapter(ask) and (brief or (ask.counts and not ask.item)):
            yield self._headings_line(who, ask, findings)
            return
        most, limit = (1, room) if brief and ask.subject else (MOST_ITEMS, _FULL)
        if is_chapter(ask):
            limit = _FULL if ask.item else room
        elif not brief and ask.subject:
            findings = [one for finding in findings for one in by_child(tree, finding)]
            limit = _FULL if len(findings) <= MOST_LEAVES else room
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


def _pick(found: list[FoundPart], ask: TextAsk) -> list[FoundPart]:
    """The one thing of a chapter that is asked for, all of them where none is."""
    if not ask.item or ask.subject:
        return found
    at = ask.item - (ask.item > 0)
    return found[at : at + 1 or None] if abs(ask.item) <= len(found) else []


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
    floor = max(fits.values()) - AS_GOOD
    sizes = {key: max(map(size_of, findings)) for key, findings in found.items()}
    return sorted((k for k in found if fits[k] >= floor), key=lambda k: (-fits[k], -sizes[k]))


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
