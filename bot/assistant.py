"""The assistant: a question in, an answer out; whatever chat app it is asked in."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answers import Answer, AnswerStatus
from bot.extractive.writer import ExtractiveWriter
from bot.followup import stand_alone
from bot.wording import say
from knowledge.library import Library
from knowledge.question import Question
from knowledge.store import Entry

_MOST_BUREAUS = 12


class Assistant:
    """Answers from one library. Questions of one conversation come with those before them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._writer = ExtractiveWriter(library)

    def ask(
        self, text: str, history: Sequence[str] = (), this_year: int | None = None
    ) -> Answer:
        """Answer a question; ``history`` holds the earlier ones, oldest first."""
        begun = time.perf_counter()
        year = this_year or date.today().year
        question = self._read(text, history, year)
        answer = self._answer(question)
        return replace(answer, question=text, seconds=round(time.perf_counter() - begun, 4))

    def _read(self, text: str, history: Sequence[str], year: int) -> Question:
        previous: Question | None = None
        for earlier in history[-4:]:
            previous = self._library.read_question(self._alone(earlier, previous), year)
        return self._library.read_question(self._alone(text, previous), year)

    def _alone(self, text: str, previous: Question | None) -> str:
        if previous is None:
            return text
        return stand_alone(text, self._library.read_question(text), previous)

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
            text += "\n" + holdings(entries)
        if unknown:
            text = say("answer.partly_unknown", unknown=unknown) + "\n" + text
        if scope.assumed_year:
            text = say("answer.assumed_year", year=scope.assumed_year) + "\n" + text
        return replace(answer, text=text)


def holdings(entries: Sequence[Entry]) -> str:
    """What the store holds, by bureau, for when a question found nothing."""
    periods: dict[str, list[str]] = {}
    for entry in entries:
        bureau, period = entry.identity.bureau, entry.identity.period
        name = bureau.name if bureau else say("answer.unknown_bureau")
        periods.setdefault(name, []).append(
            str(period) if period else say("answer.unknown_period")
        )
    lines = [
        say("answer.holding", bureau=name, periods="、".join(dict.fromkeys(held)))
        for name, held in list(periods.items())[:_MOST_BUREAUS]
    ]
    if len(periods) > _MOST_BUREAUS:
        lines.append(say("answer.more_holdings", count=len(periods) - _MOST_BUREAUS))
    return say("answer.holdings", lines="\n".join(lines))
