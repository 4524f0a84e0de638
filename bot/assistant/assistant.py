"""The assistant: questions answered from one library, follow-ups read after those before them."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.extractive_writer import ExtractiveWriter
from bot.answering.session import Model, ModelSession, Retrieval, Show
from bot.answers import Answer, AnswerStatus, add_doubt_note
from bot.assistant.follow_ups import is_faithful, keeps_scope, stand_alone
from bot.wording import name_bureau, name_period, say
from knowledge.library import Library, current_year, label
from knowledge.retrieval.question import Question, Wants
from knowledge.storage.protocols import ReportEntry

_log = logging.getLogger("bot")
_MOST_BUREAUS = 12
_MOST_TELLING = 3
_REMEMBERED = 6
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


class Assistant:
    """Answers questions from one library.

    A ``model`` writes the answers if there is one. Where its endpoint fails, the answer is made
    of the reports' own sentences and says so.
    """

    def __init__(self, library: Library, model: Model | None = None) -> None:
        self._library = library
        self._model = model
        self._extractive = ExtractiveWriter(library)

    @property
    def writer_name(self) -> str:
        """Who writes the answers."""
        return self._model.name if self._model else self._extractive.name

    def ask(
        self,
        text: str,
        history: Sequence[str] = (),
        this_year: int | None = None,
        show: Show = lambda _text: None,
    ) -> Answer:
        """Answer a question; ``history`` holds the earlier ones of the conversation, oldest first.

        ``show`` is called with the answer while it is written, each time with more of it; what is
        returned may still differ, where a later part fails a check.
        """
        started = time.perf_counter()
        session = ModelSession(this_year or current_year(), show, self._model)
        with self._library.snapshot():
            question, *others = self._readings(text, history, session)
            answer = self._answer(question, session)
            for other in others if answer.status not in _FOUND else ():
                found = self._answer(other, session)
                if found.status in _FOUND:
                    answer = found
                    break
            answer = session.add_origin(answer)
            checked = add_doubt_note(answer, self._library.doubts)
        seconds = round(time.perf_counter() - started, 4)
        answer = replace(answer, text=checked, question=text, seconds=seconds)
        _log.log(
            logging.INFO if answer.prompts else logging.DEBUG,
            "answer writer=%s prompt=%s model=%s status=%s citations=%d struck=%d seconds=%.2f",
            answer.writer, "+".join(answer.prompts) or "-", answer.model or "-",
            answer.status.value, len(answer.citations), len(answer.struck), seconds,
        )  # fmt: skip
        return answer

    def read_question(self, text: str, history: Sequence[str] = ()) -> Question:
        """A question as it is read without a model: the likeliest reading after those before."""
        with self._library.snapshot():
            return self._readings(
                text, history, ModelSession(current_year(), lambda _text: None, None)
            )[0]

    def _readings(self, text: str, history: Sequence[str], session: ModelSession) -> list[Question]:
        """The readings of a question after those before it, the likeliest first."""
        previous: Question | None = None
        for earlier in history[-_REMEMBERED:]:
            previous = self._after(earlier, previous, session.year)[0]
        readings = self._after(text, previous, session.year)
        if previous is None or readings[0].text == text:
            return readings
        rewritten = session.rewrite(text, history)
        if rewritten:
            question = self._library.read_question(rewritten, session.year)
            said = "\n".join([*history, previous.text])
            if is_faithful(question, readings[-1], said) and keeps_scope(question, readings[0]):
                return [question, *readings]
        return readings

    def _after(self, text: str, previous: Question | None, year: int) -> list[Question]:
        alone = self._library.read_question(text, year)
        if previous is None:
            return [alone]
        return [self._library.read_question(t, year) for t in stand_alone(text, alone, previous)]

    def _answer(self, question: Question, session: ModelSession) -> Answer:
        entries = self._library.reports()
        scope = question.scope
        if not entries:
            return Answer(question.text, AnswerStatus.NOT_FOUND, say("answer.empty"))
        told_elsewhere = question.wants is Wants.FIGURE and bool(scope.telling)
        if scope.reports is not None and not scope.reports and not told_elsewhere:
            return self._no_such_report(question, entries)
        foreword = _foreword(question)
        answer = self._write(question, session, foreword)
        if answer.status is AnswerStatus.NOT_FOUND:
            answer = self._found_nothing(answer, question, entries)
        if answer.status is AnswerStatus.NO_SUCH_REPORT:
            return answer
        return replace(answer, text=foreword + answer.text)

    def _found_nothing(
        self, answer: Answer, question: Question, entries: Sequence[ReportEntry]
    ) -> Answer:
        """The same, with what the store holds where no report is of the scope, or nothing near."""
        scope = question.scope
        if scope.reports is not None and not scope.reports:
            return self._no_such_report(question, entries)
        if scope.reports and scope.reports == scope.plan_only:
            text = say("answer.only_planned", unknown=_scope_wording(question))
            text += "\n" + describe_holdings(entries)
            return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
        if answer.citations:
            return answer
        return replace(answer, text=f"{answer.text}\n{describe_holdings(entries)}")

    def _no_such_report(self, question: Question, entries: Sequence[ReportEntry]) -> Answer:
        scope = question.scope
        unknown = "、".join(f"“{u}”" for u in scope.unknown) or question.text
        text = say("answer.no_such_report", unknown=unknown)
        if question.wants is Wants.FIGURE and scope.telling:
            telling = [label(entry) for entry in entries if entry.id in scope.telling]
            who = "、".join(telling[:_MOST_TELLING])
            text = say("answer.not_told_elsewhere", unknown=unknown, who=who)
        elif scope.unidentified:
            text += "\n" + say("answer.undated", count=len(scope.unidentified))
        text += "\n" + describe_holdings(entries)
        return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)

    def _write(self, question: Question, session: ModelSession, foreword: str) -> Answer:
        """The model's answer, or without one the answer in the reports' own sentences."""
        retrieval = Retrieval(self._library, question)
        if question.scope.reports is not None and not question.scope.reports:
            return self._extractive.answer(retrieval)
        answer = session.write_answer(retrieval, foreword)
        if answer is None:
            return self._extractive.answer(retrieval)
        return self._extractive.complete(answer, retrieval)


def _foreword(question: Question) -> str:
    """What is said before an answer: the years that were taken, the reports that there are not."""
    scope = question.scope
    unknown = "、".join(f"“{u}”" for u in scope.unknown)
    lines = [_tell_years_taken(question)] if scope.assumed_year else []
    if question.slips:
        lines.append(say("answer.slips", meant="”、“".join(slip.meant for slip in question.slips)))
    if unknown:
        elsewhere = question.wants is Wants.FIGURE and scope.telling
        key = "answer.told_elsewhere" if elsewhere else "answer.partly_unknown"
        lines.append(say(key, unknown=unknown))
    for wording, period in scope.instead:
        lines.append(say("answer.instead_of", unknown=wording, period=period))
    return "".join(f"{line}\n" for line in lines)


def _tell_years_taken(question: Question) -> str:
    """Which years 今年 or 去年 was taken for, in the words that were said."""
    relative = [p for p in question.scope.periods if p.relative]
    return "".join(
        say("answer.assumed_year", said=question.text[p.start : p.end], period=str(p))
        for p in relative
    )


def _scope_wording(question: Question) -> str:
    """The bureaus and periods of a question, in its own words."""
    scope = question.scope
    return "“" + "".join([b.wording for b in scope.bureaus] + [str(p) for p in scope.periods]) + "”"


def describe_holdings(entries: Sequence[ReportEntry]) -> str:
    """The bureaus and periods that the store holds, for a question that found nothing."""
    periods: dict[str, list[str]] = {}
    for entry in entries:
        named = periods.setdefault(name_bureau(entry.identity.bureau), [])
        named.append(name_period(entry.identity.period))
    lines = [
        say("answer.holding", bureau=name, periods="、".join(dict.fromkeys(named)))
        for name, named in list(periods.items())[:_MOST_BUREAUS]
    ]
    if len(periods) > _MOST_BUREAUS:
        lines.append(say("answer.more_holdings", count=len(periods) - _MOST_BUREAUS))
    return say("answer.holdings", lines="\n".join(lines))
