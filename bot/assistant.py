"""The assistant: a question in, an answer out; whatever chat app it is asked in."""

import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Answer, AnswerStatus
from bot.extractive.writer import ExtractiveWriter
from bot.followup import stand_alone
from bot.wording import say
from knowledge.library import Library, current_year
from knowledge.question import Question
from knowledge.store import Entry

_MOST_BUREAUS = 12
_REMEMBERED = 6
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


class Assistant:
    """Answers from one library. Questions of one conversation come with those before them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._writer = ExtractiveWriter(library)

    @property
    def writer_name(self) -> str:
        """Who writes the answers."""
        return self._writer.name

    def ask(self, text: str, history: Sequence[str] = (), this_year: int | None = None) -> Answer:
        """Answer a question; ``history`` holds the earlier ones, oldest first."""
        begun = time.perf_counter()
        year = this_year or current_year()
        readings = self._readings(text, history, year)
        answers = (self._answer(question) for question in readings)
        answer = next((a for a in answers if a.status in _FOUND), None)
        if answer is None:
            answer = self._answer(readings[0])
        return replace(answer, question=text, seconds=round(time.perf_counter() - begun, 4))

    def _readings(self, text: str, history: Sequence[str], year: int) -> list[Question]:
        """What a question may mean after those before it, the likeliest first."""
        previous: Question | None = None
        for earlier in history[-_REMEMBERED:]:
            previous = self._after(earlier, previous, year)[0]
        return self._after(text, previous, year)

    def _after(self, text: str, previous: Question | None, year: int) -> list[Question]:
        alone = self._library.read_question(text, year)
        if previous is None:
            return [alone]
        return [self._library.read_question(t, year) for t in stand_alone(text, alone, previous)]

    def _answer(self, question: Question) -> Answer:
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
        answer = self._writer.answer(question)
        text = answer.text
        if answer.status is AnswerStatus.NOT_FOUND:
            if scope.reports and scope.reports == scope.plan_only:
                told = say("answer.only_planned", unknown=_asked(question))
                text = told + "\n" + holdings(entries)
                return Answer(question.text, AnswerStatus.NO_SUCH_REPORT, text)
            text += "\n" + holdings(entries)
        if unknown:
            text = say("answer.partly_unknown", unknown=unknown) + "\n" + text
        if scope.assumed_year:
            text = say("answer.assumed_year", year=scope.assumed_year) + "\n" + text
        return replace(answer, text=text)


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
