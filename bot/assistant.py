"""The assistant: a question in, an answer out, whatever the chat app."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Answer, AnswerStatus
from bot.doubting import with_doubts
from bot.extractive.writer import ExtractiveWriter
from bot.followup import is_faithful, stand_alone
from bot.retrieval import Retrieval
from bot.turn import Model, ModelSession, Show
from bot.wording import say
from knowledge.library import Library, current_year
from knowledge.question import Question
from knowledge.store import Entry

_log = logging.getLogger("bot")
_MOST_BUREAUS = 12
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
        with self._library.snapshot():
            return self._ask(
                text, history, ModelSession(this_year or current_year(), show, self._model)
            )

    def _ask(self, text: str, history: Sequence[str], session: ModelSession) -> Answer:
        begun = time.perf_counter()
        readings = self._readings(text, history, session)
        answers = (self._answer(question, session) for question in readings)
        answer = first = next(answers)
        while answer.status not in _FOUND and (other := next(answers, None)):
            answer = other
        if answer.status not in _FOUND:
            answer = first
        seconds = round(time.perf_counter() - begun, 4)
        answer = session.add_origin(answer)
        checked = with_doubts(answer, self._library.doubts)
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
            if is_faithful(question, readings[-1], said):
                return [question]
        return readings

    def _after(self, text: str, previous: Question | None, year: int) -> list[Question]:
        alone = self._library.read_question(text, year)
        if previous is None:
            return [alone]
        return [self._library.read_question(t, year) for t in stand_alone(text, alone, previous)]

    def _answer(self, question: Question, session: ModelSession) -> Answer:
        entries = self._library.reports()
        scope = question.scope
        unknown = "、".join(f"“{u}”" for u in scope.unknown)
        if not entries:
            return Answer(question.text, AnswerStatus.NOT_FOUND, say("answer.empty"))
        if scope.reports is not None and not scope.reports:
            text = say("answer.no_such_report", unknown=unknown or question.text)
            if scope.undated:
                text += "\n" + say("answer.undated", count=len(scope.undated))
            text += "\n" + describe_holdings(entries)
            return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
        foreword = ""
        if scope.assumed_year:
            foreword += say("answer.assumed_year", year=scope.assumed_year) + "\n"
        if unknown:
            foreword += say("answer.partly_unknown", unknown=unknown) + "\n"
        answer = self._write(question, session, foreword)
        text = answer.text
        if answer.status is AnswerStatus.NOT_FOUND:
            if scope.reports and scope.reports == scope.plan_only:
                text = say("answer.only_planned", unknown=_scope_wording(question))
                text += "\n" + describe_holdings(entries)
                return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
            text += "\n" + describe_holdings(entries)
        return replace(answer, text=foreword + text)

    def _write(self, question: Question, session: ModelSession, foreword: str) -> Answer:
        """The model's answer, or without one the answer in the reports' own sentences."""
        retrieval = Retrieval(self._library, question)
        answer = session.write_answer(retrieval, foreword)
        if answer is None:
            return self._extractive.answer(retrieval)
        if answer.status is AnswerStatus.NOT_FOUND:
            nearest = self._extractive.nearest(retrieval)
            return replace(answer, text=nearest.text, citations=nearest.citations)
        return answer


def _scope_wording(question: Question) -> str:
    """The bureaus and periods of a question, in its own words."""
    scope = question.scope
    return "“" + "".join([b.wording for b in scope.bureaus] + [str(p) for p in scope.periods]) + "”"


def describe_holdings(entries: Sequence[Entry]) -> str:
    """The bureaus and periods that the store holds, for a question that found nothing."""
    periods: dict[str, list[str]] = {}
    for entry in entries:
        bureau, period = entry.identity.bureau, entry.identity.period
        name = bureau.name if bureau else say("answer.unknown_bureau")
        periods.setdefault(name, []).append(str(period) if period else say("answer.unknown_period"))
    lines = [
        say("answer.holding", bureau=name, periods="、".join(dict.fromkeys(named)))
        for name, named in list(periods.items())[:_MOST_BUREAUS]
    ]
    if len(periods) > _MOST_BUREAUS:
        lines.append(say("answer.more_holdings", count=len(periods) - _MOST_BUREAUS))
    return say("answer.holdings", lines="\n".join(lines))
