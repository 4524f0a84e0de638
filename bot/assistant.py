"""The assistant: a question in, an answer out; whatever chat app it is asked in."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Answer, AnswerStatus
from bot.doubting import with_doubts
from bot.extractive.writer import ExtractiveWriter
from bot.followup import is_faithful, stand_alone
from bot.retrieval import Retrieval
from bot.turn import Model, Show, Turn
from bot.wording import say
from knowledge.library import Library, current_year
from knowledge.question import Question
from knowledge.store import Entry

_log = logging.getLogger("bot")
_MOST_BUREAUS = 12
_REMEMBERED = 6
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


class Assistant:
    """Answers from one library. Questions of one conversation come with those before them.

    With a ``model`` it writes the answers; where its endpoint fails, the reports' own sentences
    stand in, and the answer says so.
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
        """Answer a question; ``history`` holds the earlier ones, oldest first.

        ``show`` is told the answer while it is written, each time more of it; what is returned
        may still differ, where a later part did not stand.
        """
        with self._library.snapshot():
            return self._ask(text, history, Turn(this_year or current_year(), show, self._model))

    def _ask(self, text: str, history: Sequence[str], turn: Turn) -> Answer:
        begun = time.perf_counter()
        readings = self._readings(text, history, turn)
        answers = (self._answer(question, turn) for question in readings)
        answer = first = next(answers)
        while answer.status not in _FOUND and (other := next(answers, None)):
            answer = other
        if answer.status not in _FOUND:
            answer = first
        seconds = round(time.perf_counter() - begun, 4)
        answer = turn.told_of(answer)
        told = with_doubts(answer, self._library.doubts)
        answer = replace(answer, text=told, question=text, seconds=seconds)
        _log.log(
            logging.INFO if answer.prompts else logging.DEBUG,
            "answer writer=%s prompt=%s model=%s status=%s citations=%d struck=%d seconds=%.2f",
            answer.writer, "+".join(answer.prompts) or "-", answer.model or "-",
            answer.status.value, len(answer.citations), len(answer.struck), seconds,
        )  # fmt: skip
        return answer

    def understood(self, text: str, history: Sequence[str] = ()) -> Question:
        """A question as it is read without a model: the likeliest reading after those before."""
        with self._library.snapshot():
            return self._readings(text, history, Turn(current_year(), lambda _text: None, None))[0]

    def _readings(self, text: str, history: Sequence[str], turn: Turn) -> list[Question]:
        """What a question may mean after those before it, the likeliest first."""
        previous: Question | None = None
        for earlier in history[-_REMEMBERED:]:
            previous = self._after(earlier, previous, turn.year)[0]
        readings = self._after(text, previous, turn.year)
        if previous is None or readings[0].text == text:
            return readings
        rewritten = turn.rewritten(text, history)
        if rewritten:
            question = self._library.read_question(rewritten, turn.year)
            said = "\n".join([*history, previous.text])
            if is_faithful(question, readings[-1], said):
                return [question]
        return readings

    def _after(self, text: str, previous: Question | None, year: int) -> list[Question]:
        alone = self._library.read_question(text, year)
        if previous is None:
            return [alone]
        return [self._library.read_question(t, year) for t in stand_alone(text, alone, previous)]

    def _answer(self, question: Question, turn: Turn) -> Answer:
        entries = self._library.reports()
        scope = question.scope
        unknown = "、".join(f"“{u}”" for u in scope.unknown)
        if not entries:
            return Answer(question.text, AnswerStatus.NOT_FOUND, say("answer.empty"))
        if scope.reports is not None and not scope.reports:
            told = say("answer.no_such_report", unknown=unknown or question.text)
            if scope.undated:
                told += "\n" + say("answer.undated", count=len(scope.undated))
            text = told + "\n" + holdings(entries)
            return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
        foreword = ""
        if scope.assumed_year:
            foreword += say("answer.assumed_year", year=scope.assumed_year) + "\n"
        if unknown:
            foreword += say("answer.partly_unknown", unknown=unknown) + "\n"
        answer = self._written(question, turn, foreword)
        text = answer.text
        if answer.status is AnswerStatus.NOT_FOUND:
            if scope.reports and scope.reports == scope.plan_only:
                told = say("answer.only_planned", unknown=_asked(question))
                text = told + "\n" + holdings(entries)
                return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
            text += "\n" + holdings(entries)
        return replace(answer, text=foreword + text)

    def _written(self, question: Question, turn: Turn, foreword: str) -> Answer:
        """The model's answer, or where it gives none, that of the reports' own sentences."""
        retrieval = Retrieval(self._library, question)
        answer = turn.written(retrieval, foreword)
        if answer is None:
            return self._extractive.answer(retrieval)
        if answer.status is AnswerStatus.NOT_FOUND:
            nearest = self._extractive.nearest(retrieval)
            return replace(answer, text=nearest.text, citations=nearest.citations)
        return answer


def _asked(question: Question) -> str:
    """The bureaus and periods that a question names, in its own words."""
    scope = question.scope
    return "“" + "".join([b.wording for b in scope.bureaus] + [str(p) for p in scope.periods]) + "”"


def holdings(entries: Sequence[Entry]) -> str:
    """What the store holds, by bureau, for when a question found nothing."""
    periods: dict[str, list[str]] = {}
    for entry in entries:
        bureau, period = entry.identity.bureau, entry.identity.period
        name = bureau.name if bureau else say("answer.unknown_bureau")
        periods.setdefault(name, []).append(str(period) if period else say("answer.unknown_period"))
    lines = [
        say("answer.holding", bureau=name, periods="、".join(dict.fromkeys(held)))
        for name, held in list(periods.items())[:_MOST_BUREAUS]
    ]
    if len(periods) > _MOST_BUREAUS:
        lines.append(say("answer.more_holdings", count=len(periods) - _MOST_BUREAUS))
    return say("answer.holdings", lines="\n".join(lines))
