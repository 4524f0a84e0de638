"""A message that asks one figure of one report and one of another, as a question each."""

import re

from knowledge.retrieval.question import Question
from knowledge.retrieval.question_asks import words_of_ask
from knowledge.retrieval.vocabulary import question_words

_CLAUSE = re.compile("[^，,；;。？?]+")
_BUREAU = re.compile("局|单位")
_LIGHT = re.compile("[又还也是有了呢的\\s]")
_PAIR = 2


def questions_apart(question: Question) -> tuple[str, ...]:
    """The questions of a message, each of which names whose figure it asks; empty where it is one.

    区局查了多少药店，县局查了多少诊所. What stands before the first that is named is asked of all:
    ODR企业区局有几家，县局有几家.
    """
    words, text = question_words(), question.punctuated
    if question.ranks or question.confirms or words.difference.search(text):
        return ()
    spans = question.scope.spans
    asked = [
        (clause, [span for span in spans if clause.start() <= span.start < clause.end()])
        for clause in _CLAUSE.finditer(text)
        if words.figure.search(clause[0])
    ]
    if len(asked) < _PAIR or not all(named for _, named in asked):
        return ()
    first, named = asked[0]
    told = [(clause, of[-1].end) for clause, of in asked]
    if not all(_names_thing(text[end : one.end()]) or _BUREAU.search(one[0]) for one, end in told):
        return ()  # 上半年多少，下半年又是多少
    head = text[: named[0].start]
    asked_first = text[named[-1].end : first.end()]
    lends = _names_thing(asked_first)  # 区局电梯查了多少台，县局多少台
    others = (
        f"{head}{text[one.start() : end]}{asked_first}"
        if lends and not _names_thing(text[end : one.end()])
        else f"{head}{one[0]}"
        for one, end in told[1:]
    )
    return (text[: first.end()], *others)


def _names_thing(rest: str) -> bool:
    """Whether what stands behind whose figure is asked says what is asked of them."""
    return bool(_LIGHT.sub("", words_of_ask(rest)))
