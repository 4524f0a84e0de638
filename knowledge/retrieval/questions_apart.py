"""A message that asks one figure of one report or period and one of another, as a question each."""

import re
from collections.abc import Iterator

from knowledge.lexicon import tag_words
from knowledge.retrieval.question import Question
from knowledge.retrieval.question_asks import words_of_ask
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.sentences import Span

_STOPS = "，,；;。？?"
_BUREAU = re.compile("局|单位")
_LIGHT = re.compile("[又还也是有了呢的\\s]")
_PAIR = 2


def questions_apart(question: Question) -> tuple[str, ...]:
    """The questions of a message, each of which names whose figure it asks; empty where it is one.

    区局查了多少药店，县局查了多少诊所. What stands before the first that is named is asked of all:
    ODR企业区局有几家，县局有几家. A period alone is another of the same bureau's, and of the same
    thing where none is named: 区局去年查了多少药店，今年打算查多少.
    """
    words, text = question_words(), question.punctuated
    if question.ranks or question.confirms or words.difference.search(text):
        return ()
    asked = list(_clauses(question))
    if len(asked) < _PAIR or not all(named for _, named in asked):
        return ()
    if not all(
        _names_thing(text[of[-1].end : one.end]) or _BUREAU.search(text[one.start : one.end])
        for one, of in asked
    ):
        return ()  # 上半年多少，下半年又是多少
    (first, named), *others = asked
    spans = question.scope.spans
    periods = {place for period in question.scope.periods for place in period.places}
    in_time = [span for span in named if span in periods]
    head = text[: named[0].start]
    asked_first = text[named[-1].end : first.end]
    lends = _names_thing(asked_first)  # 区局电梯查了多少台，县局多少台
    questions = [text[: first.end]]
    for one, of in others:
        own, said = text[one.start : one.end], text[of[-1].end : one.end]
        if in_time and periods.issuperset(of):
            before = text[: in_time[-1].start]
            place = max((s.end for s in spans if s.end <= len(before)), default=0)
            names = _names_noun(before[place:] + said)
            lent = "" if names else _words_beside(asked_first, said)
            questions.append(f"{before}{lent}{own}")
        elif lends and not _names_thing(said):
            questions.append(f"{head}{own.removesuffix(said)}{asked_first}")
        else:
            questions.append(f"{head}{own}")
    return tuple(questions)


def _clauses(question: Question) -> Iterator[tuple[Span, list[Span]]]:
    """The clauses that ask for a figure, each with what it names of the scope.

    、 ends one too where the next begins with what it names: 去年几个、今年几个.
    """
    text, spans, figure = question.punctuated, question.scope.spans, question_words().figure
    start, begins = 0, {span.start for span in spans}
    for at, char in enumerate(f"{text}。"):
        apart = char == "、" and at + 1 in begins and figure.search(text[start:at])
        if char not in _STOPS and not apart:
            continue
        if figure.search(text[start:at]):
            yield Span(start, at), [span for span in spans if start <= span.start < at]
        start = at + 1


def _words_beside(asked: str, said: str) -> str:
    """The words of what is asked first that what is said behind does not repeat: 药店."""
    words = words_of_ask(asked).split()
    return "".join(word for word in words if word not in said)


def _names_noun(rest: str) -> bool:
    """Whether what stands behind a period says of what thing a figure is asked."""
    return any(tag.startswith("n") for _, tag in tag_words(words_of_ask(rest)))


def _names_thing(rest: str) -> bool:
    """Whether what stands behind whose figure is asked says what is asked of them."""
    return bool(_LIGHT.sub("", words_of_ask(rest)))
