"""Answers a question from the reports' own words.

A question for figures is answered from statements (``figure_answers.py``), any other from the part
of each report that is about it (``text_answers.py``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answering.derivations import derivation_words
from bot.answering.figure_answers import answer_figures
from bot.answering.figure_lines import FigureAnswer, says_masked, state_figure
from bot.answering.matching import Match
from bot.answering.session import Retrieval
from bot.answering.text_answers import TextAnswers
from bot.answers import Answer, AnswerFigure, AnswerStatus, Footnotes, Quote, report_label
from bot.checking.statements import renumber_marks
from bot.summarising.vocabulary import caption
from bot.wording import say
from knowledge.library import Library
from knowledge.retrieval.question import Wants
from knowledge.retrieval.question_asks import is_outcome
from knowledge.retrieval.text_question import Sought, TextAsk

_FEW = 2
_SURE = 0.7
_LONGEST_ASKED, _MOST_NAMED = 20, 5


class ExtractiveWriter:
    """The writer that needs no model; every statement is a slice of a report."""

    name = "extractive"

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, retrieval: Retrieval) -> Answer:
        """The answer to a question whose scope the store holds."""
        return _AnswerWriter(self._library, retrieval).answer()

    def complete(self, answer: Answer, retrieval: Retrieval) -> Answer:
        """A model's answer, or the reports' own where nothing of it stands or answers.

        Where a question is for figures and a model's answer leaves out some that the reports state
        of just that, or gives others for what they do not state, theirs comes first, and its own
        follows if it quotes more. Where it rests on little of what answers any other question,
        theirs follows.
        """
        writer = _AnswerWriter(self._library, retrieval)
        own = writer.answer()
        if answer.status is AnswerStatus.NOT_FOUND:
            overlooked = "" if own.status is AnswerStatus.NOT_FOUND else "overlooked"
            return _in_place_of(answer, own, "unsound" if answer.struck else overlooked)
        if (found := writer.figures) is not None:
            lacking = found.lacking or not found.matches or bool(retrieval.question.also)
            return _with_figures(answer, own, found, lacking=lacking)
        if own.status is AnswerStatus.NOT_FOUND or _rests_on(answer, own):
            return answer
        return _join(answer, own, "own_words", answer.status)


def _with_figures(answer: Answer, own: Answer, found: FigureAnswer, *, lacking: bool) -> Answer:
    """A model's answer that tells all figures found; else the reports' own, and what it tells.

    ``lacking``: figures are not all that is asked, or not all of it was found.
    """
    told = found.share_told_in(answer.text)
    if not (told or lacking):
        return _in_place_of(answer, own, "beside")
    if lacking or told < 1:
        if {c.quote for c in answer.citations} <= {c.quote for c in own.citations}:
            return _after_model(answer, own)
        return _join(own, answer, "besides", own.status)
    if any(m.statement.figure.masked for m in found.matches) and not says_masked(answer.text):
        answer = replace(answer, text=f"{answer.text}\n{say('answer.hidden')}")
    return replace(answer, status=own.status)


def _in_place_of(answer: Answer, own: Answer, why: str) -> Answer:
    """The reports' own answer for a model's, with a line that says ``why``, if that is given."""
    if not why:
        return replace(answer, text=own.text, citations=own.citations)
    return replace(_after_model(answer, own), notice=say(f"answer.{why}"))


def _after_model(answer: Answer, own: Answer) -> Answer:
    """The reports' own answer, with what a model's came of."""
    return replace(own, struck=answer.struck, prompts=answer.prompts, model=answer.model)


def _join(first: Answer, second: Answer, between: str, status: AnswerStatus) -> Answer:
    """An answer of a model's and the reports' own as one, the quotes numbered through."""
    notes = Footnotes()
    for citation in first.citations:
        notes.number(citation.quote)
    marks = {citation.n: notes.cite(citation.quote) for citation in second.citations}
    text = "\n".join([first.text, say(f"answer.{between}"), renumber_marks(second.text, marks)])
    written, own = (second, first) if first.writer == ExtractiveWriter.name else (first, second)
    return replace(
        written, text=text, status=status, citations=notes.citations(), derived=own.derived
    )


def _rests_on(answer: Answer, own: Answer) -> bool:
    """Whether an answer quotes at least half of what another quotes."""
    quotes = [citation.quote for citation in answer.citations]
    shared = sum(any(_overlap(c.quote, quote) for quote in quotes) for c in own.citations)
    return shared * 2 >= len(own.citations)


def _overlap(one: Quote, other: Quote) -> bool:
    within = one.span.start < other.span.end and other.span.start < one.span.end
    return within and one.report.id == other.report.id


class _AnswerWriter:
    """Writes one answer; the quotes are numbered in the order in which they are cited.

    ``figures`` are those of the answer, once it is written; None where none were asked for.
    """

    def __init__(self, library: Library, retrieval: Retrieval) -> None:
        self._library = library
        self._retrieval = retrieval
        self._question = retrieval.question
        self._notes = Footnotes()
        self.figures: FigureAnswer | None = None
        self._texts = TextAnswers(library, retrieval, self._notes)

    def answer(self) -> Answer:
        """In the form that the question wants; the nearest words where nothing answers it."""
        if self._question.wants is Wants.FIGURE:
            return self._write_figures()
        if self._question.names_only and (figures := self._named_figures()):
            return figures
        return self._write_text()

    def _named_figures(self) -> Answer | None:
        """The figures of what a question only names (粮食产量), where reports state just these."""
        notes = Footnotes()
        told = answer_figures(self._library, self._retrieval, notes)
        if not told.matches or any(m.extras or m.loose or m.off_line for m in told.matches):
            return None
        self._notes, self.figures = notes, told
        return self._answer_with(told, told.lines)

    def _find_figures(self) -> FigureAnswer:
        """What the reports of the scope state, else what others tell of the period asked for."""
        told = answer_figures(self._library, self._retrieval, self._notes)
        scope = self._question.scope
        if told.matches or not scope.besides:
            return told
        years = {period.year for period in scope.periods if period.year}
        telling = self._library.reports_telling(years, scope.besides)
        if not telling:
            return told
        wider = replace(self._question, scope=replace(scope, telling=telling))
        notes = Footnotes()
        elsewhere = answer_figures(self._library, Retrieval(self._library, wider), notes)
        if elsewhere.matches:
            self._notes = notes
            self._texts = TextAnswers(self._library, self._retrieval, notes)
        return elsewhere if elsewhere.matches else told

    def _write_figures(self) -> Answer:
        told = self.figures = self._find_figures()
        if told.matches:
            asks = _unsummed(self._question.texts, told)
            outcomes = [ask for ask in asks if is_outcome(ask.part)]
            rest = [ask for ask in asks if ask not in outcomes]
            lines = [*told.lines, *self._outcomes(outcomes, told.matches), *self._text_lines(rest)]
            return self._answer_with(told, lines)
        if not self._question.texts:
            found = self._answer(AnswerStatus.NOT_FOUND, told.lines)
            return found if told.lines else self._nearest()
        missing = told.lines or [
            say("answer.ask_missing", ask=ask.own.replace(" ", "")) for ask in self._question.asks
        ]
        cited = len(self._notes.citations())
        besides = list(self._text_lines(self._question.texts))
        if len(self._notes.citations()) > cited:
            return self._answer(AnswerStatus.ANSWERED, [*missing, *besides])
        nearest = self._nearest()
        return replace(nearest, text="\n".join([*missing, nearest.text]))

    def _answer_with(self, told: FigureAnswer, lines: Sequence[str]) -> Answer:
        """An answer of some lines that tells figures."""
        status = AnswerStatus.MASKED if told.masked else AnswerStatus.ANSWERED
        figures = tuple(dict.fromkeys(self._stated(told.matches)))
        answer = self._answer(status, lines)
        return replace(answer, derived=told.derived, figures=figures, untold=told.untold)

    def _outcomes(self, asks: Sequence[TextAsk], told: Sequence[Match]) -> Iterator[str]:
        """How what was told went: its sentences, from its figure on."""
        first: dict[object, Match] = {}
        for match in told:
            first.setdefault((match.placed.report.id, match.statement.sentence), match)
        for ask in asks:
            yield say("answer.part", ask=ask.part.replace(" ", ""))
            yield from map(self._outcome, first.values())

    def _outcome(self, match: Match) -> str:
        report, statement = match.placed.report, match.statement
        quote = Quote(report, match.placed.path, statement.sentence)
        words = report.text[statement.clause.start : statement.sentence.end].strip()
        mark = self._notes.cite(quote)
        return say("answer.sentence", who=report_label(report), quote=f"{words}{mark}")

    def _stated(self, matches: Sequence[Match]) -> Iterator[AnswerFigure]:
        """The figures of the sentences that the answer quotes."""
        for match in matches:
            quote = Quote(match.placed.report, match.placed.path, match.statement.sentence)
            if n := self._notes.number_of(quote):
                yield state_figure(match, n)

    def _write_text(self) -> Answer:
        lines = list(self._text_lines(self._question.texts))
        if not self._notes.citations():
            return self._nearest()
        return self._answer(AnswerStatus.ANSWERED, lines)

    def _text_lines(self, asks: Sequence[TextAsk]) -> Iterator[str]:
        """What answers each part that asks for no figure, or that nothing does."""
        told = list[str]()
        for ask in asks:
            lines = self._texts.lines(ask)
            alone = len(self._question.texts) == 1 and self._question.wants is not Wants.FIGURE
            if not lines:
                yield self._texts.missing(ask)
            elif lines != told:
                if not alone:
                    yield say("answer.part", ask=ask.part.replace(" ", "").lstrip("的"))
                yield from lines
            told = lines

    def _nearest(self) -> Answer:
        """Nothing answers: say so, with the nearest words if they are near at all."""
        asks = self._question.texts
        asks_figures, most = not asks, _FEW if asks else 1
        asks = asks or (TextAsk(self._question.text, self._question.content),)
        lines, missing = list[str](), set[str]()
        for ask in asks:
            if ask.subject in missing:
                continue
            missing.add(ask.subject)
            near = self._texts.nearest(ask, most, _SURE if asks_figures else 0.0)
            named = ask.sought in (Sought.MENTION, Sought.HONOURS, Sought.REASON)
            if named or not (ask.kinds and near):
                lines.append(self._texts.missing(ask) if named else self._not_found(ask))
            lines += near
        return self._answer(AnswerStatus.NOT_FOUND, list(dict.fromkeys(lines)))

    def _not_found(self, ask: TextAsk) -> str:
        """That nothing answers, with the bureaus that were asked and what, where that is short."""
        scope = self._question.scope
        told = (scope.reports or frozenset()) - scope.plan_only  # others only plan for the period
        asked = told or scope.reports or self._question.told_elsewhere
        whose = [report_label(self._library.report(key)) for key in sorted(asked)]
        if whose and ask.kinds and not ask.subject:
            kinds = "、".join(caption(f"kind.{kind.value}") for kind in ask.kinds)
            return say("answer.no_chapter", who="、".join(whose[:_MOST_NAMED]), kind=kinds)
        asks = [one.part for one in self._question.asks]
        words = "，".join(asks) if self._question.wants is Wants.FIGURE else ask.part
        words = words.replace(" ", "").strip("，,。？?！!的")
        if not scope.bureaus or len(whose) > _FEW or not 1 < len(words) <= _LONGEST_ASKED:
            return say("answer.not_found")
        return say("answer.not_found_in", who="、".join(whose), ask=words)

    def _answer(self, status: AnswerStatus, lines: Sequence[str]) -> Answer:
        return Answer(self._question.text, status, "\n".join(lines), self._notes.citations())


def _unsummed(asks: Sequence[TextAsk], told: FigureAnswer) -> list[TextAsk]:
    """The parts of a question but for whether figures add up, once their sum is told."""
    summed = derivation_words().total
    return [ask for ask in asks if not (told.derived and summed.search(ask.part))]
